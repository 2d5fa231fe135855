"""What every page has: the interface's language, and stored text that is shown and never obeyed."""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from jinja2 import Environment

from archive.pages import interface, safe_html
from archive.pages.browse import archive_name, shown


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> object:
    """`?lang=` on any page."""
    return interface.switched


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(request: Request | None, datasette: Datasette) -> dict[str, object]:
    """`t` and where the other language is."""
    t = interface.words(request)
    return {
        "t": t,
        "lang": t.html,
        "switch": {"href": interface.address(request, t.other), "lang": interface.LANGUAGES[t.other]},
        "archive_name": archive_name(datasette),
    }


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[object]]:
    """Errors that a reader can meet, in his language and in the frame; others are Datasette's own."""

    async def answer() -> Response | None:
        status = getattr(exception, "status", 500)
        if status >= 500 or request.path.endswith(".json"):
            return None
        t = interface.words(request)
        too_long = getattr(exception, "title", "") == "SQL Interrupted"
        message = t("base.too_long") if too_long else getattr(exception, "message", None) or str(exception)
        title = t("base.not_found") if status == 404 else t("base.error", status=status)
        context = {"title": title, "error": message, "status": status}
        return Response.html(await datasette.render_template("error.html", context, request=request), status=status)

    return answer


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """Filters for stored text."""
    env.filters["shown"] = shown
    env.filters["seen"] = lambda value: safe_html.seen(str(value))  # for titles and attributes
    env.filters["from_json"] = lambda value: json.loads(value or "[]")
    env.tests["web"] = is_web
    # Datasette's own handler of errors asks no `extra_template_vars`.
    env.globals.update(t=interface.words(None), lang="en", switch={"href": "?lang=zh", "lang": "zh-Hans"})


def is_web(value: object) -> bool:
    """Whether an address may be a link: of HTTP, and nothing else."""
    return urlsplit(str(value)).scheme in ("http", "https")
