"""What a failed request means for its address and its host: who waits, for how long, and what is not asked again.

Pure functions of what was seen: no clock, no dice. The jitter that keeps addresses from coming back together is a
function of the address and the attempt, so that a crawl which is run again waits as it did. Rows of waits are
`archive/frontier.py` and `archive/hosts.py`; who calls this is the spider.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# What the whole host has said or shown, not one of its pages. 509 and 529 are hosts over their quota, 52x an edge
# (Cloudflare) that cannot reach the host behind it.
HOST_STATUSES = frozenset([429, 503, 509, 521, 522, 523, 529])
PAGE_STATUSES = frozenset([408, 425, 500, 502, 504, 520, 524, 530])
# Codes of errors as `links` has them: the host does not answer at all; or it broke off on this page.
ROBOTS = "robots-unreachable"  # nothing of the host may be asked for until its robots.txt can be read
BLOCKED = "blocked"  # a guard answered in the place of the page, whatever the status: as a 429, in a page's clothes
HOST_ERRORS = frozenset(["timeout", "connection-refused", "cannot-resolve-host", ROBOTS, BLOCKED])
CUT = "response-data-loss"  # the connection ended before the body did
PAGE_ERRORS = frozenset(["failed", CUT, "short-body"])
RESTING = "host-resting"  # what was not sent because its host had just asked for rest
# A host that forbids page after page has shut this crawler out: it counts, though no page of it is asked again.
SHUT_OUT = frozenset([401, 403])

JITTER = 0.25  # a wait is up to so much longer (chosen): never shorter than what was asked for


@dataclass(frozen=True, slots=True)
class Wait:
    """What to do after a failure."""

    seconds: float = 0.0  # before the address (the host, where `host`) is asked again
    host: bool = False  # no page of the host is asked before
    give_up: bool = False  # the address is not asked again in this round
    rests: bool = False  # the host is left alone for the rest of this crawl; the next one asks again
    reason: str = ""  # code first, as `links` and `hosts` keep it


@dataclass(frozen=True, slots=True)
class Backoff:
    """A policy; its numbers are settings."""

    times: int = 2  # RETRY_TIMES: attempts of one address after the first
    first: float = 10.0  # BACKOFF_FIRST: seconds after the first failure, doubled with each one more
    longest: float = 3600.0  # BACKOFF_MAX: a host that wants a longer wait rests for this crawl
    failures: int = 10  # HOST_FAILURES: so many in a row, and the host rests

    def after(
        self, failure: int | str, attempts: int, failures: int, url: str, headers: Mapping[str, str], now: datetime
    ) -> Wait:
        """What a status (or the code of an error) means, at the `attempts`th failure of this address.

        `failures` are those of its host in a row, this one included; the names of `headers` are in lower case.
        """
        what = f"http-{failure}" if isinstance(failure, int) else failure
        asked = asked_for(failure, headers.get("retry-after", ""), now)
        host = failure in HOST_STATUSES or failure in HOST_ERRORS or bool(asked)
        if counts(failure) and failures >= self.failures:
            return Wait(asked, True, False, True, f"host-rests: {what}, {failures} failures in a row")
        if asked > self.longest:
            return Wait(asked, True, False, True, f"host-rests: {what}, and it asks for {asked:.0f} s")
        give_up = not is_transient(failure) or attempts > self.times
        if give_up and not host:
            return Wait(give_up=True, reason=what)
        seconds = asked or self.doubled(failures if host else attempts)
        seconds *= 1 + JITTER * _share(f"{attempts}/{failures}/{url}")
        return Wait(seconds, host, give_up, False, f"{what}: attempt {attempts}, {seconds:.1f} s to wait")

    def doubled(self, times: int) -> float:
        """The wait after so many failures, without jitter."""
        return min(self.first * 2.0 ** min(max(times, 1) - 1, 30), self.longest)


def is_transient(failure: int | str) -> bool:
    """Whether the same request may go well later."""
    return failure in HOST_STATUSES | PAGE_STATUSES or failure in HOST_ERRORS | PAGE_ERRORS


def counts(failure: int | str) -> bool:
    """Whether a failure counts against its host. What is simply not there (404, 410) does not."""
    return is_transient(failure) or failure in SHUT_OUT


def code(error: BaseException) -> str:
    """A kebab-case name for an error: CannotResolveHostError -> cannot-resolve-host."""
    name = type(error).__name__.removesuffix("Error").removeprefix("Download")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).strip("-") or "failed"


def retry_after(value: str, now: datetime) -> float:
    """The seconds that a Retry-After asks for: a number of them, or an HTTP date; 0 where it says neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)  # HTTP dates are GMT, also where they do not say so
    return max((when - now).total_seconds(), 0.0)


def asked_for(failure: int | str, said: str, now: datetime) -> float:
    """The seconds for which an answer asks to be left alone: RFC 9110 gives Retry-After to 503, RFC 6585 to 429; others
    that carry it mean the same."""
    may = isinstance(failure, int) and (failure >= 500 or failure in (403, 408, 413, 425, 429))
    return retry_after(said, now) if may else 0.0


def _share(text: str) -> float:
    """A number from 0 to 1 that is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 0xFFFFFFFF
