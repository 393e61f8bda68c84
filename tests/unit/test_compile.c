/* SPDX-License-Identifier: MIT */
/* What a good policy text compiles to: every key of the language, field by field. */
#include "compile_case.h"

#include "base/names.h"
#include "policy/model.h"

static const struct dun__step *step_of(const dun_policy *p, const char *name)
{
  uint32_t i = dun_policy_find(p, DUN_NAME_STEP, name);
  assert_true(i > 0);
  return &dun__steps(p)[i - 1];
}

static void assert_span(struct dun__span span, uint32_t unit, int32_t n)
{
  assert_int_equal(span.unit, unit);
  assert_int_equal(span.n, n);
}

static void the_smallest_policy(void **state)
{
  dun_policy *p = good(HEAD "stages: [{name: a, from: 0d, steps: []}]\n");
  (void)state;
  assert_string_equal(dun_policy_name(p, DUN_NAME_POLICY, 1), "x");
  assert_int_equal(p->stages.count, 1);
  assert_int_equal(p->steps.count, 0);
  assert_int_equal(p->revision, 0);
  assert_int_equal(p->currency, 0);
  assert_int_equal(p->grace, 0);
  assert_int_equal(p->zones.count, 1);
  assert_int_equal(dun__zone_at(p, 0)->id, dun_zone_id("Asia/Shanghai"));
  assert_int_equal(dun__step_find(p, 7), DUN__NONE);
  dun_policy_unref(p);
}

static void the_header(void **state)
{
  dun_policy *p =
      good("name: the-name_9\nrevision: 4294967295\ncurrency: CNY\nzone: UTC\n"
           "zones: [Asia/Shanghai, UTC, America/New_York, Asia/Shanghai]\n"
           "grace: 3d\nignore_below: 1000000000000000000\nactor: third_party_collector\n"
           "debt: business\nattributes: [score, no, p2]\n"
           "stages: [{name: a, from: grace+2d, steps: []}]\ndun: 1\n");
  (void)state;
  assert_int_equal(dun_policy_revision(p), UINT32_MAX);
  assert_int_equal(p->currency, dun_currency_id("CNY"));
  assert_int_equal(p->grace, 3);
  assert_true(p->ignore_below == DUN_AMOUNT_MAX);
  assert_int_equal(dun__stages(p)[0].from, 6);
  assert_int_equal(p->zones.count, 3); /* the policy's own first, each once */
  assert_string_equal(dun_policy_name(p, DUN_NAME_ZONE, 1), "UTC");
  assert_string_equal(dun_policy_name(p, DUN_NAME_ZONE, 2), "Asia/Shanghai");
  assert_string_equal(dun_policy_name(p, DUN_NAME_ZONE, 3), "America/New_York");
  for (uint32_t i = 0; i < 3; i++)
    assert_int_equal(dun__zone_at(p, i)->id, dun_zone_id(dun_policy_name(p, DUN_NAME_ZONE, i + 1)));
  assert_string_equal(dun_policy_name(p, DUN_NAME_ATTRIBUTE, 2), "no");
  dun_policy_unref(p);
}

static void days_of_the_ladder(void **state)
{
  dun_policy *p = good(HEAD "stages:\n"
                            "- {name: a, from: -36524d, steps: []}\n"
                            "- {name: b, from: -3d, steps: []}\n"
                            "- {name: c, from: 0d, steps: []}\n"
                            "- {name: d, from: grace, steps: []}\n"
                            "- {name: e, from: grace+36523d, steps: []}\n");
  static const int32_t want[] = {-36524, -3, 0, 1, 36524};
  (void)state;
  for (int i = 0; i < 5; i++)
    assert_int_equal(dun__stages(p)[i].from, want[i]);
  dun_policy_unref(p);
}

static void channels(void **state)
{
  dun_policy *p = good(HEAD "channels:\n"
                            "  sms: text\n"
                            "  phone: {kind: voice, redeliver: false, settle: 36h}\n"
                            "  chat: {kind: social, basis: agreed, redeliver: true, settle: 2w}\n"
                            "stages: [{name: a, from: 0d, steps: []}]\n");
  const struct dun__channel *c = dun__channels(p);
  (void)state;
  assert_int_equal(p->channels.count, 3);
  assert_int_equal(c[0].kind, DUN_CONTACT_TEXT);
  assert_int_equal(c[0].redeliver, 1);
  assert_span(c[0].settle, DUN__SPAN_DAYS, 3);
  assert_int_equal(c[0].id, dun_channel_id(DUN_CONTACT_TEXT, "sms"));
  assert_int_equal(c[1].kind, DUN_CONTACT_VOICE);
  assert_int_equal(c[1].redeliver, 0);
  assert_span(c[1].settle, DUN__SPAN_SECONDS, 36 * 3600);
  assert_int_equal(c[2].kind, DUN_CONTACT_SOCIAL);
  assert_span(c[2].settle, DUN__SPAN_DAYS, 14);
  dun_policy_unref(p);
}

static void check_day(const dun_policy *p, uint32_t rule, uint32_t day, const char *want)
{
  const struct dun__week *week = &dun__rules(p)[rule].week;
  char got[128] = "";
  for (uint32_t i = week->first[day]; i < week->first[day + 1]; i++)
    snprintf(got + strlen(got), sizeof got - strlen(got), "%u-%u ", dun__windows(p)[i].from,
             dun__windows(p)[i].to);
  assert_string_equal(got, want);
}

static void hours(void **state)
{
  dun_policy *p = good(
      HEAD "channels: {sms: text, phone: voice, app: push, post: letter, door: visit}\n"
           "hours:\n"
           "- {id: a, kinds: [voice, text], source: law, all: [\"08:00-20:00\"], sun: [],\n"
           "   weekend: [\"10:00-12:00\"], wed: [\"18:00-24:00\", \"00:00-06:00\", \"05:00-07:00\","
           " \"07:00-08:00\"]}\n"
           "- {id: b, kinds: [email, voice], mon: ['09:00-09:01']}\n"
           "stages: [{name: a, from: 0d, steps: []}]\n");
  (void)state;
  assert_int_equal(p->rules.count, 2);
  assert_int_equal(dun__rules(p)[0].kinds, 1u << DUN_CONTACT_VOICE | 1u << DUN_CONTACT_TEXT);
  assert_string_equal(dun__string(p, dun__rules(p)[0].name), "a");
  check_day(p, 0, 0, "480-1200 ");
  check_day(p, 0, 2, "0-480 1080-1440 "); /* sorted; what overlaps or touches is one */
  check_day(p, 0, 5, "600-720 ");         /* the narrower key wins */
  check_day(p, 0, 6, "");
  check_day(p, 1, 0, "540-541 ");
  check_day(p, 1, 1, ""); /* no key: closed */
  /* the floor: intrusive kinds that the policy has and no rule binds; a letter intrudes on nobody */
  assert_int_equal(p->floor_kinds, 1u << DUN_CONTACT_PUSH | 1u << DUN_CONTACT_VISIT);
  dun_policy_unref(p);
}

static void calendars(void **state)
{
  dun_policy *p = good(
      HEAD "calendars:\n"
           "  us: {weekend: [sun, sat]}\n"
           "  cn: {workdays: [2026-01-04], holidays: [2027-02-05, 2026-01-01, 2026-01-03],\n"
           "       weekend: [sat, sun], valid: [2026, 2027]}\n"
           "  plain: {holidays: [], weekend: []}\n"
           "calendar: cn\n"
           "stages:\n"
           "- name: a\n"
           "  from: 0d\n"
           "  steps:\n"
           "  - {name: s, do: task, in: 0bd, every: 25000bd, within: 1200mo, time: \"09:00\"}\n"
           "  - {name: t, do: task, after: {step: s, wait: 3bd}, within: 0mo,\n"
           "     requires: [{step: s, wait: 1mo}]}\n");
  const struct dun__calendar *c = dun__calendars(p);
  const struct dun__calendar_date *d = dun__dates(p);
  dun_day first = 0;
  (void)state;
  assert_int_equal(p->calendars.count, 3);
  assert_int_equal(p->calendar, 1);
  assert_string_equal(dun__string(p, dun__calendar_names(p)[1]), "cn");
  assert_int_equal(c[0].weekend, 0x60);
  assert_int_equal(c[0].count, 0);
  assert_int_equal(c[0].from, DUN_DAY_MIN);
  assert_int_equal(c[0].until, DUN_DAY_MAX);
  assert_int_equal(dun_day_from_date(2026, 1, 1, &first), DUN_OK);
  assert_int_equal(c[1].from, first);
  assert_int_equal(c[1].until, first + 729);
  assert_int_equal(c[1].count, 4);
  d += c[1].first;
  assert_int_equal(d[0].day, first); /* sorted, whatever their order */
  assert_int_equal(d[1].day, first + 2);
  assert_int_equal(d[2].day, first + 3);
  assert_int_equal(d[3].day, first + 400);
  assert_int_equal(d[2].open, 1);
  assert_int_equal(d[3].open, 0);
  assert_int_equal(d[0].extra, -1); /* a Thursday lost, a Saturday was none, a Sunday won */
  assert_int_equal(d[1].extra, -1);
  assert_int_equal(d[2].extra, 0);
  assert_int_equal(d[3].extra, -1);
  assert_int_equal(c[2].weekend, 0);
  assert_span(dun__steps(p)[0].span, DUN__SPAN_BUSINESS, 0);
  assert_span(dun__steps(p)[0].every, DUN__SPAN_BUSINESS, 25000);
  assert_span(dun__steps(p)[0].within, DUN__SPAN_MONTHS, 1200);
  assert_span(dun__steps(p)[1].span, DUN__SPAN_BUSINESS, 3);
  assert_span(dun__steps(p)[1].within, DUN__SPAN_MONTHS, 0);
  assert_span(dun__requires(p)[dun__steps(p)[1].require].wait, DUN__SPAN_MONTHS, 1);
  dun_policy_unref(p);
  p = good(HEAD "stages: [{name: a, from: 0d, steps: []}]\n");
  assert_int_equal(p->calendar, DUN__NONE);
  dun_policy_unref(p);
}

static void steps(void **state)
{
  dun_policy *p = good(
      OPEN
      "stages:\n"
      "- name: a\n"
      "  from: -1d\n"
      "  steps: [{name: early, use: sms}]\n"
      "- name: b\n"
      "  from: 5d\n"
      "  requires: [{step: early}, {mark: told, outcome: [delivered, refusing], wait: 4h}]\n"
      "  steps:\n"
      "  - {name: s1, use: [mail, sms], to: guarantor, template: T-1, at: 7d, time: \"09:30\",\n"
      "     every: 2d, times: 3, within: 0d, marks: told}\n"
      "  - {name: s2, use: sms, do: contact, template: T-1, in: 90m, every: 15m, marks: told}\n"
      "  - {name: s3, do: legal, after: {step: s1, wait: 3w}, final: true, within: 4h,\n"
      "     requires: [{step: early}, {step: s1, outcome: done, wait: 0d}]}\n"
      "  - {name: s4, do: charge_off, after: {step: s3}, time: 23:59}\n");
  const struct dun__step *s1 = step_of(p, "s1"), *s2 = step_of(p, "s2"), *s3 = step_of(p, "s3");
  const struct dun__step *s4 = step_of(p, "s4"), *early = step_of(p, "early");
  const struct dun__stage *b = &dun__stages(p)[1];
  const struct dun__require *r = dun__requires(p);
  const struct dun__prereq *q = dun__prereqs(p);
  (void)state;
  assert_int_equal(b->step, 1);
  assert_int_equal(b->steps, 4);
  assert_int_equal(b->requires, 2);
  assert_int_equal(early->action, DUN_ACTION_CONTACT);
  assert_int_equal(early->timing, DUN__TIMING_ENTRY);
  assert_int_equal(early->times, 1);
  assert_int_equal(early->time, DUN__NO_TIME);
  assert_int_equal(early->text, DUN__NONE);
  assert_int_equal(early->mark, DUN__NONE);
  assert_int_equal(early->when, DUN__NONE);
  assert_int_equal(early->after, DUN__NONE);
  assert_span(early->within, DUN__SPAN_NONE, 0);
  assert_span(early->every, DUN__SPAN_NONE, 0);

  assert_int_equal(s1->id, dun_name_id("s1"));
  assert_int_equal(s1->stage, 1);
  assert_int_equal(s1->party, DUN_PARTY_GUARANTOR);
  assert_int_equal(s1->channels, 2);
  assert_int_equal(s1->channel[0], 1);
  assert_int_equal(s1->channel[1], 0);
  assert_int_equal(s1->timing, DUN__TIMING_AT);
  assert_int_equal(s1->at, 7);
  assert_int_equal(s1->time, 9 * 60 + 30);
  assert_span(s1->every, DUN__SPAN_DAYS, 2);
  assert_int_equal(s1->times, 3);
  assert_span(s1->within, DUN__SPAN_DAYS, 0);
  assert_int_equal(s1->text, s2->text);
  assert_int_equal(s1->mark, s2->mark);

  assert_int_equal(s2->timing, DUN__TIMING_IN);
  assert_span(s2->span, DUN__SPAN_SECONDS, 5400);
  assert_span(s2->every, DUN__SPAN_SECONDS, 900);
  assert_int_equal(s2->times, 0);

  assert_int_equal(s3->action, DUN_ACTION_LEGAL);
  assert_int_equal(s3->timing, DUN__TIMING_AFTER);
  assert_int_equal(s3->after, 1);
  assert_span(s3->span, DUN__SPAN_DAYS, 21);
  assert_int_equal(s3->final, 1);
  assert_int_equal(s4->after, 3);
  assert_span(s4->span, DUN__SPAN_NONE, 0);
  assert_int_equal(s4->time, 1439);

  assert_int_equal(p->prereqs.count, 3); /* {early, success} is shared by stage and step */
  assert_int_equal(r[b->require].prereq, r[s3->require].prereq);
  assert_int_equal(q[r[b->require].prereq].outcomes, dun__outcome_set("success", 7));
  assert_int_equal(q[r[b->require + 1].prereq].mark, 0);
  assert_int_equal(q[r[b->require + 1].prereq].step, DUN__NONE);
  assert_int_equal(q[r[b->require + 1].prereq].outcomes,
                   1u << DUN_OUTCOME_DELIVERED | dun__outcome_set("refusing", 8));
  assert_span(r[b->require + 1].wait, DUN__SPAN_SECONDS, 4 * 3600);
  assert_span(r[s3->require + 1].wait, DUN__SPAN_DAYS, 0);
  for (uint32_t i = 0; i < p->steps.count; i++)
    assert_int_equal(dun__step_find(p, dun__steps(p)[i].id), i);
  dun_policy_unref(p);
}

/* A test that is a bit, as text: field[low..high ...], read back from the rows of its field. */
static void draw_test(const dun_policy *p, uint32_t bit, char *out, size_t room)
{
  const struct dun__field *f = dun__tested(p);
  bool before = false;
  uint32_t n = 0;
  while (n < p->tested.count && bit >= (uint32_t)f->bit + f->tests) {
    f++;
    n++;
  }
  assert_true(n < p->tested.count && bit >= f->bit);
  snprintf(out + strlen(out), room - strlen(out), "%u[", f->field);
  for (uint32_t k = 0; k <= f->thresholds; k++) {
    const uint64_t *row = dun__rows(p) + f->row + k * f->words;
    const int64_t *edge = dun__thresholds(p) + f->threshold;
    bool now = row[bit / 64 - f->bit / 64] >> (bit % 64) & 1u;
    assert_true(k == 0 || k == f->thresholds || edge[k - 1] < edge[k]);
    if (before && !now)
      snprintf(out + strlen(out), room - strlen(out), "%lld ", (long long)(edge[k - 1] - 1));
    if (!before && now && k > 0)
      snprintf(out + strlen(out), room - strlen(out), "%lld", (long long)edge[k - 1]);
    if (!before && now)
      strcat(out, "..");
    before = now;
  }
  strcat(out, before ? " ]" : "]");
}

/* A tree as text: all(...), any(...), with `!` before a test that must not hold. */
static uint32_t draw(const dun_policy *p, uint32_t at, char *out, size_t room)
{
  const struct dun__when *w = &dun__whens(p)[at];
  strcat(out, w->op == DUN__WHEN_ALL ? "all(" : "any(");
  for (uint32_t m = w->mask; m < (uint32_t)w->mask + w->masks; m++)
    for (uint32_t i = 0; i < 64; i++) {
      const struct dun__mask *mask = &dun__masks(p)[m];
      if (mask->set >> i & 1u)
        draw_test(p, mask->word * 64 + i, out, room);
      if (mask->clear >> i & 1u) {
        strcat(out, "!");
        draw_test(p, mask->word * 64 + i, out, room);
      }
    }
  for (uint32_t i = at + 1; i < w->next;)
    i = draw(p, i, out, room);
  strcat(out, ")");
  return w->next;
}

static void check_when(const char *when, const char *want)
{
  char text[1024], got[1024] = "";
  dun_policy *p;
  snprintf(text, sizeof text,
           HEAD "grace: 3d\nattributes: [score, vip]\nbuckets: {M0: 0d, M1: 1d, M2: 31d, M3: 61d}\n"
                "stages: [{name: a, from: 0d, when: %s, steps: []}]\n",
           when);
  p = good(text);
  draw(p, dun__stages(p)[0].when, got, sizeof got);
  assert_string_equal(got, want);
  dun_policy_unref(p);
}

static void conditions(void **state)
{
  (void)state;
  check_when("{dpd: 5}", "all(0[5..5 ])");
  check_when("{dpd: [grace, 20d, 21, -3d]}", "all(0[-3..-3 4..4 20..21 ])");
  check_when("{past_due: {min: 100, below: 200}}", "all(1[100..199 ])");
  check_when("{balance: {min: -5}}", "all(2[-5.. ])");
  check_when("{minimum_due: {below: 0}, late_fees: 1}", "all(3[..-1 ]4[1..1 ])");
  check_when("{prior_delinquencies: [0, {min: 3}, 1, {min: 2, below: 4}]}", "all(5[0.. ])");
  check_when("{bucket: M1}", "all(0[1..30 ])");
  check_when("{bucket: [M3, M0]}", "all(0[0..0 61.. ])");
  check_when("{bucket: [M2, M1]}", "all(0[1..60 ])");
  check_when("{score: -9223372036854775808, vip: 9223372036854775807}",
             "all(8[..-9223372036854775808 ]9[9223372036854775807.. ])");
  check_when("{attempts.voice: {min: 3}, attempts.visit: 0, conversations: [1, 2]}",
             "all(17[3.. ]23[0..0 ]24[1..2 ])");
  check_when("{party: guarantor}", "all(30[1..1 ])");
  check_when("{party: [borrower, third_party]}", "any(28[1..1 ]31[1..1 ])");
  check_when("{days_since.attempt: {min: 3}}", "all(32[3.. ])");
  check_when("{days_since.conversation: 0, days_since.refusing: {below: 9}}",
             "all(33[0..0 ]38[..8 ])");
  check_when("{days_since.queued: 1, days_since.opted_out: 36524, days_since.done: 2}",
             "all(41[1..1 ]66[36524..36524 ]67[2..2 ])");
}

/* `not` stands at the tests, what is alike is one node, and equal tests are one. */
static void trees_are_flat(void **state)
{
  (void)state;
  check_when("{any: [{dpd: 1}, {vip: 1, score: 2}], not: {not: {dpd: 2}}}",
             "all(0[2..2 ]any(0[1..1 ]all(8[2..2 ]9[1..1 ])))");
  check_when("{not: {score: 2}}", "any(!8[2..2 ])");
  check_when("{not: {dpd: 1, score: 2}}", "any(!0[1..1 ]!8[2..2 ])");
  check_when("{not: {any: [{dpd: 1}, {score: 2}]}}", "all(!0[1..1 ]!8[2..2 ])");
  check_when("{not: {dpd: 1, not: {any: [{score: 2}, {vip: 3}]}}}",
             "any(!0[1..1 ]8[2..2 ]9[3..3 ])");
  check_when("{not: {dpd: 1, any: [{score: 2}, {vip: 3}]}}",
             "any(!0[1..1 ]all(!8[2..2 ]!9[3..3 ]))");
  check_when("{any: [{any: [{dpd: 1}, {dpd: 2}]}, {any: [{score: 1}]}, {dpd: 1}]}",
             "any(0[1..1 ]0[2..2 ]8[1..1 ])");
  check_when("{any: [{dpd: [1, 3]}, {dpd: [3, 1], vip: 1}]}",
             "any(0[1..1 3..3 ]all(0[1..1 3..3 ]9[1..1 ]))");
  check_when("{not: {party: [borrower, guarantor]}}", "all(!28[1..1 ]!30[1..1 ])");
}

static void json_is_read(void **state)
{
  dun_policy *p = good(
      "{\"dun\":1,\"name\":\"x\",\"zone\":\"UTC\",\"conduct\":\"none\",\"basis\":\"a \\u00e9 \\/ "
      "\\\"\",\n"
      "\t\"channels\":{\"sms\":\"text\",\"post\":{\"kind\":\"letter\",\"redeliver\":false}},\r\n"
      "\t\"stages\":[{\"name\":\"a\",\"from\":\"1d\",\"when\":{\"dpd\":{\"min\":1}},\"steps\":\n"
      "\t\t[{\"name\":\"s\",\"use\":[\"sms\",\"post\"],\"every\":\"2d\",\"times\":3,"
      "\"final\":true}]}]}\n");
  (void)state;
  assert_int_equal(step_of(p, "s")->times, 3);
  assert_int_equal(step_of(p, "s")->final, 1);
  dun_policy_unref(p);
}

static void scalars_are_what_the_schema_says(void **state)
{
  /* no, null, true, 1e3 and on are names where a name is wanted, quoted or not */
  dun_policy *p = good("\xef\xbb\xbf%YAML 1.2\n---\n\"dun\": \"1\"\nname: no\nzone: 'UTC'\n"
                       "attributes: [null, true, 1e3, 007]\nrevision: '007'\n"
                       "stages: [{name: 'on', from: \"1d\", steps: [{name: y, do: task,"
                       " final: 'false', template: off}]}]\n...\n");
  (void)state;
  assert_string_equal(dun_policy_name(p, DUN_NAME_POLICY, 1), "no");
  assert_string_equal(dun_policy_name(p, DUN_NAME_ATTRIBUTE, 1), "null");
  assert_string_equal(dun_policy_name(p, DUN_NAME_STAGE, 1), "on");
  assert_int_equal(dun_policy_revision(p), 7);
  assert_int_equal(step_of(p, "y")->final, 0);
  dun_policy_unref(p);
}

/* A list of numbered things into a text. */
static char *many(char *at, int count, const char *format)
{
  char piece[128];
  for (int i = 0; i < count; i++) {
    const char *from = format;
    size_t n = 0;
    for (; *from != '\0'; from++)
      n += (size_t)(*from == '#' ? snprintf(piece + n, sizeof piece - n, "%d", i)
                                 : snprintf(piece + n, sizeof piece - n, "%c", *from));
    at += sprintf(at, "%s", piece);
  }
  return at;
}

static void every_limit_can_be_reached(void **state)
{
  static char text[65536];
  char *at = text + sprintf(text, HEAD "channels: {");
  dun_policy *p;
  (void)state;
  at = many(at, 16, "c#: text, ");
  at += sprintf(at, "}\nconduct: none\nbasis: test\nbuckets: {");
  at = many(at, 64, "B#: #d, ");
  at += sprintf(at, "}\nattributes: [");
  at = many(at, 8, "a#, ");
  at += sprintf(at, "]\nhours:\n");
  at = many(at, 128, "- {id: r#, kinds: [text], all: ['08:00-20:00']}\n");
  at += sprintf(at, "stages:\n");
  at = many(at, 31, "- {name: s#, from: #d, steps: []}\n");
  at += sprintf(at, "- name: last\n  from: 99d\n  steps:\n");
  at = many(at, 128, "  - {name: t#, use: c3, template: x#, marks: m#}\n");
  p = good(text);
  assert_int_equal(p->channels.count, DUN__MAX_CHANNELS);
  assert_int_equal(p->buckets.count, DUN__MAX_BUCKETS);
  assert_int_equal(p->attributes.count, DUN_ATTRIBUTES);
  assert_int_equal(p->rules.count, DUN__MAX_RULES);
  assert_int_equal(p->stages.count, DUN__MAX_STAGES);
  assert_int_equal(p->steps.count, DUN__MAX_STEPS);
  assert_int_equal(p->marks.count, 128);
  assert_int_equal(p->texts.count, 128);
  assert_int_equal(dun__step_find(p, dun_name_id("t127")), 127);
  dun_policy_unref(p);
}

struct zones {
  char asked[256];
  const void *data;
  size_t size;
};

static dun_rc give_zone(void *user_data, const char *zone, const void **data, size_t *size)
{
  struct zones *z = user_data;
  strcat(z->asked, zone);
  strcat(z->asked, " ");
  *data = z->data;
  *size = z->size;
  return strcmp(zone, "Not/Here") == 0 ? DUN_E_NOT_FOUND : DUN_OK;
}

static void zones_from_the_host(void **state)
{
  static const char *const text = "dun: 1\nname: x\nzone: My/Zone\nzones: [Other, My/Zone, Other]\n"
                                  "stages: [{name: a, from: 0d, steps: []}]\n";
  static const char *const bad = "dun: 1\nname: x\nzone: Not/Here\n"
                                 "stages: [{name: a, from: 0d, steps: []}]\n";
  unsigned char tzif[4096];
  FILE *f = fopen("/usr/share/zoneinfo/Asia/Shanghai", "rb");
  struct zones z = {"", tzif, 0};
  struct findings found = {.count = 0};
  struct dun_compile options;
  dun_policy *p;
  dun_day day;
  (void)state;
  assert_non_null(f);
  z.size = fread(tzif, 1, sizeof tzif, f);
  fclose(f);
  dun_compile_init(&options, sizeof options);
  options.zone_data = give_zone;
  options.zone_user_data = &z;
  options.zone_dir = "/nowhere";
  options.report = gather;
  options.report_data = &found;
  assert_int_equal(dun_policy_compile(&p, text, strlen(text), &options), DUN_OK);
  assert_string_equal(z.asked, "My/Zone Other ");
  assert_int_equal(dun_zone_day(p, dun_zone_id("Other"), 16 * 3600, &day), DUN_OK);
  assert_int_equal(day, 1);
  dun_policy_unref(p);

  assert_int_equal(dun_policy_compile(&p, bad, strlen(bad), &options), DUN_E_POLICY);
  assert_int_equal(found.count, 1);
  assert_non_null(strstr(found.list[0].message, "the host has no such zone"));
  z.size = 20;
  found.count = 0;
  assert_int_equal(dun_policy_compile(&p, text, strlen(text), &options), DUN_E_POLICY);
  assert_int_equal(found.count, 2); /* each zone once */
  assert_int_equal(found.list[0].line, 3);
  options.zone_data = NULL;
  found.count = 0;
  assert_int_equal(dun_policy_compile(&p, text, strlen(text), &options), DUN_E_POLICY);
  assert_int_equal(found.list[0].line, 3);
  assert_string_equal(found.list[1].path, "zones[0]");
}

static void arguments_are_checked(void **state)
{
  struct {
    struct dun_compile known;
    uint64_t tail;
  } newer;
  struct dun_compile options;
  struct dun_alloc alloc = {(uint32_t)sizeof alloc, 0, NULL, NULL, NULL};
  dun_policy *p = (dun_policy *)(void *)&options;
  (void)state;
  assert_int_equal(dun_policy_compile(NULL, "", 0, NULL), DUN_E_INVAL);
  assert_int_equal(dun_policy_compile(&p, NULL, 0, NULL), DUN_E_INVAL);
  assert_null(p);
  dun_compile_init(&options, sizeof options);
  options.struct_size = 7;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_STRUCT);
  dun_compile_init(&options, sizeof options);
  options.reserved = 1;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_NEWER);
  dun_compile_init(&options, sizeof options);
  options.alloc = &alloc;
  assert_int_equal(dun_policy_compile(&p, "", 0, &options), DUN_E_INVAL);
  memset(&newer, 0, sizeof newer);
  newer.known.struct_size = (uint32_t)sizeof newer;
  assert_int_equal(dun_policy_compile(&p, "", 0, &newer.known), DUN_E_POLICY);
  newer.tail = 1;
  assert_int_equal(dun_policy_compile(&p, "", 0, &newer.known), DUN_E_NEWER);
  assert_int_equal(dun_policy_compile(&p, "", 0, NULL), DUN_E_POLICY);
  assert_null(p);
}

static void the_ladder(void **state)
{
  dun_policy *p = good(HEAD "stages: [{name: a, from: 0d, steps: []}]\n");
  (void)state;
  assert_int_equal(p->advance, DUN__ADVANCE_DIRECT);
  assert_int_equal(p->catch_up, DUN__CATCH_UP_NEWEST);
  assert_int_equal(p->keeps_stage, 0);
  assert_int_equal(p->cycle, DUN__CYCLE_DUE);
  assert_int_equal(p->spacing.unit, DUN__SPAN_NONE);
  assert_int_equal(dun__stages(p)[0].min_stay.unit, DUN__SPAN_NONE);
  dun_policy_unref(p);
  p = good(HEAD "advance: direct\ncatch_up: newest\ndeescalate: true\ncycle: due\n"
                "stages: [{name: a, from: 0d, steps: []}]\n");
  assert_int_equal(p->advance, DUN__ADVANCE_DIRECT);
  assert_int_equal(p->catch_up, DUN__CATCH_UP_NEWEST);
  assert_int_equal(p->keeps_stage, 0);
  assert_int_equal(p->cycle, DUN__CYCLE_DUE);
  dun_policy_unref(p);
  p = good(HEAD "spacing: 4h\nadvance: stepwise\ncatch_up: each\ndeescalate: false\n"
                "cycle: episode\nstages:\n- {name: a, from: 0d, min_stay: 3d, steps: []}\n"
                "- {name: b, from: 1d, min_stay: 1m, steps: []}\n");
  assert_int_equal(p->advance, DUN__ADVANCE_STEPWISE);
  assert_int_equal(p->catch_up, DUN__CATCH_UP_EACH);
  assert_int_equal(p->keeps_stage, 1);
  assert_int_equal(p->cycle, DUN__CYCLE_EPISODE);
  assert_span(p->spacing, DUN__SPAN_SECONDS, 4 * 3600);
  assert_span(dun__stages(p)[0].min_stay, DUN__SPAN_DAYS, 3);
  assert_span(dun__stages(p)[1].min_stay, DUN__SPAN_SECONDS, 60);
  dun_policy_unref(p);
  p = good(HEAD "catch_up: skip\nstages: [{name: a, from: 0d, steps: []}]\n");
  assert_int_equal(p->catch_up, DUN__CATCH_UP_SKIP);
  dun_policy_unref(p);
  dun_policy_unref(good(HEAD "catch_up: each\nstages: [{name: a, from: 0d, steps: []}]\n"));
}

static void what_becomes_of_a_step(void **state)
{
  dun_policy *p = good(
      OPEN "stages:\n- name: a\n  from: 1d\n  steps:\n"
           "  - {name: plain, use: [sms, mail]}\n"
           "  - {name: done, use: {any: [phone, sms]}, within: 0d, late: do, optional: true,\n"
           "     retry: {times: 1, every: 1m}, final: false}\n"
           "  - {name: missed, do: charge_off, within: 1d, late: skip, final: true,\n"
           "     retry: {times: 100, every: 2d, backoff: 1000}}\n"
           "  - {name: call, use: phone, every: 2d, within: 4h, late: {escalate: boss}}\n"
           "  - {name: visit, do: task, within: 1d, late: {escalate: boss}, optional: false}\n"
           "  - {name: boss, do: fee, on_escalation: true, within: 1d, late: {escalate: plain}}\n"
           "  - {name: next, do: task, after: {step: boss}, requires: [{step: boss}],\n"
           "     on_escalation: false}\n");
  const struct dun__step *plain = step_of(p, "plain"), *done = step_of(p, "done"),
                         *missed = step_of(p, "missed"), *call = step_of(p, "call"),
                         *visit = step_of(p, "visit"), *boss = step_of(p, "boss");
  (void)state;
  assert_int_equal(plain->late, DUN__LATE_UNSAID);
  assert_int_equal(plain->escalate, DUN__NONE);
  assert_int_equal(plain->any, 0);
  assert_int_equal(plain->optional, 0);
  assert_int_equal(plain->on_escalation, 0);
  assert_int_equal(plain->retry_times, DUN__RETRY_UNSAID);
  assert_int_equal(plain->retry_every.unit, DUN__SPAN_NONE);
  assert_int_equal(plain->retry_backoff, 100);
  assert_int_equal(done->late, DUN__LATE_DO);
  assert_span(done->within, DUN__SPAN_DAYS, 0);
  assert_int_equal(done->any, 1);
  assert_int_equal(done->channels, 2);
  assert_int_equal(done->channel[0], 2);
  assert_int_equal(done->channel[1], 0);
  assert_int_equal(done->optional, 1);
  assert_int_equal(done->retry_times, 1);
  assert_span(done->retry_every, DUN__SPAN_SECONDS, 60);
  assert_int_equal(done->retry_backoff, 100);
  assert_int_equal(missed->late, DUN__LATE_SKIP);
  assert_int_equal(missed->final, 1);
  assert_int_equal(missed->retry_times, 100);
  assert_span(missed->retry_every, DUN__SPAN_DAYS, 2);
  assert_int_equal(missed->retry_backoff, 1000);
  assert_int_equal(call->late, DUN__LATE_ESCALATE);
  assert_ptr_equal(&dun__steps(p)[call->escalate], boss);
  assert_int_equal(visit->escalate, call->escalate);
  assert_int_equal(visit->optional, 0);
  assert_int_equal(boss->on_escalation, 1);
  assert_int_equal(boss->timing, DUN__TIMING_ENTRY);
  assert_int_equal(boss->time, DUN__NO_TIME);
  assert_int_equal(boss->times, 0); /* as often as another is late */
  assert_span(boss->within, DUN__SPAN_DAYS, 1);
  assert_ptr_equal(&dun__steps(p)[boss->escalate], plain);
  assert_int_equal(step_of(p, "next")->on_escalation, 0);
  dun_policy_unref(p);
}

/* A file of the project: it lies beside the sources, wherever the test runs. */
static char *read_file(const char *path, size_t *size)
{
  char name[1024];
  const char *here = strstr(__FILE__, "tests/unit/");
  char *text = calloc(1, 1u << 20);
  FILE *f;
  assert_non_null(text);
  assert_non_null(here);
  snprintf(name, sizeof name, "%.*s%s", (int)(here - __FILE__), __FILE__, path);
  f = fopen(name, "rb");
  if (f == NULL)
    print_message("# cannot open %s\n", name);
  assert_non_null(f);
  *size = fread(text, 1, (1u << 20) - 1, f);
  fclose(f);
  return text;
}

static void the_seed_ladder_compiles(void **state)
{
  size_t size;
  char *text = read_file("examples/policies/chengeshe.yaml", &size);
  dun_policy *p = good(text);
  (void)state;
  assert_int_equal(p->stages.count, 6);
  assert_int_equal(dun__stages(p)[2].from, 4);
  assert_int_equal(dun__stages(p)[4].from, 20);
  assert_int_equal(dun__stages(p)[5].from, 410);
  assert_int_equal(p->buckets.count, 8);
  assert_int_equal(step_of(p, "file-suit")->final, 1);
  assert_int_equal(step_of(p, "file-suit")->requires, 2);
  assert_int_equal(p->floor_kinds, 0);
  dun_policy_unref(p);
  free(text);
}

/* Each yaml block of docs/policy.md that starts with `dun: 1` is a whole policy. */
static void the_samples_of_the_docs_compile(void **state)
{
  size_t size;
  char *text = read_file("docs/policy.md", &size), *at = text;
  int samples = 0;
  (void)state;
  while ((at = strstr(at, "```yaml\n")) != NULL) {
    char *block = at + strlen("```yaml\n"), *end = strstr(block, "```\n");
    assert_non_null(end);
    at = end + 4;
    if (strncmp(block, "dun: 1\n", 7) != 0)
      continue;
    *end = '\0';
    dun_policy_unref(good(block));
    samples++;
  }
  assert_true(samples >= 3);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_smallest_policy),
      cmocka_unit_test(the_header),
      cmocka_unit_test(days_of_the_ladder),
      cmocka_unit_test(channels),
      cmocka_unit_test(hours),
      cmocka_unit_test(calendars),
      cmocka_unit_test(steps),
      cmocka_unit_test(conditions),
      cmocka_unit_test(trees_are_flat),
      cmocka_unit_test(json_is_read),
      cmocka_unit_test(scalars_are_what_the_schema_says),
      cmocka_unit_test(every_limit_can_be_reached),
      cmocka_unit_test(the_ladder),
      cmocka_unit_test(what_becomes_of_a_step),
      cmocka_unit_test(zones_from_the_host),
      cmocka_unit_test(arguments_are_checked),
      cmocka_unit_test(the_seed_ladder_compiles),
      cmocka_unit_test(the_samples_of_the_docs_compile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
