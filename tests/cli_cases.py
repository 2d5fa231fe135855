"""An archive of two documents, and the verbs run on it in this process."""

from pathlib import Path

from archive_cases import URL, outcome
from click.testing import CliRunner, Result

from archive.__main__ import main
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import article_id

ONE = "各位领导：本年度科普工作扎实推进，现将有关情况总结如下。\n一、加强领导，健全机制。"
TWO = "各位領導：本年度環保工作穩步開展，現將情況總結如下。"
PAGE = article_id(URL)


def two_documents(path: Path) -> Path:
    """Two documents on one page; the first in its second version, one id retired."""
    db = open_archive(path)
    crawl = begin_crawl(db, "test", "{}")
    for number in (1, 2, 3):
        add_fetch(
            db, Fetch(crawl, URL, 200, f"2026-01-0{number}T00:00:00Z", "", "", "a.warc.gz", number, 1, path="a/b.html")
        )
    add(db, outcome(ONE[:20], TWO, keys=("aaaaaa", "bbbbbb")))
    add(db, outcome(ONE, TWO, keys=("aaaaaa", "cccccc"), fetch_id=2))
    db.close()
    return path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), *arguments])


def failed(result: Result) -> str:
    """The one line of an error."""
    assert result.exit_code != 0
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1, result.stderr
    assert isinstance(result.exception, SystemExit), "no traceback"
    return result.stderr


def failed_after_figures(result: Result) -> str:
    """The one line of an error, after what was done."""
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1, result.stderr
    return result.stderr
