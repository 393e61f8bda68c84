/* SPDX-License-Identifier: MIT */
/* Guards: what a contact or adverse action must pass, as instants that are permitted (design 7). */
#ifndef DUN_CORE_GUARD_H
#define DUN_CORE_GUARD_H

#include "core/case.h"

/* What is asked of the guards: an action, and for a contact its kind, party, channel and more. */
struct dun__ask {
  uint64_t account; /* the case's own; another for a contact of the log */
  uint32_t action;
  uint32_t kind; /* DUN_CONTACT_, 0 for what is no contact */
  uint32_t party;
  uint32_t channel; /* index; DUN__NONE = none of the policy */
  uint32_t step;    /* index; DUN__NONE = tied to no step */
  uint32_t place;   /* DUN_PLACE_, never unknown for a contact */
  uint32_t address; /* 0 = unknown */
  size_t skip;      /* the place in the log of an entry that is left out: the own INTENT */
};

/* No entry is left out. */
#define DUN__SKIP_NONE SIZE_MAX

/* A contact by a channel of the policy, or an action that is none (channel DUN__NONE), for a step or
 * DUN__NONE. */
struct dun__ask dun__ask_for(const struct dun__case *c, uint32_t action, uint32_t channel,
                             uint32_t party, uint32_t step);
/* What a step asks by one of its channels; its open INTENT is left out. */
struct dun__ask dun__ask_of_step(const struct dun__case *c, uint32_t step, uint32_t channel);

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
  uint32_t rule;   /* index of the conduct rule, DUN__NONE = it is none */
  bool zone2;      /* in the second possible zone */
  dun_time from, to;
};
struct dun__trace {
  void (*moved)(void *data, const struct dun__move *move);
  void *data;
};
/* dun__permitted(), telling each move. */
dun_time dun__permitted_traced(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                               uint64_t *reasons, const struct dun__trace *trace);

/* Whether some rule forbids a step this channel as of now (channel DUN__NONE: whatever it is); and the
 * next instant at which time alone may change that for any step. */
bool dun__forbidden(const struct dun__case *c, const struct dun__ask *ask);
dun_time dun__forbidden_turn(const struct dun__case *c);
/* The next instant at which a condition of some rule may turn; DUN_TIME_NEVER. */
dun_time dun__rules_turn(const struct dun__case *c);

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
