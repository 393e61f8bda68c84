/* SPDX-License-Identifier: MIT */
/* dunctl explain: why is this the answer for an account now? */
#include <stdio.h>
#include <stdlib.h>

#include "ask_args.h"
#include "dunctl.h"
#include "io.h"
#include "road.h"

static void usage(FILE *to)
{
  fprintf(
      to,
      "usage: dunctl explain POLICY --due DATE --past-due N --at INSTANT [options]\n\n"
      "Prints how the answer for an account comes about at an instant: its stages, each\n"
      "candidate with its plan, conditions and guards, and the answer. The account has the log\n"
      "that a silent debtor has by then, unless --answer and --payment say otherwise.\n\n%s"
      "  --at INSTANT        the instant; needed\n"
      "  --from, --answer, --payment   as for dunctl forecast\n",
      ask_args_help);
}

static int print(const struct ask_args *a, const struct road *road, dun_time at)
{
  uint64_t size = 0;
  size_t count = (size_t)road->sum.log_count;
  char *text = NULL;
  dun_rc rc = dun_explain(a->policy, &a->account, road->log, count, at, NULL, 0, &size, NULL);
  if (rc == DUN_OK) {
    text = io_alloc((size_t)size + 1);
    rc = dun_explain(a->policy, &a->account, road->log, count, at, text, size + 1, &size, NULL);
  }
  if (rc == DUN_OK)
    fputs(text, stdout);
  else
    fprintf(stderr, "dunctl explain: %s\n", dun_strerror(rc));
  free(text);
  return rc == DUN_OK ? EXIT_FINE : EXIT_USAGE;
}

static int explain(struct ask_args *a)
{
  struct road road;
  dun_time at;
  int code = EXIT_USAGE;
  if (a->at == NULL) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (!ask_instant(a, "--at", a->at, &at))
    return EXIT_USAGE;
  if (road_run(&road, a, at) && road.sum.end == DUN_FORECAST_FULL) {
    fprintf(stderr, "dunctl explain: too many deliveries before that instant\n");
    code = EXIT_FINDINGS;
  } else if (road.sum.end != 0) {
    road_facts(&road, &a->account);
    code = print(a, &road, at);
  }
  road_free(&road);
  return code;
}

int dunctl_explain(int argc, char **argv)
{
  struct ask_args a;
  int code = ask_args_read(&a, argc, argv, usage);
  code = code == 0 ? explain(&a) : code - 1;
  ask_args_free(&a);
  return code;
}
