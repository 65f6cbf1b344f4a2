/*
 * credential: the values of a request's head that say who asks and of which version: the first octet chooses
 * whether the rest is Authorization, Cookie, or a list of entity tags.
 */
#include <string.h>

#include "cert/token.h"
#include "flow/caller.h"
#include "fuzz.h"
#include "wire/etag.h"

#define ARENA 4096
#define TAG "\"0123456789abcdef\""

static void check_credential(const struct request *r)
{
	struct arena a;
	struct call c = { 0 };
	arena_init(&a, ARENA);
	if (!caller_parse(r, &a, &c)) {
		HOLDS(c.token_id.n == TOKEN_ID_SIZE && c.token_secret.n == TOKEN_SECRET_SIZE);
		HOLDS(c.is_session == !r->authorization.p && !c.csrf.p);
	}
	c = (struct call){ 0 };
	if (!caller_parse_begun(r, &a, &c))
		HOLDS(c.token_id.n == TOKEN_ID_SIZE && c.token_secret.n == TOKEN_SECRET_SIZE);
	arena_done(&a);
}

static void try_authorization(struct bytes in)
{
	check_credential(&(struct request){ .authorization = in });
}

static void try_cookie(struct bytes in)
{
	check_credential(&(struct request){ .cookie = in });
}

/* What matches strongly matches weakly, and stands there. */
static void try_tags(struct bytes in)
{
	bool is_star = memchr(in.p, '*', in.n) != NULL;
	if (is_etag_listed(in, TAG, ETAG_STRONG))
		HOLDS(is_etag_listed(in, TAG, ETAG_WEAK));
	if (is_etag_listed(in, TAG, ETAG_WEAK))
		HOLDS(is_star || memmem(in.p, in.n, TAG, strlen(TAG)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const ways[])(struct bytes) = { try_authorization, try_cookie, try_tags };
	if (size > 0)
		ways[data[0] % COUNT_OF(ways)](bytes_of(data + 1, size - 1));
	return 0;
}
