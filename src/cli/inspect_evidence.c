#include "cli/inspect_evidence.h"

#include <string.h>

#include "attest/evaluate.h"
#include "cli/inspect_chain.h"
#include "report/leniencies.h"

static void require(const struct evidence *e, struct inspect_finding *f)
{
	static const enum check_subject first[] = { SUBJECT_EK_CERT, SUBJECT_EK, SUBJECT_AK };
	static const enum check_subject second[] = { SUBJECT_CERTIFY, SUBJECT_KEY, SUBJECT_QUOTE };
	for (size_t i = 0; i < COUNT_OF(first); i++)
		inspect_finding_require_subject(f, first[i]);
	for (size_t i = 0; e->id.p && i < COUNT_OF(second); i++)
		inspect_finding_require_subject(f, second[i]);
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

static void put_facts(const struct evidence *e, const struct findings *found, struct inspect_finding *f)
{
	const struct payload *p = &found->payload;
	inspect_finding_put_number(f, "trip", e->id.p ? 2 : 1);
	inspect_finding_put_number(f, "purpose", e->purpose);
	inspect_finding_put_time(f, "time", (int64_t)e->time);
	inspect_finding_put_text(f, "device", p->name);
	inspect_finding_put_text(f, "serial", p->serial);
	inspect_finding_put_text(f, "no_tpm", p->no_tpm);
	inspect_finding_put_hex(f, "ek_sha256", found->ek_hash);
	inspect_finding_put_hex(f, "ak_name", found->ak_name);
	inspect_finding_put_text(f, "maker", found->maker.maker);
	inspect_finding_put_hex(f, "anchor_sha256", found->maker.anchor);
	inspect_finding_put_hex(f, "payload_sha256", BYTES_OF(found->payload_digest));
	inspect_finding_put(f, "leniencies", leniencies_list(found->leniencies));
	put_state(&found->state, f);
}

fault inspect_evidence_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct evidence e;
	struct payload payload;
	struct findings found;
	TRY(message_parse(&evidence_message, in->file, &e));
	TRY(message_parse(&payload_message, e.payload, &payload));
	struct bytes certificate = payload.ek_chain.n ? payload.ek_chain.v[0] : (struct bytes){ 0 };
	struct anchors *anchors = inspect_roots_build(in->roots, certificate);
	bool is_recorded = in->expired_ca == INSPECT_EXPIRED_UNSAID;
	const struct evaluation with = {
		.now = (int64_t)e.time,
		.anchors = anchors,
		.admits_expired_ca = is_recorded ? e.expired_ca : in->expired_ca == INSPECT_EXPIRED_ACCEPTED,
	};
	fault why = evaluate(&e, &with, in->arena, &found);
	if (!why) {
		memcpy(f->verdict.of, found.outcomes, sizeof(found.outcomes));
		put_facts(&e, &found, f);
	}
	anchors_free(anchors);
	TRY(why);
	NEED(found.has_tpm, NOT_ATTESTED);
	require(&e, f);
	return NULL;
}
