/*
 * eklists: the lists of revoked certificates in force: one part of the snapshot (attest/anchors.h), and what
 * they say of a certificate (RFC 5280 §6.3.3).
 */
#ifndef ATTEST_EKLISTS_H
#define ATTEST_EKLISTS_H

#include "attest/eklist.h"

#define EKLISTS_MAX 1000
#define EKLISTS_RECORD_SIZE ((size_t)2 * EKLIST_HASH_SIZE)

struct eklists;

/* No lists. Ends the process when there is no memory; so does every call that needs more. */
struct eklists *eklists_new(void);
void eklists_free(struct eklists *l);

/* Adds a list, in place of an earlier one of that id. PARSE_FIELD when its serials have not their form. */
MUST fault eklists_put(struct eklists *l, const struct eklist *list);

/* Moves all of from into l, in place of those there, and ends from. */
void eklists_merge(struct eklists *l, struct eklists *from);

size_t eklists_count(const struct eklists *l);

/* What the snapshot's digest has of each, in the order of ids: its id and the SHA-256 of all that it says. */
void eklists_write(const struct eklists *l, struct wr *w);

/* SHA-256 of a list as a message, for whoever keeps it as one. */
MUST fault eklists_hash(struct bytes message, uint8_t ret[static EKLIST_HASH_SIZE]);

/* A certificate as lists know it. Views of the certificate and of the one that issued it. */
struct eklists_subject {
	uint8_t issuer[EKLIST_HASH_SIZE]; /* eklist_issuer_id */
	struct bytes authority;           /* a certificate of the issuer, DER */
	struct bytes serial;              /* content octets */
	struct bytes points;              /* value of cRLDistributionPoints, absent without one */
	bool is_ca;
};

struct eklists_finding {
	bool is_revoked; /* by any list of the issuer, however old: nobody takes a revocation back */
	bool is_named;   /* the certificate says that there is a list about it */
	bool is_present; /* such a list is here */
	bool is_current; /* ... and its time has come and is not over */
};
void eklists_judge(const struct eklists *l, const struct eklists_subject *of, int64_t now,
		   struct eklists_finding *ret);

/* True when the list of that id is here, however old. */
bool has_eklists_id(const struct eklists *l, const uint8_t id[static EKLIST_HASH_SIZE]);

/*
 * Appends, as messages in the arena, what lists say of the certificates of a chain and of no others: judged
 * by these alone, it has the same outcomes. SYS_MEMORY.
 */
MUST fault eklists_cut(const struct eklists *l, const struct eklists_subject *of, size_t n, struct arena *a,
		       struct bytes_list *ret);

#endif
