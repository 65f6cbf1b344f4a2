/* rowfile: whatever the file, it ends, and every row is a body of printable texts or a fault with words. */
#include "base/text.h"
#include "cli/rowfile.h"
#include "fuzz.h"

static void check_row(const struct rowfile_row *row)
{
	HOLDS(!row->body != !row->why);
	HOLDS(!row->why || (row->detail[0] && is_text_printable(bytes_text(row->detail))));
	for (void *at = json_object_iter(row->body); at; at = json_object_iter_next(row->body, at)) {
		const json_t *value = json_object_iter_value(at);
		struct bytes text = bytes_of(json_string_value(value), json_string_length(value));
		HOLDS(text.n > 0 && text.n <= ROWFILE_ROW_MAX && is_text_printable(text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rowfile_row row;
	FILE *in = n ? fmemopen((void *)(uintptr_t)p, n, "r") : NULL;
	fault why = NULL;
	if (!in)
		return 0;
	json_object_seed(1);
	struct rowfile *r = rowfile_open(in);
	while (!(why = rowfile_next(r, &row)) && (row.body || row.why)) {
		check_row(&row);
		json_decref(row.body);
	}
	HOLDS(!why || is_text_printable(bytes_text(row.detail)));
	rowfile_close(r);
	fclose(in);
	return 0;
}
