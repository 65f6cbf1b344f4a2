#include "cli/remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/secret.h"
#include "http/client.h"

#define CONNECT_MS 10000
#define TOTAL_MS 60000
#define REPLY_MAX (4 << 20)
#define PROBLEM_ARENA_SIZE (4 * PROBLEM_SIZE_MAX)
#define JSON_TYPE "application/json"
#define BEARER "Bearer "

struct remote {
	struct contact contact;
	char authorization[sizeof(BEARER) + CONTACT_TOKEN_MAX];
	struct client *client;
	struct arena arena; /* of a problem being read */
};

fault remote_open(const struct contact *contact, struct complaint *complaint, struct remote **ret)
{
	struct remote *r = heap_need(calloc(1, sizeof(*r)));
	r->contact = *contact;
	snprintf(r->authorization, sizeof(r->authorization), BEARER "%s", contact->token);
	struct client_plan plan = {
		.url = r->contact.server,
		.user_agent = "assay/" ASSAY_VERSION,
		.connect_ms = CONNECT_MS,
		.total_ms = TOTAL_MS,
		.reply_max = REPLY_MAX,
	};
	memcpy(plan.pin, contact->pin, sizeof(plan.pin));
	arena_init(&r->arena, PROBLEM_ARENA_SIZE);
	fault why = client_open(&plan, &r->client);
	if (why) {
		remote_close(r);
		return complaint_put(complaint, why, "%s: the server's address is https://HOST[:PORT].",
				     contact->server);
	}
	*ret = r;
	return NULL;
}

void remote_close(struct remote *r)
{
	client_close(r->client);
	arena_done(&r->arena);
	secret_done(r, sizeof(*r));
	free(r);
}

static bool is_type(struct bytes content_type, const char *wanted)
{
	size_t n = strlen(wanted);
	bool is_end = content_type.n == n || (content_type.n > n && strchr("; ", content_type.p[n]));
	return is_end && is_bytes_text(bytes_slice(content_type, 0, n), wanted);
}

static fault read_refusal(struct remote *r, const struct client_reply *reply, struct complaint *complaint)
{
	struct problem_view said;
	arena_reset(&r->arena);
	/* Of addresses of Graph it is called plain JSON, for the sake of its other clients. */
	bool is_typed = is_type(reply->content_type, PROBLEM_CONTENT_TYPE) ||
			is_type(reply->content_type, JSON_TYPE);
	bool is_problem = is_typed &&
			  problem_parse(reply->body, &r->arena, &said) == NULL;
	if (is_problem)
		return complaint_put_problem(complaint, &said);
	return complaint_put(complaint, FAIL(REPLY_INVALID), "%s answered HTTP status %d without saying why.",
			     r->contact.server, reply->status);
}

static fault read_document(struct remote *r, const struct client_reply *reply, struct complaint *complaint,
			   json_t **ret)
{
	json_error_t error;
	json_t *document = NULL;
	if (is_type(reply->content_type, JSON_TYPE))
		document = json_loadb((const char *)reply->body.p, reply->body.n, JSON_REJECT_DUPLICATES,
				      &error);
	if (!json_is_object(document)) {
		json_decref(document);
		return complaint_put(complaint, FAIL(REPLY_INVALID),
				     "%s answered HTTP status %d without a JSON object.", r->contact.server,
				     reply->status);
	}
	*ret = document;
	return NULL;
}

/* Sends and waits; a reply that is no success becomes the server's own fault. */
static fault exchange(struct remote *r, const struct client_request *sent, struct complaint *complaint,
		      struct client_reply *ret)
{
	fault why = client_send(r->client, sent, ret);
	if (why) {
		const char *detail = client_detail(r->client);
		return complaint_put(complaint, why, "%s%s%s", r->contact.server, detail[0] ? ": " : "",
				     detail);
	}
	return ret->status / 100 == 2 ? NULL : read_refusal(r, ret, complaint);
}

fault remote_send(struct remote *r, const struct remote_request *request, struct complaint *complaint,
		  json_t **ret)
{
	struct client_reply reply;
	char *body = request->body ? heap_need(json_dumps(request->body, JSON_COMPACT)) : NULL;
	const struct client_request sent = {
		.method = request->method,
		.path = request->path,
		.content_type = body ? JSON_TYPE : NULL,
		.body = bytes_text(body),
		.authorization = r->authorization,
	};
	fault why = exchange(r, &sent, complaint, &reply);
	free(body);
	TRY(why);
	bool is_act = strcmp(request->method, "POST") == 0 && reply.status == 204;
	if (strcmp(request->method, "DELETE") != 0 && !is_act)
		return read_document(r, &reply, complaint, ret);
	*ret = NULL;
	return NULL;
}

fault remote_get(struct remote *r, const struct remote_document *document, struct complaint *complaint,
		 struct bytes *ret)
{
	struct client_reply reply;
	const struct client_request sent = {
		.method = "GET", .path = document->path, .authorization = r->authorization,
	};
	TRY(exchange(r, &sent, complaint, &reply));
	if (!is_type(reply.content_type, document->type))
		return complaint_put(complaint, FAIL(REPLY_INVALID), "%s sent something else than %s.",
				     r->contact.server, document->type);
	*ret = reply.body;
	return NULL;
}
