/* SPDX-License-Identifier: MIT */
/* Conduct rules, a policy's own and a pack's alike: the keys that every rule may have. */
#include "policy/compile_rules.h"

#include <stdio.h>
#include <string.h>

static const struct section {
  const char *name;
  const char *const *keys;
  void (*read)(struct dun__reading *r);
  const char *wants;
} sections[SECTIONS] = {
    {"hours", dun__hours_keys, dun__read_hours, "a mapping with `id`, `kinds` and windows"},
    {"caps", dun__cap_keys, dun__read_cap, "a mapping with `id`, `max` and `per`"},
    {"cooldowns", dun__cooldown_keys, dun__read_cooldown, "a mapping with `id`, `after` and `for`"},
    {"spacing", dun__spacing_keys, dun__read_spacing, "a mapping with `id` and `min`"},
    {"exclusive", dun__exclusive_keys, dun__read_exclusive,
     "a mapping with `id`, `after` and `for`"},
    {"forbid", dun__forbid_keys, dun__read_forbid, "a mapping with `id` and what is forbidden"},
    {"requires", dun__requires_keys, dun__read_requires, "a mapping with `id` and `mark`"},
    {"not_after", dun__not_after_keys, dun__read_not_after, "a mapping with `id` and `date`"},
    {"disclose", dun__disclose_keys, dun__read_disclose, "a mapping with `id` and `items`"},
};

void dun__rule_lacks(struct dun__reading *r, const char *key, const char *hint)
{
  dun__error(&r->b->diag, r->node, hint, "a rule under `%s` wants `%s`", r->node->parent->key->text,
             key);
}

uint32_t dun__get_applies(struct dun__build *b, const struct dun__node *node)
{
  static const char *const words[] = {"creditor", "third_party_collector", "consumer", "business",
                                      NULL};
  uint32_t set = 0;
  if (node == NULL)
    return 0;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, "a list such as [third_party_collector, consumer]");
    return 0;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    uint8_t word;
    if (dun__get_word(b, n, words, "creditor, third_party_collector, consumer or business", &word))
      set |= UINT32_C(1) << word;
  }
  return set;
}

bool dun__applies_not(const struct dun__build *b, uint32_t applies)
{
  const uint32_t actors = DUN__APPLIES_CREDITOR | DUN__APPLIES_COLLECTOR;
  const uint32_t debts = DUN__APPLIES_CONSUMER | DUN__APPLIES_BUSINESS;
  return ((applies & actors) != 0 && b->actor != 0 && (applies & b->actor) == 0) ||
         ((applies & debts) != 0 && b->debt != 0 && (applies & b->debt) == 0);
}

void dun__get_effective(struct dun__build *b, const struct dun__node *node, dun_day *from,
                        dun_day *until)
{
  static const char *const keys[] = {"from", "until", NULL};
  const struct dun__node *v[2];
  dun_day day;
  if (node == NULL ||
      !dun__fields(&b->diag, node, "a mapping such as {from: 2026-01-01}", keys, NULL, v))
    return;
  if (node->count == 0)
    dun__wants(&b->diag, node, "`from`, `until` or both in its mapping");
  *from = DUN_DAY_MIN;
  *until = DUN_DAY_MAX;
  if (v[0] != NULL && dun__get_date(b, v[0], &day))
    *from = day;
  if (v[1] != NULL && dun__get_date(b, v[1], &day)) {
    *until = day;
    if (day < *from)
      dun__error(&b->diag, v[1], NULL, "`until` lies before `from`: the rule would never bind");
  }
}

/* The name of a rule: "ID", or "PACK/ID". */
static void read_id(struct dun__reading *r)
{
  struct dun__build *b = r->b;
  struct dun__origin *o = r->origin;
  const struct dun__node *id = r->v[RULE_ID];
  char name[2 * DUN__MAX_NAME + 2];
  if (id == NULL) {
    dun__rule_lacks(r, "id", NULL);
    return;
  }
  if (!dun__get_name(&b->diag, id))
    return;
  for (uint32_t i = 0; i < o->count; i++)
    if (o->ids[i]->size == id->size && memcmp(o->ids[i]->text, id->text, id->size) == 0)
      dun__error(&b->diag, id, NULL, "the id `%s` is used in line %u already", id->text,
                 (unsigned)o->ids[i]->line);
  snprintf(name, sizeof name, "%s%s%s", o->pack != NULL ? o->pack : "", o->pack != NULL ? "/" : "",
           id->text);
  o->ids[o->count] = id;
  r->rule.name = dun__intern_text(b, name, strlen(name));
  r->rule.id = dun_name_id(name);
  for (uint32_t i = 0; i < b->rule_count; i++)
    if (b->rules[i].id == r->rule.id && strcmp(b->strings + b->rules[i].name, name) != 0)
      dun__error(&b->diag, id, "rename one of them", "the rules `%s` and `%s` have the same id",
                 b->strings + b->rules[i].name, name);
}

static void read_unless(struct dun__reading *r)
{
  static const char *const words[] = {"consent", "agreed", "requested", NULL};
  struct dun__build *b = r->b;
  const struct dun__node *node = r->v[RULE_UNLESS];
  if (node == NULL)
    return;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, "a list such as [consent]");
    return;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    uint8_t word;
    uint32_t bit;
    if (!dun__get_word(b, n, words, "consent, agreed or requested", &word))
      continue;
    bit = UINT32_C(1) << word;
    if ((r->rule.unless & bit) != 0)
      dun__error(&b->diag, n, NULL, "`%s` is listed twice", n->text);
    if (bit == DUN__UNLESS_AGREED && r->rule.sort != DUN__RULE_HOURS)
      dun__error(&b->diag, n, "`consent` or `requested`",
                 "`agreed` means hours that were agreed, and lifts rules under `hours` only");
    r->rule.unless = (uint8_t)(r->rule.unless | bit);
  }
}

/* `group` and `consent`: what a consent is called, and how long it lasts. */
static void read_consent(struct dun__reading *r)
{
  static const char *const keys[] = {"for", "until", NULL};
  struct dun__build *b = r->b;
  const struct dun__node *v[2];
  for (uint32_t k = RULE_GROUP; k <= RULE_CONSENT; k++)
    if (r->v[k] != NULL && !(r->rule.unless & DUN__UNLESS_CONSENT))
      dun__error(&b->diag, r->v[k], "add `unless: [consent]`, or leave it out",
                 "`%s` is of rules that a consent lifts", r->v[k]->key->text);
  if (dun__get_name(&b->diag, r->v[RULE_GROUP]))
    r->rule.group = dun_name_id(r->v[RULE_GROUP]->text);
  if (r->v[RULE_CONSENT] == NULL ||
      !dun__fields(&b->diag, r->v[RULE_CONSENT], "a mapping such as {for: 7d}", keys, NULL, v))
    return;
  if (r->v[RULE_CONSENT]->count == 0)
    dun__wants(&b->diag, r->v[RULE_CONSENT], "`for`, `until` or both in its mapping");
  if (dun__get_days(&b->diag, v[0], &r->rule.consent_dates) && r->rule.consent_dates == 0)
    dun__wants(&b->diag, v[0], "at least 1d");
  if (v[1] != NULL)
    r->rule.consent_ends = dun__get_outcomes(b, v[1]);
}

static bool has(const struct dun__node *container, const struct dun__node *name)
{
  for (const struct dun__node *n = container == NULL ? NULL : container->first; n != NULL;
       n = n->next)
    if (name->kind == DUN__NODE_SCALAR &&
        dun__is(container->kind == DUN__NODE_MAP ? n->key : n, name->text))
      return true;
  return false;
}

/* A reading must be one that the pack names. */
void dun__check_reading(struct dun__build *b, const struct dun__node *readings,
                        const struct dun__node *name)
{
  struct dun__near near;
  struct dun__quoted q;
  if (!dun__get_name(&b->diag, name) || has(readings, name))
    return;
  q = dun__quote(name->text, name->size);
  dun__near_init(&near, &b->diag, name);
  for (const struct dun__node *n = readings == NULL ? NULL : readings->first; n != NULL;
       n = n->next)
    dun__near_try(&near, n->key->text);
  dun__error(&b->diag, name, dun__near_hint(&near), "the reading `%s` is not under `readings`",
             q.text);
}

/* Rules of one reading of a law, and those of all but it. */
static void read_reading(struct dun__reading *r)
{
  for (uint32_t k = RULE_READING; k <= RULE_EXCEPT_READING; k++) {
    const struct dun__node *node = r->v[k];
    if (node == NULL)
      continue;
    if (r->origin->pack == NULL) {
      dun__error(&r->b->diag, node, NULL, "`%s` is for packs: a policy says what it means",
                 node->key->text);
      continue;
    }
    dun__check_reading(r->b, r->origin->readings, node);
    if (has(r->origin->chosen, node) != (k == RULE_READING))
      r->dropped = true;
  }
}

static void read_source(struct dun__reading *r)
{
  const struct dun__node *node = r->v[RULE_SOURCE];
  r->rule.source = r->origin->source;
  if (node != NULL)
    r->rule.source = dun__get_source(r->b, node);
  else if (r->origin->pack != NULL && r->rule.source == 0)
    dun__error(&r->b->diag, r->node, NULL, "a rule of a pack wants its `source`");
}

static void read_common(struct dun__reading *r)
{
  static const char *const strengths[] = {"law", "presumption", "guideline", NULL};
  static const char *const marks[] = {"verified", "secondary", "recalled", "unverified", NULL};
  struct dun__build *b = r->b;
  uint32_t set, applies = r->origin->applies;
  uint8_t word;
  if (dun__get_set(b, r->v[RULE_KINDS], &dun__kind_words, &set))
    r->rule.kinds = (uint8_t)set;
  if (dun__get_set(b, r->v[RULE_PARTIES], &dun__party_words, &set))
    r->rule.parties = (uint8_t)set;
  if (dun__get_set(b, r->v[RULE_PLACES], &dun__place_words, &set))
    r->rule.places = (uint8_t)set;
  read_unless(r);
  read_consent(r);
  if (dun__get_word(b, r->v[RULE_STRENGTH], strengths, "law, presumption or guideline", &word))
    r->rule.strength = (uint8_t)(DUN_STRENGTH_LAW + word);
  if (dun__get_word(b, r->v[RULE_CONFIDENCE], marks, "verified, secondary, recalled or unverified",
                    &word))
    r->rule.confidence = (uint8_t)(DUN_CONFIDENCE_VERIFIED + word);
  read_source(r);
  if (r->v[RULE_APPLIES] != NULL)
    applies = dun__get_applies(b, r->v[RULE_APPLIES]);
  r->dropped = dun__applies_not(b, applies);
  dun__get_effective(b, r->v[RULE_EFFECTIVE], &r->rule.from, &r->rule.until);
  read_reading(r);
  /* conditions of a rule that is not for this policy may name what it lacks */
  if (!r->dropped)
    r->rule.when = dun__compile_when(b, r->v[RULE_WHEN]);
}

static void start(struct dun__reading *r, struct dun__build *b, struct dun__origin *origin,
                  const struct dun__node *node)
{
  memset(r, 0, sizeof *r);
  r->b = b;
  r->origin = origin;
  r->node = node;
  r->rule.strength = DUN_STRENGTH_LAW;
  r->rule.confidence = DUN_CONFIDENCE_VERIFIED;
  r->rule.kinds = 0xfeu;
  r->rule.parties = (1u << DUN_PARTIES) - 1;
  r->rule.places = 1u << DUN_PLACE_PERSONAL | 1u << DUN_PLACE_WORK | 1u << DUN_PLACE_OTHER;
  r->rule.after_kinds = 0xffu; /* bit 0: a contact whose kind nobody said */
  r->rule.actions = 1u << DUN_ACTION_CONTACT;
  r->rule.when = r->rule.prereq = r->rule.calendar = DUN__NONE;
  r->rule.from = origin->from;
  r->rule.until = origin->until;
  r->rule.channels = UINT16_MAX;
  r->rule.steps[0] = r->rule.steps[1] = UINT64_MAX;
  r->note.node = origin->pack != NULL ? origin->entry : node;
  r->note.pack = origin->place;
}

static void read_rule(struct dun__build *b, struct dun__origin *origin,
                      const struct section *section, const struct dun__node *node)
{
  const struct dun__node *v[DUN__RULE_KEYS_MAX];
  struct dun__reading r;
  uint32_t strings = b->string_bytes, windows = b->window_count, errors = b->diag.errors;
  if (!dun__fields(&b->diag, node, section->wants, section->keys, NULL, v))
    return;
  start(&r, b, origin, node);
  r.v = v;
  r.errors = errors;
  r.rule.sort =
      (uint8_t)(section - sections == SECTION_SPACING  ? DUN__RULE_CAP
                : section - sections > SECTION_SPACING ? (uint32_t)(section - sections) - 1u
                                                       : (uint32_t)(section - sections));
  read_id(&r);
  read_common(&r);
  section->read(&r);
  if (v[RULE_ID] != NULL && origin->ids[origin->count] == v[RULE_ID])
    origin->count++;
  if (b->diag.errors != errors)
    r.dropped = true; /* steps are not held against half a rule */
  if (!r.dropped && b->rule_count < DUN__MAX_RULES) {
    b->rule_notes[b->rule_count] = r.note;
    b->rules[b->rule_count++] = r.rule;
    return;
  }
  if (!r.dropped && !b->rules_full) {
    dun__too_many(b, node, DUN__MAX_RULES, "rules");
    b->rules_full = true;
  }
  b->string_bytes = strings; /* nothing else was put there meanwhile */
  b->window_count = windows;
}

void dun__compile_rules(struct dun__build *b, struct dun__origin *origin,
                        const struct dun__node *const nodes[SECTIONS])
{
  for (uint32_t s = 0; s < SECTIONS; s++) {
    if (nodes[s] == NULL)
      continue;
    if (nodes[s]->kind != DUN__NODE_LIST) {
      dun__wants(&b->diag, nodes[s], "a list of rules");
      continue;
    }
    for (const struct dun__node *n = nodes[s]->first; n != NULL; n = n->next) {
      if (origin->count == DUN__MAX_RULES || b->rules_full) {
        if (!b->rules_full)
          dun__too_many(b, n, DUN__MAX_RULES, "rules");
        b->rules_full = true;
        return;
      }
      read_rule(b, origin, &sections[s], n);
    }
  }
}
