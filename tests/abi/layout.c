/* SPDX-License-Identifier: MIT */
/*
 * The ABI, line by line: every field's type and place, every constant's value. It compiles, or
 * the ABI changed. A field or constant that is added gets a line here; until 1.0 a line may change, with
 * an **ABI** entry in CHANGELOG.md; from 1.0 on a released line is never edited.
 */
#include <stddef.h>

#include <dun/dun.h>

#define FIELD(T, m, type, offset) \
  _Static_assert(offsetof(struct T, m) == (offset), #T "." #m " moved"); \
  _Static_assert(_Generic(&((struct T *)0)->m, type * : 1, default : 0), \
                 #T "." #m " changed its type")
#define ARRAY(T, m, type, count, offset) \
  _Static_assert(offsetof(struct T, m) == (offset), #T "." #m " moved"); \
  _Static_assert(_Generic(&((struct T *)0)->m, type(*)[count] : 1, default : 0), \
                 #T "." #m " changed its type")
#define SIZE(T, bytes) _Static_assert(sizeof(struct T) == (bytes), #T " changed its size")
#define VALUE(name, value) _Static_assert((name) == (value), #name " changed its value")

FIELD(dun_account, struct_size, uint32_t, 0);
FIELD(dun_account, flags, uint32_t, 4);
FIELD(dun_account, id, uint64_t, 8);
FIELD(dun_account, past_due, int64_t, 16);
FIELD(dun_account, review_at, dun_time, 24);
FIELD(dun_account, due_day, dun_day, 32);
FIELD(dun_account, zone, uint32_t, 36);
FIELD(dun_account, zone2, uint32_t, 40);
FIELD(dun_account, currency, uint32_t, 44);
FIELD(dun_account, person, uint64_t, 48);
FIELD(dun_account, balance, int64_t, 56);
FIELD(dun_account, minimum_due, int64_t, 64);
FIELD(dun_account, late_fees, int64_t, 72);
FIELD(dun_account, limitation_day, dun_day, 80);
FIELD(dun_account, prior_delinquencies, uint32_t, 84);
ARRAY(dun_account, reach, uint32_t, DUN_PARTIES, 88);
ARRAY(dun_account, party_zone, uint32_t, DUN_PARTIES, 104);
ARRAY(dun_account, attribute, int64_t, DUN_ATTRIBUTES, 120);
SIZE(dun_account, 184);

FIELD(dun_event, occurred_at, dun_time, 0);
FIELD(dun_event, recorded_at, dun_time, 8);
FIELD(dun_event, account, uint64_t, 16);
FIELD(dun_event, amount, int64_t, 24);
FIELD(dun_event, until, dun_time, 32);
FIELD(dun_event, due_day, dun_day, 40);
FIELD(dun_event, step, uint32_t, 44);
FIELD(dun_event, channel, uint32_t, 48);
FIELD(dun_event, detail, uint32_t, 52);
FIELD(dun_event, occurrence, uint16_t, 56);
FIELD(dun_event, kind, uint8_t, 58);
FIELD(dun_event, outcome, uint8_t, 59);
FIELD(dun_event, party, uint8_t, 60);
FIELD(dun_event, address, uint8_t, 61);
FIELD(dun_event, attempt, uint8_t, 62);
FIELD(dun_event, flags, uint8_t, 63);
SIZE(dun_event, 64);

FIELD(dun_decision, struct_size, uint32_t, 0);
FIELD(dun_decision, kind, uint32_t, 4);
FIELD(dun_decision, reasons, uint64_t, 8);
FIELD(dun_decision, account, uint64_t, 16);
FIELD(dun_decision, due_day, dun_day, 24);
FIELD(dun_decision, step_id, uint32_t, 28);
FIELD(dun_decision, occurrence, uint16_t, 32);
FIELD(dun_decision, attempt, uint8_t, 34);
FIELD(dun_decision, party, uint8_t, 35);
FIELD(dun_decision, channel_id, uint32_t, 36);
FIELD(dun_decision, stage, uint32_t, 40);
FIELD(dun_decision, step, uint32_t, 44);
FIELD(dun_decision, action, uint32_t, 48);
FIELD(dun_decision, channel, uint32_t, 52);
FIELD(dun_decision, template_, uint32_t, 56);
FIELD(dun_decision, for_step, uint32_t, 60);
FIELD(dun_decision, bucket, uint32_t, 64);
FIELD(dun_decision, dpd, int32_t, 68);
FIELD(dun_decision, posture, uint32_t, 72);
FIELD(dun_decision, variant, uint32_t, 76);
FIELD(dun_decision, amount, int64_t, 80);
FIELD(dun_decision, planned_at, dun_time, 88);
FIELD(dun_decision, not_before, dun_time, 96);
FIELD(dun_decision, deadline, dun_time, 104);
FIELD(dun_decision, review_at, dun_time, 112);
FIELD(dun_decision, bucket_at, dun_time, 120);
SIZE(dun_decision, 128);

FIELD(dun_permission, struct_size, uint32_t, 0);
FIELD(dun_permission, permitted, uint32_t, 4);
FIELD(dun_permission, next, dun_time, 8);
FIELD(dun_permission, reasons, uint64_t, 16);
SIZE(dun_permission, 24);

FIELD(dun_diagnostic, struct_size, uint32_t, 0);
FIELD(dun_diagnostic, severity, uint32_t, 4);
FIELD(dun_diagnostic, line, uint32_t, 8);
FIELD(dun_diagnostic, column, uint32_t, 12);
ARRAY(dun_diagnostic, path, char, 128, 16);
ARRAY(dun_diagnostic, message, char, 256, 144);
ARRAY(dun_diagnostic, hint, char, 128, 400);
SIZE(dun_diagnostic, 528);

FIELD(dun_record, struct_size, uint32_t, 0);
FIELD(dun_record, happened, uint32_t, 4);
FIELD(dun_record, account, uint64_t, 8);
FIELD(dun_record, events, const struct dun_event *, 16);
FIELD(dun_record, count, uint64_t, 24);
FIELD(dun_record, review_at, dun_time, 32);
SIZE(dun_record, 40);

FIELD(dun_receipt, struct_size, uint32_t, 0);
FIELD(dun_receipt, outcome, uint32_t, 4);
FIELD(dun_receipt, address, uint32_t, 8);
FIELD(dun_receipt, reserved, uint32_t, 12);
FIELD(dun_receipt, retry_at, dun_time, 16);
SIZE(dun_receipt, 24);

FIELD(dun_run_report, struct_size, uint32_t, 0);
FIELD(dun_run_report, more, uint32_t, 4);
FIELD(dun_run_report, persons, uint64_t, 8);
FIELD(dun_run_report, decisions, uint64_t, 16);
FIELD(dun_run_report, delivered, uint64_t, 24);
FIELD(dun_run_report, deferred, uint64_t, 32);
FIELD(dun_run_report, unknown, uint64_t, 40);
FIELD(dun_run_report, cured, uint64_t, 48);
FIELD(dun_run_report, conflicts, uint64_t, 56);
FIELD(dun_run_report, set_aside, uint64_t, 64);
SIZE(dun_run_report, 72);

/* These hold pointers: the places are those of 64-bit systems. */
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(offsetof(struct dun_alloc, alloc) == 16, "dun_alloc.alloc moved");
_Static_assert(offsetof(struct dun_alloc, release) == 24, "dun_alloc.release moved");
FIELD(dun_alloc, struct_size, uint32_t, 0);
FIELD(dun_alloc, reserved, uint32_t, 4);
FIELD(dun_alloc, user_data, void *, 8);
SIZE(dun_alloc, 32);

_Static_assert(offsetof(struct dun_compile, report) == 16, "dun_compile.report moved");
_Static_assert(offsetof(struct dun_compile, zone_data) == 32, "dun_compile.zone_data moved");
FIELD(dun_compile, struct_size, uint32_t, 0);
FIELD(dun_compile, reserved, uint32_t, 4);
FIELD(dun_compile, alloc, const struct dun_alloc *, 8);
FIELD(dun_compile, report_data, void *, 24);
FIELD(dun_compile, zone_user_data, void *, 40);
FIELD(dun_compile, zone_dir, const char *, 48);
SIZE(dun_compile, 56);

FIELD(dun_claim, struct_size, uint32_t, 0);
FIELD(dun_claim, account_count, uint32_t, 4);
FIELD(dun_claim, accounts, const struct dun_account *, 8);
FIELD(dun_claim, events, const struct dun_event *, 16);
FIELD(dun_claim, event_count, uint64_t, 24);
FIELD(dun_claim, person, uint64_t, 32);
FIELD(dun_claim, token, uint64_t, 40);
SIZE(dun_claim, 48);

FIELD(dun_notice, struct_size, uint32_t, 0);
FIELD(dun_notice, again, uint32_t, 4);
FIELD(dun_notice, account, const struct dun_account *, 8);
FIELD(dun_notice, decision, const struct dun_decision *, 16);
FIELD(dun_notice, stage, const char *, 24);
FIELD(dun_notice, step, const char *, 32);
FIELD(dun_notice, channel, const char *, 40);
FIELD(dun_notice, template_, const char *, 48);
SIZE(dun_notice, 56);

_Static_assert(offsetof(struct dun_host, claim) == 16, "dun_host.claim moved");
_Static_assert(offsetof(struct dun_host, record) == 24, "dun_host.record moved");
_Static_assert(offsetof(struct dun_host, deliver) == 32, "dun_host.deliver moved");
_Static_assert(offsetof(struct dun_host, log) == 40, "dun_host.log moved");
_Static_assert(offsetof(struct dun_host, release) == 64, "dun_host.release moved");
FIELD(dun_host, struct_size, uint32_t, 0);
FIELD(dun_host, running, uint32_t, 4);
FIELD(dun_host, user_data, void *, 8);
FIELD(dun_host, lease, int64_t, 48);
FIELD(dun_host, alloc, const struct dun_alloc *, 56);
SIZE(dun_host, 72);

#endif

VALUE(DUN_OK, 0);
VALUE(DUN_NOTHING_DUE, 1);
VALUE(DUN_RETRY_LATER, 2);
VALUE(DUN_E_INVAL, (-1));
VALUE(DUN_E_NOMEM, (-2));
VALUE(DUN_E_STRUCT, (-3));
VALUE(DUN_E_NEWER, (-4));
VALUE(DUN_E_RANGE, (-5));
VALUE(DUN_E_ORDER, (-6));
VALUE(DUN_E_POLICY, (-7));
VALUE(DUN_E_ZONE, (-8));
VALUE(DUN_E_LIMIT, (-9));
VALUE(DUN_E_CALLBACK, (-10));
VALUE(DUN_E_BUSY, (-11));
VALUE(DUN_E_CONFLICT, (-12));
VALUE(DUN_E_UNSUPPORTED, (-13));
VALUE(DUN_E_NOT_FOUND, (-14));
VALUE(DUN_TIME_MIN, INT64_C(-62135596800));
VALUE(DUN_TIME_MAX, INT64_C(253402300799));
VALUE(DUN_TIME_NEVER, INT64_MAX);
VALUE(DUN_DAY_MIN, (-719162));
VALUE(DUN_DAY_MAX, 2932896);
VALUE(DUN_AMOUNT_MAX, INT64_C(1000000000000000000));
VALUE(DUN_EVENTS_MAX, 65535u);
VALUE(DUN_HOLDS_MAX, 128u);
VALUE(DUN_CONTACT_VOICE, 1u);
VALUE(DUN_CONTACT_TEXT, 2u);
VALUE(DUN_CONTACT_EMAIL, 3u);
VALUE(DUN_CONTACT_LETTER, 4u);
VALUE(DUN_CONTACT_PUSH, 5u);
VALUE(DUN_CONTACT_SOCIAL, 6u);
VALUE(DUN_CONTACT_VISIT, 7u);
VALUE(DUN_ACTION_CONTACT, 1u);
VALUE(DUN_ACTION_TASK, 2u);
VALUE(DUN_ACTION_FEE, 3u);
VALUE(DUN_ACTION_RESTRICT, 4u);
VALUE(DUN_ACTION_REPORT, 5u);
VALUE(DUN_ACTION_REFER, 6u);
VALUE(DUN_ACTION_LEGAL, 7u);
VALUE(DUN_ACTION_CHARGE_OFF, 8u);
VALUE(DUN_PARTY_BORROWER, 0u);
VALUE(DUN_PARTY_CO_BORROWER, 1u);
VALUE(DUN_PARTY_GUARANTOR, 2u);
VALUE(DUN_PARTY_THIRD_PARTY, 3u);
VALUE(DUN_PARTIES, 4u);
VALUE(DUN_HOLD_DISPUTE, 1u);
VALUE(DUN_HOLD_HARDSHIP, 2u);
VALUE(DUN_HOLD_BANKRUPTCY, 3u);
VALUE(DUN_HOLD_DECEASED, 4u);
VALUE(DUN_HOLD_CEASE, 5u);
VALUE(DUN_HOLD_ATTORNEY, 6u);
VALUE(DUN_HOLD_BREATHING_SPACE, 7u);
VALUE(DUN_HOLD_MILITARY, 8u);
VALUE(DUN_HOLD_FRAUD, 9u);
VALUE(DUN_HOLD_DISASTER, 10u);
VALUE(DUN_HOLD_MANUAL, 11u);
VALUE(DUN_POSTURE_UNKNOWN, 0u);
VALUE(DUN_POSTURE_COOPERATIVE, 1u);
VALUE(DUN_POSTURE_UNRESPONSIVE, 2u);
VALUE(DUN_POSTURE_REFUSING, 3u);
VALUE(DUN_OUTCOME_NONE, 0u);
VALUE(DUN_OUTCOME_QUEUED, 1u);
VALUE(DUN_OUTCOME_SENT, 2u);
VALUE(DUN_OUTCOME_DELIVERED, 3u);
VALUE(DUN_OUTCOME_READ, 4u);
VALUE(DUN_OUTCOME_UNKNOWN, 5u);
VALUE(DUN_OUTCOME_FAILED_TEMPORARY, 6u);
VALUE(DUN_OUTCOME_BUSY, 7u);
VALUE(DUN_OUTCOME_DECLINED, 8u);
VALUE(DUN_OUTCOME_FAILED_PERMANENT, 9u);
VALUE(DUN_OUTCOME_NOT_IN_SERVICE, 10u);
VALUE(DUN_OUTCOME_NO_ANSWER, 11u);
VALUE(DUN_OUTCOME_VOICEMAIL, 12u);
VALUE(DUN_OUTCOME_WRONG_PARTY, 13u);
VALUE(DUN_OUTCOME_THIRD_PARTY, 14u);
VALUE(DUN_OUTCOME_CONVERSATION, 15u);
VALUE(DUN_OUTCOME_DISPUTED, 16u);
VALUE(DUN_OUTCOME_PROMISED, 17u);
VALUE(DUN_OUTCOME_WILL_PAY_PART, 18u);
VALUE(DUN_OUTCOME_ASKS_PLAN, 19u);
VALUE(DUN_OUTCOME_ASKS_TIME, 20u);
VALUE(DUN_OUTCOME_HARDSHIP, 21u);
VALUE(DUN_OUTCOME_CALLBACK, 22u);
VALUE(DUN_OUTCOME_PAID, 23u);
VALUE(DUN_OUTCOME_REFUSED, 24u);
VALUE(DUN_OUTCOME_HUNG_UP, 25u);
VALUE(DUN_OUTCOME_OPTED_OUT, 26u);
VALUE(DUN_OUTCOME_DONE, 27u);
VALUE(DUN_EVENT_PLACED, 1u);
VALUE(DUN_EVENT_FACTS, 2u);
VALUE(DUN_EVENT_VOID, 3u);
VALUE(DUN_EVENT_INTENT, 4u);
VALUE(DUN_EVENT_CONTACT, 5u);
VALUE(DUN_EVENT_ACTION, 6u);
VALUE(DUN_EVENT_INBOUND, 7u);
VALUE(DUN_EVENT_PAYMENT, 8u);
VALUE(DUN_EVENT_REVERSAL, 9u);
VALUE(DUN_EVENT_PROMISE, 10u);
VALUE(DUN_EVENT_PROMISE_CANCELLED, 11u);
VALUE(DUN_EVENT_ARRANGEMENT, 12u);
VALUE(DUN_EVENT_ARRANGEMENT_CANCELLED, 13u);
VALUE(DUN_EVENT_HOLD, 14u);
VALUE(DUN_EVENT_RELEASE, 15u);
VALUE(DUN_EVENT_OPT_OUT, 16u);
VALUE(DUN_EVENT_OPT_IN, 17u);
VALUE(DUN_EVENT_ADDRESS_DEAD, 18u);
VALUE(DUN_EVENT_ADDRESS_NEW, 19u);
VALUE(DUN_EVENT_CONSENT, 20u);
VALUE(DUN_EVENT_CONSENT_REVOKED, 21u);
VALUE(DUN_EVENT_HOURS_AGREED, 22u);
VALUE(DUN_EVENT_BLACKOUT, 23u);
VALUE(DUN_EVENT_POSTURE, 24u);
VALUE(DUN_EVENT_OVERRIDE, 25u);
VALUE(DUN_EVENT_WAIVE, 26u);
VALUE(DUN_EVENT_CURED, 27u);
VALUE(DUN_EVENT_CLOSED, 28u);
VALUE(DUN_EVENT_REOPENED, 29u);
VALUE(DUN_FACT_DUE_DAY, 1u);
VALUE(DUN_FACT_PAST_DUE, 2u);
VALUE(DUN_FACT_BALANCE, 3u);
VALUE(DUN_FACT_MINIMUM_DUE, 4u);
VALUE(DUN_FACT_LATE_FEES, 5u);
VALUE(DUN_FACT_PRIOR_DELINQUENCIES, 6u);
VALUE(DUN_FACT_LIMITATION_DAY, 7u);
VALUE(DUN_FACT_ATTRIBUTE, 16u);
VALUE(DUN_ATTRIBUTES, 8u);
VALUE(DUN_FLAG_PERSON, 1u);
VALUE(DUN_FLAG_SAME_CONTACT, 2u);
VALUE(DUN_FLAG_INBOUND, 4u);
VALUE(DUN_FLAG_ACCOUNT, 8u);
VALUE(DUN_DECISION_ACT, 1u);
VALUE(DUN_DECISION_WAIT, 2u);
VALUE(DUN_DECISION_HOLD, 3u);
VALUE(DUN_DECISION_CLEAR, 4u);
VALUE(DUN_DECISION_DONE, 5u);
VALUE(DUN_DECISION_IDLE, 6u);
VALUE(DUN_REASON_CLOCK, (UINT64_C(1) << 0));
VALUE(DUN_REASON_SMALL, (UINT64_C(1) << 1));
VALUE(DUN_REASON_NO_DUE, (UINT64_C(1) << 2));
VALUE(DUN_REASON_CLOSED, (UINT64_C(1) << 3));
VALUE(DUN_REASON_FINAL, (UINT64_C(1) << 4));
VALUE(DUN_REASON_PAID, (UINT64_C(1) << 5));
VALUE(DUN_REASON_AHEAD, (UINT64_C(1) << 6));
VALUE(DUN_REASON_LATE, (UINT64_C(1) << 7));
VALUE(DUN_REASON_MISSED, (UINT64_C(1) << 8));
VALUE(DUN_REASON_HOURS, (UINT64_C(1) << 9));
VALUE(DUN_REASON_FLOOR, (UINT64_C(1) << 10));
VALUE(DUN_REASON_HOLD, (UINT64_C(1) << 11));
VALUE(DUN_REASON_PREREQUISITE, (UINT64_C(1) << 12));
VALUE(DUN_REASON_REQUIRED, (UINT64_C(1) << 13));
VALUE(DUN_REASON_RETRY, (UINT64_C(1) << 14));
VALUE(DUN_REASON_OPEN_INTENT, (UINT64_C(1) << 15));
VALUE(DUN_REASON_QUEUED, (UINT64_C(1) << 16));
VALUE(DUN_REASON_OPT_OUT, (UINT64_C(1) << 17));
VALUE(DUN_REASON_ADDRESS, (UINT64_C(1) << 18));
VALUE(DUN_REASON_UNREACHABLE, (UINT64_C(1) << 19));
VALUE(DUN_REASON_FACTS_GAP, (UINT64_C(1) << 20));
VALUE(DUN_REASON_STOPPED, (UINT64_C(1) << 21));
VALUE(DUN_REASON_NEVER_OPEN, (UINT64_C(1) << 22));
VALUE(DUN_REASON_ZONE2, (UINT64_C(1) << 23));
VALUE(DUN_REASON_LIMITATION, (UINT64_C(1) << 24));
VALUE(DUN_ACCOUNT_HAS_DUE, 1u);
VALUE(DUN_ACCOUNT_HAS_LIMITATION, 2u);
VALUE(DUN_SEVERITY_ERROR, 1u);
VALUE(DUN_SEVERITY_WARNING, 2u);
VALUE(DUN_NAME_POLICY, 0u);
VALUE(DUN_NAME_STAGE, 1u);
VALUE(DUN_NAME_STEP, 2u);
VALUE(DUN_NAME_CHANNEL, 3u);
VALUE(DUN_NAME_TEMPLATE, 4u);
VALUE(DUN_NAME_BUCKET, 5u);
VALUE(DUN_NAME_ATTRIBUTE, 6u);
VALUE(DUN_NAME_ZONE, 7u);
VALUE(DUN_NAME_MARK, 8u);
VALUE(DUN_LOG_INFO, 1u);
VALUE(DUN_LOG_WARNING, 2u);
VALUE(DUN_LOG_ERROR, 3u);
