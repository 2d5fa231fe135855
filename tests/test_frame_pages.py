"""Whole small documents with frame noise, and with its look-alikes, at every place where sites put the noise.

Each case of `cases/frame_pages.json` is set into a clean document at each of its places, in both scripts and both
widths: noise must be gone and everything else stand, a look-alike must stand.
"""

import json
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from opencc import OpenCC

from pipelines.frame import frame, frame_parts
from pipelines.lines import squeeze
from pipelines.split import split
from sample.model import Text
from sample.texts import load
from tests.drafts import lined

CASES = json.loads((Path(__file__).parent / "cases" / "frame_pages.json").read_text(encoding="utf-8"))
# Signed by a unit in the last two lines; the first paragraph is no salutation.
BASES = tuple(text for text in load() if text.key in ("a01", "a07", "c09", "d01", "b08", "d15"))
SITE = "_青禾范文网"
WIDTH = str.maketrans("，：；？！（）", ",:;?!()")
VARIANTS = ("hans full", "hant half", "taiwan full")  # both scripts, both widths, and words localised by a machine
MANY = "工作总结"  # what the parts of a compilation are called


class Case(NamedTuple):
    """Lines set into a document at one place."""

    code: str
    kind: str  # noise | look_alike
    at: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.code}-{self.at}-{self.lines[0][:16]}"


def cases(kind: str) -> list[Case]:
    """All cases of one kind, one for each place."""
    places = "at" if kind == "noise" else f"{kind}s_at"
    found = "noise" if kind == "noise" else f"{kind}s"
    return [
        Case(code, kind, at, tuple(lines))
        for code, case in CASES.items()
        for at in case.get(places, ())
        for lines in case.get(found, ())
    ]


class Made(NamedTuple):
    """A page's title and lines, which of the lines are the documents', and which were set in."""

    title: str
    lines: list[str]
    own: list[str]
    added: list[str]


def made(case: Case) -> Made:
    """The page of a case. Which base it takes follows from the case alone."""
    pick = zlib.crc32("".join(case.lines).encode())
    base = BASES[pick % len(BASES)]
    if case.at in ("part", "part_end", "toc"):
        return compilation(case, base, BASES[(pick + 1) % len(BASES)])
    body = base.body.split("\n")
    if case.at == "tail":
        body = body[:-2]
    added = filled(case.lines, base.title, body[0])
    places = {"above": 0, "head": 1, "after_first": 2, "middle": 6, "tail": len(body) + 1, "signed": len(body) + 1}
    lines = [base.title, *body]
    at = places[case.at]
    return Made(base.title + (SITE if pick % 2 else ""), [*lines[:at], *added, *lines[at:]], body, added)


def compilation(case: Case, first: Text, second: Text) -> Made:
    """Two documents on one page, the lines under the second heading, at the first's end or above both."""
    heads = [f"{MANY}篇1", f"{MANY}篇2"]
    one, two = first.body.split("\n"), second.body.split("\n")
    added = filled(case.lines, MANY, two[0])
    if case.at == "toc":
        lines = [f"{MANY}(精选2篇)", *added, *heads, heads[0], *one, heads[1], *two]
    elif case.at == "part":
        lines = [heads[0], *one, heads[1], *added, *two]
    else:
        lines = [heads[0], *one, *added, heads[1], *two]
    return Made(f"{MANY}(精选2篇){SITE}", lines, [*one, *two], added)


def filled(lines: tuple[str, ...], title: str, opening: str) -> list[str]:
    """The lines with the document's title, and its opening cut off in mid-sentence."""
    return [line.replace("{title}", title).replace("{echo}", opening[:58].rstrip("，。、；：")) for line in lines]


@cache
def converter(variant: str) -> OpenCC:
    return OpenCC("s2twp" if "taiwan" in variant else "s2t")


def varied(text: str, variant: str) -> str:
    """The text in another script or width."""
    text = text if "hans" in variant else str(converter(variant).convert(text))
    return text.translate(WIDTH) if "half" in variant else text


def restored(case: Case, variant: str) -> tuple[list[str], list[str], list[str]]:
    """The lines of the documents, and which were the documents' own and which were set in."""
    page = made(case)
    lines, own, added = ([varied(line, variant) for line in some] for some in (page.lines, page.own, page.added))
    cleaned = frame_parts(split(frame(lined("\n".join(lines), varied(page.title, variant)))))
    return [line for line in cleaned.draft.view.split("\n") if line.strip()], own, added


def flaws(case: Case, variant: str) -> list[str]:
    """What is wrong with the document that comes of a case."""
    kept, own, added = restored(case, variant)
    left = {squeeze(line) for line in kept}
    found = [f"{variant}: lost {line[:30]}" for line in own if squeeze(line) not in left]
    if case.kind == "noise":
        mine = {squeeze(line) for line in own}
        return found + [f"{variant}: left {line[:40]}" for line in kept if squeeze(line) not in mine]
    return found + [f"{variant}: lost {line[:40]}" for line in added if squeeze(line) not in left]


@pytest.mark.parametrize("case", cases("noise"), ids=str)
def test_noise_goes_and_all_else_stands(case: Case) -> None:
    assert [flaw for variant in VARIANTS for flaw in flaws(case, variant)] == []


@pytest.mark.parametrize("case", cases("look_alike"), ids=str)
def test_a_look_alike_stands(case: Case) -> None:
    assert [flaw for variant in VARIANTS for flaw in flaws(case, variant)] == []
