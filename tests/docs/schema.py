# SPDX-License-Identifier: MIT
"""docs/policy.schema.json says what the compiler says: the same keys, and no alarm about good texts.

usage: schema.py ROOT DUNCTL
"""
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT, DUNCTL = sys.argv[1], sys.argv[2]
POLICY = os.path.join(ROOT, "lib", "policy")

# Texts that both the compiler and the schema accept, and that both refuse.
HEAD = "dun: 1\nname: x\nzone: UTC\nconduct: none\nbasis: test\n"
CHANNELS = "channels: {sms: text, phone: {kind: voice, redeliver: false}}\n"
STEP = HEAD + CHANNELS + "stages: [{name: a, from: grace+2d, steps: [{name: s, %s}]}]\n"
STEPS = HEAD + CHANNELS + "stages: [{name: a, from: 1d, steps: [{name: s, %s}, {name: t, %s}]}]\n"
PACKS = "dun: 1\nname: x\nzone: UTC\nconduct: %s\nstages: [{name: a, from: 0d, steps: []}]\n"
TOP = HEAD + "%s\nstages: [{name: a, from: 0d, steps: []}]\n"
GOOD = [
    TOP % "revision: \"7\"\nignore_below: 0\ndeescalate: \"false\"\ncurrency: CNY",
    TOP % "grace: 3d\nactor: creditor\ndebt: business",
    TOP % "advance: stepwise\ncatch_up: each\nspacing: 4h\ncycle: episode",
    TOP % "buckets: {M0: 0d, M1: grace}\nattributes: [a, 1, true]\nzones: [Asia/Shanghai]",
    TOP % "hours: [{id: h, kinds: [voice], all: ['08:00-24:00'], sun: [], source: law}]",
    HEAD + "advance: stepwise\nstages: [{name: a, from: -3d, min_stay: 2d, steps: []}]\n",
    STEP % "use: sms, every: 2d, times: 3, time: 09:30, template: T-1, marks: m, to: guarantor",
    STEP % "do: contact, use: [sms, phone], at: grace, discloses: [a], guide: [a, b]",
    STEP % "use: {any: [sms, phone]}, in: 90m, within: 0d, late: skip, optional: true",
    STEP % "use: sms, retry: {times: 3, every: 1h, backoff: \"200\"}, final: false",
    STEPS % ("use: sms, within: 1d, late: {escalate: t}", "do: task, on_escalation: true"),
    STEPS % ("use: sms", "do: legal, after: {step: s, wait: 0d}, requires: [{step: s, outcome: [success, read]}]"),
    STEP % "use: sms, when: {dpd: [1, 5d, {min: grace, below: 20}], not: {past_due: {below: \"5\"}}}",
    STEP % "use: sms, when: {any: [{balance: 5}, {prior_delinquencies: {min: 2}}]}",
    TOP % "calendars: {cn: {weekend: [sat, sun], holidays: [2026-01-01], valid: [2026, 2026]}}\ncalendar: cn",
    HEAD + "calendars: {cn: {weekend: [sun]}}\ncalendar: cn\nstages: [{name: a, from: 1d, steps: ["
    "{name: s, do: task, in: 2bd, every: 1mo, within: 0bd}]}]\n",
    STEP % "use: sms, when: {attempts.voice: {min: 3}, conversations: 0, party: [borrower, guarantor]}",
    STEP % "use: sms, when: {days_since.conversation: {below: 7}, days_since.promised: [0, 1]}",
    STEP % "use: sms, to: third_party, basis: named in the agreement",
    TOP % "catch_up: each\nspacing: 4h",
    TOP % "spacing: [{id: a, min: 2d, kinds: [voice], count: conversation, except: [busy]}]",
    TOP % "caps: [{id: a, max: 7, per: 7d}, {id: b, max: \"2\", per: month, scope: address, together: true}]",
    TOP % "caps: [{id: a, max: 1, per: 48h, unless: [consent], group: g, consent: {for: 7d, until: paid}}]",
    TOP % "caps: [{id: a, max: 1, per: day, effective: {from: 2026-01-01}, applies: [consumer]}]",
    TOP % "cooldowns: [{id: a, after: [conversation], for: 1mo, direction: in, after_kinds: [voice]}]",
    TOP % "exclusive: [{id: a, after: conversation, for: 7d, parties: [borrower], places: [work]}]",
    TOP % "forbid: [{id: a, do: [legal]}, {id: b, kinds: [visit], strength: guideline, confidence: recalled}]",
    TOP % "requires: [{id: a, mark: m, wait: 6d, missing: allow, outcome: delivered, when: {dpd: 3}}]",
    TOP % "not_after: [{id: a, date: limitation}]\ndisclose: [{id: b, items: [who], first: true}]",
    TOP % "hours: [{id: h, all: ['08:00-20:00'], holiday: [], unless: [agreed]}]\n"
          "calendars: {cn: {weekend: [sun]}}\ncalendar: cn",
    PACKS % "[us-regf, {pack: kr}]",
    PACKS % "kr",
    TOP % "channels: {job: {kind: email, place: work, basis: no other is known}}",
]
BAD = [
    TOP % "calendars: {cn: {weekend: [saturday]}}",
    TOP % "calendars: {cn: {holidays: [2026-01-01]}}",
    TOP % "calendars: {cn: {weekends: [sat]}}",
    STEP % "use: sms, when: {party: spouse}",
    TOP % "revison: 7",
    TOP % "spacing: 4h",
    TOP % "catch_up: skip\nspacing: 4h",
    TOP % "advance: steps",
    TOP % "cycle: month",
    TOP % "deescalate: no",
    TOP % "channels: {sms: txt}",
    TOP % "channels: {sms: {redeliver: true}}",
    TOP % "hours: [{id: h, kinds: [voice], tues: []}]",
    TOP % "promises: {}",
    HEAD,
    HEAD + "stages: [{name: a, steps: []}]\n",
    HEAD + "stages: [{name: a, from: 0d, steps: [], min_stay: 0d}]\n",
    STEP % "do: task, use: sms",
    STEP % "do: task, guide: [a]",
    STEP % "at: 1d",
    STEP % "use: {all: [sms]}",
    STEP % "use: {any: []}",
    STEP % "use: sms, times: 3",
    STEP % "use: sms, at: 1d, in: 2d",
    STEP % "use: sms, late: skip",
    STEP % "use: sms, within: 1d, late: later",
    STEP % "use: sms, within: 1d, late: {escalate: s, wait: 1d}",
    STEP % "use: sms, retry: {times: 3}",
    STEP % "use: sms, retry: {times: 101, every: 1h}",
    STEP % "use: sms, retry: {times: 1, every: 1h, backoff: 99}",
    STEP % "use: sms, discloses: []",
    STEP % "use: sms, discloses: [a, a]",
    STEP % "use: sms, every: 2 days",
    STEP % "use: sms, requires: [{step: s, mark: m}]",
    STEP % "use: sms, when: {}",
    STEP % "use: sms, when: {dpd: {max: 3}}",
    STEPS % ("use: sms, within: 1d, late: {escalate: t}", "do: task, on_escalation: true, in: 1d"),
    STEP % "use: sms, to: third_party",
    TOP % "caps: [{id: a, max: 7}]",
    TOP % "caps: [{id: a, max: 0, per: 7d}]",
    TOP % "caps: [{id: a, max: 7, per: 2mo}]",
    TOP % "caps: [{id: a, max: 7, per: 7d, scope: debtor}]",
    TOP % "caps: [{id: a, max: 7, per: 7d, group: g}]",
    TOP % "caps: [{id: a, max: 7, per: 7d, unless: [agreed]}]",
    TOP % "caps: [{id: a, max: 7, per: 7d, effective: {}}]",
    TOP % "caps: [{id: a, max: 7, per: 7d, applies: [bank]}]",
    TOP % "caps: [{max: 7, per: 7d}]",
    TOP % "cooldowns: [{id: a, for: 7d}]",
    TOP % "cooldowns: [{id: a, after: conversation, for: 7d, scope: channel}]",
    TOP % "spacing: [{id: a, min: 2d, max: 3}]",
    TOP % "exclusive: [{id: a, after: conversation, for: 1mo}]",
    TOP % "forbid: [{id: a}]",
    TOP % "forbid: [{id: a, do: [legal], kinds: [voice]}]",
    TOP % "requires: [{id: a}]",
    TOP % "not_after: [{id: a, date: due}]",
    TOP % "disclose: [{id: a, items: []}]",
    TOP % "hours: [{id: h, all: ['08:00-20:00'], calendar: cn}]\ncalendars: {cn: {}}\ncalendar: cn",
    PACKS % "[us-regf, {pack: kr, reading: x}]",
    PACKS % "[none]",
    PACKS % "none",
    PACKS % "[]",
    TOP % "channels: {job: {kind: email, place: work}}",
]

count = failed = 0


def check(what, wrong):
    """One TAP line; wrong: what is wrong, "" or empty if nothing."""
    global count, failed
    count += 1
    print("%s %d - %s" % ("not ok" if wrong else "ok", count, what))
    for line in str(wrong or "").splitlines():
        print("#   " + line)
    failed += bool(wrong)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def compiler_keys():
    """The key lists that dun__fields() is given: arrays named keys or ..._keys."""
    lists = set()
    common = re.search(r"#define DUN__RULE_KEYS ((?:.*\\\n)*.*)\n", read(POLICY, "compile_rules.h")).group(1)
    for name in sorted(os.listdir(POLICY)):
        if name.startswith("compile") and name.endswith(".c"):
            for body in re.findall(r"\b(?:\w+_)?keys\[[^]]*\] = \{([^}]*)\}", read(POLICY, name)):
                body = body.replace("DUN__RULE_KEYS", common)
                words = frozenset(re.findall(r'"([^"]*)"', body))
                if words:
                    lists.add(words)
    return lists


def schema_keys(node):
    """The key lists of all mappings that admit no other keys."""
    lists = set()
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            lists.add(frozenset(node["properties"]))
        for value in node.values():
            lists |= schema_keys(value)
    elif isinstance(node, list):
        for value in node:
            lists |= schema_keys(value)
    return lists


def compiler_conditions():
    """The names under `when` that are not attributes; those with a dot by their stem."""
    text = read(POLICY, "compile_when.c")
    entry = text[text.index("static void compile_entry"):]
    entry = entry[:entry.index("\n}\n")]
    names = set(re.findall(r'\{"(\w+)", DUN__FIELD_', text))
    names |= set(re.findall(r'dun__is\(node->key, "(\w+)"\)', entry))
    return names | set(re.findall(r'"(\w+\.)"', text))


def schema_conditions(schema):
    when = schema["$defs"]["when"]
    stems = {re.match(r"\^(\w+)\\\.", p).group(1) + "." for p in when.get("patternProperties", {})}
    return set(when["properties"]) | stems


def difference(compiler, schema):
    """The key lists of one side only."""
    return "".join("only in the %s: %s\n" % (where, sorted(x) if isinstance(x, frozenset) else x)
                   for where, some in (("compiler", compiler - schema), ("schema", schema - compiler))
                   for x in sorted(some, key=sorted))


def accepted(text):
    """What dun_policy_compile says; "" = nothing against it."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        run = subprocess.run([DUNCTL, "check", "--json", f.name], capture_output=True, text=True,
                             check=False)
    return [d["message"] for d in json.loads(run.stdout) if d["severity"] == "error"]


def loader(yaml):
    """Scalars as editors take them (YAML 1.2): `no` and 10:00 are texts, 3 and true are not."""
    class Core(yaml.SafeLoader):
        yaml_implicit_resolvers = {}
    Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
    Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?[0-9]+$"),
                               list("-0123456789"))
    Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])
    Core.add_constructor("tag:yaml.org,2002:int", lambda l, n: int(n.value, 10))
    return lambda text: yaml.load(text, Loader=Core)


def packs():
    folder = os.path.join(ROOT, "lib", "packs")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            yield name, read(folder, name)


def samples():
    folder = os.path.join(ROOT, "examples", "policies")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            yield name, read(folder, name)
    blocks = re.findall(r"```yaml\n(dun: 1\n.*?)```", read(ROOT, "docs", "policy.md"), re.S)
    for number, block in enumerate(blocks):
        yield "docs/policy.md, sample %d" % (number + 1), block


def main():
    schema = json.loads(read(ROOT, "docs", "policy.schema.json"))
    check("the keys of mappings are those of the compiler",
          difference(compiler_keys(), schema_keys(schema)))
    check("the conditions are those of the compiler",
          difference(compiler_conditions(), schema_conditions(schema)))
    for number, text in enumerate(GOOD):
        check("good text %d compiles" % number, accepted(text))
    for number, text in enumerate(BAD):
        check("bad text %d does not compile" % number, "" if accepted(text) else text)
    try:
        import jsonschema
        import yaml
    except ImportError as missing:
        print("# without %s: no text is held against the schema" % missing.name)
    else:
        against_texts(schema, jsonschema, loader(yaml))
    print("1..%d" % count)
    return 1 if failed else 0


def against_texts(schema, jsonschema, load):
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    def complaints(text):
        return ["%s: %s" % (list(e.absolute_path), e.message[:200])
                for e in validator.iter_errors(load(text))]
    of_packs = jsonschema.Draft202012Validator(dict(schema["$defs"]["pack"], **{"$defs": schema["$defs"]}))
    for name, text in samples():
        check("the schema has nothing against " + name, "\n".join(complaints(text)))
    for name, text in packs():
        check("the schema has nothing against lib/packs/" + name,
              "\n".join("%s: %s" % (list(e.absolute_path), e.message[:200])
                        for e in of_packs.iter_errors(load(text))))
    for number, text in enumerate(GOOD):
        check("the schema accepts good text %d" % number, "\n".join(complaints(text)))
    for number, text in enumerate(BAD):
        check("the schema refuses bad text %d" % number, "" if complaints(text) else text)


if __name__ == "__main__":
    sys.exit(main())
