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

#endif
