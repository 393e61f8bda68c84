/* SPDX-License-Identifier: MIT */
/* Memory: the one door to an allocator, and the default one. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/abi.h"

static void *default_alloc(void *user_data, size_t size)
{
  (void)user_data;
  return malloc(size);
}

static void default_release(void *user_data, void *memory, size_t size)
{
  (void)user_data;
  (void)size;
  free(memory);
}

dun_rc dun__alloc_take(struct dun_alloc *out, const struct dun_alloc *caller)
{
  dun_rc rc;
  if (caller == NULL) {
    memset(out, 0, sizeof *out);
    out->struct_size = (uint32_t)sizeof *out;
    out->alloc = default_alloc;
    out->release = default_release;
    return DUN_OK;
  }
  rc = dun__take(out, sizeof *out, sizeof *out, caller);
  if (rc != DUN_OK)
    return rc;
  if (out->reserved != 0)
    return DUN_E_NEWER;
  return out->alloc == NULL || out->release == NULL ? DUN_E_INVAL : DUN_OK;
}

void *dun__alloc(const struct dun_alloc *a, size_t size)
{
  return a->alloc(a->user_data, size == 0 ? 1 : size);
}

void dun__release(const struct dun_alloc *a, void *memory, size_t size)
{
  if (memory != NULL)
    a->release(a->user_data, memory, size == 0 ? 1 : size);
}

void *dun__resize(const struct dun_alloc *a, void *memory, size_t old_size, size_t new_size)
{
  void *fresh = dun__alloc(a, new_size);
  if (fresh != NULL && memory != NULL) {
    memcpy(fresh, memory, old_size < new_size ? old_size : new_size);
    dun__release(a, memory, old_size);
  }
  return fresh;
}
