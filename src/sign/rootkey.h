/*
 * rootkey: what the root's key signs: its own certificate, those of issuing CAs and of servers, and its list.
 *
 * It is in memory only while a server is made (sign/hierarchy.h) and while a new issuing CA is
 * (sign/rollover.h).
 */
#ifndef SIGN_ROOTKEY_H
#define SIGN_ROOTKEY_H

#include "cert/trunk.h"
#include "sign/key.h"

/* A certificate that is to be made. */
struct rootkey_order {
	struct evp_pkey_st *key; /* whose it is */
	const char *title;  /* its name is this and a part of its serial number; NULL: trunk has a name */
	struct trunk trunk; /* without serial and key */
};

/*
 * Appends it. root is its issuer, not read for the root's own certificate. SYS_RNG; the faults of
 * trunk_build.
 *
 * The CA certificates of one organization's servers differ in name by their titles' ends, so that no store
 * takes one for another.
 */
MUST fault rootkey_sign(struct evp_pkey_st *key, const struct issuer *root, const struct rootkey_order *o,
			struct wr *w);

/* Appends the root's list of revoked certificates, empty and valid as long as that issuing CA, DER. */
MUST fault rootkey_sign_crl(struct evp_pkey_st *key, const struct issuer *root, const struct issuer *issuing,
			    struct wr *w);

#endif
