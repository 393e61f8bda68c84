/* SPDX-License-Identifier: MIT */
/* The answer to an opened case, for all that goes through decide's own parts. */
#ifndef DUN_CORE_DECIDE_H
#define DUN_CORE_DECIDE_H

#include "core/case.h"

/* Fill *d with the answer at c->now; `asked` is the instant that was asked for, which lies before
 * c->now if the clock went back behind the log. DUN_OK; DUN_E_RANGE: the occurrences of the step
 * are used up. */
dun_rc dun__decide(const struct dun__case *c, dun_time asked, struct dun_decision *d);

#endif
