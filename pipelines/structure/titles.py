"""What a document is called: the line nearest the text that names it, not what the page says of itself."""

import re
from collections.abc import Sequence

from pipelines.document import Part, Proposal
from pipelines.framing.head import HEAD_LINES
from pipelines.framing.tail import NUMBERED, TITLE_LENGTH, is_signed
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness, site_names, squeeze, without_site
from pipelines.repair import repaired_title
from pipelines.script import fold
from pipelines.structure.part_forms import readings

ALIKE = 0.6  # likeness from which two short lines are the same title
SITE = 14  # characters of a `<title>` that is a site's name, at most

_FILE = re.compile(r"\.(?:docx?|pdf|pptx?|xlsx?|wps|txt)$", re.I)  # document-sharing sites name the file
_SALUTATION = re.compile(r"[:]$")
_GENRE = (
    "总结|汇报|报告|计划|体会|述职|述廉|讲话|发言|演讲|致辞|方案|小结|通知|通报|纪要|规划|心得|感悟|感想|经验|事迹|制度|"
    "倡议书|申请书|承诺书|自查|自评|说明"
)
_FORM = "(?:材料|稿|书|提纲)?(?:[(].*[)])?(?:\\.\\w{3,4})?$"
_ENDS_IN_GENRE = re.compile(rf"(?:{_GENRE}|要点|意见|安排|思路|打算){_FORM}")
# And not its first section: 工作安排, 下步打算; but 上半年工作总结及下半年工作安排.
_NAMES_A_DOCUMENT = re.compile(
    rf"(?:{_GENRE}){_FORM}|(?:{_GENRE})[及和与暨、][^,;、]{{0,16}}(?:要点|意见|安排|思路|打算){_FORM}"
)
_SITE_NAME = re.compile(r"(?:网站?|门户|平台|之家|文库|文档|吧|站)$")
_VALUE = re.compile(r"\t|:.|:$|^(?:20|19)\d\d[-/.年]\d{1,2}")
_CLAUSES = re.compile(r",.{4,}[,;、]|[,;]$")  # a wrapped line of a paragraph is short too, but has clauses


def own_titles(draft: Draft) -> list[str]:
    """What the page calls itself, squeezed: its title without the site's name, and its first heading."""
    text = draft.source.text
    headings = [text[b.start : b.end] for b in draft.source.blocks if b.kind == "heading"][:1]
    found = [squeeze(without_site(draft.source.page_title)), squeeze(draft.source.page_title)]
    return [title for title in dict.fromkeys([*found, *map(squeeze, headings)]) if title]


def title_of(found: Sequence[Line], part: Part, page_title: str, titles: Sequence[str]) -> tuple[str, list[Proposal]]:
    """The title of a part and the edit that moves it to its column."""
    if part.title:
        return _heading_title(found, part)
    short: list[Line] = []
    for line in found[:HEAD_LINES]:
        if line.is_prose or NUMBERED.search(line.folded) or _CLAUSES.search(line.folded):
            break
        short.append(line)
    chosen, evidence = _chosen(short, titles)
    if chosen is None and short and _is_site(page_title) and _may_name(short[0]):
        chosen, evidence = short[0], "the first line of the text, under a title that is the site's name"
    if chosen is None:
        return _FILE.sub("", without_site(repaired_title(page_title))), []
    names = site_names(page_title)
    cuts = [chosen.cut("title", evidence)]
    for line in short[: short.index(chosen)]:
        if likeness(squeeze(line.text), squeeze(chosen.text)) >= ALIKE:
            cuts.append(line.cut("title_repeat", "the title again"))
        elif line.folded in names:
            cuts.append(line.cut("site_voice", "the site's name, above the title"))
    return _FILE.sub("", chosen.text), cuts


def _is_site(page_title: str) -> bool:
    """Whether a `<title>` says nothing of the document: it is empty, or the site's name alone."""
    own = fold(without_site(page_title))
    return not own or own in site_names(page_title) or (_SITE_NAME.search(own) is not None and len(own) <= SITE)


def _chosen(short: Sequence[Line], titles: Sequence[str]) -> tuple[Line | None, str]:
    """Of the short lines above the text the one that names it: what follows it is text, however short it is."""
    able = [line for line in short if _may_name(line)]
    named = [line for line in short if line in able or squeeze(line.text) in titles]
    alike = [line for line in named if any(_is_same(squeeze(line.text), title) for title in titles)]
    if alike:
        return alike[-1], "the line nearest the text that says what the page's title says"
    first = next((line for line in able if _ENDS_IN_GENRE.search(line.folded)), None)
    if first:
        again = [line for line in able if likeness(squeeze(line.text), squeeze(first.text)) >= ALIKE]
        return again[-1], "the first line that ends in the name of a genre, where it stands last"
    return next((line for line in able if line.heading), None), "the page's first heading"


def _heading_title(found: Sequence[Line], part: Part) -> tuple[str, list[Proposal]]:
    """A part's heading; where that says no more than the page's title and a number, the own title under it."""
    heading, rest = found[0], found[1:4]
    cuts = [heading.cut("title", f"heading of part {part.number}")]
    title = part.title
    numbered = all(not reading.own for reading in readings(0, heading))
    for line in rest:
        if (
            line.is_prose
            or len(line.text) > TITLE_LENGTH
            or NUMBERED.search(line.folded)
            or _SALUTATION.search(line.folded)
        ):
            break
        if likeness(squeeze(line.text), squeeze(title)) >= ALIKE:
            cuts.append(line.cut("title_repeat", "the part's heading again"))
        elif numbered and _NAMES_A_DOCUMENT.search(line.folded) and _may_name(line):
            cuts.append(line.cut("title", f"own title of part {part.number}, under a heading that only numbers it"))
            title, numbered = line.text, False
    return title, cuts


def _may_name(line: Line) -> bool:
    """Whether a line can be a title at all: no label with a value, no row, no date, no salutation."""
    own = squeeze(line.text)
    return 4 <= len(own) <= TITLE_LENGTH and not _VALUE.search(line.folded) and not is_signed(line)


def _is_same(line: str, title: str) -> bool:
    return likeness(line, title) >= ALIKE or (len(line) > 5 and line in title) or (len(title) > 5 and title in line)
