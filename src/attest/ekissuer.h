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
#include "wire/frame.h"

/* What a file turned out to be. */
struct ekissuer_file {
	struct bytes certificate; /* DER */
	struct bytes signer; /* subject of the anchor or intermediate whose signature it bears, or absent */
	int64_t not_after;
	struct missing next; /* what is missing above it */
};

/* A Name (DER) as people read it, in the arena; absent when that cannot be done. */
struct bytes ekissuer_text(struct bytes name, struct arena *a);

/* True for an address of http or https that a frame can carry. */
bool is_ekissuer_url(struct bytes url);

/*
 * Finds what is missing above the first of these certificates (as NV indices held them), going up through the
 * others and the snapshot's intermediates. Views live in the arena; all are absent when nothing is missing.
 * CERT_MALFORMED when one that is needed cannot be read or its issuer has a name longer than any, SYS_MEMORY.
 */
MUST fault ekissuer_find(const struct bytes_list *chain, const struct anchors *anchors, struct arena *a,
			 struct missing *ret);

/*
 * Finds in a file (wire/certfile.h) the first CA certificate of that name and key which is not a root: a root
 * is imported, never found. What is found lives in the arena. ISSUER_INVALID when there is none, SYS_MEMORY.
 */
MUST fault ekissuer_check(struct bytes file, const struct missing *wanted, const struct anchors *anchors,
			  struct arena *a, struct ekissuer_file *ret);

#endif
