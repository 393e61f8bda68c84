/* SPDX-License-Identifier: MIT */
/* Plans: when a step is due, how often, until when, and in which hours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

/* ---- plans ---- */

static void a_repetition_counts_dates_from_the_last_time(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: call, use: phone, every: 2d, times: 3, within: 1d}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T15:00:00+08:00");
  d = story_ask(&s, "2026-01-12T15:32:00+08:00"); /* a Monday */
  expect(&s, &d, DUN_DECISION_ACT, "call");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-12T15:32:00+08:00");
  d = story_ask(&s, "2026-01-12T15:32:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  assert_int_equal(d.occurrence, 2);
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00"); /* Wednesday; the hours decide when */
  expect_time(d.not_before, "2026-01-14T08:00:00+08:00");
  expect_time(d.deadline, "2026-01-15T23:59:59+08:00");
}

static void times_bounds_the_repetitions(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, times: 2}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-03-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void a_host_that_slept_performs_the_newest_plan_and_misses_the_others(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, times: 4}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  /* plans 12th 08:00, 14th, 16th, 18th */
  d = story_ask(&s, "2026-01-17T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  assert_true(d.reasons & DUN_REASON_MISSED);
  expect_time(d.planned_at, "2026-01-16T00:00:00+08:00");
  expect_time(d.review_at, "2026-01-17T20:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-17T10:00:00+08:00");
  d = story_ask(&s, "2026-01-19T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call"); /* three used up, one left */
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-19T10:00:00+08:00");
  d = story_ask(&s, "2026-02-19T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void plans_missed_between_two_calls_use_up_times(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, times: 4}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-12T10:00:00+08:00");
  /* plans 14th and 16th pass; the 18th is the fourth and last */
  d = story_ask(&s, "2026-01-18T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-18T10:00:00+08:00");
  d = story_ask(&s, "2026-01-30T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void elapsed_repetitions_run_by_the_second(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: mail, use: mail, every: 4h, times: 9}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T08:00:10+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T08:00:10+08:00");
  d = story_ask(&s, "2026-01-12T12:00:09+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "mail");
  d = story_ask(&s, "2026-01-12T12:00:10+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
}

static void a_step_can_be_timed_by_day_entry_and_another_step(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: a, use: mail, at: 5d, time: \"09:30\"}\n"
              "      - {name: b, use: mail, in: 3d}\n"
              "      - {name: c, use: mail, after: {step: b, wait: 1d}, time: \"10:00\"}\n");
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "b");
  expect_time(d.not_before, "2026-01-13T00:00:00+08:00");
  d = story_ask(&s, "2026-01-13T07:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-13T07:00:00+08:00");
  d = story_ask(&s, "2026-01-13T07:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "c");
  expect_time(d.not_before, "2026-01-14T10:00:00+08:00");
  d = story_ask(&s, "2026-01-14T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-14T10:00:00+08:00");
  d = story_ask(&s, "2026-01-14T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "a");
  expect_time(d.not_before, "2026-01-15T09:30:00+08:00");
}

static void the_deadline_itself_is_in_time(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: letter, use: post, within: 0d}\n");
  d = story_ask(&s, "2026-01-10T23:59:59+08:00");
  expect_time(d.deadline, "2026-01-10T23:59:59+08:00");
  assert_false(d.reasons & DUN_REASON_LATE);
  d = story_ask(&s, "2026-01-11T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "letter"); /* late: do is the default */
  assert_true(d.reasons & DUN_REASON_LATE);
}

static void a_stages_next_neighbour_makes_its_late_steps_moot(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-17T08:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-28T10:00:00+08:00");
  d = story_ask(&s, "2026-01-28T10:00:00+08:00");
  /* the next call would be on the 30th, when the legal stage is entered */
  expect(&s, &d, DUN_DECISION_WAIT, "final-demand");
  assert_true(d.reasons & DUN_REASON_AHEAD);
  expect_time(d.not_before, "2026-01-30T00:00:00+08:00");
}

static void conditions_choose_among_steps(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: soft, use: mail, when: {prior_delinquencies: 0}}\n"
              "      - {name: firm, use: mail, when: {prior_delinquencies: {min: 1}}}\n"
              "      - {name: rich, use: mail, when: {any: [{score: [1, 4]}, {past_due: {min: "
              "200000}}], not: {balance: {below: 5}}}}\n");
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "soft");
  s.account.prior_delinquencies = 1;
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "firm");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T12:00:00+08:00");
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
  s.account.attribute[0] = 4;
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "rich");
  s.account.attribute[0] = 3;
  s.account.past_due = 200000;
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "rich");
  s.account.balance = 4;
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void a_stage_that_a_fact_opens_is_entered_when_the_fact_came(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\nstages:\n  - name: vip\n    from: 0d\n    when: {score: {min: 5}}\n"
             "    steps:\n      - {name: letter, use: post, in: 1d}\n",
             "2026-01-10");
  e = story_add(&s, DUN_EVENT_FACTS, "2026-01-13T12:00:00+08:00");
  e->detail = DUN_FACT_ATTRIBUTE;
  e->amount = 5;
  e = story_add(&s, DUN_EVENT_FACTS, "2026-01-14T12:00:00+08:00");
  e->detail = DUN_FACT_ATTRIBUTE;
  e->amount = 9; /* true before and after: no new entry */
  s.account.attribute[0] = 9;
  d = story_ask(&s, "2026-01-15T12:00:00+08:00");
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00");
  assert_false(d.reasons & DUN_REASON_FACTS_GAP);
  e->amount = 2; /* now the log ends on another value than the account has */
  e->recorded_at = at("2026-01-14T18:00:00+08:00");
  d = story_ask(&s, "2026-01-15T12:00:00+08:00");
  assert_true(d.reasons & DUN_REASON_FACTS_GAP);
  expect_time(d.planned_at, "2026-01-15T00:00:00+08:00");
}

/* ---- hours ---- */

static void intrusive_contacts_keep_to_the_floor(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone}\n");
  d = story_ask(&s, "2026-01-12T07:59:59+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  assert_true(d.reasons & DUN_REASON_FLOOR);
  expect_time(d.review_at, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  expect_time(d.review_at, "2026-01-12T20:00:00+08:00");
  d = story_ask(&s, "2026-01-12T19:59:59+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  d = story_ask(&s, "2026-01-12T20:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  expect_time(d.not_before, "2026-01-13T08:00:00+08:00");
}

static void letters_and_mail_know_no_floor(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: letter, use: post}\n      - {name: mail, use: mail}\n");
  d = story_ask(&s, "2026-01-12T03:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "letter");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T03:00:00+08:00");
  d = story_ask(&s, "2026-01-12T03:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
}

static void hours_of_the_policy_take_the_place_of_the_floor(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s,
              STORY_CHANNELS "\nhours:\n  - {id: h, kinds: [voice], weekdays: [\"07:00-09:00\", "
                             "\"18:00-21:00\"]}",
              "      - {name: call, use: phone}\n      - {name: text, use: sms}\n");
  d = story_ask(&s, "2026-01-12T20:59:59+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  d = story_ask(&s, "2026-01-16T21:00:00+08:00"); /* Friday night */
  expect(&s, &d, DUN_DECISION_WAIT, "text");      /* text has the floor: Saturday at 8 */
  expect_time(d.not_before, "2026-01-17T08:00:00+08:00");
}

static void both_possible_zones_must_be_open(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone}\n");
  s.account.zone = dun_zone_id("America/New_York");
  s.account.zone2 = dun_zone_id("Europe/Rome");
  d = story_ask(&s, "2026-01-12T08:00:00Z");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  expect_time(d.not_before, "2026-01-12T13:00:00Z"); /* 08:00 in New York, 14:00 in Rome */
  d = story_ask(&s, "2026-01-12T18:59:59Z");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  expect_time(d.review_at, "2026-01-12T19:00:00Z"); /* 20:00 in Rome */
}

static void a_time_of_day_that_has_passed_means_the_next_date(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: mail, use: mail, time: \"09:30\"}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T09:30:00+08:00");
  d = story_ask(&s, "2026-01-12T09:30:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
  s.events[0].occurred_at = s.events[0].recorded_at = at("2026-01-12T09:30:01+08:00");
  d = story_ask(&s, "2026-01-12T09:30:01+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "mail");
  expect_time(d.not_before, "2026-01-13T09:30:00+08:00");
}

static void the_last_plan_stays_until_it_is_performed(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, times: 2}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T09:00:00+08:00");
  e->detail = DUN_HOLD_DISPUTE;
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "call");
  expect_time(d.review_at, "2026-01-14T00:00:00+08:00"); /* the second plan takes over */
  d = story_ask(&s, "2026-01-14T00:00:00+08:00");
  expect_time(d.planned_at, "2026-01-14T00:00:00+08:00");
  expect_time(d.review_at, "never");
}

static void dates_under_a_hold_do_not_use_up_the_time_allowed(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: letter, use: post, within: 3d}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect_time(d.deadline, "2026-01-15T23:59:59+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T09:00:00+08:00");
  e->detail = DUN_HOLD_MANUAL;
  e->amount = at("2026-01-13T12:00:00+08:00"); /* the starts of the 14th and 15th */
  e->until = at("2026-01-16T00:00:00+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect_time(d.deadline, "2026-01-17T23:59:59+08:00");
  e->until = at("2026-01-16T00:00:01+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  expect_time(d.deadline, "2026-01-18T23:59:59+08:00");
}

static void one_missed_plan_leaves_the_rest(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone, every: 2d, times: 4}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-12T10:00:00+08:00");
  d = story_ask(&s, "2026-01-16T10:00:00+08:00"); /* the 14th was missed */
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-16T10:00:00+08:00");
  d = story_ask(&s, "2026-01-18T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-18T10:00:00+08:00");
  d = story_ask(&s, "2026-01-20T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
}

static void a_step_due_just_as_the_next_stage_begins_is_moot(void **state)
{
  struct dun_decision d;
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\nstages:\n"
             "  - {name: a, from: 0d, steps: [{name: mail, use: mail, every: 2d}]}\n"
             "  - {name: b, from: 4d, steps: [{name: letter, use: post}]}\n",
             "2026-01-10");
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-11T09:00:00+08:00");
  d = story_ask(&s, "2026-01-11T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "mail"); /* on the 13th, a day before */
  d = story_ask(&s, "2026-01-13T00:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  s.events[2].occurred_at = s.events[2].recorded_at = at("2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-13T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "letter"); /* the mail would come on the 14th at 00:00 */
  assert_true(d.reasons & DUN_REASON_AHEAD);
}

static void a_time_of_day_goes_with_every_timing(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: n, use: mail}\n"
              "      - {name: a, use: mail, after: {step: n}, time: \"10:00\"}\n"
              "      - {name: b, use: mail, after: {step: n, wait: 20h}, time: \"10:30\"}\n"
              "      - {name: c, use: mail, in: 60h, time: \"11:00\"}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T15:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T15:00:00+08:00");
  d = story_ask(&s, "2026-01-12T15:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "a");
  expect_time(d.planned_at, "2026-01-13T10:00:00+08:00");
  d = story_ask(&s, "2026-01-13T10:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-13T10:00:00+08:00");
  d = story_ask(&s, "2026-01-13T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "b"); /* 20 hours are over at 11:00 */
  expect_time(d.planned_at, "2026-01-14T10:30:00+08:00");
  d = story_ask(&s, "2026-01-14T10:30:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-14T10:30:00+08:00");
  d = story_ask(&s, "2026-01-14T10:30:00+08:00");
  expect_time(d.planned_at, "2026-01-15T11:00:00+08:00"); /* 60 hours: the 14th at 20:00 */
}

static void the_borrowers_own_zone_does_not_hide_the_second_possible_one(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: call, use: phone}\n");
  s.account.zone2 = dun_zone_id("America/New_York");
  s.account.party_zone[DUN_PARTY_BORROWER] = dun_zone_id("Asia/Shanghai");
  d = story_ask(&s, "2026-01-12T10:00:00+08:00"); /* 21:00 in New York */
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  expect_time(d.not_before, "2026-01-13T08:00:00+08:00"); /* 19:00 there */
}

static void a_siblings_log_does_not_move_a_gap_in_the_facts(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\nstages:\n  - name: a\n    from: 0d\n    when: {past_due: {min: 1000}}\n"
             "    steps: [{name: mail, use: mail, in: 2d}]\n",
             "2026-01-10");
  e = story_add(&s, DUN_EVENT_FACTS, "2026-01-11T09:00:00+08:00");
  e->detail = DUN_FACT_PAST_DUE;
  e->amount = 500;
  for (int i = 0; i < 5; i++)
    story_add_at(&s, DUN_EVENT_PAYMENT, e->occurred_at + i * INT64_C(86400))->account = 8;
  d = story_ask(&s, "2026-01-16T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
  expect_time(d.planned_at, "2026-01-13T00:00:00+08:00");
}

static void hours_that_open_again_years_later_are_seen_in_time(void **state)
{
  struct dun_decision d, e;
  (void)state;
  story_close(&s);
  /* until 2035 these hours share no second in both zones (Ramadan moves Morocco's clocks) */
  story_open(&s,
             "dun: 1\nname: t\nzone: Africa/Casablanca\nzones: [America/New_York]\nconduct: none\n"
             "basis: test\nchannels: {phone: voice, post: letter}\n"
             "hours: [{id: h, kinds: [voice], all: [\"06:00-07:00\", \"10:00-11:00\"]}]\n"
             "stages: [{name: a, from: 0d, steps: [{name: n, use: phone}, "
             "{name: m, use: post, at: 3620d}]}]\n",
             "2027-01-10");
  s.account.zone2 = dun_zone_id("America/New_York");
  d = story_ask(&s, "2030-06-01T00:00:00Z");
  for (int i = 0; i < 8; i++) {
    e = story_ask_at(&s, d.review_at - 1);
    assert_int_equal(e.kind, d.kind);
    assert_int_equal(e.step, d.step);
    assert_true(e.not_before == d.not_before);
    if (d.review_at > at("2036-01-01T00:00:00Z"))
      break;
    d = story_ask_at(&s, d.review_at);
  }
}

static void hours_that_were_open_years_ago_count_for_two_periods_of_the_search(void **state)
{
  const dun_time period = INT64_C(400) * 86400, turn = at("2035-09-17T00:00:00Z");
  struct dun_decision d, e;
  (void)state;
  story_close(&s);
  story_open(&s,
             "dun: 1\nname: t\nzone: Africa/Casablanca\nzones: [America/New_York]\nconduct: none\n"
             "basis: test\nchannels: {phone: voice}\n"
             "hours: [{id: h, kinds: [voice], all: [\"06:00-07:00\", \"10:00-11:00\"]}]\n"
             "stages: [{name: a, from: 0d, steps: [{name: n, use: phone, within: 1d}]}]\n",
             "2027-01-10");
  s.account.zone2 = dun_zone_id("America/New_York");
  d = story_ask_at(&s, turn - period); /* as far as the search could reach before, nothing opened */
  e = story_ask_at(&s, turn - period + 1);
  assert_true(d.not_before > turn && d.not_before < turn + period);
  assert_true(d.deadline != DUN_TIME_NEVER);
  assert_true(d.not_before == e.not_before && d.deadline == e.deadline);
  e = story_ask_at(&s, turn + 2 * period - 1);
  assert_true(e.deadline == d.deadline);
  assert_true(e.review_at == turn + 2 * period);
  e = story_ask_at(&s, e.review_at); /* long ago: what opened later is the first now */
  assert_true(e.deadline > turn + period);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_repetition_counts_dates_from_the_last_time),
      TEST(times_bounds_the_repetitions),
      TEST(a_host_that_slept_performs_the_newest_plan_and_misses_the_others),
      TEST(plans_missed_between_two_calls_use_up_times),
      TEST(elapsed_repetitions_run_by_the_second),
      TEST(a_step_can_be_timed_by_day_entry_and_another_step),
      TEST(the_deadline_itself_is_in_time),
      TEST(a_stages_next_neighbour_makes_its_late_steps_moot),
      TEST(conditions_choose_among_steps),
      TEST(a_stage_that_a_fact_opens_is_entered_when_the_fact_came),
      TEST(intrusive_contacts_keep_to_the_floor),
      TEST(letters_and_mail_know_no_floor),
      TEST(hours_of_the_policy_take_the_place_of_the_floor),
      TEST(both_possible_zones_must_be_open),
      TEST(a_time_of_day_that_has_passed_means_the_next_date),
      TEST(the_last_plan_stays_until_it_is_performed),
      TEST(dates_under_a_hold_do_not_use_up_the_time_allowed),
      TEST(one_missed_plan_leaves_the_rest),
      TEST(a_step_due_just_as_the_next_stage_begins_is_moot),
      TEST(a_time_of_day_goes_with_every_timing),
      TEST(the_borrowers_own_zone_does_not_hide_the_second_possible_one),
      TEST(a_siblings_log_does_not_move_a_gap_in_the_facts),
      TEST(hours_that_open_again_years_later_are_seen_in_time),
      TEST(hours_that_were_open_years_ago_count_for_two_periods_of_the_search),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
