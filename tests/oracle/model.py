# SPDX-License-Identifier: MIT
"""
An independent model of dun_decide, written from the contract alone. Brute force: it walks over
dates, plans and window edges, and rebuilds everything for each question. It shares nothing with the
library. Where the contract leaves room, the reading taken is marked `# reading:`.
Not modelled: promises, arrangements, posture, tempo, variants, fees, conduct rules beyond `hours`.
"""
import yaml

import civil
from civil import NEVER
from days import Days
from terms import (ACTION, CLOSED, CONTACT, CURED, DAYS, DEAD, FACT, FACTS, HOLD, HOLDS, HORIZON,
                   INBOUND, INTENT, KINDS, NEW, OPT_IN, OPT_OUT, OUTCOMES, OVERRIDE, PARTIES,
                   PERSON_HOLDS, PLACED, PUBLIC, RELEASE, REOPENED, TRAITS, VOID, Delivery, Duration,
                   Offer, Stage, Step, fits, listed, performs)

LOADER = getattr(yaml, 'CBaseLoader', yaml.BaseLoader)


class Model(Days):
    def __init__(self, case):
        self.ids, self.account = case['ids'], dict(case['account'])
        self.p = yaml.load(case['policy'], LOADER)
        self.me, self.asked = self.account['id'], case['now']
        self.events = [dict(e, i=i) for i, e in enumerate(case['events'])]
        self.now = max([self.asked] + [e['at'] for e in self.events])
        self.zone = self.account['zone'] or self.p['zone']
        self.grace = int(self.p.get('grace', '0d')[:-1]) + 1
        self.buckets = [(n, self.point(v)) for n, v in (self.p.get('buckets') or {}).items()]
        self.channels = {}
        for n, c in (self.p.get('channels') or {}).items():
            self.channels[n] = dict(c) if isinstance(c, dict) else {'kind': c}
        self.stages, self.steps = [], {}
        for i, s in enumerate(self.p['stages']):
            stage = Stage(self, i, s)
            self.stages.append(stage)
            for d in s.get('steps') or []:
                step = Step(self, stage, d)
                stage.steps.append(step)
                self.steps[step.name] = step
        self.by_id = {s.id: s for s in self.steps.values()}
        self.cycle_episode = self.p.get('cycle') == 'episode'
        self.memo = {}
        self.contested = set()   # what compare.py lists in READINGS and this case came upon
        self.read_log()

    def point(self, text):
        text = str(text)
        if text.startswith('grace'):
            return self.grace + int(text[6:-1] or 0 if len(text) > 5 else 0)
        return int(text[:-1] if text.endswith('d') else text)

    # ---- the log ----

    def read_log(self):
        live = [True] * len(self.events)
        for v in reversed(self.events):
            # reading: a VOID that is itself voided was never made
            if v['kind'] != VOID or not live[v['i']]:
                continue
            for e in reversed(self.events[:v['i']]):
                if live[e['i']] and e['kind'] == v['outcome'] and e['at'] == v['until'] and all(
                        e[f] == v[f] for f in ('account', 'due_day', 'step', 'occurrence',
                                               'attempt', 'channel', 'party', 'detail')):
                    live[e['i']] = False
                    break
        log = [e for e in self.events if live[e['i']] and e['kind'] != VOID]
        mine = [e for e in log if e['account'] == self.me]
        self.log, self.mine = log, mine
        self.placed = max([e['at'] for e in mine if e['kind'] == PLACED], default=-1 << 60)
        self.closed = False
        self.end = -1
        self.facts = {}
        for e in mine:
            if e['kind'] == CLOSED:
                self.closed = True
            if e['kind'] == REOPENED:
                self.closed = False
            if e['kind'] in (CURED, CLOSED) or (e['kind'] == FACTS and e['detail'] == 2 and
                                                e['amount'] <= 0):
                self.end = e['i']
            if e['kind'] == FACTS:
                self.facts.setdefault(e['detail'], []).append(e)
        self.read_holds()
        self.read_reach()
        self.deliveries = {}
        for e in mine:
            if e['kind'] in (INTENT, CONTACT, ACTION) and e['step']:
                key = (e['due_day'], e['step'], e['occurrence'], e['attempt'])
                step = self.by_id.get(e['step'])
                d = Delivery(key, step is not None and step.optional)
                self.deliveries.setdefault(key, d).events.append(e)
        self.episode = False
        self.final_due = None
        for d in self.deliveries.values():
            if d.place <= self.end or not d.acted:
                continue
            step = self.by_id.get(d.step)
            if (not step.predue) if step else civil.day_at(self.zone, d.performed_at) >= d.due:
                self.episode = True
            if step and step.final:
                self.final_due = max(d.due, self.final_due if self.final_due is not None else d.due)

    def hold_rule(self, kind):
        rule = (self.p.get('holds') or {}).get(kind) or {}
        clock = rule.get('clock', 'stops' if kind in ('breathing_space', 'disaster') else 'runs')
        return rule.get('blocks', ['contact', 'adverse', 'stage']), rule.get('allows', []), \
            clock == 'stops'

    def read_holds(self):
        self.holds = []
        for e in self.log:
            if e['kind'] not in (HOLD, RELEASE):
                continue
            kind = HOLDS[e['detail']]
            person = kind in PERSON_HOLDS
            if e['flags'] & 1:
                person = True
            if e['flags'] & 8:
                person = False
            scope = (kind, 'person' if person else e['account'])
            if e['kind'] == HOLD:
                begin = e['amount'] or e['at']
                self.holds.append([scope, begin, e['until'] or NEVER])
            else:
                for h in self.holds:
                    if h[0] == scope:
                        h[2] = min(h[2], e['at'])
        self.holds = [h for h in self.holds if h[2] > h[1] and h[0][1] in ('person', self.me)]
        self.stopping = [h for h in self.holds if self.hold_rule(h[0][0])[2]]

    def read_reach(self):
        # three ways in which a channel is lost: named, by kind (a channel the policy lacks)
        out, dead = set(), set()
        for e in self.log:
            own = e['account'] == self.me
            if not own and e['flags'] & 8:
                continue
            party = e['party'] & 15
            names = self.named(e['channel'])
            foreign = e['channel'] != 0 and e['channel'] not in self.ids['channels'].values()
            mark = {(party, n, 'kind' if foreign else 'name') for n in names}
            lift = mark if foreign else {(party, n, w) for n in names for w in ('kind', 'name')}
            if e['kind'] == OPT_OUT:
                out |= mark
            elif e['kind'] == OPT_IN:
                out -= lift
            elif e['kind'] == DEAD:
                dead |= mark
            elif e['kind'] == NEW:
                dead -= lift
            elif e['kind'] in (CONTACT, INBOUND):
                o = OUTCOMES[e['outcome']]
                if o == 'opted_out':
                    out |= mark
                if e['kind'] == CONTACT and 'D' in TRAITS.get(o, ''):
                    # reading: a refined outcome does not bring the address back; ADDRESS_NEW does
                    dead |= mark
        self.lost = {(p, n) for p, n, _ in out | dead}

    def named(self, channel):
        if channel == 0:
            return list(self.channels)
        for n, i in self.ids['channels'].items():
            if i == channel:
                return [n]
        kind = KINDS[channel >> 28] if channel >> 28 < 8 else ''
        return [n for n, c in self.channels.items() if c['kind'] == kind]

    def reachable(self, step, channel):
        bit = list(self.channels).index(channel)
        return self.account['reach'][step.party] >> bit & 1 and (step.party, channel) not in self.lost

    # ---- conditions ----

    def fact(self, field, t):
        """The value at an instant, or None before the first that is known."""
        for number, name in FACT.items():
            if name == field:
                now = self.account[name]
                break
        else:
            i = self.p['attributes'].index(field)
            number, now = 16 + i, self.account['attribute'][i]
        told = self.facts.get(number, [])
        if not told:
            return now
        if told[-1]['amount'] != now and t >= told[-1]['rec']:
            return now
        before = [e for e in told if e['at'] <= t]
        return before[-1]['amount'] if before else None

    def bucket_on(self, dpd):
        name = ''
        for n, begin in self.buckets:
            if dpd >= begin:
                name = n
        return name

    def contacts(self):
        """The account's contacts since the last end of an episode: kind, outcome, time."""
        out = []
        for d in self.deliveries.values():
            e = d.events[0]
            if e['channel'] and d.place > self.end:
                told = d.outcomes[-1] if d.outcomes else e
                out.append((KINDS[e['channel'] >> 28], d.last if d.outcomes else 'queued',
                            e['at'], told['at'], False))
        for e in self.mine:
            if e['i'] > self.end and ((e['kind'] == CONTACT and not e['step'])
                                      or e['kind'] == INBOUND):
                out.append((KINDS[e['channel'] >> 28], OUTCOMES[e['outcome']], e['at'], e['at'],
                            e['kind'] == INBOUND))
        return out

    def last_attempt(self, t):
        """When the last attempt began, as the log had it at t."""
        last = None
        groups = [d.events for d in self.deliveries.values()] + [
            [e] for e in self.mine if e['kind'] == CONTACT and not e['step']]
        for events in groups:
            known = [e for e in events if e['at'] <= t and e['kind'] != ACTION]
            # reading: what says no channel has no kind, and is no attempt
            if not known or not any(e['channel'] for e in known):
                continue
            told = [OUTCOMES[e['outcome']] for e in known if e['kind'] != INTENT]
            if not told or fits(told[-1], 'attempt'):
                last = max(known[0]['at'], known[0]['at'] if last is None else last)
        return last

    def value(self, field, t):
        if field == 'dpd':
            return self.dpd(t)
        if field == 'bucket':
            return self.bucket_on(self.dpd(t))
        if field.startswith('attempts.'):
            return sum(1 for k, o, at, _, inbound in self.contacts() if not inbound and at <= t
                       and k == field[9:] and fits(o, 'attempt'))
        if field == 'conversations':
            return sum(1 for k, o, _, at, _ in self.contacts() if at <= t
                       and fits(o, 'conversation', k))
        if field.startswith('days_since.'):
            last = self.last_attempt(t) if field[11:] == 'attempt' else None
            for e in self.mine if field[11:] != 'attempt' else ():
                # what reaches nobody is done, and nothing else
                if e['kind'] == ACTION and field[11:] != 'done':
                    continue
                if e['kind'] in (CONTACT, ACTION, INBOUND) and e['at'] <= t and fits(
                        OUTCOMES[e['outcome']], field[11:], KINDS[e['channel'] >> 28]):
                    last = e['at']
            if last is None:
                return None
            return civil.day_at(self.zone, t) - civil.day_at(self.zone, last)
        return self.fact(field, t)

    def test(self, field, wanted, t):
        if field == 'party':
            return any(self.account['reach'][PARTIES.index(w)] for w in listed(wanted))
        v = self.value(field, t)
        if v is None:
            return None
        for w in listed(wanted):
            if isinstance(w, dict):
                if field == 'bucket':
                    continue
                if ('min' not in w or v >= self.point(w['min'])) and (
                        'below' not in w or v < self.point(w['below'])):
                    return True
            elif field == 'bucket':
                if v == w:
                    return True
            elif v == self.point(w):
                return True
        return False

    def when(self, tests, t):
        """True, False, or None where a fact is not known yet."""
        # reading: before its first FACTS event a fact is not known, and what asks for it, or for
        # its contrary, does not hold
        results = []
        for field, wanted in (tests or {}).items():
            if field == 'any':
                some = [self.when(w, t) for w in wanted]
                results.append(True if True in some else None if None in some else False)
            elif field == 'not':
                r = self.when(wanted, t)
                results.append(None if r is None else not r)
            else:
                r = self.test(field, wanted, t)
                if r is None and field.startswith('days_since.'):
                    r = False
                results.append(r)
        return False if False in results else None if None in results else True

    # ---- cycles, requires ----

    def in_cycle(self, d, step):
        due = self.account['due_day']
        if step.predue or step.adverse:
            return d.due == due
        return d.place > self.end and (self.cycle_episode or d.due == due)

    def of(self, step):
        """The deliveries of a step in the present cycle, in order of the log."""
        found = [d for d in self.deliveries.values() if d.step == step.id and
                 self.in_cycle(d, step)]
        return sorted(found, key=lambda d: d.events[0]['i'])

    def performed(self, step):
        return [d for d in self.of(step) if d.performed_at is not None]

    def met_at(self, r, adverse):
        """When a prerequisite was met, its wait included; None = nobody has performed it."""
        if 'step' in r:
            step = self.steps[r['step']]
            # reading: the cycle is the policy's, for a measure against the account too
            pool = self.of(step) + [d for d in self.deliveries.values() if d.step == step.id and
                                    self.cycle_episode and d.place > self.end]
        else:
            pool = [d for d in self.deliveries.values() if d.place > self.end and
                    d.step in self.by_id and
                    self.by_id[d.step].data.get('marks') == r['mark']]
            if any(d.outcomes and d.performed_at is None for d in pool):
                self.contested.add('mark-by-failure')
            pool = [d for d in pool if d.performed_at is not None]
        if adverse:
            pool = [d for d in pool if d.due == self.account['due_day']]
        met = None
        for d in pool:
            wanted = r.get('outcome', 'success')
            kind = KINDS[d.events[0]['channel'] >> 28] or None
            if d.last in ('none', 'unknown', 'queued') or not fits(d.last, wanted, kind):
                continue
            at = next(e['at'] for e in d.outcomes if fits(OUTCOMES[e['outcome']], wanted, kind))
            met = at if met is None else min(met, at)
        if met is None:
            return None
        return self.wait(met, Duration(r['wait']) if 'wait' in r else None)

    def ready_at(self, requires, adverse=False):
        """When all prerequisites are met; None = one that nobody has performed."""
        at = -1 << 60
        for r in requires:
            m = self.met_at(r, adverse)
            if m is None:
                return None
            at = max(at, m)
        return at

    # ---- stage ----

    def eligible(self, stage, t):
        if self.dpd(t) < stage.start or (stage.start < 0 and self.dpd(t) > 0):
            return False
        if self.account['past_due'] <= 0 and stage.start >= 0:
            return False
        if self.when(stage.when, t) is not True:
            return False
        ready = self.ready_at(stage.requires)
        return ready is not None and ready <= t

    def hold_run(self, t, blocks=lambda h: True):
        """The unbroken run of holds that covers an instant, or None."""
        begin = end = None
        for h in self.holds:
            if h[1] <= t < h[2] and blocks(h):
                begin, end = h[1], h[2]
        if begin is None:
            return None
        while True:
            wider = [h for h in self.holds if blocks(h) and h[1] <= end and h[2] >= begin]
            b, e = min(h[1] for h in wider), max(h[2] for h in wider)
            if (b, e) == (begin, end):
                return begin, end
            begin, end = b, e

    def stage_blocks(self, h):
        return 'stage' in self.hold_rule(h[0][0])[0]

    def highest(self, t, cap=None):
        found = None
        if self.p.get('advance') == 'stepwise':
            for s in self.stages:
                if cap is not None and s.index > cap:
                    break
                if self.when(s.when, t) is not True or (s.start < 0 and self.dpd(t) > 0):
                    continue
                if not self.eligible(s, t):
                    break
                if found is not None and not (self.completed(found, t) or NEVER) <= t:
                    break
                found = s
        else:
            for s in self.stages:
                if (cap is None or s.index <= cap) and self.eligible(s, t):
                    found = s
        if self.p.get('deescalate') in ('false', 'False'):
            acted = [self.by_id[d.step].stage for d in self.deliveries.values()
                     if d.acted and d.place > self.end and d.step in self.by_id]
            for s in acted:
                if (found is None or s.index > found.index) and not (s.start < 0 < self.dpd(t)):
                    found = s
        return found

    def completed(self, stage, t):
        """Stepwise: the instant since which a stage is completed; None = it is not."""
        entry = self.entry(stage, t)
        at = entry
        if stage.min_stay:
            at = max(at, self.wait(entry, stage.min_stay))
        for step in stage.steps:
            done = self.performed(step)
            if step.optional:
                continue
            if done:
                at = max(at, min(d.performed_at for d in done))
            elif step.on_escalation:
                continue
            elif step.use and not any(self.reachable(step, c) for c in step.use):
                continue
            elif self.when(step.data.get('when'), t) is not True:
                continue
            elif self.spent(step, t):
                continue
            else:
                return None
        return at

    def spent(self, step, t):
        used, plan = self.progress(step, t)
        if step.late == 'skip' and plan is not None:
            used += self.skipped(step, plan, t, step.times - used)[0]
        return used >= step.times or (step.every is None and self.tries_spent(step, t))

    def tries_spent(self, step, t):
        """Whether the last occurrence failed as often as may be, on every channel."""
        retry, failed = step.data.get('retry'), {}
        fates = [(d, self.fate(d, t)[0]) for d in self.of(step)]
        fates = [(d, f) for d, f in fates if f != 'open']
        if not retry or not fates or fates[-1][1] == 'queued' or fates[-1][0].performed_at:
            return False
        last = fates[-1][0]
        for d, f in fates:
            if (d.due, d.occurrence) == (last.due, last.occurrence) and d.performed_at is None:
                for c in self.named(d.events[0]['channel']) if step.use else ['']:
                    failed[c] = failed.get(c, 0) + 1
        use = [c for c in step.use if self.reachable(step, c)] if step.use else ['']
        return all(failed.get(c, 0) > int(retry.get('times', 1)) for c in use)

    def override(self, t, table, of):
        sort = 1 if len(table) and next(iter(table)) in self.ids['stages'].values() else 2
        found = None
        for e in self.mine:
            if e['kind'] == OVERRIDE and e['i'] > self.end and e['step'] in table and \
                    e['detail'] in (0, sort) and \
                    not (e['until'] and e['until'] <= t):
                found = (of(e['step']), e)
        return found

    def ordered_stage(self, t):
        """The stage set by hand, if it may be: one before the due day is none after it, and none
        other is while nothing is due."""
        ids = {self.ids['stages'][s.name]: s for s in self.stages}
        o = self.override(t, ids, ids.get)
        if o and not (o[0].start < 0 < self.dpd(t)) and (
                o[0].start < 0 or self.account['past_due'] > 0):
            return o[0]
        return None

    def stage_at(self, t):
        key = ('stage', t)
        if key not in self.memo:
            ordered = self.ordered_stage(t)
            if ordered:
                self.memo[key] = ordered
            else:
                run = self.hold_run(t, self.stage_blocks)
                cap = None
                if run:
                    before = self.highest(run[0] - 1)
                    cap = before.index if before else -1
                    # it may fall, and does not rise again: looked at wherever it can turn
                    points = {e['at'] for e in self.mine} | {
                        civil.start(self.zone, d) for d in range(
                            civil.day_at(self.zone, run[0]), civil.day_at(self.zone, t) + 1)}
                    for x in sorted(x for x in points if run[0] <= x < t):
                        now = self.highest(x, cap)
                        cap = min(cap, now.index if now else -1)
                self.memo[key] = self.highest(t, cap)
                if run and (self.memo[key] is not before or any(
                        self.eligible(s, t) and self.entry(s, t) >= run[0] for s in
                        self.stages[:(cap if before else -1) + 1])):
                    self.contested.add('fall-under-hold')
                if run and self.placed >= run[0] and self.p.get('advance') == 'stepwise':
                    self.contested.add('placed-under-hold')
        return self.memo[key]

    def entry(self, stage, t):
        key = ('entry', stage.name, t)
        if key in self.memo:
            return self.memo[key]
        day = self.first_day(stage.start)
        at = NEVER if day is None else max(self.placed, civil.start(self.zone, day))
        ready = self.ready_at(stage.requires)
        if ready is not None:
            at = max(at, ready)
        if stage.when:
            # the start of the unbroken run of `when` that reaches t: looked at wherever it can turn
            early = civil.start(self.zone, self.account['due_day'] - 400)
            turns = {early, t} | {e['at'] for e in self.mine} | {
                e['rec'] for e in self.mine if e['kind'] == FACTS}
            turns |= {civil.start(self.zone, d) for d in range(
                self.account['due_day'] - 60, civil.day_at(self.zone, t) + 1)}
            run = None
            for x in sorted(turns):
                if x > t:
                    break
                if self.when(stage.when, x) is True:
                    run = x if run is None else run
                else:
                    run = None
            # reading: of a stage that does not hold any more only the date counts
            at = max(at, run) if run is not None else at
        if self.p.get('deescalate') in ('false', 'False'):
            # reading: a stage is acted in from the first event of what was performed
            acted = [max(self.placed, d.events[0]['at']) for d in self.deliveries.values()
                     if d.acted and d.place > self.end and d.step in self.by_id
                     and self.by_id[d.step].stage is stage]
            if acted and self.eligible(stage, t):
                at = min(acted + [at])
            elif acted and self.highest(t) is stage:
                at = min(acted)
        ids = {self.ids['stages'][x.name]: x for x in self.stages}
        o = self.override(t, ids, ids.get)
        if o and o[0] is stage:
            # reading: a stage set by hand is entered then
            at = max(self.placed, o[1]['at'])
        if self.p.get('advance') == 'stepwise':
            below = [s for s in self.stages[:stage.index]
                     if self.when(s.when, t) is True and not (s.start < 0 < self.dpd(t))]
            if below:
                c = self.completed(below[-1], t)
                at = max(at, c) if c is not None else at
        self.memo[key] = at
        return at

    # ---- plans ----

    def clamp(self, step, at, low):
        """Not before the last PLACED; with `time` at that time of the next date then."""
        if at >= low or at >= NEVER:
            return at
        if step.time is None:
            return low
        day = civil.day_at(self.zone, low)
        at = civil.instant(self.zone, day, step.time)
        return at if at >= low else civil.instant(self.zone, day + 1, step.time)

    def first_plan(self, step, t):
        """The plan of the first occurrence; None = nothing to count from."""
        data = step.data
        low = self.placed
        if 'at' in data:
            day = self.first_day(self.point(data['at']))
            if day is None:
                return NEVER
            at = civil.instant(self.zone, day, step.time or 0)
            entry = self.entry(step.stage, t)
            if step.time is not None and civil.day_at(self.zone, min(entry, t)) == day:
                low = max(low, entry)
            return self.clamp(step, at, low)
        if 'after' in data:
            times = [d.performed_at for d in self.performed(self.steps[data['after']['step']])]
            if not times:
                return None
            last = self.last_time(self.steps[data['after']['step']])
            at = self.wait(last, Duration(data['after']['wait']), step.time)
            # reading: `wait: 0d` is the start of that date, but not before that step's last time
            return self.clamp(step, max(at, last) if step.time is None else at, low)
        entry = self.entry(step.stage, t)
        if entry >= NEVER:
            return NEVER
        if 'in' in data:
            at = self.wait(entry, Duration(data['in']), step.time)
            # reading: `in: 0d` is the start of the entry's date, but not before the entry
            return self.clamp(step, at, max(low, entry))
        at = entry
        if step.time is not None and entry > -60000000000:
            at = civil.instant(self.zone, civil.day_at(self.zone, entry), step.time)
        return self.clamp(step, at, max(low, entry))

    def last_time(self, step):
        done = {}
        for d in self.performed(step):
            k = (d.due, d.occurrence)
            done[k] = min(done.get(k, NEVER), d.performed_at)
        return max(done.values())

    def next_plan(self, step, at):
        return self.wait(at, step.every, step.time)

    def move_on(self, step, plan, t, left):
        """Of the plans passed at t: how many are missed, and the one to perform."""
        missed = 0
        if step.every is None or (step.late is None and self.p.get('catch_up') == 'each'):
            return 0, plan
        if step.late in (None,):
            if self.p.get('catch_up', 'newest') in ('newest', 'skip'):
                while missed + 1 < left:
                    following = self.next_plan(step, plan)
                    if following > t:
                        break
                    plan, missed = following, missed + 1
            return missed, plan
        return 0, plan

    def stands_for(self, d):
        """The step that a delivery stood in for; unnamed, the first that escalates to its step."""
        mine = self.by_id.get(d.step)
        if d.for_step or not mine or not mine.on_escalation:
            return d.for_step
        return next((s.id for s in self.steps.values() if s.escalate == mine.name), 0)

    def given_up(self, step, t):
        """Occurrences that failed as often as may be and were followed by another one: when their
        first try was made."""
        retry, rows = step.data.get('retry'), {}
        if not retry:
            return []
        mine = [d for d in self.of(step) if self.fate(d, t)[0] not in ('open', 'queued')]
        for d in mine:
            rows.setdefault((d.due, d.occurrence), []).append(d)
        given = []
        for key, row in rows.items():
            if key == (mine[-1].due, mine[-1].occurrence) or any(
                    d.performed_at or (step.optional and self.fate(d, t)[0] == 'unknown')
                    for d in row):
                continue   # used up, and once
            failed = {}
            for d in row:
                for c in self.named(d.events[0]['channel']) if step.use else ['']:
                    failed[c] = failed.get(c, 0) + 1
            spent = {c for c, n in failed.items() if n > int(retry.get('times', 1))}
            use = [c for c in step.use if self.reachable(step, c)] if step.use else ['']
            if spent and not set(use) <= spent:
                self.contested.add('given-up-early')
            elif spent:
                given.append(row[0].events[0]['at'])
        return given

    def progress(self, step, t, upto=None):
        """Occurrences used up, and the plan of the next one as its row has it (None = none)."""
        done = {}
        for d in self.of(step):
            if upto is not None and d.events[0]['i'] >= upto:
                continue
            at = d.performed_at
            if at is None and step.optional and self.fate(d, t)[0] == 'unknown':
                at = self.fate(d, t)[1]   # queued, and settled
                if self.each(step):
                    self.contested.add('each-optional-queued')
            if at is None:
                continue
            k = (d.due, d.occurrence)
            if k not in done or at < done[k][0]:
                done[k] = (at, d.events[0]['at'])
        stand_ins = [d.performed_at for d in self.deliveries.values()
                     if d.performed_at is not None and self.stands_for(d) == step.id
                     and d.step in self.by_id and self.in_cycle(d, step)]
        used, plan = 0, self.first_plan(step, t)
        plan0 = plan
        given = [] if upto is not None else self.given_up(step, t)
        for at, decided in sorted(list(done.values()) + [(x, None) for x in given]):
            if decided is None:
                used += 1
                if step.every and plan is not None and plan <= at:
                    plan = self.next_plan(step, plan)
                continue
            if step.every and plan is not None and plan < NEVER:
                missed, _ = self.move_on(step, plan, decided, step.times - used)
                if step.late == 'skip':
                    missed = self.skipped(step, plan, decided, step.times - used)[0]
                used += missed
            used += 1
            if step.every and self.each(step):
                # reading: what was performed before the row began takes nothing from it
                plan = plan if plan is None or at < plan0 else self.next_plan(step, plan)
            elif step.every:
                plan = self.clamp(step, self.next_plan(step, at), self.placed)
        last = max(done.values())[0] if done else -1 << 62
        for s in sorted(stand_ins):
            used += 1
            if s > last and step.every and plan is not None:
                plan = max(self.next_plan(step, plan), s)
        return used, plan

    def each(self, step):
        return step.late is None and self.p.get('catch_up') == 'each'

    def skipped(self, step, plan, t, left):
        """Under `late: skip`: plans whose deadline passed, and the one that is still in time."""
        missed = 0
        while missed < left and plan < NEVER and t > self.deadline(step, plan):
            missed += 1
            if step.every is None:
                break
            plan = self.next_plan(step, plan)
        return missed, plan

    # ---- guards ----

    def blocks(self, h, step, channel):
        blocks, allows, _ = self.hold_rule(h[0][0])
        kind = self.channels[channel]['kind'] if channel else None
        if kind in allows or step.do in allows:
            return False
        return (step.contact and ('contact' in blocks or kind in blocks)) or (
            step.adverse and 'adverse' in blocks) or step.do in blocks

    def rules(self, kind):
        rules = [r for r in self.p.get('hours') or [] if kind in listed(r['kinds'])]
        if not rules and kind in PUBLIC:
            rules = [{'all': ['08:00-20:00']}]
        return rules

    def windows(self, rule, day, name):
        w = DAYS[civil.date(day).weekday()]
        for key in (w, 'weekend' if w in ('sat', 'sun') else 'weekdays', 'all'):
            if key in rule:
                for window in listed(rule[key]):
                    a, b = window.split('-')
                    a, b = (int(x[:2]) * 60 + int(x[3:]) for x in (a, b))
                    yield civil.edge(name, day, a, True), civil.edge(name, day, b, False)
                return

    def zones(self, step):
        if step.party and self.account['party_zone'][step.party]:
            return [self.account['party_zone'][step.party]]
        return [z for z in (self.zone, self.account['zone2']) if z]

    def open_hours(self, step, channel, t):
        for name in self.zones(step):
            for rule in self.rules(self.channels[channel]['kind']):
                today = civil.day_at(name, t)
                if not any(a <= t < b for d in (today - 1, today, today + 1)
                           for a, b in self.windows(rule, d, name)):
                    return False
        return True

    def limited(self, step, t):
        return step.do == 'legal' and self.account['flags'] & 2 and \
            civil.day_at(self.zone, t) > self.account['limitation_day']

    def allowed(self, step, channel, t):
        if any(h[1] <= t < h[2] and self.blocks(h, step, channel) for h in self.holds):
            return False
        ready = self.ready_at(step.requires, step.adverse)
        if ready is None or ready > t or self.limited(step, t):
            return False
        return channel is None or self.open_hours(step, channel, t)

    def permitted(self, step, channel, t):
        """The earliest permitted instant at or after t, looked for at each edge of anything."""
        key = ('permitted', step.name, channel, t)
        if key in self.memo:
            return self.memo[key]
        at = t
        ready = self.ready_at(step.requires, step.adverse)
        if ready is None or ready >= NEVER:
            at = NEVER
        else:
            at = max(at, ready)
        while at < NEVER:
            run = self.hold_run(at, lambda h: self.blocks(h, step, channel))
            if run:
                at = run[1]
                continue
            if self.limited(step, at):
                at = NEVER
            elif self.allowed(step, channel, at):
                break
            else:
                at = self.next_edge(step, channel, at)
        self.memo[key] = at
        return at

    def next_edge(self, step, channel, t):
        """The next instant at which a window of any zone opens with all the others open."""
        best = NEVER
        for name in self.zones(step):
            today = civil.day_at(name, t)
            for rule in self.rules(self.channels[channel]['kind']):
                for d in range(today - 1, today + HORIZON):
                    opens = [a for a, b in self.windows(rule, d, name)
                             if a > t and self.open_hours(step, channel, a)]
                    if opens:
                        best = min(best, min(opens))
                        break
        return best

    def deadline(self, step, first, channel=None):
        """`within`, from an instant."""
        w = step.within
        if w is None or first >= NEVER:
            return NEVER
        if not w.civil:
            return self.elapse(first, w.seconds)
        channel = channel or (step.use[0] if step.use else None)
        day = civil.day_at(self.zone, first)
        n = w.n if w.unit != 'mo' else civil.add_months(day, w.n) - day
        if w.unit == 'bd' and not self.valid_date(day):
            return NEVER
        if w.unit == 'bd' and n == 0 and not self.open_date(day):
            n = 1   # this or the next open date
        while n:
            day += 1
            s = civil.start(self.zone, day)
            if any(h[1] <= s < h[2] and self.blocks(h, step, channel) for h in self.holds):
                if any(h[2] >= NEVER and h[1] <= s and self.blocks(h, step, channel)
                       for h in self.holds):
                    return NEVER
                continue
            if w.unit == 'bd' and not self.valid_date(day):
                return NEVER
            n -= w.unit != 'bd' or self.open_date(day)
        return civil.start(self.zone, day + 1) - 1

    # ---- deliveries ----

    def fate(self, d, t):
        """What a delivery is judged at t to have come to, and since when."""
        last = d.last
        if last == 'none':
            return 'open', d.events[0]['at']
        at = d.outcomes[-1]['at']
        if last != 'queued':
            return last, at
        step = self.by_id[d.step]
        queued = next(e['at'] for e in d.outcomes if OUTCOMES[e['outcome']] == 'queued')
        channel = next((n for n, i in self.ids['channels'].items()
                        if i == d.events[-1]['channel']), None)
        settle = self.channels[channel].get('settle', '3d') if channel else '3d'
        over = self.wait(queued, Duration(settle))
        if step.within:
            # the plan as it was before this delivery
            plan = self.plan_before(step, d)
            if plan is not None and plan < NEVER:
                first = self.permitted(step, channel, plan)
                end = self.deadline(step, plan if step.late == 'skip' else first, channel)
                if queued <= end:
                    over = min(over, end)
        return ('unknown', over) if over <= t else ('queued', over)

    def plan_before(self, step, d):
        """The plan that a delivery was for."""
        key = ('before', d.key)
        if key not in self.memo:
            at = d.events[0]['at']
            o = self.override(at, {step.id: step}, self.by_id.get)
            if o and o[1]['i'] < d.events[0]['i']:
                self.memo[key] = o[1]['at']
                return self.memo[key]
            used, plan = self.progress(step, at, d.events[0]['i'])
            if plan is not None and step.late == 'skip':
                _, plan = self.skipped(step, plan, at, step.times - used)
            elif plan is not None and step.every:
                _, plan = self.move_on(step, plan, at, step.times - used)
            self.memo[key] = plan
        return self.memo[key]

    def key(self, step):
        due = self.account['due_day']
        highest = max([d.occurrence for d in self.deliveries.values()
                       if d.step == step.id and d.due == due], default=0)
        return due, highest + 1, 0

    # ---- offers ----

    def offer(self, step, t, escalated=None, planned=None, forced=False):
        """The step as a candidate at t, or None."""
        if not forced and self.when(step.data.get('when'), t) is not True:
            return None
        if self.final_due is not None and self.account['due_day'] <= self.final_due and \
                step.do != 'task':
            return None
        if step.on_escalation and not escalated and not forced:
            return None
        mine = self.of(step)
        fates = [(d, *self.fate(d, t)) for d in mine]
        if any(f == 'queued' for _, f, _ in fates):
            if escalated:
                self.contested.add('stand-in-queued')
            if fates[-1][1] != 'queued':
                self.contested.add('queued-passed')
            return None
        used, plan = self.progress(step, t)
        if not escalated and not forced:
            if used >= step.times or plan is None:
                return None
            missed, plan = self.move_on(step, plan, t, step.times - used)
            if used + missed >= step.times:
                return None
        else:
            plan = planned
        if plan >= NEVER:
            self.contested.add('never-comes')
        if plan >= NEVER and any(h[2] >= NEVER for h in self.stopping):
            # reading: a date that never comes, the clock standing for ever, is no plan
            return None
        # the tries of the occurrence that is under way
        tries = []
        for d, f, at in fates:
            if d.performed_at is not None or (step.optional and f == 'unknown'):
                tries = []
            elif f != 'open':
                tries.append((d, f, at))
        skip = step.late == 'skip' and not escalated and not forced
        if skip:
            missed, plan = self.skipped(step, plan, t, step.times - used)
            if used + missed >= step.times:
                return None
        same = tries[-1] if tries else None
        if same and same[0].due != self.account['due_day']:
            same = None   # a due day has its own keys
        if same and same[0].for_step != (escalated.id if escalated else 0):
            same = None   # what stands in for another has its own occurrence
        # channels
        spent = set()
        bound = -1 << 60
        touched = [e['at'] for d in self.deliveries.values() if d.step == step.id
                   for e in d.outcomes]
        if touched:
            bound = max(touched) + 1
        if step.every and self.each(step) and plan is not None and plan <= t and \
                self.performed(step):
            spacing = Duration(self.p['spacing']) if 'spacing' in self.p else None
            bound = max(bound, self.wait(self.last_time(step), spacing))
        retry = step.data.get('retry')
        if tries:
            d, f, at = tries[-1]
            if 'D' in TRAITS.get(f, ''):
                bound = max(bound, at + 1)
            elif retry:
                row = {}
                for x, xf, xat in tries:
                    if (x.due, x.occurrence) != (d.due, d.occurrence):
                        continue   # each occurrence has its own tries
                    c = x.events[0]['channel']
                    row.setdefault(c, []).append((xf, xat, x))
                c = d.events[0]['channel']
                j = len(row[c])
                for k, v in row.items():
                    if len(v) > int(retry.get('times', 1)):
                        spent |= set(self.named(k))
                if set(self.named(c)) & spent:
                    # reading: the second after the last event, whenever that settled
                    bound = max(bound, d.outcomes[-1]['at'] + 1)
                else:
                    bound = max(bound, self.retry_at(retry, j, d, at))
            else:
                until = d.outcomes[-1]['until'] if f != 'unknown' else 0
                bound = max(bound, until if until else civil.start(
                    self.zone, civil.day_at(self.zone, at) + 1))
        use = [c for c in step.use if self.reachable(step, c) and c not in spent]
        if step.use and not use or spent and not step.use:
            if spent and step.every:
                # all channels are spent: the occurrence is missed, one period on, on the next date
                if plan <= tries[-1][0].events[0]['at']:
                    plan = self.next_plan(step, plan)
                    used += 1
                    if used >= step.times:
                        return None
                bound = max(bound, civil.start(
                    self.zone, civil.day_at(self.zone, max(touched)) + 1))
                use = [c for c in step.use if self.reachable(step, c)]
                same = None
                if step.use and not use:
                    return None
            else:
                return None
        opened = [d for d, f, _ in fates if f == 'open' and (
            step.predue or d.place > self.end) and not any(
            x.performed_at is not None and x.events[0]['i'] > d.events[0]['i'] for x in mine)]
        if not step.predue:
            opened += [d for d in self.deliveries.values() if d.step == step.id and d not in mine
                       and d.last == 'none' and d.place > self.end and not any(
                           x.performed_at is not None and x.step == step.id and
                           x.events[0]['i'] > d.events[0]['i'] for x in self.deliveries.values())]
            opened.sort(key=lambda d: d.events[0]['i'])
        intent, channels = self.intent(step, opened, use, plan)
        o = self.best(step, channels, intent, plan, bound, t, skip)
        dated = not escalated and not forced and step.every and step.late is None and \
            self.p.get('catch_up') == 'skip'
        n, first = used + missed if skip or dated else 0, None
        limit = max(plan, t) + 2 * HORIZON * 86400
        while skip or dated:
            end = self.end_of(step, o, dated, n + 1 >= step.times)
            if end >= t:
                first = first or o
            taken = t if o.act or o.not_before >= NEVER else o.not_before
            if o.missing or taken <= end:
                break
            # missed already: the plans on, one by one
            n += 1
            if n >= step.times or step.every is None:
                return None
            if plan > limit:
                # no plan can be kept as far as one looks
                o = first or o
                o.act, o.not_before = False, NEVER
                break
            plan = self.next_plan(step, plan)
            intent, channels = self.intent(step, opened, use, plan)
            o = self.best(step, channels, intent, plan, bound, t, skip)
        if step.escalate and not forced and (t > o.deadline or (
                o.not_before > o.deadline and o.not_before < NEVER)):
            target = self.steps[step.escalate]
            begin = escalated or step
            s = self.offer(target, t, escalated=begin, planned=o.deadline + 1)
            if s:
                s.for_step = begin.id
                s.owner = step
            return s
        o.intent, o.owner = intent, step
        if intent and tries:
            # bound by the wait that it was made after, as if it were not there
            if tries[-1][0].last == 'queued':
                self.contested.add('open-after-queued')
            elif retry or len(opened) > 1 or tries[-1][0].occurrence != intent.occurrence:
                self.contested.add('open-after-failure')
        if same and o.planned > same[0].events[0]['at']:
            same = None   # the plan has moved on past the failed try
        if intent:
            o.key = (intent.due, intent.occurrence, intent.attempt)
        elif same:
            d = same[0]
            o.key = (d.due, d.occurrence, max(x.attempt for x in mine if x.due == d.due and
                                              x.occurrence == d.occurrence) + 1)
        else:
            o.key = self.key(step)
        return o

    def intent(self, step, opened, use, plan):
        """The open intent that is still wanted, and the channels then."""
        for d in opened:
            if step.late in ('skip',) or step.escalate:
                if d.events[0]['at'] < plan:
                    continue   # of an occurrence that is missed
            names = [n for n, i in self.ids['channels'].items() if i == d.events[0]['channel']]
            if not step.use:
                return d, []
            if names and names[0] in use:
                return d, names
        return None, use

    def retry_at(self, retry, j, d, at):
        until = d.outcomes[-1]['until']
        if until:
            return until
        if 'every' not in retry:
            return civil.start(self.zone, civil.day_at(self.zone, at) + 1)
        every = Duration(retry['every'])
        b = int(retry.get('backoff', 100))
        n = every.seconds if not every.civil else every.n
        scaled = n
        for _ in range(j - 1):
            scaled = -(-scaled * b // 100)   # reading: each wait is rounded up
        if every.civil:
            every.n = scaled
            return self.wait(at, every)
        return self.elapse(at, scaled)

    def best(self, step, use, intent, plan, bound, t, skip):
        """The offer over the channels that may be used."""
        offers = [self.at_channel(step, c, plan, bound, t, skip)
                  for c in (use if (step.any or intent) else use[:1]) or [None]]
        best = min(offers, key=lambda o: o.not_before)
        # the step was first permitted when any of its channels was
        best.permitted = min(o.permitted for o in offers)
        if not skip:
            best.deadline = self.deadline(step, best.permitted, best.channel)
        return best

    def end_of(self, step, o, dated, last):
        """The last instant at which an occurrence is not missed."""
        if not dated:
            return o.deadline
        if o.permitted >= NEVER:
            return NEVER
        end = civil.start(self.zone, civil.day_at(self.zone, o.permitted) + 1) - 1
        return end if last else min(end, self.next_plan(step, o.planned) - 1)

    def at_channel(self, step, channel, plan, bound, t, skip):
        first = self.permitted(step, channel, plan)
        deadline = self.deadline(step, plan if skip else first, channel)
        since = max(plan, bound)
        low = max(since, t)
        now_ok = low <= t and self.allowed(step, channel, t)
        not_before = self.permitted(step, channel, since) if now_ok else \
            self.permitted(step, channel, low)
        held = low < NEVER and any(h[1] <= low < h[2] and self.blocks(h, step, channel)
                                   for h in self.holds)
        missing = self.ready_at(step.requires, step.adverse) is None
        return Offer(step=step, channel=channel, planned=plan, not_before=not_before, act=now_ok,
                     deadline=deadline, held=held, missing=missing, permitted=first)

    def wanted(self, t):
        """Steps of lower stages that are required at t, in the order of the policy."""
        stage = self.stage_at(t)
        own = list(stage.steps) if stage else []
        wanted, seen = [], set()

        def want(requires, top):
            for r in requires:
                need = [self.steps[r['step']]] if 'step' in r else [
                    s for s in self.steps.values() if s.data.get('marks') == r['mark']]
                # reading: what has met the requirement already, as a failure may, is not wanted
                if self.met_at(r, False) is not None:
                    continue
                for s in need:
                    if s in seen or self.performed(s):
                        continue
                    seen.add(s)
                    if s.stage.index < top:
                        wanted.append(s)
                    want(s.requires, top)

        if stage:
            for s in own:
                # reading: only steps that are candidates themselves bring what they require
                if self.when(s.data.get('when'), t) is True and not self.spent(s, t) \
                        and self.first_plan(s, t) is not None and (
                            not s.use or any(self.reachable(s, c) for c in s.use)):
                    want(s.requires, stage.index)
        for g in self.stages:
            if self.dpd(t) >= g.start and not (g.start < 0 < self.dpd(t)) and \
                    self.when(g.when, t) is True and self.account['past_due'] > 0:
                # reading: `lower` = lower than what requires it
                seen.clear()
                want(g.requires, g.index)
        return [s for s in self.steps.values() if s in wanted and s not in own]

    def candidates(self, t):
        """What is offered at t, in the order listed."""
        stage = self.stage_at(t)
        own = list(stage.steps) if stage else []
        offers = []
        for s in self.steps.values():
            o = self.override(t, {s.id: s}, self.by_id.get)
            if o is None or (self.account['past_due'] <= 0 and not (
                    s.predue and self.dpd(t) <= 0)):
                continue
            if not any(x.performed_at is not None and x.performed_at >= o[1]['at']
                       for x in self.of(s)):
                forced = self.offer(s, t, planned=o[1]['at'], forced=True)
                if forced:
                    offers.append(forced)
        offers += [x for x in (self.offer(s, t) for s in self.wanted(t) + own) if x]
        return offers

    def later(self, t):
        """The instants after t at which a stage or a condition may turn by time alone, in order."""
        points = [s.start for s in self.stages] + [b for _, b in self.buckets]

        def collect(x):
            if isinstance(x, dict):
                for k, v in x.items():
                    if k == 'dpd' or k.startswith('days_since.'):
                        for w in listed(v):
                            points.extend(self.point(y) for y in (
                                w.values() if isinstance(w, dict) else [w, self.point(w) + 1]))
                    else:
                        collect(v)
            elif isinstance(x, list):
                for v in x:
                    collect(v)
        collect(self.p['stages'])
        points += [1]
        since = 'days_since.' in str(self.p['stages'])
        turns = {h[2] for h in self.holds if t < h[2] < NEVER} | {
            h[1] for h in self.holds if h[1] > t}
        for s in self.steps.values():
            for d in self.of(s):
                fate, at = self.fate(d, t)
                if fate == 'queued' and at < NEVER:
                    turns.add(at)
        for s in self.stages:
            ready = self.ready_at(s.requires)
            if ready is not None and t < ready < NEVER:
                turns.add(ready)
            if self.p.get('advance') == 'stepwise':
                c = self.completed(s, t)
                if c is not None and t < c < NEVER:
                    turns.add(c)
        today = civil.day_at(self.zone, t)
        top = max(points) + 1
        d = today + 1
        while d < today + 4000 and (since and d < today + top or self.dpd_on(d) <= top):
            if since or self.dpd_on(d) != self.dpd_on(d - 1) and self.dpd_on(d) in points:
                turns.add(civil.start(self.zone, d))
            if self.stopped(d) and any(h[2] >= NEVER for h in self.stopping):
                break
            d += 1
        return sorted(turns)

    def scene(self, t):
        """What is offered by which stage."""
        stage = self.stage_at(t)
        return stage, [(o.owner, self.entry(o.owner.stage, t)) for o in self.candidates(t)]

    def scene_end(self, t):
        now = self.scene(t)
        for x in self.turns:
            if x > t and self.scene(x) != now:
                return x
        return NEVER

    def choose(self, offers, t):
        """Of the offers the one to take. What can only be taken once other steps are offered is
        looked for then: what is moot is not among them, and what is required still is."""
        live, following = [], None
        for o in offers:
            if not o.act:
                following = following or self.scene_end(t)
                if o.not_before >= min(following, NEVER):
                    continue
                if self.when(o.owner.data.get('when'), o.not_before) is not True:
                    continue
            live.append(o)
        # reading: an open intent goes first of what the present stage itself offers
        opened = [o for o in live if o.intent and not o.held]
        if opened:
            return min(opened, key=lambda o: o.intent.events[0]['i'])
        act = [o for o in live if o.act]
        if act:
            return act[0]
        return min(live, key=lambda o: o.not_before) if live else None

    def lacks_prerequisite(self, t):
        """A stage above the present one lacks only what somebody would have to perform."""
        stage = self.stage_at(t)
        return any(s.index > (stage.index if stage else -1) and self.dpd(t) >= s.start
                   and not (s.start < 0 < self.dpd(t)) and self.when(s.when, t) is True
                   and self.ready_at(s.requires) is None and
                   not (self.account['past_due'] <= 0 and s.start >= 0) for s in self.stages)

    # ---- the answer ----

    def decide(self):
        now = self.now
        a = self.account
        out = dict(kind='', stage='', step='', channel='', bucket='', due_day=0, occurrence=0,
                   attempt=0, for_step=0, dpd=0, planned_at=0, not_before=0, deadline=0)
        if a['flags'] & 1:
            out['dpd'] = self.dpd(now)
            out['bucket'] = self.bucket_on(out['dpd'])
        if self.closed:
            out['kind'] = 'done'
            return out
        if not a['flags'] & 1:
            out['kind'] = 'idle'
            return out
        if a['past_due'] <= 0 and self.episode:
            out['kind'] = 'clear'
            return out
        if 0 < a['past_due'] < int(self.p.get('ignore_below', 0)):
            out['kind'] = 'idle'
            return out
        self.turns = self.later(now)
        stage = self.stage_at(now)
        out['stage'] = stage.name if stage else ''
        o = stuck = None
        for x in [now] + self.turns:
            offers = self.candidates(x)
            stuck = stuck or next((y for y in offers if y.not_before >= NEVER), None)
            o = self.choose(offers, x)
            if o:
                if x > now:
                    o.act, o.not_before = False, max(o.not_before, x)
                break
        o = o or stuck
        final = self.final_due is not None and a['due_day'] <= self.final_due
        if o is None or (final and o.not_before >= NEVER):
            kept_down = self.highest(now) is not stage and not self.ordered_stage(now)
            if not final and (kept_down or self.lacks_prerequisite(now)):
                out['kind'] = 'hold'
            else:
                out['kind'] = 'done' if self.episode else 'idle'
            return out
        kind = 'act' if o.act else 'wait'
        low = max(o.planned, now)
        if not o.act:
            denied = low < NEVER and any(h[1] <= low < h[2] and self.blocks(h, o.step, o.channel)
                                         for h in self.holds)
            if denied or o.missing or o.not_before >= NEVER:
                kind = 'hold'
        if kind == 'act' and self.asked < now:
            kind = 'wait'
            out['not_before'] = now
        out.update(kind=kind, step=o.step.name, channel=o.channel or '', due_day=o.key[0],
                   occurrence=o.key[1], attempt=o.key[2], for_step=o.for_step,
                   planned_at=o.planned, deadline=o.deadline,
                   not_before=max(o.not_before, out['not_before']))
        return out


def decide(case):
    model = Model(case)
    return dict(model.decide(), contested=model.contested)
