#include "flow/caller.h"

#include <string.h>

#include "base/secret.h"
#include "cert/token.h"

static const char *const roles[] = {
	[FLOW_ROLE_NOBODY] = "nobody",           [FLOW_ROLE_READER] = "reader",
	[FLOW_ROLE_HELPDESK] = "help desk",      [FLOW_ROLE_OPERATOR] = "operator",
	[FLOW_ROLE_SECURITY] = "security admin", [FLOW_ROLE_OWNER] = "owner",
};

/* A word that is no role gives the least one. */
static enum flow_role role_of(struct bytes word)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (is_bytes_text(word, roles[i]))
			return (enum flow_role)i;
	return FLOW_ROLE_NOBODY;
}

fault caller_parse(struct bytes authorization, struct arena *a, struct call *ret)
{
	static const char scheme[] = "Bearer ";
	const size_t n = sizeof(scheme) - 1;
	struct token t;
	NEED(is_bytes_text(bytes_slice(authorization, 0, n), scheme), AUTHN);
	struct bytes text = bytes_slice(authorization, n, authorization.n - n);
	NEED(!token_parse(text, TOKEN_ADMIN, &t), AUTHN);
	ret->token_id = arena_copy(a, BYTES_OF(t.id));
	ret->token_secret = arena_copy(a, BYTES_OF(t.secret));
	secret_done(&t, sizeof(t));
	return NULL;
}

fault caller_find(struct flow *f, const struct call *c, enum flow_role role, struct arena *a,
		  struct store_admin **ret)
{
	struct store_admin *row = NULL;
	uint8_t hash[TOKEN_HASH_SIZE];
	*ret = NULL;
	if (role == FLOW_ROLE_NOBODY)
		return NULL;
	NEED(c->token_id.p && c->token_secret.p, AUTHN);
	fault why = store_admin_get(f->store, c->token_id, a, &row);
	TRY(why == FAIL(NOT_FOUND) ? FAIL(AUTHN) : why);
	TRY(token_hash(TOKEN_ADMIN, c->token_id, c->token_secret, hash));
	NEED(is_secret_equal(BYTES_OF(hash), row->hash), AUTHN);
	NEED(row->expires == 0 || f->now < row->expires, AUTHN);
	NEED(role_of(row->role) >= role, AUTHZ);
	*ret = row;
	return NULL;
}

fault caller_put(struct flow *f, const char *name, enum flow_role role, struct arena *a,
		 const char **ret_text)
{
	struct token t = { .kind = TOKEN_ADMIN };
	struct bytes random;
	uint8_t hash[TOKEN_HASH_SIZE];
	char *text = arena_alloc(a, TOKEN_TEXT_SIZE);
	NEED(text != NULL, SYS_MEMORY);
	TRY(flow_random_new(sizeof(t.id) + sizeof(t.secret), a, &random));
	memcpy(t.id, random.p, sizeof(t.id));
	memcpy(t.secret, random.p + sizeof(t.id), sizeof(t.secret));
	TRY(token_hash(TOKEN_ADMIN, BYTES_OF(t.id), BYTES_OF(t.secret), hash));
	const struct store_admin row = {
		.id = BYTES_OF(t.id), .hash = BYTES_OF(hash), .name = bytes_text(name),
		.role = bytes_text(roles[role]), .created = f->now,
	};
	TRY(store_admin_put(f->store, &row));
	*ret_text = token_write(&t, text);
	secret_done(&t, sizeof(t));
	return NULL;
}
