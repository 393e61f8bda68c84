/* SPDX-License-Identifier: MIT */
/* What is wrong with a policy text: each rule of the language broken, with place, path and words. */
#include "compile_case.h"

#define S "stages: [{name: a, from: 0d, steps: []}]\n"           /* a stage to end with */
#define T HEAD "stages: [{name: a, from: 1d, steps: [{name: s, " /* 4:46 comes next */
#define C OPEN "stages: [{name: a, from: 1d, steps: [{name: s, " /* 7:46 comes next */
#define W \
  HEAD "attributes: [score]\nbuckets: {M0: 0d, M1: 1d}\n" \
       "stages: [{name: a, from: 0d, steps: [], when: " /* 6:48 comes next */

static void text(void **state)
{
  static const struct wrong list[] = {
      {"", 0, 0, "", "the text is empty", NULL},
      {"# only a comment\n", 0, 0, "", "the text is empty", NULL},
      {"- a\n", 1, 1, "", "wants a mapping that starts with `dun: 1`, not a list", NULL},
      {HEAD S "a: [1\n", 6, 1, "", "cannot be read", NULL},
      {HEAD S "a: b: c\n", 5, 5, "", "cannot be read: mapping values are not allowed", NULL},
      {HEAD S "\ta: 1\n", 5, 1, "", "cannot be read", NULL},
      {HEAD "name: y\n" S, 4, 1, "name", "the key `name` is already set in line 2", NULL},
      {HEAD "channels: {sms: text}\nconduct: none\nbasis: test\nchannels: {mail: email}\n"
            "stages: [{name: a, from: 1d, steps: [{name: s, use: sms}]}]\n",
       7, 1, "channels", "the key `channels` is already set in line 4",
       NULL}, /* the first one counts */
      {HEAD "attributes: &x [a]\n" S, 4, 13, "", "anchors (`&name`) are not part", NULL},
      {HEAD "attributes: *x\n" S, 4, 13, "", "aliases (`*name`) are not part", NULL},
      {HEAD "attributes: !!seq [a]\n" S, 4, 13, "", "tags (`!name`) are not part", NULL},
      {HEAD "grace: !x 3d\n" S, 4, 8, "", "tags (`!name`) are not part", NULL},
      {"%TAG ! tag:x,2000:\n---\n" HEAD S, 1, 1, "", "tags (`%TAG`) are not part", NULL},
      {HEAD "<<: {a: b}\n" S, 4, 1, "<<", "merge keys (`<<`) are not part", NULL},
      {HEAD S "---\na: b\n", 5, 1, "", "several documents", NULL},
      {HEAD "? [a]\n: b\n" S, 4, 3, "", "a key wants to be a name, not a list", NULL},
      {HEAD "? {a: b}\n: {c: d}\n" S, 4, 3, "", "a key wants to be a name, not a mapping", NULL},
      {HEAD "basis: \"a\\0b\"\n" S, 4, 8, "basis", "NUL character", NULL},
      {HEAD "# \xc3\xa9\xff\n" S, 4, 4, "", "byte 0xff is not UTF-8", NULL},
      {HEAD "basis: \xed\xa0\x80\n" S, 4, 8, "", "byte 0xed is not UTF-8", NULL},
      {HEAD "basis: \xc0\xaf\n" S, 4, 8, "", "byte 0xc0 is not UTF-8", NULL},
      {HEAD "basis: \xf4\x90\x80\x80\n" S, 4, 8, "", "byte 0xf4 is not UTF-8", NULL},
      {HEAD S "\xe2\x82", 5, 1, "", "byte 0xe2 is not UTF-8", NULL},
      {HEAD "basis: a\r\n# b\r# c \xff\n" S, 6, 5, "", "byte 0xff is not UTF-8", NULL},
      {HEAD "basis: \x07\n" S, 4, 8, "", "the character U+0007 may not stand", NULL},
      {HEAD "basis: \xe2\x80\xa8\n" S, 4, 8, "", "the character U+2028 may not stand", NULL},
      {HEAD "basis: \"\\ud83d\\ude00\"\n" S, 4, 11, "", "cannot be read", NULL},
  };
  (void)state;
  CHECK(list);
}

static void header(void **state)
{
  static const struct wrong list[] = {
      {"name: x\nzone: UTC\n" S, 1, 1, "", "the key `dun` is missing", "starts with `dun: 1`"},
      {"dun: 1\nzone: UTC\n" S, 1, 1, "", "the key `name` is missing", NULL},
      {"dun: 1\nname: x\n" S, 1, 1, "", "the key `zone` is missing", NULL},
      {HEAD, 1, 1, "", "the key `stages` is missing", NULL},
      {"dun: 2\nname: x\nzone: UTC\n" S, 1, 6, "dun",
       "`dun` wants a whole number from 1 to 1, not `2`", NULL},
      {"dun: 1\nname: X\nzone: UTC\n" S, 2, 7, "name", "`name` wants a name", NULL},
      {"dun: 1\nname:\nzone: UTC\n" S, 2, 6, "name", "not nothing", NULL},
      {"dun: 1\nname: a234567890123456789012345678901234567890123456789012345678901234\nzone: "
       "UTC\n" S,
       2, 7, "name", "at most 63", NULL},
      {HEAD "revison: 3\n" S, 4, 1, "revison", "unknown key `revison`", "did you mean `revision`?"},
      {HEAD "xyzzy: 3\n" S, 4, 1, "xyzzy", "unknown key `xyzzy`", ""},
      {HEAD "promises: {}\n" S, 4, 1, "promises", "`promises` is not supported yet by this version",
       NULL},
      {HEAD "revision: 4294967296\n" S, 4, 11, "revision", "from 0 to 4294967295, not `4294967296`",
       NULL},
      {HEAD "revision: -1\n" S, 4, 11, "revision", "from 0 to 4294967295, not `-1`", NULL},
      {HEAD "revision: 99999999999999999999\n" S, 4, 11, "revision", "from 0 to", NULL},
      {HEAD "revision: 1.0\n" S, 4, 11, "revision", "a whole number", NULL},
      {HEAD "currency: cny\n" S, 4, 11, "currency", "three capital letters such as CNY, not `cny`",
       NULL},
      {HEAD "currency: EURO\n" S, 4, 11, "currency", "three capital letters", NULL},
      {HEAD "grace: 3\n" S, 4, 8, "grace",
       "`grace` wants a number of days from 0d to 36523d, not `3`", NULL},
      {HEAD "grace: 1w\n" S, 4, 8, "grace", "a number of days", NULL},
      {HEAD "grace: 36524d\n" S, 4, 8, "grace", "a number of days", NULL},
      {HEAD "grace: -1d\n" S, 4, 8, "grace", "a number of days", NULL},
      {HEAD "ignore_below: -1\n" S, 4, 15, "ignore_below", "from 0 to 1000000000000000000", NULL},
      {HEAD "ignore_below: 1000000000000000001\n" S, 4, 15, "ignore_below", "from 0 to", NULL},
      {HEAD "actor: bank\n" S, 4, 8, "actor", "creditor or third_party_collector, not `bank`",
       NULL},
      {HEAD "debt: big\n" S, 4, 7, "debt", "consumer or business, not `big`", NULL},
      {HEAD "conduct: none\n" S, 4, 10, "conduct", "`conduct: none` needs a `basis`", NULL},
      {HEAD "conduct: none\nbasis: \" \"\n" S, 5, 8, "basis", "a text that is not empty", NULL},
      {HEAD "conduct: [cn-gbx]\n" S, 4, 11, "conduct[0]", "there is no conduct pack `cn-gbx`",
       "did you mean `cn-gbt`?"},
      {HEAD "conduct: {pack: cn-gbt}\n" S, 4, 10, "conduct", "or a list of them, not a mapping",
       NULL},
      {HEAD "channels: {sms: text}\nstages: [{name: a, from: 1d, steps: [{name: s, use: sms}]}]\n",
       1, 1, "", "the key `conduct` is missing", "conduct: none"},
      {HEAD "zones: UTC\n" S, 4, 8, "zones", "a list of time zones, not `UTC`", NULL},
      {HEAD "zones: [../etc/passwd]\n" S, 4, 9, "zones[0]", "the name of a time zone", NULL},
      {HEAD "zones: [UTC, Asia/Shangai]\n" S, 4, 14, "zones[1]",
       "the zone `Asia/Shangai` cannot be read", "tz database"},
      {HEAD "attributes: {a: 1}\n" S, 4, 13, "attributes", "a list of names, not a mapping", NULL},
      {HEAD "attributes: [a, a]\n" S, 4, 17, "attributes[1]", "`a` is listed twice", NULL},
      {HEAD "attributes: [dpd]\n" S, 4, 14, "attributes[0]", "the name of a condition", NULL},
      {HEAD "attributes: [not]\n" S, 4, 14, "attributes[0]", "the name of a condition", NULL},
      {HEAD "attributes: [a1,a2,a3,a4,a5,a6,a7,a8,a9]\n" S, 4, 38, "attributes[8]",
       "more than 8 attributes", NULL},
  };
  (void)state;
  CHECK(list);
}

static void channels_and_buckets(void **state)
{
  static const struct wrong list[] = {
      {HEAD "channels: [sms]\n" S, 4, 11, "channels", "a mapping of channels", NULL},
      {HEAD "channels: {sms: txt}\n" S, 4, 17, "channels.sms", "voice, text, email, letter",
       "`text`"},
      {HEAD "channels: {SMS: text}\n" S, 4, 12, "channels.SMS", "`SMS` wants a name", NULL},
      {HEAD "channels: {sms: {settle: 1d}}\n" S, 4, 17, "channels.sms", "has no `kind`", NULL},
      {HEAD "channels: {sms: {kind: text, settle: 0d}}\n" S, 4, 38, "channels.sms.settle",
       "from 1d to 36524d", NULL},
      {HEAD "channels: {sms: {kind: text, settle: 36525d}}\n" S, 4, 38, "channels.sms.settle",
       "from 1d to 36524d", NULL},
      {HEAD "channels: {sms: {kind: text, settle: 10001h}}\n" S, 4, 38, "channels.sms.settle",
       "from 1m to 10000h", NULL},
      {HEAD "channels: {sms: {kind: text, redeliver: no}}\n" S, 4, 41, "channels.sms.redeliver",
       "true or false, not `no`", NULL},
      {HEAD "channels: {sms: {kind: text, retry: no}}\n" S, 4, 30, "channels.sms.retry",
       "unknown key `retry`", NULL},
      {HEAD "channels: {chat: social}\n" S, 4, 18, "channels.chat", "needs a `basis`", NULL},
      {HEAD "channels: {chat: {kind: social, basis: ''}}\n" S, 4, 40, "channels.chat.basis",
       "a text that is not empty, not nothing", NULL},
      {HEAD "buckets: [a]\n" S, 4, 10, "buckets", "a mapping of buckets", NULL},
      {HEAD "buckets: {M0: 0d, M1: 0d}\n" S, 4, 23, "buckets.M1",
       "starts at 0d, which is not after", "rising"},
      {HEAD "buckets: {M0: 5d, M1: 4d}\n" S, 4, 23, "buckets.M1", "starts at 4d", "rising"},
      {HEAD "buckets: {M0: 5}\n" S, 4, 15, "buckets.M0", "a day of the ladder such as", NULL},
      {HEAD "buckets: {\"M 0\": 5d}\n" S, 4, 11, "buckets.M 0", "a name", NULL},
  };
  (void)state;
  CHECK(list);
}

#define H HEAD "hours:\n- {id: a, kinds: [voice], " /* 5:27 comes next */

static void hours(void **state)
{
  static const struct wrong list[] = {
      {HEAD "hours: {}\n" S, 4, 8, "hours", "a list of rules", NULL},
      {HEAD "hours: [x]\n" S, 4, 9, "hours[0]", "a mapping with `id`", NULL},
      {HEAD "hours:\n- {kinds: [voice], all: ['08:00-20:00']}\n" S, 5, 3, "hours[0]", "wants `id`",
       NULL},
      {HEAD "hours:\n- {id: a, kinds: [], all: ['08:00-20:00']}\n" S, 5, 18, "hours[0].kinds",
       "a list of kinds", NULL},
      {HEAD "hours:\n- {id: a, kinds: [voice, calls], all: ['08:00-20:00']}\n" S, 5, 26,
       "hours[0].kinds[1]", "voice, text, email", NULL},
      {HEAD "hours:\n- {id: a, kinds: [voise], all: ['08:00-20:00']}\n" S, 5, 19,
       "hours[0].kinds[0]", "not `voise`", "did you mean `voice`?"},
      {HEAD "hours:\n- {id: a, kinds: [text, text], all: ['08:00-20:00']}\n" S, 5, 25,
       "hours[0].kinds[1]", "listed twice", NULL},
      {H "all: []}\n" S, 5, 3, "hours[0]", "closed all week", NULL},
      {H "}\n" S, 5, 3, "hours[0]", "closed all week", NULL},
      {H "all: ['20:00-08:00']}\n" S, 5, 33, "hours[0].all[0]", "not `20:00-08:00`", NULL},
      {H "all: ['08:00-08:00']}\n" S, 5, 33, "hours[0].all[0]", "windows such as", NULL},
      {H "all: ['08:00-24:01']}\n" S, 5, 33, "hours[0].all[0]", "windows such as", NULL},
      {H "all: ['24:00-24:00']}\n" S, 5, 33, "hours[0].all[0]", "windows such as", NULL},
      {H "all: ['8:00-20:00']}\n" S, 5, 33, "hours[0].all[0]", "windows such as", NULL},
      {H "all: ['08:00 20:00']}\n" S, 5, 33, "hours[0].all[0]", "windows such as", NULL},
      {H "all: 08:00-20:00}\n" S, 5, 32, "hours[0].all", "a list of windows", NULL},
      {H "tues: []}\n" S, 5, 27, "hours[0].tues", "unknown key `tues`", "did you mean `tue`?"},
      {H "all: ['08:00-20:00'], holiday: []}\n" S, 5, 58, "hours[0].holiday",
       "the policy has no `calendar`", "`calendar: cn`"},
      {H "all: ['08:00-20:00']}\n- {id: a, kinds: [text], all: ['08:00-20:00']}\n" S, 6, 8,
       "hours[1].id", "the id `a` is used in line 5 already", NULL},
  };
  (void)state;
  CHECK(list);
}

static void stages(void **state)
{
  static const struct wrong list[] = {
      {HEAD "stages: []\n", 4, 9, "stages", "a list of at least one stage, not an empty list",
       NULL},
      {HEAD "stages: [a]\n", 4, 10, "stages[0]", "a mapping such as", NULL},
      {HEAD "stages: [{from: 0d, steps: []}]\n", 4, 10, "stages[0]", "a stage wants a `name`",
       NULL},
      {HEAD "stages: [{name: a, steps: []}]\n", 4, 10, "stages[0]", "a stage wants `from`", NULL},
      {HEAD "stages: [{name: a, from: 0d}]\n", 4, 10, "stages[0]", "a stage wants `steps`", NULL},
      {HEAD "stages: [{name: a, from: 0, steps: []}]\n", 4, 26, "stages[0].from", "not `0`", NULL},
      {HEAD "stages: [{name: a, from: 36525d, steps: []}]\n", 4, 26, "stages[0].from",
       "36524d away", NULL},
      {HEAD "stages: [{name: a, from: -36525d, steps: []}]\n", 4, 26, "stages[0].from",
       "36524d away", NULL},
      {HEAD "stages: [{name: a, from: grace+36524d, steps: []}]\n", 4, 26, "stages[0].from",
       "36524d away", NULL},
      {HEAD "stages: [{name: a, from: grace-1d, steps: []}]\n", 4, 26, "stages[0].from", "a day of",
       NULL},
      {HEAD "stages: [{name: a, from: gracee, steps: []}]\n", 4, 26, "stages[0].from", "a day of",
       NULL},
      {HEAD "stages:\n- {name: a, from: 3d, steps: []}\n- {name: b, from: 3d, steps: []}\n", 6, 19,
       "stages[1].from", "begins at 3d, which is not after the one before it (3d)", "rising"},
      {HEAD "stages:\n- {name: a, from: 3d, steps: []}\n- {name: a, from: 4d, steps: []}\n", 6, 10,
       "stages[1].name", "named in line 5 already", NULL},
      {HEAD "stages: [{name: a, from: 0d, steps: [], min_stay: 1d}]\n", 4, 51, "stages[0].min_stay",
       "`min_stay` means nothing where", "advance: stepwise"},
      {HEAD "stages: [{name: a, from: 0d, stebs: [], steps: []}]\n", 4, 30, "stages[0].stebs",
       "unknown key", "did you mean `steps`?"},
      {HEAD "stages: [{name: a, from: 0d, requires: [{step: s}], steps: [{name: s, do: task}]}]\n",
       4, 40, "stages[0].requires", "requires its own step `s`", NULL},
  };
  (void)state;
  CHECK(list);
}

static void calendars(void **state)
{
#define K HEAD "calendars:\n  cn: {" /* 5:8 comes next */
  static const struct wrong list[] = {
      {HEAD "calendars: [cn]\n" S, 4, 12, "calendars", "a mapping of calendars", NULL},
      {HEAD "calendars: {CN: {}}\n" S, 4, 13, "calendars.CN", "a name", NULL},
      {HEAD "calendars: {cn: []}\n" S, 4, 17, "calendars.cn", "a mapping such as", NULL},
      {K "weekends: [sat]}\n" S, 5, 8, "calendars.cn.weekends", "unknown key `weekends`",
       "did you mean `weekend`?"},
      {K "weekend: sat}\n" S, 5, 17, "calendars.cn.weekend", "a list of weekdays", NULL},
      {K "weekend: [sta]}\n" S, 5, 18, "calendars.cn.weekend[0]",
       "mon, tue, wed, thu, fri, sat or sun, not `sta`", "did you mean `sat`?"},
      {K "weekend: [sat, sat]}\n" S, 5, 23, "calendars.cn.weekend[1]", "`sat` is listed twice",
       NULL},
      {K "weekend: [mon, tue, wed, thu, fri, sat, sun]}\n" S, 5, 7, "calendars.cn",
       "`cn` is never open", NULL},
      {K "valid: 2026}\n" S, 5, 15, "calendars.cn.valid", "the first and the last year", NULL},
      {K "valid: [2026]}\n" S, 5, 15, "calendars.cn.valid", "the first and the last year", NULL},
      {K "valid: [0, 2026]}\n" S, 5, 16, "calendars.cn.valid[0]", "from 1 to 9999", NULL},
      {K "valid: [2026, 10000]}\n" S, 5, 22, "calendars.cn.valid[1]", "from 1 to 9999", NULL},
      {K "valid: [2027, 2026]}\n" S, 5, 22, "calendars.cn.valid[1]", "2026 lies before the first",
       NULL},
      {K "holidays: [2026-01-01]}\n" S, 5, 7, "calendars.cn", "not for which years it is `valid`",
       "such as `valid: [2026, 2026]`"},
      {K "workdays: [2026-01-01]}\n" S, 5, 7, "calendars.cn", "not for which years it is `valid`",
       NULL},
      {K "valid: [2026, 2026], holidays: 2026-01-01}\n" S, 5, 39, "calendars.cn.holidays",
       "a list of dates", NULL},
      {K "valid: [2026, 2026], holidays: [2026-02-29]}\n" S, 5, 40, "calendars.cn.holidays[0]",
       "dates that there are, not `2026-02-29`", NULL},
      {K "valid: [2026, 2026], workdays: [2026-1-1]}\n" S, 5, 40, "calendars.cn.workdays[0]",
       "dates such as 2026-01-01, not `2026-1-1`", NULL},
      {K "valid: [2026, 2026], holidays: [2025-12-31]}\n" S, 5, 40, "calendars.cn.holidays[0]",
       "outside the calendar's `valid` years", NULL},
      {K "valid: [2026, 2026], workdays: [2027-01-01]}\n" S, 5, 40, "calendars.cn.workdays[0]",
       "outside the calendar's `valid` years", NULL},
      {K "valid: [2026, 2026], holidays: [2026-03-02, 2026-03-01, 2026-03-02]}\n" S, 5, 64,
       "calendars.cn.holidays[2]", "`2026-03-02` is listed twice", NULL},
      {K "valid: [2026, 2026], workdays: [2026-03-01], holidays: [2026-03-01]}\n" S, 5, 40,
       "calendars.cn.workdays[0]", "`2026-03-01` is both a holiday and a workday",
       "one of the two lists"},
      {HEAD "calendars: {cn: {}}\ncalendar: cm\n" S, 5, 11, "calendar",
       "the calendar `cm` is not in this policy", "did you mean `cn`?"},
      {HEAD "calendar: cn\n" S, 4, 11, "calendar", "the calendar `cn` is not in this policy", ""},
      {HEAD "calendar: [cn]\n" S, 4, 11, "calendar", "a name", NULL},
      {T "do: task, every: 0bd}]}]\n"
         "calendars: {cn: {}}\ncalendar: cn\n",
       4, 65, "stages[0].steps[0].every", "from 1bd to 25000bd", NULL},
      {T "do: task, in: 25001bd}]}]\n"
         "calendars: {cn: {}}\ncalendar: cn\n",
       4, 62, "stages[0].steps[0].in", "from 0bd to 25000bd", NULL},
      {T "do: task, in: 1bd}]}]\ncalendars: {cn: {}}\n", 4, 62, "stages[0].steps[0].in",
       "the policy has no `calendar`", NULL},
      {HEAD "channels: {sms: {kind: text, settle: 2bd}}\n" S, 4, 38, "channels.sms.settle",
       "`settle` is in business days, but", NULL},
  };
  (void)state;
  CHECK(list);
#undef K
}

/* As many calendars, each with as many holidays from 1 January 2026 on. */
static dun_rc many_dates(int calendars_wanted, int each, struct findings *f)
{
  size_t size = 64 * 1024 + (size_t)calendars_wanted * (size_t)each * 16, used;
  char *text = malloc(size), date[11];
  dun_day first = 0;
  dun_policy *p;
  dun_rc rc;
  assert_non_null(text);
  assert_int_equal(dun_day_from_date(2026, 1, 1, &first), DUN_OK);
  used = (size_t)snprintf(text, size, HEAD S "calendars:\n");
  for (int c = 0; c < calendars_wanted; c++) {
    used +=
        (size_t)snprintf(text + used, size - used, "  c%d: {valid: [2026, 2060], holidays: [", c);
    for (int i = 0; i < each; i++) {
      assert_int_equal(dun_day_format(first + i, date), DUN_OK);
      used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", date);
    }
    used += (size_t)snprintf(text + used, size - used, "]}\n");
  }
  rc = compile_bytes(text, used, f, &p);
  dun_policy_unref(p);
  free(text);
  return rc;
}

static void calendars_and_their_dates_are_limited(void **state)
{
  struct findings f;
  (void)state;
  assert_int_equal(many_dates(64, 64, &f), DUN_OK); /* 64 calendars, 4096 dates */
  assert_int_equal(many_dates(65, 1, &f), DUN_E_POLICY);
  assert_int_equal(f.count, 1);
  assert_string_equal(f.list[0].path, "calendars.c64");
  assert_non_null(strstr(f.list[0].message, "more than 64 calendars"));
  assert_int_equal(many_dates(1, 4096, &f), DUN_OK);
  assert_int_equal(many_dates(2, 2049, &f), DUN_E_POLICY);
  assert_int_equal(f.count, 1);
  assert_string_equal(f.list[0].path, "calendars.c1.holidays[2047]");
  assert_non_null(strstr(f.list[0].message, "more than 4096 holidays and workdays"));
}

static void steps(void **state)
{
  static const struct wrong list[] = {
      {T "do: task, evry: 2d}]}]\n", 4, 58, "stages[0].steps[0].evry", "unknown key `evry`",
       "did you mean `every`?"},
      {T "do: task, fee: {flat: 5}}]}]\n", 4, 58, "stages[0].steps[0].fee",
       "`fee` is not supported yet by this version of libdun", NULL},
      {T "do: task, late: skip}]}]\n", 4, 64, "stages[0].steps[0].late",
       "`late` is set but `within` is not", "add `within`"},
      {T "do: task, within: 1d, late: skipp}]}]\n", 4, 76, "stages[0].steps[0].late",
       "do, skip or {escalate: a step}, not `skipp`", "did you mean `skip`?"},
      {T "do: task, within: 1d, late: {escalate: t}}]}]\n", 4, 87,
       "stages[0].steps[0].late.escalate", "the step `t` is not in this policy", NULL},
      {T "do: task, within: 1d, late: {escalate: s}}]}]\n", 4, 87,
       "stages[0].steps[0].late.escalate", "lead back to where they began: s -> s", NULL},
      {T "do: task, within: 1d, late: {escalate: t}}, {name: t, do: task, within: 1d, late: "
         "skip}]}]\n",
       4, 87, "stages[0].steps[0].late.escalate", "`t` cannot stand in for another", NULL},
      {T "do: task, within: 1d, late: {}}]}]\n", 4, 76, "stages[0].steps[0].late",
       "{escalate: a step}", NULL},
      {T "do: task, on_escalation: true}]}]\n", 4, 73, "stages[0].steps[0].on_escalation",
       "`s` can never be taken: no step escalates to it", "leave `on_escalation` out"},
      {T "do: task, on_escalation: true, every: 1d}, {name: r, do: task, within: 1d, late: "
         "{escalate: s}}]}]\n",
       4, 86, "stages[0].steps[0].every", "`every` does not go with `on_escalation`", NULL},
      {T "do: task, retry: {times: 3}}]}]\n", 4, 65, "stages[0].steps[0].retry",
       "`retry` wants `times` and `every`", NULL},
      {T "do: task, retry: {times: 0, every: 1h}}]}]\n", 4, 73, "stages[0].steps[0].retry.times",
       "from 1 to 100", NULL},
      {T "do: task, retry: {times: 1, every: 1h, backoff: 99}}]}]\n", 4, 96,
       "stages[0].steps[0].retry.backoff", "from 100 to 1000", NULL},
      {T "do: task, guide: [ask]}]}]\n", 4, 65, "stages[0].steps[0].guide",
       "`guide` is for contacts, and the step's `do` is `task`", NULL},
      {T "do: task, optional: maybe}]}]\n", 4, 68, "stages[0].steps[0].optional", "true or false",
       NULL},
      {T "do: tusk}]}]\n", 4, 52, "stages[0].steps[0].do", "contact, task, fee", "`task`"},
      {T "do: [task]}]}]\n", 4, 52, "stages[0].steps[0].do", "not a list", NULL},
      {T "do: task, every: 2 days}]}]\n", 4, 65, "stages[0].steps[0].every",
       "`every` wants a duration such as 2d or 4h, not `2 days`", "d days, w weeks, mo months"},
      {T "do: task, every: 0mo}]}]\n", 4, 65, "stages[0].steps[0].every", "from 1mo to 1200mo",
       NULL},
      {T "do: task, in: 1201mo}]}]\n", 4, 62, "stages[0].steps[0].in", "from 0mo to 1200mo", NULL},
      {T "do: task, in: 1mm}]}]\n", 4, 62, "stages[0].steps[0].in", "a duration such as 2d", NULL},
      {T "do: task, within: 3bd}]}]\n", 4, 66, "stages[0].steps[0].within",
       "`within` is in business days, but the policy has no `calendar`", "such as `calendar: cn`"},
      {T "do: task, every: 0d}]}]\n", 4, 65, "stages[0].steps[0].every", "from 1d", NULL},
      {T "do: task, every: 0m}]}]\n", 4, 65, "stages[0].steps[0].every", "from 1m", NULL},
      {T "do: task, every: 5219w}]}]\n", 4, 65, "stages[0].steps[0].every", "to 36524d", NULL},
      {T "do: task, every: 600001m}]}]\n", 4, 65, "stages[0].steps[0].every", "to 10000h", NULL},
      {T "do: task, in: -1d}]}]\n", 4, 62, "stages[0].steps[0].in", "a duration", NULL},
      {T "do: task, in: 99999999999999999999d}]}]\n", 4, 62, "stages[0].steps[0].in", "a duration",
       NULL},
      {T "do: task, times: 3}]}]\n", 4, 65, "stages[0].steps[0].times", "`every` is not",
       "every: 2d"},
      {T "do: task, every: 1d, times: 0}]}]\n", 4, 76, "stages[0].steps[0].times",
       "from 1 to 65535", NULL},
      {T "do: task, every: 1d, times: 65536}]}]\n", 4, 76, "stages[0].steps[0].times", "from 1 to",
       NULL},
      {T "do: task, every: 4h, time: 10:00}]}]\n", 4, 75, "stages[0].steps[0].time",
       "`time` does not go with an `every` in hours or minutes", "in days"},
      {T "do: task, time: 10:00, every: 15m}]}]\n", 4, 64, "stages[0].steps[0].time",
       "`time` does not go with an `every` in hours or minutes", "in days"},
      {T "do: task, time: 24:00}]}]\n", 4, 64, "stages[0].steps[0].time", "from 00:00 to 23:59",
       NULL},
      {T "do: task, time: 09:60}]}]\n", 4, 64, "stages[0].steps[0].time", "from 00:00 to 23:59",
       NULL},
      {T "do: task, time: 9:30}]}]\n", 4, 64, "stages[0].steps[0].time", "not `9:30`", NULL},
      {T "do: task, at: 3d, in: 2d}]}]\n", 4, 38, "stages[0].steps[0]", "at most one of `at`",
       NULL},
      {T "do: task, use: sms}]}]\n", 4, 63, "stages[0].steps[0].use", "for contacts only", NULL},
      {T "do: task, final: yes}]}]\n", 4, 65, "stages[0].steps[0].final", "true or false", NULL},
      {T "do: task, template: 'a b'}]}]\n", 4, 68, "stages[0].steps[0].template", "a name", NULL},
      {T "do: task, marks: [a]}]}]\n", 4, 65, "stages[0].steps[0].marks", "not a list", NULL},
      {T "do: task, after: s}]}]\n", 4, 65, "stages[0].steps[0].after", "a mapping such as", NULL},
      {T "do: task, after: {wait: 1d}}]}]\n", 4, 65, "stages[0].steps[0].after", "wants a `step`",
       NULL},
      {T "do: task, after: {step: s}}]}]\n", 4, 72, "stages[0].steps[0].after.step",
       "cannot come after itself", NULL},
      {T "do: task, after: {step: t}}, {name: t, do: task, after: {step: s}}]}]\n", 4, 72,
       "stages[0].steps[0].after.step", "comes after itself, by way of `t`", NULL},
      {T "do: task}, {name: s, do: task}]}]\n", 4, 66, "stages[0].steps[1].name", "named in line 4",
       NULL},
      {T "do: task}, {do: task}]}]\n", 4, 59, "stages[0].steps[1]", "a step wants a `name`", NULL},
      {T "do: task}, x]}]\n", 4, 59, "stages[0].steps[1]", "a mapping such as", NULL},
      {HEAD "stages: [{name: a, from: -1d, steps: [{name: s, do: task, final: true}]}]\n", 4, 66,
       "stages[0].steps[0].final", "before the due day", NULL},
      /* contacts: the line is 7 */
      {C "at: 1d}]}]\n", 7, 38, "stages[0].steps[0]", "wants `use`", "use: sms"},
      {C "use: smss}]}]\n", 7, 53, "stages[0].steps[0].use",
       "the channel `smss` is not in this policy", "did you mean `sms`?"},
      {C "use: []}]}]\n", 7, 53, "stages[0].steps[0].use", "at least one channel", NULL},
      {C "use: [sms, sms]}]}]\n", 7, 59, "stages[0].steps[0].use[1]", "listed twice", NULL},
      {C "use: sms, guide: [ask, ask]}]}]\n", 7, 71, "stages[0].steps[0].guide[1]",
       "`ask` is listed twice", NULL},
      {C "use: sms, discloses: amount}]}]\n", 7, 69, "stages[0].steps[0].discloses",
       "a list of at least one name", NULL},
      {C "use: sms, discloses: []}]}]\n", 7, 69, "stages[0].steps[0].discloses",
       "a list of at least one name", NULL},
      {C "use: {any: [smss]}}]}]\n", 7, 60, "stages[0].steps[0].use.any[0]",
       "the channel `smss` is not in this policy", "did you mean `sms`?"},
      {C "use: {any: sms}}]}]\n", 7, 59, "stages[0].steps[0].use.any", "a list of channels", NULL},
      {C "use: {all: [sms]}}]}]\n", 7, 54, "stages[0].steps[0].use.all", "unknown key", NULL},
      {C "use: sms, to: spouse}]}]\n", 7, 62, "stages[0].steps[0].to", "borrower, co_borrower",
       NULL},
      {C "use: sms, to: third_party}]}]\n", 7, 62, "stages[0].steps[0].to", "needs a `basis`",
       NULL},
  };
  (void)state;
  dun_policy_unref(good(T "do: task, every: 1d, time: 10:00}]}]\n"));
  CHECK(list);
}

#define R T "do: task, requires: [" /* 4:69 comes next */

static void prerequisites(void **state)
{
  static const struct wrong list[] = {
      {T "do: task, requires: t}]}]\n", 4, 68, "stages[0].steps[0].requires", "a list such as",
       NULL},
      {R "t]}]}]\n", 4, 69, "stages[0].steps[0].requires[0]", "mappings such as", NULL},
      {R "{wait: 1d}]}]}]\n", 4, 69, "stages[0].steps[0].requires[0]", "exactly one of", NULL},
      {R "{step: t, mark: m}]}, {name: t, do: task, marks: m}]}]\n", 4, 69,
       "stages[0].steps[0].requires[0]", "exactly one of", NULL},
      {R "{step: first}]}, {name: firsd, do: task}]}]\n", 4, 76,
       "stages[0].steps[0].requires[0].step", "the step `first` is not in this policy",
       "did you mean `firsd`?"},
      {R "{step: call-bb}]}, {name: call-aa, do: task}, {name: call-b, do: task}]}]\n", 4, 76,
       "stages[0].steps[0].requires[0].step", "the step `call-bb`", "did you mean `call-b`?"},
      {R "{mark: noticd}]}, {name: t, do: task, marks: noticed}]}]\n", 4, 76,
       "stages[0].steps[0].requires[0].mark", "no step of this policy sets the mark `noticd`",
       "did you mean `noticed`?"},
      {R "{step: t, outcome: sucess}]}, {name: t, do: task}]}]\n", 4, 88,
       "stages[0].steps[0].requires[0].outcome", "an outcome such as", "did you mean `success`?"},
      {R "{step: t, outcome: []}]}, {name: t, do: task}]}]\n", 4, 88,
       "stages[0].steps[0].requires[0].outcome", "at least one outcome", NULL},
      {R "{step: t, outcome: [done, {}]}]}, {name: t, do: task}]}]\n", 4, 95,
       "stages[0].steps[0].requires[0].outcome[1]", "not an empty mapping", NULL},
      {R "{step: t, wait: soon}]}, {name: t, do: task}]}]\n", 4, 85,
       "stages[0].steps[0].requires[0].wait", "a duration", NULL},
      {R "{step: s}]}]}]\n", 4, 68, "stages[0].steps[0].requires", "leads back to itself", NULL},
      {R "{mark: m}], marks: m}]}]\n", 4, 68, "stages[0].steps[0].requires", "leads back to itself",
       NULL},
  };
  static const char ring[] = T "do: task, requires: [{step: t}]}, {name: t, do: task, requires: "
                               "[{step: s}]}, {name: u, do: task, requires: [{mark: m}]}, "
                               "{name: v, do: task, marks: m}]}]\n";
  struct findings f;
  dun_policy *p;
  (void)state;
  CHECK(list);
  assert_int_equal(compile_bytes(ring, strlen(ring), &f, &p), DUN_E_POLICY);
  assert_int_equal(f.count, 2); /* both of the ring; the mark is set by a step outside it */
}

static void conditions(void **state)
{
  static const struct wrong list[] = {
      {W "x}]\n", 6, 47, "stages[0].when", "a mapping of conditions", NULL},
      {W "{}}]\n", 6, 47, "stages[0].when", "at least one condition", NULL},
      {W "{dbd: 1}}]\n", 6, 48, "stages[0].when.dbd", "unknown condition `dbd`",
       "did you mean `dpd`?"},
      {W "{scor: 1}}]\n", 6, 48, "stages[0].when.scor", "unknown condition",
       "did you mean `score`?"},
      {W "{posture: refusing}}]\n", 6, 48, "stages[0].when.posture", "not supported yet", NULL},
      {W "{promises_kept: 1}}]\n", 6, 48, "stages[0].when.promises_kept", "not supported yet",
       NULL},
      {W "{attempts: 3}}]\n", 6, 48, "stages[0].when.attempts", "of what?", "attempts.voice"},
      {W "{attempts.voise: 3}}]\n", 6, 48, "stages[0].when.attempts.voise",
       "the part after the dot is a kind of contact", "`voice`"},
      {W "{attempts.: 3}}]\n", 6, 48, "stages[0].when.attempts.", "a kind of contact", NULL},
      {W "{attempts.voice: -1}}]\n", 6, 64, "stages[0].when.attempts.voice", "from 0 to 65535",
       NULL},
      {W "{attempts.voice: 65536}}]\n", 6, 64, "stages[0].when.attempts.voice", "from 0 to 65535",
       NULL},
      {W "{conversation: 1}}]\n", 6, 48, "stages[0].when.conversation", "unknown condition",
       "`conversations`"},
      {W "{conversations: 1d}}]\n", 6, 63, "stages[0].when.conversations", "a whole number", NULL},
      {W "{days_since: 3}}]\n", 6, 48, "stages[0].when.days_since", "of what?",
       "days_since.conversation"},
      {W "{days_since.payment: 3}}]\n", 6, 48, "stages[0].when.days_since.payment",
       "an outcome or a trait of outcomes", NULL},
      {W "{days_since.promissed: 3}}]\n", 6, 48, "stages[0].when.days_since.promissed",
       "an outcome or a trait of outcomes", "`promised`"},
      {W "{days_since.none: 3}}]\n", 6, 48, "stages[0].when.days_since.none",
       "an outcome or a trait", NULL},
      {W "{days_since.success: 36525}}]\n", 6, 68, "stages[0].when.days_since.success",
       "from 0 to 36524", NULL},
      {W "{party: debtor}}]\n", 6, 55, "stages[0].when.party", "borrower, co_borrower, guarantor",
       NULL},
      {W "{party: [borrower, guarrantor]}}]\n", 6, 66, "stages[0].when.party[1]",
       "borrower, co_borrower, guarantor", "`guarantor`"},
      {W "{party: []}}]\n", 6, 55, "stages[0].when.party", "at least one party", NULL},
      {W "{party: {min: 1}}}]\n", 6, 55, "stages[0].when.party", "borrower, co_borrower", NULL},
      {W "{dpd: soon}}]\n", 6, 53, "stages[0].when.dpd", "from -36524 to 36524, not `soon`", NULL},
      {W "{dpd: 36525}}]\n", 6, 53, "stages[0].when.dpd", "from -36524 to 36524", NULL},
      {W "{dpd: []}}]\n", 6, 53, "stages[0].when.dpd", "at least one value", NULL},
      {W "{dpd: {min: 3, below: 3}}}]\n", 6, 69, "stages[0].when.dpd.below",
       "above `min` (3), not `3`", NULL},
      {W "{dpd: {}}}]\n", 6, 53, "stages[0].when.dpd", "`min`, `below` or both", NULL},
      {W "{dpd: {max: 3}}}]\n", 6, 54, "stages[0].when.dpd.max", "unknown key `max`", NULL},
      {W "{past_due: 1.5}}]\n", 6, 58, "stages[0].when.past_due", "a whole number", NULL},
      {W "{past_due: 1000000000000000001}}]\n", 6, 58, "stages[0].when.past_due", "a whole number",
       NULL},
      {W "{prior_delinquencies: -1}}]\n", 6, 69, "stages[0].when.prior_delinquencies", "from 0 to",
       NULL},
      {W "{score: 9223372036854775808}}]\n", 6, 55, "stages[0].when.score", "at most 64 bits",
       NULL},
      {W "{score: {below: -9223372036854775808}}}]\n", 6, 63, "stages[0].when.score.below",
       "no value lies between", NULL},
      {W "{bucket: M2}}]\n", 6, 56, "stages[0].when.bucket", "the bucket `M2` is not in", "M"},
      {W "{bucket: {min: 1}}}]\n", 6, 56, "stages[0].when.bucket", "the name of a bucket", NULL},
      {W "{any: {dpd: 1}}}]\n", 6, 53, "stages[0].when.any", "a list of conditions", NULL},
      {W "{any: []}}]\n", 6, 53, "stages[0].when.any", "a list of conditions", NULL},
      {W "{any: [1]}}]\n", 6, 54, "stages[0].when.any[0]", "a mapping of conditions", NULL},
      {W "{not: [{dpd: 1}]}}]\n", 6, 53, "stages[0].when.not", "a mapping of conditions", NULL},
  };
  (void)state;
  CHECK(list);
}

static void all_is_reported_in_order_of_place(void **state)
{
  static const char text[] = "dun: 1\nstages:\n- name: a\n  from: 1 d\n  steps:\n"
                             "  - {name: s, use: fax, evry: 1d, requires: [{step: t}]}\n"
                             "name: X\nzone: UTC\nfoo: bar\n";
  static const char *const paths[] = {"",
                                      "stages[0].from",
                                      "stages[0].steps[0].use",
                                      "stages[0].steps[0].evry",
                                      "stages[0].steps[0].requires[0].step",
                                      "name",
                                      "foo"};
  struct findings f;
  dun_policy *p;
  (void)state;
  assert_int_equal(compile_bytes(text, strlen(text), &f, &p), DUN_E_POLICY);
  assert_int_equal(f.count, 7);
  for (size_t i = 0; i < 7; i++)
    assert_string_equal(f.list[i].path, paths[i]);
  /* nobody listens: the code is all there is */
  assert_int_equal(dun_policy_compile(&p, text, strlen(text), NULL), DUN_E_POLICY);
  assert_null(p);
}

static void columns_count_characters(void **state)
{
  static const struct wrong list[] = {
      {HEAD "basis: 诚e赊 # 宽限期\n# é\nbuckets: {\"诚e赊\": 1d}\n" S, 6, 11, "buckets.诚e赊",
       "`诚e赊` wants a name", NULL},
      {HEAD "buckets: {A: 1d, B: \"诚诚诚\"}\n" S, 4, 21, "buckets.B", "not `诚诚诚`", NULL},
      {HEAD "basis: \"诚e赊\"  \r\nbuckets: {\"诚\": 1d}\r\n" S, 5, 11, "buckets.诚",
       "wants a name", NULL},
  };
  (void)state;
  CHECK(list);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text),
      cmocka_unit_test(header),
      cmocka_unit_test(channels_and_buckets),
      cmocka_unit_test(hours),
      cmocka_unit_test(stages),
      cmocka_unit_test(calendars),
      cmocka_unit_test(calendars_and_their_dates_are_limited),
      cmocka_unit_test(steps),
      cmocka_unit_test(prerequisites),
      cmocka_unit_test(conditions),
      cmocka_unit_test(all_is_reported_in_order_of_place),
      cmocka_unit_test(columns_count_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
