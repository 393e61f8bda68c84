/* SPDX-License-Identifier: MIT */
/* After a crash: what became of the intents that the dead program left open. */
#ifndef HOST_SQLITE_SETTLE_H
#define HOST_SQLITE_SETTLE_H

#include <dun/dun.h>

#include "db.h"

/* Settle them and end the dead program's leases. *settled = how many had been delivered. */
bool settle(struct db *db, const dun_policy *policy, uint64_t *settled);

#endif
