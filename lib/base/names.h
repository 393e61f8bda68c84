/* SPDX-License-Identifier: MIT */
/* The vocabulary: names and traits of the public constants, and stable ids of names. */
#ifndef DUN_BASE_NAMES_H
#define DUN_BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

/* Traits of an outcome (design: attempt, connected, conversation, success, failure, and what each
 * says of the debtor's willingness or of the address). */
#define DUN__TRAIT_ATTEMPT 1u
#define DUN__TRAIT_CONNECTED 2u
#define DUN__TRAIT_CONVERSATION 4u
#define DUN__TRAIT_SUCCESS 8u
#define DUN__TRAIT_FAILURE 16u
#define DUN__TRAIT_COOPERATIVE 32u
#define DUN__TRAIT_REFUSING 64u
#define DUN__TRAIT_DEAD 128u /* the address is dead */

#define DUN__OUTCOMES 28u

/* Past them: refused, hung_up and opted_out other than by voice or at a visit. To write back a refusal
 * is no conversation, in all else it is the same. */
#define DUN__WRITTEN_REFUSED 28u
#define DUN__WRITTEN_HUNG_UP 29u
#define DUN__WRITTEN_OPTED_OUT 30u
#define DUN__OUTCOMES_OVER 31u

/* An outcome, or one of those past them, of a contact of a kind (DUN_CONTACT_, 0 = not known). */
uint32_t dun__outcome_over(uint32_t outcome, uint32_t kind);

/* Traits of an outcome, or of one past them; 0 for an unknown number. */
uint32_t dun__outcome_traits(uint32_t outcome);

/* The set (bit i = outcome i, or the one past them) of the outcomes with a trait named "attempt", "connected",
 * "conversation", "success", "failure", "cooperative" or "refusing", or of the one outcome of that
 * name; one that is both ("conversation") means the trait. 0 = neither. */
uint32_t dun__outcome_set(const char *name, size_t size);

/* Whether an outcome uses up its occurrence. */
static inline int dun__performs(uint32_t outcome)
{
  return outcome != DUN_OUTCOME_NONE && outcome != DUN_OUTCOME_QUEUED &&
         outcome != DUN_OUTCOME_UNKNOWN && (dun__outcome_traits(outcome) & DUN__TRAIT_FAILURE) == 0;
}

/* 32-bit FNV-1a, never 0; 0 for no bytes. */
uint32_t dun__hash(const char *text, size_t size);
uint32_t dun__channel_hash(uint32_t kind, const char *name, size_t size);

/* Numbers of names by length; 0 = no such name. (A party is one more than its DUN_PARTY_.) */
uint32_t dun__contact_from_name(const char *name, size_t size);
uint32_t dun__action_from_name(const char *name, size_t size);
uint32_t dun__hold_from_name(const char *name, size_t size);
uint32_t dun__party_from_name(const char *name, size_t size);

#endif
