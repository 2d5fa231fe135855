"""What rules say they saw, in Chinese: for pages in Chinese, word for word by `archive/datasette/evidence.toml`.

The archive keeps evidence as the rule said it, in English with what was found in it; it is translated where it is
shown.
A sentence may stand in another ("…, below the document"), so what was found is translated in its turn. What the file
does not know is shown as it stands.
"""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

SENTENCES = Path(__file__).parent.parent / "datasette" / "evidence.toml"
LONG = 400  # characters: the longest evidence of the sample has 160; what is longer is a text, and shown as it is
DEEPEST = 4  # sentences in each other


@cache
def sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each sentence as a pattern, with its Chinese: what stands behind any other first, then the most literal."""
    known = tomllib.loads(SENTENCES.read_text("utf-8"))
    most_literal = sorted(known["sentences"].items(), key=lambda one: -len(one[0].replace("{}", "")))
    return tuple((_pattern(english), chinese) for english, chinese in (*known["behind"].items(), *most_literal))


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.S)


@lru_cache(maxsize=4096)
def in_chinese(evidence: str, depth: int = 0) -> str:
    """The evidence in Chinese, lines apart."""
    if "\n" in evidence and depth == 0:
        return "\n".join(in_chinese(line) for line in evidence.split("\n"))
    if len(evidence) > LONG or depth > DEEPEST or not re.search("[a-z]", evidence):
        return evidence
    for pattern, chinese in sentences():
        if found := pattern.fullmatch(evidence):
            return chinese.format(*(in_chinese(part, depth + 1) for part in found.groups()))
    return evidence


def knows(evidence: str) -> bool:
    """Whether it has a sentence for it."""
    return in_chinese(evidence) != evidence
