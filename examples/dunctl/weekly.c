/* SPDX-License-Identifier: MIT */
/* Hours of the week as people write them, and as events hold them. */
#include "weekly.h"

#include <stddef.h>
#include <string.h>

const char *weekly_day(uint32_t i)
{
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

bool weekly_clock(const char *text, uint32_t *minute)
{
  bool ok = strlen(text) == 5 && text[2] == ':';
  for (int i = 0; ok && i < 5; i++)
    ok = i == 2 || (text[i] >= '0' && text[i] <= '9');
  if (!ok || text[3] > '5')
    return false;
  *minute = (uint32_t)((text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 +
                       (text[4] - '0'));
  return *minute <= 1440;
}

int64_t weekly_amount(uint32_t from, uint32_t to)
{
  return (int64_t)from + ((int64_t)to << 16);
}
