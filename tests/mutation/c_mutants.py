# SPDX-License-Identifier: MIT
"""Find the mutants of a C file: small changes that a good test suite must notice.

A tokenizer, not a parser: it knows comments, strings, preprocessor lines, function bodies,
statements and declarations, which is enough for C as it is written here. Left out are static
assertions, sizeof, the sizes in declarations of arrays, designators, and `{0}`.

An id outlives moved and re-wrapped lines: file, function, a hash of the statement's tokens, the
number of the token in the statement, the kind (and `~n` for the nth equal one of a function).
"""
import collections
import hashlib
import re

Mutant = collections.namedtuple("Mutant", "id path line kind was now changes")
Token = collections.namedtuple("Token", "text at kind")

TOKEN = re.compile(
    r"(?P<skip>\s+|/\*.*?\*/|//(?:\\\n|[^\n])*)"
    r"|(?P<string>(?:u8|[uUL])?\"(?:\\.|[^\"\\])*\"|[uUL]?'(?:\\.|[^'\\])*')"
    r"|(?P<number>\.?[0-9](?:[eEpP][+-]|[0-9A-Za-z_.])*)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>\.\.\.|<<=|>>=|->|\+\+|--|&&|\|\||<<|>>|[-+*/%&|^!<>=]=|[^\w\s\"'])", re.S)
PREPROCESSOR = re.compile(r"[ \t]*#(?:/\*.*?\*/|\\\n|[^\n])*", re.S)
INTEGER = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)")

SWAPS = {"<": ("lt-le", "<="), "<=": ("le-lt", "<"), ">": ("gt-ge", ">="), ">=": ("ge-gt", ">"),
         "==": ("eq-ne", "!="), "!=": ("ne-eq", "=="), "&&": ("and-or", "||"),
         "||": ("or-and", "&&"), "++": ("step", "--"), "--": ("step", "++")}
PAIRS = {"(": ")", "[": "]", "{": "}"}
TYPE_WORDS = {"static", "const", "struct", "union", "enum", "unsigned", "signed", "char", "short",
              "int", "long", "bool", "size_t", "float", "double", "volatile", "register"}
NO_TYPE = {"return", "goto", "else", "case", "sizeof", "do", "if", "while", "for", "switch"}
ASSIGN = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
WEAKER = ASSIGN | {"?", ":", ",", ";", "(", "[", "{", "}", "return", "case"}


def tokens_of(text):
    tokens, at, fresh = [], 0, True  # fresh: only space so far in this line
    while at < len(text):
        found = PREPROCESSOR.match(text, at) if fresh else None
        if found:
            at = found.end()
            continue
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"no C at byte {at}")
        if found.lastgroup != "skip":
            tokens.append(Token(found.group(), at, found.lastgroup))
            fresh = False
        elif "\n" in found.group():
            fresh = True
        at = found.end()
    return tokens


def partners(tokens):
    """Of each bracket the place of its partner, both ways."""
    to, open_ = {}, []
    for i, token in enumerate(tokens):
        if token.text in PAIRS and token.kind == "sign":
            open_.append(i)
        elif token.text in PAIRS.values() and token.kind == "sign":
            if not open_ or PAIRS[tokens[open_[-1]].text] != token.text:
                raise ValueError(f"brackets do not match at byte {token.at}")
            to[i] = open_.pop()
            to[to[i]] = i
    if open_:
        raise ValueError(f"brackets do not match at byte {tokens[open_[-1]].at}")
    return to


def bodies(tokens, to):
    """(function, first, end) of each function body, braces left out."""
    i = 0
    while i < len(tokens):
        if tokens[i].text == "{":
            if i > 0 and tokens[i - 1].text == ")":
                yield tokens[to[i - 1] - 1].text, i + 1, to[i]
            i = to[i]
        i += 1


def declares(tokens, i):
    """Whether the statement that starts here is a declaration."""
    first, second, third = (tokens[i + k].text if i + k < len(tokens) else "" for k in range(3))
    if tokens[i].kind != "word" or first in NO_TYPE:
        return False
    return (first in TYPE_WORDS or re.match(r"[A-Za-z_]", second) is not None or
            (second == "*" and re.match(r"[A-Za-z_*]", third) is not None and first.endswith("_t")))


def left_out(tokens, to, start, end):
    """Numbers of the tokens of a body that must stay as they are."""
    out, i, fresh, sizes = set(), start, True, False
    while i < end:
        text = tokens[i].text
        if fresh:
            sizes = declares(tokens, i)  # until the declarator's `=`, [n] is a size
        fresh = text in (";", "{", "}")
        if text in ("sizeof", "static_assert", "_Static_assert", "_Alignof", "_Alignas"):
            if tokens[i + 1].text == "(":
                out.update(range(i, to[i + 1] + 1))
                i = to[i + 1]
        elif text == "[" and (sizes or tokens[i - 1].text in ("{", ",")):
            out.update(range(i, to[i] + 1))
            i = to[i]
        elif text == "{" and tokens[i + 1].text == "0" and to[i] == i + 2:
            out.add(i + 1)
            i += 2
            fresh = False
        elif text == "=":
            sizes = False
        elif text == "for" and tokens[i + 1].text == "(":
            i, fresh = i + 1, True
        i += 1
    return out


def condition_before(tokens, to, question):
    """Where the condition of a `?` starts."""
    i = question
    while tokens[i - 1].text not in WEAKER:
        i = to[i - 1] if tokens[i - 1].text in (")", "]", "}") else i - 1
    return i


def same_as_another(tokens, first, end):
    """Whether negating this condition is what another mutant does already."""
    texts = [t.text for t in tokens[first:end]]
    if {"&&", "||", "?"} & set(texts):
        return False
    compared = [t for t in texts if t in SWAPS and t not in ("++", "--")]
    return compared in (["=="], ["!="]) or (texts[0] == "!" and not compared)


def binary(tokens, i):
    before = tokens[i - 1]
    return before.kind == "number" or before.text in (")", "]") or (
        before.kind == "word" and before.text not in NO_TYPE)


def changes_of(tokens, to, start, end):
    """(token, kind, [(from, to, text)], was, now) of each mutant of a body."""
    out, heads, ones = left_out(tokens, to, start, end), set(), set()

    def one(i, kind, text):
        return i, kind, [(tokens[i].at, tokens[i].at + len(tokens[i].text), text)], \
            tokens[i].text, text

    def negated(i, kind, first, past):
        if not same_as_another(tokens, first, past):
            last = tokens[past - 1]
            text = " ".join(t.text for t in tokens[first:past])
            yield i, kind, [(tokens[first].at, tokens[first].at, "!("),
                            (last.at + len(last.text),) * 2 + (")",)], text, f"!({text})"

    for i in range(start, end):
        text, kind = tokens[i].text, tokens[i].kind
        if text == "for":
            heads.update(range(i, to[i + 1]))
        if i in out:
            continue
        if kind == "sign" and text in SWAPS and not (text in ("++", "--") and i in heads):
            yield one(i, *SWAPS[text])
        elif text == "!" and kind == "sign":
            yield one(i, "drop-not", "")
        elif text in ("if", "while") and tokens[i + 1].text == "(":
            yield from negated(i, "negate-" + text, i + 2, to[i + 1])
        elif text == "?":
            yield from negated(i, "negate-choice", condition_before(tokens, to, i), i)
        elif text in ("+", "-", "+=", "-=") and INTEGER.fullmatch(tokens[i + 1].text):
            if INTEGER.fullmatch(tokens[i + 1].text)[1] == "1" and \
                    (len(text) == 2 or binary(tokens, i)):
                ones.add(i + 1)
                yield one(i, "flip-one", text.translate({43: "-", 45: "+"}))
                yield i, "drop-one", [(tokens[i + 1].at, tokens[i + 1].at + 1, "0")], \
                    f"{text} 1", f"{text} 0"
        elif kind == "number" and i not in ones and INTEGER.fullmatch(text):
            value, suffix = INTEGER.fullmatch(text).groups()
            yield one(i, "plus-one", f"{int(value, 0 if value[:2].lower() == '0x' else 10) + 1}"
                      f"{suffix}")


def statements(tokens, start, end):
    """For each token of a body: where its statement starts, and the statement's hash."""
    first, of = start, {}
    for i in range(start, end):
        if tokens[i].text in (";", "{", "}") or i == end - 1:
            text = " ".join(t.text for t in tokens[first:i + 1])
            name = hashlib.sha256(text.encode()).hexdigest()[:8]
            of.update((k, (first, name)) for k in range(first, i + 1))
            first = i + 1
    return of


def find(path, text):
    tokens = tokens_of(text)
    to, seen = partners(tokens), collections.Counter()
    for function, start, end in bodies(tokens, to):
        of = statements(tokens, start, end)
        for i, kind, changes, was, now in changes_of(tokens, to, start, end):
            first, name = of[i]
            id_ = f"{path}:{function}:{name}:{i - first}:{kind}"
            seen[id_] += 1
            if seen[id_] > 1:
                id_ += f"~{seen[id_]}"
            line = text.count("\n", 0, tokens[i].at) + 1
            yield Mutant(id_, path, line, kind, was, now, changes)


def applied(text, mutant):
    for start, end, new in sorted(mutant.changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text
