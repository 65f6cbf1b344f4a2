#include "api/report.h"

#include <string.h>
#include <strings.h>

#include "api/endpoint.h"
#include "api/member.h"
#include "api/report_property.def"
#include "api/reportword.h"
#include "api/word.h"
#include "base/mark.h"
#include "base/text.h"
#include "flow/inventory.h"

#define DAY_S 86400

#define STORE_LISTING_SHOWN PROPERTY_SHOWN
#define ROW(of, name, kind, value, field, column) \
	{ name, PROPERTY_##kind, STORE_LISTING_##column, (uint16_t)offsetof(struct of, field), value },

static const struct property status_rows[] = { PROPERTY_REPORT_STATUS(ROW, store_report_status) };
static const struct property cause_rows[] = { PROPERTY_REPORT_CAUSE(ROW, store_report_cause) };
static const struct property firmware_rows[] = { PROPERTY_REPORT_FIRMWARE(ROW, store_report_firmware) };
static const struct property assurance_rows[] = { PROPERTY_REPORT_ASSURANCE(ROW, store_report_assurance) };
static const struct property silent_rows[] = { PROPERTY_REPORT_SILENT(ROW, store_report_silent) };
static const struct property hit_rows[] = { PROPERTY_REPORT_HIT(ROW, store_report_hit) };
static const struct property day_rows[] = { PROPERTY_REPORT_DAY(ROW, store_report_day) };
static const struct property compliance_rows[] = { PROPERTY_REPORT_COMPLIANCE(ROW, store_report_compliance) };

const struct report reports[REPORT_COUNT] = {
#define R(id, name, rows, is_searched, order, window, days, columns, title, text)                      \
	[REPORT_##id] = {                                                                              \
		name, title, text,                                                                     \
		{ name, STORE_LISTING_REPORT_##id, is_searched, order, ENDPOINT_REPORT,                \
		  COUNT_OF(rows), rows },                                                              \
		window, days, columns },
#include "api/report.def"
#undef R
};

const struct report *report_find(struct bytes name)
{
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		struct bytes own = bytes_text(reports[i].name);
		if (own.n == name.n && strncasecmp(reports[i].name, (const char *)name.p, own.n) == 0)
			return &reports[i];
	}
	return NULL;
}

fault report_fill(const struct report *r, int64_t now, struct query *q, struct arena *a)
{
	char time[TEXT_TIME_SIZE];
	int64_t since = now / DAY_S * DAY_S - (int64_t)r->days * DAY_S;
	if (q->filter.p || !r->window)
		return NULL;
	q->filter = bytes_text(arena_format(a, "%s %s", r->window, text_time(since, time)));
	NEED(q->filter.p != NULL, SYS_MEMORY);
	return NULL;
}

const struct property_list *report_list_of(const struct call *c)
{
	const struct report *r = c->endpoint == ENDPOINT_REPORT ? report_find(c->target) : NULL;
	return r ? &r->list : property_list_find(c->endpoint);
}

static const char *const kinds[PROPERTY_KIND_COUNT] = {
	[PROPERTY_TEXT] = "text",     [PROPERTY_UUID] = "id",     [PROPERTY_HEX] = "hex",
	[PROPERTY_MOMENT] = "moment", [PROPERTY_NUMBER] = "number", [PROPERTY_TRUTH] = "truth",
	[PROPERTY_WORD] = "word",     [PROPERTY_LIST] = "list",   [PROPERTY_OBJECT] = "object",
};

bool is_report_column(const struct report *r, size_t i)
{
	bool is_mere_key = i == 0 && strcmp(r->list.v[i].name, "Id") == 0;
	return !is_mere_key && i <= (r->columns ? r->columns : r->list.n);
}

uint64_t report_mark(const struct report *r)
{
	uint64_t mark = mark_of(MARK_NONE, bytes_of(&r->list.view, sizeof(r->list.view)));
	for (size_t i = 0; i < r->list.n; i++) {
		const struct property *p = &r->list.v[i];
		mark = mark_of(mark, bytes_of(p->name, strlen(p->name) + 1));
		mark = mark_of(mark, bytes_of(&p->kind, sizeof(p->kind)));
		mark = mark_of(mark, bytes_of(&p->column, sizeof(p->column)));
	}
	return mark >> 1; /* a column of the records has a sign */
}

static json_t *column_object(const struct report *r, size_t i)
{
	const struct property *p = &r->list.v[i];
	json_t *o = json_pack("{ss ss sb sb sb}", "name", p->name, "type", kinds[p->kind], "isFilterable",
			      p->column != PROPERTY_SHOWN, "isSortable", is_property_sortable(p), "isDefault",
			      is_report_column(r, i));
	if (p->kind == PROPERTY_WORD)
		json_object_set_new(o, "values", property_words(p));
	return o;
}

json_t *report_object(const struct report *r)
{
	json_t *columns = json_array();
	for (size_t i = 0; i < r->list.n; i++)
		json_array_append_new(columns, column_object(r, i));
	return json_pack("{ss ss ss ss* ss* si sb so}", "id", r->name, "displayName", r->title, "description",
			 r->text, "orderBy", r->list.order, "window", r->window, "windowDays", (int)r->days,
			 "isSearched", r->list.is_searched, "columns", columns);
}
