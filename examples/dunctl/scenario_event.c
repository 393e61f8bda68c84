/* SPDX-License-Identifier: MIT */
/* Entries of a timeline as events of the log. */
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "scenario.h"

/* Which event a mapping is, by the first of these keys that it has, and what else it may say. */
static const struct form {
  const char *key;
  uint8_t kind;
  const char *keys[12];
} forms[] = {
    {"intent",
     DUN_EVENT_INTENT,
     {"channel", "party", "occurrence", "attempt", "due_day", "for_step", "address"}},
    {"inbound", DUN_EVENT_INBOUND, {"outcome", "party", "address", "same_contact"}},
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
    {"consent", DUN_EVENT_CONSENT, {"party", "scope", "until"}},
    {"consent_revoked", DUN_EVENT_CONSENT_REVOKED, {"party", "scope"}},
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

/* ---- the key of a delivery ---- */

static bool ends_episode(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CURED || e->kind == DUN_EVENT_CLOSED ||
         (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE && e->amount <= 0);
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->account == b->account && a->due_day == b->due_day && a->step == b->step &&
         a->occurrence == b->occurrence && a->attempt == b->attempt;
}

static bool is_outcome(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_ACTION;
}

/* The oldest delivery of the step that waits for its outcome: an INTENT without one, or one that was
 * queued. */
static const struct dun_event *open_delivery(const struct dun_event *log, size_t count,
                                             const struct dun_event *e)
{
  size_t start = 0;
  for (size_t i = 0; i < count; i++)
    if (log[i].account == e->account && ends_episode(&log[i]))
      start = i + 1;
  for (size_t i = start; i < count; i++) {
    bool open = log[i].kind == DUN_EVENT_INTENT ||
                (is_outcome(&log[i]) && log[i].outcome == DUN_OUTCOME_QUEUED);
    if (!open || log[i].step != e->step || log[i].account != e->account)
      continue;
    for (size_t j = i + 1; j < count && open; j++)
      if (is_outcome(&log[j]) && same_key(&log[i], &log[j]))
        open = false; /* one that was queued is found by its own entry */
    if (open)
      return &log[i];
  }
  return NULL;
}

/* The log of scene_known() without what was taken back. */
static size_t standing(const struct scene *s, struct dun_event *log, const size_t *where, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!s->log[where[i]].voided)
      log[kept++] = log[i];
  return kept;
}

/* Give a delivery the key that it must have: that of the delivery it settles, else what libdun would
 * say now, else the next one. *channel is what that says of the channel. */
static void fill_key(struct scene *s, dun_time now, struct dun_event *e, bool has_occurrence)
{
  struct dun_account account;
  struct dun_event *log;
  const struct dun_event *open;
  struct dun_decision d;
  size_t *where, n;
  uint16_t highest = 0;
  n = scene_known(s, now, &account, &log, &where);
  n = standing(s, log, where, n);
  open = is_outcome(e) ? open_delivery(log, n, e) : NULL;
  if (open != NULL) {
    e->due_day = open->due_day;
    e->occurrence = open->occurrence;
    e->attempt = open->attempt;
    e->party = (uint8_t)((e->party & 0xf0u) | (open->party & 15u));
    if (e->channel == 0)
      e->channel = open->channel;
    if (open->kind == DUN_EVENT_ACTION || open->channel == 0)
      e->kind = DUN_EVENT_ACTION;
  } else if (e->account == account.id && scene_ask(s, now, &d, NULL) == DUN_OK &&
             d.step_id == e->step) {
    e->due_day = d.due_day;
    e->occurrence = d.occurrence;
    e->attempt = d.attempt;
    e->party = (uint8_t)((e->party & 0xf0u) | (d.party & 15u));
    if (e->kind == DUN_EVENT_INTENT)
      e->detail = d.for_step;
    if (e->channel == 0)
      e->channel = d.channel_id;
    if (is_outcome(e) && d.action != DUN_ACTION_CONTACT)
      e->kind = DUN_EVENT_ACTION;
  } else if (!has_occurrence) {
    for (size_t i = 0; i < n; i++)
      if ((is_outcome(&log[i]) || log[i].kind == DUN_EVENT_INTENT) && log[i].step == e->step &&
          log[i].account == e->account && log[i].due_day == e->due_day &&
          log[i].occurrence > highest)
        highest = log[i].occurrence;
    e->occurrence = (uint16_t)(highest + 1);
    if (is_outcome(e) && e->outcome == DUN_OUTCOME_DONE)
      e->kind = DUN_EVENT_ACTION;
  }
  free(log);
  free(where);
}

static bool small(const struct scene *s, const struct yaml_node *event, const char *key,
                  int64_t max, int64_t *out)
{
  const struct yaml_node *node = yaml_get(event, key);
  return node == NULL || read_number(s->result, node, 0, max, out);
}

/* What all events may say. */
static bool read_shared(struct scene *s, const struct yaml_node *event, struct dun_event *e)
{
  const struct yaml_node *node;
  int64_t account = (int64_t)e->account, place = 0, address = 0;
  uint32_t party = DUN_PARTY_BORROWER, outcome = 0;
  bool same = false, ok = true;
  if ((node = yaml_get(event, "party")) != NULL)
    ok = read_name(s, node, VOC_PARTY, &party) && ok;
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
  ok = small(s, event, "account", INT64_MAX, &account) && ok;
  ok = small(s, event, "place", 15, &place) && ok;
  ok = small(s, event, "address", 255, &address) && ok;
  e->account = (uint64_t)account;
  e->party = (uint8_t)((uint64_t)place << 4 | party);
  e->address = (uint8_t)address;
  e->outcome = (uint8_t)outcome;
  if (same)
    e->flags |= DUN_FLAG_SAME_CONTACT;
  return ok;
}

static bool read_until(struct scene *s, const struct yaml_node *event, struct dun_event *e)
{
  const struct yaml_node *until = yaml_get(event, "until");
  return until == NULL || read_time(s->result, until, true, &e->until);
}

/* A step event or an INTENT. Of a VOID's entry the key is looked up later. */
static bool read_delivery(struct scene *s, const struct yaml_node *event,
                          const struct yaml_node *name, dun_time known, bool inner,
                          struct dun_event *e)
{
  const struct yaml_node *node, *occurrence = yaml_get(event, "occurrence");
  int64_t number = 0, attempt = 0;
  uint32_t index;
  bool has_due;
  if (!read_name(s, name, VOC_STEP, &index))
    return false;
  e->step = dun_name_id(name->text);
  e->due_day = s->account.due_day;
  if (e->kind != DUN_EVENT_INTENT && yaml_get(event, "outcome") == NULL && !inner) {
    add_problem(s->result, event, "the event of a step wants an `outcome`");
    return false;
  }
  if ((node = yaml_get(event, "channel")) != NULL && !read_channel(s, node, &e->channel))
    return false;
  if ((node = yaml_get(event, "for_step")) != NULL) {
    if (!read_name(s, node, VOC_STEP, &index))
      return false;
    e->detail = dun_name_id(node->text);
  }
  has_due = (node = yaml_get(event, "due_day")) != NULL;
  if (has_due && !read_day(s->result, node, &e->due_day))
    return false;
  if ((occurrence != NULL && !read_number(s->result, occurrence, 1, 65535, &number)) ||
      !small(s, event, "attempt", 255, &attempt))
    return false;
  if (!inner) {
    dun_day due = e->due_day;
    uint8_t party = e->party;
    bool bare = yaml_get(event, "channel") == NULL;
    fill_key(s, known, e, occurrence != NULL);
    if (has_due)
      e->due_day = due;
    if (yaml_get(event, "party") != NULL)
      e->party = party;
    if (e->kind == DUN_EVENT_CONTACT && e->channel == 0 && bare) {
      add_problem(s->result, event, "the event of a contact wants a `channel`");
      return false;
    }
  }
  if (occurrence != NULL)
    e->occurrence = (uint16_t)number;
  if (yaml_get(event, "attempt") != NULL)
    e->attempt = (uint8_t)attempt;
  return true;
}

/* ---- kinds with fields of their own ---- */

static bool read_clock(struct scene *s, const struct yaml_node *node, uint32_t *out)
{
  const char *t = node->kind == YAML_SCALAR ? node->text : "";
  bool ok = strlen(t) == 5 && t[2] == ':';
  for (int i = 0; ok && i < 5; i++)
    ok = i == 2 || (t[i] >= '0' && t[i] <= '9');
  if (ok) {
    *out = (uint32_t)((t[0] - '0') * 600 + (t[1] - '0') * 60 + (t[3] - '0') * 10 + (t[4] - '0'));
    ok = *out <= 1440 && t[3] <= '5';
  }
  if (!ok)
    add_problem(s->result, node, "`%s` wants a time of day such as 21:00", node->key->text);
  return ok;
}

/* Weekday bits (bit 0 = Monday), then the two minutes of the day, 11 bits each. */
static bool read_windows(struct scene *s, const struct yaml_node *event, struct dun_event *e)
{
  const struct yaml_node *days = yaml_get(event, "days");
  const struct yaml_node *from = yaml_get(event, "from"), *to = yaml_get(event, "to");
  uint32_t bits = days == NULL ? 127u : 0u, a = 0, b = 1440, day;
  if (days != NULL && !want_kind(s->result, days, YAML_LIST))
    return false;
  for (const struct yaml_node *d = days != NULL ? days->first : NULL; d != NULL; d = d->next) {
    if (!read_name(s, d, VOC_WEEKDAY, &day))
      return false;
    bits |= 1u << day;
  }
  if ((from != NULL && !read_clock(s, from, &a)) || (to != NULL && !read_clock(s, to, &b)))
    return false;
  e->detail = bits | a << 7 | b << 18;
  return true;
}

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

static bool read_contact_data(struct scene *s, const struct yaml_node *value, struct dun_event *e)
{
  /* all channels, unless one has that name */
  if (yaml_is(value, "all") && dun_policy_find(s->policy, DUN_NAME_CHANNEL, "all") == 0)
    return true;
  return read_channel(s, value, &e->channel);
}

static bool read_void(struct scene *s, const struct yaml_node *entry, bool inner,
                      struct dun_event *e);

/* One event; `known` is the instant at which it became known. `inner`: it is what a VOID is about. */
static bool read_event(struct scene *s, const struct yaml_node *event, dun_time at, dun_time known,
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
  case DUN_EVENT_ADDRESS_NEW:
  case DUN_EVENT_CONSENT:
  case DUN_EVENT_CONSENT_REVOKED: return read_until(s, event, e) && read_contact_data(s, value, e);
  case DUN_EVENT_HOURS_AGREED:
  case DUN_EVENT_BLACKOUT:
    return read_until(s, event, e) && read_windows(s, event, e) && read_contact_data(s, value, e);
  case DUN_EVENT_POSTURE:
    if (!read_name(s, value, VOC_POSTURE, &n))
      return false;
    e->detail = n;
    return true;
  case DUN_EVENT_OVERRIDE: return read_override(s, value, e);
  case DUN_EVENT_WAIVE:
    e->detail = value->kind == YAML_SCALAR ? dun_name_id(value->text) : 0;
    return want_kind(s->result, value, YAML_SCALAR) && read_until(s, event, e);
  case DUN_EVENT_VOID: return read_void(s, value, inner, e);
  default: return read_true(s, value);
  }
}

/* ---- corrections ---- */

/* Whether an entry is the one that a VOID speaks of, as far as it says. */
static bool speaks_of(const struct dun_event *v, const struct dun_event *e, bool has_at)
{
  if ((has_at && e->occurred_at != v->occurred_at) || e->account != v->account ||
      e->step != v->step)
    return false;
  if (v->kind == DUN_EVENT_VOID)
    return e->kind == v->kind && e->until == v->until && e->outcome == v->outcome &&
           e->detail == v->detail && e->channel == v->channel && e->party == v->party;
  if (v->step == 0 || v->kind == DUN_EVENT_OVERRIDE)
    return e->kind == v->kind && e->detail == v->detail && e->channel == v->channel &&
           e->party == v->party;
  return (v->kind == DUN_EVENT_INTENT ? e->kind == v->kind : is_outcome(e)) &&
         (v->channel == 0 || v->channel == e->channel) &&
         (v->outcome == 0 || v->outcome == e->outcome) &&
         (v->occurrence == 0 || v->occurrence == e->occurrence);
}

/* `facts: {past_due: 0}` as what a VOID is about. */
static bool read_fact_entry(struct scene *s, const struct yaml_node *entry, dun_time at,
                            struct dun_event *e)
{
  static const char *const keys[] = {"facts", "at", NULL};
  const struct yaml_node *facts = yaml_get(entry, "facts");
  if (!check_keys(s->result, entry, keys) || !want_kind(s->result, facts, YAML_MAP))
    return false;
  if (facts->size != 1) {
    add_problem(s->result, facts, "a void takes back one fact");
    return false;
  }
  memset(e, 0, sizeof *e);
  e->kind = DUN_EVENT_FACTS;
  e->account = s->account.id;
  e->occurred_at = at;
  e->detail = read_fact(s, facts->first, &e->amount);
  return e->detail != 0;
}

/* `inner`: a VOID of this VOID is being read; it has done its work already. */
static bool read_void(struct scene *s, const struct yaml_node *entry, bool inner,
                      struct dun_event *e)
{
  const struct yaml_node *at;
  struct dun_event what;
  dun_time when = e->occurred_at;
  size_t found = SIZE_MAX;
  if (!want_kind(s->result, entry, YAML_MAP))
    return false;
  at = yaml_get(entry, "at");
  if (at != NULL && !read_time(s->result, at, false, &when))
    return false;
  if (!(yaml_get(entry, "facts") != NULL ? read_fact_entry(s, entry, when, &what)
                                         : read_event(s, entry, when, when, true, &what)))
    return false;
  for (size_t i = 0; i < s->count; i++)
    if ((inner || !s->log[i].voided) && speaks_of(&what, &s->log[i].event, at != NULL) &&
        (found == SIZE_MAX || s->log[i].event.occurred_at >= s->log[found].event.occurred_at))
      found = i;
  if (found != SIZE_MAX)
    what = s->log[found].event;
  else if (at == NULL || (what.step != 0 && what.occurrence == 0)) {
    add_problem(s->result, entry,
                "there is no such entry before; to take back one that is not "
                "there, say `at`, and `occurrence` of a step");
    return false;
  }
  e->account = what.account;
  e->due_day = what.due_day;
  e->step = what.step;
  e->occurrence = what.occurrence;
  e->attempt = what.attempt;
  e->channel = what.channel;
  e->party = what.party;
  e->detail = what.detail;
  e->outcome = what.kind;
  e->until = what.occurred_at;
  if (found != SIZE_MAX && !inner) {
    s->log[found].voided = true;
    if (s->log[found].voids != 0) /* a VOID of a VOID brings the entry back */
      s->log[s->log[found].voids - 1].voided = false;
  }
  s->void_found = found + 1; /* 0 = none */
  return true;
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
