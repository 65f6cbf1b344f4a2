/*
 * password: what stands in for an administrator's password.
 *
 * verify makes a proof of it, Argon2id (RFC 9106) salted by whose password it is and on which server; core
 * gets the proof alone, keeps a hash of it and compares. So the one process with the records never sees a
 * password, it takes as long for names that do not exist, and what a stolen database holds opens nothing.
 */
#ifndef CERT_PASSWORD_H
#define CERT_PASSWORD_H

#include "base/fault.h"

#define PASSWORD_MIN 12 /* octets */
#define PASSWORD_MAX 128
#define PASSWORD_NAME_MAX 64
#define PASSWORD_PROOF_SIZE 32
#define PASSWORD_HASH_SIZE 32

/* Recorded with each hash: other parameters are another word here, and new passwords. RFC 9106 §3.1. */
#define PASSWORD_MEMORY_KIB 19456
#define PASSWORD_PASSES 2
#define PASSWORD_KIND "argon2id m=19456 t=2 p=1"

struct password {
	struct bytes text;
	struct bytes name;   /* of the account */
	struct bytes server; /* the hash of its root CA */
};

/* PASSWORD_WEAK: shorter than PASSWORD_MIN, made of the name, or of one character. */
MUST fault password_check(const struct password *p);

/* The proof; takes PASSWORD_MEMORY_KIB for its time. SYS_MEMORY; BUG for what is longer than its maximum. */
MUST fault password_build(const struct password *p, uint8_t ret[static PASSWORD_PROOF_SIZE]);

/* What is stored of a proof. Compare with is_secret_equal. */
MUST fault password_hash(struct bytes proof, uint8_t ret[static PASSWORD_HASH_SIZE]);

#endif
