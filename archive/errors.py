"""The one exception that users see, and what errors of the system mean to them: sentences."""

import errno
import sqlite3

WRITING = {  # by errno: what ended the writing of a file
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow any more (a limit of the system)",
    errno.EROFS: "the file system is read-only",
    errno.EIO: "the disk fails",
}
DATABASE = {  # by words of SQLite's message
    "database or disk is full": "the disk is full",
    "locked": "another process holds the database, and did not let go of it in time",
    "readonly": "the database has become read-only",
    "disk I/O error": "the disk fails, or is full",
}


class ArchiveError(Exception):
    """The archive cannot do what was asked. `str()` of it is shown as it is."""


def meaning(error: OSError | sqlite3.Error) -> str:
    """What ended the writing of an archive, in words, with what the system says of it."""
    if isinstance(error, OSError):
        told = WRITING.get(error.errno or 0, "")
    else:
        told = next((said for words, said in DATABASE.items() if words in str(error)), "")
    return f"{told} ({error})" if told else str(error)
