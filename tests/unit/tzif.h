/* SPDX-License-Identifier: MIT */
/* For the tests of zones: writing TZif files, building zones of them, and the laws all keep. */
#ifndef DUN_TESTS_TZIF_H
#define DUN_TESTS_TZIF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dun/dun.h>

#include "base/mem.h"
#include "time/civil.h"
#include "time/zone.h"
#include "time/zone_file.h"

#define HOUR 3600
#define MAX_STEPS 8

/* A zone to write as TZif: the offset before all steps, then each step's instant and offset. */
struct plan {
  int32_t first;
  int count;
  struct {
    dun_time at;
    int32_t offset;
  } step[MAX_STEPS];
  const char *footer;
};

static uint8_t bytes[2048];
static size_t used;
static uint64_t space[1024];

static inline void put(uint64_t value, int width)
{
  for (int i = width - 1; i >= 0; i--)
    bytes[used++] = (uint8_t)(value >> (8 * i));
}

static inline void put_header(char version, uint32_t times, uint32_t types, uint32_t chars)
{
  memcpy(bytes + used, "TZif", 4);
  used += 4;
  put((uint8_t)version, 1);
  memset(bytes + used, 0, 15);
  used += 15;
  put(0, 4); /* UT indicators */
  put(0, 4); /* standard indicators */
  put(0, 4); /* leap seconds */
  put(times, 4);
  put(types, 4);
  put(chars, 4);
}

static inline void put_block(const struct plan *p, int wide)
{
  for (int i = 0; i < p->count; i++)
    put((uint64_t)p->step[i].at, wide);
  for (int i = 0; i < p->count; i++)
    put((uint64_t)i + 1, 1);
  for (int i = -1; i < p->count; i++) {
    put((uint64_t)(int64_t)(i < 0 ? p->first : p->step[i].offset), 4);
    put(0, 2);
  }
  put(0x41414100, 4); /* "AAA" */
}

/* A slim file: an empty first block, the second one, the footer. */
static inline void write_slim(const struct plan *p, char version)
{
  used = 0;
  put_header(version, 0, 1, 1);
  put(0, 7);
  put_header(version, (uint32_t)p->count, (uint32_t)p->count + 1, 4);
  put_block(p, 8);
  used += (size_t)sprintf((char *)bytes + used, "\n%s\n", p->footer);
}

static inline dun_rc build(const uint8_t *data, size_t size, const char **why)
{
  size_t need = 0, again = 0;
  struct dun__zone *zone = (struct dun__zone *)space;
  /* A copy of exactly that size, for the sanitizer to see each step outside. */
  uint8_t *copy = malloc(size == 0 ? 1 : size);
  dun_rc rc;
  assert_non_null(copy);
  memcpy(copy, data, size);
  *why = NULL;
  rc = dun__zone_build(copy, size, 7, NULL, &need, why);
  if (rc == DUN_OK) {
    assert_true(need % 8 == 0 && need <= sizeof space);
    memset(space, 0xee, sizeof space);
    assert_int_equal(dun__zone_build(copy, size, 7, zone, &again, why), DUN_OK);
    assert_int_equal(again, need);
    assert_int_equal(zone->size, need);
    assert_int_equal(zone->id, 7);
    if (need < sizeof space)
      assert_int_equal(((uint8_t *)space)[need], 0xee);
  } else {
    assert_non_null(*why);
  }
  free(copy);
  return rc;
}

static inline const struct dun__zone *zone_of(const struct plan *p)
{
  const char *why;
  write_slim(p, '3');
  if (build(bytes, used, &why) != DUN_OK)
    fail_msg("%s %s", p->footer, why);
  return (const struct dun__zone *)space;
}

static inline const struct dun__zone *rule_of(const char *footer)
{
  struct plan p = {0, 0, {{0, 0}}, footer};
  return zone_of(&p);
}

static inline int rule_ok(const char *footer)
{
  struct plan p = {0, 0, {{0, 0}}, footer};
  const char *why;
  dun_rc rc;
  write_slim(&p, '3');
  rc = build(bytes, used, &why);
  assert_true(rc == DUN_OK || rc == DUN_E_ZONE);
  return rc == DUN_OK;
}

static inline dun_day date(int32_t y, int32_t m, int32_t d)
{
  return dun__day_from_civil(y, m, d);
}

static inline dun_time utc(int32_t y, int32_t m, int32_t d, int32_t second)
{
  return (dun_time)date(y, m, d) * DUN__DAY_SECONDS + second;
}

#define AT(h, m) ((h)*3600 + (m)*60)

static inline void assert_turn(const struct dun__zone *z, dun_time at, int32_t before,
                               int32_t after)
{
  dun_time until;
  assert_int_equal(dun__zone_offset(z, at - 1, &until), before);
  assert_true(until == at);
  assert_int_equal(dun__zone_offset(z, at, &until), after);
  assert_true(until > at);
}

static uint64_t seed = 42;

static inline uint64_t draw(uint64_t below)
{
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (seed >> 24) % below;
}

/* start(D) <= t exactly if day(t) >= D; readings are in order and within the date. */
static inline void check_laws(const struct dun__zone *z)
{
  for (int i = 0; i < 200; i++) {
    dun_time t = DUN_TIME_MIN + (dun_time)draw((uint64_t)(DUN_TIME_MAX - DUN_TIME_MIN)), until;
    dun_day d;
    int32_t s = (int32_t)draw(86401);
    if (i % 2 == 0 && z->count > 0) {
      memcpy(&t, (const char *)z + sizeof *z + draw(z->count) * 8, 8);
      t += (dun_time)draw(400000) - 200000;
      t = t < DUN_TIME_MIN ? DUN_TIME_MIN : t > DUN_TIME_MAX ? DUN_TIME_MAX : t;
    }
    d = dun__zone_day(z, t);
    assert_true(dun__zone_day_start(z, d) <= t);
    assert_true(dun__zone_day_start(z, (int64_t)d + 1) > t);
    assert_true(dun__zone_earlier(z, d, s) <= dun__zone_later(z, d, s));
    assert_true(dun__zone_earlier(z, d, s) >= dun__zone_day_start(z, d));
    assert_true(dun__zone_earlier(z, d, 86400) == dun__zone_day_start(z, (int64_t)d + 1));
    if (t < DUN_TIME_MAX)
      assert_true(dun__zone_day(z, t + 1) >= d);
    dun__zone_offset(z, t, &until);
    assert_true(until > t);
    if (until != DUN_TIME_NEVER)
      assert_int_not_equal(dun__zone_offset(z, until, NULL), dun__zone_offset(z, until - 1, NULL));
  }
}

static void *real;
static size_t real_size;
static struct dun_alloc heap;

/* A zone of the system; false (and said so) where there is none. */
static inline int read_real(const char *name)
{
  const char *why = NULL;
  assert_int_equal(dun__alloc_take(&heap, NULL), DUN_OK);
  if (dun__zone_file_read(&heap, "/usr/share/zoneinfo", name, &real, &real_size, &why) == DUN_OK)
    return 1;
  print_message("# not tested: %s %s\n", name, why);
  return 0;
}

#endif
