/* SPDX-License-Identifier: MIT */
/* Whether a text is UTF-8 without characters that have no place in a policy. */
#ifndef DUN_POLICY_UTF8_H
#define DUN_POLICY_UTF8_H

#include <stdbool.h>
#include <stddef.h>

struct dun__diag;

/* Steps over a byte order mark; false and a finding at the first byte that may not be. */
bool dun__utf8_check(struct dun__diag *diag, const char **text, size_t *size);

#endif
