/* SPDX-License-Identifier: MIT */
/* dunctl check: compile policies and print what is wrong with them. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#include "dunctl.h"
#include "io.h"

#define TEXT_MAX (1u << 20) /* what dun_policy_compile takes */

struct run {
  bool json;
  const char *file; /* the one being checked, as shown */
  size_t findings, files, bad;
};

static void usage(FILE *to)
{
  fprintf(to, "usage: dunctl check [--json] POLICY...\n\n"
              "Compiles each POLICY (`-` = standard input) and prints what is wrong with it:\n"
              "file:line:column: error: path: message (hint)\n\n"
              "  --json   the findings as a JSON array of objects with file, line, column,\n"
              "           severity, path, message, hint\n");
}

static void report(void *user_data, const struct dun_diagnostic *d)
{
  struct run *run = user_data;
  const char *severity = d->severity == DUN_SEVERITY_WARNING ? "warning" : "error";
  if (run->json) {
    printf("%s\n  {\"file\": ", run->findings > 0 ? "," : "");
    io_json(stdout, run->file);
    printf(", \"line\": %u, \"column\": %u, \"severity\": \"%s\", \"path\": ", (unsigned)d->line,
           (unsigned)d->column, severity);
    io_json(stdout, d->path);
    printf(", \"message\": ");
    io_json(stdout, d->message);
    printf(", \"hint\": ");
    io_json(stdout, d->hint);
    putchar('}');
  } else {
    printf("%s:%u:%u: %s: %s%s%s", run->file, (unsigned)d->line, (unsigned)d->column, severity,
           d->path, d->path[0] != '\0' ? ": " : "", d->message);
    printf(d->hint[0] != '\0' ? " (%s)\n" : "%s\n", d->hint);
  }
  run->findings++;
}

static int check_file(struct run *run, const char *name)
{
  struct dun_compile options;
  dun_policy *policy;
  char shown[1024];
  size_t size = 0, before = run->findings;
  char *text;
  dun_rc rc;
  if (strcmp(name, "-") == 0)
    strcpy(shown, "<stdin>");
  else
    io_show(shown, sizeof shown, name);
  text = io_read(name, shown, TEXT_MAX, &size);
  if (text == NULL)
    return EXIT_USAGE;
  run->file = shown;
  dun_compile_init(&options, sizeof options);
  options.report = report;
  options.report_data = run;
  rc = dun_policy_compile(&policy, text, size, &options);
  free(text);
  dun_policy_unref(policy);
  if (rc != DUN_OK && rc != DUN_E_POLICY) {
    fprintf(stderr, "dunctl: cannot check %s: %s\n", shown, dun_strerror(rc));
    return EXIT_USAGE;
  }
  run->files++;
  run->bad += rc != DUN_OK;
  return run->findings > before || rc != DUN_OK ? EXIT_FINDINGS : EXIT_FINE;
}

int dunctl_check(int argc, char **argv)
{
  struct run run = {false, NULL, 0, 0, 0};
  bool options = true;
  int worst = EXIT_FINE, named = 0;
  for (int i = 1; i < argc; i++) { /* options may stand anywhere before `--` */
    if (options && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
      usage(stdout);
      return EXIT_FINE;
    }
    if (options && strcmp(argv[i], "--json") == 0) {
      run.json = true;
    } else if (options && strcmp(argv[i], "--") == 0) {
      options = false;
    } else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
      fprintf(stderr, "dunctl check: unknown option `%s`\n", argv[i]);
      return EXIT_USAGE;
    } else {
      named++;
    }
  }
  if (named == 0) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (run.json)
    putchar('[');
  options = true;
  for (int i = 1; i < argc; i++) {
    int code;
    if (options && (strcmp(argv[i], "--json") == 0 || strcmp(argv[i], "--") == 0)) {
      options = strcmp(argv[i], "--") != 0;
      continue;
    }
    code = check_file(&run, argv[i]);
    worst = code > worst ? code : worst;
  }
  if (run.json)
    printf("%s]\n", run.findings > 0 ? "\n" : "");
  else
    printf("%zu %s checked, %zu fine, %zu %s\n", run.files, run.files == 1 ? "policy" : "policies",
           run.files - run.bad, run.findings, run.findings == 1 ? "finding" : "findings");
  return worst;
}
