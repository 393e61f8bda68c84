/* SPDX-License-Identifier: MIT */
/* Corrections: which entries of a log VOIDs have taken back. */
#include "core/voids.h"

#include <string.h>

static bool same_entry(const struct dun_event *v, const struct dun_event *e)
{
  return e->kind == v->outcome && e->occurred_at == v->until && e->account == v->account &&
         e->due_day == v->due_day && e->step == v->step && e->occurrence == v->occurrence &&
         e->attempt == v->attempt && e->channel == v->channel && e->party == v->party &&
         e->detail == v->detail;
}

/* The place after the last of the first `count` events with occurred_at <= t. */
static size_t end_of(const struct dun_event *events, size_t count, dun_time t)
{
  size_t low = 0, high = count;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (events[mid].occurred_at <= t)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

/* From the newest VOID back, so that a VOID of a VOID brings the entry back. */
void dun__voids_read(struct dun__voids *voids, const struct dun_event *events, size_t count)
{
  voids->any = false;
  for (size_t i = 0; i < count && !voids->any; i++)
    voids->any = events[i].kind == DUN_EVENT_VOID;
  if (!voids->any)
    return;
  memset(voids->bits, 0, sizeof voids->bits);
  for (size_t i = count; i-- > 0;) {
    const struct dun_event *v = &events[i];
    if (v->kind != DUN_EVENT_VOID || dun__voided(voids, i))
      continue;
    /* the newest entry of that instant that fits and stands */
    for (size_t j = end_of(events, i, v->until); j-- > 0 && events[j].occurred_at == v->until;)
      if (same_entry(v, &events[j]) && !dun__voided(voids, j)) {
        voids->bits[j / 8] |= (uint8_t)(1u << (j % 8));
        break;
      }
  }
}
