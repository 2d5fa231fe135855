"""A bound of a text's time: not written before, hardly after; and how long a report lags behind what it reports."""

from typing import NamedTuple

# Months that a text may be written after what ends its time: a year's summary comes by the spring, a plenum is named
# from the next meeting on. Chosen; seed 000 (十六届五中全会, before the sixth of October 2006) then ends in April 2007.
LAG = 6


class Bound(NamedTuple):
    """What one reference proves: not before `since` (hard), hardly after `until` (soft, lag included); '' is open."""

    since: str
    until: str
    start: int  # in the text
    end: int
    kind: str  # plenum | congress | plan | counted | campaigns … (the tables of `anchors`) | year


def later(month: str) -> str:
    """That month and the lag."""
    year, past = divmod(int(month[5:7]) - 1 + LAG, 12)
    return f"{int(month[:4]) + year}-{past + 1:02}"
