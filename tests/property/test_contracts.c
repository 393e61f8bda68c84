/* SPDX-License-Identifier: MIT */
/*
 * The contracts of decide, over random policies, accounts, logs and instants: the review contract,
 * its tightness, progress, determinism, and that the two ways of counting agree.
 * DUN_PROPERTY_POLICIES sets how many policies are tried (default below).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dun/dun.h>

#include "core/decide.h"
#include "core/fold.h"
#include "core/open.h"
#include "random_case.h"

#define DEFAULT_POLICIES 8000 /* about a million decisions */
#define HISTORIES 6

static uint64_t decisions; /* asked in the whole run, for the report */

static uint32_t policies(void)
{
  const char *text = getenv("DUN_PROPERTY_POLICIES");
  return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : DEFAULT_POLICIES;
}

static void complain(void *user_data, const struct dun_diagnostic *d)
{
  (void)user_data;
  if (d->severity == DUN_SEVERITY_ERROR)
    fprintf(stderr, "%u:%u %s: %s\n", d->line, d->column, d->path, d->message);
}

typedef void property(struct rng *r, const dun_policy *policy, const char *text,
                      struct random_case *c);

static void try_all(uint64_t seed, property *check, uint32_t count, bool rules)
{
  static char text[65536];
  static struct random_case c;
  for (uint32_t i = 0; i < count; i++) {
    struct rng r = {seed * 1000003 + i};
    size_t size = random_policy(&r, text, sizeof text);
    struct dun_compile options;
    dun_policy *policy;
    if (rules)
      size += random_rules(&r, text + size, sizeof text - size);
    dun_compile_init(&options, sizeof options);
    options.report = complain;
    if (dun_policy_compile(&policy, text, size, &options) != DUN_OK) {
      fprintf(stderr, "%s\n", text);
      fail_msg("random policy %u does not compile", i);
    }
    for (uint32_t k = 0; k < HISTORIES; k++) {
      random_history(&r, policy, &c, rng_below(&r, 40));
      if (rules)
        random_terms(&r, &c);
      check(&r, policy, text, &c);
    }
    dun_policy_unref(policy);
  }
}

static void for_all(uint64_t seed, property *check)
{
  try_all(seed, check, policies(), false);
}

/* With conduct rules, which are dearer: a quarter as many, and some. */
static void for_all_rules(uint64_t seed, property *check)
{
  try_all(seed, check, policies() / 4 + 20, true);
}

static struct dun_decision ask(const dun_policy *policy, const struct random_case *c, dun_time now)
{
  struct dun_decision d;
  size_t bad = 0;
  dun_rc rc;
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(policy, &c->account, c->events, c->count, now, &d, &bad);
  if (rc != DUN_OK)
    fail_msg("decide: %s, event %zu", dun_strerror(rc), bad);
  decisions++;
  return d;
}

static uint64_t reviews, tight;

static void holds_until_review(struct rng *r, const dun_policy *policy, const char *text,
                               struct random_case *c)
{
  dun_time now = c->now;
  for (int round = 0; round < 8; round++) {
    struct dun_decision d = ask(policy, c, now), e;
    dun_time last = d.review_at, at[5];
    if (d.review_at <= now) {
      print_case(text, c);
      print_decision("now", &d);
      fail_msg("review_at is not later than now %" PRId64, now);
    }
    if (last > now + 3000 * INT64_C(86400))
      last = now + 3000 * INT64_C(86400);
    at[0] = now + 1;
    at[1] = last - 1;
    for (int i = 2; i < 5; i++)
      at[i] = now + (int64_t)(rng_next(r) % (uint64_t)(last - now));
    for (int i = 0; i < 5; i++) {
      if (at[i] < now || at[i] >= last)
        continue;
      e = ask(policy, c, at[i]);
      if (!same_answer(&d, &e)) {
        print_case(text, c);
        print_decision("now", &d);
        print_decision("later", &e);
        fail_msg("the answer at %" PRId64 " is another at %" PRId64, now, at[i]);
      }
    }
    if (d.review_at == DUN_TIME_NEVER || d.review_at > DUN_TIME_MAX)
      return;
    e = ask(policy, c, d.review_at);
    reviews++;
    tight += !same_answer(&d, &e);
    now = rng_one_in(r, 3) ? d.review_at + rng_below(r, 86400) : d.review_at;
  }
}

static void the_answer_stands_until_review_at(void **state)
{
  (void)state;
  reviews = tight = 0;
  for_all(1, holds_until_review);
  print_message("# %" PRIu64 " reviews, %" PRIu64 " of them change the answer\n", reviews, tight);
  assert_true(tight * 2 >= reviews);
}

static void the_answer_stands_under_conduct_rules(void **state)
{
  (void)state;
  reviews = tight = 0;
  for_all_rules(11, holds_until_review);
  print_message("# %" PRIu64 " reviews, %" PRIu64 " of them change the answer\n", reviews, tight);
  assert_true(tight * 2 >= reviews);
}

static void ends_at_one_now(struct rng *r, const dun_policy *policy, const char *text,
                            struct random_case *c)
{
  struct dun_decision d = ask(policy, c, c->now);
  uint32_t asked = 0;
  while (d.kind == DUN_DECISION_ACT || d.kind == DUN_DECISION_CLEAR) {
    struct dun_decision before = d;
    struct dun_event e;
    if (d.kind == DUN_DECISION_CLEAR) {
      memset(&e, 0, sizeof e);
      e.kind = DUN_EVENT_CURED;
      e.account = c->account.id;
      e.occurred_at = e.recorded_at = c->now;
    } else {
      dun_event_outcome(&d, 1 + rng_below(r, 27), c->now, &e);
    }
    if (!random_append(c, e))
      return;
    d = ask(policy, c, c->now);
    if (before.kind == DUN_DECISION_ACT && d.step == before.step && d.not_before <= c->now) {
      print_case(text, c);
      print_decision("before", &before);
      print_decision("after", &d);
      fail_msg("the step may be repeated at once");
    }
    if (++asked > 130) {
      print_case(text, c);
      fail_msg("asking at one instant does not end");
    }
  }
}

static void asking_again_at_one_instant_ends(void **state)
{
  (void)state;
  for_all(2, ends_at_one_now);
}

static void asking_again_ends_under_conduct_rules(void **state)
{
  (void)state;
  for_all_rules(12, ends_at_one_now);
}

static void same_bits(struct rng *r, const dun_policy *policy, const char *text,
                      struct random_case *c)
{
  struct dun_decision d = ask(policy, c, c->now), e = ask(policy, c, c->now);
  (void)r;
  (void)text;
  assert_memory_equal(&d, &e, sizeof d);
}

static void equal_questions_have_equal_answers(void **state)
{
  (void)state;
  for_all(3, same_bits);
}

static bool same_counts(const struct dun__counts *a, const struct dun__counts *b)
{
  return a->first_begun == b->first_begun && a->missed == b->missed &&
         a->missed_first == b->missed_first && a->skipped == b->skipped &&
         a->given_up == b->given_up && a->stood_in == b->stood_in;
}

static bool same_delivery(const struct dun__delivery *a, const struct dun__delivery *b)
{
  if (a->known != b->known)
    return false;
  return !a->known || (a->first == b->first && a->performed == b->performed && a->last == b->last &&
                       a->retry == b->retry && a->place == b->place && a->channel == b->channel &&
                       a->for_step == b->for_step && a->occurrence == b->occurrence &&
                       a->attempt == b->attempt && a->outcome == b->outcome &&
                       a->party == b->party && a->intent == b->intent);
}

static uint64_t exact_needed;

static void ways_agree(struct rng *r, const dun_policy *policy, const char *text,
                       struct random_case *c)
{
  static struct dun__case fast, exact;
  size_t bad;
  (void)r;
  fast.policy = policy;
  fast.account = c->account;
  fast.events = c->events;
  fast.count = c->count;
  fast.zone = dun__zone_find(policy, c->account.zone);
  fast.zone2 = NULL;
  fast.now = c->now;
  fast.memo = NULL;
  exact = fast;
  assert_int_equal(dun__fold_begin(&fast, &bad), DUN_OK);
  assert_int_equal(dun__fold_begin(&exact, &bad), DUN_OK);
  exact.exact = true;
  dun__fold_finish(&fast);
  dun__fold_finish(&exact);
  exact_needed += fast.exact;
  assert_int_equal(fast.in_episode, exact.in_episode);
  assert_int_equal(fast.final_taken, exact.final_taken);
  for (uint32_t i = 0; i < policy->prereqs.count; i++)
    assert_memory_equal(&fast.met[i], &exact.met[i], sizeof fast.met[i]);
  for (uint32_t i = 0; i < policy->steps.count; i++) {
    const struct dun__track *a = &fast.track[i], *b = &exact.track[i];
    if (!same_delivery(&a->last, &b->last) || !same_delivery(&a->open, &b->open) ||
        a->performed != b->performed || a->highest != b->highest || a->touched != b->touched ||
        a->first_performed != b->first_performed || a->last_performed != b->last_performed ||
        a->spent != b->spent || a->foreign != b->foreign || !same_counts(&a->counts, &b->counts) ||
        a->stayed.about != b->stayed.about || a->ordered_at != b->ordered_at ||
        (a->stayed.about != DUN_TIME_NEVER &&
         (a->stayed.first != b->stayed.first || a->stayed.last != b->stayed.last ||
          a->stayed.after != b->stayed.after || a->stayed.performed != b->stayed.performed ||
          !same_counts(&a->stayed.counts, &b->stayed.counts))) ||
        (a->last.known && memcmp(a->failed, b->failed, sizeof a->failed) != 0)) {
      print_case(text, c);
      print_message("# last %d open %d performed %u %u missed %u %u highest %u %u skipped %u %u"
                    " stood in %d given up %d failed %d\n",
                    same_delivery(&a->last, &b->last), same_delivery(&a->open, &b->open),
                    a->performed, b->performed, a->counts.missed, b->counts.missed, a->highest,
                    b->highest, a->counts.skipped, b->counts.skipped,
                    a->counts.stood_in == b->counts.stood_in,
                    a->counts.given_up == b->counts.given_up,
                    memcmp(a->failed, b->failed, sizeof a->failed) == 0);
      fail_msg("step %u is counted in two ways", i);
    }
  }
}

static void the_fast_and_the_exact_count_agree(void **state)
{
  (void)state;
  exact_needed = 0;
  for_all(4, ways_agree);
  assert_true(exact_needed > 0); /* both ways were taken */
}

static uint64_t pairs;

/* Whether two entries of one instant say nothing of the same thing. */
static bool independent(const struct dun_event *a, const struct dun_event *b)
{
  if (a->kind == b->kind || a->step == b->step)
    return false;
  if ((a->step != 0 && a->step == b->detail) || (b->step != 0 && b->step == a->detail))
    return false; /* one stands in for the other */
  /* each of these kinds speaks of all the others, or of the same reachability */
  for (int i = 0; i < 2; i++) {
    const struct dun_event *e = i ? b : a;
    if (e->kind == DUN_EVENT_VOID || e->kind == DUN_EVENT_CURED || e->kind == DUN_EVENT_CLOSED ||
        e->kind == DUN_EVENT_REOPENED || e->kind == DUN_EVENT_FACTS ||
        e->kind == DUN_EVENT_OVERRIDE)
      return false;
  }
  return !(a->channel != 0 && b->channel != 0);
}

static uint64_t grown, grown_whole;

/* A log that is fed entry by entry gives the answers of the whole log at each of its lengths. */
static void growing_agrees(struct rng *r, const dun_policy *policy, const char *text,
                           struct random_case *c)
{
  static struct dun__case base, view;
  static struct dun__memo memo;
  size_t bad = 0, at = rng_below(r, (uint32_t)c->count + 1);
  dun_rc rc = dun__case_begin(&base, policy, &c->account, c->events, at,
                              at > 0 ? c->events[at - 1].occurred_at : c->now, &bad);
  assert_int_equal(rc, DUN_OK);
  for (; at <= c->count; at += 1 + rng_below(r, 3)) {
    struct dun_decision d, e;
    dun_time now = at > 0 ? c->events[at - 1].occurred_at + rng_below(r, 90000) : c->now;
    assert_int_equal(dun__case_more(&base, at, now, &bad), DUN_OK);
    view = base;
    dun__case_finish(&view, &memo);
    assert_int_equal(dun__decide(&view, now, &d), DUN_OK);
    dun_decision_init(&e, sizeof e);
    assert_int_equal(dun_decide(policy, &c->account, c->events, at, now, &e, &bad), DUN_OK);
    d.struct_size = e.struct_size;
    grown++;
    grown_whole += base.exact;
    if (memcmp(&d, &e, sizeof d) != 0) {
      print_case(text, c);
      print_decision("grown", &d);
      print_decision("whole", &e);
      fail_msg("after %zu entries a growing log has another answer", at);
    }
  }
}

static void a_growing_log_has_the_answers_of_the_whole(void **state)
{
  (void)state;
  grown = grown_whole = 0;
  for_all(6, growing_agrees);
  print_message("# %" PRIu64 " answers from growing logs, %" PRIu64 " the exact way\n", grown,
                grown_whole);
  assert_true(grown > 0 && grown_whole < grown);
}

/* Entries of one instant that are of different keys and kinds may stand in any order. */
static void swapped(struct rng *r, const dun_policy *policy, const char *text,
                    struct random_case *c)
{
  (void)r;
  for (size_t i = 1; i < c->count; i++) {
    struct random_case other = *c;
    const struct dun_event *a = &c->events[i - 1], *b = &c->events[i];
    struct dun_decision d, e;
    if (a->occurred_at != b->occurred_at || a->recorded_at != b->recorded_at || !independent(a, b))
      continue;
    other.events[i - 1] = *b;
    other.events[i] = *a;
    d = ask(policy, c, c->now);
    e = ask(policy, &other, c->now);
    pairs++;
    if (memcmp(&d, &e, sizeof d) != 0) {
      print_case(text, c);
      print_decision("as it is", &d);
      print_decision("swapped", &e);
      fail_msg("entries %zu and %zu in another order give another answer", i - 1, i);
    }
  }
}

static void the_order_of_independent_entries_does_not_matter(void **state)
{
  (void)state;
  pairs = 0;
  for_all(7, swapped);
  print_message("# %" PRIu64 " pairs of entries swapped\n", pairs);
  assert_true(pairs > 0);
}

static void facts_that_no_rule_reads_change_nothing(struct rng *r, const dun_policy *policy,
                                                    const char *text, struct random_case *c)
{
  struct dun_decision d = ask(policy, c, c->now), e;
  struct random_case other = *c;
  (void)text;
  other.account.review_at = (int64_t)(rng_next(r) >> 1);
  other.account.person = rng_next(r);
  other.account.attribute[5] = (int64_t)rng_next(r);
  if (!(other.account.flags & DUN_ACCOUNT_HAS_LIMITATION))
    other.account.limitation_day = (int32_t)rng_below(r, 30000);
  e = ask(policy, &other, c->now);
  assert_memory_equal(&d, &e, sizeof d);
}

static void irrelevant_fields_change_nothing(void **state)
{
  (void)state;
  for_all(5, facts_that_no_rule_reads_change_nothing);
}

static int report(void **state)
{
  (void)state;
  print_message("# %" PRIu64 " random decisions\n", decisions);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_answer_stands_until_review_at),
      cmocka_unit_test(the_answer_stands_under_conduct_rules),
      cmocka_unit_test(asking_again_ends_under_conduct_rules),
      cmocka_unit_test(asking_again_at_one_instant_ends),
      cmocka_unit_test(equal_questions_have_equal_answers),
      cmocka_unit_test(the_fast_and_the_exact_count_agree),
      cmocka_unit_test(irrelevant_fields_change_nothing),
      cmocka_unit_test(a_growing_log_has_the_answers_of_the_whole),
      cmocka_unit_test(the_order_of_independent_entries_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, report);
}
