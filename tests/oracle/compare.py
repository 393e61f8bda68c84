# SPDX-License-Identifier: MIT
"""
Hold dun_decide against the independent model.

  compare.py DUMP_CASES [--first N] [--policies N] [--shrink N]
  compare.py DUMP_CASES --replay FILE     # JSON lines that dump_cases printed

Prints how many decisions agree, the disagreements by class (the fields that differ), and for each
class the smallest case found: events, steps and stages are dropped as long as the same fields
differ. Exits 1 if there are disagreements other than by the READINGS.
DUN_ORACLE_POLICIES in the environment goes before --policies.
"""
import argparse
import collections
import copy
import datetime
import json
import os
import subprocess
import sys
import traceback

import yaml

import model

FIELDS = ('kind stage step channel due_day occurrence attempt planned_at not_before deadline '
          'for_step dpd bucket').split()
KEYS = ('at rec account amount until due_day step channel detail occurrence kind outcome party '
        'address attempt flags').split()
EVENT = ('- PLACED FACTS VOID INTENT CONTACT ACTION INBOUND PAYMENT REVERSAL PROMISE PROMISE_CANCELLED'
         ' ARRANGEMENT ARRANGEMENT_CANCELLED HOLD RELEASE OPT_OUT OPT_IN ADDRESS_DEAD ADDRESS_NEW '
         'CONSENT CONSENT_REVOKED HOURS_AGREED BLACKOUT POSTURE OVERRIDE WAIVE CURED CLOSED REOPENED'
         ).split()


# Where docs/semantics.md reads the contract in a way that the model does not follow. The model notes
# when a case comes upon one; if the answers differ then, it is counted by itself. An entry goes when
# the model follows.
READINGS = {
    'each-optional-queued': 'an open intent keeps the plan of its occurrence, were it queued before',
    'queued-passed': 'a queued delivery is waited for while it is the newest of its step',
    'never-comes': 'days that a hold without end keeps from coming are planned by nobody',
    'mark-by-failure': 'a failure meets the requires of a mark, if failures are named',
    'stand-in-queued': 'what a queued stand-in will have to be is answered once it has settled',
    'given-up-early': 'an occurrence whose last channel is spent is missed when a later one has begun',
    'placed-under-hold': 'stepwise: an account that is placed anew under a hold begins again',
    'fall-under-hold': 'under a hold the stage falls to one that has held since before the hold',
}


class Library:
    """Asks a running `dump_cases --ask`."""

    def __init__(self, program):
        self.run = subprocess.Popen([program, '--ask'], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE)

    def ask(self, case):
        a, text = case['account'], case['policy'].encode()
        words = [a[k] for k in ('id flags due_day past_due balance minimum_due late_fees '
                                'limitation_day prior_delinquencies').split()]
        words += [a['zone'] or '-', a['zone2'] or '-']
        for reach, zone in zip(a['reach'], a['party_zone']):
            words += [reach, zone or '-']
        words += a['attribute'] + [len(case['events'])]
        for e in case['events']:
            words += [e[k] for k in KEYS]
        words.append(case['now'])
        self.run.stdin.write(b'%d\n%s\n%s\n' % (len(text), text,
                                                ' '.join(map(str, words)).encode()))
        self.run.stdin.flush()
        answer = json.loads(self.run.stdout.readline())
        return answer


def differs(case):
    """The fields in which the two differ."""
    try:
        mine = model.decide(case)
    except Exception:
        return ('model failed', traceback.format_exc(limit=-1).strip().split('\n')[-1]), None
    d = case['decision']
    if 'error' in d:
        return ('library error',), mine
    known = tuple(sorted(mine['contested'] & set(READINGS)))
    compared = FIELDS
    if not d['step'] and not mine['step']:
        compared = [f for f in FIELDS if f not in ('planned_at', 'not_before', 'deadline', 'due_day')]
    fields = tuple(f for f in compared if mine[f] != d[f])
    return (('known:',) + known if fields and known else fields), mine


def smaller(case):
    """Cases with something left out."""
    n = len(case['events'])
    for size in (n // 2, n // 4, 2, 1):
        for i in range(0, n, size or 1):
            if size:
                yield dict(case, events=case['events'][:i] + case['events'][i + size:])
    p = yaml.load(case['policy'], yaml.BaseLoader)
    if 'zones' in p and not case['account']['zone2']:
        q = copy.deepcopy(p)
        q.pop('zones')
        yield with_policy(case, q)
    for i, s in enumerate(p['stages']):
        if len(p['stages']) > 1:
            q = copy.deepcopy(p)
            del q['stages'][i]
            yield with_policy(case, q)
        for key in ('when', 'requires', 'min_stay'):
            if key in s:
                q = copy.deepcopy(p)
                del q['stages'][i][key]
                yield with_policy(case, q)
        for j, step in enumerate(s['steps']):
            q = copy.deepcopy(p)
            del q['stages'][i]['steps'][j]
            yield with_policy(case, q)
            for key in step:
                if key not in ('name', 'use', 'do'):
                    q = copy.deepcopy(p)
                    del q['stages'][i]['steps'][j][key]
                    yield with_policy(case, q)
    for key in ('hours', 'ignore_below', 'revision'):
        if key in p:
            q = copy.deepcopy(p)
            del q[key]
            yield with_policy(case, q)
    a = case['account']
    if a['zone'] or a['zone2']:
        yield dict(case, account=dict(a, zone='', zone2=''))


def with_policy(case, p):
    return dict(case, policy=yaml.safe_dump(p, sort_keys=False, width=100,
                                            default_flow_style=None))


def shrink(case, fields, library):
    changed, tries = True, 0
    while changed and tries < 600:
        changed = False
        for c in smaller(case):
            tries += 1
            answer = library.ask(c)
            if 'decision' not in answer or 'error' in answer['decision']:
                continue
            c = dict(c, decision=answer['decision'], ids=answer['ids'])
            if differs(c)[0] == fields:
                case, changed = c, True
                break
    return case


def show_time(case, t):
    if t >= model.NEVER:
        return 'never'
    if abs(t) > 60000000000:
        return str(t)
    p = yaml.load(case['policy'], yaml.BaseLoader)
    zone = model.civil.zone(case['account']['zone'] or p['zone'])
    return datetime.datetime.fromtimestamp(t, zone).isoformat()


def show(case, fields, mine, out=sys.stdout):
    d = case['decision']
    print('policy:', file=out)
    for line in case['policy'].strip().split('\n'):
        if not line.startswith(('zones:', 'dun:', 'name:', 'revision:', 'conduct:', 'basis:')):
            print('  ' + line, file=out)
    a = case['account']
    print('account: due %s past_due %d reach %d flags %d zone %s zone2 %s score %d prior %d limit %s'
          % (model.civil.date(a['due_day']), a['past_due'], a['reach'][0], a['flags'],
             a['zone'] or '-', a['zone2'] or '-', a['attribute'][0], a['prior_delinquencies'],
             model.civil.date(a['limitation_day']) if a['flags'] & 2 else '-'), file=out)
    names = {v: k for t in ('steps', 'channels', 'stages') for k, v in case['ids'][t].items()}
    for e in case['events']:
        what = [EVENT[e['kind']]]
        if e['outcome']:
            what.append(EVENT[e['outcome']] if e['kind'] == model.VOID
                        else model.OUTCOMES[e['outcome']])
        if e['step']:
            what.append('%s #%d.%d due %s' % (names.get(e['step'], e['step']), e['occurrence'],
                                              e['attempt'], model.civil.date(e['due_day'])))
        if e['channel']:
            what.append('on ' + names.get(e['channel'], 'kind %d' % (e['channel'] >> 28)))
        for k in ('amount', 'until'):
            if e[k]:
                what.append('%s=%s' % (k, show_time(case, e[k]) if e[k] > 1e8 else e[k]))
        if e['kind'] in (model.HOLD, model.RELEASE):
            what.append(model.HOLDS[e['detail']])
        elif e['detail']:
            what.append('detail=%d' % e['detail'])
        if e['flags']:
            what.append('flags=%d' % e['flags'])
        if e['account'] != a['id']:
            what.append('(account %d)' % e['account'])
        if e['rec'] != e['at']:
            what.append('recorded ' + show_time(case, e['rec']))
        print('  %s %s' % (show_time(case, e['at']), ' '.join(what)), file=out)
    print('now: %s' % show_time(case, case['now']), file=out)
    for who, x in (('library', d), ('model', mine)):
        text = []
        for f in FIELDS:
            v = x.get(f) if x else None
            if f in ('planned_at', 'not_before', 'deadline') and v is not None:
                v = show_time(case, v)
            text.append('%s%s=%s' % ('*' if f in fields else '', f, v))
        print('%-8s %s %s' % (who, ' '.join(text), ','.join(x.get('reasons', [])) if x else ''),
              file=out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('dump_cases')
    parser.add_argument('--first', type=int, default=1)
    parser.add_argument('--policies', type=int, default=50)
    parser.add_argument('--known', action='store_true', help='also show cases of READINGS')
    parser.add_argument('--histories', type=int, default=4)
    parser.add_argument('--shrink', type=int, default=12, help='classes to make small and show')
    parser.add_argument('--show', type=int, default=1, help='cases of each class')
    parser.add_argument('--replay', help='a file of JSON lines instead of drawing cases')
    options = parser.parse_args()
    options.policies = int(os.environ.get('DUN_ORACLE_POLICIES') or options.policies)
    library = Library(options.dump_cases)
    if options.replay:
        lines = open(options.replay, encoding='utf-8')
    else:
        lines = subprocess.Popen(
            [options.dump_cases, str(options.first), str(options.policies),
             str(options.histories)], stdout=subprocess.PIPE, text=True).stdout
    classes = collections.defaultdict(list)
    readings = collections.Counter()
    count = agree = known = 0
    for line in lines:
        case = json.loads(line)
        if 'decision' not in case:
            print('refused:', line[:200])
            continue
        case.update(library.ask(case)) if options.replay else None
        count += 1
        fields, mine = differs(case)
        if not fields:
            agree += 1
        elif fields[0] == 'known:' and not options.known:
            known += 1
            readings.update(fields[1:])
        else:
            classes[fields].append(case)
    print('%d decisions, %d agree, %d differ, %d by readings' % (
        count, agree, count - agree - known, known))
    for reading, n in readings.most_common():
        print('%6d  reading: %s' % (n, READINGS[reading]))
    ranked = sorted(classes.items(), key=lambda x: -len(x[1]))
    for fields, cases in ranked:
        print('%6d  %s' % (len(cases), ' '.join(fields)))
    for fields, cases in ranked[:options.shrink]:
        cases.sort(key=lambda c: len(c['events']) * 100 + len(c['policy']))
        for case in cases[:options.show]:
            if fields[0] not in ('model failed', 'library error'):
                case = shrink(case, fields, library)
            print('\n==== %s (%d cases, seed %s)' % (' '.join(fields), len(cases), case.get('seed')))
            show(case, fields, differs(case)[1])
    return 1 if agree + known != count or count == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
