/* SPDX-License-Identifier: MIT */
/* A lending host in memory, for tests of the runner: what it keeps survives a "crash", which is a
 * callback from whose call on nothing works any more. */
#ifndef TESTS_FAKE_HOST_H
#define TESTS_FAKE_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include <dun/dun.h>

#define DAY INT64_C(86400)
#define DUE 20000                       /* a civil day */
#define START ((DUE + 1) * DAY + 36000) /* 10:00 UTC on the first day past due */
#define END (START + 60 * DAY)
#define SMS 1u
#define MAIL 2u
#define PHONE 4u
#define POST 8u
#define ALL (SMS | MAIL | PHONE | POST)

#define FAKE_EVENTS 512
#define FAKE_ACCOUNTS 4
#define FAKE_DELIVERIES 512

struct fake_delivery {
  struct dun_event key; /* only the key and channel are set */
  dun_time at;
  uint32_t again;
  bool intended; /* its INTENT was in the durable log */
  bool answered; /* its outcome was there already */
  char step[32], channel[32], stage[32], template_[32];
};

struct fake {
  /* durable */
  struct dun_account account[FAKE_ACCOUNTS];
  dun_time review[FAKE_ACCOUNTS];
  size_t accounts;
  struct dun_event log[FAKE_EVENTS];
  size_t events;
  struct fake_delivery delivery[FAKE_DELIVERIES];
  size_t deliveries;
  /* of the process */
  dun_time lease[FAKE_ACCOUNTS]; /* by place of the person's first account */
  struct dun_event claimed[FAKE_EVENTS];
  struct dun_account claimed_accounts[FAKE_ACCOUNTS];
  unsigned calls;    /* claim, record and deliver, counted from 1 */
  unsigned crash_at; /* 0 = never */
  bool crash_after;  /* the call that crashes has had its effect */
  bool down;
  unsigned crashes;
  unsigned records, releases, logs;
  dun_rc last_log;
  unsigned disordered;     /* records that were not as they should be */
  unsigned conflict_at;    /* this record (from 1) finds that somebody was quicker */
  bool saw_happened;       /* the last conflict was about an outcome */
  dun_rc fail_deliver;     /* 0 = fine */
  unsigned fail_record_at; /* this record (from 1) fails without effect */
  uint32_t outcome;        /* 0 = by channel: phone no_answer, else delivered; actions done */
  uint32_t address;
  dun_time retry_at; /* not 0: deliver answers DUN_RETRY_LATER */
  bool retry_garbage;
  struct dun_host host;
  /* to call from within deliver */
  const dun_policy *again_policy;
  dun_rc again_rc;
};

/* A fresh host with no account. */
void fake_init(struct fake *f);

/* Another account; it is due at once. Give its place. */
size_t fake_account(struct fake *f, uint64_t id, uint64_t person, dun_day due, uint32_t reach);

void fake_append(struct fake *f, const struct dun_event *event);

/* The process is started anew: leases of the dead one are over. */
void fake_restart(struct fake *f);

/* The first instant at which something is due; DUN_TIME_NEVER = none. */
dun_time fake_next(const struct fake *f);

/* How many entries of a kind (0 = any), account (0), step (0) and outcome (0) the log has. */
unsigned fake_count(const struct fake *f, unsigned kind, uint64_t account, uint32_t step,
                    unsigned outcome);

bool fake_same_key(const struct dun_event *a, const struct dun_event *b);

/* Fixtures of a group of tests: *state is a policy with a notice, three calls (not redelivered), a
 * task, letters and a law suit. */
int fake_setup(void **state);
int fake_teardown(void **state);

/* Persons 1 (accounts 11, 12) and 2 (account 21). */
void world(struct fake *f);

/* One run, whose result is checked. */
struct dun_run_report run_at(const dun_policy *policy, struct fake *f, dun_time now,
                             dun_rc expected);

/* From instant to instant until @p end; a crash stops it. The instant it came to. */
dun_time live(const dun_policy *policy, struct fake *f, dun_time now, dun_time end);

#endif
