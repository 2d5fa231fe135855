"""Documents that only share phrases: one genre, one kind of organisation, the same formulas, other content.

Real summaries of one kind of unit are made so: a frame that everyone copies from everyone, and sentences of one's own
in it. A third of a document made here is frame, more than in any original of the sample. Their number has no end, so
that the archive can be measured at any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


def _listed(words: str) -> list[str]:
    """Words between spaces, or sentences between bars."""
    return words.split("|") if "|" in words else words.split()


OPENING = (
    "{year}年，在{upper}的正确领导下，在上级主管部门的精心指导下，{unit}坚持以习近平新时代中国特色社会主义思想为指导，深入学习贯彻党的十九大和"
    "历次全会精神，紧紧围绕中心工作，求真务实，开拓创新，较好地完成了年初确定的各项工作任务。现将有关情况总结如下：",
    "一年来，{unit}在{upper}的坚强领导下，牢固树立以人民为中心的发展思想，统筹推进各项工作，取得了一定成绩。现将主要工作汇报如下：",
    "{year}年以来，{unit}认真贯彻落实{upper}的决策部署，结合自身职能，狠抓工作落实，各项工作取得新的进展。现总结如下：",
)
STOCK = (
    "加强组织领导，成立了以主要负责同志为组长、分管负责同志为副组长的工作领导小组，明确责任分工，层层压实责任，确保各项工作落到实处。",
    "建立健全各项规章制度，做到用制度管人、用制度管事，形成了一级抓一级、层层抓落实的良好工作格局。",
    "严格落实中央八项规定精神，驰而不息纠治“四风”，切实增强廉洁自律意识，营造了风清气正的良好氛围。",
    "坚持每周集中学习制度，采取集中学习与个人自学相结合的方式，不断提高干部职工的政治素质和业务能力。",
    "充分利用网络、微信公众号、宣传栏等多种形式，广泛宣传有关政策法规，营造了良好的社会氛围。",
    "存在的主要问题：一是思想认识有待进一步提高，二是工作创新力度还不够大，三是队伍整体素质还不能完全适应新形势新任务的要求。",
    "下一步，我们将继续发扬成绩，克服不足，以更加饱满的热情、更加务实的作风，努力开创各项工作新局面。",
    "虽然取得了一些成绩，但与上级的要求和群众的期盼相比还有一定差距，主要表现在工作机制不够完善、工作方法不够灵活等方面。",
    "强化督促检查，定期召开工作推进会，及时研究解决工作中遇到的困难和问题，推动各项任务高质量完成。",
    "深入开展主题教育活动，引导党员干部不忘初心、牢记使命，充分发挥党员先锋模范作用。",
)
HEADINGS = (
    ("一、加强组织领导，健全工作机制", "二、突出工作重点，狠抓任务落实", "三、存在的问题和不足", "四、下一步工作打算"),
    ("一、主要工作开展情况", "二、主要做法和经验", "三、存在的主要问题", "四、明年工作思路"),
)
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
    "陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍鹏辉红建文志国春梅海燕雪琴林峰波宁浩凯健俊帆"
NATURE = "石柳竹松梅青白黄清红金银云龙凤鹤马牛羊鱼桥塘湾坪岭坡溪河泉沟岗洼坝堰渡滩洲塔寺庙窑店铺屯营寨堡庄村井台"
UNITS = ("片", "组", "口", "段", "站", "队", "班", "所", "点", "线")
THINGS = _listed(
    "水渠 泵站 便民桥 文化墙 路灯 公厕 垃圾桶 凉亭 晒谷场 苗圃 鱼塘 猪舍 蔬菜棚 冷库 粮仓 操场 围墙 宿舍 食堂 "
    "图书角 实验室 多媒体教室 门诊楼 手术室 化验台 救护车 血压计 疫苗柜 显微镜 天文望远镜 航模 机器人 无人机 "
    "展板 宣传车 电子屏 广播站 气象站 滴灌带 沼气池 茶园 果园 药材基地 养蜂场 蚕房 木工坊 陶艺室 合唱团 "
    "舞蹈队 龙舟 灯谜 书法展 摄影展 棋牌赛 拔河赛 篮球赛 跳绳赛 读书会 朗诵会 故事会 电影周 法律课 急救课 "
    "插花课 缝纫班 电焊班 月嫂班 烹饪班 电商班 英语角 数学营 科学营 夏令营 冬训 野外课 观鸟 植树 护河 清淤 "
    "除雪 防汛 抗旱 灭蝗 禁渔 封山 育林 造林 退耕 普查 登记 建档 核销 审计 盘点 招标 评估 体检 义诊 筛查 接种 "
    "随访 献血 募捐 助残 敬老 托幼 扫盲 普法 调解 信访 巡逻 消防 拆违 限高 治超 禁烧 控尘 减排"
)
ACTIONS = _listed(
    "修好了 新添了 清理了 拆掉了 改造了 试办了 停办了 重开了 补种了 换下了 租下了 借用了 验收了 退还了 捐出了 "
    "抽查了 张罗了 承办了 观摩了 推迟了 提前完成了 分三次做完了 接管了 合并了 转给了外单位 登报介绍了 "
    "写进了村规民约 画成了图 编成了册 拍成了片 报废了 盘活了 起名定牌了"
)
RESULTS = _listed(
    "花掉{n}元，比预算省下{m}元|用工{n}个，没有请一台机器|头一回有{n}户签字，剩下{m}户拖到了{month}月|"
    "为此跑了{n}趟县城，盖了{m}个章|来了{n}个人，坐不下的站在门外|{person}白天上工，晚上记账，一笔没错|"
    "{person}起初不同意，看过{place}的样子才点头|账目贴在{place}的墙上，{n}天无人提出异议|"
    "赶在{month}月头场雨前收了尾|{month}月返工一次，原因是图纸少标了{n}厘米|老人说这是{n}年来的头一遭|"
    "被{place}的人学了去，还来信道谢|省里来的{person}看了半日，留下{n}条意见，改了{m}条|"
    "料钱由{person}垫付，{month}月才还清|没有通知到{place}，事后逐户补了{n}份说明|剩下的{n}件送给了{place}|"
    "为这事开过{n}次会，吵过{m}回，最后按{person}的办法定了下来|收上来的{n}份单子里有{m}份填错，全部退回重填"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of organisation: how its units are named, and to whom they report."""

    name: str
    upper: str


KINDS = (
    Kind("科学技术协会", "县委、县政府"),
    Kind("中心学校", "县教育局"),
    Kind("卫生院", "县卫生健康局"),
    Kind("人民政府", "县委、县政府"),
    Kind("妇女联合会", "县委和市妇联"),
)


def document(rng: Random, kind: Kind, length: int = 1500, frame: Random | None = None) -> str:
    """One document of about so many characters: frame and own sentences in turn. Equal `frame`s make equal frames."""
    frame = frame or rng
    unit = f"{_name(rng)}{'县' if kind.upper != '县教育局' else '镇'}{kind.name}"
    year = rng.randint(2018, 2023)
    opening = frame.choice(OPENING).format(year=year, upper=kind.upper, unit=unit)
    headings = frame.choice(HEADINGS)
    stock = frame.sample(STOCK, 6)
    own = (length - len(opening) - sum(map(len, stock)) - sum(map(len, headings))) // len(headings)
    lines = [opening]
    for n, heading in enumerate(headings):
        mine = [*stock[n::4], *_own(rng, own)]
        lines += [heading, "".join(mine)]
    return "\n".join([*lines, unit, f"{year}年12月{rng.randint(1, 31)}日"])


def _own(rng: Random, length: int) -> list[str]:
    """Sentences that no other document has, of about so many characters."""
    found: list[str] = []
    while sum(map(len, found)) < length:
        clauses = [_deed(rng)]
        clauses += [_deed(rng) for _ in range(rng.randint(0, 2))]
        if rng.random() < 0.4:
            numbers = {"n": rng.randint(2, 900), "m": rng.randint(2, 90), "month": rng.randint(1, 12)}
            clauses.append(rng.choice(RESULTS).format(person=_person(rng), place=_name(rng), **numbers))
        found.append("，".join(clauses) + "。")
    return found


def _deed(rng: Random) -> str:
    return f"{_name(rng)}{rng.choice(UNITS)}{rng.choice(ACTIONS)}{_some(rng, THINGS)}"


def _some(rng: Random, words: Sequence[str]) -> str:
    return "和".join(rng.sample(words, rng.randint(1, 2)))


def _name(rng: Random) -> str:
    return "".join(rng.sample(NATURE, 2))


def _person(rng: Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.randint(1, 2)))
