"""The pages that are measured on: real ones beside the project, where they are there, and the sample web."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.document import Page
from sample.web import PORT, build

SHARED = Path(__file__).parent.parent.parent / "shared"


class Case(NamedTuple):
    """One page and the text that a person, or the sample before its damage, says it holds."""

    name: str
    page: Page
    gold: str


def real_pages() -> Iterator[Case]:
    """The 33 real Chinese pages with hand-made gold text; none where the folder is not there."""
    root = SHARED / "bench" / "real-zh"
    if not root.is_dir():
        return
    for line in (root / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        path = root / row["file"]
        yield Case(path.name, Page(f"http://{path.stem}.example/", path.read_bytes(), "text/html"), row["text"])


def sample_pages(seed: int) -> Iterator[Case]:
    """The sample's pages that hold one whole document each."""
    web = build(seed, PORT)
    for gold in web.gold:
        if gold.parts == 1 and len(gold.urls) == 1 and gold.script == "hans":
            response = web.pages[gold.urls[0]]
            yield Case(gold.urls[0], Page(gold.urls[0], response.body, response.content_type), gold.text)


def seeds() -> Iterator[Page]:
    """The five seed pages, as the text they came as."""
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        yield Page(f"urn:seed:{path.name[:3]}", path.read_bytes(), "text/plain")
