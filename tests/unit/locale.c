/* SPDX-License-Identifier: MIT */
/* Linked into every test program: it runs in the locale of its environment, as a host may. */
#include <locale.h>

__attribute__((constructor)) static void take_locale(void)
{
  (void)setlocale(LC_ALL, "");
}
