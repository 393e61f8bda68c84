/* SPDX-License-Identifier: MIT */
/* Civil dates: days since 1970-01-01 and the proleptic Gregorian calendar. Pure arithmetic. */
#ifndef DUN_TIME_CIVIL_H
#define DUN_TIME_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include <dun/dun.h>

#define DUN__DAY_SECONDS 86400

/* Days from 1970-01-01; the date must exist (dun__civil_ok). */
dun_day dun__day_from_civil(int32_t year, int32_t month, int32_t day_of_month);
bool dun__civil_ok(int32_t year, int32_t month, int32_t day_of_month);
void dun__civil_from_day(dun_day day, int32_t *year, int32_t *month, int32_t *day_of_month);
bool dun__leap_year(int32_t year);
int32_t dun__month_length(int32_t year, int32_t month);

/* The same day of the month n months on (n < 0: back), or that month's last day if it is shorter.
 * Past DUN_DAY_MAX it is the day after it, before DUN_DAY_MIN the day before. |n| <= 2^53. */
int64_t dun__months_on(dun_day day, int64_t n);
/* The most whole months n for which dun__months_on(from, n) <= to; to >= from. */
int64_t dun__months_between(dun_day from, dun_day to);

/* 0 = Monday to 6 = Sunday. */
uint32_t dun__weekday(dun_day day);

#endif
