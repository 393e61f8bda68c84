/* SPDX-License-Identifier: MIT */
/* A program outside the tree; also valid C++. */
#include <stdio.h>
#include <dun/dun.h>
int main(void)
{
  dun_policy *policy = NULL;
  dun_rc rc = dun_policy_compile(&policy, "dun: [", 6, NULL);
  printf("libdun %u: %s\n", (unsigned)dun_version_number(), dun_strerror(rc));
  return rc == DUN_E_POLICY && policy == NULL ? 0 : 1;
}
