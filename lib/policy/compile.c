/* SPDX-License-Identifier: MIT */
/* dun_policy_compile: the header of a policy, and the order in which its sections are compiled. */
#include "policy/compile_rules.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/abi.h"
#include "base/mem.h"

/* The size of the first release, as in base/abi.h; it depends on the size of pointers. */
#define COMPILE_V1 offsetof(struct dun_compile, packs)

enum {
  TOP_DUN,
  TOP_NAME,
  TOP_REVISION,
  TOP_CURRENCY,
  TOP_ZONE,
  TOP_ZONES,
  TOP_GRACE,
  TOP_IGNORE_BELOW,
  TOP_ADVANCE,
  TOP_CATCH_UP,
  TOP_SPACING,
  TOP_DEESCALATE,
  TOP_CYCLE,
  TOP_CONDUCT,
  TOP_BASIS,
  TOP_ATTRIBUTES,
  TOP_ACTOR,
  TOP_DEBT,
  TOP_CHANNELS,
  TOP_BUCKETS,
  TOP_CALENDARS,
  TOP_CALENDAR,
  TOP_HOURS,
  TOP_CAPS,
  TOP_COOLDOWNS,
  TOP_EXCLUSIVE,
  TOP_FORBID,
  TOP_REQUIRES,
  TOP_NOT_AFTER,
  TOP_DISCLOSE,
  TOP_STAGES,
  TOP_KEYS
};
static const char *const top_keys[TOP_KEYS + 1] = {
    "dun",          "name",       "revision", "currency",  "zone",       "zones",   "grace",
    "ignore_below", "advance",    "catch_up", "spacing",   "deescalate", "cycle",   "conduct",
    "basis",        "attributes", "actor",    "debt",      "channels",   "buckets", "calendars",
    "calendar",     "hours",      "caps",     "cooldowns", "exclusive",  "forbid",  "requires",
    "not_after",    "disclose",   "stages",   NULL};
static const char *const top_unsupported[] = {"holds", "promises", "arrangements", "posture",
                                              "tempo", "variants", "fees",         NULL};

uint32_t dun__intern_text(struct dun__build *b, const char *text, size_t size)
{
  uint32_t at = b->string_bytes;
  if (size >= DUN__MAX_STRINGS - at)
    return 0; /* cannot be: names and their number are limited */
  memcpy(b->strings + at, text, size);
  b->strings[at + size] = '\0';
  b->string_bytes += (uint32_t)size + 1;
  return at;
}

uint32_t dun__intern(struct dun__build *b, const struct dun__node *node)
{
  return dun__intern_text(b, node->text, node->size);
}

bool dun__same_name(const struct dun__build *b, uint32_t offset, const struct dun__node *node)
{
  return node->kind == DUN__NODE_SCALAR && strcmp(b->strings + offset, node->text) == 0;
}

uint32_t dun__find_name(const struct dun__build *b, const uint32_t *names, uint32_t count,
                        const struct dun__node *node)
{
  for (uint32_t i = 0; i < count; i++)
    if (dun__same_name(b, names[i], node))
      return i;
  return DUN__NONE;
}

void dun__dangling(struct dun__build *b, const struct dun__node *node, const char *what,
                   struct dun__near *near)
{
  struct dun__quoted q = dun__quote(node->text, node->size);
  dun__error(&b->diag, node, dun__near_hint(near), "%s `%s` is not in this policy", what, q.text);
}

void dun__too_many(struct dun__build *b, const struct dun__node *node, uint32_t limit,
                   const char *what)
{
  dun__error(&b->diag, node, NULL, "more than %u %s, the most a policy may have", (unsigned)limit,
             what);
}

static void missing(struct dun__build *b, const struct dun__node *root, const char *key,
                    const char *hint)
{
  dun__error(&b->diag, root, hint, "the key `%s` is missing", key);
}

/* One of two words, as the bit that `applies` of a rule has for it; 0 = absent or wrong. */
static uint8_t choice(struct dun__build *b, const struct dun__node *node, const char *one,
                      uint32_t first, const char *other, uint32_t second, const char *what)
{
  if (dun__is(node, one))
    return (uint8_t)first;
  if (dun__is(node, other))
    return (uint8_t)second;
  dun__wants(&b->diag, node, what);
  return 0;
}

static void compile_currency(struct dun__build *b, const struct dun__node *node)
{
  if (node == NULL)
    return;
  if (node->kind == DUN__NODE_SCALAR)
    b->currency = dun_currency_id(node->text);
  if (b->currency == 0)
    dun__wants(&b->diag, node, "three capital letters such as CNY");
}

static void compile_header(struct dun__build *b, const struct dun__node *root,
                           const struct dun__node **top)
{
  int64_t n = 0;
  if (top[TOP_DUN] == NULL)
    missing(b, root, "dun", "a policy starts with `dun: 1`");
  else
    dun__get_int(&b->diag, top[TOP_DUN], 1, 1, &n);
  if (top[TOP_NAME] == NULL)
    missing(b, root, "name", NULL);
  else if (dun__get_name(&b->diag, top[TOP_NAME]))
    b->name = dun__intern(b, top[TOP_NAME]);
  if (dun__get_int(&b->diag, top[TOP_REVISION], 0, UINT32_MAX, &n))
    b->revision = (uint32_t)n;
  compile_currency(b, top[TOP_CURRENCY]);
  dun__get_days(&b->diag, top[TOP_GRACE], &b->grace);
  dun__get_int(&b->diag, top[TOP_IGNORE_BELOW], 0, DUN_AMOUNT_MAX, &b->ignore_below);
  b->actor = choice(b, top[TOP_ACTOR], "creditor", DUN__APPLIES_CREDITOR, "third_party_collector",
                    DUN__APPLIES_COLLECTOR, "creditor or third_party_collector");
  b->debt = choice(b, top[TOP_DEBT], "consumer", DUN__APPLIES_CONSUMER, "business",
                   DUN__APPLIES_BUSINESS, "consumer or business");
  if (top[TOP_ZONE] == NULL)
    missing(b, root, "zone", "such as `zone: Asia/Shanghai`");
  if (top[TOP_STAGES] == NULL)
    missing(b, root, "stages", NULL);
}

/* The policy's own rules, and those of its packs. */
static void compile_rules(struct dun__build *b, const struct dun__node *root,
                          const struct dun__node **top)
{
  const struct dun__node *nodes[SECTIONS] = {
      top[TOP_HOURS],  top[TOP_CAPS],     top[TOP_COOLDOWNS], top[TOP_SPACING], top[TOP_EXCLUSIVE],
      top[TOP_FORBID], top[TOP_REQUIRES], top[TOP_NOT_AFTER], top[TOP_DISCLOSE]};
  struct dun__origin own;
  memset(&own, 0, sizeof own);
  own.place = DUN__NONE;
  own.from = DUN_DAY_MIN;
  own.until = DUN_DAY_MAX;
  if (nodes[SECTION_SPACING] != NULL && nodes[SECTION_SPACING]->kind != DUN__NODE_LIST)
    nodes[SECTION_SPACING] = NULL; /* a duration: the ladder's */
  dun__compile_rules(b, &own, nodes);
  dun__compile_conduct(b, root, top[TOP_CONDUCT], top[TOP_BASIS]);
}

static void compile_tree(struct dun__build *b, const struct dun__node *root)
{
  const struct dun__node *top[TOP_KEYS];
  if (!dun__fields(&b->diag, root, "a mapping that starts with `dun: 1`", top_keys, top_unsupported,
                   top))
    return;
  compile_header(b, root, top);
  dun__compile_zones(b, top[TOP_ZONE], top[TOP_ZONES]);
  dun__compile_calendars(b, top[TOP_CALENDARS], top[TOP_CALENDAR]);
  dun__compile_ladder(b, top[TOP_ADVANCE], top[TOP_CATCH_UP], top[TOP_SPACING], top[TOP_DEESCALATE],
                      top[TOP_CYCLE]);
  dun__compile_channels(b, top[TOP_CHANNELS]);
  dun__compile_buckets(b, top[TOP_BUCKETS]);
  dun__compile_attributes(b, top[TOP_ATTRIBUTES]);
  dun__compile_stages(b, top[TOP_STAGES]);
  compile_rules(b, root, top); /* they name steps, marks and templates */
  dun__check_conduct(b);
  dun__check_rhythm(b);
}

static dun_rc compile(struct dun__build *b, dun_policy **out, const char *text, size_t size)
{
  struct dun__node *root = NULL;
  dun_rc rc;
  if (size > DUN__MAX_TEXT) {
    dun__error(&b->diag, NULL, NULL, "the text has %zu bytes, a policy may have at most %u", size,
               (unsigned)DUN__MAX_TEXT);
    return DUN_E_POLICY;
  }
  rc = dun__text_read(&b->arena, &b->diag, text, size, &root);
  if (rc == DUN_OK && root != NULL) {
    compile_tree(b, root);
    rc = b->rc;
  }
  if (rc != DUN_OK)
    return rc;
  if (b->diag.errors > 0)
    return DUN_E_POLICY;
  dun__lower_whens(b);
  return dun__layout(b, out);
}

static dun_rc take_options(struct dun_compile *out, const struct dun_compile *options)
{
  dun_rc rc;
  if (options == NULL) {
    dun_compile_init(out, (uint32_t)sizeof *out);
    return DUN_OK;
  }
  rc = dun__take(out, sizeof *out, COMPILE_V1, options);
  if (rc == DUN_OK && out->reserved != 0)
    return DUN_E_NEWER;
  if (rc == DUN_OK && out->pack_count > 0 && out->packs == NULL)
    return DUN_E_INVAL;
  for (uint64_t i = 0; rc == DUN_OK && i < out->pack_count; i++)
    if (out->packs[i].text == NULL)
      return DUN_E_INVAL;
  return rc;
}

dun_rc dun_policy_compile(dun_policy **out, const char *text, size_t size,
                          const struct dun_compile *options)
{
  struct dun_compile given;
  struct dun_alloc alloc;
  struct dun__build *b;
  dun_rc rc;
  if (out == NULL)
    return DUN_E_INVAL;
  *out = NULL;
  if (text == NULL)
    return DUN_E_INVAL;
  rc = take_options(&given, options);
  if (rc == DUN_OK)
    rc = dun__alloc_take(&alloc, given.alloc);
  if (rc != DUN_OK)
    return rc;
  b = dun__alloc(&alloc, sizeof *b);
  if (b == NULL)
    return DUN_E_NOMEM;
  memset(b, 0, sizeof *b);
  b->alloc = &alloc;
  b->options = &given;
  b->string_bytes = 1; /* offset 0 = "" */
  dun__arena_init(&b->arena, &alloc);
  rc = dun__diag_init(&b->diag, &alloc);
  if (rc == DUN_OK) {
    rc = compile(b, out, text, size);
    if (rc == DUN_E_POLICY || rc == DUN_OK)
      dun__diag_report(&b->diag, &given);
    dun__diag_free(&b->diag);
  }
  dun__arena_free(&b->arena);
  dun__release(&alloc, b, sizeof *b);
  return rc;
}
