/*
 * model: a TPM and a device in software, for tests: keys, an EK certificate, a conversation of two trips with
 * statements and signatures that are genuine but for what a test changes on the way.
 *
 * model_make goes through the stages in order and lets the test change the model at one of them, so that
 * all that follows is made, and signed, as it would be after the change.
 */
#ifndef TESTS_ATTEST_MODEL_H
#define TESTS_ATTEST_MODEL_H

#include <openssl/evp.h>

#include "attest/anchors.h"
#include "attest/evaluate.h"
#include "attest/signature.h"
#include "attest/usertoken.h"
#include "maker_ca.h"
#include "model_user.h"
#include "policy/vouch.h"

#define MODEL_NOW INT64_C(1767225600) /* 2026-01-01 */

/*
 * The snapshot denies a CA with the issuing CA's name and the key maker.ek_curve. It has a current list of
 * the issuing CA and one of the root that is out of date; each revokes the one certificate with that serial
 * number.
 */
#define MODEL_REVOKED_LEAF BYTES_TEXT("\x66")
#define MODEL_REVOKED_CA BYTES_TEXT("\x67")

/* Of Infineon: 7.61, which every place has on its blocklist, and 7.62, which has what was wrong repaired. */
#define MODEL_FIRMWARE_BLOCKED (UINT64_C(7) << 48 | UINT64_C(61) << 32)
#define MODEL_FIRMWARE_FIXED (UINT64_C(7) << 48 | UINT64_C(62) << 32)

enum model_stage {
	MODEL_KEYS,         /* keys, and what certificates will say: nothing depends on them yet */
	MODEL_AREAS,        /* public areas, certificates and the request, as octets */
	MODEL_CHALLENGED,   /* the challenge is there and opened */
	MODEL_PAYLOAD,      /* the payload: not encoded yet */
	MODEL_STATEMENTS,   /* certify and quote: not signed yet */
	MODEL_SIGNATURES,   /* the two signatures: not encoded yet */
	MODEL_ANSWER,       /* the answer: what is sent */
	MODEL_OCTETS,       /* as octets */
	MODEL_EVIDENCE,     /* what is judged of it; for tests of the library alone */
};

/* One statement with how it is signed. */
struct model_statement {
	struct statement says;
	EVP_PKEY *signer;
	uint16_t scheme; /* zero: RSASSA or ECDSA, as the key is */
	uint16_t hash;
	struct signature signature;
};

struct model;

/* What may happen on the server's side while a device talks to it. */
enum model_event {
	MODEL_FORGET,     /* the registration that vouches is deleted */
	MODEL_WAIT,       /* the challenge's life ends */
	MODEL_WAIT_TOKEN, /* the token's life ends, that of the challenge does not */
	MODEL_REVOKE,     /* the token is revoked */
	MODEL_USE,        /* somebody else uses the token */
	MODEL_MOVE,       /* the connection is to a server with another key */
	MODEL_AGE,        /* the AK was seen before, under the firmware of the blocklist */
	MODEL_REPURPOSE,  /* the ticket is one for another purpose */
	MODEL_PRECEDE,    /* this TPM has proved itself with this key before, as its quote is now */
	MODEL_USE_USER,   /* somebody else uses the user's token */
};

/* Where the model's messages go. Without a place it talks to itself, with constants for nonce and ids. */
struct model_place {
	/* Makes m known as m->way says, sends the first trip; fills challenge, secret and server_key_hash. */
	fault (*begin)(void *own, struct model *m);
	/* Sends m->octets. */
	fault (*answer)(void *own, struct model *m);
	void (*happen)(void *own, struct model *m, enum model_event event);
};

/* A change that a test makes. */
struct model_change {
	enum model_stage stage;
	void (*make)(struct model *m);
	enum vouch_by way; /* zero: VOUCH_BY_CERTIFICATE */
};

struct model {
	struct arena arena;
	const struct model_place *place; /* NULL: none */
	void *own;                       /* the place's own */
	int64_t now;
	struct maker_ca maker;
	struct anchors *anchors; /* trust the maker's root for its chips, another one for virtual TPMs */
	uint8_t virtual_storage[MAKER_CA_SIZE_MAX];
	struct bytes virtual_root; /* with maker.other_key */
	EVP_PKEY *rsa, *rsa3072, *rsa4096, *p384, *p521, *ek_curve, *ak_key, *device_key, *other_key;
	EVP_PKEY *enrolled_ak, *enrolled_key; /* of a device that the place has enrolled before */
	struct model_idp idp; /* trusted by anchors */
	EVP_PKEY *rsa1024, *roca; /* too weak; the second is RSA-2048 as CVE-2017-15361 makes it */

	/* From here on all is made anew each time. */
	enum vouch_by way;    /* who is to vouch, with a TPM or without (policy/vouch.h) */
	struct model_user user;
	struct bytes user_idp; /* where the token is said to be from */
	EVP_PKEY *ek_key;     /* the private half of ek: rsa or ek_curve */
	EVP_PKEY *requested;  /* what a device without TPM asks a certificate for */
	struct maker_ca_plan leaf, issuing; /* the EK certificate and the one above; leaf.key NULL: none */
	struct public ek, ak, device;
	const char *serial, *profile; /* the profile of its registration, NULL: the default */
	struct payload payload;
	struct challenge challenge;
	struct bytes secret, server_key_hash, token_id, token_secret;
	struct model_change then; /* another change that the first one asked for */
	fault refused; /* at the first trip; nothing after it was made */
	struct model_statement certify, quote;
	struct answer answer;
	struct bytes octets;
	struct evidence evidence;
};

/* Makes the keys and the maker; costs most of a second. Every validity is around now. */
void model_init(struct model *m, int64_t now);
void model_done(struct model *m);

/* New keys for the next device: all but the RSA keys and those of the enrolled device. */
void model_renew(struct model *m);

/* Makes m->answer, m->octets and m->evidence anew, with one change or none (NULL). */
void model_make(struct model *m, const struct model_change *change);

/* Makes the EK, or what the EK certificate is for, another key; for the stage MODEL_KEYS. */
void model_set_ek(struct model *m, EVP_PKEY *key);
void model_set_leaf(struct model *m, EVP_PKEY *key);

/* Makes the AK another key that signs with that hash, and sign the statements; for the stage MODEL_KEYS. */
void model_set_ak(struct model *m, EVP_PKEY *key, uint16_t hash);

/* Gives an EK the attributes and the policy of the H templates instead of those of the L templates. */
void model_set_high(struct model *m, struct public *ek);

/* Encodes the public areas once more, for changes of keys after the challenge. */
void model_set_areas(struct model *m);

/*
 * The public area of a key of the EK's, the AK's and the device key's template, its numbers in the arena.
 * An EK is of the L template where there is one for its size.
 */
struct public model_ek(struct model *m, EVP_PKEY *key);
struct public model_ak(struct model *m, EVP_PKEY *key);
struct public model_device(struct model *m, EVP_PKEY *key);

/* A new RSA-2048 key with the fingerprint of CVE-2017-15361. */
EVP_PKEY *model_key_roca(void);

/* The public area as octets in the arena. */
struct bytes model_encoded(struct model *m, const struct public *p);

/* The EK certificate that the model's maker issues for a key, and any other certificate by its plan. */
struct bytes model_certificate(struct model *m, EVP_PKEY *key);
struct bytes model_issued(struct model *m, const struct maker_ca_plan *plan);

/* A request for a key, signed by another or the same one with the digest of that name. */
struct bytes model_request(struct model *m, EVP_PKEY *signer, const char *digest, const char *subject);

/* The key of a public area as SubjectPublicKeyInfo, for a certificate that no CA would issue. */
struct bytes model_spki(struct model *m, const struct public *p);

/* The begin message of the model, as octets in the arena. */
struct bytes model_begin(struct model *m);

/* TPM2_ActivateCredential of m->challenge: fills m->secret. The faults of credential_open; NAMEALG. */
MUST fault model_activate(struct model *m);

/* A TPM's signature of message by an RSA (RSASSA, with pss RSAPSS) or elliptic (ECDSA) key. */
struct signature model_signed_pss(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message);
struct signature model_signed(struct model *m, EVP_PKEY *key, uint16_t hash, struct bytes message);

/* Statement, signature and selection as octets in the arena. */
struct bytes model_statement_encoded(struct model *m, const struct statement *s);
struct bytes model_signature_encoded(struct model *m, const struct signature *s);
struct bytes model_selection_encoded(struct model *m, const struct pcr_selection *s);

/* n octets in the arena, each of value v. */
struct bytes model_octets(struct model *m, uint8_t v, size_t n);

/* A copy of b in the arena: with the bit flipped, or with `more` behind it. */
struct bytes model_flipped(struct model *m, struct bytes b, size_t bit);
struct bytes model_longer(struct model *m, struct bytes b, struct bytes more);

#endif
