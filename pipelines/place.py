"""Where the unit is that issued a document: what its name says, else what in the text proves it.

A name proves nothing by being named: units visit, help, quote and compare themselves with other places. So each is
weighed by what stands around it, and where two places weigh about the same, the place is unknown.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.divisions import STILL, Division, Mention, Place, at, called, mentions, named, place_of, words
from pipelines.organisation import SIGNED, title_unit, unit_told
from pipelines.residue import OF_PROVINCES, Residue, residues
from pipelines.script import fold
from pipelines.subject import Clue, Facts, Subject
from pipelines.towns import county_of, towns
from pipelines.units import Unit

PROVEN = 2.0  # weight from which a place is the unit's own (chosen: one plain proof, or two that only point to it)
RIVAL = 0.5  # of the best place's weight: another place that weighs so much makes it unknown
SIBLINGS = 3  # counties of one prefecture that a prefecture's unit names
TEXT = 12000  # characters that are searched (chosen: all but the longest documents)

_SENTENCE_END = re.compile("[。\n;!?]")
_AWAY_BEFORE = re.compile(
    "赴|前往|奔赴|来自|考察|参观|取经|观摩|对口|支援|援[助建藏疆青]|帮扶|结对|友好|借鉴|走访"
    "|毕业于|生于|籍贯|邀请|聘请|引进|调研组|转战|外出|途经|出差|返回|应邀|捐|慰问信|震"
    "|(?<![受得感达收起想做直])[到去往](?:了)?$|(?:从|由|与|和|同|跟|向|像|如|比)[^,、]{0,2}$"
)
_AWAY_BEHIND = re.compile(
    "[^,。;、]{0,6}(?:籍|人士|来我|来访|一行|考察|等地|等[省市县]|举办|举行|召开|游客|客商"
    "|老乡|经验|模式|做法|灾区|地震|世博|奥运|亚运|高铁|机场)"
    "|(?:人(?![民大社武力事才口防均])|[产货牌味路]|街(?!道)|大[道桥学]|小吃|方言|话)"
)
_LEAD_BEFORE = re.compile("(?:在|按照|根据|围绕|贯彻|落实|遵照|服从|按|受到?|得到|以|对照)(?:了)?[^,。;]{0,8}$")
_LEAD_BEHIND = re.compile("[^。;\n]{0,30}?(?:领导|指导|关心|支持|部署|要求|精神|安排|决策|帮助|统一)")
_AWARD = re.compile("获|评为|授予|命名|表彰|确定为|列为|列入|被.{0,12}$")
_AWARD_BEHIND = re.compile("[^。;\n]{0,30}?(?:先进|优秀|奖|称号|模范|示范|表彰|评为|文明|第.名|单位|授予|命名)")
_OURS_BEFORE = re.compile(r"(?:我们?|本)[省市县区州旗]?[(]?$")
_GOAL_BEFORE = re.compile(
    "(?:为|推动|推进|促进|服务于?|建设|打造|谱写|实现|助力|加快|构建|奋力|投身|谋求)[^,。;]{0,10}$"
)
_GOAL_BEHIND = re.compile("[^。;\n]{0,24}?(?:贡献|发展|跨越|崛起|篇章|建设|进步|振兴|繁荣|稳定|力量|作为|目标)")
_PRESENTS = re.compile(
    "(?:位于|地处|辖|现辖|总面积|总人口|现有|幅员|国土面积|东[临与靠邻]|历史悠久|是(?:全国"
    "|我国|国家|著名|一个|典型|革命))"
)
_OFFICE = re.compile(
    "(?:[市县区]?委(?![托员屈派])|委员会|人民政府|政府|人大|政协|纪委|党委|政法委|机关|人武部"
    "|[一-鿿]{0,9}?(?:局|委员会|协会|联合会|科协|妇联|残联|工商联|文联|团委|总工会|法院|检察院"
    "|医院|中学|小学"
    "|学校|党校|办公室|委[办宣组]|中心|公司|街道|[镇乡]|社区|大队|支队))"
)
_SIGNS_OFF = re.compile("[一-鿿]{1,14}\n[^\n]{0,14}(?:\n|$)")
_OWN_PAPER = re.compile(
    "(?:制定|出台|印发|编制|下发|起草|修订|贯彻|落实|编印|编写|发布|转发|形成|拟定|实施)[^。;]{0,12}[《(]$|[《]$"
)
_TITLE_END = re.compile(r"(?:$|[\s(]|[一-鿿\dxX*]{0,24}?(?:工作|总结|汇报|述职|报告|计划|要点))")


class Evidence(NamedTuple):
    """What ties a place to the unit, and how strongly."""

    where: str
    start: int
    end: int
    weight: float
    why: str


class Named(NamedTuple):
    """Names that stand in a row, the finest last: 汕头市潮阳区."""

    start: int
    end: int
    names: tuple[str, ...]


def place(subject: Subject, known: Facts) -> Iterator[Clue]:
    """Province, prefecture and county with the code that they had at the document's date."""
    year = year_of(known)
    if not (found := _found(subject, known, year)):
        return
    division, proof = found
    there = place_of(division, year or division.until)
    words = {"text": subject.text, "title": subject.title, "page_title": subject.page_title}.get(proof.where, "")
    evidence = f"{proof.why}: {words[proof.start : proof.end]}"
    for column, value in _columns(there):
        yield Clue(column, value, proof.where, proof.start, proof.end, evidence)


def year_of(known: Facts) -> int | None:
    """The year that a document is from: signed, reported, proven by its text, claimed by its title, in this order."""
    era = known.get("era_from"), known.get("era_to")
    for column in ("signed_on", "period_to"):
        if value := known.get(column):
            return int(value[:4])
    claimed = known.number("title_year")
    if era[0] and not (claimed and int(era[0][:4]) <= claimed <= int((era[1] or "9999")[:4])):
        return int(era[0][:4])
    return claimed


def resolve(names: tuple[str, ...], year: int | None, around: Iterable[str] = ()) -> Division | None:
    """What a row of names means, its last; None where several places bear it and neither row nor text tell which.

    A name borne by several places at different times means the one nearest to the year, without a year the latest.
    """
    ones = [one for one in named(names[-1]) if all(any(one.within(up) for up in named(name)) for name in names[:-1])]
    ones = _timely(ones, year)
    if len(ones) > 1:
        above = [up for name in around for up in named(name)]
        told = [one for one in ones if any(one.within(up) and one.code != up.code for up in above)]
        ones = told if len({one.code for one in told}) == 1 else ones
    return ones[0] if len({one.code for one in ones}) == 1 else None


def short(name: str, year: int | None) -> Division | None:
    """What a name without its last word means: the one place so called, or the one that all so called lie in."""
    ones = _timely(list(called(name)), year)
    return next((one for one in ones if all(other.within(one) for other in ones)), None)


def _province(name: str) -> Division | None:
    return next((one for one in called(name) if one.code.endswith("0000")), None)


def _timely(ones: list[Division], year: int | None) -> list[Division]:
    if not ones:
        return []
    away = [one.years_from(year) if year else -one.until for one in ones]
    return [one for one, distance in zip(ones, away, strict=True) if distance == min(away)]


def _found(subject: Subject, known: Facts, year: int | None) -> tuple[Division, Evidence] | None:
    """The unit's place, and its best proof."""
    text = subject.folded[:TEXT]
    rows = list(_rows(text))
    around = [name for row in rows for name in row.names if not _elsewhere(text, row.start, row.end)]
    told = unit_told(known)
    weighed = _weighed(text, rows, year, around)
    _add_titles(weighed, subject, year, around)
    if told and (one := _place_of_unit(told[1], year, around)):
        clue = told[0]
        proof = Evidence(clue.where, clue.start, clue.end, 2 * PROVEN, "the unit's name")
        if clue.evidence.startswith(SIGNED):
            return one, proof
        weighed.setdefault(one, []).append(proof)
    best = _best(weighed, told[1].head[-1:] if told else "") or _by_residue(subject, year, weighed)
    if best and not best[0].code.endswith("00"):
        return best
    return _by_towns(text, year, best[0] if best else None) or best


def _place_of_unit(unit: Unit, year: int | None, around: list[str]) -> Division | None:
    """The place that a unit's name begins with; None where it is masked, or a short name that may be something else."""
    rows = list(_rows(unit.head))
    if rows:
        return resolve(rows[-1].names, year, around)
    bare = re.sub("^(?:中国共产党|中共|共青团|政协)", "", unit.head)
    word = unit.name[len(unit.head) :]
    if unit.field == "高校" and (one := short(bare, year)) and one.code.endswith("00") and bare not in words("short"):
        return one
    if (
        not called(bare)
        or bare in words("short")
        or (len(bare) == 2 and (unit.institution or re.search("[所站处庭]$|社区|[村居]", word)))
    ):
        return None
    return short(bare, year)


def _rows(text: str) -> Iterator[Named]:
    """The full names in a text, those that follow each other in one row."""
    row: list[Mention] = []
    for mention in mentions(text):
        if row and mention.start != row[-1].end:
            yield Named(row[0].start, row[-1].end, tuple(one.name for one in row))
            row = []
        row.append(mention)
    if row:
        yield Named(row[0].start, row[-1].end, tuple(one.name for one in row))


def _weighed(text: str, rows: list[Named], year: int | None, around: list[str]) -> dict[Division, list[Evidence]]:
    """Each place that the text names, with what ties it to the unit."""
    found: dict[Division, list[Evidence]] = {}
    for row in rows:
        weight, why = _weight(text, row)
        if weight and (one := resolve(row.names, year, around)):
            found.setdefault(one, []).append(Evidence("text", row.start, row.end, weight, why))
    return found


def _weight(text: str, row: Named) -> tuple[float, str]:
    """How much a row of names says of where the unit is, by what stands around it."""
    if _elsewhere(text, row.start, row.end):
        return 0, ""
    before, behind = _sentence_before(text, row.start), text[row.end : row.end + 40]
    if _OURS_BEFORE.search(before):
        return 3, "says it is its own"
    office = _OFFICE.match(behind)
    if _LEAD_BEFORE.search(before) and _LEAD_BEHIND.match(behind):
        return (3, "led by") if office else (1.5, "led by")
    if not before.strip() and _PRESENTS.match(behind):
        return 2, "describes its place"
    if _AWARD.search(before) and _AWARD_BEHIND.match(behind):
        return 2, "honoured by or as"
    if _GOAL_BEFORE.search(before) and _GOAL_BEHIND.match(behind):
        return 2, "works for"
    if _OWN_PAPER.search(before):
        return (2 if before[:-1] and before[-2] not in "、,》" else 0.5), "its paper"
    if office and _SIGNS_OFF.match(behind):
        return 2, "signs off"
    return (1, "office of") if office else (0, "")


def _elsewhere(text: str, start: int, end: int) -> bool:
    """Whether a name is told as another's place: of a visit, a guest, a birth, aid."""
    return bool(_AWAY_BEFORE.search(_sentence_before(text, start)) or _AWAY_BEHIND.match(text[end : end + 16]))


def _sentence_before(text: str, at: int) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, max(0, at - 60), at)]
    return text[ends[-1] if ends else max(0, at - 60) : at]


def _add_titles(weighed: dict[Division, list[Evidence]], subject: Subject, year: int | None, around: list[str]) -> None:
    """Adds what the document's title and the page's title name: a unit's place, or the site of an office."""
    title = fold(subject.title)
    unit = title_unit(subject)
    if unit and (one := _place_of_unit(unit, year, around)):
        weighed.setdefault(one, []).append(Evidence("title", unit.start, unit.end, PROVEN, "title"))
    for row in _rows(title) if not unit else ():
        if _TITLE_END.match(title, row.end) and not _AWAY_BEFORE.search(title[: row.start]):
            if one := resolve(row.names, year, around):
                weighed.setdefault(one, []).append(Evidence("title", row.start, row.end, PROVEN, "title"))
            break
    page = fold(subject.page_title)
    site = max(page.rfind(mark) for mark in "-_|—")
    for row in _rows(page[site + 1 :]) if site >= 0 else ():
        if one := resolve(row.names, year, around):
            proof = Evidence("page_title", site + 1 + row.start, site + 1 + row.end, 1, "site of")
            weighed.setdefault(one, []).append(proof)


def _best(weighed: dict[Division, list[Evidence]], level: str) -> tuple[Division, Evidence] | None:
    """The finest place that is proven and has no rival; of siblings, what they lie in."""
    own = {one: sum(min(proof.weight, 3) for proof in proofs) for one, proofs in weighed.items()}
    total = {one: sum(own[up] for up in own if one.within(up)) for one in own}
    ranked = sorted(own, key=lambda one: (-total[one], -len(one.code.rstrip("0"))))
    for best in ranked:
        rivals = [one for one in own if not (one.within(best) or best.within(one)) and own[one] >= RIVAL * own[best]]
        if own[best] >= PROVEN and not rivals and not _too_fine(best, level):
            return best, max(weighed[best], key=lambda proof: proof.weight)
    return None


def _too_fine(one: Division, level: str) -> bool:
    """Whether a place is finer than the unit's level: a city's unit names its counties, a province's its cities."""
    if level == "省":
        return not one.code.endswith("0000")
    return level == "市" and not one.code.endswith("00") and one.name[-1] != "市"


def _by_residue(
    subject: Subject, year: int | None, weighed: dict[Division, list[Evidence]]
) -> tuple[Division, Evidence] | None:
    """What masks left over: a short name in a motto, a province in a prize's name."""
    found: dict[Division, Residue] = {}
    for left in residues(subject.folded[:TEXT]):
        if one := _province(left.name) if left.why in OF_PROVINCES else short(left.name, year):
            found.setdefault(one, left)
    finest = [one for one in found if not any(other is not one and other.within(one) for other in found)]
    if len(finest) != 1 or any(not (finest[0].within(other) or other.within(finest[0])) for other in weighed):
        return None
    left = found[finest[0]]
    return finest[0], Evidence("text", left.start, left.end, PROVEN, left.why)


def _by_towns(text: str, year: int | None, within: Division | None) -> tuple[Division, Evidence] | None:
    """The county that the text's towns lie in, those apart that it tells of as elsewhere."""
    here = {
        name: town for name, town in towns(text).items() if not _AWAY_BEFORE.search(_sentence_before(text, town.start))
    }
    if not (found := county_of(here)):
        return None
    code, those = found
    county = at(code, year or STILL)
    if not county or (within and not county.within(within)) or (year and county.years_from(year)):
        return None
    rarest = min(those, key=lambda town: len(town.counties))
    return county, Evidence("text", rarest.start, rarest.end, PROVEN, f"{len(those)} towns lie in one county alone")


def _columns(there: Place) -> Iterator[tuple[str, str]]:
    yield "place", there.name
    yield "place_code", there.code
    yield "province", there.province
    if there.prefecture:
        yield "prefecture", there.prefecture
    if there.county:
        yield "county", there.county
