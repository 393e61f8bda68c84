/* SPDX-License-Identifier: MIT */
/* Files, memory and output that the subcommands of dunctl share. */
#ifndef DUNCTL_IO_H
#define DUNCTL_IO_H

#include <stddef.h>
#include <stdio.h>

#if defined(__GNUC__)
#define IO_FORMAT(at) __attribute__((format(printf, at, at + 1)))
#define IO_NORETURN __attribute__((noreturn))
#else
#define IO_FORMAT(at)
#define IO_NORETURN
#endif

/* Memory, or the end of the program with a message: a tool for one author has no better answer. */
void *io_alloc(size_t size);
void *io_grow(void *memory, size_t size);
IO_NORETURN void io_no_memory(void);

/* A text that grows. Zero it to start; free(text) at the end. */
struct io_text {
  char *text; /* NULL = nothing yet */
  size_t size, room;
};
void io_add(struct io_text *to, const char *format, ...) IO_FORMAT(2);

/* The bytes of a file (`-` = standard input) and a NUL, at most `most` + 1 of them; NULL, and a
 * message on stderr that names it `shown`, if it cannot be read. */
char *io_read(const char *name, const char *shown, size_t most, size_t *size);

/* A name or text fit for output: control characters, and bytes that are not UTF-8, as `?`. */
void io_show(char *out, size_t room, const char *name);

/* A string in JSON. Bytes above ASCII are passed on: they are UTF-8, see io_show(). */
void io_json(FILE *to, const char *text);

#endif
