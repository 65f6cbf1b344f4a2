#include "policy/vouch.h"

#include <string.h>

#include "base/text.h"

/* Which subjects trust depends on, by who vouches and at which trip. */
static const struct {
	bool first, second;
} subjects[][SUBJECT_COUNT] = {
	[VOUCH_NOBODY] = { { false, false } },
	[VOUCH_BY_KEY] = {
		[SUBJECT_FRESH] = { false, true },
		[SUBJECT_EK] = { true, true },
		[SUBJECT_AK] = { true, true },
		[SUBJECT_CERTIFY] = { false, true },
		[SUBJECT_KEY] = { false, true },
		[SUBJECT_QUOTE] = { false, true },
		[SUBJECT_FIRMWARE] = { false, true },
	},
	[VOUCH_BY_CERTIFICATE] = {
		[SUBJECT_FRESH] = { false, true },
		[SUBJECT_EK_CERT] = { true, true },
		[SUBJECT_EK] = { true, true },
		[SUBJECT_AK] = { true, true },
		[SUBJECT_CERTIFY] = { false, true },
		[SUBJECT_KEY] = { false, true },
		[SUBJECT_QUOTE] = { false, true },
		[SUBJECT_FIRMWARE] = { false, true },
	},
	[VOUCH_BY_TOKEN] = {
		[SUBJECT_FRESH] = { false, true },
		[SUBJECT_CSR] = { false, true },
		[SUBJECT_TOKEN] = { false, true },
	},
	[VOUCH_BY_USER] = {
		[SUBJECT_FRESH] = { false, true },
		[SUBJECT_EK] = { true, true },
		[SUBJECT_AK] = { true, true },
		[SUBJECT_CERTIFY] = { false, true },
		[SUBJECT_KEY] = { false, true },
		[SUBJECT_QUOTE] = { false, true },
		[SUBJECT_FIRMWARE] = { false, true },
		[SUBJECT_USER] = { false, true },
	},
	[VOUCH_BY_USER_ALONE] = {
		[SUBJECT_FRESH] = { false, true },
		[SUBJECT_CSR] = { false, true },
		[SUBJECT_USER] = { false, true },
	},
	[VOUCH_BY_MEMBER] = {
		[SUBJECT_FRESH] = { false, true },
		[SUBJECT_CSR] = { false, true },
	},
};

/* Rows that their subject alone does not decide. */
static const struct {
	enum check_id check;
	enum vouch_by only; /* required when this one vouches */
} exceptions[] = {
	/* The registration vouches for the key; a certificate that fails beside it is shown, not refused. */
	{ CHECK_EK_REGISTERED, VOUCH_BY_KEY },
	{ CHECK_EK_CERTIFIED, VOUCH_BY_CERTIFICATE },
};

static bool is_excepted(enum check_id check, enum vouch_by by)
{
	for (size_t i = 0; i < COUNT_OF(exceptions); i++)
		if (exceptions[i].check == check)
			return exceptions[i].only != by;
	return false;
}

/* At trip 1 there is no ticket yet, so of core's rows only those on the records can have been judged. */
static bool is_judged_first(enum check_id check)
{
	static const enum check_id records[] = { CHECK_EK_REGISTERED, CHECK_EK_NOT_VIRTUAL, CHECK_EK_CLASS };
	for (size_t i = 0; i < COUNT_OF(records); i++)
		if (records[i] == check)
			return true;
	return verdict_checks[check].by == BY_VERIFY;
}

bool is_vouch_tpm(enum vouch_by by)
{
	return by == VOUCH_BY_KEY || by == VOUCH_BY_CERTIFICATE || by == VOUCH_BY_USER;
}

bool is_vouch_token_needed(enum vouch_by by, const struct vouch_words *w)
{
	bool needs_word = by != VOUCH_BY_MEMBER && (!is_vouch_tpm(by) || !w->is_registered || w->is_attended);
	return needs_word && (w->has_token || !w->has_user);
}

void vouch_require(enum vouch_by by, int trip, struct verdict *v)
{
	memset(v->required, 0, sizeof(v->required));
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		enum check_subject s = verdict_checks[i].subject;
		bool wanted = trip == 1 ? subjects[by][s].first && is_judged_first((enum check_id)i)
					: subjects[by][s].second;
		v->required[i] = wanted && !is_excepted((enum check_id)i, by);
	}
}

void vouch_require_subject(enum check_subject subject, struct verdict *v)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == subject)
			v->required[i] = 1;
}

static fault first_fault(const struct vouch_case *c, enum vouch_by by)
{
	struct verdict v = *c->first;
	vouch_require(by, 1, &v);
	return verdict_fault(&v);
}

static bool is_named(const struct vouch_case *c)
{
	return c->is_registered_key || c->is_registered_label || c->has_token || c->has_user || c->is_managed;
}

enum vouch_by vouch_by_of(const struct vouch_case *c)
{
	bool is_wanted = c->mode == VOUCH_MODE_REQUIRED || c->mode == VOUCH_MODE_PREFERRED || c->is_managed;
	if (!is_wanted || !c->has_tpm || !is_named(c))
		return VOUCH_NOBODY;
	return c->is_registered_key ? VOUCH_BY_KEY : VOUCH_BY_CERTIFICATE;
}

static fault attested(const struct vouch_case *c, enum vouch_by *ret)
{
	enum vouch_by by = vouch_by_of(c);
	TRY(first_fault(c, by));
	*ret = by;
	return NULL;
}

/* Nothing that this organisation trusts vouches for the TPM, or there is none. */
static enum vouch_by on_a_word(const struct vouch_case *c)
{
	bool is_proved = c->mode == VOUCH_MODE_PREFERRED && c->has_tpm && c->has_user &&
			 !first_fault(c, VOUCH_BY_USER);
	if (is_proved)
		return VOUCH_BY_USER;
	return c->has_user ? VOUCH_BY_USER_ALONE : VOUCH_BY_TOKEN;
}

fault vouch_find(const struct vouch_case *c, enum vouch_by *ret)
{
	NEED(is_named(c), DEVICE_NOT_REGISTERED);
	NEED(c->mode >= VOUCH_MODE_REQUIRED && c->mode <= VOUCH_MODE_LAST, POL_MISSING);
	if (c->is_plain && !c->has_tpm && c->mode != VOUCH_MODE_REQUIRED) {
		*ret = VOUCH_BY_MEMBER;
		return NULL;
	}
	if (c->mode == VOUCH_MODE_REQUIRED || c->is_managed) {
		NEED(c->has_tpm, TPM_REQUIRED);
		return attested(c, ret);
	}
	if (c->mode == VOUCH_MODE_PREFERRED && c->has_tpm && !attested(c, ret))
		return NULL;
	NEED(c->has_token || c->has_user, TOK_MISSING);
	*ret = on_a_word(c);
	return NULL;
}

static const char *const mode_words[] = {
	[VOUCH_MODE_REQUIRED] = "required",
	[VOUCH_MODE_PREFERRED] = "preferred",
	[VOUCH_MODE_OFF] = "off",
};

const char *vouch_mode_word(enum vouch_mode mode)
{
	return text_word(mode_words, COUNT_OF(mode_words), mode);
}

enum vouch_mode vouch_mode_find(struct bytes word)
{
	return (enum vouch_mode)text_word_find(mode_words, COUNT_OF(mode_words), word);
}
