"""The door to Spidermon, which takes a tenth of a second to import: only for a crawl that asked for it."""

from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Judge:
    """Spidermon's extension, where SPIDERMON_ENABLED says so; `crawler/monitors.py` is what it runs."""

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> object:
        """As Scrapy builds it."""
        if not crawler.settings.getbool("SPIDERMON_ENABLED"):
            raise NotConfigured
        from spidermon.contrib.scrapy.extensions import Spidermon  # here: see the top

        return Spidermon.from_crawler(crawler)
