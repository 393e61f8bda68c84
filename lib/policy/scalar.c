/* SPDX-License-Identifier: MIT */
/* Typed scalars: names, numbers, durations, ladder points and times of day, read by hand. */
#include <stdio.h>
#include <string.h>

#include "base/arith.h"
#include "policy/schema.h"

/* Elapsed spans go up to about a year, so that their seconds fit. */
#define MAX_SECONDS (10000 * 3600)

static bool digit(char c)
{
  return c >= '0' && c <= '9';
}

bool dun__read_int(const char *text, size_t size, int64_t *out)
{
  size_t i = size > 0 && text[0] == '-' ? 1 : 0;
  int64_t n = 0;
  if (i == size)
    return false;
  for (; i < size; i++) {
    int64_t d = text[i] - '0';
    if (!digit(text[i]) || !dun__mul(n, 10, &n) || !dun__add(n, text[0] == '-' ? -d : d, &n))
      return false;
  }
  *out = n;
  return true;
}

bool dun__read_point(const char *text, size_t size, int32_t grace, int32_t *out)
{
  int64_t n = 0;
  size_t i = 0;
  bool from_grace = size >= 5 && memcmp(text, "grace", 5) == 0;
  if (from_grace && size > 5 && (text[5] != '+' || size < 7 || !digit(text[6])))
    return false;
  i = !from_grace ? 0 : size > 5 ? 6 : 5;
  if (i < size && (text[size - 1] != 'd' || !dun__read_int(text + i, size - 1 - i, &n)))
    return false;
  if (size == 0 || n < -DUN__MAX_DPD || n > DUN__MAX_DPD)
    return false;
  n += from_grace ? grace + 1 : 0;
  if (n > DUN__MAX_DPD)
    return false;
  *out = (int32_t)n;
  return true;
}

bool dun__read_minute(const char *text, size_t size, bool end, uint16_t *out)
{
  int hour, minute;
  if (size != 5 || !digit(text[0]) || !digit(text[1]) || text[2] != ':' || !digit(text[3]) ||
      !digit(text[4]))
    return false;
  hour = (text[0] - '0') * 10 + (text[1] - '0');
  minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (minute > 59 || hour > 24 || (hour == 24 && (!end || minute > 0)))
    return false;
  *out = (uint16_t)(hour * 60 + minute);
  return true;
}

static bool is_name(const struct dun__node *node, bool capitals)
{
  if (node->kind != DUN__NODE_SCALAR || node->size == 0 || node->size > DUN__MAX_NAME)
    return false;
  for (uint32_t i = 0; i < node->size; i++) {
    char c = node->text[i];
    if (!((c >= 'a' && c <= 'z') || digit(c) || c == '_' || c == '-' ||
          (capitals && c >= 'A' && c <= 'Z')))
      return false;
  }
  return true;
}

bool dun__get_name(struct dun__diag *diag, const struct dun__node *node)
{
  if (node == NULL)
    return false;
  if (is_name(node, false))
    return true;
  dun__wants(diag, node, "a name (at most 63 of a-z, 0-9, _ and -)");
  return false;
}

bool dun__get_label(struct dun__diag *diag, const struct dun__node *node)
{
  if (node == NULL)
    return false;
  if (is_name(node, true))
    return true;
  dun__wants(diag, node, "a name (at most 63 of A-Z, a-z, 0-9, _ and -)");
  return false;
}

bool dun__get_text(struct dun__diag *diag, const struct dun__node *node)
{
  if (node == NULL)
    return false;
  if (node->kind == DUN__NODE_SCALAR)
    for (uint32_t i = 0; i < node->size; i++)
      if (node->text[i] != ' ' && node->text[i] != '\t' && node->text[i] != '\n')
        return true;
  dun__wants(diag, node, "a text that is not empty");
  return false;
}

bool dun__get_bool(struct dun__diag *diag, const struct dun__node *node, bool *out)
{
  if (node == NULL)
    return false;
  if (dun__is(node, "true") || dun__is(node, "false")) {
    *out = dun__is(node, "true");
    return true;
  }
  dun__wants(diag, node, "true or false");
  return false;
}

bool dun__get_int(struct dun__diag *diag, const struct dun__node *node, int64_t low, int64_t high,
                  int64_t *out)
{
  char what[96];
  int64_t n;
  if (node == NULL)
    return false;
  if (node->kind == DUN__NODE_SCALAR && dun__read_int(node->text, node->size, &n) && n >= low &&
      n <= high) {
    *out = n;
    return true;
  }
  if (low == INT64_MIN && high == INT64_MAX)
    snprintf(what, sizeof what, "a whole number of at most 64 bits");
  else
    snprintf(what, sizeof what, "a whole number from %lld to %lld", (long long)low,
             (long long)high);
  dun__wants(diag, node, what);
  return false;
}

/* The number before a unit; false if there is none. */
static bool read_unit(const struct dun__node *node, int64_t *n, const char **unit, size_t *size)
{
  size_t i = 0;
  if (node->kind != DUN__NODE_SCALAR)
    return false;
  while (i < node->size && digit(node->text[i]))
    i++;
  *unit = node->text + i;
  *size = node->size - i;
  return i > 0 && *size > 0 && *size <= 2 && dun__read_int(node->text, i, n);
}

/* The units of durations, and how far each goes. */
static const struct unit {
  char name[4];
  uint32_t span;
  int32_t factor, limit;
  char range[2][32]; /* from 0, and from 1 */
} units[] = {
    {"m",
     DUN__SPAN_SECONDS,
     60,
     MAX_SECONDS,
     {"a duration from 0m to 10000h", "a duration from 1m to 10000h"}},
    {"h",
     DUN__SPAN_SECONDS,
     3600,
     MAX_SECONDS,
     {"a duration from 0m to 10000h", "a duration from 1m to 10000h"}},
    {"d",
     DUN__SPAN_DAYS,
     1,
     DUN__MAX_DPD,
     {"a duration from 0d to 36524d", "a duration from 1d to 36524d"}},
    {"w",
     DUN__SPAN_DAYS,
     7,
     DUN__MAX_DPD,
     {"a duration from 0d to 36524d", "a duration from 1d to 36524d"}},
    {"mo",
     DUN__SPAN_MONTHS,
     1,
     DUN__MAX_MONTHS,
     {"a duration from 0mo to 1200mo", "a duration from 1mo to 1200mo"}},
    {"bd",
     DUN__SPAN_BUSINESS,
     1,
     DUN__MAX_BUSINESS,
     {"a duration from 0bd to 25000bd", "a duration from 1bd to 25000bd"}},
};

static const struct unit *unit_of(const char *name, size_t size)
{
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
    if (strlen(units[i].name) == size && memcmp(units[i].name, name, size) == 0)
      return &units[i];
  return NULL;
}

bool dun__get_span(struct dun__diag *diag, const struct dun__node *node, int32_t least,
                   struct dun__span *out)
{
  const char *unit = "";
  size_t size = 0;
  int64_t n = 0;
  const struct unit *u;
  if (node == NULL)
    return false;
  u = read_unit(node, &n, &unit, &size) ? unit_of(unit, size) : NULL;
  if (u == NULL) {
    dun__wants_hint(diag, node, "a duration such as 2d or 4h",
                    "m are minutes, h hours, d days, w weeks, mo months, bd business days");
    return false;
  }
  if (!dun__mul(n, u->factor, &n) || n > u->limit || n < least) {
    dun__wants(diag, node, u->range[least > 0]);
    return false;
  }
  if (u->span == DUN__SPAN_BUSINESS && !diag->calendar) {
    dun__error(diag, node, "such as `calendar: cn`, one of those under `calendars`",
               "`%s` is in business days, but the policy has no `calendar`", dun__label(node).text);
    return false;
  }
  out->unit = u->span;
  out->n = (int32_t)n;
  return true;
}

bool dun__get_days(struct dun__diag *diag, const struct dun__node *node, int32_t *out)
{
  const char *unit = "";
  size_t size = 0;
  int64_t n = 0;
  if (node == NULL)
    return false;
  if (read_unit(node, &n, &unit, &size) && size == 1 && unit[0] == 'd' && n < DUN__MAX_DPD) {
    *out = (int32_t)n;
    return true;
  }
  dun__wants(diag, node, "a number of days from 0d to 36523d");
  return false;
}

bool dun__get_point(struct dun__diag *diag, const struct dun__node *node, int32_t grace,
                    int32_t *out)
{
  if (node == NULL)
    return false;
  if (node->kind == DUN__NODE_SCALAR && dun__read_point(node->text, node->size, grace, out))
    return true;
  dun__wants(diag, node,
             "a day of the ladder such as -3d, 20d, grace or grace+2d, at most 36524d away");
  return false;
}

bool dun__get_minute(struct dun__diag *diag, const struct dun__node *node, uint16_t *out)
{
  if (node == NULL)
    return false;
  if (node->kind == DUN__NODE_SCALAR && dun__read_minute(node->text, node->size, false, out))
    return true;
  dun__wants(diag, node, "a time of day from 00:00 to 23:59");
  return false;
}
