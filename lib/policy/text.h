/* SPDX-License-Identifier: MIT */
/* Policy text (the YAML subset, JSON included) as a tree of nodes that know their place. */
#ifndef DUN_POLICY_TEXT_H
#define DUN_POLICY_TEXT_H

#include <stdint.h>

#include <dun/dun.h>

#include "policy/arena.h"

struct dun__diag;

#define DUN__NODE_SCALAR 1u
#define DUN__NODE_MAP 2u
#define DUN__NODE_LIST 3u
#define DUN__NODE_BAD 4u /* was reported already: say no more of it */

/* Values (keys counted too) that a text may have: bounds the memory of a hostile one. */
#define DUN__MAX_NODES 262144u

struct dun__node {
  const struct dun__node *parent; /* NULL = the top */
  const struct dun__node *key;    /* of an entry of a mapping; a key is its own */
  struct dun__node *first;        /* first entry of a mapping or list */
  struct dun__node *next;         /* next entry of the parent */
  const char *text;               /* of a scalar: `size` bytes and a NUL */
  uint32_t size;
  uint32_t count;        /* entries */
  uint32_t line, column; /* from 1 */
  uint32_t index;        /* among the entries of the parent, from 0 */
  uint32_t kind;
};

/* Read a text into *root. What is wrong with it goes to diag; *root is NULL if it cannot be read
 * at all (then something was reported). DUN_OK, DUN_E_NOMEM, DUN_E_UNSUPPORTED (no libyaml). */
dun_rc dun__text_read(struct dun__arena *arena, struct dun__diag *diag, const char *text,
                      size_t size, struct dun__node **root);

#endif
