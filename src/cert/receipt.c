#include "cert/receipt.h"

#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "attest/handle.h"
#include "wire/der.h"

HANDLE(CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free)

/* A policy that is none of ours: no assurance has this bit. */
#define POLICY_FOREIGN (UINT64_C(1) << 63)

/* A check in progress. */
struct examiner {
	const struct receipt *receipt;
	const struct grant *grant;
	X509_STORE *anchors;
	STACK_OF(X509) *chain;
	struct receipt_complaint *complaint;
};

/* One certificate of a grant and what it must be. */
struct expected {
	const char *name;
	struct bytes der;
	const struct spki *key;
	int purpose; /* X509_PURPOSE_ */
};

static fault refuse(const struct examiner *e, const char *which, const char *why)
{
	*e->complaint = (struct receipt_complaint){ .which = which, .why = why };
	return FAIL(REPLY_INVALID);
}

/* One certificate and nothing after it, or NULL. */
static X509 *certificate_of(struct bytes der)
{
	const unsigned char *at = der.p;
	X509 *x = der.n ? d2i_X509(NULL, &at, (long)der.n) : NULL;
	if (x && at == der.p + der.n)
		return x;
	X509_free(x);
	return NULL;
}

static bool is_for(X509 *x, const struct spki *key)
{
	uint8_t expected[SPKI_SIZE_MAX];
	unsigned char *der = NULL;
	struct wr w = wr_of(expected, sizeof(expected));
	spki_write(key, &w);
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	bool is_same = !w.bad && n > 0 && is_bytes_equal(wr_done(&w), bytes_of(der, (size_t)n));
	OPENSSL_free(der);
	return is_same;
}

/* What OpenSSL finds wrong with the way from x to the root, or X509_V_OK; the time is asked separately. */
static int chain_error(const struct examiner *e, X509 *x, int purpose)
{
	AUTO(X509_STORE_CTX) *path = X509_STORE_CTX_new();
	if (!path || X509_STORE_CTX_init(path, e->anchors, x, e->chain) != 1)
		return X509_V_ERR_OUT_OF_MEM;
	X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(path), purpose);
	X509_STORE_CTX_set_flags(path, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
	if (X509_verify_cert(path) == 1)
		return X509_V_OK;
	int error = X509_STORE_CTX_get_error(path);
	return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

/* The issuance policies of a certificate as bits of enum trip_assurance. */
static uint64_t policies_of(const X509 *x)
{
	static const struct {
		const char *oid;
		enum trip_assurance bit;
	} rows[] = {
		{ "1.3.6.1.4.1.311.21.30", TRIP_ASSURED_KEY },
		{ "1.3.6.1.4.1.311.21.31", TRIP_ASSURED_CERTIFICATE },
		{ "1.3.6.1.4.1.311.21.32", TRIP_ASSURED_USER },
	};
	AUTO(CERTIFICATEPOLICIES) *list = X509_get_ext_d2i(x, NID_certificate_policies, NULL, NULL);
	uint64_t bits = 0;
	for (int i = 0; i < sk_POLICYINFO_num(list); i++) {
		char oid[64];
		uint64_t bit = POLICY_FOREIGN;
		OBJ_obj2txt(oid, sizeof(oid), sk_POLICYINFO_value(list, i)->policyid, 1);
		for (size_t k = 0; k < COUNT_OF(rows); k++)
			bit = strcmp(oid, rows[k].oid) == 0 ? rows[k].bit : bit;
		bits |= bit;
	}
	return bits;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	unsigned char *der = NULL;
	int n = i2d_ASN1_TIME(time, &der);
	struct rd r = rd_of(bytes_of(der, n > 0 ? (size_t)n : 0));
	int64_t seconds = der_time(&r);
	OPENSSL_free(der);
	return seconds;
}

static fault check_time(const struct examiner *e, const char *which, const X509 *x)
{
	int64_t not_before = seconds_of(X509_get0_notBefore(x));
	int64_t not_after = seconds_of(X509_get0_notAfter(x));
	if (e->receipt->now >= not_before && e->receipt->now <= not_after)
		return NULL;
	*e->complaint = (struct receipt_complaint){ which, "it is not valid now", not_before, not_after };
	return FAIL(CERT_E_EXPIRED);
}

static fault check_certificate(const struct examiner *e, const struct expected *expected)
{
	AUTO(X509) *x = certificate_of(expected->der);
	if (!x)
		return refuse(e, expected->name, "it cannot be read");
	if (!is_for(x, expected->key))
		return refuse(e, expected->name, "it is for another key than this device's");
	int error = chain_error(e, x, expected->purpose);
	if (error != X509_V_OK)
		return refuse(e, expected->name, X509_verify_cert_error_string(error));
	if (policies_of(x) != e->grant->assurance)
		return refuse(e, expected->name, "its policies are not those of the grant's assurance");
	return check_time(e, expected->name, x);
}

static fault read_chain(const struct examiner *e)
{
	AUTO(X509) *root = certificate_of(e->receipt->root);
	if (!root || X509_STORE_add_cert(e->anchors, root) != 1)
		return refuse(e, "root certificate", "it cannot be read");
	for (size_t i = 0; i < e->grant->chain.n; i++) {
		X509 *x = certificate_of(e->grant->chain.v[i]);
		if (!x || sk_X509_push(e->chain, x) <= 0) {
			X509_free(x);
			return refuse(e, "chain", "a certificate of it cannot be read");
		}
	}
	return NULL;
}

static fault check_all(const struct examiner *e)
{
	const struct expected device = { "device certificate", e->grant->device_certificate,
					 &e->receipt->device, X509_PURPOSE_SSL_CLIENT };
	const struct expected ak = { "AK certificate", e->grant->ak_certificate, &e->receipt->ak,
				     X509_PURPOSE_ANY };
	TRY(read_chain(e));
	TRY(check_certificate(e, &device));
	if ((ak.der.p != NULL) != (e->grant->attested != 0))
		return refuse(e, ak.name, "it comes when the device is attested, and only then");
	return ak.der.p ? check_certificate(e, &ak) : NULL;
}

fault receipt_check(const struct receipt *r, const struct grant *g, struct receipt_complaint *ret)
{
	struct examiner e = { r, g, X509_STORE_new(), sk_X509_new_null(), ret };
	fault f = e.anchors && e.chain ? check_all(&e) : FAIL(SYS_MEMORY);
	sk_X509_pop_free(e.chain, X509_free);
	X509_STORE_free(e.anchors);
	return f;
}
