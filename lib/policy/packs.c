/* SPDX-License-Identifier: MIT */
/* The built-in conduct packs, for those who read them. */
#include "policy/packs.h"

#include <stddef.h>
#include <string.h>

#include <dun/dun.h>

uint32_t dun_pack_count(void)
{
  return dun__builtin_count;
}

const char *dun_pack_name(uint32_t index)
{
  return index == 0 || index > dun__builtin_count ? NULL : dun__builtin_packs[index - 1].name;
}

const char *dun_pack_text(const char *name, uint64_t *size)
{
  for (uint32_t i = 0; name != NULL && i < dun__builtin_count; i++)
    if (strcmp(dun__builtin_packs[i].name, name) == 0) {
      if (size != NULL)
        *size = dun__builtin_packs[i].size;
      return dun__builtin_packs[i].text;
    }
  return NULL;
}
