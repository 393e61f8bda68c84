/* SPDX-License-Identifier: MIT */
/* The ledger against the plain reading of a log: where contacts begin, and what their last word is. */
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
             STORY_HEAD STORY_CHANNELS
             "\nhours: [{id: day, kinds: [voice], all: [\"08:00-20:00\"]}]\n"
             "stages: [{name: only, from: 0d, steps: [{name: a, use: phone, every: 1d}, "
             "{name: b, use: sms, every: 1d}]}]\n",
             "2026-01-10");
  return 0;
}

static int close_story(void **state)
{
  (void)state;
  story_close(&s);
  return 0;
}

static void read_log(void)
{
  size_t bad = 0;
  assert_int_equal(dun__case_open(&c, &memo, s.policy, &s.account, s.events, s.count,
                                  s.events[s.count - 1].occurred_at, &bad),
                   DUN_OK);
}

static struct dun_event *add(uint32_t kind, const char *step, uint32_t occurrence, uint32_t outcome)
{
  dun_time last = s.count > 0 ? s.events[s.count - 1].occurred_at : at("2026-01-10T09:00:00+08:00");
  struct dun_event *e = story_add_at(&s, kind, last + 60);
  e->channel = dun_channel_id(DUN_CONTACT_VOICE, "phone");
  if (step != NULL) {
    e->step = dun_name_id(step);
    e->due_day = s.account.due_day;
    e->occurrence = (uint16_t)occurrence;
  }
  e->outcome = (uint8_t)outcome;
  return e;
}

static void an_intent_and_its_outcomes_are_one_contact_with_the_last_outcome(void **state)
{
  struct dun__touch touch;
  (void)state;
  add(DUN_EVENT_INTENT, "a", 1, 0);
  add(DUN_EVENT_CONTACT, "b", 1, DUN_OUTCOME_SENT);
  add(DUN_EVENT_CONTACT, "a", 1, DUN_OUTCOME_QUEUED);
  add(DUN_EVENT_CONTACT, "a", 1, DUN_OUTCOME_CONVERSATION);
  read_log();
  assert_true(dun__touch_at(&c, 0, &touch));
  assert_int_equal(touch.said, DUN_OUTCOME_CONVERSATION);
  assert_int_equal(touch.first, s.events[0].occurred_at);
  assert_int_equal(touch.last, s.events[3].occurred_at);
  assert_true(dun__touch_at(&c, 1, &touch));
  assert_int_equal(touch.said, DUN_OUTCOME_SENT);
  assert_false(dun__touch_at(&c, 2, &touch));
  assert_false(dun__touch_at(&c, 3, &touch));
  assert_false(dun__touch_ended(&c, 0, &touch));
  assert_true(dun__touch_ended(&c, 1, &touch));
  assert_false(dun__touch_ended(&c, 2, &touch));
  assert_true(dun__touch_ended(&c, 3, &touch));
  assert_int_equal(touch.place, 0);
}

static void an_intent_told_again_changes_nothing(void **state)
{
  struct dun__touch touch;
  (void)state;
  add(DUN_EVENT_INTENT, "a", 1, 0);
  add(DUN_EVENT_INTENT, "a", 1, 0);
  add(DUN_EVENT_CONTACT, "a", 1, DUN_OUTCOME_BUSY);
  read_log();
  assert_true(dun__touch_at(&c, 0, &touch));
  assert_int_equal(touch.said, DUN_OUTCOME_BUSY);
  assert_false(dun__touch_at(&c, 1, &touch));
  assert_true(dun__touch_ended(&c, 2, &touch));
  assert_int_equal(touch.place, 0);
}

static void a_contact_tied_to_no_step_is_one_of_its_own(void **state)
{
  struct dun__touch touch;
  (void)state;
  add(DUN_EVENT_CONTACT, NULL, 0, DUN_OUTCOME_NO_ANSWER)->party = DUN_PLACE_WORK << 4;
  add(DUN_EVENT_CONTACT, NULL, 0, DUN_OUTCOME_VOICEMAIL)->address = 3;
  add(DUN_EVENT_INBOUND, NULL, 0, DUN_OUTCOME_CONVERSATION)->flags = DUN_FLAG_SAME_CONTACT;
  read_log();
  assert_true(dun__touch_at(&c, 0, &touch));
  assert_int_equal(touch.place_of, DUN_PLACE_WORK);
  assert_false(touch.inbound);
  assert_true(dun__touch_at(&c, 1, &touch));
  assert_int_equal(touch.said, DUN_OUTCOME_VOICEMAIL);
  assert_int_equal(touch.place_of, DUN_PLACE_PERSONAL);
  assert_int_equal(touch.address, 3);
  assert_true(dun__touch_ended(&c, 2, &touch));
  assert_true(touch.inbound);
  assert_true(touch.same);
}

static void a_voided_outcome_is_no_word_of_the_contact(void **state)
{
  struct dun__touch touch;
  struct dun_event entry, *v;
  (void)state;
  add(DUN_EVENT_INTENT, "a", 1, 0);
  add(DUN_EVENT_CONTACT, "a", 1, DUN_OUTCOME_NO_ANSWER);
  entry = *add(DUN_EVENT_CONTACT, "a", 1, DUN_OUTCOME_CONVERSATION);
  v = add(DUN_EVENT_VOID, "a", 1, DUN_EVENT_CONTACT);
  v->until = entry.occurred_at;
  read_log();
  assert_true(dun__touch_at(&c, 0, &touch));
  assert_int_equal(touch.said, DUN_OUTCOME_NO_ANSWER);
  assert_true(dun__touch_ended(&c, 1, &touch));
  assert_false(dun__touch_ended(&c, 2, &touch));
}

/* A small generator; the numbers need only be spread. */
static uint32_t seed;
static uint32_t roll(uint32_t n)
{
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

static bool same(const struct dun_event *a, const struct dun_event *b)
{
  return a->step == b->step && a->account == b->account && a->occurrence == b->occurrence &&
         a->attempt == b->attempt && a->due_day == b->due_day;
}

/* Any order of keys, accounts, repeats: the ledger agrees with a search of the whole log. */
static void it_agrees_with_a_search_of_the_whole_log(void **state)
{
  (void)state;
  for (uint32_t round = 0; round < 300; round++) {
    seed = round;
    s.count = 0;
    for (uint32_t n = 0; n < 150; n++) {
      uint32_t kind = roll(3) == 0 ? DUN_EVENT_INTENT : DUN_EVENT_CONTACT;
      struct dun_event *e = add(kind, roll(2) ? "a" : "b", 1 + roll(round % 2 ? 3 : 40),
                                kind == DUN_EVENT_INTENT ? 0 : 1 + roll(20));
      e->attempt = (uint8_t)roll(2);
      e->account += roll(4) == 0;
      e->due_day += (dun_day)roll(2);
    }
    read_log();
    for (size_t i = 0; i < s.count; i++) {
      const struct dun_event *e = &s.events[i];
      uint32_t said = DUN_OUTCOME_NONE;
      bool begins = true, ends = e->kind == DUN_EVENT_CONTACT;
      struct dun__touch touch;
      for (size_t j = 0; j < i; j++)
        begins = begins && !same(&s.events[j], e);
      for (size_t j = i; j < s.count; j++)
        if (same(&s.events[j], e) && s.events[j].kind == DUN_EVENT_CONTACT) {
          said = s.events[j].outcome;
          ends = ends && j == i;
        }
      assert_int_equal(dun__touch_at(&c, i, &touch), begins);
      if (begins)
        assert_int_equal(touch.said, said);
      assert_int_equal(dun__touch_ended(&c, i, &touch), ends);
      if (ends)
        assert_int_equal(touch.said, e->outcome);
    }
  }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_story, close_story)
  const struct CMUnitTest tests[] = {
      TEST(an_intent_and_its_outcomes_are_one_contact_with_the_last_outcome),
      TEST(an_intent_told_again_changes_nothing),
      TEST(a_contact_tied_to_no_step_is_one_of_its_own),
      TEST(a_voided_outcome_is_no_word_of_the_contact),
      TEST(it_agrees_with_a_search_of_the_whole_log),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
