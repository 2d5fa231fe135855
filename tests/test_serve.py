"""Who is answered what by `serve`: its owner on loopback, others where they are let in."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from browser import NAME, Served, serving

from archive.pages.policy import DATA, PAGE
from archive.serve import Serving, arguments, described

SQL = f"/{NAME}.json?sql=select+1"
WRITES = (
    "insert into crawls(site) values (1)",
    "update documents set title = ''",
    "delete from documents",
    "drop table crawls",
)
OTHERS = ("attach database 'x.db' as x", "pragma journal_mode = delete", "vacuum", "select load_extension('x')")


@pytest.fixture(scope="module")
def public(served: Served) -> Iterator[Served]:
    with serving(served.archive, "--public") as running:
        yield running


def test_its_owner_may_ask_any_question(served: Served) -> None:
    status, _, body = served.get(SQL)
    assert status == 200 and json.loads(body)["rows"] == [[1]]


@pytest.mark.parametrize("sql", [*WRITES, *OTHERS])
def test_nobody_writes(served: Served, sql: str) -> None:
    before = served.get(f"/{NAME}/documents.json?_shape=array&_size=1&_col=id")[2]
    assert served.get(f"/{NAME}.json?sql={sql}")[0] in (400, 403)
    assert served.get(f"/{NAME}/documents.json?_shape=array&_size=1&_col=id")[2] == before


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", f"/{NAME}", "/-/messages", f"/{NAME}/documents", "/-/create-token"])
def test_no_address_takes_what_is_sent(served: Served, path: str, method: str) -> None:
    assert served.get(path, method)[0] == 405


@pytest.mark.parametrize("host", ["evil.test", f"{NAME}.example.org", "127.0.0.1.evil.test"])
def test_a_site_that_points_its_own_name_here_is_refused(served: Served, host: str) -> None:
    status, headers, body = served.get(SQL, Host=host)
    assert status == 421 and b"--public" in body and headers["content-security-policy"] == DATA


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:99", "[::1]:8001"])
def test_names_of_this_machine_are_not(served: Served, host: str) -> None:
    assert served.get("/", Host=host)[0] == 200


@pytest.mark.parametrize("path", [SQL, f"/{NAME}?sql=select+1", f"/{NAME}/documents.json?_where=1", f"/{NAME}.db"])
def test_others_ask_no_question_of_their_own(public: Served, path: str) -> None:
    assert public.get(path, Host="archive.example.org")[0] == 403


@pytest.mark.parametrize(
    "path",
    ["/-/databases.json", "/-/metadata.json", "/-/settings", "/-/plugins.json", "/-/threads", "/-/versions.json"],
)
def test_others_learn_nothing_of_the_machine(public: Served, path: str) -> None:
    status, _, body = public.get(path)
    assert status == 404 and str(public.archive.parent).encode() not in body


@pytest.mark.parametrize(
    "path", ["/", f"/{NAME}/documents", f"/{NAME}/documents?_search=总结", f"/{NAME}/search?q=总结"]
)
def test_others_read_and_search(public: Served, path: str) -> None:
    status, _, body = public.get(path, Host="archive.example.org")
    assert status == 200
    assert b"Edit SQL" not in body and b"edit SQL" not in body


@pytest.mark.parametrize("table", ["crawls", "takedowns"])
def test_others_see_neither_folders_nor_who_asked_for_a_removal(public: Served, served: Served, table: str) -> None:
    assert public.get(f"/{NAME}/{table}.json")[0] == 403 and served.get(f"/{NAME}/{table}.json")[0] == 200
    assert f"/{NAME}/{table}" not in public.get(f"/{NAME}")[2].decode()


def test_others_do_not_take_the_whole_in_one_piece(public: Served, served: Served) -> None:
    assert len(served.get(f"/{NAME}/edits.csv?_stream=1")[2].splitlines()) > 501
    assert public.get(f"/{NAME}/edits.csv?_stream=1")[0] == 400


@pytest.mark.parametrize(
    ("path", "status", "policy"),
    [
        ("/", 200, PAGE),
        (f"/{NAME}", 200, PAGE),
        (f"/{NAME}/documents", 200, PAGE),
        (f"/{NAME}/documents.json", 200, DATA),
        (f"/{NAME}/documents.csv", 200, DATA),
        (f"/{NAME}/nothing", 404, PAGE),
        (f"/-/read/{NAME}/nothing", 404, PAGE),
        ("/assets/archive.css", 200, DATA),
        ("/assets/../../serve.py", 404, None),
        ("/-/static/table.js", 200, DATA),
        ("/favicon.ico", 200, DATA),
        ("//evil.test/", 302, None),
        (f"/{NAME}/documents/", 302, None),
        (f"/{NAME}?sql=select+x", 400, PAGE),
    ],
)
def test_every_answer_has_a_policy(served: Served, path: str, status: int, policy: str | None) -> None:
    got, headers, _ = served.get(path)
    if status != 302:  # which urllib follows
        assert got == status
    told = headers["content-security-policy"]
    assert told == policy or policy is None
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY" and headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "0.0.0.0"), "say --public"),
        (("--host", "::"), "say --public"),
        (("--host", "10.1.2.3"), "say --public"),
        (("--host", "example.org"), "is no address"),
        (("--host", "192.0.2.1", "--public"), "is no address of this machine"),
    ],
)
def test_others_are_let_in_by_a_word_only(served: Served, options: tuple[str, ...], said: str) -> None:
    command = [sys.executable, "-m", "archive", "--archive", str(served.archive), "serve", "--port", "1", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and said in done.stderr and done.stderr.count("\n") == 1


def test_what_public_means_is_printed(public: Served) -> None:
    told = public.archive.with_name(f"serve-{public.port}.log").read_text("utf-8")
    assert "Others can read this archive" in told and "no password" in told


def test_settings_follow_from_who_may_read(served: Served) -> None:
    words = [
        arguments(Serving(served.archive, served.archive, 1, public=public), served.archive) for public in (True, False)
    ]
    assert [("default_allow_sql" in line, "--immutable" in line) for line in words] == [(True, False), (False, False)]
    assert "--immutable" in arguments(Serving(served.archive, served.archive, 1, immutable=True), served.archive)
    assert str(served.archive.parent) not in json.dumps(described(NAME, public=True))
