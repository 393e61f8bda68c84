#!/bin/sh
# SPDX-License-Identifier: MIT
# replay over the real log, where it is there: $DUN_SHARED_DATA/road-fines.
# usage: test_real.sh REPLAY DIRECTORY_OF_THE_EXAMPLE
set -eu
program=$1 here=$2
events=${DUN_SHARED_DATA:-}/road-fines/events.csv.gz
if [ ! -f "$events" ]; then
  echo "no \$DUN_SHARED_DATA/road-fines/events.csv.gz"
  exit 77
fi
last=$("$program" --policy "$here/../policies/road-fines.yaml" --batches "$here/batches.csv" "$events" |
  tail -n 1)
echo "$last"
echo "$last" | awk -F'[ =]' '
  $2 == "4635/4635" && $4 == 0 && $6 >= 0.99 && $8 >= 0.97 { good = 1 }
  END { exit !good }'
