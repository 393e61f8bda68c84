/* SPDX-License-Identifier: MIT */
/* Whether a party can be reached by a channel, as far as no clock decides it. */
#ifndef DUN_CORE_REACH_H
#define DUN_CORE_REACH_H

#include "core/case.h"

/* Whether the account says that the party has an address on the channel (index), which has not died
 * and was not opted out of. *reasons gets why not; no bit = there never was an address. */
bool dun__reaches(const struct dun__case *c, uint32_t party, uint32_t channel, uint64_t *reasons);

#endif
