"""The policy and the door of `archive/pages/policy.py` around all answers; cells that are shown, not obeyed."""

import re
from collections.abc import Callable

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment
from markupsafe import Markup

from archive.pages import policy, safe_html
from archive.rows import Value

TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # what turns the text around it
SHOWN = 'class="u"'  # of what `safe_html.text` has isolated
CELL = 2048  # characters of such a text that a cell shows: as Datasette's own `truncate_cells_html`


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # the outermost: no other answer goes past it
def asgi_wrapper(datasette: Datasette) -> Callable[[policy.App], policy.App]:
    """Every answer."""
    settings = datasette.plugin_config("archive") or {}
    door = policy.Door(bool(settings.get("public")))
    return lambda app: policy.guarded(app, door)


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # after those that know their column
def render_cell(value: Value) -> Markup | None:
    """A text with characters that nobody sees, or that turn the text around them: each shown by its number."""
    if not isinstance(value, str) or not safe_html.UNSEEN.search(value):
        return None
    return Markup(safe_html.text(value if len(value) <= CELL else value[:CELL] + "…"))  # escaped there


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """Whatever a template writes, in text or in an attribute, turns nothing: of stock templates and of our own."""
    env.finalize = unturned


def unturned(value: object) -> object:
    """A value as a template may write it: marks of direction by their numbers, unless they are isolated."""
    if not isinstance(value, str) or not TURNS.search(value) or SHOWN in value:
        return value
    said = TURNS.sub(lambda match: f"[U+{ord(match[0]):04X}]", value)
    return Markup(said) if isinstance(value, Markup) else said  # markup as before, with other letters in it
