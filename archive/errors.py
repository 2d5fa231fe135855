"""The one exception that users see: its text is a sentence that says what, where and what to do."""


class ArchiveError(Exception):
    """The archive cannot do what was asked. `str()` of it is shown as it is."""
