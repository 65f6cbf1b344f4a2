#include "test.h"

#include <string.h>

#include "attest/maker.h"

static void a_registered_id_has_its_maker(void **state)
{
	(void)state;
	const struct maker *m = maker_find(0x49465800);
	CHECK(m && m->kind == MAKER_REGISTERED);
	CHECK(strcmp(m->code, "IFX") == 0 && strcmp(m->name, "Infineon") == 0);
	CHECK(maker_find(0x53544D20) == maker_find_text(BYTES_TEXT("STM")));
}

static void ids_of_virtual_tpms_and_of_tests_are_told_apart(void **state)
{
	(void)state;
	CHECK(maker_find(0x00001014)->kind == MAKER_VIRTUAL);
	CHECK(maker_find(0x54535430)->kind == MAKER_TEST);
	CHECK(maker_find(0xFFFFF1D0)->kind == MAKER_TEST);
}

static void an_unknown_id_has_none(void **state)
{
	(void)state;
	CHECK(!maker_find(0));
	CHECK(!maker_find(0x49465820));
	CHECK(!maker_find_text(BYTES_TEXT("")));
	CHECK(!maker_find_text(BYTES_TEXT("IF")));
	CHECK(!maker_find_text(BYTES_TEXT("IFXX")));
}

static void makers_are_found_by_code_and_name_in_either_case(void **state)
{
	(void)state;
	CHECK(maker_find_text(BYTES_TEXT("intc")) == maker_find(0x494E5443));
	CHECK(maker_find_text(BYTES_TEXT("stmicroelectronics")) == maker_find(0x53544D20));
}

static void an_id_is_eight_digits_after_its_prefix(void **state)
{
	(void)state;
	static const struct bytes wrong[] = {
		BYTES_TEXT(""),           BYTES_TEXT("id:"),         BYTES_TEXT("id:4946580"),
		BYTES_TEXT("id:494658000"), BYTES_TEXT("ID:49465800"), BYTES_TEXT("id 49465800"),
		BYTES_TEXT("id:4946580G"), BYTES_TEXT("49465800"),    BYTES_TEXT("id:0x465800"),
	};
	uint32_t id = 7;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(!maker_id_parse(wrong[i], &id) && id == 7);
	CHECK(maker_id_parse(BYTES_TEXT("id:49465800"), &id) && id == 0x49465800);
	CHECK(maker_id_parse(BYTES_TEXT("id:fffff1d0"), &id) && id == 0xFFFFF1D0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_registered_id_has_its_maker),
		TEST(ids_of_virtual_tpms_and_of_tests_are_told_apart),
		TEST(an_unknown_id_has_none),
		TEST(makers_are_found_by_code_and_name_in_either_case),
		TEST(an_id_is_eight_digits_after_its_prefix),
	};
	return RUN(tests);
}
