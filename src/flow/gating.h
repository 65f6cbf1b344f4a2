/*
 * gating: may this device pass? Asked by a gate before other services (nginx's auth_request, Envoy's
 * ext_authz), or by the device itself.
 *
 * Who asks is known by the certificate it showed, whose key TLS proved: it is the device, or a gate that is
 * listed, which then names the certificate that the device showed to it. A certificate that somebody copied
 * passes neither: it has no key. Where no device's certificate is shown, a device token is enough, which
 * proves less: that whoever has it got it from who had the key, at most ten minutes ago.
 */
#ifndef FLOW_GATING_H
#define FLOW_GATING_H

#include "cert/devicetoken.h"
#include "flow/flow.h"
#include "store/store_device.h"

/*
 * In verify: who asks, and for whom, as a `passage` message in the arena. DEVICE_CERT_MISSING without
 * certificate and device token, PARSE_FIELD for a certificate that is handed on in no form that is known, the
 * faults of devicetoken_parse with a sentence, SYS_BUSY while nobody has said which keys sign tokens;
 * SYS_MEMORY.
 */
MUST fault gating_read(const struct request *request, const struct devicetoken_trust *trust, struct arena *a,
		       struct bytes *ret, const char **ret_detail);

/*
 * 204 when the device may pass. DEVICE_CERT_MISSING when the gate's client showed none, GATE_UNKNOWN when a
 * certificate is handed on by who is no gate, the faults of checkin_find_device, DEVICE_NONCOMPLIANT,
 * DEVICE_STALE while it is on hold; of a token also DEVICE_TOKEN_TIME, and DEVICE_TOKEN_KEY when the device
 * has another key by now. ret->reason says the state, or the fault and what is amiss.
 */
MUST fault gating_judge(struct flow *f, const struct passage *p, struct arena *a, struct flow_answer *ret);

/* The device whose certificate is shown, to us or to a gate; a token does not count. Faults as above. */
MUST fault gating_find_device(struct flow *f, const struct passage *p, struct arena *a,
			      struct store_device **ret);

/*
 * The thumbprint (cert/jwt.h) of a key that the device has a certificate in force for, like that one unless
 * it is absent; absent when there is none.
 */
MUST fault gating_find_key(struct flow *f, struct bytes device_id, struct bytes like, struct arena *a,
			   struct bytes *ret);

#endif
