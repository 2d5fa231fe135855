"""`scrapy crawl`, with errors that are one line and an exit status that tells a scheduler the truth.

2: the run could not start. 1: it ran, and failed or fell short of what its profile expects. 0: it did its work.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from archive.lock import refuse_second
from archive.pages.safe_html import seen
from archive.store import is_read_only, open_archive
from crawler import dry_run, options, optout
from crawler.extensions import Run
from crawler.optout import OptOutError
from crawler.plan import PlanError, check, plan
from crawler.profile import ProfileError
from crawler.watch import full, places

# What these say of every run (their settings, components and versions) is in `crawls.settings`, or never changes.
TALKATIVE = ("scrapy.addons", "scrapy.core.engine", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log")
JOB = "_job"  # the argument by which Scrapyd tells a spider which of its jobs it is


class Command(ScrapyCrawl):
    """Checks what can be checked before the crawl, and reports what went wrong after it."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the settings, and put the log beside the archive where no other place was asked for."""
        super().process_options(args, opts)
        assert self.settings is not None
        try:
            options.check(self.settings)
        except PlanError as error:
            print(seen(f"scrapy crawl: {error}"), file=sys.stderr)
            sys.exit(2)
        if self.settings["LOG_LEVEL"] != "DEBUG":
            for name in TALKATIVE:
                logging.getLogger(name).addFilter(_is_warning)  # Scrapy resets levels, not filters
        if self.settings.get("LOG_FILE") is None and not opts.nolog:
            beside = Path(self.settings["ARCHIVE"]).parent / "crawl.log"
            self.settings.set("LOG_FILE", str(beside), priority="command")
        if log := self.settings.get("LOG_FILE"):
            _check_log(Path(log))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, crawl, and set the exit status."""
        assert self.settings is not None and self.crawler_process is not None
        opts.spargs = {name: said for name, said in opts.spargs.items() if name != JOB}
        try:
            _check(args, opts.spargs, self.settings, self.crawler_process.spider_loader.list())
        except (PlanError, ProfileError, OptOutError, ArchiveError) as error:
            print(seen(f"scrapy crawl: {error}"), file=sys.stderr)
            self.exitcode = 2
            return
        if self.settings.getbool("DRY_RUN"):
            dry_run.show(plan(**opts.spargs), self.settings)
            return
        crawler = self._create_crawler(args[0])
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if refused := _refused(task):
            print(seen(f"scrapy crawl: {refused}"), file=sys.stderr)
            self.exitcode = 2
            return
        run = crawler.get_extension(Run) if crawler.spider else None
        log = self.settings["LOG_FILE"] or "the log"
        problems = run.problems if run else []
        if not problems and (not run or self.crawler_process.bootstrap_failed):
            problems = [f"the crawl did not start; {log} says why"]
        for warning in run.warnings if run else []:
            print(seen(f"warning: {warning}"), file=sys.stderr)
        for problem in problems:
            print(seen(f"scrapy crawl: {problem}"), file=sys.stderr)
        self.exitcode = 1 if problems else 0


def _check(args: list[str], spargs: dict[str, str], settings: BaseSettings, spiders: list[str]) -> None:
    """Raise what keeps this run from starting."""
    if len(args) != 1 or args[0] not in spiders:
        raise PlanError(f"no spider named {' '.join(args) or '…'}. Known spiders: {', '.join(spiders)}")
    known = {"site", "urls", "urls_file"}
    if unknown := sorted(set(spargs) - known):
        raise PlanError(f"unknown argument -a {unknown[0]}=…. Known: {', '.join(sorted(known))}")
    wanted = plan(**spargs)
    check(wanted, settings["CONTACT"], settings.getdict("HOST_ADDRESSES"), settings.getbool("ALLOW_PRIVATE_ADDRESSES"))
    if settings["OPT_OUT"]:
        optout.read(Path(settings["OPT_OUT"]))
    if settings["SHARED_FRONTIER"]:
        from crawler.shared_redis import check as check_shared  # who shares no frontier needs no Redis

        check_shared(settings["SHARED_FRONTIER"])
    _check_archive(Path(settings["ARCHIVE"]))
    if settings["METRICS_FILE"] and not settings["METRICS_FILE"].endswith(".prom"):
        raise PlanError(f"METRICS_FILE={settings['METRICS_FILE']}: node_exporter reads files that end in .prom only")
    captures = options.warc_dir(settings)
    if problem := full(places(Path(settings["ARCHIVE"]), captures), settings.getint("MIN_FREE_BYTES")):
        raise PlanError(problem)
    try:
        captures.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError(f"cannot write to WARC_DIR {captures}: {error.strerror}") from error


def _check_log(log: Path) -> None:
    """End the command where the log cannot be written: Scrapy would end it with a traceback."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.open("a").close()
    except OSError as error:
        print(seen(f"scrapy crawl: cannot write LOG_FILE {log}: {error.strerror}"), file=sys.stderr)
        sys.exit(2)


def _check_archive(archive: Path) -> None:
    """Raise what keeps a crawl from writing the archive; bring one of an older release up to date."""
    refuse_second(archive)
    with closing(open_archive(archive)) as db:
        if is_read_only(db):
            raise PlanError(f"the archive {archive} cannot be written to: no permission, or a read-only file system")


def _refused(started: Awaitable[None]) -> ArchiveError | None:
    """Why the archive refused a crawl after it was checked, as where another began in between."""
    ended = isinstance(started, asyncio.Future) and started.done() and not started.cancelled()
    error = started.exception() if ended else None  # type: ignore[attr-defined]
    return error if isinstance(error, ArchiveError) else None


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
