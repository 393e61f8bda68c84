/* SPDX-License-Identifier: MIT */
/* Until when an action is in time: `within`, from its first permitted instant (design 5). */
#include "core/deadline.h"

#include "core/clock.h"
#include "core/guard.h"
#include "time/civil.h"

/* Dates in (after, day]; with a calendar, those that are open. The calendar's "unknown" is
 * DUN__NO_DAY, more than any number of dates that is wanted. */
static int64_t dates_in(const struct dun__case *c, const struct dun__calendar *calendar,
                        int64_t after, int64_t day)
{
  if (calendar == NULL)
    return day - after;
  return dun__calendar_count(calendar, dun__dates(c->policy), after, day);
}

/* The n-th of them after a date, n >= 1; DUN__NO_DAY. */
static int64_t nth_date(const struct dun__case *c, const struct dun__calendar *calendar,
                        int64_t after, int64_t n)
{
  if (calendar == NULL)
    return after + n;
  return dun__calendar_nth(calendar, dun__dates(c->policy), after, n);
}

/* The same, not counting dates whose start lies under a hold: from one hold to the next. */
static int64_t nth_free(const struct dun__case *c, const struct dun__calendar *calendar,
                        int64_t day, int64_t n)
{
  for (;;) {
    int64_t last, free;
    dun_time start = dun__start_of(c, day + 1), hold;
    if (start == DUN_TIME_NEVER)
      return DUN__NO_DAY;
    if (dun__hold_free(c, start) != start) {
      day = dun__date_from(c, dun__hold_free(c, start));
      if (day == DUN__NO_DAY)
        return DUN__NO_DAY;
      day--;
      continue;
    }
    hold = dun__hold_next(c, start);
    if (hold == DUN_TIME_NEVER)
      return nth_date(c, calendar, day, n);
    last = dun__date_from(c, hold) - 1; /* not before day + 1, which begins before the hold */
    free = dates_in(c, calendar, day, last);
    if (free >= n)
      return nth_date(c, calendar, day, n);
    n -= free;
    day = last;
  }
}

dun_time dun__deadline(const struct dun__case *c, struct dun__span within, dun_time first,
                       bool held)
{
  const struct dun__calendar *calendar = NULL;
  int64_t day, n = within.n;
  dun_time end;
  if (first == DUN_TIME_NEVER || within.unit == DUN__SPAN_NONE)
    return DUN_TIME_NEVER;
  if (within.unit == DUN__SPAN_SECONDS)
    return dun__wait(c, first, within, DUN__NO_TIME);
  day = dun__today(c, first);
  if (within.unit == DUN__SPAN_MONTHS)
    n = dun__months_on((dun_day)day, n) - day;
  if (within.unit == DUN__SPAN_BUSINESS) {
    bool known = true;
    calendar = &dun__calendars(c->policy)[c->policy->calendar];
    if (n == 0 && !dun__calendar_open(calendar, dun__dates(c->policy), day, &known)) {
      n = 1; /* this or the next open date, under a hold or not: a later plan ends no earlier */
      held = false;
    }
    if (!known)
      return DUN_TIME_NEVER;
  }
  if (n > 0)
    day = held ? nth_free(c, calendar, day, n) : nth_date(c, calendar, day, n);
  if (day == DUN__NO_DAY)
    return DUN_TIME_NEVER;
  end = dun__start_of(c, day + 1);
  return end == DUN_TIME_NEVER ? DUN_TIME_NEVER : end - 1;
}
