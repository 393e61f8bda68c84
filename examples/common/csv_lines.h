/* SPDX-License-Identifier: MIT */
/* A CSV file, plain or gzipped, row by row, in bounded memory: a bad row never spoils the next. */
#ifndef EXAMPLES_CSV_LINES_H
#define EXAMPLES_CSV_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_COLUMNS_MAX 256
#define CSV_LINE_MAX ((size_t)1 << 20)

struct csv_file;

struct csv_row {
  uint64_t line;     /* from 1 */
  const char *error; /* NULL = the fields are good */
  size_t count;
  const char *field[CSV_COLUMNS_MAX];
};

/* NULL: it cannot be opened (told on stderr). */
struct csv_file *csv_file_open(const char *path);
void csv_file_close(struct csv_file *file);

/* The next row that is not empty: 1, 0 = the end, -1 = it cannot be read (told on stderr). The
 * fields live until the next call. A row is one line: a line break within quotes is an error. */
int csv_file_next(struct csv_file *file, struct csv_row *row);

#endif
