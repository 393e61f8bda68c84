# SPDX-License-Identifier: MIT
"""Days past due and waits, as holds that stop the clock and calendars make them: by walking."""
import civil
from civil import NEVER
from terms import DAYS, listed


class Days:
    """What the model counts by: it has zone, account, memo, stopping (holds) and p (the policy)."""

    def stopped(self, day):
        key = ('stopped', day)
        if key not in self.memo:
            t = civil.start(self.zone, day)
            self.memo[key] = day > self.account['due_day'] and any(
                h[1] <= t < h[2] for h in self.stopping)
        return self.memo[key]

    def dpd_on(self, day):
        due = self.account['due_day']
        if day <= due:
            return day - due
        key = ('dpd', day)
        if key not in self.memo:
            # walked up from the due date
            n = 0
            for d in range(due + 1, day + 1):
                n += not self.stopped(d)
                self.memo['dpd', d] = n
        return self.memo[key]

    def dpd(self, t):
        return self.dpd_on(civil.day_at(self.zone, t))

    def first_day(self, point):
        """The first date whose DPD is at least the point, or None."""
        due = self.account['due_day']
        if point <= 0:
            return due + point
        day = due + 1
        while self.dpd_on(day) < point:
            day += 1
            if day > due + point + 4000:
                return None
        return day

    def open_date(self, day):
        cal = self.p['calendars'][self.p['calendar']]
        d = civil.date(day)
        if d.isoformat() in listed(cal.get('workdays') or []):
            return True
        if d.isoformat() in listed(cal.get('holidays') or []):
            return False
        return DAYS[d.weekday()] not in listed(cal.get('weekend') or [])

    def valid_date(self, day):
        v = self.p['calendars'][self.p['calendar']].get('valid')
        return not v or int(v[0]) <= civil.date(day).year <= int(v[1])

    def date_after(self, day, duration):
        """The date on which a wait that began on a date is over, or None."""
        n = duration.n
        if duration.unit == 'mo':
            # reading: as many days as the months have, stopped dates not counted
            n = civil.add_months(day, n) - day
        limit = day + n * 3 + 3000
        if duration.unit == 'bd' and n == 0:
            while self.valid_date(day) and (not self.open_date(day) or self.stopped(day)):
                day += 1
                if day > limit:
                    return None
            return day if self.valid_date(day) else None
        while n:
            day += 1
            if day > limit or (duration.unit == 'bd' and not self.valid_date(day)):
                return None
            n -= not self.stopped(day) and (duration.unit != 'bd' or self.open_date(day))
        return day

    def elapse(self, t, seconds):
        """Seconds outside clock-stopping holds."""
        while True:
            inside = [h for h in self.stopping if h[1] <= t < h[2]]
            if inside:
                t = max(h[2] for h in inside)
                if t >= NEVER:
                    return NEVER
                continue
            if seconds == 0:
                return t
            run = min([h[1] - t for h in self.stopping if h[1] > t] + [seconds])
            t, seconds = t + run, seconds - run
            if seconds == 0:
                return t

    def wait(self, t, duration, time=None):
        """When a wait from an instant is over."""
        if t >= NEVER:
            return NEVER
        if duration is None or (duration.seconds == 0):
            return t
        if not duration.civil:
            t = self.elapse(t, duration.seconds)
            if time is None or t >= NEVER:
                return t
            day = civil.day_at(self.zone, t)
            at = civil.instant(self.zone, day, time)
            return at if at >= t else civil.instant(self.zone, day + 1, time)
        day = self.date_after(civil.day_at(self.zone, t), duration)
        return NEVER if day is None else civil.instant(self.zone, day, time or 0)
