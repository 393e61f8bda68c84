/* SPDX-License-Identifier: MIT */
/* The built-in conduct packs, the files of lib/packs, made into a table by lib/packs/embed.py. */
#ifndef DUN_POLICY_PACKS_H
#define DUN_POLICY_PACKS_H

#include <stdint.h>

struct dun__builtin {
  const char *name;
  const char *text; /* NUL-terminated */
  uint32_t size;
};

/* Sorted by name. */
extern const struct dun__builtin dun__builtin_packs[];
extern const uint32_t dun__builtin_count;

#endif
