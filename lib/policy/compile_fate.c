/* SPDX-License-Identifier: MIT */
/* What becomes of a step that is late or fails, and what it must say: `late`, `retry`, `optional`,
 * `on_escalation`, `discloses`, `guide`. */
#include <string.h>

#include "policy/compile.h"

static void compile_late(struct dun__build *b, uint32_t index, const struct dun__node *node)
{
  static const char *const words[] = {"do", "skip", NULL};
  static const char *const keys[] = {"escalate", NULL};
  struct dun__step *step = &b->steps[index];
  const struct dun__node *target = NULL;
  uint8_t word;
  if (node == NULL || node->kind == DUN__NODE_BAD)
    return;
  if (b->step_keys[index][STEP_WITHIN] == NULL)
    dun__error(&b->diag, node, "add `within`, such as `within: 1d`",
               "`late` is set but `within` is not: late after what?");
  if (node->kind != DUN__NODE_MAP) {
    if (dun__get_word(b, node, words, "do, skip or {escalate: a step}", &word))
      step->late = word == 0 ? DUN__LATE_DO : DUN__LATE_SKIP;
    return;
  }
  if (!dun__fields(&b->diag, node, "do, skip or {escalate: a step}", keys, NULL, &target))
    return;
  if (target == NULL) {
    if (node->count == 0)
      dun__wants(&b->diag, node, "do, skip or {escalate: a step}");
    return;
  }
  step->late = DUN__LATE_ESCALATE;
  step->escalate = (uint16_t)dun__find_step(b, target);
  b->escalate_nodes[index] = target;
}

static void compile_retry(struct dun__build *b, struct dun__step *step,
                          const struct dun__node *node)
{
  static const char *const keys[] = {"times", "every", "backoff", NULL};
  const struct dun__node *v[3];
  int64_t n;
  if (node == NULL ||
      !dun__fields(&b->diag, node, "a mapping such as {times: 3, every: 1h}", keys, NULL, v))
    return;
  if (v[0] == NULL || v[1] == NULL)
    dun__error(&b->diag, node, "such as {times: 3, every: 1h}",
               "`retry` wants `times` and `every`");
  if (v[0] != NULL && dun__get_int(&b->diag, v[0], 1, 100, &n))
    step->retry_times = (uint16_t)n;
  dun__get_span(&b->diag, v[1], 1, &step->retry_every);
  if (v[2] != NULL && dun__get_int(&b->diag, v[2], 100, 1000, &n))
    step->retry_backoff = (uint32_t)n;
}

/* A step that only stands in takes its time from the one it stands in for. */
static void check_timing(struct dun__build *b, uint32_t index)
{
  static const uint8_t timing[] = {STEP_AT, STEP_IN, STEP_AFTER, STEP_TIME, STEP_EVERY, STEP_TIMES};
  for (uint32_t i = 0; i < sizeof timing; i++) {
    const struct dun__node *node = b->step_keys[index][timing[i]];
    if (node != NULL && node->key != NULL)
      dun__error(&b->diag, node, NULL,
                 "`%s` does not go with `on_escalation`: the step takes its time from the one it "
                 "stands in for",
                 node->key->text);
  }
}

void dun__compile_fate(struct dun__build *b, uint32_t index)
{
  struct dun__step *step = &b->steps[index];
  const struct dun__node **v = b->step_keys[index];
  bool optional = false, stands_in = false;
  compile_late(b, index, v[STEP_LATE]);
  compile_retry(b, step, v[STEP_RETRY]);
  dun__get_bool(&b->diag, v[STEP_OPTIONAL], &optional);
  dun__get_bool(&b->diag, v[STEP_ON_ESCALATION], &stands_in);
  step->optional = optional;
  step->on_escalation = stands_in;
  if (stands_in) {
    step->times = 0; /* as often as another is late */
    check_timing(b, index);
  }
}

/* The ring of escalations that starts at a step, as text: a -> b -> a. */
static void ring(const struct dun__build *b, uint32_t first, char *out, size_t room)
{
  size_t used = 0;
  uint32_t at = first;
  do {
    const char *name = b->strings + b->steps[at].name;
    size_t size = strlen(name);
    if (used + size + 5 > room)
      break;
    memcpy(out + used, name, size);
    memcpy(out + used + size, " -> ", 4);
    used += size + 4;
    at = b->steps[at].escalate;
  } while (at != first);
  if (used + strlen(b->strings + b->steps[first].name) < room) {
    strcpy(out + used, b->strings + b->steps[first].name);
    return;
  }
  memcpy(out + used - 4, " ...", 4);
  out[used] = '\0';
}

void dun__check_escalations(struct dun__build *b)
{
  for (uint32_t i = 0; i < b->step_count; i++) {
    uint32_t at = b->steps[i].escalate, hops = 0;
    const struct dun__node *node = b->escalate_nodes[i];
    bool first = true, used = false;
    for (uint32_t k = 0; k < b->step_count; k++)
      used = used || b->steps[k].escalate == i;
    if (b->steps[i].on_escalation && !used && !b->cut)
      dun__error(&b->diag, b->step_keys[i][STEP_ON_ESCALATION],
                 "let a step say `late: {escalate: ...}`, or leave `on_escalation` out",
                 "the step `%s` can never be taken: no step escalates to it",
                 b->strings + b->steps[i].name);
    if (at == DUN__NONE)
      continue;
    if (b->steps[at].late == DUN__LATE_SKIP)
      dun__error(&b->diag, node, NULL,
                 "the step `%s` cannot stand in for another: it is skipped when it is late",
                 b->strings + b->steps[at].name);
    for (; at != DUN__NONE && at != i && hops < b->step_count; hops++) {
      first = first && at > i;
      at = b->steps[at].escalate;
    }
    if (at == i && first) {
      char names[160];
      ring(b, i, names, sizeof names);
      dun__error(&b->diag, node, NULL, "escalations lead back to where they began: %s", names);
    }
  }
}

void dun__compile_items(struct dun__build *b, const struct dun__node *node, uint16_t *first,
                        uint16_t *count)
{
  *first = (uint16_t)b->item_list_count;
  *count = 0;
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, "a list of at least one name");
    return;
  }
  if (node->count > DUN__MAX_ITEM_LIST) {
    dun__too_many(b, node, DUN__MAX_ITEM_LIST, "names in one list");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    uint32_t at;
    if (!dun__get_name(&b->diag, n))
      continue;
    at = dun__find_name(b, b->items, b->item_count, n);
    if (at == DUN__NONE && b->item_count == DUN__MAX_ITEMS) {
      if (!b->items_full)
        dun__too_many(b, n, DUN__MAX_ITEMS, "different names under `discloses` and `guide`");
      b->items_full = true;
      return;
    }
    if (at == DUN__NONE) {
      at = b->item_count;
      b->items[b->item_count++] = dun__intern(b, n);
    }
    for (uint32_t k = *first; k < b->item_list_count; k++)
      if (b->item_lists[k] == at)
        dun__error(&b->diag, n, NULL, "`%s` is listed twice", n->text);
    b->item_lists[b->item_list_count++] = (uint16_t)at;
  }
  *count = (uint16_t)(b->item_list_count - *first);
}
