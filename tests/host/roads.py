#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Three borrowers on the seed ladder: `dunctl forecast`, what the SQLite host delivers, and a table
that was made by hand from the policy and a calendar are the same road.

usage: roads.py DUNCTL HOST-SQLITE POLICY TABLES"""

import csv
import datetime
import json
import sqlite3
import subprocess
import sys
import tempfile

DUNCTL, HOST, POLICY, TABLES = sys.argv[1:5]
ALL = "sms mail phone wechat post"

# name, earlier delinquencies, channels, payments
BORROWERS = [
    ("silent", 1, ALL, []),
    ("no-telephone", 1, "sms mail wechat post", []),
    ("first-time", 0, ALL, ["2026-02-03:120000"]),
]
checks = 0


def check(good, what, detail=""):
    global checks
    checks += 1
    print(f"{'ok' if good else 'not ok'} {checks} - {what}", flush=True)
    if not good:
        print(detail)
        sys.exit(1)


def difference(a, b):
    for i in range(max(len(a), len(b))):
        left = a[i] if i < len(a) else None
        right = b[i] if i < len(b) else None
        if left != right:
            return f"# row {i + 1}: {left} and {right}"
    return ""


def by_hand(name):
    with open(f"{TABLES}/{name}.csv", encoding="utf-8") as table:
        return sorted((r["at"], r["step"], r["by"]) for r in csv.DictReader(table))


def forecast(prior, reach, payments):
    command = [DUNCTL, "forecast", POLICY, "--due", "2026-01-10", "--past-due", "120000", "--prior",
               str(prior), "--reach", reach.replace(" ", ","), "--from", "2026-01-01", "--json"]
    for p in payments:
        command += ["--payment", p]
    out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return sorted((e["at"], e["step"], e["by"]) for e in json.loads(out.stdout)["entries"])


def delivered(directory, prior, reach, payments):
    with open(f"{directory}/p.csv", "w", encoding="utf-8") as out:
        out.write("account,person,due,past_due,reach,payments,prior_delinquencies\n"
                  f"1,1,2026-01-10,120000,{reach},{' '.join(payments)},{prior}\n")
    subprocess.run([HOST, "--portfolio", f"{directory}/p.csv", "--policy", POLICY, "--days", "800",
                    "--db", f"{directory}/h.db", "--fresh"], capture_output=True, text=True,
                   check=True, timeout=120)
    handle = sqlite3.connect(f"{directory}/h.db")
    rows = handle.execute("SELECT at, step_name, channel, action FROM outbox").fetchall()
    handle.close()
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    return sorted((datetime.datetime.fromtimestamp(at, shanghai).isoformat(), step, channel or action)
                  for at, step, channel, action in rows)


def main():
    check(len({b[0] for b in BORROWERS}) == 3, "three borrowers")
    for name, prior, reach, payments in BORROWERS:
        table = by_hand(name)
        check(len(table) > 10, f"{name}: the table has rows")
        ahead = forecast(prior, reach, payments)
        check(ahead == table, f"{name}: the forecast is the table", difference(ahead, table))
        with tempfile.TemporaryDirectory() as directory:
            real = delivered(directory, prior, reach, payments)
        check(real == table, f"{name}: the host delivers the table", difference(real, table))
    print(f"1..{checks}")


main()
