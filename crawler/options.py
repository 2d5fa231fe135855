"""The settings of a run: checked before it starts, and as its row in `crawls` keeps them.

What a setting takes follows from its default in `crawler/settings.py`: a whole number, a number, True or False, a
table.
"""

import json
import math
import platform
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import scrapy
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler import settings as declared
from crawler.plan import BOT, PlanError
from crawler.shared_url import Url, hidden, place_of
from pipelines.document import SOFTWARE

T = TypeVar("T")
Value = str | int | float | bool | list[str] | dict[str, object]

DEFAULTS: Mapping[str, Value] = {name: value for name, value in vars(declared).items() if name.isupper()}
FROM_ONE = frozenset(
    ["MAX_PAGES_PER_HOST", "MAX_ARTICLE_PAGES", "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN",
     "RESTORE_TIMEOUT", "DOWNLOAD_TIMEOUT", "AUTOTHROTTLE_MAX_DELAY", "HOST_FAILURES", "MAX_BODY",
     "WARC_MAX_BYTES", "SHARED_LEASE"]
)  # fmt: skip
CHOICES = {
    "LOG_LEVEL": ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    "REVISIT": ("due", "all", "never"),
}


def check(settings: BaseSettings) -> None:
    """Raise `PlanError` at the first setting with a value that it cannot have."""
    for name in DEFAULTS:
        try:
            effective(name, settings)
        except ValueError as wanted:
            raise PlanError(f"{name}={settings[name]}: {wanted} is wanted") from wanted
    if url := settings["SHARED_FRONTIER"]:
        place_of(url)
        settings.set("SHARED_FRONTIER", Url(url), settings.getpriority("SHARED_FRONTIER") or "project")


def effective(name: str, settings: BaseSettings) -> Value:
    """The value that a declared setting has in a run. Raises `ValueError`, saying what is wanted."""
    default, given = DEFAULTS[name], settings[name]
    if name in CHOICES and given not in CHOICES[name]:
        raise ValueError(_wanted(name))
    if isinstance(default, bool):
        return _read(settings.getbool, name)
    if isinstance(default, int | float):
        return _number(name, given)
    if isinstance(default, dict):
        return _table(name, settings)
    return settings.getlist(name) if isinstance(default, list) else hidden(str(given or ""))


def warc_dir(settings: BaseSettings) -> Path:
    """Where captures are kept: WARC_DIR, or warc/ beside the database, as `python -m archive` has it."""
    return Path(settings["WARC_DIR"]) if settings["WARC_DIR"] else Path(settings["ARCHIVE"]).parent / "warc"


def overridden(settings: BaseSettings) -> dict[str, str]:
    """What was said on the command line, as it was said."""
    said = SETTINGS_PRIORITIES["cmdline"]
    return {
        name: "…" if name.startswith("REDIS_") else hidden(str(settings[name]))
        for name in sorted(settings)
        if (settings.getpriority(name) or 0) >= said
    }


def record(settings: BaseSettings) -> str:
    """All that a run was set to, as JSON for its row in `crawls`."""
    values = {name: effective(name, settings) for name in sorted(DEFAULTS)}
    versions = {
        "crawler": BOT,
        "restorer": SOFTWARE,
        "scrapy": scrapy.__version__,
        "python": platform.python_version(),
    }
    kept = {"settings": values, "overridden": overridden(settings), "versions": versions}
    return json.dumps(kept, ensure_ascii=False, default=str)


def _number(name: str, given: object) -> int | float:
    value: int | float = _read(int if isinstance(DEFAULTS[name], int) else float, name, given)
    if not math.isfinite(value) or value < (1 if name in FROM_ONE else 0):
        raise ValueError(_wanted(name))
    return value


def _table(name: str, settings: BaseSettings) -> dict[str, object]:
    table = _read(settings.getdict, name)
    if name == "HOST_ADDRESSES":
        for address in table.values():
            _read(ip_address, name, address)
    return table


def _read(reader: Callable[[Any], T], name: str, given: object = None) -> T:
    """What `reader` makes of a value (of the setting itself, where none is given)."""
    try:
        return reader(name if given is None else given)
    except (ValueError, TypeError) as error:
        raise ValueError(_wanted(name)) from error


def _wanted(name: str) -> str:
    """What a setting takes, in words."""
    default, least = DEFAULTS[name], 1 if name in FROM_ONE else 0
    if name in CHOICES:
        return f"one of {', '.join(CHOICES[name])}"
    if name == "HOST_ADDRESSES":
        return """names and their addresses, as JSON such as {"*.test": "127.0.0.1"},"""
    if isinstance(default, bool):
        return "True or False"
    if isinstance(default, dict):
        return "a table, as JSON,"
    return f"a {'whole ' if isinstance(default, int) else ''}number from {least}"
