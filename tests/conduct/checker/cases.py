# SPDX-License-Identifier: MIT
"""Random worlds for the checker: a policy and a pack of few rules, an account, a log. All times are
minutes since 1970, all from one seed."""
import datetime as dt
import json
import random

import clock
from facts import OF, fits

CHANNELS = {'phone': 'voice', 'robot': 'voice', 'sms': 'text', 'mail': 'email', 'post': 'letter',
            'app': 'push', 'chat': 'social', 'door': 'visit'}
KINDS = 'voice text email letter push social visit'.split()
PARTIES = ['borrower', 'co_borrower', 'guarantor', 'third_party']
PLACES = ['', 'personal', 'work', 'other']
ZONES = ['America/New_York', 'America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe',
         'America/Santiago', 'Africa/Cairo', 'Asia/Shanghai', 'Asia/Kathmandu']
PAIRS = ZONES + ['Pacific/Kiritimati', 'Pacific/Honolulu']
DAYS = 'mon tue wed thu fri sat sun'.split()
EDGES = [0, 60, 90, 120, 135, 150, 180, 420, 480, 540, 780, 1020, 1140, 1200, 1260, 1320, 1380,
         1410, 1440]
SPOKEN = ['no_answer', 'voicemail', 'conversation', 'promised', 'refused', 'hung_up', 'busy',
          'third_party', 'asks_time', 'disputed', 'unknown']
WRITTEN = ['sent', 'delivered', 'read', 'promised', 'refused', 'failed_temporary', 'declined',
           'unknown']
SEEN = [['conversation'], ['connected'], ['cooperative'], ['refusing'], ['promised', 'refused'],
        ['success'], ['no_answer']]


class World:
    def __init__(self, seed):
        self.seed, self.r = seed, random.Random(seed)
        r = self.r
        self.zone, self.zone2 = r.choice(ZONES), None
        if self.chance(.15):
            self.zone2 = r.choice([z for z in PAIRS if z != self.zone])
        self.zones = [z for z in (self.zone, self.zone2) if z]
        self.center = self.draw_center()
        self.channels = dict(r.sample(sorted(CHANNELS.items()), 4), phone='voice')
        self.places = {c: r.choice(PLACES[1:]) for c in sorted(self.channels) if self.chance(.1)}
        self.party = r.choice([0, 0, 0, 1])
        self.use = r.sample(sorted(self.channels), 2 if self.chance(.3) else 1)
        self.detailed = self.chance(.4)     # whether contacts say address and place
        self.due, self.score = self.center // 1440 - r.randrange(4, 40), r.randrange(4)
        self.holidays = sorted({self.date(-9, 9) for _ in range(6)})
        self.holidays = [d for d in self.holidays if '2026' in d]   # `valid` is that year
        self.own, self.pack = {}, None
        self.rules = []                     # (section, rule, its full name, its pack or None)
        self.draw_rules()
        self.requests = any('requested' in rule.get('unless', []) for _, rule, _, _ in self.rules)
        self.alone = self.requests or self.chance(.3)   # no accounts beside this one
        self.events = []
        self.draw_log()
        self.last = self.events[-1]['at']

    def chance(self, p):
        return self.r.random() < p

    def some(self, items, sizes=(1, 1, 2, 3)):
        return self.r.sample(items, min(len(items), self.r.choice(sizes)))

    def draw_center(self):
        turns = [t for z in self.zones for t in clock.zone(z).turns
                 if clock.minute(2026, 1, 1) < t < clock.minute(2026, 12, 31)]
        if turns and self.chance(.5):
            return self.r.choice(turns) + self.r.randrange(-5 * 1440, 8 * 1440)
        if self.chance(.1):
            return clock.minute(2026, 12, 27) + self.r.randrange(5 * 1440)
        return clock.minute(2026, 1, 15) + self.r.randrange(330 * 1440)

    def date(self, low, high):
        day = self.center // 1440 + self.r.randint(low, high)
        return str(dt.date(1970, 1, 1) + dt.timedelta(day))

    # ---- rules ----

    def draw_rules(self):
        r = self.r
        if self.chance(.6):
            self.pack = {
                'pack': 'lab', 'title': 'lab', 'jurisdiction': 'none', 'source': 'none',
                'covers': sorted({self.channels[c] for c in self.use} | set(self.some(KINDS)))}
            if not self.zone2 and self.chance(.3):
                self.pack['effective'] = self.span()
        for i in range(r.choice([1, 1, 2, 2, 3, 4])):
            section = r.choice(['hours', 'hours', 'caps', 'caps', 'caps', 'cooldowns', 'cooldowns',
                                'spacing', 'exclusive', 'forbid'])
            rule = {'id': 'r%d' % i}
            self.draw_shared(rule, section)
            getattr(self, 'rule_' + section)(rule)
            home = self.pack if 'channels' not in rule and self.chance(.6) else None
            (self.own if home is None else home).setdefault(section, []).append(rule)
            self.rules.append((section, rule, ('lab/' if home else '') + rule['id'], home))

    def span(self):
        return {k: v for k, v in (('from', self.date(-9, 4)), ('until', self.date(4, 12)))
                if self.chance(.7)} or {'until': self.date(0, 4)}

    def kinds(self):
        return sorted({self.channels[self.r.choice(self.use)]} | set(self.some(KINDS, (0, 1, 3))))

    def draw_shared(self, rule, section):
        r, low = self.r, self.r.randrange(45)
        if self.chance(.85):
            rule['kinds'] = self.kinds()
        if self.chance(.2):
            rule['parties'] = PARTIES[:r.choice([1, 2, 3])]
        if self.chance(.1):
            rule['places'] = self.some(PLACES[1:], (1, 2))
        if self.chance(.15):
            rule['when'] = r.choice([{'dpd': {'min': low, 'below': low + r.randrange(1, 25)}},
                                     {'dpd': {'below': low + 1}}, {'dpd': {'min': low}},
                                     {'score': {'min': 2}}, {'score': [0, 1, 3]}])
        if self.chance(.4):
            rule['unless'] = r.choice([['consent'], ['consent'], ['requested'],
                                       ['consent', 'requested']])
            if section == 'hours' and self.chance(.7):
                rule['unless'] = r.choice([['agreed'], ['agreed'], ['agreed', 'consent']])
            if 'consent' in rule['unless']:
                if self.chance(.3):
                    rule['group'] = r.choice(['calls', 'nights'])
                if self.chance(.5):
                    rule['consent'] = r.choice([{'for': '%dd' % r.randrange(1, 9)},
                                                {'until': ['conversation']},
                                                {'for': '7d', 'until': ['conversation']}])
        rule['strength'] = r.choice(['law', 'presumption', 'guideline'])
        if self.chance(.05):
            rule['confidence'] = 'unverified'
        if not self.zone2 and self.chance(.12):
            rule['effective'] = self.span()

    def windows(self):
        edges = sorted(self.r.sample(EDGES, self.r.choice([2, 2, 2, 4])))
        return ['%02d:%02d-%02d:%02d' % (*divmod(a, 60), *divmod(b, 60))
                for a, b in zip(edges[::2], edges[1::2])]

    def rule_hours(self, rule):
        keys = self.r.choice([['all'], ['weekdays', 'sat'], ['weekdays', 'weekend'], ['all', 'sun'],
                              ['all', 'weekend', self.r.choice(DAYS)]])
        for i, key in enumerate(keys):
            rule[key] = self.windows() if i == 0 or self.chance(.7) else []
        if self.chance(.35):
            rule['holiday'] = self.windows() if self.chance(.5) else []

    def draw_counting(self, rule):
        if self.chance(.3):
            rule['count'] = self.r.choice(SEEN + [['attempt', 'failure'],
                                                  ['no_answer', 'voicemail']])
        if self.chance(.2) and ('count' not in rule or len(rule['count']) > 1):
            rule['except'] = self.r.choice([['no_answer'], ['conversation'], ['voicemail', 'sent']])
        if not any(fits(o, rule.get('count', ['attempt']), 'text') and
                   not fits(o, rule.get('except', []), 'voice') for o in OF):
            del rule['except']              # a cap that counts nothing is an error
        rule['scope'] = self.r.choice(['account', 'account', 'person', 'channel', 'address'])
        if 'parties' in rule and self.chance(.5):
            rule['together'] = True

    def rule_caps(self, rule):
        r = self.r
        self.draw_counting(rule)
        rule['max'] = r.choice([1, 1, 2, 2, 3, 4])
        rule['per'] = r.choice(['1d', '2d', '3d', '7d', '7d', '14d', '30d', '1h', '24h', '48h',
                                '168h', 'day', 'day', 'week', 'week', 'month'])
        if self.chance(.25):
            rule['direction'] = r.choice(['in', 'both', 'out'])
        if self.chance(.15):
            rule['active_after'] = r.choice(SEEN)

    def rule_spacing(self, rule):
        self.draw_counting(rule)
        rule.pop('together', None)
        rule['min'] = self.r.choice(['1d', '2d', '3d', '4h', '24h', '36h'])

    def rule_cooldowns(self, rule):
        r = self.r
        rule['after'] = r.choice(SEEN)
        rule['for'] = r.choice(['1d', '2d', '7d', '14d', '12h', '36h', '168h', '1mo'])
        for key, values in (('direction', ['in', 'out', 'both']), ('scope', ['account', 'person'])):
            if self.chance(.4):
                rule[key] = r.choice(values)
        if self.chance(.3):
            rule['after_kinds'] = self.kinds()
        if 'parties' in rule and self.chance(.5):
            rule['together'] = True

    def rule_exclusive(self, rule):
        self.rule_cooldowns(rule)
        rule.pop('together', None)
        rule['for'] = self.r.choice(['1d', '2d', '7d', '36h', '168h'])

    def rule_forbid(self, rule):
        if self.chance(.2):
            rule['channels'] = self.r.sample(sorted(self.channels), 2)
            rule.pop('kinds', None)
        elif not {'parties', 'places'} & set(rule):
            rule['kinds'] = self.kinds()
        if not {'when', 'unless', 'effective'} & set(rule):
            if self.chance(.3):             # never for the policy's own step: that is an error
                rule['parties'] = ['guarantor']
            else:
                rule['when'] = {'dpd': {'min': self.r.randrange(45)}}
        if not {'kinds', 'parties', 'places', 'channels', 'when'} & set(rule):
            rule['kinds'] = self.kinds()    # to forbid nothing in particular is an error

    def policy(self):
        use = self.use[0] if len(self.use) == 1 else {'any': self.use}
        channels = {c: dict({'kind': k, 'basis': 'test'},
                            **({'place': self.places[c]} if c in self.places else {}))
                    for c, k in self.channels.items()}
        conduct = {'conduct': ['lab']} if self.pack else {'conduct': 'none', 'basis': 'test'}
        return dict(dun=1, name='checked', zone=self.zone, zones=[self.zone2] if self.zone2 else [],
                    attributes=['score'], channels=channels, calendar='days',
                    calendars={'days': {'weekend': ['sat', 'sun'], 'holidays': self.holidays,
                                        'valid': [2026, 2026]}},
                    stages=[{'name': 'late', 'from': '0d', 'steps': [
                        {'name': 'ask', 'use': use, 'to': PARTIES[self.party]}]}],
                    **conduct, **self.own)

    # ---- the log ----

    def add(self, at, kind, **more):
        self.events.append(dict(dict(
            at=min(at, self.center), kind=kind, account=1, channel=None, party=self.party, place=0,
            address=0, step='', occurrence=0, outcome='none', until=0, detail=0, amount=0,
            flags=()), **more))

    def moment(self):
        """Before the center: any minute, or one near a midnight, or on the half hour."""
        at = self.center - self.r.randrange(self.r.choice([3, 12, 40]) * 1440)
        if self.chance(.3):
            return clock.zone(self.r.choice(self.zones)).start(at // 1440) + self.r.randint(-3, 3)
        return at - at % 30 if self.chance(.4) else at

    def draw_log(self):
        r = self.r
        # permissions are about all channels, one, or its kind: in one log always the same
        one = r.choice(self.use)
        self.said = r.choice([None, (self.channels[one], one), (self.channels[one], 'any')])
        self.flags = ('ACCOUNT',) if self.alone and self.chance(.15) else ()
        self.known = any(rule.get('scope') in ('channel', 'address') or section == 'exclusive'
                         for section, rule, _, _ in self.rules)     # only channels of the policy
        for number in range(1, r.choice([1, 3, 5, 7, 10, 13])):
            what = r.choices(
                ['contact', 'delivery', 'inbound', 'permission', 'hours', 'waive', 'stop'],
                [45, 22, 12, 9, 8, 3 * self.alone, 2])[0]
            getattr(self, 'log_' + what)(self.moment(), number)
        self.add(self.center - 60 * 1440, 'PLACED', party=0)
        self.events.sort(key=lambda e: e['at'])

    def whom(self):
        channel = self.r.choice(self.use if self.chance(.6) else sorted(self.channels))
        event = {'channel': (self.channels[channel], channel), 'account': 1}
        if not self.known and self.chance(.05):
            event['channel'] = ('voice', 'old-phone')
        if self.chance(.2):
            event['party'] = self.r.randrange(3)
        if self.detailed and self.chance(.7):
            event['address'], event['place'] = self.r.randrange(3), self.r.randrange(4)
        if not self.alone and self.chance(.25):
            event['account'] = 2
        return event

    def result(self, event, at, extra=()):
        words = SPOKEN if event['channel'][0] in ('voice', 'visit') else WRITTEN
        event['outcome'] = self.r.choice(words + list(extra) + ['callback'] * 3 * self.requests)
        if event['outcome'] == 'callback' and self.chance(.4):
            event['until'] = at + self.r.randrange(60, 6 * 1440)

    def log_contact(self, at, _):
        event = self.whom()
        self.result(event, at)
        event['flags'] = ('INBOUND',) if self.chance(.08) else ()
        self.add(at, 'CONTACT', **event)
        if not self.alone and self.chance(.2):
            self.add(at, 'CONTACT', **dict(event, account=3 - event['account'],
                                           flags=event['flags'] + ('SAME_CONTACT',)))

    def log_delivery(self, at, number):
        event = dict(self.whom(), step='old-step', occurrence=number)
        if self.chance(.85):
            self.add(at, 'INTENT', **{k: v for k, v in event.items()
                                      if k not in ('place', 'address')})
        for first in self.r.choice([[], [], ['queued'], ['unknown'], ['sent']]):
            at += self.r.choice([0, 1, 5, 60])
            self.add(at, 'CONTACT', **dict(event, outcome=first))
        if self.chance(.8):
            at += self.r.choice([0, 1, 5, 60, 700])
            self.result(event, at, ['queued'])
            self.add(at, 'CONTACT', **event)

    def log_inbound(self, at, _):
        event = self.whom()
        self.result(event, at)
        if event['outcome'] not in ('promised', 'refused', 'callback', 'asks_time'):
            event['outcome'] = 'conversation'
        if event['outcome'] == 'callback' and not self.known and self.chance(.2):
            event['channel'] = None
        self.add(at, 'INBOUND', **event)

    def until(self, at):
        return at + self.r.randrange(60, 12 * 1440) if self.chance(.5) else 0

    def log_permission(self, at, _):
        lifted = [(name, rule.get('group', name)) for _, rule, name, _ in self.rules
                  if 'consent' in rule.get('unless', [])]
        event = dict(channel=self.said, account=1 if self.alone else self.r.choice([1, 2]),
                     flags=self.flags,
                     detail=self.r.choice([0, *self.r.choice(lifted or [(0, 0)])]))
        self.add(at, 'CONSENT', **event, until=self.until(at))
        if self.chance(.25):
            event['detail'] = self.r.choice([0, event['detail']])
            self.add(at + self.r.randrange(5000), 'CONSENT_REVOKED', **event)

    def log_hours(self, at, _):
        kind, (a, b) = self.r.choice(['HOURS_AGREED', 'BLACKOUT']), sorted(self.r.sample(EDGES, 2))
        event = dict(channel=self.said, account=1 if self.alone else self.r.choice([1, 2]),
                     flags=self.flags)
        self.add(at, kind, **event, detail=self.r.randrange(1, 128), amount=a | b << 16,
                 until=self.until(at))
        if self.chance(.2):
            self.add(at + self.r.randrange(5000), kind, **event)

    def log_waive(self, at, _):
        names = [name for _, rule, name, _ in self.rules if 'when' not in rule] or ['gone']
        self.add(at, 'WAIVE', party=0, detail=self.r.choice(names), until=self.until(at))

    def log_stop(self, at, _):
        r, later = self.r, at + self.r.randrange(1, 6000)
        if self.chance(.3):
            self.add(at, 'OPT_OUT', channel=self.said)
            if self.chance(.5):
                self.add(later, 'OPT_IN', channel=self.said)
            return
        event = dict(party=0, detail=r.choice(['dispute', 'manual', 'cease', 'breathing_space']),
                     account=1 if self.alone else r.choice([1, 2]))
        begin = at + r.choice([0, 0, 1440])
        self.add(at, 'HOLD', **event, amount=begin if begin != at else 0,
                 until=begin + r.randrange(60, 9 * 1440) if self.chance(.8) else 0)
        if self.chance(.3):
            self.add(later, 'RELEASE', **event)


def write(world):
    """The world as `ask` reads it, but for the questions."""
    out = []
    for word, text in (('pack', world.pack), ('policy', world.policy())):
        if text is not None:
            text = json.dumps(text)
            out.append('%s %d\n%s' % (word, len(text), text))
    out.append('account %d %d %s %s' % (world.due, world.score, world.zone, world.zone2 or '-'))
    for e in world.events:
        detail = '@' + e['detail'] if isinstance(e['detail'], str) else str(e['detail'])
        amount, until = e['amount'], e['until'] * 60
        if e['kind'] == 'HOLD':
            amount *= 60
        out.append(' '.join(map(str, [
            'event', e['kind'], e['at'] * 60, e['account'], '%s:%s' % e['channel'] if e['channel']
            else '-', detail, e['step'] or '-', world.due if e['step'] else 0, e['occurrence'],
            e['outcome'], e['party'] | e['place'] << 4, e['address'], until, amount,
            '+'.join(e['flags']) or '-'])))
    return '\n'.join(out) + '\n'
