/* SPDX-License-Identifier: MIT */
/* The compiler's workspace: what the sections of a policy text are gathered into. Private to
 * lib/policy. Each section reads its nodes, reports what is wrong and goes on. */
#ifndef DUN_POLICY_COMPILE_H
#define DUN_POLICY_COMPILE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/arena.h"
#include "policy/diag.h"
#include "policy/model.h"
#include "policy/schema.h"
#include "policy/text.h"

/* Sizes of the workspace beyond the limits of the language; exceeding one is an error too. */
#define DUN__MAX_CONDS 4096u
#define DUN__MAX_REQUIRES 1024u
/* Of each day a rule has at most 12, and of a holiday as many or, on a weekend, what both have in
 * common; one rule more, which is read before its limit is seen. */
#define DUN__MAX_WINDOWS ((DUN__MAX_RULES + 1u) * 7u * 36u)
#define DUN__MAX_SOURCE 1000u /* bytes of one `source` */
#define DUN__MAX_STRINGS 262144u
#define DUN__MAX_ITEMS 64u     /* different names under `discloses` and `guide` */
#define DUN__MAX_ITEM_LIST 32u /* names in one list of them */

/* Keys of a stage and of a step, as places in the arrays of nodes below. */
enum {
  STAGE_NAME,
  STAGE_FROM,
  STAGE_WHEN,
  STAGE_REQUIRES,
  STAGE_MIN_STAY,
  STAGE_STEPS,
  STAGE_KEYS
};
enum {
  STEP_NAME,
  STEP_DO,
  STEP_USE,
  STEP_TO,
  STEP_TEMPLATE,
  STEP_AT,
  STEP_IN,
  STEP_AFTER,
  STEP_TIME,
  STEP_EVERY,
  STEP_TIMES,
  STEP_WHEN,
  STEP_REQUIRES,
  STEP_WITHIN,
  STEP_LATE,
  STEP_RETRY,
  STEP_DISCLOSES,
  STEP_GUIDE,
  STEP_OPTIONAL,
  STEP_ON_ESCALATION,
  STEP_MARKS,
  STEP_FINAL,
  STEP_BASIS,
  STEP_KEYS
};

/* Conditions as written: a tree in prefix order. A node's subtree ends before `next`; a test holds
 * if the field's value lies in one of its ranges. `bucket` is written as ranges of dpd. */
#define DUN__COND_ALL 1u
#define DUN__COND_ANY 2u
#define DUN__COND_NOT 3u /* one child */
#define DUN__COND_TEST 4u

struct dun__cond {
  uint8_t op;
  uint8_t field; /* of a test */
  uint16_t next;
  uint16_t range; /* of a test: first range */
  uint16_t ranges;
  uint16_t test; /* of a test: its place among the different ones */
};

struct dun__range { /* both ends inclusive */
  int64_t low, high;
};

/* One of the different tests. */
struct dun__test {
  uint16_t cond;  /* the first that is it */
  uint16_t field; /* place in `tested` */
  uint16_t place; /* among the tests of the field */
};

/* What a rule's text says that its compiled form does not. */
struct dun__rule_note {
  const struct dun__node *node;  /* of the policy: the rule, or its pack under `conduct` */
  const struct dun__node *items; /* of `disclose` */
  const struct dun__node *mark;  /* of `requires` */
  uint16_t pack;                 /* or DUN__NONE */
  bool first;                    /* `disclose` of the first contact only */
};

/* Words of a fixed vocabulary, by number. */
struct dun__words {
  const char *one_of; /* for messages: all of them */
  const char *list;   /* what a list of them looks like */
  const char *what;
  const char *(*name)(uint32_t);
  uint32_t first, last;
};
extern const struct dun__words dun__kind_words, dun__party_words, dun__place_words,
    dun__action_words;

struct dun__build {
  const struct dun_alloc *alloc;
  const struct dun_compile *options;
  struct dun__arena arena;
  struct dun__diag diag;
  dun_rc rc; /* DUN_E_NOMEM sticks; nothing else goes here */

  uint32_t name, revision, currency;
  int32_t grace;
  int64_t ignore_below;
  bool contacts;                   /* some step is a contact */
  const struct dun__node *conduct; /* that names packs; NULL = none */
  bool packs_read;                 /* all of them, without an error */
  uint32_t covered;                /* kinds that they say they cover */
  uint8_t actor, debt;             /* bit of what `applies` of a rule may name; 0 = not said */
  uint8_t advance, catch_up, cycle;
  bool keeps_stage;
  struct dun__span spacing;

  char strings[DUN__MAX_STRINGS];
  uint32_t string_bytes;

  struct dun__stage stages[DUN__MAX_STAGES];
  struct dun__step steps[DUN__MAX_STEPS];
  struct dun__channel channels[DUN__MAX_CHANNELS];
  struct dun__bucket buckets[DUN__MAX_BUCKETS];
  struct dun__rule rules[DUN__MAX_RULES];
  struct dun__rule_note rule_notes[DUN__MAX_RULES];
  struct dun__pack packs[DUN__MAX_PACKS];
  struct dun__window windows[DUN__MAX_WINDOWS];
  struct dun__calendar calendars[DUN__MAX_CALENDARS];
  struct dun__calendar_date dates[DUN__MAX_DATES];
  uint32_t calendar_names[DUN__MAX_CALENDARS];
  uint32_t calendar; /* for business days; DUN__NONE */
  struct dun__cond conds[DUN__MAX_CONDS];
  struct dun__range ranges[DUN__MAX_TESTS];
  struct dun__test tests[DUN__MAX_TESTS];
  struct dun__field tested[DUN__FIELDS];
  int64_t thresholds[2 * DUN__MAX_TESTS];
  struct dun__when whens[DUN__MAX_CONDS];
  struct dun__mask masks[DUN__MAX_CONDS];
  struct dun__require requires[DUN__MAX_REQUIRES];
  struct dun__prereq prereqs[DUN__MAX_PREREQS];
  uint32_t marks[DUN__MAX_STEPS];
  uint32_t texts[DUN__MAX_STEPS];
  uint32_t items[DUN__MAX_ITEMS];
  uint16_t item_lists[2u * DUN__MAX_STEPS * DUN__MAX_ITEM_LIST];
  uint32_t attributes[DUN_ATTRIBUTES];
  const struct dun__zone *zones[DUN__MAX_ZONES];
  uint32_t zone_names[DUN__MAX_ZONES];
  uint32_t zone_tried[DUN__MAX_ZONES]; /* names of all zones asked for, readable or not */
  uint32_t stage_count, step_count, channel_count, bucket_count, rule_count, pack_count;
  uint32_t window_count;
  uint32_t cond_count, range_count, require_count, prereq_count, mark_count, text_count;
  uint32_t item_count, item_list_count;
  uint32_t attribute_count, zone_count, zone_tried_count, calendar_count, date_count;
  uint32_t day_ranges; /* how many of `ranges` are of days */
  uint32_t test_count, field_count, threshold_count, when_count, mask_count, row_words;
  uint32_t when_words, day_words, day_fields;

  /* Nodes behind stages and steps, for the second pass and for findings. */
  const struct dun__node *stage_nodes[DUN__MAX_STAGES];
  const struct dun__node *stage_keys[DUN__MAX_STAGES][STAGE_KEYS];
  const struct dun__node *step_nodes[DUN__MAX_STEPS];
  const struct dun__node *step_keys[DUN__MAX_STEPS][STEP_KEYS];
  const struct dun__node *after_nodes[DUN__MAX_STEPS];    /* the name under `after` */
  const struct dun__node *escalate_nodes[DUN__MAX_STEPS]; /* the name under `late: {escalate}` */
  bool cut; /* stages or steps were left out over a limit: missing names prove nothing */
  /* limits that are reported once */
  bool dates_full, zones_full, steps_full, conds_full, ranges_full, days_full, requires_full,
      prereqs_full, items_full, rules_full;
};

/* A copy of a text in the strings; its offset. */
uint32_t dun__intern_text(struct dun__build *b, const char *text, size_t size);
/* The same of a scalar. */
uint32_t dun__intern(struct dun__build *b, const struct dun__node *node);
/* Whether the string at an offset is the text of a node. */
bool dun__same_name(const struct dun__build *b, uint32_t offset, const struct dun__node *node);
/* The place of a node's text among names; DUN__NONE if it is not there. */
uint32_t dun__find_name(const struct dun__build *b, const uint32_t *names, uint32_t count,
                        const struct dun__node *node);

/* Report a name that is not there: "WHAT `name` is not in this policy". */
void dun__dangling(struct dun__build *b, const struct dun__node *node, const char *what,
                   struct dun__near *near);

/* Report that a section has more entries than its limit, at the first that is too many. */
void dun__too_many(struct dun__build *b, const struct dun__node *node, uint32_t limit,
                   const char *what);

/* The sections, in the order in which they are compiled. */
void dun__compile_zones(struct dun__build *b, const struct dun__node *own,
                        const struct dun__node *more);
void dun__compile_calendars(struct dun__build *b, const struct dun__node *list,
                            const struct dun__node *own);
void dun__compile_channels(struct dun__build *b, const struct dun__node *node);
void dun__compile_buckets(struct dun__build *b, const struct dun__node *node);
void dun__compile_attributes(struct dun__build *b, const struct dun__node *node);
void dun__compile_stages(struct dun__build *b, const struct dun__node *node);

/* Parts of a stage or step. */
void dun__compile_step(struct dun__build *b, uint32_t index);
void dun__compile_requires(struct dun__build *b, const struct dun__node *node, uint16_t *first,
                           uint16_t *count);
void dun__check_cycles(struct dun__build *b);
/* What becomes of a step that is late or fails: `late`, `retry`, `optional`, `on_escalation`. */
void dun__compile_fate(struct dun__build *b, uint32_t index);
/* When all steps are compiled: whom they escalate to. */
void dun__check_escalations(struct dun__build *b);
/* `discloses` and `guide`. */
void dun__compile_items(struct dun__build *b, const struct dun__node *node, uint16_t *first,
                        uint16_t *count);
/* `advance`, `catch_up`, `spacing`, `deescalate`, `cycle`; a node may be NULL. */
void dun__compile_ladder(struct dun__build *b, const struct dun__node *advance,
                         const struct dun__node *catch_up, const struct dun__node *spacing,
                         const struct dun__node *deescalate, const struct dun__node *cycle);
/* One of these words (NULL-terminated); false: it is another, reported. */
bool dun__get_word(struct dun__build *b, const struct dun__node *node, const char *const *words,
                   const char *wants, uint8_t *out);
/* The place of the condition in `conds`; once all are there and have no error, dun__lower_whens()
 * makes nodes of them. DUN__NONE = no condition. */
uint16_t dun__compile_when(struct dun__build *b, const struct dun__node *node);
void dun__lower_whens(struct dun__build *b);
/* The outcomes (bit = outcome) of a field of days since; 0 for other fields. */
uint32_t dun__since_outcomes(uint32_t field);
/* The rows of all fields, row_words words that are zero. */
void dun__fill_rows(const struct dun__build *b, uint64_t *rows);
/* The place of a channel by its name; DUN__NONE if there is none (reported). */
uint32_t dun__find_channel(struct dun__build *b, const struct dun__node *node);
/* The place of a step by its name; DUN__NONE if there is none (reported). */
uint32_t dun__find_step(struct dun__build *b, const struct dun__node *node);

/* The number of a word; DUN__NONE if it is none of them (reported). */
uint32_t dun__get_one(struct dun__build *b, const struct dun__node *node,
                      const struct dun__words *words);
/* A list of words as bits; false if it is absent or has an error. */
bool dun__get_set(struct dun__build *b, const struct dun__node *node,
                  const struct dun__words *words, uint32_t *out);
/* A trait, an outcome or a list of them, as bits (base/names.h). */
uint32_t dun__get_outcomes(struct dun__build *b, const struct dun__node *node);
bool dun__get_date(struct dun__build *b, const struct dun__node *node, dun_day *out);
/* The place of a calendar by its name; DUN__NONE if there is none (reported). */
uint32_t dun__find_calendar(struct dun__build *b, const struct dun__node *node);
/* The place of a prerequisite among the different ones; false if there are too many (reported). */
bool dun__place_prereq(struct dun__build *b, const struct dun__node *node, struct dun__prereq want,
                       uint16_t *out);
/* The offset of a `source`; 0 if it is wrong (reported). */
uint32_t dun__get_source(struct dun__build *b, const struct dun__node *node);

/* `conduct`: the packs that it names, and their rules; `none` and its `basis`. */
void dun__compile_conduct(struct dun__build *b, const struct dun__node *root,
                          const struct dun__node *conduct, const struct dun__node *basis);
/* The name of a reading must be a key of the pack's `readings`. */
void dun__check_reading(struct dun__build *b, const struct dun__node *readings,
                        const struct dun__node *name);

/* Whether a rule can bind a step that contacts by one of its channels (place in `use`), or a step
 * that is no contact. What turns by time and facts (`when`, `effective`, `unless`) is not asked. */
bool dun__rule_meets(const struct dun__build *b, const struct dun__rule *rule,
                     const struct dun__step *step, uint32_t use);
/* The same by any of its channels. */
bool dun__rule_meets_step(const struct dun__build *b, const struct dun__rule *rule,
                          const struct dun__step *step);
/* The steps against the rules, once all are read; and how often they contact. */
void dun__check_conduct(struct dun__build *b);
void dun__check_rhythm(struct dun__build *b);

/* Pack the workspace into one block. DUN_OK, DUN_E_NOMEM. */
dun_rc dun__layout(const struct dun__build *b, dun_policy **out);

#endif
