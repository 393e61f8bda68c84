/* SPDX-License-Identifier: MIT */
/*
 * The fold, second half: the counters of each step. Events of one key are one delivery; a later
 * outcome refines the earlier. The usual log brings keys in rising order, so that one delivery a
 * step is open to change at a time; where it does not, the exact way looks each key up in the log.
 */
#include "core/fold.h"

#include <string.h>

#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/fold_parts.h"

static const struct dun__delivery no_delivery = {.performed = DUN_TIME_NEVER,
                                                 .last = DUN_TIME_NEVER};

/* Whether the count of a step outlives the end of an episode: adverse steps count per due day, and
 * steps before the due day belong to no episode. */
static bool lasting(const struct dun_policy *p, const struct dun__step *s)
{
  return dun__adverse(s->action) || dun__stages(p)[s->stage].from < 0;
}

static int compare_keys(const struct dun__delivery *d, const struct dun_event *e)
{
  if (d->due_day != e->due_day)
    return d->due_day < e->due_day ? -1 : 1;
  if (d->occurrence != e->occurrence)
    return d->occurrence < e->occurrence ? -1 : 1;
  return d->attempt == e->attempt ? 0 : d->attempt < e->attempt ? -1 : 1;
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->step == b->step && a->occurrence == b->occurrence && a->attempt == b->attempt &&
         a->due_day == b->due_day && a->account == b->account;
}

static bool is_delivery(const struct dun__case *c, const struct dun_event *e)
{
  return e->step != 0 && e->account == c->account.id &&
         (e->kind == DUN_EVENT_INTENT || e->kind == DUN_EVENT_CONTACT ||
          e->kind == DUN_EVENT_ACTION);
}

static void feed(struct dun__delivery *d, const struct dun_event *e, size_t place)
{
  if (!d->known) {
    *d = no_delivery;
    d->known = 1;
    d->first = e->occurred_at;
    d->place = place;
    d->due_day = e->due_day;
    d->occurrence = e->occurrence;
    d->attempt = e->attempt;
  }
  if (e->channel != 0)
    d->channel = e->channel;
  d->party = e->party & 15u;
  if (e->kind == DUN_EVENT_INTENT) {
    d->intent = 1;
    d->for_step = e->detail;
    return;
  }
  d->outcome = e->outcome;
  d->last = e->occurred_at;
  d->retry = e->until;
  if (d->performed == DUN_TIME_NEVER && dun__performs(e->outcome)) {
    d->performed = e->occurred_at;
    d->by = e->outcome;
  }
}

/* Plans of an `every` step that passed between two performed occurrences. */
static uint32_t missed_between(const struct dun__case *c, const struct dun__step *s, dun_time from,
                               dun_time to)
{
  dun_time next;
  int64_t more;
  if (s->every.unit == DUN__SPAN_NONE || s->times == 0)
    return 0;
  next = dun__max(dun__plan_after(c, from, s->every, s->time, 1), c->placed);
  more = dun__plans_between(c, next, s->every, s->time, to);
  return (uint32_t)dun__min(more, s->times);
}

static void meet(struct dun__case *c, const struct dun__step *s, uint32_t index,
                 const struct dun__delivery *d)
{
  const struct dun__prereq *q = dun__prereqs(c->policy);
  if (d->outcome == DUN_OUTCOME_QUEUED || d->outcome == DUN_OUTCOME_UNKNOWN)
    return;
  for (uint32_t i = 0; i < c->policy->prereqs.count; i++) {
    dun_time at;
    if (q[i].step != index && (q[i].mark == DUN__NONE || q[i].mark != s->mark))
      continue;
    if (!(q[i].outcomes >> d->outcome & 1u))
      continue;
    at = d->performed != DUN_TIME_NEVER && q[i].outcomes >> d->by & 1u ? d->performed : d->last;
    c->met[i].episode = dun__min(c->met[i].episode, at);
    if (d->due_day != c->account.due_day)
      continue;
    c->met[i].due_day = dun__min(c->met[i].due_day, at);
    if (lasting(c->policy, s))
      c->met[i].lasting = dun__min(c->met[i].lasting, at);
  }
}

/* An occurrence is performed once, however many of its tries turn out to have gone through. */
static void count_performed(const struct dun__case *c, const struct dun__step *s,
                            struct dun__track *t, const struct dun__delivery *d)
{
  if (t->performed > 0 && t->counted == d->occurrence) {
    t->last_performed = dun__min(t->last_performed, d->performed);
    if (t->performed == 1)
      t->first_performed = t->last_performed;
    return;
  }
  t->performed++;
  t->counted = d->occurrence;
  if (t->first_performed == DUN_TIME_NEVER) {
    t->first_performed = t->last_performed = d->performed;
  } else if (d->performed > t->last_performed) {
    t->missed += missed_between(c, s, t->last_performed, d->performed);
    t->last_performed = d->performed;
  }
}

/* Count a delivery of step `index`. */
static void count_in(struct dun__case *c, uint32_t index, const struct dun__delivery *d)
{
  const struct dun__step *s = &dun__steps(c->policy)[index];
  struct dun__track *t = &c->track[index];
  bool performs = dun__performs(d->outcome);
  if (!d->known || d->ended)
    return;
  if (performs && dun__stages(c->policy)[s->stage].from >= 0)
    c->in_episode++;
  if (performs && s->final) {
    if (!c->final_taken || d->due_day > c->final_due)
      c->final_due = d->due_day;
    c->final_taken = true;
  }
  if (d->outcome != DUN_OUTCOME_NONE)
    meet(c, s, index, d);
  if (d->last != DUN_TIME_NEVER)
    t->touched = dun__max(t->touched, d->last);
  /* an intent keeps its key when the due day moves; before the due day each has its own */
  if (d->outcome == DUN_OUTCOME_NONE && d->intent && !t->open.known &&
      (d->due_day == c->account.due_day || dun__stages(c->policy)[s->stage].from >= 0))
    t->open = *d;
  if (performs && t->open.known && t->open.place < d->place && t->open.due_day == d->due_day)
    t->open.known = 0; /* a later delivery of the step has done what it was for */
  if (d->due_day != c->account.due_day)
    return;
  t->highest = (uint32_t)dun__max(t->highest, d->occurrence);
  if (!t->last.known || t->last.occurrence < d->occurrence ||
      (t->last.occurrence == d->occurrence && t->last.attempt <= d->attempt))
    t->last = *d;
  if (performs)
    count_performed(c, s, t, d);
}

static void clear_counters(struct dun__track *t)
{
  t->first_performed = t->last_performed = DUN_TIME_NEVER;
  t->performed = t->missed = t->counted = 0;
}

/* The end of an episode: counters, marks and open intents end. */
static void end_episode(struct dun__case *c)
{
  const struct dun_policy *p = c->policy;
  for (uint32_t i = 0; i < p->steps.count; i++) {
    const struct dun__step *s = &dun__steps(p)[i];
    struct dun__track *t = &c->track[i];
    count_in(c, i, &t->current);
    t->current.ended = 1;
    if (dun__stages(p)[s->stage].from < 0)
      continue;
    t->last.known = t->open.known = 0;
    if (!lasting(p, s))
      clear_counters(t);
  }
  for (uint32_t i = 0; i < p->prereqs.count; i++)
    c->met[i].episode = c->met[i].due_day = DUN_TIME_NEVER;
  c->in_episode = 0;
  c->final_taken = false;
}

static bool ends_episode(const struct dun__case *c, const struct dun_event *e)
{
  if (e->account != c->account.id)
    return false;
  return e->kind == DUN_EVENT_CURED || e->kind == DUN_EVENT_CLOSED ||
         (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE && e->amount <= 0);
}

static void clear_steps(struct dun__case *c)
{
  for (uint32_t i = 0; i < c->policy->steps.count; i++) {
    struct dun__track *t = &c->track[i];
    t->current = t->last = t->open = no_delivery;
    clear_counters(t);
    t->touched = DUN_TIME_MIN;
    t->highest = 0;
  }
  for (uint32_t i = 0; i < c->policy->prereqs.count; i++)
    c->met[i].episode = c->met[i].due_day = c->met[i].lasting = DUN_TIME_NEVER;
  c->in_episode = 0;
  c->final_taken = false;
}

/* Deliveries that newer keys of their steps have displaced, oldest first: late outcomes (a read
 * receipt after the next message went out) mostly belong to one of them. */
#define WAITING 16u

struct waiting {
  struct dun__delivery delivery[WAITING];
  uint8_t step[WAITING];
  uint32_t first, count;
};

static void count_oldest(struct dun__case *c, struct waiting *w)
{
  count_in(c, w->step[w->first], &w->delivery[w->first]);
  w->first = (w->first + 1) % WAITING;
  w->count--;
}

static void displace(struct dun__case *c, struct waiting *w, uint32_t step,
                     const struct dun__delivery *d)
{
  uint32_t at;
  if (w->count == WAITING)
    count_oldest(c, w);
  at = (w->first + w->count++) % WAITING;
  w->delivery[at] = *d;
  w->step[at] = (uint8_t)step;
}

static struct dun__delivery *displaced(struct waiting *w, uint32_t step, const struct dun_event *e)
{
  for (uint32_t i = 0; i < w->count; i++) {
    uint32_t at = (w->first + i) % WAITING;
    if (w->step[at] == step && compare_keys(&w->delivery[at], e) == 0)
      return &w->delivery[at];
  }
  return NULL;
}

/* The whole delivery whose key first stands at event i; false if an earlier event has the key. */
static bool gather(const struct dun__case *c, size_t i, struct dun__delivery *d)
{
  const struct dun_event *e = &c->events[i];
  for (size_t j = 0; j < i; j++)
    if (same_key(&c->events[j], e) && is_delivery(c, &c->events[j]) && !dun__is_void(c, j))
      return false;
  *d = no_delivery;
  for (size_t j = i; j < c->count; j++)
    if (same_key(&c->events[j], e) && is_delivery(c, &c->events[j]) && !dun__is_void(c, j))
      feed(d, &c->events[j], j);
  return true;
}

/* One pass; false: the log brings an older key again and needs the exact way. */
static bool count_steps(struct dun__case *c, bool exact)
{
  struct waiting waiting;
  waiting.first = waiting.count = 0;
  clear_steps(c);
  for (size_t i = 0; i < c->count; i++) {
    const struct dun_event *e = &c->events[i];
    struct dun__delivery *d;
    uint32_t index;
    int order;
    if (dun__is_void(c, i))
      continue;
    if (ends_episode(c, e)) {
      while (waiting.count > 0)
        count_oldest(c, &waiting);
      end_episode(c);
    }
    if (!is_delivery(c, e))
      continue;
    index = dun__step_find(c->policy, e->step);
    if (index == DUN__NONE) {
      /* a step of another policy: after the due day it belongs to an episode all the same */
      if (e->kind != DUN_EVENT_INTENT && dun__performs(e->outcome) &&
          dun__today(c, e->occurred_at) >= e->due_day)
        c->in_episode++;
      continue;
    }
    if (exact) {
      struct dun__delivery whole;
      if (gather(c, i, &whole))
        count_in(c, index, &whole);
      continue;
    }
    d = &c->track[index].current;
    order = d->known ? compare_keys(d, e) : -1;
    if (order < 0 && d->known && !d->ended)
      displace(c, &waiting, index, d);
    if (order < 0)
      *d = no_delivery;
    if (order > 0 && (d = displaced(&waiting, index, e)) == NULL)
      return false;
    if (order == 0 && d->ended)
      return false;
    feed(d, e, i);
  }
  while (waiting.count > 0)
    count_oldest(c, &waiting);
  for (uint32_t i = 0; i < c->policy->steps.count && !exact; i++)
    count_in(c, i, &c->track[i].current);
  return true;
}

dun_rc dun__fold(struct dun__case *c, bool exact, size_t *bad)
{
  dun_rc rc;
  c->placed = DUN_TIME_MIN;
  c->closed = c->gap = false;
  c->fact_known = 0;
  c->hold_count = c->stop_count = 0;
  memset(c->opted_out, 0, sizeof c->opted_out);
  memset(c->dead, 0, sizeof c->dead);
  dun__voids_read(&c->voids, c->events, c->count);
  rc = dun__fold_person(c, bad);
  if (rc != DUN_OK)
    return rc;
  if (exact || !count_steps(c, false))
    count_steps(c, true);
  return DUN_OK;
}

dun_time dun__met_at(const struct dun__case *c, uint32_t prereq, uint32_t action)
{
  const struct dun__met *m = &c->met[prereq];
  if (dun__prereqs(c->policy)[prereq].mark != DUN__NONE && !dun__adverse(action))
    return dun__min(m->episode, m->lasting);
  return dun__min(m->due_day, m->lasting);
}
