/* SPDX-License-Identifier: MIT */
/* The conduct packs there are: those built in, and a host's, which come before them. */
#ifndef DUNCTL_PACK_SET_H
#define DUNCTL_PACK_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "packs_dir.h"
#include "yaml_tree.h"

struct pack {
  const char *name;
  const char *file; /* fit for output; NULL = built in */
  struct yaml_tree tree;
};

struct pack_set {
  struct pack *packs; /* by name */
  size_t count;
};

/* What the sections of a pack are called; NULL ends the list. */
extern const char *const pack_sections[];

/* Read all of them. The host's must outlive the set. False: one cannot be read, after a message. To be
 * freed in either case. */
bool pack_set_read(struct pack_set *set, const struct packs_dir *host);
void pack_set_free(struct pack_set *set);

/* A pack by its name; NULL: there is none, and *near is the nearest name, or NULL. */
const struct pack *pack_find(const struct pack_set *set, const char *name, const char **near);
/* How many rules it has. */
size_t pack_rule_count(const struct pack *pack);

#endif
