/* SPDX-License-Identifier: MIT */
/* Files, memory and output that the subcommands of dunctl share. */
#include "io.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dunctl.h"

void io_no_memory(void)
{
  fprintf(stderr, "dunctl: out of memory\n");
  exit(EXIT_USAGE);
}

void *io_alloc(size_t size)
{
  void *memory = malloc(size > 0 ? size : 1);
  if (memory == NULL)
    io_no_memory();
  return memory;
}

void *io_grow(void *memory, size_t size)
{
  memory = realloc(memory, size);
  if (memory == NULL)
    io_no_memory();
  return memory;
}

void io_add(struct io_text *to, const char *format, ...)
{
  va_list list;
  int n;
  va_start(list, format);
  n = vsnprintf(NULL, 0, format, list);
  va_end(list);
  if (n < 0)
    return;
  if (to->text == NULL || to->room - to->size <= (size_t)n) {
    to->room = 2 * to->room + (size_t)n + 1;
    to->text = io_grow(to->text, to->room);
  }
  va_start(list, format);
  vsnprintf(to->text + to->size, to->room - to->size, format, list);
  va_end(list);
  to->size += (size_t)n;
}

char *io_read(const char *name, const char *shown, size_t most, size_t *size)
{
  bool standard = strcmp(name, "-") == 0;
  char *text = io_alloc(most + 2);
  FILE *f;
  errno = 0;
  f = standard ? stdin : fopen(name, "rb");
  if (f != NULL) {
    *size = fread(text, 1, most + 1, f);
    text[*size] = '\0';
  }
  if (f == NULL || ferror(f)) {
    fprintf(stderr, "dunctl: cannot read %s: %s\n", shown, strerror(errno));
    free(text);
    text = NULL;
  }
  if (f != NULL && !standard)
    fclose(f);
  return text;
}

void io_show(char *out, size_t room, const char *name)
{
  const unsigned char *p = (const unsigned char *)name;
  size_t used = 0;
  while (*p != '\0' && used + 5 < room) {
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xc2 ? 0
               : p[0] < 0xe0 ? 2
               : p[0] < 0xf0 ? 3
               : p[0] < 0xf5 ? 4
                             : 0;
    for (size_t i = 1; i < n; i++)
      if ((p[i] & 0xc0) != 0x80)
        n = 0;
    if (n == 0 || p[0] < 0x20 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0)) {
      out[used++] = '?';
      p += n == 0 ? 1 : n;
    } else {
      memcpy(out + used, p, n);
      used += n;
      p += n;
    }
  }
  out[used] = '\0';
}

void io_json(FILE *to, const char *text)
{
  fputc('"', to);
  for (; *text != '\0'; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      fprintf(to, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      fprintf(to, "\\u%04x", c);
    else
      fputc(c, to);
  }
  fputc('"', to);
}
