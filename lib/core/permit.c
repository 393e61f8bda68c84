/* SPDX-License-Identifier: MIT */
/* permit: the guards alone, for one contact that somebody wants to make by hand. */
#include <string.h>

#include "base/abi.h"
#include "core/guard.h"
#include "core/open.h"
#include "core/reach.h"

/* The guard that moved the instant last. */
static void note(void *data, const struct dun__move *move)
{
  *(struct dun__move *)data = *move;
}

/* The kind of event that could release what nothing else ends. */
static uint32_t release_of(const struct dun__case *c, const struct dun__move *last)
{
  const struct dun__rule *r;
  if (last->reason == DUN_REASON_HOLD)
    return DUN_EVENT_RELEASE;
  if (last->rule == DUN__NONE)
    return 0;
  r = &dun__rules(c->policy)[last->rule];
  if (r->sort == DUN__RULE_REQUIRES)
    return DUN_EVENT_CONTACT;
  return r->unless & DUN__UNLESS_CONSENT ? DUN_EVENT_CONSENT : 0;
}

static void answer(const struct dun__case *c, dun_time asked, const struct dun__ask *ask,
                   struct dun_permission *p)
{
  struct dun__move last = {.rule = DUN__NONE};
  struct dun__trace trace = {note, &last};
  uint64_t lost = 0;
  memset(p, 0, sizeof *p);
  p->next = dun__permitted_traced(c, ask, c->now, &p->reasons, &trace);
  if (last.rule != DUN__NONE) {
    p->rule = last.rule + 1;
    p->strength = dun__rules(c->policy)[last.rule].strength;
  } else if (last.reason != 0) {
    p->strength = DUN_STRENGTH_LAW;
  }
  if (p->next == DUN_TIME_NEVER)
    p->release = release_of(c, &last);
  if (!dun__reaches(c, ask->party, ask->channel, &lost)) {
    p->reasons |= lost != 0 ? lost : DUN_REASON_UNREACHABLE;
    p->next = DUN_TIME_NEVER;
    p->release = lost & DUN_REASON_OPT_OUT ? DUN_EVENT_OPT_IN : DUN_EVENT_ADDRESS_NEW;
    p->rule = 0;
    p->strength = DUN_STRENGTH_LAW;
  }
  if (c->closed) {
    p->reasons |= DUN_REASON_CLOSED;
    p->next = DUN_TIME_NEVER;
    p->release = DUN_EVENT_REOPENED;
    p->rule = 0;
    p->strength = DUN_STRENGTH_LAW;
  }
  if (c->now > asked)
    p->reasons |= DUN_REASON_CLOCK;
  p->permitted = p->next == asked;
}

dun_rc dun_permit(const dun_policy *policy, const struct dun_account *account,
                  const struct dun_event *events, size_t count, dun_time now, uint32_t channel,
                  uint32_t party, struct dun_permission *out, size_t *bad)
{
  struct dun__memo memo;
  struct dun__case c; /* large, and each part is set before it is read */
  struct dun_permission p;
  struct dun__ask ask;
  uint32_t place = party >> 4 & 15u, address = party >> 8;
  dun_rc rc;
  if (policy == NULL || out == NULL || (party & 15u) >= DUN_PARTIES || place > DUN_PLACE_OTHER ||
      address > UINT8_MAX)
    return DUN_E_INVAL;
  rc = dun__can_give(out, DUN__PERMISSION_V1);
  if (rc == DUN_OK && (channel == 0 || channel > policy->channels.count))
    rc = DUN_E_NOT_FOUND;
  if (rc == DUN_OK)
    rc = dun__case_open(&c, &memo, policy, account, events, count, now, bad);
  if (rc != DUN_OK)
    return rc;
  ask = dun__ask_for(&c, DUN_ACTION_CONTACT, channel - 1, party & 15u, DUN__NONE);
  ask.address = address;
  if (place != DUN_PLACE_UNKNOWN)
    ask.place = place;
  answer(&c, now, &ask, &p);
  dun__give(out, &p, sizeof p);
  return DUN_OK;
}
