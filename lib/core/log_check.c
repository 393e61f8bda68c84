/* SPDX-License-Identifier: MIT */
/* The check of a log before it is used: order, and each event's own fields. */
#include "base/arith.h"
#include "base/names.h"
#include "core/fold.h"

static bool amount_ok(int64_t amount)
{
  return amount >= -DUN_AMOUNT_MAX && amount <= DUN_AMOUNT_MAX;
}

static dun_rc check_facts(const struct dun_event *e)
{
  if (e->detail >= DUN_FACT_ATTRIBUTE && e->detail < DUN_FACT_ATTRIBUTE + DUN_ATTRIBUTES)
    return DUN_OK;
  switch (e->detail) {
  case DUN_FACT_DUE_DAY:
  case DUN_FACT_LIMITATION_DAY: return dun__day_ok(e->amount) ? DUN_OK : DUN_E_RANGE;
  case DUN_FACT_PAST_DUE:
  case DUN_FACT_BALANCE:
  case DUN_FACT_MINIMUM_DUE:
  case DUN_FACT_LATE_FEES: return amount_ok(e->amount) ? DUN_OK : DUN_E_RANGE;
  case DUN_FACT_PRIOR_DELINQUENCIES:
    return e->amount >= 0 && e->amount <= UINT32_MAX ? DUN_OK : DUN_E_RANGE;
  default: return DUN_E_INVAL;
  }
}

static dun_rc check_hold(const struct dun_event *e)
{
  dun_time from = e->amount == 0 ? e->occurred_at : e->amount;
  if (dun_hold_name(e->detail) == NULL)
    return DUN_E_INVAL;
  if (e->kind == DUN_EVENT_RELEASE)
    return DUN_OK;
  if (!dun__time_ok(from))
    return DUN_E_RANGE;
  if (e->until == 0 || e->until == DUN_TIME_NEVER)
    return DUN_OK;
  return dun__time_ok(e->until) && e->until >= from ? DUN_OK : DUN_E_RANGE;
}

static dun_rc check_channel(const struct dun_event *e)
{
  return e->channel == 0 || dun_contact_name(e->channel >> 28) != NULL ? DUN_OK : DUN_E_INVAL;
}

static bool until_ok(const struct dun_event *e)
{
  return e->until == DUN_TIME_NEVER || dun__time_ok(e->until);
}

/* Weekdays, and minutes from and to. */
static dun_rc check_hours(const struct dun_event *e)
{
  int64_t from = e->amount & 0xffff, to = e->amount >> 16;
  if (e->detail > 0x7f)
    return DUN_E_INVAL;
  if (!until_ok(e) || (e->detail != 0 && (from >= to || to > 1440)))
    return DUN_E_RANGE;
  return check_channel(e);
}

static dun_rc check_outcome(const struct dun_event *e)
{
  if (e->outcome == DUN_OUTCOME_NONE || e->outcome >= DUN__OUTCOMES)
    return DUN_E_INVAL;
  if (e->step != 0 && (e->occurrence == 0 || !dun__day_ok(e->due_day)))
    return DUN_E_RANGE;
  if (!dun__time_ok(e->until))
    return DUN_E_RANGE;
  return check_channel(e);
}

static dun_rc check_kind(const struct dun_event *e)
{
  switch (e->kind) {
  case DUN_EVENT_PLACED:
  case DUN_EVENT_CURED:
  case DUN_EVENT_CLOSED:
  case DUN_EVENT_REOPENED: return DUN_OK;
  case DUN_EVENT_PAYMENT:
  case DUN_EVENT_REVERSAL: return amount_ok(e->amount) ? DUN_OK : DUN_E_RANGE;
  case DUN_EVENT_FACTS: return check_facts(e);
  case DUN_EVENT_VOID: return dun__time_ok(e->until) ? DUN_OK : DUN_E_RANGE;
  case DUN_EVENT_INTENT:
    if (e->step == 0)
      return DUN_E_INVAL;
    if (e->occurrence == 0 || !dun__day_ok(e->due_day))
      return DUN_E_RANGE;
    return check_channel(e);
  case DUN_EVENT_CONTACT:
  case DUN_EVENT_ACTION: return check_outcome(e);
  case DUN_EVENT_INBOUND: return e->outcome < DUN__OUTCOMES ? check_channel(e) : DUN_E_INVAL;
  case DUN_EVENT_HOLD:
  case DUN_EVENT_RELEASE: return check_hold(e);
  case DUN_EVENT_OVERRIDE:
    if (e->step == 0 || e->detail > DUN_OVERRIDE_STEP)
      return DUN_E_INVAL;
    return e->until == DUN_TIME_NEVER || dun__time_ok(e->until) ? DUN_OK : DUN_E_RANGE;
  case DUN_EVENT_HOURS_AGREED:
  case DUN_EVENT_BLACKOUT: return check_hours(e);
  case DUN_EVENT_WAIVE:
    if (e->detail == 0)
      return DUN_E_INVAL;
    return until_ok(e) ? DUN_OK : DUN_E_RANGE;
  case DUN_EVENT_CONSENT: return until_ok(e) ? check_channel(e) : DUN_E_RANGE;
  case DUN_EVENT_CONSENT_REVOKED:
  case DUN_EVENT_OPT_OUT:
  case DUN_EVENT_OPT_IN:
  case DUN_EVENT_ADDRESS_DEAD:
  case DUN_EVENT_ADDRESS_NEW: return check_channel(e);
  default:
    return e->kind >= DUN_EVENT_PLACED && e->kind <= DUN_EVENT_REOPENED ? DUN_E_UNSUPPORTED
                                                                        : DUN_E_INVAL;
  }
}

static dun_rc check(const struct dun_event *e)
{
  if (!dun__time_ok(e->occurred_at) || !dun__time_ok(e->recorded_at) ||
      e->occurred_at > e->recorded_at)
    return DUN_E_RANGE;
  if ((e->party & 15u) >= DUN_PARTIES || e->party >> 4 > DUN_PLACE_OTHER)
    return DUN_E_INVAL;
  if (e->flags & ~(DUN_FLAG_PERSON | DUN_FLAG_SAME_CONTACT | DUN_FLAG_INBOUND | DUN_FLAG_ACCOUNT))
    return DUN_E_NEWER;
  return check_kind(e);
}

dun_rc dun__log_check(const struct dun_event *events, size_t count, size_t *bad)
{
  for (size_t i = 0; i < count; i++) {
    const struct dun_event *e = &events[i], *before = e - 1;
    dun_rc rc = check(e);
    if (rc == DUN_OK && i > 0 &&
        (e->occurred_at < before->occurred_at ||
         (e->occurred_at == before->occurred_at && e->recorded_at < before->recorded_at)))
      rc = DUN_E_ORDER;
    if (rc != DUN_OK) {
      *bad = i;
      return rc;
    }
  }
  return DUN_OK;
}
