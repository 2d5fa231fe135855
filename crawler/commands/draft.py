"""`scrapy draft HOST`: a first profile of a site, from an archive's captures or WARC files. Asks no network.

2: it could not be drafted, and one line says why.

Scrapy imports every command's module before it runs one, a crawl's too: what only drafting needs is imported then.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

from scrapy.commands import ScrapyCommand

from archive.errors import ArchiveError
from archive.pages.safe_html import seen
from archive.progress import Progress
from archive.store import open_archive
from crawler import options
from crawler.plan import PlanError, shown


class Command(ScrapyCommand):
    """Drafts a profile."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name."""
        return "[options] [HOST]"

    def short_desc(self) -> str:
        """One line, for the list of commands."""
        return "Draft a site's profile from its captures (asks no network)"

    def long_desc(self) -> str:
        """What --help says."""
        return (
            "Drafts crawler/sites/NAME.toml for a host from what the archive has of it, or from WARC files: addresses "
            "of lists and articles, its system, where its articles stand, what a healthy crawl finds; each with its "
            "evidence. HOST may be left out where there is one only. Nothing is fetched: a site that was never "
            "crawled is crawled first, as the message says."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument(
            "-w", "--warc", action="append", default=[], help="take a WARC file or a folder, not the archive"
        )
        parser.add_argument(
            "-o", "--output", default="", help="write to this file, which must not be there yet (stdout)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Draft, and write."""
        try:
            if len(args) > 1:
                raise PlanError(f"one host at a time, not {' and '.join(args)}")
            text = self._drafted(args[0] if args else "", opts.warc)
            if not opts.output:
                print(text, end="")
                return
            with Path(opts.output).open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            self._fail(f"{opts.output} is there already; it is not written over. Name another file with -o, or move it")
        except OSError as error:
            self._fail(f"cannot write {opts.output}: {error.strerror}")
        except (PlanError, ArchiveError) as error:
            self._fail(str(error))

    def _fail(self, why: str) -> None:
        print(seen(f"scrapy draft: {why}"), file=sys.stderr)
        self.exitcode = 2

    def _drafted(self, host: str, warcs: list[str]) -> str:
        assert self.settings is not None
        if not warcs:
            archive = Path(self.settings["ARCHIVE"])
            if not archive.exists():
                raise PlanError(
                    f"there is no archive {archive}; {_crawl_first(host)}, or give captures with --warc FILE"
                )
            return _from(archive, options.warc_dir(self.settings), host, str(shown(archive)))
        for path in warcs:
            if not Path(path).exists():
                raise PlanError(f"there is no {path}")
        from archive.ingest import ingest  # here: see the top

        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "archive.db"
            db = open_archive(archive)
            try:
                ingest(db, Path(folder) / "warc", tuple(warcs), Progress())
            finally:
                db.close()
            return _from(archive, Path(folder) / "warc", host, " and ".join(warcs))


def _from(archive: Path, warc_dir: Path, host: str, came_from: str) -> str:
    from crawler.draft import draft, hosts  # here: see the top

    db = open_archive(archive, create=False)
    try:
        found = {name: count for name, count in hosts(db).items() if count}
        if not host and len(found) != 1:
            several = f"say which host: {', '.join(found)}" if found else f"no document is in {came_from}"
            raise PlanError(several if found else f"{several}; {_crawl_first(host)}")
        if host and host not in found:
            known = f". Hosts with documents: {', '.join(found)}" if found else ""
            raise PlanError(f"no document of {host} is in {came_from}; {_crawl_first(host)}{known}")
        return draft(db, warc_dir, host or next(iter(found)), came_from)
    finally:
        db.close()


def _crawl_first(host: str) -> str:
    return f"crawl it first: scrapy crawl summaries -a urls=http://{host or 'HOST'}/ -s MAX_PAGES_PER_HOST=300"
