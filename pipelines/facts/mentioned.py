"""What a mention of a place tells of where the document's unit is, by the words around it.

Units visit, help, quote and compare themselves with other places; so most mentions tell nothing, and some that the
place is another's.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.facts.divisions import Mention, mentions

SENTENCE = 60  # characters before a name in which its sentence is read

_SENTENCE_END = re.compile("[。\n;!?]")
_VISIT = re.compile(
    "赴|前往|奔赴|驰援|来自|来到|考察|参观|取经|观摩|对口|支援|支教|挂职|援[助建藏疆青鄂]|帮扶|结对|友好|借鉴|走访|毕业于|就读|考入|生于|籍贯|邀请"
    "|聘请|引进|调研组|转战|外出|途经|出差|返回|应邀|捐|慰问信|震|对标|学习(?:了|[^,。]{0,2})$"
)
_GOES = re.compile(rf"(?:{_VISIT.pattern})(?:(?!开展|举办|召开|参加)[^,。;]){{0,16}}$")
_BESIDE = re.compile("(?<![受得感达收起想做直])[到去往](?:了)?$|(?:从|由|与|和|同|跟|向|像|如|比)[^,、]{0,2}$")
_VISITED = re.compile(
    "[^,。;、]{0,6}(?:籍|人士|来我|来访|一行|考察|等地|等[省市县]|游客|客商|老乡|经验|模式|做法|灾区|地震"
    "|世博|奥运|亚运|高铁|机场)|[^。;\n]{0,24}(?:支教|挂职|务工|打工|进修|跟岗|跟班|支医|援助我)"
)
_HELD = re.compile("[^,。;、]{0,8}(?:举办|举行|召开)")
_INSPECTS = re.compile("检查|指导|视察|调研|督查|督导|考核|验收")  # a superior comes for that
_NO_UNIT = re.compile("(?:人(?![民大社武力事才口防均])|[产货牌味路]|街(?!道)|大[道桥学]|小吃|方言|话)")
_LEAD_BEFORE = re.compile("(?:在|按照|根据|围绕|贯彻|落实|遵照|服从|按|受到?|得到|以|对照)(?:了)?[^,。;]{0,8}$")
_LEAD_BEHIND = re.compile("[^。;\n]{0,30}?(?:领导|指导|关心|支持|部署|要求|精神|安排|决策|帮助|统一)")
_AWARD = re.compile("获|评为|授予|命名|表彰|确定为|列为|列入|被.{0,12}$")
_AWARD_BEHIND = re.compile("[^。;\n]{0,30}?(?:先进|优秀|奖|称号|模范|示范|表彰|评为|文明|第.名|单位|授予|命名)")
_OURS = re.compile(r"(?:我们?|本)[省市县区州旗]?[(]?$")
_GOAL_BEFORE = re.compile(
    "(?:为|推动|推进|促进|服务于?|建设|打造|谱写|实现|助力|加快|构建|奋力|投身|谋求)[^,。;]{0,10}$"
)
_GOAL_BEHIND = re.compile("[^。;\n]{0,24}?(?:贡献|发展|跨越|崛起|篇章|建设|进步|振兴|繁荣|稳定|力量|作为|目标)")
_PRESENTS = re.compile(
    "(?:位于|地处|辖|现辖|总面积|总人口|现有|幅员|国土面积|东[临与靠邻]|历史悠久|是(?:全国|我国|国家|著名|一个|典型|革命))"
)
_OFFICE = re.compile(
    "(?:[市县区]?委(?![托员屈派])|委员会|人民政府|政府|人大|政协|纪委|党委|政法委|机关|人武部"
    "|[一-鿿]{0,9}?(?:局|委员会|协会|联合会|科协|妇联|残联|工商联|文联|团委|总工会|法院|检察院|医院|中学|小学|学校|党校"
    "|办公室|委[办宣组]|中心|公司|街道|[镇乡]|社区|大队|支队))"
)
_SIGNS_OFF = re.compile("[一-鿿]{1,14}\n[^\n]{0,14}(?:\n|$)")
_PAPER = re.compile(
    "(?:制定|出台|印发|编制|下发|起草|修订|贯彻|落实|编印|编写|发布|转发|形成|拟定|实施)[^。;]{0,12}[《(]$|[《]$"
)


class Named(NamedTuple):
    """Names that stand in a row, the finest last: 汕头市潮阳区."""

    start: int
    end: int
    names: tuple[str, ...]


def rows_in(text: str) -> Iterator[Named]:
    """The full names in a folded text, those that follow each other in one row."""
    row: list[Mention] = []
    for mention in mentions(text):
        if row and mention.start != row[-1].end:
            yield Named(row[0].start, row[-1].end, tuple(one.name for one in row))
            row = []
        row.append(mention)
    if row:
        yield Named(row[0].start, row[-1].end, tuple(one.name for one in row))


def is_visited(text: str, row: Named) -> bool:
    """Whether a place is told as another's: of a visit, a guest, a birth, aid, a model."""
    behind = text[row.end : row.end + 40]
    before = _before(text, row.start)
    guest = _VISITED.match(behind) and not _INSPECTS.search(behind[:16])
    held = before.endswith(("在", "于")) and _HELD.match(behind)
    return bool(guest or held or _GOES.search(before))


def is_gone_to(text: str, at: int) -> bool:
    """Whether a sentence goes elsewhere before it names the place at `at`."""
    return bool(_VISIT.search(_before(text, at)))


def is_elsewhere(text: str, row: Named) -> bool:
    """Whether a place is told as another's, or only stands beside: with 沂水县, from 沂水县, 沂水县人."""
    beside = _BESIDE.search(_before(text, row.start)) or _NO_UNIT.match(text[row.end : row.end + 4])
    return bool(beside) or is_gone_to(text, row.start) or is_visited(text, row)


def weigh(text: str, row: Named) -> tuple[float, str]:
    """How much a row of names that is not elsewhere says of where the unit is (2 is a plain proof), and why."""
    before, behind = _before(text, row.start), text[row.end : row.end + 40]
    office = _OFFICE.match(behind)
    if _OURS.search(before):
        return 3, "says it is its own"
    if _LEAD_BEFORE.search(before) and _LEAD_BEHIND.match(behind):
        return (3, "led by") if office else (1.5, "led by")
    if not before.strip() and _PRESENTS.match(behind):
        return 2, "describes its place"
    if _AWARD.search(before) and _AWARD_BEHIND.match(behind):
        return 2, "honoured by or as"
    if _GOAL_BEFORE.search(before) and _GOAL_BEHIND.match(behind):
        return 2, "works for"
    if _PAPER.search(before):
        return (2 if before[:-1] and before[-2] not in "、,》" else 0.5), "its paper"
    if office and _SIGNS_OFF.match(behind):
        return 2, "signs off"
    return (1, "office of") if office else (0, "")


def _before(text: str, at: int) -> str:
    """The sentence up to a place, at most its last characters."""
    return _SENTENCE_END.split(text[max(0, at - SENTENCE) : at])[-1]
