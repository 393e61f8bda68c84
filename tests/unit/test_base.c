/* SPDX-License-Identifier: MIT */
/* lib/base: size-first structs, checked arithmetic, allocator, names and ids, texts of codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/abi.h"
#include "base/arith.h"
#include "base/mem.h"
#include "base/names.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A block of exactly `size` bytes, so that a sanitizer sees one byte too many; struct_size is set
 * if it fits, the rest is `fill`. */
static unsigned char *block(size_t size, uint32_t struct_size, int fill)
{
  unsigned char *p = malloc(size);
  assert_non_null(p);
  memset(p, fill, size);
  memcpy(p, &struct_size, sizeof struct_size);
  return p;
}

static void an_older_callers_missing_fields_read_as_zero(void **state)
{
  struct dun_account ours;
  unsigned char *theirs = block(DUN__ACCOUNT_V1 - 8, DUN__ACCOUNT_V1 - 8, 0x11);
  (void)state;
  memset(&ours, 0xff, sizeof ours);
  assert_int_equal(dun__take(&ours, sizeof ours, DUN__ACCOUNT_V1 - 8, theirs), DUN_OK);
  assert_int_equal(ours.struct_size, DUN__ACCOUNT_V1 - 8);
  assert_true(ours.attribute[DUN_ATTRIBUTES - 2] == INT64_C(0x1111111111111111));
  assert_true(ours.attribute[DUN_ATTRIBUTES - 1] == 0);
  free(theirs);
}

static void a_newer_caller_may_have_zeros_only_in_what_is_unknown(void **state)
{
  static const size_t tails[] = {1, 4, 8, 64};
  (void)state;
  for (size_t i = 0; i < COUNT(tails); i++) {
    size_t size = sizeof(struct dun_account) + tails[i];
    struct dun_account ours = {0};
    unsigned char *theirs = block(size, (uint32_t)size, 0);
    theirs[8] = 7; /* id, whatever the byte order */
    assert_int_equal(dun__take(&ours, sizeof ours, DUN__ACCOUNT_V1, theirs), DUN_OK);
    assert_true(ours.id != 0);
    theirs[size - 1] = 1;
    ours.id = 99;
    assert_int_equal(dun__take(&ours, sizeof ours, DUN__ACCOUNT_V1, theirs), DUN_E_NEWER);
    assert_true(ours.id == 99);
    free(theirs);
  }
}

static void an_absurd_struct_size_is_refused_without_reading_on(void **state)
{
  static const uint32_t sizes[] = {
      0, 1, 4, 8, DUN__ACCOUNT_V1 - 1, DUN__STRUCT_MAX + 1, UINT32_C(1) << 30, UINT32_MAX};
  struct dun_account ours = {0};
  (void)state;
  for (size_t i = 0; i < COUNT(sizes); i++) {
    unsigned char *theirs = block(4, sizes[i], 0);
    assert_int_equal(dun__take(&ours, sizeof ours, DUN__ACCOUNT_V1, theirs), DUN_E_STRUCT);
    assert_int_equal(dun__can_give(theirs, DUN__ACCOUNT_V1), DUN_E_STRUCT);
    free(theirs);
  }
  assert_int_equal(dun__take(&ours, sizeof ours, DUN__ACCOUNT_V1, NULL), DUN_E_INVAL);
  assert_int_equal(dun__can_give(NULL, DUN__ACCOUNT_V1), DUN_E_INVAL);
  assert_int_equal(ours.struct_size, 0);
}

static void the_edges_of_struct_size_are_believed(void **state)
{
  unsigned char *theirs = block(DUN__STRUCT_MAX, DUN__STRUCT_MAX, 0);
  struct dun_account ours;
  (void)state;
  assert_int_equal(dun__take(&ours, sizeof ours, DUN__ACCOUNT_V1, theirs), DUN_OK);
  assert_int_equal(dun__can_give(theirs, DUN__ACCOUNT_V1), DUN_OK);
  free(theirs);
}

static void a_result_fills_the_callers_struct_and_no_byte_more(void **state)
{
  static const size_t sizes[] = {8,
                                 16,
                                 DUN__DECISION_V1 - 8,
                                 DUN__DECISION_V1,
                                 DUN__DECISION_V1 + 1,
                                 DUN__DECISION_V1 + 64,
                                 DUN__STRUCT_MAX};
  struct dun_decision ours;
  (void)state;
  memset(&ours, 0x5a, sizeof ours);
  for (size_t i = 0; i < COUNT(sizes); i++) {
    unsigned char *theirs = block(sizes[i], (uint32_t)sizes[i], 0xee);
    uint32_t size;
    dun__give(theirs, &ours, sizeof ours);
    memcpy(&size, theirs, sizeof size);
    assert_int_equal(size, sizes[i]);
    for (size_t b = 4; b < sizes[i]; b++)
      assert_int_equal(theirs[b], b < sizeof ours ? 0x5a : 0);
    free(theirs);
  }
}

static void init_zeroes_what_it_is_told_and_ignores_nonsense(void **state)
{
  struct dun_account account;
  struct dun_decision decision;
  struct dun_compile compile;
  struct dun_host host;
  unsigned char *small = block(8, 0, 0xee);
  unsigned char *tiny = block(7, 1, 0xee);
  (void)state;
  memset(&account, 0xee, sizeof account);
  memset(&decision, 0xee, sizeof decision);
  memset(&compile, 0xee, sizeof compile);
  memset(&host, 0xee, sizeof host);
  dun_account_init(&account, sizeof account);
  dun_decision_init(&decision, sizeof decision);
  dun_compile_init(&compile, sizeof compile);
  dun_host_init(&host, sizeof host);
  assert_int_equal(account.struct_size, sizeof account);
  assert_true(account.id == 0 && account.flags == 0 && account.attribute[7] == 0);
  assert_int_equal(decision.struct_size, sizeof decision);
  assert_true(decision.kind == 0 && decision.bucket_at == 0);
  assert_int_equal(compile.struct_size, sizeof compile);
  assert_true(compile.report == NULL && compile.zone_dir == NULL);
  assert_int_equal(host.struct_size, sizeof host);
  assert_true(host.claim == NULL && host.alloc == NULL);

  dun__init(small, 8);
  assert_int_equal(small[7], 0);
  dun__init(tiny, 7);
  assert_int_equal(tiny[6], 0xee);
  dun__init(tiny, 0);
  dun__init(tiny, DUN__STRUCT_MAX + 1);
  dun__init(tiny, UINT32_MAX);
  assert_int_equal(tiny[6], 0xee);
  dun__init(NULL, 64);
  dun_account_init(NULL, sizeof account);
  dun_decision_init(NULL, sizeof decision);
  dun_compile_init(NULL, sizeof compile);
  dun_host_init(NULL, sizeof host);
  free(small);
  free(tiny);
}

static void sums_at_the_edges(void **state)
{
  static const struct {
    int64_t a, b, sum;
    bool ok;
  } cases[] = {
      {0, 0, 0, true},
      {INT64_MAX, 0, INT64_MAX, true},
      {INT64_MAX, 1, 0, false},
      {INT64_MAX - 1, 1, INT64_MAX, true},
      {1, INT64_MAX, 0, false},
      {INT64_MIN, 0, INT64_MIN, true},
      {INT64_MIN, -1, 0, false},
      {INT64_MIN + 1, -1, INT64_MIN, true},
      {-1, INT64_MIN, 0, false},
      {INT64_MAX, INT64_MIN, -1, true},
      {INT64_MIN, INT64_MAX, -1, true},
      {INT64_MAX, INT64_MAX, 0, false},
      {INT64_MIN, INT64_MIN, 0, false},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    int64_t out = 42;
    assert_int_equal(dun__add(cases[i].a, cases[i].b, &out), cases[i].ok);
    assert_true(out == (cases[i].ok ? cases[i].sum : 42));
  }
}

static void products_at_the_edges(void **state)
{
  static const struct {
    int64_t a, b, product;
    bool ok;
  } cases[] = {
      {0, INT64_MIN, 0, true},
      {INT64_MIN, 0, 0, true},
      {1, INT64_MIN, INT64_MIN, true},
      {INT64_MIN, 1, INT64_MIN, true},
      {-1, INT64_MIN, 0, false},
      {INT64_MIN, -1, 0, false},
      {-1, INT64_MAX, -INT64_MAX, true},
      {INT64_MAX, -1, -INT64_MAX, true},
      {INT64_MAX, 1, INT64_MAX, true},
      {INT64_MAX, 2, 0, false},
      {2, INT64_MAX, 0, false},
      {-2, INT64_MAX, 0, false},
      {INT64_MAX, -2, 0, false},
      {INT64_MAX / 2, 2, INT64_MAX - 1, true},
      {INT64_MAX / 2 + 1, 2, 0, false},
      {INT64_MIN / 2, 2, INT64_MIN, true},
      {2, INT64_MIN / 2, INT64_MIN, true},
      {INT64_MIN / 2 - 1, 2, 0, false},
      {INT64_MIN / 2, -2, 0, false},
      {-2, INT64_MIN / 2 + 1, INT64_MAX - 1, true},
      {INT64_C(3037000499), INT64_C(3037000499), INT64_C(9223372030926249001), true},
      {INT64_C(3037000500), INT64_C(3037000500), 0, false},
      {INT64_C(-3037000500), INT64_C(-3037000500), 0, false},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    int64_t out = 42;
    assert_int_equal(dun__mul(cases[i].a, cases[i].b, &out), cases[i].ok);
    assert_true(out == (cases[i].ok ? cases[i].product : 42));
  }
}

static void instants_saturate_and_never_stays_never(void **state)
{
  (void)state;
  assert_true(dun__time_add(0, 86400) == 86400);
  assert_true(dun__time_add(DUN_TIME_MAX, 0) == DUN_TIME_MAX);
  assert_true(dun__time_add(DUN_TIME_MAX, 1) == DUN_TIME_NEVER);
  assert_true(dun__time_add(DUN_TIME_MAX - 1, 1) == DUN_TIME_MAX);
  assert_true(dun__time_add(DUN_TIME_MIN, 0) == DUN_TIME_MIN);
  assert_true(dun__time_add(DUN_TIME_MIN, -1) == DUN_TIME_MIN);
  assert_true(dun__time_add(DUN_TIME_MIN + 1, -1) == DUN_TIME_MIN);
  assert_true(dun__time_add(0, INT64_MAX) == DUN_TIME_NEVER);
  assert_true(dun__time_add(0, INT64_MIN) == DUN_TIME_MIN);
  assert_true(dun__time_add(DUN_TIME_MAX, INT64_MAX) == DUN_TIME_NEVER);
  assert_true(dun__time_add(DUN_TIME_MIN, INT64_MIN) == DUN_TIME_MIN);
  assert_true(dun__time_add(DUN_TIME_NEVER, INT64_MIN) == DUN_TIME_NEVER);
  assert_true(dun__time_add(DUN_TIME_NEVER, -1) == DUN_TIME_NEVER);
}

static void floor_division_ranges_and_order(void **state)
{
  (void)state;
  assert_true(dun__floor_div(0, 7) == 0);
  assert_true(dun__floor_div(6, 7) == 0);
  assert_true(dun__floor_div(7, 7) == 1);
  assert_true(dun__floor_div(-1, 7) == -1);
  assert_true(dun__floor_div(-7, 7) == -1);
  assert_true(dun__floor_div(-8, 7) == -2);
  assert_true(dun__floor_div(INT64_MIN, 1) == INT64_MIN);
  assert_true(dun__floor_div(INT64_MAX, 1) == INT64_MAX);
  assert_true(dun__floor_div(INT64_MIN, INT64_MAX) == -2);
  assert_true(dun__time_ok(DUN_TIME_MIN) && dun__time_ok(DUN_TIME_MAX));
  assert_false(dun__time_ok(DUN_TIME_MIN - 1) || dun__time_ok(DUN_TIME_MAX + 1));
  assert_false(dun__time_ok(DUN_TIME_NEVER));
  assert_true(dun__day_ok(DUN_DAY_MIN) && dun__day_ok(DUN_DAY_MAX));
  assert_false(dun__day_ok(DUN_DAY_MIN - 1) || dun__day_ok(DUN_DAY_MAX + 1));
  assert_true(dun__min(-1, 1) == -1 && dun__max(-1, 1) == 1);
}

/* An allocator that counts live bytes and gives a set number of blocks. */
struct meter {
  size_t live, left;
};

static void *meter_alloc(void *user_data, size_t size)
{
  struct meter *m = user_data;
  if (m->left == 0)
    return NULL;
  m->left--;
  m->live += size;
  return malloc(size);
}

static void meter_release(void *user_data, void *memory, size_t size)
{
  struct meter *m = user_data;
  m->live -= size;
  free(memory);
}

static void memory_goes_through_the_callers_allocator(void **state)
{
  struct meter m = {0, 3};
  struct dun_alloc mine = {sizeof mine, 0, &m, meter_alloc, meter_release};
  struct dun_alloc a;
  unsigned char *p, *q;
  (void)state;
  assert_int_equal(dun__alloc_take(&a, &mine), DUN_OK);
  p = dun__alloc(&a, 16);
  assert_non_null(p);
  for (size_t i = 0; i < 16; i++)
    p[i] = (unsigned char)i;
  q = dun__resize(&a, p, 16, 32);
  assert_non_null(q);
  assert_int_equal(q[15], 15);
  assert_int_equal(m.live, 32);
  p = dun__resize(&a, q, 32, 4);
  assert_non_null(p);
  assert_int_equal(p[3], 3);
  assert_int_equal(m.live, 4);
  assert_null(dun__resize(&a, p, 4, 8)); /* no more: the old block stays */
  assert_int_equal(p[3], 3);
  assert_int_equal(m.live, 4);
  assert_null(dun__alloc(&a, 1));
  dun__release(&a, p, 4);
  dun__release(&a, NULL, 4);
  assert_int_equal(m.live, 0);

  m.left = 1;
  p = dun__alloc(&a, 0);
  assert_non_null(p);
  dun__release(&a, p, 0);
  assert_int_equal(m.live, 0);
}

static void a_broken_allocator_is_refused(void **state)
{
  struct meter m = {0, 0};
  struct dun_alloc good = {sizeof good, 0, &m, meter_alloc, meter_release};
  struct dun_alloc bad, out;
  void *p;
  (void)state;
  bad = good;
  bad.alloc = NULL;
  assert_int_equal(dun__alloc_take(&out, &bad), DUN_E_INVAL);
  bad = good;
  bad.release = NULL;
  assert_int_equal(dun__alloc_take(&out, &bad), DUN_E_INVAL);
  bad = good;
  bad.struct_size = 8;
  assert_int_equal(dun__alloc_take(&out, &bad), DUN_E_STRUCT);
  assert_int_equal(dun__alloc_take(&out, NULL), DUN_OK);
  p = dun__alloc(&out, 100);
  assert_non_null(p);
  dun__release(&out, p, 100);
}

static void every_code_has_its_own_text_and_every_number_some(void **state)
{
  (void)state;
  for (dun_rc rc = DUN_E_NOT_FOUND; rc <= DUN_RETRY_LATER; rc++)
    for (dun_rc other = DUN_E_NOT_FOUND; other < rc; other++)
      assert_string_not_equal(dun_strerror(rc), dun_strerror(other));
  for (dun_rc rc = DUN_E_NOT_FOUND; rc < 0; rc++)
    assert_string_not_equal(dun_strerror(rc), dun_strerror(INT32_MIN));
  assert_string_equal(dun_strerror(INT32_MIN), "unknown error");
  assert_string_equal(dun_strerror(DUN_E_NOT_FOUND - 1), "unknown error");
  assert_string_equal(dun_strerror(DUN_RETRY_LATER + 1), "unknown status");
  assert_string_equal(dun_strerror(INT32_MAX), "unknown status");
}

static void the_version_is_the_headers(void **state)
{
  (void)state;
  assert_int_equal(dun_version_number(),
                   DUN_VERSION_MAJOR * 1000000u + DUN_VERSION_MINOR * 1000u + DUN_VERSION_PATCH);
}

static void ids_are_fnv_1a_and_never_zero(void **state)
{
  (void)state;
  assert_int_equal(dun_name_id("a"), UINT32_C(0xe40c292c)); /* the published test vectors */
  assert_int_equal(dun_name_id("foobar"), UINT32_C(0xbf9cf968));
  assert_int_equal(dun_name_id(""), 0);
  assert_int_equal(dun_name_id(NULL), 0);
  assert_int_equal(dun_zone_id("Asia/Shanghai"), dun_name_id("Asia/Shanghai"));
  assert_int_equal(dun__hash("foobarbaz", 6), dun_name_id("foobar"));
  /* the four-byte text whose FNV-1a is 0 */
  assert_int_equal(dun__hash("\xcc\x24\x31\xc4", 4), 1);
}

static void channel_ids_carry_kind_and_name(void **state)
{
  uint32_t sms = dun_channel_id(DUN_CONTACT_TEXT, "sms");
  (void)state;
  assert_int_equal(sms >> 28, DUN_CONTACT_TEXT);
  assert_int_equal(sms & UINT32_C(0x0fffffff), dun_name_id("sms") & UINT32_C(0x0fffffff));
  assert_int_equal(dun_channel_id(DUN_CONTACT_VISIT, "sms") >> 28, DUN_CONTACT_VISIT);
  assert_int_equal(dun_channel_id(0, "sms"), 0);
  assert_int_equal(dun_channel_id(DUN_CONTACT_VISIT + 1, "sms"), 0);
  assert_int_equal(dun_channel_id(UINT32_MAX, "sms"), 0);
  assert_int_equal(dun_channel_id(DUN_CONTACT_TEXT, ""), 0);
  assert_int_equal(dun_channel_id(DUN_CONTACT_TEXT, NULL), 0);
}

static void currencies_are_three_capitals(void **state)
{
  static const char *const bad[] = {NULL, "", "E", "EU", "EURO", "eur", "E1R", "EU ", "\xc3\x84X"};
  (void)state;
  assert_int_equal(dun_currency_id("EUR"), UINT32_C(0x455552));
  assert_int_equal(dun_currency_id("AAA"), UINT32_C(0x414141));
  assert_int_equal(dun_currency_id("ZZZ"), UINT32_C(0x5a5a5a));
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_int_equal(dun_currency_id(bad[i]), 0);
}

static void names_of_constants_go_there_and_back(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < DUN__OUTCOMES; i++) {
    assert_non_null(dun_outcome_name(i));
    assert_int_equal(dun_outcome_from_name(dun_outcome_name(i)), i);
  }
  assert_null(dun_outcome_name(DUN__OUTCOMES));
  assert_null(dun_outcome_name(UINT32_MAX));
  assert_int_equal(dun_outcome_from_name("Sent"), UINT32_MAX);
  assert_int_equal(dun_outcome_from_name(""), UINT32_MAX);
  assert_int_equal(dun_outcome_from_name(NULL), UINT32_MAX);
  for (uint32_t i = DUN_ACTION_CONTACT; i <= DUN_ACTION_CHARGE_OFF; i++)
    assert_int_equal(dun__action_from_name(dun_action_name(i), strlen(dun_action_name(i))), i);
  for (uint32_t i = DUN_CONTACT_VOICE; i <= DUN_CONTACT_VISIT; i++)
    assert_int_equal(dun__contact_from_name(dun_contact_name(i), strlen(dun_contact_name(i))), i);
  for (uint32_t i = DUN_HOLD_DISPUTE; i <= DUN_HOLD_MANUAL; i++)
    assert_int_equal(dun__hold_from_name(dun_hold_name(i), strlen(dun_hold_name(i))), i);
  for (uint32_t i = 0; i < DUN_PARTIES; i++)
    assert_int_equal(dun__party_from_name(dun_party_name(i), strlen(dun_party_name(i))), i + 1);
  for (uint32_t i = DUN_DECISION_ACT; i <= DUN_DECISION_IDLE; i++)
    assert_non_null(dun_decision_name(i));
  assert_string_equal(dun_decision_name(DUN_DECISION_ACT), "act");
  assert_string_equal(dun_action_name(DUN_ACTION_CHARGE_OFF), "charge_off");
  assert_null(dun_action_name(0));
  assert_null(dun_action_name(DUN_ACTION_CHARGE_OFF + 1));
  assert_null(dun_contact_name(0));
  assert_null(dun_contact_name(DUN_CONTACT_VISIT + 1));
  assert_null(dun_hold_name(0));
  assert_null(dun_hold_name(DUN_HOLD_MANUAL + 1));
  assert_null(dun_party_name(DUN_PARTIES));
  assert_null(dun_decision_name(0));
  assert_null(dun_decision_name(DUN_DECISION_IDLE + 1));
  assert_int_equal(dun__action_from_name("fees", 4), 0);
  assert_int_equal(dun__action_from_name("feed", 3), DUN_ACTION_FEE);
  assert_int_equal(dun__party_from_name("", 0), 0);
}

static void each_reason_bit_has_a_name_and_nothing_else_has(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < 64; i++) {
    const char *name = dun_reason_name(UINT64_C(1) << i);
    if (UINT64_C(1) << i <= DUN_REASON_WAIVED)
      assert_non_null(name);
    else
      assert_null(name);
  }
  assert_string_equal(dun_reason_name(DUN_REASON_CLOCK), "clock");
  assert_string_equal(dun_reason_name(DUN_REASON_NEVER_OPEN), "never_open");
  assert_string_equal(dun_reason_name(DUN_REASON_ZONE2), "zone2");
  assert_string_equal(dun_reason_name(DUN_REASON_LIMITATION), "limitation");
  assert_string_equal(dun_reason_name(DUN_REASON_STAY), "stay");
  assert_null(dun_reason_name(0));
  assert_null(dun_reason_name(DUN_REASON_CLOCK | DUN_REASON_SMALL));
  assert_null(dun_reason_name(UINT64_MAX));
}

/* Design 6: the traits of every outcome, letter by letter. */
static void outcomes_have_the_traits_of_the_contract(void **state)
{
  static const struct {
    const char *name, *traits;
  } table[] = {
      {"none", ""},
      {"queued", "A"},
      {"sent", "AS"},
      {"delivered", "ACS"},
      {"read", "ACS"},
      {"unknown", "A"},
      {"failed_temporary", "F"},
      {"busy", "F"},
      {"declined", "F"},
      {"failed_permanent", "FD"},
      {"not_in_service", "FD"},
      {"no_answer", "A"},
      {"voicemail", "ACS"},
      {"wrong_party", "ACFD"},
      {"third_party", "AC"},
      {"conversation", "ACVS"},
      {"disputed", "ACVS"},
      {"promised", "ACVSk"},
      {"will_pay_part", "ACVSk"},
      {"asks_plan", "ACVSk"},
      {"asks_time", "ACVSk"},
      {"hardship", "ACVSk"},
      {"callback", "ACVSk"},
      {"paid", "ACVSk"},
      {"refused", "ACVSr"},
      {"hung_up", "ACVSr"},
      {"opted_out", "ACVSr"},
      {"done", "S"},
  };
  static const char letters[] = "ACVSFkrD"; /* in the order of the trait bits */
  (void)state;
  assert_int_equal(COUNT(table), DUN__OUTCOMES);
  for (uint32_t i = 0; i < DUN__OUTCOMES; i++) {
    uint32_t want = 0;
    for (const char *c = table[i].traits; *c != '\0'; c++)
      want |= UINT32_C(1) << (strchr(letters, *c) - letters);
    assert_string_equal(dun_outcome_name(i), table[i].name);
    assert_int_equal(dun__outcome_traits(i), want);
    assert_int_equal(dun__performs(i) != 0, i > DUN_OUTCOME_QUEUED && i != DUN_OUTCOME_UNKNOWN &&
                                                strchr(table[i].traits, 'F') == NULL);
  }
  assert_int_equal(dun__outcome_traits(DUN__OUTCOMES_OVER), 0);
  assert_int_equal(dun__outcome_traits(UINT32_MAX), 0);
}

static void a_refusal_in_writing_is_no_conversation_and_else_the_same(void **state)
{
  static const struct {
    uint32_t outcome, written;
  } both[] = {{DUN_OUTCOME_REFUSED, DUN__WRITTEN_REFUSED},
              {DUN_OUTCOME_HUNG_UP, DUN__WRITTEN_HUNG_UP},
              {DUN_OUTCOME_OPTED_OUT, DUN__WRITTEN_OPTED_OUT}};
  (void)state;
  for (size_t i = 0; i < COUNT(both); i++) {
    for (uint32_t kind = 0; kind <= DUN_CONTACT_VISIT; kind++) {
      bool spoken = kind == DUN_CONTACT_VOICE || kind == DUN_CONTACT_VISIT;
      assert_int_equal(dun__outcome_over(both[i].outcome, kind),
                       spoken ? both[i].outcome : both[i].written);
    }
    assert_int_equal(dun__outcome_traits(both[i].outcome),
                     dun__outcome_traits(both[i].written) | DUN__TRAIT_CONVERSATION);
    assert_false(dun__outcome_set("conversation", 12) & UINT32_C(1) << both[i].written);
    assert_true(dun__outcome_set("refusing", 8) & UINT32_C(1) << both[i].written);
  }
  for (uint32_t i = 0; i < DUN__OUTCOMES; i++)
    if (i < DUN_OUTCOME_REFUSED || i > DUN_OUTCOME_OPTED_OUT)
      assert_int_equal(dun__outcome_over(i, DUN_CONTACT_TEXT), i);
}

static void a_set_of_outcomes_is_named_by_trait_or_outcome(void **state)
{
  (void)state;
  assert_int_equal(dun__outcome_set("done", 4), UINT32_C(1) << DUN_OUTCOME_DONE);
  assert_int_equal(
      dun__outcome_set("failure", 7),
      UINT32_C(1) << DUN_OUTCOME_FAILED_TEMPORARY | UINT32_C(1) << DUN_OUTCOME_BUSY |
          UINT32_C(1) << DUN_OUTCOME_DECLINED | UINT32_C(1) << DUN_OUTCOME_FAILED_PERMANENT |
          UINT32_C(1) << DUN_OUTCOME_NOT_IN_SERVICE | UINT32_C(1) << DUN_OUTCOME_WRONG_PARTY);
  assert_true(dun__outcome_set("conversation", 12) & UINT32_C(1) << DUN_OUTCOME_REFUSED);
  assert_int_equal(dun__outcome_set("hung_up", 7),
                   UINT32_C(1) << DUN_OUTCOME_HUNG_UP | UINT32_C(1) << DUN__WRITTEN_HUNG_UP);
  assert_true(dun__outcome_set("success", 7) & UINT32_C(1) << DUN_OUTCOME_DONE);
  assert_false(dun__outcome_set("success", 7) & UINT32_C(1) << DUN_OUTCOME_UNKNOWN);
  assert_int_equal(dun__outcome_set("none", 4), 0);
  assert_int_equal(dun__outcome_set("dead", 4), 0);
  assert_int_equal(dun__outcome_set("", 0), 0);
}

/* Guards the second run of this suite: the locale it asks for is really in force. */
static void the_locale_asked_for_is_in_force(void **state)
{
  (void)state;
  assert_string_equal(setlocale(LC_ALL, NULL), getenv("DUN_TEST_LOCALE"));
  assert_string_equal(localeconv()->decimal_point, ",");
}

static void an_allocator_with_a_field_of_a_later_version_is_refused(void **state)
{
  struct dun_alloc caller, out;
  (void)state;
  assert_int_equal(dun__alloc_take(&caller, NULL), DUN_OK);
  assert_int_equal(dun__alloc_take(&out, &caller), DUN_OK);
  caller.reserved = 1;
  assert_int_equal(dun__alloc_take(&out, &caller), DUN_E_NEWER);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_allocator_with_a_field_of_a_later_version_is_refused),
      cmocka_unit_test(an_older_callers_missing_fields_read_as_zero),
      cmocka_unit_test(a_newer_caller_may_have_zeros_only_in_what_is_unknown),
      cmocka_unit_test(an_absurd_struct_size_is_refused_without_reading_on),
      cmocka_unit_test(the_edges_of_struct_size_are_believed),
      cmocka_unit_test(a_result_fills_the_callers_struct_and_no_byte_more),
      cmocka_unit_test(init_zeroes_what_it_is_told_and_ignores_nonsense),
      cmocka_unit_test(sums_at_the_edges),
      cmocka_unit_test(products_at_the_edges),
      cmocka_unit_test(instants_saturate_and_never_stays_never),
      cmocka_unit_test(floor_division_ranges_and_order),
      cmocka_unit_test(memory_goes_through_the_callers_allocator),
      cmocka_unit_test(a_broken_allocator_is_refused),
      cmocka_unit_test(every_code_has_its_own_text_and_every_number_some),
      cmocka_unit_test(the_version_is_the_headers),
      cmocka_unit_test(ids_are_fnv_1a_and_never_zero),
      cmocka_unit_test(channel_ids_carry_kind_and_name),
      cmocka_unit_test(currencies_are_three_capitals),
      cmocka_unit_test(names_of_constants_go_there_and_back),
      cmocka_unit_test(each_reason_bit_has_a_name_and_nothing_else_has),
      cmocka_unit_test(outcomes_have_the_traits_of_the_contract),
      cmocka_unit_test(a_refusal_in_writing_is_no_conversation_and_else_the_same),
      cmocka_unit_test(a_set_of_outcomes_is_named_by_trait_or_outcome),
      cmocka_unit_test(the_locale_asked_for_is_in_force),
  };
  /* The last one is for the run that asks for a locale. */
  return _cmocka_run_group_tests("base", tests, COUNT(tests) - (getenv("DUN_TEST_LOCALE") == NULL),
                                 NULL, NULL);
}
