#include "flow/apitoken.h"

#include "cert/token.h"

fault apitoken_put(struct flow *f, const struct account_order *o, const struct api_token_new *in,
		   struct arena *a, const char **ret_text)
{
	enum flow_role role;
	struct flow_token t;
	int64_t lifetime = in->lifetime_s ? (int64_t)in->lifetime_s : APITOKEN_LIFETIME_S;
	TRY(caller_read_role(o->caller, in->role, &role));
	TRY(flow_token_new(TOKEN_ADMIN, a, &t));
	const struct store_admin row = {
		.id = t.id, .hash = t.hash, .name = in->display_name, .role = in->role, .created = f->now,
		.expires = f->now + lifetime, .account = o->caller->account,
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
