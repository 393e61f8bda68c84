/* SPDX-License-Identifier: MIT */
/* A portfolio CSV into the database: bad rows are told with their line and left out. */
#include "import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_lines.h"
#include "load.h"

enum column {
  ACCOUNT,
  PERSON,
  DUE,
  PAST_DUE,
  REACH,
  REQUIRED,
  BALANCE = REQUIRED,
  MINIMUM_DUE,
  LATE_FEES,
  CURRENCY,
  ZONE,
  PRIOR,
  PAYMENTS,
  REPLIES,
  COLUMNS
};

static const char *const names[COLUMNS] = {"account",
                                           "person",
                                           "due",
                                           "past_due",
                                           "reach",
                                           "balance",
                                           "minimum_due",
                                           "late_fees",
                                           "currency",
                                           "zone",
                                           "prior_delinquencies",
                                           "payments",
                                           "replies"};

struct import {
  struct db *db;
  const dun_policy *policy;
  const char *path;
  uint64_t line;
  size_t columns;                /* of the header */
  int place[COLUMNS];            /* -1 = not there */
  int attribute[DUN_ATTRIBUTES]; /* likewise, by number */
  char why[256];                 /* what is wrong with the row */
};

static bool bad(struct import *im, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool bad(struct import *im, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(im->why, sizeof im->why, format, args);
  va_end(args);
  return false;
}

/* The text of a column: "" if it is not there. */
static const char *get(const struct import *im, const struct csv_row *row, enum column column)
{
  return im->place[column] < 0 ? "" : row->field[im->place[column]];
}

static bool number(struct import *im, const char *what, const char *text, int64_t least,
                   int64_t most, int64_t *out)
{
  char *end;
  long long value;
  errno = 0;
  value = strtoll(text, &end, 10);
  if (end == text || *end != '\0' || errno != 0)
    return bad(im, "%s: \"%.40s\" is no whole number", what, text);
  if (value < least || value > most)
    return bad(im, "%s: %.40s is not between %" PRId64 " and %" PRId64, what, text, least, most);
  *out = value;
  return true;
}

/* A number that may be left out. */
static bool number_or(struct import *im, const struct csv_row *row, enum column column,
                      int64_t most, int64_t missing, int64_t *out)
{
  const char *text = get(im, row, column);
  *out = missing;
  return *text == '\0' || number(im, names[column], text, 0, most, out);
}

/* "2026-02-03:50000 2026-03-03:70000" into the table of payments; without a table only checked. */
static bool payments(struct import *im, const char *list, const struct dun_account *a, bool write)
{
  for (int n = 1; *list != '\0'; n++) {
    char one[64];
    size_t size = strcspn(list, " ");
    int64_t amount = 0; /* set by number(), which gcc -O3 cannot see */
    dun_time at;
    dun_day day;
    sqlite3_stmt *s;
    snprintf(one, sizeof one, "%.*s", size > 63 ? 63 : (int)size, list);
    list += size;
    list += strspn(list, " ");
    if (strlen(one) < 12 || one[10] != ':' || dun_day_parse(one, 10, &day) != DUN_OK)
      return bad(im, "payments: \"%.40s\" is not YYYY-MM-DD:AMOUNT", one);
    if (!number(im, "payments", one + 11, 1, DUN_AMOUNT_MAX, &amount))
      return false;
    if (dun_zone_instant(im->policy, a->zone, day, 12 * 60, &at) != DUN_OK)
      return bad(im, "payments: %.40s is out of range", one);
    if (!write)
      continue;
    s = db_statement(im->db,
                     "INSERT INTO payments(account, number, at, amount) VALUES(?, ?, ?, ?)");
    sqlite3_bind_int64(s, 1, (int64_t)a->id);
    sqlite3_bind_int64(s, 2, n);
    sqlite3_bind_int64(s, 3, at);
    sqlite3_bind_int64(s, 4, amount);
    if (!db_do(im->db, s))
      return false;
  }
  return true;
}

/* "phone:no_answer legal:done": a channel or an action, and an outcome it can have. */
static bool replies(struct import *im, const char *list)
{
  while (*list != '\0') {
    char one[128], *colon;
    size_t size = strcspn(list, " ");
    uint32_t outcome;
    bool channel, action = false;
    snprintf(one, sizeof one, "%.*s", size > 127 ? 127 : (int)size, list);
    list += size;
    list += strspn(list, " ");
    colon = strchr(one, ':');
    if (colon == NULL)
      return bad(im, "replies: \"%.40s\" is not CHANNEL:OUTCOME", one);
    *colon = '\0';
    channel = dun_policy_find(im->policy, DUN_NAME_CHANNEL, one) != 0;
    for (uint32_t a = DUN_ACTION_TASK; a <= DUN_ACTION_CHARGE_OFF; a++)
      action = action || strcmp(dun_action_name(a), one) == 0;
    if (!channel && !action)
      return bad(im, "replies: \"%.40s\" is no channel of the policy and no action", one);
    outcome = dun_outcome_from_name(colon + 1);
    if (outcome == 0xffffffffu || outcome == DUN_OUTCOME_NONE)
      return bad(im, "replies: \"%.40s\" is no outcome", colon + 1);
    if (channel ? outcome == DUN_OUTCOME_DONE
                : outcome != DUN_OUTCOME_DONE && outcome != DUN_OUTCOME_UNKNOWN &&
                      outcome != DUN_OUTCOME_DECLINED && outcome != DUN_OUTCOME_FAILED_TEMPORARY)
      return bad(im, "replies: %.40s cannot have the outcome %.40s", one, colon + 1);
  }
  return true;
}

/* Read the row's facts, and let the engine have a look at them. */
static bool facts(struct import *im, const struct csv_row *row, struct dun_account *a,
                  char attributes[512])
{
  struct dun_decision d;
  const char *text;
  char name[64];
  int64_t n;
  size_t used = 0;
  dun_rc rc;
  dun_account_init(a, (uint32_t)sizeof *a);
  a->flags = DUN_ACCOUNT_HAS_DUE;
  for (int c = 0; c < REQUIRED; c++)
    if (*get(im, row, (enum column)c) == '\0' && c != REACH)
      return bad(im, "%s is missing", names[c]);
  if (!number(im, "account", get(im, row, ACCOUNT), 1, INT64_MAX, &n))
    return false;
  a->id = (uint64_t)n;
  if (!number(im, "person", get(im, row, PERSON), 1, INT64_MAX, &n))
    return false;
  a->person = (uint64_t)n;
  text = get(im, row, DUE);
  if (dun_day_parse(text, strlen(text), &a->due_day) != DUN_OK)
    return bad(im, "due: \"%.40s\" is no date (YYYY-MM-DD)", text);
  if (!number(im, "past_due", get(im, row, PAST_DUE), 0, DUN_AMOUNT_MAX, &a->past_due) ||
      !number_or(im, row, BALANCE, DUN_AMOUNT_MAX, a->past_due, &a->balance) ||
      !number_or(im, row, MINIMUM_DUE, DUN_AMOUNT_MAX, 0, &a->minimum_due) ||
      !number_or(im, row, LATE_FEES, DUN_AMOUNT_MAX, 0, &a->late_fees) ||
      !number_or(im, row, PRIOR, UINT32_MAX, 0, &n))
    return false;
  a->prior_delinquencies = (uint32_t)n;
  text = get(im, row, CURRENCY);
  a->currency = dun_currency_id(text);
  if (*text != '\0' && a->currency == 0)
    return bad(im, "currency: \"%.40s\" is no three capital letters", text);
  text = get(im, row, ZONE);
  a->zone = dun_zone_id(text);
  if (*text != '\0' && dun_policy_find(im->policy, DUN_NAME_ZONE, text) == 0)
    return bad(im, "zone: \"%.40s\" is not among the policy's zones", text);
  if (!reach_parse(im->policy, get(im, row, REACH), a, name))
    return bad(im, "reach: \"%.63s\" is no channel of the policy", name);
  attributes[0] = '\0';
  for (uint32_t i = 0; i < DUN_ATTRIBUTES; i++) {
    const char *attribute = dun_policy_name(im->policy, DUN_NAME_ATTRIBUTE, i + 1);
    if (im->attribute[i] < 0 || *(text = row->field[im->attribute[i]]) == '\0')
      continue;
    if (!number(im, attribute, text, INT64_MIN, INT64_MAX, &a->attribute[i]))
      return false;
    used += (size_t)snprintf(attributes + used, 512 - used, "%s=%" PRId64 " ", attribute,
                             a->attribute[i]);
    if (used >= 512)
      return bad(im, "too many attributes");
  }
  dun_decision_init(&d, (uint32_t)sizeof d);
  rc = dun_decide(im->policy, a, NULL, 0, 0, &d, NULL);
  if (rc != DUN_OK)
    return bad(im, "libdun does not take it: %s", dun_strerror(rc));
  return payments(im, get(im, row, PAYMENTS), a, false) && replies(im, get(im, row, REPLIES));
}

static bool seen_before(struct import *im, const struct dun_account *a)
{
  sqlite3_stmt *s = db_statement(im->db, "INSERT INTO temp.seen VALUES(?) ON CONFLICT DO NOTHING");
  sqlite3_bind_int64(s, 1, (int64_t)a->id);
  return db_do(im->db, s) && sqlite3_changes(im->db->handle) == 0;
}

static bool insert(struct import *im, const struct csv_row *row, const struct dun_account *a,
                   const char *attributes, dun_time at, bool *added)
{
  struct db *db = im->db;
  sqlite3_stmt *s =
      db_statement(db, "INSERT INTO persons(person) VALUES(?) ON CONFLICT DO NOTHING");
  sqlite3_bind_int64(s, 1, (int64_t)a->person);
  if (!db_do(db, s))
    return false;
  s = db_statement(db, "INSERT INTO accounts VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                       " ON CONFLICT DO NOTHING");
  sqlite3_bind_int64(s, 1, (int64_t)a->id);
  sqlite3_bind_int64(s, 2, (int64_t)a->person);
  sqlite3_bind_int64(s, 3, a->due_day);
  sqlite3_bind_int64(s, 4, a->past_due);
  sqlite3_bind_int64(s, 5, a->balance);
  sqlite3_bind_int64(s, 6, a->minimum_due);
  sqlite3_bind_int64(s, 7, a->late_fees);
  sqlite3_bind_int64(s, 8, a->prior_delinquencies);
  sqlite3_bind_text(s, 9, get(im, row, CURRENCY), -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 10, get(im, row, ZONE), -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 11, get(im, row, REACH), -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 12, attributes, -1, SQLITE_STATIC);
  sqlite3_bind_text(s, 13, get(im, row, REPLIES), -1, SQLITE_STATIC);
  sqlite3_bind_int64(s, 14, at);
  if (!db_do(db, s))
    return false;
  *added = sqlite3_changes(db->handle) == 1;
  return !*added || payments(im, get(im, row, PAYMENTS), a, true);
}

/* One row. false: the database failed. */
static bool one(struct import *im, const struct csv_row *row, dun_time at,
                struct import_report *report)
{
  struct dun_account a;
  char attributes[512];
  bool added = false, good;
  im->line = row->line;
  if (row->error != NULL)
    good = bad(im, "%s", row->error);
  else if (row->count != im->columns)
    good = bad(im, "%zu columns, the header has %zu", row->count, im->columns);
  else
    good = facts(im, row, &a, attributes);
  if (good && seen_before(im, &a))
    good = bad(im, "account %" PRIu64 " was there before", a.id);
  if (im->db->failed)
    return false;
  if (!good) {
    fprintf(stderr, "%s:%" PRIu64 ": skipped: %s\n", im->path, row->line, im->why);
    report->bad++;
    return true;
  }
  if (!insert(im, row, &a, attributes, at, &added))
    return false;
  report->added += added;
  report->known += !added;
  return true;
}

static bool header(struct import *im, const struct csv_row *row)
{
  bool ok = true;
  if (row->error != NULL) {
    fprintf(stderr, "%s:%" PRIu64 ": the header cannot be read: %s\n", im->path, row->line,
            row->error);
    return false;
  }
  im->columns = row->count;
  for (int c = 0; c < COLUMNS; c++)
    im->place[c] = -1;
  for (int i = 0; i < (int)DUN_ATTRIBUTES; i++)
    im->attribute[i] = -1;
  for (int i = 0; i < (int)row->count; i++) {
    int *place = NULL;
    uint32_t attribute = dun_policy_find(im->policy, DUN_NAME_ATTRIBUTE, row->field[i]);
    for (int c = 0; c < COLUMNS; c++)
      if (strcmp(names[c], row->field[i]) == 0)
        place = &im->place[c];
    if (place == NULL && attribute > 0 && attribute <= DUN_ATTRIBUTES)
      place = &im->attribute[attribute - 1];
    if (place == NULL) {
      fprintf(stderr, "%s: note: the column \"%.40s\" is not used\n", im->path, row->field[i]);
    } else if (*place >= 0) {
      fprintf(stderr, "%s: the column %.40s is there twice\n", im->path, row->field[i]);
      ok = false;
    } else {
      *place = i;
    }
  }
  for (int c = 0; c < REQUIRED; c++)
    if (im->place[c] < 0) {
      fprintf(stderr, "%s: the column %s is missing\n", im->path, names[c]);
      ok = false;
    }
  return ok;
}

/* With the first accounts the database has begun. */
static bool begin_with(struct db *db, const struct beginning *b, const struct import_report *report)
{
  return report->added + report->known == 0 ||
         (db_meta_set(db, "start_day", b->start_day) && identity_store(db, &b->policy));
}

bool import_portfolio(struct db *db, const dun_policy *policy, const char *path, dun_time at,
                      const struct beginning *beginning, const volatile sig_atomic_t *stop,
                      struct import_report *report)
{
  struct import im;
  static struct csv_row row;
  struct csv_file *file = csv_file_open(path);
  bool ok = false;
  int rc;
  memset(report, 0, sizeof *report);
  memset(&im, 0, sizeof im);
  im.db = db;
  im.policy = policy;
  im.path = path;
  if (file == NULL)
    return false;
  rc = csv_file_next(file, &row);
  if (rc == 0)
    fprintf(stderr, "%s: is empty\n", path);
  if (rc == 1 && header(&im, &row) &&
      db_do(db, db_statement(db, "CREATE TEMP TABLE seen(account INTEGER PRIMARY KEY)")) &&
      db_begin(db)) {
    ok = true;
    while (ok && !*stop && (rc = csv_file_next(file, &row)) == 1)
      ok = one(&im, &row, at, report);
    ok = ok && rc == 0 && !*stop && begin_with(db, beginning, report) && db_commit(db);
    if (!ok)
      db_rollback(db);
  }
  csv_file_close(file);
  return ok;
}
