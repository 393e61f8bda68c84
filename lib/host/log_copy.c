/* SPDX-License-Identifier: MIT */
/* The runner's own copy of a person's log. What the runner adds comes last, by its stamp. */
#include "host/log_copy.h"

#include <string.h>

#include "base/arith.h"
#include "base/mem.h"

bool dun__log_reserve(struct dun__log_copy *log, size_t total)
{
  struct dun_event *events;
  size_t capacity = log->capacity < 64 ? 64 : log->capacity;
  if (total <= log->capacity)
    return true;
  while (capacity < total)
    capacity *= 2; /* total is bounded by DUN_EVENTS_MAX and a little */
  events = dun__resize(log->alloc, log->events, log->capacity * sizeof *events,
                       capacity * sizeof *events);
  if (events == NULL)
    return false;
  log->events = events;
  log->capacity = capacity;
  return true;
}

void dun__log_set(struct dun__log_copy *log, const struct dun_event *events, size_t count)
{
  if (count > 0)
    memcpy(log->events, events, count * sizeof *events);
  log->count = count;
  log->read = count;
  dun__voids_read(&log->voids, log->events, count);
}

void dun__log_add(struct dun__log_copy *log, const struct dun_event *event)
{
  log->events[log->count++] = *event;
}

void dun__log_stamp(const struct dun__log_copy *log, dun_time now, struct dun_event *event)
{
  const struct dun_event *last = log->count > 0 ? &log->events[log->count - 1] : NULL;
  event->occurred_at = event->recorded_at = now;
  if (last == NULL || last->occurred_at < now)
    return;
  event->occurred_at = last->occurred_at;
  event->recorded_at = dun__max(dun__max(now, last->occurred_at), last->recorded_at);
}

bool dun__log_placed(const struct dun__log_copy *log, uint64_t account)
{
  for (size_t i = 0; i < log->count; i++)
    if (log->events[i].kind == DUN_EVENT_PLACED && log->events[i].account == account &&
        !(i < log->read && dun__voided(&log->voids, i)))
      return true;
  return false;
}

void dun__log_free(struct dun__log_copy *log)
{
  dun__release(log->alloc, log->events, log->capacity * sizeof *log->events);
  log->events = NULL;
  log->count = log->capacity = 0;
}
