#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct utf8 {
	uint32_t code;
	size_t length; /* 0: not UTF-8 */
};

static struct utf8 utf8_at(struct bytes b, size_t at)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xE0, 0xC0, 0x80 },
		{ 0xF0, 0xE0, 0x800 },
		{ 0xF8, 0xF0, 0x10000 },
	};
	uint8_t first = b.p[at];
	size_t n = 0;
	while (n < COUNT_OF(forms) && (first & forms[n].mask) != forms[n].lead)
		n++;
	if (n == COUNT_OF(forms) || n + 1 > b.n - at)
		return (struct utf8){ 0 };
	uint32_t code = first & (uint8_t)~forms[n].mask;
	for (size_t i = 1; i <= n; i++) {
		if ((b.p[at + i] & 0xC0) != 0x80)
			return (struct utf8){ 0 };
		code = code << 6 | (b.p[at + i] & 0x3F);
	}
	bool surrogate = code >= 0xD800 && code <= 0xDFFF;
	if (code < forms[n].least || code > 0x10FFFF || surrogate)
		return (struct utf8){ 0 };
	return (struct utf8){ code, n + 1 };
}

static bool is_hidden(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} hidden[] = { { 0, 0x1F },          { 0x7F, 0x9F },        { 0x61C, 0x61C },
		       { 0x200B, 0x200F },   { 0x2028, 0x202E },    { 0x2060, 0x2069 },
		       { 0xFEFF, 0xFEFF },   { 0xFFF9, 0xFFFB } };
	for (size_t i = 0; i < COUNT_OF(hidden); i++)
		if (c >= hidden[i].from && c <= hidden[i].to)
			return true;
	return false;
}

bool is_text_printable(struct bytes b)
{
	size_t at = 0;
	while (at < b.n) {
		/* Nearly all text is this. */
		bool is_plain = b.p[at] >= ' ' && b.p[at] <= '~';
		struct utf8 u = is_plain ? (struct utf8){ b.p[at], 1 } : utf8_at(b, at);
		if (u.length == 0 || (!is_plain && is_hidden(u.code)))
			return false;
		at += u.length;
	}
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct bytes text_trimmed(struct bytes b)
{
	while (b.n && is_blank(b.p[0]))
		b = bytes_slice(b, 1, b.n - 1);
	while (b.n && is_blank(b.p[b.n - 1]))
		b.n--;
	return b;
}

char *text_hex(struct bytes b, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < b.n; i++) {
		out[2 * i] = digits[b.p[i] >> 4];
		out[2 * i + 1] = digits[b.p[i] & 15];
	}
	out[2 * b.n] = 0;
	return out;
}

static int nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_hex_parse(struct bytes text, uint8_t *out, size_t n)
{
	if (text.n != 2 * n)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (nibble(text.p[i]) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(nibble(text.p[2 * i]) << 4 | nibble(text.p[2 * i + 1]));
	return true;
}

char *text_uuid(const uint8_t id[static 16], char out[static TEXT_UUID_SIZE])
{
	char hex[TEXT_HEX_SIZE(16)];
	text_hex(bytes_of(id, 16), hex);
	snprintf(out, TEXT_UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
		 hex + 20);
	return out;
}

bool text_uuid_parse(struct bytes text, uint8_t out[static 16])
{
	static const uint8_t parts[] = { 8, 4, 4, 4, 12 };
	uint8_t hex[32];
	size_t at = 0, filled = 0;
	if (text.n != TEXT_UUID_SIZE - 1)
		return false;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (i && text.p[at++] != '-')
			return false;
		memcpy(hex + filled, text.p + at, parts[i]);
		filled += parts[i];
		at += parts[i];
	}
	return text_hex_parse(BYTES_OF(hex), out, 16);
}

bool text_uint_parse(struct bytes text, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	if (text.n == 0 || (text.n > 1 && text.p[0] == '0'))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		uint64_t digit = (uint64_t)text.p[i] - '0';
		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v > max)
		return false;
	*ret = v;
	return true;
}

const char *text_word(const char *const *words, size_t count, size_t number)
{
	return number < count && words[number] ? words[number] : "unknown";
}

size_t text_word_find(const char *const *words, size_t count, struct bytes word)
{
	for (size_t i = 1; i < count; i++)
		if (words[i] && is_bytes_text(word, words[i]))
			return i;
	return 0;
}

struct date {
	int64_t year;
	unsigned month, day;
};

/* The civil date of a day number since 1970-01-01; years start in March so that leap days come last. */
static struct date civil(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned day_of_era = (unsigned)(z - era * 146097);
	unsigned leap_days = day_of_era / 1460 - day_of_era / 36524 + day_of_era / 146096;
	unsigned year_of_era = (day_of_era - leap_days) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned m = (5 * day_of_year + 2) / 153;
	unsigned month = m < 10 ? m + 3 : m - 9;
	int64_t year = (int64_t)year_of_era + era * 400 + (month <= 2);
	return (struct date){ year, month, day_of_year - (153 * m + 2) / 5 + 1 };
}

char *text_time(int64_t seconds, char out[static TEXT_TIME_SIZE])
{
	int64_t days = seconds / 86400, rest = seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	struct date d = civil(days);
	snprintf(out, TEXT_TIME_SIZE, "%04d-%02u-%02uT%02d:%02d:%02dZ", (int)d.year, d.month, d.day,
		 (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	return out;
}

char *text_skew(int64_t ours, int64_t theirs, char out[static TEXT_SKEW_SIZE])
{
	snprintf(out, TEXT_SKEW_SIZE, "%+lld s from the server's", (long long)(ours - theirs));
	return out;
}

/* The day number since 1970-01-01 of a civil date; any day of any month that can be written. */
static int64_t day_number(const struct date *d)
{
	int64_t year = d->year - (d->month <= 2);
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * ((int64_t)d->month + (d->month > 2 ? -3 : 9)) + 2) / 5 + d->day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/* Digits that are none, months and days that do not exist: text_time would write another text. */
bool text_time_parse(struct bytes text, int64_t *ret)
{
	static const char form[] = "YYYY-MM-DDThh:mm:ssZ";
	int64_t of[128] = { 0 };
	char again[TEXT_TIME_SIZE];
	if (text.n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t field = (uint8_t)form[i];
		of[field] = of[field] * 10 + (text.p[i] - '0') % 10;
	}
	const struct date d = { of['Y'], (unsigned)of['M'], (unsigned)of['D'] };
	int64_t seconds = day_number(&d) * 86400 + of['h'] * 3600 + of['m'] * 60 + of['s'];
	if (!is_bytes_text(text, text_time(seconds, again)))
		return false;
	*ret = seconds;
	return true;
}
