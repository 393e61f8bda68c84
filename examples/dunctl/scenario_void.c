/* SPDX-License-Identifier: MIT */
/* Corrections: which entry a VOID takes back. */
#include <string.h>

#include "scenario.h"
#include "scenario_event.h"

/* A place that is not said may be any. */
static bool same_party(const struct dun_event *v, const struct dun_event *e)
{
  return v->party == e->party || v->party == (e->party & 15u);
}

/* Whether an entry is the one that a VOID speaks of, as far as it says. */
static bool speaks_of(const struct dun_event *v, const struct dun_event *e, bool has_at)
{
  if ((has_at && e->occurred_at != v->occurred_at) || e->account != v->account ||
      e->step != v->step)
    return false;
  if (v->kind == DUN_EVENT_VOID)
    return e->kind == v->kind && e->until == v->until && e->outcome == v->outcome &&
           e->detail == v->detail && e->channel == v->channel && same_party(v, e);
  if (v->step == 0 || v->kind == DUN_EVENT_OVERRIDE)
    return e->kind == v->kind && e->detail == v->detail && e->channel == v->channel &&
           same_party(v, e);
  return (v->kind == DUN_EVENT_INTENT ? e->kind == v->kind : is_outcome(e)) &&
         (v->channel == 0 || v->channel == e->channel) &&
         (v->outcome == 0 || v->outcome == e->outcome) &&
         (v->occurrence == 0 || v->occurrence == e->occurrence);
}

/* `facts: {past_due: 0}` as what a VOID is about. */
static bool read_fact_entry(struct scene *s, const struct yaml_node *entry, dun_time at,
                            struct dun_event *e)
{
  static const char *const keys[] = {"facts", "at", NULL};
  const struct yaml_node *facts = yaml_get(entry, "facts");
  if (!check_keys(s->result, entry, keys) || !want_kind(s->result, facts, YAML_MAP))
    return false;
  if (facts->size != 1) {
    add_problem(s->result, facts, "a void takes back one fact");
    return false;
  }
  memset(e, 0, sizeof *e);
  e->kind = DUN_EVENT_FACTS;
  e->account = s->account.id;
  e->occurred_at = at;
  e->detail = read_fact(s, facts->first, &e->amount);
  return e->detail != 0;
}

bool read_void(struct scene *s, const struct yaml_node *entry, bool inner, struct dun_event *e)
{
  const struct yaml_node *at;
  struct dun_event what;
  dun_time when = e->occurred_at;
  size_t found = SIZE_MAX;
  if (!want_kind(s->result, entry, YAML_MAP))
    return false;
  at = yaml_get(entry, "at");
  if (at != NULL && !read_time(s->result, at, false, &when))
    return false;
  if (!(yaml_get(entry, "facts") != NULL ? read_fact_entry(s, entry, when, &what)
                                         : read_event(s, entry, when, when, true, &what)))
    return false;
  for (size_t i = 0; i < s->count; i++)
    if ((inner || !s->log[i].voided) && speaks_of(&what, &s->log[i].event, at != NULL) &&
        (found == SIZE_MAX || s->log[i].event.occurred_at >= s->log[found].event.occurred_at))
      found = i;
  if (found != SIZE_MAX)
    what = s->log[found].event;
  else if (at == NULL || (what.step != 0 && what.occurrence == 0)) {
    add_problem(s->result, entry,
                "there is no such entry before; to take back one that is not "
                "there, say `at`, and `occurrence` of a step");
    return false;
  }
  e->account = what.account;
  e->due_day = what.due_day;
  e->step = what.step;
  e->occurrence = what.occurrence;
  e->attempt = what.attempt;
  e->channel = what.channel;
  e->party = what.party;
  e->detail = what.detail;
  e->outcome = what.kind;
  e->until = what.occurred_at;
  if (found != SIZE_MAX && !inner) {
    s->log[found].voided = true;
    if (s->log[found].voids != 0) /* a VOID of a VOID brings the entry back */
      s->log[s->log[found].voids - 1].voided = false;
  }
  s->void_found = found + 1; /* 0 = none */
  return true;
}
