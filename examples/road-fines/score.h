/* SPDX-License-Identifier: MIT */
/* What the policy decided against what the log says was done. */
#ifndef ROAD_FINES_SCORE_H
#define ROAD_FINES_SCORE_H

#include "log.h"

/* What was decided for one case, on which days. */
struct verdict {
  uint32_t penalties, collections; /* how often; the days are those of the first */
  dun_day penalty_day, collection_day;
  int32_t penalty_dpd;
};

struct score {
  bool list; /* print each case that differs */
  uint64_t cases;
  uint64_t log_penalties, penalties, penalties_exact;
  uint64_t log_collections, collections, collections_exact;
  uint64_t false_escalations;
};

void score_case(struct score *score, const struct row *rows, size_t count, const struct verdict *v);

/* The counts, and last the line that says it all. */
void score_print(const struct score *score);

#endif
