/* SPDX-License-Identifier: MIT */
/* A story of one account, for tests of the engine: a policy, an account, its log, and questions. */
#ifndef DUN_TESTS_STORY_H
#define DUN_TESTS_STORY_H

#include <stddef.h>
#include <stdint.h>

#include <dun/dun.h>

#define STORY_MAX 70000

/* The head of a policy in Asia/Shanghai, up to its channels. */
#define STORY_HEAD \
  "dun: 1\nname: test\nrevision: 1\ncurrency: CNY\nzone: Asia/Shanghai\n" \
  "zones: [America/New_York, Europe/Rome, America/Santiago]\nconduct: none\n" \
  "basis: unit tests\nattributes: [score]\n"

/* Four channels, for policies that need no more said of them. */
#define STORY_CHANNELS "channels: {sms: text, mail: email, phone: voice, post: letter}"

/* A small ladder after the example of the contract: upcoming (-3d), reminder (grace), phone, legal
 * (20d). */
extern const char story_ladder[];

struct story {
  dun_policy *policy;
  struct dun_account account;
  struct dun_event *events;
  size_t count;
};

/* Open a story on a policy text (fails the test if it does not compile); account 7 of person 3, due
 * on `due`, past due 120000, reached by every channel. */
void story_open(struct story *s, const char *policy, const char *due);
void story_close(struct story *s);

/* Open it anew on a policy of one stage, from day 0, with these steps (YAML list entries). */
void story_steps(struct story *s, const char *channels_and_more, const char *steps);

/* "2026-01-14T09:00:00+08:00" as an instant; fails the test if it is none. */
dun_time at(const char *text);
dun_day day(const char *text);

/* Append an event of the account, of this kind at this instant; change it by the pointer. */
struct dun_event *story_add(struct story *s, uint32_t kind, const char *when);
struct dun_event *story_add_at(struct story *s, uint32_t kind, dun_time when);

/* Ask; fails the test on an error. */
struct dun_decision story_ask(struct story *s, const char *now);
struct dun_decision story_ask_at(struct story *s, dun_time now);
/* Ask, expecting an error. */
dun_rc story_error(struct story *s, const char *now, size_t *bad);

/* Carry a decision out: its INTENT (unless it is open already) and its outcome. */
void story_do(struct story *s, const struct dun_decision *d, uint32_t outcome, const char *when);

/* Fail unless the decision is of this kind, for this step ("" = none). */
#define expect(s, d, kind, step) expect_at(s, d, kind, step, __FILE__, __LINE__)
void expect_at(struct story *s, const struct dun_decision *d, uint32_t kind, const char *step,
               const char *file, int line);
/* Fail unless an instant is the one written. */
#define expect_time(value, text) expect_time_at(value, text, __FILE__, __LINE__)
void expect_time_at(dun_time value, const char *text, const char *file, int line);

#endif
