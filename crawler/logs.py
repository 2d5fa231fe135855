"""The log of a crawl that runs for days: when somebody moves the file away (logrotate), a new one is begun.

Nothing is lost: what was written until then stands in the file that was moved.
"""

import logging
import os
from pathlib import Path


def follow(handler: logging.Handler | None) -> bool:
    """Begin the file of a handler anew where it is not at its place any more; whether that was so."""
    if not isinstance(handler, logging.FileHandler) or handler.stream is None:
        return False
    ours = os.fstat(handler.stream.fileno())
    try:
        there = Path(handler.baseFilename).stat()
        moved = (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino)
    except FileNotFoundError:
        moved = True
    if moved:
        handler.acquire()
        try:
            handler.stream.flush()
            handler.close()  # the next line opens it again, at its end
        finally:
            handler.release()
    return moved
