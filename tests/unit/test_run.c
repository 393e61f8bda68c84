/* SPDX-License-Identifier: MIT */
/* The runner over a host in memory: what it does, and what it survives. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include <dun/dun.h>

#include "fake_host.h"

static unsigned deliveries_of(const struct fake *f, const char *step, uint64_t account)
{
  unsigned n = 0;
  for (size_t i = 0; i < f->deliveries; i++)
    n += strcmp(f->delivery[i].step, step) == 0 && f->delivery[i].key.account == account;
  return n;
}

static void a_silent_account_climbs_the_ladder(void **state)
{
  struct fake f;
  world(&f);
  live(*state, &f, START, END);
  assert_int_equal(f.disordered, 0);
  assert_int_equal(f.logs, 0);
  assert_int_equal(fake_count(&f, DUN_EVENT_PLACED, 0, 0, 0), 3);
  assert_int_equal(fake_count(&f, DUN_EVENT_PLACED, 12, 0, 0), 1);
  assert_int_equal(deliveries_of(&f, "notice", 11), 1);
  assert_int_equal(deliveries_of(&f, "call", 11), 3);
  assert_int_equal(deliveries_of(&f, "look", 11), 1);
  assert_int_equal(deliveries_of(&f, "demand", 11), 1);
  assert_int_equal(deliveries_of(&f, "suit", 11), 1);
  assert_int_equal(deliveries_of(&f, "call", 21), 0); /* no telephone */
  assert_int_equal(deliveries_of(&f, "suit", 12), 0); /* no address, no demand, no suit */
  assert_string_equal(f.delivery[0].step, "notice");
  assert_string_equal(f.delivery[0].stage, "first");
  assert_string_equal(f.delivery[0].channel, "sms");
  assert_string_equal(f.delivery[0].template_, "please");
  assert_int_equal(fake_count(&f, DUN_EVENT_INTENT, 0, 0, 0), f.deliveries);
  for (size_t i = 0; i < f.deliveries; i++) {
    assert_true(f.delivery[i].intended);
    assert_int_equal(f.delivery[i].again, 0);
  }
}

static void an_open_intent_on_a_channel_without_redelivery_becomes_unknown(void **state)
{
  struct fake f;
  struct dun_run_report r;
  dun_time call_day = (DUE + 3) * DAY + 9 * 3600;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, PHONE);
  run_at(*state, &f, START, DUN_OK);
  f.fail_deliver = -7;
  r = run_at(*state, &f, call_day, DUN_OK);
  assert_int_equal(r.set_aside, 1);
  assert_int_equal(r.delivered, 0);
  assert_int_equal(f.last_log, -7);
  assert_int_equal(fake_count(&f, DUN_EVENT_INTENT, 11, 0, 0), 1);
  assert_int_equal(f.review[0], call_day); /* still due, behind its lease */
  r = run_at(*state, &f, call_day, DUN_OK);
  assert_int_equal(r.persons, 0);
  f.fail_deliver = 0;
  r = run_at(*state, &f, call_day + 300, DUN_OK);
  assert_int_equal(r.unknown, 1);
  assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 11, 0, DUN_OUTCOME_UNKNOWN), 1);
  for (size_t i = 0; i < f.deliveries; i++)
    assert_false(fake_same_key(&f.delivery[i].key, &f.log[1]));
}

static void an_open_intent_elsewhere_goes_out_again_with_its_key(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  f.fail_deliver = DUN_NOTHING_DUE; /* a code that deliver may not give is an error */
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(r.set_aside, 1);
  f.fail_deliver = 0;
  r = run_at(*state, &f, START + 300, DUN_OK);
  assert_int_equal(r.delivered, 1);
  assert_int_equal(f.delivery[0].again, 1);
  assert_int_equal(f.delivery[0].key.attempt, 0);
  assert_int_equal(fake_count(&f, DUN_EVENT_INTENT, 11, 0, 0), 1);
}

static void a_declined_delivery_is_tried_again_from_the_instant_given(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  f.retry_at = START + 1800;
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(r.deferred, 1);
  assert_int_equal(r.delivered, 0);
  assert_int_equal(f.log[2].outcome, DUN_OUTCOME_DECLINED);
  assert_int_equal(f.log[2].until, START + 1800);
  assert_int_equal(fake_next(&f), START + 1800);
  f.retry_at = 0;
  r = run_at(*state, &f, START + 1799, DUN_OK);
  assert_int_equal(r.persons, 0);
  r = run_at(*state, &f, START + 1800, DUN_OK);
  assert_int_equal(r.delivered, 1);
  assert_int_equal(f.delivery[0].key.attempt, 1);
  assert_int_equal(f.disordered, 0);
}

static void a_declined_delivery_without_an_instant_is_told_and_waits(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  f.retry_garbage = true;
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(r.deferred, 1);
  assert_int_equal(f.logs, 1);
  assert_int_equal(f.log[2].until, 0);
  assert_true(fake_next(&f) > START);
}

static void an_outcome_that_cannot_be_is_recorded_as_unknown(void **state)
{
  static const uint32_t bad[] = {DUN_OUTCOME_DONE, 28, 255, 256 + DUN_OUTCOME_DELIVERED,
                                 0xffffffffu};
  for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
    struct fake f;
    fake_init(&f);
    fake_account(&f, 11, 1, DUE, SMS);
    f.outcome = i < 5 ? bad[i] : DUN_OUTCOME_DELIVERED;
    f.address = i < 5 ? 0 : 256;
    run_at(*state, &f, START, DUN_OK);
    assert_int_equal(f.logs, 1);
    assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 11, 0, DUN_OUTCOME_UNKNOWN), 1);
    assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 11, 0, 0), 1);
  }
}

static void a_conflict_before_the_delivery_drops_the_person(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  fake_account(&f, 21, 2, DUE, SMS);
  f.conflict_at = 1;
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(r.conflicts, 1);
  assert_int_equal(r.delivered, 1); /* the other person's */
  assert_int_equal(f.delivery[0].key.account, 21);
  assert_int_equal(f.releases, 1);
  assert_int_equal(fake_count(&f, 0, 11, 0, 0), 0);
  r = run_at(*state, &f, START + 300, DUN_OK);
  assert_int_equal(r.delivered, 1);
}

static void a_conflict_after_the_delivery_keeps_the_outcome(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  f.conflict_at = 2;
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(r.conflicts, 1);
  assert_true(f.saw_happened);
  r = run_at(*state, &f, START + 300, DUN_OK);
  assert_int_equal(r.delivered, 0);
  assert_int_equal(f.deliveries, 1);
}

static void a_record_that_fails_sets_only_its_person_aside(void **state)
{
  for (unsigned at = 1; at <= 2; at++) {
    struct fake f;
    struct dun_run_report r;
    world(&f);
    f.fail_record_at = at;
    r = run_at(*state, &f, START, DUN_OK);
    assert_int_equal(r.set_aside, 1);
    assert_int_equal(r.persons, 2);
    assert_int_equal(f.logs, 1);
    assert_int_equal(f.releases, 1);
    run_at(*state, &f, START + 300, DUN_OK);
    assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 11, 0, 0), 1);
    assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 12, 0, 0), 1);
    assert_int_equal(f.deliveries, at == 2 ? 4 : 3);
  }
}

static void an_account_that_cannot_be_decided_leaves_its_sibling_alone(void **state)
{
  struct fake f;
  struct dun_run_report r;
  world(&f);
  f.account[0].zone = 12345;
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(r.set_aside, 1);
  assert_int_equal(f.last_log, DUN_E_ZONE);
  assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 12, 0, 0), 1);
  assert_int_equal(fake_count(&f, 0, 11, 0, 0), 0);
  assert_int_equal(f.review[0], 0);
  assert_int_equal(r.persons, 2);
}

static void paid_up_accounts_are_cured(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  run_at(*state, &f, START, DUN_OK);
  f.account[0].past_due = 0;
  f.review[0] = 0;
  r = run_at(*state, &f, START + DAY, DUN_OK);
  assert_int_equal(r.cured, 1);
  assert_int_equal(fake_count(&f, DUN_EVENT_CURED, 11, 0, 0), 1);
  assert_true(f.review[0] > START + DAY);
  f.review[0] = 0;
  r = run_at(*state, &f, START + DAY, DUN_OK);
  assert_int_equal(r.cured, 0);
}

static void a_clock_that_went_back_appends_at_the_end_of_the_log(void **state)
{
  struct fake f;
  struct dun_event e;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE, SMS);
  memset(&e, 0, sizeof e);
  e.kind = DUN_EVENT_PAYMENT;
  e.account = 11;
  e.amount = 1;
  e.occurred_at = START + 500;
  e.recorded_at = START + 700;
  fake_append(&f, &e);
  run_at(*state, &f, START, DUN_OK);
  assert_int_equal(f.deliveries, 0);
  assert_int_equal(f.log[1].kind, DUN_EVENT_PLACED);
  assert_int_equal(f.log[1].occurred_at, START + 500);
  assert_int_equal(f.disordered, 0);
  assert_true(f.review[0] > START);
  live(*state, &f, f.review[0], START + DAY);
  assert_int_equal(f.deliveries, 1);
}

/* An event of the log's end that became known late is still before what the runner does next. */
static void what_the_runner_appends_comes_last(void **state)
{
  static const uint32_t reach[] = {SMS, PHONE}; /* an outcome; `unknown` after an open INTENT */
  for (int i = 0; i < 2; i++) {
    dun_time now = i == 0 ? START : (DUE + 3) * DAY + 9 * 3600;
    struct fake f;
    struct dun_event e;
    fake_init(&f);
    fake_account(&f, 11, 1, DUE, reach[i]);
    memset(&e, 0, sizeof e);
    e.kind = DUN_EVENT_CURED;
    e.account = 11;
    e.occurred_at = now;
    e.recorded_at = now + 60;
    fake_append(&f, &e);
    f.account[0].past_due = 120000;
    run_at(*state, &f, now, DUN_OK);
    for (size_t k = 1; k < f.events; k++) {
      assert_int_equal(f.log[k].occurred_at, now);
      assert_int_equal(f.log[k].recorded_at, now + 60);
    }
    assert_true(f.deliveries > 0);
    live(*state, &f, now + 1, now + DAY);
    for (size_t k = 1; k < f.deliveries; k++)
      assert_string_not_equal(f.delivery[k].step, f.delivery[0].step);
    assert_int_equal(f.disordered, 0);
  }
}

static void a_placement_that_was_taken_back_is_none(void **state)
{
  for (int voids = 0; voids < 3; voids++) { /* the second takes back the first */
    struct fake f;
    struct dun_event e;
    fake_init(&f);
    fake_account(&f, 11, 1, DUE, SMS);
    memset(&e, 0, sizeof e);
    e.kind = DUN_EVENT_PLACED;
    e.account = 11;
    e.occurred_at = e.recorded_at = START - 100;
    fake_append(&f, &e);
    for (int i = 0; i < voids; i++) {
      e.until = e.occurred_at;
      e.outcome = e.kind;
      e.kind = DUN_EVENT_VOID;
      e.occurred_at = e.recorded_at = START - 90 + i;
      fake_append(&f, &e);
    }
    run_at(*state, &f, START, DUN_OK);
    assert_int_equal(fake_count(&f, DUN_EVENT_PLACED, 11, 0, 0), voids == 1 ? 2 : 1);
    f.review[0] = 0;
    run_at(*state, &f, START + 1, DUN_OK);
    assert_int_equal(fake_count(&f, DUN_EVENT_PLACED, 11, 0, 0), voids == 1 ? 2 : 1);
  }
}

/* The answer for 11 came before something was done on 12, so it is asked for once more. */
static void what_is_done_on_one_account_is_seen_by_its_siblings(void **state)
{
  struct fake f;
  struct dun_run_report r;
  fake_init(&f);
  fake_account(&f, 11, 1, DUE + 30, SMS); /* not past due */
  fake_account(&f, 12, 1, DUE, SMS);
  r = run_at(*state, &f, START, DUN_OK);
  assert_int_equal(f.deliveries, 1);
  assert_int_equal(r.decisions, 4); /* 11 waits, 12 acts, 12 waits, 11 waits */
  assert_int_equal(f.records, 3);   /* the last was no news */
}

static void nested(struct fake *f, const dun_policy *policy)
{
  f->again_policy = policy;
  f->again_rc = 77;
}

static void a_run_inside_a_run_is_refused(void **state)
{
  struct fake f;
  world(&f);
  nested(&f, *state);
  run_at(*state, &f, START, DUN_OK);
  assert_int_equal(f.again_rc, DUN_E_BUSY);
  assert_int_equal(f.deliveries, 3);
  f.host.running = 1;
  assert_int_equal(dun_run(*state, &f.host, START, 0, NULL), DUN_E_BUSY);
}

static void the_budget_counts_persons(void **state)
{
  struct fake f;
  struct dun_run_report r = {.struct_size = (uint32_t)sizeof r};
  world(&f);
  assert_int_equal(dun_run(*state, &f.host, START, 1, &r), DUN_OK);
  assert_int_equal(r.persons, 1);
  assert_int_equal(r.more, 1);
  assert_int_equal(dun_run(*state, &f.host, START, 5, &r), DUN_OK);
  assert_int_equal(r.persons, 1);
  assert_int_equal(r.more, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_silent_account_climbs_the_ladder),
      cmocka_unit_test(an_open_intent_on_a_channel_without_redelivery_becomes_unknown),
      cmocka_unit_test(an_open_intent_elsewhere_goes_out_again_with_its_key),
      cmocka_unit_test(a_declined_delivery_is_tried_again_from_the_instant_given),
      cmocka_unit_test(a_declined_delivery_without_an_instant_is_told_and_waits),
      cmocka_unit_test(an_outcome_that_cannot_be_is_recorded_as_unknown),
      cmocka_unit_test(a_conflict_before_the_delivery_drops_the_person),
      cmocka_unit_test(a_conflict_after_the_delivery_keeps_the_outcome),
      cmocka_unit_test(a_record_that_fails_sets_only_its_person_aside),
      cmocka_unit_test(an_account_that_cannot_be_decided_leaves_its_sibling_alone),
      cmocka_unit_test(paid_up_accounts_are_cured),
      cmocka_unit_test(a_clock_that_went_back_appends_at_the_end_of_the_log),
      cmocka_unit_test(what_the_runner_appends_comes_last),
      cmocka_unit_test(a_placement_that_was_taken_back_is_none),
      cmocka_unit_test(what_is_done_on_one_account_is_seen_by_its_siblings),
      cmocka_unit_test(a_run_inside_a_run_is_refused),
      cmocka_unit_test(the_budget_counts_persons),
  };
  return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
