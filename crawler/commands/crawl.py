"""`scrapy crawl`, with errors that are one line and an exit status that tells a scheduler the truth.

2: the run could not start. 1: it ran, and failed or fell short of what its profile expects. 0: it did its work.
"""

import argparse
import logging
import sys
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from archive.pages.safe_html import seen
from archive.store import open_archive
from crawler import options
from crawler.extensions import Run
from crawler.plan import PlanError, check, plan
from crawler.profile import ProfileError

# What these say of every run (their settings, components and versions) is in `crawls.settings`, or never changes.
TALKATIVE = ("scrapy.addons", "scrapy.core.engine", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log")


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
            log = Path(self.settings["ARCHIVE"]).parent / "crawl.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            self.settings.set("LOG_FILE", str(log), priority="command")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, crawl, and set the exit status."""
        assert self.settings is not None and self.crawler_process is not None
        try:
            _check(args, opts.spargs, self.settings, self.crawler_process.spider_loader.list())
        except (PlanError, ProfileError, ArchiveError) as error:
            print(seen(f"scrapy crawl: {error}"), file=sys.stderr)
            self.exitcode = 2
            return
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        run = crawler.get_extension(Run) if crawler.spider else None
        log = self.settings["LOG_FILE"] or "the log"
        problems = run.problems if run else []
        if not problems and (not run or self.crawler_process.bootstrap_failed):
            problems = [f"the crawl did not start; {log} says why"]
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
    open_archive(settings["ARCHIVE"]).close()
    captures = options.warc_dir(settings)
    try:
        captures.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError(f"cannot write to WARC_DIR {captures}: {error.strerror}") from error


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
