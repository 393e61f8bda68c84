/* SPDX-License-Identifier: MIT */
/* Events that follow a decision: its INTENT and its outcome, with the same key. */
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "base/names.h"

static dun_rc fill(const struct dun_decision *decision, dun_time at, struct dun_event *out,
                   uint32_t *action)
{
  struct dun_decision d;
  dun_rc rc;
  if (decision == NULL || out == NULL)
    return DUN_E_INVAL;
  rc = dun__take(&d, sizeof d, DUN__DECISION_V1, decision);
  if (rc != DUN_OK)
    return rc;
  if (d.kind != DUN_DECISION_ACT || d.step_id == 0)
    return DUN_E_INVAL;
  if (!dun__time_ok(at))
    return DUN_E_RANGE;
  memset(out, 0, sizeof *out);
  out->occurred_at = out->recorded_at = at;
  out->account = d.account;
  out->due_day = d.due_day;
  out->step = d.step_id;
  out->channel = d.channel_id;
  out->detail = d.for_step;
  out->occurrence = d.occurrence;
  out->attempt = d.attempt;
  out->party = d.party;
  *action = d.action;
  return DUN_OK;
}

dun_rc dun_event_intent(const struct dun_decision *decision, dun_time at, struct dun_event *out)
{
  uint32_t action;
  dun_rc rc = fill(decision, at, out, &action);
  if (rc == DUN_OK)
    out->kind = DUN_EVENT_INTENT;
  return rc;
}

dun_rc dun_event_outcome(const struct dun_decision *decision, uint32_t outcome, dun_time at,
                         struct dun_event *out)
{
  uint32_t action;
  dun_rc rc;
  if (outcome == DUN_OUTCOME_NONE || outcome >= DUN__OUTCOMES)
    return DUN_E_INVAL;
  rc = fill(decision, at, out, &action);
  if (rc == DUN_OK) {
    out->kind = action == DUN_ACTION_CONTACT ? DUN_EVENT_CONTACT : DUN_EVENT_ACTION;
    out->outcome = (uint8_t)outcome;
  }
  return rc;
}
