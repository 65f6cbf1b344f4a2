#include "agent/grant.h"

#include <stdio.h>

#include "agent/pem.h"
#include "attest/public.h"
#include "base/text.h"
#include "cert/csr.h"
#include "cert/receipt.h"

/* The keys of the request; views borrow from it. */
static fault read_request(struct bytes request, struct receipt *ret)
{
	struct answer answer;
	struct payload payload;
	struct public key;
	struct subject subject;
	TRY(message_parse(&answer_message, request, &answer));
	TRY(message_parse(&payload_message, answer.payload, &payload));
	if (payload.ak_public.p) {
		TRY(public_parse(payload.ak_public, &key));
		ret->ak = public_spki(&key);
	}
	if (payload.device_public.p) {
		TRY(public_parse(payload.device_public, &key));
		ret->device = public_spki(&key);
		return NULL;
	}
	TRY(csr_parse(payload.csr, &subject));
	ret->device = subject_spki(&subject);
	return NULL;
}

static void write_complaint(const struct receipt_complaint *c, int64_t now, int64_t server,
			    char detail[static GRANT_DETAIL_SIZE])
{
	char from[TEXT_TIME_SIZE], to[TEXT_TIME_SIZE], here[TEXT_TIME_SIZE], skew[TEXT_SKEW_SIZE];
	if (!c->not_after) {
		snprintf(detail, GRANT_DETAIL_SIZE, "%s: %s", c->which, c->why);
		return;
	}
	snprintf(detail, GRANT_DETAIL_SIZE, "%s: valid from %s to %s, this clock says %s, %s", c->which,
		 text_time(c->not_before, from), text_time(c->not_after, to), text_time(now, here),
		 text_skew(now, server, skew));
}

fault grant_check(struct bytes body, const struct grant_question *question, struct grant *ret,
		  char detail[static GRANT_DETAIL_SIZE])
{
	struct receipt r = { .root = question->root, .now = question->now };
	struct receipt_complaint complaint = {
		.which = "grant", .why = "it is not the message that this protocol version uses"
	};
	uint8_t id[16];
	struct grant grant = { 0 };
	fault f = message_parse(&grant_message, body, &grant) ? FAIL(REPLY_INVALID) : NULL;
	if (!f && !text_uuid_parse(grant.device_id, id)) {
		complaint = (struct receipt_complaint){ .which = "device id", .why = "it is not a UUID" };
		f = FAIL(REPLY_INVALID);
	}
	if (!f) {
		TRY(read_request(question->request, &r));
		f = receipt_check(&r, &grant, &complaint);
	}
	if (f)
		write_complaint(&complaint, question->now, (int64_t)grant.time, detail);
	else
		*ret = grant;
	return f;
}

static fault put_certificates(struct state *state, const char *name, const struct bytes_list *list,
			      struct arena *arena)
{
	struct bytes text;
	TRY(pem_build(PEM_CERTIFICATE, list, arena, &text));
	return state_put(state, name, text);
}

fault grant_put(const struct grant *grant, struct state *state, struct arena *arena)
{
	const struct bytes_list device = { .n = 1, .v = { grant->device_certificate } };
	const struct bytes_list ak = { .n = 1, .v = { grant->ak_certificate } };
	TRY(put_certificates(state, STATE_DEVICE_CERTIFICATE, &device, arena));
	TRY(put_certificates(state, STATE_CHAIN, &grant->chain, arena));
	if (grant->ak_certificate.p)
		TRY(put_certificates(state, STATE_AK_CERTIFICATE, &ak, arena));
	else
		TRY(state_remove(state, STATE_AK_CERTIFICATE));
	return state_put(state, STATE_DEVICE_ID, grant->device_id);
}

fault grant_delete(struct state *state)
{
	static const char *const names[] = { STATE_DEVICE_ID, STATE_AK_CERTIFICATE, STATE_CHAIN,
					     STATE_DEVICE_CERTIFICATE };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		TRY(state_remove(state, names[i]));
	return NULL;
}
