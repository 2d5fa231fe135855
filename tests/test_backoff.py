"""Who waits after a failure, and for how long: by the clock that the test gives."""

from datetime import UTC, datetime

import pytest

from crawler.backoff import JITTER, Backoff, Wait, counts, is_transient, retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
URL = "http://a.test/1.html"
POLICY = Backoff(times=2, first=10.0, longest=3600.0, failures=10)


def after(failure: int | str, attempts: int = 1, failures: int = 1, url: str = URL, **headers: str) -> Wait:
    return POLICY.after(failure, attempts, failures, url, {k.replace("_", "-"): v for k, v in headers.items()}, NOW)


@pytest.mark.parametrize("failure", [429, 503, "blocked", "timeout", "connection-refused", "cannot-resolve-host"])
def test_what_a_host_has_said_makes_the_whole_host_wait(failure: int | str) -> None:
    wait = after(failure)
    assert wait.host and not wait.give_up and not wait.rests and 10.0 <= wait.seconds <= 10.0 * (1 + JITTER)
    assert wait.reason.startswith(f"http-{failure}" if isinstance(failure, int) else failure)


@pytest.mark.parametrize("failure", [500, 502, 504, 408, "failed", "response-data-loss"])
def test_what_went_wrong_on_one_page_makes_that_page_wait(failure: int | str) -> None:
    wait = after(failure)
    assert not wait.host and not wait.give_up and 10.0 <= wait.seconds <= 12.5


@pytest.mark.parametrize("failure", [404, 410, 403, 401, 451, 501, 505, 400, 414, "cancelled", "private-address"])
def test_what_will_not_change_is_not_asked_again(failure: int | str) -> None:
    assert after(failure) == Wait(give_up=True, reason=f"http-{failure}" if isinstance(failure, int) else str(failure))


def test_each_failure_doubles_the_wait_up_to_the_longest() -> None:
    page = [after(500, attempts).seconds for attempts in (1, 2)]
    host = [after(503, 1, failures).seconds for failures in range(1, 10)]
    assert 20.0 <= page[1] <= 25.0
    for number, seconds in enumerate(host):
        assert 10.0 * 2**number <= seconds <= 10.0 * 2**number * (1 + JITTER)
    short = Backoff(times=99, first=10.0, longest=60.0, failures=99)
    assert short.after(500, 50, 50, URL, {}, NOW).seconds <= 60.0 * (1 + JITTER)


def test_an_address_is_given_up_after_its_attempts_and_its_host_still_rests_a_while() -> None:
    assert not after(500, attempts=2).give_up and after(500, attempts=3).give_up
    last = after(503, attempts=3, failures=3)
    assert last.give_up and last.host and last.seconds >= 40.0


def test_a_host_that_fails_on_and_on_rests_and_its_address_is_kept_for_the_next_crawl() -> None:
    wait = after("timeout", attempts=1, failures=10)
    assert wait.rests and wait.host and not wait.give_up and wait.reason.startswith("host-rests: timeout, 10 failures")
    assert after(403, failures=10).rests and not after(403, failures=9).rests
    assert not after(404, failures=10).rests  # a lost page says nothing of the host


def test_the_jitter_is_the_same_each_time_and_differs_between_addresses() -> None:
    assert after(503) == after(503)
    waits = {after(503, url=f"http://a.test/{n}.html").seconds for n in range(20)}
    assert len(waits) == 20 and max(waits) - min(waits) > 1.0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90.0),
        ("Sun Mar  1 12:01:30 2026", 90.0),
        ("Sun, 01 Mar 2026 20:01:30 +0800", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("1.5", 0.0),
        ("", 0.0),
        ("１２", 0.0),
        ("9" * 5000, 999999999.0),
        ("Sun, 99 Foo 99999 99:99:99 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(said: str, seconds: float) -> None:
    assert retry_after(said, NOW) == seconds


def test_retry_after_is_obeyed_never_shortened_and_means_the_host() -> None:
    wait = after(503, retry_after="120")
    assert wait.host and 120.0 <= wait.seconds <= 120.0 * (1 + JITTER)
    assert after(500, retry_after="30").host  # whoever says when to come back is obeyed
    assert not after(404, retry_after="30").host
    long = after(429, retry_after="86400")
    assert long.rests and long.seconds == 86400.0 and not long.give_up and "asks for 86400 s" in long.reason


def test_what_counts_against_a_host() -> None:
    hard: list[int | str] = [429, 503, 500, 403, "timeout", "failed"]
    harmless: list[int | str] = [404, 410, "cancelled"]
    assert all(counts(failure) for failure in hard) and not any(counts(failure) for failure in harmless)
    assert not is_transient(403)
