#include "cert/crl.h"

#include "cert/oid.h"
#include "cert/tbs.h"
#include "wire/der.h"

#define VERSION_2 1

static bool is_reason(enum crl_reason reason)
{
	/* RFC 5280 §5.3.1: 7 is not used, and 8 belongs to delta lists, which there are none of here. */
	return (unsigned)reason <= CRL_AA_COMPROMISE && (unsigned)reason != 7 && (unsigned)reason != 8;
}

static void put_extension(struct wr *w, struct bytes oid, uint8_t tag, uint64_t v)
{
	size_t extension = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, oid);
	size_t value = der_open(w, DER_OCTET_STRING);
	if (tag == DER_INTEGER) {
		der_put_small(w, v);
	} else {
		uint8_t octet = (uint8_t)v;
		der_put(w, tag, bytes_of(&octet, 1));
	}
	der_close(w, value);
	der_close(w, extension);
}

static void put_entry(const struct crl_entry *e, struct wr *w)
{
	size_t entry = der_open(w, DER_SEQUENCE);
	der_put_magnitude(w, e->serial);
	der_put_time(w, e->time);
	if (e->reason != CRL_UNSPECIFIED) {
		size_t extensions = der_open(w, DER_SEQUENCE);
		put_extension(w, OID_CRL_REASON, DER_ENUMERATED, e->reason);
		der_close(w, extensions);
	}
	der_close(w, entry);
}

/* RFC 5280 §5.1.2.6: an empty revokedCertificates must be absent. */
static void put_entries(struct crl_entries entries, struct wr *w)
{
	if (!entries.n)
		return;
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < entries.n; i++)
		put_entry(&entries.v[i], w);
	der_close(w, list);
}

static void put_extensions(const struct crl *c, const struct issuer *by, struct wr *w)
{
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	size_t list = der_open(w, DER_SEQUENCE);
	tbs_write_authority(by->key_id, w);
	put_extension(w, OID_CRL_NUMBER, DER_INTEGER, c->number);
	der_close(w, list);
	der_close(w, outer);
}

fault crl_build(const struct crl *c, const struct issuer *by, struct crl_entries entries, struct wr *w)
{
	NEED(c->this_update < c->next_update && c->next_update <= INT64_MAX, SIGNER_REFUSED);
	for (size_t i = 0; i < entries.n; i++)
		NEED(is_reason(entries.v[i].reason) && entries.v[i].serial.n, SIGNER_REFUSED);
	size_t whole = der_open(w, DER_SEQUENCE);
	der_put_small(w, VERSION_2);
	tbs_write_algorithm(w);
	wr_bytes(w, by->name);
	der_put_time(w, (int64_t)c->this_update);
	der_put_time(w, (int64_t)c->next_update);
	put_entries(entries, w);
	put_extensions(c, by, w);
	der_close(w, whole);
	NEED(!w->bad, SYS_MEMORY);
	return NULL;
}
