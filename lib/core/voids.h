/* SPDX-License-Identifier: MIT */
/* Corrections: which entries of a log VOIDs have taken back. */
#ifndef DUN_CORE_VOIDS_H
#define DUN_CORE_VOIDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

/* One bit for each entry of the largest log. Set up only if the log has a VOID. */
struct dun__voids {
  bool any;
  uint8_t bits[(DUN_EVENTS_MAX + 8) / 8];
};

/* Read a log of at most DUN_EVENTS_MAX events, in order. */
void dun__voids_read(struct dun__voids *voids, const struct dun_event *events, size_t count);

/* Whether entry i is taken as never made; i lies in the log that was read. */
static inline bool dun__voided(const struct dun__voids *voids, size_t i)
{
  return voids->any && ((uint32_t)voids->bits[i / 8] >> (i % 8) & 1u);
}

#endif
