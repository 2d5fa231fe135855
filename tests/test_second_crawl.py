"""The sample web, crawled again: what did not change costs next to nothing, what did gets a version, lies are found."""

from collections import Counter
from pathlib import Path

import pytest
from kills import Asked, Crawled, begin, contents, lines, parsed, run
from loopback import free_port
from once import crawled_sample

from crawler.revisit import is_sampled
from sample.server import Server
from sample.web import build

ALL = {"REVISIT": "all"}
LIAR = "mishutang"  # its pages all have the same ETag, whatever stands on them
VERSIONS = "SELECT id, cause FROM document_versions"


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """All of the sample: crawled, at once again, again with all that is known asked for, and then with 10 changed."""
    sampled = crawled_sample(tmp_path_factory)
    crawled, folder = Crawled(sampled.folder, sampled.web), sampled.folder
    crawled.asked.append([*parsed(lines(crawled), crawled.web.port)])
    crawled.rows(f"VACUUM INTO '{folder / 'archive-1.db'}'")
    with Server(crawled.web, folder / "access.log") as server:
        for more in ({}, ALL):
            done = run(crawled, more=more)
            assert done.returncode == 0, done.stderr
            crawled.rows(f"VACUUM INTO '{folder / f'archive-{len(crawled.asked)}.db'}'")
        server.web = build(1, crawled.web.port, changed=10)
        done = run(crawled, more=ALL)
        assert done.returncode == 0, done.stderr
    return crawled


def after(crawled: Crawled, runs: int) -> dict[str, list[dict[str, object]]]:
    """What the archive said after so many crawls."""
    then = Crawled(crawled.folder, crawled.web, name=f"archive-{runs}.db")
    return contents(then)


def pages(asked: list[Asked]) -> list[Asked]:
    return [one for one in asked if not one.url.endswith("/robots.txt")]


def test_what_is_not_due_is_not_asked_for(twice: Crawled) -> None:
    first, second = (pages(asked) for asked in twice.asked[:2])
    assert len(second) <= 0.05 * len(first), Counter(one.status for one in second)
    assert after(twice, 2) == after(twice, 1)


def test_what_is_asked_for_again_is_asked_for_conditionally(twice: Crawled) -> None:
    first, third = {one.url for one in pages(twice.asked[0])}, pages(twice.asked[2])
    assert len(third) > 0.8 * len(first)
    whole, spared = ({one.url for one in third if one.status == status} for status in ("200", "304"))
    assert not {url for url in spared if is_sampled(url, 3)}
    unsampled = {url for url in whole if not is_sampled(url, 3)}
    assert len(unsampled) <= 0.02 * len(first), unsampled


def test_an_unchanged_web_adds_no_document_and_no_version(twice: Crawled) -> None:
    before, now = after(twice, 1), after(twice, 3)
    tables = now.keys() - {"pages"}  # a redirect that is asked for by itself is no longer part of a loop
    assert {table for table in tables if now[table] != before[table]} == set()
    assert [row["id"] for row in now["pages"]] == [row["id"] for row in before["pages"]]


def test_exactly_the_ten_pages_that_changed_get_a_new_version(twice: Crawled) -> None:
    old = {gold.urls[0]: gold.text for gold in twice.web.gold if gold.parts == 1}
    new = {gold.urls[0]: gold.text for gold in build(1, twice.web.port, changed=10).gold if gold.parts == 1}
    changed = {url for url, text in new.items() if text != old[url]}
    versions = Counter(row["id"] for row in twice.rows(VERSIONS))
    versions.subtract(str(row["id"]) for row in after(twice, 3)["versions"])
    urls = {row["id"]: row["url"] for row in twice.rows("SELECT id, url FROM documents")}
    assert len(changed) == 10
    assert {urls[id]: count for id, count in versions.items() if count} == dict.fromkeys(changed, 1)


def test_a_server_that_lies_about_its_etag_is_caught_by_the_sample(tmp_path: Path) -> None:
    """Under an ETag that never changes an article changes. The sample finds it; then none of it is believed."""
    port = sampling_port()
    crawled = begin(tmp_path, port, (LIAR,))
    digests = "SELECT url, content_digest FROM documents"
    with Server(crawled.web, tmp_path / "access.log") as server:
        assert run(crawled).returncode == 0
        before = {row["url"]: row["content_digest"] for row in crawled.rows(digests)}
        server.web = build(1, port, edition=2)
        assert run(crawled, more=ALL).returncode == 0
        assert run(crawled, more=ALL).returncode == 0
    (host,) = crawled.rows(f"SELECT validators FROM hosts WHERE host LIKE '%{LIAR}%'")
    assert host["validators"] == "lie"
    now = {row["url"]: row["content_digest"] for row in crawled.rows(digests)}
    assert {url for url, digest in now.items() if digest != before[url]} == set(lies(port))
    assert all(one.status != "304" for one in pages(crawled.asked[2]))


def lies(port: int) -> list[str]:
    """Pages of the liar that change with edition 2 of the web."""
    first, second = build(1, port), build(1, port, edition=2)
    return [url for url in first.pages if f".{LIAR}." in url and first.pages[url] != second.pages[url]]


def sampling_port() -> int:
    """A port under which the second crawl asks without conditions for a page that has changed."""
    changing = lies(80)
    while True:
        port = free_port()
        if any(is_sampled(url.replace(":80/", f":{port}/"), 2) for url in changing):
            return port
