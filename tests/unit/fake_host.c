/* SPDX-License-Identifier: MIT */
/* A lending host in memory, for tests of the runner. */
#include "fake_host.h"

#include <stdio.h>
#include <string.h>

/* Whether this call works; *effect = whether it does what it is for all the same. */
static bool alive(struct fake *f, bool *effect)
{
  *effect = !f->down;
  if (f->down)
    return false;
  if (++f->calls == f->crash_at) {
    f->down = true;
    f->crashes++;
    *effect = f->crash_after;
    return false;
  }
  return true;
}

static size_t person_place(const struct fake *f, uint64_t person)
{
  size_t i = 0;
  while (f->account[i].person != person)
    i++;
  return i;
}

static bool after(const struct dun_event *a, const struct dun_event *b)
{
  return a->occurred_at > b->occurred_at ||
         (a->occurred_at == b->occurred_at && a->recorded_at > b->recorded_at);
}

static dun_rc fake_claim(void *user_data, dun_time now, dun_time lease_until,
                         struct dun_claim *claim)
{
  struct fake *f = user_data;
  bool effect, ok = alive(f, &effect);
  for (size_t i = 0; effect && i < f->accounts; i++) {
    size_t place = person_place(f, f->account[i].person);
    uint32_t n = 0;
    if (f->review[i] > now || f->lease[place] > now)
      continue;
    f->lease[place] = lease_until;
    for (size_t k = 0; k < f->accounts; k++)
      if (f->account[k].person == f->account[i].person)
        f->claimed_accounts[n++] = f->account[k];
    claim->accounts = f->claimed_accounts;
    claim->account_count = n;
    claim->person = f->account[i].person;
    claim->event_count = 0;
    for (size_t e = 0; e < f->events; e++)
      for (size_t k = 0; k < n; k++)
        if (f->claimed_accounts[k].id == f->log[e].account)
          f->claimed[claim->event_count++] = f->log[e];
    for (size_t e = 1; e < claim->event_count; e++) { /* by time, stable */
      struct dun_event one = f->claimed[e];
      size_t at = e;
      for (; at > 0 && after(&f->claimed[at - 1], &one); at--)
        f->claimed[at] = f->claimed[at - 1];
      f->claimed[at] = one;
    }
    claim->events = f->claimed;
    return ok ? DUN_OK : -100;
  }
  return ok ? DUN_NOTHING_DUE : -100;
}

void fake_append(struct fake *f, const struct dun_event *event)
{
  if (f->events < FAKE_EVENTS)
    f->log[f->events++] = *event;
}

static dun_rc fake_record(void *user_data, const struct dun_claim *claim,
                          const struct dun_record *record)
{
  struct fake *f = user_data;
  bool effect, ok = alive(f, &effect);
  dun_rc rc = ok ? DUN_OK : -101;
  if (!effect)
    return rc;
  f->records++;
  if (f->records == f->fail_record_at)
    return -102;
  if (record->struct_size != sizeof *record || record->account == 0 ||
      (record->count > 0 && record->events == NULL) || claim->account_count == 0)
    f->disordered++;
  if (f->records == f->conflict_at) {
    f->saw_happened = record->happened != 0;
    rc = DUN_E_CONFLICT;
    if (!record->happened)
      return rc;
  }
  for (size_t i = 0; i < record->count; i++) {
    if (record->events[i].account != record->account ||
        record->events[i].occurred_at > record->events[i].recorded_at ||
        (record->happened != 0 && record->events[i].kind != DUN_EVENT_CONTACT &&
         record->events[i].kind != DUN_EVENT_ACTION))
      f->disordered++;
    fake_append(f, &record->events[i]);
  }
  for (size_t i = 0; i < f->accounts; i++)
    if (f->account[i].id == record->account)
      f->review[i] = rc == DUN_E_CONFLICT ? 0 : record->review_at;
  return rc;
}

bool fake_same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->account == b->account && a->due_day == b->due_day && a->step == b->step &&
         a->occurrence == b->occurrence && a->attempt == b->attempt;
}

static void copy(char *to, size_t size, const char *from)
{
  snprintf(to, size, "%s", from == NULL ? "(null)" : from);
}

static dun_rc fake_deliver(void *user_data, const struct dun_notice *notice,
                           struct dun_receipt *receipt)
{
  struct fake *f = user_data;
  const struct dun_decision *d = notice->decision;
  struct fake_delivery *out;
  bool effect, ok = alive(f, &effect);
  if (!effect)
    return -103;
  if (f->again_policy != NULL)
    f->again_rc = dun_run(f->again_policy, &f->host, 0, 0, NULL);
  if (f->fail_deliver != 0)
    return f->fail_deliver;
  if (f->retry_at != 0 || f->retry_garbage) {
    receipt->retry_at = f->retry_at;
    return DUN_RETRY_LATER;
  }
  if (f->deliveries == FAKE_DELIVERIES)
    return -104;
  out = &f->delivery[f->deliveries++];
  memset(out, 0, sizeof *out);
  out->key.account = d->account;
  out->key.due_day = d->due_day;
  out->key.step = d->step_id;
  out->key.occurrence = d->occurrence;
  out->key.attempt = d->attempt;
  out->key.channel = d->channel_id;
  out->again = notice->again;
  copy(out->step, sizeof out->step, notice->step);
  copy(out->stage, sizeof out->stage, notice->stage);
  copy(out->channel, sizeof out->channel, notice->channel);
  copy(out->template_, sizeof out->template_, notice->template_);
  for (size_t i = 0; i < f->events; i++)
    if (fake_same_key(&f->log[i], &out->key)) {
      if (f->log[i].kind == DUN_EVENT_INTENT)
        out->intended = true, out->at = f->log[i].occurred_at;
      else
        out->answered = true;
    }
  receipt->outcome = f->outcome != 0                         ? f->outcome
                     : d->action != DUN_ACTION_CONTACT       ? DUN_OUTCOME_DONE
                     : strcmp(notice->channel, "phone") == 0 ? DUN_OUTCOME_NO_ANSWER
                                                             : DUN_OUTCOME_DELIVERED;
  receipt->address = f->address;
  return ok ? DUN_OK : -103;
}

static void fake_log(void *user_data, uint32_t level, uint64_t account, dun_rc rc, const char *text,
                     size_t size)
{
  struct fake *f = user_data;
  (void)level;
  (void)account;
  f->logs++;
  f->last_log = rc;
  if (text == NULL || strlen(text) != size || size == 0)
    f->disordered++;
}

static void fake_release(void *user_data, const struct dun_claim *claim)
{
  struct fake *f = user_data;
  f->releases++;
  if (!f->down)
    f->lease[person_place(f, claim->person)] = 0;
}

void fake_init(struct fake *f)
{
  memset(f, 0, sizeof *f);
  dun_host_init(&f->host, (uint32_t)sizeof f->host);
  f->host.user_data = f;
  f->host.claim = fake_claim;
  f->host.record = fake_record;
  f->host.deliver = fake_deliver;
  f->host.log = fake_log;
  f->host.release = fake_release;
}

size_t fake_account(struct fake *f, uint64_t id, uint64_t person, dun_day due, uint32_t reach)
{
  struct dun_account *a = &f->account[f->accounts];
  dun_account_init(a, (uint32_t)sizeof *a);
  a->flags = DUN_ACCOUNT_HAS_DUE;
  a->id = id;
  a->person = person;
  a->due_day = due;
  a->past_due = 120000;
  a->balance = 500000;
  a->reach[DUN_PARTY_BORROWER] = reach;
  return f->accounts++;
}

void fake_restart(struct fake *f)
{
  f->down = false;
  f->crash_at = 0;
  memset(f->lease, 0, sizeof f->lease);
}

dun_time fake_next(const struct fake *f)
{
  dun_time next = DUN_TIME_NEVER;
  for (size_t i = 0; i < f->accounts; i++) {
    dun_time at = f->review[i], lease = f->lease[person_place(f, f->account[i].person)];
    if (lease > at)
      at = lease;
    if (at < next)
      next = at;
  }
  return next;
}

unsigned fake_count(const struct fake *f, unsigned kind, uint64_t account, uint32_t step,
                    unsigned outcome)
{
  unsigned n = 0;
  for (size_t i = 0; i < f->events; i++)
    if ((kind == 0 || f->log[i].kind == kind) && (account == 0 || f->log[i].account == account) &&
        (step == 0 || f->log[i].step == step) && (outcome == 0 || f->log[i].outcome == outcome))
      n++;
  return n;
}
