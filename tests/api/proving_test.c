/* What proves in a request who somebody is goes no further than verify. */
#include "api/proving.h"

#include "cert/password.h"
#include "cert/token.h"
#include "test.h"
#include "wire/body.h"

#define NOW 1767225600
#define WORDS "correct horse battery staple"

static struct arena arena;
static struct read_site site;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)1 << 20);
	site = (struct read_site){ .listener = ENDPOINT_ON_ADMIN };
	return 0;
}

static int done(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

#define PROVING_TEST(name) cmocka_unit_test_setup_teardown(name, setup, done)

static struct session_new sign_in(const char *name)
{
	return (struct session_new){ .name = bytes_text(name), .password = BYTES_TEXT(WORDS) };
}

static fault read_body(struct call *c, void *body)
{
	const char *detail = NULL;
	fault why = proving_read(&site, c, body, &arena, &detail);
	CHECK((why == FAIL(PARSE_FIELD)) == (detail != NULL));
	return why;
}

static fault prove(const char *peer, uint64_t now)
{
	struct session_new in = sign_in("anna");
	struct call c = { .endpoint = ENDPOINT_SESSION_NEW, .now = now, .peer = bytes_text(peer) };
	return read_body(&c, &in);
}

static void a_password_becomes_a_proof_that_is_of_its_name_alone(void **state)
{
	struct session_new first = sign_in("anna"), again = first, other = sign_in("ben");
	struct call c = { .endpoint = ENDPOINT_SESSION_NEW, .now = NOW, .peer = BYTES_TEXT("192.0.2.1") };
	(void)state;
	OK(read_body(&c, &first));
	OK(read_body(&c, &again));
	OK(read_body(&c, &other));
	CHECK(!first.password.p && first.proof.n == PASSWORD_PROOF_SIZE);
	CHECK(is_bytes_equal(first.proof, again.proof) && !is_bytes_equal(first.proof, other.proof));
	REFUSES(PARSE_FIELD, read_body(&c, &first));
}

static void whoever_floods_it_from_one_address_leaves_room_for_another(void **state)
{
	(void)state;
	for (int i = 0; i < READ_PASSWORDS_PER_PEER; i++)
		OK(prove("192.0.2.1", NOW));
	REFUSES(SIGN_IN_RATE, prove("192.0.2.1", NOW));
	OK(prove("192.0.2.2", NOW));
	REFUSES(SIGN_IN_RATE, prove("192.0.2.3", NOW));
	OK(prove("192.0.2.1", NOW + 1));
}

static void an_address_of_ipv6_is_its_network(void **state)
{
	static const char *const addresses[] = { "2001:db8::1", "2001:db8::2:1", "2001:db8:0:0:9::",
						 "2001:db8::4" };
	(void)state;
	for (size_t i = 0; i < READ_PASSWORDS_PER_PEER; i++)
		OK(prove(addresses[i], NOW));
	REFUSES(SIGN_IN_RATE, prove("2001:db8::5", NOW));
	OK(prove("2001:db8:0:1::5", NOW));
}

static void the_token_of_a_link_becomes_the_calls(void **state)
{
	static const char *const others[] = { "", "assay-s-", "assay-a-0", "x" };
	struct call c = { .endpoint = ENDPOINT_SESSION_LINK, .now = NOW, .peer = BYTES_TEXT("192.0.2.1") };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct session_link in = { .token = bytes_text(others[i]) };
		REFUSES(LINK_OVER, read_body(&c, &in));
		CHECK(!in.token.p && !c.token_id.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROVING_TEST(a_password_becomes_a_proof_that_is_of_its_name_alone),
		PROVING_TEST(whoever_floods_it_from_one_address_leaves_room_for_another),
		PROVING_TEST(an_address_of_ipv6_is_its_network),
		PROVING_TEST(the_token_of_a_link_becomes_the_calls),
	};
	return RUN(tests);
}
