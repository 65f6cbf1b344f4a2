#include "flow/provider.h"

#include <string.h>

#include "base/text.h"
#include "flow/backoff.h"
#include "flow/profiles.h"
#include "flow/roll.h"
#include "flow/safe.h"
#include "store/store_identity.h"
#include "wire/jose.h"

#define WELL_KNOWN "/.well-known/openid-configuration"
#define DISCOVERY_S 86400 /* until the document is read again */
#define KEYS_S 21600      /* until the keys are */
#define ASKED_LEAST_S 60  /* however many tokens name a key that is not there */

#define ALGORITHMS "RS256 ES256"
#define NAME_CLAIM "preferred_username"
#define GROUPS_CLAIM "groups"
#define AMR "mfa"

/* --- in verify ------------------------------------------------------------------------------------------ */

/* Zero when one of the words is none. */
static uint64_t algorithms_of(struct bytes words)
{
	uint64_t all = 0;
	while (words.p) {
		struct bytes word = bytes_until(&words, ' ');
		uint64_t one = jose_algorithm_find(word);
		if (word.n && !one)
			return 0;
		all |= one;
	}
	return all;
}

static bool is_empty(struct bytes said)
{
	return said.p && !said.n;
}

/* VSCHAR of RFC 6749 appendix A.2. */
static bool is_secret(struct bytes said)
{
	for (size_t i = 0; i < said.n; i++)
		if (said.p[i] < ' ' || said.p[i] > '~')
			return false;
	return true;
}

fault provider_read_set(const struct idp_set *in, const char **ret_detail)
{
	*ret_detail = "algorithms must be some of RS256, ES256 and PS256.";
	NEED(!in->algorithms.p || algorithms_of(in->algorithms), PARSE_FIELD);
	*ret_detail = "clientSecret must be printable ASCII, as the provider shows it.";
	NEED(!in->client_secret.p || is_secret(in->client_secret), PARSE_FIELD);
	*ret_detail = "displayName, clientId, profile and nameClaim must not be empty.";
	NEED(!is_empty(in->display_name) && !is_empty(in->client_id), PARSE_FIELD);
	NEED(!is_empty(in->profile) && !is_empty(in->name_claim), PARSE_FIELD);
	*ret_detail = NULL;
	return NULL;
}

/* What a new one says, as a change of one that says nothing yet. */
static struct idp_set words_of(const struct idp_new *in)
{
	return (struct idp_set){
		.display_name = in->display_name,
		.client_id = in->client_id,
		.profile = in->profile,
		.audience = in->audience.n ? in->audience : in->client_id,
		.algorithms = in->algorithms,
		.name_claim = in->name_claim,
		.groups_claim = in->groups_claim,
		.amr = in->amr,
		.acr = in->acr,
		.scope = in->scope,
		.admin_client_id = in->admin_client_id,
		.reader_group = in->reader_group,
		.helpdesk_group = in->helpdesk_group,
		.operator_group = in->operator_group,
		.security_group = in->security_group,
		.owner_group = in->owner_group,
		.client_secret = in->client_secret,
	};
}

fault provider_read_new(const struct idp_new *in, const char **ret_detail)
{
	const struct idp_set words = words_of(in);
	*ret_detail = "issuer must be the provider's https address, without query.";
	NEED(is_jose_issuer(in->issuer), PARSE_FIELD);
	return provider_read_set(&words, ret_detail);
}

fault provider_examine(const struct examine *in, struct arena *a, struct examined *ret)
{
	struct idp_document d;
	*ret = (struct examined){ 0 };
	fault why = in->is_discovery ? jose_parse_discovery(in->file, in->idp, a, &d)
				     : jose_parse_keys(in->file, a, &d);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	ret->number = fault_number(why);
	return why ? NULL : flow_encode(&idp_document_message, &d, a, &ret->idp);
}

/* --- in core: the snapshot ------------------------------------------------------------------------------ */

static struct bytes_list keys_of(const struct store_idp *row)
{
	struct idp_document d = { 0 };
	if (row->keys.p && message_parse(&idp_document_message, row->keys, &d))
		return (struct bytes_list){ 0 };
	return d.keys;
}

size_t provider_count_keys(const struct store_idp *row)
{
	return keys_of(row).n;
}

static fault build_one(const struct store_idp *row, struct arena *a, struct bytes *ret)
{
	const struct idp one = {
		.id = row->id,
		.issuer = row->issuer,
		.audience = row->audience,
		.client = row->client,
		.algorithms = row->algorithms,
		.name_claim = row->name_claim,
		.groups_claim = row->groups_claim,
		.amr = row->amr,
		.acr = row->acr,
		.keys = keys_of(row),
		.admin_client = row->admin_client,
	};
	return message_build(&idp_message, &one, IDP_MAX, a, ret);
}

fault provider_build_all(struct flow *f, struct arena *a, struct bytes *ret)
{
	struct store_idp_list rows;
	struct idps all = { 0 };
	TRY(store_idp_list(f->store, a, &rows));
	NEED(rows.n <= IDPS_MAX, BUG);
	for (size_t i = 0; i < rows.n; i++)
		TRY(build_one(&rows.v[i], a, &all.list.v[i]));
	all.list.n = rows.n;
	return message_build(&idps_message, &all, IDPS_SIZE_MAX, a, ret);
}

static fault change_all(struct flow *f, struct arena *a, struct flow_answer *answer)
{
	struct roll_change change = { 0 };
	TRY(provider_build_all(f, a, &change.idps));
	return roll_answer(&change, a, answer);
}

/* --- in core: documents --------------------------------------------------------------------------------- */

static fault discovery_url(const struct store_idp *row, struct arena *a, struct bytes *ret)
{
	struct bytes issuer = row->issuer;
	if (issuer.p[issuer.n - 1] == '/')
		issuer.n--;
	*ret = bytes_text(arena_format(a, "%.*s%s", (int)issuer.n, (const char *)issuer.p, WELL_KNOWN));
	return ret->p ? NULL : FAIL(SYS_MEMORY);
}

fault provider_find_due(struct flow *f, struct arena *a, struct provider_turn *ret)
{
	struct store_idp *row = NULL;
	*ret = (struct provider_turn){ 0 };
	TRY(store_idp_find_due(f->store, f->now, a, &row));
	if (!row)
		return NULL;
	struct provider_turn t = { .id = row->id, .issuer = row->issuer, .url = row->keys_url };
	t.is_discovery = !row->keys_url.p || f->now - row->discovered >= DISCOVERY_S;
	if (t.is_discovery)
		TRY(discovery_url(row, a, &t.url));
	TRY(backoff_find(f, row->tries++, &row->next));
	TRY(store_idp_update(f->store, row));
	*ret = t;
	return NULL;
}

/* The keys are next. */
static void take_discovery(const struct flow *f, const struct idp_document *d, struct store_idp *row)
{
	row->keys_url = d->keys_url;
	row->token_url = d->token_url;
	row->device_url = d->device_url;
	row->authorize_url = d->authorize_url;
	row->secret_ways = d->secret_ways;
	row->discovered = row->next = f->now;
}

static fault take_document(struct flow *f, struct bytes message, struct store_idp *row, bool *ret_changed)
{
	struct idp_document d;
	NEED(!message_parse(&idp_document_message, message, &d), SYS_FRAME);
	row->fault = row->detail = (struct bytes){ 0 };
	row->tries = 0;
	if (d.keys_url.p) {
		take_discovery(f, &d, row);
		return NULL;
	}
	*ret_changed = !is_bytes_equal(row->keys, message);
	row->keys = message;
	row->fetched = f->now;
	return backoff_spread(f->now, KEYS_S, &row->next);
}

fault provider_finish(struct flow *f, const struct provider_result *r, struct arena *a,
		      struct flow_answer *ret_answer)
{
	struct store_idp *row = NULL;
	bool is_changed = false;
	TRY(store_idp_find(f->store, r->id, a, &row));
	if (!row)
		return NULL;
	if (r->why) {
		row->fault = bytes_text(r->why->name);
		row->detail = r->detail;
	} else {
		TRY(take_document(f, r->document, row, &is_changed));
	}
	TRY(store_idp_update(f->store, row));
	return is_changed ? change_all(f, a, ret_answer) : NULL;
}

fault provider_put_due(struct flow *f, struct bytes id, struct arena *a)
{
	struct store_idp *row = NULL;
	TRY(store_idp_find(f->store, id, a, &row));
	if (!row || row->tries || row->next <= f->now || f->now - row->asked < ASKED_LEAST_S)
		return NULL;
	row->next = row->asked = f->now;
	return store_idp_update(f->store, row);
}

/* --- in core: who administers --------------------------------------------------------------------------- */

/* The group of each role, absent where there is none. */
struct ladder {
	struct bytes groups[FLOW_ROLE_OWNER + 1];
};

static struct ladder ladder_of(const struct store_idp *row)
{
	return (struct ladder){ {
		[FLOW_ROLE_READER] = row->reader_group,
		[FLOW_ROLE_HELPDESK] = row->helpdesk_group,
		[FLOW_ROLE_OPERATOR] = row->operator_group,
		[FLOW_ROLE_SECURITY] = row->security_group,
		[FLOW_ROLE_OWNER] = row->owner_group,
	} };
}

static bool is_among(struct bytes group, const struct bytes_list *groups)
{
	for (size_t i = 0; group.p && i < groups->n; i++)
		if (is_bytes_equal(group, groups->v[i]))
			return true;
	return false;
}

enum flow_role provider_role(const struct store_idp *row, const struct bytes_list *groups)
{
	const struct ladder l = ladder_of(row);
	enum flow_role role = FLOW_ROLE_OWNER;
	while (role > FLOW_ROLE_NOBODY && !is_among(l.groups[role], groups))
		role--;
	return role;
}

/* Whoever says which claim is the groups, or who is trusted to say it, makes themselves what those make. */
static fault check_order(const struct provider_order *o, const struct store_idp *row)
{
	const struct ladder l = ladder_of(row);
	for (enum flow_role role = o->role + 1; role <= FLOW_ROLE_OWNER; role++)
		NEED(!l.groups[role].p, AUTHZ);
	return NULL;
}

/* --- in core: records ----------------------------------------------------------------------------------- */

/* An empty one takes it away. */
static fault take_secret(struct flow *f, struct bytes secret, struct arena *a, struct store_idp *row)
{
	const struct safe_place place = { PROVIDER_SECRET, row->id };
	if (!secret.p)
		return NULL;
	row->secret = (struct bytes){ 0 };
	row->secret_set = secret.n ? f->now : 0;
	return secret.n ? safe_seal(f, &place, secret, a, &row->secret) : NULL;
}

static fault take_words(struct flow *f, const struct idp_set *in, struct arena *a, struct store_idp *row)
{
	struct store_profile *profile = NULL;
	const struct {
		struct bytes word, *column;
	} texts[] = {
		{ in->display_name, &row->name },
		{ in->client_id, &row->client },
		{ in->name_claim, &row->name_claim },
		{ in->groups_claim, &row->groups_claim },
		{ in->amr, &row->amr },
		{ in->acr, &row->acr },
		{ in->scope, &row->scope },
		{ in->admin_client_id, &row->admin_client },
		{ in->reader_group, &row->reader_group },
		{ in->helpdesk_group, &row->helpdesk_group },
		{ in->operator_group, &row->operator_group },
		{ in->security_group, &row->security_group },
		{ in->owner_group, &row->owner_group },
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i].word.p)
			*texts[i].column = bytes_unless_empty(texts[i].word);
	if (in->audience.p)
		row->audience = in->audience.n ? in->audience : row->client;
	if (in->algorithms.p)
		row->algorithms = algorithms_of(in->algorithms);
	TRY(take_secret(f, in->client_secret, a, row));
	if (!in->profile.p)
		return NULL;
	TRY(profiles_get(f, in->profile, a, &profile));
	row->profile = profile->id;
	return NULL;
}

fault provider_put(struct flow *f, const struct idp_new *in, struct provider_order *o, struct store_idp **ret)
{
	const struct idp_set words = words_of(in);
	struct store_idp *row = arena_alloc(o->a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	*row = (struct store_idp){
		.issuer = in->issuer,
		.algorithms = algorithms_of(BYTES_TEXT(ALGORITHMS)),
		.name_claim = BYTES_TEXT(NAME_CLAIM),
		.groups_claim = BYTES_TEXT(GROUPS_CLAIM),
		.amr = in->acr.n ? (struct bytes){ 0 } : BYTES_TEXT(AMR),
		.next = f->now,
		.created = f->now,
	};
	TRY(flow_hash(row->issuer, o->a, &row->id));
	TRY(take_words(f, &words, o->a, row));
	TRY(check_order(o, row));
	TRY(store_idp_put(f->store, row));
	TRY(change_all(f, o->a, o->answer));
	*ret = row;
	return flow_audit(f, o->by->name, "idp.add", row->id, o->by->request_id);
}

fault provider_update(struct flow *f, struct bytes name, const struct idp_set *in, struct provider_order *o,
		      struct store_idp **ret)
{
	struct store_idp *row = NULL;
	TRY(provider_get(f, name, o->a, &row));
	TRY(check_order(o, row));
	TRY(take_words(f, in, o->a, row));
	TRY(check_order(o, row));
	TRY(store_idp_update(f->store, row));
	TRY(change_all(f, o->a, o->answer));
	*ret = row;
	return flow_audit(f, o->by->name, "idp.set", row->id, o->by->request_id);
}

fault provider_get(struct flow *f, struct bytes name, struct arena *a, struct store_idp **ret)
{
	struct store_idp *row = NULL;
	TRY(store_idp_find_by_name(f->store, name, a, &row));
	NEED(row != NULL, NOT_FOUND);
	*ret = row;
	return NULL;
}

fault provider_list(struct flow *f, struct arena *a, struct store_idp_list *ret)
{
	return store_idp_list(f->store, a, ret);
}

fault provider_delete(struct flow *f, struct bytes name, struct provider_order *o)
{
	struct store_idp *row = NULL;
	TRY(provider_get(f, name, o->a, &row));
	TRY(check_order(o, row));
	TRY(store_identity_delete_accounts(f->store, row->id));
	TRY(store_idp_delete(f->store, row->id));
	TRY(change_all(f, o->a, o->answer));
	return flow_audit(f, o->by->name, "idp.remove", row->id, o->by->request_id);
}
