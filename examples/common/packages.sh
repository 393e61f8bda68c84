# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Install what a script needs and the machine lacks; to be sourced.

# need_packages WHO PAIR...: each pair is THING:DEBIAN_PACKAGE, and a thing is a file (/usr/...), a
# pkg-config module (pc=...) or a command. Installs with apt-get, through sudo if not root; elsewhere
# says what is missing and exits 1.
need_packages() {
  local who=$1 pair thing want sudo=
  shift
  want=$(for pair in "$@"; do
    thing=${pair%%:*}
    case $thing in
      /*) [ -e "$thing" ] ;;
      pc=*) pkg-config --exists "${thing#pc=}" 2>/dev/null ;;
      *) command -v "$thing" >/dev/null 2>&1 ;;
    esac || echo "${pair#*:}"
  done | sort -u | tr '\n' ' ')
  [ -n "$want" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "$who: missing (by their Debian names), please install: $want" >&2
    exit 1
  fi
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "$who: neither root nor sudo; please install: $want" >&2
      exit 1
    fi
    sudo=sudo
  fi
  echo "Installing: $want"
  $sudo apt-get update -q
  # shellcheck disable=SC2086 # a list of names
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $want
}
