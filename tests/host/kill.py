#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The SQLite host, killed at random instants and started again, ends with the same database as one
that was left alone: no key lost, none doubled. Likewise after Ctrl-C and after a full disk.

usage: kill.py HOST-SQLITE PORTFOLIO-GENERATE POLICY [SEED]"""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HOST, GENERATE, POLICY = sys.argv[1:4]
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 7
ACCOUNTS, DAYS, ROUNDS = 200, 120, 8
KEY = "account, due_day, step, occurrence, attempt"
INTENT, CONTACT, ACTION, VOID = 4, 5, 6, 3  # DUN_EVENT_

checks = 0


def check(good, what):
    global checks
    checks += 1
    print(f"{'ok' if good else 'not ok'} {checks} - {what}", flush=True)
    if not good:
        sys.exit(1)


def command(directory, db):
    return [HOST, "--portfolio", f"{directory}/p.csv", "--policy", POLICY, "--days", str(DAYS),
            "--db", f"{directory}/{db}"]


def start(directory, db, **more):
    return subprocess.Popen(command(directory, db), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, **more)


def finish(directory, db):
    process = start(directory, db)
    out, err = process.communicate(timeout=120)
    if process.returncode != 0:
        print(out, err)
    return process.returncode


def dump(path):
    """All that matters, in an order of its own; an INTENT that was taken back is left out with its
    VOID, as if it had never been made."""
    db = sqlite3.connect(path)
    rows = {"outbox": db.execute(f"SELECT * FROM outbox ORDER BY {KEY}").fetchall(),
            "accounts": db.execute("SELECT * FROM accounts ORDER BY account").fetchall(),
            "payments": db.execute("SELECT * FROM payments ORDER BY account, number").fetchall()}
    events, voids = [], 0
    for row in db.execute(
            "SELECT kind, account, due_day, step, occurrence, attempt, person, occurred_at,"
            " recorded_at, amount, until, channel, detail, outcome, party, address, flags"
            " FROM events ORDER BY person, occurred_at, recorded_at, position"):
        if row[0] == VOID:
            voids += 1
            for i in range(len(events) - 1, -1, -1):
                if events[i][0] == INTENT and events[i][1:6] == row[1:6]:
                    del events[i]
                    break
        else:
            events.append(row)
    rows["events"] = events
    integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    return rows, voids, integrity


def same(directory, db, expected, what):
    rows, voids, integrity = dump(f"{directory}/{db}")
    check(integrity == "ok", f"{what}: the database is whole")
    intents = [e[1:6] for e in rows["events"] if e[0] == INTENT]
    answers = [e[1:6] for e in rows["events"] if e[0] in (CONTACT, ACTION)]
    sent = [r[:5] for r in rows["outbox"]]
    check(len(set(intents)) == len(intents) and sorted(intents) == sorted(sent),
          f"{what}: each key intended once is in the outbox once ({len(sent)} keys)")
    check(sorted(answers) == sorted(sent), f"{what}: each has its outcome once")
    for table, values in expected.items():
        check(rows[table] == values, f"{what}: the same {table} as without it")
    return voids


def killed(directory, number, chance):
    db, kills = f"kill{number}.db", 0
    while True:
        process = start(directory, db)
        if kills < 40:
            time.sleep(chance.uniform(0.0, 0.25))
            process.send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=120)
        if process.returncode == 0:
            return db, kills
        if process.returncode != -signal.SIGKILL:
            print(out, err)
            check(False, f"round {number}: exit {process.returncode}")
        kills += 1


def main():
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([GENERATE, "--accounts", str(ACCOUNTS), "--seed", "5", f"{directory}/p.csv"],
                       check=True)
        check(finish(directory, "calm.db") == 0, "a calm run ends well")
        expected, voids, integrity = dump(f"{directory}/calm.db")
        check(integrity == "ok" and voids == 0 and len(expected["outbox"]) > 1000,
              f"a calm run delivers ({len(expected['outbox'])} keys)")
        same(directory, "calm.db", expected, "calm")
        check(finish(directory, "calm.db") == 0, "a second run has nothing to do")
        same(directory, "calm.db", expected, "again")

        total, voids = 0, 0
        for number in range(ROUNDS):
            db, kills = killed(directory, number, chance)
            voids += same(directory, db, expected, f"killed {kills} times")
            total += kills
        check(total >= ROUNDS * 3, f"{total} kills, {voids} intents taken back")

        stops = 0
        for number in (signal.SIGINT, signal.SIGTERM) * 3:
            process = start(directory, "stop.db")
            time.sleep(chance.uniform(0.02, 0.2))
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
            if process.returncode == 130:
                stops += 1
                check("goes on" in out, "a stop says how to go on")
            else:  # before the handler was there, or after the end
                check(process.returncode in (0, -number), f"exit {process.returncode}")
        check(stops > 0, f"stopped {stops} times by a signal")
        check(finish(directory, "stop.db") == 0, "and it goes on")
        same(directory, "stop.db", expected, "stopped")

        for kib in (4, 40, 400, 1200):
            limit = kib * 1024
            process = start(directory, "full.db", preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, limit)))
            out, err = process.communicate(timeout=60)
            check(process.returncode == 1 and "full.db" in err and err.count("\n") < 20,
                  f"no room beyond {kib} KiB: exit 1 and {err.strip().splitlines()[-1]!r}")
        check(finish(directory, "full.db") == 0, "with room again it goes on")
        same(directory, "full.db", expected, "no room")

        first = start(directory, "two.db")
        time.sleep(0.15)
        second = start(directory, "two.db")
        _, err = second.communicate(timeout=30)
        busy = first.poll() is None
        first.communicate(timeout=120)
        check(not busy or (second.returncode == 1 and "another run" in err),
              "a second run at the same time is refused")
    print(f"1..{checks}")


if __name__ == "__main__":
    main()
