"""What a site may declare: `crawler/sites/NAME.toml`, plain data. An unknown key is an error, never ignored."""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.cms import NONE, System
from crawler.cms import load as load_system
from crawler.hours import Window, hours, known_zone, window
from crawler.values import (
    Check,
    ProfileError,
    checked,
    count,
    flag,
    number,
    patterns,
    read_table,
    selector,
    selectors,
    text,
    texts,
    urls,
)
from pipelines.document import PageRules

__all__ = ["SITES", "Expect", "Met", "Profile", "ProfileError", "Rights", "load", "names"]

SITES = Path(__file__).parent / "sites"


@dataclass(frozen=True, slots=True)
class Met:
    """What a crawl found, as far as something can be expected of it."""

    documents: int = 0
    pages: int = 0
    rejected: int = 0  # of these pages
    came: int = 0  # addresses that were asked for and answered, whatever they held
    failed: int = 0  # addresses that did not, or were left because their host rests

    @property
    def rejected_share(self) -> float:
        """Of its pages."""
        return self.rejected / self.pages if self.pages else 0.0

    @property
    def failed_share(self) -> float:
        """Of its addresses."""
        return self.failed / (self.came + self.failed) if self.failed else 0.0


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy crawl of the site finds. Set it 10 to 20 % under the known figure."""

    documents: int = 0  # restored documents at least
    pages: int = 0  # pages fetched at least, whatever they held
    rejected_share: float = 1.0  # of article pages, that may be refused at most
    failed_share: float = 1.0  # of addresses, that may fail at most

    def unmet(self, met: Met) -> list[str]:
        """What a crawl fell short of, in sentences."""
        checks = (
            (met.documents >= self.documents, f"{met.documents} documents, expected at least {self.documents}"),
            (met.pages >= self.pages, f"{met.pages} pages, expected at least {self.pages}"),
            (
                met.rejected_share <= self.rejected_share,
                f"{met.rejected_share:.0%} of pages rejected, expected at most {self.rejected_share:.0%}",
            ),
            (
                met.failed_share <= self.failed_share,
                f"{met.failed_share:.0%} of addresses failed, expected at most {self.failed_share:.0%}",
            ),
        )
        return [sentence for met, sentence in checks if not met]


@dataclass(frozen=True, slots=True)
class Rights:
    """On what basis the site is archived: kept with every crawl, shown by `sites` and in the manifests of exports."""

    basis: str = ""  # a law, a permission, a purpose
    contact: str = ""  # who answers for the site
    licence: str = ""  # under which it publishes, if it says
    note: str = ""

    def stated(self) -> dict[str, str]:
        """What is said of it."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Profile:
    """One site. Every field is a key of the file, `expect` a table of it; all but
    `start_urls` may be left out."""

    name: str = ""
    start_urls: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()  # to follow links to, beside those of start_urls
    list_urls: tuple[str, ...] = ()  # regular expressions, searched in the whole address
    article_urls: tuple[str, ...] = ()
    deny_urls: tuple[str, ...] = ()
    article: str = ""  # CSS selector of the element that holds the article
    drop: tuple[str, ...] = ()  # CSS selectors of what is never the article
    delay: float = 0.0  # seconds between requests to a host, 0 for the crawler's own
    hours: str = ""  # when it may be asked, such as "22:00-06:00"; "" for always
    timezone: str = "Asia/Shanghai"  # of `hours`
    sitemaps: bool = True  # follow the sitemaps and feeds that the site names
    cms: str = ""  # the system it runs on (crawler/sites/cms): whatever else is left out, that says
    expect: Expect = Expect()
    rights: Rights = Rights()

    @property
    def system(self) -> System:
        """The system that the site runs on, as far as the profile says."""
        return load_system(self.cms) if self.cms else NONE

    @property
    def rules(self) -> PageRules:
        """What the corridor needs to know of its pages."""
        return PageRules(self.article or self.system.article, self.drop)

    @property
    def window(self) -> Window | None:
        """When it may be asked; None for always."""
        return window(self.hours, self.timezone) if self.hours else None

    @property
    def names_links(self) -> bool:
        """It says which addresses to follow, so that no other is."""
        return bool(self.list_urls or self.article_urls)

    def kind_of(self, url: str) -> str:
        """article, list, or '' where neither the profile nor the site's system says."""
        if any(re.search(pattern, url) for pattern in self.article_urls):
            return "article"
        if any(re.search(pattern, url) for pattern in self.list_urls):
            return "list"
        return "" if self.names_links else self.system.kind_of(url)

    def is_denied(self, url: str) -> bool:
        """The profile, or the site's system, says never to ask for it."""
        return any(re.search(pattern, url) for pattern in self.deny_urls) or self.system.is_denied(url)


def names(directory: Path = SITES) -> list[str]:
    """The sites that have a profile."""
    return sorted(path.stem for path in directory.glob("*.toml"))


def load(name: str, directory: Path = SITES) -> Profile:
    """The profile of a site, or in a file (`….toml`). Raises `ProfileError` where it says what it must not."""
    in_file = name.endswith(".toml")
    path = Path(name) if in_file else directory / f"{name}.toml"
    if not in_file and name not in names(directory):
        raise ProfileError(
            f"no site named {name!r}. Known sites: {', '.join(names(directory)) or 'none'} ({directory})"
        )
    data = read_table(path)
    values = checked(path.name, data, _KEYS)
    expect = Expect(**checked(f"{path.name}, [expect]", data.get("expect", {}), _EXPECT_KEYS))
    rights = Rights(**checked(f"{path.name}, [rights]", data.get("rights", {}), _RIGHTS_KEYS))
    profile = Profile(**{**values, "name": path.stem, "expect": expect, "rights": rights})
    if not profile.start_urls:
        raise ProfileError(f"{path.name}: start_urls is missing; it lists where the crawl begins")
    return profile


def _table(value: object) -> object:
    return value  # checked with its own keys


def _system(value: object) -> str:
    try:
        return load_system(text(value)).name
    except ProfileError as error:
        raise ValueError(str(error)) from error


_KEYS: dict[str, Check] = {
    "start_urls": urls, "hosts": texts, "list_urls": patterns, "article_urls": patterns, "deny_urls": patterns,
    "article": selector, "drop": selectors, "delay": number, "sitemaps": flag, "expect": _table,
    "rights": _table, "cms": _system, "hours": hours, "timezone": known_zone,
}  # fmt: skip
_EXPECT_KEYS: dict[str, Check] = {
    "documents": count, "pages": count, "rejected_share": number, "failed_share": number,
}  # fmt: skip
_RIGHTS_KEYS: dict[str, Check] = dict.fromkeys(("basis", "contact", "licence", "note"), text)
