/* SPDX-License-Identifier: MIT */
/* A scene: the stage at an instant and the steps that are candidates there, in order. */
#include "core/scene.h"

#include <string.h>

#include "base/arith.h"
#include "core/clock.h"
#include "core/fold.h"
#include "core/ladder.h"
#include "core/offer.h"
#include "core/plan.h"
#include "core/tries.h"
#include "core/when.h"

struct set {
  uint64_t bit[DUN__MAX_STEPS / 64];
};

static bool in(const struct set *s, uint32_t i)
{
  return s->bit[i / 64] >> (i % 64) & 1u;
}

static void put(struct set *s, uint32_t i)
{
  s->bit[i / 64] |= UINT64_C(1) << (i % 64);
}

/* What is being looked for while prerequisites are followed down. */
struct search {
  const struct dun__case *c;
  struct dun__scene *scene;
  dun_time t;
  uint32_t below;    /* only steps of stages lower than this one are wanted */
  struct set wanted; /* steps of lower stages that are required and offered */
  struct set seen;
};

static void follow(struct search *s, uint32_t first, uint32_t n, uint32_t action);

/* A step that somebody requires: itself a candidate if it belongs to a lower stage, and what it
 * requires in turn. The depth is bounded: prerequisites have no cycle, and none is seen twice. */
static void want(struct search *s, uint32_t step)
{
  const struct dun__step *st = &dun__steps(s->c->policy)[step];
  if (in(&s->seen, step) || s->c->track[step].performed > 0)
    return;
  put(&s->seen, step);
  if (st->stage < s->below && st->stage != s->scene->stage &&
      dun__offered(s->c, step, s->t, &s->scene->reasons))
    put(&s->wanted, step);
  follow(s, st->require, st->requires, st->action);
}

static void follow(struct search *s, uint32_t first, uint32_t n, uint32_t action)
{
  const struct dun_policy *p = s->c->policy;
  for (uint32_t i = first; i < first + n; i++) {
    uint32_t prereq = dun__requires(p)[i].prereq;
    const struct dun__prereq *q = &dun__prereqs(p)[prereq];
    if (dun__met_at(s->c, prereq, action) != DUN_TIME_NEVER)
      continue;
    if (q->step != DUN__NONE) {
      want(s, q->step);
      continue;
    }
    for (uint32_t k = 0; k < p->steps.count; k++)
      if (dun__steps(p)[k].mark == q->mark)
        want(s, k);
  }
}

void dun__scene_at(const struct dun__case *c, dun_time t, struct dun__scene *out)
{
  const struct dun_policy *p = c->policy;
  struct search s = {.c = c, .scene = out, .t = t};
  struct set own = {{0}}, ordered = {{0}};
  out->reasons = 0;
  out->stage = dun__stage_at(c, t, &out->reasons);
  s.below = out->stage;
  out->count = out->ordered = out->required = 0;
  out->lacking = dun__stage_lacking(c, out->stage, t);
  for (uint32_t i = 0; i < p->steps.count; i++)
    if (dun__ordered(c, i, t) && dun__offered(c, i, t, &out->reasons)) {
      put(&ordered, i);
      out->step[out->count++] = (uint8_t)i;
    }
  out->ordered = out->count;
  for (uint32_t i = 0; i < p->steps.count && out->stage != DUN__NONE; i++)
    if (dun__steps(p)[i].stage == out->stage && !in(&ordered, i) &&
        dun__offered(c, i, t, &out->reasons)) {
      const struct dun__step *st = &dun__steps(p)[i];
      put(&own, i);
      follow(&s, st->require, st->requires, st->action);
    }
  for (uint32_t i = 1; i < p->stages.count; i++) { /* below the first there are no steps */
    const struct dun__stage *g = &dun__stages(p)[i];
    s.below = i;
    memset(&s.seen, 0, sizeof s.seen); /* it looks for lower steps than the stage before did */
    if (g->requires > 0 && dun__stage_open(c, i, t))
      follow(&s, g->require, g->requires, DUN_ACTION_CONTACT);
  }
  for (uint32_t i = 0; i < p->steps.count; i++)
    if (in(&s.wanted, i) && !in(&ordered, i))
      out->step[out->count++] = (uint8_t)i;
  out->required = out->count - out->ordered;
  for (uint32_t i = 0; i < p->steps.count; i++)
    if (in(&own, i))
      out->step[out->count++] = (uint8_t)i;
  /* plans hang on the entry of their stage */
  for (uint32_t i = 0; i < p->stages.count; i++)
    out->entry[i] = DUN_TIME_MIN;
  for (uint32_t i = 0; i < out->count; i++) {
    uint32_t g = dun__steps(p)[out->step[i]].stage;
    if (out->entry[g] == DUN_TIME_MIN)
      out->entry[g] = dun__stage_entry(c, g, t);
  }
}

static bool same(const struct dun__case *c, const struct dun__scene *a, const struct dun__scene *b)
{
  return a->stage == b->stage &&
         ((a->reasons ^ b->reasons) & (DUN_REASON_HOLD | DUN_REASON_OVERRIDE)) == 0 &&
         a->lacking == b->lacking && a->ordered == b->ordered && a->required == b->required &&
         a->count == b->count && memcmp(a->step, b->step, a->count) == 0 &&
         memcmp(a->entry, b->entry, c->policy->stages.count * sizeof *a->entry) == 0;
}

/* The next instant after t at which anything that a scene looks at may turn. */
static dun_time turn_after(const struct dun__case *c, dun_time t)
{
  const struct dun_policy *p = c->policy;
  dun_time turn = dun__turn_after(c, t);
  for (uint32_t i = 0; i < p->steps.count; i++) {
    dun_time at = dun__settles(c, i);
    if (at > t)
      turn = dun__min(turn, at);
    if (c->track[i].ordered_at != DUN_TIME_NEVER && c->track[i].ordered_until > t)
      turn = dun__min(turn, c->track[i].ordered_until);
    if (dun__passing(p, &dun__steps(p)[i]) == DUN__PASSING_WITHIN) {
      struct dun__plan plan; /* its last occurrence missed, a step is no candidate any more */
      dun__plan(c, i, t, dun__tries_spent(c, i, t), &plan);
      at = dun__plan_ends(c, i, &plan);
      if (at > t)
        turn = dun__min(turn, at);
    }
  }
  return turn;
}

dun_time dun__scene_end(const struct dun__case *c, const struct dun__scene *scene, dun_time t)
{
  struct dun__scene next;
  for (;;) {
    t = turn_after(c, t);
    if (t == DUN_TIME_NEVER)
      return DUN_TIME_NEVER;
    dun__scene_at(c, t, &next);
    if (!same(c, scene, &next))
      return t;
  }
}
