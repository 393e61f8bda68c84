/* SPDX-License-Identifier: MIT */
/*
 * After a crash: what became of the intents that the dead program left open. Without this the
 * runner would deliver them again with the same key (and the outbox would dedupe), or, for channels
 * with `redeliver: false`, record `unknown`. But this transport can be asked, so the truth is
 * recorded instead: the outcome of what is in the outbox; and what is not there, and must not be
 * tried twice, certainly never went out, so its INTENT is taken back by a VOID.
 */
#include "settle.h"

#include <string.h>

#include "load.h"

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->account == b->account && a->due_day == b->due_day && a->step == b->step &&
         a->occurrence == b->occurrence && a->attempt == b->attempt;
}

static bool is_open(const struct person *p, size_t at)
{
  const struct dun_event *intent = &p->events[at];
  for (size_t i = 0; i < p->event_count; i++) {
    const struct dun_event *e = &p->events[i];
    bool answers = e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_ACTION;
    if (i > at && same_key(e, intent) && answers)
      return false;
    if (i > at && same_key(e, intent) && e->kind == DUN_EVENT_VOID &&
        e->outcome == DUN_EVENT_INTENT && e->until == intent->occurred_at)
      return false;
  }
  return true;
}

static bool redelivers(const dun_policy *policy, uint32_t channel_id)
{
  uint32_t n = dun_policy_count(policy, DUN_NAME_CHANNEL);
  for (uint32_t i = 1; i <= n; i++)
    if (dun_policy_channel_id(policy, i) == channel_id)
      return dun_policy_channel_redeliver(policy, i) != 0;
  return true;
}

static bool settle_intent(struct db *db, const dun_policy *policy, uint64_t person,
                          const struct dun_event *intent, uint64_t *settled)
{
  struct dun_event e = *intent;
  sqlite3_stmt *s = db_statement(db, "SELECT outcome FROM outbox WHERE account = ? AND due_day = ?"
                                     " AND step = ? AND occurrence = ? AND attempt = ?");
  sqlite3_bind_int64(s, 1, (int64_t)intent->account);
  sqlite3_bind_int64(s, 2, intent->due_day);
  sqlite3_bind_int64(s, 3, intent->step);
  sqlite3_bind_int64(s, 4, intent->occurrence);
  sqlite3_bind_int64(s, 5, intent->attempt);
  if (db_row(db, s)) {
    e.kind = intent->channel != 0 ? DUN_EVENT_CONTACT : DUN_EVENT_ACTION;
    e.outcome = (uint8_t)sqlite3_column_int(s, 0);
    e.detail = 0;
    sqlite3_reset(s);
    ++*settled;
    return event_append(db, person, &e);
  }
  if (db->failed)
    return false;
  if (redelivers(policy, intent->channel))
    return true;
  e.kind = DUN_EVENT_VOID;
  e.outcome = DUN_EVENT_INTENT;
  e.until = intent->occurred_at;
  return event_append(db, person, &e);
}

static bool settle_person(struct db *db, const dun_policy *policy, struct person *p,
                          uint64_t *settled)
{
  sqlite3_stmt *s;
  for (size_t i = 0; i < p->event_count; i++)
    if (p->events[i].kind == DUN_EVENT_INTENT && is_open(p, i) &&
        !settle_intent(db, policy, p->id, &p->events[i], settled))
      return false;
  s = db_statement(db, "UPDATE persons SET lease_until = 0, version = version + 1"
                       " WHERE person = ?");
  sqlite3_bind_int64(s, 1, (int64_t)p->id);
  return db_do(db, s);
}

/* Only a person under lease can have an intent without an answer. */
bool settle(struct db *db, const dun_policy *policy, uint64_t *settled)
{
  struct person p;
  bool ok = true;
  memset(&p, 0, sizeof p);
  *settled = 0;
  while (ok) {
    sqlite3_stmt *s = db_statement(db, "SELECT person FROM persons WHERE lease_until > 0 LIMIT 1");
    uint64_t id;
    if (!db_row(db, s))
      break;
    id = (uint64_t)sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    ok = person_load(db, policy, id, &p) && db_begin(db) &&
         settle_person(db, policy, &p, settled) && db_commit(db);
    if (!ok)
      db_rollback(db);
  }
  person_free(&p);
  return ok && !db->failed;
}
