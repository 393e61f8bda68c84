/* SPDX-License-Identifier: MIT */
/* A conduct rule in plain words. */
#include "pack_words.h"

#include <stdlib.h>
#include <string.h>

#include "yaml_show.h"

/* "before VALUE after", of a key that the rule has. */
static void add_key(struct io_text *to, const struct yaml_node *rule, const char *key,
                    const char *before, const char *after)
{
  const struct yaml_node *node = yaml_get(rule, key);
  if (node == NULL)
    return;
  io_add(to, "%s", before);
  yaml_show(to, node);
  io_add(to, "%s", after);
}

/* A duration: `7d` as "7 dates". */
static void add_duration(struct io_text *to, const struct yaml_node *node)
{
  static const struct {
    const char *suffix, *one, *many;
  } units[] = {{"d", "date", "dates"},    {"h", "hour", "hours"},
               {"mo", "month", "months"}, {"bd", "business day", "business days"},
               {"w", "week", "weeks"},    {"m", "minute", "minutes"}};
  size_t digits = node->kind == YAML_SCALAR ? strspn(node->text, "0123456789") : 0;
  for (size_t i = 0; digits > 0 && i < sizeof units / sizeof units[0]; i++)
    if (strcmp(node->text + digits, units[i].suffix) == 0) {
      io_add(to, "%.*s %s", (int)digits, node->text,
             digits == 1 && node->text[0] == '1' ? units[i].one : units[i].many);
      return;
    }
  yaml_show(to, node);
}

static void add_subject(struct io_text *to, const struct yaml_node *rule, const char *otherwise)
{
  const struct yaml_node *what = yaml_get(rule, "do"), *kinds = yaml_get(rule, "kinds");
  if (what != NULL)
    yaml_show(to, what);
  if (kinds != NULL) {
    io_add(to, what != NULL ? " by " : "");
    yaml_show(to, kinds);
  } else if (what == NULL) {
    io_add(to, "%s", otherwise);
  }
  add_key(to, rule, "parties", " with ", "");
  add_key(to, rule, "places", " (place: ", ")");
  add_key(to, rule, "channels", " by ", "");
  add_key(to, rule, "templates", " with the text ", "");
  io_add(to, ": ");
}

/* ---- hours ---- */

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* The windows of a day of the week, by its narrowest key; NULL: none. */
static const struct yaml_node *day_windows(const struct yaml_node *rule, size_t day)
{
  const struct yaml_node *node = yaml_get(rule, days[day]);
  if (node == NULL)
    node = yaml_get(rule, day < 5 ? "weekdays" : "weekend");
  return node != NULL ? node : yaml_get(rule, "all");
}

static void add_closed(struct io_text *to, size_t *n, const char *day)
{
  io_add(to, "%s%s", (*n)++ == 0 ? "; closed on " : ", ", day);
}

static void add_windows(struct io_text *to, const struct yaml_node *rule)
{
  static const char *const keys[] = {"weekdays", "weekend", "mon", "tue", "wed",     "thu",
                                     "fri",      "sat",     "sun", "all", "holiday", NULL};
  const struct yaml_node *holiday = yaml_get(rule, "holiday");
  size_t open = 0, closed = 0;
  bool narrower = false;
  for (size_t i = 0; keys[i] != NULL; i++) {
    const struct yaml_node *node = yaml_get(rule, keys[i]);
    narrower = narrower || (node != NULL && strcmp(keys[i], "all") != 0);
    if (node == NULL || node->size == 0)
      continue;
    io_add(to, open++ == 0 ? "only " : "; ");
    yaml_show(to, node);
    if (strcmp(keys[i], "all") == 0)
      io_add(to, narrower ? " on other days" : " every day");
    else
      io_add(to, " on %s", strcmp(keys[i], "holiday") == 0 ? "holidays" : keys[i]);
  }
  if (open == 0)
    io_add(to, "never");
  for (size_t day = 0; day < 7; day++) {
    const struct yaml_node *node = day_windows(rule, day);
    if (node == NULL || node->size == 0)
      add_closed(to, &closed, days[day]);
  }
  if (holiday != NULL && holiday->size == 0)
    add_closed(to, &closed, "holidays");
  add_key(to, rule, "calendar", " (calendar ", ")");
}

/* ---- counts ---- */

static void add_scope(struct io_text *to, const struct yaml_node *rule, const char *otherwise)
{
  const struct yaml_node *scope = yaml_get(rule, "scope");
  io_add(to, ", for each ");
  if (scope != NULL)
    yaml_show(to, scope);
  else
    io_add(to, "%s", otherwise);
}

static void add_direction(struct io_text *to, const struct yaml_node *rule)
{
  const struct yaml_node *direction = yaml_get(rule, "direction");
  if (direction == NULL)
    return;
  io_add(to, "; ");
  if (yaml_is(direction, "both"))
    io_add(to, "whoever began it");
  else
    io_add(to, yaml_is(direction, "in") ? "that the debtor began" : "that the lender began");
}

static void add_counted(struct io_text *to, const struct yaml_node *rule)
{
  add_key(to, rule, "count", "; counted are ", "");
  add_key(to, rule, "except", "; not counted are ", "");
  add_direction(to, rule);
  add_key(to, rule, "active_after", "; once there was ", "");
  if (yaml_is(yaml_get(rule, "together"), "true"))
    io_add(to, "; those parties share one count");
}

static void add_cap(struct io_text *to, const struct yaml_node *rule)
{
  const struct yaml_node *per = yaml_get(rule, "per");
  add_key(to, rule, "max", "at most ", "");
  if (yaml_is(per, "day") || yaml_is(per, "week") || yaml_is(per, "month")) {
    io_add(to, " a ");
    yaml_show(to, per);
    io_add(to, yaml_is(per, "week") ? " from Monday" : "");
  } else if (per != NULL) {
    io_add(to, " in ");
    add_duration(to, per);
  }
  add_scope(to, rule, "account");
  add_counted(to, rule);
}

static void add_spacing(struct io_text *to, const struct yaml_node *rule)
{
  const struct yaml_node *min = yaml_get(rule, "min");
  io_add(to, "at least ");
  if (min != NULL)
    add_duration(to, min);
  io_add(to, " apart");
  add_scope(to, rule, "account");
  add_counted(to, rule);
}

/* "for 7 dates after conversation by voice". */
static void add_trigger(struct io_text *to, const struct yaml_node *rule)
{
  const struct yaml_node *time = yaml_get(rule, "for");
  io_add(to, "for ");
  if (time != NULL)
    add_duration(to, time);
  add_key(to, rule, "after", " after ", "");
  add_key(to, rule, "after_kinds", " by ", "");
}

static void add_cooldown(struct io_text *to, const struct yaml_node *rule)
{
  io_add(to, "none ");
  add_trigger(to, rule);
  add_scope(to, rule, "account");
  add_counted(to, rule);
}

static void add_exclusive(struct io_text *to, const struct yaml_node *rule)
{
  add_trigger(to, rule);
  io_add(to, " only by its own channel");
  add_scope(to, rule, "person");
  add_counted(to, rule);
}

/* ---- what may not be, and what must ---- */

static void add_forbid(struct io_text *to, const struct yaml_node *rule)
{
  (void)rule;
  io_add(to, "not permitted");
}

static void add_requires(struct io_text *to, const struct yaml_node *rule)
{
  const struct yaml_node *wait = yaml_get(rule, "wait");
  io_add(to, "only ");
  if (wait != NULL) {
    add_duration(to, wait);
    io_add(to, " ");
  }
  add_key(to, rule, "mark", "after the mark ", "");
  add_key(to, rule, "step", "after the step ", "");
  add_key(to, rule, "outcome", " (", ")");
  if (yaml_is(yaml_get(rule, "missing"), "allow"))
    io_add(to, "; free where that never was");
}

static void add_not_after(struct io_text *to, const struct yaml_node *rule)
{
  add_key(to, rule, "date", "not after its date of ", "");
}

static void add_disclose(struct io_text *to, const struct yaml_node *rule)
{
  add_key(to, rule, "items", "must carry ", "");
  if (yaml_is(yaml_get(rule, "first"), "true"))
    io_add(to, " the first time");
}

/* ---- any rule ---- */

static void add_lifts(struct io_text *to, const struct yaml_node *rule)
{
  const struct yaml_node *consent = yaml_get(rule, "consent"), *unless = yaml_get(rule, "unless");
  const struct yaml_node *time = yaml_get(consent, "for");
  if (unless == NULL)
    return;
  io_add(to, "; lifted by ");
  for (const struct yaml_node *e = unless->first; e != NULL; e = e->next) {
    io_add(to, e != unless->first ? ", " : "");
    io_add(to, yaml_is(e, "agreed")      ? "agreed hours"
               : yaml_is(e, "requested") ? "a callback that was asked for"
                                         : "consent");
  }
  if (time != NULL) {
    io_add(to, " for ");
    add_duration(to, time);
  }
  add_key(to, consent, "until", " until ", "");
}

void pack_words(struct io_text *to, const char *section, const struct yaml_node *rule)
{
  static const struct {
    const char *section;
    void (*add)(struct io_text *to, const struct yaml_node *rule);
  } sorts[] = {{"hours", add_windows},       {"caps", add_cap},
               {"cooldowns", add_cooldown},  {"spacing", add_spacing},
               {"exclusive", add_exclusive}, {"forbid", add_forbid},
               {"requires", add_requires},   {"not_after", add_not_after},
               {"disclose", add_disclose}};
  add_subject(to, rule, strcmp(section, "not_after") == 0 ? "legal" : "every contact");
  for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
    if (strcmp(sorts[i].section, section) == 0)
      sorts[i].add(to, rule);
  add_key(to, rule, "when", "; while ", "");
  add_lifts(to, rule);
}
