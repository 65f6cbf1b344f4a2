#include "flow/minting.h"

#include "attest/alg.h"
#include "cert/subject.h"
#include "flow/appraising.h"
#include "flow/attempts.h"
#include "flow/keeping.h"
#include "store/store_certificate.h"
#include "store/store_conflict.h"
#include "store/store_device.h"

static fault check_attempts(struct flow *f, struct bytes peer, struct flow_answer *ret)
{
	const struct attempts_who who = { .peer = peer };
	ret->why = attempts_check(f->attempts, &who, f->now, &ret->retry_after_s);
	return ret->why;
}

fault minting_build(struct flow *f, const struct token_ask *ask, struct arena *a, struct flow_answer *ret)
{
	struct ticket t = {
		.purpose = TRIP_TOKEN,
		.server_key_hash = ask->server_key_hash,
		.issued = (uint64_t)f->now,
		.expires = (uint64_t)f->now + f->limits->ticket_s,
	};
	struct token_challenge c = { .time = t.issued, .lifetime_s = f->limits->ticket_s };
	*ret = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR };
	if (check_attempts(f, ask->peer, ret))
		return NULL;
	TRY(flow_random_new(TRIP_ID_SIZE, a, &t.id));
	TRY(flow_random_new(TRIP_NONCE_SIZE, a, &t.nonce));
	TRY(flow_seal(f, &t, a, &c.ticket));
	c.id = t.id;
	c.nonce = t.nonce;
	return flow_encode(&token_challenge_message, &c, a, &ret->body);
}

/* That the answer is one to this challenge, by whoever holds the key. */
static fault check_conversation(struct flow *f, const struct possession *facts, struct arena *a)
{
	struct ticket t;
	TRY(ticket_unseal(facts->ticket, f->ticket_key, 1, a, &t));
	NEED(t.purpose == TRIP_TOKEN, TOK_FLOW);
	NEED((uint64_t)f->now < t.expires, ACT_EXPIRED);
	NEED(is_bytes_equal(t.id, facts->id) && is_bytes_equal(t.nonce, facts->nonce), NONCE_FOREIGN);
	NEED(is_bytes_equal(t.server_key_hash, facts->server_key_hash), CHANNEL_BINDING);
	NEED(!is_attempts_burnt(f->attempts, t.id), ACT_CONSUMED);
	attempts_put_burnt(f->attempts, t.id, f->now);
	NEED(facts->is_signed, SIG_INVALID);
	return NULL;
}

static fault find_device(struct flow *f, const struct possession *facts, struct arena *a,
			 struct store_device **ret)
{
	const struct subject subject = { (enum frame_key)facts->key, facts->key_a, facts->key_b };
	const struct spki key = subject_spki(&subject);
	uint8_t hash[32];
	TRY(alg_spki_hash(&key, hash));
	TRY(store_device_find_by_key_hash(f->store, BYTES_OF(hash), a, ret));
	return *ret ? NULL : FAIL(DEVICE_UNKNOWN);
}

fault minting_check_device(struct flow *f, const struct store_device *d)
{
	uint64_t open = 0;
	NEED(d->state == STORE_DEVICE_ACTIVE, DEVICE_RETIRED);
	if (d->ek_hash.p)
		TRY(store_conflict_count(f->store, d->ek_hash, STORE_CONFLICT_OPEN, &open));
	NEED(open == 0, DEVICE_QUARANTINED);
	return NULL;
}

fault minting_check_in_force(struct flow *f, const struct store_device *d)
{
	uint64_t in_force = 0;
	TRY(store_certificate_count_in_force(f->store, d->id, f->now, &in_force));
	NEED(in_force > 0, DEVICE_STALE);
	return NULL;
}

fault minting_get(struct flow *f, const struct possession *facts, struct arena *a,
		  struct flow_answer *ret_answer, struct mint *ret)
{
	struct store_device *d = NULL;
	struct compliance_finding finding;
	*ret_answer = (struct flow_answer){ .status = 200 };
	if (check_attempts(f, facts->peer, ret_answer))
		return NULL;
	TRY(check_conversation(f, facts, a));
	TRY(find_device(f, facts, a, &d));
	TRY(minting_check_device(f, d));
	TRY(appraising_check(f, d, a, &finding, &ret_answer->detail));
	TRY(minting_check_in_force(f, d));
	struct mint m = {
		.device_id = d->id,
		.issued = (uint64_t)f->now,
		.expires = (uint64_t)f->now + MINTING_LIFE_S,
		.attested = d->attested,
		.assurance = d->assurance,
		.key = facts->key,
		.key_a = facts->key_a,
		.key_b = facts->key_b,
	};
	TRY(keeping_confirm(f, d));
	TRY(flow_id_new(f, a, &m.id));
	*ret = m;
	return NULL;
}

void minting_refuse(struct flow *f, struct bytes peer, fault why)
{
	if (is_fault_refusal(why))
		attempts_put(f->attempts, &(struct attempts_who){ .peer = peer }, f->now);
}
