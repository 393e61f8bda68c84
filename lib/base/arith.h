/* SPDX-License-Identifier: MIT */
/* Checked and saturating int64 arithmetic: an overflow is an answer, never a wrap. */
#ifndef DUN_BASE_ARITH_H
#define DUN_BASE_ARITH_H

#include <stdbool.h>
#include <stdint.h>

#include <dun/dun.h>

/* Each gives false, with *out untouched, on overflow. */
static inline bool dun__add(int64_t a, int64_t b, int64_t *out)
{
  if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b))
    return false;
  *out = a + b;
  return true;
}

static inline bool dun__mul(int64_t a, int64_t b, int64_t *out)
{
  if (a != 0 && b != 0) {
    if ((a > 0) == (b > 0) ? (a > 0 ? a > INT64_MAX / b : a < INT64_MAX / b)
                           : (a > 0 ? b < INT64_MIN / a : a < INT64_MIN / b))
      return false;
  }
  *out = a * b;
  return true;
}

/* Instants saturate: NEVER stays NEVER, and what lies past the last legal instant is NEVER. */
static inline dun_time dun__time_add(dun_time t, int64_t seconds)
{
  int64_t r;
  if (t == DUN_TIME_NEVER)
    return DUN_TIME_NEVER;
  if (!dun__add(t, seconds, &r))
    return seconds > 0 ? DUN_TIME_NEVER : DUN_TIME_MIN;
  if (r > DUN_TIME_MAX)
    return DUN_TIME_NEVER;
  return r < DUN_TIME_MIN ? DUN_TIME_MIN : r;
}

static inline int64_t dun__min(int64_t a, int64_t b)
{
  return a < b ? a : b;
}

static inline int64_t dun__max(int64_t a, int64_t b)
{
  return a > b ? a : b;
}

/* Division that rounds towards minus infinity; b > 0. */
static inline int64_t dun__floor_div(int64_t a, int64_t b)
{
  int64_t q = a / b;
  return a % b < 0 ? q - 1 : q;
}

static inline bool dun__time_ok(dun_time t)
{
  return t >= DUN_TIME_MIN && t <= DUN_TIME_MAX;
}

static inline bool dun__day_ok(int64_t day)
{
  return day >= DUN_DAY_MIN && day <= DUN_DAY_MAX;
}

#endif
