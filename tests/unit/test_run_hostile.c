/* SPDX-License-Identifier: MIT */
/* The runner over a host in memory: crashes at every call, lack of memory, impossible input. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#include "fake_host.h"

/* Stop at every call of the host, before or after its effect; go on with what was durable. */
static void a_crash_at_any_call_loses_and_doubles_nothing(void **state)
{
  static const char *const steps[] = {"notice", "call", "look", "paper", "demand", "suit"};
  static struct fake plain, f;
  unsigned unknowns = 0, agains = 0, calls;
  world(&plain);
  live(*state, &plain, START, END);
  calls = plain.calls;
  assert_true(calls > 50);
  for (unsigned k = 1; k <= calls; k++)
    for (int after = 0; after < 2; after++) {
      dun_time now;
      world(&f);
      f.crash_at = k;
      f.crash_after = after;
      now = live(*state, &f, START, END);
      assert_int_equal(f.crashes, 1);
      fake_restart(&f);
      live(*state, &f, now, END);
      assert_int_equal(f.disordered, 0);
      for (size_t i = 0; i < f.deliveries; i++) {
        const struct fake_delivery *d = &f.delivery[i];
        unsigned same = 0;
        assert_true(d->intended);
        assert_false(d->answered);
        for (size_t j = 0; j < f.deliveries; j++)
          same += fake_same_key(&d->key, &f.delivery[j].key);
        assert_true(same <= 1 + f.crashes);
        if (strcmp(d->channel, "phone") == 0) {
          assert_int_equal(same, 1);
          assert_int_equal(d->again, 0);
        }
        agains += d->again;
      }
      /* each INTENT got its outcome, and nothing is missing that a calm run does */
      for (size_t i = 0; i < f.events; i++) {
        unsigned answers = 0;
        if (f.log[i].kind != DUN_EVENT_INTENT)
          continue;
        for (size_t j = 0; j < f.events; j++)
          answers += f.log[j].kind != DUN_EVENT_INTENT && fake_same_key(&f.log[i], &f.log[j]);
        assert_int_equal(answers, 1);
      }
      for (size_t a = 0; a < f.accounts; a++)
        for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
          uint64_t id = f.account[a].id;
          uint32_t step = dun_name_id(steps[s]);
          unsigned unknown = fake_count(&f, DUN_EVENT_CONTACT, id, step, DUN_OUTCOME_UNKNOWN);
          unsigned done = fake_count(&f, DUN_EVENT_CONTACT, id, step, 0) +
                          fake_count(&f, DUN_EVENT_ACTION, id, step, 0) - unknown;
          assert_true(unknown <= 1);
          assert_true(unknown == 0 || strcmp(steps[s], "call") == 0);
          assert_int_equal(done, fake_count(&plain, DUN_EVENT_CONTACT, id, step, 0) +
                                     fake_count(&plain, DUN_EVENT_ACTION, id, step, 0));
          unknowns += unknown;
        }
    }
  assert_true(unknowns > 5); /* the paths were walked */
  assert_true(agains > 10);
}

static struct dun_claim bad_claim;
static unsigned bad_given;

static dun_rc claim_bad(void *user_data, dun_time now, dun_time lease_until,
                        struct dun_claim *claim)
{
  (void)user_data;
  (void)now;
  (void)lease_until;
  if (bad_given++ > 0)
    return DUN_NOTHING_DUE;
  *claim = bad_claim;
  return DUN_OK;
}

static void a_claim_that_cannot_be_ends_the_run(void **state)
{
  static struct dun_account a[2];
  static struct dun_event e;
  for (int i = 0; i < 10; i++) {
    bool aside = i == 3 || i == 8; /* too much for one person: the run goes on */
    struct fake f;
    struct dun_run_report r = {.struct_size = (uint32_t)sizeof r};
    dun_rc expected = i == 0 || aside ? DUN_OK : DUN_E_CALLBACK, rc;
    fake_init(&f);
    f.host.claim = claim_bad;
    bad_given = 0;
    dun_account_init(&a[0], (uint32_t)sizeof a[0]);
    dun_account_init(&a[1], (uint32_t)sizeof a[1]);
    a[0].id = 1;
    a[1].id = 2;
    memset(&bad_claim, 0, sizeof bad_claim);
    bad_claim.struct_size = (uint32_t)sizeof bad_claim;
    bad_claim.accounts = a;
    bad_claim.account_count = 2;
    bad_claim.events = &e;
    if (i == 1)
      bad_claim.accounts = NULL;
    if (i == 2)
      bad_claim.account_count = 0;
    if (i == 3)
      bad_claim.account_count = 65536;
    if (i == 4)
      bad_claim.events = NULL, bad_claim.event_count = 1;
    if (i == 5)
      a[0].struct_size = 0;
    if (i == 6)
      a[1].struct_size = 4;
    if (i == 7)
      a[0].struct_size = 100000;
    if (i == 8)
      bad_claim.event_count = UINT64_MAX;
    if (i == 9)
      bad_claim.account_count = 0xffffffffu, a[0].struct_size = 0;
    rc = dun_run(*state, &f.host, START, 0, &r);
    assert_int_equal(rc, expected);
    assert_int_equal(r.set_aside, aside);
    if (aside)
      assert_int_equal(f.last_log, DUN_E_LIMIT);
    assert_int_equal(f.logs, i != 0);
    assert_int_equal(f.host.running, 0);
  }
}

static dun_rc claim_fails(void *user_data, dun_time now, dun_time lease_until,
                          struct dun_claim *claim)
{
  (void)user_data;
  (void)now;
  (void)lease_until;
  (void)claim;
  return -55;
}

static void bad_arguments_change_nothing(void **state)
{
  struct fake f;
  struct dun_run_report r = {.struct_size = (uint32_t)sizeof r, .persons = 99};
  struct {
    struct dun_host host;
    uint64_t more;
  } newer;
  world(&f);
  assert_int_equal(dun_run(NULL, &f.host, START, 0, &r), DUN_E_INVAL);
  assert_int_equal(dun_run(*state, NULL, START, 0, &r), DUN_E_INVAL);
  f.host.struct_size = 0;
  assert_int_equal(dun_run(*state, &f.host, START, 0, &r), DUN_E_STRUCT);
  f.host.struct_size = 0xffffffffu;
  assert_int_equal(dun_run(*state, &f.host, START, 0, &r), DUN_E_STRUCT);
  f.host.struct_size = (uint32_t)sizeof f.host;
  memset(&newer, 0, sizeof newer);
  newer.host = f.host;
  newer.host.struct_size = (uint32_t)sizeof newer;
  newer.more = 1;
  assert_int_equal(dun_run(*state, &newer.host, START, 0, &r), DUN_E_NEWER);
  assert_int_equal(r.persons, 99);
  r.struct_size = 3;
  assert_int_equal(dun_run(*state, &f.host, START, 0, &r), DUN_E_STRUCT);
  r.struct_size = (uint32_t)sizeof r;
  for (int i = 0; i < 3; i++) {
    struct dun_host less = f.host;
    if (i == 0)
      less.claim = NULL;
    if (i == 1)
      less.record = NULL;
    if (i == 2)
      less.deliver = NULL;
    assert_int_equal(dun_run(*state, &less, START, 0, &r), DUN_E_INVAL);
  }
  assert_int_equal(dun_run(*state, &f.host, DUN_TIME_NEVER, 0, &r), DUN_E_RANGE);
  assert_int_equal(dun_run(*state, &f.host, DUN_TIME_MIN - 1, 0, &r), DUN_E_RANGE);
  assert_int_equal(dun_run(*state, &f.host, DUN_TIME_MAX, 0, &r), DUN_E_RANGE);
  f.host.lease = -1;
  assert_int_equal(dun_run(*state, &f.host, START, 0, &r), DUN_E_RANGE);
  f.host.lease = 0;
  assert_int_equal(f.calls, 0);
  f.host.claim = claim_fails;
  assert_int_equal(dun_run(*state, &f.host, START, 0, &r), DUN_E_CALLBACK);
  assert_int_equal(r.persons, 0);
  assert_int_equal(f.last_log, -55);
}

struct budget {
  unsigned left;
  long live;
};

static void *budget_alloc(void *user_data, size_t size)
{
  struct budget *b = user_data;
  void *p = b->left == 0 ? NULL : malloc(size);
  if (p != NULL) {
    b->left--;
    b->live += (long)size;
  }
  return p;
}

static void budget_release(void *user_data, void *memory, size_t size)
{
  struct budget *b = user_data;
  b->live -= (long)size;
  free(memory);
}

static void without_memory_the_run_ends_and_can_be_repeated(void **state)
{
  for (unsigned n = 0; n < 40; n++) {
    struct budget b = {n, 0};
    struct dun_alloc alloc = {(uint32_t)sizeof alloc, 0, &b, budget_alloc, budget_release};
    struct dun_run_report r = {.struct_size = (uint32_t)sizeof r};
    static struct fake f;
    dun_rc rc;
    world(&f);
    for (int i = 0; i < 63; i++) { /* so that the copy has to grow between intent and outcome */
      struct dun_event e;
      memset(&e, 0, sizeof e);
      e.kind = DUN_EVENT_PAYMENT;
      e.account = i < 60 ? 11 : 21;
      e.occurred_at = e.recorded_at = START - 1000 + i;
      fake_append(&f, &e);
    }
    f.host.alloc = &alloc;
    rc = dun_run(*state, &f.host, START, 0, &r);
    assert_int_equal(b.live, 0);
    assert_int_equal(f.host.running, 0);
    if (rc == DUN_OK) {
      assert_true(n >= 3);
      assert_int_equal(f.deliveries, 3);
      return;
    }
    assert_int_equal(rc, DUN_E_NOMEM);
    assert_int_equal(f.logs, 0);
    assert_int_equal(fake_count(&f, DUN_EVENT_INTENT, 0, 0, 0), f.deliveries);
    assert_int_equal(fake_count(&f, DUN_EVENT_CONTACT, 0, 0, 0), f.deliveries);
    fake_restart(&f);
    f.host.alloc = NULL;
    run_at(*state, &f, START, DUN_OK);
    assert_int_equal(f.deliveries, 3);
  }
  fail_msg("never enough");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_crash_at_any_call_loses_and_doubles_nothing),
      cmocka_unit_test(a_claim_that_cannot_be_ends_the_run),
      cmocka_unit_test(bad_arguments_change_nothing),
      cmocka_unit_test(without_memory_the_run_ends_and_can_be_repeated),
  };
  return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
