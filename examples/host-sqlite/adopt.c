/* SPDX-License-Identifier: MIT */
/* Which policy the database is under, and what to do when it is another one. */
#include "adopt.h"

#include <string.h>

#include "load.h"

int64_t text_hash(const char *text, size_t size)
{
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < size; i++)
    h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
  return (int64_t)(h >> 1); /* never negative: -1 stands for none */
}

bool identity_store(struct db *db, const struct identity *policy)
{
  sqlite3_stmt *s = db_statement(db, "INSERT INTO meta(key, value) VALUES('policy_name', ?)"
                                     " ON CONFLICT(key) DO UPDATE SET value = excluded.value");
  sqlite3_bind_text(s, 1, policy->name, -1, SQLITE_STATIC);
  return db_do(db, s) && db_meta_set(db, "policy_revision", policy->revision) &&
         db_meta_set(db, "policy_hash", policy->hash);
}

/* PLACED for one account, not before its last event. */
static bool place(struct db *db, uint64_t account, uint64_t person, dun_time clock)
{
  struct dun_event e;
  sqlite3_stmt *s =
      db_statement(db, "SELECT max(recorded_at) FROM events WHERE person = ? AND account = ?");
  memset(&e, 0, sizeof e);
  e.kind = DUN_EVENT_PLACED;
  e.account = account;
  e.occurred_at = clock;
  sqlite3_bind_int64(s, 1, (int64_t)person);
  sqlite3_bind_int64(s, 2, (int64_t)account);
  if (db_row(db, s)) {
    if (sqlite3_column_type(s, 0) != SQLITE_NULL && sqlite3_column_int64(s, 0) > clock)
      e.occurred_at = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
  }
  e.recorded_at = e.occurred_at;
  return !db->failed && event_append(db, person, &e);
}

static bool place_all(struct db *db, dun_time clock, uint64_t *placed)
{
  sqlite3_stmt *s = db_statement(db, "SELECT account, person FROM accounts ORDER BY account");
  bool ok = true;
  while (ok && db_row(db, s)) {
    ok = place(db, (uint64_t)sqlite3_column_int64(s, 0), (uint64_t)sqlite3_column_int64(s, 1),
               clock);
    ++*placed;
  }
  sqlite3_reset(s);
  return ok && !db->failed && db_do(db, db_statement(db, "UPDATE accounts SET review_at = 0")) &&
         db_do(db, db_statement(db, "UPDATE persons SET version = version + 1"));
}

bool adopt(struct db *db, const struct identity *policy, dun_time clock, bool *changed,
           uint64_t *placed)
{
  int64_t before = db_meta(db, "policy_hash", -1);
  *placed = 0;
  *changed = before >= 0 && before != policy->hash;
  if (db->failed || !*changed)
    return !db->failed;
  if (db_begin(db) && place_all(db, clock, placed) && identity_store(db, policy) && db_commit(db))
    return true;
  db_rollback(db);
  return false;
}
