/*
 * audit: a row of the audit as it is chained, and what is signed of a chain: in CBOR under hashes and between
 * processes, in JSON for whoever keeps it elsewhere (doc/audit.md).
 */
#ifndef WIRE_AUDIT_H
#define WIRE_AUDIT_H

#include "wire/message.h"

#define AUDIT_WRITER_MAX 16
#define AUDIT_ROW_MAX 4096    /* octets of a row in CBOR */
#define AUDIT_TOKEN_MAX 1536  /* octets of a signed head */
#define AUDIT_LINE_MAX 8192   /* octets of a row or head in JSON */
#define AUDIT_HASH_SIZE 32

/* previous is the hash of the writer's row before; hash is over all others (cert/trail.h). */
#define AUDIT_ROW_FIELDS(F, of)                            \
	F(of, 1, TEXT, writer, REQ, AUDIT_WRITER_MAX, 0)   \
	F(of, 2, UINT, number, REQ, INT64_MAX, 0)          \
	F(of, 3, FIXED, previous, REQ, AUDIT_HASH_SIZE, 0) \
	F(of, 4, FIXED, id, REQ, 16, 0)                    \
	F(of, 5, UINT, time, REQ, INT64_MAX, 0)            \
	F(of, 6, TEXT, actor, REQ, 256, 0)                 \
	F(of, 7, TEXT, action, REQ, 64, 0)                 \
	F(of, 8, TEXT, target, OPT, 128, 0)                \
	F(of, 9, TEXT, detail, OPT, 2048, 0)               \
	F(of, 10, FIXED, request_id, OPT, 16, 0)           \
	F(of, 11, FIXED, hash, OPT, AUDIT_HASH_SIZE, 0)
MESSAGE_STRUCT(audit_row, AUDIT_ROW_FIELDS)

/* The last row of a writer at a time, to be signed. */
#define AUDIT_HEAD_FIELDS(F, of)                           \
	F(of, 1, TEXT, writer, REQ, AUDIT_WRITER_MAX, 0)   \
	F(of, 2, UINT, number, REQ, INT64_MAX, 0)          \
	F(of, 3, FIXED, hash, REQ, AUDIT_HASH_SIZE, 0)     \
	F(of, 4, UINT, time, REQ, INT64_MAX, 0)
MESSAGE_STRUCT(audit_head, AUDIT_HEAD_FIELDS)

/* number is fault_number of a row of the same binary; zero: token is there. */
#define AUDIT_SEAL_FIELDS(F, of)                           \
	F(of, 1, UINT, number, OPT, UINT16_MAX, 0)         \
	F(of, 2, TEXT, token, OPT, AUDIT_TOKEN_MAX, 0)
MESSAGE_STRUCT(audit_seal, AUDIT_SEAL_FIELDS)

/* A head that was signed: token says all the others too (cert/jwt.h); issuer is the server's address. */
#define AUDIT_SIGNED_FIELDS(F, of)                         \
	F(of, 1, TEXT, token, REQ, AUDIT_TOKEN_MAX, 0)     \
	F(of, 2, TEXT, issuer, REQ, 256, 0)                \
	F(of, 3, TEXT, writer, REQ, AUDIT_WRITER_MAX, 0)   \
	F(of, 4, UINT, number, REQ, INT64_MAX, 0)          \
	F(of, 5, FIXED, hash, REQ, AUDIT_HASH_SIZE, 0)     \
	F(of, 6, UINT, time, REQ, INT64_MAX, 0)
MESSAGE_STRUCT(audit_signed, AUDIT_SIGNED_FIELDS)

#endif
