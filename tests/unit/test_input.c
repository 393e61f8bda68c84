/* SPDX-License-Identifier: MIT */
/* The clock behind the log, limits, and input that decide refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/open.h"
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

static void a_clock_that_went_back_gets_no_act_before_the_log(void **state)
{
  struct dun_decision d;
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T10:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  assert_true(d.reasons & DUN_REASON_CLOCK);
  expect_time(d.not_before, "2026-01-14T10:00:00+08:00");
  expect_time(d.review_at, "2026-01-14T10:00:00+08:00");
  d = story_ask(&s, "2026-01-14T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void bad_events_are_named_by_their_place(void **state)
{
  struct dun_event *e;
  size_t bad = 99;
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-10T00:00:00+08:00");
  e = story_add(&s, DUN_EVENT_PAYMENT, "2026-01-11T00:00:00+08:00");
#define REFUSED(code) \
  do { \
    bad = 99; \
    assert_int_equal(story_error(&s, "2026-01-14T09:00:00+08:00", &bad), code); \
    assert_int_equal(bad, 1); \
  } while (0)
  e->occurred_at = e->recorded_at = at("2026-01-09T00:00:00+08:00");
  REFUSED(DUN_E_ORDER);
  e->occurred_at = at("2026-01-11T00:00:00+08:00");
  e->recorded_at = e->occurred_at - 1;
  REFUSED(DUN_E_RANGE);
  e->recorded_at = DUN_TIME_MAX + 1;
  REFUSED(DUN_E_RANGE);
  e->recorded_at = e->occurred_at;
  e->amount = DUN_AMOUNT_MAX + 1;
  REFUSED(DUN_E_RANGE);
  e->amount = DUN_AMOUNT_MAX;
  assert_int_equal(story_ask(&s, "2026-01-14T09:00:00+08:00").kind, DUN_DECISION_ACT);
  e->kind = 0;
  REFUSED(DUN_E_INVAL);
  e->kind = 30;
  REFUSED(DUN_E_INVAL);
  e->kind = DUN_EVENT_PROMISE;
  REFUSED(DUN_E_UNSUPPORTED);
  e->kind = DUN_EVENT_CONTACT;
  REFUSED(DUN_E_INVAL); /* no outcome */
  e->outcome = 28;
  REFUSED(DUN_E_INVAL);
  e->outcome = DUN_OUTCOME_SENT;
  e->channel = 1; /* of no kind */
  REFUSED(DUN_E_INVAL);
  e->channel = 0;
  e->step = 1;
  REFUSED(DUN_E_RANGE); /* occurrence 0 */
  e->occurrence = 1;
  e->party = 4;
  REFUSED(DUN_E_INVAL);
  e->party = 0;
  e->flags = 16;
  REFUSED(DUN_E_NEWER);
  e->flags = 0;
  e->kind = DUN_EVENT_HOLD;
  e->amount = 0;
  REFUSED(DUN_E_INVAL); /* kind of hold 0 */
  e->detail = DUN_HOLD_MANUAL;
  e->until = e->occurred_at - 1;
  REFUSED(DUN_E_RANGE);
  e->until = e->occurred_at; /* a hold that lasts no time */
  assert_int_equal(story_ask(&s, "2026-01-14T09:00:00+08:00").kind, DUN_DECISION_ACT);
  e->kind = DUN_EVENT_FACTS;
  e->detail = 8;
  REFUSED(DUN_E_INVAL);
  e->detail = DUN_FACT_ATTRIBUTE + DUN_ATTRIBUTES;
  REFUSED(DUN_E_INVAL);
  e->detail = DUN_FACT_DUE_DAY;
  e->amount = (int64_t)DUN_DAY_MAX + 1;
  REFUSED(DUN_E_RANGE);
  e->detail = DUN_FACT_PRIOR_DELINQUENCIES;
  e->amount = -1;
  REFUSED(DUN_E_RANGE);
  e->amount = (int64_t)UINT32_MAX + 1;
  REFUSED(DUN_E_RANGE);
  e->amount = 0;
  story_ask(&s, "2026-01-14T09:00:00+08:00");
  e->amount = UINT32_MAX;
  story_ask(&s, "2026-01-14T09:00:00+08:00");
  e->kind = DUN_EVENT_INBOUND;
  e->outcome = 28;
  REFUSED(DUN_E_INVAL);
  e->outcome = 27;
  story_ask(&s, "2026-01-14T09:00:00+08:00");
}

static void the_place_of_a_bad_event_is_told_only_if_there_is_one_and_wanted(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  size_t bad = 99;
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-10T00:00:00+08:00");
  e = story_add(&s, DUN_EVENT_PAYMENT, "2026-01-11T00:00:00+08:00");
  dun_decision_init(&d, sizeof d);
  assert_int_equal(dun_decide(s.policy, &s.account, s.events, s.count,
                              at("2026-01-14T09:00:00+08:00"), &d, &bad),
                   DUN_OK);
  assert_int_equal(bad, 99);
  e->kind = 0;
  assert_int_equal(story_error(&s, "2026-01-14T09:00:00+08:00", NULL), DUN_E_INVAL);
}

static void bad_accounts_are_refused(void **state)
{
  const char *now = "2026-01-14T09:00:00+08:00";
  (void)state;
  s.account.party_zone[DUN_PARTY_GUARANTOR] = 1; /* no zone's id */
  assert_int_equal(story_error(&s, now, NULL), DUN_E_ZONE);
  s.account.party_zone[DUN_PARTY_GUARANTOR] = 0;
  s.account.struct_size = 183;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_STRUCT);
  s.account.struct_size = 1u << 30;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_STRUCT);
  s.account.struct_size = sizeof s.account;
  s.account.flags |= 8;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_NEWER);
  s.account.flags = DUN_ACCOUNT_HAS_DUE;
  s.account.past_due = DUN_AMOUNT_MAX + 1;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_RANGE);
  s.account.past_due = -DUN_AMOUNT_MAX - 1;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_RANGE);
  s.account.past_due = -DUN_AMOUNT_MAX;
  assert_int_equal(story_ask(&s, now).kind, DUN_DECISION_IDLE);
  {
    int64_t *amounts[] = {&s.account.balance, &s.account.minimum_due, &s.account.late_fees};
    for (int i = 0; i < 3; i++) {
      int64_t kept = *amounts[i];
      *amounts[i] = DUN_AMOUNT_MAX + 1;
      assert_int_equal(story_error(&s, now, NULL), DUN_E_RANGE);
      *amounts[i] = kept;
    }
  }
  s.account.past_due = DUN_AMOUNT_MAX;
  assert_int_equal(story_ask(&s, now).kind, DUN_DECISION_ACT);
  s.account.past_due = 5000;
  s.account.due_day = DUN_DAY_MAX + 1;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_RANGE);
  s.account.due_day = day("2026-01-10");
  s.account.zone = 77;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_ZONE);
  s.account.zone = 0;
  s.account.zone2 = 77;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_ZONE);
  s.account.zone2 = 0;
  s.account.party_zone[2] = 77;
  assert_int_equal(story_error(&s, now, NULL), DUN_E_ZONE);
  s.account.party_zone[2] = dun_zone_id("Europe/Rome");
  s.account.currency = dun_currency_id("EUR");
  assert_int_equal(story_error(&s, now, NULL), DUN_E_INVAL);
  s.account.currency = dun_currency_id("CNY");
  assert_int_equal(story_ask(&s, now).kind, DUN_DECISION_ACT);
}

static void missing_arguments_are_refused(void **state)
{
  struct dun_decision d;
  dun_time now = at("2026-01-14T09:00:00+08:00");
  (void)state;
  dun_decision_init(&d, sizeof d);
  assert_int_equal(dun_decide(NULL, &s.account, NULL, 0, now, &d, NULL), DUN_E_INVAL);
  assert_int_equal(dun_decide(s.policy, NULL, NULL, 0, now, &d, NULL), DUN_E_INVAL);
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 0, now, NULL, NULL), DUN_E_INVAL);
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 1, now, &d, NULL), DUN_E_INVAL);
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 0, DUN_TIME_MAX + 1, &d, NULL),
                   DUN_E_RANGE);
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 0, DUN_TIME_MIN - 1, &d, NULL),
                   DUN_E_RANGE);
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 0, DUN_TIME_NEVER, &d, NULL),
                   DUN_E_RANGE);
  d.struct_size = 100;
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 0, now, &d, NULL), DUN_E_STRUCT);
  d.struct_size = sizeof d;
  assert_int_equal(dun_decide(s.policy, &s.account, NULL, 0, now, &d, NULL), DUN_OK);
}

static void the_ends_of_time_have_answers(void **state)
{
  struct dun_decision d;
  (void)state;
  d = story_ask_at(&s, DUN_TIME_MIN);
  expect(&s, &d, DUN_DECISION_WAIT, "due-soon");
  d = story_ask_at(&s, DUN_TIME_MAX);
  assert_true(d.kind != 0);
  s.account.due_day = DUN_DAY_MAX;
  d = story_ask_at(&s, DUN_TIME_MAX);
  s.account.due_day = DUN_DAY_MIN;
  d = story_ask_at(&s, DUN_TIME_MAX);
  assert_true(d.dpd > 3000000);
}

static void a_log_is_taken_up_to_its_limit(void **state)
{
  dun_time t = at("2026-01-11T00:00:00+08:00");
  struct dun_decision d;
  (void)state;
  for (uint32_t i = 0; i < DUN_EVENTS_MAX; i++)
    story_add_at(&s, DUN_EVENT_PAYMENT, t + (int64_t)(i / 2))->amount = 1;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  story_add_at(&s, DUN_EVENT_PAYMENT, t + 90000)->amount = 1;
  assert_int_equal(story_error(&s, "2026-01-14T09:00:00+08:00", NULL), DUN_E_LIMIT);
}

static void a_growing_log_is_checked_as_a_whole_one(void **state)
{
  static struct dun__case c;
  dun_time t = at("2026-01-11T00:00:00+08:00");
  size_t bad = 99;
  (void)state;
  for (uint32_t i = 0; i <= DUN_EVENTS_MAX; i++)
    story_add_at(&s, DUN_EVENT_PAYMENT, t)->amount = 1;
  assert_int_equal(dun__case_begin(&c, s.policy, &s.account, s.events + 1, 0, t - 9, &bad), DUN_OK);
  assert_int_equal(dun__case_more(&c, 0, t - 8, &bad), DUN_OK);
  assert_true(c.now == t - 8); /* what lies before the log does not matter */
  assert_int_equal(dun__case_begin(&c, s.policy, &s.account, s.events, 0, t - 9, &bad), DUN_OK);
  assert_int_equal(dun__case_more(&c, 1, t - 9, &bad), DUN_OK);
  assert_true(c.now == t); /* not before its last entry */
  s.events[1].occurred_at = s.events[1].recorded_at = t - 1;
  assert_int_equal(dun__case_more(&c, 3, t, &bad), DUN_E_ORDER);
  assert_int_equal(bad, 1);
  s.events[1].occurred_at = s.events[1].recorded_at = t;
  assert_int_equal(dun__case_begin(&c, s.policy, &s.account, s.events, 1, t, &bad), DUN_OK);
  assert_int_equal(dun__case_more(&c, 3, t + 9, &bad), DUN_OK);
  assert_true(c.now == t + 9);
  assert_int_equal(dun__case_more(&c, DUN_EVENTS_MAX, t, &bad), DUN_OK);
  assert_int_equal(dun__case_more(&c, DUN_EVENTS_MAX + 1, t, &bad), DUN_E_LIMIT);
  assert_int_equal(bad, 1); /* no event in particular: as it was */
  s.events[2].occurred_at = s.events[2].recorded_at = t - 1;
  assert_int_equal(dun__case_begin(&c, s.policy, &s.account, s.events, 2, t, &bad), DUN_OK);
  assert_int_equal(dun__case_more(&c, 4, t, NULL), DUN_E_ORDER);
  assert_int_equal(dun__case_more(&c, 4, t, &bad), DUN_E_ORDER);
  assert_int_equal(bad, 2);
  s.events[2].occurred_at = s.events[2].recorded_at = t;
  assert_int_equal(dun__case_begin(&c, s.policy, &s.account, s.events, 2, t, &bad), DUN_OK);
  assert_int_equal(dun__case_more(&c, 4, DUN_TIME_NEVER, &bad), DUN_E_RANGE);
}

static void holds_are_taken_up_to_their_limit(void **state)
{
  dun_time t = at("2026-01-01T00:00:00+08:00");
  size_t bad = 0;
  (void)state;
  for (uint32_t i = 0; i <= DUN_HOLDS_MAX; i++) {
    struct dun_event *e = story_add_at(&s, DUN_EVENT_HOLD, t + i * 1000);
    e->detail = DUN_HOLD_MANUAL;
    e->until = e->occurred_at + 10;
  }
  assert_int_equal(story_error(&s, "2026-01-14T09:00:00+08:00", &bad), DUN_E_LIMIT);
  assert_int_equal(bad, DUN_HOLDS_MAX);
  s.count--;
  assert_int_equal(story_ask(&s, "2026-01-14T09:00:00+08:00").kind, DUN_DECISION_ACT);
}

/* Holds that touch are one, whichever was told first, and one that was released as it began is none. */
static void holds_are_counted_after_merging(void **state)
{
  dun_time t = at("2026-01-01T00:00:00+08:00");
  (void)state;
  for (uint32_t way = 0; way < 2; way++) {
    s.count = 0;
    for (uint32_t i = 0; i < 2 * DUN_HOLDS_MAX; i++) {
      struct dun_event *e = story_add_at(&s, DUN_EVENT_HOLD, t);
      e->detail = DUN_HOLD_MANUAL;
      e->amount = t + (way ? 2 * DUN_HOLDS_MAX - i : i) * 10;
      e->until = e->amount + 10;
    }
    assert_int_equal(story_ask(&s, "2026-01-14T09:00:00+08:00").kind, DUN_DECISION_ACT);
  }
  s.count = 0;
  for (uint32_t i = 0; i < 2 * DUN_HOLDS_MAX; i++) { /* nor is one that lasts no time */
    struct dun_event *e = story_add_at(&s, DUN_EVENT_HOLD, t + i);
    e->detail = DUN_HOLD_MANUAL;
    e->until = t + i;
  }
  assert_int_equal(story_ask(&s, "2026-01-14T09:00:00+08:00").kind, DUN_DECISION_ACT);
  s.count = 0;
  for (uint32_t i = 0; i < 2 * DUN_HOLDS_MAX; i++) {
    story_add_at(&s, DUN_EVENT_HOLD, t + i)->detail = DUN_HOLD_MANUAL;
    story_add_at(&s, DUN_EVENT_RELEASE, t + i)->detail = DUN_HOLD_MANUAL;
  }
  assert_int_equal(story_ask(&s, "2026-01-14T09:00:00+08:00").kind, DUN_DECISION_ACT);
}

static void the_last_occurrence_number_is_not_passed(void **state)
{
  struct dun_event *e;
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_NO_ANSWER, "2026-01-14T09:00:00+08:00");
  e = &s.events[s.count - 1];
  e->occurrence = s.events[s.count - 2].occurrence = 65534;
  story_add(&s, DUN_EVENT_CURED, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T10:00:00+08:00");
  assert_int_equal(d.occurrence, 65535);
  s.events[0].occurrence = s.events[1].occurrence = 65535;
  assert_int_equal(story_error(&s, "2026-01-14T10:00:00+08:00", NULL), DUN_E_RANGE);
}

static void events_are_made_of_acts_only(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  struct dun_event e;
  (void)state;
  assert_int_equal(d.kind, DUN_DECISION_WAIT);
  assert_int_equal(dun_event_intent(&d, 0, &e), DUN_E_INVAL);
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(dun_event_intent(NULL, 0, &e), DUN_E_INVAL);
  assert_int_equal(dun_event_intent(&d, 0, NULL), DUN_E_INVAL);
  assert_int_equal(dun_event_intent(&d, DUN_TIME_NEVER, &e), DUN_E_RANGE);
  assert_int_equal(dun_event_outcome(&d, 0, 0, &e), DUN_E_INVAL);
  assert_int_equal(dun_event_outcome(&d, 28, 0, &e), DUN_E_INVAL);
  assert_int_equal(dun_event_outcome(&d, DUN_OUTCOME_SENT, 5, &e), DUN_OK);
  assert_int_equal(e.kind, DUN_EVENT_CONTACT);
  assert_int_equal(e.step, dun_name_id("first-notice"));
  assert_int_equal(e.occurrence, 1);
  assert_int_equal(e.due_day, day("2026-01-10"));
  assert_int_equal(e.channel, dun_channel_id(DUN_CONTACT_TEXT, "sms"));
  d.step_id = 0; /* not from dun_decide() */
  assert_int_equal(dun_event_intent(&d, 0, &e), DUN_E_INVAL);
  assert_int_equal(dun_event_outcome(&d, DUN_OUTCOME_SENT, 5, &e), DUN_E_INVAL);
}

static void what_no_fact_can_say_is_no_gap(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_FACTS, "2026-01-10T09:00:00+08:00");
  (void)state;
  e->detail = DUN_FACT_LIMITATION_DAY;
  e->amount = day("2027-01-10");
  /* that there is no such day any more */
  assert_false(story_ask(&s, "2026-01-14T09:00:00+08:00").reasons & DUN_REASON_FACTS_GAP);
  s.account.flags |= DUN_ACCOUNT_HAS_LIMITATION;
  s.account.limitation_day = day("2027-01-11");
  assert_true(story_ask(&s, "2026-01-14T09:00:00+08:00").reasons & DUN_REASON_FACTS_GAP);
  s.account.limitation_day = day("2027-01-10");
  assert_false(story_ask(&s, "2026-01-14T09:00:00+08:00").reasons & DUN_REASON_FACTS_GAP);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_clock_that_went_back_gets_no_act_before_the_log),
      TEST(bad_events_are_named_by_their_place),
      TEST(the_place_of_a_bad_event_is_told_only_if_there_is_one_and_wanted),
      TEST(bad_accounts_are_refused),
      TEST(missing_arguments_are_refused),
      TEST(the_ends_of_time_have_answers),
      TEST(a_log_is_taken_up_to_its_limit),
      TEST(a_growing_log_is_checked_as_a_whole_one),
      TEST(holds_are_taken_up_to_their_limit),
      TEST(holds_are_counted_after_merging),
      TEST(the_last_occurrence_number_is_not_passed),
      TEST(events_are_made_of_acts_only),
      TEST(what_no_fact_can_say_is_no_gap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
