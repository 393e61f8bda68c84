/* SPDX-License-Identifier: MIT */
/* A lending host on SQLite: import a portfolio, live through some days of it, sum up. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#include "adopt.h"
#include "db.h"
#include "host.h"
#include "import.h"
#include "settle.h"
#include "simulate.h"
#include "summary.h"

#define START "2026-01-01"
#define TEXT_MAX ((size_t)1 << 20)

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
  (void)number;
  stop = 1;
}

struct options {
  const char *portfolio, *policy, *db, *start;
  dun_day start_day;
  int64_t days;
  bool fresh;
};

static void usage(FILE *out)
{
  fputs("usage: host-sqlite [--portfolio FILE] [--policy FILE] [--days N] [--db FILE]\n"
        "\n"
        "Imports a portfolio into an SQLite database and lives through N days of it: what the\n"
        "policy wants is delivered into the table `outbox`. Stop it at any time; the same command\n"
        "goes on where it was.\n"
        "\n"
        "  --portfolio FILE  CSV of accounts, see docs/host.md  (portfolio.csv)\n"
        "  --policy FILE     (examples/policies/chengeshe.yaml)\n"
        "  --days N          days from the start, 1 to 36500    (365)\n"
        "  --start DATE      first day, for a new database      (2026-01-01)\n"
        "  --db FILE         made if it is not there            (portfolio.db)\n"
        "  --fresh           start over: throw the database away\n"
        "  --help\n",
        out);
}

/* 0 = go on, else leave with this code - 1. */
static int options_read(int argc, char **argv, struct options *o)
{
  struct {
    const char *name;
    const char **value;
  } known[] = {{"--portfolio", &o->portfolio},
               {"--policy", &o->policy},
               {"--db", &o->db},
               {"--start", &o->start},
               {"--days", NULL}};
  const char *days = "365";
  char *end;
  for (int i = 1; i < argc; i++) {
    const char *equals = strchr(argv[i], '=');
    size_t size = equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]), k = 0;
    const char *value;
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      usage(stdout);
      return 1;
    }
    if (strcmp(argv[i], "--fresh") == 0) {
      o->fresh = true;
      continue;
    }
    while (k < 5 && (strlen(known[k].name) != size || strncmp(known[k].name, argv[i], size) != 0))
      k++;
    if (k == 5) {
      fprintf(stderr, "host-sqlite: unknown option %s; see --help\n", argv[i]);
      return 3;
    }
    value = equals != NULL ? equals + 1 : i + 1 < argc ? argv[++i] : "";
    if (*value == '\0') {
      fprintf(stderr, "host-sqlite: %s needs a value\n", known[k].name);
      return 3;
    }
    *(known[k].value != NULL ? known[k].value : &days) = value;
  }
  errno = 0;
  o->days = strtoll(days, &end, 10);
  if (*end != '\0' || errno != 0 || o->days < 1 || o->days > 36500) {
    fprintf(stderr, "host-sqlite: --days takes 1 to 36500, not %s\n", days);
    return 3;
  }
  if (dun_day_parse(o->start != NULL ? o->start : START, o->start != NULL ? strlen(o->start) : 10,
                    &o->start_day) != DUN_OK) {
    fprintf(stderr, "host-sqlite: --start: \"%s\" is no date (YYYY-MM-DD)\n", o->start);
    return 3;
  }
  return 0;
}

static void report(void *user_data, const struct dun_diagnostic *d)
{
  fprintf(stderr, "%s:%" PRIu32 ":%" PRIu32 ": %s: %s%s%s", (const char *)user_data, d->line,
          d->column, d->severity == DUN_SEVERITY_ERROR ? "error" : "warning", d->path,
          d->path[0] != '\0' ? ": " : "", d->message);
  fprintf(stderr, "%s%s%s\n", d->hint[0] != '\0' ? " (" : "", d->hint,
          d->hint[0] != '\0' ? ")" : "");
}

static dun_policy *policy_read(const char *path, struct identity *identity)
{
  char *text = malloc(TEXT_MAX + 1), *name = malloc(strlen(path) + 1);
  FILE *file = fopen(path, "rb");
  dun_policy *policy = NULL;
  if (file == NULL)
    fprintf(stderr, "%s: cannot be opened: %s\n", path, strerror(errno));
  if (file != NULL && text != NULL && name != NULL) {
    struct dun_compile options;
    size_t size = fread(text, 1, TEXT_MAX + 1, file);
    int why = errno;
    dun_rc rc;
    strcpy(name, path);
    dun_compile_init(&options, (uint32_t)sizeof options);
    options.report = report;
    options.report_data = name;
    rc = ferror(file) ? DUN_E_INVAL : dun_policy_compile(&policy, text, size, &options);
    if (ferror(file))
      fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(why));
    else if (rc != DUN_OK)
      fprintf(stderr, "%s: %s\n", path, dun_strerror(rc));
    else
      *identity = (struct identity){dun_policy_name(policy, DUN_NAME_POLICY, 1),
                                    dun_policy_revision(policy), text_hash(text, size)};
  }
  if (file != NULL)
    fclose(file);
  free(name);
  free(text);
  return policy;
}

/* The first day and instant of the simulation, of the database if it has begun. 0, or the exit. */
static int start_of(struct db *db, const dun_policy *policy, const struct options *o, dun_day *day,
                    dun_time *start, dun_time *end)
{
  char begun[11] = "?";
  *day = (dun_day)db_meta(db, "start_day", o->start_day);
  if (db->failed)
    return 1;
  if (o->start != NULL && *day != o->start_day) {
    (void)dun_day_format(*day, begun);
    fprintf(stderr, "%s: began on %s, --start %s comes too late; leave it out, or use --fresh\n",
            db->path, begun, o->start);
    return 2;
  }
  if (dun_zone_instant(policy, 0, *day, 0, start) != DUN_OK ||
      dun_zone_instant(policy, 0, *day + (dun_day)o->days, 0, end) != DUN_OK) {
    fprintf(stderr, "host-sqlite: the days are out of range\n");
    return 1;
  }
  return 0;
}

/* The log names channels and zones of a policy; one that lacks them cannot go on with it. */
static bool policy_fits(struct db *db, const dun_policy *policy)
{
  struct dun_account account;
  char bad[64];
  bool ok = true;
  sqlite3_stmt *s = db_statement(db, "SELECT DISTINCT zone, reach FROM accounts");
  dun_account_init(&account, (uint32_t)sizeof account);
  while (ok && db_row(db, s)) {
    const char *zone = (const char *)sqlite3_column_text(s, 0);
    if (*zone != '\0' && dun_policy_find(policy, DUN_NAME_ZONE, zone) == 0) {
      fprintf(stderr, "%s: has accounts in the zone %s, which the policy lacks\n", db->path, zone);
      ok = false;
    } else if (!reach_parse(policy, (const char *)sqlite3_column_text(s, 1), &account, bad)) {
      fprintf(stderr, "%s: has accounts with the channel %s, which the policy lacks\n", db->path,
              bad);
      ok = false;
    }
  }
  sqlite3_reset(s);
  return ok && !db->failed;
}

/* A word as a shell takes it. */
static void print_word(const char *word)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "_-./=:,+@%";
  if (*word != '\0' && word[strspn(word, plain)] == '\0') {
    fputs(word, stdout);
    return;
  }
  putchar('\'');
  for (; *word != '\0'; word++)
    if (*word == '\'')
      fputs("'\\''", stdout);
    else
      putchar(*word);
  putchar('\'');
}

static void stopped(const struct options *o, int argc, char **argv)
{
  printf("\nStopped; nothing is lost. Where it is: %s\nThe same command goes on:\n ", o->db);
  for (int i = 0; i < argc; i++)
    if (strcmp(argv[i], "--fresh") != 0) {
      putchar(' ');
      print_word(argv[i]);
    }
  printf("\n");
}

/* 0 = go on to import and simulate, else the exit. */
static int prepare(struct db *db, const dun_policy *policy, const struct identity *identity,
                   dun_time clock)
{
  uint64_t settled, placed;
  bool changed;
  if (!policy_fits(db, policy) || !settle(db, policy, &settled) ||
      !adopt(db, identity, clock, &changed, &placed))
    return 1;
  if (settled > 0)
    printf("%" PRIu64 " deliveries of a run that broke off got their outcome\n", settled);
  if (changed)
    printf("The policy has changed, to %s, revision %" PRIu32 ": %" PRIu64
           " accounts are placed under it and asked about anew\n",
           identity->name, identity->revision, placed);
  return 0;
}

/* 0, 1, 2, or 130 when it was stopped. */
static int work(struct db *db, const dun_policy *policy, const struct options *o,
                struct beginning *beginning)
{
  struct import_report in;
  struct host host;
  dun_time start, end, clock;
  dun_day today;
  bool ok = true;
  int rc = start_of(db, policy, o, &beginning->start_day, &start, &end);
  if (rc != 0)
    return rc;
  clock = db_meta(db, "clock", start);
  if (db->failed || prepare(db, policy, &beginning->policy, clock) != 0)
    return 1;
  if (!import_portfolio(db, policy, o->portfolio, clock, beginning, &stop, &in))
    return stop ? 130 : 1;
  printf("%s: %" PRIu64 " accounts imported, %" PRIu64 " there already, %" PRIu64 " rows skipped\n",
         o->portfolio, in.added, in.known, in.bad);
  if (in.added + in.known == 0) {
    fprintf(stderr, "%s: no account in it\n", o->portfolio);
    return 1;
  }
  if (clock > end && dun_zone_day(policy, 0, clock, &today) == DUN_OK)
    printf("The database is already at day %" PRId64 ", beyond --days %" PRId64 "\n",
           (int64_t)today - beginning->start_day, o->days);
  fflush(stdout);
  if (clock <= end) {
    host_init(&host, db, policy, &stop);
    ok = simulate(&host, start, end, &clock);
    host_free(&host);
  }
  if (!ok || (!stop && !summary(db, policy, clock)))
    return 1;
  return stop ? 130 : 0;
}

int main(int argc, char **argv)
{
  struct options o = {
      "portfolio.csv", "examples/policies/chengeshe.yaml", "portfolio.db", NULL, 0, 365, false};
  struct sigaction action;
  struct db db;
  struct beginning beginning;
  dun_policy *policy;
  int rc = options_read(argc, argv, &o);
  if (rc != 0)
    return rc - 1;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND; /* a second Ctrl-C ends it at once, as safely as kill -9 */
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  action.sa_handler = SIG_IGN; /* a file that may not grow is an error, not the end */
  action.sa_flags = 0;
  sigaction(SIGXFSZ, &action, NULL);
  sigaction(SIGPIPE, &action, NULL);

  policy = policy_read(o.policy, &beginning.policy);
  if (policy == NULL)
    return 1;
  rc = db_open(&db, o.db, o.fresh) ? work(&db, policy, &o, &beginning) : 1;
  if (rc == 130)
    stopped(&o, argc, argv);
  else if (rc == 0) {
    printf("\nThe database: %s (sqlite3 ", o.db);
    print_word(o.db);
    printf(" 'SELECT * FROM outbox LIMIT 10')\n");
  }
  db_close(&db);
  dun_policy_unref(policy);
  return fflush(stdout) == 0 && !ferror(stdout) ? rc : 1;
}
