#!/bin/sh
# SPDX-License-Identifier: MIT
# The gates themselves: each is given something broken and must say no.
# usage: selftest.sh LIBDUN.SO LIBDUN.A SOURCE_ROOT
set -eu
so=$1 archive=$2 src=$(cd "$3" && pwd)
here=$src/tests/abi
map=$src/lib/dun.map
header=$src/include/dun/dun.h
cc=${CC:-cc}
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
status=0

must_fail() {
  what=$1
  shift
  if "$@" >"$t/log" 2>&1; then
    echo "passed, but must not: $what" >&2
    status=1
  fi
}
object() { # NAME: compile stdin to an object of that name
  $cc -c -fPIC -x c - -o "$t/$1"
}
with() { # OBJECT OUT: the archive with one more object
  cp "$archive" "$t/$2"
  (cd "$t" && ar q "$2" "$1" 2>/dev/null)
}

grep -v dun_decision_init "$map" >"$t/less.map"
must_fail 'a map that lacks a function' sh "$here/symbols.sh" "$so" "$archive" "$t/less.map" "$header"
sed 's/^    dun_decide;/&\n    dun_decide_twice;/' "$map" >"$t/more.map"
must_fail 'a map with a function too many' \
  sh "$here/symbols.sh" "$so" "$archive" "$t/more.map" "$header"
sed 's/^DUN_API uint32_t dun_version_number/uint32_t dun_version_number/' "$header" >"$t/less.h"
must_fail 'a header that lacks a function' sh "$here/symbols.sh" "$so" "$archive" "$map" "$t/less.h"
{ cat "$header"; echo '#define DUN_TWICE(x) ((x) * 2)'; } >"$t/macro.h"
must_fail 'a header with a macro' sh "$here/symbols.sh" "$so" "$archive" "$map" "$t/macro.h"
printf 'int dun_leak = 1; int dun_decide(void); int dun_decide(void) { return dun_leak; }\n' |
  object leak.o
$cc -shared -o "$t/leak.so" "$t/leak.o"
must_fail 'exported data' sh "$here/symbols.sh" "$t/leak.so" "$archive" "$map" "$header"
printf 'int helper(void); int helper(void) { return 1; }\n' | object base_helper.c.o
with base_helper.c.o foreign.a
must_fail 'a foreign name in the archive' \
  sh "$here/symbols.sh" "$so" "$t/foreign.a" "$map" "$header"

printf '#include <stdio.h>\nvoid dun__say(void); void dun__say(void) { printf("%%d", 1); }\n' |
  object core_say.c.o
with core_say.c.o say.a
must_fail 'printf in the core' sh "$here/pure.sh" "$t/say.a"
printf '#include <time.h>\nlong dun__now(void); long dun__now(void) { return (long)time(0); }\n' |
  object time_civil.c.o
with time_civil.c.o now.a
must_fail 'a clock in civil time' sh "$here/pure.sh" "$t/now.a"
printf 'void *dun__alloc(const void *, unsigned long); void *dun__x(void); void *dun__x(void) { return dun__alloc(0, 1); }\n' |
  object core_x.c.o
with core_x.c.o alloc.a
must_fail 'an allocation in the core' sh "$here/pure.sh" "$t/alloc.a"
printf '#include <stdlib.h>\nvoid *dun__y(void); void *dun__y(void) { return malloc(1); }\n' |
  object host_y.c.o
with host_y.c.o malloc.a
must_fail 'malloc outside mem.c' sh "$here/pure.sh" "$t/malloc.a"
printf 'int dun__z(void); int dun__z(void) { static int n; return ++n; }\n' | object host_z.c.o
with host_z.c.o state.a
must_fail 'a counter in static memory' sh "$here/pure.sh" "$t/state.a"

mkdir -p "$t/inc/dun"
cp "$src"/include/dun/*.h "$t/inc/dun"
ledger() { $cc -std=c11 -I"$t/inc" -c -o /dev/null "$here/layout.c"; }
ledger || { echo "the ledger says no to the header itself" >&2; status=1; }
sed 's/DUN_DECISION_ACT 1u/DUN_DECISION_ACT 2u/; s/DUN_DECISION_WAIT 2u/DUN_DECISION_WAIT 1u/' \
  "$header" >"$t/inc/dun/dun.h"
must_fail 'two constants swapped' ledger
sed 's/^  int64_t past_due;/  uint64_t past_due;/' "$header" >"$t/inc/dun/dun.h"
must_fail 'a field that lost its sign' ledger
sed 's/^  dun_time not_before;/  int32_t before, not_;/' "$header" >"$t/inc/dun/dun.h"
must_fail 'a field split in two' ledger

mkdir "$t/tree"
cp -R "$src/lib" "$t/tree/lib"
mkdir "$t/tree/examples"
sh "$here/includes.sh" "$t/tree" || { echo "includes.sh says no to the tree itself" >&2; status=1; }
printf '#include "core/decide.h"\n' >"$t/tree/lib/base/back.c"
must_fail 'an include against the direction' sh "$here/includes.sh" "$t/tree"
rm "$t/tree/lib/base/back.c"
printf '#include <stdlib.h>\n' >"$t/tree/lib/core/world.c"
must_fail 'stdlib.h in the core' sh "$here/includes.sh" "$t/tree"
rm "$t/tree/lib/core/world.c"
printf '#include "core/decide.h"\n' >"$t/tree/examples/inside.c"
must_fail 'an example that looks inside' sh "$here/includes.sh" "$t/tree"
exit $status
