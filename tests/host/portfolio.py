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
    check(result.returncode == 2 and "no date" in result.stderr, "--start soon")
    check(not os.path.exists(f"{directory}/t.db"), "no database is made for it")
    result = run(directory, good, "--policy", directory)
    check(result.returncode == 1 and "cannot be read: Is a directory" in result.stderr,
          "a policy that is a directory", result.stderr)
    result = run(directory, good, db="my 'own'.db")
    check(f"(sqlite3 '{directory}/my '\\''own'\\''.db' 'SELECT" in result.stdout, "a quoted path",
          result.stdout)
    result = run(directory, good, "--policy", f"{directory}/p.csv")
    check(result.returncode == 1 and "p.csv:" in result.stderr, "a policy that is none",
          result.stderr)


def sections(text):
    """The summary's tables: title -> [(label, number)]."""
    found, rows = {}, []
    for line in text.splitlines():
        if line.startswith("  "):
            rows.append((line[2:30].strip(), int(line[30:42])) if line[30:42].strip().isdigit()
                        else (line, 0))
        else:
            rows = found.setdefault(line[:17].strip(), [])
    return found


def write_policy(directory, name, start, more=""):
    path = f"{directory}/{name}.yaml"
    with open(path, "w", encoding="ascii") as out:
        out.write(f"dun: 1\nname: {name}\nzone: UTC\nconduct: none\nbasis: test\n"
                  f"channels: {{sms: text}}\nstages:\n  - name: a\n    from: {start}\n    steps:\n"
                  f"      - {{name: b, use: sms{more}}}\n")
    return path


def query(directory, sql, db="t.db"):
    handle = sqlite3.connect(f"{directory}/{db}")
    rows = handle.execute(sql).fetchall()
    handle.close()
    return rows


def changed_policy(directory):
    text = HEADER + "\n1,1,2026-01-05,120000,sms,,\n2,1,2026-01-05,120000,sms,,\n"
    far = write_policy(directory, "far", "300d")
    daily = write_policy(directory, "daily", "1d", ", every: 1d")
    result = run(directory, text, "--policy", far)
    check(result.returncode == 0 and query(directory, "SELECT count(*) FROM outbox") == [(0,)],
          "a far-off task delivers nothing", result.stderr)
    check("has changed" not in result.stdout, "the first policy is no change")
    check("past due, no bucket" in result.stdout and "not due yet" not in result.stdout,
          "past due without buckets", result.stdout)
    result = run(directory, text, "--policy", far, "--days", "12", fresh=False)
    check("has changed" not in result.stdout, "nor is the same again", result.stdout)
    result = run(directory, text, "--policy", daily, "--days", "20", fresh=False)
    check(result.returncode == 0 and "has changed, to daily, revision " in result.stdout
          and "2 accounts are placed" in result.stdout, "a changed policy is told", result.stdout)
    sent = query(directory, "SELECT count(*), min(at) FROM outbox")[0]
    placed = query(directory, "SELECT count(*), max(occurred_at), max(recorded_at) FROM events"
                              " WHERE kind = 1")[0]
    check(sent[0] > 2, f"and makes deliveries ({sent[0]})", result.stdout)
    check(placed[0] == 4 and placed[1] == placed[2] <= sent[1], "each account is placed again",
          str(placed))
    check(query(directory, "SELECT value FROM meta WHERE key = 'policy_name'") == [("daily",)],
          "and its name is kept")

    result = run(directory, text, "--policy", daily, "--days", "15", fresh=False)
    check(result.returncode == 0 and "already at day 20" in result.stdout
          and "as of 2026-01-21" in result.stdout, "fewer days than lived", result.stdout)
    result = run(directory, text, "--policy", daily, "--start", "2026-02-01", fresh=False)
    check(result.returncode == 2 and "began on 2026-01-01" in result.stderr, "another --start",
          result.stderr)
    result = run(directory, text, "--policy", daily, "--start", "2026-01-01", fresh=False)
    check(result.returncode == 0, "the same --start", result.stderr)
    result = run(directory, "", "--policy", daily, "--start", "2026-03-01")
    check(result.returncode == 1, "a first run that fails")
    result = run(directory, text, "--policy", daily, "--start", "2026-02-01", fresh=False)
    check(result.returncode == 0 and "as of 2026-02-11" in result.stdout,
          "does not fix the first day", result.stderr)


def adds_up(directory):
    text = HEADER + "\n" + GOOD + "\n" + "".join(
        f"{i},{i},2026-01-{i:02},{i * 10000},{'' if i % 2 else 'sms phone'},"
        f"{f'2026-01-06:{i * 10000}' if i % 3 == 0 else ''},\n" for i in range(2, 21))
    for days in ("2", "10", "40", "700"):
        result = run(directory, text, "--days", days)
        tables = sections(result.stdout)
        for title in ("Accounts by bucke", "What comes next"):
            rows = tables.get(title, [])
            check(sum(n for _, n in rows) == 20, f"{days} days: {title} adds up",
                  f"{rows}\n{result.stdout}\n{result.stderr}")
    # A hold without an end on an account that is past due: only an event can bring what is next.
    run(directory, text)
    handle = sqlite3.connect(f"{directory}/t.db")
    at = handle.execute("SELECT value FROM meta WHERE key = 'clock'").fetchone()[0]
    handle.execute("INSERT INTO events SELECT person, ?, ?, events, 4, 14, 0, 9223372036854775807,"
                   " 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 FROM persons WHERE person = 4", (at, at))
    handle.execute("UPDATE persons SET events = events + 1, version = version + 1 WHERE person = 4")
    handle.execute("UPDATE accounts SET review_at = 0 WHERE account = 4")
    handle.commit()
    handle.close()
    result = run(directory, text, "--days", "12", fresh=False)
    rows = sections(result.stdout).get("What comes next", [])
    check(dict(rows).get("held until an event", 0) > 0 and sum(n for _, n in rows) == 20,
          "an account on hold is told, and the table adds up", result.stdout + result.stderr)


def main():
    with tempfile.TemporaryDirectory() as directory:
        bad_rows(directory)
        bad_files(directory)
        databases(directory)
        arguments(directory)
        changed_policy(directory)
        adds_up(directory)
        giant_line(directory)
    print(f"1..{checks}")


if __name__ == "__main__":
    main()
