/* SPDX-License-Identifier: MIT */
/* Sections `forbid`, `requires`, `not_after` and `disclose`: what may not be, and what must. */
#include "base/names.h"
#include "policy/compile_rules.h"

enum { FORBID_CHANNELS = RULE_OWN, FORBID_TEMPLATES, FORBID_DO };
const char *const dun__forbid_keys[] = {DUN__RULE_KEYS, "channels", "templates", "do", NULL};

enum {
  REQUIRES_DO = RULE_OWN,
  REQUIRES_MARK,
  REQUIRES_STEP,
  REQUIRES_OUTCOME,
  REQUIRES_WAIT,
  REQUIRES_MISSING
};
const char *const dun__requires_keys[] = {DUN__RULE_KEYS, "do",   "mark",    "step",
                                          "outcome",      "wait", "missing", NULL};

enum { NOT_AFTER_DO = RULE_OWN, NOT_AFTER_DATE };
const char *const dun__not_after_keys[] = {DUN__RULE_KEYS, "do", "date", NULL};

enum { DISCLOSE_ITEMS = RULE_OWN, DISCLOSE_FIRST };
const char *const dun__disclose_keys[] = {DUN__RULE_KEYS, "items", "first", NULL};

/* `do`; what is said of contacts makes no sense where none is meant. */
static void read_do(struct dun__reading *r, const struct dun__node *node)
{
  static const uint8_t of_contacts[] = {RULE_KINDS, RULE_PLACES};
  uint32_t set;
  if (dun__get_set(r->b, node, &dun__action_words, &set))
    r->rule.actions = (uint16_t)set;
  if (r->rule.actions >> DUN_ACTION_CONTACT & 1u)
    return;
  for (uint32_t i = 0; i < sizeof of_contacts; i++)
    if (r->v[of_contacts[i]] != NULL)
      dun__error(&r->b->diag, r->v[of_contacts[i]], "add `contact` to `do`, or leave it out",
                 "`%s` is of contacts, and the rule is about none",
                 r->v[of_contacts[i]]->key->text);
}

/* Names of the policy, each looked up. */
static bool is_list(struct dun__reading *r, const struct dun__node *node, const char *what)
{
  if (node == NULL)
    return false;
  if (r->origin->pack != NULL) {
    dun__error(&r->b->diag, node, NULL,
               "`%s` is for a policy's own rules: a pack does not know them", node->key->text);
    return false;
  }
  if (node->kind == DUN__NODE_LIST && node->count > 0)
    return true;
  dun__wants(&r->b->diag, node, what);
  return false;
}

static void read_channels(struct dun__reading *r, const struct dun__node *node)
{
  if (!is_list(r, node, "a list of channels such as [sms]"))
    return;
  r->rule.channels = 0;
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    uint32_t channel = dun__find_channel(r->b, n);
    if (channel != DUN__NONE)
      r->rule.channels |= (uint16_t)(1u << channel);
  }
}

/* Templates are of steps: what is forbidden are the steps that use them. */
static void read_templates(struct dun__reading *r, const struct dun__node *node)
{
  struct dun__build *b = r->b;
  if (!is_list(r, node, "a list of templates such as [T-1]"))
    return;
  r->rule.steps[0] = r->rule.steps[1] = 0;
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    struct dun__near near;
    uint32_t text;
    if (!dun__get_label(&b->diag, n))
      continue;
    text = dun__find_name(b, b->texts, b->text_count, n);
    for (uint32_t s = 0; text != DUN__NONE && s < b->step_count; s++)
      if (b->steps[s].text == text)
        r->rule.steps[s / 64] |= UINT64_C(1) << s % 64;
    if (text != DUN__NONE || b->cut)
      continue;
    dun__near_init(&near, &b->diag, n);
    for (uint32_t i = 0; i < b->text_count; i++)
      dun__near_try(&near, b->strings + b->texts[i]);
    dun__error(&b->diag, n, dun__near_hint(&near), "no step of this policy uses the template `%s`",
               n->text);
  }
}

void dun__read_forbid(struct dun__reading *r)
{
  static const uint8_t what[] = {RULE_KINDS,      RULE_PARTIES,     RULE_PLACES, RULE_WHEN,
                                 FORBID_CHANNELS, FORBID_TEMPLATES, FORBID_DO};
  bool said = false;
  for (uint32_t i = 0; i < sizeof what; i++)
    said = said || r->v[what[i]] != NULL;
  if (!said)
    dun__error(&r->b->diag, r->node, "such as `parties: [third_party]`",
               "a rule under `forbid` says what: kinds, parties, places, channels, templates, `do` "
               "or `when`");
  read_do(r, r->v[FORBID_DO]);
  read_channels(r, r->v[FORBID_CHANNELS]);
  read_templates(r, r->v[FORBID_TEMPLATES]);
}

/* The mark, or step, that must have been. */
static void read_prerequisite(struct dun__reading *r)
{
  struct dun__build *b = r->b;
  struct dun__prereq want = {DUN__NONE, DUN__NONE, 0};
  const struct dun__node *mark = r->v[REQUIRES_MARK], *step = r->v[REQUIRES_STEP];
  if ((mark != NULL) == (step != NULL)) {
    dun__error(&b->diag, r->node, NULL,
               "a rule under `requires` wants exactly one of `mark` and `step`");
    return;
  }
  if (step != NULL && r->origin->pack != NULL) {
    dun__error(&b->diag, step, "let it be a `mark` that a step sets",
               "`step` is for a policy's own rules: a pack does not know them");
    return;
  }
  if (step != NULL)
    want.step = (uint16_t)dun__find_step(b, step);
  else if (dun__get_name(&b->diag, mark))
    want.mark = (uint16_t)dun__find_name(b, b->marks, b->mark_count, mark);
  want.outcomes = r->v[REQUIRES_OUTCOME] != NULL ? dun__get_outcomes(b, r->v[REQUIRES_OUTCOME])
                                                 : dun__outcome_set("success", 7);
  r->note.mark = mark;
  if ((want.step != DUN__NONE || want.mark != DUN__NONE) && want.outcomes != 0 && !r->dropped)
    dun__place_prereq(b, r->node, want, &r->rule.prereq);
}

void dun__read_requires(struct dun__reading *r)
{
  static const char *const words[] = {"deny", "allow", NULL};
  read_do(r, r->v[REQUIRES_DO]);
  read_prerequisite(r);
  dun__get_span(&r->b->diag, r->v[REQUIRES_WAIT], 0, &r->rule.wait);
  dun__get_word(r->b, r->v[REQUIRES_MISSING], words, "deny or allow", &r->rule.missing_allows);
}

void dun__read_not_after(struct dun__reading *r)
{
  static const char *const words[] = {"limitation", NULL};
  uint8_t word;
  r->rule.actions = 1u << DUN_ACTION_LEGAL;
  read_do(r, r->v[NOT_AFTER_DO]);
  if (r->v[NOT_AFTER_DATE] == NULL)
    dun__rule_lacks(r, "date", "`date: limitation`");
  dun__get_word(r->b, r->v[NOT_AFTER_DATE], words, "limitation", &word);
}

void dun__read_disclose(struct dun__reading *r)
{
  struct dun__build *b = r->b;
  const struct dun__node *items = r->v[DISCLOSE_ITEMS];
  dun__get_bool(&b->diag, r->v[DISCLOSE_FIRST], &r->note.first);
  if (items == NULL) {
    dun__rule_lacks(r, "items", "such as `items: [agent_name]`");
    return;
  }
  if (items->kind != DUN__NODE_LIST || items->count == 0) {
    dun__wants(&b->diag, items, "a list of at least one name");
    return;
  }
  if (items->count > DUN__MAX_ITEM_LIST) {
    dun__too_many(b, items, DUN__MAX_ITEM_LIST, "names in one list");
    return;
  }
  for (const struct dun__node *n = items->first; n != NULL; n = n->next)
    dun__get_name(&b->diag, n);
  r->note.items = items;
}
