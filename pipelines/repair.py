"""Reversible damage, undone in the order in which it must be: each step would hide the evidence of the one before.

Markup shown as text first (a reference may stand for a quote), then byte damage (misaligned pinyin before lost lead
bytes), then pinyin annotations, then what scripts scattered (a backtick may be half of a damaged character, an
apostrophe half of a pair of quotes), then watermarks, and the closed lists of masked words and look-alike characters.
"""

from collections.abc import Callable

from pipelines.document import HostKnowledge, Proposal
from pipelines.repairs.annotations import pinyin
from pipelines.repairs.bytes_repair import lost_lead, misaligned_pinyin
from pipelines.repairs.escapes import entities, field_codes, tags
from pipelines.repairs.masked import formulas, homoglyphs, masked_words
from pipelines.repairs.noise import commas_beside_marks, jammer, ticks
from pipelines.repairs.quotes import quotes
from pipelines.repairs.shadow import shadow
from pipelines.repairs.watermarks import without_watermarks
from pipelines.states import Repaired, Stitched

Rule = Callable[[str], list[Proposal]]
BEFORE: tuple[tuple[str, Rule], ...] = (
    ("escapes", entities),
    ("escapes", tags),
    ("escapes", field_codes),
    ("bytes", misaligned_pinyin),
    ("bytes", lost_lead),
    ("pinyin", pinyin),
    ("quotes", quotes),
    ("noise", ticks),
    ("noise", jammer),
    ("noise", commas_beside_marks),
)
AFTER: tuple[tuple[str, Rule], ...] = (
    ("masked words", masked_words),
    ("masked words", formulas),
    ("look-alikes", homoglyphs),
    ("shadow", shadow),
)


def repair(stitched: Stitched, known: HostKnowledge) -> Repaired:
    """The article with its reversible damage undone."""
    draft = stitched.draft
    for name, rule in BEFORE:
        draft = draft.edited(name, rule(draft.view))
    draft = without_watermarks(draft, known)
    for name, rule in AFTER:
        draft = draft.edited(name, rule(draft.view))
    return Repaired(draft, stitched.gaps)


def repaired_title(page_title: str) -> str:
    """A `<title>` with its damage undone. It is no part of the visible text: nothing of it stands in the ledger."""
    text = page_title
    for rule in (entities, misaligned_pinyin, lost_lead):
        text = _applied(text, rule(text))
    # One title has too few annotations to prove that a page is annotated: it is asked three times over.
    return _applied(text, [cut for cut in pinyin("\n".join([text] * 3)) if cut.end <= len(text)])


def _applied(text: str, proposals: list[Proposal]) -> str:
    for proposal in sorted(proposals, key=lambda p: -p.start):
        text = text[: proposal.start] + proposal.replacement + text[proposal.end :]
    return text
