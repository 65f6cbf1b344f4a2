/* What takes two persons, from the request of one to the deed of the other. */
#include <jansson.h>
#include <string.h>

#include "api/endpoint.h"
#include "api/serve.h"
#include "base/text.h"
#include "cert/password.h"
#include "cert/token.h"
#include "flow/apitoken.h"
#include "flow/approval.h"
#include "flow/blocking.h"
#include "flow/confiding.h"
#include "flow/office.h"
#include "store/store_conflict.h"

#define ROW "roca"

/* Two who may, one who may not, each with a token of their own. */
struct people {
	struct office *o;
	struct token anna, ben, rita;
};

static struct token scoped(struct office *o, const struct caller *of, const char *role, const char *scope)
{
	const struct account_order by = { of, &o->admin, { 0 } };
	const struct api_token_new in = { .display_name = bytes_text(of->name), .role = bytes_text(role),
					  .scope = bytes_text(scope) };
	const char *text;
	struct token t;
	OK(apitoken_put(&o->flow, &by, &in, &o->arena, &text));
	OK(token_parse(bytes_text(text), TOKEN_ADMIN, &t));
	return t;
}

static const struct caller founder = { .name = "founder", .role = FLOW_ROLE_OWNER };

/* A token of an account of that name. */
static struct token own_token(struct office *o, const char *name, const char *role)
{
	const struct caller self = { .name = name, .role = FLOW_ROLE_OWNER, .account = bytes_text(name) };
	return scoped(o, &self, role, "");
}

/* The account is new, and somebody else's password opens it. */
static struct token token_of(struct office *o, const char *name, const char *role)
{
	struct store_account *row;
	const struct account_order by = { &founder, &o->admin, { 0 } };
	const struct account_new in = { .name = bytes_text(name), .role = bytes_text(role),
					.proof = office_octets(o, 1, PASSWORD_PROOF_SIZE) };
	OK(account_put(&o->flow, &by, &in, &o->arena, &row));
	return own_token(o, name, role);
}

static struct people gather(struct office *o)
{
	office_block(o);
	struct people p = { o, token_of(o, "anna", "security"), token_of(o, "ben", "security"),
			    token_of(o, "rita", "reader") };
	o->limits.two_persons = true;
	return p;
}

static struct call call_of(const struct people *p, const struct token *by, enum endpoint_id id)
{
	return (struct call){ .endpoint = id, .top = 10, .now = OFFICE_NOW, .peer = BYTES_TEXT("192.0.2.2"),
			      .request_id = p->o->admin.request_id, .token_id = BYTES_OF(by->id),
			      .token_secret = BYTES_OF(by->secret) };
}

static fault serve(struct people *p, const struct call *c, struct flow_answer *ret)
{
	static const struct serve_files files = { 0 };
	TRY(serve_call(&p->o->flow, &files, c, &p->o->arena, ret));
	return ret->why;
}

static fault ask(struct people *p, const struct token *by, enum endpoint_id id, const char *target,
		 struct flow_answer *ret)
{
	struct call c = call_of(p, by, id);
	c.target = bytes_text(target);
	return serve(p, &c, ret);
}

static bool has_row(struct people *p)
{
	struct store_blocklist *row;
	return !blocking_get(&p->o->flow, BYTES_TEXT(ROW), &p->o->arena, &row);
}

/* The id of the request that waits. */
static const char *wait_of(struct people *p)
{
	struct flow_answer answer;
	fault why = ask(p, &p->anna, ENDPOINT_BLOCKLIST_REMOVE, ROW, &answer);
	CHECK(why == FAIL(APPROVAL_PENDING) && has_row(p));
	return answer.detail;
}

static void what_takes_two_waits_and_is_done_when_another_approves(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *id = wait_of(&p);
	OK(ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	CHECK(!has_row(&p) && answer.status == 204);
	REFUSES(APPROVAL_OVER, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
}

static void whoever_asked_or_may_not_cannot_decide(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *id = wait_of(&p);
	REFUSES(APPROVAL_SELF, ask(&p, &p.anna, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	REFUSES(APPROVAL_SELF, ask(&p, &p.anna, ENDPOINT_APPROVAL_REJECT, id, &answer));
	REFUSES(AUTHZ, ask(&p, &p.rita, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	CHECK(has_row(&p));
}

static void what_was_rejected_or_is_too_old_is_not_done(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *rejected = wait_of(&p), *old = wait_of(&p);
	OK(ask(&p, &p.ben, ENDPOINT_APPROVAL_REJECT, rejected, &answer));
	REFUSES(APPROVAL_OVER, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, rejected, &answer));
	p.o->flow.now += APPROVAL_LIFE_S;
	REFUSES(APPROVAL_OVER, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, old, &answer));
	CHECK(has_row(&p));
}

/* What the approval of a request by anna comes to when those two decide. */
static void check_approval(struct people *p, const struct token *decider, fault expected)
{
	struct flow_answer answer;
	fault why = ask(p, decider, ENDPOINT_APPROVAL_APPROVE, wait_of(p), &answer);
	CHECK(why == expected && has_row(p) == (expected != NULL));
}

static void whoever_gave_a_password_is_one_person_with_whoever_has_it(void **state)
{
	struct people p = gather(*state);
	const struct confidence known = { &(const struct caller){ .account = BYTES_TEXT("anna") },
					  BYTES_TEXT("ben"), 0 };
	OK(confiding_put(&p.o->flow, &known));
	check_approval(&p, &p.ben, FAIL(APPROVAL_KNOWN));
	OK(confiding_finish(&p.o->flow, known.account));
	p.o->flow.now += CONFIDING_AFTER_S - 1;
	check_approval(&p, &p.ben, FAIL(APPROVAL_KNOWN));
	p.o->flow.now++;
	check_approval(&p, &p.ben, NULL);
}

/* zoe may act as anna by way of carl, and as ben. */
static void what_is_known_by_way_of_others_is_known(void **state)
{
	struct people p = gather(*state);
	static const char *const pairs[][2] = { { "carl", "anna" }, { "zoe", "carl" }, { "zoe", "ben" } };
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		const struct caller knower = { .account = bytes_text(pairs[i][0]) };
		const struct confidence known = { &knower, bytes_text(pairs[i][1]), p.o->flow.now + 1 };
		OK(confiding_put(&p.o->flow, &known));
	}
	check_approval(&p, &p.ben, FAIL(APPROVAL_KNOWN));
	p.o->flow.now++;
	check_approval(&p, &p.ben, NULL);
}

static void nothing_is_noted_where_one_person_is_enough(void **state)
{
	struct people p = gather(*state);
	const struct caller anna = { .account = BYTES_TEXT("anna") };
	p.o->limits.two_persons = false;
	OK(confiding_put(&p.o->flow, &(struct confidence){ &anna, BYTES_TEXT("ben"), 0 }));
	p.o->limits.two_persons = true;
	check_approval(&p, &p.ben, NULL);
}

static void whoever_may_less_by_now_asked_for_nothing(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	struct store_account *row;
	const char *id = wait_of(&p);
	const struct account_order of = { &founder, &p.o->admin, BYTES_TEXT("anna") };
	const struct account_set lower = { .role = BYTES_TEXT("operator") };
	OK(account_update(&p.o->flow, &of, &lower, &p.o->arena, &row));
	REFUSES(APPROVAL_OVER, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	OK(ask(&p, &p.ben, ENDPOINT_APPROVAL_REJECT, id, &answer));
	CHECK(has_row(&p));
}

static void the_audit_says_when_two_are_wanted_and_when_no_more(void **state)
{
	struct people p = gather(*state);
	OK(approval_note_switch(&p.o->flow));
	OK(approval_note_switch(&p.o->flow));
	p.o->limits.two_persons = false;
	OK(approval_note_switch(&p.o->flow));
	CHECK(office_deeds(p.o, "two-persons.on") == 1 && office_deeds(p.o, "two-persons.off") == 1);
}

static void a_server_that_does_not_ask_for_two_does_it_at_once(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	p.o->limits.two_persons = false;
	OK(ask(&p, &p.anna, ENDPOINT_BLOCKLIST_REMOVE, ROW, &answer));
	CHECK(!has_row(&p));
}

/* Whoever is in the group could do all that an owner may. */
static void a_token_of_a_part_lets_no_provider_make_administrators(void **state)
{
	struct people p = gather(*state);
	const struct caller ci = { .name = "ci", .role = FLOW_ROLE_OWNER };
	const struct token part = scoped(p.o, &ci, "owner", "trust"), whole = token_of(p.o, "zoe", "owner");
	const struct profile_new open = { .display_name = BYTES_TEXT("open") };
	const struct idp_new in = { .display_name = BYTES_TEXT("contoso"), .client_id = BYTES_TEXT("assay"),
				    .issuer = BYTES_TEXT("https://contoso.example"),
				    .profile = open.display_name, .owner_group = BYTES_TEXT("Everybody") };
	struct call by_part = call_of(&p, &part, ENDPOINT_IDP_ADD);
	struct call by_whole = call_of(&p, &whole, ENDPOINT_IDP_ADD);
	struct flow_answer answer;
	struct store_profile *profile;
	p.o->limits.two_persons = false;
	OK(profiles_put(&p.o->flow, &p.o->admin, &open, &p.o->arena, &profile));
	OK(flow_encode(&idp_new_message, &in, &p.o->arena, &by_part.body));
	by_whole.body = by_part.body;
	REFUSES(AUTHZ, serve(&p, &by_part, &answer));
	OK(serve(&p, &by_whole, &answer));
}

static void what_waits_is_shown(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *id = wait_of(&p);
	OK(ask(&p, &p.ben, ENDPOINT_APPROVAL, id, &answer));
	json_t *o = json_loadb((const char *)answer.body.p, answer.body.n, 0, NULL);
	CHECK(strcmp(json_string_value(json_object_get(o, "state")), "pending") == 0);
	CHECK(strcmp(json_string_value(json_object_get(o, "requestedBy")), "anna") == 0);
	CHECK(strcmp(json_string_value(json_object_get(o, "target")), ROW) == 0);
	CHECK(json_is_null(json_object_get(o, "body")));
	json_decref(o);
}

static json_t *show(struct people *p, const char *id)
{
	struct flow_answer answer;
	OK(ask(p, &p->ben, ENDPOINT_APPROVAL, id, &answer));
	return json_loadb((const char *)answer.body.p, answer.body.n, 0, NULL);
}

static void check_state(struct people *p, const char *id, const char *state)
{
	json_auto_t *o = show(p, id);
	CHECK(strcmp(json_string_value(json_object_get(o, "state")), state) == 0);
}

/* The row in another version: what Anna saw ended with 7.61. */
static void put_other_row(struct people *p)
{
	struct store_blocklist *row;
	struct blocklist_new in = office_block_row;
	in.last = BYTES_TEXT("7.40");
	OK(blocking_put(&p->o->flow, &p->o->admin, &in, &p->o->arena, &row));
}

static void what_changed_since_it_was_asked_for_is_not_done_and_the_request_is_over(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *id = wait_of(&p);
	put_other_row(&p);
	REFUSES(VERSION_CHANGED, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	CHECK(strstr(answer.detail, "last") && has_row(&p));
	check_state(&p, id, "overtaken");
	REFUSES(APPROVAL_OVER, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	CHECK(has_row(&p) && office_deeds(p.o, "approval.overtake") == 1);
}

static void what_is_gone_since_it_was_asked_for_is_over_as_well(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *id = wait_of(&p);
	OK(blocking_delete(&p.o->flow, &p.o->admin, BYTES_TEXT(ROW)));
	REFUSES(VERSION_CHANGED, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	check_state(&p, id, "overtaken");
	REFUSES(NOT_FOUND, ask(&p, &p.anna, ENDPOINT_BLOCKLIST_REMOVE, ROW, &answer));
}

static void whoever_asked_does_not_end_a_request_by_what_they_changed(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *id = wait_of(&p);
	put_other_row(&p);
	REFUSES(APPROVAL_SELF, ask(&p, &p.anna, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	check_state(&p, id, "pending");
}

/* A TPM that claims a device, `count` times, the last time the one of that id. */
static const char *put_conflict(struct people *p, uint8_t device, uint64_t count)
{
	struct store_conflict_list all;
	const struct store_page page = { .limit = 10 };
	struct office *o = p->o;
	const struct store_conflict row = {
		.id = office_octets(o, 7, 16), .key = office_octets(o, 8, 32), .state = STORE_CONFLICT_OPEN,
		.fault = BYTES_TEXT("EK_DUPLICATE"), .ek_hash = office_octets(o, 9, 32), .count = count,
		.device_id = office_octets(o, device, 16), .peer = BYTES_TEXT("192.0.2.1"),
		.first = 1, .last = 2,
	};
	OK(store_conflict_put(o->flow.store, &row, 10));
	OK(store_conflict_list(o->flow.store, page, &o->arena, &all));
	CHECK(all.n == 1);
	return text_uuid(all.v[0].id.p, arena_alloc(&o->arena, TEXT_UUID_SIZE));
}

/* What comes again changes nothing that is decided by; whose place it would take does. */
static void a_conflict_is_approved_for_the_device_that_was_seen(void **state)
{
	struct people p = gather(*state);
	struct flow_answer answer;
	const char *conflict = put_conflict(&p, 1, 1);
	REFUSES(APPROVAL_PENDING, ask(&p, &p.anna, ENDPOINT_CONFLICT_REPLACE, conflict, &answer));
	const char *id = answer.detail;
	put_conflict(&p, 1, 5);
	CHECK(ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer) != FAIL(VERSION_CHANGED));
	put_conflict(&p, 2, 1);
	REFUSES(APPROVAL_PENDING, ask(&p, &p.anna, ENDPOINT_CONFLICT_REPLACE, conflict, &answer));
	id = answer.detail;
	put_conflict(&p, 3, 1);
	REFUSES(VERSION_CHANGED, ask(&p, &p.ben, ENDPOINT_APPROVAL_APPROVE, id, &answer));
	CHECK(strstr(answer.detail, "managedDeviceId"));
}

static void what_the_asker_saw_is_shown(void **state)
{
	struct people p = gather(*state);
	json_auto_t *o = show(&p, wait_of(&p));
	json_t *record = json_object_get(o, "record");
	CHECK(strcmp(json_string_value(json_object_get(record, "id")), ROW) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(what_takes_two_waits_and_is_done_when_another_approves),
		OFFICE_TEST(whoever_asked_or_may_not_cannot_decide),
		OFFICE_TEST(what_was_rejected_or_is_too_old_is_not_done),
		OFFICE_TEST(whoever_gave_a_password_is_one_person_with_whoever_has_it),
		OFFICE_TEST(what_is_known_by_way_of_others_is_known),
		OFFICE_TEST(nothing_is_noted_where_one_person_is_enough),
		OFFICE_TEST(whoever_may_less_by_now_asked_for_nothing),
		OFFICE_TEST(the_audit_says_when_two_are_wanted_and_when_no_more),
		OFFICE_TEST(a_server_that_does_not_ask_for_two_does_it_at_once),
		OFFICE_TEST(a_token_of_a_part_lets_no_provider_make_administrators),
		OFFICE_TEST(what_waits_is_shown),
		OFFICE_TEST(what_changed_since_it_was_asked_for_is_not_done_and_the_request_is_over),
		OFFICE_TEST(what_is_gone_since_it_was_asked_for_is_over_as_well),
		OFFICE_TEST(whoever_asked_does_not_end_a_request_by_what_they_changed),
		OFFICE_TEST(a_conflict_is_approved_for_the_device_that_was_seen),
		OFFICE_TEST(what_the_asker_saw_is_shown),
	};
	json_object_seed(1);
	return RUN(tests);
}
