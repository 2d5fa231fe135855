"""What stays the same of a text however a mirror damaged it, and digests made from that.

The skeleton unites what copies differ in: script, width, Taiwan wording, pinyin annotations, numbers and their masks,
punctuation and white space. Ids of parts and the search for copies rest on it: a change here changes ids.
"""

import re
from functools import cache
from hashlib import sha256

from opencc import OpenCC

from pipelines.localisation import certain_words
from pipelines.readings import SYLLABLE
from pipelines.script import fold

PART_LENGTH = 32  # skeleton characters that name a part
HEAD = 1000  # characters that hold them, and as many behind them, in nearly every text
_ANNOTATION = re.compile(rf"\( ?{SYLLABLE} ?\)")
# Numbers and what masks them. Chinese numerals stay: 一是 and 三个代表 are words.
_NUMBER = re.compile(r"(?:[\d×*_○〇]|某某|(?<![a-z])x+(?![a-z]))+(?:[.,:/~-]?(?:[\d×*_○〇]|(?<![a-z])x+(?![a-z])))*")
_NEITHER = re.compile(r"[^#a-z\u3400-\u9fff]")
# Other localisers' words, and homoglyphs, in the form that s2twp and folding give the rest.
_ALIKE = str.maketrans("髙査戸揹", "高查户背")
_OTHER = (("国小", "小学"), ("视讯", "影片"), ("民众", "群众"), ("梗塞塞", "梗塞"))


def skeleton(text: str) -> str:
    """The text in one script and wording, without marks: hanzi, lower-case letters, and # for each number or mask."""
    plain = "".join(_ANNOTATION.sub("", fold(text)).split())
    united = _united(plain.translate(_ALIKE))
    return re.sub("#+", "#", _NEITHER.sub("", _NUMBER.sub("#", united.translate(_ALIKE).lower())))


def part_suffix(text: str) -> str:
    """The 6 hex digits that name a part of a page: of SHA-256 of its first 32 skeleton characters."""
    begin = skeleton(text[:HEAD])
    if len(begin) < 2 * PART_LENGTH:
        begin = skeleton(text)
    return sha256(begin[:PART_LENGTH].encode()).hexdigest()[:6]


def content_digest(title: str, text: str) -> str:
    """SHA-256 of a title and a text, as published."""
    return sha256(f"{title}\n{text}".encode()).hexdigest()


def _united(hans: str) -> str:
    """Both wordings as s2twp writes them, since one Taiwan word may stand for two mainland ones."""
    localised = fold(str(_converter().convert(certain_words(hans))))
    for one, other in _OTHER:
        localised = localised.replace(one, other)
    return localised


@cache
def _converter() -> OpenCC:
    return OpenCC("s2twp")
