/* SPDX-License-Identifier: MIT */
/* The database: opening it safely, its schema, statements and transactions. */
#define _POSIX_C_SOURCE 200809L

#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x64756e68 /* "dunh" */
#define SCHEMA_VERSION 1

/*
 * events is the log: only ever inserted into. It is clustered by person and in the log's order, so
 * that a person's log is one read. outbox stands for the transport: its primary key is the
 * delivery key, so a delivery that comes twice is stored once.
 */
static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE persons("
    "  person INTEGER PRIMARY KEY,"
    "  version INTEGER NOT NULL DEFAULT 1," /* up by one with each change of the person */
    "  events INTEGER NOT NULL DEFAULT 0,"  /* how many the log has: the next position */
    "  lease_until INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX persons_leased ON persons(lease_until) WHERE lease_until > 0;"
    "CREATE TABLE accounts("
    "  account INTEGER PRIMARY KEY,"
    "  person INTEGER NOT NULL REFERENCES persons,"
    "  due_day INTEGER NOT NULL,"
    "  past_due INTEGER NOT NULL,"
    "  balance INTEGER NOT NULL,"
    "  minimum_due INTEGER NOT NULL,"
    "  late_fees INTEGER NOT NULL,"
    "  prior_delinquencies INTEGER NOT NULL,"
    "  currency TEXT NOT NULL,"   /* '' = the policy's */
    "  zone TEXT NOT NULL,"       /* '' = the policy's */
    "  reach TEXT NOT NULL,"      /* names of channels, not their numbers: policies change */
    "  attributes TEXT NOT NULL," /* name=value name=value */
    "  replies TEXT NOT NULL,"    /* of the simulated debtor */
    "  review_at INTEGER NOT NULL);"
    "CREATE INDEX accounts_review ON accounts(review_at, person);"
    "CREATE INDEX accounts_person ON accounts(person);"
    "CREATE TABLE payments(" /* that the simulated debtor will make */
    "  account INTEGER NOT NULL REFERENCES accounts,"
    "  number INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  done INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY(account, number)) WITHOUT ROWID;"
    "CREATE INDEX payments_open ON payments(at) WHERE done = 0;"
    "CREATE TABLE events("
    "  person INTEGER NOT NULL,"
    "  occurred_at INTEGER NOT NULL,"
    "  recorded_at INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  account INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  until INTEGER NOT NULL,"
    "  due_day INTEGER NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  channel INTEGER NOT NULL,"
    "  detail INTEGER NOT NULL,"
    "  occurrence INTEGER NOT NULL,"
    "  outcome INTEGER NOT NULL,"
    "  party INTEGER NOT NULL,"
    "  address INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL,"
    "  flags INTEGER NOT NULL,"
    "  PRIMARY KEY(person, occurred_at, recorded_at, position)) WITHOUT ROWID;"
    "CREATE TABLE outbox("
    "  account INTEGER NOT NULL,"
    "  due_day INTEGER NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  occurrence INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  person INTEGER NOT NULL,"
    "  action TEXT NOT NULL,"
    "  stage TEXT NOT NULL,"
    "  step_name TEXT NOT NULL,"
    "  channel TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  template TEXT NOT NULL,"
    "  party TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  outcome INTEGER NOT NULL,"
    "  PRIMARY KEY(account, due_day, step, occurrence, attempt)) WITHOUT ROWID;";

bool db_fail(struct db *db, const char *doing)
{
  if (!db->failed)
    fprintf(stderr, "%s: %s: %s\n", db->path, doing, sqlite3_errmsg(db->handle));
  db->failed = true;
  return false;
}

static bool refuse(struct db *db, const char *why)
{
  fprintf(stderr, "%s: %s\n", db->path, why);
  db->failed = true;
  return false;
}

/* One program at a time: leases of a program that died are then known to be void. */
static bool take_lock(struct db *db)
{
  char name[4096];
  struct flock whole;
  int n = snprintf(name, sizeof name, "%s.lock", db->path);
  memset(&whole, 0, sizeof whole);
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (n < 0 || (size_t)n >= sizeof name)
    return refuse(db, "the name is too long");
  db->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (db->lock < 0) {
    fprintf(stderr, "%s: cannot be opened: %s\n", name, strerror(errno));
    db->failed = true;
    return false;
  }
  if (fcntl(db->lock, F_SETLK, &whole) != 0)
    return refuse(db, "another run is at work on this database; wait for it or stop it");
  return true;
}

static int64_t pragma(struct db *db, const char *sql)
{
  sqlite3_stmt *s = db_statement(db, sql);
  int64_t value = 0;
  if (db_row(db, s)) {
    value = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
  }
  return value;
}

static bool execute(struct db *db, const char *sql, const char *doing)
{
  return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || db_fail(db, doing);
}

static bool check_schema(struct db *db)
{
  char set[128];
  int64_t id = pragma(db, "PRAGMA application_id");
  int64_t version = pragma(db, "PRAGMA user_version");
  int64_t tables = pragma(db, "SELECT count(*) FROM sqlite_master");
  if (db->failed)
    return false;
  if (id == 0 && version == 0 && tables == 0) {
    snprintf(set, sizeof set, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             APPLICATION_ID, SCHEMA_VERSION);
    return db_begin(db) && execute(db, schema, "create") && execute(db, set, "create") &&
           db_commit(db);
  }
  if (id != APPLICATION_ID)
    return refuse(db, "is a database of another program");
  if (version != SCHEMA_VERSION)
    return refuse(db, version > SCHEMA_VERSION ? "was written by a newer version of this program"
                                               : "was written by an older version of this program");
  return true;
}

static bool open_file(struct db *db)
{
  if (sqlite3_open_v2(db->path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
      SQLITE_OK)
    return db_fail(db, "open");
  sqlite3_extended_result_codes(db->handle, 1);
  sqlite3_busy_timeout(db->handle, 10000); /* somebody may be looking into it */
  return check_schema(db);
}

static void close_file(struct db *db)
{
  for (size_t i = 0; i < DB_STATEMENTS; i++) {
    sqlite3_finalize(db->kept[i].statement);
    db->kept[i].statement = NULL;
    db->kept[i].sql = NULL;
  }
  sqlite3_close(db->handle);
  db->handle = NULL;
}

/* Throw the file away; it was opened, so it is known to be ours. */
static bool throw_away(struct db *db)
{
  char name[4096];
  close_file(db); /* takes -wal and -shm with it */
  for (int i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s%s", db->path, i == 0 ? "-wal" : i == 1 ? "-shm" : "");
    if (unlink(name) != 0 && errno != ENOENT) {
      fprintf(stderr, "%s: cannot be removed: %s\n", name, strerror(errno));
      db->failed = true;
      return false;
    }
  }
  return open_file(db);
}

bool db_open(struct db *db, const char *path, bool fresh)
{
  memset(db, 0, sizeof *db);
  db->path = path;
  db->lock = -1;
  if (!take_lock(db) || !open_file(db) || (fresh && !throw_away(db)))
    return false;
  /*
   * WAL with synchronous=NORMAL: a commit survives the death of the program at any instant. A power
   * cut may take the last commits back, always a tail of them and never one in the middle; as the
   * outbox is in the same file, it is as if the program had been killed a little earlier.
   * A host whose transport is elsewhere must set FULL.
   */
  return execute(db, "PRAGMA journal_mode = WAL", "journal mode") &&
         execute(db, "PRAGMA synchronous = NORMAL", "synchronous") &&
         execute(db, "PRAGMA wal_autocheckpoint = 4000", "checkpoint") &&
         execute(db, "PRAGMA cache_size = -65536", "cache") &&
         execute(db, "PRAGMA foreign_keys = ON", "foreign keys");
}

void db_close(struct db *db)
{
  close_file(db);
  if (db->lock >= 0)
    close(db->lock);
  memset(db, 0, sizeof *db);
  db->lock = -1;
}

sqlite3_stmt *db_statement(struct db *db, const char *sql)
{
  size_t i = 0;
  while (i < DB_STATEMENTS && db->kept[i].sql != NULL && db->kept[i].sql != sql)
    i++;
  if (i == DB_STATEMENTS) {
    (void)refuse(db, "too many statements");
    return NULL;
  }
  if (db->kept[i].sql == NULL) {
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &db->kept[i].statement,
                           NULL) != SQLITE_OK) {
      db_fail(db, "prepare");
      return NULL;
    }
    db->kept[i].sql = sql;
  }
  return db->kept[i].statement;
}

bool db_do(struct db *db, sqlite3_stmt *statement)
{
  int rc = statement == NULL ? SQLITE_ERROR : sqlite3_step(statement);
  bool ok = rc == SQLITE_DONE || rc == SQLITE_ROW;
  if (!ok)
    db_fail(db, "write");
  sqlite3_reset(statement);
  return ok;
}

bool db_row(struct db *db, sqlite3_stmt *statement)
{
  int rc = statement == NULL ? SQLITE_ERROR : sqlite3_step(statement);
  if (rc == SQLITE_ROW)
    return true;
  if (rc != SQLITE_DONE)
    db_fail(db, "read");
  sqlite3_reset(statement);
  return false;
}

bool db_begin(struct db *db)
{
  return !db->failed && db_do(db, db_statement(db, "BEGIN IMMEDIATE"));
}

bool db_commit(struct db *db)
{
  if (!db->failed && db_do(db, db_statement(db, "COMMIT")))
    return true;
  db_rollback(db);
  return false;
}

void db_rollback(struct db *db)
{
  if (db->handle != NULL && !sqlite3_get_autocommit(db->handle))
    sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t db_meta(struct db *db, const char *key, int64_t missing)
{
  sqlite3_stmt *s = db_statement(db, "SELECT value FROM meta WHERE key = ?");
  int64_t value = missing;
  sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
  if (db_row(db, s)) {
    value = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
  }
  return value;
}

bool db_meta_set(struct db *db, const char *key, int64_t value)
{
  sqlite3_stmt *s = db_statement(db, "INSERT INTO meta(key, value) VALUES(?, ?)"
                                     " ON CONFLICT(key) DO UPDATE SET value = excluded.value");
  sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_int64(s, 2, value);
  return db_do(db, s);
}
