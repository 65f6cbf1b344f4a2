/* Users' tokens that are for a service instead of the application (RFC 9068). */
#include "attest/usertoken.h"

#include "attest/verdict.h"
#include "model_user.h"
#include "test.h"

#define NOW 1000000
#define SPACE (1 << 20)

struct office {
	struct model_idp idp;
	struct idplist *list;
	struct arena arena;
	struct model_user token; /* an access token of the second provider's, as RFC 9068 has it */
};

static int begin(void **state)
{
	struct office *o = calloc(1, sizeof(*o));
	CHECK(o);
	arena_init(&o->arena, SPACE);
	model_idp_init(&o->idp);
	o->list = idplist_new();
	OK(idplist_put(o->list, o->idp.message));
	o->token = model_user_of(&o->idp, NOW);
	o->token.issuer = MODEL_USER_OTHER_ISSUER;
	o->token.audience = "\"" MODEL_USER_SERVICE "\"";
	o->token.more = ",\"client_id\":\"" MODEL_USER_AUDIENCE "\"";
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

/* What the row of the application that the token was given to says; the user is there when all rows pass. */
static enum outcome judge(struct office *o)
{
	uint8_t outcomes[CHECK_COUNT] = { 0 };
	struct user user;
	const struct usertoken_case c = { .idp = BYTES_OF(o->idp.other_id),
					  .token = model_user_token(&o->token, &o->arena),
					  .idps = o->list,
					  .now = NOW };
	OK(usertoken_judge(&c, &o->arena, outcomes, &user));
	CHECK((user.subject.p != NULL) == (outcomes[CHECK_USER_PARTY] == PASSED));
	return (enum outcome)outcomes[CHECK_USER_PARTY];
}

static void an_access_token_says_by_client_id_or_azp_whom_it_was_given_to(void **state)
{
	struct office *o = *state;
	CHECK(judge(o) == PASSED);
	o->token.more = "";
	o->token.party = MODEL_USER_AUDIENCE;
	CHECK(judge(o) == PASSED);
}

static void one_that_does_not_say_so_is_refused(void **state)
{
	struct office *o = *state;
	o->token.more = "";
	CHECK(judge(o) == FAILED);
}

static void one_that_another_application_was_given_is_refused(void **state)
{
	struct office *o = *state;
	o->token.more = ",\"client_id\":\"payroll\"";
	CHECK(judge(o) == FAILED);
	o->token.more = ",\"client_id\":\"" MODEL_USER_AUDIENCE "\"";
	o->token.party = "payroll";
	CHECK(judge(o) == FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_access_token_says_by_client_id_or_azp_whom_it_was_given_to,
						begin, end),
		cmocka_unit_test_setup_teardown(one_that_does_not_say_so_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(one_that_another_application_was_given_is_refused, begin,
						end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
