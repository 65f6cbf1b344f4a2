#include "api/serve_provider.h"

#include "api/member.h"
#include "base/text.h"
#include "flow/profiles.h"
#include "flow/provider.h"
#include "wire/jose.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

static json_t *algorithms(const void *at)
{
	uint64_t bits = *(const uint64_t *)at;
	json_t *words = json_array();
	for (uint64_t bit = 1; bit <= IDP_ALGORITHMS; bit <<= 1)
		if (bits & bit)
			json_array_append_new(words, json_string(jose_algorithm_word(bit)));
	return words;
}

static json_t *provider(const struct store_idp *r, struct bytes profile)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_idp, id),
		MEMBER("displayName", member_text, store_idp, name),
		MEMBER("issuer", member_text, store_idp, issuer),
		MEMBER("clientId", member_text, store_idp, client),
		MEMBER("audience", member_text, store_idp, audience),
		MEMBER("algorithms", algorithms, store_idp, algorithms),
		MEMBER("nameClaim", member_text, store_idp, name_claim),
		MEMBER("groupsClaim", member_text, store_idp, groups_claim),
		MEMBER("amr", member_text, store_idp, amr),
		MEMBER("acr", member_text, store_idp, acr),
		MEMBER("scope", member_text, store_idp, scope),
		MEMBER("adminClientId", member_text, store_idp, admin_client),
		MEMBER("clientSecretDateTime", member_moment, store_idp, secret_set),
		MEMBER("readerGroup", member_text, store_idp, reader_group),
		MEMBER("helpdeskGroup", member_text, store_idp, helpdesk_group),
		MEMBER("operatorGroup", member_text, store_idp, operator_group),
		MEMBER("securityGroup", member_text, store_idp, security_group),
		MEMBER("ownerGroup", member_text, store_idp, owner_group),
		MEMBER("profile", member_nothing, store_idp, profile),
		MEMBER("keys", member_nothing, store_idp, keys),
		MEMBER("keysUrl", member_text, store_idp, keys_url),
		MEMBER("deviceAuthorizationUrl", member_text, store_idp, device_url),
		MEMBER("authorizationUrl", member_text, store_idp, authorize_url),
		MEMBER("fetchedDateTime", member_moment, store_idp, fetched),
		MEMBER("nextFetchDateTime", member_moment, store_idp, next),
		MEMBER("failedAttempts", member_number, store_idp, tries),
		MEMBER("fault", member_text, store_idp, fault),
		MEMBER("detail", member_text, store_idp, detail),
		MEMBER("remedy", member_remedy, store_idp, fault),
		MEMBER("createdDateTime", member_moment, store_idp, created),
	};
	json_t *json = MEMBER_OBJECT(members, r);
	json_object_set_new(json, "profile", member_text(&profile));
	json_object_set_new(json, "keys", json_integer((json_int_t)provider_count_keys(r)));
	return json;
}

/* The profile stands there by its name. */
static fault shape(struct serve *s, const struct store_idp *r, json_t **ret)
{
	struct store_profile *profile = NULL;
	char id[TEXT_UUID_SIZE];
	TRY(profiles_get(s->f, bytes_text(text_uuid(r->profile.p, id)), s->a, &profile));
	*ret = provider(r, profile->name);
	return NULL;
}

static json_t *for_devices(const struct store_idp *r)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_idp, id),
		MEMBER("displayName", member_text, store_idp, name),
		MEMBER("clientId", member_text, store_idp, client),
		MEMBER("deviceAuthorizationUrl", member_text, store_idp, device_url),
		MEMBER("tokenUrl", member_text, store_idp, token_url),
		MEMBER("scope", member_text, store_idp, scope),
	};
	return MEMBER_OBJECT(members, r);
}

static struct provider_order order_of(struct serve *s)
{
	/* A role is for all of the server: a token of a part of it lets nobody have one. */
	enum flow_role role = s->caller->scope.p ? FLOW_ROLE_NOBODY : s->caller->role;
	return (struct provider_order){ &s->by, role, s->a, s->answer };
}

/* --- answers -------------------------------------------------------------------------------------------- */

static fault answer(struct serve *s, const struct store_idp *r)
{
	json_t *json;
	TRY(shape(s, r, &json));
	return serving_answer_json(s, json);
}

fault serve_provider_list(struct serve *s)
{
	struct store_idp_list list;
	json_auto_t *rows = json_array();
	TRY(provider_list(s->f, s->a, &list));
	for (size_t i = 0; i < list.n; i++) {
		json_t *json;
		TRY(shape(s, &list.v[i], &json));
		json_array_append_new(rows, json);
	}
	return serving_answer_page(s, &(struct serving_page){ .rows = json_incref(rows) }, "");
}

/* Those where a device can let somebody sign in: their discovery document is known, and says how. */
fault serve_provider_list_for_devices(struct serve *s)
{
	struct store_idp_list list;
	TRY(provider_list(s->f, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].device_url.p && list.v[i].token_url.p)
			json_array_append_new(p.rows, for_devices(&list.v[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_provider_get(struct serve *s)
{
	struct store_idp *row = NULL;
	TRY(provider_get(s->f, s->c->target, s->a, &row));
	return answer(s, row);
}

fault serve_provider_put(struct serve *s)
{
	struct idp_new in;
	struct store_idp *row = NULL;
	struct provider_order order = order_of(s);
	TRY(message_parse(&idp_new_message, s->c->body, &in));
	TRY(provider_put(s->f, &in, &order, &row));
	return answer(s, row);
}

fault serve_provider_update(struct serve *s)
{
	struct idp_set in;
	struct store_idp *row = NULL;
	struct provider_order order = order_of(s);
	TRY(message_parse(&idp_set_message, s->c->body, &in));
	TRY(provider_update(s->f, s->c->target, &in, &order, &row));
	return answer(s, row);
}

fault serve_provider_delete(struct serve *s)
{
	struct provider_order order = order_of(s);
	return provider_delete(s->f, s->c->target, &order);
}
