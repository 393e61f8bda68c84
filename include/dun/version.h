/* SPDX-License-Identifier: MIT */
/* The three numbers of this release; dun_version_number() gives those of the library that runs. */
#ifndef DUN_VERSION_H
#define DUN_VERSION_H

#define DUN_VERSION_MAJOR 0
#define DUN_VERSION_MINOR 1
#define DUN_VERSION_PATCH 0

#endif
