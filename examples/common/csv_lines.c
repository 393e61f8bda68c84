/* SPDX-License-Identifier: MIT */
/* A CSV file, plain or gzipped, row by row, in bounded memory: a bad row never spoils the next. */
#include "csv_lines.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CHUNK 65536

struct csv_file {
  gzFile file; /* which passes plain files on as they are */
  const char *path;
  struct csv_parser parser;
  uint64_t line;
  char chunk[CHUNK];
  size_t at, size;
  char *text;   /* the line: CSV_LINE_MAX bytes and a NUL */
  char *fields; /* its fields, each with a NUL */
  size_t used;
  size_t rows; /* that libcsv saw in the line */
  size_t start[CSV_COLUMNS_MAX];
  size_t count;
};

static bool parser_start(struct csv_file *f)
{
  return csv_init(&f->parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
}

struct csv_file *csv_file_open(const char *path)
{
  struct csv_file *f = calloc(1, sizeof *f);
  if (f != NULL) {
    f->path = path;
    f->text = malloc(CSV_LINE_MAX + 1);
    f->fields = malloc(CSV_LINE_MAX + CSV_COLUMNS_MAX + 1);
  }
  if (f == NULL || f->text == NULL || f->fields == NULL || !parser_start(f)) {
    fprintf(stderr, "%s: no memory\n", path);
    csv_file_close(f);
    return NULL;
  }
  errno = 0;
  f->file = gzopen(path, "rb");
  if (f->file == NULL) {
    fprintf(stderr, "%s: cannot be opened: %s\n", path, errno != 0 ? strerror(errno) : "no memory");
    csv_file_close(f);
    return NULL;
  }
  return f;
}

void csv_file_close(struct csv_file *f)
{
  if (f == NULL)
    return;
  if (f->file != NULL)
    gzclose_r(f->file);
  csv_free(&f->parser);
  free(f->fields);
  free(f->text);
  free(f);
}

/* The next line into text, without its end. 1, 0 = end of file, -1 = error. A line that is too long
 * is read over; *size is then CSV_LINE_MAX + 1. */
static int next_line(struct csv_file *f, size_t *size)
{
  bool some = false;
  *size = 0;
  for (;;) {
    char *from = f->chunk + f->at, *end;
    size_t n;
    if (f->at == f->size) {
      int got = gzread(f->file, f->chunk, CHUNK), rc = Z_OK;
      const char *why = gzerror(f->file, &rc);
      f->at = f->size = 0;
      if (got > 0)
        f->size = (size_t)got;
      else if (rc == Z_OK)
        return some;
      else {
        fprintf(stderr, "%s: cannot be read to its end: %s\n", f->path,
                rc == Z_ERRNO ? strerror(errno) : why);
        return -1;
      }
      continue;
    }
    some = true;
    end = memchr(from, '\n', f->size - f->at);
    n = end != NULL ? (size_t)(end - from) : f->size - f->at;
    if (*size + n <= CSV_LINE_MAX)
      memcpy(f->text + *size, from, n);
    *size = *size + n <= CSV_LINE_MAX ? *size + n : CSV_LINE_MAX + 1;
    f->at += n;
    if (end != NULL) {
      f->at++;
      return 1;
    }
  }
}

static void on_field(void *field, size_t size, void *data)
{
  struct csv_file *f = data;
  if (f->count < CSV_COLUMNS_MAX) {
    f->start[f->count] = f->used;
    memcpy(f->fields + f->used, field, size);
    f->used += size;
    f->fields[f->used++] = '\0';
  }
  f->count++;
}

static void on_row(int end, void *data)
{
  struct csv_file *f = data;
  (void)end;
  f->rows++;
}

static const char *parse(struct csv_file *f, size_t size)
{
  bool good;
  if (size > CSV_LINE_MAX)
    return "the line is longer than 1 MiB";
  if (memchr(f->text, '\0', size) != NULL)
    return "there is a NUL byte in it";
  f->used = f->rows = f->count = 0;
  good = csv_parse(&f->parser, f->text, size, on_field, on_row, f) == size &&
         csv_fini(&f->parser, on_field, on_row, f) == 0;
  if (!good) {
    bool memory = csv_error(&f->parser) == CSV_ENOMEM;
    csv_free(&f->parser);
    if (memory || !parser_start(f))
      return "no memory";
    return "a quote is not closed, or stands in the middle of a field";
  }
  if (f->rows > 1)
    return "there is a carriage return in it";
  if (f->count > CSV_COLUMNS_MAX)
    return "more than 256 columns";
  return NULL;
}

int csv_file_next(struct csv_file *f, struct csv_row *row)
{
  for (;;) {
    size_t size;
    int rc = next_line(f, &size);
    if (rc <= 0)
      return rc;
    f->line++;
    if (f->line == 1 && size >= 3 && size <= CSV_LINE_MAX &&
        memcmp(f->text, "\xef\xbb\xbf", 3) == 0)
      memmove(f->text, f->text + 3, size -= 3);
    if (size > 0 && size <= CSV_LINE_MAX && f->text[size - 1] == '\r')
      size--;
    row->line = f->line;
    row->count = 0;
    row->error = parse(f, size);
    if (row->error == NULL && f->count == 0)
      continue;
    for (; row->error == NULL && row->count < f->count; row->count++)
      row->field[row->count] = f->fields + f->start[row->count];
    return 1;
  }
}
