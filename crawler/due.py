"""When a page is due again: intervals that adapt to what its own visits, and those of its host, have found."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from archive.frontier import Past

DAY = timedelta(days=1)
# First, shortest and longest time between two visits. Chosen: template sites add pages daily and change an article
# hardly ever; a visit a year is what tells that a page is gone.
LISTS = (DAY, DAY / 4, 30 * DAY)
ARTICLES = (30 * DAY, DAY, 365 * DAY)
SHORTER, LONGER = 0.5, 1.5  # after a visit that found a change, and one that found none (Nutch's adaptive schedule)
USUAL = 0.2  # share of visits that find a change on a host of which nothing is known
WEIGHT = 5  # visits that this is worth
MOST = 4.0  # a host's first intervals are so many times longer or shorter than others', at most


STAMPED = 10  # pages that a sitemap says to be changed at one moment, and more than half of them all: it stamps its own
# date on every page, as many generators do


def telling(modified: Mapping[str, str]) -> dict[str, str]:
    """The dates of a sitemap that say something of a page: not the one that stands at most of them."""
    often = Counter(date for date in modified.values() if date)
    stamp, count = next(iter(often.most_common(1)), ("", 0))
    stamp = stamp if count >= STAMPED and 2 * count > len(modified) else ""
    return {url: date for url, date in modified.items() if date and date != stamp}


def due(past: Past, now: datetime | None = None) -> str:
    """When to ask for a link again. A page that changed is asked for sooner, by half; one that did not later.

    A visit before its time says less: a page that has not changed for a minute may still change within a month.
    """
    now = now or datetime.now(UTC)
    first, least, most = ARTICLES if past.kind in ("article", "next", "redirect") else LISTS
    planned = _planned(past) or first * _host_factor(past)
    if past.visited_at and past.visits > 1:
        elapsed = now - datetime.fromisoformat(past.visited_at)
        share = min(max(elapsed / planned, 0.0), 1.0)
        planned = min(elapsed, planned) * SHORTER if past.changed else planned * (1 + (LONGER - 1) * share)
    return (now + min(max(planned, least), most)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _planned(past: Past) -> timedelta | None:
    if not (past.due_at and past.visited_at):
        return None
    return max(datetime.fromisoformat(past.due_at) - datetime.fromisoformat(past.visited_at), timedelta(minutes=1))


def _host_factor(past: Past) -> float:
    """Pages of a host that changes often are visited sooner from the beginning."""
    share = (past.host_changes + USUAL * WEIGHT) / (past.host_visits + WEIGHT)
    return min(max(USUAL / share, 1 / MOST), MOST)
