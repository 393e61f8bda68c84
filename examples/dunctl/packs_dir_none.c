/* SPDX-License-Identifier: MIT */
/* --packs in a dunctl without libyaml, which cannot read packs, nor policies. */
#include <stdio.h>
#include <string.h>

#include "packs_dir.h"

bool packs_dir_read(struct packs_dir *packs, const char *dir)
{
  memset(packs, 0, sizeof *packs);
  if (dir != NULL)
    fprintf(stderr, "dunctl: --packs cannot be read: built without libyaml\n");
  return dir == NULL;
}

void packs_dir_give(const struct packs_dir *packs, struct dun_compile *options)
{
  (void)packs;
  (void)options;
}

void packs_dir_free(struct packs_dir *packs)
{
  (void)packs;
}
