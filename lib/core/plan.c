/* SPDX-License-Identifier: MIT */
/* Plans: for when the next occurrence of a step is planned, and which passed unperformed. */
#include "core/plan.h"

#include "base/arith.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/fold.h"
#include "core/ladder.h"
#include "core/tries.h"

enum dun__passing dun__passing(const struct dun_policy *p, const struct dun__step *s)
{
  if (s->late == DUN__LATE_SKIP)
    return DUN__PASSING_WITHIN;
  if (s->every.unit == DUN__SPAN_NONE)
    return DUN__PASSING_ONCE;
  if (s->late != DUN__LATE_UNSAID)
    return DUN__PASSING_STAYS;
  return p->catch_up == DUN__CATCH_UP_EACH   ? DUN__PASSING_EACH
         : p->catch_up == DUN__CATCH_UP_SKIP ? DUN__PASSING_DATE
                                             : DUN__PASSING_NEWEST;
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
  bool dated = s->span.unit != DUN__SPAN_NONE && s->span.unit != DUN__SPAN_SECONDS;
  if (!dated || at < from) /* a wait of days has the time in it */
    at = at_time(c, dun__max(at, from), s->time);
  return at;
}

/* The plan of the first occurrence; *unknown: its calendar does not say. */
static dun_time first_plan(const struct dun__case *c, const struct dun__step *s, dun_time t,
                           bool *unknown)
{
  dun_time at, from = DUN_TIME_NEVER;
  switch (s->timing) {
  case DUN__TIMING_AT:
    at = dun__time_on(c, dun__nth_after(c, c->account.due_day, s->at), s->time);
    break;
  case DUN__TIMING_AFTER: at = wait_for(c, from = c->track[s->after].last_performed, s); break;
  default: at = wait_for(c, from = dun__stage_entry(c, s->stage, t), s); break;
  }
  if (at == DUN_TIME_NEVER && from != DUN_TIME_NEVER && s->span.unit == DUN__SPAN_BUSINESS)
    *unknown = true;
  return at < c->placed ? at_time(c, c->placed, s->time) : at;
}

/* The deadline of a plan under skip: counted from the plan itself. */
static dun_time skip_deadline(const struct dun__case *c, const struct dun__step *s,
                              dun_time planned)
{
  return dun__deadline(c, s->within, planned, s->action != DUN_ACTION_TASK);
}

/* How many of the plans from `base` on are missed by t. */
static int64_t passed_by(const struct dun__case *c, const struct dun__step *s, dun_time base,
                         dun_time t)
{
  int64_t low = 0, high;
  switch (dun__passing(c->policy, s)) {
  case DUN__PASSING_NEWEST:
  case DUN__PASSING_DATE: return dun__plans_between(c, base, s->every, s->time, t);
  case DUN__PASSING_WITHIN:
    if (base == DUN_TIME_NEVER || t <= skip_deadline(c, s, base))
      return 0;
    if (s->every.unit == DUN__SPAN_NONE)
      return 1;
    high = dun__plans_between(c, base, s->every, s->time, t) + 1;
    while (low + 1 < high) { /* plan `low` is missed, plan `high` is not */
      int64_t middle = low + (high - low) / 2;
      dun_time planned = dun__plan_after(c, base, s->every, s->time, middle);
      if (t > skip_deadline(c, s, planned))
        low = middle;
      else
        high = middle;
    }
    return high;
  default: return 0;
  }
}

/* The plan that comes k periods after `base`, for a step that has an `every` or k = 0. */
static dun_time plan_at(const struct dun__case *c, const struct dun__step *s, dun_time base,
                        int64_t k)
{
  return base == DUN_TIME_NEVER ? base : dun__plan_after(c, base, s->every, s->time, k);
}

/* The plan after the last performed occurrence. */
static dun_time after_performed(const struct dun__case *c, const struct dun__step *s, dun_time last)
{
  dun_time base = dun__plan_after(c, last, s->every, s->time, 1);
  return base < c->placed ? at_time(c, c->placed, s->time) : base;
}

/* Of the plans from `base` on, those that were given up or stood in for. */
static int64_t given_up(const struct dun__case *c, const struct dun__step *s,
                        const struct dun__track *k, dun_time base, bool now)
{
  dun_time begun = now ? k->last.first : k->given_up;
  switch (dun__passing(c->policy, s)) {
  case DUN__PASSING_NEWEST:
  case DUN__PASSING_DATE:
  case DUN__PASSING_WITHIN:
    if (begun == DUN_TIME_NEVER || begun < base)
      return 0;
    return passed_by(c, s, base, begun) + 1;
  default: return (int64_t)k->skipped + now;
  }
}

uint32_t dun__missed_between(const struct dun__case *c, uint32_t step, dun_time begun)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  const struct dun__track *k = &c->track[step];
  int64_t missed;
  if (s->times == 0 || s->every.unit == DUN__SPAN_NONE)
    return 0;
  missed = dun__max(passed_by(c, s, after_performed(c, s, k->last_performed), begun), k->skipped);
  return (uint32_t)dun__min(missed, s->times);
}

/* The row of plans of `catch_up: each` is fixed; what is caught up keeps its distance. */
static void plan_each(const struct dun__case *c, uint32_t step, dun_time first, bool now,
                      struct dun__plan *p)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  const struct dun__track *k = &c->track[step];
  int64_t done = (int64_t)k->missed_first + k->skipped + now;
  if (k->performed > 0) {
    done += dun__performed_since(c, step, first);
    p->earliest = dun__wait(c, k->last_performed, c->policy->spacing, DUN__NO_TIME);
  }
  p->base = plan_at(c, s, first, done);
}

void dun__plan(const struct dun__case *c, uint32_t step, dun_time t, bool now, struct dun__plan *p)
{
  static const struct dun__plan none = {.planned = DUN_TIME_NEVER,
                                        .next = DUN_TIME_NEVER,
                                        .deadline = DUN_TIME_NEVER,
                                        .earliest = DUN_TIME_MIN,
                                        .base = DUN_TIME_NEVER,
                                        .left = INT64_MAX};
  const struct dun__step *s = &dun__steps(c->policy)[step];
  const struct dun__track *k = &c->track[step];
  bool repeats = s->every.unit != DUN__SPAN_NONE;
  int64_t used = (int64_t)k->performed + k->missed, given;
  dun_time first, last = k->last_performed;
  *p = none;
  p->given_up = now;
  if (k->ordered_at <= t && t < k->ordered_until) { /* by hand: now, and once */
    p->planned = p->base = k->ordered_at;
    p->left = 1;
    return;
  }
  /* a queued delivery of an optional step that nobody settled has used up its occurrence */
  if (s->optional && c->memo->plain == 0 && k->last.known &&
      k->last.outcome == DUN_OUTCOME_QUEUED) {
    dun_time settles = dun__settles(c, step);
    if (t >= settles) {
      used++;
      last = last == DUN_TIME_NEVER ? settles : dun__max(last, settles);
    }
  }
  first = first_plan(c, s, t, &p->unknown);
  if (!repeats) {
    p->base = first;
    p->used_up = used > 0 || k->skipped > 0 || now;
    p->left = 1;
  } else {
    if (k->performed > 0 && s->times > 0)
      used += dun__max(first <= k->first_begun ? passed_by(c, s, first, k->first_begun) : 0,
                       k->missed_first);
    p->base = last != DUN_TIME_NEVER ? after_performed(c, s, last) : first;
    if (last != DUN_TIME_NEVER)
      p->unknown = p->base == DUN_TIME_NEVER && s->every.unit == DUN__SPAN_BUSINESS;
    if (dun__passing(c->policy, s) == DUN__PASSING_EACH) {
      plan_each(c, step, first, now, p);
      given = (int64_t)k->skipped + now;
    } else {
      given = given_up(c, s, k, p->base, now);
      p->base = plan_at(c, s, p->base, given);
    }
    used += given;
    if (s->times > 0) {
      p->left = (int64_t)s->times - used;
      p->used_up = p->left <= 0;
    }
  }
  if (k->stood_in != DUN_TIME_MIN)
    p->earliest = dun__max(p->earliest, k->stood_in);
  if (p->used_up || p->base == DUN_TIME_NEVER)
    return;
  p->passed = passed_by(c, s, p->base, t);
  if (dun__passing(c->policy, s) == DUN__PASSING_WITHIN && p->passed >= p->left) {
    p->used_up = true;
    return;
  }
  p->passed = dun__min(p->passed, p->left - 1);
  p->missed = p->passed > 0;
  p->planned = plan_at(c, s, p->base, p->passed);
  if (repeats && p->passed < p->left - 1)
    p->next = plan_at(c, s, p->base, p->passed + 1);
  if (dun__passing(c->policy, s) == DUN__PASSING_WITHIN)
    p->deadline = skip_deadline(c, s, p->planned);
  /* a stand-in took the place of the plan before: this one does not lie before it */
  if (k->stand_ins > 0)
    p->planned = dun__max(p->planned, k->stood_in);
}

bool dun__plan_skip(const struct dun__case *c, uint32_t step, dun_time at, struct dun__plan *p)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  int64_t passed;
  bool within = dun__passing(c->policy, s) == DUN__PASSING_WITHIN;
  if (s->every.unit == DUN__SPAN_NONE)
    return false;
  /* on its date only: the next plan, or the newest by then */
  passed = dun__max(within ? passed_by(c, s, p->base, at)
                           : dun__plans_between(c, p->base, s->every, s->time, at),
                    p->passed + 1);
  if (passed >= p->left)
    return false;
  p->passed = passed;
  p->missed = true;
  p->planned = plan_at(c, s, p->base, passed);
  p->next = passed < p->left - 1 ? plan_at(c, s, p->base, passed + 1) : DUN_TIME_NEVER;
  p->deadline = within ? skip_deadline(c, s, p->planned) : DUN_TIME_NEVER;
  return p->planned != DUN_TIME_NEVER;
}
