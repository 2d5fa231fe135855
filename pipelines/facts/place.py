"""Where the unit is that issued a document: what its name says, else what in the text proves it.

A name proves nothing by being named: units visit, help, quote and compare themselves with other places. So each is
weighed by what stands around it, and where two places weigh about the same, the place is unknown.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.facts.divisions import STILL, Division, Place, at, called, named, place_of, words
from pipelines.facts.mentioned import Named, is_elsewhere, is_gone_to, is_visited, rows_in, weigh
from pipelines.facts.organisation import SIGNED, title_unit, unit_told
from pipelines.facts.residue import OF_PROVINCES, OURS, PROVINCE_NAMES, Residue, residues
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.facts.towns import county_of, towns
from pipelines.facts.units import Unit, level_of_code
from pipelines.script import fold

PROVEN = 2.0  # weight from which a place is the unit's own (chosen: one plain proof, or two that only point to it)
RIVAL = 0.5  # of the best place's weight: another place that weighs so much makes it unknown
SIBLINGS = 3  # counties of one prefecture that a prefecture's unit names
LEVELS = ("省", "市", "县")  # that have codes
OF_NAMES = ("the unit's name", "title")  # proofs that name the unit's own place
_FINER = re.compile("[市县区旗州盟](?!直)")
TEXT = 12000  # characters that are searched (chosen: all but the longest documents)

_TITLE_END = re.compile(r"(?:$|[\s(]|[一-鿿\dxX*]{0,24}?(?:工作|总结|汇报|述职|报告|计划|要点))")


class Evidence(NamedTuple):
    """What ties a place to the unit, and how strongly."""

    where: str
    start: int
    end: int
    weight: float
    why: str


def place(subject: Subject, known: Facts) -> Iterator[Clue]:
    """Province, prefecture and county with the code that they had at the document's date."""
    year = year_of(known)
    if not (found := _found(subject, known, year)):
        return
    division, proof = found
    there = place_of(division, year or division.until)
    words = {"text": subject.text, "title": subject.title, "page_title": subject.page_title}.get(
        proof.where, known.get("organisation") or ""
    )
    evidence = f"{proof.why}: {words[proof.start : proof.end]}"
    for column, value in _columns(there, whole=not _is_around(division, proof, known)):
        yield Clue(column, value, proof.where, proof.start, proof.end, evidence)
    if level := _level_of_city(division, known):
        yield Clue("org_level", level, proof.where, proof.start, proof.end, evidence)


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
    rows = list(rows_in(text))
    near = [row for row in rows if not is_elsewhere(text, row)]
    around = [name for row in near for name in row.names]
    told = unit_told(known)
    of_unit = _of_unit(told, year, around) if told else None
    if told and of_unit and told[0].evidence.startswith(SIGNED):
        return of_unit
    visited = {name for row in rows if row not in near and is_visited(text, row) for name in row.names}
    weighed = _weighed(text, [row for row in near if row.names[-1] not in visited], year, around)
    _add_titles(weighed, subject, year, around)
    if of_unit:
        weighed.setdefault(of_unit[0], []).append(of_unit[1])
    best = _best(weighed, told[1].head[-1:] if told else "") or _by_residue(subject, visited, year, weighed)
    if best and not best[0].code.endswith("00"):
        return best
    return _by_towns(text, year, best[0] if best else None) or best


def _of_unit(told: tuple[Clue, Unit], year: int | None, around: list[str]) -> tuple[Division, Evidence] | None:
    """The place in the issuing unit's name, with its proof."""
    clue, unit = told
    one = _place_of_unit(unit, year, around)
    return (one, Evidence(clue.where, clue.start, clue.end, 2 * PROVEN, OF_NAMES[0])) if one else None


def _place_of_unit(unit: Unit, year: int | None, around: list[str]) -> Division | None:
    """The place that a unit's name begins with; None where it is masked, or a short name that may be something else."""
    if rows := _rows_of(unit):
        return resolve(rows[0].names, year, around)
    bare = re.sub("^(?:中国共产党|中共|共青团|政协)", "", unit.head)
    word = unit.name[len(unit.head) :]
    if (
        unit.field == "高校"
        and "附属" not in unit.name
        and (one := short(bare, year))
        and one.code.endswith("00")
        and bare not in words("short")
    ):
        return one
    if (
        not called(bare)
        or bare in words("short")
        or (len(bare) == 2 and (unit.institution or re.search("[所站处庭]$|社区|[村居]", word)))
    ):
        return None
    return short(bare, year)


def _rows_of(unit: Unit) -> list[Named]:
    """The names of places before a unit's word."""
    return [row for row in rows_in(unit.name) if row.end <= len(unit.head)]


def _weighed(text: str, rows: list[Named], year: int | None, around: list[str]) -> dict[Division, list[Evidence]]:
    """Each place that these rows of the text name, with what ties it to the unit."""
    found: dict[Division, list[Evidence]] = {}
    for row in rows:
        weight, why = weigh(text, row)
        if weight and (one := resolve(row.names, year, around)):
            found.setdefault(one, []).append(Evidence("text", row.start, row.end, weight, why))
    return found


def _add_titles(weighed: dict[Division, list[Evidence]], subject: Subject, year: int | None, around: list[str]) -> None:
    """Adds what the document's title and the page's title name: a unit's place, or the site of an office."""
    title = fold(subject.title)
    unit = title_unit(subject)
    if unit and (one := _place_of_unit(unit, year, around)):
        weighed.setdefault(one, []).append(Evidence("title", unit.start, unit.end, PROVEN, OF_NAMES[1]))
    for row in rows_in(title) if not unit else ():
        if _TITLE_END.match(title, row.end) and not is_visited(title, row):
            if one := resolve(row.names, year, around):
                weighed.setdefault(one, []).append(Evidence("title", row.start, row.end, PROVEN, OF_NAMES[1]))
            break
    page = fold(subject.page_title)
    site = max(page.rfind(mark) for mark in "-_|—")
    for row in rows_in(page[site + 1 :]) if site >= 0 else ():
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
    subject: Subject, visited: set[str], year: int | None, weighed: dict[Division, list[Evidence]]
) -> tuple[Division, Evidence] | None:
    """What masks left over: a short name in a motto, a province in a prize's name."""
    found: dict[Division, Residue] = {}
    if not (lefts := list(residues(subject.folded[:TEXT]))):
        return None
    title = fold(subject.title)
    others = visited.union(*(row.names for row in rows_in(title) if is_visited(title, row)))
    for left in lefts:
        one = (
            _province(left.name) if left.why in OF_PROVINCES or left.name in PROVINCE_NAMES else short(left.name, year)
        )
        if one and one.name not in others:
            found.setdefault(one, left)
    finest = [one for one in found if not any(other is not one and other.within(one) for other in found)]
    if len(finest) != 1 or any(not (finest[0].within(other) or other.within(finest[0])) for other in weighed):
        return None
    left = found[finest[0]]
    return finest[0], Evidence("text", left.start, left.end, PROVEN, left.why)


def _by_towns(text: str, year: int | None, within: Division | None) -> tuple[Division, Evidence] | None:
    """The county that the text's towns lie in, those apart that it tells of as elsewhere."""
    here = {name: town for name, town in towns(text).items() if not is_gone_to(text, town.start)}
    if not (found := county_of(here)):
        return None
    code, those = found
    county = at(code, year or STILL)
    if not county or (within and not county.within(within)) or (year and county.years_from(year)):
        return None
    rarest = min(those, key=lambda town: len(town.counties))
    return county, Evidence("text", rarest.start, rarest.end, PROVEN, f"{len(those)} towns lie in one county alone")


def _level_of_city(division: Division, known: Facts) -> str | None:
    """The level of a unit of a city, once it is known which: a prefecture's or a county's. Its name told neither."""
    told = unit_told(known)
    if not told or known.get("org_level") or not told[1].head.endswith("市") or division.name[-1] != "市":
        return None
    return "市" if division.code.endswith("00") and not division.code.endswith("0000") else "县"


def _is_around(division: Division, proof: Evidence, known: Facts) -> bool:
    """Whether a place is not the unit's own, but only what that lies in: a prize tells a county's province."""
    level, told = known.get("org_level"), unit_told(known)
    found = LEVELS.index(level_of_code(division.code))
    if told and proof.why == OF_NAMES[0] and (rows := _rows_of(told[1])):
        return _FINER.search(told[1].head, rows[0].end) is not None  # 湖北省xx市
    if proof.why in OF_NAMES or (level == "单位" and found > 0):
        return False
    if level in ("市", "县", "乡", "村"):
        return min(("市", "县", "乡", "村").index(level) + 1, 2) > found
    return found == 0 and (told is not None or proof.why not in ("led by", OURS))


def _columns(there: Place, *, whole: bool) -> Iterator[tuple[str, str]]:
    yield "place", there.name
    if whole:
        yield "place_code", there.code
    yield "province", there.province
    if there.prefecture:
        yield "prefecture", there.prefecture
    if there.county:
        yield "county", there.county
