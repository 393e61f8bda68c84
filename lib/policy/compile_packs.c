/* SPDX-License-Identifier: MIT */
/* Key `conduct`: finding the packs that it names, the host's and those built in, and reading them. */
#include <string.h>

#include "policy/compile_rules.h"
#include "policy/packs.h"

#define HOST_PACKS 256u

enum {
  PACK_NAME,
  PACK_TITLE,
  PACK_JURISDICTION,
  PACK_COVERS,
  PACK_REVISION,
  PACK_EFFECTIVE,
  PACK_APPLIES,
  PACK_SOURCE,
  PACK_READINGS,
  PACK_NOTES,
  PACK_SECTIONS, /* in the order of SECTION_ */
  PACK_KEYS = PACK_SECTIONS + SECTIONS
};
static const char *const pack_keys[PACK_KEYS + 1] = {
    "pack",      "title",    "jurisdiction", "covers",    "revision", "effective", "applies",
    "source",    "readings", "notes",        "hours",     "caps",     "cooldowns", "spacing",
    "exclusive", "forbid",   "requires",     "not_after", "disclose", NULL};

/* A pack of the host, read: its text as nodes. */
struct host_pack {
  const struct dun__node *root, *name;
};

struct hosts {
  struct host_pack *list;
  uint32_t count;
};

uint32_t dun__get_source(struct dun__build *b, const struct dun__node *node)
{
  if (!dun__get_text(&b->diag, node))
    return 0;
  if (node->size > DUN__MAX_SOURCE) {
    dun__error(&b->diag, node, NULL, "a source may have at most %u bytes",
               (unsigned)DUN__MAX_SOURCE);
    return 0;
  }
  return dun__intern(b, node);
}

/* The nodes of a text of a pack; NULL if it cannot be read, which was reported or is b->rc. */
static const struct dun__node *read_text(struct dun__build *b, const char *text, uint64_t size)
{
  struct dun__node *root = NULL;
  uint32_t errors = b->diag.errors;
  dun_rc rc;
  if (size > DUN__MAX_TEXT) {
    dun__error_at(&b->diag, 0, 0, "the text has more than %u bytes, the most a pack may have",
                  (unsigned)DUN__MAX_TEXT);
    return NULL;
  }
  rc = dun__text_read(&b->arena, &b->diag, text, (size_t)size, &root);
  if (rc != DUN_OK)
    b->rc = rc;
  if (rc != DUN_OK || root == NULL)
    return NULL;
  if (root->kind == DUN__NODE_MAP)
    return root;
  if (b->diag.errors == errors)
    dun__error_at(&b->diag, root->line, root->column,
                  "a pack is a mapping that starts with `pack: ` and its name");
  return NULL;
}

/* The name that a pack gives itself; NULL if there is none (reported). */
static const struct dun__node *name_of(struct dun__build *b, const struct dun__node *root)
{
  for (const struct dun__node *n = root->first; n != NULL; n = n->next)
    if (dun__is(n->key, "pack"))
      return dun__get_name(&b->diag, n) ? n : NULL;
  dun__error(&b->diag, root, NULL, "the key `pack`, the name of the pack, is missing");
  return NULL;
}

static const struct host_pack *find_host(const struct hosts *hosts, const struct dun__node *name)
{
  for (uint32_t i = 0; i < hosts->count; i++)
    if (dun__is(hosts->list[i].name, name->text))
      return &hosts->list[i];
  return NULL;
}

/* All packs of the host are read, as each is found by the name it gives itself. */
static bool read_hosts(struct dun__build *b, const struct dun__node *conduct, struct hosts *out)
{
  uint64_t count = b->options->pack_count;
  out->count = 0;
  if (count > HOST_PACKS) {
    dun__error(&b->diag, conduct, NULL, "the host gives more than %u conduct packs",
               (unsigned)HOST_PACKS);
    return false;
  }
  out->list = dun__arena_get(&b->arena, (size_t)(count + 1) * sizeof *out->list);
  if (out->list == NULL) {
    b->rc = DUN_E_NOMEM;
    return false;
  }
  for (uint64_t i = 0; i < count; i++) {
    const struct dun_pack_text *text = &b->options->packs[i];
    struct host_pack *pack = &out->list[out->count];
    dun__diag_inside(&b->diag, conduct, "pack %u of the host", (unsigned)i + 1);
    pack->root = read_text(b, text->text, text->size);
    pack->name = pack->root == NULL ? NULL : name_of(b, pack->root);
    if (pack->name != NULL && find_host(out, pack->name) != NULL)
      dun__error(&b->diag, pack->name, NULL, "an earlier pack of the host is named `%s` too",
                 pack->name->text);
    else if (pack->name != NULL)
      out->count++;
    dun__diag_outside(&b->diag);
    if (b->rc != DUN_OK)
      return false;
  }
  return true;
}

static void check_texts(struct dun__build *b, const struct dun__node *list, const char *what)
{
  if (list == NULL)
    return;
  if (list->kind != DUN__NODE_LIST) {
    dun__wants(&b->diag, list, what);
    return;
  }
  for (const struct dun__node *n = list->first; n != NULL; n = n->next)
    dun__get_text(&b->diag, n);
}

static void check_readings(struct dun__build *b, const struct dun__node *readings)
{
  if (readings == NULL)
    return;
  if (readings->kind != DUN__NODE_MAP) {
    dun__wants(&b->diag, readings, "a mapping of names, each with a text that says what it means");
    return;
  }
  for (const struct dun__node *n = readings->first; n != NULL; n = n->next)
    if (dun__get_name(&b->diag, n->key))
      dun__get_text(&b->diag, n);
}

/* What a pack says of itself and for all of its rules. */
static void read_header(struct dun__build *b, const struct dun__node *root,
                        const struct dun__node *const *v, struct dun__pack *pack,
                        struct dun__origin *origin, uint32_t *covers)
{
  int64_t revision;
  for (uint32_t k = PACK_TITLE; k <= PACK_COVERS; k++)
    if (v[k] == NULL)
      dun__error(&b->diag, root, NULL, "the key `%s` is missing", pack_keys[k]);
  dun__get_text(&b->diag, v[PACK_TITLE]);
  dun__get_text(&b->diag, v[PACK_JURISDICTION]);
  dun__get_set(b, v[PACK_COVERS], &dun__kind_words, covers);
  if (dun__get_int(&b->diag, v[PACK_REVISION], 0, UINT32_MAX, &revision))
    pack->revision = (uint32_t)revision;
  dun__get_effective(b, v[PACK_EFFECTIVE], &pack->from, &pack->until);
  origin->from = pack->from;
  origin->until = pack->until;
  origin->applies = dun__get_applies(b, v[PACK_APPLIES]);
  if (v[PACK_SOURCE] != NULL)
    origin->source = dun__get_source(b, v[PACK_SOURCE]);
  check_readings(b, v[PACK_READINGS]);
  if (v[PACK_READINGS] != NULL && v[PACK_READINGS]->kind == DUN__NODE_MAP)
    origin->readings = v[PACK_READINGS];
  check_texts(b, v[PACK_NOTES], "a list of texts");
}

/* The readings that the policy chooses must be some that the pack has. */
static void check_chosen(struct dun__build *b, struct dun__origin *origin,
                         const struct dun__node *chosen)
{
  if (chosen == NULL)
    return;
  if (chosen->kind != DUN__NODE_LIST || chosen->count == 0) {
    dun__wants(&b->diag, chosen, "a list of readings that the pack has");
    return;
  }
  origin->chosen = chosen;
  for (const struct dun__node *n = chosen->first; n != NULL; n = n->next)
    dun__check_reading(b, origin->readings, n);
}

static void compile_pack(struct dun__build *b, const struct dun__node *entry,
                         const struct dun__node *name, const struct dun__node *chosen,
                         const struct dun__node *root)
{
  const struct dun__node *v[PACK_KEYS];
  struct dun__pack *pack = &b->packs[b->pack_count];
  struct dun__origin origin;
  uint32_t covers = 0;
  memset(pack, 0, sizeof *pack);
  memset(&origin, 0, sizeof origin);
  pack->name = dun__intern(b, name);
  pack->from = DUN_DAY_MIN;
  pack->until = DUN_DAY_MAX;
  origin.pack = name->text;
  origin.place = (uint16_t)b->pack_count++;
  origin.entry = entry;
  dun__diag_inside(&b->diag, entry, "pack `%s`", name->text);
  dun__fields(&b->diag, root, "a pack", pack_keys, NULL, v);
  read_header(b, root, v, pack, &origin, &covers);
  dun__diag_outside(&b->diag);
  check_chosen(b, &origin, chosen);
  dun__diag_inside(&b->diag, entry, "pack `%s`", name->text);
  dun__compile_rules(b, &origin, v + PACK_SECTIONS);
  dun__diag_outside(&b->diag);
  b->covered |= covers;
  pack->covers = covers;
  if (dun__applies_not(b, origin.applies)) {
    pack->covers = 0; /* it takes no floor away either */
    dun__warning(&b->diag, entry, "leave it out, or see whether `actor` and `debt` are right",
                 "the pack `%s` does not apply to the policy's `actor` or `debt`: it binds nothing",
                 name->text);
  }
}

static const struct dun__node *find_pack(struct dun__build *b, const struct hosts *hosts,
                                         const struct dun__node *entry,
                                         const struct dun__node *name)
{
  const struct host_pack *host = find_host(hosts, name);
  const struct dun__node *root;
  struct dun__near near;
  uint64_t size;
  const char *text, *hint;
  if (host != NULL)
    return host->root;
  text = dun_pack_text(name->text, &size);
  if (text != NULL) {
    dun__diag_inside(&b->diag, entry, "pack `%s`", name->text);
    root = read_text(b, text, size);
    dun__diag_outside(&b->diag);
    return root;
  }
  dun__near_init(&near, &b->diag, name);
  for (uint32_t i = 0; i < dun__builtin_count; i++)
    dun__near_try(&near, dun__builtin_packs[i].name);
  for (uint32_t i = 0; i < hosts->count; i++)
    dun__near_try(&near, hosts->list[i].name->text);
  hint = dun__near_hint(&near);
  dun__error(&b->diag, name, hint[0] != '\0' ? hint : "`dunctl packs` lists those built in",
             "there is no conduct pack `%s`", name->text);
  return NULL;
}

static void read_entry(struct dun__build *b, const struct hosts *hosts,
                       const struct dun__node *entry)
{
  static const char *const keys[] = {"pack", "readings", NULL};
  const struct dun__node *v[2] = {entry, NULL};
  const struct dun__node *root;
  if (entry->kind == DUN__NODE_MAP) {
    dun__fields(&b->diag, entry, "a pack", keys, NULL, v);
    if (v[0] == NULL)
      dun__error(&b->diag, entry, "such as {pack: co, readings: [one-a-week]}",
                 "an entry of `conduct` wants `pack`");
  }
  if (!dun__get_name(&b->diag, v[0]))
    return;
  if (dun__is(v[0], "none")) {
    dun__error(&b->diag, v[0], NULL, "`none` stands alone: `conduct: none`");
    return;
  }
  for (uint32_t i = 0; i < b->pack_count; i++)
    if (dun__same_name(b, b->packs[i].name, v[0])) {
      dun__error(&b->diag, v[0], NULL, "the pack `%s` is listed twice", v[0]->text);
      return;
    }
  if (b->pack_count == DUN__MAX_PACKS) {
    dun__too_many(b, entry, DUN__MAX_PACKS, "conduct packs");
    return;
  }
  root = find_pack(b, hosts, entry, v[0]);
  if (root != NULL && b->rc == DUN_OK)
    compile_pack(b, entry, v[0], v[1], root);
}

static void read_packs(struct dun__build *b, const struct dun__node *conduct)
{
  struct hosts hosts;
  if (!read_hosts(b, conduct, &hosts))
    return;
  if (conduct->kind == DUN__NODE_SCALAR) {
    read_entry(b, &hosts, conduct);
    return;
  }
  for (const struct dun__node *n = conduct->first; n != NULL && b->rc == DUN_OK; n = n->next)
    read_entry(b, &hosts, n);
}

void dun__compile_conduct(struct dun__build *b, const struct dun__node *root,
                          const struct dun__node *conduct, const struct dun__node *basis)
{
  if (basis != NULL)
    dun__get_text(&b->diag, basis);
  if (conduct == NULL) {
    if (b->contacts)
      dun__error(&b->diag, root,
                 "name the packs, such as `conduct: [us-regf]`, or say `conduct: none` and why in "
                 "`basis`",
                 "the key `conduct` is missing");
  } else if (dun__is(conduct, "none")) {
    if (basis == NULL)
      dun__error(&b->diag, conduct, "such as `basis: \"reviewed by our counsel on 2026-01-05\"`",
                 "`conduct: none` needs a `basis` text that says why");
  } else if ((conduct->kind == DUN__NODE_LIST && conduct->count > 0) ||
             (conduct->kind == DUN__NODE_SCALAR && conduct->size > 0)) {
    uint32_t errors = b->diag.errors;
    read_packs(b, conduct);
    b->packs_read = b->diag.errors == errors;
    b->conduct = conduct;
  } else {
    dun__wants(&b->diag, conduct, "none, the name of a conduct pack, or a list of them");
  }
}
