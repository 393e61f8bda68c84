/* SPDX-License-Identifier: MIT */
/* Writing instants for the public functions that know a zone. */
#ifndef DUN_TIME_CIVIL_API_H
#define DUN_TIME_CIVIL_API_H

#include <stdint.h>

#include <dun/dun.h>

/* Write an instant as RFC 3339 at an offset (strictly within +-26 hours), "Z" for 0, with a NUL;
 * "never" for DUN_TIME_NEVER. RFC 3339 has no seconds in an offset, so both the offset and the
 * local time drop them (old local mean times only): the text reads back as the same instant.
 * Other illegal instants are clamped. */
void dun__time_write(dun_time at, int32_t offset, char out[32]);

#endif
