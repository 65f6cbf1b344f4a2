#include "base/mark.h"

#include "test.h"

/* From the tables of FNV's authors (draft-eastlake-fnv, appendix C). */
static void octets_have_the_published_marks(void **state)
{
	(void)state;
	CHECK(mark_of(MARK_NONE, BYTES_TEXT("")) == UINT64_C(0xCBF29CE484222325));
	CHECK(mark_of(MARK_NONE, BYTES_TEXT("a")) == UINT64_C(0xAF63DC4C8601EC8C));
	CHECK(mark_of(MARK_NONE, BYTES_TEXT("foobar")) == UINT64_C(0x85944171F73967E8));
}

static void octets_in_pieces_have_the_mark_of_the_whole(void **state)
{
	(void)state;
	CHECK(mark_of(mark_of(MARK_NONE, BYTES_TEXT("foo")), BYTES_TEXT("bar")) ==
	      mark_of(MARK_NONE, BYTES_TEXT("foobar")));
	CHECK(mark_of(MARK_NONE, BYTES_TEXT("barfoo")) != mark_of(MARK_NONE, BYTES_TEXT("foobar")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(octets_have_the_published_marks),
		TEST(octets_in_pieces_have_the_mark_of_the_whole),
	};
	return RUN(tests);
}
