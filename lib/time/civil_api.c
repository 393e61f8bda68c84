/* SPDX-License-Identifier: MIT */
/* The public text forms of days and instants, read and written without locale or libc. */
#include "time/civil_api.h"

#include <stdbool.h>
#include <string.h>

#include "base/arith.h"
#include "time/civil.h"

#define DATE_SIZE 10u /* YYYY-MM-DD */

/* Exactly `digits` digits. */
static bool number(const char *text, int digits, int32_t *out)
{
  int32_t value = 0;
  for (int i = 0; i < digits; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    value = value * 10 + (text[i] - '0');
  }
  *out = value;
  return true;
}

static char *put(char *out, int32_t value, int digits)
{
  for (int i = digits - 1; i >= 0; i--) {
    out[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return out + digits;
}

static char *put_date(char *out, dun_day day)
{
  int32_t year, month, day_of_month;
  dun__civil_from_day(day, &year, &month, &day_of_month);
  out = put(out, year, year > 9999 ? 5 : 4);
  *out++ = '-';
  out = put(out, month, 2);
  *out++ = '-';
  return put(out, day_of_month, 2);
}

static dun_rc read_date(const char *text, dun_day *out)
{
  int32_t year, month, day_of_month;
  if (!number(text, 4, &year) || text[4] != '-' || !number(text + 5, 2, &month) || text[7] != '-' ||
      !number(text + 8, 2, &day_of_month))
    return DUN_E_INVAL;
  return dun_day_from_date(year, month, day_of_month, out);
}

/* "Z", or "+hh:mm": seconds east. "-00:00" (offset not known) is UTC. */
static dun_rc read_offset(const char *text, size_t size, int64_t *out)
{
  int32_t hours, minutes;
  if (size == 1 && (text[0] == 'Z' || text[0] == 'z')) {
    *out = 0;
    return DUN_OK;
  }
  if (size != 6 || (text[0] != '+' && text[0] != '-') || !number(text + 1, 2, &hours) ||
      text[3] != ':' || !number(text + 4, 2, &minutes))
    return DUN_E_INVAL;
  if (hours > 23 || minutes > 59)
    return DUN_E_RANGE;
  *out = ((int64_t)hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
  return DUN_OK;
}

dun_rc dun_day_from_date(int32_t year, int32_t month, int32_t day_of_month, dun_day *out)
{
  if (out == NULL)
    return DUN_E_INVAL;
  if (!dun__civil_ok(year, month, day_of_month))
    return DUN_E_RANGE;
  *out = dun__day_from_civil(year, month, day_of_month);
  return DUN_OK;
}

dun_rc dun_date_from_day(dun_day day, int32_t *year, int32_t *month, int32_t *day_of_month)
{
  int32_t y, m, d;
  if (!dun__day_ok(day))
    return DUN_E_RANGE;
  dun__civil_from_day(day, &y, &m, &d);
  if (year != NULL)
    *year = y;
  if (month != NULL)
    *month = m;
  if (day_of_month != NULL)
    *day_of_month = d;
  return DUN_OK;
}

dun_rc dun_day_parse(const char *text, size_t size, dun_day *out)
{
  if (text == NULL || out == NULL || size != DATE_SIZE)
    return DUN_E_INVAL;
  return read_date(text, out);
}

dun_rc dun_day_format(dun_day day, char out[11])
{
  if (out == NULL)
    return DUN_E_INVAL;
  if (!dun__day_ok(day))
    return DUN_E_RANGE;
  *put_date(out, day) = '\0';
  return DUN_OK;
}

/* The form is judged before the values, so that a bad form is INVAL whatever its numbers. */
dun_rc dun_time_parse(const char *text, size_t size, dun_time *out)
{
  int32_t hour, minute, second;
  int64_t offset = 0, at;
  dun_day day = 0;
  dun_rc date, zone;
  if (text == NULL || out == NULL || size < 20)
    return DUN_E_INVAL;
  date = read_date(text, &day);
  zone = read_offset(text + 19, size - 19, &offset);
  if (date == DUN_E_INVAL || zone == DUN_E_INVAL || (text[10] != 'T' && text[10] != 't') ||
      !number(text + 11, 2, &hour) || text[13] != ':' || !number(text + 14, 2, &minute) ||
      text[16] != ':' || !number(text + 17, 2, &second))
    return DUN_E_INVAL;
  /* Second 60 too: leap seconds are not counted, there is no such instant. */
  if (date != DUN_OK || zone != DUN_OK || hour > 23 || minute > 59 || second > 59)
    return DUN_E_RANGE;
  at = (int64_t)day * DUN__DAY_SECONDS + (int64_t)hour * 3600 + minute * 60 + second - offset;
  if (!dun__time_ok(at))
    return DUN_E_RANGE;
  *out = at;
  return DUN_OK;
}

void dun__time_write(dun_time at, int32_t offset, char out[32])
{
  int32_t cut = offset / 60 * 60, minutes = (cut < 0 ? -cut : cut) / 60, second;
  int64_t local, day;
  if (at == DUN_TIME_NEVER) {
    memcpy(out, "never", sizeof "never");
    return;
  }
  local = dun__max(DUN_TIME_MIN, dun__min(at, DUN_TIME_MAX)) + cut;
  day = dun__floor_div(local, DUN__DAY_SECONDS);
  second = (int32_t)(local - day * DUN__DAY_SECONDS);
  out = put_date(out, (dun_day)day);
  *out++ = 'T';
  out = put(out, second / 3600, 2);
  *out++ = ':';
  out = put(out, second / 60 % 60, 2);
  *out++ = ':';
  out = put(out, second % 60, 2);
  if (cut == 0) {
    *out++ = 'Z';
  } else {
    *out++ = cut < 0 ? '-' : '+';
    out = put(out, minutes / 60, 2);
    *out++ = ':';
    out = put(out, minutes % 60, 2);
  }
  *out = '\0';
}
