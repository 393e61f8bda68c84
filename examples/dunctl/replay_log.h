/* SPDX-License-Identifier: MIT */
/* A log as CSV: rows into events, with the place of what is wrong. */
#ifndef DUNCTL_REPLAY_LOG_H
#define DUNCTL_REPLAY_LOG_H

#include <stddef.h>

#include "ask_args.h"

struct replay_log {
  struct dun_event *events; /* in order of (occurred_at, recorded_at, row) */
  size_t count, bad;        /* rows that were left out, each told on stderr */
};

/* Read FILE for the account of `a`. False: it cannot be read, after a message. */
bool replay_log_read(struct replay_log *log, const struct ask_args *a, const char *file);
/* The log and the facts as they were known at an instant: events into `out`, which has room for all. */
size_t replay_log_known(const struct replay_log *log, dun_time at, struct dun_event *out,
                        struct dun_account *account);
void replay_log_free(struct replay_log *log);

/* The columns, for the help. */
extern const char replay_log_help[];

#endif
