/* SPDX-License-Identifier: MIT */
/* Words of fixed vocabularies, and lists of them as bits: kinds, parties, places, actions. */
#include "policy/compile.h"

static const char *place_name(uint32_t i)
{
  static const char *const places[] = {"personal", "work", "other"};
  return i >= DUN_PLACE_PERSONAL && i <= DUN_PLACE_OTHER ? places[i - DUN_PLACE_PERSONAL] : NULL;
}

const struct dun__words dun__kind_words = {"voice, text, email, letter, push, social or visit",
                                           "a list of kinds of contact such as [voice, text]",
                                           "kind",
                                           dun_contact_name,
                                           DUN_CONTACT_VOICE,
                                           DUN_CONTACT_VISIT};
const struct dun__words dun__party_words = {"borrower, co_borrower, guarantor or third_party",
                                            "a list of parties such as [borrower, guarantor]",
                                            "party",
                                            dun_party_name,
                                            DUN_PARTY_BORROWER,
                                            DUN_PARTY_THIRD_PARTY};
const struct dun__words dun__place_words = {"personal, work or other",
                                            "a list of places such as [work]",
                                            "place",
                                            place_name,
                                            DUN_PLACE_PERSONAL,
                                            DUN_PLACE_OTHER};
const struct dun__words dun__action_words = {
    "contact, task, fee, restrict, report, refer, legal or charge_off",
    "a list of actions such as [contact, legal]",
    "action",
    dun_action_name,
    DUN_ACTION_CONTACT,
    DUN_ACTION_CHARGE_OFF};

uint32_t dun__get_one(struct dun__build *b, const struct dun__node *node,
                      const struct dun__words *words)
{
  struct dun__near near;
  for (uint32_t i = words->first; i <= words->last; i++)
    if (dun__is(node, words->name(i)))
      return i;
  if (node->kind == DUN__NODE_BAD)
    return DUN__NONE;
  dun__near_init(&near, &b->diag, node);
  for (uint32_t i = words->first; i <= words->last; i++)
    dun__near_try(&near, words->name(i));
  dun__wants_hint(&b->diag, node, words->one_of, dun__near_hint(&near));
  return DUN__NONE;
}

bool dun__get_set(struct dun__build *b, const struct dun__node *node,
                  const struct dun__words *words, uint32_t *out)
{
  uint32_t set = 0;
  bool ok = true;
  if (node == NULL)
    return false;
  if (node->kind != DUN__NODE_LIST || node->count == 0) {
    dun__wants(&b->diag, node, words->list);
    return false;
  }
  for (const struct dun__node *n = node->first; n != NULL; n = n->next) {
    uint32_t i = dun__get_one(b, n, words);
    if (i == DUN__NONE) {
      ok = false;
    } else if (set & UINT32_C(1) << i) {
      dun__error(&b->diag, n, NULL, "the %s `%s` is listed twice", words->what, n->text);
      ok = false;
    } else {
      set |= UINT32_C(1) << i;
    }
  }
  *out = set;
  return ok;
}
