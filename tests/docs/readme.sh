#!/bin/sh
# SPDX-License-Identifier: MIT
# The example of the README compiles, runs and prints what the README says.
# usage: readme.sh README.md LIBRARY INCLUDE_DIR COMPILER [ARG...]
set -eu
readme=$1 library=$2 include=$3
shift 3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
sed -n '/^```c$/,/^```$/p' "$readme" | sed '/^```/d' >"$tmp/example.c"
sed -n '/^```text$/,/^```$/p' "$readme" | sed '/^```/d' >"$tmp/expected"
[ -s "$tmp/example.c" ] && [ -s "$tmp/expected" ] || { echo "no example in $readme" >&2; exit 1; }
"$@" -std=c11 -Wall -Wextra -pedantic -Werror -I "$include" "$tmp/example.c" -o "$tmp/example" \
  "$library" -Wl,-rpath,"$(dirname "$library")"
"$tmp/example" >"$tmp/printed"
diff -u "$tmp/expected" "$tmp/printed"
