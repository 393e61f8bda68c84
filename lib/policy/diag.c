/* SPDX-License-Identifier: MIT */
/* Findings in a policy text: collected in any order, reported in order of their place. */
#include "policy/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "policy/model.h"

#define QUOTED 40u

dun_rc dun__diag_init(struct dun__diag *diag, const struct dun_alloc *alloc)
{
  memset(diag, 0, sizeof *diag);
  diag->alloc = alloc;
  diag->list = dun__alloc(alloc, DUN__MAX_FINDINGS * sizeof *diag->list);
  return diag->list == NULL ? DUN_E_NOMEM : DUN_OK;
}

void dun__diag_free(struct dun__diag *diag)
{
  dun__release(diag->alloc, diag->list, DUN__MAX_FINDINGS * sizeof *diag->list);
  diag->list = NULL;
}

struct dun__quoted dun__quote(const char *text, size_t size)
{
  struct dun__quoted q;
  size_t n = size < QUOTED ? size : QUOTED;
  while (n < size && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
    n--; /* never inside a character */
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    /* C0, DEL, and the second byte of C1 controls (C2 80 to C2 9F) */
    bool control =
        c < 0x20 || c == 0x7f || (i > 0 && (unsigned char)text[i - 1] == 0xc2 && c < 0xa0);
    if (control && c >= 0x80)
      q.text[i - 1] = '?';
    q.text[i] = control ? '?' : text[i];
  }
  memcpy(q.text + n, n < size ? "..." : "", n < size ? 4 : 1);
  return q;
}

/* After a cut by vsnprintf: drop what is left of a character that was cut through. */
static void trim(char *text)
{
  size_t n = strlen(text), i = n;
  size_t length;
  unsigned char lead;
  while (i > 0 && ((unsigned char)text[i - 1] & 0xc0) == 0x80)
    i--;
  if (i == 0)
    return;
  lead = (unsigned char)text[i - 1];
  length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (n - (i - 1) < length)
    text[i - 1] = '\0';
}

static void append(char *out, size_t room, size_t *used, const char *text)
{
  size_t n = strlen(text);
  if (*used + 1 >= room)
    return;
  if (n > room - 1 - *used)
    n = room - 1 - *used;
  memcpy(out + *used, text, n);
  *used += n;
  out[*used] = '\0';
}

static void write_path(const struct dun__node *node, char *out, size_t room)
{
  const struct dun__node *chain[DUN__MAX_DEPTH + 4];
  size_t n = 0, used = 0;
  out[0] = '\0';
  for (; node != NULL && node->parent != NULL && n < DUN__MAX_DEPTH + 4; node = node->parent)
    chain[n++] = node;
  while (n > 0) {
    const struct dun__node *at = chain[--n];
    if (at->key != NULL) {
      struct dun__quoted q = dun__quote(at->key->text, at->key->size);
      append(out, room, &used, used > 0 ? "." : "");
      append(out, room, &used, q.text);
    } else {
      char index[16];
      snprintf(index, sizeof index, "[%u]", (unsigned)at->index);
      append(out, room, &used, index);
    }
  }
  trim(out);
}

static bool before(uint32_t line, uint32_t column, const struct dun_diagnostic *d)
{
  return line < d->line || (line == d->line && column < d->column);
}

bool dun__diag_wants(const struct dun__diag *diag, uint32_t line, uint32_t column)
{
  return diag->kept < DUN__MAX_FINDINGS ||
         before(line, column, &diag->list[diag->order[diag->kept - 1]]);
}

/* A slot for a finding at this place, in order; NULL if there are enough before it. */
static struct dun_diagnostic *slot(struct dun__diag *diag, uint32_t line, uint32_t column)
{
  uint32_t place;
  uint8_t use;
  diag->errors++;
  if (!dun__diag_wants(diag, line, column))
    return NULL;
  if (diag->kept < DUN__MAX_FINDINGS)
    use = (uint8_t)diag->kept++;
  else
    use = diag->order[DUN__MAX_FINDINGS - 1];
  place = diag->kept - 1;
  while (place > 0 && before(line, column, &diag->list[diag->order[place - 1]])) {
    diag->order[place] = diag->order[place - 1];
    place--;
  }
  diag->order[place] = use;
  memset(&diag->list[use], 0, sizeof diag->list[use]);
  diag->list[use].struct_size = (uint32_t)sizeof diag->list[use];
  diag->list[use].severity = DUN_SEVERITY_ERROR;
  diag->list[use].line = line;
  diag->list[use].column = column;
  return &diag->list[use];
}

void dun__error(struct dun__diag *diag, const struct dun__node *node, const char *hint,
                const char *format, ...)
{
  struct dun_diagnostic *d = slot(diag, node ? node->line : 0, node ? node->column : 0);
  va_list args;
  if (d == NULL)
    return;
  write_path(node, d->path, sizeof d->path);
  va_start(args, format);
  vsnprintf(d->message, sizeof d->message, format, args);
  va_end(args);
  trim(d->message);
  if (hint != NULL) {
    snprintf(d->hint, sizeof d->hint, "%s", hint);
    trim(d->hint);
  }
}

void dun__error_at(struct dun__diag *diag, uint32_t line, uint32_t column, const char *format, ...)
{
  struct dun_diagnostic *d = slot(diag, line, column);
  va_list args;
  if (d == NULL)
    return;
  va_start(args, format);
  vsnprintf(d->message, sizeof d->message, format, args);
  va_end(args);
  trim(d->message);
}

void dun__diag_report(struct dun__diag *diag, const struct dun_compile *options)
{
  uint32_t whole = diag->kept;
  if (options->report == NULL)
    return;
  if (diag->errors > DUN__MAX_FINDINGS)
    whole = DUN__MAX_FINDINGS - 1;
  for (uint32_t i = 0; i < whole; i++)
    options->report(options->report_data, &diag->list[diag->order[i]]);
  if (whole < diag->kept) {
    struct dun_diagnostic *last = &diag->list[diag->order[whole]];
    last->path[0] = last->hint[0] = '\0';
    snprintf(last->message, sizeof last->message, "%u more findings from here on are left out",
             (unsigned)(diag->errors - whole));
    options->report(options->report_data, last);
  }
}
