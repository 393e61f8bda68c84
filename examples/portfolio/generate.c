/* SPDX-License-Identifier: MIT */
/* A sample portfolio as CSV: the same seed gives the same bytes, on every machine. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

#define START 20454 /* 2026-01-01: the first day of the simulation */

/* splitmix64, by Sebastiano Vigna, public domain. */
static uint64_t state;

static uint64_t next(void)
{
  uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* From low to high, both included. At most one call in an expression: C leaves the order of calls
 * open, and the bytes must not depend on the compiler. */
static int64_t between(int64_t low, int64_t high)
{
  return low + (int64_t)(next() % (uint64_t)(high - low + 1));
}

static bool percent(int n)
{
  return between(1, 100) <= n;
}

/* Text that grows in a buffer of its own; words are put apart with a space. */
struct text {
  char at[2048];
  size_t used;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...)
{
  va_list args;
  int n;
  va_start(args, format);
  if (t->used > 0 && t->used + 1 < sizeof t->at)
    t->at[t->used++] = ' ';
  n = vsnprintf(t->at + t->used, sizeof t->at - t->used, format, args);
  va_end(args);
  if (n > 0 && t->used + (size_t)n < sizeof t->at)
    t->used += (size_t)n;
  t->at[t->used] = '\0';
}

enum manner { EARLY, FORGETFUL, COOPERATIVE, PARTS, SLOW, REFUSING, GONE };

struct account {
  enum manner manner;
  dun_day due;
  int64_t past_due, balance, late_fees;
  struct text payments, replies, reach;
};

static void pay(struct account *a, dun_day day, int64_t amount)
{
  char date[11];
  if (day < START)
    day = START + (dun_day)between(3, 40);
  if (amount > 0 && dun_day_format(day, date) == DUN_OK)
    add(&a->payments, "%s:%" PRId64, date, amount);
}

static void say(struct account *a, const char *reply, int64_t times)
{
  for (int64_t i = 0; i < times; i++)
    add(&a->replies, "%s", reply);
}

/* A rate in a few parts, the last of which may never come. */
static void pay_in_parts(struct account *a)
{
  int64_t parts = between(2, 5), rest = a->past_due;
  dun_day day = a->due + (dun_day)between(10, 45);
  if (day < START)
    day = START + (dun_day)between(5, 40);
  for (int64_t i = 1; i <= parts; i++) {
    int64_t amount = i == parts ? rest : a->past_due / parts;
    if (i == parts && percent(35))
      return;
    pay(a, day, amount);
    rest -= amount;
    day += (dun_day)between(25, 35);
  }
}

static void behave(struct account *a)
{
  static const char *const talks[] = {"phone:promised", "phone:asks_time", "phone:will_pay_part",
                                      "phone:conversation", "phone:asks_plan"};
  static const char *const denials[] = {"phone:refused", "phone:hung_up", "phone:disputed"};
  int64_t which;
  say(a, "phone:no_answer", between(0, 3));
  switch (a->manner) {
  case EARLY: pay(a, a->due - (dun_day)between(0, 9), a->past_due); break;
  case FORGETFUL: pay(a, a->due + (dun_day)between(1, 6), a->past_due + a->late_fees); break;
  case COOPERATIVE:
    if (percent(30))
      say(a, "phone:voicemail", 1);
    which = between(0, 4);
    say(a, talks[which], between(1, 2));
    pay(a, a->due + (dun_day)between(8, 32), a->past_due);
    break;
  case PARTS:
    say(a, "phone:will_pay_part", between(1, 3));
    pay_in_parts(a);
    break;
  case SLOW:
    say(a, "phone:busy", between(0, 2));
    say(a, "phone:asks_time", between(1, 4));
    pay(a, a->due + (dun_day)between(45, 210), a->past_due);
    break;
  case REFUSING:
    which = between(0, 2);
    say(a, denials[which], between(2, 9));
    if (percent(15))
      say(a, "phone:opted_out", 1);
    break;
  case GONE:
    say(a, "phone:not_in_service", 1);
    say(a, percent(60) ? "sms:failed_permanent" : "sms:failed_temporary", 1);
    if (percent(20))
      pay(a, a->due + (dun_day)between(90, 250), a->past_due / 2);
    break;
  }
}

static void make(struct account *a, bool prior)
{
  static const enum manner fresh[] = {EARLY,       EARLY,     EARLY,       FORGETFUL,   FORGETFUL,
                                      FORGETFUL,   FORGETFUL, COOPERATIVE, COOPERATIVE, COOPERATIVE,
                                      COOPERATIVE, PARTS,     PARTS,       PARTS,       SLOW,
                                      SLOW,        REFUSING,  REFUSING,    REFUSING,    GONE};
  static const enum manner old[] = {PARTS, PARTS, SLOW, SLOW, REFUSING, REFUSING, REFUSING, GONE};
  memset(a, 0, sizeof *a);
  /* four of five fall due within the year, the others have been past due for up to 14 months */
  if (percent(80)) {
    a->due = START + (dun_day)between(0, 350);
    a->manner = fresh[between(0, 19)];
  } else {
    a->due = START - (dun_day)(percent(60) ? between(1, 120) : between(121, 430));
    a->manner = old[between(0, 7)];
  }
  if (prior && a->manner == EARLY)
    a->manner = FORGETFUL;
  a->past_due = between(2, 40);
  a->past_due *= between(500, 20000); /* 10 to 8,000 yuan, mostly small */
  a->balance = a->past_due + (percent(70) ? between(0, 5) * a->past_due : 0);
  a->late_fees = a->due < START - 30 ? a->past_due / 100 : 0;
  if (percent(96))
    add(&a->reach, "sms");
  if (percent(92))
    add(&a->reach, "phone");
  if (percent(60))
    add(&a->reach, "mail");
  if (percent(25))
    add(&a->reach, "wechat");
  if (percent(75))
    add(&a->reach, "post");
  behave(a);
}

static void write_all(FILE *out, uint64_t accounts)
{
  uint64_t person = 500000, left_of_person = 0, prior = 0;
  fputs("account,person,due,past_due,balance,minimum_due,late_fees,currency,zone,"
        "prior_delinquencies,reach,payments,replies\n",
        out);
  for (uint64_t i = 1; i <= accounts; i++) {
    struct account a;
    char due[11];
    if (left_of_person == 0) {
      person += (uint64_t)between(1, 9);
      left_of_person = percent(85) ? 1 : percent(80) ? 2 : 3;
      prior = percent(55) ? 0 : (uint64_t)between(1, 4);
    }
    left_of_person--;
    make(&a, prior > 0);
    if (dun_day_format(a.due, due) != DUN_OK)
      snprintf(due, sizeof due, "?");
    fprintf(out,
            "%" PRIu64 ",%" PRIu64 ",%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
            ",CNY,Asia/Shanghai,%" PRIu64 ",%s,%s,%s\n",
            1000000 + i, person, due, a.past_due, a.balance, a.past_due / 10, a.late_fees, prior,
            a.reach.at, a.payments.at, a.replies.at);
  }
}

static bool number(const char *text, uint64_t most, uint64_t *out)
{
  char *end;
  unsigned long long value;
  errno = 0;
  value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value > most)
    return false;
  *out = value;
  return true;
}

int main(int argc, char **argv)
{
  uint64_t accounts = 3000, seed = 1;
  const char *path = NULL;
  FILE *out = stdout;
  bool bad = false;
  for (int i = 1; i < argc && !bad; i++) {
    if (strcmp(argv[i], "--help") == 0) {
      puts("usage: portfolio-generate [--accounts N] [--seed N] [FILE]");
      return 0;
    }
    if (strcmp(argv[i], "--accounts") == 0)
      bad = ++i >= argc || !number(argv[i], 100000000, &accounts);
    else if (strcmp(argv[i], "--seed") == 0)
      bad = ++i >= argc || !number(argv[i], UINT64_MAX, &seed);
    else if (argv[i][0] == '-' || path != NULL)
      bad = true;
    else
      path = argv[i];
  }
  if (bad) {
    fputs("usage: portfolio-generate [--accounts N] [--seed N] [FILE]\n", stderr);
    return 2;
  }
  state = seed;
  if (path != NULL)
    out = fopen(path, "wb");
  if (out != NULL)
    write_all(out, accounts);
  if (out == NULL || fflush(out) != 0 || ferror(out)) {
    fprintf(stderr, "%s: cannot be written: %s\n", path == NULL ? "stdout" : path, strerror(errno));
    return 1;
  }
  return out == stdout || fclose(out) == 0 ? 0 : 1;
}
