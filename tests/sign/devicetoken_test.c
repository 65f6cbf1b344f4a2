/* What ca signs as a device token is taken for one, and nothing that somebody else makes is. */
#include "cert/devicetoken.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <openssl/hmac.h>

#include "base/base64.h"
#include "scratch.h"
#include "sign/key.h"
#include "sign/minter.h"
#include "test.h"
#include "wire/jose.h"

#define URL "https://assay.example"
#define DEVICE "66656463-6261-3938-3736-353433323130"
#define CLAIMS(iss, more)                                                                                   \
	"{\"iss\":\"" iss "\",\"sub\":\"" DEVICE "\",\"iat\":100,\"nbf\":100,\"exp\":700,\"cnf\":{\"jkt\":" \
	"\"0123456789012345678901234567890123456789012\"}" more "}"

struct fixture {
	struct scratch s;
	struct minter *m;
	struct arena arena;
	struct devicetoken_trust trust;
	char kid[64];
};

static struct minter_plan plan_of(const struct fixture *f)
{
	return (struct minter_plan){ .folder = f->s.keys, .url = BYTES_TEXT(URL), .rate = 100 };
}

/* As verify is told the keys. */
static void learn(struct fixture *f)
{
	struct idp_document set;
	struct idp_key key;
	OK(jose_parse_keys(minter_keys(f->m), &f->arena, &set));
	OK(message_parse(&idp_key_message, set.keys.v[0], &key));
	snprintf(f->kid, sizeof(f->kid), "%.*s", (int)key.id.n, (const char *)key.id.p);
	f->trust = (struct devicetoken_trust){ set.keys, BYTES_TEXT(URL) };
}

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	scratch_init(&f.s);
	scratch_hierarchy(&f.s);
	const struct minter_plan plan = plan_of(&f);
	OK(minter_open(&plan, &f.m));
	arena_init(&f.arena, 1 << 20);
	learn(&f);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	minter_close(f->m);
	arena_done(&f->arena);
	scratch_done(&f->s);
	return 0;
}

static fault parse(struct fixture *f, struct bytes token)
{
	struct devicetoken ret;
	const char *detail;
	fault why = devicetoken_parse(token, &f->trust, &f->arena, &ret, &detail);
	CHECK(!why == !detail);
	return why;
}

static struct bytes minted(struct fixture *f, int64_t now)
{
	static const uint8_t x[32] = { 1 }, y[32] = { 2 };
	uint8_t *memory = arena_alloc(&f->arena, TRIP_DEVICE_TOKEN_MAX);
	struct wr w = wr_of(memory, TRIP_DEVICE_TOKEN_MAX);
	const struct mint m = { .id = BYTES_TEXT("0123456789abcdef"),
				.device_id = BYTES_TEXT("fedcba9876543210"), .issued = (uint64_t)now,
				.expires = (uint64_t)now + MINTER_LIFE_S, .key = FRAME_KEY_P256,
				.key_a = BYTES_OF(x), .key_b = BYTES_OF(y) };
	OK(minter_sign(f->m, &m, now, &w));
	return wr_done(&w);
}

/* --- forging -------------------------------------------------------------------------------------------- */

static void put_part(struct wr *w, const char *text)
{
	base64_write_bare(bytes_text(text), w);
	wr_u8(w, '.');
}

/* Header and claims of anybody's, under the signature of that function's. */
static struct bytes forged(struct fixture *f, const char *header, const char *claims,
			   size_t (*sign)(struct fixture *f, struct bytes input, uint8_t ret[64]))
{
	uint8_t signature[64], *memory = arena_alloc(&f->arena, 4096);
	struct wr w = wr_of(memory, 4096);
	put_part(&w, header);
	put_part(&w, claims);
	size_t n = sign(f, bytes_of(memory, w.at - 1), signature);
	base64_write_bare(bytes_of(signature, n), &w);
	return wr_done(&w);
}

static size_t by_our_key(struct fixture *f, struct bytes input, uint8_t ret[64])
{
	struct evp_pkey_st *key = NULL;
	OK(key_open(scratch_path(&f->s, HIERARCHY_TOKEN_KEY), &key));
	OK(key_get_signature(key, input, ret));
	key_free(key);
	return 64;
}

static size_t by_another_key(struct fixture *f, struct bytes input, uint8_t ret[64])
{
	struct evp_pkey_st *key = NULL;
	(void)f;
	OK(key_new(&key));
	OK(key_get_signature(key, input, ret));
	key_free(key);
	return 64;
}

/* The public key that everybody has, as the secret of HS256. */
static size_t by_the_public_key(struct fixture *f, struct bytes input, uint8_t ret[64])
{
	const struct bytes jwks = minter_keys(f->m);
	CHECK(HMAC(EVP_sha256(), jwks.p, (int)jwks.n, input.p, input.n, ret, NULL) != NULL);
	return 32;
}

static size_t by_nobody(struct fixture *f, struct bytes input, uint8_t ret[64])
{
	(void)f, (void)input;
	memset(ret, 0, 64);
	return 64;
}

static const char *header(struct fixture *f, const char *alg, const char *typ)
{
	return arena_format(&f->arena, "{\"alg\":\"%s\",\"typ\":\"%s\",\"kid\":\"%s\"}", alg, typ, f->kid);
}

static fault parse_signed(struct fixture *f, const char *typ, const char *claims)
{
	return parse(f, forged(f, header(f, "ES256", typ), claims, by_our_key));
}

/* --- what is so ----------------------------------------------------------------------------------------- */

static void what_ca_signed_says_which_device_and_when(void **state)
{
	struct fixture *f = *state;
	struct devicetoken t;
	const char *detail;
	OK(devicetoken_parse(minted(f, SCRATCH_NOW), &f->trust, &f->arena, &t, &detail));
	CHECK(is_bytes_text(t.device_id, "fedcba9876543210") && t.key.n == 43);
	CHECK(t.issued == SCRATCH_NOW && t.expires == SCRATCH_NOW + MINTER_LIFE_S);
	OK(parse_signed(f, "device+jwt", CLAIMS(URL, "")));
}

static void the_key_of_before_a_rotation_is_good_and_one_of_before_that_is_not(void **state)
{
	struct fixture *f = *state;
	const struct minter_plan plan = plan_of(f);
	const struct bytes token = minted(f, SCRATCH_NOW);
	for (int i = 0; i < 2; i++) {
		OK(minter_rotate(&plan));
		minter_close(f->m);
		f->m = NULL;
		OK(minter_open(&plan, &f->m));
		learn(f);
		CHECK(i == 0 ? !parse(f, token) : parse(f, token) == FAIL(DEVICE_TOKEN_INVALID));
	}
}

static void no_other_signature_is_good(void **state)
{
	struct fixture *f = *state;
	static const char claims[] = CLAIMS(URL, "");
	const char *good = header(f, "ES256", "device+jwt");
	const struct bytes bad[] = {
		forged(f, good, claims, by_another_key),
		forged(f, good, claims, by_nobody),
		forged(f, header(f, "none", "device+jwt"), claims, by_nobody),
		forged(f, header(f, "none", "device+jwt"), claims, by_our_key),
		forged(f, header(f, "HS256", "device+jwt"), claims, by_the_public_key),
		forged(f, header(f, "ES256K", "device+jwt"), claims, by_our_key),
		forged(f, "{\"alg\":\"ES256\",\"typ\":\"device+jwt\"}", claims, by_our_key),
		forged(f, "{\"alg\":\"ES256\",\"typ\":\"device+jwt\",\"kid\":\"other\"}", claims, by_our_key),
		forged(f, arena_format(&f->arena, "{\"alg\":\"ES256\",\"typ\":\"device+jwt\",\"kid\":\"%s\","
				       "\"crit\":[\"b64\"],\"b64\":false}", f->kid), claims, by_our_key),
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(DEVICE_TOKEN_INVALID, parse(f, bad[i]));
	OK(parse(f, forged(f, good, claims, by_our_key)));
}

static void our_signature_of_another_statement_is_not_good(void **state)
{
	struct fixture *f = *state;
	static const char *const types[] = { "audit-head+jwt", "JWT", "", "eat+jwt", "secevent+jwt",
					     "device+jwt " };
	for (size_t i = 0; i < COUNT_OF(types); i++)
		REFUSES(DEVICE_TOKEN_INVALID, parse_signed(f, types[i], CLAIMS(URL, "")));
}

static void claims_of_another_server_for_another_audience_or_not_whole_are_not_good(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = {
		CLAIMS("https://assay.example.net", ""), CLAIMS("https://assay.exampl", ""),
		CLAIMS(URL "/", ""),			 CLAIMS(URL, ",\"aud\":\"https://other.example\""),
		CLAIMS(URL, ",\"aud\":[\"" URL "\"]"),	 CLAIMS(URL, ",\"aud\":7"),
		CLAIMS(URL, ",\"iss\":\"" URL "\""),	 "{}",
		"{\"iss\":\"" URL "\",\"sub\":\"" DEVICE "\",\"iat\":100,\"nbf\":100,\"exp\":700}",
		"{\"iss\":\"" URL "\",\"iat\":100,\"nbf\":100,\"exp\":700,\"cnf\":{\"jkt\":"
		"\"0123456789012345678901234567890123456789012\"}}",
		"{\"iss\":\"" URL "\",\"sub\":\"" DEVICE "\",\"iat\":100,\"nbf\":100,\"cnf\":{\"jkt\":"
		"\"0123456789012345678901234567890123456789012\"}}",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(DEVICE_TOKEN_INVALID, parse_signed(f, "device+jwt", bad[i]));
}

static void what_is_cut_followed_or_flipped_is_not_good(void **state)
{
	struct fixture *f = *state;
	const struct bytes token = minted(f, SCRATCH_NOW);
	uint8_t octets[TRIP_DEVICE_TOKEN_MAX + 1];
	size_t n = 0;
	for (size_t i = 0; i < token.n; i += 7, n++)
		REFUSES(DEVICE_TOKEN_INVALID, parse(f, bytes_slice(token, 0, i)));
	memcpy(octets, token.p, token.n);
	octets[token.n] = 'A';
	REFUSES(DEVICE_TOKEN_INVALID, parse(f, bytes_of(octets, token.n + 1)));
	for (size_t i = 0; i < token.n; i += 11, n++) {
		octets[i] ^= 1;
		REFUSES(DEVICE_TOKEN_INVALID, parse(f, bytes_of(octets, token.n)));
		octets[i] ^= 1;
	}
	COUNTED("cases", n);
}

#define TOKEN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TOKEN_TEST(what_ca_signed_says_which_device_and_when),
		TOKEN_TEST(the_key_of_before_a_rotation_is_good_and_one_of_before_that_is_not),
		TOKEN_TEST(no_other_signature_is_good),
		TOKEN_TEST(our_signature_of_another_statement_is_not_good),
		TOKEN_TEST(claims_of_another_server_for_another_audience_or_not_whole_are_not_good),
		TOKEN_TEST(what_is_cut_followed_or_flipped_is_not_good),
	};
	json_object_seed(1);
	return RUN(tests);
}
