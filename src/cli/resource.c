#include "cli/resource.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "base/wr.h"
#include "cli/listing.h"
#include "cli/pages.h"
#include "cli/record.h"
#include "cli/secretline.h"
#include "wire/form.h"

fault resource_list(struct session *s)
{
	return listing_write(s, s->line->command->of, NULL, NULL);
}

/* Behind a query that is as long as the path of a page may be at most, as an option of OData. */
static fault put_asked(struct session *s, const char *name, const char *value, struct wr *w)
{
	if (!value)
		return NULL;
	wr_bytes(w, bytes_text(w->at ? "&$" : "$"));
	wr_bytes(w, bytes_text(name));
	wr_u8(w, '=');
	form_write_value(bytes_text(value), w);
	if (!w->bad)
		return NULL;
	return complaint_put(&s->complaint, FAIL(USAGE), "--%s is too long.", name);
}

fault resource_write_asked(struct session *s, const struct resource *r)
{
	static const enum option_id asked[] = { OPTION_FILTER, OPTION_SEARCH, OPTION_ORDERBY };
	struct resource of = *r;
	char query[PAGES_LINK_MAX / 2];
	struct wr w = wr_of((uint8_t *)query, sizeof(query) - 1);
	for (size_t i = 0; i < COUNT_OF(asked); i++)
		TRY(put_asked(s, options[asked[i]].name, s->line->values[asked[i]], &w));
	query[w.at] = 0;
	of.query = w.at ? query : NULL;
	return listing_write(s, &of, NULL, NULL);
}

fault resource_list_asked(struct session *s)
{
	return resource_write_asked(s, s->line->command->of);
}

static void write_fields(struct session *s, const json_t *record)
{
	const struct resource *r = s->line->command->of;
	int width = 0;
	for (size_t i = 0; i < r->fields_count; i++) {
		int n = (int)strlen(r->fields[i].title);
		width = n > width ? n : width;
	}
	for (size_t i = 0; i < r->fields_count; i++) {
		struct bytes text = column_get(&r->fields[i], record, &s->arena);
		if (text.n)
			printf("%-*s  %.*s\n", width, r->fields[i].title, (int)text.n, (const char *)text.p);
	}
}

static void write_record(struct session *s, const json_t *record)
{
	if (is_session_json(s))
		session_write(s, record);
	else
		write_fields(s, record);
}

fault resource_get(struct session *s)
{
	json_auto_t *record = NULL;
	struct remote_request request = { .method = "GET" };
	TRY(session_path(s, s->line->command->of->path, s->line->arguments[0], &request.path));
	TRY(session_send(s, &request, &record));
	write_record(s, record);
	return NULL;
}

fault resource_list_or_get(struct session *s)
{
	return s->line->count ? resource_get(s) : resource_list(s);
}

static fault put_number(struct session *s, const struct resource_member *m, const char *value, json_t *body)
{
	uint64_t number;
	if (!text_uint_parse(bytes_text(value), INT64_MAX, &number))
		return complaint_put(&s->complaint, FAIL(USAGE), "--%s %s: this is no number.",
				     options[m->option].name, value);
	json_object_set_new(body, m->name, json_integer((json_int_t)number));
	return NULL;
}

static fault put_text(struct session *s, const char *name, const char *value, json_t *body)
{
	if (!is_text_printable(bytes_text(value)))
		return complaint_put(&s->complaint, FAIL(USAGE), "%s has characters that cannot be shown.",
				     name);
	json_object_set_new(body, name, json_string(value));
	return NULL;
}

static fault put_member(struct session *s, const struct resource_member *m, const char *value, json_t *body)
{
	if (!value)
		return NULL;
	if (m->kind == RESOURCE_SWITCH) {
		json_object_set_new(body, m->name, json_integer(1));
		return NULL;
	}
	return m->kind == RESOURCE_NUMBER ? put_number(s, m, value, body) : put_text(s, m->name, value, body);
}

/* The fields that --set takes, in one text. */
static const char *fields_of(const struct resource *r, struct arena *a)
{
	const char *text = "";
	for (size_t i = 0; i < r->pairs_count && text; i++)
		text = arena_format(a, "%s%s%s", text, i ? ", " : "", r->pairs[i].field);
	return text ? text : "";
}

/* Never an argument, which others could see; "" takes it away. */
static fault put_secret(struct session *s, const struct resource_pair *p, const char *value, json_t *body)
{
	char text[SECRETLINE_MAX + 1] = "";
	if (value[0] && strcmp(value, "-") != 0)
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "%s is read from standard input: --set %s=- < FILE.", p->field,
				     p->field);
	fault why = value[0] ? secretline_get(p->field, &s->complaint, text) : NULL;
	if (!why)
		json_object_set_new(body, p->member, json_string(text));
	secret_done(text, sizeof(text));
	return why;
}

static fault put_value(struct session *s, const struct resource *r, const struct resource_pair *p,
		       const char *value, json_t *body)
{
	bool is_secret = r->secret && strcmp(p->member, r->secret) == 0;
	return is_secret ? put_secret(s, p, value, body) : put_text(s, p->member, value, body);
}

static fault put_pair(struct session *s, const struct resource *r, const char *pair, json_t *body)
{
	const char *equals = strchr(pair, '=');
	struct bytes field = bytes_of(pair, equals ? (size_t)(equals - pair) : 0);
	for (size_t i = 0; i < r->pairs_count; i++)
		if (is_bytes_text(field, r->pairs[i].field))
			return put_value(s, r, &r->pairs[i], equals + 1, body);
	return complaint_put(&s->complaint, FAIL(USAGE), "--set takes FIELD=VALUE; fields are %s.",
			     fields_of(r, &s->arena));
}

fault resource_put_pairs(struct session *s, const struct resource *r, json_t *body)
{
	for (const char *const *pair = s->line->many; r->pairs && pair && *pair; pair++)
		TRY(put_pair(s, r, *pair, body));
	return NULL;
}

fault resource_put_members(struct session *s, const char *argument, json_t *body)
{
	const struct resource *r = s->line->command->of;
	for (size_t i = 0; i < r->members_count; i++) {
		const struct resource_member *m = &r->members[i];
		bool is_argument = m->option == OPTION_COUNT;
		TRY(put_member(s, m, is_argument ? argument : s->line->values[m->option], body));
	}
	return resource_put_pairs(s, r, body);
}

fault resource_put(struct session *s)
{
	const struct resource *r = s->line->command->of;
	json_auto_t *body = json_object(), *record = NULL;
	TRY(resource_put_members(s, s->line->arguments[0], body));
	const struct remote_request request = { "POST", r->path, body };
	TRY(session_send(s, &request, &record));
	if (is_session_json(s)) {
		session_write(s, record);
		return NULL;
	}
	const char *made = record_text(record, r->made);
	if (!made[0])
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID), "The answer has no %s.", r->made);
	puts(made);
	return NULL;
}

fault resource_update(struct session *s)
{
	json_auto_t *body = json_object(), *record = NULL;
	struct remote_request request = { .method = "PATCH", .body = body };
	TRY(resource_put_members(s, NULL, body));
	TRY(session_path(s, s->line->command->of->path, s->line->arguments[0], &request.path));
	TRY(session_send(s, &request, &record));
	write_record(s, record);
	return NULL;
}

fault resource_put_body(struct session *s, const struct resource *r, const json_t *body,
			bool *ret_is_present)
{
	json_auto_t *record = NULL;
	const struct remote_request request = { "POST", r->path, body };
	fault why = session_send(s, &request, &record);
	bool is_present = why == FAIL(CONFLICT) && s->complaint.is_server;
	if (why && !is_present)
		return why;
	*ret_is_present = is_present;
	return NULL;
}

fault resource_delete(struct session *s)
{
	for (size_t i = 0; i < s->line->count; i++) {
		json_auto_t *nothing = NULL;
		struct remote_request request = { .method = "DELETE" };
		arena_reset(&s->arena);
		TRY(session_path(s, s->line->command->of->path, s->line->arguments[i], &request.path));
		TRY(session_send(s, &request, &nothing));
	}
	return NULL;
}

fault resource_act(struct session *s)
{
	json_auto_t *nothing = NULL;
	return resource_act_on(s, &(struct resource_act){ .verb = s->line->command->verb }, &nothing);
}

fault resource_act_on(struct session *s, const struct resource_act *act, json_t **ret)
{
	const char *record;
	struct remote_request request = { .method = "POST", .body = act->body };
	TRY(session_path(s, s->line->command->of->path, s->line->arguments[0], &record));
	request.path = arena_format(&s->arena, "%s/%s", record, act->verb);
	NEED(request.path != NULL, SYS_MEMORY);
	return session_send(s, &request, ret);
}
