#include "agent/eksource.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agent/ekservice.h"
#include "agent/pace.h"
#include "agent/pem.h"
#include "agent/screen.h"
#include "attest/public.h"

#define PATH_SIZE (SETTINGS_TEXT_MAX + EKSERVICE_NAME_MAX + 2)
#define NOTE_SIZE 256

/* Keys of the L templates: whichever else a TPM can make, no service is known to have. */
static const enum endorsement_kind kinds[EKSOURCE_KINDS] = { ENDORSEMENT_P256, ENDORSEMENT_RSA };

/* How far a request came, as the fault that names it; the others keep their own. */
static const fault step_faults[CLIENT_STEP_COUNT] = {
	[CLIENT_STEP_RESOLVE] = FAIL(EK_SERVICE_NAME),    [CLIENT_STEP_PROXY] = FAIL(EK_SERVICE_PROXY),
	[CLIENT_STEP_CONNECT] = FAIL(EK_SERVICE_CONNECT), [CLIENT_STEP_TLS] = FAIL(EK_SERVICE_TLS),
	[CLIENT_STEP_TRUST] = FAIL(EK_SERVICE_TLS),       [CLIENT_STEP_SEND] = FAIL(EK_SERVICE_HTTP),
	[CLIENT_STEP_WAIT] = FAIL(EK_SERVICE_HTTP),       [CLIENT_STEP_RECEIVE] = FAIL(EK_SERVICE_HTTP),
	[CLIENT_STEP_READ] = FAIL(EK_SERVICE_ANSWER),
};

/* One conversation with a service. */
struct asking {
	const struct eksource_plan *plan;
	const struct ekservice *service;
	struct identity *identity;
	struct client *client;
	struct eksource_origin origin;
	const char *host; /* of the origin, with the port */
	bool has_own_seed;
	struct eksource *ret;
};

/* --- one request ---------------------------------------------------------------------------------------- */

static fault note(struct cause *cause, fault why, const char *detail)
{
	*cause = cause_of(why, detail);
	return why;
}

fault eksource_fault(enum client_step step, fault why)
{
	bool is_own = why == FAIL(CERT_E_EXPIRED) || why == FAIL(SYS_FILE);
	return is_own || !step_faults[step] ? why : step_faults[step];
}

static fault note_network(const struct asking *a, fault why, struct cause *cause)
{
	char detail[CAUSE_TEXT_SIZE];
	bool is_file = why == FAIL(SYS_FILE);
	snprintf(detail, sizeof(detail), "%s: %s", is_file ? a->plan->settings->ek_service_ca : a->host,
		 client_detail(a->client));
	return note(cause, eksource_fault(client_step(a->client), why), detail);
}

static fault note_status(const struct asking *a, const struct client_reply *reply, struct cause *cause)
{
	char detail[NOTE_SIZE];
	bool is_unknown = reply->status == 404;
	bool is_seeded = is_unknown && a->has_own_seed;
	snprintf(detail, sizeof(detail), "%.128s: HTTP status %d%s", a->host, reply->status,
		 is_seeded ? "; the TPM made the seed of its keys itself; its maker may not know it" : "");
	fault why = note(cause, is_unknown ? FAIL(EK_SERVICE_UNKNOWN) : FAIL(EK_SERVICE_HTTP), detail);
	cause->wait_s = reply->retry_after_s;
	return why;
}

static fault build_path(const struct asking *a, enum endorsement_kind kind, char ret[static PATH_SIZE])
{
	struct wr w = wr_of((uint8_t *)ret, PATH_SIZE - 1);
	struct public ek;
	const char *prefix = a->origin.path;
	size_t n = strlen(prefix);
	wr_bytes(&w, bytes_text(prefix));
	if (n == 0 || prefix[n - 1] != '/')
		wr_u8(&w, '/');
	TRY(public_parse(a->identity->keys[kind].key.public_area, &ek));
	const struct spki key = public_spki(&ek);
	TRY(a->service->write_name(&key, &w));
	NEED(!w.bad, BUG);
	ret[w.at] = 0;
	return NULL;
}

/* A certificate for that key, or why there is none. */
static fault ask(struct asking *a, enum endorsement_kind kind, struct cause *cause, struct bytes *ret)
{
	char path[PATH_SIZE];
	const struct client_request request = { .method = "GET", .path = path, .accept = a->service->accept };
	struct client_reply reply;
	fault f = build_path(a, kind, path);
	if (f)
		return note(cause, f, NULL);
	f = client_send(a->client, &request, &reply);
	if (f)
		return note_network(a, f, cause);
	if (reply.status != 200)
		return note_status(a, &reply, cause);
	const struct ekservice_answer answer = { BYTES_OF(a->identity->keys[kind].hash),
						 arena_copy(a->plan->arena, reply.body) };
	f = ekservice_parse(a->service, &answer, a->plan->arena, ret);
	return f ? note(cause, f, a->host) : NULL;
}

/* --- attempts ------------------------------------------------------------------------------------------- */

static fault ask_often(struct asking *a, enum endorsement_kind kind, struct bytes *ret)
{
	const struct settings *settings = a->plan->settings;
	struct pace pace = { .what = a->host,
			     .first_ms = settings->pause_ms,
			     .attempts = (unsigned)settings->ek_service_attempts };
	for (;;) {
		struct eksource_attempt *attempt = &a->ret->attempts[a->ret->count++];
		*attempt = (struct eksource_attempt){ .kind = kind };
		fault f = ask(a, kind, &attempt->cause, ret);
		if (!f || !attempt->cause.retry || ++pace.attempt >= pace.attempts)
			return f;
		pace_wait(&pace, &attempt->cause);
	}
}

/* The service gave no answer about any key, so there is no use in asking for another one. */
static bool is_unanswered(const struct cause *cause)
{
	return cause->retry || strcmp(cause->code, FAIL(CERT_E_EXPIRED)->name) == 0 ||
	       strcmp(cause->code, FAIL(SYS_FILE)->name) == 0;
}

/* Of several reasons the first counts that is more than "not known". */
static void keep_cause(struct eksource *to)
{
	bool is_weak = !to->cause.code[0] || strcmp(to->cause.code, FAIL(EK_SERVICE_UNKNOWN)->name) == 0;
	if (is_weak)
		to->cause = to->attempts[to->count - 1].cause;
}

static fault keep_copy(const struct eksource_plan *plan, struct bytes certificate)
{
	const struct bytes_list one = { .n = 1, .v = { certificate } };
	struct bytes text;
	TRY(pem_build(PEM_CERTIFICATE, &one, plan->arena, &text));
	return state_put(plan->state, STATE_EK_CERTIFICATE, text);
}

static void take(struct eksource *to, enum eksource_place place, enum endorsement_kind kind)
{
	to->place = place;
	to->kind = kind;
}

static fault ask_all(struct asking *a)
{
	struct bytes certificate;
	for (size_t i = 0; i < EKSOURCE_KINDS; i++) {
		if (!a->identity->keys[kinds[i]].is_there)
			continue;
		fault f = ask_often(a, kinds[i], &certificate);
		if (!f) {
			a->ret->cause = (struct cause){ 0 };
			take(a->ret, EKSOURCE_SERVICE, kinds[i]);
			identity_put_certificate(a->identity, kinds[i], certificate);
			return a->plan->keeps_nothing ? NULL : keep_copy(a->plan, certificate);
		}
		TRY(f == FAIL(SYS_MEMORY) ? f : NULL);
		keep_cause(a->ret);
		if (is_unanswered(&a->ret->cause))
			break;
	}
	return NULL;
}

/* --- which service -------------------------------------------------------------------------------------- */

static fault find_service(struct asking *a)
{
	struct chip_properties properties;
	struct chip_health health;
	const char *word = a->plan->settings->ek_service;
	TRY(chip_get_properties(a->plan->chip, &properties));
	TRY(chip_get_health(a->plan->chip, &health));
	a->has_own_seed = health.has_own_seed;
	a->service = strcmp(word, SETTINGS_AUTO) == 0 ? ekservice_find(properties.manufacturer)
						      : ekservice_find_word(word);
	if (a->service)
		return NULL;
	if (strcmp(word, SETTINGS_AUTO) != 0 && strcmp(word, SETTINGS_NONE) != 0)
		return note(&a->ret->cause, FAIL(CONFIG_INVALID),
			    "ek_service must be auto, intel, amd or none");
	char detail[NOTE_SIZE];
	snprintf(detail, sizeof(detail), "ek_service is %s, and the TPM's maker is %s", word,
		 properties.manufacturer);
	note(&a->ret->cause, FAIL(EK_SERVICE_NONE), detail);
	return NULL;
}

void eksource_split(const char *address, struct eksource_origin *ret)
{
	const char *host = strstr(address, "://");
	ret->path = host ? strchrnul(host + 3, '/') : address + strlen(address);
	snprintf(ret->text, sizeof(ret->text), "%.*s", (int)(ret->path - address), address);
}

static fault open_client(struct asking *a)
{
	const struct settings *settings = a->plan->settings;
	const char *address = (const char *)settings + a->service->address;
	eksource_split(address, &a->origin);
	const char *host = strstr(a->origin.text, "://");
	a->host = host ? host + 3 : a->origin.text;
	a->ret->service = address;
	const struct client_plan plan = {
		.url = a->origin.text,
		.anchors = settings->ek_service_ca,
		.user_agent = "assay-agent/" ASSAY_VERSION,
		.proxy = settings_proxy(settings),
		.connect_ms = (uint32_t)settings->connect_ms,
		.total_ms = (uint32_t)settings->reply_ms,
		.reply_max = EKSERVICE_REPLY_MAX,
	};
	fault f = client_open(&plan, &a->client);
	if (f)
		note(&a->ret->cause, f, "the address of an EK service must be https://HOST[:PORT]/PATH");
	return f;
}

/* --- the copy ------------------------------------------------------------------------------------------- */

/* A copy that cannot be read, or is another TPM's, is none. */
static fault find_copy(const struct eksource_plan *plan, struct identity *identity,
		       struct eksource *ret)
{
	struct bytes text, der, certificate;
	TRY(state_find(plan->state, STATE_EK_CERTIFICATE, plan->arena, &text));
	if (!text.p || pem_parse(text, PEM_CERTIFICATE, plan->arena, &der))
		return NULL;
	for (size_t i = 0; i < EKSOURCE_KINDS; i++) {
		const struct identity_key *key = &identity->keys[kinds[i]];
		if (!key->is_there || ekservice_check(der, BYTES_OF(key->hash), &certificate))
			continue;
		take(ret, EKSOURCE_COPY, kinds[i]);
		identity_put_certificate(identity, kinds[i], certificate);
		return NULL;
	}
	return NULL;
}

fault eksource_find(const struct eksource_plan *plan, struct identity *identity, struct eksource *ret)
{
	struct asking a = { .plan = plan, .identity = identity, .ret = ret };
	*ret = (struct eksource){ 0 };
	if (identity->keys[identity->best].key.certificate.p) {
		take(ret, EKSOURCE_TPM, identity->best);
		return NULL;
	}
	TRY(find_service(&a));
	if (!a.service)
		return NULL;
	TRY(open_client(&a));
	fault f = ask_all(&a);
	client_close(a.client);
	TRY(f);
	bool is_away = ret->place == EKSOURCE_NOWHERE && is_unanswered(&ret->cause);
	return is_away ? find_copy(plan, identity, ret) : NULL;
}

/* --- words ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *word; /* in JSON */
	const char *sentence;
} places[EKSOURCE_COUNT] = {
	[EKSOURCE_NOWHERE] = { "none", "there is none" },
	[EKSOURCE_TPM] = { "tpm", "in the TPM" },
	[EKSOURCE_SERVICE] = { "service", "from the TPM's maker" },
	[EKSOURCE_COPY] = { "copy", "the copy of an earlier answer of the TPM's maker" },
};

void eksource_print(const struct eksource *source, FILE *out)
{
	const struct cause *cause = &source->cause;
	fprintf(out, "EK certificate: %s%s%s%s%s\n", places[source->place].sentence,
		cause->code[0] ? ": " : "", cause->code, cause->detail[0] ? ": " : "", cause->detail);
}

json_t *eksource_build_json(const struct eksource *source)
{
	json_t *object = json_object(), *attempts = json_array();
	screen_put_text(object, "source", places[source->place].word);
	screen_put_text(object, "key", source->place ? endorsement_name(source->kind) : "");
	screen_put_text(object, "service", source->service ? source->service : "");
	screen_put_text(object, "fault", source->cause.code);
	for (size_t i = 0; i < source->count; i++) {
		const struct eksource_attempt *a = &source->attempts[i];
		json_t *row = json_object();
		screen_put_text(row, "key", endorsement_name(a->kind));
		screen_put_text(row, "fault", a->cause.code);
		screen_put_text(row, "detail", a->cause.detail);
		json_array_append_new(attempts, row);
	}
	json_object_set_new(object, "attempts", attempts);
	return object;
}
