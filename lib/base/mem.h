/* SPDX-License-Identifier: MIT */
/* Memory: the one door to an allocator. Only lib/base/mem.c knows malloc. */
#ifndef DUN_BASE_MEM_H
#define DUN_BASE_MEM_H

#include <stddef.h>

#include <dun/dun.h>

/* Read a caller's allocator (NULL = malloc and free). DUN_OK, DUN_E_INVAL (a missing function),
 * DUN_E_STRUCT, DUN_E_NEWER. */
dun_rc dun__alloc_take(struct dun_alloc *out, const struct dun_alloc *caller);

void *dun__alloc(const struct dun_alloc *a, size_t size);
void dun__release(const struct dun_alloc *a, void *memory, size_t size);

/* Move to a larger (or smaller) block; on failure NULL, and the old block stays. */
void *dun__resize(const struct dun_alloc *a, void *memory, size_t old_size, size_t new_size);

#endif
