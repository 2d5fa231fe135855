"""Settings of a crawl that Scrapyd starts from an egg: the egg is unpacked for this process.

Then they are those of the project.

Scrapyd imports the egg as it was sent, a zip. The project's data (profiles, tables, anchors) are files beside its
modules, so the process works on an unpacked copy and removes it at its end.
"""

import atexit
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

EGG = Path(__file__).parent.parent


def _unpacked() -> str:
    """Where this process finds the project."""
    if not zipfile.is_zipfile(EGG):  # it was unpacked by others
        return str(EGG)
    folder, owner = tempfile.mkdtemp(prefix="worksummaries-"), os.getpid()
    with zipfile.ZipFile(EGG) as egg:
        egg.extractall(folder)

    def remove() -> None:
        if os.getpid() == owner:  # not where a worker ends
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


sys.path.insert(0, _unpacked())

from crawler.settings import *  # noqa: E402, F403
