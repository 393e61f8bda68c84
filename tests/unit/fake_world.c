/* SPDX-License-Identifier: MIT */
/* What tests of the runner share: a policy, three accounts, and the loop of a host. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <dun/dun.h>

#include "fake_host.h"

static const char text[] =
    "dun: 1\n"
    "name: runner\n"
    "zone: UTC\n"
    "conduct: none\n"
    "basis: \"test\"\n"
    "channels:\n"
    "  sms: text\n"
    "  mail: email\n"
    "  phone: {kind: voice, redeliver: false}\n"
    "  post: letter\n"
    "stages:\n"
    "  - name: first\n"
    "    from: 1d\n"
    "    steps:\n"
    "      - {name: notice, use: [sms, mail], template: please}\n"
    "  - name: calls\n"
    "    from: 3d\n"
    "    steps:\n"
    "      - {name: call, use: phone, every: 2d, times: 3}\n"
    "      - {name: look, do: task}\n"
    "      - {name: paper, use: post, time: \"08:00\"}\n" /* as the first call: one after the other */
    "  - name: legal\n"
    "    from: 20d\n"
    "    steps:\n"
    "      - {name: demand, use: post}\n"
    "      - {name: suit, do: legal, requires: [{step: demand, wait: 2d}], final: true}\n";

static void show(void *user_data, const struct dun_diagnostic *d)
{
  (void)user_data;
  print_message("# %u:%u %s: %s (%s)\n", d->line, d->column, d->path, d->message, d->hint);
}

int fake_setup(void **state)
{
  struct dun_compile options;
  dun_policy *policy = NULL;
  dun_compile_init(&options, (uint32_t)sizeof options);
  options.report = show;
  if (dun_policy_compile(&policy, text, sizeof text - 1, &options) != DUN_OK)
    return -1;
  *state = policy;
  return 0;
}

int fake_teardown(void **state)
{
  dun_policy_unref(*state);
  return 0;
}

struct dun_run_report run_at(const dun_policy *policy, struct fake *f, dun_time now,
                             dun_rc expected)
{
  struct dun_run_report report = {.struct_size = (uint32_t)sizeof report};
  assert_int_equal(dun_run(policy, &f->host, now, 0, &report), expected);
  assert_int_equal(f->host.running, 0);
  return report;
}

dun_time live(const dun_policy *policy, struct fake *f, dun_time now, dun_time end)
{
  for (unsigned i = 0; i < 2000; i++) {
    dun_rc rc = dun_run(policy, &f->host, now, 0, NULL);
    dun_time next;
    if (f->down)
      return now;
    assert_int_equal(rc, DUN_OK);
    next = fake_next(f);
    if (next > end)
      return now;
    assert_true(next > now);
    now = next;
  }
  fail_msg("it does not end");
  return now;
}

void world(struct fake *f)
{
  fake_init(f);
  fake_account(f, 11, 1, DUE, ALL);
  fake_account(f, 12, 1, DUE - 1, SMS | PHONE);
  fake_account(f, 21, 2, DUE, MAIL | POST);
}
