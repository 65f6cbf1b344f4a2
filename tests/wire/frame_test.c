#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "wire/frame.h"

#define ARENA_SIZE ((size_t)16 << 20)
#define FRAME_SIZE_MAX (FRAME_HEAD_SIZE + FRAME_MAX)
#define ID UINT64_C(0x0102030405060708)

/* A frame of that type in the sample's arena; its message is also left at ret_message. */
static struct bytes frame_of(struct sample *s, enum frame_type type, enum sample_shape shape,
			     void *ret_message)
{
	size_t room = shape == SAMPLE_MOST ? FRAME_SIZE_MAX : 8192;
	struct wr w = wr_of(arena_alloc(s->arena, room), room);
	if (frame_rows[type].message)
		sample_fill(s, frame_rows[type].message, shape, ret_message);
	frame_write(type, ID, ret_message, &w);
	struct bytes frame = wr_done(&w);
	CHECK(frame.n >= FRAME_HEAD_SIZE);
	return frame;
}

static void every_type_has_its_row(void **state)
{
	(void)state;
	CHECK(frame_rows[FRAME_NONE].name == NULL && frame_rows[FRAME_NONE].message == NULL);
	for (size_t i = FRAME_NONE + 1; i < FRAME_TYPE_COUNT; i++) {
		CHECK(frame_rows[i].name != NULL);
		CHECK((frame_rows[i].message == NULL) == (frame_rows[i].max == 0));
		CHECK(frame_rows[i].max <= FRAME_MAX);
		if (frame_rows[i].message)
			assert_string_equal(frame_rows[i].name, frame_rows[i].message->name);
	}
}

static void the_largest_message_of_every_type_fits_its_frame(void **state)
{
	(void)state;
	_Alignas(16) uint8_t message[SAMPLE_STRUCT_MAX];
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	for (enum frame_type type = FRAME_NONE + 1; type < FRAME_TYPE_COUNT; type++) {
		CHECK(frame_of(&s, type, SAMPLE_MOST, message).p != NULL);
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static void every_frame_is_read_back_as_it_was_written(void **state)
{
	(void)state;
	_Alignas(16) uint8_t message[SAMPLE_STRUCT_MAX], back[SAMPLE_STRUCT_MAX];
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	for (int i = 0; i < 20 * FRAME_TYPE_COUNT; i++) {
		enum frame_type type = (enum frame_type)(i % FRAME_TYPE_COUNT);
		if (!frame_rows[type].message)
			continue;
		struct frame f;
		size_t size = 0;
		struct bytes in = frame_of(&s, type, SAMPLE_MIXED, message);
		OK(frame_parse(in, &f, &size));
		CHECK(size == in.n && f.type == type && f.id == ID);
		OK(frame_get(&f, back));
		struct wr w = wr_of(arena_alloc(&arena, in.n), in.n);
		frame_write(type, ID, back, &w);
		CHECK(is_bytes_equal(wr_done(&w), in));
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static void a_frame_has_length_type_id_and_body(void **state)
{
	(void)state;
	struct refused refused = { .number = 3 };
	uint8_t out[64];
	struct wr w = wr_of(out, sizeof(out));
	frame_write(FRAME_REFUSED, ID, &refused, &w);
	frame_write(FRAME_READY, 0, NULL, &w);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\0\0\0\x0C\x0C\1\2\3\4\5\6\7\x8\xA1\1\3"
						     "\0\0\0\x09\x0D\0\0\0\0\0\0\0\0")));
}

static void part_of_a_frame_is_not_a_frame_yet(void **state)
{
	(void)state;
	_Alignas(16) uint8_t message[SAMPLE_STRUCT_MAX];
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	struct bytes in = frame_of(&s, FRAME_ANSWER_FACTS, SAMPLE_MIXED, message);
	for (size_t n = 0; n < in.n; n++) {
		struct frame f = { .id = 99 };
		size_t size = 1;
		OK(frame_parse(bytes_slice(in, 0, n), &f, &size));
		CHECK(size == 0 && f.id == 99);
	}
	arena_done(&arena);
}

static void frames_that_follow_each_other_are_taken_one_by_one(void **state)
{
	(void)state;
	uint8_t out[256];
	struct wr w = wr_of(out, sizeof(out));
	struct peer peer = { .role = 1 };
	for (uint64_t id = 0; id < 5; id++)
		frame_write(id % 2 ? FRAME_READY : FRAME_PEER, id, &peer, &w);
	struct bytes left = wr_done(&w);
	for (uint64_t id = 0; id < 5; id++) {
		struct frame f;
		size_t size = 0;
		OK(frame_parse(left, &f, &size));
		CHECK(size > 0 && f.id == id && f.type == (id % 2 ? FRAME_READY : FRAME_PEER));
		left = bytes_slice(left, size, left.n - size);
	}
	CHECK(left.n == 0);
}

static void a_head_that_is_not_of_the_table_is_refused_before_its_body_comes(void **state)
{
	(void)state;
	static const uint8_t after_last[] = { 0, 0, 0, 9, FRAME_TYPE_COUNT, 0, 0, 0, 0, 0, 0, 0, 1 };
	static const struct {
		const char *why;
		struct bytes in;
	} wrong[] = {
		{ "type none", BYTES_TEXT("\0\0\0\x09\x00\0\0\0\0\0\0\0\1") },
		{ "the type after the last", BYTES_OF(after_last) },
		{ "type 255", BYTES_TEXT("\0\0\0\x09\xFF\0\0\0\0\0\0\0\1") },
		{ "no length", BYTES_TEXT("\0\0\0\x00\x0D\0\0\0\0\0\0\0\1") },
		{ "a length that ends in the head", BYTES_TEXT("\0\0\0\x08\x0D\0\0\0\0\0\0\0\1") },
		{ "a body where none belongs", BYTES_TEXT("\0\0\0\x0A\x0D\0\0\0\0\0\0\0\1") },
		{ "a body larger than its type's", BYTES_TEXT("\0\0\0\x4A\x0C\0\0\0\0\0\0\0\1") },
		{ "the largest length", BYTES_TEXT("\xFF\xFF\xFF\xFF\x01\0\0\0\0\0\0\0\1") },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct frame f;
		size_t size = 1;
		if (frame_parse(wrong[i].in, &f, &size) != FAIL(SYS_FRAME) || size != 0)
			fail_msg("%s is not refused", wrong[i].why);
	}
}

static void a_body_that_is_not_the_message_of_its_type_is_refused(void **state)
{
	(void)state;
	_Alignas(16) uint8_t message[SAMPLE_STRUCT_MAX];
	static const struct frame wrong[] = {
		{ FRAME_REFUSED, ID, BYTES_TEXT("") },
		{ FRAME_REFUSED, ID, BYTES_TEXT("\xA1\1\3\0") },
		{ FRAME_REFUSED, ID, BYTES_TEXT("\xA1\2\3") },
		{ FRAME_READY, ID, BYTES_TEXT("") },
		{ FRAME_CRL, ID, BYTES_TEXT("\xA1\1\3") },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(SYS_FRAME, frame_get(&wrong[i], message));
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK((frame_check(&wrong[i]) == NULL) == (wrong[i].type == FRAME_READY));
	REFUSES(SYS_FRAME, frame_check(&(struct frame){ FRAME_READY, ID, BYTES_TEXT("\xA0") }));
}

static void a_flipped_octet_is_refused_or_visible(void **state)
{
	(void)state;
	_Alignas(16) uint8_t message[SAMPLE_STRUCT_MAX];
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	struct bytes in = frame_of(&s, FRAME_ISSUE, SAMPLE_MIXED, message);
	uint8_t *flipped = arena_alloc(&arena, in.n), *again = arena_alloc(&arena, in.n);
	memcpy(flipped, in.p, in.n);
	for (size_t bit = 0; bit < 8 * in.n; bit++) {
		struct frame f;
		size_t size = 0;
		flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
		fault why = frame_parse(bytes_of(flipped, in.n), &f, &size);
		if (!why && size == in.n && !frame_get(&f, message)) {
			struct wr w = wr_of(again, in.n);
			frame_write(f.type, f.id, message, &w);
			CHECK(is_bytes_equal(wr_done(&w), bytes_of(flipped, in.n)));
		}
		flipped[bit / 8] = in.p[bit / 8];
	}
	arena_done(&arena);
}

static void a_frame_without_room_marks_the_cursor(void **state)
{
	(void)state;
	struct refused refused = { .number = 3 };
	uint8_t out[32];
	for (size_t n = 0; n < FRAME_HEAD_SIZE + 3; n++) {
		struct wr w = wr_of(out, n);
		frame_write(FRAME_REFUSED, ID, &refused, &w);
		CHECK(w.bad);
	}
}

static void a_message_outside_its_bounds_marks_the_cursor(void **state)
{
	(void)state;
	struct refused refused = { .number = UINT16_MAX + 1 };
	uint8_t out[64];
	struct wr w = wr_of(out, sizeof(out));
	frame_write(FRAME_REFUSED, ID, &refused, &w);
	CHECK(w.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_has_its_row),
		TEST(the_largest_message_of_every_type_fits_its_frame),
		TEST(every_frame_is_read_back_as_it_was_written),
		TEST(a_frame_has_length_type_id_and_body),
		TEST(part_of_a_frame_is_not_a_frame_yet),
		TEST(frames_that_follow_each_other_are_taken_one_by_one),
		TEST(a_head_that_is_not_of_the_table_is_refused_before_its_body_comes),
		TEST(a_body_that_is_not_the_message_of_its_type_is_refused),
		TEST(a_flipped_octet_is_refused_or_visible),
		TEST(a_frame_without_room_marks_the_cursor),
		TEST(a_message_outside_its_bounds_marks_the_cursor),
	};
	return RUN(tests);
}
