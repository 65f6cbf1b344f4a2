#include "agent/presence.h"

#include <jansson.h>
#include <sys/random.h>
#include <time.h>

#include "agent/ending.h"
#include "agent/pace.h"
#include "agent/post.h"
#include "agent/screen.h"
#include "agent/tlskey.h"
#include "base/text.h"
#include "host/notify.h"

#define ARENA_SIZE (1 << 19)
#define REQUEST_MAX 256
#define PAUSE_MAX_MS 3600000

/* One check-in. */
struct visit {
	const struct settings *settings;
	struct chip chip;
	struct state state;
	struct tlskey key;
	struct post post;
	struct arena arena;
	struct checkin_reply reply;
	struct cause cause;
};

static fault work(struct visit *v)
{
	struct bytes request;
	struct post_reply reply;
	const struct checkin c = { .version = TRIP_VERSION, .agent = BYTES_TEXT(ASSAY_VERSION) };
	TRY(state_open(&v->state, v->settings->state));
	/* Whether the TPM was needed is known when the key is found to be in it. */
	bool has_chip = !chip_open(&v->chip, v->settings->tcti, (int)v->settings->tpm_ms);
	TRY(tlskey_open(&v->state, has_chip ? &v->chip : NULL, &v->arena, &v->key));
	TRY(post_open_shown(&v->post, v->settings, &v->key));
	TRY(message_build(&checkin_message, &c, REQUEST_MAX, &v->arena, &request));
	TRY(post_send(&v->post, TRIP_PATH_CHECKIN, request, &v->arena, &reply));
	NEED(!message_parse(&checkin_reply_message, reply.body, &v->reply), REPLY_INVALID);
	return NULL;
}

/* A handshake that failed because the TPM did not sign looks like a network's failure from outside. */
static struct cause cause_for(const struct visit *v, fault why)
{
	if (v->key.why)
		return cause_of(v->key.why, chip_detail(&v->chip));
	if (v->post.cause.code[0])
		return v->post.cause;
	const char *of_chip = is_cause_of_tpm(why) ? chip_detail(&v->chip) : "";
	return cause_of(why, why == FAIL(AGENT_STATE) ? v->state.detail : of_chip);
}

static fault visit(const struct settings *settings, struct visit *ret)
{
	*ret = (struct visit){ .settings = settings, .state.folder = -1 };
	arena_init(&ret->arena, ARENA_SIZE);
	fault f = work(ret);
	if (f)
		ret->cause = cause_for(ret, f);
	post_close(&ret->post);
	tlskey_close(&ret->key);
	chip_close(&ret->chip);
	state_close(&ret->state);
	return f;
}

static void visit_done(struct visit *v)
{
	arena_done(&v->arena);
}

/* --- what people and programs see ----------------------------------------------------------------------- */

static void print_json(const struct visit *v)
{
	char expires[TEXT_TIME_SIZE] = "";
	json_auto_t *object = json_object();
	bool is_done = !v->cause.code[0];
	if (is_done)
		text_time((int64_t)v->reply.expires, expires);
	json_object_set_new(object, "checkedIn", json_boolean(is_done));
	json_object_set_new(object, "deviceId",
			    is_done ? json_stringn((const char *)v->reply.device_id.p, v->reply.device_id.n)
				    : json_null());
	json_object_set_new(object, "nextSeconds",
			    is_done ? json_integer((json_int_t)v->reply.next_s) : json_null());
	screen_put_text(object, "certificateExpires", expires);
	screen_put_cause(object, &v->cause);
	screen_put_text(object, "requestId", v->cause.request_id);
	screen_print_json(stdout, object);
}

static void print(const struct invocation *invocation, const struct visit *v)
{
	char expires[TEXT_TIME_SIZE];
	if (invocation->set & INVOCATION_JSON)
		print_json(v);
	else if (v->cause.code[0])
		ending_print(&v->cause);
	else
		printf("Checked in as %.*s; certificate until %s; next in %llu s.\n",
		       (int)v->reply.device_id.n, (const char *)v->reply.device_id.p,
		       text_time((int64_t)v->reply.expires, expires), (unsigned long long)v->reply.next_s);
	fflush(stdout);
}

/* --- again and again ------------------------------------------------------------------------------------ */

/* A tenth earlier or later, so that a fleet that was switched on together does not come back together. */
static int64_t spread_ms(uint64_t seconds)
{
	int64_t ms = (int64_t)seconds * 1000;
	uint32_t random = 0;
	if (getrandom(&random, sizeof(random), 0) == (ssize_t)sizeof(random))
		ms += ms * (int64_t)(random % 2048) / 10240 - ms / 10;
	return ms > 1000 ? ms : 1000;
}

static void pause_until_next(const struct visit *v, unsigned failures, uint64_t first_ms)
{
	if (failures) {
		const struct pace pace = { .what = "Check-in", .first_ms = first_ms, .attempt = failures,
					   .most_ms = PAUSE_MAX_MS };
		pace_wait(&pace, &v->cause);
		return;
	}
	int64_t ms = spread_ms(v->reply.next_s);
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

int presence_run(const struct invocation *invocation)
{
	bool is_once = invocation->set & INVOCATION_ONCE;
	unsigned failures = 0;
	if (!is_once)
		notify_ready();
	for (;;) {
		struct visit v;
		fault f = visit(&invocation->settings, &v);
		failures = f ? failures + 1 : 0;
		if (is_once || !f)
			print(invocation, &v);
		if (is_once) {
			visit_done(&v);
			return (int)ending_code(&v.cause, f);
		}
		pause_until_next(&v, failures, invocation->settings.pause_ms);
		visit_done(&v);
	}
}
