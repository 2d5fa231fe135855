"""The tail of a page: where, below the last paragraph, the document ends and the site speaks again.

No single line proves it. A tail begins at a line that a rule takes, and holds only frame: most of its lines by a
rule of their own, none of them a paragraph or a signature's date.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from pipelines import rules
from pipelines.document import Proposal
from pipelines.facts.date_line import date_line
from pipelines.facts.signature import signature
from pipelines.framing import wordings
from pipelines.lines import Line, likeness
from pipelines.script import has_traditional

TITLE_LENGTH = 60  # characters: longer lines are no titles
LINKED = 0.5  # share of a line's characters, past which it is a link
LIST = 40  # titles that a list of other articles has at most
COMMENT = 120  # characters of a reader's comment at most; chosen, not measured
SIGNED = 40  # characters of a line of a signature
SIGNERS = 4  # lines of one
NAMING = 5  # characters of a title from which it may be taken out of a line that names it
ALIKE = 0.4  # likeness from which another article's title is of this page's kind

_SIGNED = re.compile(r"^[(]?(?:20|19|二[〇○0零])[\d〇○零一二三四五六七八九xX*]{2}\s*年.{1,12}[日号][)]?$")
# `3、某某局工作总结`, a document's name in a list of others.
NAMED = re.compile(
    r"^.*(?:总结|汇报|报告|计划|体会|述职|范文)(?:\([^()]*\)|范文|精选|大全|集锦|模板|\d{1,2}篇)*(?:\d{2}-\d{2})?$"
)
# What numbers the paragraphs of a document, and what introduces a list of its own.
NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[、.)]|第[一二三四五六七八九十]+[章节部])"
)
_INTRODUCES = re.compile(r"[:]$|附件|^附|目录|如下")
_ATTACHED = re.compile(r"^附\s*(?:件|表|图|录|:)|\.(?:docx?|xlsx?|pptx?|pdf|rar|zip|wps|et)\b", re.I)
_SITE_ACT = re.compile(r"本站|本网|转载|版权|下载|上传|搜索|检索|查找|关注|存储|收集|投稿|浏览")
# What the titles of one unit's documents differ in.
_PERIOD = re.compile(
    r"^\d{1,2}[、.]|[\d—\-]+(?:学年|年度?|月份?)?|[上下]半年|第?[一二三四]季度|年度?|学期|[一-十]月份?|总结|汇报|报告|计划|要点|体会|述职|范文|工作|[《》()及和与·★]"
)
_FARM_WARE = re.compile(rf"公文|文秘|写作|范例|范文|{wordings.GENRES}")
_SENTENCE_END = re.compile(r"[。!?][”』」)]?")
_UNKNOWN = "tail_block"

_WEAK = frozenset((_UNKNOWN, "links", "dated_title"))  # what a rule says that an attachment's line is stronger than
Why = tuple[str, str]  # rule and evidence
_UNKNOWN_WHY: Why = (_UNKNOWN, "between lines of the page's tail")


def tail(found: Sequence[Line], names: frozenset[str] = frozenset(), titles: Sequence[str] = ()) -> list[Proposal]:
    """What stands below the last paragraph and is not the document's. `names`: what the site calls itself."""
    whys = _Whys(found, names, titles)
    floor = _floor(found, whys)
    cuts: list[Proposal] = []
    end = len(found)
    # Without what was cut, the lines above it may be a tail in their turn.
    while (start := _start(found, whys, floor, end)) < end:
        cuts += [found[n].cut(*whys[n]) for n in range(start, end)]
        end = start
    return cuts + _glued(found[:end])


class _Whys:
    """The rule that takes each line, and its evidence: asked from the end up, and no line above the tail is asked."""

    def __init__(self, found: Sequence[Line], names: frozenset[str], titles: Sequence[str]) -> None:
        self._found, self._names, self._titles = found, names, titles
        self.first = _bottom(found)
        self._comments = _comments(found, self.first)
        self._told = [_UNKNOWN_WHY] * len(found)
        self._asked = len(found)  # the lines from here on were asked

    def __getitem__(self, n: int) -> Why:
        while self._asked > max(n, self.first):
            self._asked -= 1
            self._told[self._asked] = self._ask(self._asked)
        return self._told[n]

    def knows(self, n: int) -> bool:
        """Whether a rule takes the line."""
        return self[n][0] != _UNKNOWN

    def _ask(self, n: int) -> Why:
        line = self._found[n]
        if n == self._comments:
            return "comments", "the heading of readers' comments"
        why = _why(line, self._names, self._titles)
        if why[0] in ("teaser", "dated_title") and self._is_doubtful(n, why[0]):
            why = _UNKNOWN_WHY
        elif why[0] == _UNKNOWN and n > self._comments:
            why = ("comments", "below the heading of readers' comments")
        beside = self.first < n < len(self._found) - 1 and why[0] == _UNKNOWN and self.knows(n + 1)
        return ("interface", button) if beside and (button := rules.plain_button(line)) else why

    def _is_doubtful(self, n: int, rule: str) -> bool:
        """What is other articles only below the heading of a list of them: a paragraph in dots, a line with a day.

        A line with a day may stand without it, where it has the name of a genre or is like this page's title.
        """
        line = self._found[n]
        alone = line.link_share <= LINKED if rule == "teaser" else not _is_article(line, self._titles)
        return n > 0 and alone and not self._is_listed(n)

    def _is_listed(self, n: int) -> bool:
        """Whether the heading of a list of other articles stands above the line, so near that it may be of the list."""
        above = range(max(self.first, n - LIST), n)
        return any(k != self._comments and rules.related_head(self._found[k]) for k in above)


def is_signed(line: Line) -> bool:
    """A line that is nothing but a date with a day: below it a document may end, above it none does."""
    return _SIGNED.search(line.folded) is not None


def mainland(folded: str) -> str:
    """Folded text with a localiser's words for a site's parts told back: as long as it was."""
    return wordings.TAIWAN_WORD.sub(lambda found: wordings.TAIWAN[found[0]], folded)


def said(found: Sequence[Line]) -> list[Line]:
    """Lines in a mainland site's words: a Traditional mirror that localises its pages writes 登入, 列印, 點選."""
    if not has_traditional("\n".join(line.text for line in found)):
        return list(found)
    if not wordings.TAIWAN_WORD.search("\n".join(line.folded for line in found)):
        return list(found)
    return [line._replace(folded=mainland(line.folded)) for line in found]


def squeezed(line: Line) -> str:
    """A line without white space, for comparing: what `squeeze` makes of its text."""
    return "".join(line.folded.split())


def untitled(line: Line, titles: Sequence[str]) -> Line:
    """A line without the page's title in it (that names a unit, and counts the texts); the line where it has none."""
    folded = line.folded
    for title in titles:
        folded = folded.replace(title, "文章") if len(title) >= NAMING else folded
    return line if folded is line.folded else line._replace(folded=folded)


def _bottom(found: Sequence[Line]) -> int:
    """Where the lines begin that may be a tail: a few long paragraphs from the end nothing is."""
    paragraphs = 0
    for n in range(len(found) - 1, -1, -1):
        paragraphs += found[n].is_prose and len(found[n].text) > COMMENT
        if paragraphs == 3:
            return n
    return 0


def _comments(found: Sequence[Line], first: int) -> int:
    """The heading of readers' comments, below which nothing has a document's numbers, units or headings."""
    for n in range(first + 1, len(found)):
        if wordings.COMMENTS.search(found[n].folded) and all(map(_may_be_comment, found[n + 1 :])):
            return n
    return len(found)


def _may_be_comment(line: Line) -> bool:
    own = is_signed(line) or _ATTACHED.search(line.folded) or re.match("[一二三四五六七八九十]{1,2}、", line.folded)
    counted = line.is_prose and wordings.COUNTED.search(line.folded)
    return len(line.text) <= COMMENT and not own and not counted


def _is_article(line: Line, titles: Sequence[str]) -> bool:
    linked = line.link_share > LINKED or wordings.DOCUMENT.search(line.folded) is not None
    return linked or any(likeness(squeezed(line), title) >= ALIKE for title in titles)


def _floor(found: Sequence[Line], whys: _Whys) -> int:
    """The last line that is surely the document's."""
    prose = next((n for n, line in enumerate(found) if line.is_prose), 0)
    low = max(prose, whys.first - 1)
    below = range(len(found) - 1, low, -1)
    return next((n for n in below if _is_own(found[n], whys, n) or _is_signature(found, n)), low)


def _is_signature(found: Sequence[Line], n: int) -> bool:
    """Signer and date of any form (2020-08-25), right below a paragraph."""
    if n < 2 or len(found[n].text) > SIGNED or not (date_line(found[n].folded) or date_line(found[n - 1].folded)):
        return False
    paragraph = next((k for k in range(n - 1, max(n - 1 - SIGNERS, -1), -1) if found[k].is_prose), None)
    rows = [line.text for line in found[paragraph : n + 1]] if paragraph is not None else []
    signed = signature(rows)
    if not signed or not signed.signed_by or signed.line != 1:
        return False
    return max(signed.by[1], signed.on[1]) > len("\n".join(rows[:-1]))  # the last line is of it, and no note below


def _is_own(line: Line, whys: _Whys, n: int) -> bool:
    """A signature's date, an attachment, a paragraph that no rule takes."""
    if is_signed(line) or _ATTACHED.search(line.folded):
        return is_signed(line) or whys[n][0] in _WEAK
    return line.is_prose and not whys.knows(n) and not _in_frame(line, whys, n)


def _in_frame(line: Line, whys: _Whys, n: int) -> bool:
    """A short sentence without a number or a unit, below two lines of the site's: the site speaks on."""
    framed = n > 1 and whys.knows(n - 1) and whys.knows(n - 2)
    return framed and len(line.text) <= COMMENT and bool(rules.generic(line))


def _start(found: Sequence[Line], whys: _Whys, floor: int, end: int) -> int:
    """The first line of the longest tail that ends at `end`; `end` where there is none."""
    known = [False] * floor + [whys.knows(n) for n in range(floor, end)]  # nothing asks of a line above the floor
    behind = [*accumulate(reversed(known), initial=0)][::-1]  # how many lines from n on are known
    for n in range(floor + 1, end):
        if (whys[n][0] == "related" and _heads_a_list(found, n, end, known)) or _is_title_list(found, n, end, known):
            return n
        if not known[n] or behind[n] * 2 < end - n:
            continue
        if whys[n][0] != "dated_title" or _all_dated(found[n : min(n + 3, end)]):
            return n
    return end


def _heads_a_list(found: Sequence[Line], start: int, end: int, known: Sequence[bool]) -> bool:
    """Below the heading of a list of articles stand titles and frame, or nothing: a document's own list is neither."""
    rest = range(start + 1, end)
    alone = wordings.RELATED_ALONE.search(found[start].folded) is not None
    frame = sum(
        known[n]
        or NAMED.search(found[n].folded) is not None
        or (alone and not found[n].is_prose and _FARM_WARE.search(found[n].folded) is not None)
        for n in rest
    )
    return frame * 2 >= len(rest)


def _all_dated(some: Sequence[Line]) -> bool:
    """A title with a day alone may be a line of a document; three in a row are not."""
    return len(some) == 3 and all(rules.dated_title(line) for line in some)


def _is_title_list(found: Sequence[Line], start: int, end: int, known: Sequence[bool]) -> bool:
    """Three or more titles of other documents, one a line, and nothing but the page's frame after them.

    Leaves a list below a line that introduces it (one that ends in a colon, a heading, any line that is no sentence),
    and a unit's list of its own documents: they differ in year and genre, others' differ in what they are about.
    """
    above = found[start - 1] if start else None
    framed = start == 0 or known[start - 1]
    if above and not framed and (_INTRODUCES.search(above.folded) or not (above.is_prose or is_signed(above))):
        return False
    rest = found[start : min(end, start + LIST)]
    titles = 0
    while titles < len(rest) and rest[titles].folded.startswith(f"{titles + 1}、") and not rest[titles].is_prose:
        titles += 1
    if not titles:
        while titles < len(rest) and NAMED.search(rest[titles].folded) and len(rest[titles].text) <= TITLE_LENGTH:
            titles += 1
    named = [line for line in rest[:titles] if NAMED.search(line.folded)]
    subjects = {_PERIOD.sub("", squeezed(line)) for line in named} - {""}
    after = start + titles
    return titles >= 3 and len(named) * 2 > titles and len(subjects) * 2 > titles and (after >= end or known[after])


def _glued(kept: Sequence[Line]) -> list[Proposal]:
    """What a site says in the last paragraph's own line, behind its last sentence."""
    if not kept or not kept[-1].is_prose:
        return []
    line = kept[-1]
    ends = [match.end() for match in _SENTENCE_END.finditer(line.folded)]
    for end in ends[:-1] if ends and ends[-1] == len(line.text) else ends:
        rest = line.piece(end)
        rule, evidence = rules.first_evidence(rules.GLUED, rest)
        if rule:
            return [Proposal(line.start + end, line.end, "", rule, evidence + ", behind the last sentence")]
    return []


def _why(line: Line, names: frozenset[str], titles: Sequence[str]) -> Why:
    """The rule that takes a line below the document, and its evidence."""
    if head := rules.related_head(line):
        return "related", head + ", below the document"
    rule, evidence = rules.first_evidence(rules.TAIL, line)
    if rule:
        return rule, evidence + ", below the document"
    plain = untitled(line, titles)
    if plain is not line and (evidence := rules.lead_in(plain)):
        return "lead_in", evidence + ", below the document"
    if evidence := rules.teaser(line):
        return "teaser", evidence + ", below the document"
    if line.link_share > LINKED and not _ATTACHED.search(line.folded):
        return "links", "a link, below the document"
    if any(name in line.folded for name in names) and (not line.is_prose or _SITE_ACT.search(line.folded)):
        return "site_voice", "speaks of the site, below the document"
    return _UNKNOWN_WHY
