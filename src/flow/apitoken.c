#include "flow/apitoken.h"

#include "cert/token.h"

static bool is_word_of(struct bytes word, struct bytes scope)
{
	while (scope.n)
		if (is_bytes_equal(bytes_until(&scope, ' '), word))
			return true;
	return false;
}

/* A token of a part makes tokens of that part or less. */
static fault check_scope(const struct caller *by, struct bytes scope)
{
	if (!by->scope.p)
		return NULL;
	NEED(scope.n, AUTHZ_SCOPE);
	while (scope.n)
		NEED(is_word_of(bytes_until(&scope, ' '), by->scope), AUTHZ_SCOPE);
	return NULL;
}

/* Nor does a token outlive itself in another that it makes. */
static int64_t end_of(const struct flow *f, const struct caller *by, uint64_t lifetime_s)
{
	int64_t end = f->now + (lifetime_s ? (int64_t)lifetime_s : APITOKEN_LIFETIME_S);
	bool is_bound = !by->is_session && by->expires && by->expires < end;
	return is_bound ? by->expires : end;
}

fault apitoken_put(struct flow *f, const struct account_order *o, const struct api_token_new *in,
		   struct arena *a, const char **ret_text)
{
	enum flow_role role;
	struct flow_token t;
	TRY(caller_read_role(o->caller, in->role, &role));
	TRY(check_scope(o->caller, in->scope));
	TRY(flow_token_new(TOKEN_ADMIN, a, &t));
	const struct store_admin row = {
		.id = t.id, .hash = t.hash, .name = in->display_name, .role = in->role, .created = f->now,
		.expires = end_of(f, o->caller, in->lifetime_s), .account = o->caller->account,
		.scope = bytes_unless_empty(in->scope),
	};
	TRY(store_admin_put(f->store, &row));
	*ret_text = t.text;
	return flow_audit(f, o->by->name, "api-token.add", row.id, o->by->request_id);
}

fault apitoken_list(struct flow *f, struct store_page page, struct arena *a, struct store_admin_list *ret)
{
	return store_admin_list(f->store, page, a, ret);
}

fault apitoken_delete(struct flow *f, const struct account_order *o, struct bytes id, struct arena *a)
{
	struct store_admin *row = NULL;
	TRY(store_admin_get(f->store, id, a, &row));
	enum flow_role role = caller_role_find(row->role);
	NEED(role <= o->caller->role, AUTHZ);
	if (role == FLOW_ROLE_OWNER && row->expires == 0 && !row->account.p)
		TRY(account_check_owners(f));
	TRY(store_admin_delete(f->store, id));
	return flow_audit(f, o->by->name, "api-token.revoke", id, o->by->request_id);
}
