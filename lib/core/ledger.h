/* SPDX-License-Identifier: MIT */
/*
 * The person's contacts in the log, as conduct rules count them: where each begins, and which of its
 * outcomes the last word is. Two bits for each entry; what a contact is stands in the log itself, so
 * that no number of contacts is too many.
 */
#ifndef DUN_CORE_LEDGER_H
#define DUN_CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

struct dun__case;

#define DUN__LEDGER_WORDS (DUN_EVENTS_MAX / 64u + 1u)
#define DUN__LEDGER_MARKS 64u

struct dun__ledger {
  uint64_t begins[DUN__LEDGER_WORDS];  /* the entry is the first of its contact */
  uint64_t refined[DUN__LEDGER_WORDS]; /* a later outcome of its contact stands in the log */
  /* The largest key of a step so far: an entry with a larger one begins a contact, and nobody need
   * look for earlier ones. Where too many steps meet, they share one. */
  struct dun__ledger_mark {
    uint64_t account;
    uint32_t step;
    dun_day due_day;
    uint16_t occurrence;
    uint8_t attempt;
    bool used;
  } mark[DUN__LEDGER_MARKS];
};

/* A contact: what the entries of one key say of it, the last of them first. */
struct dun__touch {
  dun_time first; /* its first entry */
  dun_time last;  /* its last outcome; DUN_TIME_NEVER = none yet */
  size_t place;   /* of the first entry */
  uint64_t account;
  uint32_t channel;
  uint8_t kind;    /* DUN_CONTACT_, 0 = unknown */
  uint8_t said;    /* its outcome as the log has it, DUN_OUTCOME_NONE = open */
  uint8_t outcome; /* the same, as dun__outcome_over() sees it */
  uint8_t party, place_of, address;
  bool inbound, same;
};

void dun__ledger_start(struct dun__ledger *l);
/* Entry i of c->events; all earlier ones were fed. */
void dun__ledger_feed(struct dun__ledger *l, const struct dun__case *c, size_t i);

/* The place after the last entry with occurred_at <= t. */
size_t dun__log_end(const struct dun__case *c, dun_time t);

/* The contact that entry i begins; false if it begins none. */
bool dun__touch_at(const struct dun__case *c, size_t i, struct dun__touch *out);

/* The kind of contact (DUN_CONTACT_) that an outcome is of: its own channel's, or that of an earlier entry
 * of its contact; 0 = nobody says. */
uint32_t dun__kind_at(const struct dun__case *c, size_t i);

/* Whether the contact is, for the person, the one that the entry at `place` begins: a call over several
 * debts that this entry is about, too. */
bool dun__same_contact(const struct dun__case *c, const struct dun__touch *touch, size_t place);

/* The contact of which entry i is the last outcome, `last` = the entry's instant; false if it is none,
 * or not the last. */
bool dun__touch_ended(const struct dun__case *c, size_t i, struct dun__touch *out);

#endif
