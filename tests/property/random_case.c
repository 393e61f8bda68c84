/* SPDX-License-Identifier: MIT */
/* Random policies, accounts and logs for property tests; the same seed gives the same case. */
#include "random_case.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint64_t rng_next(struct rng *r)
{
  uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
  return (uint32_t)(rng_next(r) % n);
}

bool rng_one_in(struct rng *r, uint32_t n)
{
  return rng_below(r, n) == 0;
}

static const char *const zones[] = {"Asia/Shanghai",    "America/New_York",    "Europe/Rome",
                                    "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu",
                                    "Africa/Cairo",     "America/Sao_Paulo",   "Asia/Tehran",
                                    "America/St_Johns"};
#define ZONES (sizeof zones / sizeof zones[0])

/* ---- policy text ---- */

/*
 * One draw in each full expression: the order in which a compiler works out the arguments of a
 * call is its own, and the same seed must give the same case with all of them.
 */
struct out {
  char *at;
  size_t left;
  uint32_t features;  /* RANDOM_ */
  uint32_t skips;     /* bit n: step n has `late: skip`, so that it cannot stand in */
  uint32_t stand_ins; /* bit n: there is a step e<n> */
};

__attribute__((format(printf, 2, 3))) static void put(struct out *o, const char *format, ...);

static void put(struct out *o, const char *format, ...)
{
  va_list args;
  int n;
  va_start(args, format);
  n = vsnprintf(o->at, o->left, format, args);
  va_end(args);
  if (n < 0 || (size_t)n >= o->left) {
    fprintf(stderr, "random policy: text does not fit\n");
    return;
  }
  o->at += n;
  o->left -= (size_t)n;
}

static bool has(const struct out *o, uint32_t feature)
{
  return (o->features & feature) != 0;
}

/* One of the texts. */
#define PICK(r, list) ((list)[rng_below(r, (uint32_t)(sizeof(list) / sizeof *(list)))])

/* A condition on contacts, with a range of small numbers. */
static void put_contacts_test(struct rng *r, struct out *o)
{
  static const char *const counts[] = {"attempts.voice", "attempts.text", "attempts.email",
                                       "attempts.letter", "conversations"};
  static const char *const since[] = {
      "days_since.attempt", "days_since.conversation", "days_since.success", "days_since.connected",
      "days_since.failure", "days_since.cooperative",  "days_since.refusing"};
  bool of_days = rng_one_in(r, 2);
  const char *field = of_days ? PICK(r, since) : PICK(r, counts);
  uint32_t low = rng_below(r, of_days ? 12 : 3), high = low + 1 + rng_below(r, of_days ? 20 : 4);
  switch (rng_below(r, 4)) {
  case 0: put(o, "%s: {min: %u}", field, low); break;
  case 1: put(o, "%s: {below: %u}", field, high); break;
  case 2: put(o, "%s: {min: %u, below: %u}", field, low, high); break;
  default: put(o, "%s: [%u, %u]", field, low, high); break;
  }
}

static void put_test(struct rng *r, struct out *o, uint32_t depth)
{
  static const char *const parties[] = {"borrower", "co_borrower", "[guarantor, co_borrower]"};
  uint32_t a, b;
  if (has(o, RANDOM_WHEN_CONTACTS) && rng_one_in(r, 3)) {
    put_contacts_test(r, o);
    return;
  }
  if (has(o, RANDOM_WHEN_PARTY) && rng_one_in(r, 8)) {
    put(o, "party: %s", PICK(r, parties));
    return;
  }
  switch (rng_below(r, depth > 1 ? 6 : 9)) {
  case 0: put(o, "dpd: {min: %d}", (int)rng_below(r, 50) - 5); break;
  case 1: put(o, "dpd: {below: %d}", (int)rng_below(r, 60)); break;
  case 2:
    a = rng_below(r, 10);
    b = 12 + rng_below(r, 40);
    put(o, "dpd: {min: %u, below: %u}", a, b);
    break;
  case 3: put(o, "bucket: %s", rng_one_in(r, 2) ? "B1" : "[B0, B2]"); break;
  case 4: put(o, "past_due: {min: %u}", 1000 + 1000 * rng_below(r, 4)); break;
  case 5: put(o, "score: %s", rng_one_in(r, 2) ? "{below: 3}" : "[1, 4]"); break;
  case 6:
    put(o, "not: {");
    put_test(r, o, depth + 1);
    put(o, "}");
    break;
  case 7:
    put(o, "any: [{");
    put_test(r, o, depth + 1);
    put(o, "}, {");
    put_test(r, o, depth + 1);
    put(o, "}]");
    break;
  default: put(o, "prior_delinquencies: 0"); break;
  }
}

static void put_when(struct rng *r, struct out *o)
{
  put(o, "when: {");
  put_test(r, o, 0);
  put(o, "}");
}

static const char *wait_text(struct rng *r, const struct out *o)
{
  static const char *const waits[] = {"1d", "2d", "5d", "1w", "6h", "90m", "0d"};
  static const char *const months[] = {"1mo", "2mo"};
  static const char *const business[] = {"0bd", "1bd", "2bd", "5bd"};
  if (has(o, RANDOM_MONTHS) && rng_one_in(r, 9))
    return PICK(r, months);
  if (has(o, RANDOM_BUSINESS) && rng_one_in(r, 5))
    return PICK(r, business);
  return PICK(r, waits);
}

/* Some step that is there when there are n, those that stand in among them. */
static void put_earlier(struct rng *r, struct out *o, uint32_t n)
{
  uint32_t of = rng_below(r, n);
  bool stands_in = (o->stand_ins >> of & 1u) != 0 && rng_one_in(r, 2);
  put(o, "step: %c%u", stands_in ? 'e' : 's', of);
}

static void put_requires(struct rng *r, struct out *o, uint32_t steps, uint32_t marks)
{
  put(o, ", requires: [{");
  if (marks > 0 && rng_one_in(r, 3))
    put(o, "mark: m%u", rng_below(r, marks));
  else
    put_earlier(r, o, steps);
  if (rng_one_in(r, 3))
    put(o, ", outcome: %s", rng_one_in(r, 2) ? "[attempt, failure]" : "connected");
  if (rng_one_in(r, 2))
    put(o, ", wait: %s", wait_text(r, o));
  put(o, "}]");
}

static void put_retry(struct rng *r, struct out *o)
{
  static const char *const every[] = {"1h", "30m", "7h", "1d", "2d", "1w"};
  put(o, ", retry: {times: %u", 1 + rng_below(r, 3));
  put(o, ", every: %s", PICK(r, every));
  if (rng_one_in(r, 2))
    put(o, ", backoff: %u", 100 + rng_below(r, rng_one_in(r, 4) ? 901 : 200));
  put(o, "}");
}

/* A step that stands in for step n, and stands behind it; now and then one that stands in for it. */
static void put_stand_in(struct rng *r, struct out *o, uint32_t n)
{
  bool chain = rng_one_in(r, 4);
  put(o, "      - {name: e%u, on_escalation: true, ", n);
  if (rng_one_in(r, 2))
    put(o, "do: task");
  else
    put(o, "use: %s", rng_one_in(r, 2) ? "[mail, sms]" : "phone");
  if (chain || rng_one_in(r, 3))
    put(o, ", within: %s", wait_text(r, o));
  if (chain)
    put(o, ", late: {escalate: d%u}", n);
  if (has(o, RANDOM_RETRY) && rng_one_in(r, 4))
    put_retry(r, o);
  put(o, "}\n");
  if (chain)
    put(o, "      - {name: d%u, on_escalation: true, do: %s}\n", n,
        rng_one_in(r, 2) ? "task" : "contact, use: [phone, post]");
  o->stand_ins |= UINT32_C(1) << n;
}

/* What becomes of step n when it is late or fails. True: a step of its own stands in for it. */
static bool put_fate(struct rng *r, struct out *o, uint32_t n)
{
  bool escalates = false;
  if (rng_one_in(r, 3)) {
    uint32_t other;
    put(o, ", within: %s", wait_text(r, o));
    switch (has(o, RANDOM_LATE) ? rng_below(r, 7) : 7) {
    case 0: put(o, ", late: do"); break;
    case 1:
    case 2:
      put(o, ", late: skip");
      o->skips |= UINT32_C(1) << n;
      break;
    case 3:
    case 4:
      put(o, ", late: {escalate: e%u}", n);
      escalates = true;
      break;
    case 5: /* an ordinary step; only an earlier one, so that there is no ring */
      other = n > 0 ? rng_below(r, n) : 0;
      if (n > 0 && (o->skips >> other & 1u) == 0)
        put(o, ", late: {escalate: s%u}", other);
      break;
    default: break;
    }
  }
  if (has(o, RANDOM_RETRY) && rng_one_in(r, 5))
    put_retry(r, o);
  return escalates;
}

static void put_use(struct rng *r, struct out *o)
{
  static const char *const uses[] = {"sms",          "phone", "[sms, mail]",
                                     "[phone, sms]", "post",  "[mail, post, sms]"};
  static const char *const any[] = {"{any: [phone, mail]}", "{any: [sms, phone, post]}",
                                    "{any: [post, sms]}"};
  if (has(o, RANDOM_ANY) && rng_one_in(r, 4))
    put(o, ", use: %s", PICK(r, any));
  else
    put(o, ", use: %s", PICK(r, uses));
  if (has(o, RANDOM_TO) && rng_one_in(r, 6))
    put(o, ", to: %s", rng_one_in(r, 2) ? "co_borrower" : "guarantor");
}

/* Hours and minutes do not go with a time of day. */
static void put_every(struct rng *r, struct out *o, bool timed)
{
  static const char *const dates[] = {"1d", "2d", "3d", "1w"};
  static const char *const elapsed[] = {"4h", "30h"};
  if (has(o, RANDOM_MONTHS) && rng_one_in(r, 8))
    put(o, ", every: 1mo");
  else if (has(o, RANDOM_BUSINESS) && rng_one_in(r, 6))
    put(o, ", every: %s", rng_one_in(r, 2) ? "1bd" : "2bd");
  else if (timed || !rng_one_in(r, 3))
    put(o, ", every: %s", PICK(r, dates));
  else
    put(o, ", every: %s", PICK(r, elapsed));
  if (!rng_one_in(r, 4))
    put(o, ", times: %u", 1 + rng_below(r, 5));
}

static void put_step(struct rng *r, struct out *o, uint32_t n, uint32_t *marks, int from,
                     bool final_ok)
{
  static const char *const actions[] = {"task", "fee", "restrict", "report", "refer", "legal"};
  bool timed, escalates;
  put(o, "      - {name: s%u", n);
  if (rng_one_in(r, 4))
    put(o, ", do: %s", PICK(r, actions));
  else
    put_use(r, o);
  if (rng_one_in(r, 6))
    put(o, ", template: T%u", rng_below(r, 3));
  switch (rng_below(r, 6)) {
  case 0: put(o, ", at: %dd", from + (int)rng_below(r, 8)); break;
  case 1: put(o, ", in: %s", wait_text(r, o)); break;
  case 2:
    if (n == 0)
      break;
    put(o, ", after: {");
    put_earlier(r, o, n);
    put(o, ", wait: %s}", wait_text(r, o));
    break;
  default: break;
  }
  timed = rng_one_in(r, 4);
  if (timed) {
    put(o, ", time: \"%02u", rng_below(r, 24));
    put(o, ":%02u\"", 15 * rng_below(r, 4));
  }
  if (rng_one_in(r, 2))
    put_every(r, o, timed);
  escalates = put_fate(r, o, n);
  if (has(o, RANDOM_STEPWISE) && rng_one_in(r, 8))
    put(o, ", optional: true");
  if (rng_one_in(r, 4)) {
    put(o, ", ");
    put_when(r, o);
  }
  if (n > 0 && rng_one_in(r, 4))
    put_requires(r, o, n, *marks);
  if (rng_one_in(r, 5))
    put(o, ", marks: m%u", (*marks)++);
  if (final_ok && rng_one_in(r, 6))
    put(o, ", final: true");
  put(o, "}\n");
  if (escalates)
    put_stand_in(r, o, n);
}

/* The keys of the head about the ladder as a whole. */
static void put_ladder(struct rng *r, struct out *o, bool stepwise)
{
  if (has(o, RANDOM_BUSINESS))
    put(o, "calendars:\n  cal: {weekend: [sat, sun], %s}\ncalendar: cal\n",
        rng_one_in(r, 8) ? "holidays: [2024-05-01], workdays: [2024-04-28], valid: [2015, 2024]"
                         : "holidays: [1999-05-03, 2005-01-03, 2012-10-01, 2024-05-01], "
                           "workdays: [2005-01-08, 2012-09-29], valid: [1980, 2060]");
  if (stepwise)
    put(o, "advance: stepwise\n");
  if (has(o, RANDOM_CATCH_UP)) {
    static const char *const spacings[] = {"", "spacing: 1d\n", "spacing: 2d\n", "spacing: 5h\n"};
    switch (rng_below(r, 6)) {
    case 0:
    case 1: put(o, "catch_up: each\n%s", PICK(r, spacings)); break;
    case 2: put(o, "catch_up: skip\n"); break;
    case 3: put(o, "catch_up: newest\n"); break;
    default: break;
    }
  }
  if (has(o, RANDOM_DEESCALATE) && rng_one_in(r, 5))
    put(o, "deescalate: false\n");
  if (has(o, RANDOM_CYCLE) && rng_one_in(r, 5))
    put(o, "cycle: episode\n");
}

static void put_hours(struct rng *r, struct out *o)
{
  put(o, "hours:\n  - {id: h1, kinds: [voice, text], weekdays: [\"%02u:00-", 6 + rng_below(r, 4));
  put(o, "%02u:30\"], sat: [\"10:00-12:00\", \"14:00-24:00\"]}\n", 12 + rng_below(r, 8));
  if (rng_one_in(r, 2))
    put(o, "  - {id: h2, kinds: [voice, email], all: [\"00:00-24:00\"], wed: "
           "[\"01:00-02:45\"]}\n");
}

size_t random_policy_with(struct rng *r, uint32_t features, char *text, size_t size)
{
  static const char *const stays[] = {"3d", "30h", "1w"};
  struct out o = {text, size, features, 0, 0};
  uint32_t stages = 1 + rng_below(r, 5), steps = 0, marks = 0;
  int from = (int)rng_below(r, 8) - 4;
  bool stepwise = (features & RANDOM_STEPWISE) != 0 && rng_one_in(r, 4);
  put(&o, "dun: 1\nname: random\nrevision: 3\nzone: %s\nzones: [", PICK(r, zones));
  for (uint32_t i = 0; i < ZONES; i++)
    put(&o, "%s%s", i ? ", " : "", zones[i]);
  put(&o, "]\nattributes: [score]\nconduct: none\nbasis: a property test\ngrace: %ud\n",
      rng_below(r, 5));
  if (rng_one_in(r, 2))
    put(&o, "ignore_below: 500\n");
  put_ladder(r, &o, stepwise);
  put(&o,
      "channels:\n  sms: {kind: text, settle: %s}\n  mail: email\n"
      "  phone: {kind: voice, redeliver: false}\n  post: letter\n",
      rng_one_in(r, 2) ? "1d" : "5h");
  put(&o, "buckets: {B0: 0d, B1: 3d, B2: 17d}\n");
  if (rng_one_in(r, 2))
    put_hours(r, &o);
  put(&o, "stages:\n");
  for (uint32_t i = 0; i < stages; i++) {
    uint32_t n = 1 + rng_below(r, 3);
    put(&o, "  - name: g%u\n    from: %dd\n", i, from);
    if (rng_one_in(r, 4)) {
      put(&o, "    ");
      put_when(r, &o);
      put(&o, "\n");
    }
    if (i > 0 && rng_one_in(r, 4)) {
      put(&o, "    requires: [{");
      put_earlier(r, &o, steps);
      if (rng_one_in(r, 2))
        put(&o, ", wait: %s", wait_text(r, &o));
      put(&o, "}]\n");
    }
    if (stepwise && rng_one_in(r, 3))
      put(&o, "    min_stay: %s\n", PICK(r, stays));
    put(&o, "    steps:\n");
    for (uint32_t k = 0; k < n; k++)
      put_step(r, &o, steps++, &marks, from, from >= 0);
    from += 1 + (int)rng_below(r, 12);
  }
  return size - o.left;
}

size_t random_policy(struct rng *r, char *text, size_t size)
{
  return random_policy_with(r, RANDOM_FEATURES, text, size);
}

/* ---- history ---- */

bool random_append(struct random_case *c, struct dun_event e)
{
  if (c->count == RANDOM_LOG_MAX)
    return false;
  if (c->count > 0 && e.occurred_at < c->events[c->count - 1].occurred_at)
    e.occurred_at = c->events[c->count - 1].occurred_at;
  if (c->count > 0 && e.occurred_at == c->events[c->count - 1].occurred_at &&
      e.recorded_at < c->events[c->count - 1].recorded_at)
    e.recorded_at = c->events[c->count - 1].recorded_at;
  if (e.recorded_at < e.occurred_at)
    e.recorded_at = e.occurred_at;
  c->events[c->count++] = e;
  return true;
}

static uint32_t random_outcome(struct rng *r)
{
  static const uint8_t usual[] = {
      DUN_OUTCOME_SENT,      DUN_OUTCOME_DELIVERED,        DUN_OUTCOME_NO_ANSWER,
      DUN_OUTCOME_VOICEMAIL, DUN_OUTCOME_FAILED_TEMPORARY, DUN_OUTCOME_CONVERSATION,
      DUN_OUTCOME_BUSY,      DUN_OUTCOME_QUEUED,           DUN_OUTCOME_UNKNOWN,
      DUN_OUTCOME_DECLINED};
  if (rng_one_in(r, 6))
    return 1 + rng_below(r, 27);
  return usual[rng_below(r, sizeof usual)];
}

static uint32_t random_channel(struct rng *r)
{
  switch (rng_below(r, 6)) {
  case 0: return dun_channel_id(DUN_CONTACT_TEXT, "sms");
  case 1: return dun_channel_id(DUN_CONTACT_EMAIL, "mail");
  case 2: return dun_channel_id(DUN_CONTACT_VOICE, "phone");
  case 3: return dun_channel_id(DUN_CONTACT_LETTER, "post");
  case 4: return dun_channel_id(DUN_CONTACT_TEXT, "another");
  default: return rng_one_in(r, 4) ? 0 : dun_channel_id(DUN_CONTACT_PUSH, "app");
  }
}

/* How far time goes on between two entries: mostly hours, at times weeks, at times not at all. */
static int64_t random_gap(struct rng *r)
{
  switch (rng_below(r, 6)) {
  case 0: return 0;
  case 1: return rng_below(r, 4000);
  case 2: return rng_below(r, 40 * 86400);
  default: return rng_below(r, 3 * 86400);
  }
}

static void set_past_due(struct random_case *c, struct dun_event e, int64_t value, bool told)
{
  c->account.past_due = value;
  e.kind = DUN_EVENT_FACTS;
  e.detail = DUN_FACT_PAST_DUE;
  e.amount = value;
  if (told)
    random_append(c, e);
}

/* One entry that no decision asked for. */
static void other_event(struct rng *r, struct random_case *c)
{
  struct dun_event e;
  int64_t value;
  memset(&e, 0, sizeof e);
  e.occurred_at = c->now;
  e.recorded_at = c->now + (rng_one_in(r, 3) ? rng_below(r, 90000) : 0);
  e.account = rng_one_in(r, 5) ? c->account.id + 1 : c->account.id;
  switch (rng_below(r, 16)) {
  case 15: { /* by hand */
    char name[8], kind = "gse"[rng_below(r, 3)];
    snprintf(name, sizeof name, "%c%u", kind, rng_below(r, 8));
    e.kind = DUN_EVENT_OVERRIDE;
    e.account = c->account.id;
    e.step = dun_name_id(name);
    e.detail = rng_below(r, 3);
    if (rng_one_in(r, 2))
      e.until = c->now + rng_below(r, 20 * 86400);
    break;
  }
  case 0:
  case 1:
    e.kind = DUN_EVENT_HOLD;
    e.detail = 1 + rng_below(r, 11);
    if (rng_one_in(r, 3))
      e.amount = c->now + (int64_t)rng_below(r, 20 * 86400) - 10 * 86400;
    if (!rng_one_in(r, 4))
      e.until = (e.amount ? e.amount : c->now) + rng_below(r, 30 * 86400);
    if (rng_one_in(r, 4))
      e.flags = rng_one_in(r, 2) ? DUN_FLAG_PERSON : DUN_FLAG_ACCOUNT;
    break;
  case 2:
    e.kind = DUN_EVENT_RELEASE;
    e.detail = 1 + rng_below(r, 11);
    break;
  case 3:
    e.kind = rng_one_in(r, 2) ? DUN_EVENT_OPT_OUT : DUN_EVENT_ADDRESS_DEAD;
    e.channel = random_channel(r);
    e.party = (uint8_t)(rng_one_in(r, 4) ? rng_below(r, 3) : DUN_PARTY_BORROWER);
    break;
  case 4:
    e.kind = rng_one_in(r, 2) ? DUN_EVENT_OPT_IN : DUN_EVENT_ADDRESS_NEW;
    e.channel = random_channel(r);
    e.party = (uint8_t)(rng_one_in(r, 4) ? rng_below(r, 3) : DUN_PARTY_BORROWER);
    break;
  case 5:
    e.kind = DUN_EVENT_PAYMENT;
    e.amount = 1000;
    random_append(c, e);
    e.account = c->account.id;
    value = rng_one_in(r, 2) ? 0 : 300 + rng_below(r, 4000);
    set_past_due(c, e, value, !rng_one_in(r, 4));
    return;
  case 6:
    e.account = c->account.id;
    value = 300 + rng_below(r, 4000);
    set_past_due(c, e, value, !rng_one_in(r, 4));
    return;
  case 7:
    e.kind = DUN_EVENT_FACTS;
    e.detail = DUN_FACT_ATTRIBUTE;
    e.account = c->account.id;
    e.amount = c->account.attribute[0] = rng_below(r, 6);
    break;
  case 8:
    e.kind = DUN_EVENT_FACTS;
    e.detail = DUN_FACT_DUE_DAY;
    e.account = c->account.id;
    e.amount = c->account.due_day += (int32_t)rng_below(r, 61) - 30;
    break;
  case 9: e.kind = rng_one_in(r, 4) ? DUN_EVENT_CURED : DUN_EVENT_PLACED; break;
  case 10:
    if (rng_one_in(r, 6))
      e.kind = DUN_EVENT_CLOSED;
    else
      e.kind = rng_one_in(r, 2) ? DUN_EVENT_REOPENED : DUN_EVENT_PLACED;
    break;
  case 11: /* a contact tied to no step */
    e.kind = DUN_EVENT_CONTACT;
    e.channel = random_channel(r);
    e.outcome = (uint8_t)random_outcome(r);
    break;
  case 12: /* a later or corrected outcome of an earlier key */
    for (uint32_t tries = 0; tries < 5 && c->count > 0; tries++) {
      const struct dun_event *o = &c->events[rng_below(r, (uint32_t)c->count)];
      if (o->kind == DUN_EVENT_INTENT || (o->kind == DUN_EVENT_CONTACT && o->step != 0) ||
          o->kind == DUN_EVENT_ACTION) {
        e = *o;
        e.kind = o->kind == DUN_EVENT_INTENT ? DUN_EVENT_CONTACT : o->kind;
        e.outcome = (uint8_t)random_outcome(r);
        e.occurred_at = e.recorded_at = c->now;
        random_append(c, e);
        return;
      }
    }
    return;
  default: /* a correction */
    if (c->count == 0)
      return;
    e = c->events[rng_below(r, (uint32_t)c->count)];
    e.outcome = e.kind;
    e.until = e.occurred_at;
    e.kind = DUN_EVENT_VOID;
    e.amount = 0;
    e.occurred_at = e.recorded_at = c->now;
    break;
  }
  random_append(c, e);
}

static void carry_out(struct rng *r, const struct dun_decision *d, struct random_case *c)
{
  struct dun_event e;
  uint32_t outcome;
  dun_time at;
  if (!rng_one_in(r, 6)) {
    dun_event_intent(d, c->now, &e);
    random_append(c, e);
  }
  if (rng_one_in(r, 8))
    return; /* a crash: the intent stays open */
  outcome = random_outcome(r);
  at = c->now + (rng_one_in(r, 3) ? rng_below(r, 7200) : 0);
  dun_event_outcome(d, outcome, at, &e);
  if (random_append(c, e) && c->events[c->count - 1].occurred_at > c->now)
    c->now = c->events[c->count - 1].occurred_at;
}

void random_history(struct rng *r, const dun_policy *policy, struct random_case *c, size_t length)
{
  struct dun_account *a = &c->account;
  struct dun_event e;
  c->count = 0;
  dun_account_init(a, sizeof *a);
  a->id = 7;
  a->person = 3;
  a->flags = rng_one_in(r, 40) ? 0 : DUN_ACCOUNT_HAS_DUE;
  a->due_day = 10000 + (int32_t)rng_below(r, 12000);
  a->past_due = rng_one_in(r, 12) ? 0 : 300 + rng_below(r, 5000);
  a->balance = a->past_due + rng_below(r, 5000);
  a->zone = rng_one_in(r, 2) ? 0 : dun_zone_id(zones[rng_below(r, ZONES)]);
  a->zone2 = rng_one_in(r, 3) ? dun_zone_id(zones[rng_below(r, ZONES)]) : 0;
  a->prior_delinquencies = rng_below(r, 2);
  a->reach[0] = rng_one_in(r, 3) ? rng_below(r, 16) : 15;
  for (uint32_t party = DUN_PARTY_CO_BORROWER; party <= DUN_PARTY_GUARANTOR; party++) {
    a->reach[party] = rng_one_in(r, 2) ? rng_below(r, 16) : 0;
    a->party_zone[party] = rng_one_in(r, 3) ? dun_zone_id(zones[rng_below(r, ZONES)]) : 0;
  }
  a->attribute[0] = rng_below(r, 6);
  if (rng_one_in(r, 4)) {
    a->flags |= DUN_ACCOUNT_HAS_LIMITATION;
    a->limitation_day = a->due_day + (int32_t)rng_below(r, 60);
  }
  c->now = (a->due_day + (int64_t)rng_below(r, 40) - 10) * 86400;
  c->now += rng_below(r, 86400);
  if (!rng_one_in(r, 6)) {
    memset(&e, 0, sizeof e);
    e.kind = DUN_EVENT_PLACED;
    e.account = a->id;
    e.occurred_at = e.recorded_at = c->now;
    random_append(c, e);
  }
  while (c->count < length) {
    struct dun_decision d;
    dun_decision_init(&d, sizeof d);
    if (dun_decide(policy, a, c->events, c->count, c->now, &d, NULL) == DUN_OK &&
        d.kind == DUN_DECISION_ACT && !rng_one_in(r, 5))
      carry_out(r, &d, c);
    else if (!rng_one_in(r, 3) && d.review_at < c->now + 60 * INT64_C(86400))
      c->now = d.review_at;
    else
      c->now += random_gap(r);
    if (rng_one_in(r, 4))
      other_event(r, c);
    else if (rng_one_in(r, 12))
      length--; /* nothing may be due any more: let the loop end */
    if (length == 0)
      break;
  }
  c->now += rng_one_in(r, 8) ? -(int64_t)rng_below(r, 200000) : random_gap(r);
}

bool same_answer(const struct dun_decision *a, const struct dun_decision *b)
{
  struct dun_decision x = *a, y = *b;
  x.dpd = y.dpd = 0;
  x.bucket = y.bucket = 0;
  x.bucket_at = y.bucket_at = 0;
  x.review_at = y.review_at = 0;
  x.reasons = y.reasons = 0;
  return memcmp(&x, &y, sizeof x) == 0;
}

void print_case(const char *policy_text, const struct random_case *c)
{
  const struct dun_account *a = &c->account;
  fprintf(stderr, "%s\n", policy_text);
  fprintf(stderr,
          "account due=%d flags=%u past_due=%" PRId64 " prior=%u reach=%u score=%" PRId64
          " zone=%u zone2=%u\n",
          a->due_day, a->flags, a->past_due, a->prior_delinquencies, a->reach[0], a->attribute[0],
          a->zone, a->zone2);
  for (size_t i = 0; i < c->count; i++) {
    const struct dun_event *e = &c->events[i];
    fprintf(stderr,
            "%3zu at=%" PRId64 " rec=%" PRId64 " acc=%" PRIu64 " kind=%u step=%08x occ=%u.%u due=%d"
            " ch=%08x outcome=%u detail=%u amount=%" PRId64 " until=%" PRId64 " flags=%u\n",
            i, e->occurred_at, e->recorded_at, e->account, e->kind, e->step, e->occurrence,
            e->attempt, e->due_day, e->channel, e->outcome, e->detail, e->amount, e->until,
            e->flags);
  }
}

void print_decision(const char *label, const struct dun_decision *d)
{
  fprintf(stderr,
          "%s: kind=%u reasons=%" PRIx64 " step=%u occ=%u.%u ch=%u stage=%u action=%u dpd=%d "
          "planned=%" PRId64 " nb=%" PRId64 " deadline=%" PRId64 " review=%" PRId64 "\n",
          label, d->kind, d->reasons, d->step, d->occurrence, d->attempt, d->channel, d->stage,
          d->action, d->dpd, d->planned_at, d->not_before, d->deadline, d->review_at);
}
