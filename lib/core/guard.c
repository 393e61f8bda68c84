/* SPDX-License-Identifier: MIT */
/* Guards: what a contact or adverse action must pass, as instants that are permitted (design 7). */
#include "core/guard.h"

#include "base/arith.h"

/* The floor under every policy without packs: intrusive contacts between 08:00 and 20:00 local. */
static const struct dun__window floor_windows[7] = {
    {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}};
static const struct dun__week floor_week = {{0, 1, 2, 3, 4, 5, 6, 7}};

dun_time dun__horizon_turn(dun_time t)
{
  if (t == DUN_TIME_NEVER)
    return DUN_TIME_NEVER;
  return dun__time_add((dun__floor_div(t, DUN__HORIZON) + 1) * DUN__HORIZON, 0);
}

static dun_time horizon(dun_time t)
{
  return dun__time_add(dun__horizon_turn(t), DUN__HORIZON);
}

dun_time dun__hold_free(const struct dun__case *c, dun_time t)
{
  for (bool moved = true; moved && t != DUN_TIME_NEVER;) {
    moved = false;
    for (uint32_t i = 0; i < c->hold_count; i++)
      if (c->holds[i].from <= t && t < c->holds[i].until) {
        t = c->holds[i].until;
        moved = true;
      }
  }
  return t;
}

dun_time dun__hold_next(const struct dun__case *c, dun_time t)
{
  dun_time next = DUN_TIME_NEVER;
  for (uint32_t i = 0; i < c->hold_count; i++)
    if (c->holds[i].from > t)
      next = dun__min(next, c->holds[i].from);
  return next;
}

dun_time dun__hold_began(const struct dun__case *c, dun_time t)
{
  dun_time began = DUN_TIME_NEVER;
  for (bool moved = true; moved;) {
    moved = false;
    for (uint32_t i = 0; i < c->hold_count; i++)
      if (c->holds[i].from < began && c->holds[i].from <= t &&
          (began == DUN_TIME_NEVER ? t < c->holds[i].until : began <= c->holds[i].until)) {
        began = c->holds[i].from;
        moved = true;
      }
  }
  return began;
}

bool dun__hold_binds(const struct dun__ask *ask)
{
  return ask->action != DUN_ACTION_TASK;
}

/* One weekly rule in one zone: the next opening, or (close) the next closing. */
struct rule {
  const struct dun__week *week;
  const struct dun__window *windows;
  uint64_t reason;
  uint32_t index; /* among the policy's rules of hours; DUN__NONE = the floor */
};

/* The i-th rule of hours that binds a kind of contact; false = there are no more. The floor counts
 * as the last one where no rule of the policy names the kind. */
static bool rule_of(const struct dun__case *c, uint32_t kind, uint32_t *i, struct rule *out)
{
  const struct dun_policy *p = c->policy;
  for (; *i < p->hours.count; (*i)++)
    if (dun__hours(p)[*i].kinds >> kind & 1u) {
      out->index = *i;
      out->week = &dun__hours(p)[(*i)++].week;
      out->windows = dun__windows(p);
      out->reason = DUN_REASON_HOURS;
      return true;
    }
  if (*i == p->hours.count && p->floor_kinds >> kind & 1u) {
    (*i)++;
    out->index = DUN__NONE;
    out->week = &floor_week;
    out->windows = floor_windows;
    out->reason = DUN_REASON_FLOOR;
    return true;
  }
  return false;
}

/* The zones a party may be in; at most two. Only the borrower has a second possible zone. */
static uint32_t zones_of(const struct dun__case *c, uint32_t party, const struct dun__zone *out[2])
{
  uint32_t n = 0;
  const struct dun__zone *own = NULL;
  if (c->account.party_zone[party] != 0)
    own = dun__zone_find(c->policy, c->account.party_zone[party]);
  out[n++] = own != NULL ? own : c->zone;
  if (c->zone2 != NULL && (own == NULL || party == DUN_PARTY_BORROWER))
    out[n++] = c->zone2;
  return n;
}

/* The instant from which on the law bars a suit; DUN_TIME_NEVER = none. */
static dun_time barred_from(const struct dun__case *c, const struct dun__ask *ask)
{
  if (ask->action != DUN_ACTION_LEGAL || !(c->account.flags & DUN_ACCOUNT_HAS_LIMITATION))
    return DUN_TIME_NEVER;
  return dun__zone_day_start(c->zone, (int64_t)c->account.limitation_day + 1);
}

static void told(const struct dun__trace *trace, const struct dun__move *move)
{
  if (trace != NULL)
    trace->moved(trace->data, move);
}

/* The first instant >= t that holds and hours permit: each moves it on until none does. */
static dun_time search(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                       uint64_t *reasons, const struct dun__trace *trace)
{
  const struct dun__zone *zones[2];
  uint32_t zone_count = zones_of(c, ask->party, zones);
  uint64_t why = 0;
  dun_time limit = horizon(t);
  for (bool moved = true; moved && t != DUN_TIME_NEVER;) {
    struct rule r;
    moved = false;
    if (dun__hold_binds(ask)) {
      dun_time free = dun__hold_free(c, t);
      if (free != t) {
        struct dun__move move = {DUN_REASON_HOLD, 0, DUN__NONE, false, t, free};
        told(trace, &move);
        why |= DUN_REASON_HOLD;
        t = free;
        /* the search for an open hour starts afresh where the hold ends */
        limit = horizon(t);
        moved = true;
      }
    }
    if (ask->kind == 0)
      continue;
    for (uint32_t z = 0; z < zone_count; z++)
      for (uint32_t i = 0; t != DUN_TIME_NEVER && rule_of(c, ask->kind, &i, &r);) {
        dun_time open = dun__hours_open(r.week, r.windows, zones[z], t);
        if (open == t)
          continue;
        why |= r.reason | (z > 0 ? DUN_REASON_ZONE2 : 0);
        moved = true;
        if (open == DUN_TIME_NEVER || open > limit) {
          why |= DUN_REASON_NEVER_OPEN;
          open = DUN_TIME_NEVER;
        }
        if (trace != NULL) {
          struct dun__move move = {r.reason, ask->kind, r.index, z > 0, t, open};
          told(trace, &move);
        }
        t = open;
      }
  }
  *reasons = why;
  return t;
}

static dun_time permitted(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                          uint64_t *why, const struct dun__trace *trace)
{
  dun_time open = search(c, ask, t, why, trace);
  if (open >= barred_from(c, ask) && open != DUN_TIME_NEVER) {
    struct dun__move move = {DUN_REASON_LIMITATION, 0, DUN__NONE, false, open, DUN_TIME_NEVER};
    told(trace, &move);
    *why |= DUN_REASON_LIMITATION;
    open = DUN_TIME_NEVER;
  }
  return open;
}

dun_time dun__permitted_traced(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                               const struct dun__trace *trace)
{
  uint64_t why;
  return permitted(c, ask, t, &why, trace);
}

dun_time dun__permitted(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                        uint64_t *reasons)
{
  struct dun__memo *m = c->memo;
  uint64_t why;
  uint32_t next;
  dun_time open;
  for (uint32_t i = DUN__MEMO_OPENINGS; i-- > 0;)
    if (m->opening[i].known && m->opening[i].from == t && m->opening[i].kind == ask->kind &&
        m->opening[i].party == ask->party && m->opening[i].action == ask->action) {
      if (reasons != NULL)
        *reasons |= m->opening[i].reasons;
      return m->opening[i].open;
    }
  open = permitted(c, ask, t, &why, NULL);
  next = m->next_opening++ % DUN__MEMO_OPENINGS;
  m->opening[next].from = t;
  m->opening[next].open = open;
  m->opening[next].reasons = why;
  m->opening[next].kind = ask->kind;
  m->opening[next].party = ask->party;
  m->opening[next].action = ask->action;
  m->opening[next].known = true;
  if (reasons != NULL)
    *reasons |= why;
  return open;
}

dun_time dun__permitted_until(const struct dun__case *c, const struct dun__ask *ask, dun_time t)
{
  const struct dun__zone *zones[2];
  uint32_t zone_count = zones_of(c, ask->party, zones);
  dun_time until = DUN_TIME_NEVER;
  struct rule r;
  if (dun__hold_binds(ask))
    until = dun__min(dun__hold_next(c, t), barred_from(c, ask));
  if (ask->kind == 0)
    return until;
  for (uint32_t z = 0; z < zone_count; z++)
    for (uint32_t i = 0; rule_of(c, ask->kind, &i, &r);)
      until = dun__min(until, dun__hours_close(r.week, r.windows, zones[z], t));
  return until;
}
