/* SPDX-License-Identifier: MIT */
/* Deliveries: channels, failures, open intents, later outcomes, corrections. */
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

/* ---- channels ---- */

static void use_falls_back_for_reachability_only(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T03:00:00+08:00");
  struct dun_event *e;
  (void)state;
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice"); /* mail could go at 3, but sms comes first */
  assert_int_equal(d.channel, 1);
  s.account.reach[0] &= ~1u;
  d = story_ask(&s, "2026-01-14T03:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(d.channel, 2);
  s.account.reach[0] |= 1u;
  e = story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-14T02:00:00+08:00");
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  d = story_ask(&s, "2026-01-14T03:00:00+08:00");
  assert_int_equal(d.channel, 2);
  assert_true(d.reasons & DUN_REASON_OPT_OUT);
  e = story_add(&s, DUN_EVENT_OPT_IN, "2026-01-14T02:30:00+08:00");
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 1);
}

static void an_intent_that_names_no_channel_or_another_party_is_passed_over(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  assert_int_equal(d.channel, 1);
  assert_int_equal(dun_event_intent(&d, at("2026-01-14T09:00:00+08:00"), &s.events[s.count++]),
                   DUN_OK);
  d = story_ask(&s, "2026-01-14T09:00:01+08:00");
  assert_int_equal(d.occurrence, 1);
  assert_true(d.reasons & DUN_REASON_OPEN_INTENT);
  s.events[s.count - 1].channel = 0; /* nobody knows by which it went out, if it did */
  d = story_ask(&s, "2026-01-14T09:00:01+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(d.occurrence, 2);
  assert_false(d.reasons & DUN_REASON_OPEN_INTENT);
  s.events[s.count - 1].channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  s.events[s.count - 1].party = DUN_PARTY_GUARANTOR; /* a former policy's */
  d = story_ask(&s, "2026-01-14T09:00:01+08:00");
  assert_int_equal(d.occurrence, 2);
  assert_false(d.reasons & DUN_REASON_OPEN_INTENT);
}

static void a_void_takes_nothing_back_that_lies_before_the_log(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  struct dun_event *e;
  (void)state;
  e = story_add(&s, DUN_EVENT_PAYMENT, "2026-01-14T09:00:00+08:00");
  e->amount = 1;
  *story_add(&s, DUN_EVENT_PAYMENT, "2026-01-14T09:00:00+08:00") = *e;
  s.events[1].account = 8;
  e = story_add(&s, DUN_EVENT_VOID, "2026-01-14T09:00:00+08:00"); /* of the first */
  e->outcome = DUN_EVENT_PAYMENT;
  e->until = at("2026-01-14T09:00:00+08:00");
  s.events++; /* which is not in the log any more */
  s.count--;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  s.events--;
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void an_opt_out_from_a_channel_the_policy_lacks_counts_by_its_kind(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-12T02:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "old-sms");
  e->account = 8; /* told on a sibling account: the person's wish all the same */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 2);
  e->party = DUN_PARTY_GUARANTOR; /* somebody else's wish */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 1);
}

static void a_dead_address_leads_to_the_next_channel(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  struct dun_event *e;
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_FAILED_PERMANENT, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  expect_time(d.not_before, "2026-01-14T09:00:01+08:00");
  assert_int_equal(d.channel, 2);
  assert_int_equal(d.occurrence, 1);
  assert_int_equal(d.attempt, 1);
  e = story_add(&s, DUN_EVENT_ADDRESS_NEW, "2026-01-14T09:30:00+08:00");
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  d = story_ask(&s, "2026-01-14T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(d.channel, 1);
}

static void a_step_that_nothing_reaches_is_skipped(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: text, use: sms}\n      - {name: letter, use: post}\n");
  s.account.reach[0] = 8;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "letter");
  assert_true(d.reasons & DUN_REASON_UNREACHABLE);
}

/* ---- failures, intents, refinements ---- */

static void a_temporary_failure_is_tried_again_on_the_next_date(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_FAILED_TEMPORARY, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T19:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  assert_int_equal(d.occurrence, 1);
  assert_int_equal(d.attempt, 1);
  assert_true(d.reasons & DUN_REASON_RETRY);
  expect_time(d.not_before, "2026-01-15T08:00:00+08:00");
  d = story_ask(&s, "2026-01-15T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void a_transport_may_name_its_own_next_try(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DECLINED, "2026-01-14T09:00:00+08:00");
  s.events[s.count - 1].until = at("2026-01-14T09:10:00+08:00");
  d = story_ask(&s, "2026-01-14T09:09:59+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "first-notice");
  d = story_ask(&s, "2026-01-14T09:10:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
}

static void an_open_intent_keeps_its_key_until_it_has_an_outcome(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00"), again;
  struct dun_event *e;
  (void)state;
  assert_int_equal(dun_event_intent(&d, at("2026-01-14T09:00:00+08:00"), &s.events[s.count++]),
                   DUN_OK);
  again = story_ask(&s, "2026-01-14T10:00:00+08:00");
  expect(&s, &again, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(again.occurrence, d.occurrence);
  assert_int_equal(again.attempt, d.attempt);
  assert_true(again.reasons & DUN_REASON_OPEN_INTENT);
  again = story_ask(&s, "2026-01-14T21:00:00+08:00"); /* the guards as of now */
  expect(&s, &again, DUN_DECISION_WAIT, "first-notice");
  expect_time(again.not_before, "2026-01-15T08:00:00+08:00");
  e = story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-15T07:00:00+08:00"); /* no longer wanted that way */
  e->channel = d.channel_id;
  again = story_ask(&s, "2026-01-15T08:00:00+08:00");
  expect(&s, &again, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(again.channel, 2);
  assert_int_equal(again.occurrence, 2);
}

static void a_hold_passes_an_open_intent_over_and_keeps_its_key(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00"), again;
  struct dun_event *e;
  (void)state;
  dun_event_intent(&d, at("2026-01-14T09:00:00+08:00"), &s.events[s.count++]);
  e = story_add(&s, DUN_EVENT_HOLD, "2026-01-14T09:30:00+08:00");
  e->detail = DUN_HOLD_DISPUTE;
  again = story_ask(&s, "2026-01-14T10:00:00+08:00");
  expect(&s, &again, DUN_DECISION_HOLD, "first-notice");
  e = story_add(&s, DUN_EVENT_RELEASE, "2026-01-14T11:00:00+08:00");
  e->detail = DUN_HOLD_DISPUTE;
  again = story_ask(&s, "2026-01-14T11:00:00+08:00");
  expect(&s, &again, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(again.occurrence, d.occurrence);
}

static void a_queued_delivery_settles_as_unknown(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, "channels: {sms: {kind: text, settle: 2d}, post: letter}",
              "      - {name: text, use: sms}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_QUEUED, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-13T23:59:59+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text"); /* what will be, if nothing is heard */
  assert_true(d.reasons & DUN_REASON_QUEUED);
  assert_true(d.reasons & DUN_REASON_AHEAD);
  expect_time(d.not_before, "2026-01-15T08:00:00+08:00"); /* settled on the 14th, tried next date */
  assert_int_equal(d.attempt, 1);
  d = story_ask(&s, "2026-01-14T00:00:00+08:00");
  assert_false(d.reasons & DUN_REASON_QUEUED);
}

static void a_later_outcome_refines_the_earlier(void **state)
{
  struct dun_decision d, sent;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: text, use: sms, every: 5d, times: 2}\n");
  sent = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &sent, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  dun_event_outcome(&sent, DUN_OUTCOME_DELIVERED, at("2026-01-14T09:00:00+08:00"),
                    &s.events[s.count++]);
  d = story_ask(&s, "2026-01-14T10:00:00+08:00");
  expect_time(d.planned_at, "2026-01-17T00:00:00+08:00"); /* from the first that performed */
  dun_event_outcome(&sent, DUN_OUTCOME_FAILED_TEMPORARY, at("2026-01-14T11:00:00+08:00"),
                    &s.events[s.count++]);
  d = story_ask(&s, "2026-01-14T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text"); /* it failed after all: the same occurrence again */
  assert_int_equal(d.occurrence, 1);
  assert_int_equal(d.attempt, 1);
}

static void a_void_takes_an_entry_back_and_a_void_of_it_brings_it_again(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  struct dun_event *v, outcome;
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:00+08:00");
  outcome = s.events[s.count - 1];
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "agent-call");
  v = story_add(&s, DUN_EVENT_VOID, "2026-01-15T09:00:00+08:00");
  v->due_day = outcome.due_day;
  v->step = outcome.step;
  v->channel = outcome.channel;
  v->occurrence = outcome.occurrence;
  v->outcome = outcome.kind;
  v->until = outcome.occurred_at;
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_true(d.reasons & DUN_REASON_OPEN_INTENT); /* the intent still stands */
  v = story_add(&s, DUN_EVENT_VOID, "2026-01-15T10:00:00+08:00");
  *v = s.events[s.count - 2];
  v->occurred_at = v->recorded_at = at("2026-01-15T10:00:00+08:00");
  v->outcome = DUN_EVENT_VOID;
  v->until = at("2026-01-15T09:00:00+08:00");
  d = story_ask(&s, "2026-01-15T10:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "agent-call");
}

static void a_moved_due_day_has_its_own_ladder_and_going_back_resumes(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:00+08:00");
  s.account.due_day = day("2026-02-10");
  d = story_ask(&s, "2026-02-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "first-notice");
  assert_int_equal(d.occurrence, 1);
  assert_int_equal(d.due_day, day("2026-02-10"));
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-02-14T09:00:00+08:00");
  s.account.due_day = day("2026-01-10");
  d = story_ask(&s, "2026-02-14T09:00:00+08:00");
  assert_int_not_equal(d.step, dun_policy_find(s.policy, DUN_NAME_STEP, "first-notice"));
}

static void a_deadline_before_the_settling_time_settles_a_queued_delivery(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, "channels: {sms: {kind: text, settle: 5d}, post: letter}",
              "      - {name: text, use: sms, within: 1d}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect_time(d.deadline, "2026-01-13T23:59:59+08:00");
  story_do(&s, &d, DUN_OUTCOME_QUEUED, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect_time(d.review_at, "2026-01-14T08:00:00+08:00"); /* the next date after the deadline's */
  d = story_ask(&s, "2026-01-14T08:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  assert_int_equal(d.attempt, 1);
  assert_true(d.reasons & DUN_REASON_LATE);
}

static void another_try_does_not_move_the_deadline(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: text, use: sms, within: 2d}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect_time(d.not_before, "2026-01-12T08:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_BUSY, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-13T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  expect_time(d.not_before, "2026-01-13T08:00:00+08:00");
  expect_time(d.deadline, "2026-01-14T23:59:59+08:00");
}

static void a_second_occurrence_that_fails_is_tried_under_its_own_number(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: text, use: sms, every: 2d, times: 3}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.occurrence, 2);
  story_do(&s, &d, DUN_OUTCOME_FAILED_TEMPORARY, "2026-01-14T09:00:00+08:00");
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "text");
  assert_int_equal(d.occurrence, 2);
  assert_int_equal(d.attempt, 1);
}

static void when_the_tries_are_numbered_out_a_new_occurrence_begins(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_FAILED_TEMPORARY, "2026-01-14T09:00:00+08:00");
  s.events[0].attempt = s.events[1].attempt = 254;
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  assert_int_equal(d.occurrence, 1);
  assert_int_equal(d.attempt, 255);
  s.events[0].attempt = s.events[1].attempt = 255;
  d = story_ask(&s, "2026-01-15T09:00:00+08:00");
  assert_int_equal(d.occurrence, 2);
  assert_int_equal(d.attempt, 0);
}

static void a_void_must_fit_in_every_field_of_the_key(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  struct dun_event *v;
  (void)state;
  story_do(&s, &d, DUN_OUTCOME_DELIVERED, "2026-01-14T09:00:00+08:00");
  v = story_add(&s, DUN_EVENT_VOID, "2026-01-15T09:00:00+08:00");
  for (int field = 0; field <= 8; field++) {
    *v = s.events[1];
    v->occurred_at = v->recorded_at = at("2026-01-15T09:00:00+08:00");
    v->kind = DUN_EVENT_VOID;
    v->outcome = DUN_EVENT_CONTACT;
    v->until = s.events[1].occurred_at;
    switch (field) {
    case 1: v->due_day++; break;
    case 2: v->step++; break;
    case 3: v->occurrence++; break;
    case 4: v->attempt++; break;
    case 5: v->channel = 0; break;
    case 6: v->party++; break;
    case 7: v->detail++; break;
    case 8: v->account++; break;
    default: break;
    }
    d = story_ask(&s, "2026-01-15T09:00:00+08:00");
    if (field == 0)
      expect(&s, &d, DUN_DECISION_ACT, "first-notice");
    else
      expect(&s, &d, DUN_DECISION_WAIT, "agent-call");
  }
}

static void the_oldest_of_several_open_intents_is_answered_first(void **state)
{
  struct dun_decision d, a, b;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: a, use: mail}\n      - {name: b, use: post}\n");
  a = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &a, DUN_DECISION_ACT, "a");
  b = a;
  b.step_id = dun_name_id("b");
  b.channel_id = dun_channel_id(DUN_CONTACT_LETTER, "post");
  assert_int_equal(dun_event_intent(&b, at("2026-01-12T09:00:00+08:00"), &s.events[s.count++]), 0);
  assert_int_equal(dun_event_intent(&a, at("2026-01-12T09:00:00+08:00"), &s.events[s.count++]), 0);
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "b"); /* listed second, but its intent is older */
}

static void a_refined_outcome_meets_a_prerequisite_from_its_first_success(void **state)
{
  struct dun_decision d, sent;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: mail, use: mail}\n"
              "      - {name: post, use: post, requires: [{step: mail, wait: 3d}]}\n");
  sent = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &sent, DUN_OUTCOME_SENT, "2026-01-12T09:00:00+08:00");
  dun_event_outcome(&sent, DUN_OUTCOME_READ, at("2026-01-14T09:00:00+08:00"), &s.events[s.count++]);
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "post");
  expect_time(d.not_before, "2026-01-15T00:00:00+08:00");
}

static void tries_of_one_occurrence_are_numbered_on(void **state)
{
  static const char *const on[] = {"2026-01-14T09:00:00+08:00", "2026-01-15T09:00:00+08:00",
                                   "2026-01-16T09:00:00+08:00"};
  struct dun_decision d;
  (void)state;
  for (int i = 0; i < 3; i++) {
    d = story_ask(&s, on[i]);
    expect(&s, &d, DUN_DECISION_ACT, "first-notice");
    assert_int_equal(d.occurrence, 1);
    assert_int_equal(d.attempt, i);
    story_do(&s, &d, DUN_OUTCOME_UNKNOWN, on[i]);
  }
}

static void a_stop_reply_opts_out_of_its_channel(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_INBOUND, "2026-01-13T09:00:00+08:00");
  struct dun_decision d;
  (void)state;
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  e->outcome = DUN_OUTCOME_CONVERSATION;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 1);
  e->outcome = DUN_OUTCOME_OPTED_OUT;
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 2);
  assert_true(d.reasons & DUN_REASON_OPT_OUT);
}

static void opting_in_to_an_unknown_channel_lifts_no_known_opt_out(void **state)
{
  struct dun_event *out = story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-12T09:00:00+08:00"), *in;
  struct dun_decision d;
  (void)state;
  out->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  in = story_add(&s, DUN_EVENT_OPT_IN, "2026-01-13T09:00:00+08:00");
  in->channel = dun_channel_id(DUN_CONTACT_TEXT, "short");
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 2);
  out->channel = in->channel; /* out of that one and in again */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 1);
  in->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms"); /* in by the new name */
  d = story_ask(&s, "2026-01-14T09:00:00+08:00");
  assert_int_equal(d.channel, 1);
}

static void two_tries_of_one_occurrence_are_one_occurrence(void **state)
{
  struct dun_decision first, d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: text, use: sms, every: 1w, times: 2}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  first = story_ask(&s, "2026-01-12T09:00:00+08:00");
  story_do(&s, &first, DUN_OUTCOME_UNKNOWN, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-13T09:00:00+08:00");
  assert_int_equal(d.attempt, 1);
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-13T09:00:00+08:00");
  dun_event_outcome(&first, DUN_OUTCOME_DELIVERED, at("2026-01-13T12:00:00+08:00"),
                    &s.events[s.count++]);
  d = story_ask(&s, "2026-01-13T12:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  assert_int_equal(d.occurrence, 2);
  expect_time(d.planned_at, "2026-01-20T00:00:00+08:00");
}

static void a_moved_due_day_leaves_an_open_intent_its_key(void **state)
{
  struct dun_decision d = story_ask(&s, "2026-01-14T09:00:00+08:00"), again;
  (void)state;
  dun_event_intent(&d, at("2026-01-14T09:00:00+08:00"), &s.events[s.count++]);
  s.account.due_day--;
  again = story_ask(&s, "2026-01-14T09:01:00+08:00");
  expect(&s, &again, DUN_DECISION_ACT, "first-notice");
  assert_true(again.reasons & DUN_REASON_OPEN_INTENT);
  assert_int_equal(again.due_day, d.due_day);
  assert_int_equal(again.occurrence, d.occurrence);
  story_do(&s, &again, DUN_OUTCOME_SENT, "2026-01-14T09:01:00+08:00");
  d = story_ask(&s, "2026-01-14T09:01:00+08:00");
  assert_int_not_equal(d.kind, DUN_DECISION_ACT);
}

static void an_open_intent_that_a_later_delivery_overtook_is_forgotten(void **state)
{
  struct dun_decision d;
  struct dun_event *e;
  (void)state;
  story_steps(&s, STORY_CHANNELS,
              "      - {name: n, use: [sms, mail], every: 1w}\n"
              "      - {name: m, use: mail, every: 1d}\n");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-12T08:00:00+08:00");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "n");
  dun_event_intent(&d, at("2026-01-12T09:00:00+08:00"), &s.events[s.count++]);
  e = story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-12T10:00:00+08:00");
  e->channel = d.channel_id;
  d = story_ask(&s, "2026-01-12T10:00:00+08:00");
  assert_int_equal(d.occurrence, 2);
  story_do(&s, &d, DUN_OUTCOME_SENT, "2026-01-12T10:00:00+08:00");
  e = story_add(&s, DUN_EVENT_OPT_IN, "2026-01-12T11:00:00+08:00");
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  d = story_ask(&s, "2026-01-12T11:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "m");
}

static void a_delivery_queued_after_its_deadline_has_the_settling_time(void **state)
{
  struct dun_decision d;
  (void)state;
  story_steps(&s, "channels: {sms: {kind: text, settle: 3d}}",
              "      - {name: text, use: sms, within: 0d}\n");
  d = story_ask(&s, "2026-01-12T09:00:00+08:00");
  assert_true(d.reasons & DUN_REASON_LATE);
  story_do(&s, &d, DUN_OUTCOME_QUEUED, "2026-01-12T09:00:00+08:00");
  d = story_ask(&s, "2026-01-13T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_WAIT, "text");
  expect_time(d.not_before, "2026-01-16T08:00:00+08:00");
}

static void a_late_receipt_for_an_old_key_counts_as_if_in_order(void **state)
{
  struct dun_decision old[20], d;
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: mail, use: mail, every: 1d, times: 30}\n");
  for (int i = 0; i < 20; i++) {
    dun_time now = at("2026-01-10T09:00:00+08:00") + i * INT64_C(86400);
    old[i] = story_ask_at(&s, now);
    expect(&s, &old[i], DUN_DECISION_ACT, "mail");
    assert_int_equal(dun_event_outcome(&old[i], DUN_OUTCOME_SENT, now, &s.events[s.count++]), 0);
  }
  for (int i = 0; i < 20; i++) /* the newest few are at hand, the oldest are looked up */
    dun_event_outcome(&old[i], DUN_OUTCOME_READ, at("2026-01-29T12:00:00+08:00"),
                      &s.events[s.count++]);
  d = story_ask(&s, "2026-01-30T09:00:00+08:00");
  expect(&s, &d, DUN_DECISION_ACT, "mail");
  assert_int_equal(d.occurrence, 21);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(use_falls_back_for_reachability_only),
      TEST(an_intent_that_names_no_channel_or_another_party_is_passed_over),
      TEST(a_void_takes_nothing_back_that_lies_before_the_log),
      TEST(an_opt_out_from_a_channel_the_policy_lacks_counts_by_its_kind),
      TEST(a_dead_address_leads_to_the_next_channel),
      TEST(a_step_that_nothing_reaches_is_skipped),
      TEST(a_temporary_failure_is_tried_again_on_the_next_date),
      TEST(a_transport_may_name_its_own_next_try),
      TEST(an_open_intent_keeps_its_key_until_it_has_an_outcome),
      TEST(a_hold_passes_an_open_intent_over_and_keeps_its_key),
      TEST(a_queued_delivery_settles_as_unknown),
      TEST(a_later_outcome_refines_the_earlier),
      TEST(a_void_takes_an_entry_back_and_a_void_of_it_brings_it_again),
      TEST(a_moved_due_day_has_its_own_ladder_and_going_back_resumes),
      TEST(a_deadline_before_the_settling_time_settles_a_queued_delivery),
      TEST(another_try_does_not_move_the_deadline),
      TEST(a_second_occurrence_that_fails_is_tried_under_its_own_number),
      TEST(when_the_tries_are_numbered_out_a_new_occurrence_begins),
      TEST(a_void_must_fit_in_every_field_of_the_key),
      TEST(the_oldest_of_several_open_intents_is_answered_first),
      TEST(a_refined_outcome_meets_a_prerequisite_from_its_first_success),
      TEST(tries_of_one_occurrence_are_numbered_on),
      TEST(a_stop_reply_opts_out_of_its_channel),
      TEST(opting_in_to_an_unknown_channel_lifts_no_known_opt_out),
      TEST(two_tries_of_one_occurrence_are_one_occurrence),
      TEST(a_moved_due_day_leaves_an_open_intent_its_key),
      TEST(an_open_intent_that_a_later_delivery_overtook_is_forgotten),
      TEST(a_delivery_queued_after_its_deadline_has_the_settling_time),
      TEST(a_late_receipt_for_an_old_key_counts_as_if_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
