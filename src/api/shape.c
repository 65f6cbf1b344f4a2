#include "api/shape.h"

#include "api/member.h"
#include "api/word.h"
#include "attest/anchors.h"
#include "base/text.h"
#include "policy/provisioning.h"
#include "policy/tpmclass.h"
#include "policy/vouch.h"

/* --- values --------------------------------------------------------------------------------------------- */

MEMBER_WORD(anchor_role, enum anchors_role, anchors_role_word)
MEMBER_WORD(issuer_state, enum store_issuer_state, missing_word)
MEMBER_WORD(mode, enum vouch_mode, vouch_mode_word)
MEMBER_WORD(class_mode, enum tpmclass_mode, tpmclass_word)
MEMBER_WORD(usage, enum deployment_usage, deployment_usage_word)
MEMBER_WORD(failure, enum trip_failure, deployment_failure_word)

/* Microsoft Graph's words for the same: outOfBoxExperienceSettings.deviceUsageType and enableWhiteGlove. */
static json_t *usage_type(const void *at)
{
	return json_string(*(const uint64_t *)at == DEPLOYMENT_SELF ? "shared" : "singleUser");
}

static json_t *white_glove(const void *at)
{
	return json_boolean(*(const uint64_t *)at == DEPLOYMENT_PREPARED);
}

static json_t *settlement(const void *at)
{
	static const char *const states[] = {
		[STORE_CONFLICT_OPEN] = "open",
		[STORE_CONFLICT_APPROVED] = "approved",
		[STORE_CONFLICT_REPLACED] = "replaced",
		[STORE_CONFLICT_RETIRED] = "retired",
	};
	uint64_t state = *(const uint64_t *)at;
	return json_string(states[state > 0 && state < COUNT_OF(states) ? state : STORE_CONFLICT_OPEN]);
}

/* --- objects -------------------------------------------------------------------------------------------- */

json_t *shape_phase(const struct store_registration *r)
{
	static const struct member members[] = {
		MEMBER("provisioningPhase", word_phase, store_registration, phase),
		MEMBER("provisioningPhaseDateTime", member_moment, store_registration, phase_since),
	};
	return MEMBER_OBJECT(members, r);
}

json_t *shape_roster_row(const struct roster_row *r, size_t at)
{
	json_t *row = json_pack("{sI ss so}", "row", (json_int_t)at, "result",
				r->state == ROSTER_SAME ? "same" : "refused", "id", member_uuid(&r->id));
	if (r->why) {
		json_object_set_new(row, "code", json_string(r->why->name));
		json_object_set_new(row, "detail", member_text(&r->detail));
	}
	return row;
}

json_t *shape_conflict(const struct store_conflict *c)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_conflict, id),
		MEMBER("state", settlement, store_conflict, state),
		MEMBER("fault", member_text, store_conflict, fault),
		MEMBER("what", member_what, store_conflict, fault),
		MEMBER("remedy", member_remedy, store_conflict, fault),
		MEMBER("deviceName", member_text, store_conflict, name),
		MEMBER("serialNumber", member_text, store_conflict, serial),
		MEMBER("manufacturer", member_text, store_conflict, manufacturer),
		MEMBER("model", member_text, store_conflict, model),
		MEMBER("ekHash", member_hex, store_conflict, ek_hash),
		MEMBER("address", member_text, store_conflict, peer),
		MEMBER("managedDeviceId", member_uuid, store_conflict, device_id),
		MEMBER("autopilotDeviceIdentityId", member_uuid, store_conflict, registration),
		MEMBER("attempts", member_number, store_conflict, count),
		MEMBER("firstDateTime", member_moment, store_conflict, first),
		MEMBER("lastDateTime", member_moment, store_conflict, last),
		MEMBER("decidedBy", member_text, store_conflict, actor),
		MEMBER("decidedDateTime", member_moment, store_conflict, decided),
	};
	return MEMBER_OBJECT(members, c);
}

json_t *shape_profile(const struct store_profile *p)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_profile, id),
		MEMBER("displayName", member_text, store_profile, name),
		MEMBER("attestation", mode, store_profile, attestation),
		MEMBER("virtual", class_mode, store_profile, virtual),
		MEMBER("virtualProfileId", member_uuid, store_profile, virtual_profile),
		MEMBER("unknown", class_mode, store_profile, unknown),
		MEMBER("usage", usage, store_profile, usage),
		MEMBER("deviceUsageType", usage_type, store_profile, usage),
		MEMBER("enableWhiteGlove", white_glove, store_profile, usage),
		MEMBER("failure", failure, store_profile, failure),
		MEMBER("timeoutS", member_number, store_profile, timeout_s),
		MEMBER("deviceNameTemplate", member_text, store_profile, name_template),
		MEMBER("oneTime", member_truth, store_profile, one_time),
		MEMBER("createdDateTime", member_moment, store_profile, created),
	};
	return MEMBER_OBJECT(members, p);
}

json_t *shape_assignment(const struct store_assignment *r)
{
	static const struct member members[] = {
		MEMBER("groupTag", member_text_or_null, store_assignment, group_tag),
		MEMBER("profileId", member_uuid, store_assignment, profile),
		MEMBER("createdDateTime", member_moment, store_assignment, created),
	};
	return MEMBER_OBJECT(members, r);
}

json_t *shape_token(const struct store_token *t)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_token, id),
		MEMBER("profileId", member_uuid, store_token, profile),
		MEMBER("createdDateTime", member_moment, store_token, created),
		MEMBER("expirationDateTime", member_moment, store_token, expires),
		MEMBER("uses", member_number, store_token, uses),
		MEMBER("usesMax", member_number, store_token, uses_max),
		MEMBER("userPrincipalName", member_text, store_token, upn),
	};
	return MEMBER_OBJECT(members, t);
}

json_t *shape_anchor(const struct store_anchor *r)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_anchor, fingerprint),
		MEMBER("subject", member_text, store_anchor, subject),
		MEMBER("maker", member_text, store_anchor, maker),
		MEMBER("role", anchor_role, store_anchor, role),
		MEMBER("class", word_tpm_class, store_anchor, class),
		MEMBER("source", member_text, store_anchor, source),
		MEMBER("notAfterDateTime", member_moment, store_anchor, not_after),
		MEMBER("createdDateTime", member_moment, store_anchor, created),
	};
	return MEMBER_OBJECT(members, r);
}

json_t *shape_issuer(const struct store_issuer *r)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_issuer, id),
		MEMBER("subject", member_text, store_issuer, subject),
		MEMBER("keyId", member_hex, store_issuer, key_id),
		MEMBER("state", issuer_state, store_issuer, state),
		MEMBER("devices", member_number, store_issuer, devices),
		MEMBER("sampleEkHash", member_hex, store_issuer, sample),
		MEMBER("url", member_text, store_issuer, url),
		MEMBER("attempts", member_number, store_issuer, tries),
		MEMBER("fault", member_text, store_issuer, fault),
		MEMBER("what", member_what, store_issuer, fault),
		MEMBER("remedy", member_remedy, store_issuer, fault),
		MEMBER("detail", member_text, store_issuer, detail),
		MEMBER("fingerprint", member_hex, store_issuer, fingerprint),
		MEMBER("signedBy", member_text, store_issuer, signer),
		MEMBER("notAfterDateTime", member_moment, store_issuer, not_after),
		MEMBER("firstSeenDateTime", member_moment, store_issuer, first),
		MEMBER("lastSeenDateTime", member_moment, store_issuer, last),
	};
	return MEMBER_OBJECT(members, r);
}

json_t *shape_eklist(const struct store_eklist *r, int64_t now)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_eklist, id),
		MEMBER("issuer", member_text, store_eklist, subject),
		MEMBER("url", member_text, store_eklist, url),
		MEMBER("state", member_nothing, store_eklist, next_update),
		MEMBER("entries", member_number, store_eklist, entries),
		MEMBER("thisUpdateDateTime", member_moment, store_eklist, this_update),
		MEMBER("nextUpdateDateTime", member_moment, store_eklist, next_update),
		MEMBER("fetchedDateTime", member_moment, store_eklist, fetched),
		MEMBER("nextFetchDateTime", member_moment, store_eklist, next),
		MEMBER("failedAttempts", member_number, store_eklist, tries),
		MEMBER("fault", member_text, store_eklist, fault),
		MEMBER("what", member_what, store_eklist, fault),
		MEMBER("remedy", member_remedy, store_eklist, fault),
		MEMBER("detail", member_text, store_eklist, detail),
		MEMBER("digest", member_hex, store_eklist, digest),
		MEMBER("createdDateTime", member_moment, store_eklist, created),
	};
	json_t *row = MEMBER_OBJECT(members, r);
	json_object_set_new(row, "state", json_string(eklisting_word(r, now)));
	return row;
}

json_t *shape_anchor_whole(const struct store_anchor *r)
{
	char out[TEXT_HEX_SIZE(TRIP_CERT_MAX)];
	json_t *row = shape_anchor(r);
	bool fits = r->certificate.n <= TRIP_CERT_MAX;
	json_object_set_new(row, "certificate",
			    fits ? json_string(text_hex(r->certificate, out)) : json_null());
	return row;
}

json_t *shape_trust_result(const struct trust_result *r)
{
	json_t *row = r->row ? shape_anchor(r->row) : json_pack("{so}", "id", member_hex(&r->fingerprint));
	const char *word = !r->why ? "imported" : r->row ? "present" : "refused";
	json_object_set_new(row, "result", json_string(word));
	json_object_set_new(row, "differs", json_boolean(r->is_other));
	json_object_set_new(row, "code", r->why ? json_string(r->why->name) : json_null());
	json_object_set_new(row, "title", r->why ? json_string(r->why->what) : json_null());
	return row;
}

json_t *shape_blocklist(const struct store_blocklist *r)
{
	static const struct member members[] = {
		MEMBER("id", member_text, store_blocklist, id),
		MEMBER("maker", member_text_or_null, store_blocklist, maker),
		MEMBER("model", member_text_or_null, store_blocklist, model),
		MEMBER("basis", member_text, store_blocklist, basis),
		MEMBER("first", member_text_or_null, store_blocklist, first),
		MEMBER("last", member_text, store_blocklist, last),
		MEMBER("fixed", member_text_or_null, store_blocklist, fixed),
		MEMBER("effect", member_text, store_blocklist, effect),
		MEMBER("keys", member_text, store_blocklist, keys),
		MEMBER("name", member_text, store_blocklist, name),
		MEMBER("page", member_text, store_blocklist, page),
		MEMBER("source", member_text, store_blocklist, source),
		MEMBER("version", member_number, store_blocklist, version),
		MEMBER("createdDateTime", member_moment, store_blocklist, created),
	};
	return MEMBER_OBJECT(members, r);
}
