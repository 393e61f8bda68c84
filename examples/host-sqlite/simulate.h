/* SPDX-License-Identifier: MIT */
/* The simulated clock: from instant to instant, the debtors' payments and what is due. */
#ifndef HOST_SQLITE_SIMULATE_H
#define HOST_SQLITE_SIMULATE_H

#include "host.h"

/* From @p clock, the first instant not yet done, to before @p end. Payments are applied at their
 * instant, then the runner does what is due. Each step is durable; a stop ends it between persons.
 * *clock = how far it came. false = it was told. */
bool simulate(struct host *h, dun_time start, dun_time end, dun_time *clock);

#endif
