/* SPDX-License-Identifier: MIT */
/* Conduct packs as JSON: the keys of their texts, and what was worked out from them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "pack_print.h"
#include "pack_words.h"

/* Numbers and truth values are those where the language wants them; other scalars are strings, even if they
 * look like numbers. */
static bool is_plain(const struct yaml_node *node)
{
  static const char *const keys[] = {"max", "revision", "first", "together"};
  size_t digits = strspn(node->text, "0123456789");
  bool wanted = false;
  for (size_t i = 0; node->key != NULL && i < sizeof keys / sizeof keys[0]; i++)
    wanted = wanted || strcmp(node->key->text, keys[i]) == 0;
  return wanted && (yaml_is(node, "true") || yaml_is(node, "false") ||
                    (digits > 0 && digits < 16 && node->text[digits] == '\0' &&
                     (node->text[0] != '0' || digits == 1)));
}

/* The tree is no deeper than yaml_tree_read() lets it be. */
static void put(const struct yaml_node *node)
{
  if (node == NULL) {
    printf("null");
  } else if (node->kind == YAML_SCALAR) {
    if (is_plain(node))
      printf("%s", node->text);
    else
      io_json(stdout, node->text);
  } else {
    putchar(node->kind == YAML_MAP ? '{' : '[');
    for (const struct yaml_node *e = node->first; e != NULL; e = e->next) {
      printf("%s", e != node->first ? ", " : "");
      if (node->kind == YAML_MAP) {
        io_json(stdout, e->key->text);
        printf(": ");
      }
      put(e);
    }
    putchar(node->kind == YAML_MAP ? '}' : ']');
  }
}

static void put_key(const struct yaml_node *map, const char *key)
{
  printf(", \"%s\": ", key);
  put(yaml_get(map, key));
}

static void put_file(const struct pack *pack)
{
  printf(", \"file\": ");
  if (pack->file != NULL)
    io_json(stdout, pack->file);
  else
    printf("null");
}

void pack_json_list(const struct pack_set *set)
{
  putchar('[');
  for (size_t i = 0; i < set->count; i++) {
    const struct pack *pack = &set->packs[i];
    printf("%s\n  {\"name\": ", i > 0 ? "," : "");
    io_json(stdout, pack->name);
    put_key(pack->tree.root, "jurisdiction");
    put_key(pack->tree.root, "title");
    put_key(pack->tree.root, "covers");
    printf(", \"rules\": %zu", pack_rule_count(pack));
    put_file(pack);
    putchar('}');
  }
  printf("%s]\n", set->count > 0 ? "\n" : "");
}

static void put_rule(const char *section, const struct yaml_node *rule)
{
  struct io_text words = {0};
  pack_words(&words, section, rule);
  printf("    {\"section\": \"%s\", \"says\": ", section);
  io_json(stdout, words.text);
  free(words.text);
  for (const struct yaml_node *e = rule->kind == YAML_MAP ? rule->first : NULL; e != NULL;
       e = e->next) {
    printf(", ");
    io_json(stdout, e->key->text);
    printf(": ");
    put(e);
  }
  putchar('}');
}

void pack_json_one(const struct pack *pack)
{
  static const char *const keys[] = {"title",  "jurisdiction", "covers", "applies", "effective",
                                     "source", "revision",     "notes",  "readings"};
  const struct yaml_node *root = pack->tree.root;
  size_t n = 0;
  printf("{\"name\": ");
  io_json(stdout, pack->name);
  put_file(pack);
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    put_key(root, keys[i]);
  printf(", \"about\": ");
  io_json(stdout, PACKS_NO_ADVICE);
  printf(",\n  \"rules\": [");
  for (size_t i = 0; pack_sections[i] != NULL; i++) {
    const struct yaml_node *section = yaml_get(root, pack_sections[i]);
    if (section != NULL && section->kind == YAML_LIST)
      for (const struct yaml_node *e = section->first; e != NULL; e = e->next) {
        printf("%s\n", n++ > 0 ? "," : "");
        put_rule(pack_sections[i], e);
      }
  }
  printf("]}\n");
}
