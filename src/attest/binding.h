/*
 * binding: what a statement's extraData must be, so that it answers this conversation and nothing else.
 *
 * extraData = SHA-256(label ‖ nonce 32 ‖ ticket id 16 ‖ purpose 1 ‖ server key hash 32 ‖ payload digest 32),
 * where the label is one of a few texts of different content, so that no statement of one kind fits another
 * and every part has one place (doc/protocol.md, binding). What is signed for a device token (possession.h)
 * is built alike.
 */
#ifndef ATTEST_BINDING_H
#define ATTEST_BINDING_H

#include "base/fault.h"

#define BINDING_SIZE 32

enum binding_label { BINDING_CERTIFY = 0, BINDING_QUOTE, BINDING_TOKEN, BINDING_LABEL_COUNT };

struct binding {
	struct bytes nonce;           /* 32 octets */
	struct bytes id;              /* 16 octets: the ticket's */
	uint64_t purpose;             /* enum trip_purpose */
	struct bytes server_key_hash; /* 32 octets */
	struct bytes payload_digest;  /* 32 octets: SHA-256 of the payload as sent */
};

/* The extraData of the statement with that label. PARSE_FIELD when a part has another size than it must. */
MUST fault binding_build(enum binding_label label, const struct binding *b, uint8_t ret[static BINDING_SIZE]);

#endif
