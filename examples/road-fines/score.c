/* SPDX-License-Identifier: MIT */
/* What the policy decided against what the log says was done. */
#include "score.h"

#include <inttypes.h>
#include <stdio.h>

static const struct row *find(const struct row *rows, size_t count, enum activity activity)
{
  for (size_t i = 0; i < count; i++)
    if (rows[i].activity == activity)
      return &rows[i];
  return NULL;
}

static const char *date(bool there, dun_day day, char text[11])
{
  return there && dun_day_format(day, text) == DUN_OK ? text : "never";
}

static void list(const struct score *score, const char *what, const struct row *rows, bool decided,
                 dun_day day, const struct row *logged)
{
  char a[11], b[11];
  if (score->list)
    printf("%s %s: decided %s, in the log %s\n", rows->case_id, what, date(decided, day, a),
           date(logged != NULL, logged != NULL ? logged->day : 0, b));
}

/* Why sending this case to collection on that day was wrong, or NULL. */
static const char *false_collection(const struct row *rows, size_t count, dun_day day)
{
  struct standing s = {0};
  for (size_t i = 0; i < count && rows[i].day <= day; i++)
    standing_add(&s, &rows[i]);
  if (s.dismissed)
    return "it is dismissed";
  if (s.paid >= s.fine + s.expense)
    return "it is paid in full";
  if (s.appeal_open && s.paid == 0)
    return "an appeal is open and nothing is paid";
  return NULL;
}

static void false_escalation(struct score *score, const struct row *rows, const char *why)
{
  score->false_escalations++;
  printf("false escalation of %s: %s\n", rows->case_id, why);
}

void score_case(struct score *score, const struct row *rows, size_t count, const struct verdict *v)
{
  const struct row *penalty = find(rows, count, PENALTY);
  const struct row *collection = find(rows, count, COLLECTION);
  bool exact = v->penalties == 1 && penalty != NULL && penalty->day == v->penalty_day;
  score->cases++;
  score->log_penalties += penalty != NULL;
  score->penalties += v->penalties;
  score->penalties_exact += exact;
  if (!exact && (penalty != NULL || v->penalties > 0))
    list(score, "penalty", rows, v->penalties > 0, v->penalty_day, penalty);
  if (v->penalties > 0 && (penalty != NULL ? v->penalty_day < penalty->day : v->penalty_dpd < 60))
    false_escalation(score, rows, "a penalty before its day");

  exact = v->collections == 1 && collection != NULL && collection->day == v->collection_day;
  score->log_collections += collection != NULL;
  score->collections += v->collections;
  score->collections_exact += exact;
  if (!exact && (collection != NULL || v->collections > 0))
    list(score, "collection", rows, v->collections > 0, v->collection_day, collection);
  if (v->collections > 0) {
    const char *why = false_collection(rows, count, v->collection_day);
    if (why != NULL)
      false_escalation(score, rows, why);
  }
}

/* part / whole with four places, cut and not rounded: 1.0000 means all. */
static void print_ratio(const char *name, uint64_t part, uint64_t whole)
{
  uint64_t parts = whole == 0 ? 10000 : part * 10000 / whole;
  printf(" %s=%" PRIu64 ".%04" PRIu64, name, parts / 10000, parts % 10000);
}

void score_print(const struct score *s)
{
  printf("cases                    %8" PRIu64 "\n", s->cases);
  printf("penalties decided        %8" PRIu64 "   in the log %8" PRIu64 "   same day %8" PRIu64
         "\n",
         s->penalties, s->log_penalties, s->penalties_exact);
  printf("sent to collection       %8" PRIu64 "   in the log %8" PRIu64 "   same day %8" PRIu64
         "\n",
         s->collections, s->log_collections, s->collections_exact);
  printf("penalty_exact=%" PRIu64 "/%" PRIu64 " false_escalations=%" PRIu64, s->penalties_exact,
         s->log_penalties, s->false_escalations);
  print_ratio("collection_precision", s->collections_exact, s->collections);
  print_ratio("collection_recall", s->collections_exact, s->log_collections);
  putchar('\n');
}
