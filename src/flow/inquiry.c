#include "flow/inquiry.h"

#include "base/base64.h"
#include "base/text.h"
#include "store/store_certificate.h"

/* --- verify --------------------------------------------------------------------------------------------- */

/* What stands behind the path, or the absent view; one octet at least where it is there. */
static struct bytes rest_of(struct bytes target)
{
	static const char path[] = ISSUER_PATH_OCSP;
	size_t n = sizeof(path) - 1;
	return is_bytes_text(bytes_slice(target, 0, n), path) ? bytes_slice(target, n, target.n - n) :
								(struct bytes){ 0 };
}

bool is_inquiry_target(struct bytes target)
{
	struct bytes rest = rest_of(target);
	return is_bytes_text(target, ISSUER_PATH_OCSP) || (rest.n && rest.p[0] == '/');
}

/* Percent signs undone; many clients leave out what base64 would need of them, which is read as it stands. */
static fault decode(struct bytes in, struct arena *a, struct bytes *ret)
{
	uint8_t *text = arena_alloc(a, in.n + 1);
	NEED(text != NULL, SYS_MEMORY);
	struct wr w = wr_of(text, in.n);
	for (size_t i = 0; i < in.n; i++) {
		uint8_t octet = in.p[i];
		if (octet == '%') {
			NEED(text_hex_parse(bytes_slice(in, i + 1, 2), &octet, 1), PARSE_ENVELOPE);
			i += 2;
		}
		wr_u8(&w, octet);
	}
	*ret = wr_done(&w);
	return NULL;
}

static fault read_path(struct bytes target, struct arena *a, struct bytes *ret)
{
	struct bytes rest = rest_of(target), text = { 0 };
	TRY(decode(bytes_slice(rest, 1, rest.n ? rest.n - 1 : 0), a, &text));
	uint8_t *octets = arena_alloc(a, text.n + 1);
	NEED(octets != NULL, SYS_MEMORY);
	struct wr w = wr_of(octets, text.n);
	NEED(base64_parse(text, &w), PARSE_ENVELOPE);
	*ret = wr_done(&w);
	return NULL;
}

fault inquiry_read(const struct request *r, struct arena *a, struct inquiry *ret)
{
	bool is_post = is_bytes_text(r->method, "POST");
	struct bytes question = r->body;
	NEED(is_post || is_bytes_text(r->method, "GET"), METHOD_UNKNOWN);
	if (!is_post)
		TRY(read_path(r->target, a, &question));
	NEED(!is_post || is_bytes_text(r->content_type, INQUIRY_TYPE), PARSE_ENVELOPE);
	NEED(!is_post || is_bytes_text(r->target, ISSUER_PATH_OCSP), PARSE_ENVELOPE);
	TRY(ocsp_parse(question, ret));
	ret->request_id = r->request_id;
	return NULL;
}

/* --- core ----------------------------------------------------------------------------------------------- */

/* RFC 6960 §2.2: held is revoked, with a reason that says that it may pass. */
static const enum ocsp_standing standings[] = {
	[STORE_CERTIFICATE_INTENT] = OCSP_UNKNOWN, [STORE_CERTIFICATE_ISSUED] = OCSP_GOOD,
	[STORE_CERTIFICATE_VOID] = OCSP_UNKNOWN,   [STORE_CERTIFICATE_REVOKED] = OCSP_REVOKED,
	[STORE_CERTIFICATE_HELD] = OCSP_REVOKED,
};

static void put_record(const struct store_certificate *c, struct standing *ret)
{
	if (c->state >= COUNT_OF(standings) || !standings[c->state])
		return;
	ret->status = standings[c->state];
	if (ret->status != OCSP_REVOKED)
		return;
	ret->revoked = (uint64_t)c->revoked;
	ret->reason = c->reason;
}

static const struct issuer *find_issuer(const struct flow *f, const struct inquiry *i)
{
	for (size_t k = 0; k <= f->formers; k++)
		if (is_ocsp_of(i, &f->issuer[k]))
			return &f->issuer[k];
	return NULL;
}

fault inquiry_get(struct flow *f, const struct inquiry *i, struct arena *a, struct standing *ret)
{
	struct store_certificate *c = NULL;
	const struct issuer *by = find_issuer(f, i);
	NEED(by != NULL, NOT_FOUND);
	*ret = (struct standing){
		.hash = i->hash,
		.has_null = i->has_null,
		.serial = i->serial,
		.status = OCSP_UNKNOWN,
		.this_update = (uint64_t)f->now,
		.next_update = (uint64_t)f->now + f->limits->answer_s,
		.nonce = i->nonce,
		.generation = by->generation,
	};
	if (i->serial.n != PROFILE_SERIAL_SIZE)
		return NULL;
	fault why = store_certificate_get(f->store, i->serial, a, &c);
	if (!why && c->generation == by->generation)
		put_record(c, ret);
	return why == FAIL(NOT_FOUND) ? NULL : why;
}
