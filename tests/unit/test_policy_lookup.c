/* SPDX-License-Identifier: MIT */
/* What a compiled policy is asked for: names, ids, zones, and its references across threads. */
#include "compile_case.h"

#include <pthread.h>

static const char text[] = OPEN
    "zones: [UTC, America/New_York, America/Sao_Paulo]\nrevision: 12\nbuckets: {M0: 0d, M1: 1d}\n"
    "attributes: [score]\n"
    "stages:\n- {name: a, from: -1d, steps: [{name: s, use: sms, template: T, marks: m}]}\n"
    "- {name: b, from: 1d, steps: [{name: t, do: task}, {name: u, do: task}]}\n";

static void names_and_counts(void **state)
{
  static const struct {
    uint32_t what, count;
    const char *first, *last;
  } want[] = {
      {DUN_NAME_POLICY, 1, "x", "x"},
      {DUN_NAME_STAGE, 2, "a", "b"},
      {DUN_NAME_STEP, 3, "s", "u"},
      {DUN_NAME_CHANNEL, 3, "sms", "phone"},
      {DUN_NAME_TEMPLATE, 1, "T", "T"},
      {DUN_NAME_BUCKET, 2, "M0", "M1"},
      {DUN_NAME_ATTRIBUTE, 1, "score", "score"},
      {DUN_NAME_ZONE, 4, "Asia/Shanghai", "America/Sao_Paulo"},
      {DUN_NAME_MARK, 1, "m", "m"},
  };
  dun_policy *p = good(text);
  (void)state;
  for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
    uint32_t what = want[i].what, n = want[i].count;
    assert_int_equal(dun_policy_count(p, what), n);
    assert_string_equal(dun_policy_name(p, what, 1), want[i].first);
    assert_string_equal(dun_policy_name(p, what, n), want[i].last);
    assert_null(dun_policy_name(p, what, 0));
    assert_null(dun_policy_name(p, what, n + 1));
    assert_null(dun_policy_name(p, what, UINT32_MAX));
    for (uint32_t k = 1; k <= n; k++)
      assert_int_equal(dun_policy_find(p, what, dun_policy_name(p, what, k)), k);
    assert_int_equal(dun_policy_find(p, what, "nobody"), 0);
    assert_int_equal(dun_policy_find(p, what, ""), 0);
    assert_int_equal(dun_policy_find(p, what, NULL), 0);
    assert_int_equal(dun_policy_count(NULL, what), 0);
    assert_null(dun_policy_name(NULL, what, 1));
    assert_int_equal(dun_policy_find(NULL, what, "x"), 0);
  }
  assert_int_equal(dun_policy_count(p, 9), 0);
  assert_null(dun_policy_name(p, 9, 1));
  assert_int_equal(dun_policy_find(p, UINT32_MAX, "x"), 0);
  assert_int_equal(dun_policy_revision(p), 12);
  assert_int_equal(dun_policy_revision(NULL), 0);
  dun_policy_unref(p);
}

static void channels_and_steps(void **state)
{
  dun_policy *p = good(HEAD "channels: {sms: text, phone: {kind: voice, redeliver: false}}\n"
                            "stages:\n- {name: a, from: 0d, steps: [{name: s, do: task}]}\n"
                            "- {name: b, from: 1d, steps: [{name: t, do: task}]}\n");
  (void)state;
  assert_int_equal(dun_policy_channel_id(p, 1), dun_channel_id(DUN_CONTACT_TEXT, "sms"));
  assert_int_equal(dun_policy_channel_id(p, 2), dun_channel_id(DUN_CONTACT_VOICE, "phone"));
  assert_int_equal(dun_policy_channel_id(p, 0), 0);
  assert_int_equal(dun_policy_channel_id(p, 3), 0);
  assert_int_equal(dun_policy_channel_id(NULL, 1), 0);
  assert_int_equal(dun_policy_channel_redeliver(p, 1), 1);
  assert_int_equal(dun_policy_channel_redeliver(p, 2), 0);
  assert_int_equal(dun_policy_channel_redeliver(p, 3), 0);
  assert_int_equal(dun_policy_channel_redeliver(NULL, 1), 0);
  assert_int_equal(dun_policy_step_stage(p, 1), 1);
  assert_int_equal(dun_policy_step_stage(p, 2), 2);
  assert_int_equal(dun_policy_step_stage(p, 0), 0);
  assert_int_equal(dun_policy_step_stage(p, 3), 0);
  assert_int_equal(dun_policy_step_stage(NULL, 1), 0);
  dun_policy_unref(p);
}

static void assert_items(const dun_policy *p, uint32_t step, uint32_t what, const char *want)
{
  uint32_t n = dun_policy_step_items(p, step, what);
  char got[256] = "";
  for (uint32_t i = 1; i <= n; i++)
    snprintf(got + strlen(got), sizeof got - strlen(got), "%s ",
             dun_policy_step_item(p, step, what, i));
  assert_string_equal(got, want);
  assert_null(dun_policy_step_item(p, step, what, 0));
  assert_null(dun_policy_step_item(p, step, what, n + 1));
  assert_null(dun_policy_step_item(p, step, what, UINT32_MAX));
}

static void items_of_steps(void **state)
{
  dun_policy *p = good(OPEN "stages:\n- {name: a, from: 0d, steps: [{name: s, do: task},\n"
                            "   {name: t, use: sms, discloses: [amount, due_date, how_to_pay]},\n"
                            "   {name: u, use: phone, guide: [verify, explain],\n"
                            "    discloses: [how_to_pay, agent, amount]},\n"
                            "   {name: v, use: phone, guide: [agent]}]}\n");
  (void)state;
  assert_items(p, 1, DUN_ITEM_DISCLOSES, "");
  assert_items(p, 1, DUN_ITEM_GUIDE, "");
  assert_items(p, 2, DUN_ITEM_DISCLOSES, "amount due_date how_to_pay ");
  assert_items(p, 2, DUN_ITEM_GUIDE, "");
  assert_items(p, 3, DUN_ITEM_DISCLOSES, "how_to_pay agent amount ");
  assert_items(p, 3, DUN_ITEM_GUIDE, "verify explain ");
  assert_items(p, 4, DUN_ITEM_DISCLOSES, "");
  assert_items(p, 4, DUN_ITEM_GUIDE, "agent ");
  assert_items(p, 0, DUN_ITEM_GUIDE, "");
  assert_items(p, 5, DUN_ITEM_GUIDE, "");
  assert_items(p, UINT32_MAX, DUN_ITEM_GUIDE, "");
  assert_items(p, 3, 0, "");
  assert_items(p, 3, 3, "");
  assert_items(NULL, 3, DUN_ITEM_GUIDE, "");
  dun_policy_unref(p);
}

static void reach(void **state)
{
  dun_policy *p = good(text);
  struct dun_account a;
  (void)state;
  dun_account_init(&a, sizeof a);
  assert_int_equal(dun_account_reach(p, &a, DUN_PARTY_BORROWER, "sms"), DUN_OK);
  assert_int_equal(dun_account_reach(p, &a, DUN_PARTY_BORROWER, "phone"), DUN_OK);
  assert_int_equal(dun_account_reach(p, &a, DUN_PARTY_THIRD_PARTY, "mail"), DUN_OK);
  assert_int_equal(a.reach[DUN_PARTY_BORROWER], 5);
  assert_int_equal(a.reach[DUN_PARTY_THIRD_PARTY], 2);
  assert_int_equal(dun_account_reach(p, &a, DUN_PARTIES, "sms"), DUN_E_INVAL);
  assert_int_equal(dun_account_reach(p, &a, 0, "fax"), DUN_E_NOT_FOUND);
  assert_int_equal(dun_account_reach(NULL, &a, 0, "sms"), DUN_E_INVAL);
  assert_int_equal(dun_account_reach(p, NULL, 0, "sms"), DUN_E_INVAL);
  assert_int_equal(dun_account_reach(p, &a, 0, NULL), DUN_E_INVAL);
  assert_int_equal(a.reach[DUN_PARTY_BORROWER], 5);
  dun_policy_unref(p);
}

static void instants_in_zones(void **state)
{
  dun_policy *p = good(text);
  const uint32_t ny = dun_zone_id("America/New_York"), sp = dun_zone_id("America/Sao_Paulo");
  char out[32];
  dun_time t = 7;
  dun_day day = 7, want;
  (void)state;
  assert_int_equal(dun_time_parse("2026-01-14T09:00:00+08:00", 25, &t), DUN_OK);
  assert_int_equal(dun_time_format(p, 0, t, out), DUN_OK);
  assert_string_equal(out, "2026-01-14T09:00:00+08:00");
  assert_int_equal(dun_time_format(p, ny, t, out), DUN_OK);
  assert_string_equal(out, "2026-01-13T20:00:00-05:00");
  assert_int_equal(dun_time_format(p, dun_zone_id("UTC"), t, out), DUN_OK);
  assert_string_equal(out, "2026-01-14T01:00:00Z");
  assert_int_equal(dun_time_format(p, 0, DUN_TIME_NEVER, out), DUN_OK);
  assert_string_equal(out, "never");
  assert_int_equal(dun_time_format(p, 0, DUN_TIME_MAX + 1, out), DUN_E_RANGE);
  assert_int_equal(dun_time_format(p, 1, t, out), DUN_E_ZONE);
  assert_int_equal(dun_time_format(NULL, 0, t, out), DUN_E_INVAL);
  assert_int_equal(dun_time_format(p, 0, t, NULL), DUN_E_INVAL);

  assert_int_equal(dun_day_from_date(2026, 1, 13, &want), DUN_OK);
  assert_int_equal(dun_zone_day(p, ny, t, &day), DUN_OK);
  assert_int_equal(day, want);
  assert_int_equal(dun_zone_day(p, 0, t, &day), DUN_OK);
  assert_int_equal(day, want + 1);
  assert_int_equal(dun_zone_day(p, 1, t, &day), DUN_E_ZONE);
  assert_int_equal(dun_zone_day(p, 0, DUN_TIME_NEVER, &day), DUN_E_RANGE);
  assert_int_equal(dun_zone_day(p, 0, t, NULL), DUN_E_INVAL);
  assert_int_equal(dun_zone_day(NULL, 0, t, &day), DUN_E_INVAL);
  assert_int_equal(day, want + 1);

  assert_int_equal(dun_zone_instant(p, 0, want + 1, 540, &t), DUN_OK);
  assert_int_equal(dun_time_format(p, 0, t, out), DUN_OK);
  assert_string_equal(out, "2026-01-14T09:00:00+08:00");
  /* Sao Paulo, 2018-11-04: midnight was skipped, the day began at 01:00 */
  assert_int_equal(dun_day_from_date(2018, 11, 4, &want), DUN_OK);
  assert_int_equal(dun_zone_instant(p, sp, want, 0, &t), DUN_OK);
  assert_int_equal(dun_time_format(p, sp, t, out), DUN_OK);
  assert_string_equal(out, "2018-11-04T01:00:00-02:00");
  /* New York, 2026-11-01 01:30 happens twice: the earlier */
  assert_int_equal(dun_day_from_date(2026, 11, 1, &want), DUN_OK);
  assert_int_equal(dun_zone_instant(p, ny, want, 90, &t), DUN_OK);
  assert_int_equal(dun_time_format(p, ny, t, out), DUN_OK);
  assert_string_equal(out, "2026-11-01T01:30:00-04:00");
  assert_int_equal(dun_zone_instant(p, ny, want, 1440, &t), DUN_E_INVAL);
  assert_int_equal(dun_zone_instant(p, 1, want, 0, &t), DUN_E_ZONE);
  assert_int_equal(dun_zone_instant(p, 0, DUN_DAY_MAX + 1, 0, &t), DUN_E_RANGE);
  assert_int_equal(dun_zone_instant(p, 0, DUN_DAY_MIN, 0, &t), DUN_E_RANGE); /* before year 1 UTC */
  assert_int_equal(dun_zone_instant(p, 0, want, 0, NULL), DUN_E_INVAL);
  assert_int_equal(dun_zone_instant(NULL, 0, want, 0, &t), DUN_E_INVAL);
  dun_policy_unref(p);
}

static void *ref_and_unref(void *policy)
{
  for (int i = 0; i < 20000; i++) {
    dun_policy *p = dun_policy_ref(policy);
    if (dun_policy_count(p, DUN_NAME_STEP) != 3)
      abort();
    dun_policy_unref(p);
  }
  dun_policy_unref(policy);
  return NULL;
}

static void references_from_many_threads(void **state)
{
  struct heap heap = {SIZE_MAX, 0, 0, 0, 0, 0};
  struct dun_alloc alloc = heap_of(&heap);
  struct dun_compile options;
  dun_policy *p;
  pthread_t threads[4];
  (void)state;
  assert_null(dun_policy_ref(NULL));
  dun_policy_unref(NULL);
  dun_compile_init(&options, sizeof options);
  options.alloc = &alloc;
  assert_int_equal(dun_policy_compile(&p, text, sizeof text - 1, &options), DUN_OK);
  memset(&alloc, 0, sizeof alloc); /* it was copied */
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, ref_and_unref, dun_policy_ref(p)), 0);
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  assert_int_equal(heap.live, 1);
  dun_policy_unref(p);
  assert_int_equal(heap.live, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_and_counts),  cmocka_unit_test(channels_and_steps),
      cmocka_unit_test(items_of_steps),    cmocka_unit_test(reach),
      cmocka_unit_test(instants_in_zones), cmocka_unit_test(references_from_many_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
