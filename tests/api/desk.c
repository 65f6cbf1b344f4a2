#include "api/desk.h"

#include "api/reader.h"
#include "api/serve.h"
#include "flow/apitoken.h"
#include "flow/caller.h"

struct desk desk_open(struct office *o, const char *role)
{
	const char *text;
	static const struct caller founder = { .name = "founder", .role = FLOW_ROLE_OWNER };
	const struct account_order order = { .caller = &founder, .by = &o->admin };
	const struct api_token_new in = { .display_name = bytes_text(role), .role = bytes_text(role) };
	OK(apitoken_put(&o->flow, &order, &in, &o->arena, &text));
	return (struct desk){ .o = o, .token = arena_format(&o->arena, "Bearer %s", text) };
}

void desk_done(struct desk *d)
{
	json_decref(d->json);
}

fault desk_read(struct desk *d, const struct question *q, struct call *ret)
{
	struct read_site site = { .listener = ENDPOINT_ON_ADMIN };
	const struct request r = {
		.request_id = d->o->admin.request_id, .now = OFFICE_NOW, .peer = BYTES_TEXT("192.0.2.1"),
		.method = bytes_text(q->method), .target = bytes_text(q->target),
		.host = BYTES_TEXT("assay.test"), .authorization = bytes_text(d->token),
		.content_type = BYTES_TEXT("application/json"), .body = bytes_text(q->body),
		.position = q->position, .if_match = bytes_text(q->if_match),
	};
	return read_call(&r, &site, &d->o->arena, ret, &d->notes);
}

fault desk_send(struct desk *d, const struct question *q)
{
	struct call call;
	const struct serve_files files = { 0 };
	TRY(desk_read(d, q, &call));
	TRY(serve_call(&d->o->flow, &files, &call, &d->o->arena, &d->answer));
	CHECK(!d->answer.reading || !d->answer.reading->token_secret.p);
	return d->answer.reading ?
		       reader_answer(&d->o->flow, d->answer.reading, &d->o->arena, &d->answer) :
		       NULL;
}

fault desk_send_json(struct desk *d, const struct question *q)
{
	json_decref(d->json);
	d->json = NULL;
	TRY(desk_send(d, q));
	d->json = json_loadb((const char *)d->answer.body.p, d->answer.body.n, 0, NULL);
	CHECK(d->json);
	return NULL;
}

fault desk_ask(struct desk *d, const char *target)
{
	return desk_send_json(d, &(struct question){ .method = "GET", .target = target });
}

json_t *desk_rows(const struct desk *d)
{
	return json_object_get(d->json, "value");
}

/* The text of a member of row i, or "". */
const char *desk_cell(const struct desk *d, size_t i, const char *member)
{
	const char *text = json_string_value(json_object_get(json_array_get(desk_rows(d), i), member));
	return text ? text : "";
}
