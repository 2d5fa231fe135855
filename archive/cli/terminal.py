"""What is printed: stored text is shown on a terminal, never obeyed by it.

A page may hold escape sequences, marks that turn the direction of what follows, invisible characters. Whatever is
printed through `echo` has each of them by its number, [U+001B]. Only styles that `style` gave come through: they are
written with a word that no page can know.
"""

import codecs
import re
import secrets
import sys
from typing import Any, BinaryIO, cast

import click

from archive.pages.safe_html import UNSEEN, seen

_WORD = secrets.token_hex(8)  # of this process; it is never printed
_STYLE = re.compile(f"\ufdd0{_WORD}:([0-9;]*)\ufdd1")
_SGR = re.compile("\x1b\\[([0-9;]*)m")


def style(text: str, **how: Any) -> str:
    """`text` in a style of `click.style`; only `echo` can draw it."""
    before, after = click.style("\0", **how).split("\0")
    return f"{_hidden(before)}{text}{_hidden(after)}"


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text for people; styles only where there is a terminal."""
    click.echo(_drawn(text), err=err, nl=nl)


def echo_json(text: str, *, nl: bool = True) -> None:
    """Print JSON: what would not be seen stands as \\uXXXX in it, which is the same value."""
    click.echo(UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text), nl=nl)


def echo_data(text: str, *, nl: bool = True) -> None:
    """Print a format of data (CSV, HTML): exact for a program, shown on a terminal."""
    click.echo(seen(text) if sys.stdout.isatty() else text, nl=nl)


def plain(text: str) -> str:
    """Text for a file: without styles, unseen characters by their numbers."""
    return seen(_STYLE.sub("", text))


def data_out() -> BinaryIO:
    """Where an export goes that is asked for on the screen: exact for a program, shown on a terminal."""
    return cast("BinaryIO", _Shown()) if sys.stdout.isatty() else sys.stdout.buffer


class _Shown:
    """What takes the bytes of an export on its way to a terminal."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: bytes) -> int:
        """Show them."""
        click.echo(seen(self._decoder.decode(data)), nl=False)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def _hidden(codes: str) -> str:
    return _SGR.sub(lambda match: f"\ufdd0{_WORD}:{match[1]}\ufdd1", codes)


def _drawn(text: str) -> str:
    """What is seen of a text, with its styles."""
    pieces = _STYLE.split(text)
    return "".join(f"\x1b[{piece}m" if n % 2 else seen(piece) for n, piece in enumerate(pieces))
