"""Pinyin annotations behind characters, cut where the reading is one of the character's.

Annotators mark characters that GB2312 lacks; three of those on a page prove one. A text that speaks of pronunciation
keeps what it explains.
"""

import re

from pipelines.document import Proposal
from pipelines.repairs.gbk import in_gb2312
from pipelines.repairs.readings import SYLLABLE, has_tone, is_reading, mentions_tones
from pipelines.script import fold, script_of

# How near a word on pronunciation must be for a reading to be its example; chosen: a clause or two.
NEAR = 40
# Annotated characters outside GB2312 that prove an annotator at work; chosen: a rare name or two is glossed by hand.
PROOF = 3
MANY = 10  # different characters with their reading that prove one as well, where nothing on the page teaches; chosen

_ANNOTATION = re.compile(rf"[(（] ?(?P<reading>{SYLLABLE}) ?[)）]")
# Texts on pronunciation: there an annotation may be what the text is about.
_ON_PRONUNCIATION = re.compile("普通话|拼音|读音|读作|注音|正音|多音字|声调|推普")
# Lessons in characters gloss them by hand.
_TAUGHT = re.compile("识字|生字|汉字|诵读|错别字|成语|课文")


def pinyin(text: str) -> list[Proposal]:
    """Annotations `協(xié)` where the reading is one of the character. Leaves explanations of a pronunciation."""
    if not mentions_tones(text):
        return []
    fitting = [m for m in _ANNOTATION.finditer(text) if m.start() and is_reading(text[m.start() - 1], m["reading"])]
    if not fitting:
        return []
    folded = fold(text)
    marked = [m for m in fitting if has_tone(m["reading"]) and not in_gb2312(text[m.start() - 1])]
    toned = {text[m.start() - 1] for m in fitting if has_tone(m["reading"])}
    taught = _ON_PRONUNCIATION.search(folded) or _TAUGHT.search(folded)
    proved = len(marked) >= PROOF or (len(toned) >= MANY and not taught)
    if not proved and (script_of(text) == "hans" or _ON_PRONUNCIATION.search(folded)):
        return []
    sure = {m.start() for m in marked}
    cut = [m for m in fitting if m.start() in sure or (proved and not _explained(folded, m))]
    evidence = f"a reading of the character before it; {len(marked)} such on the page"
    return [Proposal(m.start(), m.end(), "", "pinyin", evidence) for m in cut]


def _explained(folded: str, match: re.Match[str]) -> bool:
    return bool(_ON_PRONUNCIATION.search(folded, max(0, match.start() - NEAR), match.end() + NEAR))
