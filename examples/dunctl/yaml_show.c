/* SPDX-License-Identifier: MIT */
/* A node of a YAML text as people read it, on one line. */
#include "yaml_show.h"

#include <stdlib.h>

static void show_text(struct io_text *to, const struct yaml_node *node)
{
  size_t room = 2 * node->size + 8;
  char *shown = io_alloc(room);
  io_show(shown, room, node->text);
  io_add(to, "%s", shown);
  free(shown);
}

/* The tree is no deeper than yaml_tree_read() lets it be. */
static void show(struct io_text *to, const struct yaml_node *node, bool brackets)
{
  if (node->kind == YAML_SCALAR) {
    show_text(to, node);
    return;
  }
  if (brackets)
    io_add(to, "%c", node->kind == YAML_MAP ? '{' : '[');
  for (const struct yaml_node *e = node->first; e != NULL; e = e->next) {
    if (e != node->first)
      io_add(to, ", ");
    if (node->kind == YAML_MAP) {
      show_text(to, e->key);
      io_add(to, ": ");
    }
    show(to, e, true);
  }
  if (brackets)
    io_add(to, "%c", node->kind == YAML_MAP ? '}' : ']');
}

void yaml_show(struct io_text *to, const struct yaml_node *node)
{
  show(to, node, false);
}
