/* SPDX-License-Identifier: MIT */
/* The callbacks of dun_run over the database. */
#ifndef HOST_SQLITE_HOST_H
#define HOST_SQLITE_HOST_H

#include <signal.h>

#include "db.h"
#include "load.h"

struct host {
  struct db *db;
  const dun_policy *policy;
  const volatile sig_atomic_t *stop; /* set by a signal: claim nothing more */
  struct dun_host callbacks;
  dun_time now;         /* of the run */
  struct person person; /* the one that is claimed */
  uint64_t released;    /* its lease ends with the next claim; 0 = none */
  unsigned told;        /* lines of the runner's log */
};

void host_init(struct host *h, struct db *db, const dun_policy *policy,
               const volatile sig_atomic_t *stop);
void host_free(struct host *h);

/* dun_run at an instant. */
dun_rc host_run(struct host *h, dun_time now, struct dun_run_report *report);

#endif
