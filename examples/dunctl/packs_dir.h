/* SPDX-License-Identifier: MIT */
/* Option --packs: the conduct packs of a host, the *.yaml files of a folder. */
#ifndef DUNCTL_PACKS_DIR_H
#define DUNCTL_PACKS_DIR_H

#include <stdbool.h>
#include <stddef.h>

#include <dun/dun.h>

struct packs_dir {
  struct dun_pack_text *list; /* in the order of their files' names */
  char **names;               /* what each calls itself */
  char **files;               /* fit for output */
  char **memory;              /* of the texts */
  size_t count;
};

/* Read the folder; NULL = none, no packs. False: a message on stderr says what is wrong. To be freed in
 * either case. */
bool packs_dir_read(struct packs_dir *packs, const char *dir);
/* Give them to a compile, which must end before they are freed. */
void packs_dir_give(const struct packs_dir *packs, struct dun_compile *options);
void packs_dir_free(struct packs_dir *packs);

#endif
