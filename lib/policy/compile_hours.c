/* SPDX-License-Identifier: MIT */
/* Section `hours`: weekly windows for kinds of contact, and those of holidays. */
#include <string.h>

#include "policy/compile_rules.h"

enum {
  HOURS_CALENDAR = RULE_OWN,
  HOURS_HOLIDAY,
  HOURS_ALL, /* from here on: windows, the wider keys first */
  HOURS_WEEKDAYS,
  HOURS_WEEKEND,
  HOURS_MON,
  HOURS_TUE,
  HOURS_WED,
  HOURS_THU,
  HOURS_FRI,
  HOURS_SAT,
  HOURS_SUN,
  HOURS_KEYS
};
const char *const dun__hours_keys[] = {DUN__RULE_KEYS, "calendar", "holiday", "all", "weekdays",
                                       "weekend",      "mon",      "tue",     "wed", "thu",
                                       "fri",          "sat",      "sun",     NULL};
_Static_assert(HOURS_KEYS <= DUN__RULE_KEYS_MAX, "a rule has more keys than there is room for");

#define WINDOWS_A_DAY 12u

struct day {
  struct dun__window windows[2 * WINDOWS_A_DAY]; /* of two days in common at most so many */
  uint32_t count;
};

/* Put a window among those of a day, in order; what overlaps or touches becomes one. */
static uint32_t merge(struct dun__window *day, uint32_t count, struct dun__window w)
{
  uint32_t kept = 0, at = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (day[i].to < w.from || day[i].from > w.to) {
      day[kept++] = day[i];
    } else {
      w.from = day[i].from < w.from ? day[i].from : w.from;
      w.to = day[i].to > w.to ? day[i].to : w.to;
    }
  }
  while (at < kept && day[at].from < w.from)
    at++;
  memmove(day + at + 1, day + at, (kept - at) * sizeof *day);
  day[at] = w;
  return kept + 1;
}

static bool get_window(struct dun__build *b, const struct dun__node *node, struct dun__window *out)
{
  if (node->kind == DUN__NODE_SCALAR && node->size == 11 && node->text[5] == '-' &&
      dun__read_minute(node->text, 5, false, &out->from) &&
      dun__read_minute(node->text + 6, 5, true, &out->to) && out->from < out->to)
    return true;
  dun__wants(&b->diag, node, "windows such as \"08:00-20:00\", from 00:00 to 24:00");
  return false;
}

static void get_day(struct dun__build *b, const struct dun__node *node, struct day *day)
{
  day->count = 0;
  if (node->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, node, "a list of windows such as [\"08:00-20:00\"]");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    struct dun__window w;
    if (n->index == WINDOWS_A_DAY) {
      dun__too_many(b, n, WINDOWS_A_DAY, "windows a day");
      return;
    }
    if (get_window(b, n, &w))
      day->count = merge(day->windows, day->count, w);
  }
}

static void put_week(struct dun__build *b, const struct day week[7], struct dun__week *out)
{
  for (uint32_t d = 0; d < 7; d++) {
    out->first[d] = (uint16_t)b->window_count;
    for (uint32_t i = 0; i < week[d].count; i++)
      b->windows[b->window_count++] = week[d].windows[i];
  }
  out->first[7] = (uint16_t)b->window_count;
}

/* The week of a rule: a narrower key replaces what a wider one says of a day. */
static void read_week(struct dun__reading *r, struct day week[7])
{
  struct day one;
  memset(week, 0, 7 * sizeof *week);
  for (uint32_t key = HOURS_ALL; key < HOURS_KEYS; key++) {
    uint32_t days = key == HOURS_ALL        ? 0x7fu
                    : key == HOURS_WEEKDAYS ? 0x1fu
                    : key == HOURS_WEEKEND  ? 0x60u
                                            : UINT32_C(1) << (key - HOURS_MON);
    if (r->v[key] == NULL)
      continue;
    get_day(r->b, r->v[key], &one);
    for (uint32_t d = 0; d < 7; d++)
      if (days & UINT32_C(1) << d)
        week[d] = one;
  }
  put_week(r->b, week, &r->rule.week);
}

/* The windows that lie in those of both days. */
static struct day common(const struct day *a, const struct day *b)
{
  struct day out = {.count = 0};
  for (uint32_t i = 0, k = 0; i < a->count && k < b->count;) {
    struct dun__window v = a->windows[i], w = b->windows[k];
    uint16_t from = v.from > w.from ? v.from : w.from, to = v.to < w.to ? v.to : w.to;
    if (from < to) {
      out.windows[out.count].from = from;
      out.windows[out.count++].to = to;
    }
    if (v.to < w.to)
      i++;
    else
      k++;
  }
  return out;
}

/* The hours of holidays, and the calendar that knows them: from Monday to Friday instead of the day's
 * own, on Saturday and Sunday those of both. `own`: the day's. */
static void read_holiday(struct dun__reading *r, const struct day own[7])
{
  struct dun__build *b = r->b;
  struct day week[7];
  if (r->v[HOURS_HOLIDAY] == NULL) {
    if (r->v[HOURS_CALENDAR] != NULL)
      dun__error(&b->diag, r->v[HOURS_CALENDAR], "such as `holiday: []`, closed",
                 "`calendar` is for `holiday`, which the rule does not have");
    return;
  }
  get_day(b, r->v[HOURS_HOLIDAY], &week[0]);
  for (uint32_t d = 1; d < 7; d++)
    week[d] = d < 5 ? week[0] : common(&own[d], &week[0]);
  put_week(b, week, &r->rule.holiday);
  r->rule.calendar = (uint16_t)b->calendar;
  if (r->v[HOURS_CALENDAR] != NULL)
    r->rule.calendar = (uint16_t)dun__find_calendar(b, r->v[HOURS_CALENDAR]);
  else if (!b->diag.calendar && !r->dropped)
    dun__error(&b->diag, r->v[HOURS_HOLIDAY],
               "such as `calendar: cn`, one of those under `calendars`",
               "the rule has hours of holidays, but the policy has no `calendar`");
}

void dun__read_hours(struct dun__reading *r)
{
  struct day week[7];
  read_week(r, week);
  if (r->b->diag.errors == r->errors && r->rule.week.first[7] == r->rule.week.first[0])
    dun__error(&r->b->diag, r->node, "such as `all: [\"08:00-20:00\"]`",
               "the rule `%s` is closed all week, so nothing it binds could ever be done",
               r->b->strings + r->rule.name);
  read_holiday(r, week);
}
