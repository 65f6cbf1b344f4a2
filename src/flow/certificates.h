/*
 * certificates: what was issued, as administrators see it and end it. Each step writes an audit row in the
 * actor's name, and makes the list that the certificate belongs into out of date (flow/revocation.h).
 */
#ifndef FLOW_CERTIFICATES_H
#define FLOW_CERTIFICATES_H

#include "flow/inventory.h"
#include "store/store_certificate.h"
#include "wire/body.h"

/* Which of them a page is of; each is absent, or the only condition. */
struct certificates_of {
	struct bytes device_id;
	bool is_revoked; /* or held */
};

/* In order of serial number, without what they are signed as. */
MUST fault certificates_list(struct flow *f, const struct certificates_of *of, struct store_page page,
			     struct arena *a, struct store_certificate_list *ret);
MUST fault certificates_get(struct flow *f, struct bytes serial, struct arena *a,
			    struct store_certificate **ret);

/* In verify: that the word is a reason that an administrator may give. PARSE_FIELD with a sentence. */
MUST fault certificates_read(const struct certificate_end *in, const char **ret_detail);

/*
 * Ends one for good, puts it on hold, takes it off hold. NOT_FOUND; CONFLICT when it is not in force (or
 * held, where it is ended), not in force, not held.
 */
struct certificates_order {
	const struct inventory_actor *by;
	struct bytes serial;
};
MUST fault certificates_revoke(struct flow *f, const struct certificates_order *o,
			       const struct certificate_end *in);
MUST fault certificates_hold(struct flow *f, const struct certificates_order *o);
MUST fault certificates_release(struct flow *f, const struct certificates_order *o);

/* How many there are of each state (enum store_certificate_state) that have not expired. */
struct certificates_count {
	uint64_t of[STORE_CERTIFICATE_HELD + 1];
};
MUST fault certificates_count(struct flow *f, struct certificates_count *ret);

/* An issuing CA of the server: the present one, or one before it that still says what of its own is good. */
struct certificates_issuer {
	uint64_t generation;
	uint64_t is_present;
	int64_t not_before, not_after;
	struct bytes key_id, digest; /* the SHA-256 of its certificate */
	uint64_t issued, in_force;   /* certificates of devices */
};
struct certificates_issuer_list {
	size_t n;
	struct certificates_issuer *v;
};

/* The present one first, in the arena. */
MUST fault certificates_list_issuers(struct flow *f, struct arena *a, struct certificates_issuer_list *ret);

/* Words of a state and of a CRLReason. */
const char *certificates_state_word(uint64_t state);
const char *certificates_reason_word(uint64_t reason);

#endif
