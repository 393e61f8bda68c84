/* SPDX-License-Identifier: MIT */
/* How the fold tells deliveries apart by their keys: late outcomes of the newest 32 and of older ones,
 * keys in any order, steps of another policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/open.h"
#include "story.h"

static struct story s;
static struct dun__case c;
static struct dun__memo memo;

static int open_story(void **state)
{
  (void)state;
  story_open(&s,
             STORY_HEAD "stages: [{name: only, from: 0d, steps: [{name: a, do: task, every: 1d}, "
                        "{name: b, do: task, every: 1d}]}]\n",
             "2026-01-10");
  return 0;
}

static int close_story(void **state)
{
  (void)state;
  story_close(&s);
  return 0;
}

/* A delivery's entry, a second after the one before. */
static struct dun_event *add(const char *step, int32_t due, uint32_t occurrence, uint32_t attempt,
                             uint32_t outcome)
{
  dun_time last = s.count > 0 ? s.events[s.count - 1].occurred_at : at("2026-01-10T09:00:00+08:00");
  uint32_t kind = outcome == DUN_OUTCOME_NONE ? DUN_EVENT_INTENT : DUN_EVENT_ACTION;
  struct dun_event *e = story_add_at(&s, kind, last + 1);
  e->step = dun_name_id(step);
  e->due_day = s.account.due_day + due;
  e->occurrence = (uint16_t)occurrence;
  e->attempt = (uint8_t)attempt;
  e->outcome = (uint8_t)outcome;
  return e;
}

/* Fail unless the log takes one pass (or not); the log begins anew. */
static void expect_one_pass(bool one)
{
  size_t bad = 0;
  assert_int_equal(dun__case_open(&c, &memo, s.policy, &s.account, s.events, s.count,
                                  s.events[s.count - 1].occurred_at, &bad),
                   DUN_OK);
  assert_int_equal(c.exact, !one);
  s.count = 0;
}

static void keys_that_rise_take_one_pass(void **state)
{
  (void)state;
  add("a", 0, 1, 0, DUN_OUTCOME_NONE);
  add("a", 0, 1, 0, DUN_OUTCOME_DECLINED);
  add("a", 0, 1, 1, DUN_OUTCOME_DONE);
  add("a", 0, 2, 0, DUN_OUTCOME_DONE); /* the occurrence rises, whatever the try */
  add("b", 0, 1, 0, DUN_OUTCOME_DONE); /* each step has keys of its own */
  add("a", 1, 1, 0, DUN_OUTCOME_DONE); /* the due day rises, whatever the occurrence */
  add("a", 1, 1, 1, DUN_OUTCOME_DONE);
  expect_one_pass(true);
}

static void a_new_key_below_the_newest_is_looked_up(void **state)
{
  (void)state;
  add("a", 0, 2, 1, DUN_OUTCOME_DONE);
  add("a", 0, 2, 0, DUN_OUTCOME_DONE);
  expect_one_pass(false);
  add("a", 0, 2, 1, DUN_OUTCOME_DONE);
  add("a", 0, 1, 2, DUN_OUTCOME_DONE);
  expect_one_pass(false);
  add("a", 0, 2, 1, DUN_OUTCOME_DONE);
  add("a", -1, 3, 2, DUN_OUTCOME_DONE);
  expect_one_pass(false);
}

static void an_outcome_for_one_of_the_last_32_deliveries_takes_one_pass(void **state)
{
  (void)state;
  for (uint32_t n = 32; n <= 33; n++) {
    add("b", 0, 1, 0, DUN_OUTCOME_NONE);
    for (uint32_t i = 1; i < n; i++)
      add("a", 0, i, 0, DUN_OUTCOME_DONE);
    add("b", 0, 1, 0, DUN_OUTCOME_DONE);
    expect_one_pass(n == 32);
    assert_int_equal(c.track[1].performed, 1);
    assert_int_equal(c.track[0].performed, n - 1);
  }
}

static void the_end_of_an_episode_ends_the_wait_for_outcomes(void **state)
{
  (void)state;
  add("b", 0, 1, 0, DUN_OUTCOME_NONE);
  story_add_at(&s, DUN_EVENT_CURED, s.events[0].occurred_at);
  add("b", 0, 1, 0, DUN_OUTCOME_DONE);
  expect_one_pass(false);
}

static void both_ways_give_one_answer(void **state)
{
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct dun_decision d;
    for (uint32_t k = 1; k <= 40; k++)
      add("a", 0, k, 0, k == 1 && i == 1 ? DUN_OUTCOME_NONE : DUN_OUTCOME_DONE);
    if (i == 1)
      add("a", 0, 1, 0, DUN_OUTCOME_DONE);
    d = story_ask(&s, "2026-01-10T10:00:00+08:00");
    expect(&s, &d, DUN_DECISION_ACT, "b");
    add("b", 0, 1, 0, DUN_OUTCOME_DONE);
    d = story_ask(&s, "2026-01-10T10:00:00+08:00");
    expect(&s, &d, DUN_DECISION_WAIT, "a");
    assert_int_equal(d.occurrence, 41);
    expect_time(d.not_before, "2026-01-11T00:00:00+08:00");
    s.count = 0;
  }
}

static void a_step_of_another_policy_belongs_to_the_episode_beside_our_own(void **state)
{
  struct dun_decision d;
  (void)state;
  s.account.past_due = 0;
  add("unheard-of", 0, 1, 0, DUN_OUTCOME_DONE);
  d = story_ask(&s, "2026-01-10T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_CLEAR, "");
  add("a", 0, 1, 0, DUN_OUTCOME_DONE);
  d = story_ask(&s, "2026-01-10T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_CLEAR, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_story, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(keys_that_rise_take_one_pass),
      TEST(a_new_key_below_the_newest_is_looked_up),
      TEST(an_outcome_for_one_of_the_last_32_deliveries_takes_one_pass),
      TEST(the_end_of_an_episode_ends_the_wait_for_outcomes),
      TEST(both_ways_give_one_answer),
      TEST(a_step_of_another_policy_belongs_to_the_episode_beside_our_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
