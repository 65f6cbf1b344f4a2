#include "attest/ekcert.h"

#include "attest/alg.h"
#include "attest/ekchain.h"
#include "base/text.h"

#define RSA_BITS_MIN 2048

/* Usages of a key that signs. */
#define USAGE_SIGNS \
	(EKLEAF_DIGITAL_SIGNATURE | EKLEAF_NON_REPUDIATION | EKLEAF_KEY_CERT_SIGN | EKLEAF_CRL_SIGN)

/* --- the certificate by itself ----------------------------------------------------------------------- */

static bool is_version_3(const struct ekleaf *leaf)
{
	return leaf->version == 3;
}

static bool is_for_tpm2(const struct ekleaf *leaf)
{
	return !leaf->key.oaep;
}

static bool is_not_ca(const struct ekleaf *leaf)
{
	return !leaf->is_ca;
}

static bool is_understood(const struct ekleaf *leaf)
{
	return !leaf->has_unknown_critical;
}

static bool has_purposes(const struct ekleaf *leaf)
{
	return leaf->has_purposes;
}

static bool is_for_ek_alone(const struct ekleaf *leaf)
{
	return leaf->is_for_ek && !leaf->is_for_other_tpm_key;
}

/* RFC 5280 §4.2.1.3: without the extension a key may be used for anything, signatures too. */
static bool is_not_for_signatures(const struct ekleaf *leaf)
{
	return leaf->has_usage && !(leaf->usage & USAGE_SIGNS);
}

/* Key encipherment on a curve is what Intel's and the TCG's own certificates say. */
static bool is_usage_of_key(const struct ekleaf *leaf)
{
	unsigned usage = leaf->usage & (EKLEAF_KEY_ENCIPHERMENT | EKLEAF_KEY_AGREEMENT);
	if (leaf->key.kind == SPKI_RSA)
		return usage == EKLEAF_KEY_ENCIPHERMENT;
	return usage != 0;
}

/* A label that cannot be shown names nothing. */
static struct bytes label_text(const struct ekleaf *leaf, enum ekleaf_label_id id)
{
	struct bytes text = leaf->label[id].text;
	bool good = text.n > 0 && text.n <= EKCERT_LABEL_MAX && is_text_printable(text);
	return good ? text : (struct bytes){ 0 };
}

static bool has_labels(const struct ekleaf *leaf)
{
	for (size_t i = 0; i < EKLEAF_LABEL_COUNT; i++)
		if (!label_text(leaf, (enum ekleaf_label_id)i).p)
			return false;
	return true;
}

static bool has_labels_once(const struct ekleaf *leaf)
{
	for (size_t i = 0; i < EKLEAF_LABEL_COUNT; i++)
		if (leaf->label[i].count > 1)
			return false;
	return true;
}

static bool is_odd(struct bytes number)
{
	return number.n > 0 && (number.p[number.n - 1] & 1);
}

/* FIPS 186-5 §A.1.1: whole octets, an odd modulus, an odd exponent above one. */
static bool is_strong_rsa(const struct spki *key)
{
	struct bytes n = bytes_magnitude(key->a), e = bytes_magnitude(key->b);
	bool whole = n.n * 8 >= RSA_BITS_MIN && n.p[0] >= 0x80;
	bool one = e.n == 1 && e.p[0] == 1;
	return whole && is_odd(n) && is_odd(e) && !one;
}

static bool is_strong_key(const struct ekleaf *leaf)
{
	return leaf->key.kind == SPKI_RSA ? is_strong_rsa(&leaf->key) : leaf->key.kind != SPKI_NONE;
}

/* What the certificate's own octets decide. */
static const struct rule {
	enum check_id check;
	bool (*is_kept)(const struct ekleaf *leaf);
} rules[] = {
	{ CHECK_EK_CERT_VERSION, is_version_3 },
	{ CHECK_EK_CERT_TPM2, is_for_tpm2 },
	{ CHECK_EK_CERT_LEAF, is_not_ca },
	{ CHECK_EK_CERT_CRITICAL, is_understood },
	{ CHECK_EK_CERT_EKU, has_purposes },
	{ CHECK_EK_CERT_EKU_EK, is_for_ek_alone },
	{ CHECK_EK_CERT_KU, is_not_for_signatures },
	{ CHECK_EK_CERT_KU_KEY, is_usage_of_key },
	{ CHECK_EK_CERT_SAN, has_labels },
	{ CHECK_EK_CERT_SAN_ONCE, has_labels_once },
	{ CHECK_EK_CERT_KEY, is_strong_key },
};

/* --- the certificate and the world ------------------------------------------------------------------- */

/* True when the octets could be read, if only to be refused for what follows them. */
static bool is_read(const struct ekcert_input *in, uint8_t *outcomes, struct ekcert *found)
{
	/* Each row stands on those before it: the first to fail leaves the rest not run. */
	static const enum check_id ladder[] = {
		CHECK_EK_CERT_PRESENT, CHECK_EK_CERT_WHOLE, CHECK_EK_CERT_ALONE,
		CHECK_EK_CERT_FORM,    CHECK_EK_CERT_DER,
	};
	struct bytes der = { 0 };
	uint32_t leniencies = 0;
	fault why = in->chain->n ? ekleaf_unwrap(in->chain->v[0], &der, &leniencies) : FAIL(EK_CERT_MISSING);
	bool trailing = why == FAIL(CERT_TRAILING_DATA);
	if (!why || trailing)
		why = ekleaf_parse(der, &found->leaf);
	if (!why)
		found->leniencies = leniencies | found->leaf.leniencies;
	for (size_t i = 0; i < COUNT_OF(ladder); i++) {
		bool failed = why && verdict_checks[ladder[i]].why == why;
		verdict_judge(outcomes, ladder[i], !failed);
		if (failed)
			break;
	}
	if (trailing)
		verdict_judge(outcomes, CHECK_EK_CERT_ALONE, false);
	return !why;
}

static void judge_time(int64_t now, const struct ekleaf *leaf, uint8_t *outcomes)
{
	verdict_judge(outcomes, CHECK_EK_CERT_BEGUN, now >= leaf->not_before);
	verdict_judge(outcomes, CHECK_EK_CERT_TIME, now <= leaf->not_after);
}

/* Whether the class of the anchor lets a certificate below it name a maker of this kind. */
static bool is_admitted(const struct anchors_entry *anchor, const struct maker *maker)
{
	if (anchor && anchor->class == ANCHORS_TEST)
		return true;
	if (!maker)
		return false;
	bool is_virtual = anchor && anchor->class == ANCHORS_VIRTUAL;
	return maker->kind == MAKER_REGISTERED || (maker->kind == MAKER_VIRTUAL && is_virtual);
}

static bool is_makers_anchor(const struct anchors_entry *anchor, const struct maker *maker)
{
	const struct maker *own = maker_find_text(bytes_text(anchor->maker));
	return anchor->class == ANCHORS_TEST || (own && own == maker);
}

static void judge_maker(struct ekcert *found, uint8_t *outcomes)
{
	uint32_t id;
	struct bytes text = label_text(&found->leaf, EKLEAF_MANUFACTURER);
	if (!text.p)
		return;
	bool parsed = maker_id_parse(text, &id);
	found->maker = parsed ? maker_find(id) : NULL;
	verdict_judge(outcomes, CHECK_EK_CERT_SAN_MAKER, parsed && is_admitted(found->anchor, found->maker));
	if (found->anchor)
		verdict_judge(outcomes, CHECK_EK_CERT_MAKER, is_makers_anchor(found->anchor, found->maker));
}

static bool is_same_number(struct bytes a, struct bytes b)
{
	return is_bytes_equal(bytes_magnitude(a), bytes_magnitude(b));
}

/* MS-WCCE 3.2.2.6.2.1.2.5.1: the same numbers; how the algorithm was written does not matter. */
static bool is_same_key(const struct spki *a, const struct spki *b)
{
	return a->kind != SPKI_NONE && a->kind == b->kind && is_same_number(a->a, b->a) &&
	       is_same_number(a->b, b->b);
}

void ekcert_judge(const struct ekcert_input *in, uint8_t outcomes[static CHECK_COUNT], struct ekcert *ret)
{
	struct ekcert found = { 0 };
	*ret = found;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_EK_CERT || i == CHECK_EK_CERTIFIED)
			outcomes[i] = NOT_RUN;
	if (!is_read(in, outcomes, &found))
		return;
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		verdict_judge(outcomes, rules[i].check, rules[i].is_kept(&found.leaf));
	const struct ekchain chain = {
		.sent = in->chain,
		.leaf = found.leaf.der,
		.anchors = in->anchors,
		.now = in->now,
		.admits_expired_ca = in->admits_expired_ca,
		.admits_unlisted = in->admits_unlisted,
		.eklists = in->eklists,
		.way = &found.way,
		.tried = &found.tried,
	};
	found.anchor = ekchain_judge(&chain, outcomes, &found.leniencies);
	found.has_hash = alg_spki_hash(&found.leaf.key, found.hash) == NULL;
	found.model = label_text(&found.leaf, EKLEAF_MODEL);
	found.version = label_text(&found.leaf, EKLEAF_VERSION);
	judge_time(in->now, &found.leaf, outcomes);
	judge_maker(&found, outcomes);
	if (in->ek)
		verdict_judge(outcomes, CHECK_EK_CERTIFIED, is_same_key(&found.leaf.key, in->ek));
	*ret = found;
}
