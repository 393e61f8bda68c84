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

static void an_open_intent_that_may_not_be_repeated_becomes_unknown(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, "channels: {sms: text, phone: {kind: voice, redeliver: false}}",
              "      - {name: call, use: phone}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-08T00:00:00+08:00");
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  assert_int_equal(dun_event_intent(&d, at("2026-01-10T09:00:00+08:00"), &s.events[s.count++]),
                   DUN_OK);
  begin("2026-01-10T10:00:00+08:00", NULL);
  assert_int_equal(forecast(ROOM, ROOM), DUN_OK);
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
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
