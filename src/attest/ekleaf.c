#include "attest/ekleaf.h"

#include "wire/der.h"

/* X.690 §8.1.2, §8.1.3 */
#define TAG_CONSTRUCTED 0x20
#define TAG_CLASS 0xC0
#define TAG_LONG 0x1F
#define LENGTH_LONG 0x80
#define LENGTH_OCTETS_MAX 4

/*
 * TCG PC Client, TCG_PCCLIENT_STORED_CERT: 10 01, certificate type 0, 16-bit size; then maybe TCG_FULL_CERT.
 */
#define NV_HEADER_SIZE 5
#define NV_TAG_STORED 0x1001
#define NV_TYPE_WHOLE 0
#define NV_TAG_FULL 0x1002

#define DEPTH_MAX 16
#define EXTENSIONS_MAX BYTES_LIST_MAX
#define SERIAL_SIZE_MAX 21

const char *const ekleaf_leniency_words[EKLEAF_LENIENCY_COUNT] = {
#define L(name, what) [EKLEAF_##name] = what,
	EKLEAF_LENIENCIES(L)
#undef L
};

/* --- the octets: are they DER? ----------------------------------------------------------------------- */

struct head {
	uint8_t tag;
	size_t size; /* octets of tag and length */
	size_t n;    /* octets of the content */
};

static fault read_head(struct bytes in, fault when_short, struct head *ret)
{
	TRY(in.n >= 2 ? NULL : when_short);
	struct head h = { .tag = in.p[0], .size = 2, .n = in.p[1] };
	NEED(h.tag && (h.tag & TAG_LONG) != TAG_LONG, CERT_MALFORMED);
	if (h.n >= LENGTH_LONG) {
		size_t width = h.n - LENGTH_LONG;
		NEED(width > 0, CERT_NOT_DER);
		NEED(width <= LENGTH_OCTETS_MAX, CERT_MALFORMED);
		TRY(in.n >= h.size + width ? NULL : when_short);
		h.n = 0;
		for (size_t i = 0; i < width; i++)
			h.n = h.n << 8 | in.p[h.size + i];
		NEED(in.p[h.size] != 0 && h.n >= LENGTH_LONG, CERT_NOT_DER);
		h.size += width;
	}
	TRY(in.n - h.size >= h.n ? NULL : when_short);
	*ret = h;
	return NULL;
}

static fault check_boolean(struct bytes b)
{
	NEED(b.n == 1, CERT_MALFORMED);
	NEED(b.p[0] == 0 || b.p[0] == 0xFF, CERT_NOT_DER);
	return NULL;
}

static fault check_integer(struct bytes b)
{
	NEED(b.n > 0, CERT_MALFORMED);
	bool padded = b.n > 1 && ((b.p[0] == 0 && b.p[1] < 0x80) || (b.p[0] == 0xFF && b.p[1] >= 0x80));
	NEED(!padded, CERT_NOT_DER);
	return NULL;
}

static fault check_bit_string(struct bytes b)
{
	NEED(b.n > 0 && b.p[0] <= 7 && (b.n > 1 || b.p[0] == 0), CERT_MALFORMED);
	unsigned unused = (1u << b.p[0]) - 1;
	NEED((b.p[b.n - 1] & unused) == 0 || b.n == 1, CERT_NOT_DER);
	return NULL;
}

static fault check_null(struct bytes b)
{
	NEED(b.n == 0, CERT_MALFORMED);
	return NULL;
}

static fault check_oid(struct bytes b)
{
	NEED(b.n > 0 && b.p[b.n - 1] < 0x80, CERT_MALFORMED);
	bool starts = true;
	for (size_t i = 0; i < b.n; i++) {
		NEED(!starts || b.p[i] != 0x80, CERT_NOT_DER);
		starts = b.p[i] < 0x80;
	}
	return NULL;
}

static const struct form {
	uint8_t tag;
	fault (*check)(struct bytes content);
} forms[] = {
	{ DER_BOOLEAN, check_boolean }, { DER_INTEGER, check_integer }, { DER_BIT_STRING, check_bit_string },
	{ DER_NULL, check_null },       { DER_OID, check_oid },         { DER_ENUMERATED, check_integer },
};

/* X.690 §8.9, §8.11: sequences and sets are constructed; §10.2: nothing else of the universal class is. */
static fault check_value(uint8_t tag, struct bytes content)
{
	bool universal = (tag & TAG_CLASS) == 0;
	bool list = tag == DER_SEQUENCE || tag == DER_SET;
	if (!universal || list)
		return NULL;
	NEED((tag | TAG_CONSTRUCTED) != DER_SEQUENCE && (tag | TAG_CONSTRUCTED) != DER_SET, CERT_MALFORMED);
	NEED(!(tag & TAG_CONSTRUCTED), CERT_NOT_DER);
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (forms[i].tag == tag)
			return forms[i].check(content);
	return NULL;
}

/* X.690 §11.6: as octet strings, the shorter one continued with zeros. */
static bool is_in_order(struct bytes a, struct bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	for (size_t i = 0; i < n; i++)
		if (a.p[i] != b.p[i])
			return a.p[i] < b.p[i];
	return a.n <= b.n;
}

static bool is_set_sorted(struct bytes content)
{
	struct rd r = rd_of(content);
	struct bytes last = { 0 };
	while (rd_left(&r)) {
		struct bytes value = der_any(&r).whole;
		if (!r.bad && !is_in_order(last, value))
			return false;
		last = value;
	}
	return true;
}

/* Visits every value, however deep, without recursion: end[] holds where the open ones close. */
static fault check_form(struct bytes in, uint32_t *leniencies)
{
	size_t end[DEPTH_MAX] = { in.n }, depth = 0, at = 0;
	while (at < in.n) {
		struct head h;
		while (at == end[depth])
			depth--;
		TRY(read_head(bytes_slice(in, at, end[depth] - at), FAIL(CERT_MALFORMED), &h));
		at += h.size;
		struct bytes content = bytes_slice(in, at, h.n);
		TRY(check_value(h.tag, content));
		/* A certificate has sets in its names alone. */
		if (h.tag == DER_SET && !is_set_sorted(content))
			*leniencies |= 1u << EKLEAF_NAME_ORDER;
		if (h.tag & TAG_CONSTRUCTED) {
			NEED(depth + 1 < DEPTH_MAX, CERT_MALFORMED);
			end[++depth] = at + h.n;
		} else {
			at += h.n;
		}
	}
	return NULL;
}

/* --- NV: header and padding -------------------------------------------------------------------------- */

static bool is_padding(struct bytes b)
{
	return is_bytes_uniform(b, 0x00) || is_bytes_uniform(b, 0xFF);
}

/* Sets ret to what the header says is inside and ret_after to what follows that. */
static fault read_nv_header(struct bytes nv, struct bytes *ret, struct bytes *ret_after)
{
	struct rd r = rd_of(nv);
	rd_be16(&r);
	rd_u8(&r);
	size_t size = rd_be16(&r);
	struct bytes inside = rd_bytes(&r, size);
	struct bytes after = rd_rest(&r);
	NEED(!r.bad, CERT_TRUNCATED);
	struct rd full = rd_of(inside);
	bool has_tag = rd_be16(&full) == NV_TAG_FULL;
	*ret = has_tag ? rd_rest(&full) : inside;
	*ret_after = after;
	return NULL;
}

static bool has_nv_header(struct bytes nv)
{
	struct rd r = rd_of(nv);
	uint16_t tag = rd_be16(&r);
	uint8_t type = rd_u8(&r);
	return !r.bad && tag == NV_TAG_STORED && type == NV_TYPE_WHOLE;
}

fault ekleaf_unwrap(struct bytes nv, struct bytes *ret, uint32_t *ret_leniencies)
{
	struct bytes inside = nv, after = { 0 };
	struct head h;
	bool wrapped = has_nv_header(nv);
	if (wrapped)
		TRY(read_nv_header(nv, &inside, &after));
	NEED(inside.n == 0 || inside.p[0] == DER_SEQUENCE, CERT_MALFORMED);
	TRY(read_head(inside, FAIL(CERT_TRUNCATED), &h));
	size_t size = h.size + h.n;
	struct bytes padding = bytes_slice(inside, size, inside.n - size);
	*ret = bytes_slice(inside, 0, size);
	*ret_leniencies = (wrapped ? 1u << EKLEAF_NV_HEADER : 0) |
			  (padding.n + after.n ? 1u << EKLEAF_PADDING : 0);
	NEED(is_padding(padding) && is_padding(after), CERT_TRAILING_DATA);
	return NULL;
}

/* --- names ------------------------------------------------------------------------------------------- */

/* 2.23.133.2, below which the TPM's attributes are numbered from 1. */
static const uint8_t oid_tpm_attributes[] = { 0x67, 0x81, 0x05, 0x02 };

/* Which attribute it is, or EKLEAF_LABEL_COUNT. */
static size_t label_id(struct bytes oid)
{
	static const struct bytes arc = { oid_tpm_attributes, sizeof(oid_tpm_attributes) };
	if (oid.n != arc.n + 1 || !is_bytes_equal(bytes_slice(oid, 0, arc.n), arc))
		return EKLEAF_LABEL_COUNT;
	uint8_t number = oid.p[arc.n];
	return number >= 1 && number <= EKLEAF_LABEL_COUNT ? number - 1u : EKLEAF_LABEL_COUNT;
}

static void note_label(struct ekleaf *leaf, struct bytes oid, struct der value)
{
	size_t id = label_id(oid);
	bool text = value.tag == DER_UTF8 || value.tag == DER_PRINTABLE || value.tag == DER_IA5;
	if (id == EKLEAF_LABEL_COUNT)
		return;
	if (leaf->label[id].count++ == 0 && text)
		leaf->label[id].text = value.body;
}

/* A Name (RFC 5280 §4.1.2.4); its TPM attributes are noted unless leaf is NULL. */
static void read_name(struct rd *r, struct ekleaf *leaf)
{
	struct rd name = der_enter(r, DER_SEQUENCE);
	while (rd_left(&name)) {
		struct rd set = der_enter(&name, DER_SET);
		rd_need(&name, rd_left(&set) > 0);
		while (rd_left(&set)) {
			struct rd attribute = der_enter(&set, DER_SEQUENCE);
			struct bytes oid = der_get(&attribute, DER_OID);
			struct der value = der_any(&attribute);
			rd_need(&name, is_rd_done(&attribute));
			if (leaf && !attribute.bad)
				note_label(leaf, oid, value);
		}
		rd_need(&name, !set.bad);
	}
	rd_need(r, !name.bad);
}

/* --- extensions -------------------------------------------------------------------------------------- */

/* RFC 5280 §4.2.1.3, at least one bit; X.690 §11.2.2, the last one of those sent. */
static fault read_usage(struct rd *r, struct ekleaf *leaf)
{
	struct bytes bits = der_get(r, DER_BIT_STRING);
	NEED(bits.n == 2 || bits.n == 3, CERT_MALFORMED);
	NEED(!is_bytes_uniform(bytes_slice(bits, 1, bits.n - 1), 0), CERT_MALFORMED);
	if (!(bits.p[bits.n - 1] >> bits.p[0] & 1))
		leaf->leniencies |= 1u << EKLEAF_USAGE_ZEROS;
	leaf->has_usage = true;
	leaf->usage = bits.p[1];
	return NULL;
}

/* RFC 5280 §4.2.1.9 */
static fault read_constraints(struct rd *r, struct ekleaf *leaf)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	if (is_der_next(&in, DER_BOOLEAN)) {
		leaf->is_ca = der_bool(&in);
		leaf->leniencies |= leaf->is_ca ? 0 : 1u << EKLEAF_CA_FALSE;
	}
	if (is_der_next(&in, DER_INTEGER))
		der_magnitude(&in);
	rd_need(r, is_rd_done(&in));
	return NULL;
}

/* 2.23.133.8, the purposes of TPM certificates: 1 endorsement key, 2 platform, 3 attestation key. */
static const uint8_t oid_tpm_purposes[] = { 0x67, 0x81, 0x05, 0x08 };

/* RFC 5280 §4.2.1.12 */
static fault read_purposes(struct rd *r, struct ekleaf *leaf)
{
	static const struct bytes arc = { oid_tpm_purposes, sizeof(oid_tpm_purposes) };
	struct rd in = der_enter(r, DER_SEQUENCE);
	NEED(rd_left(&in) > 0, CERT_MALFORMED);
	leaf->has_purposes = true;
	while (rd_left(&in)) {
		struct bytes oid = der_get(&in, DER_OID);
		bool tpm = oid.n > arc.n && is_bytes_equal(bytes_slice(oid, 0, arc.n), arc);
		bool ek = tpm && oid.n == arc.n + 1 && oid.p[arc.n] == 1;
		leaf->is_for_ek |= ek;
		leaf->is_for_other_tpm_key |= tpm && !ek;
	}
	rd_need(r, !in.bad);
	return NULL;
}

/* RFC 5280 §4.2.1.6; directoryName [4] holds a Name, which is a choice and so tagged explicitly. */
static fault read_alternatives(struct rd *r, struct ekleaf *leaf)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	NEED(rd_left(&in) > 0, CERT_MALFORMED);
	while (rd_left(&in)) {
		struct der name = der_any(&in);
		struct rd inside = rd_of(name.body);
		if (name.tag != DER_CONTEXT_CONSTRUCTED(4))
			continue;
		read_name(&inside, leaf);
		rd_need(&in, is_rd_done(&inside));
	}
	rd_need(r, !in.bad);
	return NULL;
}

/* RFC 5280 §4.2.1.4: read to know that they are there; no rule here depends on which. */
static fault read_policies(struct rd *r, struct ekleaf *leaf)
{
	(void)leaf;
	struct rd in = der_enter(r, DER_SEQUENCE);
	NEED(rd_left(&in) > 0, CERT_MALFORMED);
	while (rd_left(&in)) {
		struct rd policy = der_enter(&in, DER_SEQUENCE);
		der_get(&policy, DER_OID);
		if (rd_left(&policy))
			rd_need(&policy, der_get(&policy, DER_SEQUENCE).n > 0);
		rd_need(&in, is_rd_done(&policy));
	}
	rd_need(r, !in.bad);
	return NULL;
}

/* The extensions that are understood, all below 2.5.29. */
static const struct extension {
	uint8_t oid[3];
	fault (*read)(struct rd *value, struct ekleaf *leaf);
} extensions[] = {
	{ { 0x55, 0x1D, 15 }, read_usage },       { { 0x55, 0x1D, 17 }, read_alternatives },
	{ { 0x55, 0x1D, 19 }, read_constraints }, { { 0x55, 0x1D, 32 }, read_policies },
	{ { 0x55, 0x1D, 37 }, read_purposes },
};

static const struct extension *extension_find(struct bytes oid)
{
	for (size_t i = 0; i < COUNT_OF(extensions); i++)
		if (is_bytes_equal(oid, BYTES_OF(extensions[i].oid)))
			return &extensions[i];
	return NULL;
}

static bool is_listed(const struct bytes_list *list, struct bytes b)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_bytes_equal(list->v[i], b))
			return true;
	return false;
}

static fault read_value(const struct extension *known, struct bytes value, struct ekleaf *leaf)
{
	TRY(check_form(value, &leaf->leniencies));
	struct rd r = rd_of(value);
	TRY(known->read(&r, leaf));
	NEED(is_rd_done(&r), CERT_MALFORMED);
	return NULL;
}

/* RFC 5280 §4.2: each kind at most once. */
static fault read_extension(struct rd *list, struct bytes_list *seen, struct ekleaf *leaf)
{
	struct rd in = der_enter(list, DER_SEQUENCE);
	bool critical = false;
	struct bytes oid = der_get(&in, DER_OID);
	if (is_der_next(&in, DER_BOOLEAN)) {
		critical = der_bool(&in);
		leaf->leniencies |= critical ? 0 : 1u << EKLEAF_CRITICAL_FALSE;
	}
	struct bytes value = der_get(&in, DER_OCTET_STRING);
	NEED(is_rd_done(&in) && !is_listed(seen, oid) && bytes_list_put(seen, oid), CERT_MALFORMED);
	const struct extension *known = extension_find(oid);
	if (known)
		return read_value(known, value, leaf);
	leaf->has_unknown_critical |= critical;
	return NULL;
}

static fault read_extensions(struct rd *tbs, struct ekleaf *leaf)
{
	struct bytes_list seen = { 0 };
	struct rd tagged = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(3));
	struct rd list = der_enter(&tagged, DER_SEQUENCE);
	NEED(rd_left(&list) > 0, CERT_MALFORMED);
	while (rd_left(&list))
		TRY(read_extension(&list, &seen, leaf));
	NEED(is_rd_done(&list) && is_rd_done(&tagged), CERT_MALFORMED);
	return NULL;
}

/* --- the certificate --------------------------------------------------------------------------------- */

static unsigned read_version(struct rd *tbs)
{
	if (!is_der_next(tbs, DER_CONTEXT_CONSTRUCTED(0)))
		return 1;
	struct rd in = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(0));
	struct bytes number = der_magnitude(&in);
	rd_need(tbs, is_rd_done(&in) && number.n == 1);
	return tbs->bad ? 0 : number.p[0] + 1u;
}

static void read_serial(struct rd *tbs, struct ekleaf *leaf)
{
	leaf->serial = der_get(tbs, DER_INTEGER);
	rd_need(tbs, leaf->serial.n > 0 && leaf->serial.n <= SERIAL_SIZE_MAX);
	if (!tbs->bad && (leaf->serial.p[0] >= 0x80 || is_bytes_uniform(leaf->serial, 0)))
		leaf->leniencies |= 1u << EKLEAF_SERIAL;
}

static void read_validity(struct rd *tbs, struct ekleaf *leaf)
{
	struct rd in = der_enter(tbs, DER_SEQUENCE);
	leaf->not_before = der_time(&in);
	leaf->not_after = der_time(&in);
	rd_need(tbs, is_rd_done(&in));
}

/* A key of another kind than ours is no malformed certificate: it must only look like a key. */
static void read_key(struct rd *tbs, struct ekleaf *leaf)
{
	struct rd info = rd_of(der_any(tbs).whole), again = info;
	leaf->key = spki_get(&info);
	if (is_rd_done(&info))
		return;
	struct rd in = der_enter(&again, DER_SEQUENCE);
	struct rd algorithm = der_enter(&in, DER_SEQUENCE);
	der_get(&algorithm, DER_OID);
	der_get(&in, DER_BIT_STRING);
	rd_need(tbs, !algorithm.bad && is_rd_done(&in));
	leaf->key = (struct spki){ 0 };
}

/* RFC 5280 §4.1.2; sets ret_algorithm to the signature's, which is told again outside. */
static fault read_tbs(struct rd *tbs, struct ekleaf *leaf, struct bytes *ret_algorithm)
{
	leaf->version = read_version(tbs);
	read_serial(tbs, leaf);
	*ret_algorithm = der_get(tbs, DER_SEQUENCE);
	read_name(tbs, NULL);
	read_validity(tbs, leaf);
	read_name(tbs, NULL);
	read_key(tbs, leaf);
	for (uint8_t unique_id = 1; unique_id <= 2; unique_id++)
		if (is_der_next(tbs, DER_CONTEXT(unique_id)))
			der_any(tbs);
	if (is_der_next(tbs, DER_CONTEXT_CONSTRUCTED(3)))
		TRY(read_extensions(tbs, leaf));
	NEED(is_rd_done(tbs), CERT_MALFORMED);
	return NULL;
}

fault ekleaf_parse(struct bytes certificate, struct ekleaf *ret)
{
	struct ekleaf leaf = { .der = certificate };
	struct bytes inside, outside;
	TRY(check_form(certificate, &leaf.leniencies));
	struct rd r = rd_of(certificate);
	struct rd in = der_enter(&r, DER_SEQUENCE);
	struct rd tbs = der_enter(&in, DER_SEQUENCE);
	TRY(read_tbs(&tbs, &leaf, &inside));
	outside = der_get(&in, DER_SEQUENCE);
	der_get(&in, DER_BIT_STRING);
	NEED(is_rd_done(&in) && is_rd_done(&r) && is_bytes_equal(inside, outside), CERT_MALFORMED);
	bool curve = leaf.key.kind != SPKI_NONE && leaf.key.kind != SPKI_RSA;
	bool enciphers = leaf.usage & EKLEAF_KEY_ENCIPHERMENT && !(leaf.usage & EKLEAF_KEY_AGREEMENT);
	if (curve && enciphers)
		leaf.leniencies |= 1u << EKLEAF_EC_ENCIPHERMENT;
	*ret = leaf;
	return NULL;
}
