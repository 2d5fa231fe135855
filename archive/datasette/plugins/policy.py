"""The policy and the door of `archive/policy.py` around all answers; cells that are shown, not obeyed."""

import re
from collections.abc import Callable

from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from markupsafe import Markup

from archive import policy, safe_html
from archive.rows import Value

CELL = 2048  # characters of such a text that a cell shows: as Datasette's own `truncate_cells_html`


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # the outermost: no other answer goes past it
def asgi_wrapper(datasette: Datasette) -> Callable[[policy.App], policy.App]:
    """Every answer."""
    settings = datasette.plugin_config("archive") or {}
    door = policy.Door(bool(settings.get("public")), tuple(_ours(datasette)))
    return lambda app: policy.guarded(app, door)


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # after those that know their column
def render_cell(value: Value) -> Markup | None:
    """A text with characters that nobody sees, or that turn the text around them: each shown by its number."""
    if not isinstance(value, str) or not safe_html.UNSEEN.search(value):
        return None
    return Markup(safe_html.text(value if len(value) <= CELL else value[:CELL] + "…"))  # escaped there


def _ours(datasette: Datasette) -> list[re.Pattern[str]]:
    """The addresses that plugins of ours answer."""
    return [
        re.compile(address)
        for routes in pm.hook.register_routes(datasette=datasette)
        for address, _ in routes
        if address.startswith("^/-/")
    ]
