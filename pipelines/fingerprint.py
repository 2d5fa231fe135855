"""What stays the same of a document when mirrors damage it: a skeleton for ids and comparison, and a digest.

The skeleton is Simplified, without annotations, punctuation and white space; digits, masks and years are one class,
so that `20xx年` and `2015年` are alike.
"""

import re
from hashlib import sha256

from pipelines.script import to_hans

SUFFIX_LENGTH = 32  # skeleton characters that an id rests on: enough to tell parts, few enough to survive a cut end

_READING = re.compile(r"[(（][a-zà-üāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6} ?[)）]")
_NUMBER = re.compile(r"(?:[0-9０-９]|[xX×＊*_](?=[xX×＊*_0-9年月日市县区镇乡村]))+[xX×＊*_]*")
_OTHER = re.compile(r"[^\u3400-\u9fffA-Za-z#]")


def skeleton(text: str) -> str:
    """`text` as far as copies of it agree. Leaves Han characters and Latin letters (lower case), numbers as `#`."""
    plain = _READING.sub("", to_hans(text))
    return _OTHER.sub("", _NUMBER.sub("#", plain)).lower()


def part_suffix(text: str) -> str:
    """6 hex digits of the SHA-256 of the first `SUFFIX_LENGTH` skeleton characters: the id of a part within its page."""
    return sha256(skeleton(text)[:SUFFIX_LENGTH].encode()).hexdigest()[:6]


def content_digest(title: str, text: str) -> str:
    """SHA-256, in hex, of title and text as published."""
    return sha256(f"{title}\n{text}".encode()).hexdigest()
