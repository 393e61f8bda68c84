/* SPDX-License-Identifier: MIT */
/* What a collections manager wants to know at the end. */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "load.h"

#define NAMES 129 /* steps or buckets of a policy, from 1; place 0 for the rest */

struct pile {
  uint64_t count;
  int64_t amount;
};

struct coming {
  uint64_t count;
  dun_time earliest, latest;
};

struct overview {
  struct pile bucket[NAMES];
  struct pile unnamed; /* past due, but in no bucket */
  uint64_t in_time;    /* nothing past due, and never was */
  uint64_t cured;      /* nothing past due any more */
  struct coming step[NAMES];
  uint64_t kind[8]; /* of the decisions */
  uint64_t held;    /* until an event: no instant is known */
  uint64_t other;   /* none of what is told */
  uint64_t failed;
  char currency[8];
};

/* An amount of minor units with its thousands apart; four buffers in turn. */
static const char *money(int64_t amount)
{
  static char buffers[4][48];
  static int turn;
  char digits[32], *out = buffers[turn = (turn + 1) % 4];
  int n = snprintf(digits, sizeof digits, "%" PRId64, amount / 100);
  char *p = out;
  for (int i = 0; i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
      *p++ = ',';
    *p++ = digits[i];
  }
  snprintf(p, 8, ".%02d", (int)(amount % 100));
  return out;
}

/* Whether the account was past due when its last arrears were paid. (The log has a FACTS event for
 * that, which ends the episode; CURED stands only where a host tells the account alone.) */
static bool was_late(const dun_policy *policy, const struct dun_account *a, const struct person *p)
{
  bool late = false;
  for (size_t i = 0; i < p->event_count; i++) {
    const struct dun_event *e = &p->events[i];
    dun_day day;
    if (e->account == a->id && e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE &&
        e->amount <= 0 && dun_zone_day(policy, a->zone, e->occurred_at, &day) == DUN_OK)
      late = late || day > a->due_day;
  }
  return late;
}

static void ask(struct overview *o, const dun_policy *policy, const struct person *p, size_t i,
                dun_time now)
{
  struct dun_decision d;
  struct coming *c;
  dun_decision_init(&d, (uint32_t)sizeof d);
  if (dun_decide(policy, &p->accounts[i], p->events, p->event_count, now, &d, NULL) != DUN_OK) {
    o->failed++;
    return;
  }
  if (p->accounts[i].past_due <= 0) {
    if (was_late(policy, &p->accounts[i], p))
      o->cured++;
    else
      o->in_time++;
  } else {
    struct pile *pile =
        d.bucket >= NAMES || (d.bucket == 0 && d.dpd > 0) ? &o->unnamed : &o->bucket[d.bucket];
    pile->count++;
    if (pile->amount <= INT64_MAX - p->accounts[i].past_due)
      pile->amount += p->accounts[i].past_due;
  }
  o->kind[d.kind < 8 ? d.kind : 0]++;
  if ((d.kind != DUN_DECISION_ACT && d.kind != DUN_DECISION_WAIT && d.kind != DUN_DECISION_HOLD) ||
      d.step == 0 || d.step >= NAMES || d.not_before == DUN_TIME_NEVER) {
    if (d.kind == DUN_DECISION_HOLD && d.not_before == DUN_TIME_NEVER)
      o->held++;
    else if (d.kind != DUN_DECISION_IDLE && d.kind != DUN_DECISION_DONE)
      o->other++;
    return;
  }
  c = &o->step[d.step];
  if (c->count == 0 || d.not_before < c->earliest)
    c->earliest = d.not_before;
  if (c->count == 0 || d.not_before > c->latest)
    c->latest = d.not_before;
  c->count++;
}

static bool look(struct db *db, const dun_policy *policy, dun_time now, struct overview *o)
{
  sqlite3_stmt *s = db_statement(db, "SELECT person FROM persons ORDER BY person");
  struct person p;
  bool ok = true;
  memset(&p, 0, sizeof p);
  while (ok && db_row(db, s)) {
    ok = person_load(db, policy, (uint64_t)sqlite3_column_int64(s, 0), &p);
    for (size_t i = 0; ok && i < p.account_count; i++)
      ask(o, policy, &p, i, now);
  }
  sqlite3_reset(s);
  person_free(&p);
  return ok && !db->failed;
}

static void date_of(const dun_policy *policy, dun_time at, char out[11])
{
  dun_day day;
  if (dun_zone_day(policy, 0, at, &day) != DUN_OK || dun_day_format(day, out) != DUN_OK)
    snprintf(out, 11, "?");
}

static void print_buckets(const dun_policy *policy, const struct overview *o)
{
  printf("\nAccounts by bucket                accounts        past due\n");
  printf("  %-28s %11" PRIu64 "\n", "paid in time", o->in_time);
  printf("  %-28s %11" PRIu64 "\n", "cured", o->cured);
  for (uint32_t i = 0; i < NAMES; i++) {
    const char *name = i == 0 ? "not due yet" : dun_policy_name(policy, DUN_NAME_BUCKET, i);
    if (o->bucket[i].count > 0)
      printf("  %-28s %11" PRIu64 " %15s\n", name == NULL ? "?" : name, o->bucket[i].count,
             money(o->bucket[i].amount));
  }
  if (o->unnamed.count > 0)
    printf("  %-28s %11" PRIu64 " %15s\n", "past due, no bucket", o->unnamed.count,
           money(o->unnamed.amount));
  if (o->failed > 0)
    printf("  %-28s %11" PRIu64 "\n", "could not be decided", o->failed);
}

static void print_money(struct db *db)
{
  sqlite3_stmt *s = db_statement(
      db, "SELECT count(*), min(total(amount), 9e18), count(DISTINCT account) FROM events"
          " WHERE kind = ?");
  sqlite3_bind_int64(s, 1, DUN_EVENT_PAYMENT);
  if (!db_row(db, s))
    return;
  printf("\nPayments: %lld on %lld accounts, %s in all.\n", (long long)sqlite3_column_int64(s, 0),
         (long long)sqlite3_column_int64(s, 2), money((int64_t)sqlite3_column_double(s, 1)));
  sqlite3_reset(s);
}

/* What was done: a line for each stage, a column for each kind of contact. */
static void print_actions(struct db *db, const dun_policy *policy)
{
  static const char *const kinds[] = {"text", "email",  "voice", "letter",
                                      "push", "social", "visit"};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  bool used[KINDS] = {false};
  int64_t count[34][KINDS + 1] = {{0}}; /* by stage; the last row is the sum */
  uint32_t stages = dun_policy_count(policy, DUN_NAME_STAGE);
  sqlite3_stmt *s =
      db_statement(db, "SELECT stage, kind, count(*) FROM outbox GROUP BY stage, kind");
  while (db_row(db, s)) {
    const char *kind = (const char *)sqlite3_column_text(s, 1);
    uint32_t stage =
        dun_policy_find(policy, DUN_NAME_STAGE, (const char *)sqlite3_column_text(s, 0));
    int k = 0;
    while (k < KINDS && strcmp(kinds[k], kind) != 0)
      k++;
    if (k < KINDS)
      used[k] = true;
    if (stage < 33) /* 0: a stage that this policy does not have */
      count[stage][k] += sqlite3_column_int64(s, 2);
    count[33][k] += sqlite3_column_int64(s, 2);
  }
  printf("\nContacts by stage and kind      ");
  for (int k = 0; k < KINDS; k++)
    if (used[k])
      printf(" %8s", kinds[k]);
  printf("    other\n");
  for (uint32_t i = 0; i < 34; i++) {
    const char *name = i == 0    ? "of another policy"
                       : i == 33 ? "in all"
                                 : dun_policy_name(policy, DUN_NAME_STAGE, i);
    int64_t sum = 0;
    for (int k = 0; k <= KINDS; k++)
      sum += count[i][k];
    if (name == NULL || (i > stages && i != 33) || (i == 0 && sum == 0))
      continue;
    printf("  %-30s", name);
    for (int k = 0; k < KINDS; k++)
      if (used[k])
        printf(" %8" PRId64, count[i][k]);
    printf(" %8" PRId64 "\n", count[i][KINDS]);
  }
}

static void print_coming(const dun_policy *policy, const struct overview *o)
{
  printf("\nWhat comes next                   accounts       first        last\n");
  for (uint32_t i = 1; i < NAMES; i++) {
    char earliest[11], latest[11];
    const char *name = dun_policy_name(policy, DUN_NAME_STEP, i);
    if (name == NULL || o->step[i].count == 0)
      continue;
    date_of(policy, o->step[i].earliest, earliest);
    date_of(policy, o->step[i].latest, latest);
    printf("  %-28s %11" PRIu64 "  %s  %s\n", name, o->step[i].count, earliest, latest);
  }
  printf("  %-28s %11" PRIu64 "\n", "held until an event", o->held);
  printf("  %-28s %11" PRIu64 "\n", "nothing: no episode", o->kind[DUN_DECISION_IDLE]);
  printf("  %-28s %11" PRIu64 "\n", "nothing: the ladder is done", o->kind[DUN_DECISION_DONE]);
  if (o->other > 0)
    printf("  %-28s %11" PRIu64 "\n", "other", o->other);
  if (o->failed > 0)
    printf("  %-28s %11" PRIu64 "\n", "could not be decided", o->failed);
}

bool summary(struct db *db, const dun_policy *policy, dun_time now)
{
  static struct overview o;
  const char *name = dun_policy_name(policy, DUN_NAME_POLICY, 1);
  char today[11];
  memset(&o, 0, sizeof o);
  if (!look(db, policy, now, &o))
    return false;
  date_of(policy, now, today);
  printf("\n%s, revision %" PRIu32 ", as of %s", name == NULL ? "?" : name,
         dun_policy_revision(policy), today);
  printf(" (amounts in major units)\n");
  print_buckets(policy, &o);
  print_money(db);
  print_actions(db, policy);
  print_coming(policy, &o);
  return !db->failed;
}
