/* SPDX-License-Identifier: MIT */
/* The account that `dunctl forecast` and `dunctl explain` ask about, from their options. */
#include "ask_args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dunctl.h"
#include "io.h"
#include "packs_dir.h"

#define TEXT_MAX (1u << 20) /* what dun_policy_compile takes */

const char ask_args_help[] =
    "  --due DATE          the oldest unpaid due day, YYYY-MM-DD; needed\n"
    "  --past-due N        what is overdue, minor units; needed\n"
    "  --balance N         the whole debt (as --past-due)\n"
    "  --zone ZONE         one of the policy's zones (its own)\n"
    "  --prior N           earlier delinquencies (0)\n"
    "  --reach A,B,...     channels that reach the borrower; `none` (all of the policy)\n"
    "  --attribute NAME=N  one of the policy's attributes (0)\n"
    "  --packs DIR         the conduct packs of DIR (*.yaml) beside those built in\n";

static int wrong(const struct ask_args *a, const char *option, const char *text, const char *what)
{
  char shown[128];
  io_show(shown, sizeof shown, text);
  fprintf(stderr, "dunctl %s: %s wants %s, not `%s`\n", a->command, option, what, shown);
  return 1 + EXIT_USAGE;
}

bool ask_number(const struct ask_args *a, const char *option, const char *text, int64_t low,
                int64_t high, int64_t *out)
{
  char *end;
  long long n;
  errno = 0;
  n = strtoll(text, &end, 10);
  if (end == text || *end != '\0' || errno != 0 || n < low || n > high) {
    wrong(a, option, text, "a whole number in its range");
    return false;
  }
  *out = n;
  return true;
}

bool ask_instant(const struct ask_args *a, const char *option, const char *text, dun_time *out)
{
  dun_day day;
  if (dun_day_parse(text, strlen(text), &day) == DUN_OK &&
      dun_zone_instant(a->policy, a->account.zone, day, 0, out) == DUN_OK)
    return true;
  if (dun_time_parse(text, strlen(text), out) == DUN_OK)
    return true;
  wrong(a, option, text, "a date, or an instant such as 2026-01-14T09:00:00+08:00");
  return false;
}

void ask_show_time(const struct ask_args *a, dun_time t, char out[32])
{
  if (dun_time_format(a->policy, a->account.zone, t, out) != DUN_OK)
    strcpy(out, "?");
}

static void report(void *user_data, const struct dun_diagnostic *d)
{
  const struct ask_args *a = user_data;
  if (d->severity != DUN_SEVERITY_ERROR) /* dunctl check says the warnings */
    return;
  fprintf(stderr, "%s:%u:%u: %s%s%s\n", a->policy_file, (unsigned)d->line, (unsigned)d->column,
          d->path, d->path[0] != '\0' ? ": " : "", d->message);
}

static int compile(struct ask_args *a)
{
  struct dun_compile options;
  struct packs_dir packs = {0};
  size_t size;
  char *text = io_read(a->policy_file, a->policy_file, TEXT_MAX, &size);
  dun_rc rc;
  if (text == NULL || (a->packs_folder != NULL && !packs_dir_read(&packs, a->packs_folder))) {
    packs_dir_free(&packs);
    free(text);
    return 1 + EXIT_USAGE;
  }
  dun_compile_init(&options, sizeof options);
  options.report = report;
  options.report_data = a;
  packs_dir_give(&packs, &options);
  rc = dun_policy_compile(&a->policy, text, size, &options);
  packs_dir_free(&packs);
  free(text);
  if (rc == DUN_OK)
    return 0;
  fprintf(stderr, "dunctl %s: %s: %s\n", a->command, a->policy_file, dun_strerror(rc));
  return 1 + (rc == DUN_E_POLICY ? EXIT_FINDINGS : EXIT_USAGE);
}

static int set_reach(struct ask_args *a)
{
  char name[64];
  const char *p = a->reach;
  if (p == NULL) {
    for (uint32_t i = 1; i <= dun_policy_count(a->policy, DUN_NAME_CHANNEL); i++)
      a->account.reach[DUN_PARTY_BORROWER] |= 1u << (i - 1);
    return 0;
  }
  if (strcmp(p, "none") == 0)
    return 0;
  while (*p != '\0') {
    size_t n = strcspn(p, ",");
    if (n == 0 || n >= sizeof name)
      return wrong(a, "--reach", a->reach, "names of channels with commas between");
    memcpy(name, p, n);
    name[n] = '\0';
    if (dun_account_reach(a->policy, &a->account, DUN_PARTY_BORROWER, name) != DUN_OK)
      return wrong(a, "--reach", name, "channels of the policy");
    p += n + (p[n] == ',');
  }
  return 0;
}

static int set_attribute(struct ask_args *a, const char *text)
{
  char name[64];
  size_t n = strcspn(text, "=");
  uint32_t index;
  if (text[n] != '=' || n >= sizeof name)
    return wrong(a, "--attribute", text, "NAME=NUMBER");
  memcpy(name, text, n);
  name[n] = '\0';
  index = dun_policy_find(a->policy, DUN_NAME_ATTRIBUTE, name);
  if (index == 0)
    return wrong(a, "--attribute", name, "an attribute of the policy");
  return ask_number(a, "--attribute", text + n + 1, INT64_MIN, INT64_MAX,
                    &a->account.attribute[index - 1])
             ? 0
             : 1 + EXIT_USAGE;
}

static int fill(struct ask_args *a)
{
  struct dun_account *o = &a->account;
  int64_t prior = 0;
  int code;
  dun_account_init(o, sizeof *o);
  o->id = o->person = 1;
  o->flags = DUN_ACCOUNT_HAS_DUE;
  if (dun_day_parse(a->due, strlen(a->due), &o->due_day) != DUN_OK)
    return wrong(a, "--due", a->due, "a date such as 2026-01-10");
  if (!ask_number(a, "--past-due", a->past_due, 0, DUN_AMOUNT_MAX, &o->past_due))
    return 1 + EXIT_USAGE;
  o->balance = o->past_due;
  if (a->balance != NULL && !ask_number(a, "--balance", a->balance, 0, DUN_AMOUNT_MAX, &o->balance))
    return 1 + EXIT_USAGE;
  if (a->prior != NULL && !ask_number(a, "--prior", a->prior, 0, UINT32_MAX, &prior))
    return 1 + EXIT_USAGE;
  o->prior_delinquencies = (uint32_t)prior;
  if (a->zone != NULL) {
    o->zone = dun_zone_id(a->zone);
    if (dun_policy_find(a->policy, DUN_NAME_ZONE, a->zone) == 0)
      return wrong(a, "--zone", a->zone, "a zone of the policy");
  }
  code = set_reach(a);
  for (unsigned i = 0; i < a->attribute_count && code == 0; i++)
    code = set_attribute(a, a->attributes[i]);
  return code;
}

/* An option that may stand several times. */
static bool add(const char **list, unsigned *count, unsigned most, const char *value)
{
  if (*count == most)
    return false;
  list[(*count)++] = value;
  return true;
}

/* An option that the command has not would be ignored, and the answer be to another question. */
static bool takes(const struct ask_args *a, const char *commands)
{
  return commands == NULL || strstr(commands, a->command) != NULL;
}

static int option(struct ask_args *a, const char *name, const char *value)
{
  const struct {
    const char *name;
    const char **to;
    unsigned *count; /* of those that may stand several times */
    unsigned most;
    const char *commands; /* NULL = all */
  } options[] = {{"--due", &a->due, NULL, 1, NULL},
                 {"--past-due", &a->past_due, NULL, 1, NULL},
                 {"--balance", &a->balance, NULL, 1, NULL},
                 {"--zone", &a->zone, NULL, 1, NULL},
                 {"--prior", &a->prior, NULL, 1, NULL},
                 {"--reach", &a->reach, NULL, 1, NULL},
                 {"--attribute", a->attributes, &a->attribute_count, DUN_ATTRIBUTES, NULL},
                 {"--packs", &a->packs_folder, NULL, 1, NULL},
                 {"--log", &a->events_file, NULL, 1, "explain"},
                 {"--from", &a->from, NULL, 1, "forecast explain"},
                 {"--until", &a->until, NULL, 1, "forecast"},
                 {"--at", &a->at, NULL, 1, "explain"},
                 {"--answer", a->answers, &a->answer_count, 64, "forecast explain"},
                 {"--payment", a->payments, &a->payment_count, 64, "forecast explain"}};
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    if (strcmp(name, options[i].name) != 0)
      continue;
    if (!takes(a, options[i].commands)) {
      fprintf(stderr, "dunctl %s: %s is an option of %s\n", a->command, name, options[i].commands);
      return 1 + EXIT_USAGE;
    }
    if (options[i].count == NULL)
      *options[i].to = value;
    else if (!add(options[i].to, options[i].count, options[i].most, value)) {
      fprintf(stderr, "dunctl %s: too many %s\n", a->command, name);
      return 1 + EXIT_USAGE;
    }
    return 0;
  }
  fprintf(stderr, "dunctl %s: unknown option `%s`\n", a->command, name);
  return 1 + EXIT_USAGE;
}

int ask_args_read(struct ask_args *a, int argc, char **argv, void (*usage)(FILE *to))
{
  int code = 0;
  memset(a, 0, sizeof *a);
  a->command = argv[0];
  for (int i = 1; i < argc && code == 0; i++) {
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      usage(stdout);
      return 1 + EXIT_FINE;
    }
    if (strcmp(argv[i], "--json") == 0) {
      a->json = true;
    } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
      if (i + 1 == argc) {
        fprintf(stderr, "dunctl %s: %s wants a value\n", a->command, argv[i]);
        return 1 + EXIT_USAGE;
      }
      code = option(a, argv[i], argv[i + 1]);
      i++;
    } else if (a->policy_file == NULL) {
      a->policy_file = argv[i];
    } else if (a->events_file == NULL && strcmp(a->command, "replay") == 0) {
      a->events_file = argv[i];
    } else {
      fprintf(stderr, "dunctl %s: one policy at a time\n", a->command);
      return 1 + EXIT_USAGE;
    }
  }
  if (code == 0 && (a->policy_file == NULL || a->due == NULL || a->past_due == NULL)) {
    usage(stderr);
    return 1 + EXIT_USAGE;
  }
  if (code == 0)
    code = compile(a);
  return code == 0 ? fill(a) : code;
}

void ask_args_free(struct ask_args *a)
{
  dun_policy_unref(a->policy);
}
