/* SPDX-License-Identifier: MIT */
/* The simulated clock: from instant to instant, the debtors' payments and what is due. */
#define _POSIX_C_SOURCE 200809L

#include "simulate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAY 86400

/* How far it is: a bar on a terminal, elsewhere a line for each 30 days. */
struct progress {
  const dun_policy *policy;
  dun_time start, end;
  int64_t shown; /* per mille, or months */
  uint64_t delivered;
  bool bar;
};

static void progress(struct progress *p, dun_time now, bool last)
{
  int64_t days = (now - p->start) / DAY, all = (p->end - p->start + DAY / 2) / DAY;
  int64_t mark = p->bar ? (now - p->start) * 1000 / (p->end - p->start) : days / 30;
  char date[11] = "?";
  dun_day day;
  if (mark == p->shown && !last)
    return;
  p->shown = mark;
  if (dun_zone_day(p->policy, 0, now, &day) == DUN_OK)
    (void)dun_day_format(day, date);
  if (!p->bar) {
    fprintf(stderr, "%s  day %" PRId64 " of %" PRId64 ", %" PRIu64 " deliveries\n", date, days, all,
            p->delivered);
    return;
  }
  fprintf(stderr, "\r[");
  for (int i = 0; i < 30; i++)
    fputc(i * 1000 / 30 < mark ? '#' : '.', stderr);
  fprintf(stderr, "] %s  day %" PRId64 " of %" PRId64 "  %" PRIu64 " deliveries ", date, days, all,
          p->delivered);
  if (last)
    fputc('\n', stderr);
}

/* The least of a query without rows (NEVER) or with one. */
static dun_time first(struct db *db, sqlite3_stmt *s, dun_time clock)
{
  dun_time at = DUN_TIME_NEVER;
  if (s != NULL && sqlite3_bind_parameter_count(s) > 0)
    sqlite3_bind_int64(s, 1, clock);
  if (db_row(db, s)) {
    if (sqlite3_column_type(s, 0) != SQLITE_NULL)
      at = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
  }
  return at;
}

/* The next instant at which there is something to do: the earliest review of a person that is not
 * set aside, the end of a lease, a payment. */
static dun_time next_instant(struct db *db, dun_time clock)
{
  dun_time review =
      first(db,
            db_statement(db, "SELECT a.review_at FROM accounts a JOIN persons p USING(person)"
                             " WHERE p.lease_until <= ? ORDER BY a.review_at LIMIT 1"),
            clock);
  dun_time lease = first(
      db, db_statement(db, "SELECT min(lease_until) FROM persons WHERE lease_until > max(0, ?)"),
      clock);
  dun_time payment =
      first(db, db_statement(db, "SELECT min(at) FROM payments WHERE done = 0"), clock);
  dun_time at = review < lease ? review : lease;
  at = payment < at ? payment : at;
  return at < clock ? clock : at;
}

static bool fact(struct db *db, uint64_t person, const struct dun_event *at, uint32_t field,
                 int64_t value)
{
  struct dun_event e = *at;
  e.kind = DUN_EVENT_FACTS;
  e.detail = field;
  e.amount = value;
  return event_append(db, person, &e);
}

struct payment {
  uint64_t account, person;
  int64_t number, amount, past_due, balance;
};

/* The next payment that is due; false = none, or a failure. */
static bool next_payment(struct db *db, dun_time now, struct payment *p)
{
  sqlite3_stmt *s = db_statement(
      db, "SELECT p.account, p.number, p.amount, a.person, a.past_due, a.balance"
          " FROM payments p JOIN accounts a USING(account)"
          " WHERE p.done = 0 AND p.at <= ? ORDER BY p.at, p.account, p.number LIMIT 1");
  sqlite3_bind_int64(s, 1, now);
  if (!db_row(db, s))
    return false;
  p->account = (uint64_t)sqlite3_column_int64(s, 0);
  p->number = sqlite3_column_int64(s, 1);
  p->amount = sqlite3_column_int64(s, 2);
  p->person = (uint64_t)sqlite3_column_int64(s, 3);
  p->past_due = sqlite3_column_int64(s, 4);
  p->balance = sqlite3_column_int64(s, 5);
  sqlite3_reset(s);
  return true;
}

/* Money came in: the ledger, the log and the review in one transaction. */
static bool book(struct db *db, dun_time now, const struct payment *p)
{
  int64_t past_due = p->amount < p->past_due ? p->past_due - p->amount : 0;
  int64_t balance = p->amount < p->balance ? p->balance - p->amount : 0;
  struct dun_event e;
  sqlite3_stmt *s;
  memset(&e, 0, sizeof e);
  e.occurred_at = e.recorded_at = now;
  e.account = p->account;
  e.kind = DUN_EVENT_PAYMENT;
  e.amount = p->amount;
  if (!event_append(db, p->person, &e) || !fact(db, p->person, &e, DUN_FACT_PAST_DUE, past_due) ||
      !fact(db, p->person, &e, DUN_FACT_BALANCE, balance))
    return false;
  s = db_statement(db, "UPDATE accounts SET past_due = ?, balance = ?, review_at = ?"
                       " WHERE account = ?");
  sqlite3_bind_int64(s, 1, past_due);
  sqlite3_bind_int64(s, 2, balance);
  sqlite3_bind_int64(s, 3, now);
  sqlite3_bind_int64(s, 4, (int64_t)p->account);
  if (!db_do(db, s))
    return false;
  s = db_statement(db, "UPDATE payments SET done = 1 WHERE account = ? AND number = ?");
  sqlite3_bind_int64(s, 1, (int64_t)p->account);
  sqlite3_bind_int64(s, 2, p->number);
  if (!db_do(db, s))
    return false;
  s = db_statement(db, "UPDATE persons SET version = version + 1 WHERE person = ?");
  sqlite3_bind_int64(s, 1, (int64_t)p->person);
  return db_do(db, s);
}

static bool book_due(struct host *h, dun_time now)
{
  struct payment p;
  while (!*h->stop && next_payment(h->db, now, &p))
    if (!db_begin(h->db) || !book(h->db, now, &p) || !db_commit(h->db)) {
      db_rollback(h->db);
      return false;
    }
  return !h->db->failed;
}

bool simulate(struct host *h, dun_time start, dun_time end, dun_time *clock)
{
  struct progress p = {h->policy, start, end, -1, 0, isatty(STDERR_FILENO) != 0};
  p.delivered = (uint64_t)first(h->db, db_statement(h->db, "SELECT count(*) FROM outbox"), 0);
  while (!*h->stop) {
    struct dun_run_report report = {.struct_size = (uint32_t)sizeof report};
    dun_time now = next_instant(h->db, *clock);
    dun_rc rc;
    if (h->db->failed)
      return false;
    if (now >= end) {
      now = end;
      if (*clock < end && !db_meta_set(h->db, "clock", now))
        return false;
      *clock = *clock < end ? end : *clock;
      progress(&p, now, true);
      return true;
    }
    if (now != *clock && !db_meta_set(h->db, "clock", now))
      return false;
    *clock = now;
    progress(&p, now, false);
    if (!book_due(h, now))
      return false;
    rc = host_run(h, now, &report);
    p.delivered += report.delivered;
    if (h->db->failed)
      return false;
    if (rc != DUN_OK) {
      fprintf(stderr, "the run failed: %s\n", dun_strerror(rc));
      return false;
    }
  }
  progress(&p, *clock, true);
  return true;
}
