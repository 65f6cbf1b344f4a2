#include "cli/inspect_evidence.h"

#include "attest/firmware.h"
#include "cli/review.h"
#include "policy/tpmclass.h"
#include "report/leniencies.h"

/* --- facts ---------------------------------------------------------------------------------------------- */

static void put_said(const struct review *r, struct inspect_finding *f)
{
	static const char *const vouchers[VOUCH_BY_LAST + 1] = {
		[VOUCH_NOBODY] = "nobody",
		[VOUCH_BY_KEY] = "registration",
		[VOUCH_BY_CERTIFICATE] = "certificate",
		[VOUCH_BY_TOKEN] = "token",
		[VOUCH_BY_USER] = "user",
		[VOUCH_BY_USER_ALONE] = "user, without TPM",
		[VOUCH_BY_MEMBER] = "the certificate it has, without TPM",
	};
	const struct dossier *d = &r->dossier;
	inspect_finding_put_text(f, "recorded_outcome", bytes_text(r->told ? "refused" : "accepted"));
	inspect_finding_put_text(f, "recorded_fault", d->fault);
	inspect_finding_put_text(f, "recorded_detail", d->detail);
	inspect_finding_put_time(f, "recorded_time", (int64_t)d->time);
	inspect_finding_put_number(f, "recorded_edition", d->edition);
	inspect_finding_put_text(f, "vouched_by", bytes_text(vouchers[d->vouch]));
	inspect_finding_put_hex(f, "request_id", d->request_id);
	inspect_finding_put_hex(f, "snapshot_sha256", d->snapshot);
	if (!d->attestation)
		return;
	inspect_finding_put_text(f, "profile_attestation",
				 bytes_text(vouch_mode_word((enum vouch_mode)d->attestation)));
	inspect_finding_put_text(f, "profile_virtual",
				 bytes_text(tpmclass_word((enum tpmclass_mode)d->virtual)));
	inspect_finding_put_text(f, "profile_unknown",
				 bytes_text(tpmclass_word((enum tpmclass_mode)d->unknown)));
}

/* Signed by the TPM, now and, as far as the dossier says it, when its keys were first proved. */
static void put_firmware(const struct review *r, struct inspect_finding *f)
{
	const struct dossier *d = &r->dossier;
	const struct {
		const char *name;
		uint64_t version;
	} rows[] = { { "firmware", r->found.state.firmware },
		     { "ak_made_under_firmware", d->ak_born },
		     { "key_made_under_firmware", d->key_born } };
	size_t known = d->version > DOSSIER_VERSION_FIRST ? COUNT_OF(rows) : 1;
	for (size_t i = 0; i < known; i++) {
		char text[FIRMWARE_TEXT_SIZE];
		inspect_finding_put_text(f, rows[i].name, bytes_text(firmware_text(rows[i].version, text)));
	}
}

/* The rows whose outcome, or whether it is needed, is not as recorded; null when nobody can say. */
static json_t *list_differences(const struct review *r)
{
	json_t *list = json_array();
	if (!r->is_comparable) {
		json_decref(list);
		return json_null();
	}
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (r->recorded.of[i] != r->verdict.of[i] ||
		    r->recorded.required[i] != r->verdict.required[i])
			json_array_append_new(list, json_string(verdict_checks[i].name));
	return list;
}

static void put_state(const struct evaluate_state *s, struct inspect_finding *f)
{
	if (!s->is_signed)
		return;
	inspect_finding_put_number(f, "clock_ms", s->clock_ms);
	inspect_finding_put_number(f, "reset_count", s->reset_count);
	inspect_finding_put_number(f, "restart_count", s->restart_count);
	inspect_finding_put(f, "clock_safe", json_boolean(s->is_clock_safe));
}

static void put_facts(const struct review *r, struct inspect_finding *f)
{
	const struct payload *p = &r->found.payload;
	bool is_same = is_review_same(r);
	inspect_finding_put(f, "as_recorded", r->is_comparable ? json_boolean(is_same) : json_null());
	inspect_finding_put(f, "differences", list_differences(r));
	inspect_finding_put_number(f, "trip", r->evidence.id.p ? 2 : 1);
	inspect_finding_put_number(f, "purpose", r->evidence.purpose);
	inspect_finding_put_time(f, "time", (int64_t)r->evidence.time);
	inspect_finding_put_text(f, "device", p->name);
	inspect_finding_put_text(f, "serial", p->serial);
	inspect_finding_put_text(f, "no_tpm", p->no_tpm);
	inspect_finding_put_hex(f, "ek_sha256", r->found.ek_hash);
	inspect_finding_put_hex(f, "ak_name", r->found.ak_name);
	inspect_finding_put_text(f, "maker", r->found.maker.maker);
	enum anchors_class class = (enum anchors_class)r->found.maker.class;
	inspect_finding_put_text(f, "class", bytes_text(r->found.has_tpm ? anchors_class_word(class) : NULL));
	inspect_finding_put_hex(f, "anchor_sha256", r->found.maker.anchor);
	inspect_finding_put_hex(f, "payload_sha256", BYTES_OF(r->found.payload_digest));
	inspect_finding_put(f, "leniencies", leniencies_list(r->found.leniencies));
	put_state(&r->found.state, f);
	if (r->found.state.is_signed)
		put_firmware(r, f);
}

/* --- the judgement -------------------------------------------------------------------------------------- */

/* The first certificate that the device sent; absent when there is none, or the file is no dossier. */
static struct bytes certificate_of(struct bytes file)
{
	struct dossier d;
	struct evidence e;
	struct payload p;
	bool is_read = !message_parse(&dossier_message, file, &d) &&
		       !message_parse(&evidence_message, d.evidence, &e) &&
		       !message_parse(&payload_message, e.payload, &p);
	return is_read && p.ek_chain.n ? p.ek_chain.v[0] : (struct bytes){ 0 };
}

fault inspect_evidence_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct review r;
	struct anchors *given = NULL;
	if (in->roots->n)
		given = inspect_roots_build(in->roots, certificate_of(in->file));
	const struct review_input input = {
		.file = in->file,
		.anchors = given,
		.now = in->is_time_given ? in->now : 0,
		.rules = { .expired_ca = in->expired_ca },
		.arena = in->arena,
	};
	fault why = review_build(&input, &r);
	if (given)
		anchors_free(given);
	TRY(why);
	f->is_closed = true;
	put_said(&r, f);
	inspect_finding_put(f, "evidence_kept", json_boolean(r.is_judged));
	if (!r.is_judged)
		return NULL;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		inspect_finding_list(f, (enum check_id)i);
	f->verdict = r.verdict;
	put_facts(&r, f);
	return r.why;
}
