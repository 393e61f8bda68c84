/* SPDX-License-Identifier: MIT */
/* dun_log_needed: what may go and what has to stay, by kind; and its refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

/* The log begins anew. */
static void clear(void)
{
  s.count = 0;
}

/* An entry an hour after the one before. */
static struct dun_event *add(uint32_t kind)
{
  dun_time last = s.count > 0 ? s.events[s.count - 1].occurred_at : at("2026-02-01T09:00:00+08:00");
  return story_add_at(&s, kind, last + 3600);
}

/* The outcome of a contact by sms, for a step or ("") tied to none. */
static struct dun_event *contact(const char *step, uint32_t occurrence, uint32_t outcome)
{
  struct dun_event *e = add(DUN_EVENT_CONTACT);
  e->step = dun_name_id(step);
  e->occurrence = (uint16_t)occurrence;
  e->due_day = s.account.due_day;
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  e->outcome = (uint8_t)outcome;
  return e;
}

static struct dun_event *fact(uint32_t field, int64_t value)
{
  struct dun_event *e = add(DUN_EVENT_FACTS);
  e->detail = field;
  e->amount = value;
  return e;
}

/* The last entry, which always stays, and then as expect_kept(). */
static void expect_settled(const char *which)
{
  add(DUN_EVENT_PAYMENT)->amount = 5;
  expect_kept(DUN_TIME_NEVER, which);
  clear();
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

static void only_what_ends_an_episode_lets_its_deliveries_go(void **state)
{
  (void)state;
  for (int i = 0; i < 7; i++) {
    contact("first-notice", 1, DUN_OUTCOME_DELIVERED);
    switch (i) {
    case 0: add(DUN_EVENT_CURED); break;
    case 1: add(DUN_EVENT_CLOSED); break;
    case 2: fact(DUN_FACT_PAST_DUE, 0); break;
    case 3: fact(DUN_FACT_PAST_DUE, -1); break;
    case 4: fact(DUN_FACT_PAST_DUE, 1); break;
    case 5: fact(DUN_FACT_BALANCE, 0); break;
    default: add(DUN_EVENT_CURED)->account++; break; /* a sibling's, and of nothing */
    }
    contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
    expect_settled(i < 4 ? "-KKK" : i < 6 ? "KKKK" : "K-KK");
  }
}

static void a_delivery_that_says_more_than_its_own_fate_stays(void **state)
{
  static const uint8_t outcome[] = {DUN_OUTCOME_OPTED_OUT, DUN_OUTCOME_NOT_IN_SERVICE,
                                    DUN_OUTCOME_WRONG_PARTY, DUN_OUTCOME_REFUSED};
  (void)state;
  for (int i = 0; i < 4; i++) {
    contact("first-notice", 1, outcome[i]);
    add(DUN_EVENT_CURED);
    contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
    expect_settled(i < 3 ? "KKKK" : "-KKK");
    contact("first-notice", 1, outcome[i]); /* said before, its true fate after */
    contact("first-notice", 1, DUN_OUTCOME_DELIVERED);
    add(DUN_EVENT_CURED);
    contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
    expect_settled(i < 3 ? "KKKKK" : "--KKK");
  }
}

static void only_a_later_outcome_of_the_step_tells_its_number(void **state)
{
  (void)state;
  for (int i = 0; i < 9; i++) {
    struct dun_event *e = contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
    e->attempt = 1;
    add(DUN_EVENT_CURED);
    e = contact("first-notice", 3, DUN_OUTCOME_DELIVERED);
    switch (i) {
    case 0: break;
    case 1: e->occurrence = 2, e->attempt = 2; break;
    case 2: e->occurrence = 2; break;
    case 3: e->occurrence = 1, e->attempt = 2; break;
    case 4: e->step = dun_name_id("agent-call"); break;
    case 5: e->due_day++; break;
    case 6: e->account++; break;
    case 7: e->kind = DUN_EVENT_INTENT, e->outcome = DUN_OUTCOME_NONE; break;
    default:
      e = add(DUN_EVENT_VOID);
      e->outcome = DUN_EVENT_CONTACT;
      e->until = s.events[2].occurred_at;
      e->step = s.events[2].step;
      e->channel = s.events[2].channel;
      e->occurrence = 3;
      e->due_day = s.account.due_day;
      break;
    }
    expect_settled(i < 2 ? "-KKK" : i < 8 ? "KKKK" : "KK--K");
  }
}

static void a_delivery_without_a_true_outcome_stays(void **state)
{
  static const uint8_t outcome[] = {DUN_OUTCOME_QUEUED, DUN_OUTCOME_UNKNOWN,
                                    DUN_OUTCOME_FAILED_TEMPORARY};
  (void)state;
  for (int i = 0; i < 3; i++) {
    contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT;
    contact("first-notice", 1, outcome[i]);
    add(DUN_EVENT_CURED);
    contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
    expect_settled(i < 2 ? "KKKKK" : "--KKK");
  }
  contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT;
  add(DUN_EVENT_CURED);
  contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
  expect_settled("KKKK");
}

static void an_outcome_that_may_yet_be_corrected_holds_its_delivery(void **state)
{
  (void)state;
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  add(DUN_EVENT_CURED);
  contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
  contact("first-notice", 1, DUN_OUTCOME_FAILED_TEMPORARY);
  contact("first-notice", 3, DUN_OUTCOME_DELIVERED);
  expect_kept(s.events[3].occurred_at, "KKKKK");
  expect_settled("KKKKKK"); /* the last try of the first came after the end of the episode */
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  add(DUN_EVENT_CURED);
  contact("first-notice", 2, DUN_OUTCOME_DELIVERED);
  expect_kept(DUN_TIME_NEVER, "KKK"); /* the last entry could still be taken back */
  clear();
}

static void what_the_policy_counts_beyond_an_episode_stays(void **state)
{
  static const char *const step[] = {"final-demand", "due-soon", "file-suit", "unheard-of"};
  (void)state;
  for (int i = 0; i < 4; i++) {
    contact(step[i], 1, DUN_OUTCOME_DELIVERED);
    add(DUN_EVENT_CURED);
    contact(step[i], 2, DUN_OUTCOME_DELIVERED);
    expect_settled(i == 0 ? "-KKK" : "KKKK");
  }
}

static void the_due_day_itself_belongs_to_the_episode(void **state)
{
  (void)state;
  story_steps(&s, STORY_CHANNELS, "      - {name: a, use: sms}\n");
  contact("a", 1, DUN_OUTCOME_DELIVERED);
  add(DUN_EVENT_CURED);
  contact("a", 2, DUN_OUTCOME_DELIVERED);
  expect_settled("-KKK");
}

static void where_a_condition_counts_days_every_contact_stays(void **state)
{
  static const char *const when[] = {"dpd: {min: 1d}",
                                     "attempts.text: 1",
                                     "conversations: 1",
                                     "days_since.attempt: {min: 1}",
                                     "days_since.conversation: {min: 1}",
                                     "days_since.delivered: {min: 1}"};
  (void)state;
  for (int i = 0; i < 6; i++) {
    char steps[200];
    snprintf(steps, sizeof steps, "      - {name: a, use: sms, when: {%s}}\n", when[i]);
    story_steps(&s, STORY_CHANNELS, steps);
    contact("a", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT;
    contact("a", 1, DUN_OUTCOME_QUEUED);
    contact("a", 1, DUN_OUTCOME_SENT);
    contact("a", 2, DUN_OUTCOME_SENT);
    add(DUN_EVENT_CURED);
    contact("a", 3, DUN_OUTCOME_SENT);
    expect_settled(i < 3 ? "----KKK" : "KKKKKKK");
  }
}

static void a_queued_outcome_goes_once_another_of_its_delivery_came(void **state)
{
  (void)state;
  for (int i = 0; i < 10; i++) {
    struct dun_event *e = contact("first-notice", 1, DUN_OUTCOME_NONE);
    e->kind = DUN_EVENT_INTENT;
    contact("first-notice", 1, DUN_OUTCOME_QUEUED);
    e = contact("first-notice", 1, DUN_OUTCOME_SENT);
    switch (i) {
    case 0: break;
    case 1: e->outcome = DUN_OUTCOME_QUEUED; break;
    case 2: e->channel = dun_channel_id(DUN_CONTACT_EMAIL, "mail"); break;
    case 3: e->party = DUN_PARTY_GUARANTOR; break;
    case 4: e->kind = DUN_EVENT_ACTION; break;
    case 5: e->occurrence++; break;
    case 6: e->attempt++; break;
    case 7: e->account++; break;
    case 8: e->kind = DUN_EVENT_INTENT, e->outcome = DUN_OUTCOME_NONE; break;
    default: s.events[1].outcome = DUN_OUTCOME_UNKNOWN; break;
    }
    expect_settled(i < 2 ? "K-KK" : "KKKK");
  }
  contact("first-notice", 1, DUN_OUTCOME_QUEUED); /* where the delivery began */
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  expect_settled("KKK");
  contact("first-notice", 1, DUN_OUTCOME_SENT); /* a delivery of its own */
  contact("first-notice", 2, DUN_OUTCOME_QUEUED);
  contact("first-notice", 2, DUN_OUTCOME_SENT);
  expect_settled("KKKK");
  contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT; /* and taken back */
  contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_VOID;
  s.events[1].until = s.events[0].occurred_at;
  s.events[1].outcome = DUN_EVENT_INTENT;
  contact("first-notice", 1, DUN_OUTCOME_QUEUED);
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  expect_settled("--KKK");
  contact("", 0, DUN_OUTCOME_QUEUED); /* of no step: contacts of their own */
  contact("", 0, DUN_OUTCOME_QUEUED);
  contact("", 0, DUN_OUTCOME_SENT);
  expect_settled("KKKK");
}

static void placed_and_reopened_go_when_overtaken(void **state)
{
  static const uint8_t kind[][2] = {
      {DUN_EVENT_PLACED, DUN_EVENT_PLACED},   {DUN_EVENT_REOPENED, DUN_EVENT_REOPENED},
      {DUN_EVENT_REOPENED, DUN_EVENT_CLOSED}, {DUN_EVENT_PLACED, DUN_EVENT_REOPENED},
      {DUN_EVENT_PLACED, DUN_EVENT_CLOSED},   {DUN_EVENT_REOPENED, DUN_EVENT_PLACED},
      {DUN_EVENT_CLOSED, DUN_EVENT_CLOSED}};
  (void)state;
  for (int i = 0; i < 7; i++) {
    add(kind[i][0]);
    add(kind[i][1]);
    expect_settled(i < 3 ? "-KK" : "KKK");
    add(kind[i][0]);
    add(kind[i][1])->account++;
    expect_settled("KKK");
  }
}

static void a_cure_goes_where_no_episode_can_have_been(void **state)
{
  (void)state;
  for (int i = 0; i < 7; i++) {
    switch (i) {
    case 0: add(DUN_EVENT_PAYMENT)->amount = 5; break;
    case 1: contact("first-notice", 1, DUN_OUTCOME_SENT)->account++; break;
    case 2: contact("first-notice", 1, DUN_OUTCOME_SENT); break;
    case 3: contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT; break;
    case 4: contact("", 0, DUN_OUTCOME_SENT); break;
    case 5: contact("", 0, DUN_OUTCOME_SENT)->kind = DUN_EVENT_INBOUND; break;
    default:
      add(DUN_EVENT_OVERRIDE)->step = dun_name_id("phone");
      s.events[0].detail = DUN_OVERRIDE_STAGE;
      break;
    }
    add(DUN_EVENT_CURED);
    add(DUN_EVENT_CURED); /* and once more: the first ended it */
    expect_settled(i < 2 ? "K--K" : "KK-K");
  }
}

static void a_fact_that_ends_an_episode_stays(void **state)
{
  (void)state;
  for (int i = 0; i < 4; i++) {
    fact(i == 3 ? DUN_FACT_BALANCE : DUN_FACT_PAST_DUE, i % 3);
    if (i > 0)
      contact("", 0, DUN_OUTCOME_SENT);
    fact(i == 3 ? DUN_FACT_BALANCE : DUN_FACT_PAST_DUE, i % 3);
    fact(DUN_FACT_ATTRIBUTE, 7);
    expect_settled(i == 0 ? "K-KK" : "KK-KK");
    if (i > 0)
      continue;
    fact(DUN_FACT_PAST_DUE, 0);
    contact("", 0, DUN_OUTCOME_SENT);
    fact(DUN_FACT_PAST_DUE, 0); /* this one ends what was said since */
    fact(DUN_FACT_ATTRIBUTE, 7);
    expect_settled("KKKKK");
  }
}

static void a_fact_is_told_again_of_its_own_account_and_field(void **state)
{
  (void)state;
  fact(DUN_FACT_BALANCE, 5);
  fact(DUN_FACT_LATE_FEES, 5);
  fact(DUN_FACT_BALANCE, 5)->account++;
  fact(DUN_FACT_BALANCE, 5);
  fact(DUN_FACT_ATTRIBUTE, 7)->account++; /* not the last of the account */
  expect_settled("KKKKKK");
  fact(DUN_FACT_BALANCE, 5);
  fact(DUN_FACT_BALANCE, 5);
  fact(DUN_FACT_BALANCE, 5);
  add(DUN_EVENT_PLACED);
  expect_settled("K-KKK");
}

static void holds_of_no_time_and_releases_of_nothing_go(void **state)
{
  struct dun_event *e;
  (void)state;
  for (int i = 0; i < 5; i++) {
    e = add(DUN_EVENT_HOLD);
    e->detail = DUN_HOLD_DISPUTE;
    switch (i) {
    case 0: e->until = e->occurred_at; break;
    case 1: e->amount = e->until = e->occurred_at + 60; break;
    case 2: e->until = e->occurred_at + 1; break;
    case 3: e->amount = e->occurred_at + 60, e->until = e->occurred_at + 61; break;
    default: break; /* without an end it lasts */
    }
    expect_settled(i < 2 ? "-K" : "KK");
  }
  add(DUN_EVENT_RELEASE)->detail = DUN_HOLD_DISPUTE;
  add(DUN_EVENT_HOLD)->detail = DUN_HOLD_DISPUTE;
  add(DUN_EVENT_RELEASE)->detail = DUN_HOLD_FRAUD;
  add(DUN_EVENT_RELEASE)->detail = DUN_HOLD_DISPUTE;
  expect_settled("-K-KK");
  add(DUN_EVENT_HOLD)->detail = DUN_HOLD_DISPUTE;
  add(DUN_EVENT_RELEASE)->detail = DUN_HOLD_DISPUTE;
  expect_settled("KKK");
}

static void a_word_about_a_channel_goes_when_said_anew_as_widely(void **state)
{
  (void)state;
  for (int i = 0; i < 9; i++) {
    struct dun_event *e = add(DUN_EVENT_ADDRESS_DEAD), *o;
    e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
    e->party = DUN_PARTY_GUARANTOR;
    o = add(DUN_EVENT_ADDRESS_DEAD);
    o->channel = e->channel;
    o->party = e->party;
    switch (i) {
    case 0: break;
    case 1: o->party |= 0x10; break; /* at work: the party is the same */
    case 2: o->account++; break;     /* of the person */
    case 3: e->flags = o->flags = DUN_FLAG_ACCOUNT; break;
    case 4: o->flags = DUN_FLAG_ACCOUNT; break;
    case 5: e->flags = o->flags = DUN_FLAG_ACCOUNT, o->account++; break;
    case 6: o->channel = 0; break;
    case 7: o->party = DUN_PARTY_BORROWER; break;
    default: o->kind = DUN_EVENT_OPT_OUT; break;
    }
    expect_settled(i < 4 ? "-KK" : "KKK");
  }
}

static void what_is_taken_back_must_have_been_said(void **state)
{
  (void)state;
  for (int i = 0; i < 12; i++) {
    struct dun_event *e = contact("", 0, DUN_OUTCOME_OPTED_OUT);
    e->party = DUN_PARTY_GUARANTOR;
    e = add(DUN_EVENT_OPT_IN);
    e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
    e->party = DUN_PARTY_GUARANTOR;
    switch (i) {
    case 0: break;
    case 1: s.events[0].kind = DUN_EVENT_INBOUND; break;
    case 2: s.events[0].party |= 0x10; break;
    case 3: e->party |= 0x10; break;
    case 4: s.events[0].outcome = DUN_OUTCOME_WRONG_PARTY, e->kind = DUN_EVENT_ADDRESS_NEW; break;
    case 5: s.events[0].outcome = DUN_OUTCOME_NOT_IN_SERVICE; break;
    case 6: e->kind = DUN_EVENT_ADDRESS_NEW; break;
    case 7: s.events[0].party = DUN_PARTY_BORROWER; break;
    case 8: e->party = DUN_PARTY_BORROWER; break;
    case 9: s.events[0].outcome = DUN_OUTCOME_REFUSED; break;
    case 10: s.events[0].outcome = DUN_OUTCOME_REFUSED, e->kind = DUN_EVENT_ADDRESS_NEW; break;
    default: s.events[0].kind = DUN_EVENT_ACTION, s.events[0].channel = 0; break;
    }
    expect_settled(i < 5 ? "KKK" : "K-K");
  }
}

static void what_stands_between_the_entries_of_a_delivery_is_none_of_it(void **state)
{
  (void)state;
  contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT;
  contact("agent-call", 1, DUN_OUTCOME_NO_ANSWER);
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  add(DUN_EVENT_CURED);
  contact("first-notice", 2, DUN_OUTCOME_SENT);
  expect_settled("-K-KKK");
  contact("first-notice", 1, DUN_OUTCOME_NONE)->kind = DUN_EVENT_INTENT;
  contact("first-notice", 2, DUN_OUTCOME_SENT); /* not the last try of the step */
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  add(DUN_EVENT_CURED);
  expect_settled("KKKKK");
}

static void the_only_entry_is_the_last_and_stays(void **state)
{
  (void)state;
  add(DUN_EVENT_RELEASE)->detail = DUN_HOLD_DISPUTE;
  expect_kept(DUN_TIME_NEVER, "K");
}

static void what_lies_behind_the_log_is_not_read(void **state)
{
  (void)state;
  contact("first-notice", 1, DUN_OUTCOME_SENT);
  add(DUN_EVENT_CURED);
  contact("first-notice", 2, DUN_OUTCOME_SENT);
  add(DUN_EVENT_PAYMENT)->amount = 5;
  contact("first-notice", 1, DUN_OUTCOME_DELIVERED);
  s.count--;
  expect_kept(DUN_TIME_NEVER, "-KKK");
}

static void a_log_of_the_greatest_length_is_taken(void **state)
{
  static uint8_t all[DUN_EVENTS_MAX];
  size_t kept = 0;
  (void)state;
  while (s.count < DUN_EVENTS_MAX)
    story_add(&s, DUN_EVENT_PAYMENT, "2026-01-13T09:00:00+08:00")->amount = 5;
  assert_int_equal(dun_log_needed(NULL, s.events, s.count, 0, all, &kept, NULL), DUN_OK);
  assert_int_equal(kept, DUN_EVENTS_MAX);
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
      TEST(only_what_ends_an_episode_lets_its_deliveries_go),
      TEST(a_delivery_that_says_more_than_its_own_fate_stays),
      TEST(only_a_later_outcome_of_the_step_tells_its_number),
      TEST(a_delivery_without_a_true_outcome_stays),
      TEST(an_outcome_that_may_yet_be_corrected_holds_its_delivery),
      TEST(what_the_policy_counts_beyond_an_episode_stays),
      TEST(the_due_day_itself_belongs_to_the_episode),
      TEST(where_a_condition_counts_days_every_contact_stays),
      TEST(a_queued_outcome_goes_once_another_of_its_delivery_came),
      TEST(placed_and_reopened_go_when_overtaken),
      TEST(a_cure_goes_where_no_episode_can_have_been),
      TEST(a_fact_that_ends_an_episode_stays),
      TEST(a_fact_is_told_again_of_its_own_account_and_field),
      TEST(holds_of_no_time_and_releases_of_nothing_go),
      TEST(a_word_about_a_channel_goes_when_said_anew_as_widely),
      TEST(what_is_taken_back_must_have_been_said),
      TEST(what_stands_between_the_entries_of_a_delivery_is_none_of_it),
      TEST(the_only_entry_is_the_last_and_stays),
      TEST(what_lies_behind_the_log_is_not_read),
      TEST(a_log_of_the_greatest_length_is_taken),
      TEST(bad_arguments_are_refused_and_nothing_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
