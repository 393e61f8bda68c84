/* SPDX-License-Identifier: MIT */
/* The parts of the fold, for fold.c alone. Each is fed the log's entries in order, voided ones left
 * out. */
#ifndef DUN_CORE_FOLD_PARTS_H
#define DUN_CORE_FOLD_PARTS_H

#include "core/fold.h"

/* Holds, reachability, placement, closing, facts. All of it comes before the steps: counting needs
 * the clock. DUN_E_LIMIT: too many holds. */
void dun__person_begin(struct dun__case *c);
dun_rc dun__person_feed(struct dun__case *c, const struct dun_event *e);
void dun__person_finish(struct dun__case *c);

/* The counters of each step. */
void dun__steps_begin(struct dun__case *c);
/* Entry i; false: it brings an older key again, and the exact way must be taken. */
bool dun__steps_feed(struct dun__case *c, size_t i);
/* Entry i, its whole delivery looked up in the log. */
void dun__steps_exact(struct dun__case *c, size_t i);
/* Count what still waits for later outcomes. */
void dun__steps_finish(struct dun__case *c);

#endif
