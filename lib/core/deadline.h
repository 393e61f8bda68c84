/* SPDX-License-Identifier: MIT */
/* Until when an action is in time: `within`, from its first permitted instant (design 5). */
#ifndef DUN_CORE_DEADLINE_H
#define DUN_CORE_DEADLINE_H

#include <stdbool.h>

#include "core/case.h"

/* The last instant that is in time: the end of a date, or for elapsed time the wait's own end.
 * held: dates whose start lies under a hold are not counted; closed dates never are, for business
 * days. DUN_TIME_NEVER: no `within`, no `first`, a hold without end, or a calendar that does not
 * know. */
dun_time dun__deadline(const struct dun__case *c, struct dun__span within, dun_time first,
                       bool held);

#endif
