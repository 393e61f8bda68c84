/* SPDX-License-Identifier: MIT */
/* Conditions: whether a `when` holds, at which DPD that may turn, and since when it holds. */
#ifndef DUN_CORE_WHEN_H
#define DUN_CORE_WHEN_H

#include "core/case.h"

/* The field that a FACTS event's detail (DUN_FACT_) is about; DUN__FIELDS = none of them. */
uint32_t dun__field_of_fact(uint32_t fact);

/* Whether the tree at `node` (DUN__NONE = always) holds for these facts at this DPD. */
bool dun__when(const struct dun_policy *p, uint32_t node, const struct dun_account *facts,
               int32_t dpd);

/* The smallest DPD > dpd at which some test on dpd in the policy turns; INT32_MAX = none. */
int32_t dun__when_next(const struct dun_policy *p, int32_t dpd);

/* For a tree that holds at t: the instant since which it has held without a break, as far as the
 * log tells; DUN_TIME_MIN if nothing in the log or the calendar made it true. */
dun_time dun__when_since(const struct dun__case *c, uint32_t node, dun_time t);

#endif
