/* SPDX-License-Identifier: MIT */
/* Sections `calendars` and `calendar`: which dates are open, and whose business days `bd` means. */
#include <string.h>

#include "policy/compile.h"
#include "time/civil.h"

enum { CALENDAR_WEEKEND, CALENDAR_HOLIDAYS, CALENDAR_WORKDAYS, CALENDAR_VALID, CALENDAR_KEYS };
static const char *const calendar_keys[CALENDAR_KEYS + 1] = {"weekend", "holidays", "workdays",
                                                             "valid", NULL};
static const char *const weekdays[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
#define EVERY_WEEKDAY 0x7fu

static void get_weekday(struct dun__build *b, const struct dun__node *node, uint32_t *weekend)
{
  struct dun__near near;
  for (uint32_t d = 0; d < 7; d++)
    if (dun__is(node, weekdays[d])) {
      if (*weekend >> d & 1u)
        dun__error(&b->diag, node, NULL, "the weekday `%s` is listed twice", weekdays[d]);
      *weekend |= UINT32_C(1) << d;
      return;
    }
  if (node->kind == DUN__NODE_BAD)
    return;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t d = 0; d < 7; d++)
    dun__near_try(&near, weekdays[d]);
  dun__wants_hint(&b->diag, node, "mon, tue, wed, thu, fri, sat or sun", dun__near_hint(&near));
}

static void get_weekend(struct dun__build *b, const struct dun__node *node, uint32_t *weekend)
{
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, node, "a list of weekdays such as [sat, sun]");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next)
    get_weekday(b, n, weekend);
}

/* The first and the last year of which all holidays are known. */
static bool get_years(struct dun__build *b, const struct dun__node *node,
                      struct dun__calendar *calendar)
{
  int64_t first = 0, last = 0;
  const struct dun__node *from, *until;
  if (node == NULL || node->kind == DUN__NODE_BAD)
    return false;
  if (node->kind != DUN__NODE_LIST || node->count != 2) {
    dun__wants(&b->diag, node, "the first and the last year, such as [2026, 2027]");
    return false;
  }
  from = node->first;
  until = from->next;
  if (!dun__get_int(&b->diag, from, 1, 9999, &first) ||
      !dun__get_int(&b->diag, until, 1, 9999, &last))
    return false;
  if (first > last) {
    dun__error(&b->diag, until, "the first year comes first",
               "the last valid year %d lies before the first, %d", (int)last, (int)first);
    return false;
  }
  calendar->from = dun__day_from_civil((int32_t)first, 1, 1);
  calendar->until = dun__day_from_civil((int32_t)last, 12, 31);
  return true;
}

bool dun__get_date(struct dun__build *b, const struct dun__node *node, dun_day *day)
{
  dun_rc rc = DUN_E_INVAL;
  if (node->kind == DUN__NODE_SCALAR)
    rc = dun_day_parse(node->text, node->size, day);
  if (rc != DUN_OK)
    dun__wants(&b->diag, node,
               rc == DUN_E_RANGE ? "dates that there are" : "dates such as 2026-01-01");
  return rc == DUN_OK;
}

/* Put a date among those of the calendar, in order. */
static void add_date(struct dun__build *b, struct dun__calendar *calendar, dun_day day,
                     uint16_t open, const struct dun__node *node)
{
  struct dun__calendar_date *dates = b->dates + calendar->first;
  uint32_t low = 0, high = calendar->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (dates[middle].day < day)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < calendar->count && dates[low].day == day) {
    if (dates[low].open == open)
      dun__error(&b->diag, node, NULL, "the date `%s` is listed twice", node->text);
    else
      dun__error(&b->diag, node, "leave it in one of the two lists",
                 "the date `%s` is both a holiday and a workday", node->text);
    return;
  }
  memmove(dates + low + 1, dates + low, (calendar->count - low) * sizeof *dates);
  dates[low].day = day;
  dates[low].extra = 0;
  dates[low].open = open;
  calendar->count++;
  b->date_count++;
}

/* years: `valid` was read; without it no date is judged by it. */
static void get_dates(struct dun__build *b, struct dun__calendar *calendar, bool years,
                      uint16_t open, const struct dun__node *node)
{
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, node, "a list of dates such as [2026-01-01]");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    dun_day day;
    if (b->date_count == DUN__MAX_DATES) {
      if (!b->dates_full)
        dun__too_many(b, n, DUN__MAX_DATES, "holidays and workdays");
      b->dates_full = true;
      return;
    }
    if (!dun__get_date(b, n, &day))
      continue;
    if (years && (day < calendar->from || day > calendar->until))
      dun__error(&b->diag, n, "widen `valid` if the whole year is listed",
                 "the date `%s` lies outside the calendar's `valid` years", n->text);
    add_date(b, calendar, day, open, n);
  }
}

static void compile_calendar(struct dun__build *b, const struct dun__node *node)
{
  const struct dun__node *v[CALENDAR_KEYS];
  struct dun__calendar *calendar = &b->calendars[b->calendar_count];
  uint32_t errors = b->diag.errors;
  bool years, works = false;
  if (!dun__get_name(&b->diag, node->key))
    return;
  memset(calendar, 0, sizeof *calendar);
  calendar->first = b->date_count;
  calendar->from = DUN_DAY_MIN;
  calendar->until = DUN_DAY_MAX;
  b->calendar_names[b->calendar_count++] = dun__intern(b, node->key);
  if (!dun__fields(&b->diag, node, "a mapping such as {weekend: [sat, sun]}", calendar_keys, NULL,
                   v))
    return;
  get_weekend(b, v[CALENDAR_WEEKEND], &calendar->weekend);
  years = get_years(b, v[CALENDAR_VALID], calendar);
  get_dates(b, calendar, years, 0, v[CALENDAR_HOLIDAYS]);
  get_dates(b, calendar, years, 1, v[CALENDAR_WORKDAYS]);
  for (uint32_t i = calendar->first; i < b->date_count; i++)
    works = works || b->dates[i].open;
  if (b->diag.errors != errors)
    return;
  if (calendar->count > 0 && v[CALENDAR_VALID] == NULL)
    dun__error(&b->diag, node, "such as `valid: [2026, 2026]`, the years whose dates are listed",
               "the calendar `%s` lists dates but not for which years it is `valid`",
               node->key->text);
  if (calendar->weekend == EVERY_WEEKDAY && !works)
    dun__error(&b->diag, node, NULL, "the calendar `%s` is never open", node->key->text);
  dun__calendar_sum(calendar, b->dates);
}

uint32_t dun__find_calendar(struct dun__build *b, const struct dun__node *node)
{
  struct dun__near near;
  uint32_t at;
  if (!dun__get_name(&b->diag, node))
    return DUN__NONE;
  at = dun__find_name(b, b->calendar_names, b->calendar_count, node);
  if (at != DUN__NONE || b->cut)
    return at;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 0; i < b->calendar_count; i++)
    dun__near_try(&near, b->strings + b->calendar_names[i]);
  dun__dangling(b, node, "the calendar", &near);
  return DUN__NONE;
}

void dun__compile_calendars(struct dun__build *b, const struct dun__node *list,
                            const struct dun__node *own)
{
  b->calendar = DUN__NONE;
  b->diag.calendar = own != NULL; /* one that is not there is an error of its own */
  if (list != NULL && list->kind != DUN__NODE_MAP)
    dun__wants(&b->diag, list, "a mapping of calendars such as {cn: {weekend: [sat, sun]}}");
  for (const struct dun__node *n = list == NULL || list->kind != DUN__NODE_MAP ? NULL : list->first;
       n != NULL; n = n->next) {
    if (n->kind == DUN__NODE_BAD)
      continue;
    if (b->calendar_count == DUN__MAX_CALENDARS) {
      dun__too_many(b, n->key, DUN__MAX_CALENDARS, "calendars");
      b->cut = true;
      break;
    }
    compile_calendar(b, n);
  }
  if (own != NULL)
    b->calendar = dun__find_calendar(b, own);
}
