/* SPDX-License-Identifier: MIT */
/* The account of a case. */
#include <string.h>

#include "scenario.h"

static const char *const keys[] = {"id",          "person",
                                   "due",         "past_due",
                                   "balance",     "zone",
                                   "zone2",       "limitation",
                                   "minimum_due", "late_fees",
                                   "currency",    "reach",
                                   "party_zone",  "prior_delinquencies",
                                   "attributes",  NULL};

static bool read_zone(const struct scene *s, const struct yaml_node *node, uint32_t *out)
{
  uint32_t i;
  if (!read_name(s, node, VOC_ZONE, &i))
    return false;
  *out = dun_zone_id(dun_policy_name(s->policy, DUN_NAME_ZONE, i));
  return true;
}

static bool read_reach(struct scene *s, const struct yaml_node *reach)
{
  bool ok = want_kind(s->result, reach, YAML_MAP);
  for (const struct yaml_node *e = ok ? reach->first : NULL; e != NULL; e = e->next) {
    uint32_t party, channel;
    if (!read_name(s, e->key, VOC_PARTY, &party) || !want_kind(s->result, e, YAML_LIST)) {
      ok = false;
      continue;
    }
    for (const struct yaml_node *c = e->first; c != NULL; c = c->next) {
      if (read_name(s, c, VOC_CHANNEL, &channel))
        s->account.reach[party] |= UINT32_C(1) << (channel - 1);
      else
        ok = false;
    }
  }
  return ok;
}

static bool read_party_zones(struct scene *s, const struct yaml_node *zones)
{
  bool ok = want_kind(s->result, zones, YAML_MAP);
  for (const struct yaml_node *e = ok ? zones->first : NULL; e != NULL; e = e->next) {
    uint32_t party;
    ok = read_name(s, e->key, VOC_PARTY, &party) &&
         read_zone(s, e, &s->account.party_zone[party]) && ok;
  }
  return ok;
}

static bool read_attributes(struct scene *s, const struct yaml_node *attributes)
{
  bool ok = want_kind(s->result, attributes, YAML_MAP);
  for (const struct yaml_node *e = ok ? attributes->first : NULL; e != NULL; e = e->next) {
    uint32_t i;
    ok = read_name(s, e->key, VOC_ATTRIBUTE, &i) &&
         read_number(s->result, e, INT64_MIN, INT64_MAX, &s->account.attribute[i - 1]) && ok;
  }
  return ok;
}

static bool read_id(const struct scene *s, const struct yaml_node *node, uint64_t *out)
{
  int64_t v;
  if (!read_number(s->result, node, 0, INT64_MAX, &v))
    return false;
  *out = (uint64_t)v;
  return true;
}

static bool read_currency(const struct scene *s, const struct yaml_node *node, uint32_t *out)
{
  if (!want_kind(s->result, node, YAML_SCALAR))
    return false;
  *out = dun_currency_id(node->text);
  if (*out == 0)
    add_problem(s->result, node, "`currency` wants three capital letters, not `%.60s`", node->text);
  return *out != 0;
}

static bool read_key(struct scene *s, const struct yaml_node *e)
{
  struct dun_account *a = &s->account;
  const char *key = e->key->text;
  int64_t v;
  uint32_t fact;
  if (strcmp(key, "id") == 0)
    return read_id(s, e, &a->id);
  if (strcmp(key, "person") == 0)
    return read_id(s, e, &a->person);
  if (strcmp(key, "zone") == 0)
    return read_zone(s, e, &a->zone);
  if (strcmp(key, "zone2") == 0)
    return read_zone(s, e, &a->zone2);
  if (strcmp(key, "currency") == 0)
    return read_currency(s, e, &a->currency);
  if (strcmp(key, "reach") == 0)
    return read_reach(s, e);
  if (strcmp(key, "party_zone") == 0)
    return read_party_zones(s, e);
  if (strcmp(key, "attributes") == 0)
    return read_attributes(s, e);
  fact = read_fact(s, e, &v);
  if (fact != 0)
    scene_fact(a, fact, v);
  return fact != 0;
}

void scene_fact(struct dun_account *a, uint32_t fact, int64_t value)
{
  switch (fact) {
  case DUN_FACT_DUE_DAY:
    a->due_day = (dun_day)value;
    a->flags |= DUN_ACCOUNT_HAS_DUE;
    break;
  case DUN_FACT_LIMITATION_DAY:
    a->limitation_day = (dun_day)value;
    a->flags |= DUN_ACCOUNT_HAS_LIMITATION;
    break;
  case DUN_FACT_PAST_DUE: a->past_due = value; break;
  case DUN_FACT_BALANCE: a->balance = value; break;
  case DUN_FACT_MINIMUM_DUE: a->minimum_due = value; break;
  case DUN_FACT_LATE_FEES: a->late_fees = value; break;
  case DUN_FACT_PRIOR_DELINQUENCIES: a->prior_delinquencies = (uint32_t)value; break;
  default: a->attribute[fact - DUN_FACT_ATTRIBUTE] = value; break;
  }
}

bool read_account(struct scene *s, const struct yaml_node *common, const struct yaml_node *account)
{
  bool ok = true;
  dun_account_init(&s->account, sizeof s->account);
  s->account.id = 1;
  if (common != NULL && !check_keys(s->result, common, keys))
    return false;
  if (account != NULL && !check_keys(s->result, account, keys))
    return false;
  for (const struct yaml_node *e = common != NULL ? common->first : NULL; e != NULL; e = e->next)
    if (yaml_get(account, e->key->text) == NULL)
      ok = read_key(s, e) && ok;
  for (const struct yaml_node *e = account != NULL ? account->first : NULL; e != NULL; e = e->next)
    ok = read_key(s, e) && ok;
  return ok;
}
