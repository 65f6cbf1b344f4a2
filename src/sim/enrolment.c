#include "sim/enrolment.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cert/receipt.h"
#include "http/client.h"
#include "sim/disk.h"
#include "sim/softkey.h"
#include "sim/tampering.h"
#include "wire/problem.h"

#define ARENA_SIZE 262144
#define BODY_MAX 65536
#define REPLY_MAX 65536
#define CONNECT_MS 10000
#define TOTAL_MS 60000
#define PAUSE_MS 100

#define ROOT_PATH "/ca/root.crt"

/* What every simulated device says of itself. */
#define MAKER_NAME BYTES_TEXT("Assay")
#define MODEL_NAME BYTES_TEXT("Simulated device")
#define OS_NAME BYTES_TEXT("Linux")
#define OS_VERSION BYTES_TEXT("0")

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- requests ------------------------------------------------------------------------------------------- */

static fault open_client(const struct enrolment_plan *plan, struct client **ret)
{
	struct client_plan p = {
		.url = plan->url,
		.user_agent = "assay-sim/" ASSAY_VERSION,
		.proxy = "",
		.connect_ms = CONNECT_MS,
		.total_ms = TOTAL_MS,
		.reply_max = REPLY_MAX,
	};
	NEED(bytes_copy(plan->pin, p.pin, sizeof(p.pin)), USAGE);
	return client_open(&p, ret);
}

/* The fault that a server's problem document names; REPLY_INVALID for what is none. */
static fault read_problem(const struct client_reply *reply, struct arena *arena, struct problem_view *ret)
{
	TRY(problem_parse(reply->body, arena, ret));
	fault why = fault_find(ret->code);
	return why ? why : FAIL(REPLY_INVALID);
}

/* The server's fault, and its words in the report. */
static fault note_problem(struct enrolment *e, const struct client_reply *reply)
{
	struct problem_view p = { 0 };
	struct enrolment_report *r = e->report;
	fault why = read_problem(reply, &e->arena, &p);
	snprintf(r->fault, sizeof(r->fault), "%.*s", (int)p.code.n, (const char *)p.code.p);
	snprintf(r->detail, sizeof(r->detail), "%.*s", (int)p.detail.n, (const char *)p.detail.p);
	r->hresult = p.hresult;
	return why;
}

static fault send_once(struct enrolment *e, const char *path, struct bytes body, struct client_reply *ret)
{
	const struct client_request request = {
		.method = "POST", .path = path, .content_type = TRIP_CONTENT_TYPE, .body = body
	};
	fault why = client_send(e->client, &request, ret);
	if (why)
		snprintf(e->report->detail, sizeof(e->report->detail), "%s", client_detail(e->client));
	TRY(why);
	return ret->status == 200 ? NULL : note_problem(e, ret);
}

/* Waits a moment before another try. False when there is no time, or no need, for one. */
static bool wait_until(int64_t until_ms)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	bool again = now_ms() < until_ms;
	if (again)
		nanosleep(&pause, NULL);
	return again;
}

static bool wait_for_retry(fault why, int64_t until_ms)
{
	return why && why->retry && wait_until(until_ms);
}

/* Sends the same octets until they are answered or patience ends. The reply is in the arena. */
static fault send_request(struct enrolment *e, const char *path, struct bytes body, struct bytes *ret)
{
	int64_t until = now_ms() + (int64_t)e->plan->patience_s * 1000;
	struct client_reply reply = { 0 };
	fault why = NULL;
	do {
		why = send_once(e, path, body, &reply);
	} while (wait_for_retry(why, until));
	TRY(why);
	e->report->fault[0] = 0;
	e->report->detail[0] = 0;
	*ret = arena_copy(&e->arena, reply.body);
	e->server_key_hash = arena_copy(&e->arena, BYTES_OF(reply.key_hash));
	NEED(!is_arena_full(&e->arena), SYS_MEMORY);
	return NULL;
}

static fault encode(struct enrolment *e, const struct message *m, const void *from, struct bytes *ret)
{
	uint8_t *p = arena_alloc(&e->arena, BODY_MAX);
	NEED(p, SYS_MEMORY);
	struct wr w = wr_of(p, BODY_MAX);
	message_write(m, from, &w);
	NEED(!w.bad, PARSE_FIELD);
	*ret = wr_done(&w);
	return NULL;
}

static fault get_root(struct client *client, const struct enrolment_plan *plan, struct arena *arena,
		      struct bytes *ret)
{
	const struct client_request request = { .method = "GET", .path = ROOT_PATH };
	struct client_reply reply;
	uint8_t hash[CLIENT_PIN_SIZE];
	TRY(client_send(client, &request, &reply));
	if (reply.status != 200)
		return read_problem(&reply, arena, &(struct problem_view){ 0 });
	TRY(alg_sha256(reply.body, hash));
	NEED(is_bytes_equal(BYTES_OF(hash), plan->pin), SERVER_UNTRUSTED);
	*ret = arena_copy(arena, reply.body);
	NEED(!is_arena_full(arena), SYS_MEMORY);
	return NULL;
}

fault enrolment_get_root(const struct enrolment_plan *plan, struct arena *arena, struct bytes *ret)
{
	struct client *client = NULL;
	int64_t until = now_ms() + (int64_t)plan->patience_s * 1000;
	TRY(open_client(plan, &client));
	fault why = NULL;
	do {
		why = get_root(client, plan, arena, ret);
	} while (wait_for_retry(why, until));
	client_close(client);
	return why;
}

/* --- the first trip ------------------------------------------------------------------------------------- */

fault enrolment_build_chain(struct enrolment *e, EVP_PKEY *ek)
{
	struct spki key;
	struct bytes der;
	e->chain = (struct bytes_list){ 0 };
	if (!e->plan->factory)
		return NULL;
	TRY(softkey_spki(ek, &e->arena, &key));
	TRY(factory_build(e->plan->factory, &key, &e->plan->labels, &e->arena, &der));
	NEED(bytes_list_put(&e->chain, der), BUG);
	if (!e->plan->leaf_alone)
		NEED(bytes_list_put(&e->chain, factory_intermediate(e->plan->factory)), BUG);
	return NULL;
}

static fault put_tpm(struct enrolment *e, struct begin *b)
{
	const struct softtpm_key *keys = e->tpm.keys;
	uint8_t *hash = arena_alloc(&e->arena, TRIP_HASH_SIZE);
	NEED(hash, SYS_MEMORY);
	TRY(public_hash(&keys[SOFTTPM_EK].area, hash));
	TRY(enrolment_build_chain(e, keys[SOFTTPM_EK].private_key));
	b->ek_chain = e->chain;
	b->ek_public = keys[SOFTTPM_EK].area.whole;
	b->ak_public = keys[SOFTTPM_AK].area.whole;
	NEED(bytes_list_put(&b->ek_hashes, bytes_of(hash, TRIP_HASH_SIZE)), BUG);
	return NULL;
}

static fault begin(struct enrolment *e, const struct enrolment_device *device)
{
	const struct token *token = e->plan->token;
	struct bytes body, reply;
	e->begin = (struct begin){
		.version = TRIP_VERSION,
		.purpose = e->plan->purpose,
		.no_tpm = bytes_text(e->plan->no_tpm),
		.token_id = token ? BYTES_OF(token->id) : (struct bytes){ 0 },
		.serial = bytes_text(device->serial),
		.name = bytes_text(device->name),
		.manufacturer = MAKER_NAME, .model = MODEL_NAME, .os = OS_NAME, .os_version = OS_VERSION,
	};
	if (!e->plan->no_tpm)
		TRY(put_tpm(e, &e->begin));
	TRY(tampering_update(e, TAMPERING_OF_BEGIN));
	TRY(encode(e, &begin_message, &e->begin, &body));
	TRY(send_request(e, TRIP_PATH_BEGIN, body, &reply));
	return message_parse(&challenge_message, reply, &e->challenge);
}

/* --- the second trip ------------------------------------------------------------------------------------ */

/* True when the device is to prove its keys by its TPM, and not by a certificate request. */
static bool is_tpm_asked(const struct enrolment *e)
{
	return e->challenge.credential.p != NULL;
}

static fault put_request(struct enrolment *e)
{
	uint8_t *p = arena_alloc(&e->arena, TRIP_CSR_MAX);
	NEED(p, SYS_MEMORY);
	struct wr w = wr_of(p, TRIP_CSR_MAX);
	TRY(softkey_new(SPKI_P256, &e->key));
	TRY(softkey_write_request(e->key, &w));
	e->payload.csr = wr_done(&w);
	return NULL;
}

static fault put_keys(struct enrolment *e, struct pcr_selection *ret)
{
	TRY(pcr_parse(e->challenge.pcr_selection, ret));
	e->payload.device_public = e->tpm.keys[SOFTTPM_DEVICE].area.whole;
	return softtpm_list_pcrs(&e->tpm, ret, &e->payload.pcr_values);
}

static fault fill_payload(struct enrolment *e, struct pcr_selection *ret)
{
	const struct begin *b = &e->begin;
	const struct softtpm_key *keys = e->tpm.keys;
	e->payload = (struct payload){
		.ek_chain = e->chain,
		.ek_public = b->no_tpm.p ? (struct bytes){ 0 } : keys[SOFTTPM_EK].area.whole,
		.ak_public = b->no_tpm.p ? (struct bytes){ 0 } : keys[SOFTTPM_AK].area.whole,
		.no_tpm = b->no_tpm,
		.serial = b->serial, .name = b->name, .manufacturer = b->manufacturer, .model = b->model,
		.os = b->os, .os_version = b->os_version,
	};
	TRY(is_tpm_asked(e) ? put_keys(e, ret) : put_request(e));
	TRY(tampering_update(e, TAMPERING_OF_PAYLOAD));
	return encode(e, &payload_message, &e->payload, &e->answer.payload);
}

static fault extra_data(struct enrolment *e, enum binding_label label, struct bytes *ret)
{
	uint8_t *p = arena_alloc(&e->arena, BINDING_SIZE);
	NEED(p, SYS_MEMORY);
	TRY(binding_build(label, &e->binding, p));
	*ret = bytes_of(p, BINDING_SIZE);
	return NULL;
}

static fault bind(struct enrolment *e)
{
	uint8_t *digest = arena_alloc(&e->arena, TRIP_HASH_SIZE);
	NEED(digest, SYS_MEMORY);
	TRY(alg_sha256(e->answer.payload, digest));
	e->binding = (struct binding){
		.nonce = e->challenge.nonce,
		.id = e->challenge.id,
		.purpose = e->plan->purpose,
		.server_key_hash = e->server_key_hash,
		.payload_digest = bytes_of(digest, TRIP_HASH_SIZE),
	};
	return tampering_update(e, TAMPERING_OF_BINDING);
}

static fault put_statements(struct enrolment *e, const struct pcr_selection *asked)
{
	struct softtpm_statement certify, quote;
	struct bytes for_certify, for_quote;
	TRY(bind(e));
	TRY(extra_data(e, BINDING_CERTIFY, &for_certify));
	TRY(extra_data(e, BINDING_QUOTE, &for_quote));
	e->certify = softtpm_certify(&e->tpm, for_certify);
	TRY(softtpm_quote(&e->tpm, asked, &e->arena, &e->quote));
	e->quote.extra_data = for_quote;
	TRY(tampering_update(e, TAMPERING_OF_STATEMENTS));
	TRY(softtpm_sign(&e->tpm, &e->certify, &e->arena, &certify));
	TRY(softtpm_sign(&e->tpm, &e->quote, &e->arena, &quote));
	e->answer.certify = certify.octets;
	e->answer.certify_signature = certify.signature;
	e->answer.quote = quote.octets;
	e->answer.quote_signature = quote.signature;
	return NULL;
}

static fault open_secret(struct enrolment *e)
{
	if (e->failures) {
		e->failures--;
		return FAIL(TPM_FAILURE);
	}
	const struct credential_view in = { e->challenge.credential, e->challenge.encrypted_secret };
	uint8_t *secret = arena_alloc(&e->arena, CREDENTIAL_SECRET_MAX);
	size_t n;
	NEED(secret, SYS_MEMORY);
	TRY(softtpm_activate(&e->tpm, in, secret, &n));
	e->answer.secret = bytes_of(secret, n);
	return NULL;
}

static fault build_answer(struct enrolment *e)
{
	struct pcr_selection asked = { 0 };
	const struct token *token = e->plan->token;
	e->answer = (struct answer){
		.version = TRIP_VERSION,
		.purpose = e->plan->purpose,
		.id = e->challenge.id, .nonce = e->challenge.nonce, .ticket = e->challenge.ticket,
		.token_secret = token ? BYTES_OF(token->secret) : (struct bytes){ 0 },
	};
	if (is_tpm_asked(e))
		TRY(open_secret(e));
	TRY(tampering_update(e, TAMPERING_OF_KEYS));
	TRY(fill_payload(e, &asked));
	if (is_tpm_asked(e))
		TRY(put_statements(e, &asked));
	TRY(tampering_update(e, TAMPERING_OF_ANSWER));
	TRY(encode(e, &answer_message, &e->answer, &e->octets));
	return tampering_update(e, TAMPERING_OF_OCTETS);
}

/* --- what comes of it ----------------------------------------------------------------------------------- */

static fault check_grant(struct enrolment *e, const struct grant *g)
{
	struct receipt r = { .root = e->plan->root, .now = (int64_t)time(NULL) };
	struct receipt_complaint complaint = { .which = "", .why = "" };
	EVP_PKEY *device = e->key ? e->key : e->tpm.keys[SOFTTPM_DEVICE].private_key;
	TRY(softkey_spki(device, &e->arena, &r.device));
	if (is_tpm_asked(e))
		TRY(softkey_spki(e->tpm.keys[SOFTTPM_AK].private_key, &e->arena, &r.ak));
	fault why = receipt_check(&r, g, &complaint);
	if (why)
		snprintf(e->report->detail, sizeof(e->report->detail), "%s: %s", complaint.which,
			 complaint.why);
	return why;
}

static void note_device(struct enrolment_report *r, struct bytes device_id)
{
	snprintf(r->device_id, sizeof(r->device_id), "%.*s", (int)device_id.n, (const char *)device_id.p);
}

static fault take_grant(struct enrolment *e)
{
	struct grant g;
	TRY(message_parse(&grant_message, e->reply, &g));
	TRY(check_grant(e, &g));
	note_device(e->report, g.device_id);
	e->report->assurance = g.assurance;
	e->report->is_attested = g.attested != 0;
	return NULL;
}

static fault take_reseal(struct enrolment *e)
{
	struct noted r;
	TRY(message_parse(&noted_message, e->reply, &r));
	note_device(e->report, r.device_id);
	return NULL;
}

/* What was answered once is answered again with the same octets. */
static fault send_again(struct enrolment *e)
{
	struct bytes again;
	TRY(tampering_update(e, TAMPERING_AFTERWARDS));
	TRY(send_request(e, TRIP_PATH_ANSWER, e->octets, &again));
	NEED(is_bytes_equal(e->reply, again), REPLY_INVALID);
	return NULL;
}

/* Before it is sent, so that whatever the server may have seen is there. */
static fault keep(const struct enrolment_device *device, const char *what, struct bytes octets)
{
	char file[64], path[DISK_PATH_MAX];
	if (!device->keep)
		return NULL;
	snprintf(file, sizeof(file), "%06llu.%s", (unsigned long long)device->number, what);
	TRY(disk_path(device->keep, file, path));
	return disk_update(path, 0600, octets);
}

static void close_client(struct enrolment *e)
{
	client_close(e->client);
	e->client = NULL;
}

static fault converse(struct enrolment *e, const struct enrolment_device *device)
{
	const struct tampering *t = e->plan->tampering;
	arena_reset(&e->arena);
	close_client(e);
	TRY(open_client(e->plan, &e->client));
	TRY(begin(e, device));
	TRY(build_answer(e));
	TRY(keep(device, "answer", e->octets));
	TRY(send_request(e, TRIP_PATH_ANSWER, e->octets, &e->reply));
	TRY(keep(device, "reply", e->reply));
	TRY((e->plan->purpose == TRIP_RESEAL ? take_reseal : take_grant)(e));
	return t && t->stage == TAMPERING_AFTERWARDS ? send_again(e) : NULL;
}

/* From here on it is a device without TPM, and says why. */
static void leave_tpm(struct enrolment *e)
{
	e->own = *e->plan;
	e->own.no_tpm = "TPM_FAILURE, which the profile ignores";
	e->plan = &e->own;
	e->chain = (struct bytes_list){ 0 };
}

/* A TPM that fails at its proof leads to what the profile wants, which the challenge says. */
static fault converse_as_told(struct enrolment *e, const struct enrolment_device *device)
{
	fault why = converse(e, device);
	int64_t until = now_ms() + (int64_t)e->challenge.timeout_s * 1000;
	if (why != FAIL(TPM_FAILURE) || e->challenge.failure == TRIP_FAIL_ON_ERROR)
		return why;
	if (e->challenge.failure == TRIP_IGNORE_ON_ERROR) {
		leave_tpm(e);
		return converse(e, device);
	}
	while (why == FAIL(TPM_FAILURE) && wait_until(until))
		why = converse(e, device);
	return why == FAIL(TPM_FAILURE) ? FAIL(ATTEST_TIMEOUT) : why;
}

static void note_fault(struct enrolment_report *r, fault why)
{
	if (!why || r->fault[0])
		return;
	snprintf(r->fault, sizeof(r->fault), "%s", why->name);
	r->hresult = why->hresult;
}

static fault make_tpm(struct enrolment *e, struct enrolment_device *device)
{
	EVP_PKEY *const kept[SOFTTPM_SLOTS] = { [SOFTTPM_AK] = device->ak,
						[SOFTTPM_DEVICE] = device->device_key };
	fault why = softtpm_init(&e->tpm, device->ek);
	for (enum softtpm_slot i = SOFTTPM_AK; i < SOFTTPM_SLOTS; i++) {
		if (kept[i] && !why)
			why = softtpm_put_key(&e->tpm, i, kept[i]);
		else
			EVP_PKEY_free(kept[i]);
	}
	e->tpm.firmware = e->plan->firmware;
	return why;
}

void enrolment_run(const struct enrolment_plan *plan, struct enrolment_device *device,
		   struct enrolment_report *ret)
{
	struct enrolment e = { .plan = plan, .report = ret, .failures = plan->failures };
	int64_t from = now_ms();
	*ret = (struct enrolment_report){ 0 };
	snprintf(ret->serial, sizeof(ret->serial), "%s", device->serial ? device->serial : "");
	snprintf(ret->name, sizeof(ret->name), "%s", device->name ? device->name : "");
	arena_init(&e.arena, ARENA_SIZE);
	fault why = device->ek ? make_tpm(&e, device) : NULL;
	device->ek = NULL;
	if (!why)
		why = converse_as_told(&e, device);
	note_fault(ret, why);
	ret->took_ms = (uint32_t)(now_ms() - from);
	close_client(&e);
	softtpm_done(&e.tpm);
	EVP_PKEY_free(e.key);
	arena_done(&e.arena);
}
