/* SPDX-License-Identifier: MIT */
/*
 * Cases for the independent model: draws random policies, accounts, logs and instants and prints
 * each as a line of JSON with what dun_decide answers. dump_cases FIRST_SEED POLICIES [HISTORIES]
 * With --ask it reads cases without answers from stdin, in
 * the plain form that compare.py writes, and answers them: so that a case can be made smaller.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property/random_case.h"

static void put_text(const char *text)
{
  putchar('"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      printf("\\%c", *text);
    else if (*text == '\n')
      fputs("\\n", stdout);
    else if ((unsigned char)*text >= 0x20)
      putchar(*text);
  }
  putchar('"');
}

static void put_zone(const dun_policy *policy, const char *key, uint32_t id)
{
  printf(",\"%s\":", key);
  for (uint32_t i = 1; i <= dun_policy_count(policy, DUN_NAME_ZONE); i++) {
    const char *name = dun_policy_name(policy, DUN_NAME_ZONE, i);
    if (id != 0 && dun_zone_id(name) == id) {
      put_text(name);
      return;
    }
  }
  fputs("\"\"", stdout);
}

static void put_name(const dun_policy *policy, const char *key, uint32_t what, uint32_t index)
{
  const char *name = dun_policy_name(policy, what, index);
  printf(",\"%s\":", key);
  put_text(name != NULL ? name : "");
}

/* The ids by which events know steps, stages and channels. */
static void put_ids(const dun_policy *policy)
{
  fputs("{\"steps\":{", stdout);
  for (uint32_t i = 1; i <= dun_policy_count(policy, DUN_NAME_STEP); i++)
    printf("%s\"%s\":%" PRIu32, i > 1 ? "," : "", dun_policy_name(policy, DUN_NAME_STEP, i),
           dun_name_id(dun_policy_name(policy, DUN_NAME_STEP, i)));
  fputs("},\"stages\":{", stdout);
  for (uint32_t i = 1; i <= dun_policy_count(policy, DUN_NAME_STAGE); i++)
    printf("%s\"%s\":%" PRIu32, i > 1 ? "," : "", dun_policy_name(policy, DUN_NAME_STAGE, i),
           dun_name_id(dun_policy_name(policy, DUN_NAME_STAGE, i)));
  fputs("},\"channels\":{", stdout);
  for (uint32_t i = 1; i <= dun_policy_count(policy, DUN_NAME_CHANNEL); i++)
    printf("%s\"%s\":%" PRIu32, i > 1 ? "," : "", dun_policy_name(policy, DUN_NAME_CHANNEL, i),
           dun_policy_channel_id(policy, i));
  fputs("}}", stdout);
}

static void put_account(const dun_policy *policy, const struct dun_account *a)
{
  printf("{\"id\":%" PRIu64 ",\"flags\":%" PRIu32 ",\"due_day\":%" PRId32 ",\"past_due\":%" PRId64
         ",\"balance\":%" PRId64 ",\"minimum_due\":%" PRId64 ",\"late_fees\":%" PRId64
         ",\"limitation_day\":%" PRId32 ",\"prior_delinquencies\":%" PRIu32,
         a->id, a->flags, a->due_day, a->past_due, a->balance, a->minimum_due, a->late_fees,
         a->limitation_day, a->prior_delinquencies);
  put_zone(policy, "zone", a->zone);
  put_zone(policy, "zone2", a->zone2);
  printf(",\"reach\":[%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "],\"party_zone\":[\"\"",
         a->reach[0], a->reach[1], a->reach[2], a->reach[3]);
  for (uint32_t party = 1; party < DUN_PARTIES; party++) {
    const char *found = "";
    for (uint32_t i = 1; i <= dun_policy_count(policy, DUN_NAME_ZONE); i++) {
      const char *name = dun_policy_name(policy, DUN_NAME_ZONE, i);
      if (a->party_zone[party] != 0 && dun_zone_id(name) == a->party_zone[party])
        found = name;
    }
    printf(",\"%s\"", found);
  }
  fputs("],\"attribute\":[", stdout);
  for (uint32_t i = 0; i < DUN_ATTRIBUTES; i++)
    printf("%s%" PRId64, i > 0 ? "," : "", a->attribute[i]);
  fputs("]}", stdout);
}

static void put_event(const struct dun_event *e)
{
  printf("{\"at\":%" PRId64 ",\"rec\":%" PRId64 ",\"account\":%" PRIu64 ",\"amount\":%" PRId64
         ",\"until\":%" PRId64 ",\"due_day\":%" PRId32 ",\"step\":%" PRIu32 ",\"channel\":%" PRIu32
         ",\"detail\":%" PRIu32 ",\"occurrence\":%u,\"kind\":%u,\"outcome\":%u,\"party\":%u,"
         "\"address\":%u,\"attempt\":%u,\"flags\":%u}",
         e->occurred_at, e->recorded_at, e->account, e->amount, e->until, e->due_day, e->step,
         e->channel, e->detail, e->occurrence, e->kind, e->outcome, e->party, e->address,
         e->attempt, e->flags);
}

static void put_decision(const dun_policy *policy, const struct dun_decision *d)
{
  printf("{\"kind\":\"%s\"", dun_decision_name(d->kind));
  put_name(policy, "stage", DUN_NAME_STAGE, d->stage);
  put_name(policy, "step", DUN_NAME_STEP, d->step);
  put_name(policy, "channel", DUN_NAME_CHANNEL, d->channel);
  put_name(policy, "bucket", DUN_NAME_BUCKET, d->bucket);
  printf(",\"due_day\":%" PRId32 ",\"occurrence\":%u,\"attempt\":%u,\"for_step\":%" PRIu32
         ",\"dpd\":%" PRId32 ",\"planned_at\":%" PRId64 ",\"not_before\":%" PRId64
         ",\"deadline\":%" PRId64 ",\"review_at\":%" PRId64 ",\"reasons\":[",
         d->due_day, d->occurrence, d->attempt, d->for_step, d->dpd, d->planned_at, d->not_before,
         d->deadline, d->review_at);
  for (uint32_t bit = 0, n = 0; bit < 64; bit++)
    if (d->reasons >> bit & 1 && dun_reason_name(UINT64_C(1) << bit) != NULL)
      printf("%s\"%s\"", n++ > 0 ? "," : "", dun_reason_name(UINT64_C(1) << bit));
  fputs("]}", stdout);
}

static void put_case(const dun_policy *policy, const char *text, uint64_t seed,
                     const struct random_case *c)
{
  struct dun_decision d;
  dun_rc rc;
  dun_decision_init(&d, sizeof d);
  rc = dun_decide(policy, &c->account, c->events, c->count, c->now, &d, NULL);
  printf("{\"seed\":%" PRIu64 ",\"policy\":", seed);
  put_text(text);
  fputs(",\"ids\":", stdout);
  put_ids(policy);
  fputs(",\"account\":", stdout);
  put_account(policy, &c->account);
  fputs(",\"events\":[", stdout);
  for (size_t i = 0; i < c->count; i++) {
    if (i > 0)
      putchar(',');
    put_event(&c->events[i]);
  }
  printf("],\"now\":%" PRId64 ",\"decision\":", c->now);
  if (rc == DUN_OK)
    put_decision(policy, &d);
  else
    printf("{\"error\":%" PRId32 "}", rc);
  puts("}");
}

static char text[1u << 17];
static struct random_case c;

static int draw(uint64_t first, uint64_t policies, uint64_t histories)
{
  for (uint64_t seed = first; seed < first + policies; seed++) {
    struct rng r = {seed * 1000003 + 77};
    size_t size = random_policy(&r, text, sizeof text);
    dun_policy *policy;
    if (dun_policy_compile(&policy, text, size, NULL) != DUN_OK) {
      fprintf(stderr, "dump_cases: the policy of seed %" PRIu64 " does not compile\n", seed);
      return 1;
    }
    for (uint64_t k = 0; k < histories; k++) {
      random_history(&r, policy, &c, rng_below(&r, 30));
      put_case(policy, text, seed, &c);
    }
    dun_policy_unref(policy);
  }
  return 0;
}

/* ---- asking about given cases ---- */

static bool read_bytes(char *into, size_t size)
{
  return fread(into, 1, size, stdin) == size;
}

static bool read_account(const dun_policy *policy, struct dun_account *a)
{
  char zone[4][64];
  dun_account_init(a, sizeof *a);
  if (scanf("%" SCNu64 " %" SCNu32 " %" SCNd32 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
            " %" SCNd32 " %" SCNu32,
            &a->id, &a->flags, &a->due_day, &a->past_due, &a->balance, &a->minimum_due,
            &a->late_fees, &a->limitation_day, &a->prior_delinquencies) != 9)
    return false;
  if (scanf("%63s %63s", zone[0], zone[1]) != 2)
    return false;
  a->zone = zone[0][0] == '-' ? 0 : dun_zone_id(zone[0]);
  a->zone2 = zone[1][0] == '-' ? 0 : dun_zone_id(zone[1]);
  for (uint32_t i = 0; i < DUN_PARTIES; i++) {
    if (scanf("%" SCNu32 " %63s", &a->reach[i], zone[2]) != 2)
      return false;
    a->party_zone[i] = zone[2][0] == '-' ? 0 : dun_zone_id(zone[2]);
  }
  for (uint32_t i = 0; i < DUN_ATTRIBUTES; i++)
    if (scanf("%" SCNd64, &a->attribute[i]) != 1)
      return false;
  (void)policy;
  return true;
}

static bool read_event(struct dun_event *e)
{
  unsigned occurrence, kind, outcome, party, address, attempt, flags;
  memset(e, 0, sizeof *e);
  if (scanf("%" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNd64 " %" SCNd64 " %" SCNd32 " %" SCNu32
            " %" SCNu32 " %" SCNu32 " %u %u %u %u %u %u %u",
            &e->occurred_at, &e->recorded_at, &e->account, &e->amount, &e->until, &e->due_day,
            &e->step, &e->channel, &e->detail, &occurrence, &kind, &outcome, &party, &address,
            &attempt, &flags) != 16)
    return false;
  e->occurrence = (uint16_t)occurrence;
  e->kind = (uint8_t)kind;
  e->outcome = (uint8_t)outcome;
  e->party = (uint8_t)party;
  e->address = (uint8_t)address;
  e->attempt = (uint8_t)attempt;
  e->flags = (uint8_t)flags;
  return true;
}

/* Each case: "SIZE\n", the policy text, the account, COUNT, the events, NOW, all as numbers. */
static int answer(void)
{
  unsigned long size, count;
  while (scanf("%lu", &size) == 1) {
    dun_policy *policy;
    if (size >= sizeof text || getchar() != '\n' || !read_bytes(text, size))
      return 1;
    text[size] = '\0';
    bool compiled = dun_policy_compile(&policy, text, size, NULL) == DUN_OK;
    if (!read_account(policy, &c.account) || scanf("%lu", &count) != 1 || count > RANDOM_LOG_MAX)
      return 1;
    c.count = count;
    for (size_t i = 0; i < c.count; i++)
      if (!read_event(&c.events[i]))
        return 1;
    if (scanf("%" SCNd64, &c.now) != 1)
      return 1;
    if (compiled)
      put_case(policy, text, 0, &c);
    else
      puts("{\"error\":\"policy\"}");
    fflush(stdout);
    dun_policy_unref(policy);
  }
  return 0;
}

int main(int argc, char **argv)
{
  if (argc == 2 && strcmp(argv[1], "--ask") == 0)
    return answer();
  if (argc < 3) {
    fputs("usage: dump_cases FIRST_SEED POLICIES [HISTORIES] | dump_cases --ask\n", stderr);
    return 2;
  }
  return draw(strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10),
              argc > 3 ? strtoull(argv[3], NULL, 10) : 4);
}
