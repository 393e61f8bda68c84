/* SPDX-License-Identifier: MIT */
/* A scene: the stage at an instant and the steps that are candidates there, in order (design 5.3).
 * Between two turns of time the scene stays the same. */
#ifndef DUN_CORE_SCENE_H
#define DUN_CORE_SCENE_H

#include "core/case.h"

struct dun__scene {
  uint32_t stage;    /* DUN__NONE */
  uint64_t reasons;  /* why steps of the stage are no candidates, and what holds the stage down */
  uint32_t count;    /* candidates: ordered by hand, required by others, the stage's own */
  uint32_t ordered;  /* how many of them were ordered by hand */
  uint32_t required; /* how many of them are there because others require them */
  bool lacking;      /* a higher stage lacks only a prerequisite */
  uint8_t step[DUN__MAX_STEPS];
  dun_time entry[DUN__MAX_STAGES]; /* of the candidates' stages; DUN_TIME_MIN for the others */
};

void dun__scene_at(const struct dun__case *c, dun_time t, struct dun__scene *out);

/* The next instant after t at which the scene is another by time alone. */
dun_time dun__scene_end(const struct dun__case *c, const struct dun__scene *scene, dun_time t);

#endif
