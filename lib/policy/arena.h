/* SPDX-License-Identifier: MIT */
/* An arena: memory that is given out piece by piece and freed at once. */
#ifndef DUN_POLICY_ARENA_H
#define DUN_POLICY_ARENA_H

#include <stddef.h>

#include <dun/dun.h>

struct dun__chunk;

struct dun__arena {
  const struct dun_alloc *alloc;
  struct dun__chunk *chunks;
  size_t left; /* bytes left in the newest chunk */
};

void dun__arena_init(struct dun__arena *arena, const struct dun_alloc *alloc);

/* Zeroed memory aligned for any type; NULL = the allocator gave nothing. */
void *dun__arena_get(struct dun__arena *arena, size_t size);

void dun__arena_free(struct dun__arena *arena);

#endif
