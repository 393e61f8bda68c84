/* SPDX-License-Identifier: MIT */
/* Values in a scenario file, and what is said when they are none. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "nearest.h"
#include "scenario.h"
#include "weekly.h"

void add_problem(struct result *r, const struct yaml_node *at, const char *format, ...)
{
  struct problem *p = io_alloc(sizeof *p);
  va_list list;
  char text[1024], shown[1024];
  memset(p, 0, sizeof *p);
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  io_show(shown, sizeof shown, text);
  p->text = io_alloc(strlen(shown) + 1);
  strcpy(p->text, shown);
  p->line = at != NULL ? at->line : r->line;
  p->column = at != NULL ? at->column : r->column;
  if (r->last == NULL)
    r->first = p;
  else
    r->last->next = p;
  r->last = p;
}

static void unknown(struct result *r, const struct yaml_node *node, const char *what,
                    const char *best)
{
  if (best != NULL)
    add_problem(r, node, "unknown %s `%.60s` (did you mean `%s`?)", what, node->text, best);
  else
    add_problem(r, node, "unknown %s `%.60s`", what, node->text);
}

bool want_kind(struct result *r, const struct yaml_node *node, int kind)
{
  static const char *const names[] = {"", "a single value", "a mapping", "a list"};
  if (node->kind == kind)
    return true;
  add_problem(r, node, "%s%s%s wants %s", node->key != NULL ? "`" : "",
              node->key != NULL ? node->key->text : "this", node->key != NULL ? "`" : "",
              names[kind]);
  return false;
}

bool check_keys(struct result *r, const struct yaml_node *map, const char *const *keys)
{
  bool ok = true;
  if (!want_kind(r, map, YAML_MAP))
    return false;
  for (const struct yaml_node *e = map->first; e != NULL; e = e->next) {
    const char *best = NULL;
    size_t least = NEAREST_WORD, k = 0;
    while (keys[k] != NULL && strcmp(keys[k], e->key->text) != 0)
      nearest(e->key->text, keys[k++], &best, &least);
    if (keys[k] == NULL) {
      unknown(r, e->key, "key", best);
      ok = false;
    }
  }
  return ok;
}

/* ---- names ---- */

static const char *const errors[] = {
    "DUN_OK",         "DUN_E_INVAL", "DUN_E_NOMEM",    "DUN_E_STRUCT",      "DUN_E_NEWER",
    "DUN_E_RANGE",    "DUN_E_ORDER", "DUN_E_POLICY",   "DUN_E_ZONE",        "DUN_E_LIMIT",
    "DUN_E_CALLBACK", "DUN_E_BUSY",  "DUN_E_CONFLICT", "DUN_E_UNSUPPORTED", "DUN_E_NOT_FOUND"};
static const char *const postures[] = {"unknown", "cooperative", "unresponsive", "refusing"};
static const char *const places[] = {"unknown", "personal", "work", "other"};
static const char *const strengths[] = {NULL, "law", "presumption", "guideline"};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The events that could release what is denied. */
static const char *release_name(uint32_t kind)
{
  switch (kind) {
  case DUN_EVENT_CONTACT: return "contact";
  case DUN_EVENT_RELEASE: return "release";
  case DUN_EVENT_OPT_IN: return "opt_in";
  case DUN_EVENT_ADDRESS_NEW: return "address_new";
  case DUN_EVENT_CONSENT: return "consent";
  case DUN_EVENT_REOPENED: return "reopened";
  default: return NULL;
  }
}

const char *voc_name(const dun_policy *policy, uint32_t voc, uint32_t i)
{
  switch (voc) {
  case VOC_OUTCOME: return dun_outcome_name(i);
  case VOC_HOLD: return dun_hold_name(i);
  case VOC_PARTY: return dun_party_name(i);
  case VOC_ACTION: return dun_action_name(i);
  case VOC_DECISION: return dun_decision_name(i);
  case VOC_REASON: return i < 64 ? dun_reason_name(UINT64_C(1) << i) : NULL;
  case VOC_POSTURE: return i < COUNT(postures) ? postures[i] : NULL;
  case VOC_CONTACT: return dun_contact_name(i);
  case VOC_ERROR: return i < COUNT(errors) ? errors[i] : NULL;
  case VOC_WEEKDAY: return weekly_day(i);
  case VOC_PLACE: return i < COUNT(places) ? places[i] : NULL;
  case VOC_STRENGTH: return i < COUNT(strengths) ? strengths[i] : NULL;
  case VOC_RELEASE: return release_name(i);
  default: return dun_policy_name(policy, voc, i);
  }
}

static const char *voc_what(uint32_t voc)
{
  static const char *const own[] = {"outcome", "hold",     "party",           "action", "kind",
                                    "reason",  "posture",  "kind of contact", "error",  "weekday",
                                    "place",   "strength", "release"};
  static const char *const named[] = {"policy", "stage",     "step", "channel", "template",
                                      "bucket", "attribute", "zone", "mark",    "rule"};
  return voc >= VOC_OUTCOME ? own[voc - VOC_OUTCOME] : named[voc];
}

bool read_name(const struct scene *s, const struct yaml_node *node, uint32_t voc, uint32_t *out)
{
  const char *best = NULL;
  size_t least = NEAREST_WORD;
  uint32_t last = voc >= VOC_OUTCOME ? 64 : dun_policy_count(s->policy, voc);
  if (!want_kind(s->result, node, YAML_SCALAR))
    return false;
  for (uint32_t i = 0; i <= last; i++) {
    const char *name = voc_name(s->policy, voc, i);
    if (name == NULL)
      continue;
    if (strcmp(name, node->text) == 0) {
      *out = i;
      return true;
    }
    nearest(node->text, name, &best, &least);
  }
  unknown(s->result, node, voc_what(voc), best);
  return false;
}

bool read_channel(const struct scene *s, const struct yaml_node *node, uint32_t *out)
{
  static const char *const keys[] = {"kind", "name", NULL};
  const struct yaml_node *kind, *name;
  uint32_t i;
  if (node->kind != YAML_MAP) {
    if (!read_name(s, node, VOC_CHANNEL, &i))
      return false;
    *out = dun_policy_channel_id(s->policy, i);
    return true;
  }
  if (!check_keys(s->result, node, keys))
    return false;
  kind = yaml_get(node, "kind");
  name = yaml_get(node, "name");
  if (kind == NULL || name == NULL) {
    add_problem(s->result, node, "a channel that the policy lacks wants `kind` and `name`");
    return false;
  }
  if (!read_name(s, kind, VOC_CONTACT, &i) || !want_kind(s->result, name, YAML_SCALAR))
    return false;
  *out = dun_channel_id(i, name->text);
  return true;
}

/* ---- plain values ---- */

static const char *label(const struct yaml_node *node)
{
  return node->key != NULL ? node->key->text : "this";
}

bool read_number(struct result *r, const struct yaml_node *node, int64_t min, int64_t max,
                 int64_t *out)
{
  const char *p = node->text;
  bool minus, ok;
  int64_t v = 0;
  if (!want_kind(r, node, YAML_SCALAR))
    return false;
  minus = *p == '-';
  p += minus;
  ok = *p != '\0' && strlen(p) <= 19;
  for (; ok && *p != '\0'; p++) {
    int digit = *p - '0';
    ok = digit >= 0 && digit <= 9 && v >= (INT64_MIN + digit) / 10;
    if (ok)
      v = v * 10 - digit; /* downwards: the least number has no positive one */
  }
  ok = ok && (minus || v != INT64_MIN);
  if (ok && !minus)
    v = -v;
  if (!ok || v < min || v > max) {
    add_problem(r, node, "`%s` wants a whole number from %lld to %lld, not `%.60s`", label(node),
                (long long)min, (long long)max, node->text);
    return false;
  }
  *out = v;
  return true;
}

bool read_truth(struct result *r, const struct yaml_node *node, bool *out)
{
  if (!want_kind(r, node, YAML_SCALAR))
    return false;
  *out = yaml_is(node, "true");
  if (*out || yaml_is(node, "false"))
    return true;
  add_problem(r, node, "`%s` wants true or false, not `%.60s`", label(node), node->text);
  return false;
}

bool read_day(struct result *r, const struct yaml_node *node, dun_day *out)
{
  if (!want_kind(r, node, YAML_SCALAR))
    return false;
  if (dun_day_parse(node->text, node->size, out) == DUN_OK)
    return true;
  add_problem(r, node, "`%s` wants a date such as 2026-01-10, not `%.60s`", label(node),
              node->text);
  return false;
}

bool read_time(struct result *r, const struct yaml_node *node, bool never, dun_time *out)
{
  if (!want_kind(r, node, YAML_SCALAR))
    return false;
  if (never && yaml_is(node, "never")) {
    *out = DUN_TIME_NEVER;
    return true;
  }
  if (dun_time_parse(node->text, node->size, out) == DUN_OK)
    return true;
  add_problem(r, node, "`%s` wants an instant such as 2026-01-14T09:00:00+08:00%s, not `%.60s`",
              label(node), never ? " or `never`" : "", node->text);
  return false;
}

uint32_t read_fact(const struct scene *s, const struct yaml_node *node, int64_t *value)
{
  static const struct {
    const char *name;
    uint32_t fact;
  } facts[] = {{"due", DUN_FACT_DUE_DAY},
               {"limitation", DUN_FACT_LIMITATION_DAY},
               {"past_due", DUN_FACT_PAST_DUE},
               {"balance", DUN_FACT_BALANCE},
               {"minimum_due", DUN_FACT_MINIMUM_DUE},
               {"late_fees", DUN_FACT_LATE_FEES},
               {"prior_delinquencies", DUN_FACT_PRIOR_DELINQUENCIES}};
  const char *best = NULL;
  size_t least = NEAREST_WORD;
  uint32_t attribute = dun_policy_find(s->policy, DUN_NAME_ATTRIBUTE, node->key->text);
  dun_day day;
  for (size_t i = 0; i < COUNT(facts); i++) {
    if (strcmp(facts[i].name, node->key->text) != 0) {
      nearest(node->key->text, facts[i].name, &best, &least);
    } else if (i < 2) {
      if (!read_day(s->result, node, &day))
        return 0;
      *value = day;
      return facts[i].fact;
    } else {
      bool count = facts[i].fact == DUN_FACT_PRIOR_DELINQUENCIES;
      int64_t max = count ? UINT32_MAX : DUN_AMOUNT_MAX;
      return read_number(s->result, node, count ? 0 : -max, max, value) ? facts[i].fact : 0;
    }
  }
  if (attribute != 0)
    return read_number(s->result, node, INT64_MIN, INT64_MAX, value)
               ? DUN_FACT_ATTRIBUTE + attribute - 1
               : 0;
  for (uint32_t i = 1; i <= dun_policy_count(s->policy, DUN_NAME_ATTRIBUTE); i++)
    nearest(node->key->text, dun_policy_name(s->policy, DUN_NAME_ATTRIBUTE, i), &best, &least);
  unknown(s->result, node->key, "fact", best);
  return 0;
}
