/*
 * devicetoken: whether what somebody shows is a device token (cert/jwt.h) that this server's ca signed.
 *
 * It knows nothing of time and records: whether the token is still worth something is asked there.
 */
#ifndef CERT_DEVICETOKEN_H
#define CERT_DEVICETOKEN_H

#include "base/arena.h"
#include "base/fault.h"

/* Who may have signed: `idp_key` messages, also of the key before a rotation, and the server's address. */
struct devicetoken_trust {
	struct bytes_list keys;
	struct bytes url;
};

/* What a token says, in the arena; key is the thumbprint in its cnf. */
struct devicetoken {
	struct bytes device_id, key;
	int64_t issued, expires;
};

/*
 * Reads a token: a signature by ES256 and one of the keys, of the type of device tokens, by this server, for
 * no audience (doc/decisions/device-tokens.md), with all that ours have (RFC 8725 §3.1, §3.8, §3.11).
 * DEVICE_TOKEN_INVALID, and *ret_detail says what is wrong; SYS_MEMORY.
 */
MUST fault devicetoken_parse(struct bytes text, const struct devicetoken_trust *trust, struct arena *a,
			     struct devicetoken *ret, const char **ret_detail);

#endif
