/* SPDX-License-Identifier: MIT */
/* Tests of the arithmetic between instants, dates and local times of a zone. */
#include "tzif.h"

#include "base/arith.h"

static void offsets_change_at_each_transition(void **state)
{
  const struct plan p = {-HOUR, 3, {{1000, 0}, {2000, HOUR}, {3000, -1800}}, ""};
  const struct dun__zone *z = zone_of(&p);
  dun_time until;
  (void)state;
  assert_int_equal(z->count, 3);
  assert_turn(z, 1000, -HOUR, 0);
  assert_turn(z, 2000, 0, HOUR);
  assert_turn(z, 3000, HOUR, -1800);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MIN, &until), -HOUR);
  assert_true(until == 1000);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MAX, &until), -1800);
  assert_true(until == DUN_TIME_NEVER);
  assert_int_equal(dun__zone_offset(z, 3000, &until), -1800);
  assert_true(until == DUN_TIME_NEVER);
}

static void the_footer_rules_the_far_future(void **state)
{
  const struct dun__zone *z = rule_of("CET-1CEST,M3.5.0,M10.5.0/3");
  (void)state;
  assert_turn(z, utc(2026, 3, 29, HOUR), HOUR, 2 * HOUR);
  assert_turn(z, utc(2026, 10, 25, HOUR), 2 * HOUR, HOUR);
  assert_turn(z, utc(9999, 3, 28, HOUR), HOUR, 2 * HOUR);
  assert_turn(z, utc(1, 10, 28, HOUR), 2 * HOUR, HOUR);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MAX, NULL), HOUR);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MIN, NULL), HOUR);
  z = rule_of("AEST-10AEDT,M10.1.0,M4.1.0/3"); /* the southern half */
  assert_turn(z, utc(2026, 4, 4, AT(16, 0)), 11 * HOUR, 10 * HOUR);
  assert_turn(z, utc(2026, 10, 3, AT(16, 0)), 10 * HOUR, 11 * HOUR);
  assert_int_equal(dun__zone_offset(z, utc(2027, 1, 1, 0), NULL), 11 * HOUR);
  z = rule_of("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"); /* Lord Howe: half an hour */
  assert_turn(z, utc(2026, 4, 4, AT(15, 0)), 11 * HOUR, AT(10, 30));
  assert_turn(z, utc(2026, 10, 3, AT(15, 30)), AT(10, 30), 11 * HOUR);
  z = rule_of("IST-1GMT0,M10.5.0,M3.5.0/1"); /* Dublin: winter is the "summer time" */
  assert_turn(z, utc(2026, 3, 29, HOUR), 0, HOUR);
  assert_turn(z, utc(2026, 10, 25, HOUR), HOUR, 0);
  z = rule_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"); /* Nuuk: a negative time */
  assert_turn(z, utc(2026, 3, 29, HOUR), -2 * HOUR, -HOUR);
  assert_turn(z, utc(2026, 10, 25, HOUR), -HOUR, -2 * HOUR);
  z = rule_of("EET-2EEST,M3.4.4/50,M10.4.4/50"); /* Gaza: over 24 hours */
  assert_turn(z, utc(2026, 3, 28, 0), 2 * HOUR, 3 * HOUR);
  assert_turn(z, utc(2026, 10, 23, 23 * HOUR), 3 * HOUR, 2 * HOUR);
}

static void the_rule_takes_over_smoothly_from_transitions_laid_out(void **state)
{
  const struct plan p = {0, 1, {{INT64_C(828234000), HOUR}}, "WET0WEST,M3.5.0/1,M10.5.0"};
  const struct dun__zone *slim = zone_of(&p);
  dun_time t = INT64_C(828234000), until; /* 1996-03-31T01:00:00Z */
  (void)state;
  for (int32_t half = 0; half < 2 * 120; half++) {
    int32_t before = dun__zone_offset(slim, t, &until);
    assert_true(until > t + 140 * DUN__DAY_SECONDS && until < t + 225 * DUN__DAY_SECONDS);
    assert_true(until % DUN__DAY_SECONDS == HOUR);
    assert_int_equal(dun__weekday((dun_day)(until / DUN__DAY_SECONDS)), 6);
    assert_turn(slim, until, before, HOUR - before);
    t = until;
  }
}

static void julian_days_count_the_leap_day_or_not(void **state)
{
  const struct dun__zone *z = rule_of("XXX0YYY,J60/0,J365/0");
  (void)state;
  assert_turn(z, utc(2027, 3, 1, 0), 0, HOUR);
  assert_turn(z, utc(2028, 3, 1, 0), 0, HOUR);
  assert_turn(z, utc(2028, 12, 30, 23 * HOUR), HOUR, 0);
  z = rule_of("XXX0YYY,59/0,364/0");
  assert_turn(z, utc(2027, 3, 1, 0), 0, HOUR);
  assert_turn(z, utc(2028, 2, 29, 0), 0, HOUR);
  assert_turn(z, utc(2028, 12, 29, 23 * HOUR), HOUR, 0);
  z = rule_of("XXX0YYY,J59/0,200/0");
  assert_turn(z, utc(2028, 2, 28, 0), 0, HOUR);
  z = rule_of("XXX0YYY,J100/-167,J200/167:59:59"); /* days away from the day named */
  assert_turn(z, utc(2027, 4, 3, HOUR), 0, HOUR);
  assert_turn(z, utc(2027, 7, 25, AT(22, 59) + 59), HOUR, 0);
  z = rule_of("XXX0YYY,J200,J3/-167"); /* the end of the year before's summer time */
  assert_turn(z, utc(2026, 12, 26, 24 * HOUR), HOUR, 0);
}

static void turns_may_lie_outside_their_year(void **state)
{
  const struct dun__zone *z = rule_of("XXX0YYY,J365/100,J365/150"); /* in the January after */
  (void)state;
  for (int32_t y = 2026; y < 2030; y++) {
    dun_time from = utc(y, 1, 4, 4 * HOUR), to = utc(y, 1, 6, 5 * HOUR);
    assert_turn(z, from, 0, HOUR);
    assert_turn(z, to, HOUR, 0);
    assert_int_equal(dun__zone_offset(z, utc(y, 1, 2, 0), NULL), 0);
  }
  z = rule_of("XXX0YYY,J1/-100,J1/-50"); /* in the December before */
  for (int32_t y = 2026; y < 2030; y++) {
    dun_time from = utc(y, 12, 27, 20 * HOUR), to = utc(y, 12, 29, 21 * HOUR);
    assert_turn(z, from, 0, HOUR);
    assert_turn(z, to, HOUR, 0);
    assert_int_equal(dun__zone_offset(z, utc(y, 12, 31, 0), NULL), 0);
  }
}

static void summer_time_without_dates_takes_the_usual_ones(void **state)
{
  const struct dun__zone *z = rule_of("EST5EDT");
  (void)state;
  assert_turn(z, utc(2026, 3, 8, 7 * HOUR), -5 * HOUR, -4 * HOUR);
  assert_turn(z, utc(2026, 11, 1, 6 * HOUR), -4 * HOUR, -5 * HOUR);
  z = rule_of("EST5EDT3:30:15"); /* with an offset of its own */
  assert_turn(z, utc(2026, 3, 8, 7 * HOUR), -5 * HOUR, -(AT(3, 30) + 15));
}

static void summer_time_without_end_is_no_season(void **state)
{
  const struct dun__zone *z = rule_of("XXX3EDT4,0/0,J365/23"); /* RFC 9636, 3.3.1 */
  dun_time until;
  (void)state;
  assert_int_equal(dun__zone_offset(z, utc(2026, 1, 1, 0), &until), -4 * HOUR);
  assert_true(until == DUN_TIME_NEVER);
  assert_int_equal(dun__zone_offset(rule_of("AAA3BBB3,J1,J2"), 0, &until), -3 * HOUR);
  assert_true(until == DUN_TIME_NEVER);
}

static void days_start_at_local_midnight(void **state)
{
  const struct dun__zone *z = rule_of("<+08>-8");
  dun_day d = date(2026, 1, 14);
  (void)state;
  assert_true(dun__zone_day_start(z, d) == utc(2026, 1, 13, 16 * HOUR));
  assert_int_equal(dun__zone_day(z, utc(2026, 1, 13, 16 * HOUR)), d);
  assert_int_equal(dun__zone_day(z, utc(2026, 1, 13, 16 * HOUR) - 1), d - 1);
  assert_true(dun__zone_earlier(z, d, AT(9, 0)) == utc(2026, 1, 14, HOUR));
  assert_true(dun__zone_earlier(z, d, 86400) == dun__zone_day_start(z, d + 1));
}

static void a_date_whose_midnight_is_skipped_starts_after_the_gap(void **state)
{
  /* Sao Paulo, 2017-10-15: 00:00 -> 01:00 */
  const struct plan p = {-3 * HOUR, 1, {{INT64_C(1508036400), -2 * HOUR}}, ""};
  const struct dun__zone *z = zone_of(&p);
  dun_time gap = utc(2017, 10, 15, 3 * HOUR);
  dun_day d = date(2017, 10, 15);
  (void)state;
  assert_true(dun__zone_day_start(z, d) == gap);
  assert_int_equal(dun__zone_day(z, gap - 1), d - 1);
  assert_int_equal(dun__zone_day(z, gap), d);
  assert_true(dun__zone_earlier(z, d, AT(0, 30)) == gap);
  assert_true(dun__zone_later(z, d, AT(0, 30)) == gap);
  assert_true(dun__zone_earlier(z, d, AT(1, 0)) == gap);
  assert_true(dun__zone_earlier(z, d, AT(1, 0) + 1) == gap + 1);
  assert_true(dun__zone_earlier(z, d - 1, 86400) == gap);
  assert_true(dun__zone_earlier(z, d - 1, 86399) == gap - 1);
}

static void a_date_that_is_skipped_starts_with_the_next(void **state)
{
  /* Apia: after 2011-12-29 came 2011-12-31 */
  const struct plan p = {-10 * HOUR, 1, {{INT64_C(1325239200), 14 * HOUR}}, ""};
  const struct dun__zone *z = zone_of(&p);
  dun_time gap = utc(2011, 12, 30, 10 * HOUR);
  dun_day skipped = date(2011, 12, 30);
  (void)state;
  assert_int_equal(dun__zone_day(z, gap - 1), skipped - 1);
  assert_int_equal(dun__zone_day(z, gap), skipped + 1);
  assert_true(dun__zone_day_start(z, skipped) == gap);
  assert_true(dun__zone_day_start(z, skipped + 1) == gap);
  assert_true(dun__zone_earlier(z, skipped, AT(12, 0)) == gap);
  assert_true(dun__zone_later(z, skipped, AT(12, 0)) == gap);
  assert_true(dun__zone_day_start(z, skipped + 2) == gap + DUN__DAY_SECONDS);
  assert_true(dun__zone_day_start(z, skipped - 1) == gap - DUN__DAY_SECONDS);
}

static void a_date_does_not_go_back_with_the_clock(void **state)
{
  /* St Johns, 2010-11-07: at 00:01 (02:31Z) back to 23:01 */
  const struct plan p = {-AT(2, 30), 1, {{INT64_C(1289097060), -AT(3, 30)}}, ""};
  const struct dun__zone *z = zone_of(&p);
  dun_time back = utc(2010, 11, 7, AT(2, 31));
  dun_day d = date(2010, 11, 7);
  (void)state;
  assert_true(dun__zone_day_start(z, d) == back - 60);
  assert_int_equal(dun__zone_day(z, back - 61), d - 1);
  assert_int_equal(dun__zone_day(z, back - 60), d);
  assert_int_equal(dun__zone_day(z, back), d);
  assert_int_equal(dun__zone_day(z, back + HOUR), d);
  assert_int_equal(dun__zone_day(z, back + 24 * HOUR + 58 * 60), d);
  assert_int_equal(dun__zone_day(z, back + 24 * HOUR + 59 * 60), d + 1);
  assert_true(dun__zone_earlier(z, d - 1, AT(23, 30)) == back - 31 * 60);
  assert_true(dun__zone_later(z, d - 1, AT(23, 30)) == back + 29 * 60);
  assert_true(dun__zone_earlier(z, d, 0) == back - 60);
  assert_true(dun__zone_later(z, d, 0) == back + 59 * 60);
}

static void two_clocks_set_back_soon_after_each_other_do_not_move_the_date(void **state)
{
  const struct plan p = {2 * HOUR, 2, {{INT64_C(79260), HOUR}, {INT64_C(79320), 0}}, ""};
  const struct dun__zone *z = zone_of(&p); /* at 00:01 back an hour, a minute later again */
  (void)state;
  assert_int_equal(dun__zone_day(z, 79199), 0);
  for (dun_time t = 79200; t < 2 * 86400; t += 30)
    assert_int_equal(dun__zone_day(z, t), 1);
  assert_int_equal(dun__zone_day(z, 2 * 86400), 2);
}

static void a_time_shown_twice_has_two_readings(void **state)
{
  const struct dun__zone *z = rule_of("CET-1CEST,M3.5.0,M10.5.0/3");
  dun_time back = utc(2026, 10, 25, HOUR), gap = utc(2026, 3, 29, HOUR);
  dun_day d = date(2026, 10, 25), g = date(2026, 3, 29);
  (void)state;
  assert_true(dun__zone_earlier(z, d, AT(2, 0) - 1) == back - HOUR - 1);
  assert_true(dun__zone_later(z, d, AT(2, 0) - 1) == back - HOUR - 1);
  assert_true(dun__zone_earlier(z, d, AT(2, 0)) == back - HOUR);
  assert_true(dun__zone_later(z, d, AT(2, 0)) == back);
  assert_true(dun__zone_earlier(z, d, AT(3, 0) - 1) == back - 1);
  assert_true(dun__zone_later(z, d, AT(3, 0) - 1) == back + HOUR - 1);
  assert_true(dun__zone_earlier(z, d, AT(3, 0)) == back + HOUR);
  assert_true(dun__zone_later(z, d, AT(3, 0)) == back + HOUR);
  assert_true(dun__zone_earlier(z, g, AT(2, 0) - 1) == gap - 1);
  assert_true(dun__zone_earlier(z, g, AT(2, 0)) == gap);
  assert_true(dun__zone_later(z, g, AT(2, 30)) == gap);
  assert_true(dun__zone_later(z, g, AT(3, 0)) == gap);
  assert_true(dun__zone_later(z, g, AT(3, 0) + 1) == gap + 1);
}

static void the_ends_of_time_are_clamped(void **state)
{
  static const char *const rules[] = {"<+14>-14",
                                      "UTC0",
                                      "<-12>12",
                                      "AAA-24",
                                      "AAA24",
                                      "CET-1CEST,M3.5.0,M10.5.0/3",
                                      "AEST-10AEDT,M10.1.0,M4.1.0/3"};
  (void)state;
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    const struct dun__zone *z = rule_of(rules[i]);
    static const dun_time wild[] = {INT64_MIN,        INT64_MIN + 1, DUN_TIME_MIN - 1,
                                    DUN_TIME_MAX + 1, INT64_MAX - 1, INT64_MAX};
    assert_true(dun__zone_day_start(z, DUN_DAY_MIN) == DUN_TIME_MIN);
    assert_true(dun__zone_day_start(z, DUN_DAY_MIN - 1) == DUN_TIME_MIN);
    assert_true(dun__zone_day_start(z, INT64_MIN) == DUN_TIME_MIN);
    assert_true(
        dun__zone_earlier(z, DUN_DAY_MAX, 86399 + dun__zone_offset(z, DUN_TIME_MAX, NULL)) ==
        (dun__zone_offset(z, DUN_TIME_MAX, NULL) > 0 ? DUN_TIME_NEVER : DUN_TIME_MAX));
    assert_true(dun__zone_earlier(z, DUN_DAY_MIN, 1) ==
                dun__max(DUN_TIME_MIN, DUN_TIME_MIN + 1 - dun__zone_offset(z, DUN_TIME_MIN, NULL)));
    assert_true(dun__zone_later(z, INT64_MIN, 86400) == DUN_TIME_MIN);
    assert_true(dun__zone_day_start(z, (int64_t)DUN_DAY_MAX + 1) == DUN_TIME_NEVER);
    assert_true(dun__zone_earlier(z, INT64_MAX, 86400) == DUN_TIME_NEVER);
    assert_true(dun__zone_earlier(z, DUN_DAY_MAX, 86400) == DUN_TIME_NEVER);
    assert_true(dun__zone_earlier(z, DUN_DAY_MAX, 0) > DUN_TIME_MAX - 48 * HOUR);
    assert_true(dun__zone_later(z, DUN_DAY_MIN, 86400) <= DUN_TIME_MIN + 48 * HOUR);
    assert_in_range(dun__zone_day(z, DUN_TIME_MIN) - DUN_DAY_MIN, 0, 1);
    assert_in_range(DUN_DAY_MAX - dun__zone_day(z, DUN_TIME_MAX), 0, 1);
    for (size_t k = 0; k < sizeof wild / sizeof wild[0]; k++) {
      dun_time until;
      dun__zone_offset(z, wild[k], &until);
      assert_in_range((int64_t)dun__zone_day(z, wild[k]) - DUN_DAY_MIN, 0,
                      (int64_t)DUN_DAY_MAX - DUN_DAY_MIN);
    }
  }
}

static void laws_of_dates_hold_in_odd_zones(void **state)
{
  static const char *const names[] = {
      "Pacific/Apia",   "America/Sao_Paulo",   "America/Santiago", "Africa/Cairo",
      "Asia/Beirut",    "America/St_Johns",    "Asia/Gaza",        "Africa/Casablanca",
      "Europe/Dublin",  "Australia/Lord_Howe", "America/Nuuk",     "Asia/Manila",
      "America/Juneau", "Pacific/Kwajalein",   "Antarctica/Troll", "America/Scoresbysund"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *why;
    if (!read_real(names[i]))
      continue;
    assert_int_equal(build(real, real_size, &why), DUN_OK);
    check_laws((const struct dun__zone *)space);
    dun__release(&heap, real, real_size);
  }
}

static void random_zones_keep_the_laws(void **state)
{
  (void)state;
  for (int i = 0; i < 300; i++) {
    struct plan p = {0, 0, {{0, 0}}, ""};
    dun_time t = (dun_time)draw(1000000000);
    p.first = (int32_t)draw(187199) - 93599;
    for (p.count = 0; p.count < MAX_STEPS; p.count++) {
      t += 1 + (dun_time)draw(draw(2) == 0 ? 90000 : 900000);
      p.step[p.count].at = t;
      p.step[p.count].offset = (int32_t)draw(187199) - 93599;
    }
    check_laws(zone_of(&p));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(offsets_change_at_each_transition),
      cmocka_unit_test(the_footer_rules_the_far_future),
      cmocka_unit_test(the_rule_takes_over_smoothly_from_transitions_laid_out),
      cmocka_unit_test(julian_days_count_the_leap_day_or_not),
      cmocka_unit_test(turns_may_lie_outside_their_year),
      cmocka_unit_test(summer_time_without_dates_takes_the_usual_ones),
      cmocka_unit_test(summer_time_without_end_is_no_season),
      cmocka_unit_test(days_start_at_local_midnight),
      cmocka_unit_test(a_date_whose_midnight_is_skipped_starts_after_the_gap),
      cmocka_unit_test(a_date_that_is_skipped_starts_with_the_next),
      cmocka_unit_test(a_date_does_not_go_back_with_the_clock),
      cmocka_unit_test(two_clocks_set_back_soon_after_each_other_do_not_move_the_date),
      cmocka_unit_test(a_time_shown_twice_has_two_readings),
      cmocka_unit_test(the_ends_of_time_are_clamped),
      cmocka_unit_test(laws_of_dates_hold_in_odd_zones),
      cmocka_unit_test(random_zones_keep_the_laws),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
