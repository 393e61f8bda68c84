/* SPDX-License-Identifier: MIT */
/* Option --packs: the conduct packs of a host, the *.yaml files of a folder. */
#define _POSIX_C_SOURCE 200809L /* opendir */
#include "packs_dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "yaml_tree.h"

#define PACK_MAX (1u << 20) /* what dun_policy_compile takes */

/* What is wrong with a file, with its place. */
static void finding(void *data, unsigned line, unsigned column, const char *message)
{
  fprintf(stderr, "%s:%u:%u: %s\n", (const char *)data, line, column, message);
}

/* What a pack calls itself; the library finds it by that. NULL: a message says what is wrong. */
static char *name_of(char *shown, const char *text, size_t size)
{
  struct yaml_tree tree;
  const struct yaml_node *name;
  char *copy = NULL;
  if (yaml_tree_read(&tree, text, size, finding, shown)) {
    name = tree.root != NULL ? yaml_get(tree.root, "pack") : NULL;
    if (name == NULL || name->kind != YAML_SCALAR || name->size == 0) {
      finding(shown, 1, 1, "a pack is a mapping that starts with `pack: ` and its name");
    } else {
      copy = io_alloc(name->size + 1);
      strcpy(copy, name->text);
    }
  }
  yaml_tree_free(&tree);
  return copy;
}

static bool add(struct packs_dir *packs, const char *dir, const char *entry)
{
  size_t room = strlen(dir) + strlen(entry) + 2, size, n = packs->count;
  char *path = io_alloc(room), *text, *shown = io_alloc(2 * room + 8), *name = NULL;
  snprintf(path, room, "%s/%s", dir, entry);
  io_show(shown, 2 * room + 8, path);
  text = io_read(path, shown, PACK_MAX, &size);
  free(path);
  if (text != NULL)
    name = name_of(shown, text, size);
  for (size_t i = 0; name != NULL && i < n; i++)
    if (strcmp(packs->names[i], name) == 0) {
      fprintf(stderr, "dunctl: %s and %s are both named `%s`\n", packs->files[i], shown, name);
      free(name);
      name = NULL;
    }
  if (name == NULL) {
    free(text);
    free(shown);
    return false;
  }
  packs->list = io_grow(packs->list, (n + 1) * sizeof *packs->list);
  packs->names = io_grow(packs->names, (n + 1) * sizeof *packs->names);
  packs->files = io_grow(packs->files, (n + 1) * sizeof *packs->files);
  packs->memory = io_grow(packs->memory, (n + 1) * sizeof *packs->memory);
  packs->list[n].text = packs->memory[n] = text;
  packs->list[n].size = size;
  packs->names[n] = name;
  packs->files[n] = shown;
  packs->count++;
  return true;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of a folder's entries that end in .yaml, sorted. False: it cannot be read. */
static bool list(const char *dir, char ***names, size_t *count)
{
  struct dirent *entry;
  DIR *folder = opendir(dir);
  int error = errno;
  *names = NULL;
  *count = 0;
  while (folder != NULL && (errno = 0, entry = readdir(folder)) != NULL) {
    size_t n = strlen(entry->d_name);
    if (entry->d_name[0] == '.' || n < 6 || strcmp(entry->d_name + n - 5, ".yaml") != 0)
      continue;
    *names = io_grow(*names, (*count + 1) * sizeof **names);
    (*names)[*count] = io_alloc(n + 1);
    strcpy((*names)[(*count)++], entry->d_name);
  }
  if (folder != NULL) {
    error = errno;
    closedir(folder);
  }
  if (error == 0 && *count > 0)
    qsort(*names, *count, sizeof **names, by_name);
  errno = error;
  return folder != NULL && error == 0;
}

bool packs_dir_read(struct packs_dir *packs, const char *dir)
{
  char shown[1024], **names = NULL;
  size_t count = 0;
  bool ok = true;
  memset(packs, 0, sizeof *packs);
  if (dir == NULL)
    return true;
  io_show(shown, sizeof shown, dir);
  if (!list(dir, &names, &count)) {
    fprintf(stderr, "dunctl: cannot read the folder %s: %s\n", shown, strerror(errno));
    ok = false;
  } else if (count == 0) {
    fprintf(stderr, "dunctl: there is no pack in %s, no file *.yaml\n", shown);
    ok = false;
  }
  for (size_t i = 0; i < count; i++) {
    ok = ok && add(packs, dir, names[i]);
    free(names[i]);
  }
  free(names);
  return ok;
}

void packs_dir_give(const struct packs_dir *packs, struct dun_compile *options)
{
  options->packs = packs->list;
  options->pack_count = packs->count;
}

void packs_dir_free(struct packs_dir *packs)
{
  for (size_t i = 0; i < packs->count; i++) {
    free(packs->memory[i]);
    free(packs->names[i]);
    free(packs->files[i]);
  }
  free(packs->list);
  free(packs->names);
  free(packs->files);
  free(packs->memory);
  memset(packs, 0, sizeof *packs);
}
