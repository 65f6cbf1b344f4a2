#include "flow/account.h"

#include <string.h>

#include "base/text.h"
#include "cert/password.h"
#include "flow/confiding.h"
#include "store/store_session.h"

static const char *const states[] = {
	[0] = "unknown", [STORE_ACCOUNT_ACTIVE] = "active", [STORE_ACCOUNT_DISABLED] = "disabled",
};

const char *account_state_word(uint64_t state)
{
	return text_word(states, COUNT_OF(states), state);
}

uint64_t account_state_find(struct bytes word)
{
	return text_word_find(states, COUNT_OF(states), word);
}

/* The name of an account is no id, so the audit has it as detail. */
static fault note(struct flow *f, const struct account_order *o, const char *action, struct bytes name)
{
	char detail[PASSWORD_NAME_MAX + 1] = "";
	NEED(name.n <= PASSWORD_NAME_MAX, BUG);
	memcpy(detail, name.p, name.n);
	return flow_note(f, &(struct flow_deed){ o->by->name, action, { 0 }, o->by->request_id, detail });
}

static bool is_name(struct bytes name)
{
	static const char others[] = "-_0123456789";
	for (size_t i = 0; i < name.n; i++)
		if ((name.p[i] < 'a' || name.p[i] > 'z') && !memchr(others, name.p[i], sizeof(others) - 1))
			return false;
	return name.n > 0 && name.n <= PASSWORD_NAME_MAX;
}

fault account_read_password(const struct account_password *in, struct arena *a, struct bytes *ret)
{
	uint8_t *proof = arena_alloc(a, PASSWORD_PROOF_SIZE);
	const struct password p = { in->text, in->name, in->server };
	NEED(proof != NULL, SYS_MEMORY);
	NEED(is_name(in->name), ACCOUNT_NAME);
	if (in->is_new)
		TRY(password_check(&p));
	TRY(password_build(&p, proof));
	*ret = bytes_of(proof, PASSWORD_PROOF_SIZE);
	return NULL;
}

fault account_hash(struct bytes proof, struct arena *a, struct bytes *ret)
{
	uint8_t *hash = arena_alloc(a, PASSWORD_HASH_SIZE);
	NEED(hash != NULL, SYS_MEMORY);
	NEED(proof.n == PASSWORD_PROOF_SIZE, SYS_FRAME);
	TRY(password_hash(proof, hash));
	*ret = bytes_of(hash, PASSWORD_HASH_SIZE);
	return NULL;
}

fault account_get(struct flow *f, struct bytes name, struct arena *a, struct store_account **ret)
{
	return store_account_get(f->store, name, a, ret);
}

fault account_list(struct flow *f, struct arena *a, struct store_account_list *ret)
{
	return store_account_list(f->store, (struct store_page){ .limit = STORE_PAGE_MAX }, a, ret);
}

fault account_check_owners(struct flow *f)
{
	uint64_t owners;
	TRY(store_account_count_role(f->store, bytes_text(caller_role_word(FLOW_ROLE_OWNER)), &owners));
	NEED(owners > 1, OWNER_LAST);
	return NULL;
}

/* Who brought the words, whoever else approved of it. */
static const struct caller *author_of(const struct account_order *o)
{
	return o->caller->asker ? o->caller->asker : o->caller;
}

static fault put_confidence(struct flow *f, const struct account_order *o, struct bytes name)
{
	return confiding_put(f, &(struct confidence){ .knower = author_of(o), .account = name });
}

fault account_put(struct flow *f, const struct account_order *o, const struct account_new *in,
		  struct arena *a, struct store_account **ret)
{
	enum flow_role role;
	struct store_account_list all;
	struct store_account row = {
		.name = in->name, .role = in->role, .state = STORE_ACCOUNT_ACTIVE,
		.kind = BYTES_TEXT(PASSWORD_KIND), .created = f->now, .changed = f->now,
		.given = in->force_change_password_next_sign_in,
	};
	NEED(is_name(in->name), ACCOUNT_NAME);
	TRY(caller_check_whole(o->caller));
	TRY(caller_read_role(o->caller, in->role, &role));
	TRY(account_hash(in->proof, a, &row.hash));
	TRY(account_list(f, a, &all));
	NEED(all.n < ACCOUNT_MAX, ACCOUNT_FULL);
	TRY(store_account_put(f->store, &row));
	TRY(put_confidence(f, o, row.name));
	TRY(note(f, o, "account.add", row.name));
	return account_get(f, row.name, a, ret);
}

fault account_get_below(struct flow *f, const struct account_order *o, struct arena *a,
			struct store_account **ret)
{
	struct store_account *row = NULL;
	TRY(account_get(f, o->name, a, &row));
	NEED(caller_role_find(row->role) <= o->caller->role, AUTHZ);
	*ret = row;
	return NULL;
}

/* One who can come in whatever becomes of identity providers. */
static bool is_owner(const struct store_account *row)
{
	return row->state == STORE_ACCOUNT_ACTIVE && caller_role_find(row->role) == FLOW_ROLE_OWNER &&
	       !is_bytes_text(row->kind, ACCOUNT_OF_PROVIDER);
}

fault account_update(struct flow *f, const struct account_order *o, const struct account_set *in,
		     struct arena *a, struct store_account **ret)
{
	enum flow_role role;
	struct store_account *row = NULL;
	TRY(account_get_below(f, o, a, &row));
	bool was_owner = is_owner(row);
	if (in->role.p || !is_bytes_text(in->state, states[STORE_ACCOUNT_DISABLED]))
		TRY(caller_check_whole(o->caller));
	if (in->role.p) {
		TRY(caller_read_role(o->caller, in->role, &role));
		row->role = in->role;
	}
	if (in->state.p)
		row->state = account_state_find(in->state);
	NEED(row->state, PARSE_FIELD);
	if (was_owner && !is_owner(row))
		TRY(account_check_owners(f));
	if (row->state == STORE_ACCOUNT_DISABLED)
		TRY(store_session_delete_account(f->store, row->name));
	TRY(store_account_update(f->store, row));
	TRY(note(f, o, "account.set", row->name));
	*ret = row;
	return NULL;
}

fault account_update_password(struct flow *f, const struct account_order *o, const struct password_new *in,
			      struct arena *a)
{
	struct store_account *row = NULL;
	TRY(caller_check_whole(o->caller));
	TRY(account_get_below(f, o, a, &row));
	TRY(account_hash(in->proof, a, &row->hash));
	row->kind = BYTES_TEXT(PASSWORD_KIND);
	row->changed = f->now;
	const struct caller *by = author_of(o);
	bool is_own = by->account.p && is_bytes_equal(by->account, row->name);
	row->given = !is_own && in->force_change_password_next_sign_in;
	TRY(store_account_update(f->store, row));
	TRY(store_session_delete_account(f->store, row->name));
	TRY(put_confidence(f, o, row->name));
	return note(f, o, "account.password", row->name);
}

fault account_delete(struct flow *f, const struct account_order *o, struct arena *a)
{
	struct store_account *row = NULL;
	TRY(account_get_below(f, o, a, &row));
	if (is_owner(row))
		TRY(account_check_owners(f));
	TRY(store_account_delete(f->store, row->name));
	return note(f, o, "account.remove", row->name);
}
