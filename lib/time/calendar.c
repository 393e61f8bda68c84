/* SPDX-License-Identifier: MIT */
/* Business calendars: open dates counted by whole weeks, plus what the listed dates add up to. */
#include "time/calendar.h"

#include "base/arith.h"
#include "time/civil.h"

#define EPOCH_WEEKDAY 3 /* 1970-01-01 was a Thursday */

static bool closed_weekday(const struct dun__calendar *calendar, int64_t day)
{
  return calendar->weekend >> dun__weekday((dun_day)day) & 1u;
}

/* Open weekdays among the first `n` of a week that starts on Monday; n <= 7. */
static int64_t open_weekdays(const struct dun__calendar *calendar, int64_t n)
{
  int64_t open = 0;
  for (int64_t d = 0; d < n; d++)
    open += !(calendar->weekend >> d & 1u);
  return open;
}

/* Open dates by weeks alone, up to and with `day`, from a Monday long ago; only differences mean
 * anything. */
static int64_t by_weeks(const struct dun__calendar *calendar, int64_t day)
{
  int64_t week = dun__floor_div(day + EPOCH_WEEKDAY, 7);
  return week * open_weekdays(calendar, 7) +
         open_weekdays(calendar, day + EPOCH_WEEKDAY - week * 7 + 1);
}

/* How many of the listed dates are <= day. */
static uint32_t listed_until(const struct dun__calendar *calendar,
                             const struct dun__calendar_date *dates, int64_t day)
{
  uint32_t low = 0, high = calendar->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (dates[calendar->first + middle].day <= day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Open dates up to and with `day`, of which `listed` are listed. */
static int64_t total(const struct dun__calendar *calendar, const struct dun__calendar_date *dates,
                     int64_t day, uint32_t listed)
{
  return by_weeks(calendar, day) + (listed > 0 ? dates[calendar->first + listed - 1].extra : 0);
}

/* The n-th open weekday after a date, n >= 1, or INT64_MAX if all are closed. */
static int64_t nth_weekday(const struct dun__calendar *calendar, int64_t day, int64_t n)
{
  int64_t week = open_weekdays(calendar, 7);
  if (week == 0)
    return INT64_MAX;
  if (!dun__add(day, (n - 1) / week * 7, &day))
    return INT64_MAX;
  n = (n - 1) % week + 1;
  while (n > 0) /* less than two weeks */
    n -= !closed_weekday(calendar, ++day);
  return day;
}

void dun__calendar_sum(const struct dun__calendar *calendar, struct dun__calendar_date *dates)
{
  int extra = 0;
  for (uint32_t i = calendar->first; i < calendar->first + calendar->count; i++) {
    bool closed = closed_weekday(calendar, dates[i].day);
    if (dates[i].open)
      extra += closed;
    else
      extra -= !closed;
    dates[i].extra = (int16_t)extra;
  }
}

bool dun__calendar_holiday(const struct dun__calendar *calendar,
                           const struct dun__calendar_date *dates, int64_t day, bool *known)
{
  uint32_t listed;
  *known = day >= calendar->from && day <= calendar->until;
  if (!*known)
    return false;
  listed = listed_until(calendar, dates, day);
  return listed > 0 && dates[calendar->first + listed - 1].day == day &&
         !dates[calendar->first + listed - 1].open;
}

bool dun__calendar_open(const struct dun__calendar *calendar,
                        const struct dun__calendar_date *dates, int64_t day, bool *known)
{
  bool valid = day >= calendar->from && day <= calendar->until;
  uint32_t listed;
  if (known != NULL)
    *known = valid;
  if (!valid)
    return false;
  listed = listed_until(calendar, dates, day);
  if (listed > 0 && dates[calendar->first + listed - 1].day == day)
    return dates[calendar->first + listed - 1].open;
  return !closed_weekday(calendar, day);
}

int64_t dun__calendar_count(const struct dun__calendar *calendar,
                            const struct dun__calendar_date *dates, int64_t after, int64_t day)
{
  if (after >= day)
    return 0;
  if (after < (int64_t)calendar->from - 1 || day > calendar->until)
    return DUN__CALENDAR_UNKNOWN;
  return total(calendar, dates, day, listed_until(calendar, dates, day)) -
         total(calendar, dates, after, listed_until(calendar, dates, after));
}

int64_t dun__calendar_nth(const struct dun__calendar *calendar,
                          const struct dun__calendar_date *dates, int64_t after, int64_t n)
{
  uint32_t low, high = calendar->count;
  int64_t want, day;
  if (after < (int64_t)calendar->from - 1 || n > DUN_DAY_MAX - after)
    return DUN__CALENDAR_UNKNOWN;
  low = listed_until(calendar, dates, after);
  want = total(calendar, dates, after, low) + n;
  while (low < high) { /* the first listed date by which there are enough */
    uint32_t middle = low + (high - low) / 2;
    if (total(calendar, dates, dates[calendar->first + middle].day, middle + 1) < want)
      low = middle + 1;
    else
      high = middle;
  }
  day = nth_weekday(calendar, after, want - total(calendar, dates, after, low));
  if (low < calendar->count)
    day = dun__min(day, dates[calendar->first + low].day);
  return day <= calendar->until ? day : DUN__CALENDAR_UNKNOWN;
}

int64_t dun__calendar_next(const struct dun__calendar *calendar,
                           const struct dun__calendar_date *dates, int64_t day)
{
  return dun__calendar_nth(calendar, dates, day - 1, 1);
}
