/* SPDX-License-Identifier: MIT */
/*
 * forecast: decide, append what would happen, decide again. The order of events is that of the
 * runner, so that a forecast lists what a host that is always awake would deliver.
 */
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "base/names.h"
#include "core/decide.h"
#include "core/open.h"

/* The sizes of the first release, as in base/abi.h; that of dun_assume depends on pointers. */
#define ASSUME_V1 sizeof(struct dun_assume)
#define SUM_V1 264u

struct forecast {
  const dun_policy *policy;
  struct dun_account account; /* as payments leave it */
  struct dun_event *log;
  size_t count, room;
  struct dun_assume assume;
  size_t paid; /* payments that were booked */
  struct dun_forecast_entry *entries;
  size_t written, capacity;
  struct dun_forecast_sum sum;
  dun_time now;
  struct dun__case base; /* follows the log; a copy is asked */
  bool fresh;            /* base is of this account */
};

static bool can_have(const dun_policy *p, const struct dun_reply *r)
{
  uint32_t step = dun__step_find(p, r->step_id);
  bool contact =
      step != DUN__NONE ? dun__steps(p)[step].action == DUN_ACTION_CONTACT : r->kind != 0;
  if (r->outcome == DUN_OUTCOME_NONE || r->outcome >= DUN__OUTCOMES ||
      (r->step_id != 0 && step == DUN__NONE))
    return false;
  if (r->step_id != 0 && contact)
    return r->outcome != DUN_OUTCOME_DONE;
  if (!contact)
    return r->outcome == DUN_OUTCOME_DONE || r->outcome == DUN_OUTCOME_UNKNOWN ||
           r->outcome == DUN_OUTCOME_DECLINED || r->outcome == DUN_OUTCOME_FAILED_TEMPORARY;
  return dun_contact_name(r->kind) != NULL && r->outcome != DUN_OUTCOME_DONE;
}

static dun_rc check_assume(const dun_policy *p, const struct dun_assume *a)
{
  if ((a->replies == NULL && a->reply_count > 0) || (a->payments == NULL && a->payment_count > 0))
    return DUN_E_INVAL;
  if (!dun__time_ok(a->from) || (a->until != DUN_TIME_NEVER && !dun__time_ok(a->until)))
    return DUN_E_RANGE;
  for (uint32_t i = 0; i < a->reply_count; i++)
    if (!can_have(p, &a->replies[i]))
      return DUN_E_INVAL;
  for (uint64_t i = 0; i < a->payment_count; i++) {
    if (!dun__time_ok(a->payments[i].at) || a->payments[i].amount < 1 ||
        a->payments[i].amount > DUN_AMOUNT_MAX)
      return DUN_E_RANGE;
    if (i > 0 && a->payments[i].at < a->payments[i - 1].at)
      return DUN_E_INVAL;
  }
  return DUN_OK;
}

/* Append an event that happens now; sorted last, as the runner does it. */
static bool append(struct forecast *f, struct dun_event e)
{
  if (f->count >= f->room || f->count >= DUN_EVENTS_MAX)
    return false;
  e.account = f->account.id;
  e.occurred_at = e.recorded_at = f->now;
  if (f->count > 0) {
    const struct dun_event *last = &f->log[f->count - 1];
    e.occurred_at = dun__max(e.occurred_at, last->occurred_at);
    e.recorded_at = dun__max(e.recorded_at, e.occurred_at);
    if (e.occurred_at == last->occurred_at)
      e.recorded_at = dun__max(e.recorded_at, last->recorded_at);
  }
  f->log[f->count++] = e;
  return true;
}

static bool append_kind(struct forecast *f, uint8_t kind)
{
  struct dun_event e;
  memset(&e, 0, sizeof e);
  e.kind = kind;
  return append(f, e);
}

static bool placed(const struct forecast *f)
{
  for (size_t i = 0; i < f->count; i++)
    if (f->log[i].kind == DUN_EVENT_PLACED && f->log[i].account == f->account.id)
      return true;
  return false;
}

static bool fact(struct forecast *f, uint32_t field, int64_t value)
{
  struct dun_event e;
  memset(&e, 0, sizeof e);
  e.kind = DUN_EVENT_FACTS;
  e.detail = field;
  e.amount = value;
  return append(f, e);
}

/* Book the payments up to now. */
static bool pay(struct forecast *f)
{
  while (f->paid < f->assume.payment_count && f->assume.payments[f->paid].at <= f->now) {
    struct dun_account *a = &f->account;
    struct dun_event e;
    int64_t amount = f->assume.payments[f->paid++].amount;
    memset(&e, 0, sizeof e);
    e.kind = DUN_EVENT_PAYMENT;
    e.amount = amount;
    a->past_due = amount < a->past_due ? a->past_due - amount : dun__min(a->past_due, 0);
    a->balance = amount < a->balance ? a->balance - amount : dun__min(a->balance, 0);
    if (a->past_due <= 0 && f->sum.settled_at == DUN_TIME_NEVER)
      f->sum.settled_at = f->now;
    f->fresh = false;
    if (!append(f, e) || !fact(f, DUN_FACT_PAST_DUE, a->past_due) ||
        !fact(f, DUN_FACT_BALANCE, a->balance))
      return false;
  }
  return true;
}

/* Ask at now. */
static dun_rc ask(struct forecast *f, struct dun_decision *d, size_t *bad)
{
  struct dun__memo memo;
  struct dun__case view;
  dun_rc rc =
      f->fresh ? dun__case_more(&f->base, f->count, f->now, bad)
               : dun__case_begin(&f->base, f->policy, &f->account, f->log, f->count, f->now, bad);
  if (rc != DUN_OK)
    return rc;
  f->fresh = true;
  view = f->base;
  dun__case_finish(&view, &memo);
  return dun__decide(&view, f->now, d);
}

/* How many deliveries of the step, or of the kind, were written. */
static uint32_t so_far(const struct forecast *f, const struct dun_forecast_entry *e, bool step)
{
  uint32_t n = 0;
  for (size_t i = 0; i < f->written; i++)
    n += step ? f->entries[i].step == e->step : f->entries[i].kind == e->kind;
  return n;
}

/* The first assumed answer to the nth delivery of a step, or (step_id 0) of a kind; NONE. */
static uint32_t assumed(const struct forecast *f, uint32_t nth, uint32_t step_id, uint32_t kind)
{
  for (uint32_t i = 0; i < f->assume.reply_count; i++) {
    const struct dun_reply *r = &f->assume.replies[i];
    if (r->step_id == step_id && (step_id != 0 || r->kind == kind) &&
        (r->nth == 0 || r->nth == nth))
      return r->outcome;
  }
  return DUN_OUTCOME_NONE;
}

static uint32_t outcome_of(const struct forecast *f, const struct dun_forecast_entry *e,
                           uint32_t step_id)
{
  uint32_t outcome = assumed(f, so_far(f, e, true) + 1, step_id, e->kind);
  if (outcome == DUN_OUTCOME_NONE)
    outcome = assumed(f, so_far(f, e, false) + 1, 0, e->kind);
  if (outcome != DUN_OUTCOME_NONE)
    return outcome;
  if (e->kind == 0)
    return DUN_OUTCOME_DONE;
  return e->kind == DUN_CONTACT_VOICE || e->kind == DUN_CONTACT_VISIT ? DUN_OUTCOME_NO_ANSWER
                                                                      : DUN_OUTCOME_DELIVERED;
}

/* What a crash left open where the channel may not repeat: as the runner does, its fate is unknown. */
static bool forsake(struct forecast *f, struct dun_decision *d)
{
  struct dun_event outcome;
  d->struct_size = sizeof *d;
  return dun_event_outcome(d, DUN_OUTCOME_UNKNOWN, f->now, &outcome) == DUN_OK &&
         append(f, outcome);
}

static bool is_forsaken(const struct forecast *f, const struct dun_decision *d)
{
  return d->reasons & DUN_REASON_OPEN_INTENT && d->channel != 0 &&
         !dun__channels(f->policy)[d->channel - 1].redeliver;
}

/* Carry a decision out; false: there is no room. */
static bool deliver(struct forecast *f, struct dun_decision *d)
{
  struct dun_forecast_entry e = {
      .at = f->now,
      .planned_at = d->planned_at,
      .deadline = d->deadline,
      .amount = d->amount,
      .due_day = d->due_day,
      .dpd = d->dpd,
      .stage = d->stage,
      .step = d->step,
      .channel = d->channel,
      .action = d->action,
      .kind = d->channel_id >> 28,
      .for_step = d->for_step,
      .occurrence = d->occurrence,
      .attempt = d->attempt,
      .party = d->party,
  };
  struct dun_event intent, outcome;
  bool open = (d->reasons & DUN_REASON_OPEN_INTENT) != 0;
  if (f->written == f->capacity || f->room - f->count < 2)
    return false;
  e.outcome = outcome_of(f, &e, d->step_id);
  d->struct_size = sizeof *d;
  if (dun_event_intent(d, f->now, &intent) != DUN_OK ||
      dun_event_outcome(d, e.outcome, f->now, &outcome) != DUN_OK)
    return false;
  if ((!open && !append(f, intent)) || !append(f, outcome))
    return false;
  f->entries[f->written++] = e;
  f->sum.deliveries++;
  f->sum.contacts[e.kind & 7u]++;
  f->sum.actions[e.action & 15u]++;
  if (e.stage > 0)
    f->sum.stages[(e.stage - 1) & 31u]++;
  return true;
}

static dun_rc run(struct forecast *f, size_t *bad)
{
  struct dun_decision d;
  dun_rc rc;
  bool room = placed(f) || append_kind(f, DUN_EVENT_PLACED);
  f->sum.end = DUN_FORECAST_FULL;
  while (room) {
    dun_time next;
    if (f->now >= f->assume.until) {
      f->sum.end = DUN_FORECAST_UNTIL;
      return DUN_OK;
    }
    f->sum.ended_at = f->now;
    if (!pay(f))
      break;
    rc = ask(f, &d, bad);
    if (rc != DUN_OK)
      return rc;
    if (d.kind == DUN_DECISION_ACT || d.kind == DUN_DECISION_CLEAR) {
      room = d.kind == DUN_DECISION_CLEAR ? append_kind(f, DUN_EVENT_CURED)
             : is_forsaken(f, &d)         ? forsake(f, &d)
                                          : deliver(f, &d);
      continue;
    }
    next = d.review_at;
    if (f->paid < f->assume.payment_count)
      next = dun__min(next, f->assume.payments[f->paid].at);
    if (next > DUN_TIME_MAX) {
      f->sum.end = DUN_FORECAST_REST;
      return DUN_OK;
    }
    f->now = next;
  }
  return DUN_E_LIMIT;
}

dun_rc dun_forecast(const dun_policy *policy, const struct dun_account *account,
                    struct dun_event *log, size_t count, size_t room,
                    const struct dun_assume *assume, struct dun_forecast_entry *entries,
                    size_t capacity, struct dun_forecast_sum *sum, size_t *bad)
{
  struct forecast f; /* large, and each part is set before it is read */
  dun_rc rc;
  if (policy == NULL || (log == NULL && room > 0) || count > room ||
      (entries == NULL && capacity > 0))
    return DUN_E_INVAL;
  rc = dun__take(&f.assume, sizeof f.assume, ASSUME_V1, assume);
  if (rc == DUN_OK)
    rc = dun__take(&f.account, sizeof f.account, DUN__ACCOUNT_V1, account);
  if (rc == DUN_OK)
    rc = dun__can_give(sum, SUM_V1);
  if (rc == DUN_OK)
    rc = check_assume(policy, &f.assume);
  if (rc != DUN_OK)
    return rc;
  f.account.struct_size = sizeof f.account;
  f.policy = policy;
  f.log = log;
  f.count = count;
  f.room = room;
  f.paid = 0;
  f.entries = entries;
  f.written = 0;
  f.capacity = capacity;
  f.now = f.assume.from;
  f.fresh = false;
  memset(&f.sum, 0, sizeof f.sum);
  f.sum.settled_at = DUN_TIME_NEVER;
  f.sum.ended_at = f.now;
  rc = run(&f, bad);
  if (rc != DUN_OK && rc != DUN_E_LIMIT)
    return rc;
  f.sum.log_count = f.count;
  dun__give(sum, &f.sum, sizeof f.sum);
  return rc;
}
