/*
 * idp: an identity provider (OpenID Connect Core 1.0) as it is trusted: part of verify's snapshot, and what
 * its own documents say of it.
 */
#ifndef WIRE_IDP_H
#define WIRE_IDP_H

#include "wire/message.h"

#define IDP_ID_SIZE 32
#define IDP_URL_MAX 512
#define IDP_CLIENT_MAX 256
#define IDP_CLAIM_MAX 64
#define IDP_WORDS_MAX 256
#define IDP_NONCE_MAX 256 /* of any client of the provider, ours being shorter */
#define IDP_TOKEN_MAX 8192 /* octets of a user's token */
#define IDP_KEYS_MAX 16
#define IDP_KEY_ID_MAX 128
#define IDP_KEY_MAX 768        /* octets of a message `idp_key` */
#define IDP_DOCUMENT_MAX 65536 /* octets of a file that an identity provider publishes */
#define IDP_MAX (IDP_KEYS_MAX * (IDP_KEY_MAX + 8) + 4096)
#define IDPS_SIZE_MAX (IDPS_MAX * (IDP_MAX + 8) + 64)

/* Algorithms of signatures (RFC 7518 §3.1) that may be pinned. Stored: never renumbered. */
enum idp_algorithm { IDP_RS256 = 1, IDP_ES256 = 2, IDP_PS256 = 4, IDP_ALGORITHMS = 7 };

/* Stored: never renumbered. */
enum idp_kind { IDP_RSA = 1, IDP_P256, IDP_KIND_LAST = IDP_P256 };

/*
 * A public key: RSA modulus and exponent, or x and y. algorithms are those that it may be used with, as far
 * as the key set says; absent: any of its kind.
 */
#define IDP_KEY_FIELDS(F, of)                          \
	F(of, 1, TEXT, id, REQ, IDP_KEY_ID_MAX, 0)     \
	F(of, 2, UINT, kind, REQ, IDP_KIND_LAST, 0)    \
	F(of, 3, UINT, algorithms, OPT, IDP_ALGORITHMS, 0) \
	F(of, 4, BYTES, a, REQ, 512, 0)                \
	F(of, 5, BYTES, b, REQ, 32, 0)
MESSAGE_STRUCT(idp_key, IDP_KEY_FIELDS)

/*
 * id is SHA-256 of the issuer. audience and client are what a token must be made for and given to; amr and
 * acr are words with a blank between, of which a token must have one: absent, nothing is asked. keys are
 * `idp_key` messages, none until they were fetched. admin_client is who asks for administrators' tokens;
 * absent: they do not sign in there.
 */
#define IDP_FIELDS(F, of)                                      \
	F(of, 1, FIXED, id, REQ, IDP_ID_SIZE, 0)               \
	F(of, 2, TEXT, issuer, REQ, IDP_URL_MAX, 0)            \
	F(of, 3, TEXT, audience, REQ, IDP_CLIENT_MAX, 0)       \
	F(of, 4, TEXT, client, REQ, IDP_CLIENT_MAX, 0)         \
	F(of, 5, UINT, algorithms, REQ, IDP_ALGORITHMS, 0)     \
	F(of, 6, TEXT, name_claim, REQ, IDP_CLAIM_MAX, 0)      \
	F(of, 7, TEXT, groups_claim, OPT, IDP_CLAIM_MAX, 0)    \
	F(of, 8, TEXT, amr, OPT, IDP_WORDS_MAX, 0)             \
	F(of, 9, TEXT, acr, OPT, IDP_WORDS_MAX, 0)             \
	F(of, 10, LIST, keys, OPT, IDP_KEY_MAX, IDP_KEYS_MAX)  \
	F(of, 11, TEXT, admin_client, OPT, IDP_CLIENT_MAX, 0)
MESSAGE_STRUCT(idp, IDP_FIELDS)

/* All that are trusted, in the order of their ids: `idp` messages. */
#define IDPS_MAX 8
#define IDPS_FIELDS(F, of)                                     \
	F(of, 1, LIST, list, OPT, IDP_MAX, IDPS_MAX)
MESSAGE_STRUCT(idps, IDPS_FIELDS)

/* How a client may show its secret (OpenID Connect Core 1.0 §9). Stored: never renumbered. */
enum idp_secret_way { IDP_SECRET_BASIC = 1, IDP_SECRET_POST = 2, IDP_SECRET_WAYS = 3 };

/* What a discovery document says (OpenID Connect Discovery 1.0 §3, RFC 8628 §4), or a key set. */
#define IDP_DOCUMENT_FIELDS(F, of)                             \
	F(of, 1, TEXT, keys_url, OPT, IDP_URL_MAX, 0)          \
	F(of, 2, TEXT, token_url, OPT, IDP_URL_MAX, 0)         \
	F(of, 3, TEXT, device_url, OPT, IDP_URL_MAX, 0)        \
	F(of, 4, LIST, keys, OPT, IDP_KEY_MAX, IDP_KEYS_MAX)   \
	F(of, 5, TEXT, authorize_url, OPT, IDP_URL_MAX, 0)     \
	F(of, 6, UINT, secret_ways, OPT, IDP_SECRET_WAYS, 0)
MESSAGE_STRUCT(idp_document, IDP_DOCUMENT_FIELDS)

/*
 * The user whom a token names, as all that comes after verify knows them: idp is the id of who said so,
 * subject is theirs for ever there (`sub`), name the user principal name. digest is SHA-256 of what was
 * signed: no two tokens have it, however a token is written.
 */
#define USER_SUBJECT_MAX 255
#define USER_NAME_MAX 128
#define USER_GROUP_MAX 128
#define USER_MAX 8192 /* octets of the message */
#define USER_FIELDS(F, of)                                     \
	F(of, 1, FIXED, idp, REQ, IDP_ID_SIZE, 0)              \
	F(of, 2, TEXT, subject, REQ, USER_SUBJECT_MAX, 0)      \
	F(of, 3, TEXT, name, REQ, USER_NAME_MAX, 0)            \
	F(of, 4, LIST, groups, OPT, USER_GROUP_MAX, BYTES_LIST_MAX) \
	F(of, 5, FIXED, digest, REQ, 32, 0)                    \
	F(of, 6, UINT, expires, REQ, INT64_MAX, 0)
MESSAGE_STRUCT(user, USER_FIELDS)

#endif
