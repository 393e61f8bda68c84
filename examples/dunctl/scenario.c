/* SPDX-License-Identifier: MIT */
/* A scenario file: read it, and play its cases one by one. */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

#define SCENARIO_MAX (4u << 20) /* bytes of a file */
#define POLICY_MAX (1u << 20)   /* what dun_policy_compile takes */

struct file {
  const char *name; /* as it was given: policies stand beside it */
  const char *shown;
  const char *text; /* without a byte order mark */
  size_t size;
  const struct packs_dir *packs;
  struct result *whole; /* findings about no case */
  struct result **end;
};

static struct result *new_result(const char *name, const struct yaml_node *at)
{
  struct result *r = io_alloc(sizeof *r);
  memset(r, 0, sizeof *r);
  if (name != NULL) {
    size_t room = 2 * strlen(name) + 8;
    r->name = io_alloc(room);
    io_show(r->name, room, name);
  }
  r->line = at != NULL ? at->line : 1;
  r->column = at != NULL ? at->column : 1;
  return r;
}

void scenario_free(struct result *r)
{
  while (r != NULL) {
    struct result *next = r->next;
    while (r->first != NULL) {
      struct problem *p = r->first;
      r->first = p->next;
      free(p->file);
      free(p->text);
      free(p->detail);
      free(p);
    }
    free(r->name);
    free(r);
    r = next;
  }
}

/* ---- the policy ---- */

struct compiling {
  struct result *result;
  const char *file; /* NULL = the scenario file itself */
  const struct packs_dir *packs;
};

static void policy_finding(void *data, const struct dun_diagnostic *d)
{
  struct compiling *c = data;
  if (d->severity != DUN_SEVERITY_ERROR)
    return; /* warnings are dunctl check's */
  add_problem(c->result, NULL, "%s%s%s%s%s%s", d->path, d->path[0] != '\0' ? ": " : "", d->message,
              d->hint[0] != '\0' ? " (" : "", d->hint, d->hint[0] != '\0' ? ")" : "");
  c->result->last->line = d->line;
  c->result->last->column = d->column;
  if (c->file != NULL) {
    c->result->last->file = io_alloc(strlen(c->file) + 1);
    strcpy(c->result->last->file, c->file);
  }
}

static dun_policy *compile(struct compiling *c, const struct yaml_node *at, const char *text,
                           size_t size)
{
  struct dun_compile options;
  const struct problem *before = c->result->last;
  dun_policy *policy;
  dun_rc rc;
  dun_compile_init(&options, sizeof options);
  options.report = policy_finding;
  options.report_data = c;
  packs_dir_give(c->packs, &options);
  rc = dun_policy_compile(&policy, text, size, &options);
  if (rc != DUN_OK && c->result->last == before)
    add_problem(c->result, at, "the policy cannot be compiled: %s", dun_strerror(rc));
  return policy;
}

/* The byte at which a character of the text starts. */
static size_t byte_of(const struct file *f, size_t character)
{
  size_t i = 0;
  for (size_t n = 0; i < f->size; i++)
    if (((unsigned char)f->text[i] & 0xc0) != 0x80 && n++ == character)
      return i;
  return i;
}

/* An inline policy is compiled from its own text, moved to its place by line breaks and spaces, so
 * that findings have their place in the scenario file. */
static dun_policy *inline_policy(const struct file *f, struct result *r,
                                 const struct yaml_node *node)
{
  struct compiling c = {r, NULL, f->packs};
  size_t from = byte_of(f, node->start), to = byte_of(f, node->end);
  size_t lines = node->line - 1, spaces = node->column - 1;
  char *text = io_alloc(lines + spaces + (to - from));
  dun_policy *policy;
  memset(text, '\n', lines);
  memset(text + lines, ' ', spaces);
  memcpy(text + lines + spaces, f->text + from, to - from);
  policy = compile(&c, node, text, lines + spaces + (to - from));
  free(text);
  return policy;
}

static dun_policy *policy_file(const struct file *f, struct result *r, const struct yaml_node *node)
{
  struct compiling c;
  const char *slash = strrchr(f->name, '/');
  size_t folder = slash != NULL && node->text[0] != '/' ? (size_t)(slash - f->name) + 1 : 0;
  size_t size, room = 2 * (folder + node->size) + 8;
  char *path = io_alloc(folder + node->size + 1), *shown = io_alloc(room), *text = NULL;
  dun_policy *policy = NULL;
  FILE *there;
  memcpy(path, f->name, folder);
  strcpy(path + folder, node->text);
  io_show(shown, room, path);
  there = fopen(path, "rb"); /* a policy that is not there is a finding with a place */
  if (there == NULL)
    add_problem(r, node, "the policy %s cannot be read", shown);
  else
    fclose(there);
  if (there != NULL && (text = io_read(path, shown, POLICY_MAX, &size)) == NULL)
    add_problem(r, node, "the policy %s cannot be read", shown);
  if (text != NULL) {
    c.result = r;
    c.packs = f->packs;
    c.file = shown;
    policy = compile(&c, node, text, size);
  }
  free(text);
  free(path);
  free(shown);
  return policy;
}

static dun_policy *read_policy(const struct file *f, struct result *r, const struct yaml_node *node)
{
  if (node->kind == YAML_SCALAR && node->size > 0)
    return policy_file(f, r, node);
  return want_kind(r, node, YAML_MAP) ? inline_policy(f, r, node) : NULL;
}

/* ---- the log ---- */

struct entry *scene_add(struct scene *s, const struct yaml_node *at, const struct dun_event *e,
                        bool later)
{
  struct entry *entry;
  if (s->count == s->room) {
    s->room = 2 * s->room + 16;
    s->log = io_grow(s->log, s->room * sizeof *s->log);
  }
  entry = &s->log[s->count++];
  memset(entry, 0, sizeof *entry);
  entry->event = *e;
  entry->line = at->line;
  entry->column = at->column;
  entry->later = later;
  return entry;
}

size_t scene_known(const struct scene *s, dun_time now, struct dun_account *account,
                   struct dun_event **events, size_t **where)
{
  size_t n = 0;
  *account = s->account;
  *events = io_alloc(s->count * sizeof **events);
  *where = io_alloc(s->count * sizeof **where);
  for (size_t i = 0; i < s->count; i++) {
    const struct dun_event *e = &s->log[i].event;
    size_t at = n;
    if (s->log[i].later && e->recorded_at > now)
      continue;
    if (e->kind == DUN_EVENT_FACTS && e->account == account->id)
      scene_fact(account, e->detail, e->amount);
    while (at > 0 && ((*events)[at - 1].occurred_at > e->occurred_at ||
                      ((*events)[at - 1].occurred_at == e->occurred_at &&
                       (*events)[at - 1].recorded_at > e->recorded_at)))
      at--;
    memmove(*events + at + 1, *events + at, (n - at) * sizeof **events);
    memmove(*where + at + 1, *where + at, (n - at) * sizeof **where);
    (*events)[at] = *e;
    (*where)[at] = i;
    n++;
  }
  return n;
}

dun_rc scene_ask(const struct scene *s, dun_time now, struct dun_decision *out, size_t *bad)
{
  struct dun_account account;
  struct dun_event *events;
  size_t *where, index = SIZE_MAX;
  size_t n = scene_known(s, now, &account, &events, &where);
  dun_rc rc;
  dun_decision_init(out, sizeof *out);
  rc = dun_decide(s->policy, &account, events, n, now, out, &index);
  if (bad != NULL)
    *bad = rc != DUN_OK && index < n ? where[index] : SIZE_MAX;
  free(events);
  free(where);
  return rc;
}

char *scene_explain(const struct scene *s, dun_time now)
{
  struct dun_account account;
  struct dun_event *events;
  size_t *where;
  size_t n = scene_known(s, now, &account, &events, &where);
  uint64_t size = 0;
  char *text = NULL;
  if (dun_explain(s->policy, &account, events, n, now, NULL, 0, &size, NULL) == DUN_OK) {
    text = io_alloc((size_t)size + 1);
    if (dun_explain(s->policy, &account, events, n, now, text, size + 1, &size, NULL) != DUN_OK) {
      free(text);
      text = NULL;
    }
  }
  free(events);
  free(where);
  return text;
}

/* ---- a case ---- */

static bool add_facts(struct scene *s, const struct yaml_node *facts, dun_time at,
                      dun_time recorded, bool later)
{
  bool ok = want_kind(s->result, facts, YAML_MAP);
  for (const struct yaml_node *e = ok ? facts->first : NULL; e != NULL; e = e->next) {
    struct dun_event event;
    memset(&event, 0, sizeof event);
    event.kind = DUN_EVENT_FACTS;
    event.account = s->account.id;
    event.occurred_at = at;
    event.recorded_at = recorded;
    event.detail = read_fact(s, e, &event.amount);
    if (event.detail != 0)
      scene_add(s, e, &event, later);
    else
      ok = false;
  }
  return ok;
}

/* One entry of a timeline. False: the story cannot go on. */
static bool play(struct scene *s, const struct yaml_node *entry, bool *asked)
{
  static const char *const keys[] = {"at",     "recorded_at", "event", "facts",
                                     "permit", "expect",      NULL};
  const struct yaml_node *at, *recorded, *event, *facts, *permit, *expect;
  dun_time when, known;
  if (!check_keys(s->result, entry, keys))
    return false;
  at = yaml_get(entry, "at");
  recorded = yaml_get(entry, "recorded_at");
  event = yaml_get(entry, "event");
  facts = yaml_get(entry, "facts");
  permit = yaml_get(entry, "permit");
  expect = yaml_get(entry, "expect");
  if (at == NULL) {
    add_problem(s->result, entry, "the entry wants `at`");
    return false;
  }
  if (!read_time(s->result, at, false, &when))
    return false;
  known = when;
  if (recorded != NULL && !read_time(s->result, recorded, false, &known))
    return false;
  if ((event != NULL || facts != NULL) == (expect != NULL) || (permit != NULL && expect == NULL) ||
      (expect != NULL && recorded != NULL)) {
    add_problem(s->result, entry,
                "an entry wants `event` or `facts` or both, with `recorded_at` if "
                "it became known later, or `expect`, which may have `permit`");
    return false;
  }
  *asked = *asked || expect != NULL;
  if (event != NULL && !add_event(s, event, when, known, recorded != NULL))
    return false;
  if (facts != NULL && !add_facts(s, facts, when, known, recorded != NULL))
    return false;
  if (permit != NULL)
    check_permit(s, permit, expect, when);
  else if (expect != NULL)
    check_expect(s, expect, when);
  return true;
}

/* PLACED, unless the case says it is not, or says when. */
static bool place(struct scene *s, const struct yaml_node *placed, const struct yaml_node *timeline)
{
  struct dun_event e;
  const struct yaml_node *at = placed;
  memset(&e, 0, sizeof e);
  if (yaml_is(placed, "false"))
    return true;
  if (at == NULL || yaml_is(at, "true"))
    at = yaml_get(timeline->first, "at");
  if (at == NULL)
    return true; /* the first entry will be told what it lacks */
  if (!read_time(s->result, at, false, &e.occurred_at))
    return false;
  e.kind = DUN_EVENT_PLACED;
  e.account = s->account.id;
  e.recorded_at = e.occurred_at;
  scene_add(s, at, &e, false);
  return true;
}

static void tell(struct scene *s, const struct yaml_node *node, const struct yaml_node *common)
{
  const struct yaml_node *timeline = yaml_get(node, "timeline");
  const struct problem *before;
  struct dun_decision d;
  bool asked = false;
  size_t bad;
  dun_rc rc;
  if (timeline == NULL) {
    add_problem(s->result, node, "the case wants a `timeline`");
    return;
  }
  if (!want_kind(s->result, timeline, YAML_LIST) ||
      !read_account(s, common, yaml_get(node, "account")) ||
      !place(s, yaml_get(node, "placed"), timeline))
    return;
  before = s->result->last;
  for (const struct yaml_node *e = timeline->first; e != NULL; e = e->next)
    if (!play(s, e, &asked))
      return;
  if (!asked)
    add_problem(s->result, node, "the case expects nothing");
  /* events after the last question must be good events too; on errors that were expected the case
   * may end as it likes */
  if (s->count == 0 || s->result->last != before || s->refused)
    return;
  rc = scene_ask(s, s->log[s->count - 1].event.recorded_at, &d, &bad);
  if (rc != DUN_OK)
    report_error(s, node, rc, bad);
}

static void run_case(struct file *f, const dun_policy *common_policy,
                     const struct yaml_node *common, const struct yaml_node *node, const char *name)
{
  static const char *const keys[] = {"name", "account", "policy", "placed", "timeline", NULL};
  struct result *r = new_result(name, node);
  const struct yaml_node *own = yaml_get(node, "policy");
  dun_policy *policy = NULL;
  struct scene s;
  *f->end = r;
  f->end = &r->next;
  memset(&s, 0, sizeof s);
  s.result = r;
  if (!check_keys(r, node, keys))
    return;
  if (own != NULL && (policy = read_policy(f, r, own)) == NULL)
    return;
  s.policy = own != NULL ? policy : common_policy;
  if (s.policy == NULL)
    add_problem(r, node, "the case has no policy, nor has the file");
  else
    tell(&s, node, common);
  free(s.log);
  dun_policy_unref(policy);
}

/* ---- the file ---- */

static void syntax_finding(void *data, unsigned line, unsigned column, const char *message)
{
  struct file *f = data;
  add_problem(f->whole, NULL, "%s", message);
  f->whole->last->line = line;
  f->whole->last->column = column;
}

static void run_cases(struct file *f, const struct yaml_node *root, const char *filter)
{
  static const char *const keys[] = {"scenario", "policy", "account", "cases", NULL};
  const struct yaml_node *version = yaml_get(root, "scenario"), *cases = yaml_get(root, "cases");
  const struct yaml_node *own = yaml_get(root, "policy");
  dun_policy *policy = NULL;
  if (!check_keys(f->whole, root, keys))
    return;
  if (!yaml_is(version, "1")) {
    add_problem(f->whole, version != NULL ? version : root,
                "a scenario file starts with `scenario: 1`");
    return;
  }
  if (cases == NULL || !want_kind(f->whole, cases, YAML_LIST) || cases->first == NULL) {
    if (f->whole->last == NULL)
      add_problem(f->whole, root, "a scenario file wants `cases`");
    return;
  }
  if (own != NULL && (policy = read_policy(f, f->whole, own)) == NULL)
    return;
  for (const struct yaml_node *c = cases->first; c != NULL; c = c->next) {
    const struct yaml_node *name = yaml_get(c, "name");
    if (!want_kind(f->whole, c, YAML_MAP))
      continue;
    if (name == NULL || name->kind != YAML_SCALAR || name->size == 0) {
      add_problem(f->whole, c, "the case wants a `name`");
      continue;
    }
    for (const struct yaml_node *b = cases->first; b != c; b = b->next)
      if (yaml_is(yaml_get(b, "name"), name->text))
        add_problem(f->whole, name, "the case in line %u has this name too", b->line);
    if (filter == NULL || strstr(name->text, filter) != NULL)
      run_case(f, policy, yaml_get(root, "account"), c, name->text);
  }
  dun_policy_unref(policy);
}

bool scenario_run(const char *name, const char *shown, const char *filter,
                  const struct packs_dir *packs, struct result **results)
{
  struct file f;
  struct yaml_tree tree;
  size_t size;
  char *text = io_read(name, shown, SCENARIO_MAX, &size);
  *results = NULL;
  if (text == NULL)
    return false;
  f.name = name;
  f.shown = shown;
  f.packs = packs;
  f.text = text;
  f.size = size;
  if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    f.text += 3;
    f.size -= 3;
  }
  f.whole = *results = new_result(NULL, NULL);
  f.end = &f.whole->next;
  if (size > SCENARIO_MAX) {
    add_problem(f.whole, NULL, "the file has more than %u bytes", SCENARIO_MAX);
  } else {
    if (yaml_tree_read(&tree, f.text, f.size, syntax_finding, &f))
      run_cases(&f, tree.root, filter);
    yaml_tree_free(&tree);
  }
  free(text);
  return true;
}
