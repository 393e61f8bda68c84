/* SPDX-License-Identifier: MIT */
/* dun_permit: may this party be contacted by this channel now; if not, when and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "story.h"
#include "tzif.h"

/* Channels of the story's ladder, from 1. */
enum { SMS = 1, MAIL, PHONE, POST };

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

static struct dun_permission ask_party(const char *now, uint32_t channel, uint32_t party)
{
  struct dun_permission p;
  dun_permission_init(&p, sizeof p);
  assert_int_equal(
      dun_permit(s.policy, &s.account, s.events, s.count, at(now), channel, party, &p, NULL),
      DUN_OK);
  assert_int_equal(p.permitted, p.next == at(now));
  return p;
}

static struct dun_permission ask(const char *now, uint32_t channel)
{
  return ask_party(now, channel, DUN_PARTY_BORROWER);
}

/* Permitted, and nothing stands in the way. */
static void yes(const char *now, uint32_t channel)
{
  struct dun_permission p = ask(now, channel);
  assert_int_equal(p.permitted, 1);
  assert_int_equal(p.reasons, 0);
}

static void no(const char *now, uint32_t channel, const char *next, uint64_t reasons)
{
  struct dun_permission p = ask(now, channel);
  assert_int_equal(p.permitted, 0);
  if (next == NULL)
    assert_true(p.next == DUN_TIME_NEVER);
  else
    expect_time(p.next, next);
  assert_int_equal(p.reasons, reasons);
}

static void the_floor_opens_at_eight_and_closes_at_twenty(void **state)
{
  (void)state;
  no("2026-01-14T07:59:59+08:00", PHONE, "2026-01-14T08:00:00+08:00", DUN_REASON_FLOOR);
  yes("2026-01-14T08:00:00+08:00", PHONE);
  yes("2026-01-14T19:59:59+08:00", PHONE);
  no("2026-01-14T20:00:00+08:00", PHONE, "2026-01-15T08:00:00+08:00", DUN_REASON_FLOOR);
  yes("2026-01-14T03:00:00+08:00", POST); /* a letter disturbs nobody at night */
}

static void a_second_possible_zone_must_be_open_too(void **state)
{
  (void)state;
  s.account.zone2 = dun_zone_id("Europe/Rome"); /* seven hours behind: open 15:00 to 03:00 */
  no("2026-01-14T10:00:00+08:00", PHONE, "2026-01-14T15:00:00+08:00",
     DUN_REASON_FLOOR | DUN_REASON_ZONE2);
  yes("2026-01-14T15:00:00+08:00", PHONE);
  yes("2026-01-14T19:59:59+08:00", PHONE);
}

static void each_party_has_its_own_zone_and_addresses(void **state)
{
  struct dun_permission p;
  (void)state;
  s.account.reach[DUN_PARTY_GUARANTOR] = 1u << (PHONE - 1);
  s.account.party_zone[DUN_PARTY_GUARANTOR] = dun_zone_id("America/New_York");
  p = ask_party("2026-01-14T10:00:00+08:00", PHONE, DUN_PARTY_GUARANTOR);
  expect_time(p.next, "2026-01-14T21:00:00+08:00");
  p = ask_party("2026-01-14T21:00:00+08:00", SMS, DUN_PARTY_GUARANTOR);
  assert_true(p.next == DUN_TIME_NEVER);
  assert_int_equal(p.reasons, DUN_REASON_UNREACHABLE);
}

static void a_hold_denies_until_it_ends_and_then_the_hours_count(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_HOLD, "2026-01-12T07:00:00+08:00");
  (void)state;
  e->detail = DUN_HOLD_DISPUTE;
  e->until = at("2026-01-14T00:00:00+08:00");
  no("2026-01-13T10:00:00+08:00", POST, "2026-01-14T00:00:00+08:00", DUN_REASON_HOLD);
  no("2026-01-13T10:00:00+08:00", PHONE, "2026-01-14T08:00:00+08:00",
     DUN_REASON_HOLD | DUN_REASON_FLOOR);
  yes("2026-01-14T00:00:00+08:00", POST);
  e->until = 0;
  no("2026-01-13T10:00:00+08:00", POST, NULL, DUN_REASON_HOLD);
}

static void an_opt_out_denies_its_channel_until_the_opt_in(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_OPT_OUT, "2026-01-12T07:00:00+08:00");
  (void)state;
  e->channel = dun_channel_id(DUN_CONTACT_VOICE, "phone");
  no("2026-01-14T10:00:00+08:00", PHONE, NULL, DUN_REASON_OPT_OUT);
  yes("2026-01-14T10:00:00+08:00", SMS);
  e = story_add(&s, DUN_EVENT_OPT_IN, "2026-01-14T10:00:00+08:00");
  e->channel = dun_channel_id(DUN_CONTACT_VOICE, "phone");
  yes("2026-01-14T10:00:00+08:00", PHONE);
}

static void a_dead_address_denies_until_a_new_one(void **state)
{
  struct dun_event *e = story_add(&s, DUN_EVENT_CONTACT, "2026-01-12T09:00:00+08:00");
  (void)state;
  e->channel = dun_channel_id(DUN_CONTACT_VOICE, "phone");
  e->outcome = DUN_OUTCOME_NOT_IN_SERVICE;
  no("2026-01-14T10:00:00+08:00", PHONE, NULL, DUN_REASON_ADDRESS);
  e = story_add(&s, DUN_EVENT_ADDRESS_NEW, "2026-01-14T09:00:00+08:00");
  e->channel = dun_channel_id(DUN_CONTACT_VOICE, "phone");
  yes("2026-01-14T10:00:00+08:00", PHONE);
  s.account.reach[0] = 0;
  no("2026-01-14T10:00:00+08:00", PHONE, NULL, DUN_REASON_UNREACHABLE);
}

static void a_closed_account_permits_nothing(void **state)
{
  (void)state;
  story_add(&s, DUN_EVENT_CLOSED, "2026-01-14T09:00:00+08:00");
  no("2026-01-14T10:00:00+08:00", PHONE, NULL, DUN_REASON_CLOSED);
  story_add(&s, DUN_EVENT_REOPENED, "2026-01-14T10:00:00+08:00");
  yes("2026-01-14T10:00:00+08:00", PHONE);
}

static void the_ladder_is_not_asked(void **state)
{
  (void)state;
  s.account.past_due = 0; /* an agent may call somebody who owes nothing about something else */
  yes("2026-01-14T10:00:00+08:00", PHONE);
  s.account.flags = 0;
  yes("2026-01-14T10:00:00+08:00", PHONE);
}

static void nothing_is_permitted_before_the_logs_last_event(void **state)
{
  (void)state;
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T10:00:00+08:00");
  no("2026-01-14T09:59:59+08:00", PHONE, "2026-01-14T10:00:00+08:00", DUN_REASON_CLOCK);
  yes("2026-01-14T10:00:00+08:00", PHONE);
}

static void hours_that_never_meet_say_so(void **state)
{
  (void)state;
  story_close(&s);
  story_open(&s,
             STORY_HEAD STORY_CHANNELS
             "\nhours: [{id: one, kinds: [voice], all: [\"10:00-11:00\"]}]\n"
             "stages: [{name: a, from: 0d, steps: [{name: mail, use: mail}]}]\n",
             "2026-01-10");
  yes("2026-01-14T10:00:00+08:00", PHONE);
  s.account.zone2 = dun_zone_id("America/New_York"); /* where it is never that hour too */
  no("2026-01-14T10:00:00+08:00", PHONE, NULL,
     DUN_REASON_HOURS | DUN_REASON_ZONE2 | DUN_REASON_NEVER_OPEN);
}

/* Zones that no system has: GMT, and one that comes to it, an hour late, on 17 January 2028. */
static dun_rc made_up(void *user_data, const char *zone, const void **data, size_t *size)
{
  struct plan p = {0, 0, {{0, 0}}, "GMT0"};
  (void)user_data;
  if (strcmp(zone, "Late") == 0) {
    p.first = HOUR;
    p.count = 1;
    p.step[0].at = at("2028-01-17T00:00:00Z");
  }
  write_slim(&p, '3');
  *data = bytes;
  *size = used;
  return DUN_OK;
}

static void the_search_for_an_open_hour_reaches_800_days_at_most(void **state)
{
  static const char policy[] =
      "dun: 1\nname: test\nzone: On-time\nzones: [Late]\nconduct: none\nbasis: unit tests\n"
      "channels: {phone: voice}\nhours: [{id: one, kinds: [voice], all: [\"00:00-01:00\"]}]\n"
      "stages: [{name: a, from: 0d, steps: [{name: call, use: phone}]}]\n";
  struct dun_compile options;
  (void)state;
  dun_policy_unref(s.policy);
  dun_compile_init(&options, sizeof options);
  options.zone_data = made_up;
  assert_int_equal(dun_policy_compile(&s.policy, policy, strlen(policy), &options), DUN_OK);
  s.account.zone2 = dun_zone_id("Late");
  yes("2028-01-17T00:00:00Z", 1);
  no("2025-11-07T23:59:59Z", 1, NULL, /* one second more */
     DUN_REASON_HOURS | DUN_REASON_ZONE2 | DUN_REASON_NEVER_OPEN);
  no("2025-11-08T00:00:00Z", 1, "2028-01-17T00:00:00Z", DUN_REASON_HOURS | DUN_REASON_ZONE2);
  no("2028-01-16T22:30:00Z", 1, "2028-01-17T00:00:00Z", DUN_REASON_HOURS);
}

static dun_rc try(uint32_t channel, uint32_t party, struct dun_permission *out)
{
  return dun_permit(s.policy, &s.account, s.events, s.count, at("2026-01-14T10:00:00+08:00"),
                    channel, party, out, NULL);
}

static void bad_arguments_are_refused_and_leave_the_answer_alone(void **state)
{
  struct dun_permission p, before;
  size_t bad = 99;
  (void)state;
  dun_permission_init(&p, sizeof p);
  p.next = 5;
  before = p;
  assert_int_equal(try(0, 0, &p), DUN_E_NOT_FOUND);
  assert_int_equal(try(POST + 1, 0, &p), DUN_E_NOT_FOUND);
  assert_int_equal(try(UINT32_MAX, 0, &p), DUN_E_NOT_FOUND);
  assert_int_equal(try(POST, DUN_PARTIES, &p), DUN_E_INVAL);
  assert_int_equal(try(POST, DUN_PARTIES - 1, &p), DUN_OK);
  p = before;
  assert_int_equal(try(POST, 0, NULL), DUN_E_INVAL);
  assert_int_equal(dun_permit(NULL, &s.account, NULL, 0, 0, POST, 0, &p, NULL), DUN_E_INVAL);
  assert_int_equal(dun_permit(s.policy, NULL, NULL, 0, 0, POST, 0, &p, NULL), DUN_E_INVAL);
  assert_int_equal(dun_permit(s.policy, &s.account, NULL, 1, 0, POST, 0, &p, NULL), DUN_E_INVAL);
  assert_int_equal(dun_permit(s.policy, &s.account, NULL, 0, DUN_TIME_NEVER, POST, 0, &p, NULL),
                   DUN_E_RANGE);
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T10:00:00+08:00");
  story_add(&s, DUN_EVENT_PLACED, "2026-01-14T09:00:00+08:00");
  assert_int_equal(dun_permit(s.policy, &s.account, s.events, s.count, 0, POST, 0, &p, &bad),
                   DUN_E_ORDER);
  assert_int_equal(bad, 1);
  assert_memory_equal(&p, &before, sizeof p);
  p.struct_size = 24 - 1; /* the first release's had 24 */
  assert_int_equal(try(POST, 0, &p), DUN_E_STRUCT);
}

static void a_newer_callers_struct_is_filled_to_its_end(void **state)
{
  struct {
    struct dun_permission known;
    uint64_t more;
  } *p = malloc(sizeof *p);
  (void)state;
  assert_non_null(p);
  dun_permission_init(&p->known, sizeof *p);
  p->more = 77;
  assert_int_equal(try(POST, 0, &p->known), DUN_OK);
  assert_int_equal(p->known.struct_size, sizeof *p);
  assert_int_equal(p->known.permitted, 1);
  assert_int_equal(p->more, 0);
  free(p);
}

/* ---- outcomes that do not name their channel ---- */

static struct dun_event *of_step(uint32_t kind, const char *when, const char *step,
                                 uint32_t channel, uint32_t outcome)
{
  struct dun_event *e = story_add(&s, kind, when);
  e->step = dun_name_id(step);
  e->due_day = s.account.due_day;
  e->occurrence = 1;
  e->channel = channel;
  e->outcome = (uint8_t)outcome;
  return e;
}

#define INTENDED(step, channel) \
  of_step(DUN_EVENT_INTENT, "2026-01-14T09:00:00+08:00", step, channel, DUN_OUTCOME_NONE)
#define CAME(step, outcome) \
  of_step(DUN_EVENT_CONTACT, "2026-01-14T09:01:00+08:00", step, 0, outcome)

static void an_outcome_has_the_channel_of_its_intent(void **state)
{
  const char *now = "2026-01-14T10:00:00+08:00";
  (void)state;
  INTENDED("agent-call", dun_channel_id(DUN_CONTACT_VOICE, "phone"));
  for (int i = 0; i < 5; i++) { /* nearer, of other keys */
    struct dun_event *e = INTENDED("agent-call", dun_channel_id(DUN_CONTACT_TEXT, "sms"));
    if (i == 0)
      e->account = 8;
    else if (i == 1)
      e->due_day++;
    else if (i == 2)
      e->occurrence++;
    else if (i == 3)
      e->attempt++;
    else
      e->step = dun_name_id("first-notice");
  }
  CAME("agent-call", DUN_OUTCOME_QUEUED);
  CAME("agent-call", DUN_OUTCOME_NOT_IN_SERVICE);
  no(now, PHONE, NULL, DUN_REASON_ADDRESS);
  yes(now, SMS);
  yes(now, POST);
  CAME("first-notice", DUN_OUTCOME_OPTED_OUT);
  no(now, SMS, NULL, DUN_REASON_OPT_OUT);
  yes(now, POST);
}

static void an_outcome_that_names_its_channel_is_of_no_other(void **state)
{
  const char *now = "2026-01-14T10:00:00+08:00";
  (void)state;
  INTENDED("agent-call", dun_channel_id(DUN_CONTACT_TEXT, "sms"));
  CAME("agent-call", DUN_OUTCOME_NOT_IN_SERVICE)->channel =
      dun_channel_id(DUN_CONTACT_VOICE, "phone");
  no(now, PHONE, NULL, DUN_REASON_ADDRESS);
  yes(now, SMS);
}

static void an_opt_out_tied_to_no_step_has_no_other_contacts_channel(void **state)
{
  const char *now = "2026-01-14T10:00:00+08:00";
  struct dun_event *e = story_add(&s, DUN_EVENT_CONTACT, "2026-01-14T09:00:00+08:00");
  (void)state;
  e->channel = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  e->outcome = DUN_OUTCOME_DELIVERED;
  story_add(&s, DUN_EVENT_CONTACT, "2026-01-14T09:01:00+08:00")->outcome = DUN_OUTCOME_OPTED_OUT;
  no(now, PHONE, NULL, DUN_REASON_OPT_OUT);
  no(now, SMS, NULL, DUN_REASON_OPT_OUT);
}

static void what_ends_an_address_that_nobody_names_ends_all(void **state)
{
  static const struct {
    uint32_t outcome;
    uint64_t reason;
  } ends[] = {{DUN_OUTCOME_NOT_IN_SERVICE, DUN_REASON_ADDRESS},
              {DUN_OUTCOME_OPTED_OUT, DUN_REASON_OPT_OUT}};
  const char *now = "2026-01-14T10:00:00+08:00";
  (void)state;
  for (int i = 0; i < 2; i++) {
    s.count = 0;
    CAME("agent-call", ends[i].outcome);
    no(now, PHONE, NULL, ends[i].reason);
    no(now, SMS, NULL, ends[i].reason);
    no(now, POST, NULL, ends[i].reason);
    s.count = 0; /* nor a step */
    story_add(&s, DUN_EVENT_CONTACT, "2026-01-14T09:00:00+08:00")->outcome =
        (uint8_t)ends[i].outcome;
    no(now, PHONE, NULL, ends[i].reason);
    no(now, POST, NULL, ends[i].reason);
  }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_ladder, close_story)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(the_floor_opens_at_eight_and_closes_at_twenty),
      TEST(a_second_possible_zone_must_be_open_too),
      TEST(each_party_has_its_own_zone_and_addresses),
      TEST(a_hold_denies_until_it_ends_and_then_the_hours_count),
      TEST(an_opt_out_denies_its_channel_until_the_opt_in),
      TEST(a_dead_address_denies_until_a_new_one),
      TEST(a_closed_account_permits_nothing),
      TEST(the_ladder_is_not_asked),
      TEST(nothing_is_permitted_before_the_logs_last_event),
      TEST(hours_that_never_meet_say_so),
      TEST(the_search_for_an_open_hour_reaches_800_days_at_most),
      TEST(bad_arguments_are_refused_and_leave_the_answer_alone),
      TEST(a_newer_callers_struct_is_filled_to_its_end),
      TEST(an_outcome_has_the_channel_of_its_intent),
      TEST(an_outcome_that_names_its_channel_is_of_no_other),
      TEST(an_opt_out_tied_to_no_step_has_no_other_contacts_channel),
      TEST(what_ends_an_address_that_nobody_names_ends_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
