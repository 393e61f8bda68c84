/* SPDX-License-Identifier: MIT */
/* Asking a zone: offsets, dates and local times, by one search among the transitions or the rule.
 */
#include "time/zone.h"

#include <stdbool.h>
#include <string.h>

#include "base/arith.h"
#include "time/civil.h"
#include "time/zone_rule.h"

/* A stretch of time with one offset: [from, until). */
struct span {
  dun_time from;  /* INT64_MIN: no change before */
  dun_time until; /* DUN_TIME_NEVER: no change after */
  int32_t offset;
};

/* Read by memcpy: a block need not be aligned for int64. */
static dun_time transition(const struct dun__zone *zone, uint32_t i)
{
  dun_time t;
  memcpy(&t, (const char *)zone + sizeof *zone + (size_t)i * sizeof t, sizeof t);
  return t;
}

/* The offset from transition i - 1 on; 0 = before them all. */
static int32_t offset_after(const struct dun__zone *zone, uint32_t i)
{
  int32_t offset;
  if (i == 0)
    return zone->first;
  memcpy(&offset,
         (const char *)zone + sizeof *zone + (size_t)zone->count * sizeof(int64_t) +
             (size_t)(i - 1) * sizeof offset,
         sizeof offset);
  return offset;
}

dun_time dun__zone_turn_at(const struct dun__zone_turn *turn, int32_t year, int32_t offset)
{
  int64_t day;
  if (turn->kind == 2) {
    int64_t first = dun__day_from_civil(year, turn->month, 1);
    int64_t weekday = ((int64_t)dun__weekday((dun_day)first) + 1) % 7; /* 0 = Sunday */
    int64_t skip = (turn->day - weekday + 7) % 7 + (int64_t)(turn->week - 1) * 7;
    day = first + (skip >= dun__month_length(year, turn->month) ? skip - 7 : skip);
  } else {
    day = (int64_t)dun__day_from_civil(year, 1, 1) + turn->day;
    if (turn->kind == 0)
      day -= dun__leap_year(year) && turn->day >= 60 ? 0 : 1;
  }
  return day * DUN__DAY_SECONDS + turn->second - offset;
}

/* The span of t by the rule alone. zone_build.c made sure that the two turns alternate for ever. */
static void rule_span(const struct dun__zone *zone, dun_time t, struct span *out)
{
  const struct dun__zone_turn *first = &zone->start, *second = &zone->end;
  int32_t between = zone->daylight, outside = zone->standard; /* offsets */
  int32_t year, month, day;
  dun_time a, b, next;
  dun__civil_from_day((dun_day)dun__floor_div(t + zone->standard, DUN__DAY_SECONDS), &year, &month,
                      &day);
  a = dun__zone_turn_at(first, year, outside);
  b = dun__zone_turn_at(second, year, between);
  if (a > b) { /* the southern half: summer time lasts over the new year */
    first = &zone->end;
    second = &zone->start;
    between = zone->standard;
    outside = zone->daylight;
    next = a;
    a = b;
    b = next;
  }
  if (t >= a) {
    next = dun__zone_turn_at(first, year + 1, outside);
  } else {
    next = a;
    year--;
    a = dun__zone_turn_at(first, year, outside);
    b = dun__zone_turn_at(second, year, between);
  }
  while (t < a) { /* turns may lie up to a week outside their year */
    next = a;
    year--;
    a = dun__zone_turn_at(first, year, outside);
    b = dun__zone_turn_at(second, year, between);
  }
  while (t >= next) {
    a = next;
    year++;
    b = dun__zone_turn_at(second, year, between);
    next = dun__zone_turn_at(first, year + 1, outside);
  }
  out->from = t >= b ? b : a;
  out->until = t >= b ? next : b;
  out->offset = t >= b ? outside : between;
}

static void span_at(const struct dun__zone *zone, dun_time t, struct span *out)
{
  uint32_t low = 0, high = zone->count;
  if (high == 0 || t >= transition(zone, high - 1)) {
    dun_time last = high == 0 ? INT64_MIN : transition(zone, high - 1);
    if (zone->has_rule == 2) {
      rule_span(zone, t, out);
      out->from = dun__max(out->from, last);
      return;
    }
    out->from = last;
    out->until = DUN_TIME_NEVER;
    out->offset = offset_after(zone, high);
    return;
  }
  while (low < high) { /* transitions below `low` are <= t, those from `high` on > t */
    uint32_t middle = low + (high - low) / 2;
    if (transition(zone, middle) <= t)
      low = middle + 1;
    else
      high = middle;
  }
  out->from = low == 0 ? INT64_MIN : transition(zone, low - 1);
  out->until = transition(zone, low);
  out->offset = offset_after(zone, low);
}

static dun_time legal(dun_time t)
{
  return dun__max(DUN_TIME_MIN, dun__min(t, DUN_TIME_MAX));
}

int32_t dun__zone_offset(const struct dun__zone *zone, dun_time t, dun_time *until)
{
  struct span span;
  span_at(zone, legal(t), &span);
  if (until != NULL) {
    struct span next = span;
    /* A transition may change nothing but that the rule holds from it on. */
    while (next.until <= DUN_TIME_MAX && next.offset == span.offset)
      span_at(zone, next.until, &next);
    if (next.offset != span.offset)
      *until = next.from;
    else
      *until = DUN_TIME_NEVER;
  }
  return span.offset;
}

dun_day dun__zone_day(const struct dun__zone *zone, dun_time t)
{
  struct span span;
  int64_t local;
  t = legal(t);
  span_at(zone, t, &span);
  local = t + span.offset;
  /* The furthest the clock ever showed: at t, or just before a recent change set it back. */
  while (span.from > t - 2 * (int64_t)DUN__OFFSET_END) {
    dun_time before = span.from - 1;
    span_at(zone, before, &span);
    local = dun__max(local, before + span.offset);
  }
  local = dun__floor_div(local, DUN__DAY_SECONDS);
  return (dun_day)dun__max(DUN_DAY_MIN, dun__min(local, DUN_DAY_MAX));
}

dun_time dun__zone_day_start(const struct dun__zone *zone, int64_t day)
{
  return dun__zone_earlier(zone, day, 0);
}

/* Days outside the legal ones, and the first, whose start is the start of time in every zone (as
 * dun__zone_day clamps). False: *at is the local time to look for. */
static bool clamped(int64_t day, int32_t second, dun_time *at)
{
  if (day > DUN_DAY_MAX || (day == DUN_DAY_MAX && second >= DUN__DAY_SECONDS)) {
    *at = DUN_TIME_NEVER;
    return true;
  }
  if (day < DUN_DAY_MIN || (day == DUN_DAY_MIN && second <= 0)) {
    *at = DUN_TIME_MIN;
    return true;
  }
  *at = day * DUN__DAY_SECONDS + second;
  return false;
}

static dun_time saturated(dun_time t)
{
  return t > DUN_TIME_MAX ? DUN_TIME_NEVER : dun__max(t, DUN_TIME_MIN);
}

/* The first instant at which the clock shows `local` or more. */
dun_time dun__zone_earlier(const struct dun__zone *zone, int64_t day, int32_t second)
{
  struct span span;
  dun_time local, t;
  if (clamped(day, second, &local))
    return local;
  span_at(zone, local - DUN__OFFSET_END, &span); /* the clock surely shows less */
  while ((t = dun__max(span.from, local - span.offset)) >= span.until)
    span_at(zone, span.until, &span);
  return saturated(t);
}

/* The last instant at which the clock comes to show `local`, or passes over it in a gap. */
dun_time dun__zone_later(const struct dun__zone *zone, int64_t day, int32_t second)
{
  struct span span;
  dun_time local, t;
  if (clamped(day, second, &local))
    return local;
  t = local - DUN__OFFSET_END;
  span_at(zone, t, &span);
  for (;;) {
    /* "or equal": a clock set back to `local` itself shows it a second time */
    if (dun__max(span.from, local - DUN__OFFSET_END) <= local - span.offset)
      t = dun__min(span.until, local - span.offset);
    if (span.until >= local + DUN__OFFSET_END) /* the clock never shows less again */
      return saturated(t);
    span_at(zone, span.until, &span);
  }
}
