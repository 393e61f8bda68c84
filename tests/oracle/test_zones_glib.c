/* SPDX-License-Identifier: MIT */
/* Oracle: every zone of the system against GLib's GTimeZone and the C library's localtime_r, two
 * readers of the same files that share no code with ours. */
#define _GNU_SOURCE /* tm_gmtoff */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <glib.h>

#include <dun/dun.h>

#include "base/arith.h"
#include "base/mem.h"
#include "time/civil.h"
#include "time/zone.h"
#include "time/zone_file.h"

#define DIR "/usr/share/zoneinfo"
#define FROM INT64_C(-2208988800)   /* 1900-01-01 */
#define TO INT64_C(4102444800)      /* 2100-01-01 */
#define DAYS_TO INT64_C(2366841600) /* 2045-01-01 */
#define RANDOM_INSTANTS 200
#define RANDOM_DAYS 40

static char **names;
static size_t name_count;
static size_t compared, unlike_glib;

/* Deterministic (splitmix64): a failure comes again. */
static uint64_t seed = 20260114;

static uint64_t draw(void)
{
  uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* "Z name ..." and "L target name". */
static void read_names(void)
{
  char line[512], one[128], two[128];
  FILE *f = fopen(DIR "/tzdata.zi", "r");
  if (f == NULL)
    return;
  while (fgets(line, sizeof line, f) != NULL) {
    const char *name = NULL;
    if (line[0] == 'Z' && sscanf(line, "Z %127s", one) == 1)
      name = one;
    else if (line[0] == 'L' && sscanf(line, "L %127s %127s", one, two) == 2)
      name = two;
    if (name != NULL) {
      names = realloc(names, (name_count + 1) * sizeof *names);
      assert_non_null(names);
      names[name_count++] = g_strdup(name);
    }
  }
  fclose(f);
}

static struct dun__zone *load(const char *name)
{
  struct dun_alloc alloc;
  struct dun__zone *zone;
  const char *why = "";
  void *data;
  size_t size, bytes = 0;
  assert_int_equal(dun__alloc_take(&alloc, NULL), DUN_OK);
  if (dun__zone_file_read(&alloc, DIR, name, &data, &size, &why) != DUN_OK ||
      dun__zone_build(data, size, 1, NULL, &bytes, &why) != DUN_OK)
    fail_msg("%s %s", name, why);
  zone = malloc(bytes);
  assert_non_null(zone);
  assert_int_equal(dun__zone_build(data, size, 1, zone, &bytes, &why), DUN_OK);
  dun__release(&alloc, data, size);
  return zone;
}

static int32_t glib_offset(GTimeZone *tz, dun_time t)
{
  gint interval = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, t);
  return g_time_zone_get_offset(tz, interval);
}

static int32_t libc_offset(dun_time t)
{
  struct tm tm;
  time_t at = (time_t)t;
  return localtime_r(&at, &tm) == NULL ? INT32_MIN : (int32_t)tm.tm_gmtoff;
}

/* GLib 2.74 takes Dublin's footer, IST-1GMT0,M10.5.0,M3.5.0/1 (winter is the summer time, one hour
 * less), as UTC+2 in summer: it is not asked after the last transition listed in the file. The C
 * library is, and must always agree. */
static int glib_trusted(const char *name, dun_time t)
{
  int dublin = strcmp(name, "Europe/Dublin") == 0 || strcmp(name, "Eire") == 0;
  return !dublin || t < INT64_C(2140045200); /* 2037-10-25T01:00:00Z */
}

static void compare(const char *name, const struct dun__zone *zone, GTimeZone *tz, dun_time t)
{
  int32_t ours = dun__zone_offset(zone, t, NULL), theirs = glib_offset(tz, t);
  compared++;
  if (ours != libc_offset(t))
    fail_msg("%s at %lld: %d, libc %d", name, (long long)t, (int)ours, (int)libc_offset(t));
  if (ours != theirs) {
    unlike_glib++;
    if (glib_trusted(name, t))
      fail_msg("%s at %lld: %d, GLib %d", name, (long long)t, (int)ours, (int)theirs);
  }
}

/* The local time by the C library, as an instant of UTC. */
static dun_time local(dun_time t)
{
  return t + libc_offset(t);
}

/* A date's start by its definition: no instant before it shows the date or a later one. The last
 * second is looked at, and each half hour of the 30 hours before: no clock was set back further. */
static void check_day(const char *name, const struct dun__zone *zone, dun_day day)
{
  dun_time midnight = (dun_time)day * DUN__DAY_SECONDS, noon = midnight + 43200;
  dun_time start = dun__zone_day_start(zone, day), at;
  if (local(start) < midnight)
    fail_msg("%s: day %d starts too early", name, (int)day);
  for (at = start - 1; at > start - 30 * 3600; at -= 1800)
    if (local(at) >= midnight)
      fail_msg("%s: day %d starts too late, at %lld", name, (int)day, (long long)start);
  if (dun__zone_day(zone, start) < day || dun__zone_day(zone, start - 1) >= day)
    fail_msg("%s: day %d and its start disagree", name, (int)day);
  for (int later = 0; later < 2; later++) {
    at = later ? dun__zone_later(zone, day, 43200) : dun__zone_earlier(zone, day, 43200);
    if (local(at) != noon && local(at - 1) >= noon)
      fail_msg("%s: noon of day %d", name, (int)day);
  }
}

/* GLib's own way from local time to an instant, where midnight exists once. */
static void check_midnight(const char *name, const struct dun__zone *zone, GTimeZone *tz,
                           dun_day day)
{
  int32_t y, m, d;
  GDateTime *g;
  dun_time first = dun__zone_earlier(zone, day, 0);
  if (first != dun__zone_later(zone, day, 0) ||
      first + dun__zone_offset(zone, first, NULL) != (dun_time)day * DUN__DAY_SECONDS)
    return;
  dun__civil_from_day(day, &y, &m, &d);
  g = g_date_time_new(tz, y, m, d, 0, 0, 0);
  assert_non_null(g);
  if (g_date_time_to_unix(g) != first && glib_trusted(name, first))
    fail_msg("%s: midnight of %d-%d-%d: %lld, GLib %lld", name, (int)y, (int)m, (int)d,
             (long long)first, (long long)g_date_time_to_unix(g));
  g_date_time_unref(g);
}

static void check_zone(const char *name)
{
  struct dun__zone *zone = load(name);
  GTimeZone *tz = g_time_zone_new_identifier(name);
  dun_time t = FROM, until;
  if (tz == NULL)
    fail_msg("GLib does not know %s", name);
  setenv("TZ", name, 1);
  tzset();
  for (int i = 0; i < RANDOM_INSTANTS; i++)
    compare(name, zone, tz, FROM + (dun_time)(draw() % (uint64_t)(TO - FROM)));
  for (;;) {
    dun_day day;
    dun__zone_offset(zone, t, &until);
    /* What we say is a change, is one; that none is left out, steps of 11 days between show. */
    for (dun_time at = t; at < dun__min(until, TO); at += 11 * DUN__DAY_SECONDS)
      compare(name, zone, tz, at);
    if (until >= TO)
      break;
    compare(name, zone, tz, until - 1);
    compare(name, zone, tz, until);
    compare(name, zone, tz, until + 1);
    assert_int_not_equal(libc_offset(until - 1), libc_offset(until));
    day = dun__zone_day(zone, until);
    for (dun_day near = day - 1; near <= day + 1; near++) {
      if (t < DAYS_TO) /* past it only the rule, ever the same */
        check_day(name, zone, near);
      check_midnight(name, zone, tz, near);
    }
    t = until;
  }
  for (int i = 0; i < RANDOM_DAYS; i++) {
    dun_day day = (dun_day)(FROM / DUN__DAY_SECONDS + (dun_time)(draw() % 73000));
    check_midnight(name, zone, tz, day);
  }
  g_time_zone_unref(tz);
  free(zone);
}

static void every_zone_agrees_with_glib_and_libc(void **state)
{
  (void)state;
  for (size_t i = 0; i < name_count; i++)
    check_zone(names[i]);
  print_message("# %zu zones, %zu instants, GLib differs at %zu\n", name_count, compared,
                unlike_glib);
  assert_true(name_count > 300);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_zone_agrees_with_glib_and_libc)};
  int rc;
  read_names();
  if (name_count == 0) {
    puts("1..0 # SKIP no " DIR "/tzdata.zi");
    return 0;
  }
  rc = cmocka_run_group_tests(tests, NULL, NULL);
  for (size_t i = 0; i < name_count; i++)
    g_free(names[i]);
  free(names);
  return rc;
}
