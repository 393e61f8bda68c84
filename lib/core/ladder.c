/* SPDX-License-Identifier: MIT */
/* The ladder: which stage an account is in at an instant, since when, and what time can change. */
#include "core/ladder.h"

#include "base/arith.h"
#include "core/clock.h"
#include "core/fold.h"
#include "core/guard.h"
#include "core/plan.h"
#include "core/tries.h"
#include "core/when.h"

dun_time dun__ready(const struct dun__case *c, uint32_t first, uint32_t n, uint32_t action,
                    bool *missing)
{
  dun_time ready = DUN_TIME_MIN;
  for (uint32_t i = first; i < first + n; i++) {
    const struct dun__require *r = &dun__requires(c->policy)[i];
    dun_time met = dun__met_at(c, r->prereq, action);
    if (met == DUN_TIME_NEVER)
      *missing = true;
    ready = dun__max(ready, dun__wait(c, met, r->wait, DUN__NO_TIME));
  }
  return ready;
}

bool dun__stage_allowed(const struct dun__case *c, uint32_t stage, dun_time t)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  return s->from < 0 ? dun__dpd_on(c, dun__today(c, t)) <= 0 : c->account.past_due > 0;
}

bool dun__stage_open(const struct dun__case *c, uint32_t stage, dun_time t)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  return dun__dpd_on(c, dun__today(c, t)) >= s->from && dun__stage_allowed(c, stage, t) &&
         dun__when(c, s->when, t);
}

static bool entered(const struct dun__case *c, uint32_t stage, dun_time t)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  bool missing = false;
  return dun__stage_open(c, stage, t) &&
         dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing) <= t;
}

/* Since when the stage's own conditions have held, whenever the account was placed. */
static dun_time open_since(const struct dun__case *c, uint32_t stage, dun_time t)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  dun_time since, held, ready;
  bool missing = false;
  if (c->memo->stage[stage].known && c->memo->stage[stage].t == t)
    return c->memo->stage[stage].since;
  since = dun__dpd_start(c, s->from);
  held = dun__when_since(c, s->when, t);
  if (held != DUN_TIME_NEVER)
    since = dun__max(since, held);
  ready = dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing);
  if (!missing)
    since = dun__max(since, ready);
  c->memo->stage[stage].t = t;
  c->memo->stage[stage].since = since;
  c->memo->stage[stage].known = true;
  return since;
}

bool dun__stage_ordered(const struct dun__case *c, dun_time t)
{
  return c->ordered_stage != DUN__NONE && c->ordered_at <= t && t < c->ordered_until &&
         dun__stage_allowed(c, c->ordered_stage, t);
}

/* Whether a step is no longer in the way of the next stage: performed, or nothing to be had. */
static bool step_passed(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  struct dun__plan plan;
  uint64_t ignored = 0;
  if (s->optional || s->on_escalation || c->track[step].performed > 0)
    return true;
  if (!dun__when(c, s->when, t) || !dun__reachable(c, s, &ignored))
    return true;
  dun__plan(c, step, t, dun__tries_spent(c, step, t), &plan);
  return plan.used_up;
}

/* When the stage was done with, as far as an event did it: its entry and the first time of each of
 * its steps; DUN_TIME_NEVER if a step is still in the way. */
static dun_time stage_done(const struct dun__case *c, uint32_t stage, dun_time entry, dun_time t)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  dun_time done = entry;
  for (uint32_t i = s->step; i < (uint32_t)s->step + s->steps; i++) {
    const struct dun__track *k = &c->track[i];
    if (!step_passed(c, i, t))
      return DUN_TIME_NEVER;
    if (!dun__steps(c->policy)[i].optional && k->performed > 0)
      done = dun__max(done, k->first_performed);
  }
  return done;
}

/* Step by step: a stage opens only when the one before it is done with. */
static void rise_stepwise(const struct dun__case *c, dun_time t, struct dun__rise *r)
{
  const struct dun_policy *p = c->policy;
  int32_t dpd = dun__dpd_on(c, dun__today(c, t));
  dun_time began = dun__hold_began(c, t);
  for (uint32_t i = 0; i < p->stages.count; i++) {
    const struct dun__stage *s = &dun__stages(p)[i];
    dun_time since, done = DUN_TIME_MIN;
    if (dpd < s->from) /* and the later stages begin later */
      return;
    if (!dun__stage_open(c, i, t)) /* its `when` is false, or it may not be had at all */
      continue;
    if (!entered(c, i, t))
      return;
    if (r->stage != DUN__NONE) {
      dun_time entry = dun__max(r->since[r->stage], c->placed);
      dun_time stays = dun__wait(c, entry, dun__stages(p)[r->stage].min_stay, DUN__NO_TIME);
      done = stage_done(c, r->stage, entry, t);
      r->stay = done == DUN_TIME_NEVER || stays > t;
      r->turn = stays;
      if (r->stay)
        return;
      done = dun__max(done, stays);
    }
    since = dun__max(open_since(c, i, t), done);
    r->held = began != DUN_TIME_NEVER && since >= began;
    if (r->held)
      return;
    r->stage = i;
    r->since[i] = since;
    r->known |= UINT32_C(1) << i;
  }
}

static void rise_direct(const struct dun__case *c, dun_time t, struct dun__rise *r)
{
  dun_time began = dun__hold_began(c, t);
  for (uint32_t i = c->policy->stages.count; i-- > 0;) {
    if (!entered(c, i, t))
      continue;
    if (began == DUN_TIME_NEVER || open_since(c, i, t) < began) {
      r->stage = i;
      return;
    }
    r->held = true;
  }
}

/* The ladder at t. Plans ask for the entry of a stage while it is being worked out: what is known of
 * it by then is all they can hang on. */
static const struct dun__rise *rise_at(const struct dun__case *c, dun_time t)
{
  struct dun__memo *m = c->memo;
  const struct dun__rise *outer = m->rising;
  struct dun__rise *kept = &m->rise[m->plain > 0], r;
  if (kept->known_at && kept->t == t)
    return kept;
  if (outer != NULL && outer->t == t)
    return outer;
  r.t = t;
  r.stage = DUN__NONE;
  r.known = 0;
  r.turn = DUN_TIME_NEVER;
  r.held = r.stay = false;
  r.known_at = true;
  m->rising = &r;
  if (c->policy->advance == DUN__ADVANCE_STEPWISE)
    rise_stepwise(c, t, &r);
  else
    rise_direct(c, t, &r);
  m->rising = outer;
  *kept = r;
  return kept;
}

uint32_t dun__stage_at(const struct dun__case *c, dun_time t, uint64_t *reasons)
{
  const struct dun__rise *r;
  uint32_t stage;
  if (dun__stage_ordered(c, t)) {
    if (reasons != NULL)
      *reasons |= DUN_REASON_OVERRIDE;
    return c->ordered_stage;
  }
  r = rise_at(c, t);
  stage = r->stage;
  if (reasons != NULL)
    *reasons |= (r->held ? DUN_REASON_HOLD : 0) | (r->stay ? DUN_REASON_STAY : 0);
  if (c->policy->keeps_stage && c->deepest != DUN__NONE &&
      (stage == DUN__NONE || stage < c->deepest))
    return c->deepest;
  return stage;
}

dun_time dun__stage_entry(const struct dun__case *c, uint32_t stage, dun_time t)
{
  dun_time since;
  if (dun__stage_ordered(c, t) && stage == c->ordered_stage)
    return dun__max(c->placed, c->ordered_at);
  if (c->policy->advance == DUN__ADVANCE_STEPWISE && rise_at(c, t)->known >> stage & 1u)
    since = rise_at(c, t)->since[stage];
  else
    since = open_since(c, stage, t);
  /* a stage that is kept was entered when it was acted in, at the latest */
  if (c->policy->keeps_stage && stage == c->deepest)
    since = entered(c, stage, t) ? dun__min(since, c->deepest_since) : c->deepest_since;
  return dun__max(c->placed, since);
}

bool dun__stage_lacking(const struct dun__case *c, uint32_t stage, dun_time t)
{
  for (uint32_t i = stage == DUN__NONE ? 0 : stage + 1; i < c->policy->stages.count; i++) {
    const struct dun__stage *s = &dun__stages(c->policy)[i];
    bool missing = false;
    if (dun__stage_open(c, i, t)) {
      dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing);
      if (missing)
        return true;
    }
  }
  return false;
}

/* The smallest DPD > dpd that an entry condition names. */
static int32_t next_threshold(const struct dun__case *c, int32_t dpd)
{
  const struct dun__stage *s = dun__stages(c->policy);
  uint32_t n = c->policy->stages.count;
  int32_t next = INT32_MAX;
  while (n-- > 0 && s[n].from > dpd) /* they are sorted */
    next = s[n].from;
  if (s[0].from < 0 && dpd < 1) /* stages before the due day end with it */
    next = (int32_t)dun__min(next, 1);
  return next;
}

static dun_time later(dun_time turn, dun_time at, dun_time t)
{
  return at > t ? dun__min(turn, at) : turn;
}

dun_time dun__turn_after(const struct dun__case *c, dun_time t)
{
  const struct dun_policy *p = c->policy;
  int32_t next = next_threshold(c, dun__dpd_on(c, dun__today(c, t)));
  dun_time turn = next == INT32_MAX ? DUN_TIME_NEVER : dun__dpd_start(c, next);
  turn = dun__min(turn, dun__when_turn(c, t));
  for (uint32_t i = 0; i < c->hold_count; i++) {
    turn = later(turn, c->holds[i].from, t);
    turn = later(turn, c->holds[i].until, t);
  }
  for (uint32_t i = 0; i < p->stages.count; i++) {
    const struct dun__stage *s = &dun__stages(p)[i];
    for (uint32_t k = 0; k < s->requires; k++) {
      bool missing = false;
      turn = later(turn, dun__ready(c, s->require + k, 1, DUN_ACTION_CONTACT, &missing), t);
    }
  }
  if (c->ordered_stage != DUN__NONE)
    turn = later(turn, c->ordered_until, t);
  if (p->advance == DUN__ADVANCE_STEPWISE)
    turn = later(turn, rise_at(c, t)->turn, t);
  return turn;
}
