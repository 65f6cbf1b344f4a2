#include "flow/gating.h"

#include "base/text.h"
#include "cert/jwt.h"
#include "cert/profile.h"
#include "flow/appraising.h"
#include "flow/caller.h"
#include "flow/checkin.h"
#include "flow/minting.h"
#include "store/store_certificate.h"
#include "wire/handed.h"

#define SKEW_S 10 /* between the clocks of those who sign and judge, which are of one server */

/* --- in verify ------------------------------------------------------------------------------------------ */

static fault read_token(struct bytes token, const struct devicetoken_trust *trust, struct arena *a,
			struct passage *p, const char **ret_detail)
{
	struct devicetoken t;
	NEED(trust->keys.n, SYS_BUSY);
	TRY(devicetoken_parse(token, trust, a, &t, ret_detail));
	p->token_device = t.device_id;
	p->token_key = t.key;
	p->token_issued = (uint64_t)t.issued;
	p->token_expires = (uint64_t)t.expires;
	return NULL;
}

static fault read_certificates(const struct request *request, struct arena *a, struct passage *p)
{
	struct bytes handed;
	if (request->certificate.p) {
		p->shown_serial = profile_find_serial(request->certificate);
		TRY(flow_hash(request->certificate, a, &p->shown_hash));
	}
	if (request->certificate.p && request->client_cert.p) {
		TRY(handed_parse(request->client_cert, a, &handed));
		p->handed_serial = profile_find_serial(handed);
		TRY(flow_hash(handed, a, &p->handed_hash));
	}
	return NULL;
}

/*
 * A token beside a certificate that was handed on may be for the service behind the gate, and so is what
 * stands there by another scheme: nobody reads it.
 */
fault gating_read(const struct request *request, const struct devicetoken_trust *trust, struct arena *a,
		  struct bytes *ret, const char **ret_detail)
{
	struct passage p = { 0 };
	struct bytes token = caller_find_bearer(request->authorization);
	TRY(read_certificates(request, a, &p));
	NEED(p.shown_hash.p || token.p, DEVICE_CERT_MISSING);
	if (token.p && !p.handed_hash.p)
		TRY(read_token(token, trust, a, &p, ret_detail));
	return flow_encode(&passage_message, &p, a, ret);
}

/* --- in core -------------------------------------------------------------------------------------------- */

/* Among those that the administrator lists: SHA-256 of their certificates, commas between. */
static bool is_gate(const struct flow *f, struct bytes hash)
{
	struct bytes rest = f->gates;
	while (hash.p && rest.p) {
		uint8_t listed[TRIP_HASH_SIZE];
		struct bytes word = text_trimmed(bytes_until(&rest, ','));
		if (text_hex_parse(word, listed, sizeof(listed)) && is_bytes_equal(BYTES_OF(listed), hash))
			return true;
	}
	return false;
}

static fault find_shown(const struct flow *f, const struct passage *p, struct checkin_shown *ret)
{
	bool is_by_gate = is_gate(f, p->shown_hash);
	NEED(is_by_gate || !p->handed_hash.p, GATE_UNKNOWN);
	NEED(!is_by_gate || p->handed_hash.p, DEVICE_CERT_MISSING);
	*ret = is_by_gate ? (struct checkin_shown){ p->handed_serial, p->handed_hash }
			  : (struct checkin_shown){ p->shown_serial, p->shown_hash };
	NEED(ret->serial.p, DEVICE_UNKNOWN);
	return NULL;
}

fault gating_find_device(struct flow *f, const struct passage *p, struct arena *a, struct store_device **ret)
{
	struct checkin_shown shown;
	int64_t expires;
	NEED(p->shown_hash.p, DEVICE_CERT_MISSING);
	TRY(find_shown(f, p, &shown));
	return checkin_find_device(f, &shown, a, ret, &expires);
}

static fault find_by_token(struct flow *f, const struct passage *p, struct arena *a,
			   struct store_device **ret)
{
	int64_t issued = (int64_t)p->token_issued, expires = (int64_t)p->token_expires;
	NEED(issued <= f->now + SKEW_S && expires > f->now - SKEW_S, DEVICE_TOKEN_TIME);
	NEED(expires - issued <= MINTING_LIFE_S, DEVICE_TOKEN_INVALID);
	fault why = store_device_get(f->store, p->token_device, a, ret);
	TRY(why == FAIL(NOT_FOUND) ? FAIL(DEVICE_UNKNOWN) : why);
	return minting_check_device(f, *ret);
}

/* The thumbprint of its key, when it is a device certificate in force. */
static fault read_key(const struct flow *f, const struct store_certificate *c, struct arena *a,
		      struct bytes *ret)
{
	char thumbprint[JWT_THUMBPRINT_SIZE];
	const struct subject subject = { (enum frame_key)c->key, c->key_a, c->key_b };
	bool is_in_force = c->kind == FRAME_CERTIFICATE_DEVICE && c->state == STORE_CERTIFICATE_ISSUED &&
			   f->now >= c->not_before && f->now <= c->not_after;
	*ret = (struct bytes){ 0 };
	if (!is_in_force)
		return NULL;
	TRY(jwt_thumbprint(&subject, thumbprint));
	*ret = arena_copy(a, bytes_text(thumbprint));
	return ret->p ? NULL : FAIL(SYS_MEMORY);
}

fault gating_find_key(struct flow *f, struct bytes device_id, struct bytes like, struct arena *a,
		      struct bytes *ret)
{
	struct bytes key = { 0 };
	struct store_page page = { .limit = STORE_PAGE_MAX };
	struct store_certificate_list list = { .n = STORE_PAGE_MAX };
	while (!key.p && list.n == STORE_PAGE_MAX) {
		TRY(store_certificate_list_by_device(f->store, device_id, page, a, &list));
		for (size_t i = 0; i < list.n && !key.p; i++) {
			TRY(read_key(f, &list.v[i], a, &key));
			key = !like.p || is_bytes_equal(like, key) ? key : (struct bytes){ 0 };
		}
		page.after = list.n ? list.v[list.n - 1].serial : page.after;
	}
	*ret = key;
	return NULL;
}

/* That it was not given another key since the token was minted. */
static fault check_generation(struct flow *f, struct bytes device_id, struct bytes key, struct arena *a)
{
	struct bytes found;
	TRY(gating_find_key(f, device_id, key, a, &found));
	return found.p ? NULL : FAIL(DEVICE_TOKEN_KEY);
}

static fault check(struct flow *f, const struct passage *p, struct arena *a, struct flow_answer *ret)
{
	struct store_device *d = NULL;
	struct compliance_finding finding;
	bool is_gated = is_gate(f, p->shown_hash);
	bool is_by_token = p->token_device.p && !p->handed_hash.p && (is_gated || !p->shown_hash.p);
	TRY(is_by_token ? find_by_token(f, p, a, &d) : gating_find_device(f, p, a, &d));
	TRY(appraising_check(f, d, a, &finding, &ret->detail));
	TRY(minting_check_in_force(f, d));
	if (is_by_token)
		TRY(check_generation(f, d->id, p->token_key, a));
	ret->reason = bytes_text(compliance_state_word(finding.state));
	return NULL;
}

fault gating_judge(struct flow *f, const struct passage *p, struct arena *a, struct flow_answer *ret)
{
	*ret = (struct flow_answer){ .status = 204 };
	fault why = check(f, p, a, ret);
	if (why)
		ret->reason = bytes_text(arena_format(a, "%s%s%s", why->name, ret->detail ? ": " : "",
						      ret->detail ? ret->detail : ""));
	return why;
}
