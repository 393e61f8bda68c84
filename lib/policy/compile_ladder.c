/* SPDX-License-Identifier: MIT */
/* The head's keys about the ladder as a whole: how it goes up, what becomes of plans that passed. */
#include "policy/compile.h"

bool dun__get_word(struct dun__build *b, const struct dun__node *node, const char *const *words,
                   const char *wants, uint8_t *out)
{
  struct dun__near near;
  if (node == NULL || node->kind == DUN__NODE_BAD)
    return false;
  for (uint8_t i = 0; node->kind == DUN__NODE_SCALAR && words[i] != NULL; i++)
    if (dun__is(node, words[i])) {
      *out = i;
      return true;
    }
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 0; words[i] != NULL; i++)
    dun__near_try(&near, words[i]);
  dun__wants_hint(&b->diag, node, wants, dun__near_hint(&near));
  return false;
}

void dun__compile_ladder(struct dun__build *b, const struct dun__node *advance,
                         const struct dun__node *catch_up, const struct dun__node *spacing,
                         const struct dun__node *deescalate, const struct dun__node *cycle)
{
  static const char *const ways[] = {"direct", "stepwise", NULL};
  static const char *const catches[] = {"newest", "each", "skip", NULL};
  static const char *const cycles[] = {"due", "episode", NULL};
  bool may_fall = true;
  dun__get_word(b, advance, ways, "direct or stepwise", &b->advance);
  dun__get_word(b, catch_up, catches, "newest, each or skip", &b->catch_up);
  dun__get_word(b, cycle, cycles, "due or episode", &b->cycle);
  dun__get_bool(&b->diag, deescalate, &may_fall);
  b->keeps_stage = !may_fall;
  if (spacing == NULL || spacing->kind == DUN__NODE_LIST) /* a list: rules of conduct */
    return;
  dun__get_span(&b->diag, spacing, 1, &b->spacing);
  if (b->catch_up != DUN__CATCH_UP_EACH)
    dun__error(&b->diag, spacing, "write `catch_up: each`, or leave it out",
               "`spacing` is for what `catch_up: each` catches up");
}
