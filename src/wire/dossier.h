/*
 * dossier: evidence with all that the server knew and said when it judged it, so that it can be judged again
 * without the server and by later programs (doc/evidence.md).
 *
 * It says nothing that evidence and ticket show by themselves: that is judged again. What only the records
 * could answer stands in `records`, by the names of rows, since numbers move between editions. It holds no
 * secret, only hashes of secrets with 256 bits.
 */
#ifndef WIRE_DOSSIER_H
#define WIRE_DOSSIER_H

#include "wire/idp.h"
#include "wire/trip.h"

#define DOSSIER_VERSION 3
#define DOSSIER_VERSION_FIRST 1 /* the oldest that is read: it has nothing behind `evidence` */
#define DOSSIER_ANCHOR_MAX (TRIP_CERT_MAX + 64)
#define DOSSIER_ROW_MAX 64
#define DOSSIER_DETAIL_MAX 1024

/* More than the largest dossier. */
#define DOSSIER_MAX (TRIP_BODY_MAX + BYTES_LIST_MAX * (DOSSIER_ANCHOR_MAX + USER_GROUP_MAX) + 8192)

/*
 * A CA certificate with the maker and the class of TPMs that it vouches for, and whether it does: role is 1
 * for a root, 0 for one that only fills the way to one, 2 for one that is denied (attest/anchors.h).
 */
#define DOSSIER_ANCHOR_FIELDS(F, of)                                       \
	F(of, 1, BYTES, certificate, REQ, TRIP_CERT_MAX, 0)                \
	F(of, 2, TEXT, maker, OPT, 32, 0)                                  \
	F(of, 3, UINT, class, REQ, 15, 0)                                  \
	F(of, 4, UINT, role, REQ, 15, 0)
MESSAGE_STRUCT(dossier_anchor, DOSSIER_ANCHOR_FIELDS)

/* A row of attest/checks.def and its outcome (attest/verdict.h). */
#define DOSSIER_ROW_FIELDS(F, of)                                          \
	F(of, 1, TEXT, check, REQ, DOSSIER_ROW_MAX, 0)                     \
	F(of, 2, UINT, outcome, REQ, 3, 0)
MESSAGE_STRUCT(dossier_row, DOSSIER_ROW_FIELDS)

/*
 * edition is that of attest/checks.def, by which outcomes and required are to be read, an octet per row; time
 * is core's. anchors are `dossier_anchor` messages: those that the chain could have led to; records are
 * `dossier_row` messages. vouch is who vouches (policy/vouch.h), absent when records decided before proof
 * counted; needs_token, that a token alone names the device. ticket is the `ticket` message, absent at the
 * first trip and when it could not be unsealed; secret_hash is of the secret that came with the answer. fault
 * is what the device was told, absent when it was admitted. evidence is an `evidence` message, absent when it
 * was too large to keep.
 *
 * What follows evidence lets it be judged by other policies and blocklists: the effective profile's words
 * (policy/vouch.h, policy/tpmclass.h; absent: nobody named the device), who named the device, and the
 * firmwareVersion under which its keys were first proved, which counts where the evidence has a signed one.
 * detail is what the device was told besides the fault. What follows of the TPM is what core decided by: the
 * firmwareVersion that it signed, absent when it signed none, model and version of its certificate, the date
 * of its errata, and the kinds of its keys (policy/blocklist.h). upn is the user whom the credential names.
 * needs_user says that its user's token counted, which is not kept: what was found of it stands in `records`,
 * and the groups that it names in `groups`.
 */
enum dossier_named { DOSSIER_NAMED_KEY = 1, DOSSIER_NAMED_LABEL = 2, DOSSIER_NAMED_TOKEN = 4,
	DOSSIER_NAMED_USER = 8, DOSSIER_NAMED_LAST = 15 };

#define DOSSIER_FIELDS(F, of)                                              \
	F(of, 1, UINT, version, REQ, 255, 0)                               \
	F(of, 2, UINT, edition, REQ, UINT32_MAX, 0)                        \
	F(of, 3, UINT, time, REQ, INT64_MAX, 0)                            \
	F(of, 4, FIXED, request_id, REQ, 16, 0)                            \
	F(of, 5, FIXED, snapshot, REQ, TRIP_HASH_SIZE, 0)                  \
	F(of, 6, LIST, anchors, OPT, DOSSIER_ANCHOR_MAX, BYTES_LIST_MAX)   \
	F(of, 7, UINT, vouch, OPT, 255, 0)                                 \
	F(of, 8, UINT, needs_token, OPT, 1, 0)                             \
	F(of, 9, BYTES, ticket, OPT, TRIP_TICKET_MAX, 0)                   \
	F(of, 10, FIXED, secret_hash, OPT, TRIP_HASH_SIZE, 0)              \
	F(of, 11, LIST, records, OPT, DOSSIER_ROW_MAX + 16, BYTES_LIST_MAX)\
	F(of, 12, BYTES, outcomes, REQ, TRIP_CHECKS_MAX, 0)                \
	F(of, 13, BYTES, required, REQ, TRIP_CHECKS_MAX, 0)                \
	F(of, 14, TEXT, fault, OPT, 64, 0)                                 \
	F(of, 15, BYTES, evidence, OPT, TRIP_BODY_MAX, 0)                  \
	F(of, 16, UINT, attestation, OPT, 3, 0)                            \
	F(of, 17, UINT, virtual, OPT, 3, 0)                                \
	F(of, 18, UINT, unknown, OPT, 3, 0)                                \
	F(of, 19, UINT, named, OPT, DOSSIER_NAMED_LAST, 0)                                  \
	F(of, 20, UINT, ak_born, OPT, UINT64_MAX, 0)                       \
	F(of, 21, UINT, key_born, OPT, UINT64_MAX, 0)                      \
	F(of, 22, TEXT, detail, OPT, DOSSIER_DETAIL_MAX, 0)                \
	F(of, 23, UINT, tpm_firmware, OPT, UINT64_MAX, 0)                  \
	F(of, 24, TEXT, tpm_model, OPT, TRIP_LABEL_MAX, 0)                 \
	F(of, 25, TEXT, tpm_version, OPT, TRIP_LABEL_MAX, 0)               \
	F(of, 26, UINT, tpm_errata, OPT, UINT32_MAX, 0)                    \
	F(of, 27, UINT, ak_kind, OPT, 3, 0)                                \
	F(of, 28, UINT, key_kind, OPT, 3, 0)                               \
	F(of, 29, TEXT, upn, OPT, 128, 0)                                  \
	F(of, 30, UINT, needs_user, OPT, 1, 0)                             \
	F(of, 31, LIST, groups, OPT, USER_GROUP_MAX, BYTES_LIST_MAX)
MESSAGE_STRUCT(dossier, DOSSIER_FIELDS)

#endif
