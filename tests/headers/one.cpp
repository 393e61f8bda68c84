// SPDX-License-Identifier: MIT
// The public header needs nothing before it in C++11, and its functions have C linkage.
#include <dun/dun.h>
#include <dun/dun.h>

extern "C" const char *dun_strerror(dun_rc rc);

int dun_test_header_cpp();

int dun_test_header_cpp()
{
  dun_decision decision = dun_decision();
  dun_decision_init(&decision, sizeof decision);
  return dun_strerror(DUN_OK) != nullptr && decision.review_at < DUN_TIME_NEVER ? DUN_OK : DUN_E_INVAL;
}
