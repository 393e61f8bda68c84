/* SPDX-License-Identifier: MIT */
/*
 * Conduct rules as they stand in a compiled policy (design 7): one struct for every sort, a pack's
 * and the policy's own alike, sorted by sort so that each guard walks its own only.
 */
#ifndef DUN_POLICY_RULES_H
#define DUN_POLICY_RULES_H

#include <stdint.h>

#include <dun/dun.h>

#include "policy/span.h"
#include "time/hours.h"

/* Sorts of rule. `spacing` is a cap of one contact per its distance. */
#define DUN__RULE_HOURS 0u
#define DUN__RULE_CAP 1u
#define DUN__RULE_COOLDOWN 2u
#define DUN__RULE_EXCLUSIVE 3u
#define DUN__RULE_FORBID 4u
#define DUN__RULE_REQUIRES 5u
#define DUN__RULE_NOT_AFTER 6u
#define DUN__RULE_DISCLOSE 7u /* done with at compile time; kept for its name and source */
#define DUN__RULE_SORTS 8u

/* What lifts a rule (`unless`). */
#define DUN__UNLESS_CONSENT 1u
#define DUN__UNLESS_AGREED 2u
#define DUN__UNLESS_REQUESTED 4u

/* Whose contacts are counted. */
#define DUN__SCOPE_ACCOUNT 0u
#define DUN__SCOPE_PERSON 1u
#define DUN__SCOPE_CHANNEL 2u
#define DUN__SCOPE_ADDRESS 3u

/* Which way a contact went, as bits. */
#define DUN__WAY_OUT 1u
#define DUN__WAY_IN 2u

/* How long a contact counts, or a trigger works: n local dates, its own the first; n seconds; n
 * months from its date; to the end of its calendar week (from Monday) or month. */
#define DUN__PER_DATES 0u
#define DUN__PER_SECONDS 1u
#define DUN__PER_MONTHS 2u
#define DUN__PER_WEEK 3u
#define DUN__PER_MONTH 4u

struct dun__rule {
  uint32_t name;   /* offset: "ID", or "PACK/ID" */
  uint32_t id;     /* dun_name_id() of it */
  uint32_t group;  /* dun_name_id() of its group, 0 = none */
  uint32_t source; /* offset, 0 = none was given */
  uint8_t sort;
  uint8_t strength;    /* DUN_STRENGTH_ */
  uint8_t confidence;  /* DUN_CONFIDENCE_ */
  uint8_t unless;      /* DUN__UNLESS_ bits */
  uint8_t kinds;       /* bit k = DUN_CONTACT_ k */
  uint8_t parties;     /* bit p = DUN_PARTY_ p */
  uint8_t places;      /* bit p = DUN_PLACE_ p */
  uint8_t after_kinds; /* of the contact that triggers */
  uint16_t actions;    /* bit a = DUN_ACTION_ a */
  uint16_t when;       /* node, or DUN__NONE */
  dun_day from, until; /* effective, both inclusive; DUN_DAY_MIN, DUN_DAY_MAX = without end */

  /* consent that lifts it: at most so many dates, its own the first (0 = as long as it says); ends
   * with an event of one of these outcomes (bit i = outcome i, or the one past them) */
  int32_t consent_dates;
  uint32_t consent_ends;

  /* caps, cooldowns, exclusive */
  uint8_t scope;         /* DUN__SCOPE_ */
  uint8_t ways;          /* DUN__WAY_ bits: of what is counted, or of the trigger */
  uint8_t together;      /* 1: the parties named have one count */
  uint8_t per;           /* DUN__PER_ */
  int32_t n;             /* of per */
  uint32_t max;          /* the max-th contact is permitted, the next is not */
  uint32_t outcomes;     /* that count, or that trigger */
  uint32_t active_after; /* binds once one of these was seen; 0 = always */

  /* forbid: channels (bit) and steps that it is about; all bits = any */
  uint16_t channels;
  /* requires */
  uint16_t prereq; /* DUN__NONE = no step sets the mark */
  uint8_t missing_allows;
  uint8_t spaces;    /* 1: a cap that was written under `spacing` */
  uint16_t calendar; /* of hours with holidays; DUN__NONE = it has none */
  struct dun__span wait;
  uint64_t steps[2];

  /* hours; on holidays the second week */
  struct dun__week week, holiday;
};

/* A pack that the policy names. */
struct dun__pack {
  uint32_t name;
  uint32_t revision;
  uint32_t covers;     /* kinds, bits */
  dun_day from, until; /* in force, both inclusive */
};

#endif
