"""What a crawl would ask for, and why, without asking: `-s DRY_RUN=True`.

It knows the addresses that wait or are due; what their pages will name comes on top, and nobody knows that before.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from sqlite_utils import Database

from archive import captures, frontier, hosts, store
from archive.frontier import Planned
from archive.pages.safe_html import seen
from crawler.plan import Plan
from crawler.revisit import conditions


def show(wanted: Plan, settings: BaseSettings) -> None:
    """Print it: a line for each address, then the figures."""
    archive = Path(settings["ARCHIVE"])
    if not archive.exists():
        lines: Iterable[str] = _first(wanted)
    else:
        with closing(store.open_archive(archive)) as db:
            lines = [*_lines(db, wanted, settings)]
    print("\n".join(map(seen, lines)))


def _first(wanted: Plan) -> Iterator[str]:
    """Of an archive that is not there yet."""
    for url in wanted.start_urls:
        yield f"{url}\tstart\tstart address"
    yield f"{len(wanted.start_urls)} addresses would be asked for, and what their pages name. Nothing was fetched."


def _lines(db: Database, wanted: Plan, settings: BaseSettings) -> Iterator[str]:
    closed = {host.host: host.reason for host in hosts.closed(db)}
    asked: Counter[str] = Counter()
    conditional = left_alone = 0
    for link in _planned(db, wanted, settings):
        why = closed.get(link.host, "")
        known = captures.known(db, 0, link.url).before
        is_conditional = bool(known and conditions(known))
        asked[link.host] += not why
        left_alone += bool(why)
        conditional += is_conditional and not why
        how = f"not asked: {why}" if why else link.why + ("; only if it has changed" if is_conditional else "")
        yield f"{link.url}\t{link.kind}\t{how}"
    yield _figures(asked, conditional, left_alone, wanted.profile.delay or settings.getfloat("DOWNLOAD_DELAY"))


def _planned(db: Database, wanted: Plan, settings: BaseSettings) -> Iterator[Planned]:
    """The links that wait or are due, and the start addresses where a round begins."""
    found = [*frontier.planned(db, wanted.site, wake=settings["REVISIT"], resume=settings.getbool("RESUME"))]
    resumes = bool(found) and found[0].resumes
    known = {link.url for link in found}
    for url in wanted.start_urls if not resumes else ():
        if url not in known:
            yield Planned(url, urlsplit(url).hostname or "", "start", "start address")
    yield from found


def _figures(asked: Counter[str], conditional: int, left_alone: int, delay: float) -> str:
    minutes = max(asked.values(), default=0) * delay / 60
    parts = [
        f"{asked.total()} addresses of {len(+asked)} hosts would be asked for, {conditional} only if they have changed"
    ]
    parts += [f"{left_alone} are left alone"] if left_alone else []
    parts.append(f"that takes {minutes:.0f} minutes at least" if minutes >= 1 else "that takes less than a minute")
    return "; ".join(parts) + ". What their pages name comes on top. Nothing was fetched."
