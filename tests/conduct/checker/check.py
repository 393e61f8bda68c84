# SPDX-License-Identifier: MIT
"""
Holds dun_permit and dun_decide against a judge that looks at every minute.

  check.py ASK_PROGRAM [--cases N] [--first SEED] [--jobs J]

Each seed is a policy, a log and some questions; N questions in all. An answer is right if the judge
says that each minute from the instant asked about to the answer's is forbidden and the answer's is
not. Prints how many agree and the first few that do not, made as small as they still differ; exit 1
then. Skips, exit 77, where Python has no numpy.
"""
import argparse
import collections
import copy
import multiprocessing
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    print('SKIP checker: no numpy for ' + sys.executable)
    sys.exit(77)

import cases
import clock
import judge

CHUNK = 100                                 # seeds that one run of the program is asked about
NEAR, FAR = 21 * 1440, 75 * 1440            # minutes judged at first; where nothing is permitted
NEVER = (1 << 63) - 1
ACT, WAIT, HOLD = 1, 2, 3

Question = collections.namedtuple('Question', 'verb channel party place address now')


class Judged:
    """A world with what the judge says of it, worked out once for each contact."""

    def __init__(self, world):
        self.w, self.known = world, {}

    def minutes(self, q, first, count):
        count = min(count, clock.END - first)
        return judge.Judge(self.w, q.channel, q.party, q.place, q.address, first, count).denied()

    def near(self, q):
        key, first = q[1:5], max(self.w.last, self.w.center - 1440)
        if key not in self.known:
            self.known[key] = self.minutes(q, first, NEAR)
        return first, self.known[key]

    def next(self, q):
        """The first permitted second from that asked about on, or None: not in FAR minutes."""
        now = max(q.now, self.w.last * 60)
        for first, denied in (self.near(q), (now // 60, None)):
            if denied is None:
                denied = self.minutes(q, first, FAR)
            free = np.flatnonzero(~denied[now // 60 - first:])
            if len(free):
                return max(now, (now // 60 + int(free[0])) * 60)
        return None

    def wrong(self, q, answer):
        """What is wrong with an answer; None: nothing is."""
        words = answer.split(maxsplit=4)
        if words[0] == 'x':
            return 'no answer: ' + answer
        if q.verb == 'permit':
            want = self.next(q)
            if int(words[1]) != (want == q.now):
                return 'permitted: %s, judged %d' % (words[1], want == q.now)
            return self.not_then(q, want, int(words[2]))
        kind, channel, at = int(words[1]), words[2], int(words[3])
        asked = {c: self.next(q._replace(channel=c)) for c in self.w.use}
        if kind == ACT:
            return None if asked.get(channel) == q.now else 'ACT by %s is forbidden' % channel
        if q.now in asked.values():
            return 'no ACT, though permitted'
        if q.now < self.w.last * 60 or kind not in (WAIT, HOLD) or any(
                section == 'forbid' for section, _, _, _ in self.w.rules):
            return None                     # how a channel that is forbidden for now is passed over
        times = [t for t in asked.values() if t is not None]
        return self.not_then(q._replace(channel=channel), min(times) if times else None, at)

    def not_then(self, q, want, at):
        if want is not None:
            return None if want == at else 'next: %d, judged %d' % (at, want)
        low, minute = max(q.now // 60, self.w.last) + FAR, at // 60
        if at == NEVER or minute >= clock.END:
            return None
        if minute < min(low, clock.END) or self.minutes(q, minute, 1)[0]:
            return 'next: %d is forbidden' % at
        return None


def questions(judged):
    w, r = judged.w, judged.w.r
    one = Question('permit', w.use[0], w.party, 0, 0, 0)
    two = Question('permit', r.choice(sorted(w.channels)), r.choice([w.party, 0, 1, 2]),
                   r.randrange(4) if w.detailed else 0, r.randrange(3) if w.detailed else 0, 0)
    for q in (one, two):
        first, denied = judged.near(q)
        turns = [first + 1 + int(i) for i in np.flatnonzero(denied[:-1] != denied[1:])]
        for _ in range(2):
            now = w.center + r.randrange(-1440, 4 * 1440)
            yield q._replace(now=now * 60 + r.choice([0, 0, r.randrange(60)]))
        for turn in r.sample(turns, min(3, len(turns))):
            yield q._replace(now=turn * 60 + r.choice([-1, -1, 0, 1]))
        if q is one:
            for now in [w.center + r.randrange(4 * 1440)] + turns[:1]:
                yield q._replace(verb='decide', now=now * 60)


def ask(program, worlds):
    """The answers to (world, its questions), in order."""
    text = ''.join(cases.write(w) + ''.join(
        'permit %s %d %d\n' % (q.channel, q.party | q.place << 4 | q.address << 8, q.now)
        if q.verb == 'permit' else 'decide %d\n' % q.now for q in qs) for w, qs in worlds)
    run = subprocess.run([program], input=text, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError('%s: exit %d\n%s' % (program, run.returncode, run.stderr))
    return run.stdout.splitlines()


def without(world):
    """The world less one event, or less one rule; all of them in turn."""
    for kind in ('events', 'rules'):
        for i in range(len(getattr(world, kind))):
            less = copy.deepcopy(world)
            gone = getattr(less, kind).pop(i)
            if kind == 'rules':
                home = less.own if gone[3] is None else less.pack
                home[gone[0]] = [rule for rule in home[gone[0]] if rule['id'] != gone[1]['id']]
                home = {} if home[gone[0]] else home.pop(gone[0])
            elif gone['kind'] == 'PLACED' or any(
                    'SAME_CONTACT' in e['flags'] for e in less.events[i:i + 1]):
                continue
            less.last = less.events[-1]['at']
            yield less


def smaller(program, world, q):
    for less in without(world):
        if Judged(less).wrong(q, ask(program, [(less, [q])])[0]):
            return smaller(program, less, q)
    return world


def show(program, world, q):
    world = smaller(program, world, q)
    answer = ask(program, [(world, [q])])[0]
    return '\nseed %d %s\n%s  answer: %s\n  %s' % (
        world.seed, q, cases.write(world), answer, Judged(world).wrong(q, answer))


def look(work):
    """Of a chunk of seeds: counts by what was answered, and what is wrong."""
    program, first, seeds, limit = work
    judged = [Judged(cases.World(seed)) for seed in range(first, first + seeds)]
    worlds = [(j, list(questions(j))) for j in judged]
    answers = iter(ask(program, [(j.w, qs) for j, qs in worlds]))
    seen, wrong = collections.Counter(), []
    for j, qs in worlds:
        for q in qs[:max(0, limit - sum(seen.values()))]:
            answer = next(answers, 'x the program said nothing')
            seen[q.verb + ' ' + answer.split()[1]] += 1
            if j.wrong(q, answer):
                wrong.append((j.w, q))
    return seen, wrong


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('program')
    parser.add_argument('--cases', type=int, default=20000)
    parser.add_argument('--first', type=int, default=1)
    parser.add_argument('--jobs', type=int, default=multiprocessing.cpu_count())
    args = parser.parse_args()
    for name in cases.PAIRS:
        clock.zone(name)                    # read once, before the jobs part
    seen, wrong, first = collections.Counter(), [], args.first
    with multiprocessing.Pool(args.jobs) as pool:
        while sum(seen.values()) < args.cases and len(wrong) < 1000:
            # about ten questions each
            left = args.cases - sum(seen.values())
            seeds = min(CHUNK, left // (40 * args.jobs) + 1)
            for s, w in pool.map(look, [(args.program, first + i * seeds, seeds, left)
                                        for i in range(args.jobs * 4)]):
                seen += s
                wrong += w
            first += args.jobs * 4 * seeds
    of_each = {world.seed: (world, q) for world, q in reversed(wrong)}
    for world, q in list(of_each.values())[:5]:
        print(show(args.program, world, q))
    print('%d answers, %d wrong; %s' % (sum(seen.values()), len(wrong), ', '.join(
        '%s: %d' % item for item in sorted(seen.items()))))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
