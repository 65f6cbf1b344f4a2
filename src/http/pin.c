#include "http/pin.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <time.h>

/* OpenSSL's level for 112 bits: RSA from 2048, SHA-2. */
#define PIN_SECURITY_LEVEL 2

#define PIN_HOST_FLAGS (X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS)

X509 *pin_find_root(const struct pin *pin, STACK_OF(X509) *chain)
{
	for (int i = 0; i < sk_X509_num(chain); i++) {
		uint8_t hash[EVP_MAX_MD_SIZE];
		X509 *certificate = sk_X509_value(chain, i);
		bool hashed = X509_digest(certificate, EVP_sha256(), hash, NULL) == 1;
		if (hashed && is_bytes_equal(bytes_of(hash, PIN_SIZE), bytes_of(pin->root, PIN_SIZE)))
			return certificate;
	}
	return NULL;
}

static bool is_address(const char *host)
{
	uint8_t address[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static bool is_context_ready(X509_STORE_CTX *context, const struct pin *pin)
{
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);
	if (X509_STORE_CTX_set_default(context, "ssl_server") != 1)
		return false;
	X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME);
	X509_VERIFY_PARAM_set_auth_level(rules, PIN_SECURITY_LEVEL);
	X509_VERIFY_PARAM_set_hostflags(rules, PIN_HOST_FLAGS);
	return (is_address(pin->host) ? X509_VERIFY_PARAM_set1_ip_asc(rules, pin->host)
				      : X509_VERIFY_PARAM_set1_host(rules, pin->host, 0)) == 1;
}

/* What OpenSSL found wrong, or X509_V_OK. The context borrows store, leaf and chain. */
static int chain_error(X509_STORE *anchors, const struct pin *pin, X509 *leaf, STACK_OF(X509) *chain)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	int error = X509_V_ERR_UNSPECIFIED;
	bool ready = context && X509_STORE_CTX_init(context, anchors, leaf, chain) == 1;
	if (ready && is_context_ready(context, pin)) {
		bool good = X509_verify_cert(context) == 1;
		error = X509_STORE_CTX_get_error(context);
		if (!good && error == X509_V_OK)
			error = X509_V_ERR_UNSPECIFIED;
	}
	X509_STORE_CTX_free(context);
	return error;
}

fault pin_check(const struct pin *pin, X509 *leaf, STACK_OF(X509) *chain, struct pin_failure *ret_failure)
{
	X509 *root = pin_find_root(pin, chain);
	if (!root) {
		ret_failure->reason = "none of its certificates has the fingerprint";
		return FAIL(SERVER_UNTRUSTED);
	}
	X509_STORE *anchors = X509_STORE_new();
	int error = X509_V_ERR_OUT_OF_MEM;
	if (anchors && X509_STORE_add_cert(anchors, root) == 1)
		error = chain_error(anchors, pin, leaf, chain);
	X509_STORE_free(anchors);
	if (error == X509_V_OK)
		return NULL;
	ret_failure->reason = X509_verify_cert_error_string(error);
	return FAIL(SERVER_UNTRUSTED);
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm tm = { 0 };
	return ASN1_TIME_to_tm(time, &tm) == 1 ? timegm(&tm) : 0;
}

fault pin_check_time(STACK_OF(X509) *chain, struct pin_failure *ret_failure)
{
	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *certificate = sk_X509_value(chain, i);
		const ASN1_TIME *from = X509_get0_notBefore(certificate);
		const ASN1_TIME *to = X509_get0_notAfter(certificate);
		if (X509_cmp_timeframe(NULL, from, to) == 0)
			continue;
		ret_failure->reason = "a certificate is not valid now";
		ret_failure->not_before = seconds_of(from);
		ret_failure->not_after = seconds_of(to);
		return FAIL(CERT_E_EXPIRED);
	}
	return NULL;
}
