/* SPDX-License-Identifier: MIT */
/*
 * The ladder: which stage an account is in at an instant, since when, and when that can change by
 * time alone (design 5.2, 5.3).
 */
#ifndef DUN_CORE_LADDER_H
#define DUN_CORE_LADDER_H

#include "core/case.h"

/* When the prerequisites [first, first + n) are met and their waits over, for an action of this
 * kind. *missing is set if one is not met at all; then DUN_TIME_NEVER. */
dun_time dun__ready(const struct dun__case *c, uint32_t first, uint32_t n, uint32_t action,
                    bool *missing);

/* Whether the stage may be had at all at t: one before the due day until that is over, the others
 * while something is past due. */
bool dun__stage_allowed(const struct dun__case *c, uint32_t stage, dun_time t);

/* Whether `from` and `when` of a stage hold at t, its prerequisites left aside. */
bool dun__stage_open(const struct dun__case *c, uint32_t stage, dun_time t);

/* The stage at t, by hand or by the ladder; DUN__NONE. *reasons (may be NULL) gets why it is not a
 * higher one (HOLD, STAY), or OVERRIDE. */
uint32_t dun__stage_at(const struct dun__case *c, dun_time t, uint64_t *reasons);

/* Whether the stage at t was set by hand. */
bool dun__stage_ordered(const struct dun__case *c, dun_time t);

/* Since when the stage has been entered, as seen at t. */
dun_time dun__stage_entry(const struct dun__case *c, uint32_t stage, dun_time t);

/* Whether some stage above `stage` lacks only a prerequisite that time alone does not bring. */
bool dun__stage_lacking(const struct dun__case *c, uint32_t stage, dun_time t);

/* The next instant after t at which the stage, or a condition, may turn by time alone. */
dun_time dun__turn_after(const struct dun__case *c, dun_time t);

#endif
