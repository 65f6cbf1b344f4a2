#include "policy/counterfactual.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *word, *sentence;
} rows[COUNTERFACTUAL_COUNT] = {
#define F(id, word, sentence) [COUNTERFACTUAL_##id] = { word, sentence },
#include "policy/counterfactual.def"
#undef F
};

/* The case with one fact changed, and what the change is about. */
struct trial {
	struct decision_case c;
	struct bytes of;
	struct restriction v[RESTRICTIONS_MAX + 1];
	struct restrictions restrictions;
};

/*
 * Each change is made of the case as it is; `at` counts those of one kind. False when there is nothing to
 * change, which ends the kind.
 */

static bool is_claim(fault why)
{
	static const enum fault_code claims[] = {
		FAULT_CODE_EK_DUPLICATE,
		FAULT_CODE_ID_EK_MISMATCH,
		FAULT_CODE_SERIAL_MISMATCH,
		FAULT_CODE_DEVICE_BLOCKED,
	};
	for (size_t i = 0; i < COUNT_OF(claims); i++)
		if (why == &fault_rows[claims[i]])
			return true;
	return false;
}

static bool approve_claim(struct trial *t, size_t at)
{
	bool is_one = at == 0 && is_claim(t->c.records);
	t->c.records = is_one ? NULL : t->c.records;
	return is_one;
}

/* The words of a profile that was made without any (flow/profiles.h). */
static void put_profile(struct decision_case *c)
{
	c->vouch.mode = VOUCH_MODE_REQUIRED;
	c->classes = (struct tpmclass_rule){ TPMCLASS_DENY, TPMCLASS_ALLOW };
	c->provisioning.usage = DEPLOYMENT_SELF;
	c->provisioning.is_one_time = false;
}

static bool assign_profile(struct trial *t, size_t at)
{
	if (at || t->c.records != FAIL(PROFILE_UNASSIGNED))
		return false;
	t->c.records = NULL;
	put_profile(&t->c);
	return true;
}

static bool allow_next(struct trial *t, size_t at)
{
	struct provisioning_case *p = &t->c.provisioning;
	bool is_spent = p->userless == DEPLOYMENT_USERLESS_BLOCKED || p->phase != PROVISIONING_NONE;
	p->userless = DEPLOYMENT_USERLESS_ALLOWED;
	p->phase = provisioning_after(p->phase, PROVISIONING_ALLOW);
	return at == 0 && is_spent;
}

/* The default policy cannot be switched off. */
static bool lift_restriction(struct trial *t, size_t at)
{
	const struct restrictions *list = t->c.restrictions;
	if (!list || at >= list->n || list->n > COUNT_OF(t->v) || list->v[at].is_default)
		return false;
	memcpy(t->v, list->v, list->n * sizeof(t->v[0]));
	t->v[at].state = RESTRICTION_OFF;
	t->of = t->v[at].name;
	t->restrictions = (struct restrictions){ list->n, t->v };
	t->c.restrictions = &t->restrictions;
	return true;
}

static bool find_firmware(const struct trial *t, struct blocklist_finding *ret)
{
	if (!t->c.blocklist)
		return false;
	blocklist_judge(t->c.blocklist, &t->c.tpm, ret);
	return ret->outcome == BLOCKLIST_VULNERABLE || ret->outcome == BLOCKLIST_OLD_KEYS;
}

static bool renew_keys(struct trial *t, size_t at)
{
	struct blocklist_finding found;
	bool is_one = at == 0 && find_firmware(t, &found) && found.outcome == BLOCKLIST_OLD_KEYS;
	t->c.tpm.ak.born = t->c.tpm.device.born = t->c.tpm.firmware;
	return is_one;
}

/* Updated, its keys are made anew as well: the blocklist would have it so. */
static bool update_firmware(struct trial *t, size_t at)
{
	struct blocklist_finding found;
	bool is_vulnerable = at == 0 && find_firmware(t, &found) && found.outcome == BLOCKLIST_VULNERABLE;
	if (!is_vulnerable || !found.row->fixed)
		return false;
	t->of = found.row->text.fixed;
	t->c.tpm.has_firmware = true;
	t->c.tpm.firmware = t->c.facts.firmware = found.row->fixed;
	t->c.tpm.ak.born = t->c.tpm.device.born = found.row->fixed;
	return true;
}

static void put_token(struct decision_case *c)
{
	c->vouch.has_token = c->provisioning.has_credential = true;
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_TOKEN)
			c->verdict.of[i] = PASSED;
}

static bool show_token(struct trial *t, size_t at)
{
	bool is_one = at == 0 && (!t->c.vouch.has_token || !t->c.provisioning.has_credential);
	put_token(&t->c);
	if (!t->c.vouch.mode)
		put_profile(&t->c);
	return is_one;
}

/* Whose the device is to be, or else anybody with a name. */
static bool name_user(struct trial *t, size_t at)
{
	struct provisioning_case *p = &t->c.provisioning;
	struct bytes owner = provisioning_owner(p);
	bool is_asked = p->usage == DEPLOYMENT_PREPARED || owner.n;
	bool is_one = at == 0 && is_asked && is_provisioning_attended(p);
	p->user = owner.n ? owner : BYTES_TEXT("its user");
	put_token(&t->c);
	return is_one;
}

static bool register_label(struct trial *t, size_t at)
{
	bool is_one = at == 0 && !t->c.vouch.is_registered_key && !t->c.vouch.is_registered_label;
	t->c.vouch.is_registered_label = t->c.provisioning.is_registered = true;
	if (!t->c.vouch.mode)
		put_profile(&t->c);
	return is_one;
}

static bool register_key(struct trial *t, size_t at)
{
	bool is_one = at == 0 && t->c.vouch.has_tpm && !t->c.vouch.is_registered_key;
	t->c.vouch.is_registered_key = t->c.provisioning.is_registered = true;
	if (!t->c.vouch.mode)
		put_profile(&t->c);
	return is_one;
}

/* Only what was never judged is supposed to hold: a row that failed stays so. */
static bool trust_issuer(struct trial *t, size_t at)
{
	static const enum check_id below[] = {
		CHECK_EK_CERT_CHAIN_VALID, CHECK_EK_CERT_CHAIN_TIME, CHECK_EK_CERT_SIGNATURE,
		CHECK_EK_CERT_UNREVOKED,   CHECK_EK_CERT_LISTED,     CHECK_EK_CERT_MAKER,
	};
	uint8_t *of = t->c.verdict.of;
	bool is_one = at == 0 && of[CHECK_EK_CERT_CHAIN] == FAILED;
	of[CHECK_EK_CERT_CHAIN] = PASSED;
	for (size_t i = 0; i < COUNT_OF(below); i++)
		if (of[below[i]] == NOT_RUN)
			of[below[i]] = PASSED;
	return is_one;
}

static bool pass(struct trial *t, enum check_id check)
{
	bool is_failed = t->c.verdict.of[check] == FAILED;
	t->c.verdict.of[check] = PASSED;
	return is_failed;
}

static bool accept_expired(struct trial *t, size_t at)
{
	return at == 0 && pass(t, CHECK_EK_CERT_CHAIN_TIME);
}

static bool accept_unlisted(struct trial *t, size_t at)
{
	return at == 0 && pass(t, CHECK_EK_CERT_LISTED);
}

static bool allow_unknown(struct trial *t, size_t at)
{
	bool is_one = at == 0 && t->c.classes.unknown == TPMCLASS_DENY;
	t->c.classes.unknown = TPMCLASS_ALLOW;
	return is_one;
}

static bool allow_virtual(struct trial *t, size_t at)
{
	bool is_one = at == 0 && t->c.classes.virtual && t->c.classes.virtual != TPMCLASS_ALLOW;
	t->c.classes.virtual = TPMCLASS_ALLOW;
	return is_one;
}

static bool prefer(struct trial *t, size_t at)
{
	bool is_one = at == 0 && t->c.vouch.mode == VOUCH_MODE_REQUIRED;
	t->c.vouch.mode = VOUCH_MODE_PREFERRED;
	return is_one;
}

static bool (*const changes[COUNTERFACTUAL_COUNT])(struct trial *t, size_t at) = {
	[COUNTERFACTUAL_CLAIM] = approve_claim,    [COUNTERFACTUAL_PROFILE] = assign_profile,
	[COUNTERFACTUAL_NEXT] = allow_next,        [COUNTERFACTUAL_RESTRICTION] = lift_restriction,
	[COUNTERFACTUAL_KEYS] = renew_keys,        [COUNTERFACTUAL_FIRMWARE] = update_firmware,
	[COUNTERFACTUAL_TOKEN] = show_token,       [COUNTERFACTUAL_USER] = name_user,
	[COUNTERFACTUAL_LABEL] = register_label,   [COUNTERFACTUAL_KEY] = register_key,
	[COUNTERFACTUAL_ANCHOR] = trust_issuer,    [COUNTERFACTUAL_EXPIRED] = accept_expired,
	[COUNTERFACTUAL_UNLISTED] = accept_unlisted, [COUNTERFACTUAL_UNKNOWN] = allow_unknown,
	[COUNTERFACTUAL_VIRTUAL] = allow_virtual,  [COUNTERFACTUAL_PREFERRED] = prefer,
};

void counterfactual_judge(const struct decision_case *c, struct bytes issuer, struct counterfactual_list *ret)
{
	size_t kind = 0, at = 0;
	ret->n = 0;
	if (!decision_check(c))
		return;
	while (kind < COUNTERFACTUAL_COUNT) {
		struct trial t = { .c = *c, .of = issuer };
		bool is_there = changes[kind](&t, at);
		if (is_there && !decision_check(&t.c) && ret->n < COUNT_OF(ret->v))
			ret->v[ret->n++] = (struct counterfactual){ (enum counterfactual_kind)kind, t.of };
		kind += !is_there;
		at = is_there ? at + 1 : 0;
	}
}

const char *counterfactual_word(const struct counterfactual *c)
{
	return rows[c->kind].word;
}

char *counterfactual_text(const struct counterfactual *c, char out[static COUNTERFACTUAL_TEXT_SIZE])
{
	static const struct bytes unnamed = BYTES_TEXT("above its EK certificate");
	const struct bytes *of = c->of.n ? &c->of : &unnamed;
	const char *sentence = rows[c->kind].sentence, *hole = strstr(sentence, "%s");
	if (!hole)
		snprintf(out, COUNTERFACTUAL_TEXT_SIZE, "%s", sentence);
	else
		snprintf(out, COUNTERFACTUAL_TEXT_SIZE, "%.*s%.*s%s", (int)(hole - sentence), sentence,
			 (int)of->n, (const char *)of->p, hole + strlen("%s"));
	return out;
}
