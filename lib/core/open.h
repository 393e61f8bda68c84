/* SPDX-License-Identifier: MIT */
/* Opening a case: from what a caller gives to a checked and folded struct dun__case. */
#ifndef DUN_CORE_OPEN_H
#define DUN_CORE_OPEN_H

#include "core/case.h"

/* Check everything and fold the log. c and memo live as long as the case is used; `memo` may not be
 * shared by two cases. c->now becomes the later of now and the last event. Errors are those of
 * dun_decide(); *bad (may be NULL) gets the index of the event that an error is about. */
dun_rc dun__case_open(struct dun__case *c, struct dun__memo *memo, const dun_policy *policy,
                      const struct dun_account *account, const struct dun_event *events,
                      size_t count, dun_time now, size_t *bad);

/* The same in parts, for those who ask about a log that grows: begin, and for each question finish a
 * copy; dun__case_more() takes the entries that c->events holds beyond the last count, one by one
 * where that can be done, else from the start (a case that was finished cannot be fed). After an
 * error the case must be begun anew. A change of the account's facts needs a new case. */
dun_rc dun__case_begin(struct dun__case *c, const dun_policy *policy,
                       const struct dun_account *account, const struct dun_event *events,
                       size_t count, dun_time now, size_t *bad);
dun_rc dun__case_more(struct dun__case *c, size_t count, dun_time now, size_t *bad);
void dun__case_finish(struct dun__case *c, struct dun__memo *memo);

#endif
