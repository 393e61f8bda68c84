/* SPDX-License-Identifier: MIT */
/* Building a zone from TZif bytes (RFC 9636). The bytes are believed in nothing. */
#include <stdbool.h>
#include <string.h>

#include "base/arith.h"
#include "time/zone.h"
#include "time/zone_rule.h"

#define HEADER 44u
#define TRANSITIONS 4096u
#define TYPES 256u
#define LAID_UNTIL INT64_C(3155760000) /* 2070-01-01 */
#define LAID_TURNS 256u
#define CYCLE 400 /* years after which the calendar, weekdays included, repeats */

/* One data block of a file. */
struct block {
  const uint8_t *times;   /* count instants of `wide` bytes */
  const uint8_t *indices; /* count type numbers */
  const uint8_t *types;   /* 6 bytes each */
  uint32_t count, type_count, char_count;
  uint32_t wide; /* 4 or 8 */
};

/* Text still to be read. */
struct text {
  const uint8_t *at;
  const uint8_t *end;
};

static dun_rc bad(const char **why, const char *text)
{
  *why = text;
  return DUN_E_ZONE;
}

static uint32_t big32(const uint8_t *p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int32_t signed32(const uint8_t *p)
{
  uint32_t bits = big32(p);
  int32_t v; /* two's complement, as C wants of it */
  memcpy(&v, &bits, sizeof v);
  return v;
}

static int64_t instant(const struct block *b, uint32_t i)
{
  const uint8_t *p = b->times + (size_t)i * b->wide;
  if (b->wide == 4)
    return signed32(p);
  return (int64_t)signed32(p) * INT64_C(4294967296) + big32(p + 4);
}

static int32_t type_offset(const struct block *b, uint32_t type)
{
  return signed32(b->types + (size_t)type * 6);
}

/* Bytes of the block that this header announces, without the header. 64 bits hold any counts. */
static uint64_t block_size(const uint8_t *header, uint32_t wide)
{
  uint64_t ut = big32(header + 20), standard = big32(header + 24), leap = big32(header + 28);
  uint64_t time = big32(header + 32), type = big32(header + 36), chars = big32(header + 40);
  return time * (wide + 1) + type * 6 + chars + leap * (wide + 4) + standard + ut;
}

/* Take the block that follows a header; `left` bytes lie behind the header. */
static dun_rc take_block(const uint8_t *header, uint64_t left, uint32_t wide, struct block *b,
                         const char **why)
{
  uint32_t ut = big32(header + 20), standard = big32(header + 24);
  b->wide = wide;
  b->count = big32(header + 32);
  b->type_count = big32(header + 36);
  b->char_count = big32(header + 40);
  if (big32(header + 28) != 0)
    return bad(why, "counts leap seconds (a \"right\" zone), which instants here never do");
  if (b->type_count == 0 || b->type_count > TYPES)
    return bad(why, "number of time types is not 1 to 256");
  if (b->char_count == 0)
    return bad(why, "has no abbreviations");
  if ((ut != 0 && ut != b->type_count) || (standard != 0 && standard != b->type_count))
    return bad(why, "number of indicators is not the number of time types");
  if (b->count > TRANSITIONS) {
    *why = "has more than 4096 transitions";
    return DUN_E_LIMIT;
  }
  if (block_size(header, wide) > left)
    return bad(why, "is cut short");
  b->times = header + HEADER;
  b->indices = b->times + (size_t)b->count * wide;
  b->types = b->indices + b->count;
  return DUN_OK;
}

static dun_rc check_block(const struct block *b, const char **why)
{
  for (uint32_t i = 0; i < b->type_count; i++) {
    int32_t offset = type_offset(b, i);
    if (offset <= -DUN__OFFSET_END || offset >= DUN__OFFSET_END)
      return bad(why, "has an offset of 26 hours or more");
    if (b->types[(size_t)i * 6 + 4] > 1)
      return bad(why, "has a summer time flag that is neither 0 nor 1");
    if (b->types[(size_t)i * 6 + 5] >= b->char_count)
      return bad(why, "has an abbreviation outside its table");
  }
  for (uint32_t i = 0; i < b->count; i++) {
    if (b->indices[i] >= b->type_count)
      return bad(why, "has a transition to a time type it lacks");
    if (i > 0 && instant(b, i) <= instant(b, i - 1))
      return bad(why, "has transitions out of order");
  }
  return DUN_OK;
}

static bool next_is(const struct text *s, char c)
{
  return s->at < s->end && *s->at == (uint8_t)c;
}

static bool skip(struct text *s, char c)
{
  if (!next_is(s, c))
    return false;
  s->at++;
  return true;
}

static bool letter(uint8_t c)
{
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool digit(uint8_t c)
{
  return c >= '0' && c <= '9';
}

/* An abbreviation, three characters or more: letters, or <letters, digits, signs>. */
static bool read_name(struct text *s)
{
  bool quoted = skip(s, '<');
  const uint8_t *from = s->at;
  while (s->at < s->end && (letter(*s->at) || (quoted && (digit(*s->at) || *s->at == (uint8_t)'+' ||
                                                          *s->at == (uint8_t)'-'))))
    s->at++;
  return s->at - from >= 3 && (!quoted || skip(s, '>'));
}

/* A number of 1 to `digits` digits within [low, high]. */
static bool read_number(struct text *s, int digits, int32_t low, int32_t high, int32_t *out)
{
  int32_t value = 0;
  int read = 0;
  for (; s->at < s->end && digit(*s->at); s->at++, read++) {
    if (read == digits)
      return false;
    value = value * 10 + (*s->at - '0');
  }
  if (read == 0 || value < low || value > high)
    return false;
  *out = value;
  return true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool read_time(struct text *s, int32_t max_hours, int32_t *out)
{
  int32_t hours, minutes = 0, seconds = 0;
  bool negative = next_is(s, '-');
  if (!skip(s, '-'))
    skip(s, '+');
  if (!read_number(s, 3, 0, max_hours, &hours))
    return false;
  if (skip(s, ':')) {
    if (!read_number(s, 2, 0, 59, &minutes))
      return false;
    if (skip(s, ':') && !read_number(s, 2, 0, 59, &seconds))
      return false;
  }
  *out = hours * 3600 + minutes * 60 + seconds;
  if (negative)
    *out = -*out;
  return true;
}

/* ",date[/time]". Times reach from -167 to 167 hours, as from version 3 on; in a version 2 file
 * such a time can mean nothing else. */
static bool read_turn(struct text *s, struct dun__zone_turn *turn)
{
  *turn = (struct dun__zone_turn){0};
  turn->second = 2 * 3600;
  if (!skip(s, ','))
    return false;
  if (skip(s, 'M')) {
    turn->kind = 2;
    if (!read_number(s, 2, 1, 12, &turn->month) || !skip(s, '.') ||
        !read_number(s, 1, 1, 5, &turn->week) || !skip(s, '.') ||
        !read_number(s, 1, 0, 6, &turn->day))
      return false;
  } else {
    turn->kind = skip(s, 'J') ? 0 : 1;
    if (!read_number(s, 3, turn->kind == 0 ? 1 : 0, 365, &turn->day))
      return false;
  }
  return !skip(s, '/') || read_time(s, 167, &turn->second);
}

static bool read_turns(struct text *s, struct dun__zone *zone)
{
  /* What POSIX leaves open where summer time has no dates, and zic takes: the US rule. */
  static const uint8_t us[] = ",M3.2.0,M11.1.0";
  struct text usual = {us, us + sizeof us - 1};
  if (s->at == s->end)
    s = &usual;
  return read_turn(s, &zone->start) && read_turn(s, &zone->end) && s->at == s->end;
}

/* The rule in POSIX form: std offset [dst [offset] [,start[/time],end[/time]]]. */
static bool read_rule(struct text *s, struct dun__zone *zone)
{
  int32_t west;
  if (!read_name(s) || !read_time(s, 24, &west))
    return false;
  zone->standard = zone->daylight = -west;
  zone->has_rule = 1;
  if (s->at == s->end)
    return true;
  if (!read_name(s))
    return false;
  zone->daylight = zone->standard + 3600;
  if (s->at < s->end && !next_is(s, ',')) {
    if (!read_time(s, 24, &west))
      return false;
    zone->daylight = -west;
  }
  zone->has_rule = 2;
  return read_turns(s, zone);
}

/* Whether the turns alternate in every year of the calendar's cycle; a rule in which winter time
 * never comes (RFC 9636: "starts 0/0, ends J365/25") becomes one without seasons. */
static bool settle_rule(struct dun__zone *zone)
{
  int north = 0, south = 0, endless = 0;
  if (zone->has_rule != 2)
    return true;
  if (zone->standard == zone->daylight)
    zone->has_rule = 1;
  for (int32_t year = 2000; zone->has_rule == 2 && year < 2000 + CYCLE; year++) {
    dun_time start = dun__zone_turn_at(&zone->start, year, zone->standard);
    dun_time end = dun__zone_turn_at(&zone->end, year, zone->daylight);
    dun_time next_start = dun__zone_turn_at(&zone->start, year + 1, zone->standard);
    dun_time next_end = dun__zone_turn_at(&zone->end, year + 1, zone->daylight);
    north += start < end && end < next_start;
    south += end < start && start < next_end;
    endless += start < end && end >= next_start;
  }
  if (endless == CYCLE) {
    zone->standard = zone->daylight;
    zone->has_rule = 1;
  }
  if (zone->has_rule == 1) {
    zone->start = zone->end = (struct dun__zone_turn){0};
    return true;
  }
  return north == CYCLE || south == CYCLE;
}

/* The footer: a newline, the rule or nothing, a newline. */
static dun_rc read_footer(const uint8_t *p, size_t size, struct dun__zone *zone, const char **why)
{
  struct text s = {p, p};
  if (size == 0)
    return bad(why, "is cut short");
  if (*p != (uint8_t)'\n')
    return bad(why, "has no footer");
  s.at = ++p;
  for (s.end = s.at; s.end < s.at + (size - 1) && *s.end != (uint8_t)'\n'; s.end++)
    ;
  if (s.end == s.at + (size - 1))
    return bad(why, "is cut short");
  if (s.at == s.end)
    return DUN_OK;
  if (!read_rule(&s, zone))
    return bad(why, "has a footer that is no POSIX rule");
  if (!settle_rule(zone))
    return bad(why, "has a footer whose turns do not alternate");
  return DUN_OK;
}

/* Where transitions go; with no block they are only counted. */
struct sink {
  char *times;
  char *offsets;
  uint32_t kept;
};

static void keep(struct sink *sink, int64_t t, int32_t offset)
{
  if (sink->times != NULL) {
    memcpy(sink->times + (size_t)sink->kept * sizeof t, &t, sizeof t);
    memcpy(sink->offsets + (size_t)sink->kept * sizeof offset, &offset, sizeof offset);
  }
  sink->kept++;
}

/* Lay out the rule's turns for some decades, and one at least, as transitions: a search among them
 * is twice as fast as reckoning with the rule, and a slim file is as fast as a fat one. */
static void lay_out_rule(const struct dun__zone *zone, int64_t t, struct sink *sink)
{
  struct dun__zone rule = *zone;
  rule.count = 0;
  for (uint32_t i = 0; i < LAID_TURNS; i++) {
    dun__zone_offset(&rule, t, &t);
    if (t == DUN_TIME_NEVER || (i > 0 && t >= LAID_UNTIL))
      return;
    keep(sink, t, dun__zone_offset(&rule, t, NULL));
  }
}

/* Fill in what the transitions say; with `block` NULL only the header and the count. Transitions
 * that change no offset are left out, but for the last where a rule with seasons holds from it. */
static void fill(const struct block *b, struct dun__zone *zone, struct dun__zone *block)
{
  struct sink sink = {NULL, NULL, 0};
  int32_t now = type_offset(b, 0);
  int64_t last = DUN_TIME_MIN;
  if (block != NULL) {
    sink.times = (char *)block + sizeof *block;
    sink.offsets = sink.times + (size_t)block->count * sizeof(int64_t);
  }
  zone->first = now;
  for (uint32_t i = 0; i < b->count; i++) {
    int64_t t = instant(b, i);
    int32_t offset = type_offset(b, b->indices[i]);
    if (t > DUN_TIME_MAX) { /* neither it nor the rule after it will ever come */
      zone->has_rule = 0;
      break;
    }
    if (t <= DUN_TIME_MIN) {
      zone->first = now = offset;
      continue;
    }
    if (offset == now && (zone->has_rule != 2 || i + 1 < b->count))
      continue;
    keep(&sink, t, offset);
    now = offset;
    last = t;
  }
  if (sink.kept == 0 && zone->has_rule == 1)
    zone->first = zone->standard;
  if (sink.kept > 0 && zone->has_rule == 2)
    lay_out_rule(zone, last, &sink);
  zone->count = sink.kept;
}

/* RFC 9636 wants the rule to say at the last transition what that transition says. Files of older
 * compilers do not always (slim America/Ojinaga leaves out the start of the rule a month later), so
 * it is enough that the rule knows the offset: it holds until the rule's next turn. */
static bool rule_fits(const struct block *b, const struct dun__zone *zone)
{
  int32_t offset;
  if (b->count == 0 || zone->has_rule == 0)
    return true;
  if (instant(b, b->count - 1) < DUN_TIME_MIN || instant(b, b->count - 1) > DUN_TIME_MAX)
    return true;
  offset = type_offset(b, b->indices[b->count - 1]);
  return offset == zone->standard || (zone->has_rule == 2 && offset == zone->daylight);
}

static dun_rc parse(const uint8_t *p, size_t size, struct block *b, struct dun__zone *zone,
                    const char **why)
{
  dun_rc rc;
  uint64_t skipped;
  if (size < 4 || memcmp(p, "TZif", 4) != 0)
    return bad(why, "is not a TZif file");
  if (size < HEADER)
    return bad(why, "is cut short");
  if (p[4] == 0) {
    rc = take_block(p, size - HEADER, 4, b, why);
    return rc == DUN_OK ? check_block(b, why) : rc;
  }
  if (p[4] < (uint8_t)'2' || p[4] > (uint8_t)'4')
    return bad(why, "is of an unknown TZif version");
  skipped = HEADER + block_size(p, 4);
  if (skipped > size || size - skipped < HEADER)
    return bad(why, "is cut short");
  p += skipped;
  size -= (size_t)skipped;
  if (memcmp(p, "TZif", 4) != 0)
    return bad(why, "has no second header");
  rc = take_block(p, size - HEADER, 8, b, why);
  if (rc == DUN_OK)
    rc = check_block(b, why);
  if (rc != DUN_OK)
    return rc;
  skipped = HEADER + block_size(p, 8);
  rc = read_footer(p + skipped, size - (size_t)skipped, zone, why);
  if (rc == DUN_OK && !rule_fits(b, zone))
    return bad(why, "has a footer that contradicts its last transition");
  return rc;
}

dun_rc dun__zone_build(const void *tzif, size_t tzif_size, uint32_t id, struct dun__zone *out,
                       size_t *size, const char **why)
{
  struct dun__zone zone = {0};
  struct block b = {0};
  size_t bytes;
  dun_rc rc;
  if (tzif == NULL)
    return bad(why, "is not a TZif file");
  rc = parse(tzif, tzif_size, &b, &zone, why);
  if (rc != DUN_OK)
    return rc;
  fill(&b, &zone, NULL);
  bytes = sizeof zone + (size_t)zone.count * (sizeof(int64_t) + sizeof(int32_t));
  bytes = (bytes + 7) / 8 * 8;
  zone.size = (uint32_t)bytes;
  zone.id = id;
  if (out != NULL) {
    memset(out, 0, bytes);
    *out = zone;
    fill(&b, &zone, out);
  }
  *size = bytes;
  return DUN_OK;
}
