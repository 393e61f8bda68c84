/* SPDX-License-Identifier: MIT */
/* Reads worlds and questions from standard input and prints what libdun answers, a line each.
 *
 *   pack SIZE, policy SIZE    a text of so many bytes in the lines after it; a policy begins a new
 *                             world, with the packs read since the last
 *   account DUE SCORE ZONE ZONE2
 *   event KIND AT ACCOUNT KIND:CHANNEL DETAIL STEP DUE OCCURRENCE OUTCOME PARTY ADDRESS UNTIL AMOUNT
 *         FLAGS
 *   permit CHANNEL PARTY NOW  ->  p PERMITTED NEXT REASONS
 *   decide NOW                ->  d KIND CHANNEL NOT_BEFORE REASONS
 *
 * `-` is none; a detail is a number or @NAME. Where libdun refuses: x CODE TEXT. */
#include <dun/dun.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 65536u
#define LOG_MAX 256u

static char pack_text[TEXT_MAX], policy_text[TEXT_MAX], complaint[320];
static size_t pack_size, count;
static dun_policy *policy;
static struct dun_account account;
static struct dun_event events[LOG_MAX];

static const char *const kinds[] = {"-",
                                    "PLACED",
                                    "FACTS",
                                    "VOID",
                                    "INTENT",
                                    "CONTACT",
                                    "ACTION",
                                    "INBOUND",
                                    "PAYMENT",
                                    "REVERSAL",
                                    "PROMISE",
                                    "PROMISE_CANCELLED",
                                    "ARRANGEMENT",
                                    "ARRANGEMENT_CANCELLED",
                                    "HOLD",
                                    "RELEASE",
                                    "OPT_OUT",
                                    "OPT_IN",
                                    "ADDRESS_DEAD",
                                    "ADDRESS_NEW",
                                    "CONSENT",
                                    "CONSENT_REVOKED",
                                    "HOURS_AGREED",
                                    "BLACKOUT",
                                    "POSTURE",
                                    "OVERRIDE",
                                    "WAIVE",
                                    "CURED",
                                    "CLOSED",
                                    "REOPENED"};
#define KINDS (sizeof kinds / sizeof kinds[0])

static void fail(const char *what)
{
  fprintf(stderr, "ask: cannot read %s\n", what);
  exit(2);
}

static size_t read_text(char *into)
{
  unsigned long size;
  if (scanf("%lu", &size) != 1 || size >= TEXT_MAX || getchar() != '\n' ||
      fread(into, 1, size, stdin) != size)
    fail("a text");
  into[size] = '\0';
  return size;
}

static void complain(void *user_data, const struct dun_diagnostic *d)
{
  (void)user_data;
  if (d->severity == DUN_SEVERITY_ERROR && complaint[0] == '\0')
    snprintf(complaint, sizeof complaint, "%.80s: %.200s", d->path, d->message);
}

static void read_policy(void)
{
  size_t size = read_text(policy_text);
  struct dun_compile options;
  dun_compile_init(&options, sizeof options);
  options.report = complain;
#ifdef DUN_NAME_PACK
  struct dun_pack_text pack = {pack_text, pack_size};
  options.packs = &pack;
  options.pack_count = pack_size > 0;
#endif
  dun_policy_unref(policy);
  complaint[0] = '\0';
  (void)dun_policy_compile(&policy, policy_text, size, &options);
  pack_size = count = 0;
}

static void read_account(void)
{
  char zone[2][64];
  dun_account_init(&account, sizeof account);
  account.id = account.person = 1;
  account.flags = DUN_ACCOUNT_HAS_DUE;
  account.past_due = account.balance = 100000;
  if (scanf("%" SCNd32 " %" SCNd64 " %63s %63s", &account.due_day, &account.attribute[0], zone[0],
            zone[1]) != 4)
    fail("an account");
  account.zone = dun_zone_id(zone[0]);
  account.zone2 = zone[1][0] == '-' ? 0 : dun_zone_id(zone[1]);
  for (uint32_t c = 1; c <= dun_policy_count(policy, DUN_NAME_CHANNEL); c++)
    for (uint32_t party = 0; party < DUN_PARTIES; party++)
      (void)dun_account_reach(policy, &account, party,
                              dun_policy_name(policy, DUN_NAME_CHANNEL, c));
}

static uint32_t channel_of(char *text)
{
  char *name = strchr(text, ':');
  if (name == NULL)
    return 0;
  *name++ = '\0';
  for (uint32_t kind = 1; dun_contact_name(kind) != NULL; kind++)
    if (strcmp(text, dun_contact_name(kind)) == 0)
      return dun_channel_id(kind, name);
  fail("a channel");
  return 0;
}

static uint32_t detail_of(const char *text, uint32_t kind)
{
  if (text[0] != '@')
    return (uint32_t)strtoul(text, NULL, 10);
  if (kind != DUN_EVENT_HOLD && kind != DUN_EVENT_RELEASE)
    return dun_name_id(text + 1);
  for (uint32_t hold = 1; dun_hold_name(hold) != NULL; hold++)
    if (strcmp(text + 1, dun_hold_name(hold)) == 0)
      return hold;
  fail("a hold");
  return 0;
}

static void read_event(void)
{
  char kind[32], channel[64], detail[64], step[64], outcome[32], flags[64];
  unsigned occurrence, party, address, k = 0;
  struct dun_event *e = &events[count];
  if (count == LOG_MAX)
    fail("so many events");
  count++;
  memset(e, 0, sizeof *e);
  if (scanf("%31s %" SCNd64 " %" SCNu64 " %63s %63s %63s %" SCNd32 " %u %31s %u %u %" SCNd64
            " %" SCNd64 " %63s",
            kind, &e->occurred_at, &e->account, channel, detail, step, &e->due_day, &occurrence,
            outcome, &party, &address, &e->until, &e->amount, flags) != 14)
    fail("an event");
  while (k < KINDS && strcmp(kind, kinds[k]) != 0)
    k++;
  if (k == KINDS)
    fail("a kind of event");
  e->kind = (uint8_t)k;
  e->recorded_at = e->occurred_at;
  e->channel = channel_of(channel);
  e->detail = detail_of(detail, k);
  e->step = step[0] == '-' ? 0 : dun_name_id(step);
  e->occurrence = (uint16_t)occurrence;
  e->outcome = (uint8_t)dun_outcome_from_name(outcome);
  e->party = (uint8_t)party;
  e->address = (uint8_t)address;
  if (strstr(flags, "INBOUND") != NULL)
    e->flags |= DUN_FLAG_INBOUND;
  if (strstr(flags, "SAME_CONTACT") != NULL)
    e->flags |= DUN_FLAG_SAME_CONTACT;
  if (strstr(flags, "ACCOUNT") != NULL)
    e->flags |= DUN_FLAG_ACCOUNT;
}

static void say_error(dun_rc rc, size_t bad)
{
  if (policy == NULL)
    printf("x %d %s\n", DUN_E_POLICY, complaint);
  else
    printf("x %" PRId32 " %s, event %zu\n", rc, dun_strerror(rc), bad);
}

static void permit(void)
{
  struct dun_permission p;
  char channel[64];
  uint32_t party;
  dun_time now;
  size_t bad = SIZE_MAX;
  dun_rc rc = DUN_E_POLICY;
  if (scanf("%63s %" SCNu32 " %" SCNd64, channel, &party, &now) != 3)
    fail("a question");
  dun_permission_init(&p, sizeof p);
  if (policy != NULL)
    rc = dun_permit(policy, &account, events, count, now,
                    dun_policy_find(policy, DUN_NAME_CHANNEL, channel), party, &p, &bad);
  if (rc == DUN_OK)
    printf("p %" PRIu32 " %" PRId64 " %" PRIx64 "\n", p.permitted, p.next, p.reasons);
  else
    say_error(rc, bad);
}

static void decide(void)
{
  struct dun_decision d;
  dun_time now;
  size_t bad = SIZE_MAX;
  dun_rc rc = DUN_E_POLICY;
  if (scanf("%" SCNd64, &now) != 1)
    fail("a question");
  dun_decision_init(&d, sizeof d);
  if (policy != NULL)
    rc = dun_decide(policy, &account, events, count, now, &d, &bad);
  if (rc == DUN_OK)
    printf("d %" PRIu32 " %s %" PRId64 " %" PRIx64 "\n", d.kind,
           d.channel == 0 ? "-" : dun_policy_name(policy, DUN_NAME_CHANNEL, d.channel),
           d.not_before, d.reasons);
  else
    say_error(rc, bad);
}

int main(void)
{
  char word[16];
  while (scanf("%15s", word) == 1) {
    if (strcmp(word, "pack") == 0)
      pack_size = read_text(pack_text);
    else if (strcmp(word, "policy") == 0)
      read_policy();
    else if (strcmp(word, "account") == 0)
      read_account();
    else if (strcmp(word, "event") == 0)
      read_event();
    else if (strcmp(word, "permit") == 0)
      permit();
    else if (strcmp(word, "decide") == 0)
      decide();
    else
      fail(word);
  }
  dun_policy_unref(policy);
  return 0;
}
