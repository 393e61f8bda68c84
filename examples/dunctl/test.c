/* SPDX-License-Identifier: MIT */
/* dunctl test: run scenario files, and say what is not as expected. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dunctl.h"
#include "io.h"
#include "packs_dir.h"
#include "scenario.h"

struct file_results {
  char *shown;
  struct result *results;
  size_t cases, failed; /* a file that cannot be used counts as a failed case */
};

struct options {
  bool json;
  const char *junit, *filter, *folder; /* NULL = not given */
  struct packs_dir packs;
};

static void usage(FILE *to)
{
  fprintf(to, "usage: dunctl test [--json] [--junit FILE] [--filter TEXT] [--packs DIR]\n"
              "                   SCENARIO...\n\n"
              "Runs the cases of each SCENARIO (`-` = standard input) and prints what is not as\n"
              "expected, with the decision that libdun gave:\n"
              "file:line:column: case NAME: field: expected A, got B\n\n"
              "  --json         the cases as a JSON array, with their failures\n"
              "  --junit FILE   also write FILE as JUnit XML\n"
              "  --packs DIR    the conduct packs of DIR (*.yaml) beside those built in\n"
              "  --filter TEXT  only cases whose name holds TEXT\n");
}

static void count(struct file_results *f)
{
  for (const struct result *r = f->results; r != NULL; r = r->next) {
    f->cases += r->name != NULL || r->first != NULL;
    f->failed += r->first != NULL;
  }
}

static void print_text(const struct file_results *f)
{
  for (const struct result *r = f->results; r != NULL; r = r->next)
    for (const struct problem *p = r->first; p != NULL; p = p->next) {
      printf("%s:%u:%u: ", p->file != NULL ? p->file : f->shown, p->line, p->column);
      if (r->name != NULL)
        printf("case %s: ", r->name);
      printf("%s\n", p->text);
      if (p->detail != NULL)
        printf("%s\n", p->detail);
    }
}

static void print_json(const struct file_results *f, bool *any)
{
  for (const struct result *r = f->results; r != NULL; r = r->next) {
    if (r->name == NULL && r->first == NULL)
      continue;
    printf("%s\n  {\"file\": ", *any ? "," : "");
    io_json(stdout, f->shown);
    printf(", \"case\": ");
    if (r->name != NULL)
      io_json(stdout, r->name);
    else
      printf("null");
    printf(", \"line\": %u, \"column\": %u, \"passed\": %s, \"failures\": [", r->line, r->column,
           r->first == NULL ? "true" : "false");
    for (const struct problem *p = r->first; p != NULL; p = p->next) {
      printf("%s{\"file\": ", p != r->first ? ", " : "");
      io_json(stdout, p->file != NULL ? p->file : f->shown);
      printf(", \"line\": %u, \"column\": %u, \"message\": ", p->line, p->column);
      io_json(stdout, p->text);
      printf(", \"detail\": ");
      io_json(stdout, p->detail != NULL ? p->detail : "");
      putchar('}');
    }
    printf("]}");
    *any = true;
  }
}

/* Text in XML. What is no character of XML 1.0 was taken out by io_show(), but for U+FFFE and
 * U+FFFF. */
static void put_xml(FILE *to, const char *text)
{
  for (; *text != '\0'; text++) {
    if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0) {
      fputc('?', to);
      text += 2;
      continue;
    }
    switch (*text) {
    case '<': fputs("&lt;", to); break;
    case '>': fputs("&gt;", to); break;
    case '&': fputs("&amp;", to); break;
    case '"': fputs("&quot;", to); break;
    default: fputc(*text, to); break;
    }
  }
}

static void put_case(FILE *to, const struct file_results *f, const struct result *r)
{
  fprintf(to, "    <testcase name=\"");
  put_xml(to, r->name != NULL ? r->name : "the file itself");
  fprintf(to, "\" classname=\"");
  put_xml(to, f->shown);
  fprintf(to, "\" file=\"");
  put_xml(to, f->shown);
  fprintf(to, "\" line=\"%u\"", r->line);
  if (r->first == NULL) {
    fprintf(to, "/>\n");
    return;
  }
  fprintf(to, ">\n      <failure message=\"");
  put_xml(to, r->first->text);
  fprintf(to, "\">");
  for (const struct problem *p = r->first; p != NULL; p = p->next) {
    put_xml(to, p->file != NULL ? p->file : f->shown);
    fprintf(to, ":%u:%u: ", p->line, p->column);
    put_xml(to, p->text);
    fputc('\n', to);
    if (p->detail != NULL) {
      put_xml(to, p->detail);
      fputc('\n', to);
    }
  }
  fprintf(to, "</failure>\n    </testcase>\n");
}

static bool write_junit(const char *name, const struct file_results *files, size_t n)
{
  FILE *to = fopen(name, "wb");
  bool ok = to != NULL;
  if (ok) {
    fprintf(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (size_t i = 0; i < n; i++) {
      fprintf(to, "  <testsuite name=\"");
      put_xml(to, files[i].shown);
      fprintf(to, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n", files[i].cases,
              files[i].failed);
      for (const struct result *r = files[i].results; r != NULL; r = r->next)
        if (r->name != NULL || r->first != NULL)
          put_case(to, &files[i], r);
      fprintf(to, "  </testsuite>\n");
    }
    fprintf(to, "</testsuites>\n");
    ok = !ferror(to);
    ok = fclose(to) == 0 && ok;
  }
  if (!ok)
    fprintf(stderr, "dunctl test: cannot write %s: %s\n", name, strerror(errno));
  return ok;
}

/* Take the options out of argv; what is left are files. -1 = wrong usage, 1 = help was asked for. */
static int read_options(int argc, char **argv, struct options *o, int *files)
{
  bool options = true;
  *files = 0;
  for (int i = 1; i < argc; i++) {
    const char *a = argv[i];
    if (options && (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0)) {
      usage(stdout);
      return 1;
    }
    if (options && strcmp(a, "--") == 0) {
      options = false;
    } else if (options && strcmp(a, "--json") == 0) {
      o->json = true;
    } else if (options && (strcmp(a, "--junit") == 0 || strcmp(a, "--filter") == 0 ||
                           strcmp(a, "--packs") == 0)) {
      if (++i == argc) {
        fprintf(stderr, "dunctl test: `%s` wants a value\n", a);
        return -1;
      }
      *(strcmp(a, "--junit") == 0    ? &o->junit
        : strcmp(a, "--filter") == 0 ? &o->filter
                                     : &o->folder) = argv[i];
    } else if (options && a[0] == '-' && a[1] != '\0') {
      fprintf(stderr, "dunctl test: unknown option `%s`\n", a);
      return -1;
    } else {
      argv[1 + (*files)++] = argv[i];
    }
  }
  return 0;
}

static int run_files(int n, char **names, const struct options *o, struct file_results *files)
{
  size_t cases = 0, failed = 0;
  int worst = EXIT_FINE;
  bool any = false;
  if (o->json)
    putchar('[');
  for (int i = 0; i < n; i++) {
    size_t room = 2 * strlen(names[i]) + 16;
    struct file_results *f = &files[i];
    f->shown = io_alloc(room);
    if (strcmp(names[i], "-") == 0)
      strcpy(f->shown, "<stdin>");
    else
      io_show(f->shown, room, names[i]);
    if (!scenario_run(names[i], f->shown, o->filter, &o->packs, &f->results))
      worst = EXIT_USAGE;
    count(f);
    cases += f->cases;
    failed += f->failed;
    if (o->json)
      print_json(f, &any);
    else
      print_text(f);
  }
  if (o->json)
    printf("%s]\n", any ? "\n" : "");
  else
    printf("%zu passed, %zu failed\n", cases - failed, failed);
  if (failed > 0 && worst == EXIT_FINE)
    worst = EXIT_FINDINGS;
  if (o->junit != NULL && !write_junit(o->junit, files, (size_t)n))
    worst = EXIT_USAGE;
  if (cases == 0 && worst == EXIT_FINE) { /* a test that tests nothing must not look fine */
    fprintf(stderr, "dunctl test: no case has `%s` in its name\n", o->filter);
    worst = EXIT_USAGE;
  }
  return worst;
}

int dunctl_test(int argc, char **argv)
{
  struct options o;
  struct file_results *files;
  int n, code;
  memset(&o, 0, sizeof o);
  code = read_options(argc, argv, &o, &n);
  if (code != 0)
    return code > 0 ? EXIT_FINE : EXIT_USAGE;
  if (n == 0) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (o.folder != NULL && !packs_dir_read(&o.packs, o.folder)) {
    packs_dir_free(&o.packs);
    return EXIT_USAGE;
  }
  files = io_alloc((size_t)n * sizeof *files);
  memset(files, 0, (size_t)n * sizeof *files);
  code = run_files(n, argv + 1, &o, files);
  for (int i = 0; i < n; i++) {
    scenario_free(files[i].results);
    free(files[i].shown);
  }
  free(files);
  packs_dir_free(&o.packs);
  return code;
}
