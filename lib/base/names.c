/* SPDX-License-Identifier: MIT */
/* The vocabulary: names and traits of the public constants, and stable ids of names. */
#include "base/names.h"

#include <string.h>

#define A DUN__TRAIT_ATTEMPT
#define C DUN__TRAIT_CONNECTED
#define V DUN__TRAIT_CONVERSATION
#define S DUN__TRAIT_SUCCESS
#define F DUN__TRAIT_FAILURE
#define COOP DUN__TRAIT_COOPERATIVE
#define REFUSE DUN__TRAIT_REFUSING
#define DEAD DUN__TRAIT_DEAD

static const struct {
  const char *name;
  uint32_t traits;
} outcomes[DUN__OUTCOMES_OVER] = {
    [DUN_OUTCOME_NONE] = {"none", 0},
    [DUN_OUTCOME_QUEUED] = {"queued", A},
    [DUN_OUTCOME_SENT] = {"sent", A | S},
    [DUN_OUTCOME_DELIVERED] = {"delivered", A | C | S},
    [DUN_OUTCOME_READ] = {"read", A | C | S},
    [DUN_OUTCOME_UNKNOWN] = {"unknown", A},
    [DUN_OUTCOME_FAILED_TEMPORARY] = {"failed_temporary", F},
    [DUN_OUTCOME_BUSY] = {"busy", F},
    [DUN_OUTCOME_DECLINED] = {"declined", F},
    [DUN_OUTCOME_FAILED_PERMANENT] = {"failed_permanent", F | DEAD},
    [DUN_OUTCOME_NOT_IN_SERVICE] = {"not_in_service", F | DEAD},
    [DUN_OUTCOME_NO_ANSWER] = {"no_answer", A},
    [DUN_OUTCOME_VOICEMAIL] = {"voicemail", A | C | S},
    [DUN_OUTCOME_WRONG_PARTY] = {"wrong_party", A | C | F | DEAD},
    [DUN_OUTCOME_THIRD_PARTY] = {"third_party", A | C},
    [DUN_OUTCOME_CONVERSATION] = {"conversation", A | C | V | S},
    [DUN_OUTCOME_DISPUTED] = {"disputed", A | C | V | S},
    [DUN_OUTCOME_PROMISED] = {"promised", A | C | V | S | COOP},
    [DUN_OUTCOME_WILL_PAY_PART] = {"will_pay_part", A | C | V | S | COOP},
    [DUN_OUTCOME_ASKS_PLAN] = {"asks_plan", A | C | V | S | COOP},
    [DUN_OUTCOME_ASKS_TIME] = {"asks_time", A | C | V | S | COOP},
    [DUN_OUTCOME_HARDSHIP] = {"hardship", A | C | V | S | COOP},
    [DUN_OUTCOME_CALLBACK] = {"callback", A | C | V | S | COOP},
    [DUN_OUTCOME_PAID] = {"paid", A | C | V | S | COOP},
    [DUN_OUTCOME_REFUSED] = {"refused", A | C | V | S | REFUSE},
    [DUN_OUTCOME_HUNG_UP] = {"hung_up", A | C | V | S | REFUSE},
    [DUN_OUTCOME_OPTED_OUT] = {"opted_out", A | C | V | S | REFUSE},
    [DUN_OUTCOME_DONE] = {"done", S},
    [DUN__WRITTEN_REFUSED] = {"refused", A | C | S | REFUSE},
    [DUN__WRITTEN_HUNG_UP] = {"hung_up", A | C | S | REFUSE},
    [DUN__WRITTEN_OPTED_OUT] = {"opted_out", A | C | S | REFUSE},
};

static const struct {
  const char *name;
  uint32_t trait;
} traits[] = {
    {"attempt", A}, {"connected", C},      {"conversation", V},  {"success", S},
    {"failure", F}, {"cooperative", COOP}, {"refusing", REFUSE},
};

static const char *const contacts[] = {NULL,     "voice", "text",   "email",
                                       "letter", "push",  "social", "visit"};
static const char *const actions[] = {NULL,     "contact", "task",  "fee",       "restrict",
                                      "report", "refer",   "legal", "charge_off"};
static const char *const parties[] = {"borrower", "co_borrower", "guarantor", "third_party"};
static const char *const holds[] = {NULL,       "dispute", "hardship", "bankruptcy",
                                    "deceased", "cease",   "attorney", "breathing_space",
                                    "military", "fraud",   "disaster", "manual"};
static const char *const decisions[] = {NULL, "act", "wait", "hold", "clear", "done", "idle"};
static const char *const reasons[] = {
    "clock",        "small",       "no_due",    "closed",      "final",      "paid",
    "ahead",        "late",        "missed",    "hours",       "floor",      "hold",
    "prerequisite", "required",    "retry",     "open_intent", "queued",     "opt_out",
    "address",      "unreachable", "facts_gap", "stopped",     "never_open", "zone2",
    "limitation",   "calendar",    "override",  "escalated",   "stay",       "cap",
    "cooldown",     "exclusive",   "forbidden", "blackout",    "unverified", "waived"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int same(const char *a, const char *name, size_t size)
{
  return a != NULL && strlen(a) == size && memcmp(a, name, size) == 0;
}

static uint32_t find(const char *const *list, size_t count, const char *name, size_t size)
{
  for (size_t i = 0; i < count; i++)
    if (same(list[i], name, size))
      return (uint32_t)i;
  return 0;
}

static const char *at(const char *const *list, size_t count, uint32_t i)
{
  return i < count ? list[i] : NULL;
}

uint32_t dun__outcome_over(uint32_t outcome, uint32_t kind)
{
  if (kind == DUN_CONTACT_VOICE || kind == DUN_CONTACT_VISIT)
    return outcome;
  switch (outcome) {
  case DUN_OUTCOME_REFUSED: return DUN__WRITTEN_REFUSED;
  case DUN_OUTCOME_HUNG_UP: return DUN__WRITTEN_HUNG_UP;
  case DUN_OUTCOME_OPTED_OUT: return DUN__WRITTEN_OPTED_OUT;
  default: return outcome;
  }
}

uint32_t dun__outcome_traits(uint32_t outcome)
{
  return outcome < DUN__OUTCOMES_OVER ? outcomes[outcome].traits : 0;
}

uint32_t dun__outcome_set(const char *name, size_t size)
{
  uint32_t trait = 0, set = 0;
  for (size_t t = 0; t < COUNT(traits); t++)
    if (same(traits[t].name, name, size))
      trait = traits[t].trait;
  for (uint32_t i = 1; i < DUN__OUTCOMES_OVER; i++)
    if (trait != 0 ? (outcomes[i].traits & trait) != 0 : same(outcomes[i].name, name, size))
      set |= UINT32_C(1) << i;
  return set;
}

uint32_t dun__hash(const char *text, size_t size)
{
  uint32_t h = UINT32_C(2166136261);
  if (size == 0)
    return 0;
  for (size_t i = 0; i < size; i++)
    h = (h ^ (unsigned char)text[i]) * UINT32_C(16777619);
  return h == 0 ? 1 : h;
}

uint32_t dun__channel_hash(uint32_t kind, const char *name, size_t size)
{
  uint32_t h = dun__hash(name, size) & UINT32_C(0x0fffffff);
  if (kind < DUN_CONTACT_VOICE || kind > DUN_CONTACT_VISIT || size == 0)
    return 0;
  return kind << 28 | (h == 0 ? 1 : h);
}

uint32_t dun__contact_from_name(const char *name, size_t size)
{
  return find(contacts, COUNT(contacts), name, size);
}

uint32_t dun__action_from_name(const char *name, size_t size)
{
  return find(actions, COUNT(actions), name, size);
}

uint32_t dun__hold_from_name(const char *name, size_t size)
{
  return find(holds, COUNT(holds), name, size);
}

uint32_t dun__party_from_name(const char *name, size_t size)
{
  for (size_t i = 0; i < COUNT(parties); i++)
    if (same(parties[i], name, size))
      return (uint32_t)i + 1;
  return 0;
}

uint32_t dun_name_id(const char *name)
{
  return name == NULL ? 0 : dun__hash(name, strlen(name));
}

uint32_t dun_zone_id(const char *zone)
{
  return dun_name_id(zone);
}

uint32_t dun_channel_id(uint32_t kind, const char *name)
{
  return name == NULL ? 0 : dun__channel_hash(kind, name, strlen(name));
}

uint32_t dun_currency_id(const char *code)
{
  uint32_t id = 0;
  if (code == NULL || strlen(code) != 3)
    return 0;
  for (int i = 0; i < 3; i++) {
    if (code[i] < 'A' || code[i] > 'Z')
      return 0;
    id = id << 8 | (unsigned char)code[i];
  }
  return id;
}

const char *dun_outcome_name(uint32_t outcome)
{
  return outcome < DUN__OUTCOMES ? outcomes[outcome].name : NULL;
}

uint32_t dun_outcome_from_name(const char *name)
{
  if (name != NULL)
    for (uint32_t i = 0; i < DUN__OUTCOMES; i++)
      if (strcmp(outcomes[i].name, name) == 0)
        return i;
  return UINT32_MAX;
}

const char *dun_action_name(uint32_t action)
{
  return at(actions, COUNT(actions), action);
}

const char *dun_contact_name(uint32_t kind)
{
  return at(contacts, COUNT(contacts), kind);
}

const char *dun_decision_name(uint32_t kind)
{
  return at(decisions, COUNT(decisions), kind);
}

const char *dun_hold_name(uint32_t hold)
{
  return at(holds, COUNT(holds), hold);
}

const char *dun_party_name(uint32_t party)
{
  return at(parties, COUNT(parties), party);
}

const char *dun_reason_name(uint64_t bit)
{
  for (uint32_t i = 0; i < COUNT(reasons); i++)
    if (bit == UINT64_C(1) << i)
      return reasons[i];
  return NULL;
}
