/* SPDX-License-Identifier: MIT */
/* Conduct packs: those built in, those of the host, and what is said of a policy that names them. */
#include "compile_case.h"

#include "policy/model.h"

#define PACK "pack: p\ntitle: a title\njurisdiction: XX\ncovers: [voice, text]\n" /* 4 lines */
#define RULES "stages: [{name: a, from: 1d, steps: [{name: s, use: sms}]}]\n"
#define CHANNELS "channels: {sms: text, phone: voice, post: letter}\n"
/* A policy that contacts nobody and names a pack. */
#define NOTHING HEAD "conduct: [us-regf]\nstages: [{name: a, from: 0d, steps: []}]\n"
/* A policy that names the pack `p` in line 4. */
#define NAMES(conduct) HEAD "conduct: " conduct "\n" CHANNELS RULES

static dun_rc with(const char *text, const char *pack, struct findings *f, dun_policy **p)
{
  struct dun_pack_text packs = {pack, strlen(pack)};
  return compile_with(text, strlen(text), &packs, 1, f, p);
}

static dun_policy *fine(const char *text, const char *pack)
{
  struct findings f;
  dun_policy *p;
  dun_rc rc = with(text, pack, &f, &p);
  if (rc != DUN_OK || f.count > 0)
    print_findings(&f);
  assert_int_equal(rc, DUN_OK);
  assert_int_equal(f.count, 0);
  return p;
}

static void one(const char *text, const char *pack, uint32_t severity, uint32_t line,
                uint32_t column, const char *path, const char *message)
{
  struct findings f;
  dun_policy *p;
  dun_rc rc = with(text, pack, &f, &p);
  dun_policy_unref(p);
  if (f.count != 1 || strstr(f.list[0].message, message) == NULL)
    print_findings(&f);
  assert_int_equal(rc, severity == DUN_SEVERITY_ERROR ? DUN_E_POLICY : DUN_OK);
  assert_int_equal(f.count, 1);
  assert_int_equal(f.list[0].severity, severity);
  assert_non_null(strstr(f.list[0].message, message));
  assert_int_equal(f.list[0].line, line);
  assert_int_equal(f.list[0].column, column);
  assert_string_equal(f.list[0].path, path);
}

static void error(const char *text, const char *pack, uint32_t line, uint32_t column,
                  const char *path, const char *message)
{
  one(text, pack, DUN_SEVERITY_ERROR, line, column, path, message);
}

static void built_in_packs_have_names_in_order_and_compile(void **state)
{
  uint64_t size;
  (void)state;
  assert_true(dun_pack_count() > 0);
  assert_null(dun_pack_name(0));
  assert_null(dun_pack_name(dun_pack_count() + 1));
  assert_null(dun_pack_text("no-such-pack", NULL));
  assert_null(dun_pack_text(NULL, NULL));
  for (uint32_t i = 1; i <= dun_pack_count(); i++) {
    const char *name = dun_pack_name(i);
    const char *text = dun_pack_text(name, &size);
    char policy[512];
    struct findings f;
    dun_policy *p;
    assert_int_equal(strlen(text), size);
    if (i > 1)
      assert_true(strcmp(dun_pack_name(i - 1), name) < 0);
    snprintf(policy, sizeof policy,
             HEAD "conduct: [%s]\ncalendars: {c: {weekend: [sat, sun]}}\ncalendar: c\n"
                  "stages: [{name: a, from: 1d, steps: []}]\n",
             name);
    if (compile_with(policy, strlen(policy), NULL, 0, &f, &p) != DUN_OK || f.count > 0)
      print_findings(&f);
    assert_non_null(p);
    assert_int_equal(f.count, 0);
    assert_int_equal(dun_policy_find(p, DUN_NAME_PACK, name), 1);
    dun_policy_unref(p);
  }
}

static void rules_of_a_pack_bear_its_name(void **state)
{
  static const char pack[] =
      PACK "revision: 3\nsource: the law\neffective: {from: 1970-01-02}\n"
           "caps:\n- {id: a, max: 1, per: 7d}\n"
           "- {id: b, max: 2, per: 7d, source: another, effective: {until: 1970-01-03}}\n";
  dun_policy *p =
      fine(HEAD "conduct: [p]\ncaps: [{id: a, max: 3, per: 7d}]\n" CHANNELS RULES, pack);
  const struct dun__rule *r = dun__rules(p);
  (void)state;
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 3);
  assert_string_equal(dun_policy_name(p, DUN_NAME_RULE, 1), "a"); /* the policy's own first */
  assert_string_equal(dun_policy_name(p, DUN_NAME_RULE, 2), "p/a");
  assert_int_equal(dun_policy_find(p, DUN_NAME_RULE, "p/b"), 3);
  assert_int_equal(r[1].id, dun_name_id("p/a"));
  assert_string_equal(dun_policy_rule_source(p, 1), "");
  assert_string_equal(dun_policy_rule_source(p, 2), "the law");
  assert_string_equal(dun_policy_rule_source(p, 3), "another");
  assert_int_equal(r[0].from, DUN_DAY_MIN);
  assert_int_equal(r[1].from, 1);
  assert_int_equal(r[1].until, DUN_DAY_MAX);
  assert_int_equal(r[2].from, DUN_DAY_MIN);
  assert_int_equal(r[2].until, 2);
  assert_int_equal(p->packs.count, 1);
  assert_int_equal(dun_policy_count(p, DUN_NAME_PACK), 1);
  assert_string_equal(dun_policy_name(p, DUN_NAME_PACK, 1), "p");
  assert_int_equal(dun__packs(p)[0].revision, 3);
  assert_int_equal(dun__packs(p)[0].covers, 1u << DUN_CONTACT_VOICE | 1u << DUN_CONTACT_TEXT);
  assert_int_equal(dun__packs(p)[0].from, 1);
  assert_int_equal(p->floor_kinds, 1u << DUN_CONTACT_VOICE | 1u << DUN_CONTACT_TEXT);
  dun_policy_unref(p);
}

static void packs_stand_in_the_order_named(void **state)
{
  static const char other[] = "pack: o\ntitle: t\njurisdiction: XX\ncovers: [letter]\n"
                              "caps: [{id: a, max: 1, per: 7d, source: s}]\n";
  static const char pack[] = PACK "caps: [{id: a, max: 1, per: 7d, source: s}]\n";
  const struct dun_pack_text packs[] = {{other, sizeof other - 1}, {pack, sizeof pack - 1}};
  static const char text[] = NAMES("[p, {pack: o}]");
  struct findings f;
  dun_policy *p;
  (void)state;
  assert_int_equal(compile_with(text, sizeof text - 1, packs, 2, &f, &p), DUN_OK);
  assert_string_equal(dun_policy_name(p, DUN_NAME_RULE, 1), "p/a");
  assert_string_equal(dun_policy_name(p, DUN_NAME_RULE, 2), "o/a");
  assert_string_equal(dun_policy_name(p, DUN_NAME_PACK, 2), "o");
  dun_policy_unref(p);
  assert_int_equal(compile_with(NAMES("p"), strlen(NAMES("p")), packs, 2, &f, &p),
                   DUN_OK); /* a name alone */
  assert_int_equal(dun_policy_count(p, DUN_NAME_PACK), 1);
  dun_policy_unref(p);
}

static void a_pack_of_the_host_takes_the_place_of_one_built_in(void **state)
{
  dun_policy *p = fine(NAMES("[us-regf]"),
                       "pack: us-regf\ntitle: t\njurisdiction: US\ncovers: [text]\nrevision: 77\n");
  (void)state;
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 0);
  assert_int_equal(dun__packs(p)[0].revision, 77);
  dun_policy_unref(p);
}

static void readings_are_chosen(void **state)
{
  static const char pack[] =
      PACK "source: s\nreadings: {mild: what it means, odd: what else}\n"
           "caps:\n- {id: a, max: 1, per: 7d, reading: mild}\n"
           "- {id: b, max: 1, per: 1d, except_reading: mild}\n- {id: c, max: 1, per: 1d}\n";
  dun_policy *p = fine(NAMES("[p]"), pack);
  (void)state;
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 2);
  assert_int_equal(dun_policy_find(p, DUN_NAME_RULE, "p/a"), 0);
  dun_policy_unref(p);
  p = fine(NAMES("[{pack: p, readings: [odd, mild]}]"), pack);
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 2);
  assert_int_equal(dun_policy_find(p, DUN_NAME_RULE, "p/b"), 0);
  dun_policy_unref(p);
  error(NAMES("[{pack: p, readings: [milt]}]"), pack, 4, 32, "conduct[0].readings[0]",
        "the reading `milt` is not under `readings`");
  error(NAMES("[{pack: p, readings: mild}]"), pack, 4, 31, "conduct[0].readings",
        "a list of readings that the pack has");
  error(NAMES("[p]"), PACK "source: s\ncaps: [{id: a, max: 1, per: 7d, reading: mild}]\n", 4, 11,
        "conduct[0]", "pack `p`, line 6, column 42: the reading `mild` is not under `readings`");
}

static void what_conduct_may_say(void **state)
{
  (void)state;
  error(NAMES("[q]"), PACK, 4, 11, "conduct[0]", "there is no conduct pack `q`");
  error(NAMES("[p, p]"), PACK, 4, 14, "conduct[1]", "the pack `p` is listed twice");
  error(NAMES("[none]"), PACK, 4, 11, "conduct[0]", "`none` stands alone");
  error(NAMES("[{readings: [a]}]"), PACK, 4, 11, "conduct[0]",
        "an entry of `conduct` wants `pack`");
  error(NAMES("[{pack: p, reading: a}]"), PACK, 4, 21, "conduct[0].reading",
        "unknown key `reading`");
  error(NAMES("[[p]]"), PACK, 4, 11, "conduct[0]", "wants a name");
  error(NAMES("[]"), PACK, 4, 10, "conduct", "or a list of them");
}

static void a_pack_with_an_error_is_an_error_of_the_policy(void **state)
{
  (void)state;
  error(NAMES("[p]"), PACK "caps:\n- {id: a, max: 0, per: 7d, source: s}\n", 4, 11, "conduct[0]",
        "pack `p`, line 6, column 16: `max` wants a whole number from 1 to 65535, not `0`");
  error(NAMES("[p]"), PACK "caps:\n- {id: a, max: 1, per: 7d}\n", 4, 11, "conduct[0]",
        "pack `p`, line 6, column 3: a rule of a pack wants its `source`");
  error(NAMES("[p]"), PACK "stages: []\n", 4, 11, "conduct[0]",
        "pack `p`, line 5, column 1: unknown key `stages`");
  error(NAMES("[p]"), PACK "title: b\n", 4, 10, "conduct",
        "pack 1 of the host, line 5, column 1: the key `title` is already set in line 2");
  error(NAMES("[p]"), "pack: p\ntitle: t\njurisdiction: XX\n", 4, 11, "conduct[0]",
        "the key `covers` is missing");
  error(NAMES("[p]"), PACK "notes: a\n", 4, 11, "conduct[0]", "`notes` wants a list of texts");
  error(NAMES("[p]"), PACK "readings: [a]\n", 4, 11, "conduct[0]", "`readings` wants a mapping");
  error(NAMES("[p]"), PACK "revision: -1\n", 4, 11, "conduct[0]", "`revision` wants");
  error(NAMES("[p]"), PACK "forbid: [{id: a, channels: [sms], source: s}]\n", 4, 11, "conduct[0]",
        "`channels` is for a policy's own rules");
  error(NAMES("[p]"), PACK "forbid: [{id: a, templates: [T], source: s}]\n", 4, 11, "conduct[0]",
        "`templates` is for a policy's own rules");
  error(NAMES("[p]"), PACK "requires: [{id: a, step: s, source: s}]\n", 4, 11, "conduct[0]",
        "`step` is for a policy's own rules");
  error(NAMES("[p]"), PACK "caps: [{id: a, max: 1, per: day, when: {score: 1}, source: s}]\n", 4,
        11, "conduct[0]", "unknown condition `score`");
  error(NAMES("[p]"), PACK "hours: [{id: a, all: ['08:00-20:00'], holiday: [], source: s}]\n", 4,
        11, "conduct[0]", "the policy has no `calendar`");
}

static void texts_of_the_host_that_are_no_packs(void **state)
{
  struct dun_compile options;
  struct dun_pack_text packs[2] = {{PACK, sizeof PACK - 1}, {PACK, sizeof PACK - 1}};
  struct findings f;
  dun_policy *p;
  (void)state;
  error(NOTHING, "", 4, 10, "conduct", "pack 1 of the host: the text is empty");
  error(NOTHING, "- a\n", 4, 10, "conduct",
        "pack 1 of the host, line 1, column 1: a pack is a mapping");
  error(NOTHING, "a: [\n", 4, 10, "conduct", "pack 1 of the host, line 2");
  error(NOTHING, "title: t\n", 4, 10, "conduct", "the key `pack`");
  error(NOTHING, "pack: P\n", 4, 10, "conduct", "`pack` wants a name");
  /* where no pack is named none is read */
  dun_policy_unref(fine(HEAD "conduct: none\nbasis: x\n" CHANNELS RULES, ""));
  assert_int_equal(compile_with(NAMES("[p]"), strlen(NAMES("[p]")), packs, 2, &f, &p),
                   DUN_E_POLICY);
  assert_non_null(
      strstr(f.list[0].message, "pack 2 of the host, line 1, column 7: an earlier pack"));
  packs[1].text = NULL;
  dun_compile_init(&options, sizeof options);
  options.packs = packs;
  options.pack_count = 2;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_INVAL);
  options.packs = NULL;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_INVAL);
  options.pack_count = 0;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_POLICY);
}

/* A caller of before there were packs. */
static void an_older_callers_options_have_no_packs(void **state)
{
  struct dun_compile options;
  dun_policy *p;
  (void)state;
  memset(&options, 0xff, sizeof options);
  memset(&options, 0, offsetof(struct dun_compile, packs));
  options.struct_size = (uint32_t)offsetof(struct dun_compile, packs);
  assert_int_equal(dun_policy_compile(&p, NAMES("[us-regf]"), 10, &options), DUN_E_POLICY);
  options.struct_size--;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_STRUCT);
}

static void each_kind_of_contact_is_covered(void **state)
{
  (void)state;
  error(HEAD "conduct: [p]\n" CHANNELS
             "stages: [{name: a, from: 1d, steps: [{name: s, use: [sms, post]}, {name: t, use: "
             "post}]}]\n",
        PACK, 4, 10, "conduct",
        "no pack under `conduct` covers letter, which the step `s` uses by `post`");
  /* a channel that no step uses wants no pack */
  dun_policy_unref(fine(NAMES("[p]"), PACK));
}

static void a_pack_for_others_binds_nothing_and_says_so(void **state)
{
  static const char pack[] =
      PACK "applies: [third_party_collector, consumer]\ncaps: [{id: a, max: 1, per: 7d, source: s},"
           " {id: b, max: 1, per: 7d, source: s, applies: [creditor], when: {dpd: 1}}]\n";
  static const char creditor[] = HEAD "conduct: [p]\nactor: creditor\n" CHANNELS RULES;
  struct findings f;
  dun_policy *p;
  (void)state;
  one(creditor, pack, DUN_SEVERITY_WARNING, 4, 11, "conduct[0]",
      "the pack `p` does not apply to the policy's `actor` or `debt`");
  assert_int_equal(with(creditor, pack, &f, &p), DUN_OK);
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 1); /* a rule's own `applies` counts */
  assert_int_equal(dun__packs(p)[0].covers, 0);            /* so the floor binds */
  dun_policy_unref(p);
  p = fine(HEAD "conduct: [p]\nactor: third_party_collector\n" CHANNELS RULES, pack);
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 1);
  assert_int_not_equal(dun__packs(p)[0].covers, 0);
  dun_policy_unref(p);
  p = fine(NAMES("[p]"), pack); /* who does not say is bound by all */
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 2);
  dun_policy_unref(p);
}

static void the_hours_of_a_pack_lift_no_floor_where_it_is_not_in_force(void **state)
{
  static const char pack[] =
      PACK "hours: [{id: h, kinds: [voice], all: ['09:00-18:00'], source: s}]\n";
  dun_policy *p = fine(NAMES("[p]"), pack);
  (void)state;
  assert_int_equal(p->floor_kinds, 1u << DUN_CONTACT_VOICE | 1u << DUN_CONTACT_TEXT);
  dun_policy_unref(p);
  p = fine(HEAD
           "conduct: [p]\nhours: [{id: h, kinds: [voice], all: ['09:00-18:00']}]\n" CHANNELS RULES,
           pack);
  assert_int_equal(p->floor_kinds, 1u << DUN_CONTACT_TEXT);
  dun_policy_unref(p);
}

static void findings_about_steps_name_the_rule_of_the_pack(void **state)
{
  (void)state;
  error(NAMES("[p]"), PACK "forbid: [{id: a, kinds: [text], source: the law}]\n", 6, 53,
        "stages[0].steps[0].use",
        "the step `s` contacts the borrower by `sms`, which the rule `p/a` forbids (the law)");
  error(NAMES("[p]"), PACK "requires: [{id: a, mark: m, source: the law}]\n", 4, 11, "conduct[0]",
        "the rule `p/a` requires the mark `m` of the step `s`, but no step sets it (the law)");
  one(NAMES("[p]"), PACK "caps: [{id: a, max: 1, per: 7d, confidence: unverified, source: l}]\n",
      DUN_SEVERITY_WARNING, 4, 11, "conduct[0]", "the rule `p/a` is unverified");
}

static void ten_calls_a_week_under_regulation_f(void **state)
{
  static const char text[] =
      HEAD "conduct: [us-regf]\nactor: third_party_collector\n" CHANNELS
           "stages: [{name: a, from: 1d, steps: [{name: s, use: phone, every: 6h, times: 10, "
           "discloses: [collecting_a_debt, use_of_information, debt_collector]}]}]\n";
  struct findings f;
  dun_policy *p;
  (void)state;
  assert_int_equal(compile_with(text, sizeof text - 1, NULL, 0, &f, &p), DUN_OK);
  dun_policy_unref(p);
  assert_int_equal(f.count, 1);
  assert_int_equal(f.list[0].severity, DUN_SEVERITY_WARNING);
  assert_non_null(strstr(f.list[0].message, "the step `s` plans up to 10 contacts in 7 days, and "
                                            "the rule `us-regf/seven` allows 7 (12 CFR 1006.14"));
  assert_string_equal(f.list[0].path, "stages[0].steps[0].every");
}

static void all_texts_together_have_a_hundred_and_twenty_eight_rules(void **state)
{
  static char pack[16384];
  size_t n = (size_t)sprintf(pack, PACK "source: s\ncaps:\n");
  (void)state;
  for (uint32_t i = 0; i < 128; i++)
    n += (size_t)sprintf(pack + n, "- {id: r%u, max: 1, per: day}\n", (unsigned)i);
  dun_policy_unref(fine(NAMES("[p]"), pack));
  error(HEAD "conduct: [p]\ncaps: [{id: a, max: 3, per: 7d}]\n" CHANNELS RULES, pack, 4, 11,
        "conduct[0]", "pack `p`, line 134, column 3: more than 128 rules");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(built_in_packs_have_names_in_order_and_compile),
      cmocka_unit_test(rules_of_a_pack_bear_its_name),
      cmocka_unit_test(packs_stand_in_the_order_named),
      cmocka_unit_test(a_pack_of_the_host_takes_the_place_of_one_built_in),
      cmocka_unit_test(readings_are_chosen),
      cmocka_unit_test(what_conduct_may_say),
      cmocka_unit_test(a_pack_with_an_error_is_an_error_of_the_policy),
      cmocka_unit_test(texts_of_the_host_that_are_no_packs),
      cmocka_unit_test(an_older_callers_options_have_no_packs),
      cmocka_unit_test(each_kind_of_contact_is_covered),
      cmocka_unit_test(a_pack_for_others_binds_nothing_and_says_so),
      cmocka_unit_test(the_hours_of_a_pack_lift_no_floor_where_it_is_not_in_force),
      cmocka_unit_test(findings_about_steps_name_the_rule_of_the_pack),
      cmocka_unit_test(ten_calls_a_week_under_regulation_f),
      cmocka_unit_test(all_texts_together_have_a_hundred_and_twenty_eight_rules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
