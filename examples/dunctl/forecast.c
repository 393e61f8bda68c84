/* SPDX-License-Identifier: MIT */
/* dunctl forecast: the whole road of one account, and how many times. */
#include <stdio.h>

#include "ask_args.h"
#include "dunctl.h"
#include "io.h"
#include "road.h"

#define CENTURY 36525 /* days */

static void usage(FILE *to)
{
  fprintf(
      to,
      "usage: dunctl forecast POLICY --due DATE --past-due N [options]\n\n"
      "Prints what would be done on an account, when and how often, if the debtor is silent, or\n"
      "answers and pays as said; 20,000 deliveries at most (exit 1 if there are more).\n\n%s"
      "  --from INSTANT      the first instant asked about (31 days before the due day)\n"
      "  --until INSTANT     the first that is not asked about any more (the due day 100 years\n"
      "                      on)\n"
      "  --answer WHAT:OUTCOME[:N]\n"
      "                      what comes of deliveries of a step, or of a kind of contact, or of\n"
      "                      `action`; with N of the N-th only. May stand up to 64 times\n"
      "  --payment DATE:N    N minor units are paid on that date, at noon; up to 64 times\n"
      "  --json              the same as JSON\n",
      ask_args_help);
}

static const char *name(const struct ask_args *a, uint32_t what, uint32_t index)
{
  const char *text = dun_policy_name(a->policy, what, index);
  return text != NULL ? text : "";
}

static const char *what_of(const struct ask_args *a, const struct dun_forecast_entry *e)
{
  return e->channel != 0 ? name(a, DUN_NAME_CHANNEL, e->channel) : dun_action_name(e->action);
}

/* Whether the road ends only where a calendar does. */
static bool calendar_ends(const struct ask_args *a, const struct road *road)
{
  struct dun_account account = a->account;
  struct dun_decision d;
  dun_decision_init(&d, sizeof d);
  road_facts(road, &account);
  return road->sum.end == DUN_FORECAST_REST &&
         dun_decide(a->policy, &account, road->log, (size_t)road->sum.log_count, road->sum.ended_at,
                    &d, NULL) == DUN_OK &&
         (d.reasons & DUN_REASON_CALENDAR) != 0;
}

static void print_text(const struct ask_args *a, const struct road *road)
{
  const struct dun_forecast_entry *e = road->entries;
  const struct dun_forecast_sum *sum = &road->sum;
  size_t n = (size_t)sum->deliveries;
  char at[32];
  printf("%-25s %5s  %-16s %-22s %-10s %s\n", "when", "day", "stage", "step", "by", "outcome");
  for (size_t i = 0; i < n; i++) {
    ask_show_time(a, e[i].at, at);
    printf("%-25s %5d  %-16s %-22s %-10s %s\n", at, (int)e[i].dpd,
           name(a, DUN_NAME_STAGE, e[i].stage), name(a, DUN_NAME_STEP, e[i].step),
           what_of(a, &e[i]), dun_outcome_name(e[i].outcome));
  }
  printf("\n%llu deliveries", (unsigned long long)sum->deliveries);
  for (uint32_t k = DUN_CONTACT_VOICE; k <= DUN_CONTACT_VISIT; k++)
    if (sum->contacts[k] > 0)
      printf(", %u %s", (unsigned)sum->contacts[k], dun_contact_name(k));
  for (uint32_t k = DUN_ACTION_TASK; k <= DUN_ACTION_CHARGE_OFF; k++)
    if (sum->actions[k] > 0)
      printf(", %u %s", (unsigned)sum->actions[k], dun_action_name(k));
  putchar('\n');
  for (uint32_t i = 0; i < dun_policy_count(a->policy, DUN_NAME_STAGE); i++)
    if (sum->stages[i] > 0)
      printf("  %u in stage %s\n", (unsigned)sum->stages[i], name(a, DUN_NAME_STAGE, i + 1));
  ask_show_time(a, sum->ended_at, at);
  if (calendar_ends(a, road))
    printf("a calendar of the policy does not know the dates after that (`valid`)\n");
  printf("%s; last asked %s\n",
         sum->end == DUN_FORECAST_REST    ? "nothing more becomes due by time alone"
         : sum->end == DUN_FORECAST_UNTIL ? "the end that was asked for is reached"
                                          : "cut off: too many deliveries",
         at);
}

static void print_json(const struct ask_args *a, const struct road *road)
{
  const struct dun_forecast_entry *e = road->entries;
  const struct dun_forecast_sum *sum = &road->sum;
  size_t n = (size_t)sum->deliveries;
  char at[32];
  printf("{\"entries\": [");
  for (size_t i = 0; i < n; i++) {
    ask_show_time(a, e[i].at, at);
    printf("%s\n  {\"at\": \"%s\", \"dpd\": %d, \"stage\": ", i > 0 ? "," : "", at, (int)e[i].dpd);
    io_json(stdout, name(a, DUN_NAME_STAGE, e[i].stage));
    printf(", \"step\": ");
    io_json(stdout, name(a, DUN_NAME_STEP, e[i].step));
    printf(", \"by\": ");
    io_json(stdout, what_of(a, &e[i]));
    printf(", \"occurrence\": %u, \"attempt\": %u, \"amount\": %lld, \"outcome\": \"%s\"}",
           (unsigned)e[i].occurrence, (unsigned)e[i].attempt, (long long)e[i].amount,
           dun_outcome_name(e[i].outcome));
  }
  printf("],\n \"deliveries\": %llu, \"contacts\": {", (unsigned long long)sum->deliveries);
  for (uint32_t k = DUN_CONTACT_VOICE; k <= DUN_CONTACT_VISIT; k++)
    printf("%s\"%s\": %u", k > 1 ? ", " : "", dun_contact_name(k), (unsigned)sum->contacts[k]);
  printf("}, \"calendar_ends\": %s, \"end\": \"%s\"}\n", calendar_ends(a, road) ? "true" : "false",
         sum->end == DUN_FORECAST_REST    ? "rest"
         : sum->end == DUN_FORECAST_UNTIL ? "until"
                                          : "full");
}

static int forecast(const struct ask_args *a)
{
  struct road road;
  dun_time until;
  int code = EXIT_USAGE;
  /* Without an end a step that is never permitted would be asked about to the year 9999. */
  if (a->until == NULL && dun_zone_instant(a->policy, a->account.zone, a->account.due_day + CENTURY,
                                           0, &until) != DUN_OK)
    until = DUN_TIME_NEVER;
  if (a->until != NULL && !ask_instant(a, "--until", a->until, &until))
    return EXIT_USAGE;
  if (road_run(&road, a, until)) {
    (a->json ? print_json : print_text)(a, &road);
    code = road.sum.end == DUN_FORECAST_FULL ? EXIT_FINDINGS : EXIT_FINE;
  }
  road_free(&road);
  return code;
}

int dunctl_forecast(int argc, char **argv)
{
  struct ask_args a;
  int code = ask_args_read(&a, argc, argv, usage);
  code = code == 0 ? forecast(&a) : code - 1;
  ask_args_free(&a);
  return code;
}
