/* SPDX-License-Identifier: MIT */
/* dunctl packs: which conduct packs there are, and what one says. */
#include <stdio.h>
#include <string.h>

#include "dunctl.h"
#include "io.h"
#include "pack_print.h"

static void usage(FILE *to)
{
  fprintf(to,
          "usage: dunctl packs [--json] [--packs DIR] [NAME]\n\n"
          "Prints which conduct packs there are; with NAME what that pack says: its notes, its\n"
          "readings, and each rule in plain words, with its source and how sure it is.\n"
          "Packs are no legal advice.\n\n"
          "  --json        the same as JSON\n"
          "  --packs DIR   the conduct packs *.yaml of DIR, beside and before those built in\n");
}

struct options {
  const char *dir, *name; /* NULL = not given */
  bool json;
};

/* 0 = go on, 1 = help was asked for, -1 = wrong usage */
static int read_options(int argc, char **argv, struct options *o)
{
  char shown[128];
  for (int i = 1; i < argc; i++) {
    const char *a = argv[i];
    if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
      usage(stdout);
      return 1;
    }
    if (strcmp(a, "--json") == 0) {
      o->json = true;
    } else if (strcmp(a, "--packs") == 0 && i + 1 < argc) {
      o->dir = argv[++i];
    } else if (strcmp(a, "--packs") == 0) {
      fprintf(stderr, "dunctl packs: `--packs` wants a value\n");
      return -1;
    } else if (a[0] == '-') {
      io_show(shown, sizeof shown, a);
      fprintf(stderr, "dunctl packs: unknown option `%s`\n", shown);
      return -1;
    } else if (o->name != NULL) {
      fprintf(stderr, "dunctl packs: one pack at a time\n");
      return -1;
    } else {
      o->name = a;
    }
  }
  return 0;
}

static int print(const struct options *o, const struct pack_set *set)
{
  const struct pack *pack = NULL;
  const char *near = NULL;
  char shown[128];
  if (o->name != NULL && (pack = pack_find(set, o->name, &near)) == NULL) {
    io_show(shown, sizeof shown, o->name);
    fprintf(stderr, "dunctl packs: there is no pack `%s`", shown);
    if (near != NULL)
      fprintf(stderr, " (did you mean `%s`?)\n", near);
    else
      fprintf(stderr, "; `dunctl packs` lists them\n");
    return EXIT_USAGE;
  }
  if (pack != NULL)
    (o->json ? pack_json_one : pack_print_one)(pack);
  else
    (o->json ? pack_json_list : pack_print_list)(set);
  return EXIT_FINE;
}

int dunctl_packs(int argc, char **argv)
{
  struct options o = {0};
  struct packs_dir host;
  struct pack_set set;
  int code = read_options(argc, argv, &o);
  if (code != 0)
    return code > 0 ? EXIT_FINE : EXIT_USAGE;
  code = EXIT_USAGE;
  if (packs_dir_read(&host, o.dir)) {
    if (pack_set_read(&set, &host))
      code = print(&o, &set);
    pack_set_free(&set);
  }
  packs_dir_free(&host);
  return code;
}
