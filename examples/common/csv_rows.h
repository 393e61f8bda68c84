/* SPDX-License-Identifier: MIT */
/* The rows of a CSV file by the names of their columns: each field where it is wanted. */
#ifndef EXAMPLES_CSV_ROWS_H
#define EXAMPLES_CSV_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct csv_rows {
  const char *path;
  const char *const *columns; /* the names of those wanted */
  size_t count;
  size_t
      optional; /* how many of the last may be lacking; their fields are "" then. Where some may, others
                    * than these columns are an error */
  void *user_data;
  /* One row: its fields in the order of `columns`, good for the call only. Returns NULL, or what is
   * wrong with the row. */
  const char *(*row)(void *user_data, uint64_t line, const char *const *fields);
  /* A row that was skipped, and why. */
  void (*bad)(void *user_data, uint64_t line, const char *why);
};

/* Read the whole file. 0; or -1, told on stderr, if it cannot be read or lacks a column. */
int csv_rows_read(const struct csv_rows *r);

#endif
