/* SPDX-License-Identifier: MIT */
/* dun_decide_many: what dun_decide says, one by one, of those that are due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "story.h"

#define ACCOUNTS 40u
#define NOW "2026-01-20T10:00:00+08:00"

/* A row of a host: an account and what else it keeps. */
struct row {
  struct dun_account account;
  uint64_t more[3];
};

static struct story s;
static struct row *rows;
static struct dun_event *events;
static struct dun_log_part logs[ACCOUNTS];
static uint64_t event_count;
static struct dun_answer answers[ACCOUNTS + 8];
static struct dun_decision decisions[ACCOUNTS + 8];
static struct dun_batch batch;

static void add_event(uint32_t account, uint32_t kind, uint32_t detail)
{
  struct dun_event *e = &events[event_count++];
  memset(e, 0, sizeof *e);
  e->account = account;
  e->kind = (uint8_t)kind;
  e->detail = detail;
  e->occurred_at = e->recorded_at = at("2026-01-12T09:00:00+08:00");
  logs[account].count++;
}

static int set_up(void **state)
{
  (void)state;
  story_open(&s, story_ladder, "2026-01-10");
  rows = calloc(ACCOUNTS, sizeof *rows);
  events = calloc(ACCOUNTS * 2, sizeof *events);
  assert_true(rows != NULL && events != NULL);
  event_count = 0;
  memset(logs, 0, sizeof logs);
  for (uint32_t i = 0; i < ACCOUNTS; i++) {
    struct dun_account *a = &rows[i].account;
    *a = s.account;
    a->id = i;
    a->person = 100 + i;
    a->due_day -= (dun_day)(i % 30) - 10;
    a->past_due = i % 7 == 0 ? 0 : 120000;
    a->review_at = i % 4 == 3 ? at(NOW) + (i % 8 == 3) : i % 4 == 2 ? at(NOW) - 1 : 0;
    memset(rows[i].more, 0xff, sizeof rows[i].more);
    logs[i].first = event_count;
    add_event(i, DUN_EVENT_PLACED, 0);
    if (i % 5 == 0)
      add_event(i, DUN_EVENT_HOLD, DUN_HOLD_DISPUTE);
  }
  memset(answers, 0, sizeof answers);
  dun_decision_init(&decisions[0], sizeof decisions[0]);
  dun_batch_init(&batch, sizeof batch);
  batch.accounts = &rows[0].account;
  batch.account_count = ACCOUNTS;
  batch.stride = sizeof *rows;
  batch.events = events;
  batch.event_count = event_count;
  batch.logs = logs;
  batch.answers = answers;
  batch.decisions = decisions;
  batch.capacity = ACCOUNTS;
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  free(rows);
  free(events);
  story_close(&s);
  return 0;
}

static uint64_t run(uint64_t *next)
{
  uint64_t written = 99;
  assert_int_equal(dun_decide_many(s.policy, &batch, at(NOW), next, &written), DUN_OK);
  return written;
}

static dun_rc refuse(void)
{
  uint64_t next = 0, written = 99;
  dun_rc rc = dun_decide_many(s.policy, &batch, at(NOW), &next, &written);
  if (rc != DUN_OK) {
    assert_int_equal(next, 0);
    assert_int_equal(written, 99);
  }
  return rc;
}

/* That answer n is what dun_decide says of this account. */
static void check_answer(uint64_t n, uint64_t place)
{
  struct dun_decision d;
  size_t bad = SIZE_MAX;
  dun_rc rc;
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(s.policy, &rows[place].account, events + logs[place].first, logs[place].count,
                  at(NOW), &d, &bad);
  assert_int_equal(answers[n].index, place);
  assert_int_equal(answers[n].rc, rc);
  assert_true(answers[n].bad_event == (bad == SIZE_MAX ? UINT64_MAX : bad));
  assert_memory_equal(&decisions[n], &d, sizeof d);
}

static bool due(uint64_t place)
{
  return rows[place].account.review_at <= at(NOW);
}

static void the_due_ones_are_answered_as_decide_does_one_by_one(void **state)
{
  uint64_t next = 0, n = run(&next), k = 0, kinds = 0;
  (void)state;
  assert_int_equal(next, ACCOUNTS);
  for (uint64_t i = 0; i < ACCOUNTS; i++)
    if (due(i)) {
      assert_true(k < n);
      kinds |= UINT64_C(1) << decisions[k].kind;
      check_answer(k++, i);
    }
  assert_int_equal(k, n);
  assert_true(n < ACCOUNTS);
  assert_true(kinds & 1u << DUN_DECISION_ACT && kinds & 1u << DUN_DECISION_HOLD);
}

static void a_review_at_now_is_due_and_a_second_later_is_not(void **state)
{
  uint64_t next = 0;
  (void)state;
  batch.account_count = 1;
  rows[0].account.review_at = at(NOW);
  assert_int_equal(run(&next), 1);
  rows[0].account.review_at = at(NOW) + 1;
  next = 0;
  assert_int_equal(run(&next), 0);
  assert_int_equal(next, 1);
  rows[0].account.review_at = DUN_TIME_NEVER;
  next = 0;
  assert_int_equal(run(&next), 0);
  rows[0].account.review_at = 0; /* must decide */
  next = 0;
  assert_int_equal(run(&next), 1);
}

static void a_list_is_answered_in_its_order(void **state)
{
  static const uint64_t order[] = {5, 1, 3, ACCOUNTS, 0, 5, UINT64_MAX};
  uint64_t next = 0;
  (void)state;
  batch.order = order;
  batch.order_count = 7;
  assert_false(due(3));
  assert_int_equal(run(&next), 6);
  assert_int_equal(next, 7);
  check_answer(0, 5);
  check_answer(1, 1);
  assert_int_equal(answers[2].rc, DUN_E_NOT_FOUND);
  assert_int_equal(answers[2].index, ACCOUNTS);
  check_answer(3, 0);
  check_answer(4, 5);
  assert_int_equal(answers[4].flags, DUN_ANSWER_SIBLING); /* itself, again */
  assert_int_equal(answers[5].rc, DUN_E_NOT_FOUND);
}

static void a_call_goes_on_where_the_last_one_ran_out_of_room(void **state)
{
  uint64_t next = 0, all = 0, k = 0;
  (void)state;
  batch.capacity = 7;
  for (;;) {
    uint64_t n = run(&next);
    for (uint64_t i = 0; i < n; i++) {
      while (!due(k))
        k++;
      check_answer(i, k++);
    }
    all += n;
    if (next == ACCOUNTS)
      break;
    assert_int_equal(n, 7);
  }
  while (k < ACCOUNTS)
    assert_false(due(k++));
  assert_true(all > 14);
}

static void nothing_is_written_behind_the_room(void **state)
{
  uint64_t next = 0;
  (void)state;
  batch.capacity = 3;
  memset(&answers[3], 0x5a, sizeof answers[3]);
  memset(&decisions[3], 0x5a, sizeof decisions[3]);
  assert_int_equal(run(&next), 3);
  for (size_t i = 0; i < sizeof answers[3]; i++)
    assert_int_equal(((unsigned char *)&answers[3])[i], 0x5a);
  for (size_t i = 0; i < sizeof decisions[3]; i++)
    assert_int_equal(((unsigned char *)&decisions[3])[i], 0x5a);
}

static void a_failure_is_an_answer_and_stops_nothing(void **state)
{
  static const struct dun_decision zero;
  uint64_t next = 0;
  (void)state;
  batch.account_count = 6;
  for (uint32_t i = 0; i < 6; i++)
    rows[i].account.review_at = 0;
  events[logs[0].first + 1].occurred_at--; /* out of order */
  rows[1].account.flags = 0x80;
  rows[2].account.struct_size = sizeof *rows + 8; /* beyond its row */
  logs[3].first = event_count;
  rows[4].account.zone = 12345;
  assert_int_equal(run(&next), 6);
  check_answer(5, 5);
  assert_int_equal(answers[0].rc, DUN_E_ORDER);
  assert_int_equal(answers[0].bad_event, 1); /* of its own log */
  assert_int_equal(answers[1].rc, DUN_E_NEWER);
  assert_int_equal(answers[2].rc, DUN_E_STRUCT);
  assert_int_equal(answers[3].rc, DUN_E_RANGE);
  assert_int_equal(answers[4].rc, DUN_E_ZONE);
  for (uint32_t i = 0; i < 5; i++) {
    assert_int_equal(decisions[i].struct_size, sizeof zero);
    assert_memory_equal((char *)&decisions[i] + 4, (const char *)&zero + 4, sizeof zero - 4);
  }
}

static void a_log_part_may_not_leave_the_events(void **state)
{
  uint64_t next;
  (void)state;
  batch.account_count = 1;
  logs[0].first = event_count - 1;
  logs[0].count = 1;
  next = 0;
  assert_int_equal(run(&next), 1);
  assert_int_equal(answers[0].rc, DUN_OK);
  logs[0].count = 2;
  next = 0;
  assert_int_equal(run(&next), 1);
  assert_int_equal(answers[0].rc, DUN_E_RANGE);
  logs[0].first = UINT64_MAX;
  next = 0;
  assert_int_equal(run(&next), 1);
  assert_int_equal(answers[0].rc, DUN_E_RANGE);
  logs[0].count = 0; /* then `first` is nothing to it */
  next = 0;
  assert_int_equal(run(&next), 1);
  assert_int_equal(answers[0].rc, DUN_OK);
}

static void without_logs_nobody_has_an_event(void **state)
{
  uint64_t next = 0, n;
  (void)state;
  batch.logs = NULL;
  n = run(&next);
  memset(logs, 0, sizeof logs);
  for (uint64_t i = 0; i < n; i++)
    check_answer(i, answers[i].index);
}

static void the_second_account_of_a_person_is_flagged(void **state)
{
  uint64_t next = 0;
  (void)state;
  batch.account_count = 8;
  for (uint32_t i = 0; i < 8; i++) {
    rows[i].account.review_at = 0;
    rows[i].account.person = i < 4 ? 7 : i < 6 ? 0 : i; /* 7 7 7 7 0 0 6 7 */
  }
  rows[1].account.review_at = DUN_TIME_NEVER; /* not due: no answer */
  assert_int_equal(run(&next), 7);
  assert_int_equal(answers[0].flags, 0);
  assert_int_equal(answers[1].flags, DUN_ANSWER_SIBLING);
  assert_int_equal(answers[2].flags, DUN_ANSWER_SIBLING);
  assert_int_equal(answers[3].flags, 0); /* nobody knows who 0 is */
  assert_int_equal(answers[4].flags, 0);
  assert_int_equal(answers[5].flags, 0);
  assert_int_equal(answers[6].flags, DUN_ANSWER_SIBLING);
}

static void before_1970_zero_still_means_must_decide(void **state)
{
  uint64_t next = 0, written = 0;
  (void)state;
  batch.logs = NULL;
  batch.events = NULL;
  batch.event_count = 0;
  batch.account_count = 2;
  rows[0].account.review_at = 0;
  rows[1].account.review_at = 1;
  assert_int_equal(dun_decide_many(s.policy, &batch, -1, &next, &written), DUN_OK);
  assert_int_equal(written, 1);
  assert_int_equal(answers[0].index, 0);
  assert_int_equal(answers[0].rc, DUN_OK);
}

static void accounts_may_stand_close_together(void **state)
{
  struct dun_account two[2] = {rows[0].account, rows[1].account};
  uint64_t next = 0;
  (void)state;
  batch.accounts = two;
  batch.account_count = 2;
  batch.stride = sizeof two[0];
  assert_int_equal(run(&next), 2);
  check_answer(0, 0);
  check_answer(1, 1);
}

static void strangers_are_rarely_taken_for_siblings(void **state)
{
  enum { MANY = 10000 };
  struct dun_answer *a = calloc(MANY, sizeof *a);
  struct dun_decision *d = calloc(MANY, sizeof *d);
  struct dun_account *all = calloc(MANY, sizeof *all);
  uint64_t next = 0, n, flagged = 0;
  (void)state;
  assert_true(a != NULL && d != NULL && all != NULL);
  for (uint32_t i = 0; i < MANY; i++) {
    dun_account_init(&all[i], sizeof all[i]); /* no due day: quickly answered */
    all[i].person = 1 + i;
  }
  dun_decision_init(d, sizeof *d);
  batch.accounts = all;
  batch.account_count = batch.capacity = MANY;
  batch.stride = sizeof *all;
  batch.logs = NULL;
  batch.answers = a;
  batch.decisions = d;
  n = run(&next);
  assert_int_equal(n, MANY);
  for (uint32_t i = 0; i < MANY; i++)
    flagged += a[i].flags & DUN_ANSWER_SIBLING;
  assert_true(flagged < MANY / 200);
  free(a);
  free(d);
  free(all);
}

static void decisions_of_a_newer_caller_stand_their_own_distance_apart(void **state)
{
  enum { SIZE = sizeof(struct dun_decision) + 16 };
  unsigned char *wide = malloc(3 * SIZE);
  uint64_t next = 0;
  (void)state;
  assert_non_null(wide);
  memset(wide, 0xee, 3 * SIZE);
  dun_decision_init((void *)wide, SIZE);
  batch.decisions = (void *)wide;
  batch.capacity = 3;
  assert_int_equal(run(&next), 3);
  for (uint32_t i = 0; i < 3; i++) {
    const struct dun_decision *d = (const void *)(wide + i * SIZE);
    uint64_t more[2];
    assert_int_equal(d->struct_size, SIZE);
    memcpy(more, wide + i * SIZE + sizeof *d, sizeof more);
    assert_true(more[0] == 0 && more[1] == 0);
    memcpy(&decisions[i], d, sizeof *d);
    decisions[i].struct_size = sizeof *d;
    check_answer(i, answers[i].index);
  }
  free(wide);
}

static void what_is_not_aligned_is_refused(void **state)
{
  (void)state;
  batch.stride = sizeof *rows + 4;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.stride = sizeof *rows;
  batch.accounts = (const void *)((const char *)&rows[0] + 4);
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.accounts = &rows[0].account;
  batch.events = (const void *)((const char *)events + 4);
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.events = events;
  batch.answers = (void *)((char *)answers + 4);
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.answers = answers;
  batch.decisions = (void *)((char *)decisions + 4);
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.decisions = decisions;
  decisions[0].struct_size = sizeof decisions[0] + 4;
  assert_int_equal(refuse(), DUN_E_INVAL);
  decisions[0].struct_size = sizeof decisions[0];
  assert_int_equal(refuse(), DUN_OK);
}

static void sizes_and_counts_that_cannot_be_are_refused(void **state)
{
  uint64_t fine = 0, next = ACCOUNTS + 1, written = 0;
  (void)state;
  batch.stride = sizeof(struct dun_account) - 8;
  assert_int_equal(refuse(), DUN_E_STRUCT);
  batch.stride = UINT64_MAX - 7;
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.stride = sizeof *rows;
  batch.account_count = UINT64_MAX / sizeof *rows;
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.account_count = ACCOUNTS;
  batch.event_count = UINT64_MAX / 8;
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.event_count = event_count;
  batch.capacity = UINT64_MAX / 8;
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.order = &fine;
  batch.order_count = UINT64_MAX / 8;
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.order = NULL;
  batch.order_count = 0;
  batch.capacity = PTRDIFF_MAX / sizeof answers[0]; /* too many for the decisions */
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.capacity = PTRDIFF_MAX / sizeof decisions[0] + 1;
  assert_int_equal(refuse(), DUN_E_RANGE);
  batch.capacity = PTRDIFF_MAX / sizeof decisions[0]; /* nobody needs to use it up */
  assert_int_equal(run(&fine), 35);
  batch.capacity = 0;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.capacity = ACCOUNTS;
  decisions[0].struct_size = sizeof decisions[0] - 8;
  assert_int_equal(refuse(), DUN_E_STRUCT);
  decisions[0].struct_size = sizeof decisions[0];
  batch.reserved = 1;
  assert_int_equal(refuse(), DUN_E_NEWER);
  batch.reserved = 0;
  batch.struct_size = sizeof batch - 8;
  assert_int_equal(refuse(), DUN_E_STRUCT);
  batch.struct_size = sizeof batch;
  assert_int_equal(dun_decide_many(s.policy, &batch, at(NOW), &next, &written), DUN_E_RANGE);
  next = 0;
  assert_int_equal(dun_decide_many(s.policy, &batch, DUN_TIME_NEVER, &next, &written), DUN_E_RANGE);
}

static void what_is_missing_is_refused(void **state)
{
  uint64_t next = 0, written = 0;
  (void)state;
  assert_int_equal(dun_decide_many(NULL, &batch, 0, &next, &written), DUN_E_INVAL);
  assert_int_equal(dun_decide_many(s.policy, NULL, 0, &next, &written), DUN_E_INVAL);
  assert_int_equal(dun_decide_many(s.policy, &batch, 0, NULL, &written), DUN_E_INVAL);
  assert_int_equal(dun_decide_many(s.policy, &batch, 0, &next, NULL), DUN_E_INVAL);
  batch.order_count = 1;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.order_count = 0;
  batch.events = NULL;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.event_count = 1;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.event_count = 0;
  batch.answers = NULL;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.answers = answers;
  batch.decisions = NULL;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.decisions = decisions;
  batch.accounts = NULL;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.account_count = 1;
  assert_int_equal(refuse(), DUN_E_INVAL);
  batch.account_count = 0;
  assert_int_equal(run(&next), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(the_due_ones_are_answered_as_decide_does_one_by_one),
      TEST(a_review_at_now_is_due_and_a_second_later_is_not),
      TEST(a_list_is_answered_in_its_order),
      TEST(a_call_goes_on_where_the_last_one_ran_out_of_room),
      TEST(nothing_is_written_behind_the_room),
      TEST(a_failure_is_an_answer_and_stops_nothing),
      TEST(a_log_part_may_not_leave_the_events),
      TEST(without_logs_nobody_has_an_event),
      TEST(the_second_account_of_a_person_is_flagged),
      TEST(before_1970_zero_still_means_must_decide),
      TEST(accounts_may_stand_close_together),
      TEST(strangers_are_rarely_taken_for_siblings),
      TEST(decisions_of_a_newer_caller_stand_their_own_distance_apart),
      TEST(what_is_not_aligned_is_refused),
      TEST(sizes_and_counts_that_cannot_be_are_refused),
      TEST(what_is_missing_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
