#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print what was skipped and why, then `N passed, N failed, N skipped`, from meson's JSON logs.

Each case of a TAP program counts for itself. Exit 1 if anything failed or nothing ran.
"""
import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b(.*)$")
SKIP = re.compile(r"#\s*skip\b:?\s*(.*)", re.IGNORECASE)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            if line.strip():
                yield json.loads(line)


def main(paths):
    passed = failed = skipped = 0
    for path in paths:
        for test in read(path):
            lines = (test.get("stdout") or "").splitlines()
            result, name = test["result"], test["name"]
            cases = [m for m in map(CASE.match, lines) if m]
            bad = 0
            for case in cases:
                skip = SKIP.search(case[2])
                if skip:
                    skipped += 1
                    print(f"skipped: {name}: {case[2].strip(' -')}")
                elif case[1]:
                    bad += 1
                else:
                    passed += 1
            good = result in ("OK", "EXPECTEDFAIL")
            if result == "SKIP" and not cases:
                skipped += 1
                print(f"skipped: {name}: {lines[-1] if lines else 'no reason given'}")
            elif not good and result != "SKIP":
                failed += max(bad, 1)
                print(f"failed: {name} ({result})")
            elif not cases:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


sys.exit(main(sys.argv[1:]))
