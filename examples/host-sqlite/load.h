/* SPDX-License-Identifier: MIT */
/* A person out of the database: the accounts as libdun takes them, and the log. And events in. */
#ifndef HOST_SQLITE_LOAD_H
#define HOST_SQLITE_LOAD_H

#include <stddef.h>

#include <dun/dun.h>

#include "db.h"

struct person {
  uint64_t id;
  int64_t version; /* as loaded, and as changed since by this program */
  struct dun_account *accounts;
  size_t account_count, account_room;
  struct dun_event *events;
  size_t event_count, event_room;
};

/* Load a person; memory is reused from call to call. false = it was told. */
bool person_load(struct db *db, const dun_policy *policy, uint64_t id, struct person *out);
void person_free(struct person *person);

/* Append an event to a person's log, within a transaction. */
bool event_append(struct db *db, uint64_t person, const struct dun_event *event);

/* Set the bits of the channels named in a list with spaces. false = a name is none of the policy's,
 * and *bad (64 bytes) is it. */
bool reach_parse(const dun_policy *policy, const char *list, struct dun_account *account,
                 char *bad);

/* Set the attributes in a list "name=value name=value"; names that the policy lacks are left out. */
void attributes_parse(const dun_policy *policy, const char *list, struct dun_account *account);

#endif
