/* SPDX-License-Identifier: MIT */
/* An arena: memory that is given out piece by piece and freed at once. */
#include "policy/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK 32768u
#define ALIGN sizeof(max_align_t)

struct dun__chunk {
  struct dun__chunk *next;
  size_t size; /* of the whole chunk */
};

static size_t round_up(size_t n)
{
  return (n + ALIGN - 1) / ALIGN * ALIGN;
}

void dun__arena_init(struct dun__arena *arena, const struct dun_alloc *alloc)
{
  arena->alloc = alloc;
  arena->chunks = NULL;
  arena->left = 0;
}

void *dun__arena_get(struct dun__arena *arena, size_t size)
{
  size_t head = round_up(sizeof(struct dun__chunk));
  void *p;
  if (size > SIZE_MAX / 2)
    return NULL;
  size = round_up(size == 0 ? 1 : size);
  if (size > arena->left) {
    size_t whole = head + (size > CHUNK - head ? size : CHUNK - head);
    struct dun__chunk *fresh = dun__alloc(arena->alloc, whole);
    if (fresh == NULL)
      return NULL;
    fresh->size = whole;
    fresh->next = arena->chunks;
    arena->chunks = fresh;
    arena->left = whole - head;
  }
  p = (unsigned char *)arena->chunks + (arena->chunks->size - arena->left);
  arena->left -= size;
  return memset(p, 0, size);
}

void dun__arena_free(struct dun__arena *arena)
{
  while (arena->chunks != NULL) {
    struct dun__chunk *next = arena->chunks->next;
    dun__release(arena->alloc, arena->chunks, arena->chunks->size);
    arena->chunks = next;
  }
  arena->left = 0;
}
