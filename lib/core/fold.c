/* SPDX-License-Identifier: MIT */
/*
 * The fold: one pass over a log for what it says of the person, one for its steps, which need the
 * first. It can be left unfinished and fed the next entries, so that a forecast need not begin anew
 * with each; what that cannot do says so, and is folded from the start.
 */
#include "core/fold.h"

#include "core/fold_parts.h"
#include "core/terms.h"

/* Begin, and feed all entries the usual way; false: the exact way is needed. */
static bool feed_steps(struct dun__case *c, size_t from)
{
  for (size_t i = from; i < c->count; i++)
    if (!dun__is_void(c, i) && !dun__steps_feed(c, i))
      return false;
  return true;
}

/* What conduct rules look at. */
static void feed_rules(struct dun__case *c, size_t i)
{
  if (c->policy->rules.count > 0)
    dun__ledger_feed(&c->ledger, c, i);
  if (!dun__is_void(c, i))
    c->terms |= dun__term_of(&c->events[i]);
}

dun_rc dun__fold_begin(struct dun__case *c, size_t *bad)
{
  dun__voids_read(&c->voids, c->events, c->count);
  dun__person_begin(c);
  dun__contacts_start(&c->contacts);
  c->terms = 0;
  if (c->policy->rules.count > 0)
    dun__ledger_start(&c->ledger);
  for (size_t i = 0; i < c->count; i++) {
    feed_rules(c, i);
    if (dun__is_void(c, i))
      continue;
    dun__contacts_feed(&c->contacts, c, i);
    if (dun__person_feed(c, &c->events[i]) != DUN_OK) {
      *bad = i;
      return DUN_E_LIMIT;
    }
  }
  dun__person_finish(c);
  dun__steps_begin(c);
  c->exact = !feed_steps(c, 0);
  return DUN_OK;
}

/* Kinds of entry that change nothing of what was counted before them. */
static bool continues(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_INTENT || e->kind == DUN_EVENT_CONTACT ||
         e->kind == DUN_EVENT_ACTION || e->kind == DUN_EVENT_INBOUND ||
         e->kind == DUN_EVENT_PAYMENT || e->kind == DUN_EVENT_REVERSAL ||
         e->kind == DUN_EVENT_CURED;
}

bool dun__fold_more(struct dun__case *c, size_t count)
{
  size_t from = c->count;
  if (c->exact)
    return false;
  for (size_t i = from; i < count; i++)
    if (!continues(&c->events[i]))
      return false;
  c->count = count;
  for (size_t i = from; i < count; i++) {
    feed_rules(c, i);
    dun__contacts_feed(&c->contacts, c, i);
    if (dun__person_feed(c, &c->events[i]) != DUN_OK)
      return false;
  }
  c->exact = !feed_steps(c, from);
  return !c->exact;
}

void dun__fold_finish(struct dun__case *c)
{
  if (!c->exact) {
    dun__steps_finish(c);
    return;
  }
  dun__steps_begin(c);
  for (size_t i = 0; i < c->count; i++)
    if (!dun__is_void(c, i))
      dun__steps_exact(c, i);
}
