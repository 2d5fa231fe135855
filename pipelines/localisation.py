"""Machine localisation: proof that a mainland page was put into Taiwan or Hong Kong words, and the way back.

Such a converter is consistent, so a page bears witness against it: where 社区 stands, no localiser for Taiwan has been
(seed 002 has none of its 60 words in 14,663 characters). A native page has the same words, but not mainland offices.
The words are in `taiwan.toml`; what those that mean two things stand for, by their neighbours, in `senses.toml`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Usage = Literal["", "tw", "hk"]
Pattern = re.Pattern[str]

# Mainland words per 1,000 characters from which a page is mainland text: seed 002 has 38, a hospital's summary 5.
MAINLAND_DENSITY = 2.0
# So many of them at least, of so many kinds: one word proves nothing.
MAINLAND_WORDS, MAINLAND_KINDS = 2, 2
# Of the words that the localiser replaces, the share that may still stand: two words make one by chance, or quote it.
SURVIVORS = 0.25
# What a sense looks at, on either side of a form; it does not look beyond the sentence.
WINDOW, SENTENCE_ENDS = 14, "。；！？\n"
# A neighbour that touches counts by its length up to a limit, one close by this much (chosen on texts of our own).
TOUCHING, LIMIT, NEAR = 2.0, 4, 1.5
# So many different ones close by count: two agree, a third adds nothing.
COMPANY = 2
# Where no neighbour tells: for things, what is clear elsewhere on the page, from this score on; else the usual word.
CLEAR, TOPIC, DEFAULT = 4.0, 1.0, 0.5
THINGS = frozenset({"资料", "档案", "影片", "影像", "专案", "塑胶", "超音波", "简讯", "线上"})
# A form among neighbours of another word, by so much, is a misfit: nobody writes 社群居民.
MISFIT = 4.0
# Forms that a mainland author writes seldom, and where they are his (专案组, 应急支援) beside words that show it.
SELDOM = frozenset(
    {"支援", "联络", "装置", "设定", "稽核", "储存", "宣告", "社群", "使用者", "物件", "程式"}
    | {"录影", "简讯", "高阶", "介面", "影片", "取样", "专案", "传送", "连线", "超音波"}
)
# One misfit or seldom form may be a slip, two are not.
WITNESSES = 2
# One survivor beside one certain form may be two words to the converter (优化了): so many show a word it does not know.
CERTAIN = 2
# Where a replaced word stands within another that localisers leave alone, it is no survivor (运行台账 holds 行台).
LEFT_ALONE = {"数据": "大数据", "支持": "支持者", "程序": "司法程序", "运行": "运行台"}
# A word that is a form itself (文件, of 文档) may be no survivor: it takes so many for one.
DOUBLE = 3
_LOOK_AROUND = re.compile(r"\(\?.*?\)")


def localised_to(hans: str, published: str) -> Usage:
    """Which usage a page was localised to, by its text in Simplified characters and as published; '' if it was not."""
    words = _words()
    survivors, certain = len(words.replaced_tw.findall(hans)), len(words.taiwan.places(hans))
    localised = bool(certain) and survivors <= SURVIVORS * certain
    if not localised and (witnesses := _witnesses(hans)):  # the dearest look, where the rest does not tell
        localised = survivors <= SURVIVORS * (certain + len(witnesses))
    if not localised and (not words.hong_kong.places(hans) or words.replaced_hk.search(hans)):
        return ""
    if not _is_mainland(hans, published):
        return ""
    return "tw" if localised else "hk"


def mainland_words(hans: str, usage: Usage) -> str:
    """A localised text, in Simplified characters, with the words that the mainland author wrote."""
    if not usage:
        return hans
    pairs = _words().hong_kong if usage == "hk" else _words().taiwan
    places = pairs.places(hans)
    kept = _kept(hans, [(place[0], pairs.words[place[0]]) for place in places], CERTAIN)
    pieces: list[str] = []
    settled: list[tuple[int, int]] = []  # a word told back is not looked at again: 文件夹 holds 文件
    at = length = 0
    for place in places:
        word = place[0] if place[0] in kept else pairs.words[place[0]]
        length += place.start() - at
        settled.append((length, length + len(word)))
        pieces += hans[at : place.start()], word
        at, length = place.end(), length + len(word)
    text = "".join((*pieces, hans[at:]))
    return _with_senses(text, hans, settled) if usage == "tw" else text


def certain_words(hans: str) -> str:
    """`hans` with the forms that only Taiwan has told back, whoever wrote it: what copies in both usages share."""
    pairs = _words().taiwan
    return pairs.pattern.sub(lambda found: pairs.words[found[0]] if pairs.stands(found) else found[0], hans)


def _is_mainland(hans: str, published: str) -> bool:
    words = _words()
    home = words.mainland.findall(hans)
    if len(home) < max(MAINLAND_WORDS, MAINLAND_DENSITY * len(hans) / 1000) or len(set(home)) < MAINLAND_KINDS:
        return False
    native = len(words.native.findall(hans)) + len(words.native_spelling.findall(published))
    return len(home) > 2 * native


def _witnesses(text: str) -> list[str]:
    """Forms that stand where a mainland author would have written another word; none where it is only one."""
    found = []
    for place in _senses().pattern.finditer(text):
        scores = _scores(place[0], *_sides(text, place))
        own, best = scores.get(place[0], 0.0), max(scores.values(), default=0.0)
        if best >= max(own, DEFAULT) + MISFIT or (place[0] in SELDOM and not own):
            found.append(place[0])
    return found if len(found) >= WITNESSES else []


def _with_senses(text: str, published: str, settled: Sequence[tuple[int, int]]) -> str:
    """Each ambiguous form by its neighbours; where these do not tell, as elsewhere on the page, or as usual."""
    senses = _senses()
    within = {at for start, end in settled for at in range(start, end)}
    places = [place for place in senses.pattern.finditer(text) if place.start() not in within]
    kept = _kept(published, [(place[0], word) for place in places for word in senses.words(place[0])])
    places = [place for place in places if place[0] not in kept]
    scores = [_scores(place[0], *_sides(text, place)) for place in places]
    topics: Counter[tuple[str, str]] = Counter()
    for place, score in zip(places, scores, strict=True):
        topics.update((place[0], word) for word, n in score.items() if n > CLEAR)
    pieces: list[str] = []
    at = 0
    for place, score in zip(places, scores, strict=True):
        pieces += text[at : place.start()], _best(place[0], score, topics)
        at = place.end()
    return "".join((*pieces, text[at:]))


def _sides(text: str, place: re.Match[str]) -> tuple[str, str]:
    """What stands before a place in its sentence, and after it up to the mark that ends that."""
    left, right = text[max(0, place.start() - WINDOW) : place.start()], text[place.end() : place.end() + WINDOW]
    begin = max(map(left.rfind, SENTENCE_ENDS)) + 1
    end = min((found for found in map(right.find, SENTENCE_ENDS) if found >= 0), default=len(right) - 1)
    return left[begin:], right[: end + 1]


def _scores(form: str, left: str, right: str) -> dict[str, float]:
    """How well each word that `form` may stand for goes with its neighbours."""
    scores: dict[str, float] = {}
    for sense in _senses().of[form]:
        score = 0.0
        for pattern, side in ((sense.before, left), (sense.after, right)):
            if pattern and (found := pattern.search(side)):
                score += 1 + TOUCHING * min(LIMIT, len(found[0]))
        if sense.near:
            score += NEAR * min(COMPANY, len({*sense.near.findall(left), *sense.near.findall(right)}))
        scores[sense.word] = max(score, scores.get(sense.word, 0.0))
    return scores


def _best(form: str, scores: dict[str, float], topics: Counter[tuple[str, str]]) -> str:
    """The word with the highest score; `topics` says how often each is clear elsewhere on the page."""
    usual = _senses().usual[form]
    words = sorted({*scores, usual})
    if form in THINGS and not any(scores.values()):
        most = max(topics[form, word] for word in words)
        scores = {word: TOPIC for word in words if 0 < topics[form, word] == most}
    return max(words, key=lambda word: scores.get(word, 0.0) + DEFAULT * (word == usual))


def _kept(text: str, pairs: Iterable[tuple[str, str]], least: int = 1) -> frozenset[str]:
    """Forms that this page's localiser did not make: the words it would have replaced by them stand there as often."""
    kept = {form for (form, word), n in Counter(pairs).items() if _survivors(word, form, text) >= max(n, least)}
    if "档案" in kept or "档案" not in text:
        kept.add("文件")  # only who writes 檔案 for 文件 writes 文件 for 文档
    return frozenset(kept)


def _survivors(word: str, form: str, text: str) -> int:
    """How often `word` stands in a text with `form` in it, where the localiser would have replaced it."""
    protected = LEFT_ALONE.get(word, "") or (form if word in form else "")
    survivors = text.count(word) - (text.count(protected) if protected else 0)
    return survivors // DOUBLE if word in _senses().usual else survivors


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Forms that mean one word only: a pattern for all of them, the word of each, and of some what must stand beside.

    Look-around in the pattern itself would keep `re` from skipping to the characters that begin a form: 17 ms, not 1.
    """

    pattern: Pattern
    words: dict[str, str]
    guards: dict[str, list[Pattern]]

    def places(self, text: str) -> list[re.Match[str]]:
        """Where the forms stand."""
        return [found for found in self.pattern.finditer(text) if self.stands(found)]

    def stands(self, found: re.Match[str]) -> bool:
        """Whether nothing beside a form says that two other words make it."""
        guards = self.guards.get(found[0])
        return guards is None or any(guard.match(found.string, found.start()) for guard in guards)


@dataclass(frozen=True, slots=True)
class _Words:
    """`taiwan.toml`, compiled."""

    mainland: Pattern
    native: Pattern
    native_spelling: Pattern
    replaced_tw: Pattern
    replaced_hk: Pattern
    taiwan: _Pairs
    hong_kong: _Pairs


@dataclass(frozen=True, slots=True)
class _Sense:
    """One word that a form stands for, and what touches it before and after, and what is near."""

    word: str
    before: Pattern | None
    after: Pattern | None
    near: Pattern | None


@dataclass(frozen=True, slots=True)
class _Senses:
    """`senses.toml`, compiled."""

    pattern: Pattern
    usual: dict[str, str]
    of: dict[str, list[_Sense]]

    def words(self, form: str) -> set[str]:
        """The words that a localiser replaces by `form`."""
        return {self.usual[form], *(sense.word for sense in self.of[form])} - {form}


@cache
def _words() -> _Words:
    texts: dict[str, str] = tomllib.loads(_data("taiwan.toml"))
    patterns = {name: re.compile("|".join(text.split())) for name, text in texts.items() if name not in ("tw", "hk")}
    return _Words(**patterns, taiwan=_pairs(texts["tw"].split()), hong_kong=_pairs(texts["hk"].split()))


def _pairs(entries: list[str]) -> _Pairs:
    """`form=word` entries, the form with look-around or without."""
    words: dict[str, str] = {}
    guards: dict[str, list[Pattern]] = {}
    for guarded, _, word in (entry.rpartition("=") for entry in entries):
        form = _LOOK_AROUND.sub("", guarded)
        words[form] = word
        if form != guarded:
            guards.setdefault(form, []).append(re.compile(guarded))
    return _Pairs(re.compile(_alternation(words)), words, guards)


def _alternation(forms: Iterable[str]) -> str:
    """A pattern for literal forms by their first character, the longest first, since `re` takes the first that fits."""
    rests: dict[str, list[str]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        rests.setdefault(form[0], []).append(re.escape(form[1:]))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())


@cache
def _senses() -> _Senses:
    data = tomllib.loads(_data("senses.toml"))
    usual: dict[str, str] = data["usual"]
    either = _either_way((sense["word"], sense["form"]) for sense in data["sense"])
    of: dict[str, list[_Sense]] = {form: [] for form in usual}
    for sense in data["sense"]:
        before, after, near = (either(sense.get(name, "")).split() for name in ("before", "after", "near"))
        of[sense["form"]].append(
            _Sense(
                sense["word"],
                re.compile(f"(?:{'|'.join(before)})\\Z") if before else None,
                re.compile(f"\\A(?:{'|'.join(sorted(after, key=_specific, reverse=True))})") if after else None,
                re.compile("|".join(near)) if near else None,
            )
        )
    return _Senses(re.compile(_alternation(usual)), usual, of)


def _either_way(pairs: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """Lets a pattern that names an ambiguous word match its form too: a neighbour may not be told back yet."""
    forms: dict[str, set[str]] = {}
    for word, form in pairs:
        forms.setdefault(word, {word}).add(form)
    apart = {word: f"(?:{'|'.join(sorted(both))})" for word, both in forms.items() if len(both) > 1}
    names = re.compile(rf"\[[^\]]*\]|{_alternation(apart)}")
    return lambda patterns: names.sub(lambda found: apart.get(found[0], found[0]), patterns)


def _specific(pattern: str) -> tuple[bool, int]:
    """The order in which `re` shall try patterns: the longest first, last those that take no character."""
    return (not pattern.startswith("(?="), len(pattern))


def _data(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
