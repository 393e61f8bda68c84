/* SPDX-License-Identifier: MIT */
/* Walk each case of a traffic-fine log through time as its host would have: tell libdun what was
 * known by each day, ask at each instant that calls for it, do what it says, and score that against
 * what was really done. No date is reckoned here: days, instants and verdicts are libdun's. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_rows.h"
#include "log.h"
#include "score.h"

#define EXIT_INPUT 2
#define BATCHES_MAX 1024u
#define ANSWERS_MAX 64u /* of one case at one instant; more would be an engine that does not rest */

/* A collection batch: on `day` go the cases whose last notification was by `notified_until`. */
struct batch {
  dun_day day, notified_until;
  dun_time at;
};

struct batches {
  struct batch list[BATCHES_MAX];
  size_t count;
  const char *path;
  unsigned long bad;
};

/* What the policy decides on besides the built-in facts; it may leave some out. */
enum attribute { OPEN, DISMISSED, APPEAL_OPEN, IN_BATCH, ATTRIBUTES };
static const char *const attribute_names[ATTRIBUTES] = {"open", "dismissed", "appeal_open",
                                                        "in_batch"};

struct host {
  dun_policy *policy;
  uint32_t place[ATTRIBUTES]; /* in account.attribute, from 1; 0 = not in the policy */
  struct batches batches;
  dun_time end; /* the last instant of log and batches */
  uint64_t decisions;
};

/* One case on its way. */
struct walk {
  struct host *host;
  struct dun_account account;
  struct dun_event *events;
  size_t count, room;
  struct standing standing;
  int64_t with_penalty; /* what the case costs once the penalty is in, but for expenses; 0 = not */
  int64_t penalty_amount; /* the same, from the log, while the penalty is not in */
  bool in_batch;
  dun_time now, review_at;
  struct verdict verdict;
};

static dun_rc append(struct walk *w, const struct dun_event *event)
{
  if (w->count == w->room) {
    size_t room = w->room == 0 ? 64 : w->room * 2;
    struct dun_event *events = realloc(w->events, room * sizeof *events);
    if (events == NULL)
      return DUN_E_NOMEM;
    w->events = events;
    w->room = room;
  }
  w->events[w->count++] = *event;
  return DUN_OK;
}

static dun_rc append_kind(struct walk *w, uint8_t kind, uint32_t detail, int64_t amount)
{
  struct dun_event event = {.occurred_at = w->now,
                            .recorded_at = w->now,
                            .account = w->account.id,
                            .kind = kind,
                            .detail = detail,
                            .amount = amount};
  return append(w, &event);
}

/* Set one fact of the account and, if it is a new value, record that. */
static dun_rc set_fact(struct walk *w, int64_t *fact, uint32_t detail, int64_t value)
{
  if (*fact == value)
    return DUN_OK;
  *fact = value;
  return append_kind(w, DUN_EVENT_FACTS, detail, value);
}

static dun_rc set_attribute(struct walk *w, enum attribute which, int64_t value)
{
  uint32_t place = w->host->place[which];
  if (place == 0)
    return DUN_OK;
  return set_fact(w, &w->account.attribute[place - 1], DUN_FACT_ATTRIBUTE + place - 1, value);
}

/* Bring the account up to what the case's standing says. past_due is the fine until the case
 * closes, which payment in full with the penalty does; the rest is for the policy to weigh. */
static dun_rc sync_facts(struct walk *w)
{
  const struct standing *s = &w->standing;
  bool closed = w->with_penalty > 0 && s->paid >= w->with_penalty + s->expense;
  dun_rc rc = DUN_OK;
  if (s->notified && (w->account.flags & DUN_ACCOUNT_HAS_DUE) == 0) {
    w->account.flags |= DUN_ACCOUNT_HAS_DUE;
    w->account.due_day = s->due_day;
    rc = append_kind(w, DUN_EVENT_FACTS, DUN_FACT_DUE_DAY, s->due_day);
  }
  if (rc == DUN_OK)
    rc = set_fact(w, &w->account.past_due, DUN_FACT_PAST_DUE, closed ? 0 : s->fine);
  if (rc == DUN_OK)
    rc = set_attribute(w, OPEN, s->fine + s->expense - s->paid);
  if (rc == DUN_OK)
    rc = set_attribute(w, DISMISSED, s->dismissed);
  if (rc == DUN_OK)
    rc = set_attribute(w, APPEAL_OPEN, s->appeal_open);
  if (rc == DUN_OK)
    rc = set_attribute(w, IN_BATCH, w->in_batch);
  return rc;
}

static dun_rc take_row(struct walk *w, const struct row *row)
{
  dun_rc rc = DUN_OK;
  standing_add(&w->standing, row);
  if (row->activity == CREATE_FINE)
    rc = append_kind(w, DUN_EVENT_PLACED, 0, 0);
  else if (row->activity == PAYMENT)
    rc = append_kind(w, DUN_EVENT_PAYMENT, 0, row->amount);
  return rc == DUN_OK ? sync_facts(w) : rc;
}

/* Carry out what was decided: write it down before and after, and note the day. */
static dun_rc perform(struct walk *w, const struct dun_decision *decision)
{
  struct dun_event event;
  dun_day today;
  uint32_t outcome = decision->action == DUN_ACTION_CONTACT ? DUN_OUTCOME_SENT : DUN_OUTCOME_DONE;
  dun_rc rc = dun_event_intent(decision, w->now, &event);
  if (rc == DUN_OK)
    rc = append(w, &event);
  if (rc == DUN_OK)
    rc = dun_event_outcome(decision, outcome, w->now, &event);
  if (rc == DUN_OK)
    rc = append(w, &event);
  if (rc == DUN_OK)
    rc = dun_zone_day(w->host->policy, 0, w->now, &today);
  if (rc != DUN_OK)
    return rc;
  if (decision->action == DUN_ACTION_FEE && w->verdict.penalties++ == 0) {
    w->verdict.penalty_day = today;
    w->verdict.penalty_dpd = decision->dpd;
    w->with_penalty = w->penalty_amount;
  }
  if (decision->action == DUN_ACTION_REFER && w->verdict.collections++ == 0)
    w->verdict.collection_day = today;
  return sync_facts(w);
}

/* Ask, and do what is to be done now, until nothing is. */
static dun_rc ask(struct walk *w)
{
  for (uint32_t i = 0; i < ANSWERS_MAX; i++) {
    struct dun_decision decision;
    dun_rc rc;
    dun_decision_init(&decision, sizeof decision);
    rc = dun_decide(w->host->policy, &w->account, w->events, w->count, w->now, &decision, NULL);
    w->host->decisions++;
    if (rc == DUN_OK && decision.kind == DUN_DECISION_ACT)
      rc = perform(w, &decision);
    else if (rc == DUN_OK && decision.kind == DUN_DECISION_CLEAR)
      rc = append_kind(w, DUN_EVENT_CURED, 0, 0);
    else {
      w->review_at = decision.review_at;
      return rc;
    }
    if (rc != DUN_OK)
      return rc;
  }
  return DUN_E_LIMIT;
}

/* On a batch date the case learns whether it is in the batch; after the batch it is in none. */
static dun_rc ask_in_batch(struct walk *w, const struct batch *batch)
{
  dun_rc rc;
  w->in_batch = w->standing.notified && w->standing.last_notified <= batch->notified_until;
  if (!w->in_batch)
    return ask(w);
  rc = sync_facts(w);
  if (rc == DUN_OK)
    rc = ask(w);
  w->in_batch = false;
  if (rc == DUN_OK)
    rc = sync_facts(w);
  return rc == DUN_OK ? ask(w) : rc;
}

/* From each instant to the next that matters: a day of the log, a batch, a review. */
static dun_rc walk_case(struct walk *w, const struct row *rows, size_t count)
{
  const struct batches *batches = &w->host->batches;
  size_t row = 0, batch = 0;
  w->review_at = DUN_TIME_NEVER;
  for (size_t i = 0; i < count; i++)
    if (rows[i].activity == PENALTY)
      w->penalty_amount = rows[i].amount;
  for (;;) {
    dun_time row_at = DUN_TIME_NEVER, batch_at = DUN_TIME_NEVER, next;
    dun_rc rc = DUN_OK;
    if (row < count)
      rc = dun_zone_instant(w->host->policy, 0, rows[row].day, 0, &row_at);
    if (rc != DUN_OK)
      return rc;
    if (row > 0 && batch < batches->count) /* what was before the first row is nobody's */
      batch_at = batches->list[batch].at;
    next = row_at < batch_at ? row_at : batch_at;
    if (w->review_at < next)
      next = w->review_at;
    if (next > w->host->end)
      return DUN_OK;
    w->now = next;
    if (w->review_at == next) /* reviews come at the start of a day, before what the day brings */
      rc = ask(w);
    if (row_at == next)
      for (dun_day day = rows[row].day; rc == DUN_OK && row < count && rows[row].day == day; row++)
        rc = take_row(w, &rows[row]);
    while (batch < batches->count && batches->list[batch].at < next)
      batch++;
    if (rc == DUN_OK && batch < batches->count && batches->list[batch].at == next)
      rc = ask_in_batch(w, &batches->list[batch++]);
    else if (rc == DUN_OK)
      rc = ask(w);
    if (rc != DUN_OK)
      return rc;
  }
}

static bool replay(struct host *host, const struct log *log, struct score *score)
{
  struct walk w;
  bool good = true;
  uint64_t id = 0;
  memset(&w, 0, sizeof w);
  for (size_t first = 0, n; first < log->count; first += n) {
    struct dun_event *events = w.events;
    size_t room = w.room;
    dun_rc rc;
    n = log_case(log, first);
    memset(&w, 0, sizeof w);
    w.host = host;
    w.events = events;
    w.room = room;
    dun_account_init(&w.account, sizeof w.account);
    w.account.id = w.account.person = ++id;
    rc = walk_case(&w, &log->rows[first], n);
    if (rc != DUN_OK) {
      fprintf(stderr, "case %s: %s\n", log->rows[first].case_id, dun_strerror(rc));
      good = false;
    }
    score_case(score, &log->rows[first], n, &w.verdict);
  }
  free(w.events);
  return good;
}

static const char *take_batch(void *user_data, uint64_t line, const char *const *field)
{
  struct batches *b = user_data;
  struct batch batch = {0};
  (void)line;
  if (!read_day(field[0], &batch.day) || !read_day(field[1], &batch.notified_until))
    return "no two dates YYYY-MM-DD";
  if (b->count > 0 && b->list[b->count - 1].day >= batch.day)
    return "the dates of batches must rise";
  if (b->count == BATCHES_MAX)
    return "more than 1024 batches";
  b->list[b->count++] = batch;
  return NULL;
}

static void report_batch(void *user_data, uint64_t line, const char *why)
{
  struct batches *b = user_data;
  b->bad++;
  fprintf(stderr, "%s:%" PRIu64 ": %s\n", b->path, line, why);
}

/* The table of batches; unlike a row of the log, a bad one stops the program. */
static bool read_batches(struct host *host, const char *path)
{
  static const char *const columns[] = {"date", "notified_until"};
  struct batches *b = &host->batches;
  struct csv_rows rows = {path, columns, 2, 0, b, take_batch, report_batch};
  b->path = path;
  if (csv_rows_read(&rows) != 0)
    return false;
  for (size_t i = 0; b->bad == 0 && i < b->count; i++)
    if (dun_zone_instant(host->policy, 0, b->list[i].day, 0, &b->list[i].at) != DUN_OK)
      report_batch(b, i + 2, "a date out of range");
  return b->bad == 0;
}

static void report_finding(void *user_data, const struct dun_diagnostic *d)
{
  fprintf(stderr, "%s:%" PRIu32 ":%" PRIu32 ": %s: %s%s%s\n", (const char *)user_data, d->line,
          d->column, d->path, d->message, d->hint[0] != '\0' ? " - " : "", d->hint);
}

static bool read_policy(struct host *host, char *path)
{
  static char text[(1u << 20) + 1]; /* one byte more than a policy may have */
  struct dun_compile options;
  size_t size;
  dun_rc rc;
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    return false;
  }
  size = fread(text, 1, sizeof text, file);
  if (ferror(file) || size == 0) {
    fprintf(stderr, "%s: cannot be read, or is empty\n", path);
    fclose(file);
    return false;
  }
  fclose(file);
  dun_compile_init(&options, sizeof options);
  options.report = report_finding;
  options.report_data = path;
  rc = dun_policy_compile(&host->policy, text, size, &options);
  if (rc != DUN_OK) {
    fprintf(stderr, "%s: %s\n", path, dun_strerror(rc));
    return false;
  }
  for (uint32_t a = 0; a < ATTRIBUTES; a++)
    host->place[a] = dun_policy_find(host->policy, DUN_NAME_ATTRIBUTE, attribute_names[a]);
  return true;
}

/* The last instant there is anything to know about. */
static bool find_end(struct host *host, const struct log *log)
{
  const struct batches *b = &host->batches;
  dun_day last;
  host->end = DUN_TIME_MIN;
  if (log->count == 0)
    return true;
  last = log->rows[0].day;
  for (size_t i = 1; i < log->count; i++)
    if (log->rows[i].day > last)
      last = log->rows[i].day;
  if (dun_zone_instant(host->policy, 0, last, 0, &host->end) != DUN_OK) {
    fprintf(stderr, "a date of the log is out of range\n");
    return false;
  }
  if (b->count > 0 && b->list[b->count - 1].at > host->end)
    host->end = b->list[b->count - 1].at;
  return true;
}

static int usage(void)
{
  fputs("usage: replay [--list] [--policy FILE] [--batches FILE] EVENTS.csv[.gz]\n"
        "  --list     also print each case that was decided otherwise than in the log\n"
        "  --policy   the policy (YAML)\n"
        "  --batches  the collection batches: a CSV of date, notified_until\n",
        stderr);
  return EXIT_INPUT;
}

int main(int argc, char **argv)
{
  static struct host host;
  char *policy = NULL;
  const char *batches = NULL, *path = NULL;
  struct log log;
  struct score score = {0};
  bool good;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--list") == 0)
      score.list = true;
    else if (strcmp(argv[i], "--policy") == 0 && i + 1 < argc)
      policy = argv[++i];
    else if (strcmp(argv[i], "--batches") == 0 && i + 1 < argc)
      batches = argv[++i];
    else if (argv[i][0] != '-' && path == NULL)
      path = argv[i];
    else
      return usage();
  }
  if (policy == NULL || batches == NULL || path == NULL)
    return usage();
  if (!read_policy(&host, policy))
    return EXIT_INPUT;
  if (!read_batches(&host, batches) || log_read(&log, path) != 0) {
    dun_policy_unref(host.policy);
    return EXIT_INPUT;
  }
  good = find_end(&host, &log) && replay(&host, &log, &score);
  printf("rows                     %8zu   skipped    %8lu   decisions %8" PRIu64 "\n", log.count,
         log.skipped, host.decisions);
  score_print(&score);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "replay: the output cannot be written\n");
    good = false;
  }
  if (good && log.count == 0) {
    fprintf(stderr, "replay: %s has no row that could be used\n", path);
    good = false;
  }
  log_free(&log);
  dun_policy_unref(host.policy);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
