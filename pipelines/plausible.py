"""How likely a character, or two in a row, is in official Chinese: what byte repairs and charset choices weigh by.

Costs are rough negative logarithms, in tiers: enough to tell a sentence from the same bytes read one out of step,
which come out as rare characters. The tables are counts over the sample texts; the pairs of dictionary words are
pypinyin's.
"""

import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from pypinyin.phrases_dict import phrases_dict

from pipelines.script import fold, is_common

# The 900 commonest hanzi of the sample texts, commonest first.
FREQUENT = (
    "的一年人个月有三上到在了不会全万学元次业我每工中员成名家是生分和二户小用下村两时四来大理日开部出作区建为新发公"
    "里点县对件以动十由位老务办行场实后事教期收前组长天入设电把要率班项第管地子多查水级间面过五报经合重计镇师乡度与"
    "门书高资安加市起保方民体本主们同自改平台比处展少校数机法车其目现得内没科完半进通专立职任协费放路做农接就定于院"
    "请案护口增均联服补调课心只站回提检情头各结备导从单评病周手队至社活集份推等信六清说底题制记量外道文企关去条标问"
    "化最馆当线流所助明岗共季交达排局金访医今议占产力核训批亩防众复给政干节血室能送采投解种修选住也已商总基养参者讲"
    "难先打好林群网看支着款果这测取育装还委片运考表降房字初技整统库品培意走织物低购因系话百省米受置带八准向七况并按"
    "急张写术领规算供转代造超之青庭岁晚账照格预控被责示换程治签配监钟抓争食让指约疫价划赛雨试例逐类将困持证警贴及火"
    "源见卫国播街孩举停原园施料山册儿退连座未应落侨传居图城广首编存听愿他审档招映正白告轮余习客压诊九党质更息升式续"
    "反志包帮直消登观堂足求留药验春段订厂都常河女步满救性残布己气几普短奖录据权才再吨视营献材红诉使楼派列故笔捐夜无"
    "仍免板减研障司缺感范可宣届执稳决层律贷优疾值亿石别聘号离如团茶额谈靠影轻错卡末临然双想抽练印那篇积菜注利演较风"
    "充除失旧么休环型相午假围桥知汇土往康随屋险容器油界差盖创栏秋依维守偏返缩患床西粮变拆箱边栋强府财跑获效伤严确龄"
    "挂又毕征象套模千负迁斤样游税士妇童暴引终历海具坚光候辆健马买东早特苗染树灾微申身声邻亲断贫担零涉毒累猪稿销票策"
    "真盘餐块覆济北托快承紧冬温懂借搬便花球巡伍钱独归近饮窗答益辖沙热态扣突植敬黄扶固危坐际骨跟她读封疗移察仅破损待"
    "爱予川店江述劳督付洁扩构形论操副响够但显南租藏古空什画顶荐辅纳根深远境岭银坪慢音阅启筹细偿池阶翻些晨股松限需漏"
    "绕赶田络延遇色念冷顾措针阳览迎卖庆兴疑绿木刊另舍夏抢倒卷纠功散判暑籍脱认语架赠密拟厅怀恢句刻仓何墙很龙峰灯角估"
    "沿牵湖死而输宿涨齐咨询易版击授隔纷募精剩状虽牌革汛储究义找频追竹背劝疏殖害鼠硬亮驻速此桐简吃熟吸云综官奶介婚席"
    "恳思扫纪暖饭非召遍铁苦酬谢神男绩旬碰须塘"
)
# How many of them are the commonest, of which most of any text is made.
TOP = 300

# Pairs that official writing is made of and that stand in no word of pypinyin's dictionary.
PAIRS = (
    "三是 两年 主管 举办 之前 之后 乡村 乡镇 争取 二是 五是 交警 亮点 人次 今年 以下 以前 以后 优秀 优质 "
    "但是 低保 保洁 保证 保障 健康 全乡 全区 全县 全市 全年 全村 全省 全镇 全院 公安 公路 公里 关于 养老 "
    "再次 农产 农技 农村 制定 副主 办法 加大 加快 努力 区委 半年 危房 原因 去年 县政 县科 县级 受理 司法 "
    "各乡 各单 各村 各类 各镇 各项 同比 咨询 品牌 商户 四是 因此 团队 围绕 坚决 城乡 城关 城镇 培养 培训 "
    "基层 基本 基金 增加 增设 多年 多次 大棚 妇联 学科 完成 实施 实现 审批 审议 宣讲 对于 小组 展板 市县 "
    "市委 市政 市级 帮扶 建立 建议 开展 引进 形势 征地 微信 志愿 情况 愿者 成果 成立 我乡 我会 我区 我县 "
    "我局 我市 我校 我站 我镇 我院 房屋 扶贫 批准 抓好 投入 投资 护理 报名 报道 招商 按照 排查 接待 推动 "
    "推广 推进 措施 支出 改善 改进 改造 政协 效果 救助 救援 敬请 整改 整治 整理 方式 明年 普法 机构 村委 "
    "村庄 村民 村级 格局 案件 档案 检查 检测 检验 此外 此报 残联 比上 比赛 民警 氛围 水利 水厂 汇报 汇编 "
    "治疗 法治 法规 注册 派出 流程 消防 清理 特此 状况 环保 现各 现将 现就 现已 现状 现阶 班主 班级 由于 "
    "申报 申请 疫情 病人 省委 省市 省级 督查 短板 确保 示范 社保 社科 科室 科普 税收 稳定 竞赛 素质 纠纷 "
    "组成 经费 综治 编制 编印 网上 网站 职责 聘请 脱贫 荣获 获奖 街道 补贴 表彰 计生 认真 讲座 设施 设立 "
    "设置 评比 评议 评选 试点 请示 课堂 课程 谢谢 财务 贯彻 贷款 资料 资金 走访 达标 运营 进入 进行 述廉 "
    "述职 选派 途径 通报 道路 邮政 部门 问题 队伍 防控 隐患 项目 预算 首先 首次 验收 "
)
# Costs: a character that this tier holds, give or take a factor of two.
COST_TOP, COST_FREQUENT, COST_COMMON, COST_UNCOMMON, COST_RARE = 1.0, 2.0, 4.0, 6.5, 9.0
COST_LETTER, COST_MARK, COST_OTHER, COST_NONE = 5.0, 1.5, 7.0, 12.0


@lru_cache(maxsize=30000)
def cost(character: str) -> float:
    """How unlikely it is between Chinese characters, from 1 (的, 。) to 12 (no character at all)."""
    simple = fold(character)
    if simple in _tiers():
        return _tiers()[simple]
    if "\u4e00" <= simple <= "\u9fff":
        return COST_COMMON if is_common(simple) else _uncommon(simple)
    if simple.isascii() and simple.isalpha():
        return COST_LETTER
    if simple in "。,、;:?!“”‘’《》()〈〉【】…—·%\n " or simple.isdigit():
        return COST_MARK
    return COST_NONE if unicodedata.category(simple) in ("Co", "Cn", "Cc", "Cs") else COST_OTHER


def is_pair(first: str, second: str) -> bool:
    """Whether the two stand next to each other in a word, or often in the sample texts."""
    return fold(first + second) in _pairs()


def _uncommon(character: str) -> float:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return COST_RARE
    return COST_UNCOMMON


@cache
def _tiers() -> dict[str, float]:
    return {c: COST_TOP if rank < TOP else COST_FREQUENT for rank, c in enumerate(FREQUENT)}


@cache
def _pairs() -> frozenset[str]:
    inside = ("".join(two) for phrase in phrases_dict for two in pairwise(phrase))
    return frozenset(map(fold, inside)) | frozenset(PAIRS.split())
