"""HTML files that can do nothing: no script, no request, no style but their own; stored text only ever as text.

What a page says is escaped, and characters that would be invisible or turn the text around them are isolated and
shown by their numbers.
"""

import base64
import re
from collections.abc import Iterable
from hashlib import sha256
from html import escape

# Controls, marks of direction, invisible characters, bytes that could not be read, what is no character.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\uf700-\uf7ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_IN_NO_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def whole(title: str, style: str, body: Iterable[str], language: str = "en") -> str:
    """A whole file around `body`; its policy allows `style` and nothing else."""
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(seen(title))}</title>\n<style>{style}</style>\n</head>\n<body>",
            *body,
            "</body>\n</html>",
        ]
    )


def text(value: str) -> str:
    """Text as HTML that cannot do anything: escaped, and its unseen characters shown each by its number."""
    return UNSEEN.sub(_shown, escape(value, quote=False))


def _shown(match: re.Match[str]) -> str:
    c = match.group()
    inside = "" if _IN_NO_HTML.match(c) else "&#13;" if c == "\r" else c
    return f'<bdi class="u" data-u="{ord(c):04X}">{inside}</bdi>'


def seen(value: str) -> str:
    """The same for places that hold no elements."""
    return UNSEEN.sub(lambda match: f"[U+{ord(match.group()):04X}]", value)


def attribute(value: str) -> str:
    """The same for the value of an attribute, in which lines stay lines."""
    return escape(seen(value)).replace("\n", "&#10;")
