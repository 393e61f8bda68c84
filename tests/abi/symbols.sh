#!/bin/sh
# SPDX-License-Identifier: MIT
# Three lists that must be one: what the library exports, what lib/dun.map says, what dun.h declares.
# usage: symbols.sh LIBDUN.SO LIBDUN.A DUN.MAP DUN.H
set -eu
LC_ALL=C
export LC_ALL
so=$1 archive=$2 map=$3 header=$4
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

nm -D --defined-only "$so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $2, $3 }' >"$t/exported"
awk '$1 != "T" { print "exported, but no function: " $2; bad = 1 } END { exit bad }' \
  "$t/exported" >&2
awk '{ print $2 }' "$t/exported" | sort >"$t/so"
sed -n 's/^ *\(dun_[a-z0-9_]*\);$/\1/p' "$map" | sort >"$t/map"
grep -v '^#' "$header" | tr '\n' ' ' | grep -o 'DUN_API [^;]*;' |
  sed 's/(.*//; s/.*[ *]//' | sort >"$t/header"
[ -s "$t/header" ] || { echo "no DUN_API in $header" >&2; exit 1; }
diff -u "$t/map" "$t/so" >&2 || { echo "the library exports other symbols than the map" >&2; exit 1; }
diff -u "$t/map" "$t/header" >&2 || { echo "map and header differ" >&2; exit 1; }

if nm -g --defined-only "$archive" | awk 'NF == 3 && $3 !~ /^dun_/ { print $3 }' | grep . >&2; then
  echo "the static library defines names that do not start with dun_" >&2
  exit 1
fi
if grep -nE '#define +DUN_[A-Z0-9_]+\(|\.\.\.\)|static inline|\benum\b|\bunion\b|\bbool\b' "$header" \
  >&2; then
  echo "the header has something that a binding cannot use" >&2
  exit 1
fi
soname=$(readelf -d "$so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
[ "$soname" = libdun.so.0 ] || { echo "SONAME is $soname" >&2; exit 1; }
if readelf -d "$so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
  grep -vE '^(libc\.so\.|libyaml-0\.so\.|ld-linux)' >&2; then
  echo "the library needs more than libc and libyaml" >&2
  exit 1
fi
