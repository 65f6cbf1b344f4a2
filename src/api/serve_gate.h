/*
 * serve_gate: the endpoints by which other services learn what a device is worth. Internal to api/.
 */
#ifndef API_SERVE_GATE_H
#define API_SERVE_GATE_H

#include "api/serving.h"

MUST fault serve_gate_judge(struct serve *s);

/* An attestation result: of the device whose certificate is shown, or of any, for administrators. */
MUST fault serve_gate_get_own_result(struct serve *s);
MUST fault serve_gate_get_result(struct serve *s);

#endif
