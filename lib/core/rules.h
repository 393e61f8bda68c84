/* SPDX-License-Identifier: MIT */
/* One conduct rule at one instant: whether it binds what is asked, and from when on it permits it. */
#ifndef DUN_CORE_RULES_H
#define DUN_CORE_RULES_H

#include "core/guard.h"
#include "core/ledger.h"

/* Whether the rule is about what is asked at all, whatever the time. */
bool dun__rule_about(const struct dun__rule *r, const struct dun__ask *ask);

/* Whether the rule binds at t: it is in force, its `when` holds, nothing lifts it. *turn (which the
 * caller sets) is lowered to the next instant after t at which time alone may change that; *waived is
 * set where a waiver lifts it. Agreed hours are left to the hours. */
bool dun__rule_binds(const struct dun__case *c, const struct dun__rule *r,
                     const struct dun__ask *ask, dun_time t, dun_time *turn, bool *waived);

/* For a rule that binds at t and is none of hours: t, if it permits then, or the first instant after
 * it at which it does as far as it alone is concerned; DUN_TIME_NEVER. */
dun_time dun__rule_free(const struct dun__case *c, const struct dun__rule *r,
                        const struct dun__ask *ask, dun_time t);

/* The contacts that fill a cap, or set off a cool-down, that denies at t: given to `told` one by one,
 * the newest first. */
void dun__rule_tell(const struct dun__case *c, const struct dun__rule *r,
                    const struct dun__ask *ask, dun_time t,
                    void (*told)(void *data, const struct dun__touch *touch), void *data);

/* The zones a party may be in; at most two. One with a zone of its own is in that; the borrower may also
 * be in the account's second. */
uint32_t dun__zones_of(const struct dun__case *c, uint32_t party, const struct dun__zone *out[2]);

#endif
