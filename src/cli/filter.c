#include "cli/filter.h"

#include <stdio.h>

#include "base/text.h"
#include "policy/filter.h"
#include "report/rule.h"

#define PREVIEW_PATH "/graph/beta/deviceManagement/evaluateAssignmentFilter"
#define SHOWN_MAX 20
#define CARET_WIDTH 100
#define CARET_SIZE 1024

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "TRUSTS CLAIMS", .member = "trustClaims" },
	{ .title = "RULE", .member = "rule", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "rule", .member = "rule" },
	{ .title = "trusts claims", .member = "trustClaims" },
	{ .title = "created", .member = "createdDateTime" },
	{ .title = "changed", .member = "lastModifiedDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
	{ OPTION_NAME, "displayName", RESOURCE_TEXT },
	{ OPTION_RULE, "rule", RESOURCE_TEXT },
	{ OPTION_TRUST_CLAIMS, "trustClaims", RESOURCE_SWITCH },
};

const struct resource filter_resource = {
	.path = "/graph/beta/deviceManagement/assignmentFilters",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.made = "id",
};

/* --- expressions ---------------------------------------------------------------------------------------- */

static void write_caret(struct bytes text, size_t at)
{
	uint8_t lines[CARET_SIZE];
	struct wr w = wr_of(lines, sizeof(lines));
	filter_write_caret(text, at, CARET_WIDTH, &w);
	fwrite(lines, 1, wr_done(&w).n, stderr);
}

/* Compiles an expression into the arena; points at the mistake where it is none. */
static fault compile(struct session *s, const char *expression, struct arena *a, const struct filter **ret)
{
	struct filter_error error = { 0 };
	struct bytes text = bytes_text(expression);
	if (!is_text_printable(text))
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "The filter has line breaks or other control characters.");
	fault why = filter_parse(text, a, ret, &error);
	if (!why || !error.sentence)
		return why;
	write_caret(text, error.at);
	return complaint_put(&s->complaint, why, "column %zu: %s.", filter_column(text, error.at),
			     error.sentence);
}

/* The expression, if there is one, is a filter. */
static fault check_expression(struct session *s, const char *expression)
{
	struct arena a;
	const struct filter *ignored;
	if (!expression)
		return NULL;
	arena_init(&a, FILTER_ARENA_SIZE);
	fault why = compile(s, expression, &a, &ignored);
	arena_done(&a);
	return why;
}

fault filter_put(struct session *s)
{
	TRY(check_expression(s, s->line->values[OPTION_RULE]));
	return resource_put(s);
}

fault filter_update(struct session *s)
{
	TRY(check_expression(s, s->line->values[OPTION_RULE]));
	return resource_update(s);
}

/* --- check ---------------------------------------------------------------------------------------------- */

static const char *member(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));
	return text ? text : "";
}

static void write_check(const json_t *said)
{
	size_t i;
	const json_t *property;
	puts(member(said, "rule"));
	json_array_foreach(json_object_get(said, "properties"), i, property)
		printf("reads %s, a %s\n", member(property, "property"), member(property, "source"));
	if (json_is_false(json_object_get(said, "isVerified")))
		puts("what devices say of themselves decides nothing, unless added with --trust-claims");
}

fault filter_check(struct session *s)
{
	struct arena a;
	const struct filter *f = NULL;
	arena_init(&a, FILTER_ARENA_SIZE + RULE_TEXT_MAX);
	fault why = compile(s, s->line->arguments[0], &a, &f);
	json_auto_t *said = why ? NULL : rule_shape(f, &a);
	if (said && is_session_json(s))
		session_write(s, said);
	else if (said)
		write_check(said);
	arena_done(&a);
	return why;
}

/* --- preview -------------------------------------------------------------------------------------------- */

/* What is known so far. */
struct preview {
	json_int_t devices, matching, unknown;
	json_t *shown;
};

fault filter_get_rule(struct session *s, const char *text, const char **ret, json_t **ret_record)
{
	uint8_t id[16];
	struct remote_request request = { .method = "GET" };
	*ret = text;
	if (!text_uuid_parse(bytes_text(text), id))
		return check_expression(s, text);
	TRY(session_path(s, filter_resource.path, text, &request.path));
	TRY(session_send(s, &request, ret_record));
	*ret = member(*ret_record, "rule");
	return NULL;
}

/* Adds one slice, and puts into the body where the next begins; no further slice leaves none there. */
static fault add_slice(struct session *s, struct preview *p, json_t *body)
{
	json_auto_t *slice = NULL;
	const struct remote_request request = { "POST", PREVIEW_PATH, body };
	TRY(session_send(s, &request, &slice));
	json_t *rows = json_object_get(slice, "value"), *after = json_object_get(slice, "after");
	json_int_t devices = json_integer_value(json_object_get(slice, "devices"));
	if (!json_is_array(rows) || (after && (!json_is_string(after) || devices <= 0)))
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID), "The answer is no preview.");
	p->devices += devices;
	p->matching += json_integer_value(json_object_get(slice, "matching"));
	p->unknown += json_integer_value(json_object_get(slice, "unknown"));
	NEED(json_array_extend(p->shown, rows) == 0, SYS_MEMORY);
	size_t shown = json_array_size(p->shown);
	json_object_set_new(body, "top",
			    json_integer(shown < SHOWN_MAX ? (json_int_t)(SHOWN_MAX - shown) : 0));
	if (after)
		json_object_set(body, "after", after);
	else
		json_object_clear(body);
	return NULL;
}

/* Whatever devices call themselves is shown only when it can be. */
static const char *shown(const json_t *record, const char *name)
{
	const char *text = member(record, name);
	return is_text_printable(bytes_text(text)) ? text : "?";
}

static void write_match(const json_t *match)
{
	size_t i;
	const json_t *row;
	printf("\n%-7s  %s  %s\n", shown(match, "truth"), shown(match, "id"), shown(match, "deviceName"));
	json_array_foreach(json_object_get(match, "comparisons"), i, row)
	{
		bool is_there = json_is_string(json_object_get(row, "value"));
		const char *quote = is_there ? "\"" : "";
		printf("  %-7s  %s  is %s%s%s\n", shown(row, "truth"), shown(row, "comparison"), quote,
		       is_there ? shown(row, "value") : "not there", quote);
	}
}

static void write_preview(const struct preview *p)
{
	size_t i;
	const json_t *match;
	printf("%lld of %lld devices match, of %lld it is unknown\n", (long long)p->matching,
	       (long long)p->devices, (long long)p->unknown);
	json_array_foreach(p->shown, i, match) write_match(match);
	if (p->matching + p->unknown > (json_int_t)json_array_size(p->shown))
		printf("\nthe first %zu are shown\n", json_array_size(p->shown));
}

fault filter_preview(struct session *s)
{
	json_auto_t *record = NULL, *all = json_array();
	struct preview p = { .shown = all };
	const char *rule;
	TRY(filter_get_rule(s, s->line->arguments[0], &rule, &record));
	json_auto_t *body = json_pack("{ss,si}", "rule", rule, "top", SHOWN_MAX);
	while (json_object_size(body)) {
		arena_reset(&s->arena);
		TRY(add_slice(s, &p, body));
	}
	if (!is_session_json(s)) {
		write_preview(&p);
		return NULL;
	}
	json_auto_t *said = json_pack("{sI,sI,sI,sO}", "devices", p.devices, "matching", p.matching,
				      "unknown", p.unknown, "value", all);
	session_write(s, said);
	return NULL;
}
