#include "cli/inspect_webauthn.h"

#include "attest/ekleaf.h"
#include "attest/keyrule.h"
#include "cli/inspect_chain.h"
#include "cli/inspect_statement.h"
#include "wire/attobj.h"
#include "wire/der.h"

/* How each algorithm signs (IANA COSE Algorithms; RFC 8812, RFC 9053). */
static const struct algorithm {
	int64_t id;
	const char *name;
	uint16_t type, scheme, hash;
} algorithms[] = {
	{ -7, "ES256", ALG_ECC, ALG_ECDSA, ALG_SHA256 },
	{ -35, "ES384", ALG_ECC, ALG_ECDSA, ALG_SHA384 },
	{ -36, "ES512", ALG_ECC, ALG_ECDSA, ALG_SHA512 },
	{ -37, "PS256", ALG_RSA, ALG_RSAPSS, ALG_SHA256 },
	{ -257, "RS256", ALG_RSA, ALG_RSASSA, ALG_SHA256 },
	{ -258, "RS384", ALG_RSA, ALG_RSASSA, ALG_SHA384 },
	{ -259, "RS512", ALG_RSA, ALG_RSASSA, ALG_SHA512 },
	{ -65535, "RS1", ALG_RSA, ALG_RSASSA, ALG_SHA1 },
};

static const struct algorithm *algorithm_find(int64_t id)
{
	for (size_t i = 0; i < COUNT_OF(algorithms); i++)
		if (algorithms[i].id == id)
			return &algorithms[i];
	return NULL;
}

/* The certificate's key as a public area that signs in this way; false when it is a key of another kind. */
static bool has_key(const struct ekleaf *leaf, const struct algorithm *a, struct public *ret)
{
	static const uint16_t curves[] = {
		[SPKI_P256] = ALG_NIST_P256,
		[SPKI_P384] = ALG_NIST_P384,
		[SPKI_P521] = ALG_NIST_P521,
	};
	const struct spki *key = &leaf->key;
	bool is_rsa = key->kind == SPKI_RSA;
	*ret = (struct public){ .type = is_rsa ? ALG_RSA : ALG_ECC,
				.scheme = a->scheme,
				.scheme_hash = a->hash,
				.curve = is_rsa || key->kind == SPKI_NONE ? 0 : curves[key->kind],
				.a = key->a,
				.b = key->b };
	return key->kind != SPKI_NONE && ret->type == a->type;
}

/* The signature's octets as a TPM would send them (RFC 3279 2.2.3); false when they are none. */
static bool has_signature(struct bytes sig, const struct algorithm *a, struct signature *ret)
{
	struct rd r = rd_of(sig), pair;
	*ret = (struct signature){ .scheme = a->scheme, .hash = a->hash, .a = sig };
	if (a->type == ALG_RSA)
		return true;
	pair = der_enter(&r, DER_SEQUENCE);
	ret->a = der_magnitude(&pair);
	ret->b = der_magnitude(&pair);
	return is_rd_done(&pair) && is_rd_done(&r);
}

/* Windows signs its statements over SHA-1; our own agent's are never judged here (attest/keyrule.h). */
static void judge_scheme(const struct inspect_kind_input *in, const struct public *key,
			 struct inspect_finding *f)
{
	uint8_t outcomes[CHECK_COUNT] = { 0 };
	keyrule_judge_ak(key, outcomes);
	inspect_finding_judge(f, CHECK_AK_SCHEME, outcomes[CHECK_AK_SCHEME] == PASSED);
	inspect_finding_judge(f, CHECK_AK_SHA1, outcomes[CHECK_AK_SHA1] == PASSED || in->allows_sha1);
}

static void judge_signature(const struct inspect_kind_input *in, const struct attobj *o,
			    const struct ekleaf *leaf, struct inspect_finding *f)
{
	const struct algorithm *a = algorithm_find(o->alg);
	struct public key;
	struct signature signature;
	bool is_known = a && has_key(leaf, a, &key) && has_signature(o->sig, a, &signature);
	inspect_finding_judge(f, CHECK_CERTIFY_SCHEME, is_known);
	if (!is_known)
		return;
	judge_scheme(in, &key, f);
	inspect_finding_judge(f, CHECK_CERTIFY_SIGNATURE,
			      signature_check(&signature, &key, o->cert_info) == NULL);
}

static void judge(const struct statement *said, const struct public *key, struct inspect_finding *f)
{
	static const enum check_id rows[] = { CHECK_AK_SCHEME,       CHECK_AK_SHA1,
					      CHECK_CERTIFY_MAGIC,   CHECK_CERTIFY_TYPE,
					      CHECK_CERTIFY_SCHEME,  CHECK_CERTIFY_SIGNATURE,
					      CHECK_CERTIFY_BINDING, CHECK_CERTIFY_NAME };
	struct name name;
	bool is_certify = said->type == STATEMENT_CERTIFY;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		inspect_finding_require(f, rows[i]);
	inspect_finding_judge(f, CHECK_CERTIFY_MAGIC, said->magic == STATEMENT_MAGIC);
	inspect_finding_judge(f, CHECK_CERTIFY_TYPE, is_certify);
	if (is_certify && public_name(key, &name) == NULL)
		inspect_finding_judge(f, CHECK_CERTIFY_NAME, is_bytes_equal(said->name, name_bytes(&name)));
}

static void put_facts(const struct attobj *o, const struct ekleaf *leaf, const struct public *key,
		      struct inspect_finding *f)
{
	const struct algorithm *a = algorithm_find(o->alg);
	struct spki numbers = public_spki(key);
	inspect_finding_put_text(f, "algorithm", bytes_text(a ? a->name : "unknown"));
	inspect_finding_put_number(f, "certificates", o->x5c.n);
	inspect_finding_put_digest(f, "ak_certificate_sha256", leaf->der);
	inspect_finding_put_time(f, "ak_not_before", leaf->not_before);
	inspect_finding_put_time(f, "ak_not_after", leaf->not_after);
	inspect_chain_put_key(f, &numbers);
	if (o->auth_data.p)
		inspect_finding_put_digest(f, "auth_data_sha256", o->auth_data);
}

fault inspect_webauthn_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct attobj object;
	struct statement said;
	struct public key;
	struct ekleaf leaf;
	TRY(attobj_parse(in->file, &object));
	TRY(statement_parse(object.cert_info, &said));
	TRY(public_parse(object.pub_area, &key));
	TRY(ekleaf_parse(object.x5c.v[0], &leaf));
	judge(&said, &key, f);
	judge_signature(in, &object, &leaf, f);
	put_facts(&object, &leaf, &key, f);
	inspect_statement_put(f, &said);
	return NULL;
}
