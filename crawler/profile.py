"""What a site may declare: `crawler/sites/NAME.toml`, plain data. An unknown key is an error, never ignored."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cssselect import HTMLTranslator, SelectorError

from pipelines.document import PageRules

SITES = Path(__file__).parent / "sites"


class ProfileError(Exception):
    """A profile cannot be used. `str()` of it names the file, the key and what is known."""


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy crawl of the site finds. Set it 10 to 20 % under the known figure."""

    documents: int = 0  # restored documents at least
    pages: int = 0  # pages fetched at least, whatever they held
    rejected_share: float = 1.0  # of article pages, that may be refused at most

    def unmet(self, documents: int, pages: int, rejected: int) -> list[str]:
        """What a crawl fell short of, in sentences."""
        share = rejected / pages if pages else 0.0
        checks = (
            (documents >= self.documents, f"{documents} documents, expected at least {self.documents}"),
            (pages >= self.pages, f"{pages} pages, expected at least {self.pages}"),
            (
                share <= self.rejected_share,
                f"{share:.0%} of pages rejected, expected at most {self.rejected_share:.0%}",
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
    sitemaps: bool = True  # follow the sitemaps and feeds that the site names
    expect: Expect = Expect()
    rights: Rights = Rights()

    @property
    def rules(self) -> PageRules:
        """What the corridor needs to know of its pages."""
        return PageRules(self.article, self.drop)

    @property
    def names_links(self) -> bool:
        """It says which addresses to follow, so that no other is."""
        return bool(self.list_urls or self.article_urls)

    def kind_of(self, url: str) -> str:
        """article, list, or '' where the profile does not say."""
        if any(re.search(pattern, url) for pattern in self.article_urls):
            return "article"
        return "list" if any(re.search(pattern, url) for pattern in self.list_urls) else ""

    def is_denied(self, url: str) -> bool:
        """The profile says never to ask for it."""
        return any(re.search(pattern, url) for pattern in self.deny_urls)


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
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ProfileError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path.name}: {error}") from error
    values = _checked(path.name, data, _KEYS)
    expect = Expect(**_checked(f"{path.name}, [expect]", data.get("expect", {}), _EXPECT_KEYS))
    rights = Rights(**_checked(f"{path.name}, [rights]", data.get("rights", {}), _RIGHTS_KEYS))
    profile = Profile(**{**values, "name": path.stem, "expect": expect, "rights": rights})
    if not profile.start_urls:
        raise ProfileError(f"{path.name}: start_urls is missing; it lists where the crawl begins")
    return profile


Check = Callable[[object], Any]  # a value as TOML has it -> as the field has it; ValueError says what is wrong


def _checked(where: str, data: object, keys: dict[str, Check]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ProfileError(f"{where}: must be a table of {', '.join(keys)}")
    values = {}
    for key, value in data.items():
        if key not in keys:
            raise ProfileError(f"{where}: unknown key {key!r}. Known keys: {', '.join(keys)}")
        try:
            values[key] = keys[key](value)
        except ValueError as error:
            raise ProfileError(f"{where}: {key}: {error}") from error
    return values


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {value!r}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"must be a list of strings, not {value!r}")
    return tuple(map(_text, value))


def _urls(value: object) -> tuple[str, ...]:
    for url in _texts(value):
        if not re.match(r"https?://[^/\s]+", url):
            raise ValueError(f"{url!r} is no http address")
    return _texts(value)


def _patterns(value: object) -> tuple[str, ...]:
    for pattern in _texts(value):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return _texts(value)


def _selector(value: object) -> str:
    try:
        HTMLTranslator().css_to_xpath(_text(value))
    except SelectorError as error:
        raise ValueError(f"{value!r} is no CSS selector: {error}") from error
    return _text(value)


def _selectors(value: object) -> tuple[str, ...]:
    return tuple(map(_selector, _texts(value)))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"must be a number from 0, not {value!r}")
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"must be a whole number from 0, not {value!r}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def _table(value: object) -> object:
    return value  # checked with its own keys


_KEYS: dict[str, Check] = {
    "start_urls": _urls, "hosts": _texts, "list_urls": _patterns, "article_urls": _patterns, "deny_urls": _patterns,
    "article": _selector, "drop": _selectors, "delay": _number, "sitemaps": _flag, "expect": _table,
    "rights": _table,
}  # fmt: skip
_EXPECT_KEYS: dict[str, Check] = {"documents": _count, "pages": _count, "rejected_share": _number}
_RIGHTS_KEYS: dict[str, Check] = dict.fromkeys(("basis", "contact", "licence", "note"), _text)
