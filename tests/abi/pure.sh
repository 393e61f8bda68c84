#!/bin/sh
# SPDX-License-Identifier: MIT
# The core is pure, only lib/base/mem.c allocates, nothing keeps global state: read off the objects.
# usage: pure.sh LIBDUN.A
set -eu
LC_ALL=C
export LC_ALL
archive=$1
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
status=0
fail() {
  echo "$*" >&2
  status=1
}

# Lines of "OBJECT NAME", undefined and defined.
nm -A -u "$archive" | sed 's/.*[:/]\([^:/]*\.o\): *[Uvw] */\1 /' >"$t/undefined"
nm -A -g --defined-only "$archive" | sed 's/.*[:/]\([^:/]*\.o\):[0-9a-f]* [A-Za-z] /\1 /' \
  >"$t/defined"
ar t "$archive" | sed 's,.*/,,' >"$t/objects"

pure='^(core_.*|time_(calendar|civil|civil_api|zone|zone_build|hours)\.c\.o)'
grep -qE "$pure" "$t/objects" || fail "no object of the core in $archive: the check would pass empty"

# The pure objects and what they may lean on, which must be as pure; base may measure strings.
grep -E "$pure|^base_(abi|error|names)" "$t/objects" >"$t/closed"
awk 'NR == FNR { closed[$1] = 1; next } $1 in closed { print $2 }' "$t/closed" "$t/defined" |
  sort >"$t/known"
awk 'NR == FNR { closed[$1] = 1; next } $1 in closed' "$t/closed" "$t/undefined" |
  while read -r object name; do
    case $name in
      _GLOBAL_OFFSET_TABLE_ | __stack_chk_fail | memcpy | memset | memmove | memcmp | bcmp) ;;
      strlen | strcmp | strncmp) case $object in base_*) ;; *) echo "$object $name" ;; esac ;;
      *) grep -qxF -e "$name" "$t/known" || echo "$object $name" ;;
    esac
  done >"$t/reach"
[ ! -s "$t/reach" ] || fail "pure code reaches outside:
$(cat "$t/reach")"

awk '$2 ~ /^(malloc|calloc|realloc|reallocarray|free|strdup|strndup|aligned_alloc|posix_memalign)$/ &&
  $1 !~ /^base_mem\.c/' "$t/undefined" >"$t/alloc"
[ ! -s "$t/alloc" ] || fail "memory is asked for outside lib/base/mem.c:
$(cat "$t/alloc")"
grep -q '^base_mem\.c\.o malloc$' "$t/undefined" || fail "mem.c no longer asks for memory?"

size -A "$archive" | awk '/:$/ || / \(ex / { object = $1 }
  $1 ~ /^\.(data|bss|tdata|tbss)(\.[^r].*)?$/ && $2 > 0 { print object, $1, $2 }' >"$t/state"
[ ! -s "$t/state" ] || fail "writable global data:
$(cat "$t/state")"
exit $status
