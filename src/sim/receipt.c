#include "sim/receipt.h"

#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "attest/handle.h"

HANDLE(X509, X509_free)
HANDLE(X509_STORE, X509_STORE_free)
HANDLE(X509_STORE_CTX, X509_STORE_CTX_free)
HANDLE(CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free)

static void free_chain(STACK_OF(X509) **chain)
{
	sk_X509_pop_free(*chain, X509_free);
}

#define OWNED_CHAIN __attribute__((cleanup(free_chain))) STACK_OF(X509) *

static X509 *parse(struct bytes der)
{
	const unsigned char *in = der.p;
	X509 *x = der.n ? d2i_X509(NULL, &in, (long)der.n) : NULL;
	if (x && in == der.p + der.n)
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
	bool is_same = n > 0 && is_bytes_equal(wr_done(&w), bytes_of(der, (size_t)n));
	OPENSSL_free(der);
	return is_same;
}

static bool is_below(X509 *x, const struct receipt *r, const struct grant *g)
{
	AUTO(X509) *root = parse(r->root);
	AUTO(X509_STORE) *store = X509_STORE_new();
	AUTO(X509_STORE_CTX) *ctx = X509_STORE_CTX_new();
	OWNED_CHAIN chain = sk_X509_new_null();
	if (!root || !store || !ctx || !chain || X509_STORE_add_cert(store, root) != 1)
		return false;
	for (size_t i = 0; i < g->chain.n; i++) {
		AUTO(X509) *one = parse(g->chain.v[i]);
		if (!one || !sk_X509_push(chain, one))
			return false;
		one = NULL;
	}
	return X509_STORE_CTX_init(ctx, store, x, chain) == 1 && X509_verify_cert(ctx) == 1;
}

/* The issuance policies of a certificate as bits of enum trip_assurance; a bit above them for any other. */
static uint64_t policies_of(X509 *x)
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
		uint64_t bit = 8;
		OBJ_obj2txt(oid, sizeof(oid), sk_POLICYINFO_value(list, i)->policyid, 1);
		for (size_t k = 0; k < COUNT_OF(rows); k++)
			bit = strcmp(oid, rows[k].oid) == 0 ? rows[k].bit : bit;
		bits |= bit;
	}
	return bits;
}

static fault check_one(struct bytes der, const struct spki *key, const struct receipt *r,
		       const struct grant *g, const char **ret_detail)
{
	AUTO(X509) *x = parse(der);
	const char *wrong = NULL;
	if (!x)
		wrong = "A certificate cannot be read.";
	else if (!is_for(x, key))
		wrong = "A certificate is for another key.";
	else if (!is_below(x, r, g))
		wrong = "A certificate does not lead to the server's root.";
	else if (policies_of(x) != g->assurance)
		wrong = "A certificate's policies are not those of the grant.";
	if (!wrong)
		return NULL;
	*ret_detail = wrong;
	return FAIL(REPLY_INVALID);
}

fault receipt_check(const struct receipt *r, const struct grant *g, const char **ret_detail)
{
	bool has_ak = g->ak_certificate.p != NULL;
	TRY(check_one(g->device_certificate, &r->device, r, g, ret_detail));
	if (has_ak != (r->ak.kind != SPKI_NONE)) {
		*ret_detail = "There is an AK certificate too many or too few.";
		return FAIL(REPLY_INVALID);
	}
	return has_ak ? check_one(g->ak_certificate, &r->ak, r, g, ret_detail) : NULL;
}
