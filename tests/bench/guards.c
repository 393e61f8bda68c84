/* SPDX-License-Identifier: MIT */
/*
 * How long one decision and one permission take under three packs and under none, with logs of 0 to 64
 * contacts, each an INTENT and its outcome. The core allocates nothing (tests/abi/pure.sh); this tells
 * the time.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <dun/dun.h>

#define MOST 64u
#define ROUNDS 20000u

#define POLICY(conduct) \
  "dun: 1\n" \
  "name: bench\n" \
  "zone: America/New_York\n" conduct "channels: {phone: voice}\n" \
  "stages:\n" \
  "  - name: late\n" \
  "    from: 1d\n" \
  "    steps:\n" \
  "      - {name: call, use: phone, every: 1d, times: 400,\n" \
  "         discloses: [debt_collector, collecting_a_debt, use_of_information]}\n"

static const struct {
  const char *what, *text;
} policies[] = {
    {"3 packs", POLICY("conduct: [us-regf, us-ma, us-nyc]\n")},
    {"no packs", POLICY("conduct: none\nbasis: a benchmark\n")},
};

static void complain(void *data, const struct dun_diagnostic *d)
{
  (void)data;
  if (d->severity != DUN_SEVERITY_ERROR) /* the rhythm is more than the packs let through */
    return;
  fprintf(stderr, "%u:%u: %s\n", (unsigned)d->line, (unsigned)d->column, d->message);
}

static double seconds(void)
{
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One call every five hours of the day, none of which reached anybody. */
static size_t fill(const dun_policy *p, struct dun_event *events, size_t contacts, dun_time start)
{
  size_t n = 0;
  for (size_t i = 0; i < contacts; i++) {
    struct dun_event e;
    memset(&e, 0, sizeof e);
    e.occurred_at = e.recorded_at = start + (dun_time)i * 5 * 3600;
    e.account = 7;
    e.due_day = 20000;
    e.step = dun_name_id("call");
    e.channel = dun_policy_channel_id(p, 1);
    e.occurrence = (uint16_t)(i + 1);
    e.kind = DUN_EVENT_INTENT;
    events[n++] = e;
    e.kind = DUN_EVENT_CONTACT;
    e.outcome = DUN_OUTCOME_NO_ANSWER;
    e.occurred_at = e.recorded_at = e.occurred_at + 60;
    events[n++] = e;
  }
  return n;
}

static int measure(const char *what, const char *text)
{
  static const size_t sizes[] = {0, 8, 32, MOST};
  struct dun_event events[2 * MOST];
  struct dun_compile options;
  struct dun_account a;
  struct dun_decision d;
  struct dun_permission q;
  dun_policy *p;
  uint64_t sum = 0;
  dun_compile_init(&options, (uint32_t)sizeof options);
  options.report = complain;
  if (dun_policy_compile(&p, text, strlen(text), &options) != DUN_OK)
    return 1;
  dun_account_init(&a, (uint32_t)sizeof a);
  a.id = 7;
  a.past_due = a.balance = 100000;
  a.flags = DUN_ACCOUNT_HAS_DUE;
  a.due_day = 20000;
  dun_account_reach(p, &a, DUN_PARTY_BORROWER, "phone");
  dun_decision_init(&d, (uint32_t)sizeof d);
  dun_permission_init(&q, (uint32_t)sizeof q);
  for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
    dun_time start = (dun_time)20002 * 86400;
    size_t n = fill(p, events, sizes[k], start);
    dun_time now = start + (dun_time)sizes[k] * 5 * 3600;
    double from = seconds(), middle, until;
    for (uint32_t i = 0; i < ROUNDS; i++) {
      if (dun_decide(p, &a, events, n, now + i % 3600, &d, NULL) != DUN_OK)
        return 1;
      sum += (uint64_t)d.not_before;
    }
    middle = seconds();
    for (uint32_t i = 0; i < ROUNDS; i++) {
      if (dun_permit(p, &a, events, n, now + i % 3600, 1, DUN_PARTY_BORROWER, &q, NULL) != DUN_OK)
        return 1;
      sum += (uint64_t)q.next;
    }
    until = seconds();
    printf("%s, %zu contacts (%zu events): decide %.0f ns, permit %.0f ns\n", what, sizes[k], n,
           (middle - from) / ROUNDS * 1e9, (until - middle) / ROUNDS * 1e9);
  }
  dun_policy_unref(p);
  return sum == 0; /* the answers were used */
}

int main(void)
{
  for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
    if (measure(policies[i].what, policies[i].text) != 0)
      return 1;
  return 0;
}
