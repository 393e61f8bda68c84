#!/bin/sh
# SPDX-License-Identifier: MIT
# dunctl test from outside: places of failures, exit codes, JSON, JUnit, files that are no scenarios.
# usage: test_scenario.sh DUNCTL
set -u
case $1 in /*) dunctl=$1 ;; *) dunctl=$PWD/$1 ;; esac
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cd "$t" || exit 1
status=0

# expect CODE PATTERN ARGS...: the exit code, and a pattern that the output matches
expect() {
  want=$1
  pattern=$2
  shift 2
  "$dunctl" test "$@" >out 2>&1 </dev/null
  code=$?
  if [ "$code" != "$want" ] || ! grep -q -e "$pattern" out; then
    echo "dunctl test $*: exit $code (wanted $want), wanted $pattern in:"
    cat out
    status=1
  fi
}

cat >p.yaml <<'P'
dun: 1
name: small
zone: Asia/Shanghai
conduct: none
basis: test
channels: {sms: text, phone: voice}
stages:
  - name: late
    from: 1d
    steps:
      - {name: notice, use: sms}
      - {name: call, use: phone, every: 2d, requires: [{step: notice, wait: 1d}]}
P

# head NAME: a scenario file whose timeline comes from standard input, from line 6 on
head_of() {
  printf 'scenario: 1\npolicy: p.yaml\ncases:\n  - name: one\n    account: {id: 7, due: 2026-01-10, past_due: 5000, reach: {borrower: [sms, phone]}}\n    timeline:\n' >"$1"
  cat >>"$1"
}

# ---- what passes: each default of a key is proved by what libdun says next ----
head_of good.yaml <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {kind: act, step: notice, channel: sms, dpd: 1, due: 2026-01-10, not: {reasons: [late]}}}
      - {at: 2026-01-11T09:00:00+08:00, event: {intent: notice}}
      - {at: 2026-01-11T09:00:01+08:00, expect: {step: notice, reasons: [open_intent], occurrence: 1}}
      - {at: 2026-01-11T09:00:05+08:00, event: {step: notice, outcome: queued}}
      - {at: 2026-01-11T09:00:06+08:00, expect: {not: {kind: act}}}
      - {at: 2026-01-11T10:00:00+08:00, event: {step: notice, outcome: delivered}}
      - {at: 2026-01-11T10:00:01+08:00, expect: {kind: wait, step: call, not_before: 2026-01-12T08:00:00+08:00}}
      - {at: 2026-01-12T08:00:00+08:00, event: {step: call, outcome: no_answer}}
      - {at: 2026-01-12T08:00:01+08:00, expect: {step: [call, notice], occurrence: 2, not_before: 2026-01-14T08:00:00+08:00}}
      - {at: 2026-01-12T09:00:00+08:00, event: {void: {step: call, at: 2026-01-12T08:00:00+08:00}}}
      - {at: 2026-01-12T09:00:01+08:00, expect: {kind: act, step: call}}
      - {at: 2026-01-12T10:00:00+08:00, recorded_at: 2026-01-12T12:00:00+08:00, facts: {past_due: 0}}
      - {at: 2026-01-12T11:59:59+08:00, expect: {kind: act}}
      - {at: 2026-01-12T12:00:00+08:00, expect: {not: {kind: act}}}
S
expect 0 '^1 passed, 0 failed$' good.yaml

# what libdun is told of the debtor's hours and channels, and what it says of a contact then
head_of said.yaml <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {blackout: voice, days: [sun], from: "09:00", to: "24:00"}}
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone, place: work, address: 255}, expect: {permitted: false, next: 2026-01-12T08:00:00+08:00, reasons: [blackout], rule: none, release: none}}
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: sms}, expect: {permitted: true, not: {reasons: [blackout], permitted: false}}}
      - {at: 2026-01-11T09:01:00+08:00, event: {void: {blackout: voice, days: [sun]}}}
      - {at: 2026-01-11T09:01:00+08:00, permit: {channel: phone}, expect: {permitted: true}}
      - {at: 2026-01-11T09:02:00+08:00, event: {blackout: phone}}
      - {at: 2026-01-11T09:02:00+08:00, permit: {channel: phone}, expect: {permitted: false}}
      - {at: 2026-01-11T09:03:00+08:00, event: {blackout: phone, days: []}}
      - {at: 2026-01-11T09:03:00+08:00, permit: {channel: phone}, expect: {permitted: true}}
      - {at: 2026-01-11T09:04:00+08:00, event: {hours_agreed: all, days: [sat, sun], until: never}}
      - {at: 2026-01-11T09:04:00+08:00, event: {consent: all, group: none-such, scope: person}}
      - {at: 2026-01-11T09:04:00+08:00, event: {consent_revoked: {kind: voice, name: old}, account: 8}}
      - {at: 2026-01-11T09:04:00+08:00, event: {opt_out: voice}}
      - {at: 2026-01-11T09:04:00+08:00, permit: {channel: phone}, expect: {permitted: false, next: never, strength: law, release: [opt_in, none]}}
      - {at: 2026-01-11T09:05:00+08:00, event: {channel: phone, outcome: no_answer, place: work, address: 255}}
      - {at: 2026-01-11T09:05:00+08:00, event: {channel: phone, outcome: no_answer, account: 8, same_contact: true}}
      - {at: 2026-01-11T09:06:00+08:00, event: {void: {channel: phone, outcome: no_answer}}}
      - {at: 2026-01-11T09:06:00+08:00, expect: {kind: act, step: notice}}
S
expect 0 '^1 passed, 0 failed$' said.yaml

# ---- what fails says where, what was wanted, and what libdun says ----
head_of bad.yaml <<'S'
      - {at: 2026-01-11T07:00:00+08:00, expect: {kind: wait,
         not_before: 2026-01-11T09:00:00+08:00}}
S
expect 1 '^bad.yaml:8:22: case one: not_before: expected 2026-01-11T09:00:00+08:00, got 2026-01-11T08:00:00+08:00$' bad.yaml
expect 1 '^    step        notice$' bad.yaml
expect 1 '^    reasons     \[.*floor.*\]$' bad.yaml
expect 1 '^1 passed, 1 failed$' bad.yaml good.yaml
expect 1 '"file": "bad.yaml", "case": "one", "line": 4, "column": 5, "passed": false, "failures": \[{"file": "bad.yaml", "line": 8, "column": 22,' --json bad.yaml
expect 0 '^1 passed, 0 failed$' --filter on good.yaml
expect 2 'no case has `two` in its name' --filter two good.yaml

# bad NAME PATTERN: a timeline from standard input that is one finding
bad() {
  head_of case.yaml
  expect 1 "$1" case.yaml
}
bad 'case.yaml:7:56: case one: kind: expected wait, got act' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {kind: wait}}
S
bad 'case.yaml:7:62: case one: kind: expected not one of wait, act, got act' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {not: {kind: [wait, act]}}}
S
bad 'reasons: expected late, got \[\]' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {reasons: [late]}}
S
bad 'case.yaml:7:50: case one: unknown key `knd` (did you mean `kind`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {knd: wait}}
S
bad 'unknown step `notce` (did you mean `notice`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {step: notce}}
S
bad 'unknown channel `fax`$' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {channel: fax, outcome: sent}}
S
bad 'unknown outcome `delivred` (did you mean `delivered`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {step: notice, outcome: delivred}}
S
bad 'wants an instant such as' <<'S'
      - {at: 2026-01-11 09:00, expect: {kind: act}}
S
bad 'wants a whole number' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {dpd: 1.5}}
S
bad 'the case expects nothing' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {placed: true}}
S
bad 'nothing is expected here' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {}}
S
bad 'there is no such entry before' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {void: {step: call}}}
S
bad 'case.yaml:7:48: case one: libdun refuses this event: .*DUN_E_RANGE' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {hold: dispute, until: 2026-01-01T00:00:00Z}}
      - {at: 2026-01-11T09:00:00+08:00, expect: {kind: act}}
S
bad 'error: expected DUN_E_ORDER, got DUN_OK' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, expect: {error: DUN_E_ORDER}}
S
bad 'case.yaml:7:92: case one: permitted: expected false, got true' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {     permitted: false}}
S
bad 'next: expected never, got 2026-01-12T08:00:00+08:00' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone}, expect: {next: never}}
S
bad 'reasons: expected hold, got \[floor\]' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone}, expect: {reasons: [hold]}}
S
bad '`permit` wants a `channel`' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {party: borrower}, expect: {permitted: true}}
S
# ---- consent, hours of the debtor's own, rules ----
# with a rule that has a name
sed 's/^stages:/hours: [{id: day, kinds: [voice], all: ["08:00-20:00"]}]\n&/' p.yaml >r.yaml
# ruled PATTERN: as bad, under r.yaml
ruled() {
  head_of case.yaml
  sed 's/^policy: p/policy: r/' case.yaml >ruled.yaml
  expect 1 "$1" ruled.yaml
}
bad 'case.yaml:7:58: case one: unknown channel `fax`$' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent: fax}}
S
bad 'case.yaml:7:65: case one: unknown key `utnil` (did you mean `until`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent: voice, utnil: never}}
S
bad 'unknown key `until`' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent_revoked: all, until: never}}
S
bad 'case.yaml:7:72: case one: `group` wants a name' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent: phone, group: ""}}
S
bad '`group` wants a single value' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent: phone, group: [a]}}
S
ruled 'ruled.yaml:7:81: case one: a consent is to one `rule` or to a `group` of them' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent: phone, group: a, rule: day}}
S
ruled 'ruled.yaml:7:71: case one: unknown rule `dya` (did you mean `day`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {consent: phone, rule: dya}}
S
ruled 'unknown rule `us-regf/day`$' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {waive: us-regf/day, until: never}}
S
ruled 'unknown key `party`' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {waive: day, party: borrower}}
S
bad 'case.yaml:7:77: case one: unknown weekday `mo` (did you mean `mon`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {hours_agreed: phone, days: [mo]}}
S
bad '`days` wants a list' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {hours_agreed: phone, days: mon}}
S
for clock in 9:00 24:01 12:60 noon; do
  bad '`from` wants a time of day such as "21:00", to "24:00"' <<S
      - {at: 2026-01-11T09:00:00+08:00, event: {blackout: phone, from: "$clock", to: "24:00"}}
S
done
bad '`to` wants a time of day' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {blackout: phone, from: "00:00", to: ["24:00"]}}
S
bad 'unknown key `form` (did you mean `from`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {hours_agreed: phone, form: "21:00"}}
S
bad 'unknown place `wrok` (did you mean `work`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {channel: phone, outcome: busy, place: wrok}}
S
bad '`address` wants a whole number from 0 to 255' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {intent: call, channel: phone, address: 256}}
S
bad '`same_contact` wants true or false' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {channel: phone, outcome: busy, same_contact: 1}}
S
bad 'case.yaml:7:66: case one: unknown key `adress` (did you mean `address`?)' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone, adress: 1}, expect: {permitted: true}}
S
bad '`address` wants a whole number from 0 to 255' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone, address: 256}, expect: {permitted: true}}
S
bad 'unknown place `home`$' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone, place: home}, expect: {permitted: true}}
S
bad 'unknown key `ruel` (did you mean `rule`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {ruel: none}}
S
bad 'unknown rule `seven`$' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {rule: seven}}
S
bad 'unknown strength `lwa` (did you mean `law`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {strength: [none, lwa]}}
S
bad 'unknown release `opt_inn` (did you mean `opt_in`?)' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {release: opt_inn}}
S
bad 'strength: expected one of law, guideline, got none' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {strength: [law, guideline]}}
S
bad 'release: expected not none, got none' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {not: {release: none}}}
S
bad 'permitted: expected not true, got true' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {not: {permitted: true}}}
S
bad 'reasons: expected not floor, got \[floor\]' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone}, expect: {not: {reasons: [floor]}}}
S
bad '^    next        2026-01-12T08:00:00+08:00$' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone}, expect: {permitted: true}}
S
bad 'unknown key `error`' <<'S'
      - {at: 2026-01-11T20:00:00+08:00, permit: {channel: phone}, expect: {not: {error: DUN_OK}}}
S
head_of error.yaml <<'S'
      - {at: 2026-01-11T09:00:00+08:00, event: {hold: dispute, until: 2026-01-01T00:00:00Z}}
      - {at: 2026-01-11T09:00:00+08:00, expect: {error: DUN_E_RANGE}}
S
expect 0 '^1 passed' error.yaml
for said in 'hours_agreed: phone, days: [mon], from: "21:00", to: "20:00"' 'blackout: all, from: "09:00", to: "09:00"' \
  'blackout: all, from: "24:00"'; do
  head_of error.yaml <<S
      - {at: 2026-01-11T09:00:00+08:00, event: {$said}}
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {error: DUN_E_RANGE}}
      - {at: 2026-01-11T09:00:00+08:00, expect: {error: DUN_E_RANGE}}
S
  expect 0 '^1 passed' error.yaml
  sed 's/, expect: {error: DUN_E_RANGE}/, expect: {permitted: true}/' error.yaml >case.yaml
  expect 1 'case.yaml:7:48: case one: libdun refuses this event: .*DUN_E_RANGE' case.yaml
done
bad 'error: expected DUN_E_RANGE, got DUN_OK' <<'S'
      - {at: 2026-01-11T09:00:00+08:00, permit: {channel: phone}, expect: {error: DUN_E_RANGE}}
S

# ---- files that are no scenarios ----
printf 'scenario: 2\n' >f.yaml
expect 1 'f.yaml:1:11: a scenario file starts with `scenario: 1`' f.yaml
printf 'scenario: 1\ncases: []\n' >f.yaml
expect 1 'a scenario file wants `cases`' f.yaml
printf 'scenario: 1\na: &x [1\n' >f.yaml
expect 1 'f.yaml:[23]:[0-9]*: ' f.yaml
printf 'a: 1\na: 2\n' >f.yaml
expect 1 'f.yaml:2:1: the key `a` is already set in line 1' f.yaml
printf 'a: "\377"\n' >f.yaml
expect 1 'f.yaml:1:5: the text cannot be read' f.yaml
: >f.yaml
expect 1 'f.yaml:1:1: the text is empty' f.yaml
printf 'scenario: 1\npolicy: none.yaml\ncases: [{name: a, timeline: []}]\n' >f.yaml
expect 1 'f.yaml:2:9: the policy none.yaml cannot be read' f.yaml
printf 'scenario: 1\npolicy: q.yaml\ncases: [{name: a, timeline: []}]\n' >f.yaml
sed 's/^zone/zoen/' p.yaml >q.yaml
expect 1 '^q.yaml:3:1: zoen: unknown key `zoen` (did you mean `zone`?)' f.yaml
{ printf '# \303\251\nscenario: 1\ncases:\n  - name: a\n    policy:\n'; sed 's/^/      /; s/every: 2d/evry: 2d/' p.yaml; printf '    timeline: []\n'; } >f.yaml
expect 1 '^f.yaml:17:40: case a: stages\[0\].steps\[1\].evry: unknown key' f.yaml
expect 2 'cannot read nofile.yaml' nofile.yaml
expect 2 '^usage: dunctl test'
expect 2 'unknown option `--jnit`' --jnit x good.yaml
expect 2 '`--junit` wants a value' good.yaml --junit
expect 0 '^usage: dunctl test' --help

# ---- JUnit and JSON can be read by others, whatever the names ----
if command -v python3 >/dev/null; then
  odd=$(printf 'a"<&\033\377b.yaml')
  sed 's/name: one/name: "<&\\"\\e\\uFFFF>"/' bad.yaml >"$odd"
  "$dunctl" test --junit j.xml "$odd" good.yaml >/dev/null
  python3 - <<'P' || status=1
import xml.etree.ElementTree as E
r = E.parse("j.xml").getroot()
suites = r.findall("testsuite")
assert [(s.get("tests"), s.get("failures")) for s in suites] == [("1", "1"), ("1", "0")], suites
f = suites[0].find("testcase/failure")
assert f.get("message").startswith("not_before: expected"), f.attrib
assert "libdun says" in f.text and ":8:22:" in f.text, f.text
assert suites[1].find("testcase/failure") is None
P
  "$dunctl" test --json "$odd" good.yaml >out
  python3 -c 'import json; a = json.load(open("out", encoding="utf-8")); assert [c["passed"] for c in a] == [False, True], a' || status=1
fi
# Output that cannot be written is no success.
if [ -e /dev/full ]; then
  expect 2 'cannot write /dev/full' --junit /dev/full good.yaml
  "$dunctl" test good.yaml >/dev/full 2>/dev/null
  [ $? = 2 ] || { echo 'a full disk went unnoticed'; status=1; }
fi
exit $status
