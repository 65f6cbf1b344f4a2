#include "attest/ekissuer.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <strings.h>

#include "attest/alg.h"
#include "attest/ekleaf.h"
#include "base/heap.h"
#include "base/text.h"
#include "wire/certfile.h"

#define DESCRIPTIONS_MAX 16 /* access descriptions of a certificate that are looked at */
#define WALK_MAX 8          /* certificates that are gone up through */

/* --- what a certificate says of the one above it ------------------------------------------------------ */

static struct bytes name_text(const X509_NAME *name, struct arena *a)
{
	char text[ANCHORS_SUBJECT_MAX + 1];
	anchors_name_text(name, text);
	return arena_copy(a, bytes_text(text[0] ? text : "(no name)"));
}

struct bytes ekissuer_text(struct bytes name, struct arena *a)
{
	const uint8_t *p = name.p;
	X509_NAME *read = name.n <= FRAME_NAME_MAX ? d2i_X509_NAME(NULL, &p, (long)name.n) : NULL;
	struct bytes text = read ? name_text(read, a) : (struct bytes){ 0 };
	X509_NAME_free(read);
	ERR_clear_error();
	return text;
}

bool is_ekissuer_url(struct bytes url)
{
	const char *text = (const char *)url.p;
	bool is_http = (url.n > 7 && strncasecmp(text, "http://", 7) == 0) ||
		       (url.n > 8 && strncasecmp(text, "https://", 8) == 0);
	return is_http && url.n <= FRAME_URL_MAX && is_text_printable(url);
}

static struct bytes issuer_url(X509 *x, struct arena *a)
{
	struct bytes found = { 0 };
	AUTHORITY_INFO_ACCESS *list = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
	int n = sk_ACCESS_DESCRIPTION_num(list);
	for (int i = 0; i < n && i < DESCRIPTIONS_MAX && !found.p; i++) {
		const ACCESS_DESCRIPTION *d = sk_ACCESS_DESCRIPTION_value(list, i);
		if (OBJ_obj2nid(d->method) != NID_ad_ca_issuers || d->location->type != GEN_URI)
			continue;
		const ASN1_STRING *uri = d->location->d.uniformResourceIdentifier;
		struct bytes url = bytes_of(ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri));
		if (is_ekissuer_url(url))
			found = arena_copy(a, url);
	}
	AUTHORITY_INFO_ACCESS_free(list);
	return found;
}

static fault missing_above(X509 *x, struct arena *a, struct missing *ret)
{
	const uint8_t *der = NULL;
	size_t size = 0;
	uint8_t hash[ALG_DIGEST_MAX];
	const X509_NAME *issuer = X509_get_issuer_name(x);
	const ASN1_OCTET_STRING *key = X509_get0_authority_key_id(x);
	struct missing m = { 0 };
	NEED(X509_NAME_get0_der(issuer, &der, &size) == 1 && size <= FRAME_NAME_MAX, CERT_MALFORMED);
	m.name = arena_copy(a, bytes_of(der, size));
	if (key && ASN1_STRING_length(key) > 0 && ASN1_STRING_length(key) <= FRAME_KEY_ID_MAX)
		m.key_id =
			arena_copy(a, bytes_of(ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key)));
	const struct bytes parts[] = { m.name, m.key_id };
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), hash));
	m.id = arena_copy(a, bytes_of(hash, TRIP_HASH_SIZE));
	m.subject = name_text(issuer, a);
	m.url = issuer_url(x, a);
	NEED(!is_arena_full(a), SYS_MEMORY);
	*ret = m;
	return NULL;
}

/* --- the way up ---------------------------------------------------------------------------------------- */

static bool is_issuer_of(X509 *above, X509 *below)
{
	return above != below && X509_check_issued(above, below) == X509_V_OK;
}

static bool is_root(X509 *x)
{
	return X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0;
}

static X509 *find_in(struct anchors_range range, X509 *below)
{
	for (size_t i = 0; i < range.n; i++) {
		X509 *x = anchors_certificate(range.v[i]);
		if (x && is_issuer_of(x, below))
			return x;
	}
	return NULL;
}

static X509 *find_above(STACK_OF(X509) * sent, const struct anchors *anchors, X509 *below)
{
	for (int i = 0; i < sk_X509_num(sent); i++)
		if (is_issuer_of(sk_X509_value(sent, i), below))
			return sk_X509_value(sent, i);
	return find_in(anchors_find_intermediates(anchors, X509_get_issuer_name(below)), below);
}

static fault read_chain(const struct bytes_list *chain, const struct anchors *anchors, STACK_OF(X509) * ret)
{
	for (size_t i = 0; i < chain->n; i++) {
		struct bytes der;
		uint32_t leniencies;
		TRY(ekleaf_unwrap(chain->v[i], &der, &leniencies));
		X509 *x = shelf_certificate(anchors_shelf(anchors), der);
		NEED(x != NULL, CERT_MALFORMED);
		if (sk_X509_push(ret, x) > 0)
			continue;
		X509_free(x);
		return FAIL(SYS_MEMORY);
	}
	return NULL;
}

static fault find_missing(STACK_OF(X509) * sent, const struct anchors *anchors, struct arena *a,
			  struct missing *ret)
{
	X509 *top = sk_X509_value(sent, 0);
	for (int i = 0; i < WALK_MAX && !is_root(top); i++) {
		X509 *above = find_above(sent, anchors, top);
		if (!above)
			break;
		top = above;
	}
	return missing_above(top, a, ret);
}

fault ekissuer_find(const struct bytes_list *chain, const struct anchors *anchors, struct arena *a,
		    struct missing *ret)
{
	*ret = (struct missing){ 0 };
	if (chain->n == 0)
		return NULL;
	STACK_OF(X509) *sent = sk_X509_new_null();
	NEED(sent != NULL, SYS_MEMORY);
	fault why = read_chain(chain, anchors, sent);
	if (!why)
		why = find_missing(sent, anchors, a, ret);
	sk_X509_pop_free(sent, X509_free);
	ERR_clear_error();
	return why;
}

/* --- what came from there ------------------------------------------------------------------------------ */

static bool is_wanted(X509 *x, const struct missing *wanted)
{
	const uint8_t *p = wanted->name.p;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)wanted->name.n);
	bool is_named = name && X509_NAME_cmp(X509_get_subject_name(x), name) == 0;
	X509_NAME_free(name);
	const ASN1_OCTET_STRING *key = X509_get0_subject_key_id(x);
	if (!is_named || !wanted->key_id.p || !key)
		return is_named;
	return is_bytes_equal(wanted->key_id,
			      bytes_of(ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key)));
}

static bool is_signed_by(X509 *x, X509 *above)
{
	EVP_PKEY *key = X509_get0_pubkey(above);
	return key && is_issuer_of(above, x) && X509_verify(x, key) == 1;
}

static X509 *find_signer(const struct anchors *anchors, X509 *x)
{
	const X509_NAME *issuer = X509_get_issuer_name(x);
	const struct anchors_range known[] = { anchors_find_subject(anchors, issuer),
					       anchors_find_intermediates(anchors, issuer) };
	for (size_t k = 0; k < COUNT_OF(known); k++)
		for (size_t i = 0; i < known[k].n; i++) {
			X509 *above = anchors_certificate(known[k].v[i]);
			if (above && is_signed_by(x, above))
				return above;
		}
	return NULL;
}

static fault check_certificate(X509 *x, const struct missing *wanted, const struct anchors *anchors,
			       struct arena *a, struct ekissuer_file *ret)
{
	struct ekissuer_file f = { 0 };
	NEED(x && X509_check_ca(x) == 1 && is_wanted(x, wanted) && !is_root(x), ISSUER_INVALID);
	X509 *signer = find_signer(anchors, x);
	if (signer)
		f.signer = name_text(X509_get_subject_name(signer), a);
	else
		TRY(missing_above(x, a, &f.next));
	NEED(!is_arena_full(a), SYS_MEMORY);
	*ret = f;
	return NULL;
}

static fault check_one(struct bytes der, const struct missing *wanted, const struct anchors *anchors,
		       struct arena *a, struct ekissuer_file *ret)
{
	struct ekleaf ca;
	NEED(!ekleaf_parse(der, &ca), ISSUER_INVALID);
	X509 *x = shelf_certificate(anchors_shelf(anchors), der);
	fault why = check_certificate(x, wanted, anchors, a, ret);
	X509_free(x);
	ERR_clear_error();
	TRY(why);
	ret->certificate = arena_copy(a, der);
	ret->not_after = ca.not_after;
	return is_arena_full(a) ? FAIL(SYS_MEMORY) : NULL;
}

fault ekissuer_check(struct bytes file, const struct missing *wanted, const struct anchors *anchors,
		     struct arena *a, struct ekissuer_file *ret)
{
	struct certfile *certificates = heap_need(malloc(sizeof(*certificates)));
	struct bytes der = { 0 };
	fault why = FAIL(ISSUER_INVALID);
	certfile_init(certificates, file);
	while (why == FAIL(ISSUER_INVALID) && !certfile_next(certificates, &der) && der.p)
		why = check_one(der, wanted, anchors, a, ret);
	free(certificates);
	return why;
}
