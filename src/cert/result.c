#include "cert/result.h"

#include "base/text.h"
#include "cert/jwtform.h"

#define PROFILE "tag:github.com,2023:veraison/ear"

/* Tiers of AR4SI (draft-ietf-rats-ar4si-09), the worse the later. */
enum tier { TIER_AFFIRMING = 0, TIER_NONE, TIER_WARNING, TIER_CONTRAINDICATED };

static const char *const tiers[] = { "affirming", "none", "warning", "contraindicated" };

/* By enum compliance_state. */
static const enum tier decided[] = { TIER_NONE, TIER_CONTRAINDICATED, TIER_WARNING, TIER_AFFIRMING };

/* What a result claims: an entry of its vector, whose value 0 is none. */
#define VECTOR_SIZE 3
struct claim {
	const char *name;
	uint64_t value;
};

static void vector_of(const struct result *r, struct claim ret[static VECTOR_SIZE])
{
	ret[0] = (struct claim){ "\"instance-identity\":", r->instance };
	ret[1] = (struct claim){ "\"hardware\":", r->hardware };
	ret[2] = (struct claim){ "\"storage-opaque\":", r->storage };
}

/* A status is no better than the worst of the vector (EAR, on ear.status). */
static enum tier tier_of(const struct result *r)
{
	struct claim vector[VECTOR_SIZE];
	enum tier worst = decided[r->state];
	vector_of(r, vector);
	for (size_t i = 0; i < VECTOR_SIZE; i++) {
		uint64_t v = vector[i].value;
		enum tier tier = v >= RESULT_CONTRAINDICATED ? TIER_CONTRAINDICATED :
				 v >= RESULT_WARNING	     ? TIER_WARNING :
							       TIER_AFFIRMING;
		worst = tier > worst ? tier : worst;
	}
	return worst;
}

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

/* One without an entry is none. */
static void write_vector(const struct result *r, struct wr *w)
{
	struct claim vector[VECTOR_SIZE];
	const char *begin = ",\"ear.trustworthiness-vector\":{", *before = begin;
	vector_of(r, vector);
	for (size_t i = 0; i < VECTOR_SIZE; i++) {
		if (!vector[i].value)
			continue;
		jwtform_put_text(w, before);
		jwtform_put_number(w, vector[i].name, vector[i].value);
		before = ",";
	}
	if (before != begin)
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
	NEED(is_jwt_url(by->url) && r->state < COUNT_OF(decided), BUG);
	write_issuer(r, by, &claims);
	jwtform_put_text(&claims, ",\"submods\":{\"device\":{\"ear.status\":\"");
	jwtform_put_text(&claims, tiers[tier_of(r)]);
	jwtform_put_text(&claims, "\"");
	write_vector(r, &claims);
	write_own(r, &claims);
	jwtform_put_text(&claims, "}}}");
	return jwtform_write(by, RESULT_TYPE, &claims, w);
}
