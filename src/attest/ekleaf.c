#include "attest/ekleaf.h"

#include "attest/derform.h"
#include "attest/leniency.h"
#include "wire/der.h"

/*
 * TCG PC Client, TCG_PCCLIENT_STORED_CERT: 10 01, certificate type 0, 16-bit size; then maybe TCG_FULL_CERT.
 */
#define NV_HEADER_SIZE 5
#define NV_TAG_STORED 0x1001
#define NV_TYPE_WHOLE 0
#define NV_TAG_FULL 0x1002

#define EXTENSIONS_MAX BYTES_LIST_MAX
#define SERIAL_SIZE_MAX 21

/* --- NV: header and padding -------------------------------------------------------------------------- */

/* One octet, 00 or FF, inside the header and after it. */
static bool is_padding(struct bytes inside, struct bytes after)
{
	bool zeros = is_bytes_uniform(inside, 0x00) && is_bytes_uniform(after, 0x00);
	return zeros || (is_bytes_uniform(inside, 0xFF) && is_bytes_uniform(after, 0xFF));
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
	struct derform_head h;
	bool wrapped = has_nv_header(nv);
	if (wrapped)
		TRY(read_nv_header(nv, &inside, &after));
	NEED(inside.n == 0 || inside.p[0] == DER_SEQUENCE, CERT_MALFORMED);
	TRY(derform_parse_head(inside, FAIL(CERT_TRUNCATED), &h));
	size_t size = h.size + h.n;
	struct bytes padding = bytes_slice(inside, size, inside.n - size);
	*ret = bytes_slice(inside, 0, size);
	*ret_leniencies = (wrapped ? LENIENCY_BIT(NV_HEADER) : 0) |
			  (padding.n + after.n ? LENIENCY_BIT(PADDING) : 0);
	NEED(is_padding(padding, after), CERT_TRAILING_DATA);
	return NULL;
}

/* A certificate while it is read. */
struct reading {
	struct ekleaf leaf;
	size_t unsorted; /* sets out of order that nobody has accounted for */
	bool has_authority;
	bool has_subject;            /* the name is not empty */
	bool has_plain_alternatives; /* alternative names that are not critical */
};

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

/* X.690 §11.6; Nuvoton writes the labels of a TPM as they come. */
static void note_order(struct reading *to, struct bytes set)
{
	if (is_derform_sorted(set))
		return;
	to->leaf.leniencies |= LENIENCY_BIT(NAME_ORDER);
	to->unsorted--;
}

enum name_use { NAME_PLAIN, NAME_OF_TPM };

/* A Name (RFC 5280 §4.1.2.4); that of a TPM may hold its labels. True when it is not empty. */
static bool read_name(struct rd *r, enum name_use use, struct reading *to)
{
	struct rd name = der_enter(r, DER_SEQUENCE);
	bool has_parts = rd_left(&name) > 0;
	while (rd_left(&name)) {
		struct rd set = der_enter(&name, DER_SET);
		rd_need(&name, rd_left(&set) > 0);
		if (!name.bad)
			note_order(to, set.in);
		while (rd_left(&set)) {
			struct rd attribute = der_enter(&set, DER_SEQUENCE);
			struct bytes oid = der_get(&attribute, DER_OID);
			struct der value = der_any(&attribute);
			rd_need(&name, is_rd_done(&attribute));
			if (use == NAME_OF_TPM && !attribute.bad)
				note_label(&to->leaf, oid, value);
		}
		rd_need(&name, !set.bad);
	}
	rd_need(r, !name.bad);
	return has_parts;
}

/* --- extensions -------------------------------------------------------------------------------------- */

/* RFC 5280 §4.2.1.3, at least one bit; X.690 §11.2.2, the last one of those sent. */
static fault read_usage(struct rd *r, struct reading *to)
{
	struct bytes bits = der_get(r, DER_BIT_STRING);
	NEED(bits.n == 2 || bits.n == 3, CERT_MALFORMED);
	NEED(!is_bytes_uniform(bytes_slice(bits, 1, bits.n - 1), 0), CERT_MALFORMED);
	if (!(bits.p[bits.n - 1] >> bits.p[0] & 1))
		to->leaf.leniencies |= LENIENCY_BIT(USAGE_ZEROS);
	to->leaf.has_usage = true;
	to->leaf.usage = bits.p[1];
	return NULL;
}

/* RFC 5280 §4.2.1.9 */
static fault read_constraints(struct rd *r, struct reading *to)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	if (is_der_next(&in, DER_BOOLEAN)) {
		to->leaf.is_ca = der_bool(&in);
		to->leaf.leniencies |= to->leaf.is_ca ? 0 : LENIENCY_BIT(CA_FALSE);
	}
	if (is_der_next(&in, DER_INTEGER))
		der_magnitude(&in);
	rd_need(r, is_rd_done(&in));
	return NULL;
}

/* 2.23.133.8, the purposes of TPM certificates: 1 endorsement key, 2 platform, 3 attestation key. */
static const uint8_t oid_tpm_purposes[] = { 0x67, 0x81, 0x05, 0x08 };

/* RFC 5280 §4.2.1.12 */
static fault read_purposes(struct rd *r, struct reading *to)
{
	static const struct bytes arc = { oid_tpm_purposes, sizeof(oid_tpm_purposes) };
	struct rd in = der_enter(r, DER_SEQUENCE);
	NEED(rd_left(&in) > 0, CERT_MALFORMED);
	to->leaf.has_purposes = true;
	while (rd_left(&in)) {
		struct bytes oid = der_get(&in, DER_OID);
		bool tpm = oid.n > arc.n && is_bytes_equal(bytes_slice(oid, 0, arc.n), arc);
		bool ek = tpm && oid.n == arc.n + 1 && oid.p[arc.n] == 1;
		to->leaf.is_for_ek |= ek;
		to->leaf.is_for_other_tpm_key |= tpm && !ek;
	}
	rd_need(r, !in.bad);
	return NULL;
}

/* RFC 5280 §4.2.1.6; directoryName [4] holds a Name, which is a choice and so tagged explicitly. */
static fault read_alternatives(struct rd *r, struct reading *to)
{
	struct rd in = der_enter(r, DER_SEQUENCE);
	NEED(rd_left(&in) > 0, CERT_MALFORMED);
	while (rd_left(&in)) {
		struct der name = der_any(&in);
		struct rd inside = rd_of(name.body);
		if (name.tag != DER_CONTEXT_CONSTRUCTED(4))
			continue;
		read_name(&inside, NAME_OF_TPM, to);
		rd_need(&in, is_rd_done(&inside));
	}
	rd_need(r, !in.bad);
	return NULL;
}

/* RFC 5280 §4.2.1.4: read to know that they are there; no rule here depends on which. */
static fault read_policies(struct rd *r, struct reading *to)
{
	(void)to;
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
	fault (*read)(struct rd *value, struct reading *to);
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

static fault read_value(const struct extension *known, struct bytes value, struct reading *to)
{
	size_t unsorted;
	TRY(derform_check(value, &unsorted));
	to->unsorted += unsorted;
	struct rd r = rd_of(value);
	TRY(known->read(&r, to));
	NEED(is_rd_done(&r), CERT_MALFORMED);
	return NULL;
}

/* authorityKeyIdentifier; whom it names is OpenSSL's to compare. */
static const uint8_t oid_authority[] = { 0x55, 0x1D, 35 };

/* cRLDistributionPoints; no rule about the certificate itself depends on them. */
static const uint8_t oid_points[] = { 0x55, 0x1D, 31 };

static void note_kind(const struct extension *known, bool critical, struct reading *to)
{
	if (!known)
		to->leaf.has_unknown_critical |= critical;
	else if (known->read == read_alternatives)
		to->has_plain_alternatives = !critical;
}

/* RFC 5280 §4.2: each kind at most once. */
static fault read_extension(struct rd *list, struct bytes_list *seen, struct reading *to)
{
	struct rd in = der_enter(list, DER_SEQUENCE);
	bool critical = false;
	struct bytes oid = der_get(&in, DER_OID);
	if (is_der_next(&in, DER_BOOLEAN)) {
		critical = der_bool(&in);
		to->leaf.leniencies |= critical ? 0 : LENIENCY_BIT(CRITICAL_FALSE);
	}
	struct bytes value = der_get(&in, DER_OCTET_STRING);
	NEED(is_rd_done(&in) && !is_listed(seen, oid) && bytes_list_put(seen, oid), CERT_MALFORMED);
	const struct extension *known = extension_find(oid);
	to->has_authority |= is_bytes_equal(oid, BYTES_OF(oid_authority));
	if (is_bytes_equal(oid, BYTES_OF(oid_points)))
		to->leaf.points = value;
	note_kind(known, critical, to);
	return known ? read_value(known, value, to) : NULL;
}

static fault read_extensions(struct rd *tbs, struct reading *to)
{
	struct bytes_list seen = { 0 };
	struct rd tagged = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(3));
	struct rd list = der_enter(&tagged, DER_SEQUENCE);
	NEED(rd_left(&list) > 0, CERT_MALFORMED);
	while (rd_left(&list))
		TRY(read_extension(&list, &seen, to));
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
		leaf->leniencies |= LENIENCY_BIT(SERIAL);
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
static fault read_tbs(struct rd *tbs, struct reading *to, struct bytes *ret_algorithm)
{
	to->leaf.version = read_version(tbs);
	read_serial(tbs, &to->leaf);
	*ret_algorithm = der_get(tbs, DER_SEQUENCE);
	struct rd issuer = *tbs;
	to->leaf.issuer = der_any(&issuer).whole;
	rd_need(tbs, read_name(tbs, NAME_PLAIN, to)); /* §4.1.2.4: an issuer has a name */
	read_validity(tbs, &to->leaf);
	to->has_subject = read_name(tbs, NAME_PLAIN, to);
	read_key(tbs, &to->leaf);
	for (uint8_t unique_id = 1; unique_id <= 2; unique_id++)
		if (is_der_next(tbs, DER_CONTEXT(unique_id)))
			der_any(tbs);
	if (is_der_next(tbs, DER_CONTEXT_CONSTRUCTED(3)))
		TRY(read_extensions(tbs, to));
	NEED(is_rd_done(tbs), CERT_MALFORMED);
	return NULL;
}

/* What is let pass of a certificate as a whole. */
static uint32_t leniencies_of(const struct reading *of)
{
	const struct ekleaf *leaf = &of->leaf;
	bool is_curve = leaf->key.kind != SPKI_NONE && leaf->key.kind != SPKI_RSA;
	bool enciphers = leaf->usage & EKLEAF_KEY_ENCIPHERMENT && !(leaf->usage & EKLEAF_KEY_AGREEMENT);
	return (is_curve && enciphers ? LENIENCY_BIT(EC_ENCIPHERMENT) : 0) |
	       (of->has_authority ? 0 : LENIENCY_BIT(AUTHORITY_ABSENT));
}

fault ekleaf_parse(struct bytes certificate, struct ekleaf *ret)
{
	struct reading to = { .leaf.der = certificate };
	struct bytes inside, outside;
	TRY(derform_check(certificate, &to.unsorted));
	struct rd r = rd_of(certificate);
	struct rd in = der_enter(&r, DER_SEQUENCE);
	struct rd tbs = der_enter(&in, DER_SEQUENCE);
	TRY(read_tbs(&tbs, &to, &inside));
	outside = der_get(&in, DER_SEQUENCE);
	der_get(&in, DER_BIT_STRING);
	NEED(is_rd_done(&in) && is_rd_done(&r) && is_bytes_equal(inside, outside), CERT_MALFORMED);
	NEED(to.unsorted == 0, CERT_NOT_DER);
	/* RFC 5280 §4.1.2.6: names that stand for an empty subject are critical. */
	NEED(to.has_subject || !to.has_plain_alternatives, CERT_MALFORMED);
	to.leaf.leniencies |= leniencies_of(&to);
	*ret = to.leaf;
	return NULL;
}
