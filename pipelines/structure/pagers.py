"""Pagers that are no links: what a script, a menu or an island of data leads to, as a reader's browser would follow it.

Most Chinese systems write a list's pager with a script. What it would write is computed from its arguments, which
stand on the page; nothing runs. Each function yields addresses as the page has them, and the words of the link.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree, html

MENU = 200  # options of one menu that are read: a jump list of pages has that many, one of towns more; chosen
SCRIPT = 400_000  # characters of a page in which scripts are looked at; pagers stand in the page itself
CALLS, ARGUMENTS = 4, 6  # of one function that are read: its definition, a call above the list and one below it
NEXT = "下一页"  # the words of a link to the next page, as paging reads them

Jump = tuple[str, str]  # an address as the page has it, and the words that lead there

_CALL = re.compile(r"\bcreatePage(?:HTML)?\s*\(([^(){};]{3,200})\)")
_TEXT = re.compile(r"""(["'])([^"']{0,80})\1""")
_COUNTED = re.compile(r"\b(count|current)_?Page\s*=\s*[\"']?(\d{1,5})", re.I)
_WRITTEN = re.compile(r"""href=[\\"'\s]{0,4}(\w{1,40})[\\"'\s]{0,4}\+\s*["']_["']\s*\+""")
_ENDING = re.compile(r"""["']\.["']\s*\+\s*["'](\w{2,5})|["']\.(\w{2,5})[\\"']""")

_FUNCTION = re.compile(r"\bfunction\s+(\w{1,40})\s*\(\s*(\w{1,20})\s*\)\s*\{([^{}]{1,400})")
_GOES = r"(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|window\.open\s*\()\s*"
_LOCATION = re.compile(_GOES + r"""(["'])(?P<url>[^"'<>\s]{1,300})\1(?!\s*\+)""")
_BUILT = re.compile(
    _GOES + r"""(["'])(?P<before>[^"'<>]{0,300})\1\s*\+\s*(?P<value>[\w.\[\]]{1,60})"""
    r"""(?:\s*\+\s*(["'])(?P<after>[^"'<>]{0,100})\4)?"""
)
_CALLED = re.compile(r"^\s*(?:javascript:)?\s*(?:return\s+)?(\w{1,40})\(\s*[\"']?(\d{1,4})[\"']?\s*\)", re.I)
_OWN_VALUE = re.compile(r"^(?:this\.)?(?:value|options\[\w+(?:\.selectedIndex)?\]\.value)$")
_ADDRESS = re.compile(r"[/.?]")

_ACTIVE = etree.XPath("//*[@onclick] | //a[@href] | //select[@onchange]")
_GROUP = re.compile(r"<(next|pre)group>\s*<!\[CDATA\[\s*<a\s[^>]*?href=[\"']?([^\"'>\s]+)", re.I)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)", re.I)
_PAGER = re.compile(r"\.jpage\s*\(|new\s+jpage\s*\(", re.I)
_OPTION = re.compile(r"""\b(proxyUrl|perPage|groupSize|totalRecord)\s*:\s*["']?([^"',\s}]+)""", re.I)
_AJAX = re.compile(r"\bajaxParam\s*:\s*\{([^{}]{1,800})\}", re.I)
_PAIR = re.compile(r"""["']?(\w{1,40})["']?\s*:\s*["']?([^"',{}]*)""")


def pagers(tree: html.HtmlElement, text: str, url: str) -> Iterator[Jump]:
    """Where the page at `url` leads without links."""
    script = text[:SCRIPT]
    if "createPage" in script or "countPage" in script:
        yield from _counted(script, url)
    if "location" in script or "window.open" in script:
        yield from _jumps(tree, script)
    if "jpage" in script or "<nextgroup>" in script:
        yield from _proxied(script, url)


def islands(text: str) -> str:
    """The markup that a page keeps as data until a script shows it (`<datastore>` of 大汉), '' where there is none."""
    if "<datastore" not in text and "<recordset" not in text:
        return ""
    pieces = (piece.partition("]]>")[0] for piece in text.split("<![CDATA[")[1:])
    return "\n".join(piece for piece in pieces if "<a" in piece)


@dataclass(frozen=True, slots=True)
class _Count:
    """What a script knows of the page it stands on."""

    pages: int
    current: int
    name: str
    ending: str
    from_one: bool  # the form that counts pages from 1, as far as its arguments say


def _counted(script: str, url: str) -> Iterator[Jump]:
    """Pages of TRS: index.html, index_1.html, index_2.html, where the script says how many."""
    found = _called(script, url) or _assigned(script, url)
    if not found:
        return
    number = re.fullmatch(rf"{re.escape(found.name)}_(\d+)\.{re.escape(found.ending)}", _file(url))
    from_one = found.from_one if number else found.current == 1
    here = int(number[1]) if number else int(from_one)
    last = found.pages - (not from_one)
    if here < last:
        yield f"{found.name}_{here + 1}.{found.ending}", NEXT
    if here + 1 < last:
        yield f"{found.name}_{last}.{found.ending}", str(found.pages)


def _called(script: str, url: str) -> _Count | None:
    """createPageHTML(20, 0, "index", "html"), or with an element's name first, which counts from 1."""
    for call in islice(_CALL.finditer(script), CALLS):
        values = [_value(argument.strip(), script) for argument in call[1].split(",")[:ARGUMENTS]]
        at = next((n for n, value in enumerate(values[:2]) if isinstance(value, int)), -1)
        if at < 0 or len(values) < at + 2:
            continue
        pages, current = values[at], values[at + 1]
        names = [value for value in values[at + 2 :] if isinstance(value, str)]
        if isinstance(pages, int) and isinstance(current, int):
            name, ending = [*names, *_named(url)[len(names) :]][:2]
            return _Count(pages, current, name, ending.lstrip("."), at == 1)
    return None


def _assigned(script: str, url: str) -> _Count | None:
    """The older form, which writes the links itself from countPage and currentPage."""
    numbers = {name.lower(): int(value) for name, value in _COUNTED.findall(script)}
    written = _WRITTEN.search(script)
    if not written or len(numbers) < 2:
        return None
    ending = _ENDING.search(script, written.end())
    return _Count(
        numbers["count"], numbers["current"], written[1],
        (ending[1] or ending[2]) if ending else _named(url)[1], False,
    )  # fmt: skip


def _value(argument: str, script: str) -> int | str | None:
    """What an argument is: a number, a text, or the value that a variable was given on this page."""
    if argument.isdecimal():
        return int(argument)
    if found := _TEXT.fullmatch(argument):
        return int(found[2]) if found[2].isdecimal() else found[2]
    if not re.fullmatch(r"[A-Za-z_$][\w$]{0,40}", argument):
        return None
    given = re.search(rf"(?<![\w$]){re.escape(argument)}\s*=\s*(\d{{1,6}}|\"[^\"]{{0,80}}\"|'[^']{{0,80}}')", script)
    return _value(given[1], "") if given else None


def _file(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _named(url: str) -> tuple[str, str]:
    """The name and ending of the file that a list's first page is."""
    name, _, ending = _file(url).rpartition(".")
    return (re.sub(r"_\d+$", "", name), ending) if name else ("index", "html")


def _jumps(tree: html.HtmlElement, script: str) -> Iterator[Jump]:
    """Elements that lead on by a script: location.href='…', goPage(2), and menus of pages."""
    built = {name: goes for name, value, goes in _functions(script) if goes["value"] == value}
    for element in _ACTIVE(tree):
        action = element.get("onclick") or _javascript(element.get("href"))
        if action:
            if found := _LOCATION.search(action):
                yield found["url"], _words(element)
            elif (called := _CALLED.match(action)) and called[1] in built:
                yield _filled(built[called[1]], called[2]), _words(element)
        elif element.tag == "select" and element.get("onchange"):
            yield from _menu(element, element.get("onchange", ""), built)


def _functions(script: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """(name, its argument, how it builds an address) of each small function that goes to a page."""
    for found in _FUNCTION.finditer(script):
        if goes := _BUILT.search(found[3]):
            yield found[1], found[2], goes


def _menu(menu: html.HtmlElement, action: str, built: dict[str, re.Match[str]]) -> Iterator[Jump]:
    """Where the options of a menu lead."""
    goes = _BUILT.search(action)
    call = re.match(r"\s*(?:javascript:)?\s*(\w{1,40})\(", action)
    goes = goes if goes and _OWN_VALUE.match(goes["value"]) else built.get(call[1]) if call else None
    for option in list(menu.iter("option"))[:MENU]:
        value = (option.get("value") or "").strip()
        if value.isdecimal() and goes:
            yield _filled(goes, value), _words(option)
        elif _ADDRESS.search(value) and ("location" in action or "open(" in action):
            yield value, _words(option)


def _filled(goes: re.Match[str], value: str) -> str:
    return f"{goes['before']}{value}{goes['after'] or ''}"


def _javascript(href: str | None) -> str:
    return href[11:] if href and href[:11].lower() == "javascript:" else ""


def _words(element: html.HtmlElement) -> str:
    return " ".join((element.text_content() or element.get("value") or element.get("title") or "").split())


def _proxied(script: str, url: str) -> Iterator[Jump]:
    """Groups of records that 大汉 fetches from its data proxy when a reader pages past those on the page."""
    for which, href in _GROUP.findall(script):
        yield href.replace("&amp;", "&"), NEXT if which.lower() == "next" else "上一页"
    total = _TOTAL.search(script)
    asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    if total and asked.get("startrecord", "").isdecimal() and asked.get("endrecord", "").isdecimal():
        start, end = int(asked["startrecord"]), int(asked["endrecord"])
        if end < int(total[1]):
            yield "?" + urlencode({**asked, "startrecord": end + 1, "endrecord": 2 * end + 1 - start}), NEXT
    elif _PAGER.search(script):
        yield from _first_group(script)


def _first_group(script: str) -> Iterator[Jump]:
    """The first group that is not on the page, by the arguments of the pager."""
    said = {name.lower(): value for name, value in _OPTION.findall(script)}
    ajax = _AJAX.search(script)
    counts = [
        int(said[name]) if said.get(name, "").isdecimal() else 0 for name in ("perpage", "groupsize", "totalrecord")
    ]
    size = counts[0] * max(counts[1], 1)
    if ajax and said.get("proxyurl") and 0 < size < counts[2]:
        asked = {"startrecord": str(size + 1), "endrecord": str(2 * size), "perpage": str(counts[0])}
        asked |= {name: value.strip() for name, value in _PAIR.findall(ajax[1])}
        yield f"{said['proxyurl']}?{urlencode(asked)}", NEXT
