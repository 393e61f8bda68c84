# SPDX-License-Identifier: MIT
"""Civil time for the model: by zoneinfo, and by looking at minutes wherever a clock is changed."""
import datetime as dt
import functools
import zoneinfo

UTC = dt.timezone.utc
EPOCH = dt.date(1970, 1, 1)
NEVER = (1 << 63) - 1


@functools.lru_cache(None)
def zone(name):
    return zoneinfo.ZoneInfo(name)


def date(day):
    return EPOCH + dt.timedelta(days=day)


def day_of(d):
    return (d - EPOCH).days


def local(name, t):
    return dt.datetime.fromtimestamp(t, zone(name)).replace(tzinfo=None)


def offsets(name, t):
    """The offsets around an instant. With one alone no clock is changed near it."""
    return {int(zone(name).utcoffset(dt.datetime.fromtimestamp(t + h * 3600, zone(name)))
                .total_seconds()) for h in range(-30, 31, 3)}


@functools.lru_cache(None)
def instant(name, day, minute=0):
    """The first instant whose local clock shows day and minute, or more: minute 0 = the start of
    the date; a time in a gap = the first instant after it; of two readings the earlier."""
    wanted = dt.datetime.combine(date(day), dt.time()) + dt.timedelta(minutes=minute)
    t = day * 86400 + minute * 60
    around = offsets(name, t)
    t -= max(around)
    if len(around) == 1:
        return t
    t -= 4 * 3600
    t -= t % 60
    while local(name, t) < wanted:
        t += 60
    return t


def start(name, day):
    return instant(name, day, 0)


@functools.lru_cache(1 << 16)
def day_at(name, t):
    """The latest date that has begun."""
    day = day_of(local(name, t).date()) + 1
    while start(name, day) > t:
        day -= 1
    return day


@functools.lru_cache(None)
def edge(name, day, minute, opens):
    """Where a window of wall time begins or ends: in a gap the first instant after it, of two
    readings the later for the beginning and the earlier for the end."""
    if minute == 24 * 60:
        return start(name, day + 1)
    first = instant(name, day, minute)
    if not opens or len(offsets(name, first)) == 1:
        return first
    wanted = dt.datetime.combine(date(day), dt.time()) + dt.timedelta(minutes=minute)
    readings = [t for t in range(first, first + 5 * 3600, 60) if local(name, t) == wanted]
    return max(readings) if readings else first


def add_months(day, months):
    d = date(day)
    y, m = divmod(d.year * 12 + d.month - 1 + months, 12)
    last = (dt.date(y + (m == 11), (m + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return day_of(dt.date(y, m + 1, min(d.day, last)))
