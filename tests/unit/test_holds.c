/* SPDX-License-Identifier: MIT */
/* Holds: what they deny, what they stop, whose they are. */
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

static void a_hold_denies_until_it_ends(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-14T07:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->detail = DUN_HOLD_MANUAL;
  e->until = at("2026-01-16T10:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "first-notice");
  assert_true(d.reasons & DUN_REASON_HOLD);
  expect_time(d.not_before, "2026-01-16T10:00:00+08:00");
  d = story_ask(&s, "2026-01-16T09:59:59+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "first-notice");
  d = story_ask(&s, "2026-01-16T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_hold_without_end_waits_for_its_release(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T07:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->detail = DUN_HOLD_DISPUTE;
  d = story_ask(&s, "2026-01-20T09:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  assert_true(d.not_before == DUN_TIME_NEVER);
  e = story_add(&s, DUN_EVENT_RELEASE, "2026-01-20T10:00:00+08:00");
  e->detail = DUN_HOLD_DISPUTE;
  d = story_ask(&s, "2026-01-20T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_hold_keeps_the_stage_from_rising(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  struct dun_event *e;
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:00+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-29T12:00:00+08:00");
  e->detail = DUN_HOLD_HARDSHIP;
  e->until = at("2026-02-05T00:00:00+08:00");
  d = story_ask(&s, "2026-02-04T12:00:00+08:00");
  assert_int_equal(d.dpd, 25);  /* the days run on */
  assert_int_equal(d.stage, 3); /* the stage does not */
  assert_true(d.reasons & DUN_REASON_HOLD);
  d = story_ask(&s, "2026-02-05T00:00:00+08:00");
  assert_int_equal(d.stage, 4);
  expect(&s, &d, DUN_DECISION_ACT, "final-demand");
}

static void breathing_space_stops_the_count_of_days(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T12:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->detail = DUN_HOLD_BREATHING_SPACE;
  e->until = at("2026-01-15T12:00:00+08:00"); /* covers the starts of the 13th, 14th, 15th */
  d = story_ask(&s, "2026-01-12T23:00:00+08:00");
  assert_int_equal(d.dpd, 2);
  d = story_ask(&s, "2026-01-15T23:00:00+08:00");
  assert_int_equal(d.dpd, 2);
  assert_true(d.reasons & DUN_REASON_STOPPED);
  d = story_ask(&s, "2026-01-16T00:00:00+08:00");
  assert_int_equal(d.dpd, 3);
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  expect_time(d.planned_at, "2026-01-17T00:00:00+08:00");
}

static void a_stop_before_the_due_day_takes_nothing_off(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-01T00:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->detail = DUN_HOLD_DISASTER;
  e->until = at("2026-01-11T00:00:00+08:00"); /* the 10th is the due day */
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  assert_int_equal(d.dpd, 2);
  e->until = at("2026-01-11T00:00:01+08:00"); /* covers the start of the 11th */
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  assert_int_equal(d.dpd, 1);
}

static void a_siblings_hold_counts_by_its_kind_and_flag(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T07:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->account = 8;
  e->detail = DUN_HOLD_DISPUTE; /* about that debt alone */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  e->flags = DUN_FLAG_PERSON;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  e->flags = 0;
  e->detail = DUN_HOLD_CEASE; /* the person's */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  e->flags = DUN_FLAG_ACCOUNT;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_task_passes_a_hold(void **state)
{
  struct dun_event *e;
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: call, use: phone}\n      - {name: look, do: task}\n");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-14T07:00:00+08:00");
  e->detail = DUN_HOLD_FRAUD;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T08:00:00+08:00"); /* placed under the hold */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "look");
  expect_time(d.planned_at, "2026-01-14T08:00:00+08:00");
  e->amount = at("2026-01-10T00:00:00+08:00"); /* from before the stage: it never rose */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  assert_int_equal(d.stage, 0);
}

static void overlapping_stops_count_once(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-11T12:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->detail = DUN_HOLD_BREATHING_SPACE;
  e->until = at("2026-01-14T12:00:00+08:00"); /* 12th, 13th, 14th */
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-11T12:00:00+08:00");
  e->detail = DUN_HOLD_DISASTER;
  e->amount = at("2026-01-13T12:00:00+08:00"); /* 14th, 15th, 16th */
  e->until = at("2026-01-16T12:00:00+08:00");
  d = story_ask(&s, "2026-01-17T12:00:00+08:00");
  assert_int_equal(d.dpd, 2);                  /* the 11th and the 17th */
  e->amount = at("2026-01-14T12:00:00+08:00"); /* they meet */
  d = story_ask(&s, "2026-01-17T12:00:00+08:00");
  assert_int_equal(d.dpd, 2);
  e->amount = at("2026-01-15T12:00:00+08:00"); /* a gap of a date between: the 15th counts */
  d = story_ask(&s, "2026-01-17T12:00:00+08:00");
  assert_int_equal(d.dpd, 3);
}

static void a_stop_does_not_spend_a_wait(void **state)
{
  struct dun_event *e;
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: mail, use: mail, every: 3d, times: 5}\n"
              "      - {name: post, use: post, after: {step: mail, wait: 30h}}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "post");
  expect_time(d.not_before, "2026-01-13T15:00:00+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T12:00:00+08:00");
  e->detail = DUN_HOLD_DISASTER;
  e->until = at("2026-01-14T06:00:00+08:00"); /* 42 hours; the 13th and the 14th */
  d = story_ask(&s, "2026-01-14T06:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "post");
  expect_time(d.not_before, "2026-01-15T09:00:00+08:00");
  story_do(&s,
           &(struct dun_decision){.struct_size = sizeof d,
                                  .kind = DUN_DECISION_ACT,
                                  .account = 7,
                                  .due_day = d.due_day,
                                  .step_id = d.step_id,
                                  .occurrence = 1,
                                  .action = DUN_ACTION_CONTACT},
           DUN_OUTCOME_SENT, "2026-01-15T09:00:00+08:00");
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "mail");
  expect_time(d.not_before, "2026-01-17T00:00:00+08:00"); /* 15th, 16th, 17th */
}

static void holds_that_meet_keep_the_stage_down_as_one(void **state)
{
  struct dun_decision d;
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T12:00:00+08:00");
  (void)state;
  e->detail = DUN_HOLD_MANUAL;
  e->until = at("2026-01-16T12:00:00+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T12:00:00+08:00");
  e->detail = DUN_HOLD_FRAUD;
  e->amount = at("2026-01-16T12:00:00+08:00");
  e->until = at("2026-01-20T12:00:00+08:00");
  d = story_ask(&s, "2026-01-17T12:00:00+08:00");
  assert_int_equal(d.stage, 0); /* the reminder stage began on the 14th, under the first */
  e->amount++;                  /* a second between them lets the stage rise */
  d = story_ask(&s, "2026-01-17T12:00:00+08:00");
  assert_int_equal(d.stage, 2);
}

static void a_hold_recorded_over_another_of_its_kind_extends_it(void **state)
{
  struct dun_decision d;
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-15T12:00:00+08:00");
  (void)state;
  e->detail = DUN_HOLD_MANUAL;
  e->until = at("2026-01-18T12:00:00+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-16T12:00:00+08:00");
  e->detail = DUN_HOLD_MANUAL;
  e->amount = at("2026-01-13T12:00:00+08:00"); /* backdated to before the stage */
  e->until = at("2026-01-16T13:00:00+08:00");
  d = story_ask(&s, "2026-01-17T12:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  assert_int_equal(d.stage, 0);
  expect_time(d.not_before, "2026-01-18T12:00:00+08:00");
}

static void a_hold_without_end_names_the_first_step_it_keeps_back(void **state)
{
  struct dun_event *e;
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: a, use: mail}\n      - {name: b, use: post}\n");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T12:00:00+08:00");
  e->detail = DUN_HOLD_CEASE;
  d = story_ask(&s, "2026-01-12T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_HOLD, "a");
}

static void the_due_day_itself_is_never_stopped(void **state)
{
  struct dun_event *e;
  struct dun_decision d;
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\nstages: [{name: a, from: -3d, steps: [{name: mail, use: mail, in: 3d}]}]\n",
             "2026-01-10");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-09T12:00:00+08:00");
  e->detail = DUN_HOLD_DISASTER;
  e->until = at("2026-01-10T12:00:00+08:00");
  d = story_ask(&s, "2026-01-10T13:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
  expect_time(d.planned_at, "2026-01-10T00:00:00+08:00");
}

static void a_release_ends_holds_of_its_own_scope(void **state)
{
  struct dun_event *hold = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T09:00:00+08:00"), *end;
  struct dun_decision d;
  (void)state;
  hold->account = 8;
  hold->detail = DUN_HOLD_CEASE; /* the person said: leave me alone */
  end = story_add(&s, DUN_EVENT_RELEASE, "2026-01-13T09:00:00+08:00");
  end->detail = DUN_HOLD_CEASE;
  end->flags = DUN_FLAG_ACCOUNT; /* released for this account's own holds only */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.kind, DUN_DECISION_HOLD);
  end->flags = 0;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_final_step_is_the_end_under_a_hold_too(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: sue, do: legal, final: true}\n"
              "      - {name: mail, use: mail}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-12T09:00:00+08:00");
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T09:00:00+08:00");
  e->detail = DUN_HOLD_DECEASED;
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, "");
  assert_true(d.reasons & DUN_REASON_FINAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_hold_denies_until_it_ends),
      TEST(a_hold_without_end_waits_for_its_release),
      TEST(a_hold_keeps_the_stage_from_rising),
      TEST(breathing_space_stops_the_count_of_days),
      TEST(a_stop_before_the_due_day_takes_nothing_off),
      TEST(a_siblings_hold_counts_by_its_kind_and_flag),
      TEST(a_task_passes_a_hold),
      TEST(overlapping_stops_count_once),
      TEST(a_stop_does_not_spend_a_wait),
      TEST(holds_that_meet_keep_the_stage_down_as_one),
      TEST(a_hold_recorded_over_another_of_its_kind_extends_it),
      TEST(a_hold_without_end_names_the_first_step_it_keeps_back),
      TEST(the_due_day_itself_is_never_stopped),
      TEST(a_release_ends_holds_of_its_own_scope),
      TEST(a_final_step_is_the_end_under_a_hold_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
