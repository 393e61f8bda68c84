/* SPDX-License-Identifier: MIT */
/* Zones as TZif bytes that no edition of tzdata changes: fixed ones by name, and random ones. */
#ifndef DUN_TESTS_ANSWERS_ZONES_H
#define DUN_TESTS_ANSWERS_ZONES_H

#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

#include "property/random_case.h"

/* For dun_compile.zone_data; user_data is not read. The zones of random_case.c under their names:
 * one rule each, taken for all times, and in one zone a few turns before it. */
dun_rc fixed_zone(void *user_data, const char *zone, const void **data, size_t *size);

/* A TZif file with random turns and a random rule, now and then damaged; at most `size` bytes. */
size_t random_zone(struct rng *r, uint8_t *bytes, size_t size);

#endif
