"""What a crawl is expected to find, crawl after crawl of a site that is as it was."""

from pathlib import Path

import pytest
from loopback import Asked, Reply, serve
from sharing import running
from test_crawl import ALLOWED, article, crawl, listing


def site(asked: Asked) -> Reply | bytes:
    """Thirty articles, of which two break off whenever they are asked for."""
    if asked.path == "/":
        return Reply(listing(*(f"/a/{n}.html" for n in range(30))))
    if not asked.path.startswith("/a/"):
        return Reply(b"", 404)
    n = int(asked.path[3:-5])
    return bytes(Reply(article(n)))[:-99] if n < 2 else Reply(article(n))


@pytest.mark.parametrize("shares", [False, True])
def test_two_pages_of_thirty_that_never_come_are_no_more_in_the_next_crawl(tmp_path: Path, shares: bool) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    with serve(site) as served, running(folder) as redis:
        profile = tmp_path / "mine.toml"
        more = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "BACKOFF_FIRST=0")
        more += ("-s", f"SHARED_FRONTIER={redis.url}") if shares else ()
        for most, status in ((0.1, 0), (0.1, 0), (0.05, 1)):
            profile.write_text(f'start_urls = ["{served.url()}"]\n[expect]\ndocuments = 20\nfailed_share = {most}\n')
            done = crawl(tmp_path, "summaries", "-a", f"site={profile}", *ALLOWED, *more)
            assert done.returncode == status, (tmp_path / "crawl.log").read_text()
        assert "6% of addresses failed, expected at most 5%" in (tmp_path / "crawl.log").read_text()
        assert served.paths().count("/a/0.html") == 3 and served.paths().count("/a/5.html") == 1
