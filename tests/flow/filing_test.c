#include "flow/filing.h"

#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "office.h"
#include "policy/tpmclass.h"
#include "store/store_anchor.h"
#include "store/store_birth.h"
#include "store/store_evidence.h"
#include "store/store_refusal.h"
#include "store/store_verdict.h"
#include "wire/dossier.h"

#define EK 5

static struct dossier parsed(struct bytes octets)
{
	struct dossier d;
	OK(message_parse(&dossier_message, octets, &d));
	CHECK(d.version == DOSSIER_VERSION && d.edition == VERDICT_EDITION);
	CHECK(d.outcomes.n == CHECK_COUNT && d.required.n == CHECK_COUNT);
	return d;
}

/* The dossier of the refusal of a device whose EK hash is all EK. */
static struct dossier of_refusal(struct office *o)
{
	struct store_refusal *r;
	OK(store_refusal_get(o->flow.store, office_octets(o, EK, 32), &o->arena, &r));
	return parsed(r->evidence);
}

static struct dossier of_device(struct office *o, struct bytes id)
{
	struct store_verdict *v;
	struct store_evidence *e;
	OK(store_verdict_find_latest(o->flow.store, id, &o->arena, &v));
	OK(store_evidence_get(o->flow.store, v->evidence, &o->arena, &e));
	struct dossier d = parsed(e->body);
	CHECK(is_bytes_equal(d.outcomes, v->outcomes) && is_bytes_equal(d.required, v->required));
	return d;
}

/* The outcome of a row that records answered; NOT_RUN when it is not among them. */
static uint64_t outcome_of(const struct dossier *d, const char *name)
{
	for (size_t i = 0; i < d->records.n; i++) {
		struct dossier_row row;
		OK(message_parse(&dossier_row_message, d->records.v[i], &row));
		if (is_bytes_text(row.check, name))
			return row.outcome;
	}
	return NOT_RUN;
}

static bool has_octets(struct bytes in, struct bytes what)
{
	return memmem(in.p, in.n, what.p, what.n) != NULL;
}

/* A device registered by EK hash with its right answer, whose chain led to a known anchor and to another. */
static struct answer_facts answer(struct office *o, struct store_anchor *anchor)
{
	static const uint8_t nobody[32] = { 0x99 };
	office_register_key(o, EK);
	*anchor = (struct store_anchor){ .fingerprint = office_octets(o, 0x41, 32),
					 .certificate = BYTES_TEXT("a certificate"),
					 .maker = BYTES_TEXT("IFX"),
					 .class = 1,
					 .subject = BYTES_TEXT("CN=x"),
					 .source = BYTES_TEXT("test") };
	OK(store_anchor_put(o->flow.store, anchor));
	const struct begin_facts b = office_begin(o, EK, NULL);
	const struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	CHECK(bytes_list_put(&f.anchors, anchor->fingerprint));
	CHECK(bytes_list_put(&f.anchors, BYTES_OF(nobody)));
	return f;
}

static void what_core_knew_of_an_admission_is_kept(void **state)
{
	struct office *o = *state;
	struct store_anchor anchor;
	struct admission a;
	struct ticket t;
	const struct answer_facts f = answer(o, &anchor);
	OK(office_admit(o, &f, &a));
	const struct dossier d = of_device(o, a.issue[0].device_id);
	CHECK(!d.fault.p && d.vouch == VOUCH_BY_KEY && !d.needs_token && d.time == (uint64_t)o->flow.now);
	CHECK(is_bytes_equal(d.evidence, f.evidence) && is_bytes_equal(d.request_id, f.request_id));
	OK(message_parse(&ticket_message, d.ticket, &t));
	CHECK(is_bytes_equal(t.id, f.id) && is_bytes_equal(d.secret_hash, t.secret_hash));
	CHECK(outcome_of(&d, "EK_REGISTERED") == PASSED && outcome_of(&d, "AK_UNSHARED") == PASSED);
	CHECK(outcome_of(&d, "TICKET_SEAL") == NOT_RUN);
}

static void words_names_and_ages_of_keys_are_kept_for_other_policies(void **state)
{
	struct office *o = *state;
	struct store_anchor anchor;
	struct admission a;
	struct answer_facts f = answer(o, &anchor);
	uint8_t outcomes[CHECK_COUNT];
	CHECK(bytes_copy(f.outcomes, outcomes, sizeof(outcomes)));
	outcomes[CHECK_CERTIFY_SIGNATURE] = outcomes[CHECK_CERTIFY_SIGNER] = PASSED;
	const struct store_birth born = { f.ak_name, 7, o->flow.now };
	OK(store_birth_put(o->flow.store, &born));
	f.outcomes = BYTES_OF(outcomes);
	f.firmware = 9;
	OK(office_admit(o, &f, &a));
	const struct dossier d = of_device(o, a.issue[0].device_id);
	CHECK(d.attestation == VOUCH_MODE_REQUIRED && d.virtual == TPMCLASS_DENY &&
	      d.unknown == TPMCLASS_ALLOW);
	CHECK(d.named == DOSSIER_NAMED_KEY && d.ak_born == 7 && d.key_born == 9);
}

static void anchors_that_were_tried_are_kept_whole(void **state)
{
	struct office *o = *state;
	struct store_anchor anchor;
	struct dossier_anchor kept;
	struct admission a;
	const struct answer_facts f = answer(o, &anchor);
	OK(office_admit(o, &f, &a));
	const struct dossier d = of_device(o, a.issue[0].device_id);
	CHECK(d.anchors.n == 1);
	OK(message_parse(&dossier_anchor_message, d.anchors.v[0], &kept));
	CHECK(is_bytes_equal(kept.certificate, anchor.certificate));
	CHECK(is_bytes_equal(kept.maker, anchor.maker));
	CHECK(kept.class == anchor.class);
}

static void a_wrong_secret_is_kept_as_its_hash_alone(void **state)
{
	struct office *o = *state;
	struct store_anchor anchor;
	struct admission a;
	uint8_t hash[32];
	struct store_refusal *row;
	struct answer_facts f = answer(o, &anchor);
	struct bytes right = f.secret;
	f.secret = office_octets(o, 0x77, TRIP_SECRET_SIZE);
	REFUSES(ACT_SECRET, office_admit(o, &f, &a));
	const struct dossier d = of_refusal(o);
	OK(alg_sha256(f.secret, hash));
	CHECK(is_bytes_text(d.fault, "ACT_SECRET") && is_bytes_equal(d.secret_hash, BYTES_OF(hash)));
	OK(store_refusal_get(o->flow.store, office_octets(o, EK, 32), &o->arena, &row));
	CHECK(!has_octets(row->evidence, f.secret) && !has_octets(row->evidence, right));
}

static void the_first_trips_refusal_says_what_proof_would_have_taken(void **state)
{
	struct office *o = *state;
	office_register_serial(o, "S1");
	struct begin_facts b = office_begin(o, EK, "S1");
	uint8_t outcomes[CHECK_COUNT];
	CHECK(bytes_copy(b.outcomes, outcomes, sizeof(outcomes)));
	outcomes[CHECK_EK_CERT_CHAIN] = FAILED;
	b.outcomes = BYTES_OF(outcomes);
	b.evidence = BYTES_TEXT("what it sent");
	REFUSES(EK_CHAIN_UNTRUSTED, office_begin_refused(o, &b));
	const struct dossier d = of_refusal(o);
	CHECK(is_bytes_text(d.fault, "EK_CHAIN_UNTRUSTED") && d.vouch == VOUCH_BY_CERTIFICATE);
	CHECK(d.outcomes.p[CHECK_EK_CERT_CHAIN] == FAILED && d.required.p[CHECK_EK_CERT_CHAIN] == 1);
	CHECK(d.required.p[CHECK_TICKET_SEAL] == 0 && d.required.p[CHECK_QUOTE_PRESENT] == 0);
	CHECK(!d.ticket.p && !d.secret_hash.p && is_bytes_equal(d.evidence, b.evidence));
	CHECK(outcome_of(&d, "EK_REGISTERED") == FAILED);
}

static void records_that_decide_before_proof_require_none(void **state)
{
	struct office *o = *state;
	const struct begin_facts b = office_begin(o, EK, NULL);
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	const struct dossier d = of_refusal(o);
	CHECK(is_bytes_text(d.fault, "DEVICE_NOT_REGISTERED") && d.vouch == VOUCH_NOBODY);
	CHECK(is_bytes_uniform(d.required, 0) && !d.attestation && !d.named);
}

static void evidence_that_is_too_large_for_strangers_is_left_out(void **state)
{
	struct office *o = *state;
	struct begin_facts b = office_begin(o, EK, NULL);
	b.evidence = office_octets(o, 1, (size_t)1 << 20);
	REFUSES(DEVICE_NOT_REGISTERED, office_begin_refused(o, &b));
	const struct dossier d = of_refusal(o);
	CHECK(!d.evidence.p && is_bytes_text(d.fault, "DEVICE_NOT_REGISTERED"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(what_core_knew_of_an_admission_is_kept),
		OFFICE_TEST(words_names_and_ages_of_keys_are_kept_for_other_policies),
		OFFICE_TEST(anchors_that_were_tried_are_kept_whole),
		OFFICE_TEST(a_wrong_secret_is_kept_as_its_hash_alone),
		OFFICE_TEST(the_first_trips_refusal_says_what_proof_would_have_taken),
		OFFICE_TEST(records_that_decide_before_proof_require_none),
		OFFICE_TEST(evidence_that_is_too_large_for_strangers_is_left_out),
	};
	return RUN(tests);
}
