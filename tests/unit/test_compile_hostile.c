/* SPDX-License-Identifier: MIT */
/* Texts that mean harm, and memory that runs out: bounded, reported, nothing leaked. */
#include "compile_case.h"

#include <time.h>

#define MIB (1u << 20)

static char big[MIB + 2];

/* Fill the buffer with copies of a piece, `#` being the number of the copy, up to `room` bytes;
 * whole copies only. Returns the size. */
static size_t fill(size_t from, const char *piece, size_t copies, size_t room)
{
  size_t n = from;
  for (size_t i = 0; i < copies; i++) {
    char one[128], number[24];
    size_t k = 0, digits = (size_t)snprintf(number, sizeof number, "%zu", i);
    for (const char *c = piece; *c != '\0'; c++) {
      memcpy(one + k, *c == '#' ? number : c, *c == '#' ? digits : 1);
      k += *c == '#' ? digits : 1;
    }
    if (n + k > room)
      break;
    memcpy(big + n, one, k);
    n += k;
  }
  return n;
}

/* The compile of what is in the buffer fails, in bounded memory, with well-formed findings. */
static void refused(size_t size, struct findings *f)
{
  struct heap heap = {SIZE_MAX, 0, 0, 0, 0, 0};
  struct dun_alloc alloc = heap_of(&heap);
  struct dun_compile options;
  dun_policy *p;
  clock_t start = clock();
  dun_compile_init(&options, sizeof options);
  options.alloc = &alloc;
  options.report = gather;
  options.report_data = f;
  f->count = 0;
  assert_int_equal(dun_policy_compile(&p, big, size, &options), DUN_E_POLICY);
  assert_null(p);
  assert_int_equal(heap.live, 0);
  assert_true(heap.peak < 64u * MIB);
  assert_true(clock() - start < 20 * CLOCKS_PER_SEC); /* quadratic would be far beyond */
  assert_in_range(f->count, 1, 100);
  for (size_t i = 0; i < f->count; i++) {
    const struct dun_diagnostic *d = &f->list[i];
    assert_non_null(memchr(d->path, '\0', sizeof d->path));
    assert_non_null(memchr(d->message, '\0', sizeof d->message));
    assert_non_null(memchr(d->hint, '\0', sizeof d->hint));
    assert_true(d->message[0] != '\0');
    for (const char *c = d->message; *c != '\0'; c++)
      assert_false((unsigned char)*c < 0x20 || *c == 0x7f);
    if (i > 0)
      assert_true(d->line > d[-1].line || (d->line == d[-1].line && d->column >= d[-1].column));
  }
}

static void has(const struct findings *f, size_t i, const char *message)
{
  if (strstr(f->list[i].message, message) == NULL)
    print_findings(f);
  assert_non_null(strstr(f->list[i].message, message));
}

static void a_mebibyte_of_one_thing(void **state)
{
  static const char *const pieces[] = {
      "[",    "{",      "- ",        "? ",  "a: ",   "[\n", "\"", "a",    "\n",   "#",
      "|\n",  "&a ",    "!a ",       "[a,", "---\n", "\t",  ":",  ",",    "'a' ", "%YAML 1.2\n",
      "{a: ", "- - \n", "\"\\x41\"", "[{",  "]",     "}",   "@",  "*a\n", ">-\n", "a:\n",
  };
  static const char *const starts[] = {"", "[", "{", HEAD "stages: [", HEAD "basis: \""};
  struct findings f;
  (void)state;
  for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
    for (size_t s = 0; s < sizeof starts / sizeof starts[0]; s++) {
      size_t n = strlen(starts[s]);
      memcpy(big, starts[s], n);
      refused(fill(n, pieces[i], MIB, s == 0 ? MIB : MIB / 8), &f);
    }
}

static void text_of_more_than_a_mebibyte(void **state)
{
  static const char policy[] = HEAD "stages: [{name: a, from: 0d, steps: []}]\n";
  struct findings f;
  dun_policy *p;
  (void)state;
  memset(big, '\n', sizeof big);
  memcpy(big, policy, sizeof policy - 1);
  assert_int_equal(dun_policy_compile(&p, big, MIB, NULL), DUN_OK);
  dun_policy_unref(p);
  refused(MIB + 1, &f);
  assert_int_equal(f.count, 1);
  assert_int_equal(f.list[0].line, 0);
  has(&f, 0, "1048577 bytes, a policy may have at most 1048576");
}

static void bytes_that_are_no_text(void **state)
{
  struct findings f;
  uint32_t seed = 1;
  (void)state;
  for (int i = 0; i < 400; i++) {
    size_t n = 1 + seed % 200;
    for (size_t k = 0; k < n; k++) {
      seed = seed * 1664525u + 1013904223u;
      big[k] = (char)(i % 2 ? seed >> 24 : (seed >> 24) % 128);
    }
    big[0] = '\0';
    refused(n, &f);
    has(&f, 0, "U+0000");
  }
}

/* Each byte of a text in turn changed into some others, and the text cut there. A pack is read as one
 * of the host's, by a policy that names a built-in one too. */
static void change_bytes(const char *text, size_t n, const char *other, bool pack)
{
  static const char policy[] =
      HEAD "conduct: [us-regf, kr]\nchannels: {phone: voice}\n"
           "stages: [{name: a, from: 1d, steps: [{name: s, use: phone}]}]\n";
  struct findings f;
  dun_policy *p;
  uint32_t seed = 7;
  for (size_t i = 0; i < n; i += pack ? 7 : 1)
    for (int k = 0; k < 6; k++) {
      struct dun_pack_text host = {big, k == 5 ? i : n};
      dun_rc rc;
      memcpy(big, text, n);
      seed = seed * 1664525u + 1013904223u;
      big[i] = other[(seed >> 16) % strlen(other)];
      rc = pack ? compile_with(policy, sizeof policy - 1, &host, 1, &f, &p)
                : compile_with(big, (size_t)host.size, NULL, 0, &f, &p);
      assert_true(rc == DUN_OK || (rc == DUN_E_POLICY && f.count > 0));
      dun_policy_unref(p);
    }
}

/* A good text with bytes changed: no crash, and a failure says why. */
static void bytes_changed_in_a_good_text(void **state)
{
  static const char good_text[] =
      OPEN "grace: 3d\nbuckets: {M0: 0d, M1: 1d}\nattributes: [score]\n"
           "hours: [{id: h, kinds: [voice], all: ['08:00-20:00'], sun: []}]\n"
           "stages:\n- {name: a, from: -3d, steps: [{name: s, use: [sms, mail], time: '10:00'}]}\n"
           "- name: b\n  from: grace\n  when: {any: [{dpd: {min: 1}}, {score: [1, 2]}]}\n"
           "  steps:\n  - {name: t, use: phone, every: 2d, times: 3, requires: [{step: s}]}\n"
           "  - {name: u, do: legal, after: {step: t, wait: 1d}, final: true}\n";
  static const char rules[] = OPEN
      "calendars: {cn: {weekend: [sat]}}\ncalendar: cn\nactor: creditor\n"
      "hours: [{id: h, all: ['08:00-20:00'], holiday: ['09:00-10:00'], unless: [agreed]}]\n"
      "caps: [{id: c, kinds: [voice], max: 7, per: 7d, scope: person, count: [attempt], except: "
      "busy, direction: both, active_after: paid, together: true, unless: [consent], group: g, "
      "consent: {for: 7d, until: paid}, effective: {from: 2026-01-01, until: 2026-12-31}}]\n"
      "cooldowns: [{id: d, after: conversation, for: 7d, after_kinds: [voice]}]\n"
      "spacing: [{id: e, min: 2h}]\nexclusive: [{id: f, after: paid, for: 2d}]\n"
      "forbid: [{id: i, when: {dpd: {min: 3}}, channels: [sms], templates: [T], do: [contact]}]\n"
      "requires: [{id: j, kinds: [voice], mark: m, wait: 1bd, missing: deny, source: s}]\n"
      "not_after: [{id: k, date: limitation, strength: guideline}]\n"
      "disclose: [{id: l, items: [who], first: true, confidence: unverified}]\n"
      "stages: [{name: a, from: 1d, steps: [{name: s, use: sms, template: T, marks: m, "
      "discloses: [who], every: 2d, basis: b}, {name: t, use: phone, discloses: [who]}]}]\n";
  static const char other[] = ":,[]{}-'\"#&*!|>%@`\n\t 0aA\\?\xc3\xff";
  (void)state;
  dun_policy_unref(good(good_text));
  dun_policy_unref(good(rules));
  change_bytes(good_text, sizeof good_text - 1, other, false);
  change_bytes(rules, sizeof rules - 1, other, false);
  for (uint32_t i = 1; i <= dun_pack_count(); i++) {
    uint64_t size;
    const char *text = dun_pack_text(dun_pack_name(i), &size);
    change_bytes(text, (size_t)size, other, true);
  }
}

static void limits_are_named_once(void **state)
{
  struct findings f;
  size_t n;
  (void)state;
  n = (size_t)sprintf(big, HEAD "stages:\n");
  refused(fill(n, "- {name: s#, from: #d, steps: [{name: t#, do: task}]}\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 32 stages");
  assert_int_equal(f.list[0].line, 4 + 33);
  n = (size_t)sprintf(big, HEAD "stages:\n- name: a\n  from: 1d\n  steps:\n");
  refused(fill(n, "  - {name: t#, do: task, after: {step: t9999}}\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 128 steps");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\nchannels:\n");
  refused(fill(n, "  c#: text\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 16 channels");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\nbuckets:\n");
  refused(fill(n, "  b#: #d\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 64 buckets");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\nhours:\n");
  refused(fill(n, "- {id: h#, kinds: [text], all: ['08:00-09:00']}\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 128 rules");
  n = (size_t)sprintf(big,
                      HEAD "stages: [{name: a, from: 0d, steps: []}]\nactor: creditor\ncaps:\n");
  refused(fill(n, "- {id: c#, max: 1, per: 1d, applies: [third_party_collector]}\n", 10000, MIB),
          &f);
  assert_int_equal(f.count, 1); /* those that do not apply are read too */
  has(&f, 0, "more than 128 rules");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\ncaps:\n");
  refused(fill(n, "- {max: 1, per: 1d}\n", 10000, MIB), &f);
  assert_int_equal(f.count, 100); /* rules without a name */
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\nconduct:\n");
  refused(fill(n, "- p#\n", 10000, MIB), &f);
  assert_int_equal(f.count, 100);
  has(&f, 0, "there is no conduct pack `p0`");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\n"
                                "hours:\n- id: a\n  kinds: [text]\n  all:\n");
  refused(fill(n, "  - '08:00-09:00'\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 12 windows a day");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\nzones:\n");
  refused(fill(n, "- Etc/No#\n", 10000, MIB), &f);
  assert_int_equal(f.count, 64); /* 63 that cannot be read, and the limit */
  has(&f, 63, "more than 64 zones");
  n = (size_t)sprintf(big, HEAD "stages:\n- name: a\n  from: 0d\n  steps: []\n  when:\n    dpd:\n");
  refused(fill(n, "    - #d\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 2048 values");
  n = (size_t)sprintf(big, HEAD "stages:\n- name: a\n  from: 0d\n  steps: []\n  when:\n    any:\n");
  refused(fill(n, "    - {not: {not: {not: {not: {past_due: 1}}}}}\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 4096 conditions");
  n = (size_t)sprintf(big, HEAD "stages:\n- name: a\n  from: 0d\n  steps: [{name: s, do: task}]\n"
                                "- name: b\n  from: 1d\n  steps: []\n  requires:\n");
  refused(fill(n, "  - {step: s}\n", 10000, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 1024 entries");
}

/* Ranges of days: those of one test that touch count once; values of other facts do not count. */
static void ranges_of_days_have_a_limit(void **state)
{
  static const char head[] = HEAD "buckets: {B0: 0d, B1: 1d, B2: 9d}\n"
                                  "stages:\n- name: a\n  from: 0d\n  steps: []\n  when:\n    any:\n"
                                  "    - {past_due: [1, 3, 5, 7]}\n"
                                  "    - {bucket: [B0, B2]}\n"
                                  "    - {days_since.attempt: [1, {min: 3}]}\n"
                                  "    - {dpd: [{min: 2, below: 4}, 4, 5]}\n";
  struct findings f;
  dun_policy *p;
  size_t n = (size_t)sprintf(big, "%s", head);
  (void)state;
  n = fill(n, "    - dpd: #d\n", 251, MIB);
  big[n] = '\0';
  dun_policy_unref(good(big)); /* 2 + 2 + 1 + 251 */
  assert_int_equal(compile_bytes(big, fill(n, "    - bucket: B1\n", 1, MIB), &f, &p), DUN_E_POLICY);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 256 ranges of days");
  assert_int_equal(f.list[0].line, 14 + 252);
  assert_string_equal(f.list[0].path, "stages[0].when.any[255].bucket");
  refused(fill(n, "    - dpd: [0, 2]\n", 300, MIB), &f); /* once */
  assert_int_equal(f.count, 1);
  assert_int_equal(f.list[0].line, 14 + 252);
}

static void many_findings_are_cut_at_a_hundred(void **state)
{
  struct findings f;
  size_t n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\n");
  (void)state;
  refused(fill(n, "k#: 1\n", 100, MIB), &f);
  assert_int_equal(f.count, 100);
  has(&f, 99, "unknown key `k99`");
  refused(fill(n, "k#: 1\n", 101, MIB), &f);
  assert_int_equal(f.count, 100);
  has(&f, 98, "unknown key `k98`");
  has(&f, 99, "2 more findings from here on are left out");
  assert_int_equal(f.list[99].line, 4 + 100);
  refused(fill(n, "k#: 1\n", 100000, MIB), &f);
  assert_int_equal(f.count, 100);
  has(&f, 99, "more findings");
  /* one key again and again; found after all the rest, reported in its place */
  n = fill(n, "zone: a\n", 50000, MIB);
  refused(n, &f);
  assert_int_equal(f.count, 100);
  has(&f, 0, "the key `zone` is already set in line 3");
  /* values without end */
  refused(fill(0, "- a\n", MIB, MIB), &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "more than 262144 values");
}

static void depth_has_a_limit(void **state)
{
  struct findings f;
  size_t n;
  (void)state;
  /* 32 levels: the top, the list of stages, the stage, and 29 mappings under `when` */
  for (int deep = 29; deep <= 30; deep++) {
    n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: [], when: ");
    n = fill(n, "{not: ", (size_t)deep - 1, MIB);
    n += (size_t)sprintf(big + n, "{dpd: 1}");
    n = fill(n, "}", (size_t)deep, MIB) - 1;
    n += (size_t)sprintf(big + n, "}]\n");
    if (deep == 29) {
      dun_policy *p;
      assert_int_equal(compile_bytes(big, n, &f, &p), DUN_OK);
      dun_policy_unref(p);
    } else {
      refused(n, &f);
      assert_int_equal(f.count, 1);
      has(&f, 0, "nested deeper than 32 levels");
    }
  }
}

static void long_scalars_are_cut_between_characters(void **state)
{
  struct findings f;
  size_t n = (size_t)sprintf(big, HEAD "stages: []\n");
  (void)state;
  big[n++] = 'a';
  big[n++] = 'a';
  n = fill(n, "\xe5\xae\xbd", 1000, MIB);
  n += (size_t)sprintf(big + n, ": 1\n");
  refused(n, &f);
  assert_int_equal(f.count, 2);
  assert_string_equal(f.list[1].message, "unknown key `aa宽宽宽宽宽宽宽宽宽宽宽宽...`");
  assert_string_equal(f.list[1].path, "aa宽宽宽宽宽宽宽宽宽宽宽宽...");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\ngrace: \"");
  n = fill(n, "x", 500000, MIB);
  n += (size_t)sprintf(big + n, "\"\n");
  refused(n, &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "not `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...`");
  /* control characters that came in by escapes are not passed on to a terminal */
  n = (size_t)sprintf(big,
                      HEAD "stages: [{name: a, from: 0d, steps: []}]\ngrace: \"a\\e[2J\\x9bb\"\n");
  refused(n, &f);
  has(&f, 0, "not `a?[2J??b`");
}

/* Two words whose 32-bit FNV-1a hashes are equal. */
static void names_with_equal_ids(void **state)
{
  struct findings f;
  size_t n =
      (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: "
                                "[{name: costarring, do: task}, {name: liquid, do: task}]}]\n");
  (void)state;
  assert_int_equal(dun_name_id("costarring"), dun_name_id("liquid"));
  refused(n, &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "the steps `costarring` and `liquid` have the same id");
  n = (size_t)sprintf(big, HEAD "stages: [{name: a, from: 0d, steps: []}]\n"
                                "channels: {costarring: text, liquid: text, x: voice}\n");
  refused(n, &f);
  assert_int_equal(f.count, 1);
  has(&f, 0, "the channels `costarring` and `liquid` have the same id");
}

static const char rich[] = HEAD
    "conduct: [kr, ru]\ncalendars: {c: {weekend: [sat, sun]}}\ncalendar: c\n"
    "channels: {sms: text, mail: email, phone: voice}\n"
    "zones: [UTC, America/New_York, America/Chicago, America/Los_Angeles, America/Toronto,\n"
    "  Europe/London, Europe/Paris, Europe/Berlin, Europe/Madrid, Europe/Lisbon, Asia/Jerusalem,\n"
    "  Africa/Casablanca, America/Sao_Paulo, Australia/Sydney, Europe/Dublin, Europe/Rome]\n"
    "grace: 3d\nbuckets: {M0: 0d, M1: 1d}\n"
    "attributes: [a, b]\nhours: [{id: h, kinds: [voice], all: ['08:00-20:00']}]\n"
    "stages:\n- name: a\n  from: 1d\n  when: {bucket: M1, a: [1, 2]}\n  steps:\n"
    "  - {name: s1, use: sms, marks: m}\n  - {name: s2, use: [sms, mail], template: t}\n"
    "  - {name: s3, do: task, requires: [{mark: m}, {step: s1, wait: 1d}]}\n"
    "  - {name: s4, do: task}\n  - {name: s5, do: task}\n  - {name: s6, do: task}\n"
    "  - {name: s7, do: task, when: {any: [{dpd: 1}, {dpd: 2}], not: {b: 1}}}\n"
    "# a mapping with more keys than are compared pairwise\n"
    "ignore_below: 1\nrevision: 1\ncurrency: CNY\nactor: creditor\ndebt: consumer\n";

/* Compile until it succeeds: with memory that is used up after so many calls, or that fails once. */
static void starve(bool once)
{
  struct dun_compile options;
  dun_rc rc = DUN_E_NOMEM;
  size_t budget = once ? 1 : 0;
  dun_compile_init(&options, sizeof options);
  for (; rc == DUN_E_NOMEM; budget++) {
    struct heap heap = {once ? SIZE_MAX : budget, 0, 0, 0, 0, once ? budget : 0};
    struct dun_alloc alloc = heap_of(&heap);
    struct findings f = {.count = 0};
    dun_policy *p = (dun_policy *)(void *)&alloc;
    assert_true(budget < 1000);
    options.alloc = &alloc;
    options.report = gather;
    options.report_data = &f;
    rc = dun_policy_compile(&p, rich, sizeof rich - 1, &options);
    if (rc == DUN_OK) {
      assert_int_equal(heap.live, 1);            /* a policy is one block */
      assert_true(!once || heap.calls < budget); /* no failure was passed over */
      dun_policy_unref(dun_policy_ref(p));
      assert_int_equal(heap.live, 1);
      dun_policy_unref(p);
    } else {
      assert_int_equal(rc, DUN_E_NOMEM);
      assert_null(p);
      assert_int_equal(f.count, 0);
    }
    assert_int_equal(heap.live, 0);
    assert_int_equal(heap.bytes, 0);
  }
  assert_int_equal(rc, DUN_OK);
  assert_true(budget > 8);
}

static void memory_that_runs_out(void **state)
{
  (void)state;
  starve(false);
}

static void memory_that_fails_once(void **state)
{
  (void)state;
  starve(true);
}

static dun_rc no_memory(void *user_data, const char *zone, const void **data, size_t *size)
{
  (void)user_data;
  (void)zone;
  (void)data;
  (void)size;
  return DUN_E_NOMEM;
}

static void a_host_without_memory_for_a_zone(void **state)
{
  struct dun_compile options;
  struct findings f = {.count = 0};
  dun_policy *p;
  (void)state;
  dun_compile_init(&options, sizeof options);
  options.zone_data = no_memory;
  options.report = gather;
  options.report_data = &f;
  assert_int_equal(dun_policy_compile(&p, rich, sizeof rich - 1, &options), DUN_E_NOMEM);
  assert_null(p);
  assert_int_equal(f.count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_mebibyte_of_one_thing),
      cmocka_unit_test(text_of_more_than_a_mebibyte),
      cmocka_unit_test(bytes_that_are_no_text),
      cmocka_unit_test(bytes_changed_in_a_good_text),
      cmocka_unit_test(limits_are_named_once),
      cmocka_unit_test(ranges_of_days_have_a_limit),
      cmocka_unit_test(many_findings_are_cut_at_a_hundred),
      cmocka_unit_test(depth_has_a_limit),
      cmocka_unit_test(long_scalars_are_cut_between_characters),
      cmocka_unit_test(names_with_equal_ids),
      cmocka_unit_test(memory_that_runs_out),
      cmocka_unit_test(memory_that_fails_once),
      cmocka_unit_test(a_host_without_memory_for_a_zone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
