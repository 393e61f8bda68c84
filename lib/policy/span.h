/* SPDX-License-Identifier: MIT */
/* Spans of time as a policy writes them. */
#ifndef DUN_POLICY_SPAN_H
#define DUN_POLICY_SPAN_H

#include <stdint.h>

/* Spans of time: `15m`, `4h` elapsed; `2d`, `3w` civil days; `1mo` months; `3bd` open dates of the
 * policy's calendar. All but elapsed time give a date. */
#define DUN__SPAN_NONE 0u
#define DUN__SPAN_SECONDS 1u
#define DUN__SPAN_DAYS 2u
#define DUN__SPAN_MONTHS 3u
#define DUN__SPAN_BUSINESS 4u
#define DUN__MAX_MONTHS 1200
#define DUN__MAX_BUSINESS 25000

struct dun__span {
  uint32_t unit;
  int32_t n; /* >= 0 */
};

#endif
