"""Which script a text is in, its Simplified form, and the folded view that patterns match on.

Three uses that must not be mixed: `fold` keeps every offset (rules match on it), `to_hans` may change length (search
and comparison read it), and neither ever touches the text that is kept as published.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from pipelines.localisation import Usage, localised_to, mainland_words

# Characters from which an array folds faster than str.translate (measured: 2 µs a call against 0.05 µs a character).
LINE = 40
PAGE = 400  # characters of a text that is no line, and is folded more than once; chosen
# Share of characters of the other script below which a text still counts as one script: mirrors that convert character
# by character leave some (2 to 4 % on seed 003's kind), and Simplified texts quote Traditional names.
TOLERANCE = 0.05
# Characters that OpenCC's ways from Taiwan's and the common standard leave: Hong Kong's, and old shapes of mirrors.
VARIANTS = str.maketrans(
    "衞枱敍蔘揹簷吿槪擧愼淸緖晩顚飮鄕郞硏頼黙髙隣閧銲覩躭囬廐尅粧涖徧恊寃冗葢伕鎗荳祇",
    "衛檯敘參背檐告概舉慎清緒晚顛飲鄉郎研賴默高鄰哄焊睹耽回廄克妝蒞遍協冤冗蓋夫槍豆衹",
)
# What the converter confounds, in the form it gives: 座標 is 坐标 on the mainland, 著 and 徵 are themselves in a few
# words, and two words make a rare one by chance (於單 in 由於單位, 乾圖 in 餅乾圖案).
CONFOUNDED = {
    "座标": "坐标",
    "想像": "想象",
    "覆函": "复函",
    "二𫫇英": "二噁英",
    "薰陶": "熏陶",
    "(?<=[卓专原土拙撰新])着(?!急|手|力|眼|重|装|色|落)": "著",
    "(?<=见微知)着": "著",
    "(?<=[彰凸]显)著": "着",
    "著(?=书[包本籍桌])": "着",
    "(?<![宫变魏角流])徵(?![羽弦])": "征",
    "(?<!樊)於(?=单|则|其一|伦|惟一|坦)": "于",
    "(?<=[晒烘风阴晾饼腐萄吹擦烤抽笋菜肉果鱼榨沥拧弄晾])乾": "干",
    "衹": "只",
}


def fold(text: str) -> str:
    """`text` in half-width forms and Simplified characters, character by character: offsets stay true."""
    if len(text) < LINE:
        return text.translate(_fold_table())
    return _folded(text) if len(text) < PAGE else _folded_page(text)


def _folded(text: str) -> str:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _fold_codes().take(codes).tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=4)  # a page as it stands after one step and the next: a dozen rules fold it
def _folded_page(text: str) -> str:
    return _folded(text)


def count_han(text: str) -> int:
    """How many of its characters are Chinese, U+3400 to U+9FFF: an array counts a page ten times faster than `re`."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return int(np.count_nonzero((codes >= 0x3400) & (codes <= 0x9FFF)))


def script_of(text: str) -> str:
    """'hans', 'hant' or 'mixed', by the characters that only one script has; 'hans' where there are none."""
    if not _has_one(text, _only_traditional()):
        return "hans"  # most pages, at a tenth of the cost of counting
    traditional, simplified = _counts(text)
    if traditional <= TOLERANCE * simplified:
        return "hans"
    return "hant" if simplified <= TOLERANCE * traditional else "mixed"


def usage_of(text: str) -> Usage:
    """Whose words a mainland page was put into by machine: 'tw', 'hk', or '' for nobody's. Simplified text has its own.

    A page from Taiwan has the same words, but its offices (鄉公所, 里長) instead of mainland ones; a page that was only
    transcribed has 社區 and 信息 where this one has 社群 and 資訊.
    """
    return "" if script_of(text) == "hans" else localised_to(_simplified(text), text)


@lru_cache(maxsize=64)
def to_hans(text: str, usage: Usage | None = None) -> str:
    """`text` in Simplified characters; where it was put into another `usage`, with its mainland words back.

    `usage` is what is known of the whole page; None: this text decides. Simplified text comes back as it is (a
    conversion would change 乾 and 著 in it), and so do the Simplified lines of a mixed text.
    """
    script = script_of(text)
    if script == "hans":
        return text
    lines = text.split("\n")
    kept = {line for line in lines if script == "mixed" and _is_simplified(line)}
    whole = _simplified(text).split("\n")
    if usage is None:
        usage = localised_to("\n".join(whole), text)
    if usage:
        whole = mainland_words("\n".join(whole), usage).split("\n")
    return "\n".join(line if line in kept else hans for line, hans in zip(lines, whole, strict=True))


def has_traditional(text: str) -> bool:
    """Whether it has a Chinese character that `fold` changes: in Simplified text none, or next to none."""
    return _has_one(text, _traditional())


def is_common(character: str) -> bool:
    """Whether it is one of the 3,755 hanzi of GB2312 level 1 (lead bytes B0 to D7), in either script."""
    return fold(character) in _level_one()


def _simplified(text: str) -> str:
    """Simplified characters by OpenCC, and those that it leaves or confounds.

    Only Taiwan writes 著 for 着: where 着 stands, 著 is itself, and the converter for Taiwan would change 专著.
    """
    hans = str(_converter("t2s" if "着" in text else "tw2s").convert(text.translate(VARIANTS)))
    for pattern, right in _confounded():
        hans = pattern.sub(right, hans)
    return hans


def _is_simplified(line: str) -> bool:
    traditional, simplified = _counts(line)
    return simplified > 0 and traditional <= TOLERANCE * simplified


def _counts(text: str) -> tuple[int, int]:
    """How many of its characters only Traditional script has, and how many only Simplified."""
    only_hant, only_hans = _sets()
    return len(only_hant.findall(text)), len(only_hans.findall(text))


@cache
def _confounded() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(wrong), right) for wrong, right in CONFOUNDED.items())


@cache
def _converter(config: str) -> OpenCC:
    """One of OpenCC's converters; not picklable, so each process builds its own."""
    return OpenCC(config)


@cache
def _fold_table() -> dict[int, str]:
    """Half-width forms, and t2s for each character of U+3400 to U+9FFF, followed until it changes no more."""
    convert = _converter("t2s").convert
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
    characters = list(map(chr, range(0x3400, 0xA000)))
    simple = convert(convert("\n".join(characters))).split("\n")  # each a line: beside others it may be part of a word
    return table | {ord(one): other for one, other in zip(characters, simple, strict=True) if one != other}


@cache
def _fold_codes() -> NDArray[np.uint32]:
    """`_fold_table` as an array over all code points."""
    codes = np.arange(0x110000, dtype=np.uint32)
    for code, char in _fold_table().items():
        codes[code] = ord(char)
    return codes


@cache
def _sets() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only Traditional script has, and only Simplified: GB2312 and Big5 are the witnesses."""
    to_hant = _converter("s2t").convert
    hans = {chr(code) for code in range(0x4E00, 0xA000) if to_hant(chr(code)) != chr(code)}
    hans = {c for c in hans if ord(c) not in _fold_table() and not _encodes(c, "cp950")}
    return re.compile(f"[{''.join(sorted(_hant()))}]"), re.compile(f"[{''.join(sorted(hans))}]")


def _has_one(text: str, characters: NDArray[np.bool_]) -> bool:
    return bool(characters.take(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)).any())


@cache
def _traditional() -> NDArray[np.bool_]:
    """The Chinese characters that `fold` changes, as an array over all code points."""
    return _array_of(chr(code) for code in _fold_table() if 0x3400 <= code < 0xA000)


@cache
def _only_traditional() -> NDArray[np.bool_]:
    """The characters that only Traditional script has, as an array over all code points."""
    return _array_of(_hant())


def _array_of(characters: Iterable[str]) -> NDArray[np.bool_]:
    found = np.zeros(0x110000, np.bool_)
    found[[ord(character) for character in characters]] = True
    return found


def _hant() -> set[str]:
    han = (chr(code) for code in _fold_table() if 0x3400 <= code < 0xA000)
    return {character for character in han if not _encodes(character, "gb2312")}


@cache
def _level_one() -> frozenset[str]:
    pairs = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return frozenset(pair.decode("gb2312", "ignore") for pair in pairs) - {""}


def _encodes(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
