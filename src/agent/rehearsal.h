/*
 * rehearsal: an enrolment up to the point where it would change something.
 *
 * The first trip is sent to the server, as ever, and its challenge is solved in the TPM: so the server has
 * judged the EK certificate and the attestation key, and the TPM has proved that it holds both. The second
 * trip is not sent, for it would enrol the device, spend its token or the one time that its profile gives
 * it.
 */
#ifndef AGENT_REHEARSAL_H
#define AGENT_REHEARSAL_H

#include "agent/cause.h"
#include "agent/device.h"
#include "agent/eksource.h"
#include "agent/post.h"

struct rehearsal {
	char url[SETTINGS_TEXT_MAX + 64]; /* that was asked; empty: none was */
	int status;                       /* HTTP status; 0: no reply */
	bool is_challenged;               /* the server answered with a challenge */
	bool is_solved;                   /* the TPM solved it */
	bool has_skew;
	int64_t skew_s;     /* the server's clock minus ours */
	struct cause cause; /* why it went no further; no code: it went as far as it does */
};

struct rehearsal_plan {
	const struct settings *settings;
	struct device *device; /* open; read here */
	struct state *state;
	struct arena *arena;
};

/*
 * The first trip alone, of a device that was read; post is open. Faults as post_send and proof_build_begin.
 */
MUST fault rehearsal_ask(const struct rehearsal_plan *plan, struct post *post, struct post_reply *ret);

/* Never fails: what failed is the cause. ret_ek says where the EK's certificate came from. */
void rehearsal_run(const struct rehearsal_plan *plan, struct eksource *ret_ek, struct rehearsal *ret);

#endif
