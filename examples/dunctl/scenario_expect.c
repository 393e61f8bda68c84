/* SPDX-License-Identifier: MIT */
/* What a case expects of libdun, beside what libdun says. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "scenario.h"

static const struct field {
  const char *name;
  uint32_t as;
} fields[] = {
    {"kind", VOC_DECISION},     {"stage", VOC_STAGE},      {"step", VOC_STEP},
    {"action", VOC_ACTION},     {"channel", VOC_CHANNEL},  {"party", VOC_PARTY},
    {"template", VOC_TEMPLATE}, {"occurrence", AS_NUMBER}, {"attempt", AS_NUMBER},
    {"due_day", AS_DAY},        {"amount", AS_NUMBER},     {"dpd", AS_NUMBER},
    {"bucket", VOC_BUCKET},     {"for_step", AS_STEP_ID},  {"posture", VOC_POSTURE},
    {"variant", AS_NUMBER},     {"planned_at", AS_TIME},   {"not_before", AS_TIME},
    {"deadline", AS_TIME},      {"review_at", AS_TIME},    {"bucket_at", AS_TIME},
};
#define FIELDS (sizeof fields / sizeof fields[0])

static int64_t value_of(const struct dun_decision *d, size_t field)
{
  const int64_t values[FIELDS] = {
      d->kind,      d->stage,      d->step,     d->action,  d->channel,    d->party,
      d->template_, d->occurrence, d->attempt,  d->due_day, d->amount,     d->dpd,
      d->bucket,    d->for_step,   d->posture,  d->variant, d->planned_at, d->not_before,
      d->deadline,  d->review_at,  d->bucket_at};
  return values[field];
}

static uint32_t zone_of(const struct scene *s)
{
  return s->account.zone;
}

void show_time(const struct scene *s, dun_time t, char out[SHOWN_MAX])
{
  char text[32];
  if (dun_time_format(s->policy, zone_of(s), t, text) == DUN_OK)
    snprintf(out, SHOWN_MAX, "%s", text);
  else
    snprintf(out, SHOWN_MAX, "%s", t == 0 ? "none" : "out of range");
}

void show_value(const struct scene *s, uint32_t as, int64_t v, char out[SHOWN_MAX])
{
  const char *name = NULL;
  char day[11];
  if (as == AS_NUMBER) {
    snprintf(out, SHOWN_MAX, "%" PRId64, v);
    return;
  }
  if (as == AS_TIME) {
    show_time(s, v, out);
    return;
  }
  if (as == AS_DAY) {
    snprintf(out, SHOWN_MAX, "%s", dun_day_format((dun_day)v, day) == DUN_OK ? day : "none");
    return;
  }
  if (as == AS_STEP_ID) {
    for (uint32_t i = 1; i <= dun_policy_count(s->policy, DUN_NAME_STEP) && name == NULL; i++)
      if (dun_name_id(dun_policy_name(s->policy, DUN_NAME_STEP, i)) == (uint32_t)v)
        name = dun_policy_name(s->policy, DUN_NAME_STEP, i);
  } else {
    name = voc_name(s->policy, as, (uint32_t)v);
  }
  snprintf(out, SHOWN_MAX, "%s", name != NULL ? name : v == 0 ? "none" : "unknown");
}

/* A value that was expected, as a number. `none` is a name's 0. */
static bool read_value(const struct scene *s, const struct yaml_node *node, uint32_t as, int64_t *v)
{
  uint32_t n = 0;
  dun_day day;
  if (as == AS_NUMBER)
    return read_number(s->result, node, INT64_MIN, INT64_MAX, v);
  if (as == AS_TIME)
    return read_time(s->result, node, true, v);
  if (as == AS_DAY) {
    if (!read_day(s->result, node, &day))
      return false;
    *v = day;
    return true;
  }
  *v = 0;
  if (yaml_is(node, "none"))
    return true;
  if (!read_name(s, node, as == AS_STEP_ID ? VOC_STEP : as, &n))
    return false;
  *v = as == AS_STEP_ID ? (int64_t)dun_name_id(node->text) : (int64_t)n;
  return true;
}

/* What a failing expectation wanted, as the file has it. */
static void wanted(struct io_text *to, const struct yaml_node *node)
{
  if (node->kind == YAML_SCALAR) {
    io_add(to, "%s", node->text);
    return;
  }
  io_add(to, "one of");
  for (const struct yaml_node *e = node->first; e != NULL; e = e->next)
    io_add(to, "%s %s", e == node->first ? "" : ",", e->kind == YAML_SCALAR ? e->text : "?");
}

/* Compare one value or any of a list. Returns whether it could be compared; *met whether it fits. */
static bool compare(const struct scene *s, const struct yaml_node *node, uint32_t as, int64_t got,
                    bool *met)
{
  int64_t v;
  *met = false;
  if (node->kind != YAML_LIST) {
    if (!read_value(s, node, as, &v))
      return false;
    *met = v == got;
    return true;
  }
  for (const struct yaml_node *e = node->first; e != NULL; e = e->next) {
    if (!read_value(s, e, as, &v))
      return false;
    *met = *met || v == got;
  }
  if (node->first == NULL)
    add_problem(s->result, node, "an empty list fits nothing");
  return node->first != NULL;
}

void show_reasons(struct io_text *to, uint64_t reasons)
{
  io_add(to, "[");
  for (unsigned i = 0, n = 0; i < 64; i++) {
    const char *name = dun_reason_name(UINT64_C(1) << i);
    if ((reasons >> i & 1u) == 0)
      continue;
    if (name != NULL)
      io_add(to, "%s%s", n++ > 0 ? ", " : "", name);
    else
      io_add(to, "%sbit %u", n++ > 0 ? ", " : "", i);
  }
  io_add(to, "]");
}

void check_reasons(struct scene *s, const struct yaml_node *node, uint64_t got, bool negated)
{
  const struct yaml_node *e = node->kind == YAML_LIST ? node->first : node;
  for (; e != NULL; e = node->kind == YAML_LIST ? e->next : NULL) {
    uint32_t bit;
    if (read_name(s, e, VOC_REASON, &bit) && (got >> bit & 1u) == negated) {
      struct io_text text = {NULL, 0, 0};
      show_reasons(&text, got);
      add_problem(s->result, e, "reasons: expected %s%s, got %s", negated ? "not " : "", e->text,
                  text.text);
      free(text.text);
    }
  }
}

void check_field(struct scene *s, const struct yaml_node *e, uint32_t as, int64_t got, bool negated)
{
  struct io_text text = {NULL, 0, 0};
  char shown[SHOWN_MAX];
  bool met;
  if (!compare(s, e, as, got, &met) || met != negated)
    return;
  show_value(s, as, got, shown);
  wanted(&text, e);
  add_problem(s->result, e, "%s: expected %s%s, got %s", e->key->text, negated ? "not " : "",
              text.text, shown);
  free(text.text);
}

/* The name that a key has in the list of fields. */
static const char *field_name(const char *key)
{
  return strcmp(key, "due") == 0 ? "due_day" : strcmp(key, "planned") == 0 ? "planned_at" : key;
}

static void check_decision(struct scene *s, const struct yaml_node *expect,
                           const struct dun_decision *d, bool negated)
{
  const char *keys[FIELDS + 6];
  size_t n = 0;
  for (; n < FIELDS; n++)
    keys[n] = fields[n].name;
  keys[n++] = "due";
  keys[n++] = "planned";
  keys[n++] = "reasons";
  if (!negated) {
    keys[n++] = "not";
    keys[n++] = "error";
  }
  keys[n] = NULL;
  if (!check_keys(s->result, expect, keys))
    return;
  if (expect->first == NULL)
    add_problem(s->result, expect, "nothing is expected here");
  for (const struct yaml_node *e = expect->first; e != NULL; e = e->next) {
    const char *name = field_name(e->key->text);
    if (strcmp(name, "reasons") == 0)
      check_reasons(s, e, d->reasons, negated);
    else if (strcmp(name, "not") == 0)
      check_decision(s, e, d, true);
    for (size_t i = 0; i < FIELDS; i++)
      if (strcmp(name, fields[i].name) == 0)
        check_field(s, e, fields[i].as, value_of(d, i), negated);
  }
}

/* The whole decision, for an author who wonders why. */
static char *describe(const struct scene *s, const struct dun_decision *d, dun_time now)
{
  struct io_text text = {NULL, 0, 0};
  char shown[SHOWN_MAX], *explanation;
  show_time(s, now, shown);
  io_add(&text, "  asked at %s, libdun says:\n", shown);
  for (size_t i = 0; i < FIELDS; i++) {
    int64_t v = value_of(d, i);
    bool step_only = i == 2 || (i >= 5 && i <= 9) || (i >= 16 && i <= 18) || i == 10;
    if ((v == 0 && i != 11) || (step_only && d->step == 0 && i != 17))
      continue;
    show_value(s, fields[i].as, v, shown);
    io_add(&text, "    %-10s  %s\n", fields[i].name, shown);
  }
  io_add(&text, "    %-10s  ", "reasons");
  show_reasons(&text, d->reasons);
  explanation = scene_explain(s, now);
  for (char *line = explanation; line != NULL && *line != '\0';) {
    size_t size = strcspn(line, "\n");
    io_add(&text, "\n  | %.*s", (int)size, line);
    line += size + (line[size] == '\n');
  }
  free(explanation);
  return text.text;
}

void report_error(struct scene *s, const struct yaml_node *at, dun_rc rc, size_t bad)
{
  struct yaml_node place = *at;
  const char *name = voc_name(s->policy, VOC_ERROR, (uint32_t)-rc);
  if (bad < s->count) {
    place.line = s->log[bad].line;
    place.column = s->log[bad].column;
  }
  add_problem(s->result, &place, "libdun refuses %s: %s (%s)",
              bad < s->count ? "this event" : "the question", dun_strerror(rc),
              name != NULL ? name : "unknown code");
}

void check_expect(struct scene *s, const struct yaml_node *expect, dun_time at)
{
  const struct yaml_node *error;
  const struct problem *before = s->result->last;
  struct dun_decision d;
  size_t bad;
  uint32_t code = 0;
  dun_rc rc;
  if (!want_kind(s->result, expect, YAML_MAP))
    return;
  rc = scene_ask(s, at, &d, &bad);
  s->refused = s->refused || rc != DUN_OK;
  error = yaml_get(expect, "error");
  if (error != NULL && !read_name(s, error, VOC_ERROR, &code))
    return;
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
  check_decision(s, expect, &d, false);
  if (s->result->last != before && s->result->last->detail == NULL)
    s->result->last->detail = describe(s, &d, at);
}
