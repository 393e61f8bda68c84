/* SPDX-License-Identifier: MIT */
/* How a log is counted: in one pass if it comes in the usual order, entry by entry if it grows. What
 * comes of it is told elsewhere; here it is that nothing is counted twice over without need. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

#include "base/names.h"
#include "core/fold.h"
#include "core/open.h"
#include "story.h"

#define PHONE dun_channel_id(DUN_CONTACT_VOICE, "phone")

static struct story s;
static struct dun__case c;

static int open_story(void **state)
{
  (void)state;
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\nstages: [{name: late, from: 1d, steps: [{name: call, use: phone, every: 1h}]}]\n",
             "2026-01-10");
  return 0;
}

static int close_story(void **state)
{
  (void)state;
  story_close(&s);
  return 0;
}

/* An entry of a delivery of the step `call`. */
static struct dun_event *entry(uint32_t kind, uint32_t occurrence, uint32_t outcome)
{
  struct dun_event *e =
      story_add_at(&s, kind, at("2026-01-12T09:00:00+08:00") + (dun_time)s.count * 60);
  e->step = dun_name_id("call");
  e->due_day = s.account.due_day;
  e->channel = PHONE;
  e->occurrence = (uint16_t)occurrence;
  e->outcome = (uint8_t)outcome;
  return e;
}

static void calls(uint32_t n)
{
  for (uint32_t i = 1; i <= n; i++) {
    entry(DUN_EVENT_INTENT, i, DUN_OUTCOME_NONE);
    entry(DUN_EVENT_CONTACT, i, DUN_OUTCOME_NO_ANSWER);
  }
}

static void begin(size_t count)
{
  size_t bad = 0;
  assert_int_equal(dun__case_begin(&c, s.policy, &s.account, s.events, count,
                                   at("2026-01-20T09:00:00+08:00"), &bad),
                   DUN_OK);
}

static void a_log_in_the_usual_order_is_counted_in_one_pass(void **state)
{
  (void)state;
  begin(0);
  assert_false(c.exact);
  calls(40);
  begin(s.count);
  assert_false(c.exact);
  entry(DUN_EVENT_CONTACT, 9, DUN_OUTCOME_CONVERSATION); /* of the oldest of the last 32 */
  begin(s.count);
  assert_false(c.exact);
}

static void an_outcome_for_an_older_delivery_is_looked_up(void **state)
{
  (void)state;
  calls(40);
  entry(DUN_EVENT_CONTACT, 8, DUN_OUTCOME_DECLINED);
  begin(s.count);
  assert_true(c.exact);
  dun__fold_finish(&c);
  assert_int_equal(c.track[0].performed, 39);
  assert_false(dun__fold_more(&c, s.count));
}

/* What a forecast appends to its log is fed to what was counted before. */
static void what_leaves_the_past_alone_is_fed_to_the_count(void **state)
{
  static const uint8_t kinds[] = {DUN_EVENT_INTENT,  DUN_EVENT_CONTACT,  DUN_EVENT_ACTION,
                                  DUN_EVENT_PAYMENT, DUN_EVENT_REVERSAL, DUN_EVENT_INBOUND,
                                  DUN_EVENT_CURED};
  (void)state;
  calls(2);
  for (size_t i = 0; i < sizeof kinds; i++) {
    size_t before = s.count;
    entry(kinds[i], 3 + (uint32_t)i, DUN_OUTCOME_NO_ANSWER);
    begin(before);
    if (!dun__fold_more(&c, s.count))
      fail_msg("kind %u makes the count begin anew", kinds[i]);
    assert_int_equal(c.count, s.count);
  }
}

static void nothing_beyond_the_count_is_looked_at(void **state)
{
  (void)state;
  calls(2);
  begin(3); /* up to the second INTENT */
  dun__fold_finish(&c);
  assert_int_equal(c.track[0].performed, 1);
  begin(1);
  assert_true(dun__fold_more(&c, 2));
  assert_int_equal(c.contacts.attempts[DUN_CONTACT_VOICE], 1);
}

static void a_cure_beyond_the_count_takes_back_no_failure(void **state)
{
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\ncatch_up: each\nstages: [{name: late, from: 1d, steps: [{name: call, use: phone, "
             "every: 1h, retry: {times: 1, every: 5m}}]}]\n",
             "2026-01-10");
  for (uint8_t i = 0; i < 2; i++)
    entry(DUN_EVENT_CONTACT, 1, DUN_OUTCOME_BUSY)->attempt = i;
  entry(DUN_EVENT_CONTACT, 2, DUN_OUTCOME_NO_ANSWER);
  entry(DUN_EVENT_CURED, 0, DUN_OUTCOME_NONE);
  begin(3);
  dun__fold_finish(&c);
  assert_int_equal(dun__nothing_since(&c, 0, DUN_TIME_MIN), 1);
}

static void what_changes_the_past_makes_the_count_begin_anew(void **state)
{
  static const uint8_t kinds[] = {DUN_EVENT_PLACED,       DUN_EVENT_CLOSED,      DUN_EVENT_REOPENED,
                                  DUN_EVENT_FACTS,        DUN_EVENT_HOLD,        DUN_EVENT_RELEASE,
                                  DUN_EVENT_OPT_OUT,      DUN_EVENT_OPT_IN,      DUN_EVENT_OVERRIDE,
                                  DUN_EVENT_ADDRESS_DEAD, DUN_EVENT_ADDRESS_NEW, DUN_EVENT_VOID};
  (void)state;
  calls(2);
  for (size_t i = 0; i < sizeof kinds; i++) {
    size_t before = s.count;
    entry(kinds[i], 3, DUN_OUTCOME_NONE)->detail = 1;
    begin(before);
    if (dun__fold_more(&c, s.count))
      fail_msg("kind %u is fed to the count", kinds[i]);
    s.count = before;
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_story, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_log_in_the_usual_order_is_counted_in_one_pass),
      TEST(an_outcome_for_an_older_delivery_is_looked_up),
      TEST(what_leaves_the_past_alone_is_fed_to_the_count),
      TEST(nothing_beyond_the_count_is_looked_at),
      TEST(a_cure_beyond_the_count_takes_back_no_failure),
      TEST(what_changes_the_past_makes_the_count_begin_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
