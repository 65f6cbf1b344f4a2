#include "api/openapi.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/option.h"
#include "api/report.h"
#include "wire/jsn.h"
#include "wire/problem.h"

#define NAME_MAX_SIZE 96
#define REST "{*}"

/* What the table of endpoints calls its rows and the roles that they ask for. */
static const struct {
	const char *id, *role;
} names[ENDPOINT_COUNT] = {
#define E(id, method, path, listener, role, body, status) [ENDPOINT_##id] = { #id, #role },
#include "api/endpoint.def"
#undef E
};

/* The type that OpenAPI has for a kind, and what it says of a text that may be absent. */
static const struct {
	const char *type, *format;
} kinds[PROPERTY_KIND_COUNT] = {
	[PROPERTY_NUMBER] = { "integer", NULL }, [PROPERTY_TRUTH] = { "boolean", NULL },
	[PROPERTY_LIST] = { "array", NULL },     [PROPERTY_OBJECT] = { "object", NULL },
	[PROPERTY_WORD] = { "string", NULL },
	[PROPERTY_UUID] = { NULL, "uuid" },      [PROPERTY_MOMENT] = { NULL, "date-time" },
};

static json_t *kind_schema(enum property_kind kind)
{
	if (kinds[kind].type)
		return json_pack("{ss}", "type", kinds[kind].type);
	return json_pack("{s[ss] ss*}", "type", "string", "null", "format", kinds[kind].format);
}

static json_t *property_schema(const struct property *p)
{
	json_t *schema = kind_schema(p->kind);
	if (p->kind == PROPERTY_WORD)
		json_object_set_new(schema, "enum", property_words(p));
	json_object_set_new(schema, "x-filterable", json_boolean(p->column != PROPERTY_SHOWN));
	json_object_set_new(schema, "x-sortable", json_boolean(is_property_sortable(p)));
	return schema;
}

static json_t *list_schema(const struct property_list *list)
{
	json_t *properties = json_object();
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].value)
			json_object_set_new(properties, list->v[i].name, property_schema(&list->v[i]));
	return json_pack("{ss so}", "type", "object", "properties", properties);
}

static json_t *page_schema(const struct property_list *list)
{
	return json_pack("{ss s{s{ss s{so}} s{ss} s{ss} s{ss} s{ss ss}}}", "type", "object", "properties",
			 "value", "type", "array", "items", "$ref",
			 json_sprintf("#/components/schemas/%s", list->name), "@odata.nextLink", "type",
			 "string", "@odata.count", "type", "integer", "@assay.countIsAtLeast", "type",
			 "boolean", "@assay.countedDateTime", "type", "string", "format", "date-time");
}

static json_t *field_schema(const struct field *f)
{
	bool is_list = f->type == FIELD_LIST || f->type == FIELD_FIXEDS || f->type == FIELD_IDS ||
		       f->type == FIELD_WORDS;
	if (f->type == FIELD_UINT)
		return json_pack("{ss si sI}", "type", "integer", "minimum", 0, "maximum",
				 (json_int_t)(f->max > INT64_MAX ? INT64_MAX : f->max));
	if (is_list)
		return json_pack("{ss s{ss}}", "type", "array", "items", "type", "string");
	/* Octets are hexadecimal digits, two of each. */
	json_int_t most = (json_int_t)(f->type == FIELD_TEXT ? f->max : 2 * f->max);
	return json_pack("{ss sI}", "type", "string", "maxLength", most);
}

static json_t *body_schema(const struct message *m)
{
	json_t *properties = json_object(), *required = json_array();
	for (size_t i = 0; i < m->count; i++) {
		char name[JSN_NAME_SIZE];
		jsn_write_name(&m->fields[i], name);
		json_object_set_new(properties, name, field_schema(&m->fields[i]));
		if (m->fields[i].presence == FIELD_REQ)
			json_array_append_new(required, json_string(name));
	}
	return json_pack("{ss so so sb}", "type", "object", "properties", properties, "required", required,
			 "additionalProperties", 0);
}

static json_t *parameters_of(size_t id)
{
	const struct endpoint *e = &endpoints[id];
	unsigned options = option_set(id);
	json_t *all = json_array();
	if (strstr(e->path, ENDPOINT_HOLE))
		json_array_append_new(all, json_pack("{ss ss sb s{ss}}", "name", "id", "in", "path",
						     "required", 1, "schema", "type", "string"));
	for (unsigned i = 0; options >> i; i++)
		if (options >> i & 1)
			json_array_append_new(all, json_pack("{ss ss s{ss}}", "name",
							     query_name((enum query_option)i), "in", "query",
							     "schema", "type", "string"));
	return all;
}

static json_t *operation(size_t i)
{
	char status[8], role[NAME_MAX_SIZE];
	const struct endpoint *e = &endpoints[i];
	const struct property_list *list = property_list_find(i);
	size_t n = 0;
	for (; names[i].role[n] && n + 1 < sizeof(role); n++)
		role[n] = (char)tolower((unsigned char)names[i].role[n]);
	role[n] = 0;
	snprintf(status, sizeof(status), "%u", e->status);
	json_t *good = json_pack("{ss}", "description", list ? "a page of the list" : "done");
	if (list)
		json_object_set_new(good, "content",
				    json_pack("{s{so}}", "application/json", "schema", page_schema(list)));
	json_t *o = json_pack("{ss ss so s{so s{ss}}}", "operationId", names[i].id, "x-role", role,
			      "parameters", parameters_of(i), "responses", status, good, "default",
			      "$ref", "#/components/responses/refusal");
	if (e->body)
		json_object_set_new(o, "requestBody",
				    json_pack("{sb s{s{so}}}", "required", 1, "content", "application/json",
					      "schema", body_schema(e->body)));
	if (e->role != FLOW_ROLE_NOBODY)
		json_object_set_new(o, "security", json_pack("[{s[]}]", "token"));
	return o;
}

/* The path with a name in its hole. */
static const char *path_of(const struct endpoint *e, char out[static 2 * NAME_MAX_SIZE])
{
	const char *hole = strstr(e->path, ENDPOINT_HOLE), *rest = strstr(e->path, REST);
	const char *end = hole ? hole : rest ? rest : e->path + strlen(e->path);
	int before = (int)(end - e->path);
	snprintf(out, 2 * NAME_MAX_SIZE, "%.*s%s%s", before, e->path, hole ? "{id}" : "",
		 hole ? hole + strlen(ENDPOINT_HOLE) : "");
	return out;
}

/* "get" of "GET", and of what any method asks. */
static const char *method_of(const struct endpoint *e, char out[static 8])
{
	const char *method = is_endpoint_any(e) ? "GET" : e->method;
	size_t n = 0;
	for (; method[n] && n + 1 < 8; n++)
		out[n] = (char)tolower((unsigned char)method[n]);
	out[n] = 0;
	return out;
}

static json_t *paths_new(void)
{
	json_t *paths = json_object();
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		char path[2 * NAME_MAX_SIZE], method[8];
		path_of(&endpoints[i], path);
		if (!json_object_get(paths, path))
			json_object_set_new(paths, path, json_object());
		json_object_set_new(json_object_get(paths, path), method_of(&endpoints[i], method),
				    operation(i));
	}
	return paths;
}

/* wire/problem.h, whose members of its own stand beside Graph's. */
static json_t *refusal_new(void)
{
	static const char *const members[] = { "type",    "title",  "detail",   "code",
					       "hresult", "remedy", "requestId" };
	json_t *properties = json_pack("{s{ss} s{ss} s{ss}}", "status", "type", "integer", "retry", "type",
				       "boolean", "error", "type", "object");
	for (size_t i = 0; i < COUNT_OF(members); i++)
		json_object_set_new(properties, members[i], json_pack("{ss}", "type", "string"));
	json_t *schema = json_pack("{ss so}", "type", "object", "properties", properties);
	return json_pack("{ss s{s{so} s{sO}}}", "description", "why not, and what to do", "content",
			 PROBLEM_CONTENT_TYPE, "schema", schema, "application/json", "schema", schema);
}

json_t *openapi_new(void)
{
	json_t *schemas = json_object();
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		const struct property_list *list = property_list_find(i);
		if (list)
			json_object_set_new(schemas, list->name, list_schema(list));
	}
	for (size_t i = 0; i < REPORT_COUNT; i++)
		json_object_set_new(schemas, reports[i].name, list_schema(&reports[i].list));
	return json_pack(
		"{ss s{ss ss ss} so s{so s{so} s{s{ss ss}}}}", "openapi", "3.1.0", "info", "title", "Assay",
		"version", ASSAY_VERSION, "description",
		"What is below /graph/beta is below /graph/v1.0 too; doc/graph.md says how lists are asked.",
		"paths", paths_new(), "components", "schemas", schemas, "responses", "refusal", refusal_new(),
		"securitySchemes", "token", "type", "http", "scheme", "bearer");
}
