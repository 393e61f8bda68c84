/* SPDX-License-Identifier: MIT */
/* Conditions against a naive reading: random trees, logs and instants, judged node by node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "core/open.h"
#include "core/when.h"
#include "random_case.h"

#define CASES 1200u /* or 20 times DUN_PROPERTY_POLICIES, if that is less */
#define EVENTS 80
#define DAYS 45 /* of a log */

/* ---- a tree, as text and as nodes ---- */

enum { ALL, ANY, NOT, TEST };
enum { NO, MAYBE, YES };

struct range {
  int64_t low, high;
};

struct node {
  int op;
  uint32_t field, count;
  struct range range[3];
  uint32_t child[4];
};

static struct node nodes[2000];
static uint32_t node_count;
static char text[100000];
static struct rng rng;

static const struct {
  const char *name;
  int64_t low;
  uint32_t span; /* values lie in [low, low + span) */
} fields[] = {
    {"dpd", -5, 25},
    {"past_due", -1, 5},
    {"score", 0, 4},
    {"vip", 0, 3},
    {"attempts.voice", 0, 7},
    {"attempts.text", 0, 4},
    {"conversations", 0, 4},
    {"days_since.attempt", 0, 6},
    {"days_since.conversation", 0, 8},
    {"days_since.failure", 0, 8},
    {"days_since.no_answer", 0, 12},
    {"days_since.done", 0, 12},
    {"party", 0, 2},
};
enum {
  DPD,
  PAST_DUE,
  SCORE,
  VIP,
  VOICE,
  TEXT,
  CONVERSATIONS,
  SINCE_ATTEMPT,
  SINCE_CONVERSATION,
  SINCE_FAILURE,
  SINCE_NO_ANSWER,
  SINCE_DONE,
  PARTY,
  FIELDS
};

static void put(const char *s)
{
  assert_true(strlen(text) + strlen(s) + 1 < sizeof text);
  strcat(text, s);
}

static uint32_t new_node(int op)
{
  assert_true(node_count < sizeof nodes / sizeof nodes[0]);
  memset(&nodes[node_count], 0, sizeof nodes[0]);
  nodes[node_count].op = op;
  return node_count++;
}

static uint32_t put_test(uint32_t field)
{
  uint32_t at = new_node(TEST), n = 1 + rng_below(&rng, 3);
  char one[160];
  nodes[at].field = field;
  nodes[at].count = n;
  snprintf(one, sizeof one, "%s: [", fields[field].name);
  put(one);
  for (uint32_t i = 0; i < n; i++) {
    int64_t low = fields[field].low + rng_below(&rng, fields[field].span);
    struct range r = {low, low};
    if (field == PARTY) {
      snprintf(one, sizeof one, "%s", dun_party_name((uint32_t)low));
    } else if (rng_one_in(&rng, 2)) {
      snprintf(one, sizeof one, "%" PRId64, low);
    } else if (rng_one_in(&rng, 3)) {
      r.high = INT64_MAX;
      snprintf(one, sizeof one, "{min: %" PRId64 "}", low);
    } else if (rng_one_in(&rng, 2)) {
      r.low = INT64_MIN;
      snprintf(one, sizeof one, "{below: %" PRId64 "}", low + 1);
    } else {
      r.high = low + rng_below(&rng, 4);
      snprintf(one, sizeof one, "{min: %" PRId64 ", below: %" PRId64 "}", low, r.high + 1);
    }
    nodes[at].range[i] = r;
    put(i == 0 ? "" : ", ");
    put(one);
  }
  put("]");
  return at;
}

/* A mapping: each key once. */
static uint32_t put_map(uint32_t depth)
{
  uint32_t at = new_node(ALL), n = 1 + rng_below(&rng, 3);
  uint32_t used = 0;
  put("{");
  for (uint32_t i = 0; i < n; i++) {
    uint32_t key = rng_below(&rng, FIELDS + (depth < 5 ? 8u : 0u)), child;
    key = key < FIELDS ? key : FIELDS + key % 2; /* FIELDS: any; FIELDS + 1: not */
    if (used >> key & 1u)
      continue;
    used |= 1u << key;
    put(nodes[at].count == 0 ? "" : ", ");
    if (key == FIELDS) {
      uint32_t alternatives = 1 + rng_below(&rng, 3);
      child = new_node(ANY);
      put("any: [");
      for (uint32_t k = 0; k < alternatives; k++) {
        uint32_t one;
        put(k == 0 ? "" : ", ");
        one = put_map(depth + 1);
        nodes[child].child[nodes[child].count++] = one;
      }
      put("]");
    } else if (key > FIELDS) {
      uint32_t one;
      child = new_node(NOT);
      put("not: ");
      one = put_map(depth + 1);
      nodes[child].child[nodes[child].count++] = one;
    } else {
      child = put_test(key);
    }
    nodes[at].child[nodes[at].count++] = child;
  }
  put("}");
  return at;
}

/* ---- what a log says, naively ---- */

static struct dun_account account;
static struct dun_event events[EVENTS + 4];
static size_t event_count;
static struct dun__case c;
static struct dun__memo memo;
static const dun_policy *policy;

struct values {
  bool has[FIELDS], unknown[FIELDS];
  int64_t value[FIELDS];
  bool reach[2];
};

static int32_t date(dun_time t)
{
  dun_day d;
  assert_int_equal(dun_zone_day(policy, account.zone, t, &d), DUN_OK);
  return d;
}

static dun_time start(int32_t day)
{
  dun_time t;
  assert_int_equal(dun_zone_instant(policy, account.zone, day, 0, &t), DUN_OK);
  return t;
}

static bool own(size_t i)
{
  return events[i].account == account.id && !dun__is_void(&c, i);
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->step == b->step && a->due_day == b->due_day && a->occurrence == b->occurrence &&
         a->attempt == b->attempt;
}

static bool delivers(size_t i)
{
  return own(i) && (events[i].kind == DUN_EVENT_CONTACT ||
                    (events[i].kind == DUN_EVENT_INTENT && events[i].channel != 0));
}

static bool talk(uint32_t outcome, uint32_t kind)
{
  if (outcome == DUN_OUTCOME_REFUSED || outcome == DUN_OUTCOME_HUNG_UP ||
      outcome == DUN_OUTCOME_OPTED_OUT)
    return kind == DUN_CONTACT_VOICE || kind == DUN_CONTACT_VISIT;
  return outcome >= DUN_OUTCOME_CONVERSATION && outcome <= DUN_OUTCOME_PAID;
}

static bool tried(uint32_t outcome)
{
  return outcome != DUN_OUTCOME_DONE &&
         (outcome < DUN_OUTCOME_FAILED_TEMPORARY || outcome > DUN_OUTCOME_NOT_IN_SERVICE);
}

static bool failed(uint32_t outcome)
{
  return (outcome >= DUN_OUTCOME_FAILED_TEMPORARY && outcome <= DUN_OUTCOME_NOT_IN_SERVICE) ||
         outcome == DUN_OUTCOME_WRONG_PARTY;
}

struct tally {
  uint32_t attempts[8], conversations;
  dun_time attempt, conversation, failure, no_answer, done; /* INT64_MIN = never */
};

static dun_time later(dun_time a, dun_time b)
{
  return a > b ? a : b;
}

/* The tally after the first n events, each delivery looked up in all of them. */
static struct tally tally_of(size_t n)
{
  struct tally t = {{0}, 0, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
  size_t episode = 0;
  for (size_t i = 0; i < n; i++)
    if (own(i) && (events[i].kind == DUN_EVENT_CURED || events[i].kind == DUN_EVENT_CLOSED ||
                   (events[i].kind == DUN_EVENT_FACTS && events[i].detail == DUN_FACT_PAST_DUE &&
                    events[i].amount <= 0)))
      episode = i + 1;
  for (size_t i = 0; i < n; i++) {
    const struct dun_event *e = &events[i];
    uint32_t kind = 0, outcome = 0;
    bool first = true;
    if (own(i) && e->kind == DUN_EVENT_ACTION && e->outcome == DUN_OUTCOME_DONE)
      t.done = e->occurred_at;
    if (own(i) && e->kind == DUN_EVENT_INBOUND) {
      kind = e->channel >> 28;
      if (i >= episode && talk(e->outcome, kind))
        t.conversations++;
    }
    if (delivers(i)) { /* its kind as known at this event */
      for (size_t j = 0; j <= i; j++)
        if (delivers(j) && (j == i || (e->step != 0 && same_key(&events[j], e)))) {
          first = first && j == i;
          if (events[j].channel != 0)
            kind = events[j].channel >> 28;
        }
    }
    if (own(i) && (e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_INBOUND)) {
      if (talk(e->outcome, kind))
        t.conversation = e->occurred_at;
      if (failed(e->outcome))
        t.failure = e->occurred_at;
      if (e->outcome == DUN_OUTCOME_NO_ANSWER)
        t.no_answer = e->occurred_at;
      if (e->outcome == DUN_OUTCOME_DONE)
        t.done = e->occurred_at;
    }
    if (!delivers(i) || !first)
      continue;
    for (size_t j = i; j < n; j++)
      if (delivers(j) && (j == i || (e->step != 0 && same_key(&events[j], e)))) {
        if (events[j].channel != 0)
          kind = events[j].channel >> 28;
        if (events[j].kind == DUN_EVENT_CONTACT)
          outcome = events[j].outcome;
      }
    if (kind != 0 && tried(outcome)) {
      t.attempt = later(t.attempt, e->occurred_at);
      if (i >= episode)
        t.attempts[kind]++;
    }
    if (i >= episode && talk(outcome, kind))
      t.conversations++;
  }
  return t;
}

/* Days past due: date by date, without those that a clock-stopping hold covers the start of. */
static int32_t dpd_at(dun_time t)
{
  int32_t today = date(t), n = today - account.due_day;
  for (int32_t d = account.due_day + 1; d <= today; d++)
    for (uint32_t h = 0; h < c.stop_count; h++)
      n -= c.stops[h].from <= start(d) && start(d) < c.stops[h].until;
  return n;
}

static void set_since(struct values *v, uint32_t field, dun_time last, dun_time t)
{
  v->has[field] = last != INT64_MIN;
  if (v->has[field])
    v->value[field] = date(t) - date(last);
}

/* All values at t, as told by then; `present`: the account's facts instead of those of the log. */
static struct values values_at(dun_time t, bool present)
{
  static const struct {
    uint32_t field, fact;
  } facts[] = {
      {PAST_DUE, DUN_FACT_PAST_DUE}, {SCORE, DUN_FACT_ATTRIBUTE}, {VIP, DUN_FACT_ATTRIBUTE + 1}};
  struct values v;
  struct tally y;
  size_t n = 0;
  memset(&v, 0, sizeof v);
  while (n < event_count && events[n].occurred_at <= t)
    n++;
  y = tally_of(n);
  for (uint32_t f = 0; f < FIELDS; f++)
    v.has[f] = true;
  v.value[DPD] = dpd_at(t);
  v.value[PAST_DUE] = account.past_due;
  v.value[SCORE] = account.attribute[0];
  v.value[VIP] = account.attribute[1];
  v.value[VOICE] = y.attempts[DUN_CONTACT_VOICE];
  v.value[TEXT] = y.attempts[DUN_CONTACT_TEXT];
  v.value[CONVERSATIONS] = y.conversations;
  set_since(&v, SINCE_ATTEMPT, y.attempt, t);
  set_since(&v, SINCE_CONVERSATION, y.conversation, t);
  set_since(&v, SINCE_FAILURE, y.failure, t);
  set_since(&v, SINCE_NO_ANSWER, y.no_answer, t);
  set_since(&v, SINCE_DONE, y.done, t);
  v.reach[0] = account.reach[0] != 0;
  v.reach[1] = account.reach[1] != 0;
  for (uint32_t k = 0; k < 3 && !present; k++) {
    bool ever = false;
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < event_count; i++)
      if (own(i) && events[i].kind == DUN_EVENT_FACTS && events[i].detail == facts[k].fact) {
        ever = true;
        if (i < n)
          last = i;
      }
    v.unknown[facts[k].field] = ever && last == SIZE_MAX;
    if (last != SIZE_MAX)
      v.value[facts[k].field] = events[last].amount;
  }
  return v;
}

static int judge(uint32_t at, const struct values *v)
{
  const struct node *n = &nodes[at];
  int truth = n->op == ALL ? YES : NO;
  switch (n->op) {
  case ALL:
  case ANY:
    for (uint32_t i = 0; i < n->count; i++) {
      int one = judge(n->child[i], v);
      truth = (n->op == ALL ? one < truth : one > truth) ? one : truth;
    }
    return truth;
  case NOT: return YES - judge(n->child[0], v);
  default:
    if (n->field != PARTY && v->unknown[n->field])
      return MAYBE;
    for (uint32_t i = 0; i < n->count && v->has[n->field]; i++) {
      int64_t low = n->range[i].low;
      if (n->field == PARTY ? v->reach[low]
                            : low <= v->value[n->field] && v->value[n->field] <= n->range[i].high)
        return YES;
    }
    return NO;
  }
}

/* Whether some test of days answers differently. */
static bool days_differ(const struct values *a, const struct values *b)
{
  for (uint32_t i = 0; i < node_count; i++)
    if (nodes[i].op == TEST &&
        (nodes[i].field == DPD ||
         (nodes[i].field >= SINCE_ATTEMPT && nodes[i].field <= SINCE_DONE)) &&
        judge(i, a) != judge(i, b))
      return true;
  return false;
}

/* ---- random logs ---- */

static void random_log(int32_t first_day)
{
  static const uint8_t outcomes[] = {
      DUN_OUTCOME_QUEUED,       DUN_OUTCOME_DELIVERED, DUN_OUTCOME_BUSY,
      DUN_OUTCOME_BUSY,         DUN_OUTCOME_NO_ANSWER, DUN_OUTCOME_NO_ANSWER,
      DUN_OUTCOME_CONVERSATION, DUN_OUTCOME_REFUSED,   DUN_OUTCOME_WRONG_PARTY,
      DUN_OUTCOME_DONE,         DUN_OUTCOME_UNKNOWN,   DUN_OUTCOME_PROMISED};
  dun_time t = start(first_day), at = t;
  uint32_t n = rng_one_in(&rng, 4) ? EVENTS : rng_below(&rng, EVENTS + 1),
           pace = 1 + rng_below(&rng, 2 * DAYS * 86400 / EVENTS);
  uint32_t keys = rng_one_in(&rng, 2) ? 20 + rng_below(&rng, 20) : 1 + rng_below(&rng, 60);
  event_count = 0;
  for (uint32_t i = 0; i < n; i++) {
    struct dun_event *e = &events[event_count];
    uint32_t key = rng_below(&rng, keys);
    memset(e, 0, sizeof *e);
    if (!rng_one_in(&rng, 4))
      at += rng_below(&rng, pace);
    if (rng_one_in(&rng, 8)) /* just at a midnight */
      at = later(at, start(date(at) + 1));
    e->occurred_at = e->recorded_at = at;
    e->account = rng_one_in(&rng, 12) ? 8 : account.id;
    e->channel = rng_one_in(&rng, 8)   ? 0
                 : rng_one_in(&rng, 3) ? dun_channel_id(DUN_CONTACT_TEXT, "sms")
                                       : dun_channel_id(DUN_CONTACT_VOICE, "phone");
    if (!rng_one_in(&rng, 6)) {
      e->step = dun_name_id(key % 3 == 0 ? "one" : key % 3 == 1 ? "two" : "three");
      e->due_day = account.due_day + (int32_t)(key / 3 % 2);
      e->occurrence = (uint16_t)(1 + key / 6 % 5);
      e->attempt = (uint8_t)(key / 30);
    }
    e->outcome = outcomes[rng_below(&rng, sizeof outcomes)];
    switch (rng_below(&rng, 20)) {
    case 0: e->kind = DUN_EVENT_CURED; break;
    case 1: e->kind = DUN_EVENT_INBOUND; break;
    case 2: e->kind = DUN_EVENT_ACTION; break;
    case 3:
    case 4:
    case 5:
      e->kind = DUN_EVENT_FACTS;
      e->detail = rng_one_in(&rng, 3)   ? DUN_FACT_PAST_DUE
                  : rng_one_in(&rng, 2) ? DUN_FACT_ATTRIBUTE
                                        : DUN_FACT_ATTRIBUTE + 1;
      e->amount = (int64_t)rng_below(&rng, 5) - (e->detail == DUN_FACT_PAST_DUE);
      break;
    case 6:
      if (event_count == 0)
        continue;
      *e = events[rng_below(&rng, (uint32_t)event_count)];
      if (e->kind == DUN_EVENT_VOID)
        continue;
      e->outcome = e->kind;
      e->kind = DUN_EVENT_VOID;
      e->until = e->occurred_at;
      e->occurred_at = e->recorded_at = at;
      break;
    case 7:
      e->kind = DUN_EVENT_HOLD;
      e->detail = DUN_HOLD_BREATHING_SPACE;
      e->until = at + rng_below(&rng, 5 * 86400);
      break;
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
      e->kind = e->step != 0 ? DUN_EVENT_INTENT : DUN_EVENT_CONTACT;
      if (e->step != 0)
        e->outcome = 0;
      break;
    default: e->kind = DUN_EVENT_CONTACT; break;
    }
    event_count++;
  }
}

/* The account as the log left it, or with something the log does not say. */
static void random_account(void)
{
  account.past_due = (int64_t)rng_below(&rng, 5) - 1;
  account.attribute[0] = rng_below(&rng, 4);
  account.attribute[1] = rng_below(&rng, 3);
  account.reach[0] = (uint16_t)rng_below(&rng, 2);
  account.reach[1] = (uint16_t)rng_below(&rng, 2);
  for (size_t i = 0; i < event_count && !rng_one_in(&rng, 40); i++)
    if (own(i) && events[i].kind == DUN_EVENT_FACTS) {
      if (events[i].detail == DUN_FACT_PAST_DUE)
        account.past_due = events[i].amount;
      else
        account.attribute[events[i].detail - DUN_FACT_ATTRIBUTE] = events[i].amount;
    }
}

static void open_case(dun_time now)
{
  size_t bad = 0;
  dun_rc rc = dun__case_open(&c, &memo, policy, &account, events, event_count, now, &bad);
  if (rc != DUN_OK)
    fail_msg("open: %s (event %zu)", dun_strerror(rc), bad);
}

/* ---- the comparison ---- */

static uint64_t held, turned, looked_back, since_day, since_event;

static void check_contacts(void)
{
  struct tally t = tally_of(event_count);
  for (uint32_t k = 0; k < 8; k++)
    assert_int_equal(c.contacts.attempts[k], t.attempts[k]);
  assert_int_equal(c.contacts.conversations, t.conversations);
  assert_true(c.contacts.last_attempt == t.attempt);
  assert_true(c.contacts.last_conversation == t.conversation);
  assert_true(c.contacts.last_outcome[DUN_OUTCOME_NO_ANSWER] == t.no_answer);
  assert_true(c.contacts.last_outcome[DUN_OUTCOME_DONE] == t.done);
  for (uint32_t k = 0; k < c.contacts.recent_count; k++)
    looked_back += c.contacts.recent[k].put_away;
}

static void check_turn(dun_time t)
{
  struct values now = values_at(t, true);
  dun_time turn = dun__when_turn(&c, t), want = DUN_TIME_NEVER;
  int32_t last = date(t) + 60;
  for (int32_t d = date(t) + 1; d <= last && want == DUN_TIME_NEVER; d++) {
    struct values then = values_at(start(d), true);
    if (days_differ(&now, &then))
      want = start(d);
  }
  turned += want != DUN_TIME_NEVER;
  if (turn != want && !(want == DUN_TIME_NEVER && turn > start(last)))
    fail_msg("turns after %" PRId64 " at %" PRId64 ", not %" PRId64, t, turn, want);
}

static int compare_times(const void *a, const void *b)
{
  const dun_time *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Since when, by the state at each instant at which anything can change. */
static dun_time naive_since(uint32_t root, dun_time t, int32_t first_day)
{
  static dun_time at[400];
  size_t n = 0;
  dun_time since;
  struct values before;
  int32_t day = first_day - 60;
  at[n++] = start(day);
  while (start(++day) <= t)
    at[n++] = start(day);
  for (size_t i = 0; i < event_count; i++)
    at[n++] = events[i].occurred_at;
  if (c.gap)
    at[n++] = c.told_at;
  assert_true(n <= sizeof at / sizeof at[0]);
  qsort(at, n, sizeof at[0], compare_times);
  before = values_at(at[0], c.gap && at[0] >= c.told_at);
  since = judge(root, &before) == YES ? DUN_TIME_MIN : DUN_TIME_NEVER;
  for (size_t i = 1; i < n; i++) {
    struct values v = values_at(at[i], c.gap && at[i] >= c.told_at);
    if (judge(root, &v) != YES)
      since = DUN_TIME_NEVER;
    else if (since == DUN_TIME_NEVER)
      since = at[i];
  }
  if (since != DUN_TIME_NEVER && since != DUN_TIME_MIN) {
    bool event = false;
    for (size_t i = 0; i < event_count; i++)
      event = event || events[i].occurred_at == since;
    since_event += event;
    since_day += !event;
  }
  return since;
}

static void check_case(uint32_t round)
{
  static const char *const zones[] = {"Asia/Shanghai", "America/New_York", "America/Santiago"};
  struct dun_compile options;
  dun_policy *made;
  uint32_t root, node;
  int32_t first_day;
  dun_time now;
  rng.state = round;
  node_count = 0;
  strcpy(text, "dun: 1\nname: random\nzone: Asia/Shanghai\nzones: [America/New_York, "
               "America/Santiago]\nattributes: [score, vip]\nstages: [{name: a, from: 0d, "
               "steps: [], when: ");
  root = put_map(0);
  put("}, {name: b, from: 1d, steps: [], when: ");
  put_map(2);
  put("}]\n");
  dun_compile_init(&options, sizeof options);
  if (dun_policy_compile(&made, text, strlen(text), &options) != DUN_OK)
    fail_msg("does not compile:\n%s", text);
  policy = made;
  dun_account_init(&account, sizeof account);
  account.id = 7;
  account.flags = DUN_ACCOUNT_HAS_DUE;
  account.zone = dun_zone_id(zones[round % 3]);
  first_day = 20500 + (int32_t)rng_below(&rng, 400);
  account.due_day = first_day + (int32_t)rng_below(&rng, 20);
  random_log(first_day);
  now = start(first_day) + rng_below(&rng, DAYS * 86400);
  open_case(now);   /* for the voids */
  random_account(); /* which wants to know them */
  if (event_count > 0 && rng_one_in(&rng, 3))
    events[event_count - 1].recorded_at += rng_below(&rng, 2 * 86400);
  open_case(event_count > 0 ? later(now, events[event_count - 1].recorded_at) : now);
  node = dun__stages(policy)[0].when;
  check_contacts();
  for (uint32_t i = 0; i < 4; i++) {
    dun_time t = i == 0 ? c.now : c.now + rng_below(&rng, 12 * 86400);
    struct values v = values_at(t, true);
    bool yes = judge(root, &v) == YES;
    held += yes;
    if (dun__when(&c, node, t) != yes)
      fail_msg("at %" PRId64 " (round %u) it %s:\n%s", t, round, yes ? "does not hold" : "holds",
               text);
    check_turn(t);
  }
  {
    dun_time got = dun__when_since(&c, node, c.now), want = naive_since(root, c.now, first_day);
    if (got != want)
      fail_msg("round %u: since %" PRId64 ", not %" PRId64 ":\n%s", round, got, want, text);
  }
  dun_policy_unref(made);
}

static void conditions_are_as_a_naive_reading_has_them(void **state)
{
  const char *number = getenv("DUN_PROPERTY_POLICIES");
  unsigned long asked = number != NULL ? strtoul(number, NULL, 10) : CASES;
  uint32_t cases = asked < CASES / 20 ? 20 * (uint32_t)asked : CASES;
  (void)state;
  for (uint32_t i = 0; i < cases; i++)
    check_case(i);
  /* each answer that there is to give was given */
  assert_true(held > cases / 2 && held < 4 * cases - cases / 2);
  assert_true(turned > cases / 4);
  assert_true(looked_back > cases / 60);
  assert_true(since_day > cases / 60 && since_event > cases / 60);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(conditions_are_as_a_naive_reading_has_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
