#!/bin/sh
# SPDX-License-Identifier: MIT
# dunctl packs: the table of packs, one pack in plain words, both as JSON, and a host's packs.
# usage: test_packs.sh DUNCTL ROOT
set -u
case $1 in /*) dunctl=$1 ;; *) dunctl=$PWD/$1 ;; esac
root=$2
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
status=0

# expect CODE PATTERN ARGS...: the exit code, and a pattern that a line of the output matches
expect() {
  want=$1
  pattern=$2
  shift 2
  "$dunctl" "$@" >"$t/out" 2>&1
  code=$?
  if [ "$code" != "$want" ] || ! grep -q -e "$pattern" "$t/out"; then
    echo "dunctl $*: exit $code (wanted $want), wanted $pattern in:"
    cat "$t/out"
    status=1
  fi
}

# The table: each file of lib/packs has its line, with the number of its rules.
"$dunctl" packs >"$t/table" || status=1
for file in "$root"/lib/packs/*.yaml; do
  name=$(basename "$file" .yaml)
  rules=$(grep -cE '^ *- \{?id: ' "$file")
  grep -qE "^$name +[A-Z-]+ +$rules  " "$t/table" || { echo "packs: no line for $name, $rules rules"; status=1; }
  expect 0 "^$name: " packs "$name"
  [ "$(grep -cE "^$name/[a-z0-9_-]+ \([a-z_]+\)$" "$t/out")" = "$rules" ] ||
    { echo "packs $name: not $rules rules"; status=1; }
done
expect 0 '^us-regf  *US  *[0-9]*  all  *Regulation F' packs
expect 0 '^us-tcpa  *US  *1  voice  *Telephone' packs
expect 0 '^Packs are no legal advice' packs

# One in plain words.
expect 0 '^Packs are no legal advice' packs us-regf
expect 0 '^  applies to: third_party_collector, consumer$' packs us-regf
expect 0 '^  - Letters are covered and no hour binds them.$' packs us-regf
expect 0 '^    voice: at most 7 in 7 dates, for each account; lifted by consent for 7 dates until conversation$' packs us-regf
expect 0 '^    presumption, verified; of the group frequency$' packs us-regf
expect 0 '^    12 CFR 1006.14(b)(2)(i)(A), (b)(3)$' packs us-regf
expect 0 '^    email (place: work): not permitted; lifted by consent$' packs us-regf
expect 0 '^    report: only 15 dates after the mark written_notice$' packs us-regf
expect 0 'must carry collecting_a_debt, use_of_information the first time$' packs us-regf
expect 0 '^  one-a-week: After a direct contact' packs co
expect 0 'readings: \[NAME\]' packs co
expect 0 '^    only if the policy chooses the reading one-a-week$' packs co
expect 0 'only 07:00-19:00 on weekdays; 08:00-15:00 on sat;$' packs co
expect 0 'closed on sun, holidays; lifted by' packs co
expect 0 '^    unless the policy chooses the reading calls-only$' packs in-rbi
expect 0 '^  in force from 2025-02-28$' packs cn-gbt
expect 0 'with third_party: not permitted; while party: borrower$' packs cn-gbt
expect 0 'at most 3 a day, for each person; counted are connected$' packs cn-gbt

# What is none.
expect 2 'there is no pack `us-reg` (did you mean `us-regf`?)' packs us-reg
expect 2 'there is no pack `nowhere-at-all`; `dunctl packs` lists them' packs nowhere-at-all
expect 2 'one pack at a time' packs us-regf co
expect 2 'unknown option `--jsn`' packs --jsn
expect 2 '`--packs` wants a value' packs --packs
expect 2 'cannot read the folder ' packs --packs "$t/none"
expect 0 '^usage: dunctl packs' packs --help

# Every sort of rule and key, in a pack of a host's; and one in place of a built-in one.
mkdir "$t/packs"
sed 's/^title: .*/title: Ours/' "$root/lib/packs/co.yaml" >"$t/packs/co.yaml"
cat >"$t/packs/acme.yaml" <<'Y'
pack: acme
title: "House rules \e[31mof Acme"
jurisdiction: none
covers: [voice, text]
revision: 7
source: board decision
effective: {from: 2026-01-01, until: 2026-12-31}
hours:
  - {id: mix, kinds: [voice], all: ["08:00-20:00"], fri: ["08:00-12:00", "13:00-15:00"], sun: [],
     holiday: ["10:00-12:00"], calendar: us, unless: [agreed]}
caps:
  - {id: week, max: 5, per: week, scope: channel, except: [busy], direction: both, active_after: [promised],
     together: true, parties: [borrower, co_borrower]}
  - {id: rolling, max: 1, per: 24h, direction: in, unless: [requested], effective: {until: 2026-06-30}}
spacing: [{id: apart, min: 2d, kinds: [voice]}]
exclusive: [{id: own, after: [conversation], for: 1d}]
requires: [{id: told, do: [legal], mark: warned, wait: 1mo, outcome: [read], missing: allow}]
not_after: [{id: late, date: limitation, applies: [business]}]
Y
expect 0 '^acme  *none  *7  voice, text  *House rules ?\[31mof Acme (.*packs/acme.yaml)$' packs --packs "$t/packs"
expect 0 '^co  .*Ours (.*/packs/co.yaml)$' packs --packs "$t/packs"
expect 0 '^co: Ours$' packs co --packs "$t/packs"
expect 2 'there is no pack `acme`' packs acme
says() { expect 0 "$1" packs acme --packs "$t/packs"; }
says '^  in force from 2026-01-01 until 2026-12-31$'
says '^  file: .*/packs/acme.yaml$'
says '^    voice: only 08:00-12:00, 13:00-15:00 on fri; 08:00-20:00 on other days; 10:00-12:00 on holidays;$'
says '^      closed on sun (calendar us); lifted by agreed hours$'
says '^    every contact with borrower, co_borrower: at most 5 a week from Monday, for each channel; not$'
says '^      counted are busy; whoever began it; once there was promised; those parties share one count$'
says '^    every contact: at most 1 in 24 hours, for each account; that the debtor began; lifted by a$'
says '^    in force until 2026-06-30$'
says '^    voice: at least 2 dates apart, for each account$'
says '^    every contact: for 1 date after conversation only by its own channel, for each person$'
says '^    legal: only 1 month after the mark warned (read); free where that never was$'
says '^    legal: not after its date of limitation$'
says '^    applies to business$'
says '^    board decision$'

if command -v python3 >/dev/null; then
  "$dunctl" packs --json --packs "$t/packs" >"$t/list.json" || status=1
  "$dunctl" packs --json --packs "$t/packs" acme >"$t/one.json" || status=1
  "$dunctl" packs --json us-regf >"$t/regf.json" || status=1
  python3 - "$t" <<'P' || status=1
import json
import sys
read = lambda name: json.load(open("%s/%s.json" % (sys.argv[1], name), encoding="utf-8"))
packs = {pack["name"]: pack for pack in read("list")}
assert list(packs) == sorted(packs)
assert packs["acme"]["file"].endswith("/acme.yaml") and packs["us-regf"]["file"] is None
assert packs["acme"]["covers"] == ["voice", "text"] and packs["acme"]["rules"] == 7
one = read("one")
assert one["revision"] == 7 and one["effective"]["until"] == "2026-12-31" and one["notes"] is None
assert len(one["rules"]) == 7 and one["title"] == "House rules \x1b[31mof Acme"
week = [rule for rule in one["rules"] if rule["id"] == "week"][0]
assert week["section"] == "caps" and week["max"] == 5 and week["together"] is True and "at most 5" in week["says"]
regf = read("regf")
assert len(regf["rules"]) == packs["us-regf"]["rules"] and "no legal advice" in regf["about"]
P
fi
exit $status
