/* SPDX-License-Identifier: MIT */
/* Oracle: offset changes of 66 zones from 2000 to 2040, as listed by the tz database's own tools,
 * against the system's zone files. Reads $DUN_SHARED_DATA/calendars, skips where that is absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include <dun/dun.h>

#include "base/mem.h"
#include "time/zone.h"
#include "time/zone_file.h"

#define FILE_NAME "calendars/tz_transitions_2000_2040.csv.gz"
#define LIST_END INT64_C(2240524800) /* 2041-01-01 */

/* The list is of a newer release than 2025b: Vancouver stays on UTC-7 from its last row on, Morocco
 * goes back to UTC. A system that does not know that yet is compared up to there. */
static const struct {
  const char *name;
  dun_time from;
} changed[] = {{"America/Vancouver", 1793523600}, {"Africa/Casablanca", 1789866000}};

static gzFile list;

static struct dun__zone *load(const char *name)
{
  struct dun_alloc alloc;
  struct dun__zone *zone;
  const char *why = "";
  void *data;
  size_t size, bytes = 0;
  assert_int_equal(dun__alloc_take(&alloc, NULL), DUN_OK);
  if (dun__zone_file_read(&alloc, "/usr/share/zoneinfo", name, &data, &size, &why) != DUN_OK ||
      dun__zone_build(data, size, 1, NULL, &bytes, &why) != DUN_OK)
    fail_msg("%s %s", name, why);
  zone = malloc(bytes);
  assert_non_null(zone);
  assert_int_equal(dun__zone_build(data, size, 1, zone, &bytes, &why), DUN_OK);
  dun__release(&alloc, data, size);
  return zone;
}

/* No change is left between the last one of the list and its end. */
static void finish(const char *name, struct dun__zone *zone, dun_time last)
{
  dun_time until;
  if (zone == NULL)
    return;
  dun__zone_offset(zone, last, &until);
  if (until < LIST_END)
    fail_msg("%s: unlisted change at %lld", name, (long long)until);
  free(zone);
}

/* Whether the system's file is older than what the list says from this row on. */
static int outdated(const struct dun__zone *zone, const char *name, dun_time t, long after)
{
  for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
    if (strcmp(name, changed[i].name) == 0 && t == changed[i].from)
      return dun__zone_offset(zone, t, NULL) != after;
  return 0;
}

static void every_listed_change_is_found_and_no_other(void **state)
{
  char line[256], name[64] = "", now[64];
  struct dun__zone *zone = NULL;
  dun_time last = 0;
  int rows = 0, zones = 0;
  (void)state;
  assert_non_null(gzgets(list, line, sizeof line)); /* headings */
  while (gzgets(list, line, sizeof line) != NULL) {
    char *field[8], *at = line;
    dun_time t, until;
    long after;
    for (int i = 0; i < 8; i++) {
      field[i] = at;
      at = strchr(at, i < 7 ? ',' : '\n');
      assert_non_null(at);
      *at++ = '\0';
    }
    t = strtoll(field[2], NULL, 10);
    after = strtol(field[5], NULL, 10);
    snprintf(now, sizeof now, "%s", field[0]);
    rows++;
    if (strcmp(now, name) != 0) { /* a zone's first row is the state at the list's beginning */
      finish(name, zone, last);
      strcpy(name, now);
      zone = load(name);
      last = t;
      zones++;
      assert_int_equal(dun__zone_offset(zone, t, NULL), after);
      continue;
    }
    if (zone != NULL && outdated(zone, name, t, after)) {
      print_message("# not compared: %s from %s on, the system's file is older\n", name, field[1]);
      free(zone);
      zone = NULL;
    }
    if (zone == NULL)
      continue;
    if (strtol(field[3], NULL, 10) == after) /* only the name or the summer flag changes */
      continue;
    if (dun__zone_offset(zone, last, &until) != strtol(field[3], NULL, 10) || until != t)
      fail_msg("%s: change at %lld, listed at %lld", name, (long long)until, (long long)t);
    assert_int_equal(dun__zone_offset(zone, t - 1, NULL), strtol(field[3], NULL, 10));
    assert_int_equal(dun__zone_offset(zone, t, NULL), after);
    last = t;
  }
  finish(name, zone, last);
  print_message("# %d rows, %d zones\n", rows, zones);
  assert_true(zones > 60);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_listed_change_is_found_and_no_other)};
  const char *dir = getenv("DUN_SHARED_DATA");
  char path[4096];
  int rc;
  if (dir != NULL && *dir != '\0') {
    snprintf(path, sizeof path, "%s/%s", dir, FILE_NAME);
    list = gzopen(path, "rb");
  }
  if (list == NULL) {
    puts("1..0 # SKIP no $DUN_SHARED_DATA/" FILE_NAME);
    return 0;
  }
  rc = cmocka_run_group_tests(tests, NULL, NULL);
  gzclose(list);
  return rc;
}
