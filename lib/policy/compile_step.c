/* SPDX-License-Identifier: MIT */
/* One step: what it does, by which channel, to whom, when. */
#include <string.h>

#include "base/names.h"
#include "policy/compile.h"

static void compile_action(struct dun__build *b, struct dun__step *step,
                           const struct dun__node *node)
{
  uint32_t action = node == NULL ? DUN_ACTION_CONTACT : dun__get_one(b, node, &dun__action_words);
  /* unknown: what depends on it is not judged */
  step->action = action == DUN__NONE ? 0 : (uint8_t)action;
}

static void compile_party(struct dun__build *b, struct dun__step *step,
                          const struct dun__node *node)
{
  uint32_t party = node == NULL ? DUN__NONE : dun__get_one(b, node, &dun__party_words);
  if (party != DUN__NONE)
    step->party = (uint8_t)party;
}

static void use_channel(struct dun__build *b, struct dun__step *step, const struct dun__node *node)
{
  uint32_t channel = dun__find_channel(b, node);
  if (channel == DUN__NONE)
    return;
  for (uint32_t j = 0; j < step->channels; j++)
    if (step->channel[j] == channel) {
      dun__error(&b->diag, node, NULL, "the channel `%s` is listed twice", node->text);
      return;
    }
  step->channel[step->channels++] = (uint8_t)channel;
}

static void compile_use(struct dun__build *b, uint32_t index, const struct dun__node *node)
{
  struct dun__step *step = &b->steps[index];
  if (step->action != DUN_ACTION_CONTACT && step->action != 0 && node != NULL) {
    dun__error(&b->diag, node, "a contact is `do: contact`, or no `do` at all",
               "`use` is for contacts only, and the step's `do` is `%s`",
               dun_action_name(step->action));
    return;
  }
  if (node == NULL) {
    if (step->action == DUN_ACTION_CONTACT)
      dun__error(&b->diag, b->step_nodes[index], "such as `use: sms`",
                 "a contact step wants `use`: the channel, or a list of channels");
    return;
  }
  if (node->kind == DUN__NODE_MAP) {
    static const char *const keys[] = {"any", NULL};
    const struct dun__node *any;
    if (!dun__fields(&b->diag, node, "a channel", keys, NULL, &any) || any == NULL)
      return;
    step->any = 1;
    node = any;
    if (node->kind != DUN__NODE_LIST) {
      dun__wants(&b->diag, node, "a list of channels");
      return;
    }
  }
  if (node->kind == DUN__NODE_LIST) {
    if (node->count == 0)
      dun__wants(&b->diag, node, "at least one channel");
    for (const struct dun__node *n = node->first; n != NULL; n = n->next)
      use_channel(b, step, n);
  } else if (node->kind == DUN__NODE_SCALAR) {
    use_channel(b, step, node);
  } else {
    dun__wants(&b->diag, node, "a channel or a list of channels");
  }
}

static void compile_after(struct dun__build *b, uint32_t index, const struct dun__node *node)
{
  static const char *const keys[] = {"step", "wait", NULL};
  const struct dun__node *v[2];
  uint32_t after;
  if (!dun__fields(&b->diag, node, "a mapping such as {step: first-notice, wait: 2d}", keys, NULL,
                   v))
    return;
  dun__get_span(&b->diag, v[1], 0, &b->steps[index].span);
  if (v[0] == NULL) {
    dun__error(&b->diag, node, NULL, "`after` wants a `step`");
    return;
  }
  after = dun__find_step(b, v[0]);
  if (after == index)
    dun__error(&b->diag, v[0], NULL, "the step `%s` cannot come after itself",
               b->strings + b->steps[index].name);
  else
    b->steps[index].after = (uint16_t)after;
  b->after_nodes[index] = v[0];
}

static void compile_timing(struct dun__build *b, uint32_t index)
{
  struct dun__step *step = &b->steps[index];
  const struct dun__node **v = b->step_keys[index];
  int64_t n;
  if ((v[STEP_AT] != NULL) + (v[STEP_IN] != NULL) + (v[STEP_AFTER] != NULL) > 1)
    dun__error(&b->diag, b->step_nodes[index], NULL,
               "a step wants at most one of `at`, `in` and `after`");
  step->timing = v[STEP_AT] != NULL      ? DUN__TIMING_AT
                 : v[STEP_IN] != NULL    ? DUN__TIMING_IN
                 : v[STEP_AFTER] != NULL ? DUN__TIMING_AFTER
                                         : DUN__TIMING_ENTRY;
  dun__get_point(&b->diag, v[STEP_AT], b->grace, &step->at);
  dun__get_span(&b->diag, v[STEP_IN], 0, &step->span);
  if (v[STEP_AFTER] != NULL)
    compile_after(b, index, v[STEP_AFTER]);
  dun__get_minute(&b->diag, v[STEP_TIME], &step->time);
  dun__get_span(&b->diag, v[STEP_EVERY], 1, &step->every);
  if (v[STEP_TIME] != NULL && step->every.unit == DUN__SPAN_SECONDS)
    dun__error(&b->diag, v[STEP_TIME], "leave out `time`, or let `every` be in days",
               "`time` does not go with an `every` in hours or minutes");
  dun__get_span(&b->diag, v[STEP_WITHIN], 0, &step->within);
  step->times = v[STEP_EVERY] != NULL ? 0 : 1;
  if (v[STEP_TIMES] != NULL && dun__get_int(&b->diag, v[STEP_TIMES], 1, UINT16_MAX, &n)) {
    step->times = (uint32_t)n;
    if (v[STEP_EVERY] == NULL)
      dun__error(&b->diag, v[STEP_TIMES], "add `every`, such as `every: 2d`",
                 "`times` is set but `every` is not: how far apart?");
  }
}

static void compile_text(struct dun__build *b, struct dun__step *step, const struct dun__node *node)
{
  if (node == NULL || !dun__get_label(&b->diag, node))
    return;
  step->text = (uint16_t)dun__find_name(b, b->texts, b->text_count, node);
  if (step->text == DUN__NONE) {
    step->text = (uint16_t)b->text_count;
    b->texts[b->text_count++] = dun__intern(b, node);
  }
}

void dun__compile_step(struct dun__build *b, uint32_t index)
{
  struct dun__step *step = &b->steps[index];
  const struct dun__node **v = b->step_keys[index];
  bool final = false;
  compile_action(b, step, v[STEP_DO]);
  compile_party(b, step, v[STEP_TO]);
  compile_use(b, index, v[STEP_USE]);
  compile_text(b, step, v[STEP_TEMPLATE]);
  compile_timing(b, index);
  step->when = dun__compile_when(b, v[STEP_WHEN]);
  dun__compile_requires(b, v[STEP_REQUIRES], &step->require, &step->requires);
  dun__compile_fate(b, index);
  for (uint32_t i = STEP_DISCLOSES; i <= STEP_GUIDE; i++)
    if (v[i] != NULL && step->action != DUN_ACTION_CONTACT && step->action != 0)
      dun__error(&b->diag, v[i], NULL, "`%s` is for contacts, and the step's `do` is `%s`",
                 v[i]->key->text, dun_action_name(step->action));
  dun__compile_items(b, v[STEP_DISCLOSES], &step->discloses, &step->disclosed);
  dun__compile_items(b, v[STEP_GUIDE], &step->guide, &step->guided);
  dun__get_text(&b->diag, v[STEP_BASIS]);
  dun__get_bool(&b->diag, v[STEP_FINAL], &final);
  step->final = final;
  if (final && b->stage_keys[step->stage][STAGE_FROM] != NULL && b->stages[step->stage].from < 0)
    dun__error(&b->diag, v[STEP_FINAL], NULL,
               "the step `%s` is final, but its stage begins before the due day",
               b->strings + step->name);
  if (step->action == DUN_ACTION_CONTACT)
    b->contacts = true;
}
