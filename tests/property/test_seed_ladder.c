/* SPDX-License-Identifier: MIT */
/*
 * The seed ladder from end to end with a silent debtor: every step comes, nothing is asked oftener
 * than the contract allows, and the last is the law suit. DUN_POLICY names the policy's file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dun/dun.h>

#define DAY INT64_C(86400)
#define LOG_MAX 2000

static dun_policy *policy;
static struct dun_account account;
static struct dun_event events[LOG_MAX];
static size_t count;

static int open_policy(void **state)
{
  static char text[1 << 20];
  const char *name = getenv("DUN_POLICY");
  FILE *file = name == NULL ? NULL : fopen(name, "rb");
  size_t size;
  (void)state;
  if (file == NULL) {
    print_error("# DUN_POLICY names no readable file\n");
    return -1;
  }
  size = fread(text, 1, sizeof text, file);
  fclose(file);
  return dun_policy_compile(&policy, text, size, NULL);
}

static int close_policy(void **state)
{
  (void)state;
  dun_policy_unref(policy);
  return 0;
}

static void begin(uint32_t reach)
{
  count = 0;
  dun_account_init(&account, sizeof account);
  account.id = 7;
  account.flags = DUN_ACCOUNT_HAS_DUE;
  account.past_due = 120000;
  account.reach[DUN_PARTY_BORROWER] = reach;
  assert_int_equal(dun_day_from_date(2026, 1, 10, &account.due_day), DUN_OK);
  memset(&events[0], 0, sizeof events[0]);
  events[0].kind = DUN_EVENT_PLACED;
  events[0].account = account.id;
  events[0].occurred_at = events[0].recorded_at = (account.due_day - 30) * DAY;
  count = 1;
}

static struct dun_decision ask(dun_time now)
{
  struct dun_decision d;
  dun_decision_init(&d, sizeof d);
  assert_int_equal(dun_decide(policy, &account, events, count, now, &d, NULL), DUN_OK);
  return d;
}

/* What a silent debtor's transport reports. */
static uint32_t silence(const struct dun_decision *d)
{
  if (d->action != DUN_ACTION_CONTACT)
    return DUN_OUTCOME_DONE;
  return d->channel_id >> 28 == DUN_CONTACT_VOICE ? DUN_OUTCOME_NO_ANSWER : DUN_OUTCOME_DELIVERED;
}

struct road {
  uint32_t asked, delivered;
  uint32_t by_step[129];
  dun_time last;
  struct dun_decision end;
};

/* Follow review_at until nothing more can come. */
static struct road follow(void)
{
  struct road r;
  dun_time now = events[0].occurred_at;
  memset(&r, 0, sizeof r);
  for (;;) {
    struct dun_decision d = ask(now);
    r.asked++;
    assert_true(r.asked < LOG_MAX);
    if (d.kind == DUN_DECISION_ACT) {
      assert_true(count < LOG_MAX);
      assert_int_equal(dun_event_outcome(&d, silence(&d), now, &events[count++]), DUN_OK);
      r.by_step[d.step]++;
      r.delivered++;
      r.last = now;
    } else if (d.review_at == DUN_TIME_NEVER) {
      r.end = d;
      return r;
    } else {
      now = d.review_at;
    }
  }
}

static uint32_t step(const char *name)
{
  uint32_t i = dun_policy_find(policy, DUN_NAME_STEP, name);
  assert_true(i > 0);
  return i;
}

static void a_silent_debtor_is_led_to_the_law_suit(void **state)
{
  struct road r;
  dun_day suit;
  (void)state;
  begin(UINT32_MAX);
  r = follow();
  assert_int_equal(r.end.kind, DUN_DECISION_DONE);
  assert_true(r.end.reasons & DUN_REASON_FINAL);
  assert_int_equal(r.by_step[step("due-soon")], 1);
  assert_int_equal(r.by_step[step("in-grace")], 1);
  assert_int_equal(r.by_step[step("first-notice-gentle")], 1);
  assert_int_equal(r.by_step[step("first-notice")], 0);
  assert_int_equal(r.by_step[step("agent-call")], 6);
  assert_int_equal(r.by_step[step("report-bureau")], 1);
  assert_int_equal(r.by_step[step("final-demand")], 1);
  assert_int_equal(r.by_step[step("file-suit")], 1);
  assert_int_equal(dun_zone_day(policy, 0, r.last, &suit), DUN_OK);
  assert_int_equal(suit - account.due_day, 425); /* day 410, the demand's 15 days */
}

static void who_was_late_before_gets_the_firmer_notice(void **state)
{
  struct road r;
  (void)state;
  begin(UINT32_MAX);
  account.prior_delinquencies = 1;
  r = follow();
  assert_int_equal(r.by_step[step("first-notice-gentle")], 0);
  assert_int_equal(r.by_step[step("first-notice")], 1);
}

static void a_silent_account_is_asked_seldom(void **state)
{
  struct road r;
  double years;
  (void)state;
  begin(UINT32_MAX);
  r = follow();
  years = (double)(r.last - events[0].occurred_at) / (365.25 * (double)DAY);
  print_message("# asked %u times for %u deliveries in %.2f years\n", r.asked, r.delivered, years);
  assert_true((double)r.asked <= 3.0 * r.delivered + 12.0 * years);
}

static void without_a_telephone_nobody_is_called(void **state)
{
  struct road r;
  (void)state;
  begin(UINT32_MAX & ~(1u << (dun_policy_find(policy, DUN_NAME_CHANNEL, "phone") - 1)));
  r = follow();
  assert_int_equal(r.by_step[step("agent-call")], 0);
  assert_int_equal(r.by_step[step("file-suit")], 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_silent_debtor_is_led_to_the_law_suit),
      cmocka_unit_test(who_was_late_before_gets_the_firmer_notice),
      cmocka_unit_test(a_silent_account_is_asked_seldom),
      cmocka_unit_test(without_a_telephone_nobody_is_called),
  };
  return cmocka_run_group_tests(tests, open_policy, close_policy);
}
