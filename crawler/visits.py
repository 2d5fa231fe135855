"""Why a request is made, and what a page of it leads to: further requests and items."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from scrapy import Request

from crawler.discovery import Link
from crawler.leases import Lease
from pipelines.document import Page
from pipelines.items import Article

CHAIN, ARTICLE, LIST, FEED = 30, 20, 10, 5  # priorities: finish what was begun, then articles, then more lists

Found = AsyncIterator[Request | Article]


@dataclass(frozen=True, slots=True)
class Visit:
    """Why a request is made."""

    kind: str  # start, article, list, next, feed, redirect
    depth: int = 0
    found_on: int = 0  # the fetch whose page had the link
    chain: tuple[Page, ...] = ()  # the pages of this article that came before
    last: int = 1  # the highest page number that the article's links showed
    form: tuple[Link, ...] = ()  # links to its pages, to know the form of their addresses
    guessed: str = ""  # the title that this page must have to be of the article: only a link's words led here
    redirects: tuple[str, ...] = ()
    dry: int = 0  # pages of this list, one after the other, that named nothing new
    shown: str = ""  # digest of the links on the list's page before
    unchanged: bool = True  # of the pages in `chain`: each came as it was

    @classmethod
    def of(cls, lease: Lease) -> "Visit":
        """The visit that a link asks for."""
        state = lease.visit
        return cls(
            lease.kind, lease.depth, lease.found_on, dry=int(state.get("dry", 0)), shown=str(state.get("shown", ""))
        )

    def state(self) -> str:
        """What `of` needs of it, as JSON."""
        return json.dumps({"dry": self.dry, "shown": self.shown}) if self.shown else ""


async def nothing() -> Found:
    """Of what leads nowhere."""
    return
    yield
