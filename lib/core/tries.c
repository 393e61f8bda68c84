/* SPDX-License-Identifier: MIT */
/* Tries: channels that may still be used, and when the next try may be made. */
#include "core/tries.h"

#include "base/arith.h"
#include "base/names.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/fold.h"
#include "core/guard.h"
#include "core/ladder.h"
#include "core/plan.h"
#include "core/reach.h"

static const struct dun__step *step_of(const struct dun__case *c, uint32_t step)
{
  return &dun__steps(c->policy)[step];
}

uint32_t dun__reaching(const struct dun__case *c, const struct dun__step *s, uint64_t *reasons)
{
  uint32_t channels = 0;
  for (uint32_t i = 0; i < s->channels; i++)
    if (dun__reaches(c, s->party, s->channel[i], reasons)) {
      struct dun__ask ask =
          dun__ask_of_step(c, (uint32_t)(s - dun__steps(c->policy)), s->channel[i]);
      if (dun__forbidden(c, &ask))
        *reasons |= DUN_REASON_FORBIDDEN;
      else
        channels |= 1u << s->channel[i];
    }
  return channels;
}

bool dun__reachable(const struct dun__case *c, const struct dun__step *s, uint64_t *reasons)
{
  return s->action != DUN_ACTION_CONTACT || dun__reaching(c, s, reasons) != 0;
}

/* The deadline of a delivery that was begun at `begun`, its first entry at `place` of the log, as the
 * policy saw it then. */
static dun_time deadline_then(const struct dun__case *c, uint32_t step, dun_time begun,
                              uint32_t for_step, uint32_t id, size_t place, bool stayed)
{
  uint32_t channel = id == 0 ? DUN__NONE : dun__channel_used(c->policy, id);
  const struct dun__step *s = step_of(c, step);
  struct dun__ask ask = dun__ask_for(c, s->action, DUN__NONE, s->party, step);
  bool missing = false, held = s->action != DUN_ACTION_TASK;
  const struct dun__rise *outer;
  struct dun__plan p;
  dun_time first;
  if (s->within.unit == DUN__SPAN_NONE)
    return DUN_TIME_NEVER;
  if (for_step != 0)
    return dun__deadline(c, s->within, begun, held);
  /* in plain view, with nothing of the present view half done */
  outer = c->memo->rising;
  c->memo->rising = NULL;
  c->memo->plain++;
  if (stayed)
    dun__plan_of_stayed(c, step, &p);
  else
    dun__plan(c, step, begun, false, &p);
  c->memo->plain--;
  c->memo->rising = outer;
  if (p.deadline != DUN_TIME_NEVER)
    return p.deadline;
  if (s->action == DUN_ACTION_CONTACT && channel != DUN__NONE)
    ask = dun__ask_for(c, s->action, channel, s->party, step);
  ask.skip = place;
  first = dun__max(p.planned, dun__ready(c, s->require, s->requires, s->action, &missing));
  first = missing ? DUN_TIME_NEVER : dun__permitted(c, &ask, first, NULL);
  return dun__deadline(c, s->within, first, held);
}

/* When a delivery that was begun at `begun` and queued at `queued` is taken for unknown. */
static dun_time judged(const struct dun__case *c, uint32_t id, dun_time begun, dun_time queued,
                       dun_time deadline)
{
  struct dun__span span = {DUN__SPAN_DAYS, 3};
  uint32_t channel = id == 0 ? DUN__NONE : dun__channel_used(c->policy, id);
  if (channel != DUN__NONE)
    span = dun__channels(c->policy)[channel].settle;
  if (deadline < begun) /* a delivery begun after its deadline has the channel's time */
    deadline = DUN_TIME_NEVER;
  return dun__max(dun__min(deadline, dun__wait(c, queued, span, DUN__NO_TIME)), queued);
}

/* When a delivery of the step whose outcome is queued is taken for unknown; else NEVER. */
static dun_time settles(const struct dun__case *c, uint32_t step, const struct dun__delivery *d)
{
  if (!d->known || d->outcome != DUN_OUTCOME_QUEUED || c->memo->plain > 0)
    return DUN_TIME_NEVER;
  return judged(c, d->channel, d->first, d->last,
                deadline_then(c, step, d->first, d->for_step, d->channel, d->place, false));
}

dun_time dun__stayed_until(const struct dun__case *c, uint32_t step)
{
  const struct dun__stayed *q = &c->track[step].stayed;
  dun_time at = judged(c, q->channel, q->first, q->last,
                       deadline_then(c, step, q->first, 0, q->channel, q->place, true));
  return at == DUN_TIME_NEVER ? q->last : at;
}

dun_time dun__settles_about(const struct dun__case *c, uint32_t step, const struct dun__delivery *d)
{
  const struct dun__step *s = step_of(c, step);
  bool dated = s->every.unit != DUN__SPAN_NONE && s->every.unit != DUN__SPAN_SECONDS;
  dun_time from = d->first, at;
  if (s->late == DUN__LATE_SKIP && dated) /* counted from the plan: of that date */
    from = dun__min(from, dun__time_on(c, dun__today(c, from), s->time));
  at = judged(c, d->channel, d->first, d->last,
              dun__deadline(c, s->within, from, s->action != DUN_ACTION_TASK));
  return at == DUN_TIME_NEVER ? d->last : at;
}

dun_time dun__settles(const struct dun__case *c, uint32_t step)
{
  return settles(c, step, &c->track[step].last);
}

bool dun__tried(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__track *k = &c->track[step];
  const struct dun__delivery *d = &k->last;
  if (!d->known || d->outcome == DUN_OUTCOME_NONE || dun__uses_up(step_of(c, step), d->outcome) ||
      dun__counted_is(k, d) || dun__stays(step_of(c, step), d))
    return false;
  return d->outcome != DUN_OUTCOME_QUEUED || t >= dun__settles(c, step);
}

uint32_t dun__unspent(const struct dun__case *c, uint32_t step, uint32_t channels)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__track *k = &c->track[step];
  uint32_t last;
  if (s->retry_times == DUN__RETRY_UNSAID)
    return channels;
  last = dun__channel_used(c->policy, k->last.channel);
  for (uint32_t i = 0; i < c->policy->channels.count; i++)
    if ((uint32_t)k->failed[i] + (i == last) > s->retry_times)
      channels &= ~(1u << i);
  return channels;
}

bool dun__spent(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__track *k = &c->track[step];
  uint64_t ignored = 0;
  uint32_t last = dun__channel_used(c->policy, k->last.channel);
  if (s->retry_times == DUN__RETRY_UNSAID || last == DUN__NONE || !dun__tried(c, step, t) ||
      (uint32_t)k->failed[last] + 1 <= s->retry_times)
    return false;
  if (s->action != DUN_ACTION_CONTACT)
    return true;
  return dun__unspent(c, step, dun__reaching(c, s, &ignored)) == 0;
}

bool dun__tries_spent(const struct dun__case *c, uint32_t step, dun_time t)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__track *k = &c->track[step];
  if (k->last.for_step == 0 && dun__spent(c, step, t))
    return true;
  for (uint32_t i = s->escalate; i != DUN__NONE; i = step_of(c, i)->escalate) { /* no cycle */
    const struct dun__delivery *d = &c->track[i].last;
    if (d->known && d->for_step == s->id &&
        (k->last_performed == DUN_TIME_NEVER || d->first > k->last_performed) &&
        dun__spent(c, i, t))
      return true;
  }
  return false;
}

/* The wait before the next try, after `failures` on one channel. */
static struct dun__span retry_span(const struct dun__step *s, uint32_t failures)
{
  struct dun__span span = s->retry_every;
  int64_t n = span.n;
  /* each a `backoff` per cent of the one before, rounded up; it ends far beyond any use */
  const int64_t most = span.unit == DUN__SPAN_SECONDS ? INT32_MAX : DUN__MAX_DPD;
  for (uint32_t i = 1; i < failures; i++)
    n = dun__min((n * s->retry_backoff + 99) / 100, most);
  span.n = (int32_t)n;
  return span;
}

dun_time dun__touched(const struct dun__case *c, uint32_t step)
{
  dun_time at = c->track[step].touched;
  return at == DUN_TIME_MIN ? at : dun__time_add(at, 1);
}

dun_time dun__after_tries(const struct dun__case *c, uint32_t step)
{
  dun_time at = c->track[step].touched;
  if (at == DUN_TIME_MIN)
    return at;
  return dun__max(dun__touched(c, step), dun__start_of(c, (int64_t)dun__today(c, at) + 1));
}

dun_time dun__next_try(const struct dun__case *c, uint32_t step, uint32_t channels, dun_time t)
{
  const struct dun__step *s = step_of(c, step);
  const struct dun__track *k = &c->track[step];
  const struct dun__delivery *d = &k->last;
  dun_time at = dun__touched(c, step), from;
  uint32_t last, failures = 1;
  if (d->known && d->outcome == DUN_OUTCOME_NONE && k->before.known &&
      k->before.occurrence == d->occurrence && k->before.due_day == d->due_day) {
    d = &k->before; /* an open intent is bound by the try it followed, which is counted by now */
    failures = 0;
    if (dun__uses_up(s, d->outcome))
      return at;
  } else if (!dun__tried(c, step, t)) {
    return at;
  }
  if (dun__outcome_traits(d->outcome) & DUN__TRAIT_DEAD)
    return at; /* the next channel, or a new address, may be tried at once */
  last = dun__channel_used(c->policy, d->channel);
  if (s->action == DUN_ACTION_CONTACT && s->retry_times != DUN__RETRY_UNSAID && last != DUN__NONE &&
      !(channels >> last & 1u))
    return at; /* its tries are spent: the next channel */
  if (d->outcome != DUN_OUTCOME_QUEUED && d->retry != 0)
    return dun__max(at, d->retry);
  from = d->outcome == DUN_OUTCOME_QUEUED ? settles(c, step, d) : d->last;
  if (from == DUN_TIME_NEVER)
    return DUN_TIME_NEVER;
  failures += last == DUN__NONE ? 0 : k->failed[last];
  if (s->retry_every.unit != DUN__SPAN_NONE)
    return dun__max(at, dun__wait(c, from, retry_span(s, failures), DUN__NO_TIME));
  return dun__max(at, dun__start_of(c, (int64_t)dun__today(c, from) + 1));
}
