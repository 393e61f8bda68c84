/* SPDX-License-Identifier: MIT */
/* permit: the guards alone, for one contact that somebody wants to make by hand. */
#include <string.h>

#include "base/abi.h"
#include "core/guard.h"
#include "core/open.h"
#include "core/reach.h"

static void answer(const struct dun__case *c, dun_time asked, uint32_t channel, uint32_t party,
                   struct dun_permission *p)
{
  struct dun__ask ask = {DUN_ACTION_CONTACT, dun__channels(c->policy)[channel].kind, party};
  uint64_t lost = 0;
  memset(p, 0, sizeof *p);
  p->next = dun__permitted(c, &ask, c->now, &p->reasons);
  if (!dun__reaches(c, party, channel, &lost)) {
    p->reasons |= lost != 0 ? lost : DUN_REASON_UNREACHABLE;
    p->next = DUN_TIME_NEVER;
  }
  if (c->closed) {
    p->reasons |= DUN_REASON_CLOSED;
    p->next = DUN_TIME_NEVER;
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
  dun_rc rc;
  if (policy == NULL || out == NULL || party >= DUN_PARTIES)
    return DUN_E_INVAL;
  rc = dun__can_give(out, DUN__PERMISSION_V1);
  if (rc == DUN_OK && (channel == 0 || channel > policy->channels.count))
    rc = DUN_E_NOT_FOUND;
  if (rc == DUN_OK)
    rc = dun__case_open(&c, &memo, policy, account, events, count, now, bad);
  if (rc != DUN_OK)
    return rc;
  answer(&c, now, channel - 1, party, &p);
  dun__give(out, &p, sizeof p);
  return DUN_OK;
}
