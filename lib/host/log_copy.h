/* SPDX-License-Identifier: MIT */
/* The runner's own copy of a person's log. What the runner adds comes last, by its stamp. */
#ifndef DUN_HOST_LOG_COPY_H
#define DUN_HOST_LOG_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

#include "core/voids.h"

struct dun__log_copy {
  const struct dun_alloc *alloc;
  struct dun_event *events;
  size_t count;
  size_t capacity;
  size_t read;             /* how many of them dun__log_set gave */
  struct dun__voids voids; /* of those */
};

/* Make room for @p total events; false = no memory, and nothing changed. */
bool dun__log_reserve(struct dun__log_copy *log, size_t total);

/* Take over a log as it is, of at most DUN_EVENTS_MAX. Room for it must have been reserved. */
void dun__log_set(struct dun__log_copy *log, const struct dun_event *events, size_t count);

/* Put one more event, stamped, behind the others. Room must have been reserved. */
void dun__log_add(struct dun__log_copy *log, const struct dun_event *event);

/* Set when an event that is appended at @p now occurs and is recorded: so that it sorts last. */
void dun__log_stamp(const struct dun__log_copy *log, dun_time now, struct dun_event *event);

/* Whether the account was ever placed; what a VOID took back does not count. */
bool dun__log_placed(const struct dun__log_copy *log, uint64_t account);

void dun__log_free(struct dun__log_copy *log);

#endif
