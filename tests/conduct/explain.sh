#!/bin/sh
# SPDX-License-Identifier: MIT
# A call that us-regf/seven refuses: `dunctl explain` names the rule and its source, and lists the seven calls that
# fill it, those of an assumed road and those of a log.
# usage: explain.sh DUNCTL POLICY (refused/ten-calls.yaml)
dunctl=$1
policy=$2
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
failed=0
ask="--due 2026-01-10 --past-due 120000"

# says PATTERN OPTION...: the first cap that explain prints, with what belongs to it, up to the next guard
says() {
  pattern=$1
  shift
  # shellcheck disable=SC2086 # words
  "$dunctl" explain "$policy" $ask "$@" >"$t/out" 2>&1 ||
    { echo "explain $*: exit code $?"; failed=1; }
  sed -n '/cap `us-regf.seven`/,$p' "$t/out" | sed '2,$ { /^      [a-z]/,$d; }' >"$t/cap"
  if ! tr '\n' '~' <"$t/cap" | sed 's/~ */~/g' | grep -Eq -- "$pattern"; then
    echo "explain $*: nothing like \"$pattern\" in:"
    cat "$t/cap" "$t/out"
    failed=1
  fi
}

rule='^ *cap `us-regf/seven` for voice: [^~]* -> 2026-01-18T00:00:00-05:00~12 CFR 1006\.14\(b\)\(2\)\(i\)\(A\), \(b\)\(3\) \(presumption, verified\)'
call='~contact 2026-01-1[1-7]T[0-9:]*-05:00 voice (no_answer|voicemail)'

# The road of a silent debtor: seven calls by the fifteenth, the eighth waits for the eighteenth.
says "$rule($call){7}~$" --at 2026-01-16T18:30:00-05:00
grep -q '^answer: wait morning-call by phone .*not before 2026-01-18T08:00:00-05:00.*\[hours, cap\]$' "$t/out" ||
  { echo 'the answer does not wait for the rule'; failed=1; }

# A log: calls tied to no step count like those of steps; a busy line, and what is not yet known, do not.
if "$dunctl" --help | grep -q '^  replay'; then
  cat >"$t/log.csv" <<'CSV'
at,recorded_at,event,channel,outcome
2025-12-10,,placed,,
2026-01-11T10:00:00-05:00,,contact,phone,no_answer
2026-01-12T10:00:00-05:00,,contact,phone,voicemail
2026-01-13T10:00:00-05:00,,contact,phone,busy
2026-01-13T11:00:00-05:00,,contact,phone,no_answer
2026-01-14T10:00:00-05:00,,contact,phone,no_answer
2026-01-14T15:00:00-05:00,,contact,phone,no_answer
2026-01-15T10:00:00-05:00,,contact,phone,no_answer
2026-01-16T10:00:00-05:00,2026-01-16T20:00:00-05:00,contact,phone,no_answer
CSV
  says "$rule($call){7}~$" --log "$t/log.csv" --at 2026-01-16T20:00:00-05:00
  grep -q ' busy$' "$t/cap" && { echo 'a busy line fills the cap'; failed=1; }
  "$dunctl" explain "$policy" --due 2026-01-10 --past-due 120000 --log "$t/log.csv" --at 2026-01-16T19:59:59-05:00 >"$t/out"
  grep -q '^answer: act ' "$t/out" || { echo 'six calls fill the cap:'; cat "$t/out"; failed=1; }
fi
exit $failed
