/* SPDX-License-Identifier: MIT */
/* Conduct packs as people read them. */
#include "pack_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "pack_words.h"
#include "yaml_show.h"

#define WIDTH 100
#define NAMES 16 /* of the columns for names */

/* A text in lines of WIDTH characters, those after the first indented. */
static void put(int indent, int hang, const char *text)
{
  int column = indent;
  printf("%*s", indent, "");
  for (bool first = true; *text != '\0'; first = false) {
    int bytes = (int)strcspn(text, " "), characters = 0;
    for (int i = 0; i < bytes; i++)
      characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    if (!first && column + 1 + characters > WIDTH) {
      printf("\n%*s", indent + hang, "");
      column = indent + hang;
    } else if (!first) {
      putchar(' ');
      column++;
    }
    printf("%.*s", bytes, text);
    column += characters;
    text += bytes;
    text += strspn(text, " ");
  }
  putchar('\n');
}

/* What a node says, with words before it; nothing if it is not there. */
static void put_node(int indent, int hang, const char *before, const struct yaml_node *node)
{
  struct io_text text = {0};
  if (node == NULL)
    return;
  io_add(&text, "%s", before);
  yaml_show(&text, node);
  put(indent, hang, text.text);
  free(text.text);
}

static char *shown(const struct yaml_node *node)
{
  struct io_text text = {0};
  io_add(&text, "%s", "");
  if (node != NULL)
    yaml_show(&text, node);
  return text.text;
}

/* The kinds that a pack covers, `all` of them for short. */
static char *covered(const struct yaml_node *covers)
{
  struct io_text all = {0};
  if (covers == NULL || covers->size != DUN_CONTACT_VISIT)
    return shown(covers);
  io_add(&all, "all");
  return all.text;
}

void pack_print_list(const struct pack_set *set)
{
  printf("%-*s %-*s %5s  %-*s %s\n", NAMES, "name", NAMES, "jurisdiction", "rules", NAMES, "covers",
         "title");
  for (size_t i = 0; i < set->count; i++) {
    const struct pack *pack = &set->packs[i];
    const struct yaml_node *root = pack->tree.root;
    char *where = shown(yaml_get(root, "jurisdiction")), *title = shown(yaml_get(root, "title"));
    char *covers = covered(yaml_get(root, "covers"));
    printf("%-*s %-*s %5zu  %-*s %s%s%s%s\n", NAMES, pack->name, NAMES, where,
           pack_rule_count(pack), NAMES, covers, title, pack->file != NULL ? " (" : "",
           pack->file != NULL ? pack->file : "", pack->file != NULL ? ")" : "");
    free(where);
    free(title);
    free(covers);
  }
  putchar('\n');
  put(0, 0, PACKS_NO_ADVICE);
  printf("`dunctl packs NAME` prints one.\n");
}

/* "law, verified; group frequency". */
static void put_weight(const struct yaml_node *rule)
{
  const struct yaml_node *strength = yaml_get(rule, "strength");
  const struct yaml_node *confidence = yaml_get(rule, "confidence"),
                         *group = yaml_get(rule, "group");
  char *a = shown(strength), *b = shown(confidence), *c = shown(group);
  struct io_text text = {0};
  io_add(&text, "%s, %s%s%s", strength != NULL ? a : "law", confidence != NULL ? b : "verified",
         group != NULL ? "; of the group " : "", c);
  put(4, 2, text.text);
  free(text.text);
  free(a);
  free(b);
  free(c);
}

static void put_dates(int indent, const struct yaml_node *effective)
{
  const struct yaml_node *from = yaml_get(effective, "from"), *until = yaml_get(effective, "until");
  struct io_text text = {0};
  if (from == NULL && until == NULL)
    return;
  io_add(&text, "in force");
  if (from != NULL) {
    io_add(&text, " from ");
    yaml_show(&text, from);
  }
  if (until != NULL) {
    io_add(&text, " until ");
    yaml_show(&text, until);
  }
  put(indent, 2, text.text);
  free(text.text);
}

static void put_rule(const struct pack *pack, const char *section, const struct yaml_node *rule)
{
  const struct yaml_node *source = yaml_get(rule, "source");
  struct io_text words = {0};
  char *id = shown(yaml_get(rule, "id"));
  printf("\n%s/%s (%s)\n", pack->name, id, section);
  free(id);
  pack_words(&words, section, rule);
  put(4, 2, words.text);
  free(words.text);
  put_node(4, 2, "only if the policy chooses the reading ", yaml_get(rule, "reading"));
  put_node(4, 2, "unless the policy chooses the reading ", yaml_get(rule, "except_reading"));
  put_dates(4, yaml_get(rule, "effective"));
  put_node(4, 2, "applies to ", yaml_get(rule, "applies"));
  put_weight(rule);
  put_node(4, 2, "", source != NULL ? source : yaml_get(pack->tree.root, "source"));
}

static void put_readings(const struct pack *pack, const struct yaml_node *readings)
{
  if (readings == NULL || readings->kind != YAML_MAP || readings->first == NULL)
    return;
  printf("\nreadings, chosen by `conduct: [{pack: %s, readings: [NAME]}]`\n", pack->name);
  for (const struct yaml_node *e = readings->first; e != NULL; e = e->next) {
    char *name = shown(e->key);
    struct io_text text = {0};
    io_add(&text, "%s: ", name);
    put_node(2, 2, text.text, e);
    free(name);
    free(text.text);
  }
}

void pack_print_one(const struct pack *pack)
{
  const struct yaml_node *root = pack->tree.root, *notes = yaml_get(root, "notes");
  struct io_text head = {0};
  io_add(&head, "%s: ", pack->name);
  put_node(0, 2, head.text, yaml_get(root, "title"));
  free(head.text);
  put_node(2, 2, "jurisdiction: ", yaml_get(root, "jurisdiction"));
  put_node(2, 2, "covers: ", yaml_get(root, "covers"));
  put_node(2, 2, "applies to: ", yaml_get(root, "applies"));
  put_dates(2, yaml_get(root, "effective"));
  put_node(2, 2, "source: ", yaml_get(root, "source"));
  put_node(2, 2, "revision: ", yaml_get(root, "revision"));
  if (pack->file != NULL)
    printf("  file: %s\n", pack->file);
  putchar('\n');
  put(0, 0, PACKS_NO_ADVICE);
  if (notes != NULL && notes->kind == YAML_LIST && notes->first != NULL) {
    printf("\nnotes\n");
    for (const struct yaml_node *e = notes->first; e != NULL; e = e->next)
      put_node(2, 2, "- ", e);
  }
  put_readings(pack, yaml_get(root, "readings"));
  for (size_t i = 0; pack_sections[i] != NULL; i++) {
    const struct yaml_node *section = yaml_get(root, pack_sections[i]);
    if (section != NULL && section->kind == YAML_LIST)
      for (const struct yaml_node *e = section->first; e != NULL; e = e->next)
        put_rule(pack, pack_sections[i], e);
  }
}
