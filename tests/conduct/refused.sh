#!/bin/sh
# SPDX-License-Identifier: MIT
# What `dunctl check` refuses or warns of because of conduct rules, each with its reason and source.
# usage: refused.sh DUNCTL DIRECTORY
dunctl=$1
dir=$2
failed=0

# says CODE FILE PATTERN...: the exit code, and a line for each pattern.
says() {
  code=$1
  file=$2
  shift 2
  out=$("$dunctl" check "$dir/$file" 2>&1)
  got=$?
  if [ "$got" -ne "$code" ]; then
    echo "$file: exit code $got, not $code"
    failed=1
  fi
  for pattern in "$@"; do
    if ! printf '%s\n' "$out" | grep -Eq -- "$pattern"; then
      echo "$file: nothing like \"$pattern\" in:"
      printf '%s\n' "$out"
      failed=1
    fi
  done
}

# The whole reason stands in one line: the place, what is wrong, the rule and its source.
says 1 every-channel.yaml \
  '^[^:]*every-channel.yaml:11:11: error: channels.wechat: .*social.*basis' \
  ': error: channels.office.place: .*employer.*basis' \
  ': error: .*`ask-friends`.*third party.*basis' \
  ': error: .*`ask-friends`.*third_party.*`cn-card/third-parties` forbids \(CBRC Order 2011-2, art. 68' \
  ': error: .*`ask-friends` discloses `amount` to a third party' \
  '^1 policy checked, 0 fine, 5 errors, 0 warnings$'
says 1 missing-disclosure.yaml \
  ': warning: .*`call`.*`collecting_a_debt`, `use_of_information`.*`us-regf/first-words`.*1006\.18\(e\)\(1\)' \
  ': error: .*`call`.*`debt_collector`.*`us-regf/collector` wants \(12 CFR 1006\.18\(e\)\(2\)\)' \
  '^1 policy checked, 0 fine, 1 error, 1 warning$'
says 0 ten-calls.yaml \
  '^[^:]*ten-calls.yaml:11:5: warning: .* up to 11 contacts in 7 days, .*`us-regf/seven` allows 7 \(12 CFR 1006\.14' \
  '^1 policy checked, 1 fine, 0 errors, 1 warning$'
exit $failed
