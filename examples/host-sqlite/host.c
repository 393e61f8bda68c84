/* SPDX-License-Identifier: MIT */
/* The callbacks of dun_run over the database. */
#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FAILED (-1000) /* this host's own code: the database failed, and it was told */
#define LEASE 86400    /* one program only, so no need to be quick: a day of simulated time */
#define LINES_MAX 20

/* End the last person's lease, lease the next one and load it. 0 = nobody is due. */
static bool lease(struct host *h, dun_time now, dun_time until, uint64_t *person)
{
  struct db *db = h->db;
  sqlite3_stmt *s;
  *person = 0;
  if (h->released != 0) {
    s = db_statement(db, "UPDATE persons SET lease_until = 0 WHERE person = ?");
    sqlite3_bind_int64(s, 1, (int64_t)h->released);
    if (!db_do(db, s))
      return false;
    h->released = 0;
  }
  s = db_statement(db, "SELECT a.person FROM accounts a JOIN persons p USING(person)"
                       " WHERE a.review_at <= ?1 AND p.lease_until <= ?1"
                       " ORDER BY a.review_at, a.person LIMIT 1");
  sqlite3_bind_int64(s, 1, now);
  if (db_row(db, s)) {
    *person = (uint64_t)sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    s = db_statement(db, "UPDATE persons SET lease_until = ? WHERE person = ?");
    sqlite3_bind_int64(s, 1, until);
    sqlite3_bind_int64(s, 2, (int64_t)*person);
    return db_do(db, s) && person_load(db, h->policy, *person, &h->person);
  }
  return !db->failed;
}

static dun_rc claim(void *user_data, dun_time now, dun_time lease_until, struct dun_claim *claim)
{
  struct host *h = user_data;
  uint64_t person;
  if (*h->stop)
    return DUN_NOTHING_DUE;
  if (!db_begin(h->db) || !lease(h, now, lease_until, &person)) {
    db_rollback(h->db);
    return FAILED;
  }
  if (!db_commit(h->db))
    return FAILED;
  if (person == 0)
    return DUN_NOTHING_DUE;
  claim->accounts = h->person.accounts;
  claim->account_count = (uint32_t)h->person.account_count;
  claim->events = h->person.events;
  claim->event_count = h->person.event_count;
  claim->person = person;
  claim->token = (uint64_t)h->person.version;
  return DUN_OK;
}

static bool write_record(struct host *h, const struct dun_record *record, bool *changed)
{
  struct db *db = h->db;
  dun_time review_at = record->review_at;
  sqlite3_stmt *s =
      db_statement(db, "UPDATE persons SET version = version + 1 WHERE person = ? AND version = ?");
  sqlite3_bind_int64(s, 1, (int64_t)h->person.id);
  sqlite3_bind_int64(s, 2, h->person.version);
  if (!db_do(db, s))
    return false;
  *changed = sqlite3_changes(db->handle) == 0;
  if (*changed && !record->happened)
    return true;
  if (*changed) { /* an outcome is kept in any case; what comes next is to be asked anew */
    review_at = h->now;
    s = db_statement(db, "UPDATE persons SET version = version + 1 WHERE person = ?");
    sqlite3_bind_int64(s, 1, (int64_t)h->person.id);
    if (!db_do(db, s))
      return false;
  }
  for (size_t i = 0; i < record->count; i++)
    if (!event_append(db, h->person.id, &record->events[i]))
      return false;
  s = db_statement(db, "UPDATE accounts SET review_at = ? WHERE account = ?");
  sqlite3_bind_int64(s, 1, review_at);
  sqlite3_bind_int64(s, 2, (int64_t)record->account);
  return db_do(db, s);
}

static dun_rc record(void *user_data, const struct dun_claim *claim,
                     const struct dun_record *record)
{
  struct host *h = user_data;
  bool changed = false;
  (void)claim;
  if (!db_begin(h->db) || !write_record(h, record, &changed)) {
    db_rollback(h->db);
    return FAILED;
  }
  if (!db_commit(h->db))
    return FAILED;
  if (changed)
    return DUN_E_CONFLICT;
  h->person.version++;
  return DUN_OK;
}

/* What the simulated debtor answers: "phone:no_answer phone:promised legal:done". The nth delivery
 * on a channel (or of an action) takes the nth answer for it, which makes it a function of what is
 * in the outbox. */
static uint32_t reply(const char *replies, const char *name, int64_t nth, uint32_t otherwise)
{
  size_t size = strlen(name);
  while (*replies != '\0') {
    size_t n = strcspn(replies, " ");
    if (n > size && memcmp(replies, name, size) == 0 && replies[size] == ':' && nth-- == 0) {
      char outcome[64];
      uint32_t o;
      snprintf(outcome, sizeof outcome, "%.*s", (int)(n - size - 1), replies + size + 1);
      o = dun_outcome_from_name(outcome);
      return o == 0xffffffffu ? otherwise : o;
    }
    replies += n;
    replies += strspn(replies, " ");
  }
  return otherwise;
}

static bool outcome_of(struct host *h, const struct dun_notice *notice, uint32_t *outcome)
{
  const struct dun_decision *d = notice->decision;
  bool contact = d->action == DUN_ACTION_CONTACT;
  const char *name = contact ? notice->channel : dun_action_name(d->action);
  uint32_t kind = d->channel_id >> 28;
  uint32_t otherwise = !contact ? DUN_OUTCOME_DONE
                       : kind == DUN_CONTACT_VOICE || kind == DUN_CONTACT_VISIT
                           ? DUN_OUTCOME_NO_ANSWER
                           : DUN_OUTCOME_DELIVERED;
  sqlite3_stmt *s =
      db_statement(h->db, "SELECT replies, (SELECT count(*) FROM outbox o WHERE o.account = ?1 AND"
                          " CASE WHEN o.channel = '' THEN o.action ELSE o.channel END = ?2)"
                          " FROM accounts WHERE account = ?1");
  sqlite3_bind_int64(s, 1, (int64_t)d->account);
  sqlite3_bind_text(s, 2, name, -1, SQLITE_STATIC);
  if (!db_row(h->db, s))
    return false;
  *outcome =
      reply((const char *)sqlite3_column_text(s, 0), name, sqlite3_column_int64(s, 1), otherwise);
  sqlite3_reset(s);
  return true;
}

static void bind_key(sqlite3_stmt *s, const struct dun_decision *d)
{
  sqlite3_bind_int64(s, 1, (int64_t)d->account);
  sqlite3_bind_int64(s, 2, d->due_day);
  sqlite3_bind_int64(s, 3, d->step_id);
  sqlite3_bind_int64(s, 4, d->occurrence);
  sqlite3_bind_int64(s, 5, d->attempt);
}

/* A row of the outbox. *outcome: what the debtor is to answer; if the key is there already, what
 * was answered then. */
static bool post(struct host *h, const struct dun_notice *notice, uint32_t *outcome)
{
  const struct dun_decision *d = notice->decision;
  const char *kind = dun_contact_name(d->channel_id >> 28), *party = dun_party_name(d->party);
  sqlite3_stmt *s = db_statement(
      h->db, "INSERT INTO outbox VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
             " ON CONFLICT DO NOTHING");
  bind_key(s, d);
  sqlite3_bind_int64(s, 6, h->now);
  sqlite3_bind_int64(s, 7, (int64_t)h->person.id);
  sqlite3_bind_text(s, 8, dun_action_name(d->action), -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 9, notice->stage, -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 10, notice->step, -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 11, notice->channel, -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 12, kind == NULL ? "" : kind, -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 13, notice->template_, -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 14, party, -1, SQLITE_STATIC);
  sqlite3_bind_int64(s, 15, d->amount);
  sqlite3_bind_int64(s, 16, *outcome);
  if (!db_do(h->db, s))
    return false;
  if (sqlite3_changes(h->db->handle) > 0)
    return true;
  s = db_statement(h->db, "SELECT outcome FROM outbox WHERE account = ? AND due_day = ?"
                          " AND step = ? AND occurrence = ? AND attempt = ?");
  bind_key(s, d);
  if (!db_row(h->db, s))
    return false;
  *outcome = (uint32_t)sqlite3_column_int64(s, 0);
  sqlite3_reset(s);
  return true;
}

/* The transport: the outbox, in a transaction of its own. A key that is there already has been
 * delivered, and its outcome is told once more. */
static dun_rc deliver(void *user_data, const struct dun_notice *notice, struct dun_receipt *receipt)
{
  struct host *h = user_data;
  uint32_t outcome;
  if (!db_begin(h->db) || !outcome_of(h, notice, &outcome) || !post(h, notice, &outcome)) {
    db_rollback(h->db);
    return FAILED;
  }
  if (!db_commit(h->db))
    return FAILED;
  receipt->outcome = outcome;
  return DUN_OK;
}

static void tell(void *user_data, uint32_t level, uint64_t account, dun_rc rc, const char *text,
                 size_t size)
{
  struct host *h = user_data;
  (void)level;
  if (rc == FAILED || h->told > LINES_MAX)
    return; /* the database's failure was told where it happened */
  if (h->told++ == LINES_MAX)
    fprintf(stderr, "... and more of the kind\n");
  else
    fprintf(stderr, "account %" PRIu64 ": %.*s\n", account, (int)size, text);
}

static void release(void *user_data, const struct dun_claim *claim)
{
  struct host *h = user_data;
  h->released = claim->person;
}

void host_init(struct host *h, struct db *db, const dun_policy *policy,
               const volatile sig_atomic_t *stop)
{
  memset(h, 0, sizeof *h);
  h->db = db;
  h->policy = policy;
  h->stop = stop;
  dun_host_init(&h->callbacks, (uint32_t)sizeof h->callbacks);
  h->callbacks.user_data = h;
  h->callbacks.claim = claim;
  h->callbacks.record = record;
  h->callbacks.deliver = deliver;
  h->callbacks.log = tell;
  h->callbacks.release = release;
  h->callbacks.lease = LEASE;
}

void host_free(struct host *h)
{
  person_free(&h->person);
}

dun_rc host_run(struct host *h, dun_time now, struct dun_run_report *report)
{
  h->now = now;
  return dun_run(h->policy, &h->callbacks, now, 0, report);
}
