#include "flow/profiles.h"

#include <string.h>

#include "base/text.h"
#include "policy/deployment.h"
#include "policy/nametemplate.h"
#include "policy/tpmclass.h"

/* --- what a profile says -------------------------------------------------------------------------------- */

/* The word, or else the name of a profile, which says the rest. */
static fault read_virtual(struct flow *f, struct bytes word, struct arena *a, struct store_profile *row)
{
	struct store_profile *other;
	enum tpmclass_mode mode = tpmclass_find(word);
	row->virtual = mode == TPMCLASS_DENY || mode == TPMCLASS_ALLOW ? mode : TPMCLASS_OWN;
	row->virtual_profile = (struct bytes){ 0 };
	if (row->virtual != TPMCLASS_OWN)
		return NULL;
	TRY(store_profile_find_by_name(f->store, word, a, &other));
	NEED(other != NULL, NOT_FOUND);
	NEED(!is_bytes_equal(other->id, row->id), PARSE_FIELD);
	row->virtual_profile = other->id;
	return NULL;
}

static fault read_attestation(struct bytes word, struct store_profile *row)
{
	static const enum trip_key keys[] = {
		[VOUCH_MODE_REQUIRED] = TRIP_KEY_TPM,
		[VOUCH_MODE_PREFERRED] = TRIP_KEY_PREFERRED,
		[VOUCH_MODE_OFF] = TRIP_KEY_SOFTWARE,
	};
	row->attestation = vouch_mode_find(word);
	row->key = keys[row->attestation];
	return row->attestation ? NULL : FAIL(PARSE_FIELD);
}

static fault read_unknown(struct bytes word, struct store_profile *row)
{
	row->unknown = tpmclass_find(word);
	return row->unknown == TPMCLASS_DENY || row->unknown == TPMCLASS_ALLOW ? NULL : FAIL(PARSE_FIELD);
}

static fault read_usage(struct bytes word, struct store_profile *row)
{
	row->usage = deployment_usage_find(word);
	return row->usage ? NULL : FAIL(PARSE_FIELD);
}

static fault read_failure(struct bytes word, struct store_profile *row)
{
	row->failure = deployment_failure_find(word);
	return row->failure ? NULL : FAIL(PARSE_FIELD);
}

static fault read_one_time(struct bytes word, struct store_profile *row)
{
	row->one_time = is_bytes_text(word, "on");
	return row->one_time || is_bytes_text(word, "off") ? NULL : FAIL(PARSE_FIELD);
}

static fault read_name_template(struct bytes text, struct store_profile *row)
{
	struct nametemplate ignored;
	row->name_template = bytes_unless_empty(text);
	return text.n ? nametemplate_parse(text, &ignored) : NULL;
}

static const struct word {
	const char *name, *choices; /* choices: NULL when it is not one of some */
	size_t offset;              /* of the text in struct profile_new */
	fault (*read)(struct bytes word, struct store_profile *row);
} words[] = {
	{ "attestation", "required|preferred|off", offsetof(struct profile_new, attestation),
	  read_attestation },
	{ "unknown", "deny|allow", offsetof(struct profile_new, unknown), read_unknown },
	{ "usage", "self-deploying|pre-provisioned|user-driven", offsetof(struct profile_new, usage),
	  read_usage },
	{ "failure", "failOnError|ignoreOnError|retryOnError", offsetof(struct profile_new, failure),
	  read_failure },
	{ "deviceNameTemplate", NULL, offsetof(struct profile_new, device_name_template),
	  read_name_template },
	{ "oneTime", "on|off", offsetof(struct profile_new, one_time), read_one_time },
};

static struct bytes word_of(const struct profile_new *in, const struct word *w)
{
	struct bytes word;
	memcpy(&word, (const uint8_t *)in + w->offset, sizeof(word));
	return word;
}

/* What is said replaces what the row says; together they must make sense. */
static fault read_all(struct flow *f, const struct profile_new *in, struct arena *a,
		      struct store_profile *row)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct bytes word = word_of(in, &words[i]);
		if (word.p)
			TRY(words[i].read(word, row));
	}
	if (in->virtual.p)
		TRY(read_virtual(f, in->virtual, a, row));
	if (in->display_name.p)
		row->name = in->display_name;
	if (in->timeout_s)
		row->timeout_s = in->timeout_s;
	NEED(row->name.n, PARSE_FIELD);
	const struct deployment_rule rule = { (enum vouch_mode)row->attestation,
					      (enum deployment_usage)row->usage,
					      (enum trip_failure)row->failure };
	return deployment_check(&rule);
}

/* --- in verify ------------------------------------------------------------------------------------------ */

static bool is_one_of(struct bytes word, const char *choices)
{
	struct bytes rest = bytes_text(choices);
	while (rest.p)
		if (is_bytes_equal(bytes_until(&rest, '|'), word))
			return true;
	return false;
}

fault profiles_read(const struct profile_new *in, struct arena *a, const char **ret_detail)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct bytes word = word_of(in, &words[i]);
		if (!word.p || !words[i].choices || is_one_of(word, words[i].choices))
			continue;
		*ret_detail = arena_format(a, "%s must be one of %s.", words[i].name, words[i].choices);
		return FAIL(PARSE_FIELD);
	}
	return NULL;
}

/* --- profiles ------------------------------------------------------------------------------------------- */

fault profiles_put(struct flow *f, const struct inventory_actor *by, const struct profile_new *in,
		   struct arena *a, struct store_profile **ret)
{
	struct store_profile *row = arena_alloc(a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	*row = (struct store_profile){
		.attestation = VOUCH_MODE_REQUIRED,
		.key = TRIP_KEY_TPM,
		.created = f->now,
		.virtual = TPMCLASS_DENY,
		.unknown = TPMCLASS_ALLOW,
		.usage = DEPLOYMENT_SELF,
		.failure = TRIP_FAIL_ON_ERROR,
		.timeout_s = TRIP_TIMEOUT_S,
	};
	TRY(read_all(f, in, a, row));
	TRY(flow_id_new(f, a, &row->id));
	TRY(store_profile_put(f->store, row));
	*ret = row;
	return flow_audit(f, by->name, "profile.add", row->id, by->request_id);
}

fault profiles_get(struct flow *f, struct bytes which, struct arena *a, struct store_profile **ret)
{
	uint8_t id[16];
	struct store_profile *row = NULL;
	if (text_uuid_parse(which, id))
		return store_profile_get(f->store, BYTES_OF(id), a, ret);
	TRY(store_profile_find_by_name(f->store, which, a, &row));
	NEED(row != NULL, NOT_FOUND);
	*ret = row;
	return NULL;
}

fault profiles_update(struct flow *f, const struct inventory_actor *by, const struct profiles_change *change,
		      struct arena *a, struct store_profile **ret)
{
	struct store_profile *row = NULL;
	TRY(profiles_get(f, change->which, a, &row));
	TRY(read_all(f, &change->in, a, row));
	TRY(store_profile_update(f->store, row));
	*ret = row;
	return flow_audit(f, by->name, "profile.set", row->id, by->request_id);
}

fault profiles_put_default(struct flow *f, const struct inventory_actor *by, struct arena *a)
{
	struct store_profile *row = NULL;
	struct store_assignment *assigned = NULL;
	const struct profile_new in = { .display_name = BYTES_TEXT(PROFILES_DEFAULT) };
	const struct profiles_assignment all = { .which = in.display_name };
	TRY(store_profile_find_by_name(f->store, in.display_name, a, &row));
	TRY(store_assignment_find(f->store, BYTES_TEXT(""), a, &assigned));
	if (row || assigned)
		return NULL;
	TRY(profiles_put(f, by, &in, a, &row));
	return profiles_put_assignment(f, by, &all, a);
}

fault profiles_get_named(struct flow *f, const struct inventory_actor *by, struct bytes name,
			 struct arena *a, struct store_profile **ret)
{
	struct store_profile *row = NULL;
	bool is_default = !name.p || is_bytes_text(name, PROFILES_DEFAULT);
	if (is_default)
		TRY(profiles_put_default(f, by, a));
	TRY(store_profile_find_by_name(f->store, is_default ? BYTES_TEXT(PROFILES_DEFAULT) : name, a, &row));
	NEED(row != NULL, NOT_FOUND);
	*ret = row;
	return NULL;
}

fault profiles_delete(struct flow *f, const struct inventory_actor *by, struct bytes which, struct arena *a)
{
	struct store_profile *row = NULL;
	TRY(profiles_get(f, which, a, &row));
	TRY(store_profile_delete(f->store, row->id));
	return flow_audit(f, by->name, "profile.remove", row->id, by->request_id);
}

fault profiles_list(struct flow *f, struct store_page page, struct arena *a, struct store_profile_list *ret)
{
	return store_profile_list(f->store, page, a, ret);
}

/* --- assignments ---------------------------------------------------------------------------------------- */

static struct bytes tag_of(const struct profiles_assignment *in)
{
	return in->group_tag.p ? in->group_tag : BYTES_TEXT("");
}

fault profiles_put_assignment(struct flow *f, const struct inventory_actor *by,
			      const struct profiles_assignment *in, struct arena *a)
{
	struct store_profile *profile = NULL;
	TRY(profiles_get(f, in->which, a, &profile));
	const struct store_assignment row = { tag_of(in), profile->id, f->now };
	TRY(store_assignment_put(f->store, &row));
	return flow_audit(f, by->name, "profile.assign", profile->id, by->request_id);
}

fault profiles_delete_assignment(struct flow *f, const struct inventory_actor *by,
				 const struct profiles_assignment *in, struct arena *a)
{
	struct store_profile *profile = NULL;
	struct store_assignment *row = NULL;
	TRY(profiles_get(f, in->which, a, &profile));
	TRY(store_assignment_find(f->store, tag_of(in), a, &row));
	NEED(row && is_bytes_equal(row->profile, profile->id), NOT_FOUND);
	TRY(store_assignment_delete(f->store, row->group_tag));
	return flow_audit(f, by->name, "profile.unassign", profile->id, by->request_id);
}

fault profiles_list_assignments(struct flow *f, struct store_page page, struct arena *a,
				struct store_assignment_list *ret)
{
	struct store_assignment *all = NULL;
	if (!page.after.p)
		TRY(store_assignment_find(f->store, BYTES_TEXT(""), a, &all));
	if (!all)
		return store_assignment_list(f->store, page, a, ret);
	*ret = (struct store_assignment_list){ 1, all };
	return NULL;
}
