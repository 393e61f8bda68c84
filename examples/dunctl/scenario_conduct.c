/* SPDX-License-Identifier: MIT */
/* Events by which conduct rules bind or do not: contact data, consent, the debtor's own hours. */
#include <string.h>

#include "scenario.h"
#include "scenario_event.h"
#include "weekly.h"

/* A channel, a kind of contact, or `all`; a channel of the policy may have such a name too, and is
 * meant then. A kind is a channel that the policy lacks. */
bool read_channels(struct scene *s, const struct yaml_node *value, struct dun_event *e)
{
  const char *name = value->kind == YAML_SCALAR ? value->text : "";
  if (dun_policy_find(s->policy, DUN_NAME_CHANNEL, name) == 0) {
    if (strcmp(name, "all") == 0)
      return true;
    for (uint32_t kind = 1; dun_contact_name(kind) != NULL; kind++)
      if (strcmp(name, dun_contact_name(kind)) == 0) {
        e->channel = dun_channel_id(kind, name);
        return true;
      }
  }
  return read_channel(s, value, &e->channel);
}

static bool read_rule(struct scene *s, const struct yaml_node *name, struct dun_event *e)
{
  uint32_t index;
  if (!read_name(s, name, VOC_RULE, &index))
    return false;
  e->detail = dun_name_id(name->text);
  return true;
}

bool read_consent(struct scene *s, const struct yaml_node *event, const struct yaml_node *value,
                  struct dun_event *e)
{
  const struct yaml_node *group = yaml_get(event, "group"), *rule = yaml_get(event, "rule");
  if (group != NULL && rule != NULL) {
    add_problem(s->result, rule, "a consent is to one `rule` or to a `group` of them");
    return false;
  }
  if (group != NULL) {
    if (!want_kind(s->result, group, YAML_SCALAR))
      return false;
    e->detail = dun_name_id(group->text);
    if (e->detail == 0) { /* it would be all of them */
      add_problem(s->result, group, "`group` wants a name");
      return false;
    }
  }
  return (rule == NULL || read_rule(s, rule, e)) && read_until(s, event, e) &&
         read_channels(s, value, e);
}

bool read_waive(struct scene *s, const struct yaml_node *event, const struct yaml_node *rule,
                struct dun_event *e)
{
  return read_rule(s, rule, e) && read_until(s, event, e);
}

/* A time of day, where the event has that key. */
static bool read_clock(struct scene *s, const struct yaml_node *node, uint32_t *out)
{
  if (node == NULL || (node->kind == YAML_SCALAR && weekly_clock(node->text, out)))
    return true;
  add_problem(s->result, node, "`%s` wants a time of day such as \"21:00\", to \"24:00\"",
              node->key->text);
  return false;
}

bool read_hours(struct scene *s, const struct yaml_node *event, const struct yaml_node *value,
                struct dun_event *e)
{
  const struct yaml_node *days = yaml_get(event, "days");
  const struct yaml_node *from = yaml_get(event, "from"), *to = yaml_get(event, "to");
  uint32_t first = 0, end = 1440, day;
  e->detail = days == NULL ? WEEKLY_EVERY_DAY : 0;
  if (days != NULL && !want_kind(s->result, days, YAML_LIST))
    return false;
  for (const struct yaml_node *d = days != NULL ? days->first : NULL; d != NULL; d = d->next) {
    if (!read_name(s, d, VOC_WEEKDAY, &day))
      return false;
    e->detail |= 1u << day;
  }
  if (!read_clock(s, from, &first) || !read_clock(s, to, &end))
    return false;
  /* what ends the hours before it has none */
  if (e->detail != 0 || from != NULL || to != NULL)
    e->amount = weekly_amount(first, end);
  return read_until(s, event, e) && read_channels(s, value, e);
}
