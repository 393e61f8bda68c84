/* SPDX-License-Identifier: MIT */
/* A log as CSV: rows into events, with the place of what is wrong. */
#include "replay_log.h"

#include <stdlib.h>
#include <string.h>

#include "csv_rows.h"
#include "io.h"
#include "replay_event.h"

const char replay_log_help[] =
    "Columns (a header line names them, in any order; `at` and `event` are needed):\n"
    "  at           when it happened: an instant, or a date = its start\n"
    "  recorded_at  when it became known (as `at`)\n"
    "  event        placed facts void intent contact action inbound payment reversal hold release\n"
    "               opt_out opt_in address_dead address_new consent consent_revoked hours_agreed\n"
    "               blackout override waive cured closed reopened\n"
    "  step, channel, party, outcome   names of the policy and of libdun; of opt_out to blackout\n"
    "               the channel may be a kind of contact, none is all of them\n"
    "  place, address  of a contact: personal, work, other; the number of the address (unknown)\n"
    "  occurrence, attempt, due        the rest of a delivery's key (1, 0, --due)\n"
    "  detail       hold, release: which; facts: due, past_due, balance, prior_delinquencies, or\n"
    "               an attribute; void: the event that is taken back, its instant in `until`;\n"
    "               waive: the rule; consent, consent_revoked: a rule or a group of them (all);\n"
    "               hours_agreed, blackout: days and times, such as `mon sat 21:00-23:00` (no day\n"
    "               is every day; nothing ends those before)\n"
    "  amount       money, or the value of a fact (a date for `due`)\n"
    "  until        the end of a hold, override, consent, waiver or of agreed hours\n";

static const char *const columns[REPLAY_COLUMNS] = {
    "at",      "event",      "recorded_at", "step", "channel", "party",  "place", "address",
    "outcome", "occurrence", "attempt",     "due",  "detail",  "amount", "until"};

struct reader {
  const struct ask_args *a;
  const char *file;
  struct replay_log *log;
  size_t room;
};

static const char *row(void *user_data, uint64_t line, const char *const *fields)
{
  struct reader *r = user_data;
  struct dun_event e;
  const char *why = replay_event_read(r->a, fields, &e);
  struct dun_decision d;
  dun_rc rc;
  (void)line;
  if (why != NULL)
    return why;
  if (*fields[REPLAY_STEP] != '\0' &&
      dun_policy_find(r->a->policy, DUN_NAME_STEP, fields[REPLAY_STEP]) == 0 &&
      dun_policy_find(r->a->policy, DUN_NAME_STAGE, fields[REPLAY_STEP]) == 0)
    return "`step` is none of the policy";
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(r->a->policy, &r->a->account, &e, 1, e.recorded_at, &d, NULL);
  if (rc != DUN_OK) /* what the event lacks or has too much of by itself */
    return dun_strerror(rc);
  if (r->log->count == 65535)
    return "more events than a log may have";
  if (r->log->count == r->room) {
    r->room = r->room == 0 ? 256 : 2 * r->room;
    r->log->events = io_grow(r->log->events, r->room * sizeof e);
  }
  r->log->events[r->log->count++] = e;
  return NULL;
}

static void bad(void *user_data, uint64_t line, const char *why)
{
  struct reader *r = user_data;
  r->log->bad++;
  fprintf(stderr, "%s:%llu: skipped: %s\n", r->file, (unsigned long long)line, why);
}

/* Insertion: rows come almost in order, and those of one instant keep theirs. */
static void sort(struct replay_log *log)
{
  for (size_t i = 1; i < log->count; i++) {
    struct dun_event e = log->events[i];
    size_t at = i;
    for (; at > 0 && (log->events[at - 1].occurred_at > e.occurred_at ||
                      (log->events[at - 1].occurred_at == e.occurred_at &&
                       log->events[at - 1].recorded_at > e.recorded_at));
         at--)
      log->events[at] = log->events[at - 1];
    log->events[at] = e;
  }
}

bool replay_log_read(struct replay_log *log, const struct ask_args *a, const char *file)
{
  struct reader r = {a, file, log, 0};
  struct csv_rows rows;
  memset(&rows, 0, sizeof rows);
  memset(log, 0, sizeof *log);
  rows.path = file;
  rows.columns = columns;
  rows.count = REPLAY_COLUMNS;
  rows.optional = REPLAY_COLUMNS - REPLAY_RECORDED_AT;
  rows.user_data = &r;
  rows.row = row;
  rows.bad = bad;
  if (csv_rows_read(&rows) != 0)
    return false;
  sort(log);
  return true;
}

static void take_fact(struct dun_account *account, const struct dun_event *e)
{
  if (e->kind != DUN_EVENT_FACTS)
    return;
  if (e->detail == DUN_FACT_DUE_DAY)
    account->due_day = (dun_day)e->amount;
  else if (e->detail == DUN_FACT_PAST_DUE)
    account->past_due = e->amount;
  else if (e->detail == DUN_FACT_BALANCE)
    account->balance = e->amount;
  else if (e->detail == DUN_FACT_PRIOR_DELINQUENCIES)
    account->prior_delinquencies = (uint32_t)e->amount;
  else
    account->attribute[e->detail - DUN_FACT_ATTRIBUTE] = e->amount;
}

size_t replay_log_known(const struct replay_log *log, dun_time at, struct dun_event *out,
                        struct dun_account *account)
{
  size_t n = 0;
  for (size_t i = 0; i < log->count; i++)
    if (log->events[i].recorded_at <= at) {
      out[n++] = log->events[i];
      take_fact(account, &log->events[i]);
    }
  return n;
}

void replay_log_free(struct replay_log *log)
{
  free(log->events);
}
