/* SPDX-License-Identifier: MIT */
/*
 * Business calendars: which dates are open, how many lie between two, the n-th from one. Closed
 * form by weeks, and one search among the dates that differ from them. Pure.
 *
 * Nothing is known of dates outside the calendar's valid years: an answer that depends on one of
 * them is "unknown", never a guess.
 */
#ifndef DUN_TIME_CALENDAR_H
#define DUN_TIME_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include <dun/dun.h>

/* Holidays and make-up workdays of one calendar, all within its valid years. */
struct dun__calendar_date {
  dun_day day;
  int16_t
      extra; /* open dates up to and with this one, less those that the weeks alone would give */
  uint16_t open; /* 1 = workday, 0 = holiday */
};

/* Its dates are [first, first + count) of a table of them, sorted by day, each day once. */
struct dun__calendar {
  uint32_t weekend; /* bit d = closed on weekday d (0 = Monday) */
  uint32_t first, count;
  dun_day from, until; /* valid, both inclusive */
};

/* No such date is known: it lies outside the valid years. */
#define DUN__CALENDAR_UNKNOWN INT64_MAX

/* Set `extra` of the calendar's dates, once they are sorted. */
void dun__calendar_sum(const struct dun__calendar *calendar, struct dun__calendar_date *dates);

/* Whether a date is open; false with *known false if nobody knows. known may be NULL. */
bool dun__calendar_open(const struct dun__calendar *calendar,
                        const struct dun__calendar_date *dates, int64_t day, bool *known);

/* Whether a date is listed as a holiday, on whatever weekday it falls; false with *known false if
 * nobody knows. */
bool dun__calendar_holiday(const struct dun__calendar *calendar,
                           const struct dun__calendar_date *dates, int64_t day, bool *known);

/* The number of open dates in (after, day]; 0 if that is empty. DUN__CALENDAR_UNKNOWN. */
int64_t dun__calendar_count(const struct dun__calendar *calendar,
                            const struct dun__calendar_date *dates, int64_t after, int64_t day);

/* The n-th open date after `after`, n >= 1. DUN__CALENDAR_UNKNOWN; also if there is no such date up
 * to DUN_DAY_MAX. `after` itself need not be known. */
int64_t dun__calendar_nth(const struct dun__calendar *calendar,
                          const struct dun__calendar_date *dates, int64_t after, int64_t n);

/* This date if it is open, or the next that is. DUN__CALENDAR_UNKNOWN. */
int64_t dun__calendar_next(const struct dun__calendar *calendar,
                           const struct dun__calendar_date *dates, int64_t day);

#endif
