"""The verbs of `python -m archive`, a module each: what is asked of the archive, and how the answer is printed.

A verb's module is imported when it is called: all of them, with what they need, take a second.
"""

from importlib import import_module
from itertools import chain

import click

SECTIONS = {  # as --help lists them
    "Take in": ("ingest", "import", "merge"),
    "Read": ("search", "show", "explain", "history", "serve"),
    "Count": ("kwic", "trend", "collocates", "stats", "sites", "report", "rules"),
    "Give out": ("export",),
    "Watch": ("crawls", "hosts"),
    "Keep": ("verify", "rebuild", "cluster", "families", "reindex", "cdxj", "takedown", "backup"),
    "The command itself": ("completion",),
}
NAMES = tuple(chain.from_iterable(SECTIONS.values()))
MODULES = {"import": "imports"}  # where a verb is a word of Python


def load(name: str) -> click.Command:
    """The verb of that name."""
    found = getattr(import_module(f"archive.verbs.{MODULES.get(name, name)}"), f"{name}_verb")
    assert isinstance(found, click.Command)
    return found
