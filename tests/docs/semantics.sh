#!/bin/sh
# SPDX-License-Identifier: MIT
# The examples of docs/semantics.md hold: each of its YAML blocks is a scenario file, and is run.
# usage: semantics.sh SEMANTICS.md DUNCTL
set -eu
page=$1 dunctl=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# Lines before a block are left empty, so that what dunctl says of a line is true of the page.
awk -v dir="$tmp" '
  /^```yaml$/ { inside = 1; n++; file = sprintf("%s/example-%02d.yaml", dir, n)
                for (i = 1; i <= NR; i++) print "" >file
                next }
  /^```/      { if (inside) close(file); inside = 0 }
  inside      { print >file }' "$page"
set -- "$tmp"/example-*.yaml
[ -e "$1" ] || { echo "no example in $page" >&2; exit 1; }
"$dunctl" test "$@"
