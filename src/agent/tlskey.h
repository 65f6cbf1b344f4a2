/*
 * tlskey: the device key and its certificate, as a client of TLS shows them.
 *
 * A key in the TPM stays there: OpenSSL gets an object with its public half that asks the TPM for signatures.
 * An elliptic key signs with the hash of its curve (TLS 1.3, RFC 8446 §4.2.3). An RSA key signs as in TLS 1.2
 * (RFC 5246 §7.4.8), for a TPM chooses the salt of RSASSA-PSS itself (TPM 2.0 Part 1 §B.7), and TLS 1.3 has a
 * rule for it.
 */
#ifndef AGENT_TLSKEY_H
#define AGENT_TLSKEY_H

#include "agent/devicekey.h"

struct evp_pkey_st;
struct ssl_ctx_st;

struct tlskey {
	struct devicekey key;
	struct bytes certificate; /* DER */
	struct arena *arena;      /* of signatures too; whoever connects often resets it and opens anew */
	struct evp_pkey_st *pkey;
	void *method;             /* OpenSSL's table of what the key can do */
	bool is_rsa;
	fault why;                /* why the last signature failed; NULL: it did not */
};

/*
 * Opens the key of the state's device certificate; views live in the arena. chip as devicekey_get, whose
 * faults these are. tlskey_close may always follow.
 */
MUST fault tlskey_open(struct state *state, struct chip *chip, struct arena *arena, struct tlskey *ret);
void tlskey_close(struct tlskey *k);

/* For struct client_plan: of is the struct tlskey. */
bool tlskey_identify(void *of, struct ssl_ctx_st *tls);

#endif
