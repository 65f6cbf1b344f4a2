/*
 * gating: may this device pass? Asked by a gate before other services (nginx's auth_request, Envoy's
 * ext_authz), or by the device itself.
 *
 * Who asks is known by the certificate it showed, whose key TLS proved: it is the device, or a gate that is
 * listed, which then names the certificate that the device showed to it. A certificate that somebody copied
 * passes neither: it has no key.
 */
#ifndef FLOW_GATING_H
#define FLOW_GATING_H

#include "flow/flow.h"

/* True for GATING_PATH, and for anything behind it, as Envoy appends it. */
#define GATING_PATH "/access/check"
bool is_gating_target(struct bytes target);

/*
 * In verify: who asks, and for whom. DEVICE_CERT_MISSING without a certificate, PARSE_FIELD for one that is
 * handed on in no form that is known; SYS_MEMORY.
 */
MUST fault gating_read(const struct request *request, struct arena *a, struct passage *ret);

/*
 * 204 when the device may pass. DEVICE_CERT_MISSING when the gate's client showed none, GATE_UNKNOWN when a
 * certificate is handed on by who is no gate, the faults of checkin_find_device, DEVICE_NONCOMPLIANT,
 * DEVICE_STALE while it is on hold. ret->reason says the state, or the fault and what is amiss.
 */
MUST fault gating_judge(struct flow *f, const struct passage *p, struct arena *a, struct flow_answer *ret);

#endif
