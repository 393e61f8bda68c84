/* SPDX-License-Identifier: MIT */
/* A row of a log as an event. */
#ifndef DUNCTL_REPLAY_EVENT_H
#define DUNCTL_REPLAY_EVENT_H

#include "ask_args.h"

/* The fields of a row; the first two are needed, the others may be "". */
enum {
  REPLAY_AT,
  REPLAY_EVENT,
  REPLAY_RECORDED_AT,
  REPLAY_STEP,
  REPLAY_CHANNEL,
  REPLAY_PARTY,
  REPLAY_PLACE,
  REPLAY_ADDRESS,
  REPLAY_OUTCOME,
  REPLAY_OCCURRENCE,
  REPLAY_ATTEMPT,
  REPLAY_DUE,
  REPLAY_DETAIL,
  REPLAY_AMOUNT,
  REPLAY_UNTIL,
  REPLAY_COLUMNS
};

/* NULL, or what is wrong with the row. */
const char *replay_event_read(const struct ask_args *a, const char *const *f, struct dun_event *e);

#endif
