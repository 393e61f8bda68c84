/* SPDX-License-Identifier: MIT */
/* Reading conduct rules: what the sections share, and where a text of rules comes from. */
#ifndef DUN_POLICY_COMPILE_RULES_H
#define DUN_POLICY_COMPILE_RULES_H

#include "policy/compile.h"

/* The keys that every rule may have come first among its keys. */
enum {
  RULE_ID,
  RULE_KINDS,
  RULE_PARTIES,
  RULE_PLACES,
  RULE_WHEN,
  RULE_UNLESS,
  RULE_GROUP,
  RULE_CONSENT,
  RULE_STRENGTH,
  RULE_CONFIDENCE,
  RULE_SOURCE,
  RULE_APPLIES,
  RULE_EFFECTIVE,
  RULE_READING,
  RULE_EXCEPT_READING,
  RULE_OWN /* the first of the section's own */
};
#define DUN__RULE_KEYS \
  "id", "kinds", "parties", "places", "when", "unless", "group", "consent", "strength", \
      "confidence", "source", "applies", "effective", "reading", "except_reading"
#define DUN__RULE_KEYS_MAX (RULE_OWN + 12u)

/* To whom a rule applies, as bits in the order of these words. */
#define DUN__APPLIES_CREDITOR 1u
#define DUN__APPLIES_COLLECTOR 2u
#define DUN__APPLIES_CONSUMER 4u
#define DUN__APPLIES_BUSINESS 8u

/* A text of rules: the policy itself, or a pack with what it says for all of its rules. */
struct dun__origin {
  const char *pack;                 /* its name; NULL = the policy itself */
  uint16_t place;                   /* in `packs`; DUN__NONE = the policy itself */
  uint32_t applies;                 /* 0 = to all */
  uint32_t source;                  /* offset; 0 = none */
  dun_day from, until;              /* effective */
  const struct dun__node *entry;    /* the pack's under `conduct` */
  const struct dun__node *readings; /* mapping of the pack; NULL = none */
  const struct dun__node *chosen;   /* list of the policy; NULL = none */
  const struct dun__node *ids[DUN__MAX_RULES];
  uint32_t count;
};

/* A rule on its way. */
struct dun__reading {
  struct dun__build *b;
  struct dun__origin *origin;
  const struct dun__node *node;
  const struct dun__node *const *v; /* by key */
  struct dun__rule rule;
  struct dun__rule_note note;
  uint32_t errors; /* before it was read */
  bool dropped;    /* it is not for this policy */
};

/* The sections of rules, in the order in which they are written. */
enum {
  SECTION_HOURS,
  SECTION_CAPS,
  SECTION_COOLDOWNS,
  SECTION_SPACING,
  SECTION_EXCLUSIVE,
  SECTION_FORBID,
  SECTION_REQUIRES,
  SECTION_NOT_AFTER,
  SECTION_DISCLOSE,
  SECTIONS
};

/* Read the rules of one text; each of the nodes may be NULL. */
void dun__compile_rules(struct dun__build *b, struct dun__origin *origin,
                        const struct dun__node *const nodes[SECTIONS]);

/* What is the section's own of a rule whose common keys are read. */
void dun__read_hours(struct dun__reading *r);
void dun__read_cap(struct dun__reading *r);
void dun__read_cooldown(struct dun__reading *r);
void dun__read_spacing(struct dun__reading *r);
void dun__read_exclusive(struct dun__reading *r);
void dun__read_forbid(struct dun__reading *r);
void dun__read_requires(struct dun__reading *r);
void dun__read_not_after(struct dun__reading *r);
void dun__read_disclose(struct dun__reading *r);

extern const char *const dun__hours_keys[], *const dun__cap_keys[],
                                                *const dun__cooldown_keys[],
                                                    *const dun__spacing_keys[],
                                                        *const dun__exclusive_keys[],
                                                            *const dun__forbid_keys[],
                                                                *const dun__requires_keys[],
                                                                    *const dun__not_after_keys[],
                                                                        *const dun__disclose_keys[];

/* Report that a rule lacks a key. */
void dun__rule_lacks(struct dun__reading *r, const char *key, const char *hint);

/* Whom `applies` names, as bits; 0 if it is absent or wrong. */
uint32_t dun__get_applies(struct dun__build *b, const struct dun__node *node);
/* Whether such bits leave this policy out. */
bool dun__applies_not(const struct dun__build *b, uint32_t applies);
/* `effective`; without a node, or a date, the bounds stay as they are. */
void dun__get_effective(struct dun__build *b, const struct dun__node *node, dun_day *from,
                        dun_day *until);

#endif
