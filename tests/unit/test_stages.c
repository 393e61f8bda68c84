/* SPDX-License-Identifier: MIT */
/* Stages: whether an account is pursued, in which stage it is, since when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "story.h"

static struct story s;

static int open_ladder(void **state)
{
  (void)state;
  story_open(&s, story_ladder, "2026-01-10");
  return 0;
}

static int close_story(void **state)
{
  (void)state;
  story_close(&s);
  return 0;
}

/* ---- is the account pursued at all ---- */

static void a_zeroed_account_is_idle(void **state)
{
  struct dun_decision d;
  (void)state;
  dun_account_init(&s.account, sizeof s.account);
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
  assert_true(d.reasons & DUN_REASON_NO_DUE);
  assert_true(d.review_at == DUN_TIME_NEVER);
}

static void an_amount_below_the_threshold_is_not_pursued(void **state)
{
  struct dun_decision d;
  (void)state;
  s.account.past_due = 999;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
  assert_true(d.reasons & DUN_REASON_SMALL);
  s.account.past_due = 1000;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_paid_account_with_an_open_episode_is_to_be_cleared(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:05+08:00");
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_CLEAR, "");
  story_add(&s, DUN_EVENT_CURED, "2026-01-15T09:00:00+08:00");
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
  /* the same due day again, after a payment came back: the ladder starts anew */
  s.account.past_due = 120000;
  d = story_ask(&s, "2026-01-16T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(d.occurrence, 2); /* but never the same key */
}

static void a_facts_event_of_nothing_past_due_ends_the_episode_by_itself(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  struct dun_event *e;
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:05+08:00");
  e = story_add(&s, DUN_EVENT_FACTS, "2026-01-15T08:00:00+08:00");
  e->detail = DUN_FACT_PAST_DUE;
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
}

static void paying_before_the_due_day_does_not_repeat_the_reminder(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-07T09:00:00+08:00");
  struct dun_event *e;
  (void)state;
  expect(&s, &d, DUN_DECISION_ACT, "due-soon");
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-07T09:00:05+08:00");
  e = story_add(&s, DUN_EVENT_FACTS, "2026-01-08T08:00:00+08:00");
  e->detail = DUN_FACT_PAST_DUE;
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-08T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
}

static void before_the_due_day_the_reminder_goes_out_even_if_nothing_is_overdue(void **state)
{
  struct dun_decision d;
  (void)state;
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "due-soon");
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
}

static void a_closed_account_is_done(void **state)
{
  struct dun_decision d;
  (void)state;
  story_add(&s, DUN_EVENT_CLOSED, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-20T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
  assert_true(d.reasons & DUN_REASON_CLOSED);
  story_add(&s, DUN_EVENT_REOPENED, "2026-01-21T09:00:00+08:00");
  d = story_ask(&s, "2026-01-21T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

/* ---- stages and days ---- */

static void the_stage_before_the_due_day_starts_on_its_day(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-06T23:59:59+08:00");
  (void)state;
  expect(&s, &d, DUN_DECISION_WAIT, "due-soon");
  assert_int_equal(d.stage, 0);
  assert_true(d.reasons & DUN_REASON_AHEAD);
  expect_time(d.planned_at, "2026-01-07T00:00:00+08:00");
  expect_time(d.not_before, "2026-01-07T08:00:00+08:00");
  expect_time(d.review_at, "2026-01-07T00:00:00+08:00");
  d = story_ask(&s, "2026-01-07T00:00:00+08:00");
  assert_int_equal(d.stage, 1);
  expect_time(d.review_at, "2026-01-07T08:00:00+08:00");
}

static void grace_means_the_day_after_its_last(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-13T12:00:00+08:00");
  (void)state;
  assert_int_equal(d.dpd, 3);
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00");
  expect_time(d.not_before, "2026-01-14T08:00:00+08:00");
  d = story_ask(&s, "2026-01-14T08:00:00+08:00");
  assert_int_equal(d.dpd, 4);
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void buckets_jump_with_the_days_past_due(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-10T23:59:59+08:00");
  (void)state;
  assert_int_equal(d.dpd, 0);
  assert_int_equal(d.bucket, 1);
  expect_time(d.bucket_at, "2026-01-11T00:00:00+08:00");
  d = story_ask(&s, "2026-01-11T00:00:00+08:00");
  assert_int_equal(d.dpd, 1);
  assert_int_equal(d.bucket, 2);
  expect_time(d.bucket_at, "2026-02-10T00:00:00+08:00");
  d = story_ask(&s, "2026-01-09T12:00:00+08:00");
  assert_int_equal(d.dpd, -1);
  assert_int_equal(d.bucket, 0);
  d = story_ask(&s, "2026-02-10T00:00:00+08:00");
  assert_int_equal(d.bucket, 3);
  assert_true(d.bucket_at == DUN_TIME_NEVER);
}

static void days_are_those_of_the_accounts_zone(void **state)
{
  struct dun_decision d;
  (void)state;
  s.account.zone = dun_zone_id("America/New_York");
  d = story_ask(&s, "2026-01-14T12:59:59Z"); /* 07:59:59 in New York */
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  expect_time(d.not_before, "2026-01-14T08:00:00-05:00");
  d = story_ask(&s, "2026-01-14T13:00:00Z");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_stage_waits_for_what_it_requires(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-17T09:00:00+08:00");
  (void)state;
  /* day 7: the phone stage would be open, but nobody has been told yet */
  assert_int_equal(d.stage, 2);
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-17T09:00:00+08:00");
  d = story_ask(&s, "2026-01-18T23:59:59+08:00");
  assert_int_equal(d.stage, 2);
  expect(&s, &d, DUN_DECISION_WAIT, "agent-call");
  expect_time(d.review_at, "2026-01-19T00:00:00+08:00");
  d = story_ask(&s, "2026-01-19T00:00:00+08:00");
  assert_int_equal(d.stage, 3);
  expect_time(d.planned_at, "2026-01-19T00:00:00+08:00");
  expect_time(d.not_before, "2026-01-19T08:00:00+08:00");
}

static void an_outcome_without_success_meets_no_prerequisite(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: ring, use: phone}\n"
              "      - {name: sue, do: legal, requires: [{step: ring}]}\n");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "sue");
  assert_true(d.reasons & DUN_REASON_PREREQUISITE);
  assert_true(d.not_before == DUN_TIME_NEVER && d.review_at == DUN_TIME_NEVER);
}

static void a_prerequisite_of_a_lower_stage_is_offered_first(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-30T09:00:00+08:00");
  (void)state;
  /* placed late: the legal stage holds; the phone stage, open but for it, asks for the notice */
  assert_int_equal(d.dpd, 20);
  assert_int_equal(d.stage, 4);
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_true(d.reasons & DUN_REASON_REQUIRED);
}

static void time_before_the_account_was_placed_does_not_count(void **state)
{
  struct dun_decision d;
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-15T15:00:00+08:00");
  d = story_ask(&s, "2026-01-15T15:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  expect_time(d.planned_at, "2026-01-15T15:00:00+08:00");
  expect_time(d.not_before, "2026-01-15T15:00:00+08:00");
}

static void a_final_step_ends_the_ladder(void **state)
{
  struct dun_decision d;
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-02-01T12:00:00+08:00");
  for (int i = 0; i < 2; i++) {
    d = story_ask(&s, "2026-02-01T12:00:00+08:00");
    assert_int_equal(d.kind, DUN_DECISION_ACT);
    story_do(&s, &d, DUN_OUTCOME_SENT, "2026-02-01T12:00:00+08:00");
  }
  d = story_ask(&s, "2026-02-01T12:00:01+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "file-suit");
  expect_time(d.not_before, "2026-02-06T00:00:00+08:00"); /* the start of the fifth date after */
  d = story_ask(&s, "2026-02-05T23:59:59+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "file-suit");
  d = story_ask(&s, "2026-02-06T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "file-suit");
  assert_int_equal(d.action, DUN_ACTION_LEGAL);
  assert_int_equal(d.channel, 0);
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-02-06T10:00:00+08:00");
  d = story_ask(&s, "2026-02-06T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
  assert_true(d.reasons & DUN_REASON_FINAL);
}

static void a_task_may_follow_a_final_step(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: sue, do: legal, final: true}\n"
              "      - {name: mail, use: mail}\n"
              "      - {name: file, do: task}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "sue");
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "file"); /* not the mail */
  s.account.due_day++;                      /* a later due day is another matter */
  d = story_ask(&s, "2026-01-12T09:00:01+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "sue");
}

static void a_prerequisite_that_nothing_reaches_is_not_offered(void **state)
{
  struct dun_decision d;
  (void)state;
  s.account.reach[0] = 12; /* phone and post */
  d = story_ask(&s, "2026-01-18T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "final-demand"); /* day 20; nobody is called untold */
  s.account.reach[0] = 4;
  d = story_ask(&s, "2026-01-18T09:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  assert_true(d.reasons & DUN_REASON_PREREQUISITE);
}

static void a_mark_is_of_the_episode_but_of_the_due_day_for_adverse_steps(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: tell, use: mail, marks: told, when: {score: 0}}\n"
              "      - {name: call, use: phone, requires: [{mark: told}]}\n"
              "      - {name: sue, do: legal, requires: [{mark: told}]}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  s.account.due_day++;
  s.account.attribute[0] = 1; /* so that it is not told again */
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-12T10:00:00+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "sue");
}

static void a_prerequisites_wait_runs_from_the_first_time_it_was_met(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: tell, use: mail, marks: told, every: 1d, times: 3}\n"
              "      - {name: post, use: post, requires: [{mark: told, wait: 4d}]}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  for (int i = 0; i < 3; i++) {
    static const char *const on[] = {"2026-01-12T09:00:00+08:00", "2026-01-13T09:00:00+08:00",
                                     "2026-01-14T09:00:00+08:00"};
    d = story_ask(&s, on[i]);
    expect(&s, &d, DUN_DECISION_ACT, "tell");
    story_do(&s, &d, DUN_OUTCOME_SENT, on[i]);
  }
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "post");
  expect_time(d.not_before, "2026-01-16T00:00:00+08:00");
}

static void a_step_of_another_policy_opens_an_episode_from_its_due_day_on(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_CONTACT, "2026-01-09T23:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->step = dun_name_id("of-an-older-policy");
  e->due_day = s.account.due_day;
  e->occurrence = 1;
  e->outcome = DUN_OUTCOME_SENT;
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
  e->occurred_at = e->recorded_at = at("2026-01-10T00:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_CLEAR, "");
  e->outcome = DUN_OUTCOME_BUSY; /* performs nothing */
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
}

static void an_adverse_step_is_not_repeated_after_a_cure_on_the_same_due_day(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: fee, do: fee}\n      - {name: mail, use: mail}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "fee");
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  story_add(&s, DUN_EVENT_CURED, "2026-01-13T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail"); /* a contact starts anew, the fee does not */
  s.account.due_day++;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "fee");
}

static void a_reminder_before_the_due_day_opens_no_episode(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-07T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-07T09:00:00+08:00");
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-08T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
}

static void from_the_due_day_on_only_what_is_overdue_is_pursued(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: mail, use: mail}\n");
  s.account.past_due = 0;
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_IDLE, "");
  assert_int_equal(d.stage, 0);
  s.account.past_due = 1;
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-10T09:00:00+08:00");
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
  assert_false(d.reasons & DUN_REASON_FINAL);
}

static void no_suit_is_filed_after_the_limitation_day(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: sue, do: legal}\n");
  s.account.limitation_day = day("2026-01-14"); /* without its flag it says nothing */
  d = story_ask(&s, "2026-01-15T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "sue");
  s.account.flags |= DUN_ACCOUNT_HAS_LIMITATION;
  d = story_ask(&s, "2026-01-14T23:59:59+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "sue");
  expect_time(d.review_at, "2026-01-15T00:00:00+08:00");
  d = story_ask(&s, "2026-01-15T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "sue");
  assert_true(d.reasons & DUN_REASON_LIMITATION);
  expect_time(d.not_before, "never");
}

static void a_stage_offers_as_many_steps_as_a_policy_may_have_one_by_one(void **state)
{
  char text[8192], name[8];
  int n = snprintf(text, sizeof text, "%sstages:\n  - name: only\n    from: 0d\n    steps:\n",
                   STORY_HEAD);
  (void)state;
  for (int i = 0; i < 128; i++)
    n += snprintf(text + n, sizeof text - (size_t)n, "      - {name: s%d, do: task}\n", i);
  assert_true((size_t)n < sizeof text);
  story_close(&s);
  story_open(&s, text, "2026-01-10");
  for (int i = 0; i < 128; i++) {
    struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
    snprintf(name, sizeof name, "s%d", i);
    expect(&s, &d, DUN_DECISION_ACT, name);
    story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-14T09:00:00+08:00");
  }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_zeroed_account_is_idle),
      TEST(an_amount_below_the_threshold_is_not_pursued),
      TEST(a_paid_account_with_an_open_episode_is_to_be_cleared),
      TEST(a_facts_event_of_nothing_past_due_ends_the_episode_by_itself),
      TEST(paying_before_the_due_day_does_not_repeat_the_reminder),
      TEST(before_the_due_day_the_reminder_goes_out_even_if_nothing_is_overdue),
      TEST(a_closed_account_is_done),
      TEST(the_stage_before_the_due_day_starts_on_its_day),
      TEST(grace_means_the_day_after_its_last),
      TEST(buckets_jump_with_the_days_past_due),
      TEST(days_are_those_of_the_accounts_zone),
      TEST(a_stage_waits_for_what_it_requires),
      TEST(an_outcome_without_success_meets_no_prerequisite),
      TEST(a_prerequisite_of_a_lower_stage_is_offered_first),
      TEST(time_before_the_account_was_placed_does_not_count),
      TEST(a_final_step_ends_the_ladder),
      TEST(a_task_may_follow_a_final_step),
      TEST(a_prerequisite_that_nothing_reaches_is_not_offered),
      TEST(a_mark_is_of_the_episode_but_of_the_due_day_for_adverse_steps),
      TEST(a_prerequisites_wait_runs_from_the_first_time_it_was_met),
      TEST(a_step_of_another_policy_opens_an_episode_from_its_due_day_on),
      TEST(an_adverse_step_is_not_repeated_after_a_cure_on_the_same_due_day),
      TEST(a_reminder_before_the_due_day_opens_no_episode),
      TEST(from_the_due_day_on_only_what_is_overdue_is_pursued),
      TEST(no_suit_is_filed_after_the_limitation_day),
      TEST(a_stage_offers_as_many_steps_as_a_policy_may_have_one_by_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
