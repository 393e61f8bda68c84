/* SPDX-License-Identifier: MIT */
/*
 * dun_explain: the derivation of one decision as text, line by line. It looks at the same scenes,
 * offers and guards as decide does and adds no rule of its own.
 */
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/decide.h"
#include "core/fold.h"
#include "core/guard.h"
#include "core/ladder.h"
#include "core/offer.h"
#include "core/open.h"
#include "core/plan.h"
#include "core/rules.h"
#include "core/scene.h"
#include "core/tries.h"
#include "core/when.h"
#include "time/civil_api.h"

/* By DUN_STRENGTH_ and DUN_CONFIDENCE_. */
static const char *const strengths[] = {"", "law", "presumption", "guideline"};
static const char *const confidences[] = {"", "verified", "secondary", "recalled", "unverified"};

/* What has been written, and what did not fit any more. */
struct page {
  const struct dun__case *c;
  char *text;
  uint64_t room; /* its last byte becomes the NUL */
  uint64_t used; /* bytes wanted so far */
};

static void put_bytes(struct page *p, const char *text, size_t size)
{
  for (size_t i = 0; i < size; i++, p->used++)
    if (p->used < p->room)
      p->text[p->used] = text[i];
}

static void put(struct page *p, const char *text)
{
  for (; *text != '\0'; text++)
    put_bytes(p, text, 1);
}

static void put_number(struct page *p, int64_t n)
{
  char digits[20];
  size_t at = sizeof digits;
  uint64_t u = (uint64_t)n;
  if (n < 0) {
    put(p, "-");
    u = UINT64_C(0) - u;
  }
  do {
    digits[--at] = (char)('0' + u % 10);
    u /= 10;
  } while (u != 0);
  put_bytes(p, digits + at, sizeof digits - at);
}

static void put_time(struct page *p, dun_time t)
{
  char text[32];
  if (t == DUN_TIME_MIN) {
    put(p, "the beginning");
    return;
  }
  dun__time_write(t, dun__zone_offset(p->c->zone, t, NULL), text);
  put(p, text);
}

static void put_day(struct page *p, dun_day day)
{
  char text[11];
  if (dun_day_format(day, text) == DUN_OK)
    put(p, text);
}

static void put_step(struct page *p, uint32_t step)
{
  put(p, dun__string(p->c->policy, dun__steps(p->c->policy)[step].name));
}

static void put_stage(struct page *p, uint32_t stage)
{
  put(p, dun__string(p->c->policy, dun__stages(p->c->policy)[stage].name));
}

static void put_channel(struct page *p, uint32_t channel)
{
  put(p, dun__string(p->c->policy, dun__channels(p->c->policy)[channel].name));
}

static void put_reasons(struct page *p, uint64_t reasons)
{
  const char *before = " [";
  for (uint32_t i = 0; i < 64; i++)
    if (reasons >> i & 1u) {
      const char *name = dun_reason_name(UINT64_C(1) << i);
      put(p, before);
      put(p, name != NULL ? name : "?");
      before = ", ";
    }
  if (before[0] == ',')
    put(p, "]");
}

/* The account: days past due, bucket, holds, what its log says of placement and episode. */
static void tell_account(struct page *p, dun_time asked)
{
  const struct dun__case *c = p->c;
  const struct dun_account *a = &c->account;
  put(p, "asked at ");
  put_time(p, asked);
  if (c->now != asked) {
    put(p, ", answered as at the last event, ");
    put_time(p, c->now);
  }
  put(p, "\naccount ");
  put_number(p, (int64_t)a->id);
  put(p, ": past due ");
  put_number(p, a->past_due);
  if (a->flags & DUN_ACCOUNT_HAS_DUE) {
    dun_day today = dun__today(c, c->now);
    int64_t stopped = (int64_t)today - a->due_day - dun__counted(c, a->due_day, today);
    put(p, ", due ");
    put_day(p, a->due_day);
    put(p, ", days past due ");
    put_number(p, dun__dpd_on(c, today));
    if (stopped > 0) {
      put(p, " (");
      put_number(p, stopped);
      put(p, " not counted: the clock was stopped)");
    }
  } else {
    put(p, ", no due day");
  }
  put(p, "\nplaced ");
  put_time(p, c->placed);
  put(p, "; actions of this episode: ");
  put_number(p, c->in_episode);
  put(p, c->final_taken ? ", a final one among them\n" : "\n");
  for (uint32_t i = 0; i < c->hold_count; i++) {
    put(p, "hold ");
    put(p, dun_hold_name(c->holds[i].kind));
    put(p, ": from ");
    put_time(p, c->holds[i].from);
    put(p, " until ");
    put_time(p, c->holds[i].until);
    put(p, c->holds[i].wide ? ", every account of the person\n" : "\n");
  }
  if (c->gap) {
    put(p, "the account differs from its last FACTS event: taken as known since ");
    put_time(p, c->told_at);
    put(p, "\n");
  }
}

static void tell_requires(struct page *p, uint32_t first, uint32_t n, uint32_t action)
{
  const struct dun_policy *policy = p->c->policy;
  for (uint32_t i = first; i < first + n; i++) {
    const struct dun__prereq *q = &dun__prereqs(policy)[dun__requires(policy)[i].prereq];
    dun_time met = dun__met_at(p->c, dun__requires(policy)[i].prereq, action);
    bool missing = false;
    put(p, "    requires ");
    put(p, q->step != DUN__NONE ? "step " : "mark ");
    if (q->step != DUN__NONE)
      put_step(p, q->step);
    else
      put(p, dun__string(policy, dun__marks(policy)[q->mark]));
    if (met == DUN_TIME_NEVER) {
      put(p, ": missing\n");
      continue;
    }
    put(p, ": met ");
    put_time(p, met);
    put(p, ", its wait over ");
    put_time(p, dun__ready(p->c, i, 1, action, &missing));
    put(p, "\n");
  }
}

static void put_field(struct page *p, uint32_t field)
{
  static const char *const facts[] = {"dpd",         "past_due",  "balance",
                                      "minimum_due", "late_fees", "prior_delinquencies"};
  static const char *const traits[] = {"attempt", "conversation", "connected", "success",
                                       "failure", "cooperative",  "refusing"};
  const struct dun_policy *policy = p->c->policy;
  if (field < DUN__FIELD_ATTRIBUTE) {
    put(p, facts[field]);
  } else if (field < DUN__FIELD_ATTEMPTS) {
    put(p, dun__string(policy, dun__attributes(policy)[field - DUN__FIELD_ATTRIBUTE]));
  } else if (field < DUN__FIELD_CONVERSATIONS) {
    put(p, "attempts.");
    put(p, dun_contact_name(field - DUN__FIELD_ATTEMPTS));
  } else if (field == DUN__FIELD_CONVERSATIONS) {
    put(p, "conversations");
  } else if (field < DUN__FIELD_SINCE_ATTEMPT) {
    put(p, "party ");
    put(p, dun_party_name(field - DUN__FIELD_PARTY));
  } else {
    put(p, "days_since.");
    put(p, field >= DUN__FIELD_SINCE_OUTCOME ? dun_outcome_name(field - DUN__FIELD_SINCE_OUTCOME)
                                             : traits[field - DUN__FIELD_SINCE_ATTEMPT]);
  }
}

/* A condition: the value, what it is held against, and whether that is as wanted. */
static void tell_test(void *data, const struct dun__test *test)
{
  struct page *p = data;
  uint32_t class = 0;
  int64_t low, high;
  const char *before = test->wanted ? ", wants " : ", wants none of ";
  put(p, "    when ");
  put_field(p, test->field->field);
  put(p, " = ");
  if (test->has)
    put_number(p, test->value);
  else
    put(p, "never");
  while (dun__test_range(p->c->policy, test, &class, &low, &high)) {
    put(p, before);
    before = " or ";
    if (low == high) {
      put_number(p, low);
      continue;
    }
    if (low != INT64_MIN) {
      put_number(p, low);
      put(p, high == INT64_MAX ? " and more" : " to ");
    } else {
      put(p, "at most ");
    }
    if (high != INT64_MAX)
      put_number(p, high);
  }
  put(p, test->holds == test->wanted ? ": yes\n" : ": no\n");
}

/* Each stage: entered since when, or what keeps it shut. */
static void tell_stages(struct page *p, const struct dun__scene *scene)
{
  const struct dun__case *c = p->c;
  int32_t dpd = dun__dpd_on(c, dun__today(c, c->now));
  for (uint32_t i = 0; i < c->policy->stages.count; i++) {
    const struct dun__stage *s = &dun__stages(c->policy)[i];
    bool missing = false;
    put(p, i == scene->stage ? "* stage " : "  stage ");
    put_stage(p, i);
    put(p, ", from day ");
    put_number(p, s->from);
    if (i == scene->stage) {
      put(p, ": the present one, entered ");
      put_time(p, dun__stage_entry(c, i, c->now));
      put_reasons(p, scene->reasons & (DUN_REASON_OVERRIDE | DUN_REASON_HOLD | DUN_REASON_STAY));
    } else if (dpd < s->from) {
      put(p, ": begins ");
      put_time(p, dun__dpd_start(c, s->from));
    } else if (!dun__stage_allowed(c, i, c->now)) {
      put(p, s->from < 0 ? ": over, it lies before the due day" : ": nothing is past due");
    } else if (!dun__when(c, s->when, c->now)) {
      put(p, ": its `when` does not hold");
    } else if (dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing) > c->now) {
      put(p, missing ? ": what it requires is missing" : ": its wait runs until ");
      if (!missing)
        put_time(p, dun__ready(c, s->require, s->requires, DUN_ACTION_CONTACT, &missing));
    } else {
      bool passed = scene->stage != DUN__NONE && i < scene->stage;
      put(p, passed ? ": passed" : ": its conditions hold");
      if (!passed)
        put_reasons(p, scene->reasons & (DUN_REASON_HOLD | DUN_REASON_STAY));
    }
    put(p, "\n");
    dun__when_tell(c, s->when, c->now, tell_test, p);
    tell_requires(p, s->require, s->requires, DUN_ACTION_CONTACT);
  }
}

/* What a traced search is told to: the page, and what was asked. */
struct guards {
  struct page *p;
  const struct dun__ask *ask;
};

/* A contact that fills a cap or sets off a cool-down. */
static void tell_touch(void *data, const struct dun__touch *touch)
{
  struct page *p = data;
  put(p, "        contact ");
  put_time(p, touch->first);
  put(p, " ");
  put(p, touch->kind != 0 ? dun_contact_name(touch->kind) : "?");
  put(p, " ");
  put(p, touch->said == DUN_OUTCOME_NONE ? "open" : dun_outcome_name(touch->said));
  if (touch->inbound)
    put(p, ", inbound");
  if (touch->account != p->c->account.id) {
    put(p, ", account ");
    put_number(p, (int64_t)touch->account);
  }
  put(p, "\n");
}

/* A guard that moved an instant on: which rule, by what right, because of which contacts. */
static void tell_move(void *data, const struct dun__move *move)
{
  struct guards *g = data;
  struct page *p = g->p;
  const struct dun_policy *policy = p->c->policy;
  put(p, "      ");
  put(p, dun_reason_name(move->reason));
  if (move->rule != DUN__NONE) {
    put(p, " `");
    put(p, dun__string(policy, dun__rules(policy)[move->rule].name));
    put(p, "`");
  }
  if (move->kind != 0) {
    put(p, " for ");
    put(p, dun_contact_name(move->kind));
  }
  put(p, move->zone2 ? " in the second zone: " : ": ");
  put_time(p, move->from);
  put(p, " -> ");
  put_time(p, move->to);
  put(p, "\n");
  if (move->rule == DUN__NONE)
    return;
  if (dun__rules(policy)[move->rule].source != 0) {
    put(p, "        ");
    put(p, dun__string(policy, dun__rules(policy)[move->rule].source));
    put(p, " (");
    put(p, strengths[dun__rules(policy)[move->rule].strength]);
    put(p, ", ");
    put(p, confidences[dun__rules(policy)[move->rule].confidence]);
    put(p, ")\n");
  }
  dun__rule_tell(p->c, &dun__rules(policy)[move->rule], g->ask, move->from, tell_touch, p);
}

static void tell_guards(struct page *p, const struct dun__offer *o, dun_time from)
{
  const struct dun__step *s = &dun__steps(p->c->policy)[o->step];
  struct dun__ask ask = dun__ask_for(p->c, s->action, o->channel, s->party, o->step);
  struct guards g = {p, &ask};
  struct dun__trace trace = {tell_move, &g};
  uint64_t ignored = 0;
  if (o->open)
    ask.skip = o->place;
  put(p, "    guards from ");
  put_time(p, from);
  put(p, "\n");
  dun__permitted_traced(p->c, &ask, from, &ignored, &trace);
}

static void tell_counters(struct page *p, uint32_t step)
{
  const struct dun__track *k = &p->c->track[step];
  const struct dun__counts *n = &k->counts;
  put(p, "    performed ");
  put_number(p, k->performed);
  put(p, " times");
  if (k->last_performed != DUN_TIME_NEVER) {
    put(p, ", last ");
    put_time(p, k->last_performed);
  }
  if (n->missed + n->missed_first + n->skipped > 0) {
    put(p, "; missed ");
    put_number(p, (int64_t)n->missed + n->missed_first + n->skipped);
  }
  if (k->last.known && k->last.outcome != DUN_OUTCOME_NONE) {
    put(p, "; newest delivery ");
    put_number(p, k->last.occurrence);
    put(p, ".");
    put_number(p, k->last.attempt);
    put(p, " ");
    put(p, dun_outcome_name(k->last.outcome));
  }
  put(p, "\n");
}

static void tell_offer(struct page *p, uint32_t candidate)
{
  const struct dun__case *c = p->c;
  const struct dun__step *s;
  struct dun__offer o;
  dun_time from;
  bool got = dun__offer(c, candidate, c->now, &o);
  put(p, "  candidate ");
  put_step(p, candidate);
  if (!got) {
    put(p, ": nothing comes of it");
    put_reasons(p, o.reasons);
    put(p, "\n");
    return;
  }
  s = &dun__steps(c->policy)[o.step];
  if (o.step != candidate) {
    put(p, ", ");
    put_step(p, o.step);
    put(p, " stands in for it");
  }
  put(p, o.act ? ": may be taken now" : ": not now");
  if (o.channel != DUN__NONE) {
    put(p, ", by ");
    put_channel(p, o.channel);
  }
  put_reasons(p, o.reasons);
  put(p, "\n    planned ");
  put_time(p, o.planned);
  put(p, ", first permitted ");
  put_time(p, o.first);
  put(p, ", not before ");
  put_time(p, o.not_before);
  put(p, ", deadline ");
  put_time(p, o.deadline);
  put(p, "\n");
  tell_counters(p, o.step);
  dun__when_tell(c, s->when, c->now, tell_test, p);
  tell_requires(p, s->require, s->requires, s->action);
  if (o.start != DUN_TIME_NEVER && o.first != DUN_TIME_NEVER && o.start < o.first)
    tell_guards(p, &o, o.start);
  from = dun__max(dun__max(o.start, dun__touched(c, o.step)), c->now);
  if (!o.act && o.planned != DUN_TIME_NEVER && from != o.start)
    tell_guards(p, &o, from);
}

/* The steps of the present stage that are no candidates, and why. */
static void tell_others(struct page *p, const struct dun__scene *scene)
{
  const struct dun__case *c = p->c;
  for (uint32_t i = 0; i < c->policy->steps.count; i++) {
    const struct dun__step *s = &dun__steps(c->policy)[i];
    uint64_t why = 0;
    struct dun__plan plan;
    if (s->stage != scene->stage || dun__offered(c, i, c->now, &why))
      continue;
    put(p, "  no candidate ");
    put_step(p, i);
    dun__plan(c, i, c->now, dun__tries_spent(c, i, c->now), &plan);
    if (s->on_escalation)
      put(p, ": only stands in for others");
    else if (c->final_taken && c->account.due_day <= c->final_due && s->action != DUN_ACTION_TASK)
      put(p, ": a final step was taken");
    else if (!dun__when(c, s->when, c->now))
      put(p, ": its `when` does not hold");
    else if (plan.used_up)
      put(p, ": its times are used up");
    else if (plan.planned == DUN_TIME_NEVER)
      put(p, ": it waits for another step");
    put_reasons(p, why);
    put(p, "\n");
    tell_counters(p, i);
    dun__when_tell(c, s->when, c->now, tell_test, p);
  }
}

static void tell_decision(struct page *p, const struct dun_decision *d)
{
  put(p, "answer: ");
  put(p, dun_decision_name(d->kind));
  if (d->step != 0) {
    put(p, " ");
    put_step(p, d->step - 1);
    if (d->channel != 0) {
      put(p, " by ");
      put_channel(p, d->channel - 1);
    }
    put(p, " to ");
    put(p, dun_party_name(d->party));
    put(p, ", key ");
    put_day(p, d->due_day);
    put(p, "/");
    put_number(p, d->occurrence);
    put(p, ".");
    put_number(p, d->attempt);
    put(p, ", not before ");
    put_time(p, d->not_before);
    put(p, ", deadline ");
    put_time(p, d->deadline);
  }
  put_reasons(p, d->reasons);
  put(p, "\nstands until ");
  put_time(p, d->review_at);
  put(p, "\n");
}

/* Past the account's own conditions: the ladder. */
static bool on_ladder(const struct dun_decision *d)
{
  return d->kind != DUN_DECISION_CLEAR &&
         !(d->reasons & (DUN_REASON_CLOSED | DUN_REASON_NO_DUE | DUN_REASON_SMALL));
}

dun_rc dun_explain(const dun_policy *policy, const struct dun_account *account,
                   const struct dun_event *events, size_t count, dun_time now, char *text,
                   uint64_t size, uint64_t *needed, size_t *bad)
{
  struct dun__memo memo;
  struct dun__case c;
  struct dun__scene scene;
  struct dun_decision d;
  struct page p = {&c, text, size, 0};
  dun_rc rc;
  if (needed == NULL || (text == NULL && size > 0))
    return DUN_E_INVAL;
  rc = dun__case_open(&c, &memo, policy, account, events, count, now, bad);
  if (rc == DUN_OK)
    rc = dun__decide(&c, now, &d);
  if (rc != DUN_OK)
    return rc;
  tell_account(&p, now);
  if (on_ladder(&d)) {
    dun__scene_at(&c, c.now, &scene);
    tell_stages(&p, &scene);
    for (uint32_t i = 0; i < scene.count; i++)
      tell_offer(&p, scene.step[i]);
    tell_others(&p, &scene);
  }
  tell_decision(&p, &d);
  if (size > 0)
    text[p.used < size ? p.used : size - 1] = '\0';
  *needed = p.used;
  return DUN_OK;
}
