#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Turns check vectors of conduct rules into scenario files, one for each vector, and runs them.

  vectors.py VECTORS.json OUT_DIR [--packs DIR] [--dunctl PROGRAM]

A vector is {id, pack, zones, history, facts, contact, now, expected, next_allowed}. Its fields are
mapped one to one; no vector and no pack is known by name. A vector whose act lies outside of the
engine is left out and printed with the reason. --packs names a folder of packs: what they want
disclosed is then declared by the steps of the scenarios. --dunctl runs them; exit 1 if one is red.
Exit 77 if there are no vectors to be had.
"""
import argparse
import datetime as dt
import glob
import json
import os
import subprocess
import sys
import zoneinfo

try:
    import yaml
except ImportError:
    print('SKIP vectors: no PyYAML')
    sys.exit(77)

LEFT_OUT_AT_MOST = 12
NOTICE = 'written_notice'               # the mark that packs ask for; or the name of the notice
# Acts that the engine does not judge, and why.
OUTSIDE = {
    'charge_interest': 'interest is the ledger\'s business, no action of a ladder',
    'send_validation_notice': 'a duty with a last day, not a contact that a rule forbids',
    'consumer_dispute': 'an act of the debtor; whether it is in time is no question of contact',
    'purge_records': 'how long records are kept is no question of contact',
}
EXEMPT = 'an act exempt from %s: what confirms an opt-out is sent beside the ladder'

CHANNELS = {'call': 'phone', 'prerecorded': 'robot', 'text': 'sms', 'email': 'mail',
            'letter': 'post', 'dm': 'chat'}
KINDS = {'phone': 'voice', 'robot': 'voice', 'sms': 'text', 'mail': 'email', 'post': 'letter',
         'chat': {'kind': 'social', 'basis': 'vectors'}}
ELECTRONIC = ['sms', 'mail', 'chat']
OUTCOMES = {'voicemail_full': 'voicemail', 'ringless_voicemail': 'voicemail',
            'reply': 'conversation', 'listing_notice': 'delivered'}
INBOUND = ['reply']                     # outcomes by which the debtor wrote to us
PARTIES = {'consumer': 'borrower', 'spouse': 'co_borrower', 'third_party': 'third_party',
           'guarantor': 'guarantor'}
# What a hold of a vector is to the engine; None: the pack's own rule says it, not an event.
HOLDS = {'deferral': 'hardship', 'third_party': None}
WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']


def instant(text):
    """'2026-04-08T07:30:00+10:00[Australia/Sydney]'"""
    return dt.datetime.fromisoformat(text.split('[')[0])


class Case:
    """One vector on its way to a scenario."""

    def __init__(self, vector, discloses):
        self.v = vector
        self.facts, self.contact = vector['facts'], vector['contact']
        self.zone = zoneinfo.ZoneInfo(vector['zones'][0])
        self.now = instant(vector['now'])
        self.discloses = discloses
        self.debts, self.numbers = {}, {}
        self.account(self.contact['debt'])  # the debt asked about is account 1
        self.log = []                       # (instant, event)
        self.furnish = self.contact.get('act') == 'furnish_credit'
        self.notice, self.mark = None, NOTICE   # the channel of the step that sets the mark
        self.first = min([self.now] + [instant(h['t']) for h in vector['history']] +
                         [instant(x[k]) for name, k in (('holds', 'from'), ('consent', 't'))
                          for x in self.facts.get(name, [])] +
                         ([self.day(self.facts['notice_sent'])] if 'notice_sent' in self.facts
                          else [])) - dt.timedelta(days=30)

    def day(self, date, hour=0, days=0):
        """The instant of an hour of a date where the debtor lives."""
        d = dt.date.fromisoformat(str(date)) + dt.timedelta(days=days)
        return dt.datetime.combine(d, dt.time(hour), self.zone)

    def account(self, debt):
        debt = self.facts.get('debt_group', {}).get(debt, debt)
        return self.debts.setdefault(debt, len(self.debts) + 1)

    def address(self, number):
        return self.numbers.setdefault(number, len(self.numbers) + 1)

    def whom(self, source, into):
        """Party, place and address of a contact, made or asked about."""
        if 'person' in source:
            who = source['person']
            into['party'] = PARTIES['third_party' if who.startswith('third_party') else who]
        if 'place' in source:
            into['place'] = source['place']
        if 'number' in source:
            into['address'] = self.address(source['number'])

    # ---- the log ----

    def history(self):
        for h in self.v['history']:
            if 'creditor' in h and h['creditor'] != self.contact.get('creditor'):
                continue                    # another lender's contact: in that lender's log
            channel = CHANNELS[h['channel']]
            event = {}
            if self.furnish and h['channel'] != 'call':
                event['step'] = 'notice'    # what was written is the notice before the report
                self.notice = channel
                if h['outcome'].endswith('_notice'):
                    self.mark = h['outcome']
            elif h.get('dir') == 'in' or h['outcome'] in INBOUND:
                event['inbound'] = channel
            else:
                event['channel'] = channel
            event['outcome'] = OUTCOMES.get(h['outcome'], h['outcome'])
            self.whom(h, event)
            debts = h['debt'] if isinstance(h['debt'], list) else [h['debt']]
            for i, account in enumerate(dict.fromkeys(map(self.account, debts))):
                self.log.append((instant(h['t']), dict(
                    event, **({'account': account} if account != 1 else {}),
                    **({'same_contact': True} if i > 0 else {}))))
            if h['outcome'] == 'not_in_service':    # what is asked about is another number
                self.log.append((instant(h['t']), {'address_new': CHANNELS[h['channel']]}))

    def holds(self):
        for hold in self.facts.get('holds', []):
            at, kind = instant(hold['from']), hold['kind']
            kind = HOLDS.get(kind, kind)
            if kind is None:
                continue
            if kind == 'optout':
                for channel in hold['channels']:
                    self.log.append((at, {'opt_out': CHANNELS[channel]}))
                continue
            self.log.append((at, {'hold': kind, **({'until': instant(hold['until'])}
                                                   if 'until' in hold else {})}))

    def said(self):
        """What the debtor allowed and asked for."""
        for c in self.facts.get('consent', []):
            at = instant(c['t'])
            # its own date is day 1: it lasts to the end of the days-th
            until = self.day(at.astimezone(self.zone).date(), 0, c['days'])
            event = {'consent': CHANNELS[self.contact['channel']], 'until': until,
                     'scope': 'account'}
            if self.account(c['debt']) != 1:
                event['account'] = self.account(c['debt'])
            self.log.append((at, event))
        if self.facts.get('e_consent'):
            for channel in ELECTRONIC:
                self.log.append((self.first, {'consent': channel}))
        if self.facts.get('agreed_any_time'):
            self.log.append((self.first, {'hours_agreed': 'all', 'days': WEEK,
                                          'from': '00:00', 'to': '24:00'}))
        for b in self.facts.get('blackouts', []):
            self.log.append((self.first, {'blackout': 'all', **b}))

    def notices(self):
        if 'notice_sent' in self.facts:
            self.notice = 'post'
            self.log.append((self.day(self.facts['notice_sent'], 10),
                             {'step': 'notice', 'outcome': 'sent'}))
        elif not self.furnish and 'dpd' not in self.facts:
            # the vector is about something else: a notice that was due is long given
            self.log.append((self.first, {'step': 'notice', 'outcome': 'done'}))
        if any(w.get('never') for w in self.facts.get('waits', [])) and self.notice:
            # nothing that time brings: the notice came back
            self.log.append((self.now - dt.timedelta(days=1), {
                'step': 'notice', 'occurrence': 1, 'channel': self.notice,
                'outcome': 'failed_permanent'}))

    # ---- the scenario ----

    def policy(self):
        years = [self.first.year - 1, self.now.year + 2]
        holidays = self.facts.get('holidays', [])
        steps = [{'name': 'notice', 'do': 'task', 'marks': self.mark}]
        if self.notice is not None:
            steps = [{'name': 'notice', 'use': self.notice, 'marks': self.mark}]
            if self.discloses:
                steps[0]['discloses'] = self.discloses
        if self.furnish:
            steps.append({'name': 'furnish', 'do': 'report'})
        return {
            'dun': 1, 'name': 'vector', 'zone': self.v['zones'][0], 'zones': self.v['zones'][1:],
            'conduct': self.v['pack'].split('+'),
            'calendars': {'days': {'weekend': ['sat', 'sun'], 'holidays': holidays,
                                   'valid': years}},
            'calendar': 'days', 'channels': KINDS,
            'stages': [{'name': 'late', 'from': '0d', 'steps': steps}]}

    def facts_of_account(self):
        if 'dpd' in self.facts:
            due = self.now.astimezone(self.zone).date() - dt.timedelta(days=self.facts['dpd'])
        else:
            due = self.first.astimezone(self.zone).date() - dt.timedelta(days=1)
        account = {'id': 1, 'person': 1, 'due': due, 'past_due': 100000, 'balance': 100000,
                   'zone': self.v['zones'][0],
                   'reach': {p: list(KINDS) for p in PARTIES.values()}}
        if len(self.v['zones']) > 1:
            account['zone2'] = self.v['zones'][1]
        return account

    def question(self):
        allowed = self.v['expected'] == 'allowed'
        then = 'never' if self.v['next_allowed'] is None else instant(self.v['next_allowed'])
        if self.furnish:
            if allowed:
                return {'at': self.now, 'expect': {'kind': 'act', 'step': 'furnish'}}
            return {'at': self.now, 'expect': {'not_before': then, 'not': {'kind': 'act'}}}
        ask = {'channel': CHANNELS[self.contact['channel']]}
        self.whom(self.contact, ask)
        return {'at': self.now, 'permit': ask, 'expect': {'permitted': allowed, 'next': then}}

    def scenario(self):
        self.history()
        self.holds()
        self.said()
        self.notices()
        self.log.sort(key=lambda entry: entry[0])
        timeline = [{'at': at, 'event': event} for at, event in self.log] + [self.question()]
        return {'scenario': 1, 'policy': self.policy(), 'cases': [{
            'name': self.v['id'], 'account': self.facts_of_account(), 'placed': self.first,
            'timeline': timeline}]}


def plain(node):
    """Instants and dates as the text that they are written with."""
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items()}
    if isinstance(node, list):
        return [plain(v) for v in node]
    return node.isoformat() if isinstance(node, (dt.date, dt.datetime)) else node


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True                     # the language has none


def outside(vector):
    contact = vector['contact']
    if 'exempt_from' in contact:
        return EXEMPT % contact['exempt_from']
    return OUTSIDE.get(contact.get('act'))


def disclosed(folder):
    """All that any rule of the packs wants disclosed."""
    items = set()
    for path in sorted(glob.glob(os.path.join(folder, '*.yaml'))):
        with open(path, encoding='utf-8') as f:
            for rule in yaml.safe_load(f).get('disclose') or []:
                items.update(rule.get('items', []))
    return sorted(items)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('vectors')
    parser.add_argument('out')
    parser.add_argument('--packs')
    parser.add_argument('--dunctl')
    args = parser.parse_args()
    if not os.path.exists(args.vectors):
        print('SKIP vectors: no ' + args.vectors)
        return 77
    with open(args.vectors, encoding='utf-8') as f:
        vectors = json.load(f)
    discloses = disclosed(args.packs) if args.packs else []
    os.makedirs(args.out, exist_ok=True)
    files, left = [], 0
    for v in vectors:
        why = outside(v)
        if why:
            print('left out %s: %s' % (v['id'], why))
            left += 1
            continue
        files.append(os.path.join(args.out, v['id'] + '.yaml'))
        with open(files[-1], 'w', encoding='utf-8') as f:
            f.write('# SPDX-License-Identifier: MIT\n# Vector %s: %s\n' % (v['id'], v['rule']))
            yaml.dump(plain(Case(v, discloses).scenario()), f, Dumper, sort_keys=False, width=99)
    if left > LEFT_OUT_AT_MOST:
        print('%d vectors left out, at most %d may be' % (left, LEFT_OUT_AT_MOST))
        return 1
    if args.dunctl:
        return 1 if subprocess.run([args.dunctl, 'test'] + files, check=False).returncode else 0
    return 0


if __name__ == '__main__':
    sys.exit(main())
