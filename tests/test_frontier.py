"""The frontier's rows: what is leased, given back, taken up again, and when a page is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive import frontier, hosts, shared_links
from archive.captures import Original
from archive.frontier import LinkRow, Past, Round, Visited
from archive.store import Fetch, add_fetch, begin_crawl, end_crawl, open_archive
from crawler.budget import Budget
from crawler.due import ARTICLES, LISTS, due, telling
from crawler.revisit import SAMPLE, is_sampled, lied

NEVER = "2999-01-01T00:00:00Z"
LONG_AGO = "2001-01-01T00:00:00Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_archive(tmp_path / "archive.db")
    yield opened
    opened.close()


def begun(db: Database, site: str = "s", **how: object) -> Round:
    return frontier.begin(db, begin_crawl(db, site, "{}"), site, **how)  # type: ignore[arg-type]


def link(url: str, kind: str = "article", state: str = "new", **more: object) -> LinkRow:
    return LinkRow(url, kind, state, **more)  # type: ignore[arg-type]


def taken(db: Database, current: Round, per_host: int = 9, most: int = 99) -> list[str]:
    return [leased.url for leased in frontier.take(db, current, lambda _: per_host, most)]


def came(db: Database, current: Round, url: str, signature: str = "x", due_at: str = NEVER) -> bool | None:
    return frontier.settle(db, current, Visited((link(url, state="done"),), signature), lambda _: due_at)


def test_hosts_take_turns_and_none_takes_more_than_its_room(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link(f"http://{host}.test/{n}", priority=n) for host in "ab" for n in range(4)])
    assert taken(db, current, per_host=2) == [
        "http://a.test/3",
        "http://b.test/3",
        "http://a.test/2",
        "http://b.test/2",
    ]
    assert len(taken(db, current, most=3)) == 3 and len(taken(db, current)) == 1 and not taken(db, current)


def test_a_page_of_an_article_is_never_leased_by_itself(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/1_2", "next", "asked"), link("http://a.test/1", "article")])
    assert taken(db, current) == ["http://a.test/1"]
    again = begun(db)
    assert again.id == current.id and taken(db, again) == ["http://a.test/1"]


def test_a_round_that_was_stopped_is_gone_on_with(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link(f"http://a.test/{n}") for n in range(3)])
    first, *_ = taken(db, current, per_host=2)
    came(db, current, first)
    end_crawl(db, current.id, "killed", "{}")
    again = begun(db)
    assert (again.id, again.resumed) == (current.id, 2)
    assert sorted(taken(db, again)) == [f"http://a.test/{n}" for n in (1, 2)]


def test_a_round_that_came_to_its_end_is_not(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/1"), link("http://a.test/2")])
    came(db, current, "http://a.test/1")
    end_crawl(db, current.id, "finished", "{}")  # what is left rests with its host
    again = begun(db)
    assert (again.id > current.id, again.resumed, again.resting) == (True, 0, 1)
    assert taken(db, again) == ["http://a.test/2"]


def test_a_round_that_was_killed_with_nothing_left_to_ask_for_is(db: Database) -> None:
    """It was learning, or closing: its pages are not asked for again before that is done."""
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/1")])
    came(db, current, "http://a.test/1")
    end_crawl(db, current.id, "killed", "{}")
    again = begun(db)
    assert (again.id, again.resumed) == (current.id, 0)
    assert frontier.unknown(db, again, ["http://a.test/1"]) == set()
    end_crawl(db, 2, "finished", "{}")
    assert begun(db).id == 3


def test_only_the_same_site_goes_on(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/1")])
    other = begun(db, "other")
    assert other.id != current.id and not taken(db, other)


@pytest.mark.parametrize(
    ("wake", "asked"),
    [("due", ["http://a.test/old"]), ("all", ["http://a.test/new", "http://a.test/old"]), ("never", [])],
)
def test_known_links_are_asked_for_again_when_they_are_due(db: Database, wake: str, asked: list[str]) -> None:
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/old"), link("http://a.test/new")])
    taken(db, current)
    came(db, current, "http://a.test/old", due_at=LONG_AGO)
    came(db, current, "http://a.test/new", due_at=NEVER)
    end_crawl(db, current.id, "finished", "{}")
    again = begun(db, wake=wake)
    urls = ["http://a.test/old", "http://a.test/new", "http://a.test/never-met"]
    assert "http://a.test/never-met" in frontier.unknown(db, again, urls, wake=wake)
    assert sorted(taken(db, again)) == asked
    assert again.woken == len(asked)


def test_a_sitemap_wakes_what_was_changed_since_its_last_visit(db: Database) -> None:
    current = begun(db)
    for name in ("changed", "as-it-was", "unsaid"):
        came(db, current, f"http://a.test/{name}")
    end_crawl(db, current.id, "finished", "{}")
    again = begun(db)
    said = {"http://a.test/changed": NEVER, "http://a.test/as-it-was": LONG_AGO, "http://a.test/unsaid": ""}
    assert frontier.wake(db, again, said) == 1 and taken(db, again) == ["http://a.test/changed"]


def test_a_date_that_a_sitemap_stamps_on_every_page_says_nothing() -> None:
    stamped = {f"http://a.test/{n}": "2026-05-01T00:00:00Z" for n in range(20)}
    assert telling(stamped | {"http://a.test/x": "2026-04-02T00:00:00Z", "http://a.test/y": ""}) == {
        "http://a.test/x": "2026-04-02T00:00:00Z"
    }
    few = dict([*stamped.items()][:5])
    assert telling(few) == few


def test_what_a_round_met_is_known_to_it_whatever_became_of_it(db: Database) -> None:
    current = begun(db)
    rows = [link(f"http://a.test/{state}", state=state) for state in ("new", "asked", "failed", "refused")]
    frontier.record(db, current, rows)
    assert not frontier.unknown(db, current, [row.url for row in rows], wake="all")
    assert len(frontier.unknown(db, begun(db, "other"), [row.url for row in rows])) == len(rows)


def test_a_link_that_two_pages_met_at_once_is_leased_once(db: Database) -> None:
    """Each of them found it unknown; the second writes it when it is leased for the first."""
    current, url = begun(db), "http://a.test/1"
    frontier.record(db, current, [link(url)])
    assert taken(db, current) == [url]
    frontier.record(db, current, [link(url)])
    assert not taken(db, current)
    frontier.record(db, current, [link(url, state="failed", ends=True)])
    frontier.record(db, current, [link(url)])
    assert not taken(db, current)


def test_what_one_page_has_put_in_the_queue_another_one_does_not_refuse(db: Database) -> None:
    """Each of them found it unknown; the second's limits refuse it."""
    current, url = begun(db), "http://a.test/1"
    frontier.record(db, current, [link(url)])
    frontier.record(db, current, [link(url, state="refused", reason="trap: …")])
    assert taken(db, current) == [url]
    frontier.record(db, current, [link(url, state="refused", reason="trap: …")])
    assert taken(db, begun(db)) == [url]  # the crawl was killed: its lease comes back
    frontier.record(db, current, [link(url, state="refused", reason="private-address: …", ends=True)])
    assert not taken(db, begun(db))


def test_a_link_that_is_leased_by_itself_is_not_taken_over_by_the_page_before_it(db: Database) -> None:
    current, url = begun(db), "http://a.test/1_2"
    frontier.record(db, current, [link(url)])
    assert taken(db, current) == [url]
    frontier.record(db, current, [link(url, "next", "asked")])
    assert taken(db, begun(db)) == [url]


@pytest.mark.parametrize("before", ["refused", "new"])
def test_a_page_that_goes_on_to_another_is_known_of_it_whoever_named_it_first(db: Database, before: str) -> None:
    """Else the page is asked for again when the other one has failed, and takes that for somebody else's."""
    current = begun(db)
    pages = ("http://a.test/list", "http://a.test/page")
    lists, page = (add_fetch(db, Fetch(current.id, url, 200, LONG_AGO, "", "", "", 0, 0)) for url in pages)
    frontier.record(db, current, [link("http://a.test/target", state=before, found_on=lists)])
    frontier.record(db, current, [link("http://a.test/target", "redirect", "asked", found_on=page)])
    assert frontier.follows(db, "http://a.test/target", "http://a.test/page")


def test_what_waits_here_may_be_forgotten_where_links_wait(db: Database) -> None:
    """In a frontier that several share: that is asked again, of what this archive has noted and not leased."""
    current, urls = begun(db), ["http://a.test/1", "http://a.test/2"]
    frontier.record(db, current, [link(url) for url in urls])
    (leased,) = taken(db, current, most=1)
    assert shared_links.unmet(db, current, urls) == [url for url in urls if url != leased]


def test_a_shared_round_goes_on_with_the_crawl_that_this_archive_has_of_it(db: Database) -> None:
    first = begin_crawl(db, "s", "{}")
    name = shared_links.named(db, first)
    assert shared_links.join(db, first, "s", "").id == first
    assert shared_links.join(db, begin_crawl(db, "s", "{}"), "s", name).id == first
    other = begin_crawl(db, "s", "{}")
    db.conn.execute("UPDATE crawls SET started_at = ? WHERE id = ?", (LONG_AGO, first))  # an archive begun anew
    assert shared_links.join(db, other, "s", name).id == other
    assert shared_links.join(db, other, "s", "").id == other


def test_a_crawl_that_ended_before_it_began_is_passed_over(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/1")])
    end_crawl(db, current.id, "shutdown", "{}")
    begin_crawl(db, "s", "{}")  # killed, or its disk was full, before its round was written
    assert begun(db).id == current.id


def test_a_failed_page_waits_and_is_counted(db: Database) -> None:
    current = begun(db)
    frontier.record(db, current, [link("http://a.test/1"), link("http://a.test/1_2", "next", "asked")])
    taken(db, current)
    assert frontier.give_back(db, "http://a.test/1", failed="http://a.test/1_2", not_before=NEVER) == 1
    assert not taken(db, current) and frontier.waiting(db, current) == {"a.test": NEVER}
    assert frontier.give_back(db, "http://a.test/1", failed="http://a.test/1_2", not_before="") == 2
    assert (frontier.attempts(db, "http://a.test/1"), taken(db, current)) == (0, ["http://a.test/1"])
    came(db, current, "http://a.test/1_2")
    assert frontier.attempts(db, "http://a.test/1_2") == 0


def test_changes_are_counted_by_what_pages_say(db: Database) -> None:
    current = begun(db)
    assert [came(db, current, "http://a.test/1", said) for said in ("x", "x", "", "y")] == [None, False, False, True]
    row = next(db.query("SELECT visits, changes, signature FROM links"))
    assert row == {"visits": 4, "changes": 1, "signature": "y"}
    assert next(db.query("SELECT visits, changes FROM hosts")) == {"visits": 3, "changes": 1}


def test_a_host_whose_validators_lie_is_asked_again_for_what_it_called_unchanged(db: Database) -> None:
    current = begun(db)
    for name, status in (("same", 304), ("whole", 200)):
        url = f"http://a.test/{name}"
        came(db, current, url)
        capture = dict.fromkeys(("fetched_at", "payload_digest", "body_digest"), "")
        db["fetches"].insert({"url": url, "status": status, "crawl_id": current.id, **capture})
    frontier.ask_again(db, current, "a.test")
    assert taken(db, current) == ["http://a.test/same"]


def test_hosts_are_closed_by_hand_and_by_failures(db: Database) -> None:
    hosts.set_state(db, "B.test", "blocked", why="asked us to")
    hosts.set_state(db, "p.test", "paused", until=NEVER)
    hosts.set_state(db, "over.test", "paused", until=LONG_AGO)
    hosts.rest(db, "r.test", NEVER, 3)
    assert [(one.host, one.reason.split(":")[0]) for one in hosts.closed(db)] == [
        ("b.test", "host-blocked"),
        ("p.test", "host-paused until 2999-01-01T00"),
        ("r.test", "host-resting until 2999-01-01T00"),
    ]
    hosts.set_state(db, "r.test", "open")
    assert [one.host for one in hosts.closed(db)] == ["b.test", "p.test"]


def past(kind: str = "article", visits: int = 2, *, changed: bool = False, before: int = 30, planned: int = 30,
         host: tuple[int, int] = (0, 0)) -> Past:  # fmt: skip
    visited = NOW - timedelta(days=before)
    return Past(
        kind, visits, int(changed), changed, written(visited), written(visited + timedelta(days=planned)), *host
    )


NOW = datetime(2026, 5, 1, tzinfo=UTC)


def written(date: datetime) -> str:
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def days(one: Past) -> float:
    return (datetime.fromisoformat(due(one, NOW)) - NOW) / timedelta(days=1)


def test_a_page_that_changed_is_due_sooner_and_one_that_did_not_later() -> None:
    assert days(past(changed=True)) == 15 and days(past()) == 45
    assert days(past(changed=True, before=2, planned=30)) == 1  # it changed within two days
    assert days(past(before=0, planned=30)) == 30  # a look at once says nothing
    assert days(past("list", changed=True, before=1, planned=1)) == 0.5


def test_a_new_page_of_a_host_that_changes_often_is_due_sooner() -> None:
    first = Past("article", 1, 0, False, "", "", 0, 0)
    assert days(first) == 30
    assert days(Past("article", 1, 0, False, "", "", 100, 90)) < 10
    assert days(Past("article", 1, 0, False, "", "", 1000, 0)) == 120


@given(
    st.sampled_from(["article", "list", "feed", "start", "next"]), st.integers(1, 50), st.booleans(),
    st.integers(0, 4000), st.integers(0, 4000), st.integers(0, 1000), st.floats(0, 1),
)  # fmt: skip
def test_a_page_is_never_due_at_once_nor_never(
    kind: str, visits: int, changed: bool, before: int, planned: int, host_visits: int, share: float
) -> None:
    _, least, most = ARTICLES if kind in ("article", "next") else LISTS
    host = (host_visits, int(host_visits * share))
    found = timedelta(days=days(past(kind, visits, changed=changed, before=before, planned=planned, host=host)))
    assert least - timedelta(seconds=1) <= found <= most + timedelta(seconds=1)


def test_the_sample_is_another_one_each_round_and_the_same_when_it_is_resumed() -> None:
    urls = [f"http://a.test/{n}" for n in range(4000)]
    one, other = ({url for url in urls if is_sampled(url, number)} for number in (1, 2))
    assert 0.5 < len(one) * SAMPLE / len(urls) < 1.5 and len(one & other) < len(one) / 3
    assert one == {url for url in urls if is_sampled(url, 1)}


@pytest.mark.parametrize(
    ("etag", "modified", "digest", "lies"),
    [
        ('"1"', "", "new", True),
        ('"2"', "", "new", False),
        ('"1"', "", "old", False),
        ("", "Mon", "new", False),  # it said nothing before
    ],
)
def test_a_lie_is_another_page_under_the_validators_of_the_one_before(
    etag: str, modified: str, digest: str, lies: bool
) -> None:
    before = Original(1, "http://a.test/", 200, "", '"1"', "", "", "old", "f", 0)
    assert lied(before, etag, modified, digest) is lies


def test_a_budget_that_is_spent_is_named() -> None:
    mine = Budget(pages=3, host_pages=2)
    for host in ("a.test", "a.test"):
        mine.count(host)
    assert (mine.spent(), [*mine.closed_hosts()]) == ("", ["a.test"])
    mine.count("b.test")
    assert mine.spent() == "budget-pages: CRAWL_PAGES=3"
