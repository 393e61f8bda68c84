/* SPDX-License-Identifier: MIT */
/* Conditions: whether a `when` holds, when that may turn, and since when it holds. */
#include "core/when.h"

#include <string.h>

#include "base/arith.h"
#include "core/clock.h"

int64_t dun__fact(const struct dun_account *a, uint32_t field)
{
  switch (field) {
  case DUN__FIELD_PAST_DUE: return a->past_due;
  case DUN__FIELD_BALANCE: return a->balance;
  case DUN__FIELD_MINIMUM_DUE: return a->minimum_due;
  case DUN__FIELD_LATE_FEES: return a->late_fees;
  case DUN__FIELD_PRIOR_DELINQUENCIES: return a->prior_delinquencies;
  default: return a->attribute[field - DUN__FIELD_ATTRIBUTE];
  }
}

uint32_t dun__field_of_fact(uint32_t fact)
{
  switch (fact) {
  case DUN_FACT_PAST_DUE: return DUN__FIELD_PAST_DUE;
  case DUN_FACT_BALANCE: return DUN__FIELD_BALANCE;
  case DUN_FACT_MINIMUM_DUE: return DUN__FIELD_MINIMUM_DUE;
  case DUN_FACT_LATE_FEES: return DUN__FIELD_LATE_FEES;
  case DUN_FACT_PRIOR_DELINQUENCIES: return DUN__FIELD_PRIOR_DELINQUENCIES;
  default:
    return fact < DUN_FACT_ATTRIBUTE ? DUN__FIELDS
                                     : fact - DUN_FACT_ATTRIBUTE + DUN__FIELD_ATTRIBUTE;
  }
}

/* The value of a field that time does not turn. */
static int64_t value_of(const struct dun_account *a, const struct dun__contacts *k, uint32_t field)
{
  if (field < DUN__FIELD_ATTEMPTS)
    return dun__fact(a, field);
  if (field >= DUN__FIELD_PARTY)
    return a->reach[field - DUN__FIELD_PARTY] != 0;
  if (field == DUN__FIELD_CONVERSATIONS)
    return k->conversations;
  return k->attempts[field - DUN__FIELD_ATTEMPTS];
}

/* The date that a field of days since counts from; DUN__NO_DAY = it never happened. */
static int64_t last_day(const struct dun__case *c, const struct dun__contacts *k,
                        const struct dun__field *f)
{
  dun_time last = DUN__NOT_YET;
  if (f->field == DUN__FIELD_SINCE_ATTEMPT)
    last = k->last_attempt;
  else if (f->field == DUN__FIELD_SINCE_CONVERSATION)
    last = k->last_conversation;
  else
    for (uint32_t i = 0; i < DUN__OUTCOMES; i++)
      if (f->outcomes >> i & 1u)
        last = dun__max(last, k->last_outcome[i]);
  return last == DUN__NOT_YET ? DUN__NO_DAY : dun__today(c, last);
}

/* The class of a value: how many thresholds of the field are <= it. */
static uint32_t class_of(const struct dun_policy *p, const struct dun__field *f, int64_t value)
{
  const int64_t *threshold = dun__thresholds(p) + f->threshold;
  uint32_t low = 0, high = f->thresholds;
  while (low < high) {
    uint32_t mid = (low + high) / 2;
    if (threshold[mid] <= value)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

/* Set the bits of the field's tests that hold in a class; `bits` begin with word 0 of all. */
static void put_class(const struct dun_policy *p, const struct dun__field *f, uint32_t class,
                      uint64_t *bits)
{
  const uint64_t *row = dun__rows(p) + f->row + class * f->words;
  for (uint32_t i = 0; i < f->words; i++)
    bits[f->bit / 64u + i] |= row[i];
}

/* Set the bits of all tests of the field. */
static void put_all(const struct dun__field *f, uint64_t *bits)
{
  for (uint32_t i = f->bit; i < (uint32_t)f->bit + f->tests; i++)
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* Whether a tree holds for certain: `sure` are the bits that are set, `maybe` those that may be. */
static bool holds(const struct dun_policy *p, uint32_t node, const uint64_t *sure,
                  const uint64_t *maybe)
{
  const struct dun__when *w = &dun__whens(p)[node];
  const struct dun__mask *m = &dun__masks(p)[w->mask];
  bool all = w->op == DUN__WHEN_ALL;
  for (uint32_t i = 0; i < w->masks; i++, m++) {
    if (all) {
      if ((sure[m->word] & m->set) != m->set || (maybe[m->word] & m->clear) != 0)
        return false;
    } else if ((sure[m->word] & m->set) != 0 || (~maybe[m->word] & m->clear) != 0) {
      return true;
    }
  }
  for (uint32_t i = node + 1; i < w->next; i = dun__whens(p)[i].next)
    if (holds(p, i, sure, maybe) != all)
      return !all;
  return all;
}

/* The words of the facts and contacts; those of days are left alone. */
static void put_facts(const struct dun_policy *p, const struct dun_account *a,
                      const struct dun__contacts *k, uint64_t *bits)
{
  const struct dun__field *f = dun__tested(p);
  memset(bits + p->day_words, 0, (p->when_words - p->day_words) * sizeof *bits);
  for (uint32_t i = p->day_fields; i < p->tested.count; i++)
    put_class(p, &f[i], class_of(p, &f[i], value_of(a, k, f[i].field)), bits);
}

void dun__when_prepare(struct dun__case *c)
{
  const struct dun__field *f = dun__tested(c->policy);
  put_facts(c->policy, &c->account, &c->contacts, c->when_bits);
  for (uint32_t i = 0; i < c->policy->day_fields; i++)
    c->when_last[i] =
        f[i].field == DUN__FIELD_DPD ? c->account.due_day : last_day(c, &c->contacts, &f[i]);
}

/* The words of days at t. */
static void put_days(const struct dun__case *c, dun_time t, uint64_t *bits)
{
  const struct dun_policy *p = c->policy;
  dun_day today = dun__today(c, t);
  memset(bits, 0, p->day_words * sizeof *bits);
  for (uint32_t i = 0; i < p->day_fields; i++) {
    const struct dun__field *f = &dun__tested(p)[i];
    if (f->field == DUN__FIELD_DPD)
      put_class(p, f, class_of(p, f, dun__dpd_on(c, today)), bits);
    else if (c->when_last[i] != DUN__NO_DAY)
      put_class(p, f, class_of(p, f, today - c->when_last[i]), bits);
  }
}

bool dun__when(const struct dun__case *c, uint32_t node, dun_time t)
{
  const struct dun_policy *p = c->policy;
  uint64_t bits[DUN__MAX_WHEN_WORDS];
  if (node == DUN__NONE)
    return true;
  if (p->day_words == 0)
    return holds(p, node, c->when_bits, c->when_bits);
  memcpy(bits + p->day_words, c->when_bits + p->day_words,
         (p->when_words - p->day_words) * sizeof *bits);
  if (!c->memo->days.known || c->memo->days.t != t) {
    put_days(c, t, c->memo->days.bits);
    c->memo->days.t = t;
    c->memo->days.known = true;
  }
  memcpy(bits, c->memo->days.bits, p->day_words * sizeof *bits);
  return holds(p, node, bits, bits);
}

/* Whether a row of the field has a bit. */
static bool row_has(const struct dun_policy *p, const struct dun__field *f, uint32_t class,
                    uint32_t bit)
{
  uint32_t word = bit / 64 - f->bit / 64u;
  return dun__rows(p)[f->row + class * f->words + word] >> (bit % 64) & 1u;
}

static void tell_test(const struct dun__case *c, uint32_t bit, bool wanted, dun_time t,
                      void (*told)(void *data, const struct dun__test *test), void *data)
{
  const struct dun_policy *p = c->policy;
  for (uint32_t i = 0; i < p->tested.count; i++) {
    const struct dun__field *f = &dun__tested(p)[i];
    struct dun__test test = {.field = f, .bit = bit, .has = true, .wanted = wanted};
    if (bit < f->bit || bit >= (uint32_t)f->bit + f->tests)
      continue;
    if (i >= p->day_fields)
      test.value = value_of(&c->account, &c->contacts, f->field);
    else if (f->field == DUN__FIELD_DPD)
      test.value = dun__dpd_on(c, dun__today(c, t));
    else if (c->when_last[i] != DUN__NO_DAY)
      test.value = dun__today(c, t) - c->when_last[i];
    else
      test.has = false;
    test.holds = test.has && row_has(p, f, class_of(p, f, test.value), bit);
    told(data, &test);
    return;
  }
}

void dun__when_tell(const struct dun__case *c, uint32_t node, dun_time t,
                    void (*told)(void *data, const struct dun__test *test), void *data)
{
  const struct dun_policy *p = c->policy;
  if (node == DUN__NONE)
    return;
  for (uint32_t n = node; n < dun__whens(p)[node].next; n++) {
    const struct dun__mask *m = &dun__masks(p)[dun__whens(p)[n].mask];
    for (uint32_t i = 0; i < dun__whens(p)[n].masks; i++, m++)
      for (uint32_t b = 0; b < 64; b++)
        if ((m->set | m->clear) >> b & 1u)
          tell_test(c, m->word * 64 + b, m->set >> b & 1u, t, told, data);
  }
}

bool dun__test_range(const struct dun_policy *p, const struct dun__test *test, uint32_t *class,
                     int64_t *low, int64_t *high)
{
  const struct dun__field *f = test->field;
  const int64_t *threshold = dun__thresholds(p) + f->threshold;
  uint32_t at = *class;
  while (at <= f->thresholds && !row_has(p, f, at, test->bit))
    at++;
  if (at > f->thresholds)
    return false;
  *low = at == 0 ? INT64_MIN : threshold[at - 1];
  while (at <= f->thresholds && row_has(p, f, at, test->bit))
    at++;
  *high = at > f->thresholds ? INT64_MAX : threshold[at - 1] - 1;
  *class = at;
  return true;
}

/* The start of the date on which a field of days comes to its threshold number n. */
static dun_time threshold_start(const struct dun__case *c, const struct dun__field *f,
                                int64_t last_day, uint32_t n)
{
  int64_t value;
  if (n == f->thresholds || last_day == DUN__NO_DAY)
    return DUN_TIME_NEVER;
  value = dun__thresholds(c->policy)[f->threshold + n];
  if (f->field == DUN__FIELD_DPD)
    return dun__dpd_start(c, (int32_t)value);
  return dun__start_of(c, last_day + value);
}

dun_time dun__when_turn(const struct dun__case *c, dun_time t)
{
  const struct dun_policy *p = c->policy;
  dun_time turn = DUN_TIME_NEVER;
  dun_day today;
  if (p->day_fields == 0)
    return turn;
  today = dun__today(c, t);
  for (uint32_t i = 0; i < p->day_fields; i++) {
    const struct dun__field *f = &dun__tested(p)[i];
    int64_t value;
    if (f->field == DUN__FIELD_DPD)
      value = dun__dpd_on(c, today);
    else if (c->when_last[i] != DUN__NO_DAY)
      value = today - c->when_last[i];
    else
      continue;
    turn = dun__min(turn, threshold_start(c, f, c->when_last[i], class_of(p, f, value)));
  }
  return turn;
}

/* The walk through history: facts and contacts as the log gave them, and since when the tree
 * holds. Of a field of days the class, and the instant at which the next begins, are kept. */
struct walk {
  const struct dun__case *c;
  const struct dun__when *tree;
  uint32_t node;
  struct dun_account facts;
  uint32_t known; /* what is no fact, and facts whose value is known: bit = field */
  bool told;      /* what FACTS events left out is in the facts */
  struct dun__contacts contacts;
  int64_t last_day[DUN__MAX_DAY_FIELDS];
  uint32_t class[DUN__MAX_DAY_FIELDS];
  dun_time next[DUN__MAX_DAY_FIELDS];
  uint64_t sure[DUN__MAX_WHEN_WORDS], maybe[DUN__MAX_WHEN_WORDS];
  dun_time at;    /* of the last change */
  dun_time since; /* as it was before that; DUN_TIME_NEVER = did not hold */
};

/* Since when the tree holds once everything has changed that changes at w->at. */
static dun_time since_now(const struct walk *w)
{
  if (!holds(w->c->policy, w->node, w->sure, w->maybe))
    return DUN_TIME_NEVER;
  return w->since == DUN_TIME_NEVER ? w->at : w->since;
}

/* Something changes at `at`: what several changes of one instant come to counts, not the way. */
static void step_to(struct walk *w, dun_time at)
{
  if (at > w->at) {
    w->since = since_now(w);
    w->at = at;
  }
}

/* Whether the tree has tests on a field of days. */
static bool follows(const struct walk *w, const struct dun__field *f)
{
  return (w->tree->about & (f->field == DUN__FIELD_DPD ? DUN__ABOUT_DPD : DUN__ABOUT_SINCE)) != 0;
}

static void enter_class(struct walk *w, uint32_t i, uint32_t class)
{
  const struct dun__field *f = &dun__tested(w->c->policy)[i];
  w->class[i] = class;
  w->next[i] = follows(w, f) ? threshold_start(w->c, f, w->last_day[i], class) : DUN_TIME_NEVER;
}

/* Put the words of days into `sure` and `maybe`, which differ in facts only. */
static void set_days(struct walk *w)
{
  const struct dun_policy *p = w->c->policy;
  memset(w->sure, 0, p->day_words * sizeof *w->sure);
  for (uint32_t i = 0; i < p->day_fields; i++)
    if (w->last_day[i] != DUN__NO_DAY)
      put_class(p, &dun__tested(p)[i], w->class[i], w -> sure);
  memcpy(w->maybe, w->sure, p->day_words * sizeof *w->sure);
}

static void set_facts(struct walk *w)
{
  const struct dun_policy *p = w->c->policy;
  const struct dun__field *f = dun__tested(p);
  size_t size = (p->when_words - p->day_words) * sizeof *w->sure;
  memset(w->sure + p->day_words, 0, size);
  memset(w->maybe + p->day_words, 0, size);
  for (uint32_t i = p->day_fields; i < p->tested.count; i++) {
    uint32_t class;
    if (!(w->known >> f[i].field & 1u)) {
      put_all(&f[i], w->maybe);
      continue;
    }
    class = class_of(p, &f[i], value_of(&w->facts, &w->contacts, f[i].field));
    put_class(p, &f[i], class, w->sure);
    put_class(p, &f[i], class, w->maybe);
  }
}

/* Let the days pass up to `until` (inclusive), stopping wherever the tree may turn. */
static void pass_days(struct walk *w, dun_time until)
{
  uint32_t n = w->c->policy->day_fields;
  for (;;) {
    dun_time at = DUN_TIME_NEVER;
    for (uint32_t i = 0; i < n; i++)
      at = dun__min(at, w->next[i]);
    if (at == DUN_TIME_NEVER || at > until)
      return;
    step_to(w, at);
    for (uint32_t i = 0; i < n; i++)
      if (w->next[i] == at)
        enter_class(w, i, w->class[i] + 1);
    set_days(w);
  }
}

/* The fields of days since, after a contact at an instant. */
static void set_last(struct walk *w, dun_time at)
{
  const struct dun_policy *p = w->c->policy;
  dun_day today = dun__today(w->c, at);
  for (uint32_t i = 0; i < p->day_fields; i++) {
    const struct dun__field *f = &dun__tested(p)[i];
    if (f->field == DUN__FIELD_DPD)
      continue;
    w->last_day[i] = last_day(w->c, &w->contacts, f);
    if (w->last_day[i] != DUN__NO_DAY)
      enter_class(w, i, class_of(p, f, today - w->last_day[i]));
  }
  set_days(w);
}

/* The account knows better than the last FACTS event since that was recorded. */
static void tell(struct walk *w)
{
  pass_days(w, w->c->told_at);
  step_to(w, w->c->told_at);
  w->facts = w->c->account;
  w->told = true;
  set_facts(w);
}

static void set_fact(struct dun_account *a, uint32_t field, int64_t value)
{
  switch (field) {
  case DUN__FIELD_PAST_DUE: a->past_due = value; break;
  case DUN__FIELD_BALANCE: a->balance = value; break;
  case DUN__FIELD_MINIMUM_DUE: a->minimum_due = value; break;
  case DUN__FIELD_LATE_FEES: a->late_fees = value; break;
  case DUN__FIELD_PRIOR_DELINQUENCIES: a->prior_delinquencies = (uint32_t)value; break;
  default: a->attribute[field - DUN__FIELD_ATTRIBUTE] = value; break;
  }
}

/* Whether a kind of event can change what the account's contacts add up to. */
static bool moves_contacts(const struct dun_event *e)
{
  switch (e->kind) {
  case DUN_EVENT_INTENT:
  case DUN_EVENT_CONTACT:
  case DUN_EVENT_ACTION:
  case DUN_EVENT_INBOUND:
  case DUN_EVENT_CURED:
  case DUN_EVENT_CLOSED: return true;
  case DUN_EVENT_FACTS: return e->detail == DUN_FACT_PAST_DUE;
  default: return false;
  }
}

static void walk_event(struct walk *w, size_t i)
{
  const struct dun_event *e = &w->c->events[i];
  uint32_t field = e->kind == DUN_EVENT_FACTS ? dun__field_of_fact(e->detail) : DUN__FIELDS;
  bool fact = field < DUN__FIELD_ATTEMPTS && w->tree->facts >> field & 1u;
  bool contact =
      (w->tree->about & (DUN__ABOUT_SINCE | DUN__ABOUT_COUNTS)) != 0 && moves_contacts(e);
  if (!fact && !contact)
    return;
  if (w->c->gap && !w->told && e->occurred_at > w->c->told_at)
    tell(w);
  pass_days(w, e->occurred_at);
  step_to(w, e->occurred_at);
  if (fact) {
    set_fact(&w->facts, field, e->amount);
    w->known |= UINT32_C(1) << field;
  }
  if (contact) {
    dun__contacts_feed(&w->contacts, w->c, i);
    set_last(w, e->occurred_at);
  }
  set_facts(w);
}

static dun_time since_event(const struct dun__case *c, uint32_t node, dun_time t)
{
  struct walk w;
  w.c = c;
  w.node = node;
  w.tree = &dun__whens(c->policy)[node];
  w.facts = c->account;
  w.known = ~c->fact_known;
  w.told = false;
  w.at = DUN_TIME_MIN;
  w.since = DUN_TIME_NEVER;
  dun__contacts_start(&w.contacts);
  for (uint32_t i = 0; i < c->policy->day_fields; i++) {
    bool dpd = dun__tested(c->policy)[i].field == DUN__FIELD_DPD;
    w.last_day[i] = dpd ? c->account.due_day : DUN__NO_DAY;
    enter_class(&w, i, 0);
  }
  set_days(&w);
  set_facts(&w);
  for (size_t i = 0; i < c->count; i++)
    if (c->events[i].account == c->account.id && !dun__is_void(c, i))
      walk_event(&w, i);
  if (c->gap && !w.told)
    tell(&w);
  pass_days(&w, t);
  return since_now(&w);
}

/* Where only days past due and what never changed count: back from t to the day that made it true.
 * Days since that other trees test do not matter to this one. */
static dun_time since_day(const struct dun__case *c, uint32_t node, dun_time t)
{
  const struct dun_policy *p = c->policy;
  const struct dun__field *f = dun__tested(p); /* that of dpd comes first */
  uint64_t bits[DUN__MAX_WHEN_WORDS];
  uint32_t class;
  if (!(dun__whens(p)[node].about & DUN__ABOUT_DPD))
    return holds(p, node, c->when_bits, c->when_bits) ? DUN_TIME_MIN : DUN_TIME_NEVER;
  memcpy(bits + p->day_words, c->when_bits + p->day_words,
         (p->when_words - p->day_words) * sizeof *bits);
  class = class_of(p, f, dun__dpd_on(c, dun__today(c, t)));
  for (uint32_t k = class;; k--) {
    memset(bits, 0, p->day_words * sizeof *bits);
    put_class(p, f, k, bits);
    if (!holds(p, node, bits, bits))
      return k == class ? DUN_TIME_NEVER : threshold_start(c, f, c->account.due_day, k);
    if (k == 0)
      return DUN_TIME_MIN;
  }
}

dun_time dun__when_since(const struct dun__case *c, uint32_t node, dun_time t)
{
  const struct dun__when *w;
  if (node == DUN__NONE)
    return DUN_TIME_MIN;
  w = &dun__whens(c->policy)[node];
  if (w->about & (DUN__ABOUT_SINCE | DUN__ABOUT_COUNTS) || w->facts & c->fact_known)
    return since_event(c, node, t);
  return since_day(c, node, t);
}
