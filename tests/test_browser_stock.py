"""Datasette's own pages in a browser: they work, and log no error."""

import pytest
from browser import NAME, Reader

PAGES = {
    "home": "/",
    "table": f"/{NAME}/documents",
    "search": f"/{NAME}/search?q=总结",
    "query": f"/{NAME}?sql=select+1",
    "database": f"/{NAME}",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens(reader: Reader, name: str) -> None:
    reader.open(PAGES[name])
    assert reader.one("h1").text
    reader.shot(f"stock-{name}")
