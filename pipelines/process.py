"""The corridor: what happens to an article, in order. Reads as the architecture."""

from collections.abc import Sequence

from pipelines.assemble import assemble
from pipelines.decode import decode
from pipelines.document import Knowledge, Outcome, Page, PageRules, Rejected
from pipelines.extract import extract
from pipelines.extraction.ballot import Voter
from pipelines.extraction.voters import VOTERS
from pipelines.flat import unflatten
from pipelines.frame import frame, frame_parts
from pipelines.gate import gate
from pipelines.reflow import reflow
from pipelines.repair import repair
from pipelines.split import split
from pipelines.stitch import stitch


def process(
    article: tuple[Page, ...], knowledge: Knowledge, rules: PageRules, voters: Sequence[Voter] = VOTERS
) -> Outcome:
    """Restore the documents of one article (its pages in order). Raises `Rejected` where it holds none.

    Fewer `voters` only to measure what each is worth.
    """
    known = knowledge.of(article[0].host)
    extracts = [extract(decode(page), known, rules, voters) for page in article if not page.missing]
    stitched = stitch(article, extracts)
    repaired = repair(stitched, known)
    lined = unflatten(repaired)
    framed = gate(frame(lined))
    divided = split(framed)
    cleaned = frame_parts(divided)
    flowed = reflow(cleaned)
    return assemble(flowed, article, knowledge, rules)


def restore(
    article: tuple[Page, ...], knowledge: Knowledge, rules: PageRules, voters: Sequence[Voter] = VOTERS
) -> Outcome:
    """`process`, with a rejection as an outcome: the one place where a bad page is handled."""
    try:
        return process(article, knowledge, rules, voters)
    except Rejected as reason:
        return Outcome(article, knowledge.id, rules, reason.source, rejected=str(reason))
    except Exception as error:  # a defect of a rule must cost its page, never the run; the reason names the place
        frames = error.__traceback__
        while frames and frames.tb_next:
            frames = frames.tb_next
        where = frames.tb_frame.f_code.co_name if frames else "?"
        return Outcome(article, knowledge.id, rules, rejected=f"rule-failed: {where}: {type(error).__name__}: {error}")
