/* SPDX-License-Identifier: MIT */
/* A row of a log as an event. */
#include "replay_event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "weekly.h"

static const struct {
  const char *name;
  uint8_t kind;
} kinds[] = {
    {"placed", DUN_EVENT_PLACED},
    {"facts", DUN_EVENT_FACTS},
    {"void", DUN_EVENT_VOID},
    {"intent", DUN_EVENT_INTENT},
    {"contact", DUN_EVENT_CONTACT},
    {"action", DUN_EVENT_ACTION},
    {"inbound", DUN_EVENT_INBOUND},
    {"payment", DUN_EVENT_PAYMENT},
    {"reversal", DUN_EVENT_REVERSAL},
    {"hold", DUN_EVENT_HOLD},
    {"release", DUN_EVENT_RELEASE},
    {"opt_out", DUN_EVENT_OPT_OUT},
    {"opt_in", DUN_EVENT_OPT_IN},
    {"address_dead", DUN_EVENT_ADDRESS_DEAD},
    {"address_new", DUN_EVENT_ADDRESS_NEW},
    {"consent", DUN_EVENT_CONSENT},
    {"consent_revoked", DUN_EVENT_CONSENT_REVOKED},
    {"hours_agreed", DUN_EVENT_HOURS_AGREED},
    {"blackout", DUN_EVENT_BLACKOUT},
    {"override", DUN_EVENT_OVERRIDE},
    {"waive", DUN_EVENT_WAIVE},
    {"cured", DUN_EVENT_CURED},
    {"closed", DUN_EVENT_CLOSED},
    {"reopened", DUN_EVENT_REOPENED},
};

static uint8_t kind_of(const char *text)
{
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(kinds[i].name, text) == 0)
      return kinds[i].kind;
  return 0;
}

static bool number(const char *text, int64_t low, int64_t high, int64_t *out)
{
  char *end;
  long long n;
  if (*text == '\0')
    return true;
  errno = 0;
  n = strtoll(text, &end, 10);
  if (*end != '\0' || errno != 0 || n < low || n > high)
    return false;
  *out = n;
  return true;
}

static bool instant(const struct ask_args *a, const char *text, dun_time *out)
{
  dun_day day;
  if (dun_day_parse(text, strlen(text), &day) == DUN_OK)
    return dun_zone_instant(a->policy, a->account.zone, day, 0, out) == DUN_OK;
  return dun_time_parse(text, strlen(text), out) == DUN_OK;
}

/* The channel of the policy with this name; of what is said of channels (OPT_OUT to BLACKOUT) also a
 * kind of contact, which is a channel that the policy lacks. 0 = none. */
static uint32_t channel(const struct ask_args *a, uint8_t event, const char *text)
{
  uint32_t index = dun_policy_find(a->policy, DUN_NAME_CHANNEL, text);
  if (index == 0 && event >= DUN_EVENT_OPT_OUT && event <= DUN_EVENT_BLACKOUT)
    for (uint32_t kind = 1; dun_contact_name(kind) != NULL; kind++)
      if (strcmp(dun_contact_name(kind), text) == 0)
        return dun_channel_id(kind, text);
  return dun_policy_channel_id(a->policy, index);
}

static const char *read_fact(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  static const struct {
    const char *name;
    uint32_t fact;
  } facts[] = {{"due", DUN_FACT_DUE_DAY},
               {"past_due", DUN_FACT_PAST_DUE},
               {"balance", DUN_FACT_BALANCE},
               {"prior_delinquencies", DUN_FACT_PRIOR_DELINQUENCIES}};
  uint32_t attribute = dun_policy_find(a->policy, DUN_NAME_ATTRIBUTE, f[REPLAY_DETAIL]);
  dun_day day;
  for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
    if (strcmp(facts[i].name, f[REPLAY_DETAIL]) == 0)
      e->detail = facts[i].fact;
  if (attribute != 0)
    e->detail = DUN_FACT_ATTRIBUTE + attribute - 1;
  if (e->detail == 0)
    return "`detail` names no fact";
  if (e->detail == DUN_FACT_DUE_DAY) {
    if (dun_day_parse(f[REPLAY_AMOUNT], strlen(f[REPLAY_AMOUNT]), &day) != DUN_OK)
      return "`amount` of the fact `due` wants a date";
    e->amount = day;
    return NULL;
  }
  if (*f[REPLAY_AMOUNT] == '\0' || !number(f[REPLAY_AMOUNT], INT64_MIN, INT64_MAX, &e->amount))
    return "`amount` wants a whole number";
  return NULL;
}

static const char *read_hold(const char *const *f, struct dun_event *e)
{
  for (uint32_t i = DUN_HOLD_DISPUTE; i <= DUN_HOLD_MANUAL; i++)
    if (strcmp(dun_hold_name(i), f[REPLAY_DETAIL]) == 0)
      e->detail = i;
  return e->detail == 0 ? "`detail` names no hold" : NULL;
}

static const char *read_rule(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  e->detail = dun_name_id(f[REPLAY_DETAIL]);
  if (e->kind == DUN_EVENT_WAIVE &&
      dun_policy_find(a->policy, DUN_NAME_RULE, f[REPLAY_DETAIL]) == 0)
    return "`detail` names no rule of the policy";
  return NULL;
}

/* A word of "mon sat 21:00-23:00". */
static bool read_word(const char *word, size_t size, struct dun_event *e, bool *timed)
{
  char from[6] = "", to[6] = "";
  uint32_t first, end;
  for (uint32_t i = 0; weekly_day(i) != NULL; i++)
    if (strlen(weekly_day(i)) == size && memcmp(weekly_day(i), word, size) == 0) {
      e->detail |= 1u << i;
      return true;
    }
  if (size != 11 || word[5] != '-' || *timed)
    return false;
  memcpy(from, word, 5);
  memcpy(to, word + 6, 5);
  if (!weekly_clock(from, &first) || !weekly_clock(to, &end))
    return false;
  e->amount = weekly_amount(first, end);
  *timed = true;
  return true;
}

static const char *read_hours(const char *const *f, struct dun_event *e)
{
  bool timed = false;
  e->amount = 0;
  for (const char *p = f[REPLAY_DETAIL] + strspn(f[REPLAY_DETAIL], " "); *p != '\0';
       p += strspn(p, " ")) {
    size_t size = strcspn(p, " ");
    if (!read_word(p, size, e, &timed))
      return "`detail` wants days and times such as `mon sat 21:00-23:00`";
    p += size;
  }
  if (e->detail != 0 && !timed)
    e->amount = weekly_amount(0, 1440);
  if (e->detail == 0 && timed)
    e->detail = WEEKLY_EVERY_DAY;
  return NULL;
}

/* The party, with its place, and the address. */
static const char *read_party(const char *const *f, struct dun_event *e)
{
  static const char *const places[] = {"", "personal", "work", "other"};
  int64_t address = 0;
  uint8_t place = 0, party = 0;
  while (party < DUN_PARTIES && strcmp(*f[REPLAY_PARTY] != '\0' ? f[REPLAY_PARTY] : "borrower",
                                       dun_party_name(party)) != 0)
    party++;
  if (party == DUN_PARTIES)
    return "`party` is unknown";
  while (place < 4 && strcmp(f[REPLAY_PLACE], places[place]) != 0)
    place++;
  if (place == 4)
    return "`place` is unknown";
  if (!number(f[REPLAY_ADDRESS], 0, 255, &address))
    return "`address` is no number of its range";
  e->party = (uint8_t)(place << 4 | party);
  e->address = (uint8_t)address;
  return NULL;
}

/* Names and numbers that any kind of event may have. */
static const char *read_common(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  int64_t occurrence = 1, attempt = 0, amount = 0;
  uint32_t outcome;
  const char *why;
  bool delivery = *f[REPLAY_STEP] != '\0' && e->kind != DUN_EVENT_OVERRIDE;
  e->step = dun_name_id(f[REPLAY_STEP]);
  if (*f[REPLAY_CHANNEL] != '\0' && (e->channel = channel(a, e->kind, f[REPLAY_CHANNEL])) == 0)
    return "`channel` is none of the policy";
  why = read_party(f, e);
  if (why != NULL)
    return why;
  if (*f[REPLAY_OUTCOME] != '\0') {
    outcome = dun_outcome_from_name(f[REPLAY_OUTCOME]);
    if (outcome == 0xffffffffu)
      return "`outcome` is unknown";
    e->outcome = (uint8_t)outcome;
  }
  if (!number(f[REPLAY_OCCURRENCE], 1, UINT16_MAX, &occurrence) ||
      !number(f[REPLAY_ATTEMPT], 0, 255, &attempt))
    return "`occurrence` or `attempt` is no number of its range";
  if (delivery) {
    e->occurrence = (uint16_t)occurrence;
    e->attempt = (uint8_t)attempt;
    e->due_day = a->account.due_day;
  }
  if (*f[REPLAY_DUE] != '\0' &&
      dun_day_parse(f[REPLAY_DUE], strlen(f[REPLAY_DUE]), &e->due_day) != DUN_OK)
    return "`due` wants a date";
  if (*f[REPLAY_UNTIL] != '\0' && !instant(a, f[REPLAY_UNTIL], &e->until))
    return "`until` wants an instant";
  if (e->kind != DUN_EVENT_FACTS && !number(f[REPLAY_AMOUNT], INT64_MIN, INT64_MAX, &amount))
    return "`amount` wants a whole number";
  e->amount = amount;
  return NULL;
}

const char *replay_event_read(const struct ask_args *a, const char *const *f, struct dun_event *e)
{
  const char *why;
  memset(e, 0, sizeof *e);
  e->account = a->account.id;
  e->kind = kind_of(f[REPLAY_EVENT]);
  if (e->kind == 0)
    return "`event` is unknown";
  if (!instant(a, f[REPLAY_AT], &e->occurred_at))
    return "`at` wants an instant";
  e->recorded_at = e->occurred_at;
  if (*f[REPLAY_RECORDED_AT] != '\0' && !instant(a, f[REPLAY_RECORDED_AT], &e->recorded_at))
    return "`recorded_at` wants an instant";
  if (e->recorded_at < e->occurred_at)
    return "`recorded_at` lies before `at`";
  why = read_common(a, f, e);
  if (why != NULL)
    return why;
  switch (e->kind) {
  case DUN_EVENT_FACTS: return read_fact(a, f, e);
  case DUN_EVENT_HOLD:
  case DUN_EVENT_RELEASE: return read_hold(f, e);
  case DUN_EVENT_CONSENT:
  case DUN_EVENT_CONSENT_REVOKED:
  case DUN_EVENT_WAIVE: return read_rule(a, f, e);
  case DUN_EVENT_HOURS_AGREED:
  case DUN_EVENT_BLACKOUT: return read_hours(f, e);
  case DUN_EVENT_VOID:
    e->outcome = kind_of(f[REPLAY_DETAIL]);
    return e->outcome == 0 ? "`detail` names no event to take back" : NULL;
  default: return NULL;
  }
}
