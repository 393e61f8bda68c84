/* SPDX-License-Identifier: MIT */
/* Events of a timeline: what the parts that read them share. */
#ifndef DUNCTL_SCENARIO_EVENT_H
#define DUNCTL_SCENARIO_EVENT_H

#include "scenario.h"

/* ---- scenario_event.c ---- */

/* One event; `known` is the instant at which it became known. `inner`: it is what a VOID is about. */
bool read_event(struct scene *s, const struct yaml_node *event, dun_time at, dun_time known,
                bool inner, struct dun_event *e);
/* A number from 0 on, where the event has that key. */
bool read_small(const struct scene *s, const struct yaml_node *event, const char *key, int64_t max,
                int64_t *out);
/* `until`, where the event has it. */
bool read_until(struct scene *s, const struct yaml_node *event, struct dun_event *e);

/* ---- scenario_key.c ---- */

bool is_outcome(const struct dun_event *e);
/* A step event or an INTENT. Of a VOID's entry the key is looked up later. */
bool read_delivery(struct scene *s, const struct yaml_node *event, const struct yaml_node *name,
                   dun_time known, bool inner, struct dun_event *e);

/* ---- scenario_void.c ---- */

/* `inner`: a VOID of this VOID is being read; it has done its work already. */
bool read_void(struct scene *s, const struct yaml_node *entry, bool inner, struct dun_event *e);

/* ---- scenario_conduct.c ---- */

/* What contact data, consents and hours are about: a channel, a kind of contact, or `all`. */
bool read_channels(struct scene *s, const struct yaml_node *value, struct dun_event *e);
/* CONSENT and its end: `value` says to which channels. */
bool read_consent(struct scene *s, const struct yaml_node *event, const struct yaml_node *value,
                  struct dun_event *e);
/* HOURS_AGREED, BLACKOUT. */
bool read_hours(struct scene *s, const struct yaml_node *event, const struct yaml_node *value,
                struct dun_event *e);
bool read_waive(struct scene *s, const struct yaml_node *event, const struct yaml_node *rule,
                struct dun_event *e);

#endif
