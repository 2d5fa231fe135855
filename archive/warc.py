"""WARC files: how captures are written, read back and checked. The door to `warcs/`, which alone knows the format."""

from archive.warcs.checking import captures, check
from archive.warcs.openness import OPEN, existing, exists, is_held
from archive.warcs.reading import is_of, raw, read, resolved, scan
from archive.warcs.records import (
    KINDS,
    NOT_MODIFIED,
    PROFILES,
    SAME_PAYLOAD,
    TRUNCATED,
    Capture,
    Exchange,
    Record,
    Reference,
    WarcError,
    body_digest,
)
from archive.warcs.sealing import finish_open
from archive.warcs.writing import MAX_BYTES, MAX_HOURS, WarcWriter

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "MAX_HOURS",
    "NOT_MODIFIED",
    "OPEN",
    "PROFILES",
    "SAME_PAYLOAD",
    "TRUNCATED",
    "Capture",
    "Exchange",
    "Record",
    "Reference",
    "WarcError",
    "WarcWriter",
    "body_digest",
    "captures",
    "check",
    "existing",
    "exists",
    "finish_open",
    "is_held",
    "is_of",
    "raw",
    "read",
    "resolved",
    "scan",
]
