/* SPDX-License-Identifier: MIT */
/* dun_policy_compile: the header of a policy, and the order in which its sections are compiled. */
#include "policy/compile.h"

#include <stdio.h>
#include <string.h>

#include "base/abi.h"
#include "base/mem.h"

/* The size of the first release, as in base/abi.h; it depends on the size of pointers. */
#define COMPILE_V1 sizeof(struct dun_compile)

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
  TOP_STAGES,
  TOP_KEYS
};
static const char *const top_keys[TOP_KEYS + 1] = {
    "dun",          "name",       "revision", "currency", "zone",       "zones",   "grace",
    "ignore_below", "advance",    "catch_up", "spacing",  "deescalate", "cycle",   "conduct",
    "basis",        "attributes", "actor",    "debt",     "channels",   "buckets", "calendars",
    "calendar",     "hours",      "stages",   NULL};
static const char *const top_unsupported[] = {
    "caps",     "cooldowns",    "exclusive", "forbid", "requires", "not_after", "disclose", "holds",
    "promises", "arrangements", "posture",   "tempo",  "variants", "fees",      NULL};

uint32_t dun__intern(struct dun__build *b, const struct dun__node *node)
{
  uint32_t at = b->string_bytes;
  if (node->size >= DUN__MAX_STRINGS - at)
    return 0; /* cannot be: names and their number are limited */
  memcpy(b->strings + at, node->text, node->size);
  b->strings[at + node->size] = '\0';
  b->string_bytes += node->size + 1;
  return at;
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

static void choice(struct dun__build *b, const struct dun__node *node, const char *one,
                   const char *other, const char *what)
{
  if (node != NULL && !dun__is(node, one) && !dun__is(node, other))
    dun__wants(&b->diag, node, what);
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
  choice(b, top[TOP_ACTOR], "creditor", "third_party_collector",
         "creditor or third_party_collector");
  choice(b, top[TOP_DEBT], "consumer", "business", "consumer or business");
  if (top[TOP_ZONE] == NULL)
    missing(b, root, "zone", "such as `zone: Asia/Shanghai`");
  if (top[TOP_STAGES] == NULL)
    missing(b, root, "stages", NULL);
}

static void compile_conduct(struct dun__build *b, const struct dun__node *root,
                            const struct dun__node **top)
{
  const struct dun__node *conduct = top[TOP_CONDUCT];
  if (top[TOP_BASIS] != NULL)
    dun__get_text(&b->diag, top[TOP_BASIS]);
  if (conduct == NULL) {
    if (b->contacts)
      missing(b, root, "conduct",
              "a policy with contact steps says `conduct: none` and why in `basis`");
  } else if (conduct->kind == DUN__NODE_LIST) {
    dun__unsupported(&b->diag, conduct, "conduct packs are");
  } else if (dun__is(conduct, "none")) {
    if (top[TOP_BASIS] == NULL)
      dun__error(&b->diag, conduct, "such as `basis: \"reviewed by our counsel on 2026-01-05\"`",
                 "`conduct: none` needs a `basis` text that says why");
  } else if (conduct->kind == DUN__NODE_SCALAR && conduct->size > 0) {
    dun__unsupported(&b->diag, conduct, "conduct packs are");
  } else {
    dun__wants(&b->diag, conduct, "none");
  }
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
  dun__compile_hours(b, top[TOP_HOURS]);
  dun__compile_stages(b, top[TOP_STAGES]);
  compile_conduct(b, root, top);
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
    if (rc == DUN_E_POLICY)
      dun__diag_report(&b->diag, &given);
    dun__diag_free(&b->diag);
  }
  dun__arena_free(&b->arena);
  dun__release(&alloc, b, sizeof *b);
  return rc;
}
