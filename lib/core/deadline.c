/* SPDX-License-Identifier: MIT */
/* Deadlines: the last instant at which an action is in time (design 5.6). */
#include "core/deadline.h"

#include "base/arith.h"
#include "core/clock.h"
#include "core/guard.h"

/* The end of the date n dates after t's, not counting dates whose start lies under a hold. */
static dun_time end_of_date(const struct dun__case *c, dun_time t, int64_t n, bool held)
{
  int64_t day = dun__today(c, t);
  dun_time end;
  while (n > 0) {
    int64_t run = n, next = day + 1;
    dun_time start = dun__start_of(c, next), hold;
    if (start == DUN_TIME_NEVER)
      return DUN_TIME_NEVER;
    if (held && dun__hold_free(c, start) != start) {
      day = dun__date_from(c, dun__hold_free(c, start));
      if (day == DUN__NO_DAY)
        return DUN_TIME_NEVER;
      day--;
      continue;
    }
    hold = held ? dun__hold_next(c, start) : DUN_TIME_NEVER;
    if (hold != DUN_TIME_NEVER) /* the free dates up to that hold */
      run = dun__min(n, dun__date_from(c, hold) - next);
    run = dun__max(run, 1);
    day += run;
    n -= run;
  }
  end = dun__start_of(c, day + 1);
  return end == DUN_TIME_NEVER ? DUN_TIME_NEVER : end - 1;
}

dun_time dun__deadline(const struct dun__case *c, struct dun__span within, dun_time first,
                       bool held)
{
  if (first == DUN_TIME_NEVER || within.unit == DUN__SPAN_NONE)
    return DUN_TIME_NEVER;
  if (within.unit == DUN__SPAN_SECONDS)
    return dun__wait(c, first, within, DUN__NO_TIME);
  return end_of_date(c, first, within.n, held);
}
