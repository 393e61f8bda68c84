/* SPDX-License-Identifier: MIT */
/* The road of an account under what --from, --answer and --payment assume. */
#ifndef DUNCTL_ROAD_H
#define DUNCTL_ROAD_H

#include <stdbool.h>

#include "ask_args.h"

struct road {
  struct dun_forecast_entry *entries; /* sum.deliveries of them */
  struct dun_event *log;              /* sum.log_count of them */
  struct dun_forecast_sum sum;
};

/* Forecast up to `until`. False: it cannot be done, after a message. */
bool road_run(struct road *road, const struct ask_args *a, dun_time until);
/* What the payments of the road made of the facts. */
void road_facts(const struct road *road, struct dun_account *account);
void road_free(struct road *road);

#endif
