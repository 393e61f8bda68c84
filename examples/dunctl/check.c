/* SPDX-License-Identifier: MIT */
/* dunctl check: compile policies and print what is wrong with them. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#include "dunctl.h"
#include "io.h"
#include "packs_dir.h"

#define TEXT_MAX (1u << 20) /* what dun_policy_compile takes */

struct run {
  bool json;
  const char *file; /* the one being checked, as shown */
  size_t errors, warnings, files, bad;
  const char *folder; /* of packs; NULL = none */
  struct packs_dir packs;
};

static void usage(FILE *to)
{
  fprintf(to, "usage: dunctl check [--json] [--packs DIR] POLICY...\n\n"
              "Compiles each POLICY (`-` = standard input) and prints what is wrong with it:\n"
              "file:line:column: error: path: message (hint)\n"
              "Warnings are to be read, and no failure.\n\n"
              "  --packs DIR   the conduct packs of DIR (*.yaml) beside those built in\n"
              "  --json        the findings as a JSON array of objects with file, line, column,\n"
              "                severity, path, message, hint\n");
}

static void report(void *user_data, const struct dun_diagnostic *d)
{
  struct run *run = user_data;
  bool warning = d->severity == DUN_SEVERITY_WARNING;
  const char *severity = warning ? "warning" : "error";
  if (run->json) {
    printf("%s\n  {\"file\": ", run->errors + run->warnings > 0 ? "," : "");
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
  (warning ? &run->warnings : &run->errors)[0]++;
}

static int check_file(struct run *run, const char *name)
{
  struct dun_compile options;
  dun_policy *policy;
  char shown[1024];
  size_t size = 0;
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
  packs_dir_give(&run->packs, &options);
  rc = dun_policy_compile(&policy, text, size, &options);
  free(text);
  dun_policy_unref(policy);
  if (rc != DUN_OK && rc != DUN_E_POLICY) {
    fprintf(stderr, "dunctl: cannot check %s: %s\n", shown, dun_strerror(rc));
    return EXIT_USAGE;
  }
  run->files++;
  run->bad += rc != DUN_OK;
  return rc != DUN_OK ? EXIT_FINDINGS : EXIT_FINE;
}

/* Take the options out of argv, wherever they stand before `--`; what is left are files. -1 = wrong
 * usage, 1 = help was asked for. */
static int read_options(int argc, char **argv, struct run *run, int *files)
{
  bool options = true;
  *files = 0;
  for (int i = 1; i < argc; i++) {
    const char *a = argv[i];
    if (options && (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0)) {
      usage(stdout);
      return 1;
    }
    if (options && strcmp(a, "--json") == 0) {
      run->json = true;
    } else if (options && strcmp(a, "--packs") == 0) {
      if (++i == argc) {
        fprintf(stderr, "dunctl check: `--packs` wants a value\n");
        return -1;
      }
      run->folder = argv[i];
    } else if (options && strcmp(a, "--") == 0) {
      options = false;
    } else if (options && a[0] == '-' && a[1] != '\0') {
      fprintf(stderr, "dunctl check: unknown option `%s`\n", a);
      return -1;
    } else {
      argv[1 + (*files)++] = argv[i];
    }
  }
  return 0;
}

static int check_files(struct run *run, int files, char **names)
{
  int worst = EXIT_FINE;
  if (run->json)
    putchar('[');
  for (int i = 0; i < files; i++) {
    int code = check_file(run, names[i]);
    worst = code > worst ? code : worst;
  }
  if (run->json)
    printf("%s]\n", run->errors + run->warnings > 0 ? "\n" : "");
  else
    printf("%zu %s checked, %zu fine, %zu %s, %zu %s\n", run->files,
           run->files == 1 ? "policy" : "policies", run->files - run->bad, run->errors,
           run->errors == 1 ? "error" : "errors", run->warnings,
           run->warnings == 1 ? "warning" : "warnings");
  return worst;
}

int dunctl_check(int argc, char **argv)
{
  struct run run;
  int files, code;
  memset(&run, 0, sizeof run);
  code = read_options(argc, argv, &run, &files);
  if (code != 0)
    return code > 0 ? EXIT_FINE : EXIT_USAGE;
  if (files == 0) {
    usage(stderr);
    return EXIT_USAGE;
  }
  code = run.folder == NULL || packs_dir_read(&run.packs, run.folder)
             ? check_files(&run, files, argv + 1)
             : EXIT_USAGE;
  packs_dir_free(&run.packs);
  return code;
}
