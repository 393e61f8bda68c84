/* SPDX-License-Identifier: MIT */
/* What the debtor, or the host by hand, has said about being contacted. */
#include "core/terms.h"

#include "base/arith.h"
#include "base/names.h"
#include "core/rules.h"
#include "time/civil.h"

#define DAY_MINUTES 1440

uint32_t dun__term_of(const struct dun_event *e)
{
  switch (e->kind) {
  case DUN_EVENT_CONSENT: return DUN__TERM_CONSENT;
  case DUN_EVENT_HOURS_AGREED: return DUN__TERM_AGREED;
  case DUN_EVENT_BLACKOUT: return DUN__TERM_BLACKOUT;
  case DUN_EVENT_WAIVE: return DUN__TERM_WAIVE;
  case DUN_EVENT_CONTACT:
  case DUN_EVENT_INBOUND: return e->outcome == DUN_OUTCOME_CALLBACK ? DUN__TERM_REQUEST : 0;
  default: return 0;
  }
}

dun_time dun__next_term(const struct dun__case *c, size_t end)
{
  for (size_t i = end; i < c->count; i++)
    if (dun__term_of(&c->events[i]) != 0 && !dun__is_void(c, i))
      return c->events[i].occurred_at;
  return DUN_TIME_NEVER;
}

static bool acts_on(const struct dun_event *e, uint64_t account)
{
  return e->account == account || !(e->flags & DUN_FLAG_ACCOUNT);
}

/* Whether what is said of a channel is said of the one asked about: of all, of it, or, where the policy
 * lacks it, of its kind. */
static bool means(const struct dun__case *c, uint32_t channel, const struct dun__ask *ask)
{
  if (channel == 0)
    return true;
  for (uint32_t i = 0; i < c->policy->channels.count; i++)
    if (dun__channels(c->policy)[i].id == channel)
      return i == ask->channel;
  return channel >> 28 == ask->kind;
}

/* An entry about the party and channel that are asked about. */
static bool about(const struct dun__case *c, size_t i, const struct dun__ask *ask)
{
  const struct dun_event *e = &c->events[i];
  return !dun__is_void(c, i) && acts_on(e, ask->account) && (e->party & 15u) == ask->party &&
         means(c, e->channel, ask);
}

static dun_time ending(const struct dun_event *e)
{
  return e->until == 0 ? DUN_TIME_NEVER : e->until;
}

/* Whether an entry of the log ends the rule's consents given before it: the outcome that the rule
 * says, from the same party. */
static bool ends_consent(const struct dun__case *c, const struct dun__rule *r, size_t i,
                         const struct dun__ask *ask)
{
  const struct dun_event *e = &c->events[i];
  uint32_t outcome;
  if (r->consent_ends == 0 || (e->kind != DUN_EVENT_CONTACT && e->kind != DUN_EVENT_INBOUND))
    return false;
  outcome = dun__outcome_over(e->outcome, dun__kind_at(c, i));
  return (e->party & 15u) == ask->party && r->consent_ends >> outcome & 1u;
}

/* The end of a consent that the rule lets last no longer than so many dates; of two possible zones in
 * the one where they are over first. */
static dun_time consent_ending(const struct dun__case *c, const struct dun__rule *r,
                               const struct dun__ask *ask, const struct dun_event *e)
{
  const struct dun__zone *zones[2];
  uint32_t n = dun__zones_of(c, ask->party, zones);
  dun_time end = ending(e);
  for (uint32_t z = 0; z < n && r->consent_dates > 0; z++)
    end = dun__min(end,
                   dun__zone_day_start(zones[z], (int64_t)dun__zone_day(zones[z], e->occurred_at) +
                                                     r->consent_dates));
  return end;
}

dun_time dun__consent_until(const struct dun__case *c, const struct dun__rule *r,
                            const struct dun__ask *ask, dun_time t, size_t end)
{
  dun_time until = DUN_TIME_MIN;
  bool ended = false; /* on another account: what was said for every account is over */
  if (!(c->terms & DUN__TERM_CONSENT) || !(r->unless & DUN__UNLESS_CONSENT))
    return until;
  for (size_t i = end; i-- > 0;) {
    const struct dun_event *e = &c->events[i];
    if (dun__is_void(c, i))
      continue;
    if (ends_consent(c, r, i, ask)) {
      if (e->account == ask->account)
        return until; /* and all before it */
      ended = true;
    }
    if ((e->kind != DUN_EVENT_CONSENT && e->kind != DUN_EVENT_CONSENT_REVOKED) ||
        !about(c, i, ask) || (e->detail != 0 && e->detail != r->id && e->detail != r->group))
      continue;
    if (e->kind == DUN_EVENT_CONSENT_REVOKED)
      return until;
    if (consent_ending(c, r, ask, e) > t && (!ended || e->flags & DUN_FLAG_ACCOUNT))
      until = dun__max(until, consent_ending(c, r, ask, e));
  }
  return until;
}

dun_time dun__request_until(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                            size_t end)
{
  bool answered = false; /* by a contact of another kind: enough where the request named none */
  if (!(c->terms & DUN__TERM_REQUEST))
    return DUN_TIME_MIN;
  for (size_t i = end; i-- > 0;) {
    const struct dun_event *e = &c->events[i];
    struct dun__touch touch;
    if (dun__is_void(c, i) || (e->party & 15u) != ask->party)
      continue;
    if (dun__term_of(e) == DUN__TERM_REQUEST && (e->channel == 0 || e->channel >> 28 == ask->kind))
      return ending(e) > t && (e->channel != 0 || !answered) ? ending(e) : DUN_TIME_MIN;
    if (i == ask->skip || !dun__touch_at(c, i, &touch) || touch.inbound)
      continue;
    if (touch.kind == ask->kind)
      return DUN_TIME_MIN;
    answered = true;
  }
  return DUN_TIME_MIN;
}

/* The weekly hours of an entry as a week of windows. */
struct hours {
  struct dun__week week;
  struct dun__window windows[7];
};

static void hours_of(const struct dun_event *e, struct hours *h)
{
  uint16_t n = 0;
  for (uint32_t d = 0; d < 7; d++) {
    h->week.first[d] = n;
    if (!(e->detail >> d & 1u))
      continue;
    h->windows[n].from = (uint16_t)(e->amount & 0xffff);
    h->windows[n].to = (uint16_t)(e->amount >> 16);
    n++;
  }
  h->week.first[7] = n;
}

/* The next entry before *i of this kind about what is asked; those before an entry without days were
 * ended by it. False: there are no more. */
static bool next_hours(const struct dun__case *c, uint32_t kind, const struct dun__ask *ask,
                       size_t *i, bool *ended)
{
  while ((*i)-- > 0) {
    const struct dun_event *e = &c->events[*i];
    if (e->kind != kind || !about(c, *i, ask))
      continue;
    if (e->detail == 0) {
      *ended = true;
      return false;
    }
    return true;
  }
  return false;
}

dun_time dun__agreed_open(const struct dun__case *c, const struct dun__ask *ask,
                          const struct dun__zone *zone, dun_time t)
{
  dun_time first = DUN_TIME_NEVER;
  bool ended = false;
  if (!(c->terms & DUN__TERM_AGREED))
    return first;
  for (size_t i = c->count; !ended && next_hours(c, DUN_EVENT_HOURS_AGREED, ask, &i, &ended);) {
    const struct dun_event *e = &c->events[i];
    dun_time open;
    struct hours h;
    hours_of(e, &h);
    open = dun__hours_open(&h.week, h.windows, NULL, zone, dun__max(t, e->occurred_at));
    if (open < ending(e))
      first = dun__min(first, open);
  }
  return first;
}

dun_time dun__agreed_close(const struct dun__case *c, const struct dun__ask *ask,
                           const struct dun__zone *zone, dun_time t)
{
  dun_time first = DUN_TIME_NEVER;
  bool ended = false;
  if (!(c->terms & DUN__TERM_AGREED))
    return first;
  for (size_t i = c->count; !ended && next_hours(c, DUN_EVENT_HOURS_AGREED, ask, &i, &ended);) {
    const struct dun_event *e = &c->events[i];
    struct hours h;
    dun_time close;
    hours_of(e, &h);
    if (t < e->occurred_at || t >= ending(e))
      continue;
    close = dun__hours_close(&h.week, h.windows, NULL, zone, t);
    if (close > t)
      first = dun__min(first, dun__min(close, ending(e)));
  }
  return first;
}

/* One window of a date that is closed: what the clock may show twice it is closed for both times. */
static dun_time shut_from(const struct dun__zone *zone, int64_t day, uint32_t minute)
{
  return minute == 0 ? dun__zone_day_start(zone, day)
                     : dun__zone_earlier(zone, day, (int32_t)minute * 60);
}

static dun_time shut_to(const struct dun__zone *zone, int64_t day, uint32_t minute)
{
  return minute == DAY_MINUTES ? dun__zone_day_start(zone, day + 1)
                               : dun__zone_later(zone, day, (int32_t)minute * 60);
}

dun_time dun__blackout_free(const struct dun__case *c, const struct dun__ask *ask,
                            const struct dun__zone *zone, dun_time t)
{
  dun_time free = t;
  bool ended = false;
  if (!(c->terms & DUN__TERM_BLACKOUT))
    return t;
  for (size_t i = c->count; !ended && next_hours(c, DUN_EVENT_BLACKOUT, ask, &i, &ended);) {
    const struct dun_event *e = &c->events[i];
    int64_t day = dun__zone_day(zone, t);
    if (t < e->occurred_at || t >= ending(e))
      continue;
    for (int64_t d = day - 1; d <= day + 1; d++) /* an overlap may reach past its date */
      if (e->detail >> dun__weekday((dun_day)d) & 1u &&
          shut_from(zone, d, (uint32_t)(e->amount & 0xffff)) <= t) {
        dun_time to = shut_to(zone, d, (uint32_t)(e->amount >> 16));
        if (to > t)
          free = dun__max(free, dun__min(to, ending(e)));
      }
  }
  return free;
}

dun_time dun__blackout_next(const struct dun__case *c, const struct dun__ask *ask,
                            const struct dun__zone *zone, dun_time t)
{
  dun_time next = DUN_TIME_NEVER;
  bool ended = false;
  if (!(c->terms & DUN__TERM_BLACKOUT))
    return next;
  for (size_t i = c->count; !ended && next_hours(c, DUN_EVENT_BLACKOUT, ask, &i, &ended);) {
    const struct dun_event *e = &c->events[i];
    int64_t day = dun__zone_day(zone, t);
    for (int64_t d = day; d <= day + 8; d++)
      if (e->detail >> dun__weekday((dun_day)d) & 1u) {
        dun_time from = shut_from(zone, d, (uint32_t)(e->amount & 0xffff));
        if (from > t && from < ending(e)) {
          next = dun__min(next, from);
          break;
        }
      }
  }
  return next;
}
