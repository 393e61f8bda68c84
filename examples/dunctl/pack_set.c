/* SPDX-License-Identifier: MIT */
/* The conduct packs there are: those built in, and a host's, which come before them. */
#include "pack_set.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "nearest.h"

const char *const pack_sections[] = {"hours",  "caps",     "cooldowns", "spacing",  "exclusive",
                                     "forbid", "requires", "not_after", "disclose", NULL};

static void finding(void *data, unsigned line, unsigned column, const char *message)
{
  fprintf(stderr, "%s:%u:%u: %s\n", (const char *)data, line, column, message);
}

static bool add(struct pack_set *set, const char *name, char *file, const char *text, size_t size)
{
  struct pack *pack = &set->packs[set->count++];
  char shown[80];
  snprintf(shown, sizeof shown, "pack %.60s", name);
  pack->name = name;
  pack->file = file;
  return yaml_tree_read(&pack->tree, text, size, finding, file != NULL ? file : shown);
}

static int by_name(const void *a, const void *b)
{
  return strcmp(((const struct pack *)a)->name, ((const struct pack *)b)->name);
}

static bool is_of_host(const struct packs_dir *host, const char *name)
{
  for (size_t i = 0; i < host->count; i++)
    if (strcmp(host->names[i], name) == 0)
      return true;
  return false;
}

bool pack_set_read(struct pack_set *set, const struct packs_dir *host)
{
  uint32_t built_in = dun_pack_count();
  bool ok = true;
  set->count = 0;
  set->packs = io_alloc((built_in + host->count) * sizeof *set->packs);
  for (size_t i = 0; i < host->count; i++)
    ok = add(set, host->names[i], host->files[i], host->list[i].text, (size_t)host->list[i].size) &&
         ok;
  for (uint32_t i = 1; i <= built_in; i++) {
    const char *name = dun_pack_name(i);
    uint64_t size = 0;
    const char *text = dun_pack_text(name, &size);
    if (!is_of_host(host, name))
      ok = add(set, name, NULL, text, (size_t)size) && ok;
  }
  qsort(set->packs, set->count, sizeof *set->packs, by_name);
  return ok;
}

void pack_set_free(struct pack_set *set)
{
  for (size_t i = 0; i < set->count; i++)
    yaml_tree_free(&set->packs[i].tree);
  free(set->packs);
}

const struct pack *pack_find(const struct pack_set *set, const char *name, const char **near)
{
  size_t least = NEAREST_WORD;
  *near = NULL;
  for (size_t i = 0; i < set->count; i++) {
    if (strcmp(set->packs[i].name, name) == 0)
      return &set->packs[i];
    nearest(name, set->packs[i].name, near, &least);
  }
  return NULL;
}

size_t pack_rule_count(const struct pack *pack)
{
  size_t n = 0;
  for (size_t i = 0; pack_sections[i] != NULL; i++) {
    const struct yaml_node *section = yaml_get(pack->tree.root, pack_sections[i]);
    if (section != NULL && section->kind == YAML_LIST)
      n += section->size;
  }
  return n;
}
