/* SPDX-License-Identifier: MIT */
/* Prerequisites (`requires`), references between steps, and cycles among them. */
#include <string.h>

#include "base/names.h"
#include "policy/compile.h"

enum { REQUIRE_STEP, REQUIRE_MARK, REQUIRE_OUTCOME, REQUIRE_WAIT, REQUIRE_KEYS };
static const char *const require_keys[REQUIRE_KEYS + 1] = {"step", "mark", "outcome", "wait", NULL};

uint32_t dun__find_step(struct dun__build *b, const struct dun__node *node)
{
  struct dun__near near;
  if (!dun__get_name(&b->diag, node))
    return DUN__NONE;
  for (uint32_t i = 0; i < b->step_count; i++)
    if (b->steps[i].name != 0 && dun__same_name(b, b->steps[i].name, node))
      return i;
  if (b->cut)
    return DUN__NONE;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 0; i < b->step_count; i++)
    dun__near_try(&near, b->strings + b->steps[i].name);
  dun__dangling(b, node, "the step", &near);
  return DUN__NONE;
}

static uint32_t find_mark(struct dun__build *b, const struct dun__node *node)
{
  struct dun__near near;
  uint32_t mark;
  if (!dun__get_name(&b->diag, node))
    return DUN__NONE;
  mark = dun__find_name(b, b->marks, b->mark_count, node);
  if (mark != DUN__NONE || b->cut)
    return mark;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 0; i < b->mark_count; i++)
    dun__near_try(&near, b->strings + b->marks[i]);
  dun__error(&b->diag, node, dun__near_hint(&near), "no step of this policy sets the mark `%s`",
             node->text);
  return DUN__NONE;
}

static uint32_t get_outcome(struct dun__build *b, const struct dun__node *node)
{
  static const char *const traits[] = {"attempt", "connected",   "conversation", "success",
                                       "failure", "cooperative", "refusing",     NULL};
  struct dun__near near;
  uint32_t set = 0;
  if (node->kind == DUN__NODE_SCALAR)
    set = dun__outcome_set(node->text, node->size);
  if (set != 0 || node->kind == DUN__NODE_BAD)
    return set;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 1; i < DUN__OUTCOMES; i++)
    dun__near_try(&near, dun_outcome_name(i));
  for (size_t i = 0; traits[i] != NULL; i++)
    dun__near_try(&near, traits[i]);
  dun__wants_hint(&b->diag, node, "an outcome such as delivered, or a trait such as success",
                  dun__near_hint(&near));
  return 0;
}

uint32_t dun__get_outcomes(struct dun__build *b, const struct dun__node *node)
{
  uint32_t set = 0;
  if (node->kind != DUN__NODE_LIST)
    return get_outcome(b, node);
  if (node->count == 0)
    dun__wants(&b->diag, node, "at least one outcome");
  for (const struct dun__node *n = node->first; n != NULL; n = n->next)
    set |= get_outcome(b, n);
  return set;
}

bool dun__place_prereq(struct dun__build *b, const struct dun__node *node, struct dun__prereq want,
                       uint16_t *out)
{
  for (uint32_t i = 0; i < b->prereq_count; i++)
    if (b->prereqs[i].step == want.step && b->prereqs[i].mark == want.mark &&
        b->prereqs[i].outcomes == want.outcomes) {
      *out = (uint16_t)i;
      return true;
    }
  if (b->prereq_count == DUN__MAX_PREREQS) {
    if (!b->prereqs_full)
      dun__too_many(b, node, DUN__MAX_PREREQS, "different prerequisites under all `requires`");
    b->prereqs_full = true;
    return false;
  }
  *out = (uint16_t)b->prereq_count;
  b->prereqs[b->prereq_count++] = want;
  return true;
}

static void compile_require(struct dun__build *b, const struct dun__node *node)
{
  const struct dun__node *v[REQUIRE_KEYS];
  struct dun__prereq want = {DUN__NONE, DUN__NONE, 0};
  struct dun__require require;
  memset(&require, 0, sizeof require);
  if (!dun__fields(&b->diag, node, "mappings such as {step: first-notice, wait: 2d}", require_keys,
                   NULL, v))
    return;
  if ((v[REQUIRE_STEP] != NULL) == (v[REQUIRE_MARK] != NULL)) {
    dun__error(&b->diag, node, NULL,
               "an entry of `requires` wants exactly one of `step` and `mark`");
    return;
  }
  if (v[REQUIRE_STEP] != NULL)
    want.step = (uint16_t)dun__find_step(b, v[REQUIRE_STEP]);
  else
    want.mark = (uint16_t)find_mark(b, v[REQUIRE_MARK]);
  want.outcomes = v[REQUIRE_OUTCOME] != NULL ? dun__get_outcomes(b, v[REQUIRE_OUTCOME])
                                             : dun__outcome_set("success", 7);
  dun__get_span(&b->diag, v[REQUIRE_WAIT], 0, &require.wait);
  if ((want.step == DUN__NONE && want.mark == DUN__NONE) || want.outcomes == 0)
    return;
  if (b->require_count == DUN__MAX_REQUIRES) {
    if (!b->requires_full)
      dun__too_many(b, node, DUN__MAX_REQUIRES, "entries under all `requires`");
    b->requires_full = true;
    return;
  }
  if (dun__place_prereq(b, node, want, &require.prereq))
  b->requires[b->require_count++] = require;
}

void dun__compile_requires(struct dun__build *b, const struct dun__node *node, uint16_t *first,
                           uint16_t *count)
{
  *first = (uint16_t)b->require_count;
  *count = 0;
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, node, "a list such as [{step: first-notice, wait: 2d}]");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next)
    compile_require(b, n);
  *count = (uint16_t)(b->require_count - *first);
}

/* Steps that come after themselves by way of others: one finding for each ring, at its first. */
static void check_after(struct dun__build *b)
{
  for (uint32_t i = 0; i < b->step_count; i++) {
    uint32_t at = b->steps[i].after, hops = 0;
    bool first = true;
    for (; at != DUN__NONE && at != i && hops < b->step_count; hops++) {
      first = first && at > i;
      at = b->steps[at].after;
    }
    if (at == i && first && b->after_nodes[i] != NULL)
      dun__error(&b->diag, b->after_nodes[i], NULL,
                 "the step `%s` comes after itself, by way of `%s`", b->strings + b->steps[i].name,
                 b->strings + b->steps[b->steps[i].after].name);
  }
}

/* Steps that can never be taken, because each way to their prerequisites leads back to them. What
 * can be taken is found by growing the set until it stands still. */
static void check_requires(struct dun__build *b)
{
  bool can[DUN__MAX_STEPS] = {false};
  bool grown = true;
  while (grown) {
    grown = false;
    for (uint32_t i = 0; i < b->step_count; i++) {
      bool ok = !can[i];
      for (uint32_t r = 0; ok && r < b->steps[i].requires; r++) {
        const struct dun__prereq *p = &b->prereqs[b->requires[b->steps[i].require + r].prereq];
        ok = p->step != DUN__NONE && can[p->step];
        for (uint32_t s = 0; p->mark != DUN__NONE && s < b->step_count && !ok; s++)
          ok = b->steps[s].mark == p->mark && can[s];
      }
      if (ok)
        can[i] = grown = true;
    }
  }
  for (uint32_t i = 0; i < b->step_count; i++)
    if (!can[i])
      dun__error(&b->diag, b->step_keys[i][STEP_REQUIRES], NULL,
                 "the step `%s` can never be taken: what it requires leads back to itself",
                 b->strings + b->steps[i].name);
}

void dun__check_cycles(struct dun__build *b)
{
  check_after(b);
  check_requires(b);
}
