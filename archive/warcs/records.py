"""What stands in WARC files, as types: an exchange to be written, the capture of one, a record read back."""

from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha1, sha256

from archive.errors import ArchiveError
from archive.warcs.http import Headers, header

KINDS = ("response", "resource", "revisit")  # records that are captures
# Profiles of revisits, as WARC/1.1 names them (6.7.2 and 6.7.3).
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
PROFILES = (SAME_PAYLOAD, NOT_MODIFIED)
TRUNCATED = ("length", "time", "disconnect", "unspecified")  # why a block is not whole, as WARC/1.1 names it (5.13)


class WarcError(ArchiveError):
    """A WARC file cannot be read. `str()` of it is shown as it is."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response."""

    url: str
    date: str  # ISO 8601 in UTC
    request_head: bytes
    request_body: bytes
    response_head: bytes
    body: bytes  # as sent, the transfer encoding undone
    ip: str = ""  # of the server
    truncated: str = ""  # why the body is not whole: one of TRUNCATED; '' where it is

    def __post_init__(self) -> None:
        if self.truncated and self.truncated not in TRUNCATED:
            raise ValueError(f"WARC knows no such reason: {self.truncated!r}; it knows {', '.join(TRUNCATED)}")


@dataclass(frozen=True, slots=True)
class Capture:
    """Where an exchange stands, and the digests of what came."""

    file: str  # relative to the WARC folder, without '.open'
    offset: int
    length: int
    record_id: str
    date: str
    payload_digest: str  # 'sha1:BASE32' of the body as sent
    body_digest: str  # SHA-256, in hex, of the body with its content encoding undone


@dataclass(frozen=True, slots=True)
class Reference:
    """What a revisit says of the capture that has its body; '' for what it does not say."""

    profile: str = ""
    record_id: str = ""
    url: str = ""
    date: str = ""

    @property
    def is_same_payload(self) -> bool:
        """Whether the same body came again; tools name the profile by several addresses."""
        return self.profile.endswith("identical-payload-digest")

    @property
    def is_not_modified(self) -> bool:
        """Whether the server only said that nothing had changed; WARC/1.0 names the profile by another address."""
        return self.profile.endswith("/server-not-modified")


@dataclass(frozen=True, slots=True)
class Record:
    """A response, a resource or a revisit, read back."""

    kind: str
    url: str
    date: str
    status: int  # 0 for what is no HTTP response
    headers: Headers
    content_type: str
    body: bytes  # transfer and content encodings undone; of a revisit empty, until `resolved` puts the original's in
    record_id: str
    payload_digest: str  # as the record names it; '' if it does not
    offset: int
    length: int
    refers_to: Reference = Reference()
    truncated: str = ""  # why the body is not whole

    def header(self, name: str) -> str:
        """The last value of an HTTP header; '' if it is not there."""
        return header(self.headers, name)


def digest(data: bytes) -> str:
    """A digest as WARC has it."""
    return "sha1:" + b32encode(sha1(data, usedforsecurity=False).digest()).decode()


def normal(said: str) -> str:
    """A digest as this project writes it, where another tool wrote it in hex, or the label in its own way."""
    label, _, value = said.partition(":")
    label = {"sha-1": "sha1", "sha-256": "sha256", "sha-512": "sha512"}.get(label.lower(), label.lower())
    if label == "sha1" and len(value) == 40 and set(value.lower()) <= set("0123456789abcdef"):
        value = b32encode(bytes.fromhex(value)).decode()
    return f"{label}:{value.upper() if label == 'sha1' else value}" if value else said


def body_digest(record: Record) -> str:
    """SHA-256 of a record's body, content encoding undone."""
    return sha256(record.body).hexdigest()
