/* config: what is accepted is written as a file that reads as the same; a refusal says why, printably. */
#include "base/config.h"
#include "base/text.h"
#include "fuzz.h"

struct values {
	char text[33], path[33];
	uint64_t number;
	bool yes;
	struct config_address address;
	uint64_t word;
};

static const struct config_row rows[] = {
	{ "text", CONFIG_TEXT, offsetof(struct values, text), 0, 32, "", "A text.", NULL },
	{ "path", CONFIG_PATH, offsetof(struct values, path), 0, 32, "/", "A path.", NULL },
	{ "part.number", CONFIG_UINT, offsetof(struct values, number), 1, 99, "1", "A number.", NULL },
	{ "part.yes", CONFIG_BOOL, offsetof(struct values, yes), 0, 0, "true", "A choice.", NULL },
	{ "part.address", CONFIG_ADDRESS, offsetof(struct values, address), 0, 64, "", "An address.", NULL },
	{ "part.word", CONFIG_WORD, offsetof(struct values, word), 0, 0, "", "One of them.", "yes|no" },
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct values v = { 0 }, again = { 0 };
	struct config_error why = { 0 };
	uint8_t first[2048], second[2048];
	struct wr a = wr_of(first, sizeof(first)), b = wr_of(second, sizeof(second));
	if (config_parse(rows, COUNT_OF(rows), bytes_of(p, n), &v, &why)) {
		HOLDS(why.sentence[0] && is_text_printable(bytes_text(why.sentence)));
		return 0;
	}
	config_write(rows, COUNT_OF(rows), &v, &a);
	HOLDS(!a.bad && config_parse(rows, COUNT_OF(rows), wr_done(&a), &again, &why) == NULL);
	config_write(rows, COUNT_OF(rows), &again, &b);
	HOLDS(is_bytes_equal(wr_done(&a), wr_done(&b)));
	return 0;
}
