#include "flow/certificates.h"

#include "base/text.h"
#include "cert/crl.h"

static const char *const states[] = {
	[STORE_CERTIFICATE_INTENT] = "intended", [STORE_CERTIFICATE_ISSUED] = "issued",
	[STORE_CERTIFICATE_VOID] = "void",       [STORE_CERTIFICATE_REVOKED] = "revoked",
	[STORE_CERTIFICATE_HELD] = "held",
};

const char *certificates_state_word(uint64_t state)
{
	return text_word(states, COUNT_OF(states), state);
}

const char *certificates_reason_word(uint64_t reason)
{
	return crl_reason_word((enum crl_reason)reason);
}

fault certificates_list(struct flow *f, const struct certificates_of *of, struct store_page page,
			struct arena *a, struct store_certificate_list *ret)
{
	if (of->device_id.p)
		return store_certificate_list_by_device(f->store, of->device_id, page, a, ret);
	return store_certificate_list(f->store, of->is_revoked, page, a, ret);
}

fault certificates_get(struct flow *f, struct bytes serial, struct arena *a, struct store_certificate **ret)
{
	return store_certificate_get(f->store, serial, a, ret);
}

/* What is said of a CA or of attribute certificates is nothing that one of a device can be. */
static bool is_said_by_hand(enum crl_reason reason)
{
	return reason != CRL_CA_COMPROMISE && reason != CRL_AA_COMPROMISE && reason != CRL_HOLD;
}

fault certificates_read(const struct certificate_end *in, const char **ret_detail)
{
	enum crl_reason reason = CRL_UNSPECIFIED;
	*ret_detail = "reason: keyCompromise, affiliationChanged, superseded, cessationOfOperation, "
		      "privilegeWithdrawn or unspecified.";
	NEED(crl_reason_find(in->reason, &reason) && is_said_by_hand(reason), PARSE_FIELD);
	*ret_detail = NULL;
	return NULL;
}

static fault note(struct flow *f, const struct certificates_order *o, const char *action)
{
	return flow_audit(f, o->by->name, action, o->serial, o->by->request_id);
}

fault certificates_revoke(struct flow *f, const struct certificates_order *o,
			  const struct certificate_end *in)
{
	enum crl_reason reason = CRL_UNSPECIFIED;
	NEED(crl_reason_find(in->reason, &reason) && is_said_by_hand(reason), PARSE_FIELD);
	TRY(store_certificate_revoke(f->store, o->serial, reason, f->now));
	return note(f, o, "certificate.revoke");
}

fault certificates_hold(struct flow *f, const struct certificates_order *o)
{
	const struct store_certificate_hold hold = { STORE_CERTIFICATE_BY_HAND, f->now };
	TRY(store_certificate_hold(f->store, o->serial, &hold));
	return note(f, o, "certificate.hold");
}

fault certificates_release(struct flow *f, const struct certificates_order *o)
{
	uint64_t causes = STORE_CERTIFICATE_BY_HAND | STORE_CERTIFICATE_BY_RESEAL;
	TRY(store_certificate_release(f->store, o->serial, causes));
	return note(f, o, "certificate.release");
}

static fault read_issuer(struct flow *f, const struct issuer *by, struct arena *a,
			 struct certificates_issuer *ret)
{
	const struct store_certificate_by all = { .generation = by->generation };
	const struct store_certificate_by good = { by->generation, true, f->now };
	*ret = (struct certificates_issuer){ .generation = by->generation,
					     .is_present = by == f->issuer,
					     .not_before = by->not_before,
					     .not_after = by->not_after,
					     .key_id = by->key_id };
	TRY(flow_hash(by->certificate, a, &ret->digest));
	TRY(store_certificate_count_by(f->store, &all, &ret->issued));
	return store_certificate_count_by(f->store, &good, &ret->in_force);
}

fault certificates_list_issuers(struct flow *f, struct arena *a, struct certificates_issuer_list *ret)
{
	const size_t n = f->formers + 1;
	struct certificates_issuer *v = arena_alloc(a, n * sizeof(*v));
	NEED(v != NULL, SYS_MEMORY);
	for (size_t i = 0; i < n; i++)
		TRY(read_issuer(f, &f->issuer[i], a, &v[i]));
	*ret = (struct certificates_issuer_list){ n, v };
	return NULL;
}

fault certificates_count(struct flow *f, struct certificates_count *ret)
{
	for (size_t state = STORE_CERTIFICATE_INTENT; state < COUNT_OF(ret->of); state++)
		TRY(store_certificate_count(f->store, state, f->now, &ret->of[state]));
	return NULL;
}
