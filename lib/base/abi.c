/* SPDX-License-Identifier: MIT */
/* Size-first structs: taking them from callers of any version and giving results back. */
#include "base/abi.h"

#include <string.h>

/* Layouts are ABI. tests/abi/layout.c holds every field to its place; a build without tests still
 * stops here if a size moves. */
_Static_assert(sizeof(struct dun_account) == DUN__ACCOUNT_V1, "dun_account changed its size");
_Static_assert(sizeof(struct dun_event) == 64, "dun_event changed its size");
_Static_assert(sizeof(struct dun_decision) == DUN__DECISION_V1, "dun_decision changed its size");
_Static_assert(sizeof(struct dun_permission) == 40, "dun_permission changed its size");

static uint32_t size_of(const void *p)
{
  uint32_t n;
  memcpy(&n, p, sizeof n);
  return n;
}

dun_rc dun__take(void *dst, size_t dst_size, size_t v1, const void *src)
{
  const unsigned char *p = src;
  uint32_t n;
  if (src == NULL)
    return DUN_E_INVAL;
  n = size_of(src);
  if (n < v1 || n > DUN__STRUCT_MAX)
    return DUN_E_STRUCT;
  for (size_t i = dst_size; i < n; i++)
    if (p[i] != 0)
      return DUN_E_NEWER;
  memset(dst, 0, dst_size);
  memcpy(dst, src, n < dst_size ? n : dst_size);
  return DUN_OK;
}

dun_rc dun__can_give(const void *dst, size_t v1)
{
  uint32_t n;
  if (dst == NULL)
    return DUN_E_INVAL;
  n = size_of(dst);
  return n < v1 || n > DUN__STRUCT_MAX ? DUN_E_STRUCT : DUN_OK;
}

void dun__give(void *dst, const void *src, size_t src_size)
{
  uint32_t n = size_of(dst);
  size_t common = n < src_size ? n : src_size;
  memcpy((unsigned char *)dst + 4, (const unsigned char *)src + 4, common - 4);
  if (n > src_size)
    memset((unsigned char *)dst + src_size, 0, n - src_size);
}

void dun__init(void *dst, uint32_t struct_size)
{
  if (dst == NULL || struct_size < 8 || struct_size > DUN__STRUCT_MAX)
    return;
  memset(dst, 0, struct_size);
  memcpy(dst, &struct_size, sizeof struct_size);
}

void dun_account_init(struct dun_account *account, uint32_t struct_size)
{
  dun__init(account, struct_size);
}

void dun_decision_init(struct dun_decision *decision, uint32_t struct_size)
{
  dun__init(decision, struct_size);
}

void dun_permission_init(struct dun_permission *permission, uint32_t struct_size)
{
  dun__init(permission, struct_size);
}

void dun_batch_init(struct dun_batch *batch, uint32_t struct_size)
{
  dun__init(batch, struct_size);
}

void dun_compile_init(struct dun_compile *options, uint32_t struct_size)
{
  dun__init(options, struct_size);
}

void dun_host_init(struct dun_host *host, uint32_t struct_size)
{
  dun__init(host, struct_size);
}

void dun_assume_init(struct dun_assume *assume, uint32_t struct_size)
{
  dun__init(assume, struct_size);
}

void dun_forecast_sum_init(struct dun_forecast_sum *sum, uint32_t struct_size)
{
  dun__init(sum, struct_size);
}
