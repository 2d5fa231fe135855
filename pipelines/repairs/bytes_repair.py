"""Byte damage of mirrors that edited GBK bytes blindly, undone on the characters that it left.

Two kinds (their names are the rules' names). *gbk_lost_lead*: a full-width mark's bytes `A3 xx` were found across
two characters and became one ASCII mark; the lead byte before it is lost. *gbk_misaligned_pinyin*: an annotation was
put behind bytes that only look like the annotated character, and swallowed a byte. After either, text was read one
byte out of step, up to the next byte below 0x80 or the next loss. Both are undone by reading the run again from the
byte that was lost, and only where that gives the more probable text. A character that no evidence tells is U+FFFD.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from pipelines.document import Proposal
from pipelines.repairs.gbk import (
    COST_LOST,
    LOST,
    PAIR,
    SECOND,
    Run,
    bytes_of,
    char_of,
    in_gb2312,
    is_han,
    known_byte,
    reread,
    surprise,
)
from pipelines.repairs.lost_lead import lost_character
from pipelines.repairs.plausible import COST_FREQUENT, COST_LETTER, cost, is_pair
from pipelines.repairs.readings import SYLLABLE, has_tone, is_exact, is_reading, is_usual, mentions_tones
from pipelines.script import fold, script_of

# What a repair must gain, in nats: on a page where nothing is proved yet, and beside a repair that is, or where the
# page still shows the lost byte. Calibrated as a set: no hit on clean texts in either script, and see
# benchmarks/byte_damage.py for what of the damage is undone.
GAIN, GAIN_PROVED, GAIN_KNOWN = 9.0, 4.5, 0.0
# What `?qǐng)`, `(qǐng)` and `?(qǐng)` themselves tell of a misaligned annotation: the last two also stand behind a
# character that lost its end. And by how much the best reading must lead.
MISALIGNED = {(True, False): 8.0, (False, True): 4.0, (True, True): 2.0}
LEAD = 2.5
# What a character gains that the annotator's table would hold (GB2312 has it not), or whose usual reading it is.
IN_TABLE = 2.0
# What the characters before a run, and an annotation at its end, may add to its gain at most.
HEAD_START = 2 * PAIR + COST_LOST
# A first character above this cost begins no sentence: the run is not read.
RAREST = 7.0
# After these a letter is the name of a part, not half a character (，F座).
AFTER_LETTER = frozenset("座区级层组型类栋楼款班项点线口室号门列排馆字股段面轮罩盘键站证照票卡舱档罐标社牌片市省州形")

_ORPHAN = "[?？\ufffd\uf781-\uf7fe]"
_IS_ORPHAN = re.compile(_ORPHAN)
_READING = rf"(?P<reading>{SYLLABLE}) ?[)）]"
_MISALIGNED = re.compile(rf"(?P<orphan>{_ORPHAN})?(?P<bracket>[(（])?{_READING}")
_BEFORE_READING = re.compile(rf"[(（] ?{SYLLABLE} ?[)）]$")
_ANNOTATED_END = re.compile(rf"{_ORPHAN}?[(（]?{_READING}")
_ANNOTATION = re.compile(rf"[(（] ?{_READING}")


def misaligned_pinyin(text: str) -> list[Proposal]:
    """`科普?qǐng)D書` is 科普圖書: the annotation of 請 (D5 88) sat across 普 (C6 D5) and 圖 (88 44)."""
    found: list[Proposal] = []
    done = 0
    if not mentions_tones(text):
        return found
    for match in _MISALIGNED.finditer(text):
        if match.start() >= max(done, 1) and (match["orphan"] or match["bracket"]) and has_tone(match["reading"]):
            proposal = _phantom(text, match)
            if proposal:
                found.append(proposal)
                done = proposal.end
    return found


def lost_lead(text: str) -> list[Proposal]:
    """`,F` is 。現 (A1 A3 AC 46 that lost A1), `?偨Y` is 。總結. Leaves marks whose text reads well as it is."""
    places = [match.start() for match in _suspicious().finditer(text)]
    proved = list(_accepted(text, places, GAIN))
    return list(_accepted(text, places, GAIN_PROVED)) if proved else proved


@lru_cache(maxsize=4)
def _is_traditional(text: str) -> bool:
    """Whether the page holds Traditional characters; asked only where something else speaks of damage."""
    return script_of(text) != "hans"


@cache
def _suspicious() -> re.Pattern[str]:
    """A mark and a character that together may hide a first character that is no rarity."""
    return re.compile("|".join(f"{re.escape(mark)}(?=[{_begins(second)}])" for mark, second in SECOND.items()))


def _begins(second: int) -> str:
    """The characters whose first byte makes a character with `second`, as ranges of a pattern."""
    leads = [lead for lead in range(0x40, 0xFF) if (char := char_of(second, lead)) and cost(char) <= RAREST]
    found = [chr(lead) for lead in leads if lead < 0x80] + [chr(0xF700 + lead) for lead in leads if lead >= 0x80]
    found += [char for lead in leads if lead >= 0x81 for char in _of_lead(lead)]
    return _ranges(sorted(set(found) - {""}))


def _ranges(characters: list[str]) -> str:
    """Characters in order, for the inside of brackets: a pattern that named each would take long to compile."""
    runs: list[list[str]] = []
    for char in characters:
        if runs and ord(char) == ord(runs[-1][-1]) + 1:
            runs[-1].append(char)
        else:
            runs.append([char])
    return "".join(f"{re.escape(run[0])}-{re.escape(run[-1])}" for run in runs)


@cache
def _of_lead(lead: int) -> tuple[str, ...]:
    """All characters whose first byte is `lead`, those of private use too."""
    return tuple(bytes((lead, trail)).decode("gb18030", "ignore") for trail in range(0x40, 0xFF))


def _accepted(text: str, places: list[int], threshold: float) -> Iterator[Proposal]:
    done, known = 0, frozenset(places)
    for mark in places:
        if mark >= done:
            proposal = None
            if text[mark] in "?？" and mark + 1 in known:  # it may be what is shown of the byte lost before the next
                proposal = _lost_before(text, mark + 1, done, threshold)
            proposal = proposal or _lost_before(text, mark, done, threshold)
            if proposal:
                done = proposal.end
                yield proposal


def _lost_before(text: str, mark: int, floor: int, threshold: float) -> Proposal | None:
    """The repair of a mark that stands for a lost lead byte and a pair A3 xx."""
    start = mark - 1 if mark > floor and _IS_ORPHAN.match(text, mark - 1) else mark
    second = SECOND[text[mark]]
    known = known_byte(text[start]) if start < mark else 0
    if start < mark:
        threshold = GAIN_KNOWN if known else min(threshold, GAIN_PROVED)
    run = reread(text, mark + 1, second, "")
    shown = sum(map(cost, text[start : mark + 1]))
    if run is None or run.gain + shown + HEAD_START < threshold:
        return None
    run = _annotated(text, run)
    before = _before(text, start)
    char = char_of(known, 0xA3) or lost_character(fold(before), fold(run.reading), _is_traditional(text))
    gain = run.gain + shown - surprise(before[-1:], "。" if char == LOST else char)
    run = run._replace(reading=char + run.reading, gain=gain + PAIR * is_pair(char, run.reading[0]))
    if len(run.reading) == 2 and run.closed and not known:
        if not _proved_letter(text, start, mark, run, threshold):
            return None
    elif run.gain < threshold:
        return None
    run = _with_shown_loss(text, run, text[start] if start < mark else "")
    evidence = f"A3 {second:02X} was replaced by {text[mark]}, and the byte before it lost"
    return Proposal(start, run.end, run.reading, "gbk_lost_lead", evidence)


def _with_shown_loss(text: str, run: Run, orphan: str) -> Run:
    """The run with the `?` that stands for the lost end of its last character, where the page shows losses so."""
    shown = orphan in ("?", "？") and not run.closed and text[run.end : run.end + 1] in ("?", "？")
    return run._replace(end=run.end + 1) if shown else run


def _before(text: str, end: int) -> str:
    """The two characters before `end`, a reading that an annotator put between not counted."""
    near = _BEFORE_READING.sub("", text[max(0, end - 12) : end])
    return near[-2:]


def _proved_letter(text: str, start: int, mark: int, run: Run, threshold: float) -> bool:
    """Whether a mark and one letter (`,F`) are half characters, not a mark and a letter (`，F座`, `A,F`, `3,F1`)."""
    half = run.reading[-1]
    annotation = _ANNOTATION.match(text, run.end)
    if annotation and has_tone(annotation["reading"]) and is_reading(half, annotation["reading"]):
        return True
    before, after = text[start - 1 : start], text[run.end : run.end + 1]
    framed = is_han(before) or before in ("”", "》", ")", "）", "%", "％")
    if not _is_traditional(text) or not framed or fold(after) in AFTER_LETTER:
        return False
    if not text[run.end - 1].isalpha():  # nobody writes ;@ or ,` before a character
        return is_han(after)
    if fold(text[mark]) == "?":  # no question mark has a letter and no space behind it
        return cost(half) <= COST_FREQUENT and (is_han(after) or after in "、（(")
    return is_han(after) and (is_pair(half, after) or (threshold < GAIN and run.gain >= COST_LETTER))


def _phantom(text: str, match: re.Match[str]) -> Proposal | None:
    """The repair of an annotation that fits no character on the page but one across a border."""
    start, syllable = match.start(), match["reading"]
    before = bytes_of(text[start - 1])
    if len(before) != 2 or (not match["orphan"] and is_reading(text[start - 1], syllable)):
        return None
    known = known_byte(match["orphan"] or "")
    runs = sorted(_phantom_runs(text, match, before[1], known), key=lambda pair: -pair[0].gain)
    if not runs or runs[0][0].gain < (GAIN_KNOWN if known else GAIN_PROVED):
        return None
    run, lost = runs[0]
    if any(other.gain > run.gain - LEAD and other.reading != run.reading for other, _ in runs[1:]):
        return None
    pair = f"{before[1]:02X} {lost:02X}"
    evidence = f"{pair} is {char_of(before[1], lost)} ({syllable}): its {lost:02X} belongs to what follows"
    return Proposal(start, run.end, run.reading, "gbk_misaligned_pinyin", evidence)


def _phantom_runs(text: str, match: re.Match[str], trail: int, known: int) -> Iterator[tuple[Run, int]]:
    """What follows, for each byte that makes a character of that reading with `trail`."""
    for lost in (known,) if known else range(0x81, 0xFF):
        char = char_of(trail, lost)
        if char and is_reading(char, match["reading"]):
            previous = text[match.start() - 1]
            shape = MISALIGNED[match["orphan"] is not None, match["bracket"] is not None]
            for run in filter(None, (reread(text, match.end(), lost, previous), _euro(text, match, lost, previous))):
                run = _with_shown_loss(text, _annotated(text, run), match["orphan"] or "")
                yield run._replace(gain=run.gain + shape + _likely(char, match["reading"])), lost
            if match["orphan"] and not match["bracket"] and text[match.end() : match.end() + 1] == match["orphan"]:
                yield Run(match.end() + 1, LOST, shape - COST_LOST + _likely(char, match["reading"]), False), lost


def _euro(text: str, match: re.Match[str], lost: int, previous: str) -> Run | None:
    """A character that ends in 80 (每個), a byte that is no character alone: what follows is in step."""
    char, end = char_of(lost, 0x80), match.end()
    if not char or cost(char) > COST_FREQUENT or not is_pair(previous, char):
        return None
    if match["orphan"] in ("?", "？", LOST):
        if text[end : end + 1] not in ("?", "？", LOST):
            return None
        end += 1
    after = text[end : end + 1]
    gain = surprise("", after) - surprise(previous, char) - surprise(char, after)
    return Run(end, char, gain, True)


def _likely(char: str, syllable: str) -> float:
    """What tells that an annotator's table holds the character: its usual reading, and no place in GB2312."""
    return IN_TABLE * (is_usual(char, syllable) + (not in_gb2312(char)))


def _annotated(text: str, run: Run) -> Run:
    """A run whose last character lost a byte, and is told by the annotation behind it."""
    annotation = None if run.closed else _ANNOTATED_END.match(text, run.end)
    if not annotation or not has_tone(annotation["reading"]) or len(run.reading) < 2:
        return run
    lead = _pending(text, run)
    syllable = annotation["reading"]
    chars = [char for trail in range(0x40, 0xFF) if (char := char_of(lead, trail)) and is_reading(char, syllable)]
    chars = [char for char in chars if is_exact(char, syllable)] or chars
    if not chars:
        return run
    left = run.reading[-2]
    ranks = sorted((surprise(left, char) - _likely(char, syllable), char) for char in chars)
    if len(ranks) > 1 and ranks[1][0] - ranks[0][0] < 1:
        return run
    last = ranks[0][1]
    return Run(annotation.end(), run.reading[:-1] + last, run.gain + COST_LOST - surprise(left, last), True)


def _pending(text: str, run: Run) -> int:
    """The first byte of the run's last, unfinished character: the second of what is shown last."""
    code = bytes_of(text[run.end - 1])
    return code[-1] if code else 0
