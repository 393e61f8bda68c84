/* SPDX-License-Identifier: MIT */
/* Conditions: whether a `when` holds, at which DPD that may turn, and since when it holds. */
#ifndef DUN_CORE_WHEN_H
#define DUN_CORE_WHEN_H

#include "core/case.h"

/* The field that a FACTS event's detail (DUN_FACT_) is about; DUN__FIELDS = none of them. */
uint32_t dun__field_of_fact(uint32_t fact);

/* Whether the tree at `node` (DUN__NONE = always) holds at t with the present facts. */
bool dun__when(const struct dun__case *c, uint32_t node, dun_time t);

/* The first instant after t at which some test of the policy may turn by time alone. */
dun_time dun__when_turn(const struct dun__case *c, dun_time t);

/* For a tree that holds at t: the instant since which it has held without a break, as far as the
 * log tells; DUN_TIME_MIN if nothing in the log or the calendar made it true. */
dun_time dun__when_since(const struct dun__case *c, uint32_t node, dun_time t);

#endif
