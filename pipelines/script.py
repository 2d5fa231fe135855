"""Which script a text is in, its Simplified form, and the folded view that patterns match on.

Three uses that must not be mixed: `fold` keeps every offset (rules match on it), `to_hans` may change length (search
and comparison read it), and neither ever touches the text that is kept as published.
"""

import re
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from pipelines.taiwan import AMBIGUOUS, DISTINCTIVE, MAINLAND, TAIWAN_OWN, Back

# Characters from which an array folds faster than str.translate (measured: 2 µs a call against 0.05 µs a character).
LINE = 40
# Share of characters of the other script below which a text still counts as one script: mirrors that convert character
# by character leave some (2 to 4 % on seed 003's kind), and Simplified texts quote Traditional names.
TOLERANCE = 0.05
# Mainland words per 1,000 characters from which a page is mainland text: seed 002 has 38, a hospital's summary 5.
MAINLAND_DENSITY = 2.0
# So many at least, of at least so many kinds: a line or a query proves nothing.
MAINLAND_WORDS, MAINLAND_KINDS = 3, 2
# Mainland spellings that localisation would have replaced: where they prevail, the page was only transcribed.
KEPT_BY_TRANSCRIPTION = re.compile("社区|信息|网络|项目|视频|软件|硬件|用户|优化|短信|屏幕|打印")


def fold(text: str) -> str:
    """`text` in half-width forms and Simplified characters, character by character: offsets stay true."""
    if len(text) < LINE:
        return text.translate(_fold_table())
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _fold_codes()[codes].tobytes().decode("utf-32-le", "surrogatepass")


def script_of(text: str) -> str:
    """'hans', 'hant' or 'mixed', by the characters that only one script has; 'hans' where there are none."""
    traditional, simplified = _counts(text)
    if traditional <= TOLERANCE * simplified:
        return "hans"
    return "hant" if simplified <= TOLERANCE * traditional else "mixed"


def is_localised(text: str) -> bool:
    """Whether a Traditional text is a mainland one put into Taiwan usage by machine, words and all.

    A page from Taiwan has the same words, but its offices (鄉公所, 里長) instead of mainland ones; a page that was only
    transcribed has 社區 and 信息 where this one has 社群 and 資訊. Simplified text is never localised.
    """
    return script_of(text) != "hans" and _is_localised_hans(_simplified(text))


@lru_cache(maxsize=64)
def to_hans(text: str, localised: bool | None = None) -> str:
    """`text` in Simplified characters; where it is `localised`, with its mainland words back.

    `localised` says what is known of the whole page; None: this text decides. Simplified text comes back as it is (a
    conversion would change 乾 and 著 in it), and so do the Simplified lines of a mixed text.
    """
    script = script_of(text)
    if script == "hans":
        return text
    lines = text.split("\n")
    hans = "\n".join(line if script == "mixed" and _is_simplified(line) else _simplified(line) for line in lines)
    return mainland(hans) if localised or (localised is None and _is_localised_hans(hans)) else hans


def mainland(hans: str) -> str:
    """A localised text, already in Simplified characters, with Taiwan's words told back into mainland ones."""
    popular = "民众" if "群众" in hans else "群众"  # a localiser that knows 民眾 leaves no 群眾 behind
    text = _distinctive().sub(lambda found: DISTINCTIVE[found[0]], hans).replace("民众", popular)
    for pattern, replacement in _ambiguous():
        text = pattern.sub(replacement, text)
    return text


def is_common(character: str) -> bool:
    """Whether it is one of the 3,755 hanzi of GB2312 level 1 (lead bytes B0 to D7), in either script."""
    return fold(character) in _level_one()


def _simplified(text: str) -> str:
    """OpenCC's Taiwan standard to Simplified, which serves other Traditional text as well, and 揹, which it leaves."""
    return str(_converter("tw2s").convert(text)).replace("揹", "背")


def _is_localised_hans(hans: str) -> bool:
    home = re.findall(MAINLAND, hans)
    if len(home) < max(MAINLAND_WORDS, MAINLAND_DENSITY * len(hans) / 1000) or len(set(home)) < MAINLAND_KINDS:
        return False
    if len(home) <= 2 * len(re.findall(TAIWAN_OWN, hans)):
        return False
    proof = len(_distinctive().findall(hans)) + len(re.findall("社群(?!众)|(?<=[^全我])国小(?!学|麦|说|康)", hans))
    return proof > len(KEPT_BY_TRANSCRIPTION.findall(hans))


def _is_simplified(line: str) -> bool:
    traditional, simplified = _counts(line)
    return simplified > 0 and traditional <= TOLERANCE * simplified


def _counts(text: str) -> tuple[int, int]:
    """How many of its characters only Traditional script has, and how many only Simplified."""
    only_hant, only_hans = _sets()
    return sum(map(only_hant.__contains__, text)), sum(map(only_hans.__contains__, text))


@cache
def _converter(config: str) -> OpenCC:
    """One of OpenCC's converters; not picklable, so each process builds its own."""
    return OpenCC(config)


@cache
def _fold_table() -> dict[int, str]:
    """Half-width forms, and t2s for each character of U+3400 to U+9FFF, followed until it changes no more."""
    convert = _converter("t2s").convert
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
    for code in range(0x3400, 0xA000):
        simple = convert(convert(chr(code)))
        if simple != chr(code):
            table[code] = simple
    return table


@cache
def _fold_codes() -> NDArray[np.uint32]:
    """`_fold_table` as an array over all code points."""
    codes = np.arange(0x110000, dtype=np.uint32)
    for code, char in _fold_table().items():
        codes[code] = ord(char)
    return codes


@cache
def _sets() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that only Traditional script has, and only Simplified: GB2312 and Big5 are the witnesses."""
    hant = {chr(code) for code in _fold_table() if 0x3400 <= code < 0xA000}
    to_hant = _converter("s2t").convert
    hans = {chr(code) for code in range(0x4E00, 0xA000) if to_hant(chr(code)) != chr(code)}
    return (
        frozenset(c for c in hant if not _encodes(c, "gb2312")),
        frozenset(c for c in hans - hant if not _encodes(c, "cp950")),
    )


@cache
def _level_one() -> frozenset[str]:
    pairs = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return frozenset(pair.decode("gb2312", "ignore") for pair in pairs) - {""}


@cache
def _distinctive() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, DISTINCTIVE), key=lambda form: (-len(form), form))))


@cache
def _ambiguous() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(back)), back.word) for back in AMBIGUOUS)


def _pattern(back: Back) -> str:
    """Its form between what must and must not stand there; `re` wants each look-behind of one width, so one a word."""
    before = "|".join(f"(?<={re.escape(word)})" for word in back.before.split("|"))
    forbidden = "".join(f"(?<!{re.escape(word)})" for word in back.not_before.split("|") if word)
    return (
        (f"(?:{before})" if back.before else "")
        + forbidden
        + re.escape(back.form)
        + (f"(?!{back.not_after})" if back.not_after else "")
        + (f"(?={back.after})" if back.after else "")
    )


def _encodes(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
