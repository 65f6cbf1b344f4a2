#include "cli/roots.h"

#include "base/text.h"
#include "wire/certfile.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "MAKER", .member = "maker" },
	{ .title = "ROLE", .member = "role" },
	{ .title = "CLASS", .member = "class" },
	{ .title = "EXPIRES (UTC)", .member = "notAfterDateTime", .text = column_minute },
	{ .title = "SUBJECT", .member = "subject", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "subject", .member = "subject" },
	{ .title = "maker", .member = "maker" },
	{ .title = "role", .member = "role" },
	{ .title = "class", .member = "class" },
	{ .title = "source", .member = "source" },
	{ .title = "expires", .member = "notAfterDateTime" },
	{ .title = "created", .member = "createdDateTime" },
};

const struct resource roots_resource = {
	.path = "/assay/v1/roots",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

fault roots_get(struct session *s, const char *id, struct wr *w, json_t **ret)
{
	uint8_t der[CERTFILE_DER_MAX];
	json_auto_t *record = NULL;
	struct remote_request request = { .method = "GET" };
	arena_reset(&s->arena);
	TRY(session_path(s, roots_resource.path, id, &request.path));
	TRY(session_send(s, &request, &record));
	struct bytes hex = bytes_text(json_string_value(json_object_get(record, "certificate")));
	if (hex.n < 2 || hex.n / 2 > sizeof(der) || !text_hex_parse(hex, der, hex.n / 2))
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID), "%s has no certificate.", id);
	wr_bytes(w, bytes_of(der, hex.n / 2));
	NEED(!w->bad, SYS_MEMORY);
	*ret = json_incref(record);
	return NULL;
}
