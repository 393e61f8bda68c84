/* SPDX-License-Identifier: MIT */
/* A YAML text (the subset that policies use, JSON included) as a tree of nodes with their places. */
#ifndef DUNCTL_YAML_TREE_H
#define DUNCTL_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#define YAML_SCALAR 1
#define YAML_MAP 2
#define YAML_LIST 3

struct yaml_node {
  int kind;
  unsigned line, column;   /* from 1 */
  char *text;              /* of a scalar: `size` bytes and a NUL, no NUL within */
  size_t size;             /* of a scalar its bytes; of others the number of entries */
  size_t start, end;       /* its characters in the text, from 0; end is not included */
  struct yaml_node *key;   /* of an entry of a mapping */
  struct yaml_node *first; /* first entry of a mapping or list */
  struct yaml_node *next;  /* next entry of the parent */
  struct yaml_node *older; /* for yaml_tree_free() */
};

struct yaml_tree {
  struct yaml_node *root; /* NULL = there is nothing that can be used */
  struct yaml_node *newest;
};

/* Called for each thing that is wrong with a text. */
typedef void yaml_report(void *data, unsigned line, unsigned column, const char *message);

/* Read a text. Returns whether all is well; what is not was reported. The tree is to be freed
 * in either case. */
bool yaml_tree_read(struct yaml_tree *tree, const char *text, size_t size, yaml_report *report,
                    void *data);
void yaml_tree_free(struct yaml_tree *tree);

/* The value of a key of a mapping; NULL = not there, or no mapping. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Whether a node is a scalar of this text. */
bool yaml_is(const struct yaml_node *node, const char *text);

#endif
