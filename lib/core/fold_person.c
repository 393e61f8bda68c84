/* SPDX-License-Identifier: MIT */
/*
 * The fold, first half: what acts on the account or its person as a whole. Holds, reachability,
 * placement, facts.
 */
#include "core/fold_parts.h"

#include <string.h>

#include "base/arith.h"
#include "base/names.h"
#include "core/when.h"

/* Whether an event about the person acts on this account: told on it, or not for one account. */
static bool acts_here(const struct dun__case *c, const struct dun_event *e)
{
  return e->account == c->account.id || !(e->flags & DUN_FLAG_ACCOUNT);
}

static bool hold_is_person_wide(uint32_t kind)
{
  switch (kind) {
  case DUN_HOLD_BANKRUPTCY:
  case DUN_HOLD_DECEASED:
  case DUN_HOLD_CEASE:
  case DUN_HOLD_ATTORNEY:
  case DUN_HOLD_MILITARY:
  case DUN_HOLD_DISASTER:
  case DUN_HOLD_BREATHING_SPACE: return true;
  default: return false;
  }
}

/* Whether a HOLD or RELEASE is about every account of the person. */
static bool is_wide(const struct dun_event *e)
{
  if (e->flags & DUN_FLAG_PERSON)
    return true;
  return hold_is_person_wide(e->detail) && !(e->flags & DUN_FLAG_ACCOUNT);
}

static bool hold_stops_clock(uint32_t kind)
{
  return kind == DUN_HOLD_BREATHING_SPACE || kind == DUN_HOLD_DISASTER;
}

/* Add a hold; those of its kind and scope that touch it become one with it. */
static dun_rc add_hold(struct dun__case *c, struct dun__hold h)
{
  uint32_t kept = 0;
  if (h.from >= h.until)
    return DUN_OK;
  for (uint32_t i = 0; i < c->hold_count; i++) {
    struct dun__hold *o = &c->holds[i];
    if (o->kind == h.kind && o->wide == h.wide && o->from <= h.until && h.from <= o->until) {
      h.from = dun__min(h.from, o->from);
      h.until = dun__max(h.until, o->until);
    } else {
      c->holds[kept++] = *o;
    }
  }
  c->hold_count = kept;
  if (kept == DUN_HOLDS_MAX)
    return DUN_E_LIMIT;
  c->holds[c->hold_count++] = h;
  return DUN_OK;
}

static void release(struct dun__case *c, uint32_t kind, uint32_t wide, dun_time at)
{
  uint32_t kept = 0;
  for (uint32_t i = 0; i < c->hold_count; i++) {
    struct dun__hold h = c->holds[i];
    if (h.kind == kind && h.wide == wide)
      h.until = dun__min(h.until, at);
    if (h.from < h.until)
      c->holds[kept++] = h;
  }
  c->hold_count = kept;
}

/* The policy's channels that an event's channel means: all (id 0), the one, or, where the policy
 * lacks it, all of its kind. */
static uint16_t channels_meant(const struct dun_policy *p, uint32_t id, bool *known)
{
  const struct dun__channel *ch = dun__channels(p);
  uint32_t kind = 0;
  *known = id == 0;
  for (uint32_t i = 0; i < p->channels.count; i++) {
    if (ch[i].id == id) {
      *known = true;
      return (uint16_t)(1u << i);
    }
    if (id == 0 || ch[i].kind == id >> 28)
      kind |= 1u << i;
  }
  return (uint16_t)kind;
}

static void block(const struct dun__case *c, struct dun__blocked *b, uint32_t channel)
{
  bool known;
  uint16_t meant = channels_meant(c->policy, channel, &known);
  if (known)
    b->channels |= meant;
  else
    b->by_kind |= meant;
}

/* What is said of a channel the policy lacks takes back only what was said of such a channel. */
static void lift(const struct dun__case *c, struct dun__blocked *b, uint32_t channel)
{
  bool known;
  uint16_t meant = channels_meant(c->policy, channel, &known);
  b->by_kind &= (uint16_t)~meant;
  if (known)
    b->channels &= (uint16_t)~meant;
}

/* The channel of a contact: its own, or that of an earlier entry of its key; 0 = nobody says. */
static uint32_t channel_told(const struct dun__case *c, const struct dun_event *e)
{
  if (e->channel != 0 || e->step == 0)
    return e->channel;
  for (size_t i = (size_t)(e - c->events); i-- > 0;) {
    const struct dun_event *o = &c->events[i];
    if (o->channel != 0 && o->step == e->step && o->account == e->account &&
        o->due_day == e->due_day && o->occurrence == e->occurrence && o->attempt == e->attempt)
      return o->channel;
  }
  return 0;
}

/* Where the clock stands: the clock-stopping holds, sorted and merged. */
static void build_stops(struct dun__case *c)
{
  c->stop_count = 0;
  for (uint32_t i = 0; i < c->hold_count; i++) {
    struct dun__span_of_time s = {c->holds[i].from, c->holds[i].until};
    uint32_t kept = 0, at;
    if (!hold_stops_clock(c->holds[i].kind))
      continue;
    for (uint32_t k = 0; k < c->stop_count; k++) {
      struct dun__span_of_time o = c->stops[k];
      if (o.from <= s.until && s.from <= o.until) {
        s.from = dun__min(s.from, o.from);
        s.until = dun__max(s.until, o.until);
      } else {
        c->stops[kept++] = o;
      }
    }
    for (at = kept; at > 0 && c->stops[at - 1].from > s.from; at--)
      c->stops[at] = c->stops[at - 1];
    c->stops[at] = s;
    c->stop_count = kept + 1;
  }
}

/* Facts as the account has them, by FACTS number; false = not a comparable one. */
static bool account_fact(const struct dun_account *a, uint32_t fact, int64_t *value)
{
  switch (fact) {
  case DUN_FACT_DUE_DAY: *value = a->due_day; return (a->flags & DUN_ACCOUNT_HAS_DUE) != 0;
  case DUN_FACT_LIMITATION_DAY:
    *value = a->limitation_day;
    return (a->flags & DUN_ACCOUNT_HAS_LIMITATION) != 0;
  case DUN_FACT_PAST_DUE: *value = a->past_due; return true;
  case DUN_FACT_BALANCE: *value = a->balance; return true;
  case DUN_FACT_MINIMUM_DUE: *value = a->minimum_due; return true;
  case DUN_FACT_LATE_FEES: *value = a->late_fees; return true;
  case DUN_FACT_PRIOR_DELINQUENCIES: *value = a->prior_delinquencies; return true;
  default: *value = a->attribute[fact - DUN_FACT_ATTRIBUTE]; return true;
  }
}

void dun__person_begin(struct dun__case *c)
{
  c->placed = DUN_TIME_MIN;
  c->closed = c->gap = false;
  c->fact_known = c->told = 0;
  c->hold_count = c->stop_count = 0;
  memset(c->opted_out, 0, sizeof c->opted_out);
  memset(c->dead, 0, sizeof c->dead);
}

dun_rc dun__person_feed(struct dun__case *c, const struct dun_event *e)
{
  bool own = e->account == c->account.id;
  uint32_t party = e->party & 15u;
  switch (e->kind) {
  case DUN_EVENT_PLACED:
    if (own)
      c->placed = e->occurred_at;
    break;
  case DUN_EVENT_CLOSED:
  case DUN_EVENT_REOPENED:
    if (own)
      c->closed = e->kind == DUN_EVENT_CLOSED;
    break;
  case DUN_EVENT_FACTS:
    if (own) {
      c->told_value[e->detail] = e->amount;
      c->told |= UINT32_C(1) << e->detail;
      c->told_at = e->recorded_at;
    }
    break;
  case DUN_EVENT_HOLD: {
    struct dun__hold h = {e->amount == 0 ? e->occurred_at : e->amount,
                          e->until == 0 ? DUN_TIME_NEVER : e->until, e->detail, is_wide(e)};
    if ((own || h.wide) && add_hold(c, h) != DUN_OK)
      return DUN_E_LIMIT;
    break;
  }
  case DUN_EVENT_RELEASE:
    if (own || is_wide(e))
      release(c, e->detail, is_wide(e), e->occurred_at);
    break;
  case DUN_EVENT_OPT_OUT:
    if (acts_here(c, e))
      block(c, &c->opted_out[party], e->channel);
    break;
  case DUN_EVENT_OPT_IN:
    if (acts_here(c, e))
      lift(c, &c->opted_out[party], e->channel);
    break;
  case DUN_EVENT_ADDRESS_DEAD:
    if (acts_here(c, e))
      block(c, &c->dead[party], e->channel);
    break;
  case DUN_EVENT_ADDRESS_NEW:
    if (acts_here(c, e))
      lift(c, &c->dead[party], e->channel);
    break;
  case DUN_EVENT_CONTACT:
    if (dun__outcome_traits(e->outcome) & DUN__TRAIT_DEAD)
      block(c, &c->dead[party], channel_told(c, e));
    if (e->outcome == DUN_OUTCOME_OPTED_OUT)
      block(c, &c->opted_out[party], channel_told(c, e));
    break;
  case DUN_EVENT_INBOUND: /* "stop" */
    if (e->outcome == DUN_OUTCOME_OPTED_OUT)
      block(c, &c->opted_out[party], e->channel);
    break;
  default: break;
  }
  return DUN_OK;
}

void dun__person_finish(struct dun__case *c)
{
  build_stops(c);
  for (uint32_t f = 1; c->told >> f != 0; f++) {
    int64_t value;
    uint32_t field = dun__field_of_fact(f);
    if (!(c->told >> f & 1u))
      continue;
    if (field < DUN__FIELDS)
      c->fact_known |= UINT32_C(1) << field;
    if (account_fact(&c->account, f, &value) && value != c->told_value[f])
      c->gap = true;
  }
}
