#include "outside.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cert/token.h"
#include "test.h"
#include "wire/problem.h"

#define ARENA_SIZE ((size_t)1 << 18)
#define REPLY_MAX 65536
#define WAIT_MS 30000
#define ANSWERED 200
#define MADE 201
#define GONE 204

#define REGISTRATIONS "/graph/beta/deviceManagement/windowsAutopilotDeviceIdentities"
#define TOKENS "/assay/v1/enrollmentTokens"
#define ROOTS "/assay/v1/roots"

/* --- the administrator ------------------------------------------------------------------------------- */

static struct client_reply ask(struct outside *o, const char *method, const char *path, json_t *body)
{
	struct client_reply reply = { 0 };
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	const struct client_request request = { .method = method,
						.path = path,
						.content_type = text ? "application/json" : NULL,
						.body = bytes_text(text),
						.authorization = o->authorization };
	OK(client_send(o->admin, &request, &reply));
	free(text);
	json_decref(body);
	return reply;
}

/* What a POST made. */
static json_t *add(struct outside *o, const char *path, json_t *body)
{
	struct client_reply reply = ask(o, "POST", path, body);
	if (reply.status != MADE)
		fail_msg("POST %s: %.*s", path, (int)reply.body.n, (const char *)reply.body.p);
	json_t *made = json_loadb((const char *)reply.body.p, reply.body.n, 0, NULL);
	CHECK(made);
	return made;
}

static void take_away(struct outside *o, const char *from, const char *id)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", from, id);
	CHECK(ask(o, "DELETE", path, NULL).status == GONE);
}

static json_t *hex_of(struct bytes b)
{
	char text[2 * MAKER_CA_SIZE_MAX + 1];
	return json_string(text_hex(b, text));
}

static void put_token(struct outside *o)
{
	struct token t;
	json_auto_t *made = add(o, TOKENS, json_pack("{s:s}", "profile", "byod"));
	OK(token_parse(bytes_text(json_string_value(json_object_get(made, "token"))), TOKEN_ENROLMENT, &t));
	memcpy(o->token_id, t.id, sizeof(o->token_id));
	memcpy(o->token_secret, t.secret, sizeof(o->token_secret));
}

static void register_key(struct outside *o, const struct model *m)
{
	uint8_t hash[32];
	OK(public_hash(&m->ek, hash));
	const char *profile = m->profile ? m->profile : "default";
	json_auto_t *made = add(o, REGISTRATIONS,
				json_pack("{s:o,s:s}", "ekHash", hex_of(BYTES_OF(hash)), "profile", profile));
	const char *id = json_string_value(json_object_get(made, "id"));
	snprintf(o->registration, sizeof(o->registration), "%s", id);
}

/* The device's serial number is always registered; what else vouches comes on top of it. */
static void make_known(struct outside *o, struct model *m)
{
	const char *profile = m->way == VOUCH_BY_TOKEN ? "byod" : "default";
	snprintf(o->serial, sizeof(o->serial), "SN-%u", ++o->conversations);
	m->payload.serial = arena_copy(&m->arena, bytes_text(o->serial));
	json_decref(add(o, REGISTRATIONS,
			json_pack("{s:s,s:s}", "serialNumber", o->serial, "profile",
				  m->profile ? m->profile : profile)));
	if (m->way == VOUCH_BY_KEY)
		register_key(o, m);
	if (m->way != VOUCH_BY_TOKEN)
		return;
	if (!o->keeps_token)
		put_token(o);
	m->token_id = arena_copy(&m->arena, BYTES_OF(o->token_id));
	m->token_secret = arena_copy(&m->arena, BYTES_OF(o->token_secret));
}

/* --- the two trips ----------------------------------------------------------------------------------- */

/* The server's fault, in its own words a row of the table that both have. */
static fault send(struct outside *o, const char *path, struct bytes body, struct client_reply *ret)
{
	const struct client_request request = { .method = "POST",
						.path = path,
						.content_type = TRIP_CONTENT_TYPE,
						.body = body };
	struct problem_view problem;
	arena_reset(&o->arena);
	OK(client_send(o->device, &request, ret));
	if (ret->status == ANSWERED)
		return NULL;
	OK(problem_parse(ret->body, &o->arena, &problem));
	fault why = fault_find(problem.code);
	CHECK(why && why->http == ret->status);
	return why;
}

static fault begin(void *own, struct model *m)
{
	struct outside *o = own;
	struct client_reply reply;
	make_known(o, m);
	TRY(send(o, TRIP_PATH_BEGIN, model_begin(m), &reply));
	OK(message_parse(&challenge_message, arena_copy(&m->arena, reply.body), &m->challenge));
	m->server_key_hash = arena_copy(&m->arena, BYTES_OF(reply.key_hash));
	return m->challenge.credential.p ? model_activate(m) : NULL;
}

static fault answer(void *own, struct model *m)
{
	struct client_reply reply;
	struct grant g;
	TRY(send(own, TRIP_PATH_ANSWER, m->octets, &reply));
	OK(message_parse(&grant_message, reply.body, &g));
	CHECK(g.device_certificate.n && g.attested == (m->way != VOUCH_BY_TOKEN));
	return NULL;
}

/* --- what happens between them ----------------------------------------------------------------------- */

static void forget(struct outside *o, struct model *m)
{
	(void)m;
	take_away(o, REGISTRATIONS, o->registration);
}

static void revoke(struct outside *o, struct model *m)
{
	(void)m;
	char id[TEXT_UUID_SIZE];
	take_away(o, TOKENS, text_uuid(o->token_id, id));
}

/* Another device without TPM, with a key of its own. */
static void use(struct outside *o, struct model *m)
{
	static const struct model_change by_token = { .way = VOUCH_BY_TOKEN };
	struct model other = *m;
	arena_init(&other.arena, ARENA_SIZE);
	other.device_key = m->other_key;
	o->keeps_token = true;
	model_make(&other, &by_token);
	o->keeps_token = false;
	OK(other.refused);
	OK(answer(o, &other));
	arena_done(&other.arena);
}

/* What cannot happen here has its reason in the catalogue. */
static void happen(void *own, struct model *m, enum model_event event)
{
	static void (*const events[])(struct outside *, struct model *) = {
		[MODEL_FORGET] = forget,
		[MODEL_REVOKE] = revoke,
		[MODEL_USE] = use,
	};
	CHECK(event < COUNT_OF(events) && events[event]);
	events[event](own, m);
}

const struct model_place outside_place = { begin, answer, happen };

/* --- the whole --------------------------------------------------------------------------------------- */

static struct client *open_client(const char *url, const char *ca)
{
	struct client *c = NULL;
	struct client_plan plan = { .url = url,
				    .user_agent = "assay-catalogue",
				    .proxy = "",
				    .connect_ms = WAIT_MS,
				    .total_ms = WAIT_MS,
				    .reply_max = REPLY_MAX };
	CHECK(text_hex_parse(bytes_text(ca), plan.pin, sizeof(plan.pin)));
	OK(client_open(&plan, &c));
	return c;
}

static void trust(struct outside *o, struct bytes root, const char *class, const char *maker)
{
	json_t *body = json_pack("{s:o,s:s,s:s}", "certificates", hex_of(root), "class", class, "maker",
				 maker);
	CHECK(ask(o, "POST", ROOTS, body).status == ANSWERED);
}

void outside_init(struct outside *o, const struct outside_plan *plan, struct model *m)
{
	*o = (struct outside){ .device = open_client(plan->device_url, plan->ca),
			       .admin = open_client(plan->admin_url, plan->ca) };
	arena_init(&o->arena, ARENA_SIZE);
	snprintf(o->authorization, sizeof(o->authorization), "Bearer %s", plan->token);
	trust(o, m->maker.root, "discrete", "IFX");
	trust(o, m->virtual_root, "virtual", "SWTPM");
	m->place = &outside_place;
	m->own = o;
}

void outside_done(struct outside *o)
{
	client_close(o->device);
	client_close(o->admin);
	arena_done(&o->arena);
}
