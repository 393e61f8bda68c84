/* SPDX-License-Identifier: MIT */
/* Entries of a timeline as events of the log. */
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "scenario.h"
#include "scenario_event.h"

/* Which event a mapping is, by the first of these keys that it has, and what else it may say. */
static const struct form {
  const char *key;
  uint8_t kind;
  const char *keys[12];
} forms[] = {
    {"intent",
     DUN_EVENT_INTENT,
     {"channel", "party", "occurrence", "attempt", "due_day", "for_step", "address", "place",
      "same_contact"}},
    {"inbound", DUN_EVENT_INBOUND, {"outcome", "party", "address", "place", "same_contact"}},
    {"step",
     DUN_EVENT_CONTACT,
     {"channel", "outcome", "party", "address", "place", "occurrence", "attempt", "due_day",
      "same_contact", "until"}},
    {"payment", DUN_EVENT_PAYMENT, {NULL}},
    {"reversal", DUN_EVENT_REVERSAL, {NULL}},
    {"promise", DUN_EVENT_PROMISE, {"by"}},
    {"promise_cancelled", DUN_EVENT_PROMISE_CANCELLED, {NULL}},
    {"arrangement", DUN_EVENT_ARRANGEMENT, {NULL}},
    {"arrangement_cancelled", DUN_EVENT_ARRANGEMENT_CANCELLED, {NULL}},
    {"hold", DUN_EVENT_HOLD, {"from", "until", "scope"}},
    {"release", DUN_EVENT_RELEASE, {"scope"}},
    {"opt_out", DUN_EVENT_OPT_OUT, {"party", "scope"}},
    {"opt_in", DUN_EVENT_OPT_IN, {"party", "scope"}},
    {"address_dead", DUN_EVENT_ADDRESS_DEAD, {"party", "scope", "address"}},
    {"address_new", DUN_EVENT_ADDRESS_NEW, {"party", "scope", "address"}},
    {"consent", DUN_EVENT_CONSENT, {"party", "scope", "until", "group", "rule"}},
    {"consent_revoked", DUN_EVENT_CONSENT_REVOKED, {"party", "scope", "group", "rule"}},
    {"hours_agreed", DUN_EVENT_HOURS_AGREED, {"party", "scope", "days", "from", "to", "until"}},
    {"blackout", DUN_EVENT_BLACKOUT, {"party", "scope", "days", "from", "to", "until"}},
    {"posture", DUN_EVENT_POSTURE, {NULL}},
    {"override", DUN_EVENT_OVERRIDE, {NULL}},
    {"waive", DUN_EVENT_WAIVE, {"until"}},
    {"placed", DUN_EVENT_PLACED, {NULL}},
    {"cured", DUN_EVENT_CURED, {NULL}},
    {"closed", DUN_EVENT_CLOSED, {NULL}},
    {"reopened", DUN_EVENT_REOPENED, {NULL}},
    {"void", DUN_EVENT_VOID, {NULL}},
    /* last: others have a channel too */
    {"channel",
     DUN_EVENT_CONTACT,
     {"outcome", "party", "address", "place", "same_contact", "until"}},
};
#define FORMS (sizeof forms / sizeof forms[0])

static const struct form *form_of(struct scene *s, const struct yaml_node *event, bool inner)
{
  const char *keys[FORMS + 8];
  size_t n = 0;
  for (size_t i = 0; i < FORMS; i++) {
    if (yaml_get(event, forms[i].key) == NULL)
      continue;
    keys[n++] = forms[i].key;
    keys[n++] = "account";
    if (inner)
      keys[n++] = "at";
    for (size_t k = 0; k < 12 && forms[i].keys[k] != NULL; k++)
      keys[n++] = forms[i].keys[k];
    keys[n] = NULL;
    return check_keys(s->result, event, keys) ? &forms[i] : NULL;
  }
  for (size_t i = 0; i < FORMS; i++)
    keys[n++] = forms[i].key;
  keys[n] = NULL;
  if (check_keys(s->result, event, keys)) /* empty: there is no key to blame */
    add_problem(s->result, event, "the event says nothing");
  return NULL;
}

bool read_small(const struct scene *s, const struct yaml_node *event, const char *key, int64_t max,
                int64_t *out)
{
  const struct yaml_node *node = yaml_get(event, key);
  return node == NULL || read_number(s->result, node, 0, max, out);
}

/* What all events may say. */
static bool read_shared(struct scene *s, const struct yaml_node *event, struct dun_event *e)
{
  const struct yaml_node *node;
  int64_t account = (int64_t)e->account, address = 0;
  uint32_t party = DUN_PARTY_BORROWER, place = DUN_PLACE_UNKNOWN, outcome = 0;
  bool same = false, ok = true;
  if ((node = yaml_get(event, "party")) != NULL)
    ok = read_name(s, node, VOC_PARTY, &party) && ok;
  if ((node = yaml_get(event, "place")) != NULL)
    ok = read_name(s, node, VOC_PLACE, &place) && ok;
  if ((node = yaml_get(event, "outcome")) != NULL)
    ok = read_name(s, node, VOC_OUTCOME, &outcome) && ok;
  if ((node = yaml_get(event, "same_contact")) != NULL)
    ok = read_truth(s->result, node, &same) && ok;
  if ((node = yaml_get(event, "scope")) != NULL) {
    if (yaml_is(node, "account")) {
      e->flags |= DUN_FLAG_ACCOUNT;
    } else if (yaml_is(node, "person")) {
      e->flags |= DUN_FLAG_PERSON;
    } else {
      add_problem(s->result, node, "`scope` wants account or person");
      ok = false;
    }
  }
  ok = read_small(s, event, "account", INT64_MAX, &account) && ok;
  ok = read_small(s, event, "address", 255, &address) && ok;
  e->account = (uint64_t)account;
  e->party = (uint8_t)(place << 4 | party);
  e->address = (uint8_t)address;
  e->outcome = (uint8_t)outcome;
  if (same)
    e->flags |= DUN_FLAG_SAME_CONTACT;
  return ok;
}

bool read_until(struct scene *s, const struct yaml_node *event, struct dun_event *e)
{
  const struct yaml_node *until = yaml_get(event, "until");
  return until == NULL || read_time(s->result, until, true, &e->until);
}

/* ---- kinds with fields of their own ---- */

static bool read_arrangement(struct scene *s, const struct yaml_node *plan, struct dun_event *e)
{
  static const char *const keys[] = {"count", "amount", "every", "first", NULL};
  const struct yaml_node *count = yaml_get(plan, "count"), *amount = yaml_get(plan, "amount");
  const struct yaml_node *every = yaml_get(plan, "every"), *first = yaml_get(plan, "first");
  int64_t n;
  dun_day day;
  unsigned long period;
  char *unit;
  if (!check_keys(s->result, plan, keys))
    return false;
  if (count == NULL || amount == NULL || every == NULL || first == NULL) {
    add_problem(s->result, plan, "an arrangement wants count, amount, every and first");
    return false;
  }
  if (!read_number(s->result, count, 1, 65535, &n) ||
      !read_number(s->result, amount, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX, &e->amount) ||
      !read_day(s->result, first, &day) || !want_kind(s->result, every, YAML_SCALAR))
    return false;
  e->occurrence = (uint16_t)n;
  e->until = day;
  period = every->text[0] >= '1' && every->text[0] <= '9' ? strtoul(every->text, &unit, 10) : 0;
  if (period == 0 || period > 36524 ||
      (strcmp(unit, "d") != 0 && strcmp(unit, "w") != 0 && strcmp(unit, "mo") != 0)) {
    add_problem(s->result, every, "`every` wants a duration such as 1mo");
    return false;
  }
  e->detail = (uint32_t)period << 8 | (uint32_t)(unsigned char)unit[0];
  return true;
}

static bool read_override(struct scene *s, const struct yaml_node *what, struct dun_event *e)
{
  static const char *const keys[] = {"stage", "step", "until", NULL};
  const struct yaml_node *stage = yaml_get(what, "stage"), *step = yaml_get(what, "step");
  uint32_t index;
  if (!check_keys(s->result, what, keys))
    return false;
  if ((stage == NULL) == (step == NULL)) {
    add_problem(s->result, what, "an override wants `stage` or `step`");
    return false;
  }
  if (!read_name(s, stage != NULL ? stage : step, stage != NULL ? VOC_STAGE : VOC_STEP, &index))
    return false;
  e->step = dun_name_id((stage != NULL ? stage : step)->text);
  return read_until(s, what, e);
}

static bool read_true(struct scene *s, const struct yaml_node *node)
{
  if (yaml_is(node, "true"))
    return true;
  add_problem(s->result, node, "`%s` wants true", node->key->text);
  return false;
}

bool read_event(struct scene *s, const struct yaml_node *event, dun_time at, dun_time known,
                bool inner, struct dun_event *e)
{
  const struct form *form;
  const struct yaml_node *value, *node;
  uint32_t n = 0;
  dun_day day;
  if (!want_kind(s->result, event, YAML_MAP) || (form = form_of(s, event, inner)) == NULL)
    return false;
  value = yaml_get(event, form->key);
  memset(e, 0, sizeof *e);
  e->kind = form->kind;
  e->account = s->account.id;
  e->occurred_at = at;
  e->recorded_at = known;
  if (!read_shared(s, event, e))
    return false;
  switch (form->kind) {
  case DUN_EVENT_INTENT: return read_delivery(s, event, value, known, inner, e);
  case DUN_EVENT_CONTACT:
    if (!read_until(s, event, e))
      return false;
    if (strcmp(form->key, "step") == 0)
      return read_delivery(s, event, value, known, inner, e);
    return read_channel(s, value, &e->channel);
  case DUN_EVENT_INBOUND: return read_channel(s, value, &e->channel);
  case DUN_EVENT_PAYMENT:
  case DUN_EVENT_REVERSAL:
    return read_number(s->result, value, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX, &e->amount);
  case DUN_EVENT_PROMISE:
    if ((node = yaml_get(event, "by")) == NULL) {
      add_problem(s->result, event, "a promise wants `by`");
      return false;
    }
    if (!read_day(s->result, node, &day))
      return false;
    e->detail = (uint32_t)day;
    return read_number(s->result, value, -DUN_AMOUNT_MAX, DUN_AMOUNT_MAX, &e->amount);
  case DUN_EVENT_ARRANGEMENT: return read_arrangement(s, value, e);
  case DUN_EVENT_HOLD:
    node = yaml_get(event, "from");
    if ((node != NULL && !read_time(s->result, node, false, &e->amount)) ||
        !read_until(s, event, e))
      return false;
    return read_name(s, value, VOC_HOLD, &e->detail);
  case DUN_EVENT_RELEASE: return read_name(s, value, VOC_HOLD, &e->detail);
  case DUN_EVENT_OPT_OUT:
  case DUN_EVENT_OPT_IN:
  case DUN_EVENT_ADDRESS_DEAD:
  case DUN_EVENT_ADDRESS_NEW: return read_channels(s, value, e);
  case DUN_EVENT_CONSENT:
  case DUN_EVENT_CONSENT_REVOKED: return read_consent(s, event, value, e);
  case DUN_EVENT_HOURS_AGREED:
  case DUN_EVENT_BLACKOUT: return read_hours(s, event, value, e);
  case DUN_EVENT_POSTURE:
    if (!read_name(s, value, VOC_POSTURE, &n))
      return false;
    e->detail = n;
    return true;
  case DUN_EVENT_OVERRIDE: return read_override(s, value, e);
  case DUN_EVENT_WAIVE: return read_waive(s, event, value, e);
  case DUN_EVENT_VOID: return read_void(s, value, inner, e);
  default: return read_true(s, value);
  }
}

bool add_event(struct scene *s, const struct yaml_node *event, dun_time at, dun_time recorded,
               bool later)
{
  struct dun_event e;
  s->void_found = 0;
  if (!read_event(s, event, at, recorded, false, &e))
    return false;
  scene_add(s, event, &e, later)->voids = s->void_found;
  return true;
}
