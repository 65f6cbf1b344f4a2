#include "flow/caller.h"

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
	fault why = token_parse(text, TOKEN_ADMIN, &t);
	TRY(why == FAIL(TOK_INVALID) ? FAIL(AUTHN) : why);
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
	struct flow_token t;
	TRY(flow_token_new(TOKEN_ADMIN, a, &t));
	const struct store_admin row = {
		.id = t.id, .hash = t.hash, .name = bytes_text(name), .role = bytes_text(roles[role]),
		.created = f->now,
	};
	*ret_text = t.text;
	return store_admin_put(f->store, &row);
}
