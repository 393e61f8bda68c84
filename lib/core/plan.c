/* SPDX-License-Identifier: MIT */
/* Plans: for when the next occurrence of a step is planned, and which passed unperformed. */
#include "core/plan.h"

#include "base/arith.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/fold.h"
#include "core/ladder.h"
#include "core/offer.h"
#include "core/tries.h"

enum dun__passing dun__passing(const struct dun_policy *p, const struct dun__step *s)
{
  if (s->late == DUN__LATE_SKIP)
    return DUN__PASSING_WITHIN;
  if (s->every.unit == DUN__SPAN_NONE)
    return DUN__PASSING_ONCE;
  if (s->late != DUN__LATE_UNSAID)
    return DUN__PASSING_STAYS;
  return p->catch_up == DUN__CATCH_UP_EACH   ? DUN__PASSING_EACH
         : p->catch_up == DUN__CATCH_UP_SKIP ? DUN__PASSING_DATE
                                             : DUN__PASSING_NEWEST;
}

/* The first instant >= t that shows the step's time of day; t itself if it has none. */
static dun_time at_time(const struct dun__case *c, dun_time t, uint32_t minute)
{
  dun_day day;
  dun_time at;
  if (minute == DUN__NO_TIME || t == DUN_TIME_NEVER)
    return t;
  day = dun__today(c, t);
  at = dun__time_on(c, day, minute);
  return at >= t ? at : dun__time_on(c, (int64_t)day + 1, minute);
}

/* The step's wait after an instant, and then its time of day. */
static dun_time wait_for(const struct dun__case *c, dun_time from, const struct dun__step *s)
{
  dun_time at = dun__wait(c, from, s->span, s->time);
  bool dated = s->span.unit != DUN__SPAN_NONE && s->span.unit != DUN__SPAN_SECONDS;
  if (!dated || at < from) /* a wait of days has the time in it */
    at = at_time(c, dun__max(at, from), s->time);
  return at;
}

/* Whether an instant that never comes is the calendar's doing, and not that of a hold without end
 * that stops the clock. */
static bool calendar_ends(const struct dun__case *c, struct dun__span span, dun_time at)
{
  bool stands = c->stop_count > 0 && c->stops[c->stop_count - 1].until == DUN_TIME_NEVER;
  return at == DUN_TIME_NEVER && span.unit == DUN__SPAN_BUSINESS && !stands;
}

/* The plan of the first occurrence; *unknown: its calendar does not say. */
static dun_time first_plan(const struct dun__case *c, const struct dun__step *s, dun_time t,
                           bool *unknown)
{
  dun_time at, from = DUN_TIME_NEVER;
  switch (s->timing) {
  case DUN__TIMING_AT:
    at = dun__time_on(c, dun__nth_after(c, c->account.due_day, s->at), s->time);
    break;
  case DUN__TIMING_AFTER: at = wait_for(c, from = c->track[s->after].last_performed, s); break;
  default: at = wait_for(c, from = dun__stage_entry(c, s->stage, t), s); break;
  }
  if (from != DUN_TIME_NEVER && calendar_ends(c, s->span, at))
    *unknown = true;
  return at < c->placed ? at_time(c, c->placed, s->time) : at;
}

/* The deadline of a plan under skip: counted from the plan itself. */
static dun_time skip_deadline(const struct dun__case *c, const struct dun__step *s,
                              dun_time planned)
{
  return dun__deadline(c, s->within, planned, s->action != DUN_ACTION_TASK);
}

/* A row of plans: plan k lies `shift` + k periods after the anchor. Months are counted from the last
 * performed instant itself, so that the day of the month is not lost on the way. */
struct row {
  dun_time anchor; /* DUN_TIME_NEVER = no plan */
  int64_t shift;
};

static dun_time plan_at(const struct dun__case *c, const struct dun__step *s, struct row row,
                        int64_t k)
{
  return row.anchor == DUN_TIME_NEVER
             ? row.anchor
             : dun__plan_after(c, row.anchor, s->every, s->time, row.shift + k);
}

/* How many plans of the row after its first have come by t. */
static int64_t come(const struct dun__case *c, const struct dun__step *s, struct row row,
                    dun_time t)
{
  return dun__max(0, dun__plans_between(c, row.anchor, s->every, s->time, t) - row.shift);
}

/* How many of the row's plans are missed by t. */
static int64_t passed_by(const struct dun__case *c, const struct dun__step *s, struct row row,
                         dun_time t)
{
  int64_t low = 0, high;
  dun_time first;
  switch (dun__passing(c->policy, s)) {
  case DUN__PASSING_NEWEST:
  case DUN__PASSING_DATE: return come(c, s, row, t);
  case DUN__PASSING_WITHIN:
    first = plan_at(c, s, row, 0);
    if (first == DUN_TIME_NEVER || t <= skip_deadline(c, s, first))
      return 0;
    if (s->every.unit == DUN__SPAN_NONE)
      return 1;
    high = come(c, s, row, t) + 1;
    while (low + 1 < high) { /* plan `low` is missed, plan `high` is not */
      int64_t middle = low + (high - low) / 2;
      if (t > skip_deadline(c, s, plan_at(c, s, row, middle)))
        low = middle;
      else
        high = middle;
    }
    return high;
  default: return 0;
  }
}

/* The plans after the last occurrence that was used up. */
static struct row after_used(const struct dun__case *c, const struct dun__step *s, dun_time last)
{
  struct row row = {last, 1};
  if (plan_at(c, s, row, 0) < c->placed) {
    row.anchor = at_time(c, c->placed, s->time);
    row.shift = 0;
  }
  return row;
}

/* Of a row's plans, those that were given up or stood in for. */
static int64_t given_up(const struct dun__case *c, const struct dun__step *s,
                        const struct dun__counts *n, struct row row)
{
  switch (dun__passing(c->policy, s)) {
  case DUN__PASSING_NEWEST:
  case DUN__PASSING_DATE:
  case DUN__PASSING_WITHIN:
    if (n->given_up == DUN_TIME_NEVER || n->given_up < plan_at(c, s, row, 0))
      return 0;
    return passed_by(c, s, row, n->given_up) + 1;
  default: return n->skipped;
  }
}

/* What was missed between two used up ones, seen from the first event of the second. */
static uint32_t missed_between(const struct dun__case *c, const struct dun__step *s,
                               const struct dun__counts *n, dun_time last, dun_time begun)
{
  int64_t missed;
  if (s->times == 0 || s->every.unit == DUN__SPAN_NONE)
    return 0;
  missed = dun__max(passed_by(c, s, after_used(c, s, last), begun), n->skipped);
  return (uint32_t)dun__min(missed, s->times);
}

void dun__use_up(const struct dun__case *c, uint32_t step, struct dun__counts *n, dun_time last,
                 dun_time begun)
{
  if (last == DUN_TIME_NEVER) {
    n->first_begun = begun;
    n->missed_first = n->skipped;
  } else {
    n->missed += missed_between(c, &dun__steps(c->policy)[step], n, last, begun);
  }
  n->skipped = 0;
  n->given_up = DUN_TIME_NEVER;
  n->stood_in = DUN_TIME_MIN;
}

/* The row of plans of `catch_up: each` is fixed; what is caught up keeps its distance. How many are
 * done with; `ends`: so is the newest delivery. */
static int64_t each_done(const struct dun__case *c, uint32_t step, dun_time first, bool ends,
                         struct dun__plan *p)
{
  const struct dun__track *k = &c->track[step];
  int64_t done = k->foreign + dun__nothing_since(c, step, first) + (ends && k->last.first >= first);
  if (k->performed > 0) {
    done += dun__performed_since(c, step, first);
    p->earliest = dun__wait(c, k->last_performed, c->policy->spacing, DUN__NO_TIME);
  }
  return done;
}

/* Fill the plan from the row on whose first `p->left` occurrences are left. */
static void look(const struct dun__case *c, const struct dun__step *s, dun_time t,
                 struct dun__plan *p)
{
  struct row row = {p->anchor, p->shift};
  bool within = dun__passing(c->policy, s) == DUN__PASSING_WITHIN;
  bool repeats = s->every.unit != DUN__SPAN_NONE;
  p->passed = passed_by(c, s, row, t);
  if (within && p->passed >= p->left) {
    p->used_up = true;
    return;
  }
  p->passed = dun__min(p->passed, p->left - 1);
  p->missed = p->passed > 0;
  p->planned = plan_at(c, s, row, p->passed);
  if (repeats && p->passed < p->left - 1)
    p->next = plan_at(c, s, row, p->passed + 1);
  if (within)
    p->deadline = skip_deadline(c, s, p->planned);
}

/* What a plan is made from. */
struct basis {
  struct dun__counts counts;
  uint32_t performed;
  dun_time last; /* when an occurrence was last used up; DUN_TIME_NEVER = none was */
  bool ends;     /* the newest delivery has ended its occurrence, which the fold does not know */
};

static void plan_on(const struct dun__case *c, uint32_t step, dun_time t, const struct basis *b,
                    struct dun__plan *p)
{
  static const struct dun__plan none = {.planned = DUN_TIME_NEVER,
                                        .next = DUN_TIME_NEVER,
                                        .deadline = DUN_TIME_NEVER,
                                        .earliest = DUN_TIME_MIN,
                                        .anchor = DUN_TIME_NEVER,
                                        .left = INT64_MAX};
  const struct dun__step *s = &dun__steps(c->policy)[step];
  const struct dun__counts *n = &b->counts;
  int64_t used = (int64_t)b->performed + n->missed;
  struct row first = {DUN_TIME_NEVER, 0}, row;
  *p = none;
  if (dun__ordered(c, step, t)) { /* by hand: now, and once */
    p->planned = p->anchor = c->track[step].ordered_at;
    return;
  }
  first.anchor = first_plan(c, s, t, &p->unknown);
  row = first;
  if (s->every.unit == DUN__SPAN_NONE) {
    p->left = 1;
    p->used_up = used > 0 || n->skipped > 0;
  } else {
    if (b->last != DUN_TIME_NEVER && s->times > 0)
      used += dun__max(first.anchor <= n->first_begun ? passed_by(c, s, first, n->first_begun) : 0,
                       n->missed_first);
    if (dun__passing(c->policy, s) == DUN__PASSING_EACH) {
      row.shift = each_done(c, step, first.anchor, b->ends, p);
      used += n->skipped;
    } else {
      int64_t given;
      if (b->last != DUN_TIME_NEVER)
        row = after_used(c, s, b->last);
      given = given_up(c, s, n, row);
      row.shift += given;
      used += given;
    }
    p->unknown = p->unknown || (row.anchor != DUN_TIME_NEVER &&
                                calendar_ends(c, s->every, plan_at(c, s, row, 0)));
    if (s->times > 0) {
      p->left = (int64_t)s->times - used;
      p->used_up = p->left <= 0;
    }
  }
  p->anchor = row.anchor;
  p->shift = row.shift;
  if (p->used_up || plan_at(c, s, row, 0) == DUN_TIME_NEVER)
    return;
  look(c, s, t, p);
  /* a stand-in took the place of the plan before: this one does not lie before it */
  p->planned = dun__max(p->planned, n->stood_in);
}

/* By what the fold has counted. */
static struct basis as_counted(const struct dun__case *c, uint32_t step)
{
  const struct dun__track *k = &c->track[step];
  struct basis b = {k->counts, k->performed, k->last_performed, false};
  if (k->stayed.about != DUN_TIME_NEVER) {
    b.last = dun__stayed_until(c, step);
    if (k->last_performed != DUN_TIME_NEVER)
      b.last = dun__max(b.last, k->last_performed);
  }
  return b;
}

void dun__plan(const struct dun__case *c, uint32_t step, dun_time t, bool now, struct dun__plan *p)
{
  const struct dun__track *k = &c->track[step];
  const struct dun__delivery *d = &k->last;
  dun_time settles = DUN_TIME_NEVER;
  struct basis b = as_counted(c, step);
  if (d->known && dun__stays(&dun__steps(c->policy)[step], d) && !dun__counted_is(k, d))
    settles = dun__settles(c, step);
  if (t >= settles) { /* it stayed queued */
    dun__use_up(c, step, &b.counts, b.last, d->first);
    b.counts.missed++;
    b.last = b.last == DUN_TIME_NEVER ? settles : dun__max(b.last, settles);
    b.ends = true;
  } else if (now) {
    b.counts.skipped++;
    b.counts.given_up = d->first;
    b.ends = true;
  }
  plan_on(c, step, t, &b, p);
  p->given_up = now;
  if (now && dun__ordered(c, step, t)) /* it was tried as often as may be */
    p->used_up = k->last.place > k->ordered_place;
}

void dun__plan_of_stayed(const struct dun__case *c, uint32_t step, struct dun__plan *p)
{
  const struct dun__stayed *q = &c->track[step].stayed;
  const struct basis b = {q->counts, q->performed, q->after, false};
  plan_on(c, step, q->first, &b, p);
}

bool dun__plan_skip(const struct dun__case *c, uint32_t step, dun_time at, struct dun__plan *p)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  struct row row = {p->anchor, p->shift};
  bool within = dun__passing(c->policy, s) == DUN__PASSING_WITHIN;
  int64_t passed;
  if (s->every.unit == DUN__SPAN_NONE)
    return false;
  /* on its date only: the next plan, or the newest by then; after the last there is no other */
  passed = within ? passed_by(c, s, row, at) : dun__min(come(c, s, row, at), p->left - 1);
  passed = dun__max(passed, p->passed + 1);
  if (passed >= p->left)
    return false;
  p->passed = passed;
  p->missed = true;
  p->planned = plan_at(c, s, row, passed);
  p->next = passed < p->left - 1 ? plan_at(c, s, row, passed + 1) : DUN_TIME_NEVER;
  p->deadline = within ? skip_deadline(c, s, p->planned) : DUN_TIME_NEVER;
  return p->planned != DUN_TIME_NEVER;
}

dun_time dun__plan_ends(const struct dun__case *c, uint32_t step, const struct dun__plan *p)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  struct row row = {p->anchor, p->shift};
  if (p->used_up || p->left == INT64_MAX)
    return DUN_TIME_NEVER;
  return dun__time_add(skip_deadline(c, s, plan_at(c, s, row, p->left - 1)), 1);
}
