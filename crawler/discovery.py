"""What a fetched page is to a crawler, and which of its links lead where: the door to what `pipelines` knows of pages.

What a page is, `pipelines.view` says; which page is the next of an article, `structure.paging`. An ingest of captures
asks the same two. Pure functions: nothing here knows Scrapy or what was fetched before.
"""

from pipelines.structure.paging import (
    Link,
    first_page,
    is_list_page_of,
    last_page,
    maybe_next,
    next_page,
    numbered,
    same_article,
    same_title,
)
from pipelines.view import View, look

__all__ = [
    "Link",
    "View",
    "first_page",
    "is_list_page_of",
    "last_page",
    "look",
    "maybe_next",
    "next_page",
    "numbered",
    "same_article",
    "same_title",
]
