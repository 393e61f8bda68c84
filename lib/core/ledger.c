/* SPDX-License-Identifier: MIT */
/* The person's contacts in the log, as conduct rules count them. */
#include "core/ledger.h"

#include <string.h>

#include "base/names.h"
#include "core/case.h"

static bool bit(const uint64_t *bits, size_t i)
{
  return bits[i / 64] >> (i % 64) & 1u;
}

static void set(uint64_t *bits, size_t i)
{
  bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* Whether an entry is of a contact: its INTENT, if that says the channel, or an outcome. */
static bool of_contact(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_INBOUND ||
         (e->kind == DUN_EVENT_INTENT && e->channel != 0);
}

/* What comes from the debtor, and a contact tied to no step, is one of its own. */
static bool stands_alone(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_INBOUND || e->step == 0;
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->step == b->step && a->due_day == b->due_day && a->occurrence == b->occurrence &&
         a->attempt == b->attempt && a->account == b->account;
}

/* Entry j is of the contact with the key of e. */
static bool belongs(const struct dun__case *c, size_t j, const struct dun_event *e)
{
  const struct dun_event *o = &c->events[j];
  return of_contact(o) && !stands_alone(o) && same_key(o, e) && !dun__is_void(c, j);
}

void dun__ledger_start(struct dun__ledger *l)
{
  memset(l->mark, 0, sizeof l->mark); /* the bits are cleared word by word as they come into use */
}

/* Whether the key is larger than all before it; then the mark is moved up to it. */
static bool raises_mark(struct dun__ledger *l, const struct dun_event *e)
{
  uint32_t at = (e->step ^ (uint32_t)e->account) % DUN__LEDGER_MARKS;
  struct dun__ledger_mark *m = &l->mark[at];
  bool larger = false;
  if (!m->used) {
    larger = true;
  } else if (m->step != e->step || m->account != e->account) {
    return false; /* shared: nobody can tell */
  } else if (e->due_day != m->due_day) {
    larger = e->due_day > m->due_day;
  } else if (e->occurrence != m->occurrence) {
    larger = e->occurrence > m->occurrence;
  } else {
    larger = e->attempt > m->attempt;
  }
  if (larger) {
    m->used = true;
    m->account = e->account;
    m->step = e->step;
    m->due_day = e->due_day;
    m->occurrence = e->occurrence;
    m->attempt = e->attempt;
  }
  return larger;
}

void dun__ledger_feed(struct dun__ledger *l, const struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  size_t j = i;
  if (i % 64 == 0)
    l->begins[i / 64] = l->refined[i / 64] = 0;
  if (!of_contact(e) || dun__is_void(c, i))
    return;
  if (stands_alone(e) || raises_mark(l, e)) {
    set(l->begins, i);
    return;
  }
  while (j-- > 0)
    if (belongs(c, j, e) && (c->events[j].kind == DUN_EVENT_CONTACT || bit(l->begins, j)))
      break; /* an INTENT told again says nothing */
  if (j == SIZE_MAX)
    set(l->begins, i);
  else if (e->kind == DUN_EVENT_CONTACT)
    set(l->refined, j);
}

size_t dun__log_end(const struct dun__case *c, dun_time t)
{
  size_t low = 0, high = c->count;
  if (high == 0 || c->events[high - 1].occurred_at <= t)
    return high;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (c->events[mid].occurred_at <= t)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

/* Take what an entry says into the contact. */
static void take(const struct dun_event *e, struct dun__touch *t)
{
  if (e->channel != 0) {
    t->channel = e->channel;
    t->kind = (uint8_t)(e->channel >> 28);
  }
  t->party = e->party & 15u;
  if (e->party >> 4 != 0)
    t->place_of = e->party >> 4;
  if (e->address != 0)
    t->address = e->address;
  if (e->kind == DUN_EVENT_INTENT)
    return;
  t->said = e->outcome;
  t->last = e->occurred_at;
}

/* What is known once all entries are taken. */
static void finish(const struct dun__case *c, struct dun__touch *t)
{
  t->outcome = (uint8_t)dun__outcome_over(t->said, t->kind);
  for (uint32_t i = 0; t->place_of == DUN_PLACE_UNKNOWN && i < c->policy->channels.count; i++)
    if (dun__channels(c->policy)[i].id == t->channel)
      t->place_of = dun__channels(c->policy)[i].place;
  if (t->place_of == DUN_PLACE_UNKNOWN)
    t->place_of = DUN_PLACE_PERSONAL;
}

uint32_t dun__kind_at(const struct dun__case *c, size_t i)
{
  const struct dun_event *e = &c->events[i];
  for (size_t j = i; e->channel == 0 && e->step != 0 && j-- > 0;)
    if (belongs(c, j, e) && c->events[j].channel != 0)
      return c->events[j].channel >> 28;
  return e->channel >> 28;
}

/* The place of the entry of a contact before entry i that SAME_CONTACT refers to: with the same party by
 * the same kind, about another account, and not taken back; else i. */
static size_t same_as(const struct dun__case *c, size_t i)
{
  for (size_t j = i; c->events[i].flags & DUN_FLAG_SAME_CONTACT && j-- > 0;)
    if (of_contact(&c->events[j])) {
      const struct dun_event *o = &c->events[j], *e = &c->events[i];
      bool same = o->account != e->account && (o->party & 15u) == (e->party & 15u) &&
                  (o->channel >> 28 == e->channel >> 28 || o->channel == 0 || e->channel == 0);
      return same && !dun__is_void(c, j) ? j : i;
    }
  return i;
}

bool dun__same_contact(const struct dun__case *c, const struct dun__touch *touch, size_t place)
{
  while (place < c->count && same_as(c, place) != place) {
    place = same_as(c, place);
    if (place == touch->place)
      return true;
  }
  return false;
}

static void begin(const struct dun__case *c, size_t i, struct dun__touch *t)
{
  const struct dun_event *e = &c->events[i];
  memset(t, 0, sizeof *t);
  t->first = e->occurred_at;
  t->last = DUN_TIME_NEVER;
  t->place = i;
  t->account = e->account;
  t->inbound = e->kind == DUN_EVENT_INBOUND || e->flags & DUN_FLAG_INBOUND;
  t->same = same_as(c, i) != i;
}

bool dun__touch_at(const struct dun__case *c, size_t i, struct dun__touch *out)
{
  const struct dun_event *e = &c->events[i];
  if (!bit(c->ledger.begins, i))
    return false;
  begin(c, i, out);
  take(e, out);
  for (size_t j = i; bit(c->ledger.refined, j);) {
    do
      j++;
    while (!belongs(c, j, e) || c->events[j].kind != DUN_EVENT_CONTACT);
    take(&c->events[j], out);
  }
  finish(c, out);
  return true;
}

bool dun__touch_ended(const struct dun__case *c, size_t i, struct dun__touch *out)
{
  const struct dun_event *e = &c->events[i];
  size_t j = i;
  if ((e->kind != DUN_EVENT_CONTACT && e->kind != DUN_EVENT_INBOUND) || dun__is_void(c, i) ||
      bit(c->ledger.refined, i))
    return false;
  while (!bit(c->ledger.begins, j)) /* an earlier entry of its key does */
    do
      j--;
    while (!belongs(c, j, e));
  return dun__touch_at(c, j, out);
}
