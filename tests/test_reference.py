"""docs/cli.md is what the commands say of themselves."""

import os

import click
import pytest

from archive.__main__ import main
from archive.cli.reference import PAGE, page
from archive.verbs import NAMES, SECTIONS, load


def test_the_reference_is_the_commands_own_help() -> None:
    if os.environ.get("UPDATE_README"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make docs"


@pytest.mark.parametrize("verb", [*map(load, NAMES)], ids=NAMES)
def test_every_verb_argument_and_option_is_told(verb: click.Command) -> None:
    assert (verb.help or "").strip()
    for parameter in verb.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{verb.name} {parameter.opts} has no help"


def test_no_first_sentence_is_cut_in_the_list_of_verbs() -> None:
    told = main.get_help(click.Context(main, terminal_width=100))
    assert "..." not in told.replace("...]", "").replace("[ARGS]...", "")
    for name, verbs in SECTIONS.items():
        assert f"{name}:" in told
        assert all(f"  {verb} " in told for verb in verbs)
