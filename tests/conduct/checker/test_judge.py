# SPDX-License-Identifier: MIT
"""The judge itself, by cases worked out by hand."""
import calendar
import datetime as dt
import sys
import types
import unittest

try:
    import numpy as np
except ImportError:
    print('SKIP judge: no numpy for ' + sys.executable)
    sys.exit(77)

import clock
import judge

CALL = ('voice', 'phone')


def at(text):
    """'2026-04-08 08:00' or with an offset, as a minute."""
    return calendar.timegm(dt.datetime.fromisoformat(text).utctimetuple()) // 60


def event(text, kind='CONTACT', **more):
    return dict(dict(at=at(text), kind=kind, account=1, channel=CALL, party=0, place=0, address=0,
                     step='', occurrence=0, outcome='no_answer', until=0, detail=0, amount=0,
                     flags=()), **more)


class Case(unittest.TestCase):
    zone, zone2 = 'America/New_York', None
    rules, events, holidays, pack, due, score = (), (), (), None, 20454, 0
    hours = ('hours', {'id': 'day', 'all': ['00:00-24:00'], 'strength': 'law'}, 'day', None)

    def world(self, rules, events):
        return types.SimpleNamespace(
            zones=[z for z in (self.zone, self.zone2) if z], channels={
                'phone': 'voice', 'robot': 'voice', 'sms': 'text'}, places={}, pack=self.pack,
            holidays=list(self.holidays), due=self.due, score=self.score, rules=[self.hours] + [
                (s, dict({'strength': 'law'}, **r), r['id'], self.pack) for s, r in rules],
            events=sorted(events, key=lambda e: e['at']))

    def free(self, rules, events, start, channel='phone', party=0, address=0, days=40):
        """The first permitted minute from `start` on."""
        denied = judge.Judge(self.world(rules, events), channel, party, 0, address, at(start),
                             days * 1440).denied()
        where = np.flatnonzero(~denied)
        return at(start) + int(where[0]) if len(where) else None

    def says(self, rules, events, start, free, **more):
        got = self.free(rules, events, start, **more)
        self.assertEqual(got, None if free is None else at(free),
                         None if got is None else dt.datetime.utcfromtimestamp(got * 60))


SEVEN = ('caps', {'id': 'seven', 'max': 7, 'per': '7d'})
TALK = ('cooldowns', {'id': 'talk', 'after': ['conversation'], 'for': '7d'})


class Counting(Case):
    calls = [event('2026-04-0%d 10:00-04:00' % d) for d in range(1, 8)]

    def test_the_seventh_is_free_and_the_eighth_waits_for_the_first_to_leave(self):
        self.says([SEVEN], self.calls[:6], '2026-04-07 12:00-04:00', '2026-04-07 12:00-04:00')
        self.says([SEVEN], self.calls, '2026-04-07 12:00-04:00', '2026-04-08 00:00-04:00')

    def test_hours_roll_where_days_turn_at_midnight(self):
        cap = ('caps', {'id': 'seven', 'max': 7, 'per': '168h'})
        self.says([cap], self.calls, '2026-04-07 12:00-04:00', '2026-04-08 10:00-04:00')

    def test_a_day_longer_by_a_clock_change_is_one_date(self):
        # clocks go back on 1 November 2026: the seven dates have 169 hours
        calls = [event('2026-10-28 10:00-04:00')]
        for per, free in (('7d', '2026-11-04 00:00-05:00'), ('168h', '2026-11-04 09:00-05:00')):
            self.says([('caps', {'id': 'one', 'max': 1, 'per': per})], calls,
                      '2026-10-28 11:00-04:00', free)

    def test_week_and_month_are_those_of_the_calendar(self):
        friday = [event('2026-04-10 10:00-04:00')]
        for per, free in (('day', '2026-04-11'), ('week', '2026-04-13'), ('month', '2026-05-01')):
            self.says([('caps', {'id': 'one', 'max': 1, 'per': per})], friday,
                      '2026-04-10 10:01-04:00', free + ' 00:00-04:00')

    def test_an_attempt_of_unknown_fate_counts_until_it_is_known(self):
        cap = ('caps', {'id': 'one', 'max': 1, 'per': 'day', 'count': ['conversation']})
        intent = event('2026-04-07 09:00-04:00', 'INTENT', step='call', outcome='none')
        done = dict(intent, at=intent['at'] + 5, kind='CONTACT', outcome='busy')
        self.says([cap], [intent], '2026-04-07 09:10-04:00', '2026-04-08 00:00-04:00')
        self.says([cap], [intent, done], '2026-04-07 09:10-04:00', '2026-04-07 09:10-04:00')

    def test_one_call_over_two_debts_is_one_for_the_person(self):
        for scope, free in (('person', '2026-04-07 11:00-04:00'),
                            ('account', '2026-04-07 11:00-04:00')):
            calls = [event('2026-04-07 10:00-04:00'),
                     event('2026-04-07 10:00-04:00', account=2, flags=('SAME_CONTACT',))]
            cap = ('caps', {'id': 'two', 'max': 2, 'per': 'day', 'scope': scope})
            self.says([cap], calls, '2026-04-07 11:00-04:00', free)
            calls[1]['flags'] = ()
            self.says([cap], calls, '2026-04-07 11:00-04:00',
                      '2026-04-08 00:00-04:00' if scope == 'person' else free)

    def test_an_unknown_number_is_every_number_of_the_channel(self):
        cap = ('caps', {'id': 'one', 'max': 1, 'per': 'day', 'scope': 'address'})
        for number, asked, shut in ((1, 1, True), (1, 2, False), (0, 2, True), (1, 0, True)):
            self.says([cap], [event('2026-04-07 10:00-04:00', address=number)],
                      '2026-04-07 11:00-04:00',
                      '2026-04-08 00:00-04:00' if shut else '2026-04-07 11:00-04:00', address=asked)

    def test_each_party_has_its_own_count_unless_together(self):
        for together, free in ((False, '2026-04-07 11:00-04:00'), (True, '2026-04-08 00:00-04:00')):
            cap = ('caps', {'id': 'one', 'max': 1, 'per': 'day', 'together': together,
                            'parties': ['borrower', 'co_borrower']})
            self.says([cap], [event('2026-04-07 10:00-04:00')], '2026-04-07 11:00-04:00', free,
                      party=1)

    def test_two_days_apart_are_two_dates(self):
        self.says([('spacing', {'id': 'gap', 'min': '2d'})], [event('2026-04-07 23:59-04:00')],
                  '2026-04-08 08:00-04:00', '2026-04-09 00:00-04:00')


class After(Case):
    def test_the_date_of_the_conversation_is_day_one(self):
        talk = [event('2026-04-01 20:30-04:00', 'INBOUND', outcome='conversation')]
        self.says([TALK], talk, '2026-04-01 20:31-04:00', '2026-04-08 00:00-04:00')

    def test_it_runs_from_the_outcome_not_from_the_intent(self):
        intent = event('2026-04-01 23:50-04:00', 'INTENT', step='call', outcome='none')
        said = dict(intent, at=intent['at'] + 20, kind='CONTACT', outcome='conversation')
        self.says([TALK], [intent, said], '2026-04-03 08:00-04:00', '2026-04-09 00:00-04:00')

    def test_a_month_ends_with_a_shorter_one(self):
        rule = ('cooldowns', {'id': 'm', 'after': ['conversation'], 'for': '1mo'})
        self.says([rule], [event('2026-01-31 10:00-05:00', outcome='conversation')],
                  '2026-02-01 00:00-05:00', '2026-02-28 00:00-05:00')

    def test_after_a_trigger_only_its_own_channel(self):
        rule = ('exclusive', {'id': 'x', 'after': ['connected'], 'for': '7d'})
        talk = [event('2026-04-07 10:00-04:00', outcome='conversation')]
        self.says([rule], talk, '2026-04-08 10:00-04:00', '2026-04-08 10:00-04:00')
        self.says([rule], talk, '2026-04-08 10:00-04:00', '2026-04-14 00:00-04:00', channel='sms')


class Lifting(Case):
    def test_a_consent_lasts_seven_dates_and_ends_with_a_conversation(self):
        rule = (TALK[0], dict(TALK[1], unless=['consent'], consent={'for': '7d', 'until': [
            'conversation']}))
        log = [event('2026-04-06 10:00-04:00', outcome='conversation'),
               event('2026-04-06 10:00-04:00', 'CONSENT', outcome='none')]
        self.says([rule], log, '2026-04-12 23:59-04:00', '2026-04-12 23:59-04:00')
        log.append(event('2026-04-08 11:00-04:00', outcome='conversation'))
        self.says([rule], log, '2026-04-09 09:00-04:00', '2026-04-15 00:00-04:00')

    def test_what_was_made_by_consent_is_not_counted(self):
        rule = ('caps', {'id': 'one', 'max': 1, 'per': '7d', 'unless': ['consent']})
        log = [event('2026-04-06 09:00-04:00', 'CONSENT', outcome='none', until=at(
            '2026-04-07 00:00-04:00')), event('2026-04-06 10:00-04:00')]
        self.says([rule], log, '2026-04-07 09:00-04:00', '2026-04-07 09:00-04:00')

    def test_a_request_lets_one_contact_pass(self):
        rule = (TALK[0], dict(TALK[1], unless=['requested']))
        log = [event('2026-04-06 10:00-04:00', outcome='callback')]
        self.says([rule], log, '2026-04-07 09:00-04:00', '2026-04-07 09:00-04:00')
        log.append(event('2026-04-07 09:00-04:00'))
        self.says([rule], log, '2026-04-07 10:00-04:00', '2026-04-13 00:00-04:00')

    def test_a_waiver_is_used_up_and_never_passes_law(self):
        for strength, free in (('law', '2026-04-13'), ('presumption', '2026-04-07')):
            rule = (TALK[0], dict(TALK[1], strength=strength))
            log = [event('2026-04-06 10:00-04:00', outcome='conversation'),
                   event('2026-04-06 11:00-04:00', 'WAIVE', detail='talk', outcome='none')]
            self.says([rule], log, '2026-04-07 00:00-04:00', free + ' 00:00-04:00')
            log.append(event('2026-04-07 09:00-04:00'))
            self.says([rule], log, '2026-04-07 10:00-04:00', '2026-04-13 00:00-04:00')


class Hours(Case):
    hours = ('hours', {'id': 'day', 'all': ['08:00-21:00'], 'unless': ['agreed'],
                       'strength': 'law'}, 'day', None)

    def test_half_open(self):
        for start, free in (('2026-04-07 07:59-04:00', '2026-04-07 08:00-04:00'),
                            ('2026-04-07 20:59-04:00', '2026-04-07 20:59-04:00'),
                            ('2026-04-07 21:00-04:00', '2026-04-08 08:00-04:00')):
            self.says([], [], start, free)

    def test_agreed_hours_lift_and_a_blackout_shuts(self):
        evening = dict(detail=127, amount=21 * 60 | 23 * 60 << 16, outcome='none')
        agreed = event('2026-04-01 10:00-04:00', 'HOURS_AGREED', **evening)
        self.says([], [agreed], '2026-04-07 22:59-04:00', '2026-04-07 22:59-04:00')
        self.says([], [agreed], '2026-04-07 23:00-04:00', '2026-04-08 08:00-04:00')
        shut = event('2026-04-02 10:00-04:00', 'BLACKOUT', **evening)
        self.says([], [agreed, shut], '2026-04-07 21:00-04:00', '2026-04-08 08:00-04:00')

    def test_both_zones_must_be_open(self):
        self.zone2 = 'America/Los_Angeles'
        self.says([], [], '2026-04-07 08:00-04:00', '2026-04-07 08:00-07:00')
        self.says([], [], '2026-04-07 21:00-04:00', '2026-04-08 08:00-07:00')

    def test_a_cool_down_runs_from_the_later_date(self):
        # 00:30 on the 7th in New York is the 6th in Los Angeles
        self.zone2, self.hours = 'America/Los_Angeles', Case.hours
        talk = [event('2026-04-07 00:30-04:00', outcome='conversation')]
        self.says([TALK], talk, '2026-04-10 12:00-04:00', '2026-04-14 00:00-07:00')

    def test_a_holiday_on_a_sunday_binds_both(self):
        self.holidays = ['2026-04-05', '2026-04-06']
        self.hours = ('hours', {'id': 'day', 'all': ['08:00-21:00'], 'sun': ['13:00-17:00'],
                                'holiday': ['09:00-14:00'], 'strength': 'law'}, 'day', None)
        self.says([], [], '2026-04-05 09:00-04:00', '2026-04-05 13:00-04:00')
        self.says([], [], '2026-04-05 14:00-04:00', '2026-04-06 09:00-04:00')
        self.says([], [], '2026-12-31 21:00-05:00', None)   # the calendar ends with 2026


class Clocks(Case):
    def opens(self, zone, start, windows, free):
        self.zone = zone
        self.hours = ('hours', {'id': 'd', 'all': windows, 'strength': 'law'}, 'd', None)
        self.says([], [], start, free)

    def test_an_edge_in_a_gap_is_the_first_instant_after_it(self):
        self.opens('America/New_York', '2026-03-08 00:00-05:00', ['02:30-12:00'],
                   '2026-03-08 03:00-04:00')
        self.opens('Australia/Lord_Howe', '2026-10-04 00:00+10:30', ['02:15-12:00'],
                   '2026-10-04 02:30+11:00')

    def test_of_two_readings_the_later_opens_and_the_earlier_shuts(self):
        self.opens('America/New_York', '2026-11-01 00:00-04:00', ['01:30-12:00'],
                   '2026-11-01 01:30-05:00')
        self.opens('America/New_York', '2026-11-01 01:30-04:00', ['00:00-01:30'],
                   '2026-11-02 00:00-05:00')
        self.opens('Australia/Lord_Howe', '2026-04-05 00:00+11:00', ['01:45-12:00'],
                   '2026-04-05 01:45+10:30')

    def test_a_date_without_midnight_starts_at_one(self):
        cap = ('caps', {'id': 'one', 'max': 1, 'per': '1d'})
        for zone, call, free in (
                ('America/Santiago', '2026-09-05 10:00-04:00', '2026-09-06 01:00-03:00'),
                ('Africa/Cairo', '2026-04-23 10:00+02:00', '2026-04-24 01:00+03:00')):
            self.zone = zone
            self.says([cap], [event(call)], call, free)

    def test_the_hour_before_midnight_twice_is_one_date(self):
        self.zone = 'Africa/Cairo'          # 29 October 2026, 24:00 is 23:00 again
        self.says([('caps', {'id': 'one', 'max': 1, 'per': 'day'})],
                  [event('2026-10-29 23:30+03:00')], '2026-10-29 23:31+03:00',
                  '2026-10-30 00:00+02:00')

    def test_months_and_edges_of_dates(self):
        self.assertEqual(clock.add_months(20484, 1), 20512)    # 31 January to 28 February 2026
        z = clock.zone('America/Santiago')
        self.assertEqual(z.start(20702), at('2026-09-06 01:00-03:00'))


class Rest(Case):
    def test_the_floor_binds_where_no_pack_in_force_covers(self):
        self.hours = ('spacing', {'id': 'x', 'min': '1d', 'strength': 'law'}, 'x', None)
        self.says([], [], '2026-04-07 20:00-04:00', '2026-04-08 08:00-04:00')
        self.pack = {'covers': ['voice'], 'effective': {'from': '2026-04-08'}}
        self.says([], [], '2026-04-07 20:00-04:00', '2026-04-08 00:00-04:00')

    def test_a_rule_binds_while_its_condition_and_dates_hold(self):
        self.due = 20544                    # 1 April 2026
        rule = ('forbid', {'id': 'f', 'when': {'dpd': {'min': 5, 'below': 8}}})
        self.says([rule], [], '2026-04-05 23:59-04:00', '2026-04-05 23:59-04:00')
        self.says([rule], [], '2026-04-06 00:00-04:00', '2026-04-09 00:00-04:00')
        stop = event('2026-04-02 12:00-04:00', 'HOLD', detail='breathing_space', outcome='none',
                     until=at('2026-04-03 12:00-04:00'))
        self.says([rule], [stop], '2026-04-06 00:00-04:00', '2026-04-06 00:00-04:00')
        self.says([rule], [stop], '2026-04-07 00:00-04:00', '2026-04-10 00:00-04:00')
        rule = ('forbid', {'id': 'f', 'effective': {'from': '2026-04-06', 'until': '2026-04-07'}})
        self.says([rule], [], '2026-04-06 00:00-04:00', '2026-04-08 00:00-04:00')

    def test_an_unverified_rule_denies_nothing(self):
        rule = ('forbid', {'id': 'f', 'confidence': 'unverified'})
        self.says([rule], [], '2026-04-06 00:00-04:00', '2026-04-06 00:00-04:00')


if __name__ == '__main__':
    unittest.main()
