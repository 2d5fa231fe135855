"""What a page says, or shows, of missing text: pay walls, previews, cut ends. Each becomes a gap, never silence."""

import re
from collections.abc import Sequence

from pipelines.document import Gap, Part, Proposal
from pipelines.ledger import Draft
from pipelines.lines import Line, lines
from pipelines.script import fold

_NOTICES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("hole", re.compile(r"[.…]{0,12}[\[(【]?此处(?:隐藏|省略)(?P<n>\d{1,9})个?字[\])】]?[.…]{0,12}")),
    ("hole", re.compile(r"[\[(【]?省略(?P<n>\d{1,9})字,?(?:正式会员|登录|注册|付费).{0,12}?(?:阅读|查看)[\])】]?")),
    (
        "preview",
        re.compile(
            r"[\[(【]?(?:未完,?)?(?:继续阅读,?)?全文(?:约|共)(?P<all>\d{1,9})字,?(?:当前|目前|已)显示(?P<n>\d{1,9})字[\])】]?.{0,20}$",
            re.M,
        ),
    ),
    (
        "preview",
        re.compile(r"^.{0,12}全文(?:约|共)(?P<all>\d{1,9})字,?.{0,8}(?:请下载|下载后|登录后|开通).{0,20}$", re.M),
    ),
    (
        "preview",
        _WALL := re.compile(
            r"^[^\u4e00-\u9fff\n]{0,6}(?:请|您|你|需要?|如需|想|点击|本文|文章|文档|内容|会员|用户|部分|试读|注册|免费|付费|支付|开通|[,.…]){0,6}"
            r"(?:预览结束|试读结束|因篇幅(?:问题|限制|有限)不能全部显示|剩余内容.{0,10}(?:下载|登录|付费)|未完待续"
            r"|阅读全部图文内容,?您需要先登录|(?:下载|登录|开通会员|付费)后?.{0,6}(?:查看|阅读)(?:全文|全部|剩余))"
            r"(?!,?[仅只现故]).{0,30}$",
            re.M,
        ),
    ),
)
AFTER_END = 4  # lines with a full stop that a page's tail has at most below a notice
_CUT_OFF = re.compile(r"[\u3400-\u9fff,、;]$")
_NO_STOP = re.compile(r"^(?:附件|附:|[(]?(?:20|19|二)\d)|[日月]$")


def notices(draft: Draft) -> tuple[list[Proposal], list[Gap]]:
    """The page's own words that text is missing: each is cut and becomes a gap with its number."""
    folded = fold(draft.view)
    cuts, gaps = [], []
    for kind, pattern in _NOTICES:
        for match in pattern.finditer(folded):
            groups = match.groupdict()
            n, whole = groups.get("n"), groups.get("all")
            missing = int(n) if n and not whole else int(whole) - int(n) if whole and n else None
            if pattern is _WALL and not _stands_apart(folded, *match.span()):
                continue
            evidence = draft.view[match.start() : match.end()]
            cuts.append(
                Proposal(match.start(), match.end(), "", "paywall", f"the page says what is missing: {evidence}")
            )
            gaps.append(Gap(0, draft.source_at(match.start()), kind, missing, evidence))
    return cuts, gaps


def _stands_apart(folded: str, start: int, end: int) -> bool:
    """Whether a line stands where text breaks off: below a torn sentence, or below the last one."""
    above = folded[max(0, start - 400) : start].rstrip()
    below = re.findall("。.{0,3}$", folded[end:], re.M)
    return _CUT_OFF.search(above) is not None or len(below) <= AFTER_END


def cut_ends(draft: Draft, parts: Sequence[Part], signed: Sequence[bool]) -> list[Gap]:
    """Parts whose last sentence, or first, is not whole."""
    gaps = []
    for part, is_signed in zip(parts, signed, strict=True):
        found = lines(draft, draft.view_at(part.start), draft.view_at(part.end))
        if not found:
            continue
        if not is_signed and _is_torn(found[-1]):
            gaps.append(Gap(part.number, part.end, "tail", None, f"ends in …{found[-1].text[-12:]}"))
        if re.match(r"[,、;。]", found[0].folded):
            gaps.append(Gap(part.number, part.start, "head", None, f"begins with {found[0].text[:12]}…"))
    return gaps


def _is_torn(line: Line) -> bool:
    return len(line.text) > 25 and _CUT_OFF.search(line.folded) is not None and not _NO_STOP.search(line.folded)
