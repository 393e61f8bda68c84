# SPDX-License-Identifier: MIT
"""The terms of the contract as the model has them: events, outcomes, durations, what a policy says
of a stage and a step, what the log says of a delivery."""
import re

from civil import NEVER

(PLACED, FACTS, VOID, INTENT, CONTACT, ACTION, INBOUND) = range(1, 8)
HOLD, RELEASE, OPT_OUT, OPT_IN, DEAD, NEW = 14, 15, 16, 17, 18, 19
OVERRIDE, CURED, CLOSED, REOPENED = 25, 27, 28, 29
KINDS = ['', 'voice', 'text', 'email', 'letter', 'push', 'social', 'visit']
PARTIES = ['borrower', 'co_borrower', 'guarantor', 'third_party']
HOLDS = ['', 'dispute', 'hardship', 'bankruptcy', 'deceased', 'cease', 'attorney',
         'breathing_space', 'military', 'fraud', 'disaster', 'manual']
PERSON_HOLDS = {'bankruptcy', 'deceased', 'cease', 'attorney', 'military', 'disaster',
                'breathing_space'}
FACT = {2: 'past_due', 3: 'balance', 4: 'minimum_due', 5: 'late_fees', 6: 'prior_delinquencies'}
OUTCOMES = ('none queued sent delivered read unknown failed_temporary busy declined '
            'failed_permanent not_in_service no_answer voicemail wrong_party third_party '
            'conversation disputed promised will_pay_part asks_plan asks_time hardship callback '
            'paid refused hung_up opted_out done').split()
TRAITS = dict(queued='A', sent='AS', delivered='ACS', read='ACS', unknown='A', failed_temporary='F',
              busy='F', declined='F', failed_permanent='FD', not_in_service='FD', no_answer='A',
              voicemail='ACS', wrong_party='ACFD', third_party='AC', conversation='ACVS',
              disputed='ACVS', refused='ACVSR', hung_up='ACVSR', opted_out='ACVSR', done='S')
for o in 'promised will_pay_part asks_plan asks_time hardship callback paid'.split():
    TRAITS[o] = 'ACVSO'
TRAIT = dict(attempt='A', connected='C', conversation='V', success='S', failure='F',
             cooperative='O', refusing='R')
HORIZON = 400
PUBLIC = ('voice', 'text', 'push', 'social', 'visit')
DAYS = 'mon tue wed thu fri sat sun'.split()
YES = ('true', 'True', True)


def listed(x):
    return x if isinstance(x, list) else [x]


def fits(outcome, wanted, kind=None):
    """Whether an outcome is one of those wanted, by name or trait."""
    traits = TRAITS.get(outcome, '')
    if outcome in ('refused', 'hung_up', 'opted_out') and kind not in (None, 'voice', 'visit'):
        traits = traits.replace('V', '')
    return any(TRAIT[w] in traits if w in TRAIT else w == outcome for w in listed(wanted))


def performs(outcome):
    return outcome not in ('none', 'queued', 'unknown') and 'F' not in TRAITS[outcome]


class Duration:
    def __init__(self, text):
        n, self.unit = re.fullmatch(r'(\d+)(m|h|d|w|mo|bd)', str(text)).groups()
        self.n = int(n)
        if self.unit == 'w':
            self.n, self.unit = self.n * 7, 'd'
        self.civil = self.unit in ('d', 'mo', 'bd')
        self.seconds = None if self.civil else self.n * (60 if self.unit == 'm' else 3600)


class Step:
    def __init__(self, m, stage, data):
        self.name, self.stage, self.data = data['name'], stage, data
        self.id = m.ids['steps'][self.name]
        self.do = data.get('do', 'contact')
        use = data.get('use')
        self.any = isinstance(use, dict)
        self.use = [] if use is None else listed(use['any'] if self.any else use)
        self.party = PARTIES.index(data.get('to', 'borrower'))
        self.every = Duration(data['every']) if 'every' in data else None
        self.times = int(data['times']) if 'times' in data else (NEVER if self.every else 1)
        h = data.get('time')
        self.time = int(h[:2]) * 60 + int(h[3:]) if h else None
        self.within = Duration(data['within']) if 'within' in data else None
        self.late = data.get('late')
        self.escalate = self.late['escalate'] if isinstance(self.late, dict) else None
        self.requires = data.get('requires') or []
        self.predue = stage.start < 0
        self.contact = self.do == 'contact'
        self.adverse = self.do not in ('contact', 'task')
        self.final = data.get('final') in YES
        self.optional = data.get('optional') in YES
        self.on_escalation = data.get('on_escalation') in YES


class Stage:
    def __init__(self, m, index, data):
        self.name, self.index, self.data = data['name'], index, data
        self.start = m.point(data['from'])
        self.when, self.requires = data.get('when'), data.get('requires') or []
        self.min_stay = Duration(data['min_stay']) if 'min_stay' in data else None
        self.steps = []


class Delivery:
    """Everything the log has under one key."""

    def __init__(self, key, optional):
        self.key, self.events, self.optional = key, [], optional
        self.due, self.step, self.occurrence, self.attempt = key

    @property
    def outcomes(self):
        return [e for e in self.events if e['kind'] != INTENT]

    @property
    def intent(self):
        return next((e for e in self.events if e['kind'] == INTENT), None)

    @property
    def last(self):
        return OUTCOMES[self.outcomes[-1]['outcome']] if self.outcomes else 'none'

    @property
    def place(self):
        # reading: a delivery belongs to the cycle in which it was begun
        return self.events[0]['i']

    @property
    def performed_at(self):
        """The first outcome that performs, if the last one does."""
        # performed = the occurrence is used up, which of an optional step `unknown` does too
        if not self.uses_up(self.last):
            return None
        return next(e['at'] for e in self.outcomes if self.uses_up(OUTCOMES[e['outcome']]))

    @property
    def acted(self):
        """Whether something is known to have been done: `unknown` opens no episode."""
        return performs(self.last)

    def uses_up(self, outcome):
        return performs(outcome) or (self.optional and outcome == 'unknown')

    @property
    def for_step(self):
        return next((e['detail'] for e in self.events if e['detail']), 0)


class Offer:
    """A step that may be taken: what the decision would say of it."""

    def __init__(self, **fields):
        self.__dict__.update(dict(for_step=0, forever=False, intent=None, held=False,
                                  missing=False, deadline=NEVER, permitted=NEVER), **fields)
