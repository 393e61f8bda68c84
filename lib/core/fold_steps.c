/* SPDX-License-Identifier: MIT */
/*
 * The fold, second half: the counters of each step. Events of one key are one delivery; a later
 * outcome refines the earlier. The newest deliveries wait for that, in the order of their first
 * events, and are counted in that order. The usual log brings keys in rising order, and outcomes for
 * one of those that wait; where it does not, the exact way looks each key up in the log.
 */
#include <string.h>

#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/fold_parts.h"
#include "core/plan.h"
#include "core/tries.h"

static const struct dun__counts no_counts = {
    .first_begun = DUN_TIME_NEVER, .given_up = DUN_TIME_NEVER, .stood_in = DUN_TIME_MIN};
static const struct dun__delivery no_delivery = {.performed = DUN_TIME_NEVER,
                                                 .last = DUN_TIME_NEVER};

/* Whether the count of a step outlives the end of an episode: adverse steps count per due day, and
 * steps before the due day belong to no episode. */
static bool lasting(const struct dun_policy *p, const struct dun__step *s)
{
  return dun__adverse(s->action) || dun__stages(p)[s->stage].from < 0;
}

static bool has_key(const struct dun__delivery *d, const struct dun_event *e)
{
  return d->due_day == e->due_day && d->occurrence == e->occurrence && d->attempt == e->attempt;
}

/* Whether the key of the event lies above that of the delivery. */
static bool key_rises(const struct dun__delivery *d, const struct dun_event *e)
{
  return d->due_day < e->due_day || (d->due_day == e->due_day &&
                                     (d->occurrence < e->occurrence ||
                                      (d->occurrence == e->occurrence && d->attempt < e->attempt)));
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

static void feed(const struct dun__step *s, struct dun__delivery *d, const struct dun_event *e,
                 size_t place)
{
  if (!d->known) {
    *d = no_delivery;
    d->known = true;
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
    d->intent = true;
    d->for_step = e->detail;
    return;
  }
  if (e->detail != 0)
    d->for_step = e->detail;
  d->outcome = e->outcome;
  d->last = e->occurred_at;
  d->retry = e->until;
  if (d->performed == DUN_TIME_NEVER && dun__uses_up(s, e->outcome)) {
    d->performed = e->occurred_at;
    d->performed_place = place;
    d->by = (uint8_t)dun__outcome_over(e->outcome, d->channel >> 28);
  }
}

static void meet(struct dun__case *c, const struct dun__step *s, uint32_t index,
                 const struct dun__delivery *d)
{
  const struct dun__prereq *q = dun__prereqs(c->policy);
  uint32_t now = dun__outcome_over(d->outcome, d->channel >> 28);
  if (d->outcome == DUN_OUTCOME_QUEUED || d->outcome == DUN_OUTCOME_UNKNOWN)
    return;
  for (uint32_t i = 0; i < c->policy->prereqs.count; i++) {
    dun_time at;
    if (q[i].step != index && (q[i].mark == DUN__NONE || q[i].mark != s->mark))
      continue;
    if (!(q[i].outcomes >> now & 1u))
      continue;
    at = d->performed != DUN_TIME_NEVER && q[i].outcomes >> d->by & 1u ? d->performed : d->last;
    c->met[i].episode = dun__min(c->met[i].episode, at);
    if (d->due_day != c->account.due_day)
      continue;
    c->met[i].due_day = dun__min(c->met[i].due_day, at);
    /* marks end with the episode, but for those that belong to none */
    if (q[i].step == index ? lasting(c->policy, s) : dun__stages(c->policy)[s->stage].from < 0)
      c->met[i].lasting = dun__min(c->met[i].lasting, at);
  }
}

/* Whether the delivery counts for the step: of the present cycle. */
static bool in_cycle(const struct dun__case *c, const struct dun__step *s,
                     const struct dun__delivery *d)
{
  return d->due_day == c->account.due_day ||
         (c->policy->cycle == DUN__CYCLE_EPISODE && !lasting(c->policy, s));
}

/* An occurrence is performed once, however many of its tries turn out to have gone through.
 * False: it was counted before. */
static bool count_performed(const struct dun__case *c, uint32_t index, struct dun__track *t,
                            const struct dun__delivery *d)
{
  if (d->performed_place > t->done_place)
    t->done_place = d->performed_place;
  if (dun__counted_is(t, d)) {
    t->last_performed = dun__min(t->last_performed, d->performed);
    if (t->performed == 1)
      t->first_performed = t->last_performed;
    return false;
  }
  t->performed++;
  t->counted = d->occurrence;
  t->counted_due = d->due_day;
  if (t->first_performed == DUN_TIME_NEVER)
    t->first_performed = d->performed;
  if (t->last_performed == DUN_TIME_NEVER || d->performed >= t->last_performed) {
    dun__use_up(c, index, &t->counts, dun__used_at(t), d->first);
    t->last_performed = d->performed;
  }
  return true;
}

/* Whether a delivery came to nothing, or is taken for unknown. */
static bool failed_try(const struct dun__step *s, const struct dun__delivery *d)
{
  return d->outcome != DUN_OUTCOME_NONE && !dun__uses_up(s, d->outcome);
}

/* What becomes of the newest delivery when d follows it. */
enum end {
  END_NONE,    /* it was performed, or has tries left, or none that counts */
  END_STAYED,  /* it stayed queued: dun__stays() */
  END_GIVEN_UP /* its occurrence was tried as often as may be */
};

static enum end end_of(const struct dun__case *c, const struct dun__step *s,
                       const struct dun__track *t, const struct dun__delivery *d)
{
  const struct dun__delivery *o = &t->last;
  uint32_t channel = dun__channel_used(c->policy, o->channel);
  if (!o->known || (o->occurrence == d->occurrence && o->due_day == d->due_day) ||
      dun__counted_is(t, o))
    return END_NONE;
  if (dun__stays(s, o))
    return END_STAYED;
  return s->retry_times != DUN__RETRY_UNSAID && channel != DUN__NONE && failed_try(s, o) &&
                 (uint32_t)t->failed[channel] + 1 > s->retry_times
             ? END_GIVEN_UP
             : END_NONE;
}

/* d becomes the newest delivery. */
static void follow(const struct dun__case *c, const struct dun__step *s, struct dun__track *t,
                   const struct dun__delivery *d)
{
  const struct dun__delivery *o = &t->last;
  uint32_t channel = dun__channel_used(c->policy, o->channel);
  if (!o->known || o->occurrence != d->occurrence || o->due_day != d->due_day)
    memset(t->failed, 0, sizeof t->failed);
  else if (channel != DUN__NONE && failed_try(s, o) && t->failed[channel] < UINT8_MAX)
    t->failed[channel]++;
  t->last = *d;
}

/* The tries of an occurrence are spent: of the step, or of the one that it stood in for. */
static void give_up(struct dun__case *c, struct dun__track *t, const struct dun__delivery *o)
{
  uint32_t other = dun__step_find(c->policy, o->for_step);
  if (other != DUN__NONE) {
    struct dun__track *k = &c->track[other];
    if (k->last_performed != DUN_TIME_NEVER && o->first <= k->last_performed)
      return;
    k->counts.stood_in = dun__max(k->counts.stood_in, o->last);
    k->foreign += o->first >= c->placed;
    t = k;
  } else {
    t->spent = true;
  }
  t->counts.skipped++;
  t->counts.given_up = o->first;
}

/* A delivery stayed queued: its occurrence is used up, about when it settled. */
static void stay(const struct dun__case *c, uint32_t index, struct dun__track *t,
                 const struct dun__delivery *o)
{
  dun_time last = dun__used_at(t);
  t->stayed = (struct dun__stayed){.first = o->first,
                                   .last = o->last,
                                   .after = last,
                                   .about = dun__settles_about(c, index, o),
                                   .place = o->place,
                                   .channel = o->channel,
                                   .performed = t->performed,
                                   .counts = t->counts};
  dun__use_up(c, index, &t->counts, last, o->first);
  t->counts.missed++;
  t->spent = true;
}

/* The delivery becomes the newest of its step: what became of the one before it? */
static void replace_last(struct dun__case *c, uint32_t index, struct dun__track *t,
                         const struct dun__delivery *d)
{
  const struct dun__step *s = &dun__steps(c->policy)[index];
  enum end end = end_of(c, s, t, d);
  if (t->last.outcome !=
      DUN_OUTCOME_NONE) /* of open intents in a row each is bound by the try before all */
    t->before = t->last;
  if (end == END_STAYED)
    stay(c, index, t, &t->last);
  if (end == END_GIVEN_UP)
    give_up(c, t, &t->last);
  follow(c, s, t, d);
}

static bool newer(const struct dun__track *t, const struct dun__delivery *d)
{
  const struct dun__delivery *o = &t->last;
  if (!o->known)
    return true;
  if (o->due_day != d->due_day)
    return o->place < d->place;
  return o->occurrence < d->occurrence ||
         (o->occurrence == d->occurrence && o->attempt <= d->attempt);
}

/* A step that stood in for another uses up one of the other's occurrences. */
static void stand_in(struct dun__case *c, uint32_t index, const struct dun__delivery *d)
{
  const struct dun__step *steps = dun__steps(c->policy);
  uint32_t other = dun__step_find(c->policy, d->for_step);
  struct dun__track *t;
  /* an outcome without its INTENT: the first step that escalates to it */
  for (uint32_t i = 0; i < c->policy->steps.count && d->for_step == 0 && other == DUN__NONE; i++)
    if (steps[index].on_escalation && steps[i].escalate == index)
      other = i;
  if (other == DUN__NONE || !in_cycle(c, &dun__steps(c->policy)[other], d))
    return;
  t = &c->track[other];
  t->counts.skipped++;
  t->foreign += d->first >= c->placed;
  t->counts.stood_in = dun__max(t->counts.stood_in, d->performed);
}

static void act_in_stage(struct dun__case *c, uint32_t stage, const struct dun__delivery *d)
{
  if (dun__stages(c->policy)[stage].from < 0)
    return;
  c->in_episode++;
  if (c->deepest == DUN__NONE || stage > c->deepest) {
    c->deepest = stage;
    c->deepest_since = d->first; /* deliveries are counted in the order of their first events */
  }
}

/* Count a delivery of step `index`. */
static void count_in(struct dun__case *c, uint32_t index, const struct dun__delivery *d)
{
  const struct dun__step *s = &dun__steps(c->policy)[index];
  struct dun__track *t = &c->track[index];
  bool performs = dun__uses_up(s, d->outcome);
  if (!d->known)
    return;
  if (dun__performs(d->outcome))
    act_in_stage(c, s->stage, d);
  if (dun__performs(d->outcome) && s->final) {
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
    t->open.known = false; /* a later delivery of the step has done what it was for */
  if (d->due_day == c->account.due_day)
    t->highest = (uint32_t)dun__max(t->highest, d->occurrence);
  if (!in_cycle(c, s, d))
    return;
  if (newer(t, d))
    replace_last(c, index, t, d);
  if (performs && count_performed(c, index, t, d))
    stand_in(c, index, d);
}

static void clear_counters(struct dun__track *t)
{
  t->first_performed = t->last_performed = t->stayed.about = DUN_TIME_NEVER;
  t->performed = t->foreign = 0;
  t->spent = false;
  t->counts = no_counts;
}

static void clear_episode(struct dun__case *c)
{
  c->in_episode = 0;
  c->final_taken = false;
  c->deepest = c->ordered_stage = DUN__NONE;
  c->deepest_since = c->ordered_at = DUN_TIME_NEVER;
}

/* The end of an episode: counters, marks and open intents end. */
static void end_episode(struct dun__case *c)
{
  const struct dun_policy *p = c->policy;
  for (uint32_t i = 0; i < p->steps.count; i++) {
    const struct dun__step *s = &dun__steps(p)[i];
    struct dun__track *t = &c->track[i];
    t->ordered_at = DUN_TIME_NEVER;
    if (dun__stages(p)[s->stage].from < 0)
      continue;
    t->last.known = t->before.known = t->open.known = false;
    if (!lasting(p, s))
      clear_counters(t);
  }
  for (uint32_t i = 0; i < p->prereqs.count; i++)
    c->met[i].episode = c->met[i].due_day = DUN_TIME_NEVER;
  clear_episode(c);
}

static bool ends_episode(const struct dun__case *c, const struct dun_event *e)
{
  if (e->account != c->account.id)
    return false;
  return e->kind == DUN_EVENT_CURED || e->kind == DUN_EVENT_CLOSED ||
         (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE && e->amount <= 0);
}

void dun__steps_begin(struct dun__case *c)
{
  for (uint32_t i = 0; i < c->policy->steps.count; i++) {
    struct dun__track *t = &c->track[i];
    t->newest = t->last = t->before = t->open = no_delivery;
    clear_counters(t);
    t->touched = DUN_TIME_MIN;
    t->highest = 0;
    t->ordered_at = t->ordered_until = DUN_TIME_NEVER;
    t->ordered_place = t->done_place = 0;
  }
  c->waiting.first = c->waiting.count = 0;
  for (uint32_t i = 0; i < c->policy->prereqs.count; i++)
    c->met[i].episode = c->met[i].due_day = c->met[i].lasting = DUN_TIME_NEVER;
  clear_episode(c);
}

static void count_oldest(struct dun__case *c)
{
  struct dun__waiting *w = &c->waiting;
  count_in(c, w->step[w->first], &w->delivery[w->first]);
  w->first = (w->first + 1) % DUN__WAITING;
  w->count--;
}

/* A place for a new delivery, the newest. */
static struct dun__delivery *await(struct dun__case *c, uint32_t step)
{
  struct dun__waiting *w = &c->waiting;
  uint32_t at;
  if (w->count == DUN__WAITING)
    count_oldest(c);
  at = (w->first + w->count++) % DUN__WAITING;
  w->delivery[at] = no_delivery;
  w->step[at] = (uint8_t)step;
  return &w->delivery[at];
}

/* The waiting delivery with the event's key; mostly it is one of the newest. */
static struct dun__delivery *waiting(struct dun__waiting *w, uint32_t step,
                                     const struct dun_event *e)
{
  for (uint32_t i = w->count; i-- > 0;) {
    uint32_t at = (w->first + i) % DUN__WAITING;
    if (w->step[at] == step && has_key(&w->delivery[at], e))
      return &w->delivery[at];
  }
  return NULL;
}

/* The whole delivery whose key first stands at event i; false if an earlier event has the key. */
static bool gather(const struct dun__case *c, const struct dun__step *s, size_t i,
                   struct dun__delivery *d)
{
  const struct dun_event *e = &c->events[i];
  for (size_t j = 0; j < i; j++)
    if (same_key(&c->events[j], e) && is_delivery(c, &c->events[j]) && !dun__is_void(c, j))
      return false;
  *d = no_delivery;
  for (size_t j = i; j < c->count; j++)
    if (same_key(&c->events[j], e) && is_delivery(c, &c->events[j]) && !dun__is_void(c, j))
      feed(s, d, &c->events[j], j);
  return true;
}

/* By hand: a stage or step, until it is done, its time is over, or the episode ends. */
static void order(struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  const struct dun_policy *p = c->policy;
  dun_time until = e->until == 0 ? DUN_TIME_NEVER : e->until;
  uint32_t step = dun__step_find(p, e->step);
  for (uint32_t k = 0; k < p->stages.count && e->detail != DUN_OVERRIDE_STEP; k++)
    if (dun__stages(p)[k].id == e->step) {
      c->ordered_stage = k;
      c->ordered_at = e->occurred_at;
      c->ordered_until = until;
      return;
    }
  if (step == DUN__NONE || e->detail == DUN_OVERRIDE_STAGE)
    return;
  c->track[step].ordered_at = e->occurred_at;
  c->track[step].ordered_until = until;
  c->track[step].ordered_place = i;
}

static void mark_ends(struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  if (ends_episode(c, e)) {
    while (c->waiting.count > 0)
      count_oldest(c);
    end_episode(c);
  }
  if (e->kind == DUN_EVENT_OVERRIDE && e->account == c->account.id)
    order(c, i);
}

/* The step of a delivery; DUN__NONE if it is not of this policy, or the entry is no delivery. */
static uint32_t step_told(struct dun__case *c, const struct dun_event *e)
{
  uint32_t index;
  if (!is_delivery(c, e))
    return DUN__NONE;
  index = dun__step_find(c->policy, e->step);
  /* a step of another policy: after the due day it belongs to an episode all the same */
  if (index == DUN__NONE && e->kind != DUN_EVENT_INTENT && dun__performs(e->outcome) &&
      dun__today(c, e->occurred_at) >= e->due_day)
    c->in_episode++;
  return index;
}

bool dun__steps_feed(struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  struct dun__delivery *d, *newest;
  uint32_t index;
  mark_ends(c, i);
  index = step_told(c, e);
  if (index == DUN__NONE)
    return true;
  newest = &c->track[index].newest;
  if (!newest->known || key_rises(newest, e)) {
    d = await(c, index);
    feed(&dun__steps(c->policy)[index], d, e, i);
    *newest = *d;
    return true;
  }
  d = waiting(&c->waiting, index, e);
  if (d == NULL)
    return false;
  feed(&dun__steps(c->policy)[index], d, e, i);
  return true;
}

void dun__steps_exact(struct dun__case *c, size_t i)
{
  struct dun__delivery whole;
  uint32_t index;
  mark_ends(c, i);
  index = step_told(c, &c->events[i]);
  if (index != DUN__NONE && gather(c, &dun__steps(c->policy)[index], i, &whole))
    count_in(c, index, &whole);
}

void dun__steps_finish(struct dun__case *c)
{
  while (c->waiting.count > 0)
    count_oldest(c);
}

/* Whether a later outcome of the key says that it was not performed after all. */
static bool revoked(const struct dun__case *c, const struct dun__step *s, size_t i)
{
  bool performed = true;
  for (size_t j = i + 1; j < c->count; j++)
    if (same_key(&c->events[j], &c->events[i]) && is_delivery(c, &c->events[j]) &&
        c->events[j].kind != DUN_EVENT_INTENT && !dun__is_void(c, j))
      performed = dun__uses_up(s, c->events[j].outcome);
  return !performed;
}

int64_t dun__performed_since(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  bool whole = c->policy->cycle == DUN__CYCLE_EPISODE && !lasting(c->policy, s);
  uint8_t done[8192]; /* one bit for each occurrence of a due day */
  dun_day due_day = c->account.due_day;
  int64_t n = 0;
  memset(done, 0, sizeof done);
  for (size_t i = 0; i < c->count; i++) {
    const struct dun_event *e = &c->events[i];
    uint8_t bit = (uint8_t)(1u << (e->occurrence % 8));
    if (dun__is_void(c, i))
      continue;
    if (ends_episode(c, e) && !lasting(c->policy, s)) {
      memset(done, 0, sizeof done);
      n = 0;
    }
    if (e->step != s->id || !is_delivery(c, e) || e->occurred_at < t ||
        e->kind == DUN_EVENT_INTENT || !dun__uses_up(s, e->outcome) ||
        (!whole && e->due_day != c->account.due_day))
      continue;
    if (e->due_day != due_day) { /* due days come one after the other */
      memset(done, 0, sizeof done);
      due_day = e->due_day;
    }
    if (revoked(c, s, i))
      continue;
    if (!(done[e->occurrence / 8] & bit))
      n++;
    done[e->occurrence / 8] |= bit;
  }
  return n;
}

int64_t dun__nothing_since(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  struct dun__track then; /* as it was by and by */
  int64_t n = 0;
  if (!c->track[step].spent)
    return 0;
  memset(&then, 0, sizeof then);
  for (size_t i = 0; i < c->count; i++) {
    const struct dun_event *e = &c->events[i];
    struct dun__delivery d;
    enum end end;
    if (dun__is_void(c, i))
      continue;
    if (ends_episode(c, e) && dun__stages(c->policy)[s->stage].from >= 0) {
      then.last.known = false;
      if (!lasting(c->policy, s))
        n = then.performed = 0;
    }
    if (e->step != s->id || !is_delivery(c, e) || !gather(c, s, i, &d) || !in_cycle(c, s, &d))
      continue;
    if (newer(&then, &d)) {
      end = end_of(c, s, &then, &d);
      /* what is given up of a stand-in is another step's */
      if (end == END_STAYED ||
          (end == END_GIVEN_UP && dun__step_find(c->policy, then.last.for_step) == DUN__NONE))
        n += then.last.first >= t;
      follow(c, s, &then, &d);
    }
    if (dun__uses_up(s, d.outcome)) {
      then.performed = 1;
      then.counted = d.occurrence;
      then.counted_due = d.due_day;
    }
  }
  return n;
}

dun_time dun__met_at(const struct dun__case *c, uint32_t prereq, uint32_t action)
{
  const struct dun__met *m = &c->met[prereq];
  bool wide =
      dun__prereqs(c->policy)[prereq].mark != DUN__NONE || c->policy->cycle == DUN__CYCLE_EPISODE;
  return dun__min(wide && !dun__adverse(action) ? m->episode : m->due_day, m->lasting);
}
