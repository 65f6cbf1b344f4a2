#include "policy/nametemplate.h"

#include "test.h"

static void a_template_makes_the_name_it_describes(void **state)
{
	(void)state;
	static const struct {
		const char *template, *serial, *name;
	} cases[] = {
		{ "PC-%SERIAL%", "5CG0123", "PC-5CG0123" },
		{ "SHOP-%RAND:4%", NULL, "SHOP-4321" },
		{ "%RAND:2%-%SERIAL%", "S/N 77", "43-SN77" },
		{ "%SERIAL%", "5CG", "5CG" },
		{ "ASSAY", "5CG", "ASSAY" },
		{ "PC-%SERIAL%", "1234567890ABCDEFG", "PC-67890ABCDEFG" },
		{ "12345678901234%SERIAL%", "AB", "12345678901234B" },
		{ "A%RAND:14%", NULL, "A43210000000000" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t name[NAMETEMPLATE_NAME_MAX];
		struct wr w = wr_of(name, sizeof(name));
		struct nametemplate t;
		const struct nametemplate_of of = { bytes_text(cases[i].serial), 1234 };
		OK(nametemplate_parse(bytes_text(cases[i].template), &t));
		OK(nametemplate_write(&t, &of, &w));
		CHECK(is_bytes_text(wr_done(&w), cases[i].name));
	}
	COUNTED("vectors", COUNT_OF(cases));
}

static void a_bad_template_is_refused_with_its_reason(void **state)
{
	(void)state;
	static const struct {
		const char *template;
		enum fault_code says;
	} cases[] = {
		{ "", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "-PC%SERIAL%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%SERIAL%-", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC %SERIAL%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC.%SERIAL%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%SERIAL", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%serial%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%RAND%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%RAND:%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%RAND:0%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%RAND:04%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "PC%RAND:x%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "%SERIAL%%SERIAL%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "A%RAND:2%%RAND:2%", FAULT_CODE_NAME_TEMPLATE_FORM },
		{ "ABCDEFGHIJKLMNOP", FAULT_CODE_NAME_TEMPLATE_LONG },
		{ "ABCDEFGHIJKLMNO%SERIAL%", FAULT_CODE_NAME_TEMPLATE_LONG },
		{ "A%RAND:15%", FAULT_CODE_NAME_TEMPLATE_LONG },
		{ "%RAND:16%", FAULT_CODE_NAME_TEMPLATE_LONG },
		{ "%RAND:15%", FAULT_CODE_NAME_TEMPLATE_DIGITS },
		{ "12%RAND:2%", FAULT_CODE_NAME_TEMPLATE_DIGITS },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct nametemplate t;
		CHECK(nametemplate_parse(bytes_text(cases[i].template), &t) == &fault_rows[cases[i].says]);
	}
	COUNTED("vectors", COUNT_OF(cases));
}

static fault write_with(const char *template, const char *serial)
{
	uint8_t name[NAMETEMPLATE_NAME_MAX];
	struct wr w = wr_of(name, sizeof(name));
	struct nametemplate t;
	const struct nametemplate_of of = { bytes_text(serial), 0 };
	OK(nametemplate_parse(bytes_text(template), &t));
	return nametemplate_write(&t, &of, &w);
}

static void a_device_whose_serial_number_makes_no_name_is_told(void **state)
{
	(void)state;
	REFUSES(NAME_SERIAL, write_with("PC-%SERIAL%", NULL));
	REFUSES(NAME_SERIAL, write_with("PC-%SERIAL%", " /-."));
	REFUSES(NAME_TEMPLATE_DIGITS, write_with("%SERIAL%", "0123"));
	REFUSES(NAME_TEMPLATE_DIGITS, write_with("1%SERIAL%", "0123"));
	OK(write_with("P%SERIAL%", "0123"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_template_makes_the_name_it_describes),
		TEST(a_bad_template_is_refused_with_its_reason),
		TEST(a_device_whose_serial_number_makes_no_name_is_told),
	};
	return RUN(tests);
}
