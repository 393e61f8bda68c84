/* SPDX-License-Identifier: MIT */
/* Guards: what a contact or adverse action must pass, as instants that are permitted (design 7). */
#ifndef DUN_CORE_GUARD_H
#define DUN_CORE_GUARD_H

#include "core/case.h"

/* What is asked of the guards: an action, and for a contact the kind and party. */
struct dun__ask {
  uint32_t action;
  uint32_t kind; /* DUN_CONTACT_, 0 for what is no contact */
  uint32_t party;
};

/* The first instant >= t at which no hold blocks; DUN_TIME_NEVER if that takes an event. */
dun_time dun__hold_free(const struct dun__case *c, dun_time t);
/* The start of the next hold after t; DUN_TIME_NEVER. */
dun_time dun__hold_next(const struct dun__case *c, dun_time t);
/* For t under a hold: the start of the unbroken run of holds that t lies in; else
 * DUN_TIME_NEVER. */
dun_time dun__hold_began(const struct dun__case *c, dun_time t);

/* Whether holds bind the action at all. */
bool dun__hold_binds(const struct dun__ask *ask);

/* The first instant >= t that every guard permits; DUN_TIME_NEVER. *reasons (may be NULL) gets the
 * bits of the guards that moved it. */
dun_time dun__permitted(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                        uint64_t *reasons);

/* For explanations: one guard moved the instant on. */
struct dun__move {
  uint64_t reason; /* DUN_REASON_ of the guard */
  uint32_t kind;   /* of contact; 0 = none */
  uint32_t rule;   /* index of the rule of hours, DUN__NONE = no rule of the policy */
  bool zone2;      /* in the second possible zone */
  dun_time from, to;
};
struct dun__trace {
  void (*moved)(void *data, const struct dun__move *move);
  void *data;
};
/* dun__permitted(), telling each move. */
dun_time dun__permitted_traced(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                               const struct dun__trace *trace);

/* The search for an open hour looks at least DUN__HOURS_DATES dates ahead, to the end of the next
 * of fixed periods of that length: an end that moved with every second would let the answer change
 * at an instant that nobody can name beforehand. */
#define DUN__HORIZON ((int64_t)DUN__HOURS_DATES * 86400)

/* The next instant after t at which the reach of a search that found nothing (reason NEVER_OPEN)
 * is another. */
dun_time dun__horizon_turn(dun_time t);

/* For a permitted t: the first instant after it that some guard denies; DUN_TIME_NEVER. */
dun_time dun__permitted_until(const struct dun__case *c, const struct dun__ask *ask, dun_time t);

#endif
