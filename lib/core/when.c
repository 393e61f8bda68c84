/* SPDX-License-Identifier: MIT */
/* Conditions: whether a `when` holds, at which DPD that may turn, and since when it holds. */
#include "core/when.h"

#include "base/arith.h"
#include "core/clock.h"

#define ALL_KNOWN UINT32_MAX

/* Truth where some facts are not known yet. */
enum truth { NO, MAYBE, YES };

int64_t dun__fact(const struct dun_account *a, uint32_t field)
{
  switch (field) {
  case DUN__FIELD_PAST_DUE: return a->past_due;
  case DUN__FIELD_BALANCE: return a->balance;
  case DUN__FIELD_MINIMUM_DUE: return a->minimum_due;
  case DUN__FIELD_LATE_FEES: return a->late_fees;
  case DUN__FIELD_PRIOR_DELINQUENCIES: return a->prior_delinquencies;
  default: return a->attribute[field - DUN__FIELD_ATTRIBUTE];
  }
}

static enum truth eval(const struct dun_policy *p, uint32_t node, const struct dun_account *facts,
                       uint32_t known, int32_t dpd)
{
  const struct dun__when *w = &dun__whens(p)[node];
  enum truth t;
  int64_t value;
  switch (w->op) {
  case DUN__WHEN_ALL:
    t = YES;
    for (uint32_t i = node + 1; i < w->next && t != NO; i = dun__whens(p)[i].next) {
      enum truth one = eval(p, i, facts, known, dpd);
      t = one < t ? one : t;
    }
    return t;
  case DUN__WHEN_ANY:
    t = NO;
    for (uint32_t i = node + 1; i < w->next && t != YES; i = dun__whens(p)[i].next) {
      enum truth one = eval(p, i, facts, known, dpd);
      t = one > t ? one : t;
    }
    return t;
  case DUN__WHEN_NOT:
    t = eval(p, node + 1, facts, known, dpd);
    return t == YES ? NO : t == NO ? YES : MAYBE;
  default:
    if (w->field != DUN__FIELD_DPD && !(known >> w->field & 1u))
      return MAYBE;
    value = w->field == DUN__FIELD_DPD ? dpd : dun__fact(facts, w->field);
    for (uint32_t i = 0; i < w->ranges; i++) {
      const struct dun__range *r = &dun__ranges(p)[w->range + i];
      if (r->low <= value && value <= r->high)
        return YES;
    }
    return NO;
  }
}

static bool holds(const struct dun__case *c, uint32_t node, int32_t dpd)
{
  return node == DUN__NONE || eval(c->policy, node, &c->account, ALL_KNOWN, dpd) == YES;
}

bool dun__when(const struct dun__case *c, uint32_t node, dun_time t)
{
  return holds(c, node, dun__dpd_on(c, dun__today(c, t)));
}

/* The smallest DPD > dpd at which a test on dpd among the nodes [from, to) turns. */
static int32_t next_turn(const struct dun_policy *p, uint32_t from, uint32_t to, int32_t dpd)
{
  int32_t next = INT32_MAX;
  for (uint32_t i = from; i < to; i++) {
    const struct dun__when *w = &dun__whens(p)[i];
    if (w->op != DUN__WHEN_TEST || w->field != DUN__FIELD_DPD)
      continue;
    for (uint32_t k = 0; k < w->ranges; k++) {
      const struct dun__range *r = &dun__ranges(p)[w->range + k];
      if (r->low > dpd && r->low < next)
        next = (int32_t)r->low;
      if (r->high >= dpd && r->high < (int64_t)next - 1)
        next = (int32_t)r->high + 1;
    }
  }
  return next;
}

dun_time dun__when_turn(const struct dun__case *c, dun_time t)
{
  int32_t next = next_turn(c->policy, 0, c->policy->whens.count, dun__dpd_on(c, dun__today(c, t)));
  return next == INT32_MAX ? DUN_TIME_NEVER : dun__dpd_start(c, next);
}

/* Whether the tree tests any fact, so that the log matters. */
static bool tests_facts(const struct dun_policy *p, uint32_t node)
{
  for (uint32_t i = node; i < dun__whens(p)[node].next; i++)
    if (dun__whens(p)[i].op == DUN__WHEN_TEST && dun__whens(p)[i].field != DUN__FIELD_DPD)
      return true;
  return false;
}

uint32_t dun__field_of_fact(uint32_t fact)
{
  switch (fact) {
  case DUN_FACT_PAST_DUE: return DUN__FIELD_PAST_DUE;
  case DUN_FACT_BALANCE: return DUN__FIELD_BALANCE;
  case DUN_FACT_MINIMUM_DUE: return DUN__FIELD_MINIMUM_DUE;
  case DUN_FACT_LATE_FEES: return DUN__FIELD_LATE_FEES;
  case DUN_FACT_PRIOR_DELINQUENCIES: return DUN__FIELD_PRIOR_DELINQUENCIES;
  default:
    return fact >= DUN_FACT_ATTRIBUTE && fact < DUN_FACT_ATTRIBUTE + DUN_ATTRIBUTES
               ? fact - DUN_FACT_ATTRIBUTE + DUN__FIELD_ATTRIBUTE
               : DUN__FIELDS;
  }
}

static void set_fact(struct dun_account *a, uint32_t field, int64_t value)
{
  switch (field) {
  case DUN__FIELD_PAST_DUE: a->past_due = value; break;
  case DUN__FIELD_BALANCE: a->balance = value; break;
  case DUN__FIELD_MINIMUM_DUE: a->minimum_due = value; break;
  case DUN__FIELD_LATE_FEES: a->late_fees = value; break;
  case DUN__FIELD_PRIOR_DELINQUENCIES: a->prior_delinquencies = (uint32_t)value; break;
  default: a->attribute[field - DUN__FIELD_ATTRIBUTE] = value; break;
  }
}

/* The walk through history: facts as the log gave them, and since when the tree holds. */
struct walk {
  const struct dun__case *c;
  uint32_t node;
  struct dun_account facts;
  uint32_t known;
  int32_t dpd;
  dun_time since; /* DUN_TIME_NEVER = does not hold */
};

static void look(struct walk *w, dun_time at)
{
  bool yes = eval(w->c->policy, w->node, &w->facts, w->known, w->dpd) == YES;
  if (!yes)
    w->since = DUN_TIME_NEVER;
  else if (w->since == DUN_TIME_NEVER)
    w->since = at;
}

/* Let the days pass up to `until` (inclusive), stopping at each DPD at which the tree may turn. */
static void pass_days(struct walk *w, dun_time until)
{
  for (;;) {
    int32_t next = next_turn(w->c->policy, w->node, dun__whens(w->c->policy)[w->node].next, w->dpd);
    dun_time at;
    if (next == INT32_MAX || (at = dun__dpd_start(w->c, next)) > until)
      return;
    w->dpd = next;
    look(w, at);
  }
}

/* The largest DPD <= dpd at which a test on dpd of the tree turns; INT32_MIN = none. */
static int32_t last_turn(const struct dun_policy *p, uint32_t node, int32_t dpd)
{
  int32_t last = INT32_MIN;
  for (uint32_t i = node; i < dun__whens(p)[node].next; i++) {
    const struct dun__when *w = &dun__whens(p)[i];
    if (w->op != DUN__WHEN_TEST || w->field != DUN__FIELD_DPD)
      continue;
    for (uint32_t k = 0; k < w->ranges; k++) {
      const struct dun__range *r = &dun__ranges(p)[w->range + k];
      if (r->low <= dpd && r->low > last)
        last = (int32_t)r->low;
      if (r->high < dpd && r->high >= last)
        last = (int32_t)r->high + 1;
    }
  }
  return last;
}

/* Where only days and facts that never changed count: back from t to the day that made it true. */
static dun_time since_day(const struct dun__case *c, uint32_t node, dun_time t)
{
  int32_t dpd = dun__dpd_on(c, dun__today(c, t));
  if (!holds(c, node, dpd))
    return DUN_TIME_NEVER;
  for (;;) {
    int32_t turn = last_turn(c->policy, node, dpd);
    if (turn == INT32_MIN)
      return DUN_TIME_MIN;
    if (!holds(c, node, turn - 1))
      return dun__dpd_start(c, turn);
    dpd = turn - 1;
  }
}

dun_time dun__when_since(const struct dun__case *c, uint32_t node, dun_time t)
{
  struct walk w = {c, node, c->account, ALL_KNOWN & ~c->fact_known, INT32_MIN, DUN_TIME_NEVER};
  if (node == DUN__NONE)
    return DUN_TIME_MIN;
  if (c->fact_known == 0 || !tests_facts(c->policy, node))
    return since_day(c, node, t);
  look(&w, DUN_TIME_MIN);
  for (size_t i = 0; i < c->count; i++) {
    const struct dun_event *e = &c->events[i];
    uint32_t field;
    if (e->kind != DUN_EVENT_FACTS || e->account != c->account.id || dun__is_void(c, i))
      continue;
    field = dun__field_of_fact(e->detail);
    if (field >= DUN__FIELDS)
      continue;
    pass_days(&w, e->occurred_at);
    set_fact(&w.facts, field, e->amount);
    w.known |= UINT32_C(1) << field;
    look(&w, e->occurred_at);
  }
  if (c->gap) {
    pass_days(&w, c->told_at);
    w.facts = c->account;
    look(&w, c->told_at);
  }
  pass_days(&w, t);
  return w.since;
}
