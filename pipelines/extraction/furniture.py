"""What stands on a page beside an article, told by shape and place: menus, notices, records, lists of other texts.

Each function looks at the blocks of a page and marks those that are furniture of one kind. What they mark is no
decision: the voters weigh it.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from pipelines.document import Block
from pipelines.framing.wordings import COPYRIGHT, SITE_VOICE, TEASER, any_case

LISTED = 3  # names with a text under each that make a list; chosen
GAP = 4  # blocks between two of them, at most: name, text, day, a link to more; chosen

# One step of a path: what an element is made for, or named for.
_CHROME = re.compile(
    r"^(?:nav|header|footer|aside|form|select|menu)\b"
    r"|(?:^|[._-])(?:nav|menu|footer|foot|copyright|sidebar|side|breadcrumb|crumb|related|recommend|hot|comment|share"
    r"|toolbar|pager|prevnext|rank|login|search|tags?|ad|ads|banner)(?:$|[_-])",
    re.I,
)
# `发布机构:` and what stands behind it; two of them may share a row. A document has such lines too (时间, 地点): only
# an office's record of a page has an index number, a class, a way of publication.
_FIELD = re.compile(r"^[\u4e00-\u9fff ]{2,10}\s*:\s*[^。;]{0,60}$")
_RECORD = re.compile(
    r"^(?:索\s*引\s*号|信息(?:分类|名称|来源)|(?:发布|发文|制发|公开)(?:机构|机关|单位)"
    r"|公开(?:方式|范围|类别|形式)|主\s*题\s*词|组配分类)"
)
# Words of a site's foot that a document may have too: they count only where no paragraph of it stands.
_FOOT = re.compile(
    r"凡.{0,4}本[网站]|[不勿]得?.{0,4}转载|许可证|举报|备案|技术支持|主办(?:单位)?:|网站标识|浏览器|分辨率"
    r"|powered by",
    re.I,
)
# Where no article ever stands, however the page is made.
_EDGE = re.compile(
    r"(?:^|/)(?:nav|header|footer|select|menu)\b|[./_-](?:nav|menu|foot(?:er)?|copyright|crumb)(?:$|[/_-])", re.I
)
# One of these stands in any line that COPYRIGHT or `_FOOT` finds something in; hardly a line of a text has one.
_SAYS_RIGHTS = re.compile(
    "转载|版权|本站|本网|信息存储|侵权|侵犯|©|※|声明|说明|申明|提示|网络|互联网|网友|会员|用户|更多|本文|本页|此文|该文"
    "|页面|邮箱|热线|举报|主办|承办|技术支持|运营|投诉|来源|出处|公网安备|网站标识|许可证|备案|浏览器|分辨率|"
    + any_case("copyright|icp|qq|powered by|all rights")
)
_ORDINAL = re.compile(r"^[\s\d.、]+")
_CONTENTS = re.compile(r"^\s*(?:本文)?(?:目\s*录|内容导航)\s*(?:\[.{1,6}\])?:?\s*$")
_NUMBERS = re.compile(r"\d+")


def is_edge(block: Block) -> bool:
    """Whether it stands where no article ever does, however the page is made."""
    return _EDGE.search(block.path) is not None


def named(blocks: Sequence[Block]) -> list[bool]:
    """Blocks in an element that is made or named for something else than an article."""
    paths = {path: path.split("/") for path in {block.path for block in blocks}}
    chrome = {step for step in {step for steps in paths.values() for step in steps} if _CHROME.search(step)}
    inside = {path for path, steps in paths.items() if not chrome.isdisjoint(steps)}
    return [block.path in inside for block in blocks]


def notices(blocks: Sequence[Block], folded: Sequence[str], paragraphs: Sequence[int]) -> list[bool]:
    """What speaks of the site's rights and numbers, below the last paragraph where most paragraphs stand.

    Words that a document may have too count twice, or where no paragraph of it stands; a paragraph must have the
    site's voice.
    """

    def said(n: int) -> bool:
        line = folded[n]
        if not _SAYS_RIGHTS.search(line) or (paragraphs[n] and not SITE_VOICE.search(line)):
            return False
        return COPYRIGHT.search(line) is not None or len(_FOOT.findall(line)) > 1

    at: dict[str, list[int]] = {}
    for n, size in enumerate(paragraphs):
        if size:
            at.setdefault(blocks[n].path, []).append(n)
    own = sorted(at, key=lambda path: -sum(paragraphs[n] for n in at[path]))
    home = next((path for path in own if not all(map(said, at[path]))), None)
    found = [False] * len(blocks)
    for n in range(len(found) - 1, -1, -1):
        found[n] = said(n)
        if not found[n] and blocks[n].path == home and paragraphs[n]:
            break
        found[n] = found[n] or (blocks[n].path not in at and _FOOT.search(folded[n]) is not None)
    return found


def records(folded: Sequence[str], paragraphs: Sequence[int]) -> list[bool]:
    """Rows of an office's record of the page (索引号, 发布机构), above the first paragraph. Leaves other tables."""
    found = [False] * len(folded)
    head = next((n for n, size in enumerate(paragraphs) if size), 0)
    for is_field, run in groupby(range(head), key=lambda n: _FIELD.match(folded[n]) is not None):
        rows = list(run)
        if is_field and len(rows) > 1 and any(_RECORD.search(folded[n]) for n in rows):
            for n in rows:
                found[n] = True
    return found


def teasers(
    blocks: Sequence[Block],
    folded: Sequence[str],
    linked: Sequence[bool],
    own: Sequence[int],
    items: frozenset[int],
) -> list[bool]:
    """Lists of linked names with a text under each: other articles and their beginnings, readers and their comments.

    All names stand in elements of one kind, and all texts; a name and its text in one element (`items`: where such
    an element begins), or the text ends in dots. Leaves what stands between the page's paragraphs (`own`: the first and
    last of them).
    """
    found = [False] * len(blocks)
    begins: dict[tuple[str, str], list[int]] = {}
    homes = {blocks[n].path for n in own}
    for n in range(len(blocks) - 1):
        if linked[n] and not linked[n + 1]:
            item = n in items and blocks[n + 1].path not in homes
            if item or TEASER.search(folded[n + 1]):
                pair = (_NUMBERS.sub("#", blocks[n].path), _NUMBERS.sub("#", blocks[n + 1].path))
                begins.setdefault(pair, []).append(n)
    for places in begins.values():
        if len(places) >= LISTED:
            for run in _close(places):
                if not own or run[-1] < own[0] or run[0] > own[-1]:
                    found[run[0] : run[-1] + 2] = [True] * (run[-1] + 2 - run[0])
    return found


def contents(folded: Sequence[str], inner: frozenset[int]) -> list[bool]:
    """Lists of the page's own headings that lead to them, and the heading above. Leaves a list that leads nowhere."""
    found = [False] * len(folded)
    last: dict[str, int] = {}
    for n, line in enumerate(folded if len(inner) > 1 else ()):
        bare = _bare(line)
        last[bare] = last[bare[bare.rfind("-") + 1 :]] = n  # `词条-历史` is the heading 历史
    for n in sorted(inner):
        if last.get(_bare(folded[n]), n) > n:
            found[n] = True
            if n and _CONTENTS.match(folded[n - 1]):
                found[n - 1] = True
    return found


def _bare(line: str) -> str:
    """A heading's words without its number and the link to edit it."""
    return _ORDINAL.sub("", line).replace("[编辑]", "").strip()


def _close(places: Sequence[int]) -> list[list[int]]:
    """The runs of at least LISTED places that follow one another closely."""
    runs = [[places[0]]]
    for place in places[1:]:
        if place - runs[-1][-1] > GAP:
            runs.append([])
        runs[-1].append(place)
    return [run for run in runs if len(run) >= LISTED]
