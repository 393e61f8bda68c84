/* SPDX-License-Identifier: MIT */
/* Hours of the week as people write them, and as events hold them. */
#ifndef DUNCTL_WEEKLY_H
#define DUNCTL_WEEKLY_H

#include <stdbool.h>
#include <stdint.h>

/* The name of a day of the week, 0 = Monday; NULL past Sunday. */
const char *weekly_day(uint32_t i);
/* All of them, as bits. */
#define WEEKLY_EVERY_DAY 127u

/* Read a time of day, "00:00" to "24:00", as minutes. */
bool weekly_clock(const char *text, uint32_t *minute);

/* `amount` of HOURS_AGREED and BLACKOUT. */
int64_t weekly_amount(uint32_t from, uint32_t to);

#endif
