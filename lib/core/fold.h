/* SPDX-License-Identifier: MIT */
/*
 * The fold: from a log to what it adds up to (struct dun__case). One way to count, for decide and
 * for everything that goes through it.
 */
#ifndef DUN_CORE_FOLD_H
#define DUN_CORE_FOLD_H

#include "base/names.h"
#include "core/case.h"

/* Check every event's own fields and the order. *bad is the index of the first that fails. */
dun_rc dun__log_check(const struct dun_event *events, size_t count, size_t *bad);

/* Begin and finish fill the case's log part. policy, account, events, count, now and the zones must
 * be set and the log checked. c->exact is the slow way of matching outcomes with their keys, which is
 * taken by itself where the log needs it, and by a caller who sets it in between; both give the same
 * answer (a property test holds them together). DUN_OK; DUN_E_LIMIT (holds), with *bad.
 * A case that was begun and not finished can be fed the next entries of its log by dun__fold_more();
 * a copy of it is finished, and asked. */
dun_rc dun__fold_begin(struct dun__case *c, size_t *bad);
/* The log has grown to `count` entries, c->events holds them, checked. False: they cannot be taken
 * one by one; begin anew. */
bool dun__fold_more(struct dun__case *c, size_t count);
void dun__fold_finish(struct dun__case *c);

/* Occurrences of the step in the present cycle that were performed at or after t. */
int64_t dun__performed_since(const struct dun__case *c, uint32_t step, dun_time t);

/* Of those that were begun at or after t: given up after their tries, or stayed queued. */
int64_t dun__nothing_since(const struct dun__case *c, uint32_t step, dun_time t);

/* When a prerequisite was met, as an action of this kind sees it; DUN_TIME_NEVER = not met. */
dun_time dun__met_at(const struct dun__case *c, uint32_t prereq, uint32_t action);

/* Whether an outcome uses up an occurrence of the step: an optional one is not repeated because
 * nobody knows whether it went through. */
static inline bool dun__uses_up(const struct dun__step *s, uint32_t outcome)
{
  return dun__performs(outcome) || (s->optional && outcome == DUN_OUTCOME_UNKNOWN);
}

/* Whether the delivery stays queued if nobody says what became of it, and has used up its occurrence
 * then: an optional step is not repeated for that. A stand-in uses up another step's. */
static inline bool dun__stays(const struct dun__step *s, const struct dun__delivery *d)
{
  return s->optional && d->outcome == DUN_OUTCOME_QUEUED && d->for_step == 0;
}

/* Whether the delivery's occurrence was performed, by this try or another: as far as it is the one
 * that was counted last. */
static inline bool dun__counted_is(const struct dun__track *t, const struct dun__delivery *d)
{
  return t->performed > 0 && t->counted == d->occurrence && t->counted_due == d->due_day;
}

/* When an occurrence of the step was last used up: performed, or about when a delivery that stayed
 * queued settled; DUN_TIME_NEVER = none was. */
static inline dun_time dun__used_at(const struct dun__track *t)
{
  if (t->stayed.about == DUN_TIME_NEVER)
    return t->last_performed;
  return t->last_performed == DUN_TIME_NEVER || t->last_performed < t->stayed.about
             ? t->stayed.about
             : t->last_performed;
}

/* The place of the channel with this id, by which tries are counted; 0 for what has no channel,
 * DUN__NONE for a channel that the policy lacks. */
static inline uint32_t dun__channel_used(const dun_policy *p, uint32_t id)
{
  for (uint32_t i = 0; i < p->channels.count; i++)
    if (dun__channels(p)[i].id == id)
      return i;
  return id == 0 ? 0 : DUN__NONE;
}

/* Whether an action is an adverse one: against the account rather than to a person. */
static inline bool dun__adverse(uint32_t action)
{
  return action != DUN_ACTION_CONTACT && action != DUN_ACTION_TASK;
}

#endif
