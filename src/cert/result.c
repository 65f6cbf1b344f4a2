#include "cert/result.h"

#include "base/text.h"
#include "cert/jwtform.h"

#define PROFILE "tag:github.com,2023:veraison/ear"

/* By enum compliance_state: the tier of AR4SI that a service may go by. */
static const char *const tiers[] = { "none", "contraindicated", "warning", "affirming" };

static void write_issuer(const struct result *r, const struct jwt_issuer *by, struct wr *w)
{
	jwtform_put_text(w, "{\"eat_profile\":\"" PROFILE "\",\"iss\":\"");
	wr_bytes(w, by->url);
	jwtform_put_uuid(w, "\",\"aud\":\"" RESULT_AUDIENCE "\",\"sub\":\"", r->device_id);
	jwtform_put_number(w, "\",\"iat\":", r->issued);
	jwtform_put_number(w, ",\"nbf\":", r->issued);
	jwtform_put_number(w, ",\"exp\":", r->expires);
	jwtform_put_uuid(w, ",\"jti\":\"", r->id);
	jwtform_put_text(w, "\",\"ear.verifier-id\":{\"developer\":\"Assay\",\"build\":\"");
	jwtform_put_text(w, ASSAY_VERSION "\"}");
	if (!r->key.p)
		return;
	jwtform_put_text(w, ",\"cnf\":{\"jkt\":\"");
	jwtform_put_quoted(w, r->key);
	jwtform_put_text(w, "\"}");
}

static void write_vector(const struct result *r, struct wr *w)
{
	const struct {
		const char *name;
		uint64_t value;
	} claims[] = {
		{ "\"instance-identity\":", r->instance },
		{ "\"hardware\":", r->hardware },
		{ "\"storage-opaque\":", r->storage },
	};
	bool is_first = true;
	jwtform_put_text(w, ",\"ear.trustworthiness-vector\":{");
	for (size_t i = 0; i < COUNT_OF(claims); i++) {
		if (!claims[i].value)
			continue;
		jwtform_put_text(w, is_first ? "" : ",");
		jwtform_put_number(w, claims[i].name, claims[i].value);
		is_first = false;
	}
	jwtform_put_text(w, "}");
}

static void write_own(const struct result *r, struct wr *w)
{
	if (r->attested) {
		uint64_t age = r->issued > r->attested ? r->issued - r->attested : 0;
		jwtform_put_number(w, ",\"assay.attested-at\":", r->attested);
		jwtform_put_number(w, ",\"assay.attestation-age\":", age);
	}
	jwtform_put_text(w, ",\"assay.assurance\":[");
	jwtform_put_assurance(w, r->assurance);
	jwtform_put_text(w, "],\"assay.tpm-class\":\"");
	jwtform_put_quoted(w, r->class);
	jwtform_put_state(w, "\",\"assay.compliance\":\"", r->state);
	jwtform_put_text(w, ",\"assay.reasons\":[");
	jwtform_put_words(w, r->reasons);
	jwtform_put_text(w, "]");
}

fault result_build(const struct result *r, const struct jwt_issuer *by, struct wr *w)
{
	uint8_t octets[JWT_INPUT_MAX];
	struct wr claims = wr_of(octets, sizeof(octets));
	NEED(is_jwt_url(by->url) && r->state < COUNT_OF(tiers), BUG);
	write_issuer(r, by, &claims);
	jwtform_put_text(&claims, ",\"submods\":{\"device\":{\"ear.status\":\"");
	jwtform_put_text(&claims, tiers[r->state]);
	jwtform_put_text(&claims, "\"");
	write_vector(r, &claims);
	write_own(r, &claims);
	jwtform_put_text(&claims, "}}}");
	return jwtform_write(by, RESULT_TYPE, &claims, w);
}
