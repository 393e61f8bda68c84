/* SPDX-License-Identifier: MIT */
/*
 * The fold: from a log to what it adds up to (struct dun__case). One way to count, for decide and
 * for everything that goes through it.
 */
#ifndef DUN_CORE_FOLD_H
#define DUN_CORE_FOLD_H

#include "core/case.h"

/* Check every event's own fields and the order. *bad is the index of the first that fails. */
dun_rc dun__log_check(const struct dun_event *events, size_t count, size_t *bad);

/* Fill the case's log part. policy, account, events, count, now and the zones must be set and the
 * log checked. `exact` forces the slow way of matching outcomes with their keys, which is taken by
 * itself where the log needs it; both give the same answer (a property test holds them together).
 * DUN_OK; DUN_E_LIMIT (holds), with *bad. */
dun_rc dun__fold(struct dun__case *c, bool exact, size_t *bad);

/* When a prerequisite was met, as an action of this kind sees it; DUN_TIME_NEVER = not met. */
dun_time dun__met_at(const struct dun__case *c, uint32_t prereq, uint32_t action);

/* Whether an action is an adverse one: against the account rather than to a person. */
static inline bool dun__adverse(uint32_t action)
{
  return action != DUN_ACTION_CONTACT && action != DUN_ACTION_TASK;
}

#endif
