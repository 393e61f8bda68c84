/* SPDX-License-Identifier: MIT */
/*
 * Plans: for when the policy plans the next occurrence of a step, which occurrences passed
 * unperformed, and how many are left (design 4, 5.3, 5.6).
 */
#ifndef DUN_CORE_PLAN_H
#define DUN_CORE_PLAN_H

#include "core/case.h"

/* Where a step stands in its repetitions. */
struct dun__plan {
  dun_time planned;  /* of the occurrence to perform next; DUN_TIME_NEVER = waits for a step */
  dun_time next;     /* the plan after it; DUN_TIME_NEVER = none */
  dun_time deadline; /* under skip: the last instant in time; else DUN_TIME_NEVER */
  dun_time earliest; /* nothing before it: the spacing of what is caught up */
  /* the row of plans: plan k lies shift + k periods after the anchor, `passed` were missed */
  dun_time anchor;
  int64_t shift, passed;
  int64_t left; /* occurrences left with this one; INT64_MAX = without limit */
  bool used_up;
  bool missed;   /* earlier ones passed unperformed */
  bool given_up; /* the newest delivery's tries are spent: it holds nothing up any more */
  bool unknown;  /* a calendar does not say when */
};

/* What becomes of plans that pass unperformed. */
enum dun__passing {
  DUN__PASSING_ONCE,   /* there is one plan */
  DUN__PASSING_STAYS,  /* the first unperformed stays (late: do, escalate) */
  DUN__PASSING_NEWEST, /* the newest replaces those before it */
  DUN__PASSING_EACH,   /* all are performed: a fixed row */
  DUN__PASSING_DATE,   /* the newest, on its date only (catch_up: skip) */
  DUN__PASSING_WITHIN  /* each until its own deadline (late: skip) */
};
enum dun__passing dun__passing(const struct dun_policy *p, const struct dun__step *s);

/* The plan of a step at t. `given_up`: the tries of its newest delivery are spent, so that its
 * occurrence is missed. */
void dun__plan(const struct dun__case *c, uint32_t step, dun_time t, bool given_up,
               struct dun__plan *out);

/* The plan of the step's delivery that stayed queued, by what was counted when it began. */
void dun__plan_of_stayed(const struct dun__case *c, uint32_t step, struct dun__plan *out);

/* Under skip: the first plan from p's on that may still be taken at `at` or later moves up to it.
 * False: its occurrences are used up. */
bool dun__plan_skip(const struct dun__case *c, uint32_t step, dun_time at, struct dun__plan *p);

/* For a plan made at t under `late: skip`: the instant at which time alone has missed its last
 * occurrence; DUN_TIME_NEVER. */
dun_time dun__plan_ends(const struct dun__case *c, uint32_t step, const struct dun__plan *p);

/* An occurrence is used up by a delivery that was begun at `begun`; `last`: when the one before it
 * was, DUN_TIME_NEVER = it is the first. What was missed between the two is counted. For the fold,
 * and for what the fold does not know yet. */
void dun__use_up(const struct dun__case *c, uint32_t step, struct dun__counts *n, dun_time last,
                 dun_time begun);

#endif
