"""Windows of the day, by the site's clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from crawler.hours import hours, known_zone, window

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "clock", "seconds"),
    [
        ("22:00-06:00", "21:59", 60), ("22:00-06:00", "22:00", 0), ("22:00-06:00", "23:59", 0),
        ("22:00-06:00", "00:00", 0), ("22:00-06:00", "05:59", 0), ("22:00-06:00", "06:00", 16 * 3600),
        ("09:00-17:30", "08:00", 3600),
        ("09:00-17:30", "17:29", 0), ("09:00-17:30", "17:30", 15.5 * 3600), ("00:00-23:59", "12:00", 0),
    ],
)  # fmt: skip
def test_a_window_opens_and_closes_by_the_clock_of_the_site(text: str, clock: str, seconds: float) -> None:
    hour, minute = map(int, clock.split(":"))
    here = datetime(2026, 3, 1, hour, minute, tzinfo=CHINA)
    found = window(text, "Asia/Shanghai")
    assert found.seconds_until_open(here) == seconds
    assert found.seconds_until_open(here.astimezone(UTC)) == seconds
    assert found.next(here) - here == timedelta(seconds=seconds) or not seconds
    assert str(found) == f"{text} Asia/Shanghai"


def test_a_night_in_which_clocks_change_is_as_long_as_it_is() -> None:
    spring = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)  # midnight in Berlin; that night 02:00 is 03:00
    assert window("12:00-13:00", "Europe/Berlin").seconds_until_open(spring) == 11 * 3600


@pytest.mark.parametrize("text", ["", "22-6", "22:00", "24:00-06:00", "22:00-22:00", "22:60-23:00", "a 22:00-06:00"])
def test_what_is_no_window_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="must be a window"):
        hours(text)


@pytest.mark.parametrize("name", ["", "Shanghai", "Asia/Nowhere", "../etc/passwd", 8])
def test_what_is_no_time_zone_is_said(name: object) -> None:
    with pytest.raises(ValueError, match="must be a time zone"):
        known_zone(name)
