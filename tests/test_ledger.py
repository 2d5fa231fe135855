"""The law of the ledger, on random texts: whatever rules propose, the edits replay to the view."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.document import Proposal, Source
from pipelines.ledger import Draft, begin, flaw, replay

TEXT = st.text(alphabet="一二\n a，", min_size=1, max_size=60)


def source(text: str) -> Source:
    return Source("urn:x", text, (0,), "", "", "utf-8", False)


@st.composite
def proposals(draw: st.DrawFn, length: int) -> list[Proposal]:
    spans = draw(
        st.lists(st.tuples(st.integers(0, length - 1), st.integers(1, 8), st.text("甲\nx", max_size=3)), max_size=6)
    )
    return [Proposal(a, min(length, a + n), new, "rule", "") for a, n, new in spans]


def expected(view: str, wanted: list[Proposal]) -> str:
    at, out = 0, []
    for p in sorted(wanted, key=lambda p: (p.start, -p.end, p.rule)):
        if p.start >= at:
            out += [view[at : p.start], p.replacement]
            at = p.end
    return "".join([*out, view[at:]])


@settings(max_examples=400)
@given(TEXT, st.data())
def test_replaying_the_edits_gives_the_view(text: str, data: st.DataObject) -> None:
    draft = begin(source(text))
    for n in range(4):
        if not draft.view:
            break
        wanted = data.draw(proposals(len(draft.view)))
        view = expected(draft.view, wanted)
        draft = draft.edited(f"round {n}", wanted)
        assert draft.view == view
        assert flaw(text, draft.edits) == ""
        assert replay(text, draft.edits) == draft.view


@settings(max_examples=400)
@given(TEXT, st.data())
def test_a_part_replays_to_its_stretch_of_the_view(text: str, data: st.DataObject) -> None:
    draft: Draft = begin(source(text))
    for n in range(3):
        if draft.view:
            draft = draft.edited(f"round {n}", data.draw(proposals(len(draft.view))))
    replaced = list(zip(draft.at, draft.ends, strict=True))
    inside = [at for at in range(len(draft.view) + 1) if not any(a < at < b for a, b in replaced)]
    a, b = sorted((data.draw(st.sampled_from(inside)), data.draw(st.sampled_from(inside))))
    if a < b:
        assert replay(text, draft.edits, draft.source_at(a), draft.source_end(b)) == draft.view[a:b]
        assert draft.view_at(draft.source_at(a)) == a


def test_a_flaw_is_named() -> None:
    draft = begin(source("一二三")).edited("r", [Proposal(0, 1, "", "cut", "")])
    assert "overlaps" in flaw("一二三", [*draft.edits, *draft.edits])
    assert "past" in flaw("", draft.edits)
