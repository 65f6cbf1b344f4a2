#include "flow/admission.h"

#include <string.h>

#include "attest/anchors.h"
#include "attest/usertoken.h"
#include "base/rd.h"
#include "base/text.h"
#include "flow/attempts.h"
#include "flow/checkin.h"
#include "flow/commands.h"
#include "flow/conflict.h"
#include "flow/judgement.h"
#include "flow/keeping.h"
#include "flow/missing.h"
#include "flow/phase.h"
#include "flow/proofs.h"
#include "flow/provider.h"
#include "flow/refusal.h"
#include "flow/restricting.h"
#include "policy/attribute.h"
#include "policy/nametemplate.h"
#include "policy/purpose.h"
#include "store/store_certificate.h"
#include "store/store_decision.h"
#include "store/store_enrolment.h"
#include "store/store_evidence.h"
#include "store/store_verdict.h"

/* One admission under way: what its steps hand on to each other. */
struct step {
	struct flow *f;
	const struct answer_facts *facts;
	struct arena *a;
	struct admission *ret;
	struct naming *n;    /* ret's */
	struct judgement *j; /* ret's */
	struct restriction_finding found; /* may it enrol? */
	struct bytes device_id;
	bool is_new;
	const struct purpose *purpose;
};

/* A ticket that was answered before: the same request gets the same reply, any other is too late. */
static fault find_reply(struct flow *f, const struct answer_facts *facts, struct admission *ret,
			bool *ret_known)
{
	struct store_enrolment *e = NULL;
	TRY(store_enrolment_find(f->store, facts->id, ret->arena, &e));
	*ret_known = e != NULL;
	if (!e)
		return NULL;
	fault why = e->fault.p ? fault_find(e->fault) : NULL;
	ret->ticket_id = e->ticket_id;
	if (!is_bytes_equal(e->request_digest, facts->request_digest))
		ret->answer.why = FAIL(ACT_CONSUMED);
	else if (e->state == STORE_ENROLMENT_INTENT)
		ret->is_open = true;
	else if (e->state == STORE_ENROLMENT_ISSUED)
		ret->answer = (struct flow_answer){ .status = 200,
						    .content = FRAME_CONTENT_CBOR,
						    .body = e->reply };
	else
		ret->answer.why = why ? why : FAIL(STATE_INVALID);
	return NULL;
}

static fault check_attempts(struct flow *f, const struct answer_facts *facts, struct flow_answer *answer)
{
	const struct attempts_who who = { facts->ek_hash, facts->peer };
	NEED(!is_attempts_burnt(f->attempts, facts->id), ACT_CONSUMED);
	return attempts_check(f->attempts, &who, f->now, &answer->retry_after_s);
}

/* What was denied has no device to hang a record on: it is a refusal (flow/refusal.h). */
static fault put_decision(struct step *s, enum store_decision_kind kind)
{
	struct store_decision row = {
		.ticket_id = s->facts->id,
		.device_id = s->device_id,
		.kind = kind,
		.outcome = STORE_DECISION_ALLOW,
		.created = s->f->now,
	};
	if (kind == STORE_DECISION_ENROLMENT) {
		row.restriction = s->found.decided.by->id;
		row.monitored = restricting_monitored(&s->found, s->a);
	}
	TRY(flow_id_new(s->f, s->a, &row.id));
	return store_decision_put(s->f->store, &row);
}

/* At T1 already: whoever races for the same registration finds it taken, and a void ticket gives it back. */
static fault claim_registration(struct step *s)
{
	struct store_registration *r = s->n->registration;
	if (!s->j->claims.is_attested || !r)
		return NULL;
	r->device_id = s->device_id;
	return store_registration_update(s->f->store, r);
}

/* What the profile calls a new device, where it says so; a device that has such a name keeps it. */
static fault find_name(struct step *s, struct bytes *ret)
{
	struct nametemplate template;
	struct bytes random;
	*ret = s->facts->name;
	if (!s->n->profile->name_template.p)
		return NULL;
	if (!s->is_new) {
		*ret = s->n->device->name;
		return NULL;
	}
	uint8_t *name = arena_alloc(s->a, NAMETEMPLATE_NAME_MAX);
	NEED(name != NULL, SYS_MEMORY);
	struct wr w = wr_of(name, NAMETEMPLATE_NAME_MAX);
	TRY(flow_random_new(sizeof(uint64_t), s->a, &random));
	const struct store_registration *r = s->n->registration;
	struct rd number = rd_of(random);
	const struct nametemplate_of of = { r && r->serial.p ? r->serial : s->facts->serial,
					    rd_be64(&number) };
	TRY(nametemplate_parse(s->n->profile->name_template, &template));
	TRY(nametemplate_write(&template, &of, &w));
	*ret = wr_done(&w);
	return NULL;
}

/* For people: names of groups, a comma between. */
static struct bytes groups_of(const struct user *u, struct arena *a)
{
	const char *text = NULL;
	for (size_t i = 0; i < u->groups.n; i++)
		text = arena_format(a, "%s%s%.*s", text ? text : "", text ? ", " : "", (int)u->groups.v[i].n,
				    (const char *)u->groups.v[i].p);
	return bytes_text(text);
}

/* On a user's word the TPM's keys were proved, but not that it is a TPM of anybody's. */
static const char *why_unattested(const struct step *s)
{
	fault why = s->j->by == VOUCH_BY_USER ? FAIL(EK_UNVOUCHED) : FAIL(NOT_ATTESTED);
	return s->j->claims.is_attested ? NULL : why->name;
}

/* Without attestation an EK hash is only a claim, so it leads to no registration. */
static fault put_device(struct step *s)
{
	const struct answer_facts *facts = s->facts;
	const struct user *user = &s->j->user;
	bool signed_in = s->j->needs_user;
	struct bytes name;
	TRY(find_name(s, &name));
	bool is_linked = s->j->claims.is_attested && s->n->registration;
	char warnings[BLOCKLIST_DETAIL_SIZE];
	blocklist_warnings(&s->j->finding, warnings);
	static const struct store_device none;
	const struct store_device *earlier = s->is_new ? &none : s->n->device;
	const struct store_device row = {
		.id = s->device_id,
		.name = name,
		.serial = facts->serial,
		.manufacturer = facts->manufacturer,
		.model = facts->model,
		.os = facts->os,
		.os_version = facts->os_version,
		.profile = s->n->profile->id,
		.registration = is_linked ? s->n->registration->id : earlier->registration,
		.state = STORE_DEVICE_ACTIVE,
		.attested = s->j->claims.is_attested,
		.assurance = s->j->claims.assurance,
		.no_tpm = facts->no_tpm,
		.fault = bytes_text(why_unattested(s)),
		.tpm_maker = facts->maker,
		.tpm_class = facts->class,
		.tpm_model = facts->tpm_model,
		.tpm_version = facts->tpm_version,
		.firmware = facts->firmware,
		.ak_name = s->j->claims.is_attested ? facts->ak_name : (struct bytes){ 0 },
		.key_hash = BYTES_OF(s->j->key_hash),
		.ek_hash = s->j->claims.is_attested ? facts->ek_hash : (struct bytes){ 0 },
		.clock = facts->clock,
		.reset_count = facts->reset_count,
		.restart_count = facts->restart_count,
		.enrolled = s->is_new ? s->f->now : s->n->device->enrolled,
		.last_seen = s->f->now,
		.updated = s->f->now,
		.leniencies = facts->leniencies,
		.warnings = bytes_text(warnings[0] ? warnings : NULL),
		.upn = earlier->upn,
		.client_key = facts->key_state,
		.user_subject = signed_in ? user->subject : earlier->user_subject,
		.user_groups = signed_in ? groups_of(user, s->a) : earlier->user_groups,
		.idp = signed_in ? user->idp : earlier->idp,
	};
	fault why = s->is_new ? store_device_put(s->f->store, &row) : store_device_update(s->f->store, &row);
	TRY(why == FAIL(CONFLICT) ? FAIL(KEY_REUSED) : why);
	TRY(claim_registration(s));
	if (!row.ek_hash.p)
		return NULL;
	why = store_device_put_ek(s->f->store, s->device_id, row.ek_hash);
	return why == FAIL(CONFLICT) ? FAIL(EK_DUPLICATE) : why;
}

static struct filing filing_of(const struct answer_facts *facts, const struct admission *a)
{
	struct filing filing = FILING_OF(facts);
	filing.verdict = &a->judgement.verdict;
	filing.by = a->judgement.by;
	filing.needs_token = a->judgement.needs_token;
	filing.needs_user = a->judgement.needs_user;
	filing.groups = &a->judgement.user.groups;
	filing.naming = &a->naming;
	filing.births = a->judgement.births;
	filing.ticket = a->has_ticket ? &a->ticket : NULL;
	filing.answer = facts;
	filing.secret = facts->secret;
	filing.detail = a->answer.detail;
	return filing;
}

/*
 * What verify said can be judged again only from the evidence it was said of; so there is no verdict
 * without, nor a second one on the same: ids and nonces make every answer's evidence its own.
 */
static fault put_evidence(struct step *s, const char *story)
{
	NEED(s->facts->evidence.p, SYS_FRAME);
	struct store_verdict verdict = {
		.ticket_id = s->facts->id,
		.device_id = s->device_id,
		.snapshot = s->facts->snapshot,
		.outcomes = BYTES_OF(s->j->verdict.of),
		.required = BYTES_OF(s->j->verdict.required),
		.created = s->f->now,
		.leniencies = s->facts->leniencies,
		.blocklist = blocking_digest(s->f),
		.edition = VERDICT_EDITION,
		.attempts = 1,
		.detail = bytes_text(story),
	};
	TRY(flow_id_new(s->f, s->a, &verdict.id));
	TRY(flow_hash(s->facts->evidence, s->a, &verdict.evidence));
	struct filing filing = filing_of(s->facts, s->ret);
	struct store_evidence row = { verdict.evidence, s->device_id, s->f->now, s->facts->snapshot, { 0 } };
	TRY(filing_build(s->f, &filing, s->a, &row.body));
	fault why = store_evidence_put(s->f->store, &row, s->f->limits->evidence);
	TRY(why == FAIL(CONFLICT) ? FAIL(SYS_FRAME) : why);
	return store_verdict_put(s->f->store, &verdict);
}

static fault note_keys(struct step *s)
{
	const struct keeping_visit visit = { s->is_new ? NULL : s->n->device, s->device_id,
					     s->facts->request_id, s->facts->key_state };
	return keeping_note(s->f, &visit);
}

/* Before what is said now, as it came before. */
static fault end_refusal(struct step *s)
{
	bool is_its = s->j->claims.is_attested;
	struct refusal_end end = { .ek_hash = is_its ? s->facts->ek_hash : (struct bytes){ 0 },
				   .device_id = s->device_id };
	TRY(flow_hash(s->facts->evidence, s->a, &end.evidence));
	return refusal_finish(s->f, &end, s->a);
}

static fault put_certificate(struct step *s, struct issue *i)
{
	struct bytes random;
	uint8_t *serial = arena_alloc(s->a, PROFILE_SERIAL_SIZE),
		*hash = arena_alloc(s->a, PROFILE_HASH_SIZE);
	NEED(serial && hash, SYS_MEMORY);
	TRY(flow_random_new(PROFILE_SERIAL_SIZE, s->a, &random));
	profile_build_serial(random.p, serial);
	i->serial = bytes_of(serial, PROFILE_SERIAL_SIZE);
	i->device_id = s->device_id;
	i->assurance = s->j->claims.assurance;
	i->not_before = (uint64_t)s->f->now - PROFILE_BACKDATE_S;
	i->not_after = (uint64_t)s->f->now + s->f->limits->certificate_s;
	if (i->not_after > (uint64_t)s->f->issuer->not_after)
		i->not_after = (uint64_t)s->f->issuer->not_after;
	TRY(profile_hash(i, s->f->issuer, hash));
	i->tbs_hash = bytes_of(hash, PROFILE_HASH_SIZE);
	const struct store_certificate row = {
		.serial = i->serial,
		.ticket_id = s->facts->id,
		.device_id = s->device_id,
		.kind = i->kind,
		.assurance = i->assurance,
		.key = i->key, .key_a = i->key_a, .key_b = i->key_b,
		.not_before = (int64_t)i->not_before, .not_after = (int64_t)i->not_after,
		.tbs_hash = i->tbs_hash,
		.state = STORE_CERTIFICATE_INTENT,
		.created = s->f->now,
		.generation = s->f->issuer->generation,
	};
	return store_certificate_put(s->f->store, &row);
}

static fault put_certificates(struct step *s, struct admission *ret)
{
	const struct answer_facts *facts = s->facts;
	size_t n = 0;
	if (s->j->claims.is_attested)
		ret->issue[n++] = (struct issue){ .kind = FRAME_CERTIFICATE_AK,
						  .key = facts->ak,
						  .key_a = facts->ak_a,
						  .key_b = facts->ak_b };
	ret->issue[n++] = (struct issue){ .kind = FRAME_CERTIFICATE_DEVICE,
					  .key = facts->key,
					  .key_a = facts->key_a,
					  .key_b = facts->key_b };
	for (size_t i = 0; i < n; i++)
		TRY(put_certificate(s, &ret->issue[i]));
	ret->issues = n;
	return NULL;
}

/* Asking and counting is one statement, so racing answers never exceed what the token allows (H122). */
static fault use_token(struct step *s)
{
	bool counted = false;
	if (!s->j->needs_token)
		return NULL;
	TRY(store_token_use(s->f->store, s->n->token->id, s->f->now, &counted));
	return counted ? NULL : FAIL(TOK_USED);
}

/* The same for a token of its user, of which each is good once, until nobody would take it any more. */
static fault use_user_token(struct step *s)
{
	const struct user *u = &s->j->user;
	bool counted = false;
	if (!s->j->needs_user)
		return NULL;
	TRY(store_idp_use(s->f->store, u->digest, (int64_t)u->expires + USERTOKEN_SKEW_S, &counted));
	return counted ? NULL : FAIL(TOK_USED);
}

static fault put_births(struct flow *f, const struct answer_facts *facts, const struct judgement *j)
{
	const struct blocking_case c = judgement_case(j, facts);
	return blocking_put_births(f, &c);
}

static fault build_reply(const struct step *s, struct bytes *ret)
{
	char id[TEXT_UUID_SIZE];
	const struct noted reply = {
		.device_id = bytes_text(text_uuid(s->device_id.p, id)),
		.time = (uint64_t)s->f->now,
		.name = s->n->device->name,
		.profile = s->n->profile->name,
	};
	return flow_encode(&noted_message, &reply, s->a, ret);
}

/* Whom a credential names that this enrolment is by; a managed device stays whose it is. */
static struct bytes user_of(const struct step *s)
{
	if (s->n->shown)
		return s->n->shown->upn;
	return s->j->needs_token || s->j->needs_user ? s->n->user.upn : (struct bytes){ 0 };
}

/* Where nothing is issued no CA is asked: the ticket is answered as soon as it is spent. */
static fault put_enrolment(struct step *s)
{
	struct store_enrolment row = {
		.ticket_id = s->facts->id,
		.request_digest = s->facts->request_digest,
		.device_id = s->device_id,
		.purpose = s->facts->purpose,
		.state = STORE_ENROLMENT_INTENT,
		.certificates = s->j->claims.is_attested ? 2 : 1,
		.created = s->f->now,
		.upn = user_of(s),
		.request_id = s->facts->request_id,
		.token = s->j->needs_token ? s->n->token->id : (struct bytes){ 0 },
	};
	if (!s->purpose->is_issuing) {
		row.state = STORE_ENROLMENT_ISSUED;
		row.certificates = 0;
		row.finished = s->f->now;
		TRY(build_reply(s, &row.reply));
		s->ret->answer = (struct flow_answer){ .status = 200,
						       .content = FRAME_CONTENT_CBOR,
						       .body = row.reply };
	}
	return store_enrolment_put(s->f->store, &row);
}

static fault put_issue(struct step *s)
{
	if (!s->n->shown)
		TRY(put_decision(s, STORE_DECISION_ENROLMENT));
	return s->purpose->is_issuing ? put_certificates(s, s->ret) : NULL;
}

static fault put_hold(struct step *s)
{
	const struct store_certificate_hold hold = { STORE_CERTIFICATE_BY_RESEAL, s->f->now };
	TRY(store_certificate_hold_by_device(s->f->store, s->device_id, &hold));
	return phase_update(s->f, s->n->profile, TRIP_RESEAL, s->n->registration);
}

/* While the records still have the attestation key of before. */
static fault note_rotation(struct step *s)
{
	const struct store_device *d = s->n->shown;
	if (!d || !s->purpose->is_issuing || is_bytes_equal(d->ak_name, s->facts->ak_name))
		return NULL;
	return commands_finish(s->f, d->id, TRIP_ORDER_ROTATE, s->a);
}

static fault put_all(struct step *s)
{
	struct proofs_good proof = { s->device_id, s->facts->purpose, s->j->claims.is_attested,
				     &s->j->interval, NULL, s->facts->anchor };
	TRY(use_token(s));
	TRY(use_user_token(s));
	TRY(note_keys(s));
	TRY(note_rotation(s));
	TRY(put_device(s));
	TRY(put_enrolment(s));
	TRY(end_refusal(s));
	TRY(proofs_read(s->f, s->device_id, &s->j->interval, s->a, &proof.story));
	TRY(put_evidence(s, proof.story));
	TRY(proofs_put(s->f, &proof, s->a));
	if (s->j->claims.is_attested)
		TRY(put_births(s->f, s->facts, s->j));
	TRY(put_decision(s, STORE_DECISION_JOIN));
	TRY(s->facts->purpose == TRIP_RESEAL ? put_hold(s) : put_issue(s));
	return flow_audit(s->f, "device", s->purpose->deed, s->device_id, s->facts->request_id);
}

/* Before anything is issued. Whoever is blocked reads the administrator's own message. */
static fault check_restrictions(struct step *s)
{
	char text[RESTRICTION_DETAIL_SIZE];
	if (s->facts->purpose == TRIP_RESEAL)
		return NULL;
	const struct restricting_case c = { s->facts, s->n, &s->j->claims, user_of(s),
					    s->j->needs_user ? &s->j->user.groups : NULL };
	TRY(restricting_judge(s->f, &c, &s->found));
	if (restriction_text(&s->found.decided, text)[0])
		s->ret->answer.detail = arena_format(s->a, "%s", text);
	return s->found.decided.why;
}

/* Whoever signed in, now that it is proved; a token that came as well must not be another's. */
static fault name_user(struct step *s)
{
	struct bytes *upn = &s->n->user.upn;
	if (!s->j->needs_user)
		return NULL;
	NEED(!upn->n || is_attribute_equal(*upn, s->j->user.name), USER_OTHER);
	*upn = s->j->user.name;
	return NULL;
}

/* What is attested again is what the certificates are for; other keys get other certificates. */
static fault check_keys(const struct step *s)
{
	const struct store_device *d = s->n->shown;
	bool is_same = is_bytes_equal(d->ak_name, s->facts->ak_name) &&
		       is_bytes_equal(d->key_hash, BYTES_OF(s->j->key_hash));
	NEED(s->j->claims.is_attested || s->j->by == VOUCH_BY_MEMBER, TPM_REQUIRED);
	NEED(is_same || !s->purpose->is_same_keys, KEYS_CHANGED);
	return NULL;
}

static fault decide(struct step *s, const struct ticket *t)
{
	NEED(!t || s->n->profile, DEVICE_NOT_REGISTERED);
	TRY(judgement_build(s->f, s->facts, t, s->n, s->j));
	fault why = verdict_fault(&s->j->verdict);
	s->ret->answer.detail = judgement_detail(s->j, why, s->a);
	if (why == FAIL(AK_REUSED) || why == FAIL(KEY_REUSED))
		s->n->claimed_device = BYTES_OF(s->j->sharer);
	if (is_judgement_back(why))
		s->n->claimed_device = s->n->device->id;
	TRY(why);
	TRY(name_user(s));
	/* The profile may have changed between the trips: what it demands now counts. */
	NEED(s->j->claims.is_attested || s->n->profile->attestation != VOUCH_MODE_REQUIRED, TPM_REQUIRED);
	NEED(s->j->claims.by != VOUCH_NOBODY, POL_MISSING);
	if (s->n->shown)
		return check_keys(s);
	const struct provisioning_case device = phase_case(s->f, s->n, (enum trip_purpose)s->facts->purpose);
	TRY(phase_check(s->f, &device, s->a, &s->ret->answer.detail));
	return check_restrictions(s);
}

fault admission_refuse(struct flow *f, const struct answer_facts *facts, const struct admission *a, fault why)
{
	struct filing filing = filing_of(facts, a);
	struct store_refusal *row = REFUSAL_OF(facts, 2);
	filing.why = why;
	TRY(proofs_refuse(f, judgement_find_failed(&a->naming, why), facts->purpose, why, a->arena));
	if (why == FAIL(EK_CHAIN_UNTRUSTED))
		TRY(missing_put(f, facts->missing, facts->ek_hash));
	if (why == FAIL(TOK_KEY_UNKNOWN) && a->has_ticket)
		TRY(provider_put_due(f, a->ticket.idp, a->arena));
	if (why->kind == FAULT_CHECK && !why->retry)
		attempts_put_burnt(f->attempts, facts->id, f->now);
	/* Such a refusal comes after all proof; after the update these keys must not pass as new ones. */
	if (is_judgement_firmware(why))
		TRY(put_births(f, facts, &a->judgement));
	row->detail = bytes_text(a->answer.detail);
	TRY(refusal_put(f, row, &filing, a->arena));
	return conflict_put(f, &a->naming, facts->anchor, row);
}

/*
 * Of two sets under way for one device either may be released last, and the last ends the other: so the
 * second waits until the first is settled, or the device would be left with the keys it has given up.
 */
static fault claim_device(struct step *s)
{
	uint64_t open;
	if (s->is_new)
		return flow_id_new(s->f, s->a, &s->device_id);
	TRY(store_certificate_count_open(s->f->store, s->n->device->id, &open));
	NEED(open == 0, SYS_BUSY);
	s->device_id = s->n->device->id;
	return NULL;
}

/* A virtual TPM that seems cleared is a copy of an earlier state; those in silicon are, now and then. */
static fault check_copy(struct step *s)
{
	const struct store_device *d = s->n->device;
	bool is_cleared = s->j->interval.meanings & INTERVAL_BIT(CLEARED);
	if (!d || d->tpm_class != ANCHORS_VIRTUAL || !s->j->claims.is_attested || !is_cleared)
		return NULL;
	s->n->claimed_device = d->id;
	return FAIL(EK_DUPLICATE);
}

/* Only an organisation that says how many it may have pays for counting them. */
static fault check_limit(const struct step *s)
{
	uint64_t active = 0, most = s->f->limits->devices;
	if (!most || !s->is_new)
		return NULL;
	struct bytes own = s->j->claims.is_attested ? (struct bytes){ 0 } : s->facts->serial;
	TRY(store_device_count_active(s->f->store, own, &active));
	NEED(active < most, DEVICE_LIMIT);
	return NULL;
}

/* Both trips are one device's: the ticket is worth nothing to whoever shows another certificate. */
static fault find_shown(struct step *s, const struct ticket *t, struct store_device **ret)
{
	const struct checkin_shown shown = { s->facts->shown_serial, s->facts->shown_hash };
	TRY(checkin_find_shown(s->f, s->facts->purpose, &shown, s->a, ret));
	NEED(!*ret || !t || is_bytes_equal(t->device, (*ret)->id), TOK_FLOW);
	return NULL;
}

static fault admit(struct step *s)
{
	const struct ticket *t = s->ret->has_ticket ? &s->ret->ticket : NULL;
	struct naming_of of = { s->facts->ek_hash, s->facts->serial, t ? t->token_id : (struct bytes){ 0 },
				t ? t->idp : (struct bytes){ 0 }, s->facts->class, NULL,
				s->facts->purpose == TRIP_RECOVER };
	NEED(!t || t->purpose != TRIP_TOKEN, TOK_FLOW);
	TRY(find_shown(s, t, &of.shown));
	TRY(naming_find(s->f, &of, s->a, s->n));
	TRY(decide(s, t));
	NEED(s->j->has_key, KEY_LINK);
	TRY(check_copy(s));
	s->is_new = !s->n->shown && (!s->n->device || !s->j->claims.is_attested);
	NEED(s->facts->purpose != TRIP_RESEAL || !s->is_new, RESEAL_EARLY);
	TRY(check_limit(s));
	TRY(claim_device(s));
	return put_all(s);
}

fault admission_build(struct flow *f, const struct answer_facts *facts, struct arena *a,
		      struct admission *ret)
{
	bool is_known = false;
	*ret = (struct admission){ .arena = a, .ticket_id = facts->id };
	TRY(find_reply(f, facts, ret, &is_known));
	if (is_known)
		return NULL;
	ret->answer.why = check_attempts(f, facts, &ret->answer);
	if (ret->answer.why)
		return NULL;
	TRY(verdict_parse(facts->outcomes, &ret->judgement.verdict));
	ret->has_ticket = !ticket_unseal(facts->ticket, f->ticket_key, 1, a, &ret->ticket);
	struct step s = { .f = f, .facts = facts, .a = a, .ret = ret, .n = &ret->naming,
			  .j = &ret->judgement, .purpose = purpose_find(facts->purpose) };
	NEED(s.purpose->deed, SYS_FRAME);
	return admit(&s);
}
