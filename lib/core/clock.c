/* SPDX-License-Identifier: MIT */
/* The account's own clock: days past due and waits under clock-stopping holds. */
#include "core/clock.h"

#include "base/arith.h"
#include "time/civil.h"

dun_day dun__today(const struct dun__case *c, dun_time t)
{
  return dun__zone_day(c->zone, t > DUN_TIME_MAX ? DUN_TIME_MAX : t);
}

dun_time dun__start_of(const struct dun__case *c, int64_t day)
{
  return day == DUN__NO_DAY ? DUN_TIME_NEVER : dun__zone_day_start(c->zone, day);
}

dun_time dun__time_on(const struct dun__case *c, int64_t day, uint32_t minute)
{
  if (day == DUN__NO_DAY)
    return DUN_TIME_NEVER;
  if (minute == DUN__NO_TIME)
    return dun__zone_day_start(c->zone, day);
  return dun__zone_earlier(c->zone, day, (int32_t)minute * 60);
}

int64_t dun__date_from(const struct dun__case *c, dun_time t)
{
  dun_day d;
  if (t == DUN_TIME_NEVER)
    return DUN__NO_DAY;
  d = dun__today(c, t);
  return dun__start_of(c, d) >= t ? d : (int64_t)d + 1;
}

/* The dates [from, to) that stop i takes off the count; to may be DUN__NO_DAY. */
static void stopped_dates(const struct dun__case *c, uint32_t i, int64_t *from, int64_t *to)
{
  int64_t first = c->account.flags & DUN_ACCOUNT_HAS_DUE ? (int64_t)c->account.due_day + 1
                                                         : (int64_t)DUN_DAY_MIN;
  *from = dun__max(dun__date_from(c, c->stops[i].from), first);
  *to = dun__date_from(c, c->stops[i].until);
}

int64_t dun__counted(const struct dun__case *c, int64_t after, int64_t day)
{
  int64_t n = day - after;
  if (n <= 0)
    return n;
  for (uint32_t i = 0; i < c->stop_count; i++) {
    int64_t from, to;
    stopped_dates(c, i, &from, &to);
    from = dun__max(from, after + 1);
    to = dun__min(to, day + 1);
    if (from < to)
      n -= to - from;
  }
  return n;
}

int64_t dun__nth_after(const struct dun__case *c, int64_t day, int64_t n)
{
  int64_t at = day + n;
  if (n <= 0)
    return at;
  for (uint32_t i = 0; i < c->stop_count; i++) {
    int64_t from, to;
    stopped_dates(c, i, &from, &to);
    from = dun__max(from, day + 1);
    if (from >= to || from > at)
      continue;
    if (to == DUN__NO_DAY)
      return DUN__NO_DAY;
    at += to - from;
  }
  return at > DUN_DAY_MAX ? DUN__NO_DAY : at;
}

int64_t dun__nth_open(const struct dun__case *c, int64_t day, int64_t n)
{
  const struct dun__calendar_date *dates = dun__dates(c->policy);
  const struct dun__calendar *calendar = &dun__calendars(c->policy)[c->policy->calendar];
  int64_t at = dun__calendar_nth(calendar, dates, day, n);
  for (uint32_t i = 0; i < c->stop_count && at != DUN__CALENDAR_UNKNOWN; i++) {
    int64_t from, to, lost;
    stopped_dates(c, i, &from, &to);
    from = dun__max(from, day + 1);
    if (from >= to || from > at)
      continue;
    lost = to == DUN__NO_DAY ? DUN__CALENDAR_UNKNOWN
                             : dun__calendar_count(calendar, dates, from - 1, to - 1);
    if (lost == DUN__CALENDAR_UNKNOWN)
      return DUN__NO_DAY;
    if (lost > 0)
      at = dun__calendar_nth(calendar, dates, at, lost);
  }
  return at == DUN__CALENDAR_UNKNOWN ? DUN__NO_DAY : at;
}

/* Open dates in (after, day] that are not stopped, as far as the calendar knows. */
static int64_t counted_open(const struct dun__case *c, int64_t after, int64_t day)
{
  const struct dun__calendar_date *dates = dun__dates(c->policy);
  const struct dun__calendar *calendar = &dun__calendars(c->policy)[c->policy->calendar];
  int64_t n;
  day = dun__min(day, calendar->until);
  n = dun__calendar_count(calendar, dates, after, day);
  if (n == DUN__CALENDAR_UNKNOWN)
    return 0;
  for (uint32_t i = 0; i < c->stop_count; i++) {
    int64_t from, to;
    stopped_dates(c, i, &from, &to);
    from = dun__max(from, after + 1);
    to = dun__min(to, day + 1);
    if (from < to)
      n -= dun__calendar_count(calendar, dates, from - 1, to - 1);
  }
  return n;
}

/* The date n days, months or business days after `day`, n >= 0 (business days: n >= 1). */
static int64_t dates_on(const struct dun__case *c, dun_day day, uint32_t unit, int64_t n)
{
  if (unit == DUN__SPAN_BUSINESS)
    return dun__nth_open(c, day, n);
  if (unit == DUN__SPAN_MONTHS)
    n = dun__months_on(day, n) - day;
  return dun__nth_after(c, day, n);
}

/* `0bd`: this or the next open date. */
static dun_time open_at(const struct dun__case *c, dun_time t, uint32_t minute)
{
  dun_day today = dun__today(c, t);
  int64_t open = dun__nth_open(c, (int64_t)today - 1, 1);
  if (open == today && minute == DUN__NO_TIME)
    return t;
  if (open == today && dun__time_on(c, open, minute) < t)
    open = dun__nth_open(c, today, 1);
  return dun__time_on(c, open, minute);
}

int32_t dun__dpd_on(const struct dun__case *c, int64_t day)
{
  return (int32_t)dun__counted(c, c->account.due_day, day);
}

dun_time dun__dpd_start(const struct dun__case *c, int32_t n)
{
  return dun__start_of(c, dun__nth_after(c, c->account.due_day, n));
}

/* The instant that lies `seconds` of running clock after t. */
static dun_time run_on(const struct dun__case *c, dun_time t, int64_t seconds)
{
  dun_time at = dun__time_add(t, seconds);
  for (uint32_t i = 0; i < c->stop_count && at != DUN_TIME_NEVER; i++) {
    dun_time from = dun__max(c->stops[i].from, t);
    if (from >= c->stops[i].until || from >= at)
      continue;
    if (c->stops[i].until == DUN_TIME_NEVER)
      return DUN_TIME_NEVER;
    at = dun__time_add(at, c->stops[i].until - from);
  }
  return at;
}

/* Seconds of running clock in [from, to). */
static int64_t running(const struct dun__case *c, dun_time from, dun_time to)
{
  int64_t n = to - from;
  for (uint32_t i = 0; i < c->stop_count; i++) {
    dun_time a = dun__max(c->stops[i].from, from), b = dun__min(c->stops[i].until, to);
    if (a < b)
      n -= b - a;
  }
  return n;
}

dun_time dun__wait(const struct dun__case *c, dun_time t, struct dun__span span, uint32_t minute)
{
  if (t == DUN_TIME_NEVER || span.unit == DUN__SPAN_NONE)
    return t;
  if (span.unit == DUN__SPAN_SECONDS)
    return run_on(c, t, span.n);
  if (span.unit == DUN__SPAN_BUSINESS && span.n == 0)
    return open_at(c, t, minute);
  if (span.n == 0 && minute == DUN__NO_TIME) /* no wait at all: not back to the date's start */
    return t;
  return dun__time_on(c, dates_on(c, dun__today(c, t), span.unit, span.n), minute);
}

int64_t dun__plans_between(const struct dun__case *c, dun_time first, struct dun__span span,
                           uint32_t minute, dun_time t)
{
  dun_day from, to;
  int64_t k;
  if (first > t)
    return 0;
  if (span.unit == DUN__SPAN_SECONDS)
    return running(c, first, t) / span.n;
  from = dun__today(c, first);
  to = dun__today(c, t);
  if (span.unit == DUN__SPAN_BUSINESS)
    k = counted_open(c, from, to) / span.n;
  else if (span.unit == DUN__SPAN_MONTHS)
    k = dun__months_between(from, (dun_day)(from + dun__counted(c, from, to))) / span.n;
  else
    k = dun__counted(c, from, to) / span.n;
  /* the plan may lie later that same date than t */
  if (k > 0 && dun__plan_after(c, first, span, minute, k) > t)
    k--;
  return k;
}

dun_time dun__plan_after(const struct dun__case *c, dun_time first, struct dun__span span,
                         uint32_t minute, int64_t k)
{
  if (k == 0)
    return first;
  if (span.unit == DUN__SPAN_SECONDS) {
    int64_t seconds;
    return dun__mul(span.n, k, &seconds) ? run_on(c, first, seconds) : DUN_TIME_NEVER;
  }
  return dun__time_on(c, dates_on(c, dun__today(c, first), span.unit, span.n * k), minute);
}
