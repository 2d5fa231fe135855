"""The faults of the sample's server: a function of address and attempt, bounded, and such that a client can tell."""

import http.client
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from loopback import free_port

from sample.__main__ import main
from sample.faults import BROKEN, BUSY, EXTRA, PAUSE, PIECES, WHOLE, WORST, Fault, Faults
from sample.model import Response, Web
from sample.server import Server
from sample.web import CHANGEABLE, build

PAGE = "http://a.test/{}.html"
BODY = b"<html>" + b"x" * 5000 + b"</html>"


class Always(Faults):
    """The same fault for every attempt."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(0)
        self.fault = fault

    def of(self, url: str, attempt: int) -> Fault:
        return self.fault


@pytest.fixture
def web() -> Web:
    return Web(1, 80, ("a.test",), {"http://a.test:80/": Response(BODY)}, {}, [], [], (), ())


def connected(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)


def asked(connection: http.client.HTTPConnection, method: str = "GET") -> tuple[int, http.client.HTTPMessage, bytes]:
    connection.request(method, "/", headers={"Host": "a.test"})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def test_faults_are_a_function_of_seed_address_and_attempt() -> None:
    urls = [PAGE.format(n) for n in range(300)]
    table = {(seed, url, n): Faults(seed).of(url, n) for seed in (1, 2) for url in urls for n in range(1, 6)}
    again = {(seed, url, n): Faults(seed).of(url, n) for seed, url, n in reversed(table)}
    assert table == again
    assert {fault for (seed, _, _), fault in table.items() if seed == 1} == set(get_args(Fault))
    assert any(table[1, url, 1] != table[2, url, 1] for url in urls)
    bad = sum(table[1, url, 1] != "none" for url in urls)
    assert 80 < bad < 160
    assert {fault for (_, _, n), fault in table.items() if n > WORST} == {"none"}
    assert any(table[1, url, WORST] not in WHOLE for url in urls)


def test_they_are_the_same_on_another_port(tmp_path: Path) -> None:
    said = []
    for port in (free_port(), free_port()):
        log, web = tmp_path / f"{port}.log", build(1, port)
        with Server(web, log, faults=Faults(4)):
            for url in web.seeds:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                with suppress(http.client.HTTPException, OSError):
                    connection.request("GET", urlsplit(url).path, headers={"Host": urlsplit(url).netloc})
                    connection.getresponse().read()
                connection.close()
        said.append([line.split(" ")[1:] for line in log.read_text("utf-8").splitlines()])
    assert said[0] == said[1] and any("fault=none" not in line for line in said[0])


def test_attempts_are_counted_by_address() -> None:
    faults = Faults(1)
    assert [faults.next(url)[0] for url in ("a", "b", "a", "a")] == [1, 1, 2, 3]


def test_a_robots_txt_always_comes_whole() -> None:
    found = {Faults(1).of(f"http://{n}.test/robots.txt", 1) for n in range(300)}
    assert found == set(WHOLE)


@pytest.mark.parametrize("fault", WHOLE)
def test_a_whole_answer_is_the_page(web: Web, fault: Fault) -> None:
    with Server(web, port=0, faults=Always(fault)) as server:
        begun = time.monotonic()
        assert asked(connected(server))[::2] == (200, BODY)
        assert fault != "slow" or time.monotonic() - begun > (PIECES - 1) * PAUSE


@pytest.mark.parametrize("fault", BUSY)
def test_a_busy_server_says_when_to_come_again_or_does_not(web: Web, fault: Fault) -> None:
    with Server(web, port=0, faults=Always(fault)) as server:
        status, headers, body = asked(connected(server))
    assert (status, headers["Retry-After"]) == (503, "1" if fault == "busy-later" else None)
    assert "ETag" not in headers and body != BODY


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_answer_is_an_error_to_its_client(web: Web, fault: Fault) -> None:
    with Server(web, port=0, faults=Always(fault)) as server, pytest.raises((http.client.HTTPException, OSError)):
        asked(connected(server))


@pytest.mark.parametrize(("fault", "head", "end"), [
    ("cut", b"Content-Length: 5013", b""), ("long-length", b"Content-Length: 6013", b"</html>"),
    ("short-length", b"Content-Length: 5013", EXTRA), ("cut-chunk", b"Transfer-Encoding: chunked", b"x\r\n"),
    ("empty", b"", b""),
])  # fmt: skip
def test_what_is_on_the_wire(web: Web, fault: Fault, head: bytes, end: bytes) -> None:
    with (
        Server(web, port=0, faults=Always(fault)) as server,
        socket.create_connection(server.server_address, timeout=5) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        got = b"".join(iter(lambda: client.recv(4096), b""))  # the server closes, though HTTP/1.1 would keep it open
    assert head in got and got.endswith(end)
    assert (got == b"") == (fault == "empty")
    assert (BODY in got) == (fault in ("long-length", "short-length"))


def test_a_reset_is_no_ordinary_end(web: Web) -> None:
    with (
        Server(web, port=0, faults=Always("reset")) as server,
        socket.create_connection(server.server_address, timeout=5) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            while client.recv(4096):
                pass


def test_the_log_tells_attempt_and_fault_and_a_head_counts_for_none(web: Web, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with Server(web, log, port=0, faults=Always("slow")) as server:
        connection = connected(server)
        status, headers, body = asked(connection, "HEAD")
        assert (status, headers["Content-Length"], body) == (200, str(len(BODY)), b"")
        for _ in range(2):
            asked(connection)
    said = [line.split(" ", 1)[1] for line in log.read_text("utf-8").splitlines()]
    assert said == [
        "a.test HEAD / 200",
        "a.test GET / 200 attempt=1 fault=slow",
        "a.test GET / 200 attempt=2 fault=slow",
    ]


@pytest.mark.parametrize("count", [0, 1, 10, CHANGEABLE])
def test_so_many_articles_change_and_no_other_page(count: int) -> None:
    before, after = build(1, 80), build(1, 80, changed=count)
    pairs = zip(before.gold, after.gold, strict=True)
    changed = {new.urls[0] for old, new in pairs if old.text != new.text}
    assert len(changed) == count
    assert {url for url, page in before.pages.items() if after.pages[url] != page} == changed
    assert all(after.pages[url].etag is None for url in changed)  # their hosts' validators tell the truth


def test_a_wrong_count_is_refused() -> None:
    done = CliRunner().invoke(main, ["serve", "--changed", str(CHANGEABLE + 1)])
    assert done.exit_code == 2
