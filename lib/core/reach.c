/* SPDX-License-Identifier: MIT */
/* Whether a party can be reached by a channel, as far as no clock decides it. */
#include "core/reach.h"

bool dun__reaches(const struct dun__case *c, uint32_t party, uint32_t channel, uint64_t *reasons)
{
  uint32_t bit = UINT32_C(1) << channel;
  if (!(c->account.reach[party] & bit))
    return false;
  if ((c->opted_out[party].channels | c->opted_out[party].by_kind) & bit)
    *reasons |= DUN_REASON_OPT_OUT;
  else if ((c->dead[party].channels | c->dead[party].by_kind) & bit)
    *reasons |= DUN_REASON_ADDRESS;
  else
    return true;
  return false;
}
