/* SPDX-License-Identifier: MIT */
/* dun_forecast: the road ahead, its counts, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "story.h"

#define ROOM 200

static struct story s;
static struct dun_assume assume;
static struct dun_forecast_entry entries[ROOM];
static struct dun_forecast_sum sum;

static void begin(const char *from, const char *until)
{
  dun_assume_init(&assume, sizeof assume);
  dun_forecast_sum_init(&sum, sizeof sum);
  assume.from = at(from);
  assume.until = until != NULL ? at(until) : DUN_TIME_NEVER;
}

static dun_rc forecast(size_t room, size_t capacity)
{
  return dun_forecast(s.policy, &s.account, s.events, s.count, room, &assume, entries, capacity,
                      &sum, NULL);
}

static const char *step_at(size_t i)
{
  const char *name = dun_policy_name(s.policy, DUN_NAME_STEP, entries[i].step);
  return name != NULL ? name : "";
}

static void expect_entry(size_t i, const char *step, const char *when)
{
  assert_true(i < sum.deliveries);
  assert_string_equal(step_at(i), step);
  expect_time(entries[i].at, when);
}

#define ROAD \
  "      - {name: notice, use: sms, time: \"10:00\"}\n" \
  "      - {name: call, use: phone, in: 2d, every: 2d, times: 2}\n" \
  "      - {name: suit, do: legal, at: 10d, final: true}\n"

static void a_silent_debtor_is_taken_down_the_whole_road(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 4);
  assert_int_equal(sum.end, DUN_FORECAST_REST);
  expect_entry(0, "notice", "2026-01-10T10:00:00+08:00");
  expect_entry(1, "call", "2026-01-12T08:00:00+08:00");
  expect_entry(2, "call", "2026-01-14T08:00:00+08:00");
  expect_entry(3, "suit", "2026-01-20T00:00:00+08:00");
  assert_int_equal(entries[1].outcome, DUN_OUTCOME_NO_ANSWER);
  assert_int_equal(entries[0].outcome, DUN_OUTCOME_DELIVERED);
  assert_int_equal(entries[3].outcome, DUN_OUTCOME_DONE);
  assert_int_equal(entries[3].dpd, 10);
  assert_int_equal(entries[2].occurrence, 2);
  assert_int_equal(sum.contacts[DUN_CONTACT_VOICE], 2);
  assert_int_equal(sum.contacts[DUN_CONTACT_TEXT], 1);
  assert_int_equal(sum.actions[DUN_ACTION_CONTACT], 3);
  assert_int_equal(sum.actions[DUN_ACTION_LEGAL], 1);
  assert_int_equal(sum.stages[0], 4);
  assert_int_equal(sum.settled_at, DUN_TIME_NEVER);
  assert_int_equal(sum.log_count, 9); /* PLACED, and two for each */
}

static void it_ends_before_until(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", "2026-01-12T08:00:00+08:00");
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 1);
  assert_int_equal(sum.end, DUN_FORECAST_UNTIL);
  begin("2026-01-08T00:00:00+08:00", "2026-01-12T08:00:01+08:00");
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 2);
}

static void answers_are_those_assumed(void **state)
{
  const struct dun_reply replies[] = {
      {0, DUN_CONTACT_VOICE, 2, DUN_OUTCOME_CONVERSATION},
      {dun_name_id("notice"), 0, 1, DUN_OUTCOME_FAILED_TEMPORARY},
  };
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", "2026-01-15T00:00:00+08:00");
  assume.replies = replies;
  assume.reply_count = 2;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  expect_entry(0, "notice", "2026-01-10T10:00:00+08:00");
  assert_int_equal(entries[0].outcome, DUN_OUTCOME_FAILED_TEMPORARY);
  expect_entry(1, "notice", "2026-01-11T08:00:00+08:00"); /* tried again on the next date */
  assert_int_equal(entries[1].attempt, 1);
  assert_int_equal(entries[1].outcome, DUN_OUTCOME_DELIVERED);
  assert_int_equal(entries[2].outcome, DUN_OUTCOME_NO_ANSWER);
  assert_int_equal(entries[3].outcome, DUN_OUTCOME_CONVERSATION);
}

static void a_payment_ends_the_road(void **state)
{
  const struct dun_payment payments[] = {{at("2026-01-11T12:00:00+08:00"), 20000},
                                         {at("2026-01-13T12:00:00+08:00"), 100000}};
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assume.payments = payments;
  assume.payment_count = 2;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 2);
  assert_int_equal(entries[1].amount, 100000); /* what was left to pay */
  expect_time(sum.settled_at, "2026-01-13T12:00:00+08:00");
  assert_int_equal(s.events[sum.log_count - 3].kind, DUN_EVENT_PAYMENT); /* and its facts */
  assert_int_equal(s.account.past_due, 120000); /* the caller's own is left alone */
}

static void what_is_full_says_so_and_keeps_what_fits(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, 2), DUN_E_LIMIT);
  assert_int_equal(sum.end, DUN_FORECAST_FULL);
  assert_int_equal(sum.deliveries, 2);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assert_int_equal(forecast(5, ROOM), DUN_E_LIMIT);
  assert_int_equal(sum.deliveries, 2);
  assert_int_equal(sum.log_count, 5);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assert_int_equal(forecast(9, 4), DUN_OK); /* just enough */
}

static void it_goes_on_from_a_log(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  story_add(&s, DUN_EVENT_PLACED, "2026-01-08T00:00:00+08:00");
  d = story_ask(&s, "2026-01-10T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-10T10:00:00+08:00");
  begin("2026-01-10T10:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 3);
  expect_entry(0, "call", "2026-01-12T08:00:00+08:00");
}

/* Placed on the 8th; an INTENT of the 10th at nine has no outcome when the forecast begins at ten. */
static void go_on_from_an_open_intent(void)
{
  struct dun_decision d;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-08T00:00:00+08:00");
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  assert_int_equal(dun_event_intent(&d, at("2026-01-10T09:00:00+08:00"), &s.events[s.count++]),
                   DUN_OK);
  begin("2026-01-10T10:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
}

static void an_open_intent_that_may_not_be_repeated_becomes_unknown(void **state)
{
  (void)state;
  story_steps(&s, "channels: {sms: text, phone: {kind: voice, redeliver: false}}",
              "      - {name: call, use: phone}\n");
  go_on_from_an_open_intent();
  assert_int_equal(s.events[2].outcome, DUN_OUTCOME_UNKNOWN);
  assert_int_equal(sum.deliveries, 1);
  expect_entry(0, "call", "2026-01-11T08:00:00+08:00");
  assert_int_equal(entries[0].attempt, 1);
}

static void impossible_assumptions_are_refused(void **state)
{
  struct dun_reply reply = {0, DUN_CONTACT_VOICE, 0, DUN_OUTCOME_DONE};
  struct dun_payment payments[] = {{at("2026-01-13T12:00:00+08:00"), 5},
                                   {at("2026-01-11T12:00:00+08:00"), 5}};
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assume.replies = &reply;
  assume.reply_count = 1;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_INVAL); /* a call is never `done` */
  reply.kind = 0;
  reply.outcome = DUN_OUTCOME_NO_ANSWER;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_INVAL);
  reply.outcome = DUN_OUTCOME_UNKNOWN;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_LIMIT); /* the suit is tried for ever */
  assume.reply_count = 0;
  assume.payments = payments;
  assume.payment_count = 2;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_INVAL);
  payments[1].at = payments[0].at;
  payments[1].amount = 0;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_RANGE);
  assume.payment_count = 0;
  assume.from = DUN_TIME_NEVER;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_RANGE);
  assert_int_equal(
      dun_forecast(s.policy, &s.account, s.events, 3, 2, &assume, entries, ROOM, &sum, NULL),
      DUN_E_INVAL);
  assert_int_equal(dun_forecast(s.policy, &s.account, NULL, 0, 0, NULL, NULL, 0, &sum, NULL),
                   DUN_E_INVAL);
}

/* What comes of a forecast with one assumed answer. */
static dun_rc with_reply(const char *step, uint32_t kind, uint32_t outcome)
{
  struct dun_reply reply = {dun_name_id(step), kind, 1, outcome};
  begin("2026-01-08T00:00:00+08:00", "2026-01-08T00:00:01+08:00");
  assume.replies = &reply;
  assume.reply_count = 1;
  return forecast(ROOM, ROOM);
}

static void an_answer_must_be_one_that_the_action_can_have(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  for (uint32_t outcome = DUN_OUTCOME_NONE; outcome <= DUN_OUTCOME_DONE + 1; outcome++) {
    dun_rc contact =
        outcome >= DUN_OUTCOME_QUEUED && outcome < DUN_OUTCOME_DONE ? DUN_OK : DUN_E_INVAL;
    dun_rc action = outcome == DUN_OUTCOME_DONE || outcome == DUN_OUTCOME_UNKNOWN ||
                            outcome == DUN_OUTCOME_DECLINED ||
                            outcome == DUN_OUTCOME_FAILED_TEMPORARY
                        ? DUN_OK
                        : DUN_E_INVAL;
    assert_int_equal(with_reply("notice", 0, outcome), contact);
    assert_int_equal(with_reply("notice", 99, outcome), contact); /* the kind is not read */
    assert_int_equal(with_reply("", DUN_CONTACT_TEXT, outcome), contact);
    assert_int_equal(with_reply("", DUN_CONTACT_VISIT, outcome), contact);
    assert_int_equal(with_reply("suit", DUN_CONTACT_VOICE, outcome), action);
    assert_int_equal(with_reply("", 0, outcome), action);
    assert_int_equal(with_reply("unheard-of", 0, outcome), DUN_E_INVAL);
    assert_int_equal(with_reply("", DUN_CONTACT_VISIT + 1, outcome), DUN_E_INVAL);
  }
}

static void a_reply_is_for_its_step_or_its_kind_and_its_number(void **state)
{
  const struct dun_reply replies[] = {
      {0, DUN_CONTACT_VOICE, 0, DUN_OUTCOME_VOICEMAIL},
      {dun_name_id("call"), 0, 2, DUN_OUTCOME_PROMISED},
      {dun_name_id("call"), 0, 2, DUN_OUTCOME_REFUSED}, /* the first that fits counts */
      {0, 0, 2, DUN_OUTCOME_UNKNOWN},
      {0, DUN_CONTACT_VOICE, 1, DUN_OUTCOME_REFUSED},
  };
  static const uint32_t outcome[] = {DUN_OUTCOME_DONE,     DUN_OUTCOME_VOICEMAIL,
                                     DUN_OUTCOME_UNKNOWN,  DUN_OUTCOME_DONE,
                                     DUN_OUTCOME_PROMISED, DUN_OUTCOME_VOICEMAIL};
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: fee, do: fee, times: 2, every: 2d}\n"
              "      - {name: call, use: phone, in: 1d, every: 2d, times: 2}\n"
              "      - {name: call-again, use: phone, in: 5d}\n");
  begin("2026-01-08T00:00:00+08:00", NULL);
  assume.replies = replies;
  assume.reply_count = 5;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 6); /* 10th fee, 11th call, 12th fee and once more, calls */
  for (int i = 0; i < 6; i++)
    assert_int_equal(entries[i].outcome, outcome[i]);
}

static void silence_is_no_answer_at_the_phone_and_at_the_door(void **state)
{
  static const uint32_t outcome[] = {
      DUN_OUTCOME_NO_ANSWER, DUN_OUTCOME_NO_ANSWER, DUN_OUTCOME_DELIVERED, DUN_OUTCOME_DELIVERED,
      DUN_OUTCOME_DELIVERED, DUN_OUTCOME_DELIVERED, DUN_OUTCOME_DONE};
  (void)state;
  story_steps(&s,
              "channels: {phone: voice, door: visit, sms: text, mail: email, post: letter, "
              "app: push}",
              "      - {name: a, use: phone, at: 1d}\n      - {name: b, use: door, at: 2d}\n"
              "      - {name: c, use: sms, at: 3d}\n      - {name: d, use: mail, at: 4d}\n"
              "      - {name: e, use: post, at: 5d}\n      - {name: f, use: app, at: 6d}\n"
              "      - {name: g, do: task, at: 7d}\n");
  begin("2026-01-08T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 7);
  for (int i = 0; i < 7; i++)
    assert_int_equal(entries[i].outcome, outcome[i]);
}

static void deliveries_are_counted_by_stage(void **state)
{
  struct dun_event *e;
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD
             "stages:\n"
             "  - {name: one, from: 5d, steps: [{name: a, do: task}]}\n"
             "  - {name: two, from: 7d, steps: [{name: b, do: task}, {name: c, do: fee}]}\n",
             "2026-01-10");
  e = story_add(&s, DUN_EVENT_OVERRIDE, "2026-01-08T00:00:00+08:00");
  e->step = dun_name_id("c"); /* by hand, while there is no stage yet */
  e->detail = DUN_OVERRIDE_STEP;
  begin("2026-01-11T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 3);
  assert_int_equal(entries[0].stage, 0);
  for (int i = 0; i < 32; i++)
    assert_int_equal(sum.stages[i], i < 2);
}

static void a_log_without_placed_gets_one_and_only_one(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-07T00:00:00+08:00")->amount = 5;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-07T00:00:00+08:00")->account++; /* a sibling's */
  begin("2026-01-08T00:00:00+08:00", "2026-01-09T00:00:00+08:00");
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.log_count, 3);
  assert_int_equal(s.events[2].kind, DUN_EVENT_PLACED);
  assert_int_equal(s.events[2].account, s.account.id);
  expect_time(s.events[2].occurred_at, "2026-01-08T00:00:00+08:00");
  s.count = 3;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.log_count, 3);
}

static void what_is_appended_is_sorted_behind_the_log(void **state)
{
  struct dun_event *e;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: a, do: task}\n");
  e = story_add(&s, DUN_EVENT_PAYMENT, "2026-01-11T00:00:00+08:00");
  e->recorded_at += 3600;
  begin("2026-01-11T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.log_count, 4);
  for (int i = 1; i < 4; i++) {
    assert_int_equal(s.events[i].occurred_at, e->occurred_at);
    assert_int_equal(s.events[i].recorded_at, e->recorded_at);
  }
  begin("2026-01-10T00:00:00+08:00", NULL); /* before what the log knows */
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(s.events[1].occurred_at, e->occurred_at);
  assert_int_equal(entries[0].at, e->occurred_at);
  begin("2026-01-12T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  expect_time(s.events[1].recorded_at, "2026-01-12T00:00:00+08:00");
  e->recorded_at += 2 * 86400; /* recorded late: no reason to record the next late too */
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  expect_time(s.events[1].recorded_at, "2026-01-12T00:00:00+08:00");
}

static void an_open_intent_is_carried_out_under_its_key(void **state)
{
  static const char *const step[] = {"call", "suit"};
  (void)state;
  for (int i = 0; i < 2; i++) {
    story_steps(&s, "channels: {sms: text, phone: voice}",
                i == 0 ? "      - {name: call, use: phone}\n"
                       : "      - {name: suit, do: legal}\n");
    go_on_from_an_open_intent();
    assert_int_equal(sum.deliveries, 1);
    assert_int_equal(sum.log_count, 3);
    expect_entry(0, step[i], "2026-01-10T10:00:00+08:00");
    assert_int_equal(entries[0].attempt, 0);
  }
}

static void each_channel_has_its_own_redeliver(void **state)
{
  (void)state;
  story_steps(&s, "channels: {phone: {kind: voice, redeliver: false}, sms: text, mail: email}",
              "      - {name: call, use: phone}\n");
  go_on_from_an_open_intent();
  assert_int_equal(s.events[2].outcome, DUN_OUTCOME_UNKNOWN);
  assert_int_equal(entries[0].attempt, 1);
}

/* The value of the newest FACTS event of a field among those of the forecast. */
static int64_t told(uint32_t field)
{
  for (size_t i = sum.log_count; i-- > 0;)
    if (s.events[i].kind == DUN_EVENT_FACTS && s.events[i].detail == field)
      return s.events[i].amount;
  return INT64_MIN;
}

static void payments_lower_what_is_due_not_below_nothing(void **state)
{
  static const struct {
    int64_t amount, past_due, balance;
  } rows[] = {{1, 99, 299}, {99, 1, 201}, {100, 0, 200}, {101, 0, 199},
              {299, 0, 1},  {300, 0, 0},  {301, 0, 0}};
  struct dun_payment payment = {at("2026-01-07T00:00:00+08:00"), 0};
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  for (int i = 0; i < 7; i++) {
    payment.amount = rows[i].amount;
    s.account.past_due = 100;
    s.account.balance = 300;
    begin("2026-01-08T00:00:00+08:00", "2026-01-09T00:00:00+08:00");
    assume.payments = &payment;
    assume.payment_count = 1;
    assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
    assert_int_equal(told(DUN_FACT_PAST_DUE), rows[i].past_due);
    assert_int_equal(told(DUN_FACT_BALANCE), rows[i].balance);
    assert_int_equal(sum.log_count, 4); /* PLACED, the payment and two facts */
    /* made before the forecast begins: it counts at its beginning */
    expect_time(s.events[1].occurred_at, "2026-01-08T00:00:00+08:00");
    expect_time(sum.settled_at, i < 2 ? "never" : "2026-01-08T00:00:00+08:00");
  }
  s.account.past_due = -3; /* paid more than was due already */
  s.account.balance = -4;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
}

static void what_was_settled_once_stays_settled_since_then(void **state)
{
  const struct dun_payment payments[] = {{at("2026-01-11T00:00:00+08:00"), 120000},
                                         {at("2026-01-12T00:00:00+08:00"), 5}};
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", NULL);
  assume.payments = payments;
  assume.payment_count = 2;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  expect_time(sum.settled_at, "2026-01-11T00:00:00+08:00");
}

static void the_last_instant_there_is_is_asked_about_too(void **state)
{
  struct dun_event *e;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: a, do: fee}\n");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-09T00:00:00+08:00");
  e->detail = DUN_HOLD_DISPUTE;
  e->until = DUN_TIME_MAX;
  begin("2026-01-09T00:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 1);
  assert_int_equal(entries[0].at, DUN_TIME_MAX);
}

static void a_log_may_grow_to_its_greatest_length(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: a, do: task}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-10T00:00:00+08:00");
  while (s.count < DUN_EVENTS_MAX - 2)
    story_add_at(&s, DUN_EVENT_PAYMENT, s.events[0].occurred_at)->amount = 5;
  begin("2026-01-10T00:00:00+08:00", NULL);
  assert_int_equal(forecast(STORY_MAX, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 1);
  assert_int_equal(sum.log_count, DUN_EVENTS_MAX);
  s.count = DUN_EVENTS_MAX; /* no room for more, but nothing more comes */
  begin("2026-01-10T00:00:00+08:00", NULL);
  assert_int_equal(forecast(STORY_MAX, ROOM), DUN_OK);
  assert_int_equal(sum.deliveries, 0);
  s.count = DUN_EVENTS_MAX - 1; /* its intent, without its outcome */
  s.events[DUN_EVENTS_MAX - 2].kind = DUN_EVENT_PAYMENT;
  begin("2026-01-10T00:00:00+08:00", NULL);
  assert_int_equal(forecast(STORY_MAX, ROOM), DUN_E_LIMIT);
  assert_int_equal(sum.end, DUN_FORECAST_FULL);
  assert_true(sum.log_count <= DUN_EVENTS_MAX);
  s.count = DUN_EVENTS_MAX + 1;
  for (int i = 0; i < 2; i++) { /* with PLACED, and without */
    begin("2026-01-10T00:00:00+08:00", NULL);
    assert_int_equal(forecast(STORY_MAX, ROOM), DUN_E_LIMIT);
    assert_int_equal(sum.end, DUN_FORECAST_FULL);
    assert_int_equal(sum.log_count, DUN_EVENTS_MAX + 1);
    s.events[0].kind = DUN_EVENT_PAYMENT;
  }
}

static void bad_arguments_are_refused(void **state)
{
  struct dun_payment payments[] = {{DUN_TIME_MAX, 5},
                                   {at("2026-01-11T12:00:00+08:00"), 5},
                                   {at("2026-01-11T12:00:00+08:00"), DUN_AMOUNT_MAX}};
  dun_policy *p;
  (void)state;
  story_steps(&s, STORY_CHANNELS, ROAD);
  begin("2026-01-08T00:00:00+08:00", "2026-01-09T00:00:00+08:00");
  p = s.policy;
  assert_int_equal(
      dun_forecast(NULL, &s.account, s.events, 0, ROOM, &assume, entries, ROOM, &sum, NULL),
      DUN_E_INVAL);
  assert_int_equal(dun_forecast(p, NULL, s.events, 0, ROOM, &assume, entries, ROOM, &sum, NULL),
                   DUN_E_INVAL);
  assert_int_equal(dun_forecast(p, &s.account, NULL, 0, 1, &assume, entries, ROOM, &sum, NULL),
                   DUN_E_INVAL);
  assert_int_equal(dun_forecast(p, &s.account, NULL, 0, 0, &assume, entries, ROOM, &sum, NULL),
                   DUN_E_LIMIT); /* not even PLACED has room */
  assert_int_equal(dun_forecast(p, &s.account, s.events, 0, ROOM, NULL, entries, ROOM, &sum, NULL),
                   DUN_E_INVAL);
  assert_int_equal(dun_forecast(p, &s.account, s.events, 0, ROOM, &assume, NULL, 1, &sum, NULL),
                   DUN_E_INVAL);
  assert_int_equal(
      dun_forecast(p, &s.account, s.events, 0, ROOM, &assume, entries, ROOM, NULL, NULL),
      DUN_E_INVAL);
  assert_int_equal(dun_forecast(p, &s.account, s.events, 0, ROOM, &assume, NULL, 0, &sum, NULL),
                   DUN_OK);
  assume.struct_size = 8;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_STRUCT);
  assume.struct_size = sizeof assume;
  s.account.struct_size = 8;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_STRUCT);
  s.account.struct_size = sizeof s.account;
  sum.struct_size = 8;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_STRUCT);
  sum.struct_size = sizeof sum;
  assume.reply_count = 1;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_INVAL);
  assume.reply_count = 0;
  assume.payment_count = 1;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_INVAL);
  assume.payments = payments + 1; /* two at one instant are in order */
  assume.payment_count = 2;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  payments[2].amount++;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_RANGE);
  payments[2].amount = 1;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  payments[2].at = DUN_TIME_MAX + 1;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_RANGE);
  assume.payment_count = 0;
  assume.until = DUN_TIME_MAX;
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
  assume.until = DUN_TIME_MAX + 1;
  assert_int_equal(forecast(ROOM, ROOM), DUN_E_RANGE);
}

static int close_story(void **state)
{
  (void)state;
  story_close(&s);
  memset(&s, 0, sizeof s);
  return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_silent_debtor_is_taken_down_the_whole_road),
      TEST(it_ends_before_until),
      TEST(answers_are_those_assumed),
      TEST(a_payment_ends_the_road),
      TEST(what_is_full_says_so_and_keeps_what_fits),
      TEST(it_goes_on_from_a_log),
      TEST(an_open_intent_that_may_not_be_repeated_becomes_unknown),
      TEST(impossible_assumptions_are_refused),
      TEST(an_answer_must_be_one_that_the_action_can_have),
      TEST(a_reply_is_for_its_step_or_its_kind_and_its_number),
      TEST(silence_is_no_answer_at_the_phone_and_at_the_door),
      TEST(deliveries_are_counted_by_stage),
      TEST(a_log_without_placed_gets_one_and_only_one),
      TEST(what_is_appended_is_sorted_behind_the_log),
      TEST(an_open_intent_is_carried_out_under_its_key),
      TEST(each_channel_has_its_own_redeliver),
      TEST(payments_lower_what_is_due_not_below_nothing),
      TEST(what_was_settled_once_stays_settled_since_then),
      TEST(the_last_instant_there_is_is_asked_about_too),
      TEST(a_log_may_grow_to_its_greatest_length),
      TEST(bad_arguments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
