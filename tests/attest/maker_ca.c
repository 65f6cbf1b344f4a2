#include "maker_ca.h"

#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "test.h"
#include "wire/der.h"

static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };

static void put_common_name(struct wr *w, const char *text)
{
	size_t name = der_open(w, DER_SEQUENCE);
	if (text) {
		size_t set = der_open(w, DER_SET);
		size_t attribute = der_open(w, DER_SEQUENCE);
		der_put(w, DER_OID, BYTES_OF(oid_common_name));
		der_put(w, DER_UTF8, bytes_text(text));
		der_close(w, attribute);
		der_close(w, set);
	}
	der_close(w, name);
}

static void put_algorithm(struct wr *w, const struct maker_ca_plan *plan)
{
	int nid = NID_undef;
	bool rsa = EVP_PKEY_get_base_id(plan->signer) == EVP_PKEY_RSA;
	CHECK(OBJ_find_sigid_by_algs(&nid, EVP_MD_get_type(plan->hash), EVP_PKEY_get_base_id(plan->signer)));
	const ASN1_OBJECT *oid = OBJ_nid2obj(nid);
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, bytes_of(OBJ_get0_data(oid), OBJ_length(oid)));
	if (rsa)
		der_put(w, DER_NULL, (struct bytes){ 0 });
	der_close(w, algorithm);
}

static void put_extension(struct wr *w, const struct maker_ca_extension *e)
{
	size_t extension = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, e->oid);
	if (e->critical)
		der_put_bool(w, e->critical == CRITICAL_TRUE);
	der_put(w, DER_OCTET_STRING, e->value);
	der_close(w, extension);
}

static void put_extensions(struct wr *w, const struct maker_ca_plan *plan)
{
	size_t tagged = der_open(w, DER_CONTEXT_CONSTRUCTED(3));
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < SLOT_COUNT; i++)
		if (plan->extension[i].value.p)
			put_extension(w, &plan->extension[i]);
	der_close(w, list);
	der_close(w, tagged);
}

static void put_key(struct wr *w, const struct maker_ca_plan *plan)
{
	uint8_t *der = NULL;
	if (plan->spki.p) {
		wr_bytes(w, plan->spki);
		return;
	}
	int n = i2d_PUBKEY(plan->key, &der);
	CHECK(n > 0);
	wr_bytes(w, bytes_of(der, (size_t)n));
	OPENSSL_free(der);
}

static void put_tbs(struct wr *w, const struct maker_ca_plan *plan)
{
	size_t tbs = der_open(w, DER_SEQUENCE);
	if (plan->version > 1) {
		size_t version = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
		der_put_small(w, plan->version - 1);
		der_close(w, version);
	}
	der_put(w, DER_INTEGER, plan->serial);
	put_algorithm(w, plan);
	put_common_name(w, plan->issuer);
	size_t validity = der_open(w, DER_SEQUENCE);
	der_put_time(w, plan->not_before);
	der_put_time(w, plan->not_after);
	der_close(w, validity);
	put_common_name(w, plan->subject);
	put_key(w, plan);
	if (plan->version > 1)
		put_extensions(w, plan);
	der_close(w, tbs);
}

static void put_signature(struct wr *w, const struct maker_ca_plan *plan, struct bytes tbs)
{
	uint8_t signature[512];
	size_t n = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	CHECK(EVP_DigestSignInit(ctx, NULL, plan->hash, NULL, plan->signer) == 1);
	CHECK(EVP_DigestSign(ctx, signature, &n, tbs.p, tbs.n) == 1);
	EVP_MD_CTX_free(ctx);
	der_put_bits(w, bytes_of(signature, n));
}

struct bytes maker_ca_issue(const struct maker_ca_plan *plan, uint8_t out[static MAKER_CA_SIZE_MAX])
{
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct wr inside = wr_of(storage, sizeof(storage)), w = wr_of(out, MAKER_CA_SIZE_MAX);
	put_tbs(&inside, plan);
	struct bytes tbs = wr_done(&inside);
	size_t certificate = der_open(&w, DER_SEQUENCE);
	wr_bytes(&w, tbs);
	put_algorithm(&w, plan);
	put_signature(&w, plan, tbs);
	der_close(&w, certificate);
	CHECK(!inside.bad && !w.bad);
	return wr_done(&w);
}

static void put_label(struct wr *w, const struct maker_ca_label *label)
{
	uint8_t oid[] = { 0x67, 0x81, 0x05, 0x02, label->number };
	size_t attribute = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, BYTES_OF(oid));
	der_put(w, DER_UTF8, bytes_text(label->text));
	der_close(w, attribute);
}

struct bytes maker_ca_labels(const struct maker_ca_label *labels, size_t count, bool one_rdn, struct wr *w)
{
	size_t start = w->at;
	size_t names = der_open(w, DER_SEQUENCE);
	size_t directory = der_open(w, DER_CONTEXT_CONSTRUCTED(4));
	size_t name = der_open(w, DER_SEQUENCE);
	size_t set = one_rdn ? der_open(w, DER_SET) : 0;
	for (size_t i = 0; i < count; i++) {
		if (!one_rdn)
			set = der_open(w, DER_SET);
		put_label(w, &labels[i]);
		if (!one_rdn)
			der_close(w, set);
	}
	if (one_rdn)
		der_close(w, set);
	der_close(w, name);
	der_close(w, directory);
	der_close(w, names);
	return bytes_slice(wr_done(w), start, w->at - start);
}

struct spki maker_ca_spki(EVP_PKEY *key, struct wr *out)
{
	struct maker_ca_plan plan = { .key = key };
	size_t start = out->at;
	put_key(out, &plan);
	struct rd r = rd_of(bytes_slice(wr_done(out), start, out->at - start));
	return spki_get(&r);
}

#define OID(last) BYTES_TEXT("\x55\x1D" last)

struct maker_ca_plan maker_ca_plan_ca(const char *issuer, EVP_PKEY *signer, const char *subject,
				      EVP_PKEY *key)
{
	return (struct maker_ca_plan){
		.version = 3,
		.serial = BYTES_TEXT("\x01"),
		.issuer = issuer,
		.subject = subject,
		.not_before = MAKER_CA_NOW - 5 * MAKER_CA_YEAR,
		.not_after = MAKER_CA_NOW + 5 * MAKER_CA_YEAR,
		.key = key,
		.signer = signer,
		.hash = EVP_sha256(),
		.extension = {
			[SLOT_USAGE] = { OID("\x0F"), BYTES_TEXT("\x03\x02\x02\x04"), CRITICAL_TRUE },
			[SLOT_CONSTRAINTS] = { OID("\x13"), BYTES_TEXT("\x30\x03\x01\x01\xFF"),
					       CRITICAL_TRUE },
		},
	};
}

/* SEQUENCE { SEQUENCE { anyPolicy } } */
#define POLICIES "\x30\x08\x30\x06\x06\x04\x55\x1D\x20\x00"

/* SEQUENCE { [0] keyIdentifier }; CAs here have no identifier of their own, so any will do. */
#define AUTHORITY "\x30\x06\x80\x04\x49\x46\x58\x31"

static const struct maker_ca_label genuine_labels[] = { { 1, "id:49465800" },
							{ 2, "SLB 9999" },
							{ 3, "id:0D0C" } };

struct maker_ca_plan maker_ca_plan_ek(const struct maker_ca *ca, EVP_PKEY *key)
{
	bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
	struct maker_ca_plan plan = maker_ca_plan_ca(MAKER_CA_ISSUING, ca->issuing_key, NULL, key);
	plan.serial = BYTES_TEXT("\x11\x22\x33");
	plan.extension[SLOT_USAGE].value =
		rsa ? BYTES_TEXT("\x03\x02\x05\x20") : BYTES_TEXT("\x03\x02\x03\x08");
	plan.extension[SLOT_PURPOSES] = (struct maker_ca_extension){
		OID("\x25"), BYTES_TEXT("\x30\x07\x06\x05\x67\x81\x05\x08\x01"), CRITICAL_ABSENT
	};
	plan.extension[SLOT_ALTERNATIVES] =
		(struct maker_ca_extension){ OID("\x11"), ca->labels, CRITICAL_TRUE };
	plan.extension[SLOT_CONSTRAINTS].value = BYTES_TEXT("\x30\x00");
	plan.extension[SLOT_POLICIES] =
		(struct maker_ca_extension){ OID("\x20"), BYTES_TEXT(POLICIES), CRITICAL_ABSENT };
	plan.extension[SLOT_AUTHORITY] =
		(struct maker_ca_extension){ OID("\x23"), BYTES_TEXT(AUTHORITY), CRITICAL_ABSENT };
	return plan;
}

void maker_ca_init(struct maker_ca *ca)
{
	struct wr labels = wr_of(ca->labels_storage, sizeof(ca->labels_storage));
	ca->labels = maker_ca_labels(genuine_labels, COUNT_OF(genuine_labels), false, &labels);
	ca->root_key = EVP_EC_gen("P-256");
	ca->issuing_key = EVP_EC_gen("P-256");
	ca->ek_curve = EVP_EC_gen("P-256");
	ca->other_key = EVP_EC_gen("P-256");
	ca->ek_rsa = EVP_RSA_gen(2048);
	struct maker_ca_plan root =
		maker_ca_plan_ca(MAKER_CA_ROOT, ca->root_key, MAKER_CA_ROOT, ca->root_key);
	ca->root = maker_ca_issue(&root, ca->root_storage);
	struct maker_ca_plan issuing =
		maker_ca_plan_ca(MAKER_CA_ROOT, ca->root_key, MAKER_CA_ISSUING, ca->issuing_key);
	ca->issuing = maker_ca_issue(&issuing, ca->issuing_storage);
}

void maker_ca_done(struct maker_ca *ca)
{
	EVP_PKEY_free(ca->root_key);
	EVP_PKEY_free(ca->issuing_key);
	EVP_PKEY_free(ca->ek_rsa);
	EVP_PKEY_free(ca->ek_curve);
	EVP_PKEY_free(ca->other_key);
}
