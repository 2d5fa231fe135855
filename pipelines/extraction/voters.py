"""Who votes on the blocks of a page, each on one kind of evidence, and what its vote weighs.

A voter sees the whole page (`Ballot`) and says of each block how much it looks like an article's; one that speaks
against a block says why. `VOTERS` is the registry: the extraction runs with any part of it, so that a benchmark can
show what each is worth.
"""

import re
from collections.abc import Sequence

import trafilatura

from pipelines.extraction.ballot import LINK_SHARE, Ballot, Vote
from pipelines.extraction.ballot import Voter as Voter
from pipelines.extraction.threads import thread

# Weights, chosen by reasoning as a set and then measured (`make bench`), not fitted; do not tune one alone.
SENTENCE = 0.8  # has the punctuation of prose
TRAFILATURA = 0.7  # it keeps the block, or (minus) leaves it out
LINKS = 1.6  # more than half of it is links
REPEATED = 3.0  # other pages of the host have it too
FURNITURE = 1.5  # it has the shape and the place of what stands beside an article
CHROME = 1.2  # it stands in an element that is named or made for something else
HOME, AWAY = 0.2, 0.9  # it stands in the element that holds the page's prose, or (minus) elsewhere
MORE = 1.5  # times its text that nothing speaks against: an element around it that has so much is its home instead
ARTICLE = 0.5  # of the text that nothing speaks against, from which text without a sentence may be an article; chosen
HOME_SHARE = 0.75  # of the page's prose, that an element must hold to be its home

_ATTACHMENT = re.compile(r"附\s*件|\.(?:docx?|xlsx?|pptx?|pdf|rar|zip|wps|et)\b", re.I)
_STOP = re.compile(r"[。！？；!?;]")
_PROSE = re.compile(r"[，。；！？、,;!?:](?:(?<=[，。；！？、])|(?<=[\u4e00-\u9fff].))")  # from mark to mark


def image_alt(ballot: Ballot) -> list[Vote | None]:
    """Alternative texts of images: on template sites the page's title again."""
    why = Vote(0.0, "alternative text of an image")
    return [why if block.kind == "alt" else None for block in ballot.blocks]


def repeated(ballot: Ballot) -> list[Vote | None]:
    """Lines that other pages of the host have too."""
    known = frozenset(ballot.known.repeated)
    if not known:
        return [None] * len(ballot.blocks)
    why = Vote(-REPEATED, f"stands on other pages of {ballot.known.host}")
    return [why if line.strip() in known else None for line in ballot.folded]


def links(ballot: Ballot) -> list[Vote | None]:
    """Blocks whose words are links for the most part. Leaves attachments."""
    return [
        Vote(-LINKS, f"{share:.0%} of its words are links")
        if share > LINK_SHARE and not _ATTACHMENT.search(line)
        else None
        for share, line in zip(ballot.linked, ballot.lines, strict=True)
    ]


def markup(ballot: Ballot) -> list[Vote | None]:
    """Blocks in an element that is made or named for something else than an article."""
    return [
        Vote(-CHROME, f"in {block.path}") if named else None
        for block, named in zip(ballot.blocks, ballot.named, strict=True)
    ]


def furniture(ballot: Ballot) -> list[Vote | None]:
    """What stands beside an article, by shape and place: notices, a record, lists of other texts, contents."""
    kinds = (
        (ballot.records, Vote(-FURNITURE, "a row of the page's record, above the first paragraph")),
        (ballot.notices, Vote(-FURNITURE, "speaks of the site's rights, below the last paragraph")),
        (ballot.contents, Vote(-FURNITURE, "of a list that leads to the page's own headings")),
        (ballot.teasers, Vote(-FURNITURE, "of a list of linked names with a text under each")),
    )
    votes: list[Vote | None] = [None] * len(ballot.blocks)
    for found, why in kinds:
        if any(found):
            votes = [why if marked else vote for marked, vote in zip(found, votes, strict=True)]
    return votes


def prose(ballot: Ballot) -> list[Vote | None]:
    """Blocks with the punctuation of sentences."""
    sentence = Vote(SENTENCE)
    return [sentence if _PROSE.search(line) else None for line in ballot.lines]


def home(ballot: Ballot) -> Sequence[Vote | None]:
    """The smallest element that holds nearly all of the page's prose: what stands in it, and what does not."""
    blocks, before = len(ballot.blocks), ballot.prose_before
    wanted = before[-1] * HOME_SHARE
    spans = sorted((b - a, a, b) for a, b, _ in ballot.rendering.spans if wanted and before[b] - before[a] >= wanted)
    if not spans:
        return [None] * blocks
    _, first, last = spans[0]
    for _, a, b in spans[1:]:
        if a <= first and last <= b and ballot.plain(a, b) >= ballot.plain(first, last) * MORE:
            first, last = a, b
    if last - first == 1 and ballot.blocks[first].path.rpartition("/")[2] == "p":
        first, last = _beside(ballot, first)
    return [Vote(-AWAY)] * first + [Vote(HOME)] * (last - first) + [Vote(-AWAY)] * (blocks - last)


def _beside(ballot: Ballot, n: int) -> tuple[int, int]:
    """The paragraphs beside one that holds all prose: a text that lost its breaks is signed in others."""
    path = ballot.blocks[n].path
    first, last = n, n + 1
    while first and ballot.blocks[first - 1].path == path:
        first -= 1
    while last < len(ballot.blocks) and ballot.blocks[last].path == path:
        last += 1
    return first, last


def by_trafilatura(ballot: Ballot) -> list[Vote | None]:
    """What trafilatura keeps and what it leaves out; nothing where it finds no article at all.

    A title, or the longest row of a table, is no article: it must hold a sentence, or a good part of the page's text.
    """
    text = trafilatura.extract(ballot.tree, include_comments=False, deduplicate=False) or ""
    lines = {_squeeze(line) for line in text.split("\n")}
    whole = _squeeze(text)
    if not whole or (not _STOP.search(text) and len(whole) < ballot.plain(0, len(ballot.blocks)) * ARTICLE):
        return [None] * len(ballot.blocks)
    votes: list[Vote | None] = []
    for shown in ballot.lines:
        line = _squeeze(shown)
        # A short line may occur in the article by chance: it must be a line of it.
        kept = line in lines or (len(line) > 15 and line in whole) or ("\t" in shown and _has_row(lines, shown))
        votes.append(Vote(TRAFILATURA if kept else -TRAFILATURA))
    return votes


# In the order in which their objections are named: of several that object to a block, the first.
VOTERS: tuple[Voter, ...] = (
    Voter("image-alt", image_alt),
    Voter("repeated", repeated),
    Voter("thread", thread),
    Voter("furniture", furniture),
    Voter("links", links),
    Voter("markup", markup),
    Voter("prose", prose),
    Voter("home", home),
    Voter("trafilatura", by_trafilatura, dear=True),
)


def _squeeze(text: str) -> str:
    return "".join(text.replace("|", "").split())


def _has_row(lines: set[str], row: str) -> bool:
    """Whether all cells of a row are lines: trafilatura sets each cell of some tables on a line of its own."""
    return all(_squeeze(cell) in lines for cell in row.split("\t"))
