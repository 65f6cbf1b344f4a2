#include "agent/post.h"

#include <stdio.h>
#include <string.h>

#include "agent/tlskey.h"
#include "base/text.h"

#define REPLY_MAX 65536

static fault refuse(struct post *post, fault why, const char *detail)
{
	post->cause = cause_of(why, detail);
	return why;
}

fault post_open_shown(struct post *post, const struct settings *settings, struct tlskey *key)
{
	struct client_plan plan = {
		.url = settings->server,
		.user_agent = "assay-agent/" ASSAY_VERSION,
		.proxy = settings_proxy(settings),
		.connect_ms = (uint32_t)settings->connect_ms,
		.total_ms = (uint32_t)settings->reply_ms,
		.reply_max = REPLY_MAX,
		.identify = key ? tlskey_identify : NULL,
		.of = key,
	};
	*post = (struct post){ 0 };
	if (!text_hex_parse(bytes_text(settings->ca), plan.pin, sizeof(plan.pin)))
		return refuse(post, FAIL(CONFIG_INVALID),
			      "ca must be the 64 hexadecimal digits that assayd init prints");
	if (client_open(&plan, &post->client))
		return refuse(post, FAIL(CONFIG_INVALID), "server must be https://HOST or https://HOST:PORT");
	return NULL;
}

fault post_open(struct post *post, const struct settings *settings)
{
	return post_open_shown(post, settings, NULL);
}

void post_close(struct post *post)
{
	client_close(post->client);
	post->client = NULL;
}

struct bytes post_root(const struct post *post)
{
	return client_root(post->client);
}

static fault read_refusal(struct post *post, const struct client_reply *reply, struct arena *arena)
{
	char detail[64];
	struct problem_view problem;
	bool is_problem = is_bytes_text(reply->content_type, PROBLEM_CONTENT_TYPE);
	if (!is_problem || problem_parse(reply->body, arena, &problem)) {
		snprintf(detail, sizeof(detail), "HTTP status %d without a problem document", reply->status);
		return refuse(post, FAIL(REPLY_INVALID), detail);
	}
	post->cause = cause_of_problem(&problem, reply->retry_after_s);
	fault known = fault_find(problem.code);
	return known ? known : FAIL(REPLY_INVALID);
}

fault post_get(struct post *post, const char *path, struct arena *arena, struct bytes *ret)
{
	const struct client_request request = { .method = "GET", .path = path };
	struct client_reply reply;
	fault f = client_send(post->client, &request, &reply);
	if (f)
		return refuse(post, f, client_detail(post->client));
	if (reply.status != 200)
		return read_refusal(post, &reply, arena);
	*ret = arena_copy(arena, reply.body);
	return ret->p ? NULL : refuse(post, FAIL(SYS_MEMORY), NULL);
}

fault post_send(struct post *post, const char *path, struct bytes body, struct arena *arena,
		struct post_reply *ret)
{
	const struct client_request request = {
		.method = "POST", .path = path, .content_type = TRIP_CONTENT_TYPE, .body = body
	};
	struct client_reply reply;
	post->status = 0;
	fault f = client_send(post->client, &request, &reply);
	if (f)
		return refuse(post, f, client_detail(post->client));
	post->status = reply.status;
	if (reply.status != 200)
		return read_refusal(post, &reply, arena);
	if (!is_bytes_text(reply.content_type, TRIP_CONTENT_TYPE))
		return refuse(post, FAIL(REPLY_INVALID), "the reply is not of type " TRIP_CONTENT_TYPE);
	struct post_reply r = { .body = arena_copy(arena, reply.body), .time = reply.time };
	if (is_arena_full(arena))
		return refuse(post, FAIL(SYS_MEMORY), NULL);
	memcpy(r.server_key_hash, reply.key_hash, sizeof(r.server_key_hash));
	*ret = r;
	return NULL;
}
