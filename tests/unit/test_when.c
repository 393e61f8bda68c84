/* SPDX-License-Identifier: MIT */
/* Conditions: when they hold, when they turn, since when they hold; and the count of contacts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "core/clock.h"
#include "core/open.h"
#include "core/when.h"
#include "story.h"

#define VOICE dun_channel_id(DUN_CONTACT_VOICE, "phone")
#define TEXT dun_channel_id(DUN_CONTACT_TEXT, "sms")
#define VISIT dun_channel_id(DUN_CONTACT_VISIT, "field")
#define SOCIAL dun_channel_id(DUN_CONTACT_SOCIAL, "chat")

static struct story s;
static struct dun__case c;
static struct dun__memo memo;
static uint32_t node;

/* A policy whose one stage has this `when`; due on 2026-01-10 in Shanghai. */
static void open_when(const char *when)
{
  char text[8192];
  int n =
      snprintf(text, sizeof text,
               STORY_HEAD STORY_CHANNELS "\nbuckets: {M0: 0d, M1: 1d, M2: 31d}\n"
                                         "stages: [{name: only, from: 0d, when: %s, steps: []}]\n",
               when);
  assert_true(n > 0 && (size_t)n < sizeof text);
  story_open(&s, text, "2026-01-10");
  node = dun__stages(s.policy)[0].when;
}

static void ask_at(dun_time now)
{
  size_t bad = 0;
  dun_rc rc = dun__case_open(&c, &memo, s.policy, &s.account, s.events, s.count, now, &bad);
  if (rc != DUN_OK)
    fail_msg("open: %s (event %zu)", dun_strerror(rc), bad);
}

static bool holds_at(dun_time now)
{
  ask_at(now);
  return dun__when(&c, node, now);
}

static bool holds(const char *now)
{
  return holds_at(at(now));
}

static dun_time since(const char *now)
{
  ask_at(at(now));
  return dun__when_since(&c, node, at(now));
}

static dun_time turn(const char *now)
{
  ask_at(at(now));
  return dun__when_turn(&c, at(now));
}

#define NOON "T12:00:00+08:00"

/* ---- fields ---- */

static void set_fact(uint32_t i, int64_t value)
{
  switch (i) {
  case 0: s.account.past_due = value; break;
  case 1: s.account.balance = value; break;
  case 2: s.account.minimum_due = value; break;
  case 3: s.account.late_fees = value; break;
  case 4: s.account.prior_delinquencies = (uint32_t)value; break;
  default: s.account.attribute[0] = value; break;
  }
}

static void a_fact_has_two_sides_at_each_edge(void **state)
{
  static const char *const names[] = {
      "past_due", "balance", "minimum_due", "late_fees", "prior_delinquencies", "score"};
  (void)state;
  for (uint32_t i = 0; i < 6; i++) {
    char when[64];
    static const struct {
      int64_t value;
      bool yes;
    } want[] = {{99, false},  {100, true},  {199, true}, {200, false},
                {250, false}, {499, false}, {500, true}, {501, false}};
    snprintf(when, sizeof when, "{%s: [{min: 100, below: 200}, 500]}", names[i]);
    open_when(when);
    for (size_t k = 0; k < sizeof want / sizeof want[0]; k++) {
      set_fact(i, want[k].value);
      assert_int_equal(holds("2026-01-15" NOON), want[k].yes);
    }
    story_close(&s);
  }
  open_when("{score: [-9223372036854775808, 9223372036854775807]}");
  s.account.attribute[0] = INT64_MIN;
  assert_true(holds("2026-01-15" NOON));
  s.account.attribute[0] = INT64_MIN + 1;
  assert_false(holds("2026-01-15" NOON));
  s.account.attribute[0] = INT64_MAX;
  assert_true(holds("2026-01-15" NOON));
  story_close(&s);
}

static void days_past_due_turn_at_the_start_of_a_date(void **state)
{
  (void)state;
  open_when("{dpd: {min: 3, below: 5}}");
  assert_false(holds("2026-01-12T23:59:59+08:00"));
  assert_true(holds("2026-01-13T00:00:00+08:00"));
  assert_true(holds("2026-01-14T23:59:59+08:00"));
  assert_false(holds("2026-01-15T00:00:00+08:00"));
  expect_time(turn("2026-01-01" NOON), "2026-01-13T00:00:00+08:00");
  expect_time(turn("2026-01-12T23:59:59+08:00"), "2026-01-13T00:00:00+08:00");
  expect_time(turn("2026-01-13T00:00:00+08:00"), "2026-01-15T00:00:00+08:00");
  expect_time(turn("2026-01-15T00:00:00+08:00"), "never");
  expect_time(since("2026-01-14" NOON), "2026-01-13T00:00:00+08:00");
  story_add(&s, DUN_EVENT_HOLD, "2026-01-11" NOON)->detail = DUN_HOLD_BREATHING_SPACE;
  s.events[0].until = at("2026-01-13T12:00:00+08:00"); /* stops the 12th and 13th */
  expect_time(turn("2026-01-13" NOON), "2026-01-15T00:00:00+08:00");
  assert_false(holds("2026-01-14T23:59:59+08:00"));
  expect_time(since("2026-01-15" NOON), "2026-01-15T00:00:00+08:00");
  story_close(&s);
  open_when("{bucket: [M0, M2]}");
  assert_false(holds("2026-01-09T23:59:59+08:00"));
  assert_true(holds("2026-01-10T23:59:59+08:00"));
  assert_false(holds("2026-01-11T00:00:00+08:00"));
  assert_false(holds("2026-02-09T23:59:59+08:00"));
  assert_true(holds("2026-02-10T00:00:00+08:00"));
  expect_time(turn("2026-02-10T00:00:00+08:00"), "never");
  story_close(&s);
}

static void a_party_is_one_that_can_be_reached(void **state)
{
  (void)state;
  open_when("{party: [co_borrower, third_party]}");
  assert_false(holds("2026-01-15" NOON)); /* the borrower alone */
  s.account.reach[DUN_PARTY_GUARANTOR] = 1;
  assert_false(holds("2026-01-15" NOON));
  s.account.reach[DUN_PARTY_THIRD_PARTY] = 8;
  assert_true(holds("2026-01-15" NOON));
  s.account.reach[DUN_PARTY_THIRD_PARTY] = 0;
  s.account.reach[DUN_PARTY_CO_BORROWER] = 1;
  assert_true(holds("2026-01-15" NOON));
  expect_time(turn("2026-01-15" NOON), "never");
  assert_true(since("2026-01-15" NOON) == DUN_TIME_MIN);
  story_close(&s);
  open_when("{not: {party: borrower}}");
  assert_false(holds("2026-01-15" NOON));
  s.account.reach[DUN_PARTY_BORROWER] = 0;
  assert_true(holds("2026-01-15" NOON));
  story_close(&s);
}

static void not_any_and_all_nest(void **state)
{
  (void)state;
  open_when("{not: {any: [{past_due: 1, balance: 1}, {not: {score: {min: 5}}}]}, dpd: {min: 1}}");
  s.account.past_due = s.account.balance = 1;
  s.account.attribute[0] = 5;
  assert_false(holds("2026-01-15" NOON));
  s.account.balance = 2;
  assert_true(holds("2026-01-15" NOON));
  assert_false(holds("2026-01-10" NOON));
  s.account.attribute[0] = 4;
  assert_false(holds("2026-01-15" NOON));
  story_close(&s);
}

/* ---- contacts ---- */

static struct dun_event *add_key(uint32_t kind, const char *when, const char *step, uint32_t occ,
                                 uint32_t channel, uint32_t outcome)
{
  struct dun_event *e = story_add(&s, kind, when);
  e->step = step == NULL ? 0 : dun_name_id(step);
  e->due_day = step == NULL ? 0 : s.account.due_day;
  e->occurrence = (uint16_t)occ;
  e->channel = channel;
  e->outcome = (uint8_t)outcome;
  return e;
}

static void an_attempt_counts_from_its_intent_until_an_outcome_says_otherwise(void **state)
{
  (void)state;
  open_when("{attempts.voice: {min: 1}}");
  ask_at(at("2026-01-15" NOON));
  assert_false(dun__when(&c, node, c.now));
  add_key(DUN_EVENT_INTENT, "2026-01-15" NOON, "call", 1, VOICE, 0);
  assert_true(holds("2026-01-15" NOON));
  assert_true(c.contacts.last_attempt == at("2026-01-15" NOON));
  add_key(DUN_EVENT_CONTACT, "2026-01-15T12:01:00+08:00", "call", 1, VOICE, DUN_OUTCOME_BUSY);
  assert_false(holds("2026-01-15T12:01:00+08:00"));
  assert_true(c.contacts.last_attempt == DUN__NOT_YET);
  assert_true(c.contacts.last_outcome[DUN_OUTCOME_BUSY] == at("2026-01-15T12:01:00+08:00"));
  add_key(DUN_EVENT_CONTACT, "2026-01-15T12:02:00+08:00", "call", 1, 0, DUN_OUTCOME_NO_ANSWER);
  assert_true(holds("2026-01-15T12:02:00+08:00")); /* a later outcome refines */
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 1);
  assert_true(c.contacts.last_attempt == at("2026-01-15" NOON)); /* its first event */
  add_key(DUN_EVENT_CONTACT, "2026-01-15T12:03:00+08:00", "call", 1, VOICE,
          DUN_OUTCOME_WRONG_PARTY);
  assert_true(holds("2026-01-15T12:03:00+08:00")); /* a failure, and an attempt */
  story_close(&s);
}

static void each_contact_counts_by_its_kind(void **state)
{
  (void)state;
  open_when("{attempts.voice: 2, attempts.text: 1, attempts.social: 0, conversations: 0}");
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER);
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER);
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, SOCIAL, DUN_OUTCOME_DECLINED);
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, "a", 1, TEXT, DUN_OUTCOME_QUEUED);
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, "a", 1, TEXT, DUN_OUTCOME_DELIVERED);
  /* of none of our steps, of no channel, of a sibling, from the debtor */
  add_key(DUN_EVENT_INTENT, "2026-01-15" NOON, "fee", 1, 0, 0);
  add_key(DUN_EVENT_ACTION, "2026-01-15" NOON, "fee", 1, 0, DUN_OUTCOME_DONE);
  add_key(DUN_EVENT_INTENT, "2026-01-15" NOON, "call", 1, VOICE, 0)->account = 8;
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, VOICE, DUN_OUTCOME_CONVERSATION)->account =
      8;
  add_key(DUN_EVENT_INBOUND, "2026-01-15" NOON, NULL, 0, VOICE, DUN_OUTCOME_NONE);
  assert_true(holds("2026-01-15" NOON));
  assert_true(c.contacts.last_outcome[DUN_OUTCOME_DONE] == at("2026-01-15" NOON));
  assert_true(c.contacts.last_outcome[DUN_OUTCOME_CONVERSATION] == DUN__NOT_YET);
  story_close(&s);
}

static void a_written_refusal_is_no_conversation(void **state)
{
  static const uint8_t refusing[] = {DUN_OUTCOME_REFUSED, DUN_OUTCOME_HUNG_UP,
                                     DUN_OUTCOME_OPTED_OUT};
  (void)state;
  open_when("{conversations: 1}");
  for (size_t i = 0; i < 3; i++) {
    static const struct {
      uint32_t kind;
      bool talk;
    } want[] = {{DUN_CONTACT_VOICE, true},   {DUN_CONTACT_VISIT, true},
                {DUN_CONTACT_TEXT, false},   {DUN_CONTACT_EMAIL, false},
                {DUN_CONTACT_LETTER, false}, {DUN_CONTACT_SOCIAL, false}};
    for (size_t k = 0; k < 6; k++)
      for (uint32_t kind = DUN_EVENT_CONTACT; kind <= DUN_EVENT_INBOUND; kind += 2) {
        s.count = 0;
        add_key(kind, "2026-01-15" NOON, NULL, 0, dun_channel_id(want[k].kind, "x"), refusing[i]);
        assert_int_equal(holds("2026-01-15" NOON), want[k].talk);
        assert_int_equal(c.contacts.last_conversation != DUN__NOT_YET, want[k].talk);
        assert_int_equal(c.contacts.attempts[want[k].kind], kind == DUN_EVENT_CONTACT);
        assert_true(c.contacts.last_outcome[refusing[i]] == at("2026-01-15" NOON));
      }
  }
  s.count = 0;
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, TEXT, DUN_OUTCOME_PROMISED);
  assert_true(holds("2026-01-15" NOON));
  story_close(&s);
}

static void counts_end_with_the_episode_and_last_times_do_not(void **state)
{
  (void)state;
  open_when("{conversations: {min: 1}, attempts.voice: {min: 1}}");
  for (uint32_t i = 0; i < 4; i++) {
    struct dun_event *end;
    s.count = 0;
    add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, "call", 1, VOICE, DUN_OUTCOME_CONVERSATION);
    add_key(DUN_EVENT_INTENT, "2026-01-16" NOON, "call", 2, VOICE, 0);
    end = story_add(&s,
                    i == 0   ? DUN_EVENT_CURED
                    : i == 1 ? DUN_EVENT_CLOSED
                             : DUN_EVENT_FACTS,
                    "2026-01-17" NOON);
    if (i >= 2) {
      end->detail = DUN_FACT_PAST_DUE;
      end->amount = i == 2 ? 0 : 1;
    }
    /* what began before belongs to what is over, whenever its outcome comes */
    add_key(DUN_EVENT_CONTACT, "2026-01-18" NOON, "call", 2, VOICE, DUN_OUTCOME_CONVERSATION);
    assert_int_equal(holds("2026-01-18" NOON), i == 3);
    assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], i == 3 ? 2 : 0);
    assert_int_equal(c.contacts.conversations, i == 3 ? 2 : 0);
    assert_true(c.contacts.last_attempt == at("2026-01-16" NOON));
    assert_true(c.contacts.last_conversation == at("2026-01-18" NOON));
    add_key(DUN_EVENT_INTENT, "2026-01-19" NOON, "call", 3, VOICE, 0);
    ask_at(at("2026-01-19" NOON));
    assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], i == 3 ? 3 : 1);
    s.events[2].account = 8; /* a sibling's end ends nothing */
    ask_at(at("2026-01-19" NOON));
    assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 3);
  }
  story_close(&s);
}

static void what_was_voided_never_was(void **state)
{
  struct dun_event *e, *v;
  (void)state;
  open_when("{any: [{attempts.voice: {min: 1}}, {days_since.conversation: {min: 0}}]}");
  e = add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, "call", 1, VOICE, DUN_OUTCOME_CONVERSATION);
  assert_true(holds("2026-01-16" NOON));
  v = add_key(DUN_EVENT_VOID, "2026-01-16" NOON, "call", 1, VOICE, DUN_EVENT_CONTACT);
  v->until = e->occurred_at;
  assert_false(holds("2026-01-16" NOON));
  story_close(&s);
}

static void late_outcomes_find_deliveries_of_long_ago(void **state)
{
  (void)state;
  open_when("{attempts.voice: {min: 1}}");
  for (uint32_t i = 1; i <= 40; i++)
    add_key(DUN_EVENT_INTENT, "2026-01-15" NOON, i % 2 ? "call" : "ring", i, VOICE, 0);
  ask_at(at("2026-01-15" NOON));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 40);
  for (uint32_t i = 1; i <= 39; i++) {
    add_key(DUN_EVENT_CONTACT, "2026-01-16" NOON, i % 2 ? "call" : "ring", i, VOICE,
            DUN_OUTCOME_BUSY);
    ask_at(at("2026-01-16" NOON));
    assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 40 - i);
    assert_true(c.contacts.last_attempt == at("2026-01-15" NOON));
  }
  add_key(DUN_EVENT_CONTACT, "2026-01-16" NOON, "ring", 40, VOICE, DUN_OUTCOME_BUSY);
  assert_false(holds("2026-01-16" NOON));
  assert_true(c.contacts.last_attempt == DUN__NOT_YET);
  add_key(DUN_EVENT_CONTACT, "2026-01-17" NOON, "call", 1, VOICE, DUN_OUTCOME_NO_ANSWER);
  assert_true(holds("2026-01-17" NOON));
  assert_true(c.contacts.last_attempt == at("2026-01-15" NOON));
  story_close(&s);
}

/* More deliveries of another step, which count for nothing: those before are long ago. */
static void many_declined(const char *when, uint32_t first)
{
  for (uint32_t i = 0; i < 20; i++)
    add_key(DUN_EVENT_CONTACT, when, "other", first + i, VOICE, DUN_OUTCOME_DECLINED);
}

static struct dun_event *call(const char *when, const char *due, uint32_t occurrence,
                              uint32_t attempt, uint32_t outcome)
{
  struct dun_event *e = add_key(DUN_EVENT_CONTACT, when, "call", occurrence, VOICE, outcome);
  e->due_day = day(due);
  e->attempt = (uint8_t)attempt;
  return e;
}

/* Each of these was an attempt; that it was declined comes late, and it is none any more. */
static void late_outcomes_find_keys_whatever_came_between(void **state)
{
  (void)state;
  open_when("{attempts.voice: 4}");
  call("2026-02-20" NOON, "2026-01-10", 1, 0, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-01-10", 1, 1, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-01-10", 1, 2, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-01-10", 2, 0, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-01-10", 2, 1, DUN_OUTCOME_NO_ANSWER);
  many_declined("2026-02-21" NOON, 1);
  call("2026-02-22" NOON, "2026-01-10", 1, 2, DUN_OUTCOME_DECLINED);
  ask_at(at("2026-02-22" NOON));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 4);
  s.count = 0; /* the due day moves, and each has its own numbers */
  call("2026-02-20" NOON, "2026-01-10", 1, 0, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-01-10", 2, 0, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-01-10", 3, 0, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-02-10", 1, 0, DUN_OUTCOME_NO_ANSWER);
  call("2026-02-20" NOON, "2026-02-10", 2, 0, DUN_OUTCOME_NO_ANSWER);
  many_declined("2026-02-21" NOON, 1);
  call("2026-02-22" NOON, "2026-01-10", 3, 0, DUN_OUTCOME_DECLINED);
  ask_at(at("2026-02-22" NOON));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 4);
  story_close(&s);
}

/* A call that nothing came before, and then many of other steps, one of them its neighbour in the
 * place where steps are remembered. */
static void late_outcomes_find_the_first_of_a_step(void **state)
{
  (void)state;
  open_when("{attempts.voice: 0}");
  call("2026-02-20" NOON, "2026-01-10", 5, 0, DUN_OUTCOME_NO_ANSWER)->step = 0x1000;
  many_declined("2026-02-21" NOON, 1);
  call("2026-02-22" NOON, "2026-01-10", 5, 0, DUN_OUTCOME_DECLINED)->step = 0x1000;
  ask_at(at("2026-02-22" NOON));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 0);
  assert_true(c.contacts.last_attempt == DUN__NOT_YET);
  for (uint32_t step = 0x1001; step < 0x1008; step++) {
    s.count = 0;
    call("2026-02-19" NOON, "2026-01-10", 4, 0, DUN_OUTCOME_NO_ANSWER)->step = 0x1000;
    call("2026-02-20" NOON, "2026-01-10", 5, 0, DUN_OUTCOME_NO_ANSWER)->step = 0x1000;
    call("2026-02-20" NOON, "2026-01-10", 1, 0, DUN_OUTCOME_DECLINED)->step = step;
    many_declined("2026-02-21" NOON, 1);
    call("2026-02-22" NOON, "2026-01-10", 5, 0, DUN_OUTCOME_DECLINED)->step = 0x1000;
    ask_at(at("2026-02-22" NOON));
    assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 1);
    expect_time(c.contacts.last_attempt, "2026-02-19T12:00:00+08:00"); /* the log's first entry */
  }
  story_close(&s);
}

static void the_last_attempt_is_looked_up_among_the_accounts_own(void **state)
{
  struct dun_event *v;
  (void)state;
  open_when("{days_since.attempt: {min: 3}}");
  add_key(DUN_EVENT_CONTACT, "2026-01-11" NOON, NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER);
  add_key(DUN_EVENT_CONTACT, "2026-01-12" NOON, "call", 1, VOICE, DUN_OUTCOME_NO_ANSWER);
  add_key(DUN_EVENT_CONTACT, "2026-01-13" NOON, NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER);
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER)->account = 8;
  add_key(DUN_EVENT_CONTACT, "2026-01-16" NOON, NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER);
  v = add_key(DUN_EVENT_VOID, "2026-01-16" NOON, NULL, 0, VOICE, DUN_EVENT_CONTACT);
  v->until = at("2026-01-16" NOON);
  add_key(DUN_EVENT_CONTACT, "2026-01-17" NOON, "call", 2, VOICE, DUN_OUTCOME_NO_ANSWER);
  many_declined("2026-01-18" NOON, 1);
  ask_at(at("2026-01-18" NOON));
  expect_time(c.contacts.last_attempt, "2026-01-17T12:00:00+08:00");
  add_key(DUN_EVENT_CONTACT, "2026-01-19" NOON, "call", 2, VOICE, DUN_OUTCOME_DECLINED);
  ask_at(at("2026-01-19" NOON));
  expect_time(c.contacts.last_attempt, "2026-01-13T12:00:00+08:00");
  story_close(&s);
}

static void a_late_outcome_of_an_episode_that_is_over_counts_in_none(void **state)
{
  (void)state;
  open_when("{attempts.voice: 0}");
  add_key(DUN_EVENT_INTENT, "2026-01-12" NOON, "call", 1, VOICE, DUN_OUTCOME_NONE);
  story_add(&s, DUN_EVENT_CURED, "2026-01-13" NOON);
  many_declined("2026-01-14" NOON, 1);
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, "call", 1, VOICE, DUN_OUTCOME_CONVERSATION);
  ask_at(at("2026-01-15" NOON));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 0);
  assert_int_equal(c.contacts.conversations, 0);
  s.count = 2; /* the same while it is one of the newest */
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, "call", 1, VOICE, DUN_OUTCOME_CONVERSATION);
  ask_at(at("2026-01-15" NOON));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 0);
  assert_int_equal(c.contacts.conversations, 0);
  story_close(&s);
}

/* ---- days since ---- */

static void days_since_what_never_was_hold_in_no_test(void **state)
{
  (void)state;
  open_when("{days_since.success: {min: 0}}");
  assert_false(holds("2026-01-15" NOON));
  expect_time(turn("2026-01-15" NOON), "never");
  story_close(&s);
  open_when("{not: {days_since.success: {min: 0}}}");
  assert_true(holds("2026-01-15" NOON));
  assert_true(since("2026-01-15" NOON) == DUN_TIME_MIN);
  add_key(DUN_EVENT_ACTION, "2026-01-15" NOON, "fee", 1, 0, DUN_OUTCOME_DONE);
  assert_true(holds("2026-01-15" NOON)); /* an action is no contact that succeeded */
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, TEXT, DUN_OUTCOME_SENT);
  assert_false(holds("2026-01-15" NOON));
  story_close(&s);
}

static void days_since_are_dates_of_the_account(void **state)
{
  (void)state;
  open_when("{days_since.no_answer: {min: 1, below: 3}}");
  /* late in the evening of the 15th in Shanghai, in the morning in New York */
  add_key(DUN_EVENT_CONTACT, "2026-01-15T23:30:00+08:00", NULL, 0, VOICE, DUN_OUTCOME_NO_ANSWER);
  assert_false(holds("2026-01-15T23:59:59+08:00"));
  assert_true(holds("2026-01-16T00:00:00+08:00"));
  assert_true(holds("2026-01-17T23:59:59+08:00"));
  assert_false(holds("2026-01-18T00:00:00+08:00"));
  expect_time(turn("2026-01-15T23:30:00+08:00"), "2026-01-16T00:00:00+08:00");
  expect_time(turn("2026-01-16T00:00:00+08:00"), "2026-01-18T00:00:00+08:00");
  expect_time(turn("2026-01-18T00:00:00+08:00"), "never");
  expect_time(since("2026-01-17" NOON), "2026-01-16T00:00:00+08:00");
  s.account.zone = dun_zone_id("America/New_York");
  assert_false(holds("2026-01-15T23:59:59-05:00"));
  assert_true(holds("2026-01-16T00:00:00-05:00"));
  expect_time(turn("2026-01-15T12:00:00-05:00"), "2026-01-16T00:00:00-05:00");
  /* a clock-stopping hold is no matter to a plain calendar */
  story_add(&s, DUN_EVENT_HOLD, "2026-01-16T00:00:00+08:00")->detail = DUN_HOLD_DISASTER;
  expect_time(turn("2026-01-15T12:00:00-05:00"), "2026-01-16T00:00:00-05:00");
  assert_true(holds("2026-01-16T00:00:00-05:00"));
  story_close(&s);
}

static void days_since_turn_where_midnight_does_not_exist(void **state)
{
  (void)state;
  open_when("{days_since.attempt: {min: 2}}");
  s.account.zone = dun_zone_id("America/Santiago"); /* 2026-09-06 begins at 01:00 */
  add_key(DUN_EVENT_INTENT, "2026-09-04T23:59:59-04:00", "call", 1, VOICE, 0);
  expect_time(turn("2026-09-05T12:00:00-04:00"), "2026-09-06T01:00:00-03:00");
  assert_false(holds("2026-09-05T23:59:59-04:00"));
  assert_true(holds("2026-09-06T01:00:00-03:00"));
  /* and where the clock shows the last hour of 2026-04-04 twice */
  s.events[0].occurred_at = s.events[0].recorded_at = at("2026-04-03T12:00:00-03:00");
  expect_time(turn("2026-04-03T12:00:00-03:00"), "2026-04-05T00:00:00-04:00");
  assert_false(holds("2026-04-04T23:30:00-04:00"));
  assert_true(holds("2026-04-05T00:00:00-04:00"));
  story_close(&s);
}

static void the_first_test_to_turn_is_told(void **state)
{
  (void)state;
  open_when("{any: [{dpd: 9}, {days_since.attempt: 2}, {days_since.busy: {min: 7}}, {score: 1}]}");
  add_key(DUN_EVENT_CONTACT, "2026-01-15" NOON, NULL, 0, VOICE, DUN_OUTCOME_BUSY);
  add_key(DUN_EVENT_CONTACT, "2026-01-16" NOON, NULL, 0, VOICE, DUN_OUTCOME_SENT);
  expect_time(turn("2026-01-16" NOON), "2026-01-18T00:00:00+08:00"); /* attempt is 2 */
  expect_time(turn("2026-01-18" NOON), "2026-01-19T00:00:00+08:00"); /* is 3, dpd 9 */
  expect_time(turn("2026-01-19" NOON), "2026-01-20T00:00:00+08:00"); /* dpd 10 */
  expect_time(turn("2026-01-20" NOON), "2026-01-22T00:00:00+08:00"); /* busy 7 */
  expect_time(turn("2026-01-22" NOON), "never");
  story_close(&s);
}

/* ---- since when ---- */

static void told(const char *when, uint32_t fact, int64_t value)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_FACTS, when);
  e->detail = fact;
  e->amount = value;
}

static void since_the_fact_that_made_it_true(void **state)
{
  (void)state;
  open_when("{past_due: {min: 100}, not: {score: 1}}");
  s.account.past_due = 100;
  assert_true(since("2026-01-15" NOON) == DUN_TIME_MIN); /* no FACTS ever */
  told("2026-01-11" NOON, DUN_FACT_BALANCE, 900000);
  assert_true(since("2026-01-15" NOON) == DUN_TIME_MIN); /* of another field */
  told("2026-01-12" NOON, DUN_FACT_PAST_DUE, 100);
  expect_time(since("2026-01-15" NOON), "2026-01-12T12:00:00+08:00"); /* unknown before */
  told("2026-01-13" NOON, DUN_FACT_PAST_DUE, 99);
  told("2026-01-14" NOON, DUN_FACT_PAST_DUE, 100);
  expect_time(since("2026-01-15" NOON), "2026-01-14T12:00:00+08:00");
  /* what comes and goes in one instant was never so */
  told("2026-01-15" NOON, DUN_FACT_PAST_DUE, 5);
  told("2026-01-15" NOON, DUN_FACT_PAST_DUE, 500);
  s.account.past_due = 500;
  expect_time(since("2026-01-16" NOON), "2026-01-14T12:00:00+08:00");
  /* the account knows better since the last FACTS event was recorded */
  s.events[s.count - 1].recorded_at = at("2026-01-15T18:00:00+08:00");
  s.events[s.count - 1].amount = 5;
  expect_time(since("2026-01-16" NOON), "2026-01-15T18:00:00+08:00");
  story_close(&s);
}

static void since_a_fact_that_does_not_matter_is_unknown(void **state)
{
  (void)state;
  open_when("{any: [{dpd: {min: 3}}, {score: 1}]}");
  told("2026-01-15" NOON, DUN_FACT_ATTRIBUTE, 1);
  s.account.attribute[0] = 1;
  expect_time(since("2026-01-16" NOON), "2026-01-13T00:00:00+08:00");
  s.events[0].occurred_at = s.events[0].recorded_at = at("2026-01-11" NOON);
  expect_time(since("2026-01-16" NOON), "2026-01-11T12:00:00+08:00");
  story_close(&s);
}

static void since_the_contact_that_made_it_true(void **state)
{
  (void)state;
  open_when("{attempts.voice: 1}");
  add_key(DUN_EVENT_INTENT, "2026-01-12" NOON, "call", 1, VOICE, 0);
  add_key(DUN_EVENT_CONTACT, "2026-01-12T12:05:00+08:00", "call", 1, VOICE, DUN_OUTCOME_BUSY);
  add_key(DUN_EVENT_INTENT, "2026-01-13" NOON, "call", 2, VOICE, 0);
  expect_time(since("2026-01-15" NOON), "2026-01-13T12:00:00+08:00");
  add_key(DUN_EVENT_CONTACT, "2026-01-13T12:05:00+08:00", "call", 2, VOICE, DUN_OUTCOME_NO_ANSWER);
  add_key(DUN_EVENT_INTENT, "2026-01-14" NOON, "call", 3, VOICE, 0);
  add_key(DUN_EVENT_CONTACT, "2026-01-14T12:05:00+08:00", "call", 3, VOICE, DUN_OUTCOME_BUSY);
  expect_time(since("2026-01-15" NOON), "2026-01-14T12:05:00+08:00"); /* two for five minutes */
  story_close(&s);
  open_when("{attempts.voice: 0}");
  assert_true(since("2026-01-15" NOON) == DUN_TIME_MIN);
  add_key(DUN_EVENT_INTENT, "2026-01-12" NOON, "call", 1, VOICE, 0);
  story_add(&s, DUN_EVENT_CURED, "2026-01-13" NOON);
  expect_time(since("2026-01-15" NOON), "2026-01-13T12:00:00+08:00");
  story_close(&s);
  open_when("{conversations: {min: 1}, days_since.conversation: {min: 2}}");
  add_key(DUN_EVENT_INBOUND, "2026-01-12" NOON, NULL, 0, TEXT, DUN_OUTCOME_CONVERSATION);
  expect_time(since("2026-01-20" NOON), "2026-01-14T00:00:00+08:00");
  add_key(DUN_EVENT_INBOUND, "2026-01-15" NOON, NULL, 0, TEXT, DUN_OUTCOME_CALLBACK);
  expect_time(since("2026-01-20" NOON), "2026-01-17T00:00:00+08:00");
  assert_true(since("2026-01-16" NOON) == DUN_TIME_NEVER);
  story_close(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_fact_has_two_sides_at_each_edge),
      cmocka_unit_test(days_past_due_turn_at_the_start_of_a_date),
      cmocka_unit_test(a_party_is_one_that_can_be_reached),
      cmocka_unit_test(not_any_and_all_nest),
      cmocka_unit_test(an_attempt_counts_from_its_intent_until_an_outcome_says_otherwise),
      cmocka_unit_test(each_contact_counts_by_its_kind),
      cmocka_unit_test(a_written_refusal_is_no_conversation),
      cmocka_unit_test(counts_end_with_the_episode_and_last_times_do_not),
      cmocka_unit_test(what_was_voided_never_was),
      cmocka_unit_test(late_outcomes_find_deliveries_of_long_ago),
      cmocka_unit_test(late_outcomes_find_keys_whatever_came_between),
      cmocka_unit_test(late_outcomes_find_the_first_of_a_step),
      cmocka_unit_test(the_last_attempt_is_looked_up_among_the_accounts_own),
      cmocka_unit_test(a_late_outcome_of_an_episode_that_is_over_counts_in_none),
      cmocka_unit_test(days_since_what_never_was_hold_in_no_test),
      cmocka_unit_test(days_since_are_dates_of_the_account),
      cmocka_unit_test(days_since_turn_where_midnight_does_not_exist),
      cmocka_unit_test(the_first_test_to_turn_is_told),
      cmocka_unit_test(since_the_fact_that_made_it_true),
      cmocka_unit_test(since_a_fact_that_does_not_matter_is_unknown),
      cmocka_unit_test(since_the_contact_that_made_it_true),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
