#include "cert/notice.h"

#include "cert/jwtform.h"

#define OWN "urn:assay:event:"
#define CAEP "https://schemas.openid.net/secevent/caep/event-type/device-compliance-change"
#define SSF "https://schemas.openid.net/secevent/ssf/event-type/verification"

/* By enum compliance_state, of which CAEP 1.0 §3.5 has two: grace is compliant. */
static const bool are_compliant[] = { false, false, true, true };

static void write_status(struct wr *w, const char *name, uint64_t state)
{
	jwtform_put_text(w, name);
	jwtform_put_text(w, are_compliant[state] ? "compliant\"" : "not-compliant\"");
}

static void write_caep(const struct notice *n, struct wr *w)
{
	write_status(w, ",\"" CAEP "\":{\"previous_status\":\"", n->before);
	write_status(w, ",\"current_status\":\"", n->state);
	jwtform_put_number(w, ",\"event_timestamp\":", n->time);
	if (n->reasons.p) {
		jwtform_put_text(w, ",\"reason_admin\":{\"en\":\"");
		jwtform_put_quoted(w, n->reasons);
		jwtform_put_text(w, "\"}");
	}
	jwtform_put_text(w, "}");
}

static void write_compliance(const struct notice *n, struct wr *w)
{
	jwtform_put_state(w, "\"" OWN "compliance-changed\":{\"previous\":\"", n->before);
	jwtform_put_state(w, ",\"current\":\"", n->state);
	jwtform_put_text(w, ",\"reasons\":[");
	jwtform_put_words(w, n->reasons);
	jwtform_put_text(w, "]}");
	if (are_compliant[n->before] != are_compliant[n->state])
		write_caep(n, w);
}

static void write_enrolled(const struct notice *n, struct wr *w)
{
	(void)n;
	jwtform_put_text(w, "\"" OWN "device-enrolled\":{}");
}

static void write_retired(const struct notice *n, struct wr *w)
{
	(void)n;
	jwtform_put_text(w, "\"" OWN "device-retired\":{}");
}

static void write_trial(const struct notice *n, struct wr *w)
{
	(void)n;
	jwtform_put_text(w, "\"" SSF "\":{}");
}

static void (*const writers[])(const struct notice *n, struct wr *w) = {
	[NOTICE_COMPLIANCE] = write_compliance,
	[NOTICE_ENROLLED] = write_enrolled,
	[NOTICE_RETIRED] = write_retired,
	[NOTICE_TRIAL] = write_trial,
};

static void write_head(const struct notice *n, const struct jwt_issuer *by, struct wr *w)
{
	jwtform_put_text(w, "{\"iss\":\"");
	wr_bytes(w, by->url);
	jwtform_put_text(w, "\",\"aud\":\"");
	jwtform_put_quoted(w, n->audience);
	jwtform_put_number(w, "\",\"iat\":", n->issued);
	jwtform_put_uuid(w, ",\"jti\":\"", n->id);
	jwtform_put_number(w, "\",\"toe\":", n->time);
	if (!n->device_id.p)
		return;
	/* RFC 9493 §3.2.4 */
	jwtform_put_uuid(w, ",\"sub_id\":{\"format\":\"opaque\",\"id\":\"", n->device_id);
	jwtform_put_text(w, "\"}");
}

fault notice_build(const struct notice *n, const struct jwt_issuer *by, struct wr *w)
{
	uint8_t octets[JWT_INPUT_MAX];
	struct wr claims = wr_of(octets, sizeof(octets));
	NEED(is_jwt_url(by->url) && n->kind && n->kind < COUNT_OF(writers), BUG);
	NEED(n->state < COUNT_OF(are_compliant) && n->before < COUNT_OF(are_compliant), BUG);
	write_head(n, by, &claims);
	jwtform_put_text(&claims, ",\"events\":{");
	writers[n->kind](n, &claims);
	jwtform_put_text(&claims, "}}");
	return jwtform_write(by, NOTICE_TYPE, &claims, w);
}
