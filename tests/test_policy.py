"""What a browser is told with every answer, and who is answered."""

import pytest

from archive.pages import policy
from archive.pages.policy import ALWAYS, CAPTURED, DATA, ITSELF, PAGE, Door, headed

ALONE, PUBLIC = Door(public=False), Door(public=True)


def directives(told: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in told.split(";"))}


@pytest.mark.parametrize("told", [PAGE, DATA, CAPTURED, ITSELF])
def test_nothing_is_allowed_that_is_not_named(told: str) -> None:
    rules = directives(told)
    assert rules["default-src"] == "'none'"
    assert "frame-ancestors" in rules
    assert "http" not in told and "*" not in told and "unsafe-eval" not in told
    assert "'unsafe-inline'" not in rules.get("script-src", "")


def test_pages_hold_neither_script_nor_style() -> None:
    rules = directives(PAGE)
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'" and rules["form-action"] == "'self'"


def test_what_was_captured_lies_in_a_sandbox_that_allows_nothing() -> None:
    assert directives(CAPTURED)["sandbox"] == "" and "script-src" not in CAPTURED


@pytest.mark.parametrize(
    ("path", "kind", "told"),
    [
        ("/", "text/html; charset=utf-8", PAGE),
        ("/-/read/archive/x", "text/html; charset=utf-8", PAGE),
        ("/archive/documents", "text/html; charset=utf-8", PAGE),
        ("/-/allow-debug", "text/html; charset=utf-8", ITSELF),
        ("/archive/documents.json", "application/json", DATA),
        ("/archive/documents.csv", "text/plain; charset=utf-8", DATA),
    ],
)
def test_the_policy_follows_from_what_is_answered(path: str, kind: str, told: str) -> None:
    fields = dict(headed([(b"content-type", kind.encode())], path))
    assert fields[b"content-security-policy"].decode() == told
    assert all(fields[name.encode()].decode() == value for name, value in ALWAYS.items())


def test_a_policy_of_its_own_stays() -> None:
    own = [(b"Content-Security-Policy", CAPTURED.encode()), (b"X-Frame-Options", b"SAMEORIGIN")]
    fields = headed(own, "/")
    assert [value for name, value in fields if name.lower() == b"content-security-policy"] == [CAPTURED.encode()]
    assert [value for name, value in fields if name.lower() == b"x-frame-options"] == [b"SAMEORIGIN"]


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost", "LOCALHOST:1", "[::1]:8001", ""])
def test_loopback_is_answered(host: str) -> None:
    assert ALONE.refusal("GET", host, "/") is None


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8001", "127.0.0.1.evil.test", "localhost.evil.test:80", "10.0.0.1"]
)
def test_a_name_that_points_here_is_not(host: str) -> None:
    assert (ALONE.refusal("GET", host, "/") or (0, ""))[0] == 421
    assert PUBLIC.refusal("GET", host, "/") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"])
@pytest.mark.parametrize("door", [ALONE, PUBLIC])
def test_nothing_is_written(door: Door, method: str) -> None:
    assert (door.refusal(method, "localhost", "/-/messages") or (0, ""))[0] == 405


def test_others_do_not_see_the_inside() -> None:
    for name in ("databases.json", "threads", "plugins.json", "settings.json", "metadata", "versions", "allow-debug"):
        assert (PUBLIC.refusal("GET", "a.test", f"/-/{name}") or (0, ""))[0] == 404, name
        assert ALONE.refusal("GET", "localhost", f"/-/{name}") is None
    assert PUBLIC.refusal("GET", "a.test", "/-/static/app.css") is None
    assert policy.INSIDE.fullmatch("/-/read/archive/x") is None
