/* SPDX-License-Identifier: MIT */
/* The public header needs nothing before it in C11, and may be included twice. */
#include <dun/dun.h>
#include <dun/dun.h>

int dun_test_header(void);

int dun_test_header(void)
{
  struct dun_account account;
  struct dun_event event = {0};
  dun_account_init(&account, sizeof account);
  event.kind = DUN_EVENT_PLACED;
  return event.kind == DUN_EVENT_PLACED ? DUN_OK : DUN_E_INVAL;
}
