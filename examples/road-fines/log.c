/* SPDX-License-Identifier: MIT */
/* The log of traffic-fine cases: its rows, checked and in order, and what they say of a case. */
#include "log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_rows.h"

static const char *const activity_names[ACTIVITIES] = {
    [CREATE_FINE] = "Create Fine",
    [SEND_FINE] = "Send Fine",
    [NOTIFICATION] = "Insert Fine Notification",
    [PAYMENT] = "Payment",
    [APPEAL_TO_PREFECT] = "Insert Date Appeal to Prefecture",
    [APPEAL_SENT] = "Send Appeal to Prefecture",
    [RESULT_RECEIVED] = "Receive Result Appeal from Prefecture",
    [RESULT_NOTIFIED] = "Notify Result Appeal to Offender",
    [APPEAL_TO_JUDGE] = "Appeal to Judge",
    [PENALTY] = "Add penalty",
    [COLLECTION] = "Send for Credit Collection",
};

enum column { CASE_ID, SEQ, ACTIVITY, DATE, AMOUNT, PAYMENT_AMOUNT, EXPENSE, DISMISSAL, COLUMNS };

static const char *const columns[COLUMNS] = {
    "case_id", "seq", "activity", "date", "amount", "payment_amount", "expense", "dismissal"};

struct reading {
  struct log *log;
  const char *path;
};

bool read_day(const char *text, dun_day *out)
{
  return dun_day_parse(text, strlen(text), out) == DUN_OK;
}

/* Digits only, at most nine of them. */
static bool read_count(const char *text, uint32_t *out)
{
  uint32_t n = 0;
  size_t size = strlen(text);
  if (size == 0 || size > 9)
    return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9')
      return false;
    n = n * 10 + (uint32_t)(*text - '0');
  }
  *out = n;
  return true;
}

/* "49.25" euro -> 4925 cents; empty = 0. No parts of a cent, sign or exponent; at most 12 bytes. */
static bool read_cents(const char *text, int64_t *out)
{
  int64_t cents = 0;
  int places = -1; /* digits after the point; -1 = no point yet */
  *out = 0;
  if (*text == '\0')
    return true;
  if (strlen(text) > 12 || *text == '.')
    return false;
  for (; *text != '\0'; text++) {
    if (*text == '.' && places < 0)
      places = 0;
    else if (*text < '0' || *text > '9' || (places >= 2 && *text != '0'))
      return false;
    else if (places < 2) {
      cents = cents * 10 + (*text - '0');
      places += places >= 0;
    }
  }
  for (places = places < 0 ? 0 : places; places < 2; places++)
    cents *= 10;
  *out = cents;
  return true;
}

static const char *take_row(void *user_data, uint64_t line, const char *const *field)
{
  struct reading *r = user_data;
  struct log *log = r->log;
  struct row row = {.line = line, .activity = ACTIVITIES};
  int64_t payment;
  if (field[CASE_ID][0] == '\0' || strlen(field[CASE_ID]) >= sizeof row.case_id)
    return "case_id is empty or longer than 31 bytes";
  memcpy(row.case_id, field[CASE_ID], strlen(field[CASE_ID]) + 1);
  if (!read_count(field[SEQ], &row.seq))
    return "seq is no number";
  for (int a = 0; a < ACTIVITIES; a++)
    if (strcmp(field[ACTIVITY], activity_names[a]) == 0)
      row.activity = (enum activity)a;
  if (row.activity == ACTIVITIES)
    return "unknown activity";
  if (!read_day(field[DATE], &row.day))
    return "date is no YYYY-MM-DD";
  if (!read_cents(field[AMOUNT], &row.amount) || !read_cents(field[PAYMENT_AMOUNT], &payment) ||
      !read_cents(field[EXPENSE], &row.expense))
    return "an amount is no number of euro and cents";
  if (row.activity == PAYMENT)
    row.amount = payment;
  if (row.amount == 0 && (row.activity == CREATE_FINE || row.activity == PAYMENT))
    return "the amount is missing";
  /* A code other than NIL: # by the prefect, G by the judge, others when the fine was made out. */
  row.dismissed = field[DISMISSAL][0] != '\0' && strcmp(field[DISMISSAL], "NIL") != 0;

  if (log->count == log->room) {
    size_t room = log->room == 0 ? 1024 : log->room * 2;
    struct row *rows = realloc(log->rows, room * sizeof *rows);
    if (rows == NULL)
      return "out of memory";
    log->rows = rows;
    log->room = room;
  }
  log->rows[log->count++] = row;
  return NULL;
}

static void report_row(void *user_data, uint64_t line, const char *why)
{
  struct reading *r = user_data;
  r->log->skipped++;
  fprintf(stderr, "%s:%" PRIu64 ": %s; row skipped\n", r->path, line, why);
}

static int by_case_and_seq(const void *a, const void *b)
{
  const struct row *x = a, *y = b;
  int order = strcmp(x->case_id, y->case_id);
  if (order == 0)
    order = (x->seq > y->seq) - (x->seq < y->seq);
  return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Put the rows in order and drop those that cannot be of their case. */
static void settle_order(struct log *log, struct reading *r)
{
  size_t kept = 0;
  if (log->count > 0)
    qsort(log->rows, log->count, sizeof *log->rows, by_case_and_seq);
  for (size_t i = 0; i < log->count; i++) {
    const struct row *row = &log->rows[i];
    const struct row *last = kept > 0 ? &log->rows[kept - 1] : NULL;
    bool begins = last == NULL || strcmp(last->case_id, row->case_id) != 0;
    const char *why = NULL;
    if (begins != (row->activity == CREATE_FINE))
      why = begins ? "the case does not begin with Create Fine" : "a second Create Fine";
    else if (!begins && row->day < last->day)
      why = "earlier than the row before it in its case";
    if (why != NULL)
      report_row(r, row->line, why);
    else
      log->rows[kept++] = *row;
  }
  log->count = kept;
}

int log_read(struct log *log, const char *path)
{
  struct reading reading = {log, path};
  struct csv_rows rows = {path, columns, COLUMNS, 0, &reading, take_row, report_row};
  memset(log, 0, sizeof *log);
  if (csv_rows_read(&rows) != 0) {
    log_free(log);
    return -1;
  }
  settle_order(log, &reading);
  return 0;
}

void log_free(struct log *log)
{
  free(log->rows);
  memset(log, 0, sizeof *log);
}

size_t log_case(const struct log *log, size_t first)
{
  size_t n = 1;
  while (first + n < log->count &&
         strcmp(log->rows[first + n].case_id, log->rows[first].case_id) == 0)
    n++;
  return n;
}

void standing_add(struct standing *s, const struct row *row)
{
  switch (row->activity) {
  case CREATE_FINE: s->fine = row->amount; break;
  case PAYMENT: s->paid += row->amount; break;
  case NOTIFICATION:
    s->notified = true;
    s->due_day = s->last_notified = row->day;
    break;
  case APPEAL_TO_PREFECT:
  case APPEAL_SENT:
  case APPEAL_TO_JUDGE: s->appeal_open = true; break;
  case RESULT_NOTIFIED:
    s->appeal_open = false;
    s->last_notified = row->day;
    break;
  default: break;
  }
  if (row->activity != PENALTY && row->activity != COLLECTION) {
    s->expense += row->expense;
    s->dismissed = s->dismissed || row->dismissed;
  }
}
