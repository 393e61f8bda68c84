/* SPDX-License-Identifier: MIT */
/*
 * Tries: which channels a step may still use, what became of the tries of its newest occurrence, and
 * when the next may be made (design 5.4, 5.8, 5.9).
 */
#ifndef DUN_CORE_TRIES_H
#define DUN_CORE_TRIES_H

#include "core/case.h"

/* Whether a contact's channels reach its party at all; true for what is no contact. *reasons gets
 * why a channel does not. */
bool dun__reachable(const struct dun__case *c, const struct dun__step *s, uint64_t *reasons);

/* The bits (1 << channel) of the step's channels that reach. */
uint32_t dun__reaching(const struct dun__case *c, const struct dun__step *s, uint64_t *reasons);

/* For a step whose last delivery is queued: when it is judged unknown; else DUN_TIME_NEVER. */
dun_time dun__settles(const struct dun__case *c, uint32_t step);

/* When the step's delivery that stayed queued was; where a hold without end keeps that from coming,
 * when it was queued. */
dun_time dun__stayed_until(const struct dun__case *c, uint32_t step);
/* The same for any queued delivery, as far as the fold can say: as if it had been begun on
 * the date of its plan. */
dun_time dun__settles_about(const struct dun__case *c, uint32_t step,
                            const struct dun__delivery *d);

/* Whether the newest delivery of the step came to nothing, as seen at t: failed, or unknown. */
bool dun__tried(const struct dun__case *c, uint32_t step, dun_time t);

/* Whether the newest delivery of the step was the last try of its occurrence. */
bool dun__spent(const struct dun__case *c, uint32_t step, dun_time t);

/* When the tries of an occurrence are spent: the first instant for another one, on the next date. */
dun_time dun__after_tries(const struct dun__case *c, uint32_t step);

/* Whether the tries of the step's newest occurrence (its own, or of what stood in for it) are spent
 * on every channel, so that the occurrence is missed. */
bool dun__tries_spent(const struct dun__case *c, uint32_t step, dun_time t);

/* For a step that was tried: of `channels`, those whose tries for that occurrence are not spent. */
uint32_t dun__unspent(const struct dun__case *c, uint32_t step, uint32_t channels);

/* The first instant after all outcomes of the step: the same one is never repeated at once. */
dun_time dun__touched(const struct dun__case *c, uint32_t step);

/* The first instant at which `channels` may be tried again for the newest occurrence. */
dun_time dun__next_try(const struct dun__case *c, uint32_t step, uint32_t channels, dun_time t);

#endif
