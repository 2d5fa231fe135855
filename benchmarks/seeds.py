"""What the five seed pages must become: the checks of the project's first issue, on the real pages."""

from collections.abc import Callable, Iterable

from benchmarks.pages import seeds
from pipelines.document import Document, Knowledge, Outcome, Page, PageRules
from pipelines.ledger import flaw, replay, uncovered
from pipelines.process import restore

Check = tuple[str, Callable[[list[Document]], bool]]


def _one(documents: list[Document], text: str) -> bool:
    return sum(document.text.count(text) for document in documents) == 1


CHECKS: dict[str, tuple[Check, ...]] = {
    "000": (
        ("one document", lambda d: len(d) == 1),
        ("its body once", lambda d: _one(d, "一、积极完成市委、市府下达的各项中心工作")),
        ("begins with its opening", lambda d: d[0].text.startswith("一年来,XXX市科协")),
        ("ends with its plan", lambda d: d[0].text.endswith("做好各项中心工作及招商引资工作。")),
        ("without 大秘书", lambda d: "大秘书" not in d[0].text),
    ),
    "001": (
        ("one document", lambda d: len(d) == 1),
        ("without the lead-in", lambda d: "小编" not in d[0].text and d[0].text.startswith("今年以来,县科协")),
        ("false breaks joined", lambda d: "示范基地;XX县青少年校外活动中心" in d[0].text),
    ),
    "002": (
        ("seven documents", lambda d: len(d) == 7),
        ("titled by headings", lambda d: [x.title for x in d] == [f"縣科協科普工作總結篇{n}" for n in range(1, 8)]),
        ("every 來源街道", lambda d: sum(x.text.count("來源街道") for x in d) == 16),
        ("no lead-in", lambda d: not any("小編" in x.text for x in d)),
        ("no ticks", lambda d: not any("`" in x.text for x in d)),
        ("mainland words in text_hans", lambda d: "社区" in d[0].text_hans and "社群" not in d[0].text_hans),
        ("the cut end is a gap", lambda d: d[6].status == "partial"),
    ),
    "003": (
        ("one document", lambda d: len(d) == 1),
        ("its own title", lambda d: d[0].title == "關于科協2018年上半年工作總結及下半年工作計劃"),
        ("whole", lambda d: d[0].text.startswith("2018年上半年區科協") and d[0].text.endswith("科普室、科普長廊。")),
        ("without pinyin", lambda d: "(xié)" not in d[0].text and not any(c in d[0].text for c in "āáǎàēéěè")),
        ("。現 restored", lambda d: "(街道)。現各鄉鎮(街道)" in d[0].text),
        ("without the list of links", lambda d: "相關文章" not in d[0].text and "05-10" not in d[0].text),
        ("unsigned", lambda d: d[0].signed_by is None),
    ),
    "004": (
        ("one document", lambda d: len(d) == 1),
        ("signed", lambda d: d[0].signed_by == "xx市科学技术协会" and d[0].signed_on == "2024-06-25"),
        ("without script residue", lambda d: "3310010" not in d[0].text and d[0].text.endswith("2024年6月25日")),
        ("without the share bar", lambda d: "好学生" not in d[0].text),
    ),
}  # fmt: skip


def unlawful(pages: Iterable[Page]) -> list[str]:
    """One line for each page that keeps the law of the ledger not, or that was rejected."""
    found = []
    for page in pages:
        outcome = restore((page,), Knowledge(), PageRules())
        if outcome.source is None or outcome.rejected:
            found.append(f"{page.url}: rejected: {outcome.rejected}")
            continue
        text, edits = outcome.source.text, outcome.edits
        spans = [(document.source_start, document.source_end) for document in outcome.documents]
        cuts = [edit for edit in edits if not edit.replacement]
        kept = all(
            replay(text, edits, *span) == document.text for span, document in zip(spans, outcome.documents, strict=True)
        )
        if flaw(text, edits) or uncovered(text, cuts, spans) or not kept:
            found.append(f"{page.url}: the ledger does not account for its text")
    return found


def failures() -> list[str]:
    """One line for each check that does not hold."""
    found = []
    for page in seeds():
        outcome: Outcome = restore((page,), Knowledge(), PageRules())
        name = page.url[-3:]
        documents = list(outcome.documents)
        if outcome.source is None:
            found.append(f"{name}: rejected: {outcome.rejected}")
            continue
        found += [f"{name}: not so: {claim}" for claim, holds in CHECKS[name] if not holds(documents)]
    return found
