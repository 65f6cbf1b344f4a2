/*
 * store_birth: under which firmware a key was first proved here.
 */
#ifndef STORE_STORE_BIRTH_H
#define STORE_STORE_BIRTH_H

#include "store/record.h"
#include "store/store.h"

/* key is an AK's Name, or the SHA-256 of a device key's SubjectPublicKeyInfo; firmware was signed with it. */
#define STORE_BIRTH_FIELDS(F, of)  \
	F(of, BYTES, key, REQ)     \
	F(of, UINT, firmware, REQ) \
	F(of, TIME, first, REQ)
RECORD_STRUCT(store_birth, STORE_BIRTH_FIELDS)

/* Stores the row; what is known of the key already stays as it is. */
MUST fault store_birth_put(struct store *s, const struct store_birth *row);

/* NULL when the key was never seen. */
MUST fault store_birth_find(struct store *s, struct bytes key, struct arena *a, struct store_birth **ret);

#endif
