/* SPDX-License-Identifier: MIT */
/* Shared by the subcommands of dunctl. */
#ifndef DUNCTL_H
#define DUNCTL_H

#define EXIT_FINE 0
#define EXIT_FINDINGS 1
#define EXIT_USAGE 2 /* and input or output that failed */

/* A subcommand; argv[0] is its name. Returns an exit code. */
int dunctl_check(int argc, char **argv);
int dunctl_explain(int argc, char **argv);
int dunctl_forecast(int argc, char **argv);
int dunctl_packs(int argc, char **argv);
int dunctl_replay(int argc, char **argv);
int dunctl_test(int argc, char **argv);

#endif
