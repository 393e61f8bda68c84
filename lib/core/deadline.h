/* SPDX-License-Identifier: MIT */
/* Deadlines: the last instant at which an action is in time (design 5.6). */
#ifndef DUN_CORE_DEADLINE_H
#define DUN_CORE_DEADLINE_H

#include "core/case.h"

/* The end of `within`, counted from `first`; `held`: dates whose start lies under a hold are not
 * counted. DUN_TIME_NEVER without `within`, or for a first of NEVER. */
dun_time dun__deadline(const struct dun__case *c, struct dun__span within, dun_time first,
                       bool held);

#endif
