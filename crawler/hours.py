"""When a site may be asked: a window of the day by its own clock, such as the night of a school's small server."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens` to `closes`, in minutes of the day; past midnight where it closes before it opens."""

    opens: int
    closes: int
    zone: str

    def seconds_until_open(self, now: datetime) -> float:
        """How long nothing may be asked for; 0 where it may. `now` has a zone, whichever."""
        here = now.astimezone(ZoneInfo(self.zone))
        minute = here.hour * 60 + here.minute
        is_open = (self.opens <= minute < self.closes) if self.opens < self.closes else not self._is_day(minute)
        return 0.0 if is_open else (self.next(now).astimezone(now.tzinfo) - now).total_seconds()

    def next(self, now: datetime) -> datetime:
        """When it opens next, by the site's clock."""
        here = now.astimezone(ZoneInfo(self.zone))
        start = here.replace(hour=self.opens // 60, minute=self.opens % 60, second=0, microsecond=0)
        return start if start > here else start + timedelta(days=1)  # on the wall's clock: a day may have 23 hours

    def _is_day(self, minute: int) -> bool:
        return self.closes <= minute < self.opens

    def __str__(self) -> str:
        times = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))
        return f"{'-'.join(times)} {self.zone}"


def window(text: str, zone: str) -> Window:
    """What `hours = "22:00-06:00"` means. Raises `ValueError`, saying what is wanted."""
    found = _WINDOW.fullmatch(text.strip())
    if not found or found.group(1, 2) == found.group(3, 4):
        raise ValueError(f'must be a window such as "22:00-06:00", not {text!r}')
    opens, closes = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    return Window(opens, closes, zone)


def known_zone(value: object) -> str:
    """The name of a time zone. Raises `ValueError`."""
    try:
        return ZoneInfo(str(value)).key
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f'must be a time zone such as "Asia/Shanghai", not {value!r}') from error


def hours(value: object) -> str:
    """A window, checked and as it was written. Raises `ValueError`."""
    window(str(value), "UTC")
    return str(value)
