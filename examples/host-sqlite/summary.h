/* SPDX-License-Identifier: MIT */
/* What a collections manager wants to know at the end. */
#ifndef HOST_SQLITE_SUMMARY_H
#define HOST_SQLITE_SUMMARY_H

#include <dun/dun.h>

#include "db.h"

/* Print it, as of an instant. false = it was told. */
bool summary(struct db *db, const dun_policy *policy, dun_time now);

#endif
