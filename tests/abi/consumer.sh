#!/bin/sh
# SPDX-License-Identifier: MIT
# meson install into a fresh prefix, then a program outside the tree, built by pkg-config alone:
# shared, fully static, and from C++; last, libdun as a subproject of another project.
# usage: consumer.sh SOURCE_ROOT
set -eu
src=$(cd "$1" && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cc=${CC:-cc}
cxx=${CXX:-c++}
# What test runs under must not leak into these builds.
unset DESTDIR CFLAGS LDFLAGS PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_LIBDIR || :

quietly() {
  "$@" >"$t/log" 2>&1 || {
    cat "$t/log" >&2
    exit 1
  }
}

quietly meson setup "$t/build" "$src" --prefix "$t/prefix" --buildtype release \
  -Dtests=false -Dexamples=false
quietly meson install -C "$t/build"
pc=$(find "$t/prefix" -name libdun.pc)
[ -f "$pc" ] || { echo "no libdun.pc was installed" >&2; exit 1; }
lib=$(dirname "$(dirname "$pc")")
for f in "$lib/libdun.so" "$lib/libdun.so.0" "$lib/libdun.a" \
  "$t/prefix/include/dun/dun.h" "$t/prefix/include/dun/version.h"; do
  [ -e "$f" ] || { echo "not installed: ${f#"$t/prefix/"}" >&2; exit 1; }
done
[ ! -e "$src/examples/dunctl/meson.build" ] || [ -x "$t/prefix/bin/dunctl" ] || {
  echo "dunctl was not installed" >&2
  exit 1
}
PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH

case " $(pkg-config --libs libdun) " in
  *yaml*) echo "libyaml leaks into the link line of shared users" >&2; exit 1 ;;
esac
mkdir "$t/outside"
cp "$src/tests/abi/consumer.c" "$t/outside/consumer.c"
cp "$src/tests/abi/consumer.c" "$t/outside/consumer.cpp"
cd "$t/outside"
# shellcheck disable=SC2046 # flags
{
  $cc -Wall -Werror -o shared consumer.c $(pkg-config --cflags --libs libdun)
  $cc -Wall -Werror -static -o static consumer.c $(pkg-config --static --cflags --libs libdun)
  $cxx -Wall -Werror -std=c++11 -o cpp consumer.cpp $(pkg-config --cflags --libs libdun)
}
readelf -d shared | grep -q 'NEEDED.*libdun\.so\.0' || { echo "not linked shared" >&2; exit 1; }
readelf -d static | grep -q NEEDED && { echo "not linked statically" >&2; exit 1; }
LD_LIBRARY_PATH=$lib ./shared
./static
LD_LIBRARY_PATH=$lib ./cpp

mkdir -p "$t/super/subprojects"
ln -s "$src" "$t/super/subprojects/libdun"
cp consumer.c "$t/super/consumer.c"
cat >"$t/super/meson.build" <<'EOF'
project('super', 'c')
executable('consumer', 'consumer.c', dependencies: dependency('libdun', fallback: 'libdun'))
EOF
unset PKG_CONFIG_PATH
quietly meson setup "$t/super/build" "$t/super"
quietly meson compile -C "$t/super/build" consumer
"$t/super/build/consumer"
