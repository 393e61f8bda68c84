#!/bin/sh
# SPDX-License-Identifier: MIT
# replay over its own sample, and over files that are wrong.
# usage: test_replay.sh REPLAY DIRECTORY_OF_THE_EXAMPLE
set -eu
program=$1 here=$2
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
status=0
fail() {
  echo "$*" >&2
  cat "$t/out" "$t/err" >&2
  status=1
}
replay() {
  rc=0
  "$program" --policy "$here/../policies/road-fines.yaml" --batches "$here/batches.csv" "$@" \
    >"$t/out" 2>"$t/err" </dev/null || rc=$?
}
last_line_is() {
  [ "$(tail -n 1 "$t/out")" = "$1" ] || fail "expected as last line: $1"
}
stops_with() { # TEXT FILE...
  text=$1
  shift
  replay "$@"
  [ "$rc" = 2 ] || fail "exit $rc instead of 2: $text"
  grep -q "$text" "$t/err" || fail "expected on stderr: $text"
}

# Nine penalties and, but for one the city sent although fine and expense were paid, all four
# collections, each on its day.
good='penalty_exact=9/9 false_escalations=0 collection_precision=1.0000 collection_recall=0.7500'
replay --list "$here/sample.csv"
[ "$rc" = 0 ] || fail "exit $rc"
last_line_is "$good"
[ "$(grep -c 'in the log' "$t/out")" = 3 ] || fail "one case differs"
grep -q '^paid-late collection: decided never, in the log 2009-03-30$' "$t/out" || fail "which one"

gzip -c "$here/sample.csv" >"$t/sample.csv.gz"
replay "$t/sample.csv.gz"
last_line_is "$good"

# The order of the rows in the file does not matter, nor how lines end.
{
  head -n 1 "$here/sample.csv"
  tail -n +2 "$here/sample.csv" | sort -r
} | sed 's/$/\r/' >"$t/reversed.csv"
replay "$t/reversed.csv"
last_line_is "$good"

# Bad rows are reported with their line and skipped; the rest goes in.
{
  cat "$here/sample.csv"
  echo 'odd,0,Create Fine,2007-02-30,36.0,,,NIL'
  echo 'odd,0,Create Fine,2007-02-03,3x.0,,,NIL'
  echo 'odd,0,Create Fine,2007-02-03,36.001,,,NIL'
  echo 'odd,0,Make Tea,2007-02-03,36.0,,,NIL'
  echo 'odd,x,Create Fine,2007-02-03,36.0,,,NIL'
  echo 'odd,0,Create Fine,2007-02-03'
  echo 'odd,0,Create Fine,2007-02-03,36.0,,,NIL,more'
  echo 'odd,0,Create Fine,2007-02-03,"36".0,,,NIL'
  echo
  printf 'odd,0,Create Fine,2007-02-03,36.0,,,\000\n'
  echo 'odd,1,Payment,2007-02-03,,36.0,,'
  echo 'unpaid,9,Payment,1999-01-01,,49.0,,'
  awk 'BEGIN { for (i = 0; i < 20000; i++) printf "odd,,,,," }'
  echo
  echo 'odd,7,Create Fine,2007-02-03,"36.0'
} >"$t/bad.csv"
replay "$t/bad.csv"
[ "$rc" = 0 ] || fail "bad rows: exit $rc"
last_line_is "$good"
lines=$(wc -l <"$here/sample.csv")
for n in 1 2 3 4 5 6 7 8 10 11 12 13 14; do
  grep -q "bad.csv:$((lines + n)): .*skipped" "$t/err" || fail "line $n of the bad rows"
done
[ "$(wc -l <"$t/err")" = 13 ] || fail "13 rows are bad"

head -n 1 "$here/sample.csv" >"$t/header.csv"
replay "$t/header.csv"
[ "$rc" = 1 ] || fail "no rows: exit $rc"
grep -q "header.csv has no row that could be used" "$t/err" || fail "no rows: not told"

sed '1s/,expense,/,cost,/' "$here/sample.csv" >"$t/column.csv"
stops_with 'column.csv: missing column: expense' "$t/column.csv"
: >"$t/empty.csv"
stops_with 'empty.csv: no header line' "$t/empty.csv"
stops_with 'No such file' "$t/nowhere.csv"
stops_with 'cannot be read to its end' "$t"
head -c 300 "$t/sample.csv.gz" >"$t/cut.csv.gz"
stops_with 'cut.csv.gz: cannot be read to its end' "$t/cut.csv.gz"
stops_with 'usage: replay'
stops_with 'usage: replay' --nonsense "$here/sample.csv"
printf 'date,notified_until\n2009-03-30,soon\n' >"$t/batches.csv"
stops_with 'batches.csv:2: no two dates' --batches "$t/batches.csv" "$here/sample.csv"
printf 'dun: 1\nname: [\n' >"$t/policy.yaml"
stops_with 'policy.yaml:' --policy "$t/policy.yaml" "$here/sample.csv"
exit $status
