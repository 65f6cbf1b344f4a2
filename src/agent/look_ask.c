/*
 * The rows that only the server can answer.
 *
 * A device that is not enrolled sends what an enrolment begins with, and goes no further: the server then
 * says whether it would challenge the device, and why not. One that is enrolled asks for a device token.
 */
#include "agent/devicetoken.h"
#include "agent/look.h"
#include "agent/rehearsal.h"
#include "attest/verdict.h"

static fault begin(struct look *l)
{
	const struct rehearsal_plan plan = { &l->settings, &l->device, &l->state, &l->arena };
	struct post_reply reply;
	return rehearsal_ask(&plan, &l->post, &reply);
}

static fault get_token(struct look *l)
{
	const struct devicetoken_plan plan = { &l->device.chip, &l->state, &l->post, &l->arena };
	struct devicetoken token;
	return devicetoken_get(&plan, &token);
}

/* Asks once; every row here reads the same answer. */
static void ask(struct look *l)
{
	if (l->is_asked)
		return;
	l->is_asked = true;
	l->answer = post_open(&l->post, &l->settings);
	if (!l->answer)
		l->answer = l->is_enrolled ? get_token(l) : begin(l);
	if (l->answer && !l->post.cause.code[0])
		l->post.cause = cause_of(l->answer, NULL);
}

/* The row that a refusal is about. */
static enum readiness_id subject_of(fault why)
{
	static const enum readiness_id of[SUBJECT_COUNT] = {
		[SUBJECT_EK_CERT] = READINESS_ROW_CHAIN,
		[SUBJECT_EK] = READINESS_ROW_CHAIN,
		[SUBJECT_FIRMWARE] = READINESS_ROW_FIRMWARE,
	};
	if (why == FAIL(TPM_VIRTUAL_DENIED) || why == FAIL(TPM_UNKNOWN_DENIED))
		return READINESS_ROW_CLASS;
	for (enum check_id i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].why == why && of[verdict_checks[i].subject])
			return of[verdict_checks[i].subject];
	return READINESS_ROW_REGISTERED;
}

static void put_refusal(const struct look *l, struct readiness_finding *f)
{
	f->outcome = READINESS_FAILED;
	f->cause = l->post.cause;
}

static bool is_answerable(const struct look *l, struct readiness_finding *f)
{
	if (!l->has_identity)
		look_leave(f, READINESS_NOT_RUN, "not asked: it needs the TPM's endorsement key");
	return l->has_identity;
}

/* A registered key needs no certificate, which the server alone can know. */
static void forgive_certificate(struct look *l)
{
	struct readiness_finding *f = &l->to->of[READINESS_ROW_EK_CERTIFICATE];
	if (f->outcome == READINESS_FAILED)
		look_leave(f, READINESS_WARNED, "none; the server takes the key, which is registered");
}

void look_ask_chain(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	(void)row;
	if (!is_answerable(l, f))
		return;
	ask(l);
	enum readiness_id about = l->answer ? subject_of(l->answer) : READINESS_ROW_NOTHING;
	if (l->is_enrolled) {
		look_leave(f, READINESS_NOT_APPLICABLE, "the server judged it when this device enrolled");
		return;
	}
	if (l->answer && about != READINESS_ROW_REGISTERED)
		put_refusal(l, &l->to->of[about]);
	if (l->answer && about != READINESS_ROW_CHAIN)
		look_leave(f, READINESS_NOT_RUN, "not said: the server refused for another reason");
	if (l->answer)
		return;
	look_pass(f, "%s", "");
	forgive_certificate(l);
}

void look_ask_registered(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	(void)row;
	if (!is_answerable(l, f))
		return;
	if (!l->answer)
		look_pass(f, "%s", l->is_enrolled ? "this device is enrolled" : "");
	else if (l->is_enrolled)
		look_leave(f, READINESS_NOT_RUN, "not said: the server refused for another reason");
	else if (subject_of(l->answer) == READINESS_ROW_REGISTERED)
		put_refusal(l, f);
	else
		look_leave(f, READINESS_NOT_RUN, "not said: the server refused for another reason");
}

void look_ask_key(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	(void)row;
	if (!is_answerable(l, f))
		return;
	if (!l->is_enrolled)
		look_leave(f, READINESS_NOT_APPLICABLE, "no key yet: this device is not enrolled");
	else if (l->answer)
		put_refusal(l, f);
	else
		look_pass(f, "%s", "");
}
