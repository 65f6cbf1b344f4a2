#include "agent/enroll.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/account.h"
#include "agent/devicetoken.h"
#include "agent/ending.h"
#include "agent/grant.h"
#include "agent/keyring.h"
#include "agent/outcome.h"
#include "agent/pace.h"
#include "agent/post.h"
#include "agent/proof.h"
#include "agent/retry.h"
#include "agent/signin.h"
#include "agent/tlskey.h"
#include "base/secret.h"
#include "policy/purpose.h"

#define ARENA_SIZE (8 << 20) /* pages that are not touched cost nothing */
#define SIGN_IN_SIZE (1 << 20)

struct enrolment {
	const struct invocation *invocation;
	struct state state;
	struct device device;
	struct tlskey shown; /* the key of the certificate that a managed device shows */
	struct post post;
	struct token token;
	bool has_token;
	struct signin user;
	bool has_opened_tpm, has_read_device;
	enum trip_failure failure; /* what the profile wants when the TPM fails; 0: nothing is known */
	int64_t retry_until_ms;    /* RETRY: on this computer's monotonic clock */
	struct arena keys;  /* what is read from the TPM once */
	struct arena tls;   /* of that key */
	struct arena arena; /* of one pass */
	struct arena signed_in;
	struct account account;
	char grant_detail[GRANT_DETAIL_SIZE];
	struct outcome outcome;
};

/* --- causes --------------------------------------------------------------------------------------------- */

/* The words that belong to a fault, from the module that gave it. */
static const char *detail_of(const struct enrolment *e, fault f)
{
	if (f == FAIL(AGENT_STATE))
		return e->state.detail;
	if (e->grant_detail[0])
		return e->grant_detail;
	return is_cause_of_tpm(f) ? chip_detail(&e->device.chip) : "";
}

/* Notes why a pass failed, unless the module that failed did so. */
static void note_cause(struct enrolment *e, fault f)
{
	if (!e->outcome.cause.code[0])
		e->outcome.cause = cause_of(f, detail_of(e, f));
}

static fault send(struct enrolment *e, const char *path, struct bytes body, struct post_reply *ret)
{
	fault f = post_send(&e->post, path, body, &e->arena, ret);
	/* A handshake in which the TPM did not sign looks like a network's failure. */
	if (f && e->shown.why) {
		e->outcome.cause = cause_of(e->shown.why, chip_detail(&e->device.chip));
		return e->shown.why;
	}
	if (f)
		e->outcome.cause = e->post.cause;
	else if (ret->time) {
		e->outcome.has_skew = true;
		e->outcome.skew_s = ret->time - time(NULL);
	}
	return f;
}

/* --- one pass ------------------------------------------------------------------------------------------- */

/* A device without a certificate goes on: its key may be registered. */
static fault find_certificate(struct enrolment *e)
{
	const struct eksource_plan plan = { .settings = &e->invocation->settings,
					    .chip = &e->device.chip,
					    .state = &e->state,
					    .arena = &e->keys };
	fault f = eksource_find(&plan, &e->device.identity, &e->outcome.ek);
	if (f == FAIL(CONFIG_INVALID))
		e->outcome.cause = e->outcome.ek.cause;
	if (e->outcome.ek.service)
		eksource_print(&e->outcome.ek, stderr);
	return f;
}

static fault open_tpm(struct enrolment *e)
{
	if (e->has_opened_tpm)
		return NULL;
	e->has_read_device = false;
	device_close(&e->device);
	TRY(device_open(&e->device, &e->invocation->settings, !(e->invocation->set & INVOCATION_NO_TPM)));
	e->has_opened_tpm = true;
	account_update_state(&e->account, e->device.has_tpm ? "TpmAttesting" : "TpmNotAvailable");
	return NULL;
}

static fault read_device(struct enrolment *e)
{
	if (e->has_read_device)
		return NULL;
	arena_reset(&e->keys);
	TRY(device_read(&e->device, &e->state, &e->keys));
	TRY(e->device.has_tpm ? find_certificate(e) : NULL);
	e->has_read_device = true;
	return NULL;
}

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The first challenge starts the time in which the TPM may fail. */
static void note_wish(struct enrolment *e, struct bytes body)
{
	struct challenge c;
	if (message_parse(&challenge_message, body, &c))
		return;
	e->failure = (enum trip_failure)c.failure;
	if (!e->retry_until_ms)
		e->retry_until_ms = now_ms() + (int64_t)c.timeout_s * 1000;
}

/* Once: what the user has done is not asked of them again while it can be used. */
static fault sign_in(struct enrolment *e)
{
	const struct signin_plan plan = { &e->invocation->settings, &e->post, &e->signed_in, stderr };
	bool is_wanted = e->invocation->set & INVOCATION_SIGN_IN;
	return is_wanted && !e->user.token.p ? signin_get(&plan, &e->user, &e->outcome.cause) : NULL;
}

/* Trip 1 and the answer to it, which is stored before anybody sees it. */
static fault converse(struct enrolment *e, struct bytes *ret_request)
{
	TRY(read_device(e));
	TRY(sign_in(e));
	const struct proof proof = { .purpose = e->outcome.purpose,
				     .device = &e->device,
				     .state = &e->state,
				     .token = e->has_token ? &e->token : NULL,
				     .user = e->user,
				     .keys = e->outcome.keys_before,
				     .arena = &e->arena };
	struct post_reply reply;
	struct bytes request;
	TRY(proof_build_begin(&proof, &request));
	TRY(send(e, TRIP_PATH_BEGIN, request, &reply));
	note_wish(e, reply.body);
	const struct proof_challenge challenge = { reply.body, BYTES_OF(reply.server_key_hash) };
	TRY(proof_build_answer(&proof, &challenge, &request));
	TRY(state_put(&e->state, STATE_PENDING, request));
	*ret_request = request;
	return NULL;
}

/* The purpose of a request of the second trip; 0 when it is none. */
static enum trip_purpose purpose_of(struct bytes request)
{
	struct answer answer;
	return message_parse(&answer_message, request, &answer) ? (enum trip_purpose)0
								: (enum trip_purpose)answer.purpose;
}

static void note_device(struct enrolment *e, struct bytes device_id, struct bytes profile)
{
	snprintf(e->outcome.device_id, sizeof(e->outcome.device_id), "%.*s", (int)device_id.n,
		 (const char *)device_id.p);
	snprintf(e->outcome.profile, sizeof(e->outcome.profile), "%.*s", (int)profile.n,
		 profile.p ? (const char *)profile.p : "");
}

static fault keep_grant(struct enrolment *e, struct bytes request, struct bytes reply)
{
	const struct grant_question question = { request, post_root(&e->post), time(NULL) };
	struct grant grant;
	TRY(grant_check(reply, &question, &grant, e->grant_detail));
	TRY(grant_put(&grant, &e->state, &e->arena));
	TRY(keyring_put(&e->state, &e->invocation->settings));
	TRY(keyring_find(&e->state, &e->invocation->settings, &e->arena, &e->outcome.keys));
	e->outcome.server_keys = grant.attested ? KEYSTATE_ATTESTED :
				 e->device.has_tpm ? KEYSTATE_UNATTESTED : KEYSTATE_SOFTWARE;
	note_device(e, grant.device_id, grant.profile);
	e->outcome.is_attested = grant.attested == 1;
	e->outcome.assurance = grant.assurance;
	return NULL;
}

/* What a reseal put on hold is of no use here, and would be taken for good. */
static fault keep_noted(struct enrolment *e, enum trip_purpose purpose, struct bytes reply)
{
	struct noted noted;
	NEED(!message_parse(&noted_message, reply, &noted), REPLY_INVALID);
	if (purpose == TRIP_RESEAL)
		TRY(grant_delete(&e->state));
	note_device(e, noted.device_id, noted.profile);
	e->outcome.is_attested = purpose == TRIP_ATTEST;
	return NULL;
}

/* Sends the second request; its reply is kept before the request is forgotten. */
static fault finish(struct enrolment *e, struct bytes request)
{
	struct post_reply reply;
	enum trip_purpose purpose = purpose_of(request);
	TRY(send(e, TRIP_PATH_ANSWER, request, &reply));
	TRY(purpose_find(purpose)->is_issuing ? keep_grant(e, request, reply.body)
					      : keep_noted(e, purpose, reply.body));
	/* The key that it came with is another's for whoever copied it: from now on it is nobody's. */
	if (purpose == TRIP_RECOVER)
		TRY(state_remove(&e->state, STATE_SOFTWARE_KEY));
	return state_remove(&e->state, STATE_PENDING);
}

/* What another command left gets its answer first; that it is refused is no refusal of this one. */
static fault settle(struct enrolment *e, struct bytes request)
{
	fault f = finish(e, request);
	bool is_refused = f && e->outcome.cause.is_server && retry_find(&e->outcome.cause, f) != RETRY_AGAIN;
	if (!is_refused)
		return f;
	e->outcome.cause = (struct cause){ 0 };
	return state_remove(&e->state, STATE_PENDING);
}

static fault pass(struct enrolment *e)
{
	struct bytes request;
	arena_reset(&e->arena);
	e->outcome.cause = (struct cause){ 0 };
	e->grant_detail[0] = 0;
	TRY(open_tpm(e));
	TRY(state_find(&e->state, STATE_PENDING, &e->arena, &request));
	enum trip_purpose purpose = request.p ? purpose_of(request) : e->outcome.purpose;
	if (purpose && purpose != e->outcome.purpose) {
		TRY(settle(e, request));
		request.p = NULL;
	}
	if (!request.p)
		TRY(converse(e, &request));
	return finish(e, request);
}

/* --- passes --------------------------------------------------------------------------------------------- */

/* The TPM failed at the proof, or the server says that what it proved does not hold. */
static bool is_proof_fault(const struct enrolment *e, fault f)
{
	bool is_of_proof = e->outcome.cause.is_server ? f->kind == FAULT_CHECK : is_cause_of_tpm(f);
	return e->device.has_tpm && is_of_proof;
}

static bool is_retried(const struct enrolment *e, fault f)
{
	return e->failure == TRIP_RETRY_ON_ERROR && is_proof_fault(e, f);
}

static void leave_tpm(struct enrolment *e)
{
	char why[TRIP_REASON_MAX + 1];
	e->outcome.ignored = e->outcome.cause;
	snprintf(why, sizeof(why), "%s, which the profile ignores", e->outcome.cause.code);
	account_update_state(&e->account, "TpmNotAvailable");
	e->has_opened_tpm = true;
	fprintf(stderr, "The TPM failed and its profile goes on without it: %s: %s\n", e->outcome.cause.code,
		e->outcome.cause.detail[0] ? e->outcome.cause.detail : e->outcome.cause.what);
	device_leave_tpm(&e->device, why);
}

/* A failed proof as the profile says, anything else as usual. */
static enum retry_next next_of_failure(struct enrolment *e, fault f)
{
	enum retry_next next = retry_find(&e->outcome.cause, f);
	if (is_retried(e, f))
		return now_ms() < e->retry_until_ms ? RETRY_ANEW : RETRY_STOP;
	if (e->failure != TRIP_IGNORE_ON_ERROR || !is_proof_fault(e, f))
		return next;
	leave_tpm(e);
	return RETRY_ANEW;
}

/* Time is over, but what failed is still the cause: a time-out would say nothing. */
static fault end_retries(struct enrolment *e, fault f)
{
	char detail[CAUSE_TEXT_SIZE];
	struct cause *last = &e->outcome.cause;
	snprintf(detail, sizeof(detail), "%.400s; tried %u times in the time that its profile gives",
		 last->detail[0] ? last->detail : last->what, e->outcome.attempts);
	memcpy(last->detail, detail, sizeof(detail));
	return f;
}

static void wait_for_next(const struct enrolment *e, bool is_timed)
{
	const struct settings *settings = &e->invocation->settings;
	int64_t left = e->retry_until_ms - now_ms();
	const struct pace pace = { .what = "Enrolment",
				   .first_ms = settings->pause_ms,
				   .attempt = e->outcome.attempts,
				   .attempts = is_timed ? 0 : (unsigned)settings->attempts,
				   .most_ms = is_timed ? (left > 1 ? left : 1) : 0 };
	pace_wait(&pace, &e->outcome.cause);
}

/*
 * A request that was refused for good is never sent again; one without an answer is kept for the next start.
 */
static fault forget_pending(struct enrolment *e, enum retry_next next)
{
	bool is_answered = next == RETRY_ANEW || (next == RETRY_STOP && e->outcome.cause.is_server);
	return is_answered ? state_remove(&e->state, STATE_PENDING) : NULL;
}

/* A driver that was restarted, or a TPM that hung, is there again only for whoever opens it anew. */
static void note_way(struct enrolment *e, fault f)
{
	bool is_broken = f == FAIL(TPM_DRIVER) || f == FAIL(ATTEST_TIMEOUT);
	if (is_broken && e->device.has_tpm && !e->outcome.cause.is_server)
		e->has_opened_tpm = false;
}

static void put_attempt(struct enrolment *e)
{
	bool is_timed = e->retry_until_ms && e->failure == TRIP_RETRY_ON_ERROR;
	account_put_attempt(&e->account, is_timed ? 0 : (unsigned)e->invocation->settings.attempts);
}

static fault run_passes(struct enrolment *e)
{
	for (;;) {
		e->outcome.attempts++;
		put_attempt(e);
		fault f = pass(e);
		if (!f)
			return NULL;
		note_cause(e, f);
		note_way(e, f);
		bool had_tpm = e->device.has_tpm, is_timed = is_retried(e, f);
		enum retry_next next = next_of_failure(e, f);
		TRY(forget_pending(e, next));
		if (next == RETRY_STOP && is_timed)
			return end_retries(e, f);
		bool is_last = !is_timed && e->outcome.attempts >= e->invocation->settings.attempts;
		if (next == RETRY_STOP || is_last)
			return f;
		if (e->device.has_tpm == had_tpm)
			wait_for_next(e, is_timed);
	}
}

/* A managed device shows its certificate, whose key may be in the TPM. */
static fault open_post(struct enrolment *e)
{
	bool is_shown = purpose_find(e->outcome.purpose)->is_managed;
	if (is_shown) {
		TRY(open_tpm(e));
		struct chip *chip = e->device.has_tpm ? &e->device.chip : NULL;
		TRY(tlskey_open(&e->state, chip, &e->tls, &e->shown));
		/* Whose key is a file renews that; getting one in the TPM is to recover. */
		if (e->outcome.purpose == TRIP_RENEW && !e->shown.key.chip)
			device_leave_tpm(&e->device, "the device enrolled without its TPM");
	}
	fault f = post_open_shown(&e->post, &e->invocation->settings, is_shown ? &e->shown : NULL);
	if (f)
		e->outcome.cause = e->post.cause;
	return f;
}

static fault open_all(struct enrolment *e)
{
	const struct settings *settings = &e->invocation->settings;
	if (settings->token[0]) {
		TRY(token_parse(bytes_text(settings->token), TOKEN_ENROLMENT, &e->token));
		e->has_token = true;
	}
	TRY(state_open(&e->state, settings->state));
	TRY(open_post(e));
	TRY(keyring_find(&e->state, settings, &e->arena, &e->outcome.keys_before));
	/* What is not there is made anew: a new `unique` makes another attestation key. */
	if (e->invocation->set & INVOCATION_RENEW_KEYS)
		TRY(keyring_delete(&e->state));
	if (e->invocation->set & INVOCATION_NEW_AK)
		TRY(state_remove(&e->state, STATE_AK_UNIQUE));
	account_begin(&e->account);
	return NULL;
}

/* --- what is kept and told afterwards ------------------------------------------------------------------ */

/* A step after an enrolment that is done already: without a token the device is enrolled all the same. */
static void get_token(struct enrolment *e)
{
	struct chip *chip = e->device.has_tpm ? &e->device.chip : NULL;
	const struct devicetoken_plan plan = { chip, &e->state, &e->post, &e->arena };
	struct devicetoken token;
	e->post.cause = (struct cause){ 0 };
	fault f = devicetoken_get(&plan, &token);
	if (!f) {
		e->outcome.token = token.text;
		e->outcome.token_expires = token.expires;
		return;
	}
	e->outcome.token_cause = e->post.cause.code[0] ? e->post.cause : cause_of(f, detail_of(e, f));
}

/* Whose server it was, and which device this is since an earlier enrolment. */
static void note_place(struct enrolment *e)
{
	struct bytes id = { 0 };
	if (e->post.client)
		organization_get(post_root(&e->post), e->outcome.organization);
	if (!e->outcome.device_id[0] && e->state.folder >= 0 &&
	    !state_find(&e->state, STATE_DEVICE_ID, &e->arena, &id))
		note_device(e, id, (struct bytes){ 0 });
}

/*
 * The server can but say that there is no EK certificate. Where the TPM's maker was asked for it, this
 * computer knows why: that is the cause, and the server's is its detail.
 */
static void blame_service(struct enrolment *e, fault f)
{
	const struct cause *of_service = &e->outcome.ek.cause;
	struct cause *told = &e->outcome.cause, why = *of_service;
	if (f != FAIL(EK_CERT_MISSING) || !e->outcome.ek.service || !of_service->code[0])
		return;
	why.is_server = told->is_server;
	memcpy(why.request_id, told->request_id, sizeof(why.request_id));
	snprintf(why.detail, sizeof(why.detail), "%.400s; so the server refused: %.64s", of_service->detail,
		 told->code);
	*told = why;
}

static fault enroll(struct enrolment *e)
{
	fault f = open_all(e);
	if (!f)
		f = run_passes(e);
	note_place(e);
	if (f) {
		note_cause(e, f);
		blame_service(e, f);
	} else if (purpose_find(e->outcome.purpose)->is_issuing) {
		get_token(e);
	}
	const struct account_device device = { e->has_read_device, e->device.has_tpm };
	account_put_end(&e->account, &device, f);
	e->outcome.end = ending_code(&e->outcome.cause, f);
	return f;
}

static void done(struct enrolment *e)
{
	device_close(&e->device);
	post_close(&e->post);
	tlskey_close(&e->shown);
	state_close(&e->state);
	secret_done(&e->token, sizeof(e->token));
	account_done(&e->account);
	arena_done(&e->arena);
	arena_done(&e->signed_in);
	arena_done(&e->tls);
	arena_done(&e->keys);
}

static void init(struct enrolment *e, const struct invocation *invocation, enum trip_purpose purpose)
{
	*e = (struct enrolment){ .invocation = invocation, .state.folder = -1,
				 .outcome.purpose = purpose };
	arena_init(&e->keys, ARENA_SIZE);
	arena_init(&e->tls, ARENA_SIZE);
	arena_init(&e->arena, ARENA_SIZE);
	arena_init(&e->signed_in, SIGN_IN_SIZE);
	account_init(&e->account, &e->state, invocation->settings.journal, &e->outcome);
}

fault enroll_again(const struct invocation *invocation, enum trip_purpose purpose, struct cause *ret)
{
	struct enrolment e;
	init(&e, invocation, purpose);
	fault f = enroll(&e);
	*ret = e.outcome.cause;
	done(&e);
	return f;
}

fault enroll_settle(const struct invocation *invocation, struct cause *ret)
{
	struct arena arena;
	struct bytes request = { 0 };
	struct state state = STATE_UNOPENED;
	arena_init(&arena, ARENA_SIZE);
	bool is_read = !state_open_reader(&state, invocation->settings.state) &&
		       !state_find(&state, STATE_PENDING, &arena, &request);
	enum trip_purpose purpose = is_read && request.p ? purpose_of(request) : (enum trip_purpose)0;
	state_close(&state);
	arena_done(&arena);
	return purpose ? enroll_again(invocation, purpose, ret) : NULL;
}

static int run(const struct invocation *invocation, enum trip_purpose purpose)
{
	struct enrolment e;
	init(&e, invocation, purpose);
	enroll(&e);
	(invocation->set & INVOCATION_JSON ? outcome_print_json : outcome_print)(&e.outcome, stdout);
	int end = (int)e.outcome.end;
	done(&e);
	return end;
}

int enroll_run(const struct invocation *invocation)
{
	return run(invocation, invocation->set & INVOCATION_PREPARE ? TRIP_PROVISION : TRIP_ENROLL);
}

int enroll_run_reseal(const struct invocation *invocation)
{
	return run(invocation, TRIP_RESEAL);
}

int enroll_run_attest(const struct invocation *invocation)
{
	return run(invocation, TRIP_ATTEST);
}

int enroll_run_recover(const struct invocation *invocation)
{
	return run(invocation, TRIP_RECOVER);
}

int enroll_run_renew(const struct invocation *invocation)
{
	return run(invocation, TRIP_RENEW);
}
