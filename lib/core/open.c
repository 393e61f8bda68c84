/* SPDX-License-Identifier: MIT */
/* Opening a case: from what a caller gives to a checked and folded struct dun__case. */
#include "core/open.h"

#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "core/fold.h"
#include "core/when.h"

static bool amount_ok(int64_t amount)
{
  return amount >= -DUN_AMOUNT_MAX && amount <= DUN_AMOUNT_MAX;
}

static dun_rc check_account(const struct dun_policy *p, const struct dun_account *a)
{
  if (a->flags & ~(DUN_ACCOUNT_HAS_DUE | DUN_ACCOUNT_HAS_LIMITATION))
    return DUN_E_NEWER;
  if (a->currency != 0 && p->currency != 0 && a->currency != p->currency)
    return DUN_E_INVAL;
  if (!amount_ok(a->past_due) || !amount_ok(a->balance) || !amount_ok(a->minimum_due) ||
      !amount_ok(a->late_fees))
    return DUN_E_RANGE;
  if ((a->flags & DUN_ACCOUNT_HAS_DUE && !dun__day_ok(a->due_day)) ||
      (a->flags & DUN_ACCOUNT_HAS_LIMITATION && !dun__day_ok(a->limitation_day)))
    return DUN_E_RANGE;
  for (uint32_t i = 0; i < DUN_PARTIES; i++)
    if (a->party_zone[i] != 0 && dun__zone_find(p, a->party_zone[i]) == NULL)
      return DUN_E_ZONE;
  return DUN_OK;
}

/* Check and begin to fold the log as it is given; c->now is set. */
static dun_rc begin(struct dun__case *c, dun_time now, size_t *bad)
{
  size_t place;
  dun_rc rc = dun__log_check(c->events, c->count, &place);
  if (rc == DUN_OK) {
    c->now = c->count > 0 ? dun__max(now, c->events[c->count - 1].occurred_at) : now;
    rc = dun__fold_begin(c, &place);
  }
  if (rc != DUN_OK && bad != NULL)
    *bad = place;
  return rc;
}

dun_rc dun__case_begin(struct dun__case *c, const dun_policy *policy,
                       const struct dun_account *account, const struct dun_event *events,
                       size_t count, dun_time now, size_t *bad)
{
  dun_rc rc;
  if (policy == NULL || account == NULL || (events == NULL && count > 0))
    return DUN_E_INVAL;
  rc = dun__take(&c->account, sizeof c->account, DUN__ACCOUNT_V1, account);
  if (rc == DUN_OK && count > DUN_EVENTS_MAX)
    rc = DUN_E_LIMIT;
  if (rc == DUN_OK && !dun__time_ok(now))
    rc = DUN_E_RANGE;
  if (rc == DUN_OK)
    rc = check_account(policy, &c->account);
  if (rc != DUN_OK)
    return rc;
  c->memo = NULL;
  c->policy = policy;
  c->events = events;
  c->count = count;
  c->zone = dun__zone_find(policy, c->account.zone);
  c->zone2 = c->account.zone2 == 0 ? NULL : dun__zone_find(policy, c->account.zone2);
  if (c->zone == NULL || (c->account.zone2 != 0 && c->zone2 == NULL))
    return DUN_E_ZONE;
  return begin(c, now, bad);
}

dun_rc dun__case_more(struct dun__case *c, size_t count, dun_time now, size_t *bad)
{
  size_t place, from = c->count - (c->count > 0); /* with the one before, for the order */
  dun_rc rc;
  if (count > DUN_EVENTS_MAX)
    return DUN_E_LIMIT;
  if (!dun__time_ok(now))
    return DUN_E_RANGE;
  rc = dun__log_check(c->events + from, count - from, &place);
  if (rc != DUN_OK) {
    if (bad != NULL)
      *bad = from + place;
    return rc;
  }
  if (!dun__fold_more(c, count)) {
    c->count = count;
    return begin(c, now, bad);
  }
  c->now = count > 0 ? dun__max(now, c->events[count - 1].occurred_at) : now;
  return DUN_OK;
}

void dun__case_finish(struct dun__case *c, struct dun__memo *memo)
{
  memset(memo, 0, sizeof *memo);
  c->memo = memo;
  dun__fold_finish(c);
  dun__when_prepare(c);
}

dun_rc dun__case_open(struct dun__case *c, struct dun__memo *memo, const dun_policy *policy,
                      const struct dun_account *account, const struct dun_event *events,
                      size_t count, dun_time now, size_t *bad)
{
  dun_rc rc = dun__case_begin(c, policy, account, events, count, now, bad);
  if (rc == DUN_OK)
    dun__case_finish(c, memo);
  return rc;
}
