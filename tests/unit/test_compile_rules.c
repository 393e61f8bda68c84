/* SPDX-License-Identifier: MIT */
/* Conduct rules of a policy: what each section compiles to, what is wrong with it, and the steps held
 * against it. */
#include "compile_case.h"

#include "policy/model.h"

#define S "stages: [{name: a, from: 0d, steps: []}]\n"

static const struct dun__rule *rule(const dun_policy *p, const char *name)
{
  uint32_t i = dun_policy_find(p, DUN_NAME_RULE, name);
  assert_int_not_equal(i, 0);
  return &dun__rules(p)[i - 1];
}

/* A policy that compiles with one warning, or with none if message is NULL. */
static dun_policy *warned(const char *text, uint32_t line, uint32_t column, const char *message)
{
  struct findings f;
  dun_policy *p;
  dun_rc rc = compile_with(text, strlen(text), NULL, 0, &f, &p);
  if (rc != DUN_OK || f.count != (message != NULL) ||
      (message != NULL && strstr(f.list[0].message, message) == NULL)) {
    print_message("# %s\n", text);
    print_findings(&f);
  }
  assert_int_equal(rc, DUN_OK);
  assert_int_equal(f.count, message != NULL);
  if (message != NULL) {
    assert_int_equal(f.list[0].severity, DUN_SEVERITY_WARNING);
    assert_non_null(strstr(f.list[0].message, message));
    assert_int_equal(f.list[0].line, line);
    assert_int_equal(f.list[0].column, column);
  }
  return p;
}

static void what_a_rule_is_without_its_keys(void **state)
{
  dun_policy *p = good(HEAD "caps:\n- {id: c, max: 7, per: 7d}\n" S);
  const struct dun__rule *r = rule(p, "c");
  (void)state;
  assert_int_equal(r->sort, DUN__RULE_CAP);
  assert_int_equal(r->id, dun_name_id("c"));
  assert_int_equal(r->group, 0);
  assert_int_equal(r->strength, DUN_STRENGTH_LAW);
  assert_int_equal(r->confidence, DUN_CONFIDENCE_VERIFIED);
  assert_int_equal(r->unless, 0);
  assert_int_equal(r->kinds, 0xfe);
  assert_int_equal(r->parties, 0xf);
  assert_int_equal(r->places, 0xe);
  assert_int_equal(r->after_kinds, 0xff);
  assert_int_equal(r->actions, 1u << DUN_ACTION_CONTACT);
  assert_int_equal(r->when, DUN__NONE);
  assert_int_equal(r->from, DUN_DAY_MIN);
  assert_int_equal(r->until, DUN_DAY_MAX);
  assert_int_equal(r->consent_dates, 0);
  assert_int_equal(r->consent_ends, 0);
  assert_int_equal(r->scope, DUN__SCOPE_ACCOUNT);
  assert_int_equal(r->ways, DUN__WAY_OUT);
  assert_int_equal(r->together, 0);
  assert_int_equal(r->per, DUN__PER_DATES);
  assert_int_equal(r->n, 7);
  assert_int_equal(r->max, 7);
  assert_true(r->outcomes >> DUN_OUTCOME_NO_ANSWER & 1u);
  assert_false(r->outcomes >> DUN_OUTCOME_BUSY & 1u);
  assert_int_equal(r->active_after, 0);
  assert_int_equal(r->channels, 0xffff);
  assert_true(r->steps[0] == UINT64_MAX && r->steps[1] == UINT64_MAX);
  assert_int_equal(r->prereq, DUN__NONE);
  assert_int_equal(r->calendar, DUN__NONE);
  assert_string_equal(dun_policy_rule_source(p, 1), "");
  dun_policy_unref(p);
}

static void the_keys_that_every_rule_may_have(void **state)
{
  dun_policy *p = good(
      HEAD
      "attributes: [score]\n"
      "cooldowns:\n- {id: c, kinds: [voice, visit], parties: [guarantor], places: [work], "
      "when: {score: 1}, unless: [consent, requested], group: g, consent: {for: 7d, until: "
      "[conversation, refused]}, strength: presumption, confidence: recalled, source: 'a law', "
      "effective: {from: 1970-01-02, until: 1970-01-03}, after: [conversation], for: 7d}\n" S);
  const struct dun__rule *r = rule(p, "c");
  (void)state;
  assert_int_equal(r->kinds, 1u << DUN_CONTACT_VOICE | 1u << DUN_CONTACT_VISIT);
  assert_int_equal(r->parties, 1u << DUN_PARTY_GUARANTOR);
  assert_int_equal(r->places, 1u << DUN_PLACE_WORK);
  assert_int_equal(r->when, 0);
  assert_int_equal(r->unless, DUN__UNLESS_CONSENT | DUN__UNLESS_REQUESTED);
  assert_int_equal(r->group, dun_name_id("g"));
  assert_int_equal(r->consent_dates, 7);
  assert_true(r->consent_ends >> DUN_OUTCOME_REFUSED & 1u);
  assert_int_equal(r->strength, DUN_STRENGTH_PRESUMPTION);
  assert_int_equal(r->confidence, DUN_CONFIDENCE_RECALLED);
  assert_int_equal(r->from, 1);
  assert_int_equal(r->until, 2);
  assert_string_equal(dun_policy_rule_source(p, 1), "a law");
  assert_int_equal(dun_policy_rule_strength(p, 1), DUN_STRENGTH_PRESUMPTION);
  assert_int_equal(dun_policy_rule_confidence(p, 1), DUN_CONFIDENCE_RECALLED);
  assert_null(dun_policy_rule_source(p, 0));
  assert_null(dun_policy_rule_source(p, 2));
  assert_null(dun_policy_rule_source(NULL, 1));
  assert_int_equal(dun_policy_rule_strength(p, 2), 0);
  assert_int_equal(dun_policy_rule_confidence(p, 0), 0);
  dun_policy_unref(p);
}

static void counts_and_distances(void **state)
{
  dun_policy *p = good(
      HEAD "spacing:\n- {id: gap, kinds: [voice], min: 48h, scope: channel}\n"
           "caps:\n- {id: a, max: 1, per: 168h, scope: person, count: [attempt, busy], except: "
           "voicemail, direction: both, active_after: conversation, together: true}\n"
           "- {id: b, max: 2, per: day, scope: address}\n- {id: c, max: 3, per: week}\n"
           "- {id: d, max: 65535, per: month, direction: in}\n"
           "cooldowns:\n- {id: e, after: conversation, for: 2mo, direction: out, scope: person, "
           "after_kinds: [voice]}\n- {id: f, after: [refused], for: 3w}\n"
           "exclusive:\n- {id: g, after: conversation, for: 7d}\n"
           "- {id: h, after: conversation, for: 48h, scope: account, direction: in}\n" S);
  const struct dun__rule *r;
  (void)state;
  assert_int_equal(p->rules.count, 9);
  assert_int_equal(p->spacing.unit, DUN__SPAN_NONE); /* that of the ladder is another */
  r = rule(p, "gap");
  assert_int_equal(r->sort, DUN__RULE_CAP);
  assert_int_equal(r->spaces, 1);
  assert_int_equal(r->max, 1);
  assert_int_equal(r->per, DUN__PER_SECONDS);
  assert_int_equal(r->n, 48 * 3600);
  assert_int_equal(r->scope, DUN__SCOPE_CHANNEL);
  r = rule(p, "a");
  assert_int_equal(r->spaces, 0);
  assert_int_equal(r->per, DUN__PER_SECONDS);
  assert_int_equal(r->n, 168 * 3600);
  assert_int_equal(r->scope, DUN__SCOPE_PERSON);
  assert_true(r->outcomes >> DUN_OUTCOME_BUSY & 1u);
  assert_true(r->outcomes >> DUN_OUTCOME_NO_ANSWER & 1u);
  assert_false(r->outcomes >> DUN_OUTCOME_VOICEMAIL & 1u);
  assert_int_equal(r->ways, DUN__WAY_OUT | DUN__WAY_IN);
  assert_true(r->active_after >> DUN_OUTCOME_CONVERSATION & 1u);
  assert_int_equal(r->together, 1);
  assert_int_equal(rule(p, "b")->per, DUN__PER_DATES);
  assert_int_equal(rule(p, "b")->n, 1);
  assert_int_equal(rule(p, "b")->scope, DUN__SCOPE_ADDRESS);
  assert_int_equal(rule(p, "c")->per, DUN__PER_WEEK);
  assert_int_equal(rule(p, "d")->per, DUN__PER_MONTH);
  assert_int_equal(rule(p, "d")->max, 65535);
  assert_int_equal(rule(p, "d")->ways, DUN__WAY_IN);
  r = rule(p, "e");
  assert_int_equal(r->sort, DUN__RULE_COOLDOWN);
  assert_int_equal(r->per, DUN__PER_MONTHS);
  assert_int_equal(r->n, 2);
  assert_int_equal(r->ways, DUN__WAY_OUT);
  assert_int_equal(r->scope, DUN__SCOPE_PERSON);
  assert_int_equal(r->after_kinds, 1u << DUN_CONTACT_VOICE);
  r = rule(p, "f");
  assert_int_equal(r->per, DUN__PER_DATES);
  assert_int_equal(r->n, 21);
  assert_int_equal(r->ways, DUN__WAY_OUT | DUN__WAY_IN);
  assert_int_equal(r->scope, DUN__SCOPE_ACCOUNT);
  r = rule(p, "g");
  assert_int_equal(r->sort, DUN__RULE_EXCLUSIVE);
  assert_int_equal(r->scope, DUN__SCOPE_PERSON);
  assert_int_equal(r->ways, DUN__WAY_OUT | DUN__WAY_IN);
  assert_int_equal(rule(p, "h")->scope, DUN__SCOPE_ACCOUNT);
  assert_int_equal(rule(p, "h")->ways, DUN__WAY_IN);
  dun_policy_unref(p);
}

static void hours_of_holidays(void **state)
{
  dun_policy *p =
      good(HEAD "calendars: {cn: {weekend: [sat, sun]}, bank: {weekend: [sun]}}\ncalendar: cn\n"
                "hours:\n- {id: a, all: ['08:00-20:00'], holiday: []}\n"
                "- {id: b, kinds: [voice], all: ['08:00-20:00'], holiday: ['10:00-11:00', "
                "'12:00-13:00'], calendar: bank, unless: [agreed]}\n" S);
  const struct dun__rule *r = rule(p, "a");
  (void)state;
  assert_int_equal(r->kinds, 0xfe);
  assert_int_equal(r->calendar, 0);
  assert_int_equal(r->holiday.first[0], r->holiday.first[7]);
  r = rule(p, "b");
  assert_int_equal(r->calendar, 1);
  assert_int_equal(r->unless, DUN__UNLESS_AGREED);
  for (uint32_t d = 0; d < 7; d++) {
    assert_int_equal(r->holiday.first[d + 1] - r->holiday.first[d], 2);
    assert_int_equal(dun__windows(p)[r->holiday.first[d]].from, 600);
    assert_int_equal(r->week.first[d + 1] - r->week.first[d], 1);
  }
  dun_policy_unref(p);
}

static void the_spacing_of_the_ladder_is_a_duration(void **state)
{
  dun_policy *p = good(HEAD "catch_up: each\nspacing: 4h\n" S);
  (void)state;
  assert_int_equal(p->rules.count, 0);
  assert_int_equal(p->spacing.n, 4 * 3600);
  dun_policy_unref(p);
}

static void bans_and_prerequisites(void **state)
{
  dun_policy *p = good(
      OPEN "forbid:\n- {id: a, when: {dpd: {min: 90}}, channels: [phone, mail]}\n"
           "- {id: b, unless: [consent], templates: [T2]}\n- {id: c, do: [refer, legal]}\n"
           "requires:\n- {id: d, kinds: [voice], mark: m, wait: 6d, outcome: delivered}\n"
           "- {id: e, do: [report], step: s1}\n"
           "- {id: f, do: [fee], mark: nobody-sets-it, missing: allow}\n"
           "not_after:\n- {id: g, date: limitation}\n- {id: h, do: [refer], date: limitation}\n"
           "disclose:\n- {id: i, items: [who]}\n"
           "stages: [{name: a, from: 1d, steps: [{name: s1, use: mail, template: T1, marks: m, "
           "discloses: [who]}, {name: s2, use: sms, template: T2, discloses: [who, what]}]}]\n");
  const struct dun__rule *r = rule(p, "a");
  (void)state;
  assert_int_equal(r->sort, DUN__RULE_FORBID);
  assert_int_equal(r->channels, 6);
  r = rule(p, "b");
  assert_true(r->steps[0] == 2 && r->steps[1] == 0);
  assert_int_equal(r->channels, 0xffff);
  assert_int_equal(rule(p, "c")->actions, 1u << DUN_ACTION_REFER | 1u << DUN_ACTION_LEGAL);
  r = rule(p, "d");
  assert_int_equal(r->sort, DUN__RULE_REQUIRES);
  assert_int_equal(r->wait.n, 6);
  assert_int_equal(r->missing_allows, 0);
  assert_int_equal(dun__prereqs(p)[r->prereq].mark, 0);
  assert_int_equal(dun__prereqs(p)[r->prereq].outcomes, 1u << DUN_OUTCOME_DELIVERED);
  r = rule(p, "e");
  assert_int_equal(dun__prereqs(p)[r->prereq].step, 0);
  assert_true(dun__prereqs(p)[r->prereq].outcomes >> DUN_OUTCOME_SENT & 1u);
  r = rule(p, "f");
  assert_int_equal(r->prereq, DUN__NONE);
  assert_int_equal(r->missing_allows, 1);
  assert_int_equal(rule(p, "g")->actions, 1u << DUN_ACTION_LEGAL);
  assert_int_equal(rule(p, "h")->actions, 1u << DUN_ACTION_REFER);
  assert_int_equal(rule(p, "i")->sort, DUN__RULE_DISCLOSE);
  dun_policy_unref(p);
}

static void rules_are_sorted_by_sort(void **state)
{
  dun_policy *p = good(HEAD "not_after: [{id: z, date: limitation}]\n"
                            "forbid: [{id: y, do: [legal]}, {id: x, do: [fee]}]\n"
                            "caps: [{id: w, max: 1, per: day}]\nspacing: [{id: v, min: 1d}]\n"
                            "hours: [{id: u, all: ['08:00-20:00']}]\n" S);
  static const char names[] = "uwvyxz";
  (void)state;
  assert_int_equal(dun_policy_count(p, DUN_NAME_RULE), 6);
  for (uint32_t i = 0; i < 6; i++)
    assert_int_equal(dun_policy_name(p, DUN_NAME_RULE, i + 1)[0], names[i]);
  assert_int_equal(p->rule_first[DUN__RULE_CAP], 1);
  assert_int_equal(p->rule_first[DUN__RULE_COOLDOWN], 3);
  assert_int_equal(p->rule_first[DUN__RULE_FORBID], 3);
  assert_int_equal(p->rule_first[DUN__RULE_REQUIRES], 5);
  assert_int_equal(p->rule_first[DUN__RULE_DISCLOSE], 6);
  assert_int_equal(p->rule_first[DUN__RULE_SORTS], 6);
  dun_policy_unref(p);
}

/* How many of two rules stay under a header. */
static void stays(const char *header, const char *applies, uint32_t count)
{
  char text[512];
  dun_policy *p;
  snprintf(text, sizeof text,
           HEAD "%s"
                "caps:\n- {id: c, max: 1, per: day, applies: %s}\n" S,
           header, applies);
  p = good(text);
  assert_int_equal(p->rules.count, count);
  dun_policy_unref(p);
}

static void rules_that_do_not_apply_are_dropped(void **state)
{
  (void)state;
  stays("", "[creditor]", 1); /* who does not say is bound */
  stays("actor: creditor\n", "[creditor]", 1);
  stays("actor: creditor\n", "[third_party_collector]", 0);
  stays("actor: creditor\n", "[third_party_collector, creditor]", 1);
  stays("actor: creditor\n", "[consumer]", 1); /* the other sort of word */
  stays("debt: business\n", "[consumer]", 0);
  stays("debt: business\nactor: creditor\n", "[business, creditor]", 1);
  stays("debt: business\nactor: creditor\n", "[consumer, creditor]", 0);
  stays("debt: consumer\n", "[third_party_collector, consumer]", 1);
}

#define R HEAD "caps:\n- {id: a, "                    /* 5:10 comes next */
#define CAP HEAD "caps:\n- {id: a, max: 1, per: 7d, " /* 5:27 comes next */
#define F HEAD "forbid:\n- {id: a, "                  /* 5:10 comes next */

static void common_keys(void **state)
{
  static const struct wrong list[] = {
      {HEAD "caps: {}\n" S, 4, 7, "caps", "wants a list of rules", NULL},
      {HEAD "caps: [x]\n" S, 4, 8, "caps[0]", "a mapping with `id`, `max` and `per`", NULL},
      {HEAD "caps:\n- {max: 1, per: 7d}\n" S, 5, 3, "caps[0]", "a rule under `caps` wants `id`",
       NULL},
      {HEAD "caps:\n- {id: A, max: 1, per: 7d}\n" S, 5, 8, "caps[0].id", "wants a name", NULL},
      {R "max: 1, per: 7d}\nspacing: [{id: a, min: 1d}]\n" S, 6, 16, "spacing[0].id",
       "the id `a` is used in line 5 already", NULL},
      {CAP "kind: [voice]}\n" S, 5, 28, "caps[0].kind", "unknown key `kind`",
       "did you mean `kinds`?"},
      {CAP "kinds: voice}\n" S, 5, 35, "caps[0].kinds", "a list of kinds of contact", NULL},
      {CAP "parties: [borower]}\n" S, 5, 38, "caps[0].parties[0]",
       "borrower, co_borrower, guarantor or third_party", "`borrower`"},
      {CAP "parties: []}\n" S, 5, 37, "caps[0].parties", "a list of parties", NULL},
      {CAP "places: [home]}\n" S, 5, 37, "caps[0].places[0]", "personal, work or other", NULL},
      {CAP "places: [work, work]}\n" S, 5, 43, "caps[0].places[1]", "`work` is listed twice", NULL},
      {CAP "when: {score: 1}}\n" S, 5, 35, "caps[0].when.score", "unknown condition `score`", NULL},
      {CAP "unless: consent}\n" S, 5, 36, "caps[0].unless", "a list such as [consent]", NULL},
      {CAP "unless: [agreed]}\n" S, 5, 37, "caps[0].unless[0]", "lifts rules under `hours` only",
       NULL},
      {CAP "unless: [asked]}\n" S, 5, 37, "caps[0].unless[0]", "consent, agreed or requested",
       NULL},
      {CAP "unless: [consent, consent]}\n" S, 5, 46, "caps[0].unless[1]", "listed twice", NULL},
      {CAP "group: g}\n" S, 5, 35, "caps[0].group", "`group` is of rules that a consent lifts",
       "unless"},
      {CAP "consent: {for: 7d}}\n" S, 5, 37, "caps[0].consent", "`consent` is of rules", NULL},
      {CAP "unless: [consent], consent: {}}\n" S, 5, 56, "caps[0].consent", "`for`, `until`", NULL},
      {CAP "unless: [consent], consent: {for: 0d}}\n" S, 5, 62, "caps[0].consent.for",
       "at least 1d", NULL},
      {CAP "unless: [consent], consent: {for: 7h}}\n" S, 5, 62, "caps[0].consent.for",
       "a number of days", NULL},
      {CAP "unless: [consent], consent: {until: [talk]}}\n" S, 5, 65, "caps[0].consent.until[0]",
       "an outcome such as", NULL},
      {CAP "strength: hard}\n" S, 5, 38, "caps[0].strength", "law, presumption or guideline", NULL},
      {CAP "confidence: sure}\n" S, 5, 40, "caps[0].confidence",
       "verified, secondary, recalled or unverified", NULL},
      {CAP "source: ' '}\n" S, 5, 36, "caps[0].source", "a text that is not empty", NULL},
      {CAP "applies: consumer}\n" S, 5, 37, "caps[0].applies", "a list such as", NULL},
      {CAP "applies: [consumers]}\n" S, 5, 38, "caps[0].applies[0]",
       "creditor, third_party_collector, consumer or business", "`consumer`"},
      {CAP "effective: 2026-01-01}\n" S, 5, 39, "caps[0].effective",
       "a mapping such as {from:", NULL},
      {CAP "effective: {}}\n" S, 5, 39, "caps[0].effective", "`from`, `until` or both", NULL},
      {CAP "effective: {from: 2026-02-30}}\n" S, 5, 46, "caps[0].effective.from",
       "dates that there are", NULL},
      {CAP "effective: {from: 2026-02-02, until: 2026-02-01}}\n" S, 5, 65,
       "caps[0].effective.until", "lies before `from`", NULL},
      {CAP "reading: r}\n" S, 5, 37, "caps[0].reading", "`reading` is for packs", NULL},
      {CAP "except_reading: r}\n" S, 5, 44, "caps[0].except_reading",
       "`except_reading` is for packs", NULL},
  };
  (void)state;
  CHECK(list);
}

static void counts_that_are_wrong(void **state)
{
  static const struct wrong list[] = {
      {R "per: 7d}\n" S, 5, 3, "caps[0]", "wants `max`", "`max: 7`"},
      {R "max: 7}\n" S, 5, 3, "caps[0]", "wants `per`", "day, week or month"},
      {R "max: 0, per: 7d}\n" S, 5, 16, "caps[0].max", "from 1 to 65535", NULL},
      {R "max: 65536, per: 7d}\n" S, 5, 16, "caps[0].max", "from 1 to 65535", NULL},
      {R "max: 7, per: year}\n" S, 5, 24, "caps[0].per", "a duration such as", NULL},
      {R "max: 7, per: 0d}\n" S, 5, 24, "caps[0].per", "from 1d", NULL},
      {R "max: 7, per: 2mo}\n" S, 5, 24, "caps[0].per", "days or hours such as 7d or 48h", NULL},
      {CAP "scope: debtor}\n" S, 5, 35, "caps[0].scope", "account, person, channel or address",
       NULL},
      {CAP "count: [talk]}\n" S, 5, 36, "caps[0].count[0]", "an outcome such as", NULL},
      {CAP "except: attempt}\n" S, 5, 36, "caps[0].except", "leaves nothing that counts", NULL},
      {CAP "direction: up}\n" S, 5, 39, "caps[0].direction", "out, in or both", NULL},
      {CAP "active_after: []}\n" S, 5, 42, "caps[0].active_after", "at least one outcome", NULL},
      {CAP "together: both}\n" S, 5, 38, "caps[0].together", "true or false", NULL},
      {HEAD "cooldowns:\n- {id: a, for: 7d}\n" S, 5, 3, "cooldowns[0]", "wants `after`", NULL},
      {HEAD "cooldowns:\n- {id: a, after: paid}\n" S, 5, 3, "cooldowns[0]", "wants `for`", NULL},
      {HEAD "cooldowns:\n- {id: a, after: paid, for: 3bd}\n" S, 5, 29, "cooldowns[0].for",
       "in business days", NULL},
      {HEAD "calendars: {c: {weekend: [sun]}}\ncalendar: c\n"
            "cooldowns:\n- {id: a, after: paid, for: 3bd}\n" S,
       7, 29, "cooldowns[0].for", "days, hours or months", NULL},
      {HEAD "cooldowns:\n- {id: a, after: paid, for: 3d, scope: channel}\n" S, 5, 40,
       "cooldowns[0].scope", "account or person", NULL},
      {HEAD "cooldowns:\n- {id: a, after: paid, for: 3d, after_kinds: []}\n" S, 5, 46,
       "cooldowns[0].after_kinds", "a list of kinds", NULL},
      {HEAD "spacing: []\nspacings: 1\n" S, 5, 1, "spacings", "unknown key", "`spacing`"},
      {HEAD "spacing:\n- {id: a}\n" S, 5, 3, "spacing[0]", "wants `min`", NULL},
      {HEAD "spacing:\n- {id: a, min: 2mo}\n" S, 5, 16, "spacing[0].min", "days or hours", NULL},
      {HEAD "spacing:\n- {id: a, min: 2d, max: 3}\n" S, 5, 20, "spacing[0].max",
       "unknown key `max`", NULL},
      {HEAD "exclusive:\n- {id: a, after: conversation}\n" S, 5, 3, "exclusive[0]", "wants `for`",
       NULL},
      {HEAD "exclusive:\n- {id: a, for: 7d}\n" S, 5, 3, "exclusive[0]", "wants `after`", NULL},
      {HEAD "exclusive:\n- {id: a, after: conversation, for: 1mo}\n" S, 5, 37, "exclusive[0].for",
       "days or hours", NULL},
  };
  (void)state;
  CHECK(list);
}

static void bans_that_are_wrong(void **state)
{
  static const struct wrong list[] = {
      {HEAD "forbid:\n- {id: a}\n" S, 5, 3, "forbid[0]", "a rule under `forbid` says what",
       "parties"},
      {F "do: [sue]}\n" S, 5, 16, "forbid[0].do[0]", "contact, task, fee", NULL},
      {F "do: legal}\n" S, 5, 15, "forbid[0].do", "a list of actions", NULL},
      {F "do: [legal], kinds: [voice]}\n" S, 5, 31, "forbid[0].kinds",
       "`kinds` is of contacts, and the rule is about none", NULL},
      {F "channels: [sms]}\n" S, 5, 22, "forbid[0].channels[0]",
       "the channel `sms` is not in this policy", NULL},
      {F "templates: [T]}\n" S, 5, 23, "forbid[0].templates[0]",
       "no step of this policy uses the template `T`", NULL},
      {F "templates: T}\n" S, 5, 22, "forbid[0].templates", "a list of templates", NULL},
      {HEAD "requires:\n- {id: a}\n" S, 5, 3, "requires[0]", "exactly one of `mark` and `step`",
       NULL},
      {HEAD "requires:\n- {id: a, mark: m, step: s}\n" S, 5, 3, "requires[0]", "exactly one", NULL},
      {HEAD "requires:\n- {id: a, step: s}\n" S, 5, 17, "requires[0].step",
       "the step `s` is not in this policy", NULL},
      {HEAD "requires:\n- {id: a, mark: m, missing: no}\n" S, 5, 29, "requires[0].missing",
       "deny or allow", NULL},
      {HEAD "requires:\n- {id: a, mark: m, wait: 6}\n" S, 5, 26, "requires[0].wait",
       "a duration such as", NULL},
      {HEAD "requires:\n- {id: a, mark: m, wait: 6bd}\n" S, 5, 26, "requires[0].wait",
       "the policy has no `calendar`", NULL},
      {HEAD "not_after:\n- {id: a}\n" S, 5, 3, "not_after[0]", "wants `date`", NULL},
      {HEAD "not_after:\n- {id: a, date: due}\n" S, 5, 17, "not_after[0].date",
       "`date` wants limitation", NULL},
      {HEAD "disclose:\n- {id: a}\n" S, 5, 3, "disclose[0]", "wants `items`", NULL},
      {HEAD "disclose:\n- {id: a, items: []}\n" S, 5, 18, "disclose[0].items",
       "a list of at least one name", NULL},
      {HEAD "disclose:\n- {id: a, items: [A]}\n" S, 5, 19, "disclose[0].items[0]", "wants a name",
       NULL},
      {HEAD "hours:\n- {id: a, all: ['08:00-20:00'], calendar: cn}\n" S, 5, 43, "hours[0].calendar",
       "`calendar` is for `holiday`", NULL},
      {HEAD "calendars: {cn: {}}\nhours:\n- {id: a, all: ['08:00-20:00'], holiday: [], calendar: "
            "cm}\n" S,
       6, 56, "hours[0].calendar", "the calendar `cm` is not in this policy", "`cn`"},
  };
  (void)state;
  CHECK(list);
}

/* Steps under a line of rules: the rules in line 7, the steps from 8:38. */
#define STEPS(rules, steps) OPEN rules "\nstages: [{name: a, from: 1d, steps: [" steps "]}]\n"

static void steps_that_rules_forbid(void **state)
{
  static const struct wrong list[] = {
      {STEPS("forbid: [{id: f, kinds: [voice], source: 'a law'}]", "{name: s, use: [sms, phone]}"),
       8, 59, "stages[0].steps[0].use[1]",
       "the step `s` contacts the borrower by `phone`, which the rule `f` forbids (a law)", NULL},
      {STEPS("forbid: [{id: f, kinds: [voice]}]", "{name: s, use: phone}"), 8, 53,
       "stages[0].steps[0].use", "by `phone`, which the rule `f` forbids", NULL},
      {STEPS("forbid: [{id: f, channels: [phone]}]", "{name: s, use: {any: [sms, phone]}}"), 8, 65,
       "stages[0].steps[0].use.any[1]", "by `phone`", NULL},
      {STEPS("forbid: [{id: f, parties: [guarantor]}]", "{name: s, use: sms, to: guarantor}"), 8,
       62, "stages[0].steps[0].to",
       "the step `s` contacts the guarantor, which the rule `f` forbids", NULL},
      {STEPS("forbid: [{id: f, parties: [borrower]}]", "{name: s, use: sms}"), 8, 38,
       "stages[0].steps[0]", "the step `s` contacts the borrower", NULL},
      {STEPS("forbid: [{id: f, templates: [T]}]",
             "{name: s, use: sms, template: T}, {name: t, use: sms}"),
       8, 68, "stages[0].steps[0].template",
       "the step `s` uses the template `T`, which the rule `f` forbids", NULL},
      {STEPS("forbid: [{id: f, do: [legal, refer]}]", "{name: s, do: legal}"), 8, 52,
       "stages[0].steps[0].do", "the step `s` does `legal`, which the rule `f` forbids", NULL},
      {HEAD "conduct: none\nbasis: test\nchannels: {job: {kind: email, place: work, basis: x}}\n"
            "forbid: [{id: f, places: [work]}]\n"
            "stages: [{name: a, from: 1d, steps: [{name: s, use: job}]}]\n",
       8, 53, "stages[0].steps[0].use", "by `job`, which the rule `f` forbids", NULL},
      {HEAD "channels: {job: {kind: email, place: work}}\n" S, 4, 38, "channels.job.place",
       "the channel `job` reaches an employer: it needs a `basis`", NULL},
      {HEAD "channels: {job: {kind: email, place: home}}\n" S, 4, 38, "channels.job.place",
       "personal, work or other", NULL},
  };
  (void)state;
  CHECK(list);
  /* what turns is for the engine; a rule that nobody is sure of forbids nothing */
  dun_policy_unref(good(STEPS("forbid: [{id: f, kinds: [voice], when: {dpd: 3}}, {id: g, kinds: "
                              "[voice], unless: [consent]}, {id: h, kinds: [voice], effective: "
                              "{from: 2026-01-01}}, {id: i, kinds: [text]}]",
                              "{name: s, use: phone}")));
  dun_policy_unref(warned(
      STEPS("forbid: [{id: f, kinds: [voice], confidence: unverified}]", "{name: s, use: phone}"),
      7, 10, "the rule `f` is unverified: it denies nothing"));
  dun_policy_unref(good(
      STEPS("forbid: [{id: f, kinds: [voice], confidence: unverified}]", "{name: s, use: sms}")));
}

static void third_parties_need_a_basis_and_hear_nothing_of_the_debt(void **state)
{
  static const struct wrong list[] = {
      {STEPS("", "{name: s, use: sms, to: third_party}"), 8, 62, "stages[0].steps[0].to",
       "contacts a third party: it needs a `basis`", NULL},
      {STEPS("", "{name: s, use: sms, to: third_party, basis: ' '}"), 8, 82,
       "stages[0].steps[0].basis", "a text that is not empty", NULL},
      {STEPS("", "{name: s, use: sms, to: third_party, basis: x, discloses: [who, balance]}"), 8,
       102, "stages[0].steps[0].discloses[1]", "the step `s` discloses `balance` to a third party",
       NULL},
  };
  (void)state;
  CHECK(list);
  dun_policy_unref(
      good(STEPS("", "{name: s, use: sms, to: third_party, basis: x, discloses: [who]}")));
  dun_policy_unref(good(STEPS("", "{name: s, use: sms, discloses: [balance]}")));
}

static void items_that_a_contact_must_carry(void **state)
{
  static const struct wrong list[] = {
      {STEPS("disclose: [{id: d, kinds: [text], items: [who, why, where], source: 'a law'}]",
             "{name: s, use: [phone, sms], discloses: [why]}, {name: t, use: mail}"),
       8, 78, "stages[0].steps[0].discloses",
       "the step `s` does not disclose `who`, `where`, as the rule `d` wants (a law)",
       "add it to the step's `discloses`"},
      {STEPS("disclose: [{id: d, items: [who]}]", "{name: s, use: sms}"), 8, 38,
       "stages[0].steps[0]", "the step `s` does not disclose `who`", NULL},
  };
  (void)state;
  CHECK(list);
  dun_policy_unref(good(STEPS("disclose: [{id: d, items: [who, why]}]",
                              "{name: s, use: sms, discloses: [why, what, who]}")));
  dun_policy_unref(
      warned(STEPS("disclose: [{id: d, items: [who], strength: guideline}]", "{name: s, use: sms}"),
             8, 38, "does not disclose `who`, as the rule `d` wants"));
  dun_policy_unref(warned(
      STEPS("disclose: [{id: d, items: [who], confidence: unverified}]", "{name: s, use: sms}"), 8,
      38, "does not disclose `who`"));
  dun_policy_unref(
      warned(STEPS("disclose: [{id: d, items: [who], first: true}]", "{name: s, use: sms}"), 8, 38,
             "as the rule `d` wants of the first contact"));
}

static void marks_that_rules_require(void **state)
{
  static const struct wrong list[] = {
      {STEPS("requires: [{id: r, kinds: [voice], mark: m, source: 'a law'}]",
             "{name: s, use: sms}, {name: t, use: [sms, phone]}"),
       7, 12, "requires[0]",
       "the rule `r` requires the mark `m` of the step `t`, but no step sets it (a law)",
       "`marks`"},
      {STEPS("requires: [{id: r, mark: m}]", "{name: s, use: sms, marks: m}"), 7, 12, "requires[0]",
       "the rule `r` can never be met", NULL},
      {STEPS("requires: [{id: r, step: s}]", "{name: s, use: sms}, {name: t, use: phone}"), 7, 12,
       "requires[0]", "can never be met", NULL},
  };
  (void)state;
  CHECK(list);
  dun_policy_unref(
      good(STEPS("requires: [{id: r, kinds: [voice], mark: m}]", "{name: s, use: sms}")));
  dun_policy_unref(
      good(STEPS("requires: [{id: r, mark: m, missing: allow}]", "{name: s, use: sms}")));
  dun_policy_unref(good(STEPS("requires: [{id: r, kinds: [voice], mark: m}]",
                              "{name: s, use: [phone, sms], marks: m}")));
  dun_policy_unref(good(STEPS("requires: [{id: r, mark: m, when: {dpd: {min: 9}}}]",
                              "{name: s, use: sms, marks: m}")));
  dun_policy_unref(
      warned(STEPS("requires: [{id: r, mark: m, confidence: unverified}]", "{name: s, use: sms}"),
             7, 12, "the rule `r` is unverified"));
}

#define SEVEN "caps: [{id: c, kinds: [voice], max: 7, per: 7d, source: 'a law'}]"

static void plans_that_a_cap_thins_out(void **state)
{
  (void)state;
  /* one step: 1 + 6/1 in seven dates; 12 hours a date for what repeats within one */
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 1d, times: 9}"), 8, 0, NULL));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 12h, times: 9}"), 8, 0, NULL));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 6h, times: 9}"), 8, 67,
                          "the step `s` plans up to 9 contacts in 7 days, and the rule `c` allows "
                          "7 (a law)"));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 6h, times: 7}"), 8, 0, NULL));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: sms, every: 1h, times: 9}"), 8, 0, NULL));
  dun_policy_unref(warned(STEPS("spacing: [{id: c, min: 3d}]", "{name: s, use: sms, every: 2d}"), 8,
                          65, "plans up to 2 contacts in 3 days, and the rule `c` allows 1"));
  dun_policy_unref(
      warned(STEPS("spacing: [{id: c, min: 2d}]", "{name: s, use: sms, every: 2d}"), 8, 0, NULL));
  dun_policy_unref(warned(STEPS("caps: [{id: c, max: 2, per: week}]",
                                "{name: s, use: sms, every: 2d, when: {dpd: {min: 2}}}"),
                          8, 65, "contacts a week, and the rule `c` allows 2"));
  /* those of a stage together; other stages, parties and kinds have counts of their own */
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 1d, times: 6}, {name: t, use: "
                                       "phone, in: 5d, every: 1d}, {name: u, use: sms, every: 1d}"),
                          8, 10, "the voice steps of the stage `a` together plan up to 8"));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 1d, times: 6}, {name: t, use: "
                                       "phone, in: 6d, every: 1d}"),
                          8, 0, NULL));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 1d, times: 6}, {name: t, use: "
                                       "phone, to: guarantor, in: 5d, every: 1d}"),
                          8, 0, NULL));
  dun_policy_unref(warned(STEPS(SEVEN, "{name: s, use: phone, every: 1d, times: 6}, {name: t, use: "
                                       "phone, in: 5d, every: 1d, when: {dpd: 9}}"),
                          8, 0, NULL));
  /* what is not planned, or not certain: conversations, conditions, what comes in */
  dun_policy_unref(
      warned(STEPS("caps: [{id: c, max: 1, per: 7d, count: conversation}, {id: d, max: "
                   "1, per: 7d, when: {dpd: 900}}, {id: e, max: 1, per: 7d, "
                   "active_after: conversation}, {id: f, max: 1, per: 7d, direction: "
                   "in}]",
                   "{name: s, use: phone, every: 1d}"),
             8, 0, NULL));
}

static void a_hundred_and_twenty_eight_rules(void **state)
{
  static char text[65536];
  struct findings f;
  dun_policy *p;
  size_t n = (size_t)sprintf(text, HEAD S "actor: creditor\ncaps:\n");
  (void)state;
  for (uint32_t i = 0; i < 127; i++)
    n += (size_t)sprintf(text + n, "- {id: r%u, max: 1, per: day}\n", (unsigned)i);
  n += (size_t)sprintf(text + n, "spacing:\n- {id: s, min: 1d}\n");
  dun_policy_unref(good(text));
  n += (size_t)sprintf(text + n, "forbid:\n- {id: t, do: [legal]}\n- {id: u, do: [fee]}\n");
  assert_int_equal(compile_bytes(text, n, &f, &p), DUN_E_POLICY);
  assert_int_equal(f.count, 1);
  assert_string_equal(f.list[0].message, "more than 128 rules, the most a policy may have");
  assert_string_equal(f.list[0].path, "forbid[0]");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_rule_is_without_its_keys),
      cmocka_unit_test(the_keys_that_every_rule_may_have),
      cmocka_unit_test(counts_and_distances),
      cmocka_unit_test(hours_of_holidays),
      cmocka_unit_test(the_spacing_of_the_ladder_is_a_duration),
      cmocka_unit_test(bans_and_prerequisites),
      cmocka_unit_test(rules_are_sorted_by_sort),
      cmocka_unit_test(rules_that_do_not_apply_are_dropped),
      cmocka_unit_test(common_keys),
      cmocka_unit_test(counts_that_are_wrong),
      cmocka_unit_test(bans_that_are_wrong),
      cmocka_unit_test(steps_that_rules_forbid),
      cmocka_unit_test(third_parties_need_a_basis_and_hear_nothing_of_the_debt),
      cmocka_unit_test(items_that_a_contact_must_carry),
      cmocka_unit_test(marks_that_rules_require),
      cmocka_unit_test(plans_that_a_cap_thins_out),
      cmocka_unit_test(a_hundred_and_twenty_eight_rules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
