"""The steps of a shared frontier, on a real Redis: rounds, leases, turns at a host, and what people see of it."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import redis
from kills import ROOT
from scrapy.settings import Settings
from sharing import PASSWORD, Redis, running

from archive.errors import ArchiveError
from crawler import options, shared_redis, shared_turns
from crawler import shared_scripts as scripts
from crawler.plan import PlanError
from crawler.profile import Met, Profile
from crawler.shared import differing, goes_by, host_key, key_of
from crawler.shared_redis import Server
from crawler.shared_status import Frontiers
from crawler.shared_url import Url, hidden, place_of

LEASE, LONG = 1000, 60_000  # ms: one that ends in the test, and one that does not, however busy the machine is
SITES = count()
U = [f"http://a.test/{n}" for n in range(3)]


@dataclass
class Worker:
    """One that was never started: what it would ask of the frontier."""

    server: Server
    site: str
    name: str
    ticket: str = ""  # of its round: the number, and when it began
    goes_on: bool = False
    totals: tuple[int, ...] = ()  # of all, when it left
    by: str = ""  # what it goes by
    begun_by: str = ""

    def run(self, script: str, *args: Any) -> Any:
        return self.server.now(script, key_of(self.site), self.ticket, *args)

    @property
    def round(self) -> int:
        return int(self.ticket.partition("@")[0])

    def join(self, *, resume: bool = True, wake: str = "due", lease: int = LONG, ready: bool = True) -> "Worker":
        args = (self.name, f"token of {self.name}", lease, int(resume), wake, self.by)
        self.ticket, goes_on, *_, self.begun_by = self.server.now(scripts.JOIN, key_of(self.site), *args)
        self.goes_on = bool(goes_on)
        if ready:
            while self.run(scripts.WAKE, 1000):
                pass
            self.run(scripts.READY, self.name)
        return self

    def note(
        self, *urls: str, state: str = "new", most: int = 100, priority: int = 0, before: str = "", ends: int = 1
    ) -> list[int]:
        rows = [[url, "a.test", "article", state, 0, priority, "", before, ends] for url in urls]
        return list(self.run(scripts.NOTE, self.name, most, json.dumps(rows)))

    def take(self, most: int = 10, each: int = 10, closed: dict[str, int] | None = None, reap: int = 1) -> list[str]:
        found, _ = self.run(scripts.TAKE, self.name, most, each, "{}", json.dumps(closed or {}), "", reap)
        return list(found[::3])

    def done(self, url: str, due: timedelta = timedelta(days=1)) -> int:
        at = datetime.now(UTC)
        rows = [[url, "a.test", "article", 0, "", 1, 0, stamp(at), stamp(at + due), (at + due).timestamp() * 1000, "s",
                 "题", "d"]]  # fmt: skip
        return int(self.run(scripts.DONE, self.name, url, json.dumps(rows), 1, 1, 0))

    def unknown(self, *urls: str, wake: str = "due") -> list[str]:
        said = self.run(scripts.UNKNOWN, wake, stamp(datetime.now(UTC)), *urls)
        return [url for url, known in zip(urls, said, strict=True) if not known]

    def beat(self, lease: int = LEASE, token: str = "", flights: tuple[str, ...] = ()) -> int:
        return int(self.run(scripts.BEAT, self.name, token or f"token of {self.name}", lease, "[]", *flights)[0])

    def is_over(self) -> bool:
        return bool(self.run(scripts.OVER, self.name))

    def leave(self, *, finished: bool = True, token: str = "") -> tuple[int, int]:
        args = (self.name, token or f"token of {self.name}", int(finished), 0, 0)
        given, ended, self.totals = self.run(scripts.LEAVE, *args)
        return given, ended

    def turn(
        self, host: str, flight: str, delay: int = 0, lease: int = LONG, robots: int = 0, reap: int = 1
    ) -> tuple[str, int]:
        state, wait, _ = self.server.now(shared_turns.TURN, host_key(host), flight, delay, 1, lease, robots, reap)
        return state, wait

    def landed(self, host: str, flight: str, delay: int = 0, rest: int = 0) -> None:
        self.server.now(shared_turns.LANDED, host_key(host), flight, host, delay, 1, rest)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with running(tmp_path_factory.mktemp("redis")) as one:
        yield one


@pytest.fixture
def two(shared: Redis) -> tuple[Worker, Worker]:
    server = Server(given(shared.url), pytest.fail)
    site = f"site {next(SITES)}"
    return Worker(server, site, "one"), Worker(server, site, "two")


def given(url: str, **more: object) -> Settings:
    settings = Settings(options.DEFAULTS | {"SHARED_FRONTIER": url, "PATIENCE": 1} | more)
    options.check(settings)
    return settings


def test_a_link_goes_to_one_worker_and_waits_for_none_when_it_is_done(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    assert (one.round, one.goes_on, other.round, other.goes_on) == (1, False, 1, True)
    assert one.note("u1", "u2") == [1, 1] and other.note("u2", "u3") == [0, 1]
    assert one.take(2) == ["u1", "u2"] and other.take() == ["u3"] and other.take() == []
    assert one.done("u1") == 1 and one.done("u2") == 1
    assert other.unknown("u1", "u3", "u4") == ["u4"]
    assert not one.is_over()  # the other has one in work
    other.done("u3")
    assert one.is_over() and one.leave() == (0, 0) and other.leave() == (0, 1)  # the last one ends the round


def test_the_most_urgent_come_first_and_then_those_that_were_met_first(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    one.note("z"), one.note("list", priority=-5), one.note("a"), one.note("chain", priority=30)
    assert one.take() == ["chain", "z", "a", "list"]


def test_a_round_is_not_over_while_somebody_is_about_to_begin(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    other = two[1].join(ready=False)
    assert not one.is_over()
    other.run(scripts.READY, other.name)
    assert one.is_over()


def test_the_leases_of_a_worker_that_says_nothing_go_to_the_others(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    one.note("u1", "u2")
    assert one.take() == ["u1", "u2"] and other.take() == []
    one.beat()
    time.sleep(1.5 * LEASE / 1000)
    assert other.take(reap=0) == []  # just back from a Redis that was gone: the others may be, too
    assert other.take(1) == ["u1"]
    assert one.done("u2") == 0 and other.take() == []  # it lived after all: what it stored need not come again
    assert one.done("u1") == 0 and not one.is_over()  # the other has it in work
    assert other.done("u1") == 1


def test_a_heart_that_beats_keeps_its_leases_and_a_second_process_of_its_name_is_told(
    two: tuple[Worker, Worker],
) -> None:
    one, other = two[0].join(), two[1].join()
    one.note("u1"), one.take()
    assert one.beat() == 1
    time.sleep(LEASE / 2000)
    assert one.beat(LONG) == 1
    time.sleep(LEASE / 1000)
    assert other.take() == []
    assert one.beat(token="another") == -1
    assert one.leave(token="another") == (0, 0) and other.take() == []  # it gives back what is its own alone
    assert one.beat() == 1
    time.sleep(1.5 * LEASE / 1000)
    assert other.take() == ["u1"]
    one.note("u2")
    assert one.take() == []  # else nobody would take that back if it were killed now
    assert one.beat() == 0  # it was taken for lost
    assert one.take() == ["u2"]


def test_who_is_started_again_or_ended_gives_its_leases_back_at_once(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    one.note("u1", "u2"), one.take()
    assert one.join().goes_on
    assert other.take(1) == ["u1"]
    assert one.take() == ["u2"] and one.leave(finished=False) == (1, 0)
    assert other.take() == ["u2"]
    assert other.leave(finished=False) == (2, 0)
    assert two[0].join().round == 1  # nobody had finished it


def test_a_round_of_which_nothing_is_left_is_over_though_the_last_worker_was_killed(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join(lease=LEASE)
    one.note("u1"), one.take(), one.done("u1", timedelta(seconds=-1))
    assert one.leave() == (0, 0)  # the other was killed, and nobody knows it yet
    time.sleep(1.5 * LEASE / 1000)
    assert not one.join().goes_on and (one.round, one.take()) == (2, ["u1"])
    other.ticket = one.ticket
    assert other.beat() == 0


def test_a_new_round_asks_for_what_is_due_and_for_what_failed(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    one.note("due", "later", "bad", "left")
    one.take(3), one.done("due", timedelta(seconds=-1)), one.done("later")
    one.note("bad", state="failed"), one.note("bad", state="failed")
    one.run(shared_turns.FAILED, "a.test", -1, 9, "host-rests: timeout")
    assert one.leave()[1] == 1
    assert Met(*one.totals) == Met(documents=2, pages=3, rejected=0, came=2, failed=2)  # one was left for the rest
    again = two[1].join()
    assert (again.round, again.goes_on) == (2, False)
    assert sorted(again.take()) == ["bad", "due", "left"]
    assert again.unknown("later") == [] and again.unknown("later", wake="all") == ["later"]
    again.done("due"), again.note("bad", state="failed")
    again.leave()
    assert Met(*again.totals) == Met(documents=2, pages=3, rejected=0, came=2, failed=1)  # one rested
    assert two[0].join(wake="all", resume=False).round == 3 and "later" in two[0].take()


def test_what_rests_has_come_until_it_is_met_again(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    urls = ["a", "b", "c", "d", "e"]
    one.note(*urls), one.take(5)
    for url in urls:
        one.done(url)
    one.leave()
    again = two[0].join()
    assert again.take() == []
    again.note("a"), again.note("b", state="asked"), again.note("c", state="failed")
    again.run(scripts.CHANGED, 1000, "d", stamp(datetime.now(UTC) + timedelta(hours=1)))
    assert sorted(again.take()) == ["a", "d"]
    again.done("a"), again.done("b"), again.done("d")
    again.leave()
    assert Met(*again.totals) == Met(documents=5, pages=5, rejected=0, came=4, failed=1)


def test_a_round_with_others_in_it_is_joined_whatever_was_said(two: tuple[Worker, Worker]) -> None:
    two[0].join()
    assert two[1].join(resume=False).round == 1


def test_a_worker_with_another_profile_or_release_is_told(two: tuple[Worker, Worker]) -> None:
    one, other = two
    one.by, other.by = goes_by(Profile("gov")), goes_by(Profile("gov", drop=("div",)))
    assert (one.join().begun_by, other.join().begun_by) == (one.by, one.by)
    assert "has another profile than" in differing(other.by, other.begun_by)
    assert "has another release than" in differing("next" + one.by, one.by)
    assert not differing(one.by, goes_by(Profile("gov"))) and not differing(one.by, "")


def test_a_host_has_so_many_pages_over_all_workers(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    assert one.note("u1", "u2", most=3) == [1, 1] and other.note("u3", "u4", most=3) == [1, -1]
    assert one.unknown("u4") == []


def test_a_host_is_asked_once_at_a_time_and_after_its_delay(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    host = f"{two[0].site}.test"
    assert one.turn(host, "f1", 3000) == ("go", 0) and other.turn(host, "f2", 100)[0] == "busy"
    one.landed(host, "f1", 3000)
    state, wait = other.turn(host, "f2", 100)
    assert state == "wait" and 100 < wait <= 3000  # the longer of both
    time.sleep(wait / 1000)
    assert other.turn(host, "f2", 100, LEASE) == ("go", 0) == other.turn(host, "f2", 100, LEASE)  # its answer was lost
    time.sleep(1.5 * LEASE / 1000)  # the other is killed
    assert one.turn(host, "f3", 100) == ("go", 0)
    one.landed(host, "f3", 0, 60_000)  # Retry-After: 60
    state, wait = other.turn(host, "f4")
    assert state == "rests" and 30_000 < wait <= 60_000
    one.note("u1")
    assert one.turn("b.test", "f5") == ("go", 0)


def test_what_one_page_has_put_in_the_queue_another_one_does_not_refuse(two: tuple[Worker, Worker]) -> None:
    """Each of them found it unknown; the second's limits refuse it."""
    one, other = two[0].join(), two[1].join()
    one.note("u1", "u2")
    assert one.note("u1", state="refused", ends=0) == [0] and one.take(1) == ["u1"]
    assert one.note("u1", state="refused", ends=0) == [0] == other.note("u1", state="refused", ends=0)
    assert int(one.run(scripts.BACK, one.name, "u1", "u1", 0)) == 1 and one.take(1) == ["u1"]
    assert one.note("u1", state="refused") == [1]  # its own visit came to that
    assert one.take() == ["u2"]


def test_a_page_that_goes_on_to_another_is_known_of_it_whoever_named_it_first(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    one.note("target", state="refused", before="http://a.test/list", ends=0)
    one.note("target", state="asked", before="http://a.test/page")
    assert json.loads(one.run(scripts.LINK, "target"))["f"] == "http://a.test/page"


def test_who_only_hears_of_a_rest_takes_back_no_failures(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    host = f"{one.site}.test"

    def failures() -> int:
        return int(one.server.now(shared_turns.TURN, host_key(host), "f", 0, 1, LONG, 0, 1)[2])

    one.run(shared_turns.FAILED, host, LONG, 4, "")
    other.run(shared_turns.FAILED, host, LONG, 0, "")  # it was told to wait
    other.run(shared_turns.FAILED, host, -1, 0, "")
    assert failures() == 4
    one.run(shared_turns.FAILED, host, 0, 0, "")  # an answer from before the rest was met
    assert one.turn(host, "f")[0] == "rests" and failures() == 4
    host = f"other.{one.site}.test"
    one.run(shared_turns.FAILED, host, 1, 4, "")
    time.sleep(0.01)
    one.run(shared_turns.FAILED, host, 0, 0, "")  # the host came
    assert failures() == 0 and one.turn(host, "f")[0] == "go"


def test_the_longest_rest_that_any_answer_asks_for_holds(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    host = f"{one.site}.test"
    one.landed(host, "f1", rest=600_000)  # Retry-After: 600
    other.landed(host, "f2", rest=10_000)  # a bare 503 that was on its way
    other.run(shared_turns.FAILED, host, 10_000, 1, "")
    assert one.turn(host, "f3")[1] > 500_000


def test_a_flight_is_not_lost_while_its_worker_may_still_come_back(two: tuple[Worker, Worker]) -> None:
    """Redis was away for longer than a lease: the answer of the one is told after the other asks for its turn."""
    one, other = two[0].join(), two[1].join()
    host = f"{one.site}.test"
    assert one.turn(host, "f1", lease=1) == ("go", 0)
    time.sleep(0.01)
    assert other.turn(host, "f2", reap=0)[0] == "busy"
    one.landed(host, "f1", rest=LONG)
    assert other.turn(host, "f2", reap=0)[0] == "rests"


def test_who_joins_wakes_nothing_that_the_round_has_met(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    one.note("u1", "u2", "u3"), one.take(), one.done("u1"), one.done("u2"), one.note("u3", state="failed")
    one.leave()
    assert sorted(one.join(wake="all").take(2)) == ["u1", "u2"] and one.done("u1") and one.done("u2")
    assert two[1].join(wake="all").take() == ["u3"]
    two[1].note("u3", state="failed")
    assert one.join(wake="all").take() == [] and one.round == 2  # it was interrupted, and goes on
    one.leave(finished=False), two[1].leave()
    assert Met(*two[1].totals).came == 2 and Met(*two[1].totals).failed == 1


def test_what_a_list_named_before_it_was_woken_is_not_woken(two: tuple[Worker, Worker]) -> None:
    one = two[0].join()
    one.note("u1", "u2"), one.take(), one.done("u1"), one.done("u2"), one.leave()
    one.join(wake="all", ready=False).note("u1")
    assert one.take() == ["u1"] and one.done("u1") and one.run(scripts.WAKE, 1000) == 2
    assert one.take() == ["u2"]


def test_a_frontier_that_began_anew_under_a_worker_is_another(two: tuple[Worker, Worker]) -> None:
    """Its round has the same number: it was cleared while the worker was stopped, or Redis came back without it."""
    one, other = two[0].join(), two[1]
    one.note("u1"), one.leave(finished=False)
    assert Frontiers(one.server.place and one.server._url).clear(one.site) == 1
    other.join().note("u1")
    assert (one.round, other.round) == (1, 1)
    with pytest.raises(ArchiveError, match="GONE"):
        one.take()
    assert one.done("u1") == 0 and one.leave()[1] == 0 and other.take() == ["u1"]


def test_who_beats_is_ready(two: tuple[Worker, Worker]) -> None:
    """That it is may be what Redis has forgotten; nobody else could take it from those that are about to begin."""
    one = two[0].join(ready=False)
    assert not one.is_over()
    one.beat()
    assert one.is_over()


def test_a_redis_that_comes_back_is_told_of(tmp_path: Path) -> None:
    came_back: list[bool] = []

    async def asked_while_it_is_gone(redis: Redis) -> None:
        server = Server(given(redis.url, PATIENCE=60), pytest.fail, lambda: came_back.append(True))
        assert await server.run("return 1", key_of("s")) == 1 and not came_back
        redis.stop()
        asking = asyncio.create_task(server.run("return 2", key_of("s")))
        while server.lost_at is None:
            await asyncio.sleep(0.01)
        redis.start()
        assert await asking == 2
        await server.close()

    with running(tmp_path / "redis") as redis:
        asyncio.run(asked_while_it_is_gone(redis))
    assert came_back == [True]


def test_a_slow_answer_keeps_its_host_to_one_request_for_as_long_as_it_takes(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    host = f"{two[0].site}.test"
    assert one.turn(host, "f1", lease=LEASE) == ("go", 0)
    assert one.beat(LONG, flights=("f1", host)) == 1
    time.sleep(1.5 * LEASE / 1000)
    assert other.turn(host, "f2")[0] == "busy"


def test_the_delay_of_a_robots_txt_holds_for_workers_that_have_not_read_it(two: tuple[Worker, Worker]) -> None:
    one, other = two[0].join(), two[1].join()
    host = f"{two[0].site}.test"
    assert one.turn(host, "f1", 10, robots=60_000) == ("go", 0)
    one.landed(host, "f1", 10)
    assert other.turn(host, "f2", 10)[1] > 30_000


def test_a_frontier_that_is_cleared_under_a_worker_is_told_from_an_empty_one(shared: Redis) -> None:
    server = Server(given(shared.url), pytest.fail)
    one = Worker(server, "cleared", "one").join()
    one.note("u1")
    with pytest.raises(PlanError, match=r"1 workers are at it: one\. End them first"):
        Frontiers(shared.url).clear("cleared")
    one.leave(finished=False)
    other = Worker(server, "cleared:too", "one").join()
    other.note("u1", "u2")
    assert Frontiers(shared.url).clear("cleared") == 1
    assert other.take() == ["u1", "u2"] and other.leave(finished=False) == (2, 0)  # its name only begins so
    assert Frontiers(shared.url).clear("cleared:too") == 2
    with pytest.raises(ArchiveError, match="GONE"):
        one.take()
    assert not [key for key in shared.client.scan_iter() if "cleared" in key]


def test_a_round_that_went_on_without_a_worker_ends_it_with_what_comes_next(shared: Redis) -> None:
    said: list[str] = []
    server = Server(given(shared.url), said.append)
    one, other = Worker(server, "went on", "one").join(), Worker(server, "went on", "two").join()
    one.leave(), other.leave()
    assert other.join().round == 2
    with pytest.raises(ArchiveError, match="others ended it"):
        asyncio.run(server.run(scripts.OVER, key_of("went on"), one.ticket, "one"))
    assert said[0].endswith(". The same command goes on with the round that there is now, or begins one")


def test_the_queue_survives_the_kill_of_its_redis(shared: Redis) -> None:
    server = Server(given(shared.url), pytest.fail)
    one = Worker(server, "kept", "one").join()
    one.note(U[0], U[1]), one.take(1)
    shared.stop(signal.SIGKILL)
    shared.start()
    crawl = Frontiers(shared.url).crawl("kept")
    assert [(host.queued, host.leased) for host in crawl.hosts] == [(1, 1)]
    assert one.take() == [U[1]] and one.done(U[0]) == 1


def test_operators_see_it_by_host_and_can_clear_it(shared: Redis) -> None:
    one = Worker(Server(given(shared.url), pytest.fail), "seen", "one").join()
    one.note(U[0], U[1], U[2]), one.take(2), one.done(U[0])

    def said(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", "frontier", *words, "-s", f"SHARED_FRONTIER={shared.url}"]
        return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)

    shown = said("seen").stdout.splitlines()
    assert shown[0] == "seen  round 1 (open), 1 queued, 0 for later, 1 leased, 1 done, 1 documents, 3 links known"
    assert shown[1].startswith("  worker one  1 leases, they last ")
    assert shown[2] == "  a.test  1 queued, 0 for later, 1 leased, 1 done"
    refused = said("seen", "--clear")
    assert (refused.returncode, refused.stderr) == (2, "scrapy frontier: 1 workers are at it: one. End them first\n")
    unknown = said("none", "--json")
    place = f"redis://127.0.0.1:{shared.port}/0"
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr.startswith(f"scrapy frontier: nothing of none is at {place}. Known: ")
    assert len(unknown.stderr.splitlines()) == 1 and PASSWORD not in unknown.stderr


@pytest.mark.parametrize(
    "url", ["http://a.test/", "redis://", "redis://a:b@h:99999/0", "127.0.0.1:6379", "redis://[::1"]
)
def test_an_address_of_no_redis_is_refused_in_a_line(url: str) -> None:
    with pytest.raises(PlanError, match="redis://HOST:PORT/NUMBER is wanted"):
        options.check(Settings(options.DEFAULTS | {"SHARED_FRONTIER": url}))


@pytest.mark.parametrize("url", ["redis://:pa@ss@h:1/0", "rediss://me:pa@ss@h/0", "redis://h:1/0?password=pa@ss"])
def test_a_password_is_in_nothing_that_is_kept_or_shown(url: str) -> None:
    settings = Settings(options.DEFAULTS)
    settings.set("SHARED_FRONTIER", url, "cmdline")
    settings.set("REDIS_PARAMS", {"password": "pa@ss"}, "cmdline")
    options.check(settings)
    one = settings["SHARED_FRONTIER"]
    told = f"{one} {one!r} {hidden(url)} {place_of(url)} {options.record(settings)} {options.overridden(settings)}"
    assert "pa@" not in told and "ss@" not in told and "password=pa" not in told and "me:" not in told
    assert isinstance(one, Url) and one.secret() == url


def test_a_redis_that_does_not_answer_or_wants_a_password_is_one_line(shared: Redis) -> None:
    for url, why in ((f"redis://127.0.0.1:{shared.port}/0", "Authentication required"),
                     ("redis://127.0.0.1:1/0", "Connection refused")):  # fmt: skip
        with pytest.raises(PlanError, match=why) as told:
            shared_redis.check(url)
        assert "\n" not in str(told.value)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=shared.port).ping()
