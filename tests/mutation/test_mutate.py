#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the mutation run itself, on a project of one small file with a test that has a hole."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import c_mutants  # noqa: E402
import switched  # noqa: E402

C = r'''/* if (a < b) in a comment */
#include <stdbool.h>
#define MORE(x) ((x) + 1 < 2 && \
                 (x) > 3)
_Static_assert(sizeof(int) >= 2, "1 < 2");
static const int table[3] = {1, 2, 3};

int low(int a)
{
  static_assert(1 < 2, "a < b || c");
  if (a < 10 && a != 5) // a > 1
    return a + 1;
  return -1;
}

int loop(const char *text, bool up)
{
  int sum[2 + 1] = {0}, *at = sum;
  char c = '<';
  for (int i = 0; i < 3; i++)
    *at += text[i] == c ? 2 : 0x0f;
  while (!up)
    up = true;
  at[1]++;
  return sum[0] + (int)sizeof(sum[1]);
}
'''
# line, kind, what was, what it becomes
EXPECTED = [
    (11, "negate-if", "a < 10 && a != 5", "!(a < 10 && a != 5)"), (11, "lt-le", "<", "<="),
    (11, "plus-one", "10", "11"), (11, "and-or", "&&", "||"), (11, "ne-eq", "!=", "=="),
    (11, "plus-one", "5", "6"), (12, "flip-one", "+", "-"), (12, "drop-one", "+ 1", "+ 0"),
    (13, "plus-one", "1", "2"),
    (20, "plus-one", "0", "1"), (20, "lt-le", "<", "<="), (20, "plus-one", "3", "4"),
    (21, "eq-ne", "==", "!="), (21, "plus-one", "2", "3"), (21, "plus-one", "0x0f", "16"),
    (22, "drop-not", "!", ""), (24, "plus-one", "1", "2"), (24, "step", "++", "--"),
    (25, "plus-one", "0", "1")]

PROJECT = {
    "meson.build": "project('tiny', 'c')\n"
                   "lib = static_library('tiny', 'lib/core/tiny.c')\n"
                   "exe = executable('try', 'try.c', link_with: lib)\n"
                   "test('try', exe, suite: 'unit')\n"
                   "test('never', find_program('false'), suite: 'abi')\n",
    "lib/core/tiny.c": "int adult(int age);\n"
                       "int twice(int n);\n"
                       "int adult(int age)\n{\n  return age >= 18;\n}\n"
                       "int twice(int n)\n{\n  int sum = 0;\n"
                       "  for (int i = 0; i != n; i++)\n    sum += 2;\n"
                       "  if (n > 3 && n > 3)\n    sum += 0;\n"
                       "  return sum;\n}\n",
    # 18 itself is not tried; twice() is
    "try.c": "int adult(int age);\nint twice(int n);\n"
             "int main(void)\n{\n"
             "  return !(adult(30) && !adult(17) && twice(3) == 6 && twice(4) == 8);\n}\n"}

# What the switches have to take apart rightly; each function is tried with all small arguments.
TRICKY = r"""#include <stdint.h>
#include <stdio.h>
struct s { int at[4]; struct s *next; };
static int id(int x) { return x; }
int rows(int a, int b, int c, int d)
{
  return (a && b && c || d) + 2 * (a || b && c || d) + 4 * (a == b && c != d && !(a || d && b));
}
int choices(int a, int b, int c, int d)
{
  return a < b ? c >= d && b : a + 1 == c ? d - 1 : !id(a == 0) || b > c;
}
int numbers(int a, int b, int c, int d)
{
  uint64_t wide = UINT64_C(3) * (unsigned)a + INT64_C(5);
  const uint8_t *byte = (const uint8_t *)&wide, *end = byte + sizeof wide;
  unsigned bits = 1u << b | 6u & ~(unsigned)c;
  bits -= 1;
  return (int)(wide + bits) + (byte + 1 < end) + (d & 1) == 7;
}
int places(int a, int b, int c, int d)
{
  struct s one = {{a, b, c, d}, 0}, two = {{1, 0, 1, 0}, &one}, *p = &two;
  static const int row[] = {4, 5, 6};
  p->next->at[a == b]++;
  one.at[2]--;
  if (p->next != 0 && *p->next->at > row[b] - 4 || !*two.at)
    return id(p->next->at[1]) + 1;
  switch (c) {
  case 1:
    return -1 - d;
  case 2 + 1:
    return a <= d;
  default:
    break;
  }
  return one.at[2] * (int)(b != (c & d)) + (a < b == c) + (p != &one);
}
int main(void)
{
  for (int n = 0; n < 81; n++) {
    int a = n % 3, b = n / 3 % 3, c = n / 9 % 3, d = n / 27;
    printf("%d %d %d %d\\n", rows(a, b, c, d), choices(a, b, c, d), numbers(a, b, c, d),
           places(a, b, c, d));
  }
  return 0;
}
"""


def kinds(text):
    return [(m.line, m.kind, m.was, m.now) for m in c_mutants.find("t.c", text)]


def ids(text):
    return [m.id for m in c_mutants.find("t.c", text)]


class Finding(unittest.TestCase):
    def test_exactly_the_mutants_expected_are_found(self):
        self.assertEqual(kinds(C), EXPECTED)

    def test_each_mutant_changes_its_place_and_nothing_else(self):
        mutants = list(c_mutants.find("t.c", C))
        texts = {c_mutants.applied(C, m) for m in mutants}
        self.assertEqual(len(texts), len(mutants))
        for m in mutants:
            old, new = C.split("\n"), c_mutants.applied(C, m).split("\n")
            differ = [i + 1 for i, (a, b) in enumerate(zip(old, new)) if a != b]
            self.assertEqual((len(old), differ), (len(new), [m.line]))
        negated = c_mutants.applied(C, mutants[0])
        self.assertIn("if (!(a < 10 && a != 5)) // a > 1", negated)

    def test_ids_survive_inserted_lines_and_wrapped_statements(self):
        moved = C.replace("int low(", "\n/* more */\nint first(void)\n{\n  return 4;\n}\nint low(")
        moved = moved.replace("if (a < 10 && a", "if (a < 10\n      && /* so */ a")
        self.assertEqual([i for i in ids(moved) if ":first:" not in i], ids(C))

    def test_ids_change_with_their_statement_only(self):
        changed = set(ids(C.replace("a + 1", "a + 1 + a")))
        lost = [i for i in ids(C) if i not in changed]
        self.assertTrue(lost and all(":low:" in i for i in lost))
        self.assertTrue([i for i in ids(C) if ":low:" in i and i in changed])

    def test_equal_statements_of_a_function_have_ids_of_their_own(self):
        twin = ids("int f(int a)\n{\n  if (a)\n    a = 1;\n  a = 1;\n  a = 1;\n  return a;\n}\n")
        self.assertEqual(len(set(twin)), len(twin))
        self.assertTrue(any(i.endswith("plus-one~2") for i in twin))

    def test_what_is_no_c_is_refused(self):
        for text in ("int f(void) { return (1; }", "int f(void) { \"open }", "}"):
            with self.assertRaises(ValueError):
                list(c_mutants.find("t.c", text))


class Switching(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dun-switched-test-")
        self.addCleanup(shutil.rmtree, self.folder)

    def build(self, text):
        program = os.path.join(self.folder, "program")
        subprocess.run(["cc", "-std=gnu11", "-w", "-x", "c", "-", "-o", program], input=text,
                       text=True, check=True)
        return program

    def output(self, program, number=0):
        env = dict(os.environ, **{switched.VARIABLE: str(number)})
        return subprocess.run([program], env=env, stdout=subprocess.PIPE, check=True).stdout

    def test_a_thrown_switch_is_the_mutant_as_written(self):
        mutants = [m for m in c_mutants.find("t.c", TRICKY) if ":main:" not in m.id]
        text, plain = switched.switched(TRICKY, list(enumerate(mutants, 1)))
        self.assertEqual([m.was for m in plain], ["4", "5", "6", "1", "2", "+", "+ 1"])
        as_it_is = self.output(self.build(TRICKY))
        outputs = [self.output(self.build(text), n) for n in range(len(mutants) + 1)]
        self.assertEqual(outputs[0], as_it_is)
        different = 0
        for number, mutant in enumerate(mutants, 1):
            if mutant not in plain:
                alone = self.output(self.build(c_mutants.applied(TRICKY, mutant)))
                self.assertEqual(outputs[number], alone, mutant)
                different += alone != as_it_is
        self.assertGreater(different, 45)


class Running(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="dun-mutate-test-")
        self.addCleanup(shutil.rmtree, self.root)
        for name, text in PROJECT.items():
            self.write(name, text)
        os.mkdir(os.path.join(self.root, "lib", "time"))

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_tool(self, *more, argued=""):
        argued = self.write("argued.txt", argued)
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "mutate.py"), "--root", self.root,
             "--argued", argued, "--jobs", "1", *more],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def survivors(self, text):
        return re.findall(r"^survivor: (\S+)", text, re.M)

    def test_a_hole_in_the_tests_is_reported_until_it_is_argued_or_filled(self):
        code, text = self.run_tool("--verbose")
        found = self.survivors(text)
        self.assertEqual(code, 1, text)
        self.assertTrue(any(i.endswith(":ge-gt") and ":adult:" in i for i in found), text)
        self.assertRegex(text, r"killed by try: \S+:twice:\S+:ne-eq")
        self.assertRegex(text, r"same code: \S+:twice:\S+:and-or")
        last = text.splitlines()[-1]
        self.assertRegex(last, rf"^\d+ passed, {len(found)} failed$")
        with open(os.path.join(self.root, "lib/core/tiny.c"), encoding="utf-8") as file:
            self.assertEqual(file.read(), PROJECT["lib/core/tiny.c"])
        reasons = "".join(f"{i} because\n" for i in found)
        code, text = self.run_tool(argued=reasons)
        self.assertEqual((code, self.survivors(text)), (0, []), text)
        self.assertRegex(text, rf" {len(found)} argued, 0 open, 0 survivors")
        code, text = self.run_tool(argued="".join(f"{i} open: a test of it\n" for i in found))
        self.assertEqual(code, 0, text)
        self.assertRegex(text, rf" 0 argued, {len(found)} open, 0 survivors")
        code, text = self.run_tool(argued="lib/core/tiny.c:* open: all of it\n")
        self.assertEqual(code, 0, text)
        self.assertRegex(text, rf" 0 argued, {len(found)} open, 0 survivors")
        full = PROJECT["try.c"].replace("adult(30)", "adult(30) && adult(18)")
        self.write("try.c", full)
        code, text = self.run_tool("--argued-only", argued=reasons)
        self.assertEqual(code, 1, text)
        self.assertRegex(text, r"argued, yet killed: \S+:adult:\S+:ge-gt")

    def test_a_line_of_argued_txt_that_is_stale_or_without_reason_fails(self):
        code, text = self.run_tool("--list")
        adult = next(i for i in text.split() if ":adult:" in i)
        code, text = self.run_tool(argued="lib/core/tiny.c:gone:00000000:1:ge-gt once\n" + adult)
        self.assertEqual(code, 1)
        self.assertIn("stale: lib/core/tiny.c:gone:", text)
        self.assertIn(f"no reason: {adult}", text)

    def test_a_sample_depends_on_its_seed_only(self):
        lists = [self.run_tool("--list", "--sample", "4", "--seed", s)[1] for s in "112"]
        self.assertEqual(lists[0], lists[1])
        self.assertNotEqual(lists[0], lists[2])
        self.assertEqual(len(lists[0].splitlines()), 8)

    def test_a_time_limit_says_what_was_covered_and_nothing_is_no_success(self):
        code, text = self.run_tool("--time-limit", "0.001")
        self.assertEqual(code, 1)
        self.assertRegex(text, r"time is up: 0 of \d+ covered")
        self.assertEqual(text.splitlines()[-1], "0 passed, 0 failed")

    def test_tests_that_fail_without_mutants_prove_nothing(self):
        self.write("try.c", "int main(void)\n{\n  return 1;\n}\n")
        code, text = self.run_tool()
        self.assertEqual(code, 2)
        self.assertIn("try fails on the sources as they are", text)


class Tap(unittest.TextTestResult):
    """Each test a line of TAP."""

    def startTestRun(self):
        self.count = 0

    def say(self, word, test):
        self.count += 1
        print(f"{word} {self.count} - {test.id().split('.')[-1][5:]}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say("not ok", test)

    def addError(self, test, err):
        super().addError(test, err)
        self.say("not ok", test)


if __name__ == "__main__":
    SUITE = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{SUITE.countTestCases()}", flush=True)
    RESULT = unittest.TextTestRunner(resultclass=Tap, stream=sys.stderr, verbosity=0).run(SUITE)
    sys.exit(not RESULT.wasSuccessful())
