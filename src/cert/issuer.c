#include "cert/issuer.h"

#include "base/wr.h"
#include "cert/oid.h"
#include "wire/der.h"

/* What is looked for among the extensions. */
struct found {
	struct bytes key_id;
	bool is_ca;
};

static void read_constraints(struct rd *value, struct found *ret)
{
	struct rd list = der_enter(value, DER_SEQUENCE);
	ret->is_ca = is_der_next(&list, DER_BOOLEAN) && der_bool(&list);
	rd_need(value, !list.bad);
}

static void read_extension(struct rd *r, struct found *ret)
{
	struct rd extension = der_enter(r, DER_SEQUENCE);
	struct bytes oid = der_get(&extension, DER_OID);
	if (is_der_next(&extension, DER_BOOLEAN))
		der_bool(&extension);
	struct rd value = der_enter(&extension, DER_OCTET_STRING);
	if (is_bytes_equal(oid, OID_SUBJECT_KEY_ID))
		ret->key_id = der_get(&value, DER_OCTET_STRING);
	if (is_bytes_equal(oid, OID_BASIC_CONSTRAINTS))
		read_constraints(&value, ret);
	rd_need(r, is_rd_done(&extension) && !value.bad);
}

static struct found read_extensions(struct rd *tbs)
{
	struct found found = { 0 };
	struct rd outer = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(3));
	struct rd list = der_enter(&outer, DER_SEQUENCE);
	while (rd_left(&list))
		read_extension(&list, &found);
	rd_need(tbs, is_rd_done(&list) && is_rd_done(&outer));
	return found;
}

static struct bytes whole_sequence(struct rd *r)
{
	struct der value = der_any(r);
	rd_need(r, value.tag == DER_SEQUENCE);
	return value.whole;
}

fault issuer_parse(struct bytes certificate, struct issuer *ret)
{
	struct issuer i = { .certificate = certificate, .lists = 1 };
	struct rd r = rd_of(certificate);
	struct rd whole = der_enter(&r, DER_SEQUENCE);
	struct rd tbs = der_enter(&whole, DER_SEQUENCE);
	der_get(&tbs, DER_CONTEXT_CONSTRUCTED(0));
	der_get(&tbs, DER_INTEGER);
	der_get(&tbs, DER_SEQUENCE);
	der_get(&tbs, DER_SEQUENCE);
	struct rd validity = der_enter(&tbs, DER_SEQUENCE);
	i.not_before = der_time(&validity);
	i.not_after = der_time(&validity);
	i.name = whole_sequence(&tbs);
	i.key = whole_sequence(&tbs);
	struct found found = read_extensions(&tbs);
	i.key_id = found.key_id;
	der_get(&whole, DER_SEQUENCE);
	der_get(&whole, DER_BIT_STRING);
	NEED(is_rd_done(&validity) && is_rd_done(&tbs), CERT_MALFORMED);
	NEED(is_rd_done(&whole) && is_rd_done(&r), CERT_MALFORMED);
	NEED(found.is_ca && i.key_id.n == ISSUER_KEY_ID_SIZE, CERT_MALFORMED);
	*ret = i;
	return NULL;
}

struct bytes issuer_address(const struct issuer *by, const char *path,
			    uint8_t out[static ISSUER_ADDRESS_SIZE])
{
	struct wr w = wr_of(out, ISSUER_ADDRESS_SIZE);
	wr_bytes(&w, by->url);
	wr_bytes(&w, bytes_text(path));
	return by->url.p ? bytes_of(out, w.bad ? 0 : w.at) : (struct bytes){ 0 };
}
