"""Posts that follow one another on a page: a forum's thread, a blog's archive, the comments under an article.

Each post has a frame, a line with the minute it was written at, and all frames stand in elements of the same
kind. The page's document is the first post, or what stands above the first frame; the posts after it are others'.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines.extraction.ballot import Ballot, Vote

POST = 2.0  # weight against a block of another post, between that of links and of repeated lines; chosen
OWN = 0.2  # of the prose at the place with most: a place in the first post with less is its frame's (a motto); chosen
BESIDE = 2  # blocks before and after a frame in which its nick, its number or its links stand; chosen
GROUPS = 20  # kinds of frames that are looked at: a page has one or two; bounds the time
FRAME = 100  # characters of the longest frame: nick, time, address, place in the thread; chosen

# A day and a minute: documents are signed and meetings are held on days, posts are stamped by machines.
_STAMP = re.compile(
    r"(?:(?:19|20)?\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}/\d{1,2}/(?:19|20)\d\d|昨天|前天|\d月\d{1,2}日)"
    r"\s*日?[\s,]*(?:星期.|周.)?\s*(?:[上下]午|[AP]M)?\s*\d{1,2}:\d\d|\d+\s*(?:分钟|小时|天)前",
    re.I,
)
_MINUTE = re.compile(r"[:前](?:(?<=\d:)(?=\d\d)|(?<=[钟时天].))")  # how any stamp ends
_SAYS_POST = re.compile(
    r"发表|张贴|回复|评论|跟帖|留言|网友|游客|作者|提到|发布(?:于|时间|者)|楼[主层]|\d\s*楼|IP:|posted|\bby\b", re.I
)
_PART = re.compile(r"篇\s*[一二三四五六七八九十\d]|[一二三四五六七八九十\d]\s*篇(?:$|[:：\s])")


def thread(ballot: Ballot) -> list[Vote | None]:
    """Posts after the first, by their frames, and what of the first is frame like theirs.

    Leaves a compilation, whose parts are documents of their own.
    """
    votes: list[Vote | None] = [None] * len(ballot.blocks)
    for frames in _groups(ballot):
        low, first, last = _others(ballot, frames)
        if first < last:
            like = f"{len(frames)} frames like {ballot.lines[frames[0]][:40]!r}"
            for n in _frame(ballot, frames, low, first):
                votes[n] = Vote(-POST, f"the frame of a post: {like}")
            votes[first:last] = [Vote(-POST, f"a post of another: {like}")] * (last - first)
    return votes


def _frame(ballot: Ballot, frames: Sequence[int], low: int, first: int) -> list[int]:
    """The blocks of the first post that stand where most others' frames stand too: nick, rank, motto.

    Its text stands where the others' texts stand as well, but there it has its prose. Leaves a thread of two posts.
    """
    places, paragraphs = ballot.places, ballot.paragraphs
    others: Counter[str] = Counter()
    for a, b in pairwise(frames[1:]):
        others.update(set(places[a:b]))
    prose: Counter[str] = Counter()
    for n in range(low, first):
        prose[places[n]] += paragraphs[n]
    least = max(prose.values(), default=0) * OWN
    return [
        n
        for n in range(low, first)
        if others[place := places[n]] * 2 >= len(frames) - 1
        and (not prose[place] or prose[place] < least)
        and ballot.blocks[n].kind != "heading"
    ]


def _groups(ballot: Ballot) -> Iterator[list[int]]:
    """The frames of one kind each: two or more lines with a minute, in elements of one path, with posts between."""
    stamped = [
        n
        for n, line in enumerate(ballot.folded)
        if (":" in line or "前" in line) and len(line) <= FRAME and not ballot.paragraphs[n]
        if _MINUTE.search(line) and _STAMP.search(line)
    ]
    if len(stamped) < 2:
        return
    groups: dict[str, list[int]] = {}
    for n in stamped:
        groups.setdefault(ballot.places[n], []).append(n)
    several = [frames for frames in groups.values() if len(frames) > 1][:GROUPS]
    titles = (line for line in ballot.folded if "篇" in line and len(line) < FRAME)
    if not several or sum(_PART.search(line) is not None for line in titles) > 1:
        return
    home = ballot.home_path()
    for frames in several:
        apart = sum(b > a + 1 for a, b in pairwise(frames))
        told = ballot.blocks[frames[0]].path != home or _SAYS_POST.search(ballot.folded[frames[0]])
        if apart * 2 >= len(frames) - 1 and told and _spoken(ballot, frames):
            yield frames


def _spoken(ballot: Ballot, frames: Sequence[int]) -> bool:
    """Whether people speak there: a forum's words or a linked name beside half of the frames. A chronicle has none."""
    low, high = ballot.around(frames[0], frames[-1] + 1)
    spoken = 0
    for n in frames:
        spoken += any(
            not ballot.paragraphs[k] and (ballot.blocks[k].link_chars or _SAYS_POST.search(ballot.folded[k][:FRAME]))
            for k in range(max(low, n - BESIDE), min(high, n + BESIDE + 1))
        )
    return spoken * 2 >= len(frames)


def _others(ballot: Ballot, frames: Sequence[int]) -> tuple[int, int, int]:
    """Where the posts begin, where all but the first one begin, and where they end."""
    first, second = frames[:2]
    low, high = ballot.around(frames[0], frames[-1] + 1)
    inside, above, between = ballot.prose(low, first), ballot.prose(0, first), ballot.prose(first, second)
    if inside * 2 > between or above >= max(between, 1):
        # Frames that stand under their posts, or over the comments under an article.
        last = max((n for n in range(first) if ballot.paragraphs[n]), default=-1)
        return low, max(low, _top(ballot, last, first)), high
    return low, _top(ballot, first, second), high


def _top(ballot: Ballot, before: int, block: int) -> int:
    """Where the largest element begins that holds `block` and not the block `before`."""
    return min((a for a, b, _ in ballot.rendering.spans if before < a <= block < b), default=block)
