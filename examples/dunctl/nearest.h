/* SPDX-License-Identifier: MIT */
/* Did you mean: the name that is nearest to a misspelt one. */
#ifndef DUNCTL_NEAREST_H
#define DUNCTL_NEAREST_H

#include <stddef.h>

#define NEAREST_WORD 64 /* longer names are near to none */

/* Keep the better of two suggestions; *best starts as NULL, *least as NEAREST_WORD. */
void nearest(const char *word, const char *name, const char **best, size_t *least);

#endif
