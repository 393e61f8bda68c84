/* SPDX-License-Identifier: MIT */
/* Reading nodes as what the schema says they are: keys of mappings, and typed scalars. */
#ifndef DUN_POLICY_SCHEMA_H
#define DUN_POLICY_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/diag.h"
#include "policy/model.h"
#include "policy/text.h"

/* Did you mean: the nearest of the names tried, if it is near enough. */
struct dun__near {
  const char *text;
  size_t size;
  const char *best;
  uint32_t distance;
  char hint[128];
};

/* Start for a name that was not found; if nobody wants the answer no name is compared. */
void dun__near_init(struct dun__near *near, const struct dun__diag *diag,
                    const struct dun__node *node);
void dun__near_try(struct dun__near *near, const char *candidate);
/* The hint, "" if nothing is near. */
const char *dun__near_hint(struct dun__near *near);

/* Whether a scalar is this text. */
bool dun__is(const struct dun__node *node, const char *text);

/* The name of the thing a node is the value of, for messages: its key, or its parent's. */
struct dun__quoted dun__label(const struct dun__node *node);

/* Report "`label` wants WHAT, not `found`"; nothing for a node that is BAD. */
void dun__wants(struct dun__diag *diag, const struct dun__node *node, const char *what);
/* The same with a hint. */
void dun__wants_hint(struct dun__diag *diag, const struct dun__node *node, const char *what,
                     const char *hint);

/* The keys of a mapping: values of `known` (NULL-terminated) go to out[] in its order, NULL where
 * absent. Unknown keys, and those of the language that this version lacks, are reported.
 * False if the node is no mapping (reported). what: "a mapping with ...". */
bool dun__fields(struct dun__diag *diag, const struct dun__node *node, const char *what,
                 const char *const *known, const char *const *unsupported,
                 const struct dun__node **out);

/* Report a key or value that is part of the language but not of this version. */
void dun__unsupported(struct dun__diag *diag, const struct dun__node *node, const char *what);

/* Typed scalars. NULL, a wrong type or an impossible value give false; the latter two are
 * reported. */
bool dun__get_name(struct dun__diag *diag, const struct dun__node *node);
bool dun__get_label(struct dun__diag *diag, const struct dun__node *node); /* capitals too */
bool dun__get_text(struct dun__diag *diag, const struct dun__node *node);  /* not empty */
bool dun__get_bool(struct dun__diag *diag, const struct dun__node *node, bool *out);
bool dun__get_int(struct dun__diag *diag, const struct dun__node *node, int64_t low, int64_t high,
                  int64_t *out);
/* least: 0 or 1, the smallest number it may have. */
bool dun__get_span(struct dun__diag *diag, const struct dun__node *node, int32_t least,
                   struct dun__span *out);
bool dun__get_days(struct dun__diag *diag, const struct dun__node *node, int32_t *out);
bool dun__get_point(struct dun__diag *diag, const struct dun__node *node, int32_t grace,
                    int32_t *out);
bool dun__get_minute(struct dun__diag *diag, const struct dun__node *node, uint16_t *out);

/* "HH:MM" at text, as minutes of the day; 24:00 if `end`. False if it is something else. */
bool dun__read_minute(const char *text, size_t size, bool end, uint16_t *out);

/* A whole number, all of the text. False if it is something else or overflows. */
bool dun__read_int(const char *text, size_t size, int64_t *out);

/* A ladder point: -3d, 20d, grace, grace+2d, within DUN__MAX_DPD. */
bool dun__read_point(const char *text, size_t size, int32_t grace, int32_t *out);

#endif
