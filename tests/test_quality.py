"""Quality: what lowers it and by how much, and that more damage never raises it."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.document import Gap
from pipelines.marking.quality import FALSE, GAP, MASKED, PARTS, TORN, WORN, Flaws, quality, quality_parts

TEXT = "全年召开会议12次。整改问题34个。走访群众560户。下一步继续努力。"  # four sentences
KINDS = sorted(TORN | MASKED | WORN | set(FALSE) | {"spun", "items_missing", "off_topic", "of another release"})
REPAIRS = ["pinyin", "bytes", "false_breaks", "spaces"]

spots = st.lists(st.tuples(st.integers(0, 80), st.sampled_from(KINDS)), max_size=12)
gaps = st.lists(
    st.builds(
        Gap,
        st.just(1),
        st.integers(0, 9),
        st.sampled_from([*GAP, "part"]),
        st.none() | st.integers(0, 5000),
        st.just(""),
    ),
    max_size=4,
)
flaws = st.builds(Flaws, spots, gaps, st.sets(st.sampled_from(REPAIRS)), st.booleans())


def scored(*spots: tuple[int, str], gaps: tuple[Gap, ...] = (), repairs: tuple[str, ...] = ()) -> dict[str, float]:
    parts = quality_parts(TEXT, Flaws(spots, gaps, repairs))
    return {name: share for name, share in parts.items() if share != 1}


def test_an_undamaged_text_is_whole() -> None:
    assert scored() == {}
    assert quality(quality_parts(TEXT, Flaws())) == 1 and quality(quality_parts("", Flaws())) == 1


def test_each_kind_of_damage_lowers_its_part() -> None:
    assert scored((0, "numbers_lost"), (3, "undecodable")) == {"intact": 0.75}, "both in one sentence of four"
    assert scored((0, "numbers_masked")) == {"unmasked": 0.875}
    assert scored((0, "punctuation")) == {"readable": 0.925}
    assert scored((0, "items_missing")) == {"complete": 0.97}
    assert scored(*((n, "spun") for n in range(4))) == {"own_words": 0.6}
    assert scored((0, "generated")) == {"authentic": 0.4}
    assert scored((0, "off_topic")) == {"on_topic": 0.2}
    assert scored(repairs=("bytes", "pinyin")) == {"readable": 0.941}


def test_what_is_missing_counts_by_the_pages_own_number() -> None:
    assert scored(gaps=(Gap(1, 0, "preview", 3 * len(TEXT), ""),)) == {"complete": 0.25}
    assert scored(gaps=(Gap(1, 0, "preview", None, ""), Gap(1, 0, "tail", None, ""))) == {"complete": 0.63}
    assert scored(gaps=(Gap(0, 0, "part", 3, ""),)) == {}, "another document"


def test_the_score_is_the_product_of_its_parts() -> None:
    parts = quality_parts(TEXT, Flaws(((0, "numbers_lost"), (12, "numbers_masked")), (), ("spaces",)))
    assert quality(parts) == round(0.75 * 0.875 * 0.97, 3)
    assert list(parts) == list(PARTS)


@given(st.text("会议12次。；\n，", max_size=60), flaws)
def test_every_part_is_a_share(text: str, flaws: Flaws) -> None:
    parts = quality_parts(text, flaws)
    assert all(0 <= share <= 1 for share in parts.values()) and 0 <= quality(parts) <= 1


@given(st.text("会议12次。；\n，", max_size=60), flaws, flaws)
def test_more_damage_never_raises_it(text: str, some: Flaws, more: Flaws) -> None:
    worse = Flaws(
        [*some.spots, *more.spots],
        [*some.gaps, *more.gaps],
        {*some.repairs, *more.repairs},
        some.numbers_untrusted or more.numbers_untrusted,
    )
    before, after = quality_parts(text, some), quality_parts(text, worse)
    assert all(after[name] <= before[name] for name in PARTS) and quality(after) <= quality(before)
