/* SPDX-License-Identifier: MIT */
/* decide_many: dun_decide over arrays, for those accounts that are due, and nothing of its own. */
#include <stdbool.h>
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"

#define BATCH_V1 sizeof(struct dun_batch) /* of the first release; it depends on the platform */

/* The persons answered so far, as a Bloom filter: three bits for each of them. It can only err
 * towards having seen somebody. */
#define SEEN_BITS 131072u /* 2 to the 17th */
#define SEEN_EACH 3u

struct seen {
  uint64_t words[SEEN_BITS / 64];
};

/* Take a person down; whether it may have been there before. */
static bool seen_before(struct seen *s, uint64_t person)
{
  bool all = true;
  uint64_t h = person;
  /* the finalizer of splitmix64: every bit of the person moves every bit */
  h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
  h ^= h >> 31;
  for (uint32_t i = 0; i < SEEN_EACH; i++) {
    uint64_t *word = &s->words[h % SEEN_BITS / 64], bit = UINT64_C(1) << (h % 64);
    all = all && (*word & bit) != 0;
    *word |= bit;
    h >>= 17;
  }
  return all;
}

static const struct dun_account *account_at(const struct dun_batch *b, uint64_t place)
{
  const void *p = (const unsigned char *)b->accounts + (size_t)(place * b->stride);
  return p;
}

static bool aligned(const void *p)
{
  return (uintptr_t)p % 8 == 0;
}

/* Whether `count` things of `size` bytes fit into memory at all. */
static bool fits(uint64_t count, uint64_t size)
{
  return count <= PTRDIFF_MAX / size;
}

static dun_rc check(const struct dun_batch *b)
{
  uint32_t size;
  dun_rc rc;
  if (b->reserved != 0)
    return DUN_E_NEWER;
  if ((b->accounts == NULL && b->account_count > 0) || (b->order == NULL && b->order_count > 0) ||
      (b->events == NULL && b->event_count > 0) || b->answers == NULL || b->capacity == 0)
    return DUN_E_INVAL;
  if (!aligned(b->accounts) || !aligned(b->events) || !aligned(b->answers) ||
      !aligned(b->decisions) || b->stride % 8 != 0)
    return DUN_E_INVAL;
  rc = dun__can_give(b->decisions, DUN__DECISION_V1);
  if (rc != DUN_OK)
    return rc;
  size = b->decisions->struct_size;
  if (size % 8 != 0)
    return DUN_E_INVAL;
  if (b->stride < DUN__ACCOUNT_V1)
    return DUN_E_STRUCT;
  if (!fits(b->account_count, b->stride) || !fits(b->event_count, sizeof *b->events) ||
      !fits(b->order_count, sizeof *b->order) || !fits(b->capacity, size) ||
      !fits(b->capacity, sizeof *b->answers))
    return DUN_E_RANGE;
  return DUN_OK;
}

/* Decide one that is due. */
static dun_rc decide(const dun_policy *policy, const struct dun_batch *b, uint64_t place,
                     dun_time now, struct dun_decision *d, size_t *bad)
{
  const struct dun_account *a = account_at(b, place);
  struct dun_log_part log = {0, 0};
  if (a->struct_size > b->stride)
    return DUN_E_STRUCT;
  if (b->logs != NULL && b->logs[place].count > 0)
    log = b->logs[place];
  if (log.first > b->event_count || log.count > b->event_count - log.first)
    return DUN_E_RANGE;
  return dun_decide(policy, a, log.count > 0 ? b->events + log.first : NULL, (size_t)log.count, now,
                    d, bad);
}

/* One position; whether it gave an answer. */
static bool answer(const dun_policy *policy, const struct dun_batch *b, uint64_t position,
                   dun_time now, struct seen *seen, struct dun_answer *a, struct dun_decision *d)
{
  const struct dun_account *account;
  size_t bad = SIZE_MAX;
  memset(a, 0, sizeof *a);
  a->index = b->order != NULL ? b->order[position] : position;
  a->bad_event = UINT64_MAX;
  if (a->index >= b->account_count) {
    a->rc = DUN_E_NOT_FOUND;
    return true;
  }
  account = account_at(b, a->index);
  if (account->review_at != 0 && account->review_at > now)
    return false;
  a->rc = decide(policy, b, a->index, now, d, &bad);
  if (bad != SIZE_MAX)
    a->bad_event = bad;
  if (account->person != 0 && seen_before(seen, account->person))
    a->flags |= DUN_ANSWER_SIBLING;
  return true;
}

dun_rc dun_decide_many(const dun_policy *policy, const struct dun_batch *batch, dun_time now,
                       uint64_t *next, uint64_t *written)
{
  struct dun_batch b;
  struct seen seen;
  uint64_t end, at, n = 0;
  uint32_t size;
  dun_rc rc;
  if (policy == NULL || batch == NULL || next == NULL || written == NULL)
    return DUN_E_INVAL;
  rc = dun__take(&b, sizeof b, BATCH_V1, batch);
  if (rc == DUN_OK)
    rc = check(&b);
  if (rc != DUN_OK)
    return rc;
  end = b.order != NULL ? b.order_count : b.account_count;
  at = *next;
  if (!dun__time_ok(now) || at > end)
    return DUN_E_RANGE;
  size = b.decisions->struct_size;
  memset(&seen, 0, sizeof seen);
  for (; at < end && n < b.capacity; at++) {
    struct dun_answer a;
    struct dun_decision d;
    void *out = (unsigned char *)b.decisions + (size_t)(n * size);
    dun_decision_init(&d, sizeof d);
    if (!answer(policy, &b, at, now, &seen, &a, &d))
      continue;
    dun_decision_init(out, size);
    if (a.rc == DUN_OK)
      dun__give(out, &d, sizeof d);
    b.answers[n++] = a;
  }
  *next = at;
  *written = n;
  return DUN_OK;
}
