/* SPDX-License-Identifier: MIT */
/* Policy text to nodes: the only file that knows libyaml. */
#include "policy/text.h"

#if defined(DUN_WITH_YAML) && DUN_WITH_YAML

#include <string.h>
#include <yaml.h>

#include "base/mem.h"
#include "policy/diag.h"
#include "policy/model.h"
#include "policy/utf8.h"

/* An open mapping or list. */
struct frame {
  struct dun__node *node;
  struct dun__node *last; /* its last entry */
  struct dun__node *key;  /* of a mapping: the key whose value comes next; NULL = a key comes */
};

struct reader {
  struct dun__arena *arena;
  struct dun__diag *diag;
  struct dun__node *root;
  struct frame stack[DUN__MAX_DEPTH];
  uint32_t depth;
  uint32_t nodes;
  bool done; /* an error that ends the reading */
};

static uint32_t line_of(const yaml_mark_t *mark)
{
  return (uint32_t)mark->line + 1;
}

static uint32_t column_of(const yaml_mark_t *mark)
{
  return (uint32_t)mark->column + 1;
}

static bool same_key(const struct dun__node *a, const struct dun__node *b)
{
  return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

static int compare(const struct dun__node *a, const struct dun__node *b)
{
  size_t n = a->size < b->size ? a->size : b->size;
  int c = memcmp(a->text, b->text, n);
  return c != 0 ? c : a->size < b->size ? -1 : a->size > b->size;
}

/* A stable merge sort: n log n whatever the keys are. */
static void sort(struct dun__node **list, struct dun__node **spare, uint32_t count)
{
  for (uint32_t width = 1; width < count; width *= 2) {
    for (uint32_t from = 0; from < count; from += 2 * width) {
      uint32_t mid = from + width < count ? from + width : count;
      uint32_t end = mid + width < count ? mid + width : count;
      uint32_t a = from, b = mid;
      for (uint32_t i = from; i < end; i++)
        spare[i] = a < mid && (b == end || compare(list[a]->key, list[b]->key) <= 0) ? list[a++]
                                                                                     : list[b++];
    }
    memcpy(list, spare, count * sizeof *list);
  }
}

static void duplicate(struct reader *r, struct dun__node *entry, const struct dun__node *earlier)
{
  struct dun__quoted q = dun__quote(entry->key->text, entry->key->size);
  dun__error(r->diag, entry->key, NULL, "the key `%s` is already set in line %u", q.text,
             (unsigned)earlier->key->line);
  entry->kind = DUN__NODE_BAD;
}

/* Report keys that are set twice in a mapping; the first one counts. */
static dun_rc find_duplicates(struct reader *r, const struct dun__node *map)
{
  struct dun__node **list;
  uint32_t n = 0;
  size_t size = 2 * (size_t)map->count * sizeof *list;
  if (map->count <= 16) {
    for (struct dun__node *a = map->first; a != NULL; a = a->next)
      for (struct dun__node *b = map->first; b != a; b = b->next)
        if (same_key(a->key, b->key)) {
          duplicate(r, a, b);
          break;
        }
    return DUN_OK;
  }
  list = dun__alloc(r->arena->alloc, size);
  if (list == NULL)
    return DUN_E_NOMEM;
  for (struct dun__node *a = map->first; a != NULL; a = a->next)
    list[n++] = a;
  sort(list, list + n, n);
  for (uint32_t i = 1, run = 0; i < n; i++) {
    if (same_key(list[i]->key, list[run]->key))
      duplicate(r, list[i], list[run]);
    else
      run = i;
  }
  dun__release(r->arena->alloc, list, size);
  return DUN_OK;
}

/* A new node at its place in the tree. As a key it is its own `key`. */
static dun_rc add(struct reader *r, uint32_t kind, const yaml_mark_t *mark, struct dun__node **out)
{
  struct frame *top = r->depth > 0 ? &r->stack[r->depth - 1] : NULL;
  struct dun__node *node;
  if (++r->nodes > DUN__MAX_NODES) {
    dun__error_at(r->diag, line_of(mark), column_of(mark),
                  "the text has more than %u values, the most a policy may have",
                  (unsigned)DUN__MAX_NODES);
    r->done = true;
    return DUN_OK;
  }
  node = dun__arena_get(r->arena, sizeof *node);
  if (node == NULL)
    return DUN_E_NOMEM;
  node->kind = kind;
  node->line = line_of(mark);
  node->column = column_of(mark);
  node->text = "";
  *out = node;
  if (top == NULL) {
    r->root = node;
    return DUN_OK;
  }
  node->parent = top->node;
  if (top->node->kind == DUN__NODE_MAP && top->key == NULL) {
    node->key = node;
    top->key = node;
    if (kind == DUN__NODE_MAP || kind == DUN__NODE_LIST)
      dun__error_at(r->diag, node->line, node->column, "a key wants to be a name, not a %s",
                    kind == DUN__NODE_MAP ? "mapping" : "list");
    return DUN_OK;
  }
  if (top->node->kind == DUN__NODE_MAP) {
    const struct dun__node *key = top->key;
    top->key = NULL;
    node->key = key;
    if (key->kind != DUN__NODE_SCALAR)
      return DUN_OK; /* not linked: its key was refused */
    if (key->size == 2 && memcmp(key->text, "<<", 2) == 0) {
      dun__error(r->diag, key, NULL, "merge keys (`<<`) are not part of the policy language");
      return DUN_OK;
    }
  }
  node->index = top->node->count++;
  if (top->last == NULL)
    top->node->first = node;
  else
    top->last->next = node;
  top->last = node;
  return DUN_OK;
}

static dun_rc scalar(struct reader *r, const yaml_event_t *event)
{
  struct dun__node *node = NULL;
  size_t size = event->data.scalar.length;
  char *text = dun__arena_get(r->arena, size + 1);
  dun_rc rc;
  if (text == NULL)
    return DUN_E_NOMEM;
  memcpy(text, event->data.scalar.value, size);
  rc = add(r, DUN__NODE_SCALAR, &event->start_mark, &node);
  if (rc != DUN_OK || node == NULL)
    return rc;
  node->text = text;
  node->size = (uint32_t)size;
  if (memchr(text, '\0', size) != NULL) {
    dun__error(r->diag, node, NULL, "the text holds a NUL character, which it may not");
    node->kind = DUN__NODE_BAD;
  }
  return DUN_OK;
}

static dun_rc open_node(struct reader *r, const yaml_event_t *event, uint32_t kind)
{
  struct dun__node *node = NULL;
  dun_rc rc;
  if (r->depth == DUN__MAX_DEPTH) {
    dun__error_at(r->diag, line_of(&event->start_mark), column_of(&event->start_mark),
                  "the text is nested deeper than %u levels, the most a policy may have",
                  (unsigned)DUN__MAX_DEPTH);
    r->done = true;
    return DUN_OK;
  }
  rc = add(r, kind, &event->start_mark, &node);
  if (rc != DUN_OK || node == NULL)
    return rc;
  r->stack[r->depth].node = node;
  r->stack[r->depth].last = NULL;
  r->stack[r->depth].key = NULL;
  r->depth++;
  return DUN_OK;
}

static dun_rc close_node(struct reader *r)
{
  struct dun__node *node = r->stack[--r->depth].node;
  return node->kind == DUN__NODE_MAP ? find_duplicates(r, node) : DUN_OK;
}

static void refuse(struct reader *r, const yaml_event_t *event, const char *what)
{
  dun__error_at(r->diag, line_of(&event->start_mark), column_of(&event->start_mark),
                "%s are not part of the policy language", what);
}

static void check_properties(struct reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag)
{
  if (anchor != NULL)
    refuse(r, event, "anchors (`&name`)");
  if (tag != NULL)
    refuse(r, event, "tags (`!name`)");
}

static dun_rc take(struct reader *r, const yaml_event_t *event)
{
  struct dun__node *node = NULL;
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    if (r->root != NULL) {
      refuse(r, event, "several documents in one text");
      r->done = true;
    } else if (event->data.document_start.tag_directives.start !=
               event->data.document_start.tag_directives.end) {
      refuse(r, event, "tags (`%TAG`)");
    }
    return DUN_OK;
  case YAML_ALIAS_EVENT:
    refuse(r, event, "aliases (`*name`)");
    return add(r, DUN__NODE_BAD, &event->start_mark, &node);
  case YAML_SCALAR_EVENT:
    check_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag);
    return scalar(r, event);
  case YAML_SEQUENCE_START_EVENT:
    check_properties(r, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    return open_node(r, event, DUN__NODE_LIST);
  case YAML_MAPPING_START_EVENT:
    check_properties(r, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
    return open_node(r, event, DUN__NODE_MAP);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT: return close_node(r);
  case YAML_STREAM_END_EVENT: r->done = true; return DUN_OK;
  default: return DUN_OK;
  }
}

static dun_rc fail(struct reader *r, const yaml_parser_t *parser)
{
  const yaml_mark_t *mark = &parser->problem_mark;
  if (parser->error == YAML_MEMORY_ERROR)
    return DUN_E_NOMEM;
  dun__error_at(r->diag, line_of(mark), column_of(mark), "the text cannot be read: %s%s%s",
                parser->problem ? parser->problem : "syntax error", parser->context ? ", " : "",
                parser->context ? parser->context : "");
  r->root = NULL;
  return DUN_OK;
}

static dun_rc run(struct reader *r, yaml_parser_t *parser)
{
  dun_rc rc = DUN_OK;
  while (rc == DUN_OK && !r->done) {
    yaml_event_t event;
    if (!yaml_parser_parse(parser, &event))
      return fail(r, parser);
    rc = take(r, &event);
    yaml_event_delete(&event);
  }
  return rc;
}

dun_rc dun__text_read(struct dun__arena *arena, struct dun__diag *diag, const char *text,
                      size_t size, struct dun__node **root)
{
  struct reader r;
  yaml_parser_t parser;
  uint32_t errors = diag->errors;
  dun_rc rc;
  *root = NULL;
  if (!dun__utf8_check(diag, &text, &size))
    return DUN_OK;
  memset(&r, 0, sizeof r);
  r.arena = arena;
  r.diag = diag;
  if (!yaml_parser_initialize(&parser))
    return DUN_E_NOMEM;
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
  rc = run(&r, &parser);
  yaml_parser_delete(&parser);
  if (rc != DUN_OK)
    return rc;
  if (r.depth > 0)
    r.root = NULL; /* stopped half-way: what there is would only give false findings */
  else if (r.root == NULL && diag->errors == errors)
    dun__error_at(diag, 0, 0,
                  diag->inside != NULL
                      ? "the text is empty; a pack starts with `pack: ` and its name"
                      : "the text is empty; a policy starts with `dun: 1`");
  *root = r.root;
  return DUN_OK;
}

#else

dun_rc dun__text_read(struct dun__arena *arena, struct dun__diag *diag, const char *text,
                      size_t size, struct dun__node **root)
{
  (void)arena;
  (void)diag;
  (void)text;
  (void)size;
  *root = NULL;
  return DUN_E_UNSUPPORTED;
}

#endif
