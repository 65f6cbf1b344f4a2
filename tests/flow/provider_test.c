/* Identity providers from an administrator's words to keys in force, and what is asked of whom when. */
#include "flow/provider.h"

#include <string.h>

#include "flow/safe.h"
#include "office.h"
#include "store/store_audit.h"

#define ISSUER "https://id.example/tenant/"
#define WELL_KNOWN "https://id.example/tenant/.well-known/openid-configuration"
#define KEYS_URL "https://id.example/keys"
#define MINUTE 60
#define DAY 86400

static struct idp_new words(void)
{
	return (struct idp_new){ .display_name = BYTES_TEXT("contoso"),
				 .issuer = BYTES_TEXT(ISSUER),
				 .client_id = BYTES_TEXT("assay"),
				 .profile = BYTES_TEXT("open") };
}

static int setup(void **state)
{
	struct store_profile *p;
	const struct profile_new open = { .display_name = BYTES_TEXT("open"),
					  .attestation = BYTES_TEXT("off") };
	if (office_setup(state))
		return -1;
	struct office *o = *state;
	OK(profiles_put(&o->flow, &o->admin, &open, &o->arena, &p));
	return 0;
}

#define PROVIDER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, office_done)

static struct store_idp *put(struct office *o, const struct idp_new *in)
{
	struct store_idp *row;
	struct flow_answer changed;
	struct provider_order order = { .by = &o->admin, .a = &o->arena, .answer = &changed };
	OK(provider_put(&o->flow, in, &order, &row));
	return row;
}

static fault change(struct office *o, const struct idp_set *in, struct store_idp **ret)
{
	struct flow_answer changed;
	struct provider_order order = { .by = &o->admin, .a = &o->arena, .answer = &changed };
	return provider_update(&o->flow, BYTES_TEXT("contoso"), in, &order, ret);
}

static struct store_idp *got(struct office *o)
{
	struct store_idp *row;
	OK(provider_get(&o->flow, BYTES_TEXT("contoso"), &o->arena, &row));
	return row;
}

/* A document of that form with one key, or with where the keys are. */
static struct bytes document(struct office *o, bool is_discovery)
{
	struct bytes message, key;
	const struct idp_key one = { .id = BYTES_TEXT("k1"),
				     .kind = IDP_P256,
				     .a = office_octets(o, 1, 32),
				     .b = office_octets(o, 2, 32) };
	OK(flow_encode(&idp_key_message, &one, &o->arena, &key));
	const struct idp_document keys = { .keys = { 1, { key } } },
				  discovery = { .keys_url = BYTES_TEXT(KEYS_URL),
						.token_url = BYTES_TEXT("https://id.example/token"),
						.device_url = BYTES_TEXT("https://id.example/device") };
	OK(flow_encode(&idp_document_message, is_discovery ? &discovery : &keys, &o->arena, &message));
	return message;
}

static struct flow_answer finish(struct office *o, fault why, struct bytes found)
{
	struct flow_answer answer = { 0 };
	const struct provider_result r = { got(o)->id, why, { 0 }, found };
	OK(provider_finish(&o->flow, &r, &o->arena, &answer));
	return answer;
}

static struct provider_turn turn(struct office *o)
{
	struct provider_turn t;
	OK(provider_find_due(&o->flow, &o->arena, &t));
	return t;
}

/* Both documents were fetched. */
static void fetch_all(struct office *o)
{
	CHECK(turn(o).is_discovery);
	finish(o, NULL, document(o, true));
	CHECK(!turn(o).is_discovery);
	finish(o, NULL, document(o, false));
}

static void what_is_unsaid_of_a_new_one_is_the_usual(void **state)
{
	struct office *o = *state;
	struct idp_new in = words();
	struct store_idp *row = put(o, &in);
	CHECK(is_bytes_text(row->audience, "assay") && is_bytes_text(row->amr, "mfa") && !row->acr.p);
	CHECK(row->algorithms == (IDP_RS256 | IDP_ES256) && is_bytes_text(row->groups_claim, "groups"));
	in.display_name = BYTES_TEXT("second");
	in.issuer = BYTES_TEXT("https://other.example");
	in.acr = BYTES_TEXT("phr");
	row = put(o, &in);
	CHECK(!row->amr.p && is_bytes_text(row->acr, "phr"));
}

static void discovery_comes_before_the_keys_which_are_then_in_force(void **state)
{
	struct office *o = *state;
	struct idp_new in = words();
	put(o, &in);
	struct provider_turn t = turn(o);
	CHECK(t.is_discovery && is_bytes_text(t.url, WELL_KNOWN) && is_bytes_text(t.issuer, ISSUER));
	CHECK(!turn(o).id.p);
	CHECK(!finish(o, NULL, document(o, true)).changes_n);
	t = turn(o);
	CHECK(!t.is_discovery && is_bytes_text(t.url, KEYS_URL));
	CHECK(finish(o, NULL, document(o, false)).changes_n);
	CHECK(provider_count_keys(got(o)) == 1 && !turn(o).id.p);
	o->flow.now += DAY;
	CHECK(turn(o).is_discovery);
}

static void the_same_keys_again_change_nothing_and_a_failure_leaves_them(void **state)
{
	struct office *o = *state;
	struct idp_new in = words();
	put(o, &in);
	fetch_all(o);
	CHECK(!finish(o, NULL, document(o, false)).changes_n);
	finish(o, FAIL(FETCH_UNREACHABLE), (struct bytes){ 0 });
	CHECK(is_bytes_text(got(o)->fault, "FETCH_UNREACHABLE") && provider_count_keys(got(o)) == 1);
}

static void a_key_that_is_not_at_hand_is_asked_for_at_once_but_not_twice_in_a_minute(void **state)
{
	struct office *o = *state;
	struct idp_new in = words();
	struct bytes id = put(o, &in)->id;
	fetch_all(o);
	o->flow.now += MINUTE;
	OK(provider_put_due(&o->flow, id, &o->arena));
	CHECK(turn(o).id.p);
	finish(o, NULL, document(o, false));
	o->flow.now += MINUTE - 1;
	OK(provider_put_due(&o->flow, id, &o->arena));
	CHECK(!turn(o).id.p);
	o->flow.now++;
	OK(provider_put_due(&o->flow, id, &o->arena));
	CHECK(turn(o).id.p);
}

static void a_change_of_words_keeps_the_keys_and_what_is_not_said(void **state)
{
	struct office *o = *state;
	struct store_idp *row;
	struct store_audit_list audit;
	struct idp_new in = words();
	in.audience = BYTES_TEXT("api://assay");
	put(o, &in);
	fetch_all(o);
	OK(change(o, &(struct idp_set){ .amr = BYTES_TEXT(""), .algorithms = BYTES_TEXT("ES256") }, &row));
	CHECK(!row->amr.p && row->algorithms == IDP_ES256 && is_bytes_text(row->audience, "api://assay"));
	CHECK(provider_count_keys(got(o)) == 1 && is_bytes_text(got(o)->keys_url, KEYS_URL));
	OK(change(o, &(struct idp_set){ .client_id = BYTES_TEXT("new"), .audience = BYTES_TEXT("") }, &row));
	CHECK(is_bytes_text(row->client, "new") && is_bytes_text(row->audience, "new"));
	OK(store_audit_list(o->flow.store, (struct store_page){ .limit = 99 }, &o->arena, &audit));
	CHECK(is_bytes_text(audit.v[audit.n - 1].action, "idp.set"));
}

static void a_change_to_what_is_not_there_is_refused(void **state)
{
	struct office *o = *state;
	struct store_idp *row;
	struct idp_new in = words();
	REFUSES(NOT_FOUND, change(o, &(struct idp_set){ .acr = BYTES_TEXT("x") }, &row));
	put(o, &in);
	REFUSES(NOT_FOUND, change(o, &(struct idp_set){ .profile = BYTES_TEXT("nowhere") }, &row));
	in.display_name = BYTES_TEXT("second");
	in.issuer = BYTES_TEXT("https://other.example");
	put(o, &in);
	REFUSES(CONFLICT, change(o, &(struct idp_set){ .display_name = BYTES_TEXT("second") }, &row));
}

static void words_that_mean_nothing_are_refused_with_a_sentence(void **state)
{
	struct idp_new bad[4];
	const struct idp_set good = { .amr = BYTES_TEXT("") }, worse[] = {
		{ .display_name = BYTES_TEXT("") },
		{ .profile = BYTES_TEXT("") },
		{ .algorithms = BYTES_TEXT("none") },
		{ .algorithms = BYTES_TEXT("ES256 HS256") },
		{ .client_secret = BYTES_TEXT("passwörd") },
	};
	const char *detail;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		bad[i] = words();
	OK(provider_read_new(&bad[0], &detail));
	bad[0].issuer = BYTES_TEXT("http://id.example");
	bad[1].client_id = BYTES_TEXT("");
	bad[2].algorithms = BYTES_TEXT("");
	bad[3].name_claim = BYTES_TEXT("");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		REFUSES(PARSE_FIELD, provider_read_new(&bad[i], &detail));
		CHECK(detail != NULL);
	}
	OK(provider_read_set(&good, &detail));
	for (size_t i = 0; i < COUNT_OF(worse); i++) {
		REFUSES(PARSE_FIELD, provider_read_set(&worse[i], &detail));
		CHECK(detail != NULL);
	}
}

static void a_client_secret_is_sealed_for_its_provider_and_an_empty_one_takes_it_away(void **state)
{
	struct office *o = *state;
	struct idp_new in = words();
	struct bytes back;
	in.client_secret = BYTES_TEXT("correct horse");
	struct store_idp *row = put(o, &in);
	const struct safe_place place = { PROVIDER_SECRET, row->id };
	const struct safe_place other = { PROVIDER_SECRET, office_octets(o, 1, IDP_ID_SIZE) };
	const struct idp_set renamed = { .client_id = BYTES_TEXT("other") },
			     none = { .client_secret = BYTES_TEXT("") };
	CHECK(!memmem(row->secret.p, row->secret.n, "horse", 5) && row->secret_set == OFFICE_NOW);
	OK(change(o, &renamed, &row));
	OK(safe_unseal(&o->flow, &place, row->secret, &o->arena, &back));
	CHECK(is_bytes_text(back, "correct horse"));
	REFUSES(SECRET_LOST, safe_unseal(&o->flow, &other, row->secret, &o->arena, &back));
	o->record_key.key[0] ^= 1;
	REFUSES(SECRET_LOST, safe_unseal(&o->flow, &place, row->secret, &o->arena, &back));
	OK(change(o, &none, &row));
	CHECK(!row->secret.p && row->secret_set == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROVIDER_TEST(what_is_unsaid_of_a_new_one_is_the_usual),
		PROVIDER_TEST(discovery_comes_before_the_keys_which_are_then_in_force),
		PROVIDER_TEST(the_same_keys_again_change_nothing_and_a_failure_leaves_them),
		PROVIDER_TEST(a_key_that_is_not_at_hand_is_asked_for_at_once_but_not_twice_in_a_minute),
		PROVIDER_TEST(a_change_of_words_keeps_the_keys_and_what_is_not_said),
		PROVIDER_TEST(a_change_to_what_is_not_there_is_refused),
		PROVIDER_TEST(words_that_mean_nothing_are_refused_with_a_sentence),
		PROVIDER_TEST(a_client_secret_is_sealed_for_its_provider_and_an_empty_one_takes_it_away),
	};
	return RUN(tests);
}
