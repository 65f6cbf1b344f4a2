#include "wire/cabfile.h"

#include <stdio.h>
#include <string.h>

#include "test.h"
#include "wire/cabhead.h"

#define NOW 1792000000 /* 2026-10-14 */
#define ARENA_SIZE (8 << 20)

static struct bytes build(struct arena *a, const struct cabfile_member *members, size_t n)
{
	const struct cabfile c = { n, members, NOW };
	struct bytes cab;
	arena_reset(a);
	OK(cabfile_build(&c, a, &cab));
	return cab;
}

static fault try_one(struct arena *a, const char *name, int64_t time)
{
	const struct cabfile_member member = { name, BYTES_TEXT("content") };
	const struct cabfile c = { 1, &member, time };
	struct bytes cab;
	arena_reset(a);
	return cabfile_build(&c, a, &cab);
}

static void a_cab_begins_with_a_head_that_says_its_size(void **state)
{
	(void)state;
	static const struct cabfile_member members[] = { { "one.txt", BYTES_TEXT("1") },
							 { "none.txt", { 0 } } };
	struct arena a;
	struct cabhead head;
	arena_init(&a, ARENA_SIZE);
	struct bytes cab = build(&a, members, COUNT_OF(members));
	OK(cabhead_parse(cab, &head));
	CHECK(head.cabinet.n == cab.n && !head.signature.p);
	arena_done(&a);
}

static void names_that_would_lead_elsewhere_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", ".", "..", "a/b", "a\\b", "C:x", "a\x1B[2J" };
	char longest[CABFILE_NAME_MAX + 2];
	struct arena a;
	arena_init(&a, ARENA_SIZE);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(ARCHIVE_INVALID, try_one(&a, bad[i], NOW));
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	REFUSES(ARCHIVE_INVALID, try_one(&a, longest, NOW));
	longest[CABFILE_NAME_MAX] = 0;
	OK(try_one(&a, longest, NOW));
	arena_done(&a);
}

static void a_name_that_comes_twice_is_refused_whatever_its_case(void **state)
{
	(void)state;
	static const struct cabfile_member twice[] = { { "a.txt", { 0 } }, { "A.TXT", { 0 } } };
	const struct cabfile c = { COUNT_OF(twice), twice, NOW };
	struct arena a;
	struct bytes cab;
	arena_init(&a, ARENA_SIZE);
	REFUSES(ARCHIVE_INVALID, cabfile_build(&c, &a, &cab));
	arena_done(&a);
}

static void a_time_that_a_cab_cannot_say_is_refused(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_SIZE);
	REFUSES(ARCHIVE_INVALID, try_one(&a, "a", 315532799));
	OK(try_one(&a, "a", 315532800));
	OK(try_one(&a, "a", 4354819199));
	REFUSES(ARCHIVE_INVALID, try_one(&a, "a", 4354819200));
	arena_done(&a);
}

static void none_too_many_and_too_large_are_refused(void **state)
{
	(void)state;
	static uint8_t huge[CABFILE_SIZE_MAX + 1];
	struct cabfile_member members[CABFILE_MEMBERS_MAX + 1];
	char names[COUNT_OF(members)][8];
	struct bytes cab;
	struct arena a;
	arena_init(&a, ARENA_SIZE);
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		snprintf(names[i], sizeof(names[i]), "%zu", i);
		members[i] = (struct cabfile_member){ names[i], { 0 } };
	}
	struct cabfile c = { 0, members, NOW };
	REFUSES(ARCHIVE_INVALID, cabfile_build(&c, &a, &cab));
	c.n = COUNT_OF(members);
	REFUSES(ARCHIVE_INVALID, cabfile_build(&c, &a, &cab));
	c.n--;
	OK(cabfile_build(&c, &a, &cab));
	members[0].content = BYTES_OF(huge);
	REFUSES(ARCHIVE_INVALID, cabfile_build(&c, &a, &cab));
	members[0].content.n--;
	REFUSES(SYS_MEMORY, cabfile_build(&c, &a, &cab));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cab_begins_with_a_head_that_says_its_size),
		TEST(names_that_would_lead_elsewhere_are_refused),
		TEST(a_name_that_comes_twice_is_refused_whatever_its_case),
		TEST(a_time_that_a_cab_cannot_say_is_refused),
		TEST(none_too_many_and_too_large_are_refused),
	};
	return RUN(tests);
}
