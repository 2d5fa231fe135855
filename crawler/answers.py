"""What came back for a request, read: a response as a page, a failure as a reason. Pure functions."""

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from crawler import backoff
from crawler.discovery import View
from pipelines.document import Decoded, Page
from pipelines.extraction.render import MAX_CHARACTERS

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

MOST = 4 * MAX_CHARACTERS  # bytes: no encoding needs more for a character
NO_VIEW = View("thin", (), (), "", 0, 0)  # of what is not looked at, or shows nothing


def page_of(response: "Response") -> Page:
    """The page that a response holds."""
    meta = response.meta
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Page(response.url, response.body, content_type, meta["fetched_at"], meta["fetch_id"])


def not_text(page: Page) -> str:
    """Why a response is said to be no text; '' if it may be one: what the bytes really are, the corridor finds out."""
    kind = page.content_type.split(";")[0].strip().lower()
    readable = not kind or kind.startswith("text/") or any(word in kind for word in ("html", "xml", "octet-stream"))
    if len(page.body) > MOST:  # known before it is decoded, which would hold up every other request
        return f"too-large: {len(page.body)} bytes unpacked"
    return "" if readable else f"not-text: {kind}"


def may_be_guard(status: int) -> bool:
    """Whether a page of such a status may be a guard's: firewalls answer 200, 405, 412, 418 and more. What is not there
    is nobody's to guard, and a status that fails by itself needs no second reason."""
    return status == 200 or (400 <= status < 500 and status not in (404, 410) and not backoff.counts(status))


def is_cut(response: "Response") -> bool:
    """Whether the connection ended before the body did."""
    return "dataloss" in response.flags


def headers_of(response: "Response") -> dict[str, str]:
    """Its headers, their names in lower case."""
    return {str(name).lower(): value for name, value in response.headers.to_unicode_dict().items()}


def plain(decoded: Decoded) -> View:
    """A plain text has no links to judge it by."""
    return View("thin", (), (), "", len(decoded.text), 0)


def reason_of(failure: "Failure") -> tuple[str, bool]:
    """Why there is no response, code first; and whether it was this crawler that refused."""
    error: BaseException = failure.value  # type: ignore[assignment]  # a failure without an error is none
    text = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    if isinstance(error, IgnoreRequest):
        return text, not text.startswith(backoff.ROBOTS)  # the host may answer later
    return f"{backoff.code(error)}: {text}", False
