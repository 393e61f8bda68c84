/* SPDX-License-Identifier: MIT */
/* Conduct packs as people read them, and as JSON. */
#ifndef DUNCTL_PACK_PRINT_H
#define DUNCTL_PACK_PRINT_H

#include "pack_set.h"

#define PACKS_NO_ADVICE \
  "Packs are no legal advice: they were written from public texts, and counsel should read those " \
  "that " \
  "you use."

/* All packs as a table, or one in full; pack_json.c has the same as JSON. */
void pack_print_list(const struct pack_set *set);
void pack_print_one(const struct pack *pack);
void pack_json_list(const struct pack_set *set);
void pack_json_one(const struct pack *pack);

#endif
