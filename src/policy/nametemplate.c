#include "policy/nametemplate.h"

#include "base/text.h"

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_alphanumeric(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_all(struct bytes b, bool (*is_one)(uint8_t c))
{
	for (size_t i = 0; i < b.n; i++)
		if (!is_one(b.p[i]))
			return false;
	return true;
}

static bool is_literal(uint8_t c)
{
	return is_alphanumeric(c) || c == '-';
}

static bool has_part(const struct nametemplate *t, enum nametemplate_kind kind)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind == kind)
			return true;
	return false;
}

static fault put_part(struct nametemplate *t, struct nametemplate_part part)
{
	bool is_repeated = part.kind != NAMETEMPLATE_TEXT && has_part(t, part.kind);
	NEED(t->n < NAMETEMPLATE_PARTS_MAX && !is_repeated, NAME_TEMPLATE_FORM);
	t->v[t->n++] = part;
	t->fixed += part.text.n + part.digits;
	return NULL;
}

/* What stands between two percent signs. */
static fault put_macro(struct nametemplate *t, struct bytes macro)
{
	uint64_t digits;
	struct bytes number = macro, word = bytes_until(&number, ':');
	if (is_bytes_text(macro, "SERIAL"))
		return put_part(t, (struct nametemplate_part){ .kind = NAMETEMPLATE_SERIAL });
	NEED(is_bytes_text(word, "RAND") && text_uint_parse(number, 99, &digits), NAME_TEMPLATE_FORM);
	NEED(digits > 0, NAME_TEMPLATE_FORM);
	NEED(digits <= NAMETEMPLATE_NAME_MAX, NAME_TEMPLATE_LONG);
	return put_part(t, (struct nametemplate_part){ NAMETEMPLATE_RANDOM, { 0 }, (size_t)digits });
}

static fault put_text(struct nametemplate *t, struct bytes text)
{
	NEED(is_all(text, is_literal), NAME_TEMPLATE_FORM);
	return text.n ? put_part(t, (struct nametemplate_part){ NAMETEMPLATE_TEXT, text, 0 }) : NULL;
}

static bool is_number(const struct nametemplate *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!is_all(t->v[i].text, is_digit))
			return false;
	return !has_part(t, NAMETEMPLATE_SERIAL);
}

fault nametemplate_parse(struct bytes text, struct nametemplate *ret)
{
	struct nametemplate t = { 0 };
	struct bytes rest = text;
	NEED(text.n && text.p[0] != '-' && text.p[text.n - 1] != '-', NAME_TEMPLATE_FORM);
	while (rest.n) {
		TRY(put_text(&t, bytes_until(&rest, '%')));
		if (!rest.p)
			break;
		struct bytes macro = bytes_until(&rest, '%');
		NEED(rest.p, NAME_TEMPLATE_FORM);
		TRY(put_macro(&t, macro));
	}
	NEED(t.fixed + has_part(&t, NAMETEMPLATE_SERIAL) <= NAMETEMPLATE_NAME_MAX, NAME_TEMPLATE_LONG);
	NEED(!is_number(&t), NAME_TEMPLATE_DIGITS);
	*ret = t;
	return NULL;
}

static void write_random(uint64_t random, size_t digits, struct wr *w)
{
	for (; digits; digits--, random /= 10)
		wr_u8(w, (uint8_t)('0' + random % 10));
}

static fault write_serial(struct bytes serial, size_t room, struct wr *w)
{
	size_t n = 0;
	for (size_t i = 0; i < serial.n; i++)
		n += is_alphanumeric(serial.p[i]);
	NEED(n, NAME_SERIAL);
	for (size_t i = 0; i < serial.n; i++)
		if (is_alphanumeric(serial.p[i]) && n-- <= room)
			wr_u8(w, serial.p[i]);
	return NULL;
}

fault nametemplate_write(const struct nametemplate *t, const struct nametemplate_of *of, struct wr *w)
{
	size_t from = w->at;
	for (size_t i = 0; i < t->n; i++) {
		const struct nametemplate_part *part = &t->v[i];
		wr_bytes(w, part->text);
		write_random(of->random, part->digits, w);
		if (part->kind == NAMETEMPLATE_SERIAL)
			TRY(write_serial(of->serial, NAMETEMPLATE_NAME_MAX - t->fixed, w));
	}
	NEED(!w->bad, BUG);
	NEED(!is_all(bytes_of(w->p + from, w->at - from), is_digit), NAME_TEMPLATE_DIGITS);
	return NULL;
}
