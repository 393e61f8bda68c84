/* SPDX-License-Identifier: MIT */
/* Reading a zone's TZif file from a directory of such files. */
#ifndef DUN_TIME_ZONE_FILE_H
#define DUN_TIME_ZONE_FILE_H

#include <stddef.h>

#include <dun/dun.h>

/* Read dir/name into a fresh block of the allocator. Refuses names that are not plain relative
 * paths of [A-Za-z0-9_+-] parts ("..", a leading "/", "", over 63 bytes), what is no regular file,
 * and files over 256 KiB. DUN_OK; DUN_E_ZONE with a text in *why; DUN_E_NOMEM. */
dun_rc dun__zone_file_read(const struct dun_alloc *alloc, const char *dir, const char *name,
                           void **data, size_t *size, const char **why);

/* Whether a name may be a zone's. */
int dun__zone_name_ok(const char *name);

#endif
