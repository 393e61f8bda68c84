/* SPDX-License-Identifier: MIT */
/*
 * Decisions about random cases, as digests to compare between builds: one line for each block of
 * 1,000 decisions and one over all. The cases are the same for the same seed on every platform; so
 * must be the lines. Fields go into the digest one by one, low byte first: neither padding nor the
 * byte order of the machine takes part.
 * usage: digest [DECISIONS [SEED]]
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#include "property/random_case.h"

#define DEFAULT_DECISIONS 100000
#define DEFAULT_SEED 20260105
#define BLOCK 1000
#define HISTORIES 5 /* of one policy; compiling is what costs most */
#define INSTANTS 8  /* of one history */
#define LONGEST 40  /* events of a log, about */

/* FNV-1a, 64 bits. */
struct digest {
  uint64_t value;
};

#define DIGEST_START UINT64_C(0xcbf29ce484222325)

static void add(struct digest *d, uint64_t value, int bytes)
{
  for (int i = 0; i < bytes; i++) {
    d->value ^= value >> (8 * i) & 0xff;
    d->value *= UINT64_C(0x100000001b3);
  }
}

static void add_decision(struct digest *s, const struct dun_decision *d)
{
  add(s, d->struct_size, 4);
  add(s, d->kind, 4);
  add(s, d->reasons, 8);
  add(s, d->account, 8);
  add(s, (uint32_t)d->due_day, 4);
  add(s, d->step_id, 4);
  add(s, d->occurrence, 2);
  add(s, d->attempt, 1);
  add(s, d->party, 1);
  add(s, d->channel_id, 4);
  add(s, d->stage, 4);
  add(s, d->step, 4);
  add(s, d->action, 4);
  add(s, d->channel, 4);
  add(s, d->template_, 4);
  add(s, d->for_step, 4);
  add(s, d->bucket, 4);
  add(s, (uint32_t)d->dpd, 4);
  add(s, d->posture, 4);
  add(s, d->variant, 4);
  add(s, (uint64_t)d->amount, 8);
  add(s, (uint64_t)d->planned_at, 8);
  add(s, (uint64_t)d->not_before, 8);
  add(s, (uint64_t)d->deadline, 8);
  add(s, (uint64_t)d->review_at, 8);
  add(s, (uint64_t)d->bucket_at, 8);
}

/* All fields, one after another without a gap, are the struct: one that is added to it is missed
 * here no longer than until the next build. */
_Static_assert(sizeof(struct dun_decision) == 4 + 4 + 8 + 8 + 4 + 4 + 2 + 1 + 1 + 4 * 11 + 8 * 6,
               "add_decision() has each field");

struct run {
  uint64_t wanted, asked, acts, errors;
  struct digest block, all;
};

static void end_block(struct run *run)
{
  printf("block %" PRIu64 " %016" PRIx64 "\n", (run->asked - 1) / BLOCK, run->block.value);
  run->block.value = DIGEST_START;
}

/* Ask, digest the answer (a refusal is one too), and give it. */
static struct dun_decision ask(struct run *run, const dun_policy *policy,
                               const struct random_case *c, dun_time now)
{
  struct dun_decision d;
  size_t bad = 0;
  dun_rc rc;
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(policy, &c->account, c->events, c->count, now, &d, &bad);
  run->errors += rc != DUN_OK;
  run->acts += rc == DUN_OK && d.kind == DUN_DECISION_ACT;
  add(&run->block, (uint32_t)rc, 4);
  add(&run->all, (uint32_t)rc, 4);
  if (rc != DUN_OK) {
    add(&run->block, (uint64_t)bad, 8);
    add(&run->all, (uint64_t)bad, 8);
  }
  add_decision(&run->block, &d);
  add_decision(&run->all, &d);
  run->asked++;
  if (run->asked % BLOCK == 0 || run->asked == run->wanted)
    end_block(run);
  return d;
}

/* The instant to ask about after an answer: about when it ends, or anywhere. */
static dun_time next_instant(struct rng *r, const struct dun_decision *d, dun_time now)
{
  bool ends = d->review_at > now && d->review_at <= now + 4000 * INT64_C(86400);
  switch (rng_below(r, 5)) {
  case 0: return now + rng_below(r, 3 * 86400);
  case 1: return now + rng_below(r, 200 * 86400);
  case 2: return ends ? d->review_at - 1 : now + 1;
  default: return ends ? d->review_at : now + rng_below(r, 20 * 86400);
  }
}

static void ask_about(struct run *run, struct rng *r, const dun_policy *policy,
                      const struct random_case *c)
{
  dun_time now = c->now;
  for (int i = 0; i < INSTANTS && run->asked < run->wanted; i++) {
    struct dun_decision d = ask(run, policy, c, now);
    now = next_instant(r, &d, now);
  }
}

static void complain(void *user_data, const struct dun_diagnostic *d)
{
  (void)user_data;
  if (d->severity == DUN_SEVERITY_ERROR)
    fprintf(stderr, "%u:%u %s: %s\n", d->line, d->column, d->path, d->message);
}

/* False: the policy does not compile. */
static bool ask_about_policy(struct run *run, uint64_t seed)
{
  static char text[1u << 16];
  static struct random_case c;
  struct rng r = {seed};
  struct dun_compile options;
  dun_policy *policy;
  size_t size = random_policy(&r, text, sizeof text);
  dun_rc rc;
  dun_compile_init(&options, sizeof options);
  options.report = complain;
  rc = dun_policy_compile(&policy, text, size, &options);
  if (rc != DUN_OK) {
    fprintf(stderr, "digest: a random policy does not compile: %s\n%s\n", dun_strerror(rc), text);
    return false;
  }
  for (int k = 0; k < HISTORIES && run->asked < run->wanted; k++) {
    random_history(&r, policy, &c, rng_below(&r, LONGEST));
    ask_about(run, &r, policy, &c);
  }
  dun_policy_unref(policy);
  return true;
}

static bool read_number(const char *text, uint64_t *out)
{
  char *end;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

int main(int argc, char **argv)
{
  struct run run = {DEFAULT_DECISIONS, 0, 0, 0, {DIGEST_START}, {DIGEST_START}};
  uint64_t seed = DEFAULT_SEED;
  if (argc > 3 || (argc > 1 && !read_number(argv[1], &run.wanted)) ||
      (argc > 2 && !read_number(argv[2], &seed)) || run.wanted == 0) {
    fputs("usage: digest [DECISIONS [SEED]]\n", stderr);
    return 2;
  }
  for (uint64_t i = 0; run.asked < run.wanted; i++)
    if (!ask_about_policy(&run, seed * 1000003 + i))
      return 1;
  printf("all %016" PRIx64 "\n", run.all.value);
  printf("%" PRIu64 " decisions, %" PRIu64 " of them acts, %" PRIu64 " refusals\n", run.asked,
         run.acts, run.errors);
  if (run.wanted >= BLOCK && (run.acts == 0 || run.errors == run.asked)) {
    fputs("digest: cases that say nothing: no act among them, or refusals only\n", stderr);
    return 1;
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
