/* SPDX-License-Identifier: MIT */
/*
 * decide: the one verb. Looks at the scene now, chooses among its offers, looks ahead to later
 * scenes if it offers nothing, and says until when the answer stands (design 3 and 5).
 */
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "core/clock.h"
#include "core/decide.h"
#include "core/guard.h"
#include "core/ladder.h"
#include "core/offer.h"
#include "core/open.h"
#include "core/scene.h"

/* The choice within one scene. */
struct choice {
  struct dun__offer offer;
  dun_time turn; /* first instant at which another offer of the scene goes before the chosen one */
  dun_time end;  /* of the scene it was found in */
  bool found;
  bool required; /* chosen because others require it */
};

/* The instant after t at which a hold begins or ends to bind; for the kind HOLD. */
static dun_time hold_turn(const struct dun__case *c, dun_time t)
{
  dun_time free = dun__hold_free(c, t);
  return free != t ? free : dun__hold_next(c, t);
}

static bool is_required(const struct dun__scene *scene, uint32_t i)
{
  return i >= scene->ordered && i < scene->ordered + scene->required;
}

/* Choose among a scene's offers at t, the scene lasting until `end`. What can only be taken after
 * the scene is moot; *stuck (if not found yet) gets the first that no time brings. */
static void choose(const struct dun__case *c, const struct dun__scene *scene, dun_time t,
                   dun_time end, struct choice *best, struct choice *stuck)
{
  best->found = false;
  best->turn = DUN_TIME_NEVER;
  best->end = end;
  for (uint32_t i = 0; i < scene->count; i++) {
    struct dun__offer o;
    dun_time at;
    bool better;
    bool got = dun__offer(c, scene->step[i], t, &o);
    /* it may change into one that goes before the others */
    best->turn = dun__min(best->turn, o.turn);
    if (!got) {
      stuck->turn = dun__min(stuck->turn, o.turn);
      continue;
    }
    at = o.act ? t : o.not_before;
    if (t > c->now && o.act) { /* seen from now it is still to come */
      o.act = false;
      o.not_before = t;
    }
    if (o.reasons & DUN_REASON_NEVER_OPEN) /* it may open once the search reaches further */
      stuck->turn = dun__min(stuck->turn, dun__horizon_turn(dun__max(o.start, c->now)));
    if (at == DUN_TIME_NEVER && !stuck->found) {
      stuck->turn = dun__min(stuck->turn, o.turn);
      stuck->offer = o;
      stuck->found = true;
      stuck->end = end;
      stuck->required = is_required(scene, i);
    }
    if (at >= end || at == DUN_TIME_NEVER)
      continue;
    if (o.open && o.held) { /* a hold passes an open intent over while it lasts */
      o.open = false;
      best->turn = dun__min(best->turn, hold_turn(c, dun__max(o.planned, c->now)));
    }
    if (!best->found)
      better = true;
    else if (o.open != best->offer.open)
      better = o.open;
    else if (o.open)
      better = o.place < best->offer.place;
    else
      better = at < (best->offer.act ? t : best->offer.not_before);
    if (better) {
      /* what stood before it goes first again once it may be taken */
      if (best->found && !o.open)
        best->turn = dun__min(best->turn, best->offer.not_before);
      best->offer = o;
      best->found = true;
      best->required = is_required(scene, i);
    }
  }
}

static void name_offer(const struct dun__case *c, const struct choice *ch, dun_time t,
                       struct dun_decision *d)
{
  const struct dun_policy *p = c->policy;
  const struct dun__offer *o = &ch->offer;
  const struct dun__step *s = &dun__steps(p)[o->step];
  d->account = c->account.id;
  d->due_day = o->due_day;
  d->step_id = s->id;
  d->occurrence = (uint16_t)o->occurrence;
  d->attempt = o->attempt;
  d->party = s->party;
  d->step = o->step + 1;
  d->action = s->action;
  if (o->channel != DUN__NONE) {
    d->channel = o->channel + 1;
    d->channel_id = dun__channels(p)[o->channel].id;
  }
  d->template_ = s->text == DUN__NONE ? 0 : s->text + 1u;
  d->for_step = o->for_step;
  d->amount = c->account.past_due;
  d->planned_at = o->planned;
  d->not_before = o->not_before;
  d->deadline = o->deadline;
  d->reasons |= o->reasons;
  if (ch->required)
    d->reasons |= DUN_REASON_REQUIRED;
  if (o->deadline != DUN_TIME_NEVER && t > o->deadline)
    d->reasons |= DUN_REASON_LATE;
}

/* Answer with an offer, chosen in the scene now or (ahead) in a later one; `review` is when the
 * stage or scene that the answer hangs on turns. */
static void answer(const struct dun__case *c, const struct choice *ch, bool ahead, dun_time review,
                   struct dun_decision *d)
{
  const struct dun__offer *o = &ch->offer;
  name_offer(c, ch, c->now, d);
  review = dun__min(review, dun__min(ch->turn, o->next_plan));
  if (o->act) {
    d->kind = DUN_DECISION_ACT;
    review = dun__min(review, dun__offer_until(c, o, c->now));
  } else {
    d->kind = o->held || o->not_before == DUN_TIME_NEVER ? DUN_DECISION_HOLD : DUN_DECISION_WAIT;
    review = dun__min(review, o->not_before);
    if (dun__steps(c->policy)[o->step].action != DUN_ACTION_TASK)
      review = dun__min(review, hold_turn(c, dun__max(o->planned, c->now)));
  }
  if (ahead)
    d->reasons |= DUN_REASON_AHEAD;
  d->review_at = review;
}

/* The ladder's answer for an account that is pursued. */
static void pursue(const struct dun__case *c, struct dun_decision *d)
{
  struct dun__scene scene, here;
  struct choice best, stuck;
  dun_time t = c->now, turned = DUN_TIME_NEVER;
  bool final, held;
  stuck.found = false;
  stuck.turn = DUN_TIME_NEVER;
  dun__scene_at(c, t, &scene);
  here = scene;
  held = (here.reasons & DUN_REASON_HOLD) != 0;
  d->stage = here.stage == DUN__NONE ? 0 : here.stage + 1;
  d->reasons |= here.reasons;
  for (;;) {
    dun_time end = dun__scene_end(c, &scene, t);
    choose(c, &scene, t, end, &best, &stuck);
    if (best.found) {
      /* an answer ahead stands while the stage does; one for now while the scene does */
      answer(c, &best, t != c->now, dun__min(stuck.turn, t == c->now ? end : turned), d);
      return;
    }
    if (end == DUN_TIME_NEVER)
      break;
    t = end;
    dun__scene_at(c, t, &scene);
    if (turned == DUN_TIME_NEVER &&
        (scene.stage != here.stage || scene.lacking != here.lacking ||
         ((scene.reasons ^ here.reasons) & (DUN_REASON_HOLD | DUN_REASON_OVERRIDE))))
      turned = t;
  }
  final = c->final_taken && c->account.due_day <= c->final_due;
  if (stuck.found && !final) {
    answer(c, &stuck, false, dun__min(turned, stuck.end), d);
    return;
  }
  d->review_at = dun__min(turned, stuck.turn);
  if (final) {
    d->kind = DUN_DECISION_DONE;
    d->reasons |= DUN_REASON_FINAL;
  } else if (held) { /* but for a hold there would be a higher stage */
    d->kind = DUN_DECISION_HOLD;
    d->reasons |= DUN_REASON_HOLD;
  } else if (here.lacking) {
    d->kind = DUN_DECISION_HOLD;
    d->reasons |= DUN_REASON_PREREQUISITE;
  } else {
    d->kind = c->in_episode > 0 ? DUN_DECISION_DONE : DUN_DECISION_IDLE;
  }
  if (c->account.past_due > 0)
    d->review_at = dun__min(d->review_at, hold_turn(c, c->now));
}

static void classify(const struct dun__case *c, struct dun_decision *d)
{
  const struct dun_policy *p = c->policy;
  dun_day today = dun__today(c, c->now);
  d->dpd = dun__dpd_on(c, today);
  d->bucket_at = DUN_TIME_NEVER;
  for (uint32_t i = 0; i < p->buckets.count; i++) {
    if (dun__buckets(p)[i].from > d->dpd) {
      d->bucket_at = dun__dpd_start(c, dun__buckets(p)[i].from);
      break;
    }
    d->bucket = i + 1;
  }
  if (dun__counted(c, c->account.due_day, today) != (int64_t)today - c->account.due_day)
    d->reasons |= DUN_REASON_STOPPED;
}

dun_rc dun__decide(const struct dun__case *c, dun_time asked, struct dun_decision *d)
{
  const struct dun_account *a = &c->account;
  memset(d, 0, sizeof *d);
  d->account = a->id;
  d->due_day = a->due_day;
  d->planned_at = d->not_before = d->deadline = d->review_at = d->bucket_at = DUN_TIME_NEVER;
  if (c->gap)
    d->reasons |= DUN_REASON_FACTS_GAP;
  if (a->flags & DUN_ACCOUNT_HAS_DUE)
    classify(c, d);
  if (c->closed) {
    d->kind = DUN_DECISION_DONE;
    d->reasons |= DUN_REASON_CLOSED;
  } else if (a->past_due <= 0 && c->in_episode > 0) {
    d->kind = DUN_DECISION_CLEAR;
    d->reasons |= DUN_REASON_PAID;
  } else if (!(a->flags & DUN_ACCOUNT_HAS_DUE)) {
    d->kind = DUN_DECISION_IDLE;
    d->reasons |= DUN_REASON_NO_DUE;
  } else if (a->past_due > 0 && a->past_due < c->policy->ignore_below) {
    d->kind = DUN_DECISION_IDLE;
    d->reasons |= DUN_REASON_SMALL;
  } else {
    if (a->past_due <= 0)
      d->reasons |= DUN_REASON_PAID;
    pursue(c, d);
    /* a channel that a rule forbids for a time is passed over like one that does not reach */
    d->review_at = dun__min(d->review_at, dun__forbidden_turn(c));
    /* and what was permitted first, since a plan that has passed, may hang on a rule's condition */
    d->review_at = dun__min(d->review_at, dun__rules_turn(c));
  }
  if (c->now > asked) { /* the clock went back behind the log */
    d->reasons |= DUN_REASON_CLOCK;
    if (d->kind == DUN_DECISION_ACT) {
      d->kind = DUN_DECISION_WAIT;
      d->not_before = d->review_at = c->now;
    }
  }
  if (d->step != 0 && d->occurrence == 0)
    return DUN_E_RANGE; /* 65,535 occurrences of one step on one due day are used up */
  return DUN_OK;
}

dun_rc dun_decide(const dun_policy *policy, const struct dun_account *account,
                  const struct dun_event *events, size_t count, dun_time now,
                  struct dun_decision *out, size_t *bad)
{
  struct dun__memo memo;
  struct dun__case c; /* large, and each part is set before it is read */
  struct dun_decision d;
  dun_rc rc;
  if (out == NULL)
    return DUN_E_INVAL;
  rc = dun__can_give(out, DUN__DECISION_V1);
  if (rc == DUN_OK)
    rc = dun__case_open(&c, &memo, policy, account, events, count, now, bad);
  if (rc == DUN_OK)
    rc = dun__decide(&c, now, &d);
  if (rc == DUN_OK)
    dun__give(out, &d, sizeof d);
  return rc;
}
