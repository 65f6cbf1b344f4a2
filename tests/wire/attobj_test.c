#include "wire/attobj.h"
#include "test.h"

#include <string.h>

#include "wire/cbor.h"

#define OBJECT_MAX 1024

/* What is written, so that a test can leave out, repeat or change one thing. */
struct sample {
	const char *format, *version;
	const char *last; /* the name of the statement's last member */
	size_t certificates;
	bool is_alone; /* the statement without its object */
};

static const struct sample good = { "tpm", "2.0", "sig", 2, false };

static void put_name(struct wr *w, const char *name)
{
	cbor_put_text(w, bytes_text(name));
}

static void put_statement(const struct sample *s, struct wr *w)
{
	cbor_put_map(w, 6);
	put_name(w, "alg");
	wr_bytes(w, BYTES_TEXT("\x39\x01\x00")); /* -257 */
	put_name(w, "ver");
	put_name(w, s->version);
	put_name(w, "x5c");
	cbor_put_array(w, s->certificates);
	for (size_t i = 0; i < s->certificates; i++)
		cbor_put_bytes(w, BYTES_TEXT("certificate"));
	put_name(w, "pubArea");
	cbor_put_bytes(w, BYTES_TEXT("area"));
	put_name(w, "certInfo");
	cbor_put_bytes(w, BYTES_TEXT("info"));
	put_name(w, s->last);
	cbor_put_bytes(w, BYTES_TEXT("signature"));
}

static struct bytes object_of(const struct sample *s, uint8_t room[static OBJECT_MAX])
{
	struct wr w = wr_of(room, OBJECT_MAX);
	if (!s->is_alone) {
		cbor_put_map(&w, 3);
		put_name(&w, "fmt");
		put_name(&w, s->format);
		put_name(&w, "attStmt");
	}
	put_statement(s, &w);
	if (!s->is_alone) {
		put_name(&w, "authData");
		cbor_put_bytes(&w, BYTES_TEXT("data"));
	}
	CHECK(!w.bad);
	return wr_done(&w);
}

static fault parse(const struct sample *s, struct attobj *ret)
{
	static uint8_t room[OBJECT_MAX];
	return attobj_parse(object_of(s, room), ret);
}

static void an_object_is_read_whole(void **state)
{
	struct attobj o;
	(void)state;
	OK(parse(&good, &o));
	CHECK(o.alg == -257 && o.x5c.n == 2 && is_bytes_text(o.x5c.v[1], "certificate"));
	CHECK(is_bytes_text(o.sig, "signature") && is_bytes_text(o.cert_info, "info"));
	CHECK(is_bytes_text(o.pub_area, "area") && is_bytes_text(o.auth_data, "data"));
}

static void a_statement_may_come_alone(void **state)
{
	struct attobj o;
	struct sample s = good;
	(void)state;
	s.is_alone = true;
	OK(parse(&s, &o));
	CHECK(!o.auth_data.p && is_bytes_text(o.sig, "signature"));
}

static void other_formats_and_versions_are_refused(void **state)
{
	struct attobj o;
	struct sample s = good;
	(void)state;
	s.format = "packed";
	REFUSES(PARSE_FIELD, parse(&s, &o));
	s = good;
	s.version = "1.2";
	REFUSES(PARSE_FIELD, parse(&s, &o));
	s = good;
	s.certificates = 0;
	REFUSES(PARSE_FIELD, parse(&s, &o));
}

static void members_missing_repeated_or_unknown_are_refused(void **state)
{
	static const char *const names[] = { "alg", "ver", "pubArea", "ecdaaKeyId", "" };
	struct attobj o;
	struct sample s = good;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		s.last = names[i];
		REFUSES(PARSE_ENVELOPE, parse(&s, &o));
	}
}

static void more_certificates_than_any_list_holds_are_refused(void **state)
{
	struct attobj o;
	struct sample s = good;
	(void)state;
	s.certificates = BYTES_LIST_MAX;
	OK(parse(&s, &o));
	s.certificates = BYTES_LIST_MAX + 1;
	REFUSES(PARSE_ENVELOPE, parse(&s, &o));
}

static void every_other_length_is_refused(void **state)
{
	uint8_t room[OBJECT_MAX];
	struct bytes whole = object_of(&good, room);
	struct attobj o;
	(void)state;
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(PARSE_ENVELOPE, attobj_parse(bytes_slice(whole, 0, n), &o));
	room[whole.n] = 0;
	REFUSES(PARSE_ENVELOPE, attobj_parse(bytes_of(room, whole.n + 1), &o));
}

static bool is_same(const struct attobj *a, const struct attobj *b)
{
	bool is_list = a->x5c.n == b->x5c.n;
	for (size_t i = 0; is_list && i < a->x5c.n; i++)
		is_list = is_bytes_equal(a->x5c.v[i], b->x5c.v[i]);
	return is_list && a->alg == b->alg && is_bytes_equal(a->sig, b->sig) &&
	       is_bytes_equal(a->cert_info, b->cert_info) && is_bytes_equal(a->pub_area, b->pub_area) &&
	       is_bytes_equal(a->auth_data, b->auth_data);
}

static void a_changed_octet_is_refused_or_seen(void **state)
{
	uint8_t room[OBJECT_MAX], other[OBJECT_MAX];
	struct bytes whole = object_of(&good, room);
	struct attobj before, after;
	(void)state;
	OK(attobj_parse(whole, &before));
	for (size_t i = 0; i < whole.n; i++) {
		memcpy(other, room, whole.n);
		other[i] ^= 1;
		bool is_read = attobj_parse(bytes_of(other, whole.n), &after) == NULL;
		CHECK(!is_read || !is_same(&before, &after));
	}
}

static void numbers_of_either_sign_are_read_in_their_shortest_form(void **state)
{
	static const struct {
		struct bytes in;
		int64_t value;
	} rows[] = {
		{ { (const uint8_t *)"\x20", 1 }, -1 },
		{ { (const uint8_t *)"\x26", 1 }, -7 },
		{ { (const uint8_t *)"\x39\xFF\xFE", 3 }, -65535 },
		{ { (const uint8_t *)"\x17", 1 }, 23 },
		{ { (const uint8_t *)"\x3B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9 }, INT64_MIN },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rd r = rd_of(rows[i].in);
		CHECK(cbor_int(&r) == rows[i].value && is_rd_done(&r));
	}
	struct rd longer = rd_of(BYTES_TEXT("\x38\x01"));
	struct rd larger = rd_of(BYTES_TEXT("\x3B\x80\0\0\0\0\0\0\0"));
	CHECK(cbor_int(&longer) == 0 && longer.bad);
	CHECK(cbor_int(&larger) == 0 && larger.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_object_is_read_whole),
		TEST(a_statement_may_come_alone),
		TEST(other_formats_and_versions_are_refused),
		TEST(members_missing_repeated_or_unknown_are_refused),
		TEST(more_certificates_than_any_list_holds_are_refused),
		TEST(every_other_length_is_refused),
		TEST(a_changed_octet_is_refused_or_seen),
		TEST(numbers_of_either_sign_are_read_in_their_shortest_form),
	};
	return RUN(tests);
}
