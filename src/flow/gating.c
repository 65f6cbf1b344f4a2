#include "flow/gating.h"

#include "base/text.h"
#include "cert/profile.h"
#include "flow/appraising.h"
#include "flow/checkin.h"
#include "store/store_certificate.h"
#include "wire/handed.h"

bool is_gating_target(struct bytes target)
{
	struct bytes path = BYTES_TEXT(GATING_PATH);
	if (!is_bytes_equal(bytes_slice(target, 0, path.n), path))
		return false;
	return target.n == path.n || target.p[path.n] == '/' || target.p[path.n] == '?';
}

fault gating_read(const struct request *request, struct arena *a, struct passage *ret)
{
	struct bytes handed;
	struct passage p = { .request_id = request->request_id, .peer = request->peer };
	NEED(request->certificate.p, DEVICE_CERT_MISSING);
	p.shown_serial = profile_find_serial(request->certificate);
	TRY(flow_hash(request->certificate, a, &p.shown_hash));
	if (request->client_cert.p) {
		TRY(handed_parse(request->client_cert, a, &handed));
		p.handed_serial = profile_find_serial(handed);
		TRY(flow_hash(handed, a, &p.handed_hash));
	}
	*ret = p;
	return NULL;
}

/* Among those that the administrator lists: SHA-256 of their certificates, commas between. */
static bool is_gate(const struct flow *f, struct bytes hash)
{
	struct bytes rest = f->gates;
	while (rest.p) {
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

static fault check(struct flow *f, const struct passage *p, struct arena *a, struct flow_answer *ret)
{
	struct checkin_shown shown;
	struct store_device *d = NULL;
	struct compliance_finding finding;
	int64_t expires;
	uint64_t in_force = 0;
	TRY(find_shown(f, p, &shown));
	TRY(checkin_find_device(f, &shown, a, &d, &expires));
	TRY(appraising_check(f, d, a, &ret->detail));
	TRY(store_certificate_count_in_force(f->store, d->id, f->now, &in_force));
	NEED(in_force > 0, DEVICE_STALE);
	TRY(appraising_judge(f, d, a, &finding));
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
