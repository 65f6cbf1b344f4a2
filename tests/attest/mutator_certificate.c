/* Changes of the EK certificate, of those above it, and of certificate requests. */
#include "catalogue.h"

#include <string.h>

#include "test.h"
#include "wire/cbor.h"

#define DAY INT64_C(86400)

static const struct bytes ca_constraints = { (const uint8_t *)"\x30\x03\x01\x01\xFF", 5 };

static void set_value(struct maker_ca_plan *plan, enum maker_ca_slot slot, struct bytes value)
{
	plan->extension[slot].value = value;
}

/* --- as octets --------------------------------------------------------------------------------------- */

void mutator_cert_missing(struct model *m)
{
	m->leaf.key = NULL;
}

void mutator_cert_truncated(struct model *m)
{
	m->payload.ek_chain.v[0].n--;
}

void mutator_cert_trailing(struct model *m)
{
	struct bytes *leaf = &m->payload.ek_chain.v[0];
	*leaf = model_longer(m, *leaf, BYTES_TEXT("\x01\x02"));
}

void mutator_cert_padded(struct model *m)
{
	struct bytes *leaf = &m->payload.ek_chain.v[0];
	*leaf = model_longer(m, *leaf, BYTES_TEXT("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
}

/* TCG_PCCLIENT_STORED_CERT: tag, type, and as many octets as it says. */
static void wrap(struct model *m, size_t claimed)
{
	struct bytes *leaf = &m->payload.ek_chain.v[0];
	const uint8_t header[] = { 0x10, 0x01, 0x00, (uint8_t)(claimed >> 8), (uint8_t)claimed };
	*leaf = model_longer(m, BYTES_OF(header), *leaf);
}

void mutator_cert_in_header(struct model *m)
{
	wrap(m, m->payload.ek_chain.v[0].n);
}

void mutator_cert_header_lies(struct model *m)
{
	wrap(m, m->payload.ek_chain.v[0].n + 1);
}

/* X.690 §8.1.3.6: the length 80 lasts until two zeros. */
void mutator_cert_indefinite(struct model *m)
{
	struct bytes *leaf = &m->payload.ek_chain.v[0];
	CHECK(leaf->p[0] == 0x30 && leaf->p[1] == 0x82);
	*leaf = model_longer(m, BYTES_TEXT("\x30\x80"), bytes_slice(*leaf, 4, leaf->n - 4));
	*leaf = model_longer(m, *leaf, BYTES_TEXT("\x00\x00"));
}

/* The outer length, of two octets, gets a third (X.690 §10.1). */
void mutator_cert_long_length(struct model *m)
{
	struct bytes *leaf = &m->payload.ek_chain.v[0];
	CHECK(leaf->p[0] == 0x30 && leaf->p[1] == 0x82);
	*leaf = model_longer(m, BYTES_TEXT("\x30\x83\x00"), bytes_slice(*leaf, 2, leaf->n - 2));
}

/* --- as its plan ------------------------------------------------------------------------------------- */

void mutator_cert_empty_purposes(struct model *m)
{
	set_value(&m->leaf, SLOT_PURPOSES, BYTES_TEXT("\x30\x00"));
}

void mutator_cert_empty_names(struct model *m)
{
	set_value(&m->leaf, SLOT_ALTERNATIVES, BYTES_TEXT("\x30\x00"));
}

void mutator_cert_empty_policies(struct model *m)
{
	set_value(&m->leaf, SLOT_POLICIES, BYTES_TEXT("\x30\x00"));
}

void mutator_cert_critical_false(struct model *m)
{
	m->leaf.extension[SLOT_POLICIES].critical = CRITICAL_FALSE;
}

void mutator_cert_version_2(struct model *m)
{
	m->leaf.version = 2;
}

/* The last octet of rsaEncryption (1.2.840.113549.1.1.1) becomes that of RSAES-OAEP (…1.1.7). */
void mutator_cert_oaep(struct model *m)
{
	model_set_ek(m, m->rsa);
	struct bytes spki = model_spki(m, &m->ek);
	CHECK(spki.p[16] == 1);
	spki = model_flipped(m, spki, 8 * 16 + 1);
	m->leaf.spki = model_flipped(m, spki, 8 * 16 + 2);
}

void mutator_cert_rsa1024(struct model *m)
{
	model_set_ek(m, m->rsa1024);
}

void mutator_cert_sha1(struct model *m)
{
	m->leaf.hash = EVP_sha1();
}

void mutator_cert_md5(struct model *m)
{
	m->issuing.key = m->leaf.signer = m->rsa3072; /* ECDSA has no such signature */
	m->leaf.hash = EVP_md5();
}

void mutator_issuer_sha1(struct model *m)
{
	m->issuing.hash = EVP_sha1();
}

void mutator_cert_not_yet(struct model *m)
{
	m->leaf.not_before = m->now + 30 * DAY;
}

void mutator_cert_expired(struct model *m)
{
	m->leaf.not_after = m->now - 30 * DAY;
}

void mutator_cert_ca(struct model *m)
{
	set_value(&m->leaf, SLOT_CONSTRAINTS, ca_constraints);
}

void mutator_cert_critical(struct model *m)
{
	m->leaf.extension[SLOT_OTHER] = (struct maker_ca_extension){ BYTES_TEXT("\x2A\x03\x04"),
								     BYTES_TEXT("\x05\x00"), CRITICAL_TRUE };
}

void mutator_cert_no_purpose(struct model *m)
{
	set_value(&m->leaf, SLOT_PURPOSES, (struct bytes){ 0 });
}

/* 2.23.133.8.3, tcg-kp-AIKCertificate. */
void mutator_cert_for_ak(struct model *m)
{
	set_value(&m->leaf, SLOT_PURPOSES, BYTES_TEXT("\x30\x07\x06\x05\x67\x81\x05\x08\x03"));
}

/* keyAgreement and digitalSignature. */
void mutator_cert_signs(struct model *m)
{
	set_value(&m->leaf, SLOT_USAGE, BYTES_TEXT("\x03\x02\x03\x88"));
}

/* dataEncipherment. */
void mutator_cert_usage(struct model *m)
{
	set_value(&m->leaf, SLOT_USAGE, BYTES_TEXT("\x03\x02\x04\x10"));
}

static void set_labels(struct model *m, const struct maker_ca_label *labels, size_t count)
{
	struct wr w = wr_of(arena_alloc(&m->arena, 256), 256);
	set_value(&m->leaf, SLOT_ALTERNATIVES, maker_ca_labels(labels, count, false, &w));
}

void mutator_cert_labels_in_one(struct model *m)
{
	static const struct maker_ca_label labels[] = { { 3, "id:01" }, { 1, "id:49465800" }, { 2, "SLB" } };
	struct wr w = wr_of(arena_alloc(&m->arena, 256), 256);
	set_value(&m->leaf, SLOT_ALTERNATIVES, maker_ca_labels(labels, COUNT_OF(labels), true, &w));
}

void mutator_cert_no_model(struct model *m)
{
	static const struct maker_ca_label labels[] = { { 1, "id:49465800" }, { 3, "id:01" } };
	set_labels(m, labels, COUNT_OF(labels));
}

void mutator_cert_two_models(struct model *m)
{
	static const struct maker_ca_label labels[] = {
		{ 1, "id:49465800" }, { 2, "SLB" }, { 3, "id:01" }, { 2, "SLC" },
	};
	set_labels(m, labels, COUNT_OF(labels));
}

void mutator_cert_unknown_maker(struct model *m)
{
	static const struct maker_ca_label labels[] = { { 1, "id:12345678" }, { 2, "SLB" }, { 3, "id:01" } };
	set_labels(m, labels, COUNT_OF(labels));
}

/* STMicroelectronics below Infineon's CA. */
void mutator_cert_other_maker(struct model *m)
{
	static const struct maker_ca_label labels[] = { { 1, "id:53544D20" }, { 2, "SLB" }, { 3, "id:01" } };
	set_labels(m, labels, COUNT_OF(labels));
}

void mutator_ek_virtual(struct model *m)
{
	static const struct maker_ca_label labels[] = {
		{ 1, "id:00001014" },
		{ 2, "swtpm" },
		{ 3, "id:01" },
	};
	set_labels(m, labels, COUNT_OF(labels));
	m->issuing.issuer = "Virtual";
	m->issuing.signer = m->maker.other_key;
}

void mutator_cert_other_key(struct model *m)
{
	model_set_leaf(m, m->other_key);
}

/* --- the chain --------------------------------------------------------------------------------------- */

/* One CA more than a chain may have, each issued by the next. */
void mutator_chain_long(struct model *m)
{
	static const char *const names[] = { MAKER_CA_ISSUING, "1", "2", "3", "4", "5", "6", "7", "8" };
	m->payload.ek_chain.n = 1;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		bool is_last = i + 1 == COUNT_OF(names);
		struct maker_ca_plan plan = m->issuing;
		plan.subject = names[i];
		plan.issuer = is_last ? MAKER_CA_ROOT : names[i + 1];
		plan.signer = is_last ? m->maker.root_key : m->maker.issuing_key;
		CHECK(bytes_list_put(&m->payload.ek_chain, model_issued(m, &plan)));
	}
}

void mutator_chain_stranger(struct model *m)
{
	m->issuing.issuer = "Stranger";
	m->issuing.signer = m->other_key;
}

void mutator_chain_self_signed(struct model *m)
{
	m->leaf.issuer = m->leaf.subject = "EK";
	m->leaf.signer = m->ek_key;
}

void mutator_chain_own_root(struct model *m)
{
	struct maker_ca_plan root = m->issuing;
	root.issuer = root.subject = "Stranger";
	root.key = root.signer = m->other_key;
	mutator_chain_stranger(m);
	m->payload.ek_chain.v[1] = model_issued(m, &m->issuing);
	CHECK(bytes_list_put(&m->payload.ek_chain, model_issued(m, &root)));
}

void mutator_issuer_no_ca(struct model *m)
{
	set_value(&m->issuing, SLOT_CONSTRAINTS, BYTES_TEXT("\x30\x00"));
}

/* cRLSign alone. */
void mutator_issuer_may_not_sign(struct model *m)
{
	set_value(&m->issuing, SLOT_USAGE, BYTES_TEXT("\x03\x02\x01\x02"));
}

/* The root's CA may have none below it, and the EK certificate's issuer is below it. */
void mutator_issuer_path_length(struct model *m)
{
	struct maker_ca_plan above = m->issuing, below = m->issuing;
	above.subject = below.issuer = "Above";
	below.signer = m->maker.issuing_key;
	set_value(&above, SLOT_CONSTRAINTS, BYTES_TEXT("\x30\x06\x01\x01\xFF\x02\x01\x00"));
	m->payload.ek_chain.v[1] = model_issued(m, &below);
	CHECK(bytes_list_put(&m->payload.ek_chain, model_issued(m, &above)));
}

/* nameConstraints (RFC 5280 §4.2.1.10) that permit the directory names below CN=X alone. */
void mutator_issuer_names_others(struct model *m)
{
	m->issuing.extension[SLOT_OTHER] = (struct maker_ca_extension){
		BYTES_TEXT("\x55\x1D\x1E"),
		BYTES_TEXT("\x30\x14\xA0\x12\x30\x10\xA4\x0E"
			   "\x30\x0C\x31\x0A\x30\x08\x06\x03\x55\x04\x03\x0C\x01X"),
		CRITICAL_TRUE,
	};
}

void mutator_issuer_other_key(struct model *m)
{
	m->leaf.signer = m->other_key;
}

/* Before it issued the EK certificate, so that not even the benefit of that doubt is left. */
void mutator_issuer_expired(struct model *m)
{
	m->issuing.not_after = m->now - 30 * DAY;
	m->leaf.not_before = m->now - 10 * DAY;
}

void mutator_issuer_expired_since(struct model *m)
{
	m->issuing.not_after = m->now - 10 * DAY;
	m->leaf.not_before = m->now - 30 * DAY;
}

/* By another certificate than the one that the snapshot denies. */
void mutator_issuer_denied(struct model *m)
{
	m->issuing.key = m->leaf.signer = m->maker.ek_curve;
}

/* --- lists of revoked certificates -------------------------------------------------------------------- */

/* cRLDistributionPoints with one address, "http://maker/list". */
static void name_list(struct maker_ca_plan *plan)
{
	plan->extension[SLOT_OTHER] = (struct maker_ca_extension){
		BYTES_TEXT("\x55\x1D\x1F"),
		BYTES_TEXT("\x30\x19\x30\x17\xA0\x15\xA0\x13\x86\x11http://maker/list"), CRITICAL_ABSENT
	};
}

void mutator_cert_listed(struct model *m)
{
	name_list(&m->leaf);
}

void mutator_cert_revoked(struct model *m)
{
	m->leaf.serial = MODEL_REVOKED_LEAF;
}

void mutator_issuer_revoked(struct model *m)
{
	m->issuing.serial = MODEL_REVOKED_CA;
}

/* Of an issuer with another key, whose list is another one. */
void mutator_list_missing(struct model *m)
{
	name_list(&m->leaf);
	m->issuing.key = m->leaf.signer = m->other_key;
}

void mutator_list_stale(struct model *m)
{
	name_list(&m->issuing);
}

/* --- certificate requests ---------------------------------------------------------------------------- */

void mutator_csr_subject(struct model *m)
{
	m->payload.csr = model_request(m, m->requested, "SHA256", "administrator");
}

void mutator_csr_sha1(struct model *m)
{
	m->payload.csr = model_request(m, m->requested, "SHA1", NULL);
}

void mutator_csr_other_signer(struct model *m)
{
	m->payload.csr = model_request(m, m->other_key, "SHA256", NULL);
}

void mutator_csr_truncated(struct model *m)
{
	m->payload.csr.n--;
}

/* Written by hand, since the message's own table would not. */
void mutator_csr_huge(struct model *m)
{
	struct wr w = wr_of(arena_alloc(&m->arena, 2 * TRIP_CSR_MAX), 2 * TRIP_CSR_MAX);
	cbor_put_map(&w, 2);
	cbor_put_uint(&w, 7);
	cbor_put_bytes(&w, model_octets(m, 0, TRIP_CSR_MAX + 1));
	cbor_put_uint(&w, 8);
	cbor_put_text(&w, m->payload.no_tpm);
	CHECK(!w.bad);
	m->answer.payload = wr_done(&w);
}

void mutator_csr_and_key(struct model *m)
{
	m->payload.csr = model_request(m, m->requested, "SHA256", NULL);
}
