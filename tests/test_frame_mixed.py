"""Pages with noise of several kinds at every place at once, drawn from the cases: each must go beside the others."""

from random import Random

import pytest

from pipelines.frame import frame, frame_parts
from pipelines.lines import squeeze
from pipelines.split import split
from tests.drafts import lined
from tests.test_frame_pages import BASES, SITE, VARIANTS, Case, cases, filled, varied

PAGES = 40
# What fills a line with the document's own beginning, or only stands above several parts.
ALONE = ("BODYECHO", "TOC", "TTLR")
# The order in which sites set them.
HEAD = ("TS", "SRC", "HIT", "META", "DL", "DEF", "LEAD", "INTRO")
FOOT = ("EDIT", "DL", "SHR", "PN", "REL", "COMMENT", "CPY", "CHROME-foot")


def drawn(random: Random, code: str, at: str) -> Case:
    """One case of a code that stands at a place."""
    found = [case for case in cases("noise") if case.code.split(" ")[0] == code and case.at == at]
    return random.choice(found)


def page(seed: int) -> tuple[str, list[str], list[str]]:
    """A page's title and lines, and the lines that are the document's."""
    random = Random(seed)
    base = random.choice(BASES)
    body = base.body.split("\n")
    above = [drawn(random, code, "above") for code in random.sample(["NAV", "CHROME"], random.randint(0, 2))]
    head = [drawn(random, code, "head") for code in HEAD if random.random() < 0.4]
    foot = [drawn(random, code, "signed") for code in FOOT if random.random() < 0.5]
    kept = [case for case in cases("look_alike") if case.at == "middle" and case.code.split(" ")[0] not in ALONE]
    own = [line for case in random.sample(kept, 2) for line in filled(case.lines, base.title, body[0])]
    body = [*body[:7], *own, *body[7:]]
    lines = [*_lines(above, base.title), base.title, *_lines(head, base.title), *body, *_lines(foot, base.title)]
    return base.title + (SITE if seed % 2 else ""), lines, body


def _lines(some: list[Case], title: str) -> list[str]:
    return [line for case in some for line in filled(case.lines, title, "")]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("seed", range(PAGES))
def test_a_page_full_of_noise_gives_its_document(seed: int, variant: str) -> None:
    title, lines, body = page(seed)
    text = "\n".join(varied(line, variant) for line in lines)
    cleaned = frame_parts(split(frame(lined(text, varied(title, variant)))))
    kept = [squeeze(line) for line in cleaned.draft.view.split("\n") if line.strip()]
    assert kept == [squeeze(varied(line, variant)) for line in body]
