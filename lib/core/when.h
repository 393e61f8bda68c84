/* SPDX-License-Identifier: MIT */
/* Conditions: whether a `when` holds, when that may turn, and since when it holds. */
#ifndef DUN_CORE_WHEN_H
#define DUN_CORE_WHEN_H

#include "core/case.h"

/* The field that a FACTS event's detail (DUN_FACT_, checked) is about; DUN__FIELDS = none. */
uint32_t dun__field_of_fact(uint32_t fact);

/* Work out what the conditions need of a folded case: once, before any of those below. */
void dun__when_prepare(struct dun__case *c);

/* Whether the tree at `node` (DUN__NONE = always) holds at t, with the account's present facts and
 * contacts: t >= c->now where it tests days since a contact. */
bool dun__when(const struct dun__case *c, uint32_t node, dun_time t);

/* The first instant after t at which some test of the policy turns by time alone. */
dun_time dun__when_turn(const struct dun__case *c, dun_time t);

/* For explanations: one test of a tree as it stands at t. */
struct dun__test {
  const struct dun__field *field;
  uint32_t bit; /* of the test, among all */
  bool has;     /* the field has a value: days since something that happened */
  int64_t value;
  bool wanted; /* whether the tree wants the test to hold */
  bool holds;
};
/* Give each test of the tree at `node` to `told`. */
void dun__when_tell(const struct dun__case *c, uint32_t node, dun_time t,
                    void (*told)(void *data, const struct dun__test *test), void *data);
/* The ranges of values in which a test holds, one a call: *class is 0 at first. INT64_MIN and
 * INT64_MAX are open ends. False: there are no more. */
bool dun__test_range(const struct dun_policy *p, const struct dun__test *test, uint32_t *class,
                     int64_t *low, int64_t *high);

/* For a tree that holds at t: the instant since which it has held without a break, as far as the
 * log tells; DUN_TIME_MIN if nothing in the log or the calendar made it true. */
dun_time dun__when_since(const struct dun__case *c, uint32_t node, dun_time t);

#endif
