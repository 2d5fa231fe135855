"""What a worker process is: one that ends when its parent does, and in a crawl one that knows what was learned.

Both pools (`pipelines/items.py`, `archive/pool.py`) begin their workers here. Who starts them names what they do by
this module: only a process that restores a page imports the corridor, which takes most of a second.
"""

import ctypes
import gc
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from pipelines.document import Knowledge, Outcome, Page, PageRules

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
LOOK_EVERY = 1.0  # seconds between two looks at the parent, where the kernel does not tell of its death

NICENESS = 5  # of a crawl's workers: what fetches and what is served beside it come first

_known = [Knowledge()]  # sent once to each process: it may be megabytes, and does not change during a crawl


def end_with(parent: int) -> None:
    """End this process when `parent` does, killed or not: a worker that waits for work would wait for ever.

    The kernel's signal also reaches a worker that is deep in C code. It is sent when the *thread* that started the
    worker ends: then the pool is broken, and the next article starts a new one.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before this line
        os._exit(1)


def begin(parent: int, knowledge: str) -> None:
    """Set what is known of the hosts, as `Knowledge.to_json` has it; and give way to whatever else runs."""
    end_with(parent)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    _known[0] = Knowledge.from_json(knowledge)


def work(article: tuple[Page, ...], rules: PageRules) -> Outcome:
    """Restore an article."""
    return restore(article, _known[0], rules)


def restore(article: tuple[Page, ...], knowledge: Knowledge, rules: PageRules) -> Outcome:
    """`process.restore`, for those who mostly let others restore."""
    from pipelines import process  # here, not above: see the top

    return process.restore(article, knowledge, rules)


def packed(work: Callable[..., Outcome], article: tuple[Page, ...], *more: object) -> bytes:
    """An outcome as it goes home: by `pickle`, which is twice as fast as what a pool takes, and without its pages."""
    outcome = replace(work(article, *more), article=())
    _settle()
    return pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)


def unpacked(outcome: bytes, article: tuple[Page, ...]) -> Outcome:
    """The outcome of these pages."""
    found: Outcome = pickle.loads(outcome)
    return replace(found, article=article)


@cache
def _settle() -> None:
    """Once, after the first page: what is loaded stays. loky looks for garbage every second, else in all of it."""
    gc.freeze()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)
