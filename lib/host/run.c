/* SPDX-License-Identifier: MIT */
/* The runner: claim a person, decide, record the intent, deliver, record the outcome, ask again. */
#include <stdio.h>
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "base/mem.h"
#include "base/names.h"
#include "host/log_copy.h"

#define HOST_V1 sizeof(struct dun_host) /* of the first release; it depends on the platform */
#define DEFAULT_LEASE 300
#define ACCOUNTS_MAX 65535u         /* of one person */
#define STEPS_MAX (4u * 128u + 64u) /* rounds of one account in one run: decide ends long before */
#define ROOM 4u                     /* events that one round appends at most, and one over */

/* How a person, or the run, goes on. */
enum onward { ON, ASIDE_ACCOUNT, ASIDE_PERSON, DROP_PERSON, STOP_NOMEM };

/* One claimed account. */
struct turn {
  uint64_t asked_at; /* how many events had been appended when it was last decided */
  dun_time review;   /* as last recorded */
  uint32_t steps;
  bool asked, aside;
};

struct run {
  const dun_policy *policy;
  struct dun_host host; /* a copy; missing fields are zero */
  struct dun_alloc alloc;
  dun_time now;
  struct dun_run_report report;
  struct dun__log_copy log;
  uint64_t appended; /* to this person's log */
  struct turn *turns;
  size_t turn_room;
  struct dun_claim claim;
  size_t stride;                  /* the host's sizeof(struct dun_account) */
  struct dun_event pending[ROOM]; /* in the copy, not recorded yet */
  size_t pendings;
  bool happened; /* the pending event is an outcome */
};

static const struct dun_account *account_at(const struct run *r, size_t i)
{
  const void *p = (const unsigned char *)r->claim.accounts + i * r->stride;
  return p;
}

static void say(const struct run *r, uint32_t level, uint64_t account, dun_rc rc, const char *what)
{
  char text[160];
  int n;
  if (r->host.log == NULL)
    return;
  n = snprintf(text, sizeof text, "%s: %s", what, dun_strerror(rc));
  if (n > 0)
    r->host.log(r->host.user_data, level, account, rc, text, strlen(text));
}

static void push(struct run *r, const struct dun_event *event)
{
  dun__log_add(&r->log, event);
  r->pending[r->pendings++] = *event;
  r->appended++;
}

/* An event of the runner's own: PLACED or CURED. */
static void push_plain(struct run *r, uint64_t account, uint8_t kind)
{
  struct dun_event event;
  memset(&event, 0, sizeof event);
  event.kind = kind;
  event.account = account;
  dun__log_stamp(&r->log, r->now, &event);
  push(r, &event);
}

/* Record what is pending, and when to look at the account again. */
static enum onward flush(struct run *r, struct turn *turn, uint64_t account, dun_time review_at)
{
  struct dun_record record;
  dun_rc rc;
  memset(&record, 0, sizeof record);
  record.struct_size = (uint32_t)sizeof record;
  record.happened = r->happened;
  record.account = account;
  record.events = r->pending;
  record.count = r->pendings;
  record.review_at = review_at;
  rc = r->host.record(r->host.user_data, &r->claim, &record);
  r->pendings = 0;
  r->happened = false;
  turn->review = review_at;
  if (rc == DUN_OK)
    return ON;
  if (rc == DUN_E_CONFLICT)
    return DROP_PERSON;
  say(r, DUN_LOG_ERROR, account, rc, "record failed, the person is set aside");
  return ASIDE_PERSON;
}

static const char *name_of(const struct run *r, uint32_t what, uint32_t index)
{
  const char *name = dun_policy_name(r->policy, what, index);
  return name == NULL ? "" : name;
}

/* Whether the outcome is one that this action can have. */
static bool fits(const struct dun_decision *d, const struct dun_receipt *receipt)
{
  uint32_t o = receipt->outcome;
  if (receipt->address > 255)
    return false;
  if (d->action == DUN_ACTION_CONTACT)
    return o > DUN_OUTCOME_NONE && o < DUN_OUTCOME_DONE;
  return o == DUN_OUTCOME_DONE || o == DUN_OUTCOME_UNKNOWN || o == DUN_OUTCOME_DECLINED ||
         o == DUN_OUTCOME_FAILED_TEMPORARY;
}

/* The outcome, into the copy and pending. */
static enum onward push_outcome(struct run *r, const struct dun_decision *d, uint32_t outcome,
                                uint32_t address, dun_time until)
{
  struct dun_event event;
  dun_rc rc = dun_event_outcome(d, outcome, r->now, &event);
  if (rc != DUN_OK) { /* cannot be: an ACT at a legal instant, an outcome that fits */
    say(r, DUN_LOG_ERROR, d->account, rc, "no outcome, the intent stays open");
    return ASIDE_PERSON;
  }
  dun__log_stamp(&r->log, r->now, &event);
  event.address = (uint8_t)address;
  event.until = until;
  push(r, &event);
  return ON;
}

/* Hand an intended action over and take its outcome down. */
static enum onward deliver(struct run *r, const struct dun_account *account,
                           const struct dun_decision *d)
{
  struct dun_notice notice;
  struct dun_receipt receipt;
  enum onward to;
  dun_rc rc;
  memset(&notice, 0, sizeof notice);
  memset(&receipt, 0, sizeof receipt);
  notice.struct_size = (uint32_t)sizeof notice;
  notice.again = (d->reasons & DUN_REASON_OPEN_INTENT) != 0;
  notice.account = account;
  notice.decision = d;
  notice.stage = name_of(r, DUN_NAME_STAGE, dun_policy_step_stage(r->policy, d->step));
  notice.step = name_of(r, DUN_NAME_STEP, d->step);
  notice.channel = name_of(r, DUN_NAME_CHANNEL, d->channel);
  notice.template_ = name_of(r, DUN_NAME_TEMPLATE, d->template_);
  receipt.struct_size = (uint32_t)sizeof receipt;
  rc = r->host.deliver(r->host.user_data, &notice, &receipt);
  if (rc == DUN_RETRY_LATER) {
    bool ok = dun__time_ok(receipt.retry_at) && receipt.retry_at > r->now;
    if (!ok)
      say(r, DUN_LOG_WARNING, d->account, DUN_E_RANGE, "deliver gave no retry_at after now");
    to = push_outcome(r, d, DUN_OUTCOME_DECLINED, 0, ok ? receipt.retry_at : 0);
    r->report.deferred++;
  } else if (rc == DUN_OK) {
    bool ok = fits(d, &receipt);
    if (!ok)
      say(r, DUN_LOG_WARNING, d->account, DUN_E_INVAL,
          "deliver gave an outcome that cannot be, recorded as unknown");
    to =
        push_outcome(r, d, ok ? receipt.outcome : DUN_OUTCOME_UNKNOWN, ok ? receipt.address : 0, 0);
    r->report.delivered++;
  } else {
    say(r, DUN_LOG_ERROR, d->account, rc, "deliver failed, the intent stays open");
    return ASIDE_PERSON;
  }
  r->happened = to == ON;
  return to;
}

/* One round: ask, and do what the answer says. *done = nothing more to do now. */
static enum onward round_of(struct run *r, const struct dun_account *account, struct turn *turn,
                            bool *done)
{
  struct dun_decision d;
  struct dun_event intent;
  enum onward to = ON;
  bool room = dun__log_reserve(&r->log, r->log.count + ROOM);
  dun_rc rc;

  if (room && !dun__log_placed(&r->log, account->id))
    push_plain(r, account->id, DUN_EVENT_PLACED);
  dun_decision_init(&d, (uint32_t)sizeof d);
  rc = dun_decide(r->policy, account, r->log.events, r->log.count, r->now, &d, NULL);
  r->report.decisions++;
  turn->asked = true;
  turn->asked_at = r->appended;
  if (rc == DUN_OK && ++turn->steps > STEPS_MAX)
    rc = DUN_E_LIMIT;
  if (rc != DUN_OK || !room) {
    if (r->happened) /* what was done must not be lost, whatever comes */
      to = flush(r, turn, account->id, r->now);
    r->log.count -= r->pendings; /* what was not recorded was not */
    r->pendings = 0;
    if (!room)
      return STOP_NOMEM;
    say(r, DUN_LOG_ERROR, account->id, rc, "decide failed, the account is set aside");
    return to == ON ? ASIDE_ACCOUNT : to;
  }

  *done = d.kind != DUN_DECISION_ACT && d.kind != DUN_DECISION_CLEAR;
  if (*done)
    return r->pendings > 0 || turn->steps == 1 || turn->review != d.review_at
               ? flush(r, turn, account->id, d.review_at)
               : ON;
  if (r->happened) {
    to = flush(r, turn, account->id, r->now);
    if (to != ON)
      return to;
  }
  if (d.kind == DUN_DECISION_CLEAR) {
    push_plain(r, account->id, DUN_EVENT_CURED);
    r->report.cured++;
    return flush(r, turn, account->id, r->now);
  }
  if (d.reasons & DUN_REASON_OPEN_INTENT) {
    if (d.channel != 0 && !dun_policy_channel_redeliver(r->policy, d.channel)) {
      to = push_outcome(r, &d, DUN_OUTCOME_UNKNOWN, 0, 0);
      r->report.unknown++;
      return to == ON ? flush(r, turn, account->id, r->now) : to;
    }
  } else {
    rc = dun_event_intent(&d, r->now, &intent);
    if (rc != DUN_OK) { /* cannot be */
      say(r, DUN_LOG_ERROR, account->id, rc, "no intent, the account is set aside");
      return ASIDE_ACCOUNT;
    }
    dun__log_stamp(&r->log, r->now, &intent);
    push(r, &intent);
  }
  if (r->pendings > 0) {
    to = flush(r, turn, account->id, r->now); /* still due: a crash now leaves it so */
    if (to != ON)
      return to;
  }
  return deliver(r, account, &d);
}

static enum onward account_turn(struct run *r, const struct dun_account *account, struct turn *turn)
{
  enum onward to = ON;
  bool done = false;
  while (to == ON && !done)
    to = round_of(r, account, turn, &done);
  return to;
}

/* All accounts of the claim, and again those whose answer may have changed by what was appended
 * for a sibling, until nothing more is to be done now. */
static enum onward accounts(struct run *r, bool *aside)
{
  bool again = true;
  while (again) {
    again = false;
    for (size_t i = 0; i < r->claim.account_count; i++) {
      struct turn *turn = &r->turns[i];
      enum onward to;
      if (turn->aside || (turn->asked && turn->asked_at == r->appended))
        continue;
      again = true;
      to = account_turn(r, account_at(r, i), turn);
      if (to == ASIDE_ACCOUNT)
        turn->aside = *aside = true;
      else if (to != ON)
        return to;
    }
  }
  return ON;
}

/* Check a claim. DUN_OK; DUN_E_LIMIT: this person has too much of something; DUN_E_CALLBACK. */
static dun_rc claim_check(struct run *r)
{
  const struct dun_claim *c = &r->claim;
  struct dun_account account;
  bool limit = c->account_count > ACCOUNTS_MAX || c->event_count > DUN_EVENTS_MAX;
  if (c->accounts == NULL || c->account_count == 0)
    return DUN_E_CALLBACK;
  if (c->events == NULL && c->event_count > 0)
    return DUN_E_CALLBACK;
  r->stride = c->accounts[0].struct_size;
  for (size_t i = 0; i < (limit ? 1 : c->account_count); i++) { /* the first is named in the log */
    const struct dun_account *a = account_at(r, i);
    if (a->struct_size != r->stride ||
        dun__take(&account, sizeof account, DUN__ACCOUNT_V1, a) != DUN_OK)
      return DUN_E_CALLBACK;
  }
  return limit ? DUN_E_LIMIT : DUN_OK;
}

static bool person_room(struct run *r)
{
  size_t n = r->claim.account_count;
  if (!dun__log_reserve(&r->log, (size_t)r->claim.event_count + ROOM))
    return false;
  if (n > r->turn_room) {
    struct turn *turns = dun__alloc(&r->alloc, n * sizeof *turns);
    if (turns == NULL)
      return false;
    dun__release(&r->alloc, r->turns, r->turn_room * sizeof *turns);
    r->turns = turns;
    r->turn_room = n;
  }
  memset(r->turns, 0, n * sizeof *r->turns);
  return true;
}

/* One person. DUN_OK, DUN_NOTHING_DUE or what ends the run. */
static dun_rc person(struct run *r, dun_time lease_until)
{
  enum onward to;
  bool aside = false;
  dun_rc rc;
  memset(&r->claim, 0, sizeof r->claim);
  r->claim.struct_size = (uint32_t)sizeof r->claim;
  rc = r->host.claim(r->host.user_data, r->now, lease_until, &r->claim);
  if (rc == DUN_NOTHING_DUE)
    return rc;
  if (rc != DUN_OK) {
    say(r, DUN_LOG_ERROR, 0, rc, "claim failed, the run ends");
    return DUN_E_CALLBACK;
  }
  rc = claim_check(r);
  if (rc == DUN_E_CALLBACK) {
    say(r, DUN_LOG_ERROR, 0, rc, "claim gave what cannot be, the run ends");
    return rc;
  }
  r->report.persons++;
  if (rc != DUN_OK) {
    say(r, DUN_LOG_ERROR, account_at(r, 0)->id, rc,
        r->claim.account_count > ACCOUNTS_MAX ? "too many accounts, the person is set aside"
                                              : "log too long, the person is set aside");
    r->report.set_aside++;
    return DUN_OK;
  }
  if (!person_room(r))
    return DUN_E_NOMEM;
  dun__log_set(&r->log, r->claim.events, (size_t)r->claim.event_count);
  r->appended = 0;
  r->pendings = 0;
  r->happened = false;
  to = accounts(r, &aside);
  if (to == STOP_NOMEM)
    return DUN_E_NOMEM;
  if (to == DROP_PERSON)
    r->report.conflicts++;
  else if (to != ON || aside)
    r->report.set_aside++;
  else if (r->host.release != NULL)
    r->host.release(r->host.user_data, &r->claim);
  return DUN_OK;
}

/* Read the arguments. */
static dun_rc prepare(struct run *r, const dun_policy *policy, const struct dun_host *host,
                      dun_time now, dun_time *lease_until)
{
  dun_rc rc;
  if (policy == NULL || host == NULL)
    return DUN_E_INVAL;
  rc = dun__take(&r->host, sizeof r->host, HOST_V1, host);
  if (rc != DUN_OK)
    return rc;
  rc = dun__alloc_take(&r->alloc, r->host.alloc);
  if (rc != DUN_OK)
    return rc;
  if (r->host.claim == NULL || r->host.record == NULL || r->host.deliver == NULL)
    return DUN_E_INVAL;
  if (r->host.lease < 0 || !dun__time_ok(now))
    return DUN_E_RANGE;
  if (!dun__add(now, r->host.lease == 0 ? DEFAULT_LEASE : r->host.lease, lease_until) ||
      !dun__time_ok(*lease_until))
    return DUN_E_RANGE;
  r->policy = policy;
  r->now = now;
  r->log.alloc = &r->alloc;
  return DUN_OK;
}

dun_rc dun_run(const dun_policy *policy, struct dun_host *host, dun_time now, uint64_t budget,
               struct dun_run_report *report)
{
  struct run r;
  dun_time lease_until = 0;
  dun_rc rc;
  if (report != NULL) {
    rc = dun__can_give(report, sizeof r.report);
    if (rc != DUN_OK)
      return rc;
  }
  memset(&r, 0, sizeof r);
  rc = prepare(&r, policy, host, now, &lease_until);
  if (rc == DUN_E_INVAL || rc == DUN_E_STRUCT || rc == DUN_E_NEWER)
    return rc;
  if (rc == DUN_OK && r.host.running != 0)
    rc = DUN_E_BUSY;
  if (rc == DUN_OK) {
    host->running = 1;
    while (rc == DUN_OK && (budget == 0 || r.report.persons < budget))
      rc = person(&r, lease_until);
    r.report.more = rc == DUN_OK;
    if (rc == DUN_NOTHING_DUE)
      rc = DUN_OK;
    host->running = 0;
    dun__release(&r.alloc, r.turns, r.turn_room * sizeof *r.turns);
    dun__log_free(&r.log);
  }
  if (report != NULL)
    dun__give(report, &r.report, sizeof r.report);
  return rc;
}
