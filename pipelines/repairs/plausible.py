"""How likely a character, or two in a row, is in official Chinese: what byte repairs and charset choices weigh by.

Costs are rough negative logarithms, in tiers: enough to tell a sentence from the same bytes read one out of step,
which come out as rare characters. The tables are counts over the sample texts; the pairs of dictionary words are
pypinyin's.
"""

import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

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
    "一批 三是 下班 不强 丘陵 业绩 两年 严厉 严密 严峻 严格 严谨 中旬 中秋 丰收 主办 主管 举办 之前 之后 之外 "
    "也有 乡村 乡镇 书写 书籍 争创 争取 争端 事迹 事项 二是 互动 五保 五是 交付 交办 交流 交警 享受 亮化 亮点 "
    "人均 人士 人次 今年 仍存 仍有 仍然 以下 以前 以及 以后 仪器 仲裁 优秀 优质 但是 低保 住户 住房 住院 作品 "
    "供热 侨务 侨胞 促使 保卫 保存 保安 保持 保洁 保留 保证 保障 修养 做法 停止 健全 健康 元旦 充实 充足 入学 "
    "全乡 全区 全县 全局 全市 全年 全心 全村 全省 全程 全部 全镇 全院 全面 公众 公园 公安 公益 公示 公租 公证 "
    "公路 公里 六是 关于 关怀 关注 关爱 具备 养老 再次 写作 军人 农产 农户 农技 农村 农药 决心 决议 准备 准确 "
    "减少 减排 凭证 出席 出现 刚刚 初心 制定 副主 办法 加大 加快 努力 募集 勤俭 勤劳 勤奋 区委 医保 半年 协作 "
    "协办 协议 危害 危房 危险 原因 去年 县政 县科 县级 友善 反恐 受到 受理 另外 台账 司法 各乡 各单 各地 各村 "
    "各校 各班 各科 各类 各部 各镇 各项 同比 名次 听取 听课 启动 吸取 吸引 吸收 周到 周围 周密 周边 咨询 品德 "
    "品牌 商户 商贸 四是 因此 因素 团队 园区 园长 围绕 国土 图像 圆满 坚决 城乡 城关 城镇 培养 培训 基层 基本 "
    "基金 增加 增设 备课 外贸 外部 多个 多年 多次 大棚 失业 失职 奉献 奖励 如果 妇幼 妇联 姓名 学位 学年 学科 "
    "学院 守护 安置 完善 完成 宗旨 定居 实力 实施 实现 实用 审批 审议 客人 客户 宣布 宣讲 家校 密切 对于 对接 "
    "对策 寺庙 将会 尊重 小组 小麦 就读 层次 层面 居住 居委 展板 履职 巡视 巡逻 巩固 已经 市县 市委 市政 市级 "
    "布置 带动 带领 帮扶 平时 年末 年终 并不 并没 幼儿 座谈 康复 建成 建材 建立 建议 开办 开始 开展 开工 开支 "
    "开放 开设 开通 开销 引导 引起 引进 录取 形势 影响 征地 征收 很多 很大 很好 律师 微信 必须 志愿 快递 急诊 "
    "总额 情况 情形 情感 情绪 感到 感情 愿意 愿望 愿者 成本 成果 成熟 成立 我乡 我会 我办 我区 我县 我园 我处 "
    "我局 我市 我所 我村 我校 我班 我站 我部 我镇 我院 或者 战略 户数 房屋 手册 手工 手机 扩建 扶贫 批准 承办 "
    "承受 承诺 抓好 投入 投放 投标 投资 抗旱 护理 护航 报名 报纸 报表 报道 招商 招标 招生 招聘 拼搏 按照 捐款 "
    "捐赠 损害 掌握 排查 接待 推动 推广 推荐 推行 推进 措施 支付 支出 支持 支配 收取 收益 收获 收购 收费 收集 "
    "改善 改进 改造 政协 政绩 效果 救助 救援 教室 敬请 整合 整改 整治 整洁 整理 新增 新建 方式 施肥 日常 明年 "
    "明显 明确 晚会 普法 更多 更好 最好 最终 最近 朗诵 未来 本人 本局 本院 机构 机遇 权力 村委 村庄 村民 村级 "
    "杜绝 果树 标兵 标志 标牌 树木 样品 格局 案件 档案 桥梁 检察 检查 检测 检验 棉花 森林 森防 此外 此报 步骤 "
    "残联 每个 每周 每天 每年 每月 每次 比上 比赛 民兵 民生 民警 氛围 水产 水利 水厂 水稻 汇总 汇报 汇编 沟通 "
    "治安 治疗 沿海 沿线 沿途 法治 法规 法院 注册 津贴 活力 派出 流程 测试 消灭 消耗 消防 消除 清理 清醒 渔业 "
    "游客 满足 演出 演讲 潜力 澳门 激励 激情 火灾 火警 灾害 灾民 烈士 热心 热情 热点 热烈 热爱 煤炭 照顾 熟悉 "
    "熟练 燃气 爱岗 爱心 物业 物流 物资 特定 特此 特点 状况 环保 现各 现将 现就 现已 现状 现阶 班主 班会 班级 "
    "生命 生猪 用好 用户 由于 申报 申请 疫情 疫苗 病人 盗窃 省委 省市 省级 真实 真诚 睡眠 督导 督查 短信 短板 "
    "矿产 确保 确定 确实 确认 示范 社保 社科 禁毒 科室 科普 租赁 程序 税收 稳定 稳步 突出 突破 竞赛 竣工 等次 "
    "简报 管好 类型 素质 紧密 紧急 紧紧 纠纷 组成 细化 细心 细致 经费 结对 绘画 统战 统筹 维修 维护 维稳 综治 "
    "编写 编制 编印 编辑 网上 网站 考察 耐心 职称 职责 联动 联欢 联谊 聘请 脱贫 舞蹈 航运 花卉 花草 范围 范畴 "
    "草原 荣获 药品 药物 药监 获奖 营造 虽然 街道 补偿 补贴 表彰 表格 表现 西医 规章 视察 警惕 警示 计生 认真 "
    "讲座 讲话 讲述 设施 设立 设置 设计 访谈 证件 评定 评审 评比 评议 评课 评选 诈骗 试点 请示 课余 课堂 课改 "
    "课程 谈心 谈话 谢谢 负责 贡献 财务 财物 账目 货币 货物 质检 贯彻 贷款 费用 资料 资金 赌博 走向 走访 走进 "
    "软件 较多 较强 辛勤 达到 达标 运用 运营 近年 还有 还要 进入 进展 进行 述廉 述职 退役 选派 逐步 途径 通报 "
    "道路 避孕 邮件 邮政 邮箱 部署 部门 都有 都要 酒店 针对 镇村 门店 门诊 问题 阅览 队伍 防控 防止 防汛 防疫 "
    "防范 阶段 附近 随着 隐患 隧道 非常 面临 面对 项目 顺利 顾客 预算 预警 领先 领土 领域 首先 首次 马路 验收 "
    "魅力 鼓舞 "
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
    """Loaded when a page first needs them: the dictionary is a quarter of what the corridor takes to import."""
    from pypinyin.phrases_dict import phrases_dict

    inside = ("".join(two) for phrase in phrases_dict for two in pairwise(phrase))
    return frozenset(map(fold, inside)) | frozenset(PAIRS.split())
