# SPDX-License-Identifier: MIT
"""The conduct packs of this folder as a table in C.

usage: embed.py OUT PACK.yaml...      write the table
       embed.py --list FOLDER         the names of the packs in a folder, one a line
"""
import os
import re
import sys


def array(data):
    """The bytes as numbers: a text may be longer than compilers take of one literal."""
    rows = [", ".join("%d" % c for c in data[at:at + 24]) for at in range(0, len(data), 24)]
    return "".join("    %s,\n" % row for row in rows)


def main():
    if sys.argv[1] == "--list":
        for name in sorted(os.listdir(sys.argv[2])):
            if name.endswith(".yaml"):
                print(name)
        return 0
    out, packs = sys.argv[1], {}
    for path in sys.argv[2:]:
        with open(path, "rb") as f:
            data = f.read()
        name = os.path.basename(path)[:-len(".yaml")]
        found = re.search(rb"^pack: *([a-z0-9_-]+) *$", data, re.M)
        if found is None or found.group(1).decode() != name:
            sys.exit("%s: a pack has the name of its file: `pack: %s`" % (path, name))
        packs[name] = data
    with open(out, "w", encoding="ascii", newline="\n") as f:
        f.write('/* Made by lib/packs/embed.py. */\n#include "policy/packs.h"\n\n')
        for number, name in enumerate(sorted(packs)):
            f.write("static const char pack%d[] = {\n%s    0};\n" % (number, array(packs[name])))
        f.write("\nconst struct dun__builtin dun__builtin_packs[] = {\n")
        for number, name in enumerate(sorted(packs)):
            f.write('    {"%s", pack%d, %du},\n' % (name, number, len(packs[name])))
        f.write("};\nconst uint32_t dun__builtin_count = %du;\n" % len(packs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
