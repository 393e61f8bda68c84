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

/* What is written as a name, a time or a number. */
static const struct field {
  const char *name;
  uint32_t as;
} fields[] = {
    {"next", AS_TIME}, {"rule", VOC_RULE}, {"strength", VOC_STRENGTH}, {"release", VOC_RELEASE}};
#define FIELDS (sizeof fields / sizeof fields[0])

static int64_t value_of(const struct dun_permission *p, size_t field)
{
  const int64_t values[FIELDS] = {p->next, p->rule, p->strength, p->release};
  return values[field];
}

static void check_truth(struct scene *s, const struct yaml_node *node, bool got, bool negated)
{
  bool want;
  if (read_truth(s->result, node, &want) && (want == got) == negated)
    add_problem(s->result, node, "permitted: expected %s%s, got %s", negated ? "not " : "",
                want ? "true" : "false", got ? "true" : "false");
}

static void compare(struct scene *s, const struct yaml_node *expect, const struct dun_permission *p,
                    bool negated)
{
  /* `error` was dealt with; it is none of what may not be */
  static const char *const keys[] = {"permitted", "reasons", "next",  "rule", "strength",
                                     "release",   "not",     "error", NULL};
  static const char *const inner[] = {"permitted", "reasons", "next", "rule",
                                      "strength",  "release", NULL};
  if (!check_keys(s->result, expect, negated ? inner : keys))
    return;
  if (expect->first == NULL)
    add_problem(s->result, expect, "nothing is expected here");
  for (const struct yaml_node *e = expect->first; e != NULL; e = e->next) {
    const char *name = e->key->text;
    if (strcmp(name, "permitted") == 0)
      check_truth(s, e, p->permitted != 0, negated);
    else if (strcmp(name, "reasons") == 0)
      check_reasons(s, e, p->reasons, negated);
    else if (strcmp(name, "not") == 0)
      compare(s, e, p, true);
    for (size_t i = 0; i < FIELDS; i++)
      if (strcmp(name, fields[i].name) == 0)
        check_field(s, e, fields[i].as, value_of(p, i), negated);
  }
}

/* The whole answer, for an author who wonders why. */
static char *describe(const struct scene *s, const struct dun_permission *p, dun_time now)
{
  struct io_text text = {NULL, 0, 0};
  const char *source = dun_policy_rule_source(s->policy, p->rule);
  char shown[SHOWN_MAX];
  show_time(s, now, shown);
  io_add(&text, "  asked at %s, libdun says:\n    %-10s  %s\n", shown, "permitted",
         p->permitted != 0 ? "true" : "false");
  for (size_t i = 0; i < FIELDS; i++) {
    if (i > 0 && value_of(p, i) == 0)
      continue;
    show_value(s, fields[i].as, value_of(p, i), shown);
    io_add(&text, "    %-10s  %s\n", fields[i].name, shown);
  }
  if (source != NULL && *source != '\0')
    io_add(&text, "    %-10s  %s\n", "source", source);
  io_add(&text, "    %-10s  ", "reasons");
  show_reasons(&text, p->reasons);
  return text.text;
}

/* Whom `permit` is about, as dun_permit() takes it. */
static bool read_party(struct scene *s, const struct yaml_node *permit, uint32_t *out)
{
  const struct yaml_node *party = yaml_get(permit, "party"), *place = yaml_get(permit, "place");
  const struct yaml_node *address = yaml_get(permit, "address");
  uint32_t who = DUN_PARTY_BORROWER, where = DUN_PLACE_UNKNOWN;
  int64_t number = 0;
  if ((party != NULL && !read_name(s, party, VOC_PARTY, &who)) ||
      (place != NULL && !read_name(s, place, VOC_PLACE, &where)) ||
      (address != NULL && !read_number(s->result, address, 0, 255, &number)))
    return false;
  *out = who | where << 4 | (uint32_t)number << 8;
  return true;
}

void check_permit(struct scene *s, const struct yaml_node *permit, const struct yaml_node *expect,
                  dun_time at)
{
  static const char *const keys[] = {"channel", "party", "place", "address", "at", NULL};
  const struct problem *before = s->result->last;
  const struct yaml_node *channel, *when, *error;
  struct dun_permission p;
  uint32_t index, who, code = 0;
  size_t bad;
  dun_rc rc;
  if (!check_keys(s->result, permit, keys) || !want_kind(s->result, expect, YAML_MAP))
    return;
  channel = yaml_get(permit, "channel");
  when = yaml_get(permit, "at");
  error = yaml_get(expect, "error");
  if (channel == NULL) {
    add_problem(s->result, permit, "`permit` wants a `channel`");
    return;
  }
  if (!read_name(s, channel, VOC_CHANNEL, &index) || !read_party(s, permit, &who) ||
      (when != NULL && !read_time(s->result, when, false, &at)) ||
      (error != NULL && !read_name(s, error, VOC_ERROR, &code)))
    return;
  rc = ask(s, at, index, who, &p, &bad);
  s->refused = s->refused || rc != DUN_OK;
  if (error != NULL && rc != -(dun_rc)code) {
    const char *name = voc_name(s->policy, VOC_ERROR, (uint32_t)-rc);
    add_problem(s->result, error, "error: expected %s, got %s", error->text,
                name != NULL ? name : "unknown code");
  } else if (error == NULL && rc != DUN_OK) {
    report_error(s, expect, rc, bad);
  }
  if (rc != DUN_OK) {
    if (error != NULL && expect->size > 1)
      add_problem(s->result, expect, "an error comes with no other answer");
    return;
  }
  compare(s, expect, &p, false);
  if (s->result->last != before && s->result->last->detail == NULL)
    s->result->last->detail = describe(s, &p, at);
}
