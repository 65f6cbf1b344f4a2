/*
 * alg: the algorithms of TPM 2.0 that public areas, statements and signatures name (TPM 2.0 Part 2 §6.3,
 * §6.4).
 *
 * To know an algorithm is not to accept it: the tables hold whatever must be read to be refused by name.
 * What is accepted is said by keyrule.h.
 */
#ifndef ATTEST_ALG_H
#define ATTEST_ALG_H

#include "base/fault.h"
#include "wire/spki.h"

enum alg_id {
	ALG_RSA = 0x0001,
	ALG_SHA1 = 0x0004,
	ALG_AES = 0x0006,
	ALG_MGF1 = 0x0007,
	ALG_SHA256 = 0x000B,
	ALG_SHA384 = 0x000C,
	ALG_SHA512 = 0x000D,
	ALG_NULL = 0x0010,
	ALG_SM3_256 = 0x0012,
	ALG_SM4 = 0x0013,
	ALG_RSASSA = 0x0014,
	ALG_RSAES = 0x0015,
	ALG_RSAPSS = 0x0016,
	ALG_OAEP = 0x0017,
	ALG_ECDSA = 0x0018,
	ALG_ECDH = 0x0019,
	ALG_ECDAA = 0x001A,
	ALG_SM2 = 0x001B,
	ALG_ECSCHNORR = 0x001C,
	ALG_ECMQV = 0x001D,
	ALG_KDF1_SP800_56A = 0x0020,
	ALG_KDF2 = 0x0021,
	ALG_KDF1_SP800_108 = 0x0022,
	ALG_ECC = 0x0023,
	ALG_CAMELLIA = 0x0026,
	ALG_SHA3_256 = 0x0027,
	ALG_SHA3_384 = 0x0028,
	ALG_SHA3_512 = 0x0029,
	ALG_CTR = 0x0040,
	ALG_OFB = 0x0041,
	ALG_CBC = 0x0042,
	ALG_CFB = 0x0043,
	ALG_ECB = 0x0044,
};

enum alg_curve_id {
	ALG_NIST_P192 = 0x0001,
	ALG_NIST_P224 = 0x0002,
	ALG_NIST_P256 = 0x0003,
	ALG_NIST_P384 = 0x0004,
	ALG_NIST_P521 = 0x0005,
	ALG_BN_P256 = 0x0010,
	ALG_BN_P638 = 0x0011,
	ALG_SM2_P256 = 0x0020,
};

/* The longest digest, coordinate and RSA number of the tables, in octets. */
#define ALG_DIGEST_MAX 64
#define ALG_COORDINATE_MAX 80
#define ALG_RSA_MAX 512

struct alg_hash {
	uint16_t id;
	uint8_t size;     /* octets of a digest */
	const char *name; /* as reports write it */
	const char *evp;  /* as OpenSSL knows it; NULL: only recognised */
};

struct alg_curve {
	uint16_t id;
	uint8_t width;       /* octets of a coordinate */
	enum spki_kind kind; /* SPKI_NONE: only recognised */
	const char *name;    /* as OpenSSL knows it; NULL: only recognised */
};

/* The row of a hash or curve; NULL when there is none. */
const struct alg_hash *alg_hash_find(uint16_t id);
const struct alg_curve *alg_curve_find(uint16_t id);

/* True for the sizes of RSA keys a TPM may have: 1024, 2048, 3072 and 4096 bits. */
bool is_alg_rsa_size(uint16_t bits);

/*
 * The digest of the parts, one after the other, into out: the first row->size octets of it are written. BUG
 * when the hash is only recognised or OpenSSL fails.
 */
MUST fault alg_digest(const struct alg_hash *row, const struct bytes *parts, size_t count,
		      uint8_t out[static ALG_DIGEST_MAX]);

/* The big-endian number as exactly width octets. False, writing nothing, when it is larger. */
MUST bool alg_pad(struct bytes number, size_t width, uint8_t *out);

/* SHA-256 of b. */
MUST fault alg_sha256(struct bytes b, uint8_t out[static 32]);

/* SHA-256 of the key's SubjectPublicKeyInfo: the identity of a key. KEY_LINK when it has none. */
MUST fault alg_spki_hash(const struct spki *key, uint8_t out[static 32]);

#endif
