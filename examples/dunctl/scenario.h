/* SPDX-License-Identifier: MIT */
/* A scenario file: cases that tell a story of one account and say what libdun is to answer. */
#ifndef DUNCTL_SCENARIO_H
#define DUNCTL_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include <dun/dun.h>

#include "io.h"
#include "packs_dir.h"
#include "yaml_tree.h"

/* Something that is not as it should be, with its place. */
struct problem {
  char *file; /* NULL = the scenario file */
  unsigned line, column;
  char *text;   /* one line */
  char *detail; /* more lines, such as the whole decision; NULL = none */
  struct problem *next;
};

/* What came of one case; with name NULL of the file as a whole. */
struct result {
  char *name;
  unsigned line, column;
  struct problem *first, *last;
  struct result *next;
};

/* Run the cases of a file whose name holds `filter` (NULL = all). `shown` is its name fit for
 * output; packs: those of the host. Returns whether the file could be read; *results is a list, to be freed. */
bool scenario_run(const char *name, const char *shown, const char *filter,
                  const struct packs_dir *packs, struct result **results);
void scenario_free(struct result *results);

/* ---- what the parts share ---- */

/* An entry of the log, in the order in which the file tells them. */
struct entry {
  struct dun_event event;
  unsigned line, column;
  bool later;   /* it says when it was recorded: not known before */
  bool voided;  /* a later VOID took it back */
  size_t voids; /* of a VOID: 1 + the entry it took back */
};

/* One case while it runs. */
struct scene {
  const dun_policy *policy;
  struct result *result;
  struct dun_account account; /* at the start */
  struct entry *log;
  size_t count, room;
  bool refused;      /* libdun gave an error */
  size_t void_found; /* by the VOID that was read last: 1 + its entry, 0 = none */
};

/* What the library says at an instant; *bad is the entry that an error is about, or SIZE_MAX. */
dun_rc scene_ask(const struct scene *s, dun_time now, struct dun_decision *out, size_t *bad);
/* The explanation of that answer; free() it. NULL: there is none. */
char *scene_explain(const struct scene *s, dun_time now);
/* The account and the log as they are known at an instant, for the caller to free; where[i] is the
 * entry that event i comes from. */
size_t scene_known(const struct scene *s, dun_time now, struct dun_account *account,
                   struct dun_event **events, size_t **where);
/* Append to the log. */
struct entry *scene_add(struct scene *s, const struct yaml_node *at, const struct dun_event *e,
                        bool later);

/* ---- scenario_read.c: values, with findings ---- */

void add_problem(struct result *r, const struct yaml_node *at, const char *format, ...)
    IO_FORMAT(3);

/* Vocabularies; the first ones are dun_policy_name()'s. */
#define VOC_STAGE DUN_NAME_STAGE
#define VOC_STEP DUN_NAME_STEP
#define VOC_CHANNEL DUN_NAME_CHANNEL
#define VOC_TEMPLATE DUN_NAME_TEMPLATE
#define VOC_BUCKET DUN_NAME_BUCKET
#define VOC_ATTRIBUTE DUN_NAME_ATTRIBUTE
#define VOC_ZONE DUN_NAME_ZONE
#define VOC_RULE DUN_NAME_RULE
#define VOC_OUTCOME 100u
#define VOC_HOLD 101u
#define VOC_PARTY 102u
#define VOC_ACTION 103u
#define VOC_DECISION 104u
#define VOC_REASON 105u /* numbered by bit */
#define VOC_POSTURE 106u
#define VOC_CONTACT 107u
#define VOC_ERROR 108u /* numbered by -code; 0 = DUN_OK */
#define VOC_WEEKDAY 109u
#define VOC_PLACE 110u
#define VOC_STRENGTH 111u
#define VOC_RELEASE 112u /* numbered by kind of event */

/* How a value is written that is no name. */
#define AS_NUMBER 1000u
#define AS_DAY 1001u
#define AS_TIME 1002u
#define AS_STEP_ID 1003u

/* The name of number i in a vocabulary; NULL = none. */
const char *voc_name(const dun_policy *policy, uint32_t voc, uint32_t i);
bool read_name(const struct scene *s, const struct yaml_node *node, uint32_t voc, uint32_t *out);
bool read_number(struct result *r, const struct yaml_node *node, int64_t min, int64_t max,
                 int64_t *out);
bool read_truth(struct result *r, const struct yaml_node *node, bool *out);
bool read_day(struct result *r, const struct yaml_node *node, dun_day *out);
/* An instant; with `never` allowed also that. */
bool read_time(struct result *r, const struct yaml_node *node, bool never, dun_time *out);
/* A channel's id for events: a name, or {kind: voice, name: x} for one the policy lacks. */
bool read_channel(const struct scene *s, const struct yaml_node *node, uint32_t *out);
bool want_kind(struct result *r, const struct yaml_node *node, int kind);
/* Whether a node is a mapping with only these keys (a list that ends with NULL); else findings. */
bool check_keys(struct result *r, const struct yaml_node *map, const char *const *keys);
/* A fact by its name: its DUN_FACT_ number, or 0 and a finding. */
uint32_t read_fact(const struct scene *s, const struct yaml_node *node, int64_t *value);

/* ---- scenario_account.c, scenario_event.c, scenario_expect.c, scenario_permit.c ---- */

/* The account of a case; keys that `account` lacks are taken from `common` (both may be NULL). */
/* Set a fact of an account. */
void scene_fact(struct dun_account *a, uint32_t fact, int64_t value);
bool read_account(struct scene *s, const struct yaml_node *common, const struct yaml_node *account);
/* Append what an entry's `event` says. */
bool add_event(struct scene *s, const struct yaml_node *event, dun_time at, dun_time recorded,
               bool later);
/* Ask at an instant and compare. */
void check_expect(struct scene *s, const struct yaml_node *expect, dun_time at);
/* Ask dun_permit() and compare. */
void check_permit(struct scene *s, const struct yaml_node *permit, const struct yaml_node *expect,
                  dun_time at);
/* Compare an answer with a value, or any of a list, that was expected of it (negated: none). `as` is a
 * vocabulary or an AS_. */
void check_field(struct scene *s, const struct yaml_node *e, uint32_t as, int64_t got,
                 bool negated);
/* `reasons: [a, b]`: all must be set, or, negated, none. */
void check_reasons(struct scene *s, const struct yaml_node *node, uint64_t got, bool negated);
/* What libdun answered, as people read it. */
#define SHOWN_MAX 160
void show_value(const struct scene *s, uint32_t as, int64_t v, char out[SHOWN_MAX]);
void show_reasons(struct io_text *to, uint64_t reasons);
/* Report an error of the library with the place of the event that it is about. */
void report_error(struct scene *s, const struct yaml_node *at, dun_rc rc, size_t bad);
/* An instant in the account's zone. */
void show_time(const struct scene *s, dun_time t, char out[SHOWN_MAX]);

#endif
