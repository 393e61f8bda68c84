/* SPDX-License-Identifier: MIT */
/* What a compiled policy is asked for: its lifetime, its names, its zones. */
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "base/mem.h"
#include "policy/model.h"
#include "time/civil_api.h"

dun_policy *dun_policy_ref(dun_policy *policy)
{
  if (policy != NULL)
    atomic_fetch_add_explicit(&policy->refs, 1, memory_order_relaxed);
  return policy;
}

void dun_policy_unref(dun_policy *policy)
{
  struct dun_alloc alloc;
  if (policy == NULL || atomic_fetch_sub_explicit(&policy->refs, 1, memory_order_acq_rel) != 1)
    return;
  alloc = policy->alloc;
  dun__release(&alloc, policy, policy->size);
}

uint32_t dun_policy_count(const dun_policy *policy, uint32_t what)
{
  if (policy == NULL)
    return 0;
  switch (what) {
  case DUN_NAME_POLICY: return 1;
  case DUN_NAME_STAGE: return policy->stages.count;
  case DUN_NAME_STEP: return policy->steps.count;
  case DUN_NAME_CHANNEL: return policy->channels.count;
  case DUN_NAME_TEMPLATE: return policy->texts.count;
  case DUN_NAME_BUCKET: return policy->buckets.count;
  case DUN_NAME_ATTRIBUTE: return policy->attributes.count;
  case DUN_NAME_ZONE: return policy->zones.count;
  case DUN_NAME_MARK: return policy->marks.count;
  case DUN_NAME_RULE: return policy->rules.count;
  case DUN_NAME_PACK: return policy->packs.count;
  default: return 0;
  }
}

const char *dun_policy_name(const dun_policy *policy, uint32_t what, uint32_t index)
{
  uint32_t at;
  uint32_t i = index - 1;
  if (index == 0 || index > dun_policy_count(policy, what))
    return NULL;
  switch (what) {
  case DUN_NAME_POLICY: at = policy->name; break;
  case DUN_NAME_STAGE: at = dun__stages(policy)[i].name; break;
  case DUN_NAME_STEP: at = dun__steps(policy)[i].name; break;
  case DUN_NAME_CHANNEL: at = dun__channels(policy)[i].name; break;
  case DUN_NAME_TEMPLATE: at = dun__texts(policy)[i]; break;
  case DUN_NAME_BUCKET: at = dun__buckets(policy)[i].name; break;
  case DUN_NAME_ATTRIBUTE: at = dun__attributes(policy)[i]; break;
  case DUN_NAME_ZONE: at = dun__zone_names(policy)[i]; break;
  case DUN_NAME_RULE: at = dun__rules(policy)[i].name; break;
  case DUN_NAME_PACK: at = dun__packs(policy)[i].name; break;
  default: at = dun__marks(policy)[i]; break;
  }
  return dun__string(policy, at);
}

uint32_t dun_policy_find(const dun_policy *policy, uint32_t what, const char *name)
{
  uint32_t count = dun_policy_count(policy, what);
  for (uint32_t i = 1; name != NULL && i <= count; i++)
    if (strcmp(dun_policy_name(policy, what, i), name) == 0)
      return i;
  return 0;
}

uint32_t dun_policy_revision(const dun_policy *policy)
{
  return policy == NULL ? 0 : policy->revision;
}

static const struct dun__channel *channel_at(const dun_policy *policy, uint32_t index)
{
  if (policy == NULL || index == 0 || index > policy->channels.count)
    return NULL;
  return &dun__channels(policy)[index - 1];
}

uint32_t dun_policy_channel_id(const dun_policy *policy, uint32_t index)
{
  const struct dun__channel *c = channel_at(policy, index);
  return c == NULL ? 0 : c->id;
}

uint32_t dun_policy_channel_redeliver(const dun_policy *policy, uint32_t index)
{
  const struct dun__channel *c = channel_at(policy, index);
  return c == NULL ? 0 : c->redeliver;
}

uint32_t dun_policy_step_stage(const dun_policy *policy, uint32_t index)
{
  if (policy == NULL || index == 0 || index > policy->steps.count)
    return 0;
  return dun__steps(policy)[index - 1].stage + 1u;
}

static const struct dun__rule *rule_at(const dun_policy *policy, uint32_t index)
{
  if (policy == NULL || index == 0 || index > policy->rules.count)
    return NULL;
  return &dun__rules(policy)[index - 1];
}

const char *dun_policy_rule_source(const dun_policy *policy, uint32_t index)
{
  const struct dun__rule *rule = rule_at(policy, index);
  return rule == NULL ? NULL : dun__string(policy, rule->source);
}

uint32_t dun_policy_rule_strength(const dun_policy *policy, uint32_t index)
{
  const struct dun__rule *rule = rule_at(policy, index);
  return rule == NULL ? 0 : rule->strength;
}

uint32_t dun_policy_rule_confidence(const dun_policy *policy, uint32_t index)
{
  const struct dun__rule *rule = rule_at(policy, index);
  return rule == NULL ? 0 : rule->confidence;
}

dun_rc dun_account_reach(const dun_policy *policy, struct dun_account *account, uint32_t party,
                         const char *channel)
{
  uint32_t index;
  dun_rc rc;
  if (policy == NULL || account == NULL || channel == NULL || party >= DUN_PARTIES)
    return DUN_E_INVAL;
  rc = dun__can_give(account, DUN__ACCOUNT_V1);
  if (rc != DUN_OK)
    return rc;
  index = dun_policy_find(policy, DUN_NAME_CHANNEL, channel);
  if (index == 0)
    return DUN_E_NOT_FOUND;
  account->reach[party] |= UINT32_C(1) << (index - 1);
  return DUN_OK;
}

dun_rc dun_time_format(const dun_policy *policy, uint32_t zone, dun_time at, char out[32])
{
  const struct dun__zone *z;
  int32_t offset;
  if (policy == NULL || out == NULL)
    return DUN_E_INVAL;
  z = dun__zone_find(policy, zone);
  if (z == NULL)
    return DUN_E_ZONE;
  if (at != DUN_TIME_NEVER && !dun__time_ok(at))
    return DUN_E_RANGE;
  offset = at == DUN_TIME_NEVER ? 0 : dun__zone_offset(z, at, NULL);
  if (at != DUN_TIME_NEVER && !dun__time_ok(at + offset)) /* the local year leaves 1 to 9999 */
    return DUN_E_RANGE;
  dun__time_write(at, offset, out);
  return DUN_OK;
}

dun_rc dun_zone_day(const dun_policy *policy, uint32_t zone, dun_time at, dun_day *out)
{
  const struct dun__zone *z;
  if (policy == NULL || out == NULL)
    return DUN_E_INVAL;
  z = dun__zone_find(policy, zone);
  if (z == NULL)
    return DUN_E_ZONE;
  if (!dun__time_ok(at))
    return DUN_E_RANGE;
  *out = dun__zone_day(z, at);
  return DUN_OK;
}

dun_rc dun_zone_instant(const dun_policy *policy, uint32_t zone, dun_day day, uint32_t minute,
                        dun_time *out)
{
  const struct dun__zone *z;
  dun_time t;
  if (policy == NULL || out == NULL || minute > 1439)
    return DUN_E_INVAL;
  z = dun__zone_find(policy, zone);
  if (z == NULL)
    return DUN_E_ZONE;
  if (!dun__day_ok(day))
    return DUN_E_RANGE;
  t = minute == 0 ? dun__zone_day_start(z, day) : dun__zone_earlier(z, day, (int32_t)minute * 60);
  if (!dun__time_ok(t))
    return DUN_E_RANGE;
  if (t == DUN_TIME_MIN && /* clamped? then the local time is another */
      t + dun__zone_offset(z, t, NULL) != (int64_t)day * 86400 + (int64_t)minute * 60)
    return DUN_E_RANGE;
  *out = t;
  return DUN_OK;
}

/* The list of a step that `what` means; its length. */
static uint32_t list_of(const dun_policy *policy, uint32_t step, uint32_t what, uint32_t *first)
{
  const struct dun__step *s;
  if (policy == NULL || step == 0 || step > policy->steps.count)
    return 0;
  s = &dun__steps(policy)[step - 1];
  *first = what == DUN_ITEM_DISCLOSES ? s->discloses : s->guide;
  return what == DUN_ITEM_DISCLOSES ? s->disclosed : what == DUN_ITEM_GUIDE ? s->guided : 0;
}

uint32_t dun_policy_step_items(const dun_policy *policy, uint32_t step, uint32_t what)
{
  uint32_t first;
  return list_of(policy, step, what, &first);
}

const char *dun_policy_step_item(const dun_policy *policy, uint32_t step, uint32_t what,
                                 uint32_t index)
{
  uint32_t first, count = list_of(policy, step, what, &first);
  if (index == 0 || index > count)
    return NULL;
  return dun__string(policy, dun__items(policy)[dun__item_lists(policy)[first + index - 1]]);
}
