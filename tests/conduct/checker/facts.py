# SPDX-License-Identifier: MIT
"""What the log says, for the judge: contacts, what lifts a rule for one of them, holds."""
import re

import clock

PARTIES = ['borrower', 'co_borrower', 'guarantor', 'third_party']
PLACES = ['', 'personal', 'work', 'other']
PERSON_HOLDS = ['bankruptcy', 'deceased', 'cease', 'attorney', 'military', 'disaster',
                'breathing_space']
TRAITS = {'attempt': 'A', 'connected': 'C', 'conversation': 'V', 'success': 'S', 'failure': 'F',
          'cooperative': 'O', 'refusing': 'R'}
OF = {'queued': 'A', 'sent': 'AS', 'delivered': 'ACS', 'read': 'ACS', 'unknown': 'A',
      'failed_temporary': 'F', 'busy': 'F', 'declined': 'F', 'no_answer': 'A', 'voicemail': 'ACS',
      'third_party': 'AC', 'conversation': 'ACVS', 'disputed': 'ACVS', 'refused': 'ACVSR',
      'hung_up': 'ACVSR', 'opted_out': 'ACVSR'}
for word in 'promised will_pay_part asks_plan asks_time hardship callback paid'.split():
    OF[word] = 'ACVSO'
NEVER = 1 << 62


def fits(outcome, wanted, kind):
    """Whether an outcome is one of the outcomes and traits of a list."""
    traits = OF.get(outcome, '')
    if outcome in ('refused', 'hung_up', 'opted_out') and kind not in ('voice', 'visit'):
        traits = traits.replace('V', '')
    return any(TRAITS[w] in traits if w in TRAITS else w == outcome for w in wanted)


def kind_of(event):
    return event['channel'][0] if event['channel'] else None


def length(text):
    n, unit = re.fullmatch(r'(\d+)(h|d|mo)', text).groups()
    return int(n), unit


class Contact:
    """What the log says of one contact, outbound or inbound."""

    def __init__(self, event, position, places):
        self.account, self.party, self.channel = event['account'], event['party'], event['channel']
        self.kind, name = self.channel or (None, None)
        self.place, self.address = places.get(name, 'personal'), 0
        self.inbound = event['kind'] == 'INBOUND' or 'INBOUND' in event['flags']
        self.at, self.position, self.group = event['at'], position, position
        self.outcome, self.ended = 'none', event['at']

    def learn(self, event):
        self.place = PLACES[event['place']] or self.place
        self.address = event['address'] or self.address
        if event['kind'] != 'INTENT':
            self.outcome, self.ended = event['outcome'], event['at']


class Log:
    """The events of a world, as they bear on its account 1."""

    def __init__(self, world):
        self.w, self.events = world, world.events
        self.zones = [clock.zone(z) for z in world.zones]
        self.read_contacts()

    def read_contacts(self):
        self.contacts, keys = [], {}
        for i, e in enumerate(self.events):
            if e['kind'] not in ('INTENT', 'CONTACT', 'INBOUND'):
                continue
            key = (e['account'], e['step'], e['occurrence']) if e['step'] else i
            if key not in keys:
                keys[key] = Contact(e, i, self.w.places)
                self.contacts.append(keys[key])
                if 'SAME_CONTACT' in e['flags'] and len(self.contacts) > 1:
                    keys[key].group = self.contacts[-2].group
            keys[key].learn(e)

    def about(self, e, account, channel, party):
        """Whether what the debtor said holds for that contact."""
        if e['party'] != party or ('ACCOUNT' in e['flags'] and e['account'] != account):
            return False
        said = e['channel']
        return said is None or said == channel or (
            channel is not None and said[1] not in self.w.channels and said[0] == channel[0])

    def consent_ends(self, rule, name, account, channel, party, position):
        """Before which minute a consent of the log so far lifts the rule; each has begun."""
        terms, best = rule.get('consent', {}), 0
        details = (0, name, rule.get('group', 0))
        for i, e in enumerate(self.events[:position]):
            if e['kind'] != 'CONSENT' or e['detail'] not in details or \
                    not self.about(e, account, channel, party):
                continue
            end = e['until'] or NEVER
            if 'for' in terms:
                end = min([end] + [z.start(z.day[e['at'] - clock.FIRST] + length(terms['for'])[0])
                                   for z in self.zones])
            for later in self.events[i + 1:position]:
                if later['kind'] == 'CONSENT_REVOKED' and later['detail'] in details and \
                        self.about(later, account, channel, party):
                    end = 0
                if later['kind'] in ('CONTACT', 'INBOUND') and later['party'] == party and \
                        ('ACCOUNT' not in e['flags'] or later['account'] == account) and \
                        fits(later['outcome'], terms.get('until', []), kind_of(later)):
                    end = min(end, later['at'])
            best = max(best, end)
        return best

    def request_ends(self, party, kind, position):
        """Before which minute a request of the debtor waits for its contact."""
        for i in reversed(range(position)):
            e = self.events[i]
            by = kind_of(e)
            if e['outcome'] == 'callback' and e['party'] == party and by in (kind, None):
                # the newest counts; whatever came of the contact after it, it has answered
                answered = any(i < c.position < position and not c.inbound and c.party == party and
                               by in (c.kind, None) for c in self.contacts)
                return 0 if answered else e['until'] or NEVER
        return 0

    def lifted(self, rule, name, account, channel, party, position):
        unless, ends = rule.get('unless', []), [0]
        if 'consent' in unless:
            ends.append(self.consent_ends(rule, name, account, channel, party, position))
        if 'requested' in unless:
            ends.append(self.request_ends(party, channel and channel[0], position))
        return max(ends)

    def holds(self):
        """(kind, from, until) of the holds on this account."""
        for i, e in enumerate(self.events):
            if e['kind'] != 'HOLD' or e['account'] != 1 and e['detail'] not in PERSON_HOLDS:
                continue
            ends = [r['at'] for r in self.events[i + 1:] if r['kind'] == 'RELEASE' and
                    r['detail'] == e['detail'] and
                    (e['account'] == r['account'] or e['detail'] in PERSON_HOLDS)]
            yield e['detail'], e['amount'] or e['at'], min(ends + [e['until'] or NEVER])
