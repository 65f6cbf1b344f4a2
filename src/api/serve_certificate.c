#include "api/serve_certificate.h"

#include "api/member.h"
#include "api/property.h"
#include "base/text.h"
#include "flow/certificates.h"
#include "flow/revocation.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

static json_t *shape_whole(const struct store_certificate *c)
{
	char out[TEXT_HEX_SIZE(TRIP_CERT_MAX)];
	json_t *row = property_object(property_list_find(ENDPOINT_CERTIFICATES), 0, c);
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
		MEMBER("issuerGeneration", member_number, store_crl, generation),
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
	const struct property_list *shown = property_list_find(ENDPOINT_CERTIFICATES);
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < rows.n; i++)
		json_array_append_new(p.rows, property_object(shown, 0, &rows.v[i]));
	if (rows.n == page.limit)
		p.last = rows.v[rows.n - 1].serial;
	return serving_answer_page(s, &p, "");
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

static json_t *shape_issuer(const struct certificates_issuer *i)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, certificates_issuer, digest),
		MEMBER("generation", member_number, certificates_issuer, generation),
		MEMBER("isPresent", member_truth, certificates_issuer, is_present),
		MEMBER("notBeforeDateTime", member_moment, certificates_issuer, not_before),
		MEMBER("notAfterDateTime", member_moment, certificates_issuer, not_after),
		MEMBER("keyId", member_hex, certificates_issuer, key_id),
		MEMBER("issued", member_number, certificates_issuer, issued),
		MEMBER("inForce", member_number, certificates_issuer, in_force),
	};
	return MEMBER_OBJECT(members, i);
}

fault serve_certificate_list_issuers(struct serve *s)
{
	struct certificates_issuer_list list;
	TRY(certificates_list_issuers(s->f, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++)
		json_array_append_new(p.rows, shape_issuer(&list.v[i]));
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
