/*
 * public: a key's public area, TPMT_PUBLIC, of RSA and ECC keys (TPM 2.0 Part 2 §12.2.4).
 *
 * The parser is strict about form and knows more than is accepted, so that a key is refused by the rule it
 * breaks (keyrule.h) and not as malformed. What it accepts, public_write turns into the same octets.
 */
#ifndef ATTEST_PUBLIC_H
#define ATTEST_PUBLIC_H

#include "attest/name.h"
#include "base/wr.h"

/* TPMA_OBJECT (TPM 2.0 Part 2 §8.3). */
enum public_attribute {
	PUBLIC_FIXED_TPM = 1 << 1,
	PUBLIC_ST_CLEAR = 1 << 2,
	PUBLIC_FIXED_PARENT = 1 << 4,
	PUBLIC_SENSITIVE_DATA_ORIGIN = 1 << 5,
	PUBLIC_USER_WITH_AUTH = 1 << 6,
	PUBLIC_ADMIN_WITH_POLICY = 1 << 7,
	PUBLIC_NO_DA = 1 << 10,
	PUBLIC_ENCRYPTED_DUPLICATION = 1 << 11,
	PUBLIC_RESTRICTED = 1 << 16,
	PUBLIC_DECRYPT = 1 << 17,
	PUBLIC_SIGN = 1 << 18,
	PUBLIC_X509_SIGN = 1 << 19,
};

struct public {
	uint16_t type; /* ALG_RSA or ALG_ECC */
	uint16_t name_alg;
	uint32_t attributes;
	struct bytes policy;
	uint16_t symmetric; /* ALG_NULL: the next two are absent */
	uint16_t symmetric_bits;
	uint16_t symmetric_mode;
	uint16_t scheme; /* ALG_NULL: the next two are absent */
	uint16_t scheme_hash;
	uint16_t scheme_count; /* ECDAA alone */
	uint16_t bits;         /* RSA: size of the modulus */
	uint32_t exponent;     /* RSA: as encoded; zero means 65537 */
	uint16_t curve;        /* ECC */
	uint16_t kdf;          /* ECC; ALG_NULL: the next is absent */
	uint16_t kdf_hash;
	struct bytes a;     /* RSA: modulus; ECC: x, maybe shorter than the curve's coordinates */
	struct bytes b;     /* RSA: the exponent meant, big-endian; ECC: y */
	struct bytes whole; /* the octets it was parsed from */
};

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

/*
 * Reads a TPMT_PUBLIC; ret borrows from in. PARSE_LEN, PARSE_TRAILING, PARSE_RANGE for algorithms, curves
 * and sizes that do not exist, PARSE_ATTRS for reserved attributes. The numbers are not checked to form a
 * key.
 */
MUST fault public_parse(struct bytes in, struct public *ret);

/* Appends the TPMT_PUBLIC; whole is not used, and b only for ECC. */
void public_write(const struct public *p, struct wr *w);

/* The Name of a parsed public area, from the octets received. NAMEALG when it has none. */
MUST fault public_name(const struct public *p, struct name *ret);

/*
 * The key's numbers as a SubjectPublicKeyInfo; SPKI_NONE for curves that are only recognised. Borrows from
 * p.
 */
struct spki public_spki(const struct public *p);

/* SHA-256 of the SubjectPublicKeyInfo: the identity of a key. KEY_LINK when it has none. */
MUST fault public_hash(const struct public *p, uint8_t ret[static 32]);

/* True when both are the same key, whatever else their public areas say. */
bool is_public_same_key(const struct public *a, const struct public *b);

/*
 * The key for OpenSSL, made of its numbers; the caller frees it with EVP_PKEY_free. KEY_LINK when they form
 * no key: a point off its curve, an even or short modulus, an exponent that is even or one.
 */
MUST fault public_build_key(const struct public *p, struct evp_pkey_st **ret);

#endif
