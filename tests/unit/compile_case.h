/* SPDX-License-Identifier: MIT */
/* Compiling texts in tests: findings gathered, memory counted, small policies put together. */
#ifndef DUN_TESTS_COMPILE_CASE_H
#define DUN_TESTS_COMPILE_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dun/dun.h>

struct findings {
  struct dun_diagnostic list[128];
  size_t count;
};

static inline void gather(void *user_data, const struct dun_diagnostic *d)
{
  struct findings *f = user_data;
  assert_true(f->count < 128);
  f->list[f->count++] = *d;
}

/* Memory with a budget of allocations; what lives is counted. */
struct heap {
  size_t budget, calls, live, bytes, peak;
  size_t fail_at; /* the one call, from 1, that gives nothing; 0 = none */
};

static inline void *heap_alloc(void *user_data, size_t size)
{
  struct heap *h = user_data;
  void *p;
  if (h->calls >= h->budget || ++h->calls == h->fail_at)
    return NULL;
  p = malloc(size);
  assert_non_null(p);
  memset(p, 0xa5, size); /* nothing may count on zeros */
  h->live++;
  h->bytes += size;
  if (h->bytes > h->peak)
    h->peak = h->bytes;
  return p;
}

static inline void heap_release(void *user_data, void *memory, size_t size)
{
  struct heap *h = user_data;
  assert_non_null(memory);
  h->live--;
  h->bytes -= size;
  memset(memory, 0x5a, size);
  free(memory);
}

static inline struct dun_alloc heap_of(struct heap *h)
{
  struct dun_alloc a = {(uint32_t)sizeof a, 0, h, heap_alloc, heap_release};
  return a;
}

/* Compile bytes from a block of exactly their size, so that a sanitizer sees one read too far; packs
 * are those of the host. */
static inline dun_rc compile_with(const char *text, size_t size, const struct dun_pack_text *packs,
                                  size_t pack_count, struct findings *f, dun_policy **out)
{
  struct dun_compile options;
  char *copy = malloc(size == 0 ? 1 : size);
  dun_rc rc;
  assert_non_null(copy);
  memcpy(copy, text, size);
  dun_compile_init(&options, sizeof options);
  options.report = gather;
  options.report_data = f;
  options.packs = packs;
  options.pack_count = pack_count;
  f->count = 0;
  *out = (dun_policy *)(void *)f; /* must be overwritten */
  rc = dun_policy_compile(out, copy, size, &options);
  free(copy);
  if (rc == DUN_OK)
    assert_non_null(*out);
  else
    assert_null(*out);
  return rc;
}

/* The same without packs; a good text has no findings at all. */
static inline dun_rc compile_bytes(const char *text, size_t size, struct findings *f,
                                   dun_policy **out)
{
  dun_rc rc = compile_with(text, size, NULL, 0, f, out);
  if (rc == DUN_OK)
    assert_int_equal(f->count, 0);
  return rc;
}

static inline void print_findings(const struct findings *f)
{
  for (size_t i = 0; i < f->count; i++)
    print_message("# %u:%u %s: %s (%s)\n", (unsigned)f->list[i].line, (unsigned)f->list[i].column,
                  f->list[i].path, f->list[i].message, f->list[i].hint);
}

/* A policy that must compile. */
static inline dun_policy *good(const char *text)
{
  struct findings f;
  dun_policy *p;
  dun_rc rc = compile_bytes(text, strlen(text), &f, &p);
  if (rc != DUN_OK) {
    print_message("# %s\n", text);
    print_findings(&f);
  }
  assert_int_equal(rc, DUN_OK);
  return p;
}

/* Three lines that every policy of these tests starts with; the fourth is the next. */
#define HEAD "dun: 1\nname: x\nzone: Asia/Shanghai\n"
/* With a contact allowed and some channels: six lines. */
#define OPEN HEAD "conduct: none\nbasis: test\nchannels: {sms: text, mail: email, phone: voice}\n"

/* One finding: the text, where, the path, a part of the message, a part of the hint. */
struct wrong {
  const char *text;
  uint32_t line, column;
  const char *path, *message, *hint;
};

static inline void check(const struct wrong *w, size_t count)
{
  struct findings f;
  dun_policy *p;
  size_t failed = 0;
  for (size_t i = 0; i < count; i++, w++) {
    bool ok = compile_bytes(w->text, strlen(w->text), &f, &p) == DUN_E_POLICY && f.count == 1 &&
              f.list[0].line == w->line && f.list[0].column == w->column &&
              strcmp(f.list[0].path, w->path) == 0 && strstr(f.list[0].message, w->message) &&
              (w->hint == NULL || strstr(f.list[0].hint, w->hint)) &&
              f.list[0].severity == DUN_SEVERITY_ERROR &&
              f.list[0].struct_size == sizeof(struct dun_diagnostic);
    if (ok)
      continue;
    failed++;
    print_message("# case %zu, wanted %u:%u %s: %s\n# in:\n%s\n# got:\n", i, (unsigned)w->line,
                  (unsigned)w->column, w->path, w->message, w->text);
    print_findings(&f);
    dun_policy_unref(p);
  }
  assert_int_equal(failed, 0);
}

#define CHECK(list) check(list, sizeof(list) / sizeof((list)[0]))

#endif
