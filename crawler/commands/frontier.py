"""`scrapy frontier`: what a shared frontier holds: queued, leased and done by host, and its workers. It can clear it.

2: it cannot be looked at, or not cleared, and one line says why.
"""

import argparse
import json
import sys
from typing import ClassVar

from scrapy.commands import ScrapyCommand

from archive.pages.safe_html import seen
from crawler.plan import PlanError

HINT = "say which: -s SHARED_FRONTIER=redis://HOST:6379/0, or in the environment"


class Command(ScrapyCommand):
    """Shows it, or clears it."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name."""
        return "[options] [SITE]"

    def short_desc(self) -> str:
        """One line, for the list of commands."""
        return "Show a shared frontier: its workers, and each host's links (or clear it)"

    def long_desc(self) -> str:
        """What --help says."""
        return (
            "Shows what the Redis of SHARED_FRONTIER holds of each crawl (or of SITE, as it is listed): its round, "
            "its workers with their leases, and of each host the links that are queued, wait for later, are leased or "
            "done. With --clear SITE's queue and all that it has met is forgotten: its next crawl begins anew."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--clear", action="store_true", help="forget SITE; refused while workers are at it")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look, and print."""
        assert self.settings is not None
        try:
            url = self.settings["SHARED_FRONTIER"]
            if not url:
                raise PlanError(f"no frontier is shared; {HINT}")
            if len(args) > 1 or (opts.clear and not args):
                raise PlanError("one SITE is wanted, as `scrapy frontier` lists it" + (" to be cleared" * opts.clear))
            self._show(url, args[0] if args else "", clear=opts.clear, as_json=opts.json)
        except PlanError as error:
            print(seen(f"scrapy frontier: {error}"), file=sys.stderr)
            self.exitcode = 2

    def _show(self, url: str, site: str, *, clear: bool, as_json: bool) -> None:
        from crawler.shared_status import Frontiers  # Redis, which other commands do not need

        frontiers = Frontiers(url)
        known = frontiers.sites()
        if site and site not in known:
            raise PlanError(f"nothing of {site} is at {frontiers.place}. Known: {', '.join(known) or 'nothing'}")
        if clear:
            print(seen(f"{site}: {frontiers.clear(site):,} links are forgotten; its next crawl begins a first round"))
            return
        for name in [site] if site else known:
            crawl = frontiers.crawl(name)
            print(json.dumps(crawl.as_json(), ensure_ascii=False) if as_json else seen("\n".join(crawl.lines())))
        if not known and not as_json:
            print(f"nothing is at {frontiers.place}: no crawl has shared it yet")
