#!/bin/sh
# SPDX-License-Identifier: MIT
# dunctl from outside: exit codes, both kinds of output, files that cannot be read.
# usage: test_dunctl.sh DUNCTL ROOT
set -u
case $1 in /*) dunctl=$1 ;; *) dunctl=$PWD/$1 ;; esac
root=$2
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
status=0

# expect CODE PATTERN ARGS...: the exit code, and a pattern that the output matches
expect() {
  want=$1
  pattern=$2
  shift 2
  "$dunctl" "$@" >"$t/out" 2>&1 <"$t/in"
  code=$?
  if [ "$code" != "$want" ] || ! grep -q -e "$pattern" "$t/out"; then
    echo "dunctl $*: exit $code (wanted $want), wanted $pattern in:"
    cat "$t/out"
    status=1
  fi
}

printf 'dun: 1\nname: x\nzone: UTC\nevry: 1\nstages: [{name: a, from: 0d, steps: []}]\n' >"$t/bad.yaml"
printf 'dun: 1\nname: x\nzone: UTC\nstages: [{name: a, from: 0d, steps: []}]\n' >"$t/in"
cp "$t/in" "$t/good.yaml"
cp "$t/in" "$t/-odd.yaml"
head -c 1048577 /dev/zero | tr '\0' '\n' >"$t/big.yaml"

expect 2 '^usage: dunctl COMMAND'
expect 0 '^usage: dunctl COMMAND' --help
expect 0 '^dunctl [0-9]*\.[0-9]*\.[0-9]*$' --version
expect 2 'unknown command `chek`' chek
expect 2 '^usage: dunctl check' check
expect 2 '^usage: dunctl check' check --json
expect 0 '^usage: dunctl check' check --help
expect 2 'unknown option `--jsn`' check --jsn "$t/good.yaml"
expect 0 '^1 policy checked, 1 fine, 0 errors, 0 warnings$' check "$root/examples/policies/chengeshe.yaml"
expect 0 '^1 policy checked, 1 fine, 0 errors, 0 warnings$' check -
expect 1 'bad.yaml:4:1: error: evry: unknown key `evry`' check "$t/bad.yaml"
expect 1 '^2 policies checked, 1 fine, 1 error, 0 warnings$' check "$t/bad.yaml" "$t/good.yaml"
expect 1 ':0:0: error: the text has 1048577 bytes' check "$t/big.yaml"
expect 2 'cannot read .*none.yaml: ' check "$t/none.yaml"
expect 2 'cannot read ' check "$t"
expect 2 'bad.yaml:4:1: error' check "$t/none.yaml" "$t/bad.yaml"
expect 0 '^\[\]$' check --json "$t/good.yaml"
expect 1 '"file": ".*bad.yaml", "line": 4, "column": 1, "severity": "error", "path": "evry", "message": "unknown key `evry`"' \
  check "$t/bad.yaml" --json
cd "$t" || exit 1
expect 0 '^1 policy checked, 1 fine' check -- -odd.yaml

# Conduct packs: those built in and those of a folder; warnings are no failure.
mkdir packs
printf 'pack: mine\ntitle: t\njurisdiction: XX\ncovers: [text]\ncaps:\n- {id: one, max: 1, per: 2d, source: "a law", effective: {from: 2026-01-01}}\n' >packs/mine.yaml
printf 'not a pack\n' >packs/readme.txt
printf 'dun: 1\nname: x\nzone: UTC\nconduct: [mine]\nchannels: {sms: text}\nstages: [{name: a, from: 1d, steps: [{name: s, use: sms, every: 1d}]}]\n' >packed.yaml
expect 1 'packed.yaml:4:11: error: conduct\[0\]: there is no conduct pack `mine`' check packed.yaml
expect 0 'packed.yaml:6:65: warning: stages\[0\].steps\[0\].every: .*`mine/one` allows 1 (a law)' \
  check --packs packs packed.yaml
expect 0 '^1 policy checked, 1 fine, 0 errors, 1 warning$' check packed.yaml --packs packs
expect 0 '"severity": "warning"' check --json --packs packs packed.yaml
expect 2 'cannot read the folder' check --packs none packed.yaml
expect 2 'wants a value' check packed.yaml --packs
expect 0 '^1 deliveries' forecast packed.yaml --packs packs --due 2026-01-10 --past-due 5 --until 2026-01-12
expect 1 'there is no conduct pack' forecast packed.yaml --due 2026-01-10 --past-due 5
expect 0 'candidate s' explain packed.yaml --packs packs --due 2026-01-10 --past-due 5 --at 2026-01-12
expect 2 'cannot read the folder' forecast packed.yaml --packs none --due 2026-01-10 --past-due 5
printf 'scenario: 1\npolicy: packed.yaml\ncases:\n- {name: a, account: {id: 1, due: 2026-01-10, past_due: 5, reach: {borrower: [sms]}},\n   timeline: [{at: 2026-01-11T09:00:00Z, expect: {kind: act}}]}\n' >packed-cases.yaml
expect 0 '^1 passed, 0 failed$' test --packs packs packed-cases.yaml
expect 1 'there is no conduct pack' test packed-cases.yaml
expect 2 'cannot read the folder' test --packs none packed-cases.yaml
printf 'a: [\n' >packs/broken.yaml
expect 2 '^packs/broken.yaml:[0-9]*:[0-9]*: the text cannot be read' check --packs packs packed.yaml
printf 'title: a\n' >packs/broken.yaml
expect 2 '^packs/broken.yaml:1:1: a pack is a mapping that starts with `pack: `' check --packs packs packed.yaml
cp packs/mine.yaml packs/broken.yaml
expect 2 'packs/broken.yaml and packs/mine.yaml are both named `mine`' check --packs packs packed.yaml
mkdir empty instead
expect 2 'there is no pack in empty' check --packs empty packed.yaml
sed 's/^pack: mine/pack: us-regf/' packs/mine.yaml >instead/any.yaml
sed 's/mine/us-regf/' packed.yaml >instead.yaml
expect 0 'instead.yaml:6:65: warning: .*`us-regf/one` allows 1 (a law)' check --packs instead instead.yaml
expect 1 '^2 policies checked, 1 fine, 1 error, 1 warning$' check --packs instead instead.yaml bad.yaml

# The JSON is JSON, also of a file with an odd name and a text with quotes and backslashes.
if command -v python3 >/dev/null; then
  odd=$(printf 'a"\\\033\377b.yaml')
  printf 'dun: 1\nname: "a\\"\\\\b"\nzone: UTC\nfoo: 1\nstages: [{name: a, from: 0d, steps: []}]\n' >"$odd"
  "$dunctl" check --json "$odd" bad.yaml >out
  python3 -c 'import json,sys; a = json.load(open("out", encoding="utf-8")); assert len(a) == 3, a' || status=1
fi
# Output that cannot be written is no success.
if [ -e /dev/full ]; then
  "$dunctl" check good.yaml >/dev/full 2>/dev/null
  [ $? = 2 ] || { echo 'a full disk went unnoticed'; status=1; }
fi
exit $status
