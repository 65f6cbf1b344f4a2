/*
 * filing: the dossier of a judgement (wire/dossier.h), as it is kept with a device or with a refusal.
 */
#ifndef FLOW_FILING_H
#define FLOW_FILING_H

#include "attest/verdict.h"
#include "flow/blocking.h"
#include "flow/naming.h"
#include "policy/vouch.h"

struct filing {
	struct bytes request_id, snapshot;
	struct bytes evidence;            /* absent: not to be kept */
	const struct bytes_list *anchors; /* fingerprints of those that verify tried */
	struct bytes named_maker, named_issuer; /* not of the dossier, which has the certificate itself */
	const struct verdict *verdict;    /* closed; nothing required: records decided before proof */
	enum vouch_by by;                 /* VOUCH_NOBODY: so they did */
	bool needs_token, needs_user;
	const struct bytes_list *groups; /* of the user who signed in; NULL: none */
	const struct naming *naming; /* what the records say; partly, when they are why it is refused */
	struct blocking_births births;
	const struct ticket *ticket; /* NULL: the first trip, or it could not be unsealed */
	const struct answer_facts *answer; /* NULL: the first trip */
	struct bytes secret;         /* that came with the answer; its hash alone is kept */
	fault why;                   /* what the device is told; NULL: it is admitted */
	const char *detail;          /* what it is told besides; NULL: nothing */
};

/* What facts of either trip say of origin and evidence. */
#define FILING_OF(facts)                                                                      \
	{                                                                                     \
		.request_id = (facts)->request_id, .snapshot = (facts)->snapshot,             \
		.evidence = (facts)->evidence, .anchors = &(facts)->anchors,                  \
		.named_maker = (facts)->named_maker, .named_issuer = (facts)->named_issuer    \
	}

/* The dossier as octets in the arena. An anchor that the records do not have is left out. */
MUST fault filing_build(struct flow *f, const struct filing *in, struct arena *a, struct bytes *ret);

#endif
