"""The cutting rules for frame noise: one small function each, named as the ledger, the counts and the cases name it.

A rule looks at one line (folded: Simplified, half width) and says on what evidence it is frame noise, or ''. The
caller adds the second kind of evidence, the position: `HEAD` rules are asked above the first paragraph of a
document, `TAIL` rules below the last, `ANYWHERE` rules match a whole line that no document contains.
"""

import re
from collections.abc import Callable

from pipelines import wordings
from pipelines.lines import Line

Rule = Callable[[Line], str]

SHORT = 80  # characters of an info line at most; chosen, not measured


def breadcrumb(line: Line) -> str:
    """`当前位置：首页 > 总结`. Takes a short line with separators and no sentence; leaves 位于 and 位置 in prose."""
    if len(line.text) > SHORT or line.is_prose:
        return ""
    separators = len(wordings.SEPARATOR.findall(line.folded))
    if wordings.PLACE.search(line.folded) and (separators or line.link_share > 0.3):
        return f"a path of {separators + 1} channels after a place word"
    return f"a path of {separators + 1} channels" if separators >= 2 and line.folded.startswith("首页") else ""


def info_line(line: Line) -> str:
    """Time, source, clicks, nickname under the title. Leaves 来源 and 时间 in sentences and in lists of a plan."""
    if len(line.text) > SHORT or line.is_prose:
        return ""
    if wordings.FIELD.search(line.folded):
        return "a field of the site's own record"
    cues = (
        len(set(wordings.RECORD.findall(line.folded)))
        + 2 * bool(wordings.PUBLISHED.search(line.folded))
        + bool(wordings.TIME.search(line.folded))
        + bool(wordings.DATE.search(line.folded))
    )
    words = re.sub(r"[\d\s:/.\-年月日|,()\[\]]", "", line.folded)
    bare = wordings.DATE.search(line.folded) is not None and len(words) < 12 and not line.folded.startswith("(")
    ends_empty = wordings.EMPTY_FIELD.search(line.folded) is not None
    return f"{cues} fields of a page's record, no sentence" if cues >= 2 or bare or ends_empty else ""


def lead_in(line: Line) -> str:
    """`下面是小编为大家整理的…，供大家参考`: a collector and politeness. Leaves 现将…总结如下, 下面我讲三点意见."""
    lead = wordings.LEAD.search(line.folded)
    polite = wordings.POLITE.search(line.folded)
    # 我 may be the document's own speaker: only with the name of a genre is it a collector.
    named = lead and wordings.DOCUMENT.search(line.folded, lead.start())
    if lead and (named or (polite and "我" not in lead.group())):
        return f"a collector speaks to readers: {line.text[lead.start() : lead.end()]}"
    brings = wordings.FOR_YOU.search(line.folded)
    if brings and polite and wordings.DOCUMENT.search(brings.group()):
        return f"a site brings readers a document: {line.text[brings.start() : brings.end()][:40]}"
    wishes = len(line.text) < 60 and wordings.POLITE_LINE.search(line.folded)
    return "a wish to readers" if wishes and not wordings.TO_A_UNIT.search(line.folded) else ""


def definition(line: Line) -> str:
    """`总结是…的书面材料`: what the genre is. Only the caller may cut it, before a lead-in or a part heading."""
    found = wordings.DEFINITION.search(line.folded)
    return f"says what the genre is: {found.group()[:30]}" if found else ""


def generic(line: Line) -> str:
    """Spun filler: no number, no unit. Only the caller may cut it, directly before a lead-in."""
    named = re.search(r"\d|[一二三四五六七八九十百千两]{2}|[省市县区镇乡村局委会校院厂司站所社馆]", line.folded)
    return "no number and no unit in it" if not named and len(line.text) < 250 else ""


def related_head(line: Line) -> str:
    """The heading of a list of other articles. The caller wants that list, or the page's edge."""
    if len(line.text) > SHORT or line.folded.endswith("。"):
        return ""
    if wordings.RELATED_ALONE.search(line.folded):
        return "the heading of a list of other articles"
    return "ends as the heading of a list of other articles" if wordings.RELATED.search(line.folded) else ""


def dated_title(line: Line) -> str:
    """`上半年工作总结05-10`: a title with the day of its publication."""
    return "a title with a day" if not line.is_prose and wordings.DATED_TITLE.search(line.folded) else ""


def teaser(line: Line) -> str:
    """The beginning of another article, cut off with dots."""
    return "ends in dots" if wordings.TEASER.search(line.folded) else ""


def neighbour(line: Line) -> str:
    """`上一篇：…`. Leaves 上一年, 下一步打算."""
    return "a link to the next article" if len(line.text) < SHORT and wordings.NEIGHBOUR.search(line.folded) else ""


def copyright_note(line: Line) -> str:
    """Rights, disclaimers, registration numbers of the site."""
    found = wordings.COPYRIGHT.search(line.folded)
    return f"speaks of rights: {found.group()}" if found and len(line.text) < 200 else ""


def widget(line: Line) -> str:
    """Rating, download, share and reading widgets."""
    return "a widget's caption" if len(line.text) < 50 and wordings.WIDGET.search(line.folded) else ""


def follow_us(line: Line) -> str:
    """`点击上方蓝字关注我们`, `预览时标签不可点`."""
    found = wordings.FOLLOW.search(line.folded)
    return f"asks readers to follow: {found.group()}" if found and len(line.text) < 60 else ""


def script_debris(line: Line) -> str:
    """What a broken script leaves: `");`, `40 3310010`, `{{title}}`."""
    return "no words, only script" if len(line.text) < 40 and wordings.SCRIPT.search(line.folded) else ""


def login(line: Line) -> str:
    """The site's menu for its members."""
    return "the site's own menu" if len(line.text) < 40 and wordings.LOGIN.search(line.folded) else ""


def pipe_list(line: Line) -> str:
    """`述职报告范文 | 述职报告格式 |`: names of genres between bars. Leaves table rows of a document."""
    pieces = [piece for piece in re.split(r"\s*[|｜]\s*", line.folded) if piece]
    named = sum(wordings.DOCUMENT.search(piece) is not None for piece in pieces)
    return (
        f"{named} of {len(pieces)} names of genres between bars"
        if len(pieces) >= 3 and named * 3 >= len(pieces) * 2
        else ""
    )


def editor(line: Line) -> str:
    """`责任编辑：某某` below the text: of the page's record. The caller asks it below the document only."""
    return "names the page's editor" if len(line.text) < 30 and wordings.EDITOR.search(line.folded) else ""


def promotion(line: Line) -> str:
    """Slogans of document farms."""
    return "a document farm's slogan" if len(line.text) < 60 and wordings.PROMOTION.search(line.folded) else ""


HEAD: tuple[Rule, ...] = (
    breadcrumb,
    info_line,
    lead_in,
    copyright_note,
    widget,
    follow_us,
    script_debris,
    login,
    promotion,
    neighbour,
    pipe_list,
)
TAIL: tuple[Rule, ...] = (
    neighbour,
    copyright_note,
    widget,
    follow_us,
    script_debris,
    login,
    promotion,
    editor,
    pipe_list,
    dated_title,
    breadcrumb,
    lead_in,
)
ANYWHERE: tuple[Rule, ...] = (script_debris,)


# These take words that a unit may use too: a whole sentence must speak with a site's voice.
_CAPTIONS = frozenset((copyright_note, widget, follow_us, login, promotion))


def first_evidence(rules: tuple[Rule, ...], line: Line) -> tuple[str, str]:
    """The first rule that takes the line, and its evidence; ('', '') if none does."""
    own = line.is_prose and not wordings.SITE_VOICE.search(line.folded)
    for rule in rules:
        evidence = "" if own and rule in _CAPTIONS else rule(line)
        if evidence:
            return rule.__name__, evidence
    return "", ""
