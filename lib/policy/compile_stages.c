/* SPDX-License-Identifier: MIT */
/* Section `stages`: first all names, so that steps may refer forward, then what each says. */
#include <string.h>

#include "base/names.h"
#include "policy/compile.h"

static const char *const stage_keys[STAGE_KEYS + 1] = {"name",     "from",  "when", "requires",
                                                       "min_stay", "steps", NULL};
static const char *const step_keys[STEP_KEYS + 1] = {
    "name",  "do",        "use",      "to",       "template",
    "at",    "in",        "after",    "time",     "every",
    "times", "when",      "requires", "within",   "late",
    "retry", "discloses", "guide",    "optional", "on_escalation",
    "marks", "final",     "basis",    NULL};
static const char *const step_unsupported[] = {"fee", "during_promise", NULL};

/* The name of a stage or step; 0 if it has none (reported). */
static uint32_t get_own_name(struct dun__build *b, const struct dun__node *node,
                             const struct dun__node *name, const char *what)
{
  if (name == NULL) {
    dun__error(&b->diag, node, NULL, "a %s wants a `name`", what);
    return 0;
  }
  return dun__get_name(&b->diag, name) ? dun__intern(b, name) : 0;
}

static void name_step(struct dun__build *b, const struct dun__node *node, uint16_t stage)
{
  uint32_t at = b->step_count;
  struct dun__step *step = &b->steps[at];
  const struct dun__node **v = b->step_keys[at];
  if (!dun__fields(&b->diag, node, "a mapping such as {name: first-notice, use: sms}", step_keys,
                   step_unsupported, v))
    return;
  b->step_nodes[at] = node;
  b->step_count++;
  step->stage = stage;
  step->mark = step->text = step->after = step->when = step->escalate = DUN__NONE;
  step->retry_times = DUN__RETRY_UNSAID;
  step->retry_backoff = 100;
  step->time = DUN__NO_TIME;
  step->name = get_own_name(b, node, v[STEP_NAME], "step");
  if (step->name != 0) {
    step->id = dun__hash(v[STEP_NAME]->text, v[STEP_NAME]->size);
    for (uint32_t i = 0; i < at; i++) {
      if (b->steps[i].name == 0 || b->steps[i].id != step->id)
        continue;
      if (dun__same_name(b, b->steps[i].name, v[STEP_NAME]))
        dun__error(&b->diag, v[STEP_NAME], NULL,
                   "the step `%s` is named in line %u already; names are for the whole policy",
                   v[STEP_NAME]->text, (unsigned)b->step_keys[i][STEP_NAME]->line);
      else
        dun__error(&b->diag, v[STEP_NAME], "rename one of them",
                   "the steps `%s` and `%s` have the same id", b->strings + b->steps[i].name,
                   v[STEP_NAME]->text);
    }
  }
  if (v[STEP_MARKS] != NULL && dun__get_name(&b->diag, v[STEP_MARKS])) {
    step->mark = (uint16_t)dun__find_name(b, b->marks, b->mark_count, v[STEP_MARKS]);
    if (step->mark == DUN__NONE) {
      step->mark = (uint16_t)b->mark_count;
      b->marks[b->mark_count++] = dun__intern(b, v[STEP_MARKS]);
    }
  }
}

static void name_steps(struct dun__build *b, const struct dun__node *list, uint16_t stage)
{
  if (list == NULL || b->step_count > DUN__MAX_STEPS)
    return;
  if (list->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, list, "a list of steps");
    return;
  }
  for (const struct dun__node *n = list->first; n != NULL; n = n->next) {
    if (b->step_count == DUN__MAX_STEPS) {
      if (!b->steps_full)
        dun__too_many(b, n, DUN__MAX_STEPS, "steps");
      b->steps_full = b->cut = true;
      return;
    }
    name_step(b, n, stage);
  }
}

static void name_stage(struct dun__build *b, const struct dun__node *node)
{
  uint16_t at = (uint16_t)b->stage_count;
  struct dun__stage *stage = &b->stages[at];
  const struct dun__node **v = b->stage_keys[at];
  if (!dun__fields(&b->diag, node, "a mapping such as {name: reminder, from: 1d, steps: [...]}",
                   stage_keys, NULL, v))
    return;
  b->stage_nodes[at] = node;
  b->stage_count++;
  stage->when = DUN__NONE;
  stage->name = get_own_name(b, node, v[STAGE_NAME], "stage");
  if (stage->name != 0)
    stage->id = dun__hash(v[STAGE_NAME]->text, v[STAGE_NAME]->size);
  for (uint32_t i = 0; stage->name != 0 && i < at; i++)
    if (b->stages[i].name != 0 && dun__same_name(b, b->stages[i].name, v[STAGE_NAME]))
      dun__error(&b->diag, v[STAGE_NAME], NULL, "the stage `%s` is named in line %u already",
                 v[STAGE_NAME]->text, (unsigned)b->stage_keys[i][STAGE_NAME]->line);
  stage->step = (uint16_t)b->step_count;
  name_steps(b, v[STAGE_STEPS], at);
  stage->steps = (uint16_t)(b->step_count - stage->step);
}

/* A stage may not require its own steps: they are only offered inside it. */
static void check_own(struct dun__build *b, uint32_t index)
{
  const struct dun__stage *stage = &b->stages[index];
  for (uint32_t i = 0; i < stage->requires; i++) {
    uint16_t step = b->prereqs[b->requires[stage->require + i].prereq].step;
    if (step != DUN__NONE && step >= stage->step && step < stage->step + stage->steps)
      dun__error(&b->diag, b->stage_keys[index][STAGE_REQUIRES], NULL,
                 "the stage `%s` requires its own step `%s`, so it could never begin",
                 b->strings + stage->name, b->strings + b->steps[step].name);
  }
}

static void compile_stage(struct dun__build *b, uint32_t index, bool *have, int32_t *last)
{
  struct dun__stage *stage = &b->stages[index];
  const struct dun__node **v = b->stage_keys[index];
  if (v[STAGE_FROM] == NULL) {
    dun__error(&b->diag, b->stage_nodes[index], "such as `from: 20d`", "a stage wants `from`");
  } else if (dun__get_point(&b->diag, v[STAGE_FROM], b->grace, &stage->from)) {
    if (*have && stage->from <= *last)
      dun__error(&b->diag, v[STAGE_FROM], "list the stages in rising order",
                 "the stage begins at %dd, which is not after the one before it (%dd)",
                 (int)stage->from, (int)*last);
    *have = true;
    *last = stage->from;
  }
  if (v[STAGE_STEPS] == NULL)
    dun__error(&b->diag, b->stage_nodes[index], "`steps: []` if it has none",
               "a stage wants `steps`");
  stage->when = dun__compile_when(b, v[STAGE_WHEN]);
  dun__compile_requires(b, v[STAGE_REQUIRES], &stage->require, &stage->requires);
  check_own(b, index);
  dun__get_span(&b->diag, v[STAGE_MIN_STAY], 1, &stage->min_stay);
  if (v[STAGE_MIN_STAY] != NULL && b->advance != DUN__ADVANCE_STEPWISE)
    dun__error(&b->diag, v[STAGE_MIN_STAY], "write `advance: stepwise`, or leave it out",
               "`min_stay` means nothing where the ladder may skip stages (`advance: direct`)");
  for (uint32_t i = stage->step; i < (uint32_t)stage->step + stage->steps; i++)
    dun__compile_step(b, i);
}

void dun__compile_stages(struct dun__build *b, const struct dun__node *node)
{
  bool have = false;
  int32_t last = 0;
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, "a list of at least one stage");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    if (b->stage_count == DUN__MAX_STAGES) {
      dun__too_many(b, n, DUN__MAX_STAGES, "stages");
      b->cut = true;
      break;
    }
    name_stage(b, n);
  }
  for (uint32_t i = 0; i < b->stage_count; i++)
    compile_stage(b, i, &have, &last);
  dun__check_cycles(b);
  dun__check_escalations(b);
}
