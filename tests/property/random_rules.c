/* SPDX-License-Identifier: MIT */
/* Random conduct rules for a random policy, and what its debtor says about being contacted. */
#include <stdio.h>
#include <string.h>

#include "random_case.h"

#define PICK(r, list) ((list)[rng_below(r, (uint32_t)(sizeof(list) / sizeof *(list)))])

struct out {
  char *text;
  size_t size, used;
};

static void put(struct out *o, const char *text)
{
  size_t n = strlen(text);
  if (o->used + n >= o->size) {
    fprintf(stderr, "random rules: text does not fit\n");
    return;
  }
  memcpy(o->text + o->used, text, n + 1);
  o->used += n;
}

/* One of the texts, one time in n. */
#define MAYBE(r, o, n, list) \
  do { \
    if (rng_one_in(r, n)) \
      put(o, PICK(r, list)); \
  } while (0)

static const char *const ids[] = {"r0", "r1", "r2", "r3", "r4", "r5"};

static void put_shared(struct rng *r, struct out *o, uint32_t id)
{
  static const char *const kinds[] = {", kinds: [voice]", ", kinds: [voice, text]",
                                      ", kinds: [email, letter]", ", kinds: [text, email]"};
  static const char *const whens[] = {
      ", when: {dpd: {min: 5}}", ", when: {dpd: {below: 12}}", ", when: {dpd: {min: 3, below: 20}}",
      ", when: {score: [1, 4]}", ", when: {days_since.conversation: {min: 2, below: 9}}"};
  static const char *const unless[] = {
      ", unless: [consent]", ", unless: [consent], consent: {for: 3d}", ", unless: [requested]",
      ", unless: [consent, requested], consent: {until: [conversation]}"};
  static const char *const strengths[] = {", strength: presumption", ", strength: guideline"};
  static const char *const dates[] = {", effective: {from: 2010-06-01}",
                                      ", effective: {until: 2012-03-15}"};
  static const char *const parties[] = {", parties: [borrower]",
                                        ", parties: [borrower, guarantor]"};
  put(o, "  - {id: ");
  put(o, ids[id]);
  MAYBE(r, o, 2, kinds);
  MAYBE(r, o, 3, whens);
  MAYBE(r, o, 2, unless);
  MAYBE(r, o, 2, strengths);
  MAYBE(r, o, 6, dates);
  MAYBE(r, o, 4, parties);
}

static void put_window(struct rng *r, struct out *o, const char *key)
{
  static const char *const spans[] = {"1d", "2d", "7d", "20d", "5h", "36h"};
  put(o, key);
  put(o, PICK(r, spans));
}

size_t random_rules(struct rng *r, char *text, size_t size)
{
  static const char *const maxes[] = {", max: 1", ", max: 2", ", max: 3"};
  static const char *const periods[] = {", per: day", ", per: week", ", per: month"};
  static const char *const scopes[] = {", scope: person", ", scope: channel", ", scope: address"};
  static const char *const after[] = {", after: [conversation]", ", after: [connected]",
                                      ", after: [refusing, no_answer]"};
  static const char *const ways[] = {", direction: in", ", direction: out"};
  struct out o = {text, size, 0};
  uint32_t n = 0;
  put(&o, "caps:\n");
  for (uint32_t i = 0, count = 1 + rng_below(r, 2); i < count; i++) {
    put_shared(r, &o, n++);
    put(&o, PICK(r, maxes));
    if (rng_one_in(r, 3))
      put(&o, PICK(r, periods));
    else
      put_window(r, &o, ", per: ");
    MAYBE(r, &o, 2, scopes);
    put(&o, "}\n");
  }
  if (rng_one_in(r, 2)) {
    put(&o, "cooldowns:\n");
    put_shared(r, &o, n++);
    put(&o, PICK(r, after));
    put_window(r, &o, ", for: ");
    MAYBE(r, &o, 3, ways);
    put(&o, "}\n");
  }
  if (rng_one_in(r, 4)) {
    put(&o, "exclusive:\n");
    put_shared(r, &o, n++);
    put(&o, PICK(r, after));
    put_window(r, &o, ", for: ");
    put(&o, "}\n");
  }
  if (rng_one_in(r, 3)) {
    static const char *const bans[] = {
        "{id: r4, kinds: [text], unless: [consent]}",
        "{id: r4, kinds: [voice], when: {dpd: {min: 8}}}",
        "{id: r4, kinds: [email, letter], effective: {from: 2011-01-01}}",
        "{id: r4, parties: [guarantor], unless: [consent], consent: {for: 5d}}"};
    put(&o, "forbid:\n  - ");
    put(&o, PICK(r, bans));
    put(&o, "\n");
  }
  return o.used;
}

static uint32_t a_channel(struct rng *r)
{
  switch (rng_below(r, 5)) {
  case 0: return dun_channel_id(DUN_CONTACT_TEXT, "sms");
  case 1: return dun_channel_id(DUN_CONTACT_EMAIL, "mail");
  case 2: return dun_channel_id(DUN_CONTACT_VOICE, "phone");
  case 3: return dun_channel_id(DUN_CONTACT_VOICE, "another");
  default: return 0;
  }
}

void random_terms(struct rng *r, struct random_case *c)
{
  for (uint32_t n = rng_below(r, 6); n > 0; n--) {
    struct dun_event e;
    uint32_t from = rng_below(r, 24) * 60;
    memset(&e, 0, sizeof e);
    c->now += rng_below(r, 2 * 86400);
    if (c->count > 0 && c->now < c->events[c->count - 1].occurred_at)
      c->now = c->events[c->count - 1].occurred_at;
    e.occurred_at = e.recorded_at = c->now;
    e.account = rng_one_in(r, 4) ? c->account.id + 1 : c->account.id;
    e.channel = a_channel(r);
    e.party = (uint8_t)(rng_one_in(r, 5) ? rng_below(r, 3) : DUN_PARTY_BORROWER);
    if (rng_one_in(r, 6))
      e.flags = DUN_FLAG_ACCOUNT;
    if (rng_one_in(r, 2))
      e.until = c->now + rng_below(r, 12 * 86400);
    switch (rng_below(r, 7)) {
    case 0:
    case 1:
      e.kind = DUN_EVENT_CONSENT;
      if (rng_one_in(r, 3))
        e.detail = dun_name_id(PICK(r, ids));
      break;
    case 2: e.kind = DUN_EVENT_CONSENT_REVOKED; break;
    case 3:
    case 4:
      e.kind = rng_one_in(r, 2) ? DUN_EVENT_BLACKOUT : DUN_EVENT_HOURS_AGREED;
      e.detail = rng_below(r, 128);
      e.amount = from | (int64_t)(from + 60 + rng_below(r, 1440 - from - 59)) << 16;
      break;
    case 5:
      e.kind = DUN_EVENT_WAIVE;
      e.channel = e.party = 0;
      e.detail = dun_name_id(PICK(r, ids));
      break;
    default:
      e.kind = rng_one_in(r, 2) ? DUN_EVENT_INBOUND : DUN_EVENT_CONTACT;
      e.outcome = rng_one_in(r, 2) ? DUN_OUTCOME_CALLBACK : DUN_OUTCOME_CONVERSATION;
      break;
    }
    random_append(c, e);
  }
  c->now += rng_below(r, 3 * 86400);
}
