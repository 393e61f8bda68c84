/* SPDX-License-Identifier: MIT */
/* Whether a text is UTF-8 without characters that have no place in a policy. */
#include "policy/utf8.h"

#include <stdint.h>
#include <string.h>

#include "policy/diag.h"

/* The character at p, of at most `left` bytes: its length, 0 if it is not UTF-8. */
static size_t decode(const unsigned char *p, size_t left, uint32_t *code)
{
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
  size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
  uint32_t c;
  if (n == 0 || p[0] > 0xf4 || n > left)
    return 0;
  c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if ((p[i] & 0xc0) != 0x80)
      return 0;
    c = c << 6 | (p[i] & 0x3fu);
  }
  if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
    return 0;
  *code = c;
  return n;
}

/* Controls but tab and line ends; other line ends of Unicode, which YAML 1.1 and 1.2 read
 * differently; a byte order mark inside the text; and what is no character at all. */
static bool refused(uint32_t c)
{
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0) ||
         c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

bool dun__utf8_check(struct dun__diag *diag, const char **text, size_t *size)
{
  const unsigned char *p = (const unsigned char *)*text;
  uint32_t line = 1, column = 1;
  size_t n;
  if (*size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
    *text += 3;
    *size -= 3;
    p += 3;
  }
  for (size_t i = 0; i < *size; i += n) {
    uint32_t c = 0;
    n = decode(p + i, *size - i, &c);
    if (n == 0) {
      dun__error_at(diag, line, column, "byte 0x%02x is not UTF-8; a policy is UTF-8 text",
                    (unsigned)p[i]);
      return false;
    }
    if (refused(c)) {
      dun__error_at(diag, line, column, "the character U+%04X may not stand in a policy",
                    (unsigned)c);
      return false;
    }
    if (c == '\n' || (c == '\r' && (i + 1 == *size || p[i + 1] != '\n'))) {
      line++;
      column = 1;
    } else if (c != '\r') {
      column++;
    }
  }
  return true;
}
