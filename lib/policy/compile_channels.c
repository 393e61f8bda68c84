/* SPDX-License-Identifier: MIT */
/* Sections `channels`, `buckets` and `attributes`: the names that steps and conditions use. */
#include <string.h>

#include "base/names.h"
#include "policy/compile.h"

enum {
  CHANNEL_KIND,
  CHANNEL_REDELIVER,
  CHANNEL_BASIS,
  CHANNEL_SETTLE,
  CHANNEL_PLACE,
  CHANNEL_KEYS
};
static const char *const channel_keys[CHANNEL_KEYS + 1] = {"kind",   "redeliver", "basis",
                                                           "settle", "place",     NULL};

/* The kind of contact a scalar names; 0 if none (reported). */
static uint32_t get_kind(struct dun__build *b, const struct dun__node *node)
{
  uint32_t kind = dun__get_one(b, node, &dun__kind_words);
  return kind == DUN__NONE ? 0 : kind;
}

static void compile_channel(struct dun__build *b, const struct dun__node *node)
{
  const struct dun__node *v[CHANNEL_KEYS] = {NULL};
  struct dun__channel *c = &b->channels[b->channel_count];
  bool redeliver = true;
  memset(c, 0, sizeof *c);
  c->settle.unit = DUN__SPAN_DAYS;
  c->settle.n = 3;
  c->place = DUN_PLACE_PERSONAL;
  if (!dun__get_name(&b->diag, node->key))
    return;
  c->name = dun__intern(b, node->key);
  b->channel_count++; /* from here on it has a place, so that steps may name it */
  if (node->kind == DUN__NODE_SCALAR) {
    c->kind = get_kind(b, node);
  } else {
    if (!dun__fields(&b->diag, node, "a kind of contact, or a mapping with `kind`", channel_keys,
                     NULL, v))
      return;
    if (v[CHANNEL_KIND] == NULL)
      dun__error(&b->diag, node, NULL, "the channel `%s` has no `kind`", b->strings + c->name);
    else
      c->kind = get_kind(b, v[CHANNEL_KIND]);
    dun__get_bool(&b->diag, v[CHANNEL_REDELIVER], &redeliver);
    dun__get_text(&b->diag, v[CHANNEL_BASIS]);
    dun__get_span(&b->diag, v[CHANNEL_SETTLE], 1, &c->settle);
    if (v[CHANNEL_PLACE] != NULL)
      c->place = (uint8_t)dun__get_one(b, v[CHANNEL_PLACE], &dun__place_words);
    if (c->place == DUN_PLACE_WORK && v[CHANNEL_BASIS] == NULL)
      dun__error(&b->diag, v[CHANNEL_PLACE], "such as `basis: \"no other number is known\"`",
                 "the channel `%s` reaches an employer: it needs a `basis` text that says why it "
                 "may be used",
                 b->strings + c->name);
  }
  c->redeliver = redeliver;
  c->id = dun__channel_hash(c->kind, node->key->text, node->key->size);
  if (c->kind == DUN_CONTACT_SOCIAL && v[CHANNEL_BASIS] == NULL)
    dun__error(&b->diag, node, "such as `{kind: social, basis: \"consent in the agreement\"}`",
               "the social channel `%s` needs a `basis` text that says why it may be used",
               b->strings + c->name);
  for (uint32_t i = 0; c->id != 0 && i + 1 < b->channel_count; i++)
    if (b->channels[i].id == c->id)
      dun__error(&b->diag, node->key, "rename one of them",
                 "the channels `%s` and `%s` have the same id", b->strings + b->channels[i].name,
                 b->strings + c->name);
}

uint32_t dun__find_channel(struct dun__build *b, const struct dun__node *node)
{
  struct dun__near near;
  if (!dun__get_name(&b->diag, node))
    return DUN__NONE;
  for (uint32_t i = 0; i < b->channel_count; i++)
    if (dun__same_name(b, b->channels[i].name, node))
      return i;
  if (b->cut)
    return DUN__NONE;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 0; i < b->channel_count; i++)
    dun__near_try(&near, b->strings + b->channels[i].name);
  dun__dangling(b, node, "the channel", &near);
  return DUN__NONE;
}

void dun__compile_channels(struct dun__build *b, const struct dun__node *node)
{
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_MAP) {
    dun__wants(&b->diag, node, "a mapping of channels such as {sms: text}");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    if (n->kind == DUN__NODE_BAD)
      continue;
    if (b->channel_count == DUN__MAX_CHANNELS) {
      dun__too_many(b, n->key, DUN__MAX_CHANNELS, "channels");
      b->cut = true;
      return;
    }
    compile_channel(b, n);
  }
}

void dun__compile_buckets(struct dun__build *b, const struct dun__node *node)
{
  bool have = false;
  int32_t last = 0;
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_MAP) {
    dun__wants(&b->diag, node, "a mapping of buckets such as {M0: 0d, M1: 1d}");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    struct dun__bucket *bucket = &b->buckets[b->bucket_count];
    int32_t from = 0;
    if (n->kind == DUN__NODE_BAD)
      continue;
    if (b->bucket_count == DUN__MAX_BUCKETS) {
      dun__too_many(b, n->key, DUN__MAX_BUCKETS, "buckets");
      b->cut = true;
      return;
    }
    if (!dun__get_label(&b->diag, n->key))
      continue;
    bucket->name = dun__intern(b, n->key);
    bucket->from = from;
    b->bucket_count++;
    if (!dun__get_point(&b->diag, n, b->grace, &from))
      continue;
    bucket->from = from;
    if (have && from <= last)
      dun__error(&b->diag, n, "list the buckets in rising order",
                 "the bucket `%s` starts at %dd, which is not after the one before it (%dd)",
                 b->strings + bucket->name, (int)from, (int)last);
    have = true;
    last = from;
  }
}

void dun__compile_attributes(struct dun__build *b, const struct dun__node *node)
{
  static const char *const taken[] = {"dpd",
                                      "bucket",
                                      "past_due",
                                      "balance",
                                      "minimum_due",
                                      "late_fees",
                                      "prior_delinquencies",
                                      "posture",
                                      "party",
                                      "variant",
                                      "promises_broken",
                                      "promises_kept",
                                      "attempts",
                                      "conversations",
                                      "days_since",
                                      "any",
                                      "not",
                                      NULL};
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, node, "a list of names");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    bool ok;
    if (b->attribute_count == DUN_ATTRIBUTES) {
      dun__too_many(b, n, DUN_ATTRIBUTES, "attributes");
      b->cut = true;
      return;
    }
    if (!dun__get_name(&b->diag, n))
      continue;
    ok = dun__find_name(b, b->attributes, b->attribute_count, n) == DUN__NONE;
    if (!ok)
      dun__error(&b->diag, n, NULL, "the attribute `%s` is listed twice", n->text);
    for (size_t i = 0; taken[i] != NULL; i++)
      if (dun__is(n, taken[i])) {
        dun__error(&b->diag, n, "choose another name",
                   "the attribute `%s` has the name of a condition of the language", n->text);
        ok = false;
      }
    if (ok)
      b->attributes[b->attribute_count++] = dun__intern(b, n);
  }
}
