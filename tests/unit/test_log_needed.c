/* SPDX-License-Identifier: MIT */
/* dun_log_needed: what may go and what has to stay, by kind; and its refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "story.h"

static struct story s;
static uint8_t needed[64];

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

/* Fail unless exactly these entries are kept: one letter each, K = kept, - = not. */
static void expect_kept(dun_time settled, const char *which)
{
  char got[64] = "";
  size_t kept = 0, k = 0;
  assert_int_equal(dun_log_needed(s.policy, s.events, s.count, settled, needed, &kept, NULL),
                   DUN_OK);
  for (size_t i = 0; i < s.count; i++) {
    got[i] = needed[i] ? 'K' : '-';
    k += needed[i];
  }
  assert_string_equal(got, which);
  assert_int_equal(k, kept);
}

static void what_is_not_settled_stays(void **state)
{
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-10T09:00:00+08:00");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-11T09:00:00+08:00");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T09:00:00+08:00");
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-13T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "--KK");
  expect_kept(at("2026-01-12T09:00:01+08:00"), "--KK");
  expect_kept(at("2026-01-12T09:00:00+08:00"), "-KKK"); /* the newest could still be taken back */
  expect_kept(at("2026-01-11T09:00:00+08:00"), "KKKK");
}

static void a_corrected_entry_goes_with_its_correction(void **state)
{
  struct dun_event *e;
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-10T09:00:00+08:00");
  story_add(&s, DUN_EVENT_CLOSED, "2026-01-11T09:00:00+08:00");
  e = story_add(&s, DUN_EVENT_VOID, "2026-01-12T09:00:00+08:00");
  e->outcome = DUN_EVENT_CLOSED;
  e->until = at("2026-01-11T09:00:00+08:00");
  expect_kept(DUN_TIME_NEVER, "KKK"); /* the last entry stays, and what it corrects */
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-13T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "K--K");
  expect_kept(at("2026-01-12T09:00:00+08:00"), "KKKK"); /* the VOID could still be taken back */
}

static void a_first_notice_of_a_cured_episode_goes_once_a_later_one_tells_its_number(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:00+08:00");
  story_add(&s, DUN_EVENT_CURED, "2026-01-15T09:00:00+08:00");
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-15T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "KKKK");
  s.count--;
  d = story_ask(&s, "2026-01-15T09:00:01+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(d.occurrence, 2);
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-15T09:00:01+08:00");
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-16T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "--KKKK");
  s.policy = (dun_policy_unref(s.policy), NULL); /* whatever the policy: it may count for ever */
  expect_kept(DUN_TIME_NEVER, "KKKKKK");
}

static void an_opt_out_that_was_taken_back_goes_and_a_standing_one_stays(void **state)
{
  (void)state;
  story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-10T09:00:00+08:00");
  story_add(&s, DUN_EVENT_OPT_IN, "2026-01-11T09:00:00+08:00");
  story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-12T09:00:00+08:00");
  story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-12T10:00:00+08:00")->party = DUN_PARTY_GUARANTOR;
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-13T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "--KKK");
  s.events[2].flags = DUN_FLAG_ACCOUNT;
  story_add(&s, DUN_EVENT_OPT_IN, "2026-01-14T09:00:00+08:00")->flags = DUN_FLAG_ACCOUNT;
  s.events[0].channel = dun_channel_id(DUN_CONTACT_TEXT, "sms"); /* not what was taken back */
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-15T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "KK-KKKK");
}

static void a_fact_goes_only_if_it_says_nothing_new(void **state)
{
  static const int64_t balance[] = {5, 5, 7, 5, 5};
  (void)state;
  for (int i = 0; i < 5; i++) {
    struct dun_event *e = story_add(&s, DUN_EVENT_FACTS, "2026-01-10T09:00:00+08:00");
    e->detail = DUN_FACT_BALANCE;
    e->amount = balance[i];
  }
  story_add(&s, DUN_EVENT_PAYMENT, "2026-01-13T09:00:00+08:00")->amount = 5;
  expect_kept(DUN_TIME_NEVER, "K-KKKK"); /* the last one tells until when it was told */
}

static void bad_arguments_are_refused_and_nothing_is_written(void **state)
{
  size_t kept = 99, bad = 99;
  (void)state;
  needed[0] = 77;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T10:00:00+08:00");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T09:00:00+08:00");
  assert_int_equal(dun_log_needed(NULL, s.events, 2, 0, needed, &kept, &bad), DUN_E_ORDER);
  assert_int_equal(bad, 1);
  assert_int_equal(dun_log_needed(NULL, NULL, 1, 0, needed, &kept, NULL), DUN_E_INVAL);
  assert_int_equal(dun_log_needed(NULL, s.events, 1, 0, NULL, &kept, NULL), DUN_E_INVAL);
  assert_int_equal(dun_log_needed(NULL, s.events, 1, DUN_TIME_MAX + 1, needed, &kept, NULL),
                   DUN_E_RANGE);
  assert_int_equal(dun_log_needed(NULL, s.events, DUN_EVENTS_MAX + 1, 0, needed, &kept, NULL),
                   DUN_E_LIMIT);
  s.events[0].kind = DUN_EVENT_PROMISE;
  assert_int_equal(dun_log_needed(NULL, s.events, 1, 0, needed, &kept, NULL), DUN_E_UNSUPPORTED);
  assert_int_equal(kept, 99);
  assert_int_equal(needed[0], 77);
  assert_int_equal(dun_log_needed(NULL, NULL, 0, 0, NULL, &kept, NULL), DUN_OK);
  assert_int_equal(kept, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(what_is_not_settled_stays),
      TEST(a_corrected_entry_goes_with_its_correction),
      TEST(a_first_notice_of_a_cured_episode_goes_once_a_later_one_tells_its_number),
      TEST(an_opt_out_that_was_taken_back_goes_and_a_standing_one_stays),
      TEST(a_fact_goes_only_if_it_says_nothing_new),
      TEST(bad_arguments_are_refused_and_nothing_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
