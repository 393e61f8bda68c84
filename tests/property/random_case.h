/* SPDX-License-Identifier: MIT */
/* Random policies, accounts and logs for property tests; the same seed gives the same case. */
#ifndef DUN_TESTS_RANDOM_CASE_H
#define DUN_TESTS_RANDOM_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include <dun/dun.h>

struct rng {
  uint64_t state;
};

uint64_t rng_next(struct rng *r);
/* 0 <= result < n. */
uint32_t rng_below(struct rng *r, uint32_t n);
/* True one time in n. */
bool rng_one_in(struct rng *r, uint32_t n);

/* Parts of the language that a random policy may draw from. */
#define RANDOM_STEPWISE (UINT32_C(1) << 0)       /* advance: stepwise, min_stay, optional */
#define RANDOM_CATCH_UP (UINT32_C(1) << 1)       /* catch_up, spacing */
#define RANDOM_DEESCALATE (UINT32_C(1) << 2)     /* deescalate: false */
#define RANDOM_CYCLE (UINT32_C(1) << 3)          /* cycle: episode */
#define RANDOM_LATE (UINT32_C(1) << 4)           /* late, on_escalation */
#define RANDOM_RETRY (UINT32_C(1) << 5)          /* retry */
#define RANDOM_ANY (UINT32_C(1) << 6)            /* use: {any: ...} */
#define RANDOM_MONTHS (UINT32_C(1) << 7)         /* 1mo */
#define RANDOM_BUSINESS (UINT32_C(1) << 8)       /* 2bd, calendars, calendar */
#define RANDOM_TO (UINT32_C(1) << 9)             /* steps to the co-borrower and the guarantor */
#define RANDOM_WHEN_CONTACTS (UINT32_C(1) << 10) /* attempts, conversations, days_since */
#define RANDOM_WHEN_PARTY (UINT32_C(1) << 11)    /* party */
#define RANDOM_EVERYTHING ((UINT32_C(1) << 12) - 1)
/* What the compiler knows by now. */
#define RANDOM_FEATURES RANDOM_EVERYTHING

/* A policy text of the language as it is now; returns its length. */
size_t random_policy(struct rng *r, char *text, size_t size);
/* The same with the given features only. */
size_t random_policy_with(struct rng *r, uint32_t features, char *text, size_t size);

#define RANDOM_LOG_MAX 200

struct random_case {
  struct dun_account account;
  struct dun_event events[RANDOM_LOG_MAX];
  size_t count;
  dun_time now;
};

/* An account and a log as a host would come to have them: decisions carried out, or not; answers,
 * holds, corrections, facts that moved, entries of a sibling account. */
void random_history(struct rng *r, const dun_policy *policy, struct random_case *c, size_t length);

/* Append to the log (in order: at is raised to the last entry's instant if need be). */
bool random_append(struct random_case *c, struct dun_event e);

/* Conduct rules of the policy's own, to stand at the end of a random policy's text; returns their
 * length. And a few entries about them (consent, hours, waivers, requests), after which c->now moves on. */
size_t random_rules(struct rng *r, char *text, size_t size);
void random_terms(struct rng *r, struct random_case *c);

/* Whether two decisions agree in all that the review contract promises. */
bool same_answer(const struct dun_decision *a, const struct dun_decision *b);

/* Print a case, for a failing run. */
void print_case(const char *policy_text, const struct random_case *c);
void print_decision(const char *label, const struct dun_decision *d);

#endif
