/* SPDX-License-Identifier: MIT */
/* Mappings by their keys, names that are nearly right, and how findings are worded. */
#include "policy/schema.h"

#include <stdio.h>
#include <string.h>

bool dun__is(const struct dun__node *node, const char *text)
{
  return node != NULL && node->kind == DUN__NODE_SCALAR && strlen(text) == node->size &&
         memcmp(node->text, text, node->size) == 0;
}

/* Edit distance (a swap of neighbours counts one); both at most DUN__MAX_NAME bytes. */
static uint32_t distance(const char *a, size_t an, const char *b, size_t bn)
{
  uint32_t row[3][DUN__MAX_NAME + 1];
  for (size_t j = 0; j <= bn; j++)
    row[0][j] = (uint32_t)j;
  for (size_t i = 1; i <= an; i++) {
    uint32_t *now = row[i % 3], *last = row[(i + 2) % 3], *older = row[(i + 1) % 3];
    now[0] = (uint32_t)i;
    for (size_t j = 1; j <= bn; j++) {
      uint32_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best)
        best = last[j] + 1;
      if (now[j - 1] + 1 < best)
        best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && older[j - 2] + 1 < best)
        best = older[j - 2] + 1;
      now[j] = best;
    }
  }
  return row[an % 3][bn];
}

void dun__near_init(struct dun__near *near, const struct dun__diag *diag,
                    const struct dun__node *node)
{
  memset(near, 0, sizeof *near);
  if (node->size == 0 || node->size > DUN__MAX_NAME ||
      !dun__diag_wants(diag, node->line, node->column))
    return;
  near->text = node->text;
  near->size = node->size;
  near->distance = near->size < 5 ? 2 : near->size < 9 ? 3 : 4; /* so many edits are too many */
}

void dun__near_try(struct dun__near *near, const char *candidate)
{
  size_t n = strlen(candidate);
  uint32_t d;
  if (near->text == NULL || n > DUN__MAX_NAME)
    return;
  if (n >= near->size + near->distance || near->size >= n + near->distance)
    return;
  d = distance(near->text, near->size, candidate, n);
  if (d < near->distance) {
    near->distance = d;
    near->best = candidate;
  }
}

const char *dun__near_hint(struct dun__near *near)
{
  near->hint[0] = '\0';
  if (near->best != NULL)
    snprintf(near->hint, sizeof near->hint, "did you mean `%s`?", near->best);
  return near->hint;
}

struct dun__quoted dun__label(const struct dun__node *node)
{
  struct dun__quoted top;
  for (; node != NULL && node->parent != NULL; node = node->parent)
    if (node->key != NULL)
      return dun__quote(node->key->text, node->key->size);
  memcpy(top.text, "policy", sizeof "policy");
  return top;
}

void dun__wants_hint(struct dun__diag *diag, const struct dun__node *node, const char *what,
                     const char *hint)
{
  struct dun__quoted label, found;
  if (node == NULL || node->kind == DUN__NODE_BAD)
    return;
  label = dun__label(node);
  if (node->kind == DUN__NODE_SCALAR && node->size > 0) {
    found = dun__quote(node->text, node->size);
    dun__error(diag, node, hint, "`%s` wants %s, not `%s`", label.text, what, found.text);
  } else {
    dun__error(diag, node, hint, "`%s` wants %s, not %s", label.text, what,
               node->kind == DUN__NODE_SCALAR ? "nothing"
               : node->kind == DUN__NODE_MAP  ? node->count > 0 ? "a mapping" : "an empty mapping"
               : node->count > 0              ? "a list"
                                              : "an empty list");
  }
}

void dun__wants(struct dun__diag *diag, const struct dun__node *node, const char *what)
{
  dun__wants_hint(diag, node, what, NULL);
}

void dun__unsupported(struct dun__diag *diag, const struct dun__node *node, const char *what)
{
  dun__error(diag, node, NULL, "%s not supported yet by this version of libdun", what);
}

static bool listed(const char *const *list, const struct dun__node *key, size_t *place)
{
  for (size_t i = 0; list != NULL && list[i] != NULL; i++)
    if (dun__is(key, list[i])) {
      *place = i;
      return true;
    }
  return false;
}

bool dun__fields(struct dun__diag *diag, const struct dun__node *node, const char *what,
                 const char *const *known, const char *const *unsupported,
                 const struct dun__node **out)
{
  for (size_t i = 0; known[i] != NULL; i++)
    out[i] = NULL;
  if (node == NULL)
    return false;
  if (node->kind != DUN__NODE_MAP) {
    dun__wants(diag, node, what);
    return false;
  }
  for (const struct dun__node *entry = node->first; entry != NULL; entry = entry->next) {
    struct dun__quoted q;
    struct dun__near near;
    size_t place = 0;
    if (listed(known, entry->key, &place)) {
      if (out[place] == NULL) /* a duplicate was reported, the first counts */
        out[place] = entry;
      continue;
    }
    q = dun__quote(entry->key->text, entry->key->size);
    if (listed(unsupported, entry->key, &place)) {
      dun__error(diag, entry->key, NULL, "`%s` is not supported yet by this version of libdun",
                 q.text);
      continue;
    }
    dun__near_init(&near, diag, entry->key);
    for (size_t i = 0; known[i] != NULL; i++)
      dun__near_try(&near, known[i]);
    dun__error(diag, entry->key, dun__near_hint(&near), "unknown key `%s`", q.text);
  }
  return true;
}
