#include "attest/ekchain.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "attest/ekleaf.h"
#include "wire/der.h"
#include "wire/trip.h"

/* SP 800-57 Part 1 §5.6.1: what RSA-2048 gives. */
#define CA_STRENGTH_BITS 112

/* Certificates that the way may be looked for among: as many as can be sent, and as many of our own. */
#define ABOVE_MAX (2 * TRIP_CHAIN_MAX)

#define PATH __attribute__((cleanup(path_done))) struct path

/* One chain while it is built. */
struct path {
	X509 *leaf;
	STACK_OF(X509) * sent;    /* above the leaf: as sent, then those that the snapshot knows of the way */
	struct bytes_list octets; /* of those that were sent */
	STACK_OF(X509) * trusted; /* anchors with the name of an issuer of these; the snapshot's own */
	X509_STORE_CTX *ctx;
	int64_t now;
	bool admits_expired_ca;
	bool is_in_time;
	bool has_expired_ca; /* that is let pass */
	uint32_t leniencies;
};

static void path_done(struct path *p)
{
	X509_STORE_CTX_free(p->ctx);
	sk_X509_free(p->trusted);
	sk_X509_pop_free(p->sent, X509_free);
	X509_free(p->leaf);
	ERR_clear_error();
}

/* As strict as the EK certificate itself, but that a root need not name the key above it. */
static fault read_sent(const struct ekchain *in, struct bytes nv, struct path *p)
{
	struct bytes der;
	struct ekleaf ca;
	uint32_t leniencies;
	TRY(ekleaf_unwrap(nv, &der, &leniencies));
	TRY(ekleaf_parse(der, &ca));
	p->leniencies |= leniencies | (ca.leniencies & ~LENIENCY_BIT(AUTHORITY_ABSENT));
	X509 *x = shelf_certificate(anchors_shelf(in->anchors), der);
	NEED(x, CERT_MALFORMED);
	if (bytes_list_put(&p->octets, der) && sk_X509_push(p->sent, x) > 0)
		return NULL;
	X509_free(x);
	return FAIL(SYS_MEMORY);
}

static void note_tried(struct bytes_list *tried, const struct anchors_entry *e)
{
	struct bytes fingerprint = BYTES_OF(e->fingerprint);
	bool is_known = !tried || tried->n == BYTES_LIST_MAX;
	for (size_t i = 0; !is_known && i < tried->n; i++)
		is_known = is_bytes_equal(tried->v[i], fingerprint);
	if (!is_known)
		tried->v[tried->n++] = fingerprint;
}

static bool has_pushed_between(const struct ekchain *in, struct path *p, const X509_NAME *issuer)
{
	struct anchors_range range = anchors_find_intermediates(in->anchors, issuer);
	for (size_t i = 0; i < range.n; i++) {
		X509 *certificate = anchors_certificate(range.v[i]);
		bool is_there = false;
		for (int k = 0; k < sk_X509_num(p->sent); k++)
			is_there = is_there || sk_X509_value(p->sent, k) == certificate;
		if (!certificate || is_there || sk_X509_num(p->sent) >= ABOVE_MAX)
			continue;
		note_tried(in->tried, range.v[i]);
		if (!X509_up_ref(certificate))
			return false;
		if (sk_X509_push(p->sent, certificate) > 0)
			continue;
		X509_free(certificate);
		return false;
	}
	return true;
}

static bool has_pushed(const struct ekchain *in, struct path *p, const X509_NAME *issuer)
{
	struct anchors_range range = anchors_find_subject(in->anchors, issuer);
	for (size_t i = 0; i < range.n; i++) {
		note_tried(in->tried, range.v[i]);
		X509 *certificate = anchors_certificate(range.v[i]);
		if (certificate && sk_X509_push(p->trusted, certificate) <= 0)
			return false;
	}
	return has_pushed_between(in, p, issuer);
}

/*
 * Any other anchor could not be next to one of these, so a large snapshot costs no more than a small one.
 * What the snapshot knows between them and the certificate is found on the way, and looked at in its turn.
 */
static fault find_trusted(const struct ekchain *in, struct path *p)
{
	NEED(has_pushed(in, p, X509_get_issuer_name(p->leaf)), SYS_MEMORY);
	for (int i = 0; i < sk_X509_num(p->sent); i++)
		NEED(has_pushed(in, p, X509_get_issuer_name(sk_X509_value(p->sent, i))), SYS_MEMORY);
	return NULL;
}

static fault read_path(const struct ekchain *in, struct path *ret)
{
	ret->leaf = shelf_certificate(anchors_shelf(in->anchors), in->leaf);
	NEED(ret->leaf, CERT_MALFORMED);
	ret->sent = sk_X509_new_null();
	ret->trusted = sk_X509_new_null();
	ret->ctx = X509_STORE_CTX_new();
	NEED(ret->sent && ret->trusted && ret->ctx, SYS_MEMORY);
	for (size_t i = 1; i < in->sent->n; i++)
		TRY(read_sent(in, in->sent->v[i], ret));
	return find_trusted(in, ret);
}

/* RFC 5280 §4.1.2.5: both ends belong to the validity. */
static bool is_issued_within(const X509 *leaf, const X509 *ca)
{
	const ASN1_TIME *issued = X509_get0_notBefore(leaf);
	int begun = ASN1_TIME_compare(issued, X509_get0_notBefore(ca));
	int ended = ASN1_TIME_compare(issued, X509_get0_notAfter(ca));
	return begun >= 0 && (ended == 0 || ended == -1); /* -2: no time */
}

/* RFC 5280 §4.1.2.5 again; OpenSSL takes the last second of a validity to be after it. */
static bool is_last_second(const struct path *p, const X509 *ca)
{
	return ASN1_TIME_cmp_time_t(X509_get0_notAfter(ca), (time_t)p->now) == 0;
}

static void note_time(struct path *p, int error, const X509 *ca)
{
	bool is_expired = error == X509_V_ERR_CERT_HAS_EXPIRED;
	if (is_expired && is_last_second(p, ca))
		return;
	if (p->admits_expired_ca && is_expired && is_issued_within(p->leaf, ca))
		p->has_expired_ca = true;
	else
		p->is_in_time = false;
}

/* What has a row of its own does not end the building of the chain. */
static int on_result(int ok, X509_STORE_CTX *ctx)
{
	struct path *p = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	bool leaf = X509_STORE_CTX_get_error_depth(ctx) == 0;
	bool time = error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
	if (ok || (leaf && error == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION))
		return 1;
	if (time && !leaf)
		note_time(p, error, X509_STORE_CTX_get_current_cert(ctx));
	return time;
}

/* RFC 5280 §6.1.1 (c): without it no policy would be enough for a CA that demands one. */
static bool admits_any_policy(X509_STORE_CTX *ctx)
{
	ASN1_OBJECT *any = OBJ_nid2obj(NID_any_policy); /* static, not ours to free */
	return X509_VERIFY_PARAM_add0_policy(X509_STORE_CTX_get0_param(ctx), any) == 1;
}

static bool is_verified(const struct ekchain *in, struct path *p)
{
	p->is_in_time = true;
	p->now = in->now;
	p->admits_expired_ca = in->admits_expired_ca;
	if (X509_STORE_CTX_init(p->ctx, NULL, p->leaf, p->sent) != 1)
		return false;
	X509_STORE_CTX_set0_trusted_stack(p->ctx, p->trusted);
	X509_STORE_CTX_set_flags(p->ctx, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK);
	if (!admits_any_policy(p->ctx))
		return false;
	X509_STORE_CTX_set_depth(p->ctx, EKCHAIN_BETWEEN_MAX);
	X509_STORE_CTX_set_time(p->ctx, 0, (time_t)in->now);
	X509_STORE_CTX_set_app_data(p->ctx, p);
	X509_STORE_CTX_set_verify_cb(p->ctx, on_result);
	return X509_verify_cert(p->ctx) == 1;
}

/* Only what led to an anchor: nobody fills the shelf who has no genuine certificate. */
static void remember(const struct ekchain *in, const struct path *p)
{
	struct shelf *shelf = anchors_shelf(in->anchors);
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(p->ctx);
	shelf_put(shelf, in->leaf, p->leaf);
	for (size_t i = 0; i < p->octets.n; i++) {
		X509 *x = sk_X509_value(p->sent, (int)i);
		if (sk_X509_find(chain, x) >= 0)
			shelf_put(shelf, p->octets.v[i], x);
	}
}

/* Errors that say something else than "broken". */
static enum check_id check_of_error(int error)
{
	static const struct {
		int error;
		enum check_id check;
	} rows[] = {
		{ X509_V_ERR_CERT_CHAIN_TOO_LONG, CHECK_EK_CERT_CHAIN_SIZE },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, CHECK_EK_CERT_CHAIN },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, CHECK_EK_CERT_CHAIN },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CHECK_EK_CERT_CHAIN },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CHECK_EK_CERT_CHAIN },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, CHECK_EK_CERT_CHAIN },
		{ X509_V_ERR_CERT_UNTRUSTED, CHECK_EK_CERT_CHAIN },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].error == error)
			return rows[i].check;
	return CHECK_EK_CERT_CHAIN_VALID;
}

/* The first one that fails leaves those after it not run. */
static void settle_refused(int error, uint8_t *outcomes)
{
	static const enum check_id ladder[] = { CHECK_EK_CERT_CHAIN_SIZE, CHECK_EK_CERT_CHAIN,
						CHECK_EK_CERT_CHAIN_VALID };
	enum check_id failed = check_of_error(error);
	for (size_t i = 0; ladder[i] != failed; i++)
		verdict_judge(outcomes, ladder[i], true);
	verdict_judge(outcomes, failed, false);
}

/* FIPS 180-4 SHA-256 and longer, under RSA or ECDSA. */
static bool is_strong_signature(const X509 *x)
{
	static const int known[] = { NID_sha256WithRSAEncryption, NID_sha384WithRSAEncryption,
				     NID_sha512WithRSAEncryption, NID_ecdsa_with_SHA256,
				     NID_ecdsa_with_SHA384,       NID_ecdsa_with_SHA512 };
	int nid = X509_get_signature_nid(x);
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (known[i] == nid)
			return true;
	int hash = NID_undef;
	bool pss = nid == NID_rsassaPss && X509_get_signature_info((X509 *)x, &hash, NULL, NULL, NULL) == 1;
	return pss && (hash == NID_sha256 || hash == NID_sha384 || hash == NID_sha512);
}

/* The anchor's own signature says nothing: it is trusted as it is. */
static bool is_strong_chain(STACK_OF(X509) * chain)
{
	for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
		const EVP_PKEY *signer = X509_get0_pubkey(sk_X509_value(chain, i + 1));
		if (!signer || EVP_PKEY_get_security_bits(signer) < CA_STRENGTH_BITS)
			return false;
		if (!is_strong_signature(sk_X509_value(chain, i)))
			return false;
	}
	return true;
}

/* Its key, not its certificate: a CA that is denied has others, or makes them. */
static bool is_signed_by_denied(const struct ekchain *in, X509 *x)
{
	struct anchors_range denied = anchors_find_denied(in->anchors, X509_get_issuer_name(x));
	for (size_t i = 0; i < denied.n; i++) {
		note_tried(in->tried, denied.v[i]);
		X509 *ca = anchors_certificate(denied.v[i]);
		if (ca && X509_verify(x, X509_get0_pubkey(ca)) == 1)
			return true;
	}
	ERR_clear_error();
	return false;
}

/* Of a way that was found, all below the anchor; where none was, all that could have been on it. */
static bool is_denied(const struct ekchain *in, const struct path *p, bool is_found)
{
	STACK_OF(X509) *above = is_found ? X509_STORE_CTX_get0_chain(p->ctx) : p->sent;
	int end = sk_X509_num(above) - (is_found ? 1 : 0);
	if (is_signed_by_denied(in, p->leaf))
		return true;
	for (int i = is_found ? 1 : 0; i < end; i++)
		if (is_signed_by_denied(in, sk_X509_value(above, i)))
			return true;
	return false;
}

static const struct anchors_entry *find_anchor(const struct anchors *anchors, STACK_OF(X509) * chain)
{
	const X509 *last = sk_X509_value(chain, sk_X509_num(chain) - 1);
	struct anchors_range same = anchors_find_subject(anchors, X509_get_subject_name(last));
	for (size_t i = 0; i < same.n; i++)
		if (same.v[i]->certificate == last)
			return same.v[i];
	return NULL;
}

/* --- whether any of it is revoked ----------------------------------------------------------------------- */

/* The octets of a certificate above the leaf. */
static struct bytes octets_of(const struct ekchain *in, const struct path *p, X509 *x)
{
	for (size_t i = 0; i < p->octets.n; i++)
		if (sk_X509_value(p->sent, (int)i) == x)
			return p->octets.v[i];
	const X509_NAME *name = X509_get_subject_name(x);
	const struct anchors_range known[] = { anchors_find_subject(in->anchors, name),
					       anchors_find_intermediates(in->anchors, name) };
	for (size_t k = 0; k < COUNT_OF(known); k++)
		for (size_t i = 0; i < known[k].n; i++)
			if (known[k].v[i]->certificate == x)
				return bytes_of(known[k].v[i]->der, known[k].v[i]->size);
	return (struct bytes){ 0 };
}

/* What was imported need not be as strict as what a device sends, but it has a number (RFC 5280 §4.1). */
static void read_number(struct bytes der, struct eklists_subject *ret)
{
	struct ekleaf read;
	struct rd all = rd_of(der);
	struct rd outer = der_enter(&all, DER_SEQUENCE);
	struct rd tbs = der_enter(&outer, DER_SEQUENCE);
	if (is_der_next(&tbs, DER_CONTEXT_CONSTRUCTED(0)))
		der_any(&tbs);
	ret->serial = der_get(&tbs, DER_INTEGER);
	if (!ekleaf_parse(der, &read))
		ret->points = read.points;
}

static bool is_way_read(const struct ekchain *in, const struct path *p, struct ekchain_way *ret)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(p->ctx);
	ret->n = 0;
	for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
		struct eklists_subject *s = &ret->v[ret->n++];
		X509 *issuer = sk_X509_value(chain, i + 1);
		*s = (struct eklists_subject){ .is_ca = i > 0 };
		s->authority = octets_of(in, p, issuer);
		read_number(i ? octets_of(in, p, sk_X509_value(chain, i)) : in->leaf, s);
		if (!s->serial.p || !s->authority.p || eklist_issuer_id(issuer, s->issuer))
			return false;
	}
	return true;
}

static void judge_standing(const struct ekchain *in, struct path *p, uint8_t *outcomes)
{
	struct ekchain_way way;
	uint32_t leniencies = 0;
	const struct eklists *lists = in->eklists ? in->eklists : anchors_eklists(in->anchors);
	bool is_revoked = !is_way_read(in, p, &way);
	for (size_t i = 0; !is_revoked && i < way.n; i++) {
		struct eklists_finding f;
		eklists_judge(lists, &way.v[i], in->now, &f);
		is_revoked = f.is_revoked;
		if (f.is_named && !f.is_current)
			leniencies |= f.is_present ? LENIENCY_BIT(CRL_STALE) : LENIENCY_BIT(CRL_ABSENT);
	}
	verdict_judge(outcomes, CHECK_EK_CERT_UNREVOKED, !is_revoked);
	verdict_judge(outcomes, CHECK_EK_CERT_LISTED, !leniencies || in->admits_unlisted);
	if (in->admits_unlisted)
		p->leniencies |= leniencies;
	if (in->way)
		*in->way = way;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

/* Judges a chain that could be read. */
static const struct anchors_entry *judge(const struct ekchain *in, struct path *p, uint8_t *outcomes)
{
	verdict_judge(outcomes, CHECK_EK_CERT_CHAIN_SIZE, true);
	if (!X509_get0_pubkey(p->leaf))
		return NULL;
	bool is_found = is_verified(in, p), is_allowed = !is_denied(in, p, is_found);
	verdict_judge(outcomes, CHECK_EK_CERT_CA_ALLOWED, is_allowed);
	if (!is_allowed)
		return NULL;
	if (!is_found) {
		settle_refused(X509_STORE_CTX_get_error(p->ctx), outcomes);
		return NULL;
	}
	remember(in, p);
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(p->ctx);
	verdict_judge(outcomes, CHECK_EK_CERT_CHAIN, true);
	verdict_judge(outcomes, CHECK_EK_CERT_CHAIN_VALID, true);
	verdict_judge(outcomes, CHECK_EK_CERT_CHAIN_TIME, p->is_in_time);
	verdict_judge(outcomes, CHECK_EK_CERT_SIGNATURE, is_strong_chain(chain));
	if (p->is_in_time && p->has_expired_ca)
		p->leniencies |= LENIENCY_BIT(CA_EXPIRED);
	judge_standing(in, p, outcomes);
	return find_anchor(in->anchors, chain);
}

const struct anchors_entry *ekchain_judge(const struct ekchain *in, uint8_t outcomes[static CHECK_COUNT],
					  uint32_t *leniencies)
{
	PATH path = { 0 };
	if (in->sent->n > TRIP_CHAIN_MAX) {
		verdict_judge(outcomes, CHECK_EK_CERT_CHAIN_SIZE, false);
		return NULL;
	}
	fault why = read_path(in, &path);
	if (why) {
		bool is_encoded = why != FAIL(CERT_NOT_DER);
		verdict_judge(outcomes, is_encoded ? CHECK_EK_CERT_FORM : CHECK_EK_CERT_DER, false);
		return NULL;
	}
	const struct anchors_entry *anchor = judge(in, &path, outcomes);
	*leniencies |= path.leniencies;
	return anchor;
}
