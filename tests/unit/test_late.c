/* SPDX-License-Identifier: MIT */
/* What becomes of a step that is late, fails, or was never done: late, catch_up, retry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "story.h"

static struct story s;

/* A policy of one stage from day 0; account due 2026-01-10, so its entry is that day 00:00. */
#define STEPS(more, steps) story_steps(&s, more, steps)

static void a_late_step_is_done_all_the_same(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: call, use: phone, within: 1d, late: do}\n");
  d = story_ask(&s, "2026-01-11T19:59:59+08:00"); /* the last instant in time that is open */
  expect(&s, &d, DUN_DECISION_ACT, "call");
  assert_false(d.reasons & DUN_REASON_LATE);
  expect_time(d.deadline, "2026-01-11T23:59:59+08:00");
  d = story_ask(&s, "2026-01-12T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  assert_true(d.reasons & DUN_REASON_LATE);
  expect_time(d.not_before, "2026-01-10T08:00:00+08:00");
}

static void late_do_keeps_the_plan_of_a_repeated_step(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, within: 1d, late: do}\n");
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect_time(d.planned_at, "2026-01-10T00:00:00+08:00");
  STEPS(STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, within: 1d}\n");
  d = story_ask(&s, "2026-01-15T09:00:00+08:00"); /* unsaid: the newest */
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00");
  assert_true(d.reasons & DUN_REASON_MISSED);
}

static void a_skipped_step_is_missed_the_second_after_its_deadline(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS,
        "      - {name: mail-it, use: mail, every: 3d, times: 2, within: 6h, late: skip}\n");
  d = story_ask(&s, "2026-01-10T06:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail-it");
  expect_time(d.deadline, "2026-01-10T06:00:00+08:00");
  expect_time(d.review_at, "2026-01-10T06:00:01+08:00");
  d = story_ask(&s, "2026-01-10T06:00:01+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "mail-it");
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
  assert_true(d.reasons & DUN_REASON_MISSED);
  d = story_ask(&s, "2026-01-13T06:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail-it");
  d = story_ask(&s, "2026-01-13T06:00:01+08:00"); /* both are used up */
  expect(&s, &d, DUN_DECISION_IDLE, "");
}

static void what_hours_keep_shut_until_the_deadline_is_missed_already(void **state)
{
  struct dun_decision d;
  (void)state;
  /* planned 00:00 and to be made by 04:00, but calls begin at 08:00: the plan of 07:00 can be kept */
  STEPS(STORY_CHANNELS, "      - {name: call, use: phone, every: 7h, within: 4h, late: skip}\n");
  d = story_ask(&s, "2026-01-10T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  expect_time(d.planned_at, "2026-01-10T07:00:00+08:00");
  expect_time(d.not_before, "2026-01-10T08:00:00+08:00");
  expect_time(d.deadline, "2026-01-10T11:00:00+08:00");
}

static void plans_that_hours_never_meet_are_never_open(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: call, use: phone, every: 1d, within: 4h, late: skip}\n");
  d = story_ask(&s, "2026-01-10T02:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "call");
  assert_int_equal(d.not_before, DUN_TIME_NEVER);
  assert_true(d.reasons & DUN_REASON_NEVER_OPEN);
}

#define ESCALATING \
  "      - {name: call, use: phone, every: 2d, times: 2, within: 0d, late: {escalate: boss}}\n" \
  "      - {name: boss, do: task, on_escalation: true}\n"

static void a_step_stands_in_the_second_after_the_deadline(void **state)
{
  struct dun_decision d;
  struct dun_event e;
  (void)state;
  STEPS(STORY_CHANNELS, ESCALATING);
  d = story_ask(&s, "2026-01-10T19:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  d = story_ask(&s, "2026-01-10T20:00:00+08:00"); /* in time until midnight, but nobody may call */
  expect(&s, &d, DUN_DECISION_WAIT, "boss");
  expect_time(d.not_before, "2026-01-11T00:00:00+08:00");
  d = story_ask(&s, "2026-01-11T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "boss");
  expect_time(d.planned_at, "2026-01-11T00:00:00+08:00");
  assert_int_equal(d.for_step, dun_name_id("call"));
  assert_true(d.reasons & DUN_REASON_ESCALATED);
  assert_int_equal(dun_event_intent(&d, at("2026-01-11T00:00:00+08:00"), &e), DUN_OK);
  assert_int_equal(e.detail, dun_name_id("call"));
}

static void a_stand_in_uses_up_the_occurrence_it_stands_for(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, ESCALATING);
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "boss");
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-11T09:00:00+08:00");
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  expect_time(d.planned_at, "2026-01-12T00:00:00+08:00"); /* one period after the missed one */
  d = story_ask(&s, "2026-01-13T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "boss");
  assert_int_equal(d.occurrence, 2);
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-13T00:00:00+08:00");
  d = story_ask(&s, "2026-01-13T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void after_a_late_stand_in_the_step_is_not_late_at_once(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, ESCALATING);
  d = story_ask(&s, "2026-02-20T09:00:00+08:00"); /* a host that slept for weeks */
  expect(&s, &d, DUN_DECISION_ACT, "boss");
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-02-20T09:00:00+08:00");
  d = story_ask(&s, "2026-02-20T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  expect_time(d.deadline, "2026-02-20T23:59:59+08:00");
}

static void a_stand_in_that_is_late_has_one_of_its_own(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(
      STORY_CHANNELS,
      "      - {name: call, use: phone, within: 0d, late: {escalate: chief}}\n"
      "      - {name: chief, use: phone, on_escalation: true, within: 0d, late: {escalate: boss}}\n"
      "      - {name: boss, do: task, on_escalation: true}\n");
  d = story_ask(&s, "2026-01-11T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "chief");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "boss");
  expect_time(d.planned_at, "2026-01-12T00:00:00+08:00");
  assert_int_equal(d.for_step, dun_name_id("call"));
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-12T10:00:00+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void each_missed_plan_is_caught_up_apart(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS("catch_up: each\nspacing: 1d\n" STORY_CHANNELS,
        "      - {name: text, use: sms, every: 2d, times: 3}\n");
  d = story_ask(&s, "2026-01-13T09:00:00+08:00"); /* the plans of the 10th and 12th have passed */
  expect(&s, &d, DUN_DECISION_ACT, "text");
  expect_time(d.planned_at, "2026-01-10T00:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-13T09:00:00+08:00");
  d = story_ask(&s, "2026-01-13T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  expect_time(d.planned_at, "2026-01-12T00:00:00+08:00");
  expect_time(d.not_before, "2026-01-14T08:00:00+08:00"); /* a day later, when texts may be sent */
  d = story_ask(&s, "2026-01-14T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-14T08:00:00+08:00");
  d = story_ask(&s, "2026-01-14T08:00:00+08:00");
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00");
  expect_time(d.not_before, "2026-01-15T08:00:00+08:00");
}

static void each_missed_plan_is_caught_up_once_whatever_came_of_it_later(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS("catch_up: each\n" STORY_CHANNELS, "      - {name: text, use: mail, every: 1d}\n");
  d = story_ask(&s, "2026-01-29T12:00:00+08:00");
  for (uint32_t i = 1; i <= 20; i++) { /* the plans of 10 to 29 January */
    dun_time now = at("2026-01-29T12:00:00+08:00") + 2 * i;
    expect(&s, &d, DUN_DECISION_ACT, "text");
    assert_int_equal(d.occurrence, i);
    assert_int_equal(d.planned_at, at("2026-01-09T00:00:00+08:00") + i * 86400);
    assert_int_equal(dun_event_outcome(&d, DUN_OUTCOME_SENT, now, &s.events[s.count++]), DUN_OK);
    assert_int_equal(dun_event_outcome(&d, DUN_OUTCOME_DELIVERED, now, &s.events[s.count++]),
                     DUN_OK);
    d = story_ask_at(&s, now + 1);
  }
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  assert_int_equal(d.occurrence, 21);
  expect_time(d.not_before, "2026-01-30T00:00:00+08:00");
}

/* Perform what is offered now, some times, a second apart; the last answer. */
static struct dun_decision perform(uint32_t times, dun_time now)
{
  struct dun_decision d = story_ask_at(&s, now);
  for (uint32_t i = 1; i <= times; i++) {
    expect(&s, &d, DUN_DECISION_ACT, "text");
    story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-31T12:00:00+08:00");
    s.events[s.count - 1].occurred_at = s.events[s.count - 1].recorded_at = now + i;
    s.events[s.count - 2].occurred_at = s.events[s.count - 2].recorded_at = now + i;
    d = story_ask_at(&s, now + i + 1);
  }
  return d;
}

static void what_is_caught_up_counts_over_due_days_and_not_over_episodes(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS("catch_up: each\ncycle: episode\n" STORY_CHANNELS,
        "      - {name: text, use: mail, every: 1d}\n");
  d = perform(3, at("2026-01-31T12:00:00+08:00")); /* of 10, 11, 12 January */
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
  s.account.due_day = day("2026-01-12"); /* plans from that day on, three are done with */
  d = story_ask(&s, "2026-01-31T13:00:00+08:00");
  expect_time(d.planned_at, "2026-01-15T00:00:00+08:00");
  assert_int_equal(d.occurrence, 1);
  d = perform(9, at("2026-01-31T13:00:00+08:00"));
  assert_int_equal(d.occurrence, 10);
  expect_time(d.planned_at, "2026-01-24T00:00:00+08:00");
  story_add(&s, DUN_EVENT_CURED, "2026-01-31T14:00:00+08:00");
  d = story_ask(&s, "2026-01-31T14:00:00+08:00");
  assert_int_equal(d.occurrence, 10);
  expect_time(d.planned_at, "2026-01-12T00:00:00+08:00");
  d = perform(8, at("2026-01-31T14:00:00+08:00"));
  assert_int_equal(d.occurrence, 18);
  expect_time(d.planned_at, "2026-01-20T00:00:00+08:00");
}

static void what_lies_behind_the_log_is_not_read(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS("catch_up: each\n" STORY_CHANNELS, "      - {name: text, use: mail, every: 1d}\n");
  d = perform(3, at("2026-01-31T12:00:00+08:00"));
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
  s.events[s.count] = s.events[s.count - 1]; /* the last came back: not told yet */
  s.events[s.count].outcome = DUN_OUTCOME_FAILED_TEMPORARY;
  d = story_ask(&s, "2026-01-31T13:00:00+08:00");
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
  s.events[s.count] = s.events[s.count - 1]; /* another was sent: not told yet */
  s.events[s.count].occurrence++;
  d = story_ask(&s, "2026-01-31T13:00:00+08:00");
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
}

static void catch_up_skip_keeps_to_the_date(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS("catch_up: skip\n" STORY_CHANNELS, "      - {name: text, use: sms, every: 3d}\n");
  d = story_ask(&s, "2026-01-10T19:59:59+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  d = story_ask(&s, "2026-01-10T20:00:00+08:00"); /* no texts any more on that date */
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  expect_time(d.planned_at, "2026-01-16T00:00:00+08:00");
}

static void missed_plans_use_up_times(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: text, use: sms, every: 2d, times: 3}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect_time(d.planned_at, "2026-01-12T00:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text"); /* one was missed, one sent: the third */
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-20T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

#define RETRYING \
  "      - {name: text, use: [sms, mail], every: 7d, retry: {times: 2, every: 1h, backoff: " \
  "200}}\n"

static void comes_to(const char *when, uint32_t outcome)
{
  struct dun_decision d = story_ask(&s, when);
  expect(&s, &d, DUN_DECISION_ACT, "text");
  story_do(&s, &d, outcome, when);
}

static void tries_wait_longer_each_time_and_then_take_the_next_channel(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, RETRYING);
  comes_to("2026-01-10T09:00:00+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  expect_time(d.not_before, "2026-01-10T10:00:00+08:00");
  assert_int_equal(d.attempt, 1);
  assert_int_equal(d.occurrence, 1);
  comes_to("2026-01-10T10:00:00+08:00", DUN_OUTCOME_DECLINED);
  d = story_ask(&s, "2026-01-10T10:00:00+08:00");
  expect_time(d.not_before, "2026-01-10T12:00:00+08:00"); /* twice the first wait */
  comes_to("2026-01-10T12:00:00+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  d = story_ask(&s, "2026-01-10T12:00:00+08:00"); /* two retries are spent: by mail, at once */
  assert_string_equal(dun_policy_name(s.policy, DUN_NAME_CHANNEL, d.channel), "mail");
  expect_time(d.not_before, "2026-01-10T12:00:01+08:00");
  assert_int_equal(d.occurrence, 1);
  assert_int_equal(d.attempt, 3);
}

static void when_all_channels_have_failed_the_occurrence_is_missed(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, RETRYING);
  comes_to("2026-01-10T09:00:00+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  comes_to("2026-01-10T10:00:00+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  comes_to("2026-01-10T12:00:00+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  comes_to("2026-01-10T12:00:01+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  comes_to("2026-01-10T13:00:01+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  d = story_ask(&s, "2026-01-10T13:00:01+08:00");
  expect_time(d.not_before, "2026-01-10T15:00:01+08:00");
  comes_to("2026-01-10T15:00:01+08:00", DUN_OUTCOME_FAILED_TEMPORARY);
  d = story_ask(&s, "2026-01-10T15:00:01+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  expect_time(d.planned_at, "2026-01-17T00:00:00+08:00");
  assert_int_equal(d.occurrence, 2);
  assert_int_equal(d.attempt, 0);
  assert_string_equal(dun_policy_name(s.policy, DUN_NAME_CHANNEL, d.channel), "sms");
}

static void an_occurrence_of_as_many_tries_as_may_be_is_missed(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: a, do: task, every: 1d, times: 2, within: 0d, late: do, "
                        "retry: {times: 1, every: 1h}}\n");
  d = story_ask(&s, "2026-01-10T00:00:00+08:00");
  for (uint32_t i = 0; i < 256; i++) {
    assert_int_equal(d.occurrence, 1);
    d.attempt = (uint8_t)i; /* a host that tries on and on */
    story_do(&s, &d, DUN_OUTCOME_DECLINED, "2026-01-10T09:00:00+08:00");
  }
  d = story_ask(&s, "2026-01-11T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "a");
  assert_int_equal(d.occurrence, 2);
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-11T00:00:00+08:00");
  d = story_ask(&s, "2026-01-11T00:00:01+08:00"); /* both of its times are used up */
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void a_failure_that_names_no_channel_counts_for_that_of_its_intent(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: note, use: [mail, post], retry: {times: 1, every: 1h}}\n");
  for (int i = 0; i < 2; i++) {
    dun_time now = at("2026-01-10T09:00:00+08:00") + i * 3600;
    d = story_ask_at(&s, now);
    expect(&s, &d, DUN_DECISION_ACT, "note");
    assert_int_equal(d.channel_id, dun_channel_id(DUN_CONTACT_EMAIL, "mail"));
    assert_int_equal(dun_event_intent(&d, now, &s.events[s.count++]), DUN_OK);
    d.channel_id = 0;
    assert_int_equal(dun_event_outcome(&d, DUN_OUTCOME_FAILED_TEMPORARY, now, &s.events[s.count++]),
                     DUN_OK);
  }
  d = story_ask(&s, "2026-01-10T10:00:01+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "note");
  assert_int_equal(d.channel_id, dun_channel_id(DUN_CONTACT_LETTER, "post"));
  assert_int_equal(d.attempt, 2);
}

static void an_unknown_fate_uses_up_an_optional_step_only(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: text, use: sms, optional: true}\n");
  comes_to("2026-01-10T09:00:00+08:00", DUN_OUTCOME_UNKNOWN);
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, ""); /* nothing was performed */
  STEPS(STORY_CHANNELS, "      - {name: text, use: sms}\n");
  comes_to("2026-01-10T09:00:00+08:00", DUN_OUTCOME_UNKNOWN);
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
}

static void of_any_channel_the_one_that_is_permitted_first(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: text, use: {any: [sms, mail]}, time: \"07:00\"}\n");
  d = story_ask(&s, "2026-01-10T07:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  assert_string_equal(dun_policy_name(s.policy, DUN_NAME_CHANNEL, d.channel), "mail");
  d = story_ask(&s, "2026-01-10T09:00:00+08:00"); /* late, but still the one that was first */
  assert_string_equal(dun_policy_name(s.policy, DUN_NAME_CHANNEL, d.channel), "mail");
  STEPS(STORY_CHANNELS, "      - {name: text, use: {any: [sms, mail]}, time: \"08:00\"}\n");
  d = story_ask(&s, "2026-01-10T08:00:00+08:00"); /* both: the first in the list */
  assert_string_equal(dun_policy_name(s.policy, DUN_NAME_CHANNEL, d.channel), "sms");
}

static void months_keep_the_day_of_the_last_performed(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS(STORY_CHANNELS, "      - {name: text, use: sms, at: 21d, every: 1mo}\n");
  d = story_ask(&s, "2026-01-31T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-31T09:00:00+08:00");
  d = story_ask(&s, "2026-01-31T09:00:00+08:00");
  expect_time(d.planned_at, "2026-02-28T00:00:00+08:00");
  d = story_ask(&s, "2026-03-31T09:00:00+08:00"); /* nobody asked in February */
  expect_time(d.planned_at, "2026-03-31T00:00:00+08:00");
}

static void a_calendar_that_does_not_know_denies(void **state)
{
  struct dun_decision d;
  (void)state;
  STEPS("calendars: {cn: {weekend: [sat, sun], holidays: [2026-01-12], valid: [2026, 2026]}}\n"
        "calendar: cn\n" STORY_CHANNELS,
        "      - {name: text, use: sms, in: 2bd, every: 300bd}\n");
  d = story_ask(&s, "2026-01-14T08:00:00+08:00"); /* Sat 10th; 12th closed; 13th, 14th */
  expect(&s, &d, DUN_DECISION_ACT, "text");
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-14T08:00:00+08:00");
  d = story_ask(&s, "2026-01-14T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "text");
  assert_int_equal(d.not_before, DUN_TIME_NEVER);
  assert_true(d.reasons & DUN_REASON_CALENDAR);
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
      TEST(a_late_step_is_done_all_the_same),
      TEST(late_do_keeps_the_plan_of_a_repeated_step),
      TEST(a_skipped_step_is_missed_the_second_after_its_deadline),
      TEST(what_hours_keep_shut_until_the_deadline_is_missed_already),
      TEST(plans_that_hours_never_meet_are_never_open),
      TEST(a_step_stands_in_the_second_after_the_deadline),
      TEST(a_stand_in_uses_up_the_occurrence_it_stands_for),
      TEST(after_a_late_stand_in_the_step_is_not_late_at_once),
      TEST(a_stand_in_that_is_late_has_one_of_its_own),
      TEST(each_missed_plan_is_caught_up_apart),
      TEST(each_missed_plan_is_caught_up_once_whatever_came_of_it_later),
      TEST(what_is_caught_up_counts_over_due_days_and_not_over_episodes),
      TEST(what_lies_behind_the_log_is_not_read),
      TEST(catch_up_skip_keeps_to_the_date),
      TEST(missed_plans_use_up_times),
      TEST(tries_wait_longer_each_time_and_then_take_the_next_channel),
      TEST(when_all_channels_have_failed_the_occurrence_is_missed),
      TEST(an_occurrence_of_as_many_tries_as_may_be_is_missed),
      TEST(a_failure_that_names_no_channel_counts_for_that_of_its_intent),
      TEST(an_unknown_fate_uses_up_an_optional_step_only),
      TEST(of_any_channel_the_one_that_is_permitted_first),
      TEST(months_keep_the_day_of_the_last_performed),
      TEST(a_calendar_that_does_not_know_denies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
