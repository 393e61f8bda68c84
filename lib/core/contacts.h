/* SPDX-License-Identifier: MIT */
/*
 * The account's own contacts: how many attempts of each kind and conversations there were in the
 * episode, and when each outcome came last (design 6). Fed event by event, so that the same count
 * serves the present and the walk through the past.
 */
#ifndef DUN_CORE_CONTACTS_H
#define DUN_CORE_CONTACTS_H

#include <stdint.h>

#include <dun/dun.h>

#include "base/names.h"

struct dun__case;

/* Before every legal instant: it never happened. */
#define DUN__NOT_YET INT64_MIN

/* A delivery: what the events of one key say of it. */
struct dun__contact {
  dun_time first; /* its first event */
  uint32_t step;
  dun_day due_day;
  uint16_t occurrence;
  uint8_t attempt;
  uint8_t kind;     /* DUN_CONTACT_, 0 = unknown */
  uint8_t outcome;  /* the last; DUN_OUTCOME_NONE = only the INTENT */
  uint8_t ended;    /* 1: the episode it belongs to is over */
  uint8_t put_away; /* 1: dun__contacts.old_attempt looked at it */
  uint8_t reserved;
};

/* The largest key of a step among those that were put away. */
struct dun__contact_mark {
  uint32_t step; /* 0 = none yet */
  dun_day due_day;
  uint16_t occurrence;
  uint8_t attempt;
  uint8_t reserved;
};

#define DUN__CONTACTS_RECENT 16u
#define DUN__CONTACTS_MARKS 128u

struct dun__contacts {
  uint32_t attempts[8]; /* by kind, in the episode */
  uint32_t conversations;
  dun_time last_outcome[DUN__OUTCOMES]; /* in the whole log; DUN__NOT_YET */
  dun_time last_conversation;
  dun_time last_attempt; /* the latest first event of those that count as attempts */

  /* How far the count has come. Late outcomes mostly belong to one of the newest deliveries; of
   * older ones the marks tell whether a key can be among them, before the log is searched. */
  dun_time old_attempt; /* last_attempt of all that is not recent */
  size_t episode;       /* the place of the last end of an episode, or 0 */
  uint32_t recent_count, next;
  struct dun__contact recent[DUN__CONTACTS_RECENT];
  struct dun__contact_mark marks[DUN__CONTACTS_MARKS]; /* set up once something was put away */
};

void dun__contacts_start(struct dun__contacts *k);

/* Event i of c->events, which is not void; all earlier ones were fed. */
void dun__contacts_feed(struct dun__contacts *k, const struct dun__case *c, size_t i);

#endif
