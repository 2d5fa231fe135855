"""Byte damage of mirrors that edited GBK bytes blindly, undone on the characters that it left.

Two kinds (their names are the rules' names). *gbk_lost_lead*: a full-width mark's bytes `A3 xx` were found across
two characters and became one ASCII mark; the lead byte before it is lost. *gbk_misaligned_pinyin*: an annotation was
put behind bytes that only look like the annotated character, and swallowed a byte. After either, text was read one
byte out of step, up to the next byte below 0x80 or the next loss. Both are undone by reading the run again from the
byte that was lost, and only where that gives the more probable text. What stays lost is written as U+FFFD. `pinyin`
then cuts the readings themselves.
"""

import re
from dataclasses import dataclass
from functools import cache

from pipelines.document import Proposal
from pipelines.plausible import COST_FREQUENT, COST_UNCOMMON, cost, is_pair
from pipelines.readings import SYLLABLE, has_tone, is_reading, is_usual
from pipelines.script import fold, script_of

# The second byte of the GBK code of the full-width mark that became this ASCII mark (its first is A3).
SECOND = {",": 0xAC, "?": 0xBF, ";": 0xBB, "!": 0xA1, ":": 0xBA}
LOST = "\ufffd"  # a character of which one byte is gone for good

# What a repair must gain in plausible.cost (a rare character costs 9, a common one 1 to 4), by how its run ends: in
# step again, or at a loss. Calibrated as a set on clean texts (no hit) and on damage made from the sample texts.
GAIN_CLOSED, GAIN_OPEN = 6.0, 9.0
# What a loss costs: at a byte below 0x40, which no GBK character can hold; at a mark that was ASCII once; elsewhere.
LOSS_AT_ASCII, LOSS_AT_MARK, LOSS_INSIDE = 3.0, 3.0, 6.0
MARKS = frozenset("，？；！：")
# A run is given up when it falls so far behind its best point: clean text read out of step loses 5 a character.
GIVE_UP = 14.0
PAIR_BONUS = 2.5
# Characters that end in A3 and are no rarities, with those that make a word before or behind them (folded). Where
# none does, the lost character is 。(A1 A3), as it is in seven cases of ten.
WORDS = {
    "保": ("环确社低医担参投", "护障证险持留健安管密洁温"),
    "海": ("上青沿珠渤", "南关外洋拔口淀"),
    "常": ("正经日非通异时往", "常委务规见年识住态驻"),
    "校": ("学我全高院党母在返本技军", "园长区外内友舍车服徽"),
    "專": ("大中客", "业家项题门职栏用利科长"),
    "停": ("暂不叫", "靠车课止电产水工业办"),
    "模": ("规劳建", "式范拟型具块"),
    "福": ("幸祝造", "利建州彩"),
    "希": ("", "望"),
    "祝": ("庆", "贺福愿"),
    "担": ("承负分", "任保心当负"),
    "罚": ("处", "款"),
    "牵": ("", "头"),
    "遥": ("", "感控"),
    "迹": ("事痕足奇", ""),
    "剩": ("", "余"),
    "牛": ("奶肉黄野", "羊奶肉"),
    "裕": ("富充", ""),
    "危": ("", "害"),
}
# Of these, what begins a word (我校) where it stands behind a mark, and ends one (健全) behind a character.
PREFIXES = frozenset("我全院党母在本技军大中规人社")
# Those of one script only: whether it is the Traditional one.
SCRIPT_OF_WORD = {"專": True, "担": False, "罚": False, "牵": False, "遥": False, "迹": False}
# What the true lead byte tells, where the page still has it.
KNOWN_BONUS = 3.0
# What `?qǐng)` itself tells of a misaligned annotation.
MISALIGNED_BONUS = 6.0
# After these a letter is the name of a part, not half a character (，F座).
AFTER_LETTER = frozenset("座区级层组型类栋楼款班项点线口室号门列排馆字股段面轮罩盘键站证照票卡舱档罐标社牌片市省州形")

# How near a word on pronunciation must be for a reading to be its example.
NEAR = 40

_ORPHAN = "[?？\ufffd\uf781-\uf7fe]"
_READING = rf"(?P<reading>{SYLLABLE}) ?[)）]"
_MISALIGNED = re.compile(rf"(?P<orphan>{_ORPHAN})?(?P<bracket>[(（])?{_READING}")
_ANNOTATION = re.compile(rf"[(（] ?{_READING}")
_BEFORE_READING = re.compile(rf"[(（] ?{SYLLABLE} ?[)）]$")
_MARK = re.compile("[,，?？;；!！:：]")
# Texts on pronunciation: there an annotation may be what the text is about.
_ON_PRONUNCIATION = re.compile("普通话|拼音|读音|读作|注音|正音|多音字|声调|推普")


@dataclass(frozen=True, slots=True)
class _Run:
    """What a stretch of damaged text, up to `end`, reads in step, and how much more probable that is."""

    end: int
    reading: str
    gain: float
    closed: bool  # in step again; else a byte was lost at its end


def misaligned_pinyin(text: str) -> list[Proposal]:
    """`科普?qǐng)D書` is 科普圖書: the annotation of 請 (D5 88) sat across 普 (C6 D5) and 圖 (88 44)."""
    found: list[Proposal] = []
    done = 0
    for match in _MISALIGNED.finditer(text):
        if match.start() >= max(done, 1) and (match["orphan"] or match["bracket"]):
            proposal = _phantom(text, match)
            if proposal:
                found.append(proposal)
                done = proposal.end
    return found


def lost_lead(text: str) -> list[Proposal]:
    """`,F` is 。現 (A1 A3 AC 46 that lost A1), `?偨Y` is 。總結. Leaves marks whose text reads well as it is."""
    found: list[Proposal] = []
    done = 0
    traditional = script_of(text) != "hans"
    for match in _MARK.finditer(text):
        if match.start() >= done:
            proposal = _lost_before(text, match.start(), done, traditional)
            if proposal:
                found.append(proposal)
                done = proposal.end
    return found


def pinyin(text: str) -> list[Proposal]:
    """Annotations `協(xié)` where the reading is one of the character. Leaves explanations of a pronunciation.

    Annotators mark characters that GB2312 lacks; three of those on a page prove one. Then readings behind other
    characters are cut as well, but where the sentence speaks of pronunciation.
    """
    folded = fold(text)
    fitting = [m for m in _ANNOTATION.finditer(text) if m.start() and is_reading(text[m.start() - 1], m["reading"])]
    marked = [m for m in fitting if has_tone(m["reading"]) and not _in_gb2312(text[m.start() - 1])]
    proved = len(marked) >= 3
    if not proved and (script_of(text) == "hans" or _ON_PRONUNCIATION.search(folded)):
        return []
    sure = {m.start() for m in marked}
    cut = [m for m in fitting if m.start() in sure or (proved and not _explained(folded, m))]
    evidence = f"a reading of the character before it; {len(marked)} such on the page"
    return [Proposal(m.start(), m.end(), "", "pinyin", evidence) for m in cut]


def _explained(folded: str, match: re.Match[str]) -> bool:
    return bool(_ON_PRONUNCIATION.search(folded, max(0, match.start() - NEAR), match.end() + NEAR))


def _phantom(text: str, match: re.Match[str]) -> Proposal | None:
    """The repair of an annotation that fits no character on the page but one across a border."""
    start = match.start()
    before = _code(text[start - 1])
    if len(before) != 2 or (not match["orphan"] and is_reading(text[start - 1], match["reading"])):
        return None
    known = _known_byte(match["orphan"] or "")
    best: tuple[_Run, int] | None = None
    for lost in [known] if known else range(0x81, 0xFF):
        if is_reading(_char(before[1], lost), match["reading"]):
            run = _reread(text, match.end(), lost, MISALIGNED_BONUS, text[start - 1])
            if run and (best is None or run.gain > best[0].gain):
                best = (run, lost)
    if best is None or best[0].gain < (GAIN_CLOSED if best[0].closed else GAIN_OPEN):
        return None
    run, lost = best
    pair = f"{before[1]:02X} {lost:02X}"
    evidence = f"{pair} is {_char(before[1], lost)} ({match['reading']}): its {lost:02X} belongs to what follows"
    return Proposal(start, run.end, run.reading, "gbk_misaligned_pinyin", evidence)


def _lost_before(text: str, mark: int, floor: int, traditional: bool) -> Proposal | None:
    """The repair of a mark that stands for a lost lead byte and a pair A3 xx."""
    second = SECOND[fold(text[mark])]
    first = _char(second, *_code(text[mark + 1 : mark + 2])[:1])
    if not first or cost(first) > 7:
        return None
    start = mark - 1 if mark > floor and re.match(_ORPHAN, text[mark - 1]) else mark
    known = _known_byte(text[start]) if start < mark else 0
    run = _reread(text, mark + 1, second, sum(cost(c) for c in text[start : mark + 1]), "。")
    if run is None:
        return None
    char = _char(known, 0xA3) if known else _lost_character(_before(text, start), run.reading, traditional)
    if not char:
        return None
    run = _Run(run.end, char + run.reading, run.gain - cost(char), run.closed)
    if not _accepted(text, start, mark, run, traditional, bool(known)):
        return None
    end = run.end + (not run.closed and text[start] == text[run.end : run.end + 1] == "?" and start < mark)
    lost = char.encode("gb18030")[0]
    evidence = f"{lost:02X} A3 {second:02X}: A3 {second:02X} was replaced by {text[mark]} and {lost:02X} lost"
    return Proposal(start, end, run.reading, "gbk_lost_lead", evidence)


def _before(text: str, end: int) -> str:
    """The two characters before `end`, a reading that an annotator put between not counted."""
    near = _BEFORE_READING.sub("", text[max(0, end - 12) : end])
    return near[-2:]


def _lost_character(before: str, after: str, traditional: bool) -> str:
    """What ended in A3 here: 。 before a new sentence, or a character that makes a word with its neighbour.

    A neighbour that already makes a word on its other side (大學, 科普) is no evidence for 校 or 專. 。 stands before
    no other mark of its kind: then only such a word will do; '' without one.
    """
    left, right = fold(before), fold(after)
    sentence = right[0] not in "。、,;:?!"
    for char, (ends, begins) in WORDS.items():
        ended = left != "" and left[-1] in ends and not (sentence and _ends_a_word(left))
        begun = right[0] in begins and not is_pair(right[0], right[1:2])
        if (ended or begun) and (char not in SCRIPT_OF_WORD or SCRIPT_OF_WORD[char] == traditional):
            return char
    return "。" if sentence else ""


def _ends_a_word(left: str) -> bool:
    """Whether what stands before a loss may end a sentence: 大學, 健全, 桌上; not 經, 我."""
    return left[-1] in "上客" or is_pair(*left[-2:].rjust(2)) or (left[-1] in PREFIXES and _is_han(left[-2:-1]))


def _accepted(text: str, start: int, mark: int, run: _Run, traditional: bool, known: bool) -> bool:
    if run.closed and len(run.reading) == 2 and not known:
        return run.gain > 0 and _proved_letter(text, start, mark, run, traditional)
    if run.closed:
        return run.gain >= GAIN_CLOSED - (KNOWN_BONUS if known else 0)
    # A name (：孟健军) may read well by chance: only what holds a rare character is taken for damage.
    return run.gain >= GAIN_OPEN and any(cost(c) >= COST_UNCOMMON for c in text[start : run.end])


def _proved_letter(text: str, start: int, mark: int, run: _Run, traditional: bool) -> bool:
    """Whether a mark and one letter (`,F`) are half characters, not a mark and a letter (`，F座`, `A,F`, `3,F1`)."""
    half = run.reading[-1]
    annotation = _ANNOTATION.match(text, run.end)
    if annotation and has_tone(annotation["reading"]) and is_reading(half, annotation["reading"]):
        return True
    before, after = text[start - 1 : start], text[run.end : run.end + 1]
    framed = _is_han(before) or before in ("”", "》", ")", "）", "%", "％")
    if not traditional or not framed or fold(after) in AFTER_LETTER:
        return False
    if not text[run.end - 1].isalpha():  # nobody writes ;@ or ,` before a character
        return _is_han(after)
    if fold(text[mark]) == "?":  # no question mark has a letter and no space behind it
        return cost(half) <= COST_FREQUENT and (_is_han(after) or after in "、（(")
    return _is_han(after) and is_pair(half, after)


def _reread(text: str, at: int, lead: int, gain: float, previous: str) -> _Run | None:
    """`text[at:]` read from the pending byte `lead` on; `gain` was gained before, `previous` is the character there.

    The run ends in step, at a byte below 0x80 that completes a character, or at the best point before a loss.
    """
    reading: list[str] = []
    best: _Run | None = None
    position = at
    while position < len(text):
        code = _code(text[position])
        char = _char(lead, *code[:1])
        if not char:
            break
        gain += cost(text[position]) - cost(char) + _bonus(previous, char)
        reading.append(char)
        previous = char
        position += 1
        if len(code) == 1:
            return _better(best, _Run(position, "".join(reading), gain, True))
        lead = code[1]
        loss = LOSS_AT_MARK if text[position : position + 1] in MARKS else LOSS_INSIDE
        best = _better(best, _Run(position, "".join(reading) + LOST, gain - loss, False))
        if gain - LOSS_INSIDE < best.gain - GIVE_UP:
            return best
    if not reading:
        return None
    return _better(best, _ended(text, position, lead, "".join(reading), gain))


def _ended(text: str, position: int, lead: int, reading: str, gain: float) -> _Run:
    """A run that met what cannot complete its last character: an annotation of that may tell it; else it is lost."""
    annotation = re.compile(rf"{_ORPHAN}?[(（]?{_READING}").match(text, position)
    if annotation and has_tone(annotation["reading"]):
        chars = [char for trail in range(0x40, 0xFF) if (char := _char(lead, trail))]
        chars = [char for char in chars if is_reading(char, annotation["reading"])]
        if chars:
            syllable = annotation["reading"]
            last = min(chars, key=lambda char: (not is_usual(char, syllable), cost(char) - _bonus(reading[-1], char)))
            return _Run(annotation.end(), reading + last, gain, True)
    end = position + 1 if text[position : position + 1] == LOST else position
    return _Run(end, reading + LOST, gain - LOSS_AT_ASCII, False)


def _better(one: _Run | None, other: _Run) -> _Run:
    return other if one is None or other.gain >= one.gain else one


def _bonus(first: str, second: str) -> float:
    return PAIR_BONUS if is_pair(first, second) else 0.0


@cache
def _char(lead: int, *trail: int) -> str:
    """The GBK character of two bytes; '' where there is none (a byte missing, or a code of private use)."""
    try:
        char = bytes((lead, *trail)).decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "" if len(trail) != 1 or "\ue000" <= char <= "\uf8ff" or len(char) != 1 else char


def _code(text: str) -> bytes:
    """A character's bytes in GBK: one or two; none where it has no such code."""
    if text and "\uf780" <= text <= "\uf7ff":
        return bytes((ord(text) - 0xF700,))
    code = text.encode("gb18030", "ignore")
    return code if len(code) <= 2 else b""


def _known_byte(orphan: str) -> int:
    """The byte that `decode` kept as U+F7xx; 0 where the page no longer has it."""
    return ord(orphan) - 0xF700 if "\uf780" <= orphan <= "\uf7ff" else 0


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
