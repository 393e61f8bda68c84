/* SPDX-License-Identifier: MIT */
/* A story of one account, for tests of the engine: a policy, an account, its log, and questions. */
#include "story.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A small ladder after the example of the contract. */
const char story_ladder[] = STORY_HEAD
    "grace: 3d\nignore_below: 1000\n"
    "channels:\n  sms: text\n  mail: email\n  phone: {kind: voice, redeliver: false}\n"
    "  post: letter\n"
    "buckets: {M0: 0d, M1: 1d, M2: 31d}\n"
    "stages:\n"
    "  - name: upcoming\n    from: -3d\n    steps:\n"
    "      - {name: due-soon, use: sms, template: due-soon}\n"
    "  - name: reminder\n    from: grace\n    steps:\n"
    "      - {name: first-notice, use: [sms, mail], marks: noticed}\n"
    "  - name: phone\n    from: grace+3d\n    requires: [{step: first-notice, wait: 2d}]\n"
    "    steps:\n"
    "      - {name: agent-call, use: phone, every: 2d, times: 3, within: 1d}\n"
    "  - name: legal\n    from: 20d\n    steps:\n"
    "      - {name: final-demand, use: post}\n"
    "      - {name: file-suit, do: legal, requires: [{step: final-demand, wait: 5d}], final: "
    "true}\n";

static void complain(void *user_data, const struct dun_diagnostic *d)
{
  (void)user_data;
  fprintf(stderr, "%u:%u %s: %s\n", d->line, d->column, d->path, d->message);
}

dun_time at(const char *text)
{
  dun_time t = 0;
  if (dun_time_parse(text, strlen(text), &t) != DUN_OK)
    fail_msg("no instant: %s", text);
  return t;
}

dun_day day(const char *text)
{
  dun_day d = 0;
  if (dun_day_parse(text, strlen(text), &d) != DUN_OK)
    fail_msg("no day: %s", text);
  return d;
}

void story_open(struct story *s, const char *policy, const char *due)
{
  struct dun_compile options;
  memset(s, 0, sizeof *s);
  dun_compile_init(&options, sizeof options);
  options.report = complain;
  if (dun_policy_compile(&s->policy, policy, strlen(policy), &options) != DUN_OK)
    fail_msg("the policy of the story does not compile");
  s->events = calloc(STORY_MAX, sizeof *s->events);
  assert_non_null(s->events);
  dun_account_init(&s->account, sizeof s->account);
  s->account.id = 7;
  s->account.person = 3;
  s->account.flags = DUN_ACCOUNT_HAS_DUE;
  s->account.due_day = day(due);
  s->account.past_due = 120000;
  s->account.balance = 900000;
  s->account.reach[DUN_PARTY_BORROWER] = 0xffff;
}

void story_close(struct story *s)
{
  dun_policy_unref(s->policy);
  free(s->events);
}

void story_steps(struct story *s, const char *channels_and_more, const char *steps)
{
  char text[4096];
  int n = snprintf(text, sizeof text, "%s%s\nstages:\n  - name: only\n    from: 0d\n    steps:\n%s",
                   STORY_HEAD, channels_and_more, steps);
  assert_true(n > 0 && (size_t)n < sizeof text);
  story_close(s);
  story_open(s, text, "2026-01-10");
}

struct dun_event *story_add_at(struct story *s, uint32_t kind, dun_time when)
{
  struct dun_event *e = &s->events[s->count++];
  memset(e, 0, sizeof *e);
  e->kind = (uint8_t)kind;
  e->account = s->account.id;
  e->occurred_at = e->recorded_at = when;
  return e;
}

struct dun_event *story_add(struct story *s, uint32_t kind, const char *when)
{
  return story_add_at(s, kind, at(when));
}

struct dun_decision story_ask_at(struct story *s, dun_time now)
{
  struct dun_decision d;
  size_t bad = 0;
  dun_rc rc;
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(s->policy, &s->account, s->events, s->count, now, &d, &bad);
  if (rc != DUN_OK)
    fail_msg("decide: %s (event %zu)", dun_strerror(rc), bad);
  assert_true(d.review_at > now);
  return d;
}

struct dun_decision story_ask(struct story *s, const char *now)
{
  return story_ask_at(s, at(now));
}

dun_rc story_error(struct story *s, const char *now, size_t *bad)
{
  struct dun_decision d, before;
  dun_rc rc;
  memset(&d, 0xaa, sizeof d);
  d.struct_size = sizeof d;
  before = d;
  rc = dun_decide(s->policy, &s->account, s->events, s->count, at(now), &d, bad);
  assert_memory_equal(&d, &before, sizeof d); /* untouched on failure */
  return rc;
}

void story_do(struct story *s, const struct dun_decision *d, uint32_t outcome, const char *when)
{
  if (!(d->reasons & DUN_REASON_OPEN_INTENT)) {
    assert_int_equal(dun_event_intent(d, at(when), &s->events[s->count]), DUN_OK);
    s->count++;
  }
  assert_int_equal(dun_event_outcome(d, outcome, at(when), &s->events[s->count]), DUN_OK);
  s->count++;
}

void expect_at(struct story *s, const struct dun_decision *d, uint32_t kind, const char *step,
               const char *file, int line)
{
  const char *name = dun_policy_name(s->policy, DUN_NAME_STEP, d->step);
  if (d->kind == kind && strcmp(name == NULL ? "" : name, step) == 0)
    return;
  print_error("# expected %s %s, found %s %s, reasons %" PRIx64 ", not_before %" PRId64 "\n",
              dun_decision_name(kind), step, dun_decision_name(d->kind),
              name == NULL ? "(no step)" : name, d->reasons, d->not_before);
  _fail(file, line);
}

void expect_time_at(dun_time value, const char *text, const char *file, int line)
{
  dun_time expected = strcmp(text, "never") == 0 ? DUN_TIME_NEVER : at(text);
  if (value == expected)
    return;
  print_error("# expected %s (%" PRId64 "), found %" PRId64 " (%+" PRId64 " s)\n", text, expected,
              value, value == DUN_TIME_NEVER ? 0 : value - expected);
  _fail(file, line);
}
