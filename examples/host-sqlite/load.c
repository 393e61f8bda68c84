/* SPDX-License-Identifier: MIT */
/* A person out of the database: the accounts as libdun takes them, and the log. And events in. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next word of a list with spaces, cut to fit; false = no more. */
static bool word(const char **list, char out[64])
{
  size_t n;
  *list += strspn(*list, " ");
  n = strcspn(*list, " ");
  snprintf(out, 64, "%.*s", n > 63 ? 63 : (int)n, *list);
  *list += n;
  return n > 0;
}

bool reach_parse(const dun_policy *policy, const char *list, struct dun_account *account, char *bad)
{
  while (word(&list, bad))
    if (dun_account_reach(policy, account, DUN_PARTY_BORROWER, bad) != DUN_OK)
      return false;
  return true;
}

void attributes_parse(const dun_policy *policy, const char *list, struct dun_account *account)
{
  char one[64];
  while (word(&list, one)) {
    char *value = strchr(one, '=');
    uint32_t i;
    if (value == NULL)
      continue;
    *value++ = '\0';
    i = dun_policy_find(policy, DUN_NAME_ATTRIBUTE, one);
    if (i > 0 && i <= DUN_ATTRIBUTES)
      account->attribute[i - 1] = strtoll(value, NULL, 10);
  }
}

/* Room for one more; false = no memory, and it was told. */
static bool grow(void **items, size_t count, size_t *room, size_t size)
{
  size_t more = *room == 0 ? 64 : *room * 2;
  void *fresh;
  if (count < *room)
    return true;
  fresh = realloc(*items, more * size);
  if (fresh == NULL) {
    fprintf(stderr, "no memory\n");
    return false;
  }
  *items = fresh;
  *room = more;
  return true;
}

static void account_from(sqlite3_stmt *s, const dun_policy *policy, uint64_t person,
                         struct dun_account *a)
{
  char bad[64];
  dun_account_init(a, (uint32_t)sizeof *a);
  a->flags = DUN_ACCOUNT_HAS_DUE;
  a->person = person;
  a->id = (uint64_t)sqlite3_column_int64(s, 0);
  a->due_day = sqlite3_column_int(s, 1);
  a->past_due = sqlite3_column_int64(s, 2);
  a->balance = sqlite3_column_int64(s, 3);
  a->minimum_due = sqlite3_column_int64(s, 4);
  a->late_fees = sqlite3_column_int64(s, 5);
  a->prior_delinquencies = (uint32_t)sqlite3_column_int64(s, 6);
  a->currency = dun_currency_id((const char *)sqlite3_column_text(s, 7));
  a->zone = dun_zone_id((const char *)sqlite3_column_text(s, 8));
  (void)reach_parse(policy, (const char *)sqlite3_column_text(s, 9), a, bad);
  attributes_parse(policy, (const char *)sqlite3_column_text(s, 10), a);
  a->review_at = sqlite3_column_int64(s, 11);
}

static void event_from(sqlite3_stmt *s, struct dun_event *e)
{
  memset(e, 0, sizeof *e);
  e->occurred_at = sqlite3_column_int64(s, 0);
  e->recorded_at = sqlite3_column_int64(s, 1);
  e->account = (uint64_t)sqlite3_column_int64(s, 2);
  e->kind = (uint8_t)sqlite3_column_int(s, 3);
  e->amount = sqlite3_column_int64(s, 4);
  e->until = sqlite3_column_int64(s, 5);
  e->due_day = sqlite3_column_int(s, 6);
  e->step = (uint32_t)sqlite3_column_int64(s, 7);
  e->channel = (uint32_t)sqlite3_column_int64(s, 8);
  e->detail = (uint32_t)sqlite3_column_int64(s, 9);
  e->occurrence = (uint16_t)sqlite3_column_int(s, 10);
  e->outcome = (uint8_t)sqlite3_column_int(s, 11);
  e->party = (uint8_t)sqlite3_column_int(s, 12);
  e->address = (uint8_t)sqlite3_column_int(s, 13);
  e->attempt = (uint8_t)sqlite3_column_int(s, 14);
  e->flags = (uint8_t)sqlite3_column_int(s, 15);
}

bool person_load(struct db *db, const dun_policy *policy, uint64_t id, struct person *p)
{
  sqlite3_stmt *s = db_statement(db, "SELECT version FROM persons WHERE person = ?");
  p->id = id;
  p->version = 0;
  p->account_count = p->event_count = 0;
  sqlite3_bind_int64(s, 1, (int64_t)id);
  if (db_row(db, s)) {
    p->version = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
  }
  s = db_statement(db, "SELECT account, due_day, past_due, balance, minimum_due, late_fees,"
                       " prior_delinquencies, currency, zone, reach, attributes, review_at"
                       " FROM accounts WHERE person = ? ORDER BY account");
  sqlite3_bind_int64(s, 1, (int64_t)id);
  while (db_row(db, s)) {
    void *items = p->accounts;
    if (!grow(&items, p->account_count, &p->account_room, sizeof *p->accounts))
      return sqlite3_reset(s), false;
    p->accounts = items;
    account_from(s, policy, id, &p->accounts[p->account_count++]);
  }
  s = db_statement(db, "SELECT occurred_at, recorded_at, account, kind, amount, until, due_day,"
                       " step, channel, detail, occurrence, outcome, party, address, attempt,"
                       " flags FROM events WHERE person = ?"
                       " ORDER BY occurred_at, recorded_at, position");
  sqlite3_bind_int64(s, 1, (int64_t)id);
  while (db_row(db, s)) {
    void *items = p->events;
    if (!grow(&items, p->event_count, &p->event_room, sizeof *p->events))
      return sqlite3_reset(s), false;
    p->events = items;
    event_from(s, &p->events[p->event_count++]);
  }
  return !db->failed;
}

void person_free(struct person *p)
{
  free(p->accounts);
  free(p->events);
  memset(p, 0, sizeof *p);
}

bool event_append(struct db *db, uint64_t person, const struct dun_event *e)
{
  sqlite3_stmt *s = db_statement(
      db, "INSERT INTO events SELECT person, ?2, ?3, events, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
          " ?13, ?14, ?15, ?16, ?17 FROM persons WHERE person = ?1");
  sqlite3_bind_int64(s, 1, (int64_t)person);
  sqlite3_bind_int64(s, 2, e->occurred_at);
  sqlite3_bind_int64(s, 3, e->recorded_at);
  sqlite3_bind_int64(s, 4, (int64_t)e->account);
  sqlite3_bind_int64(s, 5, e->kind);
  sqlite3_bind_int64(s, 6, e->amount);
  sqlite3_bind_int64(s, 7, e->until);
  sqlite3_bind_int64(s, 8, e->due_day);
  sqlite3_bind_int64(s, 9, e->step);
  sqlite3_bind_int64(s, 10, e->channel);
  sqlite3_bind_int64(s, 11, e->detail);
  sqlite3_bind_int64(s, 12, e->occurrence);
  sqlite3_bind_int64(s, 13, e->outcome);
  sqlite3_bind_int64(s, 14, e->party);
  sqlite3_bind_int64(s, 15, e->address);
  sqlite3_bind_int64(s, 16, e->attempt);
  sqlite3_bind_int64(s, 17, e->flags);
  if (!db_do(db, s))
    return false;
  s = db_statement(db, "UPDATE persons SET events = events + 1 WHERE person = ?");
  sqlite3_bind_int64(s, 1, (int64_t)person);
  return db_do(db, s);
}
