#include "wire/utf16.h"

#include "test.h"

static fault decode(struct bytes text, struct arena *arena, struct bytes *ret)
{
	arena_reset(arena);
	return utf16_parse(text, arena, ret);
}

static void characters_of_every_length_become_utf_8(void **state)
{
	(void)state;
	static const uint8_t wide[] = { 0xFF, 0xFE, 'A', 0, 0xE4, 0, 0x19, 0x20, 0x3D, 0xD8, 0x00, 0xDE };
	struct arena arena;
	struct bytes text;
	arena_init(&arena, 256);
	OK(decode(BYTES_OF(wide), &arena, &text));
	CHECK(is_bytes_text(text, "A\xC3\xA4\xE2\x80\x99\xF0\x9F\x98\x80"));
	arena_done(&arena);
}

static void a_mark_alone_is_a_text_of_nothing(void **state)
{
	(void)state;
	struct arena arena;
	struct bytes text;
	arena_init(&arena, 256);
	OK(decode(BYTES_TEXT("\xFF\xFE"), &arena, &text));
	CHECK(text.n == 0);
	arena_done(&arena);
}

static void half_a_unit_and_half_a_pair_are_refused(void **state)
{
	(void)state;
	static const uint8_t wide[] = { 0xFF, 0xFE, 'A', 0, 0x3D, 0xD8, 0x00, 0xDE };
	static const uint8_t lone[] = { 0xFF, 0xFE, 0x00, 0xDE },
			     both_high[] = { 0xFF, 0xFE, 0x3D, 0xD8, 0x3D, 0xD8 };
	struct arena arena;
	struct bytes text;
	arena_init(&arena, 256);
	OK(decode(BYTES_OF(wide), &arena, &text));
	REFUSES(PARSE_LEN, decode(bytes_of(wide, 7), &arena, &text));
	REFUSES(PARSE_RANGE, decode(bytes_of(wide, 6), &arena, &text));
	REFUSES(PARSE_LEN, decode(bytes_of(wide, 5), &arena, &text));
	OK(decode(bytes_of(wide, 4), &arena, &text));
	REFUSES(PARSE_LEN, decode(bytes_of(wide, 3), &arena, &text));
	REFUSES(PARSE_RANGE, decode(BYTES_OF(lone), &arena, &text));
	REFUSES(PARSE_RANGE, decode(BYTES_OF(both_high), &arena, &text));
	arena_done(&arena);
}

static void a_text_without_the_mark_is_none(void **state)
{
	(void)state;
	struct arena arena;
	struct bytes text;
	arena_init(&arena, 256);
	CHECK(is_utf16(BYTES_TEXT("\xFF\xFE")) && !is_utf16(BYTES_TEXT("\xFE\xFF")) &&
	      !is_utf16(BYTES_TEXT("\xFF")));
	REFUSES(PARSE_RANGE, decode(BYTES_TEXT("plain!"), &arena, &text));
	REFUSES(PARSE_RANGE, decode(BYTES_TEXT(""), &arena, &text));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(characters_of_every_length_become_utf_8),
		TEST(a_mark_alone_is_a_text_of_nothing),
		TEST(half_a_unit_and_half_a_pair_are_refused),
		TEST(a_text_without_the_mark_is_none),
	};
	return RUN(tests);
}
