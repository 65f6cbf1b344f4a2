#include "test.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "wire/message.h"

#define ARENA_SIZE 65536
#define ROUNDS 50
#define SEED_MAX 65536

/* A message with a field of each type and presence; small bounds. */
#define LETTER_FIELDS(F, of)                     \
	F(of, 1, UINT, number, REQ, 100, 0)      \
	F(of, 2, BYTES, octets, OPT, 4, 0)       \
	F(of, 3, TEXT, words, OPT, 4, 0)         \
	F(of, 5, LIST, list, OPT, 2, 3)          \
	F(of, 30, UINT, choice, OPT, 1000, 0)    \
	F(of, 31, LIST, must, REQ, 2, 2)
MESSAGE_STRUCT(letter, LETTER_FIELDS)
MESSAGE_TABLE(letter, LETTER_FIELDS)

#define STAMP_FIELDS(F, of)                      \
	F(of, 1, FIXED, id, REQ, 4, 0)           \
	F(of, 2, FIXEDS, hashes, OPT, 4, 2)
MESSAGE_STRUCT(stamp, STAMP_FIELDS)
MESSAGE_TABLE(stamp, STAMP_FIELDS)

#define LETTER_LEAST "\xA2\x01\x00\x18\x1F\x80"

struct bench {
	struct arena arena;
	struct sample sample;
};

static void bench_init(struct bench *b, uint64_t state)
{
	arena_init(&b->arena, ARENA_SIZE);
	b->sample = (struct sample){ .state = state, .arena = &b->arena };
}

/* True when m accepts in; it must then write it back as it was. */
static bool is_accepted(const struct message *m, struct bytes in)
{
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
	if (message_parse(m, in, parsed))
		return false;
	uint8_t again[4096];
	CHECK(in.n <= sizeof(again));
	struct wr w = wr_of(again, sizeof(again));
	message_write(m, parsed, &w);
	CHECK(is_bytes_equal(wr_done(&w), in));
	return true;
}

static void tables_are_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_message_count; i++) {
		const struct message *m = sample_messages[i];
		CHECK(m->count > 0 && m->size <= SAMPLE_STRUCT_MAX);
		for (size_t j = 0; j < m->count; j++) {
			const struct field *f = &m->fields[j];
			CHECK(j == 0 || f->key > m->fields[j - 1].key);
			CHECK(f->offset < m->size && f->max > 0);
			CHECK((f->type == FIELD_LIST || f->type == FIELD_FIXEDS) == (f->count > 0));
			CHECK(f->count <= BYTES_LIST_MAX);
		}
	}
}

static void every_message_is_read_back_as_it_was_written(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b, 1);
	for (size_t i = 0; i < ROUNDS * sample_message_count; i++) {
		const struct message *m = sample_messages[i % sample_message_count];
		CHECK(is_accepted(m, sample_encoded(&b.sample, m, SAMPLE_MIXED)));
		CHECK(is_accepted(m, sample_encoded(&b.sample, m, SAMPLE_LEAST)));
		arena_reset(&b.arena);
	}
	arena_done(&b.arena);
}

static void every_field_comes_back_with_its_value(void **state)
{
	(void)state;
	struct letter in = { .number = 100, .choice = 1 };
	in.octets = BYTES_TEXT("\0\1");
	in.words = BYTES_TEXT("\xC3\xBC");
	CHECK(bytes_list_put(&in.list, BYTES_TEXT("")) && bytes_list_put(&in.list, BYTES_TEXT("ab")));
	uint8_t out[64];
	struct wr w = wr_of(out, sizeof(out));
	message_write(&letter_message, &in, &w);
	struct letter back;
	OK(message_parse(&letter_message, wr_done(&w), &back));
	CHECK(back.number == 100 && back.choice == 1 && back.must.n == 0);
	CHECK(is_bytes_equal(back.octets, in.octets) && is_bytes_equal(back.words, in.words));
	CHECK(back.list.n == 2 && back.list.v[0].n == 0 && is_bytes_text(back.list.v[1], "ab"));
}

static void every_truncation_of_every_message_is_refused(void **state)
{
	(void)state;
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
	struct bench b;
	bench_init(&b, 2);
	for (size_t i = 0; i < sample_message_count; i++) {
		struct bytes in = sample_encoded(&b.sample, sample_messages[i], SAMPLE_MIXED);
		for (size_t n = 0; n < in.n; n++)
			CHECK(message_parse(sample_messages[i], bytes_slice(in, 0, n), parsed) != NULL);
		arena_reset(&b.arena);
	}
	arena_done(&b.arena);
}

static void every_trailing_octet_is_refused(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b, 3);
	uint8_t longer[4096];
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
	for (size_t i = 0; i < sample_message_count; i++) {
		struct bytes in = sample_encoded(&b.sample, sample_messages[i], SAMPLE_MIXED);
		CHECK(in.n < sizeof(longer));
		memcpy(longer, in.p, in.n);
		for (unsigned v = 0; v < 0x100; v++) {
			longer[in.n] = (uint8_t)v;
			fault why = message_parse(sample_messages[i], bytes_of(longer, in.n + 1), parsed);
			CHECK(why == FAIL(PARSE_ENVELOPE));
		}
		arena_reset(&b.arena);
	}
	arena_done(&b.arena);
}

/* A flip that is accepted is visible, since is_accepted demands that other octets mean other contents. */
static void every_flipped_octet_is_refused_or_visible(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b, 4);
	for (size_t i = 0; i < sample_message_count; i++) {
		struct bytes in = sample_encoded(&b.sample, sample_messages[i], SAMPLE_MIXED);
		uint8_t *flipped = arena_alloc(&b.arena, in.n);
		size_t refused = 0;
		memcpy(flipped, in.p, in.n);
		for (size_t at = 0; at < in.n; at++)
			for (unsigned bit = 0; bit < 9; bit++) {
				flipped[at] ^= (uint8_t)(bit == 8 ? 0xFF : 1 << bit);
				refused += !is_accepted(sample_messages[i], bytes_of(flipped, in.n));
				flipped[at] = in.p[at];
			}
		CHECK(refused > 0);
		arena_reset(&b.arena);
	}
	arena_done(&b.arena);
}

static void what_is_not_the_strict_form_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes in;
	} wrong[] = {
		{ "nothing", BYTES_TEXT("") },
		{ "no map", BYTES_TEXT("\x82\x01\x00") },
		{ "an empty map", BYTES_TEXT("\xA0") },
		{ "a required field missing at the beginning", BYTES_TEXT("\xA1\x18\x1F\x80") },
		{ "a required field missing at the end", BYTES_TEXT("\xA1\x01\x00") },
		{ "an unknown key before all others", BYTES_TEXT("\xA3\x00\x00\x01\x00\x18\x1F\x80") },
		{ "an unknown key between", BYTES_TEXT("\xA3\x01\x00\x04\x00\x18\x1F\x80") },
		{ "an unknown key after all others", BYTES_TEXT("\xA3\x01\x00\x18\x1F\x80\x18\x20\x00") },
		{ "a key of another type", BYTES_TEXT("\xA2\x41\x01\x00\x18\x1F\x80") },
		{ "a negative key", BYTES_TEXT("\xA2\x20\x00\x18\x1F\x80") },
		{ "keys in another order", BYTES_TEXT("\xA2\x18\x1F\x80\x01\x00") },
		{ "a key twice", BYTES_TEXT("\xA3\x01\x00\x01\x00\x18\x1F\x80") },
		{ "the last key twice", BYTES_TEXT("\xA3\x01\x00\x18\x1F\x80\x18\x1F\x80") },
		{ "a key equal to another's lower octet", BYTES_TEXT("\xA2\x19\x01\x01\x00\x18\x1F\x80") },
		{ "a longer head of the map", BYTES_TEXT("\xB8\x02\x01\x00\x18\x1F\x80") },
		{ "a longer head of a key", BYTES_TEXT("\xA2\x18\x01\x00\x18\x1F\x80") },
		{ "a longer head of a number", BYTES_TEXT("\xA2\x01\x18\x00\x18\x1F\x80") },
		{ "a longer head of a list", BYTES_TEXT("\xA2\x01\x00\x18\x1F\x98\x00") },
		{ "an indefinite map", BYTES_TEXT("\xBF\x01\x00\x18\x1F\x80\xFF") },
		{ "an indefinite list", BYTES_TEXT("\xA2\x01\x00\x18\x1F\x9F\xFF") },
		{ "indefinite octets", BYTES_TEXT("\xA3\x01\x00\x02\x5F\xFF\x18\x1F\x80") },
		{ "a tag around all", BYTES_TEXT("\xD9\xD9\xF7\xA2\x01\x00\x18\x1F\x80") },
		{ "a tag around a number", BYTES_TEXT("\xA2\x01\xC1\x00\x18\x1F\x80") },
		{ "a float for a number", BYTES_TEXT("\xA2\x01\xF9\x00\x00\x18\x1F\x80") },
		{ "null for a number", BYTES_TEXT("\xA2\x01\xF6\x18\x1F\x80") },
		{ "false for a number", BYTES_TEXT("\xA2\x01\xF4\x18\x1F\x80") },
		{ "a negative number", BYTES_TEXT("\xA2\x01\x20\x18\x1F\x80") },
		{ "text for octets", BYTES_TEXT("\xA3\x01\x00\x02\x60\x18\x1F\x80") },
		{ "octets for text", BYTES_TEXT("\xA3\x01\x00\x03\x40\x18\x1F\x80") },
		{ "a number for a list", BYTES_TEXT("\xA2\x01\x00\x18\x1F\x00") },
		{ "a map for a list", BYTES_TEXT("\xA2\x01\x00\x18\x1F\xA0") },
		{ "text inside a list", BYTES_TEXT("\xA2\x01\x00\x18\x1F\x81\x60") },
		{ "a map that says it has less", BYTES_TEXT("\xA1\x01\x00\x18\x1F\x80") },
		{ "a map that says it has more", BYTES_TEXT("\xA3\x01\x00\x18\x1F\x80") },
		{ "text that is not UTF-8", BYTES_TEXT("\xA3\x01\x00\x03\x61\xFF\x18\x1F\x80") },
		{ "text with a control character", BYTES_TEXT("\xA3\x01\x00\x03\x61\x0A\x18\x1F\x80") },
	};
	struct letter ret;
	OK(message_parse(&letter_message, BYTES_TEXT(LETTER_LEAST), &ret));
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (message_parse(&letter_message, wrong[i].in, &ret) != FAIL(PARSE_ENVELOPE))
			fail_msg("%s is not refused as it should be", wrong[i].why);
}

static void a_value_outside_its_bounds_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes in;
	} wrong[] = {
		{ "a number too large", BYTES_TEXT("\xA2\x01\x18\x65\x18\x1F\x80") },
		{ "octets too many", BYTES_TEXT("\xA3\x01\x00\x02\x45" "aaaaa" "\x18\x1F\x80") },
		{ "text too long", BYTES_TEXT("\xA3\x01\x00\x03\x65" "aaaaa" "\x18\x1F\x80") },
		{ "a list too long", BYTES_TEXT("\xA3\x01\x00\x05\x84\x40\x40\x40\x40\x18\x1F\x80") },
		{ "an item of a list too long", BYTES_TEXT("\xA3\x01\x00\x05\x81\x43" "aaa" "\x18\x1F\x80") },
		{ "an optional zero", BYTES_TEXT("\xA3\x01\x00\x18\x1E\x00\x18\x1F\x80") },
		{ "an optional list of nothing", BYTES_TEXT("\xA3\x01\x00\x05\x80\x18\x1F\x80") },
		{ "the largest number",
		  BYTES_TEXT("\xA2\x01\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x18\x1F\x80") },
	};
	struct letter ret;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (message_parse(&letter_message, wrong[i].in, &ret) != FAIL(PARSE_FIELD))
			fail_msg("%s is not refused as it should be", wrong[i].why);
}

static void a_refused_message_leaves_the_struct_alone(void **state)
{
	(void)state;
	struct letter ret;
	memset(&ret, 0x5A, sizeof(ret));
	struct bytes too_large = BYTES_TEXT("\xA2\x01\x18\x65\x18\x1F\x80");
	REFUSES(PARSE_FIELD, message_parse(&letter_message, too_large, &ret));
	REFUSES(PARSE_ENVELOPE, message_parse(&letter_message, BYTES_TEXT("\xA2\x01\x01\x18\x1F\x81"), &ret));
	CHECK(is_bytes_uniform(bytes_of(&ret, sizeof(ret)), 0x5A));
}

static void an_empty_view_is_there_and_an_absent_one_is_not(void **state)
{
	(void)state;
	struct letter ret;
	OK(message_parse(&letter_message, BYTES_TEXT("\xA4\x01\x00\x02\x40\x03\x60\x18\x1F\x80"), &ret));
	CHECK(ret.octets.p != NULL && ret.words.p != NULL);
	OK(message_parse(&letter_message, BYTES_TEXT(LETTER_LEAST), &ret));
	CHECK(ret.octets.p == NULL && ret.words.p == NULL && ret.list.n == 0 && ret.choice == 0);
}

static void a_struct_outside_its_bounds_cannot_be_written(void **state)
{
	(void)state;
	struct letter good = { 0 }, wrong[7] = { 0 };
	wrong[0].number = 101;
	wrong[1].octets = BYTES_TEXT("aaaaa");
	wrong[2].words = BYTES_TEXT("aaaaa");
	wrong[3].words = BYTES_TEXT("\n");
	wrong[4].list.n = 4;
	wrong[5].list.n = 1;
	wrong[5].list.v[0] = BYTES_TEXT("aaa");
	wrong[6].choice = 1001;
	uint8_t out[64];
	struct wr w = wr_of(out, sizeof(out));
	message_write(&letter_message, &good, &w);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT(LETTER_LEAST)));
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		w = wr_of(out, sizeof(out));
		message_write(&letter_message, &wrong[i], &w);
		CHECK(w.bad);
	}
}

static void a_required_view_that_is_absent_cannot_be_written(void **state)
{
	(void)state;
	_Alignas(16) uint8_t zero[SAMPLE_STRUCT_MAX] = { 0 };
	uint8_t out[256];
	for (size_t i = 0; i < sample_message_count; i++) {
		const struct message *m = sample_messages[i];
		bool needs_view = false;
		for (size_t j = 0; j < m->count; j++)
			needs_view |= m->fields[j].presence == FIELD_REQ &&
				      m->fields[j].type != FIELD_UINT && !m->fields[j].count;
		struct wr w = wr_of(out, sizeof(out));
		message_write(m, zero, &w);
		CHECK(w.bad == needs_view);
	}
}

/* Ids and hashes have one size; every other is refused, written and read, alone and in a list. */
static void a_view_of_one_size_is_refused_at_every_other(void **state)
{
	(void)state;
	uint8_t in[3 + 15] = { 0xA1, 0x01 }, list[10 + 15] = { 0xA2, 0x01, 0x44, 0, 0, 0, 0, 0x02, 0x81 };
	for (size_t n = 0; n <= 15; n++) {
		uint8_t out[64];
		struct wr one = wr_of(out, sizeof(out));
		struct stamp s = { .id = bytes_of(in, n) };
		message_write(&stamp_message, &s, &one);
		CHECK(one.bad == (n != 4));
		s = (struct stamp){ .id = bytes_of(in, 4), .hashes = { .n = 1, .v = { bytes_of(in, n) } } };
		struct wr listed = wr_of(out, sizeof(out));
		message_write(&stamp_message, &s, &listed);
		CHECK(listed.bad == (n != 4));
		in[2] = list[9] = (uint8_t)(0x40 + n);
		fault why = n == 4 ? NULL : FAIL(PARSE_FIELD);
		CHECK(message_parse(&stamp_message, bytes_of(in, 3 + n), &s) == why);
		CHECK(message_parse(&stamp_message, bytes_of(list, 10 + n), &s) == why);
	}
}

static void a_message_is_built_in_the_room_it_is_given(void **state)
{
	(void)state;
	struct bench b;
	struct bytes built = { 0 };
	const struct letter letter = { 0 }, number = { .number = 101 };
	size_t n = sizeof(LETTER_LEAST) - 1;
	bench_init(&b, 5);
	CHECK(message_build(&letter_message, &letter, n, &b.arena, &built) == NULL);
	CHECK(is_bytes_equal(built, BYTES_TEXT(LETTER_LEAST)));
	CHECK(message_build(&letter_message, &letter, n - 1, &b.arena, &built) == FAIL(BUG));
	CHECK(message_build(&letter_message, &number, ARENA_SIZE / 2, &b.arena, &built) == FAIL(BUG));
	CHECK(message_build(&letter_message, &letter, ARENA_SIZE, &b.arena, &built) == FAIL(SYS_MEMORY));
	CHECK(is_bytes_equal(built, BYTES_TEXT(LETTER_LEAST)));
	arena_done(&b.arena);
}

/* The first octet of a seed chooses its table, so a table that moves takes its seed with it: fuzz/seeds.c. */
static void every_message_has_a_seed_that_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_message_count; i++) {
		_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
		static uint8_t seed[SEED_MAX];
		char path[PATH_MAX];
		snprintf(path, sizeof(path), "%s/%s", getenv("ASSAY_SEEDS"), sample_messages[i]->name);
		FILE *f = fopen(path, "rb");
		if (!f)
			fail_msg("%s is missing: run build/fuzz/seeds fuzz", path);
		size_t n = fread(seed, 1, sizeof(seed), f);
		CHECK(fclose(f) == 0 && n > 0 && n < sizeof(seed));
		if (seed[0] != i || message_parse(sample_messages[i], bytes_of(seed + 1, n - 1), parsed))
			fail_msg("%s is none: run build/fuzz/seeds fuzz", path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tables_are_well_formed),
		TEST(every_message_is_read_back_as_it_was_written),
		TEST(every_field_comes_back_with_its_value),
		TEST(every_truncation_of_every_message_is_refused),
		TEST(every_trailing_octet_is_refused),
		TEST(every_flipped_octet_is_refused_or_visible),
		TEST(what_is_not_the_strict_form_is_refused),
		TEST(a_value_outside_its_bounds_is_refused),
		TEST(a_refused_message_leaves_the_struct_alone),
		TEST(an_empty_view_is_there_and_an_absent_one_is_not),
		TEST(a_struct_outside_its_bounds_cannot_be_written),
		TEST(a_required_view_that_is_absent_cannot_be_written),
		TEST(a_view_of_one_size_is_refused_at_every_other),
		TEST(a_message_is_built_in_the_room_it_is_given),
		TEST(every_message_has_a_seed_that_is_one),
	};
	return RUN(tests);
}
