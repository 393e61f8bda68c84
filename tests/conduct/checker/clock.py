# SPDX-License-Identifier: MIT
"""Local time by zoneinfo, as arrays with an entry for each minute, counted from 1970."""
import calendar
import datetime as dt
import functools
import zoneinfo

import numpy as np

DAY = 1440
STEP = 15                                   # clocks are changed on quarters of an hour


def minute(*date):
    return calendar.timegm(dt.datetime(*date).timetuple()) // 60


FIRST, END = minute(2025, 9, 1), minute(2027, 6, 1)
MONTH = np.array([(d.year - 1970) * 12 + d.month for d in
                  (dt.date(1970, 1, 1) + dt.timedelta(i) for i in range(END // DAY + 40))])


class Zone:
    def __init__(self, name):
        zone = zoneinfo.ZoneInfo(name)
        offset = np.array([dt.datetime.fromtimestamp(t * 60, zone).utcoffset().total_seconds()
                           for t in range(FIRST, END, STEP)], dtype=np.int64) // 60
        self.turns = [FIRST + int(i) * STEP + STEP for i in np.flatnonzero(np.diff(offset))]
        wall = np.arange(FIRST, END) + np.repeat(offset, STEP)
        self.wall = wall                            # minutes that the local clock shows
        self.day = np.maximum.accumulate(wall // DAY)  # the latest date that has begun
        self.edge = functools.lru_cache(None)(self.find_edge)

    def start(self, day):
        """The first minute of a date."""
        return FIRST + int(np.searchsorted(self.day, day))

    def find_edge(self, day, clock, opens):
        """Where a window begins (opens) or ends: in a gap the first minute after it, of two
        readings the later for the beginning, the earlier for the end. 00:00 is the start of the
        date."""
        if clock in (0, DAY):
            return self.start(day + clock // DAY)
        low = max(day * DAY - FIRST - 2 * DAY, 0)
        part = self.wall[low:low + 5 * DAY]
        shown = np.flatnonzero(part == day * DAY + clock)
        if not len(shown):
            shown = np.flatnonzero(part > day * DAY + clock)[:1]
        return FIRST + low + int(shown[-1 if opens else 0])


@functools.lru_cache(None)
def zone(name):
    return Zone(name)


def day_of(text):
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def add_months(day, months):
    """The same day some months on, or that month's last."""
    d = dt.date(1970, 1, 1) + dt.timedelta(day)
    y, m = divmod(d.year * 12 + d.month - 1 + months, 12)
    last = calendar.monthrange(y, m + 1)[1]
    return (dt.date(y, m + 1, min(d.day, last)) - dt.date(1970, 1, 1)).days
