/* SPDX-License-Identifier: MIT */
/* `permit` in a scenario: may this party be contacted by this channel now? */
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

static dun_rc ask(const struct scene *s, dun_time now, uint32_t channel, uint32_t party,
                  struct dun_permission *out, size_t *bad)
{
  struct dun_account account;
  struct dun_event *events;
  size_t *where, index = SIZE_MAX;
  size_t n = scene_known(s, now, &account, &events, &where);
  dun_rc rc;
  dun_permission_init(out, sizeof *out);
  rc = dun_permit(s->policy, &account, events, n, now, channel, party, out, &index);
  *bad = rc != DUN_OK && index < n ? where[index] : SIZE_MAX;
  free(events);
  free(where);
  return rc;
}

/* The three answers, in the order of their keys. */
static void compare(struct scene *s, const struct yaml_node *expect, const struct dun_permission *p)
{
  const struct yaml_node *permitted = yaml_get(expect, "permitted");
  const struct yaml_node *next = yaml_get(expect, "next"), *reasons = yaml_get(expect, "reasons");
  char want[SHOWN_MAX], got[SHOWN_MAX];
  dun_time time;
  bool truth;
  if (permitted != NULL && read_truth(s->result, permitted, &truth) && truth != (p->permitted != 0))
    add_problem(s->result, permitted, "permitted: expected %s, got %s", truth ? "true" : "false",
                truth ? "false" : "true");
  if (next != NULL && read_time(s->result, next, true, &time) && time != p->next) {
    show_time(s, time, want);
    show_time(s, p->next, got);
    add_problem(s->result, next, "next: expected %s, got %s", want, got);
  }
  if (reasons != NULL)
    check_reasons(s, reasons, p->reasons, false);
}

void check_permit(struct scene *s, const struct yaml_node *permit, const struct yaml_node *expect,
                  dun_time at)
{
  static const char *const keys[] = {"channel", "party", "at", NULL};
  static const char *const answers[] = {"permitted", "next", "reasons", "error", NULL};
  const struct yaml_node *channel, *party, *when, *error;
  struct dun_permission p;
  uint32_t index, who = DUN_PARTY_BORROWER, code = 0;
  size_t bad;
  dun_rc rc;
  if (!check_keys(s->result, permit, keys) || !check_keys(s->result, expect, answers))
    return;
  channel = yaml_get(permit, "channel");
  party = yaml_get(permit, "party");
  when = yaml_get(permit, "at");
  error = yaml_get(expect, "error");
  if (channel == NULL || expect->first == NULL) {
    add_problem(s->result, channel == NULL ? permit : expect,
                channel == NULL ? "`permit` wants a `channel`" : "nothing is expected here");
    return;
  }
  if (!read_name(s, channel, VOC_CHANNEL, &index) ||
      (party != NULL && !read_name(s, party, VOC_PARTY, &who)) ||
      (when != NULL && !read_time(s->result, when, false, &at)) ||
      (error != NULL && !read_name(s, error, VOC_ERROR, &code)))
    return;
  rc = ask(s, at, index, who, &p, &bad);
  s->refused = s->refused || rc != DUN_OK;
  if (rc != -(dun_rc)code) {
    if (error == NULL)
      report_error(s, expect, rc, bad);
    else
      add_problem(s->result, error, "error: expected %s, got %s", error->text,
                  voc_name(s->policy, VOC_ERROR, (uint32_t)-rc));
  } else if (rc == DUN_OK) {
    compare(s, expect, &p);
  } else if (expect->size > 1) {
    add_problem(s->result, expect, "an error comes with no other answer");
  }
}
