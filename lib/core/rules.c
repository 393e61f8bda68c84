/* SPDX-License-Identifier: MIT */
/*
 * One conduct rule at one instant. Contacts only grow older while nothing is recorded, so a cap is full
 * until its max-th newest contact counts no more, and no instant between need be looked at.
 */
#include "core/rules.h"

#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/fold.h"
#include "core/terms.h"
#include "core/when.h"
#include "time/civil.h"

/* Outcomes of which nobody knows yet, or will ever know, what came of the contact: it counts. */
#define OPEN_OUTCOMES \
  (UINT32_C(1) << DUN_OUTCOME_NONE | UINT32_C(1) << DUN_OUTCOME_QUEUED | \
   UINT32_C(1) << DUN_OUTCOME_UNKNOWN)

uint32_t dun__zones_of(const struct dun__case *c, uint32_t party, const struct dun__zone *out[2])
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

bool dun__rule_about(const struct dun__rule *r, const struct dun__ask *ask)
{
  if (!(r->actions >> ask->action & 1u))
    return false;
  if (r->channels != UINT16_MAX &&
      (ask->channel == DUN__NONE || !(r->channels >> ask->channel & 1u)))
    return false;
  if (~(r->steps[0] & r->steps[1]) != 0 &&
      (ask->step == DUN__NONE || !(r->steps[ask->step / 64] >> (ask->step % 64) & 1u)))
    return false;
  return ask->action != DUN_ACTION_CONTACT ||
         (r->kinds >> ask->kind & 1u && r->parties >> ask->party & 1u &&
          r->places >> ask->place & 1u);
}

static void lower(dun_time *turn, dun_time at, dun_time t)
{
  if (at > t)
    *turn = dun__min(*turn, at);
}

/* Whether t lies on a date on which the rule is in force, in some zone that the party may be in. */
static bool in_force(const struct dun__case *c, const struct dun__rule *r, uint32_t party,
                     dun_time t, dun_time *turn)
{
  const struct dun__zone *zones[2];
  uint32_t n = dun__zones_of(c, party, zones);
  dun_time from = DUN_TIME_NEVER, until = DUN_TIME_MIN;
  if (r->from == DUN_DAY_MIN && r->until == DUN_DAY_MAX)
    return true;
  for (uint32_t z = 0; z < n; z++) {
    from = dun__min(from,
                    r->from == DUN_DAY_MIN ? DUN_TIME_MIN : dun__zone_day_start(zones[z], r->from));
    until = dun__max(until, r->until == DUN_DAY_MAX
                                ? DUN_TIME_NEVER
                                : dun__zone_day_start(zones[z], (int64_t)r->until + 1));
  }
  lower(turn, from, t);
  lower(turn, until, t);
  return t >= from && t < until;
}

static struct dun__ask ask_of(const struct dun__case *c, const struct dun__touch *touch)
{
  struct dun__ask ask = {.account = touch->account,
                         .action = DUN_ACTION_CONTACT,
                         .kind = touch->kind,
                         .party = touch->party,
                         .channel = dun__channel_used(c->policy, touch->channel),
                         .step = DUN__NONE,
                         .place = touch->place_of,
                         .address = touch->address,
                         .skip = touch->place};
  return ask;
}

/* A contact made while something lifted the rule does not count for it. */
static bool was_lifted(const struct dun__case *c, const struct dun__rule *r,
                       const struct dun__touch *touch)
{
  struct dun__ask ask = ask_of(c, touch);
  if (c->terms == 0)
    return false;
  return (r->unless & DUN__UNLESS_CONSENT &&
          dun__consent_until(c, r, &ask, touch->first, touch->place) != DUN_TIME_MIN) ||
         (r->unless & DUN__UNLESS_REQUESTED &&
          dun__request_until(c, &ask, touch->first, touch->place) != DUN_TIME_MIN);
}

/* Whether the rule bound a contact of the log. Its `when` is taken to have held: nobody knows the facts
 * of then. */
static bool bound_then(const struct dun__case *c, const struct dun__rule *r,
                       const struct dun__touch *touch)
{
  struct dun__ask ask = ask_of(c, touch);
  dun_time ignored = DUN_TIME_NEVER;
  return dun__rule_about(r, &ask) && in_force(c, r, touch->party, touch->first, &ignored) &&
         !was_lifted(c, r, touch);
}

/* Until when a waiver of the rule stands that no later contact has used up; DUN_TIME_MIN = none does. */
static dun_time waived_until(const struct dun__case *c, const struct dun__rule *r,
                             const struct dun__ask *ask, dun_time t, size_t end)
{
  if (!(c->terms & DUN__TERM_WAIVE) || r->strength == DUN_STRENGTH_LAW)
    return DUN_TIME_MIN;
  for (size_t i = end; i-- > 0;) {
    const struct dun_event *e = &c->events[i];
    dun_time until = e->until == 0 ? DUN_TIME_NEVER : e->until;
    struct dun__touch touch;
    if (dun__is_void(c, i))
      continue;
    if (e->kind == DUN_EVENT_WAIVE && e->detail == r->id && until > t &&
        e->account == c->account.id)
      return until;
    if (i != ask->skip && e->account == c->account.id && dun__touch_at(c, i, &touch) &&
        !touch.inbound && bound_then(c, r, &touch))
      return DUN_TIME_MIN; /* it was used up */
  }
  return DUN_TIME_MIN;
}

bool dun__rule_binds(const struct dun__case *c, const struct dun__rule *r,
                     const struct dun__ask *ask, dun_time t, dun_time *turn, bool *waived)
{
  size_t end;
  dun_time lifted = DUN_TIME_MIN;
  if (!in_force(c, r, ask->party, t, turn))
    return false;
  if (r->when != DUN__NONE) {
    /* days since a contact are known of the present and later only */
    bool now = dun__whens(c->policy)[r->when].about & (DUN__ABOUT_SINCE | DUN__ABOUT_COUNTS);
    dun_time at = now ? dun__max(t, c->now) : t;
    lower(turn, dun__when_turn(c, at), t);
    if (!dun__when(c, r->when, at))
      return false;
  }
  if (c->terms == 0)
    return true;
  end = dun__log_end(c, t);
  lower(turn, dun__next_term(c, end), t);
  if (r->unless & DUN__UNLESS_CONSENT)
    lifted = dun__consent_until(c, r, ask, t, end);
  if (r->unless & DUN__UNLESS_REQUESTED)
    lifted = dun__max(lifted, dun__request_until(c, ask, t, end));
  if (lifted == DUN_TIME_MIN) {
    lifted = waived_until(c, r, ask, t, end);
    *waived = *waived || lifted != DUN_TIME_MIN;
  }
  lower(turn, lifted, t);
  return lifted == DUN_TIME_MIN;
}

/* The Monday or the first of the month after the week or month of a date. */
static int64_t next_period(const struct dun__rule *r, int64_t day)
{
  int32_t year, month, dom;
  if (r->per == DUN__PER_WEEK)
    return day - dun__weekday((dun_day)day) + 7;
  dun__civil_from_day((dun_day)day, &year, &month, &dom);
  return day - dom + 1 + dun__month_length(year, month);
}

/* The first instant at which a contact of this instant counts no more for the rule. In two possible
 * zones it counts while its date lies in the window in either; a cool-down runs from the later date, in
 * both (design 7). */
static dun_time over(const struct dun__case *c, const struct dun__rule *r,
                     const struct dun__ask *ask, dun_time at)
{
  const struct dun__zone *zones[2];
  uint32_t n = dun__zones_of(c, ask->party, zones);
  bool later = r->sort != DUN__RULE_CAP;
  dun_time end = DUN_TIME_MIN;
  int64_t latest = DUN_DAY_MIN;
  if (r->per == DUN__PER_SECONDS)
    return dun__time_add(at, r->n);
  for (uint32_t z = 0; z < n; z++)
    latest = dun__max(latest, dun__zone_day(zones[z], at));
  for (uint32_t z = 0; z < n; z++) {
    int64_t day = later ? latest : dun__zone_day(zones[z], at);
    if (r->per == DUN__PER_DATES)
      day += r->n;
    else if (r->per == DUN__PER_MONTHS)
      day = dun__months_on((dun_day)day, r->n);
    else
      day = next_period(r, day);
    end = dun__max(end, dun__zone_day_start(zones[z], day));
  }
  return end;
}

/* Before this instant no contact counts any more at t: how far back the log need be read. */
static dun_time reach(const struct dun__rule *r, dun_time t)
{
  int64_t days = 0;
  switch (r->per) {
  case DUN__PER_SECONDS: return dun__time_add(t, -(int64_t)r->n);
  case DUN__PER_DATES: days = r->n; break;
  case DUN__PER_MONTHS: days = (int64_t)r->n * 31; break;
  case DUN__PER_WEEK: days = 7; break;
  default: days = 31; break;
  }
  return dun__time_add(t, -(days + 3) * 86400); /* three: date lines and clocks that are changed */
}

static bool same_channel(const struct dun__case *c, const struct dun__touch *touch,
                         const struct dun__ask *ask)
{
  uint32_t used = dun__channel_used(c->policy, touch->channel);
  return used == DUN__NONE ? touch->kind == ask->kind : used == ask->channel;
}

/* Whether a contact was with the party, on the account, in the way that the rule looks at. */
static bool concerns(const struct dun__case *c, const struct dun__rule *r,
                     const struct dun__ask *ask, const struct dun__touch *touch)
{
  if (touch->place == ask->skip || dun__same_contact(c, touch, ask->skip) ||
      !(r->ways & (touch->inbound ? DUN__WAY_IN : DUN__WAY_OUT)))
    return false;
  if (r->together ? !(r->parties >> touch->party & 1u) : touch->party != ask->party)
    return false;
  return r->scope == DUN__SCOPE_ACCOUNT ? touch->account == c->account.id : !touch->same;
}

/* Whether a contact counts for a cap. */
static bool counts(const struct dun__case *c, const struct dun__rule *r, const struct dun__ask *ask,
                   const struct dun__touch *touch)
{
  if (!(r->kinds >> touch->kind & 1u) || !(r->places >> touch->place_of & 1u) ||
      !((r->outcomes | OPEN_OUTCOMES) >> touch->outcome & 1u) || !concerns(c, r, ask, touch))
    return false;
  if (touch->inbound && touch->outcome == DUN_OUTCOME_NONE)
    return false;
  if (r->scope >= DUN__SCOPE_CHANNEL && !same_channel(c, touch, ask))
    return false;
  if (r->scope == DUN__SCOPE_ADDRESS && ask->address != 0 && touch->address != 0 &&
      ask->address != touch->address)
    return false;
  return !was_lifted(c, r, touch);
}

/* Whether an entry's outcome may be one of these, whatever its kind of contact: most are not, and need
 * not be looked at. */
static bool may_be(uint32_t outcomes, const struct dun_event *e)
{
  if (e->kind != DUN_EVENT_CONTACT && e->kind != DUN_EVENT_INBOUND)
    return false;
  return (outcomes >> e->outcome & 1u) ||
         outcomes >> dun__outcome_over(e->outcome, DUN_CONTACT_TEXT) & 1u;
}

/* Whether an outcome that switches the rule on was seen by t. */
static bool is_active(const struct dun__case *c, const struct dun__rule *r, dun_time t)
{
  if (r->active_after == 0)
    return true;
  for (size_t i = dun__log_end(c, t); i-- > 0;) {
    const struct dun_event *e = &c->events[i];
    if (may_be(r->active_after, e) && !dun__is_void(c, i) &&
        r->active_after >> dun__outcome_over(e->outcome, dun__kind_at(c, i)) & 1u &&
        (r->scope != DUN__SCOPE_ACCOUNT || e->account == c->account.id))
      return true;
  }
  return false;
}

/* Walks the contacts that count for a cap at t, the newest first. */
struct walk {
  size_t i;
  dun_time from;
};

static struct walk walk_from(const struct dun__case *c, const struct dun__rule *r, dun_time t)
{
  struct walk w = {dun__log_end(c, t), reach(r, t)};
  return w;
}

static bool next_counted(const struct dun__case *c, const struct dun__rule *r,
                         const struct dun__ask *ask, struct walk *w, struct dun__touch *touch)
{
  while (w->i-- > 0 && c->events[w->i].occurred_at >= w->from)
    if (dun__touch_at(c, w->i, touch) && counts(c, r, ask, touch))
      return true;
  return false;
}

static dun_time cap_free(const struct dun__case *c, const struct dun__rule *r,
                         const struct dun__ask *ask, dun_time t)
{
  struct walk w;
  struct dun__touch touch;
  uint32_t n = 0;
  if (!is_active(c, r, t))
    return t;
  if (r->max == 0)
    return DUN_TIME_NEVER;
  for (w = walk_from(c, r, t); next_counted(c, r, ask, &w, &touch);)
    if (++n == r->max) /* those after it count longer than it does */
      return dun__max(over(c, r, ask, touch.first), t);
  return t;
}

/* The newest trigger that still works at t; false if there is none. */
static bool triggered(const struct dun__case *c, const struct dun__rule *r,
                      const struct dun__ask *ask, dun_time t, struct dun__touch *touch)
{
  dun_time from = reach(r, t);
  for (size_t i = dun__log_end(c, t); i-- > 0 && c->events[i].occurred_at >= from;) {
    if (!may_be(r->outcomes, &c->events[i]) || !dun__touch_ended(c, i, touch) ||
        !(r->outcomes >> touch->outcome & 1u) || !(r->after_kinds >> touch->kind & 1u) ||
        !concerns(c, r, ask, touch))
      continue;
    if (r->sort == DUN__RULE_EXCLUSIVE && same_channel(c, touch, ask))
      continue;
    return over(c, r, ask, touch->last) > t;
  }
  return false;
}

static dun_time trigger_free(const struct dun__case *c, const struct dun__rule *r,
                             const struct dun__ask *ask, dun_time t)
{
  struct dun__touch touch;
  return triggered(c, r, ask, t, &touch) ? over(c, r, ask, touch.last) : t;
}

static dun_time requires_free(const struct dun__case *c, const struct dun__rule *r,
                              const struct dun__ask *ask, dun_time t)
{
  dun_time met = r->prereq == DUN__NONE ? DUN_TIME_NEVER : dun__met_at(c, r->prereq, ask->action);
  if (met == DUN_TIME_NEVER)
    return r->missing_allows ? t : DUN_TIME_NEVER;
  if (r->wait.unit != DUN__SPAN_NONE)
    met = dun__wait(c, met, r->wait, DUN__NO_TIME);
  return dun__max(met, t);
}

dun_time dun__rule_free(const struct dun__case *c, const struct dun__rule *r,
                        const struct dun__ask *ask, dun_time t)
{
  switch (r->sort) {
  case DUN__RULE_CAP: return cap_free(c, r, ask, t);
  case DUN__RULE_COOLDOWN:
  case DUN__RULE_EXCLUSIVE: return trigger_free(c, r, ask, t);
  case DUN__RULE_FORBID: return DUN_TIME_NEVER;
  case DUN__RULE_REQUIRES: return requires_free(c, r, ask, t);
  case DUN__RULE_NOT_AFTER:
    if (!(c->account.flags & DUN_ACCOUNT_HAS_LIMITATION))
      return t;
    return t < dun__zone_day_start(c->zone, (int64_t)c->account.limitation_day + 1)
               ? t
               : DUN_TIME_NEVER;
  default: return t;
  }
}

void dun__rule_tell(const struct dun__case *c, const struct dun__rule *r,
                    const struct dun__ask *ask, dun_time t,
                    void (*told)(void *data, const struct dun__touch *touch), void *data)
{
  struct dun__touch touch;
  if (r->sort == DUN__RULE_CAP) {
    struct walk w = walk_from(c, r, t);
    while (next_counted(c, r, ask, &w, &touch) && over(c, r, ask, touch.first) > t)
      told(data, &touch);
  } else if ((r->sort == DUN__RULE_COOLDOWN || r->sort == DUN__RULE_EXCLUSIVE) &&
             triggered(c, r, ask, t, &touch)) {
    told(data, &touch);
  }
}
