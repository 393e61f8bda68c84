/* SPDX-License-Identifier: MIT */
/* Calendars, months and business days: the arithmetic, and what the engine makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "policy/model.h"
#include "story.h"
#include "time/calendar.h"
#include "time/civil.h"

#define UNKNOWN DUN__CALENDAR_UNKNOWN

/* China in 2026, abridged: 1 to 3 January off, the Sunday after made up; the spring festival from
 * 15 to 23 February, with the Saturdays before and after made up. The workdays are not in order. */
#define CN \
  "calendars:\n  cn: {weekend: [sat, sun], valid: [2026, 2026],\n" \
  "    holidays: [2026-01-01, 2026-01-02, 2026-01-03, 2026-02-15, 2026-02-16, 2026-02-17,\n" \
  "      2026-02-18, 2026-02-19, 2026-02-20, 2026-02-21, 2026-02-22, 2026-02-23],\n" \
  "    workdays: [2026-01-04, 2026-02-28, 2026-02-14]}\n" \
  "  us: {weekend: [sun, sat], holidays: [2026-01-19], valid: [2026, 2026]}\n" \
  "  always: {weekend: []}\n  none: {}\n"

static struct story s;

static int open_story(void **state)
{
  (void)state;
  story_open(&s, story_ladder, "2026-01-10");
  return 0;
}

static int close_story(void **state)
{
  (void)state;
  story_close(&s);
  return 0;
}

/* ---- the arithmetic ---- */

/* A calendar and its dates, on the heap in their exact size. */
static struct dun__calendar cal;
static struct dun__calendar_date *dates;

/* listed: dates in order, each with - (holiday) or + (workday) before it and a blank after it. */
static void make(uint32_t weekend, const char *from, const char *until, const char *listed)
{
  size_t n = strlen(listed) / 12;
  free(dates);
  dates = malloc((n + 1) * sizeof *dates);
  assert_non_null(dates);
  memset(dates, 0, (n + 1) * sizeof *dates);
  cal.weekend = weekend;
  cal.first = 1; /* not the first calendar of its table */
  cal.count = (uint32_t)n;
  cal.from = day(from);
  cal.until = day(until);
  for (size_t i = 0; i < n; i++) {
    dun_day d = 0;
    assert_int_equal(dun_day_parse(listed + i * 12 + 1, 10, &d), DUN_OK);
    dates[i + 1].day = d;
    dates[i + 1].open = listed[i * 12] == '+';
  }
  dun__calendar_sum(&cal, dates);
}

#define SAT_SUN 0x60u

static void assert_day(int64_t got, const char *want)
{
  char text[11] = "unknown";
  if (got != UNKNOWN)
    assert_int_equal(dun_day_format((dun_day)got, text), DUN_OK);
  assert_string_equal(text, want);
}

static int64_t nth(const char *after, int64_t n)
{
  return dun__calendar_nth(&cal, dates, day(after), n);
}

static int64_t count(const char *after, const char *until)
{
  return dun__calendar_count(&cal, dates, day(after), day(until));
}

static void make_up_days_and_holidays_change_the_week(void **state)
{
  bool known;
  (void)state;
  make(SAT_SUN, "2026-01-01", "2026-12-31",
       "-2026-01-01 -2026-01-02 -2026-01-03 +2026-01-04 +2026-02-14 ");
  assert_false(dun__calendar_open(&cal, dates, day("2026-01-01"), &known));
  assert_true(known);
  assert_false(dun__calendar_open(&cal, dates, day("2026-01-03"), NULL)); /* a Saturday anyway */
  assert_true(dun__calendar_open(&cal, dates, day("2026-01-04"), NULL));  /* a Sunday */
  assert_true(dun__calendar_open(&cal, dates, day("2026-01-09"), NULL));
  assert_false(dun__calendar_open(&cal, dates, day("2026-01-10"), NULL));
  assert_false(dun__calendar_open(&cal, dates, day("2025-12-31"), &known));
  assert_false(known);
  assert_false(dun__calendar_open(&cal, dates, day("2027-01-01"), &known));
  assert_false(known);
  assert_int_equal(count("2025-12-31", "2026-01-03"), 0);
  assert_int_equal(count("2025-12-31", "2026-01-04"), 1);
  assert_int_equal(count("2026-01-04", "2026-01-04"), 0);
  assert_int_equal(count("2026-01-09", "2026-01-04"), 0);
  assert_int_equal(count("2026-01-03", "2026-01-11"), 6);
  assert_day(nth("2025-12-31", 1), "2026-01-04");
  assert_day(nth("2026-01-04", 1), "2026-01-05");
  assert_day(nth("2026-01-09", 1), "2026-01-12");
  assert_day(nth("2026-02-13", 1), "2026-02-14");
  assert_day(dun__calendar_next(&cal, dates, day("2026-01-04")), "2026-01-04");
  assert_day(dun__calendar_next(&cal, dates, day("2026-01-01")), "2026-01-04");
}

static void the_last_valid_day_is_known_and_the_next_is_not(void **state)
{
  (void)state;
  make(SAT_SUN, "2026-01-01", "2026-12-31", "");
  assert_day(nth("2026-12-30", 1), "2026-12-31"); /* a Thursday */
  assert_day(nth("2026-12-31", 1), "unknown");
  assert_day(nth("2026-12-30", 2), "unknown");
  assert_day(nth("2025-12-31", 1), "2026-01-01"); /* what lies before is not looked at */
  assert_day(nth("2025-12-30", 1), "unknown");
  assert_int_equal(count("2025-12-31", "2026-12-31"), 261);
  assert_true(count("2025-12-30", "2026-12-31") == UNKNOWN);
  assert_true(count("2025-12-31", "2027-01-01") == UNKNOWN);
  assert_int_equal(count("2027-01-01", "2027-01-01"), 0); /* no dates are no unknown ones */
  assert_day(dun__calendar_next(&cal, dates, day("2026-12-31")), "2026-12-31");
  assert_day(dun__calendar_next(&cal, dates, day("2027-01-01")), "unknown");
  assert_day(dun__calendar_next(&cal, dates, day("2025-12-31")), "unknown");
  make(SAT_SUN, "2026-01-01", "2026-12-31", "-2026-12-31 ");
  assert_day(nth("2026-12-30", 1), "unknown");
}

static void calendars_end_with_the_last_legal_day(void **state)
{
  (void)state;
  make(0, "0001-01-01", "9999-12-31", "");
  assert_day(dun__calendar_nth(&cal, dates, DUN_DAY_MAX - 1, 1), "9999-12-31");
  assert_day(dun__calendar_nth(&cal, dates, DUN_DAY_MAX, 1), "unknown");
  assert_day(dun__calendar_nth(&cal, dates, DUN_DAY_MIN, INT64_MAX), "unknown");
  assert_day(dun__calendar_nth(&cal, dates, (int64_t)DUN_DAY_MIN - 1, 1), "0001-01-01");
  assert_int_equal(dun__calendar_count(&cal, dates, (int64_t)DUN_DAY_MIN - 1, DUN_DAY_MAX),
                   (int64_t)DUN_DAY_MAX - DUN_DAY_MIN + 1);
}

static void a_week_without_open_days_leaves_the_listed_ones(void **state)
{
  (void)state;
  make(0x7f, "2026-01-01", "2026-12-31", "+2026-03-02 -2026-03-03 +2026-09-01 ");
  assert_day(nth("2026-01-01", 1), "2026-03-02");
  assert_day(nth("2026-01-01", 2), "2026-09-01");
  assert_day(nth("2026-01-01", 3), "unknown");
  assert_int_equal(count("2026-03-01", "2026-09-01"), 2);
}

static bool walk_open(int64_t d)
{
  for (uint32_t i = cal.first; i < cal.first + cal.count; i++)
    if (dates[i].day == d)
      return dates[i].open;
  return !(cal.weekend >> dun__weekday((dun_day)d) & 1u);
}

static void every_weekend_agrees_with_a_walk(void **state)
{
  (void)state;
  for (uint32_t weekend = 0; weekend < 128; weekend++) {
    make(weekend, "1969-12-01", "1970-02-28",
         "-1969-12-25 +1969-12-28 -1969-12-31 -1970-01-01 +1970-01-03 -1970-01-04 -1970-01-05 "
         "+1970-02-28 ");
    for (int64_t a = cal.from - 1; a <= cal.until; a++) {
      int64_t open = 0;
      for (int64_t d = a + 1; d <= cal.until; d++) {
        open += walk_open(d);
        if (dun__calendar_count(&cal, dates, a, d) != open)
          fail_msg("weekend %u: count (%d, %d]", (unsigned)weekend, (int)a, (int)d);
        if (walk_open(d) && dun__calendar_nth(&cal, dates, a, open) != d)
          fail_msg("weekend %u: %d open after %d", (unsigned)weekend, (int)open, (int)a);
      }
      if (dun__calendar_nth(&cal, dates, a, open + 1) != UNKNOWN)
        fail_msg("weekend %u: too many after %d", (unsigned)weekend, (int)a);
    }
  }
}

static void months_keep_the_day_up_to_the_end_of_the_month(void **state)
{
  static const struct {
    const char *from;
    int64_t n;
    const char *to;
  } list[] = {
      {"2026-01-31", 0, "2026-01-31"},    {"2026-01-31", 1, "2026-02-28"},
      {"2026-01-31", 2, "2026-03-31"},    {"2026-01-31", 3, "2026-04-30"},
      {"2028-01-31", 1, "2028-02-29"},    {"2028-01-30", 1, "2028-02-29"},
      {"2028-01-28", 1, "2028-02-28"},    {"2028-02-29", 12, "2029-02-28"},
      {"2028-02-29", 48, "2032-02-29"},   {"2096-02-29", 48, "2100-02-28"},
      {"2026-12-31", 1, "2027-01-31"},    {"2026-11-30", 3, "2027-02-28"},
      {"2026-03-31", -1, "2026-02-28"},   {"2026-01-15", -1, "2025-12-15"},
      {"2026-01-01", 1200, "2126-01-01"}, {"9999-11-30", 1, "9999-12-30"},
      {"0001-02-01", -1, "0001-01-01"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
    assert_day(dun__months_on(day(list[i].from), list[i].n), list[i].to);
  assert_int_equal(dun__months_on(day("9999-12-01"), 1), (int64_t)DUN_DAY_MAX + 1);
  assert_int_equal(dun__months_on(day("2026-01-01"), INT64_C(1) << 53), (int64_t)DUN_DAY_MAX + 1);
  assert_int_equal(dun__months_on(day("0001-01-31"), -1), (int64_t)DUN_DAY_MIN - 1);
}

static void months_between_are_the_most_that_fit(void **state)
{
  static const char *const from[] = {"2027-12-28", "2027-12-31", "2028-01-31", "2028-02-29"};
  (void)state;
  for (size_t i = 0; i < sizeof from / sizeof from[0]; i++)
    for (dun_day d = day(from[i]); d < day(from[i]) + 1500; d++) {
      int64_t n = dun__months_between(day(from[i]), d);
      assert_true(dun__months_on(day(from[i]), n) <= d);
      assert_true(dun__months_on(day(from[i]), n + 1) > d);
    }
}

/* ---- the engine ---- */

/* One step, entered with the account on `placed`. */
static struct dun_decision planned(const char *step, const char *placed)
{
  story_steps(&s, CN "calendar: cn\n" STORY_CHANNELS, step);
  story_add(&s, DUN_EVENT_PLACED, placed);
  return story_ask(&s, placed);
}

#define PLAN(step, placed, want) \
  do { \
    struct dun_decision got = planned("      - {name: x, use: mail, " step "}\n", placed); \
    expect_time(got.planned_at, want); \
  } while (0)

static void business_waits_count_open_dates(void **state)
{
  (void)state;
  PLAN("in: 1bd", "2026-01-16T10:00:00+08:00", "2026-01-19T00:00:00+08:00"); /* Friday */
  PLAN("in: 1bd", "2026-01-15T10:00:00+08:00", "2026-01-16T00:00:00+08:00");
  PLAN("in: 1bd", "2026-02-13T10:00:00+08:00", "2026-02-14T00:00:00+08:00"); /* made up */
  PLAN("in: 1bd", "2026-02-14T10:00:00+08:00", "2026-02-24T00:00:00+08:00"); /* nine days off */
  PLAN("in: 5bd, time: \"09:30\"", "2026-02-14T10:00:00+08:00", "2026-02-28T09:30:00+08:00");
  PLAN("in: 1mo", "2026-01-31T10:00:00+08:00", "2026-02-28T00:00:00+08:00");
  PLAN("in: 2mo, time: \"09:30\"", "2026-01-31T10:00:00+08:00", "2026-03-31T09:30:00+08:00");
  PLAN("in: 25mo", "2026-01-29T10:00:00+08:00", "2028-02-29T00:00:00+08:00");
}

static void no_business_days_are_this_or_the_next_open_date(void **state)
{
  (void)state;
  PLAN("in: 0bd", "2026-01-16T10:00:01+08:00", "2026-01-16T10:00:01+08:00");
  PLAN("in: 0bd", "2026-01-17T10:00:00+08:00", "2026-01-19T00:00:00+08:00");
  PLAN("in: 0bd, time: \"10:00\"", "2026-01-16T10:00:00+08:00", "2026-01-16T10:00:00+08:00");
  /* too late that Friday: not on Saturday */
  PLAN("in: 0bd, time: \"10:00\"", "2026-01-16T10:00:01+08:00", "2026-01-19T10:00:00+08:00");
  PLAN("in: 0bd", "2026-02-15T00:00:00+08:00", "2026-02-24T00:00:00+08:00");
}

static void a_date_that_the_calendar_does_not_know_is_never_due(void **state)
{
  struct dun_decision d;
  (void)state;
  PLAN("in: 1bd", "2026-12-30T10:00:00+08:00", "2026-12-31T00:00:00+08:00");
  d = planned("      - {name: x, use: mail, in: 1bd}\n", "2026-12-31T10:00:00+08:00");
  assert_int_not_equal(d.kind, DUN_DECISION_ACT);
  assert_true(d.not_before == DUN_TIME_NEVER);
  d = story_ask(&s, "2027-06-01T10:00:00+08:00");
  assert_int_not_equal(d.kind, DUN_DECISION_ACT);
}

static void stop(uint32_t kind, const char *from, const char *until)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, from);
  e->detail = (uint16_t)kind;
  e->until = at(until);
}

static void a_stopped_clock_spends_neither_business_days_nor_months(void **state)
{
  struct dun_decision d;
  (void)state;
  /* Wednesday to Monday: Thursday, Friday and the Monday do not count, the Tuesday is the 1st */
  planned("      - {name: x, use: mail, in: 2bd}\n", "2026-01-14T10:00:00+08:00");
  stop(DUN_HOLD_BREATHING_SPACE, "2026-01-14T12:00:00+08:00", "2026-01-19T00:00:01+08:00");
  d = story_ask(&s, "2026-01-19T12:00:00+08:00");
  expect_time(d.planned_at, "2026-01-21T00:00:00+08:00");
  /* ends at the start of Monday, which counts then */
  planned("      - {name: x, use: mail, in: 2bd}\n", "2026-01-14T10:00:00+08:00");
  stop(DUN_HOLD_BREATHING_SPACE, "2026-01-14T12:00:00+08:00", "2026-01-19T00:00:00+08:00");
  d = story_ask(&s, "2026-01-19T12:00:00+08:00");
  expect_time(d.planned_at, "2026-01-20T00:00:00+08:00");
  /* a stop over a weekend takes nothing */
  planned("      - {name: x, use: mail, in: 1bd}\n", "2026-01-16T10:00:00+08:00");
  stop(DUN_HOLD_BREATHING_SPACE, "2026-01-16T12:00:00+08:00", "2026-01-19T00:00:00+08:00");
  d = story_ask(&s, "2026-01-19T00:00:00+08:00");
  expect_time(d.planned_at, "2026-01-19T00:00:00+08:00");
  /* from the 15th to 15 February are 31 dates, and three are stopped */
  planned("      - {name: x, use: mail, in: 1mo}\n", "2026-01-15T10:00:00+08:00");
  stop(DUN_HOLD_BREATHING_SPACE, "2026-01-20T00:00:00+08:00", "2026-01-23T00:00:00+08:00");
  d = story_ask(&s, "2026-01-23T12:00:00+08:00");
  expect_time(d.planned_at, "2026-02-18T00:00:00+08:00");
}

static void other_holds_let_business_days_run(void **state)
{
  struct dun_decision d;
  (void)state;
  planned("      - {name: x, use: mail, in: 2bd}\n", "2026-01-14T10:00:00+08:00");
  stop(DUN_HOLD_MANUAL, "2026-01-14T12:00:00+08:00", "2026-01-19T00:00:01+08:00");
  d = story_ask(&s, "2026-01-19T12:00:00+08:00");
  expect_time(d.planned_at, "2026-01-16T00:00:00+08:00");
}

static void repetitions_go_by_open_dates_and_months(void **state)
{
  struct dun_decision d;
  (void)state;
  d = planned("      - {name: x, use: mail, every: 2bd, times: 9}\n", "2026-02-12T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-02-12T10:00:00+08:00");
  d = story_ask(&s, "2026-02-12T11:00:00+08:00");
  expect_time(d.planned_at, "2026-02-14T00:00:00+08:00");
  /* plans 14, 25 February: 24th, 25th are the two after the festival */
  d = story_ask(&s, "2026-02-24T23:59:59+08:00");
  expect_time(d.planned_at, "2026-02-14T00:00:00+08:00");
  d = story_ask(&s, "2026-02-25T00:00:00+08:00");
  expect_time(d.planned_at, "2026-02-25T00:00:00+08:00");
  assert_true(d.reasons & DUN_REASON_MISSED);
  d = planned("      - {name: x, use: mail, every: 1mo, times: 9}\n", "2026-01-31T10:00:00+08:00");
  /* plans are counted from the first: 31 January, 28 February, 31 March */
  d = story_ask(&s, "2026-02-27T23:59:59+08:00");
  expect_time(d.planned_at, "2026-01-31T10:00:00+08:00");
  d = story_ask(&s, "2026-02-28T00:00:00+08:00");
  expect_time(d.planned_at, "2026-02-28T00:00:00+08:00");
  d = story_ask(&s, "2026-03-30T23:59:59+08:00");
  expect_time(d.planned_at, "2026-02-28T00:00:00+08:00");
  d = story_ask(&s, "2026-03-31T00:00:00+08:00");
  expect_time(d.planned_at, "2026-03-31T00:00:00+08:00");
}

#define DEADLINE(within, placed, want) \
  do { \
    struct dun_decision got = \
        planned("      - {name: x, use: mail, within: " within "}\n", placed); \
    expect_time(got.deadline, want); \
  } while (0)

static void deadlines_last_to_the_end_of_a_date(void **state)
{
  struct dun_decision d;
  (void)state;
  DEADLINE("1bd", "2026-01-15T10:00:00+08:00", "2026-01-16T23:59:59+08:00");
  DEADLINE("1bd", "2026-01-16T10:00:00+08:00", "2026-01-19T23:59:59+08:00");
  DEADLINE("0bd", "2026-01-16T10:00:00+08:00", "2026-01-16T23:59:59+08:00");
  DEADLINE("0bd", "2026-01-17T10:00:00+08:00", "2026-01-19T23:59:59+08:00");
  DEADLINE("1bd", "2026-02-14T10:00:00+08:00", "2026-02-24T23:59:59+08:00");
  DEADLINE("1mo", "2026-01-31T10:00:00+08:00", "2026-02-28T23:59:59+08:00");
  DEADLINE("0mo", "2026-01-31T10:00:00+08:00", "2026-01-31T23:59:59+08:00");
  DEADLINE("1bd", "2026-12-30T10:00:00+08:00", "2026-12-31T23:59:59+08:00");
  d = planned("      - {name: x, use: mail, within: 1bd}\n", "2026-12-31T10:00:00+08:00");
  assert_true(d.deadline == DUN_TIME_NEVER);
  d = planned("      - {name: x, use: mail, within: 0bd}\n", "2027-01-01T10:00:00+08:00");
  assert_true(d.deadline == DUN_TIME_NEVER);
}

static void dates_under_a_hold_are_not_counted_for_a_deadline(void **state)
{
  struct dun_decision d;
  (void)state;
  planned("      - {name: x, use: mail, within: 2bd}\n", "2026-01-14T10:00:00+08:00");
  stop(DUN_HOLD_MANUAL, "2026-01-15T12:00:00+08:00", "2026-01-20T12:00:00+08:00");
  d = story_ask(&s, "2026-01-20T12:00:00+08:00");
  /* Thursday counts, Friday to Tuesday start under the hold, Wednesday is the second */
  expect_time(d.deadline, "2026-01-21T23:59:59+08:00");
  /* Friday is the one before the hold; the Saturday it lets pass is closed anyway */
  planned("      - {name: x, use: mail, within: 1bd}\n", "2026-01-15T10:00:00+08:00");
  stop(DUN_HOLD_MANUAL, "2026-01-17T12:00:00+08:00", "2026-01-20T12:00:00+08:00");
  d = story_ask(&s, "2026-01-20T12:00:00+08:00");
  expect_time(d.deadline, "2026-01-16T23:59:59+08:00");
  planned("      - {name: x, use: mail, within: 1mo}\n", "2026-01-14T10:00:00+08:00");
  stop(DUN_HOLD_MANUAL, "2026-01-15T12:00:00+08:00", "2026-01-17T12:00:00+08:00");
  d = story_ask(&s, "2026-01-18T12:00:00+08:00");
  expect_time(d.deadline, "2026-02-16T23:59:59+08:00");
  planned("      - {name: x, do: task, within: 2bd}\n", "2026-01-14T10:00:00+08:00");
  stop(DUN_HOLD_MANUAL, "2026-01-15T12:00:00+08:00", "2026-01-20T12:00:00+08:00");
  d = story_ask(&s, "2026-01-20T12:00:00+08:00"); /* holds do not bind a task */
  expect_time(d.deadline, "2026-01-16T23:59:59+08:00");
}

static void a_prerequisite_may_wait_for_business_days(void **state)
{
  struct dun_decision d;
  (void)state;
  d = planned("      - {name: a, use: mail}\n"
              "      - {name: b, use: mail, requires: [{step: a, wait: 1bd}]}\n",
              "2026-01-16T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-16T10:00:00+08:00");
  d = story_ask(&s, "2026-01-18T23:59:59+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "b");
  expect_time(d.not_before, "2026-01-19T00:00:00+08:00");
  d = story_ask(&s, "2026-01-19T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "b");
}

static void no_wait_does_not_go_back_to_the_start_of_the_date(void **state)
{
  static const char *const waits[] = {"0d", "0mo", "0bd", "0h"};
  (void)state;
  for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
    struct dun_decision d;
    char steps[256];
    snprintf(steps, sizeof steps,
             "      - {name: a, use: mail}\n"
             "      - {name: b, use: mail, within: 2h, requires: [{step: a, wait: %s}]}\n",
             waits[i]);
    d = planned(steps, "2026-01-16T08:00:00+08:00");
    story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-16T10:00:00+08:00");
    d = story_ask(&s, "2026-01-16T10:00:00+08:00");
    expect(&s, &d, DUN_DECISION_ACT, "b");
    expect_time(d.not_before, "2026-01-16T10:00:00+08:00");
    expect_time(d.deadline, "2026-01-16T12:00:00+08:00");
  }
}

/* Whether a walk counts a date. */
static bool walk_counts(const struct dun__case *c, uint32_t unit, int64_t d)
{
  const struct dun__calendar *k = &dun__calendars(c->policy)[c->policy->calendar];
  for (uint32_t i = 0; i < c->stop_count; i++)
    if (c->stops[i].from <= dun__start_of(c, d) && dun__start_of(c, d) < c->stops[i].until)
      return false;
  return unit != DUN__SPAN_BUSINESS || dun__calendar_open(k, dun__dates(c->policy), d, NULL);
}

/* The plan k spans after t, date by date. */
static dun_time walk_plan(const struct dun__case *c, dun_time t, struct dun__span span, int64_t k)
{
  int64_t d = dun__today(c, t), n = span.n * k;
  if (k == 0)
    return t;
  if (span.unit == DUN__SPAN_MONTHS)
    n = dun__months_on((dun_day)d, n) - d;
  while (n > 0) {
    if (++d > day("2026-12-31"))
      return DUN_TIME_NEVER;
    n -= walk_counts(c, span.unit, d);
  }
  return dun__time_on(c, d, 570);
}

static void plans_over_stops_agree_with_a_walk(void **state)
{
  static const struct dun__span spans[] = {{DUN__SPAN_BUSINESS, 1},  {DUN__SPAN_BUSINESS, 3},
                                           {DUN__SPAN_BUSINESS, 40}, {DUN__SPAN_MONTHS, 1},
                                           {DUN__SPAN_MONTHS, 2},    {DUN__SPAN_DAYS, 5}};
  struct dun__case *c = calloc(1, sizeof *c);
  uint32_t seed = 2463534242u;
  (void)state;
  assert_non_null(c);
  planned("      - {name: x, use: mail}\n", "2026-01-10T00:00:00+08:00");
  c->policy = s.policy;
  c->zone = dun__zone_at(s.policy, 0);
  for (int round = 0; round < 400; round++) {
    dun_time t = at("2025-12-31T10:00:00+08:00"), end;
#define RANDOM(n) ((seed ^= seed << 13, seed ^= seed >> 17, seed ^= seed << 5), seed % (n))
    dun_time first = t + RANDOM(200) * INT64_C(43200);
    c->stop_count = RANDOM(5);
    for (uint32_t i = 0; i < c->stop_count; i++) {
      t += 43200 * (dun_time)(1 + RANDOM(90));
      c->stops[i].from = t;
      t += 43200 * (dun_time)(1 + RANDOM(30));
      c->stops[i].until = t;
    }
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
      int64_t k = 0;
      end = first + RANDOM(600) * INT64_C(43200);
      while (k < 100 && walk_plan(c, first, spans[i], k + 1) <= end) {
        k++;
        if (dun__plan_after(c, first, spans[i], 570, k) != walk_plan(c, first, spans[i], k))
          fail_msg("round %d, span %zu: plan %d", round, i, (int)k);
      }
      if (k < 100 && end <= at("2026-12-31T23:59:59+08:00") &&
          dun__plans_between(c, first, spans[i], 570, end) != k)
        fail_msg("round %d, span %zu: %d plans, not %d", round, i, (int)k,
                 (int)dun__plans_between(c, first, spans[i], 570, end));
      if (spans[i].unit == DUN__SPAN_BUSINESS &&
          dun__wait(c, first, spans[i], 570) != walk_plan(c, first, spans[i], 1))
        fail_msg("round %d, span %zu: wait", round, i);
    }
  }
  /* plans end with what the calendar knows */
  c->stop_count = 0;
  assert_int_equal(dun__plans_between(c, at("2026-12-28T10:00:00+08:00"), spans[0], 570,
                                      at("2027-02-01T10:00:00+08:00")),
                   3);
  /* a stop without end: nothing after it is ever due */
  c->stop_count = 1;
  c->stops[0].from = at("2026-03-04T00:00:00+08:00");
  c->stops[0].until = DUN_TIME_NEVER;
  expect_time(dun__plan_after(c, at("2026-03-02T10:00:00+08:00"), spans[0], 570, 1),
              "2026-03-03T09:30:00+08:00");
  assert_true(dun__plan_after(c, at("2026-03-02T10:00:00+08:00"), spans[0], 570, 2) ==
              DUN_TIME_NEVER);
  assert_int_equal(dun__plans_between(c, at("2026-03-02T10:00:00+08:00"), spans[0], 570,
                                      at("2026-06-01T10:00:00+08:00")),
                   1);
  free(c);
}

int main(void)
{
#define ENGINE(name) cmocka_unit_test_setup_teardown(name, open_story, close_story)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(make_up_days_and_holidays_change_the_week),
      cmocka_unit_test(the_last_valid_day_is_known_and_the_next_is_not),
      cmocka_unit_test(calendars_end_with_the_last_legal_day),
      cmocka_unit_test(a_week_without_open_days_leaves_the_listed_ones),
      cmocka_unit_test(every_weekend_agrees_with_a_walk),
      cmocka_unit_test(months_keep_the_day_up_to_the_end_of_the_month),
      cmocka_unit_test(months_between_are_the_most_that_fit),
      ENGINE(business_waits_count_open_dates),
      ENGINE(no_business_days_are_this_or_the_next_open_date),
      ENGINE(a_date_that_the_calendar_does_not_know_is_never_due),
      ENGINE(a_stopped_clock_spends_neither_business_days_nor_months),
      ENGINE(other_holds_let_business_days_run),
      ENGINE(repetitions_go_by_open_dates_and_months),
      ENGINE(no_wait_does_not_go_back_to_the_start_of_the_date),
      ENGINE(plans_over_stops_agree_with_a_walk),
      ENGINE(deadlines_last_to_the_end_of_a_date),
      ENGINE(dates_under_a_hold_are_not_counted_for_a_deadline),
      ENGINE(a_prerequisite_may_wait_for_business_days),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  free(dates);
  return failed;
}
