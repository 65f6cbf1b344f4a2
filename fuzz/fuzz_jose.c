/*
 * jose: the first octet chooses what the rest is: a token to be judged, its claims, a key set, discovery, or
 * what a token endpoint answers.
 */
#include <jansson.h>

#include "attest/usertoken.h"
#include "attest/verdict.h"
#include "fuzz.h"
#include "wire/jose.h"

#define ARENA_SIZE ((size_t)1 << 20)
#define NOW 1767225600

static void try_token(struct bytes in, struct arena *a)
{
	uint8_t octets[1024], outcomes[CHECK_COUNT] = { 0 }, id[IDP_ID_SIZE] = { 1 };
	const struct idp_key key = { BYTES_TEXT("1"), IDP_P256, IDP_ES256, BYTES_OF(id), BYTES_OF(id) };
	struct wr w = wr_of(octets, sizeof(octets));
	message_write(&idp_key_message, &key, &w);
	struct idp one = { .id = BYTES_OF(id),
			   .issuer = BYTES_TEXT("https://i"),
			   .audience = BYTES_TEXT("a"),
			   .client = BYTES_TEXT("a"),
			   .algorithms = IDP_ALGORITHMS,
			   .name_claim = BYTES_TEXT("upn"),
			   .keys = { 1, { wr_done(&w) } } };
	struct idps all = { { 1, { { 0 } } } };
	struct user user;
	struct idplist *list = idplist_new();
	HOLDS(!message_build(&idp_message, &one, IDP_MAX, a, &all.list.v[0]));
	struct bytes message;
	HOLDS(!message_build(&idps_message, &all, IDPS_SIZE_MAX, a, &message));
	HOLDS(!idplist_put(list, message));
	const struct usertoken_case c = { .idp = BYTES_OF(id), .token = in, .idps = list, .now = NOW };
	if (!usertoken_judge(&c, a, outcomes, &user))
		HOLDS(!user.idp.p);
	idplist_free(list);
}

static void try_claims(struct bytes in, struct arena *a)
{
	const struct idp by = { .name_claim = BYTES_TEXT("upn"), .groups_claim = BYTES_TEXT("groups") };
	struct jose_claims c;
	if (!jose_parse_claims(in, &by, a, &c))
		HOLDS(c.expires >= 0 && c.groups.n <= BYTES_LIST_MAX && c.name.n <= USER_NAME_MAX);
	if (!jose_parse_claims(in, NULL, a, &c))
		HOLDS(!c.name.p && !c.groups.n && c.key.n <= IDP_KEY_ID_MAX);
}

/* What is accepted can be kept. */
static void check_document(const struct idp_document *d, struct arena *a)
{
	struct bytes message;
	HOLDS(!message_build(&idp_document_message, d, IDP_MAX, a, &message));
}

static void try_keys(struct bytes in, struct arena *a)
{
	struct idp_document d;
	if (!jose_parse_keys(in, a, &d))
		check_document(&d, a);
}

static void try_discovery(struct bytes in, struct arena *a)
{
	struct idp_document d;
	if (!jose_parse_discovery(in, BYTES_TEXT("https://i"), a, &d))
		check_document(&d, a);
}

static void try_grant(struct bytes in, struct arena *a)
{
	struct bytes token;
	if (!jose_parse_grant(in, a, &token))
		HOLDS(token.n > 0 && token.n <= IDP_TOKEN_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static void (*const ways[])(struct bytes, struct arena *) = { try_token, try_claims, try_keys,
								      try_discovery, try_grant };
	struct arena arena;
	json_object_seed(1);
	if (n == 0)
		return 0;
	arena_init(&arena, ARENA_SIZE);
	ways[p[0] % COUNT_OF(ways)](bytes_of(p + 1, n - 1), &arena);
	arena_done(&arena);
	return 0;
}
