/* SPDX-License-Identifier: MIT */
/* Conditions (`when`): a mapping of tests to a tree in prefix order with ranges of values. */
#include <string.h>

#include "policy/compile.h"

static const struct {
  const char *name;
  uint32_t field;
  int64_t low, high; /* values that are possible */
} fields[] = {
    {"dpd", DUN__FIELD_DPD, -DUN__MAX_DPD, DUN__MAX_DPD},
    {"past_due", DUN__FIELD_PAST_DUE, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"balance", DUN__FIELD_BALANCE, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"minimum_due", DUN__FIELD_MINIMUM_DUE, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"late_fees", DUN__FIELD_LATE_FEES, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"prior_delinquencies", DUN__FIELD_PRIOR_DELINQUENCIES, 0, UINT32_MAX},
};
#define FIELDS (sizeof fields / sizeof fields[0])

static const char *const unsupported[] = {"posture",         "party",         "variant",
                                          "promises_broken", "promises_kept", "attempts",
                                          "conversations",   "days_since",    NULL};

static void compile_all(struct dun__build *b, const struct dun__node *map);

/* A new node of the tree; its `next` is set when it is complete. A full table is reported once. */
static struct dun__when *push(struct dun__build *b, const struct dun__node *node, uint32_t op)
{
  struct dun__when *w;
  if (b->when_count == DUN__MAX_WHENS) {
    if (!b->whens_full)
      dun__too_many(b, node, DUN__MAX_WHENS, "conditions under all `when` together");
    b->whens_full = true;
    return NULL;
  }
  w = &b->whens[b->when_count++];
  memset(w, 0, sizeof *w);
  w->op = (uint8_t)op;
  return w;
}

static void pop(struct dun__build *b, struct dun__when *w)
{
  if (w != NULL)
    w->next = (uint16_t)b->when_count;
}

static void push_range(struct dun__build *b, const struct dun__node *node, int64_t low,
                       int64_t high)
{
  if (b->range_count == DUN__MAX_TESTS) {
    if (!b->ranges_full)
      dun__too_many(b, node, DUN__MAX_TESTS, "values under all `when` together");
    b->ranges_full = true;
    return;
  }
  b->ranges[b->range_count].low = low;
  b->ranges[b->range_count++].high = high;
}

/* One value of a field: a number; for dpd also a day of the ladder. */
static bool get_value(struct dun__build *b, const struct dun__node *node, size_t f, int64_t *out)
{
  int64_t low = f < FIELDS ? fields[f].low : INT64_MIN;
  int64_t high = f < FIELDS ? fields[f].high : INT64_MAX;
  int32_t day;
  if (f < FIELDS && fields[f].field == DUN__FIELD_DPD && node->kind == DUN__NODE_SCALAR &&
      dun__read_point(node->text, node->size, b->grace, &day)) {
    *out = day;
    return true;
  }
  return dun__get_int(&b->diag, node, low, high, out);
}

/* {min: a, below: b}: from a up to, but not with, b. */
static void half_open(struct dun__build *b, const struct dun__node *node, size_t f)
{
  static const char *const keys[] = {"min", "below", NULL};
  const struct dun__node *v[2];
  int64_t low = INT64_MIN, high = INT64_MAX, n;
  bool ok = true;
  if (!dun__fields(&b->diag, node, "a value", keys, NULL, v))
    return;
  if (v[0] == NULL && v[1] == NULL) {
    if (node->count == 0) /* else its keys were reported */
      dun__wants(&b->diag, node, "`min`, `below` or both in its mapping");
    return;
  }
  if (v[0] != NULL && (ok = get_value(b, v[0], f, &n)))
    low = n;
  if (v[1] != NULL) {
    if (!get_value(b, v[1], f, &n))
      ok = false;
    else if (n == INT64_MIN || (ok && n <= low)) {
      dun__error(&b->diag, v[1], NULL,
                 "`below` wants a number above `min` (%lld), not `%lld`: no value lies between",
                 (long long)low, (long long)n);
      ok = false;
    } else {
      high = n - 1;
    }
  }
  if (ok)
    push_range(b, node, low, high);
}

/* The days of a bucket: from its start to the day before the next one's. */
static void bucket(struct dun__build *b, const struct dun__node *node)
{
  struct dun__near near;
  if (node->kind != DUN__NODE_SCALAR || node->size == 0) {
    dun__wants(&b->diag, node, "the name of a bucket");
    return;
  }
  for (uint32_t i = 0; i < b->bucket_count; i++)
    if (dun__same_name(b, b->buckets[i].name, node)) {
      int64_t high = i + 1 < b->bucket_count ? (int64_t)b->buckets[i + 1].from - 1 : INT64_MAX;
      push_range(b, node, b->buckets[i].from, high);
      return;
    }
  if (b->cut)
    return;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = 0; i < b->bucket_count; i++)
    dun__near_try(&near, b->strings + b->buckets[i].name);
  dun__dangling(b, node, "the bucket", &near);
}

static void value(struct dun__build *b, const struct dun__node *node, size_t f, bool is_bucket)
{
  int64_t n;
  if (is_bucket)
    bucket(b, node);
  else if (node->kind == DUN__NODE_MAP)
    half_open(b, node, f);
  else if (get_value(b, node, f, &n))
    push_range(b, node, n, n);
}

/* Sort the ranges of a test and join those that touch, so that every edge is one where it turns. */
static void tidy(struct dun__build *b, uint32_t first)
{
  uint32_t n = first;
  if (b->range_count == first)
    return;
  for (uint32_t i = first + 1; i < b->range_count; i++) { /* insertion: they mostly come sorted */
    struct dun__range r = b->ranges[i];
    uint32_t at = i;
    for (; at > first && b->ranges[at - 1].low > r.low; at--)
      b->ranges[at] = b->ranges[at - 1];
    b->ranges[at] = r;
  }
  for (uint32_t i = first + 1; i < b->range_count; i++) {
    struct dun__range *last = &b->ranges[n], *r = &b->ranges[i];
    if (last->high == INT64_MAX || r->low <= last->high + 1) {
      if (r->high > last->high)
        last->high = r->high;
    } else {
      b->ranges[++n] = *r;
    }
  }
  b->range_count = n + 1;
}

static void count_days(struct dun__build *b, const struct dun__node *node, uint32_t ranges)
{
  b->day_ranges += ranges;
  if (b->day_ranges > DUN__MAX_DAY_RANGES && !b->days_full) {
    dun__too_many(b, node, DUN__MAX_DAY_RANGES,
                  "ranges of days (`dpd`, `bucket`) under all `when` together");
    b->days_full = true;
  }
}

static void compile_test(struct dun__build *b, const struct dun__node *node, uint32_t field,
                         size_t f, bool is_bucket)
{
  struct dun__when *w = push(b, node->key, DUN__WHEN_TEST);
  uint32_t first = b->range_count;
  if (w == NULL)
    return;
  if (node->kind == DUN__NODE_LIST) {
    if (node->count == 0)
      dun__wants(&b->diag, node, "a list of at least one value");
    for (const struct dun__node *n = node->first; n != NULL && !b->ranges_full; n = n->next)
      value(b, n, f, is_bucket);
  } else {
    value(b, node, f, is_bucket);
  }
  tidy(b, first);
  w->field = (uint8_t)field;
  w->range = (uint16_t)first;
  w->ranges = (uint16_t)(b->range_count - first);
  if (field == DUN__FIELD_DPD)
    count_days(b, node, w->ranges);
  pop(b, w);
}

static void compile_any(struct dun__build *b, const struct dun__node *node)
{
  struct dun__when *w;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, "a list of conditions, of which one must hold");
    return;
  }
  w = push(b, node->key, DUN__WHEN_ANY);
  for (const struct dun__node *n = node->first; n != NULL && !b->whens_full; n = n->next)
    compile_all(b, n);
  pop(b, w);
}

static void unknown(struct dun__build *b, const struct dun__node *key)
{
  struct dun__near near;
  struct dun__quoted q = dun__quote(key->text, key->size);
  size_t stem = 0;
  while (stem < key->size && key->text[stem] != '.')
    stem++;
  for (size_t i = 0; unsupported[i] != NULL; i++)
    if (strlen(unsupported[i]) == stem && memcmp(unsupported[i], key->text, stem) == 0) {
      dun__error(&b->diag, key, NULL, "`%s` is not supported yet by this version of libdun",
                 q.text);
      return;
    }
  dun__near_init(&near, &b->diag, key);
  for (size_t i = 0; i < FIELDS; i++)
    dun__near_try(&near, fields[i].name);
  dun__near_try(&near, "bucket");
  for (uint32_t i = 0; i < b->attribute_count; i++)
    dun__near_try(&near, b->strings + b->attributes[i]);
  dun__error(&b->diag, key, dun__near_hint(&near),
             "unknown condition `%s`: neither a fact nor one of the policy's `attributes`", q.text);
}

static void compile_entry(struct dun__build *b, const struct dun__node *node)
{
  uint32_t attribute;
  if (dun__is(node->key, "any")) {
    compile_any(b, node);
    return;
  }
  if (dun__is(node->key, "not")) {
    struct dun__when *w = push(b, node->key, DUN__WHEN_NOT);
    compile_all(b, node);
    pop(b, w);
    return;
  }
  if (dun__is(node->key, "bucket")) {
    compile_test(b, node, DUN__FIELD_DPD, 0, true);
    return;
  }
  for (size_t f = 0; f < FIELDS; f++)
    if (dun__is(node->key, fields[f].name)) {
      compile_test(b, node, fields[f].field, f, false);
      return;
    }
  attribute = dun__find_name(b, b->attributes, b->attribute_count, node->key);
  if (attribute != DUN__NONE)
    compile_test(b, node, DUN__FIELD_ATTRIBUTE + attribute, FIELDS, false);
  else
    unknown(b, node->key);
}

/* A mapping, all of whose conditions must hold. */
static void compile_all(struct dun__build *b, const struct dun__node *map)
{
  struct dun__when *w = NULL;
  if (map->kind != DUN__NODE_MAP || map->count == 0) {
    dun__wants(&b->diag, map,
               map->kind == DUN__NODE_MAP ? "at least one condition in its mapping"
                                          : "a mapping of conditions such as {dpd: {min: 20}}");
    return;
  }
  if (map->count > 1)
    w = push(b, map, DUN__WHEN_ALL);
  for (const struct dun__node *n = map->first; n != NULL && !b->whens_full; n = n->next)
    if (n->kind != DUN__NODE_BAD)
      compile_entry(b, n);
  pop(b, w);
}

uint16_t dun__compile_when(struct dun__build *b, const struct dun__node *node)
{
  uint32_t at = b->when_count;
  if (node == NULL)
    return DUN__NONE;
  compile_all(b, node);
  return (uint16_t)at;
}
