#include "test.h"

#include <cbor.h>
#include <stdlib.h>

#include "sample.h"
#include "wire/cbor.h"

#define ARENA_SIZE 65536

/* RFC 8949 appendix A and the edges of each width. */
static const struct {
	uint64_t value;
	struct bytes encoded;
} numbers[] = {
	{ 0, BYTES_TEXT("\x00") },
	{ 23, BYTES_TEXT("\x17") },
	{ 24, BYTES_TEXT("\x18\x18") },
	{ 255, BYTES_TEXT("\x18\xFF") },
	{ 256, BYTES_TEXT("\x19\x01\x00") },
	{ 65535, BYTES_TEXT("\x19\xFF\xFF") },
	{ 65536, BYTES_TEXT("\x1A\x00\x01\x00\x00") },
	{ 4294967295, BYTES_TEXT("\x1A\xFF\xFF\xFF\xFF") },
	{ 4294967296, BYTES_TEXT("\x1B\x00\x00\x00\x01\x00\x00\x00\x00") },
	{ UINT64_MAX, BYTES_TEXT("\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") },
};

static void numbers_have_their_shortest_form_and_are_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		uint8_t out[9];
		struct wr w = wr_of(out, sizeof(out));
		cbor_put_uint(&w, numbers[i].value);
		CHECK(is_bytes_equal(wr_done(&w), numbers[i].encoded));
		struct rd r = rd_of(numbers[i].encoded);
		CHECK(cbor_uint(&r) == numbers[i].value);
		CHECK(is_rd_done(&r));
	}
}

static void a_number_that_is_cut_short_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		for (size_t n = 0; n < numbers[i].encoded.n; n++) {
			struct rd r = rd_of(bytes_slice(numbers[i].encoded, 0, n));
			CHECK(cbor_uint(&r) == 0);
			CHECK(r.bad);
		}
}

static void a_head_longer_than_needed_is_refused(void **state)
{
	(void)state;
	static const struct bytes longer[] = {
		BYTES_TEXT("\x18\x00"),
		BYTES_TEXT("\x18\x17"),
		BYTES_TEXT("\x19\x00\xFF"),
		BYTES_TEXT("\x1A\x00\x00\xFF\xFF"),
		BYTES_TEXT("\x1B\x00\x00\x00\x00\xFF\xFF\xFF\xFF"),
	};
	for (size_t i = 0; i < COUNT_OF(longer); i++) {
		struct rd r = rd_of(longer[i]);
		CHECK(cbor_uint(&r) == 0);
		CHECK(r.bad);
	}
}

static bool is_accepted(struct bytes in)
{
	struct rd readers[] = { rd_of(in), rd_of(in), rd_of(in), rd_of(in), rd_of(in) };
	cbor_uint(&readers[0]);
	cbor_bytes(&readers[1]);
	cbor_text(&readers[2]);
	cbor_array(&readers[3]);
	cbor_map(&readers[4]);
	for (size_t i = 0; i < COUNT_OF(readers); i++)
		if (!readers[i].bad)
			return true;
	return false;
}

static void tags_floats_negatives_and_indefinite_lengths_are_refused(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 0x100; first++) {
		uint8_t in[16] = { (uint8_t)first, 0xFF, 0xFF };
		unsigned major = first >> 5, info = first & 0x1F;
		bool is_foreign = major == 1 || major >= 6 || info > 27;
		if (is_foreign)
			CHECK(!is_accepted(BYTES_OF(in)));
	}
	CHECK(!is_accepted(BYTES_TEXT("\x5F\x41\x61\xFF")));
	CHECK(!is_accepted(BYTES_TEXT("\x9F\xFF")));
	CHECK(!is_accepted(BYTES_TEXT("\xC0\x00")));
	CHECK(!is_accepted(BYTES_TEXT("\xF9\x3C\x00")));
}

static void each_reader_takes_its_own_type_alone(void **state)
{
	(void)state;
	static const struct bytes items[] = {
		BYTES_TEXT("\x00"), BYTES_TEXT("\x40"), BYTES_TEXT("\x60"),
		BYTES_TEXT("\x80"), BYTES_TEXT("\xA0"),
	};
	for (size_t i = 0; i < COUNT_OF(items); i++) {
		struct rd r[5];
		for (size_t j = 0; j < 5; j++)
			r[j] = rd_of(items[i]);
		cbor_uint(&r[0]);
		cbor_bytes(&r[1]);
		cbor_text(&r[2]);
		cbor_array(&r[3]);
		cbor_map(&r[4]);
		for (size_t j = 0; j < 5; j++)
			CHECK(is_rd_done(&r[j]) == (i == j));
	}
}

static void views_of_nothing_are_present(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_TEXT("\x40\x60"));
	CHECK(cbor_bytes(&r).p != NULL);
	CHECK(cbor_text(&r).p != NULL);
	CHECK(is_rd_done(&r));
}

static void a_length_beyond_the_input_is_refused_also_the_largest(void **state)
{
	(void)state;
	static const struct bytes beyond[] = {
		BYTES_TEXT("\x42\x00"),
		BYTES_TEXT("\x62\x41"),
		BYTES_TEXT("\x82\x00"),
		BYTES_TEXT("\xA1\x00"),
		BYTES_TEXT("\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
		BYTES_TEXT("\x7B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
		BYTES_TEXT("\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
		BYTES_TEXT("\xBB\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
		BYTES_TEXT("\xBB\x80\x00\x00\x00\x00\x00\x00\x01"),
	};
	for (size_t i = 0; i < COUNT_OF(beyond); i++)
		CHECK(!is_accepted(beyond[i]));
}

static void text_that_cannot_be_shown_is_refused(void **state)
{
	(void)state;
	static const struct bytes texts[] = { BYTES_TEXT("\x61\x00"), BYTES_TEXT("\x61\n"),
					      BYTES_TEXT("\x61\x80"), BYTES_TEXT("\x63\xE2\x80\xAE") };
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct rd r = rd_of(texts[i]);
		CHECK(cbor_text(&r).p == NULL);
		CHECK(r.bad);
	}
}

static void after_a_bad_item_nothing_is_read(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_TEXT("\xF6\x01\x41\x61"));
	cbor_uint(&r);
	CHECK(cbor_uint(&r) == 0 && cbor_bytes(&r).p == NULL && cbor_text(&r).p == NULL);
	CHECK(cbor_array(&r) == 0 && cbor_map(&r) == 0);
}

/* libcbor writes what it read in the shortest form: equal octets say that both understand the same. */
static void every_message_means_the_same_to_libcbor(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	for (size_t i = 0; i < 20 * sample_message_count; i++) {
		struct bytes in = sample_encoded(&s, sample_messages[i % sample_message_count], SAMPLE_MIXED);
		struct cbor_load_result result;
		cbor_item_t *item = cbor_load(in.p, in.n, &result);
		CHECK(item != NULL && result.read == in.n && cbor_isa_map(item));
		uint8_t *again = NULL;
		size_t room = 0, n = cbor_serialize_alloc(item, &again, &room);
		CHECK(is_bytes_equal(bytes_of(again, n), in));
		free(again);
		cbor_decref(&item);
		arena_reset(&arena);
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_have_their_shortest_form_and_are_read_back),
		TEST(a_number_that_is_cut_short_is_refused),
		TEST(a_head_longer_than_needed_is_refused),
		TEST(tags_floats_negatives_and_indefinite_lengths_are_refused),
		TEST(each_reader_takes_its_own_type_alone),
		TEST(views_of_nothing_are_present),
		TEST(a_length_beyond_the_input_is_refused_also_the_largest),
		TEST(text_that_cannot_be_shown_is_refused),
		TEST(after_a_bad_item_nothing_is_read),
		TEST(every_message_means_the_same_to_libcbor),
	};
	return RUN(tests);
}
