"""The tables of the bench of facts: each field open and held, page dates beside htmldate, the marks of damage."""

from collections.abc import Sequence

from benchmarks.facts import GROUPS, SPAN_KINDS, Found, Judged, Spanned, of, redating, span_score, tally
from benchmarks.restorers import OURS
from benchmarks.tables import Table

ORDER = (
    "title_year", "published_on", "url_date", "signed_on", "era_from", "era_to", "redated", "genre", "signed_by",
    "organisation", "org_level", "org_field", "province", "prefecture", "county", "place_code", "period",
    "period_from", "period_to", "document_number", "cited_numbers", "author", "editor", "auditor", "uploader",
    "language", "script", "outline",
)  # fmt: skip


def fact_tables(found: Found) -> list[Table]:
    """All of them; none where nothing was measured."""
    return [_fields(found), _dates(found), _damage(found)] if found.pages else []


def _fields(found: Found) -> Table:
    title = f"Facts, {found.pages} pages of our own with known answers, {found.traps} of them traps"
    rows = [(name, *_cells(of(found.judged, name), of(found.sample, name))) for name in ORDER]
    rows += [
        (f"all of {name}", *_cells(of(found.judged, *group), of(found.sample, *group)))
        for name, group in GROUPS.items()
        if len(group) > 1
    ]
    header = ("", "answers", "wrong", "missed", "right", "score", "right: open", "right: held", "right: sample")
    return Table(title, "; a wrong guess counts double in the score, unknown is right where it is", header, tuple(rows))


def _cells(judged: Sequence[Judged], sample: Sequence[Judged]) -> tuple[str, ...]:
    whole, sets = tally(judged), [tally(one for one in judged if one.held is held) for held in (False, True)]
    return (
        str(whole.all), str(whole.wrong), str(whole.missed), f"{whole.accuracy:.1%}", f"{whole.score:.3f}",
        *(f"{one.accuracy:.1%}" if one.all else "–" for one in (*sets, tally(sample))),
    )  # fmt: skip


def _dates(found: Found) -> Table:
    """Page dates beside the peer, and redating."""
    rows = []
    for name, judged in {OURS: of(found.judged, "published_on"), **found.peers}.items():
        one = tally(judged)
        rows.append((name, str(one.all), str(one.wrong), str(one.missed), f"{one.accuracy:.1%}", f"{one.score:.3f}"))
    dated = redating(found.judged)
    note = f"; redated: precision {dated.precision:.3f}, recall {dated.recall:.3f}"
    return Table("The date that a page shows", note, ("", "pages", "wrong", "missed", "right", "score"), tuple(rows))


def _damage(found: Found) -> Table:
    rows = [(kind, *_score(found.spans, kind)) for kind in SPAN_KINDS]
    for name, held in (("all: open", False), ("all: held", True)):
        rows.append((name, *_score([one for one in found.spans if one.held is held], "")))
    rows.append(("all", *_score(found.spans, "")))
    spans = sum(len(one.hits) + len(one.missed) for one in found.spans)
    header = ("", "precision", "recall", "F1")
    return Table(
        "Masked, lost and corrupt numbers", f", {spans} spans on {len(found.spans)} pages", header, tuple(rows)
    )


def _score(spans: Sequence[Spanned], kind: str) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in span_score(spans, kind))
