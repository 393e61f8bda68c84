/* SPDX-License-Identifier: MIT */
/* An offer: one step as a candidate, with its plan, permitted instants, deadline and key. */
#include "core/offer.h"

#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/fold.h"
#include "core/guard.h"
#include "core/ladder.h"
#include "core/when.h"

/* Where a step stands in its repetitions. */
struct plan {
  dun_time planned; /* of the occurrence to perform next; DUN_TIME_NEVER = waits for a step */
  dun_time next;    /* the plan after it */
  bool used_up;
  bool missed;
};

static const struct dun__step *step_of(const struct dun__case *c, uint32_t step)
{
  return &dun__steps(c->policy)[step];
}

static struct dun__ask ask_of(const struct dun__case *c, uint32_t step, uint32_t channel)
{
  const struct dun__step *s = step_of(c, step);
  struct dun__ask ask = {s->action, 0, s->party};
  if (channel != DUN__NONE)
    ask.kind = dun__channels(c->policy)[channel].kind;
  return ask;
}

/* The first instant >= t that shows the step's time of day; t itself if it has none. */
static dun_time at_time(const struct dun__case *c, dun_time t, uint32_t minute)
{
  dun_day day;
  dun_time at;
  if (minute == DUN__NO_TIME || t == DUN_TIME_NEVER || t < DUN_TIME_MIN)
    return t;
  day = dun__today(c, t);
  at = dun__time_on(c, day, minute);
  return at >= t ? at : dun__time_on(c, (int64_t)day + 1, minute);
}

/* The step's wait after an instant, and then its time of day. */
static dun_time wait_for(const struct dun__case *c, dun_time from, const struct dun__step *s)
{
  dun_time at = dun__wait(c, from, s->span, s->time);
  if (s->span.unit != DUN__SPAN_DAYS || at < from) /* a wait of days has the time in it */
    at = at_time(c, dun__max(at, from), s->time);
  return at;
}

/* The plan of the first occurrence. */
static dun_time first_plan(const struct dun__case *c, const struct dun__step *s, dun_time t)
{
  dun_time at;
  switch (s->timing) {
  case DUN__TIMING_AT:
    at = dun__time_on(c, dun__nth_after(c, c->account.due_day, s->at), s->time);
    break;
  case DUN__TIMING_AFTER: at = wait_for(c, c->track[s->after].last_performed, s); break;
  default: at = wait_for(c, dun__stage_entry(c, s->stage, t), s); break;
  }
  return at < c->placed ? at_time(c, c->placed, s->time) : at;
}

static struct plan plan_of(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__track *k = &c->track[step];
  struct plan p = {DUN_TIME_NEVER, DUN_TIME_NEVER, false, false};
  dun_time base = first_plan(c, s, t);
  int64_t used = k->performed, left = INT64_MAX, passed;
  if (s->every.unit == DUN__SPAN_NONE) {
    p.used_up = used > 0;
    p.planned = base;
    return p;
  }
  if (used > 0) {
    if (s->times > 0)
      used += k->missed + dun__plans_between(c, base, s->every, s->time, k->first_performed);
    base = dun__plan_after(c, k->last_performed, s->every, s->time, 1);
    if (base < c->placed)
      base = at_time(c, c->placed, s->time);
  }
  if (s->times > 0) {
    left = (int64_t)s->times - used;
    p.used_up = left <= 0;
  }
  if (p.used_up || base == DUN_TIME_NEVER)
    return p;
  passed = dun__min(dun__plans_between(c, base, s->every, s->time, t), left - 1);
  p.missed = passed > 0;
  p.planned = dun__plan_after(c, base, s->every, s->time, passed);
  if (passed < left - 1)
    p.next = dun__plan_after(c, base, s->every, s->time, passed + 1);
  return p;
}

/* The end of the date n dates after t's, not counting dates whose start lies under a hold. */
static dun_time end_of_date(const struct dun__case *c, dun_time t, int64_t n, bool held)
{
  int64_t day = dun__today(c, t);
  dun_time end;
  while (n > 0) {
    int64_t run = n, next = day + 1;
    dun_time start = dun__start_of(c, next), hold;
    if (start == DUN_TIME_NEVER)
      return DUN_TIME_NEVER;
    if (held && dun__hold_free(c, start) != start) {
      day = dun__date_from(c, dun__hold_free(c, start));
      if (day == DUN__NO_DAY)
        return DUN_TIME_NEVER;
      day--;
      continue;
    }
    hold = held ? dun__hold_next(c, start) : DUN_TIME_NEVER;
    if (hold != DUN_TIME_NEVER) /* the free dates up to that hold */
      run = dun__min(n, dun__date_from(c, hold) - next);
    run = dun__max(run, 1);
    day += run;
    n -= run;
  }
  end = dun__start_of(c, day + 1);
  return end == DUN_TIME_NEVER ? DUN_TIME_NEVER : end - 1;
}

static dun_time deadline_of(const struct dun__case *c, const struct dun__step *s, dun_time first)
{
  if (first == DUN_TIME_NEVER || s->within.unit == DUN__SPAN_NONE)
    return DUN_TIME_NEVER;
  if (s->within.unit == DUN__SPAN_SECONDS)
    return dun__wait(c, first, s->within, DUN__NO_TIME);
  return end_of_date(c, first, s->within.n, s->action != DUN_ACTION_TASK);
}

/* Whether a channel can be used for the step's party. */
static bool reaches(const struct dun__case *c, const struct dun__step *s, uint32_t channel,
                    uint64_t *reasons)
{
  uint32_t bit = 1u << channel;
  if (!(c->account.reach[s->party] & bit))
    return false;
  if ((c->opted_out[s->party].channels | c->opted_out[s->party].by_kind) & bit)
    *reasons |= DUN_REASON_OPT_OUT;
  else if ((c->dead[s->party].channels | c->dead[s->party].by_kind) & bit)
    *reasons |= DUN_REASON_ADDRESS;
  else
    return true;
  return false;
}

/* The channel that an open intent was made for, if the step may still use it. */
static bool open_channel(const struct dun__case *c, uint32_t step, uint32_t *channel)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__delivery *d = &c->track[step].open;
  uint64_t ignored = 0;
  *channel = DUN__NONE;
  if (!d->known)
    return false;
  if (s->action != DUN_ACTION_CONTACT)
    return true;
  for (uint32_t i = 0; i < s->channels && *channel == DUN__NONE; i++)
    if (dun__channels(c->policy)[s->channel[i]].id == d->channel && d->party == s->party &&
        reaches(c, s, s->channel[i], &ignored))
      *channel = s->channel[i];
  return *channel != DUN__NONE;
}

/* The first channel of `use` that reaches; DUN__NONE. */
static uint32_t first_channel(const struct dun__case *c, const struct dun__step *s,
                              uint64_t *reasons)
{
  for (uint32_t i = 0; i < s->channels; i++)
    if (reaches(c, s, s->channel[i], reasons))
      return s->channel[i];
  return DUN__NONE;
}

dun_time dun__settles(const struct dun__case *c, uint32_t step)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__delivery *d = &c->track[step].last;
  struct dun__span span = {DUN__SPAN_DAYS, 3};
  struct dun__ask ask;
  uint32_t channel = DUN__NONE;
  bool missing = false;
  dun_time first;
  if (!d->known || d->outcome != DUN_OUTCOME_QUEUED)
    return DUN_TIME_NEVER;
  for (uint32_t i = 0; i < c->policy->channels.count; i++)
    if (dun__channels(c->policy)[i].id == d->channel) {
      channel = i;
      span = dun__channels(c->policy)[i].settle;
    }
  ask = ask_of(c, step, channel);
  first = dun__max(plan_of(c, step, d->first).planned,
                   dun__ready(c, s->require, s->requires, s->action, &missing));
  first = missing ? DUN_TIME_NEVER : dun__permitted(c, &ask, first, NULL);
  first = deadline_of(c, s, first);
  if (first < d->first) /* a delivery begun after its deadline has the channel's time */
    first = DUN_TIME_NEVER;
  return dun__max(dun__min(first, dun__wait(c, d->last, span, DUN__NO_TIME)), d->last);
}

bool dun__offered(const struct dun__case *c, uint32_t step, dun_time t, uint64_t *reasons)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__delivery *d = &c->track[step].last;
  struct plan p;
  uint32_t channel;
  if (c->final_taken && c->account.due_day <= c->final_due && s->action != DUN_ACTION_TASK)
    return false;
  if (!dun__when(c->policy, s->when, &c->account, dun__dpd_on(c, dun__today(c, t))))
    return false;
  p = plan_of(c, step, t);
  if (p.used_up || p.planned == DUN_TIME_NEVER)
    return false;
  if (d->known && d->outcome == DUN_OUTCOME_QUEUED && t < dun__settles(c, step)) {
    *reasons |= DUN_REASON_QUEUED;
    return false;
  }
  if (s->action == DUN_ACTION_CONTACT && !open_channel(c, step, &channel) &&
      first_channel(c, s, reasons) == DUN__NONE) {
    *reasons |= DUN_REASON_UNREACHABLE;
    return false;
  }
  return true;
}

/* The first instant at which another try may be made after what the log says of the last. */
static dun_time next_try(const struct dun__case *c, uint32_t step, uint64_t *reasons)
{
  const struct dun__track *k = &c->track[step];
  const struct dun__delivery *d = &k->last;
  dun_time at = k->touched, from;
  if (at != DUN_TIME_MIN)
    at = dun__time_add(at, 1);
  if (!d->known || d->outcome == DUN_OUTCOME_NONE || dun__performs(d->outcome))
    return at;
  *reasons |= DUN_REASON_RETRY;
  if (dun__outcome_traits(d->outcome) & DUN__TRAIT_DEAD)
    return at; /* the next channel, or a new address, may be tried at once */
  if (d->outcome != DUN_OUTCOME_QUEUED && d->retry != 0)
    return dun__max(at, d->retry);
  from = d->outcome == DUN_OUTCOME_QUEUED ? dun__settles(c, step) : d->last;
  if (from == DUN_TIME_NEVER)
    return DUN_TIME_NEVER;
  return dun__max(at, dun__start_of(c, (int64_t)dun__today(c, from) + 1));
}

static void key_of(const struct dun__case *c, uint32_t step, struct dun__offer *o)
{
  const struct dun__track *k = &c->track[step];
  const struct dun__delivery *d = &k->last;
  if (o->open) {
    o->due_day = k->open.due_day;
    o->occurrence = k->open.occurrence;
    o->attempt = k->open.attempt;
    o->for_step = k->open.for_step;
    o->place = k->open.place;
    o->reasons |= DUN_REASON_OPEN_INTENT;
    return;
  }
  o->due_day = c->account.due_day;
  o->occurrence = k->highest + 1;
  if (d->known && d->outcome != DUN_OUTCOME_NONE && !dun__performs(d->outcome) &&
      d->attempt < UINT8_MAX) {
    o->occurrence = d->occurrence;
    o->attempt = (uint8_t)(d->attempt + 1);
  }
}

/* The first permitted instant since `start`, as known at t: where a search finds none as far as it
 * reaches, it is taken up again each time that its reach has moved on, for the last few times. */
static dun_time permitted_since(const struct dun__case *c, const struct dun__ask *ask,
                                dun_time start, dun_time t, uint64_t *reasons)
{
  dun_time first = dun__permitted(c, ask, start, reasons);
  if (first == DUN_TIME_NEVER && start < t - 2 * DUN__HORIZON)
    start = t - 2 * DUN__HORIZON; /* long ago does not matter any more */
  while (first == DUN_TIME_NEVER && start < t && (start = dun__horizon_turn(start)) <= t)
    first = dun__permitted(c, ask, start, reasons);
  return first;
}

void dun__offer(const struct dun__case *c, uint32_t step, dun_time t, struct dun__offer *o)
{
  static const struct dun__offer none;
  const struct dun__step *s = step_of(c, step);
  struct plan p = plan_of(c, step, t);
  struct dun__ask ask;
  uint64_t moved = 0, lost = 0;
  bool missing = false;
  dun_time ready, at, from;
  *o = none;
  o->step = step;
  o->open = open_channel(c, step, &o->channel);
  if (!o->open)
    o->channel = first_channel(c, s, &o->reasons);
  ask = ask_of(c, step, o->channel);
  key_of(c, step, o);
  o->planned = p.planned;
  o->next_plan = p.next;
  if (p.missed)
    o->reasons |= DUN_REASON_MISSED;
  ready = dun__ready(c, s->require, s->requires, s->action, &missing);
  at = dun__max(p.planned, c->now);
  o->held = dun__hold_binds(&ask) && dun__hold_free(c, at) != at;
  if (missing) {
    o->held = true;
    o->reasons |= DUN_REASON_PREREQUISITE;
    o->first = o->base = o->not_before = o->deadline = DUN_TIME_NEVER;
    return;
  }
  o->start = dun__max(p.planned, ready);
  from = dun__max(o->start, next_try(c, step, &o->reasons));
  o->first = permitted_since(c, &ask, o->start, t, &lost);
  o->base = from == o->start ? o->first : permitted_since(c, &ask, from, t, &lost);
  o->deadline = deadline_of(c, s, o->first);
  o->not_before = dun__permitted(c, &ask, dun__max(from, t), &moved);
  o->act = from <= t && o->not_before == t;
  if (o->act)
    o->not_before = o->base;
  moved |= lost & DUN_REASON_NEVER_OPEN;
  o->reasons |= moved;
}

dun_time dun__offer_until(const struct dun__case *c, const struct dun__offer *o, dun_time t)
{
  struct dun__ask ask = ask_of(c, o->step, o->channel);
  return dun__permitted_until(c, &ask, t);
}
