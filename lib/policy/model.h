/* SPDX-License-Identifier: MIT */
/*
 * The compiled policy: one block of memory without inner pointers (tables are found by offset), so
 * that it can be shared, copied and one day saved. Built by compile.c, read by lib/core.
 * Indexes are places in these tables, counted from 0, DUN__NONE = none; the public API adds 1.
 */
#ifndef DUN_POLICY_MODEL_H
#define DUN_POLICY_MODEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

#include "policy/rules.h"
#include "policy/span.h"
#include "time/calendar.h"
#include "time/hours.h"
#include "time/zone.h"

#define DUN__NONE 0xffffu

/* Limits of the language (design 4); exceeding one is a compile error that names it. */
#define DUN__MAX_TEXT (1u << 20)
#define DUN__MAX_DEPTH 32u
#define DUN__MAX_STAGES 32u
#define DUN__MAX_STEPS 128u
#define DUN__MAX_CHANNELS 16u
#define DUN__MAX_RULES 128u
#define DUN__MAX_PACKS 32u /* that one policy names */
#define DUN__MAX_ZONES 64u
#define DUN__MAX_BUCKETS 64u
#define DUN__MAX_CALENDARS 64u
#define DUN__MAX_DATES 4096u  /* holidays and workdays of all calendars together */
#define DUN__MAX_PREREQS 128u /* different (step or mark, outcomes) pairs under `requires` */
#define DUN__MAX_TESTS 2048u  /* ranges of values under all `when` together */
/* Ranges of days (dpd, buckets, days_since) under all `when` together. Each is an instant at which
 * the ladder may turn, and decide looks at them one by one. */
#define DUN__MAX_DAY_RANGES 256u
#define DUN__MAX_NAME 63u
#define DUN__MAX_DPD 36524 /* about a hundred years: larger day numbers are refused */

/*
 * `when`. Each test of a field against ranges of values is a bit; equal tests share one. The edges
 * of all ranges of a field, sorted, are its thresholds: they cut its values into classes (class =
 * number of thresholds <= value), and each class has a row with the bits of the tests that hold in
 * it. A field without a value has no row: none of its tests holds. Fields that turn by time come
 * first, in words of their own.
 */
#define DUN__FIELD_DPD 0u
#define DUN__FIELD_PAST_DUE 1u
#define DUN__FIELD_BALANCE 2u
#define DUN__FIELD_MINIMUM_DUE 3u
#define DUN__FIELD_LATE_FEES 4u
#define DUN__FIELD_PRIOR_DELINQUENCIES 5u
#define DUN__FIELD_ATTRIBUTE 8u /* + 0..7 */
#define DUN__FIELD_ATTEMPTS 16u /* + DUN_CONTACT_; fields below it are facts */
#define DUN__FIELD_CONVERSATIONS 24u
#define DUN__FIELD_PARTY 28u         /* + DUN_PARTY_: 1 = can be reached, 0 = cannot */
#define DUN__FIELD_SINCE_ATTEMPT 32u /* from here on: days since something was said to happen */
#define DUN__FIELD_SINCE_CONVERSATION 33u
#define DUN__FIELD_SINCE_TRAIT 34u   /* + place among the other traits */
#define DUN__FIELD_SINCE_OUTCOME 40u /* + DUN_OUTCOME_ */
#define DUN__FIELDS 68u

#define DUN__MAX_WHEN_WORDS (DUN__MAX_TESTS / 64u + 1u)
#define DUN__MAX_DAY_WORDS (DUN__MAX_DAY_RANGES / 64u)
#define DUN__MAX_DAY_FIELDS (DUN__FIELDS - DUN__FIELD_SINCE_ATTEMPT + 1u)

/* Whether time alone can change a field. */
static inline bool dun__field_is_days(uint32_t field)
{
  return field == DUN__FIELD_DPD || field >= DUN__FIELD_SINCE_ATTEMPT;
}

struct dun__field {
  uint8_t field; /* DUN__FIELD_ */
  uint8_t reserved;
  uint16_t bit;       /* of its first test, counted from bit 0 of word 0 */
  uint16_t tests;     /* its bits */
  uint16_t words;     /* of a row: those from word bit / 64 on that have bits of the field */
  uint16_t threshold; /* first */
  uint16_t thresholds;
  uint32_t row;      /* place in `rows` of that of class 0; the others follow */
  uint32_t outcomes; /* of days since: which (bit = outcome) */
};

/* A node of a tree in prefix order: its bits, then its child nodes, which end before `next`. `not`
 * was pushed down to the bits: a negated test wants its bit clear. */
#define DUN__WHEN_ALL 1u
#define DUN__WHEN_ANY 2u

/* What the tests of a subtree look at. */
#define DUN__ABOUT_DPD 1u
#define DUN__ABOUT_SINCE 2u
#define DUN__ABOUT_COUNTS 4u /* attempts, conversations */

struct dun__when {
  uint8_t op;
  uint8_t about; /* of the subtree */
  uint16_t next; /* the node after this subtree */
  uint16_t mask; /* first */
  uint16_t masks;
  uint16_t facts; /* of the subtree: bit = field that is a fact */
  uint16_t reserved;
};

struct dun__mask {
  uint64_t set, clear; /* bits that are wanted so */
  uint32_t word;
  uint32_t reserved;
};

/* A thing that can be required: some step, or any step that sets a mark, performed with one of
 * `outcomes` (bit i = outcome i). Each different one has its own place. */
struct dun__prereq {
  uint16_t step; /* or DUN__NONE */
  uint16_t mark; /* or DUN__NONE */
  uint32_t outcomes;
};

/* One entry of a `requires`. */
struct dun__require {
  uint16_t prereq;
  uint16_t reserved;
  struct dun__span wait; /* unit NONE = no wait */
};

struct dun__channel {
  uint32_t name; /* offset of the name in the strings */
  uint32_t id;   /* dun_channel_id() */
  uint32_t kind;
  uint8_t redeliver; /* 1 = the same key may be handed over again */
  uint8_t place;     /* DUN_PLACE_ of its addresses, where an event says none */
  uint16_t reserved;
  struct dun__span settle;
};

struct dun__bucket {
  uint32_t name;
  int32_t from; /* dpd; buckets are sorted by it */
};

struct dun__stage {
  uint32_t name;
  uint32_t id;      /* dun_name_id(), for OVERRIDE */
  int32_t from;     /* dpd; stages are sorted by it, strictly rising */
  uint16_t when;    /* node, or DUN__NONE */
  uint16_t require; /* first */
  uint16_t requires;
  uint16_t step; /* first */
  uint16_t steps;
  uint16_t reserved;
  struct dun__span min_stay; /* under advance: stepwise; unit NONE = none */
};

#define DUN__TIMING_ENTRY 0u /* at the stage's entry */
#define DUN__TIMING_AT 1u    /* on the date at which dpd becomes `at` */
#define DUN__TIMING_IN 2u    /* `span` after the stage's entry */
#define DUN__TIMING_AFTER 3u /* `span` after the last time of step `after` */

#define DUN__NO_TIME 0xffffu

/* What becomes of an occurrence after its deadline. */
#define DUN__LATE_UNSAID 0u   /* still done; plans that passed are treated as `catch_up` says */
#define DUN__LATE_DO 1u       /* still done, and the plan stays */
#define DUN__LATE_SKIP 2u     /* missed */
#define DUN__LATE_ESCALATE 3u /* step `escalate` stands in for it */

/* How the ladder goes up; what becomes of plans that passed; what counters belong to. */
#define DUN__ADVANCE_DIRECT 0u
#define DUN__ADVANCE_STEPWISE 1u
#define DUN__CATCH_UP_NEWEST 0u
#define DUN__CATCH_UP_EACH 1u
#define DUN__CATCH_UP_SKIP 2u
#define DUN__CYCLE_DUE 0u
#define DUN__CYCLE_EPISODE 1u

#define DUN__RETRY_UNSAID 0xffffu /* one try a date, without end */

struct dun__step {
  uint32_t name;
  uint32_t id; /* dun_name_id() */
  uint16_t stage;
  uint8_t action; /* DUN_ACTION_ */
  uint8_t party;
  uint8_t timing;
  uint8_t final;
  uint8_t channels; /* how many of `channel` */
  uint8_t reserved;
  uint8_t channel[DUN__MAX_CHANNELS]; /* indexes in the order of `use` */
  int32_t at;
  struct dun__span span;  /* of `in` and `after` */
  struct dun__span every; /* unit NONE = once */
  struct dun__span within;
  uint16_t after; /* step, or DUN__NONE */
  uint16_t time;  /* minute of the day, or DUN__NO_TIME */
  uint32_t times; /* 0 = without limit (until the stage ends) */
  uint16_t when;
  uint16_t require; /* first */
  uint16_t requires;
  uint16_t mark;     /* the mark it sets, or DUN__NONE */
  uint16_t text;     /* template, or DUN__NONE */
  uint16_t escalate; /* step that stands in after the deadline, or DUN__NONE */
  uint8_t late;      /* DUN__LATE_ */
  uint8_t any;       /* 1: of `use` the channel that is permitted first, not the first */
  uint8_t optional;
  uint8_t on_escalation;         /* a candidate only as one that stands in */
  uint16_t retry_times;          /* tries after the first on one channel, or DUN__RETRY_UNSAID */
  uint16_t discloses, disclosed; /* first place in item_lists, and how many */
  uint16_t guide, guided;        /* likewise */
  uint16_t reserved2;
  uint32_t retry_backoff; /* percent: each wait is that much of the one before; 100 = all equal */
  struct dun__span retry_every; /* unit NONE = the start of the next date */
};

struct dun__table {
  uint32_t offset; /* from the start of struct dun_policy */
  uint32_t count;
};

struct dun_policy {
  struct dun_alloc alloc; /* this process's; not part of the policy's meaning */
  atomic_uint refs;
  uint32_t size; /* bytes of the whole block */

  uint32_t name; /* offset in the strings */
  uint32_t revision;
  uint32_t currency; /* dun_currency_id(), 0 = none */
  int32_t grace;     /* N of `grace: Nd`, 0 */
  int64_t ignore_below;
  /* Kinds (bits) that the floor of 08:00 to 20:00 binds, on dates on which no pack that covers them
   * is in force. */
  uint32_t floor_kinds;
  uint16_t rule_first[DUN__RULE_SORTS + 1]; /* the rules of sort s are [first[s], first[s + 1]) */
  uint16_t reserved;
  uint8_t advance;          /* DUN__ADVANCE_ */
  uint8_t catch_up;         /* DUN__CATCH_UP_ */
  uint8_t keeps_stage;      /* deescalate: false */
  uint8_t cycle;            /* DUN__CYCLE_ */
  struct dun__span spacing; /* of catch_up: each; unit NONE = none */
  uint32_t calendar;        /* of business days, or DUN__NONE */
  uint32_t when_words;      /* of bits of all tests */
  uint32_t day_words;       /* the first of them, of fields that turn by time */
  uint32_t day_fields;      /* the first of `tested` */

  struct dun__table strings; /* NUL-terminated, offset 0 = "" */
  struct dun__table stages, steps, channels, buckets;
  struct dun__table rules, windows, packs;
  struct dun__table calendars, dates; /* of time/calendar.h; the dates of each in a row */
  struct dun__table calendar_names;   /* uint32_t: names, same order */
  struct dun__table whens, masks, tested;
  struct dun__table thresholds; /* int64_t */
  struct dun__table rows;       /* uint64_t */
  struct dun__table requires, prereqs;
  struct dun__table marks, texts, attributes; /* uint32_t: names */
  struct dun__table items;      /* uint32_t: names of what is disclosed, and of parts of a guide */
  struct dun__table item_lists; /* uint16_t: places in items */
  struct dun__table step_slots; /* uint16_t: open-addressed hash of step id -> step, a power of 2 */
  struct dun__table zones;      /* uint32_t: offset of each struct dun__zone; the policy's first */
  struct dun__table zone_names; /* uint32_t: names, same order */
};

/* Typed views of the tables. */
#define DUN__VIEW(type, field) \
  static inline const type *dun__##field(const dun_policy *p) \
  { \
    return (const type *)(const void *)((const unsigned char *)p + p->field.offset); \
  }
DUN__VIEW(struct dun__stage, stages)
DUN__VIEW(struct dun__step, steps)
DUN__VIEW(struct dun__channel, channels)
DUN__VIEW(struct dun__bucket, buckets)
DUN__VIEW(struct dun__rule, rules)
DUN__VIEW(struct dun__pack, packs)
DUN__VIEW(struct dun__window, windows)
DUN__VIEW(struct dun__calendar, calendars)
DUN__VIEW(struct dun__calendar_date, dates)
DUN__VIEW(uint32_t, calendar_names)
DUN__VIEW(struct dun__when, whens)
DUN__VIEW(struct dun__mask, masks)
DUN__VIEW(struct dun__field, tested)
DUN__VIEW(int64_t, thresholds)
DUN__VIEW(uint64_t, rows)
DUN__VIEW(struct dun__require, requires)
DUN__VIEW(struct dun__prereq, prereqs)
DUN__VIEW(uint32_t, marks)
DUN__VIEW(uint32_t, texts)
DUN__VIEW(uint32_t, attributes)
DUN__VIEW(uint32_t, items)
DUN__VIEW(uint16_t, item_lists)
DUN__VIEW(uint16_t, step_slots)
DUN__VIEW(uint32_t, zones)
DUN__VIEW(uint32_t, zone_names)
DUN__VIEW(char, strings)

static inline const char *dun__string(const dun_policy *p, uint32_t offset)
{
  return dun__strings(p) + offset;
}

static inline const struct dun__zone *dun__zone_at(const dun_policy *p, uint32_t i)
{
  return (const struct dun__zone *)(const void *)((const unsigned char *)p + dun__zones(p)[i]);
}

/* The zone with this id; id 0 = the policy's own; NULL = not in the policy. */
static inline const struct dun__zone *dun__zone_find(const dun_policy *p, uint32_t id)
{
  for (uint32_t i = 0; i < p->zones.count; i++)
    if (id == 0 || dun__zone_at(p, i)->id == id)
      return dun__zone_at(p, i);
  return NULL;
}

/* The step with this id, or DUN__NONE. */
static inline uint32_t dun__step_find(const dun_policy *p, uint32_t id)
{
  const uint16_t *slots = dun__step_slots(p);
  uint32_t mask = p->step_slots.count - 1;
  for (uint32_t i = id & mask;; i = (i + 1) & mask) {
    if (slots[i] == DUN__NONE)
      return DUN__NONE;
    if (dun__steps(p)[slots[i]].id == id)
      return slots[i];
  }
}

#endif
