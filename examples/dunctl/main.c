/* SPDX-License-Identifier: MIT */
/* dunctl: the policy author's tool. Picks the subcommand. */
#include <stdio.h>
#include <string.h>

#include <dun/dun.h>

#include "dunctl.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *what;
} commands[] = {
    {"check", dunctl_check, "say what is wrong with policies"},
    {"explain", dunctl_explain, "say how the answer for an account comes about"},
    {"forecast", dunctl_forecast, "print the whole road of an account, and how many times"},
#if defined(DUNCTL_WITH_YAML)
    {"packs", dunctl_packs, "list conduct packs, or print the rules of one"},
#endif
#if defined(DUNCTL_WITH_CSV)
    {"replay", dunctl_replay, "print the decisions along a log, as known at each instant"},
#endif
#if defined(DUNCTL_WITH_YAML)
    {"test", dunctl_test, "run scenarios, the unit tests of policies"},
#endif
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static void usage(FILE *to)
{
  fprintf(to, "usage: dunctl COMMAND ...\n\n");
  for (size_t i = 0; i < COMMANDS; i++)
    fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].what);
  fprintf(to, "\n  dunctl COMMAND --help   more about a command\n"
              "  dunctl --version        the version of libdun\n\n"
              "exit codes: 0 fine, 1 findings, 2 wrong usage, or a file that cannot be read\n");
}

/* Output that did not get out is a failure too. */
static int finish(int code)
{
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "dunctl: cannot write the output\n");
    return EXIT_USAGE;
  }
  return code;
}

int main(int argc, char **argv)
{
  uint32_t v = dun_version_number();
  if (argc < 2) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    usage(stdout);
    return finish(EXIT_FINE);
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("dunctl %u.%u.%u\n", (unsigned)(v / 1000000), (unsigned)(v / 1000 % 1000),
           (unsigned)(v % 1000));
    return finish(EXIT_FINE);
  }
  for (size_t i = 0; i < COMMANDS; i++)
    if (strcmp(argv[1], commands[i].name) == 0)
      return finish(commands[i].run(argc - 1, argv + 1));
  fprintf(stderr, "dunctl: unknown command `%s`; see dunctl --help\n", argv[1]);
  return EXIT_USAGE;
}
