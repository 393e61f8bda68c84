#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the SQLite host does with bad portfolios, databases and arguments.

usage: portfolio.py HOST-SQLITE POLICY"""

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile

HOST, POLICY = sys.argv[1:3]
HEADER = "account,person,due,past_due,reach,payments,replies"
GOOD = "1,1,2026-01-05,120000,sms phone,2026-01-07:20000,phone:busy"

checks = 0


def check(good, what, detail=""):
    global checks
    checks += 1
    print(f"{'ok' if good else 'not ok'} {checks} - {what}", flush=True)
    if not good:
        print(detail)
        sys.exit(1)


def run(directory, text, *more, db="t.db", fresh=True):
    path = f"{directory}/p.csv"
    if text is not None:
        with open(path, "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())
    for end in ("", "-wal", "-shm"):
        if fresh and os.path.exists(f"{directory}/{db}{end}"):
            os.remove(f"{directory}/{db}{end}")
    return subprocess.run([HOST, "--portfolio", path, "--policy", POLICY, "--days", "10", "--db",
                           f"{directory}/{db}", *more], capture_output=True, text=True, timeout=120)


def accounts(directory, db="t.db"):
    handle = sqlite3.connect(f"{directory}/{db}")
    rows = [r[0] for r in handle.execute("SELECT account FROM accounts ORDER BY account")]
    handle.close()
    return rows


def bad_rows(directory):
    rows = [
        ("2,1,2026-01-05,1,sms,", "6 columns, the header has 7"),
        ("2,1,2026-01-05,1,sms,,,", "8 columns, the header has 7"),
        ("2,1,2026-02-30,1,sms,,", 'due: "2026-02-30" is no date'),
        ("2,1,05.01.2026,1,sms,,", 'due: "05.01.2026" is no date'),
        ("2,,2026-01-05,1,sms,,", "person is missing"),
        ("x,1,2026-01-05,1,sms,,", 'account: "x" is no whole number'),
        ("0,1,2026-01-05,1,sms,,", "account: 0 is not between 1 and"),
        ("-4,1,2026-01-05,1,sms,,", "account: -4 is not between 1 and"),
        ("99999999999999999999,1,2026-01-05,1,sms,,", "is no whole number"),
        ("2,1,2026-01-05,-1,sms,,", "past_due: -1 is not between 0 and"),
        ("2,1,2026-01-05,12.50,sms,,", 'past_due: "12.50" is no whole number'),
        ("2,1,2026-01-05,2000000000000000000,sms,,", "past_due: 2000000000000000000 is not between"),
        ("2,1,2026-01-05,1,sms pigeon,,", 'reach: "pigeon" is no channel of the policy'),
        ("1,1,2026-01-05,1,sms,,", "account 1 was there before"),
        ("2,1,2026-01-05,1,sms,2026-01-07,", "payments:"),
        ("2,1,2026-01-05,1,sms,2026-13-07:5,", "payments:"),
        ("2,1,2026-01-05,1,sms,2026-01-07:0,", "payments: 0 is not between 1 and"),
        ("2,1,2026-01-05,1,sms,,phone", "replies:"),
        ("2,1,2026-01-05,1,sms,,phone:shouted", 'replies: "shouted" is no outcome'),
        ("2,1,2026-01-05,1,sms,,pigeon:sent", 'replies: "pigeon" is no channel'),
        ("2,1,2026-01-05,1,sms,,phone:done", "replies: phone cannot have the outcome done"),
        ('2,1,2026-01-05,1,"sms,,', "a quote is not closed"),
        ('2,1,2026-01-05,1,s"ms,,', "a quote is not closed, or stands in the middle"),
        ('2,1,2026-01-05,1,"sms"x,,', "a quote is not closed, or stands in the middle"),
        ("2,1,2026-01-05,1,sms\0,,", "there is a NUL byte in it"),
        ("2,1,2026-01-05\r1,sms,,,", "there is a carriage return in it"),
        (",".join(["2"] * 400), "more than 256 columns"),
        ("2,1,2026-01-05,1,sms,," + "x" * (1 << 20), "the line is longer than 1 MiB"),
    ]
    last = "3,1,2026-01-05,120000,\"sms\",,"
    text = "\n".join([HEADER, GOOD] + [r[0] for r in rows] + ["", last])
    result = run(directory, text)
    check(result.returncode == 0, "bad rows do not stop the import", result.stderr)
    for i, (row, why) in enumerate(rows):
        found = [x for x in result.stderr.splitlines() if f"p.csv:{i + 3}: skipped: " in x]
        check(len(found) == 1 and why in found[0], f"line {i + 3}: {why}", result.stderr[:3000])
    check(accounts(directory) == [1, 3], "the good rows are in")
    check(f"2 accounts imported, 0 there already, {len(rows)} rows skipped" in result.stdout,
          "the count is told", result.stdout)
    result = run(directory, text, fresh=False)
    check("0 accounts imported, 2 there already" in result.stdout, "again: nothing is doubled")


def bad_files(directory):
    for text, why in [("", "is empty"), ("\n\n", "is empty"),
                      ("account,person,due,reach\n1,1,2026-01-05,sms\n",
                       "the column past_due is missing"),
                      (HEADER + ",due\n", "the column due is there twice"),
                      ('"' + HEADER + "\n" + GOOD + "\n", "the header cannot be read"),
                      ("x" * (2 << 20), "the header cannot be read: the line is longer"),
                      (HEADER + "\n", "no account in it"),
                      (bytes(range(256)) * 100, "the header cannot be read"),
                      (HEADER + "\n2,1,,1,sms,,\n", "no account in it")]:
        result = run(directory, text)
        check(result.returncode == 1 and why in result.stderr, f"portfolio: {why}", result.stderr)
    os.remove(f"{directory}/p.csv")
    result = run(directory, None)
    check(result.returncode == 1 and "cannot be opened" in result.stderr, "no such portfolio")
    result = run(directory, None, "--portfolio", directory)
    check(result.returncode == 1 and "cannot be read" in result.stderr, "a directory")
    result = run(directory, "\ufeff" + HEADER.replace(",", " , ") + "\r\n" + GOOD + "\r\n")
    check(result.returncode == 0 and accounts(directory) == [1], "BOM, CRLF, spaces",
          result.stderr)


def giant_line(directory):
    """1 GiB without a line break, in the middle of a file, from a pipe."""
    process = subprocess.Popen([HOST, "--portfolio", "/dev/stdin", "--policy", POLICY, "--days",
                                "1", "--db", f"{directory}/giant.db"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write((HEADER + "\n").encode())
    block = b'"' + b"x" * ((1 << 20) - 1)
    for _ in range(1024):
        process.stdin.write(block)
    process.stdin.write(("\n" + GOOD + "\n").encode())
    out, err = process.communicate(timeout=120)
    check(process.returncode == 0 and b"/dev/stdin:2: skipped: the line is longer" in err,
          "a line of 1 GiB is read over", err)
    check(accounts(directory, "giant.db") == [1], "and the row behind it is in")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    check(used < 400, f"in {used} MiB of memory")


def databases(directory):
    good = HEADER + "\n" + GOOD + "\n"
    with open(f"{directory}/text.db", "w", encoding="ascii") as out:
        out.write("this is no database at all, but a text of some length\n" * 50)
    result = run(directory, good, db="text.db", fresh=False)
    check(result.returncode == 1 and "not a database" in result.stderr, "a text file",
          result.stderr)
    handle = sqlite3.connect(f"{directory}/other.db")
    handle.execute("CREATE TABLE mine(x)")
    handle.commit()
    handle.close()
    result = run(directory, good, db="other.db", fresh=False)
    check(result.returncode == 1 and "another program" in result.stderr, "a foreign database",
          result.stderr)
    result = run(directory, good, db="newer.db")
    handle = sqlite3.connect(f"{directory}/newer.db")
    handle.execute("PRAGMA user_version = 99")
    handle.close()
    result = run(directory, good, db="newer.db", fresh=False)
    check(result.returncode == 1 and "newer version" in result.stderr, "a newer database")
    result = run(directory, good, db="no/such/directory.db")
    check(result.returncode == 1 and "cannot be opened" in result.stderr, "no such directory")
    run(directory, good)
    with open(f"{directory}/less.yaml", "w", encoding="ascii") as out:
        out.write("dun: 1\nname: less\nzone: UTC\nconduct: none\nbasis: test\n"
                  "channels: {sms: text}\nstages:\n  - name: a\n    from: 1d\n    steps:\n"
                  "      - {name: b, use: sms}\n")
    result = run(directory, good, "--policy", f"{directory}/less.yaml", fresh=False)
    check(result.returncode == 1 and "the channel phone, which the policy lacks" in result.stderr,
          "a policy that lacks a channel of the database", result.stderr)


def arguments(directory):
    good = HEADER + "\n" + GOOD + "\n"
    for more in (["--days", "0"], ["--days", "x"], ["--days"], ["--what", "1"], ["extra"],
                 ["--days=36501"]):
        result = run(directory, good, *more)
        check(result.returncode == 2 and result.stderr != "", f"usage: {' '.join(more)}")
    result = run(directory, good, "--help")
    check(result.returncode == 0 and "usage:" in result.stdout, "--help")
    result = run(directory, good, "--start", "soon")
    check(result.returncode == 1 and "no date" in result.stderr, "--start soon")
    result = run(directory, good, "--policy", f"{directory}/p.csv")
    check(result.returncode == 1 and "p.csv:" in result.stderr, "a policy that is none",
          result.stderr)


def main():
    with tempfile.TemporaryDirectory() as directory:
        bad_rows(directory)
        bad_files(directory)
        databases(directory)
        arguments(directory)
        giant_line(directory)
    print(f"1..{checks}")


if __name__ == "__main__":
    main()
