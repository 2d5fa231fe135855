"""The reference page of the commands, from their own --help: `make docs` writes it, and a test holds it.

Help is wrapped at a fixed width here, whatever the terminal.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from archive.__main__ import main
from archive.verbs import NAMES, load

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "cli.md"
PROGRAM = "python -m archive"
WIDTH = 100
INTRODUCTION = """\
# The commands

<!-- written by `make docs` from the commands' own --help -->

Every verb reads or writes one archive: `--archive`, or the variable `ARCHIVE`, names it. The exit status is 0; or it
is another, and one line on the standard error says what is wrong, where, and what to do. Results go to the standard
output, progress and remarks to the standard error; `--json` gives results to programs, one object, or one a line.
"""


def page() -> str:
    """The whole page, as Markdown."""
    with _context(main, PROGRAM) as whole:
        verbs = (_section(f"{PROGRAM} {name}", verb, whole) for name, verb in _loaded())
        return "\n".join([INTRODUCTION, *_contents(), *_section(PROGRAM, main), *chain.from_iterable(verbs)])


def _loaded() -> list[tuple[str, click.Command]]:
    return [(name, load(name)) for name in NAMES]


def _contents() -> Iterator[str]:
    for name, verb in _loaded():
        yield f"- [`{name}`](#{name}): {verb.get_short_help_str(WIDTH * 2)}"
    yield ""


def _section(called: str, command: click.Command, whole: click.Context | None = None) -> Iterator[str]:
    with _context(command, called, whole) as context:
        yield f"## {command.name if whole else called}\n\n```\n{command.get_help(context)}\n```\n"
    if whole and isinstance(command, click.Group):
        for name, action in command.commands.items():
            with _context(action, f"{called} {name}", whole) as context:
                yield f"### {command.name} {name}\n\n```\n{action.get_help(context)}\n```\n"


def _context(command: click.Command, called: str, whole: click.Context | None = None) -> click.Context:
    """A context that knows the same names of --help as the command has when it runs."""
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, info_name=called.removeprefix(f"{PROGRAM} "), parent=whole, **settings)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
