/* SPDX-License-Identifier: MIT */
/* What building a zone and asking it share: the widest offset, and when a rule's turn comes. */
#ifndef DUN_TIME_ZONE_RULE_H
#define DUN_TIME_ZONE_RULE_H

#include <stdint.h>

#include "time/zone.h"

/* Every offset lies strictly between -DUN__OFFSET_END and DUN__OFFSET_END (26 hours: the widest
 * that a POSIX rule can say, and what RFC 9636 allows in a file). */
#define DUN__OFFSET_END 93600

/* The instant of a turn in a year; `offset` is in force before it. */
dun_time dun__zone_turn_at(const struct dun__zone_turn *turn, int32_t year, int32_t offset);

#endif
