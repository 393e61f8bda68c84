/* SPDX-License-Identifier: MIT */
/* Did you mean: the name that is nearest to a misspelt one. */
#include "nearest.h"

#include <string.h>

/* How many letters have to be changed, put in or left out, or NEAREST_WORD if that is many. */
static size_t distance(const char *a, const char *b)
{
  size_t n = strlen(a), m = strlen(b), row[NEAREST_WORD];
  if (n >= NEAREST_WORD || m >= NEAREST_WORD)
    return NEAREST_WORD;
  for (size_t j = 0; j <= m; j++)
    row[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t cost = corner + (a[i - 1] != b[j - 1]);
      corner = row[j];
      if (row[j] + 1 < cost)
        cost = row[j] + 1;
      if (row[j - 1] + 1 < cost)
        cost = row[j - 1] + 1;
      row[j] = cost;
    }
  }
  return row[m];
}

void nearest(const char *word, const char *name, const char **best, size_t *least)
{
  size_t d = distance(word, name);
  if (d < *least && d <= 2 && d < strlen(name)) {
    *best = name;
    *least = d;
  }
}
