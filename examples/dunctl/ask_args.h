/* SPDX-License-Identifier: MIT */
/* The account that `dunctl forecast` and `dunctl explain` ask about, from their options. */
#ifndef DUNCTL_ASK_ARGS_H
#define DUNCTL_ASK_ARGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <dun/dun.h>

struct ask_args {
  const char *command; /* its name, for messages */
  const char *policy_file;
  const char *events_file; /* of replay, --log of explain; NULL = none */
  dun_policy *policy;
  const char *packs_folder; /* NULL = none */
  struct dun_account account;
  bool json;
  /* as given; NULL = not */
  const char *due, *past_due, *balance, *zone, *prior, *reach, *from, *until, *at;
  const char *answers[64], *payments[64], *attributes[DUN_ATTRIBUTES];
  unsigned answer_count, payment_count, attribute_count;
};

/* The help on the options of the account. */
extern const char ask_args_help[];

/* Read the options (argv[0] is the command), compile the policy, and make the account of it.
 * 0 = go on; otherwise 1 + the exit code, after a message. */
int ask_args_read(struct ask_args *a, int argc, char **argv, void (*usage)(FILE *to));
void ask_args_free(struct ask_args *a);

/* An instant as RFC 3339, or a date, which is its start in the account's zone. False: a message. */
bool ask_instant(const struct ask_args *a, const char *option, const char *text, dun_time *out);
/* A whole number. False: a message. */
bool ask_number(const struct ask_args *a, const char *option, const char *text, int64_t low,
                int64_t high, int64_t *out);
/* A local time of the account as text. */
void ask_show_time(const struct ask_args *a, dun_time t, char out[32]);

#endif
