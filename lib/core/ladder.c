/* SPDX-License-Identifier: MIT */
/* The ladder: which stage an account is in at an instant, since when, and what time can change. */
#include "core/ladder.h"

#include "base/arith.h"
#include "core/clock.h"
#include "core/fold.h"
#include "core/guard.h"
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

bool dun__stage_open(const struct dun__case *c, uint32_t stage, int32_t dpd)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  if (dpd < s->from || (s->from < 0 && dpd > 0))
    return false;
  if (c->account.past_due <= 0 && s->from >= 0)
    return false;
  return dun__when(c->policy, s->when, &c->account, dpd);
}

static bool entered(const struct dun__case *c, uint32_t stage, dun_time t, int32_t dpd)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  bool missing = false;
  return dun__stage_open(c, stage, dpd) &&
         dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing) <= t;
}

/* Since when the stage's conditions have held, whenever the account was placed. */
static dun_time open_since(const struct dun__case *c, uint32_t stage, dun_time t)
{
  const struct dun__stage *s = &dun__stages(c->policy)[stage];
  dun_time since, held, ready;
  bool missing = false;
  if (c->memo != NULL && c->memo->stage[stage].known && c->memo->stage[stage].t == t)
    return c->memo->stage[stage].since;
  since = dun__dpd_start(c, s->from);
  held = dun__when_since(c, s->when, t);
  if (held != DUN_TIME_NEVER)
    since = dun__max(since, held);
  ready = dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing);
  if (!missing)
    since = dun__max(since, ready);
  if (c->memo != NULL) {
    c->memo->stage[stage].t = t;
    c->memo->stage[stage].since = since;
    c->memo->stage[stage].known = true;
  }
  return since;
}

dun_time dun__stage_entry(const struct dun__case *c, uint32_t stage, dun_time t)
{
  return dun__max(c->placed, open_since(c, stage, t));
}

uint32_t dun__stage_at(const struct dun__case *c, dun_time t, bool *held)
{
  int32_t dpd = dun__dpd_on(c, dun__today(c, t));
  dun_time began = dun__hold_began(c, t);
  for (uint32_t i = c->policy->stages.count; i-- > 0;) {
    if (!entered(c, i, t, dpd))
      continue;
    if (began == DUN_TIME_NEVER || open_since(c, i, t) < began)
      return i;
    if (held != NULL)
      *held = true;
  }
  return DUN__NONE;
}

bool dun__stage_lacking(const struct dun__case *c, uint32_t stage, dun_time t)
{
  int32_t dpd = dun__dpd_on(c, dun__today(c, t));
  for (uint32_t i = stage == DUN__NONE ? 0 : stage + 1; i < c->policy->stages.count; i++) {
    const struct dun__stage *s = &dun__stages(c->policy)[i];
    bool missing = false;
    if (dun__stage_open(c, i, dpd)) {
      dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing);
      if (missing)
        return true;
    }
  }
  return false;
}

/* The smallest DPD > dpd that an entry condition or a test names. */
static int32_t next_threshold(const struct dun__case *c, int32_t dpd)
{
  int32_t next = dun__when_next(c->policy, dpd);
  for (uint32_t i = 0; i < c->policy->stages.count; i++) {
    int32_t from = dun__stages(c->policy)[i].from;
    if (from > dpd && from < next)
      next = from;
    if (from < 0 && dpd < 1 && next > 1)
      next = 1; /* a stage before the due day ends with it */
  }
  return next;
}

dun_time dun__turn_after(const struct dun__case *c, dun_time t)
{
  const struct dun_policy *p = c->policy;
  int32_t next = next_threshold(c, dun__dpd_on(c, dun__today(c, t)));
  dun_time turn = next == INT32_MAX ? DUN_TIME_NEVER : dun__dpd_start(c, next);
  for (uint32_t i = 0; i < c->hold_count; i++) {
    if (c->holds[i].from > t)
      turn = dun__min(turn, c->holds[i].from);
    if (c->holds[i].until > t)
      turn = dun__min(turn, c->holds[i].until);
  }
  for (uint32_t i = 0; i < p->stages.count; i++) {
    const struct dun__stage *s = &dun__stages(p)[i];
    for (uint32_t k = 0; k < s->requires; k++) {
      bool missing = false;
      dun_time ready = dun__ready(c, s->require + k, 1, DUN_ACTION_CONTACT, &missing);
      if (ready > t)
        turn = dun__min(turn, ready);
    }
  }
  return turn;
}
