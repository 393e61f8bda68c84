/* SPDX-License-Identifier: MIT */
/* A node of a YAML text as people read it, on one line. */
#ifndef DUNCTL_YAML_SHOW_H
#define DUNCTL_YAML_SHOW_H

#include "io.h"
#include "yaml_tree.h"

/* A scalar's text; a list's entries with commas between; a mapping as `key: value, ...`. What lies
 * within is written with its brackets. */
void yaml_show(struct io_text *to, const struct yaml_node *node);

#endif
