#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mutation run: break the library in one small place at a time; the tests must notice each time.

    tests/mutation/mutate.py                        all of lib/core and lib/time (an hour or more)
    tests/mutation/mutate.py --file lib/time/zone.c one file or folder of them
    tests/mutation/mutate.py --sample 100 --seed 7 --time-limit 4
    tests/mutation/mutate.py --list                 the ids, without running anything
    tests/mutation/mutate.py --id ID                only these
    tests/mutation/mutate.py --argued-only          only those argued: which of them are killed?

A mutant is a comparison moved to its neighbour, `+ 1` or `- 1` dropped or turned, a number one
higher, `&&` for `||`, a condition negated, a `!` dropped (c_mutants.py). Nothing in the checkout is
touched: each worker has a copy of the sources and a build of its own in a temporary folder. The
tests that notice most other mutants of the file in a second run first; the first red one ends it.
Many mutants are tried in one build that holds them all behind a switch (switched.py). What survives
there, or cannot be switched, is compiled by itself, as written, and run with more random cases and
against the oracles.

    killed       a test failed, crashed, or ran much longer than it does on the true sources
    not viable   does not compile
    same code    the compiler makes the same machine code of it: no test can tell
    argued       stands in argued.txt with the reason why no test can tell; not run
    open         stands there as `open: what is missing`: a test could tell and is not written yet;
                 `FILE:*` says so of what survives of a whole file
    survivor     no test noticed: either a test is missing, or it belongs into argued.txt

Exit 1 if there is a survivor, or a line of argued.txt that says nothing, is said twice, or (in a
whole run) is stale; 2 if it cannot run at all. The last line is `N passed, N failed`.
"""
import argparse
import collections
import glob
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True  # the checkout stays as it is
import c_mutants  # noqa: E402 (its neighbour)
import switched  # noqa: E402

ROOMS = ["lib/core", "lib/time"]
SKIPPED = {"abi", "checker", "examples", "mutation"}  # suites; they build, install, or run hosts
LAST = {"oracle"}  # suites for survivors only
# Of random cases, until it seems to survive
FEW_CASES = {"DUN_PROPERTY_POLICIES": "10", "DUN_ANSWERS_BLOCKS": "15"}
OPTIONS = {"werror": "false", "warning_level": "0", "optimization": "2", "debug": "false",
           "b_ndebug": "false"}
WORTH_SWITCHES = 20  # mutants; below that a build of its own takes longer
SWITCHED_SHARE = 0.7  # of the time limit
MEMORY_KB = 4 * 1024 * 1024
ON_CPU = "ulimit -c 0; ulimit -v $1 2>/dev/null; ulimit -t $2; shift 2; exec \"$@\""
Test = collections.namedtuple("Test", "name command env folder targets late")


class CannotRun(Exception):
    """The tool itself has no ground to stand on."""


class Processes:
    """What runs now, each in a process group of its own, so that nothing outlives us."""

    def __init__(self):
        self.lock, self.running, self.over = threading.Lock(), set(), False

    def run(self, command, cwd, env=None, limit=None, output=subprocess.DEVNULL):
        """(exit code, output); code None: it took longer than `limit` seconds."""
        with self.lock:
            if self.over:
                raise KeyboardInterrupt
            child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=subprocess.STDOUT,
                                     start_new_session=True)
            self.running.add(child)
        try:
            text, _ = child.communicate(timeout=limit)
            code = child.returncode
        except subprocess.TimeoutExpired:
            code, text = None, b""
        finally:
            self.kill(child)
            with self.lock:
                self.running.discard(child)
        if self.over:
            raise KeyboardInterrupt
        return code, (text or b"").decode(errors="replace")

    @staticmethod
    def kill(child):
        try:
            os.killpg(child.pid, signal.SIGKILL)  # also what it may have left behind
        except (ProcessLookupError, PermissionError):
            pass
        child.wait()

    def stop(self):
        with self.lock:
            self.over = True
            for child in self.running:
                self.kill(child)


class Worker:
    """A copy of the sources, its build, and its tests with the time they take."""

    def __init__(self, root, folder, processes, texts=None):
        """texts: {path: text} of files that differ from those of the root."""
        self.processes, self.folder = processes, folder
        self.source, self.build = os.path.join(folder, "source"), os.path.join(folder, "build")
        self.scratch = os.path.join(folder, "tmp")
        self.objects, self.kills = {}, collections.defaultdict(collections.Counter)
        shutil.copytree(root, self.source, symlinks=True, ignore=lambda at, names: [
            n for n in names if n == ".git" or os.path.exists(os.path.join(at, n, "build.ninja"))])
        os.makedirs(self.scratch)
        for path, text in (texts or {}).items():
            with open(os.path.join(self.source, path), "w", encoding="utf-8") as file:
                file.write(text)
        self.env = dict(os.environ, TMPDIR=self.scratch)
        data = os.path.join(root, "..", "shared", "data")
        if os.path.isdir(data):
            self.env.setdefault("DUN_SHARED_DATA", os.path.abspath(data))
        self.must(["meson", "setup", self.build, self.source] +
                  [f"-D{key}={value}" for key, value in OPTIONS.items()])
        self.read_build()
        self.must(["ninja", "-C", self.build] + sorted({t for x in self.tests for t in x.targets}))
        for source, output in self.outputs.items():
            with open(os.path.join(self.build, output), "rb") as object_:
                self.objects[source] = object_.read()
        self.took, self.reached = {}, {}
        told = os.path.join(folder, "reached")
        for test in self.tests:
            with open(told, "w", encoding="utf-8"):
                start = time.monotonic()
                if self.run(test, 600, reached=told) != 0:
                    raise CannotRun(f"{test.name} fails on the sources as they are")
                self.took[test.name] = time.monotonic() - start
            with open(told, encoding="utf-8") as file:
                self.reached[test.name] = {int(line) for line in file}

    def must(self, command):
        code, text = self.processes.run(command, self.folder, self.env, output=subprocess.PIPE)
        if code != 0:
            raise CannotRun(f"{' '.join(command[:3])} fails:\n{text[-4000:]}")
        return text

    def read_build(self):
        def info(name):
            with open(os.path.join(self.build, "meson-info", f"intro-{name}.json"),
                      encoding="utf-8") as file:
                return json.load(file)
        files = {t["id"]: [os.path.relpath(os.path.realpath(f), os.path.realpath(self.build))
                           for f in t["filename"]] for t in info("targets")}
        self.tests = []
        for test in info("tests"):
            suites = {s.split(":")[-1] for s in test["suite"]}
            if not suites & SKIPPED:
                env = dict(self.env, **test["env"])
                targets = [f for id_ in test["depends"] for f in files.get(id_, [])]
                late = bool(suites & LAST)
                self.tests.append(Test(test["name"], test["cmd"], env,
                                       test["workdir"] or self.build, targets, late))
        if not self.tests:
            raise CannotRun("the build has no tests to run")
        self.outputs = {}
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
            for unit in json.load(file):
                path = os.path.realpath(os.path.join(unit["directory"], unit["file"]))
                path = os.path.relpath(path, os.path.realpath(self.source))
                if path.startswith("lib" + os.sep) and "output" in unit:
                    self.outputs.setdefault(path, unit["output"])

    def run(self, test, limit, thorough=False, number=0, reached=""):
        """Exit code; None if it ran too long. Seconds of CPU, so that a busy machine kills none."""
        env = test.env if thorough or test.late else dict(test.env, **FEW_CASES)
        env = dict(env, **{switched.VARIABLE: str(number), switched.REACHED: reached})
        code, _ = self.processes.run(
            ["sh", "-c", ON_CPU, "sh", str(MEMORY_KB), str(int(limit) + 1)] + test.command,
            test.folder, env, 10 * limit + 30)
        for left in os.listdir(self.scratch):
            left = os.path.join(self.scratch, left)
            shutil.rmtree(left, True) if os.path.isdir(left) else os.unlink(left)
        return code

    def order(self, path):
        """The tests, those first that notice most mutants of the file in a second."""
        kills = self.kills[path]
        return sorted(self.tests, key=lambda t: (
            t.late, self.took[t.name] / (kills[t.name] + 0.1), self.took[t.name]))

    def switch(self, mutant, number):
        """As verdict(), with the switch of that number; a survivor there is not judged yet."""
        for test in self.order(mutant.path):
            if test.late or number not in self.reached[test.name]:
                continue
            if self.run(test, 2 + 4 * self.took[test.name], number=number) != 0:
                self.kills[mutant.path][test.name] += 1
                return "killed", test.name
        return "unjudged", None

    def verdict(self, mutant, text):
        """(what became of the mutant, which test killed it)."""
        path = os.path.join(self.source, mutant.path)
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(c_mutants.applied(text, mutant))
            return self.judge(mutant)
        finally:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

    def judge(self, mutant):
        ninja, output = ["ninja", "-C", self.build], self.outputs.get(mutant.path)
        if output is None:
            raise CannotRun(f"{mutant.path} is not part of the build")
        if self.processes.run(ninja + [output], self.folder, self.env)[0] != 0:
            return "not viable", None
        with open(os.path.join(self.build, output), "rb") as object_:
            if object_.read() == self.objects[mutant.path]:
                return "same code", None
        order = self.order(mutant.path)
        for thorough in (False, True):
            for test in order:
                random_cases = thorough and "contracts" in test.name
                if test.late != thorough and not random_cases:
                    continue
                code, text = self.processes.run(ninja + test.targets, self.folder, self.env,
                                                output=subprocess.PIPE)
                if code != 0:
                    raise CannotRun(f"{mutant.id}: {test.name} does not link:\n{text[-2000:]}")
                limit = 600 if random_cases else 2 + 4 * self.took[test.name]
                if self.run(test, limit, thorough) != 0:
                    self.kills[mutant.path][test.name] += 1
                    return "killed", test.name
        return "survivor", None


def read_argued(path):
    """({id: reason}, complaints)."""
    argued, wrong = {}, []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                id_, _, reason = line.strip().partition(" ")
                if not reason.strip():
                    wrong.append(f"{path}:{number}: no reason: {id_}")
                elif id_ in argued:
                    wrong.append(f"{path}:{number}: argued twice: {id_}")
                argued[id_] = reason.strip()
    return argued, wrong


def find_mutants(root, places):
    texts, mutants = {}, []
    for place in places:
        full = os.path.join(root, place)
        files = sorted(glob.glob(os.path.join(full, "*.c"))) if os.path.isdir(full) else [full]
        for file in files:
            path = os.path.relpath(file, root)
            try:
                with open(file, encoding="utf-8", newline="") as source:
                    texts[path] = source.read()
                mutants += c_mutants.find(path, texts[path])
            except (OSError, ValueError) as error:
                raise CannotRun(f"{path}: {error}") from error
    return texts, mutants


def described(mutant):
    return f"{mutant.id}\n    {mutant.path}:{mutant.line}: {mutant.was}  ->  {mutant.now or '(gone)'}"


def share_out(items, jobs, deadline, start, work, found, verbose):
    """Give each item its verdict, in `found`, by workers side by side; a worker's error or None.

    start(number) makes a worker; work(worker, item) gives (mutant, result, test).
    """
    waiting, errors = queue.SimpleQueue(), []
    for item in items:
        waiting.put(item)

    def in_time():
        return not errors and (deadline is None or time.monotonic() < deadline)

    def run(number):
        try:
            worker = start(number) if not waiting.empty() and in_time() else None
            while in_time():
                mutant, result, test = work(worker, waiting.get_nowait())
                found.append((mutant, result))
                if verbose or result == "survivor":
                    print(f"{result}{' by ' + test if test else ''}: {described(mutant)}", flush=True)
        except queue.Empty:
            pass
        except KeyboardInterrupt:
            pass
        except Exception as error:  # whatever it was: tell it, and let the others end
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True)
               for number in range(min(jobs, len(items)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors[0] if errors else None


def run_all(todo, texts, options, folder, processes, start, found):
    """Give each mutant its verdict, in `found`; return what went wrong in a worker, if anything."""
    limit = options.time_limit and options.time_limit * 60

    def worker(kind, number, changed=None):
        return Worker(options.root, os.path.join(folder, f"{kind}{number}"), processes, changed)

    left, error, tried = todo, None, []
    if len(todo) > WORTH_SWITCHES:
        numbered = list(enumerate(todo, 1))
        changed, plain = switched.files(texts, numbered)
        error = share_out([x for x in numbered if x[1] not in plain], options.jobs,
                          limit and start + limit * SWITCHED_SHARE,
                          lambda number: worker("switched", number, changed),
                          lambda w, item: (item[1],) + w.switch(item[1], item[0]),
                          tried, options.verbose)
        found += [(m, r) for m, r in tried if r != "unjudged"]
        alive = {m.id for m, r in tried if r == "unjudged"}
        left = [m for m in todo if m in plain or m.id in alive]
    return error or share_out(left, options.jobs, limit and start + limit,
                              lambda number: worker("", number),
                              lambda w, m: (m,) + w.verdict(m, texts[m.path]),
                              found, options.verbose)


def arguments():
    def positive(text):
        if float(text) <= 0:
            raise ValueError
        return float(text)

    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(here)))
    parser.add_argument("--argued", default=os.path.join(here, "argued.txt"))
    parser.add_argument("--file", action="append", help="file or folder below the root")
    parser.add_argument("--id", action="append")
    parser.add_argument("--argued-only", action="store_true")
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--time-limit", type=positive, metavar="MINUTES")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2)
    parser.add_argument("--survivors-out", metavar="FILE")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="tell of each mutant")
    return parser.parse_args()


def choose(mutants, argued, options):
    todo = mutants
    if options.id:
        missing = sorted(set(options.id) - {m.id for m in mutants})
        if missing:
            raise CannotRun("no such mutant: " + " ".join(missing))
        todo = [m for m in todo if m.id in options.id]
    if options.argued_only:
        todo = [m for m in todo if m.id in argued]
    if options.sample is not None:
        todo = random.Random(options.seed).sample(todo, min(options.sample, len(todo)))
    elif options.time_limit:  # what it covers is spread over all files
        random.Random(options.seed).shuffle(todo)
    return todo


def main():
    options, start = arguments(), time.monotonic()
    options.root = os.path.abspath(options.root)
    argued, wrong = read_argued(options.argued)
    texts, mutants = find_mutants(options.root, options.file or ROOMS)
    todo = choose(mutants, argued, options)
    if options.list:
        for mutant in todo:
            print(described(mutant))
        return 0
    partial = options.file or options.id or options.argued_only or options.sample is not None
    if not partial:
        known = {m.id for m in mutants} | {f"{m.path}:*" for m in mutants}
        wrong += [f"stale: {i}" for i in sorted(set(argued) - known)]
    skipped = [] if options.argued_only or options.id else [m for m in todo if m.id in argued]
    to_run = [m for m in todo if m not in skipped]

    processes, found, error, stopped = Processes(), [], None, False

    def interrupted(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupted)
    with tempfile.TemporaryDirectory(prefix="dun-mutation-") as folder:
        try:
            error = run_all(to_run, texts, options, folder, processes, start, found)
        except KeyboardInterrupt:
            stopped = True
        finally:
            processes.stop()
            for thread in threading.enumerate():
                if thread.daemon:
                    thread.join(10)
    if error:
        raise error if isinstance(error, CannotRun) else CannotRun(repr(error))

    counts = collections.Counter(result for _, result in found)
    said = {m.id: argued.get(m.id, argued.get(f"{m.path}:*")) for m in mutants}
    survivors = sorted((m for m, r in found if r == "survivor" and said[m.id] is None),
                       key=lambda m: (m.path, m.line))
    if options.argued_only:
        wrong += [f"argued, yet killed: {m.id}" for m, r in found if r == "killed"]
    if options.survivors_out:
        with open(options.survivors_out, "w", encoding="utf-8") as file:
            file.writelines(described(m) + "\n" for m in survivors)
    for line in wrong:
        print(line)
    covered = len(found) + len(skipped)
    if covered < len(todo):
        print(f"{'interrupted' if stopped else 'time is up'}: {covered} of {len(todo)} covered")
    taken = time.monotonic() - start
    stood = [m.id for m in skipped] + [m.id for m, r in found if r == "survivor" and said[m.id]]
    open_count = sum(said[i].startswith("open:") for i in stood)
    argued_count = len(stood) - open_count
    print(f"{len(mutants)} mutants, {covered} tried in {taken:.0f} s: {counts['killed']} killed, "
          f"{counts['not viable']} not viable, {counts['same code']} same code, "
          f"{argued_count} argued, {open_count} open, {len(survivors)} survivors")
    print(f"{counts['killed'] + len(stood)} passed, {len(survivors) + len(wrong)} failed")
    return 1 if survivors or wrong or stopped or not covered else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotRun as reason:
        print(f"mutate.py: {reason}", file=sys.stderr)
        sys.exit(2)
