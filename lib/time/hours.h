/* SPDX-License-Identifier: MIT */
/* Weekly hours: the windows of each weekday in a zone, asked for the next opening and closing. */
#ifndef DUN_TIME_HOURS_H
#define DUN_TIME_HOURS_H

#include <stdint.h>

#include <dun/dun.h>

#include "time/calendar.h"
#include "time/zone.h"

/* Minutes of the local day, from inclusive, to exclusive; 0 <= from < to <= 1440. */
struct dun__window {
  uint16_t from;
  uint16_t to;
};

/* Windows of weekday d (0 = Monday) are [first[d], first[d + 1]) of a window array, sorted and
 * neither touching nor overlapping. */
struct dun__week {
  uint16_t first[8];
};

/* The hours of holidays: on such a date of the calendar the other week's windows are in force. A date
 * that the calendar does not know is closed. */
struct dun__holidays {
  const struct dun__week *week; /* in the same array of windows */
  const struct dun__calendar *calendar;
  const struct dun__calendar_date *dates;
};

/* How many local dates a search goes on before it says NEVER. */
#define DUN__HOURS_DATES 400

/* The first instant >= t inside a window; DUN_TIME_NEVER if none within DUN__HOURS_DATES dates.
 * holidays: NULL = every date is as its weekday.
 * On a DST gap an edge moves to the first instant after it; on an overlap an opening takes the
 * later reading and a closing the earlier. A window that this empties is closed that day. */
dun_time dun__hours_open(const struct dun__week *week, const struct dun__window *windows,
                         const struct dun__holidays *holidays, const struct dun__zone *zone,
                         dun_time t);

/* For t inside a window: the first instant > t that is outside; windows that meet (to 24:00 and
 * from 00:00 of the next date) count as one. DUN_TIME_NEVER if it stays open for
 * DUN__HOURS_DATES dates. For t outside: t. */
dun_time dun__hours_close(const struct dun__week *week, const struct dun__window *windows,
                          const struct dun__holidays *holidays, const struct dun__zone *zone,
                          dun_time t);

#endif
