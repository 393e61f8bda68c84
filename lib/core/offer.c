/* SPDX-License-Identifier: MIT */
/* An offer: one step as a candidate, with its plan, permitted instants, deadline and key. */
#include "core/offer.h"

#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/fold.h"
#include "core/guard.h"
#include "core/ladder.h"
#include "core/plan.h"
#include "core/tries.h"
#include "core/when.h"

static const struct dun__step *step_of(const struct dun__case *c, uint32_t step)
{
  return &dun__steps(c->policy)[step];
}

static struct dun__ask ask_of(const struct dun__case *c, uint32_t step, uint32_t channel)
{
  const struct dun__step *s = step_of(c, step);
  return dun__ask_for(c, s->action, channel, s->party, step);
}

bool dun__ordered(const struct dun__case *c, uint32_t step, dun_time t)
{
  return c->track[step].ordered_at <= t && t < c->track[step].ordered_until &&
         c->track[step].done_place <= c->track[step].ordered_place &&
         (c->account.past_due > 0 || dun__stage_allowed(c, step_of(c, step)->stage, t));
}

/* What every candidate must be, its plan left aside. */
static bool possible(const struct dun__case *c, uint32_t step, dun_time t, uint64_t *reasons)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__delivery *d = &c->track[step].last;
  if (c->final_taken && c->account.due_day <= c->final_due && s->action != DUN_ACTION_TASK)
    return false;
  if (!dun__ordered(c, step, t) && !dun__when(c, s->when, t))
    return false;
  if (d->known && d->outcome == DUN_OUTCOME_QUEUED && t < dun__settles(c, step)) {
    *reasons |= DUN_REASON_QUEUED;
    return false;
  }
  if (!dun__reachable(c, s, reasons)) {
    *reasons |= DUN_REASON_UNREACHABLE;
    return false;
  }
  return true;
}

bool dun__offered(const struct dun__case *c, uint32_t step, dun_time t, uint64_t *reasons)
{
  struct dun__plan p;
  if (step_of(c, step)->on_escalation && !dun__ordered(c, step, t))
    return false;
  if (!possible(c, step, t, reasons))
    return false;
  dun__plan(c, step, t, dun__tries_spent(c, step, t), &p);
  return !p.used_up && (p.planned != DUN_TIME_NEVER || p.unknown);
}

/* The channel that an open intent was made for, if the step may still use it. */
static bool open_channel(const struct dun__case *c, uint32_t step, uint32_t for_step,
                         uint32_t *channel)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__delivery *d = &c->track[step].open;
  uint64_t ignored = 0;
  uint32_t used;
  *channel = DUN__NONE;
  if (!d->known || d->for_step != for_step)
    return false;
  if (s->action != DUN_ACTION_CONTACT)
    return true;
  used = dun__channel_used(c->policy, d->channel);
  if (d->channel == 0 || used == DUN__NONE || d->party != s->party ||
      !(dun__reaching(c, s, &ignored) >> used & 1u))
    return false;
  *channel = used;
  return true;
}

/* Whether a new try belongs to the occurrence of the step's newest delivery. */
static bool same_occurrence(const struct dun__case *c, const struct dun__offer *o, dun_time t)
{
  const struct dun__delivery *d = &c->track[o->step].last;
  return dun__tried(c, o->step, t) && d->due_day == c->account.due_day &&
         d->for_step == o->for_step && d->first >= o->planned && d->attempt < UINT8_MAX;
}

static void key_of(const struct dun__case *c, struct dun__offer *o, bool same)
{
  const struct dun__track *k = &c->track[o->step];
  if (o->open) {
    o->due_day = k->open.due_day;
    o->occurrence = k->open.occurrence;
    o->attempt = k->open.attempt;
    o->place = k->open.place;
    o->reasons |= DUN_REASON_OPEN_INTENT;
    return;
  }
  o->due_day = c->account.due_day;
  o->occurrence = same ? k->last.occurrence : k->highest + 1;
  o->attempt = same ? (uint8_t)(k->last.attempt + 1) : 0;
}

/* The first permitted instant since `start`, as known at t: where a search finds none as far as it
 * reaches, it is taken up again each time that its reach has moved on, for the last few times. */
static dun_time permitted_since(const struct dun__case *c, const struct dun__ask *ask,
                                dun_time start, dun_time t, uint64_t *reasons)
{
  dun_time first = dun__permitted(c, ask, start, reasons);
  if (first == DUN_TIME_NEVER && start < t - 2 * DUN__HORIZON)
    start = t - 2 * DUN__HORIZON; /* long ago does not matter any more */
  while (first == DUN_TIME_NEVER && (start = dun__horizon_turn(start)) <= t)
    first = dun__permitted(c, ask, start, reasons);
  return first;
}

/* The permitted instants over the channels that may be used. Of several (`any`) the one that was
 * permitted first and still is, or else the one that is permitted next; ties in their order. */
static void open_windows(const struct dun__case *c, struct dun__offer *o, uint32_t channels,
                         dun_time from, dun_time t)
{
  const struct dun__step *s = step_of(c, o->step);
  dun_time now = dun__max(from, t), turn = DUN_TIME_NEVER;
  uint64_t why = 0;
  bool found = false;
  o->first = o->base = o->not_before = DUN_TIME_NEVER;
  for (uint32_t i = 0; i < (s->channels > 0 ? s->channels : 1u); i++) {
    uint32_t channel = s->channels > 0 ? s->channel[i] : DUN__NONE;
    struct dun__ask ask = ask_of(c, o->step, channel);
    uint64_t moved = 0, lost = 0;
    dun_time first, base, at;
    if (channel != DUN__NONE && !(channels >> channel & 1u))
      continue;
    if (o->open) /* judged with its own entry left out */
      ask.skip = o->place;
    first = permitted_since(c, &ask, o->start, t, &lost);
    base = from == o->start ? first : permitted_since(c, &ask, from, t, &lost);
    at = dun__permitted(c, &ask, now, &moved);
    o->first = dun__min(o->first, first);
    if (at > now)
      turn = dun__min(turn, at); /* it may come to stand before the others */
    if (!found || at < o->not_before || (at == now && base < o->base)) {
      found = true;
      o->not_before = at;
      o->base = base;
      o->channel = channel;
      why = moved | (lost & DUN_REASON_NEVER_OPEN);
    }
    if (!s->any)
      break;
  }
  if (s->any)
    o->turn = dun__min(o->turn, turn);
  o->reasons |= why;
}

/* Fill the offer of o->step for its plan. *missing: a prerequisite that nobody has performed. */
static void fill(const struct dun__case *c, const struct dun__plan *p, dun_time t,
                 struct dun__offer *o, bool *missing)
{
  const struct dun__step *s = step_of(c, o->step);
  uint32_t channels = dun__reaching(c, s, &o->reasons), usable;
  struct dun__ask ask;
  dun_time ready, from;
  bool same;
  o->planned = p->planned;
  o->next_plan = dun__passing(c->policy, s) == DUN__PASSING_NEWEST ? p->next : DUN_TIME_NEVER;
  o->turn = o->deadline = DUN_TIME_NEVER;
  if (p->missed)
    o->reasons |= DUN_REASON_MISSED;
  o->open = open_channel(c, o->step, o->for_step, &o->channel);
  if (o->open && (s->late == DUN__LATE_SKIP || s->late == DUN__LATE_ESCALATE) &&
      c->track[o->step].open.first < o->planned) {
    o->open = false; /* it was made for an occurrence that is missed by now */
    o->channel = DUN__NONE;
  }
  same = !p->given_up && same_occurrence(c, o, t);
  usable = same ? dun__unspent(c, o->step, channels) : channels;
  if (usable == 0)
    usable = channels;
  if (o->channel != DUN__NONE)
    usable = 1u << o->channel;
  o->channel = DUN__NONE;
  key_of(c, o, same && !o->open);
  ready = dun__ready(c, s->require, s->requires, s->action, missing);
  for (uint32_t i = 0; i < s->channels && o->channel == DUN__NONE; i++)
    if (usable >> s->channel[i] & 1u)
      o->channel = s->channel[i];
  ask = ask_of(c, o->step, o->channel);
  from = dun__max(p->planned, c->now);
  o->held = dun__hold_binds(&ask) && dun__hold_free(c, from) != from;
  if (*missing) {
    o->held = true;
    o->reasons |= DUN_REASON_PREREQUISITE;
    o->first = o->base = o->not_before = DUN_TIME_NEVER;
    return;
  }
  o->start = dun__max(p->planned, ready);
  if (o->start ==
      DUN_TIME_NEVER) { /* days that no calendar or a clock that stands for ever holds */
    o->held = true;
    o->first = o->base = o->not_before = DUN_TIME_NEVER;
    o->reasons |=
        dun__hold_free(c, c->now) == DUN_TIME_NEVER ? DUN_REASON_HOLD : DUN_REASON_CALENDAR;
    return;
  }
  from = dun__max(o->start, p->earliest);
  if (same)
    o->reasons |= DUN_REASON_RETRY;
  /* a failure keeps its distance even if by then another occurrence is planned */
  from = dun__max(from, p->given_up ? dun__after_tries(c, o->step)
                                    : dun__next_try(c, o->step, usable, t));
  o->channel = DUN__NONE;
  open_windows(c, o, usable, from, t);
  o->act = from <= t && o->not_before == t;
  if (o->act)
    o->not_before = dun__min(o->base, t);
}

static dun_time deadline_of(const struct dun__case *c, const struct dun__offer *o)
{
  const struct dun__step *s = step_of(c, o->step);
  return dun__deadline(c, s->within, o->first, s->action != DUN_ACTION_TASK);
}

/* When the offer may be taken, as seen at t. */
static dun_time when_taken(const struct dun__offer *o, dun_time t)
{
  return o->act ? t : o->not_before;
}

/* Step `step` stands in for the offer's, whose deadline has passed or cannot be met; and so on up
 * the line. False: it cannot. */
static bool stand_in(const struct dun__case *c, uint32_t step, dun_time deadline, dun_time t,
                     struct dun__offer *o)
{
  dun_time turn = DUN_TIME_NEVER;
  while (step != DUN__NONE) { /* escalations have no cycle */
    const struct dun__step *s = step_of(c, step);
    struct dun__plan p = {.next = DUN_TIME_NEVER, .earliest = DUN_TIME_MIN};
    bool missing = false;
    dun_time settles = dun__settles(c, step);
    o->step = step;
    if (settles > t)
      turn = dun__min(turn, settles);
    if (s->when != DUN__NONE)
      turn = dun__min(turn, dun__when_turn(c, t));
    o->turn = turn;
    if (!possible(c, step, t, &o->reasons))
      return false;
    o->reasons = DUN_REASON_ESCALATED;
    o->act = false;
    p.given_up = dun__spent(c, step, t);
    p.planned = dun__time_add(deadline, 1);
    if (p.planned == DUN_TIME_NEVER)
      return false;
    fill(c, &p, t, o, &missing);
    o->turn = dun__min(o->turn, turn);
    o->deadline = deadline_of(c, o);
    if (s->late != DUN__LATE_ESCALATE || missing)
      return true;
    if (t <= o->deadline && when_taken(o, t) <= o->deadline) {
      o->turn = dun__min(o->turn, dun__time_add(o->deadline, 1));
      return true;
    }
    deadline = o->deadline;
    step = s->escalate;
  }
  return false;
}

/* The offer of one occurrence under skip; the last instant at which it is not missed. */
static dun_time fill_skip(const struct dun__case *c, uint32_t step, dun_time t,
                          const struct dun__plan *p, struct dun__offer *o, bool *missing)
{
  static const struct dun__offer none;
  const struct dun__span same_date = {DUN__SPAN_DAYS, 0};
  bool within = dun__passing(c->policy, step_of(c, step)) == DUN__PASSING_WITHIN;
  dun_time end;
  *o = none;
  o->step = step;
  fill(c, p, t, o, missing);
  o->deadline = within ? p->deadline : deadline_of(c, o);
  end = within ? p->deadline : dun__deadline(c, same_date, o->first, false);
  if (!within && p->next != DUN_TIME_NEVER)
    end = dun__min(end, p->next - 1);
  if (end != DUN_TIME_NEVER && end >= t)
    o->turn = dun__min(o->turn, dun__time_add(end, 1));
  return end;
}

/* Under skip: the first occurrence that can still be taken in time. Where none can as far as the
 * search for open hours reaches, it is the first that is not missed yet, and never open. */
static bool skip_missed(const struct dun__case *c, uint32_t step, dun_time t, struct dun__plan *p,
                        struct dun__offer *o)
{
  struct dun__offer first;
  bool missing = false;
  dun_time end = fill_skip(c, step, t, p, o, &missing), limit;
  bool have = end >= t;
  first = *o;
  limit = dun__time_add(dun__horizon_turn(dun__max(o->start, t)), DUN__HORIZON);
  for (;;) {
    dun_time at = when_taken(o, t);
    if (missing || at <= end)
      return true;
    if (at == DUN_TIME_NEVER && end >= t)
      return true; /* until its time is over an event may release it */
    if (at != DUN_TIME_NEVER && at > limit)
      break;
    if (!dun__plan_skip(c, step, at == DUN_TIME_NEVER ? t : at, p))
      return false;
    end = fill_skip(c, step, t, p, o, &missing);
    if (!have) {
      have = true;
      first = *o;
    }
  }
  *o = first;
  o->act = false;
  o->not_before = DUN_TIME_NEVER;
  o->reasons |= DUN_REASON_NEVER_OPEN;
  return true;
}

bool dun__offer(const struct dun__case *c, uint32_t step, dun_time t, struct dun__offer *o)
{
  static const struct dun__offer none;
  const struct dun__step *s = step_of(c, step);
  enum dun__passing passing = dun__passing(c->policy, s);
  struct dun__plan p;
  bool missing = false, ordered = dun__ordered(c, step, t);
  *o = none;
  o->step = step;
  o->turn = DUN_TIME_NEVER;
  dun__plan(c, step, t, dun__tries_spent(c, step, t), &p);
  if (!ordered && (passing == DUN__PASSING_WITHIN || passing == DUN__PASSING_DATE))
    return skip_missed(c, step, t, &p, o);
  fill(c, &p, t, o, &missing);
  o->deadline = deadline_of(c, o);
  if (ordered) {
    o->reasons |= DUN_REASON_OVERRIDE;
    return true;
  }
  if (s->late != DUN__LATE_ESCALATE || missing)
    return true;
  if (t > o->deadline || when_taken(o, t) > o->deadline) {
    o->for_step = s->id;
    return stand_in(c, s->escalate, o->deadline, t, o);
  }
  o->turn = dun__min(o->turn, dun__time_add(o->deadline, 1));
  return true;
}

dun_time dun__offer_until(const struct dun__case *c, const struct dun__offer *o, dun_time t)
{
  struct dun__ask ask = ask_of(c, o->step, o->channel);
  if (o->open)
    ask.skip = o->place;
  return dun__permitted_until(c, &ask, t);
}
