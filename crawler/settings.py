"""Scrapy settings, each with its reason. Any of them is overridden on the command line: `-s NAME=VALUE`."""

import os
from importlib.util import find_spec

BOT_NAME = "worksummary-archive"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"  # `scrapy crawl` with one-line errors and an honest exit status

# --- what this project adds ----------------------------------------------------------------------------------
ARCHIVE = "data/archive.db"
WARC_DIR = ""  # empty: warc/ beside the database, where `python -m archive` looks for it
WARC_MAX_BYTES = 1 << 30  # a file is closed past 1 GiB, the size that web archives settled on
WARC_MAX_HOURS = 24.0  # and when it is a day old (0: never): what is closed is indexed, listed and can be copied away
WARC_HOSTNAME = ""  # of this machine, in warcinfo and in names of files; empty: nobody needs to know it
CONTACT = os.environ.get("CRAWL_CONTACT", "")  # in the user agent; public hosts are not crawled without it
ALLOW_PRIVATE_ADDRESSES = False  # True for your own net only: a page must not lure the crawler to loopback
HOST_ADDRESSES = {"*.test": "127.0.0.1"}  # names that no DNS knows (RFC 6761 keeps .test for this): the sample web
WORKERS = 0  # processes that restore pages; 0: one a processor, but for the one that the crawl keeps busy
RESTORE_TIMEOUT = 120.0  # seconds for one page, the last resort: limits that decide are countable
MAX_DEPTH = 8  # links from a start address; pages of a list count as one
MAX_PAGES_PER_HOST = 20_000
MAX_ARTICLE_PAGES = 50  # a longer chain does not end (29 is the highest part number met in real addresses)
DRY_RUN = False  # True: list what would be asked for, and why, and fetch nothing
RESUME = True  # go on with the site's last crawl where that was stopped; False: begin a new round
REVISIT = "due"  # which known pages are asked for again: those that are due, all of them, or never any
PATIENCE = 600.0  # seconds to wait for what may not be asked for yet, where nothing else is left
WAIT_FOR_HOURS = False  # True: wait for the hours of the site, night after night; the archive is held meanwhile
CRAWL_PAGES = 0  # exchanges of a crawl, then it ends in order; 0: no limit, as for the three below
CRAWL_MINUTES = 0.0
HOST_PAGES = 0  # of one host
HOST_MINUTES = 0.0
SHARED_FRONTIER = os.environ.get("SHARED_FRONTIER", "")  # redis://HOST:6379/0: several processes share its queue
SHARED_LEASE = 30.0  # seconds after which the pages of a worker that says nothing any more go to the others
MIN_FREE_BYTES = 512 * 1024 * 1024  # a crawl ends in order before the disk is full: learning at its end needs room too
METRICS_FILE = ""  # for Prometheus: a name that ends in .prom, in the folder of node_exporter's textfile collector
EXPECT_NOTHING = False  # True: do not check what the profile expects (a first crawl, a crawl of a part)

# --- manners -------------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = BOT_NAME  # what a site's robots.txt may call us
OPT_OUT = ""  # a file of hosts, domains and beginnings of addresses that are never asked for
DOWNLOAD_DELAY = 2.0  # seconds between requests to one host
DOWNLOAD_DELAY_JITTER = 0.0  # Scrapy's half would also be half a second less than what was promised
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # a delay means little beside parallel connections
CONCURRENT_REQUESTS = 32  # over all hosts
CONCURRENT_ITEMS = 4  # of one response, which has one or two; Scrapy starts so many tasks for each (100 by default)
AUTOTHROTTLE_ENABLED = True  # slow hosts get more time than DOWNLOAD_DELAY, never less
AUTOTHROTTLE_START_DELAY = 0.0  # begin at DOWNLOAD_DELAY
AUTOTHROTTLE_MAX_DELAY = 60.0
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,zh-TW;q=0.8",
    "Accept-Encoding": "gzip, deflate",  # bodies are kept as sent: only what every WARC tool can unpack
}
RETRY_ENABLED = False  # what fails goes back to the frontier, and is asked for again in time
RETRY_TIMES = 2
BACKOFF_FIRST = 10.0  # seconds after a failure, doubled with each one more
BACKOFF_MAX = 3600.0  # a host that wants a longer wait is left alone for the rest of the crawl
HOST_FAILURES = 10  # so many in a row, and the host is left alone for the rest of the crawl
BACKOFF_FIRST = 10.0  # seconds after a first failure, doubled with each one more; a Retry-After is kept as it is said
BACKOFF_MAX = 3600.0  # seconds; a host that asks for a longer wait is left to the next crawl
HOST_FAILURES = 10  # in a row, and the host is left alone for the rest of the crawl
DOWNLOAD_TIMEOUT = 60

# --- what a crawler must refuse ------------------------------------------------------------------------------
TWISTED_DNS_RESOLVER = "crawler.guards.GuardedResolver"
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 opens a local HTTP server that runs Python
TELNETCONSOLE_ENABLED = False  # the same, by telnet
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    **dict.fromkeys(["http", "https"], "crawler.transport.CappedHandler"),  # headers have an end too
    **dict.fromkeys(["data", "file", "ftp", "s3"]),  # pages may link to the operator's disk
}
HTTPPROXY_ENABLED = False  # behind a proxy from the environment, addresses could not be checked
DOWNLOAD_FAIL_ON_DATALOSS = False  # a body that breaks off is a failure, and what came of it is kept all the same
MAX_BODY = 32 * 1024 * 1024  # bytes; no page is larger: what came until then is kept, and is no document
DOWNLOAD_MAXSIZE = 0  # MAX_BODY is in its place: Scrapy would throw away what came
DOWNLOAD_WARNSIZE = 0
URLLENGTH_LIMIT = 0  # `crawler.frontier` refuses long addresses, and says so in `links`
COOKIES_ENABLED = False  # every page as a first visitor sees it; and the middleware makes tldextract fetch its list

# --- every response is evidence ------------------------------------------------------------------------------
HTTPERROR_ALLOW_ALL = True  # error pages reach the spider, which records why they are no documents
METAREFRESH_ENABLED = False  # the spider follows redirects itself, so that each is recorded; robots.txt's are Scrapy's
REDIRECT_MAX_TIMES = 5
REFERRER_POLICY = "no-referrer"  # no site needs to know where we come from (the middleware itself: redirects need it)
COMPRESSION_ENABLED = False  # `crawler.capture` unpacks bodies with the archive's decoder, as the replay does
HTTPCACHE_ENABLED = False  # the archive is what was fetched now
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier in the archive knows what was asked for
DEPTH_LIMIT = 0  # `crawler.frontier` counts depth, without the pages of a list
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops without a word: `crawler.frontier` decides
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # a server's error is no leave: see ours
    "crawler.manners.OptedOut": 45,
    "crawler.manners.TakenDown": 50,  # before robots.txt
    "crawler.manners.RobotsTxt": 100,
    "crawler.manners.CrawlDelay": 110,  # after robots.txt
    "crawler.revisit.Revisit": 930,
    "crawler.guards.AddressGuard": 940,  # before retries, and before the capture
    "crawler.capture.WarcCapture": 950,
}
# Of Scrapy's own those that a crawl may need. Not the exports (the archive is the output), the log's figures (`Run`
# shows progress) and consoles: what is switched off by a None is imported all the same, HTTP servers too.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {
    "crawler.extensions.Run": 0,
    "crawler.guards.SizeCap": 10,
    "crawler.watch.Watch": 1,  # it asks `Run`
}
if find_spec("spidermon"):  # where it is installed: it does nothing until SPIDERMON_ENABLED
    EXTENSIONS["crawler.judge.Judge"] = 500
SPIDERMON_ENABLED = False  # True: `crawler/monitors.py` judges each crawl at its end, and MONITOR_ACTIONS say so
SPIDERMON_ENGINE_STOP_MONITORS = ["crawler.monitors.CrawlSuite"]  # not at the spider's end: the books are open then
MONITOR_ACTIONS: list[str] = []  # classes, such as spidermon.contrib.actions.slack.notifiers.SendSlackMessage
ITEM_PIPELINES = {"pipelines.items.ArchivePipeline": 100}
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000_000  # bytes of pages that wait to be restored before fetching pauses

# --- what people see -----------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"  # to crawl.log beside the archive; the terminal shows progress and the summary
LOG_SHORT_NAMES = True
LOG_VERSIONS: list[str] = []
STATS_DUMP = False  # they are in `crawls.stats`
