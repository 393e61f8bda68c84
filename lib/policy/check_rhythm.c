/* SPDX-License-Identifier: MIT */
/*
 * How often the steps of a stage contact, against what caps allow. The engine lets a contact that is
 * one too many wait, so all of this is warnings, and cautious: it counts what is planned when the
 * debtor is silent and nothing fails, and says nothing where a condition could thin it out.
 */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "policy/compile.h"

#define DATES 800u     /* of a stage that are looked at */
#define OPEN_HOURS 12  /* of a date, for what repeats within one */
#define UNTOLD 0xffffu /* a party or channel that does not matter */

/* Which contacts share a count. */
struct group {
  uint32_t party, channel;
};

/* Days from the start of the stage to the first plan of a step; false if nobody knows. */
static bool first_date(const struct dun__build *b, const struct dun__step *step, uint32_t depth,
                       int64_t *out)
{
  const struct dun__step *after;
  int64_t days = step->span.unit == DUN__SPAN_DAYS     ? step->span.n
                 : step->span.unit == DUN__SPAN_MONTHS ? (int64_t)step->span.n * 30
                 : step->span.unit == DUN__SPAN_BUSINESS
                     ? step->span.n
                     : step->span.n / 86400; /* of seconds, or none */
  *out = 0;
  if (step->timing == DUN__TIMING_AT)
    *out = (int64_t)step->at - b->stages[step->stage].from;
  else if (step->timing == DUN__TIMING_IN)
    *out = days;
  else if (step->timing == DUN__TIMING_AFTER) {
    if (step->after == DUN__NONE || depth == DUN__MAX_STEPS)
      return false;
    after = &b->steps[step->after];
    if (after->stage != step->stage || !first_date(b, after, depth + 1, out))
      return false;
    *out += days;
  }
  return *out >= 0;
}

/* How many dates a stage may last: to the next stage that is entered by days alone. */
static uint32_t length(const struct dun__build *b, uint32_t stage)
{
  for (uint32_t i = stage + 1; i < b->stage_count; i++)
    if (b->stages[i].when == DUN__NONE && b->stages[i].requires == 0) {
      int64_t days = (int64_t)b->stages[i].from - b->stages[stage].from;
      return days < 0 ? 0 : days < DATES ? (uint32_t)days : DATES;
    }
  return DATES;
}

/* Add the plans of a step to a count for each date. */
static void add_plans(const struct dun__build *b, const struct dun__step *step, uint32_t last,
                      uint32_t *dates)
{
  int64_t at;
  uint32_t left = step->times == 0 ? UINT32_MAX : step->times, each = 1, apart = 1;
  if (!first_date(b, step, 0, &at))
    return;
  switch (step->every.unit) {
  case DUN__SPAN_NONE: left = 1; break;
  case DUN__SPAN_SECONDS:
    if (step->every.n < 86400)
      each = 1 + (OPEN_HOURS * 3600u - 1) / (uint32_t)step->every.n;
    else
      apart = ((uint32_t)step->every.n + 86399) / 86400;
    break;
  case DUN__SPAN_DAYS: apart = (uint32_t)step->every.n; break;
  case DUN__SPAN_MONTHS: apart = (uint32_t)step->every.n * 30; break;
  default: apart = (uint32_t)step->every.n + (uint32_t)step->every.n / 5 * 2; break;
  }
  for (uint64_t date = (uint64_t)at, n = 0; date < last && left > 0; date += apart, n++) {
    if (step->every.unit == DUN__SPAN_BUSINESS && step->every.n == 1 && date % 7 >= 5)
      continue;
    dates[date] += each < left ? each : left;
    left -= each < left ? each : left;
  }
}

/* The most contacts in any window of so many dates. */
static uint32_t most(const uint32_t *dates, uint32_t window)
{
  uint32_t now = 0, best = 0;
  for (uint32_t i = 0; i < DATES; i++) {
    now += dates[i];
    if (i >= window)
      now -= dates[i - window];
    best = now > best ? now : best;
  }
  return best;
}

/* The dates of a cap's window; 0 = it is shorter than a date, and not judged. */
static uint32_t window_of(const struct dun__rule *rule)
{
  switch (rule->per) {
  case DUN__PER_DATES: return (uint32_t)rule->n;
  case DUN__PER_SECONDS: return (uint32_t)rule->n / 86400;
  case DUN__PER_WEEK: return 7;
  default: return 31;
  }
}

/* What a contact comes to when the debtor is silent counts in this cap. */
static bool counts(const struct dun__rule *rule, uint32_t kind)
{
  uint32_t outcome = kind == DUN_CONTACT_VOICE || kind == DUN_CONTACT_VISIT ? DUN_OUTCOME_NO_ANSWER
                                                                            : DUN_OUTCOME_SENT;
  return rule->outcomes >> outcome & 1u;
}

/* The step's first channel is in the group and bound by the rule. */
static bool takes_part(const struct dun__build *b, const struct dun__rule *rule,
                       const struct dun__step *step, struct group group)
{
  return step->action == DUN_ACTION_CONTACT && dun__rule_meets(b, rule, step, 0) &&
         !step->on_escalation && counts(rule, b->channels[step->channel[0]].kind) &&
         (group.party == UNTOLD || step->party == group.party) &&
         (group.channel == UNTOLD || step->channel[0] == group.channel);
}

/* "in 7 days", as the rule puts it. */
static void say_window(const struct dun__rule *rule, char *out, size_t room)
{
  if (rule->per == DUN__PER_WEEK || rule->per == DUN__PER_MONTH)
    snprintf(out, room, "a %s", rule->per == DUN__PER_WEEK ? "week" : "month");
  else if (rule->per == DUN__PER_SECONDS)
    snprintf(out, room, "in %d hours", rule->n / 3600);
  else
    snprintf(out, room, rule->n == 1 ? "a day" : "in %d days", rule->n);
}

static void tell(struct dun__build *b, const struct dun__rule *rule, const struct dun__node *node,
                 const char *who, uint32_t planned)
{
  char window[32];
  say_window(rule, window, sizeof window);
  dun__warning(&b->diag, node, "what is too much waits; the plan says more than will be done",
               "%s up to %u contacts %s, and the rule `%s` allows %u%s", who, (unsigned)planned,
               window, b->strings + rule->name, (unsigned)rule->max,
               dun__cite(b->strings + rule->source).text);
}

/* A step alone; whether it was told. */
static bool check_step(struct dun__build *b, const struct dun__rule *rule, uint32_t index,
                       uint32_t last)
{
  uint32_t dates[DATES] = {0}, planned;
  const struct dun__node *every = b->step_keys[index][STEP_EVERY];
  char who[96];
  add_plans(b, &b->steps[index], last, dates);
  planned = most(dates, window_of(rule));
  if (planned <= rule->max || every == NULL)
    return false;
  snprintf(who, sizeof who, "the step `%s` plans", b->strings + b->steps[index].name);
  tell(b, rule, every, who, planned);
  return true;
}

/* The steps of a stage that share a count. */
static void check_group(struct dun__build *b, const struct dun__rule *rule, uint32_t stage,
                        struct group group)
{
  const struct dun__stage *s = &b->stages[stage];
  uint32_t dates[DATES], planned, steps = 0, kinds = 0, last = length(b, stage);
  bool told = false, any = false;
  char who[128] = "";
  for (uint32_t i = s->step; i < (uint32_t)s->step + s->steps; i++)
    any = any || takes_part(b, rule, &b->steps[i], group);
  if (!any)
    return;
  memset(dates, 0, sizeof dates);
  for (uint32_t i = s->step; i < (uint32_t)s->step + s->steps; i++) {
    const struct dun__step *step = &b->steps[i];
    if (!takes_part(b, rule, step, group))
      continue;
    told = check_step(b, rule, i, last) || told;
    if (step->when != DUN__NONE)
      continue; /* two that exclude each other are not both done */
    add_plans(b, step, last, dates);
    kinds |= UINT32_C(1) << b->channels[step->channel[0]].kind;
    steps++;
  }
  planned = most(dates, window_of(rule));
  if (told || steps < 2 || planned <= rule->max)
    return;
  for (uint32_t k = DUN_CONTACT_VOICE; k <= DUN_CONTACT_VISIT; k++)
    if (kinds == UINT32_C(1) << k)
      snprintf(who, sizeof who, "the %s steps of the stage `%s` together plan", dun_contact_name(k),
               b->strings + s->name);
  if ((kinds & (kinds - 1)) != 0)
    snprintf(who, sizeof who, "the steps of the stage `%s` together plan", b->strings + s->name);
  tell(b, rule, b->stage_nodes[stage], who, planned);
}

static void check_stage(struct dun__build *b, const struct dun__rule *rule, uint32_t stage)
{
  uint32_t parties = rule->together ? 1 : DUN_PARTIES;
  bool by_channel = rule->scope >= DUN__SCOPE_CHANNEL;
  uint32_t channels = by_channel ? b->channel_count : 1;
  for (uint32_t p = 0; p < parties; p++)
    for (uint32_t c = 0; c < channels; c++) {
      struct group group = {rule->together ? UNTOLD : p, by_channel ? c : UNTOLD};
      check_group(b, rule, stage, group);
    }
}

void dun__check_rhythm(struct dun__build *b)
{
  if (b->diag.errors > 0)
    return; /* plans with errors plan nothing */
  for (uint32_t i = 0; i < b->rule_count; i++) {
    const struct dun__rule *rule = &b->rules[i];
    if (rule->sort != DUN__RULE_CAP || rule->when != DUN__NONE || rule->active_after != 0 ||
        !(rule->ways & DUN__WAY_OUT) || rule->confidence == DUN_CONFIDENCE_UNVERIFIED ||
        window_of(rule) == 0)
      continue;
    for (uint32_t s = 0; s < b->stage_count; s++)
      check_stage(b, rule, s);
  }
}
