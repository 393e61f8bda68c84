/* SPDX-License-Identifier: MIT */
/* Findings in a policy text: collected in any order, reported in order of their place. */
#include "policy/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "policy/model.h"

#define QUOTED 40u
#define CITED 100u

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

/* Up to `most` bytes of a text, never part of a character, control characters as `?`; the rest is
 * "...". */
static void clean(char *out, const char *text, size_t size, size_t most)
{
  size_t n = size < most ? size : most;
  while (n < size && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
    n--;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    /* C0, DEL, and the second byte of C1 controls (C2 80 to C2 9F) */
    bool control =
        c < 0x20 || c == 0x7f || (i > 0 && (unsigned char)text[i - 1] == 0xc2 && c < 0xa0);
    if (control && c >= 0x80)
      out[i - 1] = '?';
    out[i] = control ? '?' : text[i];
  }
  memcpy(out + n, n < size ? "..." : "", n < size ? 4 : 1);
}

struct dun__quoted dun__quote(const char *text, size_t size)
{
  struct dun__quoted q;
  clean(q.text, text, size, QUOTED);
  return q;
}

struct dun__cited dun__cite(const char *source)
{
  struct dun__cited c = {""};
  if (source[0] != '\0') {
    memcpy(c.text, " (", 2);
    clean(c.text + 2, source, strlen(source), CITED);
    strcat(c.text, ")");
  }
  return c;
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

/* Where a finding is placed: at its own place, or at the entry that names the text it is in. */
static void locate(const struct dun__diag *diag, uint32_t *line, uint32_t *column)
{
  if (diag->inside == NULL)
    return;
  *line = diag->inside->line;
  *column = diag->inside->column;
}

bool dun__diag_wants(const struct dun__diag *diag, uint32_t line, uint32_t column)
{
  locate(diag, &line, &column);
  return diag->kept < DUN__MAX_FINDINGS ||
         before(line, column, &diag->list[diag->order[diag->kept - 1]]);
}

/* Room for an error where all places are taken: the last warning goes. False if there is none. */
static bool drop_warning(struct dun__diag *diag)
{
  uint32_t place = diag->kept;
  uint8_t use;
  while (place > 0 && diag->list[diag->order[place - 1]].severity != DUN_SEVERITY_WARNING)
    place--;
  if (place == 0)
    return false;
  use = diag->order[place - 1];
  for (; place < diag->kept; place++)
    diag->order[place - 1] = diag->order[place];
  diag->order[diag->kept - 1] = use; /* where the next finding goes, as its slot is free */
  return true;
}

/* A slot for a finding at this place, in order; NULL if there are enough before it. Warnings give
 * way to errors: what fails must be told. */
static struct dun_diagnostic *slot(struct dun__diag *diag, uint32_t line, uint32_t column,
                                   uint32_t severity)
{
  uint32_t at;
  uint8_t use;
  bool error = severity == DUN_SEVERITY_ERROR;
  locate(diag, &line, &column);
  (error ? &diag->errors : &diag->warnings)[0]++;
  if (diag->kept == DUN__MAX_FINDINGS) {
    if (!error || (!drop_warning(diag) && !dun__diag_wants(diag, line, column)))
      return NULL;
    use = diag->order[DUN__MAX_FINDINGS - 1];
  } else {
    use = (uint8_t)diag->kept++;
  }
  at = diag->kept - 1;
  while (at > 0 && before(line, column, &diag->list[diag->order[at - 1]])) {
    diag->order[at] = diag->order[at - 1];
    at--;
  }
  diag->order[at] = use;
  memset(&diag->list[use], 0, sizeof diag->list[use]);
  diag->list[use].struct_size = (uint32_t)sizeof diag->list[use];
  diag->list[use].severity = severity;
  diag->list[use].line = line;
  diag->list[use].column = column;
  return &diag->list[use];
}

/* The message; of a text inside this one with its name and the place there. */
static void word(const struct dun__diag *diag, struct dun_diagnostic *d, uint32_t line,
                 uint32_t column, const char *format, va_list args)
{
  size_t n = 0;
  if (diag->inside != NULL)
    n = (size_t)snprintf(d->message, sizeof d->message,
                         line > 0 ? "%s, line %u, column %u: " : "%s: ", diag->text_name,
                         (unsigned)line, (unsigned)column);
  vsnprintf(d->message + n, sizeof d->message - n, format, args);
  trim(d->message);
}

static void record(struct dun__diag *diag, const struct dun__node *node, uint32_t severity,
                   const char *hint, const char *format, va_list args)
{
  uint32_t line = node != NULL ? node->line : 0, column = node != NULL ? node->column : 0;
  struct dun_diagnostic *d = slot(diag, line, column, severity);
  if (d == NULL)
    return;
  write_path(diag->inside != NULL ? diag->inside : node, d->path, sizeof d->path);
  word(diag, d, line, column, format, args);
  if (hint != NULL) {
    snprintf(d->hint, sizeof d->hint, "%s", hint);
    trim(d->hint);
  }
}

void dun__error(struct dun__diag *diag, const struct dun__node *node, const char *hint,
                const char *format, ...)
{
  va_list args;
  va_start(args, format);
  record(diag, node, DUN_SEVERITY_ERROR, hint, format, args);
  va_end(args);
}

void dun__warning(struct dun__diag *diag, const struct dun__node *node, const char *hint,
                  const char *format, ...)
{
  va_list args;
  va_start(args, format);
  record(diag, node, DUN_SEVERITY_WARNING, hint, format, args);
  va_end(args);
}

void dun__error_at(struct dun__diag *diag, uint32_t line, uint32_t column, const char *format, ...)
{
  struct dun_diagnostic *d = slot(diag, line, column, DUN_SEVERITY_ERROR);
  va_list args;
  if (d == NULL)
    return;
  if (diag->inside != NULL)
    write_path(diag->inside, d->path, sizeof d->path);
  va_start(args, format);
  word(diag, d, line, column, format, args);
  va_end(args);
}

void dun__diag_inside(struct dun__diag *diag, const struct dun__node *node, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(diag->text_name, sizeof diag->text_name, format, args);
  va_end(args);
  diag->inside = node;
}

void dun__diag_outside(struct dun__diag *diag)
{
  diag->inside = NULL;
}

void dun__diag_report(struct dun__diag *diag, const struct dun_compile *options)
{
  uint32_t all = diag->errors + diag->warnings;
  uint32_t whole = diag->kept;
  if (options->report == NULL)
    return;
  if (all > DUN__MAX_FINDINGS)
    whole = DUN__MAX_FINDINGS - 1;
  for (uint32_t i = 0; i < whole; i++)
    options->report(options->report_data, &diag->list[diag->order[i]]);
  if (whole < diag->kept) {
    struct dun_diagnostic *last = &diag->list[diag->order[whole]];
    last->severity = diag->errors > 0 ? DUN_SEVERITY_ERROR : DUN_SEVERITY_WARNING;
    last->path[0] = last->hint[0] = '\0';
    snprintf(last->message, sizeof last->message, "%u more findings from here on are left out",
             (unsigned)(all - whole));
    options->report(options->report_data, last);
  }
}
