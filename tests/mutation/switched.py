# SPDX-License-Identifier: MIT
"""Put all mutants of a C file into one text, each behind a switch that is thrown at run time.

A compiled and linked mutant costs seconds; one that is already in the program costs nothing. The
text that comes out is the file as it is while `dun_mutant` is 0, and its mutant n while that is n.
Some mutants cannot be had so, because C wants a constant there (labels of a `switch`, data that is
static); they stay as they were and have to be compiled one by one.

    a == b      ->  (M(7) ? a != b : a == b)
    a && b      ->  (M(8) ? a || b : a && b)      a chain as one: `a && b || c` is not `a && (b || c)`
    if (c)      ->  if ((M(9) ^ !!(c)))
    x + 1       ->  x + (M(10) ? -1 : M(11) ? 0 : 1)
"""
import collections
import re

import c_mutants as c

# In the environment of the program: the mutant, and where the numbers of those go that were come by
VARIABLE, REACHED = "DUN_MUTANT", "DUN_REACHED"
HEAD = """extern char *getenv(const char *);
extern int atoi(const char *);
extern int open(const char *, int, ...);
extern int dprintf(int, const char *, ...);
static int dun_mutant;
static unsigned char dun_reached[@count@];
__attribute__((constructor)) static void throw_switch(void)
{
  const char *number = getenv("@variable@");
  dun_mutant = number ? atoi(number) : 0;
}
__attribute__((destructor)) static void tell_reached(void)
{
  const char *path = getenv("@reached@");
  int file = path ? open(path, 02001) : -1; /* to write, at its end */
  for (int n = 0; file >= 0 && n < @count@; n++)
    if (dun_reached[n])
      dprintf(file, "%d\\n", n + @first@);
}
#define M(n) (dun_reached[(n) - @first@] = 1, dun_mutant == (n))
#line 1
"""
ENDS = {";", ",", "?", ":", "return", "case", "{", "}", "(", "[", ")", "]"} | c.ASSIGN
LEVELS = [{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<", "<=", ">", ">="}]
POSTFIX = {".", "->"}

# draw(text of a range) -> text; inner: the rank among nodes of one extent, 0 for the outermost
Node = collections.namedtuple("Node", "start end draw inner", defaults=(1,))


class File:
    """The tokens of a file, and which expression stands around one of them."""

    def __init__(self, text):
        self.text, self.tokens = text, c.tokens_of(text)
        self.to = c.partners(self.tokens)
        self.at = {t.at: i for i, t in enumerate(self.tokens)}

    def weaker(self, i, level):
        """Whether token i ends an operand of an operator of this level."""
        text = self.tokens[i].text
        if self.tokens[i].kind not in ("sign", "word"):
            return False
        if text in ENDS:
            return True
        if text in ("&", "|", "^") and not c.binary(self.tokens, i):
            return False
        return any(text in names for names in LEVELS[:level + 1])

    def left(self, i, level):
        """The first token of the operand that ends before i."""
        while True:
            before = i - 1
            if self.tokens[before].text in (")", "]"):
                i = self.to[before]
            elif self.weaker(before, level):
                return i
            else:
                i = before

    def right(self, i, level):
        """One past the last token of the operand that starts at i."""
        while not self.weaker(i, level) or self.tokens[i].text in ("(", "[", "{"):
            i = self.to[i] + 1 if self.tokens[i].text in ("(", "[", "{") else i + 1
        return i

    def primary(self, i):
        """The first token of `a.b[c]->d` of which i is the last."""
        while True:
            if self.tokens[i].text in (")", "]"):
                i = self.to[i]
                if self.tokens[i - 1].kind == "word" or self.tokens[i - 1].text in (")", "]"):
                    i -= 1
                    continue
            if self.tokens[i - 1].text in POSTFIX:
                i -= 2
                continue
            return i

    def constant(self, i):
        """Whether C wants a constant here."""
        first = i
        while self.tokens[first - 1].text not in (";", "}") and not (
                self.tokens[first - 1].text == "{" and self.tokens[first - 2].text not in ("=", ",",
                                                                                            "{")):
            first -= 1
            if self.tokens[first].text == "case":
                return True
            if self.tokens[first].text == ":" and self.tokens[first - 1].kind != "sign":
                break
        return self.tokens[first].text == "static"

    def end(self, i):
        return self.tokens[i].at + len(self.tokens[i].text)


def comparison(file, i, new, number):
    level = next(n for n, names in enumerate(LEVELS) if file.tokens[i].text in names)
    start, past = file.left(i, level), file.right(i + 1, level)
    start, end = file.tokens[start].at, file.end(past - 1)
    sign, after = file.tokens[i].at, file.end(i)

    def draw(part):
        left, right = part(start, sign), part(after, end)
        return f"(M({number}) ? {left}{new}{right} : {left}{file.text[sign:after]}{right})"
    return Node(start, end, draw)


def chain(file, signs, numbers):
    """A row of one of && and ||; `signs` are all of the row."""
    text = file.tokens[signs[0]].text
    level = 1 if text == "&&" else 0
    first, past = file.left(signs[0], level), file.right(signs[-1] + 1, level)
    start, end = file.tokens[first].at, file.end(past - 1)

    def draw(part):
        edges = [start] + [x for s in signs for x in (file.tokens[s].at, file.end(s))] + [end]
        parts = [part(a, b) for a, b in zip(edges[::2], edges[1::2])]
        out = text.join(parts)
        for place, sign in reversed(list(enumerate(signs))):
            if sign not in numbers:
                continue
            if text == "&&":
                other = f"({'&&'.join(parts[:place + 1])}) || ({'&&'.join(parts[place + 1:])})"
            else:
                both = f"({parts[place]}) && ({parts[place + 1]})"
                other = " || ".join([f"({p})" for p in parts[:place]] + [f"({both})"] +
                                    [f"({p})" for p in parts[place + 2:]])
            out = f"M({numbers[sign]}) ? {other} : {out}"
        return f"({out})"
    return Node(start, end, draw)


def row(file, i):
    """All tokens of the row of && (or ||) that i is of."""
    text, level = file.tokens[i].text, 1 if file.tokens[i].text == "&&" else 0
    signs = [i]
    while file.tokens[file.left(signs[0], level) - 1].text == text:
        signs.insert(0, file.left(signs[0], level) - 1)
    while file.tokens[file.right(signs[-1] + 1, level)].text == text:
        signs.append(file.right(signs[-1] + 1, level))
    return tuple(signs)


def step(file, i, new, number):
    if file.tokens[i + 1].kind == "word" and file.tokens[i - 1].kind == "sign" and \
            file.tokens[i - 1].text not in (")", "]"):
        return None  # before its operand: not used here
    start, sign, end = file.tokens[file.primary(i - 1)].at, file.tokens[i].at, file.end(i)

    def draw(part):
        operand = part(start, sign)
        return f"(M({number}) ? {operand}{new} : {operand}{file.text[sign:end]})"
    return Node(start, end, draw)


def denied(file, i, number):
    past = i + 1
    while file.tokens[past].text in ("!", "*", "&", "-"):
        past += 1
    while True:
        if file.tokens[past].text in ("(", "["):
            past = file.to[past] + 1
        elif file.tokens[past].kind in ("word", "number") or file.tokens[past].text in POSTFIX:
            past += 1
        else:
            break
    start, after, end = file.tokens[i].at, file.end(i), file.end(past - 1)
    return Node(start, end, lambda part: f"(M({number}) ^ !{part(after, end)})")


def negated(mutant, number):
    start, end = mutant.changes[0][0], mutant.changes[1][0]
    return Node(start, end, lambda part: f"(M({number}) ^ !!({part(start, end)}))", 0)


def literal(file, i, choices):
    """A number; with its `INT64_C()` around it, which takes a bare one only."""
    start, end, wrap = file.tokens[i].at, file.end(i), "{}"
    if re.fullmatch(r"U?INT[0-9]+_C", file.tokens[i - 2].text):
        start, end, wrap = file.tokens[i - 2].at, file.end(i + 1), file.tokens[i - 2].text + "({})"
    ways = "".join(f"M({n}) ? {wrap.format(new)} : " for n, new in choices)
    return Node(start, end, lambda part: f"({ways}{file.text[start:end]})")


def nodes_of(file, numbered):
    """(nodes, mutants that cannot be switched)."""
    nodes, plain, rows, numbers = [], [], {}, collections.defaultdict(list)
    for number, mutant in numbered:
        at = mutant.changes[0][0]
        i = file.at[at]
        kind = mutant.kind
        if file.constant(i):
            plain.append(mutant)
        elif kind.startswith("negate-"):
            nodes.append(negated(mutant, number))
        elif kind in ("and-or", "or-and"):
            rows.setdefault(row(file, i), {})[i] = number
        elif kind == "drop-not":
            nodes.append(denied(file, i, number))
        elif kind == "flip-one" and file.tokens[i + 1].text == "1":
            numbers[i + 1].append((number, "-1"))
        elif kind == "drop-one" and file.tokens[i].text == "1":
            numbers[i].append((number, "0"))
        elif kind == "plus-one":
            numbers[i].append((number, mutant.now))
        elif kind == "step" and step(file, i, mutant.now, number):
            nodes.append(step(file, i, mutant.now, number))
        elif file.tokens[i].text in c.SWAPS and kind != "step":
            nodes.append(comparison(file, i, mutant.now, number))
        else:
            plain.append(mutant)
    nodes += [chain(file, signs, which) for signs, which in rows.items()]
    nodes += [literal(file, i, choices) for i, choices in numbers.items()]
    return nodes, plain


def switched(text, numbered):
    """(the text with its switches, the mutants that it has not); numbered: [(number, mutant)]."""
    file = File(text)
    nodes, plain = nodes_of(file, numbered)
    nodes.sort(key=lambda node: (node.start, -node.end, node.inner))  # outermost first

    def part(start, end, inside=None):
        """The text of a range; `inside`: only nodes that come after this one."""
        out, at = [], start
        first = 0 if inside is None else inside + 1
        for place in range(first, len(nodes)):
            node = nodes[place]
            if node.start >= end:
                break
            if node.start < at or node.end > end:
                continue
            out += [text[at:node.start],
                    node.draw(lambda s, e, place=place: part(s, e, place))]
            at = node.end
        return "".join(out) + text[at:end]

    first, last = min(n for n, _ in numbered), max(n for n, _ in numbered)
    head = HEAD
    for name, value in (("count", last - first + 1), ("first", first), ("variable", VARIABLE),
                        ("reached", REACHED)):
        head = head.replace(f"@{name}@", str(value))
    out = head + part(0, len(text))
    plain += [m for n, m in numbered if m not in plain and f"M({n})" not in out]
    return out, plain


def files(texts, numbered):
    """({path: switched text}, mutants without a switch) for {path: text}."""
    changed, plain = {}, []
    for path, text in texts.items():
        here = [x for x in numbered if x[1].path == path]
        if here:
            changed[path], without = switched(text, here)
            plain += without
    return changed, plain
