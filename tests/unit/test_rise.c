/* SPDX-License-Identifier: MIT */
/* How the ladder goes up, stays and is set by hand: advance, min_stay, deescalate, cycle, OVERRIDE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "story.h"

static struct story s;

static void open_with(const char *more, const char *stages)
{
  char text[4096];
  int n =
      snprintf(text, sizeof text, "%s%s%s\nstages:\n%s", STORY_HEAD, more, STORY_CHANNELS, stages);
  assert_true(n > 0 && (size_t)n < sizeof text);
  story_open(&s, text, "2026-01-10");
}

static const char *stage_of(const struct dun_decision *d)
{
  const char *name = dun_policy_name(s.policy, DUN_NAME_STAGE, d->stage);
  return name != NULL ? name : "";
}

#define THREE \
  "  - {name: one, from: 1d, steps: [{name: a, use: mail}, {name: b, use: phone, in: 1d}]}\n" \
  "  - {name: two, from: 3d, steps: [{name: c, use: mail, in: 2d}]}\n" \
  "  - {name: three, from: 5d, steps: [{name: d, do: task}]}\n"

static void direct_takes_the_highest_stage(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("", THREE);
  d = story_ask(&s, "2026-01-20T09:00:00+08:00");
  assert_string_equal(stage_of(&d), "three");
  expect(&s, &d, DUN_DECISION_ACT, "d");
}

static void stepwise_skips_no_stage(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("advance: stepwise\n", THREE);
  d = story_ask(&s, "2026-01-20T09:00:00+08:00");
  assert_string_equal(stage_of(&d), "one");
  expect(&s, &d, DUN_DECISION_ACT, "a");
  assert_true(d.reasons & DUN_REASON_STAY);
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-20T09:00:00+08:00");
  d = story_ask(&s, "2026-01-20T09:00:01+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "b");
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-20T09:00:01+08:00");
  /* the stage is entered when the one before it was done with, and `in` runs from there */
  d = story_ask(&s, "2026-01-20T09:00:01+08:00");
  assert_string_equal(stage_of(&d), "two");
  expect(&s, &d, DUN_DECISION_WAIT, "c");
  expect_time(d.planned_at, "2026-01-22T00:00:00+08:00");
}

static void a_step_that_cannot_be_had_is_no_obstacle(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("advance: stepwise\n", THREE);
  s.account.reach[DUN_PARTY_BORROWER] = 0;
  d = story_ask(&s, "2026-01-20T09:00:00+08:00");
  assert_string_equal(stage_of(&d), "three");
}

static void an_optional_step_is_no_obstacle(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("advance: stepwise\n",
            "  - {name: one, from: 1d, steps: [{name: a, use: mail, optional: true}]}\n"
            "  - {name: two, from: 3d, steps: [{name: c, use: mail}]}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "a");
  d = story_ask(&s, "2026-01-13T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "c");
}

static void a_stage_whose_when_is_false_is_passed_over(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("advance: stepwise\n",
            "  - {name: one, from: 1d, when: {score: 1}, steps: [{name: a, use: mail}]}\n"
            "  - {name: two, from: 3d, steps: [{name: c, use: mail}]}\n");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_string_equal(stage_of(&d), "two");
  s.account.attribute[0] = 1;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_string_equal(stage_of(&d), "one");
}

static void min_stay_keeps_the_next_stage_shut(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("advance: stepwise\n",
            "  - {name: one, from: 1d, min_stay: 4d, steps: [{name: a, use: mail}]}\n"
            "  - {name: two, from: 3d, steps: [{name: c, use: mail}]}\n");
  d = story_ask(&s, "2026-01-11T00:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "a");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-11T00:00:00+08:00");
  d = story_ask(&s, "2026-01-14T23:59:59+08:00");
  assert_string_equal(stage_of(&d), "one");
  expect(&s, &d, DUN_DECISION_WAIT, "c");
  expect_time(d.not_before, "2026-01-15T00:00:00+08:00");
  expect_time(d.review_at, "2026-01-15T00:00:00+08:00");
  d = story_ask(&s, "2026-01-15T00:00:00+08:00");
  assert_string_equal(stage_of(&d), "two");
  expect(&s, &d, DUN_DECISION_ACT, "c");
  expect_time(d.planned_at, "2026-01-15T00:00:00+08:00");
}

static void move_due(const char *when, const char *to)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_FACTS, when);
  e->detail = DUN_FACT_DUE_DAY;
  e->amount = s.account.due_day = day(to);
}

#define REPEATED \
  "  - {name: one, from: 0d, steps: [{name: a, use: mail, every: 10d, times: 3}]}\n" \
  "  - {name: two, from: 5d, steps: [{name: c, use: mail, every: 10d, times: 3}]}\n"

static void a_stage_acted_in_is_kept(void **state)
{
  struct dun_decision d;
  (void)state;
  for (int keeps = 0; keeps < 2; keeps++) {
    open_with(keeps ? "deescalate: false\n" : "", REPEATED);
    d = story_ask(&s, "2026-01-15T09:00:00+08:00");
    expect(&s, &d, DUN_DECISION_ACT, "c");
    story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-15T09:00:00+08:00");
    move_due("2026-01-16T09:00:00+08:00", "2026-01-14"); /* day 2 of a newer instalment */
    d = story_ask(&s, "2026-01-16T09:00:00+08:00");
    assert_string_equal(stage_of(&d), keeps ? "two" : "one");
    if (keeps)
      break;
    story_close(&s);
  }
}

static void a_stage_not_acted_in_is_not_kept(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("deescalate: false\n", REPEATED);
  move_due("2026-01-16T09:00:00+08:00", "2026-01-14");
  d = story_ask(&s, "2026-01-16T09:00:00+08:00");
  assert_string_equal(stage_of(&d), "one");
}

static void counters_belong_to_the_due_day_or_to_the_episode(void **state)
{
  struct dun_decision d;
  (void)state;
  for (int episode = 0; episode < 2; episode++) {
    open_with(episode ? "cycle: episode\n" : "",
              "  - {name: one, from: 0d, steps: [{name: a, use: mail}]}\n");
    d = story_ask(&s, "2026-01-10T09:00:00+08:00");
    expect(&s, &d, DUN_DECISION_ACT, "a");
    story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-10T09:00:00+08:00");
    move_due("2026-02-12T09:00:00+08:00", "2026-02-10");
    d = story_ask(&s, "2026-02-12T09:00:00+08:00");
    expect(&s, &d, episode ? DUN_DECISION_DONE : DUN_DECISION_ACT, episode ? "" : "a");
    if (episode)
      break;
    assert_int_equal(d.due_day, day("2026-02-10"));
    move_due("2026-02-12T10:00:00+08:00", "2026-01-10"); /* back: its counters again */
    d = story_ask(&s, "2026-02-12T10:00:00+08:00");
    expect(&s, &d, DUN_DECISION_DONE, "");
    story_close(&s);
  }
}

static void measures_count_for_the_due_day_whatever_the_cycle(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("cycle: episode\n",
            "  - {name: one, from: 0d, steps: [{name: a, use: mail}, {name: f, do: fee}]}\n");
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-10T09:00:00+08:00");
  d = story_ask(&s, "2026-01-10T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "f");
  story_do(&s, &d, DUN_OUTCOME_DONE, "2026-01-10T09:00:00+08:00");
  move_due("2026-02-12T09:00:00+08:00", "2026-02-10");
  d = story_ask(&s, "2026-02-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "f");
}

static struct dun_event *order(const char *when, const char *name, uint32_t detail)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_OVERRIDE, when);
  e->step = dun_name_id(name);
  e->detail = detail;
  return e;
}

static void a_stage_can_be_set_by_hand_until_an_instant(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("", THREE);
  order("2026-01-11T12:00:00+08:00", "two", DUN_OVERRIDE_ANY)->until =
      at("2026-01-13T00:00:00+08:00") - 3600;
  d = story_ask(&s, "2026-01-11T12:00:00+08:00");
  assert_string_equal(stage_of(&d), "two");
  assert_true(d.reasons & DUN_REASON_OVERRIDE);
  d = story_ask(&s, "2026-01-12T22:59:59+08:00");
  assert_string_equal(stage_of(&d), "two");
  d = story_ask(&s, "2026-01-12T23:00:00+08:00");
  assert_string_equal(stage_of(&d), "one");
}

static void an_order_ends_with_the_episode(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("", THREE);
  order("2026-01-11T12:00:00+08:00", "three", DUN_OVERRIDE_STAGE);
  d = story_ask(&s, "2026-01-11T12:00:00+08:00");
  assert_string_equal(stage_of(&d), "three");
  story_add(&s, DUN_EVENT_CURED, "2026-01-11T13:00:00+08:00");
  d = story_ask(&s, "2026-01-11T13:00:00+08:00");
  assert_string_equal(stage_of(&d), "one");
}

static void a_step_ordered_by_hand_goes_first_once_and_through_the_guards(void **state)
{
  struct dun_decision d;
  (void)state;
  open_with("", "  - {name: one, from: 1d, steps: [{name: a, use: mail}]}\n"
                "  - {name: two, from: 30d, steps: [{name: call, use: phone}]}\n");
  order("2026-01-11T06:00:00+08:00", "call", DUN_OVERRIDE_STEP);
  d = story_ask(&s, "2026-01-11T06:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "a"); /* the other is permitted now, the call is not */
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-11T06:00:00+08:00");
  d = story_ask(&s, "2026-01-11T06:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "call");
  expect_time(d.planned_at, "2026-01-11T06:00:00+08:00");
  expect_time(d.not_before, "2026-01-11T08:00:00+08:00");
  d = story_ask(&s, "2026-01-11T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "call");
  assert_true(d.reasons & DUN_REASON_OVERRIDE);
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-11T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_DONE, ""); /* it counts: its own stage offers it no more */
}

static void an_order_for_what_the_policy_lacks_changes_nothing(void **state)
{
  struct dun_decision d, e;
  (void)state;
  open_with("", THREE);
  d = story_ask(&s, "2026-01-11T12:00:00+08:00");
  order("2026-01-11T12:00:00+08:00", "nobody", DUN_OVERRIDE_ANY);
  order("2026-01-11T12:00:00+08:00", "a", DUN_OVERRIDE_STAGE);
  order("2026-01-11T12:00:00+08:00", "two", DUN_OVERRIDE_STEP);
  e = story_ask(&s, "2026-01-11T12:00:00+08:00");
  assert_memory_equal(&d, &e, sizeof d);
}

static void an_order_for_nothing_is_an_error(void **state)
{
  size_t bad = 9;
  (void)state;
  open_with("", THREE);
  order("2026-01-11T12:00:00+08:00", "", DUN_OVERRIDE_ANY);
  assert_int_equal(story_error(&s, "2026-01-11T12:00:00+08:00", &bad), DUN_E_INVAL);
  assert_int_equal(bad, 0);
  s.count = 0;
  order("2026-01-11T12:00:00+08:00", "a", DUN_OVERRIDE_STEP + 1);
  assert_int_equal(story_error(&s, "2026-01-11T12:00:00+08:00", &bad), DUN_E_INVAL);
}

static void explained(const char *now, char *text, uint64_t size)
{
  uint64_t needed = 0;
  assert_int_equal(
      dun_explain(s.policy, &s.account, s.events, s.count, at(now), text, size, &needed, NULL),
      DUN_OK);
  assert_true(needed < size);
  assert_int_equal(strlen(text), needed);
}

static void an_answer_is_explained_with_its_guards_and_stages(void **state)
{
  char text[8192];
  (void)state;
  open_with("", "  - {name: one, from: 1d, steps: [{name: call, use: phone}, {name: f, do: fee, "
                "when: {score: 4}}]}\n"
                "  - {name: two, from: 30d, requires: [{step: call}], steps: []}\n");
  explained("2026-01-11T06:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "days past due 1"));
  assert_non_null(
      strstr(text, "* stage one, from day 1: the present one, entered 2026-01-11T00:00"));
  assert_non_null(strstr(text, "stage two, from day 30: begins 2026-02-09T00:00:00+08:00"));
  assert_non_null(strstr(text, "requires step call: missing"));
  assert_non_null(strstr(text, "floor for voice: 2026-01-11T06:00:00+08:00 -> 2026-01-11T08:00"));
  assert_non_null(strstr(text, "no candidate f: its `when` does not hold"));
  assert_non_null(strstr(text, "when score = 0, wants 4: no"));
  assert_non_null(strstr(text, "answer: wait call by phone to borrower, key 2026-01-10/1.0"));
  story_add(&s, DUN_EVENT_HOLD, "2026-01-11T06:00:00+08:00")->detail = DUN_HOLD_DISPUTE;
  explained("2026-01-11T09:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "hold dispute: from 2026-01-11T06:00:00+08:00 until never"));
  assert_non_null(strstr(text, "answer: hold call"));
}

static void an_explanation_says_what_keeps_a_stage_shut(void **state)
{
  char text[8192];
  (void)state;
  open_with("", "  - {name: before, from: -3d, steps: []}\n"
                "  - {name: at, from: 0d, steps: [{name: look, do: task}]}\n");
  s.account.past_due = 1;
  explained("2026-01-10T09:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "* stage at, from day 0: the present one"));
  assert_non_null(strstr(text, "stage before, from day -3: passed"));
  explained("2026-01-11T09:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "stage before, from day -3: over, it lies before the due day"));
  s.account.past_due = 0;
  explained("2026-01-10T09:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "* stage before, from day -3: the present one"));
  assert_non_null(strstr(text, "stage at, from day 0: nothing is past due"));
  story_close(&s);
  open_with("", "  - {name: late, from: 1d, steps: [{name: look, do: task}]}\n");
  s.account.past_due = 1; /* no stage is there to have passed another */
  story_add(&s, DUN_EVENT_HOLD, "2026-01-10T09:00:00+08:00")->detail = DUN_HOLD_DISPUTE;
  explained("2026-01-12T09:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "stage late, from day 1: its conditions hold [hold]"));
}

static void an_explanation_has_no_ladder_where_nobody_climbs_it(void **state)
{
  char text[8192];
  (void)state;
  open_with("ignore_below: 5\n", THREE);
  s.account.past_due = 4;
  explained("2026-01-11T09:00:00+08:00", text, sizeof text);
  assert_null(strstr(text, "stage one"));
  assert_non_null(strstr(text, "answer: idle [small]"));
  s.account.past_due = 1;
  explained("2026-01-11T09:00:00+08:00", text, sizeof text);
  assert_null(strstr(text, "stage one"));
  s.account.past_due = 5;
  explained("2026-01-11T09:00:00+08:00", text, sizeof text);
  assert_non_null(strstr(text, "* stage one"));
  s.account.flags = 0;
  explained("2026-01-11T09:00:00+08:00", text, sizeof text);
  assert_null(strstr(text, "stage one"));
  assert_non_null(strstr(text, "no due day"));
}

static void an_explanation_is_cut_to_the_room_and_says_what_it_needs(void **state)
{
  char all[8192], cut[64];
  uint64_t needed = 0, again = 0;
  (void)state;
  open_with("", THREE);
  assert_int_equal(dun_explain(s.policy, &s.account, NULL, 0, at("2026-01-11T06:00:00+08:00"), NULL,
                               0, &needed, NULL),
                   DUN_OK);
  explained("2026-01-11T06:00:00+08:00", all, needed + 1);
  memset(cut, 'x', sizeof cut);
  assert_int_equal(dun_explain(s.policy, &s.account, NULL, 0, at("2026-01-11T06:00:00+08:00"), cut,
                               40, &again, NULL),
                   DUN_OK);
  assert_int_equal(again, needed);
  assert_int_equal(strlen(cut), 39);
  assert_memory_equal(cut, all, 39);
  assert_int_equal(cut[40], 'x');
  memset(all, 'x', sizeof all); /* one byte too few: that of the NUL */
  assert_int_equal(dun_explain(s.policy, &s.account, NULL, 0, at("2026-01-11T06:00:00+08:00"), all,
                               needed, &again, NULL),
                   DUN_OK);
  assert_int_equal(strlen(all), needed - 1);
  assert_int_equal(all[needed], 'x');
  assert_int_equal(dun_explain(s.policy, &s.account, NULL, 0, at("2026-01-11T06:00:00+08:00"), all,
                               1, &again, NULL),
                   DUN_OK);
  assert_int_equal(all[0], '\0');
  assert_int_equal(dun_explain(s.policy, &s.account, NULL, 0, 0, NULL, 1, &again, NULL),
                   DUN_E_INVAL);
  assert_int_equal(dun_explain(s.policy, &s.account, NULL, 0, 0, cut, 5, NULL, NULL), DUN_E_INVAL);
  assert_int_equal(dun_explain(NULL, &s.account, NULL, 0, 0, cut, 5, &again, NULL), DUN_E_INVAL);
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
      TEST(direct_takes_the_highest_stage),
      TEST(stepwise_skips_no_stage),
      TEST(a_step_that_cannot_be_had_is_no_obstacle),
      TEST(an_optional_step_is_no_obstacle),
      TEST(a_stage_whose_when_is_false_is_passed_over),
      TEST(min_stay_keeps_the_next_stage_shut),
      TEST(a_stage_acted_in_is_kept),
      TEST(a_stage_not_acted_in_is_not_kept),
      TEST(counters_belong_to_the_due_day_or_to_the_episode),
      TEST(measures_count_for_the_due_day_whatever_the_cycle),
      TEST(a_stage_can_be_set_by_hand_until_an_instant),
      TEST(an_order_ends_with_the_episode),
      TEST(a_step_ordered_by_hand_goes_first_once_and_through_the_guards),
      TEST(an_order_for_what_the_policy_lacks_changes_nothing),
      TEST(an_order_for_nothing_is_an_error),
      TEST(an_answer_is_explained_with_its_guards_and_stages),
      TEST(an_explanation_says_what_keeps_a_stage_shut),
      TEST(an_explanation_has_no_ladder_where_nobody_climbs_it),
      TEST(an_explanation_is_cut_to_the_room_and_says_what_it_needs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
