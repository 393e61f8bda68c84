/* SPDX-License-Identifier: MIT */
/* A log as CSV: rows into events, with the place of what is wrong. */
#include "replay_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "csv_rows.h"
#include "io.h"

const char replay_log_help[] =
    "Columns (a header line names them, in any order; `at` and `event` are needed):\n"
    "  at           when it happened: an instant, or a date = its start\n"
    "  recorded_at  when it became known (as `at`)\n"
    "  event        placed facts void intent contact action inbound payment reversal hold release\n"
    "               opt_out opt_in address_dead address_new override cured closed reopened\n"
    "  step, channel, party, outcome   names of the policy and of libdun\n"
    "  occurrence, attempt, due        the rest of a delivery's key (1, 0, --due)\n"
    "  detail       hold, release: which; facts: due, past_due, balance, prior_delinquencies, or\n"
    "               an attribute; void: the event that is taken back, its instant in `until`\n"
    "  amount       money, or the value of a fact (a date for `due`)\n"
    "  until        the end of a hold or override\n";

enum {
  AT,
  EVENT,
  RECORDED_AT,
  STEP,
  CHANNEL,
  PARTY,
  OUTCOME,
  OCCURRENCE,
  ATTEMPT,
  DUE,
  DETAIL,
  AMOUNT,
  UNTIL,
  COLUMNS
};
static const char *const columns[COLUMNS] = {
    "at",         "event",   "recorded_at", "step",   "channel", "party", "outcome",
    "occurrence", "attempt", "due",         "detail", "amount",  "until"};

static const struct {
  const char *name;
  uint8_t kind;
} kinds[] = {
    {"placed", DUN_EVENT_PLACED},
    {"facts", DUN_EVENT_FACTS},
    {"void", DUN_EVENT_VOID},
    {"intent", DUN_EVENT_INTENT},
    {"contact", DUN_EVENT_CONTACT},
    {"action", DUN_EVENT_ACTION},
    {"inbound", DUN_EVENT_INBOUND},
    {"payment", DUN_EVENT_PAYMENT},
    {"reversal", DUN_EVENT_REVERSAL},
    {"hold", DUN_EVENT_HOLD},
    {"release", DUN_EVENT_RELEASE},
    {"opt_out", DUN_EVENT_OPT_OUT},
    {"opt_in", DUN_EVENT_OPT_IN},
    {"address_dead", DUN_EVENT_ADDRESS_DEAD},
    {"address_new", DUN_EVENT_ADDRESS_NEW},
    {"override", DUN_EVENT_OVERRIDE},
    {"cured", DUN_EVENT_CURED},
    {"closed", DUN_EVENT_CLOSED},
    {"reopened", DUN_EVENT_REOPENED},
};

struct reader {
  const struct ask_args *a;
  const char *file;
  struct replay_log *log;
  size_t room;
};

static uint8_t kind_of(const char *text)
{
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(kinds[i].name, text) == 0)
      return kinds[i].kind;
  return 0;
}

static bool number(const char *text, int64_t low, int64_t high, int64_t *out)
{
  char *end;
  long long n;
  if (*text == '\0')
    return true;
  errno = 0;
  n = strtoll(text, &end, 10);
  if (*end != '\0' || errno != 0 || n < low || n > high)
    return false;
  *out = n;
  return true;
}

static bool instant(const struct ask_args *a, const char *text, dun_time *out)
{
  dun_day day;
  if (dun_day_parse(text, strlen(text), &day) == DUN_OK)
    return dun_zone_instant(a->policy, a->account.zone, day, 0, out) == DUN_OK;
  return dun_time_parse(text, strlen(text), out) == DUN_OK;
}

/* The channel of the policy with this name. */
static uint32_t channel(const struct ask_args *a, const char *text)
{
  return dun_policy_channel_id(a->policy, dun_policy_find(a->policy, DUN_NAME_CHANNEL, text));
}

static const char *read_fact(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  static const struct {
    const char *name;
    uint32_t fact;
  } facts[] = {{"due", DUN_FACT_DUE_DAY},
               {"past_due", DUN_FACT_PAST_DUE},
               {"balance", DUN_FACT_BALANCE},
               {"prior_delinquencies", DUN_FACT_PRIOR_DELINQUENCIES}};
  uint32_t attribute = dun_policy_find(a->policy, DUN_NAME_ATTRIBUTE, f[DETAIL]);
  dun_day day;
  for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
    if (strcmp(facts[i].name, f[DETAIL]) == 0)
      e->detail = facts[i].fact;
  if (attribute != 0)
    e->detail = DUN_FACT_ATTRIBUTE + attribute - 1;
  if (e->detail == 0)
    return "`detail` names no fact";
  if (e->detail == DUN_FACT_DUE_DAY) {
    if (dun_day_parse(f[AMOUNT], strlen(f[AMOUNT]), &day) != DUN_OK)
      return "`amount` of the fact `due` wants a date";
    e->amount = day;
    return NULL;
  }
  if (*f[AMOUNT] == '\0' || !number(f[AMOUNT], INT64_MIN, INT64_MAX, &e->amount))
    return "`amount` wants a whole number";
  return NULL;
}

static const char *read_hold(const char *const *f, struct dun_event *e)
{
  for (uint32_t i = DUN_HOLD_DISPUTE; i <= DUN_HOLD_MANUAL; i++)
    if (strcmp(dun_hold_name(i), f[DETAIL]) == 0)
      e->detail = i;
  return e->detail == 0 ? "`detail` names no hold" : NULL;
}

/* Names and numbers that any kind of event may have. */
static const char *read_common(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  int64_t occurrence = 1, attempt = 0, amount = 0;
  uint32_t outcome;
  bool delivery = *f[STEP] != '\0' && e->kind != DUN_EVENT_OVERRIDE;
  e->step = dun_name_id(f[STEP]);
  if (*f[CHANNEL] != '\0' && (e->channel = channel(a, f[CHANNEL])) == 0)
    return "`channel` is none of the policy";
  e->party = DUN_PARTIES;
  for (uint8_t i = 0; i < DUN_PARTIES; i++)
    if (strcmp(*f[PARTY] != '\0' ? f[PARTY] : "borrower", dun_party_name(i)) == 0)
      e->party = i;
  if (e->party == DUN_PARTIES)
    return "`party` is unknown";
  if (*f[OUTCOME] != '\0') {
    outcome = dun_outcome_from_name(f[OUTCOME]);
    if (outcome == 0xffffffffu)
      return "`outcome` is unknown";
    e->outcome = (uint8_t)outcome;
  }
  if (!number(f[OCCURRENCE], 1, UINT16_MAX, &occurrence) || !number(f[ATTEMPT], 0, 255, &attempt))
    return "`occurrence` or `attempt` is no number of its range";
  if (delivery) {
    e->occurrence = (uint16_t)occurrence;
    e->attempt = (uint8_t)attempt;
    e->due_day = a->account.due_day;
  }
  if (*f[DUE] != '\0' && dun_day_parse(f[DUE], strlen(f[DUE]), &e->due_day) != DUN_OK)
    return "`due` wants a date";
  if (*f[UNTIL] != '\0' && !instant(a, f[UNTIL], &e->until))
    return "`until` wants an instant";
  if (e->kind != DUN_EVENT_FACTS && !number(f[AMOUNT], INT64_MIN, INT64_MAX, &amount))
    return "`amount` wants a whole number";
  e->amount = amount;
  return NULL;
}

static const char *read_event(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  const char *why;
  memset(e, 0, sizeof *e);
  e->account = a->account.id;
  e->kind = kind_of(f[EVENT]);
  if (e->kind == 0)
    return "`event` is unknown";
  if (!instant(a, f[AT], &e->occurred_at))
    return "`at` wants an instant";
  e->recorded_at = e->occurred_at;
  if (*f[RECORDED_AT] != '\0' && !instant(a, f[RECORDED_AT], &e->recorded_at))
    return "`recorded_at` wants an instant";
  if (e->recorded_at < e->occurred_at)
    return "`recorded_at` lies before `at`";
  why = read_common(a, f, e);
  if (why != NULL)
    return why;
  if (e->kind == DUN_EVENT_FACTS)
    return read_fact(a, f, e);
  if (e->kind == DUN_EVENT_HOLD || e->kind == DUN_EVENT_RELEASE)
    return read_hold(f, e);
  if (e->kind == DUN_EVENT_VOID) {
    e->outcome = kind_of(f[DETAIL]);
    return e->outcome == 0 ? "`detail` names no event to take back" : NULL;
  }
  return NULL;
}

static const char *row(void *user_data, uint64_t line, const char *const *fields)
{
  struct reader *r = user_data;
  struct dun_event e;
  const char *why = read_event(r->a, fields, &e);
  struct dun_decision d;
  dun_rc rc;
  (void)line;
  if (why != NULL)
    return why;
  if (*fields[STEP] != '\0' && dun_policy_find(r->a->policy, DUN_NAME_STEP, fields[STEP]) == 0 &&
      dun_policy_find(r->a->policy, DUN_NAME_STAGE, fields[STEP]) == 0)
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
  rows.count = COLUMNS;
  rows.optional = COLUMNS - RECORDED_AT;
  rows.user_data = &r;
  rows.row = row;
  rows.bad = bad;
  if (csv_rows_read(&rows) != 0)
    return false;
  sort(log);
  return true;
}

void replay_log_free(struct replay_log *log)
{
  free(log->events);
}
