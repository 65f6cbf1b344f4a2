#include "api/serve_certificate.h"

#include "api/member.h"
#include "base/text.h"
#include "flow/certificates.h"
#include "flow/revocation.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

MEMBER_WORD(state, uint64_t, certificates_state_word)

static json_t *kind(const void *at)
{
	return json_string(*(const uint64_t *)at == FRAME_CERTIFICATE_AK ? "attestationKey" : "device");
}

static json_t *shape(const struct store_certificate *c)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_certificate, serial),
		MEMBER("managedDeviceId", member_uuid, store_certificate, device_id),
		MEMBER("kind", kind, store_certificate, kind),
		MEMBER("state", state, store_certificate, state),
		MEMBER("reason", member_nothing, store_certificate, reason),
		MEMBER("revokedDateTime", member_moment, store_certificate, revoked),
		MEMBER("notBeforeDateTime", member_moment, store_certificate, not_before),
		MEMBER("notAfterDateTime", member_moment, store_certificate, not_after),
		MEMBER("createdDateTime", member_moment, store_certificate, created),
	};
	json_t *row = MEMBER_OBJECT(members, c);
	if (c->revoked)
		json_object_set_new(row, "reason", json_string(certificates_reason_word(c->reason)));
	return row;
}

static json_t *shape_whole(const struct store_certificate *c)
{
	char out[TEXT_HEX_SIZE(TRIP_CERT_MAX)];
	json_t *row = shape(c);
	bool fits = c->der.n && c->der.n <= TRIP_CERT_MAX;
	json_object_set_new(row, "certificate", fits ? json_string(text_hex(c->der, out)) : json_null());
	return row;
}

static json_t *shape_list(const struct store_crl *c)
{
	static const struct member members[] = {
		MEMBER("id", member_text, store_crl, name),
		MEMBER("number", member_number, store_crl, number),
		MEMBER("entries", member_number, store_crl, entries),
		MEMBER("thisUpdateDateTime", member_moment, store_crl, this_update),
		MEMBER("nextUpdateDateTime", member_moment, store_crl, next_update),
		MEMBER("isDue", member_truth, store_crl, state),
	};
	return MEMBER_OBJECT(members, c);
}

/* --- lists ---------------------------------------------------------------------------------------------- */

static fault list(struct serve *s, const struct certificates_of *of)
{
	struct store_page page;
	struct store_certificate_list rows;
	TRY(serving_read_page(s, s->c->skip, PROFILE_SERIAL_SIZE, &page));
	TRY(certificates_list(s->f, of, page, s->a, &rows));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < rows.n; i++)
		json_array_append_new(p.rows, shape(&rows.v[i]));
	if (rows.n == page.limit)
		p.last = rows.v[rows.n - 1].serial;
	return serving_answer_page(s, &p, "");
}

fault serve_certificate_list(struct serve *s)
{
	return list(s, &(struct certificates_of){ 0 });
}

fault serve_certificate_list_revoked(struct serve *s)
{
	return list(s, &(struct certificates_of){ .is_revoked = true });
}

fault serve_certificate_list_of_device(struct serve *s)
{
	struct certificates_of of = { 0 };
	TRY(serving_read_id(s, &of.device_id));
	return list(s, &of);
}

fault serve_certificate_lists(struct serve *s)
{
	struct store_crl_list rows;
	TRY(revocation_list(s->f, s->a, &rows));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < rows.n; i++)
		json_array_append_new(p.rows, shape_list(&rows.v[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_certificate_count(struct serve *s)
{
	struct certificates_count n;
	json_t *row = json_object();
	TRY(certificates_count(s->f, &n));
	for (size_t i = STORE_CERTIFICATE_INTENT; i < COUNT_OF(n.of); i++)
		json_object_set_new(row, certificates_state_word(i), json_integer((json_int_t)n.of[i]));
	return serving_answer_json(s, row);
}

/* --- one ------------------------------------------------------------------------------------------------ */

static fault read_order(struct serve *s, struct certificates_order *ret)
{
	uint8_t *serial = arena_alloc(s->a, PROFILE_SERIAL_SIZE);
	NEED(serial != NULL, SYS_MEMORY);
	NEED(text_hex_parse(s->c->target, serial, PROFILE_SERIAL_SIZE), NOT_FOUND);
	*ret = (struct certificates_order){ &s->by, bytes_of(serial, PROFILE_SERIAL_SIZE) };
	return NULL;
}

static fault answer_one(struct serve *s, struct bytes serial)
{
	struct store_certificate *row = NULL;
	TRY(certificates_get(s->f, serial, s->a, &row));
	return serving_answer_json(s, shape_whole(row));
}

fault serve_certificate_get(struct serve *s)
{
	struct certificates_order o;
	TRY(read_order(s, &o));
	return answer_one(s, o.serial);
}

fault serve_certificate_revoke(struct serve *s)
{
	struct certificates_order o;
	struct certificate_end in;
	TRY(read_order(s, &o));
	TRY(message_parse(&certificate_end_message, s->c->body, &in));
	TRY(certificates_revoke(s->f, &o, &in));
	return answer_one(s, o.serial);
}

fault serve_certificate_hold(struct serve *s)
{
	struct certificates_order o;
	TRY(read_order(s, &o));
	return certificates_hold(s->f, &o);
}

fault serve_certificate_release(struct serve *s)
{
	struct certificates_order o;
	TRY(read_order(s, &o));
	return certificates_release(s->f, &o);
}
