# SPDX-License-Identifier: MIT
"""Which minutes the conduct rules forbid, minute by minute. Written from the contract of the rules;
nothing here looks ahead or computes when something ends that it can look at each minute instead."""
import datetime as dt

import numpy as np

import clock
from facts import NEVER, PARTIES, PLACES, Log, fits, kind_of, length

FLOOR = ['voice', 'text', 'push', 'social', 'visit']
DAYS = 'mon tue wed thu fri sat sun'.split()
STOPS = ['breathing_space', 'disaster']


def window(text):
    return [int(t[:2]) * 60 + int(t[3:]) for t in text.split('-')]


class Judge(Log):
    """The minutes from `first` on, `count` of them, for one contact that is asked about."""

    def __init__(self, world, channel, party, place, address, first, count):
        super().__init__(world)
        self.count, self.first = count, first
        self.channel, self.party, self.address = (world.channels[channel], channel), party, address
        self.kind = self.channel[0]
        self.place = PLACES[place] or world.places.get(channel, 'personal')
        self.t = np.arange(first, first + count)
        low = first - clock.FIRST
        assert low >= 0 and low + count <= len(self.zones[0].day), 'beyond the years of the clock'
        self.day = [z.day[low:low + count] for z in self.zones]

    def none(self):
        return np.zeros(self.count, dtype=bool)

    def from_to(self, out, begin, end):
        """Sets the minutes [begin, end)."""
        out[max(begin - self.first, 0):max(end - self.first, 0)] = True

    def weekly(self, kind, z):
        """The minutes of one zone in hours that the debtor named."""
        out, mine = self.none(), (1, self.channel, self.party)
        for i, e in enumerate(self.events):
            if e['kind'] != kind or not e['detail'] or not self.about(e, *mine) or any(
                    later['kind'] == kind and not later['detail'] and self.about(later, *mine)
                    for later in self.events[i + 1:]):
                continue
            part = self.none()
            for day in range(self.day[z][0], self.day[z][-1] + 1):
                if e['detail'] >> (day + 3) % 7 & 1:
                    ends = (e['amount'] & 0xffff, e['amount'] >> 16)
                    self.from_to(part, *(self.zones[z].edge(day, ends[i], (i == 0) == (
                        kind == 'HOURS_AGREED')) for i in (0, 1)))
            out |= part & (self.t < (e['until'] or NEVER))
        return out

    # ---- rules ----

    def open(self, windows_of, z):
        """The minutes of one zone in windows; windows_of gives lists of windows for a date, of each
        of which a minute has to lie in one."""
        out = self.none()
        for day in range(self.day[z][0], self.day[z][-1] + 1):
            today = None
            for windows in windows_of(int(day)):
                part = self.none()
                for a, b in map(window, windows):
                    self.from_to(part, self.zones[z].edge(day, a, True),
                                 self.zones[z].edge(day, b, False))
                today = part if today is None else today & part
            out |= today
        return out

    def windows_of(self, rule):
        def windows(day):
            weekday, date = (day + 3) % 7, str(dt.date(1970, 1, 1) + dt.timedelta(day))
            keys = (DAYS[weekday], 'weekdays' if weekday < 5 else 'weekend', 'all')
            plain = next((rule[k] for k in keys if k in rule), [])
            if 'holiday' not in rule:
                return [plain]
            if date[:4] != '2026':
                return [[]]
            if date not in self.w.holidays:
                return [plain]
            return [rule['holiday']] if weekday < 5 else [plain, rule['holiday']]
        return windows

    def hours(self, rule, _):
        return [~(self.open(self.windows_of(rule), z) |
                  ('agreed' in rule.get('unless', []) and self.weekly('HOURS_AGREED', z)))
                for z in range(len(self.zones))]

    def same_party(self, rule, c):
        if rule.get('together'):
            return PARTIES[c.party] in rule.get('parties', PARTIES)
        return c.party == self.party

    def counted(self, rule, name):
        """The contacts that a cap counts."""
        scope, direction, seen = rule.get('scope', 'account'), rule.get('direction', 'out'), {}
        for c in self.contacts:
            if scope != 'account' and c.group != c.position:
                continue                    # the same contact once more: the first of them counts
            if c.kind is None or c.kind not in rule.get('kinds', [c.kind]) or \
                    c.place not in rule.get('places', PLACES) or not self.same_party(rule, c) or \
                    direction not in ('both', 'in' if c.inbound else 'out'):
                continue
            if scope == 'account' and c.account != 1 or \
                    scope in ('channel', 'address') and c.channel != self.channel or \
                    scope == 'address' and c.address and self.address and c.address != self.address:
                continue
            if c.outcome not in ('none', 'queued', 'unknown') and (
                    not fits(c.outcome, rule.get('count', ['attempt']), c.kind) or
                    fits(c.outcome, rule.get('except', []), c.kind)):
                continue
            if c.at >= self.lifted(rule, name, c.account, c.channel, c.party, c.position):
                seen[c.position if scope == 'account' else c.group] = c
        return seen.values()

    def active(self, rule):
        return 'active_after' not in rule or any(
            e['kind'] in ('CONTACT', 'INBOUND') and
            fits(e['outcome'], rule['active_after'], kind_of(e)) and
            (rule.get('scope', 'account') != 'account' or e['account'] == 1) for e in self.events)

    def caps(self, rule, name):
        counted, per = self.counted(rule, name), rule['per']
        out = []
        for z, day in enumerate(self.day):
            n = np.zeros(self.count, dtype=np.int32)
            for c in counted:
                its = self.zones[z].day[c.at - clock.FIRST]
                if per == 'day':
                    n += day == its
                elif per == 'week':
                    n += (day + 3) // 7 == (its + 3) // 7
                elif per == 'month':
                    n += clock.MONTH[day] == clock.MONTH[its]
                elif per.endswith('d'):
                    n += day - its < int(per[:-1])
                else:
                    n += self.t - c.at < int(per[:-1]) * 60
            out.append(n >= rule['max'] if self.active(rule) else self.none())
        return out

    def spacing(self, rule, name):
        return self.caps(dict(rule, max=1, per=rule['min']), name)

    def triggers(self, rule, scope):
        for c in self.contacts:
            if fits(c.outcome, rule['after'], c.kind) and self.same_party(rule, c) and \
                    c.kind in rule.get('after_kinds', [c.kind]) and \
                    rule.get('direction', 'both') in ('both', 'in' if c.inbound else 'out') and \
                    (rule.get('scope', scope) == 'person' or c.account == 1):
                yield c

    def within(self, rule, c):
        """The minutes that lie within the time of a rule after a contact: in a second zone too, and
        from the later of the two dates."""
        n, unit = length(rule['for'])
        if unit == 'h':
            return self.t - c.ended < n * 60
        its = max(int(z.day[c.ended - clock.FIRST]) for z in self.zones)
        free = its + n if unit == 'd' else clock.add_months(its, n)
        return np.any([day < free for day in self.day], axis=0)

    def cooldowns(self, rule, _):
        found = [self.within(rule, c) for c in self.triggers(rule, 'account')]
        return [np.any(found, axis=0) if found else self.none()]

    def exclusive(self, rule, _):
        found = [self.within(rule, c) for c in self.triggers(rule, 'person')
                 if c.channel != self.channel]
        return [np.any(found, axis=0) if found else self.none()]

    def forbid(self, rule, _):
        return [~self.none()]

    @staticmethod
    def spanned(holder, day):
        """On which of these dates a rule or pack is in effect."""
        span = holder.get('effective', {})
        low, high = (clock.day_of(span[k]) if k in span else far
                     for k, far in (('from', -NEVER), ('until', NEVER)))
        return (low <= day) & (day <= high)

    def when(self, rule):
        out = ~self.none()
        for field, test in rule.get('when', {}).items():
            value = self.dpd() if field == 'dpd' else np.full(self.count, self.w.score)
            if isinstance(test, dict):
                out &= (value >= test.get('min', -NEVER)) & (value < test.get('below', NEVER))
            else:
                out &= np.isin(value, test)
        return out

    def dpd(self):
        """Days past due: the dates since the due day at whose start no hold stops the clock."""
        z, day, stops = self.zones[0], self.day[0], [h for h in self.holds() if h[0] in STOPS]
        past = np.minimum(day - self.w.due, 0)
        for date in range(self.w.due + 1, int(day[-1]) + 1):
            if not any(a <= z.start(date) < b for _, a, b in stops):
                past += day >= date
        return past

    def waived(self, rule, name):
        """The minutes at which a waiver of the rule still stands."""
        out = self.none()
        if rule['strength'] == 'law':
            return out
        for i, e in enumerate(self.events):
            if e['kind'] == 'WAIVE' and e['detail'] == name and not any(
                    c.position > i and not c.inbound and c.account == 1 and
                    self.bound(rule, name, c) for c in self.contacts):
                out |= self.t < (e['until'] or NEVER)
        return out

    def bound(self, rule, name, c):
        """Whether a rule bound a contact of the log."""
        return self.covers(rule, c) and \
            c.at >= self.lifted(rule, name, c.account, c.channel, c.party, c.position) and \
            any(self.spanned(rule, z.day[c.at - clock.FIRST]) for z in self.zones)

    @staticmethod
    def covers(rule, c):
        return c.kind in rule.get('kinds', [c.kind]) and \
            PARTIES[c.party] in rule.get('parties', PARTIES) and \
            c.place in rule.get('places', PLACES) and \
            c.channel[1] in rule.get('channels', [c.channel[1]])

    def rule(self, section, rule, name):
        """The minutes that one rule forbids."""
        if rule.get('confidence') == 'unverified' or not self.covers(rule, self):
            return self.none()
        denied = getattr(self, section)(rule, name)
        if len(denied) < len(self.zones):
            denied = denied * len(self.zones)
        out = np.any([d & self.spanned(rule, day) for d, day in zip(denied, self.day)], axis=0)
        free = self.t < self.lifted(rule, name, 1, self.channel, self.party, len(self.events))
        return out & self.when(rule) & ~free & ~self.waived(rule, name)

    # ---- what binds without a rule ----

    def floor(self):
        named = any(section == 'hours' and home is None and
                    self.kind in rule.get('kinds', [self.kind]) and
                    rule.get('confidence') != 'unverified' and
                    not {'when', 'effective'} & set(rule) and
                    not {'consent', 'requested'} & set(rule.get('unless', [])) and
                    set(rule.get('parties', PARTIES)) == set(PARTIES) and
                    set(rule.get('places', PLACES[1:])) == set(PLACES[1:])
                    for section, rule, _, home in self.w.rules)
        if named or self.kind not in FLOOR:
            return self.none()
        out, pack = self.none(), self.w.pack
        for z, day in enumerate(self.day):
            shut = ~self.open(lambda _: [['08:00-20:00']], z)
            if pack and self.kind in pack['covers']:
                shut &= ~self.spanned(pack, day)
            out |= shut
        return out

    def stopped(self):
        out, gone = self.none(), False
        for _, begin, end in self.holds():
            self.from_to(out, begin, max(begin, min(end, self.first + self.count)))
        for e in self.events:
            if e['kind'] in ('OPT_OUT', 'OPT_IN') and self.about(e, 1, self.channel, self.party):
                gone = e['kind'] == 'OPT_OUT'
        return out | gone

    def denied(self):
        out = self.stopped() | self.floor()
        for z in range(len(self.zones)):
            out |= self.weekly('BLACKOUT', z)
        for section, rule, name, home in self.w.rules:
            pack = {'effective': home['effective']} if home and 'effective' in home else {}
            out |= self.rule(section, {**pack, **rule}, name)
        return out
