/* SPDX-License-Identifier: MIT */
/*
 * An offer: one step as a candidate at an instant, with its plan, its first permitted instant, its
 * deadline and its key (design 5.3 to 5.9).
 */
#ifndef DUN_CORE_OFFER_H
#define DUN_CORE_OFFER_H

#include "core/case.h"

struct dun__offer {
  uint32_t step;    /* index; of the step that stands in, if one does */
  uint32_t channel; /* index, or DUN__NONE */
  dun_time planned;
  dun_time next_plan;  /* when the plan moves on, if not performed; DUN_TIME_NEVER */
  dun_time turn;       /* first instant after which the offer may be another one; DUN_TIME_NEVER */
  dun_time first;      /* first permitted instant since the plan, tries left aside */
  dun_time base;       /* the same, not before the next try may be made */
  dun_time start;      /* planned, and what it requires met: where `first` is looked for from */
  dun_time not_before; /* first permitted at or after the instant asked for */
  dun_time deadline;
  uint64_t reasons;
  size_t place; /* of the open intent in the log */
  uint32_t for_step;
  dun_day due_day;     /* key */
  uint32_t occurrence; /* key; 65536 = used up */
  uint8_t attempt;
  bool open; /* answers an open intent */
  bool act;  /* may be taken at the instant asked for */
  bool held; /* at max(planned, now) a hold or a missing prerequisite denies it */
};

/* Whether the step was ordered by hand and not done since. */
bool dun__ordered(const struct dun__case *c, uint32_t step, dun_time t);

/* Whether the step is a candidate at t as far as it alone decides: not used up, its `when` holds,
 * some channel reaches, it waits for no queued delivery. *reasons gets why not. */
bool dun__offered(const struct dun__case *c, uint32_t step, dun_time t, uint64_t *reasons);

/* The offer of a step that is offered at t. False: nothing comes of it after all, all occurrences are
 * missed or nobody can stand in; only step, turn and reasons are set then. */
bool dun__offer(const struct dun__case *c, uint32_t step, dun_time t, struct dun__offer *out);

/* For a permitted t: the first instant after it at which some guard denies the offer. */
dun_time dun__offer_until(const struct dun__case *c, const struct dun__offer *o, dun_time t);

#endif
