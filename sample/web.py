"""Which texts stand where, and all sites of a seed put together: build(seed, port) -> Web."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from sample.builder import Brief
from sample.model import Gold, Site, Text, Web
from sample.sites import docs, gov, hant, mirror, mobile, table, template, wechat
from sample.texts import load, near_copy
from sample.wordings import site_name

PORT = 8970  # the fixed port of the sample web

# Kind of site, what makes it, how many texts it takes, and how many of these are near-duplicates.
PLAN: tuple[tuple[str, Callable[[Brief], Site], int, int], ...] = (
    ("template", template.build, 20, 2),
    ("table", table.build, 12, 2),
    ("hant", hant.build, 6 + sum(hant.SIZES), 0),
    ("mirror", mirror.build, 16, 2),
    ("gov", gov.build, 14, 0),
    ("docs", docs.build, 12, 2),
    ("mobile", mobile.build, 0, 0),
    ("wechat", wechat.build, 12, 2),
)

MOBILE = 10  # how many of the template site's articles its mobile edition holds
CHANGING = ("template", "mirror", "gov", "docs", "wechat")  # their last articles, which no other host shows too
CHANGEABLE = (
    sum(size - MOBILE for kind, _, size, _ in PLAN if kind in CHANGING) - 2
)  # two of them show but their beginnings
CORRECTED = ("template", "table", "gov")  # whose sixth article was corrected in edition 2


def build(seed: int = 1, port: int = PORT, *, edition: int = 1, strange: bool = False, changed: int = 0) -> Web:
    """The web of a seed. Edition 2 is the same web some weeks later: three articles were corrected.

    `changed`: so many articles of hosts whose validators tell the truth were edited in a sentence or two.
    A `strange` web says what sites say around documents in words that no rule knows.
    """
    sites: dict[str, Site] = {}
    hands = _hands(seed, edition, changed)
    for kind, make, _, _ in PLAN:
        name, stem = site_name("template" if kind == "mobile" else kind, seed)
        host = f"{'m' if kind == 'mobile' else 'www'}.{stem}.test"
        sites[kind] = make(Brief(seed, port, kind, name, host, hands[kind], sites.get("template"), strange))
    return _web(seed, port, list(sites.values()))


def deal(texts: Sequence[Text], sizes: Sequence[int], rng: Random) -> list[tuple[Text, ...]]:
    """A hand of texts for each site: every text once before any comes again, none twice in a hand."""
    hands: list[tuple[Text, ...]] = []
    deck: list[Text] = []
    for size in sizes:
        if len(deck) < size:
            held = {text.key for text in deck}
            deck += rng.sample([text for text in texts if text.key not in held], len(texts) - len(held))
        hands.append(tuple(deck[:size]))
        deck = deck[size:]
    return hands


def _hands(seed: int, edition: int, changed: int) -> dict[str, tuple[Text, ...]]:
    """What each kind of site holds: dealt, some of it edited, and the mobile edition as its sister."""
    dealt = deal(load(), [size for _, _, size, _ in PLAN], Random(f"deal/{seed}"))
    hands = {kind: hand for (kind, _, _, _), hand in zip(PLAN, dealt, strict=True)}
    copies = Counter(text.key for hand in dealt for text in hand)
    for kind, _, _, edited in PLAN:
        spare = [text.key for text in hands[kind] if copies[text.key] > 1][:edited]
        copies.subtract(spare)
        hands[kind] = _near_copies(hands[kind], spare, seed, kind)
    corrected = {k: _corrected(hand, edition) if k in CORRECTED else hand for k, hand in hands.items()}
    for site, place in _changing(changed):
        hand = corrected[site]
        other = near_copy(hand[place], Random(f"{seed}/{site}/{place}/changed"), 0.05)
        corrected[site] = (*hand[:place], other, *hand[place + 1 :])
    return corrected | {"mobile": corrected["template"][:MOBILE]}


def _changing(count: int) -> list[tuple[str, int]]:
    """Which articles change first: one of each site, then a second of each."""
    sizes = {kind: size for kind, _, size, _ in PLAN}
    places = [(kind, place) for place in range(MOBILE, max(sizes.values())) for kind in CHANGING if place < sizes[kind]]
    return places[:count]


def _near_copies(hand: tuple[Text, ...], keys: Sequence[str], seed: int, kind: str) -> tuple[Text, ...]:
    """The hand with the named texts edited in 10 to 30 % of their sentences."""
    rng = Random(f"{seed}/{kind}/copies")
    return tuple(near_copy(text, rng, rng.uniform(0.1, 0.3)) if text.key in keys else text for text in hand)


def _corrected(hand: tuple[Text, ...], edition: int) -> tuple[Text, ...]:
    if edition < 2:
        return hand
    return (*hand[:5], near_copy(hand[5], Random(edition), 0.05), *hand[6:])


def _web(seed: int, port: int, sites: list[Site]) -> Web:
    def urls(site: Site, targets: Sequence[str]) -> list[str]:
        return [f"http://{site.host}:{port}{target}" for target in targets]

    pages = {f"http://{s.host}:{port}{target}": page for s in sites for target, page in s.pages.items()}
    return Web(
        seed, port, tuple(s.host for s in sites), pages,
        {f"http://{s.host}:{port}{prefix}": trap for s in sites for prefix, trap in s.traps.items()},
        _with_copies([_with_redating(gold) for s in sites for gold in s.gold]),
        [url for s in sites for url in urls(s, s.starts)],
        tuple(url for s in sites for url in urls(s, s.disallowed)),
        tuple(url for s in sites for url in urls(s, s.non_documents)),
    )  # fmt: skip


def _with_redating(gold: Gold) -> Gold:
    """Redated is also what a page shows under a year that is past the one after its signature's."""
    late = bool(gold.published_on and gold.signed_on) and int(gold.published_on[:4]) - int(gold.signed_on[:4]) > 1
    return replace(gold, redated=gold.redated or late)


def _with_copies(golds: list[Gold]) -> list[Gold]:
    """Each gold, with the first unedited appearance of its text (or else the first) as what it copies."""
    firsts: dict[str, Gold] = {}
    for gold in sorted(golds, key=lambda g: g.edited > 0):
        firsts.setdefault(gold.text_key, gold)
    return [replace(g, copy_of="" if firsts[g.text_key] is g else firsts[g.text_key].id) for g in golds]
