/* SPDX-License-Identifier: MIT */
/*
 * What the debtor, or the host by hand, has said about being contacted: consent, agreed hours,
 * inconvenient hours, requests, waivers. Each looks the log up, from the newest entry back.
 */
#ifndef DUN_CORE_TERMS_H
#define DUN_CORE_TERMS_H

#include "core/guard.h"

/* Which of them a log has at all, as bits of dun__case.terms. */
#define DUN__TERM_CONSENT 1u
#define DUN__TERM_AGREED 2u
#define DUN__TERM_BLACKOUT 4u
#define DUN__TERM_REQUEST 8u
#define DUN__TERM_WAIVE 16u

/* The bit of an entry, 0 = it is none of them. */
uint32_t dun__term_of(const struct dun_event *e);

/* When the next of them was said, at place `end` of the log or after; DUN_TIME_NEVER. */
dun_time dun__next_term(const struct dun__case *c, size_t end);

/* The instants until which they stand, as of t and the log's first `end` entries: DUN_TIME_MIN = there
 * is none, DUN_TIME_NEVER = without end. */

/* A consent of the party to contacts of this kind and channel that lifts the rule. */
dun_time dun__consent_until(const struct dun__case *c, const struct dun__rule *r,
                            const struct dun__ask *ask, dun_time t, size_t end);
/* The debtor's request to be contacted, which no later contact has answered. */
dun_time dun__request_until(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                            size_t end);

/* Agreed hours in a zone: the first instant >= t within them, DUN_TIME_NEVER; for t within them the
 * first instant after t at which some of them end, else DUN_TIME_NEVER. */
dun_time dun__agreed_open(const struct dun__case *c, const struct dun__ask *ask,
                          const struct dun__zone *zone, dun_time t);
dun_time dun__agreed_close(const struct dun__case *c, const struct dun__ask *ask,
                           const struct dun__zone *zone, dun_time t);

/* Inconvenient hours in a zone: t, or the end of those that t lies in; the next start after t. */
dun_time dun__blackout_free(const struct dun__case *c, const struct dun__ask *ask,
                            const struct dun__zone *zone, dun_time t);
dun_time dun__blackout_next(const struct dun__case *c, const struct dun__ask *ask,
                            const struct dun__zone *zone, dun_time t);

#endif
