/* SPDX-License-Identifier: MIT */
/* A YAML text as a tree of nodes with their places, by the events of libyaml. */
#include "yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "io.h"

#define DEPTH_MAX 64

/* An open mapping or list. */
struct frame {
  struct yaml_node *node, *last;
  struct yaml_node *key; /* of a mapping: the key whose value comes next */
};

struct reader {
  struct yaml_tree *tree;
  yaml_report *report;
  void *data;
  struct frame stack[DEPTH_MAX];
  size_t depth;
  bool ok, done;
};

static void complain(struct reader *r, const yaml_mark_t *mark, const char *message)
{
  r->report(r->data, (unsigned)mark->line + 1, (unsigned)mark->column + 1, message);
  r->ok = false;
}

/* A new node at its place in the tree. */
static struct yaml_node *add(struct reader *r, int kind, const yaml_event_t *event)
{
  struct frame *top = r->depth > 0 ? &r->stack[r->depth - 1] : NULL;
  struct yaml_node *node = io_alloc(sizeof *node);
  memset(node, 0, sizeof *node);
  node->kind = kind;
  node->line = (unsigned)event->start_mark.line + 1;
  node->column = (unsigned)event->start_mark.column + 1;
  node->start = event->start_mark.index;
  node->end = event->end_mark.index;
  node->older = r->tree->newest;
  r->tree->newest = node;
  if (top == NULL) {
    r->tree->root = node;
    return node;
  }
  if (top->node->kind == YAML_MAP && top->key == NULL) {
    if (kind != YAML_SCALAR)
      complain(r, &event->start_mark, "a key wants to be a name");
    top->key = node;
    return node;
  }
  node->key = top->key;
  top->key = NULL;
  if (node->key != NULL && node->key->kind != YAML_SCALAR)
    return node; /* not linked: its key was refused */
  top->node->size++;
  if (top->last == NULL)
    top->node->first = node;
  else
    top->last->next = node;
  top->last = node;
  return node;
}

static void add_scalar(struct reader *r, const yaml_event_t *event)
{
  size_t size = event->data.scalar.length;
  struct yaml_node *node = add(r, YAML_SCALAR, event);
  node->text = io_alloc(size + 1);
  memcpy(node->text, event->data.scalar.value, size);
  node->text[size] = '\0';
  node->size = size;
  if (strlen(node->text) != size)
    complain(r, &event->start_mark, "the text holds a NUL character, which it may not");
}

static void open_node(struct reader *r, int kind, const yaml_event_t *event)
{
  if (r->depth == DEPTH_MAX) {
    complain(r, &event->start_mark, "the text is nested deeper than 64 levels");
    r->done = true;
    return;
  }
  r->stack[r->depth].node = add(r, kind, event);
  r->stack[r->depth].last = r->stack[r->depth].key = NULL;
  r->depth++;
}

static int by_key(const void *a, const void *b)
{
  const struct yaml_node *x = *(struct yaml_node *const *)a, *y = *(struct yaml_node *const *)b;
  int c = strcmp(x->key->text, y->key->text);
  return c != 0 ? c : x->start < y->start ? -1 : 1;
}

static void find_duplicates(struct reader *r, const struct yaml_node *map)
{
  struct yaml_node **list;
  size_t n = 0;
  if (map->size < 2)
    return;
  list = io_alloc(map->size * sizeof *list);
  for (struct yaml_node *e = map->first; e != NULL; e = e->next)
    list[n++] = e;
  qsort(list, n, sizeof *list, by_key);
  for (size_t i = 1; i < n; i++)
    if (strcmp(list[i - 1]->key->text, list[i]->key->text) == 0) {
      char message[128];
      snprintf(message, sizeof message, "the key `%.40s` is already set in line %u",
               list[i]->key->text, list[i - 1]->key->line);
      r->report(r->data, list[i]->key->line, list[i]->key->column, message);
      r->ok = false;
    }
  free(list);
}

static void close_node(struct reader *r, const yaml_event_t *event)
{
  struct yaml_node *node = r->stack[--r->depth].node;
  node->end = event->end_mark.index;
  if (node->kind == YAML_MAP)
    find_duplicates(r, node);
}

static void take(struct reader *r, const yaml_event_t *event)
{
  const yaml_mark_t *mark = &event->start_mark;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  if (event->type == YAML_SCALAR_EVENT) {
    anchor = event->data.scalar.anchor;
    tag = event->data.scalar.tag;
  } else if (event->type == YAML_SEQUENCE_START_EVENT) {
    anchor = event->data.sequence_start.anchor;
    tag = event->data.sequence_start.tag;
  } else if (event->type == YAML_MAPPING_START_EVENT) {
    anchor = event->data.mapping_start.anchor;
    tag = event->data.mapping_start.tag;
  }
  if (anchor != NULL)
    complain(r, mark, "anchors (`&name`) are not part of the language");
  if (tag != NULL)
    complain(r, mark, "tags (`!name`) are not part of the language");
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    if (r->tree->root != NULL) {
      complain(r, mark, "several documents in one text are not part of the language");
      r->done = true;
    }
    return;
  case YAML_ALIAS_EVENT:
    complain(r, mark, "aliases (`*name`) are not part of the language");
    r->done = true; /* what there is would only give false findings */
    return;
  case YAML_SCALAR_EVENT: add_scalar(r, event); return;
  case YAML_SEQUENCE_START_EVENT: open_node(r, YAML_LIST, event); return;
  case YAML_MAPPING_START_EVENT: open_node(r, YAML_MAP, event); return;
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT: close_node(r, event); return;
  case YAML_STREAM_END_EVENT: r->done = true; return;
  default: return;
  }
}

/* Where a byte of the text stands: libyaml gives no mark for bytes that are no UTF-8. */
static yaml_mark_t mark_of(const char *text, size_t size, size_t offset)
{
  yaml_mark_t mark = {0, 0, 0};
  for (size_t i = 0; i < offset && i < size; i++) {
    if (text[i] == '\n') {
      mark.line++;
      mark.column = 0;
    } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
      mark.column++;
    }
  }
  return mark;
}

bool yaml_tree_read(struct yaml_tree *tree, const char *text, size_t size, yaml_report *report,
                    void *data)
{
  struct reader r = {.tree = tree, .report = report, .data = data, .ok = true};
  yaml_parser_t parser;
  tree->root = tree->newest = NULL;
  if (!yaml_parser_initialize(&parser))
    io_no_memory();
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
  while (!r.done) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) {
      char message[256];
      yaml_mark_t mark = parser.error == YAML_READER_ERROR
                             ? mark_of(text, size, parser.problem_offset)
                             : parser.problem_mark;
      if (parser.error == YAML_MEMORY_ERROR)
        io_no_memory();
      snprintf(message, sizeof message, "the text cannot be read: %s%s%s",
               parser.problem != NULL ? parser.problem : "syntax error",
               parser.context != NULL ? ", " : "", parser.context != NULL ? parser.context : "");
      complain(&r, &mark, message);
      break;
    }
    take(&r, &event);
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  if (r.ok && tree->root == NULL) {
    report(data, 1, 1, "the text is empty");
    r.ok = false;
  }
  if (!r.ok)
    tree->root = NULL;
  return r.ok;
}

void yaml_tree_free(struct yaml_tree *tree)
{
  while (tree->newest != NULL) {
    struct yaml_node *node = tree->newest;
    tree->newest = node->older;
    free(node->text);
    free(node);
  }
  tree->root = NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
  if (map == NULL || map->kind != YAML_MAP)
    return NULL;
  for (const struct yaml_node *e = map->first; e != NULL; e = e->next)
    if (strcmp(e->key->text, key) == 0)
      return e;
  return NULL;
}

bool yaml_is(const struct yaml_node *node, const char *text)
{
  return node != NULL && node->kind == YAML_SCALAR && strcmp(node->text, text) == 0;
}
