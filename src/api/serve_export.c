#include "api/serve_export.h"

#include "api/exportorder.h"
#include "api/member.h"
#include "api/report.h"
#include "base/text.h"
#include "flow/exporting.h"

static json_t *format(const void *at)
{
	return json_string(exportorder_format_word(*(const uint64_t *)at));
}

static json_t *columns(const void *at)
{
	json_t *list = json_array();
	struct bytes left = *(const struct bytes *)at;
	while (left.n) {
		struct bytes name = bytes_until(&left, ',');
		json_array_append_new(list, json_stringn((const char *)name.p, name.n));
	}
	return list;
}

/* Graph's deviceManagementExportJob. Rows are read when it is fetched, so that nobody waits for it. */
static json_t *shape(const struct serve *s, const struct store_export *row)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_export, id),
		MEMBER("reportName", member_text, store_export, report),
		MEMBER("filter", member_text, store_export, filter),
		MEMBER("select", columns, store_export, columns),
		MEMBER("format", format, store_export, format),
		MEMBER("requestedBy", member_text, store_export, actor),
		MEMBER("requestDateTime", member_moment, store_export, created),
		MEMBER("expirationDateTime", member_moment, store_export, expires),
	};
	char id[TEXT_UUID_SIZE];
	const char *path = endpoints[ENDPOINT_EXPORTS].path;
	json_t *o = MEMBER_OBJECT(members, row);
	bool is_over = row->expires <= s->f->now;
	json_object_set_new(o, "status", json_string(is_over ? "failed" : "completed"));
	text_uuid(row->id.p, id);
	json_object_set_new(o, "url", json_sprintf("https://%.*s%s/%s/content", (int)s->c->host.n,
						   (const char *)s->c->host.p, path, id));
	return o;
}

fault serve_export_put(struct serve *s)
{
	struct export_new in;
	TRY(message_parse(&export_new_message, s->c->body, &in));
	const struct report *r = report_find(in.report_name);
	NEED(r, REPORT_UNKNOWN);
	NEED(s->c->selection.p, SYS_FRAME);
	struct store_export row = {
		.report = bytes_text(r->name),
		.mark = report_mark(r),
		.selection = s->c->selection,
		.filter = bytes_unless_empty(in.filter),
		.columns = bytes_unless_empty(in.select),
		.format = exportorder_format(in.format),
	};
	TRY(exporting_put(s->f, &s->by, s->a, &row));
	return serving_answer_json(s, shape(s, &row));
}

SERVING_LIST(serve_export_list, export, RECORD_ID_SIZE, exporting_list, shape(s, row), id)

fault serve_export_get(struct serve *s)
{
	struct bytes id;
	struct store_export *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(exporting_get(s->f, id, s->a, &row));
	return serving_answer_json(s, shape(s, row));
}

/* Who goes on was noted when they began. A row of another version of the program asks something else. */
fault serve_export_read(struct serve *s)
{
	struct bytes id;
	struct call *reading;
	struct store_export *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(s->c->position.p ? exporting_get(s->f, id, s->a, &row) :
			       exporting_begin(s->f, &s->by, id, s->a, &row));
	const struct report *r = report_find(row->report);
	NEED(r && report_mark(r) == row->mark, NOT_FOUND);
	TRY(serving_hand_on(s, &reading));
	reading->target = row->report;
	reading->selection = row->selection;
	reading->format = row->format;
	return NULL;
}
