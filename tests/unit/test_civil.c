/* SPDX-License-Identifier: MIT */
/* Tests of civil dates and of the public text forms of days and instants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <dun/dun.h>

#include "time/civil.h"
#include "time/civil_api.h"

static void every_day_of_9999_years_follows_the_calendar(void **state)
{
  dun_day day = DUN_DAY_MIN;
  uint32_t weekday = 0; /* 0001-01-01 was a Monday */
  (void)state;
  for (int32_t y = 1; y <= 9999; y++) {
    int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    assert_int_equal(dun__leap_year(y), leap);
    for (int32_t m = 1; m <= 12; m++) {
      int32_t length = m == 2 ? 28 + leap : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
      if (dun__month_length(y, m) != length)
        fail_msg("length of %d-%d", (int)y, (int)m);
      for (int32_t d = 1; d <= length; d++) {
        int32_t yy, mm, dd;
        dun__civil_from_day(day, &yy, &mm, &dd);
        if (yy != y || mm != m || dd != d || dun__day_from_civil(y, m, d) != day ||
            dun__weekday(day) != weekday || !dun__civil_ok(y, m, d))
          fail_msg("%d-%d-%d", (int)y, (int)m, (int)d);
        day++;
        weekday = (weekday + 1) % 7;
      }
    }
  }
  assert_int_equal(day, DUN_DAY_MAX + 1);
}

static void known_days_have_known_numbers(void **state)
{
  (void)state;
  assert_int_equal(dun__day_from_civil(1970, 1, 1), 0);
  assert_int_equal(dun__day_from_civil(1969, 12, 31), -1);
  assert_int_equal(dun__day_from_civil(2000, 2, 29), 11016);
  assert_int_equal(dun__day_from_civil(1, 1, 1), DUN_DAY_MIN);
  assert_int_equal(dun__day_from_civil(9999, 12, 31), DUN_DAY_MAX);
  assert_int_equal(dun__day_from_civil(0, 12, 31), DUN_DAY_MIN - 1);
  assert_int_equal(dun__day_from_civil(10000, 1, 1), DUN_DAY_MAX + 1);
  assert_int_equal(dun__weekday(dun__day_from_civil(2026, 1, 14)), 2); /* a Wednesday */
  assert_true(dun__weekday(INT32_MIN) < 7 && dun__weekday(INT32_MAX) < 7);
}

static void a_date_that_does_not_exist_is_out_of_range(void **state)
{
  static const int32_t wrong[][3] = {
      {2026, 2, 29},        {1900, 2, 29},        {2024, 2, 30},        {2026, 0, 1},
      {2026, 13, 1},        {2026, 1, 0},         {2026, 1, 32},        {2026, 4, 31},
      {0, 12, 31},          {10000, 1, 1},        {INT32_MIN, 1, 1},    {INT32_MAX, 1, 1},
      {2026, INT32_MAX, 1}, {2026, INT32_MIN, 1}, {2026, 1, INT32_MIN}, {2026, 1, INT32_MAX}};
  dun_day day = 77;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(dun_day_from_date(wrong[i][0], wrong[i][1], wrong[i][2], &day), DUN_E_RANGE);
  assert_int_equal(day, 77);
  assert_int_equal(dun_day_from_date(2026, 1, 1, NULL), DUN_E_INVAL);
  assert_int_equal(dun_day_from_date(2000, 2, 29, &day), DUN_OK);
  assert_int_equal(day, 11016);
}

static void a_date_of_a_day_may_be_asked_in_part(void **state)
{
  int32_t y = -1, m = -1, d = -1;
  (void)state;
  assert_int_equal(dun_date_from_day(DUN_DAY_MIN, &y, NULL, NULL), DUN_OK);
  assert_int_equal(y, 1);
  assert_int_equal(dun_date_from_day(DUN_DAY_MAX, NULL, &m, NULL), DUN_OK);
  assert_int_equal(dun_date_from_day(DUN_DAY_MAX, NULL, NULL, &d), DUN_OK);
  assert_int_equal(m, 12);
  assert_int_equal(d, 31);
  assert_int_equal(dun_date_from_day(DUN_DAY_MIN - 1, &y, &m, &d), DUN_E_RANGE);
  assert_int_equal(dun_date_from_day(DUN_DAY_MAX + 1, &y, &m, &d), DUN_E_RANGE);
  assert_int_equal(dun_date_from_day(INT32_MIN, &y, &m, &d), DUN_E_RANGE);
  assert_int_equal(y, 1);
}

static dun_rc day_of(const char *text, dun_day *out)
{
  return dun_day_parse(text, strlen(text), out);
}

static void months_past_the_last_and_before_the_first_are_one_day_past(void **state)
{
  (void)state;
  assert_int_equal(dun__months_on(DUN_DAY_MAX, 0), DUN_DAY_MAX);
  assert_int_equal(dun__months_on(DUN_DAY_MAX, 1), (int64_t)DUN_DAY_MAX + 1);
  assert_int_equal(dun__months_on(DUN_DAY_MAX, 14), (int64_t)DUN_DAY_MAX + 1);
  assert_int_equal(dun__months_on(DUN_DAY_MIN, -1), (int64_t)DUN_DAY_MIN - 1);
  assert_int_equal(dun__months_on(DUN_DAY_MIN, -14), (int64_t)DUN_DAY_MIN - 1);
  assert_int_equal(dun__months_on(DUN_DAY_MIN, 9999 * 12 - 1), DUN_DAY_MAX - 30);
}

static void a_day_is_read_strictly(void **state)
{
  static const char *const forms[] = {
      "",           "2026-1-14",   "2026-01-14 ",         "2026/01/14", "20260114",
      "+026-01-14", "-026-01-14",  " 026-01-14",          "2026-01-1x", "2026-O1-14",
      "2026-01 14", "12026-01-14", "2026-01-14T00:00:00Z"};
  static const char *const values[] = {"0000-01-01", "2026-00-10", "2026-13-10",
                                       "2026-02-29", "2026-01-00", "2026-06-31"};
  dun_day day = 5;
  (void)state;
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    if (day_of(forms[i], &day) != DUN_E_INVAL)
      fail_msg("%s", forms[i]);
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
    if (day_of(values[i], &day) != DUN_E_RANGE)
      fail_msg("%s", values[i]);
  assert_int_equal(dun_day_parse(NULL, 10, &day), DUN_E_INVAL);
  assert_int_equal(dun_day_parse("2026-01-14", 10, NULL), DUN_E_INVAL);
  assert_int_equal(dun_day_parse("2026-01-\0004", 10, &day), DUN_E_INVAL);
  assert_int_equal(day, 5);
  assert_int_equal(dun_day_parse("2026-01-14 and more", 10, &day), DUN_OK);
  assert_int_equal(day, dun__day_from_civil(2026, 1, 14));
}

static void a_day_is_written_as_it_is_read(void **state)
{
  char text[11];
  (void)state;
  for (dun_day day = DUN_DAY_MIN; day <= DUN_DAY_MAX - 997; day += 997) {
    dun_day back;
    assert_int_equal(dun_day_format(day, text), DUN_OK);
    assert_int_equal(dun_day_parse(text, 10, &back), DUN_OK);
    assert_int_equal(back, day);
  }
  assert_int_equal(dun_day_format(DUN_DAY_MIN, text), DUN_OK);
  assert_string_equal(text, "0001-01-01");
  assert_int_equal(dun_day_format(DUN_DAY_MAX, text), DUN_OK);
  assert_string_equal(text, "9999-12-31");
  assert_int_equal(dun_day_format(DUN_DAY_MAX + 1, text), DUN_E_RANGE);
  assert_int_equal(dun_day_format(DUN_DAY_MIN - 1, text), DUN_E_RANGE);
  assert_string_equal(text, "9999-12-31");
  assert_int_equal(dun_day_format(0, NULL), DUN_E_INVAL);
}

static dun_rc time_of(const char *text, dun_time *out)
{
  return dun_time_parse(text, strlen(text), out);
}

static void an_instant_is_read_at_its_offset(void **state)
{
  static const struct {
    const char *text;
    dun_time at;
  } good[] = {{"1970-01-01T00:00:00Z", 0},
              {"1969-12-31T23:59:59Z", -1},
              {"2026-01-14T09:00:00+08:00", 1768352400},
              {"2026-01-14t01:00:00z", 1768352400},
              {"2026-01-13T19:30:00-05:30", 1768352400},
              {"2026-01-14T01:00:00-00:00", 1768352400},
              {"1970-01-01T23:59:00+23:59", 0},
              {"0001-01-01T00:00:00Z", DUN_TIME_MIN},
              {"0001-01-01T01:00:00+01:00", DUN_TIME_MIN},
              {"9999-12-31T23:59:59Z", DUN_TIME_MAX},
              {"9999-12-31T22:59:59-01:00", DUN_TIME_MAX}};
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    dun_time at = 3;
    if (time_of(good[i].text, &at) != DUN_OK || at != good[i].at)
      fail_msg("%s", good[i].text);
  }
}

static void an_instant_in_another_form_is_refused(void **state)
{
  static const char *const forms[] = {"",
                                      "2026-01-14",
                                      "2026-01-14T09:00:00",
                                      "2026-01-14 09:00:00Z",
                                      "2026-01-14T09:00Z",
                                      "2026-01-14T09:00:00.5Z",
                                      "2026-01-14T09:00:00+0800",
                                      "2026-01-14T09:00:00+08",
                                      "2026-01-14T09:00:00+08:00 ",
                                      "2026-01-14T09:00:00Zx",
                                      "2026-01-14T09:00:00x",
                                      "2026-01-14T9:00:00ZZ",
                                      "2026-01-14T09-00:00Z",
                                      "2026-01-14T09:00-00Z",
                                      "2026-01-14T09:00:00 08:00",
                                      "2026-01-14T09:00:00+8:000",
                                      "2026-02-30T09:00:00?",
                                      "never"};
  static const char *const values[] = {
      "2026-01-14T24:00:00Z",      "2026-01-14T09:60:00Z",      "2026-01-14T09:00:60Z",
      "2026-02-29T09:00:00Z",      "0000-01-01T00:00:00Z",      "2026-01-14T09:00:00+24:00",
      "2026-01-14T09:00:00-00:60", "0001-01-01T00:59:59+01:00", "9999-12-31T23:00:00-01:00"};
  dun_time at = 3;
  (void)state;
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    if (time_of(forms[i], &at) != DUN_E_INVAL)
      fail_msg("%s", forms[i]);
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
    if (time_of(values[i], &at) != DUN_E_RANGE)
      fail_msg("%s", values[i]);
  assert_int_equal(dun_time_parse(NULL, 20, &at), DUN_E_INVAL);
  assert_int_equal(dun_time_parse("1970-01-01T00:00:00Z", 20, NULL), DUN_E_INVAL);
  assert_int_equal(at, 3);
}

static void an_instant_is_written_at_an_offset(void **state)
{
  static const struct {
    dun_time at;
    int32_t offset;
    const char *text;
  } cases[] = {{0, 0, "1970-01-01T00:00:00Z"},
               {1768352400, 28800, "2026-01-14T09:00:00+08:00"},
               {1768352400, -19800, "2026-01-13T19:30:00-05:30"},
               {-1, -1800, "1969-12-31T23:29:59-00:30"},
               {DUN_TIME_MIN, 0, "0001-01-01T00:00:00Z"},
               {DUN_TIME_MIN, -60, "0000-12-31T23:59:00-00:01"},
               {DUN_TIME_MAX, 50400, "10000-01-01T13:59:59+14:00"},
               {DUN_TIME_NEVER, 3600, "never"}};
  char out[32];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    dun__time_write(cases[i].at, cases[i].offset, out);
    assert_string_equal(out, cases[i].text);
  }
}

static void odd_seconds_of_an_offset_never_change_the_instant(void **state)
{
  char out[32];
  (void)state;
  for (int32_t offset = -86339; offset <= 86339; offset += 307) {
    dun_time at = INT64_C(-5000000000), back;
    dun__time_write(at, offset, out);
    if (time_of(out, &back) != DUN_OK || back != at)
      fail_msg("%d: %s", (int)offset, out);
  }
  dun__time_write(0, 2996, out); /* Rome before 1893: +0:49:56 */
  assert_string_equal(out, "1970-01-01T00:49:00+00:49");
  dun__time_write(0, -59, out);
  assert_string_equal(out, "1970-01-01T00:00:00Z");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_day_of_9999_years_follows_the_calendar),
      cmocka_unit_test(known_days_have_known_numbers),
      cmocka_unit_test(a_date_that_does_not_exist_is_out_of_range),
      cmocka_unit_test(a_date_of_a_day_may_be_asked_in_part),
      cmocka_unit_test(months_past_the_last_and_before_the_first_are_one_day_past),
      cmocka_unit_test(a_day_is_read_strictly),
      cmocka_unit_test(a_day_is_written_as_it_is_read),
      cmocka_unit_test(an_instant_is_read_at_its_offset),
      cmocka_unit_test(an_instant_in_another_form_is_refused),
      cmocka_unit_test(an_instant_is_written_at_an_offset),
      cmocka_unit_test(odd_seconds_of_an_offset_never_change_the_instant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
