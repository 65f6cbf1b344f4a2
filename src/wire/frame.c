#include "wire/frame.h"

#include "base/rd.h"

/* A frame's length counts what follows it. */
#define LENGTH_SIZE 4
#define HEAD_AFTER_LENGTH (FRAME_HEAD_SIZE - LENGTH_SIZE)

MESSAGE_TABLE(request, REQUEST_FIELDS)
MESSAGE_TABLE(response, RESPONSE_FIELDS)
MESSAGE_TABLE(begin_facts, BEGIN_FACTS_FIELDS)
MESSAGE_TABLE(answer_facts, ANSWER_FACTS_FIELDS)
MESSAGE_TABLE(call, CALL_FIELDS)
MESSAGE_TABLE(credential, CREDENTIAL_FIELDS)
MESSAGE_TABLE(change, CHANGE_FIELDS)
MESSAGE_TABLE(anchor, ANCHOR_FIELDS)
MESSAGE_TABLE(anchor_gone, ANCHOR_GONE_FIELDS)
MESSAGE_TABLE(snapshot, SNAPSHOT_FIELDS)
MESSAGE_TABLE(issue, ISSUE_FIELDS)
MESSAGE_TABLE(crl, CRL_FIELDS)
MESSAGE_TABLE(inquiry, INQUIRY_FIELDS)
MESSAGE_TABLE(standing, STANDING_FIELDS)
MESSAGE_TABLE(answered, ANSWERED_FIELDS)
MESSAGE_TABLE(signed_der, SIGNED_FIELDS)
MESSAGE_TABLE(issued, ISSUED_FIELDS)
MESSAGE_TABLE(refused, REFUSED_FIELDS)
MESSAGE_TABLE(fetch, FETCH_FIELDS)
MESSAGE_TABLE(fetched, FETCHED_FIELDS)
MESSAGE_TABLE(missing, MISSING_FIELDS)
MESSAGE_TABLE(eklist, EKLIST_FIELDS)
MESSAGE_TABLE(eklist_point, EKLIST_POINT_FIELDS)
MESSAGE_TABLE(examine, EXAMINE_FIELDS)
MESSAGE_TABLE(examined, EXAMINED_FIELDS)
MESSAGE_TABLE(peer, PEER_FIELDS)
MESSAGE_TABLE(token_ask, TOKEN_ASK_FIELDS)
MESSAGE_TABLE(possession, POSSESSION_FIELDS)
MESSAGE_TABLE(presence, PRESENCE_FIELDS)
MESSAGE_TABLE(passage, PASSAGE_FIELDS)
MESSAGE_TABLE(diagnostics, DIAGNOSTICS_FIELDS)
MESSAGE_TABLE(mint, MINT_FIELDS)
MESSAGE_TABLE(result, RESULT_FIELDS)
MESSAGE_TABLE(notice, NOTICE_FIELDS)
MESSAGE_TABLE(minted, MINTED_FIELDS)
MESSAGE_TABLE(mint_keys, MINT_KEYS_FIELDS)

const struct frame_row frame_rows[FRAME_TYPE_COUNT] = {
	[FRAME_REQUEST] = { "request", &request_message, FRAME_BODY_MAX },
	[FRAME_RESPONSE] = { "response", &response_message, FRAME_BODY_MAX },
	[FRAME_BEGIN_FACTS] = { "begin_facts", &begin_facts_message, FRAME_BODY_MAX },
	[FRAME_ANSWER_FACTS] = { "answer_facts", &answer_facts_message, FRAME_BODY_MAX },
	[FRAME_CALL] = { "call", &call_message, FRAME_CALL_MAX + 65536 },
	[FRAME_CREDENTIAL] = { "credential", &credential_message, 8192 },
	[FRAME_CHANGE] = { "change", &change_message, 64 },
	[FRAME_ANCHOR] = { "anchor", &anchor_message, 16384 },
	[FRAME_EKLIST] = { "eklist", &eklist_message, EKLIST_MAX },
	[FRAME_ANCHOR_GONE] = { "anchor_gone", &anchor_gone_message, 64 },
	[FRAME_SNAPSHOT] = { "snapshot", &snapshot_message, 64 },
	[FRAME_ISSUE] = { "issue", &issue_message, 1024 },
	[FRAME_CRL] = { "crl", &crl_message, FRAME_REVOKED_MAX * FRAME_REVOKED_SIZE + 64 },
	[FRAME_ISSUED] = { "issued", &issued_message, 66000 },
	[FRAME_INQUIRY] = { "inquiry", &inquiry_message, 512 },
	[FRAME_STANDING] = { "standing", &standing_message, 512 },
	[FRAME_ANSWERED] = { "answered", &answered_message, FRAME_ANSWER_MAX + 16 },
	[FRAME_SIGNED] = { "signed_der", &signed_der_message, FRAME_SIGNED_MAX + 16 },
	[FRAME_REFUSED] = { "refused", &refused_message, 64 },
	[FRAME_FETCH] = { "fetch", &fetch_message,
			  FRAME_URL_MAX + TRIP_DEVICE_TOKEN_MAX + FRAME_FORM_MAX + FRAME_BASIC_MAX + 64 },
	[FRAME_FETCHED] = { "fetched", &fetched_message, FRAME_LIST_MAX + 1024 },
	[FRAME_EXAMINE] = { "examine", &examine_message, FRAME_LIST_MAX + 16384 },
	[FRAME_EXAMINED] = { "examined", &examined_message, EKLIST_MAX + IDP_MAX + USER_MAX + 16384 },
	[FRAME_READY] = { "ready", NULL, 0 },
	[FRAME_PEER] = { "peer", &peer_message, 64 },
	[FRAME_TOKEN_ASK] = { "token_ask", &token_ask_message, 256 },
	[FRAME_POSSESSION] = { "possession", &possession_message, 4096 },
	[FRAME_MINT] = { "mint", &mint_message, 1024 },
	[FRAME_RESULT] = { "result", &result_message, 1024 },
	[FRAME_NOTICE] = { "notice", &notice_message, NOTICE_MAX },
	[FRAME_MINTED] = { "minted", &minted_message, 2560 },
	[FRAME_MINT_KEYS] = { "mint_keys", &mint_keys_message, FRAME_JWKS_MAX + 16 },
	[FRAME_AUDIT_HEAD] = { "audit_head", &audit_head_message, 128 },
	[FRAME_AUDIT_SEAL] = { "audit_seal", &audit_seal_message, AUDIT_TOKEN_MAX + 16 },
	[FRAME_PRESENCE] = { "presence", &presence_message, TRIP_ORDERS_MAX * TRIP_EFFECT_MAX + 512 },
	[FRAME_DIAGNOSTICS] = { "diagnostics", &diagnostics_message, TRIP_BUNDLE_MAX + 512 },
	[FRAME_IDPS] = { "idps", &idps_message, IDPS_SIZE_MAX },
};

fault frame_parse(struct bytes in, struct frame *ret, size_t *ret_size)
{
	*ret_size = 0;
	if (in.n < FRAME_HEAD_SIZE)
		return NULL;
	struct rd r = rd_of(in);
	size_t length = rd_be32(&r);
	uint8_t type = rd_u8(&r);
	uint64_t id = rd_be64(&r);
	NEED(type > FRAME_NONE && type < FRAME_TYPE_COUNT, SYS_FRAME);
	NEED(length >= HEAD_AFTER_LENGTH && length - HEAD_AFTER_LENGTH <= frame_rows[type].max, SYS_FRAME);
	if (in.n - LENGTH_SIZE < length)
		return NULL;
	struct bytes body = rd_bytes(&r, length - HEAD_AFTER_LENGTH);
	*ret = (struct frame){ (enum frame_type)type, id, body };
	*ret_size = LENGTH_SIZE + length;
	return NULL;
}

void frame_write(enum frame_type type, uint64_t id, const void *message, struct wr *w)
{
	struct wr head = *w;
	wr_be32(w, 0);
	wr_u8(w, (uint8_t)type);
	wr_be64(w, id);
	size_t start = w->at;
	if (frame_rows[type].message)
		message_write(frame_rows[type].message, message, w);
	if (w->bad || w->at - start > frame_rows[type].max) {
		w->bad = true;
		return;
	}
	wr_be32(&head, (uint32_t)(w->at - head.at - LENGTH_SIZE));
}

fault frame_check(const struct frame *f)
{
	const struct message *m = frame_rows[f->type].message;
	bool is_fit = m ? message_check(m, f->body) == NULL : f->body.n == 0;
	return is_fit ? NULL : FAIL(SYS_FRAME);
}

fault frame_get(const struct frame *f, void *ret)
{
	const struct message *m = frame_rows[f->type].message;
	NEED(m != NULL, SYS_FRAME);
	return message_parse(m, f->body, ret) ? FAIL(SYS_FRAME) : NULL;
}
