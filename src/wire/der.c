#include "wire/der.h"

#include <string.h>

#include "base/text.h"

/* X.690 §8.1.2.4: all ones in the low five bits would announce a tag of several octets. */
#define TAG_LONG 0x1F
#define LENGTH_LONG 0x80
#define LENGTH_OCTETS_MAX 4

#define UTC_TIME_DIGITS 12
#define TIME_DIGITS 14

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, which is as far as four digits of a year reach. */
#define TIME_LEAST INT64_C(-62167219200)
#define TIME_MOST INT64_C(253402300799)

/* 1950-01-01T00:00:00Z and 2049-12-31T23:59:59Z, between which two digits are enough. */
#define UTC_TIME_LEAST INT64_C(-631152000)
#define UTC_TIME_MOST INT64_C(2524607999)

/* X.690 §8.1.3, §10.1: definite, and in as few octets as will do. */
static size_t length(struct rd *r)
{
	uint8_t first = rd_u8(r);
	if (first < LENGTH_LONG)
		return first;
	size_t width = first - LENGTH_LONG;
	rd_need(r, width >= 1 && width <= LENGTH_OCTETS_MAX);
	struct bytes octets = rd_bytes(r, width);
	size_t n = 0;
	for (size_t i = 0; i < octets.n && !r->bad; i++)
		n = n << 8 | octets.p[i];
	rd_need(r, n >= LENGTH_LONG && octets.p[0] != 0);
	return n;
}

struct der der_any(struct rd *r)
{
	size_t start = r->at;
	uint8_t tag = rd_u8(r);
	rd_need(r, tag != 0 && (tag & TAG_LONG) != TAG_LONG);
	size_t n = length(r);
	struct bytes body = rd_bytes(r, n);
	if (r->bad)
		return (struct der){ 0 };
	return (struct der){ tag, body, bytes_of(r->in.p + start, r->at - start) };
}

struct bytes der_get(struct rd *r, uint8_t tag)
{
	struct der value = der_any(r);
	rd_need(r, value.tag == tag);
	return r->bad ? (struct bytes){ 0 } : value.body;
}

struct rd der_enter(struct rd *r, uint8_t tag)
{
	struct rd inside = rd_of(der_get(r, tag));
	inside.bad = r->bad;
	return inside;
}

bool is_der_next(const struct rd *r, uint8_t tag)
{
	return rd_left(r) > 0 && r->in.p[r->at] == tag;
}

struct bytes der_magnitude(struct rd *r)
{
	struct bytes b = der_get(r, DER_INTEGER);
	rd_need(r, b.n > 0 && b.p[0] < 0x80);
	bool padded = !r->bad && b.n > 1 && b.p[0] == 0;
	rd_need(r, !padded || b.p[1] >= 0x80);
	if (r->bad)
		return (struct bytes){ 0 };
	return padded ? bytes_slice(b, 1, b.n - 1) : b;
}

bool der_bool(struct rd *r)
{
	struct bytes b = der_get(r, DER_BOOLEAN);
	rd_need(r, b.n == 1 && (b.p[0] == 0 || b.p[0] == 0xFF));
	return !r->bad && b.p[0] == 0xFF;
}

/* The next `digits` decimal digits as a number. */
static int64_t decimal(struct rd *r, size_t digits)
{
	struct bytes b = rd_bytes(r, digits);
	int64_t v = 0;
	for (size_t i = 0; i < b.n; i++) {
		rd_need(r, b.p[i] >= '0' && b.p[i] <= '9');
		v = v * 10 + (b.p[i] - '0');
	}
	return r->bad ? 0 : v;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01 to the first of a month, in the Gregorian calendar from year 0. */
static int64_t days_before(int64_t year, int64_t month)
{
	int64_t last = year - 1;
	int64_t leap_days = year ? last / 4 - last / 100 + last / 400 + 1 : 0;
	int64_t days = year * 365 + leap_days - 719528;
	for (int64_t m = 1; m < month; m++)
		days += days_of_month(year, m);
	return days;
}

static int64_t time_after_year(struct rd *r, int64_t year)
{
	int64_t month = decimal(r, 2);
	int64_t day = decimal(r, 2);
	int64_t hour = decimal(r, 2);
	int64_t minute = decimal(r, 2);
	int64_t second = decimal(r, 2);
	rd_need(r, rd_u8(r) == 'Z' && is_rd_done(r));
	rd_need(r, month >= 1 && month <= 12 && hour <= 23 && minute <= 59 && second <= 59);
	rd_need(r, r->bad || (day >= 1 && day <= days_of_month(year, month)));
	if (r->bad)
		return 0;
	return ((days_before(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second;
}

int64_t der_time(struct rd *r)
{
	bool is_short = is_der_next(r, DER_UTC_TIME);
	struct rd in = der_enter(r, is_short ? DER_UTC_TIME : DER_TIME);
	int64_t year = decimal(&in, is_short ? 2 : 4);
	if (is_short)
		year += year < 50 ? 2000 : 1900;
	int64_t seconds = time_after_year(&in, year);
	rd_need(r, !in.bad);
	return seconds;
}

/* Octets that follow the first one of a length's long form; zero for the short form. */
static size_t length_extra(size_t n)
{
	size_t extra = 0;
	for (size_t rest = n; n >= LENGTH_LONG && rest; rest >>= 8)
		extra++;
	return extra;
}

static void put_length(struct wr *w, size_t n)
{
	size_t extra = length_extra(n);
	if (extra > LENGTH_OCTETS_MAX) {
		w->bad = true;
		return;
	}
	wr_u8(w, (uint8_t)(extra ? LENGTH_LONG | extra : n));
	for (size_t left = extra; left; left--)
		wr_u8(w, (uint8_t)(n >> (8 * (left - 1))));
}

void der_put(struct wr *w, uint8_t tag, struct bytes content)
{
	wr_u8(w, tag);
	put_length(w, content.n);
	wr_bytes(w, content);
}

size_t der_open(struct wr *w, uint8_t tag)
{
	wr_u8(w, tag);
	size_t place = w->at;
	wr_u8(w, 0);
	return place;
}

void der_close(struct wr *w, size_t place)
{
	if (w->bad)
		return;
	size_t start = place + 1, n = w->at - start;
	size_t extra = length_extra(n);
	if (extra > w->n - w->at) {
		w->bad = true;
		return;
	}
	memmove(w->p + start + extra, w->p + start, n);
	struct wr head = wr_of(w->p + place, 1 + extra);
	put_length(&head, n);
	w->bad = head.bad;
	w->at += extra;
}

void der_put_magnitude(struct wr *w, struct bytes magnitude)
{
	struct bytes m = bytes_magnitude(magnitude);
	bool needs_sign = m.n == 0 || m.p[0] >= 0x80;
	wr_u8(w, DER_INTEGER);
	put_length(w, m.n + needs_sign);
	if (needs_sign)
		wr_u8(w, 0);
	wr_bytes(w, m);
}

void der_put_small(struct wr *w, uint64_t v)
{
	uint8_t octets[8];
	struct wr number = wr_of(octets, sizeof(octets));
	wr_be64(&number, v);
	der_put_magnitude(w, wr_done(&number));
}

void der_put_bool(struct wr *w, bool v)
{
	uint8_t octet = v ? 0xFF : 0;
	der_put(w, DER_BOOLEAN, bytes_of(&octet, 1));
}

/* YYYYMMDDhhmmssZ without so many of its first digits. */
static void put_time(struct wr *w, uint8_t tag, int64_t seconds, size_t from)
{
	if (seconds < TIME_LEAST || seconds > TIME_MOST) {
		w->bad = true;
		return;
	}
	char text[TEXT_TIME_SIZE];
	char digits[TIME_DIGITS + 1] = { 0 };
	text_time(seconds, text);
	size_t n = 0;
	for (const char *c = text; *c && n < TIME_DIGITS; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	digits[n++] = 'Z';
	der_put(w, tag, bytes_of(digits + from, n - from));
}

void der_put_time(struct wr *w, int64_t seconds)
{
	bool is_short = seconds >= UTC_TIME_LEAST && seconds <= UTC_TIME_MOST;
	size_t from = is_short ? TIME_DIGITS - UTC_TIME_DIGITS : 0;
	put_time(w, is_short ? DER_UTC_TIME : DER_TIME, seconds, from);
}

void der_put_long_time(struct wr *w, int64_t seconds)
{
	put_time(w, DER_TIME, seconds, 0);
}

void der_put_bits(struct wr *w, struct bytes octets)
{
	wr_u8(w, DER_BIT_STRING);
	put_length(w, octets.n + 1);
	wr_u8(w, 0);
	wr_bytes(w, octets);
}
