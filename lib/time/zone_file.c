/* SPDX-License-Identifier: MIT */
/* Reading zone files: the only code of this folder that knows an operating system. */
#define _POSIX_C_SOURCE 200809L

#include "time/zone_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/mem.h"

#define NAME_MAX_BYTES 63
#define FILE_MAX_BYTES (256 * 1024)

static int plain(char c)
{
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '+' || c == '-';
}

int dun__zone_name_ok(const char *name)
{
  size_t i;
  if (name == NULL)
    return 0;
  for (i = 0; name[i] != '\0'; i++) {
    if (i == NAME_MAX_BYTES)
      return 0;
    if (name[i] == '/' ? i == 0 || name[i - 1] == '/' : !plain(name[i]))
      return 0;
  }
  return i > 0 && name[i - 1] != '/';
}

static dun_rc bad(const char **why, const char *text)
{
  *why = text;
  return DUN_E_ZONE;
}

static int open_below(const char *dir, const char *name)
{
  int folder, file;
  do
    folder = open(dir, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NONBLOCK);
  while (folder < 0 && errno == EINTR);
  if (folder < 0)
    return -1;
  do /* O_NONBLOCK: a pipe or device in that place must not hang us before fstat tells */
    file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  while (file < 0 && errno == EINTR);
  (void)close(folder);
  return file;
}

/* Exactly `size` bytes. */
static bool read_all(int file, unsigned char *data, size_t size)
{
  while (size > 0) {
    ssize_t got = read(file, data, size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    data += got;
    size -= (size_t)got;
  }
  return true;
}

static dun_rc read_open(const struct dun_alloc *alloc, int file, void **data, size_t *size,
                        const char **why)
{
  struct stat about;
  size_t bytes;
  void *block;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
    return bad(why, "is no regular file");
  if (about.st_size > FILE_MAX_BYTES)
    return bad(why, "is larger than 256 KiB");
  if (about.st_size <= 0)
    return bad(why, "is empty");
  bytes = (size_t)about.st_size;
  block = dun__alloc(alloc, bytes);
  if (block == NULL)
    return DUN_E_NOMEM;
  if (!read_all(file, block, bytes)) {
    dun__release(alloc, block, bytes);
    return bad(why, "cannot be read");
  }
  *data = block;
  *size = bytes;
  return DUN_OK;
}

dun_rc dun__zone_file_read(const struct dun_alloc *alloc, const char *dir, const char *name,
                           void **data, size_t *size, const char **why)
{
  int file;
  dun_rc rc;
  if (!dun__zone_name_ok(name))
    return bad(why, "is no zone name");
  file = dir == NULL ? -1 : open_below(dir, name);
  if (file < 0)
    return bad(why,
               dir != NULL && errno == ENOENT ? "is not among the zone files" : "cannot be opened");
  rc = read_open(alloc, file, data, size, why);
  (void)close(file);
  return rc;
}
