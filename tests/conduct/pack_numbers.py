#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Is each number of each conduct pack held by a scenario? Changes one number of a pack at a time, up and down, runs the
# pack's own scenario file with the changed pack in place of the built-in one, and lists the changes that no case noticed.
#
#   pack_numbers.py --dunctl PATH --packs DIR --scenarios DIR [--jobs N] [PACK...]
#
# A number is a count, a duration, an edge of a window, a date, a bound under `when`, or the day that windows are for. What
# no case can notice, since the changed rule is the same rule, stands with its reason in same_rule.txt of the scenarios.
# Exit codes: 0 all noticed; 1 some not, or a line of same_rule.txt is wrong, or the unchanged packs fail; 2 wrong usage.
import argparse
import concurrent.futures
import datetime
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile

import yaml

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OTHER_DAYS = {"all": ["weekdays", "weekend"], "weekdays": ["mon", "fri"], "weekend": ["sat", "sun"]}
OTHER_DAYS |= {day: [DAYS[i - 1], DAYS[(i + 1) % 7]] for i, day in enumerate(DAYS)}
# What these hold is text or names, though it may look like a number.
TEXTS = {"pack", "title", "jurisdiction", "revision", "readings", "notes", "source", "id", "group", "mark", "items",
         "kinds", "parties", "places", "covers", "applies", "strength", "confidence", "reading", "except_reading"}


def integers(text, path):
    """Neighbours of a count, or of a bound under `when`, which may be 0 or negative."""
    if not re.fullmatch(r"-?\d+", text):
        return []
    return [str(n) for n in (int(text) - 1, int(text) + 1) if "when" in path or n >= 1]


def durations(text, path):
    match = re.fullmatch(r"(-?\d+)(mo|bd|[mhdw])", text)
    if not match:
        return []
    least = 0 if path[-1] == "wait" else 1
    numbers = (int(match[1]) - 1, int(match[1]) + 1)
    return [f"{n}{match[2]}" for n in numbers if "when" in path or n >= least]


def windows(text, path):
    match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text)
    if not match:
        return []
    a, b, c, d = map(int, match.groups())
    start, end = a * 60 + b, c * 60 + d
    moved = [(start - 1, end), (start + 1, end), (start, end - 1), (start, end + 1)]
    return [f"{s // 60:02}:{s % 60:02}-{e // 60:02}:{e % 60:02}" for s, e in moved if 0 <= s < e <= 1440]


def dates(text, path):
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        return []
    return [str(date + datetime.timedelta(days=n)) for n in (-1, 1)]


def numbers(node, path=(), rule=None):
    """Each number below node: the id of its rule, the keys to it, the scalar and what it is to be changed to."""
    if isinstance(node, yaml.MappingNode):
        keys = {key.value for key, _ in node.value}
        rule = rule or next((value.value for key, value in node.value if key.value == "id"), None)
        for key, value in node.value:
            if key.value in TEXTS:
                continue
            if path[:1] == ("hours",):
                days = [day for day in OTHER_DAYS.get(key.value, []) if day not in keys]
                if days:
                    yield rule, path, key, days
            yield from numbers(value, path + (key.value,), rule)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from numbers(value, path, rule)
    else:
        for form in (integers, durations, windows, dates):
            changed = form(node.value, path)
            if changed:
                yield rule, path, node, changed


class Change:
    """One number of one pack, changed."""

    def __init__(self, pack, file, text, rule, path, node, new):
        start, end = node.start_mark, node.end_mark
        quote = node.style or ""
        self.pack, self.file, self.line, self.old, self.new = pack, file, start.line + 1, node.value, new
        keys = ".".join(path[1:] if rule else path)
        self.id = " ".join((f"{pack}/{rule}" if rule else pack, keys or "day", f"{self.old} -> {new}"))
        self.text = text[:start.index] + quote + new + quote + text[end.index:]
        before, after = (yaml.safe_load(t) for t in (text, self.text))
        assert before != after, f"{file}:{self.line}: {new} changes nothing"

    def __str__(self):
        return f"{self.file}:{self.line}: {self.id}"


def changes_of(pack, file):
    text = file.read_text(encoding="utf-8")
    for rule, path, node, values in numbers(yaml.compose(text)):
        for new in values:
            yield Change(pack, file, text, rule, path, node, new)


def same_rules(file):
    """Changes that make no other rule, by id, each with its line of the file: `ID: reason`."""
    found = {}
    if not file.is_file():
        return found
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        change, colon, reason = line.partition(": ")
        if not colon or not reason.strip() or change in found:
            sys.exit(f"{file}:{number}: wants `PACK/RULE keys OLD -> NEW: reason`, once")
        found[change] = number
    return found


def run(dunctl, packs, scenario):
    return subprocess.run([dunctl, "test", "--packs", packs, scenario], capture_output=True, text=True, check=False)


def judge(change, args, folders):
    """None if a case noticed the change, else what is wrong."""
    folder = folders.get()
    try:
        changed = folder / f"{change.pack}.yaml"
        changed.write_text(change.text, encoding="utf-8")
        done = run(args.dunctl, folder, args.scenarios / f"{change.pack}.yaml")
        changed.unlink()
    finally:
        folders.put(folder)
    if done.returncode == 0:
        return "no case noticed"
    # an answer that differs, not a pack or a policy that no longer compiles
    if done.returncode == 1 and ": expected " in done.stdout:
        return None
    said = (done.stdout + done.stderr).strip().splitlines()
    return f"could not be tried (exit code {done.returncode}): {said[0] if said else ''}"


def unchanged_are_green(args, packs):
    green = True
    for pack, file in packs.items():
        scenario = args.scenarios / f"{pack}.yaml"
        if not scenario.is_file():
            print(f"{file}: there is no {scenario}")
            green = False
            continue
        done = run(args.dunctl, args.packs, scenario)
        if done.returncode != 0:
            print(f"{scenario}: fails with the unchanged packs\n{done.stdout}{done.stderr}", end="")
            green = False
    return green


def main():
    parser = argparse.ArgumentParser(description="Is each number of each conduct pack held by a scenario?")
    parser.add_argument("--dunctl", required=True, type=pathlib.Path)
    parser.add_argument("--packs", required=True, type=pathlib.Path, help="directory of pack files")
    parser.add_argument("--scenarios", required=True, type=pathlib.Path, help="directory of scenario files, one for each pack")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("pack", nargs="*", help="names of packs; default: all")
    args = parser.parse_args()
    args.dunctl = args.dunctl.resolve()

    packs = {file.stem: file for file in sorted(args.packs.glob("*.yaml"))}
    for name in args.pack:
        if name not in packs:
            parser.error(f"there is no pack {name} in {args.packs}")
    if not packs or args.jobs < 1:
        parser.error("no packs" if not packs else "--jobs wants 1 or more")
    packs = {name: file for name, file in packs.items() if not args.pack or name in args.pack}

    if not unchanged_are_green(args, packs):
        return 1
    same_file = args.scenarios / "same_rule.txt"
    same = same_rules(same_file)
    changes = [change for pack, file in packs.items() for change in changes_of(pack, file)]
    bad = equal = 0
    with tempfile.TemporaryDirectory() as base, concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        folders = queue.Queue()
        for i in range(args.jobs):
            folder = pathlib.Path(base, str(i))
            folder.mkdir()
            folders.put(folder)
        verdicts = pool.map(lambda change: judge(change, args, folders), changes)
        for change, verdict in zip(changes, verdicts):
            argued = same.pop(change.id, None)
            if argued is not None and verdict == "no case noticed":
                equal += 1
            elif argued is not None:
                print(f"{same_file}:{argued}: {change.id}: {verdict or 'a case did notice it'}")
                bad += 1
            elif verdict is not None:
                print(f"{change}: {verdict}")
                bad += 1
    for change, line in same.items():
        if re.match(r"[a-z0-9_-]+", change)[0] in packs:
            print(f"{same_file}:{line}: {change}: there is no such change")
            bad += 1
    print(f"{len(packs)} packs, {len(changes)} changes, {equal} of them to the same rule, {bad} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
