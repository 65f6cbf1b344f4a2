/*
 * evaluate: judges one piece of evidence: all that can be said from its octets, the anchors and the time.
 *
 * It fills the outcomes of VERIFY's rows of checks.def and finds the facts that core compares with its own.
 * Every check that can be made is made, so that a report names all reasons at once; a check whose input
 * another check found bad is not run. Rows of CORE and of subject CSR with a request present stay not run:
 * others judge them.
 */
#ifndef ATTEST_EVALUATE_H
#define ATTEST_EVALUATE_H

#include "attest/ekchain.h"
#include "attest/leniency.h"
#include "attest/public.h"
#include "attest/statement.h"
#include "attest/verdict.h"
#include "base/arena.h"
#include "wire/frame.h"
#include "wire/trip.h"

struct anchors;

struct evaluation {
	int64_t now; /* seconds UTC */
	const struct anchors *anchors;
	bool admits_expired_ca; /* attest/ekchain.h */
	bool admits_unlisted;   /* the same */
	const struct eklists *eklists; /* the same */
};

/* A key's numbers as frames carry them, coordinates at their full width; kind 0: there is none. */
struct evaluate_key {
	enum frame_key kind;
	struct bytes a, b;
};

/* The numbers of a public area; coordinates live in the arena, the rest borrows from p. */
struct evaluate_key evaluate_key_of(const struct public *p, struct arena *a);

/* Who vouches for the EK by certificate; all absent unless the certificate passed every one of its checks. */
struct evaluate_maker {
	struct bytes anchor; /* SHA-256 of the anchor's certificate */
	struct bytes maker;  /* the code the anchor was imported with; absent when with none */
	uint64_t class;      /* enum anchors_class */
	struct bytes model, version;
};

/*
 * What the TPM says of itself in a quote or, failing that, in a Certify; present only when the AK signed
 * it.
 */
struct evaluate_state {
	bool is_signed;
	bool is_clock_safe;
	uint64_t firmware;
	uint64_t clock_ms;
	uint32_t reset_count;
	uint32_t restart_count;
};

/* Facts are believed as far as the outcomes go. Views borrow from evidence, arena and anchors. */
struct findings {
	uint8_t outcomes[CHECK_COUNT]; /* enum outcome */
	struct payload payload;
	uint8_t payload_digest[32];
	bool has_tpm; /* ek and ak are filled */
	struct public ek, ak;
	struct bytes ek_hash; /* SHA-256 of the EK's SubjectPublicKeyInfo; absent when it has none here */
	struct bytes ak_name; /* absent when the AK is named with no known hash */
	struct evaluate_key ak_key;
	struct evaluate_key device_key;
	struct evaluate_maker maker;
	/* Of whom the EK certificate says that they made the TPM and signed it, whoever wrote that. */
	struct bytes named_maker, named_issuer;
	struct bytes_list anchors; /* fingerprints of those tried: all that the chain depends on */
	struct ekchain_way way;    /* to the anchor; its views borrow from anchors too */
	uint32_t leniencies; /* LENIENCY_BIT of what was let pass of the EK certificate and those above it */
	struct evaluate_state state;
	struct bytes pcr_selection; /* the quote's, as encoded; absent when there is none */
	struct bytes pcr_digest;    /* the quote's */
};

/*
 * Judges e. Evidence of a first trip has a payload and no id: what statements should say is then not run. A
 * payload that says no_tpm makes the rows about TPMs not applicable. PARSE_… when anything in it is
 * malformed or half there, SYS_MEMORY when the arena is full.
 */
MUST fault evaluate(const struct evidence *e, const struct evaluation *with, struct arena *arena,
		    struct findings *ret);

#endif
