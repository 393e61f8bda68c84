/* SPDX-License-Identifier: MIT */
/* dunctl replay: the decisions along a log, each as it was known at its instant. */
#include <stdlib.h>
#include <string.h>

#include "ask_args.h"
#include "dunctl.h"
#include "io.h"
#include "replay_log.h"

static void usage(FILE *to)
{
  fprintf(
      to,
      "usage: dunctl replay POLICY EVENTS.csv --due DATE --past-due N [options]\n\n"
      "Prints what libdun would have said at each instant at which something became known, from\n"
      "what was known then (exit 1 if a row was left out). The options are the facts at first;\n"
      "rows of facts change them.\n\n%s\n%s"
      "\n  --json              a JSON array of the decisions\n",
      ask_args_help, replay_log_help);
}

static int by_instant(const void *a, const void *b)
{
  const dun_time *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static const char *name(const struct ask_args *a, uint32_t what, uint32_t index)
{
  const char *text = dun_policy_name(a->policy, what, index);
  return text != NULL ? text : "";
}

static void print(const struct ask_args *a, dun_time at, const struct dun_decision *d, bool first)
{
  char when[32], not_before[32];
  ask_show_time(a, at, when);
  ask_show_time(a, d->not_before, not_before);
  if (a->json) {
    printf("%s\n  {\"at\": \"%s\", \"dpd\": %d, \"kind\": \"%s\", \"stage\": ", first ? "" : ",",
           when, (int)d->dpd, dun_decision_name(d->kind));
    io_json(stdout, name(a, DUN_NAME_STAGE, d->stage));
    printf(", \"step\": ");
    io_json(stdout, name(a, DUN_NAME_STEP, d->step));
    printf(", \"channel\": ");
    io_json(stdout, name(a, DUN_NAME_CHANNEL, d->channel));
    printf(", \"not_before\": \"%s\", \"reasons\": [", not_before);
  } else {
    printf("%-25s %5d  %-5s %-16s %-22s %-8s %s ", when, (int)d->dpd, dun_decision_name(d->kind),
           name(a, DUN_NAME_STAGE, d->stage), name(a, DUN_NAME_STEP, d->step),
           name(a, DUN_NAME_CHANNEL, d->channel), not_before);
  }
  for (uint32_t i = 0, n = 0; i < 64; i++)
    if (d->reasons >> i & 1u)
      printf(a->json ? "%s\"%s\"" : "%s%s", n++ > 0 ? (a->json ? ", " : ",") : "",
             dun_reason_name(UINT64_C(1) << i));
  printf(a->json ? "]}" : "\n");
}

static int replay(const struct ask_args *a, const struct replay_log *log)
{
  struct dun_event *events = io_alloc((log->count + 1) * sizeof *events);
  dun_time *at = io_alloc((log->count + 1) * sizeof *at);
  int code = log->bad > 0 ? EXIT_FINDINGS : EXIT_FINE;
  for (size_t i = 0; i < log->count; i++)
    at[i] = log->events[i].recorded_at;
  qsort(at, log->count, sizeof *at, by_instant);
  if (a->json)
    putchar('[');
  for (size_t i = 0; i < log->count; i++) {
    struct dun_account account = a->account;
    struct dun_decision d;
    size_t bad = 0, n;
    dun_rc rc;
    if (i + 1 < log->count && at[i + 1] == at[i])
      continue;
    n = replay_log_known(log, at[i], events, &account);
    dun_decision_init(&d, sizeof d);
    rc = dun_decide(a->policy, &account, events, n, at[i], &d, &bad);
    if (rc != DUN_OK) {
      char when[32];
      ask_show_time(a, n > 0 ? events[bad].occurred_at : at[i], when);
      fprintf(stderr, "dunctl replay: the event at %s: %s\n", when, dun_strerror(rc));
      code = EXIT_FINDINGS;
      break;
    }
    print(a, at[i], &d, i == 0);
  }
  if (a->json)
    printf("\n]\n");
  free(events);
  free(at);
  return code;
}

int dunctl_replay(int argc, char **argv)
{
  struct ask_args a;
  struct replay_log log;
  int code = ask_args_read(&a, argc, argv, usage);
  if (code == 0 && a.events_file == NULL) {
    usage(stderr);
    code = 1 + EXIT_USAGE;
  }
  if (code == 0 && !replay_log_read(&log, &a, a.events_file))
    code = 1 + EXIT_USAGE;
  else if (code == 0) {
    code = 1 + replay(&a, &log);
    replay_log_free(&log);
  }
  ask_args_free(&a);
  return code - 1;
}
