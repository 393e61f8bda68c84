/* SPDX-License-Identifier: MIT */
/* Oracle: Chinese statutory days from 2007 to 2026 and US federal holidays from 2000 to 2032, as
 * compiled from policy text, against a walk from date to date over what the files list. Reads
 * $DUN_SHARED_DATA/calendars, skips where that is absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dun/dun.h>

#include "policy/model.h"
#include "time/calendar.h"
#include "time/civil.h"

#define CN_FILE "calendars/cn_statutory_days_2007_2026.csv"
#define US_FILE "calendars/us_federal_holidays_2000_2032.csv"
#define LISTED_MAX 2000

struct listed {
  dun_day day;
  int open;
};

static char dir[4096];
static struct listed list[LISTED_MAX];
static int listed;

static dun_day read_date(const char *text)
{
  dun_day day = 0;
  if (dun_day_parse(text, 10, &day) != DUN_OK)
    fail_msg("no date: %.10s", text);
  return day;
}

/* What comes after the line's last comma: names may hold commas, too. */
static char *last_field(char *line)
{
  char *comma = strrchr(line, ',');
  assert_non_null(comma);
  return comma + 1;
}

static void add(dun_day day, int open, int first_year, int last_year)
{
  int32_t year;
  assert_int_equal(dun_date_from_day(day, &year, NULL, NULL), DUN_OK);
  if (year < first_year || year > last_year)
    return;
  assert_true(listed < LISTED_MAX);
  list[listed].day = day;
  list[listed++].open = open;
}

static FILE *open_file(const char *name, char *line, int size)
{
  char path[8192];
  FILE *f;
  snprintf(path, sizeof path, "%s/%s", dir, name);
  f = fopen(path, "rb");
  if (f == NULL)
    fail_msg("%s cannot be read", path);
  assert_non_null(fgets(line, size, f)); /* headings */
  listed = 0;
  return f;
}

/* The calendar of a policy whose lists are the file's, for these years. */
static dun_policy *compile(int first_year, int last_year)
{
  static char text[LISTED_MAX * 16];
  size_t used = (size_t)snprintf(text, sizeof text,
                                 "dun: 1\nname: x\nzone: UTC\ncalendar: c\n"
                                 "stages: [{name: a, from: 0d, steps: []}]\n"
                                 "calendars:\n  c:\n    weekend: [sat, sun]\n    valid: [%d, %d]\n",
                                 first_year, last_year);
  dun_policy *p = NULL;
  for (int open = 0; open < 2; open++) {
    char date[11];
    used += (size_t)snprintf(text + used, sizeof text - used, "    %s:\n",
                             open ? "workdays" : "holidays");
    for (int i = 0, n = 0; i <= listed; i++) {
      if (i == listed && n == 0)
        used += (size_t)snprintf(text + used, sizeof text - used, "      []\n");
      if (i == listed || list[i].open != open)
        continue;
      n++;
      assert_int_equal(dun_day_format(list[i].day, date), DUN_OK);
      used += (size_t)snprintf(text + used, sizeof text - used, "      - %s\n", date);
    }
  }
  assert_true(used < sizeof text - 32);
  assert_int_equal(dun_policy_compile(&p, text, used, NULL), DUN_OK);
  return p;
}

static int walk_open(dun_day day)
{
  for (int i = 0; i < listed; i++)
    if (list[i].day == day)
      return list[i].open;
  return (day + 3) % 7 < 5; /* 1970-01-01 was a Thursday; all dates here lie after it */
}

static void compare(int first_year, int last_year)
{
  dun_policy *p = compile(first_year, last_year);
  const struct dun__calendar *c = &dun__calendars(p)[p->calendar];
  const struct dun__calendar_date *dates = dun__dates(p);
  int days = c->until - c->from + 1, compared = 0;
  int *open_by = malloc((size_t)(days + 1) * sizeof *open_by); /* before the i-th date */
  assert_non_null(open_by);
  assert_int_equal(c->count, listed);
  open_by[0] = 0;
  for (int i = 0; i < days; i++) {
    bool known;
    int open = walk_open(c->from + i);
    if (dun__calendar_open(c, dates, c->from + i, &known) != (open != 0) || !known)
      fail_msg("day %d", (int)(c->from + i));
    open_by[i + 1] = open_by[i] + open;
  }
  for (int a = 0; a < days; a += 3) /* (a, b] as dates before the a-th and b-th */
    for (int b = a; b <= days; b += b < a + 40 || b > days - 20 ? 1 : 17) {
      int64_t after = (int64_t)c->from + a - 1, last = (int64_t)c->from + b - 1;
      int n = open_by[b] - open_by[a];
      compared++;
      if (dun__calendar_count(c, dates, after, last) != n)
        fail_msg("open dates in (%d, %d]", (int)after, (int)last);
      if (b > a && open_by[b] > open_by[b - 1] && dun__calendar_nth(c, dates, after, n) != last)
        fail_msg("open date %d after %d", n, (int)after);
      if (b == days && dun__calendar_nth(c, dates, after, n + 1) != DUN__CALENDAR_UNKNOWN)
        fail_msg("open date %d after %d is known", n + 1, (int)after);
    }
  print_message("# %d listed dates, %d days, %d spans\n", listed, days, compared);
  free(open_by);
  dun_policy_unref(p);
}

static void chinese_days_off_and_make_up_workdays(void **state)
{
  char line[256];
  FILE *f = open_file(CN_FILE, line, sizeof line);
  (void)state;
  while (fgets(line, sizeof line, f) != NULL) {
    char *off; /* date,name,is_off_day,year of the source */
    *(last_field(line) - 1) = '\0';
    off = last_field(line);
    assert_true(*off == '0' || *off == '1');
    add(read_date(line), *off == '0', 2007, 2026);
  }
  fclose(f);
  assert_true(listed > 600);
  compare(2007, 2026);
}

static void us_federal_holidays(void **state)
{
  char line[256];
  FILE *f = open_file(US_FILE, line, sizeof line);
  (void)state;
  while (fgets(line, sizeof line, f) != NULL)
    add(read_date(last_field(line)), 0, 2000, 2032); /* the day observed */
  fclose(f);
  assert_true(listed > 300);
  compare(2000, 2032);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chinese_days_off_and_make_up_workdays),
      cmocka_unit_test(us_federal_holidays),
  };
  static const char *const names[] = {CN_FILE, US_FILE};
  const char *given = getenv("DUN_SHARED_DATA");
  if (given != NULL)
    snprintf(dir, sizeof dir, "%s", given);
  for (size_t i = 0; i < 2; i++) {
    char path[8192];
    FILE *f;
    snprintf(path, sizeof path, "%s/%s", dir, names[i]);
    f = dir[0] == '\0' ? NULL : fopen(path, "rb");
    if (f == NULL) {
      printf("1..0 # SKIP no $DUN_SHARED_DATA/%s\n", names[i]);
      return 0;
    }
    fclose(f);
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}
