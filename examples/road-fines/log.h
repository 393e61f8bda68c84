/* SPDX-License-Identifier: MIT */
/* The log of traffic-fine cases: its rows, checked and in order, and what they say of a case. */
#ifndef ROAD_FINES_LOG_H
#define ROAD_FINES_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

enum activity {
  CREATE_FINE,
  SEND_FINE,
  NOTIFICATION,
  PAYMENT,
  APPEAL_TO_PREFECT,
  APPEAL_SENT,
  RESULT_RECEIVED,
  RESULT_NOTIFIED,
  APPEAL_TO_JUDGE,
  PENALTY,
  COLLECTION,
  ACTIVITIES
};

/* One row. Money in cents. */
struct row {
  char case_id[32];
  uint64_t line;
  uint32_t seq;
  enum activity activity;
  dun_day day;
  int64_t
      amount; /* of CREATE_FINE the fine, of PENALTY the fine with it, of PAYMENT what was paid */
  int64_t expense;
  bool dismissed;
};

/* Rows of one case lie together, in the order of seq; each case begins with its CREATE_FINE and
 * its days never go back. */
struct log {
  struct row *rows;
  size_t count, room;
  unsigned long skipped; /* bad rows, each reported on stderr */
};

/* 0; or -1, with a message on stderr. */
int log_read(struct log *log, const char *path);
void log_free(struct log *log);

/* How many rows from @p first on belong to its case. */
size_t log_case(const struct log *log, size_t first);

/* Where a case stands after some of its rows. The penalty and the collection in the log are what a
 * policy is to find by itself: they change nothing here. */
struct standing {
  int64_t fine, expense, paid;
  bool notified, dismissed, appeal_open;
  dun_day due_day;       /* the notification of the fine */
  dun_day last_notified; /* of the fine, or of the result of an appeal */
};

void standing_add(struct standing *s, const struct row *row);

/* A date column: dun_day_parse() over all of it. */
bool read_day(const char *text, dun_day *out);

#endif
