"""What each voter of the extraction is worth: the same pages without it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Figures, figures
from benchmarks.measure import run
from benchmarks.own import Progress
from benchmarks.pages import SEEDS, Case, real_cases, sample_cases
from benchmarks.restorers import learned, ours
from pipelines.document import Knowledge
from pipelines.voters import VOTERS, Voter

Sets = Sequence[tuple[str, Knowledge, Sequence[Case]]]


@dataclass(frozen=True, slots=True)
class Without:
    """The figures of each set of pages without one voter; `voter` is '' for all of them."""

    voter: str
    sets: dict[str, Figures]


def ablation(progress: Progress, voters: tuple[Voter, ...] = VOTERS) -> list[Without]:
    """All voters together, then each left out: on the real pages, and on the sample at first sight and known."""
    sets = _sets()
    rows = []
    for left_out in (None, *voters):
        progress(f"ablation: without {left_out.name}" if left_out else "ablation: all voters")
        kept = tuple(voter for voter in voters if voter is not left_out)
        found = {name: figures(run(ours(known, voters=kept), cases)) for name, known, cases in sets}
        rows.append(Without(left_out.name if left_out else "", found))
    return rows


def _sets() -> Sets:
    webs = [sample_cases(seed) for seed in SEEDS]
    sample = [case for web in webs for case in web]
    sets = [("sample, first sight", Knowledge(), sample), ("sample", learned(sample), sample)]
    real = real_cases()
    return [("real", Knowledge(), real), *sets] if real else sets
