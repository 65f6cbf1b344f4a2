/*
 * trail: the chain of the audit. Each row names its place in its writer's chain and the hash of the row
 * before, so that none can be changed, left out, put in or moved without being seen; heads that ca signed
 * fix all that comes before them. doc/audit.md has the form.
 */
#ifndef CERT_TRAIL_H
#define CERT_TRAIL_H

#include "base/arena.h"
#include "wire/audit.h"

#define TRAIL_CORE "core" /* the writer of assayd */
#define TRAIL_WRITERS_MAX 4
#define TRAIL_SAID_MAX 160

/* What the first row of a writer names as the one before it. */
MUST fault trail_genesis(struct bytes writer, uint8_t ret[static AUDIT_HASH_SIZE]);

/* The hash of a row: SHA-256 over a label and the message without its hash. BUG when it breaks its table. */
MUST fault trail_hash(const struct audit_row *row, uint8_t ret[static AUDIT_HASH_SIZE]);

/* How far a writer's chain has been followed. */
struct trail_writer {
	char name[AUDIT_WRITER_MAX + 1];
	uint64_t rows; /* all of them hang together */
	uint8_t hash[AUDIT_HASH_SIZE];
	uint64_t head; /* the last row that was signed, */
	int64_t head_time; /* and when */
};

struct trail {
	const struct bytes_list *keys; /* `idp_key` messages (wire/jose.h) */
	uint64_t lines, heads;
	size_t n;
	struct trail_writer writers[TRAIL_WRITERS_MAX];
	char said[TRAIL_SAID_MAX]; /* which row, and what is wrong with it */
};

/*
 * Follows the chain by the next line of an export, without its newline: a row, or a signed head right behind
 * the last row it covers. AUDIT_BROKEN when the line is not as it was written, AUDIT_UNPROVED for a head by
 * none of the keys; nothing is to be followed after that. SYS_MEMORY.
 */
MUST fault trail_check_line(struct trail *t, struct bytes line, struct arena *a);

/* At the end: AUDIT_UNPROVED when nothing of a writer's chain was signed, or there is no chain. */
MUST fault trail_check_end(struct trail *t);

#endif
