/* SPDX-License-Identifier: MIT */
/* The road of an account under what --from, --answer and --payment assume. */
#include "road.h"

#include <stdlib.h>
#include <string.h>

#include "io.h"

/* Deliveries are about a week apart for years: far more than that is a policy that runs away. */
#define ENTRIES 20000u
#define LOG 65535u

/* "call:promised:2" */
static bool read_answer(const struct ask_args *a, const char *text, struct dun_reply *r)
{
  char what[64], outcome[64];
  size_t n = strcspn(text, ":");
  const char *rest = text + n + (text[n] == ':');
  size_t m = strcspn(rest, ":");
  int64_t nth = 0;
  memset(r, 0, sizeof *r);
  if (text[n] == ':' && n < sizeof what && m > 0 && m < sizeof outcome &&
      (rest[m] == '\0' || ask_number(a, "--answer", rest + m + 1, 1, UINT32_MAX, &nth))) {
    memcpy(what, text, n);
    what[n] = '\0';
    memcpy(outcome, rest, m);
    outcome[m] = '\0';
    r->nth = (uint32_t)nth;
    r->outcome = dun_outcome_from_name(outcome);
    for (uint32_t k = DUN_CONTACT_VOICE; k <= DUN_CONTACT_VISIT; k++)
      if (strcmp(what, dun_contact_name(k)) == 0)
        r->kind = k;
    if (dun_policy_find(a->policy, DUN_NAME_STEP, what) != 0)
      r->step_id = dun_name_id(what);
    if (r->outcome != 0xffffffffu &&
        (r->step_id != 0 || r->kind != 0 || strcmp(what, "action") == 0))
      return true;
  }
  io_show(what, sizeof what, text);
  fprintf(stderr,
          "dunctl: --answer wants a step, a kind of contact or `action`, and an"
          " outcome, such as phone-call:promised or voice:refused:2, not `%s`\n",
          what);
  return false;
}

/* "2026-02-03:50000" */
static bool read_payment(const struct ask_args *a, const char *text, struct dun_payment *p)
{
  dun_day day;
  char shown[64];
  if (strlen(text) > 11 && text[10] == ':' && dun_day_parse(text, 10, &day) == DUN_OK &&
      dun_zone_instant(a->policy, a->account.zone, day, 720, &p->at) == DUN_OK &&
      ask_number(a, "--payment", text + 11, 1, DUN_AMOUNT_MAX, &p->amount))
    return true;
  io_show(shown, sizeof shown, text);
  fprintf(stderr, "dunctl: --payment wants DATE:AMOUNT, not `%s`\n", shown);
  return false;
}

static int by_time(const void *a, const void *b)
{
  const struct dun_payment *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

/* All options into what dun_forecast assumes. */
static bool read_options(const struct ask_args *a, struct dun_reply *replies,
                         struct dun_payment *payments, struct dun_assume *assume)
{
  for (unsigned i = 0; i < a->answer_count; i++)
    if (!read_answer(a, a->answers[i], &replies[i]))
      return false;
  for (unsigned i = 0; i < a->payment_count; i++)
    if (!read_payment(a, a->payments[i], &payments[i]))
      return false;
  qsort(payments, a->payment_count, sizeof payments[0], by_time);
  assume->replies = replies;
  assume->reply_count = a->answer_count;
  assume->payments = payments;
  assume->payment_count = a->payment_count;
  if (a->from != NULL)
    return ask_instant(a, "--from", a->from, &assume->from);
  if (dun_zone_instant(a->policy, a->account.zone, a->account.due_day - 31, 0, &assume->from) ==
      DUN_OK)
    return true;
  fprintf(stderr, "dunctl %s: 31 days before --due lie outside the years 1 to 9999; say --from\n",
          a->command);
  return false;
}

bool road_run(struct road *road, const struct ask_args *a, dun_time until)
{
  struct dun_reply replies[64];
  struct dun_payment payments[64];
  struct dun_assume assume;
  dun_rc rc;
  memset(&road->sum, 0, sizeof road->sum);
  road->entries = io_alloc(ENTRIES * sizeof *road->entries);
  road->log = io_alloc(LOG * sizeof *road->log);
  dun_assume_init(&assume, sizeof assume);
  dun_forecast_sum_init(&road->sum, sizeof road->sum);
  if (!read_options(a, replies, payments, &assume))
    return false;
  assume.until = until;
  if (until <= assume.from) {
    fprintf(stderr, "dunctl %s: it would end before it begins (--from, --until, --at)\n",
            a->command);
    return false;
  }
  rc = dun_forecast(a->policy, &a->account, road->log, 0, LOG, &assume, road->entries, ENTRIES,
                    &road->sum, NULL);
  if (rc == DUN_OK || rc == DUN_E_LIMIT)
    return true;
  fprintf(stderr, "dunctl %s: %s%s\n", a->command, dun_strerror(rc),
          rc == DUN_E_INVAL ? " (an --answer that the delivery cannot have?)" : "");
  return false;
}

void road_facts(const struct road *road, struct dun_account *account)
{
  for (uint64_t i = 0; i < road->sum.log_count; i++) {
    const struct dun_event *e = &road->log[i];
    if (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE)
      account->past_due = e->amount;
    if (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_BALANCE)
      account->balance = e->amount;
  }
}

void road_free(struct road *road)
{
  free(road->entries);
  free(road->log);
}
