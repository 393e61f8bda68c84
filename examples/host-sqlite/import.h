/* SPDX-License-Identifier: MIT */
/* A portfolio CSV into the database. */
#ifndef HOST_SQLITE_IMPORT_H
#define HOST_SQLITE_IMPORT_H

#include <signal.h>

#include <dun/dun.h>

#include "adopt.h"
#include "db.h"

struct import_report {
  uint64_t added;
  uint64_t known; /* in the database already */
  uint64_t bad;   /* skipped, each told on stderr */
};

/* What the first import writes with its accounts. */
struct beginning {
  dun_day start_day;
  struct identity policy;
};

/* Import what is not there yet, all in one transaction; new accounts are due at @p at. false: it
 * was told and nothing was written. A stop leaves it unwritten too. */
bool import_portfolio(struct db *db, const dun_policy *policy, const char *path, dun_time at,
                      const struct beginning *beginning, const volatile sig_atomic_t *stop,
                      struct import_report *report);

#endif
