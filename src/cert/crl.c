#include "cert/crl.h"

#include <openssl/sha.h>

#include "base/text.h"
#include "cert/oid.h"
#include "cert/point.h"
#include "cert/tbs.h"
#include "wire/der.h"

#define VERSION_2 1

/* RFC 5280 §5.3.1: 7 is not used, and 8 belongs to delta lists, which there are none of here. */
static const char *const reasons[] = {
	[CRL_UNSPECIFIED] = "unspecified",
	[CRL_KEY_COMPROMISE] = "keyCompromise",
	[CRL_CA_COMPROMISE] = "cACompromise",
	[CRL_AFFILIATION_CHANGED] = "affiliationChanged",
	[CRL_SUPERSEDED] = "superseded",
	[CRL_CESSATION] = "cessationOfOperation",
	[CRL_HOLD] = "certificateHold",
	[CRL_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
	[CRL_AA_COMPROMISE] = "aACompromise",
};

bool is_crl_reason(uint64_t reason)
{
	return reason < COUNT_OF(reasons) && reasons[reason];
}

const char *crl_reason_word(enum crl_reason reason)
{
	return is_crl_reason(reason) ? reasons[reason] : "unknown";
}

bool crl_reason_find(struct bytes word, enum crl_reason *ret)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		if (!reasons[i] || !is_bytes_text(word, reasons[i]))
			continue;
		*ret = (enum crl_reason)i;
		return true;
	}
	return false;
}

void crl_put_row(const struct crl_row *row, struct wr *w)
{
	if (row->serial.n != POINT_SERIAL_SIZE)
		w->bad = true;
	wr_bytes(w, row->serial);
	wr_be64(w, (uint64_t)row->time);
	wr_u8(w, (uint8_t)row->reason);
}

struct crl_row crl_get_row(struct rd *r)
{
	struct crl_row row = { .serial = rd_bytes(r, POINT_SERIAL_SIZE) };
	row.time = (int64_t)rd_be64(r);
	row.reason = (enum crl_reason)rd_u8(r);
	return row;
}

static struct point point_of_list(const struct crl *c)
{
	return (struct point){ c->lists, c->list, c->generation };
}

static fault check_rows(const struct crl *c)
{
	const struct point own = point_of_list(c);
	uint8_t last[POINT_SERIAL_SIZE], upto[POINT_SERIAL_SIZE];
	NEED(is_point(own), SIGNER_REFUSED);
	point_get_range(own, last, upto);
	struct bytes before = BYTES_OF(last);
	struct rd r = rd_of(c->revoked);
	while (rd_left(&r)) {
		struct crl_row row = crl_get_row(&r);
		NEED(!r.bad && is_crl_reason(row.reason), SIGNER_REFUSED);
		NEED(bytes_compare(row.serial, before) > 0, SIGNER_REFUSED);
		before = row.serial;
	}
	NEED(is_rd_done(&r) && bytes_compare(before, BYTES_OF(upto)) <= 0, SIGNER_REFUSED);
	return NULL;
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

static void put_row(const struct crl_row *row, struct wr *w)
{
	size_t entry = der_open(w, DER_SEQUENCE);
	der_put_magnitude(w, row->serial);
	der_put_time(w, row->time);
	if (row->reason != CRL_UNSPECIFIED) {
		size_t extensions = der_open(w, DER_SEQUENCE);
		put_extension(w, OID_CRL_REASON, DER_ENUMERATED, row->reason);
		der_close(w, extensions);
	}
	der_close(w, entry);
}

/* RFC 5280 §5.1.2.6: an empty revokedCertificates must be absent. */
static void put_rows(struct bytes rows, struct wr *w)
{
	struct rd r = rd_of(rows);
	if (!rows.n)
		return;
	size_t list = der_open(w, DER_SEQUENCE);
	while (rd_left(&r)) {
		struct crl_row row = crl_get_row(&r);
		put_row(&row, w);
	}
	der_close(w, list);
}

/* A list that holds all there are needs no address: it is good wherever it was found. */
static void put_scope(const struct crl *c, const struct issuer *by, struct wr *w)
{
	char path[POINT_PATH_SIZE];
	uint8_t url[ISSUER_ADDRESS_SIZE];
	const struct point own = point_of_list(c);
	if (own.count > 1)
		tbs_write_scope(issuer_address(by, point_path(own, path), url), w);
}

static void put_extensions(const struct crl *c, const struct issuer *by, struct wr *w)
{
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	size_t list = der_open(w, DER_SEQUENCE);
	tbs_write_authority(by->key_id, w);
	put_extension(w, OID_CRL_NUMBER, DER_INTEGER, c->number);
	put_scope(c, by, w);
	der_close(w, list);
	der_close(w, outer);
}

fault crl_build(const struct crl *c, const struct issuer *by, struct wr *w)
{
	NEED(c->this_update < c->next_update && c->next_update <= INT64_MAX, SIGNER_REFUSED);
	NEED(c->generation == by->generation, SIGNER_REFUSED);
	TRY(check_rows(c));
	size_t whole = der_open(w, DER_SEQUENCE);
	der_put_small(w, VERSION_2);
	tbs_write_algorithm(w);
	wr_bytes(w, by->name);
	der_put_time(w, (int64_t)c->this_update);
	der_put_time(w, (int64_t)c->next_update);
	put_rows(c->revoked, w);
	put_extensions(c, by, w);
	der_close(w, whole);
	NEED(!w->bad, SYS_MEMORY);
	return NULL;
}

fault crl_hash(const struct crl *c, const struct issuer *by, struct wr *w, uint8_t ret[static CRL_HASH_SIZE])
{
	size_t start = w->at;
	TRY(crl_build(c, by, w));
	NEED(SHA256(w->p + start, w->at - start, ret), BUG);
	return NULL;
}
