"""What a crawl is judged by, as monitors of Spidermon: whoever uses it gets our judgement by its messages.

They judge nothing anew: a crawl's problems and what is worse than it was are found once (`Run`, `archive.health`). The
suite runs when the engine has stopped, since at `spider_closed` the books are still open. Imported only where Spidermon
is installed and SPIDERMON_ENABLED says so. Its messages (mail, Slack, Telegram, …) are actions: MONITOR_ACTIONS names
their classes, and they need `pip install "spidermon[monitoring]"`.
"""

from typing import TYPE_CHECKING, Any

from scrapy.utils.misc import load_object
from spidermon import Monitor, MonitorSuite
from spidermon.decorators import monitors

from crawler.extensions import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@monitors.name("Crawl")
class CrawlMonitor(Monitor):  # type: ignore[misc]
    """One crawl."""

    @property
    def run_of_crawl(self) -> Run:
        """What was crawled."""
        return Run.of(self.data.crawler)

    @monitors.name("is a success")  # type: ignore[untyped-decorator]
    def test_success(self) -> None:
        """Its profile's expectations, and whatever else makes its exit status 1."""
        self._none(self.run_of_crawl.problems)

    @monitors.name("is no worse than those before")  # type: ignore[untyped-decorator]
    def test_no_worse(self) -> None:
        """What broke with it."""
        self._none(self.run_of_crawl.warnings)

    def _none(self, sentences: list[str]) -> None:
        if sentences:
            self.fail("; ".join(sentences))


class CrawlSuite(MonitorSuite):  # type: ignore[misc]
    """The monitors, and what is done where one fails."""

    monitors = (CrawlMonitor,)

    def __init__(self, crawler: "Crawler", **more: Any) -> None:
        actions = [load_object(path) for path in crawler.settings.getlist("MONITOR_ACTIONS")]
        super().__init__(crawler=crawler, monitors_failed_actions=actions, **more)
