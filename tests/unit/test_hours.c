/* SPDX-License-Identifier: MIT */
/* Tests of weekly hours: the next opening and closing, also over clock changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dun/dun.h>

#include "time/civil.h"
#include "time/hours.h"
#include "time/zone.h"

#define M(h, m) ((uint16_t)((h)*60 + (m)))
#define WEEK_MAX 64

/* Hours under construction: windows are added from Monday on. */
static struct dun__week week;
static struct dun__window windows[WEEK_MAX];
static uint64_t space[64];
static struct dun__zone *const zone = (struct dun__zone *)space;

static void clear(void)
{
  memset(&week, 0, sizeof week);
}

static void add(uint32_t weekday, uint16_t from, uint16_t to)
{
  windows[week.first[7]].from = from;
  windows[week.first[7]].to = to;
  for (uint32_t d = weekday + 1; d < 8; d++)
    week.first[d]++;
}

static void every_day(uint16_t from, uint16_t to)
{
  clear();
  for (uint32_t d = 0; d < 7; d++)
    add(d, from, to);
}

/* A zone with one change at `at`; without one where both offsets are equal. */
static void change(dun_time at, int32_t before, int32_t after)
{
  memset(space, 0, sizeof space);
  zone->first = before;
  zone->count = before != after;
  zone->size = sizeof *zone + 16;
  memcpy((char *)space + sizeof *zone, &at, sizeof at);
  memcpy((char *)space + sizeof *zone + sizeof at, &after, sizeof after);
}

static dun_time utc(int32_t y, int32_t m, int32_t d, int32_t hour, int32_t minute)
{
  return (dun_time)dun__day_from_civil(y, m, d) * DUN__DAY_SECONDS + hour * 3600 + minute * 60;
}

static dun_time opening(dun_time t)
{
  return dun__hours_open(&week, windows, NULL, zone, t);
}

static dun_time closing(dun_time t)
{
  return dun__hours_close(&week, windows, NULL, zone, t);
}

/* Open exactly on [from, to), from the instant before to the one after. */
static void assert_open(dun_time from, dun_time to)
{
  assert_true(opening(from - 1) == from);
  assert_true(closing(from - 1) == from - 1);
  assert_true(opening(from) == from);
  assert_true(closing(from) == to);
  assert_true(opening(to - 1) == to - 1);
  assert_true(closing(to - 1) == to);
  assert_true(opening(to) > to);
  assert_true(closing(to) == to);
}

static void a_window_takes_in_its_start_but_not_its_end(void **state)
{
  (void)state;
  change(0, 8 * 3600, 8 * 3600);
  every_day(M(9, 0), M(18, 0));
  assert_open(utc(2026, 1, 14, 1, 0), utc(2026, 1, 14, 10, 0));
  assert_true(opening(utc(2026, 1, 14, 10, 0)) == utc(2026, 1, 15, 1, 0));
}

static void a_closed_day_is_passed_over(void **state)
{
  (void)state;
  change(0, 0, 0);
  clear();
  for (uint32_t d = 0; d < 5; d++) {
    add(d, M(9, 0), M(12, 0));
    add(d, M(14, 0), M(18, 0));
  }
  assert_open(utc(2026, 1, 16, 9, 0), utc(2026, 1, 16, 12, 0)); /* a Friday */
  assert_open(utc(2026, 1, 16, 14, 0), utc(2026, 1, 16, 18, 0));
  assert_true(opening(utc(2026, 1, 16, 18, 0)) == utc(2026, 1, 19, 9, 0));
}

static void a_weekly_window_comes_again_after_seven_days(void **state)
{
  (void)state;
  change(0, 0, 0);
  clear();
  add(6, M(0, 0), M(0, 1));
  assert_open(utc(2026, 1, 18, 0, 0), utc(2026, 1, 18, 0, 1));
  assert_true(opening(utc(2026, 1, 18, 0, 1)) == utc(2026, 1, 25, 0, 0));
}

static void any_one_day_of_the_week_may_be_the_only_one(void **state)
{
  (void)state;
  change(0, 0, 0);
  for (uint32_t d = 0; d < 7; d++) { /* 2026-11-23 is a Monday */
    dun_time start = utc(2026, 11, 23 + (int32_t)d, 0, 0);
    clear();
    add(d, M(9, 0), M(17, 0));
    assert_open(start + 9 * 3600, start + 17 * 3600);
  }
}

static void windows_that_meet_at_midnight_are_one(void **state)
{
  (void)state;
  change(0, 3600, 3600);
  clear();
  add(0, M(22, 0), M(24, 0));
  add(1, M(0, 0), M(6, 0));
  assert_open(utc(2026, 1, 12, 21, 0), utc(2026, 1, 13, 5, 0));
  clear();
  add(0, M(0, 0), M(6, 0));
  add(6, M(22, 0), M(24, 0)); /* from Sunday to Monday */
  assert_open(utc(2026, 1, 11, 21, 0), utc(2026, 1, 12, 5, 0));
  clear();
  add(0, M(22, 0), M(23, 59));
  add(1, M(0, 0), M(6, 0));
  assert_open(utc(2026, 1, 12, 21, 0), utc(2026, 1, 12, 22, 59));
}

static void round_the_clock_never_closes(void **state)
{
  dun_time t = utc(2026, 1, 14, 0, 0);
  (void)state;
  change(0, 3600, 3600);
  every_day(M(0, 0), M(24, 0));
  assert_true(opening(t) == t);
  assert_true(closing(t) == DUN_TIME_NEVER);
  clear(); /* all but the last minute of Sunday */
  for (uint32_t d = 0; d < 7; d++)
    add(d, M(0, 0), d < 6 ? M(24, 0) : M(23, 59));
  assert_true(closing(t) == utc(2026, 1, 18, 22, 59));
  clear(); /* round the clock, said in two windows a day but for which it is closed a minute */
  for (uint32_t d = 0; d < 7; d++) {
    add(d, M(0, 0), M(12, 0));
    add(d, M(12, 1), M(24, 0));
  }
  assert_true(closing(t) == utc(2026, 1, 14, 11, 0));
}

static void almost_round_the_clock_closes(void **state)
{
  (void)state;
  change(0, 0, 0);
  for (uint32_t odd = 0; odd < 7; odd++) { /* 2026-11-23 is a Monday */
    dun_time start = utc(2026, 11, 23 + (int32_t)odd, 0, 0), end = start + DUN__DAY_SECONDS;
    clear();
    for (uint32_t d = 0; d < 7; d++)
      if (d != odd)
        add(d, 0, M(24, 0));
    assert_true(opening(start) == end);
    assert_true(closing(end) == start + 7 * DUN__DAY_SECONDS);
  }
  every_day(M(0, 1), M(24, 0));
  assert_open(utc(2026, 11, 23, 0, 1), utc(2026, 11, 24, 0, 0));
  every_day(0, M(23, 59));
  assert_open(utc(2026, 11, 23, 0, 0), utc(2026, 11, 23, 23, 59));
}

static void no_window_never_opens(void **state)
{
  dun_time t = utc(2026, 1, 14, 0, 0);
  (void)state;
  change(0, 0, 0);
  clear();
  assert_true(opening(t) == DUN_TIME_NEVER);
  assert_true(closing(t) == t);
}

/* Rome, 2026-03-29: 02:00 -> 03:00 at 01:00Z; a Sunday. */
static void in_a_gap_an_edge_moves_to_the_first_instant_after(void **state)
{
  dun_time gap = utc(2026, 3, 29, 1, 0);
  (void)state;
  change(gap, 3600, 7200);
  every_day(M(2, 30), M(5, 0));
  assert_open(gap, gap + 2 * 3600);
  every_day(M(1, 0), M(2, 30));
  assert_open(gap - 3600, gap);
  every_day(M(2, 0), M(3, 0)); /* emptied: closed that day */
  assert_true(opening(gap - 3600) == utc(2026, 3, 30, 0, 0));
  assert_true(closing(gap) == gap);
  every_day(M(2, 0), M(3, 1));
  assert_open(gap, gap + 60);
  clear();
  add(6, M(1, 0), M(2, 0)); /* what the gap brings together, is open without a break */
  add(6, M(3, 0), M(4, 0));
  assert_open(gap - 3600, gap + 3600);
}

/* Rome, 2026-10-25: 03:00 -> 02:00 at 01:00Z; a Sunday. */
static void in_an_overlap_it_opens_late_and_closes_early(void **state)
{
  dun_time back = utc(2026, 10, 25, 1, 0);
  (void)state;
  change(back, 7200, 3600);
  every_day(M(2, 0), M(5, 0));
  assert_open(back, back + 3 * 3600);
  every_day(M(2, 30), M(5, 0));
  assert_open(back + 1800, back + 3 * 3600);
  every_day(M(1, 0), M(2, 30));
  assert_open(back - 2 * 3600, back - 1800);
  every_day(M(1, 0), M(3, 0));
  assert_open(back - 2 * 3600, back + 3600);
  every_day(M(2, 15), M(2, 45)); /* opens at the second 02:15, closes at the first 02:45 */
  assert_true(opening(back - 2 * 3600) == utc(2026, 10, 26, 1, 15));
  every_day(M(2, 15), M(3, 0));
  assert_open(back + 900, back + 3600);
}

/* St Johns, 2010-11-07 (a Sunday): at 00:01 back to 23:01 of Saturday. */
static void a_clock_set_back_over_midnight_neither_opens_nor_closes_twice(void **state)
{
  dun_time back = utc(2010, 11, 7, 2, 31);
  (void)state;
  change(back, -9000, -12600);
  every_day(M(8, 0), M(23, 30));
  assert_true(closing(back - 4 * 3600) == back - 31 * 60);
  assert_true(opening(back - 31 * 60) == utc(2010, 11, 7, 11, 30));
  clear();
  add(5, M(20, 0), M(24, 0)); /* Saturday evening ends as Sunday first begins */
  assert_open(back - 60 - 4 * 3600, back - 60);
  clear();
  add(6, M(0, 0), M(9, 0)); /* Sunday opens at its second midnight */
  assert_open(back + 59 * 60, back + 59 * 60 + 9 * 3600);
  clear();
  add(4, M(20, 0), M(24, 0)); /* Friday's midnight is not Saturday's */
  add(6, M(0, 0), M(9, 0));
  assert_open(back + 59 * 60, back + 59 * 60 + 9 * 3600);
  clear();
  add(5, M(20, 0), M(24, 0)); /* both: midnight is no edge */
  add(6, M(0, 0), M(9, 0));
  assert_open(back - 60 - 4 * 3600, back + 59 * 60 + 9 * 3600);
}

/* Apia: Thursday 2011-12-29 was followed by Saturday 2011-12-31. */
static void a_skipped_date_has_no_hours(void **state)
{
  dun_time gap = utc(2011, 12, 30, 10, 0);
  (void)state;
  change(gap, -10 * 3600, 14 * 3600);
  every_day(M(9, 0), M(17, 0));
  assert_true(opening(gap - 7 * 3600) == gap + 9 * 3600);
  clear();
  add(4, M(9, 0), M(17, 0)); /* Fridays only */
  assert_true(opening(gap - 3600) == utc(2012, 1, 5, 19, 0));
  clear();
  add(3, M(20, 0), M(24, 0)); /* Thursday's end meets Saturday's beginning */
  add(5, M(0, 0), M(4, 0));
  assert_open(gap - 4 * 3600, gap + 4 * 3600);
}

static void the_ends_of_time_end_the_search(void **state)
{
  (void)state;
  change(0, 0, 0);
  every_day(M(9, 0), M(18, 0));
  assert_true(opening(DUN_TIME_MIN) == DUN_TIME_MIN + 9 * 3600);
  assert_true(opening(INT64_MIN) == DUN_TIME_MIN + 9 * 3600);
  assert_true(opening(DUN_TIME_MAX) == DUN_TIME_NEVER);
  assert_true(opening(DUN_TIME_NEVER) == DUN_TIME_NEVER);
  assert_true(closing(DUN_TIME_NEVER) == DUN_TIME_NEVER);
  assert_true(closing(DUN_TIME_MAX) == DUN_TIME_MAX);
  every_day(M(9, 0), M(24, 0));
  assert_true(opening(DUN_TIME_MAX) == DUN_TIME_MAX);
  assert_true(closing(DUN_TIME_MAX) == DUN_TIME_NEVER);
}

static uint64_t seed = 7;

static uint32_t draw(uint32_t below)
{
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(seed >> 33) % below;
}

/* Far from edges in doubt the hours are those on the wall clock; everywhere opening and closing
 * tell of the same set. */
static void opening_and_closing_tell_of_the_same_hours(void **state)
{
  static const int32_t changes[][2] = {{3600, 7200},    {7200, 3600},    {-36000, 50400},
                                       {50400, -36000}, {-9000, -12600}, {0, 0}};
  dun_time middle = utc(2026, 3, 29, 1, 0);
  (void)state;
  for (int round = 0; round < 600; round++) {
    uint32_t kind = draw(6);
    clear();
    for (uint32_t d = 0; d < 7; d++)
      for (uint32_t from = draw(3) == 0 ? 0 : draw(900); from < 1440;) {
        uint32_t to = draw(4) == 0 ? 1440 : from + 1 + draw(500);
        add(d, (uint16_t)from, (uint16_t)(to > 1440 ? 1440 : to));
        from = to + 1 + draw(1440);
      }
    change(middle + (dun_time)draw(7 * 86400), changes[kind][0], changes[kind][1]);
    for (int i = 0; i < 40; i++) {
      dun_time t = middle + (dun_time)draw(14 * 86400) - 3 * 86400, o = opening(t), c = closing(t);
      int64_t local = t + dun__zone_offset(zone, t, NULL), minute = local % 86400 / 60;
      uint32_t d = dun__weekday((dun_day)(local / 86400));
      int open = 0;
      int near = dun__zone_offset(zone, t - 90000, NULL) != dun__zone_offset(zone, t + 90000, NULL);
      for (uint32_t k = week.first[d]; k < week.first[d + 1]; k++)
        open |= windows[k].from <= minute && minute < windows[k].to;
      assert_true(o >= t && c >= t);
      assert_true((o == t) == (c > t));
      if (!near)
        assert_int_equal(o == t, open);
      if (o > t && o != DUN_TIME_NEVER) {
        assert_true(opening(o) == o && opening(o - 1) == o && closing(o - 1) == o - 1);
        assert_true(opening(t + (o - t) / 2) == o);
      }
      if (c > t && c != DUN_TIME_NEVER) {
        assert_true(opening(c) > c && opening(c - 1) == c - 1 && closing(c - 1) == c);
        assert_true(closing(t + (c - t) / 2) == c);
      }
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_window_takes_in_its_start_but_not_its_end),
      cmocka_unit_test(a_closed_day_is_passed_over),
      cmocka_unit_test(a_weekly_window_comes_again_after_seven_days),
      cmocka_unit_test(any_one_day_of_the_week_may_be_the_only_one),
      cmocka_unit_test(windows_that_meet_at_midnight_are_one),
      cmocka_unit_test(round_the_clock_never_closes),
      cmocka_unit_test(almost_round_the_clock_closes),
      cmocka_unit_test(no_window_never_opens),
      cmocka_unit_test(in_a_gap_an_edge_moves_to_the_first_instant_after),
      cmocka_unit_test(in_an_overlap_it_opens_late_and_closes_early),
      cmocka_unit_test(a_clock_set_back_over_midnight_neither_opens_nor_closes_twice),
      cmocka_unit_test(a_skipped_date_has_no_hours),
      cmocka_unit_test(the_ends_of_time_end_the_search),
      cmocka_unit_test(opening_and_closing_tell_of_the_same_hours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
