/* SPDX-License-Identifier: MIT */
/*
 * log_needed: which entries of a log can still change an answer. An entry goes only for a reason
 * that holds whatever the account's facts are and whatever is appended later; each reason below
 * takes an entry from a log that gives the same answers without it.
 */
#include <string.h>

#include "base/arith.h"
#include "base/names.h"
#include "core/fold.h"
#include "core/voids.h"

/* The settled part of the log, and what is kept of it. */
struct settled {
  const dun_policy *policy; /* or NULL */
  const struct dun_event *events;
  size_t count; /* of the settled part */
  size_t all;
  uint8_t *needed;
  const struct dun__voids *voids;
};

static bool stands(const struct settled *s, size_t i)
{
  return !dun__voided(s->voids, i) && s->events[i].kind != DUN_EVENT_VOID;
}

static bool is_outcome(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CONTACT || e->kind == DUN_EVENT_ACTION;
}

static bool is_delivery(const struct dun_event *e)
{
  return e->step != 0 && (is_outcome(e) || e->kind == DUN_EVENT_INTENT);
}

static bool same_key(const struct dun_event *a, const struct dun_event *b)
{
  return a->account == b->account && a->due_day == b->due_day && a->step == b->step &&
         a->occurrence == b->occurrence && a->attempt == b->attempt;
}

static bool ends_episode(const struct dun_event *e)
{
  return e->kind == DUN_EVENT_CURED || e->kind == DUN_EVENT_CLOSED ||
         (e->kind == DUN_EVENT_FACTS && e->detail == DUN_FACT_PAST_DUE && e->amount <= 0);
}

/* How much of the log is settled: what lies before `at`, the last entry never, and nothing that a
 * VOID among the rest may be about. */
static size_t settled_count(const struct dun_event *events, size_t count, dun_time at)
{
  size_t n = count;
  for (size_t i = count; i-- > 0;)
    if ((i == count - 1 || events[i].occurred_at >= at) && events[i].kind == DUN_EVENT_VOID)
      at = dun__min(at, events[i].until);
  if (n > 0)
    n--;
  while (n > 0 && events[n - 1].occurred_at >= at)
    n--;
  return n;
}

/* Whether some condition counts the days since an outcome: then each may be the last of its kind. */
static bool counts_days(const dun_policy *p)
{
  for (uint32_t i = 0; p != NULL && i < p->tested.count; i++)
    if (dun__tested(p)[i].field >= DUN__FIELD_SINCE_ATTEMPT)
      return true;
  return p == NULL;
}

/* A provisional outcome that a later outcome of its key, on the same channel, has replaced. */
static bool replaced(const struct settled *s, size_t i)
{
  const struct dun_event *e = &s->events[i];
  bool first = true;
  if (e->outcome != DUN_OUTCOME_QUEUED || counts_days(s->policy))
    return false;
  for (size_t j = 0; j < i && first; j++)
    first = !(stands(s, j) && is_delivery(&s->events[j]) && same_key(&s->events[j], e));
  if (first) /* it is where the delivery began */
    return false;
  for (size_t j = i + 1; j < s->count; j++) {
    const struct dun_event *o = &s->events[j];
    if (stands(s, j) && is_outcome(o) && same_key(o, e))
      return o->kind == e->kind && o->channel == e->channel && o->party == e->party &&
             o->address == e->address;
  }
  return false;
}

/* A PLACED that a later one of the account has replaced; a REOPENED that a later word has. */
static bool overtaken(const struct settled *s, size_t i)
{
  const struct dun_event *e = &s->events[i];
  if (e->kind != DUN_EVENT_PLACED && e->kind != DUN_EVENT_REOPENED)
    return false;
  for (size_t j = i + 1; j < s->count; j++) {
    const struct dun_event *o = &s->events[j];
    if (o->account == e->account && stands(s, j) &&
        (o->kind == e->kind || (e->kind == DUN_EVENT_REOPENED && o->kind == DUN_EVENT_CLOSED)))
      return true;
  }
  return false;
}

/* Whether nothing was delivered, said or ordered on the account between the end of an episode (or
 * the log's start) and entry i. */
static bool nothing_to_end(const struct settled *s, size_t i)
{
  for (size_t j = i; j-- > 0;) {
    const struct dun_event *o = &s->events[j];
    if (o->account != s->events[i].account || !stands(s, j))
      continue;
    if (is_delivery(o) || o->kind == DUN_EVENT_CONTACT || o->kind == DUN_EVENT_INBOUND ||
        o->kind == DUN_EVENT_OVERRIDE)
      return false;
    if (ends_episode(o))
      return true;
  }
  return true;
}

/* A fact told once more without having changed, if it is not the last that was told. */
static bool told_again(const struct settled *s, size_t i)
{
  const struct dun_event *e = &s->events[i];
  bool later = false, same = false;
  if (e->kind != DUN_EVENT_FACTS || (ends_episode(e) && !nothing_to_end(s, i)))
    return false;
  for (size_t j = i + 1; j < s->count && !later; j++)
    later =
        stands(s, j) && s->events[j].kind == DUN_EVENT_FACTS && s->events[j].account == e->account;
  for (size_t j = i; later && j-- > 0;) {
    const struct dun_event *o = &s->events[j];
    if (stands(s, j) && o->kind == DUN_EVENT_FACTS && o->account == e->account &&
        o->detail == e->detail) {
      same = o->amount == e->amount;
      break;
    }
  }
  return same;
}

/* A CURED where no episode can have been open. */
static bool cured_nothing(const struct settled *s, size_t i)
{
  return s->events[i].kind == DUN_EVENT_CURED && nothing_to_end(s, i);
}

/* A hold that lasts no time; a release where nothing of the kind was ever held. */
static bool held_nothing(const struct settled *s, size_t i)
{
  const struct dun_event *e = &s->events[i];
  if (e->kind == DUN_EVENT_HOLD)
    return e->until != 0 && e->until <= (e->amount == 0 ? e->occurred_at : e->amount);
  if (e->kind != DUN_EVENT_RELEASE)
    return false;
  for (size_t j = 0; j < i; j++)
    if (stands(s, j) && s->events[j].kind == DUN_EVENT_HOLD && s->events[j].detail == e->detail)
      return false;
  return true;
}

/* The kind that takes back what this kind says of a channel, and the other way round. */
static uint32_t opposite(uint32_t kind)
{
  switch (kind) {
  case DUN_EVENT_OPT_OUT: return DUN_EVENT_OPT_IN;
  case DUN_EVENT_OPT_IN: return DUN_EVENT_OPT_OUT;
  case DUN_EVENT_ADDRESS_DEAD: return DUN_EVENT_ADDRESS_NEW;
  case DUN_EVENT_ADDRESS_NEW: return DUN_EVENT_ADDRESS_DEAD;
  default: return 0;
  }
}

static bool blocks(uint32_t kind)
{
  return kind == DUN_EVENT_OPT_OUT || kind == DUN_EVENT_ADDRESS_DEAD;
}

/* What was said of a party's channel, and then said anew or taken back as widely. (Taking back can
 * only be overtaken by taking back: it may lift more than a new word sets.) */
static bool said_anew(const struct settled *s, size_t i)
{
  const struct dun_event *e = &s->events[i];
  uint32_t other = opposite(e->kind);
  if (other == 0)
    return false;
  for (size_t j = i + 1; j < s->count; j++) {
    const struct dun_event *o = &s->events[j];
    bool as_wide =
        !(o->flags & DUN_FLAG_ACCOUNT) || (e->flags & DUN_FLAG_ACCOUNT && o->account == e->account);
    if (stands(s, j) && (o->kind == e->kind || (blocks(e->kind) && o->kind == other)) && as_wide &&
        o->channel == e->channel && (o->party & 15u) == (e->party & 15u))
      return true;
  }
  return false;
}

/* Whether an entry says that a party's channel is not to be used, as OPT_OUT or ADDRESS_DEAD do. */
static bool says(const struct dun_event *e, uint32_t kind)
{
  if (e->kind == kind)
    return true;
  if (e->kind != DUN_EVENT_CONTACT && e->kind != DUN_EVENT_INBOUND)
    return false;
  return kind == DUN_EVENT_OPT_OUT ? e->outcome == DUN_OUTCOME_OPTED_OUT
                                   : (dun__outcome_traits(e->outcome) & DUN__TRAIT_DEAD) != 0;
}

/* Taken back, where nothing that is kept says it before. */
static bool lifted_nothing(const struct settled *s, size_t i)
{
  const struct dun_event *e = &s->events[i];
  if (e->kind != DUN_EVENT_OPT_IN && e->kind != DUN_EVENT_ADDRESS_NEW)
    return false;
  for (size_t j = 0; j < i; j++)
    if (s->needed[j] && says(&s->events[j], opposite(e->kind)) &&
        (s->events[j].party & 15u) == (e->party & 15u))
      return false;
  return true;
}

/* Whether the policy forgets deliveries of a step with the end of their episode (save for the
 * number of the occurrence, and when it was last tried). */
static bool forgets(const dun_policy *p, uint32_t step)
{
  uint32_t index = p == NULL ? DUN__NONE : dun__step_find(p, step);
  const struct dun__step *s;
  if (index == DUN__NONE)
    return false;
  s = &dun__steps(p)[index];
  return !dun__adverse(s->action) && dun__stages(p)[s->stage].from >= 0;
}

/* Whether some conduct rule looks at contacts that were: counts them, is set off or lifted by one. */
static bool looks_back(const dun_policy *p)
{
  for (uint32_t i = 0; p != NULL && i < p->rules.count; i++) {
    const struct dun__rule *r = &dun__rules(p)[i];
    if (r->sort == DUN__RULE_CAP || r->sort == DUN__RULE_COOLDOWN ||
        r->sort == DUN__RULE_EXCLUSIVE || r->unless != 0 || r->strength != DUN_STRENGTH_LAW)
      return true;
  }
  return false;
}

/* Entry i begins a delivery of an episode that is over, with a true outcome, of which a later one
 * of the step tells the number and the last try. */
static bool of_the_past(const struct settled *s, size_t i, size_t *last)
{
  const struct dun_event *e = &s->events[i], *end;
  bool over = false;
  if (!is_delivery(e) || !forgets(s->policy, e->step) || counts_days(s->policy) ||
      looks_back(s->policy))
    return false;
  *last = i;
  for (size_t j = 0; j < s->all; j++) {
    const struct dun_event *o = &s->events[j];
    if (!is_delivery(o) || !same_key(o, e) || (j < s->count && !stands(s, j)))
      continue;
    if (j < i || says(o, DUN_EVENT_OPT_OUT) || says(o, DUN_EVENT_ADDRESS_DEAD))
      return false; /* not its first entry, or it says more */
    *last = j;
  }
  end = &s->events[*last];
  if (!is_outcome(end) || end->outcome == DUN_OUTCOME_QUEUED || end->outcome == DUN_OUTCOME_UNKNOWN)
    return false;
  for (size_t j = *last + 1; j < s->count && !over; j++)
    over = stands(s, j) && s->events[j].account == e->account && ends_episode(&s->events[j]);
  for (size_t j = *last + 1; over && j < s->count; j++) {
    const struct dun_event *o = &s->events[j];
    if (stands(s, j) && is_outcome(o) && o->account == e->account && o->step == e->step &&
        o->due_day == e->due_day &&
        (o->occurrence > e->occurrence ||
         (o->occurrence == e->occurrence && o->attempt > e->attempt)))
      return true;
  }
  return false;
}

static void mark(struct settled *s)
{
  for (size_t i = 0; i < s->count; i++)
    s->needed[i] = stands(s, i) && !replaced(s, i) && !overtaken(s, i) && !told_again(s, i) &&
                   !cured_nothing(s, i) && !held_nothing(s, i) && !said_anew(s, i);
  for (size_t i = 0; i < s->count; i++)
    if (s->needed[i] && lifted_nothing(s, i))
      s->needed[i] = 0;
  for (size_t i = 0; i < s->count; i++) {
    size_t last = i;
    if (!stands(s, i) || !of_the_past(s, i, &last))
      continue;
    for (size_t j = i; j <= last; j++)
      if (is_delivery(&s->events[j]) && same_key(&s->events[j], &s->events[i]))
        s->needed[j] = 0;
  }
}

dun_rc dun_log_needed(const dun_policy *policy, const struct dun_event *events, size_t count,
                      dun_time settled, uint8_t *needed, size_t *kept, size_t *bad)
{
  struct dun__voids voids;
  struct settled s = {
      .policy = policy, .events = events, .all = count, .needed = needed, .voids = &voids};
  size_t place = 0, n = 0;
  dun_rc rc;
  if ((events == NULL || needed == NULL) && count > 0)
    return DUN_E_INVAL;
  if (count > DUN_EVENTS_MAX)
    return DUN_E_LIMIT;
  if (settled != DUN_TIME_NEVER && !dun__time_ok(settled))
    return DUN_E_RANGE;
  rc = dun__log_check(events, count, &place);
  if (rc != DUN_OK) {
    if (bad != NULL)
      *bad = place;
    return rc;
  }
  if (count > 0)
    memset(needed, 1, count);
  s.count = settled_count(events, count, settled);
  dun__voids_read(&voids, events, s.count);
  mark(&s);
  for (size_t i = 0; i < count; i++)
    n += needed[i];
  if (kept != NULL)
    *kept = n;
  return DUN_OK;
}
