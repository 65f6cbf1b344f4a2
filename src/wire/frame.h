/*
 * frame: the messages between assayd's processes.
 *
 * A frame is a 4-octet length of what follows, an octet of type, an 8-octet id chosen by the asking side
 * and a CBOR message by wire/message.h. The table of types says which message a type carries, who sends it
 * and how large it may be. A frame that breaks any of this ends its sender's link (proc/link.h).
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include "wire/audit.h"
#include "wire/dossier.h"
#include "wire/eklist.h"
#include "wire/message.h"
#include "wire/notice.h"
#include "wire/selection.h"
#include "wire/trip.h"

#define FRAME_HEAD_SIZE 13
#define FRAME_BODY_MAX (DOSSIER_MAX + 65536)
#define FRAME_TARGET_MAX 128
#define FRAME_URL_MAX 1024
#define FRAME_NAME_MAX 1024 /* octets of a Name (RFC 5280 4.1.2.4) */
#define FRAME_KEY_ID_MAX 64
#define FRAME_MISSING_MAX 2560 /* octets of a message `missing` */
#define FRAME_CALL_MAX 270336 /* octets of an administrator's typed body */
#define FRAME_COOKIE_MAX 256
#define FRAME_FILE_MAX 262144 /* octets of a certificate file that fetch brings */
#define FRAME_LIST_MAX 4194304 /* octets of a list of revoked certificates that it brings */

/* Our own lists of revoked certificates: octets of a row, rows of a list, octets of what ca signs. */
#define FRAME_REVOKED_SIZE 25
#define FRAME_REVOKED_MAX 20000
#define FRAME_SIGNED_MAX 1048576

#define FRAME_MAX (FRAME_LIST_MAX + 65536) /* more than the largest body */

enum frame_type {
	FRAME_NONE = 0,
	FRAME_REQUEST,      /* net → verify: request */
	FRAME_RESPONSE,     /* verify → net, core → verify: response */
	FRAME_BEGIN_FACTS,  /* verify → core: facts of trip 1 */
	FRAME_ANSWER_FACTS, /* verify → core: facts of trip 2 */
	FRAME_CALL,         /* verify → core: any other request, typed */
	FRAME_CREDENTIAL,   /* core → verify: make this credential, then answer */
	FRAME_ANCHOR,       /* core → verify: one certificate more */
	FRAME_SNAPSHOT,     /* core → verify: the change is whole and takes effect */
	FRAME_ISSUE,        /* core → ca: certificate request */
	FRAME_CRL,          /* core → ca: CRL request */
	FRAME_ISSUED,       /* ca → core: the certificate */
	FRAME_REFUSED,      /* ca → core, child → parent: why not */
	FRAME_READY,        /* child → parent: start-up is over, sandbox closed */
	FRAME_PEER, /* parent → child, with a descriptor: a link to it; child → parent: it broke the rules */
	FRAME_FETCH,        /* core → fetch: get this file */
	FRAME_FETCHED,      /* fetch → core: the file, or why not */
	FRAME_EXAMINE,      /* core → verify: is this file what was missing? */
	FRAME_EXAMINED,     /* verify → core: what it says, or why it is not */
	FRAME_CHANGE,       /* core → verify: the snapshot is going to change; forget what was begun */
	FRAME_ANCHOR_GONE,  /* core → verify: one less, if it was there */
	FRAME_EKLIST,       /* core → verify: a list of revoked certificates, in place of an earlier one */
	FRAME_TOKEN_ASK,    /* verify → core: a device asks for a challenge for its device token */
	FRAME_POSSESSION,   /* verify → core: facts of its answer */
	FRAME_MINT,         /* core → ca: device token request */
	FRAME_MINTED,       /* ca → core: what was to be signed as a token, or why not */
	FRAME_MINT_KEYS,    /* ca → core, core → verify: what device tokens are checked by */
	FRAME_PRESENCE,     /* verify → core: a device says that it is there */
	FRAME_IDPS,         /* core → verify: all identity providers, in place of those before */
	FRAME_SIGNED,       /* ca → core: the list, or why not */
	FRAME_INQUIRY,      /* verify → core: is this certificate still good? */
	FRAME_STANDING,     /* core → ca: say so of a certificate */
	FRAME_ANSWERED,     /* ca → core: what was to be said, or why not */
	FRAME_AUDIT_HEAD,   /* core → ca: the audit's last row, to be signed */
	FRAME_AUDIT_SEAL,   /* ca → core: that, or why not */
	FRAME_DIAGNOSTICS,  /* verify → core: what a device was asked to collect */
	FRAME_RESULT,       /* core → ca: what is known of a device, to be signed */
	FRAME_NOTICE,       /* core → ca: what a webhook is told, to be signed */
	FRAME_TYPE_COUNT
};

/* The kind of content of a response body; those from PAGE on are the portal's files (portal/portal.h). */
enum frame_content { FRAME_CONTENT_CBOR = 1, FRAME_CONTENT_JSON, FRAME_CONTENT_PROBLEM, FRAME_CONTENT_CERT,
	FRAME_CONTENT_CRL, FRAME_CONTENT_TEXT, FRAME_CONTENT_OCSP, FRAME_CONTENT_CAB,
	FRAME_CONTENT_CSV,
	FRAME_CONTENT_PAGE, FRAME_CONTENT_SCRIPT, FRAME_CONTENT_STYLE, FRAME_CONTENT_IMAGE,
	FRAME_CONTENT_LAST = FRAME_CONTENT_IMAGE };

/*
 * A subject's public key, as numbers: a curve's x and y, or RSA modulus and exponent. Stored: never
 * renumbered.
 */
enum frame_key { FRAME_KEY_P256 = 1, FRAME_KEY_RSA, FRAME_KEY_P384, FRAME_KEY_P521,
	FRAME_KEY_LAST = FRAME_KEY_P521 };

/* What a certificate is for. */
enum frame_certificate { FRAME_CERTIFICATE_AK = 1, FRAME_CERTIFICATE_DEVICE, FRAME_CERTIFICATE_RESPONDER };

/*
 * An answer that is too long to be held goes out in parts, each asked for by the same request again: more
 * says where the next begins, and is the position that it is asked for with.
 */
#define FRAME_POSITION_MAX 2304

/* A request as net framed it, unread; certificate is the client's, DER, whose key it proved to net. */
#define REQUEST_FIELDS(F, of)                                              \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, UINT, now, REQ, INT64_MAX, 0)                             \
	F(of, 3, TEXT, peer, REQ, 64, 0)                                   \
	F(of, 4, FIXED, server_key_hash, REQ, TRIP_HASH_SIZE, 0)           \
	F(of, 5, TEXT, method, REQ, 8, 0)                                  \
	F(of, 6, TEXT, target, REQ, 8192, 0)                               \
	F(of, 7, TEXT, content_type, OPT, 128, 0)                          \
	F(of, 8, TEXT, authorization, OPT, 4096, 0)                        \
	F(of, 9, TEXT, host, OPT, 256, 0)                                  \
	F(of, 10, BYTES, body, OPT, TRIP_BODY_MAX, 0)                      \
	F(of, 11, BYTES, certificate, OPT, 4096, 0)                        \
	F(of, 12, TEXT, cookie, OPT, 4096, 0)                              \
	F(of, 13, TEXT, csrf, OPT, 128, 0)                                 \
	F(of, 20, TEXT, if_none_match, OPT, 256, 0)                        \
	F(of, 21, TEXT, client_cert, OPT, 8192, 0)                         \
	F(of, 22, TEXT, if_match, OPT, 256, 0)                             \
	F(of, 23, BYTES, position, OPT, FRAME_POSITION_MAX, 0)
MESSAGE_STRUCT(request, REQUEST_FIELDS)

#define FRAME_REASON_MAX 512
#define RESPONSE_FIELDS(F, of)                                             \
	F(of, 1, UINT, status, REQ, 599, 0)                                \
	F(of, 2, UINT, content, OPT, FRAME_CONTENT_LAST, 0)                \
	F(of, 3, BYTES, body, OPT, DOSSIER_MAX, 0)                         \
	F(of, 4, UINT, retry_after_s, OPT, 86400, 0)                       \
	F(of, 5, TEXT, allow, OPT, 64, 0)                                  \
	F(of, 6, TEXT, cookie, OPT, FRAME_COOKIE_MAX, 0)                   \
	F(of, 20, TEXT, etag, OPT, 64, 0)                                  \
	F(of, 21, TEXT, reason, OPT, FRAME_REASON_MAX, 0)                  \
	F(of, 22, BYTES, more, OPT, FRAME_POSITION_MAX, 0)                 \
	F(of, 23, TEXT, file, OPT, 64, 0)
MESSAGE_STRUCT(response, RESPONSE_FIELDS)

/* Where a request came from and against which snapshot it was judged; core compares what it can. */
#define FACTS_ORIGIN(F, of)                                                \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, UINT, now, REQ, INT64_MAX, 0)                             \
	F(of, 3, TEXT, peer, REQ, 64, 0)                                   \
	F(of, 4, FIXED, server_key_hash, REQ, TRIP_HASH_SIZE, 0)           \
	F(of, 5, FIXED, snapshot, REQ, TRIP_HASH_SIZE, 0)                  \
	F(of, 6, UINT, purpose, REQ, TRIP_PURPOSE_LAST, 0)

/*
 * Who the TPM is: identity (SHA-256 of the EK's SubjectPublicKeyInfo), AK Name, and who vouches by
 * certificate.
 */
#define FACTS_TPM(F, of)                                                   \
	F(of, 7, FIXED, ek_hash, OPT, TRIP_HASH_SIZE, 0)                   \
	F(of, 8, BYTES, ak_name, OPT, 66, 0)                               \
	F(of, 9, BYTES, outcomes, REQ, TRIP_CHECKS_MAX, 0)                 \
	F(of, 10, FIXED, anchor, OPT, TRIP_HASH_SIZE, 0)                   \
	F(of, 11, TEXT, maker, OPT, 32, 0)                                 \
	F(of, 12, UINT, class, OPT, 15, 0)                                 \
	F(of, 13, TEXT, tpm_model, OPT, TRIP_LABEL_MAX, 0)                 \
	F(of, 14, TEXT, tpm_version, OPT, TRIP_LABEL_MAX, 0)               \
	F(of, 15, TEXT, no_tpm, OPT, TRIP_REASON_MAX, 0)                   \
	F(of, 16, BYTES, evidence, OPT, TRIP_BODY_MAX, 0)                  \
	TRIP_LABELS(F, of, 17)

/*
 * What the judgement of the chain depends on: fingerprints of the anchors that it could have led to, and
 * whether expired CA certificates are let pass and lists of revoked ones required (attest/ekchain.h).
 * leniencies is what was let pass, a set of attest/leniency.def; unlisted are `eklist_point` messages of
 * lists that the snapshot does not have, missing is one of that name.
 */
#define FACTS_CHAIN(F, of, first)                                          \
	F(of, first, FIXEDS, anchors, OPT, TRIP_HASH_SIZE, BYTES_LIST_MAX) \
	F(of, first + 1, UINT, expired_ca, OPT, 1, 0)                      \
	F(of, first + 2, UINT, leniencies, OPT, UINT32_MAX, 0)             \
	F(of, first + 3, UINT, crl_required, OPT, 1, 0)                    \
	F(of, first + 4, LIST, unlisted, OPT, EKLIST_POINT_MAX, EKLIST_POINTS_MAX) \
	F(of, first + 5, BYTES, missing, OPT, FRAME_MISSING_MAX, 0)

/* Of whom the EK certificate says that they made the TPM and signed it; only for telling refusals apart. */
#define FRAME_ISSUER_MAX 250
#define FACTS_NAMED(F, of, first)                                          \
	F(of, first, TEXT, named_maker, OPT, 32, 0)                        \
	F(of, first + 1, TEXT, named_issuer, OPT, FRAME_ISSUER_MAX, 0)

/* The certificate that a device showed: the serial number it has, and the SHA-256 of its octets. */
#define FACTS_SHOWN(F, of, first, need)                                    \
	F(of, first, FIXED, shown_serial, need, 16, 0)                     \
	F(of, first + 1, FIXED, shown_hash, need, TRIP_HASH_SIZE, 0)

/* user is a `user` message: what was proved of whoever signed in; absent unless all of it was. */
#define BEGIN_FACTS_FIELDS(F, of)                                          \
	FACTS_ORIGIN(F, of)                                                \
	FACTS_TPM(F, of)                                                   \
	F(of, 23, FIXEDS, ek_hashes, OPT, TRIP_HASH_SIZE, 8)               \
	F(of, 24, BYTES, ek_public, OPT, TRIP_STRUCTURE_MAX, 0)            \
	F(of, 25, FIXED, token_id, OPT, TRIP_ID_SIZE, 0)                   \
	FACTS_CHAIN(F, of, 26)                                             \
	FACTS_NAMED(F, of, 32)                                             \
	F(of, 34, FIXED, idp, OPT, IDP_ID_SIZE, 0)                         \
	FACTS_SHOWN(F, of, 35, OPT)
MESSAGE_STRUCT(begin_facts, BEGIN_FACTS_FIELDS)

#define ANSWER_FACTS_FIELDS(F, of)                                         \
	FACTS_ORIGIN(F, of)                                                \
	FACTS_TPM(F, of)                                                   \
	F(of, 23, FIXED, request_digest, REQ, TRIP_HASH_SIZE, 0)           \
	F(of, 24, FIXED, payload_digest, REQ, TRIP_HASH_SIZE, 0)           \
	F(of, 25, BYTES, ticket, REQ, TRIP_TICKET_MAX, 0)                  \
	F(of, 26, FIXED, id, REQ, TRIP_ID_SIZE, 0)                         \
	F(of, 27, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                   \
	F(of, 28, BYTES, secret, OPT, TRIP_SECRET_SIZE, 0)                 \
	F(of, 29, BYTES, token_secret, OPT, TRIP_SECRET_SIZE, 0)           \
	F(of, 30, BYTES, pcr_selection, OPT, 64, 0)                        \
	F(of, 31, UINT, key, OPT, FRAME_KEY_LAST, 0)                       \
	F(of, 32, BYTES, key_a, OPT, 512, 0)                               \
	F(of, 33, BYTES, key_b, OPT, 66, 0)                                \
	F(of, 34, UINT, ak, OPT, FRAME_KEY_LAST, 0)                        \
	F(of, 35, BYTES, ak_a, OPT, 512, 0)                                \
	F(of, 36, BYTES, ak_b, OPT, 66, 0)                                 \
	F(of, 37, UINT, firmware, OPT, UINT64_MAX, 0)                      \
	F(of, 38, UINT, clock, OPT, UINT64_MAX, 0)                         \
	F(of, 39, UINT, reset_count, OPT, UINT32_MAX, 0)                   \
	F(of, 40, UINT, restart_count, OPT, UINT32_MAX, 0)                 \
	F(of, 41, UINT, clock_safe, OPT, 1, 0)                             \
	F(of, 42, BYTES, pcr_digest, OPT, 64, 0)                           \
	FACTS_CHAIN(F, of, 43)                                             \
	F(of, 49, UINT, tpm_errata, OPT, TRIP_ERRATA_MAX, 0)               \
	FACTS_NAMED(F, of, 50)                                             \
	F(of, 52, UINT, key_state, OPT, 15, 0)                             \
	F(of, 53, BYTES, user, OPT, USER_MAX, 0)                           \
	FACTS_SHOWN(F, of, 54, OPT)
MESSAGE_STRUCT(answer_facts, ANSWER_FACTS_FIELDS)

/*
 * Any other request: which row of the endpoint table, who asks, and its typed body (api/endpoint.h).
 * selection is what is asked of a list (wire/selection.h), link the target without the place where its page
 * begins. The token is that of a session's cookie when is_session, with what came in its X-Assay-CSRF.
 * passage is a message of that name, of whoever asks as a device.
 */
#define FRAME_LINK_MAX 4096
enum frame_format { FRAME_FORMAT_CSV = 1, FRAME_FORMAT_JSON, FRAME_FORMAT_LAST = FRAME_FORMAT_JSON };
#define CALL_FIELDS(F, of)                                                 \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, UINT, now, REQ, INT64_MAX, 0)                             \
	F(of, 3, TEXT, peer, REQ, 64, 0)                                   \
	F(of, 4, UINT, endpoint, REQ, 255, 0)                              \
	F(of, 5, FIXED, token_id, OPT, TRIP_ID_SIZE, 0)                    \
	F(of, 6, BYTES, token_secret, OPT, TRIP_SECRET_SIZE, 0)            \
	F(of, 7, TEXT, target, OPT, FRAME_TARGET_MAX, 0)                   \
	F(of, 8, UINT, top, OPT, 1000, 0)                                  \
	F(of, 9, TEXT, skip, OPT, 128, 0)                                  \
	F(of, 10, TEXT, host, OPT, 256, 0)                                 \
	F(of, 11, BYTES, body, OPT, FRAME_CALL_MAX, 0)                     \
	F(of, 13, UINT, since, OPT, INT64_MAX, 0)                          \
	F(of, 14, BYTES, selection, OPT, SELECTION_SIZE_MAX, 0)            \
	F(of, 15, TEXT, link, OPT, FRAME_LINK_MAX, 0)                      \
	F(of, 30, UINT, is_session, OPT, 1, 0)                             \
	F(of, 31, FIXED, csrf, OPT, TRIP_HASH_SIZE, 0)                     \
	F(of, 40, BYTES, passage, OPT, FRAME_PASSAGE_MAX, 0)               \
	F(of, 41, BYTES, position, OPT, FRAME_POSITION_MAX, 0)             \
	F(of, 42, UINT, format, OPT, FRAME_FORMAT_LAST, 0)                 \
	F(of, 50, TEXT, if_match, OPT, 256, 0)                             \
	F(of, 51, TEXT, if_none_match, OPT, 256, 0)
MESSAGE_STRUCT(call, CALL_FIELDS)

/*
 * Wrap secret for the EK and the AK of that Name with this seed (attest/credential.h), then answer with
 * challenge.
 */
#define CREDENTIAL_FIELDS(F, of)                                           \
	F(of, 1, BYTES, ek_public, REQ, TRIP_STRUCTURE_MAX, 0)             \
	F(of, 2, BYTES, ak_name, REQ, 66, 0)                               \
	F(of, 3, BYTES, secret, REQ, TRIP_SECRET_SIZE, 0)                  \
	F(of, 4, BYTES, seed, REQ, 64, 0)                                  \
	F(of, 5, BYTES, challenge, REQ, 4096, 0)
MESSAGE_STRUCT(credential, CREDENTIAL_FIELDS)

/* base is the digest of the snapshot that changes; absent: everything is said anew. */
#define CHANGE_FIELDS(F, of)                                               \
	F(of, 1, FIXED, base, OPT, TRIP_HASH_SIZE, 0)
MESSAGE_STRUCT(change, CHANGE_FIELDS)

#define ANCHOR_FIELDS(F, of)                                               \
	F(of, 1, BYTES, certificate, REQ, TRIP_CERT_MAX, 0)                \
	F(of, 2, TEXT, maker, OPT, 32, 0)                                  \
	F(of, 3, UINT, class, OPT, 15, 0)                                  \
	F(of, 4, UINT, role, OPT, 15, 0)
MESSAGE_STRUCT(anchor, ANCHOR_FIELDS)

#define ANCHOR_GONE_FIELDS(F, of)                                          \
	F(of, 1, FIXED, fingerprint, REQ, TRIP_HASH_SIZE, 0)
MESSAGE_STRUCT(anchor_gone, ANCHOR_GONE_FIELDS)

#define SNAPSHOT_FIELDS(F, of)                                             \
	F(of, 1, FIXED, digest, REQ, TRIP_HASH_SIZE, 0)                    \
	F(of, 2, UINT, count, REQ, UINT32_MAX, 0)
MESSAGE_STRUCT(snapshot, SNAPSHOT_FIELDS)

/*
 * All that a certificate depends on besides the issuing CA; cert/profile.h builds the same one in core and
 * ca.
 */
#define ISSUE_FIELDS(F, of)                                                \
	F(of, 1, UINT, kind, REQ, FRAME_CERTIFICATE_DEVICE, 0)             \
	F(of, 2, FIXED, serial, REQ, 16, 0)                                \
	F(of, 3, FIXED, device_id, REQ, 16, 0)                             \
	F(of, 4, UINT, not_before, REQ, INT64_MAX, 0)                      \
	F(of, 5, UINT, not_after, REQ, INT64_MAX, 0)                       \
	F(of, 6, UINT, assurance, OPT, 7, 0)                               \
	F(of, 7, UINT, key, REQ, FRAME_KEY_LAST, 0)                        \
	F(of, 8, BYTES, key_a, REQ, 512, 0)                                \
	F(of, 9, BYTES, key_b, REQ, 66, 0)                                 \
	F(of, 10, FIXED, tbs_hash, OPT, TRIP_HASH_SIZE, 0)
MESSAGE_STRUCT(issue, ISSUE_FIELDS)

/*
 * All that a list of revoked certificates says; lists and list are which it is of how many, generation whose
 * (cert/point.h), revoked its rows (cert/crl.h).
 */
#define CRL_FIELDS(F, of)                                                  \
	F(of, 1, UINT, number, REQ, INT64_MAX, 0)                          \
	F(of, 2, UINT, this_update, REQ, INT64_MAX, 0)                     \
	F(of, 3, UINT, next_update, REQ, INT64_MAX, 0)                     \
	F(of, 4, UINT, lists, REQ, 64, 0)                                  \
	F(of, 5, UINT, list, OPT, 63, 0)                                   \
	F(of, 6, BYTES, revoked, OPT, FRAME_REVOKED_MAX * FRAME_REVOKED_SIZE, 0) \
	F(of, 7, UINT, generation, OPT, 999, 0)
MESSAGE_STRUCT(crl, CRL_FIELDS)

/* A question by OCSP (cert/ocsp.h): the hash and whether NULL stood behind its name, and what it names. */
#define FRAME_NONCE_MAX 128
#define INQUIRY_FIELDS(F, of)                                              \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, UINT, hash, REQ, 2, 0)                                    \
	F(of, 3, UINT, has_null, OPT, 1, 0)                                \
	F(of, 4, BYTES, name_hash, REQ, TRIP_HASH_SIZE, 0)                 \
	F(of, 5, BYTES, key_hash, REQ, TRIP_HASH_SIZE, 0)                  \
	F(of, 6, BYTES, serial, REQ, 20, 0)                                \
	F(of, 7, BYTES, nonce, OPT, FRAME_NONCE_MAX, 0)
MESSAGE_STRUCT(inquiry, INQUIRY_FIELDS)

/*
 * All that an answer says; status is enum ocsp_standing, revoked a time, reason a CRLReason, generation the
 * issuer's.
 */
#define STANDING_FIELDS(F, of)                                             \
	F(of, 1, UINT, hash, REQ, 2, 0)                                    \
	F(of, 2, UINT, has_null, OPT, 1, 0)                                \
	F(of, 3, BYTES, serial, REQ, 20, 0)                                \
	F(of, 4, UINT, status, REQ, 3, 0)                                  \
	F(of, 5, UINT, revoked, OPT, INT64_MAX, 0)                         \
	F(of, 6, UINT, reason, OPT, 10, 0)                                 \
	F(of, 7, UINT, this_update, REQ, INT64_MAX, 0)                     \
	F(of, 8, UINT, next_update, REQ, INT64_MAX, 0)                     \
	F(of, 9, BYTES, nonce, OPT, FRAME_NONCE_MAX, 0)                    \
	F(of, 10, UINT, generation, OPT, 999, 0)
MESSAGE_STRUCT(standing, STANDING_FIELDS)

/* number as in signed_der. */
#define FRAME_ANSWER_MAX 2048
#define ANSWERED_FIELDS(F, of)                                             \
	F(of, 1, UINT, number, OPT, UINT16_MAX, 0)                         \
	F(of, 2, BYTES, der, OPT, FRAME_ANSWER_MAX, 0)
MESSAGE_STRUCT(answered, ANSWERED_FIELDS)

/* number is fault_number of a row of the same binary; zero: der is there. */
#define SIGNED_FIELDS(F, of)                                               \
	F(of, 1, UINT, number, OPT, UINT16_MAX, 0)                         \
	F(of, 2, BYTES, der, OPT, FRAME_SIGNED_MAX, 0)
MESSAGE_STRUCT(signed_der, SIGNED_FIELDS)

#define ISSUED_FIELDS(F, of)                                               \
	F(of, 1, BYTES, der, REQ, 65536, 0)
MESSAGE_STRUCT(issued, ISSUED_FIELDS)

/* number is fault_number of a row of the same binary. */
#define REFUSED_FIELDS(F, of)                                              \
	F(of, 1, UINT, number, REQ, UINT16_MAX, 0)                         \
	F(of, 2, UINT, retry_after_s, OPT, 86400, 0)
MESSAGE_STRUCT(refused, REFUSED_FIELDS)

/*
 * An address out of a certificate, and how many octets a file from there may have; or a webhook's, and the
 * token that it is to be given; or an identity provider's, the form that is posted there, and by whom as RFC
 * 7617 writes it.
 */
#define FRAME_FORM_MAX 4096
#define FRAME_BASIC_MAX 1544 /* of the longest id and secret, each octet of which is written as three */
#define FETCH_FIELDS(F, of)                                                \
	F(of, 1, TEXT, url, REQ, FRAME_URL_MAX, 0)                         \
	F(of, 2, UINT, size, REQ, FRAME_LIST_MAX, 0)                       \
	F(of, 3, TEXT, token, OPT, TRIP_DEVICE_TOKEN_MAX, 0)               \
	F(of, 4, TEXT, form, OPT, FRAME_FORM_MAX, 0)                       \
	F(of, 5, TEXT, basic, OPT, FRAME_BASIC_MAX, 0)
MESSAGE_STRUCT(fetch, FETCH_FIELDS)

/* number is fault_number of a row of the same binary; zero: body is the file, or else what a form got. */
#define FETCHED_FIELDS(F, of)                                              \
	F(of, 1, UINT, number, OPT, UINT16_MAX, 0)                         \
	F(of, 2, TEXT, detail, OPT, 160, 0)                                \
	F(of, 3, BYTES, body, OPT, FRAME_LIST_MAX, 0)
MESSAGE_STRUCT(fetched, FETCHED_FIELDS)

/*
 * A CA certificate that is missing above others (attest/ekissuer.h); part of other messages. id is the
 * SHA-256 over name (DER) and key_id, which is of its key, as those below it say; subject is the name as RFC
 * 2253, ASCII, maybe cut; url is the first of http or https.
 */
#define MISSING_FIELDS(F, of)                                              \
	F(of, 1, FIXED, id, REQ, TRIP_HASH_SIZE, 0)                        \
	F(of, 2, BYTES, name, REQ, FRAME_NAME_MAX, 0)                      \
	F(of, 3, TEXT, subject, REQ, 250, 0)                               \
	F(of, 4, BYTES, key_id, OPT, FRAME_KEY_ID_MAX, 0)                  \
	F(of, 5, TEXT, url, OPT, FRAME_URL_MAX, 0)
MESSAGE_STRUCT(missing, MISSING_FIELDS)

/*
 * Where a list of revoked certificates is published, and by whom (attest/eklist.h); part of other messages.
 * authority is a certificate of the CA that signs it, subject its name as in `missing`.
 */
#define EKLIST_POINT_FIELDS(F, of)                                         \
	F(of, 1, FIXED, id, REQ, TRIP_HASH_SIZE, 0)                        \
	F(of, 2, BYTES, authority, REQ, TRIP_CERT_MAX, 0)                  \
	F(of, 3, TEXT, subject, REQ, 250, 0)                               \
	F(of, 4, TEXT, url, REQ, FRAME_URL_MAX, 0)
MESSAGE_STRUCT(eklist_point, EKLIST_POINT_FIELDS)

/*
 * A file, and what it is to be: a certificate that is missing, a list of revoked ones at a time, or the
 * discovery document or the keys of the identity provider with that issuer; or what the provider of the id
 * admin_idp answered to a sign-in of that nonce.
 */
#define EXAMINE_FIELDS(F, of)                                              \
	F(of, 1, BYTES, file, REQ, FRAME_LIST_MAX, 0)                      \
	F(of, 2, BYTES, missing, OPT, FRAME_MISSING_MAX, 0)                \
	F(of, 3, BYTES, point, OPT, EKLIST_POINT_MAX, 0)                   \
	F(of, 4, UINT, now, OPT, INT64_MAX, 0)                             \
	F(of, 5, TEXT, idp, OPT, IDP_URL_MAX, 0)                           \
	F(of, 6, UINT, is_discovery, OPT, 1, 0)                            \
	F(of, 7, FIXED, admin_idp, OPT, IDP_ID_SIZE, 0)                    \
	F(of, 8, TEXT, nonce, OPT, IDP_CLAIM_MAX, 0)
MESSAGE_STRUCT(examine, EXAMINE_FIELDS)

/*
 * number as in fetched; certificate is what was missing, DER; signer the subject of the trusted certificate
 * that signed it, if one did. eklist is an `eklist` message, idp an `idp_document`, user a `user`
 * whose groups are_cut when there are more than the provider says.
 */
#define EXAMINED_FIELDS(F, of)                                             \
	F(of, 1, UINT, number, OPT, UINT16_MAX, 0)                         \
	F(of, 2, TEXT, signer, OPT, 250, 0)                                \
	F(of, 3, UINT, not_after, OPT, INT64_MAX, 0)                       \
	F(of, 4, BYTES, missing, OPT, FRAME_MISSING_MAX, 0)                \
	F(of, 5, BYTES, certificate, OPT, TRIP_CERT_MAX, 0)                \
	F(of, 6, BYTES, eklist, OPT, EKLIST_MAX, 0)                        \
	F(of, 7, BYTES, idp, OPT, IDP_MAX, 0)                              \
	F(of, 8, BYTES, user, OPT, USER_MAX, 0)                            \
	F(of, 9, UINT, are_cut, OPT, 1, 0)
MESSAGE_STRUCT(examined, EXAMINED_FIELDS)

/* The first trip for a device token. */
#define TOKEN_ASK_FIELDS(F, of)                                            \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, TEXT, peer, REQ, 64, 0)                                   \
	F(of, 3, FIXED, server_key_hash, REQ, TRIP_HASH_SIZE, 0)
MESSAGE_STRUCT(token_ask, TOKEN_ASK_FIELDS)

/* The second: is_signed says that this key signed this conversation; its numbers are as in issue. */
#define POSSESSION_FIELDS(F, of)                                           \
	TOKEN_ASK_FIELDS(F, of)                                            \
	F(of, 4, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 5, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                    \
	F(of, 6, BYTES, ticket, REQ, TRIP_TICKET_MAX, 0)                   \
	F(of, 7, UINT, is_signed, OPT, 1, 0)                               \
	F(of, 8, UINT, key, REQ, FRAME_KEY_LAST, 0)                        \
	F(of, 9, BYTES, key_a, REQ, 512, 0)                                \
	F(of, 10, BYTES, key_b, REQ, 66, 0)
MESSAGE_STRUCT(possession, POSSESSION_FIELDS)

/* A check-in; effects are `effect` messages. */
#define PRESENCE_FIELDS(F, of)                                             \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, TEXT, peer, REQ, 64, 0)                                   \
	FACTS_SHOWN(F, of, 3, REQ)                                         \
	F(of, 5, TEXT, agent, OPT, TRIP_LABEL_MAX, 0)                      \
	F(of, 6, LIST, effects, OPT, TRIP_EFFECT_MAX, TRIP_ORDERS_MAX)
MESSAGE_STRUCT(presence, PRESENCE_FIELDS)

/*
 * Whose key TLS proved, and whose certificate it handed on; or, without either's certificate, what a device
 * token that ca signed says: which device, when, and the thumbprint of its key (cert/jwt.h). Part of a call.
 */
#define FRAME_PASSAGE_MAX 256
#define PASSAGE_FIELDS(F, of)                                              \
	FACTS_SHOWN(F, of, 1, OPT)                                         \
	F(of, 3, FIXED, handed_serial, OPT, 16, 0)                         \
	F(of, 4, FIXED, handed_hash, OPT, TRIP_HASH_SIZE, 0)               \
	F(of, 5, FIXED, token_device, OPT, 16, 0)                          \
	F(of, 6, UINT, token_issued, OPT, INT64_MAX, 0)                    \
	F(of, 7, UINT, token_expires, OPT, INT64_MAX, 0)                   \
	F(of, 8, TEXT, token_key, OPT, 64, 0)
MESSAGE_STRUCT(passage, PASSAGE_FIELDS)

/* A bundle of diagnostics for an order. */
#define DIAGNOSTICS_FIELDS(F, of)                                          \
	F(of, 1, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 2, TEXT, peer, REQ, 64, 0)                                   \
	FACTS_SHOWN(F, of, 3, REQ)                                         \
	F(of, 5, FIXED, order, REQ, TRIP_ID_SIZE, 0)                       \
	F(of, 6, BYTES, cab, REQ, TRIP_BUNDLE_MAX, 0)
MESSAGE_STRUCT(diagnostics, DIAGNOSTICS_FIELDS)

/* All that a device token says (cert/jwt.h) besides who issues it. */
#define MINT_FIELDS(F, of)                                                 \
	F(of, 1, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 2, FIXED, device_id, REQ, 16, 0)                             \
	F(of, 3, UINT, issued, REQ, INT64_MAX, 0)                          \
	F(of, 4, UINT, expires, REQ, INT64_MAX, 0)                         \
	F(of, 5, UINT, attested, OPT, 1, 0)                                \
	F(of, 6, UINT, assurance, OPT, 7, 0)                               \
	F(of, 7, UINT, key, REQ, FRAME_KEY_LAST, 0)                        \
	F(of, 8, BYTES, key_a, REQ, 512, 0)                                \
	F(of, 9, BYTES, key_b, REQ, 66, 0)
MESSAGE_STRUCT(mint, MINT_FIELDS)

/*
 * All that an attestation result says (cert/result.h) besides who issues it. state is enum compliance_state,
 * reasons the codes of faults with a blank between, attested when a proof was last good, assurance as in
 * issue; class a word of attest/anchors.h, key the thumbprint of the device key; instance, hardware and
 * storage are of an AR4SI trustworthiness vector.
 */
#define FRAME_REASONS_MAX 400
#define RESULT_FIELDS(F, of)                                               \
	F(of, 1, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 2, FIXED, device_id, REQ, 16, 0)                             \
	F(of, 3, UINT, issued, REQ, INT64_MAX, 0)                          \
	F(of, 4, UINT, expires, REQ, INT64_MAX, 0)                         \
	F(of, 5, UINT, state, OPT, 3, 0)                                   \
	F(of, 6, TEXT, reasons, OPT, FRAME_REASONS_MAX, 0)                 \
	F(of, 7, UINT, attested, OPT, INT64_MAX, 0)                        \
	F(of, 8, UINT, assurance, OPT, 7, 0)                               \
	F(of, 9, TEXT, class, OPT, 16, 0)                                  \
	F(of, 10, TEXT, key, OPT, 64, 0)                                   \
	F(of, 11, UINT, instance, OPT, 127, 0)                             \
	F(of, 12, UINT, hardware, OPT, 127, 0)                             \
	F(of, 13, UINT, storage, OPT, 127, 0)
MESSAGE_STRUCT(result, RESULT_FIELDS)

/* number is fault_number of a row of the same binary; zero: token is there. */
#define MINTED_FIELDS(F, of)                                               \
	F(of, 1, UINT, number, OPT, UINT16_MAX, 0)                         \
	F(of, 2, UINT, retry_after_s, OPT, 86400, 0)                       \
	F(of, 3, TEXT, token, OPT, TRIP_DEVICE_TOKEN_MAX, 0)               \
	F(of, 4, UINT, expires, OPT, INT64_MAX, 0)
MESSAGE_STRUCT(minted, MINTED_FIELDS)

/* A JWK Set (RFC 7517 §5). */
#define FRAME_JWKS_MAX 2048
#define MINT_KEYS_FIELDS(F, of)                                            \
	F(of, 1, TEXT, jwks, REQ, FRAME_JWKS_MAX, 0)
MESSAGE_STRUCT(mint_keys, MINT_KEYS_FIELDS)

/* Which role is at the other end of the descriptor that comes with this frame. */
#define PEER_FIELDS(F, of)                                                 \
	F(of, 1, UINT, role, REQ, 15, 0)                                   \
	F(of, 2, UINT, instance, OPT, 255, 0)
MESSAGE_STRUCT(peer, PEER_FIELDS)

struct frame_row {
	const char *name;
	const struct message *message; /* NULL: the type has no body */
	size_t max;
};

/* One row per type; FRAME_NONE's is empty. */
extern const struct frame_row frame_rows[FRAME_TYPE_COUNT];

struct frame {
	enum frame_type type;
	uint64_t id;
	struct bytes body;
};

/*
 * Reads one frame from the beginning of in. Sets *ret_size to the octets it takes and fills ret, whose body
 * borrows from in; sets *ret_size to zero when in does not hold a whole frame yet. SYS_FRAME when the head is
 * not one of the table's.
 */
MUST fault frame_parse(struct bytes in, struct frame *ret, size_t *ret_size);

/* Appends head and message. The cursor is marked when the message does not fit its table. */
void frame_write(enum frame_type type, uint64_t id, const void *message, struct wr *w);

/* That the body is the message of its type, or nothing where the type has none; SYS_FRAME when it is not. */
MUST fault frame_check(const struct frame *f);

/* Reads the frame's body as the message of its type; SYS_FRAME when it is not that. */
MUST fault frame_get(const struct frame *f, void *ret);

#endif
