"""What runs in a worker process of a crawl: the corridor, with the knowledge that it was started with."""

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.process import restore

_known = [Knowledge()]  # sent once to each process: it may be megabytes, and does not change during a crawl


def begin(knowledge: str) -> None:
    """Set what is known of the hosts, as `Knowledge.to_json` has it."""
    _known[0] = Knowledge.from_json(knowledge)


def work(article: tuple[Page, ...], rules: PageRules) -> Outcome:
    """Restore an article."""
    return restore(article, _known[0], rules)
