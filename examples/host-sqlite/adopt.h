/* SPDX-License-Identifier: MIT */
/* Which policy the database is under, and what to do when it is another one. */
#ifndef HOST_SQLITE_ADOPT_H
#define HOST_SQLITE_ADOPT_H

#include <stddef.h>

#include <dun/dun.h>

#include "db.h"

struct identity {
  const char *name; /* the policy's */
  uint32_t revision;
  int64_t hash; /* of the text */
};

/* 64-bit FNV-1a of a policy's text, as SQLite's whole numbers go. */
int64_t text_hash(const char *text, size_t size);

/* Store it, within a transaction. */
bool identity_store(struct db *db, const struct identity *policy);

/* If the database was under a policy with another text: every account is PLACED anew at @p clock
 * and due, and the identity is stored, all in one transaction. *placed = the accounts; *changed =
 * whether it was so. A database that is under none yet is left alone. false = it was told. */
bool adopt(struct db *db, const struct identity *policy, dun_time clock, bool *changed,
           uint64_t *placed);

#endif
