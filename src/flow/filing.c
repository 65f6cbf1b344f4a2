#include "flow/filing.h"

#include "attest/anchors.h"
#include "attest/conversation.h"
#include "store/store_anchor.h"
#include "wire/dossier.h"

static fault put_anchors(struct flow *f, const struct bytes_list *tried, struct arena *a,
			 struct bytes_list *ret)
{
	for (size_t i = 0; i < tried->n; i++) {
		struct store_anchor *row;
		fault why = store_anchor_get(f->store, tried->v[i], a, &row);
		if (why == FAIL(NOT_FOUND))
			continue;
		TRY(why);
		const struct dossier_anchor one = { row->certificate, row->maker, row->class, row->role };
		TRY(flow_encode(&dossier_anchor_message, &one, a, &ret->v[ret->n]));
		ret->n++;
	}
	return NULL;
}

static fault put_records(const struct verdict *v, struct arena *a, struct bytes_list *ret)
{
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		const struct dossier_row one = { bytes_text(verdict_checks[i].name), v->of[i] };
		if (!is_conversation_record((enum check_id)i) || v->of[i] == NOT_RUN)
			continue;
		NEED(ret->n < BYTES_LIST_MAX, BUG);
		TRY(flow_encode(&dossier_row_message, &one, a, &ret->v[ret->n]));
		ret->n++;
	}
	return NULL;
}

/* What the records say that other policies and blocklists would judge by. */
static void put_words(const struct filing *in, struct dossier *d)
{
	const struct naming *n = in->naming;
	if (n->profile) {
		d->attestation = n->profile->attestation;
		d->virtual = n->profile->virtual;
		d->unknown = n->profile->unknown;
	}
	d->named = (n->is_by_key ? DOSSIER_NAMED_KEY : n->registration ? DOSSIER_NAMED_LABEL : 0) |
		   (n->token ? DOSSIER_NAMED_TOKEN : 0) | (n->idp ? DOSSIER_NAMED_USER : 0);
	d->upn = n->user.upn;
	if (in->groups)
		d->groups = *in->groups;
	d->ak_born = in->births.ak;
	d->key_born = in->births.device;
}

/* What the answer shows of the TPM, as far as it is signed. */
static void put_tpm(const struct filing *in, struct dossier *d)
{
	const struct answer_facts *facts = in->answer;
	const uint8_t *of = in->verdict->of;
	bool is_signed = of[CHECK_CERTIFY_SIGNATURE] == PASSED && of[CHECK_CERTIFY_SIGNER] == PASSED;
	if (!facts)
		return;
	d->tpm_firmware = is_signed ? facts->firmware : 0;
	d->tpm_model = facts->tpm_model;
	d->tpm_version = facts->tpm_version;
	d->tpm_errata = facts->tpm_errata;
	d->ak_kind = blocklist_kind_of(facts->ak);
	d->key_kind = blocklist_kind_of(facts->key);
}

fault filing_build(struct flow *f, const struct filing *in, struct arena *a, struct bytes *ret)
{
	struct dossier d = {
		.version = DOSSIER_VERSION,
		.edition = VERDICT_EDITION,
		.time = (uint64_t)f->now,
		.request_id = in->request_id,
		.snapshot = in->snapshot,
		.vouch = in->by,
		.needs_token = in->needs_token,
		.needs_user = in->needs_user,
		.outcomes = BYTES_OF(in->verdict->of),
		.required = BYTES_OF(in->verdict->required),
		.fault = bytes_text(in->why ? in->why->name : NULL),
		.detail = bytes_text(in->detail),
		.evidence = in->evidence,
	};
	put_words(in, &d);
	put_tpm(in, &d);
	TRY(put_anchors(f, in->anchors, a, &d.anchors));
	TRY(put_records(in->verdict, a, &d.records));
	if (in->ticket)
		TRY(flow_encode(&ticket_message, in->ticket, a, &d.ticket));
	if (in->secret.p)
		TRY(flow_hash(in->secret, a, &d.secret_hash));
	return flow_encode(&dossier_message, &d, a, ret);
}
