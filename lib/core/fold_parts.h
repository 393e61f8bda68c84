/* SPDX-License-Identifier: MIT */
/* The first half of the fold, for fold.c alone. */
#ifndef DUN_CORE_FOLD_PARTS_H
#define DUN_CORE_FOLD_PARTS_H

#include "core/fold.h"

/* Holds, reachability, placement, closing, facts. Before the steps: counting needs the clock. */
dun_rc dun__fold_person(struct dun__case *c, size_t *bad);

#endif
