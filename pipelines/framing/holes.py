"""What a page says, or shows, of missing text: pay walls, previews, cut ends. Each becomes a gap, never silence."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.document import Gap, Page, Part, Proposal, Source
from pipelines.ledger import Draft
from pipelines.lines import SPACE
from pipelines.script import fold

# Kind of gap, words one of which stands in every such notice, pattern.
_NOTICES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("hole", ("此处",), re.compile(r"[.…]{0,12}[\[(【]?此处(?:隐藏|省略)(?P<n>\d{1,9})个?字[\])】]?[.…]{0,12}")),
    (
        "hole",
        ("省略",),
        re.compile(r"[\[(【<]?省略(?P<n>\d{1,9})字,?(?:正式会员|登录|注册|付费).{0,12}?(?:阅读|查看)[\])】>]?"),
    ),
    (
        "preview",
        ("全文",),
        re.compile(
            r"[\[(【]?(?:未完,?)?(?:继续阅读,?)?全文(?:约|共)(?P<all>\d{1,9})字,?(?:当前|目前|已)显示(?P<n>\d{1,9})字[\])】]?.{0,20}$",
            re.M,
        ),
    ),
    (
        "preview",
        ("全文",),
        re.compile(r"^.{0,12}全文(?:约|共)(?P<all>\d{1,9})字,?.{0,8}(?:请下载|下载后|登录后|开通).{0,20}$", re.M),
    ),
    (
        "preview",
        ("预览结束", "试读结束", "不能全部显示", "剩余", "未完待续", "阅读全部", "全文", "查看全部"),
        _WALL := re.compile(
            r"^[^\u4e00-\u9fff\n]{0,6}(?:请|您|你|需要?|如需|想|点击|本文|文章|文档|内容|会员|用户|部分|试读|注册|免费|付费|支付|开通|[,.…]){0,6}"
            r"(?:预览结束|试读结束|因篇幅(?:问题|限制|有限)不能全部显示|剩余内容.{0,10}(?:下载|登录|付费)|未完待续"
            r"|阅读全部图文内容,?您需要先登录|(?:下载|登录|开通会员|付费)后?.{0,6}(?:查看|阅读)(?:全文|全部|剩余))"
            r"(?!,?[仅只现故]).{0,30}$",
            re.M,
        ),
    ),
)
MOST_PAGES = 20  # of an article: a larger number in an address is something else (chosen)
_TURNED = re.compile(r"(?<=[\da-z])_(\d{1,2})\.s?html?$")
_COUNTER = re.compile(r"[(\[]第?(\d{1,2})页?[)\]]$")
_SECTION = re.compile(r"([一二三四五六七八九十])、")
AFTER_END = 4  # lines with a full stop that a page's tail has at most below a notice
LONG = 25  # characters of a line that ends like a sentence, if its author ends sentences
STYLE = 0.25  # of the other long lines without a stop, from which a document has no stops to miss (chosen)
# A page counts white space, title or marks as it likes: what its claim may differ by (chosen).
COUNTED, ROUND = 0.15, 0.5
_CUT_OFF = re.compile(r"[\u3400-\u9fff,、;]$")
_ENDED = re.compile(r"[。!?…:][”’』」》)\]]?$|(?<!\d)\.$")
_NO_STOP = re.compile(r"^(?:附件|附:|[(]?(?:20|19|二)\d)|[\dxX×*_一二三四五六七八九十〇○元]\s*[日月][)]?$")
_ALL = re.compile(r"全文(?:约|共)(\d{1,9})字")
_CLAIM = re.compile(r"(?:此文|本文|全文)共?(?P<exact>\d{3,6})字|(?<![\d.~-])(?P<round>\d{3,5})字(?![左以])")


def notices(draft: Draft) -> tuple[list[Proposal], list[Gap]]:
    """The page's own words that text is missing: each is cut, and becomes a gap where it names a number.

    A notice without one (预览结束，下载后可获得完整文档) stands under whole documents too: it is a gap only where the
    text above it breaks off.
    """
    folded = fold(draft.view)
    cuts, gaps = [], []
    for kind, signs, pattern in _NOTICES:
        for match in pattern.finditer(folded) if any(sign in folded for sign in signs) else ():
            groups = match.groupdict()
            n, whole = groups.get("n"), groups.get("all")
            missing = int(n) if n and not whole else int(whole) - int(n) if whole and n else None
            if pattern is _WALL and not _stands_apart(folded, *match.span()):
                continue
            evidence = draft.view[match.start() : match.end()]
            cuts.append(
                Proposal(match.start(), match.end(), "", "paywall", f"the page says what is missing: {evidence}")
            )
            if n or whole or _breaks_off(folded, match.start()):
                gaps.append(Gap(0, draft.source_at(match.start()), kind, missing, evidence))
    return cuts, gaps


def _stands_apart(folded: str, start: int, end: int) -> bool:
    """Whether a line stands where text breaks off: below a torn sentence, or below the last one."""
    above = folded[max(0, start - 400) : start].rstrip()
    below = re.findall("。.{0,3}$", folded[end:], re.M)
    return _CUT_OFF.search(above[-1:]) is not None or len(below) <= AFTER_END


def _breaks_off(folded: str, at: int) -> bool:
    """Whether the text above a notice ends in a sentence that does not end: not in a heading, a name or a date."""
    above = folded[max(0, at - 400) : at].split("\n")
    filled = [line.strip() for line in above if line.strip()]
    if not filled or not _CUT_OFF.search(filled[-1][-1]) or _NO_STOP.search(filled[-1]):
        return False
    last = filled[-1]
    wrapped = len(filled) > 1 and len(filled[-2]) > LONG and not _ENDED.search(filled[-2])
    return len(last) > LONG or wrapped or last[-1] in ",、;" or re.search("[。,;]", last) is not None


def settled(gaps: Iterable[Gap], source: Source, texts: Sequence[str]) -> tuple[Gap, ...]:
    """The gaps, with the numbers that follow from how long the page says its text is; without those that it refutes."""
    shown = sum(len("".join(text.split())) for text in texts)
    found = []
    for gap in gaps:
        claim = _ALL.search(fold(gap.evidence)) if gap.kind == "preview" and gap.missing is None else None
        if claim is None:
            found.append(gap)
        elif int(claim[1]) * (1 - COUNTED) > shown:
            found.append(replace(gap, missing=int(claim[1]) - shown))
    kinds = {gap.kind for gap in found}
    return tuple(found) if kinds & {"preview", "hole"} else (*found, *_claimed(source, shown, torn="tail" in kinds))


def _claimed(source: Source, shown: int, *, torn: bool) -> list[Gap]:
    """What the title says of the text's length (此文共1749字), where much less is there.

    A round number (工作总结3000字) is what a site sells: it counts only where the text breaks off as well.
    """
    claim = _CLAIM.search(fold(source.page_title))
    if not claim or not (claim["exact"] or torn):
        return []
    wanted, slack = int(claim["exact"] or claim["round"]), COUNTED if claim["exact"] else ROUND
    if wanted * (1 - slack) <= shown:
        return []
    return [Gap(0, len(source.text), "preview", wanted - shown, f"the title says {claim.group()}, {shown} are there")]


def earlier_pages(article: Sequence[Page], page_title: str, text: str) -> list[Gap]:
    """The pages before a page that is number 2 or later of an article, and all that was fetched of it.

    Its address says so (`…_5.html`), and its title (`(5)`) or its first numbered heading. Leaves 述职报告(2), and
    addresses that end in a number of another kind.
    """
    turned = _TURNED.search(article[0].url) if len(article) == 1 else None
    n = int(turned[1]) if turned else 0
    if not 1 < n <= MOST_PAGES:
        return []
    counted = _COUNTER.search(fold(page_title).split("_")[0].split("-")[0].rstrip())
    section = next((found[1] for line in fold(text).split("\n") if (found := _SECTION.match(line))), "一")
    if (counted and int(counted[1]) == n) or section != "一":
        return [Gap(0, 0, "page", k, f"the address is that of page {n}: {article[0].url}") for k in range(1, n)]
    return []


def cut_ends(draft: Draft, parts: Sequence[Part], signed: Sequence[bool]) -> list[Gap]:
    """Parts whose last sentence, or first, is not whole."""
    gaps = []
    for part, is_signed in zip(parts, signed, strict=True):
        text = draft.view[draft.view_at(part.start) : draft.view_at(part.end)]
        found = [line for raw in text.split("\n") if (line := raw.strip(SPACE))]
        if not found:
            continue
        if not is_signed and _is_torn(found[-1]) and _has_stops(found[:-1]):
            gaps.append(Gap(part.number, part.end, "tail", None, f"ends in …{found[-1][-12:]}"))
        if fold(found[0][0]) in ",、;。":
            gaps.append(Gap(part.number, part.start, "head", None, f"begins with {found[0][:12]}…"))
    return gaps


def _is_torn(line: str) -> bool:
    return len(line) > LONG and _CUT_OFF.search(fold(line[-1])) is not None and not _NO_STOP.search(fold(line))


def _has_stops(found: Sequence[str]) -> bool:
    """Whether a document's long lines end in stops: the items of some plans have none, and are whole."""
    long = [line for line in found if len(line) > LONG]
    bare = sum(_CUT_OFF.search(fold(line[-1])) is not None for line in long)
    return bare <= STYLE * len(long)
