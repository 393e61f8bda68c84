/* SPDX-License-Identifier: MIT */
/* A conduct rule in plain words. */
#ifndef DUNCTL_PACK_WORDS_H
#define DUNCTL_PACK_WORDS_H

#include "io.h"
#include "yaml_tree.h"

/* What a rule of a section says, as one sentence: whom it binds, what it demands, when, and what lifts it.
 * Its strength, confidence, source, dates and readings are not in it. */
void pack_words(struct io_text *to, const char *section, const struct yaml_node *rule);

#endif
