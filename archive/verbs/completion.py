"""`completion`: a short name for the command, and its words at the Tab key."""

import shlex
import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "archive"
VARIABLE = "_ARCHIVE_COMPLETE"  # as `archive/__main__.py` names it
FUNCTIONS = {"bash": '{name}() {{ {command} "$@"; }}', "fish": "function {name}; {command} $argv; end"}
# Click's scripts run a program of that name; a shell's function can be run by no program.
CALLS = (
    ("complete $1)", "complete {})"),
    (f"complete {NAME})", "complete {})"),
    (f"commandline -t) {NAME})", "commandline -t) {})"),
)
PROGRAM = f"    (( ! $+commands[{NAME}] )) && return 1\n"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_verb(shell: str) -> None:
    """Print what gives a shell the short command `archive`, and completes its verbs, options and ids.

    \b
    bash:  eval "$(python -m archive completion bash)"
    zsh:   eval "$(python -m archive completion zsh)"
    fish:  python -m archive completion fish | source

    To have it in every shell, put that line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish, with the whole path
    of this environment's python. Ids are those of the archive that --archive or the variable ARCHIVE names.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # click.Choice has checked it
    command = f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m archive"
    source = kind(click.Command(NAME), {}, NAME, VARIABLE).source().replace(PROGRAM, "")
    for call, ours in CALLS:
        source = source.replace(call, ours.format(command))
    function = FUNCTIONS.get(shell, FUNCTIONS["bash"])
    click.echo(f"{function.format(name=NAME, command=command)}\n{source}")
