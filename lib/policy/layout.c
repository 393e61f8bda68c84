/* SPDX-License-Identifier: MIT */
/* Packing the compiler's workspace into the one block that is a policy. */
#include <string.h>

#include "base/mem.h"
#include "policy/compile.h"

#define ALIGN 8u

/* Two passes over the same code: block NULL measures, then the tables are copied. */
struct packer {
  unsigned char *block;
  size_t used;
};

static void *put(struct packer *p, struct dun__table *table, const void *data, size_t each,
                 uint32_t count)
{
  void *place = NULL;
  size_t at = (p->used + ALIGN - 1) / ALIGN * ALIGN;
  if (p->block != NULL) {
    table->offset = (uint32_t)at;
    table->count = count;
    place = p->block + at;
    if (data != NULL && count > 0)
      memcpy(place, data, each * count);
  }
  p->used = at + each * count;
  return place;
}

/* Twice as many slots as steps, a power of 2: a search ends soon and always finds an empty one. */
static uint32_t slot_count(uint32_t steps)
{
  uint32_t n = 2;
  while (n < 2 * steps + 1)
    n *= 2;
  return n;
}

static void fill_slots(const struct dun__build *b, uint16_t *slots, uint32_t count)
{
  for (uint32_t i = 0; i < count; i++)
    slots[i] = DUN__NONE;
  for (uint32_t s = 0; s < b->step_count; s++) {
    uint32_t i = b->steps[s].id & (count - 1);
    while (slots[i] != DUN__NONE)
      i = (i + 1) & (count - 1);
    slots[i] = (uint16_t)s;
  }
}

static void put_zones(const struct dun__build *b, struct packer *p, dun_policy *policy)
{
  uint32_t *offsets = put(p, &policy->zones, NULL, sizeof *offsets, b->zone_count);
  put(p, &policy->zone_names, b->zone_names, sizeof b->zone_names[0], b->zone_count);
  for (uint32_t i = 0; i < b->zone_count; i++) {
    struct dun__table at = {0, 0};
    put(p, &at, b->zones[i], b->zones[i]->size, 1);
    if (offsets != NULL)
      offsets[i] = at.offset;
  }
}

/* Sorted by sort; within one in the order in which they were read. */
static void put_rules(const struct dun__build *b, struct packer *p, dun_policy *policy)
{
  struct dun__rule *out = put(p, &policy->rules, NULL, sizeof *out, b->rule_count);
  uint32_t n = 0;
  if (out == NULL)
    return;
  for (uint32_t sort = 0; sort < DUN__RULE_SORTS; sort++) {
    policy->rule_first[sort] = (uint16_t)n;
    for (uint32_t i = 0; i < b->rule_count; i++)
      if (b->rules[i].sort == sort)
        out[n++] = b->rules[i];
  }
  policy->rule_first[DUN__RULE_SORTS] = (uint16_t)n;
}

static void pack(const struct dun__build *b, struct packer *p, dun_policy *policy)
{
  uint32_t slots = slot_count(b->step_count);
  uint16_t *slot;
  uint64_t *rows;
  p->used = sizeof *policy;
#define PUT(table, count) put(p, &policy->table, b->table, sizeof b->table[0], b->count)
  PUT(stages, stage_count);
  PUT(steps, step_count);
  PUT(channels, channel_count);
  PUT(buckets, bucket_count);
  put_rules(b, p, policy);
  PUT(windows, window_count);
  PUT(packs, pack_count);
  PUT(calendars, calendar_count);
  PUT(dates, date_count);
  PUT(calendar_names, calendar_count);
  PUT(whens, when_count);
  PUT(masks, mask_count);
  PUT(tested, field_count);
  PUT(thresholds, threshold_count);
  rows = put(p, &policy->rows, NULL, sizeof *rows, b->row_words);
  if (rows != NULL)
    dun__fill_rows(b, rows);
  PUT(requires, require_count);
  PUT(prereqs, prereq_count);
  PUT(marks, mark_count);
  PUT(texts, text_count);
  PUT(attributes, attribute_count);
  PUT(items, item_count);
  PUT(item_lists, item_list_count);
  slot = put(p, &policy->step_slots, NULL, sizeof *slot, slots);
  if (slot != NULL)
    fill_slots(b, slot, slots);
  put_zones(b, p, policy);
  PUT(strings, string_bytes);
#undef PUT
}

/* Kinds that the floor of 08:00 to 20:00 binds where no pack in force covers them: those that reach
 * into somebody's day, are used by this policy, and are bound by none of its own rules under
 * `hours`. A rule that denies nothing takes no floor away. */
static uint32_t floor_kinds(const struct dun__build *b)
{
  const uint32_t intrusive = 1u << DUN_CONTACT_VOICE | 1u << DUN_CONTACT_TEXT |
                             1u << DUN_CONTACT_PUSH | 1u << DUN_CONTACT_SOCIAL |
                             1u << DUN_CONTACT_VISIT;
  uint32_t kinds = 0;
  for (uint32_t i = 0; i < b->channel_count; i++)
    kinds |= UINT32_C(1) << b->channels[i].kind;
  for (uint32_t i = 0; i < b->rule_count; i++) {
    const struct dun__rule *r = &b->rules[i];
    /* hours that bind at times only, or only some, leave the floor to the rest */
    bool always = r->when == DUN__NONE &&
                  !(r->unless & (DUN__UNLESS_CONSENT | DUN__UNLESS_REQUESTED)) &&
                  r->from == DUN_DAY_MIN && r->until == DUN_DAY_MAX &&
                  r->parties == (1u << DUN_PARTIES) - 1 && (r->places & 1u << DUN_PLACE_PERSONAL) &&
                  (r->places & 1u << DUN_PLACE_WORK) && (r->places & 1u << DUN_PLACE_OTHER);
    if (r->sort == DUN__RULE_HOURS && b->rule_notes[i].pack == DUN__NONE && always &&
        r->confidence != DUN_CONFIDENCE_UNVERIFIED)
      kinds &= ~(uint32_t)r->kinds;
  }
  return kinds & intrusive;
}

dun_rc dun__layout(const struct dun__build *b, dun_policy **out)
{
  struct packer p = {NULL, 0};
  dun_policy *policy;
  struct dun_policy measure;
  pack(b, &p, &measure);
  policy = dun__alloc(b->alloc, p.used);
  if (policy == NULL)
    return DUN_E_NOMEM;
  memset(policy, 0, p.used);
  p.block = (unsigned char *)policy;
  pack(b, &p, policy);
  policy->alloc = *b->alloc;
  atomic_init(&policy->refs, 1);
  policy->size = (uint32_t)p.used;
  policy->name = b->name;
  policy->revision = b->revision;
  policy->currency = b->currency;
  policy->grace = b->grace;
  policy->ignore_below = b->ignore_below;
  policy->advance = b->advance;
  policy->catch_up = b->catch_up;
  policy->keeps_stage = b->keeps_stage;
  policy->cycle = b->cycle;
  policy->spacing = b->spacing;
  policy->floor_kinds = floor_kinds(b);
  policy->calendar = b->calendar;
  policy->when_words = b->when_words;
  policy->day_words = b->day_words;
  policy->day_fields = b->day_fields;
  *out = policy;
  return DUN_OK;
}
