/* SPDX-License-Identifier: MIT */
/* Conditions (`when`): a mapping of tests to a tree in prefix order with ranges of values. */
#include <string.h>

#include "base/names.h"
#include "policy/compile.h"

/* A field by its name, and the values that are possible. */
struct known {
  const char *name;
  uint32_t field;
  int64_t low, high;
};

static const struct known fields[] = {
    {"dpd", DUN__FIELD_DPD, -DUN__MAX_DPD, DUN__MAX_DPD},
    {"past_due", DUN__FIELD_PAST_DUE, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"balance", DUN__FIELD_BALANCE, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"minimum_due", DUN__FIELD_MINIMUM_DUE, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"late_fees", DUN__FIELD_LATE_FEES, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX},
    {"prior_delinquencies", DUN__FIELD_PRIOR_DELINQUENCIES, 0, UINT32_MAX},
    {"conversations", DUN__FIELD_CONVERSATIONS, 0, DUN_EVENTS_MAX},
};
#define FIELDS (sizeof fields / sizeof fields[0])

/* Traits after `days_since.`; their fields are in this order. The first two are counted by rules
 * of their own (core/contacts.h); the others are the outcomes that have them. */
static const char *const traits[] = {"attempt", "conversation", "connected", "success",
                                     "failure", "cooperative",  "refusing"};
#define TRAITS (sizeof traits / sizeof traits[0])

static const char attempts[] = "attempts.", days_since[] = "days_since.";

static const char *const unsupported[] = {"posture", "variant", "promises_broken", "promises_kept",
                                          NULL};

uint32_t dun__since_outcomes(uint32_t field)
{
  const char *name;
  if (field >= DUN__FIELD_SINCE_OUTCOME)
    return UINT32_C(1) << (field - DUN__FIELD_SINCE_OUTCOME);
  if (field < DUN__FIELD_SINCE_TRAIT || field >= DUN__FIELD_SINCE_ATTEMPT + TRAITS)
    return 0;
  name = traits[field - DUN__FIELD_SINCE_ATTEMPT];
  /* `done` is what comes of an action: no contact */
  return dun__outcome_set(name, strlen(name)) & ~(UINT32_C(1) << DUN_OUTCOME_DONE);
}

static void compile_all(struct dun__build *b, const struct dun__node *map);

/* A new node of the tree; its `next` is set when it is complete. A full table is reported once. */
static struct dun__cond *push(struct dun__build *b, const struct dun__node *node, uint32_t op)
{
  struct dun__cond *w;
  if (b->cond_count == DUN__MAX_CONDS) {
    if (!b->conds_full)
      dun__too_many(b, node, DUN__MAX_CONDS, "conditions under all `when` together");
    b->conds_full = true;
    return NULL;
  }
  w = &b->conds[b->cond_count++];
  memset(w, 0, sizeof *w);
  w->op = (uint8_t)op;
  return w;
}

static void pop(struct dun__build *b, struct dun__cond *w)
{
  if (w != NULL)
    w->next = (uint16_t)b->cond_count;
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
static bool get_value(struct dun__build *b, const struct dun__node *node, const struct known *f,
                      int64_t *out)
{
  int32_t day;
  if (f->field == DUN__FIELD_DPD && node->kind == DUN__NODE_SCALAR &&
      dun__read_point(node->text, node->size, b->grace, &day)) {
    *out = day;
    return true;
  }
  return dun__get_int(&b->diag, node, f->low, f->high, out);
}

/* {min: a, below: b}: from a up to, but not with, b. */
static void half_open(struct dun__build *b, const struct dun__node *node, const struct known *f)
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

static void value(struct dun__build *b, const struct dun__node *node, const struct known *f,
                  bool is_bucket)
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
                  "ranges of days (`dpd`, `bucket`, `days_since`) under all `when` together");
    b->days_full = true;
  }
}

static void compile_test(struct dun__build *b, const struct dun__node *node, const struct known *f,
                         bool is_bucket)
{
  struct dun__cond *w = push(b, node->key, DUN__COND_TEST);
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
  w->field = (uint8_t)f->field;
  w->range = (uint16_t)first;
  w->ranges = (uint16_t)(b->range_count - first);
  if (dun__field_is_days(f->field))
    count_days(b, node, w->ranges);
  pop(b, w);
}

static void compile_any(struct dun__build *b, const struct dun__node *node)
{
  struct dun__cond *w;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, "a list of conditions, of which one must hold");
    return;
  }
  w = push(b, node->key, DUN__COND_ANY);
  for (const struct dun__node *n = node->first; n != NULL && !b->conds_full; n = n->next)
    compile_all(b, n);
  pop(b, w);
}

/* `party`: one name, or several, any of which will do. */
static void party_test(struct dun__build *b, const struct dun__node *node)
{
  struct dun__near near;
  struct dun__cond *w;
  uint32_t party = 0, at = b->range_count;
  if (node->kind == DUN__NODE_SCALAR)
    party = dun__party_from_name(node->text, node->size);
  if (party == 0) {
    dun__near_init(&near, &b->diag, node);
    for (uint32_t i = 0; i < DUN_PARTIES; i++)
      dun__near_try(&near, dun_party_name(i));
    dun__wants_hint(&b->diag, node, "borrower, co_borrower, guarantor or third_party",
                    dun__near_hint(&near));
    return;
  }
  w = push(b, node, DUN__COND_TEST);
  if (w == NULL)
    return;
  push_range(b, node, 1, 1);
  w->field = (uint8_t)(DUN__FIELD_PARTY + party - 1);
  w->range = (uint16_t)at;
  w->ranges = (uint16_t)(b->range_count - at);
  pop(b, w);
}

static void compile_party(struct dun__build *b, const struct dun__node *node)
{
  struct dun__cond *w;
  if (node->kind != DUN__NODE_LIST) {
    party_test(b, node);
    return;
  }
  if (node->count == 0)
    dun__wants(&b->diag, node, "a list of at least one party");
  w = push(b, node, DUN__COND_ANY);
  for (const struct dun__node *n = node->first; n != NULL && !b->conds_full; n = n->next)
    party_test(b, n);
  pop(b, w);
}

/* Whether a key is `stem` (which ends in a dot) and more; the rest is put into *rest. */
static bool starts(const struct dun__node *key, const char *stem, const char **rest, size_t *size)
{
  size_t n = strlen(stem);
  if (key->size < n || memcmp(key->text, stem, n) != 0)
    return false;
  *rest = key->text + n;
  *size = key->size - n;
  return true;
}

/* What stands after `attempts.` or `days_since.` is none of what may stand there. `may` gives the
 * names that may, by number, until NULL. */
static void bad_part(struct dun__build *b, const struct dun__node *key, const char *rest,
                     const char *what, const char *(*may)(uint32_t))
{
  struct dun__near near;
  struct dun__node part = *key;
  struct dun__quoted q = dun__quote(key->text, key->size);
  part.text = rest;
  part.size = (uint32_t)(key->text + key->size - rest);
  dun__near_init(&near, &b->diag, &part);
  for (uint32_t i = 0; may(i) != NULL; i++)
    dun__near_try(&near, may(i));
  dun__error(&b->diag, key, dun__near_hint(&near),
             "unknown condition `%s`: the part after the dot "
             "is %s",
             q.text, what);
}

static const char *kind_name(uint32_t i)
{
  return dun_contact_name(i + 1);
}

static const char *since_name(uint32_t i)
{
  return i < TRAITS ? traits[i] : dun_outcome_name((uint32_t)(i - TRAITS + DUN_OUTCOME_QUEUED));
}

/* The field after `attempts.`. */
static bool attempts_field(struct dun__build *b, const struct dun__node *key, const char *rest,
                           size_t size, struct known *f)
{
  uint32_t kind = dun__contact_from_name(rest, size);
  if (kind == 0) {
    bad_part(b, key, rest, "a kind of contact: voice, text, email, letter, push, social or visit",
             kind_name);
    return false;
  }
  f->field = DUN__FIELD_ATTEMPTS + kind;
  f->low = 0;
  f->high = DUN_EVENTS_MAX;
  return true;
}

/* The field after `days_since.`. A name that is both an outcome and a trait means the trait. */
static bool since_field(struct dun__build *b, const struct dun__node *key, const char *rest,
                        size_t size, struct known *f)
{
  for (uint32_t i = 0; since_name(i) != NULL; i++) {
    const char *name = since_name(i);
    if (strlen(name) != size || memcmp(name, rest, size) != 0)
      continue;
    f->field = i < TRAITS ? DUN__FIELD_SINCE_ATTEMPT + i
                          : DUN__FIELD_SINCE_OUTCOME + DUN_OUTCOME_QUEUED + i - (uint32_t)TRAITS;
    f->low = 0;
    f->high = DUN__MAX_DPD;
    return true;
  }
  bad_part(b, key, rest, "an outcome or a trait of outcomes, such as attempt or conversation",
           since_name);
  return false;
}

static void unknown(struct dun__build *b, const struct dun__node *key)
{
  struct dun__near near;
  struct dun__quoted q = dun__quote(key->text, key->size);
  for (size_t i = 0; unsupported[i] != NULL; i++)
    if (dun__is(key, unsupported[i])) {
      dun__error(&b->diag, key, NULL, "`%s` is not supported yet by this version of libdun",
                 q.text);
      return;
    }
  if (dun__is(key, "attempts") || dun__is(key, "days_since")) {
    dun__error(&b->diag, key,
               dun__is(key, "attempts") ? "such as `attempts.voice`"
                                        : "such as `days_since.conversation`",
               "unknown condition `%s`: of what?", q.text);
    return;
  }
  dun__near_init(&near, &b->diag, key);
  for (size_t i = 0; i < FIELDS; i++)
    dun__near_try(&near, fields[i].name);
  dun__near_try(&near, "bucket");
  dun__near_try(&near, "party");
  for (uint32_t i = 0; i < b->attribute_count; i++)
    dun__near_try(&near, b->strings + b->attributes[i]);
  dun__error(&b->diag, key, dun__near_hint(&near),
             "unknown condition `%s`: neither a fact nor one of the policy's `attributes`", q.text);
}

/* The field that a key names; false if there is none (reported). */
static bool field_of(struct dun__build *b, const struct dun__node *key, struct known *out)
{
  const char *rest;
  size_t size;
  uint32_t attribute;
  for (size_t f = 0; f < FIELDS; f++)
    if (dun__is(key, fields[f].name)) {
      *out = fields[f];
      return true;
    }
  if (starts(key, attempts, &rest, &size))
    return attempts_field(b, key, rest, size, out);
  if (starts(key, days_since, &rest, &size))
    return since_field(b, key, rest, size, out);
  attribute = dun__find_name(b, b->attributes, b->attribute_count, key);
  if (attribute == DUN__NONE) {
    unknown(b, key);
    return false;
  }
  out->field = DUN__FIELD_ATTRIBUTE + attribute;
  out->low = INT64_MIN;
  out->high = INT64_MAX;
  return true;
}

static void compile_entry(struct dun__build *b, const struct dun__node *node)
{
  struct known f;
  if (dun__is(node->key, "any")) {
    compile_any(b, node);
  } else if (dun__is(node->key, "not")) {
    struct dun__cond *w = push(b, node->key, DUN__COND_NOT);
    compile_all(b, node);
    pop(b, w);
  } else if (dun__is(node->key, "party")) {
    compile_party(b, node);
  } else if (dun__is(node->key, "bucket")) {
    compile_test(b, node, &fields[0], true); /* ranges of dpd */
  } else if (field_of(b, node->key, &f)) {
    compile_test(b, node, &f, false);
  }
}

/* A mapping, all of whose conditions must hold. */
static void compile_all(struct dun__build *b, const struct dun__node *map)
{
  struct dun__cond *w = NULL;
  if (map->kind != DUN__NODE_MAP || map->count == 0) {
    dun__wants(&b->diag, map,
               map->kind == DUN__NODE_MAP ? "at least one condition in its mapping"
                                          : "a mapping of conditions such as {dpd: {min: 20}}");
    return;
  }
  if (map->count > 1)
    w = push(b, map, DUN__COND_ALL);
  for (const struct dun__node *n = map->first; n != NULL && !b->conds_full; n = n->next)
    if (n->kind != DUN__NODE_BAD)
      compile_entry(b, n);
  pop(b, w);
}

uint16_t dun__compile_when(struct dun__build *b, const struct dun__node *node)
{
  uint32_t at = b->cond_count;
  if (node == NULL)
    return DUN__NONE;
  compile_all(b, node);
  return (uint16_t)at;
}
