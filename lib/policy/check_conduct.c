/* SPDX-License-Identifier: MIT */
/* The steps of a policy against its conduct rules: what can be known before any account is seen. */
#include <stdio.h>
#include <string.h>

#include "policy/compile.h"

#define ALL_KINDS 0xfeu
#define ALL_PLACES (1u << DUN_PLACE_PERSONAL | 1u << DUN_PLACE_WORK | 1u << DUN_PLACE_OTHER)

static const char *name_of(const struct dun__build *b, uint32_t offset)
{
  return b->strings + offset;
}

static struct dun__cited cite(const struct dun__build *b, const struct dun__rule *rule)
{
  return dun__cite(b->strings + rule->source);
}

bool dun__rule_meets(const struct dun__build *b, const struct dun__rule *rule,
                     const struct dun__step *step, uint32_t use)
{
  const struct dun__channel *channel;
  size_t at = (size_t)(step - b->steps);
  if (!(rule->actions >> step->action & 1u) || !(rule->parties >> step->party & 1u) ||
      !(rule->steps[at / 64] >> at % 64 & 1u))
    return false;
  if (step->action != DUN_ACTION_CONTACT)
    return true;
  if (use >= step->channels)
    return false;
  channel = &b->channels[step->channel[use]];
  return (rule->kinds >> channel->kind & 1u) && (rule->places >> channel->place & 1u) &&
         (rule->channels >> step->channel[use] & 1u);
}

bool dun__rule_meets_step(const struct dun__build *b, const struct dun__rule *rule,
                          const struct dun__step *step)
{
  uint32_t ways = step->action == DUN_ACTION_CONTACT ? step->channels : 1;
  for (uint32_t use = 0; use < ways; use++)
    if (dun__rule_meets(b, rule, step, use))
      return true;
  return false;
}

/* By none of its ways does the step get past the rule. */
static bool meets_all(const struct dun__build *b, const struct dun__rule *rule,
                      const struct dun__step *step)
{
  uint32_t ways = step->action == DUN_ACTION_CONTACT ? step->channels : 1;
  for (uint32_t use = 0; use < ways; use++)
    if (!dun__rule_meets(b, rule, step, use))
      return false;
  return ways > 0;
}

/* It binds on every date, whatever the facts are, and nothing lifts it. */
static bool always(const struct dun__rule *rule)
{
  return rule->when == DUN__NONE && rule->unless == 0 && rule->from == DUN_DAY_MIN &&
         rule->until == DUN_DAY_MAX;
}

/* The node of a channel under `use`. */
static const struct dun__node *use_node(const struct dun__build *b, uint32_t step, uint32_t use)
{
  const struct dun__node *node = b->step_keys[step][STEP_USE];
  uint32_t name = b->channels[b->steps[step].channel[use]].name;
  if (node->kind == DUN__NODE_MAP)
    node = node->first;
  for (const struct dun__node *n = node->kind == DUN__NODE_LIST ? node->first : NULL; n != NULL;
       n = n->next)
    if (dun__same_name(b, name, n))
      return n;
  return node;
}

static void forbidden_step(struct dun__build *b, const struct dun__rule *rule, uint32_t index)
{
  const struct dun__step *step = &b->steps[index];
  const char *own = name_of(b, step->name), *name = name_of(b, rule->name);
  const struct dun__node *const *v = b->step_keys[index];
  struct dun__cited source = cite(b, rule);
  if (step->action != DUN_ACTION_CONTACT)
    dun__error(&b->diag, v[STEP_DO], NULL, "the step `%s` does `%s`, which the rule `%s` forbids%s",
               own, dun_action_name(step->action), name, source.text);
  else if (~rule->steps[index / 64] != 0 && step->text != DUN__NONE)
    dun__error(&b->diag, v[STEP_TEMPLATE], NULL,
               "the step `%s` uses the template `%s`, which the rule `%s` forbids%s", own,
               name_of(b, b->texts[step->text]), name, source.text);
  else
    dun__error(&b->diag, v[STEP_TO] != NULL ? v[STEP_TO] : b->step_nodes[index], NULL,
               "the step `%s` contacts the %s, which the rule `%s` forbids%s", own,
               dun_party_name(step->party), name, source.text);
}

static void check_forbid(struct dun__build *b, const struct dun__rule *rule)
{
  bool whole =
      rule->kinds == ALL_KINDS && rule->places == ALL_PLACES && rule->channels == UINT16_MAX;
  if (!always(rule) || rule->confidence == DUN_CONFIDENCE_UNVERIFIED)
    return;
  for (uint32_t i = 0; i < b->step_count; i++) {
    const struct dun__step *step = &b->steps[i];
    if (whole || step->action != DUN_ACTION_CONTACT) {
      if (dun__rule_meets_step(b, rule, step))
        forbidden_step(b, rule, i);
      continue;
    }
    for (uint32_t use = 0; use < step->channels; use++)
      if (dun__rule_meets(b, rule, step, use))
        dun__error(&b->diag, use_node(b, i, use), NULL,
                   "the step `%s` contacts the %s by `%s`, which the rule `%s` forbids%s",
                   name_of(b, step->name), dun_party_name(step->party),
                   name_of(b, b->channels[step->channel[use]].name), name_of(b, rule->name),
                   cite(b, rule).text);
  }
}

/* A mark that no step sets, where some step is bound. */
static void check_missing(struct dun__build *b, const struct dun__rule *rule,
                          const struct dun__rule_note *note)
{
  if (rule->missing_allows || note->mark == NULL || b->cut)
    return;
  for (uint32_t i = 0; i < b->step_count; i++)
    if (dun__rule_meets_step(b, rule, &b->steps[i])) {
      dun__error(&b->diag, note->node, "let the step that does it say `marks`",
                 "the rule `%s` requires the mark `%s` of the step `%s`, but no step sets it%s",
                 name_of(b, rule->name), note->mark->text, name_of(b, b->steps[i].name),
                 cite(b, rule).text);
      return;
    }
}

static void check_requires(struct dun__build *b, const struct dun__rule *rule,
                           const struct dun__rule_note *note)
{
  const struct dun__prereq *p;
  if (rule->confidence == DUN_CONFIDENCE_UNVERIFIED)
    return;
  if (rule->prereq == DUN__NONE) {
    check_missing(b, rule, note);
    return;
  }
  p = &b->prereqs[rule->prereq];
  if (!always(rule))
    return;
  for (uint32_t i = 0; i < b->step_count; i++)
    if ((p->mark != DUN__NONE ? b->steps[i].mark == p->mark : i == p->step) &&
        !meets_all(b, rule, &b->steps[i]))
      return;
  dun__error(&b->diag, note->node, "leave the step that it requires out, by `kinds` or `do`",
             "the rule `%s` can never be met: it binds the very steps that it requires%s",
             name_of(b, rule->name), cite(b, rule).text);
}

static bool discloses(const struct dun__build *b, const struct dun__step *step,
                      const struct dun__node *item)
{
  for (uint32_t i = 0; i < step->disclosed; i++)
    if (dun__same_name(b, b->items[b->item_lists[step->discloses + i]], item))
      return true;
  return false;
}

static void check_disclose(struct dun__build *b, const struct dun__rule *rule,
                           const struct dun__rule_note *note)
{
  bool mild = note->first || rule->strength == DUN_STRENGTH_GUIDELINE ||
              rule->confidence == DUN_CONFIDENCE_UNVERIFIED;
  for (uint32_t i = 0; note->items != NULL && i < b->step_count; i++) {
    const struct dun__step *step = &b->steps[i];
    const struct dun__node *place = b->step_keys[i][STEP_DISCLOSES];
    char missing[96] = "";
    size_t used = 0;
    if (!dun__rule_meets_step(b, rule, step))
      continue;
    for (const struct dun__node *n = note->items->first; n != NULL; n = n->next)
      if (!discloses(b, step, n) && used < sizeof missing - 1)
        used += (size_t)snprintf(missing + used, sizeof missing - used, "%s`%s`",
                                 used > 0 ? ", " : "", n->text);
    if (used >= sizeof missing)
      memcpy(missing + sizeof missing - 4, "...", 4);
    if (used > 0)
      (mild ? dun__warning : dun__error)(
          &b->diag, place != NULL ? place : b->step_nodes[i], "add it to the step's `discloses`",
          "the step `%s` does not disclose %s, as the rule `%s` wants%s%s", name_of(b, step->name),
          missing, name_of(b, rule->name), note->first ? " of the first contact" : "",
          cite(b, rule).text);
  }
}

/* Third parties: asked where somebody is, never told of a debt; and somebody said why. */
static void check_third_parties(struct dun__build *b)
{
  static const char *const of_the_debt[] = {"amount", "due_date", "late_fee", "balance",
                                            "consequences"};
  for (uint32_t i = 0; i < b->step_count; i++) {
    const struct dun__step *step = &b->steps[i];
    const struct dun__node *const *v = b->step_keys[i];
    if (step->action != DUN_ACTION_CONTACT || step->party != DUN_PARTY_THIRD_PARTY)
      continue;
    if (v[STEP_BASIS] == NULL)
      dun__error(&b->diag, v[STEP_TO], "such as `basis: \"named in the agreement, to locate\"`",
                 "the step `%s` contacts a third party: it needs a `basis` text that says why",
                 name_of(b, step->name));
    if (v[STEP_DISCLOSES] == NULL || v[STEP_DISCLOSES]->kind != DUN__NODE_LIST)
      continue;
    for (const struct dun__node *n = v[STEP_DISCLOSES]->first; n != NULL; n = n->next)
      for (uint32_t k = 0; k < sizeof of_the_debt / sizeof of_the_debt[0]; k++)
        if (dun__is(n, of_the_debt[k]))
          dun__error(&b->diag, n, NULL,
                     "the step `%s` discloses `%s` to a third party: never tell one of the debt",
                     name_of(b, step->name), n->text);
  }
}

/* Each kind of contact that a step uses is covered by a pack. */
static void check_covering(struct dun__build *b)
{
  uint32_t told = 0;
  if (b->conduct == NULL || !b->packs_read)
    return;
  for (uint32_t i = 0; i < b->step_count; i++)
    for (uint32_t use = 0; use < b->steps[i].channels; use++) {
      const struct dun__channel *channel = &b->channels[b->steps[i].channel[use]];
      if (channel->kind == 0 || ((b->covered | told) >> channel->kind & 1u))
        continue;
      told |= UINT32_C(1) << channel->kind;
      dun__error(&b->diag, b->conduct,
                 "name a pack that covers it, or say `conduct: none` and why in `basis`",
                 "no pack under `conduct` covers %s, which the step `%s` uses by `%s`",
                 dun_contact_name(channel->kind), name_of(b, b->steps[i].name),
                 name_of(b, channel->name));
    }
}

/* A rule of which nobody is sure denies nothing; say so where it would matter. */
static void check_confidence(struct dun__build *b, const struct dun__rule *rule,
                             const struct dun__rule_note *note)
{
  if (rule->confidence != DUN_CONFIDENCE_UNVERIFIED || rule->sort == DUN__RULE_DISCLOSE)
    return;
  for (uint32_t i = 0; i < b->step_count; i++)
    if (dun__rule_meets_step(b, rule, &b->steps[i])) {
      dun__warning(&b->diag, note->node, NULL,
                   "the rule `%s` is unverified: it denies nothing, and binds steps such as `%s`%s",
                   name_of(b, rule->name), name_of(b, b->steps[i].name), cite(b, rule).text);
      return;
    }
}

void dun__check_conduct(struct dun__build *b)
{
  check_covering(b);
  check_third_parties(b);
  for (uint32_t i = 0; i < b->rule_count; i++) {
    const struct dun__rule *rule = &b->rules[i];
    const struct dun__rule_note *note = &b->rule_notes[i];
    check_confidence(b, rule, note);
    if (rule->sort == DUN__RULE_FORBID)
      check_forbid(b, rule);
    else if (rule->sort == DUN__RULE_REQUIRES)
      check_requires(b, rule, note);
    else if (rule->sort == DUN__RULE_DISCLOSE)
      check_disclose(b, rule, note);
  }
}
