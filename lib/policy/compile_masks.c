/* SPDX-License-Identifier: MIT */
/* From conditions as written to tests that are bits, classes of values, and trees of masks. */
#include <string.h>

#include "policy/compile.h"

static bool same_test(const struct dun__build *b, const struct dun__cond *x,
                      const struct dun__cond *y)
{
  if (x->field != y->field || x->ranges != y->ranges)
    return false;
  for (uint32_t i = 0; i < x->ranges; i++)
    if (b->ranges[x->range + i].low != b->ranges[y->range + i].low ||
        b->ranges[x->range + i].high != b->ranges[y->range + i].high)
      return false;
  return true;
}

/* Number the different tests, each within its field. */
static void number_tests(struct dun__build *b, uint16_t *count)
{
  for (uint32_t i = 0; i < b->cond_count; i++) {
    struct dun__cond *w = &b->conds[i];
    uint32_t t = 0;
    if (w->op != DUN__COND_TEST)
      continue;
    while (t < b->test_count && !same_test(b, &b->conds[b->tests[t].cond], w))
      t++;
    if (t == b->test_count) {
      b->tests[t].cond = (uint16_t)i;
      b->tests[t].place = count[w->field]++;
      b->test_count++;
    }
    w->test = (uint16_t)t;
  }
}

/* A field for each that is tested: those of days first, in words of their own. */
static void make_fields(struct dun__build *b, const uint16_t *count)
{
  uint32_t bit = 0;
  uint8_t slot[DUN__FIELDS];
  for (uint32_t pass = 0; pass < 2; pass++) {
    for (uint32_t f = 0; f < DUN__FIELDS; f++) {
      struct dun__field *field = &b->tested[b->field_count];
      if (count[f] == 0 || dun__field_is_days(f) != (pass == 0))
        continue;
      memset(field, 0, sizeof *field);
      field->field = (uint8_t)f;
      field->bit = (uint16_t)bit;
      field->tests = count[f];
      field->words = (uint16_t)((bit % 64 + count[f] + 63) / 64);
      field->outcomes = dun__since_outcomes(f);
      slot[f] = (uint8_t)b->field_count++;
      bit += count[f];
    }
    b->when_words = (bit + 63) / 64;
    if (pass == 0) {
      b->day_fields = b->field_count;
      b->day_words = b->when_words;
      bit = b->day_words * 64;
    }
  }
  for (uint32_t t = 0; t < b->test_count; t++)
    b->tests[t].field = slot[b->conds[b->tests[t].cond].field];
}

/* Put an edge among a field's thresholds, which are the last of the table. */
static void add_threshold(struct dun__build *b, struct dun__field *f, int64_t value)
{
  uint32_t at = b->threshold_count;
  while (at > f->threshold && b->thresholds[at - 1] > value)
    at--;
  if (at > f->threshold && b->thresholds[at - 1] == value)
    return;
  memmove(&b->thresholds[at + 1], &b->thresholds[at],
          (b->threshold_count - at) * sizeof b->thresholds[0]);
  b->thresholds[at] = value;
  b->threshold_count++;
  f->thresholds++;
}

static void make_thresholds(struct dun__build *b)
{
  for (uint32_t i = 0; i < b->field_count; i++) {
    struct dun__field *f = &b->tested[i];
    f->threshold = (uint16_t)b->threshold_count;
    for (uint32_t t = 0; t < b->test_count; t++) {
      const struct dun__cond *w = &b->conds[b->tests[t].cond];
      for (uint32_t k = 0; b->tests[t].field == i && k < w->ranges; k++) {
        const struct dun__range *r = &b->ranges[w->range + k];
        if (r->low != INT64_MIN)
          add_threshold(b, f, r->low);
        if (r->high != INT64_MAX)
          add_threshold(b, f, r->high + 1);
      }
    }
    f->row = b->row_words;
    b->row_words += (f->thresholds + 1u) * f->words;
  }
}

/* The class that begins with an edge of the field. */
static uint32_t class_from(const struct dun__build *b, const struct dun__field *f, int64_t edge)
{
  uint32_t low = 0, high = f->thresholds;
  while (low < high) {
    uint32_t mid = (low + high) / 2;
    if (b->thresholds[f->threshold + mid] < edge)
      low = mid + 1;
    else
      high = mid;
  }
  return low + 1;
}

void dun__fill_rows(const struct dun__build *b, uint64_t *rows)
{
  for (uint32_t t = 0; t < b->test_count; t++) {
    const struct dun__cond *w = &b->conds[b->tests[t].cond];
    const struct dun__field *f = &b->tested[b->tests[t].field];
    uint32_t bit = f->bit % 64u + b->tests[t].place;
    for (uint32_t k = 0; k < w->ranges; k++) {
      const struct dun__range *r = &b->ranges[w->range + k];
      uint32_t from = r->low == INT64_MIN ? 0 : class_from(b, f, r->low);
      uint32_t to = r->high == INT64_MAX ? f->thresholds + 1u : class_from(b, f, r->high + 1);
      for (uint32_t c = from; c < to; c++)
        rows[f->row + c * f->words + bit / 64] |= UINT64_C(1) << (bit % 64);
    }
  }
}

/* The tree under one `when` on its way to nodes. */
struct lower {
  struct dun__build *b;
  uint64_t set[DUN__MAX_WHEN_WORDS], clear[DUN__MAX_WHEN_WORDS]; /* of the node at hand */
};

/* Past each `not`, and past each `any` and mapping of one: what is left is a test or several. */
static uint32_t strip(const struct dun__build *b, uint32_t cond, bool *negate)
{
  for (;; cond++) {
    const struct dun__cond *w = &b->conds[cond];
    if (w->op == DUN__COND_NOT)
      *negate = !*negate;
    else if (w->op == DUN__COND_TEST || b->conds[cond + 1].next != w->next)
      return cond;
  }
}

/* ALL or ANY, by De Morgan if negated. */
static uint32_t op_of(const struct dun__cond *w, bool negate)
{
  return (w->op == DUN__COND_ANY) == negate ? DUN__WHEN_ALL : DUN__WHEN_ANY;
}

/* The bits of a node `op`: its tests, and those of what it can take in as it has the same op. */
static void take_tests(struct lower *l, uint32_t op, uint32_t cond, bool negate,
                       struct dun__when *node)
{
  struct dun__build *b = l->b;
  const struct dun__cond *w = &b->conds[cond = strip(b, cond, &negate)];
  if (w->op == DUN__COND_TEST) {
    const struct dun__test *t = &b->tests[w->test];
    uint32_t bit = b->tested[t->field].bit + (uint32_t)t->place;
    (negate ? l->clear : l->set)[bit / 64] |= UINT64_C(1) << (bit % 64);
    if (w->field == DUN__FIELD_DPD)
      node->about |= DUN__ABOUT_DPD;
    else if (w->field < DUN__FIELD_ATTEMPTS)
      node->facts |= (uint16_t)(1u << w->field);
    else if (w->field >= DUN__FIELD_SINCE_ATTEMPT)
      node->about |= DUN__ABOUT_SINCE;
    else if (w->field <= DUN__FIELD_CONVERSATIONS)
      node->about |= DUN__ABOUT_COUNTS;
  } else if (op_of(w, negate) == op) {
    for (uint32_t i = cond + 1; i < w->next; i = b->conds[i].next)
      take_tests(l, op, i, negate, node);
  }
}

static void make_node(struct lower *l, uint32_t cond, bool negate);

/* The nodes under a node `op`: what it could not take in. */
static void make_children(struct lower *l, uint32_t op, uint32_t cond, bool negate)
{
  struct dun__build *b = l->b;
  const struct dun__cond *w = &b->conds[cond = strip(b, cond, &negate)];
  if (w->op == DUN__COND_TEST)
    return;
  if (op_of(w, negate) != op) {
    make_node(l, cond, negate);
    return;
  }
  for (uint32_t i = cond + 1; i < w->next; i = b->conds[i].next)
    make_children(l, op, i, negate);
}

/* There are never more nodes, nor masks, than conditions: each node comes from one of its own. */
static void make_node(struct lower *l, uint32_t cond, bool negate)
{
  struct dun__build *b = l->b;
  uint32_t at = b->when_count++, op;
  struct dun__when *node = &b->whens[at];
  cond = strip(b, cond, &negate);
  op = op_of(&b->conds[cond], negate);
  memset(node, 0, sizeof *node);
  memset(l->set, 0, sizeof l->set);
  memset(l->clear, 0, sizeof l->clear);
  node->op = (uint8_t)op;
  node->mask = (uint16_t)b->mask_count;
  take_tests(l, op, cond, negate, node);
  for (uint32_t i = 0; i < b->when_words; i++)
    if ((l->set[i] | l->clear[i]) != 0) {
      struct dun__mask mask = {l->set[i], l->clear[i], i, 0};
      b->masks[b->mask_count++] = mask;
    }
  node->masks = (uint16_t)(b->mask_count - node->mask);
  make_children(l, op, cond, negate);
  node->next = (uint16_t)b->when_count;
  for (uint32_t i = at + 1; i < node->next; i = b->whens[i].next) {
    node->about |= b->whens[i].about;
    node->facts |= b->whens[i].facts;
  }
}

static uint16_t make_tree(struct lower *l, uint16_t cond)
{
  uint32_t at = l->b->when_count;
  if (cond == DUN__NONE)
    return DUN__NONE;
  make_node(l, cond, false);
  return (uint16_t)at;
}

void dun__lower_whens(struct dun__build *b)
{
  uint16_t count[DUN__FIELDS] = {0};
  struct lower l;
  l.b = b;
  number_tests(b, count);
  make_fields(b, count);
  make_thresholds(b);
  for (uint32_t i = 0; i < b->stage_count; i++)
    b->stages[i].when = make_tree(&l, b->stages[i].when);
  for (uint32_t i = 0; i < b->step_count; i++)
    b->steps[i].when = make_tree(&l, b->steps[i].when);
  for (uint32_t i = 0; i < b->rule_count; i++)
    b->rules[i].when = make_tree(&l, b->rules[i].when);
}
