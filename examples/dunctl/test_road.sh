#!/bin/sh
# SPDX-License-Identifier: MIT
# dunctl forecast, explain and replay: what they print, and what they refuse.
# usage: test_road.sh DUNCTL ROOT
set -u
dunctl=$1 root=$2
policy=$root/examples/policies/chengeshe.yaml
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
status=0

# expect EXIT PATTERN ARGUMENTS...: the exit code, and a line of the output that matches
expect() {
  want=$1 pattern=$2
  shift 2
  "$dunctl" "$@" >"$t/out" 2>&1
  got=$?
  if [ "$got" != "$want" ] || ! grep -q -e "$pattern" "$t/out"; then
    echo "dunctl $*: exit $got, wanted $want and \`$pattern\`:"
    sed 's/^/  /' "$t/out"
    status=1
  fi
}
ask="$policy --due 2026-01-10 --past-due 120000"

# shellcheck disable=SC2086 # words
{
expect 0 '^2026-01-14T08:30:00+08:00 *4  reminder *first-notice-gentle *sms *delivered$' forecast $ask
expect 0 '^2027-03-11T00:00:00+08:00 *425  legal *file-suit *legal *done$' forecast $ask
expect 0 '^80 deliveries, 44 voice, ' forecast $ask
expect 0 '^  11 in stage legal$' forecast $ask
expect 0 'nothing more becomes due by time alone' forecast $ask
expect 0 '^3 deliveries, 3 text' forecast $ask --until 2026-01-15
expect 0 'agent-call *phone *promised$' forecast $ask --answer agent-call:promised:2
expect 0 '^3 deliveries' forecast $ask --payment 2026-01-15:120000
expect 0 '"deliveries": 80' forecast $ask --json
expect 2 'usage: dunctl forecast' forecast "$policy"
expect 2 '\--due wants a date' forecast "$policy" --due 10.01.2026 --past-due 1
expect 2 '\--past-due wants a whole number' forecast "$policy" --due 2026-01-10 --past-due 12.50
expect 2 '\--reach wants channels of the policy, not `fax`' forecast $ask --reach sms,fax
expect 2 '\--zone wants a zone of the policy' forecast $ask --zone Europe/Rome
expect 2 '\--answer wants a step' forecast $ask --answer fax:promised
expect 2 'an --answer that the delivery cannot have' forecast $ask --answer voice:done
expect 2 '\--payment wants DATE:AMOUNT' forecast $ask --payment 2026-01-15
expect 2 'unknown option `--duo`' forecast $ask --duo 1
expect 2 '\--at is an option of explain' forecast $ask --at 2026-01-20
expect 2 '\--until is an option of forecast' explain $ask --until 2026-01-20 --at 2026-01-20
expect 2 'cannot read ' forecast "$t/none.yaml" --due 2026-01-10 --past-due 1
printf 'dun: 1\nname: a\nzone: UTC\nfoo: 1\nstages: [{name: a, from: 0d, steps: []}]\n' >"$t/bad.yaml"
expect 1 'bad.yaml:4:1: foo: unknown key' forecast "$t/bad.yaml" --due 2026-01-10 --past-due 1
printf 'dun: 1\nname: a\nzone: UTC\ncalendars: {c: {weekend: [sat, sun], valid: [2026, 2026]}}\ncalendar: c\n%s\n' \
  'stages: [{name: a, from: 1d, steps: [{name: look, do: task, every: 3bd}]}]' >"$t/year.yaml"
expect 0 '^5 deliveries, 5 task$' forecast "$t/year.yaml" --due 2026-12-10 --past-due 1
expect 0 'a calendar of the policy does not know the dates after that' \
  forecast "$t/year.yaml" --due 2026-12-10 --past-due 1
expect 0 '"calendar_ends": true' forecast "$t/year.yaml" --due 2026-12-10 --past-due 1 --json
# what nobody will ever permit is asked about for a hundred years, not to the end of time
printf 'dun: 1\nname: a\nzone: UTC\nstages: [{name: a, from: 1d, steps: [%s, %s]}]\n' \
  '{name: ask, do: task, when: {past_due: {below: 0}}}' \
  '{name: wait, do: task, every: 30h, requires: [{step: ask}]}' >"$t/never.yaml"
expect 0 'the end that was asked for is reached; last asked 2126-12-' \
  forecast "$t/never.yaml" --due 2026-12-10 --past-due 1

expect 0 '^answer: wait agent-call by phone' explain $ask --at 2026-01-20T21:00:00+08:00
expect 0 'hours `waking-hours` for voice: 2026-01-21T00:00:00+08:00 -> 2026-01-21T08:30' \
  explain $ask --at 2026-01-20T21:00:00+08:00
expect 0 'when prior_delinquencies = 0, wants 0: yes' explain $ask --at 2026-01-14T00:00:00+08:00
expect 2 'usage: dunctl explain' explain $ask
expect 2 '\--log is an option of explain' forecast $ask --log x.csv

if "$dunctl" --help | grep -q '^  replay'; then
  cat >"$t/log.csv" <<'CSV'
at,recorded_at,event,step,channel,outcome,detail,amount
2026-01-01,,placed,,,,,
2026-01-14T08:30:00+08:00,,contact,first-notice-gentle,sms,delivered,,
2026-01-17T09:30:00+08:00,,contact,agent-call,phone,no_answer,,
2026-01-18T09:30:00+08:00,2026-01-19T12:00:00+08:00,hold,,,,dispute,
2026-01-21T12:00:00+08:00,,facts,,,,past_due,0
CSV
  expect 0 '^2026-01-17T09:30:00+08:00 *7  wait  phone *agent-call *phone *2026-01-19T08:30' \
    replay $ask "$t/log.csv"
  # explain takes the same log, as it was known at the instant, and its facts
  expect 0 '^answer: wait agent-call by phone' explain $ask --log "$t/log.csv" --at 2026-01-18T10:00:00+08:00
  expect 0 '^answer: hold agent-call by phone' explain $ask --log "$t/log.csv" --at 2026-01-20
  expect 0 '^account 1: past due 0,' explain $ask --log "$t/log.csv" --at 2026-01-22
  expect 2 'with --log there is no --from' explain $ask --log "$t/log.csv" --at 2026-01-22 --from 2026-01-01
  expect 2 'none.csv' explain $ask --log "$t/none.csv" --at 2026-01-22
  # the dispute became known a day later
  expect 0 '^2026-01-19T12:00:00+08:00 *9  hold  phone *agent-call' replay $ask "$t/log.csv"
  expect 0 '^2026-01-21T12:00:00+08:00 *11  idle .*paid' replay $ask "$t/log.csv"
  # what binds a contact: hours and places, rules by name; the debtor's own hours come and go
  cat >"$t/law.csv" <<'CSV'
at,event,step,channel,outcome,detail,place,address,until
2026-01-01,placed,,,,,,,
2026-01-14T08:30:00+08:00,contact,first-notice-gentle,sms,delivered,,work,2,
2026-01-16T09:00:00+08:00,blackout,,voice,,08:30-12:00,,,
2026-01-17T07:00:00+08:00,blackout,,voice,,,,,
2026-01-17T07:10:00+08:00,blackout,,phone,,sat,,,2026-02-01
2026-01-17T07:20:00+08:00,hours_agreed,,phone,,sat sun 21:00-23:00,,,2026-03-01
2026-01-17T07:21:00+08:00,consent,,,,some-group,,,2026-03-01
2026-01-17T07:22:00+08:00,consent_revoked,,,,,,,
2026-01-17T07:23:00+08:00,waive,,,,waking-hours,,,
CSV
  expect 0 '^2026-01-16T09.* 2026-01-17T14:00:00+08:00 .*blackout' replay $ask "$t/law.csv"
  expect 0 '^2026-01-17T07:00.* 2026-01-17T09:30:00+08:00 hours$' replay $ask "$t/law.csv"
  expect 0 '^2026-01-17T07:10.* 2026-01-18T09:30:00+08:00 .*blackout' replay $ask "$t/law.csv"
  expect 0 '^2026-01-17T07:23.* agent-call' replay $ask "$t/law.csv"
  # skips WHY ROW: a row of law.csv that is left out
  skips() {
    { head -2 "$t/law.csv"; printf '2026-01-17T07:24:00+08:00,%s\n' "$2"; } >"$t/odd.csv"
    expect 1 "odd.csv:3: skipped: $1" replay $ask "$t/odd.csv"
  }
  skips '`detail` names no rule of the policy' 'waive,,,,waking-hour,,,'
  skips '`detail` wants days and times' 'blackout,,phone,,sat 9:00-10:00,,,'
  skips '`detail` wants days and times' 'blackout,,phone,,09:00-10:00 11:00-12:00,,,'
  skips 'a time, day, amount or count is out of range' 'blackout,,phone,,sat 00:00-00:00,,,'
  skips '`channel` is none of the policy' 'contact,,voice,busy,,,,'
  skips '`place` is unknown' 'contact,,phone,busy,,home,,'
  skips '`address` is no number of its range' 'contact,,phone,busy,,work,256,'
  printf 'at,event,channel\n2026-01-01,placed,\n2026-01-02,contact,fax\n2026-13-02,placed,\n' >"$t/odd.csv"
  expect 1 'odd.csv:3: skipped: `channel` is none of the policy' replay $ask "$t/odd.csv"
  expect 1 'odd.csv:3: skipped' explain $ask --log "$t/odd.csv" --at 2026-01-22
  expect 1 'odd.csv:4: skipped: `at` wants an instant' replay $ask "$t/odd.csv"
  printf 'at,event,recorded-at\n2026-01-01,placed,\n' >"$t/typo.csv"
  expect 2 'typo.csv: unknown column: recorded-at' replay $ask "$t/typo.csv"
  printf 'at,event,at\n2026-01-01,placed,\n' >"$t/typo.csv"
  expect 2 'typo.csv: doubled column: at' replay $ask "$t/typo.csv"
  expect 2 'missing column: at' replay $ask "$policy"
  expect 2 'usage: dunctl replay' replay $ask
  expect 2 'cannot read the folder nowhere' replay $ask "$t/log.csv" --packs nowhere
fi
}
if [ -e /dev/full ]; then
  # shellcheck disable=SC2086
  "$dunctl" forecast $ask >/dev/full 2>/dev/null
  [ $? = 2 ] || { echo 'a full disk went unnoticed'; status=1; }
fi
exit $status
