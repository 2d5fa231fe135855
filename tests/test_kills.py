"""A crawl that is killed again and again ends as one that never was: kill -9 at 25 chosen and 3 other moments.

The sample's server answers with faults (`sample/faults.py`). Each archive is crawled by the same command until a run
ends by itself; every run but the last is killed: while it fetches, in the middle of a WARC member, before and after
its sync, in transactions and between them, while it learns and while it closes. KILL_SEED=N repeats a draw.
"""

import json
import os
import random
import signal
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from kills import Crawled, begin, contents, run
from loopback import free_port

from archive import warc
from sample.faults import Faults
from sample.server import Server

SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10_000))
FAULTS = 4  # the seed of the server's faults
HOSTS = ("jiangling", "wenyuanfw", "jicengbiji")  # chains of pages, a sitemap, a mobile edition: some 50 documents

# What is killed, and how many such events a run may go on before. Six kills are drawn for an archive: of what the whole
# crawl has (some 130 asks, 140 bodies, 100 answers and members, 90 syncs, 3300 rows, 420 commits) each takes an eighth.
FETCH = (("ask", 12), ("body", 16), ("answer", 10))
APPEND = (("append", 10), ("torn", 10), ("unsynced", 8), ("synced", 8))
COMMIT = (("row", 120), ("commit", 30), ("committed", 30))
MOST = 0.8  # of a crawl may be gone when the last kill's turn comes: events do not come evenly
STAGES = ("crawl", "learn", "settle", "end", "close")  # in the order of a run
LEARN = ("learn/start/1", "learn/commit/{}", "learn/row/{}", "settle/commit/1")
CLOSE = ("end/start/1", "close/renamed/1", "end/commit/1")  # a run that only learns has no file to rename


def draw(rng: random.Random) -> list[list[str]]:
    """The kills of three archives, in order: each kind of event at least once, each stage three times and more."""
    kinds = [("fetch", FETCH), ("append", APPEND), ("commit", COMMIT)]
    plans: list[list[str]] = [[], [], []]
    for _, events in kinds:
        six = [*events, *rng.choices(events, k=6 - len(events))]
        rng.shuffle(six)
        for n, (event, most) in enumerate(six):
            plans[n % 3].append(f"crawl/{event}/{rng.randint(1, most)}")
    learn = [one.format(rng.randint(1, 8)) for one in LEARN]
    rng.shuffle(learn)
    for plan, before, close in zip(plans, (learn[:2], [], learn[2:]), CLOSE, strict=True):
        rng.shuffle(plan)
        plan += [*before, close]
        # What a run was through with, the next one does not do again: after `settle` no row is left to learn.
        plan.sort(key=lambda kill: STAGES.index(kill.split("/")[0]))
    return plans


PLANS = draw(random.Random(SEED))


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def undisturbed(port: int, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    crawled = begin(tmp_path_factory.mktemp("undisturbed"), port, HOSTS)
    with Server(crawled.web, crawled.folder / "access.log", faults=Faults(FAULTS)):
        done = run(crawled, count=crawled.folder / "count.json")
    assert done.returncode == 0, done.stderr
    return crawled


@pytest.fixture(scope="module", params=[*PLANS, "outside"], ids=["one", "two", "three", "outside"])
def killed(request: pytest.FixtureRequest, port: int, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    crawled, rng = begin(tmp_path_factory.mktemp("killed"), port, HOSTS), random.Random(SEED)
    outside = request.param == "outside"
    with Server(crawled.web, crawled.folder / "access.log", faults=Faults(FAULTS)):
        for one in [rng.uniform(0.05, 0.8) for _ in range(3)] if outside else request.param:
            done = run(crawled, after=one) if outside else run(crawled, kill=one)
            assert done.returncode == -signal.SIGKILL, (SEED, request.param, one, done.returncode, done.stderr)
            crawled.kills.append(str(one))
            crawled.leased.append({row["url"] for row in crawled.rows("SELECT url FROM links WHERE state = 'asked'")})
        done = run(crawled)
    print(f"KILL_SEED={SEED}: {' '.join(crawled.kills)}")
    assert done.returncode == 0, (SEED, crawled.kills, done.stderr)
    return crawled


def test_every_stage_is_killed_at_three_times_and_more() -> None:
    kills = [kill for plan in PLANS for kill in plan]
    words = {event: word for word, events in (("fetch", FETCH), ("append", APPEND), ("commit", COMMIT))
             for event, _ in events}  # fmt: skip
    stages = Counter(
        words[event] if stage == "crawl" else {"settle": "learn", "end": "close"}.get(stage, stage)
        for stage, event, _ in (kill.split("/") for kill in kills)
    )
    assert len(kills) == 25 and stages.keys() == {"fetch", "append", "commit", "learn", "close"}
    assert min(stages.values()) >= 3


def test_whatever_is_drawn_can_be_met(undisturbed: Crawled) -> None:
    """What the kills of an archive let go by, of each stage, is less than what an undisturbed run has of it."""
    there = json.loads((undisturbed.folder / "count.json").read_text())
    for seed in range(1000):
        for plan in draw(random.Random(seed)):
            assert plan == sorted(plan, key=lambda kill: STAGES.index(kill.split("/")[0])), (seed, plan)
            gone = defaultdict[str, float](float)
            for stage, event, number in (kill.split("/") for kill in plan):
                gone[stage] += (int(number) - 1) / there[f"{stage}/{event}"]
            assert max(gone.values()) <= MOST, (seed, plan, gone)


def test_the_archive_is_that_of_an_undisturbed_run(undisturbed: Crawled, killed: Crawled) -> None:
    for table, wanted in contents(undisturbed).items():
        got = contents(killed)[table]
        assert [row for row in wanted if row not in got] == [], (SEED, killed.kills, table, "lost")
        assert [row for row in got if row not in wanted] == [], (SEED, killed.kills, table, "not of it")
        assert len(got) == len(wanted), (SEED, killed.kills, table, "stored twice")


def test_every_member_is_whole(killed: Crawled) -> None:
    files = sorted((killed.folder / "warc").glob("*.warc.gz"))
    assert files and not [*(killed.folder / "warc").glob("*.open")]
    assert [problem for file in files for problem in warc.check(file)] == [], (SEED, killed.kills)
    for row in killed.rows("SELECT * FROM fetches"):
        assert warc.is_of(killed.folder / "warc", dict(row)), (SEED, killed.kills, row["url"])


def test_nothing_comes_twice_but_what_was_in_flight(killed: Crawled) -> None:
    """A complete 200 is asked for again only where the run that had asked for it was killed before its row stood."""
    first = "SELECT id FROM crawls WHERE round = 1"  # a run that was killed when its end was written has a next one
    answers = killed.rows(f"SELECT * FROM fetches WHERE status = 200 AND crawl_id IN ({first})")
    kept = Counter(
        row["url"]
        for row in answers
        if not warc.read(killed.folder / "warc", row["warc_file"], row["warc_offset"]).truncated
    )
    pages = {url: count for url, count in kept.items() if not url.endswith("/robots.txt")}
    assert {url: count for url, count in pages.items() if count > 1} == {}, (SEED, killed.kills)
    runs = [Counter(one.url for one in asked if one.whole) for asked in killed.asked[: len(killed.rows(first))]]
    for number, asked in enumerate(runs):
        twice = {url for url, count in asked.items() if count > 1}
        assert not twice, (SEED, killed.kills, number, twice)
    came = sum(runs, Counter())
    for url in {url for url, count in came.items() if count > 1 and not url.endswith("/robots.txt")}:
        before = [n for n, asked in enumerate(runs) if url in asked][:-1]
        lost = [n for n in before if url not in killed.leased[n]]
        assert not lost, (SEED, killed.kills, url, before)


def test_what_is_in_flight_is_little(killed: Crawled) -> None:
    """A kill may cost the requests that were out: one a host, and one that waits to be kept."""
    came = Counter(one.url for asked in killed.asked for one in asked if one.whole)
    again = sum(count - 1 for url, count in came.items() if not url.endswith("/robots.txt"))
    assert again <= 2 * len(HOSTS) * len(killed.kills), (SEED, killed.kills, again)


def test_the_killed_runs_are_in_the_books(killed: Crawled) -> None:
    reasons = [row["reason"] for row in killed.rows("SELECT reason FROM crawls ORDER BY id")]
    assert len(reasons) == len(killed.kills) + 1
    assert reasons[-1] == "finished" and reasons.count("killed") >= len(killed.kills) - 1
    assert killed.rows("PRAGMA integrity_check")[0][0] == "ok" and not killed.rows("PRAGMA foreign_key_check")


def test_a_file_in_which_nothing_was_written_yet_is_not_kept(tmp_path: Path) -> None:
    for name, content in (("a", b""), ("b", b"\x1f\x8b\x08 torn")):
        (tmp_path / f"{name}.warc.gz.open").write_bytes(content)
    assert warc.finish_open(tmp_path) == [] and list(tmp_path.iterdir()) == []
