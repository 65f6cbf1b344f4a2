#include "agent/devicetoken.h"

#include <jansson.h>

#include "agent/contact.h"
#include "agent/devicekey.h"
#include "agent/ending.h"
#include "agent/screen.h"
#include "attest/possession.h"
#include "base/text.h"

#define ARENA_SIZE (1 << 20)
#define REQUEST_MAX 4096

static fault answer(const struct devicetoken_plan *plan, const struct devicekey *key,
		    const struct post_reply *reply, struct bytes *ret)
{
	struct token_challenge c;
	uint8_t message[BINDING_SIZE];
	NEED(!message_parse(&token_challenge_message, reply->body, &c), REPLY_INVALID);
	struct token_answer a = { .version = TRIP_VERSION, .id = c.id, .nonce = c.nonce, .ticket = c.ticket,
				  .key_public = key->public_area };
	const struct possession_of of = { c.nonce, c.id, BYTES_OF(reply->server_key_hash) };
	TRY(possession_build(&of, key->public_area, message));
	TRY(devicekey_get_signature(key, BYTES_OF(message), plan->arena, &a.signature));
	return message_build(&token_answer_message, &a, REQUEST_MAX, plan->arena, ret);
}

fault devicetoken_get(const struct devicetoken_plan *plan, struct devicetoken *ret)
{
	static const struct token_begin begin = { .version = TRIP_VERSION };
	struct devicekey key;
	struct post_reply reply;
	struct token_grant grant;
	struct bytes request;
	TRY(devicekey_get(plan->state, plan->chip, plan->arena, &key));
	TRY(message_build(&token_begin_message, &begin, REQUEST_MAX, plan->arena, &request));
	TRY(post_send(plan->post, TRIP_PATH_TOKEN_BEGIN, request, plan->arena, &reply));
	TRY(answer(plan, &key, &reply, &request));
	TRY(post_send(plan->post, TRIP_PATH_TOKEN_ANSWER, request, plan->arena, &reply));
	NEED(!message_parse(&token_grant_message, reply.body, &grant), REPLY_INVALID);
	const char *text = arena_text(plan->arena, grant.token);
	NEED(text, SYS_MEMORY);
	*ret = (struct devicetoken){ text, (int64_t)grant.expires };
	return NULL;
}

/* --- the command ---------------------------------------------------------------------------------------- */

struct work {
	const struct settings *settings;
	struct chip chip;
	struct state state;
	struct post post;
	struct arena arena;
	struct devicetoken token;
};

static fault work(struct work *w)
{
	TRY(post_open(&w->post, w->settings));
	TRY(state_open(&w->state, w->settings->state));
	/* Whether the TPM was needed is known when the key is found to be in it. */
	bool has_chip = !chip_open(&w->chip, w->settings->tcti, (int)w->settings->tpm_ms);
	const struct devicetoken_plan plan = { has_chip ? &w->chip : NULL, &w->state, &w->post, &w->arena };
	return devicetoken_get(&plan, &w->token);
}

static struct cause cause_for(const struct work *w, fault why)
{
	if (w->post.cause.code[0])
		return w->post.cause;
	return contact_cause_here(why, &w->state, &w->chip);
}

static void print_json(const struct work *w, const struct cause *cause)
{
	char expires[TEXT_TIME_SIZE] = "";
	json_auto_t *object = json_object();
	if (w->token.text)
		text_time(w->token.expires, expires);
	screen_put_text(object, "token", w->token.text ? w->token.text : "");
	screen_put_text(object, "expires", expires);
	screen_put_cause(object, cause);
	screen_put_text(object, "requestId", cause->request_id);
	screen_print_json(stdout, object);
}

int devicetoken_run(const struct invocation *invocation)
{
	struct work w = { .settings = &invocation->settings, .state.folder = -1 };
	struct cause cause = { 0 };
	arena_init(&w.arena, ARENA_SIZE);
	fault f = work(&w);
	if (f)
		cause = cause_for(&w, f);
	if (invocation->set & INVOCATION_JSON)
		print_json(&w, &cause);
	else if (f)
		ending_print(&cause);
	else
		puts(w.token.text);
	enum invocation_exit end = ending_code(&cause, f);
	chip_close(&w.chip);
	post_close(&w.post);
	state_close(&w.state);
	arena_done(&w.arena);
	return (int)end;
}
