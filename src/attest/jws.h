/*
 * jws: whether a key made a signature (RFC 7515 §5.2).
 */
#ifndef ATTEST_JWS_H
#define ATTEST_JWS_H

#include "wire/jose.h"

/* The key of that name among `idp_key` messages, into ret, which borrows from them. */
bool has_jws_key(const struct bytes_list *keys, struct bytes id, struct idp_key *ret);

/*
 * True when the key made the signature. The algorithm is the header's: callers compare it with what is
 * pinned, and with the key, before.
 */
bool is_jws_signed(const struct jose_signed *s, const struct idp_key *key);

#endif
