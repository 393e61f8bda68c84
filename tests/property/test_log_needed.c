/* SPDX-License-Identifier: MIT */
/*
 * dun_log_needed over random policies and logs: what it lets go changes no answer, whatever comes
 * after. DUN_PROPERTY_POLICIES sets how many policies are tried (default below).
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

#include "random_case.h"

#define DEFAULT_POLICIES 800
#define HISTORIES 5
#define SPLITS 3

static uint64_t seen, kept_any, kept_policy, asked;

static bool is_outcome(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_ACTION;
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->account == b->account && a->due_day == b->due_day && a->step == b->step &&
         a->occurrence == b->occurrence && a->attempt == b->attempt;
}

/* Whether a host that has called the log settled before `settled` may append e to it. */
static bool may_follow(const struct random_case *c, size_t count, dun_time settled,
                       const struct dun_event *e)
{
  if (e->kind == DUN_EVENT_VOID)
    return e->until >= settled;
  if (e->step == 0 || !is_outcome(e))
    return true;
  for (size_t i = 0; i < count; i++) {
    const struct dun_event *o = &c->events[i];
    if (o->occurred_at < settled && is_outcome(o) && same_key(o, e) &&
        o->outcome != DUN_OUTCOME_QUEUED && o->outcome != DUN_OUTCOME_UNKNOWN)
      return false;
  }
  return true;
}

static void compare(const dun_policy *policy, const char *text, const struct random_case *whole,
                    const struct random_case *reduced, dun_time now, bool sibling)
{
  struct dun_account account = whole->account;
  struct dun_decision a, b;
  dun_rc ra, rb;
  account.id += sibling;
  dun_decision_init(&a, sizeof a);
  dun_decision_init(&b, sizeof b);
  ra = dun_decide(policy, &account, whole->events, whole->count, now, &a, NULL);
  rb = dun_decide(policy, &account, reduced->events, reduced->count, now, &b, NULL);
  asked++;
  if (ra == rb && memcmp(&a, &b, sizeof a) == 0)
    return;
  print_case(text, whole);
  fprintf(stderr, "reduced:\n");
  print_case("", reduced);
  print_decision("whole", &a);
  print_decision("reduced", &b);
  fail_msg("another answer without what is not needed, at %" PRId64, now);
}

/* Ask both logs now and later, then append the rest of the history, entry by entry. */
static void go_on(struct rng *r, const dun_policy *policy, const char *text,
                  const struct random_case *c, size_t count, dun_time settled,
                  const uint8_t *needed)
{
  static struct random_case whole, reduced;
  dun_time now = count > 0 ? c->events[count - 1].occurred_at : c->now;
  whole.account = reduced.account = c->account;
  whole.count = reduced.count = 0;
  for (size_t i = 0; i < count; i++) {
    whole.events[whole.count++] = c->events[i];
    if (needed[i])
      reduced.events[reduced.count++] = c->events[i];
  }
  for (size_t i = count; i <= c->count; i++) {
    compare(policy, text, &whole, &reduced, now, false);
    compare(policy, text, &whole, &reduced, now + rng_below(r, 60 * 86400), false);
    if (rng_one_in(r, 4))
      compare(policy, text, &whole, &reduced, now - rng_below(r, 60 * 86400), false);
    if (rng_one_in(r, 4))
      compare(policy, text, &whole, &reduced, now + rng_below(r, 86400), true);
    if (i == c->count)
      return;
    now = c->events[i].occurred_at;
    if (!may_follow(c, count, settled, &c->events[i]))
      continue;
    whole.events[whole.count++] = c->events[i];
    reduced.events[reduced.count++] = c->events[i];
  }
}

static void split(struct rng *r, const dun_policy *policy, const char *text,
                  const struct random_case *c)
{
  size_t count = c->count - rng_below(r, (uint32_t)c->count / 2 + 1), kept = 0;
  dun_time settled = DUN_TIME_NEVER;
  bool any = rng_one_in(r, 3);
  uint8_t *needed = malloc(count + 1);
  assert_non_null(needed);
  needed[count] = 77;
  if (count < c->count) /* what follows may occur at the same instant as the last */
    settled = c->events[count].occurred_at;
  if (count > 0 && rng_one_in(r, 4))
    settled = c->events[rng_below(r, (uint32_t)count)].occurred_at;
  assert_int_equal(
      dun_log_needed(any ? NULL : policy, c->events, count, settled, needed, &kept, NULL), DUN_OK);
  assert_int_equal(needed[count], 77);
  if (count == c->count && settled == DUN_TIME_NEVER) {
    size_t n = 0;
    seen += count;
    dun_log_needed(NULL, c->events, count, settled, needed, &n, NULL);
    kept_any += n;
    dun_log_needed(policy, c->events, count, settled, needed, &n, NULL);
    kept_policy += n;
  }
  go_on(r, policy, text, c, count, settled, needed);
  free(needed);
}

/* Put in more of what makes entries go: cures, words about channels, facts told again. */
static void enrich(struct rng *r, struct random_case *c)
{
  static const uint8_t kinds[] = {DUN_EVENT_CURED,        DUN_EVENT_CURED,       DUN_EVENT_CURED,
                                  DUN_EVENT_OPT_OUT,      DUN_EVENT_OPT_IN,      DUN_EVENT_OPT_IN,
                                  DUN_EVENT_ADDRESS_DEAD, DUN_EVENT_ADDRESS_NEW, DUN_EVENT_RELEASE,
                                  DUN_EVENT_FACTS};
  for (uint32_t n = rng_below(r, 8); n > 0 && c->count + 1 < RANDOM_LOG_MAX && c->count > 0; n--) {
    size_t at = rng_below(r, (uint32_t)c->count);
    struct dun_event e;
    memset(&e, 0, sizeof e);
    e.occurred_at = c->events[at].occurred_at;
    e.recorded_at = c->events[at].recorded_at;
    e.account = c->account.id + rng_one_in(r, 6);
    e.kind = kinds[rng_below(r, sizeof kinds)];
    if (e.kind >= DUN_EVENT_OPT_OUT && e.kind <= DUN_EVENT_ADDRESS_NEW) {
      static const char *const names[] = {"sms", "mail", "phone", "another"};
      uint32_t i = rng_below(r, 5);
      static const uint8_t contact[] = {DUN_CONTACT_TEXT, DUN_CONTACT_EMAIL, DUN_CONTACT_VOICE,
                                        DUN_CONTACT_TEXT};
      e.channel = i == 4 ? 0 : dun_channel_id(contact[i], names[i]);
      e.flags = rng_one_in(r, 3) ? DUN_FLAG_ACCOUNT : 0;
    }
    if (e.kind == DUN_EVENT_RELEASE)
      e.detail = 1 + rng_below(r, 11);
    if (e.kind == DUN_EVENT_FACTS) {
      e.detail = rng_one_in(r, 2) ? DUN_FACT_PAST_DUE : DUN_FACT_ATTRIBUTE;
      e.amount = rng_below(r, 2);
    }
    memmove(c->events + at + 2, c->events + at + 1, (c->count - at - 1) * sizeof e);
    c->events[at + 1] = e;
    c->count++;
  }
}

static void what_is_not_needed_changes_no_answer(void **state)
{
  static char text[65536];
  static struct random_case c;
  const char *number = getenv("DUN_PROPERTY_POLICIES");
  uint32_t policies = number != NULL ? (uint32_t)strtoul(number, NULL, 10) : DEFAULT_POLICIES;
  (void)state;
  for (uint32_t i = 0; i < policies; i++) {
    struct rng r = {UINT64_C(77) * 1000003 + i};
    size_t size = random_policy(&r, text, sizeof text);
    dun_policy *policy;
    assert_int_equal(dun_policy_compile(&policy, text, size, NULL), DUN_OK);
    for (uint32_t k = 0; k < HISTORIES; k++) {
      random_history(&r, policy, &c, 1 + rng_below(&r, rng_one_in(&r, 3) ? 160 : 40));
      if (!rng_one_in(&r, 3))
        enrich(&r, &c);
      for (uint32_t n = 0; n < SPLITS && c.count > 0; n++)
        split(&r, policy, text, &c);
    }
    dun_policy_unref(policy);
  }
  fprintf(stderr,
          "%" PRIu64 " questions; of %" PRIu64 " entries %" PRIu64 "%% go whatever the policy, "
          "%" PRIu64 "%% with it\n",
          asked, seen, (seen - kept_any) * 100 / seen, (seen - kept_policy) * 100 / seen);
  assert_true(kept_policy < kept_any && kept_any < seen);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_not_needed_changes_no_answer)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
