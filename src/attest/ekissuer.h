/*
 * ekissuer: which certificate is missing above an EK certificate, where its maker says that it is, and
 * whether a file that came from there is it (RFC 5280 §4.2.1.1, §4.2.2.1).
 *
 * Nothing here makes anybody trusted: what is missing becomes a question to an administrator, and what fills
 * the gap only helps to find the way to an anchor.
 */
#ifndef ATTEST_EKISSUER_H
#define ATTEST_EKISSUER_H

#include "attest/anchors.h"
#include "base/arena.h"

#define EKISSUER_ID_SIZE 32
#define EKISSUER_NAME_MAX 1024 /* octets of an issuer's name, DER */
#define EKISSUER_KEY_ID_MAX 64
#define EKISSUER_URL_MAX 1024
#define EKISSUER_WALK_MAX 8

/* A certificate that is missing; views live in the arena. All absent: none is. */
struct ekissuer {
	struct bytes id;      /* SHA-256 over name and key_id */
	struct bytes name;    /* DER */
	struct bytes subject; /* the same, RFC 2253, ASCII, maybe cut */
	struct bytes key_id;  /* of its key, as those below it say; may be absent */
	struct bytes url;     /* the first of http or https; may be absent */
};

/* What a file turned out to be. */
struct ekissuer_file {
	struct bytes signer; /* subject of the anchor or intermediate whose signature it bears, or absent */
	int64_t not_after;
	struct ekissuer next; /* what is missing above it */
};

/*
 * Finds what is missing above the first of these certificates (as NV indices held them), going up through the
 * others and the snapshot's intermediates. CERT_MALFORMED when one that is needed cannot be read or its
 * issuer has a name longer than any, SYS_MEMORY.
 */
MUST fault ekissuer_find(const struct bytes_list *chain, const struct anchors *anchors, struct arena *a,
			 struct ekissuer *ret);

/*
 * Checks that the file is exactly one CA certificate of that name and key, which is not a root: a root is
 * imported, never found. ISSUER_INVALID, SYS_MEMORY.
 */
MUST fault ekissuer_check(struct bytes file, const struct ekissuer *wanted, const struct anchors *anchors,
			  struct arena *a, struct ekissuer_file *ret);

#endif
