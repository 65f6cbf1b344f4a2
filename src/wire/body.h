/*
 * body: the bodies of administrators' requests, JSON outside (wire/jsn.h) and typed messages between roles.
 */
#ifndef WIRE_BODY_H
#define WIRE_BODY_H

#include "wire/message.h"

/*
 * A registration names a device by EK hash (which vouches for the key), by serial number (a label), or
 * both.
 */
#define REGISTRATION_NEW_FIELDS(F, of)                     \
	F(of, 1, FIXED, ek_hash, OPT, 32, 0)               \
	F(of, 2, TEXT, serial_number, OPT, 64, 0)          \
	F(of, 3, TEXT, profile, OPT, 64, 0)                \
	F(of, 4, TEXT, group_tag, OPT, 64, 0)              \
	F(of, 5, TEXT, display_name, OPT, 64, 0)
MESSAGE_STRUCT(registration_new, REGISTRATION_NEW_FIELDS)

/* attestation: required, preferred, off. */
#define PROFILE_NEW_FIELDS(F, of)                          \
	F(of, 1, TEXT, display_name, REQ, 64, 0)           \
	F(of, 2, TEXT, attestation, OPT, 16, 0)
MESSAGE_STRUCT(profile_new, PROFILE_NEW_FIELDS)

/* A token enrols devices of one profile; uses is 1 and lifetime_s a day unless said otherwise. */
#define TOKEN_NEW_FIELDS(F, of)                            \
	F(of, 1, TEXT, profile, REQ, 64, 0)                \
	F(of, 2, UINT, uses, OPT, 100000, 0)               \
	F(of, 3, UINT, lifetime_s, OPT, 31536000, 0)
MESSAGE_STRUCT(token_new, TOKEN_NEW_FIELDS)

/* certificate is DER. verify fills subject and not_after from it; a request that brings them is refused. */
#define ANCHOR_NEW_FIELDS(F, of)                           \
	F(of, 1, BYTES, certificate, REQ, 8192, 0)         \
	F(of, 2, TEXT, maker, OPT, 32, 0)                  \
	F(of, 3, TEXT, class, REQ, 16, 0)                  \
	F(of, 4, TEXT, source, OPT, 128, 0)                \
	F(of, 5, TEXT, subject, OPT, 256, 0)               \
	F(of, 6, UINT, not_after, OPT, INT64_MAX, 0)
MESSAGE_STRUCT(anchor_new, ANCHOR_NEW_FIELDS)

/*
 * A row of the blocklist, the same in a file (wire/tsv.h), in a request and in the records; doc/blocklist.md
 * says what each field means, policy/blocklist.h reads them.
 */
#define BLOCKLIST_NEW_FIELDS(F, of)                        \
	F(of, 1, TEXT, id, REQ, 32, 0)                     \
	F(of, 2, TEXT, maker, OPT, 32, 0)                  \
	F(of, 3, TEXT, model, OPT, 64, 0)                  \
	F(of, 4, TEXT, basis, REQ, 16, 0)                  \
	F(of, 5, TEXT, first, OPT, 24, 0)                  \
	F(of, 6, TEXT, last, REQ, 24, 0)                   \
	F(of, 7, TEXT, fixed, OPT, 24, 0)                  \
	F(of, 8, TEXT, effect, REQ, 16, 0)                 \
	F(of, 9, TEXT, keys, REQ, 16, 0)                   \
	F(of, 10, TEXT, name, REQ, 64, 0)                  \
	F(of, 11, TEXT, page, REQ, 200, 0)                 \
	F(of, 12, TEXT, source, REQ, 200, 0)
MESSAGE_STRUCT(blocklist_new, BLOCKLIST_NEW_FIELDS)

#endif
