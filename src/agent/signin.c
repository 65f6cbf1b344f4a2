#include "agent/signin.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "agent/eksource.h"
#include "agent/qr.h"
#include "base/secret.h"
#include "base/text.h"
#include "wire/form.h"

#define REPLY_MAX 65536
#define FORM_MAX 8192
#define CODE_MAX 4096 /* of the provider, never shown */
#define SHOWN_MAX 512 /* address and code for people */
#define QR_MAX 64
#define INTERVAL_S 5 /* RFC 8628 §3.2, unless said, and by how much slow_down slows (§3.5) */
#define INTERVAL_MAX_S 60
#define LIFE_MAX_S 3600
#define SCOPE "openid profile" /* unless the server says what */
#define GRANT "urn:ietf:params:oauth:grant-type:device_code"

/* A provider as the server names it. */
struct provider {
	uint8_t id[IDP_ID_SIZE];
	const char *name, *client, *device_url, *token_url, *scope; /* in the arena */
};

/* What its user is to do, and until when. */
struct task {
	const char *code;            /* in the arena; a secret */
	const char *user_code, *url; /* the same, shown */
	const char *whole_url;       /* with the code in it, or NULL */
	json_int_t interval_s, life_s;
};

/* One sign-in under way. */
struct work {
	const struct signin_plan *plan;
	struct cause *cause;
	struct provider provider;
	struct task task;
};

static fault refuse(struct work *w, fault why, const char *detail)
{
	*w->cause = cause_of(why, detail);
	return why;
}

/* A text that people and the provider may be shown, in the arena; NULL when it is none. */
static const char *text_of(struct work *w, const json_t *object, const char *member, size_t max)
{
	const json_t *value = json_object_get(object, member);
	struct bytes text = bytes_of(json_string_value(value), json_string_length(value));
	if (!text.n || text.n > max || !is_text_printable(text))
		return NULL;
	return arena_text(w->plan->arena, text);
}

static json_t *load(struct bytes body)
{
	return json_loadb(body.n ? (const char *)body.p : "", body.n, JSON_REJECT_DUPLICATES, NULL);
}

/* --- which provider ------------------------------------------------------------------------------------- */

static bool read_provider(struct work *w, const json_t *row, struct provider *ret)
{
	struct provider p = {
		.name = text_of(w, row, "displayName", SHOWN_MAX),
		.client = text_of(w, row, "clientId", IDP_CLIENT_MAX),
		.device_url = text_of(w, row, "deviceAuthorizationUrl", IDP_URL_MAX),
		.token_url = text_of(w, row, "tokenUrl", IDP_URL_MAX),
		.scope = text_of(w, row, "scope", IDP_WORDS_MAX),
	};
	const char *id = json_string_value(json_object_get(row, "id"));
	if (!p.name || !p.client || !p.device_url || !p.token_url)
		return false;
	if (!text_hex_parse(bytes_text(id), p.id, sizeof(p.id)))
		return false;
	if (!p.scope)
		p.scope = SCOPE;
	*ret = p;
	return true;
}

/* The only one, or the one that the settings name. */
static fault choose(struct work *w, const json_t *rows)
{
	const char *wanted = w->plan->settings->identity_provider, *names = "";
	size_t n = json_array_size(rows);
	for (size_t i = 0; i < n; i++) {
		struct provider p;
		if (!read_provider(w, json_array_get(rows, i), &p))
			return refuse(w, FAIL(REPLY_INVALID), "its list of identity providers");
		if (strcmp(p.name, wanted) == 0 || (n == 1 && !wanted[0])) {
			w->provider = p;
			return NULL;
		}
		names = arena_format(w->plan->arena, "%s%s%s", names ? names : "", i ? ", " : "", p.name);
	}
	return refuse(w, n ? FAIL(SIGN_IN_CHOICE) : FAIL(SIGN_IN_NONE), names);
}

static fault find_provider(struct work *w)
{
	struct bytes body;
	fault f = post_get(w->plan->post, TRIP_PATH_SIGN_IN, w->plan->arena, &body);
	if (f)
		*w->cause = w->plan->post->cause;
	TRY(f);
	json_auto_t *root = load(body);
	const json_t *rows = json_object_get(root, "value");
	return json_is_array(rows) ? choose(w, rows) : refuse(w, FAIL(REPLY_INVALID), "it is not JSON");
}

/* --- one request to it ---------------------------------------------------------------------------------- */

static fault ask(struct work *w, const char *url, struct bytes form, int *ret_status, json_t **ret)
{
	const struct settings *s = w->plan->settings;
	struct eksource_origin origin;
	struct client *client = NULL;
	struct client_reply reply;
	eksource_split(url, &origin);
	const struct client_plan plan = { .url = origin.text,
					  .anchors = s->sign_in_ca,
					  .user_agent = "assay-agent/" ASSAY_VERSION,
					  .proxy = settings_proxy(s),
					  .connect_ms = (uint32_t)s->connect_ms,
					  .total_ms = (uint32_t)s->reply_ms,
					  .reply_max = REPLY_MAX };
	const struct client_request request = { .method = "POST",
						.path = origin.path[0] ? origin.path : "/",
						.content_type = FORM_CONTENT_TYPE,
						.body = form,
						.accept = "application/json" };
	TRY(client_open(&plan, &client) ? refuse(w, FAIL(SIGN_IN_REFUSED), "its address is no https address")
					: NULL);
	fault f = client_send(client, &request, &reply);
	if (f) {
		(void)refuse(w, f == FAIL(SYS_FILE) ? f : FAIL(SIGN_IN_UNREACHABLE), client_detail(client));
	} else {
		*ret_status = reply.status;
		*ret = load(reply.body);
	}
	client_close(client);
	return f ? FAIL(SIGN_IN_UNREACHABLE) : NULL;
}

/* What the provider calls the reason, if it is a word. */
static fault refuse_answer(struct work *w, int status, const json_t *root)
{
	const char *error = text_of(w, root, "error", SHOWN_MAX);
	const char *more = text_of(w, root, "error_description", SHOWN_MAX);
	const char *detail =
		arena_format(w->plan->arena, "%.64s: HTTP status %d%s%.64s%s%.128s", w->provider.name, status,
			     error ? ", " : "", error ? error : "", more ? ": " : "", more ? more : "");
	return refuse(w, FAIL(SIGN_IN_REFUSED), detail);
}

/* --- what its user is to do ----------------------------------------------------------------------------- */

static json_int_t number_of(const json_t *root, const char *member, json_int_t otherwise, json_int_t most)
{
	const json_t *value = json_object_get(root, member);
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : otherwise;
	return n < 0 ? 0 : n > most ? most : n;
}

static fault begin(struct work *w)
{
	uint8_t octets[FORM_MAX];
	struct wr form = wr_of(octets, sizeof(octets));
	const struct form_field fields[] = {
		{ "client_id", bytes_text(w->provider.client) },
		{ "scope", bytes_text(w->provider.scope) },
	};
	int status = 0;
	json_t *answer = NULL;
	form_write(fields, COUNT_OF(fields), &form);
	TRY(ask(w, w->provider.device_url, wr_done(&form), &status, &answer));
	json_auto_t *root = answer;
	w->task = (struct task){
		.code = text_of(w, root, "device_code", CODE_MAX),
		.user_code = text_of(w, root, "user_code", QR_MAX),
		.url = text_of(w, root, "verification_uri", SHOWN_MAX),
		.whole_url = text_of(w, root, "verification_uri_complete", SHOWN_MAX),
		.interval_s = number_of(root, "interval", INTERVAL_S, INTERVAL_MAX_S),
		.life_s = number_of(root, "expires_in", 0, LIFE_MAX_S),
	};
	const struct task *t = &w->task;
	bool is_whole = status == 200 && t->code && t->user_code && t->url && t->life_s;
	return is_whole ? NULL : refuse_answer(w, status, root);
}

static void show(const struct work *w)
{
	const struct task *t = &w->task;
	const char *scanned = t->whole_url && strlen(t->whole_url) <= QR_MAX ? t->whole_url : t->url;
	fprintf(w->plan->screen, "\nSign in to let this computer enrol (%s):\n  %s\n  code: %s\n\n",
		w->provider.name, t->url, t->user_code);
	qr_print(w->plan->screen, scanned);
	fprintf(w->plan->screen, "Waiting for you, for %lld minutes at most.\n",
		(long long)(t->life_s + 59) / 60);
	fflush(w->plan->screen);
}

/* --- until it is done ----------------------------------------------------------------------------------- */

static int64_t now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void wait_interval(json_int_t seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };
	while (nanosleep(&left, &left))
		;
}

/* RFC 8628 §3.5: these mean that it is not over yet. */
static bool is_pending(struct work *w, const char *error)
{
	bool is_slow = strcmp(error, "slow_down") == 0;
	if (is_slow && w->task.interval_s < INTERVAL_MAX_S)
		w->task.interval_s += INTERVAL_S;
	return is_slow || strcmp(error, "authorization_pending") == 0;
}

/* OpenID Connect Core 1.0 §3.1.2.1: who does not ask for `openid` is given no ID token. */
static bool is_access_meant(const char *scope)
{
	struct bytes words = bytes_text(scope), word = { 0 };
	while (words.p && !is_bytes_text(word, "openid"))
		word = bytes_until(&words, ' ');
	return !is_bytes_text(word, "openid");
}

static fault read_token(struct work *w, int status, const json_t *root, struct bytes *ret)
{
	const char *error = json_string_value(json_object_get(root, "error"));
	*ret = (struct bytes){ 0 };
	if (status == 200) {
		bool is_access = is_access_meant(w->provider.scope);
		const char *token = text_of(w, root, is_access ? "access_token" : "id_token", IDP_TOKEN_MAX);
		*ret = bytes_text(token);
		return token ? NULL
			     : refuse(w, FAIL(SIGN_IN_REFUSED), "it gave no token of the kind asked for");
	}
	if (error && is_pending(w, error))
		return NULL;
	if (error && strcmp(error, "access_denied") == 0)
		return refuse(w, FAIL(SIGN_IN_DENIED), NULL);
	if (error && strcmp(error, "expired_token") == 0)
		return refuse(w, FAIL(SIGN_IN_TIMEOUT), NULL);
	return refuse_answer(w, status, root);
}

static fault poll_once(struct work *w, struct bytes *ret)
{
	uint8_t octets[FORM_MAX];
	struct wr form = wr_of(octets, sizeof(octets));
	const struct form_field fields[] = {
		{ "grant_type", BYTES_TEXT(GRANT) },
		{ "device_code", bytes_text(w->task.code) },
		{ "client_id", bytes_text(w->provider.client) },
	};
	int status = 0;
	json_t *answer = NULL;
	form_write(fields, COUNT_OF(fields), &form);
	fault f = form.bad ? refuse(w, FAIL(SIGN_IN_REFUSED), "its code is too long")
			   : ask(w, w->provider.token_url, wr_done(&form), &status, &answer);
	secret_done(octets, sizeof(octets));
	json_auto_t *root = answer;
	return f ? f : read_token(w, status, root, ret);
}

/* A provider that cannot be reached for a while is asked again, more seldom, until the code has run out. */
static fault wait_for_token(struct work *w, struct bytes *ret)
{
	int64_t end = now_s() + w->task.life_s;
	for (;;) {
		wait_interval(w->task.interval_s);
		fault f = poll_once(w, ret);
		if (!f && ret->p)
			return NULL;
		if (f && f != FAIL(SIGN_IN_UNREACHABLE))
			return f;
		if (f && w->task.interval_s < INTERVAL_MAX_S)
			w->task.interval_s += INTERVAL_S;
		if (now_s() >= end)
			return f ? f : refuse(w, FAIL(SIGN_IN_TIMEOUT), NULL);
	}
}

fault signin_get(const struct signin_plan *plan, struct signin *ret, struct cause *ret_cause)
{
	struct work w = { .plan = plan, .cause = ret_cause };
	struct signin s = { 0 };
	TRY(find_provider(&w));
	TRY(begin(&w));
	show(&w);
	TRY(wait_for_token(&w, &s.token));
	s.idp = arena_copy(plan->arena, BYTES_OF(w.provider.id));
	NEED(!is_arena_full(plan->arena), SYS_MEMORY);
	*ret = s;
	return NULL;
}
