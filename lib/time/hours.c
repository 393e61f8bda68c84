/* SPDX-License-Identifier: MIT */
/* Weekly hours: windows turned into instants date by date, until one answers. */
#include "time/hours.h"

#include <stdbool.h>

#include "base/arith.h"
#include "time/civil.h"

#define DAY_MINUTES 1440

/* One window of one date as instants; empty if open >= close. */
struct stretch {
  dun_time open;
  dun_time close;
};

/* The windows [first, end) in force on a date. */
struct date {
  uint32_t first, end;
};

static struct date date_of(const struct dun__week *week, const struct dun__holidays *holidays,
                           int64_t day)
{
  uint32_t weekday = dun__weekday((dun_day)day);
  struct date d;
  bool known = true;
  if (holidays != NULL && dun__calendar_holiday(holidays->calendar, holidays->dates, day, &known))
    week = holidays->week;
  d.first = week->first[weekday];
  d.end = known ? week->first[weekday + 1] : d.first;
  return d;
}

/* Whether a date's last window lasts to 24:00. */
static bool to_midnight(struct date d, const struct dun__window *windows)
{
  return d.first < d.end && windows[d.end - 1].to == DAY_MINUTES;
}

static struct stretch stretch_of(const struct dun__week *week, const struct dun__window *windows,
                                 const struct dun__holidays *holidays, const struct dun__zone *zone,
                                 int64_t day, uint32_t i)
{
  struct stretch s;
  int32_t from = windows[i].from * 60, to = windows[i].to * 60;
  /* Where the day before is open to 24:00, 00:00 is no edge: even if the clock is set back over
   * midnight the hours go on. */
  if (from == 0 && to_midnight(date_of(week, holidays, day - 1), windows))
    s.open = dun__zone_day_start(zone, day);
  else
    s.open = dun__zone_later(zone, day, from);
  s.close = dun__zone_earlier(zone, day, to);
  return s;
}

/* Open round the clock. */
static bool always(const struct dun__week *week, const struct dun__window *windows,
                   const struct dun__holidays *holidays)
{
  if (holidays != NULL)
    return false;
  for (uint32_t d = 0; d < 7; d++)
    if (week->first[d + 1] != week->first[d] + 1 || windows[week->first[d]].from != 0 ||
        windows[week->first[d]].to != DAY_MINUTES)
      return false;
  return true;
}

dun_time dun__hours_open(const struct dun__week *week, const struct dun__window *windows,
                         const struct dun__holidays *holidays, const struct dun__zone *zone,
                         dun_time t)
{
  int64_t today, last;
  if (holidays == NULL && week->first[0] == week->first[7])
    return DUN_TIME_NEVER;
  t = dun__max(t, DUN_TIME_MIN);
  if (always(week, windows, holidays))
    return t;
  today = dun__zone_day(zone, t);
  last = dun__min(today + DUN__HOURS_DATES - 1, DUN_DAY_MAX);
  for (int64_t day = today; day <= last; day++) {
    struct date d = date_of(week, holidays, day);
    for (uint32_t i = d.first; i < d.end; i++) {
      struct stretch s = stretch_of(week, windows, holidays, zone, day, i);
      if (s.open < s.close && s.close > t)
        return dun__max(s.open, t);
    }
  }
  return DUN_TIME_NEVER;
}

dun_time dun__hours_close(const struct dun__week *week, const struct dun__window *windows,
                          const struct dun__holidays *holidays, const struct dun__zone *zone,
                          dun_time t)
{
  int64_t today, last;
  dun_time end = t; /* open without a break from t to here */
  if (holidays == NULL && week->first[0] == week->first[7])
    return t;
  if (always(week, windows, holidays))
    return DUN_TIME_NEVER;
  today = dun__zone_day(zone, t);
  last = dun__min(today + DUN__HOURS_DATES - 1, DUN_DAY_MAX);
  for (int64_t day = today; day <= last; day++) {
    struct date d = date_of(week, holidays, day);
    for (uint32_t i = d.first; i < d.end; i++) {
      struct stretch s = stretch_of(week, windows, holidays, zone, day, i);
      if (s.open >= s.close || s.close <= end)
        continue;
      if (s.open > end)
        return end;
      end = s.close;
    }
  }
  return end < dun__zone_day_start(zone, last + 1) ? end : DUN_TIME_NEVER;
}
