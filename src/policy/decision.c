#include "policy/decision.h"

/* What the records say of the TPM, as rows. */
static void judge_records(const struct decision_case *c, struct verdict *v)
{
	verdict_judge(v->of, CHECK_EK_REGISTERED, c->vouch.is_registered_key);
	if (c->classes.virtual && c->classes.unknown)
		tpmclass_judge(&c->classes, c->class, v->of);
}

static fault check_first(const struct decision_case *c, const struct verdict *v, enum vouch_by *ret)
{
	struct vouch_case vouch = c->vouch;
	vouch.first = v;
	TRY(vouch_find(&vouch, ret));
	return c->vouch.is_managed ? NULL : provisioning_check(&c->provisioning, &c->limits);
}

static bool is_token_needed(const struct decision_case *c, enum vouch_by by)
{
	const struct vouch_words w = {
		.is_registered = c->vouch.is_registered_key || c->vouch.is_registered_label ||
				 c->vouch.is_managed,
		.is_attended = is_provisioning_attended(&c->provisioning),
		.has_token = c->vouch.has_token,
		.has_user = c->vouch.has_user,
	};
	return is_vouch_token_needed(by, &w);
}

static void judge_firmware(const struct decision_case *c, struct verdict *v)
{
	struct blocklist_finding finding;
	blocklist_judge(c->blocklist, &c->tpm, &finding);
	blocklist_judge_rows(&finding, v->of);
}

/* Whoever shows a credential that counts or else, once the TPM is proved, whom the registration names. */
static struct restriction_user user_of(const struct decision_case *c, bool is_registered, enum vouch_by by)
{
	if (c->user.name.n && (c->vouch.has_user || is_token_needed(c, by)))
		return c->user;
	return is_registered ? c->assigned : (struct restriction_user){ 0 };
}

static fault check_restrictions(const struct decision_case *c, const struct claims *claims)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	struct restriction_finding found;
	bool is_registered = c->vouch.is_registered_key || c->vouch.is_registered_label;
	struct attribute_facts facts = c->facts;
	facts.is_judged = true;
	facts.is_attested = claims->is_attested;
	facts.assurance = claims->assurance;
	facts.tpm_class = c->class;
	/* Without attestation an EK hash or a serial number is only claimed. */
	facts.is_registered = is_registered && claims->is_attested;
	facts.group_tag = facts.is_registered ? facts.group_tag : (struct bytes){ 0 };
	const struct attribute_values values = attribute_values_of(&facts, firmware);
	const struct restriction_case device = {
		.values = &values,
		.needs_attestation = c->vouch.mode == VOUCH_MODE_REQUIRED,
		.user = user_of(c, facts.is_registered, claims->by),
	};
	restriction_judge(c->restrictions, &device, &found);
	return found.decided.why;
}

static fault check_second(const struct decision_case *c, struct verdict *v, enum vouch_by by)
{
	if (c->blocklist && is_vouch_tpm(by))
		judge_firmware(c, v);
	vouch_require(by, 2, v);
	if (is_token_needed(c, by))
		vouch_require_subject(SUBJECT_TOKEN, v);
	if (c->vouch.has_user)
		vouch_require_subject(SUBJECT_USER, v);
	TRY(verdict_fault(v));
	const struct claims claims = claims_of(v, by);
	if (c->vouch.is_managed)
		return claims.is_attested || by == VOUCH_BY_MEMBER ? NULL : FAIL(TPM_REQUIRED);
	NEED(claims.is_attested || c->vouch.mode != VOUCH_MODE_REQUIRED, TPM_REQUIRED);
	NEED(c->restrictions != NULL, POL_MISSING);
	return check_restrictions(c, &claims);
}

fault decision_check(const struct decision_case *c)
{
	struct verdict v = c->verdict;
	enum vouch_by by = VOUCH_NOBODY;
	TRY(c->records);
	judge_records(c, &v);
	TRY(check_first(c, &v, &by));
	return c->is_second ? check_second(c, &v, by) : NULL;
}
