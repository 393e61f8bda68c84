/* SPDX-License-Identifier: MIT */
/* The account's own contacts: attempts, conversations, and the last instant of each outcome. */
#include "core/contacts.h"

#include <string.h>

#include "base/arith.h"
#include "core/case.h"

void dun__contacts_start(struct dun__contacts *k)
{
  memset(k->attempts, 0, sizeof k->attempts);
  k->conversations = 0;
  for (uint32_t i = 0; i < DUN__OUTCOMES; i++)
    k->last_outcome[i] = DUN__NOT_YET;
  k->last_conversation = k->last_attempt = k->old_attempt = DUN__NOT_YET;
  k->episode = 0;
  k->recent_count = k->next = 0;
}

static bool is_attempt(const struct dun__contact *d)
{
  return d->kind != 0 &&
         (d->outcome == DUN_OUTCOME_NONE || dun__outcome_traits(d->outcome) & DUN__TRAIT_ATTEMPT);
}

static bool is_conversation(uint32_t outcome, uint32_t kind)
{
  return (dun__outcome_traits(dun__outcome_over(outcome, kind)) & DUN__TRAIT_CONVERSATION) != 0;
}

static void note_outcome(struct dun__contacts *k, const struct dun_event *e, uint32_t kind)
{
  k->last_outcome[e->outcome] = dun__max(k->last_outcome[e->outcome], e->occurred_at);
  if (is_conversation(e->outcome, kind))
    k->last_conversation = dun__max(k->last_conversation, e->occurred_at);
}

/* Put a delivery into the counts of the episode (by = 1), or take it out (by = -1, modulo 2^32). */
static void count(struct dun__contacts *k, const struct dun__contact *d, uint32_t by)
{
  if (d->ended)
    return;
  if (is_attempt(d))
    k->attempts[d->kind] += by;
  if (is_conversation(d->outcome, d->kind))
    k->conversations += by;
}

/* Whether an event with a step is one of a delivery: its INTENT, if that says the channel, or an
 * outcome. */
static bool is_delivery(const struct dun__case *c, const struct dun_event *e)
{
  return e->account == c->account.id &&
         (e->kind == DUN_EVENT_CONTACT || (e->kind == DUN_EVENT_INTENT && e->channel != 0));
}

static bool same_key(const struct dun__contact *d, const struct dun_event *e)
{
  return d->step == e->step && d->due_day == e->due_day && d->occurrence == e->occurrence &&
         d->attempt == e->attempt;
}

static void begin(struct dun__contact *d, const struct dun_event *e, bool ended)
{
  d->first = e->occurred_at;
  d->step = e->step;
  d->due_day = e->due_day;
  d->occurrence = e->occurrence;
  d->attempt = e->attempt;
  d->kind = 0;
  d->outcome = DUN_OUTCOME_NONE;
  d->ended = ended;
  d->put_away = d->reserved = 0;
}

static void refine(struct dun__contact *d, const struct dun_event *e)
{
  if (e->channel != 0)
    d->kind = (uint8_t)(e->channel >> 28);
  if (e->kind == DUN_EVENT_CONTACT)
    d->outcome = e->outcome;
}

static struct dun__contact *recent(struct dun__contacts *k, const struct dun_event *e)
{
  for (uint32_t i = 1; i <= k->recent_count; i++) { /* the newest first */
    struct dun__contact *d = &k->recent[(k->next - i) % DUN__CONTACTS_RECENT];
    if (same_key(d, e))
      return d;
  }
  return NULL;
}

/* The mark of a step. Where too many steps meet, they share one: then it is the largest of all. */
static struct dun__contact_mark *mark_of(struct dun__contacts *k, uint32_t step)
{
  for (uint32_t i = 0; i < 8; i++) {
    struct dun__contact_mark *m = &k->marks[(step + i) % DUN__CONTACTS_MARKS];
    if (m->step == step || m->step == 0)
      return m;
  }
  return &k->marks[step % DUN__CONTACTS_MARKS];
}

/* Whether a key is larger than all that its mark knows. A mark that is not used yet is all 0. */
static bool is_past(const struct dun__contact_mark *m, dun_day due_day, uint32_t occurrence,
                    uint32_t attempt)
{
  if (due_day != m->due_day)
    return due_day > m->due_day;
  if (occurrence != m->occurrence)
    return occurrence > m->occurrence;
  return attempt > m->attempt;
}

/* Make room for one more recent delivery. */
static struct dun__contact *room(struct dun__contacts *k)
{
  struct dun__contact *d = &k->recent[k->next++ % DUN__CONTACTS_RECENT];
  struct dun__contact_mark *m;
  if (k->recent_count < DUN__CONTACTS_RECENT) {
    k->recent_count++;
    return d;
  }
  if (k->next == DUN__CONTACTS_RECENT + 1) /* the first that is put away */
    memset(k->marks, 0, sizeof k->marks);
  m = mark_of(k, d->step);
  if (is_past(m, d->due_day, d->occurrence, d->attempt)) {
    if (m->step == 0)
      m->step = d->step;
    m->due_day = d->due_day;
    m->occurrence = d->occurrence;
    m->attempt = d->attempt;
  }
  if (is_attempt(d))
    k->old_attempt = dun__max(k->old_attempt, d->first);
  return d;
}

/* What the events before `end` say of the delivery with the key of e; false if there are none. */
static bool gather(const struct dun__contacts *k, const struct dun__case *c, size_t end,
                   const struct dun_event *e, struct dun__contact *d)
{
  bool found = false;
  for (size_t j = 0; j < end; j++) {
    const struct dun_event *o = &c->events[j];
    if (o->step != e->step || o->due_day != e->due_day || o->occurrence != e->occurrence ||
        o->attempt != e->attempt || !is_delivery(c, o) || dun__is_void(c, j))
      continue;
    if (!found)
      begin(d, o, j < k->episode);
    refine(d, o);
    found = true;
  }
  return found;
}

/* The latest attempt before `end` that is not recent, from the log. */
static dun_time search_attempt(struct dun__contacts *k, const struct dun__case *c, size_t end)
{
  dun_time last = DUN__NOT_YET;
  for (size_t j = end; j-- > 0 && c->events[j].occurred_at > last;) {
    const struct dun_event *e = &c->events[j];
    struct dun__contact d;
    if (e->kind != DUN_EVENT_CONTACT && e->kind != DUN_EVENT_INTENT)
      continue;
    if (e->account != c->account.id || dun__is_void(c, j))
      continue;
    if (e->step == 0) {
      begin(&d, e, false);
      refine(&d, e);
    } else if (!is_delivery(c, e) || recent(k, e) != NULL || !gather(k, c, end, e, &d)) {
      continue;
    }
    if (is_attempt(&d))
      last = dun__max(last, d.first);
  }
  return last;
}

/* last_attempt, after delivery d (recent) got event i and is an attempt or is none any more. */
static void find_last_attempt(struct dun__contacts *k, const struct dun__case *c, size_t i,
                              const struct dun__contact *d)
{
  if (is_attempt(d)) {
    k->last_attempt = dun__max(k->last_attempt, d->first);
    return;
  }
  if (d->put_away && d->first == k->old_attempt)
    k->old_attempt = search_attempt(k, c, i);
  if (d->first != k->last_attempt)
    return;
  k->last_attempt = k->old_attempt;
  for (uint32_t n = 0; n < k->recent_count; n++)
    if (is_attempt(&k->recent[n]))
      k->last_attempt = dun__max(k->last_attempt, k->recent[n].first);
}

static void feed_delivery(struct dun__contacts *k, const struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  struct dun__contact *d = recent(k, e);
  if (d == NULL) {
    struct dun__contact now;
    begin(&now, e, false); /* as yet it counts for nothing */
    if (k->next > DUN__CONTACTS_RECENT &&
        !is_past(mark_of(k, e->step), e->due_day, e->occurrence, e->attempt) &&
        gather(k, c, i, e, &now))
      now.put_away = true;
    d = room(k);
    *d = now;
  }
  count(k, d, UINT32_MAX);
  refine(d, e);
  count(k, d, 1);
  if (e->kind == DUN_EVENT_CONTACT)
    note_outcome(k, e, d->kind);
  find_last_attempt(k, c, i, d);
}

/* A contact tied to no step: each is one of its own. */
static void feed_free(struct dun__contacts *k, const struct dun_event *e)
{
  struct dun__contact d;
  begin(&d, e, false);
  refine(&d, e);
  count(k, &d, 1);
  note_outcome(k, e, d.kind);
  if (is_attempt(&d)) {
    k->last_attempt = dun__max(k->last_attempt, d.first);
    k->old_attempt = dun__max(k->old_attempt, d.first);
  }
}

static void end_episode(struct dun__contacts *k, size_t i)
{
  memset(k->attempts, 0, sizeof k->attempts);
  k->conversations = 0;
  k->episode = i;
  for (uint32_t n = k->recent_count; n-- > 0;)
    k->recent[n].ended = true;
}

void dun__contacts_feed(struct dun__contacts *k, const struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  if (e->account != c->account.id)
    return;
  switch (e->kind) {
  case DUN_EVENT_INTENT:
  case DUN_EVENT_CONTACT:
    if (e->step == 0)
      feed_free(k, e);
    else if (is_delivery(c, e))
      feed_delivery(k, c, i);
    break;
  case DUN_EVENT_ACTION: /* reaches nobody: that it was done is all there is to say */
    if (e->outcome == DUN_OUTCOME_DONE)
      k->last_outcome[DUN_OUTCOME_DONE] =
          dun__max(k->last_outcome[DUN_OUTCOME_DONE], e->occurred_at);
    break;
  case DUN_EVENT_INBOUND:
    if (e->outcome == DUN_OUTCOME_NONE)
      break;
    note_outcome(k, e, e->channel >> 28);
    if (is_conversation(e->outcome, e->channel >> 28))
      k->conversations++;
    break;
  case DUN_EVENT_CURED:
  case DUN_EVENT_CLOSED: end_episode(k, i); break;
  case DUN_EVENT_FACTS:
    if (e->detail == DUN_FACT_PAST_DUE && e->amount <= 0)
      end_episode(k, i);
    break;
  default: break;
  }
}
