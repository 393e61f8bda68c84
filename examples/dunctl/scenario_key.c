/* SPDX-License-Identifier: MIT */
/* Deliveries of steps, and the key that a scenario file need not write. */
#include <stdlib.h>

#include "scenario.h"
#include "scenario_event.h"

static bool ends_episode(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CURED || e->kind == DUN_EVENT_CLOSED ||
         (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE && e->amount <= 0);
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->account == b->account && a->due_day == b->due_day && a->step == b->step &&
         a->occurrence == b->occurrence && a->attempt == b->attempt;
}

bool is_outcome(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_ACTION;
}

/* The oldest delivery of the step that waits for its outcome: an INTENT without one, or one that was
 * queued. */
static const struct dun_event *open_delivery(const struct dun_event *log, size_t count,
                                             const struct dun_event *e)
{
  size_t start = 0;
  for (size_t i = 0; i < count; i++)
    if (log[i].account == e->account && ends_episode(&log[i]))
      start = i + 1;
  for (size_t i = start; i < count; i++) {
    bool open = log[i].kind == DUN_EVENT_INTENT ||
                (is_outcome(&log[i]) && log[i].outcome == DUN_OUTCOME_QUEUED);
    if (!open || log[i].step != e->step || log[i].account != e->account)
      continue;
    for (size_t j = i + 1; j < count && open; j++)
      if (is_outcome(&log[j]) && same_key(&log[i], &log[j]))
        open = false; /* one that was queued is found by its own entry */
    if (open)
      return &log[i];
  }
  return NULL;
}

/* The log of scene_known() without what was taken back. */
static size_t standing(const struct scene *s, struct dun_event *log, const size_t *where, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!s->log[where[i]].voided)
      log[kept++] = log[i];
  return kept;
}

/* What an outcome leaves out is as its INTENT has it. */
static void inherit(const struct yaml_node *event, const struct dun_event *open,
                    struct dun_event *e)
{
  e->due_day = open->due_day;
  e->occurrence = open->occurrence;
  e->attempt = open->attempt;
  if (yaml_get(event, "place") == NULL)
    e->party = open->party; /* with the place */
  else
    e->party = (uint8_t)((e->party & 0xf0u) | (open->party & 15u));
  if (yaml_get(event, "address") == NULL)
    e->address = open->address;
  if (yaml_get(event, "same_contact") == NULL)
    e->flags |= open->flags & DUN_FLAG_SAME_CONTACT;
  if (e->channel == 0)
    e->channel = open->channel;
  if (open->kind == DUN_EVENT_ACTION || open->channel == 0)
    e->kind = DUN_EVENT_ACTION;
}

/* Give a delivery the key that it must have: that of the delivery it settles, else what libdun would
 * say now, else the next one. */
static void fill_key(struct scene *s, const struct yaml_node *event, dun_time now,
                     struct dun_event *e)
{
  struct dun_account account;
  struct dun_event *log;
  const struct dun_event *open;
  struct dun_decision d;
  size_t *where, n;
  uint16_t highest = 0;
  n = scene_known(s, now, &account, &log, &where);
  n = standing(s, log, where, n);
  open = is_outcome(e) ? open_delivery(log, n, e) : NULL;
  if (open != NULL) {
    inherit(event, open, e);
  } else if (e->account == account.id && scene_ask(s, now, &d, NULL) == DUN_OK &&
             d.step_id == e->step) {
    e->due_day = d.due_day;
    e->occurrence = d.occurrence;
    e->attempt = d.attempt;
    e->party = (uint8_t)((e->party & 0xf0u) | (d.party & 15u));
    if (e->kind == DUN_EVENT_INTENT)
      e->detail = d.for_step;
    if (e->channel == 0)
      e->channel = d.channel_id;
    if (is_outcome(e) && d.action != DUN_ACTION_CONTACT)
      e->kind = DUN_EVENT_ACTION;
  } else if (yaml_get(event, "occurrence") == NULL) {
    for (size_t i = 0; i < n; i++)
      if ((is_outcome(&log[i]) || log[i].kind == DUN_EVENT_INTENT) && log[i].step == e->step &&
          log[i].account == e->account && log[i].due_day == e->due_day &&
          log[i].occurrence > highest)
        highest = log[i].occurrence;
    e->occurrence = (uint16_t)(highest + 1);
    if (is_outcome(e) && e->outcome == DUN_OUTCOME_DONE)
      e->kind = DUN_EVENT_ACTION;
  }
  free(log);
  free(where);
}

bool read_delivery(struct scene *s, const struct yaml_node *event, const struct yaml_node *name,
                   dun_time known, bool inner, struct dun_event *e)
{
  const struct yaml_node *node, *occurrence = yaml_get(event, "occurrence");
  int64_t number = 0, attempt = 0;
  uint32_t index;
  bool has_due;
  if (!read_name(s, name, VOC_STEP, &index))
    return false;
  e->step = dun_name_id(name->text);
  e->due_day = s->account.due_day;
  if (e->kind != DUN_EVENT_INTENT && yaml_get(event, "outcome") == NULL && !inner) {
    add_problem(s->result, event, "the event of a step wants an `outcome`");
    return false;
  }
  if ((node = yaml_get(event, "channel")) != NULL && !read_channel(s, node, &e->channel))
    return false;
  if ((node = yaml_get(event, "for_step")) != NULL) {
    if (!read_name(s, node, VOC_STEP, &index))
      return false;
    e->detail = dun_name_id(node->text);
  }
  has_due = (node = yaml_get(event, "due_day")) != NULL;
  if (has_due && !read_day(s->result, node, &e->due_day))
    return false;
  if ((occurrence != NULL && !read_number(s->result, occurrence, 1, 65535, &number)) ||
      !read_small(s, event, "attempt", 255, &attempt))
    return false;
  if (!inner) {
    dun_day due = e->due_day;
    uint8_t party = e->party;
    bool bare = yaml_get(event, "channel") == NULL;
    fill_key(s, event, known, e);
    if (has_due)
      e->due_day = due;
    if (yaml_get(event, "party") != NULL)
      e->party = (uint8_t)((e->party & 0xf0u) | (party & 15u));
    if (e->kind == DUN_EVENT_CONTACT && e->channel == 0 && bare) {
      add_problem(s->result, event, "the event of a contact wants a `channel`");
      return false;
    }
  }
  if (occurrence != NULL)
    e->occurrence = (uint16_t)number;
  if (yaml_get(event, "attempt") != NULL)
    e->attempt = (uint8_t)attempt;
  return true;
}
