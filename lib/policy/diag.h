/* SPDX-License-Identifier: MIT */
/* Findings in a policy text: collected in any order, reported in order of their place. */
#ifndef DUN_POLICY_DIAG_H
#define DUN_POLICY_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include <dun/dun.h>

#include "policy/text.h"

#define DUN__MAX_FINDINGS 100u

#if defined(__GNUC__)
#define DUN__PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define DUN__PRINTF(fmt, args)
#endif

struct dun__diag {
  const struct dun_alloc *alloc;
  struct dun_diagnostic *list;      /* DUN__MAX_FINDINGS of them */
  uint8_t order[DUN__MAX_FINDINGS]; /* places in `list`, sorted by line and column */
  uint32_t kept;
  uint32_t errors; /* all, kept or not */
  uint32_t warnings;
  /* While another text is read: where in this one findings in it are placed, and its name. */
  const struct dun__node *inside;
  char text_name[96];
  bool calendar; /* the text names a calendar, so durations in business days mean something */
};

/* DUN_OK or DUN_E_NOMEM. */
dun_rc dun__diag_init(struct dun__diag *diag, const struct dun_alloc *alloc);
void dun__diag_free(struct dun__diag *diag);

/* Whether an error at this place would be kept: dearer hints are only sought if so. */
bool dun__diag_wants(const struct dun__diag *diag, uint32_t line, uint32_t column);

/* Record an error at a node (NULL = the text as a whole). hint: NULL or "" = none. */
void dun__error(struct dun__diag *diag, const struct dun__node *node, const char *hint,
                const char *format, ...) DUN__PRINTF(4, 5);

/* The same as a warning: reported, and no failure. */
void dun__warning(struct dun__diag *diag, const struct dun__node *node, const char *hint,
                  const char *format, ...) DUN__PRINTF(4, 5);

/* From here on nodes and places are of another text, which is named so. What is found in it is
 * reported at `node`, and the message says its name and the place there. */
void dun__diag_inside(struct dun__diag *diag, const struct dun__node *node, const char *format, ...)
    DUN__PRINTF(3, 4);
void dun__diag_outside(struct dun__diag *diag);

/* The same at a bare place; path "". */
void dun__error_at(struct dun__diag *diag, uint32_t line, uint32_t column, const char *format, ...)
    DUN__PRINTF(4, 5);

/* Hand all kept findings to the caller's function, in order. */
void dun__diag_report(struct dun__diag *diag, const struct dun_compile *options);

/* Text fit for a message: cut to about 40 bytes, control characters replaced. */
struct dun__quoted {
  char text[64];
};
struct dun__quoted dun__quote(const char *text, size_t size);

/* A legal source as it stands behind a message: " (12 CFR 1006.6)", cut to about 100 bytes; "" for
 * an empty one. */
struct dun__cited {
  char text[128];
};
struct dun__cited dun__cite(const char *source);

#endif
