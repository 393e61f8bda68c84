/* SPDX-License-Identifier: MIT */
/* Size-first structs: taking them from callers of any version and giving results back. */
#ifndef DUN_BASE_ABI_H
#define DUN_BASE_ABI_H

#include <stddef.h>

#include <dun/dun.h>

/* The largest struct_size believed; anything above is a wild value. */
#define DUN__STRUCT_MAX 4096u

/* Sizes of the first release: the least an older caller can have. Never sizeof. */
#define DUN__ACCOUNT_V1 184u
#define DUN__DECISION_V1 128u
#define DUN__PERMISSION_V1 24u

/* Copy a caller's struct into one of ours: missing fields become zero.
 * DUN_OK, DUN_E_INVAL (src NULL), DUN_E_STRUCT, DUN_E_NEWER. */
dun_rc dun__take(void *dst, size_t dst_size, size_t v1, const void *src);

/* Check that a caller's out-struct can be given to. DUN_OK, DUN_E_INVAL, DUN_E_STRUCT. */
dun_rc dun__can_give(const void *dst, size_t v1);

/* Give a result into a caller's struct that dun__can_give() accepted: its struct_size stays, what
 * it has beyond our size is zeroed, what it lacks is left out. */
void dun__give(void *dst, const void *src, size_t src_size);

/* Zero a caller's struct and set its struct_size; sizes that cannot be are ignored. */
void dun__init(void *dst, uint32_t struct_size);

#endif
