/* SPDX-License-Identifier: MIT */
/* Civil dates in O(1): years are counted from 1 March, so that the leap day comes last. */
#include "time/civil.h"

#include "base/arith.h"

#define ERA_YEARS 400
#define ERA_DAYS 146097
#define EPOCH_DAYS 719468 /* from 0000-03-01 to 1970-01-01 */

bool dun__leap_year(int32_t year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t dun__month_length(int32_t year, int32_t month)
{
  static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12)
    return 0;
  return month == 2 && dun__leap_year(year) ? 29 : lengths[month - 1];
}

bool dun__civil_ok(int32_t year, int32_t month, int32_t day_of_month)
{
  return year >= 1 && year <= 9999 && day_of_month >= 1 &&
         day_of_month <= dun__month_length(year, month);
}

/* Good for years a little outside 1..9999 too: zone rules look at the year before and after. */
dun_day dun__day_from_civil(int32_t year, int32_t month, int32_t day_of_month)
{
  int64_t y = (int64_t)year - (month <= 2);
  int64_t era = dun__floor_div(y, ERA_YEARS);
  int64_t year_of_era = y - era * ERA_YEARS;
  int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return (dun_day)(era * ERA_DAYS + day_of_era - EPOCH_DAYS);
}

void dun__civil_from_day(dun_day day, int32_t *year, int32_t *month, int32_t *day_of_month)
{
  int64_t z = (int64_t)day + EPOCH_DAYS;
  int64_t era = dun__floor_div(z, ERA_DAYS);
  int64_t doe = z - era * ERA_DAYS; /* 0..146096 */
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t m = (5 * doy + 2) / 153; /* 0 = March */
  *day_of_month = (int32_t)(doy - (153 * m + 2) / 5 + 1);
  *month = (int32_t)(m < 10 ? m + 3 : m - 9);
  *year = (int32_t)(yoe + era * ERA_YEARS + (m >= 10));
}

int64_t dun__months_on(dun_day day, int64_t n)
{
  int32_t year, month, day_of_month;
  int64_t months, on;
  dun__civil_from_day(day, &year, &month, &day_of_month);
  months = (int64_t)year * 12 + month - 1 + n;
  on = dun__floor_div(months, 12);
  if (on > 9999)
    return (int64_t)DUN_DAY_MAX + 1;
  if (on < 1)
    return (int64_t)DUN_DAY_MIN - 1;
  year = (int32_t)on;
  month = (int32_t)(months - on * 12) + 1;
  return dun__day_from_civil(year, month,
                             (int32_t)dun__min(day_of_month, dun__month_length(year, month)));
}

int64_t dun__months_between(dun_day from, dun_day to)
{
  int32_t year[2], month[2], day_of_month;
  int64_t n;
  dun__civil_from_day(from, &year[0], &month[0], &day_of_month);
  dun__civil_from_day(to, &year[1], &month[1], &day_of_month);
  n = ((int64_t)year[1] - year[0]) * 12 + month[1] - month[0];
  return dun__months_on(from, n) > to ? n - 1 : n;
}

uint32_t dun__weekday(dun_day day)
{
  int64_t d = ((int64_t)day + 3) % 7; /* 1970-01-01 was a Thursday */
  return (uint32_t)(d < 0 ? d + 7 : d);
}
