/* SPDX-License-Identifier: MIT */
/* dunctl explain: why is this the answer for an account now? */
#include <stdio.h>
#include <stdlib.h>

#include "ask_args.h"
#include "dunctl.h"
#include "io.h"
#include "replay_log.h"
#include "road.h"

static void usage(FILE *to)
{
  fprintf(
      to,
      "usage: dunctl explain POLICY --due DATE --past-due N --at INSTANT [options]\n\n"
      "Prints how the answer for an account comes about at an instant: its stages, each\n"
      "candidate with its plan, conditions and guards, and the answer. The account has the log\n"
      "that a silent debtor has by then, unless --answer and --payment say otherwise, or --log\n"
      "gives one.\n\n%s"
      "  --at INSTANT        the instant; needed\n"
      "  --log EVENTS.csv    the log, as for dunctl replay: what was known of it at --at\n"
      "  --from, --answer, --payment   as for dunctl forecast, without --log\n",
      ask_args_help);
}

static int print(const struct ask_args *a, const struct dun_account *account,
                 const struct dun_event *log, size_t count, dun_time at)
{
  uint64_t size = 0;
  char *text = NULL;
  dun_rc rc = dun_explain(a->policy, account, log, count, at, NULL, 0, &size, NULL);
  if (rc == DUN_OK) {
    text = io_alloc((size_t)size + 1);
    rc = dun_explain(a->policy, account, log, count, at, text, size + 1, &size, NULL);
  }
  if (rc == DUN_OK)
    fputs(text, stdout);
  else
    fprintf(stderr, "dunctl explain: %s\n", dun_strerror(rc));
  free(text);
  return rc == DUN_OK ? EXIT_FINE : EXIT_USAGE;
}

/* With the log that the assumptions make. */
static int explain_road(struct ask_args *a, dun_time at)
{
  struct road road;
  int code = EXIT_USAGE;
  if (road_run(&road, a, at) && road.sum.end == DUN_FORECAST_FULL) {
    fprintf(stderr, "dunctl explain: too many deliveries before that instant\n");
    code = EXIT_FINDINGS;
  } else if (road.sum.end != 0) {
    road_facts(&road, &a->account);
    code = print(a, &a->account, road.log, (size_t)road.sum.log_count, at);
  }
  road_free(&road);
  return code;
}

/* With a log of the user's. */
#if defined(DUNCTL_WITH_CSV)
static int explain_log(const struct ask_args *a, dun_time at)
{
  struct dun_account account = a->account;
  struct dun_event *events;
  struct replay_log log;
  size_t count;
  int code;
  if (!replay_log_read(&log, a, a->events_file))
    return EXIT_USAGE;
  events = io_alloc((log.count + 1) * sizeof *events);
  count = replay_log_known(&log, at, events, &account);
  code = print(a, &account, events, count, at);
  if (code == EXIT_FINE && log.bad > 0)
    code = EXIT_FINDINGS;
  free(events);
  replay_log_free(&log);
  return code;
}
#else
static int explain_log(const struct ask_args *a, dun_time at)
{
  (void)a;
  (void)at;
  fprintf(stderr, "dunctl explain: --log cannot be read: built without libcsv or zlib\n");
  return EXIT_USAGE;
}
#endif

static int explain(struct ask_args *a)
{
  dun_time at;
  if (a->at == NULL) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (a->events_file != NULL && (a->from != NULL || a->answer_count + a->payment_count > 0)) {
    fprintf(stderr, "dunctl explain: with --log there is no --from, --answer and --payment\n");
    return EXIT_USAGE;
  }
  if (!ask_instant(a, "--at", a->at, &at))
    return EXIT_USAGE;
  return a->events_file != NULL ? explain_log(a, at) : explain_road(a, at);
}

int dunctl_explain(int argc, char **argv)
{
  struct ask_args a;
  int code = ask_args_read(&a, argc, argv, usage);
  code = code == 0 ? explain(&a) : code - 1;
  ask_args_free(&a);
  return code;
}
