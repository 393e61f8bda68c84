/* SPDX-License-Identifier: MIT */
/* Sections `zone` and `zones`: reading the rules of each zone, the policy's own first. */
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "policy/compile.h"
#include "time/zone_file.h"

#define ZONE_DIR "/usr/share/zoneinfo"

static void unreadable(struct dun__build *b, const struct dun__node *node, const char *why)
{
  struct dun__quoted q = dun__quote(node->text, node->size);
  dun__error(&b->diag, node, "names are those of the tz database, such as Asia/Shanghai",
             "the zone `%s` cannot be read: %s", q.text, why);
}

static void build(struct dun__build *b, const struct dun__node *node, const void *data, size_t size)
{
  const char *why = "";
  size_t bytes = 0;
  struct dun__zone *zone = NULL;
  uint32_t id = dun__hash(node->text, node->size);
  dun_rc rc = dun__zone_build(data, size, id, NULL, &bytes, &why);
  if (rc == DUN_OK) {
    zone = dun__arena_get(&b->arena, bytes);
    if (zone == NULL) {
      b->rc = DUN_E_NOMEM;
      return;
    }
    rc = dun__zone_build(data, size, id, zone, &bytes, &why);
  }
  if (rc != DUN_OK) {
    unreadable(b, node, why);
    return;
  }
  b->zones[b->zone_count] = zone;
  b->zone_names[b->zone_count++] = b->zone_tried[b->zone_tried_count - 1];
}

static void load(struct dun__build *b, const struct dun__node *node)
{
  const struct dun_compile *o = b->options;
  const char *why = "";
  size_t size = 0;
  dun_rc rc;
  if (o->zone_data != NULL) {
    const void *data = NULL;
    rc = o->zone_data(o->zone_user_data, node->text, &data, &size);
    if (rc == DUN_E_NOMEM)
      b->rc = rc;
    else if (rc != DUN_OK || data == NULL)
      unreadable(b, node,
                 rc == DUN_E_NOT_FOUND ? "the host has no such zone"
                                       : "the host could not give it");
    else
      build(b, node, data, size);
  } else {
    void *data = NULL;
    rc = dun__zone_file_read(b->alloc, o->zone_dir != NULL ? o->zone_dir : ZONE_DIR, node->text,
                             &data, &size, &why);
    if (rc == DUN_E_NOMEM) {
      b->rc = rc;
    } else if (rc != DUN_OK) {
      unreadable(b, node, why);
    } else {
      build(b, node, data, size);
      dun__release(b->alloc, data, size);
    }
  }
}

/* Take one zone; one that was named before is left alone, also if it could not be read. */
static void add(struct dun__build *b, const struct dun__node *node)
{
  uint32_t id;
  if (node->kind == DUN__NODE_BAD)
    return;
  if (node->kind != DUN__NODE_SCALAR || node->size == 0 || !dun__zone_name_ok(node->text)) {
    dun__wants(&b->diag, node, "the name of a time zone such as Asia/Shanghai");
    return;
  }
  if (dun__find_name(b, b->zone_tried, b->zone_tried_count, node) != DUN__NONE)
    return;
  if (b->zone_tried_count == DUN__MAX_ZONES) {
    if (!b->zones_full)
      dun__too_many(b, node, DUN__MAX_ZONES, "zones");
    b->zones_full = true;
    return;
  }
  b->zone_tried[b->zone_tried_count++] = dun__intern(b, node);
  id = dun__hash(node->text, node->size);
  for (uint32_t i = 0; i < b->zone_count; i++)
    if (b->zones[i]->id == id) {
      dun__error(&b->diag, node, NULL, "the zones `%s` and `%s` have the same id; leave one out",
                 b->strings + b->zone_names[i], node->text);
      return;
    }
  load(b, node);
}

void dun__compile_zones(struct dun__build *b, const struct dun__node *own,
                        const struct dun__node *more)
{
  if (own != NULL)
    add(b, own);
  if (more == NULL)
    return;
  if (more->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, more, "a list of time zones");
    return;
  }
  for (const struct dun__node *n = more->first; n != NULL && b->rc == DUN_OK; n = n->next)
    add(b, n);
}
