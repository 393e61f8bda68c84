/* SPDX-License-Identifier: MIT */
/*
 * libdun: what is the next collection action on an account, from when may it be taken, by when
 * must it be done? This header is the whole public interface.
 *
 * Conventions, good for every function unless it says otherwise:
 *  - Time is int64 seconds since 1970-01-01T00:00:00Z (leap seconds not counted), DUN_TIME_NEVER
 *    for "no such instant". A civil day is int32 days since 1970-01-01. Money is int64 minor units.
 *  - Text is UTF-8 given by pointer and length, or NUL-terminated where no length is taken.
 *  - A function that can fail returns DUN_OK or a negative DUN_E_ code; out-parameters are then
 *    NULL (handles) or untouched (all else).
 *  - Structs that may grow start with struct_size, which the caller sets to its own sizeof (the
 *    dun_*_init functions do). Fields that an older caller lacks read as zero, and zero is the old
 *    behaviour; bytes that a newer caller set and this library does not know are DUN_E_NEWER.
 *    Output structs are filled up to the caller's size and never beyond.
 *  - The library keeps no global state, starts no thread, takes no lock, reads no clock. Any number
 *    of threads may share a policy. Nothing given to a function is kept after it returns, but for
 *    the functions of an allocator.
 *  - Constants are grouped by prefix; a value that this header does not name is DUN_E_INVAL on
 *    input (an unknown flag bit: DUN_E_NEWER), and on output (from a newer library) is to be
 *    treated as stated beside the group.
 */
#ifndef DUN_DUN_H
#define DUN_DUN_H

#include <stddef.h>
#include <stdint.h>

#include <dun/version.h>

#if defined(DUN_STATIC)
#define DUN_API
#elif defined(_WIN32)
#if defined(DUN_BUILDING)
#define DUN_API __declspec(dllexport)
#else
#define DUN_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define DUN_API __attribute__((visibility("default")))
#else
#define DUN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------- */
/* Status codes                                                                                */
/* ------------------------------------------------------------------------------------------- */

/** Result of a call: DUN_OK, a positive code that is no error, or a negative DUN_E_ code. Codes
 *  keep their meaning for ever. */
typedef int32_t dun_rc;

#define DUN_OK 0
/** From the claim callback: nothing is due. */
#define DUN_NOTHING_DUE 1
/** From the deliver callback: not handed over; try again at receipt.retry_at. */
#define DUN_RETRY_LATER 2

#define DUN_E_INVAL (-1)     /**< a NULL that must not be, an unknown constant, a bad string */
#define DUN_E_NOMEM (-2)     /**< the allocator gave nothing */
#define DUN_E_STRUCT (-3)    /**< struct_size is smaller than the first release's, or absurd */
#define DUN_E_NEWER (-4)     /**< a newer caller uses a field this library does not know */
#define DUN_E_RANGE (-5)     /**< a time, day, amount or count out of its range, or an overflow */
#define DUN_E_ORDER (-6)     /**< events not in order of (occurred_at, recorded_at) */
#define DUN_E_POLICY (-7)    /**< the policy text has errors; see the diagnostics */
#define DUN_E_ZONE (-8)      /**< a zone that is not in the policy, or cannot be read */
#define DUN_E_LIMIT (-9)     /**< more events, holds or bytes than a call takes */
#define DUN_E_CALLBACK (-10) /**< a callback failed in a way the run cannot go on from */
#define DUN_E_BUSY (-11)     /**< the same host struct is already in a run (re-entry) */
#define DUN_E_CONFLICT (-12) /**< from record: somebody else changed the account meanwhile */
#define DUN_E_UNSUPPORTED (-13) /**< not in this version (a kind of event) or build (policy text) */
#define DUN_E_NOT_FOUND (-14)   /**< no such name, or no such index */

/** A short English text for a code. Never NULL, for any number. Static storage. */
DUN_API const char *dun_strerror(dun_rc rc);

/** The version of the running library: major * 1000000 + minor * 1000 + patch. */
DUN_API uint32_t dun_version_number(void);

/* ------------------------------------------------------------------------------------------- */
/* Scalars                                                                                     */
/* ------------------------------------------------------------------------------------------- */

/** Seconds since 1970-01-01T00:00:00Z. Legal instants lie in [DUN_TIME_MIN, DUN_TIME_MAX]
 *  (years 1 to 9999). */
typedef int64_t dun_time;
/** Days since 1970-01-01, proleptic Gregorian. Legal days lie in [DUN_DAY_MIN, DUN_DAY_MAX]. */
typedef int32_t dun_day;

#define DUN_TIME_MIN INT64_C(-62135596800)
#define DUN_TIME_MAX INT64_C(253402300799)
/** No such instant: never. Larger than every legal instant. */
#define DUN_TIME_NEVER INT64_MAX
#define DUN_DAY_MIN (-719162)
#define DUN_DAY_MAX 2932896
/** Amounts lie in [-DUN_AMOUNT_MAX, DUN_AMOUNT_MAX]; attributes are free int64. */
#define DUN_AMOUNT_MAX INT64_C(1000000000000000000)
/** Events that one call takes at most. */
#define DUN_EVENTS_MAX 65535u
/** Holds of one account that one call takes at most, after holds of one kind that touch or overlap
 *  are merged into one; stopped-clock periods likewise. More are DUN_E_LIMIT. */
#define DUN_HOLDS_MAX 128u

/* ------------------------------------------------------------------------------------------- */
/* Vocabulary                                                                                  */
/* ------------------------------------------------------------------------------------------- */

/* Kinds of contact (the top 4 bits of a channel id). */
#define DUN_CONTACT_VOICE 1u
#define DUN_CONTACT_TEXT 2u
#define DUN_CONTACT_EMAIL 3u
#define DUN_CONTACT_LETTER 4u
#define DUN_CONTACT_PUSH 5u
#define DUN_CONTACT_SOCIAL 6u
#define DUN_CONTACT_VISIT 7u

/* Actions: what a step does. Treat an unknown one as a task for a person. */
#define DUN_ACTION_CONTACT 1u
#define DUN_ACTION_TASK 2u
#define DUN_ACTION_FEE 3u
#define DUN_ACTION_RESTRICT 4u
#define DUN_ACTION_REPORT 5u
#define DUN_ACTION_REFER 6u
#define DUN_ACTION_LEGAL 7u
#define DUN_ACTION_CHARGE_OFF 8u

/* Parties. */
#define DUN_PARTY_BORROWER 0u
#define DUN_PARTY_CO_BORROWER 1u
#define DUN_PARTY_GUARANTOR 2u
#define DUN_PARTY_THIRD_PARTY 3u
#define DUN_PARTIES 4u

/* Holds: reasons not to act. */
#define DUN_HOLD_DISPUTE 1u
#define DUN_HOLD_HARDSHIP 2u
#define DUN_HOLD_BANKRUPTCY 3u
#define DUN_HOLD_DECEASED 4u
#define DUN_HOLD_CEASE 5u
#define DUN_HOLD_ATTORNEY 6u
#define DUN_HOLD_BREATHING_SPACE 7u
#define DUN_HOLD_MILITARY 8u
#define DUN_HOLD_FRAUD 9u
#define DUN_HOLD_DISASTER 10u
#define DUN_HOLD_MANUAL 11u

/* Posture: the debtor's willingness. */
#define DUN_POSTURE_UNKNOWN 0u
#define DUN_POSTURE_COOPERATIVE 1u
#define DUN_POSTURE_UNRESPONSIVE 2u
#define DUN_POSTURE_REFUSING 3u

/*
 * Outcomes of an action, with their traits: attempt A, connected C, conversation V, success S,
 * failure F. Performed = the occurrence is used up = any outcome but queued, unknown and those
 * with F.
 */
#define DUN_OUTCOME_NONE 0u             /**< no outcome (in an INTENT) */
#define DUN_OUTCOME_QUEUED 1u           /**< A, provisional: handed over, fate not known yet */
#define DUN_OUTCOME_SENT 2u             /**< A S */
#define DUN_OUTCOME_DELIVERED 3u        /**< A C S */
#define DUN_OUTCOME_READ 4u             /**< A C S */
#define DUN_OUTCOME_UNKNOWN 5u          /**< A: a crash between hand-over and answer */
#define DUN_OUTCOME_FAILED_TEMPORARY 6u /**< F */
#define DUN_OUTCOME_BUSY 7u             /**< F */
#define DUN_OUTCOME_DECLINED 8u         /**< F: the transport would not take it */
#define DUN_OUTCOME_FAILED_PERMANENT 9u /**< F, the address is dead */
#define DUN_OUTCOME_NOT_IN_SERVICE 10u  /**< F, the address is dead */
#define DUN_OUTCOME_NO_ANSWER 11u       /**< A */
#define DUN_OUTCOME_VOICEMAIL 12u       /**< A C S */
#define DUN_OUTCOME_WRONG_PARTY 13u     /**< A C F, the address is dead */
#define DUN_OUTCOME_THIRD_PARTY 14u     /**< A C */
#define DUN_OUTCOME_CONVERSATION 15u    /**< A C V S */
#define DUN_OUTCOME_DISPUTED 16u        /**< A C V S */
#define DUN_OUTCOME_PROMISED 17u        /**< A C V S, cooperative */
#define DUN_OUTCOME_WILL_PAY_PART 18u   /**< A C V S, cooperative */
#define DUN_OUTCOME_ASKS_PLAN 19u       /**< A C V S, cooperative */
#define DUN_OUTCOME_ASKS_TIME 20u       /**< A C V S, cooperative */
#define DUN_OUTCOME_HARDSHIP 21u        /**< A C V S, cooperative */
#define DUN_OUTCOME_CALLBACK 22u        /**< A C V S, cooperative */
#define DUN_OUTCOME_PAID 23u            /**< A C V S, cooperative */
/* V of these three by voice and at a visit only: to write "stop" is no conversation. */
#define DUN_OUTCOME_REFUSED 24u   /**< A C V S, refusing */
#define DUN_OUTCOME_HUNG_UP 25u   /**< A C V S, refusing */
#define DUN_OUTCOME_OPTED_OUT 26u /**< A C V S, refusing; also opts out of the channel */
#define DUN_OUTCOME_DONE 27u      /**< S: an action that is no contact was carried out */

/*
 * Kinds of event, with the fields each reads besides occurred_at, recorded_at and account.
 * All other fields are to be zero.
 */
#define DUN_EVENT_PLACED \
  1u /**< the account comes under this policy: nothing is planned before it */
/** One fact and its new value: detail = DUN_FACT_, amount = value. Record at least each moved due
 *  day and each time past_due reaches <= 0. */
#define DUN_EVENT_FACTS 2u
/** Corrects an entry: every field of the key (account, due_day, step, occurrence, attempt) and
 *  channel, party, detail as in the entry, outcome = the entry's kind, until = its occurred_at.
 *  The newest entry that fits is taken as never made. A VOID that fits nothing changes nothing. */
#define DUN_EVENT_VOID 3u
/** A step is about to be performed: key, channel, party; detail = id of the step it stands in for,
 *  or 0. dun_event_intent() fills it. */
#define DUN_EVENT_INTENT 4u
/** The outcome of a contact step (same key as its INTENT), or, with step 0, of a contact tied to
 *  no step: channel (0 = that of the INTENT; without one, what ends an address or a channel ends
 *  all of the party's), party, address, outcome, detail as in the INTENT. For failed_temporary,
 *  busy and declined, until (if not 0) is the first instant at which another try makes sense; for
 *  callback, the first at which the request is over (0 = it waits for the next contact). A place
 *  above DUN_PLACE_OTHER is DUN_E_INVAL. A later outcome of the same key refines the earlier. */
#define DUN_EVENT_CONTACT 5u
#define DUN_EVENT_ACTION 6u /**< the outcome of a step that is no contact: key, outcome, detail */
/** The debtor contacted us: channel, party, outcome, and for callback until as in CONTACT. opted_out
 *  opts out of the channel. */
#define DUN_EVENT_INBOUND 7u
/** A payment: amount; occurred_at is the value date. It changes no answer by itself: the facts are
 *  the host's, and a FACTS event beside it says what they became. */
#define DUN_EVENT_PAYMENT 8u
#define DUN_EVENT_REVERSAL 9u               /**< amount of a payment that came back; as PAYMENT */
#define DUN_EVENT_PROMISE 10u               /**< not supported yet: DUN_E_UNSUPPORTED */
#define DUN_EVENT_PROMISE_CANCELLED 11u     /**< not supported yet: DUN_E_UNSUPPORTED */
#define DUN_EVENT_ARRANGEMENT 12u           /**< not supported yet: DUN_E_UNSUPPORTED */
#define DUN_EVENT_ARRANGEMENT_CANCELLED 13u /**< not supported yet: DUN_E_UNSUPPORTED */
/** detail = DUN_HOLD_, amount = from (0 = occurred_at), until (0 or DUN_TIME_NEVER = until
 *  released). Bankruptcy, deceased, cease, attorney, military, disaster and breathing_space act on
 *  every account of the person unless flagged DUN_FLAG_ACCOUNT; the others on their own account
 *  unless flagged DUN_FLAG_PERSON. Breathing_space and disaster stop the count of days past due. */
#define DUN_EVENT_HOLD 14u
/** detail = DUN_HOLD_: the holds of that kind and scope, begun or not, end now. Flag it as the HOLD
 *  was flagged. */
#define DUN_EVENT_RELEASE 15u
/** Channel and party no longer to be used, until OPT_IN. channel 0 = every channel; a channel the
 *  policy lacks = every channel of its kind. Acts on every account of the person unless flagged
 *  DUN_FLAG_ACCOUNT. */
#define DUN_EVENT_OPT_OUT 16u
/** Lifts OPT_OUT. For a channel the policy lacks it lifts only what was said of such a channel. */
#define DUN_EVENT_OPT_IN 17u
/** No working address on channel for party, until ADDRESS_NEW. As OPT_OUT in scope. */
#define DUN_EVENT_ADDRESS_DEAD 18u
#define DUN_EVENT_ADDRESS_NEW 19u
/** Consent of the party to contacts on channel (0 = every channel; a channel the policy lacks = its
 *  kind), until `until` (0 or DUN_TIME_NEVER = until revoked): lifts the rules whose `unless` names
 *  consent; detail = dun_name_id() of a rule or of a group of rules, 0 = all of them. A rule may let
 *  it last shorter. Acts on every account of the person unless flagged DUN_FLAG_ACCOUNT. */
#define DUN_EVENT_CONSENT 20u
/** Ends the consents of that party, channel (0 = every channel) and detail (0 = all) and scope. */
#define DUN_EVENT_CONSENT_REVOKED 21u
/** Weekly hours at which the party agreed to be contacted on channel (as CONSENT): detail = weekdays
 *  (bit 0 = Monday), amount = from + (to << 16), minutes of the local day, 0 <= from < to <= 1440,
 *  until (0 or DUN_TIME_NEVER = without end). Several windows are several events. Lifts hours rules
 *  whose `unless` names `agreed`. detail 0 ends what was agreed before for that party and channel.
 *  In scope as CONSENT. */
#define DUN_EVENT_HOURS_AGREED 22u
/** Weekly hours that the party called inconvenient, as HOURS_AGREED: no contact within them, and
 *  nothing lifts it. detail 0 ends those said before. */
#define DUN_EVENT_BLACKOUT 23u
#define DUN_EVENT_POSTURE 24u /**< not supported yet: DUN_E_UNSUPPORTED */
/** By hand: step = dun_name_id() of a stage or of a step of the policy, detail = DUN_OVERRIDE_,
 *  until (0 or DUN_TIME_NEVER = without end). The account is in that stage, or that step is listed
 *  before all others whatever its stage, `when`, timing and `times` say, once; what is permitted now
 *  goes before it while it is not. Guards, `requires` and `final` hold all the same. Ends at
 *  `until`, with the episode, and a step's also when it was performed; of several for a stage the
 *  last counts. An id the policy lacks changes nothing. */
#define DUN_EVENT_OVERRIDE 25u
/** By hand: detail = dun_name_id() of a rule ("us-regf/seven"), until (0 or DUN_TIME_NEVER = without
 *  end): one contact of the account may pass that rule, if its strength is presumption or guideline.
 *  Used up by the next contact of the account that the rule binds; flags change nothing. */
#define DUN_EVENT_WAIVE 26u
#define DUN_EVENT_CURED 27u    /**< the episode is over: its counters, marks and open intents end */
#define DUN_EVENT_CLOSED 28u   /**< the account is closed: nothing more is offered */
#define DUN_EVENT_REOPENED 29u /**< a closed account is open again; record PLACED with it */

/* Facts, for FACTS events. DUN_FACT_ATTRIBUTE + i is attribute i (0 to 7). */
#define DUN_FACT_DUE_DAY 1u
#define DUN_FACT_PAST_DUE 2u
#define DUN_FACT_BALANCE 3u
#define DUN_FACT_MINIMUM_DUE 4u
#define DUN_FACT_LATE_FEES 5u
#define DUN_FACT_PRIOR_DELINQUENCIES 6u
#define DUN_FACT_LIMITATION_DAY 7u
#define DUN_FACT_ATTRIBUTE 16u
#define DUN_ATTRIBUTES 8u

/* What an OVERRIDE names. */
#define DUN_OVERRIDE_ANY 0u /**< the stage of that name, or if there is none the step */
#define DUN_OVERRIDE_STAGE 1u
#define DUN_OVERRIDE_STEP 2u

/* Flags of an event. */
#define DUN_FLAG_PERSON 1u /**< acts on every account of the person */
/** The same contact as the one before it in the log, about another account (one call over two
 *  debts): counted for its own account, and once for the person. Flag INTENT and outcomes alike. */
#define DUN_FLAG_SAME_CONTACT 2u
/** The debtor started the contact: in caps and cool-downs it goes inward, as INBOUND does. */
#define DUN_FLAG_INBOUND 4u
#define DUN_FLAG_ACCOUNT 8u /**< acts on its own account only */

/* Places of a contact, in the high 4 bits of an event's party. Unknown = the place of the channel in
 * the policy (`place`), which is personal unless it says another. */
#define DUN_PLACE_UNKNOWN 0u
#define DUN_PLACE_PERSONAL 1u /**< home, or a personal number or address */
#define DUN_PLACE_WORK 2u
#define DUN_PLACE_OTHER 3u

/* How strong a conduct rule is. WAIVE lifts the last two, for one contact. */
#define DUN_STRENGTH_LAW 1u
#define DUN_STRENGTH_PRESUMPTION 2u /**< to pass it is presumed to break the law */
#define DUN_STRENGTH_GUIDELINE 3u

/* How sure the figure of a conduct rule is. An unverified rule denies nothing: reason UNVERIFIED. */
#define DUN_CONFIDENCE_VERIFIED 1u   /**< the text of the rule was read */
#define DUN_CONFIDENCE_SECONDARY 2u  /**< from somebody who read it */
#define DUN_CONFIDENCE_RECALLED 3u   /**< from general knowledge */
#define DUN_CONFIDENCE_UNVERIFIED 4u /**< doubtful */

/* Kinds of decision. Treat an unknown one as DUN_DECISION_WAIT until review_at. */
#define DUN_DECISION_ACT 1u  /**< do it now */
#define DUN_DECISION_WAIT 2u /**< nothing now; the named action may be taken at not_before */
/** A hold or a missing prerequisite is in the way; not_before is the first instant at which the
 *  action may be taken, DUN_TIME_NEVER if only an event can bring it. */
#define DUN_DECISION_HOLD 3u
#define DUN_DECISION_CLEAR 4u /**< no longer past due with an open episode: append CURED */
/** An episode is open and nothing can become due by time alone; or a final step was taken; or the
 *  account is closed. */
#define DUN_DECISION_DONE 5u
#define DUN_DECISION_IDLE 6u /**< no episode and nothing planned; or too small; or no due day */

/*
 * Reason bits of a decision. They explain; they are not part of the review contract.
 */
#define DUN_REASON_CLOCK (UINT64_C(1) << 0)         /**< now lies before the log's last event */
#define DUN_REASON_SMALL (UINT64_C(1) << 1)         /**< 0 < past_due < ignore_below */
#define DUN_REASON_NO_DUE (UINT64_C(1) << 2)        /**< the account has no due day */
#define DUN_REASON_CLOSED (UINT64_C(1) << 3)        /**< the account is closed */
#define DUN_REASON_FINAL (UINT64_C(1) << 4)         /**< a final step was taken */
#define DUN_REASON_PAID (UINT64_C(1) << 5)          /**< past_due <= 0 */
#define DUN_REASON_AHEAD (UINT64_C(1) << 6)         /**< the action lies beyond the present stage */
#define DUN_REASON_LATE (UINT64_C(1) << 7)          /**< the deadline has passed */
#define DUN_REASON_MISSED (UINT64_C(1) << 8)        /**< earlier occurrences passed unperformed */
#define DUN_REASON_HOURS (UINT64_C(1) << 9)         /**< an hours rule moved the instant */
#define DUN_REASON_FLOOR (UINT64_C(1) << 10)        /**< the floor of 08:00 to 20:00 moved it */
#define DUN_REASON_HOLD (UINT64_C(1) << 11)         /**< a hold moved it, or keeps the stage down */
#define DUN_REASON_PREREQUISITE (UINT64_C(1) << 12) /**< a required step or mark is missing */
#define DUN_REASON_REQUIRED (UINT64_C(1) << 13) /**< the step is taken for one that requires it */
#define DUN_REASON_RETRY (UINT64_C(1) << 14)    /**< another try after a failure */
#define DUN_REASON_OPEN_INTENT (UINT64_C(1) << 15) /**< the key's INTENT has no outcome yet */
#define DUN_REASON_QUEUED (UINT64_C(1) << 16)  /**< a step waits for the outcome of its delivery */
#define DUN_REASON_OPT_OUT (UINT64_C(1) << 17) /**< a channel was passed over: opted out */
#define DUN_REASON_ADDRESS (UINT64_C(1) << 18) /**< a channel was passed over: no live address */
#define DUN_REASON_UNREACHABLE (UINT64_C(1) << 19) /**< a step was skipped: no channel reaches */
#define DUN_REASON_FACTS_GAP (UINT64_C(1) << 20)   /**< account and last FACTS event differ */
#define DUN_REASON_STOPPED (UINT64_C(1) << 21) /**< a clock-stopping hold took days off the count */
#define DUN_REASON_NEVER_OPEN (UINT64_C(1) << 22) /**< no permitted instant in 400 to 800 days */
#define DUN_REASON_ZONE2 (UINT64_C(1) << 23)      /**< the second possible zone moved the instant */
#define DUN_REASON_LIMITATION (UINT64_C(1) << 24) /**< the last day for a suit has passed */
#define DUN_REASON_CALENDAR (UINT64_C(1) << 25)  /**< a date outside its calendar's `valid` years */
#define DUN_REASON_OVERRIDE (UINT64_C(1) << 26)  /**< the stage or step was set by hand */
#define DUN_REASON_ESCALATED (UINT64_C(1) << 27) /**< the step stands in for one that is late */
/** A higher stage waits for steps of the present one, or for its `min_stay`. */
#define DUN_REASON_STAY (UINT64_C(1) << 28)
#define DUN_REASON_CAP (UINT64_C(1) << 29)       /**< a cap or least distance moved the instant */
#define DUN_REASON_COOLDOWN (UINT64_C(1) << 30)  /**< a cool-down moved it */
#define DUN_REASON_EXCLUSIVE (UINT64_C(1) << 31) /**< another channel has the debtor to itself */
#define DUN_REASON_FORBIDDEN (UINT64_C(1) << 32) /**< a rule forbids it, or passed over a channel */
#define DUN_REASON_BLACKOUT (UINT64_C(1) << 33)  /**< hours that the debtor called inconvenient */
#define DUN_REASON_UNVERIFIED \
  (UINT64_C(1) << 34) /**< a rule of unverified confidence would have denied it */
#define DUN_REASON_WAIVED (UINT64_C(1) << 35) /**< a rule was waived for this contact */

/* ------------------------------------------------------------------------------------------- */
/* Account: the facts                                                                          */
/* ------------------------------------------------------------------------------------------- */

#define DUN_ACCOUNT_HAS_DUE 1u        /**< due_day is set */
#define DUN_ACCOUNT_HAS_LIMITATION 2u /**< limitation_day is set */

/**
 * One obligation of one debtor, seen at its oldest unpaid due day, as the host's ledger has it now.
 * No pointers; copy it freely. A zeroed account (but for struct_size) is legal and IDLE.
 */
struct dun_account {
  uint32_t struct_size; /**< sizeof(struct dun_account) of the caller */
  uint32_t flags;       /**< DUN_ACCOUNT_ bits; unknown bits are DUN_E_NEWER */
  uint64_t id;          /**< the account, unique at the host */
  int64_t past_due;     /**< overdue amount, minor units; before the due day, what falls due */
  dun_time review_at;   /**< the host's copy of the last decision's; 0 = must decide. Not read */
  dun_day due_day;      /**< oldest unpaid due day, in the account's zone; needs HAS_DUE */
  uint32_t zone;        /**< dun_zone_id(); 0 = the policy's zone */
  uint32_t zone2;       /**< a second zone the debtor may be in; 0 = none */
  uint32_t currency;    /**< dun_currency_id(); 0 = the policy's. Another one is DUN_E_INVAL */
  uint64_t person;      /**< the debtor; 0 = not known */
  int64_t balance;      /**< whole debt, minor units */
  /* the first 64 bytes end here */
  int64_t minimum_due;          /**< minor units */
  int64_t late_fees;            /**< minor units */
  dun_day limitation_day;       /**< no `legal` step after this day; needs HAS_LIMITATION */
  uint32_t prior_delinquencies; /**< earlier episodes of this debtor */
  /** Channels by which each party can be reached: bit i = channel i + 1 of the policy (bit 0 is the
   *  first channel in the policy's order). dun_account_reach() sets one by name. */
  uint32_t reach[DUN_PARTIES];
  uint32_t party_zone[DUN_PARTIES];  /**< zone of each party; 0 = the account's. Borrower: 0 */
  int64_t attribute[DUN_ATTRIBUTES]; /**< in the order of `attributes` in the policy */
};

/** Set *account to zeros and struct_size to @p struct_size (the caller's sizeof). NULL and sizes
 *  below 8 or above 4096 do nothing. */
DUN_API void dun_account_init(struct dun_account *account, uint32_t struct_size);

/* ------------------------------------------------------------------------------------------- */
/* Event: one entry of the log                                                                 */
/* ------------------------------------------------------------------------------------------- */

/**
 * One entry of the log: exactly 64 bytes, for ever; new meaning comes by new kinds. The log is
 * append-only and is passed in order of (occurred_at, recorded_at, position). It may hold the
 * events of all accounts of the person. Which fields a kind reads stands beside DUN_EVENT_.
 */
struct dun_event {
  dun_time occurred_at; /**< when it happened */
  dun_time recorded_at; /**< when the host came to know it; >= occurred_at */
  uint64_t account;
  int64_t amount;
  dun_time until;
  dun_day due_day;  /**< key: the due day the step belonged to */
  uint32_t step;    /**< key: dun_name_id() of the step; 0 = no step */
  uint32_t channel; /**< dun_channel_id(); 0 = none, or all */
  uint32_t detail;
  uint16_t occurrence; /**< key: 1 is the first */
  uint8_t kind;        /**< DUN_EVENT_ */
  uint8_t outcome;     /**< DUN_OUTCOME_ */
  uint8_t party;       /**< low 4 bits DUN_PARTY_; high 4 bits the place, 0 = unknown */
  uint8_t address;     /**< the host's number of the address, 0 = unknown */
  uint8_t attempt;     /**< key: 0 is the first try */
  uint8_t flags;       /**< DUN_FLAG_ bits */
};

/* ------------------------------------------------------------------------------------------- */
/* Decision: the answer                                                                        */
/* ------------------------------------------------------------------------------------------- */

/**
 * The answer to "what next?". `stage`, `step`, `channel`, `template_`, `bucket` are places in the
 * policy, counted from 1, 0 = none: dun_policy_name() gives the names.
 *
 * The key of a delivery is (account, due_day, step_id, occurrence, attempt). It is injective over
 * the log, frozen by the INTENT, and what a transport dedupes by.
 *
 * Review contract: for every instant t in [now, review_at) and unchanged policy, account and log,
 * all fields but dpd, bucket, bucket_at, review_at and reasons are the same.
 */
struct dun_decision {
  uint32_t struct_size;
  uint32_t kind;       /**< DUN_DECISION_ */
  uint64_t reasons;    /**< DUN_REASON_ bits */
  uint64_t account;    /**< key */
  dun_day due_day;     /**< key */
  uint32_t step_id;    /**< key: dun_name_id() of the step, 0 = none */
  uint16_t occurrence; /**< key */
  uint8_t attempt;     /**< key */
  uint8_t party;       /**< DUN_PARTY_ */
  uint32_t channel_id; /**< dun_channel_id(), 0 = no channel */
  uint32_t stage;      /**< the stage the account is in now */
  uint32_t step;       /**< the step to take */
  uint32_t action;     /**< DUN_ACTION_, 0 = none */
  uint32_t channel;
  uint32_t template_; /**< the text to use; 0 = none named */
  uint32_t for_step;  /**< dun_name_id() of the step it stands in for by escalation; 0 = none */
  uint32_t bucket;
  int32_t dpd;         /**< days past due, negative before the due day */
  uint32_t posture;    /**< DUN_POSTURE_ */
  uint32_t variant;    /**< champion/challenger arm; 0 = none */
  int64_t amount;      /**< what the action is about, minor units: past_due */
  dun_time planned_at; /**< when the policy plans it */
  dun_time not_before; /**< first permitted instant (ACT: the first since planned_at) */
  dun_time deadline;   /**< last instant in time; DUN_TIME_NEVER = none */
  dun_time review_at;  /**< the answer stands until then; always > now */
  dun_time bucket_at;  /**< when the bucket changes next by time alone */
};

/** Set *decision to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_decision_init(struct dun_decision *decision, uint32_t struct_size);

/* ------------------------------------------------------------------------------------------- */
/* Ids                                                                                         */
/* ------------------------------------------------------------------------------------------- */

/** The stable id of a name (a step's, for event.step): a 32-bit FNV-1a hash, never 0. NULL or ""
 *  give 0. Clashes within a policy are compile errors. */
DUN_API uint32_t dun_name_id(const char *name);

/** The stable id of a channel: kind in the top 4 bits, 28 bits of its name's hash. 0 if the kind
 *  is no DUN_CONTACT_ or the name is NULL or empty. */
DUN_API uint32_t dun_channel_id(uint32_t kind, const char *name);

/** The stable id of a time zone name such as "Asia/Shanghai"; as dun_name_id(). */
DUN_API uint32_t dun_zone_id(const char *zone);

/** Three capital letters (ISO 4217) as one number; 0 if it is anything else. */
DUN_API uint32_t dun_currency_id(const char *code);

/** The name of an outcome ("no_answer"), or NULL; and back, 0xffffffff for an unknown name. */
DUN_API const char *dun_outcome_name(uint32_t outcome);
DUN_API uint32_t dun_outcome_from_name(const char *name);

/** Names of the constants, as policies and tools write them ("contact", "voice", "act", "dispute",
 *  "borrower"); NULL for an unknown number. Static storage. */
DUN_API const char *dun_action_name(uint32_t action);
DUN_API const char *dun_contact_name(uint32_t kind);
DUN_API const char *dun_decision_name(uint32_t kind);
DUN_API const char *dun_hold_name(uint32_t hold);
DUN_API const char *dun_party_name(uint32_t party);

/** The name of one reason bit (exactly one bit set), such as "hours"; NULL for any other number. */
DUN_API const char *dun_reason_name(uint64_t bit);

/* ------------------------------------------------------------------------------------------- */
/* Memory                                                                                      */
/* ------------------------------------------------------------------------------------------- */

/**
 * An allocator for compile and run. Copied. NULL where one is taken means malloc and free.
 * alloc returns memory aligned for any type, or NULL; release gets the size that was asked for.
 * A policy releases its memory when its last reference goes, on whatever thread that is: until
 * then the functions and user_data must stay good, and be fit for several threads if the policy is
 * shared.
 */
struct dun_alloc {
  uint32_t struct_size;
  uint32_t reserved;
  void *user_data; /**< first argument of both */
  void *(*alloc)(void *user_data, size_t size);
  void (*release)(void *user_data, void *memory, size_t size);
};

/* ------------------------------------------------------------------------------------------- */
/* Policy                                                                                      */
/* ------------------------------------------------------------------------------------------- */

/** A compiled policy: immutable but for its reference count, shareable between threads. */
typedef struct dun_policy dun_policy;

#define DUN_SEVERITY_ERROR 1u
#define DUN_SEVERITY_WARNING 2u

/** One finding in a policy text. Strings are UTF-8, NUL-terminated, cut to fit. */
struct dun_diagnostic {
  uint32_t struct_size;
  uint32_t severity; /**< DUN_SEVERITY_ */
  uint32_t line;     /**< from 1; 0 = the text as a whole */
  uint32_t column;   /**< from 1, in characters */
  char path[128];    /**< "stages[2].steps[0].every"; "" = the top */
  char message[256];
  char hint[128]; /**< "did you mean `every`?"; "" = none */
};

/** The text of a conduct pack (docs/conduct.md). */
struct dun_pack_text {
  const char *text; /**< UTF-8 */
  uint64_t size;    /**< bytes, at most 1 MiB */
};

/** How many conduct packs are built in. They are no legal advice. */
DUN_API uint32_t dun_pack_count(void);

/** The name of built-in pack @p index (from 1), in order of names; NULL otherwise. */
DUN_API const char *dun_pack_name(uint32_t index);

/** The text of a built-in pack, NUL-terminated, *size its bytes (size may be NULL); NULL for another
 *  name. Threads: any number. */
DUN_API const char *dun_pack_text(const char *name, uint64_t *size);

/** Options of dun_policy_compile. Zero all you do not need. */
struct dun_compile {
  uint32_t struct_size;
  uint32_t reserved;
  const struct dun_alloc *alloc; /**< NULL = malloc and free. libyaml uses malloc in any case */
  /** Called for each finding, in order of its place; NULL = none. The diagnostic lives for the
   *  call only. Must not longjmp or throw. */
  void (*report)(void *user_data, const struct dun_diagnostic *diagnostic);
  void *report_data;
  /**
   * Where zone rules come from: gives the TZif bytes (RFC 9636) of a zone. Called once for each
   * zone; @p data must stay good until the compile returns. DUN_OK, or DUN_E_NOT_FOUND.
   * NULL = the system's files below zone_dir.
   */
  dun_rc (*zone_data)(void *user_data, const char *zone, const void **data, size_t *size);
  void *zone_user_data;
  const char *zone_dir; /**< NULL = "/usr/share/zoneinfo" */
  /** Conduct packs of the host, found by the name that each gives itself; one with the name of a
   *  built-in pack takes its place. The texts need only live as long as the call. */
  const struct dun_pack_text *packs;
  uint64_t pack_count;
};

/** Set *options to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_compile_init(struct dun_compile *options, uint32_t struct_size);

/**
 * Compile a policy text (YAML subset or JSON, see docs/policy.md) into a policy.
 *
 * @param out      receives the policy with one reference, NULL on failure
 * @param text     UTF-8, @p size bytes, at most 1 MiB; not kept
 * @param options  or NULL for the defaults
 * @return DUN_OK; DUN_E_INVAL (out or text NULL, bad options); DUN_E_STRUCT, DUN_E_NEWER (options);
 *         DUN_E_POLICY (errors in the text, zones and limits included: each was reported);
 *         DUN_E_NOMEM; DUN_E_UNSUPPORTED (built without libyaml).
 * Warnings are reported and do not fail the compile. At most 100 findings are reported, the last
 * one then says how many were left out.
 * Threads: any number at once. Reads zone files unless zone_data is given.
 */
DUN_API dun_rc dun_policy_compile(dun_policy **out, const char *text, size_t size,
                                  const struct dun_compile *options);

/** Take another reference; returns its argument. NULL gives NULL. Threads: safe. */
DUN_API dun_policy *dun_policy_ref(dun_policy *policy);

/** Give a reference back; the last frees the policy. NULL is fine. Threads: safe. */
DUN_API void dun_policy_unref(dun_policy *policy);

/* What dun_policy_name, dun_policy_count and dun_policy_find look up. */
#define DUN_NAME_POLICY 0u /**< index 1: the policy's own name */
#define DUN_NAME_STAGE 1u
#define DUN_NAME_STEP 2u
#define DUN_NAME_CHANNEL 3u
#define DUN_NAME_TEMPLATE 4u
#define DUN_NAME_BUCKET 5u
#define DUN_NAME_ATTRIBUTE 6u
#define DUN_NAME_ZONE 7u
#define DUN_NAME_MARK 8u
#define DUN_NAME_RULE 9u /**< conduct rules: "PACK/ID", the policy's own "ID" */
#define DUN_NAME_PACK 10u

/** How many names of a kind the policy has; 0 for NULL or an unknown kind. */
DUN_API uint32_t dun_policy_count(const dun_policy *policy, uint32_t what);

/** The name at an index, from 1 to the count; NULL otherwise. Lives as long as the policy. */
DUN_API const char *dun_policy_name(const dun_policy *policy, uint32_t what, uint32_t index);

/** The index of a name, from 1; 0 = not there. */
DUN_API uint32_t dun_policy_find(const dun_policy *policy, uint32_t what, const char *name);

/** The policy's revision number; 0 for NULL. */
DUN_API uint32_t dun_policy_revision(const dun_policy *policy);

/** The id of channel @p index (from 1), for events; 0 = no such channel. */
DUN_API uint32_t dun_policy_channel_id(const dun_policy *policy, uint32_t index);

/** Whether a delivery on channel @p index (from 1) may be repeated with the same key after a crash
 *  (`redeliver`): 1 or 0; 0 for no such channel. */
DUN_API uint32_t dun_policy_channel_redeliver(const dun_policy *policy, uint32_t index);

/** The stage (index from 1) that step @p index (from 1) belongs to; 0 = no such step. */
DUN_API uint32_t dun_policy_step_stage(const dun_policy *policy, uint32_t index);

/** The source of conduct rule @p index (from 1) as its text gives it, "" if it gives none; NULL for no
 *  such rule. Lives as long as the policy. */
DUN_API const char *dun_policy_rule_source(const dun_policy *policy, uint32_t index);

/** DUN_STRENGTH_ of conduct rule @p index (from 1); 0 for no such rule. */
DUN_API uint32_t dun_policy_rule_strength(const dun_policy *policy, uint32_t index);

/** DUN_CONFIDENCE_ of conduct rule @p index (from 1); 0 for no such rule. */
DUN_API uint32_t dun_policy_rule_confidence(const dun_policy *policy, uint32_t index);

/* Lists of a step: what its contact must carry, and what the agent who makes it goes through. */
#define DUN_ITEM_DISCLOSES 1u
#define DUN_ITEM_GUIDE 2u

/** How many names a list of step @p step (from 1) has; 0 for no such step or list. */
DUN_API uint32_t dun_policy_step_items(const dun_policy *policy, uint32_t step, uint32_t what);

/** Name @p index (from 1) of a list of step @p step (from 1), in the policy's order; NULL otherwise.
 *  Lives as long as the policy. */
DUN_API const char *dun_policy_step_item(const dun_policy *policy, uint32_t step, uint32_t what,
                                         uint32_t index);

/** Say that @p party of the account can be reached by the policy's channel @p channel.
 *  @return DUN_OK; DUN_E_INVAL (NULL, party); DUN_E_STRUCT; DUN_E_NOT_FOUND (no such channel in
 *          the policy). */
DUN_API dun_rc dun_account_reach(const dun_policy *policy, struct dun_account *account,
                                 uint32_t party, const char *channel);

/* ------------------------------------------------------------------------------------------- */
/* Civil time                                                                                  */
/* ------------------------------------------------------------------------------------------- */

/** The day of a calendar date. @return DUN_OK; DUN_E_INVAL (NULL); DUN_E_RANGE (no such date). */
DUN_API dun_rc dun_day_from_date(int32_t year, int32_t month, int32_t day_of_month, dun_day *out);

/** The calendar date of a day. Any of the out-parameters may be NULL. @return DUN_OK;
 *  DUN_E_RANGE. */
DUN_API dun_rc dun_date_from_day(dun_day day, int32_t *year, int32_t *month, int32_t *day_of_month);

/** Read "YYYY-MM-DD". @return DUN_OK; DUN_E_INVAL (NULL, another form); DUN_E_RANGE (no such
 *  date). */
DUN_API dun_rc dun_day_parse(const char *text, size_t size, dun_day *out);

/** Write "YYYY-MM-DD" and a NUL. @return DUN_OK; DUN_E_INVAL (NULL); DUN_E_RANGE. */
DUN_API dun_rc dun_day_format(dun_day day, char out[11]);

/**
 * Read an RFC 3339 instant: "2026-01-14T09:00:00+08:00" or "...Z", whole seconds.
 * @return DUN_OK; DUN_E_INVAL (NULL, another form); DUN_E_RANGE.
 */
DUN_API dun_rc dun_time_parse(const char *text, size_t size, dun_time *out);

/**
 * Write an instant as RFC 3339 in a zone of the policy, "never" for DUN_TIME_NEVER, with a NUL.
 * @param zone  dun_zone_id(); 0 = the policy's zone
 * @return DUN_OK; DUN_E_INVAL (NULL); DUN_E_RANGE; DUN_E_ZONE.
 */
DUN_API dun_rc dun_time_format(const dun_policy *policy, uint32_t zone, dun_time at, char out[32]);

/**
 * The date at an instant in a zone of the policy: the latest date that has begun there.
 * @param zone  dun_zone_id(); 0 = the policy's zone
 * @return DUN_OK; DUN_E_INVAL (NULL); DUN_E_RANGE; DUN_E_ZONE.
 */
DUN_API dun_rc dun_zone_day(const dun_policy *policy, uint32_t zone, dun_time at, dun_day *out);

/**
 * The instant of a local time on a date. Minute 0 is the date's first instant, even where the
 * clock skips midnight; a time in a gap is the first instant after it; of two readings the earlier.
 * @param zone    dun_zone_id(); 0 = the policy's zone
 * @param minute  0 to 1439
 * @return DUN_OK; DUN_E_INVAL (NULL, minute); DUN_E_RANGE; DUN_E_ZONE.
 */
DUN_API dun_rc dun_zone_instant(const dun_policy *policy, uint32_t zone, dun_day day,
                                uint32_t minute, dun_time *out);

/* ------------------------------------------------------------------------------------------- */
/* Decide                                                                                      */
/* ------------------------------------------------------------------------------------------- */

/**
 * What is the next action on this account, from when, by when?
 *
 * Pure: reads its arguments, calls nothing outside, allocates nothing, has no side effect; equal
 * arguments give equal bits on every platform. Asking early, late, twice, or with a clock that went
 * back is safe. After any change of the account or its log ask again.
 *
 * @param policy   the compiled policy
 * @param account  the facts as of now
 * @param events   the log, @p count entries in order; may be NULL if count is 0. Entries of other
 *                 accounts than account->id are taken as those of siblings (same person)
 * @param now      seconds UTC. If it lies before the last event, the answer is that of the event's
 *                 instant, and no ACT comes before it (reason CLOCK)
 * @param out      dun_decision_init()ed; untouched on failure
 * @param bad      if not NULL: receives the index of the event an error is about
 * @return DUN_OK; DUN_E_INVAL (NULL, an unknown kind of event or outcome, another currency);
 *         DUN_E_STRUCT, DUN_E_NEWER (account, out, an unknown flag of account or event);
 *         DUN_E_RANGE (a time, day or amount out of range, occurred_at > recorded_at, a hold that
 *         ends before it starts, 65,535 occurrences of a step used up); DUN_E_ORDER; DUN_E_ZONE (a
 *         zone the policy does not have); DUN_E_LIMIT (more than DUN_EVENTS_MAX events or
 *         DUN_HOLDS_MAX holds); DUN_E_UNSUPPORTED (a kind of event that this version does not
 *         support yet).
 * On DUN_OK out->review_at > now. After an ACT was carried out and its outcome appended, asking
 * again at the same now ends after finitely many answers.
 * Uses about 120 KiB of stack.
 * Threads: any number may share policy, account and events. Since 0.1.
 */
DUN_API dun_rc dun_decide(const dun_policy *policy, const struct dun_account *account,
                          const struct dun_event *events, size_t count, dun_time now,
                          struct dun_decision *out, size_t *bad);

/** The part of an array of events that is one account's log. */
struct dun_log_part {
  uint64_t first; /**< place of its first event */
  uint64_t count; /**< 0 = no event; `first` is then not looked at */
};

/** The account's person had an earlier answer in the same call: append the INTENT of that one (and
 *  ask again) before acting on this one. May be set without cause, see dun_decide_many(). */
#define DUN_ANSWER_SIBLING 1u

/** One line of the answers of dun_decide_many(). */
struct dun_answer {
  uint64_t index;     /**< the account's place in dun_batch.accounts */
  uint64_t bad_event; /**< place in the account's own log of the event that rc is about;
                           UINT64_MAX = none */
  dun_rc rc;          /**< what dun_decide() returned for it; or DUN_E_NOT_FOUND (`order` names a
                           place that is none), DUN_E_STRUCT also for a struct_size above the
                           stride, DUN_E_RANGE also for a log part outside of `events` */
  uint32_t flags;     /**< DUN_ANSWER_ bits */
};

/**
 * What dun_decide_many() works on, and where it writes. All arrays are the caller's; those that are
 * read must not overlap those that are written. Accounts, events, answers and decisions must be
 * aligned to 8 bytes.
 */
struct dun_batch {
  uint32_t struct_size;
  uint32_t reserved;                  /**< 0 */
  const struct dun_account *accounts; /**< may be NULL if account_count is 0 */
  uint64_t account_count;
  /** Bytes from one account to the next, a multiple of 8 and at least the size of the first
   *  release's struct: an account may be the head of a larger row of the host's. */
  uint64_t stride;
  /** Places in `accounts` to look at, in this order; NULL = all, one after the other. */
  const uint64_t *order;
  uint64_t order_count;
  const struct dun_event *events; /**< may be NULL if event_count is 0 */
  uint64_t event_count;
  /** For each account (account_count of them) its log; several may share one part (the log of their
   *  person). NULL = no account has any event. */
  const struct dun_log_part *logs;
  struct dun_answer *answers; /**< out: room for `capacity` */
  /** Out: room for `capacity`, one behind the other. The first must be dun_decision_init()ed: its
   *  struct_size, a multiple of 8, is their distance; the others need not be set. */
  struct dun_decision *decisions;
  uint64_t capacity; /**< at least 1 */
};

/** Set *batch to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_batch_init(struct dun_batch *batch, uint32_t struct_size);

/**
 * dun_decide() for all accounts of a batch that are due: those with review_at 0 or <= now. Of the
 * others only the first 64 bytes are read. Answers are written one behind the other, answer i
 * beside decision i; a failure is an answer too (its decision is zeros but for struct_size) and
 * never stops the call. Each account is answered alone, by the log that is given for it.
 *
 * Answers of one person are flagged from the second on (DUN_ANSWER_SIBLING); person 0 never is. What
 * was answered is remembered in a fixed table of 16 KiB, so that some are flagged without cause: of
 * 4,000 answers of a call about one, of 10,000 about one in four hundred, of a million nearly all.
 * None that ought to be is left out, within one call.
 *
 * @param now      seconds UTC
 * @param next     in: the position to begin with (0; or what the last call left); out: the position
 *                 to go on from. A position is a place in `order`, or in `accounts` without it. The
 *                 end is reached when it equals order_count or account_count
 * @param written  receives how many answers were written; fewer than `capacity` only at the end
 * @return DUN_OK; DUN_E_INVAL (NULL, stride or struct_size of the decisions no multiple of 8, an
 *         array that is not aligned, capacity 0, `reserved`); DUN_E_STRUCT, DUN_E_NEWER (batch, the
 *         first decision, stride); DUN_E_RANGE (now, *next beyond the end, counts that no memory can
 *         hold). Nothing was written then, and *next and *written are untouched.
 * Pure, and allocates nothing. Uses about 130 KiB of stack. Threads: any number, each with its own
 * outputs (split `order`, persons kept together). Since 0.1.
 */
DUN_API dun_rc dun_decide_many(const dun_policy *policy, const struct dun_batch *batch,
                               dun_time now, uint64_t *next, uint64_t *written);

/** Whether a contact is permitted. */
struct dun_permission {
  uint32_t struct_size;
  uint32_t permitted; /**< 1: at the instant asked for; 0: not then */
  /** The first permitted instant at or after the one asked for (the same if permitted);
   *  DUN_TIME_NEVER if only an event can bring it, or none was found in 400 to 800 days. */
  dun_time next;
  /** DUN_REASON_ bits of what denies or moved it: CLOSED, OPT_OUT, ADDRESS (the address is dead),
   *  UNREACHABLE (there never was one), HOLD, HOURS, FLOOR, ZONE2, CALENDAR, NEVER_OPEN, CAP,
   *  COOLDOWN, EXCLUSIVE, FORBIDDEN, PREREQUISITE, BLACKOUT, CLOCK. If permitted, 0 or UNVERIFIED,
   *  WAIVED. */
  uint64_t reasons;
  /** The conduct rule that moved it last (DUN_NAME_RULE, from 1); 0 = none did. */
  uint32_t rule;
  uint32_t strength; /**< DUN_STRENGTH_ of that rule; DUN_STRENGTH_LAW for holds and the like; 0 */
  /** With next DUN_TIME_NEVER the kind of event that could release it: RELEASE, OPT_IN, ADDRESS_NEW,
   *  CONSENT, CONTACT (of what is required), REOPENED; 0 = none could. */
  uint32_t release;
  uint32_t reserved;
};

/** Set *permission to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_permission_init(struct dun_permission *permission, uint32_t struct_size);

/**
 * May this party be contacted by this channel now? Somebody who is about to dial by hand asks this.
 * It asks the guards that a step of the policy would have to pass, and no step: whether the ladder
 * wants the contact, and whether anything is past due, is not looked at. A closed account permits
 * none. Pure, as dun_decide().
 *
 * @param policy, account, events, count, bad  as for dun_decide()
 * @param now      seconds UTC. If it lies before the last event (reason CLOCK), nothing is permitted
 *                 before the event's instant
 * @param channel  of the policy, from 1 (dun_policy_find() of DUN_NAME_CHANNEL)
 * @param party    DUN_PARTY_, plus DUN_PLACE_ << 4, plus the host's number of the address << 8 (each
 *                 0 = unknown)
 * @param out      dun_permission_init()ed; untouched on failure
 * @return DUN_OK; DUN_E_NOT_FOUND (no such channel); DUN_E_INVAL also for a party that is none; else
 *         as dun_decide().
 * Uses about 120 KiB of stack. Threads: any number. Since 0.1.
 */
DUN_API dun_rc dun_permit(const dun_policy *policy, const struct dun_account *account,
                          const struct dun_event *events, size_t count, dun_time now,
                          uint32_t channel, uint32_t party, struct dun_permission *out,
                          size_t *bad);

/**
 * Why? The derivation of the answer that dun_decide() gives to the same arguments, as lines of
 * English text: the account and its holds, each stage and what it lacks, each candidate with its
 * plan, what it requires and each guard that moved it, the steps that are no candidates, the answer.
 * For people to read: the wording may change between versions.
 *
 * @param text    receives UTF-8 with a NUL, cut to fit; may be NULL if size is 0
 * @param size    bytes that text has room for
 * @param needed  receives the bytes that the whole takes, without its NUL
 * @return as dun_decide(); DUN_E_INVAL also for needed NULL, or text NULL with a size. text and
 *         *needed are untouched on failure.
 * Pure, as dun_decide(). Uses about 130 KiB of stack.
 * Threads: any number may share policy, account and events. Since 0.1.
 */
DUN_API dun_rc dun_explain(const dun_policy *policy, const struct dun_account *account,
                           const struct dun_event *events, size_t count, dun_time now, char *text,
                           uint64_t size, uint64_t *needed, size_t *bad);

/** A payment that a forecast takes for certain. */
struct dun_payment {
  dun_time at;    /**< value date; those before the forecast begins count at its beginning */
  int64_t amount; /**< minor units, 1 to DUN_AMOUNT_MAX; lowers past_due and balance, not below 0 */
};

/** An answer that a forecast takes for certain: what comes of a delivery. */
struct dun_reply {
  uint32_t step_id; /**< of deliveries of this step; 0 = of the kind below */
  uint32_t kind;    /**< DUN_CONTACT_; 0 = of actions that are no contact. Not read with step_id */
  uint32_t nth;     /**< of those the n-th in the forecast, 1 is the first; 0 = each of them */
  uint32_t outcome; /**< DUN_OUTCOME_, one that the action can have */
};

/** What a forecast assumes. Zeros (but for struct_size, from, until) are a debtor who is silent:
 *  nobody answers calls and visits, everything else is delivered, actions are done, nothing is paid. */
struct dun_assume {
  uint32_t struct_size;
  uint32_t reply_count;
  const struct dun_reply *replies;    /**< the first that fits counts; a step's before its kind's */
  const struct dun_payment *payments; /**< in order of `at` */
  uint64_t payment_count;
  dun_time from;  /**< the first instant that is asked about */
  dun_time until; /**< the first that is not any more; DUN_TIME_NEVER = no end */
};

/** Set *assume to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_assume_init(struct dun_assume *assume, uint32_t struct_size);

/** One delivery of a forecast. Places (stage, step, channel) are counted from 1, 0 = none. */
struct dun_forecast_entry {
  dun_time at;
  dun_time planned_at;
  dun_time deadline; /**< DUN_TIME_NEVER = none */
  int64_t amount;
  dun_day due_day; /**< key */
  int32_t dpd;
  uint32_t stage; /**< the account's at that instant */
  uint32_t step;
  uint32_t channel;
  uint32_t action;     /**< DUN_ACTION_ */
  uint32_t kind;       /**< DUN_CONTACT_, 0 = no contact */
  uint32_t for_step;   /**< dun_name_id() of the step it stands in for; 0 = none */
  uint32_t outcome;    /**< DUN_OUTCOME_, as assumed */
  uint16_t occurrence; /**< key */
  uint8_t attempt;     /**< key */
  uint8_t party;       /**< DUN_PARTY_ */
};

/* Why a forecast ended. */
#define DUN_FORECAST_UNTIL 1u /**< `until` was reached */
#define DUN_FORECAST_REST 2u  /**< nothing more becomes due by time alone, and no payment is left */
#define DUN_FORECAST_FULL 3u  /**< entries or log were full: it may go on */

/** What a forecast adds up to. */
struct dun_forecast_sum {
  uint32_t struct_size;
  uint32_t end;         /**< DUN_FORECAST_ */
  dun_time ended_at;    /**< the last instant that was asked about */
  dun_time settled_at;  /**< when past_due came to 0; DUN_TIME_NEVER = it did not */
  uint64_t log_count;   /**< entries of the log now */
  uint64_t deliveries;  /**< contacts and other actions */
  uint32_t contacts[8]; /**< by DUN_CONTACT_ */
  uint32_t actions[16]; /**< by DUN_ACTION_; [DUN_ACTION_CONTACT] = all contacts */
  uint32_t stages[32];  /**< deliveries in stage i + 1 */
};

/** Set *sum to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_forecast_sum_init(struct dun_forecast_sum *sum, uint32_t struct_size);

/**
 * What will be done on this account, when, and how often, if the debtor behaves as assumed? A loop of
 * dun_decide() and appended events, as dun_run() drives it with a host that is always awake: what it
 * lists is what would be delivered.
 *
 * @param account   the facts as of assume->from; not changed
 * @param log       the log, @p count entries in order, with room for @p room; receives the events of
 *                  the forecast behind them (PLACED if there is none, intents, outcomes, payments,
 *                  CURED). May be NULL if room is 0
 * @param entries   receives the deliveries, at most @p capacity; may be NULL if that is 0
 * @param sum       dun_forecast_sum_init()ed; receives the counts, of the entries that were written
 * @param bad       if not NULL: receives the index of the event that an error is about
 * @return DUN_OK; DUN_E_LIMIT (entries or log are full, or the log would pass DUN_EVENTS_MAX: what fits
 *         is there, sum->end = DUN_FORECAST_FULL); the errors of dun_decide(); DUN_E_INVAL also for
 *         assume or sum NULL, replies that no delivery can have, payments out of order; DUN_E_RANGE for
 *         from, until, amounts. But for DUN_E_LIMIT entries and sum are of no use after an error.
 * Takes a decision for each instant at which the answer changes. Without an end they can be millions
 * (over a minute): a step with `every` and no `times` that is never performed, because what it requires is
 * missing, say, is asked about to the year 9999. Set `until` where nobody knows the policy.
 * Pure, as dun_decide(). Uses about 260 KiB of stack.
 * Threads: any number may share policy and account. Since 0.1.
 */
DUN_API dun_rc dun_forecast(const dun_policy *policy, const struct dun_account *account,
                            struct dun_event *log, size_t count, size_t room,
                            const struct dun_assume *assume, struct dun_forecast_entry *entries,
                            size_t capacity, struct dun_forecast_sum *sum, size_t *bad);

/**
 * The INTENT to append before a decided action is carried out.
 * @param decision  an ACT
 * @param at        now: occurred_at and recorded_at of the event
 * @return DUN_OK; DUN_E_INVAL (NULL, no ACT); DUN_E_STRUCT, DUN_E_NEWER; DUN_E_RANGE (at).
 */
DUN_API dun_rc dun_event_intent(const struct dun_decision *decision, dun_time at,
                                struct dun_event *out);

/**
 * The outcome to append after it: same key, channel, party and step stood in for as the decision;
 * CONTACT or ACTION.
 * @return as dun_event_intent(); DUN_E_INVAL also for an outcome that is none.
 */
DUN_API dun_rc dun_event_outcome(const struct dun_decision *decision, uint32_t outcome, dun_time at,
                                 struct dun_event *out);

/**
 * Which entries of a log can still change an answer? The rest may be erased: with the marked ones
 * alone, in their order, every question about any account of the log has the same answer at every
 * instant, whatever the accounts' facts are and whatever is appended.
 *
 * An entry goes only if it occurred before @p settled, and by that the host promises of all that it
 * will append: it occurs at or after @p settled; a VOID is about an entry that did; an outcome is for
 * a delivery that has none yet, or only queued or unknown ones, before @p settled.
 *
 * What goes: corrected entries with their VOIDs; PLACED and REOPENED overtaken; facts told again
 * unchanged; a CURED of nothing; holds that last no time, releases of nothing; what was said of a
 * channel and then said anew or taken back; and, if a policy is given whose conditions count no days
 * since something, queued outcomes that a later one replaced and deliveries of an episode that is
 * over, but for what the policy counts beyond it (adverse actions, steps before the due day, the
 * number of the last occurrence). Payments, contacts tied to no step, holds and facts stay: a later
 * version may read them.
 *
 * @param policy   the policy that the log is used with from now on, or NULL for any
 * @param events   the log, @p count entries in order, all accounts of the person
 * @param settled  seconds UTC; DUN_TIME_NEVER = all of it
 * @param needed   receives @p count bytes, 1 = keep, 0 = may be erased. The last entry is kept
 * @param kept     if not NULL: receives how many are to be kept
 * @param bad      if not NULL: receives the index of the event an error is about
 * @return DUN_OK; DUN_E_INVAL (NULL, an unknown kind of event or outcome); DUN_E_NEWER, DUN_E_RANGE
 *         (an event; settled), DUN_E_ORDER, DUN_E_LIMIT (more than DUN_EVENTS_MAX events),
 *         DUN_E_UNSUPPORTED as dun_decide(). needed and kept are untouched then.
 * Pure; takes time with the square of the log at worst. Uses about 10 KiB of stack. Threads: any
 * number. Since 0.1.
 */
DUN_API dun_rc dun_log_needed(const dun_policy *policy, const struct dun_event *events,
                              size_t count, dun_time settled, uint8_t *needed, size_t *kept,
                              size_t *bad);

/* ------------------------------------------------------------------------------------------- */
/* Runner                                                                                      */
/* ------------------------------------------------------------------------------------------- */

/**
 * A person whose accounts are due, leased to this worker. Filled by the claim callback; what it
 * points to is the host's and must stay good and unchanged until the next claim or the end of the
 * run. The runner keeps its own copy of the log and appends to that.
 */
struct dun_claim {
  uint32_t struct_size;
  /** 1 to 65535: at least all due accounts of the person; better all it has, as what is done on one
   *  can change the answer on another. A person with more is set aside. */
  uint32_t account_count;
  /** One behind the other, all with the same struct_size, which is their distance. */
  const struct dun_account *accounts;
  const struct dun_event *events; /**< the person's log, in order, all accounts */
  uint64_t event_count;
  uint64_t person;
  uint64_t token; /**< the host's own, passed back with record */
};

/** What to record in one transaction. It lives for the call only. */
struct dun_record {
  uint32_t struct_size;
  /** 1: the events are the outcome of a delivery that was just made. They must be kept even if
   *  somebody else changed the person meanwhile: append them, leave the account due (review_at =
   *  now) instead of taking the review_at given, and return DUN_E_CONFLICT. */
  uint32_t happened;
  uint64_t account;
  const struct dun_event *events; /**< to append to the log, in this order */
  uint64_t count;                 /**< may be 0 */
  dun_time review_at; /**< the account's from now on; <= now = still due; may be DUN_TIME_NEVER */
};

/** What is to be delivered. Names are the policy's and live as long as it. */
struct dun_notice {
  uint32_t struct_size;
  uint32_t
      again; /**< 1: an earlier try may have gone out under this key (a crash); dedupe by key */
  const struct dun_account *account;
  const struct dun_decision *decision;            /**< an ACT: the key, channel, party, amount */
  const char *stage, *step, *channel, *template_; /**< channel, template_: "" = none */
};

/** What came of it, filled by the deliver callback; zeroed but for struct_size before the call. */
struct dun_receipt {
  uint32_t struct_size;
  uint32_t outcome; /**< DUN_OUTCOME_; needed when deliver returns DUN_OK */
  uint32_t address; /**< the host's number of the address used, 0 to 255; 0 = unknown */
  uint32_t reserved;
  dun_time retry_at; /**< with DUN_RETRY_LATER: when to try again, > now */
};

#define DUN_LOG_INFO 1u
#define DUN_LOG_WARNING 2u
#define DUN_LOG_ERROR 3u

/**
 * The host's side of a run. Callbacks take user_data first and return DUN_OK or a negative code;
 * they must not throw, longjmp, or call dun_run with this struct. claim, record and deliver must
 * be set. Used by one run at a time.
 */
struct dun_host {
  uint32_t struct_size;
  uint32_t running; /**< 0; the runner's own, to detect re-entry */
  void *user_data;
  /** Lease the next person with a due account (review_at <= now) until @p lease_until, so that no
   *  other worker gets any account of that person. DUN_OK, DUN_NOTHING_DUE, or an error, which
   *  ends the run. */
  dun_rc (*claim)(void *user_data, dun_time now, dun_time lease_until, struct dun_claim *claim);
  /** In one durable transaction append the events to the log and set the account's review_at.
   *  DUN_E_CONFLICT if somebody else changed the person since the claim: nothing is written (but
   *  see dun_record.happened) and the runner drops the person. Other errors: nothing is written,
   *  the person is set aside. */
  dun_rc (*record)(void *user_data, const struct dun_claim *claim, const struct dun_record *record);
  /** Hand the notice to its transport. DUN_OK with an outcome; DUN_RETRY_LATER with retry_at: it
   *  was certainly not handed over; an error: nobody knows, the intent stays open and the person
   *  is set aside until the lease ends. An outcome that the action cannot have (a contact: 1 to 26;
   *  others: done, unknown, declined, failed_temporary) is recorded as unknown. */
  dun_rc (*deliver)(void *user_data, const struct dun_notice *notice, struct dun_receipt *receipt);
  /** One line about an account that could not be handled; optional. */
  void (*log)(void *user_data, uint32_t level, uint64_t account, dun_rc rc, const char *text,
              size_t size);
  int64_t lease;                 /**< seconds a claim is leased for; 0 = 300 */
  const struct dun_alloc *alloc; /**< NULL = malloc and free */
  /** The runner is through with the claimed person and all went well: the lease may end now;
   *  optional. Not called for a person that was dropped or set aside: that lease has to run out. */
  void (*release)(void *user_data, const struct dun_claim *claim);
};

/** Set *host to zeros and struct_size to @p struct_size. As dun_account_init(). */
DUN_API void dun_host_init(struct dun_host *host, uint32_t struct_size);

/** What a run did. */
struct dun_run_report {
  uint32_t struct_size;
  uint32_t more;    /**< 1: the budget ended the run, there may be more due */
  uint64_t persons; /**< claimed */
  uint64_t decisions;
  uint64_t delivered; /**< deliver returned DUN_OK */
  uint64_t deferred;  /**< deliver returned DUN_RETRY_LATER */
  uint64_t unknown;   /**< recorded as unknown: open intent on a channel with redeliver: false */
  uint64_t cured;
  uint64_t conflicts; /**< persons dropped because somebody else changed them */
  uint64_t set_aside; /**< persons left to the end of their lease with an error in the log */
};

/**
 * Do what is due: claim a person, decide each of the accounts at @p now, record INTENT, deliver,
 * record the outcome, and so on until none of them says ACT. PLACED is appended at first sight,
 * CURED on CLEAR; they occur at @p now, or with the log's last event if that is later (a clock that
 * went back). Each event that the runner appends is recorded at @p now, or with the log's last
 * event of the same instant if that is later: it sorts last. Nothing is delivered without a durable
 * INTENT before it; after a crash between the two the next run delivers with the same key, or, for
 * a channel with `redeliver: false`, records `unknown`. Deliveries per key <= 1 + crashes between
 * INTENT and outcome.
 * An account that cannot be decided is told to log and set aside (nothing is recorded for it, the
 * person's lease runs out); its siblings go on. Nothing that a callback gives ends the run but a
 * failing or impossible claim.
 *
 * @param now     fixed for the whole call: a contact is judged at it, not at the second in which it
 *                is delivered. So keep a run short by @p budget
 * @param budget  persons to claim at most; 0 = until nothing is due
 * @param report  or NULL; untouched on DUN_E_INVAL, DUN_E_STRUCT, DUN_E_NEWER, else filled also on
 *                failure
 * @return DUN_OK; DUN_E_INVAL (NULL, a missing callback); DUN_E_STRUCT, DUN_E_NEWER;
 *         DUN_E_RANGE (now, lease); DUN_E_BUSY (re-entry); DUN_E_NOMEM; DUN_E_CALLBACK (claim
 *         failed or gave an impossible claim).
 * Threads: several runs at once, each with its own host struct, over one policy.
 */
DUN_API dun_rc dun_run(const dun_policy *policy, struct dun_host *host, dun_time now,
                       uint64_t budget, struct dun_run_report *report);

#ifdef __cplusplus
}
#endif

#endif
