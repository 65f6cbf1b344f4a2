#include "agent/grant.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "agent/handle.h"
#include "agent/pem.h"
#include "attest/public.h"
#include "base/text.h"
#include "cert/csr.h"

/* The keys of a request, as SubjectPublicKeyInfo. */
struct request_keys {
	uint8_t device[SPKI_SIZE_MAX], ak[SPKI_SIZE_MAX];
	struct bytes device_spki, ak_spki; /* ak absent: the device has no TPM */
};

static struct bytes spki_of(const struct spki *key, uint8_t out[static SPKI_SIZE_MAX])
{
	struct wr w = wr_of(out, SPKI_SIZE_MAX);
	spki_write(key, &w);
	return wr_done(&w);
}

static fault spki_of_public(struct bytes public_area, uint8_t out[static SPKI_SIZE_MAX], struct bytes *ret)
{
	struct public p;
	TRY(public_parse(public_area, &p));
	const struct spki key = public_spki(&p);
	*ret = spki_of(&key, out);
	return NULL;
}

static fault spki_of_request(struct bytes csr, uint8_t out[static SPKI_SIZE_MAX], struct bytes *ret)
{
	struct subject subject;
	TRY(csr_parse(csr, &subject));
	const struct spki key = subject_spki(&subject);
	*ret = spki_of(&key, out);
	return NULL;
}

static fault read_request(struct bytes request, struct request_keys *ret)
{
	struct answer answer;
	struct payload payload;
	TRY(message_parse(&answer_message, request, &answer));
	TRY(message_parse(&payload_message, answer.payload, &payload));
	ret->ak_spki = (struct bytes){ 0 };
	if (payload.ak_public.p)
		TRY(spki_of_public(payload.ak_public, ret->ak, &ret->ak_spki));
	if (payload.device_public.p)
		return spki_of_public(payload.device_public, ret->device, &ret->device_spki);
	return spki_of_request(payload.csr, ret->device, &ret->device_spki);
}

/* --- certificates --------------------------------------------------------------------------------------- */

/* A check in progress. */
struct examiner {
	const struct grant_question *question;
	struct grant grant;
	struct request_keys keys;
	X509_STORE *anchors;
	STACK_OF(X509) *chain;
	char *detail;
};

static fault refuse(const struct examiner *e, const char *which, const char *why)
{
	snprintf(e->detail, GRANT_DETAIL_SIZE, "%s: %s", which, why);
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

static bool has_key(X509 *x, struct bytes spki)
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	bool same = n > 0 && is_bytes_equal(bytes_of(der, (size_t)n), spki);
	OPENSSL_free(der);
	return same;
}

/*
 * What OpenSSL finds wrong with the chain from x to the pinned root, or X509_V_OK; the time is asked
 * separately.
 */
static int chain_error(const struct examiner *e, X509 *x, int purpose)
{
	AUTO(X509_STORE_CTX_free) X509_STORE_CTX *context = X509_STORE_CTX_new();
	if (!context || X509_STORE_CTX_init(context, e->anchors, x, e->chain) != 1)
		return X509_V_ERR_OUT_OF_MEM;
	X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(context), purpose);
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
	if (X509_verify_cert(context) == 1)
		return X509_V_OK;
	int error = X509_STORE_CTX_get_error(context);
	return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm tm = { 0 };
	return ASN1_TIME_to_tm(time, &tm) == 1 ? timegm(&tm) : 0;
}

static fault check_time(const struct examiner *e, const char *which, const X509 *x)
{
	char from[TEXT_TIME_SIZE], to[TEXT_TIME_SIZE], here[TEXT_TIME_SIZE];
	int64_t now = e->question->now, skew = (int64_t)e->grant.time - now;
	int64_t not_before = seconds_of(X509_get0_notBefore(x)),
		not_after = seconds_of(X509_get0_notAfter(x));
	if (now >= not_before && now <= not_after)
		return NULL;
	snprintf(e->detail, GRANT_DETAIL_SIZE,
		 "%s: valid from %s to %s, this clock says %s, the server's is %lld s %s", which,
		 text_time(not_before, from), text_time(not_after, to), text_time(now, here),
		 llabs((long long)skew), skew < 0 ? "behind" : "ahead");
	return FAIL(CERT_E_EXPIRED);
}

/* One certificate of a grant and what it must be. */
struct expected {
	const char *name; /* for people */
	struct bytes der;
	struct bytes spki;
	int purpose; /* X509_PURPOSE_ */
};

static fault check_certificate(const struct examiner *e, const struct expected *expected)
{
	AUTO(X509_free) X509 *x = certificate_of(expected->der);
	if (!x)
		return refuse(e, expected->name, "it cannot be read");
	if (!has_key(x, expected->spki))
		return refuse(e, expected->name, "it is for another key than this device's");
	int error = chain_error(e, x, expected->purpose);
	if (error != X509_V_OK)
		return refuse(e, expected->name, X509_verify_cert_error_string(error));
	return check_time(e, expected->name, x);
}

static fault read_chain(struct examiner *e)
{
	AUTO(X509_free) X509 *root = certificate_of(e->question->root);
	if (!root || X509_STORE_add_cert(e->anchors, root) != 1)
		return refuse(e, "root certificate", "it cannot be read");
	for (size_t i = 0; i < e->grant.chain.n; i++) {
		X509 *x = certificate_of(e->grant.chain.v[i]);
		if (!x || sk_X509_push(e->chain, x) <= 0) {
			X509_free(x);
			return refuse(e, "chain", "a certificate of it cannot be read");
		}
	}
	return NULL;
}

static fault check_all(struct examiner *e)
{
	uint8_t id[16];
	if (!text_uuid_parse(e->grant.device_id, id))
		return refuse(e, "device id", "it is not a UUID");
	TRY(read_request(e->question->request, &e->keys));
	TRY(read_chain(e));
	const struct expected device = { "device certificate", e->grant.device_certificate,
					 e->keys.device_spki, X509_PURPOSE_SSL_CLIENT };
	const struct expected ak = { "AK certificate", e->grant.ak_certificate, e->keys.ak_spki,
				     X509_PURPOSE_ANY };
	TRY(check_certificate(e, &device));
	return ak.der.p ? check_certificate(e, &ak) : NULL;
}

fault grant_check(struct bytes body, const struct grant_question *question, struct grant *ret,
		  char detail[static GRANT_DETAIL_SIZE])
{
	struct examiner e = { .question = question, .detail = detail };
	if (message_parse(&grant_message, body, &e.grant))
		return refuse(&e, "grant", "it is not the message that this protocol version uses");
	e.anchors = X509_STORE_new();
	e.chain = sk_X509_new_null();
	fault f = e.anchors && e.chain ? check_all(&e) : FAIL(SYS_MEMORY);
	sk_X509_pop_free(e.chain, X509_free);
	X509_STORE_free(e.anchors);
	if (!f)
		*ret = e.grant;
	return f;
}

static fault put_certificates(struct state *state, const char *name, const struct bytes_list *list,
			      struct arena *arena)
{
	struct bytes text;
	TRY(pem_build(PEM_CERTIFICATE, list, arena, &text));
	return state_put(state, name, text);
}

fault grant_put(const struct grant *grant, struct state *state, struct arena *arena)
{
	const struct bytes_list device = { .n = 1, .v = { grant->device_certificate } };
	const struct bytes_list ak = { .n = 1, .v = { grant->ak_certificate } };
	TRY(put_certificates(state, STATE_DEVICE_CERTIFICATE, &device, arena));
	TRY(put_certificates(state, STATE_CHAIN, &grant->chain, arena));
	if (grant->ak_certificate.p)
		TRY(put_certificates(state, STATE_AK_CERTIFICATE, &ak, arena));
	else
		TRY(state_remove(state, STATE_AK_CERTIFICATE));
	return state_put(state, STATE_DEVICE_ID, grant->device_id);
}
