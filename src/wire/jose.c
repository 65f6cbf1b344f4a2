#include "wire/jose.h"

#include <jansson.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"

#define RSA_MIN 256 /* octets */
#define RSA_MAX 512
#define EXPONENT_MAX 8
#define P256_WIDTH 32

static const char *const algorithms[] = {
	[IDP_RS256] = "RS256",
	[IDP_ES256] = "ES256",
	[IDP_PS256] = "PS256",
};

const char *jose_algorithm_word(uint64_t algorithm)
{
	return text_word(algorithms, COUNT_OF(algorithms), algorithm);
}

uint64_t jose_algorithm_find(struct bytes word)
{
	return text_word_find(algorithms, COUNT_OF(algorithms), word);
}

static bool is_address(struct bytes url)
{
	const struct bytes scheme = BYTES_TEXT("https://");
	size_t n = scheme.n;
	if (url.n <= n || url.n > IDP_URL_MAX || !is_bytes_equal(bytes_slice(url, 0, n), scheme))
		return false;
	if (url.p[n] == '/' || url.p[n] == '?')
		return false;
	for (size_t i = n; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || memchr("\"\\#@<>", url.p[i], 6))
			return false;
	return true;
}

bool is_jose_issuer(struct bytes url)
{
	return is_address(url) && !memchr(url.p, '?', url.n);
}

/* --- members -------------------------------------------------------------------------------------------- */

static json_t *load(struct bytes text)
{
	json_t *root = json_loadb(text.n ? (const char *)text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

static fault copy_text(const json_t *value, size_t max, struct arena *a, struct bytes *ret)
{
	const struct bytes text = bytes_of(json_string_value(value), json_string_length(value));
	NEED(text.p && text.n <= max && is_text_printable(text), PARSE_FIELD);
	*ret = arena_copy(a, text);
	return ret->p ? NULL : FAIL(SYS_MEMORY);
}

/* A text that may be missing; an empty one says as little. */
static fault get_text(const json_t *object, const char *member, size_t max, struct arena *a,
		      struct bytes *ret)
{
	const json_t *value = json_object_get(object, member);
	if (!value)
		return NULL;
	TRY(copy_text(value, max, a, ret));
	*ret = bytes_unless_empty(*ret);
	return NULL;
}

static fault get_time(const json_t *object, const char *member, int64_t *ret)
{
	const json_t *value = json_object_get(object, member);
	if (!value)
		return NULL;
	NEED(json_is_integer(value) && json_integer_value(value) >= 0, PARSE_FIELD);
	*ret = json_integer_value(value);
	return NULL;
}

/* Texts, or a single one in the place of a list of one. */
static fault get_texts(const json_t *object, const char *member, size_t max, struct arena *a,
		       struct bytes_list *ret)
{
	const json_t *value = json_object_get(object, member);
	if (!value)
		return NULL;
	bool is_one = json_is_string(value);
	NEED(is_one || (json_is_array(value) && json_array_size(value) <= BYTES_LIST_MAX), PARSE_FIELD);
	ret->n = is_one ? 1 : json_array_size(value);
	for (size_t i = 0; i < ret->n; i++)
		TRY(copy_text(is_one ? value : json_array_get(value, i), max, a, &ret->v[i]));
	return NULL;
}

/* --- signatures ----------------------------------------------------------------------------------------- */

static fault decode(struct bytes part, struct arena *a, struct bytes *ret)
{
	uint8_t *p = arena_alloc(a, part.n + 1);
	struct wr w = wr_of(p, part.n);
	NEED(p != NULL, SYS_MEMORY);
	NEED(part.n && !memchr(part.p, '=', part.n) && base64_parse_url(part, &w), PARSE_FIELD);
	*ret = wr_done(&w);
	return NULL;
}

/* Keys and certificates that a header brings along are never looked at. */
static fault read_header(struct bytes header, struct arena *a, struct jose_signed *s)
{
	struct bytes algorithm = { 0 };
	json_auto_t *root = load(header);
	NEED(root && !json_object_get(root, "crit"), PARSE_FIELD);
	TRY(get_text(root, "alg", IDP_CLAIM_MAX, a, &algorithm));
	TRY(get_text(root, "kid", IDP_KEY_ID_MAX, a, &s->key_id));
	TRY(get_text(root, "typ", IDP_CLAIM_MAX, a, &s->type));
	s->algorithm = jose_algorithm_find(algorithm);
	return algorithm.n ? NULL : FAIL(PARSE_FIELD);
}

fault jose_parse(struct bytes text, struct arena *a, struct jose_signed *ret)
{
	struct jose_signed s = { .text = text };
	struct bytes rest = text, header_octets;
	NEED(text.n <= IDP_TOKEN_MAX, PARSE_FIELD);
	struct bytes header = bytes_until(&rest, '.');
	struct bytes payload = bytes_until(&rest, '.');
	NEED(header.n && payload.n && rest.n, PARSE_FIELD);
	TRY(decode(header, a, &header_octets));
	TRY(decode(payload, a, &s.payload));
	TRY(decode(rest, a, &s.signature));
	s.input = bytes_slice(text, 0, header.n + 1 + payload.n);
	TRY(read_header(header_octets, a, &s));
	*ret = s;
	return NULL;
}

fault jose_parse_claims(struct bytes payload, const struct idp *by, struct arena *a, struct jose_claims *ret)
{
	struct jose_claims c = { 0 };
	const char *name = by ? arena_text(a, by->name_claim) : NULL;
	const char *groups = by && by->groups_claim.p ? arena_text(a, by->groups_claim) : NULL;
	json_auto_t *root = load(payload);
	NEED(root != NULL, PARSE_FIELD);
	NEED(!is_arena_full(a), SYS_MEMORY);
	TRY(get_text(root, "iss", IDP_URL_MAX, a, &c.issuer));
	TRY(get_text(root, "sub", USER_SUBJECT_MAX, a, &c.subject));
	TRY(get_text(root, "azp", IDP_CLIENT_MAX, a, &c.party));
	if (!c.party.p)
		TRY(get_text(root, "client_id", IDP_CLIENT_MAX, a, &c.party));
	TRY(get_text(root, "acr", IDP_WORDS_MAX, a, &c.acr));
	TRY(get_texts(root, "aud", IDP_CLIENT_MAX, a, &c.audience));
	TRY(get_texts(root, "amr", IDP_WORDS_MAX, a, &c.amr));
	TRY(get_text(json_object_get(root, "cnf"), "jkt", IDP_KEY_ID_MAX, a, &c.key));
	TRY(get_time(root, "exp", &c.expires));
	TRY(get_time(root, "nbf", &c.not_before));
	TRY(get_time(root, "iat", &c.issued));
	if (name)
		TRY(get_text(root, name, USER_NAME_MAX, a, &c.name));
	TRY(get_text(root, "nonce", IDP_NONCE_MAX, a, &c.nonce));
	if (groups)
		TRY(get_texts(root, groups, USER_GROUP_MAX, a, &c.groups));
	c.is_cut = groups && (json_object_get(json_object_get(root, "_claim_names"), groups) ||
			      json_is_true(json_object_get(root, "hasgroups")));
	*ret = c;
	return NULL;
}

/* --- key sets ------------------------------------------------------------------------------------------- */

static fault get_number(const json_t *key, const char *member, struct arena *a, struct bytes *ret)
{
	struct bytes text = { 0 };
	TRY(get_text(key, member, IDP_KEY_MAX, a, &text));
	TRY(decode(text, a, ret));
	return NULL;
}

static fault read_rsa(const json_t *key, struct arena *a, struct idp_key *ret)
{
	TRY(get_number(key, "n", a, &ret->a));
	TRY(get_number(key, "e", a, &ret->b));
	bool is_sized = ret->a.n >= RSA_MIN && ret->a.n <= RSA_MAX && ret->a.p[0] & 0x80;
	bool is_odd = ret->b.n <= EXPONENT_MAX && ret->b.p[ret->b.n - 1] & 1;
	NEED(is_sized && is_odd && !(ret->b.n == 1 && ret->b.p[0] == 1), PARSE_FIELD);
	return NULL;
}

static fault read_p256(const json_t *key, struct arena *a, struct idp_key *ret)
{
	struct bytes curve = { 0 };
	TRY(get_text(key, "crv", IDP_CLAIM_MAX, a, &curve));
	TRY(get_number(key, "x", a, &ret->a));
	TRY(get_number(key, "y", a, &ret->b));
	NEED(is_bytes_text(curve, "P-256") && ret->a.n == P256_WIDTH && ret->b.n == P256_WIDTH, PARSE_FIELD);
	return NULL;
}

static const struct kind {
	const char *type; /* `kty` */
	uint64_t algorithms;
	fault (*read)(const json_t *, struct arena *, struct idp_key *);
} kinds[] = {
	[IDP_RSA] = { "RSA", IDP_RS256 | IDP_PS256, read_rsa },
	[IDP_P256] = { "EC", IDP_ES256, read_p256 },
};

static uint64_t kind_of(const json_t *key)
{
	const char *type = json_string_value(json_object_get(key, "kty"));
	for (uint64_t k = IDP_RSA; type && k < COUNT_OF(kinds); k++)
		if (strcmp(type, kinds[k].type) == 0)
			return k;
	return 0;
}

/* PARSE_FIELD says that this key is not for us. */
static fault read_key(const json_t *key, struct arena *a, struct idp_key *ret)
{
	struct bytes use = { 0 }, algorithm = { 0 };
	struct idp_key k = { .kind = kind_of(key) };
	NEED(k.kind, PARSE_FIELD);
	TRY(get_text(key, "use", IDP_CLAIM_MAX, a, &use));
	TRY(get_text(key, "alg", IDP_CLAIM_MAX, a, &algorithm));
	TRY(get_text(key, "kid", IDP_KEY_ID_MAX, a, &k.id));
	k.algorithms = kinds[k.kind].algorithms;
	if (algorithm.p)
		k.algorithms &= jose_algorithm_find(algorithm);
	NEED(k.id.p && k.algorithms && (!use.p || is_bytes_text(use, "sig")), PARSE_FIELD);
	TRY(kinds[k.kind].read(key, a, &k));
	*ret = k;
	return NULL;
}

static bool has_key(const struct bytes *ids, size_t n, struct bytes id)
{
	for (size_t i = 0; i < n; i++)
		if (is_bytes_equal(ids[i], id))
			return true;
	return false;
}

static fault put_key(const json_t *key, struct arena *a, struct bytes *ids, struct idp_document *d)
{
	struct idp_key k;
	fault why = read_key(key, a, &k);
	if (why)
		return why == FAIL(SYS_MEMORY) ? why : NULL;
	NEED(d->keys.n < IDP_KEYS_MAX && !has_key(ids, d->keys.n, k.id), IDP_DOCUMENT);
	ids[d->keys.n] = k.id;
	return message_build(&idp_key_message, &k, IDP_KEY_MAX, a, &d->keys.v[d->keys.n++]);
}

fault jose_parse_keys(struct bytes document, struct arena *a, struct idp_document *ret)
{
	struct bytes ids[IDP_KEYS_MAX];
	struct idp_document d = { 0 };
	json_auto_t *root = load(document);
	const json_t *keys = json_object_get(root, "keys");
	NEED(json_is_array(keys), IDP_DOCUMENT);
	for (size_t i = 0; i < json_array_size(keys); i++)
		TRY(put_key(json_array_get(keys, i), a, ids, &d));
	NEED(d.keys.n, IDP_DOCUMENT);
	*ret = d;
	return NULL;
}

/* --- discovery ------------------------------------------------------------------------------------------ */

/* A name as it stands, not written otherwise, and none that a request brings itself. */
static bool is_free(struct bytes name)
{
	static const char *const ours[] = { "response_type",  "client_id", "redirect_uri",
					    "scope",	      "state",	   "nonce",
					    "code_challenge", "code_challenge_method" };
	for (size_t i = 0; i < COUNT_OF(ours); i++)
		if (is_bytes_text(name, ours[i]))
			return false;
	return !name.n || !memchr(name.p, '%', name.n);
}

/* No parameter may be there twice (RFC 6749 §3.1). */
static bool is_query_free(struct bytes url)
{
	struct bytes rest = url;
	bytes_until(&rest, '?');
	while (rest.p) {
		struct bytes pair = bytes_until(&rest, '&');
		if (!is_free(bytes_until(&pair, '=')))
			return false;
	}
	return true;
}

/* A document that says nothing means the first (OpenID Connect Discovery 1.0 §3). */
static fault get_secret_ways(const json_t *root, struct arena *a, uint64_t *ret)
{
	static const char member[] = "token_endpoint_auth_methods_supported";
	struct bytes_list words = { 0 };
	uint64_t ways = json_object_get(root, member) ? 0 : IDP_SECRET_BASIC;
	TRY(get_texts(root, member, IDP_WORDS_MAX, a, &words));
	for (size_t i = 0; i < words.n; i++) {
		ways |= is_bytes_text(words.v[i], "client_secret_basic") ? IDP_SECRET_BASIC : 0;
		ways |= is_bytes_text(words.v[i], "client_secret_post") ? IDP_SECRET_POST : 0;
	}
	*ret = ways;
	return NULL;
}

fault jose_parse_discovery(struct bytes document, struct bytes issuer, struct arena *a,
			   struct idp_document *ret)
{
	struct idp_document d = { 0 };
	struct bytes named = { 0 };
	json_auto_t *root = load(document);
	const struct {
		const char *member;
		struct bytes *ret;
	} urls[] = {
		{ "issuer", &named },
		{ "jwks_uri", &d.keys_url },
		{ "token_endpoint", &d.token_url },
		{ "device_authorization_endpoint", &d.device_url },
		{ "authorization_endpoint", &d.authorize_url },
	};
	NEED(root != NULL, IDP_DOCUMENT);
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		fault why = get_text(root, urls[i].member, IDP_URL_MAX, a, urls[i].ret);
		NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
		NEED(!why && (!urls[i].ret->p || is_address(*urls[i].ret)), IDP_DOCUMENT);
	}
	NEED(is_bytes_equal(named, issuer) && d.keys_url.p, IDP_DOCUMENT);
	NEED(is_query_free(d.authorize_url), IDP_DOCUMENT);
	fault why = get_secret_ways(root, a, &d.secret_ways);
	NEED(why != FAIL(PARSE_FIELD), IDP_DOCUMENT);
	TRY(why);
	*ret = d;
	return NULL;
}

/* --- grants --------------------------------------------------------------------------------------------- */

fault jose_parse_grant(struct bytes document, struct arena *a, struct bytes *ret)
{
	struct bytes token = { 0 };
	json_auto_t *root = load(document);
	NEED(root != NULL, TOK_FORM);
	const char *error = json_string_value(json_object_get(root, "error"));
	NEED(!error || strcmp(error, "invalid_client") != 0, SIGN_IN_CLIENT);
	NEED(!error, FETCH_ANSWER);
	fault why = get_text(root, "id_token", IDP_TOKEN_MAX, a, &token);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	NEED(!why && token.p, TOK_FORM);
	*ret = token;
	return NULL;
}
