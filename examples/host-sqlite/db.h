/* SPDX-License-Identifier: MIT */
/* The database: opening it safely, its schema, statements and transactions. */
#ifndef HOST_SQLITE_DB_H
#define HOST_SQLITE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#define DB_STATEMENTS 64

struct db {
  sqlite3 *handle;
  const char *path;
  int lock;    /* of the file beside the database: one program at a time */
  bool failed; /* an error was told; nothing more is to be written */
  struct {
    const char *sql;
    sqlite3_stmt *statement;
  } kept[DB_STATEMENTS];
};

/* Open or create; with @p fresh a database of this program is thrown away first. What is wrong is
 * told on stderr. */
bool db_open(struct db *db, const char *path, bool fresh);
void db_close(struct db *db);

/* Tell what SQLite complains about (once) and give false. */
bool db_fail(struct db *db, const char *doing);

/* A prepared statement, kept for the next time; @p sql must be a literal. NULL = it was told. */
sqlite3_stmt *db_statement(struct db *db, const char *sql);

/* Step a statement that gives no rows, and reset it. */
bool db_do(struct db *db, sqlite3_stmt *statement);

/* Step to the next row: true = there is one. At the end, and after an error (db->failed), the
 * statement is reset. */
bool db_row(struct db *db, sqlite3_stmt *statement);

bool db_begin(struct db *db);
bool db_commit(struct db *db);
void db_rollback(struct db *db);

/* Numbers by name, such as the simulated clock. @p missing is given if there is none. */
int64_t db_meta(struct db *db, const char *key, int64_t missing);
bool db_meta_set(struct db *db, const char *key, int64_t value);

#endif
