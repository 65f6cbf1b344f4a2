#include "flow/appraising.h"

#include "flow/blocking.h"
#include "flow/complying.h"
#include "flow/contacts.h"
#include "flow/inventory.h"
#include "flow/keeping.h"
#include "flow/notifying.h"
#include "store/store_appraisal.h"
#include "store/store_birth.h"
#include "store/store_certificate.h"
#include "store/store_profile.h"
#include "store/store_proof.h"

#define SCRATCH_SIZE (1 << 20) /* of one device of a sweep */
#define RETRY_S 3600 /* until a device whose appraisal failed is looked at again */

/* --- what is known -------------------------------------------------------------------------------------- */

/* One device under way. */
struct work {
	struct flow *f;
	struct arena *a;
	const struct store_device *d;
	const struct store_appraisal *before; /* NULL: it was never looked at */
	struct attribute_values values;
	char firmware[FIRMWARE_TEXT_SIZE];
	struct compliance_facts facts;
};

static bool is_asked(const struct flow *f, bool (*asks)(const struct compliance_policy *p))
{
	const struct compliance_policies all = complying_find(f);
	for (size_t i = 0; i < all.n; i++)
		if (asks(&all.v[i]))
			return true;
	return false;
}

static bool is_narrow(const struct compliance_policy *p)
{
	return is_scope_narrow(&p->scope);
}

static bool is_about_firmware(const struct compliance_policy *p)
{
	return p->wants_firmware;
}

/* Asked only where a policy is not for all: it takes two more records. */
static fault put_values(struct work *w)
{
	const struct store_device *d = w->d;
	struct store_profile *profile = NULL;
	struct store_registration *r = NULL;
	if (!is_asked(w->f, is_narrow))
		return NULL;
	TRY(store_profile_get(w->f->store, d->profile, w->a, &profile));
	fault why = d->registration.p ? store_registration_get(w->f->store, d->registration, w->a, &r) : NULL;
	TRY(why == FAIL(NOT_FOUND) ? NULL : why);
	const struct attribute_facts facts = {
		.is_judged = true,
		.is_attested = d->attested != 0,
		.assurance = (uint8_t)d->assurance,
		.tpm_class = (enum anchors_class)d->tpm_class,
		.tpm_maker = d->tpm_maker,
		.tpm_model = d->tpm_model,
		.firmware = d->firmware,
		.is_registered = r != NULL,
		.profile = profile->name,
		.group_tag = r ? r->group_tag : (struct bytes){ 0 },
		.name = d->name,
		.serial = d->serial,
		.manufacturer = d->manufacturer,
		.model = d->model,
		.os = d->os,
		.os_version = d->os_version,
	};
	w->values = attribute_values_of(&facts, w->firmware);
	return NULL;
}

/* Under which firmware a key was first proved; that of now when nobody knows. */
static fault find_key(struct work *w, struct bytes name, uint64_t kind, struct blocklist_key *ret)
{
	struct store_birth *birth = NULL;
	if (name.p)
		TRY(store_birth_find(w->f->store, name, w->a, &birth));
	*ret = (struct blocklist_key){ blocklist_kind_of(kind), birth ? birth->firmware : w->d->firmware };
	return NULL;
}

/* What kind its keys are of, by the certificates for them. */
static fault find_kinds(struct work *w, uint64_t *ret_ak, uint64_t *ret_device)
{
	struct store_certificate_list list;
	const struct store_page page = { .limit = STORE_PAGE_MAX };
	*ret_ak = *ret_device = 0;
	TRY(store_certificate_list_by_device(w->f->store, w->d->id, page, w->a, &list));
	for (size_t i = 0; i < list.n; i++) {
		const struct store_certificate *c = &list.v[i];
		bool is_alive = c->state == STORE_CERTIFICATE_ISSUED || c->state == STORE_CERTIFICATE_HELD;
		if (is_alive)
			*(c->kind == FRAME_CERTIFICATE_AK ? ret_ak : ret_device) = c->key;
	}
	return NULL;
}

fault appraising_get_tpm(struct flow *f, const struct store_device *d, struct arena *a,
			 struct blocklist_tpm *ret)
{
	struct work w = { .f = f, .a = a, .d = d };
	uint64_t ak, device;
	struct blocklist_tpm t = { .maker = d->tpm_maker,
				   .model = d->tpm_model,
				   .version = d->tpm_version,
				   .has_firmware = d->firmware != 0,
				   .firmware = d->firmware };
	TRY(find_kinds(&w, &ak, &device));
	TRY(find_key(&w, d->ak_name, ak, &t.ak));
	TRY(find_key(&w, d->key_hash, device, &t.device));
	*ret = t;
	return NULL;
}

static fault put_firmware(struct work *w)
{
	const struct blocklist *list = blocking_find(w->f);
	struct blocklist_finding finding = { 0 };
	struct blocklist_tpm t;
	if (!is_asked(w->f, is_about_firmware) || !list || !w->d->ak_name.p)
		return NULL;
	TRY(appraising_get_tpm(w->f, w->d, w->a, &t));
	blocklist_judge(list, &t, &finding);
	w->facts.firmware = finding.outcome;
	return NULL;
}

/* Than the newest that its TPM had. */
static bool is_older(const struct store_device *d, const struct store_proof *proof)
{
	return d->firmware && d->firmware < proof->firmware_top;
}

static fault put_proof(struct work *w)
{
	struct store_proof *proof = NULL;
	TRY(store_proof_find(w->f->store, w->d->id, w->a, &proof));
	if (!proof)
		return NULL;
	w->facts.attested = proof->attested;
	w->facts.is_firmware_older = is_older(w->d, proof);
	/* A failure whose name this program does not know is one all the same. */
	fault why = proof->fault.p ? fault_find(proof->fault) : NULL;
	w->facts.failed = proof->fault.p && !why ? FAIL(BUG) : why;
	w->facts.failed_at = proof->tried;
	return NULL;
}

static fault put_facts(struct work *w)
{
	const struct store_device *d = w->d;
	int64_t lately = contacts_seen(w->f->contacts, d->id);
	w->facts = (struct compliance_facts){
		.values = &w->values,
		.assurance = (uint8_t)d->assurance,
		.enrolled = d->enrolled,
		.seen = d->last_seen > lately ? d->last_seen : lately,
		.class = (enum anchors_class)d->tpm_class,
		.firmware_since = w->before ? w->before->firmware_since : 0,
	};
	TRY(keeping_find(w->f, d, &w->facts.key));
	TRY(put_values(w));
	TRY(put_firmware(w));
	return put_proof(w);
}

static fault judge(struct work *w, struct compliance_finding *ret)
{
	const struct compliance_policies all = complying_find(w->f);
	TRY(put_facts(w));
	compliance_judge(&all, &w->facts, w->f->now, ret);
	return NULL;
}

fault appraising_judge(struct flow *f, const struct store_device *d, struct arena *a,
		       struct compliance_finding *ret)
{
	struct store_appraisal *before = NULL;
	struct work w = { .f = f, .a = a, .d = d };
	TRY(store_appraisal_find(f->store, d->id, a, &before));
	w.before = before;
	return judge(&w, ret);
}

fault appraising_check(struct flow *f, const struct store_device *d, struct arena *a,
		       struct compliance_finding *ret, const char **ret_detail)
{
	char text[COMPLIANCE_TEXT_SIZE];
	TRY(appraising_judge(f, d, a, ret));
	if (!ret->is_denied)
		return NULL;
	*ret_detail = arena_format(a, "%s: %s", compliance_state_word(ret->state),
				   compliance_text(ret, text));
	return FAIL(DEVICE_NONCOMPLIANT);
}

/* --- what follows --------------------------------------------------------------------------------------- */

static bool is_vulnerable(const struct compliance_facts *f)
{
	return f->is_firmware_older || f->firmware == BLOCKLIST_VULNERABLE ||
	       f->firmware == BLOCKLIST_OLD_KEYS;
}

static fault put_holds(struct work *w, bool is_held)
{
	const struct store_certificate_hold hold = { STORE_CERTIFICATE_BY_COMPLIANCE, w->f->now };
	bool was_held = w->before && w->before->held;
	uint64_t in_force = 0;
	if (!is_held)
		return was_held ? store_certificate_release_by_device(w->f->store, w->d->id, hold.causes)
				: NULL;
	/* Also what was issued since. */
	TRY(store_certificate_count_in_force(w->f->store, w->d->id, w->f->now, &in_force));
	return in_force || !was_held ? store_certificate_hold_by_device(w->f->store, w->d->id, &hold) : NULL;
}

/* A line of the timeline; that a new device is as it should be is worth none. */
static fault note(struct work *w, const struct store_appraisal *now)
{
	bool is_first = !w->before || !w->before->since;
	const char *was = is_first ? "new" : compliance_state_word((enum compliance_state)w->before->state);
	const char *detail = arena_format(
		w->a, "%s, was %s%s%.*s", compliance_state_word((enum compliance_state)now->state), was,
		now->reasons.n ? ": " : "", (int)now->reasons.n, (const char *)now->reasons.p);
	const struct flow_deed deed = {
		.actor = "assayd", .action = "compliance.change", .target = w->d->id, .detail = detail
	};
	if (is_first && now->state == COMPLIANCE_COMPLIANT)
		return NULL;
	return flow_note(w->f, &deed);
}

/* Another policy may have found the same. */
static bool is_repeated(const struct compliance_finding *finding, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (finding->v[k].why == finding->v[i].why)
			return true;
	return false;
}

fault appraising_codes(const struct compliance_finding *finding, struct arena *a, struct bytes *ret)
{
	uint8_t text[NOTICE_REASONS_MAX];
	struct wr w = wr_of(text, sizeof(text));
	for (size_t i = 0; i < finding->n; i++) {
		if (is_repeated(finding, i))
			continue;
		wr_bytes(&w, w.at ? BYTES_TEXT(" ") : (struct bytes){ 0 });
		wr_bytes(&w, bytes_text(finding->v[i].why->name));
	}
	NEED(!w.bad, BUG);
	const struct bytes codes = arena_copy(a, bytes_unless_empty(wr_done(&w)));
	NEED(codes.p || !w.at, SYS_MEMORY);
	*ret = codes;
	return NULL;
}

/* Whom that is told; that a new device is as it should be follows from that it enrolled. */
static fault tell(struct work *w, const struct compliance_finding *finding)
{
	bool is_first = !w->before || !w->before->since;
	struct notice n = {
		.kind = NOTICE_COMPLIANCE,
		.device_id = w->d->id,
		.state = finding->state,
		.before = is_first ? COMPLIANCE_UNKNOWN : w->before->state,
	};
	if (is_first && finding->state == COMPLIANCE_COMPLIANT)
		return NULL;
	TRY(appraising_codes(finding, w->a, &n.reasons));
	return notifying_put(w->f, &n, w->a);
}

static fault put(struct work *w)
{
	char text[COMPLIANCE_TEXT_SIZE];
	struct compliance_finding finding;
	TRY(judge(w, &finding));
	const struct store_appraisal *before = w->before;
	bool is_same = before && before->since && before->state == finding.state;
	bool is_denied_still = before && before->held && finding.is_denied;
	struct store_appraisal row = {
		.device_id = w->d->id,
		.state = finding.state,
		.since = is_same ? before->since : w->f->now,
		.reasons = bytes_unless_empty(bytes_text(compliance_text(&finding, text))),
		.held = finding.is_held || is_denied_still,
		.due = finding.next,
	};
	if (is_vulnerable(&w->facts))
		row.firmware_since = w->facts.firmware_since ? w->facts.firmware_since : w->f->now;
	TRY(put_holds(w, row.held));
	if (!is_same) {
		TRY(note(w, &row));
		TRY(tell(w, &finding));
	}
	return store_appraisal_put(w->f->store, &row);
}

fault appraising_put(struct flow *f, struct bytes device_id, struct arena *a)
{
	struct store_device *d = NULL;
	struct store_appraisal *before = NULL;
	TRY(store_device_get(f->store, device_id, a, &d));
	if (d->state != STORE_DEVICE_ACTIVE)
		return NULL;
	TRY(store_appraisal_find(f->store, device_id, a, &before));
	struct work w = { .f = f, .a = a, .d = d, .before = before };
	return put(&w);
}

fault appraising_visit(struct flow *f, const struct store_device *d, struct arena *a)
{
	struct store_appraisal *before = NULL;
	TRY(store_appraisal_find(f->store, d->id, a, &before));
	bool is_due = !before || (before->due && before->due <= f->now);
	if (!is_due && before->state == COMPLIANCE_COMPLIANT)
		return NULL;
	struct work w = { .f = f, .a = a, .d = d, .before = before };
	return put(&w);
}

/* What became of it is taken back, and its turn comes later: those behind it are not kept waiting for it. */
static fault sweep_one(struct flow *f, const struct store_appraisal *due, struct arena *a, fault *ret_why)
{
	struct store_appraisal later = *due;
	later.due = f->now + RETRY_S;
	TRY(store_savepoint(f->store));
	*ret_why = appraising_put(f, due->device_id, a);
	if (!*ret_why)
		return store_release(f->store);
	TRY(store_revert(f->store));
	return store_appraisal_put(f->store, &later);
}

fault appraising_sweep(struct flow *f, size_t most, struct arena *a, struct appraising_swept *ret)
{
	struct store_appraisal_list list;
	struct arena scratch;
	fault why = NULL, failed = NULL;
	*ret = (struct appraising_swept){ 0 };
	TRY(store_appraisal_list_due(f->store, f->now, most, a, &list));
	arena_init(&scratch, SCRATCH_SIZE);
	for (size_t i = 0; i < list.n && !why; i++, ret->n++) {
		arena_reset(&scratch);
		why = sweep_one(f, &list.v[i], &scratch, &failed);
		if (!failed)
			continue;
		ret->failed++;
		ret->why = failed;
		ret->device_id = list.v[i].device_id;
	}
	arena_done(&scratch);
	return why;
}

fault appraising_clear(struct flow *f, const struct inventory_actor *by, struct bytes device_id,
		       struct arena *a)
{
	struct store_device *d = NULL;
	struct store_proof *proof = NULL;
	TRY(store_device_get(f->store, device_id, a, &d));
	TRY(store_proof_find(f->store, device_id, a, &proof));
	NEED(proof && (proof->fault.p || is_older(d, proof)), CONFLICT);
	const char *accepted = proof->fault.p ? arena_text(a, proof->fault) : FAIL(FIRMWARE_OLDER)->name;
	const struct flow_deed deed = { by->name, "attestation.clear", device_id, by->request_id, accepted };
	if (is_older(d, proof))
		proof->firmware_top = d->firmware;
	proof->fault = (struct bytes){ 0 };
	TRY(store_proof_put(f->store, proof));
	TRY(flow_note(f, &deed));
	return appraising_put(f, device_id, a);
}

fault appraising_count(struct flow *f, struct appraising_count *ret)
{
	for (size_t state = 0; state < COUNT_OF(ret->of); state++)
		TRY(store_appraisal_count(f->store, state, &ret->of[state]));
	return NULL;
}
