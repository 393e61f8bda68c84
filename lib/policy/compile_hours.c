/* SPDX-License-Identifier: MIT */
/* Section `hours`: weekly windows for kinds of contact. */
#include <string.h>

#include "policy/compile.h"

enum {
  HOURS_ID,
  HOURS_KINDS,
  HOURS_SOURCE,
  HOURS_ALL,
  HOURS_WEEKDAYS,
  HOURS_WEEKEND, /* from here on: windows, the wider keys first */
  HOURS_MON,
  HOURS_TUE,
  HOURS_WED,
  HOURS_THU,
  HOURS_FRI,
  HOURS_SAT,
  HOURS_SUN,
  HOURS_KEYS
};
static const char *const hours_keys[HOURS_KEYS + 1] = {
    "id",  "kinds", "source", "all", "weekdays", "weekend", "mon",
    "tue", "wed",   "thu",    "fri", "sat",      "sun",     NULL};
static const char *const hours_unsupported[] = {"when",    "unless",    "strength", "confidence",
                                                "applies", "effective", "parties",  "calendar",
                                                "holiday", NULL};

#define WINDOWS_A_DAY 12u

struct day {
  struct dun__window windows[WINDOWS_A_DAY + 1];
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

/* The week of a rule: a narrower key replaces what a wider one says of a day. */
static void compile_week(struct dun__build *b, const struct dun__node *const *v,
                         struct dun__hours_rule *rule)
{
  struct day week[7], one;
  memset(week, 0, sizeof week);
  for (uint32_t key = HOURS_ALL; key < HOURS_KEYS; key++) {
    uint32_t days = key == HOURS_ALL        ? 0x7fu
                    : key == HOURS_WEEKDAYS ? 0x1fu
                    : key == HOURS_WEEKEND  ? 0x60u
                                            : UINT32_C(1) << (key - HOURS_MON);
    if (v[key] == NULL)
      continue;
    get_day(b, v[key], &one);
    for (uint32_t d = 0; d < 7; d++)
      if (days & UINT32_C(1) << d)
        week[d] = one;
  }
  for (uint32_t d = 0; d < 7; d++) {
    rule->week.first[d] = (uint16_t)b->window_count;
    for (uint32_t i = 0; i < week[d].count; i++)
      b->windows[b->window_count++] = week[d].windows[i];
  }
  rule->week.first[7] = (uint16_t)b->window_count;
}

static void compile_rule(struct dun__build *b, const struct dun__node *node)
{
  const struct dun__node *v[HOURS_KEYS];
  struct dun__hours_rule *rule = &b->hours[b->hours_count];
  uint32_t errors = b->diag.errors;
  if (!dun__fields(&b->diag, node, "a mapping with `id`, `kinds` and windows", hours_keys,
                   hours_unsupported, v))
    return;
  memset(rule, 0, sizeof *rule);
  if (v[HOURS_ID] == NULL) {
    dun__error(&b->diag, node, NULL, "a rule under `hours` wants an `id`");
  } else if (dun__get_name(&b->diag, v[HOURS_ID])) {
    for (uint32_t i = 0; i < b->hours_count; i++)
      if (dun__same_name(b, b->hours[i].name, v[HOURS_ID]))
        dun__error(&b->diag, v[HOURS_ID], NULL, "the id `%s` is used twice under `hours`",
                   v[HOURS_ID]->text);
    rule->name = dun__intern(b, v[HOURS_ID]);
  }
  if (v[HOURS_KINDS] == NULL)
    dun__error(&b->diag, node, "such as `kinds: [voice, text]`",
               "a rule under `hours` wants `kinds` of contact");
  dun__get_kinds(b, v[HOURS_KINDS], &rule->kinds);
  if (v[HOURS_SOURCE] != NULL)
    dun__get_text(&b->diag, v[HOURS_SOURCE]);
  compile_week(b, v, rule);
  if (b->diag.errors == errors && rule->week.first[7] == rule->week.first[0])
    dun__error(&b->diag, node, "such as `all: [\"08:00-20:00\"]`",
               "the rule `%s` is closed all week, so nothing it binds could ever be done",
               b->strings + rule->name);
  b->hours_count++;
}

void dun__compile_hours(struct dun__build *b, const struct dun__node *node)
{
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, node, "a list of rules");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    if (b->hours_count == DUN__MAX_RULES) {
      dun__too_many(b, n, DUN__MAX_RULES, "rules");
      return;
    }
    compile_rule(b, n);
  }
}
