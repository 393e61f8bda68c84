/* SPDX-License-Identifier: MIT */
/* Tests of building zones from TZif bytes, good and hostile, and of reading their files. */
#define _XOPEN_SOURCE 700 /* mkdtemp, mkfifo, ftruncate */

#include "tzif.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void transitions_that_change_nothing_are_left_out(void **state)
{
  const struct plan p = {0, 4, {{10, 0}, {20, HOUR}, {30, HOUR}, {40, 0}}, "GMT0"};
  const struct dun__zone *z = zone_of(&p);
  (void)state;
  assert_int_equal(z->count, 2);
  assert_turn(z, 20, 0, HOUR);
  assert_turn(z, 40, HOUR, 0);
}

static void they_are_left_out_at_the_end_too_and_before_a_rule_with_seasons(void **state)
{
  const struct plan end = {0, 2, {{10, HOUR}, {20, HOUR}}, "<+01>-1"};
  const struct plan rule = {
      HOUR, 2, {{10, HOUR}, {INT64_C(946684800), HOUR}}, "CET-1CEST,M3.5.0,M10.5.0/3"};
  const struct plan last = {HOUR, 1, {{INT64_C(946684800), HOUR}}, "CET-1CEST,M3.5.0,M10.5.0/3"};
  uint32_t count;
  (void)state;
  assert_int_equal(zone_of(&end)->count, 1);
  count = zone_of(&last)->count;
  assert_int_equal(zone_of(&rule)->count, count);
}

static void no_byte_of_a_zone_is_left_to_chance(void **state)
{
  /* an odd number of transitions leaves room at the end, a rule without turns in the middle */
  const struct plan p = {0, 1, {{10, HOUR}}, "<+01>-1"};
  const struct plan two = {0, 2, {{10, HOUR}, {20, 2 * HOUR}}, "<+02>-2"};
  const uint8_t *block = (const uint8_t *)space;
  struct dun__zone z;
  (void)state;
  assert_int_equal(zone_of(&two)->size, sizeof z + 24);
  z = *zone_of(&p);
  assert_int_equal(z.size, sizeof z + 16);
  for (size_t i = sizeof z + 12; i < z.size; i++)
    assert_int_equal(block[i], 0);
  for (size_t i = 0; i < sizeof z.start; i++)
    assert_int_equal(((const uint8_t *)&z.start)[i] | ((const uint8_t *)&z.end)[i], 0);
}

static void a_last_transition_that_changes_nothing_still_holds_the_rule_back(void **state)
{
  const struct plan p = {
      HOUR, 1, {{INT64_C(946684800), HOUR}}, "CET-1CEST,M3.5.0,M10.5.0/3"}; /* 2000-01-01 */
  const struct dun__zone *z = zone_of(&p);
  dun_time until;
  (void)state;
  assert_int_equal(dun__zone_offset(z, utc(1999, 7, 1, 0), &until), HOUR);
  assert_true(until == utc(2000, 3, 26, HOUR));
  assert_turn(z, utc(2000, 3, 26, HOUR), HOUR, 2 * HOUR);
}

static void transitions_outside_legal_time_are_clamped(void **state)
{
  const struct plan p = {60,
                         5,
                         {{-(INT64_C(1) << 59), 120},
                          {DUN_TIME_MIN, 180},
                          {DUN_TIME_MIN + 1, 240},
                          {DUN_TIME_MAX, 300},
                          {DUN_TIME_MAX + 1, 360}},
                         "XXX0YYY,M3.5.0,M10.5.0"};
  const struct dun__zone *z;
  const char *why;
  dun_time until;
  (void)state;
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  z = (const struct dun__zone *)space;
  assert_int_equal(z->count, 2);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MIN, &until), 180);
  assert_true(until == DUN_TIME_MIN + 1);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MAX - 1, &until), 240);
  assert_true(until == DUN_TIME_MAX);
  assert_int_equal(dun__zone_offset(z, DUN_TIME_MAX, &until), 300);
  assert_true(until == DUN_TIME_NEVER);
}

static void a_version_1_file_has_32_bits_and_no_footer(void **state)
{
  const struct plan p = {0, 2, {{-2147483647 - 1, HOUR}, {2147483647, -HOUR}}, ""};
  const struct dun__zone *z = (const struct dun__zone *)space;
  const char *why;
  (void)state;
  used = 0;
  put_header('\0', 2, 3, 4);
  put_block(&p, 4);
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  assert_turn(z, -2147483647 - 1, 0, HOUR);
  assert_turn(z, 2147483647, HOUR, -HOUR);
  for (size_t size = 0; size < used; size++)
    assert_int_equal(build(bytes, size, &why), DUN_E_ZONE);
}

static void the_first_of_two_blocks_may_count_leap_seconds(void **state)
{
  const struct plan p = {0, 1, {{10, HOUR}}, "<+01>-1"};
  const char *why;
  (void)state;
  used = 0;
  put_header('2', 0, 1, 1);
  bytes[used - 13] = 2;
  put(0, 7);
  put(78796800, 4);
  put(1, 4);
  put(94694401, 4);
  put(2, 4);
  put_header('2', 1, 2, 4);
  put_block(&p, 8);
  used += (size_t)sprintf((char *)bytes + used, "\n%s\n", p.footer);
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  assert_turn((const struct dun__zone *)space, 10, 0, HOUR);
}

static void one_type_with_an_empty_name_is_enough(void **state)
{
  const char *why;
  (void)state;
  used = 0;
  put_header('\0', 0, 1, 1);
  put(3600, 4);
  put(0, 3);
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  assert_int_equal(dun__zone_offset((const struct dun__zone *)space, 0, NULL), HOUR);
}

static void a_file_has_256_types_at_most(void **state)
{
  (void)state;
  for (uint32_t types = 256; types <= 257; types++) {
    const char *why;
    used = 0;
    put_header('\0', 0, types, 1);
    for (uint32_t i = 0; i < types; i++)
      put(0, 6);
    put(0, 1);
    assert_int_equal(build(bytes, used, &why), types == 256 ? DUN_OK : DUN_E_ZONE);
  }
}

static void it_says_whether_a_file_is_cut_short_or_another(void **state)
{
  const char *why;
  (void)state;
  assert_int_equal(build((const uint8_t *)"TZi", 3, &why), DUN_E_ZONE);
  assert_string_equal(why, "is not a TZif file");
  assert_int_equal(build((const uint8_t *)"TZif", 4, &why), DUN_E_ZONE);
  assert_string_equal(why, "is cut short");
  used = 0;
  put_header('\0', 0, 0, 1);
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
  assert_string_equal(why, "number of time types is not 1 to 256");
  assert_int_equal(build(bytes, used - 1, &why), DUN_E_ZONE);
  assert_string_equal(why, "is cut short");
  used = 0;
  put_header('2', 0, 1, 1);
  put(0, 7);
  put_header('2', 0, 0, 1);
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
  assert_string_equal(why, "number of time types is not 1 to 256");
}

static void a_later_version_prefers_its_64_bit_block(void **state)
{
  const struct plan old = {0, 1, {{5, 60}}, ""};
  const struct plan p = {0, 1, {{INT64_C(-5000000000), HOUR}}, "<+01>-1"};
  const char *why;
  (void)state;
  for (char version = '1'; version <= '5'; version++) {
    used = 0;
    put_header(version, 1, 2, 4);
    put_block(&old, 4);
    put_header(version, 1, 2, 4);
    put_block(&p, 8);
    used += (size_t)sprintf((char *)bytes + used, "\n%s\n", p.footer);
    if (version == '1' || version == '5') {
      assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
      continue;
    }
    assert_int_equal(build(bytes, used, &why), DUN_OK);
    assert_turn((const struct dun__zone *)space, INT64_C(-5000000000), 0, HOUR);
  }
}

static void a_rule_in_any_posix_form_is_read(void **state)
{
  static const char *const good[] = {"",
                                     "UTC0",
                                     "<+03>-3",
                                     "<-0330>3:30",
                                     "AbC-0:59:59",
                                     "AZaz5",
                                     "<AZaz09+->5",
                                     "AAA24",
                                     "AAA-24",
                                     "AAA24:59:59",
                                     "AAA5:00",
                                     "AAA5:30:00",
                                     "AAA+5",
                                     "AAA05",
                                     "AAA5BBB4:30",
                                     "AAAAAAAAAAAAAAAA5",
                                     "AAA5BBB,M1.1.0,M12.5.6",
                                     "AAA5BBB,J1,J365",
                                     "AAA5BBB,0,100",
                                     "AAA5BBB5,J100/0,J100/0", /* no seasons: no turns */
                                     "AAA5BBB,M3.5.0/0,M9.1.3/-12:30:15",
                                     "<A1->5<B2+>,J9,J99"};
  static const char *const wrong[] = {"A",
                                      "AA5",
                                      "AAA",
                                      "<+03-3",
                                      "<+3>-3",
                                      "+03-3",
                                      "@AA5",
                                      "[AA5",
                                      "`AA5",
                                      "{AA5",
                                      "<AA/>5",
                                      "<AA:>5",
                                      "AAA25",
                                      "AAA-25",
                                      "AAA5:60",
                                      "AAA5:5:60",
                                      "AAA5:030",
                                      "AAA5:30:015",
                                      "AAA5:",
                                      "AAA5:1:",
                                      "AAA+-5",
                                      "AAA 5",
                                      "AAA5 ",
                                      "AAA5BB",
                                      "AAA5BBB25",
                                      "AAA5BBB,",
                                      "AAA5BBB,J1",
                                      "AAA5BBB,J1,",
                                      "AAA5BBB,J0,J9",
                                      "AAA5BBB,J1,J366",
                                      "AAA5BBB,366,1",
                                      "AAA5BBB,J,J9",
                                      "AAA5BBB,M0.1.0,J99",
                                      "AAA5BBB,M13.1.0,J99",
                                      "AAA5BBB,M3.0.0,J99",
                                      "AAA5BBB,M3.6.0,J99",
                                      "AAA5BBB,M3.1.7,J99",
                                      "AAA5BBB,M3.1,J99",
                                      "AAA5BBB,M003.1.0,J99",
                                      "AAA5BBB,M3.01.0,J99",
                                      "AAA5BBB,M3.1.00,J99",
                                      "AAA5BBB,J0099,J100",
                                      "AAA5BBB,M3.1.0/,J99",
                                      "AAA5BBB,M3.1.0/168,J99",
                                      "AAA5BBB,M3.1.0/-168,J99",
                                      "AAA5BBB,M3.1.0/2:60,J99",
                                      "AAA5BBB,M3.1.0,J99x",
                                      "AAA5BBB,M3.1.0,J99,J100",
                                      "AAA5,M3.1.0,M9.1.0",
                                      "AAA99999999999999999999",
                                      "AAA5BBB,99999999999,1",
                                      "AAA0005",
                                      ",M3.1.0,M9.1.0"};
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    if (!rule_ok(good[i]))
      fail_msg("%s", good[i]);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    if (rule_ok(wrong[i]))
      fail_msg("%s", wrong[i]);
}

static void a_rule_whose_turns_cross_is_refused(void **state)
{
  static const char *const wrong[] = {
      "AAA0BBB,J100/0,J100/1",   /* no summer at all: ends as it starts */
      "AAA0BBB,J60/0,59/1",      /* north or south, depending on the leap day */
      "AAA0BBB,0/0,364/25",      /* ends as the next one starts, but in leap years */
      "AAA0BBB,364/23,0/0",      /* starts as the next one ends, but in leap years */
      "AAA0BBB,M4.1.0/0,J95/0"}; /* north or south, depending on the weekday */
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    if (rule_ok(wrong[i]))
      fail_msg("%s", wrong[i]);
  assert_true(rule_ok("AAA0BBB,J363/2,J364/160")); /* over the new year, but for ever in order */
}

static void a_footer_must_know_the_last_offset(void **state)
{
  struct plan p = {0, 1, {{INT64_C(1000000000), HOUR}}, "<+01>-1"};
  const char *why;
  (void)state;
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  p.footer = "<+02>-2";
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
  p.footer = "GMT0BST,M3.5.0/1,M10.5.0"; /* in summer: 2001-09-09 */
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  p.footer = "EET-2EEST,M3.5.0,M10.5.0/3"; /* neither winter nor summer */
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
}

static void a_footer_need_not_know_an_offset_outside_legal_time(void **state)
{
  static const struct {
    dun_time at;
    dun_rc rc;
  } cases[] = {{DUN_TIME_MIN - 1, DUN_OK},
               {DUN_TIME_MIN, DUN_E_ZONE},
               {DUN_TIME_MAX, DUN_E_ZONE},
               {DUN_TIME_MAX + 1, DUN_OK}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const struct plan p = {60, 1, {{cases[i].at, 120}}, "<+05>-5"};
    const char *why;
    write_slim(&p, '2');
    assert_int_equal(build(bytes, used, &why), cases[i].rc);
  }
}

static void a_last_offset_out_of_season_holds_until_the_next_turn(void **state)
{
  /* America/Ojinaga as zic 2022 writes it slim: central time from 2022-10-30 on, no summer time
   * for the week that the rule still has it. */
  const struct plan p = {-6 * HOUR,
                         2,
                         {{INT64_C(1647162000), -5 * HOUR}, {INT64_C(1667116800), -6 * HOUR}},
                         "CST6CDT,M3.2.0,M11.1.0"};
  const struct plan late = {
      0, 1, {{INT64_C(4118083200), HOUR}}, "CET-1CEST,M3.5.0,M10.5.0/3"}; /* 2100-07-01 */
  const struct dun__zone *z = zone_of(&p);
  dun_time until;
  (void)state;
  assert_turn(z, INT64_C(1667116800), -5 * HOUR, -6 * HOUR);
  assert_int_equal(dun__zone_offset(z, INT64_C(1667116800), &until), -6 * HOUR);
  assert_true(until == utc(2023, 3, 12, 8 * HOUR));
  z = zone_of(&late);
  assert_int_equal(dun__zone_offset(z, INT64_C(4118083200), &until), HOUR);
  assert_true(until == utc(2101, 3, 27, HOUR));
}

/* What is said of a good file with one byte changed; NULL = nothing. */
static const char *patched(size_t at, uint8_t value)
{
  const struct plan p = {0, 2, {{10, HOUR}, {20, 0}}, "GMT0"};
  const char *why;
  dun_rc rc;
  write_slim(&p, '2');
  bytes[at] = value;
  rc = build(bytes, used, &why);
  if (rc == DUN_OK)
    return NULL;
  assert_int_equal(rc, strstr(why, "4096") != NULL ? DUN_E_LIMIT : DUN_E_ZONE);
  return why;
}

static void bytes_that_contradict_each_other_are_refused(void **state)
{
  /* big-endian words; 2 instants, 2 indices, 3 types, 4 chars */
  const size_t second = 44 + 7, body = second + 44;
  const struct {
    size_t at;
    uint8_t value;
    const char *why;
  } cases[] = {{body, 0, NULL},
               {0, 'X', "is not a TZif file"},
               {second, 'X', "has no second header"},
               {second + 23, 1, "number of indicators is not the number of time types"}, /* UT */
               {second + 27, 2, "number of indicators is not the number of time types"},
               {second + 31, 1, "leap seconds"},
               {second + 35, 3, "is cut short"}, /* more instants than bytes */
               {second + 32, 0x80, "has more than 4096 transitions"},
               {second + 39, 0, "number of time types is not 1 to 256"},
               {second + 38, 1, "number of time types is not 1 to 256"}, /* 259 */
               {second + 43, 0, "has no abbreviations"},
               {second + 40, 0xff, "is cut short"},
               {body + 7, 20, "has transitions out of order"}, /* equal */
               {body + 7, 21, "has transitions out of order"},
               {body + 7, 19, NULL},
               {body + 16, 3, "has a transition to a time type it lacks"},
               {body + 16, 2, NULL},
               {body + 18, 0x80, "has an offset of 26 hours or more"}, /* -2^31 */
               {body + 22, 2, "has a summer time flag that is neither 0 nor 1"},
               {body + 23, 4, "has an abbreviation outside its table"},
               {body + 23, 3, NULL},
               {body + 40, 'x', "has no footer"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *why = patched(cases[i].at, cases[i].value);
    if ((why == NULL) != (cases[i].why == NULL) || (why && strstr(why, cases[i].why) == NULL))
      fail_msg("case %zu: %s", i, why == NULL ? "taken" : why);
  }
}

static void leap_seconds_are_refused_by_name(void **state)
{
  const struct plan p = {0, 0, {{0, 0}}, "UTC0"};
  const char *why;
  (void)state;
  used = 0;
  put_header('2', 0, 1, 1);
  put(0, 7);
  put_header('2', 0, 1, 4);
  bytes[used - 13] = 1; /* one leap second, complete */
  put_block(&p, 8);
  put(78796800, 8);
  put(1, 4);
  used += (size_t)sprintf((char *)bytes + used, "\nUTC0\n");
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
  assert_non_null(strstr(why, "leap seconds"));
}

static void offsets_reach_almost_26_hours(void **state)
{
  struct plan p = {93599, 1, {{0, -93599}}, ""};
  const char *why;
  (void)state;
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_OK);
  p.first = 93600;
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
  p.first = -93600;
  write_slim(&p, '2');
  assert_int_equal(build(bytes, used, &why), DUN_E_ZONE);
}

static void transitions_are_limited_to_4096(void **state)
{
  (void)state;
  for (uint32_t count = 4096; count <= 4097; count++) {
    size_t size = 51 + 44 + (size_t)count * 9 + 12 + 4 + 2, need = 0;
    uint8_t *data = calloc(1, size), *p;
    const char *why = NULL;
    dun_rc rc;
    assert_non_null(data);
    used = 0;
    put_header('2', 0, 1, 1);
    put(0, 7);
    put_header('2', count, 2, 4);
    memcpy(data, bytes, used);
    p = data + used;
    for (uint32_t i = 0; i < count; i++, p += 8) {
      p[6] = (uint8_t)(i >> 8);
      p[7] = (uint8_t)i;
    }
    for (uint32_t i = 0; i < count; i++)
      *p++ = (uint8_t)(i % 2 == 0);
    p[6 + 2] = 0x0e; /* the second type: 3600 seconds and some */
    p += 12 + 4;
    p[0] = p[1] = '\n';
    rc = dun__zone_build(data, size, 1, NULL, &need, &why);
    assert_int_equal(rc, count == 4096 ? DUN_OK : DUN_E_LIMIT);
    if (rc == DUN_OK) { /* 4096 changes within 4096 seconds: slow, but right and finite */
      struct dun__zone *z = malloc(need);
      assert_non_null(z);
      assert_int_equal(dun__zone_build(data, size, 1, z, &need, &why), DUN_OK);
      assert_int_equal(dun__zone_day(z, 4097), 0);
      assert_true(dun__zone_earlier(z, 0, 5000) <= dun__zone_later(z, 0, 5000));
      free(z);
    }
    free(data);
  }
}

static void a_file_cut_short_anywhere_is_refused(void **state)
{
  const struct plan p = {0, 2, {{10, HOUR}, {20, 0}}, "GMT0"};
  const char *why;
  (void)state;
  write_slim(&p, '2');
  for (size_t size = 0; size < used; size++)
    assert_int_equal(build(bytes, size, &why), DUN_E_ZONE);
  if (!read_real("Europe/Rome"))
    return;
  for (size_t size = 0; size < real_size; size++)
    assert_int_equal(build(real, size, &why), DUN_E_ZONE);
  assert_int_equal(build(real, real_size, &why), DUN_OK);
  dun__release(&heap, real, real_size);
}

static void bytes_behind_the_size_given_are_not_read(void **state)
{
  const struct plan p = {0, 2, {{10, HOUR}, {20, 0}}, "GMT0"};
  (void)state;
  write_slim(&p, '2'); /* whole, so that each byte too many that is read would make sense */
  for (size_t size = 0; size < used; size++) {
    const char *why;
    size_t need;
    assert_int_equal(dun__zone_build(bytes, size, 7, NULL, &need, &why), DUN_E_ZONE);
  }
}

static void flipped_bytes_never_crash_and_always_end(void **state)
{
  static const char *const names[] = {"Europe/Rome", "Asia/Gaza", "Pacific/Apia"};
  size_t good = 0, refused = 0;
  (void)state;
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
    uint8_t *copy;
    if (!read_real(names[k]))
      return;
    copy = malloc(real_size);
    assert_non_null(copy);
    for (int i = 0; i < 4000; i++) {
      const char *why;
      int flips = 1 + (int)draw(4);
      memcpy(copy, real, real_size);
      while (flips-- > 0) { /* every second one among headers and footer, where it hurts most */
        size_t at = draw(real_size);
        if (draw(2) == 0)
          at = draw(2) == 0 ? draw(44) : real_size - 1 - draw(40);
        copy[at] = (uint8_t)(draw(2) == 0 ? copy[at] ^ 1u << draw(8) : draw(256));
      }
      if (build(copy, real_size, &why) == DUN_OK) {
        check_laws((const struct dun__zone *)space);
        good++;
      } else {
        refused++;
      }
    }
    free(copy);
    dun__release(&heap, real, real_size);
  }
  assert_true(good > 100 && refused > 100);
}

static void zone_names_are_plain_relative_paths(void **state)
{
  static const char *const good[] = {"UTC",       "Europe/Rome", "America/Argentina/Buenos_Aires",
                                     "Etc/GMT+5", "Etc/GMT-14",  "GB-Eire",
                                     "a"};
  static const char *const wrong[] = {"",       "/UTC",   "UTC/",     "a//b",         "..",
                                      "../UTC", "a/../b", ".",        "a.tab",        "a b",
                                      "a\\b",   "a:b",    "\xc3\xa9", "Europe/Rome\n"};
  static const char ends_early[] = "UTC/\0x";
  char longest[65];
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    assert_true(dun__zone_name_ok(good[i]));
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_false(dun__zone_name_ok(wrong[i]));
  memset(longest, 'a', sizeof longest);
  longest[63] = '\0';
  assert_true(dun__zone_name_ok(longest));
  longest[63] = 'a';
  longest[64] = '\0';
  assert_false(dun__zone_name_ok(longest));
  assert_false(dun__zone_name_ok(NULL));
  assert_false(dun__zone_name_ok(ends_early));
}

static dun_rc read_name(const char *dir, const char *name)
{
  void *data = &heap;
  size_t size = 99;
  const char *why = NULL;
  dun_rc rc = dun__zone_file_read(&heap, dir, name, &data, &size, &why);
  if (rc == DUN_OK) {
    dun__release(&heap, data, size);
  } else {
    assert_ptr_equal(data, &heap);
    assert_int_equal(size, 99);
    assert_true(rc != DUN_E_ZONE || why != NULL);
  }
  return rc;
}

static void assert_why(const char *dir, const char *name, const char *text)
{
  void *data;
  size_t size;
  const char *why = NULL;
  assert_int_equal(dun__zone_file_read(&heap, dir, name, &data, &size, &why), DUN_E_ZONE);
  assert_string_equal(why, text);
}

static void it_says_why_a_zone_cannot_be_read(void **state)
{
  (void)state;
  assert_int_equal(dun__alloc_take(&heap, NULL), DUN_OK);
  assert_why("/", "no-such-zone", "is not among the zone files");
  assert_why("/dev/null", "UTC", "cannot be opened");
  errno = ENOENT; /* of something else */
  assert_why(NULL, "UTC", "cannot be opened");
  assert_why("/", "../UTC", "is no zone name");
  assert_why("/", "dev", "is no regular file");
}

static void a_file_shorter_than_it_says_is_refused(void **state)
{
  struct stat about;
  (void)state;
  /* of Linux: a page long by its word, a few bytes when read */
  if (stat("/sys/devices/system/cpu/online", &about) != 0 || about.st_size < 1024) {
    print_message("# not tested: no /sys/devices/system/cpu/online\n");
    return;
  }
  assert_int_equal(dun__alloc_take(&heap, NULL), DUN_OK);
  errno = EINTR; /* of something else: the end of a file is no interruption */
  assert_why("/sys/devices/system/cpu", "online", "cannot be read");
}

static void descriptor_0_is_as_good_as_any(void **state)
{
  char dir[] = "/tmp/dun-zone-XXXXXX", path[64];
  int input = dup(0), again, left;
  dun_rc rc;
  FILE *f;
  (void)state;
  assert_int_equal(dun__alloc_take(&heap, NULL), DUN_OK);
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/one", dir);
  f = fopen(path, "w");
  assert_non_null(f);
  fputs("x", f);
  fclose(f);
  close(0);
  errno = EINTR; /* of something else: nothing is to be tried again */
  rc = read_name(dir, "one");
  left = fcntl(0, F_GETFD);
  again = input < 0 ? 0 : dup2(input, 0);
  if (input >= 0)
    close(input);
  unlink(path);
  rmdir(dir);
  assert_int_equal(rc, DUN_OK);
  assert_int_equal(left, -1); /* nothing left open */
  assert_int_equal(again, 0);
}

static void *no_memory(void *user_data, size_t size)
{
  (void)user_data;
  (void)size;
  return NULL;
}

static void only_regular_files_of_sensible_size_are_read(void **state)
{
  char dir[] = "/tmp/dun-zone-XXXXXX", path[64];
  static const struct {
    const char *name;
    off_t size;
    dun_rc rc;
  } files[] = {{"empty", 0, DUN_E_ZONE},
               {"one", 1, DUN_OK},
               {"full", 256 * 1024, DUN_OK},
               {"over", 256 * 1024 + 1, DUN_E_ZONE}};
  (void)state;
  assert_int_equal(dun__alloc_take(&heap, NULL), DUN_OK);
  assert_non_null(mkdtemp(dir));
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    FILE *f;
    snprintf(path, sizeof path, "%s/%s", dir, files[i].name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(ftruncate(fileno(f), files[i].size), 0);
    fclose(f);
    assert_int_equal(read_name(dir, files[i].name), files[i].rc);
  }
  snprintf(path, sizeof path, "%s/pipe", dir);
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(read_name(dir, "pipe"), DUN_E_ZONE); /* and does not hang */
  snprintf(path, sizeof path, "%s/folder", dir);
  assert_int_equal(mkdir(path, 0700), 0);
  assert_int_equal(read_name(dir, "folder"), DUN_E_ZONE);
  assert_int_equal(read_name(dir, "none"), DUN_E_ZONE);
  assert_int_equal(read_name(dir, "../one"), DUN_E_ZONE);
  assert_int_equal(read_name("/nonexistent", "one"), DUN_E_ZONE);
  assert_int_equal(read_name(NULL, "one"), DUN_E_ZONE);
  heap.alloc = no_memory;
  assert_int_equal(read_name(dir, "one"), DUN_E_NOMEM);
  rmdir(path);
  snprintf(path, sizeof path, "%s/pipe", dir);
  unlink(path);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    snprintf(path, sizeof path, "%s/%s", dir, files[i].name);
    unlink(path);
  }
  rmdir(dir);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(transitions_that_change_nothing_are_left_out),
      cmocka_unit_test(they_are_left_out_at_the_end_too_and_before_a_rule_with_seasons),
      cmocka_unit_test(no_byte_of_a_zone_is_left_to_chance),
      cmocka_unit_test(a_last_transition_that_changes_nothing_still_holds_the_rule_back),
      cmocka_unit_test(transitions_outside_legal_time_are_clamped),
      cmocka_unit_test(a_version_1_file_has_32_bits_and_no_footer),
      cmocka_unit_test(the_first_of_two_blocks_may_count_leap_seconds),
      cmocka_unit_test(one_type_with_an_empty_name_is_enough),
      cmocka_unit_test(a_file_has_256_types_at_most),
      cmocka_unit_test(it_says_whether_a_file_is_cut_short_or_another),
      cmocka_unit_test(a_later_version_prefers_its_64_bit_block),
      cmocka_unit_test(a_rule_in_any_posix_form_is_read),
      cmocka_unit_test(a_rule_whose_turns_cross_is_refused),
      cmocka_unit_test(a_footer_must_know_the_last_offset),
      cmocka_unit_test(a_footer_need_not_know_an_offset_outside_legal_time),
      cmocka_unit_test(a_last_offset_out_of_season_holds_until_the_next_turn),
      cmocka_unit_test(leap_seconds_are_refused_by_name),
      cmocka_unit_test(bytes_that_contradict_each_other_are_refused),
      cmocka_unit_test(offsets_reach_almost_26_hours),
      cmocka_unit_test(transitions_are_limited_to_4096),
      cmocka_unit_test(a_file_cut_short_anywhere_is_refused),
      cmocka_unit_test(bytes_behind_the_size_given_are_not_read),
      cmocka_unit_test(flipped_bytes_never_crash_and_always_end),
      cmocka_unit_test(zone_names_are_plain_relative_paths),
      cmocka_unit_test(it_says_why_a_zone_cannot_be_read),
      cmocka_unit_test(a_file_shorter_than_it_says_is_refused),
      cmocka_unit_test(descriptor_0_is_as_good_as_any),
      cmocka_unit_test(only_regular_files_of_sensible_size_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
