/* SPDX-License-Identifier: MIT */
/*
 * What the library answers to random questions, as digests to compare between builds and versions:
 * one line for each block, one column for each kind of question. The questions are the same for the
 * same seed on every platform, and so must be the lines. Zones come from zones.c, so that no edition
 * of tzdata takes part.
 * usage: answers [--text] [BLOCKS [FIRST [SEED]]]
 *        --text: print each answer as a line instead of digests
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#include "answers/zones.h"
#include "property/random_case.h"

#define DEFAULT_BLOCKS 100
#define DEFAULT_SEED 20260105
#define DECISIONS 1000 /* of one block */
#define HISTORIES 5    /* of one policy; compiling is what costs most */
#define INSTANTS 8     /* of one history */
#define LONGEST 40     /* events of a log, about */
#define ENTRIES 120    /* of a forecast */
#define ROOM 400       /* events of a forecast's log */

/* Kinds of question. */
enum { DECIDE, PERMIT, EXPLAIN, FORECAST, NEEDED, REFUSE, CIVIL, ZONES, AREAS };
static const char *const areas[AREAS] = {"decide", "permit", "explain", "forecast",
                                         "needed", "refuse", "civil",   "zones"};

struct run {
  bool text;
  uint64_t digest[AREAS]; /* FNV-1a, 64 bits, of the answers as text */
  uint64_t decisions, asked, acts, errors;
};

static void add(struct run *run, int area, const char *text, size_t size)
{
  for (size_t i = 0; i < size; i++) {
    run->digest[area] ^= (unsigned char)text[i];
    run->digest[area] *= UINT64_C(0x100000001b3);
  }
  if (run->text)
    fwrite(text, 1, size, stdout);
}

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static void
say(struct run *run, int area, const char *format, ...)
{
  char line[1024];
  va_list args;
  int n;
  va_start(args, format);
  n = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  add(run, area, line, n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static void say_decision(struct run *run, int area, const struct dun_decision *d)
{
  say(run, area,
      "%" PRIu32 " %" PRIu32 " %" PRIx64 " %" PRIu64 " %" PRId32 " %" PRIu32 " %d %d %d %" PRIu32
      " stage %" PRIu32 " step %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32
      " bucket %" PRIu32 " dpd %" PRId32 " %" PRIu32 " %" PRIu32 " %" PRId64 " at %" PRId64
      " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
      d->struct_size, d->kind, d->reasons, d->account, d->due_day, d->step_id, d->occurrence,
      d->attempt, d->party, d->channel_id, d->stage, d->step, d->action, d->channel, d->template_,
      d->for_step, d->bucket, d->dpd, d->posture, d->variant, d->amount, d->planned_at,
      d->not_before, d->deadline, d->review_at, d->bucket_at);
}

/* All fields, one after another without a gap, are the struct: one that is added to it is missed
 * here no longer than until the next build. */
_Static_assert(sizeof(struct dun_decision) == 4 + 4 + 8 + 8 + 4 + 4 + 2 + 1 + 1 + 4 * 11 + 8 * 6,
               "say_decision() has each field");

/* Ask, tell the answer (a refusal is one too), and give it. */
static struct dun_decision decide(struct run *run, int area, const dun_policy *policy,
                                  const struct random_case *c, dun_time now)
{
  struct dun_decision d;
  size_t bad = 0;
  dun_rc rc;
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(policy, &c->account, c->events, c->count, now, &d, &bad);
  say(run, area, "%s %d %zu ", areas[area], (int)rc, rc == DUN_OK ? (size_t)0 : bad);
  say_decision(run, area, &d);
  if (area == DECIDE) {
    run->errors += rc != DUN_OK;
    run->acts += rc == DUN_OK && d.kind == DUN_DECISION_ACT;
    run->asked++;
    run->decisions++;
  }
  return d;
}

static void permit(struct run *run, struct rng *r, const dun_policy *policy,
                   const struct random_case *c, dun_time now)
{
  uint32_t channel = rng_below(r, dun_policy_count(policy, DUN_NAME_CHANNEL) + 2);
  uint32_t party = rng_below(r, DUN_PARTIES + (rng_one_in(r, 9) ? 1 : 0));
  struct dun_permission p;
  size_t bad = 0;
  dun_rc rc;
  dun_permission_init(&p, sizeof p);
  rc = dun_permit(policy, &c->account, c->events, c->count, now, channel, party, &p, &bad);
  say(run, PERMIT, "permit %" PRIu32 " %" PRIu32 ": %d %zu %" PRIu32 " %" PRId64 " %" PRIx64 "\n",
      channel, party, (int)rc, rc == DUN_OK ? (size_t)0 : bad, p.permitted, p.next, p.reasons);
}

static void explain(struct run *run, const dun_policy *policy, const struct random_case *c,
                    dun_time now)
{
  static char text[1u << 16];
  uint64_t needed = 0;
  dun_rc rc =
      dun_explain(policy, &c->account, c->events, c->count, now, text, sizeof text, &needed, NULL);
  say(run, EXPLAIN, "explain %d %" PRIu64 "\n", (int)rc, needed);
  if (rc == DUN_OK)
    add(run, EXPLAIN, text, needed < sizeof text ? (size_t)needed : sizeof text - 1);
}

/* An outcome, and what it is assumed of; now and then one that does not fit. */
static struct dun_reply random_reply(struct rng *r, const dun_policy *policy)
{
  struct dun_reply reply = {0, 0, 0, 0};
  if (rng_one_in(r, 2))
    reply.step_id = dun_name_id(dun_policy_name(
        policy, DUN_NAME_STEP, 1 + rng_below(r, dun_policy_count(policy, DUN_NAME_STEP))));
  else
    reply.kind = rng_below(r, rng_one_in(r, 9) ? 9 : 8);
  reply.nth = rng_below(r, 4);
  reply.outcome = reply.step_id == 0 && reply.kind == 0
                      ? rng_one_in(r, 2) ? DUN_OUTCOME_DONE : DUN_OUTCOME_FAILED_TEMPORARY
                      : 1 + rng_below(r, rng_one_in(r, 9) ? 28 : 26);
  return reply;
}

static void forecast(struct run *run, struct rng *r, const dun_policy *policy,
                     const struct random_case *c, dun_time now)
{
  static struct dun_event log[ROOM];
  static struct dun_forecast_entry entries[ENTRIES];
  struct dun_reply replies[4];
  struct dun_payment payments[3];
  struct dun_assume assume;
  struct dun_forecast_sum sum;
  size_t bad = 0, written, room = ROOM, capacity = ENTRIES;
  dun_rc rc;
  dun_assume_init(&assume, sizeof assume);
  dun_forecast_sum_init(&sum, sizeof sum);
  assume.from = now;
  assume.until = now + rng_below(r, 400 * 86400); /* see dun_forecast() */
  assume.reply_count = rng_below(r, 5);
  for (uint32_t i = 0; i < assume.reply_count; i++)
    replies[i] = random_reply(r, policy);
  assume.replies = replies;
  assume.payment_count = rng_one_in(r, 2) ? 0 : rng_below(r, 4);
  for (uint64_t i = 0; i < assume.payment_count; i++) {
    payments[i].at = (i > 0 ? payments[i - 1].at : now - 86400) + rng_below(r, 60 * 86400);
    payments[i].amount = rng_one_in(r, 30) ? 0 : 1 + rng_below(r, 5000);
  }
  assume.payments = payments;
  memcpy(log, c->events, c->count * sizeof log[0]);
  if (rng_one_in(r, 4))
    room = c->count + rng_below(r, 40);
  if (rng_one_in(r, 4))
    capacity = rng_below(r, ENTRIES);
  rc = dun_forecast(policy, &c->account, log, c->count, room, &assume, entries, capacity, &sum,
                    &bad);
  say(run, FORECAST, "forecast %d %zu\n", (int)rc, rc == DUN_OK || rc == DUN_E_LIMIT ? 0 : bad);
  if (rc != DUN_OK && rc != DUN_E_LIMIT)
    return;
  say(run, FORECAST, "%" PRIu32 " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64, sum.end,
      sum.ended_at, sum.settled_at, sum.log_count, sum.deliveries);
  for (int i = 0; i < 8; i++)
    say(run, FORECAST, " %" PRIu32, sum.contacts[i]);
  for (int i = 0; i < 16; i++)
    say(run, FORECAST, " %" PRIu32, sum.actions[i]);
  for (int i = 0; i < 32; i++)
    say(run, FORECAST, " %" PRIu32, sum.stages[i]);
  say(run, FORECAST, "\n");
  written = sum.deliveries < ENTRIES ? (size_t)sum.deliveries : ENTRIES;
  for (size_t i = 0; i < written; i++) {
    const struct dun_forecast_entry *e = &entries[i];
    say(run, FORECAST,
        "  %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId32 " %" PRId32 " %" PRIu32
        " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %d %d %d\n",
        e->at, e->planned_at, e->deadline, e->amount, e->due_day, e->dpd, e->stage, e->step,
        e->channel, e->action, e->kind, e->for_step, e->outcome, e->occurrence, e->attempt,
        e->party);
  }
  for (size_t i = c->count; i < sum.log_count && i < ROOM; i++) {
    const struct dun_event *e = &log[i];
    say(run, FORECAST,
        "  %d %" PRId64 " %" PRId64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId32 " %" PRIu32
        " %" PRIu32 " %" PRIu32 " %d %d %d %d %d %d\n",
        e->kind, e->occurred_at, e->recorded_at, e->account, e->amount, e->until, e->due_day,
        e->step, e->channel, e->detail, e->occurrence, e->outcome, e->party, e->address, e->attempt,
        e->flags);
  }
}

static void needed(struct run *run, struct rng *r, const dun_policy *policy,
                   const struct random_case *c)
{
  uint8_t marks[RANDOM_LOG_MAX];
  size_t kept = 0, bad = 0;
  dun_time settled = rng_one_in(r, 3) ? DUN_TIME_NEVER : c->now;
  dun_rc rc;
  if (settled != DUN_TIME_NEVER && c->count > 0)
    settled = c->events[rng_below(r, (uint32_t)c->count)].occurred_at;
  if (settled != DUN_TIME_NEVER)
    settled += (dun_time)rng_below(r, 3) - 1;
  rc = dun_log_needed(rng_one_in(r, 3) ? NULL : policy, c->events, c->count, settled, marks, &kept,
                      &bad);
  say(run, NEEDED, "needed %d %zu ", (int)rc, rc == DUN_OK ? kept : bad);
  for (size_t i = 0; rc == DUN_OK && i < c->count; i++)
    say(run, NEEDED, "%d", marks[i]);
  say(run, NEEDED, "\n");
}

/* The values at which a range may begin or end. */
static int64_t edge(struct rng *r, int64_t was)
{
  static const int64_t edges[] = {0,
                                  1,
                                  -1,
                                  INT64_MAX,
                                  INT64_MIN,
                                  DUN_TIME_MIN,
                                  DUN_TIME_MAX,
                                  DUN_AMOUNT_MAX,
                                  -DUN_AMOUNT_MAX,
                                  DUN_DAY_MIN,
                                  DUN_DAY_MAX,
                                  15,
                                  31};
  if (rng_one_in(r, 3))
    return was + rng_below(r, 3) - 1;
  was = edges[rng_below(r, sizeof edges / sizeof edges[0])];
  return was == INT64_MAX || was == INT64_MIN ? was : was + rng_below(r, 3) - 1;
}

static void spoil_event(struct rng *r, struct dun_event *e)
{
  switch (rng_below(r, 13)) {
  case 0: e->occurred_at = edge(r, e->occurred_at); break;
  case 1: e->recorded_at = edge(r, e->recorded_at); break;
  case 2: e->amount = edge(r, e->amount); break;
  case 3: e->until = edge(r, e->until); break;
  case 4: e->due_day = (dun_day)edge(r, e->due_day); break;
  case 5: e->kind = (uint8_t)rng_below(r, 32); break;
  case 6: e->outcome = (uint8_t)rng_below(r, 30); break;
  case 7: e->flags = (uint8_t)(1u << rng_below(r, 8)); break;
  case 8: e->party = (uint8_t)rng_below(r, 256); break;
  case 9: e->detail = (uint32_t)edge(r, e->detail); break;
  case 10: e->occurrence = (uint16_t)edge(r, e->occurrence); break;
  case 11: e->attempt = (uint8_t)edge(r, e->attempt); break;
  default: e->channel = (uint32_t)edge(r, e->channel);
  }
}

static void spoil_account(struct rng *r, struct dun_account *a)
{
  switch (rng_below(r, 11)) {
  case 0: a->flags = 1u << rng_below(r, 4); break;
  case 1: a->past_due = edge(r, a->past_due); break;
  case 2: a->due_day = (dun_day)edge(r, a->due_day); break;
  case 3: a->balance = edge(r, a->balance); break;
  case 4: a->minimum_due = edge(r, a->minimum_due); break;
  case 5: a->late_fees = edge(r, a->late_fees); break;
  case 6: a->limitation_day = (dun_day)edge(r, a->limitation_day); break;
  case 7: a->zone = 12345; break;
  case 8: a->zone2 = 12345; break;
  case 9: a->party_zone[rng_below(r, DUN_PARTIES)] = 12345; break;
  default: a->currency = rng_below(r, 2) ? dun_currency_id("EUR") : dun_currency_id("CNY");
  }
}

/* One field of the case at the edge of its range: refused, or answered all the same. */
static void refuse(struct run *run, struct rng *r, const dun_policy *policy,
                   const struct random_case *c, dun_time now)
{
  static struct random_case spoilt;
  spoilt = *c;
  if (c->count > 0 && !rng_one_in(r, 4))
    spoil_event(r, &spoilt.events[rng_below(r, (uint32_t)c->count)]);
  else if (!rng_one_in(r, 5))
    spoil_account(r, &spoilt.account);
  else
    now = edge(r, now);
  decide(run, REFUSE, policy, &spoilt, now);
}

/* The instant to ask about after an answer: about when it ends, or anywhere. */
static dun_time next_instant(struct rng *r, const struct dun_decision *d, dun_time now)
{
  bool ends = d->review_at > now && d->review_at <= now + 4000 * INT64_C(86400);
  switch (rng_below(r, 5)) {
  case 0: return now + rng_below(r, 3 * 86400);
  case 1: return now + rng_below(r, 200 * 86400);
  case 2: return ends ? d->review_at - 1 : now + 1;
  default: return ends ? d->review_at : now + rng_below(r, 20 * 86400);
  }
}

static void ask_about(struct run *run, struct rng *r, const dun_policy *policy,
                      const struct random_case *c)
{
  dun_time now = c->now;
  for (int i = 0; i < INSTANTS && run->decisions < DECISIONS; i++) {
    struct dun_decision d = decide(run, DECIDE, policy, c, now);
    permit(run, r, policy, c, now);
    refuse(run, r, policy, c, now);
    if (i % 4 == 0)
      explain(run, policy, c, now);
    now = next_instant(r, &d, now);
  }
  forecast(run, r, policy, c, c->now);
  needed(run, r, policy, c);
}

static void complain(void *user_data, const struct dun_diagnostic *d)
{
  (void)user_data;
  if (d->severity == DUN_SEVERITY_ERROR)
    fprintf(stderr, "%u:%u %s: %s\n", d->line, d->column, d->path, d->message);
}

/* False: the policy does not compile. */
static bool ask_about_policy(struct run *run, uint64_t seed)
{
  static char text[1u << 16];
  static struct random_case c;
  struct rng r = {seed};
  struct dun_compile options;
  dun_policy *policy;
  size_t size = random_policy(&r, text, sizeof text);
  dun_rc rc;
  dun_compile_init(&options, sizeof options);
  options.report = complain;
  options.zone_data = fixed_zone;
  rc = dun_policy_compile(&policy, text, size, &options);
  if (rc != DUN_OK) {
    fprintf(stderr, "answers: a random policy does not compile: %s\n%s\n", dun_strerror(rc), text);
    return false;
  }
  for (int k = 0; k < HISTORIES && run->decisions < DECISIONS; k++) {
    random_history(&r, policy, &c, rng_below(&r, LONGEST));
    ask_about(run, &r, policy, &c);
  }
  dun_policy_unref(policy);
  return true;
}

static void spoil_text(struct rng *r, char *text)
{
  char with = "/:- 0129Z+tz"[rng_below(r, 12)];
  text[rng_below(r, (uint32_t)strlen(text))] = with;
}

/* Dates and instants as text and back. */
static void ask_civil(struct run *run, struct rng *r)
{
  char date[11] = "", text[40];
  int32_t year = 0, month = 0, day_of_month = 0;
  dun_day day = (dun_day)(rng_one_in(r, 3) ? edge(r, DUN_DAY_MAX) : rng_below(r, 80000));
  dun_day back = 0;
  dun_time at = 0;
  dun_rc rc = dun_day_format(day, date);
  say(run, CIVIL, "day %" PRId32 " %d %s", day, (int)rc, date);
  rc = dun_date_from_day(day, &year, &month, &day_of_month);
  say(run, CIVIL, " %d %" PRId32 " %" PRId32 " %" PRId32, (int)rc, year, month, day_of_month);
  year = (int32_t)rng_below(r, 10001);
  month = (int32_t)rng_below(r, 14);
  day_of_month = (int32_t)rng_below(r, 33);
  rc = dun_day_from_date(year, month, day_of_month, &back);
  say(run, CIVIL, " %d %" PRId32, (int)rc, back);
  snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(year % 10000), (int)month, (int)day_of_month);
  if (rng_one_in(r, 3))
    spoil_text(r, text);
  rc = dun_day_parse(text, strlen(text) - rng_one_in(r, 9), &back);
  say(run, CIVIL, " %s %d %" PRId32, text, (int)rc, back);
  snprintf(text + 10, sizeof text - 10, "T%02" PRIu32 ":%02" PRIu32 ":%02" PRIu32 "%s",
           rng_below(r, 25), UINT32_C(0), UINT32_C(59), "Z");
  snprintf(text + 13, sizeof text - 13, ":%02" PRIu32, rng_below(r, 61));
  snprintf(text + 16, sizeof text - 16, ":%02" PRIu32, rng_below(r, 61));
  if (rng_one_in(r, 2)) {
    text[19] = rng_one_in(r, 2) ? '+' : '-';
    snprintf(text + 20, sizeof text - 20, "%02" PRIu32, rng_below(r, 25));
    snprintf(text + 22, sizeof text - 22, ":%02" PRIu32, rng_below(r, 61));
  } else {
    snprintf(text + 19, sizeof text - 19, "Z");
  }
  if (rng_one_in(r, 4))
    spoil_text(r, text);
  rc = dun_time_parse(text, strlen(text) - rng_one_in(r, 9), &at);
  say(run, CIVIL, " %s %d %" PRId64 "\n", text, (int)rc, at);
}

static dun_rc one_zone(void *user_data, const char *zone, const void **data, size_t *size)
{
  const struct dun_event *bytes = user_data; /* amount bytes behind it */
  (void)zone;
  *data = bytes + 1;
  *size = (size_t)bytes->amount;
  return DUN_OK;
}

/* A random zone, refused or not, and what its clocks show. */
static void ask_zone(struct run *run, struct rng *r)
{
  static const char text[] = "dun: 1\nname: zones\nrevision: 1\nzone: Test/Zone\nchannels: {}\n"
                             "stages: [{name: one, from: 0d, steps: []}]\n";
  struct {
    struct dun_event head;
    uint8_t bytes[700];
  } file = {{0}, {0}};
  struct dun_compile options;
  dun_policy *policy;
  dun_rc rc;
  file.head.amount = (int64_t)random_zone(r, file.bytes, sizeof file.bytes);
  dun_compile_init(&options, sizeof options);
  options.zone_data = one_zone;
  options.zone_user_data = &file;
  rc = dun_policy_compile(&policy, text, sizeof text - 1, &options);
  say(run, ZONES, "zone %d", (int)rc);
  for (int i = 0; rc == DUN_OK && i < 40; i++) {
    dun_time at = rng_one_in(r, 5) ? edge(r, DUN_TIME_MAX)
                                   : (dun_time)(rng_next(r) >> 31) - INT64_C(3000) * 86400;
    uint32_t minute = rng_below(r, rng_one_in(r, 9) ? 1442 : 1440);
    char shown[32] = "";
    dun_day day = 0;
    dun_rc first = dun_time_format(policy, 0, at, shown),
           second = dun_zone_day(policy, 0, at, &day);
    dun_rc third = dun_zone_instant(policy, 0, day, minute, &at);
    say(run, ZONES, "%c %d %s %d %" PRId32 " %d %" PRId64, i ? ',' : ':', (int)first, shown,
        (int)second, day, (int)third, at);
  }
  say(run, ZONES, "\n");
  dun_policy_unref(policy);
}

static bool ask_block(struct run *run, uint64_t seed)
{
  struct rng r = {seed};
  run->decisions = 0;
  for (int i = 0; i < AREAS; i++)
    run->digest[i] = UINT64_C(0xcbf29ce484222325);
  for (uint64_t i = 0; run->decisions < DECISIONS; i++)
    if (!ask_about_policy(run, rng_next(&r) + i))
      return false;
  for (int i = 0; i < 100; i++)
    ask_civil(run, &r);
  for (int i = 0; i < 40; i++)
    ask_zone(run, &r);
  return true;
}

static bool read_number(const char *text, uint64_t *out)
{
  char *end;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

int main(int argc, char **argv)
{
  struct run run = {0};
  uint64_t number[3] = {DEFAULT_BLOCKS, 0, DEFAULT_SEED};
  int first = 1;
  if (argc > 1 && strcmp(argv[1], "--text") == 0) {
    run.text = true;
    first = 2;
  }
  for (int i = first; i < argc; i++)
    if (i - first >= 3 || !read_number(argv[i], &number[i - first]) || number[0] == 0) {
      fputs("usage: answers [--text] [BLOCKS [FIRST [SEED]]]\n", stderr);
      return 2;
    }
  for (uint64_t b = number[1]; b < number[1] + number[0]; b++) {
    if (!ask_block(&run, number[2] * 1000003 + b))
      return 1;
    if (run.text)
      continue;
    printf("block %" PRIu64, b);
    for (int i = 0; i < AREAS; i++)
      printf(" %s %016" PRIx64, areas[i], run.digest[i]);
    puts("");
  }
  if (!run.text)
    printf("%" PRIu64 " decisions, %" PRIu64 " of them acts, %" PRIu64 " refusals\n", run.asked,
           run.acts, run.errors);
  if (run.acts == 0 || run.errors == run.asked) {
    fputs("answers: questions that say nothing: no act among them, or refusals only\n", stderr);
    return 1;
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
