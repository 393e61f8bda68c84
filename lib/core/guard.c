/* SPDX-License-Identifier: MIT */
/* Guards: what a contact or adverse action must pass, as instants that are permitted (design 7). */
#include "core/guard.h"

#include "base/arith.h"
#include "core/rules.h"
#include "core/terms.h"
#include "core/when.h"

/* The floor under every policy: intrusive contacts between 08:00 and 20:00 local, where no rule says
 * otherwise. */
static const struct dun__window floor_windows[7] = {
    {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}, {480, 1200}};
static const struct dun__week floor_week = {{0, 1, 2, 3, 4, 5, 6, 7}};

dun_time dun__horizon_turn(dun_time t)
{
  if (t == DUN_TIME_NEVER)
    return DUN_TIME_NEVER;
  return dun__time_add((dun__floor_div(t, DUN__HORIZON) + 1) * DUN__HORIZON, 0);
}

static dun_time horizon(dun_time t)
{
  return dun__time_add(dun__horizon_turn(t), DUN__HORIZON);
}

struct dun__ask dun__ask_for(const struct dun__case *c, uint32_t action, uint32_t channel,
                             uint32_t party, uint32_t step)
{
  const dun_policy *p = c->policy;
  struct dun__ask ask = {.account = c->account.id,
                         .action = action,
                         .party = party,
                         .channel = channel,
                         .step = step,
                         .place = DUN_PLACE_PERSONAL,
                         .skip = DUN__SKIP_NONE};
  if (channel != DUN__NONE) {
    ask.kind = dun__channels(p)[channel].kind;
    ask.place = dun__channels(p)[channel].place;
  }
  return ask;
}

struct dun__ask dun__ask_of_step(const struct dun__case *c, uint32_t step, uint32_t channel)
{
  const struct dun__step *s = &dun__steps(c->policy)[step];
  struct dun__ask ask = dun__ask_for(c, s->action, channel, s->party, step);
  if (c->track[step].open.known)
    ask.skip = c->track[step].open.place;
  return ask;
}

dun_time dun__hold_free(const struct dun__case *c, dun_time t)
{
  for (bool moved = true; moved && t != DUN_TIME_NEVER;) {
    moved = false;
    for (uint32_t i = 0; i < c->hold_count; i++)
      if (c->holds[i].from <= t && t < c->holds[i].until) {
        t = c->holds[i].until;
        moved = true;
      }
  }
  return t;
}

dun_time dun__hold_next(const struct dun__case *c, dun_time t)
{
  dun_time next = DUN_TIME_NEVER;
  for (uint32_t i = 0; i < c->hold_count; i++)
    if (c->holds[i].from > t)
      next = dun__min(next, c->holds[i].from);
  return next;
}

dun_time dun__hold_began(const struct dun__case *c, dun_time t)
{
  dun_time began = DUN_TIME_NEVER;
  for (bool moved = true; moved;) {
    moved = false;
    for (uint32_t i = 0; i < c->hold_count; i++)
      if (c->holds[i].from < began && c->holds[i].from <= t &&
          (began == DUN_TIME_NEVER ? t < c->holds[i].until : began <= c->holds[i].until)) {
        began = c->holds[i].from;
        moved = true;
      }
  }
  return began;
}

bool dun__hold_binds(const struct dun__ask *ask)
{
  return ask->action != DUN_ACTION_TASK;
}

/* A search for a permitted instant on its way. */
struct search {
  const struct dun__case *c;
  const struct dun__ask *ask;
  const struct dun__zone *zones[2];
  uint32_t zone_count;
  dun_time t;
  dun_time limit; /* how far open hours are looked for */
  uint64_t why;
  const struct dun__trace *trace; /* or NULL */
};

/* Move on to `to`, if that is later; true if it is. */
static bool move_on(struct search *s, uint64_t reason, uint32_t rule, bool zone2, dun_time to)
{
  struct dun__move move = {reason, s->ask->kind, rule, zone2, s->t, to};
  if (to == s->t)
    return false;
  s->why |= reason | (zone2 ? DUN_REASON_ZONE2 : 0);
  s->t = to;
  if (s->trace != NULL)
    s->trace->moved(s->trace->data, &move);
  return true;
}

/* The same by hours, which are looked for only so far; what has a known end is not: from there the
 * search starts afresh. */
static bool move_within(struct search *s, uint64_t reason, uint32_t rule, bool zone2, dun_time to)
{
  if (to == DUN_TIME_NEVER || to > s->limit) {
    s->why |= DUN_REASON_NEVER_OPEN;
    to = DUN_TIME_NEVER;
  }
  return move_on(s, reason, rule, zone2, to);
}

static bool move_afresh(struct search *s, uint64_t reason, uint32_t rule, dun_time to)
{
  if (!move_on(s, reason, rule, false, to))
    return false;
  s->limit = horizon(s->t);
  return true;
}

/* The hours of a rule. */
struct hours {
  const struct dun__week *week;
  const struct dun__window *windows;
  struct dun__holidays holidays;
  const struct dun__holidays *have; /* &holidays, or NULL */
};

static void hours_of(const struct dun__case *c, const struct dun__rule *r, struct hours *h)
{
  const struct dun_policy *p = c->policy;
  h->week = &r->week;
  h->windows = dun__windows(p);
  h->have = NULL;
  if (r->calendar == DUN__NONE)
    return;
  h->holidays.week = &r->holiday;
  h->holidays.calendar = &dun__calendars(p)[r->calendar];
  h->holidays.dates = dun__dates(p);
  h->have = &h->holidays;
}

/* Whether nobody knows if the date at t is a holiday. */
static bool unknown_date(const struct hours *h, const struct dun__zone *zone, dun_time t)
{
  bool known = true;
  if (h->have == NULL || t == DUN_TIME_NEVER)
    return false;
  dun__calendar_holiday(h->holidays.calendar, h->holidays.dates, dun__zone_day(zone, t), &known);
  return !known;
}

static bool agreed_lifts(const struct dun__case *c, const struct dun__rule *r)
{
  return c->terms & DUN__TERM_AGREED && r->unless & DUN__UNLESS_AGREED;
}

/* The first instant >= t at which a rule of hours permits in one zone. */
static dun_time hours_free(struct search *s, const struct dun__rule *r, uint32_t zone, dun_time t)
{
  struct hours h;
  dun_time open;
  hours_of(s->c, r, &h);
  open = dun__hours_open(h.week, h.windows, h.have, s->zones[zone], t);
  if (open != t && agreed_lifts(s->c, r))
    open = dun__min(open, dun__agreed_open(s->c, s->ask, s->zones[zone], t));
  if (open != t && (unknown_date(&h, s->zones[zone], t) ||
                    (open == DUN_TIME_NEVER &&
                     unknown_date(&h, s->zones[zone], dun__time_add(t, DUN__HORIZON)))))
    s->why |= DUN_REASON_CALENDAR;
  return open;
}

static uint64_t reason_of(const struct dun__rule *r)
{
  switch (r->sort) {
  case DUN__RULE_HOURS: return DUN_REASON_HOURS;
  case DUN__RULE_CAP: return DUN_REASON_CAP;
  case DUN__RULE_COOLDOWN: return DUN_REASON_COOLDOWN;
  case DUN__RULE_EXCLUSIVE: return DUN_REASON_EXCLUSIVE;
  case DUN__RULE_FORBID: return DUN_REASON_FORBIDDEN;
  case DUN__RULE_REQUIRES: return DUN_REASON_PREREQUISITE;
  default: return DUN_REASON_LIMITATION;
  }
}

/* Where a rule that binds until `turn` and permits again at `free` leaves the search: at the earlier. */
static dun_time no_later(dun_time free, dun_time turn)
{
  return dun__min(free, turn);
}

/* One rule against the search's instant; true if it moved it. */
static bool pass(struct search *s, uint32_t i)
{
  const struct dun__rule *r = &dun__rules(s->c->policy)[i];
  dun_time turn = DUN_TIME_NEVER;
  bool waived = false, moved = false;
  if (r->confidence == DUN_CONFIDENCE_UNVERIFIED || !dun__rule_about(r, s->ask))
    return false;
  if (!dun__rule_binds(s->c, r, s->ask, s->t, &turn, &waived)) {
    s->why |= waived ? DUN_REASON_WAIVED : 0;
    return false;
  }
  if (r->sort != DUN__RULE_HOURS) {
    dun_time free = dun__rule_free(s->c, r, s->ask, s->t);
    return free != s->t && move_afresh(s, reason_of(r), i, no_later(free, turn));
  }
  for (uint32_t z = 0; z < s->zone_count && s->t < turn; z++) {
    dun_time open = hours_free(s, r, z, s->t);
    if (open != s->t)
      moved = move_within(s, DUN_REASON_HOURS, i, z > 0, no_later(open, turn)) || moved;
  }
  return moved;
}

/* The instant until which some pack that is in force at t, in every zone that the party may be in, covers
 * the kind; t = none does. *next: when one comes into force after t. */
static dun_time covered_until(const struct search *s, dun_time t, dun_time *next)
{
  const struct dun_policy *policy = s->c->policy;
  const struct dun__pack *p = dun__packs(policy);
  dun_time until = t;
  *next = DUN_TIME_NEVER;
  for (uint32_t i = 0; i < policy->packs.count; i++) {
    dun_time from = DUN_TIME_MIN, end = DUN_TIME_NEVER;
    if (!(p[i].covers >> s->ask->kind & 1u))
      continue;
    for (uint32_t z = 0; z < s->zone_count; z++) {
      if (p[i].from > DUN_DAY_MIN)
        from = dun__max(from, dun__zone_day_start(s->zones[z], p[i].from));
      if (p[i].until < DUN_DAY_MAX)
        end = dun__min(end, dun__zone_day_start(s->zones[z], (int64_t)p[i].until + 1));
    }
    if (from > t)
      *next = dun__min(*next, from);
    else if (end > t)
      until = dun__max(until, end);
  }
  return until;
}

static bool pass_floor(struct search *s)
{
  dun_time next;
  bool moved = false;
  if (!(s->c->policy->floor_kinds >> s->ask->kind & 1u))
    return false;
  for (uint32_t z = 0; z < s->zone_count && s->t != DUN_TIME_NEVER; z++) {
    dun_time open;
    if (covered_until(s, s->t, &next) != s->t)
      break;
    open = dun__hours_open(&floor_week, floor_windows, NULL, s->zones[z], s->t);
    if (open != s->t)
      moved = move_within(s, DUN_REASON_FLOOR, DUN__NONE, z > 0, no_later(open, next)) || moved;
  }
  return moved;
}

static bool pass_blackouts(struct search *s)
{
  bool moved = false;
  for (uint32_t z = 0; z < s->zone_count && s->t != DUN_TIME_NEVER; z++) {
    dun_time free = dun__blackout_free(s->c, s->ask, s->zones[z], s->t);
    if (free != s->t)
      moved = move_within(s, DUN_REASON_BLACKOUT, DUN__NONE, z > 0, free) || moved;
  }
  return moved;
}

/* The instant from which on the law bars a suit; DUN_TIME_NEVER = none. */
static dun_time barred_from(const struct dun__case *c)
{
  if (!(c->account.flags & DUN_ACCOUNT_HAS_LIMITATION))
    return DUN_TIME_NEVER;
  return dun__zone_day_start(c->zone, (int64_t)c->account.limitation_day + 1);
}

/* The last day for a suit, which needs no rule to hold. */
static bool pass_limitation(struct search *s)
{
  if (s->ask->action != DUN_ACTION_LEGAL || s->t < barred_from(s->c))
    return false;
  return move_on(s, DUN_REASON_LIMITATION, DUN__NONE, false, DUN_TIME_NEVER);
}

/* A rule whose figure nobody stands for denies nothing; it is only told that it would have. */
static void note_unverified(struct search *s)
{
  for (uint32_t i = 0; i < s->c->policy->rules.count && s->t != DUN_TIME_NEVER; i++) {
    const struct dun__rule *r = &dun__rules(s->c->policy)[i];
    dun_time turn = DUN_TIME_NEVER, t = s->t;
    bool waived = false, denies = false;
    if (r->confidence != DUN_CONFIDENCE_UNVERIFIED || !dun__rule_about(r, s->ask) ||
        !dun__rule_binds(s->c, r, s->ask, t, &turn, &waived))
      continue;
    if (r->sort != DUN__RULE_HOURS) {
      denies = dun__rule_free(s->c, r, s->ask, t) != t;
    } else {
      for (uint32_t z = 0; z < s->zone_count; z++)
        denies = denies || hours_free(s, r, z, t) != t;
    }
    if (denies)
      s->why |= DUN_REASON_UNVERIFIED;
  }
}

/* The first instant >= t that every guard permits: each moves it on until none does. */
static dun_time search(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                       uint64_t *reasons, const struct dun__trace *trace)
{
  struct search s = {.c = c, .ask = ask, .t = t, .limit = horizon(t), .trace = trace};
  s.zone_count = dun__zones_of(c, ask->party, s.zones);
  for (bool moved = true; moved && s.t != DUN_TIME_NEVER;) {
    moved = false;
    if (dun__hold_binds(ask))
      moved = move_afresh(&s, DUN_REASON_HOLD, DUN__NONE, dun__hold_free(c, s.t));
    if (ask->kind != 0 && s.t != DUN_TIME_NEVER)
      moved = pass_blackouts(&s) || moved;
    for (uint32_t i = 0; i < c->policy->rules.count && s.t != DUN_TIME_NEVER; i++)
      moved = pass(&s, i) || moved;
    if (ask->kind != 0 && s.t != DUN_TIME_NEVER)
      moved = pass_floor(&s) || moved;
  }
  if (s.t != DUN_TIME_NEVER)
    pass_limitation(&s);
  note_unverified(&s);
  *reasons = s.why;
  return s.t;
}

dun_time dun__permitted_traced(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                               uint64_t *reasons, const struct dun__trace *trace)
{
  uint64_t why;
  dun_time open = search(c, ask, t, &why, trace);
  *reasons |= why;
  return open;
}

dun_time dun__permitted(const struct dun__case *c, const struct dun__ask *ask, dun_time t,
                        uint64_t *reasons)
{
  struct dun__memo *m = c->memo;
  uint64_t why;
  uint32_t next;
  dun_time open;
  for (uint32_t i = DUN__MEMO_OPENINGS; i-- > 0;)
    if (m->opening[i].known && m->opening[i].from == t && m->opening[i].kind == ask->kind &&
        m->opening[i].party == ask->party && m->opening[i].action == ask->action &&
        m->opening[i].channel == ask->channel && m->opening[i].step == ask->step &&
        m->opening[i].place == ask->place && m->opening[i].address == ask->address &&
        m->opening[i].skip == ask->skip) {
      if (reasons != NULL)
        *reasons |= m->opening[i].reasons;
      return m->opening[i].open;
    }
  open = search(c, ask, t, &why, NULL);
  next = m->next_opening++ % DUN__MEMO_OPENINGS;
  m->opening[next].from = t;
  m->opening[next].open = open;
  m->opening[next].reasons = why;
  m->opening[next].kind = (uint8_t)ask->kind;
  m->opening[next].party = ask->party;
  m->opening[next].action = ask->action;
  m->opening[next].channel = ask->channel;
  m->opening[next].step = ask->step;
  m->opening[next].place = (uint8_t)ask->place;
  m->opening[next].address = (uint8_t)ask->address;
  m->opening[next].skip = ask->skip;
  m->opening[next].known = true;
  if (reasons != NULL)
    *reasons |= why;
  return open;
}

/* The first instant after t at which a rule that permits at t may deny. */
static dun_time rule_until(struct search *s, uint32_t i, dun_time t)
{
  const struct dun__rule *r = &dun__rules(s->c->policy)[i];
  dun_time turn = DUN_TIME_NEVER;
  bool waived = false;
  struct hours h;
  if (r->confidence == DUN_CONFIDENCE_UNVERIFIED || !dun__rule_about(r, s->ask))
    return turn;
  if (!dun__rule_binds(s->c, r, s->ask, t, &turn, &waived))
    return turn;
  if (r->sort == DUN__RULE_NOT_AFTER)
    return dun__min(turn, barred_from(s->c));
  if (r->sort != DUN__RULE_HOURS)
    return turn;
  hours_of(s->c, r, &h);
  for (uint32_t z = 0; z < s->zone_count; z++) {
    dun_time close = dun__hours_close(h.week, h.windows, h.have, s->zones[z], t);
    if (close > t)
      turn = dun__min(turn, close);
    if (agreed_lifts(s->c, r))
      turn = dun__min(turn, dun__agreed_close(s->c, s->ask, s->zones[z], t));
  }
  return turn;
}

dun_time dun__permitted_until(const struct dun__case *c, const struct dun__ask *ask, dun_time t)
{
  struct search s = {.c = c, .ask = ask, .t = t};
  dun_time until = DUN_TIME_NEVER, next;
  s.zone_count = dun__zones_of(c, ask->party, s.zones);
  if (dun__hold_binds(ask))
    until = dun__hold_next(c, t);
  if (ask->action == DUN_ACTION_LEGAL)
    until = dun__min(until, barred_from(c));
  for (uint32_t i = 0; i < c->policy->rules.count; i++)
    until = dun__min(until, rule_until(&s, i, t));
  if (ask->kind == 0)
    return until;
  for (uint32_t z = 0; z < s.zone_count; z++)
    until = dun__min(until, dun__blackout_next(c, ask, s.zones[z], t));
  if (c->policy->floor_kinds >> ask->kind & 1u) {
    dun_time covered = covered_until(&s, t, &next);
    if (covered != t) {
      until = dun__min(until, covered);
    } else {
      for (uint32_t z = 0; z < s.zone_count; z++)
        until = dun__min(until, dun__hours_close(&floor_week, floor_windows, NULL, s.zones[z], t));
    }
  }
  return until;
}

bool dun__forbidden(const struct dun__case *c, const struct dun__ask *ask)
{
  const uint16_t *first = c->policy->rule_first;
  for (uint32_t i = first[DUN__RULE_FORBID]; i < first[DUN__RULE_FORBID + 1]; i++) {
    const struct dun__rule *r = &dun__rules(c->policy)[i];
    dun_time turn = DUN_TIME_NEVER;
    bool waived = false;
    if (r->confidence != DUN_CONFIDENCE_UNVERIFIED && dun__rule_about(r, ask) &&
        dun__rule_binds(c, r, ask, c->now, &turn, &waived))
      return true;
  }
  return false;
}

dun_time dun__forbidden_turn(const struct dun__case *c)
{
  const struct dun_policy *p = c->policy;
  const uint16_t *first = p->rule_first;
  dun_time turn = DUN_TIME_NEVER;
  if (first[DUN__RULE_FORBID] == first[DUN__RULE_FORBID + 1])
    return turn;
  for (uint32_t k = 0; k < p->steps.count; k++) {
    const struct dun__step *s = &dun__steps(p)[k];
    for (uint32_t n = 0; n < s->channels; n++) {
      struct dun__ask ask = dun__ask_of_step(c, k, s->channel[n]);
      for (uint32_t i = first[DUN__RULE_FORBID]; i < first[DUN__RULE_FORBID + 1]; i++) {
        const struct dun__rule *r = &dun__rules(p)[i];
        bool waived = false;
        if (r->confidence != DUN_CONFIDENCE_UNVERIFIED && dun__rule_about(r, &ask))
          dun__rule_binds(c, r, &ask, c->now, &turn, &waived);
      }
    }
  }
  return turn;
}

dun_time dun__rules_turn(const struct dun__case *c)
{
  for (uint32_t i = 0; i < c->policy->rules.count; i++)
    if (dun__rules(c->policy)[i].when != DUN__NONE)
      return dun__when_turn(c, c->now);
  return DUN_TIME_NEVER;
}
