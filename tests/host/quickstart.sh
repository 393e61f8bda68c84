#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The quickstart, built in a directory of its own: it ends well, goes on after a kill, starts over.
# usage: quickstart.sh SOURCE-ROOT
set -u
root=$1
n=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export DUN_BUILD=$dir/build
cd "$dir" || exit 1

check() { # what, command...
  local what=$1
  shift
  n=$((n + 1))
  if "$@"; then
    echo "ok $n - $what"
  else
    echo "not ok $n - $what"
    cat "$dir/out" "$dir/err"
    exit 1
  fi
}
quick() { "$root/examples/quickstart" "$@" >"$dir/out" 2>"$dir/err"; }
says() { grep -q "$1" "$dir/out"; }
rows() { sqlite3 "$1" 'SELECT count(*) FROM outbox'; }

check "30 days" quick --days 30
check "a summary by bucket" says "Accounts by bucket"
check "contacts by stage" says "Contacts by stage and kind"
check "what comes next" says "What comes next"
check "where the database is" says "The database: $dir/build/quickstart.db"
before=$(rows build/quickstart.db)
timeout -s KILL 1 "$root/examples/quickstart" --days 90 >out 2>err
check "90 days, after a kill in the middle" quick --days=90
check "nothing imported twice" says " 0 accounts imported, 3000 there already"
check "a calm run of 90 days elsewhere" quick --days 90 --db calm.db
after=$(rows build/quickstart.db)
check "more deliveries than before" test "$after" -gt "$before"
check "as many as the calm one" test "$after" -eq "$(rows calm.db)"
check "--fresh starts over" quick --fresh --days 30
check "with as many as the first time" test "$(rows build/quickstart.db)" -eq "$before"
sqlite3 mine.db 'CREATE TABLE mine(x)'
check "--fresh keeps off other people's databases" eval '! quick --fresh --db mine.db'
check "which is still there" test "$(sqlite3 mine.db .tables)" = mine
quick --nonsense 1
check "an unknown option is a usage error" test $? -eq 2
check "--help" quick --help
echo "1..$n"
