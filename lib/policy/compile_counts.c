/* SPDX-License-Identifier: MIT */
/* Sections `caps`, `cooldowns`, `spacing` and `exclusive`: how many contacts, and how far apart. */
#include "base/names.h"
#include "policy/compile_rules.h"

enum {
  CAP_MAX = RULE_OWN,
  CAP_PER,
  CAP_SCOPE,
  CAP_COUNT,
  CAP_EXCEPT,
  CAP_DIRECTION,
  CAP_ACTIVE_AFTER,
  CAP_TOGETHER
};
const char *const dun__cap_keys[] = {DUN__RULE_KEYS, "max",    "per",       "scope",
                                     "count",        "except", "direction", "active_after",
                                     "together",     NULL};

enum {
  COOLDOWN_AFTER = RULE_OWN,
  COOLDOWN_FOR,
  COOLDOWN_DIRECTION,
  COOLDOWN_SCOPE,
  COOLDOWN_AFTER_KINDS,
  COOLDOWN_TOGETHER
};
const char *const dun__cooldown_keys[] = {DUN__RULE_KEYS, "after",       "for",      "direction",
                                          "scope",        "after_kinds", "together", NULL};

enum {
  SPACING_MIN = RULE_OWN,
  SPACING_SCOPE,
  SPACING_COUNT,
  SPACING_EXCEPT,
  SPACING_DIRECTION,
  SPACING_TOGETHER
};
const char *const dun__spacing_keys[] = {DUN__RULE_KEYS, "min",       "scope",    "count",
                                         "except",       "direction", "together", NULL};

enum {
  EXCLUSIVE_AFTER = RULE_OWN,
  EXCLUSIVE_FOR,
  EXCLUSIVE_SCOPE,
  EXCLUSIVE_DIRECTION,
  EXCLUSIVE_AFTER_KINDS,
  EXCLUSIVE_TOGETHER
};
const char *const dun__exclusive_keys[] = {DUN__RULE_KEYS, "after",       "for",      "scope",
                                           "direction",    "after_kinds", "together", NULL};

/* How long: `7d`, `168h`; months where they are allowed. */
static void read_time(struct dun__reading *r, const struct dun__node *node, bool months)
{
  struct dun__span span;
  if (!dun__get_span(&r->b->diag, node, 1, &span))
    return;
  if (span.unit == DUN__SPAN_BUSINESS || (span.unit == DUN__SPAN_MONTHS && !months)) {
    dun__wants(&r->b->diag, node,
               months ? "days, hours or months such as 7d, 48h or 1mo"
                      : "days or hours such as 7d or 48h");
    return;
  }
  r->rule.per = span.unit == DUN__SPAN_SECONDS  ? DUN__PER_SECONDS
                : span.unit == DUN__SPAN_MONTHS ? DUN__PER_MONTHS
                                                : DUN__PER_DATES;
  r->rule.n = span.n;
}

static void read_per(struct dun__reading *r, const struct dun__node *node)
{
  static const struct {
    const char *word;
    uint8_t per;
  } periods[] = {{"day", DUN__PER_DATES}, {"week", DUN__PER_WEEK}, {"month", DUN__PER_MONTH}};
  if (node == NULL) {
    dun__rule_lacks(r, "per", "such as `per: 7d`, or day, week or month");
    return;
  }
  for (uint32_t i = 0; i < 3; i++)
    if (dun__is(node, periods[i].word)) {
      r->rule.per = periods[i].per;
      r->rule.n = 1;
      return;
    }
  read_time(r, node, false);
}

static void read_scope(struct dun__reading *r, const struct dun__node *node, bool all)
{
  static const char *const words[] = {"account", "person", "channel", "address", NULL};
  static const char *const two[] = {"account", "person", NULL};
  dun__get_word(r->b, node, all ? words : two,
                all ? "account, person, channel or address" : "account or person", &r->rule.scope);
}

static void read_direction(struct dun__reading *r, const struct dun__node *node)
{
  static const char *const words[] = {"out", "in", "both", NULL};
  uint8_t word;
  if (dun__get_word(r->b, node, words, "out, in or both", &word))
    r->rule.ways = (uint8_t)(word + 1);
}

static void read_together(struct dun__reading *r, const struct dun__node *node)
{
  bool together = false;
  dun__get_bool(&r->b->diag, node, &together);
  r->rule.together = together;
}

/* Which outcomes count: `count`, less `except`. */
static void read_counted(struct dun__reading *r, const struct dun__node *count,
                         const struct dun__node *except)
{
  uint32_t without = except != NULL ? dun__get_outcomes(r->b, except) : 0;
  r->rule.outcomes =
      count != NULL ? dun__get_outcomes(r->b, count) : dun__outcome_set("attempt", 7);
  if (r->rule.outcomes != 0 && (r->rule.outcomes & ~without) == 0)
    dun__error(&r->b->diag, except, NULL, "`except` leaves nothing that counts");
  r->rule.outcomes &= ~without;
}

void dun__read_cap(struct dun__reading *r)
{
  int64_t max;
  r->rule.ways = DUN__WAY_OUT;
  if (r->v[CAP_MAX] == NULL)
    dun__rule_lacks(r, "max", "such as `max: 7`");
  if (dun__get_int(&r->b->diag, r->v[CAP_MAX], 1, DUN_EVENTS_MAX, &max))
    r->rule.max = (uint32_t)max;
  read_per(r, r->v[CAP_PER]);
  read_scope(r, r->v[CAP_SCOPE], true);
  read_counted(r, r->v[CAP_COUNT], r->v[CAP_EXCEPT]);
  read_direction(r, r->v[CAP_DIRECTION]);
  if (r->v[CAP_ACTIVE_AFTER] != NULL)
    r->rule.active_after = dun__get_outcomes(r->b, r->v[CAP_ACTIVE_AFTER]);
  read_together(r, r->v[CAP_TOGETHER]);
}

void dun__read_spacing(struct dun__reading *r)
{
  r->rule.ways = DUN__WAY_OUT;
  r->rule.max = 1;
  r->rule.spaces = 1;
  if (r->v[SPACING_MIN] == NULL)
    dun__rule_lacks(r, "min", "such as `min: 2d`");
  read_time(r, r->v[SPACING_MIN], false);
  read_scope(r, r->v[SPACING_SCOPE], true);
  read_counted(r, r->v[SPACING_COUNT], r->v[SPACING_EXCEPT]);
  read_direction(r, r->v[SPACING_DIRECTION]);
  read_together(r, r->v[SPACING_TOGETHER]);
}

/* The contact that sets a rule off. */
static void read_trigger(struct dun__reading *r, const struct dun__node *after,
                         const struct dun__node *direction, const struct dun__node *kinds)
{
  uint32_t set;
  r->rule.ways = DUN__WAY_OUT | DUN__WAY_IN;
  if (after == NULL)
    dun__rule_lacks(r, "after", "such as `after: [conversation]`");
  else
    r->rule.outcomes = dun__get_outcomes(r->b, after);
  read_direction(r, direction);
  if (dun__get_set(r->b, kinds, &dun__kind_words, &set))
    r->rule.after_kinds = (uint8_t)set;
}

void dun__read_cooldown(struct dun__reading *r)
{
  read_trigger(r, r->v[COOLDOWN_AFTER], r->v[COOLDOWN_DIRECTION], r->v[COOLDOWN_AFTER_KINDS]);
  if (r->v[COOLDOWN_FOR] == NULL)
    dun__rule_lacks(r, "for", "such as `for: 7d`");
  read_time(r, r->v[COOLDOWN_FOR], true);
  read_scope(r, r->v[COOLDOWN_SCOPE], false);
  read_together(r, r->v[COOLDOWN_TOGETHER]);
}

void dun__read_exclusive(struct dun__reading *r)
{
  r->rule.scope = DUN__SCOPE_PERSON;
  read_trigger(r, r->v[EXCLUSIVE_AFTER], r->v[EXCLUSIVE_DIRECTION], r->v[EXCLUSIVE_AFTER_KINDS]);
  if (r->v[EXCLUSIVE_FOR] == NULL)
    dun__rule_lacks(r, "for", "such as `for: 7d`");
  read_time(r, r->v[EXCLUSIVE_FOR], false);
  read_scope(r, r->v[EXCLUSIVE_SCOPE], false);
  read_together(r, r->v[EXCLUSIVE_TOGETHER]);
}
