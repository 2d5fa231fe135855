"""Markup that a page shows as text: character references, tags that were escaped, field codes of Word.

References are characters and come back; tags and codes were never the document's. All are told by their form; a text
that speaks of tags (使用<p>标签) keeps them.
"""

import html
import re

from pipelines.document import Proposal

_NAMES = (
    "[lr]dquo|[lr]squo|nbsp|amp|lt|gt|quot|middot|mdash|ndash|hellip|times|bull|[et][mn]?sp|ensp|thinsp|deg|permil|divide"
    "|plusmn|yen|copy|reg|trade|lsaquo|rsaquo|laquo|raquo|sup[23]|frac12|alpha|beta|mu|infin|radic|le|ge|ne|rarr|larr"
)
# Marks whose names no parameter of an address has: a number may follow them (&ldquo2+1).
_MARKS = "[lr]dquo|[lr]squo|nbsp|middot|mdash|ndash|hellip"
# Without its ; a reference must not run on into a word or a parameter of an address (?a=1&lt=2).
_REFERENCE = re.compile(
    rf"&(?:amp[;；]){{0,3}}(?:(?:{_NAMES})(?:[;；]|(?![A-Za-z0-9=]))|(?:{_MARKS})(?=\d)|#(?:\d{{2,6}}|[xX][\da-fA-F]{{2,5}})(?:[;；]|(?![\da-fA-F])))"
)
_BARE = re.compile(rf"&(?:{_NAMES})(?![A-Za-z0-9=;；])|&(?:{_MARKS})(?=\d)")  # a reference that lost its ;
_HEADLESS = re.compile(r"(?<![A-Za-z&;])(?:[lr][ds]quo|nbsp|hellip|mdash|middot);(?![A-Za-z])")

_BLOCK = "p|br|div|li|ul|ol|tr|table|tbody|h[1-6]|section|article|blockquote|center|hr|pre"
_INLINE = r"span|strong|b|em|i|u|font|a|img|td|th|sub|sup|o:p|st1:\w{1,20}|small|big|label|input"
_TAG = re.compile(
    rf"</?(?:(?P<block>{_BLOCK})|{_INLINE})(?:\s[^<>\n]{{0,300}})?\s?/?>|<!--[^\n]{{0,400}}?-->"
    rf"|^/(?:{_BLOCK}|span|strong)>|^(?:p|div|span) (?:class|style|id)=[\"“][^\"”<>\n]{{0,200}}[\"”]>",
    re.M | re.I,
)
_BBCODE = re.compile(
    r"\[/?(?:b|i|u|size|color|font|align|img|url|quote|indent|table|tr|td|list|p|float|hr)(?:=[^\]\n]{0,60})?\]", re.I
)
_QUOTE = '["“”＂]'
_FIELD = re.compile(
    rf"TOC\s?(?:\\[a-z]\s?(?:{_QUOTE}[^\"“”＂\n]{{0,20}}{_QUOTE}\s?)?){{1,6}}"
    rf"|HYPERLINK\s?(?:\\l\s?)?{_QUOTE}[^\"“”＂\n]{{1,200}}{_QUOTE}\s?(?:\\[a-z]\s?(?:{_QUOTE}[^\"“”＂\n]{{0,60}}{_QUOTE}\s?)?){{0,3}}"
    r"|PAGEREF\s?_Toc\d{1,12}\s?(?:\\h\s?)?|(?:PAGE|NUMPAGES)\s?\\\*\s?MERGEFORMAT(?:INET)?"
    rf"|INCLUDEPICTURE\s?{_QUOTE}[^\"“”＂\n]{{1,200}}{_QUOTE}\s?(?:\\\*\s?MERGEFORMAT(?:INET)?)?|\\\*\s?MERGEFORMAT(?:INET)?"
    r"|EMBED\s(?:Word|Excel|Equation|PowerPoint)\.[A-Za-z.]{1,20}\d{1,2}"
)
# A text that teaches markup: what stands before a tag, or behind it.
_TAUGHT = re.compile(r"(?:使用|利用|采用|通过|如|用|在|将|把|和|与|及|、|“|标签|标记)\s?$")
_TEACHES = re.compile(r"\s?(?:标签|標籤|标记|標記|元素|之间|和|与|及|、|”|表示|代表|属性|代码|语句)")


def entities(text: str) -> list[Proposal]:
    """Character references that survived the page (`&ldquo先锋`): they are quotes, not debris.

    A full-width semicolon is the sentence's where the page's references have lost theirs: `报不上&rdquo；部分商会`.
    """
    found = [(m, _plain(m.group())) for m in _REFERENCE.finditer(text)] if "&" in text else []
    own = len("；") if found and _BARE.search(text) else 0
    if "quo;" in text or "nbsp;" in text or "hellip;" in text or "mdash;" in text or "middot;" in text:
        found += [(m, _plain("&" + m.group())) for m in _HEADLESS.finditer(text)]
    return [
        Proposal(
            match.start(),
            match.end() - own * match.group().endswith("；"),
            plain,
            "entity",
            f"the reference {match.group()}",
        )
        for match, plain in found
        if plain
    ]


def _plain(reference: str) -> str:
    """The character that a reference stands for; '' where it is none."""
    name = re.sub("^&(?:amp[;；])*", "&", reference.replace("；", ";"))
    plain = html.unescape(name if name.endswith(";") else name + ";")
    if plain in ("\r", "\n"):
        return "\n"
    return plain if len(plain) == 1 and plain != "\ufffd" and (plain.isprintable() or plain.isspace()) else ""


def _ends_a_line(text: str, tag: re.Match[str]) -> bool:
    """`三、经费使用</p>`: no text that teaches markup ends a line with a closing tag."""
    return tag.group().startswith("</") and text[tag.end() : tag.end() + 1] in ("", "\n")


def tags(text: str) -> list[Proposal]:
    """Tags shown as text (`</p>`, `<p class="x">`, `[b]`): a break where they begin a block, else nothing."""
    found = list(_TAG.finditer(text)) if ">" in text else []
    if "[/" in text:
        found += _BBCODE.finditer(text)
    return [
        Proposal(m.start(), m.end(), _break(text, m), "escaped_tag", f"the tag {m.group()[:40]}")
        for m in found
        if _ends_a_line(text, m)
        or not (_TAUGHT.search(text, max(0, m.start() - 4), m.start()) or _TEACHES.match(text, m.end()))
    ]


def _break(text: str, match: re.Match[str]) -> str:
    inside = text[match.start() - 1 : match.start()] not in ("", "\n") and text[match.end() : match.end() + 1] != "\n"
    return "\n" if inside and match.groupdict().get("block") else ""


def field_codes(text: str) -> list[Proposal]:
    """Codes of Word's fields (`TOC\\o"1-2"\\h`, `HYPERLINK "…"`). Leaves TOC and HYPERLINK as words of a text."""
    if "\\" not in text and "HYPERLINK" not in text and "EMBED" not in text and "INCLUDEPICTURE" not in text:
        return []
    return [
        Proposal(m.start(), m.end(), "", "field_code", f"a field of Word: {m.group()[:40]}")
        for m in _FIELD.finditer(text)
    ]
