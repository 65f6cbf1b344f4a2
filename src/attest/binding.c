#include "attest/binding.h"

#include "attest/alg.h"
#include "base/wr.h"
#include "wire/trip.h"

#define LABEL_MAX 16

static const struct bytes labels[BINDING_LABEL_COUNT] = {
	[BINDING_CERTIFY] = { (const uint8_t *)"assay certify v1", 16 },
	[BINDING_QUOTE] = { (const uint8_t *)"assay quote v1", 14 },
	[BINDING_TOKEN] = { (const uint8_t *)"assay token v1", 14 },
};

fault binding_build(enum binding_label label, const struct binding *b, uint8_t ret[static BINDING_SIZE])
{
	NEED(label < BINDING_LABEL_COUNT, BUG);
	NEED(b->nonce.n == TRIP_NONCE_SIZE && b->id.n == TRIP_ID_SIZE, PARSE_FIELD);
	NEED(b->server_key_hash.n == TRIP_HASH_SIZE && b->payload_digest.n == TRIP_HASH_SIZE, PARSE_FIELD);
	NEED(b->purpose >= 1 && b->purpose <= TRIP_PURPOSE_LAST, PARSE_FIELD);
	uint8_t text[LABEL_MAX + TRIP_NONCE_SIZE + TRIP_ID_SIZE + 1 + 2 * TRIP_HASH_SIZE];
	struct wr w = wr_of(text, sizeof(text));
	wr_bytes(&w, labels[label]);
	wr_bytes(&w, b->nonce);
	wr_bytes(&w, b->id);
	wr_u8(&w, (uint8_t)b->purpose);
	wr_bytes(&w, b->server_key_hash);
	wr_bytes(&w, b->payload_digest);
	NEED(!w.bad, BUG);
	return alg_sha256(wr_done(&w), ret);
}
