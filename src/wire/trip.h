/*
 * trip: the messages of a device's two round trips (doc/protocol.md has them as CDDL).
 *
 * begin ──► ◄── challenge, answer ──► ◄── grant. All are CBOR by wire/message.h; all views borrow from the
 * body. Nothing in begin, answer and payload is believed: names, serial numbers and versions are labels.
 */
#ifndef WIRE_TRIP_H
#define WIRE_TRIP_H

#include "wire/idp.h"
#include "wire/message.h"

#define TRIP_VERSION 1
#define TRIP_ID_SIZE 16
#define TRIP_NONCE_SIZE 32
#define TRIP_HASH_SIZE 32
#define TRIP_SECRET_SIZE 32
#define TRIP_CERT_MAX 8192
#define TRIP_CHAIN_MAX 10
#define TRIP_EKLIST_MAX 512 /* a list cut down to the certificates of one chain */
#define TRIP_EKLISTS_MAX 16
#define TRIP_STRUCTURE_MAX 1024 /* TPMT_PUBLIC, TPMS_ATTEST, TPMT_SIGNATURE */
#define TRIP_LOG_MAX 1048576
#define TRIP_CSR_MAX 4096
#define TRIP_PCR_MAX 24
#define TRIP_TICKET_MAX 1024
#define TRIP_LABEL_MAX 64
#define TRIP_CHECKS_MAX 255 /* outcomes, one octet per row of attest/checks.def */
#define TRIP_REASON_MAX 200
#define TRIP_PAYLOAD_MAX (TRIP_LOG_MAX + 131072)
#define TRIP_BODY_MAX (TRIP_PAYLOAD_MAX + 16384)

#define TRIP_CONTENT_TYPE "application/cbor"
#define TRIP_PATH_BEGIN "/device/v1/begin"
#define TRIP_PATH_ANSWER "/device/v1/answer"
#define TRIP_PATH_SIGN_IN "/device/v1/sign-in"
#define TRIP_PATH_TOKEN_BEGIN "/device/v1/token/begin"
#define TRIP_PATH_TOKEN_ANSWER "/device/v1/token/answer"
#define TRIP_PATH_CHECKIN "/device/v1/checkin"
#define TRIP_PATH_BUNDLE "/device/v1/diagnostics"
#define TRIP_DEVICE_TOKEN_MAX 2048 /* characters */
#define TRIP_CHECKIN_MAX_S (7 * 86400)
#define TRIP_FAULT_MAX 48 /* the code of a fault */
#define TRIP_ORDERS_MAX 8
#define TRIP_ORDER_MAX 64 /* octets of an order */
#define TRIP_EFFECT_MAX (TRIP_FAULT_MAX + TRIP_REASON_MAX + 40)
#define TRIP_BUNDLE_MAX TRIP_PAYLOAD_MAX /* a bundle of diagnostics: most of it is the event log */

/*
 * What a conversation is for; nonces and statements of one purpose are worth nothing for another. PROVISION
 * is an enrolment that a technician makes for a user, RESEAL what ends that.
 */
enum trip_purpose { TRIP_ENROLL = 1, TRIP_ATTEST, TRIP_RECOVER, TRIP_RENEW, TRIP_TOKEN, TRIP_PROVISION,
	TRIP_RESEAL, TRIP_PURPOSE_LAST = TRIP_RESEAL };

/* Where the device key is to live: the profile's UseTPMForEnrollmentKey. */
enum trip_key { TRIP_KEY_TPM = 1, TRIP_KEY_PREFERRED, TRIP_KEY_SOFTWARE };

/*
 * What a device does when its TPM fails at the proof, [MS-MDE2] AttestationFailureBehavior: ends; goes on as
 * a device without TPM, and says why; tries again until the profile's time is over. Stored: never renumbered.
 */
enum trip_failure { TRIP_FAIL_ON_ERROR = 1, TRIP_IGNORE_ON_ERROR, TRIP_RETRY_ON_ERROR,
	TRIP_FAILURE_LAST = TRIP_RETRY_ON_ERROR };
#define TRIP_TIMEOUT_S 100 /* OperationTimeout unless the profile says otherwise */
#define TRIP_TIMEOUT_MAX_S 86400

/* What a device is told to do. Stored: never renumbered. */
enum trip_order { TRIP_ORDER_ATTEST = 1, TRIP_ORDER_RECOVER, TRIP_ORDER_DIAGNOSTICS, TRIP_ORDER_ROTATE,
	TRIP_ORDER_RENEW, TRIP_ORDER_RETIRE, TRIP_ORDER_LAST = TRIP_ORDER_RETIRE };

/* Assurance, bits that may come together: issuance policies 1.3.6.1.4.1.311.21.30, .31, .32. */
enum trip_assurance { TRIP_ASSURED_KEY = 1, TRIP_ASSURED_CERTIFICATE = 2, TRIP_ASSURED_USER = 4 };

/* Labels: what the device says about itself. */
#define TRIP_LABELS(F, of, first)                                          \
	F(of, first, TEXT, serial, OPT, TRIP_LABEL_MAX, 0)                 \
	F(of, first + 1, TEXT, name, OPT, TRIP_LABEL_MAX, 0)               \
	F(of, first + 2, TEXT, manufacturer, OPT, TRIP_LABEL_MAX, 0)       \
	F(of, first + 3, TEXT, model, OPT, TRIP_LABEL_MAX, 0)              \
	F(of, first + 4, TEXT, os, OPT, TRIP_LABEL_MAX, 0)                 \
	F(of, first + 5, TEXT, os_version, OPT, TRIP_LABEL_MAX, 0)

/*
 * Trip 1, request. A device without a usable TPM says why in no_tpm and sends no keys. idp is the id of the
 * identity provider where its user has signed in.
 */
#define BEGIN_FIELDS(F, of)                                                \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, UINT, purpose, REQ, TRIP_PURPOSE_LAST, 0)                 \
	F(of, 3, LIST, ek_chain, OPT, TRIP_CERT_MAX, TRIP_CHAIN_MAX)       \
	F(of, 4, BYTES, ek_public, OPT, TRIP_STRUCTURE_MAX, 0)             \
	F(of, 5, FIXEDS, ek_hashes, OPT, TRIP_HASH_SIZE, 8)                \
	F(of, 6, BYTES, ak_public, OPT, TRIP_STRUCTURE_MAX, 0)             \
	F(of, 7, TEXT, no_tpm, OPT, TRIP_REASON_MAX, 0)                    \
	F(of, 8, FIXED, token_id, OPT, TRIP_ID_SIZE, 0)                    \
	TRIP_LABELS(F, of, 9)                                              \
	F(of, 15, FIXED, idp, OPT, IDP_ID_SIZE, 0)
MESSAGE_STRUCT(begin, BEGIN_FIELDS)

/*
 * Trip 1, reply. credential and encrypted_secret are the insides of TPM2B_ID_OBJECT and
 * TPM2B_ENCRYPTED_SECRET. failure and timeout_s are what to do when the TPM cannot answer; absent: fail.
 */
#define CHALLENGE_FIELDS(F, of)                                            \
	F(of, 1, BYTES, ticket, REQ, TRIP_TICKET_MAX, 0)                   \
	F(of, 2, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 3, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                    \
	F(of, 4, BYTES, credential, OPT, 512, 0)                           \
	F(of, 5, BYTES, encrypted_secret, OPT, 1024, 0)                    \
	F(of, 6, BYTES, pcr_selection, OPT, 64, 0)                         \
	F(of, 7, UINT, key, REQ, TRIP_KEY_SOFTWARE, 0)                     \
	F(of, 8, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 9, UINT, lifetime_s, REQ, 86400, 0)                          \
	F(of, 10, UINT, failure, OPT, TRIP_FAILURE_LAST, 0)                \
	F(of, 11, UINT, timeout_s, OPT, TRIP_TIMEOUT_MAX_S, 0)
MESSAGE_STRUCT(challenge, CHALLENGE_FIELDS)

/*
 * tpm_errata is what the TPM says of its errata (TPM_PT_YEAR, TPM_PT_DAY_OF_YEAR): year * 1000 + day.
 * key_state is the device's view of its keys when it came (attest/keystate.h).
 */
#define TRIP_ERRATA_MAX 9999366

/* Trip 2, the part whose SHA-256 is the payload digest that Certify and Quote cover (attest/binding.h). */
#define PAYLOAD_FIELDS(F, of)                                              \
	F(of, 1, LIST, ek_chain, OPT, TRIP_CERT_MAX, TRIP_CHAIN_MAX)       \
	F(of, 2, BYTES, ek_public, OPT, TRIP_STRUCTURE_MAX, 0)             \
	F(of, 3, BYTES, ak_public, OPT, TRIP_STRUCTURE_MAX, 0)             \
	F(of, 4, BYTES, device_public, OPT, TRIP_STRUCTURE_MAX, 0)         \
	F(of, 5, LIST, pcr_values, OPT, 64, TRIP_PCR_MAX)                  \
	F(of, 6, BYTES, event_log, OPT, TRIP_LOG_MAX, 0)                   \
	F(of, 7, BYTES, csr, OPT, TRIP_CSR_MAX, 0)                         \
	F(of, 8, TEXT, no_tpm, OPT, TRIP_REASON_MAX, 0)                    \
	TRIP_LABELS(F, of, 9)                                              \
	F(of, 15, UINT, tpm_errata, OPT, TRIP_ERRATA_MAX, 0)               \
	F(of, 16, UINT, key_state, OPT, 15, 0)
MESSAGE_STRUCT(payload, PAYLOAD_FIELDS)

/* Trip 2, request. user_token is a JSON Web Token of that identity provider (attest/usertoken.h). */
#define ANSWER_FIELDS(F, of)                                               \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, UINT, purpose, REQ, TRIP_PURPOSE_LAST, 0)                 \
	F(of, 3, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 4, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                    \
	F(of, 5, BYTES, ticket, REQ, TRIP_TICKET_MAX, 0)                   \
	F(of, 6, BYTES, secret, OPT, TRIP_SECRET_SIZE, 0)                  \
	F(of, 7, BYTES, token_secret, OPT, TRIP_SECRET_SIZE, 0)            \
	F(of, 8, BYTES, payload, REQ, TRIP_PAYLOAD_MAX, 0)                 \
	F(of, 9, BYTES, certify, OPT, TRIP_STRUCTURE_MAX, 0)               \
	F(of, 10, BYTES, certify_signature, OPT, TRIP_STRUCTURE_MAX, 0)    \
	F(of, 11, BYTES, quote, OPT, TRIP_STRUCTURE_MAX, 0)                \
	F(of, 12, BYTES, quote_signature, OPT, TRIP_STRUCTURE_MAX, 0)      \
	F(of, 13, FIXED, idp, OPT, IDP_ID_SIZE, 0)                         \
	F(of, 14, BYTES, user_token, OPT, IDP_TOKEN_MAX, 0)
MESSAGE_STRUCT(answer, ANSWER_FIELDS)

/*
 * Trip 2, reply. chain holds the issuing certificate and those above it, without the root; name is the
 * records' own.
 */
#define GRANT_FIELDS(F, of)                                                \
	F(of, 1, TEXT, device_id, REQ, 36, 0)                              \
	F(of, 2, BYTES, device_certificate, REQ, 4096, 0)                  \
	F(of, 3, BYTES, ak_certificate, OPT, 4096, 0)                      \
	F(of, 4, LIST, chain, REQ, 4096, 4)                                \
	F(of, 5, UINT, attested, OPT, 1, 0)                                \
	F(of, 6, UINT, assurance, OPT, 7, 0)                               \
	F(of, 7, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 8, TEXT, name, OPT, TRIP_LABEL_MAX, 0)                       \
	F(of, 9, TEXT, profile, OPT, TRIP_LABEL_MAX, 0)
MESSAGE_STRUCT(grant, GRANT_FIELDS)

/* The same of what grants nothing: an attestation, or a reseal, which puts the certificates on hold. */
#define NOTED_FIELDS(F, of)                                                 \
	F(of, 1, TEXT, device_id, REQ, 36, 0)                              \
	F(of, 2, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 3, TEXT, name, OPT, TRIP_LABEL_MAX, 0)                       \
	F(of, 4, TEXT, profile, OPT, TRIP_LABEL_MAX, 0)
MESSAGE_STRUCT(noted, NOTED_FIELDS)

/*
 * The trips of a device that has a certificate and wants a device token: it proves that it holds its device
 * key. key_public is that key as TPMT_PUBLIC, whether it lives in a TPM or not; signature is the
 * TPMT_SIGNATURE of attest/possession.h. token is a JWT of cert/jwt.h.
 */
#define TOKEN_BEGIN_FIELDS(F, of)                                          \
	F(of, 1, UINT, version, REQ, 255, 0)
MESSAGE_STRUCT(token_begin, TOKEN_BEGIN_FIELDS)

#define TOKEN_CHALLENGE_FIELDS(F, of)                                      \
	F(of, 1, BYTES, ticket, REQ, TRIP_TICKET_MAX, 0)                   \
	F(of, 2, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 3, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                    \
	F(of, 4, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 5, UINT, lifetime_s, REQ, 86400, 0)
MESSAGE_STRUCT(token_challenge, TOKEN_CHALLENGE_FIELDS)

#define TOKEN_ANSWER_FIELDS(F, of)                                         \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 3, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                    \
	F(of, 4, BYTES, ticket, REQ, TRIP_TICKET_MAX, 0)                   \
	F(of, 5, BYTES, key_public, REQ, TRIP_STRUCTURE_MAX, 0)            \
	F(of, 6, BYTES, signature, REQ, TRIP_STRUCTURE_MAX, 0)
MESSAGE_STRUCT(token_answer, TOKEN_ANSWER_FIELDS)

#define TOKEN_GRANT_FIELDS(F, of)                                          \
	F(of, 1, TEXT, token, REQ, TRIP_DEVICE_TOKEN_MAX, 0)               \
	F(of, 2, UINT, expires, REQ, INT64_MAX, 0)                         \
	F(of, 3, UINT, time, REQ, INT64_MAX, 0)
MESSAGE_STRUCT(token_grant, TOKEN_GRANT_FIELDS)

/*
 * A command that the device has to carry out: kind is enum trip_order, or one that a later server knows. It
 * is handed out again until its effect was heard.
 */
#define ORDER_FIELDS(F, of)                                                \
	F(of, 1, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 2, UINT, kind, REQ, 255, 0)
MESSAGE_STRUCT(order, ORDER_FIELDS)

/* What came of it: fault is the code of why not (base/fault.def); absent: it is done. */
#define EFFECT_FIELDS(F, of)                                              \
	F(of, 1, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 2, TEXT, fault, OPT, TRIP_FAULT_MAX, 0)                      \
	F(of, 3, TEXT, detail, OPT, TRIP_REASON_MAX, 0)
MESSAGE_STRUCT(effect, EFFECT_FIELDS)

/*
 * An enrolled device says that it is there, over a connection with its device certificate, and what came of
 * earlier orders, as `effect` messages. agent is its program's version; next_s is when to come again,
 * expires the end of the certificate it showed, orders are `order` messages.
 */
#define CHECKIN_FIELDS(F, of)                                              \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, TEXT, agent, OPT, TRIP_LABEL_MAX, 0)                      \
	F(of, 3, LIST, effects, OPT, TRIP_EFFECT_MAX, TRIP_ORDERS_MAX)
MESSAGE_STRUCT(checkin, CHECKIN_FIELDS)

#define CHECKIN_REPLY_FIELDS(F, of)                                        \
	F(of, 1, TEXT, device_id, REQ, 36, 0)                              \
	F(of, 2, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 3, UINT, next_s, REQ, TRIP_CHECKIN_MAX_S, 0)                 \
	F(of, 4, UINT, expires, REQ, INT64_MAX, 0)                         \
	F(of, 5, LIST, orders, OPT, TRIP_ORDER_MAX, TRIP_ORDERS_MAX)
MESSAGE_STRUCT(checkin_reply, CHECKIN_REPLY_FIELDS)

/* A device sends its diagnostics, a CAB, for that order; over a connection as for a check-in. */
#define COLLECTED_FIELDS(F, of)                                               \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, FIXED, order, REQ, TRIP_ID_SIZE, 0)                       \
	F(of, 3, BYTES, cab, REQ, TRIP_BUNDLE_MAX, 0)
MESSAGE_STRUCT(collected, COLLECTED_FIELDS)

#define COLLECTED_REPLY_FIELDS(F, of)                                         \
	F(of, 1, UINT, time, REQ, INT64_MAX, 0)
MESSAGE_STRUCT(collected_reply, COLLECTED_REPLY_FIELDS)

/*
 * What the server remembers between the trips; it travels sealed (cert/ticket.h). registration and profile
 * are ids of records, device that of who showed its certificate; vouch is who vouches (policy/vouch.h);
 * outcomes are those of trip 1; times are seconds. One for a device token names nothing but its conversation.
 */
#define TICKET_FIELDS(F, of)                                               \
	F(of, 1, FIXED, id, REQ, TRIP_ID_SIZE, 0)                          \
	F(of, 2, FIXED, nonce, REQ, TRIP_NONCE_SIZE, 0)                    \
	F(of, 3, UINT, purpose, REQ, TRIP_PURPOSE_LAST, 0)                 \
	F(of, 4, FIXED, server_key_hash, REQ, TRIP_HASH_SIZE, 0)           \
	F(of, 5, FIXED, ek_hash, OPT, TRIP_HASH_SIZE, 0)                   \
	F(of, 6, FIXEDS, ek_hashes, OPT, TRIP_HASH_SIZE, 8)                \
	F(of, 7, BYTES, ak_name, OPT, 66, 0)                               \
	F(of, 8, FIXED, secret_hash, OPT, TRIP_HASH_SIZE, 0)               \
	F(of, 9, BYTES, pcr_selection, OPT, 64, 0)                         \
	F(of, 10, FIXED, token_id, OPT, TRIP_ID_SIZE, 0)                   \
	F(of, 11, FIXED, registration, OPT, TRIP_ID_SIZE, 0)               \
	F(of, 12, FIXED, profile, OPT, TRIP_ID_SIZE, 0)                    \
	F(of, 13, UINT, vouch, REQ, 255, 0)                                \
	F(of, 14, UINT, key, REQ, TRIP_KEY_SOFTWARE, 0)                    \
	F(of, 15, UINT, issued, REQ, INT64_MAX, 0)                         \
	F(of, 16, UINT, expires, REQ, INT64_MAX, 0)                        \
	F(of, 17, BYTES, outcomes, OPT, TRIP_CHECKS_MAX, 0)                \
	F(of, 18, FIXED, idp, OPT, IDP_ID_SIZE, 0)                         \
	F(of, 19, FIXED, device, OPT, TRIP_ID_SIZE, 0)
MESSAGE_STRUCT(ticket, TICKET_FIELDS)

/*
 * Evidence: what a device sent, what its statements must be bound to, and how its chain was judged: whether
 * expired CA certificates pass and lists of revoked ones are required, and `eklist` messages with as much of
 * each as is about the chain. No secret. Statements are as in answer. Kept with what was said of it
 * (wire/dossier.h).
 */
#define EVIDENCE_FIELDS(F, of)                                             \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, UINT, purpose, REQ, TRIP_PURPOSE_LAST, 0)                 \
	F(of, 3, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 4, FIXED, id, OPT, TRIP_ID_SIZE, 0)                          \
	F(of, 5, FIXED, nonce, OPT, TRIP_NONCE_SIZE, 0)                    \
	F(of, 6, FIXED, server_key_hash, OPT, TRIP_HASH_SIZE, 0)           \
	F(of, 7, BYTES, pcr_selection, OPT, 64, 0)                         \
	F(of, 8, BYTES, payload, REQ, TRIP_PAYLOAD_MAX, 0)                 \
	F(of, 9, BYTES, certify, OPT, TRIP_STRUCTURE_MAX, 0)               \
	F(of, 10, BYTES, certify_signature, OPT, TRIP_STRUCTURE_MAX, 0)    \
	F(of, 11, BYTES, quote, OPT, TRIP_STRUCTURE_MAX, 0)                \
	F(of, 12, BYTES, quote_signature, OPT, TRIP_STRUCTURE_MAX, 0)      \
	F(of, 13, UINT, expired_ca, OPT, 1, 0)                             \
	F(of, 14, UINT, crl_required, OPT, 1, 0)                           \
	F(of, 15, LIST, eklists, OPT, TRIP_EKLIST_MAX, TRIP_EKLISTS_MAX)
MESSAGE_STRUCT(evidence, EVIDENCE_FIELDS)

#endif
