/* SPDX-License-Identifier: MIT */
/* The rows of a CSV file by the names of their columns: each field where it is wanted. */
#include "csv_rows.h"

#include <stdio.h>
#include <string.h>

#include "csv_lines.h"

/* Where the columns wanted are in the file. */
static int take_header(const struct csv_rows *r, const struct csv_row *header, size_t *place)
{
  if (header->error != NULL) {
    fprintf(stderr, "%s: bad header: %s\n", r->path, header->error);
    return -1;
  }
  for (size_t c = 0; c < r->count; c++) {
    place[c] = 0;
    while (place[c] < header->count && strcmp(header->field[place[c]], r->columns[c]) != 0)
      place[c]++;
    if (place[c] == header->count && c < r->count - r->optional) {
      fprintf(stderr, "%s: missing column: %s\n", r->path, r->columns[c]);
      return -1;
    }
  }
  /* where columns may be lacking a misspelt one would be taken for that */
  for (size_t h = 0; r->optional > 0 && h < header->count; h++) {
    size_t c = 0;
    while (c < r->count && strcmp(header->field[h], r->columns[c]) != 0)
      c++;
    if (c == r->count || place[c] != h) {
      fprintf(stderr, "%s: %s column: %s\n", r->path, c == r->count ? "unknown" : "doubled",
              header->field[h]);
      return -1;
    }
  }
  return 0;
}

static const char *take_row(const struct csv_rows *r, const struct csv_row *row, size_t width,
                            const size_t *place)
{
  const char *fields[CSV_COLUMNS_MAX];
  if (row->error != NULL)
    return row->error;
  if (row->count != width)
    return row->count < width ? "too few fields" : "too many fields";
  for (size_t c = 0; c < r->count; c++)
    fields[c] = place[c] < width ? row->field[place[c]] : "";
  return r->row(r->user_data, row->line, fields);
}

int csv_rows_read(const struct csv_rows *r)
{
  size_t place[CSV_COLUMNS_MAX], width;
  struct csv_row row;
  struct csv_file *file = csv_file_open(r->path);
  int rc;
  if (file == NULL)
    return -1;
  rc = csv_file_next(file, &row);
  if (rc == 0)
    fprintf(stderr, "%s: no header line\n", r->path);
  if (rc != 1 || take_header(r, &row, place) != 0) {
    csv_file_close(file);
    return -1;
  }
  width = row.count;
  while ((rc = csv_file_next(file, &row)) == 1) {
    const char *why = take_row(r, &row, width, place);
    if (why != NULL)
      r->bad(r->user_data, row.line, why);
  }
  csv_file_close(file);
  return rc;
}
