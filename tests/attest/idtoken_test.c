/* Tokens of administrators who sign in: those of users, and what is asked of them besides. */
#include "attest/idtoken.h"

#include "model_user.h"
#include "test.h"

#define NOW 1000000
#define SPACE (1 << 20)
#define NONCE "5f3e"
#define CLIENT "assay-admin"

struct office {
	struct model_idp idp;
	struct idplist *list;
	struct arena arena;
	struct model_user token; /* a genuine one */
};

/* The first provider of the model, marked for administrators. */
static struct bytes marked(struct bytes message, struct arena *a)
{
	struct idps all;
	struct idp one;
	struct bytes changed;
	OK(message_parse(&idps_message, message, &all));
	OK(message_parse(&idp_message, all.list.v[0], &one));
	one.admin_client = BYTES_TEXT(CLIENT);
	OK(message_build(&idp_message, &one, IDP_MAX, a, &all.list.v[0]));
	OK(message_build(&idps_message, &all, IDPS_SIZE_MAX, a, &changed));
	return changed;
}

static int begin(void **state)
{
	struct office *o = calloc(1, sizeof(*o));
	CHECK(o);
	arena_init(&o->arena, SPACE);
	model_idp_init(&o->idp);
	o->list = idplist_new();
	OK(idplist_put(o->list, marked(o->idp.message, &o->arena)));
	o->token = model_user_of(&o->idp, NOW);
	o->token.audience = "\"" CLIENT "\"";
	o->token.more = ",\"nonce\":\"" NONCE "\"";
	*state = o;
	return 0;
}

static int end(void **state)
{
	struct office *o = *state;
	idplist_free(o->list);
	model_idp_done(&o->idp);
	arena_done(&o->arena);
	free(o);
	return 0;
}

static fault judge(struct office *o, struct idtoken_user *ret)
{
	const struct idtoken_case c = { .idp = BYTES_OF(o->idp.id),
					.token = model_user_token(&o->token, &o->arena),
					.nonce = BYTES_TEXT(NONCE),
					.idps = o->list,
					.now = NOW };
	return idtoken_judge(&c, &o->arena, ret);
}

static void a_token_of_this_sign_in_names_its_user_and_groups(void **state)
{
	struct office *o = *state;
	struct idtoken_user got;
	OK(judge(o, &got));
	CHECK(is_bytes_text(got.user.name, "ada@contoso.example") && got.user.groups.n == 2 && !got.is_cut);
}

static void a_token_of_another_sign_in_or_of_none_is_refused(void **state)
{
	struct office *o = *state;
	struct idtoken_user got;
	o->token.more = ",\"nonce\":\"5f3f\"";
	REFUSES(TOK_NONCE, judge(o, &got));
	o->token.more = "";
	REFUSES(TOK_NONCE, judge(o, &got));
}

static void a_token_for_the_devices_client_is_refused(void **state)
{
	struct office *o = *state;
	struct idtoken_user got;
	o->token.audience = "\"" MODEL_USER_AUDIENCE "\"";
	REFUSES(TOK_AUDIENCE, judge(o, &got));
}

static void what_is_asked_of_users_is_asked_of_administrators(void **state)
{
	struct office *o = *state;
	struct idtoken_user got;
	struct model_user good = o->token;
	o->token.amr = "[\"pwd\"]";
	REFUSES(TOK_MFA, judge(o, &got));
	o->token = good;
	o->token.expires = NOW - USERTOKEN_SKEW_S;
	REFUSES(TOK_EXPIRED, judge(o, &got));
	o->token = good;
	o->token.signer = NULL;
	REFUSES(TOK_FORM, judge(o, &got));
	o->token = good;
	o->token.issuer = MODEL_USER_OTHER_ISSUER;
	REFUSES(TOK_ISSUER, judge(o, &got));
}

static void a_provider_that_is_not_for_administrators_vouches_for_none(void **state)
{
	struct office *o = *state;
	struct idtoken_user got;
	OK(idplist_put(o->list, o->idp.message));
	REFUSES(TOK_PROVIDER, judge(o, &got));
}

static void groups_that_are_left_out_are_noticed(void **state)
{
	struct office *o = *state;
	struct idtoken_user got;
	o->token.groups = NULL;
	o->token.more = ",\"nonce\":\"" NONCE "\",\"_claim_names\":{\"groups\":\"src1\"}";
	OK(judge(o, &got));
	CHECK(got.is_cut && got.user.groups.n == 0);
	o->token.more = ",\"nonce\":\"" NONCE "\",\"hasgroups\":true";
	OK(judge(o, &got));
	CHECK(got.is_cut);
}

#define IN_OFFICE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_OFFICE(a_token_of_this_sign_in_names_its_user_and_groups),
		IN_OFFICE(a_token_of_another_sign_in_or_of_none_is_refused),
		IN_OFFICE(a_token_for_the_devices_client_is_refused),
		IN_OFFICE(what_is_asked_of_users_is_asked_of_administrators),
		IN_OFFICE(a_provider_that_is_not_for_administrators_vouches_for_none),
		IN_OFFICE(groups_that_are_left_out_are_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
