"""What real sites do to a text, one pure function a mechanism: (clean text, random source) -> damaged text.

Each does what the real cause does (a byte-wise replace, a PDF viewer's line width, a watermark script), in the
forms that were met on real pages; none is fitted to what some restorer can undo. Where a mechanism destroys
knowledge for good (mask, preview), its result is the gold.
"""

import re
from functools import cache
from random import Random

import opencc
from pypinyin import Style, pinyin

HAN = "[\u4e00-\u9fff]"

# Full-width marks that mirrors fold to ASCII, by GBK bytes A3xx (，？；！：).
FOLDED = {b"\xa3\xac": b",", b"\xa3\xbf": b"?", b"\xa3\xbb": b";", b"\xa3\xa1": b"!", b"\xa3\xba": b":"}

# Simplified characters that mirrors by character table leave as they are (met on real mirrors).
LEFT_BY_TABLES = frozenset("后范干于准台余征系松丰斗几只面卷累云冲复愿志制游别表采布")

# Traditional characters met with annotations on real mirrors, and others of the same frequency.
ANNOTATED = (
    "協區農創業繼續現內黨會務員領導實員團組織發動項產資訊議類縣鄉鎮貫徹隊聯繫計劃壓縮驗點構標準強環節"
    "學習興營運輸衛護導質檢測讀書畫藝術傳媒體廣場開關閉門調研課題結論證據轉變換屆選舉響應對話談話請驅軀"
    "績開闊濟財稅費預決負責獎勵階層樓設備維權積極穩輔讓許績銜幹勁顯號與過還這進達遠連適當歷屬戶單獨雙"
)


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def taiwan(text: str) -> str:
    """The text as a machine-converted Taiwan edition: characters and phrases (OpenCC s2twp)."""
    return str(_converter("s2twp").convert(text))


@cache
def _traditional(char: str) -> str:
    other = str(_converter("s2tw").convert(char))
    if char in LEFT_BY_TABLES or len(other) != 1:
        return char
    try:
        other.encode("gbk")
    except UnicodeEncodeError:
        return char
    return other


def hant_by_character(text: str) -> str:
    """Traditional by a table of single characters, as pinyin mirrors do: 范 后 干 于 stay as they are."""
    return "".join(map(_traditional, text))


def reading_table(rng: Random, share: float = 0.7) -> dict[str, str]:
    """Which characters an annotator marks, with their readings; 請 and 驅 are in every table met."""
    pool = sorted(set(ANNOTATED) - set("請驅"))
    chosen = [*rng.sample(pool, round(len(pool) * share)), "請", "驅"]
    return {char: pinyin(char, style=Style.TONE)[0][0] for char in chosen}


def annotate(text: str, table: dict[str, str], *, spaced: bool = False) -> str:
    """Readings in brackets behind the characters of the table, each found as a whole character."""
    gap = " " if spaced else ""
    return "".join(f"{char}({table[char]}{gap})" if char in table else char for char in text)


def mirror(text: str, table: dict[str, str], *, every: bool = False) -> tuple[str, tuple[str, ...]]:
    """A GBK text after an annotator and a punctuation folder that both replace bytes, blind to character borders.

    Annotations found across a border swallow a byte (科普圖書 -> 科普?qǐng)D書); full-width marks found across
    one lose the lead byte before them (。現 -> ,F). What follows is read out of step until a byte under 0x80.
    Spots whose run would swallow yet another byte, or hold undefined codes, are left alone unless `every`.
    Returns the damaged text and the strings that show the damage.
    """
    pairs = [_Char(char, table) for char in text]
    out: list[str] = []
    shown: list[str] = []
    at = 0
    while at < len(pairs):
        damaged = _border_damage(pairs, at, every) if at + 1 < len(pairs) else None
        if damaged:
            out.append(damaged[0])
            shown.append(damaged[0])
            at = damaged[1]
        else:
            out.append(pairs[at].plain)
            at += 1
    return "".join(out), tuple(shown)


class _Char:
    """One character of the mirror's text: its GBK bytes and the annotation that stands behind it."""

    __slots__ = ("code", "note", "plain", "table")

    def __init__(self, char: str, table: dict[str, str]) -> None:
        self.code = char.encode("gbk")
        self.table = table
        self.note = f"({table[char]})" if char in table else ""
        self.plain = FOLDED[self.code].decode() if self.code in FOLDED else char + self.note


def _border_damage(pairs: list[_Char], at: int, every: bool) -> tuple[str, int] | None:
    """What shows, and where to go on, when the border behind `pairs[at]` is hit; None when it is not."""
    here, after = pairs[at], pairs[at + 1]
    if len(here.code) != 2 or len(after.code) != 2 or here.note or here.code in FOLDED or after.code in FOLDED:
        return None
    across = here.code[1:] + after.code[:1]
    if across in FOLDED:
        head, first_note = FOLDED[across].decode(), after.note
    elif (found := _decoded(across)) and found in here.table:
        head, first_note = here.plain + "?" + here.table[found] + ")", ""
    else:
        return None
    run = _out_of_step(pairs, at + 1, first_note, every)
    return (head + run[0], run[1]) if run else None


def _out_of_step(pairs: list[_Char], at: int, note: str, every: bool) -> tuple[str, int] | None:
    """The reading that starts at the second byte of `pairs[at]`, until it is in step again, and where that is."""
    run, pending, at = b"", pairs[at].code[1:], at + 1
    while pending >= b"\x80":
        ahead = pairs[at].code if at < len(pairs) and not note else b""
        if len(ahead) != 2 or ahead in FOLDED:  # an ASCII byte follows: the pending byte is swallowed
            return (_shown(run) + note, at) if every else None
        run, pending, note = run + pending + ahead[:1], ahead[1:], pairs[at].note
        at += 1
    text = _decoded(run + pending)
    if text is None:
        return (_shown(run + pending) + note, at) if every else None
    return text + note, at


def _decoded(code: bytes) -> str | None:
    try:
        return code.decode("gbk")
    except UnicodeDecodeError:
        return None


def _shown(code: bytes) -> str:
    return code.decode("gbk", "replace").replace("\ufffd", "?")


def ticks(text: str, rng: Random, every: int = 250) -> str:
    """A stray mark behind 的, about one in `every` characters (忙碌的`、辛苦的)."""
    spots = [m.end() for m in re.finditer(f"(?<={HAN})的(?={HAN})", text)]
    chosen = set(rng.sample(spots, min(len(spots), max(1, len(text) // every))))
    return "".join((rng.choice("`'.") if i in chosen else "") + char for i, char in enumerate(text))


def watermark(paragraphs: tuple[str, ...], token: str, rng: Random, times: int) -> tuple[str, ...]:
    """The site's name in the middle of sentences: behind a comma, or inside a clause, as an editor script does."""
    spots = [
        (i, m.end())
        for i, p in enumerate(paragraphs)
        if len(p) > 60
        for m in re.finditer(rf"，(?={HAN})|(?<={HAN}{{3}})(?:的|在|对)(?={HAN}{{3}})", p)
        if p.count("《", 0, m.end()) == p.count("》", 0, m.end())
        and p.count("“", 0, m.end()) == p.count("”", 0, m.end())
    ]
    out = list(paragraphs)
    for i, at in sorted(rng.sample(spots, min(times, len(spots))), reverse=True):
        out[i] = out[i][:at] + token + out[i][at:]
    return tuple(out)


def hard_wrap(paragraphs: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Lines of a PDF page: every paragraph indented by two and broken at the width."""
    lines: list[str] = []
    for paragraph in paragraphs:
        indented = "　　" + paragraph
        lines += [indented[i : i + width] for i in range(0, len(indented), width)]
    return tuple(lines)


def space_out(text: str, rng: Random, share: float = 0.12) -> str:
    """Spaces between Chinese characters, as OCR and PDF text layers leave them."""
    return re.sub(f"(?<={HAN})(?={HAN})", lambda _: " " if rng.random() < share else "", text)


def page_numbers(text: str, rng: Random, every: int = 420) -> tuple[str, tuple[str, ...]]:
    """Page numbers inside sentences, in page rhythm (广泛开展科普活2动); also what shows them."""
    out, shown, number, last = "", [], 1, 0
    for match in re.finditer(f"(?<={HAN}{{4}})(?={HAN}{{4}})", text):
        if match.start() - last >= every and rng.random() < 0.3:
            out += text[last : match.start()] + str(number)
            shown.append(
                text[match.start() - 2 : match.start()] + str(number) + text[match.start() : match.start() + 2]
            )
            last, number = match.start(), number + 1
    return out + text[last:], tuple(shown)


def double_suffix(paragraphs: tuple[str, ...], rng: Random) -> tuple[str, ...]:
    """The body, and all of it but its first one to three paragraphs once more."""
    return paragraphs + paragraphs[rng.randint(1, min(3, len(paragraphs) - 2)) :]


def chunk(text: str, size: int = 250) -> tuple[str, ...]:
    """Lines of fixed length with numbers 1、 2、 3、 in front: the preview of document-sharing sites."""
    flat = text.replace("\n", "")
    return tuple(f"{n}、{flat[i : i + size]}" for n, i in enumerate(range(0, len(flat), size), 1))


def preview(paragraphs: tuple[str, ...], shown: int) -> tuple[str, ...]:
    """The first `shown` characters, cut where the counter runs out."""
    out: list[str] = []
    for paragraph in paragraphs:
        if shown <= 0:
            break
        out.append(paragraph[:shown])
        shown -= len(paragraph)
    return tuple(out)


def flatten(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """All paragraphs in one, headings glued to the text."""
    return ("".join(paragraphs),)


def false_breaks(paragraphs: tuple[str, ...], rng: Random, share: float = 0.7) -> tuple[str, ...]:
    """A new line behind ；, as editors do whose line width ran out."""
    joined = "\n".join(paragraphs)
    return tuple(re.sub("；(?=.)", lambda m: "；\n" if rng.random() < share else m[0], joined).split("\n"))


def mask(text: str, rng: Random) -> str:
    """Years, counts and money as xx: for good, so the masked text is the gold."""
    text = re.sub(r"(?<!\d)20\d\d(?=年)", "20xx", text)
    return re.sub(
        r"(?<![\d.:—])\d[\d.]*(?=[个名件份人场次户台本])", lambda m: "x" if rng.random() < 0.6 else m[0], text
    )


# Words that filters break up, in the closed forms that can be undone.
CENSORED = {"党建": "D建", "党员": "D员", "党支部": "D支部", "党委": "D委", "提高": "提髙", "高质量": "髙质量"}


def censor(text: str, rng: Random) -> tuple[str, tuple[str, ...]]:
    """Filtered words in the look-alike spellings that farms use; also the spellings that were put in."""
    used = []
    for word, other in CENSORED.items():
        if word in text and rng.random() < 0.8:
            text = text.replace(word, other)
            used.append(other)
    return text, tuple(used)


def entities(text: str, *, open_ended: bool = False) -> str:
    """Quotes as entities that were escaped once too often, some without their ';'."""
    end = "" if open_ended else ";"
    return text.replace("“", "&ldquo" + end).replace("”", "&rdquo" + end)
