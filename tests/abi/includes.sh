#!/bin/sh
# SPDX-License-Identifier: MIT
# Who may include whom: include/dun <- base <- time <- policy <- core <- host, never back; the core
# and the arithmetic of time include no stdio, time, locale, stdlib; examples see the public header.
# usage: includes.sh SOURCE_ROOT
set -eu
cd "$1"
status=0
fail() {
  echo "$*" >&2
  status=1
}

allowed=
for room in base time policy core host; do
  allowed="$allowed${allowed:+|}$room"
  [ -d "lib/$room" ] || fail "lib/$room is missing"
  bad=$(grep -nE '^# *include +"' "lib/$room"/*.[ch] | grep -vE "\"($allowed)/[a-z0-9_]+\.h\"" || :)
  [ -z "$bad" ] || fail "lib/$room includes what it may not:
$bad"
done
bad=$(find lib/core lib/time -name '*.[ch]' ! -name 'zone_file.*' -exec \
  grep -nHE '^# *include +<(stdio|time|locale|stdlib|errno|unistd|sys/.*|wchar|ctype)\.h>' {} + || :)
[ -z "$bad" ] || fail "pure code includes the world:
$bad"
bad=$(find examples -name '*.[ch]' -exec \
  grep -nHE '^# *include +"(base|time|policy|core|host)/' {} + || :)
[ -z "$bad" ] || fail "an example includes the library's inside:
$bad"
exit $status
