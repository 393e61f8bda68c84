/* SPDX-License-Identifier: MIT */
/*
 * The account's own clock: days past due and waits, both of which stand still under
 * clock-stopping holds. A date is stopped if such a hold covers its start; dates up to the due day
 * never are (design 5).
 */
#ifndef DUN_CORE_CLOCK_H
#define DUN_CORE_CLOCK_H

#include "core/case.h"

/* No such date. */
#define DUN__NO_DAY INT64_MAX

/* The date at t in the account's first zone. */
dun_day dun__today(const struct dun__case *c, dun_time t);
/* Its start; DUN__NO_DAY gives DUN_TIME_NEVER. */
dun_time dun__start_of(const struct dun__case *c, int64_t day);
/* A time of day on a date (minute, or DUN__NO_TIME for its start). */
dun_time dun__time_on(const struct dun__case *c, int64_t day, uint32_t minute);

/* The first date that starts at or after t. */
int64_t dun__date_from(const struct dun__case *c, dun_time t);

/* Dates in (after, day] that are not stopped. */
int64_t dun__counted(const struct dun__case *c, int64_t after, int64_t day);
/* The n-th date after `day` that is not stopped; n = 0: day itself. */
int64_t dun__nth_after(const struct dun__case *c, int64_t day, int64_t n);

int32_t dun__dpd_on(const struct dun__case *c, int64_t day);
/* The start of the first date whose DPD >= n. */
dun_time dun__dpd_start(const struct dun__case *c, int32_t n);

/* The n-th open date of the policy's calendar after `day` that is not stopped, n >= 1. Where the
 * calendar does not know a date that matters, DUN__NO_DAY. */
int64_t dun__nth_open(const struct dun__case *c, int64_t day, int64_t n);

/* The end of a wait that begins at t: for days, the start of the n-th date after t's that is not
 * stopped, or `minute` of it; for months, as many such dates as lie between t's date and the one
 * that many months on; for business days, open dates, of which 0 means the first that is not over
 * at t (t itself if it is t's own date); for seconds, counted outside stops. t NEVER gives NEVER,
 * and so does a calendar that does not know. Without `minute` no wait (0d, 0mo) gives t. */
dun_time dun__wait(const struct dun__case *c, dun_time t, struct dun__span span, uint32_t minute);

/* How many whole spans (not none) lie between the plan `first` and t: the number of further plans
 * first + span, first + 2 span, ... that are <= t. */
int64_t dun__plans_between(const struct dun__case *c, dun_time first, struct dun__span span,
                           uint32_t minute, dun_time t);
/* The plan k spans after `first`, k >= 0. */
dun_time dun__plan_after(const struct dun__case *c, dun_time first, struct dun__span span,
                         uint32_t minute, int64_t k);

#endif
