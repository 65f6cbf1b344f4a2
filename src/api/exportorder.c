#include "api/exportorder.h"

#include "api/odata.h"
#include "api/report.h"
#include "policy/filter.h"
#include "wire/body.h"

static const char *const formats[] = { [FRAME_FORMAT_CSV] = "csv", [FRAME_FORMAT_JSON] = "json" };

uint64_t exportorder_format(struct bytes word)
{
	if (!word.n)
		return FRAME_FORMAT_CSV;
	for (size_t i = 1; i < COUNT_OF(formats); i++)
		if (is_bytes_text(word, formats[i]))
			return i;
	return 0;
}

const char *exportorder_format_word(uint64_t format)
{
	return formats[format && format < COUNT_OF(formats) ? format : FRAME_FORMAT_CSV];
}

static uint64_t usual_columns(const struct report *r)
{
	uint64_t members = 0;
	for (size_t i = 0; i < r->list.n; i++)
		members |= (uint64_t)is_report_column(r, i) << i;
	return members;
}

/* In the order of the key, which nothing changes: no row is missed, and none comes twice. */
static fault build(const struct report *r, struct query *q, struct arena *a, struct selection *ret,
		   struct odata_error *ret_error)
{
	q->orderby = (struct bytes){ 0 };
	TRY(odata_parse(&r->list, q, a, ret, ret_error));
	if (!ret->members)
		ret->members = usual_columns(r);
	return NULL;
}

/* The options of a list are members of this body, without their sign. */
static void note(const struct odata_error *error, struct arena *a, struct read_notes *notes)
{
	if (!error->option)
		return;
	notes->target = error->option + 1;
	if (error->sentence)
		notes->detail = arena_format(a, "%s, character %zu: %s.", notes->target,
					     filter_column(error->value, error->at), error->sentence);
}

static fault put(const struct selection *s, struct arena *a, struct call *c)
{
	struct wr w = wr_of(arena_alloc(a, SELECTION_SIZE_MAX), SELECTION_SIZE_MAX);
	NEED(w.p != NULL, SYS_MEMORY);
	selection_write(s, &w);
	NEED(!w.bad, QUERY_LIMIT);
	c->selection = wr_done(&w);
	return NULL;
}

fault exportorder_read(struct call *c, struct arena *a, struct read_notes *notes)
{
	struct export_new in;
	struct selection s;
	struct odata_error error = { 0 };
	TRY(message_parse(&export_new_message, c->body, &in));
	const struct report *r = report_find(in.report_name);
	notes->target = r ? "format" : "reportName";
	NEED(r, REPORT_UNKNOWN);
	notes->detail = "format is csv or json.";
	NEED(exportorder_format(in.format), PARSE_FIELD);
	*notes = (struct read_notes){ 0 };
	struct query q = { .top = EXPORTORDER_TOP, .filter = bytes_unless_empty(in.filter),
			   .select = bytes_unless_empty(in.select) };
	TRY(report_fill(r, (int64_t)c->now, &q, a));
	fault why = build(r, &q, a, &s, &error);
	if (why)
		note(&error, a, notes);
	TRY(why);
	return put(&s, a, c);
}
