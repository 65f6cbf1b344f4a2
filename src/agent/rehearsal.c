#include "agent/rehearsal.h"

#include <stdio.h>
#include <time.h>

#include "agent/proof.h"
#include "base/secret.h"
#include "cert/profile.h"

/* A rehearsal under way. */
struct run {
	const struct rehearsal_plan *plan;
	struct post post;
	struct eksource *ek;
	struct rehearsal *to;
};

static fault read_device(struct run *r)
{
	const struct rehearsal_plan *plan = r->plan;
	const struct eksource_plan source = { .settings = plan->settings,
					      .chip = &plan->device->chip,
					      .state = plan->state,
					      .arena = plan->arena };
	TRY(device_read(plan->device, plan->state, plan->arena));
	return plan->device->has_tpm ? eksource_find(&source, &plan->device->identity, r->ek) : NULL;
}

fault rehearsal_ask(const struct rehearsal_plan *plan, struct post *post, struct post_reply *ret)
{
	struct token token = { 0 };
	struct bytes request;
	struct proof proof = { .purpose = TRIP_ENROLL,
			       .device = plan->device,
			       .state = plan->state,
			       .arena = plan->arena };
	if (plan->settings->token[0]) {
		TRY(token_parse(bytes_text(plan->settings->token), TOKEN_ENROLMENT, &token));
		proof.token = &token;
	}
	fault why = proof_build_begin(&proof, &request);
	secret_done(&token, sizeof(token));
	TRY(why);
	return post_send(post, TRIP_PATH_BEGIN, request, plan->arena, ret);
}

/* A challenge without a credential is for a device without a TPM. */
static fault solve(struct run *r, struct bytes body)
{
	struct challenge c;
	struct bytes secret;
	const struct device *device = r->plan->device;
	NEED(message_parse(&challenge_message, body, &c) == NULL, REPLY_INVALID);
	r->to->is_challenged = true;
	if (!c.credential.p || !device->has_tpm)
		return NULL;
	const struct attestation_challenge challenge = { device->identity.best, c.credential,
							 c.encrypted_secret };
	TRY(attestation_get_secret(&device->ak, &challenge, r->plan->arena, &secret));
	r->to->is_solved = true;
	return NULL;
}

static fault converse(struct run *r)
{
	const struct rehearsal_plan *plan = r->plan;
	const struct settings *settings = plan->settings;
	struct post_reply reply;
	TRY(read_device(r));
	TRY(post_open(&r->post, settings));
	snprintf(r->to->url, sizeof(r->to->url), "%s%s", settings->server, TRIP_PATH_BEGIN);
	fault why = rehearsal_ask(plan, &r->post, &reply);
	r->to->status = r->post.status;
	TRY(why);
	r->to->has_skew = reply.time != 0;
	r->to->skew_s = reply.time - time(NULL);
	TRY(solve(r, reply.body));
	return r->to->has_skew && r->to->skew_s > PROFILE_BACKDATE_S ? FAIL(CERT_E_EXPIRED) : NULL;
}

static struct cause cause_for(const struct run *r, fault why)
{
	const struct rehearsal_plan *plan = r->plan;
	if (r->post.cause.code[0])
		return r->post.cause;
	if (why == FAIL(CONFIG_INVALID) && r->ek->cause.code[0])
		return r->ek->cause;
	char clock[CAUSE_TEXT_SIZE];
	snprintf(clock, sizeof(clock), "this device's clock is %lld s behind the server's",
		 (long long)r->to->skew_s);
	if (why == FAIL(CERT_E_EXPIRED))
		return cause_of(why, clock);
	const char *of_tpm = is_cause_of_tpm(why) ? chip_detail(&plan->device->chip) : "";
	return cause_of(why, why == FAIL(AGENT_STATE) ? plan->state->detail : of_tpm);
}

void rehearsal_run(const struct rehearsal_plan *plan, struct eksource *ret_ek, struct rehearsal *ret)
{
	struct run r = { .plan = plan, .ek = ret_ek, .to = ret };
	*ret = (struct rehearsal){ 0 };
	*ret_ek = (struct eksource){ 0 };
	fault why = converse(&r);
	if (why)
		ret->cause = cause_for(&r, why);
	post_close(&r.post);
}
