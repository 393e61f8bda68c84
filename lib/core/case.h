/* SPDX-License-Identifier: MIT */
/*
 * One question to the engine and what its log adds up to: the facts, the zones, the holds, the
 * counters of each step. Lives on the stack of dun_decide(); nothing here outlives a call.
 */
#ifndef DUN_CORE_CASE_H
#define DUN_CORE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

#include "core/contacts.h"
#include "core/ledger.h"
#include "core/voids.h"
#include "policy/model.h"

/* A span of time [from, until); until may be DUN_TIME_NEVER. */
struct dun__span_of_time {
  dun_time from, until;
};

struct dun__hold {
  dun_time from, until;
  uint32_t kind;
  uint32_t wide; /* 1: of every account of the person */
};

/* Channels that cannot be used (bit = channel): named, or by what was said of a channel of their
 * kind that the policy lacks. */
struct dun__blocked {
  uint16_t channels, by_kind;
};

/* A run of events of one key: its intent and the outcomes that refine each other. */
struct dun__delivery {
  dun_time first;         /* its first event */
  dun_time performed;     /* the first outcome that performs; DUN_TIME_NEVER */
  dun_time last;          /* its last outcome; DUN_TIME_NEVER = none yet (open) */
  dun_time retry;         /* `until` of the last outcome, 0 = not given */
  size_t place;           /* index of its first event */
  size_t performed_place; /* of the outcome that performed first */
  dun_day due_day;
  uint32_t channel;
  uint32_t for_step;
  uint16_t occurrence;
  uint8_t attempt;
  uint8_t outcome; /* the last; DUN_OUTCOME_NONE = open */
  uint8_t party;
  bool intent; /* there was an INTENT */
  bool known;  /* this struct holds a delivery */
  uint8_t by;  /* what performed first: dun__outcome_over() */
};

/* What a plan hangs on beside the times of a step. An occurrence is used up when it is performed or,
 * of an optional step, stays queued: nobody says what became of it, and it is not repeated. */
struct dun__counts {
  dun_time first_begun;  /* first event of the first that was used up; DUN_TIME_NEVER = none */
  uint32_t missed;       /* missed between two of them; and those that stayed queued */
  uint32_t missed_first; /* given up, or stood in for, before the first of them */
  /* since the last of them */
  uint32_t skipped;  /* occurrences given up after their tries, or stood in for */
  dun_time given_up; /* first event of the newest delivery that was given up; NEVER = none */
  dun_time stood_in; /* when the newest stand-in was performed; DUN_TIME_MIN = none */
};

/* A delivery of an optional step that stayed queued, and that another occurrence has followed. */
struct dun__stayed {
  dun_time first, last; /* its first event, and when it was queued */
  dun_time after;       /* what was used up before it, as dun__used_at() */
  dun_time about;       /* when it settled, as far as the fold can say; DUN_TIME_NEVER = none */
  size_t place;         /* of its first event */
  uint32_t channel;
  uint32_t performed; /* these two as they were before it */
  struct dun__counts counts;
};

/* What the log says of one step. `last` and `open` and the counters are of the present cycle (the
 * account's due day, or under `cycle: episode` any) and of the episode that is not over. */
struct dun__track {
  struct dun__delivery newest; /* for its key alone: the newest that was seen, of any due day */
  struct dun__delivery last;   /* newest key */
  struct dun__delivery before; /* the newest before it that has an outcome */
  struct dun__delivery open;   /* oldest key whose INTENT has no outcome, of any due day */
  dun_time first_performed, last_performed; /* DUN_TIME_NEVER = none */
  dun_time touched;                         /* last outcome of any key, DUN_TIME_MIN = none */
  uint32_t performed;
  uint32_t highest; /* occurrence in the whole log for this due day, episode or not */
  uint32_t counted; /* with performed > 0: the occurrence counted last, and its due day */
  dun_day counted_due;
  uint32_t foreign; /* since the account was placed: another step stood in for, in vain or not */
  bool spent;       /* the step's own: an occurrence was given up, or stayed queued */
  struct dun__counts counts;
  struct dun__stayed stayed; /* the newest */
  /* OVERRIDE of the step */
  dun_time ordered_at, ordered_until; /* at NEVER = none */
  size_t ordered_place, done_place; /* in the log: of the order, of the newest performing outcome */
  /* where last is known: tries of its occurrence before it that failed, by channel */
  uint8_t failed[DUN__MAX_CHANNELS];
};

/* The newest deliveries, oldest first, that wait for later outcomes before they are counted. */
#define DUN__WAITING 32u

struct dun__waiting {
  struct dun__delivery delivery[DUN__WAITING];
  uint8_t step[DUN__WAITING];
  uint32_t first, count;
};

/* When a prerequisite was first met: in the episode, on the present due day in the episode, and by
 * steps whose count outlives an episode. DUN_TIME_NEVER = not. */
struct dun__met {
  dun_time episode, due_day, lasting;
};

/* What was worked out once in a call and may be asked for again; each entry is a pure function of
 * the case and its key, so that remembering changes no answer. */
#define DUN__MEMO_OPENINGS 8u
struct dun__memo {
  struct {
    dun_time t, since;
    bool known;
  } stage[DUN__MAX_STAGES]; /* since when its conditions hold, as seen at t */
  struct dun__rise {
    dun_time t; /* as seen at t */
    uint32_t stage, known;
    dun_time turn; /* when min_stay lets, or let, the next stage open */
    dun_time since[DUN__MAX_STAGES];
    bool held, stay, known_at;
  } rise[2];                      /* the ladder at t, known_at = it is there; [1]: in plain view */
  const struct dun__rise *rising; /* one that is being worked out, or NULL */
  uint32_t plain;                 /* > 0: the plain view, in which no queued delivery is settled */
  struct {
    dun_time from, open;
    uint64_t reasons;
    size_t skip;
    uint32_t action, channel, party, step;
    uint8_t kind, place, address;
    bool known;
  } opening[DUN__MEMO_OPENINGS]; /* first permitted instants */
  uint32_t next_opening;
  struct {
    uint64_t bits[DUN__MAX_DAY_WORDS];
    dun_time t;
    bool known;
  } days; /* the bits of tests that turn by time, at t */
};

struct dun__case {
  const dun_policy *policy;
  struct dun_account account;
  const struct dun_event *events;
  size_t count;
  dun_time now;           /* never before the last event */
  struct dun__memo *memo; /* NULL until the log is folded */
  const struct dun__zone *zone;
  const struct dun__zone *zone2; /* or NULL */

  /* from the log */
  dun_time placed; /* DUN_TIME_MIN = never said */
  bool closed;
  bool gap;         /* account and last FACTS differ */
  dun_time told_at; /* when the last FACTS event was recorded */
  uint32_t told;    /* bit = DUN_FACT_: some FACTS event gave it */
  int64_t told_value[DUN_FACT_ATTRIBUTE + DUN_ATTRIBUTES];
  uint32_t in_episode; /* performed deliveries of the open episode; > 0 = it is open */
  bool final_taken;
  dun_day final_due;
  uint32_t deepest;       /* highest stage acted in during the episode, or DUN__NONE */
  dun_time deepest_since; /* first event of the first delivery performed in it */
  uint32_t ordered_stage; /* by OVERRIDE, or DUN__NONE */
  dun_time ordered_at, ordered_until;
  struct dun__blocked opted_out[DUN_PARTIES];
  struct dun__blocked dead[DUN_PARTIES];
  uint32_t fact_known; /* bit = field: some FACTS event gave it */
  uint32_t hold_count;
  uint32_t stop_count;
  struct dun__hold holds[DUN_HOLDS_MAX];
  struct dun__span_of_time stops[DUN_HOLDS_MAX]; /* sorted, apart: where the clock stands */
  struct dun__met met[DUN__MAX_PREREQS];
  struct dun__track track[DUN__MAX_STEPS];
  struct dun__waiting waiting;
  bool exact; /* the log brings older keys again: outcomes are matched the slow way */
  struct dun__contacts contacts;
  struct dun__voids voids;
  struct dun__ledger ledger; /* fed only if the policy has conduct rules */
  uint32_t terms;            /* DUN__TERM_ bits of what the log has */

  /* for conditions (dun__when_prepare); only the words and fields that the policy has are set */
  uint64_t when_bits[DUN__MAX_WHEN_WORDS]; /* of the tests that time does not turn */
  int64_t when_last[DUN__MAX_DAY_FIELDS];  /* the date that a field of days since counts from */
};

static inline bool dun__is_void(const struct dun__case *c, size_t i)
{
  return dun__voided(&c->voids, i);
}

/* The value of a field of `when` (not dpd) in the facts. */
int64_t dun__fact(const struct dun_account *a, uint32_t field);

#endif
