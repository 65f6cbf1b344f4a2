#include "flow/weakness.h"

#include "flow/blocking.h"
#include "store/store_report.h"

static void judge(const struct blocklist *list, struct store_report_firmware *row, struct arena *a)
{
	char warnings[BLOCKLIST_DETAIL_SIZE];
	struct blocklist_finding finding;
	const struct blocklist_tpm tpm = {
		.maker = row->tpm_maker,
		.model = row->tpm_model,
		.has_firmware = row->firmware != 0,
		.firmware = row->firmware,
	};
	blocklist_judge(list, &tpm, &finding);
	blocklist_warnings(&finding, warnings);
	struct bytes worst = finding.row ? finding.row->text.name : (struct bytes){ 0 };
	const char *between = worst.n && warnings[0] ? ", " : "";
	const char *names =
		arena_format(a, "%.*s%s%s", (int)worst.n, (const char *)worst.p, between, warnings);
	row->weaknesses = names ? bytes_unless_empty(bytes_text(names)) : (struct bytes){ 0 };
}

fault weakness_find(struct flow *f, const struct store_listing *rows, struct arena *a)
{
	TRY(blocking_build(f));
	for (size_t i = 0; i < rows->n; i++) {
		struct store_report_firmware *row = rows->v[i];
		if (row->tpm_maker.p)
			judge(blocking_find(f), row, a);
	}
	return is_arena_full(a) ? FAIL(SYS_MEMORY) : NULL;
}
