/* SPDX-License-Identifier: MIT */
/*
 * Time zones: a compiled zone (transitions and a rule for the far future) and the arithmetic
 * between instants and local dates. Pure; reading files is zone_file.h's job.
 *
 * A date begins at the first instant whose local date it is (or a later one, where a whole date was
 * skipped). "The date at t" is the latest date that has begun by t, so it never goes back, even
 * where a clock set back over midnight repeats the end of the day before.
 */
#ifndef DUN_TIME_ZONE_H
#define DUN_TIME_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

/* One change-over of a POSIX TZ rule. */
struct dun__zone_turn {
  int32_t kind;   /* 0 = Jn (1..365, no leap day), 1 = n (0..365), 2 = Mm.w.d */
  int32_t month;  /* Mm.w.d */
  int32_t week;   /* Mm.w.d: 1..5, 5 = last */
  int32_t day;    /* Jn, n, or d (0 = Sunday) */
  int32_t second; /* local seconds after midnight at which it turns; may be negative or > 24 h */
};

/* A zone: one block of `size` bytes without pointers; `count` transitions follow it in memory, the
 * instants (int64) first, then the offsets (int32) in force from each on. */
struct dun__zone {
  uint32_t size;     /* bytes of the whole block, a multiple of 8 */
  uint32_t id;       /* dun_zone_id() of its name */
  uint32_t count;    /* transitions */
  int32_t first;     /* offset before the first transition, seconds east of UTC */
  int32_t standard;  /* rule: standard offset, in force after the last transition */
  int32_t daylight;  /* rule: summer offset */
  uint32_t has_rule; /* 0: the last offset holds for ever; 1: standard only; 2: both seasons */
  struct dun__zone_turn start, end; /* when summer time starts and ends */
  uint32_t reserved;
};

/* Build a zone block from TZif bytes (RFC 9636, versions 1 to 4, slim or fat).
 * Called twice: with out NULL it sets *size to the bytes needed; then with room for them.
 * DUN_OK; DUN_E_ZONE: not TZif, cut short, or inconsistent; DUN_E_LIMIT: more than 4096
 * transitions; then *why (never NULL, static text) says what is wrong. */
dun_rc dun__zone_build(const void *tzif, size_t tzif_size, uint32_t id, struct dun__zone *out,
                       size_t *size, const char **why);

/* The offset in force at t. *until (may be NULL) is the next instant > t at which it changes,
 * DUN_TIME_NEVER if none. */
int32_t dun__zone_offset(const struct dun__zone *zone, dun_time t, dun_time *until);

/* The latest date that has begun by t. t must be legal; the result is clamped to legal days. */
dun_day dun__zone_day(const struct dun__zone *zone, dun_time t);

/* The instant at which a date begins. Days past DUN_DAY_MAX give DUN_TIME_NEVER, days before
 * DUN_DAY_MIN DUN_TIME_MIN. */
dun_time dun__zone_day_start(const struct dun__zone *zone, int64_t day);

/* The instant at which the local clock shows `second` (0..86400) of a date. In a gap: the first
 * instant after it. In an overlap: the earlier reading, or the later. Clamped like day_start, and
 * never before the date's own start. */
dun_time dun__zone_earlier(const struct dun__zone *zone, int64_t day, int32_t second);
dun_time dun__zone_later(const struct dun__zone *zone, int64_t day, int32_t second);

#endif
