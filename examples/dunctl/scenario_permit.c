/* SPDX-License-Identifier: MIT */
/* `permit` in a scenario: may this party be contacted by this channel now? */
#include "scenario.h"

void check_permit(struct scene *s, const struct yaml_node *permit, const struct yaml_node *expect,
                  dun_time at)
{
  (void)expect;
  (void)at;
  add_problem(s->result, permit, "`permit` is not supported yet by this version of libdun");
}
