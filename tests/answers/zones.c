/* SPDX-License-Identifier: MIT */
/* Zones for the kept answers: see zones.h. */
#include "answers/zones.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TURNS 6

struct turns {
  int32_t first; /* offset before all turns, seconds */
  int count;
  struct {
    dun_time at;
    int32_t offset;
  } turn[TURNS];
  const char *rule; /* POSIX TZ */
};

struct out {
  uint8_t *bytes;
  size_t used, size;
};

static void put(struct out *o, uint64_t value, int width)
{
  for (int i = width - 1; i >= 0; i--)
    if (o->used < o->size)
      o->bytes[o->used++] = (uint8_t)(value >> (8 * i));
}

static void put_text(struct out *o, const char *text)
{
  for (; *text != '\0'; text++)
    put(o, (uint8_t)*text, 1);
}

/* RFC 9636, section 3.1: a header without leap seconds or indicators. */
static void put_header(struct out *o, uint32_t times, uint32_t types, uint32_t chars)
{
  put_text(o, "TZif3");
  put(o, 0, 8);
  put(o, 0, 7);
  for (int i = 0; i < 3; i++)
    put(o, 0, 4);
  put(o, times, 4);
  put(o, types, 4);
  put(o, chars, 4);
}

static size_t write_zone(const struct turns *t, uint8_t *bytes, size_t size)
{
  struct out o = {bytes, 0, size};
  put_header(&o, 0, 1, 1); /* an empty block for readers of 32 bits */
  put(&o, 0, 7);
  put_header(&o, (uint32_t)t->count, (uint32_t)t->count + 1, 4);
  for (int i = 0; i < t->count; i++)
    put(&o, (uint64_t)t->turn[i].at, 8);
  for (int i = 0; i < t->count; i++)
    put(&o, (uint64_t)i + 1, 1);
  for (int i = -1; i < t->count; i++) {
    put(&o, (uint64_t)(int64_t)(i < 0 ? t->first : t->turn[i].offset), 4);
    put(&o, 0, 2);
  }
  put(&o, 0x41414100, 4); /* "AAA" */
  put_text(&o, "\n");
  put_text(&o, t->rule);
  put_text(&o, "\n");
  return o.used;
}

/* Rules as of tzdata 2024a, but for Tehran: it keeps the summer time that it had up to 2022, for a
 * rule by the day of the year. The turns of Sao_Paulo are those of its last two summers. */
static const struct {
  const char *name;
  struct turns turns;
} fixed[] = {
    {"Asia/Shanghai", {.rule = "CST-8"}},
    {"America/New_York", {.rule = "EST5EDT,M3.2.0,M11.1.0"}},
    {"Europe/Rome", {.rule = "CET-1CEST,M3.5.0,M10.5.0/3"}},
    {"America/Santiago", {.rule = "<-04>4<-03>,M9.1.6/24,M4.1.6/24"}},
    {"Australia/Lord_Howe", {.rule = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"}},
    {"Asia/Kathmandu", {.rule = "<+0545>-5:45"}},
    {"Africa/Cairo", {.rule = "EET-2EEST,M4.5.5/0,M10.5.4/24"}},
    {"America/Sao_Paulo",
     {-10800,
      4,
      {{INT64_C(1508036400), -7200},
       {INT64_C(1518918000), -10800},
       {INT64_C(1541300400), -7200},
       {INT64_C(1550368800), -10800}},
      "<-03>3"}},
    {"Asia/Tehran", {.rule = "<+0330>-3:30<+0430>,J79/24,J263/24"}},
    {"America/St_Johns", {.rule = "NST3:30NDT,M3.2.0,M11.1.0"}},
};

dun_rc fixed_zone(void *user_data, const char *zone, const void **data, size_t *size)
{
  static uint8_t bytes[sizeof fixed / sizeof fixed[0]][512];
  (void)user_data;
  for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
    if (strcmp(fixed[i].name, zone) == 0) {
      *size = write_zone(&fixed[i].turns, bytes[i], sizeof bytes[i]);
      *data = bytes[i];
      return DUN_OK;
    }
  return DUN_E_NOT_FOUND;
}

/* "+h:mm:ss", now and then one that is too large. */
static size_t random_clock(struct rng *r, char *text, size_t size, uint32_t hours)
{
  uint32_t hour = rng_below(r, rng_one_in(r, 20) ? 200 : hours);
  uint32_t minute = rng_below(r, rng_one_in(r, 20) ? 100 : 60);
  uint32_t second = rng_one_in(r, 4) ? rng_below(r, 61) : 0;
  const char *sign = rng_one_in(r, 2) ? "-" : rng_one_in(r, 3) ? "+" : "";
  int n = rng_one_in(r, 3)   ? snprintf(text, size, "%s%" PRIu32, sign, hour)
          : rng_one_in(r, 2) ? snprintf(text, size, "%s%" PRIu32 ":%02" PRIu32, sign, hour, minute)
                             : snprintf(text, size, "%s%" PRIu32 ":%02" PRIu32 ":%02" PRIu32, sign,
                                        hour, minute, second);
  return (size_t)n;
}

static size_t random_date(struct rng *r, char *text, size_t size)
{
  uint32_t a = 0, b = 0, c = 0;
  int n;
  switch (rng_below(r, 3)) {
  case 0:
    a = rng_below(r, 14), b = rng_below(r, 7), c = rng_below(r, 8);
    n = snprintf(text, size, ",M%" PRIu32 ".%" PRIu32 ".%" PRIu32, a, b, c);
    break;
  case 1: n = snprintf(text, size, ",J%" PRIu32, rng_below(r, 367)); break;
  default: n = snprintf(text, size, ",%" PRIu32, rng_below(r, 367));
  }
  if (rng_one_in(r, 2)) {
    text[n++] = '/';
    n += (int)random_clock(r, text + n, size - (size_t)n, rng_one_in(r, 2) ? 25 : 169);
  }
  return (size_t)n;
}

static void random_rule(struct rng *r, char *text, size_t size)
{
  static const char *const names[] = {"AAA", "<+03>", "<A-1>", "ABCDEF", "AA", "<AB>"};
  size_t n = (size_t)snprintf(text, size, "%s", names[rng_below(r, rng_one_in(r, 9) ? 6 : 4)]);
  n += random_clock(r, text + n, size - n, 13);
  if (rng_one_in(r, 4))
    return;
  n += (size_t)snprintf(text + n, size - n, "BBB");
  if (rng_one_in(r, 3))
    n += random_clock(r, text + n, size - n, 13);
  n += random_date(r, text + n, size - n);
  n += random_date(r, text + n, size - n);
  if (rng_one_in(r, 12)) {
    char with = "0,:/.JMx"[rng_below(r, 8)];
    text[rng_below(r, (uint32_t)n)] = with;
  }
}

size_t random_zone(struct rng *r, uint8_t *bytes, size_t size)
{
  char rule[160];
  struct turns t = {.rule = rule};
  dun_time at = INT64_C(86400) * (rng_below(r, 20000)) - INT64_C(86400) * 3000;
  size_t used;
  t.first = (int32_t)rng_below(r, 100000) - 50000;
  t.count = rng_one_in(r, 2) ? 0 : (int)rng_below(r, TURNS + 1);
  for (int i = 0; i < t.count; i++) {
    t.turn[i].at = at;
    t.turn[i].offset = rng_one_in(r, 5) ? t.first : (int32_t)rng_below(r, 100000) - 50000;
    at += rng_one_in(r, 30) ? -(int64_t)rng_below(r, 9) : 1 + (int64_t)rng_below(r, 90000000);
  }
  random_rule(r, rule, sizeof rule);
  used = write_zone(&t, bytes, size);
  for (int damage = rng_one_in(r, 3) ? 1 : 0; damage > 0 && used > 0; damage--) {
    uint32_t where = rng_below(r, (uint32_t)used);
    if (rng_one_in(r, 6))
      used = where;
    else
      bytes[where] = (uint8_t)(rng_one_in(r, 2) ? rng_below(r, 256) : bytes[where] + 1u);
  }
  return used;
}
